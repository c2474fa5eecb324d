//! The operators, by traits: scalars and integers here, matrices in `linalg`; types of your own may implement them too.
//!
//! In forward mode the rules dispatch on the tangent's own type, since a tangent of a matrix multiplies as a matrix does, whatever its
//! storage is; for integers it is `()`.
use crate::real::{Math, Real};
use crate::tangent::{Differentiable, GradientLike, GradientOf, Own, Shaped, Value};

type Gradient<T> = <T as Differentiable>::Gradient;

/// What `-` makes of a tangent.
#[diagnostic::on_unimplemented(message = "there is no derivative rule for `-` on the tangent `{Self}`")]
pub trait NegRule: Own {
    /// The tangent, negated.
    fn negated(&self) -> Self::Owned;
}

/// The product `self * rhs`.
#[diagnostic::on_unimplemented(message = "there is no derivative rule for `{Self} * {R}`")]
pub trait MulRule<R: Differentiable + ?Sized>: Differentiable {
    /// The type of the product.
    type Out: Differentiable;
    /// The product; in forward mode one of the operands is a tangent.
    fn product(&self, rhs: &R) -> Gradient<Self::Out>;
    /// The adjoint of the left operand, of which only the shape is known.
    fn pull_lhs(lhs: &Self::Shape, rhs: &R, out_bar: &Gradient<Self::Out>) -> Self::Gradient;
    /// The adjoint of the right operand, of which only the shape is known.
    fn pull_rhs(&self, rhs: &R::Shape, out_bar: &Gradient<Self::Out>) -> R::Gradient;
}

/// The quotient by `R`: `Self` is what is divided, a numerator's tangent or the adjoint or the value of a quotient.
#[diagnostic::on_unimplemented(message = "there is no derivative rule for `{Self} / {R}`")]
pub trait DivRule<R: Differentiable + ?Sized>: Differentiable {
    /// The type of the quotient.
    type Out: Differentiable;
    /// `self / rhs`, which is 0 where `self` is 0, even for `rhs == 0`; `self` is a tangent or an adjoint.
    fn quotient(&self, rhs: &R) -> Gradient<Self::Out>;
    /// The adjoint of the denominator `rhs`; `self` is the quotient's value.
    fn pull_divisor(&self, rhs: &R, out_bar: &Self::Gradient) -> R::Gradient;
    /// The quotient's tangent from that of the denominator `rhs`; `self` is the quotient's value.
    fn push_divisor(&self, rhs: &R, rhs_dot: &R::Gradient) -> Self::Gradient;
}

/// The remainder `self % rhs`.
#[diagnostic::on_unimplemented(message = "there is no derivative rule for `{Self} % {R}`")]
pub trait RemRule<R: Differentiable + ?Sized>: Differentiable {
    /// The adjoint of `rhs` in `self % rhs`; for scalars it is also what its tangent contributes.
    fn rem_rhs(&self, rhs: &R, d: &Self::Gradient) -> R::Gradient;
    /// The same for `rem_euclid`.
    fn rem_euclid_rhs(&self, rhs: &R, d: &Self::Gradient) -> R::Gradient;
}

// ---- scalars -------------------------------------------------------------------------------------------------------

impl<T: Real> NegRule for T {
    #[inline(always)]
    fn negated(&self) -> T {
        -*self
    }
}

impl<T: Real> MulRule<T> for T {
    type Out = T;
    #[inline(always)]
    fn product(&self, rhs: &T) -> T {
        *self * *rhs
    }
    #[inline(always)]
    fn pull_lhs(_: &(), rhs: &T, out_bar: &T) -> T {
        *out_bar * *rhs
    }
    #[inline(always)]
    fn pull_rhs(&self, _: &(), out_bar: &T) -> T {
        *out_bar * *self
    }
}

impl<T: Real> DivRule<T> for T {
    type Out = T;
    #[inline(always)]
    fn quotient(&self, rhs: &T) -> T {
        if self.is_zero() { *self } else { *self / *rhs }
    }
    #[inline(always)]
    fn pull_divisor(&self, rhs: &T, out_bar: &T) -> T {
        if out_bar.is_zero() { *out_bar } else { -(*out_bar * *self) / *rhs }
    }
    #[inline(always)]
    fn push_divisor(&self, rhs: &T, rhs_dot: &T) -> T {
        self.pull_divisor(rhs, rhs_dot)
    }
}

impl<T: Real> RemRule<T> for T {
    #[inline]
    fn rem_rhs(&self, rhs: &T, d: &T) -> T {
        if d.is_zero() { *d } else { -*d * T::Math::trunc(*self / *rhs) }
    }
    #[inline]
    fn rem_euclid_rhs(&self, rhs: &T, d: &T) -> T {
        if d.is_zero() { *d } else { -*d * T::Math::div_euclid(*self, *rhs) }
    }
}

// ---- integers ------------------------------------------------------------------------------------------------------

impl NegRule for () {
    #[inline(always)]
    fn negated(&self) {}
}

macro_rules! product_and_quotient {
    ($($l:ty, $r:ty);*) => {$(
        impl MulRule<$r> for $l {
            type Out = ();
            #[inline(always)]
            fn product(&self, _: &$r) {}
            #[inline(always)]
            fn pull_lhs(_: &(), _: &$r, _: &()) {}
            #[inline(always)]
            fn pull_rhs(&self, _: &(), _: &()) {}
        }

        impl DivRule<$r> for $l {
            type Out = ();
            #[inline(always)]
            fn quotient(&self, _: &$r) {}
            #[inline(always)]
            fn pull_divisor(&self, _: &$r, _: &()) {}
            #[inline(always)]
            fn push_divisor(&self, _: &$r, _: &()) {}
        }
    )*};
}

macro_rules! integer {
    ($($t:ty),*) => {$(
        product_and_quotient!($t, $t; $t, (); (), $t);

        impl RemRule<$t> for $t {
            #[inline(always)]
            fn rem_rhs(&self, _: &$t, _: &()) {}
            #[inline(always)]
            fn rem_euclid_rhs(&self, _: &$t, _: &()) {}
        }
    )*};
}
integer!(u8, u16, u32, u64, u128, usize, i8, i16, i32, i64, i128, isize);

// ---- what generated code calls ---------------------------------------------------------------------------------------

/// `-a`
pub mod neg {
    use super::*;
    /// The adjoint of the operand.
    #[inline(always)]
    pub fn pull_0<D: Value<Of: NegRule>>(d: &D) -> <D::Of as Own>::Owned {
        d.value().negated()
    }
    /// The tangent of the result.
    #[inline(always)]
    pub fn push_0<D: Value<Of: NegRule>>(a_dot: &D) -> <D::Of as Own>::Owned {
        a_dot.value().negated()
    }
}

/// `a + b`, for the types that have `-`: a sum of a type of the user's may be anything
pub mod add {
    use super::*;
    /// The adjoint of the left operand.
    #[inline(always)]
    pub fn pull_0<D: Value<Of: NegRule>>(d: &D) -> <D::Of as Own>::Owned {
        d.value().own()
    }
    /// The adjoint of the right operand.
    #[inline(always)]
    pub fn pull_1<D: Value<Of: NegRule>>(d: &D) -> <D::Of as Own>::Owned {
        d.value().own()
    }
    /// What the left operand contributes to the tangent.
    #[inline(always)]
    pub fn push_0<D: Value<Of: NegRule>>(a_dot: &D) -> <D::Of as Own>::Owned {
        a_dot.value().own()
    }
    /// What the right operand contributes to the tangent.
    #[inline(always)]
    pub fn push_1<D: Value<Of: NegRule>>(b_dot: &D) -> <D::Of as Own>::Owned {
        b_dot.value().own()
    }
}

/// `a - b`
pub mod sub {
    pub use super::add::{pull_0, push_0};
    use super::*;
    /// The adjoint of the right operand.
    #[inline(always)]
    pub fn pull_1<D: Value<Of: NegRule>>(d: &D) -> <D::Of as Own>::Owned {
        d.value().negated()
    }
    /// What the right operand contributes to the tangent.
    #[inline(always)]
    pub fn push_1<D: Value<Of: NegRule>>(b_dot: &D) -> <D::Of as Own>::Owned {
        b_dot.value().negated()
    }
}

/// `a * b`
pub mod mul {
    use super::*;
    type Out<L, R> = Gradient<<L as MulRule<R>>::Out>;
    /// The adjoint of the left operand.
    #[inline(always)]
    pub fn pull_0<A: Shaped, B: Value>(a: &A, b: &B, d: &Out<A::Of, B::Of>) -> GradientLike<A>
    where
        A::Of: MulRule<B::Of>,
    {
        <A::Of>::pull_lhs(&a.shaped(), b.value(), d)
    }
    /// The adjoint of the right operand.
    #[inline(always)]
    pub fn pull_1<A: Value, B: Shaped>(a: &A, b: &B, d: &Out<A::Of, B::Of>) -> GradientLike<B>
    where
        A::Of: MulRule<B::Of>,
    {
        a.value().pull_rhs(&b.shaped(), d)
    }
    /// What the left operand contributes to the tangent.
    #[inline(always)]
    pub fn push_0<A: Shaped, B: Value, D: Value>(_: &A, b: &B, a_dot: &D) -> Out<D::Of, B::Of>
    where
        D::Of: MulRule<B::Of>,
    {
        a_dot.value().product(b.value())
    }
    /// What the right operand contributes to the tangent.
    #[inline(always)]
    pub fn push_1<A: Value, B: Shaped, D: Value>(a: &A, _: &B, b_dot: &D) -> Out<A::Of, D::Of>
    where
        A::Of: MulRule<D::Of>,
    {
        a.value().product(b_dot.value())
    }
}

/// `a / b`, where `b` is a scalar
pub mod div {
    use super::*;
    type Out<L, R> = Gradient<<L as DivRule<R>>::Out>;
    /// The adjoint of the numerator.
    #[inline(always)]
    pub fn pull_0<B: Value, D: Value>(b: &B, d: &D) -> Out<D::Of, B::Of>
    where
        D::Of: DivRule<B::Of>,
    {
        d.value().quotient(b.value())
    }
    /// The adjoint of the denominator.
    #[inline(always)]
    pub fn pull_1<B: Value, Y: Value>(b: &B, y: &Y, d: &GradientOf<Y>) -> GradientOf<B>
    where
        Y::Of: DivRule<B::Of>,
    {
        y.value().pull_divisor(b.value(), d)
    }
    /// What the numerator contributes to the tangent.
    #[inline(always)]
    pub fn push_0<B: Value, D: Value>(b: &B, a_dot: &D) -> Out<D::Of, B::Of>
    where
        D::Of: DivRule<B::Of>,
    {
        a_dot.value().quotient(b.value())
    }
    /// What the denominator contributes to the tangent.
    #[inline(always)]
    pub fn push_1<B: Value, Y: Value, D: Value<Of = GradientOf<B>>>(b: &B, y: &Y, b_dot: &D) -> GradientOf<Y>
    where
        Y::Of: DivRule<B::Of>,
    {
        y.value().push_divisor(b.value(), b_dot.value())
    }
}

/// `a % b`: for a fixed quotient, `a - b * trunc(a / b)`
pub mod rem {
    pub use super::add::{pull_0, push_0};
    use super::*;
    /// The adjoint of the divisor.
    #[inline(always)]
    pub fn pull_1<A: Value, B: Value, D: Value<Of = GradientOf<A>>>(a: &A, b: &B, d: &D) -> GradientOf<B>
    where
        A::Of: RemRule<B::Of>,
    {
        a.value().rem_rhs(b.value(), d.value())
    }
    /// What the divisor contributes to the tangent.
    #[inline(always)]
    pub fn push_1<A: Value, B: Value, D: Value<Of = GradientOf<B>>>(a: &A, b: &B, b_dot: &D) -> GradientOf<A>
    where
        A::Of: RemRule<B::Of>,
        B::Of: Differentiable<Gradient = GradientOf<A>>,
    {
        a.value().rem_rhs(b.value(), b_dot.value())
    }
}

/// `a.rem_euclid(b)`
pub mod rem_euclid {
    pub use super::add::{pull_0, push_0};
    use super::*;
    /// The adjoint of the divisor.
    #[inline(always)]
    pub fn pull_1<A: Value, B: Value, D: Value<Of = GradientOf<A>>>(a: &A, b: &B, d: &D) -> GradientOf<B>
    where
        A::Of: RemRule<B::Of>,
    {
        a.value().rem_euclid_rhs(b.value(), d.value())
    }
    /// What the divisor contributes to the tangent.
    #[inline(always)]
    pub fn push_1<A: Value, B: Value, D: Value<Of = GradientOf<B>>>(a: &A, b: &B, b_dot: &D) -> GradientOf<A>
    where
        A::Of: RemRule<B::Of>,
        B::Of: Differentiable<Gradient = GradientOf<A>>,
    {
        a.value().rem_euclid_rhs(b.value(), b_dot.value())
    }
}
