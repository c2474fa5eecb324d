//! Names in upper case in patterns that can fail: what they are, rustc knows.
#![allow(non_snake_case)]
use autodiff_core::differentiable;

#[differentiable]
fn camel(x: f64) -> f64 {
    let u = Some(x * x);
    if let Some(Xo) = u { Xo } else { 0.0 }
}

#[differentiable]
fn guarded(x: f64, k: usize) -> f64 {
    match Some(x * x) {
        Some(Xo) if k > 1 => 2.0 * Xo,
        _ => x,
    }
}

fn main() {}
