//! Methods that change a vector or a matrix as a whole: `y.axpy(a, &x, b)`, `y.gemv(..)`, `v.normalize_mut()`.
//!
//! All of them are linear in what was there before, which is kept for the coefficients' sake.
use nalgebra::allocator::Allocator;
use nalgebra::{DefaultAllocator, Dim, Matrix, OMatrix, Storage, StorageMut, U1};
use std::cell::Cell;

use crate::Real;
use crate::rules::{self, MatrixValue, Mode, add_to};
use crate::tangent::Bar;

type Cells<T, R, C> = OMatrix<Cell<T>, R, C>;

/// `y b' + b y'`, where what is multiplied by zero is never read.
fn rescaled<T: Real, R: Dim, C: Dim>(
    y: &Matrix<T, R, C, impl Storage<T, R, C>>,
    y_dot: &Matrix<T, R, C, impl Storage<T, R, C>>,
    b: T,
    b_dot: T,
) -> OMatrix<T, R, C>
where
    DefaultAllocator: Allocator<R, C>,
{
    if b_dot.is_zero() { y_dot * b } else { y_dot * b + y * b_dot }
}

/// `self = alpha a ∘ b + beta self` for a product `∘`, with the adjoints of its factors.
macro_rules! update {
    ([$($g:ident),*] $r:ty, $c:ty; $name:ident $forward:ident $push:ident $receiver:ident
        ($a:ident: $ar:ty, $ac:ty; $b:ident: $br:ty, $bc:ty): $product:expr; |$d:ident| $a_pull:expr, $b_pull:expr) => {
            #[inline(always)]
            fn $receiver(&mut self) -> &mut Matrix<T, $r, $c, S> {
                self.autodiff_updated()
            }
            #[inline]
            fn $forward<K: Dim, SA, SB, M: Mode>(
                &mut self,
                alpha: T,
                a: &Matrix<T, $ar, $ac, SA>,
                b: &Matrix<T, $br, $bc, SB>,
                beta: T,
                _: M,
            ) -> (
                (),
                impl FnOnce(
                    &mut Matrix<T, $r, $c, S>,
                    &Matrix<T, $ar, $ac, SA>,
                    &Matrix<T, $br, $bc, SB>,
                    (),
                    &Cells<T, $r, $c>,
                    &Cell<T>,
                    &Cells<T, $ar, $ac>,
                    &Cells<T, $br, $bc>,
                    &Cell<T>,
                ) + use<Self, T, $($g,)* S, K, SA, SB, M>,
            )
            where
                SA: Storage<T, $ar, $ac>,
                SB: Storage<T, $br, $bc>,
                DefaultAllocator: Allocator<$ar, $ac> + Allocator<$br, $bc> + Allocator<$ac, $ar> + Allocator<$bc, $br> + Allocator<$r, $c> + Allocator<$c, $r>,
            {
                let y = self.autodiff_updated();
                let old = y.clone_owned();
                y.$name(alpha, a, b, beta);
                let pullback = move |y: &mut Matrix<T, $r, $c, S>,
                                     $a: &Matrix<T, $ar, $ac, SA>,
                                     $b: &Matrix<T, $br, $bc, SB>,
                                     (): (),
                                     y_bar: &Cells<T, $r, $c>,
                                     alpha_bar: &Cell<T>,
                                     a_bar: &Cells<T, $ar, $ac>,
                                     b_bar: &Cells<T, $br, $bc>,
                                     beta_bar: &Cell<T>| {
                    let $d = &Bar::take(y_bar);
                    let a_pull: OMatrix<T, $ar, $ac> = $a_pull;
                    let b_pull: OMatrix<T, $br, $bc> = $b_pull;
                    add_to(alpha_bar, a_pull.dot($a));
                    add_to(a_bar, a_pull * alpha);
                    add_to(b_bar, b_pull * alpha);
                    add_to(beta_bar, $d.dot(&old));
                    add_to(y_bar, $d * beta);
                    if M::RESTORES {
                        y.copy_from(&old);
                    }
                };
                ((), pullback)
            }
            #[inline]
            fn $push<K: Dim, SA, SB>(
                &mut self,
                alpha: T,
                $a: &Matrix<T, $ar, $ac, SA>,
                $b: &Matrix<T, $br, $bc, SB>,
                beta: T,
                y_dot: &mut Matrix<T, $r, $c, impl StorageMut<T, $r, $c>>,
                alpha_dot: T,
                a_dot: impl MatrixValue<T, $ar, $ac>,
                b_dot: impl MatrixValue<T, $br, $bc>,
                beta_dot: T,
            ) -> ((), ())
            where
                SA: Storage<T, $ar, $ac>,
                SB: Storage<T, $br, $bc>,
                DefaultAllocator: Allocator<$ar, $ac> + Allocator<$br, $bc> + Allocator<$ac, $ar> + Allocator<$bc, $br> + Allocator<$r, $c> + Allocator<$c, $r>,
            {
                let y = self.autodiff_updated();
                let along = {
                    let by_a = { let $a = a_dot.matrix(); $product };
                    let by_b = { let $b = b_dot.matrix(); $product };
                    (by_a + by_b) * alpha + $product * alpha_dot
                };
                y_dot.copy_from(&(rescaled(y, y_dot, beta, beta_dot) + along));
                y.$name(alpha, $a, $b, beta);
                ((), ())
            }
    };
}

/// Updates of vectors by products.
#[allow(missing_docs)]
pub trait VectorUpdates<T: Real, R: Dim, S: StorageMut<T, R>>
where
    DefaultAllocator: Allocator<R>,
{
    fn autodiff_updated(&mut self) -> &mut Matrix<T, R, U1, S>;
    update!([R] R, U1; gemv gemv_forward gemv_push gemv_receiver (a: R, K; x: K, U1): a * x; |d| d * x.transpose(), a.tr_mul(d));
    update!([R] R, U1; gemv_tr gemv_tr_forward gemv_tr_push gemv_tr_receiver (a: K, R; x: K, U1): a.tr_mul(x); |d| x * d.transpose(), a * d);
}

impl<T: Real, R: Dim, S: StorageMut<T, R>> VectorUpdates<T, R, S> for Matrix<T, R, U1, S>
where
    DefaultAllocator: Allocator<R>,
{
    #[inline(always)]
    fn autodiff_updated(&mut self) -> &mut Matrix<T, R, U1, S> {
        self
    }
}

/// Updates of matrices by products.
#[allow(missing_docs)]
pub trait MatrixUpdates<T: Real, R: Dim, C: Dim, S: StorageMut<T, R, C>>
where
    DefaultAllocator: Allocator<R, C>,
{
    fn autodiff_updated(&mut self) -> &mut Matrix<T, R, C, S>;
    update!([R, C] R, C; gemm gemm_forward gemm_push gemm_receiver (a: R, K; b: K, C): a * b; |d| d * b.transpose(), a.tr_mul(d));
    update!([R, C] R, C; gemm_tr gemm_tr_forward gemm_tr_push gemm_tr_receiver (a: K, R; b: K, C): a.tr_mul(b); |d| b * d.transpose(), a * d);
}

impl<T: Real, R: Dim, C: Dim, S: StorageMut<T, R, C>> MatrixUpdates<T, R, C, S> for Matrix<T, R, C, S>
where
    DefaultAllocator: Allocator<R, C>,
{
    #[inline(always)]
    fn autodiff_updated(&mut self) -> &mut Matrix<T, R, C, S> {
        self
    }
}

/// Updates by one vector or number.
#[allow(missing_docs)]
pub trait Updates<T: Real, R: Dim, C: Dim, S: StorageMut<T, R, C>>
where
    DefaultAllocator: Allocator<R, C>,
{
    fn autodiff_changed(&mut self) -> &mut Matrix<T, R, C, S>;

    #[inline(always)]
    fn ger_receiver(&mut self) -> &mut Matrix<T, R, C, S> {
        self.autodiff_changed()
    }
    /// `self = alpha x yᵀ + beta self`
    #[inline]
    fn ger_forward<SX: Storage<T, R>, SY: Storage<T, C>, M: Mode>(
        &mut self,
        alpha: T,
        x: &Matrix<T, R, U1, SX>,
        y: &Matrix<T, C, U1, SY>,
        beta: T,
        _: M,
    ) -> (
        (),
        impl FnOnce(
            &mut Matrix<T, R, C, S>,
            &Matrix<T, R, U1, SX>,
            &Matrix<T, C, U1, SY>,
            (),
            &Cells<T, R, C>,
            &Cell<T>,
            &Cells<T, R, U1>,
            &Cells<T, C, U1>,
            &Cell<T>,
        ) + use<Self, T, R, C, S, SX, SY, M>,
    )
    where
        DefaultAllocator: Allocator<R> + Allocator<C>,
    {
        let m = self.autodiff_changed();
        let old = m.clone_owned();
        m.ger(alpha, x, y, beta);
        let pullback = move |m: &mut Matrix<T, R, C, S>,
                             x: &Matrix<T, R, U1, SX>,
                             y: &Matrix<T, C, U1, SY>,
                             (): (),
                             m_bar: &Cells<T, R, C>,
                             alpha_bar: &Cell<T>,
                             x_bar: &Cells<T, R, U1>,
                             y_bar: &Cells<T, C, U1>,
                             beta_bar: &Cell<T>| {
            let d = Bar::take(m_bar);
            let x_pull = &d * y;
            add_to(alpha_bar, x_pull.dot(x));
            add_to(x_bar, x_pull * alpha);
            add_to(y_bar, d.tr_mul(x) * alpha);
            add_to(beta_bar, d.dot(&old));
            add_to(m_bar, d * beta);
            if M::RESTORES {
                m.copy_from(&old);
            }
        };
        ((), pullback)
    }
    #[inline]
    fn ger_push<SX: Storage<T, R>, SY: Storage<T, C>>(
        &mut self,
        alpha: T,
        x: &Matrix<T, R, U1, SX>,
        y: &Matrix<T, C, U1, SY>,
        beta: T,
        m_dot: &mut Matrix<T, R, C, impl StorageMut<T, R, C>>,
        alpha_dot: T,
        x_dot: impl MatrixValue<T, R, U1>,
        y_dot: impl MatrixValue<T, C, U1>,
        beta_dot: T,
    ) -> ((), ())
    where
        DefaultAllocator: Allocator<R> + Allocator<C>,
    {
        let m = self.autodiff_changed();
        m_dot.copy_from(&rescaled(m, m_dot, beta, beta_dot));
        m_dot.ger(alpha_dot, x, y, T::one());
        m_dot.ger(alpha, x_dot.matrix(), y, T::one());
        m_dot.ger(alpha, x, y_dot.matrix(), T::one());
        m.ger(alpha, x, y, beta);
        ((), ())
    }

    #[inline(always)]
    fn fill_diagonal_receiver(&mut self) -> &mut Matrix<T, R, C, S> {
        self.autodiff_changed()
    }
    #[inline]
    fn fill_diagonal_forward<M: Mode>(
        &mut self,
        x: T,
        mode: M,
    ) -> ((), impl FnOnce(&mut Matrix<T, R, C, S>, (), &Cells<T, R, C>, &Cell<T>) + use<Self, T, R, C, S, M>) {
        let m = self.autodiff_changed();
        let n = m.nrows().min(m.ncols());
        let old = mode.keep(|| (0..n).map(|i| m[(i, i)]).collect::<Vec<T>>());
        m.fill_diagonal(x);
        let pullback = move |m: &mut Matrix<T, R, C, S>, (): (), m_bar: &Cells<T, R, C>, x_bar: &Cell<T>| {
            (0..n).for_each(|i| add_to(x_bar, Bar::take(&m_bar[(i, i)])));
            let mut diagonal = Vec::new();
            mode.restore(&mut diagonal, old);
            diagonal.into_iter().enumerate().for_each(|(i, x)| m[(i, i)] = x);
        };
        ((), pullback)
    }
    #[inline]
    fn fill_diagonal_push(
        &mut self,
        x: T,
        m_dot: &mut Matrix<T, R, C, impl StorageMut<T, R, C>>,
        x_dot: T,
    ) -> ((), ()) {
        self.autodiff_changed().fill_diagonal(x);
        m_dot.fill_diagonal(x_dot);
        ((), ())
    }

    #[inline(always)]
    fn normalize_mut_receiver(&mut self) -> &mut Matrix<T, R, C, S> {
        self.autodiff_changed()
    }
    /// Hands out the norm.
    #[inline]
    fn normalize_mut_forward<M: Mode>(
        &mut self,
        _: M,
    ) -> (T, impl FnOnce(&mut Matrix<T, R, C, S>, T, &Cells<T, R, C>) + use<Self, T, R, C, S, M>) {
        let v = self.autodiff_changed();
        let old = v.clone_owned();
        let norm = v.normalize_mut();
        let pullback = move |v: &mut Matrix<T, R, C, S>, norm_bar: T, v_bar: &Cells<T, R, C>| {
            let unit = old.unscale(norm);
            add_to(v_bar, rules::normalize::pull_0(&old, &unit, &Bar::take(v_bar)));
            add_to(v_bar, rules::norm::pull_0(&old, &norm, &norm_bar));
            if M::RESTORES {
                v.copy_from(&old);
            }
        };
        (norm, pullback)
    }
    #[inline]
    fn normalize_mut_push(&mut self, v_dot: &mut Matrix<T, R, C, impl StorageMut<T, R, C>>) -> (T, T) {
        let v = self.autodiff_changed();
        let old = v.clone_owned();
        let norm = v.normalize_mut();
        let old_dot = v_dot.clone_owned();
        v_dot.copy_from(&rules::normalize::push_0(&old, &v.clone_owned(), &old_dot));
        let norm_dot = rules::norm::push_0(&old, &norm, &old_dot);
        (norm, norm_dot)
    }
}

impl<T: Real, R: Dim, C: Dim, S: StorageMut<T, R, C>> Updates<T, R, C, S> for Matrix<T, R, C, S>
where
    DefaultAllocator: Allocator<R, C>,
{
    #[inline(always)]
    fn autodiff_changed(&mut self) -> &mut Matrix<T, R, C, S> {
        self
    }
}

/// `y.axpy(a, &x, b)`
#[allow(missing_docs)]
pub trait Axpy<T: Real, R: Dim, S: StorageMut<T, R>>
where
    DefaultAllocator: Allocator<R>,
{
    fn axpy_receiver(&mut self) -> &mut Matrix<T, R, U1, S>;
    fn axpy_forward<SX: Storage<T, R>, M: Mode>(
        &mut self,
        a: T,
        x: &Matrix<T, R, U1, SX>,
        b: T,
        mode: M,
    ) -> (
        (),
        impl FnOnce(
            &mut Matrix<T, R, U1, S>,
            &Matrix<T, R, U1, SX>,
            (),
            &Cells<T, R, U1>,
            &Cell<T>,
            &Cells<T, R, U1>,
            &Cell<T>,
        ) + use<Self, T, R, S, SX, M>,
    );
    fn axpy_push<SX: Storage<T, R>>(
        &mut self,
        a: T,
        x: &Matrix<T, R, U1, SX>,
        b: T,
        y_dot: &mut Matrix<T, R, U1, impl StorageMut<T, R>>,
        a_dot: T,
        x_dot: impl MatrixValue<T, R, U1>,
        b_dot: T,
    ) -> ((), ());
}

impl<T: Real, R: Dim, S: StorageMut<T, R>> Axpy<T, R, S> for Matrix<T, R, U1, S>
where
    DefaultAllocator: Allocator<R>,
{
    #[inline(always)]
    fn axpy_receiver(&mut self) -> &mut Matrix<T, R, U1, S> {
        self
    }
    #[inline]
    fn axpy_forward<SX: Storage<T, R>, M: Mode>(
        &mut self,
        a: T,
        x: &Matrix<T, R, U1, SX>,
        b: T,
        _: M,
    ) -> (
        (),
        impl FnOnce(
            &mut Matrix<T, R, U1, S>,
            &Matrix<T, R, U1, SX>,
            (),
            &Cells<T, R, U1>,
            &Cell<T>,
            &Cells<T, R, U1>,
            &Cell<T>,
        ) + use<T, R, S, SX, M>,
    ) {
        let old = self.clone_owned();
        self.axpy(a, x, b);
        let pullback = move |y: &mut Matrix<T, R, U1, S>,
                             x: &Matrix<T, R, U1, SX>,
                             (): (),
                             y_bar: &Cells<T, R, U1>,
                             a_bar: &Cell<T>,
                             x_bar: &Cells<T, R, U1>,
                             b_bar: &Cell<T>| {
            let d = Bar::take(y_bar);
            add_to(a_bar, d.dot(x));
            add_to(b_bar, d.dot(&old));
            add_to(x_bar, &d * a);
            add_to(y_bar, d * b);
            if M::RESTORES {
                y.copy_from(&old);
            }
        };
        ((), pullback)
    }
    #[inline]
    fn axpy_push<SX: Storage<T, R>>(
        &mut self,
        a: T,
        x: &Matrix<T, R, U1, SX>,
        b: T,
        y_dot: &mut Matrix<T, R, U1, impl StorageMut<T, R>>,
        a_dot: T,
        x_dot: impl MatrixValue<T, R, U1>,
        b_dot: T,
    ) -> ((), ()) {
        y_dot.copy_from(&rescaled(self, y_dot, b, b_dot));
        y_dot.axpy(a_dot, x, T::one());
        y_dot.axpy(a, x_dot.matrix(), T::one());
        self.axpy(a, x, b);
        ((), ())
    }
}
