//! The function whose seed is known from the start: sums over data are reversed while they are computed.
//!
//! ```text
//! for i in 0..n { .. sum += e; }      let sum_bar = seed / 2;
//! sum / 2.0                     =>    for i in 0..n { ..; sum += e; e_bar = sum_bar; .. }
//! ```
use super::{Reverse, Transform, declared_inside, stmt};
use crate::{
    analysis::{Facts, Link, statement},
    ir::*,
    lower::identifiers,
};
use std::collections::HashSet;

/// Both sweeps as one body; `None` where nothing is gained.
pub(crate) fn once(func: &Func, facts: &Facts) -> Option<Reverse> {
    (!facts.once.is_empty()).then(|| {
        let mut both = super::reverse(func, facts);
        drop_unused(&both.vars, &mut both.pullback);
        both
    })
}

/// Adjoints on the way to a sum are made again in the reverse sweep, which may have no use for them.
fn drop_unused(vars: &[VarInfo], block: &mut Block) {
    let printer = crate::emit::Printer::of(vars);
    let mut used: HashSet<String> = HashSet::new();
    let mut kept = Vec::new();
    for s in std::mem::take(&mut block.stmts).into_iter().rev() {
        let unused = matches!(&s.kind, Kind::Let { var, op: Op::Use(_) | Op::Runtime { .. }, .. }
            if !used.contains(&vars[var.0 as usize].name.to_string()));
        if !unused {
            used.extend(identifiers(printer.block(&Block { stmts: vec![s.clone()] })));
            kept.push(s);
        }
    }
    kept.reverse();
    block.stmts = kept;
}

impl Transform<'_> {
    /// A loop in the forward sweep: each iteration is reversed right after it was run.
    pub(super) fn run_and_reverse(&mut self, s: &Stmt, label: Label, kind: &Loop, body: &Block) {
        let sums = self.facts.once[&s.id].clone();
        self.prepare(s);
        let before = self.states.clone();
        for (sum, way) in &sums {
            self.seed_of(*sum, way);
        }
        let outer = std::mem::take(&mut self.stacks);
        let iteration = self.inner(declared_inside(s), |r| {
            let forward = r.sweep(body, false);
            r.out.extend(forward.stmts);
            r.steps(body);
        });
        let stacks = std::mem::replace(&mut self.stacks, outer);
        self.out.extend(stacks.into_iter().map(|v| stmt(Kind::StackDecl(v))));
        self.push(Kind::Loop { label, kind: kind.clone(), body: iteration });
        // what lies on the way starts anew in the reverse sweep
        self.states = before;
    }

    /// The adjoint of a sum, from the seed on.
    fn seed_of(&mut self, sum: Var, way: &[Link]) {
        self.states.remove(&sum);
        let Some(Operand::Place(place, pass)) = self.func.result.clone() else { return };
        let out_bar = self.out_bar;
        self.states.remove(&place.base);
        self.contribute(&Operand::Place(place, pass), Op::Use(Operand::var(out_bar)));
        for link in way {
            let s = statement(self.func, link.stmt).expect("a statement of the function");
            self.current = s.id;
            self.pass_on(s, link.operand);
        }
    }

    /// The step of one statement, for one operand.
    fn pass_on(&mut self, s: &Stmt, operand: usize) {
        let (var, o, value) = match &s.kind {
            Kind::Let { var, op: Op::Use(o), .. } => (*var, o.clone(), "copy"),
            Kind::Let { var, op: Op::Rule { rule, args, .. }, .. } => {
                let Some(bar) = self.live_bar(*var) else { return };
                if let Some(p) = args[operand].place() {
                    self.states.remove(&p.base);
                }
                let pull = self.pull(rule, operand, args, *var, Operand::by_ref(bar));
                return self.contribute(&args[operand], pull);
            }
            Kind::Assign { place, value, .. } => (place.base, value.clone(), "copy"),
            Kind::Update { place, op: syn::BinOp::SubAssign(_), value } => {
                (place.base, value.clone(), "accumulated::subtracted")
            }
            Kind::Update { place, value, .. } => (place.base, value.clone(), "accumulated::added"),
            _ => return,
        };
        let Some(bar) = self.live_bar(var) else { return };
        if let Some(p) = o.place() {
            self.states.remove(&p.base);
        }
        self.contribute(&o, Op::Runtime { name: value.into(), args: vec![Operand::by_ref(bar)] });
    }

    /// Whether a statement was reversed while it ran.
    pub(super) fn is_reversed(&self, s: &Stmt) -> bool {
        self.facts.once.contains_key(&s.id)
    }
}
