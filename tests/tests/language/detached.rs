//! What stands inside of `stop_gradient` is left as it is written.
use autodiff_core::{differentiable, stop_gradient};

#[differentiable]
fn shifted(x: &[f64]) -> f64 {
    let largest = stop_gradient(x.iter().copied().fold(f64::NEG_INFINITY, f64::max));
    let sum: f64 = x.iter().map(|v| (v - largest).exp()).sum();
    sum.ln() + largest
}

/// By the loop that it must agree with.
#[differentiable]
fn shifted_by(x: &[f64], #[nodiff] largest: f64) -> f64 {
    let mut sum = 0.0;
    for v in x {
        sum += (v - largest).exp();
    }
    sum.ln() + largest
}

/// Taking out of an option changes it; so does a closure with a state.
#[differentiable]
fn emptied(x: f64) -> f64 {
    let mut seen = Some(x);
    let first = stop_gradient(seen.take().unwrap_or(2.0));
    let mut calls = 0.0;
    let mut scaled = |v: f64| {
        calls += 1.0;
        v * x
    };
    let second = stop_gradient([1.0, 2.0].iter().map(|v| scaled(*v)).sum::<f64>());
    let third = scaled(3.0);
    first * x + second * x + third + calls * x + seen.unwrap_or(5.0 * x)
}

/// A closure with a state, by its name.
#[differentiable]
fn counted(x: &[f64]) -> f64 {
    let mut calls = 0.0;
    let count = |v: &f64| {
        calls += 1.0;
        *v
    };
    let sum = stop_gradient(x.iter().map(count).sum::<f64>());
    sum * x[0] + calls * x[0] * x[0]
}

#[test]
fn a_constant_fold_is_a_constant() {
    let x = [0.3, -1.2, 2.5, 0.9];
    assert_eq!(shifted::grad(&x), shifted_by::grad(&x, 2.5));
    assert_eq!(shifted::grad(&x).iter().sum::<f64>(), shifted_by::grad(&x, 2.5).iter().sum());
}

#[test]
fn a_closure_with_a_state_runs_once_for_each() {
    let x = [0.3, 0.5, 0.9];
    assert_eq!(counted(&x), 1.7 * 0.3 + 3.0 * 0.3 * 0.3);
    assert!((counted::grad(&x)[0] - (1.7 + 6.0 * 0.3)).abs() < 1e-12);
}

#[test]
fn what_changes_is_still_a_change() {
    // first = x, second = 3 x, third = 3 x, calls = 3, and the option is empty
    let x: f64 = 1.7;
    assert_eq!(emptied(x), x * x + 3.0 * x * x + 3.0 * x + 3.0 * x + 5.0 * x);
    check_gradient(x, x + 3.0 * x + 3.0 + 3.0 + 5.0);
}

fn check_gradient(x: f64, expected: f64) {
    assert!((emptied::grad(x) - expected).abs() < 1e-12, "{} {expected}", emptied::grad(x));
    assert!((emptied::jvp(x, 1.0).1 - expected).abs() < 1e-12);
}
