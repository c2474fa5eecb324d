//! Boxes: of numbers, of slices, of vectors, by value and by reference.
#![allow(clippy::all, reason = "boxes as people use them")]
use autodiff_core::{Differentiable, differentiable};
use autodiff_tests::{check, check_scalar};

#[derive(Clone, Differentiable)]
struct Pair {
    a: f64,
    b: f64,
}

#[differentiable]
fn used_thrice(b: Box<f64>, x: f64) -> f64 {
    *b * x + (*b).sin() * *b
}

#[differentiable]
fn borrowed(b: Box<f64>, x: f64) -> f64 {
    let r = &*b;
    let s = &b;
    *r * x + **s * x
}

#[differentiable]
fn twice_boxed(b: Box<Box<f64>>) -> f64 {
    let t = **b;
    t * **b
}

#[differentiable]
fn changed(mut b: Box<f64>, x: f64) -> Box<f64> {
    *b *= x;
    b
}

#[differentiable]
fn of_slice(b: Box<[f64]>) -> f64 {
    let mut s = 0.0;
    for v in b.iter() {
        s += v * v;
    }
    s * b[0]
}

#[differentiable]
fn of_vec(b: Box<Vec<f64>>) -> f64 {
    let s: f64 = b.iter().map(|v| v * v).sum();
    s * b[0]
}

#[differentiable]
fn of_rows(rows: Box<[Vec<f64>]>) -> f64 {
    rows.iter().map(|r| r[0] * r[1]).sum::<f64>() + rows[1][0] * rows.len() as f64
}

#[differentiable]
fn product(x: &[f64]) -> f64 {
    x[0] * x[1]
}

#[differentiable]
fn handed_on(b: Box<[f64]>, c: &Box<[f64]>) -> f64 {
    product(&b) * product(c) + c[0]
}

#[differentiable]
fn both(p: &Pair) -> f64 {
    p.a * p.b + p.a
}

#[differentiable]
fn of_struct(a: f64, b: f64) -> f64 {
    boxed_struct(Box::new(Pair { a, b }))
}

#[differentiable]
fn boxed_struct(p: Box<Pair>) -> f64 {
    p.a * p.b + both(&p)
}

#[differentiable]
fn made(x: &[f64]) -> f64 {
    let v = x.to_vec();
    let b = v.into_boxed_slice();
    b[0] * b[1]
}

#[differentiable]
fn collected(x: &[f64]) -> Box<[f64]> {
    x.iter().map(|v| v * v).collect()
}

#[differentiable]
fn back_again(x: &[f64]) -> Vec<f64> {
    let b: Box<[f64]> = x.iter().map(|v| v.sin()).collect();
    b.into_vec()
}

#[differentiable]
fn entry_changed(mut b: Box<[f64]>) -> Box<[f64]> {
    b[0] *= b[1];
    b
}

#[test]
fn in_both_modes() {
    check_scalar!(used_thrice(Box::new(0.7), 0.4));
    check_scalar!(borrowed(Box::new(0.7), 0.4));
    check_scalar!(twice_boxed(Box::new(Box::new(0.7))));
    check!(changed(Box::new(0.7), 0.4));
    let x = || vec![0.3, 0.5, -0.2].into_boxed_slice();
    check_scalar!(of_slice(x()));
    check_scalar!(of_vec(Box::new(vec![0.3, 0.5])));
    check_scalar!(of_rows(vec![vec![0.3, 0.5], vec![0.2, 0.1]].into_boxed_slice()));
    check_scalar!(handed_on(x(), &x()));
    check_scalar!(of_struct(0.3, 0.5));
    check_scalar!(made(&[0.3, 0.5][..]));
    check!(collected(&[0.3, 0.5][..]));
    check!(back_again(&[0.3, 0.5][..]));
    check!(entry_changed(x()));
}
