//! A system of ordinary differential equations, `y_0' = x_0` and `y_i' = x_i y_(i-1)`, by the Runge-Kutta method of
//! fourth order.
use super::{
    function::{Function, Functions},
    uniform, zeroed,
};
use autodiff_core::differentiable;
use rand::Rng;
use serde::Deserialize;

/// The functions of the module.
pub const FUNCTIONS: Functions = &[("primal", &Function(primal)), ("gradient", &Function(gradient))];

/// The coefficients, and the number of steps from time 0 to 2.
#[derive(Clone, Debug, Deserialize)]
#[expect(missing_docs, reason = "the names of the README of the problem")]
pub struct Input {
    pub x: Vec<f64>,
    pub s: usize,
}

impl Input {
    /// A random input with `n` equations.
    pub fn random(rng: &mut impl Rng, n: usize, s: usize) -> Self {
        Self { x: uniform(rng, n), s }
    }
}

/// Writes into `y` where the system is at time 2, when it starts from zero.
#[differentiable]
pub fn solve(x: &[f64], steps: usize, y: &mut [f64]) {
    let n = x.len();
    let h = 2.0 / steps as f64;
    let (mut k1, mut k2, mut k3, mut k4) = (vec![0.0; n], vec![0.0; n], vec![0.0; n], vec![0.0; n]);
    y.fill(0.0);
    for _ in 0..steps {
        slope(x, y, &mut k1);
        slope_beyond(x, y, 0.5 * h, &k1, &mut k2);
        slope_beyond(x, y, 0.5 * h, &k2, &mut k3);
        slope_beyond(x, y, h, &k3, &mut k4);
        for i in 0..n {
            y[i] += h / 6.0 * (k1[i] + 2.0 * k2[i] + 2.0 * k3[i] + k4[i]);
        }
    }
}

/// The right-hand side of the system at `y`.
#[differentiable]
fn slope(x: &[f64], y: &[f64], slope: &mut [f64]) {
    slope[0] = x[0];
    for i in 1..x.len() {
        slope[i] = x[i] * y[i - 1];
    }
}

/// The right-hand side of the system at `y + h k`.
#[differentiable]
fn slope_beyond(x: &[f64], y: &[f64], #[nodiff] h: f64, k: &[f64], slope: &mut [f64]) {
    slope[0] = x[0];
    for i in 1..x.len() {
        slope[i] = x[i] * (y[i - 1] + h * k[i - 1]);
    }
}

/// The system at time 2.
pub fn primal(input: &Input, y: &mut Vec<f64>) {
    solve(&input.x, input.s, zeroed(y, input.x.len()));
}

/// What a run of [`gradient`] needs and leaves.
#[derive(Clone, Debug, Default, serde::Serialize)]
#[serde(transparent)]
pub struct Gradient {
    /// The gradient of the last entry of the result.
    pub x_bar: Vec<f64>,
    #[serde(skip)]
    y: Vec<f64>,
    #[serde(skip)]
    y_bar: Vec<f64>,
}

/// The gradient of the last entry of the result.
pub fn gradient(input: &Input, Gradient { x_bar, y, y_bar }: &mut Gradient) {
    let n = input.x.len();
    let (x_bar, y, y_bar) = (zeroed(x_bar, n), zeroed(y, n), zeroed(y_bar, n));
    y_bar[n - 1] = 1.0;
    solve::vjp_into(&input.x, input.s, y, x_bar, y_bar);
}
