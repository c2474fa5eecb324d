//! The Cholesky decomposition.
use nalgebra::Cholesky;

use super::inverse::{inverse_adjoint, inverse_tangent};
use super::*;

functions! {
    /// The decomposition of a matrix, of which the lower triangle is read.
    MatrixCholesky [T, D, S] where [T: Real, D: Dim, S: Storage<T, D, D>, DefaultAllocator: Allocator<D, D>] Matrix<T, D, D, S>: D, D;
    cholesky cholesky_forward cholesky_push cholesky_receiver: Option<Cholesky<T, D>> = |a| Cholesky::new(a.clone_owned());
        pull |unread _y, d| d.map_or_else(|| OMatrix::zeros_generic(a.shape_generic().0, a.shape_generic().1), |d| folded(&d));
        push |a_dot| _y.as_ref().map(|_| mirrored(a_dot));
}

/// `Cholesky::new(m)`
pub trait CholeskyConstructor<T: Real, D: Dim>: Sized
where
    DefaultAllocator: Allocator<D, D>,
{
    /// The value and the pullback.
    fn new_forward<M: Mode>(
        m: OMatrix<T, D, D>,
        mode: M,
    ) -> (Option<Self>, impl FnOnce(Option<OMatrix<T, D, D>>, &Cells<T, D, D>) + use<Self, T, D, M>);
    /// The value and its tangent.
    fn new_push(m: OMatrix<T, D, D>, m_dot: OMatrix<T, D, D>) -> (Option<Self>, Option<OMatrix<T, D, D>>);
}

impl<T: Real, D: Dim> CholeskyConstructor<T, D> for Cholesky<T, D>
where
    DefaultAllocator: Allocator<D, D>,
{
    fn new_forward<M: Mode>(
        m: OMatrix<T, D, D>,
        _: M,
    ) -> (Option<Self>, impl FnOnce(Option<OMatrix<T, D, D>>, &Cells<T, D, D>) + use<T, D, M>) {
        let pullback = |d: Option<OMatrix<T, D, D>>, m_bar: &Cells<T, D, D>| {
            d.into_iter().for_each(|d| add_to(m_bar, folded(&d)));
        };
        (Cholesky::new(m), pullback)
    }
    fn new_push(m: OMatrix<T, D, D>, m_dot: OMatrix<T, D, D>) -> (Option<Self>, Option<OMatrix<T, D, D>>) {
        let y = Cholesky::new(m);
        let y_dot = y.as_ref().map(|_| mirrored(&m_dot));
        (y, y_dot)
    }
}

functions! {
    /// What is computed from a decomposition.
    CholeskyMethods [T, D] where [T: Real, D: Dim, DefaultAllocator: Allocator<D, D>] Cholesky<T, D>: D, D;
    l l_forward l_push l_receiver: OMatrix<T, D, D> = |a| a.l();
        pull |unread _y, d| l_adjoint(a, &d);
        push |a_dot| l_tangent(a, a_dot);
    unpack unpack_forward unpack_push unpack_receiver: OMatrix<T, D, D> = |a| a.l();
        pull |unread _y, d| l_adjoint(a, &d);
        push |a_dot| l_tangent(a, a_dot);
    inverse inverse_forward inverse_push inverse_receiver: OMatrix<T, D, D> = |a| a.inverse();
        pull |kept y, d| inverse_adjoint(y.shape_generic(), Some(&y), Some(&d));
        push |a_dot| inverse_tangent(&y, a_dot);
    determinant determinant_forward determinant_push determinant_receiver: T = |a| a.determinant();
        pull |kept y, d| inverse_of(a) * (y * d);
        push |a_dot| inverse_of(a).dot(a_dot) * y;
    ln_determinant ln_determinant_forward ln_determinant_push ln_determinant_receiver: T = |a| a.ln_determinant();
        pull |unread _y, d| inverse_of(a) * d;
        push |a_dot| inverse_of(a).dot(a_dot);
}

solves! {
    /// Solves by a decomposition.
    CholeskySolve [T, D] where [T: Real, D: Dim, DefaultAllocator: Allocator<D, D>] Cholesky<T, D>: D;
    solve solve_forward solve_push solve_receiver: Plain, Part::ALL, |a, d| a.solve(d);
}

/// `a⁻¹ = l⁻ᵀ l⁻¹`, with a third of the operations of solving for every column of the identity
fn inverse_of<T: Real, D: Dim>(a: &Cholesky<T, D>) -> OMatrix<T, D, D>
where
    DefaultAllocator: Allocator<D, D>,
{
    let l = a.l_dirty();
    let (dim, _) = l.shape_generic();
    let n = dim.value();
    let mut inverse = OMatrix::<T, D, D>::identity_generic(dim, dim);
    for j in 0..n {
        let mut column = inverse.column_mut(j);
        for k in j..n {
            let x = column[k] / l[(k, k)];
            column[k] = x;
            column.rows_range_mut(k + 1..).axpy(-x, &l.view_range(k + 1.., k), T::one());
        }
    }
    inverse.transpose() * inverse
}

/// `l⁻ᵀ sym Φ(lᵀ d) l⁻¹`, where `Φ` takes the lower triangle and half of the diagonal: the decomposition, column by column,
/// backwards. It takes twice the operations of the decomposition itself, where the formula takes fifteen times as many.
///
/// I. Murray, *Differentiation of the Cholesky decomposition*, arXiv:1602.07527, `level2_chol_rev`.
fn l_adjoint<T: Real, D: Dim>(a: &Cholesky<T, D>, d: &OMatrix<T, D, D>) -> OMatrix<T, D, D>
where
    DefaultAllocator: Allocator<D, D>,
{
    let half: T = nalgebra::convert(0.5);
    let l = a.l_dirty();
    let mut bar = d.lower_triangle();
    for j in (0..l.nrows()).rev() {
        let (pivot, below) = (l[(j, j)], j + 1..);
        let share = bar.view_range(below.clone(), j).dot(&l.view_range(below.clone(), j));
        let pivot_bar = (bar[(j, j)] - share / pivot) / pivot;
        bar.view_range_mut(below.clone(), j).apply(|v| *v /= pivot);
        for k in 0..j {
            let (mut bar_k, bar_j) = bar.columns_range_pair_mut(k, j);
            let column = bar_j.rows_range(below.clone());
            bar_k[j] -= pivot_bar * l[(j, k)] + column.dot(&l.view_range(below.clone(), k));
            bar_k.rows_range_mut(below.clone()).axpy(-l[(j, k)], &column, T::one());
        }
        bar[(j, j)] = pivot_bar * half;
    }
    // what is lower in a symmetric matrix is upper as well
    for j in 0..bar.ncols() {
        for i in j + 1..bar.nrows() {
            let shared = bar[(i, j)] * half;
            (bar[(i, j)], bar[(j, i)]) = (shared, shared);
        }
    }
    bar
}

/// `l Φ(l⁻¹ a' l⁻ᵀ)`
fn l_tangent<T: Real, D: Dim, S: Storage<T, D, D>>(a: &Cholesky<T, D>, a_dot: &Matrix<T, D, D, S>) -> OMatrix<T, D, D>
where
    DefaultAllocator: Allocator<D, D>,
{
    let half: T = nalgebra::convert(0.5);
    let sym = (a_dot + a_dot.transpose()) * half;
    let l = a.l_dirty();
    let mut p = l.solve_lower_triangular_unchecked(&l.solve_lower_triangular_unchecked(&sym).transpose());
    halve(&mut p);
    a.l() * p
}
