//! Wrong uses of `check!`.
use autodiff_core::{check, differentiable};

#[differentiable]
fn scalar(x: f64, y: &[f64]) -> f64 {
    x * y[0]
}

fn main() {
    check!();
    check!(scalar);
    check!(1.0 + 2.0);
    check!(scalar(1.0, &[1.0]) tolerance = 1e-3);
    check!(scalar(1.0, &[1.0]), accuracy = 1e-3);
}
