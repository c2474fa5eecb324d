//! Rules for what is not arithmetic: copies, casts, repeated elements, and `sin_cos`.
use crate::real::Real;
use crate::tangent::{Differentiable, GradientLike, Own, Shaped, Tangent, Value};

/// The adjoint of what was cast, from that of the result: integers take and give nothing.
#[diagnostic::on_unimplemented(message = "there is no derivative rule for this cast")]
pub trait CastRule<D>: Tangent {
    /// Converts it.
    fn cast(d: &D) -> Self;
}

macro_rules! cast {
    ($($to:ty: $($from:ty),*;)*) => {$($(
        impl CastRule<$from> for $to {
            #[inline(always)]
            fn cast(d: &$from) -> $to {
                *d as $to
            }
        }
    )*)*};
}
cast! { f64: f64, f32; f32: f64, f32; }

impl<D: Tangent> CastRule<D> for () {
    #[inline(always)]
    fn cast(_: &D) {}
}

impl CastRule<()> for f64 {
    #[inline(always)]
    fn cast(_: &()) -> f64 {
        0.0
    }
}

impl CastRule<()> for f32 {
    #[inline(always)]
    fn cast(_: &()) -> f32 {
        0.0
    }
}

/// The adjoint of a value made of one element, again and again.
#[diagnostic::on_unimplemented(message = "`{Self}` is not known to be repetitions of one element")]
pub trait Repeated<G> {
    /// Adds up the adjoints of all repetitions.
    fn add_all(&self, sum: G) -> G;
}

impl<G: Tangent> Repeated<G> for [G] {
    #[inline]
    fn add_all(&self, mut sum: G) -> G {
        for g in self {
            sum.accumulate(g.clone());
        }
        sum
    }
}

impl<G: Tangent> Repeated<G> for Vec<G> {
    #[inline]
    fn add_all(&self, sum: G) -> G {
        self[..].add_all(sum)
    }
}

impl<G: Tangent, const N: usize> Repeated<G> for [G; N] {
    #[inline]
    fn add_all(&self, sum: G) -> G {
        self[..].add_all(sum)
    }
}

impl<G, D: Repeated<G> + ?Sized> Repeated<G> for &D {
    #[inline]
    fn add_all(&self, sum: G) -> G {
        (**self).add_all(sum)
    }
}

/// `a.clone()`, `a.to_vec()`, `a.to_owned()`
pub mod own {
    use super::*;
    /// The adjoint of the operand.
    #[inline(always)]
    pub fn pull_0<D: Value<Of: Own>>(d: &D) -> <D::Of as Own>::Owned {
        d.value().own()
    }
    pub use pull_0 as push_0;
}

/// `a.into_boxed_slice()`, `a.into_vec()`: the tangent of both is a `Vec`
pub mod boxed {
    pub use super::own::{pull_0, push_0};
}

/// `a as f64`, `f64::from(a)`
pub mod cast {
    use super::*;
    /// The adjoint of the operand.
    #[inline(always)]
    pub fn pull_0<A: Shaped, D>(_: &A, d: &D) -> GradientLike<A>
    where
        GradientLike<A>: CastRule<D>,
    {
        CastRule::cast(d)
    }
}

/// `vec![a; n]`, `[a; n]`, `DVector::from_element(n, a)`
pub mod repeat {
    use super::*;
    /// The adjoint of the element; zero, of its shape, where there are no repetitions.
    #[inline]
    pub fn pull_0<A: Shaped, D: Repeated<GradientLike<A>> + ?Sized>(a: &A, d: &D) -> GradientLike<A> {
        d.add_all(<A::Of>::zero_tangent(&a.shaped()))
    }
}

/// `a.sin_cos()`
pub mod sin_cos {
    use super::*;
    /// The adjoint of the angle.
    #[inline(always)]
    pub fn pull_0<T: Real>(y: &impl Value<Of = (T, T)>, d: &impl Value<Of = (T, T)>) -> T {
        let ((sin, cos), (sin_bar, cos_bar)) = (*y.value(), *d.value());
        sin_bar * cos - cos_bar * sin
    }
    /// The tangents of sine and cosine.
    #[inline(always)]
    pub fn push_0<T: Real>(y: &impl Value<Of = (T, T)>, a_dot: &impl Value<Of = T>) -> (T, T) {
        let ((sin, cos), a_dot) = (*y.value(), *a_dot.value());
        (a_dot * cos, -(a_dot * sin))
    }
}
