//! Views and references that are handed on.
#![allow(clippy::all, reason = "as people write it")]
use autodiff_core::differentiable;
use autodiff_tests::{check_scalar, check_unit};
use nalgebra::{DMatrix, DVector, DVectorView, dmatrix, dvector};

#[differentiable]
fn view_norm(v: DVectorView<f64>) -> f64 {
    v.norm_squared() * v[0]
}

#[differentiable]
fn by_view_reference(v: &DVectorView<f64>) -> f64 {
    v[0] * v[1]
}

#[differentiable]
fn views_handed_on(x: &DVector<f64>, m: &DMatrix<f64>) -> f64 {
    let v = x.as_view();
    view_norm(v) + view_norm(x.as_view()) * view_norm(x.rows(0, 2).as_view()) + by_view_reference(&v) + m[(0, 1)]
}

#[differentiable]
fn graph(edges: &[(usize, usize)], x: &[f64], mut k: usize) -> f64 {
    let mut s = 0.0;
    while k < edges.len() {
        let (i, j) = &edges[k];
        k += 1;
        s += x[*i] * x[*j] * f64::cos(s);
    }
    s
}

#[differentiable]
fn counted_range(x: &[f64]) -> f64 {
    let mut k = 0;
    let mut next = || {
        k += 1;
        k
    };
    let a = &x[next()..];
    let b = &x[next()..];
    a[0] * b[0]
}

#[differentiable]
fn vector_replaced(v: &mut Vec<f64>, k: f64) {
    let w = vec![k * v[0], v[1] * v[1], k];
    *v = w;
    v[0] *= k;
}

struct Rng(u64);

impl Rng {
    fn next(&mut self) -> f64 {
        self.0 = self.0.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        (self.0 >> 40) as f64 / (1u64 << 24) as f64
    }
}

#[differentiable]
fn noisy(x: f64, #[nodiff] rng: &mut Rng) -> f64 {
    let e = rng.next();
    x * x * e
}

#[differentiable]
fn noisy_sum(x: f64, seed: u64) -> f64 {
    let mut rng = Rng(seed);
    let mut s = 0.0;
    for _ in 0..3 {
        s = s * x + noisy(x, &mut rng);
    }
    s
}

#[differentiable]
fn noisy_handed_on(x: f64, #[nodiff] rng: &mut Rng) -> f64 {
    let a = noisy(x, rng);
    noisy(a, rng) * noisy(x, rng)
}

#[differentiable]
fn noisy_twice(x: f64, seed: u64) -> f64 {
    let mut rng = Rng(seed);
    noisy_handed_on(x, &mut rng) + noisy_handed_on(x, &mut rng)
}

#[test]
fn handed_on() {
    check_scalar!(views_handed_on(&dvector![0.7, -0.4, 0.3], &dmatrix![0.7, -0.4; 1.3, 0.9]));
}

#[test]
fn leftovers() {
    check_scalar!(graph(const &[(0, 1), (2, 0), (1, 2)][..], &[0.7, -0.4, 0.3][..], const 0));
    check_scalar!(counted_range(&[0.7, -0.4, 0.3][..]));
    check_unit!(vector_replaced(&mut vec![0.7, -0.4, 0.3], 0.8));
    check_scalar!(noisy_sum(0.7, const 17));
    check_scalar!(noisy_twice(0.7, const 17));
}
