//! A parabola, to see whether anybody is there.
use super::function::{Function, Functions};
use autodiff_core::differentiable;

/// The functions of the module.
pub const FUNCTIONS: Functions = &[
    ("square", &Function(|x: &f64, y: &mut f64| *y = square(*x))),
    ("double", &Function(|x: &f64, y: &mut f64| *y = square::grad(*x))),
];

/// The square; its derivative is the double.
#[differentiable]
#[must_use]
pub fn square(x: f64) -> f64 {
    x * x
}
