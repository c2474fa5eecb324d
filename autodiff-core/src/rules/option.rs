//! `Option`s and `Result`s.
#![allow(clippy::result_unit_err, reason = "the tangent of an error is nothing")]
use super::own;
use crate::tangent::{Differentiable, GradientLike, Own, Shaped, Tangent, Value};

/// A value that may be missing.
#[diagnostic::on_unimplemented(message = "`{Self}` is neither an `Option` nor a `Result` of something differentiable")]
pub trait Wrapped: Differentiable {
    /// What it is.
    type Inner: Differentiable;
    /// Its shape, if it is there.
    fn inner(shape: &Self::Shape) -> Option<&<Self::Inner as Differentiable>::Shape>;
    /// The tangent of one that is there.
    fn there(inner: <Self::Inner as Differentiable>::Gradient) -> Self::Gradient;
    /// The tangent inside, if it is there.
    fn tangent(whole: Self::Gradient) -> Option<<Self::Inner as Differentiable>::Gradient>;
}

impl<T: Differentiable> Wrapped for Option<T> {
    type Inner = T;
    #[inline(always)]
    fn inner(shape: &Option<T::Shape>) -> Option<&T::Shape> {
        shape.as_ref()
    }
    #[inline(always)]
    fn there(inner: T::Gradient) -> Option<T::Gradient> {
        Some(inner)
    }
    #[inline(always)]
    fn tangent(whole: Option<T::Gradient>) -> Option<T::Gradient> {
        whole
    }
}

impl<T: Differentiable, E> Wrapped for Result<T, E> {
    type Inner = T;
    #[inline(always)]
    fn inner(shape: &Result<T::Shape, ()>) -> Option<&T::Shape> {
        shape.as_ref().ok()
    }
    #[inline(always)]
    fn there(inner: T::Gradient) -> Result<T::Gradient, ()> {
        Ok(inner)
    }
    #[inline(always)]
    fn tangent(whole: Result<T::Gradient, ()>) -> Option<T::Gradient> {
        whole.ok()
    }
}

type Inner<S> = <<S as Shaped>::Of as Wrapped>::Inner;
type InnerDot<S> = <Inner<S> as Differentiable>::Gradient;

/// The part of an adjoint that belongs to the `x` in `Some(x)` and `Ok(x)`.
#[inline(always)]
pub fn payload<T: Payload>(bar: &T) -> T::Inner {
    bar.payload()
}

/// The adjoint of something wrapped.
pub trait Payload {
    /// The adjoint of what is wrapped.
    type Inner;
    /// Takes it out.
    fn payload(&self) -> Self::Inner;
}

impl<T: Tangent> Payload for Option<T> {
    type Inner = T;
    #[inline(always)]
    fn payload(&self) -> T {
        self.clone().expect("the adjoint of a `Some` is a `Some`")
    }
}

impl<T: Tangent> Payload for Result<T, ()> {
    type Inner = T;
    #[inline(always)]
    fn payload(&self) -> T {
        self.clone().expect("the adjoint of an `Ok` is an `Ok`")
    }
}

/// The adjoint of what flows through if it is there.
#[inline(always)]
fn wrap<S: Shaped<Of: Wrapped> + ?Sized>(a: &S, inner: &InnerDot<S>) -> GradientLike<S> {
    let shape = a.shaped();
    match S::Of::inner(&shape) {
        Some(_) => S::Of::there(inner.clone()),
        None => S::Of::zero_tangent(&shape),
    }
}

/// `a.unwrap()`, `a.expect(..)`.
pub mod unwrap {
    use super::*;

    /// The contribution to `a`.
    #[inline(always)]
    pub fn pull_0<S: Shaped<Of: Wrapped> + ?Sized>(a: &S, y_bar: &InnerDot<S>) -> GradientLike<S> {
        wrap(a, y_bar)
    }
    /// The contribution of `a`.
    #[inline(always)]
    pub fn push_0<S: Shaped<Of: Wrapped> + ?Sized, V>(_: &S, a_dot: &V) -> InnerDot<S>
    where
        V: Value<Of: Own<Owned = GradientLike<S>>> + ?Sized,
    {
        S::Of::tangent(own(a_dot)).expect("the tangent of what is there is there")
    }
}

/// `a.unwrap_or_default()`.
pub mod unwrap_or_default {
    use super::*;

    /// The contribution to `a`.
    #[inline(always)]
    pub fn pull_0<S: Shaped<Of: Wrapped> + ?Sized, Y>(a: &S, _: &Y, y_bar: &InnerDot<S>) -> GradientLike<S> {
        wrap(a, y_bar)
    }
    /// The contribution of `a`.
    #[inline(always)]
    pub fn push_0<S: Shaped<Of: Wrapped> + ?Sized, Y, V>(_: &S, y: &Y, a_dot: &V) -> InnerDot<S>
    where
        Y: Shaped<Of = Inner<S>>,
        V: Value<Of: Own<Owned = GradientLike<S>>> + ?Sized,
    {
        S::Of::tangent(own(a_dot)).unwrap_or_else(|| <Inner<S>>::zero_tangent(&y.shaped()))
    }
}

/// `a.unwrap_or(b)`.
pub mod unwrap_or {
    use super::*;

    /// The contribution to `a`.
    #[inline(always)]
    pub fn pull_0<S: Shaped<Of: Wrapped> + ?Sized, B: ?Sized>(a: &S, _: &B, y_bar: &InnerDot<S>) -> GradientLike<S> {
        wrap(a, y_bar)
    }
    /// The contribution to `b`.
    #[inline(always)]
    pub fn pull_1<S: Shaped<Of: Wrapped> + ?Sized, B: Shaped<Of = Inner<S>> + ?Sized>(
        a: &S,
        b: &B,
        y_bar: &InnerDot<S>,
    ) -> InnerDot<S> {
        match S::Of::inner(&a.shaped()) {
            Some(_) => <Inner<S>>::zero_tangent(&b.shaped()),
            None => y_bar.clone(),
        }
    }
    /// The contribution of `a`.
    #[inline(always)]
    pub fn push_0<S: Shaped<Of: Wrapped> + ?Sized, B: Shaped<Of = Inner<S>> + ?Sized, V>(
        _: &S,
        b: &B,
        a_dot: &V,
    ) -> InnerDot<S>
    where
        V: Value<Of: Own<Owned = GradientLike<S>>> + ?Sized,
    {
        S::Of::tangent(own(a_dot)).unwrap_or_else(|| <Inner<S>>::zero_tangent(&b.shaped()))
    }
    /// The contribution of `b`.
    #[inline(always)]
    pub fn push_1<S: Shaped<Of: Wrapped> + ?Sized, B: Shaped<Of = Inner<S>> + ?Sized, V>(
        a: &S,
        b: &B,
        b_dot: &V,
    ) -> InnerDot<S>
    where
        V: Value<Of: Own<Owned = InnerDot<S>>> + ?Sized,
    {
        match S::Of::inner(&a.shaped()) {
            Some(_) => <Inner<S>>::zero_tangent(&b.shaped()),
            None => own(b_dot),
        }
    }
}

/// `a.ok_or(error)`.
pub mod ok_or {
    use super::*;

    /// The contribution to `a`.
    #[inline(always)]
    pub fn pull_0<T: Tangent>(y_bar: &Result<T, ()>) -> Option<T> {
        y_bar.clone().ok()
    }
    /// The contribution of `a`.
    #[inline(always)]
    pub fn push_0<V, T: Tangent>(a_dot: &V) -> Result<T, ()>
    where
        V: Value<Of: Own<Owned = Option<T>>> + ?Sized,
    {
        own(a_dot).ok_or(())
    }
}

/// `a.ok()`.
pub mod ok {
    use super::*;

    /// The contribution to `a`.
    #[inline(always)]
    pub fn pull_0<T: Tangent>(y_bar: &Option<T>) -> Result<T, ()> {
        y_bar.clone().ok_or(())
    }
    /// The contribution of `a`.
    #[inline(always)]
    pub fn push_0<V, T: Tangent>(a_dot: &V) -> Option<T>
    where
        V: Value<Of: Own<Owned = Result<T, ()>>> + ?Sized,
    {
        own(a_dot).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unwrap_passes_the_adjoint_into_the_some() {
        assert_eq!(unwrap::pull_0(&Some(1.0), &2.0), Some(2.0));
        assert_eq!(unwrap::push_0(&Some(1.0), &Some(3.0)), 3.0);
        assert_eq!(unwrap::pull_0(&Ok::<f64, String>(1.0), &2.0), Ok(2.0));
        assert_eq!(payload(&Some(vec![1.0])), [1.0]);
        assert_eq!(payload(&Ok::<f64, ()>(1.0)), 1.0);
        assert_eq!((ok_or::pull_0(&Ok(2.0)), ok_or::push_0(&Some(2.0))), (Some(2.0), Ok(2.0)));
        assert_eq!((ok::pull_0(&Some(2.0)), ok::push_0(&Ok::<f64, ()>(2.0))), (Ok(2.0), Some(2.0)));
    }

    #[test]
    fn unwrap_or_goes_one_way() {
        let (some, none) = (Some(1.0), None::<f64>);
        assert_eq!((unwrap_or::pull_0(&some, &5.0, &2.0), unwrap_or::pull_0(&none, &5.0, &2.0)), (Some(2.0), None));
        assert_eq!((unwrap_or::pull_1(&some, &5.0, &2.0), unwrap_or::pull_1(&none, &5.0, &2.0)), (0.0, 2.0));
        assert_eq!(
            (unwrap_or::push_0(&some, &5.0, &Some(2.0)), unwrap_or::push_0(&none, &5.0, &None::<f64>)),
            (2.0, 0.0)
        );
        assert_eq!((unwrap_or::push_1(&some, &5.0, &2.0), unwrap_or::push_1(&none, &5.0, &2.0)), (0.0, 2.0));
        assert_eq!(
            (unwrap_or_default::pull_0(&none, &0.0, &2.0), unwrap_or_default::push_0(&none, &0.0, &none)),
            (None, 0.0)
        );
    }
}
