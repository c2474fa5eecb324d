//! Fields of types without derivatives.
use autodiff_core::Differentiable;

#[derive(Clone)]
pub struct Model {
    pub rate: f64,
}

#[derive(Differentiable, Clone)]
pub struct Outer {
    pub model: Model,
    pub x: f64,
}

#[derive(Differentiable, Clone)]
pub struct Inside {
    pub models: Vec<Model>,
    pub x: f64,
}

fn main() {}
