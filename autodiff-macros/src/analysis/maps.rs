//! Loops over entries with branches, as those with a boundary: nothing is kept of an iteration, all of it is computed again.
//!
//! ```text
//! for i in 0..n {
//!     let left = if i > 0 { x[i - 1] } else { 0.0 };       which branch was taken, and what came of it, is not kept
//!     f[i] = k * (left - x[i]) * x[i];                     an entry of its own, which no iteration reads
//! }
//! ```
use super::{
    entries::has_own_entries,
    facts::{DefKind, Facts, Plan},
    iterations::{found_outside, uses_borrowed},
    writes::{keeps_to_itself, operands, written},
};
use crate::ir::*;
use std::collections::HashSet;

/// The loops that are run a second time, iteration by iteration, since that costs less than what would be kept.
pub(super) fn maps(func: &Func, facts: &Facts) -> HashSet<Id> {
    let mut found = HashSet::new();
    func.body.walk(&mut |s| {
        if let Kind::Loop { kind: Loop::For { .. }, body, .. } = &s.kind
            && Facts::ranged(s)
            && facts.live.contains(&s.id)
            && !facts.again.contains(&s.id)
            && !facts.sites[&s.id].loops.iter().any(|l| facts.again.contains(l))
            && keeps_values(facts, s, body)
            && is_cheap(func, body)
            && leaves_entries_only(func, facts, s, body)
            && !uses_borrowed(func, facts, s)
            && found_outside(func, facts, s).into_iter().all(|v| is_there(func, facts, s, v))
        {
            found.insert(s.id);
        }
    });
    found
}

/// Whether anything is kept of each iteration.
fn keeps_values(facts: &Facts, s: &Stmt, body: &Block) -> bool {
    let inside = |v: &Var| facts.defs.get(v).is_some_and(|d| d.loops.last() == Some(&s.id));
    let mut keeps = facts.plans.iter().any(|(v, plan)| *plan == Plan::Keep && inside(v));
    body.walk(&mut |s| {
        keeps |= matches!(s.kind, Kind::If { .. }) && facts.live.contains(&s.id);
    });
    keeps
}

/// Whether all that an iteration does are branches and cheap operations on numbers.
fn is_cheap(func: &Func, body: &Block) -> bool {
    let mut cheap = true;
    body.walk(&mut |s| {
        cheap &= match &s.kind {
            Kind::Let { op: Op::Native(n), .. } | Kind::If { cond: n, .. } => n.pure,
            Kind::Let { op: Op::Use(_), var, .. } => func.info(*var).scalar,
            Kind::Let { op: Op::Rule { rule, .. }, var, .. } => rule.cheap && func.info(*var).scalar,
            Kind::Declare { .. } | Kind::Assign { .. } | Kind::Update { .. } => true,
            _ => false,
        };
        cheap &= operands(s).iter().flat_map(|o| o.natives()).all(|n| n.pure);
    });
    cheap
}

/// Whether all that an iteration leaves behind are entries of its own and sums, which no iteration reads.
fn leaves_entries_only(func: &Func, facts: &Facts, outer: &Stmt, body: &Block) -> bool {
    let depth = facts.sites[&outer.id].loops.len();
    let outside = |w: &Var| facts.defs.get(w).is_some_and(|d| d.loops.len() <= depth);
    let mut only = body.stmts.iter().all(|s| keeps_to_itself(func, facts, outer, s, body));
    body.walk(&mut |s| {
        // where an entry is assigned twice, the order counts
        if let Kind::Assign { .. } = &s.kind {
            only &=
                written(func, facts, s).into_iter().filter(outside).all(|w| has_own_entries(func, facts, outer.id, w));
        }
    });
    only
}

/// Whether a value that an iteration is computed from is there in reverse without being kept for this purpose.
fn is_there(func: &Func, facts: &Facts, s: &Stmt, v: Var) -> bool {
    let info = func.info(v);
    let steady = !info.mutable && !info.writable && !info.borrows;
    let kind = facts.defs.get(&v).map(|d| d.kind);
    facts.is_read_within(v, s)
        || steady && matches!(kind, Some(DefKind::Param | DefKind::Counter(true)))
        || steady && kind == Some(DefKind::Let) && facts.is_at_hand(v)
}
