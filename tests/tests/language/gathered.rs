//! Lists of other kinds than `Vec`, lists joined, and parts whose ends are decided.
use autodiff_core::differentiable;
use autodiff_tests::{check, check_scalar};
use std::collections::VecDeque;

#[differentiable]
fn array_out(x: &[f64]) -> [f64; 3] {
    let v: Vec<f64> = x.iter().take(3).map(|v| v * v).collect();
    v.try_into().unwrap()
}

#[differentiable]
fn array_within(x: &[f64]) -> f64 {
    let a: [f64; 3] = x.iter().take(3).map(|v| v * v).collect::<Vec<_>>().try_into().unwrap();
    a[0] * a[1] + a[2]
}

#[differentiable]
fn deque(x: &[f64]) -> f64 {
    let mut d: VecDeque<f64> = x.iter().map(|v| v * v).collect();
    d.push_front(x[0]);
    let l = d.pop_back().unwrap();
    d[0] * d[2] + l * l
}

#[differentiable]
fn deque_by_turbofish(x: &[f64]) -> f64 {
    let mut d = x.iter().copied().collect::<VecDeque<f64>>();
    d.push_back(3.0 * x[1]);
    d.iter().map(|v| v * v).sum()
}

#[differentiable]
fn joined(x: &[f64], y: &[f64]) -> Vec<f64> {
    let v = [x, y].concat();
    v.iter().map(|a| a * a).collect()
}

#[differentiable]
fn joined_lists(x: &[f64], y: &[f64]) -> Vec<f64> {
    let a: Vec<f64> = x.iter().map(|v| v * v).collect();
    let b: Vec<f64> = y.iter().map(|v| v.sin()).collect();
    vec![a, b].concat()
}

#[differentiable]
fn joined_rows(x: &[f64]) -> Vec<f64> {
    x.chunks(2).map(|c| vec![c[0] * c[1], c[0]]).collect::<Vec<_>>().concat()
}

#[differentiable]
fn runs(x: &[f64]) -> f64 {
    x.chunk_by(|a, b| a <= b).map(|r| r.iter().sum::<f64>().powi(2)).sum()
}

#[differentiable]
fn runs_in_a_loop(x: &[f64]) -> f64 {
    let mut s = 0.0;
    for run in x.chunk_by(|a, b| a < b) {
        s += run[0] * run[run.len() - 1];
    }
    s
}

#[differentiable]
fn parts_between(x: &[f64]) -> f64 {
    x.split(|v| *v > 2.0).map(|p| p.iter().sum::<f64>().powi(2)).sum()
}

#[differentiable]
fn repeated_and_counted(a: f64) -> Vec<f64> {
    std::iter::repeat_n(a * a, 4).enumerate().map(|(i, v)| v * i as f64).collect()
}

const X: [f64; 6] = [1.3, 0.7, 2.1, 0.4, 1.8, 0.9];
const Y: [f64; 6] = [0.6, 1.1, -0.8, 1.9, 0.2, -1.4];

#[test]
fn in_both_modes() {
    check!(array_out(&X[..]));
    check_scalar!(array_within(&X[..]));
    check_scalar!(deque(&X[..]));
    check_scalar!(deque_by_turbofish(&X[..]));
    check!(joined(&X[..], &Y[..]));
    check!(joined_lists(&X[..], &Y[..]));
    check!(joined_rows(&X[..]));
    check_scalar!(runs(&X[..]));
    check_scalar!(runs_in_a_loop(&X[..]));
    check_scalar!(parts_between(&X[..]));
    check!(repeated_and_counted(2.0));
}
