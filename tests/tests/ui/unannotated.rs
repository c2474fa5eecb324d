//! Calls of functions that have no companion.
use autodiff_core::differentiable;

fn unannotated(x: f64) -> f64 {
    x * x
}

fn fills(v: &mut [f64], x: f64) {
    v[0] = x;
}

#[differentiable]
fn calls_a_function_without_a_rule(x: f64) -> f64 {
    unannotated(x) + 1.0
}

#[differentiable]
fn calls_a_function_of_another_crate(x: f64) -> f64 {
    std::convert::identity(x)
}

#[differentiable]
fn lends_to_a_function_without_a_rule(x: f64) -> f64 {
    let mut v = [0.0; 2];
    fills(&mut v, x * 2.0);
    v[0] * x
}

fn main() {}
