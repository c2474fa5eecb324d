//! Predators and prey, by the Runge-Kutta method: a small state, many steps.
use super::{Kernel, number::Number};
use autodiff_core::differentiable;

const H: f64 = 1e-3;

pub(super) struct Orbit {
    /// Four rates, prey, predators.
    x: [f64; 6],
    steps: usize,
}

impl Orbit {
    pub(super) fn new(steps: usize) -> Self {
        Self { x: [1.1, 0.4, 0.4, 0.1, 10.0, 5.0], steps }
    }
}

/// The prey at the end.
#[differentiable]
fn prey(x: &[f64; 6], steps: usize) -> f64 {
    let rates = [x[0], x[1], x[2], x[3]];
    let mut y = [x[4], x[5]];
    for _ in 0..steps {
        let k1 = slope(rates, y);
        let k2 = slope(rates, [y[0] + 0.5 * H * k1[0], y[1] + 0.5 * H * k1[1]]);
        let k3 = slope(rates, [y[0] + 0.5 * H * k2[0], y[1] + 0.5 * H * k2[1]]);
        let k4 = slope(rates, [y[0] + H * k3[0], y[1] + H * k3[1]]);
        for i in 0..2 {
            y[i] += H / 6.0 * (k1[i] + 2.0 * k2[i] + 2.0 * k3[i] + k4[i]);
        }
    }
    y[0]
}

#[differentiable]
fn slope([a, b, c, d]: [f64; 4], [u, v]: [f64; 2]) -> [f64; 2] {
    [a * u - b * u * v, d * u * v - c * v]
}

/// `y + h k`.
fn beyond<T: Number>(y: [T; 2], h: f64, k: [T; 2]) -> [T; 2] {
    [y[0] + T::of(h) * k[0], y[1] + T::of(h) * k[1]]
}

fn generic_slope<T: Number>([a, b, c, d]: [T; 4], [u, v]: [T; 2]) -> [T; 2] {
    [a * u - b * u * v, d * u * v - c * v]
}

fn generic_step<T: Number>(rates: [T; 4], y: [T; 2]) -> [T; 2] {
    let k1 = generic_slope(rates, y);
    let k2 = generic_slope(rates, beyond(y, 0.5 * H, k1));
    let k3 = generic_slope(rates, beyond(y, 0.5 * H, k2));
    let k4 = generic_slope(rates, beyond(y, H, k3));
    let two = T::of(2.0);
    [0, 1].map(|i| y[i] + T::of(H / 6.0) * (k1[i] + two * k2[i] + two * k3[i] + k4[i]))
}

/// A slope reversed: the adjoint of the point where it was taken; those of the rates are added up.
fn slope_back([a, b, c, d]: [f64; 4], [u, v]: [f64; 2], [p, q]: [f64; 2], rates_bar: &mut [f64; 4]) -> [f64; 2] {
    rates_bar[0] += p * u;
    rates_bar[1] -= p * u * v;
    rates_bar[2] -= q * v;
    rates_bar[3] += q * u * v;
    [p * (a - b * v) + q * d * v, q * (d * u - c) - p * b * u]
}

/// A step reversed: its slopes are computed again.
fn step_back(rates: [f64; 4], y: [f64; 2], bar: [f64; 2], rates_bar: &mut [f64; 4]) -> [f64; 2] {
    let k1 = slope(rates, y);
    let at2 = beyond(y, 0.5 * H, k1);
    let at3 = beyond(y, 0.5 * H, slope(rates, at2));
    let at4 = beyond(y, H, slope(rates, at3));
    let bar4 = slope_back(rates, at4, bar.map(|bar| H / 6.0 * bar), rates_bar);
    let bar3 = slope_back(rates, at3, [0, 1].map(|i| H / 3.0 * bar[i] + H * bar4[i]), rates_bar);
    let bar2 = slope_back(rates, at2, [0, 1].map(|i| H / 3.0 * bar[i] + 0.5 * H * bar3[i]), rates_bar);
    let bar1 = slope_back(rates, y, [0, 1].map(|i| H / 6.0 * bar[i] + 0.5 * H * bar2[i]), rates_bar);
    [0, 1].map(|i| bar[i] + bar1[i] + bar2[i] + bar3[i] + bar4[i])
}

fn split<T: Copy>(x: &[T]) -> ([T; 4], [T; 2]) {
    ([x[0], x[1], x[2], x[3]], [x[4], x[5]])
}

impl Kernel for Orbit {
    fn x(&self) -> &[f64] {
        &self.x
    }

    fn primal(&self, x: &[f64]) -> f64 {
        prey(x.try_into().expect("six numbers"), self.steps)
    }

    fn by_attribute(&self, x: &[f64], x_bar: &mut [f64]) -> f64 {
        let (x, x_bar) = (x.try_into().expect("six numbers"), x_bar.try_into().expect("six numbers"));
        prey::grad_into(x, self.steps, x_bar)
    }

    /// The state is kept at each step.
    fn by_hand(&self, x: &[f64], x_bar: &mut [f64]) -> f64 {
        let (rates, mut y) = split(x);
        let mut states = Vec::with_capacity(self.steps);
        for _ in 0..self.steps {
            states.push(y);
            y = generic_step(rates, y);
        }
        let (mut bar, mut rates_bar) = ([1.0, 0.0], [0.0; 4]);
        for &y in states.iter().rev() {
            bar = step_back(rates, y, bar, &mut rates_bar);
        }
        x_bar.iter_mut().zip(rates_bar.iter().chain(&bar)).for_each(|(sum, bar)| *sum += bar);
        y[0]
    }

    fn generic<T: Number>(&self, x: &[T]) -> T {
        let (rates, start) = split(x);
        (0..self.steps).fold(start, |y, _| generic_step(rates, y))[0]
    }
}
