//! Numbers as the other crates want them: a kernel once more, generic over what it computes with.
use std::ops::{Add, AddAssign, Div, Mul, Neg, Sub};

/// A real number, or one that carries derivatives.
pub(crate) trait Number:
    Copy
    + Neg<Output = Self>
    + Add<Output = Self>
    + AddAssign
    + Sub<Output = Self>
    + Mul<Output = Self>
    + Div<Output = Self>
{
    /// A constant.
    fn of(value: f64) -> Self;
    fn value(self) -> f64;
    fn sqrt(self) -> Self;
    fn exp(self) -> Self;
    fn ln(self) -> Self;
    fn sin(self) -> Self;
    fn cos(self) -> Self;
    fn tanh(self) -> Self;
}

/// Implements [`Number`] for a type: how a constant is made, how the value is read, the trait or type that has the functions, and
/// how they take their argument.
macro_rules! number {
    ($type:ty, $of:expr, $value:expr, $($functions:ident)::+, $by:ident) => {
        number!(@ $type, $of, $value, [$($functions)::+], $by, sqrt exp ln sin cos tanh);
    };
    (@ $type:ty, $of:expr, $value:expr, $functions:tt, $by:ident, $($function:ident)+) => {
        impl $crate::kernels::number::Number for $type {
            #[inline]
            fn of(value: f64) -> Self {
                $of(value)
            }
            #[inline]
            fn value(self) -> f64 {
                $value(&self)
            }
            $(#[inline]
            fn $function(self) -> Self {
                number!(@ $by, $functions, $function, self)
            })+
        }
    };
    (@ by_value, [$($functions:tt)+], $function:ident, $x:expr) => { $($functions)+::$function($x) };
    (@ by_reference, [$($functions:tt)+], $function:ident, $x:expr) => { $($functions)+::$function(&$x) };
}
number!(f64, |value| value, |x: &f64| *x, f64, by_value);

pub(crate) fn sum<T: Number>(terms: impl IntoIterator<Item = T>) -> T {
    terms.into_iter().fold(T::of(0.0), |sum, term| sum + term)
}

pub(crate) fn dot<T: Number>(a: &[T], b: &[T]) -> T {
    sum(a.iter().zip(b).map(|(&a, &b)| a * b))
}

/// A slice as arrays of `N`.
pub(crate) fn arrays<T, const N: usize>(x: &[T]) -> &[[T; N]] {
    let (arrays, rest) = x.as_chunks();
    assert!(rest.is_empty(), "a multiple of {N}");
    arrays
}
