//! Which adjoints are handed on as `&mut`, so that what they belong to can change its length.
//!
//! All others are cells behind shared references. A function knows of its own parameters: a caller hands on `&mut` wherever it
//! can, and that passes for a shared reference.
//!
//! ```text
//! fn step(x: f64, out: &mut Vec<f64>) { out.push(x * x); }    out_bar: &mut Vec<Cell<f64>>
//! fn scale(x: f64, out: &mut Vec<f64>) { out[0] *= x; }       out_bar: &[Cell<f64>]
//! ```
use super::usefulness::is_mut;
use crate::ir::*;
use std::collections::HashSet;

/// Marks the parameters whose adjoints are handed in as `&mut`. Those of a trait's methods all are: what an implementation
/// does with them is not known.
pub(crate) fn mark(func: &mut Func, of_trait: bool) {
    let reshaped = reshaped(func);
    for p in &mut func.params {
        p.exclusive &= of_trait || reshaped.contains(&p.var);
    }
}

/// What grows, is replaced as a whole, or is handed to a function that may do so; and what this is a part of.
fn reshaped(func: &Func) -> HashSet<Var> {
    let mut found = HashSet::new();
    func.body.walk(&mut |s| match &s.kind {
        Kind::Let { op: Op::Call { args, .. }, .. } => {
            found.extend(
                args.iter()
                    .filter_map(Arg::operand)
                    .filter(|a| is_mut(func, a))
                    .filter_map(|a| a.place().map(|p| p.base)),
            );
        }
        // a number stays as long as it was
        Kind::Swap { a, b, .. } if ![a, b].iter().any(|p| p.is_number(func.info(p.base))) => {
            found.extend([a.base, b.base])
        }
        // entries may be of different shapes
        Kind::SwapEntries { place, how, .. } if how == "swap" && !place.has_numbers(func.info(place.base)) => {
            found.insert(place.base);
        }
        _ => {}
    });
    loop {
        let before = found.len();
        func.body.walk(&mut |s| {
            if let Kind::Alias { vars, roots, .. } = &s.kind
                && vars.iter().any(|v| found.contains(v) && func.info(*v).writable)
            {
                found.extend(roots);
            }
        });
        if found.len() == before {
            return found;
        }
    }
}

/// The references of a function whose adjoints are `&mut`.
pub(super) fn exclusive(func: &Func) -> HashSet<Var> {
    let reshaped = reshaped(func);
    let mut found: HashSet<Var> = func.params.iter().filter(|p| p.exclusive).map(|p| p.var).collect();
    func.body.walk(&mut |s| {
        let Kind::Alias { vars, roots, .. } = &s.kind else { return };
        let whole = |r: &Var| found.contains(r) || !func.info(*r).reference && !func.info(*r).view;
        if vars.iter().any(|v| reshaped.contains(v))
            && vars.iter().all(|v| func.info(*v).writable && !func.info(*v).view)
            && roots.iter().all(whole)
        {
            found.extend(vars);
        }
    });
    found
}
