//! What can be reversed while it runs: loops that add to what has an adjoint that is known before they start, and calls
//! whose result has one.
//!
//! ```text
//! for i in 0..n { .. sum += e; }       sum_bar = seed / 2, whatever sum is: each iteration is run and reversed at once
//! sum / 2.0
//!
//! let c = f(x);                        c_bar = 3 * seed, whatever c is: f is run and reversed at once, and keeps nothing
//! 3.0 * c
//! ```
use super::{
    facts::Facts,
    iterations::{apart, hands_on_constants, uses_borrowed},
    needs::callee_of,
    usefulness::is_mut,
    writes::{operands, roots_of, statement, written},
};
use crate::{
    ir::*,
    lower::{lends_mut, may_jump_out},
};
use std::collections::{HashMap, HashSet};
use syn::{BinOp, Ident};

/// A statement between a sum and the result, and which of its operands the sum is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Link {
    pub(crate) stmt: Id,
    pub(crate) operand: usize,
}

/// The loops that are reversed while they run, of the function's own block and inside of each other, with their sums and the way of
/// each to the result.
pub(crate) type Once = HashMap<Id, Vec<(Var, Vec<Link>)>>;

/// The calls that are run and reversed in one go, and the way of each one's result to the function's.
pub(crate) type Calls = HashMap<Id, Vec<Link>>;

/// All that can be reversed while it runs.
#[derive(Default)]
pub(super) struct AtOnce {
    pub(super) loops: Once,
    pub(super) calls: Calls,
}

impl AtOnce {
    pub(super) fn is_empty(&self) -> bool {
        self.loops.is_empty() && self.calls.is_empty()
    }
}

/// `name` is the function's own.
pub(super) fn at_once(func: &Func, facts: &Facts, name: &Ident) -> AtOnce {
    let written = func.params.iter().any(|p| p.pass == Pass::Mut && !p.constant);
    if written || func.body.stmts.iter().any(may_jump_out) {
        return AtOnce::default();
    }
    AtOnce { loops: loops(func, facts), calls: calls(func, facts, name) }
}

fn loops(func: &Func, facts: &Facts) -> Once {
    let mut once = Once::new();
    let apart = apart(func, facts);
    let may = |s: &&Stmt| apart.contains(&s.id) || hands_on_constants(func, facts, s);
    for s in func.body.stmts.iter().filter(may) {
        if let Some(sums) = sums(func, facts, s).filter(|_| steady_afterwards(func, facts, s)) {
            inside(func, facts, s, &sums, &mut once);
            once.insert(s.id, sums);
        }
    }
    once
}

/// The loops inside of one that is reversed while it runs which can be likewise: they do no more than add to its sums.
fn inside(func: &Func, facts: &Facts, around: &Stmt, sums: &[(Var, Vec<Link>)], once: &mut Once) {
    let Kind::Loop { body, .. } = &around.kind else { return };
    for s in body.stmts.iter().filter(|s| Facts::ranged(s)) {
        let added_to = added_to(func, facts, s);
        let own: Vec<_> =
            sums.iter().filter(|(v, _)| added_to.as_ref().is_some_and(|a| a.contains(v))).cloned().collect();
        if !own.is_empty() && added_to.is_some_and(|a| a.len() == own.len()) && steady_until(func, facts, s, around) {
            inside(func, facts, s, &own, once);
            once.insert(s.id, own);
        }
    }
}

/// The variables around a loop that it adds to; `None` where it does something else to one.
fn added_to(func: &Func, facts: &Facts, stmt: &Stmt) -> Option<HashSet<Var>> {
    let (mut added_to, mut only) = (HashSet::new(), !uses_borrowed(func, facts, stmt));
    stmt.walk(&mut |s| {
        let adds = matches!(&s.kind, Kind::Update { place, op: BinOp::AddAssign(_) | BinOp::SubAssign(_), .. } if place.proj.is_empty());
        for w in written(func, facts, s).into_iter().filter(|w| facts.is_declared_outside(*w, stmt.id)) {
            only &= adds;
            added_to.insert(w);
        }
    });
    only.then_some(added_to)
}

/// The calls whose result reaches the function's on a way that is known before. What they are handed by reference gets its
/// share at once, and so must be a parameter that nothing is written to.
fn calls(func: &Func, facts: &Facts, name: &Ident) -> Calls {
    let mut calls = Calls::new();
    outside_closures(&func.body, &mut |s| {
        if let Kind::Let { var, op: Op::Call { callee, args, rerun: false }, .. } = &s.kind
            && let Some(path) = callee_of(callee)
            && facts.diff.contains(var)
            && !func.info(*var).mutable
            && args.iter().all(|a| may_be_handed(func, facts, a))
            && (path.path.is_ident(name) || lent_constants(func, s).is_empty())
            && let Some(way) = way(func, facts, *var, s)
        {
            calls.insert(s.id, way);
        }
    });
    calls
}

fn outside_closures<'a>(block: &'a Block, f: &mut dyn FnMut(&'a Stmt)) {
    for s in &block.stmts {
        f(s);
        if s.lambdas().is_empty() {
            s.blocks().into_iter().for_each(|b| outside_closures(b, f));
        }
    }
}

fn may_be_handed(func: &Func, facts: &Facts, arg: &Arg) -> bool {
    let Arg::Operand(o) = arg else { return false };
    let Operand::Place(p, pass) = o else { return true };
    let info = func.info(p.base);
    if *pass == Pass::Value && !info.reference && !info.borrows && !info.view && !info.writable {
        return true;
    }
    let parameter = |r: &Var| func.info(*r).param && func.params.iter().any(|p| p.var == *r && p.again);
    let mut roots = roots_of(facts, p.base);
    roots.retain(|r| facts.diff.contains(r));
    !is_mut(func, o)
        && !info.view
        && roots.iter().all(|r| parameter(r) && !func.info(*r).view && !is_written(func, facts, *r))
}

fn is_written(func: &Func, facts: &Facts, v: Var) -> bool {
    let mut is = false;
    func.body.walk(&mut |s| is |= written(func, facts, s).contains(&v));
    is
}

/// The constants that a call is lent by `&mut`.
pub(crate) fn lent_constants(func: &Func, s: &Stmt) -> Vec<Var> {
    let Kind::Let { op: Op::Call { args, .. }, .. } = &s.kind else { return vec![] };
    let constants = args.iter().filter_map(|a| match a {
        Arg::Operand(Operand::Native(n)) => Some(n),
        _ => None,
    });
    constants.flat_map(|n| lent_by(func, n)).collect()
}

pub(super) fn lent_by(func: &Func, n: &Native) -> Vec<Var> {
    // of `&mut c[i]` it is not the index
    let of = match &n.expr {
        syn::Expr::Reference(r) => super::activity::root(&r.expr),
        _ => None,
    };
    if let Some(v) = of.and_then(|name| n.reads.iter().find(|v| func.name(**v) == name)) {
        let lent = matches!(&n.expr, syn::Expr::Reference(r) if r.mutability.is_some()) || func.info(*v).writable;
        return if lent { vec![*v] } else { vec![] };
    }
    // a number is handed over by value
    let number = match crate::desugar::unwrapped(&n.expr) {
        syn::Expr::Binary(_) | syn::Expr::Cast(_) | syn::Expr::Lit(_) => true,
        syn::Expr::MethodCall(m) => m.method == "len",
        _ => false,
    };
    if number {
        return vec![];
    }
    let by_mut = lends_mut(&n.expr);
    n.reads.iter().copied().filter(|v| by_mut || func.info(*v).writable).collect()
}

/// Whether the function leaves what is behind `&mut` as it is without derivatives: nothing of it is put back.
pub(crate) fn leaves_as_it_should(func: &Func, facts: &Facts) -> bool {
    let lent = |v: &Var| func.params.iter().any(|p| p.var == *v && p.pass == Pass::Mut);
    let mut leaves = true;
    func.body.walk(&mut |s| {
        let restored = facts.restores.contains_key(&s.id) && written(func, facts, s).iter().any(lent);
        let pulled_back =
            facts.live.contains(&s.id) && !facts.calls.contains_key(&s.id) && !lent_constants(func, s).is_empty();
        leaves &= !restored && !pulled_back;
    });
    leaves
}

/// Whether what a statement gives a variable reaches the result by statements whose adjoints need no value that comes later.
pub(super) fn leads_to_the_result(func: &Func, facts: &Facts, v: Var, id: Id) -> bool {
    statement(func, id).is_some_and(|s| way(func, facts, v, s).is_some())
}

/// The sums of a loop, where it has adjoints for nothing else outside and all of them are known.
fn sums(func: &Func, facts: &Facts, stmt: &Stmt) -> Option<Vec<(Var, Vec<Link>)>> {
    let mut sums: Vec<Var> = Vec::new();
    let mut all = true;
    let outside = |v: Var| facts.defs.get(&v).is_some_and(|d| d.loops.is_empty());
    let private = |v: Var| super::iterations::rewrites_first(func, facts, stmt, v);
    stmt.walk(&mut |s| {
        if let Kind::Update { place, op: BinOp::AddAssign(_) | BinOp::SubAssign(_), .. } = &s.kind
            && outside(place.base)
            && facts.diff.contains(&place.base)
            && !private(place.base)
        {
            all &= place.proj.is_empty() && func.info(place.base).scalar && !facts.memory.contains(&place.base);
            if !sums.contains(&place.base) {
                sums.push(place.base);
            }
            return;
        }
        // what is assigned outside, other than private buffers, would have an adjoint that comes later
        let assigns = matches!(&s.kind, Kind::Assign { .. } | Kind::Update { .. });
        let kept = written(func, facts, s).into_iter().filter(|w| outside(*w) && facts.diff.contains(w));
        all &= !assigns || kept.into_iter().all(private);
    });
    if !all || sums.is_empty() {
        return None;
    }
    sums.into_iter().map(|v| Some((v, way(func, facts, v, stmt)?))).collect()
}

/// Whether what a loop reads is not overwritten later on: its contributions come before those of what follows it.
fn steady_afterwards(func: &Func, facts: &Facts, stmt: &Stmt) -> bool {
    let (read, end) = (read_by(facts, stmt), facts.sites[&stmt.id].end);
    let mut steady = true;
    func.body.walk(&mut |s| {
        // what is added to has contributions already as well, which are not the summand's
        if s.id > end {
            steady &= written(func, facts, s).iter().all(|w| {
                !read.contains(w) || func.info(*w).elements && super::iterations::rewrites_first(func, facts, stmt, *w)
            });
        }
    });
    steady
}

/// The same of a loop inside of another one, until an iteration of that one is over.
fn steady_until(func: &Func, facts: &Facts, stmt: &Stmt, around: &Stmt) -> bool {
    let (read, end) = (read_by(facts, stmt), facts.sites[&stmt.id].end);
    let mut steady = true;
    around.walk(&mut |s| steady &= s.id <= end || written(func, facts, s).iter().all(|w| !read.contains(w)));
    steady
}

/// The variables that a loop reads; one that it adds to is not read.
fn read_by(facts: &Facts, stmt: &Stmt) -> HashSet<Var> {
    let mut read: HashSet<Var> = HashSet::new();
    stmt.walk(&mut |s| {
        let places = operands(s).into_iter().filter_map(Operand::place).map(|p| p.base);
        read.extend(places.flat_map(|v| roots_of(facts, v)));
        if let Kind::Let { op: Op::Call { args, .. }, .. } = &s.kind {
            read.extend(args.iter().filter_map(Arg::place).flat_map(|p| roots_of(facts, p.base)));
        }
    });
    read
}

/// The way of a sum, or of a call's result, to the function's, by statements whose adjoints need no value that is not there
/// before: the last one first.
fn way(func: &Func, facts: &Facts, from: Var, before: &Stmt) -> Option<Vec<Link>> {
    let end = facts.sites[&before.id].end;
    let (mut links, mut current) = (Vec::new(), from);
    loop {
        if !only_added_to(func, facts, current) {
            return None;
        }
        let uses = uses(func, current);
        let at_end = matches!(&func.result, Some(Operand::Place(p, _)) if p.base == current && p.proj.is_empty());
        match (at_end, &uses[..]) {
            (true, []) => {
                links.reverse();
                return Some(links);
            }
            // once for each time that the variable is made
            (false, [(s, operand)])
                if s.id > end
                    && facts.sites[&s.id].block == facts.defs.get(&current)?.block
                    && is_whole(s, *operand)
                    // what is added to itself leads nowhere else: `let old = sum; sum += old;`
                    && links.iter().all(|l: &Link| l.stmt != s.id) =>
            {
                links.push(Link { stmt: s.id, operand: *operand });
                current = passed_on(func, facts, s, *operand, before)?;
            }
            _ => return None,
        }
    }
}

/// Whether an operand is all of a variable.
fn is_whole(s: &Stmt, operand: usize) -> bool {
    operands(s).get(operand).and_then(|o| o.place()).is_some_and(|p| p.proj.is_empty())
}

/// What a statement hands a number on to, where it reads nothing that is not there before.
fn passed_on(func: &Func, facts: &Facts, s: &Stmt, operand: usize, before: &Stmt) -> Option<Var> {
    match &s.kind {
        Kind::Let { var, op: Op::Use(_), .. } => Some(*var),
        Kind::Let { var, op: Op::Rule { rule, args, .. }, .. } => {
            let there = |k: usize| k != operand && is_there(func, facts, &args[k], before, s);
            // what has no share in the result has no reads in the table
            let reads = rule.reads.get(operand).filter(|reads| **reads != "-")?;
            let reads_nothing = reads.chars().all(|c| match c {
                'a' | 'b' | 'c' => there(c as usize - 'a' as usize),
                _ => false,
            });
            reads_nothing.then_some(*var)
        }
        Kind::Update { place, op: BinOp::AddAssign(_) | BinOp::SubAssign(_), .. } if place.proj.is_empty() => {
            Some(place.base)
        }
        Kind::Assign { place, init: true, .. } if place.proj.is_empty() => Some(place.base),
        _ => None,
    }
}

/// Whether an operand of a statement has its value before another one already.
fn is_there(func: &Func, facts: &Facts, o: &Operand, before: &Stmt, s: &Stmt) -> bool {
    // between the two lies all of a loop that one of them is in and the other is not
    let outer = facts.sites[&before.id].loops.iter().find(|l| !facts.sites[&s.id].loops.contains(l));
    let from = outer.copied().unwrap_or(before.id);
    let there = |v: &Var| {
        let roots = roots_of(facts, *v);
        let mut steady = facts.defs.get(v).is_some_and(|d| d.id < before.id);
        func.body.walk(&mut |t| {
            let touched = match &t.kind {
                Kind::Assign { place, .. } => vec![place.base],
                Kind::Alias { vars, .. } if vars.iter().any(|v| func.info(*v).writable) => vars.clone(),
                _ => lent_constants(func, t),
            };
            let touched =
                written(func, facts, t).into_iter().chain(touched.into_iter().flat_map(|v| roots_of(facts, v)));
            let between = (from..s.id).contains(&t.id) || matches!(t.kind, Kind::Alias { .. });
            steady &= !between || !touched.into_iter().any(|w| w == *v || roots.contains(&w));
        });
        steady
    };
    let number = |p: &Place| func.info(p.base).scalar && p.proj.is_empty() || matches!(p.proj[..], [Proj::Index(_)]);
    o.place().is_none_or(|p| number(p) && there(&p.base))
        && o.natives().into_iter().all(|n| n.pure && n.reads.iter().all(there))
}

/// Whether a variable gets its value once and is then only added to.
fn only_added_to(func: &Func, facts: &Facts, v: Var) -> bool {
    let mut only = !facts.memory.contains(&v) && !func.info(v).reference;
    let mut given = 0;
    func.body.walk(&mut |s| match &s.kind {
        Kind::Update { op: BinOp::AddAssign(_) | BinOp::SubAssign(_), .. } => {}
        Kind::Assign { place, init: true, .. } if place.base == v => given += 1,
        Kind::Alias { roots, .. } => only &= !roots.contains(&v),
        Kind::Let { op: Op::Call { args, .. }, .. } => {
            only &=
                args.iter().filter_map(Arg::operand).all(|o| !is_mut(func, o) || o.place().is_none_or(|p| p.base != v));
        }
        _ => only &= !written(func, facts, s).contains(&v),
    });
    only && given <= 1
}

/// The statements whose operand a variable is, and which one.
fn uses(func: &Func, v: Var) -> Vec<(&Stmt, usize)> {
    let mut uses = Vec::new();
    func.body.walk(&mut |s| {
        let of = |o: &Operand| o.place().is_some_and(|p| p.base == v);
        let all = match &s.kind {
            Kind::Let { op, .. } => {
                op.operands().into_iter().chain(op.lambdas().into_iter().map(|l| &l.result)).collect()
            }
            _ => operands(s),
        };
        uses.extend(all.into_iter().enumerate().filter(|(_, o)| of(o)).map(|(k, _)| (s, k)));
        if let Kind::Match { reads, .. } = &s.kind {
            uses.extend(reads.iter().filter(|r| **r == v).map(|_| (s, 0)));
        }
    });
    uses
}
