//! Reversed loops that add to several entries of one adjoint, as those of stencils do, are split: no loop adds to an entry that
//! another of its iterations adds to, so that each is vectorised.
//!
//! ```text
//! for i in 1..n { bar = take(&y_bar[i]); x_bar[i - 1] += a * bar; x_bar[i] += b * bar; }
//! =>
//! for i in 1..n { bar = get(&y_bar[i]); x_bar[i - 1] += a * bar; }
//! for i in 1..n { bar = take(&y_bar[i]); x_bar[i] += b * bar; }
//!
//! for i in 1..n { d = x[i - 1] - 2.0 * x[i] + x[i + 1]; sum += d * d; d_bar = (d + d) * sum_bar; x_bar[i - 1] += d_bar; .. }
//! =>
//! for i in 1..n { d = x[i - 1] - 2.0 * x[i] + x[i + 1]; sum += d * d; x_bar[i] -= 2.0 * (d + d) * sum_bar; }
//! for i in 1..n { d = x[i - 1] - 2.0 * x[i] + x[i + 1]; x_bar[i - 1] += (d + d) * sum_bar; }
//! for i in 1..n { d = x[i - 1] - 2.0 * x[i] + x[i + 1]; x_bar[i + 1] += (d + d) * sum_bar; }
//! ```
use super::{
    Transform,
    order::{Access, Body, Touch},
};
use crate::{emit::Printer, ir::*, lower::identifiers, rules};
use std::collections::HashSet;
use syn::BinOp;

/// More loops than a stencil has entries.
const MOST: usize = 9;
/// Fewer entries are carried from one iteration to the next in registers while the primal's sum waits for its last addition.
const LEAST_BESIDE_SUMS: usize = 3;

/// The bodies of the loops; one, where nothing is gained.
pub(super) fn split(vars: &[VarInfo], body: &Body<'_>, block: Block) -> Vec<Block> {
    match groups(body, &block) {
        Some(groups) if (2..=MOST).contains(&groups.len()) && block.stmts.iter().all(is_cheap) => {
            let last = groups.len() - 1;
            groups.iter().enumerate().map(|(k, g)| part(vars, &block, body, g, k == last)).collect()
        }
        _ => vec![block],
    }
}

/// The bodies of a loop that is reversed while it runs, of which the first adds to the primal's sums; one, where nothing is
/// gained.
pub(super) fn split_sums(transform: &Transform<'_>, around: Id, counter: Var, block: Block) -> Vec<Block> {
    let vars = &transform.vars;
    let (sums, rest): (Vec<&Stmt>, Vec<&Stmt>) = block.stmts.iter().partition(|s| sum_of(s).is_some());
    let rest = Block { stmts: rest.into_iter().cloned().collect() };
    let read: HashSet<String> = identifiers(Printer::of(vars).block(&rest)).collect();
    let is_read = |v: Var| read.contains(&vars[v.0 as usize].name.to_string());
    let takes = |s: &Stmt| matches!(&s.kind, Kind::Let { op: Op::Runtime { name, .. }, .. } if name == "take");
    if sums.into_iter().filter_map(sum_of).any(is_read) || rest.stmts.iter().any(takes) {
        return vec![block];
    }
    let Some(body) = transform.in_any_order(around, counter, &rest) else { return vec![block] };
    let mut bodies = split(vars, &body, block.clone());
    if bodies.len() < LEAST_BESIDE_SUMS {
        return vec![block];
    }
    bodies.reverse();
    bodies
}

/// The number that a statement adds to.
fn sum_of(s: &Stmt) -> Option<Var> {
    match &s.kind {
        Kind::Update { place, op: BinOp::AddAssign(_) | BinOp::SubAssign(_), .. } => {
            place.proj.is_empty().then_some(place.base)
        }
        _ => None,
    }
}

/// The statements that add to adjoints around the loop, in groups of which none adds to two entries of the same one.
fn groups(body: &Body<'_>, block: &Block) -> Option<Vec<HashSet<usize>>> {
    let mut groups: Vec<(Vec<Touch>, HashSet<usize>)> = vec![];
    let read: HashSet<Var> = body.touched.iter().filter(|t| t.access != Access::Adds).map(|t| t.root).collect();
    for (k, s) in block.stmts.iter().enumerate() {
        let Kind::Accumulate { target, .. } = &s.kind else { continue };
        let mut touches = body.touches(target, Access::Adds);
        let Some(t) = touches.pop() else { continue };
        // a statement stands in one of the loops only
        if !touches.is_empty() || read.contains(&t.root) || t.own.is_empty() {
            return None;
        }
        match groups.iter_mut().find(|(entries, _)| !entries.iter().any(|e| body.may_meet(e, &t))) {
            Some((entries, stmts)) => {
                entries.push(t);
                stmts.insert(k);
            }
            None => groups.push((vec![t], HashSet::from([k]))),
        }
    }
    Some(groups.into_iter().map(|(_, stmts)| stmts).collect())
}

/// Whether a statement may be run in every one of the loops.
fn is_cheap(s: &Stmt) -> bool {
    let cheap = |op: &Op| match op {
        Op::Rule { rule, .. } => rule.cheap,
        Op::Runtime { name, .. } => name.split("::").next().and_then(rules::rule).is_none_or(|r| r.cheap),
        _ => true,
    };
    match &s.kind {
        Kind::Let { op, .. } | Kind::Accumulate { value: op, .. } => cheap(op),
        Kind::Alias { .. } => true,
        _ => sum_of(s).is_some(),
    }
}

/// The statements of one group, and what they need. Only the last loop takes what all of them read.
fn part(vars: &[VarInfo], block: &Block, body: &Body<'_>, group: &HashSet<usize>, last: bool) -> Block {
    let names = |s: &Stmt| identifiers(Printer::of(vars).block(&Block { stmts: vec![s.clone()] }));
    let mut needed: HashSet<String> = HashSet::new();
    let mut stmts = Vec::new();
    for (k, s) in block.stmts.iter().enumerate().rev() {
        let is_needed = |v: Var| needed.contains(&vars[v.0 as usize].name.to_string());
        let mut s = s.clone();
        let keep = match &mut s.kind {
            Kind::Let { var, op: Op::Runtime { name, .. }, .. } if name == "take" => {
                if !last {
                    *name = "get".into();
                }
                last || is_needed(*var)
            }
            Kind::Let { var, .. } => is_needed(*var),
            Kind::Accumulate { target, .. } if body.is_local(target.base) => is_needed(target.base),
            Kind::Accumulate { .. } => group.contains(&k),
            Kind::Update { .. } => last,
            _ => names(&s).any(|n| needed.contains(&n)),
        };
        if keep {
            needed.extend(names(&s));
            stmts.push(s);
        }
    }
    stmts.reverse();
    Block { stmts }
}
