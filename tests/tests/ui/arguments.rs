//! The attribute's arguments; the function stays, whatever they are.
use autodiff_core::differentiable;

#[differentiable(jv)]
fn half_typed(x: f64) -> f64 {
    x * x
}

#[differentiable(jvp)]
fn without_a_value(x: f64) -> f64 {
    x * x
}

#[differentiable(jvp = 3)]
fn a_number(x: f64) -> f64 {
    x * x
}

#[differentiable(name = "G")]
fn in_quotes(x: f64) -> f64 {
    x * x
}

#[differentiable(,)]
fn nothing(x: f64) -> f64 {
    x * x
}

#[differentiable(dyn)]
fn of_a_trait(x: f64) -> f64 {
    x * x
}

#[differentiable(nodiff)]
fn of_a_block(x: f64) -> f64 {
    x * x
}

struct Spring;

#[differentiable(nodiff)]
impl Spring {
    #[differentiable(nodiff)]
    fn of_the_block(&self, x: f64) -> f64 {
        x * x
    }
}

fn main() {
    half_typed(1.0) + half_typed::grad(1.0);
    without_a_value::grad(1.0) + a_number::grad(1.0) + in_quotes(1.0) + nothing::grad(1.0);
    of_a_trait::grad(1.0) + of_a_block::grad(1.0) + Spring.of_the_block(1.0);
}
