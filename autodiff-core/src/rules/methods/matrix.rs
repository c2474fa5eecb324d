//! Matrix functions as methods of nalgebra's matrices and vectors.
use nalgebra::allocator::Allocator;
use nalgebra::{DefaultAllocator, Dim, DimMin, Matrix, OMatrix, Storage};
use std::cell::Cell;

use crate::Real;
use crate::rules::{self, MatrixValue, Mode, add_to, plus};

/// The adjoint of a matrix.
type Cells<T, R, C> = OMatrix<Cell<T>, R, C>;

/// Calls a partial with what it reads.
macro_rules! partial {
    ($rule:ident $f:ident ($($read:expr),*) $last:expr) => { rules::$rule::$f($($read,)* $last) };
}

/// The value of the result, where a partial reads it.
fn kept<T: Clone>(y: &T) -> T {
    y.clone()
}

/// Nothing, where none does.
fn unread<T>(_: &T) {}

/// `y = f(a)`
macro_rules! of_one {
    ($($name:ident $forward:ident $push:ident $receiver:ident: $rule:ident, $out:ty = $primal:expr, $keep:ident, |$a:ident, $y:ident| $reads:tt;)*) => {$(
        /// `self`, for the pullback.
        #[inline(always)]
        fn $receiver(&self) -> &Matrix<T, R, C, S> {
            self.autodiff_matrix()
        }
        /// The value and the pullback.
        #[inline]
        fn $forward<M: Mode>(
            &self,
            _: M,
        ) -> ($out, impl FnOnce(&Matrix<T, R, C, S>, $out, &Cells<T, R, C>) + use<Self, T, R, C, S, M>) {
            let value = $primal(self.autodiff_matrix());
            let $y = $keep(&value);
            (value, move |$a: &Matrix<T, R, C, S>, d: $out, a_bar: &Cells<T, R, C>| {
                let _ = ($a, &$y);
                add_to(a_bar, partial!($rule pull_0 $reads &d));
            })
        }
        /// The value and its tangent.
        #[inline]
        fn $push(&self, a_dot: impl MatrixValue<T, R, C>) -> ($out, $out) {
            let $a = self.autodiff_matrix();
            let $y = $primal($a);
            let y_dot = partial!($rule push_0 $reads &a_dot);
            ($y, y_dot)
        }
    )*};
}

/// `y = f(a, b)` of matrices of the same shape
macro_rules! of_two {
    ($($name:ident $forward:ident $push:ident $receiver:ident: $rule:ident, $out:ty, $keep:ident, |$a:ident, $b:ident, $y:ident| $first:tt $second:tt;)*) => {$(
        /// `self`, for the pullback.
        #[inline(always)]
        fn $receiver(&self) -> &Matrix<T, R, C, S> {
            self.autodiff_matrix()
        }
        /// The value and the pullback.
        #[inline]
        #[allow(clippy::type_complexity)]
        fn $forward<S2, M: Mode>(
            &self,
            b: &Matrix<T, R, C, S2>,
            _: M,
        ) -> (
            $out,
            impl FnOnce(&Matrix<T, R, C, S>, &Matrix<T, R, C, S2>, $out, &Cells<T, R, C>, &Cells<T, R, C>) + use<Self, T, R, C, S, S2, M>,
        )
        where
            S2: Storage<T, R, C>,
        {
            let value = self.autodiff_matrix().$name(b);
            let $y = $keep(&value);
            (value, move |$a: &Matrix<T, R, C, S>, $b: &Matrix<T, R, C, S2>, d: $out, a_bar: &Cells<T, R, C>, b_bar: &Cells<T, R, C>| {
                let _ = ($a, &$y);
                add_to(a_bar, partial!($rule pull_0 $first &d));
                add_to(b_bar, partial!($rule pull_1 $second &d));
            })
        }
        /// The value and its tangent.
        #[inline]
        fn $push<S2: Storage<T, R, C>>(
            &self,
            $b: &Matrix<T, R, C, S2>,
            a_dot: impl MatrixValue<T, R, C>,
            b_dot: impl MatrixValue<T, R, C>,
        ) -> ($out, $out) {
            let $a = self.autodiff_matrix();
            let $y = $a.$name($b);
            let y_dot = plus(partial!($rule push_0 $first &a_dot), partial!($rule push_1 $second &b_dot));
            ($y, y_dot)
        }
    )*};
}

/// `y = f(a, k)` of a matrix and a number
macro_rules! of_number {
    ($($name:ident $forward:ident $push:ident $receiver:ident: |$a:ident, $k:ident, $y:ident, $d:ident|
        $pull_0:expr, $pull_1:expr; |$a_dot:ident, $k_dot:ident| $y_dot:expr;)*) => {$(
        /// `self`, for the pullback.
        #[inline(always)]
        fn $receiver(&self) -> &Matrix<T, R, C, S> {
            self.autodiff_matrix()
        }
        /// The value and the pullback.
        #[inline]
        fn $forward<M: Mode>(
            &self,
            $k: T,
            _: M,
        ) -> (
            OMatrix<T, R, C>,
            impl FnOnce(&Matrix<T, R, C, S>, OMatrix<T, R, C>, &Cells<T, R, C>, &Cell<T>) + use<Self, T, R, C, S, M>,
        ) {
            let value = self.autodiff_matrix().$name($k);
            (value, move |$a: &Matrix<T, R, C, S>, $d: OMatrix<T, R, C>, a_bar: &Cells<T, R, C>, k_bar: &Cell<T>| {
                let _ = ($a, $k);
                add_to(k_bar, $pull_1);
                add_to(a_bar, $pull_0);
            })
        }
        /// The value and its tangent.
        #[inline]
        fn $push(
            &self,
            $k: T,
            $a_dot: impl MatrixValue<T, R, C>,
            k_dot: impl crate::tangent::Value<Of = T>,
        ) -> (OMatrix<T, R, C>, OMatrix<T, R, C>) {
            let ($a, $a_dot, $k_dot) = (self.autodiff_matrix(), $a_dot.matrix(), *k_dot.value());
            let $y = $a.$name($k);
            let y_dot = $y_dot;
            ($y, y_dot)
        }
    )*};
}

/// The functions of a matrix of any shape.
pub trait MatrixMethods<T: Real, R: Dim, C: Dim, S: Storage<T, R, C>>
where
    DefaultAllocator: Allocator<R, C>,
{
    /// `self`
    fn autodiff_matrix(&self) -> &Matrix<T, R, C, S>;

    of_one! {
        norm norm_forward norm_push norm_receiver: norm, T = Matrix::norm, kept, |a, y| (a, &y);
        magnitude magnitude_forward magnitude_push magnitude_receiver: norm, T = Matrix::norm, kept, |a, y| (a, &y);
        norm_squared norm_squared_forward norm_squared_push norm_squared_receiver:
            norm_squared, T = Matrix::norm_squared, unread, |a, _y| (a);
        magnitude_squared magnitude_squared_forward magnitude_squared_push magnitude_squared_receiver:
            norm_squared, T = Matrix::norm_squared, unread, |a, _y| (a);
        normalize normalize_forward normalize_push normalize_receiver:
            normalize, OMatrix<T, R, C> = Matrix::normalize, kept, |a, y| (a, &y);
        sum sum_forward sum_push sum_receiver: sum, T = Matrix::sum, unread, |a, _y| (a);
        mean mean_forward mean_push mean_receiver: mean, T = Matrix::mean, unread, |a, _y| (a);
        max max_forward max_push max_receiver: max_element, T = Matrix::max, kept, |a, y| (a, &y);
        min min_forward min_push min_receiver: min_element, T = Matrix::min, kept, |a, y| (a, &y);
    }

    of_two! {
        dot dot_forward dot_push dot_receiver: dot, T, unread, |a, b, _y| (a, b) (a, b);
        component_mul component_mul_forward component_mul_push component_mul_receiver:
            component_mul, OMatrix<T, R, C>, unread, |a, b, _y| (b) (a);
        component_div component_div_forward component_div_push component_div_receiver:
            component_div, OMatrix<T, R, C>, kept, |a, b, y| (b) (b, &y);
        cross cross_forward cross_push cross_receiver: cross, OMatrix<T, R, C>, unread, |a, b, _y| (b) (a);
    }

    of_number! {
        scale scale_forward scale_push scale_receiver: |a, k, _y, d| d * k, d.dot(a); |a_dot, k_dot| a_dot * k + a * k_dot;
        unscale unscale_forward unscale_push unscale_receiver: |a, k, y, d|
            rules::div::pull_0(&k, &d), rules::div::pull_1(&k, &a.unscale(k), &d);
            |a_dot, k_dot| plus(rules::div::push_0(&k, a_dot), rules::div::push_1(&k, &y, &k_dot));
        add_scalar add_scalar_forward add_scalar_push add_scalar_receiver: |a, k, _y, d|
            d, d.sum(); |a_dot, k_dot| a_dot.add_scalar(k_dot);
    }

    /// `self`, for the pullback.
    #[inline(always)]
    fn abs_receiver(&self) -> &Matrix<T, R, C, S> {
        self.autodiff_matrix()
    }
    /// The value and the pullback.
    #[inline]
    #[allow(clippy::type_complexity)]
    fn abs_forward<M: Mode>(
        &self,
        _: M,
    ) -> (
        OMatrix<T, R, C>,
        impl FnOnce(&Matrix<T, R, C, S>, OMatrix<T, R, C>, &Cells<T, R, C>) + use<Self, T, R, C, S, M>,
    ) {
        let pullback = |a: &Matrix<T, R, C, S>, d: OMatrix<T, R, C>, a_bar: &Cells<T, R, C>| {
            add_to(a_bar, rules::abs::pull_0(a, &d))
        };
        (self.autodiff_matrix().abs(), pullback)
    }
    /// The value and its tangent.
    #[inline]
    fn abs_push(&self, a_dot: impl MatrixValue<T, R, C>) -> (OMatrix<T, R, C>, OMatrix<T, R, C>) {
        let a = self.autodiff_matrix();
        (a.abs(), rules::abs::push_0(a, &a_dot.matrix().clone_owned()))
    }

    /// `self`, for the pullback.
    #[inline(always)]
    fn transpose_receiver(&self) -> &Matrix<T, R, C, S> {
        self.autodiff_matrix()
    }
    /// The value and the pullback.
    #[inline]
    #[allow(clippy::type_complexity)]
    fn transpose_forward<M: Mode>(
        &self,
        _: M,
    ) -> (
        OMatrix<T, C, R>,
        impl FnOnce(&Matrix<T, R, C, S>, OMatrix<T, C, R>, &Cells<T, R, C>) + use<Self, T, R, C, S, M>,
    )
    where
        DefaultAllocator: Allocator<C, R>,
    {
        let pullback =
            |_: &Matrix<T, R, C, S>, d: OMatrix<T, C, R>, a_bar: &Cells<T, R, C>| add_to(a_bar, d.transpose());
        (self.autodiff_matrix().transpose(), pullback)
    }
    /// The value and its tangent.
    #[inline]
    fn transpose_push(&self, a_dot: impl MatrixValue<T, R, C>) -> (OMatrix<T, C, R>, OMatrix<T, C, R>)
    where
        DefaultAllocator: Allocator<C, R>,
    {
        (self.autodiff_matrix().transpose(), a_dot.matrix().transpose())
    }

    /// `self`, for the pullback.
    #[inline(always)]
    fn tr_mul_receiver(&self) -> &Matrix<T, R, C, S> {
        self.autodiff_matrix()
    }
    /// The value and the pullback.
    #[inline]
    #[allow(clippy::type_complexity)]
    fn tr_mul_forward<C2, S2, M: Mode>(
        &self,
        b: &Matrix<T, R, C2, S2>,
        _: M,
    ) -> (
        OMatrix<T, C, C2>,
        impl FnOnce(&Matrix<T, R, C, S>, &Matrix<T, R, C2, S2>, OMatrix<T, C, C2>, &Cells<T, R, C>, &Cells<T, R, C2>)
        + use<Self, T, R, C, S, C2, S2, M>,
    )
    where
        C2: Dim,
        S2: Storage<T, R, C2>,
        DefaultAllocator: Allocator<C, C2> + Allocator<R, C2>,
    {
        let value = self.autodiff_matrix().tr_mul(b);
        (
            value,
            |a: &Matrix<T, R, C, S>,
             b: &Matrix<T, R, C2, S2>,
             d: OMatrix<T, C, C2>,
             a_bar: &Cells<T, R, C>,
             b_bar: &Cells<T, R, C2>| {
                add_to(a_bar, rules::tr_mul::pull_0(b, &d));
                add_to(b_bar, rules::tr_mul::pull_1(a, &d));
            },
        )
    }
    /// The value and its tangent.
    #[inline]
    fn tr_mul_push<C2: Dim, S2: Storage<T, R, C2>>(
        &self,
        b: &Matrix<T, R, C2, S2>,
        a_dot: impl MatrixValue<T, R, C>,
        b_dot: impl MatrixValue<T, R, C2>,
    ) -> (OMatrix<T, C, C2>, OMatrix<T, C, C2>)
    where
        DefaultAllocator: Allocator<C, C2> + Allocator<R, C2>,
    {
        let a = self.autodiff_matrix();
        (a.tr_mul(b), a_dot.matrix().tr_mul(b) + a.tr_mul(b_dot.matrix()))
    }
}

impl<T: Real, R: Dim, C: Dim, S: Storage<T, R, C>> MatrixMethods<T, R, C, S> for Matrix<T, R, C, S>
where
    DefaultAllocator: Allocator<R, C>,
{
    #[inline(always)]
    fn autodiff_matrix(&self) -> &Matrix<T, R, C, S> {
        self
    }
}

/// The functions of a square matrix.
pub trait SquareMethods<T: Real, D: Dim, S: Storage<T, D, D>>
where
    DefaultAllocator: Allocator<D, D>,
{
    /// `self`
    fn autodiff_square(&self) -> &Matrix<T, D, D, S>;

    /// `self`, for the pullback.
    #[inline(always)]
    fn trace_receiver(&self) -> &Matrix<T, D, D, S> {
        self.autodiff_square()
    }
    /// The value and the pullback.
    #[inline]
    fn trace_forward<M: Mode>(
        &self,
        _: M,
    ) -> (T, impl FnOnce(&Matrix<T, D, D, S>, T, &Cells<T, D, D>) + use<Self, T, D, S, M>) {
        let pullback =
            |a: &Matrix<T, D, D, S>, d: T, a_bar: &Cells<T, D, D>| add_to(a_bar, rules::trace::pull_0(a, &d));
        (self.autodiff_square().trace(), pullback)
    }
    /// The value and its tangent.
    #[inline]
    fn trace_push(&self, a_dot: impl MatrixValue<T, D, D>) -> (T, T) {
        (self.autodiff_square().trace(), a_dot.matrix().trace())
    }

    /// `self`, for the pullback.
    #[inline(always)]
    fn determinant_receiver(&self) -> &Matrix<T, D, D, S> {
        self.autodiff_square()
    }
    /// The value and the pullback.
    #[inline]
    fn determinant_forward<M: Mode>(
        &self,
        _: M,
    ) -> (T, impl FnOnce(&Matrix<T, D, D, S>, T, &Cells<T, D, D>) + use<Self, T, D, S, M>)
    where
        D: DimMin<D, Output = D>,
        DefaultAllocator: Allocator<D>,
    {
        let y = self.autodiff_square().determinant();
        let pullback = move |a: &Matrix<T, D, D, S>, d: T, a_bar: &Cells<T, D, D>| {
            add_to(a_bar, rules::determinant::pull_0(a, &y, &d))
        };
        (y, pullback)
    }
    /// The value and its tangent.
    #[inline]
    fn determinant_push(&self, a_dot: impl MatrixValue<T, D, D>) -> (T, T)
    where
        D: DimMin<D, Output = D>,
        DefaultAllocator: Allocator<D>,
    {
        let a = self.autodiff_square();
        let y = a.determinant();
        (y, rules::determinant::push_0(a, &y, &a_dot))
    }
}

impl<T: Real, D: Dim, S: Storage<T, D, D>> SquareMethods<T, D, S> for Matrix<T, D, D, S>
where
    DefaultAllocator: Allocator<D, D>,
{
    #[inline(always)]
    fn autodiff_square(&self) -> &Matrix<T, D, D, S> {
        self
    }
}
