//! The heat equation on a rod, by explicit steps: each cell has a temperature and a conductivity, both of which are
//! parameters, so that the derivative needs the temperatures of all steps.
use super::{
    Kernel,
    number::{self, Number},
    uniform,
};
use autodiff_core::differentiable;
use std::mem;

const STEPS: usize = 50;

pub(super) struct Heat(Vec<f64>);

impl Heat {
    pub(super) fn random(cells: usize) -> Self {
        let mut x = uniform(2 * cells);
        x[cells..].iter_mut().for_each(|conductivity| *conductivity *= 0.4);
        Self(x)
    }
}

/// The sum of the squared temperatures at the end. The ends of the rod keep theirs.
#[differentiable]
fn energy(start: &[f64], conductivity: &[f64]) -> f64 {
    let n = start.len();
    let mut u = start.to_vec();
    let mut next = start.to_vec();
    for _ in 0..STEPS {
        for i in 1..n - 1 {
            next[i] = u[i] + conductivity[i] * (u[i - 1] - 2.0 * u[i] + u[i + 1]);
        }
        mem::swap(&mut u, &mut next);
    }
    u.iter().map(|u| u * u).sum()
}

/// One step, from `u` to `next`.
fn step(u: &[f64], conductivity: &[f64], next: &mut [f64]) {
    let n = u.len();
    let (conductivity, next) = (&conductivity[..n], &mut next[..n]);
    next[0] = u[0];
    next[n - 1] = u[n - 1];
    for i in 1..n - 1 {
        next[i] = u[i] + conductivity[i] * (u[i - 1] - 2.0 * u[i] + u[i + 1]);
    }
}

/// The step reversed, as a sum over neighbours, so that it is vectorised as the step is.
fn step_back(u: &[f64], conductivity: &[f64], next_bar: &[f64], u_bar: &mut [f64], conductivity_bar: &mut [f64]) {
    let n = u.len();
    let (k, next_bar, u_bar) = (&conductivity[..n], &next_bar[..n], &mut u_bar[..n]);
    let conductivity_bar = &mut conductivity_bar[..n];
    for i in 1..n - 1 {
        conductivity_bar[i] += next_bar[i] * (u[i - 1] - 2.0 * u[i] + u[i + 1]);
        u_bar[i] = next_bar[i] - 2.0 * k[i] * next_bar[i] + k[i - 1] * next_bar[i - 1] + k[i + 1] * next_bar[i + 1];
    }
    // the ends have no equation of their own
    u_bar[0] = next_bar[0] + k[1] * next_bar[1];
    u_bar[n - 1] = next_bar[n - 1] + k[n - 2] * next_bar[n - 2];
    u_bar[1] -= k[0] * next_bar[0];
    u_bar[n - 2] -= k[n - 1] * next_bar[n - 1];
}

impl Kernel for Heat {
    fn x(&self) -> &[f64] {
        &self.0
    }

    fn primal(&self, x: &[f64]) -> f64 {
        let (start, conductivity) = x.split_at(x.len() / 2);
        energy(start, conductivity)
    }

    fn by_attribute(&self, x: &[f64], x_bar: &mut [f64]) -> f64 {
        let n = x.len() / 2;
        let ((start, conductivity), (start_bar, conductivity_bar)) = (x.split_at(n), x_bar.split_at_mut(n));
        energy::grad_into(start, conductivity, start_bar, conductivity_bar)
    }

    fn by_hand(&self, x: &[f64], x_bar: &mut [f64]) -> f64 {
        let n = x.len() / 2;
        let ((start, conductivity), (start_bar, conductivity_bar)) = (x.split_at(n), x_bar.split_at_mut(n));
        let mut all = vec![0.0; (STEPS + 1) * n];
        all[..n].copy_from_slice(start);
        for i in 0..STEPS {
            let (u, next) = all[i * n..][..2 * n].split_at_mut(n);
            step(u, conductivity, next);
        }
        let end = &all[STEPS * n..];
        let mut u_bar: Vec<f64> = end.iter().map(|u| 2.0 * u).collect();
        let mut next_bar = vec![0.0; n];
        for i in (0..STEPS).rev() {
            mem::swap(&mut u_bar, &mut next_bar);
            step_back(&all[i * n..][..n], conductivity, &next_bar, &mut u_bar, conductivity_bar);
        }
        start_bar.iter_mut().zip(&u_bar).for_each(|(sum, bar)| *sum += bar);
        end.iter().map(|u| u * u).sum()
    }

    fn generic<T: Number>(&self, x: &[T]) -> T {
        let (start, conductivity) = x.split_at(x.len() / 2);
        let (mut u, mut next) = (start.to_vec(), start.to_vec());
        for _ in 0..STEPS {
            for i in 1..u.len() - 1 {
                next[i] = u[i] + conductivity[i] * (u[i - 1] - T::of(2.0) * u[i] + u[i + 1]);
            }
            mem::swap(&mut u, &mut next);
        }
        number::dot(&u, &u)
    }
}
