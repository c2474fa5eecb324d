//! nalgebra: from vectors and matrices to scalars, and normalisation.
use autodiff_core::differentiable;
use autodiff_tests::{check, check_scalar};
use nalgebra::{DMatrix, DVector, Matrix3, RowDVector, Vector3};

pub(super) const TESTED: &[&str] = &[
    "dot",
    "norm",
    "norm_squared",
    "normalize",
    "sum",
    "mean",
    "row_sum",
    "column_sum",
    "row_mean",
    "column_mean",
    "trace",
    "max_element",
    "min_element",
    "determinant",
];

#[differentiable]
fn dot(a: &DVector<f64>, b: &DVector<f64>) -> f64 {
    a.dot(b)
}

#[differentiable]
fn dot_with_itself(a: &DVector<f64>) -> f64 {
    2.0 * a.dot(a) + a.dot(&(a * 3.0)) * (a + a).dot(a)
}

#[differentiable]
fn matrix_dot(a: &DMatrix<f64>, b: &DMatrix<f64>) -> f64 {
    a.dot(b)
}

#[differentiable]
fn norms(a: &DVector<f64>) -> f64 {
    a.norm() * a.norm_squared() + a.magnitude() - a.magnitude_squared().sin()
}

#[differentiable]
fn norm_of_expression(a: &DVector<f64>, b: &DVector<f64>) -> f64 {
    (a - b).norm() / (a + b * 2.0).norm()
}

#[differentiable]
fn matrix_norm(m: &DMatrix<f64>) -> f64 {
    m.norm() + m.norm_squared() + (m * m.transpose()).norm()
}

#[differentiable]
fn normalized(a: &DVector<f64>) -> DVector<f64> {
    a.normalize()
}

#[differentiable]
fn normalized_static(a: Vector3<f64>, b: Vector3<f64>) -> Vector3<f64> {
    a.normalize().cross(&b).normalize() * a.norm()
}

#[differentiable]
fn sums(a: &DVector<f64>, m: &DMatrix<f64>) -> f64 {
    a.sum() * a.mean() + m.sum() - m.mean() * a.sum()
}

#[differentiable]
fn of_rows(m: &DMatrix<f64>) -> RowDVector<f64> {
    m.row_sum() + (m * 2.0).row_mean().component_mul(&m.row(0))
}

#[differentiable]
fn of_columns(m: &DMatrix<f64>) -> DVector<f64> {
    m.column_sum() + m.columns(0, 2).column_mean().component_mul(&m.column(1))
}

#[differentiable]
fn centred(m: &DMatrix<f64>) -> DMatrix<f64> {
    let mean = m.column_mean();
    let mut c = m.clone();
    for mut column in c.column_iter_mut() {
        column -= &mean;
    }
    &c * c.adjoint()
}

#[differentiable]
fn traces(m: &DMatrix<f64>) -> f64 {
    m.trace() * (m * m).trace()
}

#[differentiable]
fn extremes(a: &DVector<f64>, m: &DMatrix<f64>) -> f64 {
    a.max() * a.min() + m.max() - m.min() * a.max()
}

#[differentiable]
fn static_reductions(a: &Vector3<f64>, m: &Matrix3<f64>) -> f64 {
    a.sum() * m.trace() + a.mean() * m.sum() + a.max() * m.min() + m.norm() + a.dot(&(m * a))
}

#[differentiable]
fn determinant(m: &Matrix3<f64>) -> f64 {
    m.determinant()
}

#[differentiable]
fn row_reductions(r: &RowDVector<f64>) -> f64 {
    r.dot(r) + r.sum() * r.norm()
}

#[differentiable]
fn softmax_by_methods(a: &DVector<f64>) -> DVector<f64> {
    let m = a.max();
    let e = a.add_scalar(-m).map(|t| t.exp());
    &e / e.sum()
}

/// A reduction of something that is overwritten afterwards.
#[differentiable]
fn of_overwritten(a: &DVector<f64>, n: usize) -> f64 {
    let mut x = a.clone();
    let mut s = 0.0;
    for _ in 0..n {
        let r = x.norm();
        s += r * x.sum();
        x = x.normalize() * 2.0 + a;
        x[0] = r;
    }
    s
}

fn a() -> DVector<f64> {
    DVector::from_vec(vec![0.7, -1.2, 0.4])
}

fn b() -> DVector<f64> {
    DVector::from_vec(vec![1.3, 0.5, -0.8])
}

fn m() -> DMatrix<f64> {
    DMatrix::from_row_slice(3, 3, &[0.7, -1.2, 0.4, 1.3, 0.5, -0.8, 0.2, 0.9, -0.3])
}

#[test]
fn products() {
    check_scalar!(dot(&a(), &b()));
    check_scalar!(dot_with_itself(&a()));
    check_scalar!(matrix_dot(&m(), &m().transpose()));
}

#[test]
fn lengths() {
    check_scalar!(norms(&a()));
    check_scalar!(norm_of_expression(&a(), &b()));
    check_scalar!(matrix_norm(&m()));
    check!(normalized(&a()));
    check!(normalized_static(Vector3::new(0.7, -1.2, 0.4), Vector3::new(1.3, 0.5, -0.8)));
}

#[test]
fn sums_and_extremes() {
    check_scalar!(sums(&a(), &m()));
    check!(of_rows(&m()));
    check!(of_columns(&m()));
    check!(centred(&m()));
    check_scalar!(traces(&m()));
    check_scalar!(extremes(&a(), &m()));
    check_scalar!(static_reductions(
        &Vector3::new(0.7, -1.2, 0.4),
        &Matrix3::new(0.7, -1.2, 0.4, 1.3, 0.5, -0.8, 0.2, 0.9, -0.3)
    ));
    check_scalar!(determinant(&Matrix3::new(0.7, -1.2, 0.4, 1.3, 0.5, -0.8, 0.2, 0.9, -0.3)));
    check_scalar!(row_reductions(&a().transpose()));
    check!(softmax_by_methods(&a()));
    check_scalar!(of_overwritten(&a(), const 3));
}

/// Ties share the slope, as for scalars (at most half each).
#[test]
fn ties() {
    #[differentiable]
    fn largest(a: &DVector<f64>) -> f64 {
        a.max()
    }
    let (y, g) = largest::value_and_grad(&DVector::from_vec(vec![1.0, 3.0, 3.0]));
    assert_eq!(y, 3.0);
    assert_eq!(g[0], 0.0);
    assert_eq!(g.sum(), 1.0);
}
