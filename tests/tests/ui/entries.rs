//! Types of the user's with a `get` and a `first` that are not those of slices.
use autodiff_core::{Differentiable, differentiable};

#[derive(Clone, Differentiable)]
struct Backwards {
    a: Vec<f64>,
}

impl std::ops::Index<usize> for Backwards {
    type Output = f64;
    fn index(&self, i: usize) -> &f64 {
        &self.a[i]
    }
}

impl Backwards {
    fn len(&self) -> usize {
        self.a.len()
    }
    fn get(&self, i: usize) -> Option<&f64> {
        self.a.get(self.a.len() - 1 - i)
    }
}

#[differentiable]
fn got(x: &Backwards) -> f64 {
    if let Some(v) = x.get(0) { v * v } else { 0.0 }
}

fn main() {}
