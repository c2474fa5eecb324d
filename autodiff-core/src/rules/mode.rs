//! Whether the reverse sweep has to bring back what the forward sweep overwrote.

/// Chosen by type, so that what is not needed is not even kept.
///
/// ```
/// use autodiff_core::rules::{Forget, Mode, Restore};
///
/// fn overwrite(mode: impl Mode) -> f64 {
///     let mut x = 1.0;
///     let kept = mode.keep(|| x);
///     x = 2.0;
///     mode.restore(&mut x, kept);
///     x
/// }
/// assert_eq!((overwrite(Restore), overwrite(Forget)), (1.0, 2.0));
/// ```
pub trait Mode: Copy + Default {
    /// Whether anything is kept and restored.
    const RESTORES: bool;
    /// What is kept of a `T`.
    type Kept<T>;
    /// Restores if one of the two does.
    type Or<M: Mode>: Mode;
    /// Restores if both do.
    type And<M: Mode>: Mode;
    /// Restores lengths at least.
    type OrLengths: Mode;
    /// Restores lengths at most.
    type AndLengths: Mode;
    /// The mode of what changes a length: whoever has lengths restored has all of it put back.
    type OfShape: Mode;
    /// Restores if one of the two does.
    #[inline(always)]
    fn or<M: Mode>(self, _: M) -> Self::Or<M> {
        Self::Or::default()
    }
    /// Restores if both do.
    #[inline(always)]
    fn and<M: Mode>(self, _: M) -> Self::And<M> {
        Self::And::default()
    }
    /// The mode of what changes a length.
    #[inline(always)]
    fn of_shape(self) -> Self::OfShape {
        Self::OfShape::default()
    }
    /// Keeps a value before it is overwritten.
    fn keep<T>(self, value: impl FnOnce() -> T) -> Self::Kept<T>;
    /// Keeps what is overwritten as a whole.
    fn replace<T>(self, place: &mut T, value: T) -> Self::Kept<T>;
    /// Puts back what was kept.
    fn restore<T>(self, place: &mut T, kept: Self::Kept<T>);
}

/// Keeps and restores.
#[derive(Clone, Copy, Debug, Default)]
pub struct Restore;

/// Does neither, but where a length or a shape changes.
///
/// ```
/// use autodiff_core::rules::{Forget, Lengths, Mode, Restore, restores};
///
/// let (entry, whole) = (Lengths, Lengths.of_shape());
/// assert!(!restores(entry) && restores(whole) && !restores(Forget.of_shape()));
/// assert!(restores(Forget.or(Lengths).of_shape()) && !restores(Lengths.or(Forget)) && restores(Lengths.or(Restore)));
/// assert!(restores(Restore.and(Lengths).of_shape()) && !restores(Restore.and(Lengths)) && !restores(Lengths.and(Forget).of_shape()));
/// ```
#[derive(Clone, Copy, Debug, Default)]
pub struct Lengths;

/// Does neither.
#[derive(Clone, Copy, Debug, Default)]
pub struct Forget;

impl Mode for Restore {
    const RESTORES: bool = true;
    type Kept<T> = T;
    type Or<M: Mode> = Restore;
    type And<M: Mode> = M;
    type OrLengths = Restore;
    type AndLengths = Lengths;
    type OfShape = Restore;
    #[inline(always)]
    fn keep<T>(self, value: impl FnOnce() -> T) -> T {
        value()
    }
    #[inline(always)]
    fn replace<T>(self, place: &mut T, value: T) -> T {
        std::mem::replace(place, value)
    }
    #[inline(always)]
    fn restore<T>(self, place: &mut T, kept: T) {
        *place = kept;
    }
}

/// What a mode does that keeps nothing.
macro_rules! keeps_nothing {
    () => {
        const RESTORES: bool = false;
        type Kept<T> = ();
        #[inline(always)]
        fn keep<T>(self, _: impl FnOnce() -> T) {}
        #[inline(always)]
        fn replace<T>(self, place: &mut T, value: T) {
            *place = value;
        }
        #[inline(always)]
        fn restore<T>(self, _: &mut T, (): ()) {}
    };
}

impl Mode for Lengths {
    type Or<M: Mode> = M::OrLengths;
    type And<M: Mode> = M::AndLengths;
    type OrLengths = Lengths;
    type AndLengths = Lengths;
    type OfShape = Restore;
    keeps_nothing!();
}

impl Mode for Forget {
    type Or<M: Mode> = M;
    type And<M: Mode> = Forget;
    type OrLengths = Lengths;
    type AndLengths = Forget;
    type OfShape = Forget;
    keeps_nothing!();
}

/// Whether anything is restored.
///
/// ```
/// use autodiff_core::rules::{Forget, Restore, restores};
/// assert!(restores(Restore) && !restores(Forget));
/// ```
#[inline(always)]
pub fn restores<M: Mode>(_: M) -> bool {
    M::RESTORES
}

/// What nobody reads in reverse.
#[diagnostic::on_unimplemented(
    message = "a derivative reads this state as it was before the call, and nobody can put that back",
    note = "read what is needed of it into a variable first, or hand the function a copy of the state"
)]
pub trait NotRead {}

impl NotRead for Forget {}

/// Compiles only where nobody reads something in reverse.
#[inline(always)]
pub fn is_not_read<M: NotRead>(_: M) {}
