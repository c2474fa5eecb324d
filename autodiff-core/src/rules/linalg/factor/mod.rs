//! Inverses, solves and decompositions.
//!
//! The tangent of a decomposition is that of the matrix which it decomposes: `Cholesky<f64, D>` stands for `a = l lᵀ`, and its
//! tangent is `a'`. So a decomposition may be stored, handed on and used many times; what is computed from it pulls its adjoint
//! back to `a` with the factors that are there (Giles 2.2.3, 2.3.1), and taking the decomposition costs nothing in the reverse sweep:
//!
//! ```text
//! let chol = m.cholesky()?;    chol' = m'                          m̄ += ā
//! let x = chol.solve(&b);      x' = a⁻¹ (b' - a' x)                b̄ += w,  ā -= w xᵀ,  where w = a⁻ᵀ x̄
//! chol.ln_determinant()        tr(a⁻¹ a')                          ā += a⁻ᵀ d
//! chol.l()                     l Φ(l⁻¹ a' l⁻ᵀ)                      ā += l⁻ᵀ sym Φ(lᵀ l̄) l⁻¹
//! ```
//!
//! `cholesky`, `symmetric_eigen` and the triangular solves read one triangle of their matrix only, and so do their derivatives.
//!
//! The functions are methods (`solve_forward`, `solve_push`, `solve_receiver`), found by the type of the receiver, as those of
//! a type of the user's are; see [`crate::rules::methods`].
#![allow(clippy::type_complexity, reason = "pullbacks are closures")]
use std::cell::Cell;

use nalgebra::allocator::Allocator;
use nalgebra::constraint::{SameNumberOfRows, ShapeConstraint};
use nalgebra::{DMatrix, DefaultAllocator, Dim, Matrix, OMatrix, RawStorageMut, Storage};

use crate::Real;
use crate::rules::{MatrixValue, Mode, add_to};
use crate::tangent::Differentiable;

mod cholesky;
mod eigen;
mod inverse;
mod lu;
mod qr;
mod svd;
mod tangents;
mod triangular;

pub use self::cholesky::{CholeskyConstructor, CholeskyMethods, CholeskySolve, MatrixCholesky};
pub use self::eigen::{MatrixEigen, MatrixSingularValues, SymmetricEigenTangent};
pub use self::inverse::MatrixInverse;
pub use self::lu::{FullPivLuMethods, FullPivLuSolve, LuConstructor, LuMethods, LuSolve, MatrixFullPivLu, MatrixLu};
pub use self::qr::{MatrixQr, QrConstructor, QrInverse, QrMethods, QrSolve};
pub use self::svd::{MatrixSvd, SvdTangent};
pub use self::triangular::TriangularSolves;

/// The adjoint of a matrix.
pub(super) type Cells<T, R, C> = OMatrix<Cell<T>, R, C>;
/// The tangent of a result.
pub(super) type Gradient<T> = <T as Differentiable>::Gradient;

/// `y = a.name()`: methods of a matrix or of something whose tangent is a matrix.
///
/// ```text
/// name name_forward name_push name_receiver: Out = |a| value;    the primal
///     pull |kept y, d| ..;                                       the adjoint of `a` from that of the result
///     push |a_dot| ..;                                           the tangent of the result
/// ```
macro_rules! functions {
    (
        $(#[$doc:meta])*
        $trait:ident $generics:tt where [$($bounds:tt)*] $this:ty: $r:ty, $c:ty;
        $(
            $name:ident $forward:ident $push:ident $receiver:ident: $out:ty = |$a:ident| $primal:expr;
            pull |$keep:ident $y:ident, $d:ident| $pull:expr;
            push |$a_dot:ident| $dot:expr;
        )*
    ) => {
        functions!(@items [$(#[$doc])*] $trait $generics [$($bounds)*] $this {
            $(functions! {
                @function $generics $this, $r, $c;
                $forward $push $receiver: $out = |$a| $primal;
                pull |$keep $y, $d| $pull;
                push |$a_dot| $dot;
            })*
        });
    };
    (@items [$($doc:tt)*] $trait:ident [$($g:ident),*] [$($bounds:tt)*] $this:ty { $($functions:tt)* }) => {
        $($doc)*
        pub trait $trait<$($g),*>
        where
            $($bounds)*
        {
            /// `self`
            fn autodiff_this(&self) -> &$this;
            $($functions)*
        }

        impl<$($g),*> $trait<$($g),*> for $this
        where
            $($bounds)*
        {
            #[inline(always)]
            fn autodiff_this(&self) -> &$this {
                self
            }
        }
    };
    (
        @function [$($g:ident),*] $this:ty, $r:ty, $c:ty;
        $forward:ident $push:ident $receiver:ident: $out:ty = |$a:ident| $primal:expr;
        pull |$keep:ident $y:ident, $d:ident| $pull:expr;
        push |$a_dot:ident| $dot:expr;
    ) => {
        /// `self`, for the pullback.
        #[inline(always)]
        fn $receiver(&self) -> &$this {
            self.autodiff_this()
        }
        /// The value and the pullback.
        #[inline]
        fn $forward<Keep: Mode>(
            &self,
            _: Keep,
        ) -> ($out, impl FnOnce(&$this, Gradient<$out>, &Cells<T, $r, $c>) + use<Self, $($g,)* Keep>) {
            let $a = self.autodiff_this();
            let value = $primal;
            let $y = super::$keep(&value);
            (value, move |$a: &$this, $d: Gradient<$out>, a_bar: &Cells<T, $r, $c>| {
                let _ = ($a, &$y);
                add_to(a_bar, $pull);
            })
        }
        /// The value and its tangent.
        #[inline]
        fn $push(&self, a_dot: impl MatrixValue<T, $r, $c>) -> ($out, Gradient<$out>) {
            let $a = self.autodiff_this();
            let $y = $primal;
            let $a_dot = a_dot.matrix();
            let y_dot = $dot;
            ($y, y_dot)
        }
    };
}
use functions;

/// `y = a.name(&b)`, the solution of `a y = b`, or of `aᵀ y = b` for a [`Part`] that is transposed.
///
/// ```text
/// name name_forward name_push name_receiver: Option, PART, |a, d| a⁻ᵀ d;    by the factors that are there
/// ```
macro_rules! solves {
    (
        $(#[$doc:meta])*
        $trait:ident $generics:tt where [$($bounds:tt)*] $this:ty: $n:ident;
        $($name:ident $forward:ident $push:ident $receiver:ident: $wrap:ident, $part:expr, |$a:ident, $d:ident| $transposed:expr;)*
    ) => {
        functions!(@items [$(#[$doc])*] $trait $generics [$($bounds)*] $this {
            $(solves! {
                @solve $generics $this, $n;
                $name $forward $push $receiver: $wrap, $part, |$a, $d| $transposed;
            })*
        });
    };
    (
        @solve [$($g:ident),*] $this:ty, $n:ident;
        $name:ident $forward:ident $push:ident $receiver:ident: $wrap:ident, $part:expr, |$a:ident, $d:ident| $transposed:expr;
    ) => {
        /// `self`, for the pullback.
        #[inline(always)]
        fn $receiver(&self) -> &$this {
            self.autodiff_this()
        }
        /// The value and the pullback.
        #[inline]
        fn $forward<R2, C2, S2, Keep>(
            &self,
            b: &Matrix<T, R2, C2, S2>,
            _: Keep,
        ) -> (
            $wrap<OMatrix<T, R2, C2>>,
            impl FnOnce(
                &$this,
                &Matrix<T, R2, C2, S2>,
                $wrap<OMatrix<T, R2, C2>>,
                &Cells<T, $n, $n>,
                &Cells<T, R2, C2>,
            ) + use<Self, $($g,)* R2, C2, S2, Keep>,
        )
        where
            R2: Dim,
            C2: Dim,
            S2: Storage<T, R2, C2>,
            Keep: Mode,
            DefaultAllocator: Allocator<R2, C2>,
            ShapeConstraint: SameNumberOfRows<R2, $n>,
        {
            let y = self.autodiff_this().$name(b);
            let kept = y.clone();
            let pullback = move |$a: &$this,
                                 _: &Matrix<T, R2, C2, S2>,
                                 y_bar: $wrap<OMatrix<T, R2, C2>>,
                                 a_bar: &Cells<T, $n, $n>,
                                 b_bar: &Cells<T, R2, C2>| {
                if let (Some(y), Some($d)) = (kept.there(), y_bar.there()) {
                    let w: OMatrix<T, R2, C2> = $transposed;
                    $part.subtract_outer(a_bar, &w, y);
                    add_to(b_bar, w);
                }
            };
            (y, pullback)
        }
        /// The value and its tangent.
        #[inline]
        fn $push<R2, C2, S2>(
            &self,
            b: &Matrix<T, R2, C2, S2>,
            a_dot: impl MatrixValue<T, $n, $n>,
            b_dot: impl MatrixValue<T, R2, C2>,
        ) -> ($wrap<OMatrix<T, R2, C2>>, $wrap<OMatrix<T, R2, C2>>)
        where
            R2: Dim,
            C2: Dim,
            S2: Storage<T, R2, C2>,
            DefaultAllocator: Allocator<R2, C2>,
            ShapeConstraint: SameNumberOfRows<R2, $n>,
        {
            let a = self.autodiff_this();
            let y = a.$name(b);
            let y_dot = y.there().map(|y| {
                let mut r = b_dot.matrix().clone_owned();
                $part.subtract_product(&mut r, a_dot.matrix(), y);
                a.$name(&r)
            });
            let y_dot = y_dot.unwrap_or_else(|| y.clone());
            (y, y_dot)
        }
    };
}
use solves;

/// The result of a solve that can't fail.
pub(super) type Plain<Y> = Y;

/// A solution, which there may not be.
trait Solution {
    type Matrix;
    fn there(&self) -> Option<&Self::Matrix>;
}

impl<T, R: Dim, C: Dim, S> Solution for Matrix<T, R, C, S> {
    type Matrix = Self;
    #[inline(always)]
    fn there(&self) -> Option<&Self> {
        Some(self)
    }
}

impl<Y> Solution for Option<Y> {
    type Matrix = Y;
    #[inline(always)]
    fn there(&self) -> Option<&Y> {
        self.as_ref()
    }
}

/// Any matrix as one of dynamic size.
fn dynamic<T: Real, R: Dim, C: Dim, S: Storage<T, R, C>>(m: &Matrix<T, R, C, S>) -> DMatrix<T> {
    DMatrix::from_iterator(m.nrows(), m.ncols(), m.iter().copied())
}

/// The value of the result, where a derivative reads it.
pub(super) fn kept<T: Clone>(y: &T) -> T {
    y.clone()
}

/// Nothing, where none does.
pub(super) fn unread<T>(_: &T) {}

/// Which entries of the matrix of an equation are read, and whether it is transposed.
#[derive(Clone, Copy)]
struct Part {
    lower: bool,
    upper: bool,
    transposed: bool,
}

impl Part {
    const ALL: Part = Part { lower: true, upper: true, transposed: false };
    const LOWER: Part = Part { lower: true, upper: false, transposed: false };
    const UPPER: Part = Part { lower: false, upper: true, transposed: false };
    const fn transposed(self) -> Part {
        Part { transposed: true, ..self }
    }

    /// The rows of column `j`, of a matrix with `n` rows, that are read.
    #[inline(always)]
    fn rows(self, j: usize, n: usize) -> std::ops::Range<usize> {
        (if self.upper { 0 } else { j })..(if self.lower { n } else { j + 1 })
    }

    /// `a_bar -= w yᵀ`, and `y wᵀ` for `aᵀ`
    #[inline]
    fn subtract_outer<T: Real, D: Dim, R: Dim, C: Dim>(
        self,
        a_bar: &Cells<T, D, D>,
        w: &OMatrix<T, R, C>,
        y: &OMatrix<T, R, C>,
    ) where
        DefaultAllocator: Allocator<D, D> + Allocator<R, C>,
    {
        let (left, right) = if self.transposed { (y, w) } else { (w, y) };
        for k in 0..left.ncols() {
            for j in 0..a_bar.ncols() {
                let factor = right[(j, k)];
                for i in self.rows(j, a_bar.nrows()) {
                    let cell = &a_bar[(i, j)];
                    cell.set(cell.get() - left[(i, k)] * factor);
                }
            }
        }
    }

    /// `r -= a y`, or `aᵀ y`
    #[inline]
    fn subtract_product<T: Real, D: Dim, R: Dim, C: Dim, S: Storage<T, D, D>>(
        self,
        r: &mut OMatrix<T, R, C>,
        a: &Matrix<T, D, D, S>,
        y: &OMatrix<T, R, C>,
    ) where
        DefaultAllocator: Allocator<R, C>,
    {
        for k in 0..r.ncols() {
            for j in 0..a.ncols() {
                for i in self.rows(j, a.nrows()) {
                    let (to, from) = if self.transposed { (j, i) } else { (i, j) };
                    r[(to, k)] -= a[(i, j)] * y[(from, k)];
                }
            }
        }
    }
}

/// The symmetric matrix whose lower triangle this is: what a function that reads the lower triangle only takes it for.
fn mirrored<T: Real, D: Dim, S: Storage<T, D, D>>(a: &Matrix<T, D, D, S>) -> OMatrix<T, D, D>
where
    DefaultAllocator: Allocator<D, D>,
{
    let (r, c) = a.shape_generic();
    OMatrix::from_fn_generic(r, c, |i, j| a[(i.max(j), i.min(j))])
}

/// The adjoint of [`mirrored`]: what goes to the upper triangle comes to the lower one.
fn folded<T: Real, D: Dim, S: Storage<T, D, D>>(d: &Matrix<T, D, D, S>) -> OMatrix<T, D, D>
where
    DefaultAllocator: Allocator<D, D>,
{
    let (r, c) = d.shape_generic();
    OMatrix::from_fn_generic(r, c, |i, j| match i.cmp(&j) {
        std::cmp::Ordering::Less => nalgebra::zero(),
        std::cmp::Ordering::Equal => d[(i, j)],
        std::cmp::Ordering::Greater => d[(i, j)] + d[(j, i)],
    })
}

/// The lower triangle with half of the diagonal, of a matrix in place: `a = Φ(a) + Φ(a)ᵀ` for a symmetric `a`.
fn halve<T: Real, R: Dim, C: Dim, S: RawStorageMut<T, R, C>>(a: &mut Matrix<T, R, C, S>) {
    let half: T = nalgebra::convert(0.5);
    for j in 0..a.ncols() {
        for i in 0..a.nrows().min(j + 1) {
            a[(i, j)] = if i == j { a[(i, j)] * half } else { nalgebra::zero() };
        }
    }
}
