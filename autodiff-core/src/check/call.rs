//! A call with all that it is differentiated by, as functions of lists of numbers, and how it is checked.
use super::report::{self, Row};
use super::{Accuracy, Mismatch, dot, within};
use crate::coordinates::Coordinates;
use crate::seed::{self, SplitMix64};
use crate::tangent::{GradientLike, Shaped};

/// Sets the scalars of `x`.
#[doc(hidden)]
pub fn fill(x: &mut dyn Coordinates, from: &mut dyn Iterator<Item = f64>) {
    x.map_scalars(&mut |_| from.next().unwrap_or(0.0));
}

/// A tangent of the shape of `like`.
#[doc(hidden)]
pub fn tangent<S: Shaped + ?Sized>(like: &S, from: &mut dyn Iterator<Item = f64>) -> GradientLike<S> {
    let mut tangent = seed::constant(like, 0.0);
    fill(&mut tangent, from);
    tangent
}

/// The scalars of all values in a row.
#[doc(hidden)]
pub fn numbers(values: &[&dyn Coordinates]) -> Vec<f64> {
    values.iter().flat_map(|v| v.coordinates()).collect()
}

/// Whether there is an `f32` among the scalars.
#[doc(hidden)]
pub fn single(values: &mut [&mut dyn Coordinates]) -> bool {
    values.iter_mut().any(|v| super::is_single(&mut **v))
}

/// From arguments and tangents (or a seed) to outputs and their tangents (or gradients).
type Mode<'a> = &'a dyn Fn(&[f64], &[f64]) -> (Vec<f64>, Vec<f64>);

/// A call `f(x, &y)`, as `check!` sees it.
///
/// Outputs are the numbers of the result, followed by those behind `&mut` after the call.
#[expect(missing_debug_implementations, reason = "it is made of closures")]
pub struct Call<'a> {
    /// As it was written.
    pub text: &'a str,
    /// Each differentiable argument, as it was written and as numbers.
    pub arguments: &'a [(&'a str, Vec<f64>)],
    /// Whether an argument holds an `f32`.
    pub single: bool,
    /// From the arguments to the outputs.
    pub primal: &'a dyn Fn(&[f64]) -> Vec<f64>,
    /// From arguments and tangents to outputs and tangents.
    pub jvp: Mode<'a>,
    /// From arguments and a seed to outputs and gradients.
    pub vjp: Mode<'a>,
}

/// How `check!` takes differences, and how far off derivatives may be.
#[derive(Clone, Copy, Debug, Default)]
pub struct Settings {
    step: Option<f64>,
    tolerance: Option<f64>,
}

impl Settings {
    /// The size of a step, relative to the number that is moved (to 1 for small ones).
    #[must_use]
    pub fn step(self, step: f64) -> Self {
        Settings { step: Some(step), ..self }
    }

    /// How far derivatives may be from differences, relative to the largest of them.
    #[must_use]
    pub fn tolerance(self, tolerance: f64) -> Self {
        Settings { tolerance: Some(tolerance), ..self }
    }

    /// Checks a call.
    ///
    /// # Panics
    /// When something is wrong, with a report.
    #[track_caller]
    pub fn check(&self, call: &Call<'_>) {
        if let Err(report) = self.report(call) {
            panic!("check!({}): {report}", call.text);
        }
    }

    fn report(&self, call: &Call<'_>) -> Result<(), Mismatch> {
        let mut accuracy = Accuracy::new(call.single);
        accuracy.step = self.step.unwrap_or(accuracy.step);
        accuracy.derivative = self.tolerance.unwrap_or(accuracy.derivative);
        let point: Vec<f64> = call.arguments.iter().flat_map(|(_, x)| x.iter().copied()).collect();
        let value = (call.primal)(&point);
        if let Some(y) = value.iter().find(|y| !y.is_finite()) {
            return Err(Mismatch(format!("the function returns {y} here; choose another point")));
        }
        let same = |mode: &str, found: &[f64]| report::same_value(mode, found, &value);
        let mut generator = SplitMix64(1);
        // the seed of a single output is 1, so that what is shown is its gradient
        let seed: Vec<f64> = value.iter().map(|_| if value.len() == 1 { 1.0 } else { generator.next() }).collect();
        let (y, x_bar) = (call.vjp)(&point, &seed);
        same("reverse mode", &y)?;
        report::same_length("the gradient from reverse mode", x_bar.len(), point.len())?;

        let mut rows = Vec::new();
        for k in entries(point.len()) {
            let mut direction = vec![0.0; point.len()];
            direction[k] = 1.0;
            let (y, y_dot) = (call.jvp)(&point, &direction);
            same("forward mode", &y)?;
            report::same_length("the tangent from forward mode", y_dot.len(), value.len())?;
            let scale = point[k].abs().max(1.0);
            let along = |h: f64| {
                let mut x = point.clone();
                x[k] += h * scale;
                (call.primal)(&x)
            };
            if along(2.0 * accuracy.step).len() != value.len() || along(-2.0 * accuracy.step).len() != value.len() {
                return Err(Mismatch(report::other_shape(call.arguments, k, accuracy.step * scale)));
            }
            let differences = accuracy.differences(along);
            let size = differences.iter().map(|d| d.value.abs()).fold(0.0, f64::max) / scale;
            for (i, d) in differences.into_iter().enumerate() {
                let d = d.divided(scale);
                let allowed = d.error + accuracy.derivative * size.max(y_dot[i].abs());
                if !within(y_dot[i], d.value, allowed) {
                    let output = (value.len() > 1).then_some(i);
                    let hint = report::hint(&|h| along(h / scale)[i], accuracy.step * scale);
                    rows.push(Row { entry: k, output, forward: y_dot[i], reverse: None, difference: d.value, hint });
                }
            }
            let forward = dot(&seed, &y_dot);
            let magnitude: f64 = seed.iter().zip(&y_dot).map(|(v, y)| (v * y).abs()).sum();
            let largest = x_bar.iter().fold(0.0_f64, |m, x| m.max(x.abs()));
            if !within(x_bar[k], forward, 10.0 * accuracy.rounding * magnitude.max(largest)) {
                let difference = accuracy.differences(|h| vec![dot(&seed, &along(h))])[0].value / scale;
                rows.push(Row { entry: k, output: None, forward, reverse: Some(x_bar[k]), difference, hint: None });
            }
        }
        if !rows.is_empty() {
            return Err(Mismatch(report::wrong(call.arguments, &rows, &seed)));
        }
        dot_product_test(call, &point, &mut generator, &accuracy)
    }
}

/// Which entries are looked at one by one: all, or a hundred of them.
fn entries(n: usize) -> impl Iterator<Item = usize> {
    let shown = n.min(100);
    (0..shown).map(move |k| k * n / shown)
}

/// `<v, J u> = <J^T v, u>` for random `u` and `v`, over all entries at once.
fn dot_product_test(
    call: &Call<'_>,
    point: &[f64],
    generator: &mut SplitMix64,
    accuracy: &Accuracy,
) -> Result<(), Mismatch> {
    for _ in 0..3 {
        let u: Vec<f64> = point.iter().map(|_| generator.next()).collect();
        let (_, y_dot) = (call.jvp)(point, &u);
        let v: Vec<f64> = y_dot.iter().map(|_| generator.next()).collect();
        let (_, x_bar) = (call.vjp)(point, &v);
        let (forward, reverse) = (dot(&v, &y_dot), dot(&x_bar, &u));
        let terms = v.iter().zip(&y_dot).chain(x_bar.iter().zip(&u));
        let magnitude: f64 = terms.map(|(a, b)| (a * b).abs()).sum();
        if !within(forward, reverse, accuracy.rounding * magnitude) {
            return Err(Mismatch(format!(
                "the modes disagree: along a random direction <v, J u> = {forward} in forward mode, but <J^T v, u> = {reverse} in reverse mode"
            )));
        }
    }
    Ok(())
}
