//! Matrix products, above all those with a transposed factor, which are the pulls of all the others.
//!
//! nalgebra's own (`tr_mul`, `gemm_tr`) take one dot product after the other. Here large products run on `gemm`, which takes
//! any strides: a view of an owned matrix with its strides exchanged is the transposed. (Of a matrix in unknown storage nalgebra
//! lends no slice, so that a copy is made: a plain one, which is cheaper than a transposed one.)
//!
//! Where the columns of the left factor may have a stride, as in `m.rows_with_step(0, 3, 1) * x`, small products must not
//! come to run on nalgebra's `gemv` and `axpy`, which (0.35.0, nalgebra issue 1616) then write out of bounds.
use std::any::TypeId;

use nalgebra::allocator::Allocator;
use nalgebra::constraint::{AreMultipliable, ShapeConstraint};
use nalgebra::{DefaultAllocator, Dim, Dyn, Matrix, MatrixView, OMatrix, RawStorage, Storage, U1};

use crate::Real;

/// A matrix of its own with the components of `a`: of a view nalgebra's `clone_owned` steps from one to the next by hand, which is not
/// vectorised.
#[inline]
pub(crate) fn owned<T: Real, R: Dim, C: Dim, S: Storage<T, R, C>>(a: &Matrix<T, R, C, S>) -> OMatrix<T, R, C>
where
    DefaultAllocator: Allocator<R, C>,
{
    if has_short_columns(a) { a.clone_owned() } else { a.map(|component| component) }
}

/// `a s` for a number `s`.
#[inline]
pub(super) fn scaled<T: Real, R: Dim, C: Dim, S: Storage<T, R, C>>(a: &Matrix<T, R, C, S>, s: T) -> OMatrix<T, R, C>
where
    DefaultAllocator: Allocator<R, C>,
{
    if has_short_columns(a) { a * s } else { a.map(|component| component * s) }
}

/// Whether going through a matrix column by column is dearer than to copy it as a whole, as nalgebra does if it owns its components
/// (with two rows by a factor of four, with four rows hardly; of a view nalgebra's copy takes eight times as long in any case).
#[inline(always)]
fn has_short_columns<T, R: Dim, C: Dim, S: RawStorage<T, R, C>>(a: &Matrix<T, R, C, S>) -> bool {
    (R::is::<Dyn>() || C::is::<Dyn>()) && a.nrows() < 4
}

/// `a b`
#[inline]
pub(super) fn mul<T: Real, M: Dim, L: Dim, K: Dim, N: Dim, A: Storage<T, M, L>, B: Storage<T, K, N>>(
    a: &Matrix<T, M, L, A>,
    b: &Matrix<T, K, N, B>,
) -> OMatrix<T, M, N>
where
    DefaultAllocator: Allocator<M, N>,
    ShapeConstraint: AreMultipliable<M, L, K, N>,
{
    let (m, n) = (a.shape_generic().0, b.shape_generic().1);
    if a.strides().0 == 1 || gemm_is_faster::<T, _, _>(m, n, a.ncols()) {
        a * b
    } else {
        combine_columns((m, n), a, |i, j| b[(i, j)])
    }
}

/// `a bᵀ` for an owned `a`, with as many columns as `k`.
#[inline]
pub(super) fn mul_tr<T: Real, M: Dim, N: Dim, K: Dim, L: Dim, S: Storage<T, L, N>>(
    k: K,
    a: &OMatrix<T, M, N>,
    b: &Matrix<T, L, N, S>,
) -> OMatrix<T, M, K>
where
    DefaultAllocator: Allocator<M, N> + Allocator<L, N> + Allocator<M, K>,
{
    let (m, n) = a.shape_generic();
    if n.value() == 1 && (M::is::<Dyn>() || K::is::<Dyn>()) {
        return outer(m, k, a, b);
    }
    a * transposed(&b.clone_owned(), n, k)
}

/// `a bᵀ` of two columns: each column of the product at once.
fn outer<T: Real, M: Dim, N: Dim, K: Dim, L: Dim, S: Storage<T, L, N>>(
    m: M,
    k: K,
    a: &OMatrix<T, M, N>,
    b: &Matrix<T, L, N, S>,
) -> OMatrix<T, M, K>
where
    DefaultAllocator: Allocator<M, N> + Allocator<M, K>,
{
    let mut y = OMatrix::zeros_generic(m, k);
    let a = a.column(0);
    for (j, mut column) in y.column_iter_mut().enumerate() {
        column.axpy(b[(j, 0)], &a, T::zero());
    }
    y
}

/// `b aᵀ` for an owned `a`.
#[inline]
pub(super) fn mul_owned_tr<T: Real, M: Dim, N: Dim, K: Dim, S: Storage<T, M, N>>(
    b: &Matrix<T, M, N, S>,
    a: &OMatrix<T, K, N>,
) -> OMatrix<T, M, K>
where
    DefaultAllocator: Allocator<K, N> + Allocator<M, K>,
{
    let (k, n) = a.shape_generic();
    mul(b, &transposed(a, n, k))
}

/// `bᵀ a` for an owned `a`, with as many rows as `k`.
#[inline]
pub(super) fn tr_mul<T: Real, M: Dim, N: Dim, K: Dim, L: Dim, S: Storage<T, M, L>>(
    k: K,
    b: &Matrix<T, M, L, S>,
    a: &OMatrix<T, M, N>,
) -> OMatrix<T, K, N>
where
    DefaultAllocator: Allocator<M, L> + Allocator<M, N> + Allocator<K, N>,
{
    let (m, n) = a.shape_generic();
    if gemm_is_faster::<T, _, _>(k, n, m.value()) {
        transposed(&b.clone_owned(), k, m) * a
    } else {
        OMatrix::from_fn_generic(k, n, |i, j| b.column(i).dot(&a.column(j)))
    }
}

/// The sums of the columns `i` of `a`, each with the factor `weight(i, j)`, for every column `j`.
#[cold]
fn combine_columns<T: Real, M: Dim, L: Dim, N: Dim, S: Storage<T, M, L>>(
    (m, n): (M, N),
    a: &Matrix<T, M, L, S>,
    weight: impl Fn(usize, usize) -> T,
) -> OMatrix<T, M, N>
where
    DefaultAllocator: Allocator<M, N>,
{
    let mut y = OMatrix::zeros_generic(m, n);
    for (j, mut column) in y.column_iter_mut().enumerate() {
        for i in 0..a.ncols() {
            let w = weight(i, j);
            column.zip_apply(&a.column(i), |y, a| *y += a * w);
        }
    }
    y
}

/// Whether nalgebra runs a product of this shape on `gemm`, by its own threshold.
#[inline(always)]
fn gemm_is_faster<T: Real, R: Dim, C: Dim>(r: R, c: C, inner: usize) -> bool {
    let heap = R::is::<Dyn>() || C::is::<Dyn>();
    let known = [TypeId::of::<f64>(), TypeId::of::<f32>()].contains(&TypeId::of::<T>());
    heap && known && r.value().min(c.value()).min(inner) > 5
}

/// `mᵀ`, whose dimensions are told because another type may stand for the same number.
#[inline(always)]
fn transposed<T: Real, R: Dim, C: Dim, Rows: Dim, Columns: Dim>(
    m: &OMatrix<T, R, C>,
    rows: Rows,
    columns: Columns,
) -> MatrixView<'_, T, Rows, Columns, R, U1>
where
    DefaultAllocator: Allocator<R, C>,
{
    MatrixView::from_slice_with_strides_generic(m.as_slice(), rows, columns, m.shape_generic().0, U1)
}
