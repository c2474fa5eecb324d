//! Calls in `check!` that do not fit the function.
use autodiff_core::{check, differentiable};

#[differentiable]
fn scalar(x: f64, y: &[f64]) -> f64 {
    x * y[0]
}

fn main() {
    check!(scalar(1, &[1.0]));
    check!(scalar(1.0, [1.0]));
}
