//! `Real`: the scalars that code may be generic over.
use crate::coordinates::Coordinates;
use crate::scalar_output::ScalarOutput;
use crate::tangent::{Differentiable, Lend, Own, Tangent, Value};
use std::cell::Cell;

/// The ordinary methods of real numbers: where these come from depends on the feature `nalgebra`.
#[cfg(feature = "nalgebra")]
use nalgebra::RealField as Field;
#[cfg(not(feature = "nalgebra"))]
use num_traits::Float as Field;

/// A scalar is a vector of one element, where there are Jacobian matrices.
#[cfg(feature = "nalgebra")]
use crate::rules::ScalarShape;
#[cfg(not(feature = "nalgebra"))]
use std::marker::Sized as ScalarShape;

/// A real number type that functions may be generic over: `f32` and `f64`.
///
/// With the feature `nalgebra` its methods are those of `nalgebra::RealField`, without it those of
/// `num_traits::Float`; either way `x.sin()`, `x.sqrt()`, `T::zero()` and the operators are there.
///
/// ```
/// use autodiff_core::Real;
///
/// fn decay<T: Real>(x: T) -> T {
///     (-x * x).exp()
/// }
/// assert_eq!(decay(0.0_f32), 1.0);
/// assert_eq!(decay(0.0_f64), 1.0);
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a real scalar",
    label = "this rule is for `f32`, `f64` and `T: Real`"
)]
pub trait Real:
    Field
    + Copy
    + Differentiable<Tangent = Self, Gradient = Self, Bar = Cell<Self>, OwnedBar = Cell<Self>, Shape = ()>
    + Tangent<Bar = Cell<Self>>
    + Value<Of = Self>
    + Own<Owned = Self>
    + Lend<Cell<Self>>
    + Coordinates
    + ScalarOutput<Self>
    + ScalarShape
    + Send
    + Sync
    + 'static
{
    /// What rules need of a number, apart so that no name in it can collide with one that users write.
    #[doc(hidden)]
    type Math: Math<Self>;
}

/// Functions of a scalar that the rules are written in: those of `std`, as associated functions.
#[doc(hidden)]
#[allow(missing_docs)]
pub trait Math<T> {
    fn of(x: f64) -> T;
    fn exp(x: T) -> T;
    fn ln(x: T) -> T;
    fn sin(x: T) -> T;
    fn cos(x: T) -> T;
    fn sinh(x: T) -> T;
    fn cosh(x: T) -> T;
    fn sqrt(x: T) -> T;
    fn trunc(x: T) -> T;
    fn abs(x: T) -> T;
    fn powi(x: T, n: i32) -> T;
    fn powf(x: T, p: T) -> T;
    fn hypot(x: T, y: T) -> T;
    fn div_euclid(x: T, y: T) -> T;
    fn copysign(x: T, sign: T) -> T;
    fn is_sign_negative(x: T) -> bool;
}

macro_rules! real {
    ($($t:ident),*) => {$(
        impl Real for $t {
            type Math = std::marker::PhantomData<$t>;
        }

        impl Math<$t> for std::marker::PhantomData<$t> {
            #[inline(always)]
            fn of(x: f64) -> $t {
                x as $t
            }
            #[inline(always)]
            fn powi(x: $t, n: i32) -> $t {
                x.powi(n)
            }
            #[inline(always)]
            fn powf(x: $t, p: $t) -> $t {
                x.powf(p)
            }
            #[inline(always)]
            fn hypot(x: $t, y: $t) -> $t {
                x.hypot(y)
            }
            #[inline(always)]
            fn div_euclid(x: $t, y: $t) -> $t {
                x.div_euclid(y)
            }
            #[inline(always)]
            fn copysign(x: $t, sign: $t) -> $t {
                x.copysign(sign)
            }
            #[inline(always)]
            fn is_sign_negative(x: $t) -> bool {
                x.is_sign_negative()
            }
            real!(@ $t: exp ln sin cos sinh cosh sqrt trunc abs);
        }
    )*};
    (@ $t:ident: $($f:ident)*) => {$(
        #[inline(always)]
        fn $f(x: $t) -> $t {
            $t::$f(x)
        }
    )*};
}
real!(f32, f64);
