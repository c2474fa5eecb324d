//! A linear chain of differential equations by the Runge-Kutta method, from GradBench: `y_i' = x_i y_(i-1)`; here
//! the sum of the result, since the last entry of a long chain is 0.
use super::{
    Kernel,
    number::{Number, sum},
    uniform,
};
use autodiff_examples::gradbench::ode::solve;

const STEPS: usize = 20;

pub(super) struct Ode(Vec<f64>);

impl Ode {
    pub(super) fn random(n: usize) -> Self {
        Self(uniform(n).into_iter().map(|x| 0.5 + x).collect())
    }
}

/// The slope at `y + h k`.
fn slope(x: &[f64], y: &[f64], h: f64, k: &[f64], slope: &mut [f64]) {
    let n = x.len();
    let (y, k, slope) = (&y[..n], &k[..n], &mut slope[..n]);
    slope[0] = x[0];
    for i in 1..n {
        slope[i] = x[i] * (y[i - 1] + h * k[i - 1]);
    }
}

/// A slope reversed: its adjoint goes to `x_bar`, to `y_bar`, and `h` times that to `k_bar`.
fn slope_back(x: &[f64], at: (&[f64], f64, &[f64]), slope_bar: &[f64], bars: (&mut [f64], &mut [f64], &mut [f64])) {
    let (n, (y, h, k), (x_bar, y_bar, k_bar)) = (x.len(), at, bars);
    let (y, k, slope_bar) = (&y[..n], &k[..n], &slope_bar[..n]);
    let (x_bar, y_bar, k_bar) = (&mut x_bar[..n], &mut y_bar[..n], &mut k_bar[..n]);
    x_bar[0] += slope_bar[0];
    for i in 1..n {
        x_bar[i] += slope_bar[i] * (y[i - 1] + h * k[i - 1]);
        let bar = slope_bar[i] * x[i];
        y_bar[i - 1] += bar;
        k_bar[i - 1] += h * bar;
    }
}

impl Kernel for Ode {
    fn x(&self) -> &[f64] {
        &self.0
    }

    fn primal(&self, x: &[f64]) -> f64 {
        let mut y = vec![0.0; x.len()];
        solve(x, STEPS, &mut y);
        y.iter().sum()
    }

    fn by_attribute(&self, x: &[f64], x_bar: &mut [f64]) -> f64 {
        let (mut y, mut y_bar) = (vec![0.0; x.len()], vec![1.0; x.len()]);
        solve::vjp_into(x, STEPS, &mut y, x_bar, &mut y_bar);
        y.iter().sum()
    }

    /// What is kept is `y` at each step; the slopes are computed again.
    fn by_hand(&self, x: &[f64], x_bar: &mut [f64]) -> f64 {
        let (n, h) = (x.len(), 2.0 / STEPS as f64);
        let zeros = || vec![0.0; n];
        let mut all = vec![0.0; (STEPS + 1) * n];
        let mut k = [zeros(), zeros(), zeros(), zeros()];
        let none = zeros();
        let slopes = |y: &[f64], [k1, k2, k3, k4]: &mut [Vec<f64>; 4], last: bool| {
            slope(x, y, 0.0, &none, k1);
            slope(x, y, 0.5 * h, k1, k2);
            slope(x, y, 0.5 * h, k2, k3);
            if last {
                slope(x, y, h, k3, k4);
            }
        };
        for step in 0..STEPS {
            let (y, next) = all[step * n..][..2 * n].split_at_mut(n);
            slopes(y, &mut k, true);
            for i in 0..n {
                next[i] = y[i] + h / 6.0 * (k[0][i] + 2.0 * k[1][i] + 2.0 * k[2][i] + k[3][i]);
            }
        }
        let [mut y_bar, mut k1_bar, mut k2_bar, mut k3_bar, mut k4_bar] = [zeros(), zeros(), zeros(), zeros(), zeros()];
        y_bar.fill(1.0);
        for step in (0..STEPS).rev() {
            let y = &all[step * n..][..n];
            slopes(y, &mut k, false);
            for i in 0..n {
                let bar = h / 6.0 * y_bar[i];
                (k1_bar[i], k2_bar[i], k3_bar[i], k4_bar[i]) = (bar, 2.0 * bar, 2.0 * bar, bar);
            }
            slope_back(x, (y, h, &k[2]), &k4_bar, (x_bar, &mut y_bar, &mut k3_bar));
            slope_back(x, (y, 0.5 * h, &k[1]), &k3_bar, (x_bar, &mut y_bar, &mut k2_bar));
            slope_back(x, (y, 0.5 * h, &k[0]), &k2_bar, (x_bar, &mut y_bar, &mut k1_bar));
            slope_back(x, (y, 0.0, &none), &k1_bar, (x_bar, &mut y_bar, &mut k4_bar));
        }
        all[STEPS * n..].iter().sum()
    }

    fn generic<T: Number>(&self, x: &[T]) -> T {
        let (n, h) = (x.len(), 2.0 / STEPS as f64);
        let mut y = vec![T::of(0.0); n];
        let slope = |y: &[T], h: f64, k: &[T]| -> Vec<T> {
            let inner = (1..n).map(|i| x[i] * (y[i - 1] + T::of(h) * k[i - 1]));
            std::iter::once(x[0]).chain(inner).collect()
        };
        for _ in 0..STEPS {
            let first = (1..n).map(|i| x[i] * y[i - 1]);
            let k1: Vec<T> = std::iter::once(x[0]).chain(first).collect();
            let k2 = slope(&y, 0.5 * h, &k1);
            let k3 = slope(&y, 0.5 * h, &k2);
            let k4 = slope(&y, h, &k3);
            let two = T::of(2.0);
            for i in 0..n {
                y[i] += T::of(h / 6.0) * (k1[i] + two * k2[i] + two * k3[i] + k4[i]);
            }
        }
        sum(y)
    }
}
