//! Ordinary Rust which is not in the language yet: each is rejected, with words that say what to write instead.
use autodiff_core::differentiable;
use nalgebra::DVector;

#[differentiable]
fn reference_chosen_by_a_branch(x: f64, y: f64) -> f64 {
    let mut a = x;
    let mut b = y;
    {
        let r = if x > 0.0 { &mut a } else { &mut b };
        *r *= x;
    }
    a * b
}

#[differentiable]
fn first_and_last(u: &[f64]) -> f64 {
    u.first().unwrap() * u.last().unwrap()
}

#[differentiable]
fn array_pattern_with_rest(u: [f64; 4]) -> f64 {
    let [a, .., b] = u;
    a * b
}

#[differentiable]
fn reference_reassigned(x: &[f64]) -> f64 {
    let mut s = x;
    let mut total = 1.0;
    while s.len() > 1 {
        total *= s[0] + s[1];
        s = &s[1..];
    }
    total
}

#[differentiable]
fn return_in_closure(a: &DVector<f64>) -> DVector<f64> {
    a.map(|x| {
        if x > 0.0 {
            return x * x;
        }
        -x
    })
}

#[differentiable]
fn more_norms(a: &DVector<f64>) -> f64 {
    a.abs().sum() + a.amax() * a.lp_norm(3) + a.product()
}

fn main() {}
