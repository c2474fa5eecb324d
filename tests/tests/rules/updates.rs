//! nalgebra: methods that change a vector or a matrix as a whole.
use autodiff_core::differentiable;
use autodiff_tests::{check, check_scalar, check_unit};
use nalgebra::{DMatrix, DVector, Matrix2x3, Matrix3, Matrix3x2, Vector3, dmatrix, dvector};

#[differentiable]
fn axpy(a: f64, x: &DVector<f64>, y: &DVector<f64>, b: f64) -> DVector<f64> {
    let mut z = y.clone();
    z.axpy(a, x, b);
    z.axpy(2.0, &(x * a), 1.0);
    z.axpy(b, y, a);
    z
}

#[differentiable]
fn axpy_behind(y: &mut Vector3<f32>, x: &Vector3<f32>, a: f32) {
    y.axpy(a, x, 0.5);
    y.axpy(a, x, y[0]);
}

#[differentiable]
fn fresh(x: &DVector<f64>, a: f64) -> f64 {
    let mut z = DVector::zeros(x.len());
    z.axpy(a, x, 0.0);
    z.norm_squared()
}

#[differentiable]
fn descent(a: &DMatrix<f64>, b: &DVector<f64>, rate: f64) -> f64 {
    let mut x = DVector::zeros(b.len());
    for _ in 0..5 {
        let g = a * &x - b;
        x.axpy(-rate, &g, 1.0);
    }
    0.5 * x.dot(&(a * &x)) - b.dot(&x)
}

#[differentiable]
fn gemv(a: &DMatrix<f64>, x: &DVector<f64>, y: DVector<f64>, s: f64, t: f64) -> DVector<f64> {
    let mut z = y;
    z.gemv(s, a, x, t);
    z.gemv(1.0, a, &(x * 2.0), 1.0);
    let mut w = DVector::zeros(x.len());
    w.gemv_tr(s, a, &z, 0.0);
    w.gemv_tr(t, a, &z, 0.5);
    w
}

#[differentiable]
fn gemm(a: &DMatrix<f64>, b: &DMatrix<f64>, c: &mut DMatrix<f64>, s: f64, t: f64) {
    c.gemm(s, a, b, t);
    c.gemm_tr(t, &a.transpose(), b, 1.0);
}

#[differentiable]
fn gemm_static(a: &Matrix2x3<f64>, b: &Matrix3x2<f64>, s: f64) -> f64 {
    let mut c = nalgebra::Matrix2::identity();
    c.gemm(s, a, b, s);
    c.norm_squared()
}

#[differentiable]
fn ger(m: &mut DMatrix<f64>, x: &DVector<f64>, y: &DVector<f64>, s: f64, t: f64) {
    m.ger(s, x, y, t);
    m.ger(1.0, x, y, 1.0);
}

#[differentiable]
fn diagonal(m: &Matrix3<f64>, x: f64) -> f64 {
    let mut n = m * m;
    n.fill_diagonal(x * x);
    (n * m).norm_squared()
}

#[differentiable]
fn normalized(v: &DVector<f64>) -> f64 {
    let mut u = v * 2.0;
    let n = u.normalize_mut();
    let mut w = u.component_mul(v);
    w.normalize_mut();
    n * u[0] + w[1]
}

#[differentiable]
fn power(a: &DMatrix<f64>, x: &DVector<f64>) -> f64 {
    let mut v = x.clone();
    for _ in 0..4 {
        v = a * &v;
        v.normalize_mut();
    }
    v.dot(&(a * &v))
}

#[differentiable]
fn columns_changed(m: &mut DMatrix<f64>, x: &DVector<f64>, a: f64) -> f64 {
    m.column_mut(0).axpy(a, x, 0.5);
    let n = m.column_mut(1).normalize_mut();
    m.column_mut(2).axpy(n, x, a);
    m.rows_mut(0, 1).ger(a, &x.rows(0, 1), x, 1.0);
    m.view_mut((0, 0), (2, 2)).fill_diagonal(n);
    n * m[(0, 1)]
}

fn square() -> DMatrix<f64> {
    dmatrix![1.3, 0.7, -0.2; 0.7, 1.4, 0.6; -0.2, 0.6, 0.9]
}

fn wide() -> DMatrix<f64> {
    dmatrix![0.3, 0.7, -0.2; 1.1, -0.4, 0.6]
}

fn x() -> DVector<f64> {
    dvector![0.3, -0.8, 1.2]
}

fn y() -> DVector<f64> {
    dvector![0.9, 0.4, -0.7]
}

#[test]
fn by_a_vector() {
    check!(axpy(0.7, &x(), &y(), -0.4));
    check_unit!(axpy_behind(&mut Vector3::new(0.3, 0.5, -0.4), &Vector3::new(0.1, 0.7, 0.9), 0.6));
    check_scalar!(fresh(&x(), 0.7));
    check_scalar!(descent(&square(), &y(), 0.1));
    check_unit!(ger(&mut wide(), &dvector![0.5, -0.8], &y(), 0.7, -0.3));
}

#[test]
fn by_products() {
    let a = Matrix2x3::new(0.1, 0.2, 0.3, 0.4, 0.5, 0.6);
    check!(gemv(&wide(), &x(), dvector![0.4, 0.2], 0.7, -0.3));
    check_unit!(gemm(&wide(), &square(), &mut dmatrix![0.1, 0.2, 0.3; 0.4, 0.5, 0.6], 0.7, -0.3));
    check_scalar!(gemm_static(&a, &Matrix3x2::new(0.7, 0.2, -0.3, 0.4, 0.5, -0.6), 0.7));
}

#[test]
fn of_a_norm_and_a_diagonal() {
    check_scalar!(diagonal(&Matrix3::new(0.3, 0.7, -0.2, 1.1, -0.4, 0.6, 0.2, 0.3, 0.4), 0.7));
    check_scalar!(normalized(&x()));
    check_scalar!(power(&square(), &x()));
}

#[test]
fn of_parts() {
    check!(columns_changed(
        &mut dmatrix![0.3, 0.7, -0.2; 1.1, -0.4, 0.6; 0.2, 0.1, 0.9],
        &dvector![0.3, 0.2, 0.7],
        0.6
    ));
}

// ---- what is read before and overwritten then ---------------------------------------------------------------------

#[differentiable]
fn read_before_gemv(a: &DMatrix<f64>, x: &DVector<f64>, y: &mut DVector<f64>) -> f64 {
    let before = y.norm_squared();
    y.gemv(0.5, a, x, 2.0);
    before
}

#[differentiable]
fn read_before_ger(x: &Vector3<f64>, m: &mut Matrix3<f64>) -> f64 {
    let before = m.norm_squared();
    m.ger(0.5, x, x, 2.0);
    before
}

#[differentiable]
fn read_before_normalization(v: &mut Vector3<f64>) -> f64 {
    let before = v.norm_squared();
    before * v.normalize_mut()
}

#[differentiable]
fn read_before_axpy(x: &Vector3<f64>, y: &mut Vector3<f64>) -> f64 {
    let before = y.norm_squared();
    y.axpy(0.5, x, 2.0);
    before
}

#[test]
fn what_was_read_before_is_put_back() {
    let a = DMatrix::from_row_slice(2, 3, &[0.3, 0.7, -0.2, 1.1, -0.4, 0.6]);
    check_scalar!(read_before_gemv(&a, &dvector![0.3, 0.2, 0.7], &mut dvector![0.6, -0.9]));
    let v = Vector3::new(0.4, -0.7, 1.2);
    check_scalar!(read_before_ger(&v, &mut Matrix3::new(0.3, 0.7, -0.2, 1.1, -0.4, 0.6, 0.2, 0.3, 0.4)));
    check_scalar!(read_before_normalization(&mut v.clone()));
    check_scalar!(read_before_axpy(&v, &mut Vector3::new(0.6, -0.9, 0.5)));
}

/// Where the coefficient of what was there before is zero, that is never read, and so it may be anything.
#[test]
fn what_is_multiplied_by_zero_is_not_read() {
    let mut at = Vector3::new(f64::NAN, 1.0, 2.0);
    let mut dot = Vector3::new(1.0, 2.0, 3.0);
    overwritten::jvp(&mut at, &Vector3::new(1.0, 2.0, 3.0), &mut dot, &Vector3::new(0.5, 0.0, 1.0));
    assert_eq!((at, dot), (Vector3::new(2.0, 4.0, 6.0), Vector3::new(1.0, 0.0, 2.0)));
    let (mut at, mut bar) = (Vector3::new(f64::NAN, 1.0, 2.0), Vector3::new(1.0, 2.0, 3.0));
    let x_bar = overwritten::vjp(&mut at, &Vector3::new(1.0, 2.0, 3.0), &mut bar);
    assert_eq!((x_bar, bar), (Vector3::new(2.0, 4.0, 6.0), Vector3::zeros()));
}

#[differentiable]
fn overwritten(y: &mut Vector3<f64>, x: &Vector3<f64>) {
    y.axpy(2.0, x, 0.0);
}
