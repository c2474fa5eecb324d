//! The determinant by expansion by minors, from GradBench.
use super::{Kernel, number::Number, uniform};
use autodiff_examples::gradbench::det::det;

pub(super) struct Determinant {
    rows: Vec<f64>,
    ell: usize,
}

impl Determinant {
    pub(super) fn random(ell: usize) -> Self {
        Self { rows: uniform(ell * ell), ell }
    }

    fn all_columns(&self) -> u32 {
        (1 << self.ell) - 1
    }
}

/// A minor, and its gradient times `bar`: what is handed down to a smaller minor does not depend on its value, so that one
/// descent does both.
fn pull(rows: &[f64], ell: usize, columns: u32, bar: f64, rows_bar: &mut [f64]) -> f64 {
    let ((row, below), (row_bar, below_bar)) = (rows.split_at(ell), rows_bar.split_at_mut(ell));
    let (first, last) = (columns.trailing_zeros() as usize, columns.ilog2() as usize);
    if below.is_empty() {
        row_bar[first] += bar;
        return row[first];
    }
    if below.len() == ell {
        row_bar[first] += bar * below[last];
        row_bar[last] -= bar * below[first];
        below_bar[last] += bar * row[first];
        below_bar[first] -= bar * row[last];
        return row[first] * below[last] - row[last] * below[first];
    }
    let (mut sum, mut sign, mut rest) = (0.0, 1.0, columns);
    while rest != 0 {
        let column = rest.trailing_zeros();
        rest &= rest - 1;
        let factor = sign * row[column as usize];
        let minor = pull(below, ell, columns & !(1 << column), bar * factor, below_bar);
        row_bar[column as usize] += bar * sign * minor;
        sum += factor * minor;
        sign = -sign;
    }
    sum
}

fn generic_minor<T: Number>(rows: &[T], ell: usize, columns: u32) -> T {
    let (row, below) = rows.split_at(ell);
    let (first, last) = (columns.trailing_zeros() as usize, columns.ilog2() as usize);
    if below.is_empty() {
        return row[first];
    }
    if below.len() == ell {
        return row[first] * below[last] - row[last] * below[first];
    }
    let (mut sum, mut sign, mut rest) = (T::of(0.0), 1.0, columns);
    while rest != 0 {
        let column = rest.trailing_zeros();
        rest &= rest - 1;
        sum += T::of(sign) * row[column as usize] * generic_minor(below, ell, columns & !(1 << column));
        sign = -sign;
    }
    sum
}

impl Kernel for Determinant {
    fn x(&self) -> &[f64] {
        &self.rows
    }

    fn primal(&self, x: &[f64]) -> f64 {
        det(x, self.ell)
    }

    fn by_attribute(&self, x: &[f64], x_bar: &mut [f64]) -> f64 {
        det::grad_into(x, self.ell, x_bar)
    }

    fn by_hand(&self, x: &[f64], x_bar: &mut [f64]) -> f64 {
        pull(x, self.ell, self.all_columns(), 1.0, x_bar)
    }

    fn generic<T: Number>(&self, x: &[T]) -> T {
        generic_minor(x, self.ell, self.all_columns())
    }
}
