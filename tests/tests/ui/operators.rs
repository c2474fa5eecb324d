//! Operators of types of the user's own, whose rules are not known or can't be made.
use autodiff_core::{Differentiable, differentiable};
use std::ops::{Add, AddAssign, Mul};

/// A number by its logarithm.
#[derive(Clone, Copy, Differentiable)]
struct Log {
    ln: f64,
}

impl Add for Log {
    type Output = Log;
    fn add(self, o: Log) -> Log {
        Log { ln: (self.ln.exp() + o.ln.exp()).ln() }
    }
}

impl AddAssign for Log {
    fn add_assign(&mut self, o: Log) {
        *self = *self + o;
    }
}

#[differentiable]
fn sum_without_a_rule(a: Log, b: Log) -> f64 {
    let c = a + b;
    c.ln
}

#[differentiable]
fn assigning_sum_without_a_rule(a: Log, b: Log) -> f64 {
    let mut c = a;
    c += b;
    c.ln
}

#[derive(Clone, Copy, Differentiable)]
struct Other {
    ln: f64,
}

#[differentiable]
impl Add for Other {
    type Output = Other;
    fn add(self, o: Other) -> Other {
        Other { ln: (self.ln.exp() + o.ln.exp()).ln() }
    }
}

#[differentiable]
impl Mul for Other {
    type Output = Other;
    fn mul(self, o: Other) -> Other {
        Other { ln: self.ln * self.ln * o.ln }
    }
}

#[differentiable]
impl AddAssign for Other {
    fn add_assign(&mut self, o: Other) {
        self.ln += o.ln;
    }
}

/// Operators on bits, of types of the user's.
#[derive(Clone, Copy, Differentiable)]
struct Gate {
    open: f64,
}

impl std::ops::BitOr for Gate {
    type Output = f64;
    fn bitor(self, o: Gate) -> f64 {
        self.open * o.open
    }
}

impl std::ops::Not for Gate {
    type Output = Gate;
    fn not(self) -> Gate {
        Gate { open: 1.0 - self.open }
    }
}

impl std::ops::Shl<f64> for Log {
    type Output = f64;
    fn shl(self, o: f64) -> f64 {
        o * o
    }
}

#[differentiable]
fn either(a: Gate, b: Gate) -> f64 {
    a | b
}

#[differentiable]
fn inverted(a: Gate) -> f64 {
    let b = !a;
    b.open
}

#[differentiable]
fn shifted(x: f64, #[nodiff] log: Log) -> f64 {
    x + (log << x)
}

/// What is added to a number without a derivative of its own.
#[derive(Clone, Copy)]
struct Factor(f64);

impl Add<Factor> for f64 {
    type Output = f64;
    fn add(self, o: Factor) -> f64 {
        self * o.0
    }
}

impl AddAssign<Factor> for f64 {
    fn add_assign(&mut self, o: Factor) {
        *self *= o.0;
    }
}

#[differentiable]
fn multiplied_by_plus(a: f64, #[nodiff] w: Factor) -> f64 {
    a + w
}

#[differentiable]
fn multiplied_by_plus_assign(a: f64, #[nodiff] w: Factor) -> f64 {
    let mut s = a;
    s += w;
    s
}

/// Totals that do not go one item after the other.
impl std::iter::Sum for Gate {
    fn sum<I: Iterator<Item = Gate>>(gates: I) -> Gate {
        gates.fold(Gate { open: 0.0 }, |a, b| Gate { open: 0.5 * a.open + b.open })
    }
}

#[differentiable]
fn fading(x: &[f64]) -> f64 {
    let all: Gate = x.iter().map(|v| Gate { open: *v }).sum();
    all.open
}

fn main() {}
