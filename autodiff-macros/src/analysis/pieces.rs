//! What a loop overwrites entry by entry can be kept as one piece, if nothing reads it while the loop is reversed.
use super::{
    facts::{DefKind, Facts},
    writes::{roots_of, written},
};
use crate::ir::*;
use syn::{BinOp, Expr, Ident};

/// The statements of a loop `for i in a..b` that overwrite `y[i + c]`: what is kept of `y`, and how far from `i` it is, before it
/// and after it.
pub(crate) fn pieces(func: &Func, facts: &Facts, s: &Stmt) -> Vec<(Id, Place, [usize; 2])> {
    let Kind::Loop { kind: Loop::For { var, range }, body, .. } = &s.kind else { return vec![] };
    if !Facts::ranged(s) || !is_half_open(&range.expr) {
        return vec![];
    }
    let found = body.stmts.iter().filter_map(|st| {
        let (place, distance) = piece(func, facts, s, st, *var, body)?;
        Some((st.id, place.clone(), distance))
    });
    found.collect()
}

fn piece<'s>(
    func: &Func,
    facts: &Facts,
    s: &Stmt,
    st: &'s Stmt,
    i: Var,
    body: &Block,
) -> Option<(&'s Place, [usize; 2])> {
    let (Kind::Assign { place, init: false, .. } | Kind::Update { place, .. }) = &st.kind else { return None };
    let [Proj::Index(index)] = &place.proj[..] else { return None };
    let distance = distance(&index.expr, func.name(i))?;
    let (y, info) = (place.base, func.info(place.base));
    let alias = facts.defs.get(&y).is_some_and(|d| d.kind == DefKind::Alias);
    let own = info.elements && !info.view && !alias && roots_of(facts, y) == [y];
    let kept = own && writes_entries_only(func, facts, y, body) && facts.restores.contains_key(&st.id);
    (kept && !facts.is_read_within(y, s)).then_some((place, distance))
}

/// Whether a block does no more to `y` than give entries of it other values: its length stays.
fn writes_entries_only(func: &Func, facts: &Facts, y: Var, block: &Block) -> bool {
    let mut only = true;
    block.walk(&mut |s| {
        let entry = match &s.kind {
            Kind::Assign { place, .. } | Kind::Update { place, .. } => matches!(place.proj[..], [Proj::Index(_), ..]),
            _ => false,
        };
        only &= entry || !written(func, facts, s).contains(&y);
    });
    only
}

/// How far an index `i`, `i - c` or `i + c` is from `i`: before it, and after it.
fn distance(index: &Expr, i: &Ident) -> Option<[usize; 2]> {
    let counter = |e: &Expr| matches!(e, Expr::Path(p) if p.path.is_ident(i));
    match index {
        Expr::Paren(p) => distance(&p.expr, i),
        e if counter(e) => Some([0, 0]),
        Expr::Binary(b) if counter(&b.left) => {
            let Expr::Lit(syn::ExprLit { lit: syn::Lit::Int(c), .. }) = &*b.right else { return None };
            let c = c.base10_parse().ok()?;
            match b.op {
                BinOp::Sub(_) => Some([c, 0]),
                BinOp::Add(_) => Some([0, c]),
                _ => None,
            }
        }
        _ => None,
    }
}

fn is_half_open(range: &Expr) -> bool {
    match range {
        Expr::Paren(p) => is_half_open(&p.expr),
        Expr::Group(g) => is_half_open(&g.expr),
        Expr::Range(r) => matches!(r.limits, syn::RangeLimits::HalfOpen(_)) && r.start.is_some() && r.end.is_some(),
        _ => false,
    }
}
