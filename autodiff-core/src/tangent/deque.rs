//! `VecDeque`: a vector in all but where its elements lie.
use super::{Bar, Differentiable, Lend, Own, Tangent, Value, lend_by_move, shapes_differ};
use crate::coordinates::Coordinates;
use std::{borrow::Borrow, collections::VecDeque};

#[diagnostic::do_not_recommend]
impl<T: Differentiable> Differentiable for VecDeque<T> {
    type Tangent = VecDeque<T::Gradient>;
    type Gradient = VecDeque<T::Gradient>;
    type Bar = VecDeque<T::OwnedBar>;
    type OwnedBar = VecDeque<T::OwnedBar>;
    type Shape = Vec<T::Shape>;
    #[inline]
    fn shape(&self) -> Vec<T::Shape> {
        self.iter().map(T::shape).collect()
    }
    #[inline]
    fn zero_tangent(shape: &Vec<T::Shape>) -> VecDeque<T::Gradient> {
        shape.iter().map(T::zero_tangent).collect()
    }
    #[inline]
    fn fits(shape: &Vec<T::Shape>, tangent: &VecDeque<T::Gradient>) -> bool {
        shape.len() == tangent.len() && shape.iter().zip(tangent).all(|(s, t)| T::fits(s, t.borrow()))
    }
}

impl<T: Tangent> Tangent for VecDeque<T> {
    type Bar = VecDeque<T::Bar>;
    #[inline]
    fn accumulate(&mut self, contribution: VecDeque<T>) {
        if self.len() != contribution.len() {
            shapes_differ("a tangent", &|| contribution.describe(), &|| self.describe());
        }
        for (t, c) in self.iter_mut().zip(contribution) {
            t.accumulate(c);
        }
    }
    #[inline]
    fn moved(&mut self) -> VecDeque<T> {
        std::mem::take(self)
    }
    #[inline]
    fn placeholder() -> VecDeque<T> {
        VecDeque::new()
    }
    #[inline]
    fn into_bar(self) -> VecDeque<T::Bar> {
        self.into_iter().map(T::into_bar).collect()
    }
    #[inline]
    fn from_bar(bar: VecDeque<T::Bar>) -> VecDeque<T> {
        bar.into_iter().map(T::from_bar).collect()
    }
    #[inline]
    fn same_shape(&self, other: &VecDeque<T>) -> bool {
        self.len() == other.len() && self.iter().zip(other).all(|(a, b)| a.same_shape(b))
    }
}

impl<B: Bar> Bar for VecDeque<B> {
    type Tangent = VecDeque<B::Tangent>;
    #[inline]
    fn accumulate(&self, contribution: VecDeque<B::Tangent>) {
        if self.len() != contribution.len() {
            shapes_differ("a contribution", &|| contribution.describe(), &|| Bar::get(self).describe());
        }
        for (b, c) in self.iter().zip(contribution) {
            b.accumulate(c);
        }
    }
    #[inline]
    fn get(&self) -> VecDeque<B::Tangent> {
        self.iter().map(B::get).collect()
    }
    #[inline]
    fn take(&self) -> VecDeque<B::Tangent> {
        self.iter().map(B::take).collect()
    }
}

impl<T: Tangent> Lend<VecDeque<T::Bar>> for VecDeque<T> {
    #[inline]
    fn lend<R>(&mut self, f: impl FnOnce(&VecDeque<T::Bar>) -> R) -> R {
        lend_by_move(self, f)
    }
}

impl<T: Tangent> Own for VecDeque<T> {
    type Owned = VecDeque<T>;
    #[inline]
    fn own(&self) -> VecDeque<T> {
        self.clone()
    }
}

#[diagnostic::do_not_recommend]
impl<T: Differentiable> Value for VecDeque<T> {
    type Of = VecDeque<T>;
    #[inline(always)]
    fn value(&self) -> &VecDeque<T> {
        self
    }
}

impl<T: Coordinates> Coordinates for VecDeque<T> {
    #[inline]
    fn for_each_scalar(&self, f: &mut dyn FnMut(f64)) {
        self.iter().for_each(|t| t.for_each_scalar(f));
    }
    #[inline]
    fn map_scalars(&mut self, f: &mut dyn FnMut(f64) -> f64) {
        self.iter_mut().for_each(|t| t.map_scalars(f));
    }
    fn describe(&self) -> String {
        self.len().to_string()
    }
}
