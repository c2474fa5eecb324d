//! Closures handed to the methods of options, results, arrays, vectors and matrices.
use autodiff_core::differentiable;
use autodiff_tests::{check, check_scalar};
use nalgebra::{DMatrix, DVector, Vector3};

#[differentiable]
fn option_map(v: Option<f64>, x: f64) -> f64 {
    v.map(|t| t * x).unwrap_or(x)
}

#[differentiable]
fn option_map_path(v: Option<f64>, x: f64) -> f64 {
    v.map(f64::sin).unwrap_or(x)
}

#[differentiable]
fn option_map_or(v: Option<f64>, x: f64) -> f64 {
    v.map_or(x * x, |t| t.exp() * x)
}

#[differentiable]
fn option_map_or_else(v: Option<f64>, x: f64) -> f64 {
    v.map_or_else(|| x.sin(), |t| t * t)
}

#[differentiable]
fn option_and_then(v: Option<f64>, x: f64) -> f64 {
    v.and_then(|t| if t > 0.0 { Some(t.sqrt() * x) } else { None }).unwrap_or_else(|| -x)
}

#[differentiable]
fn option_filter(v: Option<f64>, x: f64) -> f64 {
    v.filter(|t| *t > 0.0).unwrap_or(x) * x
}

#[differentiable]
fn option_local(x: f64) -> f64 {
    let v = if x > 0.0 { Some(x * x) } else { None };
    let w = v.map(|t| t + 1.0);
    w.map_or(0.0, |t| t * x)
}

#[differentiable]
fn condition_then(x: f64) -> f64 {
    (x > 0.0).then(|| x.sqrt()).unwrap_or(0.0) + x
}

#[differentiable]
fn returns_in_map(a: &DVector<f64>) -> DVector<f64> {
    a.map(|x| {
        if x > 0.0 {
            return x * x;
        }
        -x
    })
}

#[differentiable]
fn applied(a: &DVector<f64>, t: f64) -> f64 {
    let mut b = a.clone();
    b.apply(|v| *v = (*v * t).tanh());
    b.sum()
}

#[differentiable]
fn zip_applied(a: &DVector<f64>, c: &DVector<f64>) -> f64 {
    let mut b = a.clone();
    b.zip_apply(c, |v, w| *v *= w);
    b.norm()
}

#[differentiable]
fn folded_matrix(a: &DMatrix<f64>) -> f64 {
    a.fold(1.0, |acc, v| acc * 0.5 + v * v)
}

#[differentiable]
fn located(a: &DMatrix<f64>) -> DMatrix<f64> {
    a.map_with_location(|i, j, v| if i == j { v * v } else { v * (i as f64) })
}

#[differentiable]
fn array_of_indices(x: &[f64]) -> f64 {
    let y: [f64; 4] = std::array::from_fn(|i| x[i] * x[(i + 1) % 4]);
    y[0] * y[1] + y[2] * y[3]
}

#[differentiable]
fn array_mapped(x: [f64; 3], t: f64) -> [f64; 3] {
    x.map(|v| if v > 0.0 { v * t } else { t })
}

#[differentiable]
fn fixed_from_iterator(x: &[f64]) -> f64 {
    let v = Vector3::from_iterator(x.iter().map(|v| v * v));
    v.norm()
}

#[differentiable]
fn matrix_from_iterator(x: &[f64]) -> f64 {
    let m = DMatrix::from_iterator(2, 2, x.iter().map(|v| v.sin()));
    m.determinant()
}

#[differentiable]
fn listed_twice(x: &[f64]) -> f64 {
    let v = Vec::from_iter(x.iter().map(|v| v + 1.0));
    let mut w = vec![1.0];
    w.extend(v.iter().map(|a| a * a));
    w.iter().product()
}

#[differentiable]
fn in_macros(x: f64, y: f64) -> f64 {
    let f = |t: f64| t * y;
    let v = vec![f(x), f(2.0), x];
    let w = vec![f(x); 3];
    assert!(f(1.0) == y);
    v.iter().zip(&w).map(|(a, b)| a * b).sum()
}

const X: [f64; 5] = [0.5, 1.5, -0.75, 2.5, 0.25];

#[test]
fn options() {
    check_scalar!(option_map(Some(0.4), 0.7));
    check_scalar!(option_map(None, 0.7));
    check_scalar!(option_map_path(Some(0.4), 0.7));
    check_scalar!(option_map_or(Some(0.4), 0.7));
    check_scalar!(option_map_or(None, 0.7));
    check_scalar!(option_map_or_else(Some(0.4), 0.7));
    check_scalar!(option_map_or_else(None, 0.7));
    check_scalar!(option_and_then(Some(0.4), 0.7));
    check_scalar!(option_and_then(Some(-0.4), 0.7));
    check_scalar!(option_filter(Some(0.4), 0.7));
    check_scalar!(option_filter(Some(-0.4), 0.7));
    check_scalar!(option_local(0.7));
    check_scalar!(option_local(-0.7));
    check_scalar!(condition_then(0.7));
    check_scalar!(condition_then(-0.7));
}

#[test]
fn vectors_and_matrices() {
    let v = DVector::from_vec(X.to_vec());
    let m = DMatrix::from_fn(3, 2, |i, j| 0.3 + i as f64 - 0.7 * j as f64);
    check!(returns_in_map(&v));
    check_scalar!(applied(&v, 0.4));
    check_scalar!(zip_applied(&v, &v));
    check_scalar!(folded_matrix(&m));
    check!(located(&m));
}

#[test]
fn arrays_and_lists() {
    check_scalar!(array_of_indices(&X[..4]));
    check!(array_mapped([0.5, -0.5, 1.0], 0.3));
    check_scalar!(fixed_from_iterator(&X[..3]));
    check_scalar!(matrix_from_iterator(&X[..4]));
    check_scalar!(listed_twice(&X[..]));
    check_scalar!(in_macros(0.7, 0.4));
}

#[differentiable]
fn statements_in_macros(x: f64, y: f64) -> Vec<f64> {
    vec![
        {
            let t = x;
            t * y
        },
        {
            let t = 2.0;
            t * y
        },
        if x > 0.0 { x * x } else { y },
    ]
}

#[test]
fn arguments_of_macros() {
    check!(statements_in_macros(0.7, 0.4));
}
