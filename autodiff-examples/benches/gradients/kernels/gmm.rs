//! A mixture of Gaussians, from GradBench.
use super::{
    Kernel,
    lse::generic_log_sum_exp,
    number::{self, Number, sum},
    rng,
};
use autodiff_examples::gradbench::gmm::{Input, log_likelihood, log_normalizer};
use std::f64::consts::PI;

pub(super) struct Mixture {
    input: Input,
    x: Vec<f64>,
}

/// The parts of the parameters, or of the gradient.
struct Parts<S> {
    alpha: S,
    mu: S,
    q: S,
    l: S,
}

const D: usize = 10;
const K: usize = 25;
const TRIANGLE: usize = D * (D - 1) / 2;

impl Mixture {
    /// `points` in 10 dimensions, 25 Gaussians.
    pub(super) fn random(points: usize) -> Self {
        let input = Input::random(&mut rng(), D, K, points);
        let x = [&input.alpha[..], &input.mu.data, &input.q.data, &input.l.data].concat();
        Self { input, x }
    }

    fn points(&self) -> &[[f64; D]] {
        number::arrays(&self.input.x.data)
    }
}

fn parts<T>(x: &[T]) -> Parts<&[T]> {
    let (alpha, rest) = x.split_at(K);
    let (mu, rest) = rest.split_at(K * D);
    let (q, l) = rest.split_at(K * D);
    Parts { alpha, mu, q, l }
}

fn parts_mut(x: &mut [f64]) -> Parts<&mut [f64]> {
    let (alpha, rest) = x.split_at_mut(K);
    let (mu, rest) = rest.split_at_mut(K * D);
    let (q, l) = rest.split_at_mut(K * D);
    Parts { alpha, mu, q, l }
}

/// Where the entry `(i, j)` below the diagonal stands: row by row, and column by column.
fn entries() -> impl Iterator<Item = (usize, usize)> {
    (1..D).flat_map(|i| (0..i).map(move |j| (i * (i - 1) / 2 + j, j * (2 * D - j - 1) / 2 + i - j - 1)))
}

fn by_rows<T: Copy>(l: &[T]) -> Vec<T> {
    let mut rows = l.to_vec();
    for (rows, l) in rows.chunks_exact_mut(TRIANGLE).zip(l.chunks_exact(TRIANGLE)) {
        entries().for_each(|(by_row, by_column)| rows[by_row] = l[by_column]);
    }
    rows
}

/// The lower triangular matrix of a Gaussian, and its mean.
struct Gaussian<'a> {
    mean: &'a [f64; D],
    diagonal: &'a [f64; D],
    below: &'a [f64; TRIANGLE],
}

impl Gaussian<'_> {
    fn centred(&self, x: &[f64; D]) -> [f64; D] {
        std::array::from_fn(|j| x[j] - self.mean[j])
    }

    /// The matrix times the centred point.
    fn product(&self, x: &[f64; D]) -> [f64; D] {
        let centred = self.centred(x);
        let mut y = [0.0; D];
        for i in 0..D {
            y[i] = self.diagonal[i] * centred[i];
            for (below, centred) in self.below[i * i.saturating_sub(1) / 2..][..i].iter().zip(&centred) {
                y[i] += below * centred;
            }
        }
        y
    }

    /// What `y_bar` means for the matrix and the mean.
    fn product_back(&self, x: &[f64; D], y_bar: [f64; D], bars: (&mut [f64; D], &mut [f64; D], &mut [f64; TRIANGLE])) {
        let (centred, (mean_bar, diagonal_bar, below_bar)) = (self.centred(x), bars);
        for i in 0..D {
            diagonal_bar[i] += y_bar[i] * centred[i];
            mean_bar[i] -= y_bar[i] * self.diagonal[i];
            for j in 0..i {
                below_bar[i * (i - 1) / 2 + j] += y_bar[i] * centred[j];
                mean_bar[j] -= y_bar[i] * self.below[i * (i - 1) / 2 + j];
            }
        }
    }
}

/// Exponentials, divided by their sum, in the place of their exponents; and the logarithm of the sum.
fn softmax(terms: &mut [f64]) -> f64 {
    let largest = terms.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    terms.iter_mut().for_each(|term| *term = (*term - largest).exp());
    let sum: f64 = terms.iter().sum();
    terms.iter_mut().for_each(|term| *term /= sum);
    sum.ln() + largest
}

impl Kernel for Mixture {
    fn x(&self) -> &[f64] {
        &self.x
    }

    fn primal(&self, x: &[f64]) -> f64 {
        let Parts { alpha, mu, q, l } = parts(x);
        log_likelihood(alpha, mu, q, l, &self.input.x.data, self.input.gamma, self.input.m)
    }

    fn by_attribute(&self, x: &[f64], x_bar: &mut [f64]) -> f64 {
        let (Parts { alpha, mu, q, l }, bars) = (parts(x), parts_mut(x_bar));
        let Input { x, gamma, m, .. } = &self.input;
        log_likelihood::grad_into(alpha, mu, q, l, &x.data, *gamma, *m, bars.alpha, bars.mu, bars.q, bars.l)
    }

    /// Each point is run forward and backward at once; what is kept of it is a product of a matrix for each Gaussian.
    fn by_hand(&self, x: &[f64], x_bar: &mut [f64]) -> f64 {
        let (Parts { alpha, mu, q, l }, bars) = (parts(x), parts_mut(x_bar));
        let Input { gamma, m, .. } = self.input;
        let (m, n) = (f64::from(m), self.points().len() as f64);
        let diagonals: Vec<f64> = q.iter().map(|q| q.exp()).collect();
        let sums: Vec<f64> = q.chunks_exact(D).map(|q| q.iter().sum()).collect();
        let rows = by_rows(l);
        let gaussian = |i: usize| Gaussian {
            mean: &number::arrays(mu)[i],
            diagonal: &number::arrays(&diagonals)[i],
            below: &number::arrays(&rows)[i],
        };
        let (mut diagonals_bar, mut rows_bar) = (vec![[0.0; D]; K], vec![[0.0; TRIANGLE]; K]);
        let mu_bar = bars.mu.as_chunks_mut::<D>().0;
        let (mut weights_bar, mut total) = ([0.0; K], 0.0);
        let (mut terms, mut products) = ([0.0; K], [[0.0; D]; K]);
        for x in self.points() {
            for i in 0..K {
                products[i] = gaussian(i).product(x);
                terms[i] = alpha[i] + sums[i] - 0.5 * products[i].iter().map(|y| y * y).sum::<f64>();
            }
            total += softmax(&mut terms);
            for i in 0..K {
                weights_bar[i] += terms[i];
                let y_bar = products[i].map(|y| -terms[i] * y);
                gaussian(i).product_back(x, y_bar, (&mut mu_bar[i], &mut diagonals_bar[i], &mut rows_bar[i]));
            }
        }
        let mut prior = alpha.to_vec();
        let all = softmax(&mut prior);
        for i in 0..K {
            bars.alpha[i] += weights_bar[i] - n * prior[i];
            for j in 0..D {
                let diagonal = diagonals[i * D + j];
                let diagonal_bar = diagonals_bar[i][j] - gamma * gamma * diagonal;
                bars.q[i * D + j] += diagonal_bar * diagonal + weights_bar[i] + m;
            }
            let (l, l_bar) = (&l[i * TRIANGLE..], &mut bars.l[i * TRIANGLE..]);
            entries().for_each(|(row, column)| l_bar[column] += rows_bar[i][row] - gamma * gamma * l[column]);
        }
        let squares: f64 = diagonals.iter().chain(l).map(|v| v * v).sum();
        let log_prior = K as f64 * log_normalizer(D, gamma, self.input.m) - 0.5 * gamma * gamma * squares;
        -n * D as f64 * 0.5 * (2.0 * PI).ln() + total - n * all + log_prior + m * sums.iter().sum::<f64>()
    }

    fn generic<T: Number>(&self, x: &[T]) -> T {
        let Parts { alpha, mu, q, l } = parts(x);
        let Input { gamma, m, .. } = self.input;
        let n = self.points().len() as f64;
        let diagonals: Vec<T> = q.iter().map(|q| q.exp()).collect();
        let sums: Vec<T> = q.chunks_exact(D).map(|q| sum(q.iter().copied())).collect();
        let rows = by_rows(l);
        let mut total = T::of(-n * D as f64 * 0.5 * (2.0 * PI).ln());
        for x in self.points() {
            let term = |i: usize| {
                let centred: Vec<T> = (0..D).map(|j| T::of(x[j]) - mu[i * D + j]).collect();
                let product = |j: usize| {
                    let below = &rows[i * TRIANGLE + j * j.saturating_sub(1) / 2..][..j];
                    diagonals[i * D + j] * centred[j] + number::dot(below, &centred[..j])
                };
                alpha[i] + sums[i] - T::of(0.5) * sum((0..D).map(product).map(|y| y * y))
            };
            let terms: Vec<T> = (0..K).map(term).collect();
            total += generic_log_sum_exp(&terms);
        }
        let squares = number::dot(&diagonals, &diagonals) + number::dot(l, l);
        let prior = T::of(f64::from(m)) * sum(sums) - T::of(0.5 * gamma * gamma) * squares;
        total - T::of(n) * generic_log_sum_exp(alpha) + prior + T::of(K as f64 * log_normalizer(D, gamma, m))
    }
}
