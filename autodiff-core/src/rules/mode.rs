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
pub trait Mode: Copy {
    /// Whether anything is kept and restored.
    const RESTORES: bool;
    /// What is kept of a `T`.
    type Kept<T>;
    /// Restores if one of the two does.
    type Or<M: Mode>: Mode;
    /// Restores if one of the two does.
    fn or<M: Mode>(self, other: M) -> Self::Or<M>;
    /// Restores if both do.
    type And<M: Mode>: Mode;
    /// Restores if both do.
    fn and<M: Mode>(self, other: M) -> Self::And<M>;
    /// Keeps a value before it is overwritten.
    fn keep<T>(self, value: impl FnOnce() -> T) -> Self::Kept<T>;
    /// Puts back what was kept.
    fn restore<T>(self, place: &mut T, kept: Self::Kept<T>);
}

/// Keeps and restores.
#[derive(Clone, Copy, Debug)]
pub struct Restore;

/// Does neither.
#[derive(Clone, Copy, Debug)]
pub struct Forget;

impl Mode for Restore {
    const RESTORES: bool = true;
    type Kept<T> = T;
    type Or<M: Mode> = Restore;
    #[inline(always)]
    fn or<M: Mode>(self, _: M) -> Restore {
        Restore
    }
    type And<M: Mode> = M;
    #[inline(always)]
    fn and<M: Mode>(self, other: M) -> M {
        other
    }
    #[inline(always)]
    fn keep<T>(self, value: impl FnOnce() -> T) -> T {
        value()
    }
    #[inline(always)]
    fn restore<T>(self, place: &mut T, kept: T) {
        *place = kept;
    }
}

impl Mode for Forget {
    const RESTORES: bool = false;
    type Kept<T> = ();
    type Or<M: Mode> = M;
    #[inline(always)]
    fn or<M: Mode>(self, other: M) -> M {
        other
    }
    type And<M: Mode> = Forget;
    #[inline(always)]
    fn and<M: Mode>(self, _: M) -> Forget {
        Forget
    }
    #[inline(always)]
    fn keep<T>(self, _: impl FnOnce() -> T) {}
    #[inline(always)]
    fn restore<T>(self, _: &mut T, (): ()) {}
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
