//! What can be computed again in the reverse sweep instead of being kept.
use super::{
    facts::{Def, DefKind, Facts, Plan},
    needs::{Needs, named},
    writes::{definition, roots_of, statement, written},
};
use crate::ir::*;

/// More parts than an array has that is rather made again than kept.
const MOST_BESIDE: usize = 16;

impl Needs<'_> {
    /// A variable that is assigned once, in a block that may run many times: compute it again if that is cheap and sound.
    pub(super) fn local(&mut self, v: Var, def: &Def, user: Id) {
        if self.facts.plans.get(&v) == Some(&Plan::Keep) {
            return;
        }
        if self.again(v, def, user) {
            self.plan(v, Plan::Recompute);
            self.values_of(definition(self.func, def.id).expect("a `let`"), def.id, user);
        } else {
            self.plan(v, Plan::Keep);
        }
    }

    /// Decides where the reverse sweep finds a variable.
    pub(super) fn plan(&mut self, v: Var, plan: Plan) {
        let before = self.facts.plans.insert(v, plan);
        if plan == Plan::Keep && before != Some(plan) {
            // what is computed from it can be computed again now
            self.repeatable.get_mut().clear();
        }
    }

    /// Whether a variable may be computed again for a use at statement `id`.
    fn again(&self, v: Var, def: &Def, id: Id) -> bool {
        let until = self.until(def.block, id);
        // a number may be in many terms, and each of them in many others: asked once each, not once for each way
        let known = self.repeatable.borrow().get(&(v, until)).copied();
        known.unwrap_or_else(|| {
            let again = self.is_repeatable(v, def, id, until);
            self.repeatable.borrow_mut().insert((v, until), again);
            again
        })
    }

    fn is_repeatable(&self, v: Var, def: &Def, id: Id, until: Id) -> bool {
        let op = definition(self.func, def.id).expect("a `let`");
        let cheap = match op {
            Op::Native(n) => n.pure,
            Op::Use(_) => true,
            // a few numbers beside each other
            Op::Aggregate { args, form: Form::Array | Form::Tuple, .. } => {
                args.len() <= MOST_BESIDE && args.iter().all(|a| self.is_number(a))
            }
            // of vectors and matrices nothing is cheap
            Op::Rule { rule, .. } => {
                let scalar = self.func.info(v).scalar;
                let independent = def.loops.last().is_some_and(|l| self.facts.independent.contains(l));
                if scalar { rule.cheap } else { independent }
            }
            _ => false,
        };
        let dear = matches!(op, Op::Rule { rule, .. } if !rule.cheap || !self.func.info(v).scalar);
        cheap
            && named(op).iter().all(|r| {
                self.there(*r, def.block, id)
                    && !(dear && self.kept(*r))
                    && (self.reads_length(op, *r) || !self.changed(*r, def.id, until))
            })
    }

    fn is_number(&self, o: &Operand) -> bool {
        match o {
            Operand::Place(p, pass) => *pass == Pass::Value && p.is_number(self.func.info(p.base)),
            Operand::Native(n) => n.pure,
        }
    }

    /// The last statement before which a value must be there, seen from the block that declares it.
    pub(super) fn until(&self, block: usize, id: Id) -> Id {
        let containing = self
            .facts
            .sites
            .iter()
            .filter(|(k, s)| s.block == block && **k <= id && id <= s.end)
            .map(|(k, s)| (*k, s.end))
            .max();
        match containing {
            // the range of a loop is there before the loop's own changes are taken back
            Some((k, end)) if k != id || self.has_range(k) => end + 1,
            _ => id,
        }
    }

    fn has_range(&self, id: Id) -> bool {
        statement(self.func, id).is_some_and(|s| matches!(s.kind, Kind::Loop { kind: Loop::For { .. }, .. }))
    }

    /// Whether a variable is there in reverse without being kept for this purpose.
    pub(super) fn there(&self, v: Var, block: usize, user: Id) -> bool {
        let Some(def) = self.facts.defs.get(&v) else { return false };
        match def.kind {
            DefKind::Let if def.block == block && !self.func.info(v).mutable => {
                self.facts.plans.get(&v) == Some(&Plan::Keep) || self.again(v, def, user)
            }
            _ => true,
        }
    }

    /// Whether a variable would be kept for this purpose alone.
    pub(super) fn kept(&self, v: Var) -> bool {
        let Some(def) = self.facts.defs.get(&v) else { return false };
        !self.facts.is_own(def.block)
            && (self.func.info(v).mutable || def.kind == DefKind::Declare)
            && def.kind != DefKind::Lambda
    }

    /// Whether a variable, or what it refers to, may be changed between two statements (the first excluded).
    pub(super) fn changed(&self, v: Var, from: Id, until: Id) -> bool {
        let mut roots = roots_of(self.facts, v);
        for group in self.swapped {
            if roots.iter().any(|r| group.vars.contains(r)) {
                roots.extend(&group.vars);
            }
        }
        let begin = self.touched.partition_point(|(id, _)| *id <= from);
        let between = self.touched[begin..].iter().take_while(|(id, _)| *id < until);
        between.into_iter().any(|(_, vars)| vars.iter().any(|w| roots.contains(w)))
    }
}

/// What each statement changes, or borrows to change it: what is mutably borrowed can't be read either.
pub(super) fn touched(func: &Func, facts: &Facts) -> Vec<(Id, Vec<Var>)> {
    let mut touched = Vec::new();
    func.body.walk(&mut |s| {
        let mut vars = written(func, facts, s);
        if let Kind::Alias { vars: references, roots, .. } = &s.kind
            && references.iter().any(|v| func.info(*v).writable)
        {
            vars.extend(roots.iter().flat_map(|r| roots_of(facts, *r)));
        }
        if !vars.is_empty() {
            touched.push((s.id, vars));
        }
    });
    touched.sort_by_key(|(id, _)| *id);
    touched
}
