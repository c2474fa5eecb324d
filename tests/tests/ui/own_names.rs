//! Methods of the user's under names that are taken: what is not understood is an error, never a wrong number.
use autodiff_core::{Differentiable, differentiable};

#[derive(Differentiable, Clone, Copy)]
struct Gamma {
    shape: f64,
    scale: f64,
}

impl Gamma {
    fn shape(&self) -> f64 {
        self.shape
    }
    fn floor(&self) -> f64 {
        self.scale
    }
    fn mean(&self) -> f64 {
        self.shape * self.scale
    }
    fn normalize(&mut self) -> f64 {
        self.scale = 1.0;
        self.shape
    }
    fn round(&mut self) {
        self.scale = self.shape;
    }
}

#[differentiable]
impl Gamma {
    fn scale(&mut self, k: f64) -> f64 {
        self.scale *= k;
        k
    }
}

/// `shape` is taken to be that of a matrix.
#[differentiable]
fn loses(d: &Gamma, x: f64) -> f64 {
    x * d.shape()
}

#[differentiable]
fn loses_by_path(d: &Gamma, x: f64) -> f64 {
    x * Gamma::shape(d)
}

#[differentiable]
fn steps(d: &Gamma, x: f64) -> f64 {
    x * d.floor()
}

#[differentiable]
fn unannotated(d: &Gamma, x: f64) -> f64 {
    x * d.mean()
}

#[differentiable]
fn unannotated_change(d: &Gamma) -> f64 {
    let mut d = *d;
    d.round();
    d.scale
}

/// It takes `self` mutably, which no rule of this name does.
#[differentiable]
fn changes(d: &Gamma, x: f64) -> f64 {
    let mut d = *d;
    let old = d.scale(x);
    old * d.scale
}

fn main() {}
