//! A function that is being typed: what is missing is told, and the function is there.
use autodiff_core::differentiable;

#[differentiable]
fn f(x: f64) -> f64 {
    let y = x * ; y
}

fn main() {
    f(1.0);
}
