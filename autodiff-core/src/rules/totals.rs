//! What is believed of sums: that `+` beside a number adds a number, and that totals of iterators go one item after the other.
use crate::real::Real;
use crate::tangent::Value;
use std::iter::{Product, Sum};

/// A number, of whatever kind. `x + w` of a number and anything else may be anything.
#[diagnostic::on_unimplemented(
    message = "whether `+` and `-` of a number and a `{Self}` add is not known",
    note = "write what it does in terms of numbers, or in a function annotated with `#[differentiable]`"
)]
pub trait Addend {}

impl<T: Real> Addend for T {}

/// Checks that what is added to a number, or what a number is added to, is one itself.
#[inline(always)]
pub fn addend<V: Value<Of: Addend> + ?Sized>(_: &V) {}

/// A type whose `Sum` adds, and whose `Product` multiplies: numbers, and nalgebra's types. Of any other one nobody knows.
#[diagnostic::on_unimplemented(
    message = "whether `sum` and `product` of `{Self}` add and multiply one item after the other is not known",
    note = "say so by `fold`: `x.iter().fold(first, |a, b| a + *b)`; in the file that has `impl Sum for {Self}` it is seen"
)]
pub trait Total {}

impl<T: Real> Total for T {}

macro_rules! total {
    ($($t:ty),*) => { $(impl Total for $t {} impl Addend for $t {})* };
}
total!(u8, u16, u32, u64, u128, usize, i8, i16, i32, i64, i128, isize);

/// What a sum starts from.
///
/// ```
/// assert_eq!(autodiff_core::rules::sum_of_none::<f64>(), 0.0);
/// ```
#[inline]
#[must_use]
pub fn sum_of_none<T: Total + Sum>() -> T {
    std::iter::empty::<T>().sum()
}

/// What a product starts from.
#[inline]
#[must_use]
pub fn product_of_none<T: Total + Product>() -> T {
    std::iter::empty::<T>().product()
}
