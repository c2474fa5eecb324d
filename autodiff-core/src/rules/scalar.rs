//! The table of scalar functions: value, first and second partials, and what the partials read.
//!
//! On scalars a pull and a push are one thing, the multiplication by the partial. Where the incoming adjoint or tangent is
//! exactly 0 the result is 0, whatever the partial is: so a masked term never turns into a NaN.
use crate::real::{Math, Real};
use crate::rules::{Partial, Row};
use crate::tangent::Value;
use std::f64::consts::{LN_2, LN_10, PI};

/// What the partials below are written in.
mod math {
    use super::{Math, Real};

    /// The constant `x`.
    #[inline(always)]
    pub(super) fn c<T: Real>(x: f64) -> T {
        T::Math::of(x)
    }

    /// `d * partial`, and 0 where `d` is 0.
    #[inline(always)]
    pub(super) fn times<T: Real>(d: T, partial: T) -> T {
        if d.is_zero() { d } else { d * partial }
    }

    macro_rules! functions {
        ($($f:ident)*) => {$(
            #[inline(always)]
            pub(super) fn $f<T: Real>(x: T) -> T {
                T::Math::$f(x)
            }
        )*};
    }
    functions!(exp ln sin cos sinh cosh sqrt);

    #[inline(always)]
    pub(super) fn sq<T: Real>(x: T) -> T {
        x * x
    }
    #[inline(always)]
    pub(super) fn cube<T: Real>(x: T) -> T {
        x * x * x
    }
    #[inline(always)]
    pub(super) fn hypot<T: Real>(a: T, b: T) -> T {
        T::Math::hypot(a, b)
    }
    /// `a / y` where `y` is at least `|a|`; 0 if both are 0.
    #[inline(always)]
    pub(super) fn cosine<T: Real>(a: T, y: T) -> T {
        if y.is_zero() { y } else { a / y }
    }

    /// The first derivative of `a^n`, and 0 for `n == 0` everywhere.
    #[inline]
    pub(super) fn powi_1<T: Real>(a: T, n: i32) -> T {
        match n.checked_sub(1) {
            _ if n == 0 => T::zero(),
            Some(m) => c::<T>(f64::from(n)) * T::Math::powi(a, m),
            None => c::<T>(f64::from(n)) * T::Math::powi(a, n) / a,
        }
    }
    #[inline]
    pub(super) fn powi_2<T: Real>(a: T, n: i32) -> T {
        if n == 0 { T::zero() } else { c::<T>(f64::from(n)) * powi_1(a, n.saturating_sub(1)) }
    }
    /// The derivative of `a^b` by `a`, and 0 for `b == 0` everywhere.
    #[inline]
    pub(super) fn powf_a<T: Real>(a: T, b: T) -> T {
        if b.is_zero() { b } else { b * T::Math::powf(a, b - T::one()) }
    }
    #[inline]
    pub(super) fn powf_aa<T: Real>(a: T, b: T) -> T {
        if b.is_zero() { b } else { b * powf_a(a, b - T::one()) }
    }
    #[inline]
    pub(super) fn powf_ab<T: Real>(a: T, b: T) -> T {
        T::Math::powf(a, b - T::one()) * (T::one() + b * ln(a))
    }
    /// The derivative of `y = a^b` by `b`, and 0 for `a == 0` unless `y` is infinite.
    #[inline]
    pub(super) fn powf_b<T: Real>(a: T, y: T) -> T {
        if a.is_zero() && y.is_finite() { T::zero() } else { y * ln(a) }
    }
    /// `1 - x^2`, exact also where `x` is close to 1.
    #[inline(always)]
    pub(super) fn one_minus_square<T: Real>(x: T) -> T {
        (T::one() - x) * (T::one() + x)
    }
    /// 1, 0 and (when equal) 1/2.
    #[inline(always)]
    pub(super) fn above<T: Real>(a: T, b: T) -> T {
        if a > b {
            T::one()
        } else if a == b {
            c(0.5)
        } else {
            T::zero()
        }
    }
    /// The sign of `a` times that of `b`, and 0 for `a == 0`; the sign of `b == 0` is its sign bit.
    #[inline(always)]
    pub(super) fn signs<T: Real>(a: T, b: T) -> T {
        if a.is_zero() {
            T::zero()
        } else if (a < T::zero()) == T::Math::is_sign_negative(b) {
            T::one()
        } else {
            -T::one()
        }
    }
}
use math::*;

/// Reads the table: makes the module of every row and lists all rows in [`ROWS`].
///
/// A row marked `elsewhere` is only listed; its module is written by hand because integers or matrices have it too.
macro_rules! table {
    ($($place:ident $name:ident $operands:tt -> $y:ident = $value:expr,
        $($pull:ident $push:ident $reads:tt: $first:expr),+;
        second $second:expr;
    )*) => {
        $(module! { $place $name $($pull $push $reads $first,)* })*

        /// All rules on scalars.
        pub const ROWS: &[Row] = &[$(Row {
            name: stringify!($name),
            domain: domain!($operands),
            value: |x| value!(f64 x $operands $value),
            value_f32: |x| value!(f32 x $operands $value),
            partials: &[$(Partial {
                name: stringify!($pull),
                reads: reads!($reads),
                pull: call!(f64 $name $pull $reads $operands $y $value),
                push: call!(f64 $name $push $reads $operands $y $value),
                pull_f32: call!(f32 $name $pull $reads $operands $y $value),
            }),*],
            second: second!(call $name $operands $y $value),
        }),*];

        /// The second partials, by operands and result: `[aa]`, or `[aa, ab, ba, bb]`.
        pub mod second {
            $(second! { fn $name $operands $y $second, $($pull)* })*
        }
    };
}

/// A row's module, with its functions.
macro_rules! module {
    (here $name:ident $($pull:ident $push:ident ($($read:ident $(: $ty:ident)?),*) $first:expr,)*) => {
        #[doc = concat!("`", stringify!($name), "`")]
        pub mod $name {
            use super::*;
            $(
                /// The adjoint of this operand.
                #[inline(always)]
                pub fn $pull<T: Real>(
                    $($read: &impl Value<Of = module!(@type $($ty)?)>,)*
                    d: &impl Value<Of = T>,
                ) -> T {
                    $(let $read = *$read.value();)*
                    times(*d.value(), $first)
                }
                pub use $pull as $push;
            )*

            /// Along several directions.
            pub mod each {
                use super::*;
                use crate::rules::Lanes;
                $(
                    /// What this operand contributes to the tangents.
                    #[inline(always)]
                    pub fn $push<T: Real, const W: usize>(
                        $($read: &impl Value<Of = module!(@type $($ty)?)>,)*
                        dots: &[impl Value<Of = T>; W],
                    ) -> [T; W] {
                        Lanes.each(|lane| super::$push($($read,)* &dots[lane]))
                    }
                )*
            }
        }
    };
    (elsewhere $($row:tt)*) => {};
    (@type) => { T };
    (@type $ty:ident) => { $ty };
}

macro_rules! domain {
    (($($operand:ident: $ty:ident in $lo:literal..$hi:literal),*)) => { &[$(($lo, $hi)),*] };
}

macro_rules! reads {
    (($($read:ident $(: $ty:ident)?),*)) => { concat!("", $(stringify!($read)),*) };
}

/// An expression of the operands, which are taken from the slice `x`.
macro_rules! value {
    ($float:ident $x:ident ($($operand:ident: $ty:ident in $lo:literal..$hi:literal),*) $value:expr) => {{
        #[allow(dead_code)]
        type T = $float;
        let mut operands = $x.iter();
        $(
            #[allow(unused_variables)]
            let $operand = *operands.next().expect("one number for each operand") as $ty;
        )*
        $value
    }};
}

/// A closure that calls a pull with what it reads.
macro_rules! call {
    ($float:ident $name:ident $pull:ident ($($read:ident $(: $t:ident)?),*) $operands:tt $y:ident $value:expr) => {
        |x, d: $float| {
            #[allow(unused_variables)]
            let $y: $float = value!($float x $operands $value);
            value!($float x $operands super::$name::$pull($(&$read,)* &d))
        }
    };
}

/// The second partials: as a generic function, and as a call of it.
macro_rules! second {
    (fn $name:ident ($($operand:ident: $ty:ident in $lo:literal..$hi:literal),*) $y:ident $second:expr, $($pull:ident)*) => {
        #[doc = concat!("`", stringify!($name), "`")]
        pub mod $name {
            #[allow(unused_imports)]
            use super::super::*;
            /// The second partials at these operands and this result.
            #[inline]
            #[allow(unused_variables)]
            pub fn at<T: Real>($($operand: $ty,)* $y: T) -> [T; second!(@square $($pull)*)] {
                $second
            }
        }
    };
    (call $name:ident ($($operand:ident: $ty:ident in $lo:literal..$hi:literal),*) $y:ident $value:expr) => {
        |x| {
            let $y = value!(f64 x ($($operand: $ty in $lo..$hi),*) $value);
            value!(f64 x ($($operand: $ty in $lo..$hi),*) second::$name::at($($operand,)* $y).to_vec())
        }
    };
    (@square $a:ident) => { 1 };
    (@square $a:ident $b:ident) => { 4 };
    (@square $a:ident $b:ident $c:ident) => { 9 };
}

#[rustfmt::skip]
table! {
    // operators
    elsewhere neg(a: T in -2.0..2.0) -> y = -a,
        pull_0 push_0 (): c(-1.0); second [c(0.0)];
    elsewhere add(a: T in -2.0..2.0, b: T in -2.0..2.0) -> y = a + b,
        pull_0 push_0 (): c(1.0), pull_1 push_1 (): c(1.0); second [c(0.0); 4];
    elsewhere sub(a: T in -2.0..2.0, b: T in -2.0..2.0) -> y = a - b,
        pull_0 push_0 (): c(1.0), pull_1 push_1 (): c(-1.0); second [c(0.0); 4];
    elsewhere mul(a: T in -2.0..2.0, b: T in -2.0..2.0) -> y = a * b,
        pull_0 push_0 (a, b): b, pull_1 push_1 (a, b): a; second [c(0.0), c(1.0), c(1.0), c(0.0)];
    elsewhere div(a: T in -2.0..2.0, b: T in 0.5..2.0) -> y = a / b,
        pull_0 push_0 (b): b, pull_1 push_1 (b, y): y;
        second [c(0.0), -c::<T>(1.0) / sq(b), -c::<T>(1.0) / sq(b), c::<T>(2.0) * y / sq(b)];
    elsewhere rem(a: T in 2.1..2.9, b: T in 0.95..1.02) -> y = a % b,
        pull_0 push_0 (): c(1.0), pull_1 push_1 (a, b): a; second [c(0.0); 4];
    elsewhere rem_euclid(a: T in -2.9..-2.1, b: T in 0.97..1.02) -> y = a.rem_euclid(b),
        pull_0 push_0 (): c(1.0), pull_1 push_1 (a, b): a; second [c(0.0); 4];

    // one operand
    elsewhere abs(a: T in -2.0..-0.1) -> y = a.abs(), pull_0 push_0 (a): a; second [c(0.0)];
    here recip(a: T in 0.5..2.0) -> y = a.recip(), pull_0 push_0 (y): -sq(y); second [c::<T>(2.0) * cube(y)];
    here sqrt(a: T in 0.3..3.0) -> y = a.sqrt(), pull_0 push_0 (y): c::<T>(0.5) / y; second [c::<T>(-0.25) / cube(y)];
    here cbrt(a: T in 0.3..3.0) -> y = a.cbrt(), pull_0 push_0 (y): c::<T>(1.0) / (c::<T>(3.0) * sq(y));
        second [c::<T>(-2.0) / (c::<T>(9.0) * cube(y) * sq(y))];
    here exp(a: T in -2.0..2.0) -> y = a.exp(), pull_0 push_0 (y): y; second [y];
    here exp2(a: T in -2.0..2.0) -> y = a.exp2(), pull_0 push_0 (y): y * c(LN_2); second [y * c(LN_2 * LN_2)];
    here exp_m1(a: T in -2.0..2.0) -> y = a.exp_m1(), pull_0 push_0 (y): y + c(1.0); second [exp(a)];
    here ln(a: T in 0.3..3.0) -> y = a.ln(), pull_0 push_0 (a): c::<T>(1.0) / a; second [-c::<T>(1.0) / sq(a)];
    here log2(a: T in 0.3..3.0) -> y = a.log2(), pull_0 push_0 (a): c::<T>(1.0) / (a * c(LN_2));
        second [-c::<T>(1.0) / (sq(a) * c(LN_2))];
    here log10(a: T in 0.3..3.0) -> y = a.log10(), pull_0 push_0 (a): c::<T>(1.0) / (a * c(LN_10));
        second [-c::<T>(1.0) / (sq(a) * c(LN_10))];
    here ln_1p(a: T in -0.5..2.0) -> y = a.ln_1p(), pull_0 push_0 (a): c::<T>(1.0) / (a + c(1.0));
        second [-c::<T>(1.0) / sq(a + c(1.0))];
    here sin(a: T in -3.0..3.0) -> y = a.sin(), pull_0 push_0 (a): cos(a); second [-sin(a)];
    here cos(a: T in -3.0..3.0) -> y = a.cos(), pull_0 push_0 (a): -sin(a); second [-cos(a)];
    here tan(a: T in -1.0..1.0) -> y = a.tan(), pull_0 push_0 (y): c::<T>(1.0) + sq(y);
        second [c::<T>(2.0) * y * (c::<T>(1.0) + sq(y))];
    here asin(a: T in -0.8..0.8) -> y = a.asin(), pull_0 push_0 (a): c::<T>(1.0) / sqrt(one_minus_square(a));
        second [a / cube(sqrt(one_minus_square(a)))];
    here acos(a: T in -0.8..0.8) -> y = a.acos(), pull_0 push_0 (a): -c::<T>(1.0) / sqrt(one_minus_square(a));
        second [-a / cube(sqrt(one_minus_square(a)))];
    here atan(a: T in -2.0..2.0) -> y = a.atan(), pull_0 push_0 (a): c::<T>(1.0) / (c::<T>(1.0) + sq(a));
        second [c::<T>(-2.0) * a / sq(c::<T>(1.0) + sq(a))];
    here sinh(a: T in -2.0..2.0) -> y = a.sinh(), pull_0 push_0 (a): cosh(a); second [sinh(a)];
    here cosh(a: T in -2.0..2.0) -> y = a.cosh(), pull_0 push_0 (a): sinh(a); second [cosh(a)];
    here tanh(a: T in -2.0..2.0) -> y = a.tanh(), pull_0 push_0 (y): one_minus_square(y);
        second [c::<T>(-2.0) * y * one_minus_square(y)];
    here asinh(a: T in -2.0..2.0) -> y = a.asinh(), pull_0 push_0 (a): c::<T>(1.0) / hypot(a, c(1.0));
        second [-a / cube(hypot(a, c(1.0)))];
    here acosh(a: T in 1.3..3.0) -> y = a.acosh(),
        pull_0 push_0 (a): c::<T>(1.0) / (sqrt(a - c(1.0)) * sqrt(a + c(1.0)));
        second [-a / cube(sqrt(a - c(1.0)) * sqrt(a + c(1.0)))];
    here atanh(a: T in -0.7..0.7) -> y = a.atanh(), pull_0 push_0 (a): c::<T>(1.0) / one_minus_square(a);
        second [c::<T>(2.0) * a / sq(one_minus_square(a))];
    here fract(a: T in 0.1..0.9) -> y = a.fract(), pull_0 push_0 (): c(1.0); second [c(0.0)];
    here to_degrees(a: T in -2.0..2.0) -> y = a.to_degrees(), pull_0 push_0 (): c(180.0 / PI); second [c(0.0)];
    here to_radians(a: T in -90.0..90.0) -> y = a.to_radians(), pull_0 push_0 (): c(PI / 180.0); second [c(0.0)];

    // two operands
    here powi(a: T in 0.5..2.0, b: i32 in -3.0..4.0) -> y = a.powi(b), pull_0 push_0 (a, b: i32): powi_1(a, b);
        second [powi_2(a, b)];
    here powf(a: T in 0.5..2.0, b: T in -2.0..2.0) -> y = a.powf(b),
        pull_0 push_0 (a, b): powf_a(a, b), pull_1 push_1 (a, y): powf_b(a, y);
        second [powf_aa(a, b), powf_ab(a, b), powf_ab(a, b), powf_b(a, powf_b(a, y))];
    here log(a: T in 0.5..2.0, b: T in 1.5..3.0) -> y = a.log(b),
        pull_0 push_0 (a, b): c::<T>(1.0) / (a * ln(b)), pull_1 push_1 (a, b): -ln(a) / (b * sq(ln(b)));
        second [-c::<T>(1.0) / (sq(a) * ln(b)), -c::<T>(1.0) / (a * b * sq(ln(b))), -c::<T>(1.0) / (a * b * sq(ln(b))),
            ln(a) * (ln(b) + c(2.0)) / (sq(b) * cube(ln(b)))];
    here atan2(a: T in 0.5..2.0, b: T in -2.0..2.0) -> y = a.atan2(b),
        pull_0 push_0 (a, b): b / hypot(a, b) / hypot(a, b), pull_1 push_1 (a, b): -a / hypot(a, b) / hypot(a, b);
        second {
            let (cos, sin, r2) = (b / hypot(a, b), a / hypot(a, b), sq(hypot(a, b)));
            [c::<T>(-2.0) * sin * cos / r2, (sq(sin) - sq(cos)) / r2, (sq(sin) - sq(cos)) / r2, c::<T>(2.0) * sin * cos / r2]
        };
    here hypot(a: T in 0.5..2.0, b: T in -2.0..2.0) -> y = a.hypot(b),
        pull_0 push_0 (a, y): cosine(a, y), pull_1 push_1 (b, y): cosine(b, y);
        second [sq(cosine(b, y)) / y, -cosine(a, y) * cosine(b, y) / y, -cosine(a, y) * cosine(b, y) / y, sq(cosine(a, y)) / y];
    elsewhere max(a: T in 0.0..1.0, b: T in 1.1..2.0) -> y = a.max(b),
        pull_0 push_0 (a, b): a, pull_1 push_1 (a, b): b; second [c(0.0); 4];
    elsewhere min(a: T in 0.0..1.0, b: T in 1.1..2.0) -> y = a.min(b),
        pull_0 push_0 (a, b): a, pull_1 push_1 (a, b): b; second [c(0.0); 4];
    here abs_sub(a: T in 1.1..2.0, b: T in 0.0..1.0) -> y = (a - b).max(0.0),
        pull_0 push_0 (a, b): above(a, b), pull_1 push_1 (a, b): -above(a, b); second [c(0.0); 4];
    here copysign(a: T in 0.5..2.0, b: T in -2.0..-1.0) -> y = a.copysign(b), pull_0 push_0 (a, b): signs(a, b);
        second [c(0.0)];

    // three operands
    here mul_add(a: T in -2.0..2.0, b: T in -2.0..2.0, c: T in -2.0..2.0) -> y = a.mul_add(b, c),
        pull_0 push_0 (b): b, pull_1 push_1 (a): a, pull_2 push_2 (): T::one();
        second {
            let (o, l) = (T::zero(), T::one());
            [o, l, o, l, o, o, o, o, o]
        };
    elsewhere clamp(a: T in 0.0..0.9, b: T in 1.0..1.5, c: T in 1.6..2.0) -> y = a.clamp(b, c),
        pull_0 push_0 (a, b, c): a, pull_1 push_1 (a, b, c): a, pull_2 push_2 (a, b, c): a; second [T::zero(); 9];
}
