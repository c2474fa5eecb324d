//! Functions of numbers that integers have too: `abs`, `max`, `min`, `clamp`.
//!
//! At a kink: `|0|' = 0`, and of equal operands of `max` and `min` each gets half.
use crate::real::{Math, Real};
use crate::tangent::{Differentiable, Value};

/// A number whose order is differentiated through; integers take part with nothing to differentiate.
#[diagnostic::on_unimplemented(message = "there is no derivative rule for this method on `{Self}`")]
pub trait OrderRule: Differentiable + PartialOrd + Sized {
    /// `d` times a partial, which is one of 0, 1/2 and 1.
    fn times(d: &Self::Gradient, partial: f64) -> Self::Gradient;
}

impl<T: Real> OrderRule for T {
    #[inline(always)]
    fn times(d: &T, partial: f64) -> T {
        *d * T::Math::of(partial)
    }
}

/// The absolute value, of scalars, integers and (element by element) matrices.
#[diagnostic::on_unimplemented(message = "there is no derivative rule for `abs` on `{Self}`")]
pub trait AbsRule: Differentiable {
    /// `d` times the sign of `self`, which is 0 for 0.
    fn abs_times(&self, d: &Self::Gradient) -> Self::Gradient;
}

impl<T: Real> AbsRule for T {
    #[inline(always)]
    fn abs_times(&self, d: &T) -> T {
        if *self > T::zero() {
            *d
        } else if *self < T::zero() {
            -*d
        } else {
            T::zero()
        }
    }
}

macro_rules! integer {
    ($($t:ty),*) => {$(
        impl OrderRule for $t {
            #[inline(always)]
            fn times(_: &(), _: f64) {}
        }

        impl AbsRule for $t {
            #[inline(always)]
            fn abs_times(&self, _: &()) {}
        }
    )*};
}
integer!(u8, u16, u32, u64, u128, usize, i8, i16, i32, i64, i128, isize);

/// The partial of `max(a, b)` by `a`.
#[inline(always)]
pub(crate) fn max_partial<T: PartialOrd>(a: &T, b: &T) -> f64 {
    chosen(a, b, a > b)
}

/// The partial of `min(a, b)` by `a`.
#[inline(always)]
pub(crate) fn min_partial<T: PartialOrd>(a: &T, b: &T) -> f64 {
    chosen(a, b, a < b)
}

/// 1 if `a` is chosen, 1/2 if it equals `b`; of a number and a NaN, `f64::max` and `f64::min` choose the number.
#[inline(always)]
#[allow(clippy::eq_op)]
fn chosen<T: PartialOrd>(a: &T, b: &T, a_wins: bool) -> f64 {
    if a == b {
        0.5
    } else if a_wins || b != b {
        1.0
    } else {
        0.0
    }
}

/// The partials of `x.clamp(lo, hi)`; on a bound, `x` and the bound get half each. A NaN passes through.
#[inline(always)]
pub(crate) fn clamp_partials<T: PartialOrd>(x: &T, lo: &T, hi: &T) -> [f64; 3] {
    if x < lo {
        [0.0, 1.0, 0.0]
    } else if x > hi {
        [0.0, 0.0, 1.0]
    } else {
        match (x == lo, x == hi) {
            (true, true) => [0.5, 0.25, 0.25],
            (true, false) => [0.5, 0.5, 0.0],
            (false, true) => [0.5, 0.0, 0.5],
            (false, false) => [1.0, 0.0, 0.0],
        }
    }
}

/// `a.abs()`
pub mod abs {
    use super::*;
    /// The adjoint of the operand.
    #[inline(always)]
    pub fn pull_0<T: AbsRule>(a: &impl Value<Of = T>, d: &impl Value<Of = T::Gradient>) -> T::Gradient {
        a.value().abs_times(d.value())
    }
    pub use pull_0 as push_0;
}

macro_rules! order {
    ($(#[$doc:meta])* $name:ident $operands:tt: $($pull:ident $push:ident $partial:expr;)*) => {
        $(#[$doc])*
        pub mod $name {
            use super::*;
            $(order!(@ $pull $push $operands $partial);)*
        }
    };
    (@ $pull:ident $push:ident ($($operand:ident),*) $partial:expr) => {
        /// The adjoint of this operand.
        #[inline(always)]
        pub fn $pull<T: OrderRule>(
            $($operand: &impl Value<Of = T>,)*
            d: &impl Value<Of = T::Gradient>,
        ) -> T::Gradient {
            $(let $operand = $operand.value();)*
            T::times(d.value(), $partial)
        }
        pub use $pull as $push;
    };
}

order! {
    /// `a.max(b)`
    max(a, b):
    pull_0 push_0 max_partial(a, b);
    pull_1 push_1 1.0 - max_partial(a, b);
}
order! {
    /// `a.min(b)`
    min(a, b):
    pull_0 push_0 min_partial(a, b);
    pull_1 push_1 1.0 - min_partial(a, b);
}
order! {
    /// `a.clamp(b, c)`
    clamp(a, b, c):
    pull_0 push_0 clamp_partials(a, b, c)[0];
    pull_1 push_1 clamp_partials(a, b, c)[1];
    pull_2 push_2 clamp_partials(a, b, c)[2];
}
