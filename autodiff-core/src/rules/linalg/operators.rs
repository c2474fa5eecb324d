//! The operators of matrices: `matrix * scalar`, `scalar * matrix`, `matrix * matrix`, `matrix / scalar`, `-matrix`.
//! Sums need nothing here: their rules copy.
use nalgebra::allocator::Allocator;
use nalgebra::constraint::{AreMultipliable, ShapeConstraint};
use nalgebra::{DefaultAllocator, Dim, Matrix, OMatrix, Storage};

use super::elementwise::quotient;
use super::kernels;
use crate::Real;
use crate::rules::{
    AbsRule, Added, DifferenceRule, DivRule, MulRule, NegRule, Product, Quotient, Repeated, Subtracted, SumRule, Total,
};

impl<T: Real, R: Dim, C: Dim, S: Storage<T, R, C>> NegRule for Matrix<T, R, C, S>
where
    DefaultAllocator: Allocator<R, C>,
{
    #[inline]
    fn negated(&self) -> OMatrix<T, R, C> {
        -self
    }
}

impl<T: Real, R: Dim, C: Dim, S: Storage<T, R, C>> SumRule for Matrix<T, R, C, S> where DefaultAllocator: Allocator<R, C>
{}

impl<T: Real, R: Dim, C: Dim, S: Storage<T, R, C>> DifferenceRule for Matrix<T, R, C, S>
where
    DefaultAllocator: Allocator<R, C>,
{
    #[inline]
    fn pull_rhs(&self) -> OMatrix<T, R, C> {
        -self
    }
    #[inline]
    fn push_rhs(&self) -> OMatrix<T, R, C> {
        -self
    }
}

impl<T: Real, R: Dim, C: Dim, S: Storage<T, R, C>> Total for Matrix<T, R, C, S> {}

impl<T: Real, R: Dim, C: Dim, S: Storage<T, R, C>> Added for Matrix<T, R, C, S> where DefaultAllocator: Allocator<R, C> {}

impl<T: Real, R: Dim, C: Dim, S: Storage<T, R, C>> Subtracted for Matrix<T, R, C, S>
where
    DefaultAllocator: Allocator<R, C>,
{
    #[inline]
    fn subtracted(&self) -> OMatrix<T, R, C> {
        -self
    }
}

impl<T: Real, R: Dim, C: Dim, S: Storage<T, R, C>, At> Product<T, At> for Matrix<T, R, C, S>
where
    DefaultAllocator: Allocator<R, C>,
{
    type Out = OMatrix<T, R, C>;
    #[inline]
    fn product(&self, _: &At, rhs: &T) -> OMatrix<T, R, C> {
        kernels::scaled(self, *rhs)
    }
}

impl<T: Real, R: Dim, C: Dim, S: Storage<T, R, C>> MulRule<T> for Matrix<T, R, C, S>
where
    DefaultAllocator: Allocator<R, C>,
{
    type Out = OMatrix<T, R, C>;
    #[inline]
    fn pull_lhs(_: &(R, C), rhs: &T, d: &OMatrix<T, R, C>) -> OMatrix<T, R, C> {
        d * *rhs
    }
    #[inline]
    fn pull_rhs(&self, _: &(), d: &OMatrix<T, R, C>) -> T {
        d.dot(self)
    }
}

impl<T: Real, R: Dim, C: Dim, S: Storage<T, R, C>, At> Product<Matrix<T, R, C, S>, At> for T
where
    DefaultAllocator: Allocator<R, C>,
{
    type Out = OMatrix<T, R, C>;
    #[inline]
    fn product(&self, _: &At, rhs: &Matrix<T, R, C, S>) -> OMatrix<T, R, C> {
        kernels::scaled(rhs, *self)
    }
}

impl<T: Real, R: Dim, C: Dim, S: Storage<T, R, C>> MulRule<Matrix<T, R, C, S>> for T
where
    DefaultAllocator: Allocator<R, C>,
{
    type Out = OMatrix<T, R, C>;
    #[inline]
    fn pull_lhs(_: &(), rhs: &Matrix<T, R, C, S>, d: &OMatrix<T, R, C>) -> T {
        d.dot(rhs)
    }
    #[inline]
    fn pull_rhs(&self, _: &(R, C), d: &OMatrix<T, R, C>) -> OMatrix<T, R, C> {
        d * *self
    }
}

impl<T: Real, R1: Dim, C1: Dim, S1, R2: Dim, C2: Dim, S2, At> Product<Matrix<T, R2, C2, S2>, At>
    for Matrix<T, R1, C1, S1>
where
    S1: Storage<T, R1, C1>,
    S2: Storage<T, R2, C2>,
    DefaultAllocator: Allocator<R1, C1> + Allocator<R2, C2> + Allocator<R1, C2>,
    ShapeConstraint: AreMultipliable<R1, C1, R2, C2>,
{
    type Out = OMatrix<T, R1, C2>;
    #[inline]
    fn product(&self, _: &At, rhs: &Matrix<T, R2, C2, S2>) -> OMatrix<T, R1, C2> {
        kernels::mul(self, rhs)
    }
}

/// `y = a b` for a matrix `a` and a number `b`, where both are known to be such
pub mod scaled {
    use super::*;
    use crate::rules::linalg::MatrixValue;
    use crate::tangent::Value;

    /// `d b`
    #[inline]
    pub fn pull_0<T: Real, R: Dim, C: Dim>(b: &impl Value<Of = T>, d: &impl MatrixValue<T, R, C>) -> OMatrix<T, R, C>
    where
        DefaultAllocator: Allocator<R, C>,
    {
        kernels::scaled(d.matrix(), *b.value())
    }
    /// `<a, d>`
    #[inline]
    pub fn pull_1<T: Real, R: Dim, C: Dim>(a: &impl MatrixValue<T, R, C>, d: &impl MatrixValue<T, R, C>) -> T {
        d.matrix().dot(a.matrix())
    }
    pub use pull_0 as push_0;
    /// `a b'`
    #[inline]
    pub fn push_1<T: Real, R: Dim, C: Dim>(
        a: &impl MatrixValue<T, R, C>,
        b_dot: &impl Value<Of = T>,
    ) -> OMatrix<T, R, C>
    where
        DefaultAllocator: Allocator<R, C>,
    {
        kernels::scaled(a.matrix(), *b_dot.value())
    }
}

/// `y = a b` for a number `a` and a matrix `b`, where both are known to be such
pub mod scales {
    pub use super::scaled::{pull_0 as pull_1, pull_0 as push_1, pull_1 as pull_0, push_1 as push_0};
}

/// Giles 2.2.2: the adjoints of `y = a b` are `d bᵀ` and `aᵀ d`.
impl<T: Real, R1: Dim, C1: Dim, S1, R2: Dim, C2: Dim, S2> MulRule<Matrix<T, R2, C2, S2>> for Matrix<T, R1, C1, S1>
where
    S1: Storage<T, R1, C1>,
    S2: Storage<T, R2, C2>,
    DefaultAllocator: Allocator<R1, C1> + Allocator<R2, C2> + Allocator<R1, C2>,
    ShapeConstraint: AreMultipliable<R1, C1, R2, C2>,
{
    type Out = OMatrix<T, R1, C2>;
    #[inline]
    fn pull_lhs(lhs: &(R1, C1), rhs: &Matrix<T, R2, C2, S2>, d: &OMatrix<T, R1, C2>) -> OMatrix<T, R1, C1> {
        kernels::mul_tr(lhs.1, d, rhs)
    }
    #[inline]
    fn pull_rhs(&self, rhs: &(R2, C2), d: &OMatrix<T, R1, C2>) -> OMatrix<T, R2, C2> {
        kernels::tr_mul(rhs.0, self, d)
    }
}

impl<T: Real, R: Dim, C: Dim, S: Storage<T, R, C>> Quotient<T> for Matrix<T, R, C, S>
where
    DefaultAllocator: Allocator<R, C>,
{
    #[inline]
    fn quotient(&self, rhs: &T) -> OMatrix<T, R, C> {
        self.map(|a| quotient(a, *rhs))
    }
}

impl<T: Real, R: Dim, C: Dim, S: Storage<T, R, C>> DivRule<T> for Matrix<T, R, C, S>
where
    DefaultAllocator: Allocator<R, C>,
{
    #[inline]
    fn pull_divisor(&self, rhs: &T, d: &OMatrix<T, R, C>) -> T {
        // Where `d` is 0 nothing goes out, even if the quotient is infinite there.
        let masked = |sum: T, d: T, y: T| if d.is_zero() { sum } else { sum + d * y };
        quotient(-d.zip_fold(self, nalgebra::zero::<T>(), masked), *rhs)
    }
    #[inline]
    fn push_divisor(&self, rhs: &T, rhs_dot: &T) -> OMatrix<T, R, C> {
        let factor = quotient(-*rhs_dot, *rhs);
        self.map(|y| if factor.is_zero() { factor } else { y * factor })
    }
}

impl<T: Real, R: Dim, C: Dim, S: Storage<T, R, C>> AbsRule for Matrix<T, R, C, S>
where
    DefaultAllocator: Allocator<R, C>,
{
    #[inline]
    fn abs_times(&self, d: &OMatrix<T, R, C>) -> OMatrix<T, R, C> {
        d.zip_map(self, |d, a| a.abs_times(&d))
    }
}

impl<T: Real, R: Dim, C: Dim, S: Storage<T, R, C>> Repeated<T> for Matrix<T, R, C, S> {
    #[inline]
    fn add_all(&self, sum: T) -> T {
        sum + self.sum()
    }
}

impl<T, R: Dim, C: Dim, S> crate::rules::Assigned for Matrix<T, R, C, S> {}
