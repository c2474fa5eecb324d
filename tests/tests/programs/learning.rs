//! Networks, layers, optimisers.
use autodiff_core::{differentiable, stop_gradient};
use autodiff_tests::{check, check_scalar, check_unit};
use nalgebra::{DMatrix, DVector, SMatrix, SVector};

#[differentiable]
fn sigmoid(x: f64) -> f64 {
    if x >= 0.0 {
        1.0 / (1.0 + (-x).exp())
    } else {
        let e = x.exp();
        e / (1.0 + e)
    }
}

#[differentiable]
fn softplus(x: f64) -> f64 {
    x.max(0.0) + (-x.abs()).exp().ln_1p()
}

#[differentiable]
fn gelu(x: f64) -> f64 {
    0.5 * x * (1.0 + (0.797_884_560_802_865_4 * (x + 0.044_715 * x.powi(3))).tanh())
}

#[differentiable]
fn dense(w: &[f64], b: &[f64], x: &[f64]) -> Vec<f64> {
    let (n, m) = (b.len(), x.len());
    let mut y = vec![0.0; n];
    for i in 0..n {
        let mut s = b[i];
        for j in 0..m {
            s += w[i * m + j] * x[j];
        }
        y[i] = s.tanh();
    }
    y
}

#[differentiable]
fn perceptron(w1: &[f64], b1: &[f64], w2: &[f64], x: &[f64], target: f64) -> f64 {
    let hidden = dense(w1, b1, x);
    let mut y = 0.0;
    for i in 0..hidden.len() {
        y += w2[i] * hidden[i];
    }
    let error = y - target;
    0.5 * error * error
}

#[differentiable]
fn flat_parameters(p: &[f64], x: &[f64], hidden: usize) -> f64 {
    let n = x.len();
    let (w, rest) = p.split_at(n * hidden);
    let (b, out) = rest.split_at(hidden);
    let h = dense(w, b, x);
    let mut y = out[hidden];
    for i in 0..hidden {
        y += out[i] * h[i];
    }
    y
}

#[differentiable]
fn network(w1: &DMatrix<f64>, b1: &DVector<f64>, w2: &DMatrix<f64>, x: &DMatrix<f64>, y: &DMatrix<f64>) -> f64 {
    let mut z = w1 * x;
    for j in 0..z.ncols() {
        for i in 0..z.nrows() {
            z[(i, j)] += b1[i];
        }
    }
    let h = z.map(|t| if t > 0.0 { t } else { 0.01 * t });
    let e = w2 * h - y;
    e.norm_squared() / (2.0 * x.ncols() as f64)
}

#[differentiable]
fn convolution(x: &[f64], kernel: &[f64], stride: usize) -> Vec<f64> {
    let n = (x.len() - kernel.len()) / stride + 1;
    let mut y = vec![0.0; n];
    for i in 0..n {
        for k in 0..kernel.len() {
            y[i] += x[i * stride + k] * kernel[k];
        }
    }
    y
}

#[differentiable]
fn convolution_2d(image: &DMatrix<f64>, kernel: &SMatrix<f64, 2, 2>) -> DMatrix<f64> {
    let mut out = DMatrix::zeros(image.nrows() - 1, image.ncols() - 1);
    for i in 0..out.nrows() {
        for j in 0..out.ncols() {
            out[(i, j)] = image.fixed_view::<2, 2>(i, j).component_mul(kernel).sum();
        }
    }
    out
}

#[differentiable]
fn max_pool(x: &[f64], size: usize) -> Vec<f64> {
    let mut out = vec![0.0; x.len() / size];
    for i in 0..out.len() {
        let mut m = x[i * size];
        for k in 1..size {
            if x[i * size + k] > m {
                m = x[i * size + k];
            }
        }
        out[i] = m;
    }
    out
}

#[differentiable]
fn layer_norm(x: &DVector<f64>, gain: f64) -> DVector<f64> {
    let mean = x.mean();
    let centred = x.add_scalar(-mean);
    let variance = centred.norm_squared() / x.len() as f64;
    centred * (gain / (variance + 1e-5).sqrt())
}

#[differentiable]
fn dropout(x: &[f64], rate: f64, seed: u64) -> f64 {
    let mut state = seed;
    let mut s = 0.0;
    for i in 0..x.len() {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        let u = (state >> 11) as f64 / (1u64 << 53) as f64;
        if u > stop_gradient(rate) {
            s += x[i] * x[i] / (1.0 - rate);
        }
    }
    s
}

#[differentiable]
fn attention(q: &DMatrix<f64>, k: &DMatrix<f64>, v: &DMatrix<f64>) -> DMatrix<f64> {
    let scale = 1.0 / (q.ncols() as f64).sqrt();
    let mut w = q * k.transpose() * scale;
    for i in 0..w.nrows() {
        let mut total = 0.0;
        for j in 0..w.ncols() {
            w[(i, j)] = w[(i, j)].exp();
            total += w[(i, j)];
        }
        for j in 0..w.ncols() {
            w[(i, j)] /= total;
        }
    }
    w * v
}

#[differentiable]
fn lstm_cell(w: &[f64], x: f64, h: f64, c: f64) -> (f64, f64) {
    let i = sigmoid(w[0] * x + w[1] * h + w[2]);
    let f = sigmoid(w[3] * x + w[4] * h + w[5]);
    let o = sigmoid(w[6] * x + w[7] * h + w[8]);
    let g = (w[9] * x + w[10] * h + w[11]).tanh();
    let c = f * c + i * g;
    (o * c.tanh(), c)
}

#[differentiable]
fn lstm(w: &[f64], sequence: &[f64]) -> f64 {
    let (mut h, mut c) = (0.0, 0.0);
    let mut loss = 0.0;
    for t in 0..sequence.len() - 1 {
        (h, c) = lstm_cell(w, sequence[t], h, c);
        let e = h - sequence[t + 1];
        loss += e * e;
    }
    loss
}

#[differentiable]
fn gated_unit<const N: usize>(
    w: &SMatrix<f64, N, N>,
    u: &SMatrix<f64, N, N>,
    x: &[SVector<f64, N>],
) -> SVector<f64, N> {
    let mut h = SVector::<f64, N>::zeros();
    for t in 0..x.len() {
        let z = (w * x[t] + u * h).map(sigmoid);
        let candidate = (w * x[t]).zip_map(&h, |a, b| (a + 0.5 * b).tanh());
        h = h.component_mul(&z.map(|p| 1.0 - p)) + candidate.component_mul(&z);
    }
    h
}

/// Gradient descent that is itself differentiated: with respect to the rate.
#[differentiable]
fn descent(x: &[f64], rate: f64, steps: usize) -> f64 {
    let mut p = x.to_vec();
    for _ in 0..steps {
        for i in 0..p.len() {
            let slope = 2.0 * p[i] * (i + 1) as f64 + p[i].sin();
            p[i] -= rate * slope;
        }
    }
    let mut loss = 0.0;
    for i in 0..p.len() {
        loss += (i + 1) as f64 * p[i] * p[i];
    }
    loss
}

#[differentiable]
fn adam_step(p: &mut [f64], m: &mut [f64], v: &mut [f64], gradient: &[f64], rate: f64, t: i32) {
    for i in 0..p.len() {
        m[i] = 0.9 * m[i] + 0.1 * gradient[i];
        v[i] = 0.999 * v[i] + 0.001 * gradient[i] * gradient[i];
        let mean = m[i] / (1.0 - 0.9_f64.powi(t));
        let scale = v[i] / (1.0 - 0.999_f64.powi(t));
        p[i] -= rate * mean / (scale.sqrt() + 1e-8);
    }
}

#[differentiable]
fn contrastive(a: &DVector<f64>, b: &DVector<f64>, same: bool, margin: f64) -> f64 {
    let d = (a - b).norm();
    if same {
        0.5 * d * d
    } else {
        let gap = margin - d;
        if gap > 0.0 { 0.5 * gap.powi(2) } else { 0.0 }
    }
}

#[differentiable]
fn straight_through(x: &[f64]) -> f64 {
    let mut s = 0.0;
    for i in 0..x.len() {
        let rounded = x[i] + stop_gradient(x[i].round() - x[i]);
        s += rounded * rounded;
    }
    s
}

fn wave(n: usize, phase: f64) -> Vec<f64> {
    (0..n).map(|i| (1.7 * i as f64 + phase).sin()).collect()
}

fn matrix(rows: usize, columns: usize, phase: f64) -> DMatrix<f64> {
    DMatrix::from_vec(rows, columns, wave(rows * columns, phase))
}

#[test]
fn activations() {
    for x in [-1.2, 0.7] {
        check_scalar!(sigmoid(x));
        check_scalar!(softplus(x));
        check_scalar!(gelu(x));
    }
}

#[test]
fn networks() {
    check!(dense(&wave(6, 0.1), &wave(2, 0.2), &wave(3, 0.3)));
    check_scalar!(perceptron(&wave(6, 0.1), &wave(2, 0.2), &wave(2, 0.3), &wave(3, 0.4), 0.7));
    check_scalar!(flat_parameters(&wave(11, 0.1), &wave(3, 0.4), const 2));
    let (w1, w2) = (matrix(3, 2, 0.1), matrix(1, 3, 0.2));
    check_scalar!(network(&w1, &DVector::from_vec(wave(3, 0.3)), &w2, &matrix(2, 4, 0.4), &matrix(1, 4, 0.5)));
}

#[test]
fn layers() {
    check!(convolution(&wave(7, 0.1), &wave(3, 0.2), const 2));
    check!(convolution_2d(&matrix(3, 4, 0.1), &SMatrix::<f64, 2, 2>::new(0.7, -1.2, 0.4, 1.3)));
    check!(max_pool(&wave(6, 0.1), const 2));
    check!(layer_norm(&DVector::from_vec(wave(4, 0.1)), 1.3));
    check!(attention(&matrix(2, 3, 0.1), &matrix(4, 3, 0.2), &matrix(4, 2, 0.3)));
    check_scalar!(contrastive(&DVector::from_vec(wave(3, 0.1)), &DVector::from_vec(wave(3, 0.9)), const true, 5.0));
    check_scalar!(contrastive(&DVector::from_vec(wave(3, 0.1)), &DVector::from_vec(wave(3, 0.9)), const false, 5.0));
}

#[test]
fn recurrent() {
    check!(lstm_cell(&wave(12, 0.1), 0.7, -0.2, 0.4));
    check_scalar!(lstm(&wave(12, 0.1), &wave(5, 0.3)));
    let (w, u) = (SMatrix::<f64, 2, 2>::new(0.7, -1.2, 0.4, 1.3), SMatrix::<f64, 2, 2>::new(0.5, -0.8, 0.2, 0.9));
    check!(gated_unit(&w, &u, &[SVector::<f64, 2>::new(0.1, 0.2), SVector::<f64, 2>::new(-0.4, 0.6)][..]));
}

#[test]
fn optimisers() {
    check_scalar!(descent(&wave(3, 0.1), 0.05, const 4));
    check_unit!(adam_step(&mut wave(3, 0.1), &mut wave(3, 0.2), &mut vec![0.5, 0.3, 0.9], &wave(3, 0.4), 0.1, const 3));
}

#[test]
fn stopped() {
    let x = [0.7, -1.2, 2.4];
    check_scalar!(dropout(&x[..], 0.4, const 7));
    assert_eq!(straight_through::grad(&x), vec![2.0, -2.0, 4.0]);
}
