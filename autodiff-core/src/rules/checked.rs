//! Types by way of a constant that has a value only where the user's code compiles: what is wrong there is told once.
/// Has a type for `true`; for a constant without a value rustc takes any type to be right.
pub trait Holds<const COMPILES: bool> {
    /// The type itself.
    type Of<T: ?Sized>: ?Sized;
}

impl Holds<true> for () {
    type Of<T: ?Sized> = T;
}

/// The derivatives of a function, which have their types by way of its constant: one for all of them, for rustc compiles each
/// mention of a constant in a type as a function of its own.
pub trait Compiles {
    /// The type itself.
    type Of<T: ?Sized>: ?Sized;
}

/// `T`, where the constant is `true`.
pub type Checked<T, const COMPILES: bool> = <() as Holds<COMPILES>>::Of<T>;

/// A function that is the one of type `F`.
#[diagnostic::on_unimplemented(
    message = "this name is taken for the standard library's, and stands for something else",
    label = "this is another one",
    note = "give yours a name of its own: the derivative follows the standard library's by this name"
)]
pub trait Is<F> {}

impl<F> Is<F> for F {}

/// Of two possibilities rustc waits for the second function before it judges, and gives the message above.
impl<F> Is<(F,)> for F {}

/// Compiles only where two functions are one and the same.
///
/// ```
/// use std::mem;
/// autodiff_core::rules::is_standard(mem::swap::<f64>, ::core::mem::swap::<f64>);
/// ```
///
/// ```compile_fail
/// fn swap<T>(_: &mut T, _: &mut T) {}
/// autodiff_core::rules::is_standard(swap::<f64>, ::core::mem::swap::<f64>);
/// ```
#[inline(always)]
pub fn is_standard<F: Is<S>, S>(_: F, _: S) {}
