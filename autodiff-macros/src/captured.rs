//! References into constants that a derivative would have to keep until it runs, told at the variable that holds them.
//!
//! What is kept outlives the call, and so holds no references. Those that are found again by an index are no such (`lookups`); of
//! the others rustc would say that a hidden type captures a lifetime.
use crate::{
    analysis::{Facts, Plan, activity::root},
    ctxt::users_name,
    ir::*,
    lower::identifiers,
};
use quote::ToTokens;
use syn::{Expr, ExprMethodCall, Type};

/// An error for each of them.
pub(crate) fn references(func: &Func, facts: &Facts) -> Vec<syn::Error> {
    let mut errors = vec![];
    func.body.walk(&mut |s| {
        let Kind::Let { var, ty, op: Op::Native(n) } = &s.kind else { return };
        let kept = matches!(facts.plans.get(var), Some(Plan::Keep | Plan::Scope));
        if kept && !func.info(*var).active && may_refer(ty.as_deref()) && holds_references(func, &n.expr) {
            let name = &func.info(*var).name;
            errors.push(syn::Error::new(
                name.span(),
                format!(
                    "`{}` refers into a constant, and is read by the derivative, which can keep no reference: copy what is read of it \
                     (`.copied()`, `.cloned()`, `let c = s.c[0];`), or find the index, and refer to the entry by it (`&xs[i]`)",
                    users_name(name)
                ),
            ));
        }
    });
    errors
}

/// Whether a type that is written is, or may hold, a reference.
fn may_refer(ty: Option<&Type>) -> bool {
    let open = |ty: &Type| identifiers(ty.to_token_stream()).any(|i| i == "_");
    ty.is_none_or(|ty| ty.to_token_stream().to_string().contains('&') || open(ty))
}

/// Whether a value is, or holds, references into a variable, by the look of what it starts as.
fn holds_references(func: &Func, e: &Expr) -> bool {
    let Expr::MethodCall(m) = e else { return false };
    let variable = |name: &syn::Ident| func.vars.iter().any(|v| v.name == *name);
    root(e).is_some_and(variable) && hands_out(m)
}

/// `xs.iter().max().unwrap()`, `map.keys().collect()`, `o.as_ref().unwrap()`
fn hands_out(m: &ExprMethodCall) -> bool {
    let inside = || matches!(&*m.receiver, Expr::MethodCall(inner) if hands_out(inner));
    match m.method.to_string().as_str() {
        "iter" | "keys" | "values" | "windows" | "chunks" | "chunks_exact" | "as_ref" => m.args.len() < 2,
        "unwrap" | "expect" | "find" | "last" | "next" | "nth" | "min" | "max" | "min_by" | "max_by" | "min_by_key"
        | "max_by_key" | "collect" | "rev" | "skip" | "take" | "step_by" | "filter" | "skip_while" | "take_while"
        | "peekable" | "enumerate" | "zip" | "chain" => inside(),
        _ => false,
    }
}
