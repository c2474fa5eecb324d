//! `Result`: the tangent of `Ok(x)` is `Ok(x')`, that of an error is `Err(())`. An error is a constant, of whatever type.
use super::{Bar, Differentiable, Lend, Own, Tangent, Value, lend_by_move, shapes_differ};
use crate::coordinates::Coordinates;
use std::borrow::Borrow;

#[diagnostic::do_not_recommend]
impl<T: Differentiable, E> Differentiable for Result<T, E> {
    type Tangent = Result<T::Gradient, ()>;
    type Gradient = Result<T::Gradient, ()>;
    type Bar = Result<T::OwnedBar, ()>;
    type OwnedBar = Result<T::OwnedBar, ()>;
    type Shape = Result<T::Shape, ()>;
    #[inline]
    fn shape(&self) -> Result<T::Shape, ()> {
        self.as_ref().map(T::shape).map_err(|_| ())
    }
    #[inline]
    fn zero_tangent(shape: &Result<T::Shape, ()>) -> Result<T::Gradient, ()> {
        shape.as_ref().map(T::zero_tangent).map_err(|_| ())
    }
    #[inline]
    fn fits(shape: &Result<T::Shape, ()>, tangent: &Result<T::Gradient, ()>) -> bool {
        match (shape, tangent) {
            (Ok(s), Ok(t)) => T::fits(s, t.borrow()),
            (Err(()), Err(())) => true,
            _ => false,
        }
    }
}

impl<T: Tangent> Tangent for Result<T, ()> {
    type Bar = Result<T::Bar, ()>;
    #[inline]
    fn accumulate(&mut self, contribution: Result<T, ()>) {
        match (&mut *self, contribution) {
            (Ok(t), Ok(c)) => t.accumulate(c),
            (Err(()), Err(())) => {}
            (t, c) => shapes_differ("a tangent", &|| c.describe(), &|| t.describe()),
        }
    }
    #[inline]
    fn moved(&mut self) -> Result<T, ()> {
        match self {
            Ok(dot) => Ok(dot.moved()),
            Err(()) => Err(()),
        }
    }
    #[inline]
    fn placeholder() -> Result<T, ()> {
        Err(())
    }
    #[inline]
    fn into_bar(self) -> Result<T::Bar, ()> {
        self.map(T::into_bar)
    }
    #[inline]
    fn from_bar(bar: Result<T::Bar, ()>) -> Result<T, ()> {
        bar.map(T::from_bar)
    }
    #[inline]
    fn same_shape(&self, other: &Result<T, ()>) -> bool {
        match (self, other) {
            (Ok(a), Ok(b)) => a.same_shape(b),
            (Err(()), Err(())) => true,
            _ => false,
        }
    }
}

impl<B: Bar> Bar for Result<B, ()> {
    type Tangent = Result<B::Tangent, ()>;
    #[inline]
    fn accumulate(&self, contribution: Result<B::Tangent, ()>) {
        match (self, contribution) {
            (Ok(b), Ok(c)) => b.accumulate(c),
            (Err(()), Err(())) => {}
            (b, c) => shapes_differ("a contribution", &|| c.describe(), &|| b.get().describe()),
        }
    }
    #[inline]
    fn get(&self) -> Result<B::Tangent, ()> {
        self.as_ref().map(B::get).map_err(|_| ())
    }
    #[inline]
    fn take(&self) -> Result<B::Tangent, ()> {
        self.as_ref().map(B::take).map_err(|_| ())
    }
}

impl<T: Tangent> Lend<Result<T::Bar, ()>> for Result<T, ()> {
    #[inline]
    fn lend<R>(&mut self, f: impl FnOnce(&Result<T::Bar, ()>) -> R) -> R {
        lend_by_move(self, f)
    }
}

impl<T: Tangent> Own for Result<T, ()> {
    type Owned = Result<T, ()>;
    #[inline]
    fn own(&self) -> Result<T, ()> {
        self.clone()
    }
}

#[diagnostic::do_not_recommend]
impl<T: Differentiable, E> Value for Result<T, E> {
    type Of = Result<T, E>;
    #[inline(always)]
    fn value(&self) -> &Result<T, E> {
        self
    }
}

impl<T: Coordinates> Coordinates for Result<T, ()> {
    #[inline]
    fn for_each_scalar(&self, f: &mut dyn FnMut(f64)) {
        self.iter().for_each(|t| t.for_each_scalar(f));
    }
    #[inline]
    fn map_scalars(&mut self, f: &mut dyn FnMut(f64) -> f64) {
        self.iter_mut().for_each(|t| t.map_scalars(f));
    }
    fn describe(&self) -> String {
        self.as_ref().map_or("Err".into(), |t| format!("Ok({})", t.describe()))
    }
}
