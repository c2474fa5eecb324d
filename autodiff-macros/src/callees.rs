//! Calls of functions that have no derivatives, where the file shows it: told here, at the name of the function.
use crate::{attr::is_differentiable, ctxt::Ctxt, ir::*, parts::seen};
use quote::ToTokens;
use syn::{ExprPath, Item, ItemFn, Stmt};

/// An error for each of them.
pub(crate) fn check(cx: &Ctxt, function: &ItemFn, func: &Func) {
    func.body.walk(&mut |s| {
        let Kind::Let { op: Op::Call { callee, args, .. }, .. } = &s.kind else { return };
        match callee {
            Callee::Path(path) => of_path(cx, function, path),
            Callee::Method(name, _) => {
                if let Some(owner) = args
                    .first()
                    .and_then(|a| owner(function, func, a))
                    .filter(|o| seen::is_plain_method(o, &name.to_string()))
                {
                    cx.error(name, message(&format!("the method `{name}` of `{owner}`")));
                }
            }
            Callee::Parameter => {}
        }
        for arg in args {
            if let Arg::Function(path) = arg {
                of_path(cx, function, path);
            }
        }
    });
}

fn message(what: &str) -> String {
    format!(
        "{what} has no derivative: put `#[differentiable]` on it, or wrap the call in `stop_gradient(..)` where no derivative is wanted"
    )
}

fn of_path(cx: &Ctxt, function: &ItemFn, path: &ExprPath) {
    let names: Vec<String> = path.path.segments.iter().map(|s| s.ident.to_string()).collect();
    let unknown = match &names.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["std" | "core" | "alloc", ..] => true,
        [callee] if is_plain_inside(function, callee) => true,
        [callee] | ["self", callee] => seen::is_plain(&function.sig.ident.to_string(), callee),
        [owner, method] if path.qself.is_none() => {
            let owner = if *owner == "Self" { seen::this_name() } else { Some(owner.to_string()) };
            owner.is_some_and(|owner| seen::is_plain_method(&owner, method))
        }
        _ => false,
    };
    if unknown {
        let text: String = path.path.to_token_stream().to_string().replace(' ', "");
        let own = if matches!(names[0].as_str(), "std" | "core" | "alloc") {
            format!(
                "there is no derivative rule for `{text}`: write out what it does, or wrap the call in `stop_gradient(..)` where no derivative is wanted"
            )
        } else {
            message(&format!("the function `{text}`"))
        };
        cx.error(path, own);
    }
}

/// Whether a function that stands in this one has no attribute.
fn is_plain_inside(function: &ItemFn, callee: &str) -> bool {
    function.block.stmts.iter().any(|s| match s {
        Stmt::Item(Item::Fn(f)) if f.sig.ident == callee => !f.attrs.iter().any(is_differentiable),
        _ => false,
    })
}

/// The type of a parameter that a method is called on.
fn owner(function: &ItemFn, func: &Func, receiver: &Arg) -> Option<String> {
    let Arg::Operand(Operand::Place(place, _)) = receiver else { return None };
    let whole = place.proj.iter().all(|p| matches!(p, Proj::Deref));
    let param = func.params.iter().find(|p| whole && p.var == place.base)?;
    let generic = |name: &String| function.sig.generics.type_params().any(|t| t.ident == name);
    seen::name(&param.ty).filter(|name| !generic(name))
}
