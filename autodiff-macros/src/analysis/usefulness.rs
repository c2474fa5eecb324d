//! Which variables have an adjoint, and which adjoints are made of cells.
use crate::ir::*;
use std::collections::HashSet;

/// Active variables that an output depends on.
pub(super) fn useful(func: &Func) -> HashSet<Var> {
    let mut useful: HashSet<Var> = HashSet::new();
    let active = |v: &Var| func.info(*v).active;
    useful.extend(func.result.iter().filter_map(|r| r.place().map(|p| p.base)).filter(active));
    useful.extend(func.params.iter().filter(|p| p.pass == Pass::Mut && !p.constant).map(|p| p.var));
    // what is useful is known from behind
    let mut stmts = Vec::new();
    func.body.walk(&mut |stmt| stmts.push(stmt));
    loop {
        let before = useful.len();
        let add = |o: &Operand, useful: &mut HashSet<Var>| {
            if let Some(p) = o.place().filter(|p| active(&p.base)) {
                useful.insert(p.base);
            }
        };
        let lambda = |l: &Lambda, useful: &mut HashSet<Var>| {
            add(&l.result, useful);
            useful.extend(l.params.iter().filter(|p| active(p)));
        };
        stmts.iter().rev().for_each(|stmt| match &stmt.kind {
            Kind::Let { var, op: Op::Call { args, .. }, .. } => {
                let operands = || args.iter().filter_map(Arg::operand);
                let written =
                    operands().any(|a| is_mut(func, a) && a.place().is_some_and(|p| useful.contains(&p.base)));
                if written || useful.contains(var) {
                    operands().for_each(|a| add(a, &mut useful));
                    stmt.lambdas().into_iter().for_each(|l| lambda(l, &mut useful));
                    if active(var) {
                        useful.insert(*var);
                    }
                }
            }
            Kind::Let { var, op, .. } if useful.contains(var) => {
                op.operands().into_iter().for_each(|o| add(o, &mut useful));
                op.lambdas().into_iter().for_each(|l| lambda(l, &mut useful));
            }
            Kind::Assign { place, value, .. } | Kind::Update { place, value, .. } if useful.contains(&place.base) => {
                add(value, &mut useful)
            }
            Kind::Swap { a, b, .. } if useful.contains(&a.base) || useful.contains(&b.base) => {
                useful.extend([a.base, b.base])
            }
            // both ways: what is written through a reference reaches what it refers to
            Kind::Alias { vars, roots: direct, .. } if vars.iter().chain(direct).any(|v| useful.contains(v)) => {
                useful.extend(vars.iter().chain(direct).filter(|v| active(v)));
            }
            _ => {}
        });
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
pub(super) fn memory(func: &Func) -> HashSet<Var> {
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
            for lambda in op.lambdas() {
                if let Operand::Place(p, _) = &lambda.result {
                    part(p, &mut memory);
                }
                // the adjoint is called through a shared reference: it adds to cells only
                if matches!(op, Op::Call { .. }) {
                    memory.extend(lambda.native.iter().flat_map(|n| &n.reads));
                    memory.extend(&lambda.params);
                }
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
        Kind::Swap { a, b, .. } => {
            part(a, &mut memory);
            part(b, &mut memory);
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
            if let Kind::Swap { a, b, .. } = &s.kind
                && (memory.contains(&a.base) || memory.contains(&b.base))
            {
                memory.extend([a.base, b.base]);
            }
        });
        if memory.len() == before {
            return memory;
        }
    }
}
