//! The attribute is not imported.

#[differentiable]
fn f(x: f64) -> f64 {
    x * x
}

fn main() {
    f(1.0);
}
