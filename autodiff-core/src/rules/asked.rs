//! What forward mode asks of methods which it takes, by their name, for ones without a derivative.
use crate::{Real, Value};

/// What a method such as `len` gives.
#[diagnostic::on_unimplemented(
    message = "a method of this name is taken for the one of slices and matrices, which counts, and has no derivative",
    label = "this one gives `{Self}`: call it by another name"
)]
pub trait Count {}
impl Count for usize {}

/// What a method such as `contains` gives.
#[diagnostic::on_unimplemented(
    message = "a method of this name is taken for the one of numbers, slices and options, which says yes or no, and has no derivative",
    label = "this one gives `{Self}`: call it by another name"
)]
pub trait Truth {}
impl Truth for bool {}

/// The value, which is a count.
pub fn count<T: Count>(value: T) -> T {
    value
}

/// The value, which is true or false.
pub fn truth<T: Truth>(value: T) -> T {
    value
}

/// The value of a method such as `floor`, of a number.
pub fn step_of<X: Value + ?Sized, T>(_: &X, value: T) -> T
where
    X::Of: Real,
{
    value
}
