//! Component by component.
use nalgebra::allocator::Allocator;
use nalgebra::{DefaultAllocator, Dim, OMatrix};

use super::{MatrixShape, MatrixValue};
use crate::Real;

/// `y = a ∘ b` (Hadamard's product)
pub mod component_mul {
    use super::*;

    /// `d ∘ b`
    #[inline]
    pub fn pull_0<T: Real, R: Dim, C: Dim>(
        b: &impl MatrixValue<T, R, C>,
        d: &impl MatrixValue<T, R, C>,
    ) -> OMatrix<T, R, C>
    where
        DefaultAllocator: Allocator<R, C>,
    {
        d.matrix().zip_map(b.matrix(), |d, b| d * b)
    }
    pub use pull_0 as pull_1;
    pub use pull_0 as push_0;
    pub use pull_0 as push_1;
}

/// `y = a / b`, component by component
pub mod component_div {
    use super::*;

    /// `d / b`
    #[inline]
    pub fn pull_0<T: Real, R: Dim, C: Dim>(
        b: &impl MatrixValue<T, R, C>,
        d: &impl MatrixValue<T, R, C>,
    ) -> OMatrix<T, R, C>
    where
        DefaultAllocator: Allocator<R, C>,
    {
        d.matrix().zip_map(b.matrix(), quotient)
    }
    /// `-d y / b`
    #[inline]
    pub fn pull_1<T: Real, R: Dim, C: Dim>(
        b: &impl MatrixValue<T, R, C>,
        y: &impl MatrixValue<T, R, C>,
        d: &impl MatrixValue<T, R, C>,
    ) -> OMatrix<T, R, C>
    where
        DefaultAllocator: Allocator<R, C>,
    {
        let partial = |d: T, y: T, b: T| if d.is_zero() { d } else { -d * y / b };
        d.matrix().zip_zip_map(y.matrix(), b.matrix(), partial)
    }
    pub use pull_0 as push_0;
    pub use pull_1 as push_1;
}

/// `d / b`, and 0 where `d` is 0.
#[inline(always)]
pub(super) fn quotient<T: Real>(d: T, b: T) -> T {
    if d.is_zero() { d } else { d / b }
}

/// `y = a + b` for every component of `a` and one scalar `b`
pub mod add_scalar {
    use super::*;

    /// `d`
    #[inline]
    pub fn pull_0<T: Real, R: Dim, C: Dim>(d: &impl MatrixValue<T, R, C>) -> OMatrix<T, R, C>
    where
        DefaultAllocator: Allocator<R, C>,
    {
        d.matrix().clone_owned()
    }
    /// the sum of `d`; the shape is not read
    #[inline]
    pub fn pull_1<S: ?Sized, T: Real, R: Dim, C: Dim>(_: &S, d: &impl MatrixValue<T, R, C>) -> T {
        d.matrix().sum()
    }
    pub use pull_0 as push_0;
    /// `b'` everywhere
    #[inline]
    pub fn push_1<T: Real, R: Dim, C: Dim>(a: &impl MatrixShape<T, R, C>, b_dot: &T) -> OMatrix<T, R, C>
    where
        DefaultAllocator: Allocator<R, C>,
    {
        let (r, c) = a.dims();
        OMatrix::from_element_generic(r, c, *b_dot)
    }
}
