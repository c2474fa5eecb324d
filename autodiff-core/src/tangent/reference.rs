//! References: as operands they are what they refer to, and so are they inside of tuples and options.
use super::{Bar, Differentiable, Value};

#[diagnostic::do_not_recommend]
impl<T: Value + ?Sized> Value for &T {
    type Of = T::Of;
    #[inline(always)]
    fn value(&self) -> &T::Of {
        (**self).value()
    }
}

#[diagnostic::do_not_recommend]
impl<T: Value + ?Sized> Value for &mut T {
    type Of = T::Of;
    #[inline(always)]
    fn value(&self) -> &T::Of {
        (**self).value()
    }
}

impl<B: Bar + ?Sized> Bar for &B {
    type Tangent = B::Tangent;
    #[inline(always)]
    fn accumulate(&self, contribution: B::Tangent) {
        (**self).accumulate(contribution)
    }
    #[inline(always)]
    fn get(&self) -> B::Tangent {
        (**self).get()
    }
    #[inline(always)]
    fn take(&self) -> B::Tangent {
        (**self).take()
    }
}

impl<B: Bar + ?Sized> Bar for &mut B {
    type Tangent = B::Tangent;
    #[inline(always)]
    fn accumulate(&self, contribution: B::Tangent) {
        (**self).accumulate(contribution)
    }
    #[inline(always)]
    fn get(&self) -> B::Tangent {
        (**self).get()
    }
    #[inline(always)]
    fn take(&self) -> B::Tangent {
        (**self).take()
    }
}

#[diagnostic::do_not_recommend]
impl<T: Differentiable + ?Sized> Differentiable for &T {
    type Tangent = T::Tangent;
    type Gradient = T::Gradient;
    type Bar = T::Bar;
    type OwnedBar = T::OwnedBar;
    type Shape = T::Shape;
    #[inline(always)]
    fn shape(&self) -> T::Shape {
        (**self).shape()
    }
    #[inline(always)]
    fn zero_tangent(shape: &T::Shape) -> T::Gradient {
        T::zero_tangent(shape)
    }
    #[inline(always)]
    fn fits(shape: &T::Shape, tangent: &T::Tangent) -> bool {
        T::fits(shape, tangent)
    }
    const HAS_UNREAD: bool = T::HAS_UNREAD;
    #[inline(always)]
    fn is_unread(&self, bar: &T::Bar) -> bool {
        (**self).is_unread(bar)
    }
}

#[diagnostic::do_not_recommend]
impl<T: Differentiable + ?Sized> Differentiable for &mut T {
    type Tangent = T::Tangent;
    type Gradient = T::Gradient;
    type Bar = T::Bar;
    type OwnedBar = T::OwnedBar;
    type Shape = T::Shape;
    #[inline(always)]
    fn shape(&self) -> T::Shape {
        (**self).shape()
    }
    #[inline(always)]
    fn zero_tangent(shape: &T::Shape) -> T::Gradient {
        T::zero_tangent(shape)
    }
    #[inline(always)]
    fn fits(shape: &T::Shape, tangent: &T::Tangent) -> bool {
        T::fits(shape, tangent)
    }
    const HAS_UNREAD: bool = T::HAS_UNREAD;
    #[inline(always)]
    fn is_unread(&self, bar: &T::Bar) -> bool {
        (**self).is_unread(bar)
    }
}
