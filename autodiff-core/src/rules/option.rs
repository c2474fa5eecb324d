//! `Option`s.
use crate::tangent::{Differentiable, GradientLike, GradientOf, Shaped, Tangent, Value};

/// The part of an adjoint that belongs to the `x` in `Some(x)`.
#[inline(always)]
pub fn payload<T: Tangent>(bar: &Option<T>) -> T {
    bar.clone().expect("the adjoint of a `Some` is a `Some`")
}

/// `a.unwrap()`, `a.expect(..)`.
pub mod unwrap {
    use super::*;

    /// The contribution to `a`.
    #[inline(always)]
    pub fn pull_0<T: Tangent>(y_bar: &T) -> Option<T> {
        Some(y_bar.clone())
    }
    /// The contribution of `a`.
    #[inline(always)]
    pub fn push_0<V: Value<Of = Option<T>> + ?Sized, T: Tangent>(a_dot: &V) -> T
    where
        Option<T>: Differentiable,
    {
        payload(a_dot.value())
    }
}

/// `a.unwrap_or(b)`.
pub mod unwrap_or {
    use super::*;

    /// The contribution to `a`.
    #[inline(always)]
    pub fn pull_0<S: Shaped<Of = Option<T>> + ?Sized, B: Shaped<Of = T> + ?Sized, T: Differentiable>(
        a: &S,
        _: &B,
        y_bar: &T::Gradient,
    ) -> Option<T::Gradient>
    where
        Option<T>: Differentiable<Shape = Option<T::Shape>>,
    {
        a.shaped().map(|_| y_bar.clone())
    }
    /// The contribution to `b`.
    #[inline(always)]
    pub fn pull_1<S: Shaped<Of = Option<T>> + ?Sized, B: Shaped<Of = T> + ?Sized, T: Differentiable>(
        a: &S,
        b: &B,
        y_bar: &T::Gradient,
    ) -> GradientLike<B>
    where
        Option<T>: Differentiable<Shape = Option<T::Shape>>,
    {
        match a.shaped() {
            Some(_) => T::zero_tangent(&b.shaped()),
            None => y_bar.clone(),
        }
    }
    /// The contribution of `a`.
    #[inline(always)]
    pub fn push_0<S: Shaped<Of = Option<T>> + ?Sized, B: Shaped<Of = T> + ?Sized, V, T>(
        _: &S,
        b: &B,
        a_dot: &V,
    ) -> T::Gradient
    where
        T: Differentiable,
        Option<T>: Differentiable<Shape = Option<T::Shape>>,
        V: Value<Of = Option<T::Gradient>> + ?Sized,
        Option<T::Gradient>: Differentiable,
    {
        a_dot.value().clone().unwrap_or_else(|| T::zero_tangent(&b.shaped()))
    }
    /// The contribution of `b`.
    #[inline(always)]
    pub fn push_1<S: Shaped<Of = Option<T>> + ?Sized, B: Shaped<Of = T> + ?Sized, V, T>(
        a: &S,
        b: &B,
        b_dot: &V,
    ) -> T::Gradient
    where
        T: Differentiable,
        Option<T>: Differentiable<Shape = Option<T::Shape>>,
        V: Value + ?Sized,
        V::Of: crate::tangent::Own<Owned = T::Gradient>,
        GradientOf<V>: Tangent,
    {
        match a.shaped() {
            Some(_) => T::zero_tangent(&b.shaped()),
            None => super::super::own(b_dot),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unwrap_passes_the_adjoint_into_the_some() {
        assert_eq!(unwrap::pull_0(&2.0), Some(2.0));
        assert_eq!(unwrap::push_0(&Some(3.0)), 3.0);
        assert_eq!(payload(&Some(vec![1.0])), [1.0]);
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
    }
}
