//! Whether the derivative of a function or a method that is called reads what it is handed, as far as the file has shown, and where
//! it is certain which one that is: another type or module may have one of this name.
use crate::{ir::*, parts::seen};
use syn::{Expr, Type};

/// The method that is called, where the type of what it is called on is seen.
pub(super) fn method_of(func: &Func, callee: &Callee, args: &[Arg]) -> Option<Method> {
    match callee {
        Callee::Method(name, _) => Some((owner(func, args.first()?)?, name.to_string())),
        Callee::Path(path) if path.qself.is_none() && path.path.segments.len() == 2 => {
            let name = |k: usize| path.path.segments[k].ident.to_string();
            let owner = if name(0) == "Self" { seen::this_name()? } else { name(0) };
            Some((owner, name(1)))
        }
        _ => None,
    }
}

/// A function that is called by its plain name: a method of no type.
fn function_of(callee: &Callee) -> Option<Method> {
    match callee {
        Callee::Path(path) => Some((String::new(), path.path.get_ident()?.to_string())),
        _ => None,
    }
}

/// The name of an argument's type.
fn owner(func: &Func, arg: &Arg) -> Option<String> {
    let v = match arg.operand()? {
        Operand::Place(p, _) => p.proj.is_empty().then_some(p.base),
        Operand::Native(n) => match &n.expr {
            Expr::Path(p) if p.path.get_ident().is_some() => n.reads.first().copied(),
            Expr::Reference(r) if matches!(&*r.expr, Expr::Path(_)) => n.reads.first().copied(),
            _ => None,
        },
    }?;
    if let Some(p) = func.params.iter().find(|p| p.var == v) {
        return name(&p.ty);
    }
    let mut found = None;
    func.body.walk(&mut |s| {
        if let Kind::Let { var, op, ty } = &s.kind
            && *var == v
        {
            found = match (ty, op) {
                (Some(ty), _) => name(ty),
                (None, Op::Native(Native { expr: Expr::Struct(s), .. })) => name_of_path(&s.path),
                (None, Op::Aggregate { form: Form::Struct(path, _), .. }) => name_of_path(&path.path),
                _ => None,
            };
        }
    });
    found
}

fn name(ty: &Type) -> Option<String> {
    match ty {
        Type::Reference(r) => name(&r.elem),
        Type::Paren(p) => name(&p.elem),
        Type::Path(p) if p.qself.is_none() => name_of_path(&p.path),
        _ => None,
    }
}

/// The name of a type that is in scope.
fn name_of_path(path: &syn::Path) -> Option<String> {
    let only = path.segments.first().filter(|_| path.segments.len() == 1 && path.leading_colon.is_none())?;
    if only.ident == "Self" { seen::this_name() } else { Some(only.ident.to_string()) }
}

/// The functions and methods that a function of this name calls, and their arguments that their derivatives are known not to read.
pub(super) fn unread(func: &Func, caller: &str) -> Vec<(Method, usize)> {
    let mut found = Vec::new();
    func.body.walk(&mut |s| {
        if let Kind::Let { op: Op::Call { callee, args, .. }, .. } = &s.kind
            && let Some(method) = function_of(callee).or_else(|| method_of(func, callee, args))
        {
            let unread = (0..args.len()).filter(|k| seen::is_unread(caller, &method, *k));
            found.extend(unread.map(|k| (method.clone(), k)));
        }
    });
    found
}
