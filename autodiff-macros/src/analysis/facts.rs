//! What reverse mode knows of a function before it starts: where everything is, what has an adjoint, what is kept.
use super::{
    costly::rather_kept,
    exclusive::exclusive,
    iterations::{carried, keeps_nothing_outside, run_again},
    maps::maps,
    methods::unread,
    naming::Naming,
    needs::{Needs, Reader},
    repeat::touched,
    seeds::{AtOnce, Calls, Once, lent_constants},
    shapes::reshaped,
    sites::{Walk, behind, roots},
    usefulness::{memory, useful},
    writes::{independent, is_heard, restores, roots_of, statement, swapped, written},
};
use crate::{ir::*, lower::may_jump_out, parts::seen::is_meant};
use std::{
    cell::{OnceCell, RefCell},
    collections::{BTreeSet, HashMap, HashSet},
    rc::Rc,
};

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
    /// References whose adjoints are `&mut`, and may change their length.
    pub(crate) exclusive: HashSet<Var>,
    /// Variables whose value is read in reverse.
    pub(crate) plans: HashMap<Var, Plan>,
    /// For which statements' reverse steps a variable's value is there.
    pub(crate) users: HashMap<Var, BTreeSet<Id>>,
    /// Variables whose shape is read in reverse while their value need not be there.
    pub(crate) shapes: BTreeSet<Var>,
    /// Mutable variables whose shape at a statement is read in reverse.
    pub(crate) shapes_at: HashMap<Id, BTreeSet<Var>>,
    /// Statements that overwrite what is read in reverse, and for whose sake it is put back.
    pub(crate) restores: HashMap<Id, Mode>,
    /// What they overwrite beside it, and nobody reads before.
    pub(crate) spared: HashSet<(Id, Var)>,
    /// State of the user's that a call is lent: what the caller keeps of it, because the callee may change it unseen, and for whose
    /// sake.
    pub(crate) lent: HashMap<Id, Vec<(Var, Mode)>>,
    /// Variables whose content is read in reverse, as far as it may change.
    pub(crate) read: HashSet<Var>,
    /// Variables whose length or shape is asked for.
    pub(crate) asked: HashSet<Var>,
    /// Parameters of which more is read than by functions that are known not to read it.
    pub(crate) heard: HashSet<Var>,
    /// Statements with a reverse step of their own or inside.
    pub(crate) live: HashSet<Id>,
    /// Constants that are handed to differentiable functions by reference.
    pub(crate) dummies: BTreeSet<Var>,
    /// Loops whose iterations are run again one by one, each of them reversed at once.
    pub(crate) again: HashSet<Id>,
    /// Loops that could be run again, and whose few results are rather kept.
    pub(crate) costly: HashSet<Id>,
    /// Loops that are reversed while they run, where the seed is known from the start.
    pub(crate) once: Once,
    /// Calls whose result's adjoint is known before: they are run and reversed in one go.
    pub(crate) calls: Calls,
    /// Both sweeps are one: what is behind `&mut` is left as the function leaves it.
    pub(crate) at_once: bool,
    /// Variables whose shape may change.
    pub(super) reshaped: HashSet<Var>,
    /// Loops that any value of an iteration can be computed again in.
    pub(super) independent: HashSet<Id>,
    /// The blocks of closures: like the function's own, they stay in scope while they are reversed.
    pub(super) own_blocks: HashSet<usize>,
    pub(super) sites: HashMap<Id, Site>,
    pub(super) defs: HashMap<Var, Def>,
    /// What references are made from.
    pub(super) roots: HashMap<Var, Vec<Var>>,
    /// What they may lead to.
    pub(super) behind: HashMap<Var, Vec<Var>>,
    /// What statements name: shared by all facts of one function.
    naming: Rc<OnceCell<Naming>>,
}

#[derive(Debug, Clone)]
pub(super) struct Site {
    /// The last number inside of the statement.
    pub(super) end: Id,
    pub(super) loops: Vec<Id>,
    pub(super) block: usize,
}

#[derive(Debug, Clone)]
pub(super) struct Def {
    pub(super) id: Id,
    pub(super) loops: Vec<Id>,
    /// The block that declares it; 0 is the function's own.
    pub(super) block: usize,
    pub(super) kind: DefKind,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum DefKind {
    Param,
    Let,
    Alias,
    Declare,
    /// The variable of a loop, and whether the reversed loop runs over the same range.
    Counter(bool),
    Lambda,
}

pub(crate) fn facts(func: &Func) -> Facts {
    let located = located(func);
    let mut again = run_again(func, &located);
    let costly = rather_kept(func, &located, &again);
    again.retain(|l| !costly.contains(l));
    let with_again = |again: &HashSet<Id>| {
        facts_with(
            func,
            Facts { again: again.clone(), costly: costly.clone(), naming: located.naming.clone(), ..Facts::default() },
        )
    };
    let mut facts = with_again(&again);
    let found = maps(func, &facts);
    if !found.is_empty() {
        again.extend(found);
        facts = with_again(&again);
    }
    loop {
        let lost: Vec<Id> = again.iter().copied().filter(|l| !keeps_nothing_outside(func, &facts, *l)).collect();
        if lost.is_empty() {
            return facts;
        }
        lost.iter().for_each(|l| _ = again.remove(l));
        facts = with_again(&again);
    }
}

/// The facts of a function, which may call itself: its derivative reads what an argument holds where the rest of it does.
pub(crate) fn settled(func: &mut Func, own: &Method) -> Facts {
    func.unread = unread(func, &own.1);
    if own.0.is_empty() || is_meant(&own.1, own) {
        func.unread.extend((0..func.params.len()).map(|k| (own.clone(), k)));
    }
    let first = facts(func);
    let heard: Vec<bool> = func.params.iter().map(|p| first.heard.contains(&p.var)).collect();
    if !func.recursive || !heard.contains(&true) {
        return first;
    }
    func.unread.retain(|(f, k)| f != own || heard.get(*k) == Some(&false));
    facts(func)
}

/// The facts for a function whose seed is known from the start; beside them what kept loops from being reversed while they
/// run: numbers that an iteration changes for the next one after it read them.
pub(super) fn facts_at_once(
    func: &Func,
    again: &HashSet<Id>,
    AtOnce { mut loops, mut calls }: AtOnce,
) -> (Facts, Vec<(Label, Var)>) {
    let mut handed_on = Vec::new();
    let naming = Rc::default();
    loop {
        let facts = facts_with(
            func,
            Facts {
                again: again.iter().copied().chain(loops.keys().copied()).collect(),
                once: loops.clone(),
                calls: calls.clone(),
                at_once: true,
                naming: Rc::clone(&naming),
                ..Facts::default()
            },
        );
        let lost: Vec<Id> = loops.keys().copied().filter(|l| !keeps_nothing_outside(func, &facts, *l)).collect();
        let unseen: Vec<Id> = calls.keys().copied().filter(|c| changes_what_is_read(func, &facts, *c)).collect();
        handed_on.extend(lost.iter().flat_map(|l| carried(func, &facts, *l)));
        if lost.is_empty() && unseen.is_empty() {
            return (facts, handed_on);
        }
        for l in &lost {
            let within = *l..=facts.sites[l].end;
            loops.retain(|inside, _| !within.contains(inside));
        }
        unseen.iter().for_each(|c| _ = calls.remove(c));
    }
}

/// Whether a call may change a constant that the reverse sweep reads.
fn changes_what_is_read(func: &Func, facts: &Facts, call: Id) -> bool {
    let lent = statement(func, call).map_or(vec![], |s| lent_constants(func, s));
    lent.into_iter().flat_map(|v| roots_of(facts, v)).any(|r| facts.read.contains(&r))
}

/// Where everything is.
pub(super) fn located(func: &Func) -> Facts {
    let mut facts = Facts { roots: roots(func), behind: behind(func), diff: useful(func), ..Facts::default() };
    Walk::new(func, &mut facts).function();
    facts
}

/// All the rest, by what is decided already.
fn facts_with(func: &Func, mut facts: Facts) -> Facts {
    Walk::new(func, &mut facts).function();
    (facts.roots, facts.behind) = (roots(func), behind(func));
    facts.diff = useful(func);
    // nobody waits for the adjoint of what is reversed already
    facts.calls.keys().filter_map(|c| result_of(func, *c)).for_each(|v| _ = facts.diff.remove(&v));
    facts.memory = memory(func);
    facts.exclusive = exclusive(func);
    facts.independent = independent(func, &facts);
    facts.reshaped = reshaped(func, &facts);
    let mut jumps = false;
    func.body.walk(&mut |s| jumps |= matches!(s.kind, Kind::Jump { .. }));
    let (swapped, touched) = (swapped(func, &facts), touched(func, &facts));
    loop {
        let before = (facts.restores.clone(), facts.plans.clone(), facts.shapes.clone());
        let mut needs = Needs {
            func,
            facts: &mut facts,
            reads: Vec::new(),
            asked: HashSet::new(),
            done: HashSet::new(),
            swapped: &swapped,
            touched: &touched,
            repeatable: RefCell::default(),
            after: false,
            by: Reader::Sweep,
            jumps,
        };
        needs.seed();
        let (reads, asked) = (std::mem::take(&mut needs.reads), std::mem::take(&mut needs.asked));
        facts.asked = asked.into_iter().flat_map(|v| roots_of(&facts, v)).collect();
        facts.read = reads.iter().flat_map(|r| roots_of(&facts, r.var)).collect();
        let heard = |v: &Var| facts.asked.contains(v) || is_heard(func, &facts, &reads, *v);
        facts.heard = func.params.iter().map(|p| p.var).filter(heard).collect();
        restores(func, &mut facts, &reads);
        if before == (facts.restores.clone(), facts.plans.clone(), facts.shapes.clone()) {
            return facts;
        }
    }
}

/// The variable that a call gives its value.
fn result_of(func: &Func, call: Id) -> Option<Var> {
    match statement(func, call)?.kind {
        Kind::Let { var, .. } => Some(var),
        _ => None,
    }
}

impl Facts {
    /// Whether a variable is a reference into another one.
    pub(crate) fn refers_to(&self, v: Var, to: Var) -> bool {
        self.roots.get(&v).is_some_and(|roots| v != to && roots.contains(&to))
    }

    /// Whether all that is kept of a function are the results of such loops.
    pub(crate) fn keeps_costly_results_only(&self, func: &Func) -> bool {
        let mut others = false;
        func.body.walk(&mut |s| {
            others |= matches!(s.kind, Kind::Loop { .. }) && self.live.contains(&s.id) && !self.costly.contains(&s.id);
        });
        !self.costly.is_empty() && !others
    }

    /// Whether a variable is declared by the function's own block, or a closure's.
    pub(crate) fn is_at_hand(&self, v: Var) -> bool {
        self.defs.get(&v).is_some_and(|d| self.is_own(d.block))
    }

    /// Whether what a block declares is in scope when it is reversed.
    pub(super) fn is_own(&self, block: usize) -> bool {
        block == 0 || self.own_blocks.contains(&block)
    }

    /// Whether an operand has an adjoint.
    pub(crate) fn has_bar(&self, o: &Operand) -> bool {
        o.place().is_some_and(|p| self.diff.contains(&p.base))
    }

    /// The variables that a reference is made from; a variable that is none is made from itself.
    pub(crate) fn roots_of(&self, v: Var) -> Vec<Var> {
        roots_of(self, v)
    }

    /// The variables whose content a statement overwrites.
    pub(crate) fn written(&self, func: &Func, stmt: &Stmt) -> Vec<Var> {
        written(func, self, stmt)
    }

    /// The identifiers of the function's statements.
    pub(super) fn naming(&self, func: &Func) -> &Naming {
        self.naming.get_or_init(|| Naming::of(func))
    }

    /// Whether the reverse sweep reads this variable's value.
    pub(crate) fn needed(&self, v: Var) -> bool {
        self.plans.contains_key(&v)
    }

    /// Whether a variable is declared outside of a loop.
    pub(crate) fn is_declared_outside(&self, v: Var, around: Id) -> bool {
        self.defs.get(&v).is_some_and(|d| d.id != around && !d.loops.contains(&around))
    }

    /// Whether a reverse step of a statement, or of one inside of it, reads this variable's value.
    pub(crate) fn is_read_within(&self, v: Var, stmt: &Stmt) -> bool {
        let within = stmt.id..=self.sites[&stmt.id].end;
        self.users.get(&v).is_some_and(|users| users.range(within).next().is_some())
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
