//! Slices, vectors and arrays.
//!
//! Arrays are made by `from_fn`: what `map` makes of arrays of arrays stays a call for each row, and took the gradient of a product of
//! 3 x 4 matrices twice the time.
use super::{Bar, Differentiable, GiveBack, Lend, Own, Tangent, Value, shapes_differ};
use crate::coordinates::Coordinates;
use std::{array::from_fn, borrow::Borrow};

// ---- primals -------------------------------------------------------------------------------------------------------

#[diagnostic::do_not_recommend]
impl<T: Differentiable> Differentiable for [T] {
    type Tangent = [T::Gradient];
    type Gradient = Vec<T::Gradient>;
    type Bar = [T::OwnedBar];
    type OwnedBar = Vec<T::OwnedBar>;
    /// Of no size for scalar elements: a `Vec<()>` is only its length.
    type Shape = Vec<T::Shape>;
    #[inline]
    fn shape(&self) -> Vec<T::Shape> {
        self.iter().map(T::shape).collect()
    }
    #[inline]
    fn zero_tangent(shape: &Vec<T::Shape>) -> Vec<T::Gradient> {
        shape.iter().map(T::zero_tangent).collect()
    }
    #[inline]
    fn fits(shape: &Vec<T::Shape>, tangent: &[T::Gradient]) -> bool {
        shape.len() == tangent.len() && shape.iter().zip(tangent).all(|(s, t)| T::fits(s, t.borrow()))
    }
    #[inline]
    fn is_turned(before: &Vec<T::Shape>, now: &Vec<T::Shape>) -> bool {
        before.iter().zip(now).any(|(before, now)| T::is_turned(before, now))
    }
    const HAS_UNREAD: bool = true;
    #[inline]
    fn is_unread(&self, bar: &[T::OwnedBar]) -> bool {
        bar.is_empty() && !self.is_empty()
    }
}

/// What owns a slice: its gradient is a `Vec`, like that of the slice.
macro_rules! owned_slice {
    ($($owned:ty),*) => {$(
        #[diagnostic::do_not_recommend]
        impl<T: Differentiable> Differentiable for $owned {
            type Tangent = Vec<T::Gradient>;
            type Gradient = Vec<T::Gradient>;
            type Bar = [T::OwnedBar];
            type OwnedBar = Vec<T::OwnedBar>;
            type Shape = Vec<T::Shape>;
            #[inline]
            fn shape(&self) -> Vec<T::Shape> {
                self[..].shape()
            }
            #[inline]
            fn zero_tangent(shape: &Vec<T::Shape>) -> Vec<T::Gradient> {
                <[T]>::zero_tangent(shape)
            }
            #[inline]
            fn fits(shape: &Vec<T::Shape>, tangent: &Vec<T::Gradient>) -> bool {
                <[T]>::fits(shape, tangent)
            }
            #[inline]
            fn is_turned(before: &Vec<T::Shape>, now: &Vec<T::Shape>) -> bool {
                <[T]>::is_turned(before, now)
            }
            const HAS_UNREAD: bool = true;
            #[inline]
            fn is_unread(&self, bar: &[T::OwnedBar]) -> bool {
                self[..].is_unread(bar)
            }
        }
    )*};
}
owned_slice!(Vec<T>, Box<[T]>);

#[diagnostic::do_not_recommend]
impl<T: Differentiable, const N: usize> Differentiable for [T; N] {
    type Tangent = [T::Gradient; N];
    type Gradient = [T::Gradient; N];
    type Bar = [T::OwnedBar; N];
    type OwnedBar = [T::OwnedBar; N];
    type Shape = [T::Shape; N];
    #[inline]
    fn shape(&self) -> [T::Shape; N] {
        from_fn(|i| self[i].shape())
    }
    #[inline]
    fn zero_tangent(shape: &[T::Shape; N]) -> [T::Gradient; N] {
        from_fn(|i| T::zero_tangent(&shape[i]))
    }
    #[inline]
    fn fits(shape: &[T::Shape; N], tangent: &[T::Gradient; N]) -> bool {
        shape.iter().zip(tangent).all(|(s, t)| T::fits(s, t.borrow()))
    }
    #[inline]
    fn is_turned(before: &[T::Shape; N], now: &[T::Shape; N]) -> bool {
        before.iter().zip(now).any(|(before, now)| T::is_turned(before, now))
    }
}

// ---- tangents ------------------------------------------------------------------------------------------------------

impl<T: Tangent> Tangent for Vec<T> {
    type Bar = Vec<T::Bar>;
    #[inline]
    fn accumulate(&mut self, contribution: Vec<T>) {
        if self.len() != contribution.len() {
            shapes_differ("a tangent", &|| contribution.describe(), &|| self.describe());
        }
        for (t, c) in self.iter_mut().zip(contribution) {
            t.accumulate(c);
        }
    }
    #[inline]
    fn moved(&mut self) -> Vec<T> {
        std::mem::take(self)
    }
    #[inline]
    fn placeholder() -> Vec<T> {
        Vec::new()
    }
    #[inline]
    fn into_bar(self) -> Vec<T::Bar> {
        self.into_iter().map(T::into_bar).collect()
    }
    #[inline]
    fn from_bar(bar: Vec<T::Bar>) -> Vec<T> {
        bar.into_iter().map(T::from_bar).collect()
    }
    #[inline]
    fn same_shape(&self, other: &Vec<T>) -> bool {
        self.len() == other.len() && self.iter().zip(other).all(|(a, b)| a.same_shape(b))
    }
}

impl<T: Tangent, const N: usize> Tangent for [T; N] {
    type Bar = [T::Bar; N];
    #[inline]
    fn accumulate(&mut self, contribution: [T; N]) {
        for (t, c) in self.iter_mut().zip(contribution) {
            t.accumulate(c);
        }
    }
    #[inline]
    fn moved(&mut self) -> [T; N] {
        from_fn(|i| self[i].moved())
    }
    #[inline]
    fn placeholder() -> [T; N] {
        from_fn(|_| T::placeholder())
    }
    #[inline]
    fn into_bar(mut self) -> [T::Bar; N] {
        from_fn(|i| self[i].moved().into_bar())
    }
    #[inline]
    fn from_bar(bar: [T::Bar; N]) -> [T; N] {
        let mut bars = bar.into_iter();
        from_fn(|_| T::from_bar(bars.next().expect("as many as there are")))
    }
    #[inline]
    fn lend_slice<R>(slice: &mut [[T; N]], f: impl FnOnce(&[[T::Bar; N]]) -> R) -> R {
        if N == 0 {
            // Flattened, their number would be lost.
            let bars = slice.iter().map(|t| t.clone().into_bar()).collect();
            return f(&GiveBack { places: slice, bars }.bars);
        }
        T::lend_slice(slice.as_flattened_mut(), |flat| f(flat.as_chunks().0))
    }
    #[inline]
    fn same_shape(&self, other: &[T; N]) -> bool {
        self.iter().zip(other).all(|(a, b)| a.same_shape(b))
    }
}

// ---- adjoints ------------------------------------------------------------------------------------------------------

impl<B: Bar> Bar for [B] {
    type Tangent = Vec<B::Tangent>;
    #[inline]
    fn accumulate(&self, contribution: Vec<B::Tangent>) {
        if self.len() != contribution.len() {
            shapes_differ("a contribution", &|| contribution.describe(), &|| Bar::get(self).describe());
        }
        for (b, c) in self.iter().zip(contribution) {
            b.accumulate(c);
        }
    }
    #[inline]
    fn get(&self) -> Vec<B::Tangent> {
        self.iter().map(B::get).collect()
    }
    #[inline]
    fn take(&self) -> Vec<B::Tangent> {
        self.iter().map(B::take).collect()
    }
}

impl<B: Bar> Bar for Vec<B> {
    type Tangent = Vec<B::Tangent>;
    #[inline]
    fn accumulate(&self, contribution: Vec<B::Tangent>) {
        Bar::accumulate(&self[..], contribution)
    }
    #[inline]
    fn get(&self) -> Vec<B::Tangent> {
        Bar::get(&self[..])
    }
    #[inline]
    fn take(&self) -> Vec<B::Tangent> {
        Bar::take(&self[..])
    }
}

impl<B: Bar, const N: usize> Bar for [B; N] {
    type Tangent = [B::Tangent; N];
    #[inline]
    fn accumulate(&self, contribution: [B::Tangent; N]) {
        for (b, c) in self.iter().zip(contribution) {
            b.accumulate(c);
        }
    }
    #[inline]
    fn get(&self) -> [B::Tangent; N] {
        from_fn(|i| self[i].get())
    }
    #[inline]
    fn take(&self) -> [B::Tangent; N] {
        from_fn(|i| self[i].take())
    }
}

// ---- lending, owning, operands ---------------------------------------------------------------------------------------

impl<T: Tangent> Lend<[T::Bar]> for [T] {
    #[inline]
    fn lend<R>(&mut self, f: impl FnOnce(&[T::Bar]) -> R) -> R {
        T::lend_slice(self, f)
    }
}

impl<T: Tangent> Lend<[T::Bar]> for Vec<T> {
    #[inline]
    fn lend<R>(&mut self, f: impl FnOnce(&[T::Bar]) -> R) -> R {
        T::lend_slice(self, f)
    }
}

impl<T: Tangent, const N: usize> Lend<[T::Bar; N]> for [T; N] {
    #[inline]
    fn lend<R>(&mut self, f: impl FnOnce(&[T::Bar; N]) -> R) -> R {
        T::lend_slice(self, |bars| f(bars.try_into().expect("it is lent with its length")))
    }
}

impl<T: Tangent> Own for [T] {
    type Owned = Vec<T>;
    #[inline]
    fn own(&self) -> Vec<T> {
        self.to_vec()
    }
}

impl<T: Tangent> Own for Vec<T> {
    type Owned = Vec<T>;
    #[inline]
    fn own(&self) -> Vec<T> {
        self.clone()
    }
}

impl<T: Tangent, const N: usize> Own for [T; N] {
    type Owned = [T; N];
    #[inline]
    fn own(&self) -> [T; N] {
        self.clone()
    }
}

#[diagnostic::do_not_recommend]
impl<T: Differentiable> Value for [T] {
    type Of = [T];
    #[inline(always)]
    fn value(&self) -> &[T] {
        self
    }
}

#[diagnostic::do_not_recommend]
impl<T: Differentiable> Value for Vec<T> {
    type Of = Vec<T>;
    #[inline(always)]
    fn value(&self) -> &Vec<T> {
        self
    }
}

#[diagnostic::do_not_recommend]
impl<T: Differentiable> Value for Box<[T]> {
    type Of = Box<[T]>;
    #[inline(always)]
    fn value(&self) -> &Box<[T]> {
        self
    }
}

#[diagnostic::do_not_recommend]
impl<T: Differentiable, const N: usize> Value for [T; N] {
    type Of = [T; N];
    #[inline(always)]
    fn value(&self) -> &[T; N] {
        self
    }
}
