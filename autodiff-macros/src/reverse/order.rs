//! Reversed loops whose iterations may come in any order: they run forwards, as the primal does, so that they are vectorised as
//! the primal is.
//!
//! ```text
//! for i in 1..n { y[i] = x[i - 1] * x[i]; }    =>    for i in 1..n { bar = take(&y_bar[i]); x_bar[i - 1] += ..; x_bar[i] += ..; }
//! ```
//! Contributions to adjoints are sums, in whatever order. An adjoint that is taken or read must be touched at the same index only.
use super::Transform;
use crate::{analysis::Counter, ir::*, lower::lends_mut, syntax::is_split};
use quote::ToTokens;
use std::collections::HashSet;
use syn::{Expr, Pat};

/// What an iteration does to an adjoint.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Access {
    Adds,
    Reads,
    /// Reads, and leaves a zero.
    Takes,
}

pub(super) struct Touch {
    /// The variable, or the root that a reference leads to.
    pub(super) root: Var,
    /// What is indexed: the root, or a part of it.
    base: Var,
    /// The indices up to each of which every iteration has one of its own: `[2][i]` of `x[2][i][k]`.
    pub(super) own: Vec<String>,
    pub(super) access: Access,
}

/// What the body of a loop over `counter` does to the adjoints around it.
pub(super) struct Body<'a> {
    /// The loop.
    around: Id,
    counter: Var,
    /// Variables of the iteration.
    local: HashSet<Var>,
    pub(super) touched: Vec<Touch>,
    transform: &'a Transform<'a>,
}

impl Transform<'_> {
    /// What the body of a reversed loop does, if its iterations may come in any order.
    pub(super) fn in_any_order(&self, around: Id, counter: Var, block: &Block) -> Option<Body<'_>> {
        let mut body = Body::new(self, around, counter);
        (block.stmts.iter().all(|s| body.statement(s)) && !body.conflicts()).then_some(body)
    }
}

impl<'a> Body<'a> {
    pub(super) fn new(transform: &'a Transform<'a>, around: Id, counter: Var) -> Self {
        Body { around, counter, local: HashSet::new(), touched: vec![], transform }
    }

    /// Gathers what a statement does to adjoints; whether it does nothing else.
    pub(super) fn statement(&mut self, s: &Stmt) -> bool {
        match &s.kind {
            Kind::Let { var, op, .. } => {
                self.local.insert(*var);
                self.operation(op)
            }
            Kind::Accumulate { target, value, .. } => {
                self.touch(target, Access::Adds);
                self.operation(value)
            }
            Kind::Alias { expr, .. } => !lends_mut(expr),
            Kind::ForReversed { body, .. } | Kind::ForEach { body, .. } => body.stmts.iter().all(|s| self.statement(s)),
            Kind::Loop { kind: Loop::For { .. }, body, .. } => body.stmts.iter().all(|s| self.statement(s)),
            // of ours: a sum that has been taken out of a loop
            Kind::If { cond, then, els } => {
                let blocks = [then, els].into_iter().flat_map(|b| &b.stmts);
                cond.pure && blocks.into_iter().all(|s| self.statement(s))
            }
            _ => false,
        }
    }

    fn operation(&mut self, op: &Op) -> bool {
        let (reads, access) = match op {
            Op::Native(n) => (n.pure, Access::Reads),
            Op::Use(_) | Op::Rule { .. } | Op::Aggregate { .. } => (true, Access::Reads),
            Op::Runtime { name, .. } if name == "take" => (true, Access::Takes),
            Op::Runtime { name, .. } => (name != "write_back", Access::Reads),
            _ => (false, Access::Reads),
        };
        let operands = op.operands();
        operands.iter().filter_map(|o| o.place()).for_each(|p| self.touch(p, access));
        reads && !operands.iter().any(|o| matches!(o, Operand::Place(_, Pass::Mut)))
    }

    fn touch(&mut self, place: &Place, access: Access) {
        let touches = self.touches(place, access);
        self.touched.extend(touches);
    }

    /// The adjoints around the loop that a place is a part of.
    pub(super) fn touches(&self, place: &Place, access: Access) -> Vec<Touch> {
        let t = self.transform;
        if self.is_local(place.base) {
            return vec![];
        }
        let Some((v, _)) = t.bars.iter().find(|(_, bar)| **bar == place.base) else {
            // of primal values nothing changes here
            let touch = Touch { root: place.base, base: place.base, own: vec![], access };
            return (!self.is_primal(place.base)).then_some(touch).into_iter().collect();
        };
        let (base, indices) = self.entry(*v, place);
        let part = t.part(base).is_some() && t.facts.is_declared_outside(base, self.around);
        let steady = part || t.alias_of(base).is_none();
        let counter = self.counter();
        let (mut own, mut so_far) = (vec![], String::new());
        // behind a range, or one that changes, the same index may be another entry
        for e in indices.iter().take_while(|e| steady && (counter.is_own(e) || counter.is_steady(e))) {
            so_far += &format!("[{}]", e.to_token_stream());
            own.extend(counter.is_own(e).then(|| so_far.clone()));
        }
        let touch = |root| Touch { root, base, own: own.clone(), access };
        t.facts.roots_of(*v).into_iter().map(touch).collect()
    }

    /// What is indexed to get to a part of a variable's adjoint, and how: `&x[i]` is a part of `x`.
    fn entry<'p>(&'p self, v: Var, place: &'p Place) -> (Var, Vec<&'p Expr>) {
        let t = self.transform;
        let indices = place.proj.iter().map_while(|p| if let Proj::Index(n) = p { Some(&n.expr) } else { None });
        let indexed: Vec<&Expr> = indices.collect();
        let Some(Kind::Alias { expr, .. }) = t.alias_of(v).map(|s| &s.kind) else { return (v, indexed) };
        match element(expr) {
            _ if t.part(v).is_some() => (v, indexed),
            Some((base, index)) => match t.func.vars.iter().position(|info| info.name == *base) {
                Some(k) => (Var(k as u32), vec![index]),
                None => (v, vec![]),
            },
            None => (v, vec![]),
        }
    }

    /// Whether a variable is one of the function's own, and no adjoint.
    pub(super) fn is_primal(&self, v: Var) -> bool {
        (v.0 as usize) < self.transform.func.vars.len()
    }

    pub(super) fn is_local(&self, v: Var) -> bool {
        self.local.contains(&v)
    }

    pub(super) fn counter(&self) -> Counter<'_> {
        let t = self.transform;
        Counter::of(t.func, &t.vars, t.facts, self.around, self.counter)
    }

    /// Whether an iteration reads or takes what another one changes.
    fn conflicts(&self) -> bool {
        let pairs = self.touched.iter().flat_map(|a| self.touched.iter().map(move |b| (a, b)));
        let mut meeting = pairs.filter(|(a, b)| self.may_meet(a, b));
        meeting.any(|(a, b)| a.access != b.access || a.access == Access::Takes)
    }

    /// Whether two iterations may come to the same entry of one adjoint: `x[i][0]` never meets `x[i][1]`, nor `x[i][j]`, but
    /// `x[1..][i]` meets `x[2..][i]`.
    pub(super) fn may_meet(&self, a: &Touch, b: &Touch) -> bool {
        let parts = || (self.transform.part(a.base), self.transform.part(b.base));
        match (a.root == b.root, a.base == b.base) {
            (false, _) => false,
            (true, true) => !a.own.iter().any(|index| b.own.contains(index)),
            (true, false) => !matches!(parts(), (Some(one), Some(other)) if one == other),
        }
    }
}

impl Transform<'_> {
    /// The statement that cuts something in two, for the one and the other: `let (low, high) = x.split_at_mut(n);`
    fn part(&self, v: Var) -> Option<Id> {
        let alias = self.alias_of(v)?;
        let Kind::Alias { pat: Pat::Tuple(pat), expr: Expr::MethodCall(m), .. } = &alias.kind else { return None };
        let two = pat.elems.iter().filter(|p| matches!(p, Pat::Ident(_) | Pat::Wild(_))).count() == 2;
        (two && pat.elems.len() == 2 && is_split(m)).then_some(alias.id)
    }
}

/// The `x` and `i` of `&x[i]`.
fn element(e: &Expr) -> Option<(&syn::Ident, &Expr)> {
    match e {
        Expr::Reference(r) => element(&r.expr),
        Expr::Paren(p) => element(&p.expr),
        Expr::Index(x) => match &*x.expr {
            Expr::Path(p) => Some((p.path.get_ident()?, &x.index)),
            _ => None,
        },
        _ => None,
    }
}
