//! Derivatives of functions that take functions.
use autodiff_core::differentiable;

#[differentiable]
fn apply<F: Fn(f64) -> f64>(f: F, x: f64) -> f64 {
    f(x)
}

fn plain(x: f64) -> f64 {
    x * x
}

#[differentiable]
fn hands_on_a_function_without_derivative(x: f64) -> f64 {
    apply(plain, x)
}

#[differentiable]
fn calls_a_function_inside_of_it(x: f64) -> f64 {
    fn square(x: f64) -> f64 {
        x * x
    }
    square(x) + 1.0
}

#[differentiable]
fn hands_over_what_is_changed(x: &[f64], c: &mut [usize], f: impl Fn(&[f64], &mut [usize]) -> f64) -> f64 {
    f(x, c) * f(x, &mut c[1..])
}

fn main() {
    apply::grad(|t| t * t, 2.0);
    apply::vjp(|t| t * t, 2.0, 1.0);
}
