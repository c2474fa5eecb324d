//! A function that is being typed: what is missing is told, and the function is there.
use autodiff_core::differentiable;

#[differentiable]
fn f(x: f64) -> f64 {
    if x > 0.0 { x } else
}

fn main() {
    f(1.0);
}
