//! What the reverse sweep reads, and where it finds it: still in scope, computed again, or kept.
//!
//! The reverse sweep runs the state backwards: before a variable is overwritten, its old value is kept if anything earlier
//! in the text (or in the same loop) reads it in reverse, and put back when the sweep comes by. So a place holds at the
//! mirror of a statement what it held at the statement, and operands are read again where they lie.
use crate::{ir::*, lower::may_jump_out, rules::Rule};
use std::collections::{BTreeSet, HashMap, HashSet};

/// Where the reverse sweep finds a variable of a block that is not the function's own.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Plan {
    /// In scope: declared by the function's own block, a parameter, the variable of a reversed loop.
    Scope,
    /// Computed again where it is first needed.
    Recompute,
    /// Kept by the forward sweep.
    Keep,
}

/// The facts that reverse mode works by.
#[derive(Debug, Default)]
pub(crate) struct Facts {
    /// Variables with an adjoint: active, and on the way to an output.
    pub(crate) diff: HashSet<Var>,
    /// Variables whose adjoint consists of cells: their parts are addressed or borrowed.
    pub(crate) memory: HashSet<Var>,
    /// Variables whose value is read in reverse.
    pub(crate) plans: HashMap<Var, Plan>,
    /// Variables whose shape is read in reverse while their value need not be there.
    pub(crate) shapes: BTreeSet<Var>,
    /// Mutable variables whose shape at a statement is read in reverse.
    pub(crate) shapes_at: HashMap<Id, BTreeSet<Var>>,
    /// Statements that overwrite what is read in reverse, and for whose sake it is put back.
    pub(crate) restores: HashMap<Id, Mode>,
    /// Statements with a reverse step of their own or inside.
    pub(crate) live: HashSet<Id>,
    /// Constants that are handed to differentiable functions by reference.
    pub(crate) dummies: BTreeSet<Var>,
    /// Loops that any value of an iteration can be computed again in.
    independent: HashSet<Id>,
    /// The blocks of closures: like the function's own, they stay in scope while they are reversed.
    own_blocks: HashSet<usize>,
    sites: HashMap<Id, Site>,
    defs: HashMap<Var, Def>,
    roots: HashMap<Var, Vec<Var>>,
}

#[derive(Debug, Clone)]
struct Site {
    /// The last number inside of the statement.
    end: Id,
    loops: Vec<Id>,
    block: usize,
}

#[derive(Debug, Clone)]
struct Def {
    id: Id,
    loops: Vec<Id>,
    /// The block that declares it; 0 is the function's own.
    block: usize,
    kind: DefKind,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum DefKind {
    Param,
    Let,
    Alias,
    Declare,
    /// The variable of a loop, and whether the reversed loop runs over the same range.
    Counter(bool),
    Lambda,
}

pub(crate) fn facts(func: &Func) -> Facts {
    let mut facts = Facts::default();
    Walk { func, facts: &mut facts, loops: vec![], blocks: 0, block: 0 }.function();
    facts.roots = roots(func);
    facts.diff = useful(func, &facts.roots);
    facts.memory = memory(func);
    facts.independent = independent(func, &facts);
    loop {
        let before = (facts.restores.clone(), facts.plans.clone(), facts.shapes.clone());
        let mut needs = Needs { func, facts: &mut facts, reads: Vec::new(), done: HashSet::new(), after: false };
        needs.seed();
        let reads = std::mem::take(&mut needs.reads);
        restores(func, &mut facts, &reads);
        if before == (facts.restores.clone(), facts.plans.clone(), facts.shapes.clone()) {
            return facts;
        }
    }
}

impl Facts {
    /// Whether a variable is declared by the function's own block, or a closure's.
    pub(crate) fn is_at_hand(&self, v: Var) -> bool {
        self.defs.get(&v).is_some_and(|d| self.is_own(d.block))
    }

    /// Whether what a block declares is in scope when it is reversed.
    fn is_own(&self, block: usize) -> bool {
        block == 0 || self.own_blocks.contains(&block)
    }

    /// Whether an operand has an adjoint.
    pub(crate) fn has_bar(&self, o: &Operand) -> bool {
        o.place().is_some_and(|p| self.diff.contains(&p.base))
    }

    /// Whether the reverse sweep reads this variable's value.
    pub(crate) fn needed(&self, v: Var) -> bool {
        self.plans.contains_key(&v)
    }

    /// Whether the reversed loop runs over the range of the loop itself.
    pub(crate) fn ranged(stmt: &Stmt) -> bool {
        match &stmt.kind {
            Kind::Loop { kind: Loop::For { .. }, body, .. } => !jumps_inside(body),
            _ => false,
        }
    }
}

/// Whether an iteration may end other than at the end of the body.
pub(crate) fn jumps_inside(body: &Block) -> bool {
    body.stmts.iter().any(may_jump_out)
}

// ---- where everything is -------------------------------------------------------------------------------------------

struct Walk<'a> {
    func: &'a Func,
    facts: &'a mut Facts,
    loops: Vec<Id>,
    blocks: usize,
    block: usize,
}

impl Walk<'_> {
    fn function(&mut self) {
        for p in &self.func.params {
            self.facts.defs.insert(p.var, Def { id: 0, loops: vec![], block: 0, kind: DefKind::Param });
        }
        self.visit(&self.func.body);
    }

    fn define(&mut self, v: Var, id: Id, kind: DefKind) {
        self.facts.defs.insert(v, Def { id, loops: self.loops.clone(), block: self.block, kind });
    }

    fn visit(&mut self, block: &Block) {
        for stmt in &block.stmts {
            let site = Site { end: 0, loops: self.loops.clone(), block: self.block };
            self.facts.sites.insert(stmt.id, site);
            match &stmt.kind {
                Kind::Let { var, op, .. } => {
                    self.define(*var, stmt.id, DefKind::Let);
                    if let Op::Map { lambda, .. } = op {
                        for p in &lambda.params {
                            self.define(*p, stmt.id, DefKind::Lambda);
                        }
                        self.facts.own_blocks.insert(self.blocks + 1);
                        self.nested(&lambda.body);
                    }
                }
                Kind::Declare { var, .. } => self.define(*var, stmt.id, DefKind::Declare),
                Kind::Alias { vars, .. } => vars.iter().for_each(|v| self.define(*v, stmt.id, DefKind::Alias)),
                Kind::Loop { kind, body, .. } => {
                    self.loops.push(stmt.id);
                    self.blocks += 1;
                    let outer = std::mem::replace(&mut self.block, self.blocks);
                    if let Loop::For { var, .. } = kind {
                        self.define(*var, stmt.id, DefKind::Counter(Facts::ranged(stmt)));
                    }
                    self.visit(body);
                    self.block = outer;
                    self.loops.pop();
                }
                _ => stmt.blocks().into_iter().for_each(|b| self.nested(b)),
            }
            let mut end = stmt.id;
            stmt.walk(&mut |s| end = end.max(s.id));
            self.facts.sites.get_mut(&stmt.id).expect("just inserted").end = end;
        }
    }

    fn nested(&mut self, block: &Block) {
        self.blocks += 1;
        let outer = std::mem::replace(&mut self.block, self.blocks);
        self.visit(block);
        self.block = outer;
    }
}

/// The variables that a reference may lead to; a variable that is none leads to itself.
fn roots(func: &Func) -> HashMap<Var, Vec<Var>> {
    let mut roots: HashMap<Var, Vec<Var>> = HashMap::new();
    func.body.walk(&mut |stmt| {
        if let Kind::Alias { vars, roots: direct, natives, .. } = &stmt.kind {
            let mut all: Vec<Var> = Vec::new();
            for r in direct.iter().chain(natives.iter().flat_map(|n| &n.reads)) {
                all.extend(roots.get(r).cloned().unwrap_or_else(|| vec![*r]));
            }
            all.sort();
            all.dedup();
            for v in vars {
                roots.insert(*v, all.clone());
            }
        }
    });
    roots
}

/// Active variables that an output depends on.
fn useful(func: &Func, roots: &HashMap<Var, Vec<Var>>) -> HashSet<Var> {
    let mut useful: HashSet<Var> = HashSet::new();
    let active = |v: &Var| func.info(*v).active;
    useful.extend(func.result.iter().filter_map(|r| r.place().map(|p| p.base)).filter(active));
    useful.extend(func.params.iter().filter(|p| p.pass == Pass::Mut && !p.constant).map(|p| p.var));
    loop {
        let before = useful.len();
        let add = |o: &Operand, useful: &mut HashSet<Var>| {
            if let Some(p) = o.place().filter(|p| active(&p.base)) {
                useful.insert(p.base);
            }
        };
        func.body.walk(&mut |stmt| match &stmt.kind {
            Kind::Let { var, op: Op::Call { args, .. }, .. } => {
                let written =
                    args.iter().any(|a| is_mut(func, a) && a.place().is_some_and(|p| useful.contains(&p.base)));
                if written || useful.contains(var) {
                    args.iter().for_each(|a| add(a, &mut useful));
                    if active(var) {
                        useful.insert(*var);
                    }
                }
            }
            Kind::Let { var, op, .. } if useful.contains(var) => {
                op.operands().into_iter().for_each(|o| add(o, &mut useful));
                if let Op::Map { lambda, .. } = op {
                    add(&lambda.result, &mut useful);
                    useful.extend(lambda.params.iter().filter(|p| active(p)));
                }
            }
            Kind::Assign { place, value, .. } | Kind::Update { place, value, .. } if useful.contains(&place.base) => {
                add(value, &mut useful)
            }
            Kind::VecPush { vec, value } if useful.contains(vec) => add(value, &mut useful),
            Kind::Swap(a, b) if useful.contains(a) || useful.contains(b) => useful.extend([*a, *b]),
            Kind::Alias { vars, roots: direct, .. } => {
                // both ways: what is written through a reference reaches what it refers to
                if vars.iter().chain(direct).any(|v| useful.contains(v)) {
                    useful.extend(vars.iter().chain(direct).filter(|v| active(v)));
                }
            }
            _ => {}
        });
        let _ = roots;
        if useful.len() == before {
            return useful;
        }
    }
}

/// Whether a call may write through this operand.
pub(crate) fn is_mut(func: &Func, o: &Operand) -> bool {
    match o {
        Operand::Place(_, Pass::Mut) => true,
        Operand::Place(p, Pass::Value) => p.proj.is_empty() && func.info(p.base).writable,
        _ => false,
    }
}

/// Variables whose parts are addressed, borrowed or handed on by reference.
fn memory(func: &Func) -> HashSet<Var> {
    let mut memory: HashSet<Var> = HashSet::new();
    memory.extend(func.params.iter().filter(|p| p.again).map(|p| p.var));
    let part = |p: &Place, memory: &mut HashSet<Var>| {
        if !p.proj.is_empty() || func.info(p.base).reference {
            memory.insert(p.base);
        }
    };
    func.body.walk(&mut |stmt| match &stmt.kind {
        Kind::Let { op, .. } => {
            for o in op.operands() {
                if let Operand::Place(p, pass) = o {
                    part(p, &mut memory);
                    if matches!(op, Op::Call { .. }) && *pass != Pass::Value {
                        memory.insert(p.base);
                    }
                    if matches!(op, Op::Map { .. }) {
                        memory.insert(p.base);
                    }
                }
            }
            if let Op::Map { lambda, .. } = op
                && let Operand::Place(p, _) = &lambda.result
            {
                part(p, &mut memory);
            }
        }
        Kind::Assign { place, value, .. } | Kind::Update { place, value, .. } => {
            part(place, &mut memory);
            if let Operand::Place(p, _) = value {
                part(p, &mut memory);
            }
        }
        Kind::SwapEntries { place, .. } => {
            memory.insert(place.base);
        }
        Kind::VecPush { vec, value } => {
            memory.insert(*vec);
            if let Operand::Place(p, _) = value {
                part(p, &mut memory);
            }
        }
        Kind::Alias { vars, roots, .. } => memory.extend(vars.iter().chain(roots)),
        _ => {}
    });
    if let Some(Operand::Place(p, _)) = &func.result {
        part(p, &mut memory);
    }
    // what is swapped is of one kind
    loop {
        let before = memory.len();
        func.body.walk(&mut |s| {
            if let Kind::Swap(a, b) = &s.kind
                && (memory.contains(a) || memory.contains(b))
            {
                memory.extend([*a, *b]);
            }
        });
        if memory.len() == before {
            return memory;
        }
    }
}

// ---- what is read --------------------------------------------------------------------------------------------------

/// A variable whose content is read at the mirror of a statement: as it was before the statement, or after it.
struct Read {
    var: Var,
    at: Id,
    after: bool,
}

struct Needs<'a> {
    func: &'a Func,
    facts: &'a mut Facts,
    /// Variables (roots) whose content is read at the mirror of a statement.
    reads: Vec<Read>,
    done: HashSet<(Var, Id, Id, bool)>,
    /// What is read now is read as it is after the statement.
    after: bool,
}

impl Needs<'_> {
    /// Everything that the reverse steps of the statements read.
    fn seed(&mut self) {
        let mut stmts = Vec::new();
        self.func.body.walk(&mut |s| stmts.push(s));
        // inner statements come later in the list: going backwards, a statement knows whether anything inside is live
        for stmt in stmts.iter().rev() {
            let inside = stmt.blocks().iter().any(|b| b.stmts.iter().any(|s| self.facts.live.contains(&s.id)));
            if self.step(stmt) || inside {
                self.facts.live.insert(stmt.id);
                self.zeros(stmt);
            }
            if inside && let Kind::Loop { kind: Loop::For { var, range, .. }, .. } = &stmt.kind {
                if Facts::ranged(stmt) {
                    self.native(range, stmt.id);
                } else {
                    let _ = var;
                }
            }
        }
    }

    /// The needs of one statement's own reverse step; whether it has one.
    fn step(&mut self, stmt: &Stmt) -> bool {
        let id = stmt.id;
        let restored = self.facts.restores.contains_key(&id);
        match &stmt.kind {
            Kind::Let { var, op, .. } => match op {
                Op::Call { args, .. } => self.call(*var, args, id),
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
                    for s in sources {
                        self.operand(s, id);
                    }
                    self.lambda(lambda, id);
                    true
                }
                _ => {
                    op.operands().into_iter().for_each(|o| self.address(o, id));
                    true
                }
            },
            Kind::Assign { place, value, init } => {
                let diff = self.facts.diff.contains(&place.base);
                if diff || restored {
                    place.natives().for_each(|n| self.native(n, id));
                    self.through(place.base, id, restored);
                }
                let _ = init;
                if diff {
                    self.address(value, id);
                }
                diff || restored
            }
            Kind::Update { place, op, value } => {
                let diff = self.facts.diff.contains(&place.base);
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
            Kind::Native { .. } => restored,
            Kind::Swap(a, b) => {
                if restored {
                    self.after = true;
                    self.value(*a, id);
                    self.value(*b, id);
                    self.after = false;
                }
                restored || self.facts.diff.contains(a)
            }
            Kind::SwapEntries { place, i, j, .. } => {
                let diff = self.facts.diff.contains(&place.base);
                if diff || restored {
                    [i, j].into_iter().chain(place.natives()).for_each(|n| self.native(n, id));
                    self.through(place.base, id, restored);
                }
                diff || restored
            }
            Kind::VecPush { vec, value } => {
                let diff = self.facts.diff.contains(vec);
                if diff {
                    self.address(value, id);
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

    fn call(&mut self, var: Var, args: &[Operand], id: Id) -> bool {
        let live = self.facts.diff.contains(&var) || args.iter().any(|a| is_mut(self.func, a) && self.facts.has_bar(a));
        if !live {
            return self.facts.restores.contains_key(&id);
        }
        for arg in args {
            match arg {
                Operand::Place(p, pass) if *pass != Pass::Value || self.func.info(p.base).reference => {
                    p.natives().for_each(|n| self.native(n, id));
                    // a pullback finds what the call has written, and puts back what was there before if it is told to
                    self.after = is_mut(self.func, arg);
                    self.value(p.base, id);
                    self.after = false;
                }
                Operand::Place(p, _) => {
                    self.address(arg, id);
                    self.shape_of(p.base);
                }
                Operand::Native(n) => {
                    let by_ref = is_reference(self.func, n);
                    if by_ref {
                        self.native(n, id);
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
        let mut outer: Vec<Var> = lambda.native.reads.clone();
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
                self.value(v, id);
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
            DefKind::Let if !info.mutable => {
                self.facts.shapes.insert(v);
            }
            DefKind::Param if !info.reference => {
                self.facts.shapes.insert(v);
            }
            DefKind::Let | DefKind::Declare => {
                // the variable itself, as it is left: its content does not matter
                let plan = if self.facts.is_own(def.block) { Plan::Scope } else { Plan::Keep };
                self.facts.plans.insert(v, plan);
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
            Kind::SwapEntries { place, .. } | Kind::Assign { place, .. } | Kind::Update { place, .. }
                if self.facts.diff.contains(&place.base) =>
            {
                self.shape_of(place.base)
            }
            Kind::VecPush { vec, .. } if self.facts.diff.contains(vec) => self.shape_of(*vec),
            Kind::Swap(a, b) if self.facts.diff.contains(a) => [*a, *b].into_iter().for_each(|v| self.shape_of(v)),
            _ => {}
        }
    }

    fn native(&mut self, n: &Native, id: Id) {
        n.reads.iter().for_each(|v| self.value(*v, id));
    }

    /// The value of a variable as it was at statement `id`, for a use at that statement.
    fn value(&mut self, v: Var, id: Id) {
        self.value_for(v, id, id);
    }

    /// The value of a variable as it was at statement `id`, for something that is computed again at the mirror of `user`.
    fn value_for(&mut self, v: Var, id: Id, user: Id) {
        if !self.done.insert((v, id, user, self.after)) {
            return;
        }
        let Some(def) = self.facts.defs.get(&v).cloned() else { return };
        let info = self.func.info(v);
        let here = self.facts.is_own(def.block);
        let plan = match def.kind {
            DefKind::Lambda => return,
            DefKind::Alias => return self.alias(v, true, user),
            DefKind::Let if !info.mutable && !here => return self.local(v, &def, user),
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
            self.reads.push(Read { var: v, at: id, after: self.after });
        }
        self.facts.plans.insert(v, plan);
    }

    /// A variable that is assigned once, in a block that may run many times: compute it again if that is cheap and sound.
    fn local(&mut self, v: Var, def: &Def, user: Id) {
        if self.facts.plans.get(&v) == Some(&Plan::Keep) {
            return;
        }
        let op = definition(self.func, def.id).expect("a `let`");
        if self.again(v, &op, def, user) {
            self.facts.plans.insert(v, Plan::Recompute);
            for r in named(&op) {
                self.value_for(r, def.id, user);
            }
        } else {
            self.facts.plans.insert(v, Plan::Keep);
        }
    }

    /// Whether an operation may be run again for a use at statement `id`.
    fn again(&self, v: Var, op: &Op, def: &Def, id: Id) -> bool {
        let cheap = match op {
            Op::Native(n) => n.pure,
            Op::Use(_) => true,
            // of vectors and matrices nothing is cheap
            Op::Rule { rule, .. } => {
                rule.cheap && self.func.info(v).scalar
                    || def.loops.last().is_some_and(|l| self.facts.independent.contains(l))
            }
            _ => false,
        };
        let dear = matches!(op, Op::Rule { rule, .. } if !rule.cheap || !self.func.info(v).scalar);
        let until = self.until(def.block, id);
        cheap
            && named(op)
                .iter()
                .all(|r| self.there(*r, def.block, id) && !(dear && self.kept(*r)) && !self.changed(*r, def.id, until))
    }

    /// The last statement before which a value must be there, seen from the block that declares it.
    fn until(&self, block: usize, id: Id) -> Id {
        let containing = self
            .facts
            .sites
            .iter()
            .filter(|(k, s)| s.block == block && **k <= id && id <= s.end)
            .map(|(k, s)| (*k, s.end))
            .max();
        match containing {
            Some((k, end)) if k != id => end + 1,
            _ => id,
        }
    }

    /// Whether a variable is there in reverse without being kept for this purpose.
    fn there(&self, v: Var, block: usize, user: Id) -> bool {
        let Some(def) = self.facts.defs.get(&v) else { return false };
        match def.kind {
            DefKind::Let if def.block == block && !self.func.info(v).mutable => {
                let op = definition(self.func, def.id).expect("a `let`");
                self.facts.plans.get(&v) == Some(&Plan::Keep) || self.again(v, &op, def, user)
            }
            _ => true,
        }
    }

    /// Whether a variable would be kept for this purpose alone.
    fn kept(&self, v: Var) -> bool {
        let Some(def) = self.facts.defs.get(&v) else { return false };
        !self.facts.is_own(def.block)
            && (self.func.info(v).mutable || def.kind == DefKind::Declare)
            && def.kind != DefKind::Lambda
    }

    /// Whether a variable, or what it refers to, may be changed between two statements (the first excluded).
    fn changed(&self, v: Var, from: Id, until: Id) -> bool {
        let swapped = swapped(self.func);
        let mut roots = roots_of(self.facts, v);
        for group in &swapped {
            if roots.iter().any(|r| group.contains(r)) {
                roots.extend(group);
            }
        }
        let mut changed = false;
        self.func.body.walk(&mut |s| {
            if s.id > from && s.id < until && written(self.func, self.facts, s).iter().any(|w| roots.contains(w)) {
                changed = true;
            }
        });
        changed
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
            self.facts.plans.extend(vars.iter().map(|v| (*v, plan)));
            if plan == Plan::Recompute {
                natives.iter().flat_map(|n| &n.reads).for_each(|r| self.value_for(*r, def.id, user));
            }
            return;
        }
        for n in natives {
            // the root itself is read through the reference, not by making it
            n.reads.iter().filter(|r| !roots.contains(r)).for_each(|r| self.value_for(*r, def.id, user));
        }
        for r in roots {
            if primal {
                self.value_for(*r, def.id, user);
            } else {
                self.through(*r, user, false);
            }
        }
        if primal {
            self.facts.plans.extend(vars.iter().map(|v| (*v, Plan::Recompute)));
        }
    }
}

/// The variables that an operation names.
fn named(op: &Op) -> Vec<Var> {
    let mut named: Vec<Var> = op.operands().iter().flat_map(|o| o.natives()).flat_map(|n| n.reads.clone()).collect();
    named.extend(op.operands().iter().filter_map(|o| o.place().map(|p| p.base)));
    if let Op::Native(n) = op {
        named.extend(&n.reads);
    }
    named
}

/// A constant that is a reference by its spelling or its type.
pub(crate) fn is_reference(func: &Func, n: &Native) -> bool {
    match &n.expr {
        syn::Expr::Reference(_) => true,
        syn::Expr::Lit(l) => matches!(l.lit, syn::Lit::Str(_) | syn::Lit::ByteStr(_)),
        syn::Expr::Path(p) => {
            p.path.get_ident().is_some_and(|i| n.reads.iter().any(|v| func.name(*v) == i && func.info(*v).reference))
        }
        syn::Expr::Paren(p) => is_reference(func, &Native { expr: (*p.expr).clone(), ..n.clone() }),
        _ => false,
    }
}

/// The operands of a statement.
pub(crate) fn operands(stmt: &Stmt) -> Vec<&Operand> {
    match &stmt.kind {
        Kind::Let { op: Op::Map { sources, fixed, lambda, .. }, .. } => {
            sources.iter().chain(fixed).chain([&lambda.result]).collect()
        }
        Kind::Let { op, .. } => op.operands(),
        Kind::Assign { value, .. } | Kind::Update { value, .. } | Kind::VecPush { value, .. } => vec![value],
        _ => vec![],
    }
}

/// Loops whose iterations leave nothing behind for each other but sums: any value of theirs can be computed again.
fn independent(func: &Func, facts: &Facts) -> HashSet<Id> {
    let mut found = HashSet::new();
    func.body.walk(&mut |s| {
        if let Kind::Loop { body, .. } = &s.kind
            && Facts::ranged(s)
            && body.stmts.iter().all(|inner| keeps_to_itself(func, facts, s, inner, body))
        {
            found.insert(s.id);
        }
    });
    found
}

/// Whether a statement changes nothing outside of the loop that the loop reads.
fn keeps_to_itself(func: &Func, facts: &Facts, outer: &Stmt, stmt: &Stmt, body: &Block) -> bool {
    let depth = facts.sites[&outer.id].loops.len();
    let mut alone = true;
    stmt.walk(&mut |s| {
        for w in written(func, facts, s) {
            let outside = facts.defs.get(&w).is_some_and(|d| d.loops.len() <= depth);
            if !outside {
                continue;
            }
            let stores = matches!(
                s.kind,
                Kind::Assign { .. } | Kind::Update { op: syn::BinOp::AddAssign(_) | syn::BinOp::SubAssign(_), .. }
            );
            alone &= stores && !read_inside(facts, body, w);
        }
    });
    alone
}

fn read_inside(facts: &Facts, body: &Block, v: Var) -> bool {
    let mut read = false;
    let hit = |r: Var| r == v || roots_of(facts, r).contains(&v);
    body.walk(&mut |s| {
        for o in operands(s) {
            read |=
                o.place().is_some_and(|p| hit(p.base)) || o.natives().iter().any(|n| n.reads.iter().any(|r| hit(*r)));
        }
        read |= match &s.kind {
            Kind::Let { op: Op::Native(n), .. }
            | Kind::If { cond: n, .. }
            | Kind::Loop { kind: Loop::While(n) | Loop::For { range: n, .. }, .. } => n.reads.iter().any(|r| hit(*r)),
            Kind::Let { op: Op::Map { lambda, .. }, .. } => lambda.native.reads.iter().any(|r| hit(*r)),
            Kind::Match { reads, .. } => reads.iter().any(|r| hit(*r)),
            Kind::Assign { place, .. } | Kind::Update { place, .. } => {
                place.natives().any(|n| n.reads.iter().any(|r| hit(*r)))
            }
            _ => false,
        };
    });
    read
}

fn roots_of(facts: &Facts, v: Var) -> Vec<Var> {
    facts.roots.get(&v).cloned().unwrap_or_else(|| vec![v])
}

/// The variables whose content a statement overwrites.
fn written(func: &Func, facts: &Facts, stmt: &Stmt) -> Vec<Var> {
    let bases: Vec<Var> = match &stmt.kind {
        Kind::Assign { place, init: false, .. } | Kind::Update { place, .. } => vec![place.base],
        Kind::Native { writes, .. } => writes.clone(),
        Kind::VecPush { vec, .. } => vec![*vec],
        Kind::Swap(a, b) => vec![*a, *b],
        Kind::SwapEntries { place, .. } => vec![place.base],
        Kind::Let { op: Op::Call { args, .. }, .. } => {
            args.iter().filter(|a| is_mut(func, a)).filter_map(|a| a.place().map(|p| p.base)).collect()
        }
        _ => vec![],
    };
    bases.into_iter().flat_map(|b| roots_of(facts, b)).collect()
}

pub(crate) fn statement(func: &Func, id: Id) -> Option<&Stmt> {
    let mut found = None;
    func.body.walk(&mut |s| {
        if s.id == id {
            found = Some(s);
        }
    });
    found
}

fn definition(func: &Func, id: Id) -> Option<Op> {
    match &statement(func, id)?.kind {
        Kind::Let { op, .. } => Some(op.clone()),
        _ => None,
    }
}

/// Variables that are swapped with each other, directly or by way of others.
fn swapped(func: &Func) -> Vec<HashSet<Var>> {
    let mut groups: Vec<HashSet<Var>> = Vec::new();
    func.body.walk(&mut |s| {
        if let Kind::Swap(a, b) = &s.kind {
            let mut group = HashSet::from([*a, *b]);
            groups.retain(|g| {
                let meets = !g.is_disjoint(&group);
                if meets {
                    group.extend(g);
                }
                !meets
            });
            groups.push(group);
        }
    });
    groups
}

/// Which overwriting statements must keep what they overwrite: those that a reverse read comes before, in the text or by a loop.
fn restores(func: &Func, facts: &mut Facts, reads: &[Read]) {
    let mut found = HashMap::new();
    let swapped = swapped(func);
    func.body.walk(&mut |stmt| {
        let site = &facts.sites[&stmt.id];
        for w in written(func, facts, stmt) {
            let Some(def) = facts.defs.get(&w) else { continue };
            // what is swapped may be found under either name
            let same = |r: Var| r == w || swapped.iter().any(|group| group.contains(&r) && group.contains(&w));
            let early = reads.iter().filter(|r| same(r.var) || roots_of(facts, r.var).into_iter().any(same)).any(|r| {
                let common = facts
                    .sites
                    .get(&r.at)
                    .map_or(0, |s| s.loops.iter().zip(&site.loops).take_while(|(a, b)| a == b).count());
                r.at < stmt.id || r.at == stmt.id && !r.after || common > def.loops.len()
            });
            let caller = !matches!(stmt.kind, Kind::Native { .. })
                && func.params.iter().any(|p| p.var == w && p.pass == Pass::Mut);
            let mode = if early {
                Mode::Restore
            } else if caller {
                Mode::Caller
            } else {
                continue;
            };
            let entry = found.entry(stmt.id).or_insert(mode);
            if mode == Mode::Restore {
                *entry = mode;
            }
        }
    });
    facts.restores = found;
}
