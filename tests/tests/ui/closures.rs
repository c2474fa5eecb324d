//! Closures that capture or take something active, beyond the arguments of `map` and its kin.
use autodiff_core::differentiable;

#[differentiable]
fn called_closure(x: f64) -> f64 {
    let scale = |t: f64| t * x;
    scale(x) + scale(2.0)
}

#[differentiable]
fn mutating_closure(x: &[f64]) -> f64 {
    let mut s = 0.0;
    let mut add = |i: usize| s += x[i] * x[i];
    add(0);
    add(1);
    s
}

#[differentiable]
fn passed_closure(x: f64) -> f64 {
    apply(|t| t * x)
}

fn apply(f: impl Fn(f64) -> f64) -> f64 {
    f(2.0)
}

#[differentiable]
fn returned_from_a_closure(x: f64) -> f64 {
    let y = (|| {
        return x * 2.0;
    })();
    y * x
}

fn main() {}
