//! Proofs that a result carries no derivative: for methods such as `x.len()` and `x.floor()`, which the macro knows by their name only.
use crate::real::Real;
use crate::tangent::{Differentiable, Value};
use std::cmp::Ordering;
use std::num::FpCategory;

/// A type without derivatives: integers, `bool`, orderings, and what is made of them.
#[diagnostic::on_unimplemented(
    message = "a method of this name, or an operator on bits, is taken to be without derivative, but it returns `{Self}`",
    label = "this would lose the derivative",
    note = "give the method another name, or wrap the call in `stop_gradient(..)` where no derivative is wanted"
)]
pub trait Discrete {}

macro_rules! discrete {
    ($($t:ty),*) => { $(impl Discrete for $t {})* };
}
discrete!((), bool, char, str, String, Ordering, FpCategory);
discrete!(u8, u16, u32, u64, u128, usize, i8, i16, i32, i64, i128, isize);

impl<T: Discrete + ?Sized> Discrete for &T {}
impl<T: Discrete> Discrete for [T] {}
impl<T: Discrete> Discrete for Vec<T> {}
impl<T: Discrete, const N: usize> Discrete for [T; N] {}
impl<T: Discrete> Discrete for Option<T> {}
impl<A: Discrete, B: Discrete> Discrete for (A, B) {}
impl<A: Discrete, B: Discrete, C: Discrete> Discrete for (A, B, C) {}

/// The value, which provably carries no derivative.
///
/// ```
/// assert_eq!(autodiff_core::rules::discrete([1.0, 2.0].len()), 2);
/// ```
#[inline(always)]
pub fn discrete<T: Discrete>(value: T) -> T {
    value
}

/// What a macro makes: without it there is no way out of [`changes_nothing`], so that no `return` hides in a macro.
#[derive(Debug)]
pub struct Made<T>(pub T);

/// What a macro makes that provably changes none of the variables that it names.
///
/// ```
/// use autodiff_core::rules::{Made, changes_nothing};
/// assert_eq!(changes_nothing(|| Made(vec![0.0; 2].len())), 2);
/// ```
/// A macro that counts up is an error: its closure is none that is `Fn`.
/// ```compile_fail
/// use autodiff_core::rules::{Made, changes_nothing};
/// let mut k = 0;
/// changes_nothing(|| { k += 1; Made(()) });
/// ```
#[inline(always)]
pub fn changes_nothing<T>(run: impl Fn() -> Made<T>) -> T {
    run().0
}

/// What a variable holds that is taken to be without derivative by what the file shows of its type.
#[diagnostic::on_unimplemented(
    message = "by what this file shows of its type this variable is taken to be without derivative, but it is of `{Self}`",
    label = "this would lose the derivative",
    note = "give the variable its type where it is declared: `let mut x: Type = ..`"
)]
pub trait State {}

impl<T: Discrete + ?Sized> State for T {}

/// A number, whose `floor`, `ceil`, `round`, `trunc` and `signum` are constant from step to step.
#[diagnostic::on_unimplemented(
    message = "a method of this name is taken to be a function of numbers with steps, but it is one of `{Self}`",
    label = "this would lose the derivative",
    note = "give the method another name, or wrap the call in `stop_gradient(..)` where no derivative is wanted"
)]
pub trait Stepped {}

impl<T: Real> Stepped for T {}

macro_rules! stepped {
    ($($t:ty),*) => { $(impl Stepped for $t {})* };
}
stepped!(u8, u16, u32, u64, u128, usize, i8, i16, i32, i64, i128, isize);

/// The number, of which a step function is taken.
///
/// ```
/// assert_eq!(autodiff_core::rules::stepped(1.5_f64).floor(), 1.0);
/// ```
#[inline(always)]
pub fn stepped<V: Value<Of: Stepped>>(number: V) -> V {
    number
}

/// Proves that there is nothing in a variable's tangent where a field is marked `#[nodiff]`: the closure is typed, and never called.
///
/// ```
/// autodiff_core::rules::nothing_in(&(1.5, 3_usize), |dot| { let () = dot.1; });
/// ```
#[inline(always)]
pub fn nothing_in<V: Value + ?Sized>(_: &V, _: impl Fn(&<V::Of as Differentiable>::Tangent)) {}

/// What a name in upper case is bound to, to show that it names no constant.
pub struct Variable;
