//! Variables whose shape changes after their first value: an adjoint's zero can't be made from that.
//!
//! ```text
//! x[i] += e; x[i] = 2.0;    the shape of `x` is what it was
//! x = e; rows[i] = e; f(&mut x);    perhaps not
//! ```
use super::{
    facts::Facts,
    usefulness::is_mut,
    writes::{roots_of, statement, written},
};
use crate::ir::*;
use std::collections::HashSet;
use syn::{BinOp, Expr, visit::Visit};

pub(super) fn reshaped(func: &Func, facts: &Facts) -> HashSet<Var> {
    let mut found = HashSet::new();
    func.body.walk(&mut |s| {
        if !keeps_shape(func, s) {
            found.extend(written(func, facts, s));
        }
    });
    found
}

/// What is added has the shape of what it is added to; a number stands for a number.
fn keeps_shape(func: &Func, s: &Stmt) -> bool {
    match &s.kind {
        Kind::Update { op: BinOp::AddAssign(_) | BinOp::SubAssign(_), .. } => true,
        Kind::Update { place, .. } | Kind::Assign { place, .. } => place.is_number(func.info(place.base)),
        Kind::SwapEntries { place, .. } => place.has_numbers(func.info(place.base)),
        _ => false,
    }
}

/// Whether what a place lies in may become shorter or another container somewhere: `rows[i]` where `rows.pop()` is. Where the
/// place is wanted in reverse, that must be as it was.
pub(super) fn may_be_gone(func: &Func, facts: &Facts, place: &Place) -> bool {
    let (depth, roots) = (depth(func, facts, place), roots_of(facts, place.base));
    // what is lent by `&mut` keeps its lengths if its adjoint does
    let rigid = |r: &Var| func.params.iter().any(|p| p.var == *r && !p.exclusive);
    if depth == 0 || roots.iter().all(rigid) {
        return false;
    }
    let mut gone = false;
    func.body.walk(&mut |s| {
        let replaced = |p: &Place, more: usize| {
            roots_of(facts, p.base).iter().any(|r| roots.contains(r)) && self::depth(func, facts, p) + more < depth
        };
        gone |= match &s.kind {
            _ if keeps_shape(func, s) => false,
            Kind::Assign { place, init, .. } => !init && replaced(place, 0),
            Kind::Update { place, .. } => replaced(place, 0),
            Kind::Swap { a, b, .. } => replaced(a, 0) || replaced(b, 0),
            Kind::SwapEntries { place, .. } => replaced(place, 1),
            Kind::Let { op: Op::Call { args, .. }, .. } => args
                .iter()
                .filter_map(Arg::operand)
                .filter(|a| is_mut(func, a))
                .any(|a| a.place().is_some_and(|p| replaced(p, 0))),
            _ => false,
        };
    });
    gone
}

/// How many containers a place lies in, at least.
pub(super) fn depth(func: &Func, facts: &Facts, place: &Place) -> usize {
    let steps = place.proj.iter().filter(|step| matches!(step, Proj::Index(_))).count();
    let cut = facts.defs.get(&place.base).and_then(|def| statement(func, def.id));
    match cut.map(|s| &s.kind) {
        Some(Kind::Alias { vars, expr, roots, .. }) if vars.contains(&place.base) => {
            let inner = roots.iter().map(|r| depth(func, facts, &Place::var(*r))).max().unwrap_or(0);
            steps + cuts(expr) + inner
        }
        _ => steps,
    }
}

/// The steps into a container that an expression takes: indices, and methods such as `split_at_mut`.
fn cuts(expr: &Expr) -> usize {
    struct Cuts(usize);
    impl Visit<'_> for Cuts {
        fn visit_expr_index(&mut self, i: &syn::ExprIndex) {
            self.0 += 1;
            self.visit_expr(&i.expr);
        }
        fn visit_expr_method_call(&mut self, m: &syn::ExprMethodCall) {
            self.0 += usize::from(!m.args.is_empty());
            self.visit_expr(&m.receiver);
        }
    }
    let mut cuts = Cuts(0);
    cuts.visit_expr(expr);
    cuts.0
}
