//! nalgebra: entries for reading and for writing, parts, constructors, sizes, iteration.
use autodiff_core::differentiable;
use autodiff_tests::{check, check_scalar, check_unit};
use nalgebra::{
    DMatrix, DMatrixView, DVector, DVectorView, Matrix2, Matrix3, RowDVector, RowVector3, SMatrix, Vector2, Vector3,
    Vector4, matrix, vector,
};

pub(super) const TESTED: &[&str] = &[
    "diagonal",
    "from_diagonal",
    "boxed",
    "from_vec",
    "from_slice",
    "from_row_slice",
    "repeat",
    "times",
    "unwrap",
    "unwrap_or",
    "unwrap_or_default",
    "ok",
    "ok_or",
];

// ---- entries --------------------------------------------------------------------------------------------------------

#[differentiable]
fn known_scalars(x: f64, y: f64) -> f64 {
    (x * y) * (2.0 * x) * y
}

#[differentiable]
fn unwrapped(x: Option<f64>, y: f64) -> f64 {
    x.unwrap() * x.expect("a number") + Some(y * y).unwrap()
}

#[differentiable]
fn unwrapped_or(x: Option<f64>, y: f64) -> f64 {
    x.unwrap_or(y) * y + x.unwrap_or(2.0)
}

#[differentiable]
fn otherwise(x: Option<f64>, y: f64) -> f64 {
    let r = x.ok_or("nothing");
    let o = r.ok();
    x.unwrap_or_default() * y + o.unwrap_or(y) * y
}

#[differentiable]
fn boxed(x: &[f64], y: f64) -> Vec<f64> {
    let b = x.to_vec().into_boxed_slice();
    let first = b[0] * y;
    let mut v = b.into_vec();
    v[1] *= first;
    v
}

#[test]
fn boxes() {
    check!(boxed(&[0.3, 0.5, -0.2][..], 0.7));
}

#[test]
fn scalars_and_options() {
    check_scalar!(otherwise(Some(0.7), -1.2));
    check_scalar!(otherwise(None, -1.2));
    check_scalar!(known_scalars(0.7, -1.2));
    check_scalar!(unwrapped(Some(0.7), -1.2));
    check_scalar!(unwrapped_or(Some(0.7), -1.2));
    check_scalar!(unwrapped_or(None, -1.2));
}

#[differentiable]
fn reads(a: &DVector<f64>, m: &DMatrix<f64>) -> f64 {
    a[0] * a[2] + m[(0, 1)] * a[1] - m[(1, 0)] * m[(1, 0)] + m[3]
}

#[differentiable]
fn writes(a: &DVector<f64>) -> DVector<f64> {
    let mut x = a.clone();
    x[0] = x[1] * x[2];
    x[1] += x[0];
    x[2] *= x[1];
    x[0] -= 1.0;
    x[1] /= x[2];
    x[2] = 3.0;
    x
}

#[differentiable]
fn writes_matrix(a: &DMatrix<f64>) -> DMatrix<f64> {
    let mut m = a.clone();
    for i in 0..m.nrows() {
        for j in 0..m.ncols() {
            if i > 0 {
                m[(i, j)] += m[(i - 1, j)] * a[(i, j)];
            }
            m[(i, j)] *= 1.5;
        }
    }
    m[(0, 0)] = m[(1, 1)];
    m[1] = a[0] * m[(0, 1)];
    m
}

#[differentiable]
fn fills_from_zero(a: &DVector<f64>, n: usize) -> DMatrix<f64> {
    let mut m = DMatrix::zeros(n, n);
    for i in 0..n {
        for j in 0..=i {
            m[(i, j)] = a[i] * a[j] + if i == j { 1.0 } else { 0.0 };
        }
    }
    m
}

#[differentiable]
fn named_components(v: Vector4<f64>, mut w: Vector3<f64>) -> Vector3<f64> {
    w.x = v.x * w.y;
    w.y += v.w * v.z;
    w.z *= w.x - v.y;
    w
}

#[differentiable]
fn distance(p: &Vector2<f64>, q: &Vector2<f64>) -> f64 {
    let dx = p.x - q.x;
    let dy = p.y - q.y;
    (dx * dx + dy * dy).sqrt()
}

#[differentiable]
fn matrix_components(m: &Matrix2<f64>) -> f64 {
    m.m11 * m.m22 - m.m12 * m.m21
}

// ---- parts ----------------------------------------------------------------------------------------------------------

#[differentiable]
fn segments(a: &DVector<f64>) -> f64 {
    let head = a.rows(0, 2);
    let tail = a.rows(a.len() - 2, 2);
    head.dot(&tail) + (head + tail).norm()
}

#[differentiable]
fn fixed_segments(a: &DVector<f64>) -> f64 {
    let p = a.fixed_rows::<3>(0);
    let q = a.fixed_rows::<3>(1);
    p.cross(&q).norm() * p.sum()
}

#[differentiable]
fn columns_and_rows(m: &DMatrix<f64>) -> f64 {
    let c = m.column(0);
    let d = m.column(m.ncols() - 1);
    let r = m.row(1);
    c.dot(&d) + r.sum() * r[0] + m.row(0).dot(&r)
}

#[differentiable]
fn blocks(m: &DMatrix<f64>) -> f64 {
    let a = m.view((0, 0), (2, 2));
    let b = m.view((1, 1), (2, 2));
    let c = m.fixed_view::<2, 2>(0, 1);
    let d = m.columns(0, 2);
    let e = m.rows(1, 2);
    (a * b).trace() + c.norm() * a[(1, 1)] + (e * d).sum()
}

#[differentiable]
fn columns_in_loop(m: &DMatrix<f64>, x: &DVector<f64>) -> f64 {
    let mut s = 0.0;
    for j in 0..m.ncols() {
        let c = m.column(j);
        s += (c - x).norm_squared() * (j + 1) as f64;
        s = s * c.dot(x).cos();
    }
    s
}

#[differentiable]
fn parts_made_owned(m: &DMatrix<f64>) -> DVector<f64> {
    let c = m.column(0).into_owned();
    let d = m.column(1).clone_owned();
    let e: DVector<f64> = m.row(0).transpose();
    c.component_mul(&d) + e
}

#[differentiable]
fn written_parts(a: &DVector<f64>) -> DVector<f64> {
    let mut x = DVector::zeros(2 * a.len());
    let n = a.len();
    x.rows_mut(0, n).copy_from(a);
    x.rows_mut(n, n).copy_from(&(a * 2.0));
    x
}

#[differentiable]
fn written_columns(m: &DMatrix<f64>) -> DMatrix<f64> {
    let mut w = m.clone();
    for j in 0..w.ncols() {
        let c = m.column(j) * 2.0;
        w.set_column(j, &c);
    }
    let r = m.row(0) * m[(0, 0)];
    w.set_row(1, &r);
    w
}

#[differentiable]
fn diagonals(m: &Matrix3<f64>) -> Matrix3<f64> {
    let d = m.diagonal();
    Matrix3::from_diagonal(&(d * 2.0)) * m
}

#[differentiable]
fn views_by_value(a: DVectorView<f64>, m: DMatrixView<f64>) -> f64 {
    (m * a).sum() + a[0]
}

#[differentiable]
fn calls_with_views(a: &DVector<f64>, m: &DMatrix<f64>) -> f64 {
    views_by_value(a.rows(0, 2), m.view((0, 1), (2, 2)))
}

// ---- constructors -----------------------------------------------------------------------------------------------------

#[differentiable]
fn news(x: f64, y: f64) -> f64 {
    let v = Vector3::new(x, y, 1.0);
    let r = RowVector3::new(y, x * y, 2.0);
    let m = Matrix2::new(x, y, -y, x);
    let w = Vector2::new(x, y);
    v.dot(&r.transpose()) + (m * w)[0]
}

#[differentiable]
fn macros(x: f64, y: f64) -> f64 {
    let v = vector![x, x * y, 1.0];
    let m = matrix![x, y, 0.0; 1.0, x, y; y, 2.0, x * x];
    (m * v).dot(&v)
}

#[differentiable]
fn from_values(x: f64, y: f64) -> f64 {
    let a = DVector::from_vec(vec![x, y, x * y]);
    let b = DVector::from_element(3, x);
    let c = DMatrix::from_element(3, 3, y);
    let d = DVector::repeat(3, x + y);
    a.dot(&(c * b)) + d.norm()
}

#[differentiable]
fn from_slices(p: &[f64]) -> f64 {
    let a = DVector::from_column_slice(&p[..2]);
    let b = DVector::from_row_slice(&p[1..3]);
    let m = DMatrix::from_column_slice(2, 2, &p[..4]);
    let n = DMatrix::from_row_slice(2, 2, p);
    let v = Vector3::from_column_slice(&p[..3]);
    let w = Vector2::from_row_slice(&p[..2]);
    a.dot(&(m * b)) + (n * a).norm() + v.norm_squared() + w.sum()
}

#[differentiable]
fn from_vecs(p: Vec<f64>, x: f64) -> DMatrix<f64> {
    let row = RowDVector::from_vec(p.clone());
    let n = p.len();
    let column = DVector::from_vec(p) * x;
    column * row + DMatrix::from_vec(n, n, vec![x; n * n])
}

#[differentiable]
fn constants(a: &Vector3<f64>) -> Vector3<f64> {
    let z = Vector3::zeros();
    let o = Matrix3::identity() * 2.0;
    let e = Vector3::from_element(1.5);
    let x = Vector3::x();
    let mut s: Vector3<f64> = z;
    s += o * a + e.component_mul(a) + x;
    s
}

#[differentiable]
fn from_columns(a: &Vector3<f64>, b: &Vector3<f64>) -> Matrix3<f64> {
    let m = Matrix3::from_columns(&[*a, *b, a.cross(b)]);
    m * m.transpose()
}

/// Names of a matrix type that say nothing of its size: the arguments of `new` come row by row.
#[differentiable]
fn under_other_names(x: f64, y: f64) -> (SMatrix<f64, 2, 3>, Matrix2<f64>, Matrix2<f64>) {
    let a = SMatrix::<f64, 2, 3>::new(x, y, x * y, 2.0 * x, 1.0, -y);
    let b = Matrix2::<f64>::new(x, y, x * y, 2.0 * x);
    let c = nalgebra::Matrix2::new(y, x, x * x, y * y);
    (a, b, c)
}

#[differentiable]
fn rotation(angle: f64) -> SMatrix<f64, 2, 2> {
    let (s, c) = angle.sin_cos();
    SMatrix::<f64, 2, 2>::new(c, -s, s, c)
}

// ---- sizes and iteration ------------------------------------------------------------------------------------------------

#[differentiable]
fn sizes(a: &DVector<f64>, m: &DMatrix<f64>) -> f64 {
    let (rows, columns) = m.shape();
    let n = a.len() + m.nrows() * m.ncols();
    assert_eq!(rows, m.nrows());
    a.sum() / a.len() as f64 + m.sum() * (rows * columns + n) as f64 + if m.is_square() { a[0] } else { 0.0 }
}

#[differentiable]
fn iterated(a: &DVector<f64>) -> f64 {
    let mut s = 0.0;
    for x in a.iter() {
        s = s * 0.5 + x * x;
    }
    for (i, x) in a.iter().enumerate() {
        s += x.sin() * i as f64;
    }
    for x in a {
        s *= x + 2.0;
    }
    s
}

#[differentiable]
fn iterated_mut(a: &DVector<f64>, k: f64) -> DVector<f64> {
    let mut b = a.clone();
    for x in b.iter_mut() {
        *x = *x * *x + k;
    }
    b
}

#[differentiable]
fn iterated_columns(m: &DMatrix<f64>, x: &DVector<f64>) -> f64 {
    let mut s = 0.0;
    for c in m.column_iter() {
        s += c.dot(x) * c.norm();
    }
    for r in m.row_iter() {
        s += r.sum() * r[0];
    }
    s
}

#[differentiable]
fn nested_types(points: &[Vector3<f64>], frames: &[Matrix3<f64>; 2]) -> f64 {
    let mut s = 0.0;
    for i in 0..points.len() {
        let p = frames[i % 2] * points[i];
        s += p.norm() * points[0].dot(&points[i]) + points[i].x;
    }
    s
}

#[differentiable]
fn nested_buffers(points: &[Vector3<f64>]) -> Vec<Vector3<f64>> {
    let mut out = vec![Vector3::zeros(); points.len()];
    for i in 0..points.len() {
        for j in 0..points.len() {
            if i != j {
                let d = points[j] - points[i];
                out[i] += d / (d.norm_squared() + 0.1);
                out[j].x -= d.y;
            }
        }
    }
    out
}

#[differentiable]
fn layers(weights: &[DMatrix<f64>], biases: &Vec<DVector<f64>>, x: &DVector<f64>) -> DVector<f64> {
    let mut h = x.clone();
    for k in 0..weights.len() {
        h = (&weights[k] * &h + &biases[k]).map(|t| t.tanh());
    }
    h
}

#[differentiable]
fn writes_through_parameter(m: &mut DMatrix<f64>, k: f64) {
    for i in 0..m.nrows() {
        m[(i, i)] = m[(i, i)] * k + m[(0, i)];
    }
    m[(0, 1)] *= m[(1, 0)];
}

fn a() -> DVector<f64> {
    DVector::from_vec(vec![0.7, -1.2, 0.4, 0.9])
}

fn m() -> DMatrix<f64> {
    DMatrix::from_row_slice(3, 3, &[0.7, -1.2, 0.4, 1.3, 0.5, -0.8, 0.2, 0.9, -0.3])
}

fn s3() -> Vector3<f64> {
    Vector3::new(0.7, -1.2, 0.4)
}

#[test]
fn indexing() {
    check_scalar!(reads(&a(), &m()));
    check!(writes(&a()));
    check!(writes_matrix(&m()));
    check!(fills_from_zero(&a(), const 3));
    check!(named_components(Vector4::new(0.7, -1.2, 0.4, 0.9), s3()));
    check_scalar!(distance(&Vector2::new(0.7, -1.2), &Vector2::new(0.4, 0.9)));
    check_scalar!(matrix_components(&Matrix2::new(0.7, -1.2, 0.4, 0.9)));
    check_unit!(writes_through_parameter(&mut m(), 1.7));
}

#[test]
fn parts() {
    check_scalar!(segments(&a()));
    check_scalar!(fixed_segments(&a()));
    check_scalar!(columns_and_rows(&m()));
    check_scalar!(blocks(&m()));
    check_scalar!(columns_in_loop(&m(), &DVector::from_vec(vec![0.3, 0.1, -0.4])));
    check!(parts_made_owned(&m()));
    check!(written_parts(&a()));
    check!(written_columns(&m()));
    check!(diagonals(&Matrix3::new(0.7, -1.2, 0.4, 1.3, 0.5, -0.8, 0.2, 0.9, -0.3)));
    check_scalar!(calls_with_views(&a(), &m()));
}

#[test]
fn constructors() {
    check_scalar!(news(0.7, -1.2));
    check_scalar!(macros(0.7, -1.2));
    check_scalar!(from_values(0.7, -1.2));
    check_scalar!(from_slices(&[0.7, -1.2, 0.4, 0.9][..]));
    check!(from_vecs(vec![0.7, -1.2, 0.4], 1.7));
    check!(constants(&s3()));
    check!(from_columns(&s3(), &Vector3::new(0.1, 0.3, -0.9)));
    check!(rotation(0.7));
    check!(under_other_names(0.7, -1.2));
}

#[test]
fn sizes_and_iteration() {
    check_scalar!(sizes(&a(), &m()));
    check_scalar!(iterated(&a()));
    check!(iterated_mut(&a(), 1.7));
    check_scalar!(iterated_columns(&m(), &DVector::from_vec(vec![0.3, 0.1, -0.4])));
}

#[test]
fn nested() {
    let points = [s3(), Vector3::new(0.1, 0.3, -0.9), Vector3::new(1.1, -0.3, 0.2)];
    let frames = [Matrix3::identity() * 1.5, Matrix3::new(0.7, -1.2, 0.4, 1.3, 0.5, -0.8, 0.2, 0.9, -0.3)];
    check_scalar!(nested_types(&points[..], &frames));
    check!(nested_buffers(&points[..]));
    let x = DVector::from_vec(vec![0.3, 0.1, -0.4]);
    check!(layers(&[m(), m() * 0.5][..], &vec![x.clone(), &x * 2.0], &x));
}
