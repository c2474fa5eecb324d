//! Something active flows into code that has no derivative: each error names what to do.
use autodiff_core::{differentiable, stop_gradient};

struct Model {
    rate: f64,
}

impl Model {
    fn evaluate(&self, x: f64) -> f64 {
        self.rate * x
    }
}

trait Logistic {
    fn logistic(self) -> f64;
}

impl Logistic for f64 {
    fn logistic(self) -> f64 {
        1.0 / (1.0 + (-self).exp())
    }
}

macro_rules! square {
    ($x:expr) => {
        $x * $x
    };
}

#[differentiable]
fn calls_a_method_without_a_rule(x: f64, #[nodiff] model: &Model) -> f64 {
    model.evaluate(x) * x
}

#[differentiable]
fn unknown_methods(x: f64, v: &[f64]) -> f64 {
    let a = x.logistic();
    let b = x.midpoint(v.len() as f64);
    a * b
}

#[differentiable]
fn unknown_macro(x: f64) -> f64 {
    let y = square!(x);
    y + 1.0
}

#[differentiable]
fn formatted(x: f64) -> f64 {
    let text = format!("{x}");
    text.parse().unwrap()
}

#[differentiable]
fn through_bits_and_text(x: f64) -> f64 {
    let a = f64::from_bits(x.to_bits() + 1);
    let b: f64 = x.to_string().parse().unwrap();
    a + b
}

#[differentiable]
fn through_bits_in_one_expression(x: f64) -> f64 {
    f64::from_bits(f64::to_bits(x) & 0xFFFF_FFFF_0000_0000)
}

#[differentiable]
fn through_an_integer(x: f64) -> f64 {
    let bits: u64 = x.to_bits() & !1;
    f64::from_bits(bits)
}

#[differentiable]
fn effects_in_macros(x: f64) -> f64 {
    let mut s = x;
    assert!({
        s *= x;
        s > 0.0
    });
    let mut v = vec![x, s];
    debug_assert_eq!(v.pop(), Some(1.0));
    v[0]
}

#[differentiable]
fn fast_logarithm(x: f32) -> f32 {
    let bits = x.to_bits();
    bits as f32 * 1.192_092_9e-7 - 126.94
}

#[differentiable]
fn exponent(x: f64) -> f64 {
    stop_gradient((x.to_bits() >> 52) as f64) * x + ((x.to_bits() >> 52) as f64)
}

fn main() {}
