//! `m.try_inverse()`
use super::functions;
use super::*;

functions! {
    /// The inverse of a matrix.
    MatrixInverse [T, D, S] where [T: Real, D: Dim, S: Storage<T, D, D>, DefaultAllocator: Allocator<D, D>] Matrix<T, D, D, S>: D, D;
    try_inverse try_inverse_forward try_inverse_push try_inverse_receiver: Option<OMatrix<T, D, D>> =
        |a| a.clone_owned().try_inverse();
        pull |kept y, d| inverse_adjoint(a.shape_generic(), y.as_ref(), d.as_ref());
        push |a_dot| y.as_ref().map(|y| inverse_tangent(y, a_dot));
}

/// `-yᵀ d yᵀ` (Giles 2.2.3), and nothing where there is no inverse
pub(super) fn inverse_adjoint<T: Real, D: Dim>(
    (r, c): (D, D),
    y: Option<&OMatrix<T, D, D>>,
    d: Option<&OMatrix<T, D, D>>,
) -> OMatrix<T, D, D>
where
    DefaultAllocator: Allocator<D, D>,
{
    match (y, d) {
        (Some(y), Some(d)) => {
            let transposed = y.transpose();
            -(&transposed * d * transposed)
        }
        _ => OMatrix::zeros_generic(r, c),
    }
}

/// `-y a' y`
pub(super) fn inverse_tangent<T: Real, D: Dim, S: Storage<T, D, D>>(
    y: &OMatrix<T, D, D>,
    a_dot: &Matrix<T, D, D, S>,
) -> OMatrix<T, D, D>
where
    DefaultAllocator: Allocator<D, D>,
{
    -(y * a_dot * y)
}
