//! Numbers that are kept where no derivative follows them.
use autodiff_core::differentiable;
use std::collections::{BTreeMap, HashMap};
use std::rc::Rc;
use std::sync::Arc;

#[differentiable]
fn map_as_parameter(m: &BTreeMap<usize, f64>) -> f64 {
    m[&1] * 2.0
}

#[differentiable]
fn map_inside(x: f64) -> f64 {
    let mut m = HashMap::new();
    *m.entry("b").or_insert(0.0) += x * x;
    m["b"]
}

#[differentiable]
fn counted(x: &Rc<[f64]>) -> f64 {
    x[0] * x[1]
}

#[differentiable]
fn shared(x: Arc<Vec<f64>>) -> f64 {
    x[0] * x[1]
}

#[differentiable]
fn returned_iterator(x: &[f64]) -> impl Iterator<Item = f64> {
    x.windows(2).map(|w| w[0] * w[1])
}

fn pairs(x: &[f64]) -> impl Iterator<Item = (f64, f64)> {
    x.windows(2).map(|w| (w[0], w[1]))
}

#[differentiable]
fn iterator_of_another(x: &[f64]) -> f64 {
    pairs(x).map(|(a, b)| a * b).sum()
}

fn half(v: f64) -> Option<f64> {
    (v > 0.0).then_some(v / 2.0)
}

#[differentiable]
fn untold_question_mark(x: &[f64]) -> f64 {
    let f = |v: f64| half(half(v)?);
    f(x[0]).unwrap_or(0.0)
}

#[differentiable]
fn lists_of_references(x: &[f64]) -> f64 {
    let (a, b): (Vec<&f64>, Vec<&f64>) = x.iter().partition(|v| **v > 1.0);
    a[0] * b[0]
}

#[differentiable]
fn two_items_at_once(x: &mut [f64]) {
    let mut items = x.iter_mut();
    let a = items.next().unwrap();
    let b = items.next().unwrap();
    *a *= *b;
}

#[differentiable]
fn no_repetitions(x: &[f64]) -> f64 {
    let mut v = x.to_vec();
    v.dedup();
    v[0]
}

#[differentiable]
fn no_near_repetitions(x: &[f64]) -> f64 {
    let mut v = x.to_vec();
    v.dedup_by(|a, b| (*a - *b).abs() < 1.0);
    v[0]
}

#[differentiable]
fn rows_as_numbers(x: &[[f64; 2]]) -> f64 {
    let flat = x.as_flattened();
    flat[0] * flat[1]
}

#[differentiable]
fn contiguous(mut x: std::collections::VecDeque<f64>) -> f64 {
    x.make_contiguous();
    x[0]
}

fn main() {}
