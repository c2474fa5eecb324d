//! The tangents of decompositions, which are those of the matrices that they decompose.
use std::cell::Cell;

use nalgebra::allocator::Allocator;
use nalgebra::{Cholesky, DefaultAllocator, Dim, DimMin, DimMinimum, FullPivLU, LU, OMatrix, QR};

use crate::Real;
use crate::tangent::{Differentiable, Value};

macro_rules! stands_for_a_matrix {
    ($([$($g:ident: $bound:ty),*] $t:ty: $r:ident x $c:ident, where [$($bounds:tt)*], $shape:expr;)*) => {$(
        #[diagnostic::do_not_recommend]
        impl<T: Real, $($g),*> Differentiable for $t
        where
            $($bounds)*
        {
            type Tangent = OMatrix<T, $r, $c>;
            type Gradient = OMatrix<T, $r, $c>;
            type Bar = OMatrix<Cell<T>, $r, $c>;
            type OwnedBar = OMatrix<Cell<T>, $r, $c>;
            type Shape = ($r, $c);
            #[inline]
            fn shape(&self) -> ($r, $c) {
                $shape(self)
            }
            #[inline]
            fn zero_tangent(&(r, c): &($r, $c)) -> OMatrix<T, $r, $c> {
                OMatrix::zeros_generic(r, c)
            }
            #[inline]
            fn fits(shape: &($r, $c), tangent: &OMatrix<T, $r, $c>) -> bool {
                *shape == tangent.shape_generic()
            }
        }

        #[diagnostic::do_not_recommend]
        impl<T: Real, $($g),*> Value for $t
        where
            $($bounds)*
        {
            type Of = Self;
            #[inline(always)]
            fn value(&self) -> &Self {
                self
            }
        }
    )*};
}

stands_for_a_matrix! {
    [D: Dim] Cholesky<T, D>: D x D, where [D: Dim, DefaultAllocator: Allocator<D, D>],
        |c: &Self| c.l_dirty().shape_generic();
    [D: Dim] LU<T, D, D>: D x D, where [D: DimMin<D, Output = D>, DefaultAllocator: Allocator<D, D> + Allocator<D>],
        |c: &Self| c.lu_internal().shape_generic();
    [D: Dim] FullPivLU<T, D, D>: D x D, where [D: DimMin<D, Output = D>, DefaultAllocator: Allocator<D, D> + Allocator<D>],
        |c: &Self| c.lu_internal().shape_generic();
    [R: Dim, C: Dim] QR<T, R, C>: R x C,
        where [R: DimMin<C>, C: Dim, DefaultAllocator: Allocator<R, C> + Allocator<R> + Allocator<DimMinimum<R, C>>],
        |c: &Self| c.qr_internal().shape_generic();
}
