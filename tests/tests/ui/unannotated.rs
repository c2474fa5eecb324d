//! Calls of functions that have no companion.
use autodiff_core::{Differentiable, differentiable};

fn unannotated(x: f64) -> f64 {
    x * x
}

fn fills(v: &mut [f64], x: f64) {
    v[0] = x;
}

#[derive(Differentiable, Clone)]
struct Spring {
    stiffness: f64,
}

impl Spring {
    fn new(stiffness: f64) -> Spring {
        Spring { stiffness }
    }
    fn energy(&self, x: f64) -> f64 {
        0.5 * self.stiffness * x * x
    }
}

#[differentiable]
fn calls_a_function_without_a_rule(x: f64) -> f64 {
    unannotated(x) + 1.0
}

#[differentiable]
fn calls_a_function_of_another_crate(x: f64) -> f64 {
    std::hint::black_box(x)
}

#[differentiable]
fn lends_to_a_function_without_a_rule(x: f64) -> f64 {
    let mut v = [0.0; 2];
    fills(&mut v, x * 2.0);
    v[0] * x
}

#[differentiable]
fn calls_a_method_without_a_rule(spring: &Spring, x: f64) -> f64 {
    spring.energy(x)
}

#[differentiable]
fn builds_by_a_function_without_a_rule(x: f64) -> f64 {
    Spring::new(x).stiffness
}

fn main() {}
