//! Eigenvalues and eigenvectors of symmetric matrices, and singular values.
//!
//! `λᵢ' = vᵢᵀ a' vᵢ`, and `vⱼ' = Σ vᵢ (vᵢᵀ a' vⱼ) / (λⱼ - λᵢ)`. Where two eigenvalues tie, the eigenvectors are any basis of their space
//! and have no derivative: that term is left out, which is right for every function that is the same for all such bases.
use nalgebra::{DimDiff, DimMin, DimMinimum, DimSub, OVector, SVD, SymmetricEigen, U1};

use super::*;
use crate::tangent::record::record;
use crate::tangent::{Differentiable, Value};

record! {
    /// The tangent of nalgebra's `SymmetricEigen`.
    SymmetricEigenTangent<V, L> {
        /// Of the eigenvectors.
        eigenvectors: V,
        /// Of the eigenvalues.
        eigenvalues: L,
    }
}

type EigenTangent<T, D> = SymmetricEigenTangent<OMatrix<T, D, D>, OVector<T, D>>;
type EigenBar<T, D> = SymmetricEigenTangent<super::Cells<T, D, D>, super::Cells<T, D, U1>>;

#[diagnostic::do_not_recommend]
impl<T: Real, D: Dim> Differentiable for SymmetricEigen<T, D>
where
    DefaultAllocator: Allocator<D, D> + Allocator<D>,
{
    type Tangent = EigenTangent<T, D>;
    type Gradient = EigenTangent<T, D>;
    type Bar = EigenBar<T, D>;
    type OwnedBar = EigenBar<T, D>;
    type Shape = D;
    #[inline]
    fn shape(&self) -> D {
        self.eigenvectors.shape_generic().0
    }
    #[inline]
    fn zero_tangent(&n: &D) -> EigenTangent<T, D> {
        SymmetricEigenTangent { eigenvectors: OMatrix::zeros_generic(n, n), eigenvalues: OVector::zeros_generic(n, U1) }
    }
    #[inline]
    fn fits(&n: &D, tangent: &EigenTangent<T, D>) -> bool {
        tangent.eigenvectors.shape_generic() == (n, n) && tangent.eigenvalues.shape_generic().0 == n
    }
}

#[diagnostic::do_not_recommend]
impl<T: Real, D: Dim> Value for SymmetricEigen<T, D>
where
    DefaultAllocator: Allocator<D, D> + Allocator<D>,
{
    type Of = Self;
    #[inline(always)]
    fn value(&self) -> &Self {
        self
    }
}

functions! {
    /// The decomposition of a matrix, of which the lower triangle is read.
    MatrixEigen [T, D, S] where [
        T: Real, D: DimSub<U1>, S: Storage<T, D, D>,
        DefaultAllocator: Allocator<D, D> + Allocator<D> + Allocator<DimDiff<D, U1>>
    ] Matrix<T, D, D, S>: D, D;
    symmetric_eigen symmetric_eigen_forward symmetric_eigen_push symmetric_eigen_receiver: SymmetricEigen<T, D> =
        |a| SymmetricEigen::new(a.clone_owned());
        pull |kept y, d| adjoint(&y, Some(&d.eigenvectors), &d.eigenvalues);
        push |a_dot| tangent(&y, a_dot);
    symmetric_eigenvalues symmetric_eigenvalues_forward symmetric_eigenvalues_push symmetric_eigenvalues_receiver: OVector<T, D> =
        |a| a.symmetric_eigenvalues();
        pull |kept y, d| adjoint(&in_order(SymmetricEigen::new(a.clone_owned()), &y), None, &d);
        push |a_dot| tangent(&in_order(SymmetricEigen::new(a.clone_owned()), &y), a_dot).eigenvalues;
}

/// `v (diag λ̄ + (vᵀ v̄) / gaps) vᵀ`, for the lower triangle
fn adjoint<T: Real, D: Dim>(
    y: &SymmetricEigen<T, D>,
    v_bar: Option<&OMatrix<T, D, D>>,
    lambda_bar: &OVector<T, D>,
) -> OMatrix<T, D, D>
where
    DefaultAllocator: Allocator<D, D> + Allocator<D>,
{
    let v = &y.eigenvectors;
    let mut inner = v_bar.map_or_else(|| v.map(|_| nalgebra::zero()), |v_bar| over_gaps(y, v.tr_mul(v_bar)));
    lambda_bar.iter().enumerate().for_each(|(i, d)| inner[(i, i)] += *d);
    folded(&(v * inner * v.transpose()))
}

/// `λ'` and `v'`
fn tangent<T: Real, D: Dim, S: Storage<T, D, D>>(
    y: &SymmetricEigen<T, D>,
    a_dot: &Matrix<T, D, D, S>,
) -> EigenTangent<T, D>
where
    DefaultAllocator: Allocator<D, D> + Allocator<D>,
{
    let v = &y.eigenvectors;
    let inner = v.tr_mul(&(mirrored(a_dot) * v));
    SymmetricEigenTangent { eigenvalues: inner.diagonal(), eigenvectors: v * over_gaps(y, inner) }
}

/// `m[i, j] / (λⱼ - λᵢ)`, and 0 where these are equal
fn over_gaps<T: Real, D: Dim>(y: &SymmetricEigen<T, D>, mut m: OMatrix<T, D, D>) -> OMatrix<T, D, D>
where
    DefaultAllocator: Allocator<D, D> + Allocator<D>,
{
    for j in 0..m.ncols() {
        for i in 0..m.nrows() {
            let gap = y.eigenvalues[j] - y.eigenvalues[i];
            m[(i, j)] = if gap.is_zero() { gap } else { m[(i, j)] / gap };
        }
    }
    m
}

/// The decomposition with its eigenvalues in the order in which they were given out.
fn in_order<T: Real, D: Dim>(eigen: SymmetricEigen<T, D>, given: &OVector<T, D>) -> SymmetricEigen<T, D>
where
    DefaultAllocator: Allocator<D, D> + Allocator<D>,
{
    let sorted = |v: &OVector<T, D>| {
        let mut order: Vec<usize> = (0..v.len()).collect();
        order.sort_by(|i, j| v[*i].partial_cmp(&v[*j]).unwrap_or(std::cmp::Ordering::Equal));
        order
    };
    let (from, to) = (sorted(&eigen.eigenvalues), sorted(given));
    let mut ordered = eigen.clone();
    for (i, j) in from.into_iter().zip(to) {
        ordered.eigenvectors.set_column(j, &eigen.eigenvectors.column(i));
        ordered.eigenvalues[j] = eigen.eigenvalues[i];
    }
    ordered
}

functions! {
    /// The singular values, in descending order: `σᵢ' = uᵢᵀ a' vᵢ`.
    MatrixSingularValues [T, R, C, S] where [
        T: Real, R: DimMin<C>, C: Dim, S: Storage<T, R, C>, DimMinimum<R, C>: DimSub<U1>,
        DefaultAllocator: Allocator<R, C> + Allocator<C> + Allocator<R> + Allocator<DimDiff<DimMinimum<R, C>, U1>>
            + Allocator<DimMinimum<R, C>, C> + Allocator<R, DimMinimum<R, C>> + Allocator<DimMinimum<R, C>>
    ] Matrix<T, R, C, S>: R, C;
    singular_values singular_values_forward singular_values_push singular_values_receiver: OVector<T, DimMinimum<R, C>> =
        |a| a.singular_values();
        pull |unread _y, d| {
            let (mut u, v_t) = singular_vectors(a);
            u.column_iter_mut().zip(d.iter()).for_each(|(mut u, d)| u *= *d);
            u * v_t
        };
        push |a_dot| {
            let (u, v_t) = singular_vectors(a);
            let mut y_dot = _y.clone();
            for k in 0..y_dot.len() {
                y_dot[k] = (0..a.ncols()).fold(nalgebra::zero(), |sum: T, j| sum + u.column(k).dot(&a_dot.column(j)) * v_t[(k, j)]);
            }
            y_dot
        };
}

/// `u` and `vᵀ`, in the order of the singular values
fn singular_vectors<T: Real, R: DimMin<C>, C: Dim, S: Storage<T, R, C>>(
    a: &Matrix<T, R, C, S>,
) -> (OMatrix<T, R, DimMinimum<R, C>>, OMatrix<T, DimMinimum<R, C>, C>)
where
    DimMinimum<R, C>: DimSub<U1>,
    DefaultAllocator: Allocator<R, C>
        + Allocator<C>
        + Allocator<R>
        + Allocator<DimDiff<DimMinimum<R, C>, U1>>
        + Allocator<DimMinimum<R, C>, C>
        + Allocator<R, DimMinimum<R, C>>
        + Allocator<DimMinimum<R, C>>,
{
    let svd = SVD::new(a.clone_owned(), true, true);
    let (Some(u), Some(v_t)) = (svd.u, svd.v_t) else { unreachable!("both were asked for") };
    (u, v_t)
}
