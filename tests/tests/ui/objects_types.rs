//! Trait objects that are not seen to be made of something with a derivative: rustc's errors.
use autodiff_core::{Differentiable, differentiable};
use std::ops::{Mul, MulAssign};

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
#[derive(Differentiable)]
struct World {
    #[nodiff]
    p: Box<dyn Potential>,
    h: f64,
}

#[differentiable]
fn cast(s: &Spring, x: f64) -> f64 {
    let p = s as &dyn Potential;
    p.energy(x)
}

#[differentiable]
fn field(k: f64, x: f64) -> f64 {
    let w = World { p: Box::new(Spring { k }), h: x };
    w.p.energy(w.h)
}

#[differentiable]
fn pushed(k: f64, x: f64) -> f64 {
    let mut ps: Vec<Box<dyn Potential>> = Vec::new();
    ps.push(Box::new(Spring { k }));
    ps[0].energy(x)
}

/// A product whose `*=` is something else.
#[derive(Clone, Copy, Differentiable)]
struct Odd {
    x: f64,
}
#[differentiable]
impl Mul<f64> for Odd {
    type Output = Odd;
    fn mul(self, k: f64) -> Odd {
        Odd { x: self.x * k }
    }
}
impl MulAssign<f64> for Odd {
    fn mul_assign(&mut self, k: f64) {
        self.x *= 2.0 * k;
    }
}
#[differentiable]
fn odd(x: f64, k: f64) -> f64 {
    let mut o = Odd { x };
    o *= k;
    o.x
}

fn main() {}
