//! Loops that could be run again, and had better not: what an iteration would keep are a few numbers, each of which costs a loop.
//!
//! ```text
//! for i in 0..n {
//!     let y = dot(row(i), x);      kept: to have it once more would take as long as all of the primal
//!     squares += y * y;
//! }
//! ```
use super::facts::Facts;
use crate::ir::*;
use std::collections::HashSet;

/// More numbers than this are not few.
const FEW: usize = 6;

/// Those of the loops that could be run again whose results are rather kept.
pub(super) fn rather_kept(func: &Func, facts: &Facts, again: &HashSet<Id>) -> HashSet<Id> {
    let mut found = HashSet::new();
    func.body.walk(&mut |s| {
        if let Kind::Loop { body, .. } = &s.kind
            && again.contains(&s.id)
            && keeps_costly_numbers(func, facts, body)
        {
            found.insert(s.id);
        }
    });
    found
}

/// Whether the functions that an iteration calls all loop for a number, and it makes few other numbers.
fn keeps_costly_numbers(func: &Func, facts: &Facts, body: &Block) -> bool {
    let mut calls = 0;
    let mut numbers: HashSet<Var> = HashSet::new();
    let fits = body.stmts.iter().all(|s| match &s.kind {
        Kind::Let { var, op, .. } if facts.diff.contains(var) => {
            let number = match op {
                Op::Call { callee: Callee::Path(path), .. } => {
                    calls += 1;
                    path.path.get_ident().is_some_and(|name| func.costly.iter().any(|costly| name == costly))
                }
                Op::Rule { args, .. } => func.info(*var).scalar || args.iter().all(|a| is_number(func, &numbers, a)),
                _ => func.info(*var).scalar,
            };
            numbers.insert(*var);
            number
        }
        Kind::Let { op, .. } => !matches!(op, Op::Call { .. }),
        Kind::Alias { .. } | Kind::Update { .. } => true,
        _ => false,
    });
    fits && calls > 0 && numbers.len() <= FEW
}

fn is_number(func: &Func, numbers: &HashSet<Var>, o: &Operand) -> bool {
    match o {
        Operand::Place(p, _) => p.proj.is_empty() && (numbers.contains(&p.base) || func.info(p.base).scalar),
        Operand::Native(n) => matches!(n.expr, syn::Expr::Lit(_)),
    }
}
