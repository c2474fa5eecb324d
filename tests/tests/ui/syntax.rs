//! Syntax that is not understood. All errors of a function are reported at once, and nothing follows from them.
use autodiff_core::differentiable;

static mut COUNTER: f64 = 0.0;

trait Logistic {
    fn logistic(self) -> f64;
}

impl Logistic for f64 {
    fn logistic(self) -> f64 {
        1.0 / (1.0 + (-self).exp())
    }
}

macro_rules! twice {
    ($x:expr) => {
        2.0 * $x
    };
}

#[differentiable]
fn unsafe_block(x: f64) -> f64 {
    let y = unsafe { COUNTER + x };
    y * x
}

#[differentiable]
fn raw_pointers(x: f64) -> f64 {
    let p = &raw const x;
    let q = &x as *const f64;
    let _ = (p, q);
    x
}

#[differentiable]
fn asynchronous_block(x: f64) -> f64 {
    let later = async { x * 2.0 };
    drop(later);
    x
}

#[differentiable]
fn question_mark(x: f64) -> Option<f64> {
    let y = half(x)?;
    Some(y * x)
}

#[differentiable]
fn half(x: f64) -> Option<f64> {
    Some(x / 2.0)
}

#[differentiable]
fn many_at_once(x: f64, v: &[f64]) -> f64 {
    let a = unsafe { std::ptr::read(&x) };
    let b = x.logistic();
    let c = twice!(x);
    let d = async { x };
    drop(d);
    a + b + c + v[0]
}

// The function and its companion are there all the same: no errors follow from the ones above.
fn uses() -> f64 {
    unsafe_block(1.0) + unsafe_block::grad(1.0) + raw_pointers::vjp(1.0, 1.0).1 + question_mark(2.0).unwrap_or(0.0)
}

fn main() {
    uses();
}
