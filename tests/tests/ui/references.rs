//! References into constants that a derivative would have to keep until it runs.
use autodiff_core::differentiable;
use std::collections::{BTreeSet, HashMap};

#[differentiable]
pub fn largest_of_a_set(x: &[f64], #[nodiff] set: &BTreeSet<usize>) -> f64 {
    let k = set.iter().max().unwrap();
    x[*k] * x[*k]
}

#[differentiable]
pub fn sorted_keys(x: &[f64], #[nodiff] map: &HashMap<String, usize>) -> f64 {
    let mut keys: Vec<&String> = map.keys().collect();
    keys.sort();
    let mut y = 1.0;
    for key in &keys {
        y *= x[map[*key]];
    }
    y
}

#[differentiable]
pub fn swapped(x: &[f64], #[nodiff] ks: &[usize]) -> f64 {
    let mut a = &ks[0];
    let mut b = &ks[1];
    let mut y = 1.0;
    for v in x {
        std::mem::swap(&mut a, &mut b);
        y *= x[*a] * v;
        b = &ks[2];
    }
    y * x[*b]
}

fn main() {}
