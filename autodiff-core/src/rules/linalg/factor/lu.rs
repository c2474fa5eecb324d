//! The LU decompositions of a square matrix.
use nalgebra::{DimMin, FullPivLU, LU};

use super::inverse::{inverse_adjoint, inverse_tangent};
use super::*;
use crate::rules::linalg::cofactors::cofactors;

functions! {
    /// The decomposition of a matrix.
    MatrixLu [T, D, S] where [
        T: Real, D: DimMin<D, Output = D>, S: Storage<T, D, D>, DefaultAllocator: Allocator<D, D> + Allocator<D>
    ] Matrix<T, D, D, S>: D, D;
    lu lu_forward lu_push lu_receiver: LU<T, D, D> = |a| LU::new(a.clone_owned());
        pull |unread _y, d| d;
        push |a_dot| a_dot.clone_owned();
}

functions! {
    /// The decomposition of a matrix with full pivoting.
    MatrixFullPivLu [T, D, S] where [
        T: Real, D: DimMin<D, Output = D>, S: Storage<T, D, D>, DefaultAllocator: Allocator<D, D> + Allocator<D>
    ] Matrix<T, D, D, S>: D, D;
    full_piv_lu full_piv_lu_forward full_piv_lu_push full_piv_lu_receiver: FullPivLU<T, D, D> =
        |a| FullPivLU::new(a.clone_owned());
        pull |unread _y, d| d;
        push |a_dot| a_dot.clone_owned();
}

/// `LU::new(m)`
pub trait LuConstructor<T: Real, D: Dim>: Sized
where
    DefaultAllocator: Allocator<D, D>,
{
    /// The value and the pullback.
    fn new_forward<M: Mode>(
        m: OMatrix<T, D, D>,
        mode: M,
    ) -> (Self, impl FnOnce(OMatrix<T, D, D>, &Cells<T, D, D>) + use<Self, T, D, M>);
    /// The value and its tangent.
    fn new_push(m: OMatrix<T, D, D>, m_dot: OMatrix<T, D, D>) -> (Self, OMatrix<T, D, D>);
}

macro_rules! constructor {
    ($($decomposition:ident),*) => {$(
        impl<T: Real, D: DimMin<D, Output = D>> LuConstructor<T, D> for $decomposition<T, D, D>
        where
            DefaultAllocator: Allocator<D, D> + Allocator<D>,
        {
            fn new_forward<M: Mode>(
                m: OMatrix<T, D, D>,
                _: M,
            ) -> (Self, impl FnOnce(OMatrix<T, D, D>, &Cells<T, D, D>) + use<T, D, M>) {
                ($decomposition::new(m), |d: OMatrix<T, D, D>, m_bar: &Cells<T, D, D>| add_to(m_bar, d))
            }
            fn new_push(m: OMatrix<T, D, D>, m_dot: OMatrix<T, D, D>) -> (Self, OMatrix<T, D, D>) {
                ($decomposition::new(m), m_dot)
            }
        }
    )*};
}
constructor!(LU, FullPivLU);

macro_rules! methods {
    ($methods:ident $solve:ident $decomposition:ident: |$a:ident, $d:ident| $transposed:expr, |$b:ident| $composed:expr) => {
        functions! {
            /// What is computed from a decomposition.
            $methods [T, D] where [
                T: Real, D: DimMin<D, Output = D>, DefaultAllocator: Allocator<D, D> + Allocator<D>
            ] $decomposition<T, D, D>: D, D;
            try_inverse try_inverse_forward try_inverse_push try_inverse_receiver: Option<OMatrix<T, D, D>> = |a| a.try_inverse();
                pull |kept y, d| inverse_adjoint(a.lu_internal().shape_generic(), y.as_ref(), d.as_ref());
                push |a_dot| y.as_ref().map(|y| inverse_tangent(y, a_dot));
            determinant determinant_forward determinant_push determinant_receiver: T = |a| a.determinant();
                pull |kept y, d| det_partial(a.try_inverse(), y, || { let $b = a; $composed }) * d;
                push |a_dot| det_partial(a.try_inverse(), y, || { let $b = a; $composed }).dot(a_dot);
        }

        solves! {
            /// Solves by a decomposition.
            $solve [T, D] where [
                T: Real, D: DimMin<D, Output = D>, DefaultAllocator: Allocator<D, D> + Allocator<D>
            ] $decomposition<T, D, D>: D;
            solve solve_forward solve_push solve_receiver: Option, Part::ALL, |$a, $d| $transposed;
        }
    };
}

methods! {
    LuMethods LuSolve LU: |a, d| {
        // a = pᵀ l u
        let z = a.lu_internal().tr_solve_upper_triangular_unchecked(d);
        let mut w = a.l().tr_solve_lower_triangular_unchecked(&z);
        a.p().inv_permute_rows(&mut w);
        w
    }, |a| {
        let mut m = a.l() * a.u();
        a.p().inv_permute_rows(&mut m);
        m
    }
}
methods! {
    FullPivLuMethods FullPivLuSolve FullPivLU: |a, d| {
        // a = pᵀ l u qᵀ
        let mut z = d.clone_owned();
        a.q().permute_rows(&mut z);
        let z = a.lu_internal().tr_solve_upper_triangular_unchecked(&z);
        let mut w = a.l().tr_solve_lower_triangular_unchecked(&z);
        a.p().inv_permute_rows(&mut w);
        w
    }, |a| {
        let mut m = a.l() * a.u();
        a.p().inv_permute_rows(&mut m);
        a.q().inv_permute_columns(&mut m);
        m
    }
}

/// The cofactors: `det a a⁻ᵀ`, by the matrix itself where that is singular
fn det_partial<T: Real, D: DimMin<D, Output = D>>(
    inverse: Option<OMatrix<T, D, D>>,
    det: T,
    matrix: impl FnOnce() -> OMatrix<T, D, D>,
) -> OMatrix<T, D, D>
where
    DefaultAllocator: Allocator<D, D> + Allocator<D>,
{
    let regular = inverse.map(|inverse| inverse.transpose() * det);
    let regular = regular.filter(|c| !det.is_zero() && c.iter().all(|x| x.is_finite()));
    regular.unwrap_or_else(|| cofactors(&matrix()))
}
