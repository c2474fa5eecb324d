//! Constants that are handed to functions: nobody reads their adjoints, which take neither memory nor time.
use autodiff_core::differentiable;
use autodiff_tests::check_scalar;
use nalgebra::{DMatrix, DVector, DVectorView, Vector3};

type Weights = DMatrix<f64>;

/// The adjoint of the input is added to as a whole.
#[differentiable]
fn layer(w: &Weights, x: &DVector<f64>) -> DVector<f64> {
    w * x
}

/// The adjoints are added to entry by entry.
#[differentiable]
fn weighted(w: &[f64], x: &[f64]) -> f64 {
    let mut sum = 0.0;
    for i in 0..x.len() {
        sum += w[i] * x[i] * x[i];
    }
    sum
}

/// Both are handed on.
#[differentiable]
fn twice(w: &[f64], x: &[f64]) -> f64 {
    weighted(w, x) * weighted(x, w)
}

/// One is handed on and added to.
#[differentiable]
fn both_ways(w: &Vec<f64>, x: &Vec<f64>) -> f64 {
    weighted(w, x) * x[0] + w[1]
}

/// What is overwritten is a constant for one caller.
#[differentiable]
fn fill(from: &[f64], to: &mut [f64]) -> f64 {
    let mut sum = 0.0;
    for i in 0..from.len() {
        sum += to[i] * from[i];
        to[i] = from[i] * from[i];
    }
    sum
}

#[differentiable]
fn rows(m: &[Vec<f64>], x: &[Vector3<f64>]) -> f64 {
    let mut sum = 0.0;
    for (row, v) in m.iter().zip(x) {
        sum += row[0] * v.norm_squared() + row[1] * v[2];
    }
    sum
}

#[differentiable]
fn of_view(v: DVectorView<f64>, w: &DVector<f64>) -> f64 {
    v.dot(w) + v[0]
}

/// Recursive: the constant is handed down.
#[differentiable]
fn folded(x: &[f64], table: &[f64]) -> f64 {
    if x.len() == 1 {
        return x[0] * table[x.len()];
    }
    let (a, b) = x.split_at(x.len() / 2);
    folded(a, table) * folded(b, table) + table[0] * x[0]
}

#[differentiable(jvp = own_jvp, vjp = own_vjp)]
fn own(a: &[f64], b: &[f64]) -> f64 {
    dot(a, b)
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

fn own_jvp(a: &[f64], b: &[f64], a_dot: &[f64], b_dot: &[f64]) -> (f64, f64) {
    (dot(a, b), dot(a_dot, b) + dot(a, b_dot))
}

fn own_vjp(a: &[f64], b: &[f64], seed: f64) -> (f64, (Vec<f64>, Vec<f64>)) {
    let scaled = |v: &[f64]| v.iter().map(|v| seed * v).collect();
    (dot(a, b), (scaled(b), scaled(a)))
}

#[differentiable]
fn constants(x: &[f64], #[nodiff] c: &[f64], #[nodiff] m: &DMatrix<f64>) -> f64 {
    let table = vec![0.5, 2.0, 0.25, 1.5, 1.25];
    let points = [Vector3::new(1.0, 2.0, 3.0), Vector3::new(0.1, 0.2, 0.3)];
    let (ragged, owned) = (vec![vec![1.0, 2.0], vec![3.0, 4.0, 5.0]], c.to_vec());
    let mut buffer = c.to_vec();
    let v = DVector::from_column_slice(x);
    let mine: Vec<Vec<f64>> = x.chunks(2).map(|c| c.to_vec()).collect();
    layer(m, &v).sum()
        + layer(&DMatrix::from_row_slice(1, 4, x), &DVector::from_column_slice(c)).sum()
        + weighted(c, x)
        + weighted(x, c)
        + weighted(&[], &[])
        + twice(x, c)
        + both_ways(&owned, &x.to_vec())
        + fill(x, &mut buffer)
        + rows(&ragged, &[Vector3::new(x[0], x[1], x[2])])
        + rows(&mine, &points)
        + of_view(v.as_view(), &DVector::from_column_slice(c))
        + folded(x, &table)
}

/// A rule of one's own without `jvp`.
#[differentiable]
fn by_own_rule(x: &[f64], #[nodiff] c: &[f64]) -> f64 {
    own(x, c) * own(c, x)
}

/// By value: the callee has cells of its own for them.
#[differentiable]
fn by_value(v: DVector<f64>, w: Vec<f64>, x: &[f64]) -> f64 {
    v[0] * x[0] + v[1] * x[1] + w[0] * w[1] * x[2]
}

#[differentiable]
fn constants_by_value(x: &[f64], #[nodiff] c: &[f64]) -> f64 {
    by_value(DVector::from_column_slice(c), c.to_vec(), x) * by_value(DVector::from_column_slice(x), vec![2.0, 3.0], c)
}

#[test]
fn constants_have_no_adjoints() {
    let (x, c) = ([0.3, -0.7, 0.9, 1.1], [0.5, 0.25, -0.4, 0.8]);
    check_scalar!(constants_by_value(&[0.3, -0.7, 0.9][..], const &[0.5, 0.25, -0.4][..]));
    check_scalar!(by_own_rule(&x[..], const &c[..]));
    check_scalar!(constants(&x[..], const &c[..], const &DMatrix::from_fn(3, 4, |i, j| 0.1 * (i * 4 + j) as f64)));
}
