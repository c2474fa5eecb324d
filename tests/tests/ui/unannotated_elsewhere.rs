//! The same, of functions and methods that the file does not show for certain: rustc's error is at their names.
use autodiff_core::differentiable;

mod physics {
    pub fn energy(x: f64) -> f64 {
        x * x
    }
}

#[differentiable]
pub fn of_another_module(x: f64) -> f64 {
    physics::energy(x) + 1.0
}

fn main() {}
