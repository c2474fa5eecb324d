//! Constants that change behind `&`: what is read of them twice may be two things.
use autodiff_core::differentiable;
use autodiff_tests::check_scalar;
use std::{
    cell::Cell,
    ops::{Add, Deref, Index, Mul},
};

const X: [f64; 4] = [1.3, 0.7, -0.4, 2.1];

/// Hands out another number each time.
struct Noise {
    numbers: Vec<f64>,
    drawn: Cell<usize>,
}

impl Noise {
    fn new() -> Self {
        Noise { numbers: vec![1.0, -2.0, 3.0], drawn: Cell::new(0) }
    }
    fn draw(&self) -> usize {
        self.drawn.set(self.drawn.get() + 1);
        self.drawn.get() % 3
    }
    fn last(&self) -> usize {
        self.draw()
    }
}

impl Index<usize> for Noise {
    type Output = f64;
    fn index(&self, i: usize) -> &f64 {
        &self.numbers[(i + self.draw()) % 3]
    }
}

impl Add<usize> for &Noise {
    type Output = usize;
    fn add(self, i: usize) -> usize {
        (i + self.draw()) % 4
    }
}

impl Mul<f64> for &Noise {
    type Output = f64;
    fn mul(self, factor: f64) -> f64 {
        factor * (1.0 + self.draw() as f64)
    }
}

impl Deref for Noise {
    type Target = Vec<f64>;
    fn deref(&self) -> &Vec<f64> {
        self.draw();
        &self.numbers
    }
}

#[differentiable]
fn indexed(x: &[f64]) -> f64 {
    let noise = Noise::new();
    let mut p = 1.0;
    for i in 0..x.len() {
        p *= x[i] * noise[i];
        p = f64::sin(p) * noise[0];
    }
    p
}

#[differentiable]
fn an_index_by_a_method(x: &[f64]) -> f64 {
    let noise = Noise { numbers: vec![], drawn: Cell::new(1) };
    let mut p = 1.0;
    for _ in 0..x.len() {
        p *= x[noise.last()];
        p = f64::sin(p) * x[noise.last()];
    }
    p
}

#[differentiable]
fn operators(x: &[f64]) -> f64 {
    let noise = Noise::new();
    let lent = &noise;
    let mut p = 1.0;
    for i in 0..x.len() {
        p *= x[lent + i] * (lent * 0.5);
        p = f64::sin(p);
    }
    p
}

struct Deep {
    noise: Noise,
    k: usize,
    factors: Vec<f64>,
}

#[differentiable]
fn of_a_field(x: &[f64]) -> f64 {
    let deep = Deep { noise: Noise::new(), k: 1, factors: vec![0.5, 0.7] };
    let mut p = 1.0;
    for i in 0..x.len() {
        p *= x[i] * deep.noise[i] * deep.factors[deep.k] + deep.noise.len() as f64;
        p = f64::sin(p);
    }
    p
}

fn noise() -> Noise {
    Noise::new()
}

#[differentiable]
fn made_by_a_function(x: &[f64]) -> f64 {
    let noise = noise();
    let mut p = 1.0;
    for i in 0..x.len() {
        p *= x[i] * noise[i];
        p = f64::sin(p);
    }
    p
}

#[differentiable]
fn energy(x: &[f64], #[nodiff] noise: &Noise) -> f64 {
    let mut sum = 0.0;
    for i in 0..x.len() {
        sum += (x[i] * noise[i]).sin() * x[i];
    }
    sum
}

#[differentiable]
fn a_sum_that_is_not_run_again(x: &[f64]) -> f64 {
    let noise = Noise::new();
    let mut sum = 1.0;
    for _ in 0..3 {
        let e = energy(x, &noise);
        sum = sum * e + e * e;
    }
    sum
}

#[differentiable]
fn of_any_type<P: Index<usize, Output = f64>>(
    x: &[f64],
    #[nodiff] p: &P,
    #[nodiff] q: &impl Index<usize, Output = f64>,
) -> f64 {
    let mut y = 1.0;
    for i in 0..x.len() {
        y *= x[i] * p[i] + q[i];
        y = f64::sin(y);
    }
    y
}

#[differentiable]
fn an_object(x: &[f64], #[nodiff] p: &dyn Index<usize, Output = f64>) -> f64 {
    let mut y = 1.0;
    for i in 0..x.len() {
        y *= x[i] * p[i];
        y = f64::sin(y);
    }
    y
}

#[differentiable]
fn of_types_that_nobody_sees(x: &[f64]) -> f64 {
    let noise = Noise::new();
    of_any_type(x, &noise, &noise) * an_object(x, &noise)
}

#[differentiable]
fn chosen_from_what_is_mapped(x: &[f64]) -> f64 {
    let noise = Noise::new();
    let last = x.iter().enumerate().map(|(i, v)| v * noise[i]).last().unwrap();
    let second = x.iter().enumerate().map(|(i, v)| v * noise[i]).nth(2).unwrap();
    let most = x.iter().enumerate().map(|(i, v)| v * noise[i]).max_by(|a, b| a.total_cmp(b)).unwrap();
    last * noise[0] * x[0] + second * most * noise[1]
}

#[test]
fn what_changes_behind_a_reference_is_read_once() {
    check_scalar!(indexed(&X[..]));
    check_scalar!(an_index_by_a_method(&X[..]));
    check_scalar!(operators(&X[..]));
    check_scalar!(of_a_field(&X[..]));
    check_scalar!(made_by_a_function(&X[..]));
    check_scalar!(a_sum_that_is_not_run_again(&X[..]));
    check_scalar!(of_types_that_nobody_sees(&X[..]));
    check_scalar!(chosen_from_what_is_mapped(&X[..]));
}
