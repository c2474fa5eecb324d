//! Items that the attribute does not go on: they stay.
use autodiff_core::differentiable;

#[differentiable]
struct Struct {
    x: f64,
}

#[differentiable]
enum Enum {
    Variant(f64),
}

#[differentiable]
const CONSTANT: f64 = 1.0;

#[differentiable]
mod module {
    pub fn f(x: f64) -> f64 {
        x
    }
}

#[differentiable]
type Alias = f64;

#[differentiable]
fn without_a_body(x: f64) -> f64;

fn main() {
    let x: Alias = Struct { x: CONSTANT }.x + module::f(1.0) + without_a_body(1.0);
    let _ = Enum::Variant(x);
}
