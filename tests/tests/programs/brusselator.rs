//! A reaction with diffusion on a grid: neighbours by index, forcing in a region, steps in time.
use autodiff_core::differentiable;
use autodiff_tests::{check, check_scalar, check_unit};

const N: usize = 6;
const XMIN: f64 = 0.;
const XMAX: f64 = 1.;
const YMIN: f64 = 0.;
const YMAX: f64 = 1.;

#[inline(always)]
fn range(min: f64, max: f64, i: usize, n: usize) -> f64 {
    (max - min) / (n as f64 - 1.) * i as f64 + min
}

fn brusselator_f(x: f64, y: f64, t: f64) -> f64 {
    let eq1 = (x - 0.3) * (x - 0.3) + (y - 0.6) * (y - 0.6) <= 0.1 * 0.1;
    let eq2 = t >= 1.1;
    if eq1 && eq2 { 5.0 } else { 0.0 }
}

fn init_brusselator(u: &mut [f64], v: &mut [f64]) {
    for i in 0..N {
        for j in 0..N {
            let x = range(XMIN, XMAX, i, N);
            let y = range(YMIN, YMAX, j, N);
            u[N * i + j] = 22.0 * (y * (1.0 - y)) * (y * (1.0 - y)).sqrt();
            v[N * i + j] = 27.0 * (x * (1.0 - x)) * (x * (1.0 - x)).sqrt();
        }
    }
}

/// Reflecting borders.
#[differentiable]
fn brusselator_2d_loop(
    d_u: &mut [f64; N * N],
    d_v: &mut [f64; N * N],
    u: &[f64; N * N],
    v: &[f64; N * N],
    p: &[f64; 3],
    #[nodiff] t: f64,
) {
    let a = p[0];
    let b = p[1];
    let alpha = p[2];
    let dx = 1. / (N - 1) as f64;
    let alpha = alpha / (dx * dx);
    for i in 0..N {
        for j in 0..N {
            let x = range(XMIN, XMAX, i, N);
            let y = range(YMIN, YMAX, j, N);
            let ip1 = if i == N - 1 { i } else { i + 1 };
            let im1 = if i == 0 { i } else { i - 1 };
            let jp1 = if j == N - 1 { j } else { j + 1 };
            let jm1 = if j == 0 { j } else { j - 1 };
            let u2v = u[N * i + j] * u[N * i + j] * v[N * i + j];
            d_u[N * i + j] = alpha
                * (u[N * im1 + j] + u[N * ip1 + j] + u[N * i + jp1] + u[N * i + jm1] - 4. * u[N * i + j])
                + b
                + u2v
                - (a + 1.) * u[N * i + j]
                + brusselator_f(x, y, t);
            d_v[N * i + j] = alpha
                * (v[N * im1 + j] + v[N * ip1 + j] + v[N * i + jp1] + v[N * i + jm1] - 4. * v[N * i + j])
                + a * u[N * i + j]
                - u2v;
        }
    }
}

type State = [f64; 2 * N * N];

#[differentiable]
fn rhs(x: &State, dxdt: &mut State, p: &[f64; 3], #[nodiff] t: f64) {
    let (tmp1, tmp2) = dxdt.split_at_mut(N * N);
    let dxdt1: &mut [f64; N * N] = tmp1.try_into().unwrap();
    let dxdt2: &mut [f64; N * N] = tmp2.try_into().unwrap();
    let (tmp1, tmp2) = x.split_at(N * N);
    let u: [f64; N * N] = tmp1.try_into().unwrap();
    let v: [f64; N * N] = tmp2.try_into().unwrap();
    brusselator_2d_loop(dxdt1, dxdt2, &u, &v, p, t);
}

/// Euler's steps.
#[differentiable]
fn evolve(x: &mut State, p: &[f64; 3], #[nodiff] h: f64, steps: usize) {
    let mut slope = [0.; 2 * N * N];
    for step in 0..steps {
        rhs(x, &mut slope, p, 1. + step as f64 * h);
        for (x, slope) in x.iter_mut().zip(&slope) {
            *x += h * slope;
        }
    }
}

/// Periodic borders, by a closure of the neighbours' indices; two grids that take turns.
#[differentiable]
fn evolve_periodic(n: usize, steps: usize, u: &[f64], v: &[f64], p: [f64; 3], h: f64) -> (Vec<f64>, Vec<f64>) {
    let [a, b, alpha] = p;
    let wrap = |i: isize| i.rem_euclid(n as isize) as usize;
    let idx = |i: isize, j: isize| wrap(i) * n + wrap(j);
    let (mut u, mut v) = (u.to_vec(), v.to_vec());
    let (mut u_next, mut v_next) = (vec![0.; n * n], vec![0.; n * n]);
    for _ in 0..steps {
        for i in 0..n as isize {
            for j in 0..n as isize {
                let c = idx(i, j);
                let laplacian =
                    |w: &[f64]| w[idx(i - 1, j)] + w[idx(i + 1, j)] + w[idx(i, j - 1)] + w[idx(i, j + 1)] - 4. * w[c];
                let u2v = u[c] * u[c] * v[c];
                u_next[c] = u[c] + h * (alpha * laplacian(&u) + b + u2v - (a + 1.) * u[c]);
                v_next[c] = v[c] + h * (alpha * laplacian(&v) + a * u[c] - u2v);
            }
        }
        std::mem::swap(&mut u, &mut u_next);
        std::mem::swap(&mut v, &mut v_next);
    }
    (u, v)
}

/// How far the concentrations are from even, after some time.
#[differentiable]
fn pattern_strength(n: usize, u: &[f64], v: &[f64], p: [f64; 3]) -> f64 {
    let (u, v) = evolve_periodic(n, 3, u, v, p, 0.02);
    let mean = |w: &[f64]| w.iter().sum::<f64>() / w.len() as f64;
    let (mean_u, mean_v) = (mean(&u), mean(&v));
    u.iter().zip(v.iter()).map(|(u, v)| (u - mean_u).powi(2) + (v - mean_v).powi(2)).sum::<f64>() / (n * n) as f64
}

fn start() -> State {
    let mut x = [0.; 2 * N * N];
    let (u, v) = x.split_at_mut(N * N);
    init_brusselator(u, v);
    x
}

#[test]
fn right_hand_sides() {
    let x = start();
    let u: [f64; N * N] = x[..N * N].try_into().unwrap();
    let v: [f64; N * N] = x[N * N..].try_into().unwrap();
    check_unit!(brusselator_2d_loop(&mut [0.3; N * N], &mut [0.4; N * N], &u, &v, &[3.4, 1., 0.1], const 1.2));
    check_unit!(rhs(&start(), &mut [0.1; 2 * N * N], &[3.4, 1., 0.1], const 1.2));
}

#[test]
fn steps_in_time() {
    check_unit!(evolve(&mut start(), &[3.4, 1., 0.1], const 0.01, const 3));
    let n = 4;
    let (u, v): (Vec<f64>, Vec<f64>) =
        (0..n * n).map(|i| ((i as f64 * 0.7).sin() + 1.5, (i as f64).cos() + 2.)).unzip();
    check!(evolve_periodic(const n, const 4, &u, &v, [1.2, 0.9, 0.3], 0.02));
    check_scalar!(pattern_strength(const n, &u, &v, [1.2, 0.9, 0.3]));
}
