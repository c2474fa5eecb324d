//! A private function of which nobody asks a derivative, or of which nobody calls the primal: no warnings.
#![deny(warnings)]
use autodiff_core::differentiable;

#[differentiable]
fn only_its_gradient_is_used(x: f64) -> f64 {
    x * x
}

mod m {
    #[autodiff_core::differentiable]
    pub(crate) fn only_called(x: f64) -> f64 {
        let y = x.exp();
        y * x
    }
}

fn main() {
    assert!(only_its_gradient_is_used::grad(2.0) + m::only_called(0.0) == 4.0);
}
