//! Gradient checks: are the derivatives those of the function?
//!
//! [`check!`](crate::check!) tests a function in one line: `check!(f(&x, y))`. The functions of this module are for derivatives that have
//! other names, or were written by hand: [`gradient`] compares a gradient, entry by entry, with central differences. [`derivatives`] takes a function with its `jvp` and `vjp` and
//! checks all three against each other: the values are the same bit by bit, `J u` agrees with a central difference along `u`, and
//! `<v, J u> = <J^T v, u>`, which no pair of different matrices satisfies for random `u` and `v`.
//!
//! A check of a point where the function has a kink, or is not defined beside it, says nothing: choose another one.
use crate::coordinates::Coordinates;
use crate::seed::SplitMix64;
use crate::tangent::Differentiable;
use report::{same_length, same_value};
use std::fmt;

mod call;
mod report;
pub use call::{Call, Settings};
#[doc(hidden)]
pub use call::{fill, numbers, single, tangent};

/// What a check found to be wrong.
#[derive(Clone, Debug, PartialEq)]
pub struct Mismatch(String);

impl fmt::Display for Mismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Mismatch {}

/// Checks a gradient of a scalar function against central differences.
///
/// ```
/// use autodiff_core::check;
///
/// check::gradient(|x: &[f64; 2]| x[0] * x[0] * x[1], &[3.0, 2.0], &[12.0, 9.0]);
/// ```
///
/// # Panics
/// When they differ; the message lists the entries which do.
#[track_caller]
pub fn gradient<X, Y, G>(f: impl Fn(&X) -> Y, x: &X, gradient: &G)
where
    X: Coordinates + Clone,
    Y: Coordinates,
    G: Coordinates + ?Sized,
{
    if let Err(mismatch) = try_gradient(f, x, gradient) {
        panic!("{mismatch}");
    }
}

/// [`gradient`], which returns what is wrong.
///
/// ```
/// use autodiff_core::check;
///
/// let wrong = check::try_gradient(|x: &[f64; 2]| x[0] * x[1], &[3.0, 2.0], &[2.0, 5.0]).unwrap_err();
/// assert!(wrong.to_string().contains("entry 1: 5, but the central difference is 3.0"), "{wrong}");
/// ```
pub fn try_gradient<X, Y, G>(f: impl Fn(&X) -> Y, x: &X, gradient: &G) -> Result<(), Mismatch>
where
    X: Coordinates + Clone,
    Y: Coordinates,
    G: Coordinates + ?Sized,
{
    let mut y = f(x);
    if y.dimension() != 1 {
        return Err(Mismatch(format!(
            "`check::gradient` is for scalar functions, but this result has shape {}; use `check::derivatives`",
            y.describe()
        )));
    }
    let (found, point) = (gradient.coordinates(), x.coordinates());
    if found.len() != point.len() {
        return Err(Mismatch(format!(
            "the gradient has shape {}, but the argument has shape {}",
            gradient.describe(),
            x.describe()
        )));
    }
    let accuracy = Accuracy::of(&mut x.clone(), &mut y);
    let expected: Vec<Estimate> = (0..point.len())
        .map(|k| {
            let scale = point[k].abs().max(1.0);
            let along = |h: f64| {
                let mut x = x.clone();
                x.set_coordinate(k, point[k] + h * scale);
                f(&x).coordinates()
            };
            accuracy.differences(along).swap_remove(0).divided(scale)
        })
        .collect();
    compare("the gradient", &found, &expected, &accuracy)
}

/// Checks a function, its forward mode and its reverse mode against each other and against central differences.
///
/// With `#[differentiable] fn f`, the arguments are `f`, `f::jvp`, `f::vjp` and a point.
///
/// ```
/// use autodiff_core::check;
///
/// let f = |x: &[f64; 2]| x[0] * x[1];
/// let jvp = |x: &[f64; 2], u: &[f64; 2]| (x[0] * x[1], u[0] * x[1] + x[0] * u[1]);
/// let vjp = |x: &[f64; 2], v: f64| (x[0] * x[1], [v * x[1], v * x[0]]);
/// check::derivatives(f, jvp, vjp, &[3.0, 2.0]);
/// ```
///
/// # Panics
/// When they differ; the message says which of them, and where.
#[track_caller]
pub fn derivatives<X, Y>(
    f: impl Fn(&X) -> Y,
    jvp: impl Fn(&X, &X::Gradient) -> (Y, Y::Gradient),
    vjp: impl Fn(&X, Y::Gradient) -> (Y, X::Gradient),
    x: &X,
) where
    X: Differentiable + Coordinates + Clone,
    Y: Differentiable + Coordinates,
{
    if let Err(mismatch) = try_derivatives(f, jvp, vjp, x) {
        panic!("{mismatch}");
    }
}

/// [`derivatives`], which returns what is wrong.
///
/// ```
/// use autodiff_core::check;
///
/// let (f, jvp) = (|x: &f64| x * x, |x: &f64, u: &f64| (x * x, 2.0 * x * u));
/// let wrong = |x: &f64, v: f64| (x * x, 3.0 * x * v);
/// assert!(check::try_derivatives(f, jvp, wrong, &2.0).unwrap_err().to_string().contains("the modes disagree"));
/// ```
pub fn try_derivatives<X, Y>(
    f: impl Fn(&X) -> Y,
    jvp: impl Fn(&X, &X::Gradient) -> (Y, Y::Gradient),
    vjp: impl Fn(&X, Y::Gradient) -> (Y, X::Gradient),
    x: &X,
) -> Result<(), Mismatch>
where
    X: Differentiable + Coordinates + Clone,
    Y: Differentiable + Coordinates,
{
    let mut y = f(x);
    let (value, point) = (y.coordinates(), x.coordinates());
    let accuracy = Accuracy::of(&mut x.clone(), &mut y);
    for round in 0..3 {
        let mut generator = SplitMix64(round);
        let (mut u, mut v) = (X::zero_tangent(&x.shape()), Y::zero_tangent(&y.shape()));
        // Each coordinate moves in proportion to its size.
        let mut k = 0;
        u.map_scalars(&mut |_| {
            k += 1;
            point[k - 1].abs().max(1.0) * generator.next()
        });
        v.map_scalars(&mut |_| generator.next());

        let (y_jvp, y_dot) = jvp(x, &u);
        let (y_vjp, x_bar) = vjp(x, v.clone());
        same_value("`jvp`", &y_jvp.coordinates(), &value)?;
        same_value("`vjp`", &y_vjp.coordinates(), &value)?;
        let (u, v, y_dot, x_bar) = (u.coordinates(), v.coordinates(), y_dot.coordinates(), x_bar.coordinates());
        same_length("the tangent from `jvp`", y_dot.len(), value.len())?;
        same_length("the gradient from `vjp`", x_bar.len(), point.len())?;

        let along = |h: f64| {
            let mut k = 0;
            let mut x = x.clone();
            x.map_scalars(&mut |v| {
                k += 1;
                v + h * u[k - 1]
            });
            f(&x).coordinates()
        };
        compare("the tangent from `jvp`", &y_dot, &accuracy.differences(along), &accuracy)?;

        let (forward, reverse) = (dot(&v, &y_dot), dot(&x_bar, &u));
        let magnitude: f64 =
            [(&v, &y_dot), (&x_bar, &u)].iter().flat_map(|(a, b)| a.iter().zip(*b)).map(|(a, b)| (a * b).abs()).sum();
        if !within(forward, reverse, accuracy.rounding * magnitude) {
            return Err(Mismatch(format!(
                "the modes disagree: <v, J u> = {forward} from `jvp`, but <J^T v, u> = {reverse} from `vjp`"
            )));
        }
    }
    Ok(())
}

/// How exact differences and derivatives are.
struct Accuracy {
    /// The step of the differences, relative to the coordinate.
    step: f64,
    /// The relative error that a derivative may have.
    derivative: f64,
    /// The error of a difference in relation to the function's value.
    difference: f64,
    /// The relative error of sums that differ in the order of operations.
    rounding: f64,
}

impl Accuracy {
    fn of(x: &mut impl Coordinates, y: &mut impl Coordinates) -> Accuracy {
        Accuracy::new(is_single(x) || is_single(y))
    }

    fn new(single: bool) -> Accuracy {
        if single {
            Accuracy { step: 2.0_f64.powi(-6), derivative: 1e-3, difference: 1e-4, rounding: 1e-4 }
        } else {
            Accuracy { step: 2.0_f64.powi(-12), derivative: 1e-6, difference: 1e-10, rounding: 1e-10 }
        }
    }

    /// Central differences with two step sizes, extrapolated.
    fn differences(&self, f: impl Fn(f64) -> Vec<f64>) -> Vec<Estimate> {
        let h = self.step;
        let [a, b, c, d] = [f(-2.0 * h), f(-h), f(h), f(2.0 * h)];
        (0..a.len())
            .map(|i| {
                let (near, far) = ((c[i] - b[i]) / (2.0 * h), (d[i] - a[i]) / (4.0 * h));
                let size = [&a, &b, &c, &d].iter().fold(0.0_f64, |m, v| m.max(v[i].abs()));
                let value = (4.0 * near - far) / 3.0;
                Estimate { value, error: 0.01 * (near - far).abs() + self.difference * size }
            })
            .collect()
    }
}

/// `f32` or `f64`? Found out by looking which numbers there is room for.
fn is_single(x: &mut dyn Coordinates) -> bool {
    let fine = 1.0 + 2.0_f64.powi(-40);
    let mut single = false;
    x.map_scalars(&mut |_| fine);
    x.for_each_scalar(&mut |v| single |= v != fine);
    single
}

/// A difference, and how far off it may be.
struct Estimate {
    value: f64,
    error: f64,
}

impl Estimate {
    fn divided(self, by: f64) -> Estimate {
        Estimate { value: self.value / by, error: self.error / by }
    }
}

fn compare(what: &str, found: &[f64], expected: &[Estimate], accuracy: &Accuracy) -> Result<(), Mismatch> {
    same_length(what, found.len(), expected.len())?;
    let wrong: Vec<String> = found
        .iter()
        .zip(expected)
        .enumerate()
        .filter(|(_, (f, e))| {
            let allowed = e.error + accuracy.derivative * f.abs().max(e.value.abs());
            !within(**f, e.value, allowed)
        })
        .map(|(k, (f, e))| format!("\n  entry {k}: {f}, but the central difference is {:?}", e.value))
        .collect();
    if wrong.is_empty() {
        return Ok(());
    }
    let shown = wrong.len().min(10);
    let rest = if wrong.len() > shown { "\n  ..." } else { "" };
    Err(Mismatch(format!(
        "{what} is wrong in {} of {} entries:{}{rest}",
        wrong.len(),
        found.len(),
        wrong[..shown].concat()
    )))
}

/// Whether two numbers are that close; a NaN is close to nothing.
fn within(a: f64, b: f64, allowed: f64) -> bool {
    (a - b).abs() <= allowed
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::ptr_arg)]
    use super::*;

    fn f(x: &Vec<f64>) -> [f64; 2] {
        [x[0] * x[1].sin(), x[2].exp() - x[0]]
    }
    fn jvp(x: &Vec<f64>, u: &Vec<f64>) -> ([f64; 2], [f64; 2]) {
        (f(x), [u[0] * x[1].sin() + x[0] * x[1].cos() * u[1], x[2].exp() * u[2] - u[0]])
    }
    fn vjp(x: &Vec<f64>, v: [f64; 2]) -> ([f64; 2], Vec<f64>) {
        (f(x), vec![v[0] * x[1].sin() - v[1], v[0] * x[0] * x[1].cos(), v[1] * x[2].exp()])
    }
    fn message(result: Result<(), Mismatch>) -> String {
        result.expect_err("it should be found").to_string()
    }

    #[test]
    fn right_derivatives_pass() {
        derivatives(f, jvp, vjp, &vec![0.5, 1.0, -0.3]);
        derivatives(f, jvp, vjp, &vec![5e5, 1e-4, 3.0]);
        gradient(|x| f(x)[0], &vec![0.5, 1.0, -0.3], &vjp(&vec![0.5, 1.0, -0.3], [1.0, 0.0]).1[..]);
        gradient(|x: &f32| x.sin(), &0.5_f32, &0.5_f32.cos());
    }

    #[test]
    fn small_errors_in_small_gradients_are_found() {
        let wrong = try_gradient(|x: &f64| 1e-9 * x * x, &1.0, &2.1e-9);
        assert!(message(wrong).contains("entry 0"));
    }

    #[test]
    fn each_kind_of_error_is_named() {
        let x = vec![0.5, 1.0, -0.3];
        let half = |x: &Vec<f64>, u: &Vec<f64>| (f(x), jvp(x, u).1.map(|t| 0.5 * t));
        assert!(
            message(try_derivatives(f, half, vjp, &x)).starts_with("the tangent from `jvp` is wrong in 2 of 2 entries")
        );
        let off = |x: &Vec<f64>, u: &Vec<f64>| (f(x).map(|y| y + 1e-15), jvp(x, u).1);
        assert!(message(try_derivatives(f, off, vjp, &x)).starts_with("`jvp` returns another value"));
        let twice = |x: &Vec<f64>, v| (f(x), vjp(x, v).1.iter().map(|g| 2.0 * g).collect());
        assert!(message(try_derivatives(f, jvp, twice, &x)).starts_with("the modes disagree"));
        let nan = |x: &Vec<f64>, v| (f(x), vec![f64::NAN; vjp(x, v).1.len()]);
        assert!(message(try_derivatives(f, jvp, nan, &x)).starts_with("the modes disagree"));
        let short = |x: &Vec<f64>, v| (f(x), vjp(x, v).1[1..].to_vec());
        assert!(message(try_derivatives(f, jvp, short, &x)).contains("has 2 entries instead of 3"));
        assert!(message(try_gradient(f, &x, &x)).contains("this result has shape 2"));
    }
}
