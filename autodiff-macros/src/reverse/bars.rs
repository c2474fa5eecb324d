//! Adjoints: where they are, when they start, how contributions reach them.
//!
//! A plain adjoint starts with its first contribution (`let mut t_bar = ..`) and is added to by the others; where the first
//! one comes from an inner block it starts as a zero before that block. Cells start as zeros.
use super::Transform;
use crate::{analysis::Plan, emit, ir::*};
use std::collections::HashSet;
use syn::{Expr, Ident, visit_mut::VisitMut};

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum State {
    /// Holds what was contributed so far.
    Live,
    /// Was taken; the zero is made when it is wanted, of this shape.
    Spent(Option<Var>),
}

impl Transform<'_> {
    /// The adjoint of a variable, if anything was contributed to it.
    pub(super) fn live_bar(&self, v: Var) -> Option<Var> {
        (self.states.get(&v) == Some(&State::Live)).then(|| self.bars[&v])
    }

    pub(super) fn is_cells(&self, v: Var) -> bool {
        self.facts.memory.contains(&v)
    }

    fn is_alias(&self, v: Var) -> bool {
        self.alias_of(v).is_some()
    }

    pub(super) fn alias_of(&self, v: Var) -> Option<&Stmt> {
        let mut found = None;
        self.func.body.walk(&mut |s| {
            if matches!(&s.kind, Kind::Alias { vars, .. } if vars.contains(&v)) {
                found = Some(s);
            }
        });
        found
    }

    /// The name of a variable's adjoint.
    pub(super) fn bar_name(&mut self, v: Var) -> Var {
        if let Some(bar) = self.bars.get(&v) {
            return *bar;
        }
        let name = super::plain_name(&self.info(v).name);
        let bar = self.fresh(&format!("{name}_bar"));
        self.vars[bar.0 as usize].mutable = true;
        self.bars.insert(v, bar);
        bar
    }

    /// A box by value, whose adjoint is a box behind a reference.
    fn is_lent_box(&self, v: Var) -> bool {
        let info = self.info(v);
        info.param && !info.reference
    }

    /// The part of an adjoint that belongs to a place: `*b` is `**b_bar` for a parameter `b: Box<f64>`.
    pub(super) fn bar_of(&self, place: &Place) -> Place {
        let mut bar = place.of(self.bars[&place.base]);
        if self.is_lent_box(place.base) && matches!(bar.proj.first(), Some(Proj::Deref)) {
            bar.proj.insert(0, Proj::Deref);
        }
        bar
    }

    /// Adds a contribution to the adjoint of an operand.
    pub(super) fn contribute(&mut self, o: &Operand, value: Op) {
        let Operand::Place(place, _) = o else { return };
        let v = place.base;
        if !self.facts.diff.contains(&v) {
            return;
        }
        place.natives().cloned().collect::<Vec<_>>().iter().for_each(|n| self.ensure_native(n));
        if self.is_cells(v) {
            let fresh = !self.states.contains_key(&v) && !self.is_alias(v) && place.proj.is_empty();
            if fresh {
                let bar = self.bar_name(v);
                let contribution = self.fresh(&format!("{}_seed", self.info(v).name.clone()));
                self.push(Kind::Let { var: contribution, ty: None, op: value });
                self.runtime(bar, "into_bar", vec![Operand::var(contribution)]);
                self.states.insert(v, State::Live);
                return;
            }
            self.ensure_bar(v);
            let target = self.bar_of(place);
            return self.push(Kind::Accumulate { target, cells: true, value });
        }
        let bar = self.bar_name(v);
        match self.states.get(&v) {
            None => {
                self.push(Kind::Let { var: bar, ty: None, op: value });
            }
            Some(State::Live) if value.operands().iter().any(|o| o.place().is_some_and(|p| p.base == bar)) => {
                let contribution = self.fresh(&format!("{}_more", self.info(v).name.clone()));
                self.push(Kind::Let { var: contribution, ty: None, op: value });
                let value = Op::Use(Operand::var(contribution));
                self.push(Kind::Accumulate { target: Place::var(bar), cells: false, value });
            }
            Some(State::Live) => self.push(Kind::Accumulate { target: Place::var(bar), cells: false, value }),
            Some(State::Spent(_)) => self.push(Kind::Set { target: Place::var(bar), value }),
        }
        self.states.insert(v, State::Live);
    }

    /// Makes sure that the adjoint of a variable is there: a reference is cut again, anything else starts as a zero.
    pub(super) fn ensure_bar(&mut self, v: Var) {
        if let Some(alias) = self.alias_of(v).cloned() {
            return self.ensure_alias_bar(v, &alias);
        }
        match self.states.get(&v).copied() {
            Some(State::Live) => {}
            Some(State::Spent(shape)) => {
                let bar = self.bars[&v];
                let zero = self.zero(v, shape);
                self.push(Kind::Set { target: Place::var(bar), value: zero });
            }
            None => {
                let bar = self.bar_name(v);
                let zero = self.zero(v, None);
                self.push(Kind::Let { var: bar, ty: None, op: zero });
            }
        }
        self.states.insert(v, State::Live);
    }

    /// A zero adjoint of a variable's shape.
    fn zero(&mut self, v: Var, shape: Option<Var>) -> Op {
        let cells = self.is_cells(v);
        let name = if cells { "zero_bar" } else { "zero" };
        let shape = shape.or_else(|| self.shape_vars.get(&v).copied());
        let at_hand = self.facts.is_at_hand(v);
        if self.info(v).scalar && !cells && shape.is_none() && !at_hand {
            return Op::Runtime { name: "zero_scalar".into(), args: vec![] };
        }
        if self.info(v).scalar && cells && shape.is_none() && !self.readable(v) && !at_hand {
            return Op::Runtime { name: "zero_scalar_bar".into(), args: vec![] };
        }
        if cells && shape.is_none() && crate::analysis::is_made_elsewhere(self.func, v) {
            self.ensure(v);
            let name = self.info(v).name.clone();
            let made = Native { expr: syn::parse_quote!(#name), reads: vec![v], pure: true };
            return Op::Runtime { name: "constant_bar".into(), args: vec![Operand::Native(made)] };
        }
        let source = shape.unwrap_or(v);
        if shape.is_none() {
            self.ensure(v);
        }
        Op::Runtime { name: name.into(), args: vec![Operand::by_ref(source)] }
    }

    /// Whether a variable's value is there in reverse.
    fn readable(&self, v: Var) -> bool {
        self.facts.needed(v) || self.info(v).param
    }

    fn ensure_alias_bar(&mut self, v: Var, alias: &Stmt) {
        if self.scopes.iter().any(|s| s.contains(&(v, true))) {
            return;
        }
        let Kind::Alias { pat, expr, vars, roots, natives, .. } = &alias.kind else { return };
        for n in natives {
            n.reads.iter().filter(|r| !roots.contains(r)).for_each(|r| self.ensure(*r));
        }
        for r in roots {
            self.ensure_bar(*r);
        }
        let mut renames = Vec::new();
        for v in vars.iter().chain(roots) {
            let bar = self.bar_name(*v);
            renames.push((self.info(*v).name.clone(), self.info(bar).name.clone()));
        }
        let boxes = roots.iter().filter(|r| self.is_lent_box(**r)).map(|r| &self.info(*r).name);
        let expr = &boxes.fold(expr.clone(), behind_lent_box);
        let (pat, expr) = match self.facts.exclusive.contains(&v) {
            true => {
                let reference =
                    |old: &Ident| roots.iter().any(|r| self.info(*r).reference && self.info(*r).name == *old);
                let bound = |old: &Ident| if reference(old) { emit::Bound::Shared } else { emit::Bound::Mutable };
                let names: Vec<_> = renames.into_iter().map(|(old, new)| (old.clone(), new, bound(&old))).collect();
                emit::mirrored_dot(pat, expr, &names)
            }
            false => emit::mirrored(pat, expr, &renames),
        };
        for v in vars {
            self.states.insert(*v, State::Live);
            self.scopes.last_mut().expect("a scope").insert((*v, true));
        }
        self.push(Kind::Alias { pat, expr, vars: vec![], roots: vec![], natives: vec![], arm: false });
    }

    // ---- primal values ---------------------------------------------------------------------------------------------

    pub(super) fn ensure_native(&mut self, n: &Native) {
        n.reads.iter().for_each(|v| self.ensure(*v));
    }

    pub(super) fn ensure_operand(&mut self, o: &Operand) {
        match o {
            Operand::Place(p, _) => {
                p.natives().cloned().collect::<Vec<_>>().iter().for_each(|n| self.ensure_native(n));
                self.ensure(p.base);
            }
            Operand::Native(n) => self.ensure_native(n),
        }
    }

    /// Makes sure that a variable's value is there: computes it again where that is the plan.
    pub(super) fn ensure(&mut self, v: Var) {
        if self.running
            || self.facts.plans.get(&v) != Some(&Plan::Recompute)
            || self.scopes.iter().any(|s| s.contains(&(v, false)))
        {
            return;
        }
        let mut definition = None;
        self.func.body.walk(&mut |s| match &s.kind {
            Kind::Let { var, .. } if *var == v => definition = Some(s),
            Kind::Alias { vars, .. } if vars.contains(&v) => definition = Some(s),
            _ => {}
        });
        let Some(s) = definition else { return };
        match &s.kind {
            Kind::Let { op, ty, .. } => {
                self.scopes.last_mut().expect("a scope").insert((v, false));
                op.operands().into_iter().for_each(|o| self.ensure_operand(o));
                if let Op::Native(n) = op {
                    self.ensure_native(n);
                }
                let op = match op {
                    // a second use of what the forward sweep may have moved: a copy
                    Op::Use(Operand::Place(p, Pass::Value)) if !self.info(v).scalar => {
                        Op::Use(Operand::Place(p.clone(), Pass::Copy))
                    }
                    Op::Rule { rule, args, form: form @ (Form::Binary(_) | Form::Neg) } => {
                        Op::Rule { rule, args: args.iter().map(|a| self.second(a)).collect(), form: form.clone() }
                    }
                    Op::Aggregate { args, slots, form } => {
                        let args = args.iter().map(|a| self.copied(a)).collect();
                        Op::Aggregate { args, slots: slots.clone(), form: form.clone() }
                    }
                    op => op.clone(),
                };
                self.push(Kind::Let { var: v, ty: ty.clone(), op });
            }
            Kind::Alias { natives, roots, vars, pat, expr, .. } => {
                for n in natives {
                    n.reads.iter().for_each(|r| self.ensure(*r));
                }
                // adjoints of the roots start before the roots are borrowed
                roots.iter().filter(|r| self.facts.diff.contains(r)).for_each(|r| self.ensure_bar(*r));
                roots.iter().for_each(|r| self.ensure(*r));
                // what constants may be changed through is borrowed for each use anew: in between they are put back
                let lent = vars.iter().any(|v| self.info(*v).writable && !self.info(*v).active);
                for v in vars.iter().filter(|_| !lent) {
                    self.scopes.last_mut().expect("a scope").insert((*v, false));
                }
                self.push(Kind::Alias {
                    pat: pat.clone(),
                    expr: expr.clone(),
                    vars: vec![],
                    roots: vec![],
                    natives: vec![],
                    arm: false,
                });
            }
            _ => {}
        }
    }

    /// A part of a whole that is made a second time.
    fn copied(&self, o: &Operand) -> Operand {
        match o {
            Operand::Place(p, Pass::Value) if !self.info(p.base).scalar && !self.info(p.base).reference => {
                Operand::Place(p.clone(), Pass::Copy)
            }
            o => o.clone(),
        }
    }

    /// An operand that is used a second time: it must not be consumed.
    fn second(&self, o: &Operand) -> Operand {
        match o {
            Operand::Place(p, Pass::Value)
                if p.proj.is_empty() && !self.info(p.base).scalar && !self.info(p.base).reference =>
            {
                Operand::Place(
                    p.clone(),
                    if self.info(p.base).elements && !self.func.generic { Pass::Ref } else { Pass::Copy },
                )
            }
            o => o.clone(),
        }
    }

    // ---- blocks ----------------------------------------------------------------------------------------------------

    /// Before a statement with inner blocks: adjoints that these add to, and values that they read, are made outside.
    pub(super) fn prepare(&mut self, s: &Stmt) {
        self.prepare_but(s, &super::declared_inside(s));
    }

    /// [`Self::prepare`] for all but the variables that belong to the statement.
    pub(super) fn prepare_but(&mut self, s: &Stmt, declared: &HashSet<Var>) {
        let mut bars: Vec<Var> = Vec::new();
        let mut values: Vec<Var> = Vec::new();
        s.walk(&mut |inner| {
            if !self.facts.live.contains(&inner.id) {
                return;
            }
            for o in crate::analysis::operands(inner) {
                if self.facts.has_bar(o) {
                    bars.extend(o.place().map(|p| p.base));
                }
                if let Operand::Place(p, _) = o {
                    values.push(p.base);
                }
                values.extend(o.natives().iter().flat_map(|n| n.reads.iter().copied()));
            }
            match &inner.kind {
                Kind::Alias { roots, natives, .. } => {
                    bars.extend(roots.iter().filter(|r| self.facts.diff.contains(r)));
                    values.extend(natives.iter().flat_map(|n| n.reads.iter().copied()));
                }
                Kind::SwapEntries { place, i, j, .. } => {
                    values.extend([i, j].into_iter().chain(place.natives()).flat_map(|n| n.reads.iter().copied()));
                    if self.facts.diff.contains(&place.base) {
                        bars.push(place.base);
                    }
                }
                Kind::Swap { a, b, .. } => {
                    values.extend(a.natives().chain(b.natives()).flat_map(|n| n.reads.iter().copied()));
                    if self.facts.diff.contains(&a.base) {
                        bars.extend([a.base, b.base]);
                    }
                }
                Kind::Assign { place, .. } | Kind::Update { place, .. } => {
                    values.extend(place.natives().flat_map(|n| n.reads.iter().copied()));
                    if self.states.contains_key(&place.base)
                        || self.alias_of(place.base).is_some() && self.facts.diff.contains(&place.base)
                    {
                        bars.push(place.base);
                    }
                }
                _ => {}
            }
        });
        // references inside lead to what is outside, if anybody asks for them: the last ones first, since they may lead to others
        let mut references: Vec<(&[Var], &[Var])> = Vec::new();
        s.walk(&mut |inner| {
            if let Kind::Alias { vars, roots, .. } = &inner.kind {
                references.push((vars, roots));
            }
        });
        for (vars, roots) in references.into_iter().rev() {
            if vars.iter().any(|v| bars.contains(v) || self.facts.needed(*v)) {
                bars.extend(roots.iter().filter(|r| self.facts.diff.contains(r)));
            }
        }
        let mut seen = HashSet::new();
        for v in bars {
            if !declared.contains(&v) && seen.insert(v) && !self.moves_on(v, s) {
                self.ensure_bar(v);
            }
        }
        // only for those who read it: for anybody else the state may have moved on
        let mut ids = HashSet::new();
        s.walk(&mut |inner| {
            ids.insert(inner.id);
        });
        for v in values {
            let read = self.facts.users.get(&v).is_some_and(|users| users.iter().any(|u| ids.contains(u)));
            if read && !declared.contains(&v) && seen.insert(Var(u32::MAX - v.0)) && self.may_start_early(v, s) {
                self.ensure(v);
            }
        }
    }

    /// Whether a statement changes what a reference leads into, and not through the reference: `Some(v) => { .. o = None; .. }`.
    /// The reference is used no more then, and in reverse what it led to is there only once that change is undone. What follows a
    /// jump is not run where that was taken: there the change may stand anywhere.
    fn moves_on(&self, v: Var, s: &Stmt) -> bool {
        let mut wholes = Vec::new();
        let mut at = vec![v];
        while let Some(v) = at.pop() {
            if let Some(Kind::Alias { roots, .. }) = self.alias_of(v).map(|s| &s.kind) {
                wholes.extend(roots);
                at.extend(roots);
            }
        }
        if wholes.is_empty() {
            return false;
        }
        let mut moves = false;
        let mut look = |inner: &Stmt| {
            moves |= crate::analysis::written_by_name(self.func, inner).iter().any(|w| wholes.contains(w));
        };
        match &s.kind {
            Kind::Rest(_) => self.func.body.walk(&mut look),
            _ => s.walk(&mut look),
        }
        moves
    }

    /// Whether a value may be made before a statement that reads it inside: a reference only where nothing in the statement
    /// changes what it refers to.
    fn may_start_early(&self, v: Var, s: &Stmt) -> bool {
        if self.alias_of(v).is_none() {
            return true;
        }
        let roots = self.facts.roots_of(v);
        let mut steady = !self.info(v).writable;
        s.walk(&mut |inner| {
            let written = self.facts.written(self.func, inner);
            let borrowed = match &inner.kind {
                Kind::Alias { vars, .. } => vars.iter().filter(|v| self.info(**v).writable).copied().collect(),
                _ => vec![],
            };
            let touched = written.into_iter().chain(borrowed.into_iter().flat_map(|v| self.facts.roots_of(v)));
            steady &= touched.into_iter().all(|w| !roots.contains(&w));
        });
        steady
    }

    /// Runs `f` for an inner block in reverse; adjoints of outer variables are whole again at its end.
    pub(super) fn inner(&mut self, declared: HashSet<Var>, f: impl FnOnce(&mut Self)) -> Block {
        let before = self.states.clone();
        self.scopes.push(HashSet::new());
        self.inside.push(declared.clone());
        let block = self.nested(|r| {
            f(r);
            let spent: Vec<Var> = r
                .states
                .iter()
                .filter(|(v, s)| matches!(s, State::Spent(_)) && !declared.contains(v))
                .map(|(v, _)| *v)
                .collect();
            let mut spent = spent;
            spent.sort();
            for v in spent {
                if before.get(&v) == Some(&State::Live) {
                    r.ensure_bar(v);
                }
            }
        });
        self.inside.pop();
        self.scopes.pop();
        self.states = before;
        block
    }
}

/// `*b` as `**b`, `&b` as `&*b`
fn behind_lent_box(mut e: Expr, name: &Ident) -> Expr {
    struct Behind<'a>(&'a Ident);
    impl VisitMut for Behind<'_> {
        fn visit_expr_mut(&mut self, e: &mut Expr) {
            let (inner, name) = match e {
                Expr::Unary(u) if matches!(u.op, syn::UnOp::Deref(_)) => (&mut u.expr, self.0),
                Expr::Reference(r) => (&mut r.expr, self.0),
                e => return syn::visit_mut::visit_expr_mut(self, e),
            };
            match &**inner {
                Expr::Path(p) if p.path.is_ident(name) => **inner = syn::parse_quote!(*#name),
                _ => self.visit_expr_mut(inner),
            }
        }
    }
    Behind(name).visit_expr_mut(&mut e);
    e
}
