//! How well a mixture of Gaussians fits points, with a Wishart prior on the covariances.
use super::{
    function::{Function, Functions},
    lse::log_sum_exp,
    rows::Rows,
    uniform, zeroed,
};
use autodiff_core::differentiable;
use rand::Rng;
use serde::{Deserialize, Serialize};
use std::f64::consts::{LN_2, PI};

/// The functions of the module.
pub const FUNCTIONS: Functions = &[("objective", &Function(objective)), ("jacobian", &Function(jacobian))];

/// The points and the mixture: `n` points in `d` dimensions, `k` Gaussians.
#[derive(Clone, Debug, Deserialize)]
pub struct Input {
    /// The points.
    pub x: Rows,
    /// The logarithms of the weights, up to a constant.
    pub alpha: Vec<f64>,
    /// The means.
    pub mu: Rows,
    /// The logarithms of the diagonals of the inverse square roots of the covariances.
    pub q: Rows,
    /// What is below the diagonals, column by column.
    pub l: Rows,
    /// The scale of the prior.
    pub gamma: f64,
    /// The degrees of freedom of the prior, beyond `d + 1`.
    pub m: u32,
}

/// The gradient, in the shape of the mixture.
#[derive(Clone, Debug, Default, Serialize)]
#[expect(missing_docs, reason = "the fields of the input")]
pub struct Gradient {
    pub alpha: Vec<f64>,
    pub mu: Rows,
    pub q: Rows,
    pub l: Rows,
}

impl Input {
    /// Random points and a random mixture.
    pub fn random(rng: &mut impl Rng, d: usize, k: usize, n: usize) -> Self {
        let mut centred = |len| uniform(rng, len).into_iter().map(|v| 2.0 * v - 1.0).collect::<Vec<_>>();
        let triangle = d * (d - 1) / 2;
        Self {
            x: Rows::new(n, centred(n * d)),
            alpha: centred(k),
            mu: Rows::new(k, centred(k * d)),
            q: Rows::new(k, centred(k * d)),
            l: Rows::new(k, centred(k * triangle)),
            gamma: 1.0,
            m: 0,
        }
    }
}

/// The logarithm of the likelihood of the points `x`.
#[differentiable]
#[must_use]
pub fn log_likelihood(
    alpha: &[f64],
    mu: &[f64],
    q: &[f64],
    l: &[f64],
    #[nodiff] x: &[f64],
    #[nodiff] gamma: f64,
    m: u32,
) -> f64 {
    let k = alpha.len();
    let d = mu.len() / k;
    let triangle = d * (d - 1) / 2;
    let diagonals: Vec<f64> = q.iter().map(|q| q.exp()).collect();
    let sums: Vec<f64> = q.chunks_exact(d).map(|q| q.iter().sum()).collect();
    let rows = by_rows(l, k, d);
    let mut centred = vec![0.0; d];
    let mut terms = vec![0.0; k];
    let mut total = 0.0;
    for point in 0..x.len() / d {
        let x = &x[point * d..][..d];
        for i in 0..k {
            for j in 0..d {
                centred[j] = x[j] - mu[i * d + j];
            }
            let squares = squared_distance(&diagonals[i * d..][..d], &rows[i * triangle..][..triangle], &centred);
            terms[i] = alpha[i] + sums[i] - 0.5 * squares;
        }
        total += log_sum_exp(&terms);
    }
    let n = (x.len() / d) as f64;
    let constant = -n * d as f64 * 0.5 * (2.0 * PI).ln();
    constant + total - n * log_sum_exp(alpha) + log_prior(&diagonals, &sums, l, d, gamma, m)
}

/// Triangles that are stored column by column, row by row.
#[differentiable]
fn by_rows(l: &[f64], k: usize, d: usize) -> Vec<f64> {
    let triangle = d * (d - 1) / 2;
    let mut rows = vec![0.0; l.len()];
    let mut to = 0;
    for component in 0..k {
        let from = component * triangle;
        for i in 1..d {
            for j in 0..i {
                rows[to] = l[from + j * (2 * d - j - 1) / 2 + i - j - 1];
                to += 1;
            }
        }
    }
    rows
}

/// The squared norm of `Q x` with the lower triangular matrix `Q`, given by its diagonal and what is below, row by row.
#[differentiable]
fn squared_distance(diagonal: &[f64], below: &[f64], x: &[f64]) -> f64 {
    let mut squares = 0.0;
    for i in 0..x.len() {
        let row = &below[(i * i - i) / 2..][..i];
        let y = diagonal[i] * x[i] + dot(row, &x[..i]);
        squares += y * y;
    }
    squares
}

/// The scalar product, in four sums beside each other, so that it is one of SIMD registers.
#[differentiable]
fn dot(a: &[f64], b: &[f64]) -> f64 {
    let (a_blocks, a_rest) = a.as_chunks::<4>();
    let (b_blocks, b_rest) = b.as_chunks::<4>();
    let mut sums = [0.0; 4];
    for (a, b) in a_blocks.iter().zip(b_blocks) {
        for lane in 0..4 {
            sums[lane] += a[lane] * b[lane];
        }
    }
    let mut sum = (sums[0] + sums[1]) + (sums[2] + sums[3]);
    for (a, b) in a_rest.iter().zip(b_rest) {
        sum += a * b;
    }
    sum
}

#[differentiable]
fn squared_norm(x: &[f64]) -> f64 {
    x.iter().map(|v| v * v).sum()
}

/// The logarithm of the prior of the matrices.
#[differentiable]
fn log_prior(diagonals: &[f64], sums: &[f64], l: &[f64], d: usize, #[nodiff] gamma: f64, m: u32) -> f64 {
    let squares = squared_norm(diagonals) + squared_norm(l);
    let sum: f64 = sums.iter().sum();
    let k = sums.len() as f64;
    k * log_normalizer(d, gamma, m) - (0.5 * gamma * gamma * squares - f64::from(m) * sum)
}

/// The logarithm of the factor that makes the prior a density.
fn log_normalizer(d: usize, gamma: f64, m: u32) -> f64 {
    let n = d + m as usize + 1;
    let dims = d as f64;
    let gammas: f64 = (0..d).map(|j| ln_gamma_of_half(n - j)).sum();
    (n * d) as f64 * (gamma.ln() - 0.5 * LN_2) - 0.25 * dims * (dims - 1.0) * PI.ln() - gammas
}

/// The logarithm of the gamma function at `n / 2`, for `n > 0`: by `gamma(x + 1) = x gamma(x)`.
fn ln_gamma_of_half(n: usize) -> f64 {
    let start = if n.is_multiple_of(2) { 0.0 } else { 0.5 * PI.ln() };
    let factors = (2 - n % 2..n).step_by(2).map(|j| 0.5 * j as f64);
    start + factors.map(f64::ln).sum::<f64>()
}

/// The value.
pub fn objective(input: &Input, value: &mut f64) {
    let Input { x, alpha, mu, q, l, gamma, m } = input;
    *value = log_likelihood(alpha, &mu.data, &q.data, &l.data, &x.data, *gamma, *m);
}

/// The gradient.
pub fn jacobian(input: &Input, gradient: &mut Gradient) {
    let Input { x, alpha, mu, q, l, gamma, m } = input;
    let alpha_bar = zeroed(&mut gradient.alpha, alpha.len());
    let (mu_bar, q_bar, l_bar) = (gradient.mu.zeroed(mu), gradient.q.zeroed(q), gradient.l.zeroed(l));
    log_likelihood::grad_into(alpha, &mu.data, &q.data, &l.data, &x.data, *gamma, *m, alpha_bar, mu_bar, q_bar, l_bar);
}
