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

fn main() {}
