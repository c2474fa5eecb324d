//! Types without derivatives, found by rustc at the user's own tokens.
use autodiff_core::differentiable;

struct Model {
    rate: f64,
}

#[differentiable]
fn parameter_without_derivative(model: &Model, x: f64) -> f64 {
    x * 2.0
}

// The body's own type errors are reported once, where they are.
#[differentiable]
fn wrong_types(x: f64, n: usize) -> f64 {
    x * n
}

fn main() {
    let _ = Model { rate: 1.0 }.rate;
}
