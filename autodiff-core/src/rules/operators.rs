//! The operators, by traits: scalars and integers here, matrices in `linalg`; types of your own may implement them too.
//!
//! In forward mode the rules dispatch on the tangent's own type, since a tangent of a matrix multiplies as a matrix does, whatever its
//! storage is; for integers it is `()`.
use crate::real::{Math, Real};
use crate::rules::{Lanes, plus};
use crate::tangent::{Differentiable, GradientLike, GradientOf, Own, Shaped, Tangent, Value};

type Gradient<T> = <T as Differentiable>::Gradient;

/// What `-` makes of a tangent.
#[diagnostic::on_unimplemented(
    message = "there is no derivative rule for `-` on the tangent `{Self}`",
    note = "`#[differentiable]` on the type's `impl Neg` makes one"
)]
pub trait NegRule: Own {
    /// The tangent of the result from that of the operand.
    fn negated(&self) -> Self::Owned;
    /// The adjoint of the operand from that of the result.
    fn pull_negated(&self) -> Self::Owned {
        self.negated()
    }
}

/// What `+` of two values of one type makes of their tangents, which have this type.
#[diagnostic::on_unimplemented(
    message = "there is no derivative rule for `+` on the tangent `{Self}`",
    note = "`#[differentiable]` on the type's `impl Add` makes one for `a + b`, and on its `impl AddAssign` one for `a += b`"
)]
pub trait SumRule: Own {
    /// The adjoint of the left operand from that of the sum.
    #[inline(always)]
    fn pull_lhs(&self) -> Self::Owned {
        self.own()
    }
    /// The adjoint of the right operand from that of the sum.
    #[inline(always)]
    fn pull_rhs(&self) -> Self::Owned {
        self.own()
    }
    /// What the left operand contributes to the tangent of the sum.
    #[inline(always)]
    fn push_lhs(&self) -> Self::Owned {
        self.own()
    }
    /// What the right operand contributes to the tangent of the sum.
    #[inline(always)]
    fn push_rhs(&self) -> Self::Owned {
        self.own()
    }
}

/// What `-` of two values of one type makes of their tangents, which have this type.
#[diagnostic::on_unimplemented(
    message = "there is no derivative rule for `-` on the tangent `{Self}`",
    note = "`#[differentiable]` on the type's `impl Sub` makes one for `a - b`, and on its `impl SubAssign` one for `a -= b`"
)]
pub trait DifferenceRule: Own {
    /// The adjoint of the left operand from that of the difference.
    #[inline(always)]
    fn pull_lhs(&self) -> Self::Owned {
        self.own()
    }
    /// The adjoint of the right operand from that of the difference.
    fn pull_rhs(&self) -> Self::Owned;
    /// What the left operand contributes to the tangent of the difference.
    #[inline(always)]
    fn push_lhs(&self) -> Self::Owned {
        self.own()
    }
    /// What the right operand contributes to the tangent of the difference.
    fn push_rhs(&self) -> Self::Owned;
}

/// What `+=` adds to a value, it adds to the tangent of this type.
#[diagnostic::on_unimplemented(
    message = "there is no derivative rule for `+=` on the tangent `{Self}`",
    note = "`#[differentiable]` on the type's `impl AddAssign` makes one"
)]
pub trait Added: Own {
    /// The adjoint of what is added, from that of the place.
    #[inline(always)]
    fn added(&self) -> Self::Owned {
        self.own()
    }
}

/// What `-=` takes from a value, it takes from the tangent of this type.
#[diagnostic::on_unimplemented(
    message = "there is no derivative rule for `-=` on the tangent `{Self}`",
    note = "`#[differentiable]` on the type's `impl SubAssign` makes one"
)]
pub trait Subtracted: Own {
    /// The adjoint of what is subtracted, from that of the place.
    fn subtracted(&self) -> Self::Owned;
}

/// Proves of a field that what its `+=` adds to it, it adds to its tangent.
pub fn adds<T: Differentiable<Gradient: Added>>(_: &T) {}

/// The same of `-=`.
pub fn subtracts<T: Differentiable<Gradient: Subtracted>>(_: &T) {}

/// A type whose `*=`, `/=` and `%=` are its `*`, `/` and `%`: numbers, and nalgebra's types. Of any other one nobody knows.
#[diagnostic::on_unimplemented(
    message = "there is no derivative rule for `*=`, `/=` or `%=` on `{Self}`",
    note = "`#[differentiable]` on the type's `impl MulAssign` (or `DivAssign`, `RemAssign`) makes one, found where the type is seen: \
            `let mut q: Quat = ..`",
    note = "or write `a = a * b`"
)]
pub trait Assigned {}

impl<T: Real> Assigned for T {}

macro_rules! assigned {
    ($($t:ty),*) => {$(
        impl Assigned for $t {}
    )*};
}
assigned!(u8, u16, u32, u64, u128, usize, i8, i16, i32, i64, i128, isize);

/// Checks that an assigning operator follows the rule of the operator.
#[inline(always)]
pub fn assigned<V: Value<Of: Assigned> + ?Sized>(_: &V) {}

/// A tangent with every scalar negated.
#[inline]
pub fn negated<T: Tangent>(t: &T) -> T {
    let mut negated = t.clone();
    negated.map_scalars(&mut |x| -x);
    negated
}

/// The product `self * rhs` in forward mode, where one of the operands is a tangent.
///
/// `At` is the shape of the left operand where it is the one that `self` is the tangent of, and nothing otherwise.
#[diagnostic::on_unimplemented(
    message = "there is no derivative rule for `{Self} * {R}`",
    note = "`#[differentiable]` on the type's `impl Mul` makes one"
)]
pub trait Product<R: Differentiable + ?Sized, At = ()>: Differentiable {
    /// The tangent of the product.
    type Out;
    /// The product.
    fn product(&self, at: &At, rhs: &R) -> Self::Out;
}

/// The product `self * rhs`.
#[diagnostic::on_unimplemented(
    message = "there is no derivative rule for `{Self} * {R}`",
    note = "`#[differentiable]` on the type's `impl Mul` makes one"
)]
pub trait MulRule<R: Differentiable + ?Sized>: Differentiable {
    /// The type of the product.
    type Out: Differentiable;
    /// The adjoint of the left operand, of which only the shape is known.
    fn pull_lhs(lhs: &Self::Shape, rhs: &R, out_bar: &Gradient<Self::Out>) -> Self::Gradient;
    /// The adjoint of the right operand, of which only the shape is known.
    fn pull_rhs(&self, rhs: &R::Shape, out_bar: &Gradient<Self::Out>) -> R::Gradient;
}

/// The quotient of a tangent or an adjoint by `R`.
#[diagnostic::on_unimplemented(
    message = "there is no derivative rule for `{Self} / {R}`",
    note = "`#[differentiable]` on the type's `impl Div` makes one"
)]
pub trait Quotient<R: Differentiable + ?Sized>: Own {
    /// `self / rhs`, which is 0 where `self` is 0, even for `rhs == 0`; `self` is a numerator's tangent.
    fn quotient(&self, rhs: &R) -> Self::Owned;
    /// The adjoint of the numerator; `self` is that of the quotient.
    #[inline(always)]
    fn pull_numerator(&self, rhs: &R) -> Self::Owned {
        self.quotient(rhs)
    }
}

/// The quotient by `R`: `Self` is the value of a quotient.
#[diagnostic::on_unimplemented(
    message = "there is no derivative rule for `{Self} / {R}`",
    note = "`#[differentiable]` on the type's `impl Div` makes one"
)]
pub trait DivRule<R: Differentiable + ?Sized>: Differentiable {
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

impl<T: Real> SumRule for T {}

impl<T: Real> DifferenceRule for T {
    #[inline(always)]
    fn pull_rhs(&self) -> T {
        -*self
    }
    #[inline(always)]
    fn push_rhs(&self) -> T {
        -*self
    }
}

impl<T: Real> Added for T {}

impl<T: Real> Subtracted for T {
    #[inline(always)]
    fn subtracted(&self) -> T {
        -*self
    }
}

impl<T: Real, At> Product<T, At> for T {
    type Out = T;
    #[inline(always)]
    fn product(&self, _: &At, rhs: &T) -> T {
        *self * *rhs
    }
}

impl<T: Real> MulRule<T> for T {
    type Out = T;
    #[inline(always)]
    fn pull_lhs(_: &(), rhs: &T, out_bar: &T) -> T {
        *out_bar * *rhs
    }
    #[inline(always)]
    fn pull_rhs(&self, _: &(), out_bar: &T) -> T {
        *out_bar * *self
    }
}

impl<T: Real> Quotient<T> for T {
    #[inline(always)]
    fn quotient(&self, rhs: &T) -> T {
        if self.is_zero() { *self } else { *self / *rhs }
    }
}

impl<T: Real> DivRule<T> for T {
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

impl SumRule for () {}

impl DifferenceRule for () {
    #[inline(always)]
    fn pull_rhs(&self) {}
    #[inline(always)]
    fn push_rhs(&self) {}
}

impl Added for () {}

impl Subtracted for () {
    #[inline(always)]
    fn subtracted(&self) {}
}

macro_rules! product_and_quotient {
    ($($l:ty, $r:ty);*) => {$(
        impl<At> Product<$r, At> for $l {
            type Out = ();
            #[inline(always)]
            fn product(&self, _: &At, _: &$r) {}
        }

        impl MulRule<$r> for $l {
            type Out = ();
            #[inline(always)]
            fn pull_lhs(_: &(), _: &$r, _: &()) {}
            #[inline(always)]
            fn pull_rhs(&self, _: &(), _: &()) {}
        }

        impl DivRule<$r> for $l {
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

        impl Quotient<$t> for () {
            #[inline(always)]
            fn quotient(&self, _: &$t) {}
        }

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
        d.value().pull_negated()
    }
    /// The tangent of the result.
    #[inline(always)]
    pub fn push_0<D: Value<Of: NegRule>>(a_dot: &D) -> <D::Of as Own>::Owned {
        a_dot.value().negated()
    }

    /// Along several directions.
    pub mod each {
        use super::*;
        /// The tangents of the result.
        #[inline(always)]
        pub fn push_0<D: Value<Of: NegRule>, const W: usize>(a_dot: &[D; W]) -> [<D::Of as Own>::Owned; W] {
            Lanes.each(|lane| super::push_0(&a_dot[lane]))
        }
    }
}

/// `a + b`
pub mod add {
    use super::*;
    /// The adjoint of the left operand.
    #[inline(always)]
    pub fn pull_0<D: Value<Of: SumRule>>(d: &D) -> <D::Of as Own>::Owned {
        d.value().pull_lhs()
    }
    /// The adjoint of the right operand.
    #[inline(always)]
    pub fn pull_1<D: Value<Of: SumRule>>(d: &D) -> <D::Of as Own>::Owned {
        d.value().pull_rhs()
    }
    /// What the left operand contributes to the tangent.
    #[inline(always)]
    pub fn push_0<D: Value<Of: SumRule>>(a_dot: &D) -> <D::Of as Own>::Owned {
        a_dot.value().push_lhs()
    }
    /// What the right operand contributes to the tangent.
    #[inline(always)]
    pub fn push_1<D: Value<Of: SumRule>>(b_dot: &D) -> <D::Of as Own>::Owned {
        b_dot.value().push_rhs()
    }

    /// Along several directions.
    pub mod each {
        use super::*;
        /// What the left operand contributes to the tangents.
        #[inline(always)]
        pub fn push_0<D: Value<Of: SumRule>, const W: usize>(a_dot: &[D; W]) -> [<D::Of as Own>::Owned; W] {
            Lanes.each(|lane| super::push_0(&a_dot[lane]))
        }
        /// What the right operand contributes to the tangents.
        #[inline(always)]
        pub fn push_1<D: Value<Of: SumRule>, const W: usize>(b_dot: &[D; W]) -> [<D::Of as Own>::Owned; W] {
            Lanes.each(|lane| super::push_1(&b_dot[lane]))
        }
        /// The tangents by both operands.
        #[inline(always)]
        pub fn both<D, E, T: Tangent, const W: usize>(a_dot: &[D; W], b_dot: &[E; W]) -> [T; W]
        where
            D: Value<Of: SumRule + Own<Owned = T>>,
            E: Value<Of: SumRule + Own<Owned = T>>,
        {
            Lanes.each(|lane| plus(super::push_0(&a_dot[lane]), super::push_1(&b_dot[lane])))
        }
    }
}

/// `a - b`
pub mod sub {
    use super::*;
    /// The adjoint of the left operand.
    #[inline(always)]
    pub fn pull_0<D: Value<Of: DifferenceRule>>(d: &D) -> <D::Of as Own>::Owned {
        d.value().pull_lhs()
    }
    /// The adjoint of the right operand.
    #[inline(always)]
    pub fn pull_1<D: Value<Of: DifferenceRule>>(d: &D) -> <D::Of as Own>::Owned {
        d.value().pull_rhs()
    }
    /// What the left operand contributes to the tangent.
    #[inline(always)]
    pub fn push_0<D: Value<Of: DifferenceRule>>(a_dot: &D) -> <D::Of as Own>::Owned {
        a_dot.value().push_lhs()
    }
    /// What the right operand contributes to the tangent.
    #[inline(always)]
    pub fn push_1<D: Value<Of: DifferenceRule>>(b_dot: &D) -> <D::Of as Own>::Owned {
        b_dot.value().push_rhs()
    }

    /// Along several directions.
    pub mod each {
        use super::*;
        /// What the left operand contributes to the tangents.
        #[inline(always)]
        pub fn push_0<D: Value<Of: DifferenceRule>, const W: usize>(a_dot: &[D; W]) -> [<D::Of as Own>::Owned; W] {
            Lanes.each(|lane| super::push_0(&a_dot[lane]))
        }
        /// What the right operand contributes to the tangents.
        #[inline(always)]
        pub fn push_1<D: Value<Of: DifferenceRule>, const W: usize>(b_dot: &[D; W]) -> [<D::Of as Own>::Owned; W] {
            Lanes.each(|lane| super::push_1(&b_dot[lane]))
        }
        /// The tangents by both operands.
        #[inline(always)]
        pub fn both<D, E, T: Tangent, const W: usize>(a_dot: &[D; W], b_dot: &[E; W]) -> [T; W]
        where
            D: Value<Of: DifferenceRule + Own<Owned = T>>,
            E: Value<Of: DifferenceRule + Own<Owned = T>>,
        {
            Lanes.each(|lane| plus(super::push_0(&a_dot[lane]), super::push_1(&b_dot[lane])))
        }
    }
}

/// `a += b` and `a -= b`
pub mod accumulated {
    use super::*;
    /// The adjoint of what is added, from that of the place.
    #[inline(always)]
    pub fn added<D: Value<Of: Added>>(d: &D) -> <D::Of as Own>::Owned {
        d.value().added()
    }
    /// The adjoint of what is subtracted, from that of the place.
    #[inline(always)]
    pub fn subtracted<D: Value<Of: Subtracted>>(d: &D) -> <D::Of as Own>::Owned {
        d.value().subtracted()
    }
}

/// `a * b`
pub mod mul {
    use super::*;
    type Out<L, R> = Gradient<<L as MulRule<R>>::Out>;
    type Shape<A> = <<A as Shaped>::Of as Differentiable>::Shape;
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
    pub fn push_0<A: Shaped, B: Value, D: Value>(a: &A, b: &B, a_dot: &D) -> <D::Of as Product<B::Of, Shape<A>>>::Out
    where
        D::Of: Product<B::Of, Shape<A>>,
    {
        a_dot.value().product(&a.shaped(), b.value())
    }
    /// What the right operand contributes to the tangent.
    #[inline(always)]
    pub fn push_1<A: Value, B: Shaped, D: Value>(a: &A, _: &B, b_dot: &D) -> <A::Of as Product<D::Of>>::Out
    where
        A::Of: Product<D::Of>,
    {
        a.value().product(&(), b_dot.value())
    }

    /// Along several directions.
    pub mod each {
        use super::*;
        /// What the left operand contributes to the tangents.
        #[inline(always)]
        pub fn push_0<A, B, D, T: Tangent, const W: usize>(a: &A, b: &B, a_dot: &[D; W]) -> [T; W]
        where
            A: Shaped,
            B: Value,
            D: Value<Of: Product<B::Of, Shape<A>, Out = T>>,
        {
            Lanes.each(|lane| super::push_0(a, b, &a_dot[lane]))
        }
        /// What the right operand contributes to the tangents.
        #[inline(always)]
        pub fn push_1<A, B: Shaped, D: Value, T: Tangent, const W: usize>(a: &A, b: &B, b_dot: &[D; W]) -> [T; W]
        where
            A: Value<Of: Product<D::Of, Out = T>>,
        {
            Lanes.each(|lane| super::push_1(a, b, &b_dot[lane]))
        }
        /// The tangents by both operands.
        #[inline(always)]
        pub fn both<A, B, D, E, T: Tangent, const W: usize>(a: &A, b: &B, a_dot: &[D; W], b_dot: &[E; W]) -> [T; W]
        where
            A: Shaped + Value<Of: Product<E::Of, Out = T>>,
            B: Shaped + Value,
            D: Value<Of: Product<<B as Value>::Of, Shape<A>, Out = T>>,
            E: Value,
        {
            Lanes.each(|lane| plus(super::push_0(a, b, &a_dot[lane]), super::push_1(a, b, &b_dot[lane])))
        }
    }
}

/// `a / b`, where `b` is a scalar
pub mod div {
    use super::*;
    /// The adjoint of the numerator.
    #[inline(always)]
    pub fn pull_0<B: Value, D: Value>(b: &B, d: &D) -> <D::Of as Own>::Owned
    where
        D::Of: Quotient<B::Of>,
    {
        d.value().pull_numerator(b.value())
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
    pub fn push_0<B: Value, D: Value>(b: &B, a_dot: &D) -> <D::Of as Own>::Owned
    where
        D::Of: Quotient<B::Of>,
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

    /// Along several directions.
    pub mod each {
        use super::*;
        /// What the numerator contributes to the tangents.
        #[inline(always)]
        pub fn push_0<B: Value, D: Value, const W: usize>(b: &B, a_dot: &[D; W]) -> [<D::Of as Own>::Owned; W]
        where
            D::Of: Quotient<B::Of>,
        {
            Lanes.each(|lane| super::push_0(b, &a_dot[lane]))
        }
        /// What the denominator contributes to the tangents.
        #[inline(always)]
        pub fn push_1<B, Y, D, const W: usize>(b: &B, y: &Y, b_dot: &[D; W]) -> [GradientOf<Y>; W]
        where
            B: Value,
            Y: Value<Of: DivRule<B::Of>>,
            D: Value<Of = GradientOf<B>>,
        {
            Lanes.each(|lane| super::push_1(b, y, &b_dot[lane]))
        }
        /// The tangents by both operands.
        #[inline(always)]
        pub fn both<B, C, Y, D, E, const W: usize>(
            b: &B,
            a_dot: &[D; W],
            b_again: &C,
            y: &Y,
            b_dot: &[E; W],
        ) -> [GradientOf<Y>; W]
        where
            B: Value,
            C: Value,
            Y: Value<Of: DivRule<C::Of>>,
            D: Value<Of: Quotient<B::Of> + Own<Owned = GradientOf<Y>>>,
            E: Value<Of = GradientOf<C>>,
        {
            Lanes.each(|lane| plus(super::push_0(b, &a_dot[lane]), super::push_1(b_again, y, &b_dot[lane])))
        }
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
