//! Tuples.
use super::{Bar, Differentiable, Lend, Own, Tangent, Value, lend_by_move};
use std::borrow::Borrow;

macro_rules! tuple {
    ($($t:ident $i:tt),*) => {
        #[diagnostic::do_not_recommend]
        impl<$($t: Differentiable),*> Differentiable for ($($t,)*) {
            type Tangent = ($($t::Gradient,)*);
            type Gradient = ($($t::Gradient,)*);
            type Bar = ($($t::OwnedBar,)*);
            type OwnedBar = ($($t::OwnedBar,)*);
            type Shape = ($($t::Shape,)*);
            #[inline]
            fn shape(&self) -> Self::Shape {
                ($(self.$i.shape(),)*)
            }
            #[inline]
            fn zero_tangent(shape: &Self::Shape) -> Self::Gradient {
                ($($t::zero_tangent(&shape.$i),)*)
            }
            #[inline]
            fn fits(shape: &Self::Shape, tangent: &Self::Tangent) -> bool {
                $($t::fits(&shape.$i, tangent.$i.borrow()))&&*
            }
            #[inline]
            fn is_turned(before: &Self::Shape, now: &Self::Shape) -> bool {
                $($t::is_turned(&before.$i, &now.$i))||*
            }
        }

        impl<$($t: Tangent),*> Tangent for ($($t,)*) {
            type Bar = ($($t::Bar,)*);
            #[inline]
            fn accumulate(&mut self, contribution: Self) {
                $(self.$i.accumulate(contribution.$i);)*
            }
            #[inline]
            fn moved(&mut self) -> Self {
                ($(self.$i.moved(),)*)
            }
            #[inline]
            fn placeholder() -> Self {
                ($($t::placeholder(),)*)
            }
            #[inline]
            fn into_bar(self) -> Self::Bar {
                ($(self.$i.into_bar(),)*)
            }
            #[inline]
            fn from_bar(bar: Self::Bar) -> Self {
                ($($t::from_bar(bar.$i),)*)
            }
            #[inline]
            fn same_shape(&self, other: &Self) -> bool {
                $(self.$i.same_shape(&other.$i))&&*
            }
        }

        impl<$($t: Bar),*> Bar for ($($t,)*) {
            type Tangent = ($($t::Tangent,)*);
            #[inline]
            fn accumulate(&self, contribution: Self::Tangent) {
                $(self.$i.accumulate(contribution.$i);)*
            }
            #[inline]
            fn get(&self) -> Self::Tangent {
                ($(self.$i.get(),)*)
            }
            #[inline]
            fn take(&self) -> Self::Tangent {
                ($(self.$i.take(),)*)
            }
        }

        impl<$($t: Tangent),*> Lend<($($t::Bar,)*)> for ($($t,)*) {
            #[inline]
            fn lend<R>(&mut self, f: impl FnOnce(&($($t::Bar,)*)) -> R) -> R {
                lend_by_move(self, f)
            }
        }

        impl<$($t: Tangent),*> Own for ($($t,)*) {
            type Owned = Self;
            #[inline]
            fn own(&self) -> Self {
                self.clone()
            }
        }

        #[diagnostic::do_not_recommend]
        impl<$($t: Differentiable),*> Value for ($($t,)*) {
            type Of = Self;
            #[inline(always)]
            fn value(&self) -> &Self {
                self
            }
        }
    };
}
tuple!(A 0);
tuple!(A 0, B 1);
tuple!(A 0, B 1, C 2);
tuple!(A 0, B 1, C 2, D 3);
tuple!(A 0, B 1, C 2, D 3, E 4);
tuple!(A 0, B 1, C 2, D 3, E 4, F 5);
tuple!(A 0, B 1, C 2, D 3, E 4, F 5, G 6);
tuple!(A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7);
