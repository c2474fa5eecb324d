//! Euclidean norms (of matrices: Frobenius norms). All components count alike, so `a` may have any shape.
use nalgebra::allocator::Allocator;
use nalgebra::{DefaultAllocator, Dim, OMatrix};
use num_traits::Zero;

use super::{MatrixValue, kernels};
use crate::Real;

/// `y = |a|`: `y' = <a, a'> / y`, and 0 at `a = 0`.
pub mod norm {
    use super::*;

    /// `a d / y`
    #[inline]
    pub fn pull_0<T: Real, R: Dim, C: Dim>(a: &impl MatrixValue<T, R, C>, y: &T, d: &T) -> OMatrix<T, R, C>
    where
        DefaultAllocator: Allocator<R, C>,
    {
        let a = a.matrix();
        if y.is_zero() || d.is_zero() {
            let (r, c) = a.shape_generic();
            OMatrix::zeros_generic(r, c)
        } else {
            kernels::scaled(a, *d / *y)
        }
    }
    /// `<a, a'> / y`
    #[inline]
    pub fn push_0<T: Real, R: Dim, C: Dim>(
        a: &impl MatrixValue<T, R, C>,
        y: &T,
        a_dot: &impl MatrixValue<T, R, C>,
    ) -> T {
        if y.is_zero() || is_zero(a_dot) { nalgebra::zero() } else { a.matrix().dot(a_dot.matrix()) / *y }
    }
}

/// `y = |a|²`: `y' = 2 <a, a'>`.
pub mod norm_squared {
    use super::*;

    /// `2 a d`
    #[inline]
    pub fn pull_0<T: Real, R: Dim, C: Dim>(a: &impl MatrixValue<T, R, C>, d: &T) -> OMatrix<T, R, C>
    where
        DefaultAllocator: Allocator<R, C>,
    {
        kernels::scaled(a.matrix(), *d + *d)
    }
    /// `2 <a, a'>`
    #[inline]
    pub fn push_0<T: Real, R: Dim, C: Dim>(a: &impl MatrixValue<T, R, C>, a_dot: &impl MatrixValue<T, R, C>) -> T {
        let half = a.matrix().dot(a_dot.matrix());
        half + half
    }
}

/// `y = a / |a|`: `y' = (a' - y <y, a'>) / |a|`, which is its own adjoint.
pub mod normalize {
    use super::*;

    /// `(d - y <y, d>) / |a|`
    #[inline]
    pub fn pull_0<T: Real, R: Dim, C: Dim>(
        a: &impl MatrixValue<T, R, C>,
        y: &impl MatrixValue<T, R, C>,
        d: &impl MatrixValue<T, R, C>,
    ) -> OMatrix<T, R, C>
    where
        DefaultAllocator: Allocator<R, C>,
    {
        if is_zero(d) {
            return d.matrix().clone_owned();
        }
        let (y, d) = (y.matrix(), d.matrix());
        let (along, scale) = (y.dot(d), a.matrix().norm().recip());
        d.zip_map(y, |d, y| (d - y * along) * scale)
    }
    pub use pull_0 as push_0;
}

/// Where nothing comes in, nothing goes out: not even where a partial is infinite.
fn is_zero<T: Real, R: Dim, C: Dim>(m: &impl MatrixValue<T, R, C>) -> bool {
    m.matrix().iter().all(Zero::is_zero)
}
