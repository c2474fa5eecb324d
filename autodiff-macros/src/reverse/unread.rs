//! Adjoints of parameters that nobody reads, because a caller's argument is a constant.
//!
//! ```text
//! add_to(&b_bar, mul::pull_1(&a, &b, &c_bar))    =>    if is_read(&*b, b_bar) { add_to(&b_bar, mul::pull_1(&a, &b, &c_bar)) }
//! ```
//! Where an adjoint is only ever added to as a whole, or handed on, nothing is computed for nobody. Where its parts are added
//! to, `emit` puts a spare one in its place.
use super::Reverse;
use crate::{
    emit::{self, Printer},
    ir::*,
    lower::identifiers,
};
use std::collections::HashMap;
use syn::Type;

/// Guards the contributions to the adjoints of a function's parameters.
pub(super) fn guard(reverse: &mut Reverse, func: &Func) {
    let wholes = |bar| wholes(&reverse.forward, bar) + wholes(&reverse.pullback, bar);
    let params = func.params.iter().zip(&reverse.bars).filter(|(p, _)| may_be_unread(p));
    let added_to: Vec<_> = params.map(|(p, bar)| (p, *bar, wholes(*bar))).filter(|(.., wholes)| *wholes > 0).collect();
    if added_to.is_empty() {
        return;
    }
    let named = named(reverse);
    for (param, bar, wholes) in added_to {
        if named.get(&reverse.vars[bar.0 as usize].name.to_string()) != Some(&wholes) {
            continue;
        }
        let name = &reverse.vars[bar.0 as usize].name;
        let expr = emit::is_read(func.name(param.var), param.pass, name);
        let cond = Native { expr, reads: vec![param.var], pure: true };
        guard_in(&mut reverse.forward, bar, &cond);
        guard_in(&mut reverse.pullback, bar, &cond);
        reverse.guarded.insert(bar);
    }
}

fn may_be_unread(p: &Param) -> bool {
    has_unread(referred(&p.ty)) && p.again && !p.constant && !p.exclusive && !p.function
}

/// The `T` of `&T`.
pub(super) fn referred(ty: &Type) -> &Type {
    match ty {
        Type::Reference(r) => &r.elem,
        ty => ty,
    }
}

/// Whether the adjoints of a type may be such that nobody reads them: those of slices, vectors and matrices, by whatever name.
pub(crate) fn has_unread(ty: &Type) -> bool {
    match ty {
        Type::Slice(_) => true,
        Type::Path(path) => !path.path.get_ident().is_some_and(|i| i == "f64" || i == "f32"),
        _ => false,
    }
}

/// How often the sweeps name each variable.
fn named(reverse: &Reverse) -> HashMap<String, usize> {
    let printer = Printer::of(&reverse.vars);
    let mut named = HashMap::new();
    let sweeps = [&reverse.forward, &reverse.pullback].map(|sweep| identifiers(printer.block(sweep)));
    sweeps.into_iter().flatten().for_each(|name| *named.entry(name).or_default() += 1);
    named
}

fn is_whole(s: &Stmt, bar: Var) -> bool {
    matches!(&s.kind, Kind::Accumulate { target, cells: true, .. } if target.base == bar && target.proj.is_empty())
}

/// How often an adjoint is added to as a whole, or handed on to a function that tells for itself.
fn wholes(block: &Block, bar: Var) -> usize {
    let mut found = 0;
    block.walk(&mut |s| {
        let args: &[Arg] = match &s.kind {
            Kind::Pullback { callee, args, .. } | Kind::Pull { callee, args } if tells_unread(callee) => args,
            Kind::Let { op: Op::Call { callee: Callee::Path(path), args, .. }, .. } if is_at_once(path) => args,
            _ => &[],
        };
        found += usize::from(is_whole(s, bar)) + args.iter().filter(|a| is_handed_on(a, bar)).count();
    });
    found
}

/// `&(*x_bar)`
fn is_handed_on(arg: &Arg, bar: Var) -> bool {
    matches!(arg.place(), Some(p) if p.base == bar && matches!(&p.proj[..], [] | [Proj::Deref]))
}

/// `f::at_once`
fn is_at_once(path: &syn::ExprPath) -> bool {
    path.path.segments.len() == 2 && path.path.segments[1].ident == "at_once"
}

/// Whether a callee tells that nobody reads an adjoint: the user's own functions do, rules and closures add to whatever they
/// are handed.
pub(super) fn tells_unread(callee: &Callee) -> bool {
    matches!(callee, Callee::Path(path) if path.qself.is_none() && path.path.get_ident().is_some())
}

fn guard_in(block: &mut Block, bar: Var, cond: &Native) {
    for s in &mut block.stmts {
        if is_whole(s, bar) {
            let then = Block { stmts: vec![s.clone()] };
            s.kind = Kind::If { cond: cond.clone(), then, els: Block::default() };
        } else {
            s.blocks_mut().into_iter().for_each(|b| guard_in(b, bar, cond));
        }
    }
}
