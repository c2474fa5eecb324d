//! Likelihoods, losses and filters.
use autodiff_core::differentiable;
use autodiff_tests::{check, check_scalar};
use nalgebra::{DMatrix, DVector, Matrix2, Matrix2x1, SMatrix, SVector, Vector2};

#[differentiable]
fn log_sum_exp(x: &[f64]) -> f64 {
    let mut m = x[0];
    for i in 1..x.len() {
        if x[i] > m {
            m = x[i];
        }
    }
    let mut s = 0.0;
    for i in 0..x.len() {
        s += (x[i] - m).exp();
    }
    m + s.ln()
}

#[differentiable]
fn log_sum_exp_by_max(x: &[f64]) -> f64 {
    let mut m = f64::NEG_INFINITY;
    for &v in x {
        m = m.max(v);
    }
    let mut s = 0.0_f64;
    for &v in x {
        s += (v - m).exp();
    }
    m + s.ln()
}

#[differentiable]
fn softmax(x: &[f64]) -> Vec<f64> {
    let lse = log_sum_exp(x);
    let mut p = vec![0.0; x.len()];
    for i in 0..x.len() {
        p[i] = (x[i] - lse).exp();
    }
    p
}

#[differentiable]
fn softmax_in_place(x: &mut [f64]) {
    let mut largest = x[0];
    for i in 1..x.len() {
        largest = largest.max(x[i]);
    }
    let mut total = 0.0;
    for i in 0..x.len() {
        x[i] = (x[i] - largest).exp();
        total += x[i];
    }
    for i in 0..x.len() {
        x[i] /= total;
    }
}

#[differentiable]
fn cross_entropy(logits: &[f64], label: usize) -> f64 {
    log_sum_exp(logits) - logits[label]
}

#[differentiable]
fn logistic_loss(w: &DVector<f64>, bias: f64, x: &DMatrix<f64>, labels: &[bool], ridge: f64) -> f64 {
    let n = x.nrows();
    let z = x * w;
    let mut loss = 0.0;
    for i in 0..n {
        let margin = if labels[i] { z[i] + bias } else { -z[i] - bias };
        // stable on both sides
        loss += if margin > 0.0 { (-margin).exp().ln_1p() } else { margin.exp().ln_1p() - margin };
    }
    loss / n as f64 + 0.5 * ridge * w.norm_squared()
}

#[differentiable]
fn multinomial_loss(w: &DMatrix<f64>, x: &DMatrix<f64>, #[nodiff] labels: &[usize]) -> f64 {
    let scores = x * w;
    let mut loss = 0.0;
    for i in 0..scores.nrows() {
        let mut top = scores[(i, 0)];
        for j in 1..scores.ncols() {
            top = top.max(scores[(i, j)]);
        }
        let mut total = 0.0;
        for j in 0..scores.ncols() {
            total += (scores[(i, j)] - top).exp();
        }
        loss += total.ln() + top - scores[(i, labels[i])];
    }
    loss / labels.len() as f64
}

#[differentiable]
fn mean_squared_error(w: &DVector<f64>, x: &DMatrix<f64>, y: &DVector<f64>) -> f64 {
    let r = x * w - y;
    r.dot(&r) / y.len() as f64
}

#[differentiable]
fn huber(residuals: &[f64], delta: f64) -> f64 {
    let mut s = 0.0;
    for &r in residuals {
        s += if r.abs() <= delta { 0.5 * r * r } else { delta * (r.abs() - 0.5 * delta) };
    }
    s
}

#[differentiable]
fn gaussian_log_density(x: f64, mean: f64, deviation: f64) -> f64 {
    let z = (x - mean) / deviation;
    -0.5 * z * z - deviation.ln() - 0.5 * (2.0 * std::f64::consts::PI).ln()
}

#[differentiable]
fn gaussian_log_likelihood(data: &[f64], mean: f64, log_deviation: f64) -> f64 {
    let mut s = 0.0;
    for i in 0..data.len() {
        s += gaussian_log_density(data[i], mean, log_deviation.exp());
    }
    s
}

/// By the Cholesky factor of the precision: log |L| and |L^T (x - m)|.
#[differentiable]
fn multivariate_gaussian(x: &DVector<f64>, mean: &DVector<f64>, l: &DMatrix<f64>) -> f64 {
    let n = x.len();
    let z = l.transpose() * (x - mean);
    let mut log_det = 0.0;
    for i in 0..n {
        log_det += l[(i, i)].ln();
    }
    log_det - 0.5 * z.norm_squared() - 0.5 * n as f64 * (2.0 * std::f64::consts::PI).ln()
}

#[differentiable]
fn mixture_log_likelihood(data: &[f64], weights: &[f64], means: &[f64], log_deviations: &[f64]) -> f64 {
    let k = means.len();
    let mut total = 0.0;
    let mut terms = vec![0.0; k];
    for n in 0..data.len() {
        for j in 0..k {
            terms[j] = weights[j] + gaussian_log_density(data[n], means[j], log_deviations[j].exp());
        }
        total += log_sum_exp(&terms);
    }
    total - data.len() as f64 * log_sum_exp(weights)
}

#[differentiable]
fn moments(x: &[f64]) -> (f64, f64, f64) {
    let n = x.len() as f64;
    let mut mean = 0.0;
    for v in x {
        mean += v;
    }
    mean /= n;
    let (mut second, mut third) = (0.0, 0.0);
    for v in x {
        let d = v - mean;
        second += d * d;
        third += d * d * d;
    }
    let deviation = (second / (n - 1.0)).sqrt();
    (mean, deviation, third / n / deviation.powi(3))
}

/// Welford's running mean and variance.
#[differentiable]
fn welford(x: &[f64]) -> f64 {
    let mut mean = 0.0;
    let mut m2 = 0.0;
    let mut count = 0;
    for &v in x {
        count += 1;
        let delta = v - mean;
        mean += delta / count as f64;
        m2 += delta * (v - mean);
    }
    m2 / (count - 1) as f64
}

#[differentiable]
fn correlation(x: &DVector<f64>, y: &DVector<f64>) -> f64 {
    let a = x.add_scalar(-x.mean());
    let b = y.add_scalar(-y.mean());
    a.dot(&b) / (a.norm() * b.norm())
}

#[differentiable]
fn kernel_matrix(x: &[f64], length: f64, variance: f64) -> DMatrix<f64> {
    let n = x.len();
    let mut k = DMatrix::zeros(n, n);
    for i in 0..n {
        for j in 0..=i {
            let d = (x[i] - x[j]) / length;
            let v = variance * (-0.5 * d * d).exp();
            k[(i, j)] = v;
            k[(j, i)] = v;
        }
        k[(i, i)] += 1e-2;
    }
    k
}

#[differentiable]
fn kalman_step(
    x: Vector2<f64>,
    p: Matrix2<f64>,
    measurement: f64,
    h: f64,
    process_noise: f64,
    measurement_noise: f64,
) -> (Vector2<f64>, Matrix2<f64>, f64) {
    let f = Matrix2::new(1.0, h, 0.0, 1.0);
    let x = f * x;
    let p = f * p * f.transpose() + Matrix2::identity() * process_noise;
    let innovation = measurement - x[0];
    let s = p[(0, 0)] + measurement_noise;
    let gain = Vector2::new(p[(0, 0)], p[(1, 0)]) / s;
    let updated = x + gain * innovation;
    let row = SMatrix::<f64, 1, 2>::new(1.0, 0.0);
    let covariance = (Matrix2::identity() - gain * row) * p;
    (updated, covariance, -0.5 * (innovation * innovation / s + s.ln()))
}

#[differentiable]
fn kalman_filter(measurements: &[f64], start: &Vector2<f64>, process_noise: f64, measurement_noise: f64) -> f64 {
    let mut x = *start;
    let mut p = Matrix2::identity();
    let mut log_likelihood = 0.0;
    for k in 0..measurements.len() {
        let (next, covariance, l) = kalman_step(x, p, measurements[k], 0.1, process_noise, measurement_noise);
        x = next;
        p = covariance;
        log_likelihood += l;
    }
    log_likelihood
}

/// The forward algorithm of a hidden Markov model, rescaled at each step.
#[differentiable]
fn hidden_markov(transition: &DMatrix<f64>, emission: &DMatrix<f64>, start: &DVector<f64>, observed: &[usize]) -> f64 {
    let states = start.len();
    let mut alpha = start.clone();
    let mut log_likelihood = 0.0;
    for (t, &symbol) in observed.iter().enumerate() {
        if t > 0 {
            alpha = transition.transpose() * &alpha;
        }
        for s in 0..states {
            alpha[s] *= emission[(s, symbol)];
        }
        let total = alpha.sum();
        log_likelihood += total.ln();
        alpha /= total;
    }
    log_likelihood
}

#[differentiable]
fn k_means_cost(points: &[Vector2<f64>], centres: &[Vector2<f64>]) -> f64 {
    let mut cost = 0.0;
    for p in points {
        let mut best = f64::INFINITY;
        for c in centres {
            let d = (p - c).norm_squared();
            if d < best {
                best = d;
            }
        }
        cost += best;
    }
    cost
}

#[differentiable]
fn garch(returns: &[f64], omega: f64, alpha: f64, beta: f64) -> f64 {
    let mut variance = omega / (1.0 - alpha - beta);
    let mut log_likelihood = 0.0;
    for t in 0..returns.len() {
        log_likelihood -= 0.5 * (variance.ln() + returns[t] * returns[t] / variance);
        variance = omega + alpha * returns[t].powi(2) + beta * variance;
    }
    log_likelihood
}

#[differentiable]
fn poisson_regression<const N: usize>(beta: &SVector<f64, N>, x: &[SVector<f64, N>], counts: &[u32]) -> f64 {
    let mut l = 0.0;
    for i in 0..x.len() {
        let eta = x[i].dot(beta);
        l += counts[i] as f64 * eta - eta.exp();
    }
    l
}

#[differentiable]
fn observation(x: &Vector2<f64>, c: &Matrix2x1<f64>) -> f64 {
    (c.transpose() * x)[(0, 0)].tanh()
}

const X: [f64; 5] = [0.7, -1.2, 0.4, 1.3, 0.5];

#[test]
fn soft_maxima() {
    check_scalar!(log_sum_exp(&X[..]));
    check_scalar!(log_sum_exp_by_max(&X[..]));
    check!(softmax(&X[..]));
    autodiff_tests::check_unit!(softmax_in_place(&mut X.to_vec()));
    check_scalar!(cross_entropy(&X[..], const 2));
}

fn data() -> DMatrix<f64> {
    DMatrix::from_row_slice(4, 2, &[0.7, -1.2, 0.4, 1.3, 0.5, -0.8, 0.2, 0.9])
}

#[test]
fn losses() {
    let w = DVector::from_vec(vec![0.3, -0.7]);
    let labels = [true, false, false, true];
    check_scalar!(logistic_loss(&w, 0.1, &data(), const &labels, 0.2));
    let weights = DMatrix::from_row_slice(2, 3, &[0.7, -1.2, 0.4, 1.3, 0.5, -0.8]);
    check_scalar!(multinomial_loss(&weights, &data(), const &[0, 2, 1, 1]));
    check_scalar!(mean_squared_error(&w, &data(), &DVector::from_vec(vec![0.1, 0.9, -0.4, 0.3])));
    check_scalar!(huber(&X[..], 0.6));
}

#[test]
fn densities() {
    check_scalar!(gaussian_log_density(0.7, 0.2, 1.3));
    check_scalar!(gaussian_log_likelihood(&X[..], 0.2, -0.3));
    let l = DMatrix::from_row_slice(2, 2, &[1.2, 0.0, 0.4, 0.9]);
    check_scalar!(multivariate_gaussian(&DVector::from_vec(vec![0.3, -0.7]), &DVector::from_vec(vec![0.1, 0.2]), &l));
    check_scalar!(mixture_log_likelihood(&X[..], &[0.3, -0.4, 0.1][..], &[-1.0, 0.2, 1.1][..], &[-0.3, 0.2, -0.6][..]));
    let beta = SVector::<f64, 2>::new(0.3, -0.7);
    check_scalar!(poisson_regression(&beta, &[Vector2::new(0.7, -1.2), Vector2::new(0.4, 1.3)][..], const &[3, 1]));
}

#[test]
fn summaries() {
    check!(moments(&X[..]));
    check_scalar!(welford(&X[..]));
    check_scalar!(correlation(&DVector::from_column_slice(&X), &DVector::from_vec(vec![0.1, 0.9, -0.4, 0.3, 0.8])));
    check!(kernel_matrix(&X[..4], 0.8, 1.3));
    check_scalar!(k_means_cost(
        &[Vector2::new(0.7, -1.2), Vector2::new(0.4, 1.3), Vector2::new(0.9, 0.8)][..],
        &[Vector2::new(0.5, -1.0), Vector2::new(0.6, 1.1)][..]
    ));
}

#[test]
fn sequences() {
    let p = Matrix2::new(1.2, 0.1, 0.1, 0.7);
    check!(kalman_step(Vector2::new(0.3, -0.7), p, 0.4, 0.1, 0.05, 0.2));
    check_scalar!(kalman_filter(&X[..], &Vector2::new(0.3, -0.7), 0.05, 0.2));
    let transition = DMatrix::from_row_slice(2, 2, &[0.7, 0.3, 0.4, 0.6]);
    let emission = DMatrix::from_row_slice(2, 3, &[0.5, 0.3, 0.2, 0.1, 0.3, 0.6]);
    check_scalar!(hidden_markov(&transition, &emission, &DVector::from_vec(vec![0.6, 0.4]), const &[0, 2, 1, 1]));
    check_scalar!(garch(&X[..], 0.1, 0.2, 0.6));
    check_scalar!(observation(&Vector2::new(0.3, -0.7), &Matrix2x1::new(0.4, 1.3)));
}
