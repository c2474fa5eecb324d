//! Compile-time automatic differentiation for stable Rust: one attribute on an ordinary function.
//!
#![cfg_attr(feature = "macros", doc = "```")]
#![cfg_attr(not(feature = "macros"), doc = "```ignore")]
//! use autodiff_core::differentiable;
//!
//! #[differentiable]
//! fn f(x: &[f64]) -> f64 {
//!     let mut s = 0.0;
//!     for i in 0..x.len() {
//!         s += x[i] * x[i];
//!     }
//!     0.5 * s
//! }
//!
//! let x = [3.0, 4.0];
//! assert_eq!(f(&x), 12.5); // the function itself, untouched
//! assert_eq!(f::grad(&x), [3.0, 4.0]); // reverse mode
//! assert_eq!(f::jvp(&x, &[1.0, 0.0]), (12.5, 3.0)); // forward mode
//! ```
//!
//! # What the attribute makes of `f`
//!
//! | call                                      | result                                                                       |
//! |-------------------------------------------|------------------------------------------------------------------------------|
//! | `f::grad(args..)`                         | the gradient, for scalar results                                             |
//! | `f::value_and_grad(args..)`               | the value with it                                                            |
//! | `f::grad_into(args.., &mut bars..)`       | the value; adds the gradient to the buffers                                  |
//! | `f::vjp(args.., seed)`                    | the value, and `v^T J` for a result of any type                              |
//! | `f::vjp_into(args.., seed, &mut bars..)`  | the value; adds to the buffers                                               |
//! | `f::jvp(args.., tangents..)`              | the value and `J u`                                                          |
//! | `f::jvps(args.., [tangents; W]..)`        | the value and `J u` for `W` directions `u` in one pass                       |
//! | `f::jacobian(args..)`                     | the Jacobian of a vector-valued function (feature `nalgebra`)                |
//! | `f::jacobian_into(args.., &mut matrix)`   | the value; adds the Jacobian to the matrix, or to a part of one              |
//!
//! Of several parameters the gradients come as a tuple. Gradients have the type that one would write by hand: `Vec<f64>` for
//! `&[f64]`, `DVector<f64>` for `&DVector<f64>`, tuples for tuples. Integers, `bool`, `char` and strings are constants by their
//! type, `#[nodiff] x: T` makes any parameter one, and [`stop_gradient`] any expression.
//!
//! # Several directions at once
//!
//! `jvps` goes along `W` directions in one pass: for each parameter it takes an array of tangents where `jvp` takes one, and
//! it hands out an array. The function itself is computed once, its branches are decided once, and the tangents of numbers are
//! vectors for the processor; each lane is what `jvp` gives for its direction. `W` is the length of the arrays.
//!
//! ```
//! use autodiff_core::differentiable;
//!
//! #[differentiable]
//! fn polar(p: &[f64; 2], scale: f64) -> [f64; 2] {
//!     let (sin, cos) = p[1].sin_cos();
//!     [scale * p[0] * cos, scale * p[0] * sin]
//! }
//!
//! // by the radius, by the angle, by the scale
//! let (value, dots) = polar::jvps(&[2.0, 0.0], 3.0, [&[1.0, 0.0], &[0.0, 1.0], &[0.0, 0.0]], [0.0, 0.0, 1.0]);
//! assert_eq!(value, [6.0, 0.0]);
//! assert_eq!(dots, [[3.0, 0.0], [0.0, 6.0], [2.0, 0.0]]);
//! ```
//!
//! `jacobian` is made of it. It goes forward, eight columns at once (four, where the length of the argument is not known to its
//! type), unless there are more than twice as many columns as rows: then it goes row by row in reverse. `jacobian_into` is
//! the same without a new matrix; like all functions `.._into` it adds, and it hands out the value.
//!
//! ```
//! # #[cfg(feature = "nalgebra")] {
//! use autodiff_core::differentiable;
//! use nalgebra::{DMatrix, DVector, dmatrix, dvector};
//!
//! #[differentiable]
//! fn squares(x: &DVector<f64>) -> DVector<f64> {
//!     x.component_mul(x)
//! }
//!
//! let x = dvector![1.0, 2.0];
//! let mut j = DMatrix::zeros(3, 2);
//! let value = squares::jacobian_into(&x, &mut j.rows_mut(1, 2));
//! assert_eq!((value, j), (dvector![1.0, 4.0], dmatrix![0.0, 0.0; 2.0, 0.0; 0.0, 4.0]));
//! # }
//! ```
//!
//! # Conventions at kinks
//!
//! Both modes follow the same conventions where a derivative does not exist, is not unique, or is infinite.
//!
//! | where                                                | derivative                                                       |
//! |------------------------------------------------------|------------------------------------------------------------------|
//! | `x.abs()` at 0                                       | 0                                                                |
//! | `a.max(b)`, `a.min(b)`, `a.abs_sub(b)` at `a == b`   | half for each operand, so `x.max(0.0)` has 1/2 at 0              |
//! | `x.max(y)`, `x.min(y)` with one NaN                  | all of it for the operand that is returned                       |
//! | `x.clamp(lo, hi)` on a bound                         | half for `x`, half for the bound                                 |
//! | `if x > 0.0 { x } else { 0.0 }` at 0                 | that of the branch taken: 0                                      |
//! | `norm`, `hypot` at 0                                 | 0                                                                |
//! | `x.powi(0)`, `x.powf(0.0)`                           | 0, also at `x == 0`                                              |
//! | `x.powf(p)` at `x == 0` with respect to `p`          | 0 where the value is finite                                      |
//! | `x.copysign(s)` at `x == 0`                          | 0                                                                |
//! | `floor`, `ceil`, `round`, `trunc`, `signum`          | 0; so `fract` has 1                                              |
//! | `a % b`, `a.rem_euclid(b)`                           | 1 for `a`, minus the integer quotient for `b`                    |
//! | `atan2` at the origin                                | NaN: there is nothing sensible to choose                         |
//! | eigenvectors and singular vectors where two values tie | that part is left out: right for whatever is the same for all bases |
//! | `angle` of a unit quaternion at the identity         | 0                                                                |
//! | an infinite partial (`sqrt` and `ln` at 0, `acos` at 1, division by 0) | infinite; but 0 where the incoming adjoint or tangent is exactly 0, so a masked term never turns into a NaN |
//!
//! # Matrices, decompositions and geometry
//!
//! The tangent of a matrix or vector of nalgebra's is a matrix of the same shape. That of a decomposition (`LU`, `Cholesky`, `QR`) is the
//! tangent of the matrix which it decomposes. `cholesky` and `symmetric_eigen` read the lower triangle of their matrix, and
//! the gradient stands in the lower triangle. Geometric types have tangents in the coordinates in which they are stored:
//! `Rotation3` a matrix, `UnitQuaternion` a `Quaternion`, `Translation3` a `Translation3`, `Isometry3` an [`IsometryTangent`].
//!
//! # Functions with rules of their own
//!
//! What std does not have, or what is not to be differentiated step by step, gets a rule: one function for each mode.
//!
#![cfg_attr(feature = "macros", doc = "```")]
#![cfg_attr(not(feature = "macros"), doc = "```ignore")]
//! use autodiff_core::differentiable;
//!
//! /// The logarithm of the gamma function, for positive numbers, by Stirling's series.
//! #[differentiable(jvp = ln_gamma_jvp, vjp = ln_gamma_vjp)]
//! fn ln_gamma(x: f64) -> f64 {
//!     if x < 10.0 {
//!         return ln_gamma(x + 1.0) - x.ln();
//!     }
//!     let r = 1.0 / (x * x);
//!     let series = (1.0 / 12.0 - r * (1.0 / 360.0 - r * (1.0 / 1260.0 - r / 1680.0))) / x;
//!     (x - 0.5) * x.ln() - x + 0.5 * (2.0 * std::f64::consts::PI).ln() + series
//! }
//!
//! fn digamma(x: f64) -> f64 {
//!     if x < 10.0 {
//!         return digamma(x + 1.0) - 1.0 / x;
//!     }
//!     let r = 1.0 / (x * x);
//!     x.ln() - 0.5 / x - r * (1.0 / 12.0 - r * (1.0 / 120.0 - r * (1.0 / 252.0 - r / 240.0)))
//! }
//!
//! /// The value and its tangent.
//! fn ln_gamma_jvp(x: f64, x_dot: f64) -> (f64, f64) {
//!     (ln_gamma(x), digamma(x) * x_dot)
//! }
//!
//! /// The value and the gradient of `seed` times the value.
//! fn ln_gamma_vjp(x: f64, seed: f64) -> (f64, f64) {
//!     (ln_gamma(x), digamma(x) * seed)
//! }
//!
//! #[differentiable]
//! fn log_poisson(rate: f64, count: f64) -> f64 {
//!     count * rate.ln() - rate - ln_gamma(count + 1.0)
//! }
//!
//! let (rate_bar, count_bar) = log_poisson::grad(2.0, 3.0);
//! assert_eq!(rate_bar, 0.5);
//! assert!((count_bar - (2_f64.ln() - (11.0 / 6.0 - 0.577_215_664_901_532_9))).abs() < 1e-10);
//! ```
//!
//! # Beside the attribute
//!
//! - [`seed`]: ones, basis vectors and random directions of the shape of a value
//! - [`check!`](check!): tests a function's derivatives in one line, `check!(f(&x, y))`; [`mod@check`]: gradient checks of other functions
//! - [`Real`]: the trait to write functions over `f32` and `f64` with
//! - [`Differentiable`] and the traits around it in [`tangent`]: what makes a type differentiable
//!
//! # Features
//!
//! - `macros` (default): the attribute
//! - `nalgebra` (default): matrices and vectors, and `jacobian`

pub mod check;
pub mod coordinates;
#[cfg(feature = "nalgebra")]
mod matrix;
mod real;
#[doc(hidden)]
pub mod rules;
mod scalar_output;
pub mod seed;
mod stop_gradient;
pub mod tangent;

/// Makes a struct or an enum of your own differentiable: field by field, with constants marked `#[nodiff]`.
///
/// For `struct P` it writes `struct PTangent` with the same fields, each holding the derivative of the field of that name: it is
/// the tangent that `jvp` takes and the gradient that `grad` returns. A field marked `#[nodiff]` may have any type and has the
/// tangent `()`; a number in such a field is read by `stop_gradient(p.field)`. An enum has a tangent enum of the same variants,
/// and its seed is of the final variant where a value behind `&mut` changes it. Visibility, generics and bounds are those of the type itself.
///
/// ```
/// use autodiff_core::{Differentiable, differentiable};
///
/// #[derive(Clone, Differentiable)]
/// struct Spring {
///     stiffness: f64,
///     rest: f64,
///     #[nodiff]
///     name: &'static str,
/// }
///
/// #[differentiable]
/// fn energy(s: &Spring, x: f64) -> f64 {
///     0.5 * s.stiffness * (x - s.rest) * (x - s.rest)
/// }
///
/// let spring = Spring { stiffness: 4.0, rest: 1.0, name: "left" };
/// let (s_bar, x_bar) = energy::grad(&spring, 3.0);
/// assert_eq!(s_bar, SpringTangent { stiffness: 2.0, rest: -8.0, name: () });
/// assert_eq!(x_bar, 8.0);
/// ```
#[cfg(feature = "macros")]
pub use autodiff_macros::Differentiable;
/// Tests the derivatives of a function at a point: `check!(f(&x, y))`.
///
/// The value that each mode returns is the function's own, bit by bit; forward mode gives what central differences give; and
/// reverse mode gives what forward mode gives, entry by entry and (the dot-product test) along random directions.
///
/// ```
/// use autodiff_core::{check, differentiable};
///
/// #[differentiable]
/// fn energy(x: &[f64], stiffness: f64, steps: usize) -> f64 {
///     let mut e = 0.0;
///     for i in 0..steps {
///         e += 0.5 * stiffness * (x[i + 1] - x[i]) * (x[i + 1] - x[i]);
///     }
///     e
/// }
///
/// #[differentiable]
/// fn heat(u: &mut [f64], k: f64) {
///     for i in 1..u.len() {
///         u[i] += k * (u[i - 1] - u[i]);
///     }
/// }
///
/// let x = [0.0, 1.0, 1.5];
/// check!(energy(&x, 3.0, 2)); // an integer is a constant
/// check!(energy(&x, 3.0, #[nodiff] x.len() - 1)); // so is what is marked, as in the signature
/// check!(heat(&mut [1.0, 2.0, 4.0], 0.1) -> ()); // no result: what is behind `&mut` is
/// ```
///
/// Any differentiable types will do, and any number of them, passed as the function takes them: `x`, `&x` or `&mut x`; a slice `x: &[f64]` that is
/// a variable is passed as `&*x`. Nothing is changed: the calls work on copies. Methods are checked as
/// `check!(p.energy(x))`, and as `check!((&mut p).step(x) -> ())` where they change `self`.
///
/// After the call: `name = F` where the companion is called `F`; `step = 1e-3`, the size of the steps that differences take relative to each number;
/// `tolerance = 1e-6`, how far derivatives may be from differences, relative to the largest.
///
/// A rule of one's own is found out when it is wrong:
///
/// ```should_panic
/// use autodiff_core::{check, differentiable};
///
/// #[differentiable(jvp = logistic_jvp, vjp = logistic_vjp)]
/// fn logistic(x: f64) -> f64 {
///     1.0 / (1.0 + (-x).exp())
/// }
/// fn logistic_jvp(x: f64, x_dot: f64) -> (f64, f64) {
///     let y = logistic(x);
///     (y, y * (1.0 - y) * x_dot)
/// }
/// fn logistic_vjp(x: f64, seed: f64) -> (f64, f64) {
///     let y = logistic(x);
///     (y, y * (1.0 + y) * seed) // the sign is wrong
/// }
///
/// check!(logistic(0.5));
/// ```
///
/// # Panics
/// When something differs. The report shows argument, entry and numbers, and says where the function is not smooth at the point:
///
/// ```text
/// check!(logistic(0.5)): reverse mode is wrong
///   `0.5`: reverse mode 1.0099149502021145, forward mode 0.2350037122015945, central difference 0.23500371220169805
/// ```
#[cfg(feature = "macros")]
pub use autodiff_macros::check;
#[cfg(feature = "macros")]
pub use autodiff_macros::differentiable;
pub use coordinates::Coordinates;
pub use real::Real;
#[cfg(feature = "nalgebra")]
pub use rules::{
    factor::{SvdTangent, SymmetricEigenTangent},
    geometry::IsometryTangent,
};
pub use scalar_output::ScalarOutput;
pub use stop_gradient::stop_gradient;
pub use tangent::{Bar, Differentiable, GradientLike, GradientOf, Lend, Own, ShapeOf, Shaped, Tangent, Value};
