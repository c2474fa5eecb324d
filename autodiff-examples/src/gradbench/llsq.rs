//! Least squares: a polynomial is fitted to the sign function.
use super::{
    function::{Function, Functions},
    uniform, zeroed,
};
use autodiff_core::differentiable;
use rand::Rng;
use serde::Deserialize;

/// The functions of the module.
pub const FUNCTIONS: Functions = &[("primal", &Function(primal)), ("gradient", &Function(gradient))];

/// So many points are taken at once.
const LANES: usize = 8;

/// The coefficients of the polynomial, lowest power first, and the number of points in `[-1, 1]`.
#[derive(Clone, Debug, Deserialize)]
#[expect(missing_docs, reason = "the names of the README of the problem")]
pub struct Input {
    pub x: Vec<f64>,
    pub n: usize,
}

impl Input {
    /// A random input with `m` coefficients.
    pub fn random(rng: &mut impl Rng, m: usize, n: usize) -> Self {
        Self { x: uniform(rng, m), n }
    }
}

/// Half the sum of the squared residuals.
#[differentiable]
#[must_use]
pub fn half_squares(x: &[f64], n: usize) -> f64 {
    let mut sum = 0.0;
    for start in (0..n).step_by(LANES) {
        let mut t = [0.0; LANES];
        for (lane, t) in t.iter_mut().enumerate() {
            *t = -1.0 + (start + lane) as f64 * 2.0 / (n as f64 - 1.0);
        }
        let mut value = [0.0; LANES];
        for &coefficient in x.iter().rev() {
            for lane in 0..LANES {
                value[lane] *= t[lane];
                value[lane] += coefficient;
            }
        }
        for lane in 0..LANES.min(n - start) {
            let residual = sign(t[lane]) - value[lane];
            sum += residual * residual;
        }
    }
    0.5 * sum
}

/// The sign of `t`, 0 at 0, where [`f64::signum`] is 1.
#[differentiable]
fn sign(t: f64) -> f64 {
    if t == 0.0 { 0.0 } else { t.signum() }
}

/// The value.
pub fn primal(input: &Input, value: &mut f64) {
    *value = half_squares(&input.x, input.n);
}

/// The gradient.
pub fn gradient(input: &Input, x_bar: &mut Vec<f64>) {
    half_squares::grad_into(&input.x, input.n, zeroed(x_bar, input.x.len()));
}
