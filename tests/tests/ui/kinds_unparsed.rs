//! What syn keeps as tokens: no stable Rust has it.
use autodiff_core::differentiable;

#[differentiable]
fn pat_const(x: f64, n: usize) -> f64 {
    match n {
        const { 1 + 2 } => x,
        _ => x * x,
    }
}

#[differentiable]
fn pat_verbatim(x: f64, n: Box<usize>) -> f64 {
    let box m = n;
    x.powi(m as i32)
}

#[differentiable]
fn type_verbatim(x: f64, y: unsafe<'a> &'a f64) -> f64 {
    drop(y);
    x
}

fn main() {}
