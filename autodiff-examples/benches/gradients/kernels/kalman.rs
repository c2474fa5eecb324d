//! How likely a series of positions in the plane is, by the Kalman filter: a function of how the state moves on and of the
//! logarithms of the variances.
use super::{
    Kernel,
    number::{Number, arrays},
    uniform,
};
use autodiff_core::differentiable;
use nalgebra::{Matrix2, Matrix2x4, Matrix4, Matrix4x2, Vector2, Vector4};

pub(super) struct Kalman {
    x: Vec<f64>,
    seen: Vec<Vector2<f64>>,
}

impl Kalman {
    /// So many positions. The state would come to rest.
    pub(super) fn random(steps: usize) -> Self {
        let mut x = Matrix4::new(0.8, 0.0, 0.1, 0.0, 0.0, 0.8, 0.0, 0.1, 0.0, 0.0, 0.8, 0.0, 0.0, 0.0, 0.0, 0.8);
        x.iter_mut().zip(uniform(16)).for_each(|(entry, v)| *entry += 0.05 * (v - 0.5));
        let variances = uniform(6).into_iter().map(|v| v - 2.0);
        let seen = uniform(2 * steps).as_chunks().0.iter().map(|&[x, y]| Vector2::new(x, y)).collect();
        Self { x: x.iter().copied().chain(variances).collect(), seen }
    }
}

#[differentiable]
fn log_likelihood(
    transition: &Matrix4<f64>,
    drift: &Vector4<f64>,
    noise: &Vector2<f64>,
    #[nodiff] seen: &[Vector2<f64>],
) -> f64 {
    let observation = Matrix2x4::new(1.0, 0.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0);
    let drift = Matrix4::from_diagonal(&drift.map(f64::exp));
    let noise = Matrix2::from_diagonal(&noise.map(f64::exp));
    let mut mean = Vector4::zeros();
    let mut covariance = Matrix4::identity();
    let mut sum = 0.0;
    for at in seen {
        mean = transition * mean;
        covariance = transition * covariance * transition.transpose() + drift;
        let surprise = at - observation * mean;
        let cross = covariance * observation.transpose();
        let spread = observation * cross + noise;
        let precision = spread.try_inverse().expect("positive variances");
        let gain = cross * precision;
        mean += gain * surprise;
        covariance -= gain * cross.transpose();
        sum -= 0.5 * (surprise.dot(&(precision * surprise)) + spread.determinant().ln());
    }
    sum
}

/// What is kept of a step: the state before, the covariance ahead, and what is costly.
struct Step {
    mean: Vector4<f64>,
    covariance: Matrix4<f64>,
    cross: Matrix4x2<f64>,
    precision: Matrix2<f64>,
    surprise: Vector2<f64>,
}

/// The parameters, or their adjoints.
struct Parameters {
    transition: Matrix4<f64>,
    drift: Vector4<f64>,
    noise: Vector2<f64>,
}

impl Parameters {
    fn of(x: &[f64]) -> Self {
        Self {
            transition: Matrix4::from_column_slice(&x[..16]),
            drift: Vector4::from_column_slice(&x[16..20]),
            noise: Vector2::from_column_slice(&x[20..]),
        }
    }

    fn add_to(&self, x_bar: &mut [f64]) {
        let all = self.transition.iter().chain(self.drift.iter()).chain(self.noise.iter());
        x_bar.iter_mut().zip(all).for_each(|(sum, bar)| *sum += bar);
    }
}

/// The filter, with what it knows of how the state moves on.
struct Filter {
    transition: Matrix4<f64>,
    drift: Vector4<f64>,
    noise: Vector2<f64>,
    mean: Vector4<f64>,
    covariance: Matrix4<f64>,
    sum: f64,
}

impl Filter {
    /// What is observed are the first two entries of the state: products with the observation matrix are parts.
    fn step(&mut self, at: &Vector2<f64>) -> Step {
        let (mean, covariance) = (self.mean, self.covariance);
        self.mean = self.transition * mean;
        self.covariance = self.transition * covariance * self.transition.transpose();
        for i in 0..4 {
            self.covariance[(i, i)] += self.drift[i];
        }
        let cross: Matrix4x2<f64> = self.covariance.fixed_columns::<2>(0).into();
        let [mut a, b, c, mut d] = [cross[(0, 0)], cross[(0, 1)], cross[(1, 0)], cross[(1, 1)]];
        a += self.noise[0];
        d += self.noise[1];
        let determinant = a * d - b * c;
        let precision = Matrix2::new(d, -b, -c, a) / determinant;
        let surprise = at - self.mean.fixed_rows::<2>(0);
        let gain = cross * precision;
        self.mean += gain * surprise;
        self.covariance -= gain * cross.transpose();
        self.sum -= 0.5 * (surprise.dot(&(precision * surprise)) + determinant.ln());
        Step { mean, covariance, cross, precision, surprise }
    }

    /// From the adjoints of the state after a step to those before it; those of parameters are added up.
    fn step_back(
        &self,
        step: &Step,
        mean_bar: &mut Vector4<f64>,
        covariance_bar: &mut Matrix4<f64>,
        bars: &mut Parameters,
    ) {
        let Step { mean, covariance, cross, precision, surprise } = step;
        let gain = cross * precision;
        let gain_bar = *mean_bar * surprise.transpose() - *covariance_bar * cross;
        let cross_bar = gain_bar * precision.transpose() - covariance_bar.transpose() * gain;
        let precision_bar = cross.transpose() * gain_bar - 0.5 * surprise * surprise.transpose();
        let turned = precision.transpose();
        let spread_bar = -turned * precision_bar * turned - 0.5 * turned;
        let weighed = (precision + turned) * surprise;
        let surprise_bar = gain.transpose() * *mean_bar - 0.5 * weighed;
        for i in 0..2 {
            bars.noise[i] += spread_bar[(i, i)];
            mean_bar[i] -= surprise_bar[i];
        }
        let mut ahead = covariance_bar.fixed_columns_mut::<2>(0);
        ahead += cross_bar;
        let mut ahead = covariance_bar.fixed_view_mut::<2, 2>(0, 0);
        ahead += spread_bar;
        bars.drift += covariance_bar.diagonal();
        let moved = self.transition * covariance;
        bars.transition +=
            *covariance_bar * (self.transition * covariance.transpose()) + covariance_bar.transpose() * moved;
        bars.transition += *mean_bar * mean.transpose();
        let back = self.transition.transpose();
        *mean_bar = back * *mean_bar;
        *covariance_bar = back * *covariance_bar * self.transition;
    }
}

impl Kernel for Kalman {
    fn x(&self) -> &[f64] {
        &self.x
    }

    fn primal(&self, x: &[f64]) -> f64 {
        let Parameters { transition, drift, noise } = Parameters::of(x);
        log_likelihood(&transition, &drift, &noise, &self.seen)
    }

    fn by_attribute(&self, x: &[f64], x_bar: &mut [f64]) -> f64 {
        let (Parameters { transition, drift, noise }, mut bars) = (Parameters::of(x), Parameters::of(&[0.0; 22]));
        let Parameters { transition: transition_bar, drift: drift_bar, noise: noise_bar } = &mut bars;
        let value =
            log_likelihood::grad_into(&transition, &drift, &noise, &self.seen, transition_bar, drift_bar, noise_bar);
        bars.add_to(x_bar);
        value
    }

    fn by_hand(&self, x: &[f64], x_bar: &mut [f64]) -> f64 {
        let (Parameters { transition, drift, noise }, mut bars) = (Parameters::of(x), Parameters::of(&[0.0; 22]));
        let (drift, noise) = (drift.map(f64::exp), noise.map(f64::exp));
        let (mean, covariance) = (Vector4::zeros(), Matrix4::identity());
        let mut filter = Filter { transition, drift, noise, mean, covariance, sum: 0.0 };
        let steps: Vec<Step> = self.seen.iter().map(|at| filter.step(at)).collect();
        let (mut mean_bar, mut covariance_bar) = (Vector4::zeros(), Matrix4::zeros());
        for step in steps.iter().rev() {
            filter.step_back(step, &mut mean_bar, &mut covariance_bar, &mut bars);
        }
        bars.drift.component_mul_assign(&drift);
        bars.noise.component_mul_assign(&noise);
        bars.add_to(x_bar);
        filter.sum
    }

    fn generic<T: Number>(&self, x: &[T]) -> T {
        let columns: &[[T; 4]] = arrays(&x[..16]);
        let transition: [[T; 4]; 4] = std::array::from_fn(|i| std::array::from_fn(|j| columns[j][i]));
        let drift: Vec<T> = x[16..20].iter().map(|v| v.exp()).collect();
        let noise: Vec<T> = x[20..].iter().map(|v| v.exp()).collect();
        let mut mean = [T::of(0.0); 4];
        let mut covariance: [[T; 4]; 4] = std::array::from_fn(|i| std::array::from_fn(|j| T::of(f64::from(i == j))));
        let mut sum = T::of(0.0);
        for at in &self.seen {
            mean = std::array::from_fn(|i| dot(&transition[i], &mean));
            let moved: [[T; 4]; 4] =
                std::array::from_fn(|i| std::array::from_fn(|j| dot(&transition[i], &column(&covariance, j))));
            covariance = std::array::from_fn(|i| std::array::from_fn(|j| dot(&moved[i], &transition[j])));
            for i in 0..4 {
                covariance[i][i] += drift[i];
            }
            let surprise = [T::of(at[0]) - mean[0], T::of(at[1]) - mean[1]];
            let cross = covariance.map(|row| [row[0], row[1]]);
            let [a, b, c, d] = [cross[0][0] + noise[0], cross[0][1], cross[1][0], cross[1][1] + noise[1]];
            let determinant = a * d - b * c;
            let precision = [[d / determinant, -b / determinant], [-c / determinant, a / determinant]];
            let gain = cross.map(|row| [dot(&row, &column(&precision, 0)), dot(&row, &column(&precision, 1))]);
            for i in 0..4 {
                mean[i] += dot(&gain[i], &surprise);
                for j in 0..4 {
                    covariance[i][j] = covariance[i][j] - dot(&gain[i], &cross[j]);
                }
            }
            let weighed = precision.map(|row| dot(&row, &surprise));
            sum = sum - T::of(0.5) * (dot(&surprise, &weighed) + determinant.ln());
        }
        sum
    }
}

fn column<T: Number, const R: usize, const C: usize>(rows: &[[T; C]; R], j: usize) -> [T; R] {
    rows.map(|row| row[j])
}

fn dot<T: Number, const N: usize>(a: &[T; N], b: &[T; N]) -> T {
    super::number::dot(a, b)
}
