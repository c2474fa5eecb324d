//! Loops that can be reversed while they run: what they add to has an adjoint that is known before they start.
//!
//! ```text
//! for i in 0..n { .. sum += e; }       sum_bar = seed / 2, whatever sum is: each iteration is run and reversed at once
//! sum / 2.0
//! ```
use super::{
    facts::Facts,
    iterations::apart,
    usefulness::is_mut,
    writes::{operands, roots_of, written},
};
use crate::{ir::*, lower::may_jump_out};
use std::collections::{HashMap, HashSet};
use syn::BinOp;

/// A statement between a sum and the result, and which of its operands the sum is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Link {
    pub(crate) stmt: Id,
    pub(crate) operand: usize,
}

/// The loops of the function's own block that are reversed while they run, with their sums and the way of each to the result.
pub(crate) type Once = HashMap<Id, Vec<(Var, Vec<Link>)>>;

pub(super) fn once(func: &Func, facts: &Facts) -> Once {
    let mut once = Once::new();
    if func.params.iter().any(|p| p.pass == Pass::Mut) || func.body.stmts.iter().any(may_jump_out) {
        return once;
    }
    let apart = apart(func, facts);
    for s in func.body.stmts.iter().filter(|s| apart.contains(&s.id)) {
        if let Some(sums) = sums(func, facts, s).filter(|_| steady_afterwards(func, facts, s)) {
            once.insert(s.id, sums);
        }
    }
    once
}

/// The sums of a loop, where it has adjoints for nothing else outside and all of them are known.
fn sums(func: &Func, facts: &Facts, stmt: &Stmt) -> Option<Vec<(Var, Vec<Link>)>> {
    let mut sums: Vec<Var> = Vec::new();
    let mut all = true;
    let outside = |v: Var| facts.defs.get(&v).is_some_and(|d| d.loops.is_empty());
    stmt.walk(&mut |s| {
        if let Kind::Update { place, op: BinOp::AddAssign(_) | BinOp::SubAssign(_), .. } = &s.kind
            && outside(place.base)
            && facts.diff.contains(&place.base)
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
        all &= !assigns || kept.into_iter().all(|w| super::iterations::rewrites_first(func, facts, stmt, w));
    });
    if !all || sums.is_empty() {
        return None;
    }
    sums.into_iter().map(|v| Some((v, way(func, facts, v, stmt)?))).collect()
}

/// Whether what a loop reads is not overwritten later on: its contributions come before those of what follows it.
fn steady_afterwards(func: &Func, facts: &Facts, stmt: &Stmt) -> bool {
    let mut read: HashSet<Var> = HashSet::new();
    stmt.walk(&mut |s| {
        let places = operands(s).into_iter().filter_map(Operand::place).map(|p| p.base);
        read.extend(places.flat_map(|v| roots_of(facts, v)));
        if let Kind::Let { op: Op::Call { args, .. }, .. } = &s.kind {
            read.extend(args.iter().filter_map(Arg::place).flat_map(|p| roots_of(facts, p.base)));
        }
    });
    let end = facts.sites[&stmt.id].end;
    let mut steady = true;
    func.body.walk(&mut |s| {
        let adds = matches!(&s.kind, Kind::Update { op: BinOp::AddAssign(_) | BinOp::SubAssign(_), .. });
        if s.id > end && !adds {
            steady &= written(func, facts, s).iter().all(|w| {
                !read.contains(w) || func.info(*w).elements && super::iterations::rewrites_first(func, facts, stmt, *w)
            });
        }
    });
    steady
}

/// The way of a sum to the result, by statements whose adjoints need no value: the last one first.
fn way(func: &Func, facts: &Facts, sum: Var, after: &Stmt) -> Option<Vec<Link>> {
    let end = facts.sites[&after.id].end;
    let (mut links, mut current) = (Vec::new(), sum);
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
            (false, [(s, operand)]) if s.id > end && func.body.stmts.iter().any(|t| t.id == s.id) => {
                links.push(Link { stmt: s.id, operand: *operand });
                current = passed_on(func, facts, s, *operand, after)?;
            }
            _ => return None,
        }
    }
}

/// What a statement hands a number on to, where it reads nothing that is not there before the loop.
fn passed_on(func: &Func, facts: &Facts, s: &Stmt, operand: usize, before: &Stmt) -> Option<Var> {
    match &s.kind {
        Kind::Let { var, op: Op::Use(_), .. } => Some(*var),
        Kind::Let { var, op: Op::Rule { rule, args, .. }, .. } => {
            let there = |n: &Native| {
                n.pure
                    && n.reads.iter().all(|v| {
                        let info = func.info(*v);
                        !info.mutable && !info.writable && facts.defs.get(v).is_some_and(|d| d.id < before.id)
                    })
            };
            let reads_nothing = rule.reads[operand].chars().all(|c| match c {
                'a' | 'b' | 'c' => matches!(&args[c as usize - 'a' as usize], Operand::Native(n) if there(n)),
                _ => false,
            });
            (reads_nothing && rule.reads[operand] != "-").then_some(*var)
        }
        Kind::Update { place, op: BinOp::AddAssign(_) | BinOp::SubAssign(_), .. } if place.proj.is_empty() => {
            Some(place.base)
        }
        Kind::Assign { place, init: true, .. } if place.proj.is_empty() => Some(place.base),
        _ => None,
    }
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
