//! Matrices out of vectors, slices and diagonals.
//!
//! What builds a matrix of scalars builds a matrix of tangents from tangents, so `from_vec`, `from_slice` and
//! `from_row_slice` have no `push_0`: generated code calls the constructor itself, which alone knows the dimensions.
use nalgebra::allocator::Allocator;
use nalgebra::{DefaultAllocator, Dim, OMatrix, OVector, U1};

use super::{MatrixShape, MatrixValue};
use crate::Real;
use crate::tangent::{Differentiable, GradientLike, Shaped};

/// `y = the diagonal of a`, as a column
pub mod diagonal {
    use super::*;

    /// `d` on the diagonal, zeros elsewhere
    #[inline]
    pub fn pull_0<T: Real, D: Dim>(_: &impl MatrixShape<T, D, D>, d: &impl MatrixValue<T, D, U1>) -> OMatrix<T, D, D>
    where
        DefaultAllocator: Allocator<D, D>,
    {
        OMatrix::from_diagonal(d.matrix())
    }
    /// the diagonal of `a'`
    #[inline]
    pub fn push_0<T: Real, D: Dim>(_: &impl MatrixShape<T, D, D>, a_dot: &impl MatrixValue<T, D, D>) -> OVector<T, D>
    where
        DefaultAllocator: Allocator<D>,
    {
        a_dot.matrix().diagonal()
    }
}

/// `y = a` on the diagonal, zeros elsewhere
pub mod from_diagonal {
    use super::*;

    /// the diagonal of `d`
    #[inline]
    pub fn pull_0<T: Real, D: Dim>(_: &impl MatrixShape<T, D, U1>, d: &impl MatrixValue<T, D, D>) -> OVector<T, D>
    where
        DefaultAllocator: Allocator<D>,
    {
        d.matrix().diagonal()
    }
    /// `a'` on the diagonal
    #[inline]
    pub fn push_0<T: Real, D: Dim>(
        _: &impl MatrixShape<T, D, U1>,
        a_dot: &impl MatrixValue<T, D, U1>,
    ) -> OMatrix<T, D, D>
    where
        DefaultAllocator: Allocator<D, D>,
    {
        OMatrix::from_diagonal(a_dot.matrix())
    }
}

/// `y = the elements of a Vec, column by column`
pub mod from_vec {
    use super::*;

    /// the elements of `d`, column by column
    #[inline]
    pub fn pull_0<T: Real, R: Dim, C: Dim>(d: &OMatrix<T, R, C>) -> Vec<T>
    where
        DefaultAllocator: Allocator<R, C>,
    {
        d.as_slice().to_vec()
    }
}

/// `y = the elements of a slice, column by column`; the slice may have more of them
pub mod from_slice {
    use super::*;

    /// the elements of `d`, column by column
    #[inline]
    pub fn pull_0<A: Shaped + ?Sized, T: Real, R: Dim, C: Dim>(a: &A, d: &OMatrix<T, R, C>) -> GradientLike<A>
    where
        GradientLike<A>: AsMut<[T]>,
        DefaultAllocator: Allocator<R, C>,
    {
        let mut g = <A::Of as Differentiable>::zero_tangent(&a.shaped());
        g.as_mut()[..d.len()].copy_from_slice(d.as_slice());
        g
    }
}

/// `y = the elements of a slice, row by row`
pub mod from_row_slice {
    use super::*;

    /// the elements of `d`, row by row
    #[inline]
    pub fn pull_0<A: Shaped + ?Sized, T: Real, R: Dim, C: Dim>(a: &A, d: &OMatrix<T, R, C>) -> GradientLike<A>
    where
        GradientLike<A>: AsMut<[T]>,
        DefaultAllocator: Allocator<R, C>,
    {
        let mut g = <A::Of as Differentiable>::zero_tangent(&a.shaped());
        for (i, row) in g.as_mut().chunks_exact_mut(d.ncols().max(1)).enumerate() {
            for (j, g) in row.iter_mut().enumerate() {
                *g = d[(i, j)];
            }
        }
        g
    }
}
