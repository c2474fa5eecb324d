//! `stop_gradient`: a value through which no derivative passes.

/// Returns its argument unchanged and lets no derivative through: what frameworks call `detach`.
///
/// Inside of a `#[differentiable]` function the macro knows it by its name. It evaluates the argument as it stands and treats the
/// result as a constant, in both modes.
///
/// ```
/// use autodiff_core::stop_gradient;
///
/// assert_eq!(stop_gradient(2.0), 2.0);
/// ```
///
#[cfg_attr(feature = "macros", doc = "```")]
#[cfg_attr(not(feature = "macros"), doc = "```ignore")]
/// # use autodiff_core::{differentiable, stop_gradient};
/// #[differentiable]
/// fn f(x: f64) -> f64 {
///     x * stop_gradient(x)
/// }
/// assert_eq!(f::grad(3.0), 3.0); // and not 6.0
/// ```
#[inline(always)]
pub fn stop_gradient<T>(x: T) -> T {
    x
}
