//! nalgebra: `map`, `zip_map` and `from_fn` with closures.
use autodiff_core::differentiable;
use autodiff_tests::{check, check_scalar};
use nalgebra::{DMatrix, DVector, Matrix2, Vector3};

#[differentiable]
fn mapped(a: &DVector<f64>) -> DVector<f64> {
    a.map(|x| x * x.sin())
}

#[differentiable]
fn mapped_by_path(a: &DVector<f64>) -> DVector<f64> {
    a.map(f64::exp)
}

#[differentiable]
fn mapped_with_captures(a: &DVector<f64>, k: f64) -> DVector<f64> {
    let shift = k * k;
    a.map(|x| (x - shift) * k)
}

#[differentiable]
fn mapped_with_block(a: &DVector<f64>, k: f64) -> DVector<f64> {
    a.map(|x| {
        let t = x * k;
        if t > 0.5 { t.ln() } else { t * t }
    })
}

#[differentiable]
fn mapped_twice(a: &DVector<f64>) -> f64 {
    let b = a.map(|x| x.tanh());
    let c = b.map(|x| x * x + 1.0);
    c.map(|x| 1.0 / x).dot(&b)
}

#[differentiable]
fn mapped_with_outer_vector(a: &DVector<f64>, b: &DVector<f64>) -> DVector<f64> {
    a.map(|x| x * b[0] + b.norm())
}

#[differentiable]
fn zipped(a: &DVector<f64>, b: &DVector<f64>) -> DVector<f64> {
    a.zip_map(b, |x, y| x * y.cos() + x)
}

#[differentiable]
fn zipped_with_captures(a: &DVector<f64>, b: &DVector<f64>, k: f64) -> f64 {
    a.zip_map(b, |x, y| (k * x).powi(2) + y / k).sum()
}

#[differentiable]
fn zipped_with_itself(a: &DVector<f64>) -> f64 {
    a.zip_map(a, |x, y| x * y).sum() + a.zip_map(&a.map(|x| x * 2.0), |x, y| x.sin() * y).norm()
}

#[differentiable]
fn mapped_matrix(m: &DMatrix<f64>, k: f64) -> DMatrix<f64> {
    m.map(|x| x.exp() * k) + m.zip_map(&m.transpose(), |x, y| x - k * y * y)
}

#[differentiable]
fn mapped_static(v: Vector3<f64>, m: &Matrix2<f64>, k: f64) -> f64 {
    v.map(|x| x * x * k).sum() + m.map(|x| (x * k).sin()).trace() + v.zip_map(&v.map(|x| x + k), |x, y| x * y).norm()
}

#[differentiable]
fn mapped_single(v: &DVector<f32>) -> f32 {
    v.map(|x| 0.5 * x * x).sum()
}

#[differentiable]
fn filled_by_index(a: &DVector<f64>, k: f64) -> DVector<f64> {
    DVector::from_fn(a.len(), |i, _| a[i] * k.powi(i as i32))
}

#[differentiable]
fn matrix_by_index(a: &DVector<f64>, k: f64) -> DMatrix<f64> {
    let n = a.len();
    DMatrix::from_fn(n, n, |i, j| (-(a[i] - a[j]) * (a[i] - a[j]) / (2.0 * k * k)).exp())
}

#[differentiable]
fn static_by_index(a: &Vector3<f64>) -> f64 {
    let m = nalgebra::Matrix3::from_fn(|i, j| if i == j { a[i] } else { a[i] * a[j] });
    (m * a).dot(a)
}

#[differentiable]
fn mapped_in_loop(a: &DVector<f64>, n: usize) -> DVector<f64> {
    let mut x = a.clone();
    for k in 0..n {
        let rate = x[0] * 0.5;
        x = x.map(|t| t.sin() + rate * k as f64);
    }
    x
}

#[differentiable]
fn constant_map(a: &DVector<f64>) -> DVector<f64> {
    a.map(|_| 2.0) + a.map(|x| x)
}

#[differentiable]
fn sigmoid(x: f64) -> f64 {
    1.0 / (1.0 + (-x).exp())
}

#[differentiable]
fn mapped_with_differentiable_function(a: &DVector<f64>, k: f64) -> DVector<f64> {
    a.map(|x| sigmoid(k * x))
}

#[differentiable]
fn mapped_by_differentiable_function(a: &DVector<f64>) -> DVector<f64> {
    a.map(sigmoid)
}

fn a() -> DVector<f64> {
    DVector::from_vec(vec![0.7, -1.2, 0.4])
}

fn b() -> DVector<f64> {
    DVector::from_vec(vec![1.3, 0.5, -0.8])
}

#[test]
fn maps() {
    check!(mapped(&a()));
    check!(mapped_by_path(&a()));
    check!(mapped_with_captures(&a(), 1.7));
    check!(mapped_with_block(&a(), 1.7));
    check_scalar!(mapped_twice(&a()));
    check!(mapped_with_outer_vector(&a(), &b()));
    check!(mapped_matrix(&DMatrix::from_row_slice(2, 2, &[0.7, -1.2, 0.4, 1.3]), 1.7));
    check_scalar!(mapped_static(Vector3::new(0.7, -1.2, 0.4), &Matrix2::new(1.3, 0.5, -0.8, 0.2), 1.7));
    check_scalar!(mapped_single(&DVector::from_vec(vec![0.7_f32, -1.2])));
    check!(mapped_in_loop(&a(), const 3));
    check!(constant_map(&a()));
    check!(mapped_with_differentiable_function(&a(), 1.7));
    check!(mapped_by_differentiable_function(&a()));
}

#[test]
fn zip_maps() {
    check!(zipped(&a(), &b()));
    check_scalar!(zipped_with_captures(&a(), &b(), 1.7));
    check_scalar!(zipped_with_itself(&a()));
}

#[test]
fn constructors() {
    check!(filled_by_index(&a(), 1.7));
    check!(matrix_by_index(&a(), 1.7));
    check_scalar!(static_by_index(&Vector3::new(0.7, -1.2, 0.4)));
}
