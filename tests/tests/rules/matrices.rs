//! nalgebra: operators between vectors, matrices and scalars, products, transposition.
use autodiff_core::differentiable;
use autodiff_tests::{check, check_scalar, check_unit};
use nalgebra::{
    DMatrix, DVector, Matrix2, Matrix2x3, Matrix3, Matrix3x2, RowDVector, RowVector3, SMatrix, SVector, Vector2,
    Vector3,
};

pub(super) const TESTED: &[&str] = &[
    "add",
    "sub",
    "neg",
    "mul",
    "scaled",
    "scales",
    "div",
    "transpose",
    "tr_mul",
    "component_mul",
    "component_div",
    "cross",
    "add_scalar",
    "own",
];

fn v(values: &[f64]) -> DVector<f64> {
    DVector::from_column_slice(values)
}

fn a() -> DVector<f64> {
    v(&[0.7, -1.2, 0.4])
}

fn b() -> DVector<f64> {
    v(&[1.3, 0.5, -0.8])
}

fn m23() -> DMatrix<f64> {
    DMatrix::from_row_slice(2, 3, &[0.7, -1.2, 0.4, 1.3, 0.5, -0.8])
}

fn m33() -> DMatrix<f64> {
    DMatrix::from_row_slice(3, 3, &[0.7, -1.2, 0.4, 1.3, 0.5, -0.8, 0.2, 0.9, -0.3])
}

// ---- vectors of any length ----------------------------------------------------------------------------------------

#[differentiable]
fn borrowed(a: &DVector<f64>, b: &DVector<f64>) -> DVector<f64> {
    let sum = a + b;
    let difference = a - b;
    let negative = -a;
    &sum + &difference - &negative
}

#[differentiable]
fn owned(a: DVector<f64>, b: DVector<f64>) -> DVector<f64> {
    let c = a.clone() + b.clone();
    let d = c - a;
    -(d + b)
}

#[differentiable]
fn mixed(a: &DVector<f64>, b: DVector<f64>) -> DVector<f64> {
    let c = a + b.clone();
    let d = c.clone() - a;
    (a - d) + &b - (b.clone() + c)
}

#[differentiable]
fn scaled(a: &DVector<f64>, k: f64) -> DVector<f64> {
    let x = a * k;
    let y = 2.0 * a;
    let z = x / k;
    let w = &y / 3.0;
    (z + w * (k * k)) * 0.5 - 1.5 * y + -a * k
}

/// Factors that are known to be numbers, beside vectors and matrices that are known to be such, wherever they stand.
#[differentiable]
fn scaled_and_scales(a: &DMatrix<f64>, v: &[Vector3<f64>], s: f64, row: &RowVector3<f64>) -> f64 {
    let m = (a * s - s * a.transpose() * 0.5) * (s * 2.0);
    let mut sum = v[0] * s;
    for w in v {
        sum += s * w * (0.1 * s) - (w - v[0]) * s;
    }
    let r = (row * s + s * row) * (s * 0.25);
    m.column(0).into_owned().scale(s).sum() + m.norm_squared() + sum.dot(&(v[0] * s)) + r.sum()
}
#[differentiable]
fn scaled_views(a: &DMatrix<f64>, s: f64) -> f64 {
    let (c, r) = (a.column(1), a.row(0));
    let d = (c * s).dot(&c) + (s * r).norm();
    d * a.columns(0, 2).norm_squared() * c.norm()
}
#[differentiable]
fn scalar_times_owned(a: DVector<f64>) -> DVector<f64> {
    2.0 * a.clone() + 0.5 * (a * 3.0)
}

#[differentiable]
fn scale_methods(a: &DVector<f64>, k: f64) -> DVector<f64> {
    a.scale(k) + a.unscale(k * k)
}

#[differentiable]
fn compound(a: &DVector<f64>, b: &DVector<f64>, k: f64) -> DVector<f64> {
    let mut x = a.clone();
    x += b;
    x *= k;
    x -= a * 2.0;
    x /= k + 3.0;
    x += x.clone();
    x -= &b.component_mul(&x);
    x
}

#[differentiable]
fn compound_in_loop(a: &DVector<f64>, k: f64, n: usize) -> DVector<f64> {
    let mut x = a.clone();
    let mut y = DVector::zeros(a.len());
    for _ in 0..n {
        y += &x;
        x *= k;
        x += a;
        y -= &x * 0.1;
        x = &x - &y * k;
    }
    y
}

#[differentiable]
fn overwritten_vector(a: &DVector<f64>, n: usize) -> DVector<f64> {
    let mut x = a * 2.0;
    for _ in 0..n {
        x = x.component_mul(a) + &x;
        x = x * 1.1;
    }
    x
}

#[differentiable]
fn components(a: &DVector<f64>, b: &DVector<f64>) -> DVector<f64> {
    let p = a.component_mul(b);
    let q = p.component_div(b);
    p.component_mul(&p) + q.component_div(&(a.component_mul(a) + b.component_mul(b)))
}

#[differentiable]
fn added_scalar(a: &DVector<f64>, k: f64) -> DVector<f64> {
    a.add_scalar(k).component_mul(a) + a.add_scalar(1.0)
}

#[differentiable]
fn clones(a: &DVector<f64>) -> DVector<f64> {
    let b = a.clone();
    let c = a.clone_owned();
    let d = a.to_owned();
    b.component_mul(&c) + d
}

#[differentiable]
fn row_vectors(r: &RowDVector<f64>, a: &DVector<f64>, m: &DMatrix<f64>) -> RowDVector<f64> {
    let t = a.transpose();
    (r + t) * m * 0.5 - r * 2.0
}

// ---- matrices -----------------------------------------------------------------------------------------------------

#[differentiable]
fn matrix_sums(a: &DMatrix<f64>, b: &DMatrix<f64>, k: f64) -> DMatrix<f64> {
    let mut c = a + b;
    c -= a * k;
    c *= 2.0;
    c += &(-b);
    c /= k;
    &c - (b / k) + a.component_mul(b)
}

#[differentiable]
fn matrix_vector(m: &DMatrix<f64>, x: &DVector<f64>) -> DVector<f64> {
    m * x
}

#[differentiable]
fn matrix_vector_forms(m: DMatrix<f64>, x: DVector<f64>) -> DVector<f64> {
    let p = &m * &x;
    let q = m.clone() * x.clone();
    let r = &m * x.clone();
    let s = m * &x;
    p + q * 2.0 + r * 3.0 + s
}

#[differentiable]
fn matrix_matrix(a: &DMatrix<f64>, b: &DMatrix<f64>) -> DMatrix<f64> {
    a * b
}

#[differentiable]
fn matrix_chain(a: &DMatrix<f64>, b: &DMatrix<f64>) -> DMatrix<f64> {
    let c = a * b * a;
    let d = a.transpose() * &c;
    d * b.transpose() + a.tr_mul(&c) * 0.3
}

#[differentiable]
fn outer_product(x: &DVector<f64>, y: &DVector<f64>) -> DMatrix<f64> {
    x * y.transpose()
}

#[differentiable]
fn quadratic_form(m: &DMatrix<f64>, x: &DVector<f64>) -> f64 {
    (x.transpose() * m * x)[(0, 0)] + x.dot(&(m * x))
}

#[differentiable]
fn transposed(m: &DMatrix<f64>) -> DMatrix<f64> {
    m.transpose() * 2.0 + m.transpose().transpose().transpose()
}

#[differentiable]
fn matrix_power(m: &DMatrix<f64>, n: usize) -> DMatrix<f64> {
    let mut p = DMatrix::identity(m.nrows(), m.ncols());
    for _ in 0..n {
        p = p * m;
    }
    p
}

#[differentiable]
fn matrix_product_assigned(m: &DMatrix<f64>) -> DMatrix<f64> {
    let mut p = m.clone();
    p *= m;
    p *= m.clone();
    p
}

#[differentiable]
fn affine_layer(w: &DMatrix<f64>, b: &DVector<f64>, x: &DVector<f64>) -> DVector<f64> {
    (w * x + b).map(|t| t.tanh())
}

// ---- fixed sizes --------------------------------------------------------------------------------------------------

#[differentiable]
fn static_vectors(a: Vector3<f64>, b: &Vector3<f64>, k: f64) -> Vector3<f64> {
    let c = a + b;
    let d = a - *b * k;
    let mut e = -c / k + 2.0 * d;
    e += a;
    e -= b;
    e *= k;
    e.cross(&c) + a.cross(b).component_mul(&d)
}

#[differentiable]
fn copied_vectors(a: Vector3<f64>) -> Vector3<f64> {
    let b = a;
    let mut c = b;
    c += a;
    c = c + b.cross(&c) + a;
    c - a * a.dot(&c)
}

#[differentiable]
fn static_products(a: &Matrix2x3<f64>, b: Matrix3x2<f64>, x: Vector2<f64>) -> Vector2<f64> {
    let p = a * b;
    let q = b.transpose() * a.transpose();
    p * x + q * (p * x) + a * (b * x)
}

#[differentiable]
fn static_matrices(a: Matrix3<f64>, k: f64) -> Matrix3<f64> {
    let i = Matrix3::identity();
    let mut b = a * k + i;
    b = b * b;
    b *= a;
    b += a.transpose() / k;
    b - i * k
}

#[differentiable]
fn row_vector(r: RowVector3<f64>, m: &Matrix3<f64>) -> RowVector3<f64> {
    r * m + r * 2.0
}

#[differentiable]
fn any_size<const N: usize>(a: &SVector<f64, N>, m: &SMatrix<f64, N, N>) -> SVector<f64, N> {
    m * a + a * 2.0
}

#[differentiable]
fn single_precision(a: &Vector2<f32>, m: &Matrix2<f32>) -> f32 {
    let b = m * a * 0.5;
    b.dot(a) + b.norm()
}

#[differentiable]
fn in_place(m: &mut DMatrix<f64>, x: &DVector<f64>) {
    *m *= 2.0;
    *m += x * x.transpose();
    let p = &*m * &*m;
    *m = p;
}

#[test]
fn vectors() {
    let (a, b) = (a(), b());
    check!(borrowed(&a, &b));
    check!(owned(a.clone(), b.clone()));
    check!(mixed(&a, b.clone()));
    check!(scaled(&a, 1.7));
    let square = DMatrix::from_row_slice(3, 3, &[0.3, -1.1, 0.7, 1.4, 0.2, -0.6, 0.9, 0.8, -0.4]);
    let points = [Vector3::new(0.3, -0.2, 0.9), Vector3::new(1.1, 0.6, -0.4)];
    check_scalar!(scaled_and_scales(&square, &points[..], 0.7, &RowVector3::new(0.5, -0.8, 0.3)));
    check_scalar!(scaled_views(&square, 0.7));
    check!(scalar_times_owned(a.clone()));
    check!(scale_methods(&a, 1.7));
    check!(compound(&a, &b, 1.7));
    check!(compound_in_loop(&a, 1.7, const 3));
    check!(overwritten_vector(&a, const 3));
    check!(components(&a, &b));
    check!(added_scalar(&a, 1.7));
    check!(clones(&a));
    check!(row_vectors(&a.transpose(), &b, &m33()));
}

#[test]
fn matrices() {
    let (m, n) = (m33(), m33().transpose() * 0.5);
    check!(matrix_sums(&m, &n, 1.7));
    check!(matrix_vector(&m23(), &a()));
    check!(matrix_vector_forms(m23(), a()));
    check!(matrix_matrix(&m23(), &m));
    check!(matrix_chain(&m, &n));
    check!(outer_product(&a(), &v(&[0.3, -0.4])));
    check_scalar!(quadratic_form(&m, &a()));
    check!(transposed(&m23()));
    check!(matrix_power(&m, const 0));
    check!(matrix_power(&m, const 3));
    check!(matrix_product_assigned(&m));
    check!(affine_layer(&m23(), &v(&[0.3, -0.4]), &a()));
    check_unit!(in_place(&mut m33(), &a()));
}

#[test]
fn fixed_sizes() {
    let (a, b) = (Vector3::new(0.7, -1.2, 0.4), Vector3::new(1.3, 0.5, -0.8));
    let m = Matrix3::new(0.7, -1.2, 0.4, 1.3, 0.5, -0.8, 0.2, 0.9, -0.3);
    check!(static_vectors(a, &b, 1.7));
    check!(copied_vectors(a));
    check!(static_products(
        &Matrix2x3::new(0.7, -1.2, 0.4, 1.3, 0.5, -0.8),
        Matrix3x2::new(0.1, 0.2, -0.3, 0.4, 0.5, 0.6),
        Vector2::new(0.9, -1.1)
    ));
    check!(static_matrices(m, 1.7));
    check!(row_vector(a.transpose(), &m));
    check!(any_size(&a, &m));
    check_scalar!(single_precision(&Vector2::new(0.7, -1.2), &Matrix2::new(0.4, 1.3, 0.5, -0.8)));
}
