//! More functions of vectors and matrices: statistics, norms, distances, and matrices made of the entries of others.
use nalgebra::allocator::{Allocator, Reallocator};
use nalgebra::dimension::{DimAdd, DimDiff, DimMul, DimProd, DimSub, DimSum};
use nalgebra::{Const, DefaultAllocator, Dim, Dyn, Matrix, OMatrix, OVector, SMatrix, Storage, U1};
use std::cell::Cell;

use crate::Real;
use crate::real::Math;
use crate::rules::{self, MatrixValue, Mode, add_to};

type Cells<T, R, C> = OMatrix<Cell<T>, R, C>;

/// Numbers that are functions of one matrix, by their gradients; constants among the arguments have the adjoint type named.
macro_rules! numbers {
    ($($name:ident $forward:ident $push:ident $receiver:ident ($($k:ident: $kt:ty, $bar:ident $dot:ident $kd:ident),*): |$a:ident, $y:ident| $gradient:expr;)*) => {$(
        #[inline(always)]
        fn $receiver(&self) -> &Matrix<T, R, C, S> {
            self.autodiff_values()
        }
        #[inline]
        fn $forward<$($bar,)* M: Mode>(
            &self,
            $($k: $kt,)*
            _: M,
        ) -> (T, impl FnOnce(&Matrix<T, R, C, S>, T, &Cells<T, R, C> $(, &$bar)*) + use<Self, T, R, C, S, $($bar,)* M>) {
            let $y = self.autodiff_values().$name($($k),*);
            ($y, move |$a: &Matrix<T, R, C, S>, d: T, a_bar: &Cells<T, R, C> $(, $dot: &$bar)*| {
                $(let _ = $dot;)*
                if !d.is_zero() {
                    let gradient: OMatrix<T, R, C> = $gradient;
                    add_to(a_bar, gradient * d);
                }
            })
        }
        #[inline]
        fn $push<$($bar),*>(&self, $($k: $kt,)* a_dot: impl MatrixValue<T, R, C> $(, $dot: $bar)*) -> (T, T) {
            $(let _ = $dot;)*
            let $a = self.autodiff_values();
            let $y = $a.$name($($k),*);
            let gradient: OMatrix<T, R, C> = $gradient;
            ($y, gradient.dot(a_dot.matrix()))
        }
    )*};
}

/// Matrices made of the rows or columns with these numbers.
macro_rules! selections {
    ($($name:ident $forward:ident $push:ident $receiver:ident $r:ty, $c:ty: |$i:ident, $j:ident, $which:ident| $source:expr;)*) => {$(
        #[inline(always)]
        fn $receiver(&self) -> &Matrix<T, R, C, S> {
            self.autodiff_values()
        }
        #[inline]
        fn $forward<K, M: Mode>(
            &self,
            which: &[usize],
            _: M,
        ) -> (
            OMatrix<T, $r, $c>,
            impl FnOnce(&Matrix<T, R, C, S>, &[usize], OMatrix<T, $r, $c>, &Cells<T, R, C>, &K) + use<Self, T, R, C, S, K, M>,
        )
        where
            DefaultAllocator: Allocator<$r, $c>,
        {
            let pullback = |_: &Matrix<T, R, C, S>, $which: &[usize], d: OMatrix<T, $r, $c>, a_bar: &Cells<T, R, C>, _: &K| {
                for $j in 0..d.ncols() {
                    for $i in 0..d.nrows() {
                        add_to(&a_bar[$source], d[($i, $j)]);
                    }
                }
            };
            (self.autodiff_values().$name(which), pullback)
        }
        #[inline]
        fn $push<K>(
            &self,
            which: &[usize],
            a_dot: impl MatrixValue<T, R, C>,
            _: K,
        ) -> (OMatrix<T, $r, $c>, OMatrix<T, $r, $c>)
        where
            DefaultAllocator: Allocator<$r, $c>,
        {
            (self.autodiff_values().$name(which), a_dot.matrix().$name(which))
        }
    )*};
}

/// Matrices with a row or column more, all of whose entries are one number.
macro_rules! insertions {
    ($($name:ident $forward:ident $push:ident $receiver:ident [$($bound:tt)*] $r:ty, $c:ty: |$i:ident, $j:ident, $at:ident| $number:ident, $source:expr;)*) => {$(
        #[inline(always)]
        fn $receiver(&self) -> &Matrix<T, R, C, S> {
            self.autodiff_values()
        }
        #[inline]
        fn $forward<K, M: Mode>(
            &self,
            $at: usize,
            x: T,
            _: M,
        ) -> (
            OMatrix<T, $r, $c>,
            impl FnOnce(&Matrix<T, R, C, S>, OMatrix<T, $r, $c>, &Cells<T, R, C>, &K, &Cell<T>) + use<Self, T, R, C, S, K, M>,
        )
        where
            $($bound)*,
            DefaultAllocator: Reallocator<T, R, C, $r, $c>,
        {
            let pullback = move |_: &Matrix<T, R, C, S>, d: OMatrix<T, $r, $c>, a_bar: &Cells<T, R, C>, _: &K, x_bar: &Cell<T>| {
                for $j in 0..d.ncols() {
                    for $i in 0..d.nrows() {
                        let place = if $number == $at { x_bar } else { &a_bar[$source] };
                        add_to(place, d[($i, $j)]);
                    }
                }
            };
            (self.autodiff_values().clone_owned().$name($at, x), pullback)
        }
        #[inline]
        fn $push<K>(
            &self,
            at: usize,
            x: T,
            a_dot: impl MatrixValue<T, R, C>,
            _: K,
            x_dot: T,
        ) -> (OMatrix<T, $r, $c>, OMatrix<T, $r, $c>)
        where
            $($bound)*,
            DefaultAllocator: Reallocator<T, R, C, $r, $c>,
        {
            (self.autodiff_values().clone_owned().$name(at, x), a_dot.matrix().clone_owned().$name(at, x_dot))
        }
    )*};
}

/// Matrices with a row or column less.
macro_rules! removals {
    ($($name:ident $forward:ident $push:ident $receiver:ident [$($bound:tt)*] $r:ty, $c:ty: |$i:ident, $j:ident, $at:ident| $source:expr;)*) => {$(
        #[inline(always)]
        fn $receiver(&self) -> &Matrix<T, R, C, S> {
            self.autodiff_values()
        }
        #[inline]
        fn $forward<K, M: Mode>(
            &self,
            $at: usize,
            _: M,
        ) -> (
            OMatrix<T, $r, $c>,
            impl FnOnce(&Matrix<T, R, C, S>, OMatrix<T, $r, $c>, &Cells<T, R, C>, &K) + use<Self, T, R, C, S, K, M>,
        )
        where
            $($bound)*,
            DefaultAllocator: Reallocator<T, R, C, $r, $c>,
        {
            let pullback = move |_: &Matrix<T, R, C, S>, d: OMatrix<T, $r, $c>, a_bar: &Cells<T, R, C>, _: &K| {
                for $j in 0..d.ncols() {
                    for $i in 0..d.nrows() {
                        add_to(&a_bar[$source], d[($i, $j)]);
                    }
                }
            };
            (self.autodiff_values().clone_owned().$name($at), pullback)
        }
        #[inline]
        fn $push<K>(
            &self,
            at: usize,
            a_dot: impl MatrixValue<T, R, C>,
            _: K,
        ) -> (OMatrix<T, $r, $c>, OMatrix<T, $r, $c>)
        where
            $($bound)*,
            DefaultAllocator: Reallocator<T, R, C, $r, $c>,
        {
            (self.autodiff_values().clone_owned().$name(at), a_dot.matrix().clone_owned().$name(at))
        }
    )*};
}

/// Functions of a matrix of any shape.
#[allow(missing_docs)]
pub trait MatrixValues<T: Real, R: Dim, C: Dim, S: Storage<T, R, C>>
where
    DefaultAllocator: Allocator<R, C>,
{
    fn autodiff_values(&self) -> &Matrix<T, R, C, S>;

    numbers! {
        lp_norm lp_norm_forward lp_norm_push lp_norm_receiver (p: i32, P p_bar p_dot): |a, y| a.map(|x| power_share(x, y, p));
        amax amax_forward amax_push amax_receiver (): |a, y| signed(a, &rules::max_element::pull_0(&a.abs(), &y, &T::one()));
        amin amin_forward amin_push amin_receiver (): |a, y| signed(a, &rules::min_element::pull_0(&a.abs(), &y, &T::one()));
        variance variance_forward variance_push variance_receiver (): |a, _y| deviations(a);
    }

    #[inline(always)]
    fn row_variance_receiver(&self) -> &Matrix<T, R, C, S> {
        self.autodiff_values()
    }
    #[inline]
    fn row_variance_forward<M: Mode>(
        &self,
        _: M,
    ) -> (
        OMatrix<T, U1, C>,
        impl FnOnce(&Matrix<T, R, C, S>, OMatrix<T, U1, C>, &Cells<T, R, C>) + use<Self, T, R, C, S, M>,
    )
    where
        DefaultAllocator: Allocator<U1, C> + Allocator<R>,
    {
        let pullback = |a: &Matrix<T, R, C, S>, d: OMatrix<T, U1, C>, a_bar: &Cells<T, R, C>| {
            for j in 0..a.ncols() {
                let column = deviations(&a.column(j)) * d[j];
                (0..a.nrows()).for_each(|i| add_to(&a_bar[(i, j)], column[i]));
            }
        };
        (self.autodiff_values().row_variance(), pullback)
    }
    #[inline]
    fn row_variance_push(&self, a_dot: impl MatrixValue<T, R, C>) -> (OMatrix<T, U1, C>, OMatrix<T, U1, C>)
    where
        DefaultAllocator: Allocator<U1, C> + Allocator<R>,
    {
        let (a, a_dot) = (self.autodiff_values(), a_dot.matrix());
        let y = a.row_variance();
        let mut y_dot = y.clone_owned();
        for j in 0..a.ncols() {
            y_dot[j] = deviations(&a.column(j)).dot(&a_dot.column(j));
        }
        (y, y_dot)
    }

    #[inline(always)]
    fn try_normalize_receiver(&self) -> &Matrix<T, R, C, S> {
        self.autodiff_values()
    }
    #[inline]
    fn try_normalize_forward<M: Mode>(
        &self,
        min: T,
        _: M,
    ) -> (
        Option<OMatrix<T, R, C>>,
        impl FnOnce(&Matrix<T, R, C, S>, Option<OMatrix<T, R, C>>, &Cells<T, R, C>, &Cell<T>) + use<Self, T, R, C, S, M>,
    ) {
        let y = self.autodiff_values().try_normalize(min);
        let kept = y.clone();
        let pullback =
            move |a: &Matrix<T, R, C, S>, d: Option<OMatrix<T, R, C>>, a_bar: &Cells<T, R, C>, _: &Cell<T>| {
                if let (Some(y), Some(d)) = (kept, d) {
                    add_to(a_bar, rules::normalize::pull_0(a, &y, &d));
                }
            };
        (y, pullback)
    }
    #[inline]
    fn try_normalize_push(
        &self,
        min: T,
        a_dot: impl MatrixValue<T, R, C>,
        _: T,
    ) -> (Option<OMatrix<T, R, C>>, Option<OMatrix<T, R, C>>) {
        let a = self.autodiff_values();
        let y = a.try_normalize(min);
        let y_dot = y.as_ref().map(|y| rules::normalize::push_0(a, y, &a_dot));
        (y, y_dot)
    }

    #[inline(always)]
    fn metric_distance_receiver(&self) -> &Matrix<T, R, C, S> {
        self.autodiff_values()
    }
    #[inline]
    fn metric_distance_forward<SB: Storage<T, R, C>, M: Mode>(
        &self,
        b: &Matrix<T, R, C, SB>,
        _: M,
    ) -> (
        T,
        impl FnOnce(&Matrix<T, R, C, S>, &Matrix<T, R, C, SB>, T, &Cells<T, R, C>, &Cells<T, R, C>)
        + use<Self, T, R, C, S, SB, M>,
    ) {
        let y = self.autodiff_values().metric_distance(b);
        let pullback = move |a: &Matrix<T, R, C, S>,
                             b: &Matrix<T, R, C, SB>,
                             d: T,
                             a_bar: &Cells<T, R, C>,
                             b_bar: &Cells<T, R, C>| {
            let along = rules::norm::pull_0(&(a - b), &y, &d);
            add_to(b_bar, -&along);
            add_to(a_bar, along);
        };
        (y, pullback)
    }
    #[inline]
    fn metric_distance_push<SB: Storage<T, R, C>>(
        &self,
        b: &Matrix<T, R, C, SB>,
        a_dot: impl MatrixValue<T, R, C>,
        b_dot: impl MatrixValue<T, R, C>,
    ) -> (T, T) {
        let a = self.autodiff_values();
        let y = a.metric_distance(b);
        (y, rules::norm::push_0(&(a - b), &y, &(a_dot.matrix() - b_dot.matrix())))
    }

    #[inline(always)]
    fn angle_receiver(&self) -> &Matrix<T, R, C, S> {
        self.autodiff_values()
    }
    /// The slope is 0 where one of the vectors is 0 and where they are parallel, as that of a norm is at 0.
    #[inline]
    fn angle_forward<SB: Storage<T, R, C>, M: Mode>(
        &self,
        b: &Matrix<T, R, C, SB>,
        _: M,
    ) -> (
        T,
        impl FnOnce(&Matrix<T, R, C, S>, &Matrix<T, R, C, SB>, T, &Cells<T, R, C>, &Cells<T, R, C>)
        + use<Self, T, R, C, S, SB, M>,
    ) {
        let pullback =
            |a: &Matrix<T, R, C, S>, b: &Matrix<T, R, C, SB>, d: T, a_bar: &Cells<T, R, C>, b_bar: &Cells<T, R, C>| {
                add_to(a_bar, turning(a, b) * d);
                add_to(b_bar, turning(b, a) * d);
            };
        (self.autodiff_values().angle(b), pullback)
    }
    #[inline]
    fn angle_push<SB: Storage<T, R, C>>(
        &self,
        b: &Matrix<T, R, C, SB>,
        a_dot: impl MatrixValue<T, R, C>,
        b_dot: impl MatrixValue<T, R, C>,
    ) -> (T, T) {
        let a = self.autodiff_values();
        (a.angle(b), turning(a, b).dot(a_dot.matrix()) + turning(b, a).dot(b_dot.matrix()))
    }

    #[inline(always)]
    fn kronecker_receiver(&self) -> &Matrix<T, R, C, S> {
        self.autodiff_values()
    }
    #[inline]
    fn kronecker_forward<R2: Dim, C2: Dim, SB: Storage<T, R2, C2>, M: Mode>(
        &self,
        b: &Matrix<T, R2, C2, SB>,
        _: M,
    ) -> (
        OMatrix<T, DimProd<R, R2>, DimProd<C, C2>>,
        impl FnOnce(
            &Matrix<T, R, C, S>,
            &Matrix<T, R2, C2, SB>,
            OMatrix<T, DimProd<R, R2>, DimProd<C, C2>>,
            &Cells<T, R, C>,
            &Cells<T, R2, C2>,
        ) + use<Self, T, R, C, S, R2, C2, SB, M>,
    )
    where
        R: DimMul<R2>,
        C: DimMul<C2>,
        DefaultAllocator: Allocator<DimProd<R, R2>, DimProd<C, C2>> + Allocator<R2, C2>,
    {
        let pullback = |a: &Matrix<T, R, C, S>,
                        b: &Matrix<T, R2, C2, SB>,
                        d: OMatrix<T, DimProd<R, R2>, DimProd<C, C2>>,
                        a_bar: &Cells<T, R, C>,
                        b_bar: &Cells<T, R2, C2>| {
            for j in 0..a.ncols() {
                for i in 0..a.nrows() {
                    let block = d.view_with_steps((i * b.nrows(), j * b.ncols()), b.shape(), (0, 0));
                    let mut sum = T::zero();
                    for l in 0..b.ncols() {
                        for k in 0..b.nrows() {
                            sum += block[(k, l)] * b[(k, l)];
                            add_to(&b_bar[(k, l)], block[(k, l)] * a[(i, j)]);
                        }
                    }
                    add_to(&a_bar[(i, j)], sum);
                }
            }
        };
        (self.autodiff_values().kronecker(b), pullback)
    }
    #[inline]
    fn kronecker_push<R2: Dim, C2: Dim, SB: Storage<T, R2, C2>>(
        &self,
        b: &Matrix<T, R2, C2, SB>,
        a_dot: impl MatrixValue<T, R, C>,
        b_dot: impl MatrixValue<T, R2, C2>,
    ) -> (OMatrix<T, DimProd<R, R2>, DimProd<C, C2>>, OMatrix<T, DimProd<R, R2>, DimProd<C, C2>>)
    where
        R: DimMul<R2>,
        C: DimMul<C2>,
        DefaultAllocator: Allocator<DimProd<R, R2>, DimProd<C, C2>> + Allocator<R2, C2>,
    {
        let a = self.autodiff_values();
        (a.kronecker(b), a_dot.matrix().kronecker(b) + a.kronecker(b_dot.matrix()))
    }

    selections! {
        select_columns select_columns_forward select_columns_push select_columns_receiver R, Dyn: |i, j, which| (i, which[j]);
        select_rows select_rows_forward select_rows_push select_rows_receiver Dyn, C: |i, j, which| (which[i], j);
    }
    insertions! {
        insert_row insert_row_forward insert_row_push insert_row_receiver [R: DimAdd<U1>] DimSum<R, U1>, C:
            |i, j, at| i, (i - usize::from(i > at), j);
        insert_column insert_column_forward insert_column_push insert_column_receiver [C: DimAdd<U1>] R, DimSum<C, U1>:
            |i, j, at| j, (i, j - usize::from(j > at));
    }
    removals! {
        remove_row remove_row_forward remove_row_push remove_row_receiver [R: DimSub<U1>] DimDiff<R, U1>, C:
            |i, j, at| (i + usize::from(i >= at), j);
        remove_column remove_column_forward remove_column_push remove_column_receiver [C: DimSub<U1>] R, DimDiff<C, U1>:
            |i, j, at| (i, j + usize::from(j >= at));
    }
}

impl<T: Real, R: Dim, C: Dim, S: Storage<T, R, C>> MatrixValues<T, R, C, S> for Matrix<T, R, C, S>
where
    DefaultAllocator: Allocator<R, C>,
{
    #[inline(always)]
    fn autodiff_values(&self) -> &Matrix<T, R, C, S> {
        self
    }
}

/// Functions of vectors.
#[allow(missing_docs)]
pub trait VectorValues<T: Real, R: Dim, S: Storage<T, R>>
where
    DefaultAllocator: Allocator<R>,
{
    fn lerp_receiver(&self) -> &Matrix<T, R, U1, S>;
    fn lerp_forward<SB: Storage<T, R>, M: Mode>(
        &self,
        b: &Matrix<T, R, U1, SB>,
        t: T,
        mode: M,
    ) -> (
        OVector<T, R>,
        impl FnOnce(
            &Matrix<T, R, U1, S>,
            &Matrix<T, R, U1, SB>,
            OVector<T, R>,
            &Cells<T, R, U1>,
            &Cells<T, R, U1>,
            &Cell<T>,
        ) + use<Self, T, R, S, SB, M>,
    );
    fn lerp_push<SB: Storage<T, R>>(
        &self,
        b: &Matrix<T, R, U1, SB>,
        t: T,
        a_dot: impl MatrixValue<T, R, U1>,
        b_dot: impl MatrixValue<T, R, U1>,
        t_dot: T,
    ) -> (OVector<T, R>, OVector<T, R>);
}

impl<T: Real, R: Dim, S: Storage<T, R>> VectorValues<T, R, S> for Matrix<T, R, U1, S>
where
    DefaultAllocator: Allocator<R>,
{
    #[inline(always)]
    fn lerp_receiver(&self) -> &Matrix<T, R, U1, S> {
        self
    }
    #[inline]
    fn lerp_forward<SB: Storage<T, R>, M: Mode>(
        &self,
        b: &Matrix<T, R, U1, SB>,
        t: T,
        _: M,
    ) -> (
        OVector<T, R>,
        impl FnOnce(
            &Matrix<T, R, U1, S>,
            &Matrix<T, R, U1, SB>,
            OVector<T, R>,
            &Cells<T, R, U1>,
            &Cells<T, R, U1>,
            &Cell<T>,
        ) + use<T, R, S, SB, M>,
    ) {
        let pullback = move |a: &Matrix<T, R, U1, S>,
                             b: &Matrix<T, R, U1, SB>,
                             d: OVector<T, R>,
                             a_bar: &Cells<T, R, U1>,
                             b_bar: &Cells<T, R, U1>,
                             t_bar: &Cell<T>| {
            add_to(t_bar, (b - a).dot(&d));
            add_to(b_bar, &d * t);
            add_to(a_bar, d * (T::one() - t));
        };
        (self.lerp(b, t), pullback)
    }
    #[inline]
    fn lerp_push<SB: Storage<T, R>>(
        &self,
        b: &Matrix<T, R, U1, SB>,
        t: T,
        a_dot: impl MatrixValue<T, R, U1>,
        b_dot: impl MatrixValue<T, R, U1>,
        t_dot: T,
    ) -> (OVector<T, R>, OVector<T, R>) {
        (self.lerp(b, t), a_dot.matrix().lerp(b_dot.matrix(), t) + (b - self) * t_dot)
    }
}

/// `v.cross_matrix()`
#[allow(missing_docs)]
pub trait CrossMatrix<T: Real, S: Storage<T, Const<3>>> {
    fn cross_matrix_receiver(&self) -> &Matrix<T, Const<3>, U1, S>;
    fn cross_matrix_forward<M: Mode>(
        &self,
        mode: M,
    ) -> (
        SMatrix<T, 3, 3>,
        impl FnOnce(&Matrix<T, Const<3>, U1, S>, SMatrix<T, 3, 3>, &Cells<T, Const<3>, U1>) + use<Self, T, S, M>,
    );
    fn cross_matrix_push(&self, v_dot: impl MatrixValue<T, Const<3>, U1>) -> (SMatrix<T, 3, 3>, SMatrix<T, 3, 3>);
}

impl<T: Real, S: Storage<T, Const<3>>> CrossMatrix<T, S> for Matrix<T, Const<3>, U1, S> {
    #[inline(always)]
    fn cross_matrix_receiver(&self) -> &Matrix<T, Const<3>, U1, S> {
        self
    }
    #[inline]
    fn cross_matrix_forward<M: Mode>(
        &self,
        _: M,
    ) -> (
        SMatrix<T, 3, 3>,
        impl FnOnce(&Matrix<T, Const<3>, U1, S>, SMatrix<T, 3, 3>, &Cells<T, Const<3>, U1>) + use<T, S, M>,
    ) {
        let pullback = |_: &Matrix<T, Const<3>, U1, S>, d: SMatrix<T, 3, 3>, v_bar: &Cells<T, Const<3>, U1>| {
            add_to(&v_bar[0], d[(2, 1)] - d[(1, 2)]);
            add_to(&v_bar[1], d[(0, 2)] - d[(2, 0)]);
            add_to(&v_bar[2], d[(1, 0)] - d[(0, 1)]);
        };
        (self.cross_matrix(), pullback)
    }
    #[inline]
    fn cross_matrix_push(&self, v_dot: impl MatrixValue<T, Const<3>, U1>) -> (SMatrix<T, 3, 3>, SMatrix<T, 3, 3>) {
        (self.cross_matrix(), v_dot.matrix().cross_matrix())
    }
}

/// `d |a|_p / d x = sign(x) (|x| / y)^(p - 1)`, and 0 at 0
fn power_share<T: Real>(x: T, y: T, p: i32) -> T {
    if x.is_zero() || y.is_zero() {
        return T::zero();
    }
    T::Math::copysign(T::Math::powi(T::Math::abs(x) / y, p - 1), x)
}

/// What belongs to the entries from what belongs to their absolute values.
fn signed<T: Real, R: Dim, C: Dim, S: Storage<T, R, C>>(
    a: &Matrix<T, R, C, S>,
    d: &OMatrix<T, R, C>,
) -> OMatrix<T, R, C>
where
    DefaultAllocator: Allocator<R, C>,
{
    rules::abs::pull_0(a, d)
}

/// `2 (a - mean) / n`, the gradient of the variance
fn deviations<T: Real, R: Dim, C: Dim, S: Storage<T, R, C>>(a: &Matrix<T, R, C, S>) -> OMatrix<T, R, C>
where
    DefaultAllocator: Allocator<R, C>,
{
    let n: T = nalgebra::convert(a.len().max(1) as f64);
    let (mean, scale) = (a.mean(), (T::one() + T::one()) / n);
    a.map(|x| (x - mean) * scale)
}

/// The gradient of the angle between two vectors with respect to the first: `-(b / (|a| |b|) - cos a / |a|²) / sin`
fn turning<T: Real, R: Dim, C: Dim, SA: Storage<T, R, C>, SB: Storage<T, R, C>>(
    a: &Matrix<T, R, C, SA>,
    b: &Matrix<T, R, C, SB>,
) -> OMatrix<T, R, C>
where
    DefaultAllocator: Allocator<R, C>,
{
    let (n, m) = (a.norm(), b.norm());
    let cos = a.dot(b) / (n * m);
    let sin_squared = T::one() - cos * cos;
    if n.is_zero() || m.is_zero() || sin_squared <= T::zero() {
        return a.map(|_| T::zero());
    }
    (a * (cos / (n * n)) - b / (n * m)) / T::Math::sqrt(sin_squared)
}
