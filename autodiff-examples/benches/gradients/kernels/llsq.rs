//! A polynomial is fitted to the sign function, from GradBench.
use super::{
    Kernel,
    number::{Number, sum},
    uniform,
};
use autodiff_examples::gradbench::llsq::half_squares;

const COEFFICIENTS: usize = 128;
const LANES: usize = 8;

pub(super) struct LeastSquares {
    x: Vec<f64>,
    points: usize,
}

impl LeastSquares {
    pub(super) fn random(points: usize) -> Self {
        Self { x: uniform(COEFFICIENTS), points }
    }
}

/// The points, and the sign of each.
fn points(n: usize) -> impl Iterator<Item = (f64, f64)> {
    (0..n).map(move |i| -1.0 + i as f64 * 2.0 / (n as f64 - 1.0)).map(|t| (t, if t == 0.0 { 0.0 } else { t.signum() }))
}

impl Kernel for LeastSquares {
    fn x(&self) -> &[f64] {
        &self.x
    }

    fn primal(&self, x: &[f64]) -> f64 {
        half_squares(x, self.points)
    }

    fn by_attribute(&self, x: &[f64], x_bar: &mut [f64]) -> f64 {
        half_squares::grad_into(x, self.points, x_bar)
    }

    /// A coefficient's derivative is the sum of residuals times a power of `t`: the powers are had by going up, as the
    /// values were by going down, so that nothing is kept. The sums over lanes are taken at the end.
    fn by_hand(&self, x: &[f64], x_bar: &mut [f64]) -> f64 {
        let mut points = points(self.points);
        let mut sums = vec![[0.0; LANES]; x.len()];
        let mut squares = 0.0;
        for _ in 0..self.points.div_ceil(LANES) {
            let (mut t, mut signs, mut live) = ([0.0; LANES], [0.0; LANES], [0.0; LANES]);
            for (lane, point) in points.by_ref().take(LANES).enumerate() {
                (t[lane], signs[lane]) = point;
                live[lane] = 1.0;
            }
            let mut values = [0.0; LANES];
            for coefficient in x.iter().rev() {
                for lane in 0..LANES {
                    values[lane] = values[lane] * t[lane] + coefficient;
                }
            }
            let mut power = [0.0; LANES];
            for lane in 0..LANES {
                power[lane] = live[lane] * (values[lane] - signs[lane]);
                squares += power[lane] * power[lane];
            }
            for sums in &mut sums {
                for lane in 0..LANES {
                    sums[lane] += power[lane];
                    power[lane] *= t[lane];
                }
            }
        }
        x_bar.iter_mut().zip(&sums).for_each(|(bar, sums)| *bar += sums.iter().sum::<f64>());
        0.5 * squares
    }

    fn generic<T: Number>(&self, x: &[T]) -> T {
        let square = |(t, sign)| {
            let value = x.iter().rev().fold(T::of(0.0), |value, &coefficient| value * T::of(t) + coefficient);
            let residual = T::of(sign) - value;
            residual * residual
        };
        T::of(0.5) * sum(points(self.points).map(square))
    }
}
