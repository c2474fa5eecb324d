//! The scalar product of the two halves of `x`.
use super::{
    Kernel,
    number::{self, Number},
    uniform,
};
use autodiff_core::differentiable;

pub(super) struct Dot(Vec<f64>);

impl Dot {
    pub(super) fn random(n: usize) -> Self {
        Self(uniform(2 * n))
    }
}

#[differentiable]
fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

impl Kernel for Dot {
    fn x(&self) -> &[f64] {
        &self.0
    }

    fn primal(&self, x: &[f64]) -> f64 {
        let (a, b) = x.split_at(x.len() / 2);
        dot(a, b)
    }

    fn by_attribute(&self, x: &[f64], x_bar: &mut [f64]) -> f64 {
        let n = x.len() / 2;
        let ((a, b), (a_bar, b_bar)) = (x.split_at(n), x_bar.split_at_mut(n));
        dot::grad_into(a, b, a_bar, b_bar)
    }

    fn by_hand(&self, x: &[f64], x_bar: &mut [f64]) -> f64 {
        let n = x.len() / 2;
        let ((a, b), (a_bar, b_bar)) = (x.split_at(n), x_bar.split_at_mut(n));
        for i in 0..n {
            a_bar[i] += b[i];
            b_bar[i] += a[i];
        }
        dot(a, b)
    }

    fn generic<T: Number>(&self, x: &[T]) -> T {
        let (a, b) = x.split_at(x.len() / 2);
        number::dot(a, b)
    }
}
