//! `Option` and `Box`: the tangent of `Some(x)` is `Some(x')`, that of `None` is `None`.
use super::{Bar, Differentiable, Lend, Own, Tangent, Value, lend_by_move, shapes_differ};
use crate::coordinates::Coordinates;
use std::borrow::Borrow;

#[diagnostic::do_not_recommend]
impl<T: Differentiable> Differentiable for Option<T> {
    type Tangent = Option<T::Gradient>;
    type Gradient = Option<T::Gradient>;
    type Bar = Option<T::OwnedBar>;
    type OwnedBar = Option<T::OwnedBar>;
    type Shape = Option<T::Shape>;
    #[inline]
    fn shape(&self) -> Option<T::Shape> {
        self.as_ref().map(T::shape)
    }
    #[inline]
    fn zero_tangent(shape: &Option<T::Shape>) -> Option<T::Gradient> {
        shape.as_ref().map(T::zero_tangent)
    }
    #[inline]
    fn fits(shape: &Option<T::Shape>, tangent: &Option<T::Gradient>) -> bool {
        match (shape, tangent) {
            (Some(s), Some(t)) => T::fits(s, t.borrow()),
            (None, None) => true,
            _ => false,
        }
    }
    #[inline]
    fn is_turned(before: &Option<T::Shape>, now: &Option<T::Shape>) -> bool {
        before.as_ref().zip(now.as_ref()).is_some_and(|(before, now)| T::is_turned(before, now))
    }
}

impl<T: Tangent> Tangent for Option<T> {
    type Bar = Option<T::Bar>;
    #[inline]
    fn accumulate(&mut self, contribution: Option<T>) {
        match (&mut *self, contribution) {
            (Some(t), Some(c)) => t.accumulate(c),
            (None, None) => {}
            (t, c) => shapes_differ("a tangent", &|| c.describe(), &|| t.describe()),
        }
    }
    #[inline]
    fn moved(&mut self) -> Option<T> {
        self.as_mut().map(T::moved)
    }
    #[inline]
    fn placeholder() -> Option<T> {
        None
    }
    #[inline]
    fn into_bar(self) -> Option<T::Bar> {
        self.map(T::into_bar)
    }
    #[inline]
    fn from_bar(bar: Option<T::Bar>) -> Option<T> {
        bar.map(T::from_bar)
    }
    #[inline]
    fn same_shape(&self, other: &Option<T>) -> bool {
        match (self, other) {
            (Some(a), Some(b)) => a.same_shape(b),
            (None, None) => true,
            _ => false,
        }
    }
}

impl<B: Bar> Bar for Option<B> {
    type Tangent = Option<B::Tangent>;
    #[inline]
    fn accumulate(&self, contribution: Option<B::Tangent>) {
        match (self, contribution) {
            (Some(b), Some(c)) => b.accumulate(c),
            (None, None) => {}
            (b, c) => shapes_differ("a contribution", &|| c.describe(), &|| b.get().describe()),
        }
    }
    #[inline]
    fn get(&self) -> Option<B::Tangent> {
        self.as_ref().map(B::get)
    }
    #[inline]
    fn take(&self) -> Option<B::Tangent> {
        self.as_ref().map(B::take)
    }
}

impl<T: Tangent> Lend<Option<T::Bar>> for Option<T> {
    #[inline]
    fn lend<R>(&mut self, f: impl FnOnce(&Option<T::Bar>) -> R) -> R {
        lend_by_move(self, f)
    }
}

impl<T: Tangent> Own for Option<T> {
    type Owned = Option<T>;
    #[inline]
    fn own(&self) -> Option<T> {
        self.clone()
    }
}

#[diagnostic::do_not_recommend]
impl<T: Differentiable> Value for Option<T> {
    type Of = Option<T>;
    #[inline(always)]
    fn value(&self) -> &Option<T> {
        self
    }
}

#[diagnostic::do_not_recommend]
impl<T: Differentiable> Differentiable for Box<T> {
    type Tangent = Box<T::Gradient>;
    type Gradient = Box<T::Gradient>;
    type Bar = Box<T::OwnedBar>;
    type OwnedBar = Box<T::OwnedBar>;
    /// In a box too, because types that hold themselves in boxes have shapes that do.
    type Shape = Box<T::Shape>;
    #[inline]
    fn shape(&self) -> Box<T::Shape> {
        Box::new((**self).shape())
    }
    #[inline]
    fn zero_tangent(shape: &Box<T::Shape>) -> Box<T::Gradient> {
        Box::new(T::zero_tangent(shape))
    }
    #[inline]
    fn fits(shape: &Box<T::Shape>, tangent: &Box<T::Gradient>) -> bool {
        T::fits(shape, (**tangent).borrow())
    }
    #[inline]
    fn is_turned(before: &Box<T::Shape>, now: &Box<T::Shape>) -> bool {
        T::is_turned(before, now)
    }
}

impl<T: Tangent> Tangent for Box<T> {
    type Bar = Box<T::Bar>;
    #[inline]
    fn accumulate(&mut self, contribution: Box<T>) {
        (**self).accumulate(*contribution)
    }
    #[inline]
    fn moved(&mut self) -> Box<T> {
        std::mem::replace(self, Self::placeholder())
    }
    #[inline]
    fn placeholder() -> Box<T> {
        Box::new(T::placeholder())
    }
    #[inline]
    fn into_bar(self) -> Box<T::Bar> {
        Box::new((*self).into_bar())
    }
    #[inline]
    fn from_bar(bar: Box<T::Bar>) -> Box<T> {
        Box::new(T::from_bar(*bar))
    }
    #[inline]
    fn same_shape(&self, other: &Box<T>) -> bool {
        (**self).same_shape(other)
    }
}

impl<B: Bar> Bar for Box<B> {
    type Tangent = Box<B::Tangent>;
    #[inline]
    fn accumulate(&self, contribution: Box<B::Tangent>) {
        (**self).accumulate(*contribution)
    }
    #[inline]
    fn get(&self) -> Box<B::Tangent> {
        Box::new((**self).get())
    }
    #[inline]
    fn take(&self) -> Box<B::Tangent> {
        Box::new((**self).take())
    }
}

impl<T: Tangent> Lend<Box<T::Bar>> for Box<T> {
    #[inline]
    fn lend<R>(&mut self, f: impl FnOnce(&Box<T::Bar>) -> R) -> R {
        lend_by_move(self, f)
    }
}

impl<T: Tangent> Own for Box<T> {
    type Owned = Box<T>;
    #[inline]
    fn own(&self) -> Box<T> {
        self.clone()
    }
}

#[diagnostic::do_not_recommend]
impl<T: Differentiable> Value for Box<T> {
    type Of = Box<T>;
    #[inline(always)]
    fn value(&self) -> &Box<T> {
        self
    }
}
