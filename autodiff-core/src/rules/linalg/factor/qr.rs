//! The QR decomposition of a matrix that has at least as many rows as columns.
use nalgebra::{DimMin, DimMinimum, QR};

use super::inverse::{inverse_adjoint, inverse_tangent};
use super::*;

functions! {
    /// The decomposition of a matrix.
    MatrixQr [T, R, C, S] where [
        T: Real, R: DimMin<C>, C: Dim, S: Storage<T, R, C>,
        DefaultAllocator: Allocator<R, C> + Allocator<R> + Allocator<DimMinimum<R, C>>
    ] Matrix<T, R, C, S>: R, C;
    qr qr_forward qr_push qr_receiver: QR<T, R, C> = |a| QR::new(a.clone_owned());
        pull |unread _y, d| d;
        push |a_dot| a_dot.clone_owned();
}

/// `QR::new(m)`
pub trait QrConstructor<T: Real, R: Dim, C: Dim>: Sized
where
    DefaultAllocator: Allocator<R, C>,
{
    /// The value and the pullback.
    fn new_forward<M: Mode>(
        m: OMatrix<T, R, C>,
        mode: M,
    ) -> (Self, impl FnOnce(OMatrix<T, R, C>, &Cells<T, R, C>) + use<Self, T, R, C, M>);
    /// The value and its tangent.
    fn new_push(m: OMatrix<T, R, C>, m_dot: OMatrix<T, R, C>) -> (Self, OMatrix<T, R, C>);
}

impl<T: Real, R: DimMin<C>, C: Dim> QrConstructor<T, R, C> for QR<T, R, C>
where
    DefaultAllocator: Allocator<R, C> + Allocator<R> + Allocator<DimMinimum<R, C>>,
{
    fn new_forward<M: Mode>(
        m: OMatrix<T, R, C>,
        _: M,
    ) -> (Self, impl FnOnce(OMatrix<T, R, C>, &Cells<T, R, C>) + use<T, R, C, M>) {
        (QR::new(m), |d: OMatrix<T, R, C>, m_bar: &Cells<T, R, C>| add_to(m_bar, d))
    }
    fn new_push(m: OMatrix<T, R, C>, m_dot: OMatrix<T, R, C>) -> (Self, OMatrix<T, R, C>) {
        (QR::new(m), m_dot)
    }
}

functions! {
    /// The factors.
    QrMethods [T, R, C] where [
        T: Real, R: DimMin<C>, C: Dim,
        DefaultAllocator: Allocator<R, C> + Allocator<R> + Allocator<DimMinimum<R, C>>
            + Allocator<R, DimMinimum<R, C>> + Allocator<DimMinimum<R, C>, C>
    ] QR<T, R, C>: R, C;
    q q_forward q_push q_receiver: OMatrix<T, R, DimMinimum<R, C>> = |a| a.q();
        pull |unread _y, d| adjoint(a, Some(&d), None);
        push |a_dot| tangents(a, a_dot).0;
    r r_forward r_push r_receiver: OMatrix<T, DimMinimum<R, C>, C> = |a| a.r();
        pull |unread _y, d| adjoint(a, None, Some(&d));
        push |a_dot| tangents(a, a_dot).1;
    unpack_r unpack_r_forward unpack_r_push unpack_r_receiver: OMatrix<T, DimMinimum<R, C>, C> = |a| a.r();
        pull |unread _y, d| adjoint(a, None, Some(&d));
        push |a_dot| tangents(a, a_dot).1;
    unpack unpack_forward unpack_push unpack_receiver: (OMatrix<T, R, DimMinimum<R, C>>, OMatrix<T, DimMinimum<R, C>, C>) =
        |a| (a.q(), a.r());
        pull |unread _y, d| adjoint(a, Some(&d.0), Some(&d.1));
        push |a_dot| tangents(a, a_dot);
}

functions! {
    /// The inverse by a decomposition.
    QrInverse [T, D] where [
        T: Real, D: DimMin<D, Output = D>, DefaultAllocator: Allocator<D, D> + Allocator<D>
    ] QR<T, D, D>: D, D;
    try_inverse try_inverse_forward try_inverse_push try_inverse_receiver: Option<OMatrix<T, D, D>> = |a| a.try_inverse();
        pull |kept y, d| inverse_adjoint(a.qr_internal().shape_generic(), y.as_ref(), d.as_ref());
        push |a_dot| y.as_ref().map(|y| inverse_tangent(y, a_dot));
}

solves! {
    /// Solves by a decomposition.
    QrSolve [T, D] where [
        T: Real, D: DimMin<D, Output = D>, DefaultAllocator: Allocator<D, D> + Allocator<D>
    ] QR<T, D, D>: D;
    solve solve_forward solve_push solve_receiver: Option, Part::ALL, |a, d| {
        // a⁻ᵀ = q r⁻ᵀ
        let (q, z) = (a.q(), a.r().tr_solve_upper_triangular_unchecked(d));
        let (r, c) = z.shape_generic();
        OMatrix::from_fn_generic(r, c, |i, j| (0..q.ncols()).fold(nalgebra::zero(), |sum: T, k| sum + q[(i, k)] * z[(k, j)]))
    };
}

/// `q` and `r`, of a matrix that has one only.
fn factors<T: Real, R: DimMin<C>, C: Dim>(a: &QR<T, R, C>) -> (DMatrix<T>, DMatrix<T>)
where
    DefaultAllocator: Allocator<R, C>
        + Allocator<R>
        + Allocator<DimMinimum<R, C>>
        + Allocator<R, DimMinimum<R, C>>
        + Allocator<DimMinimum<R, C>, C>,
{
    let (m, n) = a.qr_internal().shape();
    assert!(
        m >= n,
        "the factors of a QR decomposition have a derivative for matrices with at least as many rows as columns"
    );
    (dynamic(&a.q()), dynamic(&a.r()))
}

/// `(q̄ + q sym(r r̄ᵀ - q̄ᵀ q)) r⁻ᵀ`, where `sym` mirrors the lower triangle
fn adjoint<T: Real, R: DimMin<C>, C: Dim>(
    a: &QR<T, R, C>,
    q_bar: Option<&OMatrix<T, R, DimMinimum<R, C>>>,
    r_bar: Option<&OMatrix<T, DimMinimum<R, C>, C>>,
) -> OMatrix<T, R, C>
where
    DefaultAllocator: Allocator<R, C>
        + Allocator<R>
        + Allocator<DimMinimum<R, C>>
        + Allocator<R, DimMinimum<R, C>>
        + Allocator<DimMinimum<R, C>, C>,
{
    let (q, r) = factors(a);
    let mut m = DMatrix::zeros(q.ncols(), q.ncols());
    if let Some(r_bar) = r_bar {
        m += &r * dynamic(r_bar).upper_triangle().transpose();
    }
    let q_bar = q_bar.map(dynamic);
    if let Some(q_bar) = &q_bar {
        m -= q_bar.tr_mul(&q);
    }
    let sym = DMatrix::from_fn(m.nrows(), m.ncols(), |i, j| m[(i.max(j), i.min(j))]);
    let whole = q_bar.map_or_else(|| &q * &sym, |q_bar| q_bar + &q * &sym);
    let solved = r.solve_upper_triangular_unchecked(&whole.transpose()).transpose();
    let (rows, columns) = a.qr_internal().shape_generic();
    OMatrix::from_iterator_generic(rows, columns, solved.iter().copied())
}

/// `q'` and `r'`: with `c = qᵀ a' r⁻¹` and the skew matrix `w` of the same lower triangle, `r' = (c - w) r` and `q' = (a' - q r') r⁻¹`
fn tangents<T: Real, R: DimMin<C>, C: Dim, S: Storage<T, R, C>>(
    a: &QR<T, R, C>,
    a_dot: &Matrix<T, R, C, S>,
) -> (OMatrix<T, R, DimMinimum<R, C>>, OMatrix<T, DimMinimum<R, C>, C>)
where
    DefaultAllocator: Allocator<R, C>
        + Allocator<R>
        + Allocator<DimMinimum<R, C>>
        + Allocator<R, DimMinimum<R, C>>
        + Allocator<DimMinimum<R, C>, C>,
{
    let (q, r) = factors(a);
    let over_r = |m: &DMatrix<T>| r.tr_solve_upper_triangular_unchecked(&m.transpose()).transpose();
    let a_dot = dynamic(a_dot);
    let c = over_r(&q.tr_mul(&a_dot));
    let upper = DMatrix::from_fn(c.nrows(), c.ncols(), |i, j| match i.cmp(&j) {
        std::cmp::Ordering::Less => c[(i, j)] + c[(j, i)],
        std::cmp::Ordering::Equal => c[(i, j)],
        std::cmp::Ordering::Greater => nalgebra::zero(),
    });
    let r_dot = upper * &r;
    let q_dot = over_r(&(a_dot - &q * &r_dot));
    let (rows, columns) = a.qr_internal().shape_generic();
    let inner = rows.min(columns);
    (
        OMatrix::from_iterator_generic(rows, inner, q_dot.iter().copied()),
        OMatrix::from_iterator_generic(inner, columns, r_dot.iter().copied()),
    )
}
