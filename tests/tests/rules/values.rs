//! nalgebra: statistics, norms, distances, and matrices made of the entries of others.
use autodiff_core::differentiable;
use autodiff_tests::{check, check_scalar};
use nalgebra::{
    DMatrix, DMatrixView, DVector, DVectorView, Matrix2, Matrix2x3, Matrix3, SMatrix, Vector3, dmatrix, dvector,
};

#[differentiable]
fn norms(v: &DVector<f64>, m: &Matrix3<f64>) -> f64 {
    v.lp_norm(3)
        + m.lp_norm(1) * 2.0
        + v.amax() * m.amin()
        + (v * 2.0).amin()
        + m.row(0).lp_norm(4)
        + m.column(1).amax()
}

#[differentiable]
fn norms_32(v: &Vector3<f32>) -> f32 {
    v.lp_norm(3) + v.amax() * v.amin() + v.variance()
}

#[differentiable]
fn variances(v: &DVector<f64>, m: &DMatrix<f64>, s: &Matrix2x3<f64>) -> f64 {
    let r = m.row_variance();
    v.variance() * m.variance()
        + r[0] * r[1] * r[2]
        + s.row_variance().sum() * s.row(1).variance()
        + v.variance().sqrt()
}

#[differentiable]
fn tried(v: &DVector<f64>, min: f64) -> Option<DVector<f64>> {
    v.try_normalize(min)
}

#[differentiable]
fn tried_here(v: &Vector3<f64>) -> f64 {
    let a = match v.try_normalize(1e-9) {
        Some(u) => u.x * u.y,
        None => 0.0,
    };
    let b = (v * 0.0).try_normalize(1e-9).map_or(0.5, |u| u.x);
    a + b + v.try_normalize(1e-3).unwrap().z
}

#[differentiable]
fn pairs(a: &Vector3<f64>, b: &Vector3<f64>, t: f64) -> f64 {
    let c = a.lerp(b, t);
    a.angle(b) * a.metric_distance(b) + c.angle(a) + (a * 2.0).lerp(&c, 0.3).norm() + a.metric_distance(&(b * t))
}

#[differentiable]
fn pairs_dynamic(a: &DVector<f64>, b: &DMatrix<f64>, t: f64) -> f64 {
    a.angle(&b.column(0)) * t + b.column(1).metric_distance(a) + b.column(0).lerp(a, t).sum()
}

#[differentiable]
fn crossed(v: &Vector3<f64>, w: &Vector3<f64>) -> Vector3<f64> {
    v.cross_matrix() * w + (v + w * 0.5).cross_matrix() * v * 3.0
}

#[differentiable]
fn kron(a: &Matrix2<f64>, b: &Matrix2x3<f64>) -> SMatrix<f64, 4, 6> {
    a.kronecker(b)
}

#[differentiable]
fn kron_dynamic(a: &DMatrix<f64>, b: &DVector<f64>) -> DMatrix<f64> {
    (a * 2.0).kronecker(b) + a.kronecker(b)
}

#[differentiable]
fn resized(m: &DMatrix<f64>, x: f64) -> DMatrix<f64> {
    let a = m.clone().insert_row(1, x);
    let b = a.insert_column(3, x * x);
    let c = b.clone().remove_row(0);
    let d = c.remove_column(1);
    d * 2.0
}

#[differentiable]
fn resized_static(m: Matrix2x3<f64>, x: f64) -> f64 {
    let a = m.insert_row(1, x);
    let b = a.remove_column(0);
    a.norm_squared() + b.norm()
}

#[differentiable]
fn bias(x: &DMatrix<f64>, w: &DVector<f64>) -> DVector<f64> {
    x.clone().insert_column(0, 1.0) * w
}

#[differentiable]
fn selected(m: &DMatrix<f64>, which: &[usize]) -> f64 {
    let a = m.select_columns(which);
    let b = m.select_rows(&[1, 1, 0]);
    a.norm_squared() + b.norm() * a[(0, 1)]
}

#[differentiable]
fn scaled_identity(m: &DMatrix<f64>, x: f64) -> f64 {
    let a = DMatrix::from_diagonal_element(3, 3, x);
    let b = Matrix2::from_diagonal_element(x * x);
    (m * a).norm_squared() + b.sum()
}

#[differentiable]
fn over_a_slice(x: &[f64]) -> f64 {
    let v = DVectorView::from_slice(x, x.len());
    let w = DVectorView::from_slice(&x[1..], 2);
    let m = DMatrixView::from_slice(x, 2, 2);
    v.norm() * w[0] + (m * w).norm()
}

#[differentiable]
fn scaled_slices(x: &DVector<f64>, s: f64) -> DVector<f64> {
    let mut v = x.clone();
    for a in v.as_mut_slice() {
        *a *= s;
    }
    for (k, a) in v.as_mut_slice().iter_mut().enumerate() {
        *a *= s + k as f64;
    }
    let mut sum = 0.0;
    for a in v.as_slice() {
        sum += a * a;
    }
    v * sum
}

#[differentiable]
fn entries_of_parts(x: &DMatrix<f64>, s: f64) -> DMatrix<f64> {
    let mut y = x.clone();
    y.column_mut(0)[1] = s;
    y.row_mut(0)[1] *= s;
    y.view_mut((0, 1), (2, 2))[(1, 1)] += s * s;
    y
}

fn v() -> DVector<f64> {
    dvector![0.3, -0.8, 1.2]
}

fn u() -> Vector3<f64> {
    Vector3::new(0.3, -0.8, 1.2)
}

fn w() -> Vector3<f64> {
    Vector3::new(0.9, 0.4, -0.7)
}

fn a() -> DMatrix<f64> {
    dmatrix![0.3, 0.7, -0.2; 1.1, -0.4, 0.6]
}

fn s() -> Matrix2x3<f64> {
    Matrix2x3::new(0.3, 0.7, -0.2, 1.1, -0.4, 0.6)
}

#[test]
fn norms_and_variances() {
    check_scalar!(norms(&v(), &Matrix3::new(0.3, 0.7, -0.2, 1.1, -0.4, 0.6, 0.25, 0.35, 0.45)));
    check_scalar!(norms_32(&Vector3::new(0.3, -0.8, 1.2)));
    check_scalar!(variances(&v(), &a(), &s()));
    check_scalar!(tried_here(&u()));
}

#[test]
fn of_two_vectors() {
    check_scalar!(pairs(&u(), &w(), 0.3));
    check_scalar!(pairs_dynamic(&v(), &a().transpose(), 0.3));
    check!(crossed(&u(), &w()));
}

#[test]
fn made_of_others() {
    check!(kron(&Matrix2::new(0.3, 0.1, 0.5, -0.6), &s()));
    check!(kron_dynamic(&a(), &v()));
    check!(resized(&a(), 0.7));
    check_scalar!(resized_static(s(), 0.7));
    check!(bias(&a(), &dvector![0.3, 0.2, 0.1, -0.9]));
    check_scalar!(selected(&a(), const &[2, 0, 2]));
    check_scalar!(scaled_identity(&a(), 0.7));
}

#[test]
fn slices_of_numbers() {
    check_scalar!(over_a_slice(&vec![0.3, -0.8, 1.2, 0.7]));
    check!(scaled_slices(&dvector![0.3, -0.8, 1.2, 0.7], 0.7));
    check!(entries_of_parts(&a(), 0.7));
}

/// The unit vector along `v` does not change along `v`, and there is none where `v` is too short.
#[test]
fn an_optional_unit_vector() {
    let (y, (v_bar, min_bar)) = tried::vjp(&v(), 1e-3, Some(v()));
    assert_eq!(y, v().try_normalize(1e-3));
    assert!(v_bar.norm() < 1e-15);
    assert_eq!(min_bar, 0.0);
    let (y, (v_bar, _)) = tried::vjp(&v(), 10.0, None);
    assert_eq!((y, v_bar), (None, DVector::zeros(3)));
}

/// At its kinks an angle has slope 0, as a norm has at 0.
#[test]
fn kinks() {
    let (x, y) = (Vector3::new(1.0, 0.0, 0.0), Vector3::new(2.0, 0.0, 0.0));
    assert_eq!(angle::grad(&x, &y), (Vector3::zeros(), Vector3::zeros()));
    assert_eq!(angle::grad(&x, &Vector3::zeros()), (Vector3::zeros(), Vector3::zeros()));
    assert_eq!(angle::jvp(&x, &y, &w(), &u()), (0.0, 0.0));
    assert_eq!(largest::grad(&Vector3::new(2.0, -2.0, 1.0)), Vector3::new(0.5, -0.5, 0.0));
    assert_eq!(manhattan::grad(&Vector3::new(2.0, -2.0, 0.0)), Vector3::new(1.0, -1.0, 0.0));
}

#[differentiable]
fn angle(a: &Vector3<f64>, b: &Vector3<f64>) -> f64 {
    a.angle(b)
}

#[differentiable]
fn largest(a: &Vector3<f64>) -> f64 {
    a.amax()
}

#[differentiable]
fn manhattan(a: &Vector3<f64>) -> f64 {
    a.lp_norm(1)
}
