//! Invariants of lowered functions, checked after lowering in debug builds.
use super::*;
use std::collections::HashSet;

/// Every variable is declared before it is used, and once; every jump has its target around it.
///
/// # Panics
/// When that is not so: a bug of ours.
pub(crate) fn function(func: &Func) {
    let mut declared: HashSet<Var> = func.params.iter().map(|p| p.var).collect();
    block(func, &func.body, &mut declared, &mut Vec::new());
}

/// Forward mode accepts what reverse mode made: derivatives can be differentiated again.
///
/// # Panics
/// When that is not so: a bug of ours.
pub(crate) fn closed(reverse: &crate::reverse::Reverse) {
    for block in [&reverse.forward, &reverse.pullback] {
        let refused = crate::forward::accept::refused(block);
        assert!(refused.is_empty(), "reverse mode made what forward mode refuses: {}", refused.join(", "));
    }
}

fn declare(func: &Func, v: Var, declared: &mut HashSet<Var>) {
    assert!(declared.insert(v), "`{}` is declared twice", func.name(v));
}

fn block(func: &Func, b: &Block, declared: &mut HashSet<Var>, labels: &mut Vec<Label>) {
    for s in &b.stmts {
        for o in crate::analysis::operands(s) {
            if let Operand::Place(p, _) = o
                && s.lambdas().is_empty()
            {
                assert!(declared.contains(&p.base), "`{}` is used before it is declared", func.name(p.base));
            }
        }
        match &s.kind {
            Kind::Let { var, op, .. } => {
                for lambda in op.lambdas() {
                    lambda.params.iter().for_each(|p| declare(func, *p, declared));
                    block(func, &lambda.body, declared, labels);
                }
                declare(func, *var, declared);
            }
            Kind::Declare { var, .. } => declare(func, *var, declared),
            Kind::Alias { vars, .. } => vars.iter().for_each(|v| declare(func, *v, declared)),
            Kind::Loop { label, kind, body } => {
                if let Loop::For { var, .. } = kind {
                    declare(func, *var, declared);
                }
                labels.push(*label);
                block(func, body, declared, labels);
                labels.pop();
            }
            Kind::Labelled { label, body } => {
                labels.push(*label);
                block(func, body, declared, labels);
                labels.pop();
            }
            Kind::Jump { label, .. } => assert!(labels.contains(label), "a jump without a target"),
            _ => s.blocks().into_iter().for_each(|inner| block(func, inner, declared, labels)),
        }
    }
}
