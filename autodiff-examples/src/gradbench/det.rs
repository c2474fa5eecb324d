//! The determinant by expansion by minors.
use super::{
    function::{Function, Functions},
    uniform, zeroed,
};
use autodiff_core::differentiable;
use rand::Rng;
use serde::Deserialize;

/// The functions of the module.
pub const FUNCTIONS: Functions = &[("primal", &Function(primal)), ("gradient", &Function(gradient))];

/// A square matrix with `ell` rows, row by row.
#[derive(Clone, Debug, Deserialize)]
#[expect(missing_docs, reason = "the names of the README of the problem")]
#[expect(non_snake_case, reason = "the names of the README of the problem")]
pub struct Input {
    pub A: Vec<f64>,
    pub ell: usize,
}

impl Input {
    /// A random matrix.
    pub fn random(rng: &mut impl Rng, ell: usize) -> Self {
        Self { A: uniform(rng, ell * ell), ell }
    }
}

/// The determinant of a matrix with `ell` rows.
#[differentiable]
#[must_use]
pub fn det(a: &[f64], ell: usize) -> f64 {
    minor(a, ell, (1 << ell) - 1)
}

/// The determinant of the last rows of the matrix and of those columns whose bits are set in `columns`, as many as rows.
#[differentiable]
fn minor(rows: &[f64], ell: usize, columns: u32) -> f64 {
    let (row, below) = rows.split_at(ell);
    let (first, last) = (columns.trailing_zeros() as usize, columns.ilog2() as usize);
    if below.is_empty() {
        return row[first];
    }
    if below.len() == ell {
        return row[first] * below[last] - row[last] * below[first];
    }
    let mut sum = 0.0;
    let mut sign = 1.0;
    let mut rest = columns;
    while rest != 0 {
        let column = rest.trailing_zeros();
        rest &= rest - 1;
        sum += sign * row[column as usize] * minor(below, ell, columns & !(1 << column));
        sign = -sign;
    }
    sum
}

/// The value.
pub fn primal(input: &Input, value: &mut f64) {
    *value = det(&input.A, input.ell);
}

/// The gradient.
pub fn gradient(input: &Input, a_bar: &mut Vec<f64>) {
    det::grad_into(&input.A, input.ell, zeroed(a_bar, input.A.len()));
}
