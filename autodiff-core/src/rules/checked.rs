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
