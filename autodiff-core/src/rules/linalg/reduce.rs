//! From a matrix to one scalar, or to one for each column or row.
use nalgebra::allocator::Allocator;
use nalgebra::{DefaultAllocator, Dim, OMatrix, OVector, RowOVector, U1};

use super::{MatrixShape, MatrixValue};
use crate::Real;

/// `y = sum of all components`
pub mod sum {
    use super::*;

    /// `d` everywhere
    #[inline]
    pub fn pull_0<T: Real, R: Dim, C: Dim>(a: &impl MatrixShape<T, R, C>, d: &T) -> OMatrix<T, R, C>
    where
        DefaultAllocator: Allocator<R, C>,
    {
        let (r, c) = a.dims();
        OMatrix::from_element_generic(r, c, *d)
    }
    /// the sum of `a'`
    #[inline]
    pub fn push_0<T: Real, R: Dim, C: Dim>(_: &impl MatrixShape<T, R, C>, a_dot: &impl MatrixValue<T, R, C>) -> T {
        a_dot.matrix().sum()
    }
}

/// `y = sum / n`, and 0 where there are no components
pub mod mean {
    use super::*;

    /// `d / n` everywhere
    #[inline]
    pub fn pull_0<T: Real, R: Dim, C: Dim>(a: &impl MatrixShape<T, R, C>, d: &T) -> OMatrix<T, R, C>
    where
        DefaultAllocator: Allocator<R, C>,
    {
        let (r, c) = a.dims();
        let n: T = nalgebra::convert((r.value() * c.value()) as f64);
        OMatrix::from_element_generic(r, c, *d / n)
    }
    /// the mean of `a'`
    #[inline]
    pub fn push_0<T: Real, R: Dim, C: Dim>(_: &impl MatrixShape<T, R, C>, a_dot: &impl MatrixValue<T, R, C>) -> T {
        a_dot.matrix().mean()
    }
}

/// `y = the sum of all rows, a row`
pub mod row_sum {
    use super::*;

    /// `d` in each row
    #[inline]
    pub fn pull_0<T: Real, R: Dim, C: Dim>(
        a: &impl MatrixShape<T, R, C>,
        d: &impl MatrixValue<T, U1, C>,
    ) -> OMatrix<T, R, C>
    where
        DefaultAllocator: Allocator<R, C>,
    {
        let (r, c) = a.dims();
        OMatrix::from_fn_generic(r, c, |_, j| d.matrix()[j])
    }
    /// the same of `a'`
    #[inline]
    pub fn push_0<T: Real, R: Dim, C: Dim>(
        _: &impl MatrixShape<T, R, C>,
        a_dot: &impl MatrixValue<T, R, C>,
    ) -> RowOVector<T, C>
    where
        DefaultAllocator: Allocator<U1, C>,
    {
        a_dot.matrix().row_sum()
    }
}

/// `y = the sum of all columns, a column`
pub mod column_sum {
    use super::*;

    /// `d` in each column
    #[inline]
    pub fn pull_0<T: Real, R: Dim, C: Dim>(
        a: &impl MatrixShape<T, R, C>,
        d: &impl MatrixValue<T, R, U1>,
    ) -> OMatrix<T, R, C>
    where
        DefaultAllocator: Allocator<R, C>,
    {
        let (r, c) = a.dims();
        OMatrix::from_fn_generic(r, c, |i, _| d.matrix()[i])
    }
    /// the same of `a'`
    #[inline]
    pub fn push_0<T: Real, R: Dim, C: Dim>(
        _: &impl MatrixShape<T, R, C>,
        a_dot: &impl MatrixValue<T, R, C>,
    ) -> OVector<T, R>
    where
        DefaultAllocator: Allocator<R>,
    {
        a_dot.matrix().column_sum()
    }
}

/// `y = the mean of all rows, a row`
pub mod row_mean {
    use super::*;

    /// `d / n` in each row
    #[inline]
    pub fn pull_0<T: Real, R: Dim, C: Dim>(
        a: &impl MatrixShape<T, R, C>,
        d: &impl MatrixValue<T, U1, C>,
    ) -> OMatrix<T, R, C>
    where
        DefaultAllocator: Allocator<R, C>,
    {
        let (r, c) = a.dims();
        let n: T = nalgebra::convert(r.value() as f64);
        OMatrix::from_fn_generic(r, c, |_, j| d.matrix()[j] / n)
    }
    /// the same of `a'`
    #[inline]
    pub fn push_0<T: Real, R: Dim, C: Dim>(
        _: &impl MatrixShape<T, R, C>,
        a_dot: &impl MatrixValue<T, R, C>,
    ) -> RowOVector<T, C>
    where
        DefaultAllocator: Allocator<U1, C>,
    {
        a_dot.matrix().row_mean()
    }
}

/// `y = the mean of all columns, a column`
pub mod column_mean {
    use super::*;

    /// `d / n` in each column
    #[inline]
    pub fn pull_0<T: Real, R: Dim, C: Dim>(
        a: &impl MatrixShape<T, R, C>,
        d: &impl MatrixValue<T, R, U1>,
    ) -> OMatrix<T, R, C>
    where
        DefaultAllocator: Allocator<R, C>,
    {
        let (r, c) = a.dims();
        let n: T = nalgebra::convert(c.value() as f64);
        OMatrix::from_fn_generic(r, c, |i, _| d.matrix()[i] / n)
    }
    /// the same of `a'`
    #[inline]
    pub fn push_0<T: Real, R: Dim, C: Dim>(
        _: &impl MatrixShape<T, R, C>,
        a_dot: &impl MatrixValue<T, R, C>,
    ) -> OVector<T, R>
    where
        DefaultAllocator: Allocator<R>,
    {
        a_dot.matrix().column_mean()
    }
}

/// `y = sum of the diagonal` (Giles 2.2.4)
pub mod trace {
    use super::*;

    /// `d I`
    #[inline]
    pub fn pull_0<T: Real, D: Dim>(a: &impl MatrixShape<T, D, D>, d: &T) -> OMatrix<T, D, D>
    where
        DefaultAllocator: Allocator<D, D>,
    {
        let (r, c) = a.dims();
        OMatrix::from_diagonal_element_generic(r, c, *d)
    }
    /// the trace of `a'`
    #[inline]
    pub fn push_0<T: Real, D: Dim>(_: &impl MatrixShape<T, D, D>, a_dot: &impl MatrixValue<T, D, D>) -> T
    where
        DefaultAllocator: Allocator<D, D>,
    {
        a_dot.matrix().trace()
    }
}

/// `y = max a`; components that tie for it share equally, as in the scalar `max`.
pub mod max_element {
    use super::*;

    /// `d / ties` where `a == y`
    #[inline]
    pub fn pull_0<T: Real, R: Dim, C: Dim>(a: &impl MatrixValue<T, R, C>, y: &T, d: &T) -> OMatrix<T, R, C>
    where
        DefaultAllocator: Allocator<R, C>,
    {
        let share = *d / ties(a, *y);
        a.matrix().map(|a| if a == *y { share } else { nalgebra::zero() })
    }
    /// the mean of `a'` where `a == y`
    #[inline]
    pub fn push_0<T: Real, R: Dim, C: Dim>(
        a: &impl MatrixValue<T, R, C>,
        y: &T,
        a_dot: &impl MatrixValue<T, R, C>,
    ) -> T {
        let chosen = |sum: T, a: T, a_dot: T| if a == *y { sum + a_dot } else { sum };
        let sum = a.matrix().zip_fold(a_dot.matrix(), nalgebra::zero::<T>(), chosen);
        if a.matrix().is_empty() { sum } else { sum / ties(a, *y) }
    }
    fn ties<T: Real, R: Dim, C: Dim>(a: &impl MatrixValue<T, R, C>, y: T) -> T {
        nalgebra::convert(a.matrix().iter().filter(|a| **a == y).count() as f64)
    }
}

/// `y = min a`: the formulas of `max`, for they ask only which components are equal to `y`.
pub mod min_element {
    pub use super::max_element::{pull_0, push_0};
}
