//! What it means for a type to be differentiable: its tangents, its gradients, and adjoints made of cells.
//!
//! | primal `T`         | `Tangent` (what `jvp` takes) | `Gradient` (owned) | `Bar` (adjoint behind `&`)   |
//! |--------------------|------------------------------|--------------------|------------------------------|
//! | `f64`              | `f64`                        | `f64`              | `Cell<f64>`                  |
//! | `[T; N]`           | `[T'; N]`                    | `[T'; N]`          | `[T::OwnedBar; N]`           |
//! | `Vec<T>`           | `Vec<T'>`                    | `Vec<T'>`          | `[T::OwnedBar]`              |
//! | `[T]`              | `[T']`                       | `Vec<T'>`          | `[T::OwnedBar]`              |
//! | `(A, B)`           | `(A', B')`                   | `(A', B')`         | `(A::OwnedBar, B::OwnedBar)` |
//! | `usize`, `bool`, ..| `()`                         | `()`               | `()`                         |
//!
//! Adjoints consist of [`Cell`](std::cell::Cell)s because shared references alias: in `f(&x, &x)` both adjoints are the
//! same memory. Cells may be added to through any number of shared references, safely and at no cost, and an adjoint has
//! the shape of its primal, so that generated code slices, splits and indexes it with the very expressions that the primal
//! is sliced with.
//!
//! A type of your own becomes differentiable by `#[derive(Differentiable)]`, or by implementing these traits for it.
use crate::coordinates::Coordinates;
use std::borrow::{Borrow, BorrowMut};

mod constant;
mod deque;
mod option;
mod product;
#[cfg(feature = "nalgebra")]
pub(crate) mod record;
mod reference;
mod result;
mod scalar;
mod sequence;
#[cfg(test)]
mod tests;
#[doc(hidden)]
pub mod variant;

/// A type with derivatives: it knows its tangent type, and how a zero of it is made.
///
/// ```
/// use autodiff_core::Differentiable;
///
/// let x = vec![vec![1.0, 2.0], vec![3.0]];
/// assert_eq!(Vec::<Vec<f64>>::zero_tangent(&x.shape()), [vec![0.0, 0.0], vec![0.0]]);
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no derivatives",
    label = "`#[derive(Differentiable)]` on the type, and on what it holds, gives it derivatives",
    note = "a parameter that is a constant is marked `#[nodiff]` instead"
)]
pub trait Differentiable {
    /// What a tangent of `Self` is, seen through a reference: `[f64]` for `[f64]`, `Vec<f64>` for `Vec<f64>`.
    type Tangent: ?Sized + Coordinates + Lend<Self::Bar>;
    /// An owned tangent, which is also what a gradient is: `Vec<f64>` for `[f64]`.
    type Gradient: Tangent<Bar = Self::OwnedBar> + BorrowMut<Self::Tangent> + crate::rules::Reached<Self::Tangent>;
    /// An adjoint made of cells, seen through a reference: `[Cell<f64>]` for `[f64]` and for `Vec<f64>`.
    type Bar: ?Sized + Bar<Tangent = Self::Gradient>;
    /// An owned adjoint made of cells: `Vec<Cell<f64>>` for `[f64]`.
    type OwnedBar: Borrow<Self::Bar> + Bar<Tangent = Self::Gradient>;
    /// What a zero must be told: nothing for scalars and for types of fixed size, lengths for all others.
    type Shape: Clone;
    /// The shape of this value.
    fn shape(&self) -> Self::Shape;
    /// The zero tangent of a value of this shape.
    fn zero_tangent(shape: &Self::Shape) -> Self::Gradient;
    /// Whether `tangent` is a tangent of a value of this shape.
    fn fits(shape: &Self::Shape, tangent: &Self::Tangent) -> bool;
    /// Whether two shapes differ that have as many scalars, as those of matrices can: the adjoint of one would pass for one of the other.
    #[doc(hidden)]
    #[inline(always)]
    fn is_turned(_before: &Self::Shape, _now: &Self::Shape) -> bool {
        false
    }
    /// Whether a function that is handed a constant can tell that nobody reads its adjoint, which takes no memory then: it is
    /// a placeholder, [`Differentiable::is_unread`].
    #[doc(hidden)]
    const HAS_UNREAD: bool = false;
    /// Whether `bar` stands for an adjoint of this value that nobody reads.
    #[doc(hidden)]
    #[inline(always)]
    fn is_unread(&self, _bar: &Self::Bar) -> bool {
        false
    }
}

/// An owned tangent: the elements of a vector space.
///
/// ```
/// use autodiff_core::Tangent;
///
/// let mut t = vec![1.0, 2.0];
/// t.accumulate(vec![10.0, 20.0]);
/// assert_eq!(t, [11.0, 22.0]);
/// ```
#[diagnostic::on_unimplemented(message = "`{Self}` is not a tangent type")]
pub trait Tangent: Sized + Clone + Coordinates {
    /// The same thing made of cells.
    type Bar: Bar<Tangent = Self>;
    /// Adds `contribution` to `self`.
    ///
    /// # Panics
    /// When the shapes differ; the message names both.
    fn accumulate(&mut self, contribution: Self);
    /// Something small to stand where a value was moved out; never added to.
    fn placeholder() -> Self;
    /// The tangent itself, where there is no moving out of an array of them: what it owns in memory is left behind as something small.
    #[inline(always)]
    fn moved(&mut self) -> Self {
        self.clone()
    }
    /// Turns every scalar into a cell; reuses the memory.
    fn into_bar(self) -> Self::Bar;
    /// Turns every cell into a scalar; reuses the memory.
    fn from_bar(bar: Self::Bar) -> Self;
    /// Lends a slice of tangents as a slice of cells; what was added to the cells is in the slice afterwards, panic or not.
    #[inline]
    fn lend_slice<R>(slice: &mut [Self], f: impl FnOnce(&[Self::Bar]) -> R) -> R {
        let bars = slice.iter_mut().map(|t| std::mem::replace(t, Self::placeholder()).into_bar()).collect();
        f(&GiveBack { places: slice, bars }.bars)
    }
    /// Whether `other` has the same shape.
    fn same_shape(&self, other: &Self) -> bool;
}

/// An adjoint made of cells: added to, read and taken through a shared reference.
///
/// ```
/// use autodiff_core::Bar;
/// use std::cell::Cell;
///
/// let bar = [Cell::new(1.0), Cell::new(2.0)];
/// Bar::accumulate(&bar, [10.0, 20.0]);
/// assert_eq!(Bar::take(&bar), [11.0, 22.0]);
/// assert_eq!(Bar::get(&bar), [0.0, 0.0]);
/// ```
#[diagnostic::on_unimplemented(message = "`{Self}` is not an adjoint")]
pub trait Bar {
    /// What it holds.
    type Tangent: Tangent;
    /// Adds `contribution` to the cells.
    ///
    /// # Panics
    /// When the shapes differ; the message names both.
    fn accumulate(&self, contribution: Self::Tangent);
    /// A copy of what the cells hold.
    fn get(&self) -> Self::Tangent;
    /// What the cells hold; leaves zeros of the same shape.
    fn take(&self) -> Self::Tangent;
}

/// A tangent type as users hand it in for an adjoint (`&mut [f64]`, `&mut DVector<f64>`): lent as cells for a while.
///
/// `B` is the adjoint type that generated code expects.
///
/// ```
/// use autodiff_core::Lend;
/// use std::cell::Cell;
///
/// let mut buffer = vec![1.0, 2.0];
/// buffer.lend(|cells: &[Cell<f64>]| cells[0].set(5.0));
/// assert_eq!(buffer, [5.0, 2.0]);
/// ```
#[diagnostic::on_unimplemented(message = "`{Self}` cannot be lent as the adjoint `{B}`")]
pub trait Lend<B: ?Sized> {
    /// Calls `f` with the cells; what was added to them is in `self` afterwards, panic or not.
    fn lend<R>(&mut self, f: impl FnOnce(&B) -> R) -> R;
}

/// An operand of a rule: `T`, `&T` and `&mut T` are one operand, so generated code need not know which a variable is.
///
/// ```
/// use autodiff_core::Value;
///
/// fn double(x: impl Value<Of = f64>) -> f64 {
///     2.0 * x.value()
/// }
/// assert_eq!(double(1.5), double(&&1.5));
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no derivatives",
    label = "`#[derive(Differentiable)]` on the type, and on what it holds, gives it derivatives",
    note = "a parameter that is a constant is marked `#[nodiff]` instead"
)]
pub trait Value {
    /// The type behind all references.
    type Of: Differentiable + ?Sized;
    /// The value behind all references.
    fn value(&self) -> &Self::Of;
}

/// An operand of which a rule reads the shape and the type only: a value, or its kept [`ShapeOf`].
///
/// ```
/// use autodiff_core::{ShapeOf, Shaped};
///
/// let kept: ShapeOf<[f64]> = ShapeOf(vec![1.0, 2.0].as_slice().shaped());
/// assert_eq!(kept.shaped().len(), 2);
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no derivatives",
    label = "`#[derive(Differentiable)]` on the type, and on what it holds, gives it derivatives",
    note = "a parameter that is a constant is marked `#[nodiff]` instead"
)]
pub trait Shaped {
    /// The type behind all references.
    type Of: Differentiable + ?Sized;
    /// The shape of the value.
    fn shaped(&self) -> <Self::Of as Differentiable>::Shape;
}

impl<V: Value + ?Sized> Shaped for V {
    type Of = V::Of;
    #[inline(always)]
    fn shaped(&self) -> <V::Of as Differentiable>::Shape {
        self.value().shape()
    }
}

/// The shape of a value that is itself not kept; of size zero for scalars and for types of fixed size.
///
/// ```
/// use autodiff_core::ShapeOf;
///
/// assert_eq!(size_of::<ShapeOf<[f64; 3]>>(), 0);
/// ```
pub struct ShapeOf<T: Differentiable + ?Sized>(pub T::Shape);

impl<T: Differentiable + ?Sized> Clone for ShapeOf<T> {
    #[inline(always)]
    fn clone(&self) -> Self {
        ShapeOf(self.0.clone())
    }
}

#[diagnostic::do_not_recommend]
impl<T: Differentiable + ?Sized> Shaped for ShapeOf<T> {
    type Of = T;
    #[inline(always)]
    fn shaped(&self) -> T::Shape {
        self.0.clone()
    }
}

#[diagnostic::do_not_recommend]
impl<T: Differentiable + ?Sized> Shaped for &ShapeOf<T> {
    type Of = T;
    #[inline(always)]
    fn shaped(&self) -> T::Shape {
        self.0.clone()
    }
}

/// An owned copy of a tangent in whatever form it is given: `[f64]` to `Vec<f64>`, a matrix view to a matrix.
///
/// ```
/// use autodiff_core::Own;
///
/// assert_eq!([1.0, 2.0][..].own(), vec![1.0, 2.0]);
/// ```
#[diagnostic::on_unimplemented(message = "`{Self}` is not a tangent type")]
pub trait Own {
    /// The owned tangent.
    type Owned: Tangent;
    /// Copies it.
    fn own(&self) -> Self::Owned;
}

/// The owned tangent of what an operand refers to.
pub type GradientOf<V> = <<V as Value>::Of as Differentiable>::Gradient;
/// The owned tangent of what a shape belongs to.
pub type GradientLike<S> = <<S as Shaped>::Of as Differentiable>::Gradient;

/// Tangents that were turned into cells; it turns them back when dropped, so that a panic in between loses nothing.
struct GiveBack<'a, T: Tangent> {
    places: &'a mut [T],
    bars: Vec<T::Bar>,
}

impl<T: Tangent> Drop for GiveBack<'_, T> {
    fn drop(&mut self) {
        for (place, bar) in self.places.iter_mut().zip(self.bars.drain(..)) {
            *place = T::from_bar(bar);
        }
    }
}

/// Lends a tangent by turning it into cells and back.
///
/// ```
/// use autodiff_core::tangent::lend_by_move;
///
/// let mut t = (1.0_f64, vec![2.0_f64]);
/// lend_by_move(&mut t, |cells| cells.1[0].set(5.0));
/// assert_eq!(t, (1.0, vec![5.0]));
/// ```
pub fn lend_by_move<T: Tangent, R>(tangent: &mut T, f: impl FnOnce(&T::Bar) -> R) -> R {
    lend_mut(tangent, |bar| f(bar))
}

/// [`lend_by_move`] of cells whose number may change.
///
/// ```
/// use autodiff_core::tangent::lend_mut;
///
/// let mut t = vec![1.0_f64, 2.0];
/// let last = lend_mut(&mut t, |cells| cells.pop());
/// assert_eq!((t, last.unwrap().get()), (vec![1.0], 2.0));
/// ```
pub fn lend_mut<T: Tangent, R>(tangent: &mut T, f: impl FnOnce(&mut T::Bar) -> R) -> R {
    struct One<'a, T: Tangent>(&'a mut T, Option<T::Bar>);
    impl<T: Tangent> Drop for One<'_, T> {
        fn drop(&mut self) {
            if let Some(bar) = Option::take(&mut self.1) {
                *self.0 = T::from_bar(bar);
            }
        }
    }
    let bar = std::mem::replace(tangent, T::placeholder()).into_bar();
    let mut one = One(tangent, Some(bar));
    f(one.1.as_mut().expect("it is taken only by drop"))
}

/// [`lend_mut`] of each element of a slice.
#[doc(hidden)]
pub fn lend_slice_mut<T: Tangent, R>(slice: &mut [T], f: impl FnOnce(&mut [T::Bar]) -> R) -> R {
    let bars = slice.iter_mut().map(|t| std::mem::replace(t, T::placeholder()).into_bar()).collect();
    f(&mut GiveBack { places: slice, bars }.bars)
}

/// [`Differentiable::fits`] for an owned tangent.
#[doc(hidden)]
#[inline(always)]
pub fn gradient_fits<T: Differentiable>(shape: &T::Shape, gradient: &T::Gradient) -> bool {
    T::fits(shape, gradient.borrow())
}

/// Panics because two tangents do not have the same shape.
#[cold]
#[inline(never)]
#[track_caller]
#[doc(hidden)]
pub fn shapes_differ(what: &str, contribution: &dyn Fn() -> String, place: &dyn Fn() -> String) -> ! {
    panic!("{what} has shape {}, but it is added to one of shape {}", contribution(), place())
}
