//! Trait objects: what they hold has no derivative, and is never taken to have a zero.
use autodiff_core::{Differentiable, differentiable};

#[differentiable(dyn)]
trait Potential {
    fn energy(&self, x: f64) -> f64;
}
#[derive(Differentiable)]
struct Spring {
    k: f64,
}
#[differentiable]
impl Potential for Spring {
    fn energy(&self, x: f64) -> f64 {
        self.k * x
    }
}

#[differentiable]
fn parameter(p: &dyn Potential, x: f64) -> f64 {
    p.energy(x)
}

#[differentiable]
fn parameters(ps: &[Box<dyn Potential>], x: f64) -> f64 {
    ps[0].energy(x)
}

#[differentiable]
fn made(k: f64, x: f64) -> f64 {
    let p: Box<dyn Potential> = Box::new(Spring { k });
    p.energy(x)
}

#[differentiable]
fn lent(s: &Spring, x: f64) -> f64 {
    let p: &dyn Potential = s;
    p.energy(x)
}

#[differentiable]
fn returned(k: f64) -> Box<dyn Potential> {
    Box::new(Spring { k })
}

#[derive(Differentiable)]
struct World {
    p: Box<dyn Potential>,
}

fn main() {}
