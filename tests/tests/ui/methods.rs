//! A method of a type that has no derivatives.
use autodiff_core::differentiable;

struct Spring {
    stiffness: f64,
}

impl Spring {
    #[differentiable]
    fn energy(&self, x: f64) -> f64 {
        0.5 * self.stiffness * x * x
    }
}

fn main() {
    println!("{}", Spring { stiffness: 1.0 }.energy(2.0));
}
