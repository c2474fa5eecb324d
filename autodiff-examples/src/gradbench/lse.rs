//! The logarithm of a sum of exponentials.
use super::{
    function::{Function, Functions},
    uniform, zeroed,
};
use autodiff_core::{differentiable, stop_gradient};
use rand::Rng;
use serde::Deserialize;

/// The functions of the module.
pub const FUNCTIONS: Functions = &[("primal", &Function(primal)), ("gradient", &Function(gradient))];

/// Where to evaluate.
#[derive(Clone, Debug, Deserialize)]
#[expect(missing_docs, reason = "the names of the README of the problem")]
pub struct Input {
    pub x: Vec<f64>,
}

impl Input {
    /// A random input.
    pub fn random(rng: &mut impl Rng, n: usize) -> Self {
        Self { x: uniform(rng, n) }
    }
}

/// `ln(sum(exp(x)))`, without overflow: the largest exponent is 0. What is subtracted inside is added outside, so that the
/// value does not depend on it, and it needs no derivative.
///
/// `exp` is a call for each number: the standard library has none for SIMD registers.
#[differentiable]
#[must_use]
pub fn log_sum_exp(x: &[f64]) -> f64 {
    let largest = stop_gradient(x.iter().copied().fold(f64::NEG_INFINITY, f64::max));
    let sum: f64 = x.iter().map(|v| (v - largest).exp()).sum();
    sum.ln() + largest
}

/// The value.
pub fn primal(input: &Input, value: &mut f64) {
    *value = log_sum_exp(&input.x);
}

/// The gradient.
pub fn gradient(input: &Input, x_bar: &mut Vec<f64>) {
    log_sum_exp::grad_into(&input.x, zeroed(x_bar, input.x.len()));
}
