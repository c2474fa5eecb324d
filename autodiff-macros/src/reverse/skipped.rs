//! Of the smallest of many distances (`if d < best { best = d; }`) only those that were chosen for a time are reversed.
//!
//! ```text
//! d_bar = 0;                                           d_bar = 0;
//! if chosen { d_bar += best_bar; best_bar = 0; }   =>  if chosen { d_bar += best_bar; best_bar = 0; x_bar[i] += 2 * x[i] * d_bar; }
//! x_bar[i] += 2 * x[i] * d_bar;
//! ```
//! Where a branch overwrites what earlier iterations left it is taken seldom; another one might be taken now and then, and cost
//! more to foretell than zeros cost to add.
use super::{Reverse, declared_names, is_zero};
use crate::{
    emit::Printer,
    ir::*,
    lower::{identifiers, lends_mut},
};
use std::collections::HashSet;

/// Goes through both sweeps. `primal` is the number of the function's own variables; all others are ours.
pub(super) fn skip(reverse: &mut Reverse, primal: usize) {
    let mut plain = HashSet::new();
    for block in [&reverse.forward, &reverse.pullback] {
        block.walk(&mut |s| plain.extend(no_adjoint(s)));
    }
    let Reverse { vars, forward, pullback, .. } = reverse;
    let sweep = Sweep { vars, primal, plain: &plain };
    // what the forward sweep declares itself is handed on to the other one
    inside(&sweep, forward);
    in_block(&sweep, pullback);
}

/// A variable of ours that is no adjoint: a shape, a pullback, what was kept.
fn no_adjoint(s: &Stmt) -> Option<Var> {
    match &s.kind {
        Kind::Let { var, op: Op::Runtime { name, .. }, .. } if name == "shape" => Some(*var),
        Kind::LetPair { vars: [_, pullback], .. } => Some(*pullback),
        Kind::Keep { kept, .. } => Some(*kept),
        _ => None,
    }
}

struct Sweep<'a> {
    vars: &'a [VarInfo],
    primal: usize,
    plain: &'a HashSet<Var>,
}

/// The blocks inside, but for those that hand out what they declare.
fn inside(sweep: &Sweep<'_>, block: &mut Block) {
    let closed = |s: &&mut Stmt| s.lambdas().is_empty() && !matches!(s.kind, Kind::StackFill { .. });
    block.stmts.iter_mut().filter(closed).flat_map(Stmt::blocks_mut).for_each(|b| in_block(sweep, b));
}

fn in_block(sweep: &Sweep<'_>, block: &mut Block) {
    inside(sweep, block);
    let mut k = 0;
    while k < block.stmts.len() {
        if branch(&mut block.stmts[k]).is_some() {
            let moved = sweep.skipped(&block.stmts, k);
            let behind: Vec<Stmt> = block.stmts.drain(k + 1..k + 1 + moved).collect();
            branch(&mut block.stmts[k]).expect("a branch").stmts.extend(behind);
        }
        k += 1;
    }
}

/// A branch that overwrote something.
fn branch(s: &mut Stmt) -> Option<&mut Block> {
    let overwrites = |s: &Stmt| matches!(&s.kind, Kind::Set { value, .. } if is_zero(value));
    match &mut s.kind {
        Kind::SlotOpen { body, .. } if body.stmts.iter().any(overwrites) => Some(body),
        _ => None,
    }
}

impl Sweep<'_> {
    /// How many of the statements behind a branch do nothing if it was not taken.
    fn skipped(&self, stmts: &[Stmt], at: usize) -> usize {
        let mut zeros = Zeros { sweep: self, zero: self.untouched(&stmts[..at]), plain: HashSet::new() };
        if zeros.zero.is_empty() {
            return 0;
        }
        let behind = &stmts[at + 1..];
        let count = behind.iter().take_while(|s| zeros.is_idle(s)).count();
        let (moved, left) = behind.split_at(count);
        let declared: HashSet<String> = moved.iter().flat_map(|s| self.declared(s)).collect();
        let all = zeros.zero.iter().map(|v| self.name(*v)).chain(declared.iter().cloned()).collect::<HashSet<_>>();
        // what the branch declares is not to be taken for what stands around it
        let own: HashSet<String> =
            stmts[at].blocks().iter().flat_map(|b| &b.stmts).flat_map(|s| self.declared(s)).collect();
        let clash = || moved.iter().flat_map(|s| self.names(s)).any(|name| own.contains(&name));
        let asked = || left.iter().flat_map(|s| self.names(s)).any(|name| all.contains(&name));
        let gains = moved.iter().any(|s| !matches!(s.kind, Kind::Let { .. } | Kind::Alias { .. }));
        if gains && !clash() && !asked() { count } else { 0 }
    }

    /// Adjoints that start as zeros, and that nothing has been added to.
    fn untouched(&self, stmts: &[Stmt]) -> HashSet<Var> {
        let mut zero = HashSet::new();
        for s in stmts {
            match &s.kind {
                Kind::Let { var, op, .. } if is_zero(op) => _ = zero.insert(*var),
                _ if zero.is_empty() => {}
                _ => {
                    let names: HashSet<String> = self.names(s).collect();
                    zero.retain(|v| !names.contains(&self.name(*v)));
                }
            }
        }
        zero
    }

    fn name(&self, v: Var) -> String {
        self.vars[v.0 as usize].name.to_string()
    }

    fn names(&self, s: &Stmt) -> impl Iterator<Item = String> {
        identifiers(Printer::of(self.vars).block(&Block { stmts: vec![s.clone()] }))
    }

    fn declared(&self, s: &Stmt) -> Vec<String> {
        declared_names(self.vars, s)
    }
}

/// What is known where the branch was not taken.
struct Zeros<'a> {
    sweep: &'a Sweep<'a>,
    /// Adjoints that are zero.
    zero: HashSet<Var>,
    /// Values that are computed again on the way.
    plain: HashSet<Var>,
}

impl Zeros<'_> {
    /// Whether a statement changes nothing that outlives it but by adding zeros.
    fn is_idle(&mut self, s: &Stmt) -> bool {
        match &s.kind {
            Kind::Let { var, op, .. } if self.vanishes(op) => {
                self.zero.insert(*var);
                true
            }
            Kind::Let { var, op, .. } => {
                self.plain.insert(*var);
                self.computes(op)
            }
            Kind::Accumulate { value, .. } => self.vanishes(value),
            Kind::Alias { expr, arm: false, .. } => !lends_mut(expr),
            Kind::Loop { kind: Loop::For { range, .. }, body, .. } | Kind::ForReversed { range, body, .. } => {
                range.pure && self.all_idle(body)
            }
            Kind::If { cond, then, els } => cond.pure && self.all_idle(then) && self.all_idle(els),
            Kind::SlotOpen { body, .. } => self.all_idle(body),
            Kind::Pullback { callee, args, .. } | Kind::Pull { callee, args } => {
                !matches!(callee, Callee::Parameter) && self.hands_on_zeros(args)
            }
            _ => false,
        }
    }

    fn all_idle(&mut self, block: &Block) -> bool {
        block.stmts.iter().all(|s| self.is_idle(s))
    }

    /// Whether the value is zero: linear in an adjoint that is, which rules are handed last.
    fn vanishes(&self, op: &Op) -> bool {
        let zero = |o: &Operand| o.place().is_some_and(|p| self.zero.contains(&p.base));
        match op {
            _ if is_zero(op) => true,
            Op::Use(o) => zero(o),
            Op::Sum(terms) => terms.iter().all(|t| self.vanishes(t)),
            Op::Runtime { name, args } => {
                let linear = name.contains("::pull_")
                    || name.starts_with("accumulated::")
                    || ["copy", "own", "from_bar", "into_bar", "get", "take", "take_tangent"].contains(&name.as_str());
                linear && args.last().is_some_and(zero)
            }
            _ => false,
        }
    }

    /// Whether a value is computed again from values of the function.
    fn computes(&self, op: &Op) -> bool {
        let pure = match op {
            Op::Native(n) => n.pure,
            Op::Use(_) | Op::Rule { .. } | Op::Aggregate { .. } => true,
            Op::Runtime { name, .. } => name == "shape" || name == "copy",
            _ => false,
        };
        pure && op.operands().iter().all(|o| match o {
            Operand::Place(p, pass) => !matches!(pass, Pass::Mut) && self.is_plain(p.base),
            Operand::Native(n) => n.pure,
        })
    }

    fn is_plain(&self, v: Var) -> bool {
        (v.0 as usize) < self.sweep.primal || self.plain.contains(&v) || self.sweep.plain.contains(&v)
    }

    /// Whether a pullback is handed nothing but zeros, and borrows nothing that it may put back.
    fn hands_on_zeros(&self, args: &[Arg]) -> bool {
        let mut seeds = 0;
        let fine = args.iter().all(|arg| match arg {
            Arg::Operand(Operand::Place(p, pass)) if !self.is_plain(p.base) => match pass {
                Pass::Value | Pass::Copy => {
                    seeds += 1;
                    self.zero.contains(&p.base)
                }
                Pass::Ref => true,
                Pass::Mut => false,
            },
            Arg::Operand(Operand::Place(_, pass)) => !matches!(pass, Pass::Mut),
            Arg::Operand(Operand::Native(n)) => !lends_mut(&n.expr),
            Arg::Closure(_) | Arg::Function(_) => false,
        });
        fine && seeds > 0
    }
}
