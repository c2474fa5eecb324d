//! The README's words on methods, under the strictest lints.
#![deny(warnings, clippy::all, clippy::pedantic, missing_docs)]
use autodiff_core::{Differentiable, differentiable};

/// A spring.
#[derive(Clone, Differentiable)]
pub struct Spring {
    /// Its stiffness.
    pub k: f64,
}

#[differentiable]
impl Spring {
    /// A new one.
    #[must_use]
    pub fn new(k: f64) -> Self {
        Spring { k }
    }

    /// The energy at an elongation.
    #[must_use]
    pub fn energy(&self, x: f64) -> f64 {
        0.5 * self.k * x * x
    }

    fn harden(&mut self, by: f64) {
        self.k *= by;
    }
}

/// Something with an energy.
#[differentiable]
pub trait Potential {
    /// The energy.
    fn at(&self, x: f64) -> f64;
}

#[differentiable]
impl Potential for Spring {
    fn at(&self, x: f64) -> f64 {
        let mut harder = self.clone();
        harder.harden(x);
        harder.energy(x)
    }
}

/// The sum over two places.
#[differentiable]
pub fn total<P: Potential>(p: &P, x: f64, y: f64) -> f64 {
    p.at(x) + p.at(y)
}

fn main() {
    let s = Spring::new(2.0);
    let (bar, x_bar) = s.energy_grad(3.0);
    assert!((bar.k - 4.5).abs() < 1e-12 && (x_bar - 6.0).abs() < 1e-12);
    let (bar, x_bar, _) = total::grad(&s, 1.0, 2.0);
    assert!((bar.k - 0.5 - 4.0).abs() < 1e-12 && (x_bar - 3.0).abs() < 1e-12);
}
