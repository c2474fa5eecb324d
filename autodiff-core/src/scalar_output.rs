//! What `grad` asks of a function: that its result is a scalar.
/// A result that has a gradient: a scalar, whose seed is 1.
///
/// ```
/// use autodiff_core::ScalarOutput;
///
/// assert_eq!(f32::unit_seed(), 1.0);
/// ```
///
/// `Seed` is the gradient type of the result. It is a parameter, and not `Self::Gradient`, because where a bound on a generic type is in scope
/// rustc looks at nothing else to find out what `Self::Gradient` is.
///
/// As a bound on a concrete type it would be an error where it stands, even if nobody calls the function. Behind a `for<'a>` it is one where
/// the function is called:
///
/// ```compile_fail,E0277
/// # use autodiff_core::{Differentiable, ScalarOutput};
/// type Output = [f64; 2];
/// fn grad() -> <Output as Differentiable>::Gradient
/// where
///     for<'a> Output: ScalarOutput<<Output as Differentiable>::Gradient>,
/// {
///     Output::unit_seed()
/// }
/// grad(); // `grad` needs a function with a scalar result, but this one returns `[f64; 2]`
/// ```
#[diagnostic::on_unimplemented(
    message = "`grad` needs a function with a scalar result, but this one returns `{Self}`",
    label = "the result is not a scalar",
    note = "pass a seed with `vjp`, or ask for `jacobian`; where a function returns nothing, the adjoints of its `&mut` parameters are the seeds"
)]
pub trait ScalarOutput<Seed> {
    /// The seed 1.
    fn unit_seed() -> Seed;
}

impl ScalarOutput<f32> for f32 {
    #[inline(always)]
    fn unit_seed() -> f32 {
        1.0
    }
}

impl ScalarOutput<f64> for f64 {
    #[inline(always)]
    fn unit_seed() -> f64 {
        1.0
    }
}

/// What the derivatives of a function that takes functions would need: nothing has it.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "the derivative of a function that takes functions is not known by itself",
    label = "the function that is handed in has no derivative here",
    note = "call it in a function annotated with #[differentiable], and ask for the derivatives of that one"
)]
pub trait KnownDerivative {}

/// `R: Same<O>` says that `O` is `R`, but says it of a type parameter.
#[doc(hidden)]
pub trait Same<T> {}

impl<T> Same<T> for T {}

/// What a Jacobian of a function with any other number of differentiable parameters would need: nothing has it.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "`jacobian` is there for functions with one differentiable parameter",
    label = "this function has none or several",
    note = "mark the others `#[nodiff]`, or ask for rows with `vjp` and for columns with `jvp`"
)]
pub trait OneParameter {}
