//! The same components in another order.
use nalgebra::allocator::Allocator;
use nalgebra::{DefaultAllocator, Dim, OMatrix};

use super::MatrixValue;
use crate::Real;

/// `y = aᵀ`
pub mod transpose {
    use super::*;

    /// `dᵀ`
    #[inline]
    pub fn pull_0<T: Real, R: Dim, C: Dim>(d: &impl MatrixValue<T, R, C>) -> OMatrix<T, C, R>
    where
        DefaultAllocator: Allocator<C, R>,
    {
        d.matrix().transpose()
    }
    pub use pull_0 as push_0;
}
