//! The forward sweep: the primal's own statements, and between them what hands residuals over.
use super::{Frame, Open, Slotted, Stacked, Transform, declared, lent, stmt};
use crate::{
    analysis::{Facts, Plan, is_mark, is_mut},
    ir::*,
    lower::{is_range, may_jump_out},
};

/// The slot of a [`Kind::Rest`].
pub(super) const REST: usize = usize::MAX;

impl Transform<'_> {
    /// The forward sweep of a function's or closure's own block: everything that it declares stays in scope.
    pub(super) fn sweep(&mut self, body: &Block, own: bool) -> Block {
        self.frames.push(Frame::default());
        self.extra.push(vec![]);
        let mut block = self.nested(|r| {
            if own {
                r.func.params.iter().for_each(|p| r.shape(p.var));
            }
            for s in &body.stmts {
                r.forward(s);
            }
        });
        self.extra.pop();
        let frame = self.frames.pop().expect("the function's frame");
        block.stmts.splice(0..0, frame.slots.into_iter().map(|v| stmt(Kind::SlotDecl(v))));
        block
    }

    /// The variables of a block that the forward sweep keeps, those that have their value before statement `k`.
    fn keeps(&self, block: &[Stmt], k: usize) -> Vec<Var> {
        let so_far = Block { stmts: block[..k].to_vec() };
        let mut keeps: Vec<Var> =
            declared(&so_far).into_iter().filter(|v| self.facts.plans.get(v) == Some(&Plan::Keep)).collect();
        let late = late(block, k);
        keeps.retain(|v| !late.contains(v));
        keeps.extend(self.extra.last().into_iter().flatten());
        keeps
    }

    /// What a [`Kind::Rest`] at `k` keeps for the block around it.
    fn late_keeps(&mut self, rest: Id, block: &[Stmt], k: usize) -> Vec<Var> {
        let from = block.iter().position(may_jump_out).unwrap_or(k);
        let late = late(block, from);
        let bars = late.iter().filter(|v| self.facts.diff.contains(v) && !self.info(**v).scalar);
        self.late_of.insert(rest, bars.copied().collect());
        late.into_iter().filter(|v| self.facts.plans.get(v) == Some(&Plan::Keep)).collect()
    }

    /// A block that may not run, or not to its end: its residual goes into a slot.
    fn slotted(&mut self, id: Id, which: usize, block: &Block, label: Option<Label>) -> Block {
        let live = block.stmts.iter().any(|s| self.facts.live.contains(&s.id));
        let exits = block.stmts.iter().any(may_jump_out);
        let name = match which {
            0 => "then",
            1 => "else",
            REST => "rest",
            _ => "arm",
        };
        let slot = live.then(|| self.fresh(&format!("{name}_{id}")));
        if let Some(slot) = slot {
            self.declare_slot(slot);
        }
        let late = std::mem::take(&mut self.late);
        self.extra.push(if which == REST { late } else { vec![] });
        self.frames.last_mut().expect("a frame").open.push(Open { label, post: vec![] });
        let mut kept: Option<Vec<Var>> = None;
        let body = self.nested(|r| {
            for (k, s) in block.stmts.iter().enumerate() {
                if may_jump_out(s) && kept.is_none() {
                    kept = Some(r.close(slot, exits, &block.stmts, k));
                }
                if matches!(s.kind, Kind::Rest(_)) {
                    r.late = r.late_keeps(s.id, &block.stmts, k);
                }
                r.forward(s);
            }
            let ends_in_jump = matches!(block.stmts.last().map(|s| &s.kind), Some(Kind::Jump { .. }));
            if kept.is_none() {
                kept = Some(r.close(slot, exits, &block.stmts, block.stmts.len()));
            }
            if !ends_in_jump {
                r.leave_open(None);
            }
        });
        let open = self.frames.last_mut().expect("a frame").open.pop().expect("just pushed");
        self.extra.pop();
        if let Some(slot) = slot {
            let slotted = Slotted { slot, vars: kept.unwrap_or_default(), post: open.post };
            self.slots.insert((id, which), slotted);
        }
        body
    }

    /// Fills a block's slot. Where jumps follow, the state of mutable variables is handed over later, on every way out.
    fn close(&mut self, slot: Option<Var>, exits: bool, block: &[Stmt], k: usize) -> Vec<Var> {
        let Some(slot) = slot else { return vec![] };
        let (mut vars, mut later) = (Vec::new(), Vec::new());
        for v in self.keeps(block, k) {
            if exits && self.info(v).mutable { later.push(v) } else { vars.push(v) }
        }
        for v in later {
            let name = format!("{}_post", self.info(v).name);
            let post = self.fresh(&name);
            self.declare_slot(post);
            self.frames.last_mut().expect("a frame").open.last_mut().expect("a block").post.push((v, post));
        }
        self.push(Kind::SlotSet { slot, vars: vars.clone() });
        vars
    }

    /// Hands over the state of mutable variables of the open blocks up to a label, or of the innermost one.
    fn leave_open(&mut self, up_to: Option<Option<Label>>) {
        let frame = self.frames.last().expect("a frame");
        let mut sets = Vec::new();
        for open in frame.open.iter().rev() {
            sets.extend(open.post.iter().copied());
            match up_to {
                None => break,
                Some(label) if label.is_some() && open.label == label => break,
                Some(_) => {}
            }
        }
        for (v, slot) in sets {
            self.push(Kind::SlotSet { slot, vars: vec![v] });
        }
    }

    /// In a block from which may be jumped a slot is declared where every jump can see it.
    fn declare_slot(&mut self, slot: Var) {
        let frame = self.frames.last_mut().expect("a frame");
        frame.slots.push(slot);
    }

    pub(super) fn keep(&mut self, v: Var) {
        if let Some(extra) = self.extra.last_mut() {
            extra.push(v);
        }
    }

    fn forward(&mut self, s: &Stmt) {
        let live = self.facts.live.contains(&s.id);
        for v in self.facts.shapes_at.get(&s.id).cloned().unwrap_or_default() {
            let shape = self.fresh(&format!("{}_shape", self.info(v).name.clone()));
            self.runtime(shape, "shape", vec![Operand::by_ref(v)]);
            self.shapes_at.insert((s.id, v), shape);
            self.keep(shape);
        }
        match &s.kind {
            Kind::Let { op: Op::Call { args, rerun: true, .. }, var, .. } if live => {
                // it is run again in reverse, from what was behind `&mut` before
                for (k, arg) in args.iter().enumerate() {
                    if let Some(Operand::Place(p, _)) = arg.operand().filter(|a| is_mut(self.func, a)) {
                        let before = self.fresh(&format!("{}_before", self.info(p.base).name.clone()));
                        self.vars[before.0 as usize].mutable = true;
                        self.runtime(before, "snapshot", vec![Operand::Place(whole(self.func, p), Pass::Ref)]);
                        self.befores.insert((s.id, k), before);
                        self.keep(before);
                    }
                }
                self.out.push(s.clone());
                self.shape(*var);
            }
            Kind::Let { var, op: Op::Call { callee, args, .. }, .. } if self.facts.calls.contains_key(&s.id) => {
                self.call_at_once(s, *var, callee, args, &self.facts.calls[&s.id]);
            }
            Kind::Let { var, op: Op::Call { callee, args, .. }, .. } if live => {
                self.keep_lent(s);
                let pullback = self.fresh(&format!("{}_pullback", self.info(*var).name.clone()));
                let mode = self.facts.restores.get(&s.id).cloned().unwrap_or(Mode::Forget);
                let args = self.shared_args(args).into_iter().map(lent).collect();
                let op = Op::Forward { callee: callee.clone(), mode, args };
                self.push(Kind::LetPair { vars: [*var, pullback], op });
                self.pullbacks.insert(s.id, pullback);
                self.keep(pullback);
                self.shape(*var);
            }
            Kind::Let { var, op, ty } => {
                let op = self.share(op.clone());
                let mut copy = s.clone();
                copy.kind = Kind::Let { var: *var, ty: ty.clone(), op };
                self.out.push(copy);
                self.shape(*var);
            }
            Kind::Assign { place, value, init: false }
                if place.proj.is_empty()
                    && !self.info(place.base).reference
                    && value.place().is_none_or(|p| p.base != place.base)
                    && self
                        .facts
                        .restores
                        .get(&s.id)
                        .is_some_and(|mode| *mode == Mode::Restore || self.is_moved(place)) =>
            {
                // what is overwritten as a whole is moved out, not copied
                let mode = self.facts.restores[&s.id].clone();
                let kept = self.fresh(&format!("{}_old", self.info(place.base).name.clone()));
                let value = self.share_operand(value);
                self.push(Kind::Replace { kept, place: place.clone(), value, mode: mode.clone() });
                self.kept.entry(s.id).or_default().push((kept, place.clone(), mode));
                self.keep(kept);
            }
            Kind::Assign { place, value, init } => {
                self.save(s, place);
                if !init
                    && place.proj.is_empty()
                    && self.facts.diff.contains(&place.base)
                    && !self.info(place.base).scalar
                    && !self.facts.restores.contains_key(&s.id)
                    && !self.is_renewal(s, place.base)
                {
                    let old = self.fresh(&format!("{}_shape", self.info(place.base).name.clone()));
                    self.runtime(old, "shape", vec![Operand::by_ref(place.base)]);
                    self.old_shapes.insert(s.id, old);
                    self.keep(old);
                }
                // an adjoint that lies where others have theirs stays as it is
                let before = (!init && self.stays_in_shape(place)).then(|| self.shape_of(place));
                let value = self.shared(std::slice::from_ref(value)).remove(0);
                self.push(Kind::Assign { place: place.clone(), value, init: *init });
                if let Some(before) = before {
                    let same = self.fresh("same");
                    let now = Operand::Place(place.clone(), Pass::Ref);
                    self.runtime(same, "keeps_shape", vec![Operand::by_ref(before), now]);
                }
            }
            Kind::Update { place, op, value } => {
                if !undoable(op, value) || self.facts.diff.contains(&place.base) {
                    self.save(s, place);
                }
                let value = self.share_operand(value);
                self.push(Kind::Update { place: place.clone(), op: *op, value });
            }
            Kind::Native { tokens, writes, undo } => {
                match undo {
                    _ if !self.facts.restores.contains_key(&s.id) => {}
                    Some(Undo::Push) => {}
                    Some(Undo::Pop) => {
                        let last = self.fresh(&format!("{}_last", self.info(writes[0]).name.clone()));
                        let name = self.info(writes[0]).name.clone();
                        let expr = syn::parse_quote!(#name.last().cloned());
                        let op = Op::Native(Native { expr, reads: vec![writes[0]], pure: false });
                        self.push(Kind::Let { var: last, ty: None, op });
                        self.popped.insert(s.id, last);
                        self.keep(last);
                    }
                    None => {
                        let read = |w: &&Var| !self.facts.spared.contains(&(s.id, **w));
                        writes.iter().filter(read).for_each(|w| self.save(s, &Place::var(*w)));
                    }
                }
                if !tokens.is_empty() {
                    self.out.push(s.clone());
                }
            }
            Kind::SwapEntries { .. } => self.out.push(s.clone()),
            Kind::If { cond, then, els } => {
                let then = self.slotted(s.id, 0, then, None);
                let els = self.slotted(s.id, 1, els, None);
                self.push(Kind::If { cond: cond.clone(), then, els });
            }
            Kind::Match { scrutinee, reads, arms } => {
                let arms = arms
                    .iter()
                    .enumerate()
                    .map(|(k, a)| Arm {
                        pat: a.pat.clone(),
                        guard: a.guard.clone(),
                        body: self.slotted(s.id, 2 + k, &a.body, None),
                    })
                    .collect();
                let owned = match scrutinee {
                    syn::Expr::Path(_) => {
                        reads.first().filter(|v| reads.len() == 1 && self.info(**v).active && self.consumed(**v))
                    }
                    _ => None,
                };
                let scrutinee = match owned {
                    Some(v) => crate::emit::place_expr(&self.vars, &Place::var(*v), Pass::Copy),
                    None => scrutinee.clone(),
                };
                self.push(Kind::Match { scrutinee, reads: reads.clone(), arms });
            }
            Kind::Labelled { label, body } => {
                let body = self.slotted(s.id, 0, body, Some(*label));
                self.push(Kind::Labelled { label: *label, body });
            }
            _ if is_mark(s) => self.out.push(s.clone()),
            Kind::Rest(body) => {
                let body = self.slotted(s.id, REST, body, None);
                self.out.extend(body.stmts);
            }
            Kind::Loop { label, kind, body } => self.forward_loop(s, *label, kind, body),
            Kind::Jump { label, again } => self.jump(*label, *again),
            _ => self.out.push(s.clone()),
        }
    }

    /// Keeps what a statement is about to overwrite.
    /// Whether to move a value out costs less than to copy it, and what is behind references stays where it is.
    fn is_moved(&self, place: &Place) -> bool {
        let info = self.info(place.base);
        !place.is_number(info) && !info.view && !info.borrows
    }

    /// Whether what a place is given must have the shape of what was there: of a part, and of what lies behind a reference, the
    /// adjoint is one for both.
    fn stays_in_shape(&self, place: &Place) -> bool {
        let info = self.info(place.base);
        let apart = place.proj.is_empty() && !info.param;
        self.facts.diff.contains(&place.base) && !apart && !place.is_number(info)
    }

    /// The shape of what a place holds.
    fn shape_of(&mut self, place: &Place) -> Var {
        let shape = self.fresh(&format!("{}_shape", self.info(place.base).name.clone()));
        self.runtime(shape, "shape", vec![Operand::Place(place.clone(), Pass::Ref)]);
        shape
    }

    fn save(&mut self, s: &Stmt, place: &Place) {
        let Some(mode) = self.facts.restores.get(&s.id).cloned().filter(|_| !self.in_pieces.contains(&s.id)) else {
            return;
        };
        let kept = self.fresh(&format!("{}_old", self.info(place.base).name.clone()));
        self.push(Kind::Keep { kept, place: place.clone(), mode: mode.clone() });
        self.kept.entry(s.id).or_default().push((kept, place.clone(), mode));
        self.keep(kept);
    }

    /// Keeps the state that a call is lent: what a callee does to it in ways of its own its pullback does not undo.
    fn keep_lent(&mut self, s: &Stmt) {
        for (v, mode) in self.facts.lent.get(&s.id).cloned().unwrap_or_default() {
            let name = self.info(v).name.clone();
            match (self.info(v).active, mode) {
                (false, Mode::Restore) => {
                    let before = self.fresh(&format!("{name}_before"));
                    let place = whole(self.func, &Place::var(v));
                    self.runtime(before, "snapshot", vec![Operand::Place(place, Pass::Ref)]);
                    self.lent.entry(s.id).or_default().push((v, before));
                    self.keep(before);
                }
                // whether another pullback reads it its type says
                (typed, mode) => self.push(Kind::NotRead { state: self.lent_reference(s, v), typed, mode }),
            }
        }
    }

    /// The reference by which a call is lent a part of a variable, which cannot be named itself meanwhile.
    fn lent_reference(&self, s: &Stmt, of: Var) -> Var {
        let Kind::Let { op: Op::Call { args, .. }, .. } = &s.kind else { return of };
        let reference = |v: &Var| self.alias_of(*v).is_some() && self.facts.refers_to(*v, of);
        args.iter().filter_map(Arg::place).map(|p| p.base).find(reference).unwrap_or(of)
    }

    /// The shape of a variable, where the reverse sweep makes a zero of it.
    fn shape(&mut self, v: Var) {
        if self.facts.shapes.contains(&v) {
            let shape = self.fresh(&format!("{}_shape", self.info(v).name.clone()));
            self.runtime(shape, "shape", vec![Operand::by_ref(v)]);
            self.shape_vars.insert(v, shape);
            self.keep(shape);
        }
    }

    /// Operands that an operation may consume while the reverse sweep needs them: copied.
    fn shared(&self, args: &[Operand]) -> Vec<Operand> {
        args.iter().map(|a| self.share_operand(a)).collect()
    }

    pub(super) fn shared_args(&self, args: &[Arg]) -> Vec<Arg> {
        args.iter()
            .map(|a| match a {
                Arg::Operand(o) => Arg::Operand(self.share_operand(o)),
                function => function.clone(),
            })
            .collect()
    }

    fn share_operand(&self, o: &Operand) -> Operand {
        self.share_as(o, Pass::Copy)
    }

    fn share_as(&self, o: &Operand, pass: Pass) -> Operand {
        match o {
            Operand::Place(p, Pass::Value)
                if self.consumed(p.base) && p.proj.iter().all(|s| matches!(s, Proj::Field(_) | Proj::Marked(_))) =>
            {
                Operand::Place(p.clone(), pass)
            }
            Operand::Native(n) => match (&n.expr, &n.reads[..]) {
                (syn::Expr::Path(_), [v]) if self.consumed(*v) && self.is_made(*v) => {
                    Operand::Place(Place::var(*v), pass)
                }
                _ => o.clone(),
            },
            other => other.clone(),
        }
    }

    /// Whether a use by value may take away what the reverse sweep needs.
    fn consumed(&self, v: Var) -> bool {
        self.facts.needed(v) && !self.info(v).scalar && !self.info(v).reference
    }

    /// Whether a constant is more than a number: the result of a call.
    fn is_made(&self, v: Var) -> bool {
        let mut made = false;
        self.func.body.walk(&mut |s| {
            made |= match &s.kind {
                Kind::Let { var, op: Op::Native(n), .. } if *var == v => match (&n.expr, &n.reads[..]) {
                    // by another name
                    (syn::Expr::Path(_), [u]) if *u < v => self.is_made(*u),
                    _ => !n.pure,
                },
                _ => false,
            };
        });
        made
    }

    fn share(&self, op: Op) -> Op {
        match op {
            Op::Use(o) => Op::Use(self.share_operand(&o)),
            Op::Rule { rule, args, form } => {
                // operators take references as well, except those of a scalar type parameter;
                // a method takes its receiver as it likes: by reference, mostly, but an option by value
                let operator = matches!(form, Form::Binary(_) | Form::Neg) && !self.func.generic;
                let method = matches!(form, Form::Method(..)) && !rule.takes_receiver();
                let args = args
                    .iter()
                    .enumerate()
                    .map(|(k, a)| {
                        let matrix = a.place().is_some_and(|p| p.proj.is_empty() && self.info(p.base).elements);
                        let pass = if operator && matrix { Pass::Ref } else { Pass::Copy };
                        if method && k == 0 { a.clone() } else { self.share_as(a, pass) }
                    })
                    .collect();
                Op::Rule { rule, args, form }
            }
            Op::Aggregate { args, slots, form } => Op::Aggregate { args: self.shared(&args), slots, form },
            Op::Call { callee, args, rerun } => Op::Call { callee, args: self.shared_args(&args), rerun },
            other => other,
        }
    }

    // ---- loops and jumps -------------------------------------------------------------------------------------------

    fn forward_loop(&mut self, s: &Stmt, label: Label, kind: &Loop, body: &Block) {
        if self.is_reversed(s) {
            return self.run_and_reverse(s, label, kind, body);
        }
        let live = self.facts.live.contains(&s.id);
        if self.facts.again.contains(&s.id) {
            if live {
                self.keep_pieces(s, kind);
                let stacks = self.pieces.get(&s.id).into_iter().flatten().map(|p| p.stack).collect();
                self.fills_in_every_iteration(kind, stacks);
            }
            return self.out.push(s.clone());
        }
        let ranged = Facts::ranged(s);
        if live {
            self.keep_pieces(s, kind);
        }
        let stack = live.then(|| self.fresh(&format!("stack_{}", s.id)));
        // a loop that runs once finds its stack empty, one inside of another loop's iteration does not
        let nested = self.frames.last().is_some_and(|f| f.label.is_some());
        let mark = (live && !ranged && nested).then(|| self.fresh(&format!("mark_{}", s.id)));
        if let (Some(mark), Some(stack)) = (mark, stack) {
            let height = Op::Runtime { name: "mark".into(), args: vec![Operand::by_ref(stack)] };
            self.push(Kind::Set { target: Place::var(mark), value: height });
            self.frames.last_mut().expect("a frame").marks.push(mark);
        }
        self.frames.push(Frame { label: Some(label), stack, ..Frame::default() });
        self.extra.push(vec![]);
        let counter = match kind {
            Loop::For { var, .. } if self.facts.plans.get(var) == Some(&Plan::Keep) => Some(*var),
            _ => None,
        };
        let mut entries: Vec<Var> = Vec::new();
        let mut new_body = self.nested(|r| {
            let mut closed = false;
            for (k, st) in body.stmts.iter().enumerate() {
                if may_jump_out(st) && !closed {
                    closed = true;
                    r.frames.last_mut().expect("a frame").keeps =
                        r.keeps(&body.stmts, k).into_iter().chain(counter).collect();
                    // slots of what follows are declared at the head of the iteration
                }
                if matches!(st.kind, Kind::Rest(_)) {
                    r.late = r.late_keeps(st.id, &body.stmts, k);
                }
                r.forward(st);
            }
            if !closed {
                r.frames.last_mut().expect("a frame").keeps =
                    r.keeps(&body.stmts, body.stmts.len()).into_iter().chain(counter).collect();
            }
            let frame = r.frames.last().expect("a frame");
            entries = frame.keeps.iter().chain(&frame.slots).chain(&frame.marks).copied().collect();
            let ends_in_jump = matches!(body.stmts.last().map(|s| &s.kind), Some(Kind::Jump { .. }));
            if let Some(stack) = stack
                && !ends_in_jump
                && (!entries.is_empty() || !ranged)
            {
                r.push(Kind::StackPush { stack, vars: entries.clone() });
            }
        });
        self.extra.pop();
        let frame = self.frames.pop().expect("the loop's frame");
        if let Some(stack) = stack {
            complete_pushes(&mut new_body, stack, &entries);
        }
        let heads = frame.slots.into_iter().map(Kind::SlotDecl).chain(frame.marks.into_iter().map(Kind::MarkDecl));
        new_body.stmts.splice(0..0, heads.map(stmt));
        let used = stack.filter(|_| !entries.is_empty() || !ranged);
        self.reserve_for_inner(s, kind, &frame.inner);
        let filled = used.into_iter().chain(self.pieces.get(&s.id).into_iter().flatten().map(|p| p.stack));
        self.fills_in_every_iteration(kind, filled.collect());
        self.loops.insert(s.id, Stacked { stack: used, mark, vars: entries.clone() });
        self.stacks.extend(used);
        if let (Loop::For { var, range }, Some(stack)) = (kind, used)
            && ranged
            && !entries.is_empty()
            && is_range(&range.expr)
        {
            if self.may_be_closure(body) {
                new_body.stmts.pop();
                let (var, range) = (*var, range.clone());
                return self.push(Kind::StackFill { stack, var, range, body: new_body, vars: entries });
            }
            self.push(Kind::StackReserve { stack, ranges: vec![range.clone()] });
        }
        self.push(Kind::Loop { label, kind: kind.clone(), body: new_body });
    }

    /// Tells the loop around that a loop over a range fills stacks in every one of its iterations.
    fn fills_in_every_iteration(&mut self, kind: &Loop, stacks: Vec<Var>) {
        if let (Loop::For { range, .. }, Some(frame)) = (kind, self.frames.last_mut())
            && is_range(&range.expr)
            && frame.open.is_empty()
        {
            frame.inner.extend(stacks.into_iter().map(|stack| (stack, range.clone())));
        }
    }

    /// A stack that a loop inside of `s` fills gets its memory once, where it is known how much that is.
    fn reserve_for_inner(&mut self, s: &Stmt, kind: &Loop, inner: &[(Var, Native)]) {
        let Loop::For { range: outer, .. } = kind else { return };
        if !Facts::ranged(s) || !is_range(&outer.expr) {
            return;
        }
        for (stack, range) in inner {
            let steady = |v: &Var| !self.info(*v).mutable && self.facts.is_declared_outside(*v, s.id);
            if range.pure && range.reads.iter().all(steady) {
                self.push(Kind::StackReserve { stack: *stack, ranges: vec![outer.clone(), range.clone()] });
            }
        }
    }

    /// Whether a loop's body may stand in a closure: an inner loop's, which moves nothing out of variables around it.
    fn may_be_closure(&self, body: &Block) -> bool {
        let inner = declared(body);
        body.stmts.iter().all(|s| match &s.kind {
            Kind::Let { op: Op::Call { .. }, .. } => false,
            // what is kept of a part of a buffer that is cut in pieces would be said to borrow it
            Kind::Assign { place, .. } | Kind::Update { place, .. } if self.alias_of(place.base).is_some() => false,
            // whoever assigns a whole may have moved it before
            Kind::Assign { place, .. } => {
                !place.proj.is_empty() || self.info(place.base).scalar || inner.contains(&place.base)
            }
            Kind::Native { tokens, .. } => !assigns_whole(tokens),
            Kind::Let { .. } | Kind::Update { .. } | Kind::Alias { .. } => true,
            _ => false,
        })
    }

    /// A jump leaves iterations: each hands over its residual first.
    fn jump(&mut self, label: Label, again: bool) {
        let mut pushes = Vec::new();
        for frame in self.frames.iter().rev() {
            let inside = frame.open.iter().any(|o| o.label == Some(label));
            for open in frame.open.iter().rev() {
                pushes.extend(open.post.iter().map(|(v, slot)| Kind::SlotSet { slot: *slot, vars: vec![*v] }));
                if open.label == Some(label) {
                    break;
                }
            }
            if inside {
                break;
            }
            if let Some(stack) = frame.stack {
                pushes.push(Kind::StackPush { stack, vars: frame.keeps.clone() });
            }
            if frame.label == Some(label) {
                break;
            }
        }
        for kind in pushes {
            self.push(kind);
        }
        self.push(Kind::Jump { label, again });
    }
}

/// What a mutable reference refers to.
pub(super) fn whole(func: &Func, p: &Place) -> Place {
    let mut p = p.clone();
    if func.info(p.base).reference && p.proj.is_empty() {
        p.proj.push(Proj::Deref);
    }
    p
}

/// Variables declared before statement `k` of a block that get their value from there on.
fn late(block: &[Stmt], k: usize) -> Vec<Var> {
    let mut late = declared(&Block { stmts: block[..k].to_vec() });
    let mut given = Vec::new();
    for s in &block[k..] {
        s.walk(&mut |s| {
            if let Kind::Assign { place, init: true, .. } = &s.kind {
                given.push(place.base);
            }
        });
    }
    late.retain(|v| given.contains(v));
    late
}

/// Whether a statement may give a variable another value as a whole.
fn assigns_whole(tokens: &proc_macro2::TokenStream) -> bool {
    match syn::parse2::<syn::Stmt>(tokens.clone()) {
        Ok(syn::Stmt::Expr(syn::Expr::Assign(a), _)) => !matches!(*a.left, syn::Expr::Index(_)),
        Ok(syn::Stmt::Expr(syn::Expr::Binary(_) | syn::Expr::MethodCall(_), _)) => false,
        _ => true,
    }
}

/// Pushes before a jump were written when not all slots of the iteration were known.
fn complete_pushes(block: &mut Block, to: Var, entries: &[Var]) {
    for s in &mut block.stmts {
        if let Kind::StackPush { stack, vars } = &mut s.kind
            && *stack == to
        {
            *vars = entries.to_vec();
        }
        for inner in s.blocks_mut() {
            complete_pushes(inner, to, entries);
        }
    }
}

/// `k += 1` with an integer literal: undone by `k -= 1`.
pub(super) fn undoable(op: &syn::BinOp, value: &Operand) -> bool {
    matches!(op, syn::BinOp::AddAssign(_) | syn::BinOp::SubAssign(_))
        && matches!(value, Operand::Native(n) if matches!(&n.expr, syn::Expr::Lit(l) if matches!(l.lit, syn::Lit::Int(_)) && !crate::emit::is_float(&l.lit)))
}
