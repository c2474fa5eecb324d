//! What the reverse sweep turned out not to use, once it is all there.
use super::{Reverse, declared_names, is_zero};
use crate::{
    emit::Printer,
    ir::*,
    lower::{identifiers, lends_mut},
};
use std::collections::{HashMap, HashSet};

/// A call whose pullback nobody calls is an ordinary call; an adjoint that nobody adds to is a zero of a type that must be said.
pub(super) fn tidy(reverse: &mut Reverse, scalar: Option<&str>) {
    let called = pullbacks_called([&reverse.forward, &reverse.pullback]);
    let mut uncalled = HashSet::new();
    plain_calls(&mut reverse.forward, &called, &mut uncalled);
    for block in [&mut reverse.forward, &mut reverse.pullback] {
        forget(block, &uncalled);
    }
    drop_second_zeros(reverse);
    if let Some(scalar) = scalar {
        let contributed = contributed([&reverse.forward, &reverse.pullback]);
        for block in [&mut reverse.forward, &mut reverse.pullback] {
            name_zeros(block, &contributed, scalar);
        }
    }
}

/// The adjoint of a variable may begin in one branch, where nothing asks for it, and again behind it.
fn drop_second_zeros(reverse: &mut Reverse) {
    let (mut once, mut again) = (HashSet::new(), HashSet::new());
    for block in [&reverse.forward, &reverse.pullback] {
        block.walk(&mut |s| {
            if let Some(var) = starts_as_zero(s)
                && !once.insert(var)
            {
                again.insert(var);
            }
        });
    }
    if !again.is_empty() {
        let Reverse { vars, forward, pullback, .. } = reverse;
        [forward, pullback].into_iter().for_each(|block| drop_unread_zeros(vars, block, &again));
    }
}

fn starts_as_zero(s: &Stmt) -> Option<Var> {
    match &s.kind {
        Kind::Let { var, op: Op::Runtime { name, .. }, .. } if name == "zero_scalar" || name == "zero_scalar_bar" => {
            Some(*var)
        }
        _ => None,
    }
}

fn drop_unread_zeros(vars: &[VarInfo], block: &mut Block, of: &HashSet<Var>) {
    let unread = |k: usize, block: &Block| {
        let Some(var) = starts_as_zero(&block.stmts[k]).filter(|var| of.contains(var)) else { return false };
        let rest = Block { stmts: block.stmts[k + 1..].to_vec() };
        let name = vars[var.0 as usize].name.to_string();
        identifiers(Printer::of(vars).block(&rest)).all(|other| other != name)
    };
    for k in (0..block.stmts.len()).rev() {
        if unread(k, block) {
            block.stmts.remove(k);
        }
    }
    block.stmts.iter_mut().flat_map(Stmt::blocks_mut).for_each(|b| drop_unread_zeros(vars, b, of));
}

/// Of the adjoints that start as zeros those that something is added to, or put into, whose type is known: what an adjoint hands on
/// to itself, iteration by iteration, says nothing of its type.
fn contributed(sweeps: [&Block; 2]) -> HashSet<Var> {
    let bases = |op: &Op| op.operands().into_iter().filter_map(|o| o.place().map(|p| p.base)).collect::<Vec<Var>>();
    let mut made_of: HashMap<Var, Vec<Var>> = HashMap::new();
    let (mut contributions, mut contributed, mut zeros) = (Vec::new(), HashSet::new(), HashSet::new());
    for block in sweeps {
        block.walk(&mut |s| match &s.kind {
            Kind::Let { var, op, .. } => {
                zeros.extend(starts_as_zero(s));
                made_of.entry(*var).or_default().extend(bases(op));
            }
            Kind::Accumulate { target, value, .. } => contributions.push((target.base, bases(value))),
            Kind::Set { target, value } if !is_zero(value) => contributions.push((target.base, bases(value))),
            Kind::Swap { a, b, .. } => contributed.extend([a.base, b.base]),
            Kind::Pullback { args, .. } | Kind::Pull { args, .. } => {
                contributed.extend(args.iter().filter_map(|a| a.place().map(|p| p.base)))
            }
            _ => {}
        });
    }
    let comes_from = |target: Var, of: &[Var]| {
        let (mut seen, mut open) = (HashSet::new(), of.to_vec());
        while let Some(v) = open.pop() {
            if v == target {
                return true;
            }
            if seen.insert(v) {
                open.extend(made_of.get(&v).into_iter().flatten());
            }
        }
        false
    };
    contributions.retain(|(target, _)| zeros.contains(target));
    contributed.extend(contributions.iter().filter(|(target, of)| !comes_from(*target, of)).map(|c| c.0));
    contributed
}

fn pullbacks_called(sweeps: [&Block; 2]) -> HashSet<Var> {
    let mut called = HashSet::new();
    for block in sweeps {
        block.walk(&mut |s| {
            if let Kind::Pullback { pullback, .. } = &s.kind {
                called.insert(*pullback);
            }
        });
    }
    called
}

fn plain_calls(block: &mut Block, called: &HashSet<Var>, uncalled: &mut HashSet<Var>) {
    for s in &mut block.stmts {
        if let Kind::LetPair { vars: [var, pullback], op: Op::Forward { callee, args, .. } } = &s.kind
            && !called.contains(pullback)
        {
            uncalled.insert(*pullback);
            s.kind = Kind::Let {
                var: *var,
                ty: None,
                op: Op::Call { callee: callee.clone(), args: args.clone(), rerun: false },
            };
        }
        s.blocks_mut().into_iter().for_each(|b| plain_calls(b, called, uncalled));
    }
}

/// Takes variables out of what slots and stacks hold.
fn forget(block: &mut Block, gone: &HashSet<Var>) {
    for s in &mut block.stmts {
        match &mut s.kind {
            Kind::SlotSet { vars, .. }
            | Kind::SlotOpen { vars, .. }
            | Kind::StackPush { vars, .. }
            | Kind::StackFill { vars, .. }
            | Kind::StackPop { vars, .. }
            | Kind::StackLoop { vars, .. } => vars.retain(|v| !gone.contains(v)),
            _ => {}
        }
        s.blocks_mut().into_iter().for_each(|b| forget(b, gone));
    }
}

fn name_zeros(block: &mut Block, contributed: &HashSet<Var>, scalar: &str) {
    for s in &mut block.stmts {
        if starts_as_zero(s).is_some_and(|var| !contributed.contains(&var))
            && let Kind::Let { op: Op::Runtime { name, .. }, .. } = &mut s.kind
        {
            *name = format!("{name}::<{scalar}>");
        }
        s.blocks_mut().into_iter().for_each(|b| name_zeros(b, contributed, scalar));
    }
}

/// Takes out what a block computes for nobody: an iteration that is run again computes all that the primal does, and adjoints on
/// the way to a sum are made again.
pub(super) fn drop_unused(vars: &[VarInfo], block: &mut Block) {
    keep_used(vars, block, &mut HashSet::new());
}

/// `used` are the names that what follows in the block's scope mentions; afterwards those that the block mentions and does not
/// declare itself: an iteration that is run again declares what the reverse step computes again by the same name.
fn keep_used(vars: &[VarInfo], block: &mut Block, used: &mut HashSet<String>) {
    let mut kept = Vec::new();
    for mut s in std::mem::take(&mut block.stmts).into_iter().rev() {
        let declared = declared_names(vars, &s);
        let idle = match &s.kind {
            Kind::Let { op, .. } => computes(op),
            Kind::Alias { expr, arm: false, .. } => !lends_mut(expr),
            _ => false,
        };
        if idle && !declared.is_empty() && !declared.iter().any(|name| used.contains(name)) {
            continue;
        }
        declared.iter().for_each(|name| _ = used.remove(name));
        used.extend(named(vars, &s));
        if s.lambdas().is_empty() {
            // what an iteration hands over is read at its end
            let handed_over = match &s.kind {
                Kind::StackFill { vars: entries, .. } => {
                    entries.iter().map(|v| vars[v.0 as usize].name.to_string()).collect()
                }
                _ => HashSet::new(),
            };
            for inner in s.blocks_mut() {
                let mut inside = handed_over.clone();
                keep_used(vars, inner, &mut inside);
                used.extend(inside);
            }
        }
        let empty = || s.blocks().iter().all(|b| b.stmts.is_empty());
        let idle = match &s.kind {
            Kind::If { cond: e, .. } | Kind::Loop { kind: Loop::For { range: e, .. }, .. } => e.pure && empty(),
            Kind::ForReversed { range, .. } => range.pure && empty(),
            _ => false,
        };
        if !idle {
            kept.push(s);
        }
    }
    kept.reverse();
    block.stmts = kept;
}

/// What a statement mentions, but for the blocks inside of it and for what it declares.
fn named(vars: &[VarInfo], s: &Stmt) -> Vec<String> {
    let mut bare = s.clone();
    if s.lambdas().is_empty() {
        bare.blocks_mut().into_iter().for_each(|b| b.stmts.clear());
    }
    let mut names: Vec<String> = identifiers(Printer::of(vars).block(&Block { stmts: vec![bare] })).collect();
    for name in declared_names(vars, s) {
        if let Some(first) = names.iter().position(|n| *n == name) {
            names.remove(first);
        }
    }
    names
}

/// Whether an operation does nothing but compute: what takes an adjoint leaves a zero behind.
fn computes(op: &Op) -> bool {
    match op {
        Op::Use(o) => !matches!(o, Operand::Place(_, Pass::Mut)),
        Op::Rule { .. } => true,
        Op::Native(n) => n.pure,
        Op::Runtime { name, .. } => {
            name.contains("::") || name.starts_with("zero") || name == "copy" || name == "shape"
        }
        _ => false,
    }
}
