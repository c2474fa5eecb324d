//! Methods of the user's with effects, under the names of methods that have none.
use autodiff_core::{Differentiable, differentiable};

#[derive(Clone, Differentiable)]
struct Tank {
    level: f64,
}

#[differentiable]
impl Tank {
    #[nodiff]
    fn rank(&mut self) -> usize {
        self.level *= 2.0;
        1
    }
    #[nodiff]
    fn contains(&mut self, x: f64) -> bool {
        self.level -= x;
        self.level > 0.0
    }
}

#[derive(Clone)]
struct Random(usize);

impl Random {
    fn get(&mut self) -> usize {
        self.0 += 1;
        self.0 % 2
    }
}

#[differentiable]
fn ranked(x: f64) -> f64 {
    let mut tank = Tank { level: x };
    let k = tank.rank();
    tank.level * k as f64
}

#[differentiable]
fn asked(tank: &mut Tank, x: f64) -> f64 {
    if tank.contains(x) { tank.level } else { x }
}

#[differentiable]
fn drawn(x: &[f64], #[nodiff] random: &mut Random) -> f64 {
    x[random.get()] * x[0]
}

const FACTOR: f64 = 2.0;

#[differentiable]
fn constant_of_a_block(x: f64) -> f64 {
    let a = {
        const FACTOR: f64 = 3.0;
        x * FACTOR
    };
    a * FACTOR
}

#[differentiable]
fn entry_or_value_first(x: &[f64]) -> f64 {
    let mut i = 0;
    let mut a = [x[0], x[1], x[2]];
    a[i] += {
        i += 1;
        x[i]
    };
    a[0]
}

#[differentiable]
fn moved_on(x: &[f64]) -> f64 {
    let mut entries = x.iter();
    let some = entries.any(|v| *v > 0.0);
    if some { *entries.next().unwrap() } else { x[0] }
}

fn main() {}
