//! The determinant and its cofactors, for singular matrices too.
use nalgebra::allocator::Allocator;
use nalgebra::{DMatrix, DefaultAllocator, Dim, DimMin, LU, Matrix, OMatrix, Storage};

use super::MatrixValue;
use crate::real::{Math, Real};

/// `y = det a`: `y' = <cofactors of a, a'>`, which for a regular `a` is `y tr(a⁻¹ a')` (Giles 2.2.3)
pub mod determinant {
    use super::*;

    /// `d` times the cofactors
    #[inline]
    pub fn pull_0<T: Real, D: DimMin<D, Output = D>>(a: &impl MatrixValue<T, D, D>, _: &T, d: &T) -> OMatrix<T, D, D>
    where
        DefaultAllocator: Allocator<D, D> + Allocator<D>,
    {
        let a = a.matrix();
        if d.is_zero() {
            let (r, c) = a.shape_generic();
            OMatrix::zeros_generic(r, c)
        } else {
            cofactors(a) * *d
        }
    }
    /// `<cofactors of a, a'>`
    #[inline]
    pub fn push_0<T: Real, D: DimMin<D, Output = D>>(
        a: &impl MatrixValue<T, D, D>,
        _: &T,
        a_dot: &impl MatrixValue<T, D, D>,
    ) -> T
    where
        DefaultAllocator: Allocator<D, D> + Allocator<D>,
    {
        cofactors(a.matrix()).dot(a_dot.matrix())
    }
}

/// The derivative of the determinant with respect to each component.
///
/// Up to 3 x 3 these are written out, as nalgebra's determinant is. From there on they are `det a a⁻ᵀ`, with both from one LU
/// decomposition: near a singular matrix the error of its smallest pivot cancels in the product.
pub(super) fn cofactors<T: Real, D: DimMin<D, Output = D>, S: Storage<T, D, D>>(
    a: &Matrix<T, D, D, S>,
) -> OMatrix<T, D, D>
where
    DefaultAllocator: Allocator<D, D> + Allocator<D>,
{
    let (dim, _) = a.shape_generic();
    match dim.value() {
        0 | 1 => OMatrix::from_element_generic(dim, dim, nalgebra::one()),
        2 => OMatrix::from_fn_generic(dim, dim, |i, j| {
            let minor = a[(1 - i, 1 - j)];
            if i == j { minor } else { -minor }
        }),
        // With indices modulo 3 the signs come out by themselves.
        3 => OMatrix::from_fn_generic(dim, dim, |i, j| {
            let (p, q, r, s) = ((i + 1) % 3, (i + 2) % 3, (j + 1) % 3, (j + 2) % 3);
            a[(p, r)] * a[(q, s)] - a[(p, s)] * a[(q, r)]
        }),
        _ => regular(a).unwrap_or_else(|| singular(a)),
    }
}

fn regular<T: Real, D: DimMin<D, Output = D>, S: Storage<T, D, D>>(a: &Matrix<T, D, D, S>) -> Option<OMatrix<T, D, D>>
where
    DefaultAllocator: Allocator<D, D> + Allocator<D>,
{
    let lu = LU::new(a.clone_owned());
    let det = lu.determinant();
    let cofactors = lu.try_inverse()?.transpose() * det;
    (!det.is_zero() && cofactors.iter().all(|x| x.is_finite())).then_some(cofactors)
}

/// The cofactors of `U Σ Vᵀ`: `det U det V U P Vᵀ`, where `P` holds for each singular value the product of all others.
///
/// For a regular matrix that is `det a a⁻ᵀ`; and both sides are continuous, so that it holds for singular ones too.
#[cold]
fn singular<T: Real, D: Dim, S: Storage<T, D, D>>(a: &Matrix<T, D, D, S>) -> OMatrix<T, D, D>
where
    DefaultAllocator: Allocator<D, D>,
{
    let (dim, _) = a.shape_generic();
    let n = dim.value();
    if !a.iter().all(|x| x.is_finite()) {
        return OMatrix::from_element_generic(dim, dim, T::Math::of(f64::NAN));
    }
    let svd = DMatrix::from_iterator(n, n, a.iter().copied()).svd(true, true);
    let (Some(mut u), Some(v_t)) = (svd.u, svd.v_t) else { unreachable!("both were asked for") };
    let sign = u.determinant() * v_t.determinant();
    for (i, mut column) in u.column_iter_mut().enumerate() {
        let others = svd.singular_values.iter().enumerate().filter(|(j, _)| *j != i);
        column *= others.fold(sign, |product, (_, sigma)| product * *sigma);
    }
    OMatrix::from_iterator_generic(dim, dim, (u * v_t).iter().copied())
}
