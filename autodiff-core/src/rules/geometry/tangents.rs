//! The tangents and adjoints of geometric types.
use super::*;
use crate::coordinates::Coordinates;
use crate::tangent::record::record;
use crate::tangent::{Lend, Own, ShapeOf, Tangent, lend_by_move};
use nalgebra::Complex;

/// The adjoint of a quaternion, made of cells.
#[derive(Clone, Debug, PartialEq)]
#[allow(missing_docs)]
pub struct QuaternionBar<T: Copy> {
    pub i: Cell<T>,
    pub j: Cell<T>,
    pub k: Cell<T>,
    pub w: Cell<T>,
}

record! {
    /// The tangent of an `Isometry`.
    IsometryTangent<R, V> {
        /// Of the rotation.
        rotation: R,
        /// Of the translation.
        translation: V,
    }
}

/// A type whose tangent, gradient and adjoints are these.
macro_rules! differentiable {
    ($([$($g:tt)*] [$($bounds:tt)*] $t:ty: $gradient:ty, $bar:ty, $shape:ty; |$x:ident| $shape_of:expr, |$s:pat_param| $zero:expr, |$t2:ident| $fits:expr;)*) => {$(
        #[diagnostic::do_not_recommend]
        impl<$($g)*> Differentiable for $t
        where
            $($bounds)*
        {
            type Tangent = $gradient;
            type Gradient = $gradient;
            type Bar = $bar;
            type OwnedBar = $bar;
            type Shape = $shape;
            #[inline(always)]
            fn shape(&self) -> $shape {
                let $x = self;
                $shape_of
            }
            #[inline(always)]
            fn zero_tangent($s: &$shape) -> $gradient {
                $zero
            }
            #[inline(always)]
            fn fits($s: &$shape, $t2: &$gradient) -> bool {
                $fits
            }
        }

        #[diagnostic::do_not_recommend]
        impl<$($g)*> Value for $t
        where
            $($bounds)*
        {
            type Of = Self;
            #[inline(always)]
            fn value(&self) -> &Self {
                self
            }
        }
    )*};
}

differentiable! {
    [T: Real] [] Quaternion<T>: Quaternion<T>, QuaternionBar<T>, (); |_x| (), |()| Quaternion::from(Vector4::zeros()), |_t| true;
    // a product with a vector is not linear in a unit quaternion, and its rule is handed the shape only
    [T: Real] [] UnitQuaternion<T>: Quaternion<T>, QuaternionBar<T>, UnitQuaternion<T>;
        |x| *x, |_| Quaternion::from(Vector4::zeros()), |_t| true;
    [T: Real] [] Complex<T>: Complex<T>, Complex<Cell<T>>, (); |_x| (), |()| Complex::new(T::zero(), T::zero()), |_t| true;
    [T: Real] [] UnitComplex<T>: Complex<T>, Complex<Cell<T>>, (); |_x| (), |()| Complex::new(T::zero(), T::zero()), |_t| true;
    [T: Real, const D: usize] [] Rotation<T, D>: SMatrix<T, D, D>, SMatrix<Cell<T>, D, D>, (); |_x| (), |()| SMatrix::zeros(), |_t| true;
    [T: Real, const D: usize] [] Translation<T, D>: Translation<T, D>, Translation<Cell<T>, D>, ();
        |_x| (), |()| Translation::from(SVector::zeros()), |_t| true;
    [T: Real, R: Dim, C: Dim, S: Storage<T, R, C>] [DefaultAllocator: Allocator<R, C>] Unit<Matrix<T, R, C, S>>:
        OMatrix<T, R, C>, OMatrix<Cell<T>, R, C>, (R, C);
        |x| x.as_ref().shape_generic(), |&(r, c)| OMatrix::zeros_generic(r, c), |t| (r, c) == t.shape_generic();
    [T: Real, R: Turn<T, D>, const D: usize] [] Isometry<T, R, D>:
        IsometryTangent<R::Gradient, Translation<T, D>>, IsometryTangent<R::OwnedBar, Translation<Cell<T>, D>>, ShapeOf<R>;
        |x| ShapeOf(x.rotation.shape()),
        |ShapeOf(s)| IsometryTangent { rotation: R::zero_tangent(s), translation: Translation::from(SVector::zeros()) },
        |_t| { let _ = s; true };
}

/// A tangent that is made of scalars, and the adjoint of the same shape.
macro_rules! tangent {
    ([$($g:tt)*] $t:ty, $bar:ty, zero $zero:expr, |$a:ident, $b:ident| $sum:expr, |$x:ident| $cells:expr, |$y:ident| $scalars:expr, |$cell:ident| $each:expr) => {
        impl<$($g)*> Tangent for $t {
            type Bar = $bar;
            #[inline(always)]
            fn accumulate(&mut self, $b: Self) {
                let $a = self;
                $sum;
            }
            #[inline(always)]
            fn placeholder() -> Self {
                $zero
            }
            #[inline(always)]
            fn into_bar(self) -> $bar {
                let $x = self;
                $cells
            }
            #[inline(always)]
            fn from_bar($y: $bar) -> Self {
                $scalars
            }
            #[inline(always)]
            fn same_shape(&self, _: &Self) -> bool {
                true
            }
        }

        impl<$($g)*> Bar for $bar {
            type Tangent = $t;
            #[inline]
            fn accumulate(&self, contribution: $t) {
                let $y = self.clone();
                let mut sum = $scalars;
                Tangent::accumulate(&mut sum, contribution);
                self.assign(sum);
            }
            #[inline]
            fn get(&self) -> $t {
                let $y = self.clone();
                $scalars
            }
            #[inline]
            fn take(&self) -> $t {
                let held = Bar::get(self);
                self.assign($zero);
                held
            }
        }

        impl<$($g)*> Assign<$t> for $bar {
            #[inline(always)]
            fn assign(&self, $x: $t) {
                let ($cell, new) = (self, $cells);
                $each(new);
            }
        }

        impl<$($g)*> Lend<$bar> for $t {
            #[inline(always)]
            fn lend<Out>(&mut self, f: impl FnOnce(&$bar) -> Out) -> Out {
                lend_by_move(self, f)
            }
        }

        impl<$($g)*> Own for $t {
            type Owned = Self;
            #[inline(always)]
            fn own(&self) -> Self {
                *self
            }
        }
    };
}

/// Sets all cells.
trait Assign<T> {
    fn assign(&self, value: T);
}

tangent!([T: Real] Quaternion<T>, QuaternionBar<T>, zero Quaternion::from(Vector4::zeros()),
    |a, b| a.coords += b.coords,
    |x| QuaternionBar { i: Cell::new(x.i), j: Cell::new(x.j), k: Cell::new(x.k), w: Cell::new(x.w) },
    |y| Quaternion::new(y.w.get(), y.i.get(), y.j.get(), y.k.get()),
    |c| |new: QuaternionBar<T>| { c.i.swap(&new.i); c.j.swap(&new.j); c.k.swap(&new.k); c.w.swap(&new.w) });
tangent!([T: Real] Complex<T>, Complex<Cell<T>>, zero Complex::new(T::zero(), T::zero()),
    |a, b| { a.re += b.re; a.im += b.im },
    |x| Complex { re: Cell::new(x.re), im: Cell::new(x.im) },
    |y| Complex { re: y.re.get(), im: y.im.get() },
    |c| |new: Complex<Cell<T>>| { c.re.swap(&new.re); c.im.swap(&new.im) });
tangent!([T: Real, const D: usize] Translation<T, D>, Translation<Cell<T>, D>, zero Translation::from(SVector::zeros()),
    |a, b| a.vector += b.vector,
    |x| Translation::from(x.vector.map(Cell::new)),
    |y| Translation::from(y.vector.map(Cell::into_inner)),
    |c| |new: Translation<Cell<T>, D>| c.vector.iter().zip(new.vector.iter()).for_each(|(c, new)| c.swap(new)));

macro_rules! coordinates {
    ($([$($g:tt)*] $t:ty: $name:literal, |$x:ident| $scalars:expr;)*) => {$(
        impl<$($g)*> Coordinates for $t {
            #[inline]
            fn for_each_scalar(&self, f: &mut dyn FnMut(f64)) {
                let mut $x = *self;
                $scalars.for_each(|x| x.for_each_scalar(f));
            }
            #[inline]
            fn map_scalars(&mut self, f: &mut dyn FnMut(f64) -> f64) {
                let $x = self;
                $scalars.for_each(|x| x.map_scalars(f));
            }
            fn describe(&self) -> String {
                $name.into()
            }
        }
    )*};
}
coordinates! {
    [T: Real] Quaternion<T>: "quaternion", |x| x.coords.iter_mut();
    [T: Real] Complex<T>: "complex", |x| [&mut x.re, &mut x.im].into_iter();
    [T: Real, const D: usize] Translation<T, D>: "translation", |x| x.vector.iter_mut();
}

macro_rules! numbers {
    ($([$($g:tt)*] $t:ty: $number:ty;)*) => {$(
        impl<$($g)*> crate::rules::Numbers for $t {
            type Number = $number;
        }
    )*};
}
numbers! {
    [T: Real] Quaternion<T>: T;
    [T: Real] Complex<T>: T;
    [T: Real, const D: usize] Translation<T, D>: T;
    [R, V: crate::rules::Numbers] IsometryTangent<R, V>: V::Number;
}
