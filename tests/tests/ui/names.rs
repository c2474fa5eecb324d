//! Methods of the user's that are called like methods of numbers and slices which have no derivative.
use autodiff_core::{Differentiable, differentiable};

#[derive(Clone, Copy, Differentiable)]
struct Arrow {
    x: f64,
    y: f64,
}

#[differentiable]
impl Arrow {
    fn len(&self) -> f64 {
        self.x.hypot(self.y)
    }
    fn contains(&self, k: f64) -> f64 {
        self.x * k
    }
    fn floor(&self) -> f64 {
        self.y * 2.0
    }
}

#[differentiable]
fn counts(v: &Arrow, k: f64) -> f64 {
    v.len() * k
}

#[differentiable]
fn decides(v: &Arrow, k: f64) -> f64 {
    v.contains(k) * k
}

#[differentiable]
fn steps(v: &Arrow, k: f64) -> f64 {
    v.floor() * k
}

fn main() {}
