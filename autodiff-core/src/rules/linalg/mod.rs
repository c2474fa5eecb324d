//! Rules for nalgebra's matrices and vectors: owned ones and views, of static and of dynamic dimensions.
//!
//! With `<a, b>` for the sum of the products of all components, a rule's `push` is the derivative of its formula, and its
//! `pull` is the adjoint of `push` in that inner product. The matrix identities are those of M. B. Giles, "Collected matrix
//! derivative results for forward and reverse mode algorithmic differentiation" (2008), numbered as there.
use nalgebra::allocator::Allocator;
use nalgebra::{DefaultAllocator, Dim, Matrix, Scalar, Storage};

use crate::Real;
use crate::tangent::{Shaped, Value};

mod build;
mod cofactors;
mod elementwise;
pub mod factor;
mod kernels;
mod norms;
mod operators;
mod product;
mod reduce;
mod reshape;
#[cfg(test)]
mod tests;

pub use self::build::{diagonal, from_diagonal, from_row_slice, from_slice, from_vec};
pub use self::cofactors::determinant;
pub use self::elementwise::{add_scalar, component_div, component_mul};
pub(crate) use self::kernels::owned;
pub use self::norms::{norm, norm_squared, normalize};
pub use self::operators::{scaled, scales};
pub use self::product::{cross, dot, tr_mul};
pub use self::reduce::{column_mean, column_sum, max_element, mean, min_element, row_mean, row_sum, sum, trace};
pub use self::reshape::transpose;

/// An operand that is a matrix, of any storage and behind any references.
#[diagnostic::on_unimplemented(message = "this rule is for nalgebra's matrices and vectors, and `{Self}` is none")]
pub trait MatrixValue<T: Scalar, R: Dim, C: Dim> {
    /// What holds the elements.
    type Storage: Storage<T, R, C>;
    /// The matrix behind all references.
    fn matrix(&self) -> &Matrix<T, R, C, Self::Storage>;
}

impl<T: Real, R: Dim, C: Dim, S: Storage<T, R, C>, V: Value<Of = Matrix<T, R, C, S>>> MatrixValue<T, R, C> for V
where
    DefaultAllocator: Allocator<R, C>,
{
    type Storage = S;
    #[inline(always)]
    fn matrix(&self) -> &Matrix<T, R, C, S> {
        self.value()
    }
}

/// An operand of which the shape is read, and which is a matrix.
#[diagnostic::on_unimplemented(message = "this rule is for nalgebra's matrices and vectors, and `{Self}` is none")]
pub trait MatrixShape<T, R, C> {
    /// The number of rows and columns.
    fn dims(&self) -> (R, C);
}

impl<T: Real, R: Dim, C: Dim, S: Storage<T, R, C>, V: Shaped<Of = Matrix<T, R, C, S>>> MatrixShape<T, R, C> for V
where
    DefaultAllocator: Allocator<R, C>,
{
    #[inline(always)]
    fn dims(&self) -> (R, C) {
        self.shaped()
    }
}
