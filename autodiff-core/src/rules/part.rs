//! Parts of types of the user's that a method or an `Index` of theirs hands out by reference.
//!
//! A reference is followed by saying where it leads: `m.row(i)` is the place `m[m.row__part(i)]`, and the same index leads to the
//! same part of a tangent and of an adjoint, which know none of the constants that the method reads on its way.
use crate::tangent::{Differentiable, Value};

/// Where in a `T` a reference leads: generated from a method that hands it out.
pub trait PartOf<T: Differentiable + ?Sized>: Copy {
    /// What it leads to.
    type Of: Differentiable + ?Sized;
    /// The part of a value.
    fn of<'a>(&self, whole: &'a T) -> &'a Self::Of;
    /// The part of a tangent.
    fn of_tangent<'a>(&self, whole: &'a T::Tangent) -> &'a <Self::Of as Differentiable>::Tangent;
    /// The part of a tangent, to be changed.
    fn of_tangent_mut<'a>(&self, whole: &'a mut T::Tangent) -> &'a mut <Self::Of as Differentiable>::Tangent;
    /// The part of an adjoint.
    fn of_bar<'a>(&self, whole: &'a T::Bar) -> &'a <Self::Of as Differentiable>::Bar;
    /// The part of an adjoint, to be handed on where it may get another shape.
    fn of_bar_mut<'a>(&self, whole: &'a mut T::Bar) -> &'a mut <Self::Of as Differentiable>::Bar;
}

/// Where in a `T` a mutable reference leads.
pub trait PartOfMut<T: Differentiable + ?Sized>: PartOf<T> {
    /// The part of a value, to be changed.
    fn of_mut<'a>(&self, whole: &'a mut T) -> &'a mut Self::Of;
}

/// An index that leads to a part: what `#[derive(Differentiable)]` makes of a struct can be indexed by it.
#[derive(Clone, Copy, Debug)]
pub struct Part<K>(pub K);

/// The index that stands for the field `coords` in tangents and adjoints: that of a point is a vector, which is itself its coordinates.
#[derive(Clone, Copy, Debug)]
pub struct Coords;

/// The index that stands for `index` in values, tangents and adjoints alike: itself, for all but types of the user's.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not indexed by `{I}` in derivatives",
    note = "`#[differentiable]` on the type's `impl Index` makes it so"
)]
pub trait Site<I> {
    /// The index.
    type Part;
    /// Where `index` leads.
    fn site(&self, index: I) -> Self::Part;
}

/// The same for `IndexMut`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not indexed by `{I}` to be changed in derivatives",
    note = "`#[differentiable]` on the type's `impl IndexMut` makes it so"
)]
pub trait SiteMut<I> {
    /// The index.
    type Part;
    /// Where `index` leads.
    fn site_mut(&self, index: I) -> Self::Part;
}

macro_rules! by_itself {
    ($([$($g:tt)*] $t:ty);* $(;)?) => {$(
        impl<Index, $($g)*> Site<Index> for $t {
            type Part = Index;
            #[inline(always)]
            fn site(&self, index: Index) -> Index {
                index
            }
        }

        impl<Index, $($g)*> SiteMut<Index> for $t {
            type Part = Index;
            #[inline(always)]
            fn site_mut(&self, index: Index) -> Index {
                index
            }
        }
    )*};
}
by_itself! {
    [T] [T];
    [T, const N: usize] [T; N];
    [T] Vec<T>;
    [T] std::collections::VecDeque<T>;
}
#[cfg(feature = "nalgebra")]
by_itself! {
    [T, R, C, S] nalgebra::Matrix<T, R, C, S>;
    [T, const D: usize] nalgebra::Rotation<T, D>;
}

/// Where `x[index]` leads.
#[inline(always)]
pub fn site<V: Value + ?Sized, I>(x: &V, index: I) -> <V::Of as Site<I>>::Part
where
    V::Of: Site<I>,
{
    x.value().site(index)
}

/// Where `x[index] = ..` leads.
#[inline(always)]
pub fn site_mut<V: Value + ?Sized, I>(x: &V, index: I) -> <V::Of as SiteMut<I>>::Part
where
    V::Of: SiteMut<I>,
{
    x.value().site_mut(index)
}

#[cfg(feature = "nalgebra")]
mod points {
    use super::{Site, SiteMut};
    use nalgebra::{DefaultAllocator, DimName, OPoint, Scalar, allocator::Allocator};

    impl<Index, T: Scalar, D: DimName> Site<Index> for OPoint<T, D>
    where
        DefaultAllocator: Allocator<D>,
    {
        type Part = Index;
        #[inline(always)]
        fn site(&self, index: Index) -> Index {
            index
        }
    }

    impl<Index, T: Scalar, D: DimName> SiteMut<Index> for OPoint<T, D>
    where
        DefaultAllocator: Allocator<D>,
    {
        type Part = Index;
        #[inline(always)]
        fn site_mut(&self, index: Index) -> Index {
            index
        }
    }
}

/// A tangent as the receiver of a method hands it on: by value or by reference, and in a box where the receiver is in one.
///
/// As [`Borrow`](std::borrow::Borrow), which does not see through a reference to a box: `b.energy()` for `b: &Box<Shape>`.
///
/// ```
/// use autodiff_core::rules::Reached;
/// assert_eq!(Reached::<f64>::reached(&&Box::new(1.5)), &1.5);
/// ```
pub trait Reached<T: ?Sized> {
    /// The tangent itself.
    fn reached(&self) -> &T;
}

impl<T: ?Sized> Reached<T> for T {
    #[inline(always)]
    fn reached(&self) -> &T {
        self
    }
}

macro_rules! reached {
    ($([$($generics:tt)*] $of:ty, $from:ty;)*) => {
        $(impl<$($generics)*> Reached<$of> for $from {
            #[inline(always)]
            fn reached(&self) -> &$of {
                self
            }
        })*
    };
}

reached! {
    [T: ?Sized] T, &T;
    [T: ?Sized] T, &mut T;
    [T: ?Sized] T, Box<T>;
    [T: ?Sized] T, &Box<T>;
    [T: ?Sized] T, &mut Box<T>;
    [T] [T], Vec<T>;
    [T, const N: usize] [T], [T; N];
}
