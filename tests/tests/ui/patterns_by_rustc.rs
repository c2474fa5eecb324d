//! Names in upper case in patterns that can fail: what they are, rustc knows.
#![allow(non_snake_case)]
use autodiff_core::differentiable;

const N: usize = 3;

#[differentiable]
fn screaming(x: f64) -> f64 {
    let u = Some(x * x);
    match u {
        Some(XO) => XO,
        None => 0.0,
    }
}

#[differentiable]
fn one_letter(x: f64, k: usize) -> f64 {
    match k {
        N => x,
        _ => x * x,
    }
}

fn main() {}
