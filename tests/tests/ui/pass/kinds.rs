//! Kinds of syntax which the behaviour tests may not contain.
use autodiff_core::differentiable;

#[differentiable]
fn item_foreign_mod(x: f64) -> f64 {
    unsafe extern "C" {
        safe fn abs(n: i32) -> i32;
    }
    x.powi(abs(-3))
}

fn main() {
    assert_eq!(item_foreign_mod::grad(2.0), 12.0);
}
