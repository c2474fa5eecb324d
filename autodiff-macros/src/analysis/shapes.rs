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
use crate::{ir::*, syntax::is_split};
use std::collections::HashSet;
use syn::{BinOp, Expr, Pat, visit::Visit};

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
    let (depth, roots) = (depth(func, facts, place).most, roots_of(facts, place.base));
    // what is lent by `&mut` keeps its lengths if its adjoint does
    let rigid = |r: &Var| func.params.iter().any(|p| p.var == *r && !p.exclusive);
    if depth == 0 || roots.iter().all(rigid) {
        return false;
    }
    let mut gone = false;
    func.body.walk(&mut |s| {
        let replaced = |p: &Place, more: usize| {
            roots_of(facts, p.base).iter().any(|r| roots.contains(r))
                && self::depth(func, facts, p).least + more < depth
        };
        gone |= match &s.kind {
            _ if keeps_shape(func, s) => false,
            Kind::Assign { place, init, .. } => !init && replaced(place, 0),
            Kind::Update { place, .. } => replaced(place, 0),
            Kind::Swap { a, b, .. } => replaced(a, 0) || replaced(b, 0),
            Kind::SwapEntries { place, .. } => replaced(place, 2),
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

/// Where a place lies in containers, in halves: an entry of what lies at 0 is at 2, a part of it (`x[a..b]`, `x.split_at_mut(n)`)
/// at 1, and so is an entry of that part at 2.
#[derive(Clone, Copy)]
struct Depth {
    least: usize,
    most: usize,
}

impl Depth {
    fn entry(self) -> Depth {
        let entry = |d: usize| d - d % 2 + 2;
        Depth { least: entry(self.least), most: entry(self.most) }
    }

    fn part(self) -> Depth {
        let part = |d: usize| d - d % 2 + 1;
        Depth { least: part(self.least), most: part(self.most) }
    }

    /// Of what nothing is known: this, or an entry.
    fn or_entry(self) -> Depth {
        Depth { least: self.least, most: self.entry().most }
    }
}

/// Whether a place is a whole container, for all that is known.
pub(super) fn may_be_whole(func: &Func, facts: &Facts, place: &Place) -> bool {
    depth(func, facts, place).least == 0
}

fn depth(func: &Func, facts: &Facts, place: &Place) -> Depth {
    let cut = facts.defs.get(&place.base).and_then(|def| statement(func, def.id));
    let base = match cut.map(|s| &s.kind) {
        Some(Kind::Alias { pat, vars, expr, roots, .. }) if vars.contains(&place.base) => {
            let roots = || roots.iter().map(|r| depth(func, facts, &Place::var(*r)));
            let least = roots().map(|d| d.least).min().unwrap_or(0);
            let matched = below(expr, Depth { least, most: roots().map(|d| d.most).max().unwrap_or(0) });
            let split = matches!(expr, Expr::MethodCall(m) if is_split(m));
            let whole = split || matches!(pat, Pat::Ident(p) if p.subpat.is_none());
            if whole { matched } else { matched.or_entry() }
        }
        _ => Depth { least: 0, most: 0 },
    };
    place.proj.iter().fold(base, |d, step| match step {
        Proj::Index(n) if matches!(n.expr, Expr::Range(_)) => d.part(),
        Proj::Index(_) => d.entry(),
        _ => d,
    })
}

/// Where an expression leads to whose root lies at this depth.
fn below(expr: &Expr, root: Depth) -> Depth {
    match expr {
        Expr::Path(_) => root,
        Expr::Reference(r) => below(&r.expr, root),
        Expr::Paren(p) => below(&p.expr, root),
        Expr::Unary(u) => below(&u.expr, root),
        Expr::Field(f) => below(&f.base, root),
        Expr::Index(i) if matches!(*i.index, Expr::Range(_)) => below(&i.expr, root).part(),
        Expr::Index(i) => below(&i.expr, root).entry(),
        Expr::MethodCall(m) if is_split(m) => below(&m.receiver, root).part(),
        Expr::MethodCall(m) if ["as_mut", "as_ref", "as_mut_slice", "as_slice"].iter().any(|name| m.method == name) => {
            below(&m.receiver, root)
        }
        Expr::MethodCall(m) => below(&m.receiver, root).or_entry(),
        // of several things, or chosen ones
        e => Depth { least: root.least, most: root.most + 2 * cuts(e) },
    }
}

/// The steps into a container that an expression takes at most: indices, and methods.
fn cuts(expr: &Expr) -> usize {
    struct Cuts(usize);
    impl Visit<'_> for Cuts {
        fn visit_expr_index(&mut self, i: &syn::ExprIndex) {
            self.0 += 1;
            self.visit_expr(&i.expr);
        }
        fn visit_expr_method_call(&mut self, m: &syn::ExprMethodCall) {
            self.0 += 1;
            self.visit_expr(&m.receiver);
        }
    }
    let mut cuts = Cuts(0);
    cuts.visit_expr(expr);
    cuts.0
}
