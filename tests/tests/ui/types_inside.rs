//! A variable of a type without derivatives.
use autodiff_core::differentiable;

#[derive(Clone)]
pub struct Model {
    pub rate: f64,
}

#[differentiable]
pub fn of_a_variable(x: f64) -> f64 {
    let model = Model { rate: x * 2.0 };
    model.rate * x
}

fn main() {}
