//! Variables whose shape changes after their first value: an adjoint's zero can't be made from that.
//!
//! ```text
//! x[i] += e; x[i] = 2.0;    the shape of `x` is what it was
//! x = e; rows[i] = e; f(&mut x);    perhaps not
//! ```
use super::{facts::Facts, writes::written};
use crate::ir::*;
use std::collections::HashSet;
use syn::BinOp;

pub(super) fn reshaped(func: &Func, facts: &Facts) -> HashSet<Var> {
    let mut found = HashSet::new();
    func.body.walk(&mut |s| {
        if !keeps_shape(func, s) {
            found.extend(written(func, facts, s));
        }
    });
    found
}

/// What is added has the shape of what it is added to; a number stands for a number.
fn keeps_shape(func: &Func, s: &Stmt) -> bool {
    match &s.kind {
        Kind::Update { op: BinOp::AddAssign(_) | BinOp::SubAssign(_), .. } => true,
        Kind::Update { place, .. } | Kind::Assign { place, .. } => place.is_number(func.info(place.base)),
        Kind::SwapEntries { place, .. } => place.has_numbers(func.info(place.base)),
        _ => false,
    }
}
