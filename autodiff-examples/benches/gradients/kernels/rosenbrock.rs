//! Rosenbrock's valley.
use super::{
    Kernel,
    number::{Number, sum},
    uniform,
};
use autodiff_core::differentiable;

pub(super) struct Rosenbrock(Vec<f64>);

impl Rosenbrock {
    pub(super) fn random(n: usize) -> Self {
        Self(uniform(n))
    }
}

#[differentiable]
fn rosenbrock(x: &[f64]) -> f64 {
    let mut sum = 0.0;
    for i in 1..x.len() {
        let (flat, steep) = (1.0 - x[i - 1], x[i] - x[i - 1] * x[i - 1]);
        sum += flat * flat + 100.0 * steep * steep;
    }
    sum
}

impl Kernel for Rosenbrock {
    fn x(&self) -> &[f64] {
        &self.0
    }

    fn primal(&self, x: &[f64]) -> f64 {
        rosenbrock(x)
    }

    fn by_attribute(&self, x: &[f64], x_bar: &mut [f64]) -> f64 {
        rosenbrock::grad_into(x, x_bar)
    }

    fn by_hand(&self, x: &[f64], x_bar: &mut [f64]) -> f64 {
        let mut sum = 0.0;
        let mut from_before = 0.0;
        for (x, x_bar) in x.windows(2).zip(&mut *x_bar) {
            let (flat, steep) = (1.0 - x[0], x[1] - x[0] * x[0]);
            sum += flat * flat + 100.0 * steep * steep;
            *x_bar += from_before - 2.0 * flat - 400.0 * steep * x[0];
            from_before = 200.0 * steep;
        }
        x_bar[x.len() - 1] += from_before;
        sum
    }

    fn generic<T: Number>(&self, x: &[T]) -> T {
        let one = T::of(1.0);
        let term = |x: &[T]| {
            let (flat, steep) = (one - x[0], x[1] - x[0] * x[0]);
            flat * flat + T::of(100.0) * steep * steep
        };
        sum(x.windows(2).map(term))
    }
}
