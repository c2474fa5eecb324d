//! Sequences that change their length: `push`, `pop`, `insert`, `remove`, `truncate`, `drain`, as functions with derivatives.
//!
//! The adjoint of a sequence is a sequence of the same kind, made of cells. Where the function puts something in, its
//! pullback takes the adjoint out, and the other way round: each costs what the function costs.
#![allow(clippy::type_complexity, reason = "a pullback is handed all arguments")]
use super::{Lanes, Mode};
use crate::tangent::{Bar, Differentiable, Tangent};
use std::collections::VecDeque;

/// Something that elements are put into and taken out of.
pub trait Sequence {
    /// An element.
    type Item;
    /// The number of elements.
    fn length(&self) -> usize;
    /// Puts one in before element `at`.
    fn put(&mut self, at: usize, item: Self::Item);
    /// Takes element `at` out.
    fn out(&mut self, at: usize) -> Self::Item;
    /// Puts several in before element `at`.
    fn put_all(&mut self, at: usize, items: Vec<Self::Item>);
    /// Takes elements `from..to` out.
    fn out_all(&mut self, from: usize, to: usize) -> Vec<Self::Item>;
}

impl<T> Sequence for Vec<T> {
    type Item = T;
    #[inline(always)]
    fn length(&self) -> usize {
        self.len()
    }
    #[inline(always)]
    #[track_caller]
    fn put(&mut self, at: usize, item: T) {
        if at == self.len() { self.push(item) } else { self.insert(at, item) }
    }
    #[inline(always)]
    #[track_caller]
    fn out(&mut self, at: usize) -> T {
        self.remove(at)
    }
    #[inline]
    fn put_all(&mut self, at: usize, items: Vec<T>) {
        self.splice(at..at, items);
    }
    #[inline]
    #[track_caller]
    fn out_all(&mut self, from: usize, to: usize) -> Vec<T> {
        self.drain(from..to).collect()
    }
}

impl<T> Sequence for VecDeque<T> {
    type Item = T;
    #[inline(always)]
    fn length(&self) -> usize {
        self.len()
    }
    #[inline(always)]
    #[track_caller]
    fn put(&mut self, at: usize, item: T) {
        match at {
            at if at == self.len() => self.push_back(item),
            0 => self.push_front(item),
            at => self.insert(at, item),
        }
    }
    #[inline(always)]
    #[track_caller]
    fn out(&mut self, at: usize) -> T {
        let element = match at {
            0 => self.pop_front(),
            at if at + 1 == self.len() => self.pop_back(),
            at => self.remove(at),
        };
        element.expect("an element there")
    }
    #[inline]
    fn put_all(&mut self, at: usize, items: Vec<T>) {
        let mut rest = self.split_off(at);
        self.extend(items);
        self.append(&mut rest);
    }
    #[inline]
    #[track_caller]
    fn out_all(&mut self, from: usize, to: usize) -> Vec<T> {
        self.drain(from..to).collect()
    }
}

/// A sequence of differentiable elements whose adjoints and tangents are sequences likewise.
#[diagnostic::on_unimplemented(
    message = "how the length of `{Self}` changes is not known to be differentiable",
    note = "`Vec` and `VecDeque` of differentiable elements are"
)]
pub trait Growing:
    Sequence<Item: Differentiable + Clone>
    + Differentiable<
        OwnedBar: Sequence<Item = <<Self as Sequence>::Item as Differentiable>::OwnedBar>,
        Gradient: Sequence<Item = <<Self as Sequence>::Item as Differentiable>::Gradient>,
    >
{
}

impl<T: Differentiable + Clone> Growing for Vec<T> {}
impl<T: Differentiable + Clone> Growing for VecDeque<T> {}

type Of<V> = <V as Sequence>::Item;
type Dot<V> = <Of<V> as Differentiable>::Gradient;
type BarOf<V> = <Of<V> as Differentiable>::Bar;
type Bars<V> = <V as Differentiable>::OwnedBar;
type Dots<V> = <V as Differentiable>::Gradient;

/// Where an element is put in and taken out: at one end, or at an index.
pub trait At: Copy {
    /// Where it is put into a sequence of this length.
    fn into(self, length: usize) -> usize;
    /// Where it is taken out of a sequence of this length; past the end if there is none.
    fn from(self, length: usize) -> usize;
}

/// After the last one.
#[derive(Clone, Copy, Debug)]
pub struct Back;

/// Before the first one.
#[derive(Clone, Copy, Debug)]
pub struct Front;

impl At for Back {
    #[inline(always)]
    fn into(self, length: usize) -> usize {
        length
    }
    #[inline(always)]
    fn from(self, length: usize) -> usize {
        length.wrapping_sub(1)
    }
}

impl At for Front {
    #[inline(always)]
    fn into(self, _: usize) -> usize {
        0
    }
    #[inline(always)]
    fn from(self, _: usize) -> usize {
        0
    }
}

impl At for usize {
    #[inline(always)]
    fn into(self, _: usize) -> usize {
        self
    }
    #[inline(always)]
    fn from(self, _: usize) -> usize {
        self
    }
}

#[inline(always)]
#[track_caller]
fn put<V: Sequence>(v: &mut V, at: impl At, x: V::Item) {
    let at = at.into(v.length());
    v.put(at, x);
}

#[inline(always)]
#[track_caller]
fn out<V: Sequence>(v: &mut V, at: impl At) -> V::Item {
    let at = at.from(v.length());
    v.out(at)
}

#[inline(always)]
fn out_if_any<V: Sequence>(v: &mut V, at: impl At) -> Option<V::Item> {
    (v.length() > 0).then(|| out(v, at))
}

/// The pullback of putting one element in.
#[inline(always)]
fn unput<M: Mode, V: Growing>(_: M, at: impl At, v: &mut V, bars: &mut Bars<V>, x_bar: &BarOf<V>) {
    x_bar.accumulate(<Dot<V>>::from_bar(out(bars, at)));
    if M::RESTORES {
        out(v, at);
    }
}

macro_rules! put_at_end {
    ($(#[$doc:meta])* $name:ident $end:ident) => {
        $(#[$doc])*
        #[inline(always)]
        pub fn $name<V: Sequence>(v: &mut V, x: V::Item) {
            put(v, $end, x);
        }

        $(#[$doc])*
        pub mod $name {
            use super::*;

            /// With the tangents.
            #[inline]
            pub fn push<V: Growing>(v: &mut V, x: Of<V>, v_dot: &mut Dots<V>, x_dot: Dot<V>) -> ((), ()) {
                put(v, $end, x);
                put(v_dot, $end, x_dot);
                ((), ())
            }

            /// With several tangents.
            #[inline]
            pub fn push_lanes<const W: usize, V: Growing>(
                v: &mut V,
                x: Of<V>,
                v_dot: [&mut Dots<V>; W],
                x_dot: [Dot<V>; W],
                lanes: Lanes<W>,
            ) -> ((), [(); W]) {
                put(v, $end, x);
                ((), lanes.each_of((v_dot, x_dot), |_, (v_dot, x_dot)| put(v_dot, $end, x_dot)))
            }

            /// With the pullback.
            #[inline]
            pub fn forward<M: Mode, V: Growing>(
                mode: M,
                v: &mut V,
                x: Of<V>,
            ) -> ((), impl FnOnce(&mut V, (), &mut Bars<V>, &BarOf<V>) + use<M, V>) {
                put(v, $end, x);
                let pullback = move |v: &mut V, (), bars: &mut Bars<V>, x_bar: &BarOf<V>| {
                    unput(mode, $end, v, bars, x_bar);
                };
                ((), pullback)
            }
        }
    };
}

put_at_end! {
    /// `v.push(x)`, `v.push_back(x)`
    push_back Back
}
put_at_end! {
    /// `v.push_front(x)`
    push_front Front
}

macro_rules! pop_at_end {
    ($(#[$doc:meta])* $name:ident $end:ident) => {
        $(#[$doc])*
        #[inline(always)]
        pub fn $name<V: Sequence>(v: &mut V) -> Option<V::Item> {
            out_if_any(v, $end)
        }

        $(#[$doc])*
        pub mod $name {
            use super::*;

            /// With the tangents.
            #[inline]
            pub fn push<V: Growing>(v: &mut V, v_dot: &mut Dots<V>) -> (Option<Of<V>>, Option<Dot<V>>) {
                (out_if_any(v, $end), out_if_any(v_dot, $end))
            }

            /// With several tangents.
            #[inline]
            pub fn push_lanes<const W: usize, V: Growing>(
                v: &mut V,
                v_dot: [&mut Dots<V>; W],
                _: Lanes<W>,
            ) -> (Option<Of<V>>, [Option<Dot<V>>; W]) {
                (out_if_any(v, $end), v_dot.map(|v_dot| out_if_any(v_dot, $end)))
            }

            /// With the pullback.
            #[inline]
            pub fn forward<M: Mode, V: Growing>(
                mode: M,
                v: &mut V,
            ) -> (Option<Of<V>>, impl FnOnce(&mut V, Option<Dot<V>>, &mut Bars<V>) + use<M, V>) {
                let x = out_if_any(v, $end);
                let kept = mode.keep(|| x.clone());
                let pullback = move |v: &mut V, x_bar: Option<Dot<V>>, bars: &mut Bars<V>| {
                    if let Some(x_bar) = x_bar {
                        put(bars, $end, x_bar.into_bar());
                    }
                    let mut back = None;
                    mode.restore(&mut back, kept);
                    if let Some(x) = back {
                        put(v, $end, x);
                    }
                };
                (x, pullback)
            }
        }
    };
}

pop_at_end! {
    /// `v.pop()`, `v.pop_back()`
    pop_back Back
}
pop_at_end! {
    /// `v.pop_front()`
    pop_front Front
}

/// `v.insert(i, x)`
#[inline(always)]
#[track_caller]
pub fn insert<V: Sequence>(v: &mut V, i: usize, x: V::Item) {
    put(v, i, x);
}

/// `v.insert(i, x)`
pub mod insert {
    use super::*;

    /// With the tangents.
    #[inline]
    #[track_caller]
    pub fn push<V: Growing, I>(v: &mut V, i: usize, x: Of<V>, v_dot: &mut Dots<V>, _: I, x_dot: Dot<V>) -> ((), ()) {
        put(v, i, x);
        put(v_dot, i, x_dot);
        ((), ())
    }

    /// With several tangents.
    #[inline]
    #[track_caller]
    pub fn push_lanes<const W: usize, V: Growing, I>(
        v: &mut V,
        i: usize,
        x: Of<V>,
        v_dot: [&mut Dots<V>; W],
        _: I,
        x_dot: [Dot<V>; W],
        lanes: Lanes<W>,
    ) -> ((), [(); W]) {
        put(v, i, x);
        ((), lanes.each_of((v_dot, x_dot), |_, (v_dot, x_dot)| put(v_dot, i, x_dot)))
    }

    /// With the pullback.
    #[inline]
    #[track_caller]
    pub fn forward<M: Mode, V: Growing, I>(
        mode: M,
        v: &mut V,
        i: usize,
        x: Of<V>,
    ) -> ((), impl FnOnce(&mut V, (), &mut Bars<V>, &I, &BarOf<V>) + use<M, V, I>) {
        put(v, i, x);
        let pullback = move |v: &mut V, (), bars: &mut Bars<V>, _: &I, x_bar: &BarOf<V>| {
            unput(mode, i, v, bars, x_bar);
        };
        ((), pullback)
    }
}

/// `v.remove(i)`
#[inline(always)]
#[track_caller]
pub fn remove<T>(v: &mut Vec<T>, i: usize) -> T {
    out(v, i)
}

/// `v.remove(i)`
pub mod remove {
    use super::*;

    /// With the tangents.
    #[inline]
    #[track_caller]
    pub fn push<T: Differentiable + Clone, I>(
        v: &mut Vec<T>,
        i: usize,
        v_dot: &mut Vec<T::Gradient>,
        _: I,
    ) -> (T, T::Gradient) {
        (out(v, i), out(v_dot, i))
    }

    /// With several tangents.
    #[inline]
    #[track_caller]
    pub fn push_lanes<const W: usize, T: Differentiable + Clone, I>(
        v: &mut Vec<T>,
        i: usize,
        v_dot: [&mut Vec<T::Gradient>; W],
        _: I,
        _: Lanes<W>,
    ) -> (T, [T::Gradient; W]) {
        (out(v, i), v_dot.map(|v_dot| out(v_dot, i)))
    }

    /// With the pullback.
    #[inline]
    #[track_caller]
    pub fn forward<M: Mode, T: Differentiable + Clone, I>(
        mode: M,
        v: &mut Vec<T>,
        i: usize,
    ) -> (T, impl FnOnce(&mut Vec<T>, T::Gradient, &mut Vec<T::OwnedBar>, &I) + use<M, T, I>) {
        let x = out(v, i);
        let kept = mode.keep(|| Some(x.clone()));
        let pullback = move |v: &mut Vec<T>, x_bar: T::Gradient, bars: &mut Vec<T::OwnedBar>, _: &I| {
            put(bars, i, x_bar.into_bar());
            let mut back = None;
            mode.restore(&mut back, kept);
            if let Some(x) = back {
                put(v, i, x);
            }
        };
        (x, pullback)
    }
}

/// `v.truncate(n)`, `v.clear()`
#[inline(always)]
pub fn truncate<V: Sequence>(v: &mut V, n: usize) {
    v.out_all(n.min(v.length()), v.length());
}

/// `v.truncate(n)`, `v.clear()`
pub mod truncate {
    use super::*;

    /// With the tangents.
    #[inline]
    pub fn push<V: Growing, I>(v: &mut V, n: usize, v_dot: &mut Dots<V>, _: I) -> ((), ()) {
        truncate(v, n);
        truncate(v_dot, n);
        ((), ())
    }

    /// With several tangents.
    #[inline]
    pub fn push_lanes<const W: usize, V: Growing, I>(
        v: &mut V,
        n: usize,
        v_dot: [&mut Dots<V>; W],
        _: I,
        _: Lanes<W>,
    ) -> ((), [(); W]) {
        truncate(v, n);
        ((), v_dot.map(|v_dot| truncate(v_dot, n)))
    }

    /// With the pullback.
    #[inline]
    pub fn forward<M: Mode, V: Growing, I>(
        mode: M,
        v: &mut V,
        n: usize,
    ) -> ((), impl FnOnce(&mut V, (), &mut Bars<V>, &I) + use<M, V, I>) {
        let dropped = v.out_all(n.min(v.length()), v.length());
        let shapes: Vec<_> = dropped.iter().map(Differentiable::shape).collect();
        let kept = mode.keep(|| dropped);
        let pullback = move |v: &mut V, (), bars: &mut Bars<V>, _: &I| {
            let zeros = shapes.iter().map(|s| <Of<V>>::zero_tangent(s).into_bar()).collect();
            bars.put_all(bars.length(), zeros);
            let mut back = Vec::new();
            mode.restore(&mut back, kept);
            v.put_all(v.length(), back);
        };
        ((), pullback)
    }
}

/// `v.drain(range)`, `v.split_off(n)`
#[inline(always)]
#[track_caller]
pub fn drain<V: Sequence>(v: &mut V, from: usize, to: usize) -> Vec<V::Item> {
    v.out_all(from, to)
}

/// `v.drain(range)`, `v.split_off(n)`
pub mod drain {
    use super::*;

    /// With the tangents.
    #[inline]
    #[track_caller]
    pub fn push<V: Growing, I, J>(
        v: &mut V,
        from: usize,
        to: usize,
        v_dot: &mut Dots<V>,
        _: I,
        _: J,
    ) -> (Vec<Of<V>>, Vec<Dot<V>>) {
        (v.out_all(from, to), v_dot.out_all(from, to))
    }

    /// With several tangents.
    #[inline]
    #[track_caller]
    pub fn push_lanes<const W: usize, V: Growing, I, J>(
        v: &mut V,
        from: usize,
        to: usize,
        v_dot: [&mut Dots<V>; W],
        _: I,
        _: J,
        _: Lanes<W>,
    ) -> (Vec<Of<V>>, [Vec<Dot<V>>; W]) {
        (v.out_all(from, to), v_dot.map(|v_dot| v_dot.out_all(from, to)))
    }

    /// With the pullback.
    #[inline]
    #[track_caller]
    pub fn forward<M: Mode, V: Growing, I, J>(
        mode: M,
        v: &mut V,
        from: usize,
        to: usize,
    ) -> (Vec<Of<V>>, impl FnOnce(&mut V, Vec<Dot<V>>, &mut Bars<V>, &I, &J) + use<M, V, I, J>) {
        let items = v.out_all(from, to);
        let kept = mode.keep(|| items.clone());
        let pullback = move |v: &mut V, items_bar: Vec<Dot<V>>, bars: &mut Bars<V>, _: &I, _: &J| {
            bars.put_all(from, items_bar.into_iter().map(Tangent::into_bar).collect());
            // where nothing is put back, `v` is as short as the function left it
            if M::RESTORES {
                let mut back = Vec::new();
                mode.restore(&mut back, kept);
                v.put_all(from, back);
            }
        };
        (items, pullback)
    }
}
