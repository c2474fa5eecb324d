//! `f32` and `f64`, and every `T: Real`.
use super::{Bar, Differentiable, Lend, Own, Tangent, Value};
use crate::real::Real;
use std::cell::Cell;

macro_rules! scalar {
    ($($t:ty),*) => {$(
        #[diagnostic::do_not_recommend]
        impl Differentiable for $t {
            type Tangent = $t;
            type Gradient = $t;
            type Bar = Cell<$t>;
            type OwnedBar = Cell<$t>;
            type Shape = ();
            #[inline(always)]
            fn shape(&self) {}
            #[inline(always)]
            fn zero_tangent(_: &()) -> $t {
                0.0
            }
            #[inline(always)]
            fn fits(_: &(), _: &$t) -> bool {
                true
            }
        }

        impl Tangent for $t {
            type Bar = Cell<$t>;
            #[inline(always)]
            fn accumulate(&mut self, contribution: $t) {
                *self += contribution
            }
            #[inline(always)]
            fn placeholder() -> $t {
                0.0
            }
            #[inline(always)]
            fn into_bar(self) -> Cell<$t> {
                Cell::new(self)
            }
            #[inline(always)]
            fn from_bar(bar: Cell<$t>) -> $t {
                bar.into_inner()
            }
            #[inline(always)]
            fn lend_slice<R>(slice: &mut [$t], f: impl FnOnce(&[Cell<$t>]) -> R) -> R {
                f(Cell::from_mut(slice).as_slice_of_cells())
            }
            #[inline(always)]
            fn same_shape(&self, _: &$t) -> bool {
                true
            }
        }

        impl Lend<Cell<$t>> for $t {
            #[inline(always)]
            fn lend<R>(&mut self, f: impl FnOnce(&Cell<$t>) -> R) -> R {
                f(Cell::from_mut(self))
            }
        }

        impl Own for $t {
            type Owned = $t;
            #[inline(always)]
            fn own(&self) -> $t {
                *self
            }
        }

        #[diagnostic::do_not_recommend]
        impl Value for $t {
            type Of = $t;
            #[inline(always)]
            fn value(&self) -> &$t {
                self
            }
        }
    )*};
}
scalar!(f32, f64);

impl<T: Real> Bar for Cell<T> {
    type Tangent = T;
    #[inline(always)]
    fn accumulate(&self, contribution: T) {
        self.set(Cell::get(self) + contribution)
    }
    #[inline(always)]
    fn get(&self) -> T {
        Cell::get(self)
    }
    #[inline(always)]
    fn take(&self) -> T {
        self.replace(T::zero())
    }
}
