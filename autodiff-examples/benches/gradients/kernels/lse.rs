//! The logarithm of a sum of exponentials, from GradBench.
use super::{
    Kernel,
    number::{Number, sum},
    uniform,
};
use autodiff_examples::gradbench::lse::log_sum_exp;

pub(super) struct LogSumExp(Vec<f64>);

impl LogSumExp {
    pub(super) fn random(n: usize) -> Self {
        Self(uniform(n))
    }
}

impl Kernel for LogSumExp {
    fn x(&self) -> &[f64] {
        &self.0
    }

    fn primal(&self, x: &[f64]) -> f64 {
        log_sum_exp(x)
    }

    fn by_attribute(&self, x: &[f64], x_bar: &mut [f64]) -> f64 {
        log_sum_exp::grad_into(x, x_bar)
    }

    /// The exponentials are kept: they are the softmax, up to its denominator.
    fn by_hand(&self, x: &[f64], x_bar: &mut [f64]) -> f64 {
        let largest = x.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let exps: Vec<f64> = x.iter().map(|v| (v - largest).exp()).collect();
        let sum: f64 = exps.iter().sum();
        let scale = 1.0 / sum;
        x_bar.iter_mut().zip(&exps).for_each(|(bar, exp)| *bar += exp * scale);
        sum.ln() + largest
    }

    fn generic<T: Number>(&self, x: &[T]) -> T {
        generic_log_sum_exp(x)
    }
}

pub(super) fn generic_log_sum_exp<T: Number>(x: &[T]) -> T {
    let largest = T::of(x.iter().map(|v| v.value()).fold(f64::NEG_INFINITY, f64::max));
    sum(x.iter().map(|&v| (v - largest).exp())).ln() + largest
}
