//! What the reverse sweep reads, and where it finds it: still in scope, computed again, or kept.
//!
//! The reverse sweep runs the state backwards: before a variable is overwritten, its old value is kept if anything earlier
//! in the text (or in the same loop) reads it in reverse, and put back when the sweep comes by. So a place holds at the
//! mirror of a statement what it held at the statement, and operands are read again where they lie.
use super::{
    facts::{DefKind, Facts, Plan},
    iterations::found_outside,
    methods::method_of,
    results::read_back,
    seeds::lent_by,
    shapes::may_be_gone,
    usefulness::is_mut,
    writes::{Swapped, definition, is_reference, operands, roots_of, statement},
};
use crate::{ir::*, rules::Rule};
use std::{
    cell::RefCell,
    collections::{HashMap, HashSet},
};
use syn::ExprPath;

/// A variable whose content is read at the mirror of a statement: as it was before the statement, or after it.
pub(super) struct Read {
    pub(super) var: Var,
    pub(super) at: Id,
    pub(super) after: bool,
    pub(super) by: Reader,
}

/// Who reads a variable's content in reverse.
#[derive(Clone, PartialEq, Eq, Hash)]
pub(super) enum Reader {
    /// The sweep itself.
    Sweep,
    /// This function's pullback, if any: it is handed the variable as its argument `k`.
    Pullback(ExprPath, usize),
    /// The pullback of a method, likewise, of a type that is seen.
    Method(Method, usize),
    /// Nobody: a place is written to.
    Nobody,
    /// Nobody reads the content, but somebody the length or the shape.
    Length,
}

pub(super) struct Needs<'a> {
    pub(super) func: &'a Func,
    pub(super) facts: &'a mut Facts,
    /// Variables (roots) whose content is read at the mirror of a statement.
    pub(super) reads: Vec<Read>,
    /// Variables (roots) that are asked for their length or shape.
    pub(super) asked: HashSet<Var>,
    pub(super) done: HashSet<(Var, Id, Id, bool, Reader)>,
    /// Variables that are swapped with each other.
    pub(super) swapped: &'a [Swapped],
    /// The function has jumps.
    pub(super) jumps: bool,
    /// What is read now is read as it is after the statement.
    pub(super) after: bool,
    /// Who reads it.
    pub(super) by: Reader,
    /// What each statement changes or borrows to change it, in the order of the statements.
    pub(super) touched: &'a [(Id, Vec<Var>)],
    /// Whether a variable can be computed again for a use before a statement, as far as that was asked.
    pub(super) repeatable: RefCell<HashMap<(Var, Id), bool>>,
}

impl Needs<'_> {
    /// Everything that the reverse steps of the statements read.
    pub(super) fn seed(&mut self) {
        let mut stmts = Vec::new();
        self.func.body.walk(&mut |s| stmts.push(s));
        // inner statements come later in the list: going backwards, a statement knows whether anything inside is live
        for stmt in stmts.iter().rev() {
            let inside = stmt.blocks().iter().any(|b| b.stmts.iter().any(|s| self.facts.live.contains(&s.id)));
            if self.step(stmt) || inside {
                self.facts.live.insert(stmt.id);
                self.zeros(stmt);
            }
            if inside && self.facts.again.contains(&stmt.id) && !self.facts.once.contains_key(&stmt.id) {
                for v in found_outside(self.func, self.facts, stmt) {
                    self.value(v, stmt.id);
                }
            }
            if inside
                && Facts::ranged(stmt)
                && let Kind::Loop { kind: Loop::For { range, .. }, .. } = &stmt.kind
            {
                self.native(range, stmt.id);
            }
        }
    }

    /// The needs of one statement's own reverse step; whether it has one.
    fn step(&mut self, stmt: &Stmt) -> bool {
        let id = stmt.id;
        let restored = self.facts.restores.contains_key(&id);
        match &stmt.kind {
            Kind::Let { var, op, .. } => match op {
                Op::Call { callee, args, rerun } => self.call(*var, callee, args, *rerun, id),
                _ if !self.facts.diff.contains(var)
                    || !op.operands().iter().any(|o| self.facts.has_bar(o)) && !matches!(op, Op::Map { .. }) =>
                {
                    false
                }
                Op::Rule { rule, args, .. } => {
                    self.rule(rule, args, *var, id);
                    true
                }
                Op::Map { sources, lambda, .. } => {
                    let result = read_back(lambda);
                    if result.is_some() {
                        self.value(*var, id);
                    }
                    let applies_that_only = result.is_some() && lambda.body.stmts.len() == 1;
                    for s in sources {
                        if applies_that_only { self.address(s, id) } else { self.operand(s, id) }
                    }
                    self.lambda(lambda, id);
                    true
                }
                _ => {
                    op.operands().into_iter().for_each(|o| self.address(o, id));
                    true
                }
            },
            Kind::Assign { place, value, .. } => {
                let diff = self.facts.diff.contains(&place.base);
                if diff || restored {
                    place.natives().for_each(|n| self.native(n, id));
                    self.through(place.base, id, restored);
                }
                if diff {
                    self.address(value, id);
                }
                diff || restored
            }
            Kind::Update { place, op, value } => {
                let added = matches!(op, syn::BinOp::AddAssign(_) | syn::BinOp::SubAssign(_));
                let done = self.facts.at_once && added && !self.facts.has_bar(value);
                let diff = self.facts.diff.contains(&place.base) && !done;
                if diff || restored {
                    place.natives().for_each(|n| self.native(n, id));
                    self.through(place.base, id, restored);
                }
                if restored && !diff {
                    value.natives().into_iter().for_each(|n| self.native(n, id));
                }
                if diff {
                    self.address(value, id);
                    let scaling =
                        matches!(op, syn::BinOp::MulAssign(_) | syn::BinOp::DivAssign(_) | syn::BinOp::RemAssign(_));
                    if scaling {
                        self.operand(value, id);
                        if self.facts.has_bar(value) {
                            // a quotient is read as it is after the statement, everything else as it was before
                            self.after = matches!(op, syn::BinOp::DivAssign(_));
                            self.value(place.base, id);
                            self.after = false;
                        }
                    }
                }
                diff || restored
            }
            Kind::Native { writes, .. } => {
                writes.iter().filter(|_| restored).for_each(|w| self.through(*w, id, true));
                restored
            }
            Kind::Swap { a, b, .. } => {
                let diff = self.facts.diff.contains(&a.base);
                if diff || restored {
                    for p in [a, b] {
                        p.natives().for_each(|n| self.native(n, id));
                        self.through(p.base, id, restored);
                        if restored {
                            self.after = true;
                            self.value(p.base, id);
                            self.after = false;
                        }
                    }
                }
                diff || restored
            }
            Kind::SwapEntries { place, i, j, .. } => {
                let diff = self.facts.diff.contains(&place.base);
                if diff || restored {
                    [i, j].into_iter().chain(place.natives()).for_each(|n| self.native(n, id));
                    self.through(place.base, id, restored);
                    // swapped back whoever asks: as long as it was then
                    let roots = roots_of(self.facts, place.base);
                    if restored && roots.iter().any(|r| self.facts.reshaped.contains(r)) {
                        self.after = true;
                        self.value(place.base, id);
                        self.after = false;
                    }
                }
                diff || restored
            }
            _ => false,
        }
    }

    fn rule(&mut self, rule: &Rule, args: &[Operand], out: Var, id: Id) {
        for (k, reads) in rule.reads.iter().enumerate() {
            if !self.facts.has_bar(&args[k]) {
                continue;
            }
            self.address(&args[k], id);
            for c in reads.chars() {
                match c {
                    'a' | 'b' | 'c' => self.operand(&args[c as usize - 'a' as usize], id),
                    'A' | 'B' | 'C' => self.shape(&args[c as usize - 'A' as usize], id),
                    'y' => self.value(out, id),
                    _ => {}
                }
            }
        }
    }

    fn call(&mut self, var: Var, callee: &Callee, args: &[Arg], rerun: bool, id: Id) -> bool {
        let operands = || args.iter().filter_map(Arg::operand);
        if self.facts.calls.contains_key(&id) {
            // references may be made again for the sake of others
            let operands: Vec<&Operand> = operands().collect();
            operands.iter().for_each(|o| self.address(o, id));
            // what it was handed by value gets its share in the reverse sweep
            let by_value =
                |o: &&&Operand| matches!(o, Operand::Place(p, Pass::Value) if !self.func.info(p.base).reference);
            return operands.iter().filter(by_value).any(|o| self.facts.has_bar(o));
        }
        let live = self.facts.diff.contains(&var) || operands().any(|a| is_mut(self.func, a) && self.facts.has_bar(a));
        // what a call is lent is put back by its pullback, whoever asks for the result
        if !live && !self.facts.restores.contains_key(&id) {
            return false;
        }
        for (k, arg) in args.iter().enumerate() {
            let arg = match arg {
                Arg::Operand(o) => o,
                Arg::Closure(lambda) => {
                    self.lambda(lambda, id);
                    continue;
                }
                Arg::Function(_) => continue,
            };
            match arg {
                _ if rerun => {
                    self.address(arg, id);
                    self.operand(arg, id);
                }
                // what changes its length is looked at only to put back what it was
                Operand::Place(p, Pass::Mut)
                    if crate::lower::is_growth(callee) && !self.facts.restores.contains_key(&id) =>
                {
                    p.natives().for_each(|n| self.native(n, id));
                    self.shape_of(p.base);
                    if may_be_gone(self.func, self.facts, p) {
                        self.after = true;
                        self.value(p.base, id);
                        self.after = false;
                    } else {
                        self.through(p.base, id, true);
                    }
                }
                Operand::Place(p, pass)
                    if *pass != Pass::Value || self.func.info(p.base).reference || self.func.info(p.base).borrows =>
                {
                    p.natives().for_each(|n| self.native(n, id));
                    // a pullback finds what the call has written, and puts back what was there before if it is told to
                    self.after = is_mut(self.func, arg);
                    self.by = reader(self.func, callee, args, k);
                    self.value(p.base, id);
                    (self.after, self.by) = (false, Reader::Sweep);
                }
                Operand::Place(p, _) => {
                    self.address(arg, id);
                    self.shape_of(p.base);
                    if p.proj.is_empty() {
                        self.shape(arg, id); // of the value that is handed over, not of a later one
                    }
                }
                Operand::Native(n) => {
                    let by_ref = is_reference(self.func, n);
                    if by_ref {
                        // as with `&mut` arguments that have a derivative, a pullback finds what the call has written
                        self.after = !lent_by(self.func, n).is_empty();
                        self.by = reader(self.func, callee, args, k);
                        self.native(n, id);
                        (self.after, self.by) = (false, Reader::Sweep);
                        if let Some(v) = crate::analysis::activity::root(&n.expr)
                            .and_then(|i| n.reads.iter().find(|v| self.func.name(**v) == i))
                        {
                            self.facts.dummies.insert(*v);
                        }
                    } else {
                        // its type tells what its adjoint is: nothing, or a number that nobody asks for
                        n.reads.iter().for_each(|v| self.value(*v, id));
                    }
                }
            }
        }
        true
    }

    /// Everything that a closure's body names lies outside or is computed inside again.
    fn lambda(&mut self, lambda: &Lambda, id: Id) {
        let mut outer: Vec<Var> = lambda.native.iter().flat_map(|n| n.reads.clone()).collect();
        outer.retain(|v| self.facts.defs.get(v).is_none_or(|d| d.kind != DefKind::Lambda));
        for v in outer {
            self.value(v, id);
        }
    }

    /// The place of an operand's adjoint: its indices, and the reference that it is reached through.
    fn address(&mut self, o: &Operand, id: Id) {
        if let Operand::Place(p, _) = o
            && self.facts.diff.contains(&p.base)
        {
            p.natives().for_each(|n| self.native(n, id));
            self.through(p.base, id, false);
        }
    }

    /// A reference is made again in reverse: its indices must be there, and its roots when the primal is wanted.
    fn through(&mut self, v: Var, id: Id, primal: bool) {
        if self.facts.defs.get(&v).is_some_and(|d| d.kind == DefKind::Alias) {
            if primal {
                // what it shows is written to
                let gone = may_be_gone(self.func, self.facts, &Place::var(v));
                self.by = if gone { Reader::Sweep } else { Reader::Nobody };
                self.value(v, id);
                self.by = Reader::Sweep;
            } else {
                self.alias(v, false, id);
            }
        }
    }

    fn operand(&mut self, o: &Operand, id: Id) {
        match o {
            Operand::Place(p, _) => {
                p.natives().for_each(|n| self.native(n, id));
                self.value(p.base, id);
            }
            Operand::Native(n) => self.native(n, id),
        }
    }

    fn shape(&mut self, o: &Operand, id: Id) {
        match o {
            Operand::Place(p, _) => {
                let def = &self.facts.defs[&p.base];
                let owned = p.proj.is_empty()
                    && (matches!(def.kind, DefKind::Let | DefKind::Declare)
                        || def.kind == DefKind::Param && !self.func.info(p.base).reference);
                if owned && self.func.info(p.base).mutable && !self.func.info(p.base).scalar {
                    self.facts.shapes_at.entry(id).or_default().insert(p.base);
                } else if owned && !self.func.info(p.base).scalar {
                    self.shape_of(p.base);
                } else if roots_of(self.facts, p.base).iter().all(|r| !self.facts.reshaped.contains(r)) {
                    // whatever stands there has the shape
                    p.natives().for_each(|n| self.native(n, id));
                    self.by = Reader::Length;
                    self.value(p.base, id);
                    self.by = Reader::Sweep;
                } else {
                    self.operand(o, id);
                }
            }
            Operand::Native(n) => self.native(n, id),
        }
    }

    /// Whatever a zero of the variable's shape is made from.
    fn shape_of(&mut self, v: Var) {
        let Some(def) = self.facts.defs.get(&v) else { return };
        let info = self.func.info(v);
        match def.kind {
            _ if info.scalar => {}
            // a kept shape names the type, and with it what is borrowed
            DefKind::Let if info.borrows => self.value_for(v, def.id, def.id),
            DefKind::Let if !info.mutable || !self.facts.is_own(def.block) && !self.facts.reshaped.contains(&v) => {
                self.facts.shapes.insert(v);
            }
            DefKind::Param if !info.reference && !info.borrows => {
                self.facts.shapes.insert(v);
            }
            DefKind::Let | DefKind::Declare => {
                // the variable itself, as it is left: its content does not matter
                let plan = if self.facts.is_own(def.block) { Plan::Scope } else { Plan::Keep };
                self.plan(v, plan);
            }
            _ => {}
        }
    }

    /// Adjoints that start as zeros: cells, and those whose first contribution comes from an inner block.
    fn zeros(&mut self, stmt: &Stmt) {
        let block = self.facts.sites[&stmt.id].block;
        for o in operands(stmt) {
            let Some(p) = o.place().filter(|p| self.facts.diff.contains(&p.base)) else { continue };
            let inner = self.facts.defs.get(&p.base).is_some_and(|d| d.block != block);
            // of a reference the roots' adjoints are made
            for r in roots_of(self.facts, p.base) {
                if r != p.base && self.facts.diff.contains(&r) {
                    self.shape_of(r);
                }
            }
            if inner || self.facts.memory.contains(&p.base) {
                self.shape_of(p.base);
            }
        }
        match &stmt.kind {
            // whether anybody contributes to it is known in the reverse sweep only
            Kind::Let { var, op: Op::Call { .. }, .. } => self.shape_of(*var),
            Kind::Alias { roots, .. } => roots
                .iter()
                .filter(|r| self.facts.diff.contains(r))
                .copied()
                .collect::<Vec<_>>()
                .into_iter()
                .for_each(|r| self.shape_of(r)),
            // where jumps are, what follows may not have run: then nothing is handed back but a zero
            Kind::Assign { place, value: Operand::Place(p, _), init: true }
                if self.jumps && self.facts.diff.contains(&place.base) && self.facts.diff.contains(&p.base) =>
            {
                self.shape_of(place.base);
                self.shape_of(p.base);
            }
            Kind::SwapEntries { place, .. } | Kind::Assign { place, .. } | Kind::Update { place, .. }
                if self.facts.diff.contains(&place.base) =>
            {
                self.shape_of(place.base)
            }
            Kind::Swap { a, b, .. } if self.facts.diff.contains(&a.base) => {
                for v in [a.base, b.base] {
                    self.shape_of(v);
                    for r in roots_of(self.facts, v) {
                        if self.facts.diff.contains(&r) {
                            self.shape_of(r);
                        }
                    }
                }
            }
            _ => {}
        }
    }

    fn native(&mut self, n: &Native, id: Id) {
        let (lengths, contents): (Vec<Var>, Vec<Var>) = n.reads.iter().partition(|v| self.asks_length(n, **v));
        contents.into_iter().for_each(|v| self.value(v, id));
        self.lengths_for(lengths, id, id);
    }

    /// The value of a variable as it was at statement `id`, for a use at that statement.
    fn value(&mut self, v: Var, id: Id) {
        self.value_for(v, id, id);
    }

    /// The value of a variable as it was at statement `id`, for something that is computed again at the mirror of `user`.
    fn value_for(&mut self, v: Var, id: Id, user: Id) {
        if !self.done.insert((v, id, user, self.after, self.by.clone())) {
            return;
        }
        self.facts.users.entry(v).or_default().insert(user);
        let Some(def) = self.facts.defs.get(&v).cloned() else { return };
        let info = self.func.info(v);
        let here = self.facts.is_own(def.block);
        let plan = match def.kind {
            DefKind::Lambda => {
                if info.writable {
                    self.read(v, id);
                }
                return;
            }
            DefKind::Alias => return self.alias(v, true, user),
            DefKind::Let if info.borrows => {
                self.plan(v, Plan::Recompute);
                return self.values_of(definition(self.func, def.id).expect("a `let`"), def.id, user);
            }
            DefKind::Let if !info.mutable && !here => return self.local(v, &def, user),
            DefKind::Counter(false) if info.borrows => {
                self.items_again(def.id);
                Plan::Scope
            }
            DefKind::Param | DefKind::Counter(true) => Plan::Scope,
            DefKind::Counter(false) => Plan::Keep,
            DefKind::Let | DefKind::Declare => {
                if here {
                    Plan::Scope
                } else {
                    Plan::Keep
                }
            }
        };
        if def.kind == DefKind::Param || info.mutable {
            self.read(v, id);
        }
        self.plan(v, plan);
    }

    /// The items of a loop that are handed out a second time: what it runs over.
    fn items_again(&mut self, id: Id) {
        if let Some(Stmt { kind: Kind::Loop { kind: Loop::For { range, .. }, .. }, .. }) = statement(self.func, id) {
            self.native(range, id);
        }
    }

    /// The values that something is computed from again, whoever reads that.
    fn values_for(&mut self, vars: impl IntoIterator<Item = Var>, id: Id, user: Id) {
        let by = std::mem::replace(&mut self.by, Reader::Sweep);
        vars.into_iter().for_each(|v| self.value_for(v, id, user));
        self.by = by;
    }

    /// The values that an operation reads, which is done again.
    pub(super) fn values_of(&mut self, op: &Op, id: Id, user: Id) {
        if let Op::Use(Operand::Place(p, _)) = op
            && matches!(self.by, Reader::Nobody | Reader::Length)
            && self.has_its_shape(p)
        {
            self.values_for(p.natives().flat_map(|n| n.reads.clone()), id, user);
            return self.lengths_for(vec![p.base], id, user);
        }
        let (lengths, contents): (Vec<Var>, Vec<Var>) = named(op).into_iter().partition(|v| self.reads_length(op, *v));
        self.values_for(contents, id, user);
        self.lengths_for(lengths, id, user);
    }

    /// Whether what stands at a place at any time has the shape of what stands there at another one.
    fn has_its_shape(&self, p: &Place) -> bool {
        let steady = |r: &Var| !self.facts.reshaped.contains(r);
        let number = p.is_number(self.func.info(p.base));
        !may_be_gone(self.func, self.facts, p) && (number || roots_of(self.facts, p.base).iter().all(steady))
    }

    /// Variables that must be there, whatever they hold.
    fn lengths_for(&mut self, vars: Vec<Var>, id: Id, user: Id) {
        let by = std::mem::replace(&mut self.by, Reader::Length);
        vars.into_iter().for_each(|v| self.value_for(v, id, user));
        self.by = by;
    }

    fn read(&mut self, var: Var, at: Id) {
        match self.by {
            Reader::Nobody => {}
            Reader::Length => _ = self.asked.insert(var),
            _ => self.reads.push(Read { var, at, after: self.after, by: self.by.clone() }),
        }
    }

    /// A reference is always made again; a pattern over constants like any other variable.
    fn alias(&mut self, v: Var, primal: bool, user: Id) {
        let def = self.facts.defs[&v].clone();
        let Some(stmt) = statement(self.func, def.id) else { return };
        let Kind::Alias { roots, natives, vars, .. } = &stmt.kind else { return };
        if roots.is_empty() {
            let until = self.until(def.block, user);
            let again = self.facts.plans.get(&v) != Some(&Plan::Keep)
                && natives.iter().all(|n| {
                    n.pure
                        && n.reads.iter().all(|r| {
                            self.there(*r, def.block, user) && !self.kept(*r) && !self.changed(*r, def.id, until)
                        })
                });
            let borrowed = natives.iter().all(|n| n.pure) && vars.iter().any(|v| self.func.info(*v).reference);
            let plan = if borrowed {
                Plan::Recompute
            } else if self.facts.is_own(def.block) {
                Plan::Scope
            } else if again {
                Plan::Recompute
            } else {
                Plan::Keep
            };
            vars.iter().for_each(|v| self.plan(*v, plan));
            if plan == Plan::Recompute {
                self.values_for(natives.iter().flat_map(|n| n.reads.clone()), def.id, user);
            }
            return;
        }
        for n in natives {
            // the root itself is read through the reference, not by making it
            self.values_for(n.reads.iter().copied().filter(|r| !roots.contains(r)), def.id, user);
        }
        for r in roots {
            if primal {
                self.value_for(*r, def.id, user);
            } else {
                self.through(*r, user, false);
            }
        }
        if primal {
            vars.iter().for_each(|v| self.plan(*v, Plan::Recompute));
        }
    }
}

/// Whose pullback reads the argument at `k`.
fn reader(func: &Func, callee: &Callee, args: &[Arg], k: usize) -> Reader {
    match (callee_of(callee), method_of(func, callee, args)) {
        (Some(path), _) => Reader::Pullback(path.clone(), k),
        (None, Some(method)) => Reader::Method(method, k),
        (None, None) => Reader::Sweep,
    }
}

/// A free function, whose companion says what it does with its arguments.
pub(super) fn callee_of(callee: &Callee) -> Option<&ExprPath> {
    match callee {
        Callee::Path(path) if !crate::emit::is_associated(path) && !crate::lower::is_runtime(path) => Some(path),
        _ => None,
    }
}

/// The variables that an operation names.
pub(super) fn named(op: &Op) -> Vec<Var> {
    let mut named: Vec<Var> = op.operands().iter().flat_map(|o| o.natives()).flat_map(|n| n.reads.clone()).collect();
    named.extend(op.operands().iter().filter_map(|o| o.place().map(|p| p.base)));
    if let Op::Native(n) = op {
        named.extend(&n.reads);
    }
    named
}
