//! Types without derivatives: their tangent is `()`, and all that is done with it compiles to nothing.
use super::{Bar, Differentiable, Lend, Own, Tangent, Value};
use std::marker::PhantomData;

macro_rules! constant {
    ($($t:ty),*) => {$(
        #[diagnostic::do_not_recommend]
        impl Differentiable for $t {
            type Tangent = ();
            type Gradient = ();
            type Bar = ();
            type OwnedBar = ();
            type Shape = ();
            #[inline(always)]
            fn shape(&self) {}
            #[inline(always)]
            fn zero_tangent(_: &()) {}
            #[inline(always)]
            fn fits(_: &(), _: &()) -> bool {
                true
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
constant!(
    u8,
    u16,
    u32,
    u64,
    u128,
    usize,
    i8,
    i16,
    i32,
    i64,
    i128,
    isize,
    bool,
    char,
    str,
    String,
    (),
    std::cmp::Ordering
);

/// Nothing, of whatever type.
#[diagnostic::do_not_recommend]
impl<T: ?Sized> Differentiable for PhantomData<T> {
    type Tangent = ();
    type Gradient = ();
    type Bar = ();
    type OwnedBar = ();
    type Shape = ();
    #[inline(always)]
    fn shape(&self) {}
    #[inline(always)]
    fn zero_tangent(_: &()) {}
    #[inline(always)]
    fn fits(_: &(), _: &()) -> bool {
        true
    }
}

#[diagnostic::do_not_recommend]
impl<T: ?Sized> Value for PhantomData<T> {
    type Of = PhantomData<T>;
    #[inline(always)]
    fn value(&self) -> &PhantomData<T> {
        self
    }
}

impl Tangent for () {
    type Bar = ();
    #[inline(always)]
    fn accumulate(&mut self, _: ()) {}
    #[inline(always)]
    fn placeholder() {}
    #[inline(always)]
    fn into_bar(self) {}
    #[inline(always)]
    fn from_bar(_: ()) {}
    #[inline(always)]
    fn same_shape(&self, _: &()) -> bool {
        true
    }
}

impl Bar for () {
    type Tangent = ();
    #[inline(always)]
    fn accumulate(&self, _: ()) {}
    #[inline(always)]
    fn get(&self) {}
    #[inline(always)]
    fn take(&self) {}
}

impl Lend<()> for () {
    #[inline(always)]
    fn lend<R>(&mut self, f: impl FnOnce(&()) -> R) -> R {
        f(self)
    }
}

impl Own for () {
    type Owned = ();
    #[inline(always)]
    fn own(&self) {}
}
