//! The reverse step of each statement.
use super::{
    Slotted, Stacked, Transform,
    bars::State,
    declared_inside,
    split::split,
    stmt,
    sweep::{REST, undoable},
    tidy,
};
use crate::{
    analysis::{Facts, Plan, found_outside, read_back, rewrites_first, sum_of_constants},
    emit,
    ir::*,
    lower::is_range,
    rules::Rule,
};
use proc_macro2::TokenStream;
use std::collections::HashSet;
use syn::BinOp;

impl Transform<'_> {
    /// A block backwards.
    pub(super) fn steps(&mut self, block: &Block) {
        for s in block.stmts.iter().rev() {
            if self.facts.live.contains(&s.id) && !self.is_reversed(s) {
                self.step(s);
            }
        }
    }

    fn step(&mut self, s: &Stmt) {
        self.current = s.id;
        match &s.kind {
            Kind::Let { var, op: Op::Call { callee, args, rerun }, .. } => self.call(s, *var, callee, args, *rerun),
            Kind::Let { var, op, .. } => self.operation(s, *var, op),
            Kind::Assign { place, value, init } => self.assign(s, place, value, *init),
            Kind::Update { place, op, value } => self.update(s, place, op, value),
            Kind::Native { writes, undo: Some(undo), .. } if self.facts.restores.contains_key(&s.id) => {
                self.undo(s, writes[0], *undo);
            }
            Kind::Native { .. } => self.put_back(s),
            Kind::Swap { a, b, .. } => self.swap_back(s, a, b),
            Kind::If { then, els, .. } => {
                self.prepare(s);
                self.branch(s, 0, then);
                self.branch(s, 1, els);
            }
            Kind::Match { arms, .. } => {
                self.prepare(s);
                for (k, arm) in arms.iter().enumerate() {
                    self.branch(s, 2 + k, &arm.body);
                }
            }
            Kind::Labelled { body, .. } => {
                self.prepare(s);
                self.branch(s, 0, body);
            }
            Kind::Rest(body) => self.rest(s, body),
            Kind::SwapEntries { place, how, i, j, .. } => {
                [i, j]
                    .into_iter()
                    .chain(place.natives())
                    .cloned()
                    .collect::<Vec<_>>()
                    .iter()
                    .for_each(|n| self.ensure_native(n));
                if self.facts.restores.contains_key(&s.id) {
                    self.ensure(place.base);
                    self.out.push(s.clone());
                }
                if self.facts.diff.contains(&place.base) {
                    self.ensure_bar(place.base);
                    // entries of different shapes can't be exchanged cell by cell
                    let rows = how == "swap" && !place.has_numbers(self.info(place.base));
                    let cells = !rows || self.is_shared(place.base);
                    let place = self.bar_of(place);
                    self.push(Kind::SwapEntries { place, how: how.clone(), i: i.clone(), j: j.clone(), cells });
                }
            }
            Kind::Loop { label, kind, body } => self.reversed_loop(s, *label, kind, body),
            _ => {}
        }
    }

    /// A branch runs in reverse if its slot was filled.
    fn branch(&mut self, s: &Stmt, which: usize, body: &Block) {
        let Some(Slotted { slot, vars, post }) = self.slots.get(&(s.id, which)).cloned() else { return };
        let body = self.inner(declared_inside(s), |r| {
            for (v, slot) in post {
                r.push(Kind::SlotTake { slot, var: v });
            }
            r.steps(body);
        });
        if !body.stmts.is_empty() {
            self.push(Kind::SlotOpen { slot, vars, body });
        }
    }

    /// What follows a statement that may jump out. Variables that the statement gives their value are known in here only: so
    /// are their adjoints, and these are handed on to the statement if there are any.
    fn rest(&mut self, s: &Stmt, body: &Block) {
        let late = self.late_of.get(&s.id).cloned().unwrap_or_default();
        let Some(Slotted { slot, vars, post }) = self.slots.get(&(s.id, REST)).cloned() else { return };
        let declared: HashSet<Var> = declared_inside(s).into_iter().chain(late.iter().copied()).collect();
        self.prepare_but(s, &declared);
        let mut handed = Vec::new();
        let body = self.inner(declared, |r| {
            for (v, slot) in post {
                r.push(Kind::SlotTake { slot, var: v });
            }
            r.steps(body);
            for v in late {
                let Some(Operand::Place(bar, _)) = r.at_definition(v) else { continue };
                let slot = r.fresh(&format!("{}_late", r.info(v).name.clone()));
                r.push(Kind::SlotSet { slot, vars: vec![bar.base] });
                handed.push((v, slot));
            }
        });
        for (v, slot) in handed {
            self.push(Kind::SlotDecl(slot));
            self.late_bars.insert(v, slot);
        }
        if !body.stmts.is_empty() {
            self.push(Kind::SlotOpen { slot, vars, body });
        }
    }

    fn reversed_loop(&mut self, s: &Stmt, label: Label, kind: &Loop, body: &Block) {
        if self.facts.again.contains(&s.id) {
            return self.iterations(s, body);
        }
        self.prepare(s);
        let Stacked { stack, mark, vars } = self.loops[&s.id].clone();
        if let (Loop::For { range, .. }, true) = (kind, Facts::ranged(s)) {
            self.ensure_native(range);
        }
        let mut reversed = self.inner(declared_inside(s), |r| r.steps(body));
        match (kind, stack) {
            (Loop::For { var, range }, _) if Facts::ranged(s) => {
                let kept = stack.map(|stack| (stack, vars));
                let (before, after) = self.sums(s.id, (*var, range), &mut reversed);
                self.out.extend(before);
                let loops = self.backwards(s.id, (label, *var, range), kept, reversed);
                loops.into_iter().for_each(|l| self.push(l));
                self.out.extend(after);
                self.put_pieces_back(s);
            }
            (_, Some(stack)) => {
                self.items_again(kind, (stack, mark), &mut reversed);
                self.push(Kind::StackLoop { stack, mark, vars, body: reversed });
            }
            _ => {}
        }
    }

    /// Items that are references are handed out again, as many as there were iterations, and then taken from the last on.
    fn items_again(&mut self, kind: &Loop, (stack, mark): (Var, Option<Var>), reversed: &mut Block) {
        let Loop::For { var, range } = kind else { return };
        if !self.info(*var).borrows || self.facts.plans.get(var) != Some(&Plan::Scope) {
            return;
        }
        self.ensure_native(range);
        let items = self.fresh(&format!("{}_again", self.info(*var).name.clone()));
        self.vars[items.0 as usize].mutable = true;
        let none = || Operand::Native(Native { expr: syn::parse_quote!(0), reads: vec![], pure: true });
        let from = mark.map_or_else(none, Operand::var);
        let args = vec![Operand::Native(range.clone()), Operand::by_ref(stack), from];
        self.runtime(items, "first_items", args);
        reversed.stmts.insert(0, stmt(Kind::StackPop { stack: items, vars: vec![*var] }));
    }

    /// A loop over a range, reversed: forwards, if the iterations may come in any order.
    fn backwards(
        &self,
        id: Id,
        (label, var, range): (Label, Var, &Native),
        kept: Option<(Var, Vec<Var>)>,
        mut body: Block,
    ) -> Vec<Kind> {
        if let Some((stack, vars)) = kept {
            body.stmts.insert(0, stmt(Kind::StackPop { stack, vars }));
        }
        match self.in_any_order(id, var, &body).filter(|_| is_range(&range.expr)) {
            Some(does) => {
                let bodies = split(&self.vars, &does, body).into_iter();
                let again = || Loop::For { var, range: range.clone() };
                bodies.map(|body| Kind::Loop { label, kind: again(), body }).collect()
            }
            None => vec![Kind::ForReversed { var, range: range.clone(), body }],
        }
    }

    /// Runs each iteration again and reverses it at once; the stacks of its inner loops serve all iterations.
    fn iterations(&mut self, s: &Stmt, body: &Block) {
        let Kind::Loop { label, kind: kind @ Loop::For { range, .. }, .. } = &s.kind else { return };
        let (renewed, declared) = self.own_buffers(s);
        self.prepare_but(s, &declared);
        self.ensure_native(range);
        for v in found_outside(self.func, self.facts, s) {
            self.ensure(v);
        }
        let outer = std::mem::take(&mut self.stacks);
        let mut iteration = self.inner(declared, |r| {
            r.with_own(renewed, |r| {
                let forward = r.sweep(&r.without_sums(body, s), false);
                r.out.extend(forward.stmts);
                r.steps(body);
            });
        });
        tidy::drop_unused(&self.vars, &mut iteration);
        for stack in std::mem::replace(&mut self.stacks, outer) {
            self.push(Kind::StackDecl(stack));
        }
        self.push(Kind::Loop { label: *label, kind: kind.clone(), body: iteration });
        self.put_pieces_back(s);
    }

    /// An iteration without what it adds to the sums around the loop, and without the entries that it leaves there: all of these
    /// are there already.
    fn without_sums(&self, body: &Block, around: &Stmt) -> Block {
        let inside = declared_inside(around);
        let own = |v: &Var| inside.contains(v) || rewrites_first(self.func, self.facts, around, *v);
        let outside = |v: Var| !self.facts.roots_of(v).iter().any(own);
        without(body, &|s| match &s.kind {
            Kind::Assign { place, init: false, .. }
            | Kind::Update { place, op: BinOp::AddAssign(_) | BinOp::SubAssign(_), .. } => outside(place.base),
            Kind::Native { tokens, writes, .. } => {
                sum_of_constants(tokens).is_some() && writes.iter().all(|w| outside(*w))
            }
            _ => false,
        })
    }

    // ---- operations ------------------------------------------------------------------------------------------------

    /// The adjoint of a variable at its definition: a plain operand.
    pub(super) fn at_definition(&mut self, var: Var) -> Option<Operand> {
        let bar = self.live_bar(var)?;
        if !self.is_cells(var) {
            return Some(Operand::by_ref(bar));
        }
        let name = format!("{}_grad", self.info(var).name.clone());
        let plain = self.fresh(&name);
        self.runtime(plain, "from_bar", vec![Operand::var(bar)]);
        Some(Operand::by_ref(plain))
    }

    fn operation(&mut self, s: &Stmt, var: Var, op: &Op) {
        let Some(bar) = self.at_definition(var) else { return };
        match op {
            Op::Use(o) => self.contribute(o, Op::Use(by_value(&bar))),
            Op::Rule { rule, args, .. } => {
                for k in 0..rule.reads.len() {
                    if rule.reads[k] != "-" && self.facts.has_bar(&args[k]) {
                        let pull = self.pull(rule, k, args, var, bar.clone());
                        self.contribute(&args[k], pull);
                    }
                }
            }
            Op::Aggregate { args, slots, .. } => {
                for (arg, slot) in args.iter().zip(slots) {
                    if self.facts.has_bar(arg) {
                        let Operand::Place(whole, _) = &bar else { continue };
                        let Some(step) = slot_proj(slot) else {
                            let op = match slot {
                                Slot::Argument(k) => nth("argument", &bar, *k),
                                Slot::Column(k) => nth("nth_column", &bar, *k),
                                Slot::Row(k) => nth("nth_row", &bar, *k),
                                Slot::Part(variant, member) => part(&self.expr(&bar), variant, member),
                                _ => Op::Runtime { name: "payload".into(), args: vec![bar.clone()] },
                            };
                            self.contribute(arg, op);
                            continue;
                        };
                        let part = Place { base: whole.base, proj: vec![step] };
                        self.contribute(
                            arg,
                            Op::Runtime { name: "own".into(), args: vec![Operand::Place(part, Pass::Ref)] },
                        );
                    }
                }
            }
            Op::Map { sources, lambda, form, .. } => self.map(s, var, sources, lambda, form, bar),
            _ => {}
        }
    }

    /// `rules::name::pull_k(reads.., &bar)`
    pub(super) fn pull(&mut self, rule: &Rule, k: usize, args: &[Operand], out: Var, bar: Operand) -> Op {
        let mut handed = Vec::new();
        let beside = self.expr(&bar);
        for c in rule.reads[k].chars() {
            match c {
                'y' => {
                    self.ensure(out);
                    handed.push(Operand::by_ref(out));
                }
                'a' | 'b' | 'c' => {
                    let o = &args[c as usize - 'a' as usize];
                    self.ensure_operand(o);
                    handed.push(emit::by_reference(o, &beside));
                }
                _ => {
                    let o = &args[c as usize - 'A' as usize];
                    handed.push(self.shaped(o, &beside));
                }
            }
        }
        handed.push(bar);
        Op::Runtime { name: format!("{}::pull_{k}", rule.name), args: handed }
    }

    /// An operand of which only the shape is read.
    pub(super) fn shaped(&mut self, o: &Operand, beside: &syn::Expr) -> Operand {
        if let Operand::Place(p, _) = o
            && p.proj.is_empty()
            && let Some(shape) = self.shape_vars.get(&p.base).or_else(|| self.shapes_at.get(&(self.current, p.base)))
        {
            return Operand::by_ref(*shape);
        }
        self.ensure_operand(o);
        emit::by_reference(o, beside)
    }

    fn expr(&self, o: &Operand) -> syn::Expr {
        match o {
            Operand::Place(p, pass) => emit::place_expr(&self.vars, p, *pass),
            Operand::Native(n) => n.expr.clone(),
        }
    }

    // ---- assignments -----------------------------------------------------------------------------------------------

    /// Puts back what a statement has overwritten.
    fn put_back(&mut self, s: &Stmt) {
        for (kept, place, mode) in self.kept.get(&s.id).cloned().unwrap_or_default() {
            place.natives().cloned().collect::<Vec<_>>().iter().for_each(|n| self.ensure_native(n));
            self.ensure(place.base);
            self.push(Kind::Restore { kept, place, mode });
        }
    }

    fn assign(&mut self, s: &Stmt, place: &Place, value: &Operand, init: bool) {
        self.put_back(s);
        let v = place.base;
        if !self.facts.diff.contains(&v) || place.is_marked() && !self.facts.has_bar(value) {
            return;
        }
        place.natives().cloned().collect::<Vec<_>>().iter().for_each(|n| self.ensure_native(n));
        let whole = place.proj.is_empty();
        if let (true, Some(late)) = (init, self.late_bars.get(&v).copied()) {
            if let (true, Some(p)) = (self.facts.has_bar(value), value.place()) {
                self.ensure_bar(p.base);
                let taken = self.fresh(&format!("{}_taken", self.info(v).name.clone()));
                let body = self.inner(HashSet::new(), |r| r.contribute(value, Op::Use(Operand::var(taken))));
                self.push(Kind::SlotOpen { slot: late, vars: vec![taken], body });
            }
            return;
        }
        if whole && !self.states.contains_key(&v) && self.alias_of(v).is_none() {
            return; // nobody used it
        }
        if self.is_cells(v) {
            self.ensure_bar(v);
            let taken = self.fresh(&format!("{}_taken", self.info(v).name.clone()));
            let target = self.bar_of(place);
            self.runtime(taken, "take", vec![Operand::Place(target, Pass::Ref)]);
            if whole && !init && !self.info(v).scalar && !self.info(v).param && !self.is_renewal(s, v) {
                self.states.insert(v, State::Spent(self.old_shapes.get(&s.id).copied()));
                self.ensure_bar(v);
            }
            if self.facts.has_bar(value) {
                self.contribute(value, Op::Use(Operand::var(taken)));
            }
            return;
        }
        let bar = self.live_bar(v);
        if !init && self.states.contains_key(&v) {
            // whether or not its adjoint was taken before, what it was here may have another shape
            self.states.insert(v, State::Spent(self.old_shapes.get(&s.id).copied()));
        }
        let Some(bar) = bar else { return };
        let taken = self.fresh(&format!("{}_taken", self.info(v).name.clone()));
        self.runtime(taken, "take_tangent", vec![Operand::Place(Place::var(bar), Pass::Mut)]);
        if self.facts.has_bar(value) {
            self.contribute(value, Op::Use(Operand::var(taken)));
        }
    }

    /// What was pushed is popped, and what was popped is pushed.
    fn undo(&mut self, s: &Stmt, v: Var, undo: Undo) {
        self.ensure(v);
        let name = self.info(v).name.clone();
        let tokens = match (undo, self.popped.get(&s.id)) {
            (Undo::Pop, Some(last)) => {
                let last = &self.info(*last).name;
                quote::quote!(#name.extend(#last))
            }
            _ => quote::quote!(#name.pop()),
        };
        self.push(Kind::Native { tokens, writes: vec![], undo: None });
    }

    /// Swapping again undoes it.
    fn swap_back(&mut self, s: &Stmt, a: &Place, b: &Place) {
        a.natives().chain(b.natives()).cloned().collect::<Vec<_>>().iter().for_each(|n| self.ensure_native(n));
        let diff = self.facts.diff.contains(&a.base);
        if diff {
            // zeros of the shapes that the swap has left
            self.ensure_bar(a.base);
            self.ensure_bar(b.base);
        }
        if self.facts.restores.contains_key(&s.id) {
            self.ensure(a.base);
            self.ensure(b.base);
            self.out.push(s.clone());
        }
        if diff {
            // what others may refer to as well is exchanged cell by cell
            let number = |p: &&Place| self.scalar_place(p) && self.is_cells(p.base);
            let cells = [a, b].iter().any(|p| self.is_shared(p.base)) || [a, b].iter().all(number);
            let (a, b) = (self.bar_of(a), self.bar_of(b));
            self.push(Kind::Swap { a, b, cells });
        }
    }

    /// Whether an adjoint is reached through a shared reference.
    fn is_shared(&self, v: Var) -> bool {
        let reference = self.info(v).param || self.alias_of(v).is_some();
        self.is_cells(v) && reference && !self.facts.exclusive.contains(&v)
    }

    fn update(&mut self, s: &Stmt, place: &Place, op: &BinOp, value: &Operand) {
        let diff = self.facts.diff.contains(&place.base) && (!place.is_marked() || self.facts.has_bar(value));
        let mut undone = false;
        if let Some(mode) = self.facts.restores.get(&s.id).filter(|_| undoable(op, value) && !diff).cloned() {
            place.natives().cloned().collect::<Vec<_>>().iter().for_each(|n| self.ensure_native(n));
            self.ensure(place.base);
            self.push(Kind::Undo { place: place.clone(), op: *op, value: value.clone(), mode });
            undone = true;
        }
        let v = place.base;
        let quotient = matches!(op, BinOp::DivAssign(_)) && diff && self.facts.has_bar(value);
        if !undone && !quotient {
            self.put_back(s);
        }
        if !diff {
            return;
        }
        place.natives().cloned().collect::<Vec<_>>().iter().for_each(|n| self.ensure_native(n));
        let cells = self.is_cells(v);
        if cells {
            self.ensure_bar(v);
        } else if self.live_bar(v).is_none() {
            // nobody asks for its adjoint, but somebody may for what it was
            if quotient {
                self.put_back(s);
            }
            return;
        }
        let target = self.bar_of(place);
        let old = Operand::Place(place.clone(), Pass::Value);
        let linear = match op {
            BinOp::AddAssign(_) => Some("accumulated::added"),
            BinOp::SubAssign(_) => Some("accumulated::subtracted"),
            _ => None,
        };
        if let Some(name) = linear {
            if self.facts.has_bar(value) {
                let bar = if cells {
                    let read = self.fresh(&format!("{}_read", self.info(v).name.clone()));
                    self.runtime(read, "get", vec![Operand::Place(target, Pass::Ref)]);
                    Operand::by_ref(read)
                } else {
                    Operand::Place(target, Pass::Ref)
                };
                self.contribute(value, Op::Runtime { name: name.into(), args: vec![bar] });
            }
            return;
        }
        let taken = self.fresh(&format!("{}_taken", self.info(v).name.clone()));
        if cells {
            self.runtime(taken, "take", vec![Operand::Place(target, Pass::Ref)]);
        } else {
            self.runtime(taken, "take_tangent", vec![Operand::Place(target, Pass::Mut)]);
            self.states.insert(v, State::Spent(None));
        }
        let rule = crate::rules::rule(match op {
            BinOp::MulAssign(_) if self.scalar_place(place) && self.scalar_operand(value) => "times",
            BinOp::MulAssign(_) => "mul",
            BinOp::DivAssign(_) => "div",
            _ => "rem",
        })
        .expect("a row of the table");
        let args = [old, value.clone()];
        if quotient {
            // the place holds the quotient until it is put back
            self.ensure(v);
            let mut now = Operand::Place(place.clone(), Pass::Ref);
            if self.kept.contains_key(&s.id) {
                let quotient = self.fresh("quotient");
                let copy = if self.info(v).view { "own" } else { "copy" };
                self.runtime(quotient, copy, vec![now]);
                now = Operand::by_ref(quotient);
                self.put_back(s);
            }
            self.ensure_operand(value);
            let reads = vec![emit::by_reference(value, &syn::parse_quote!(())), now, Operand::by_ref(taken)];
            self.contribute(value, Op::Runtime { name: "div::pull_1".into(), args: reads });
        } else if self.facts.has_bar(value) {
            let pull = self.pull(rule, 1, &args, v, Operand::by_ref(taken));
            self.contribute(value, pull);
        }
        // the adjoint has the shape of the place
        let shaped = [Operand::var(taken), value.clone()];
        let pull = self.pull(rule, 0, &shaped, v, Operand::by_ref(taken));
        self.contribute(&args[0], pull);
    }

    /// Certainly a number.
    pub(super) fn scalar_place(&self, p: &Place) -> bool {
        p.is_number(self.info(p.base))
    }

    fn scalar_operand(&self, o: &Operand) -> bool {
        match o {
            Operand::Place(p, _) => self.scalar_place(p),
            Operand::Native(n) => emit::is_open_literal(&n.expr),
        }
    }

    // ---- closures --------------------------------------------------------------------------------------------------

    /// The forward sweep of a closure's body, in the reverse sweep.
    pub(super) fn run_again(&mut self, body: &Block) {
        let stacks = std::mem::take(&mut self.stacks);
        let forward = self.sweep(body, false);
        let own = std::mem::replace(&mut self.stacks, stacks);
        own.into_iter().for_each(|v| self.push(Kind::StackDecl(v)));
        self.out.extend(forward.stmts);
    }

    /// ```text
    /// t = x.map(|v| f(v))    =>    for k in 0..t_bar.len() { let v = x[k]; ..; x_bar[k] += pullback of f with t_bar[k] }
    /// t = x.map(|v| v.exp())    =>    for k in 0..t_bar.len() { let e = t[k]; x_bar[k] += pullback of exp with t_bar[k] }
    /// ```
    fn map(&mut self, s: &Stmt, var: Var, sources: &[Operand], lambda: &Lambda, form: &Form, bar: Operand) {
        self.prepare(s);
        let Operand::Place(whole, _) = &bar else { return };
        let mut again = lambda.body.clone();
        let result = read_back(lambda);
        if result.is_some() {
            self.ensure(var);
            again.stmts.pop();
        }
        let applied = result.is_none() || !again.stmts.is_empty();
        for source in sources.iter().filter(|_| applied) {
            self.ensure_operand(source);
        }
        let entries = matches!(form, Form::Path(_));
        let index = self.fresh("k");
        let k = index_native(&self.vars, index);
        let body = self.inner(declared_inside(s), |r| {
            if entries {
                for (axis, p) in lambda.params.iter().enumerate() {
                    r.runtime(*p, ["row_of", "column_of"][axis.min(1)], vec![Operand::Native(k.clone())]);
                }
            }
            for (p, source) in lambda.params.iter().zip(sources).filter(|_| applied) {
                let op = match source {
                    Operand::Place(place, _) => Op::Use(Operand::Place(indexed(place, &k), Pass::Value)),
                    Operand::Native(n) => {
                        let e = &n.expr;
                        let i = &k.expr;
                        let bare = match e {
                            syn::Expr::Reference(r) => &r.expr,
                            _ => e,
                        };
                        Op::Native(Native { expr: syn::parse_quote!((#bare)[#i]), reads: n.reads.clone(), pure: true })
                    }
                };
                r.push(Kind::Let { var: *p, ty: None, op });
            }
            r.run_again(&again);
            if let Some(result) = result {
                let entry = Operand::Place(indexed(&Place::var(var), &k), Pass::Value);
                r.push(Kind::Let { var: result, ty: None, op: Op::Use(entry) });
            }
            let seed = Op::Runtime { name: "own".into(), args: vec![Operand::Place(indexed(whole, &k), Pass::Ref)] };
            r.contribute(&lambda.result, seed);
            r.steps(&lambda.body);
            for (p, source) in lambda.params.iter().zip(sources) {
                if let (Some(mut bar), Operand::Place(place, _)) = (r.live_bar(*p), source) {
                    if r.is_cells(*p) {
                        let plain = r.fresh(&format!("{}_grad", r.info(*p).name.clone()));
                        r.runtime(plain, "from_bar", vec![Operand::var(bar)]);
                        bar = plain;
                    }
                    r.contribute(&Operand::Place(indexed(place, &k), Pass::Value), Op::Use(Operand::var(bar)));
                }
            }
        });
        self.push(Kind::ForEach { index, source: Operand::Place(whole.clone(), Pass::Value), body });
    }
}

/// A block without some of its statements. Nothing stands in their places, whose reverse steps are to come: a branch that did
/// nothing else was taken all the same.
fn without(block: &Block, gone: &dyn Fn(&Stmt) -> bool) -> Block {
    let nothing = || Kind::Native { tokens: TokenStream::new(), writes: vec![], undo: None };
    let kept = |s: &Stmt| if gone(s) { Stmt { id: s.id, kind: nothing() } } else { s.clone() };
    let mut kept = Block { stmts: block.stmts.iter().map(kept).collect() };
    for inner in kept.stmts.iter_mut().flat_map(Stmt::blocks_mut) {
        *inner = without(inner, gone);
    }
    kept
}

/// A field of an adjoint, by the name of the variant that the value is.
fn part(bar: &syn::Expr, variant: &syn::Ident, member: &syn::Member) -> Op {
    let parts = emit::parts(variant, bar);
    let part = Native { expr: syn::parse_quote!(#parts.#member), reads: vec![], pure: true };
    Op::Runtime { name: "own".into(), args: vec![Operand::Native(part)] }
}

/// `rules::name(bar, k)`
fn nth(name: &str, bar: &Operand, k: usize) -> Op {
    let k = syn::Index::from(k);
    let k = Native { expr: syn::parse_quote!(#k), reads: vec![], pure: true };
    Op::Runtime { name: name.into(), args: vec![bar.clone(), Operand::Native(k)] }
}

fn indexed(place: &Place, k: &Native) -> Place {
    let mut place = place.clone();
    place.proj.push(Proj::Index(k.clone()));
    place
}

fn index_native(vars: &[VarInfo], index: Var) -> Native {
    let name = &vars[index.0 as usize].name;
    Native { expr: syn::parse_quote!(#name), reads: vec![], pure: true }
}

pub(super) fn by_value(o: &Operand) -> Operand {
    match o {
        Operand::Place(p, _) => Operand::Place(p.clone(), Pass::Value),
        other => other.clone(),
    }
}

pub(crate) fn slot_proj(slot: &Slot) -> Option<Proj> {
    Some(match slot {
        Slot::Payload | Slot::Part(..) | Slot::Argument(_) | Slot::Column(_) | Slot::Row(_) => return None,
        Slot::Boxed => Proj::Deref,
        Slot::Field(k) => Proj::Field(syn::Member::Unnamed((*k).into())),
        Slot::Index(k) => {
            let k = syn::Index::from(*k);
            Proj::Index(Native { expr: syn::parse_quote!(#k), reads: vec![], pure: true })
        }
        Slot::Entry(i, j) => {
            let (i, j) = (syn::Index::from(*i), syn::Index::from(*j));
            Proj::Index(Native { expr: syn::parse_quote!((#i, #j)), reads: vec![], pure: true })
        }
    })
}
