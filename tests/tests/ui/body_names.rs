//! Names that are not there: told once.
use autodiff_core::differentiable;

#[differentiable]
pub fn no_such_variable(x: f64) -> f64 {
    x * z
}

#[differentiable]
pub fn no_such_type(x: f64) -> f64 {
    let y: Number = x;
    y * x
}

#[differentiable]
pub fn no_such_type_in_the_signature(x: &Vektor) -> f64 {
    x[0] * 2.0
}

fn main() {}
