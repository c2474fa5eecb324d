//! Types without derivatives: one error for each place, at the type.
use autodiff_core::differentiable;

pub struct Model {
    pub rate: f64,
}

#[differentiable]
pub fn of_a_parameter(model: &Model, x: f64) -> f64 {
    model.rate * x
}

#[differentiable]
pub fn of_a_parameter_by_value(_model: Model, x: f64) -> f64 {
    x * 2.0
}

#[differentiable]
pub fn of_a_parameter_that_changes(model: &mut Model, x: f64) {
    model.rate = x * 2.0;
}

#[differentiable]
pub fn inside_of_a_parameter(models: &[Vec<Model>], x: f64) -> f64 {
    models[0][0].rate * x
}

#[differentiable]
pub fn of_the_result(x: f64) -> (f64, Option<Model>) {
    (x * x, None)
}

impl Model {
    #[differentiable]
    pub fn of_self(&self, x: f64) -> f64 {
        self.rate * x
    }
}

#[differentiable]
impl Model {
    pub fn of_self_in_a_block(&mut self, x: f64) {
        self.rate = x * x;
    }
}

fn main() {}
