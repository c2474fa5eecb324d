//! The borrow checker's errors are those of the function itself.
use autodiff_core::differentiable;

#[differentiable]
fn moved_twice(x: Vec<f64>) -> f64 {
    let a = x;
    let b = x;
    a[0] * b[0]
}

#[differentiable]
fn assigned_while_borrowed(x: &[f64]) -> f64 {
    let mut w = x.to_vec();
    let first = &w[0];
    w[1] = 2.0;
    *first * w[1]
}

#[differentiable]
fn not_mutable(x: f64) -> f64 {
    let y = x;
    y += 1.0;
    y
}

fn main() {}
