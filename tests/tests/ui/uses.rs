//! Wrong uses of the companion: the types say what is wrong, at the place where it is.
use autodiff_core::differentiable;
use nalgebra::{DMatrix, DVector};

#[differentiable]
fn vector(x: &DVector<f64>) -> DVector<f64> {
    x * 2.0
}

#[differentiable]
fn matrix(x: &DMatrix<f64>) -> DMatrix<f64> {
    x * 2.0
}

#[differentiable]
fn scalar(x: f64, y: &[f64]) -> f64 {
    x * y[0]
}

#[differentiable]
fn writes(x: f64, y: &mut [f64]) {
    y[0] = x * x;
}

#[differentiable]
fn pair(x: f64) -> (f64, f64) {
    (x, x)
}

#[differentiable]
fn count(x: f64, n: usize) -> usize {
    if x > 0.0 { n } else { 0 }
}

fn main() {
    let x = DVector::from_element(3, 1.0);
    // the result is not a scalar
    let _ = vector::grad(&x);
    let _ = vector::value_and_grad(&x);
    // no Jacobian matrix of a matrix
    let _ = matrix::jacobian(&DMatrix::zeros(2, 2));
    // a seed of the wrong type
    let _ = vector::vjp(&x, 1.0);
    // a tangent by value instead of by reference, and one too few
    let _ = vector::jvp(&x, x.clone());
    let _ = scalar::jvp(1.0, &[1.0], 1.0);
    // results of which there is no gradient, and how they have one
    let _ = pair::grad(1.0);
    let _ = count::grad(1.0, 2);
    let _ = writes::grad(1.0, &mut [1.0]);
    // a seed too few, and seeds of other types
    let _ = scalar::vjp(1.0, &[1.0]);
    let _ = scalar::vjp(1.0, &[1.0], 1);
    let _ = pair::vjp(1.0, 1.0);
    // of several parameters there is no one matrix
    let _ = scalar::jacobian(1.0, &[1.0]);
    // an entry point that there is none of
    let _ = scalar::gradient(1.0, &[1.0]);
}
