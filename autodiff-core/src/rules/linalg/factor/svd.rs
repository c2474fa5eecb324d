//! The singular value decomposition, and the pseudo-inverse.
//!
//! With `p = uᵀ a' v` and the gaps `f[i, j] = 1 / (σⱼ² - σᵢ²)`, which is 0 at a tie:
//!
//! ```text
//! σ' = diag p     u' = u f∘(p σ + σ pᵀ) + (1 - u uᵀ) a' v σ⁻¹     v' = v f∘(σ p + pᵀ σ) + (1 - v vᵀ) a'ᵀ u σ⁻¹
//! ```
use nalgebra::{DMatrix, DVector, DimDiff, DimMin, DimMinimum, DimSub, OVector, SVD, U1};

use super::*;
use crate::tangent::Value;
use crate::tangent::record::record;

record! {
    /// The tangent of nalgebra's `SVD`.
    SvdTangent<U, V, S> {
        /// Of the left singular vectors, if they are there.
        u: U,
        /// Of the right singular vectors, if they are there.
        v_t: V,
        /// Of the singular values.
        singular_values: S,
    }
}

type Least<R, C> = DimMinimum<R, C>;
type Dot<T, R, C> =
    SvdTangent<Option<OMatrix<T, R, Least<R, C>>>, Option<OMatrix<T, Least<R, C>, C>>, OVector<T, Least<R, C>>>;
type Bars<T, R, C> =
    SvdTangent<Option<Cells<T, R, Least<R, C>>>, Option<Cells<T, Least<R, C>, C>>, Cells<T, Least<R, C>, U1>>;

#[diagnostic::do_not_recommend]
impl<T: Real, R: DimMin<C>, C: Dim> Differentiable for SVD<T, R, C>
where
    DefaultAllocator: Allocator<Least<R, C>, C> + Allocator<R, Least<R, C>> + Allocator<Least<R, C>>,
{
    type Tangent = Dot<T, R, C>;
    type Gradient = Dot<T, R, C>;
    type Bar = Bars<T, R, C>;
    type OwnedBar = Bars<T, R, C>;
    type Shape = (Option<(R, Least<R, C>)>, Option<(Least<R, C>, C)>, Least<R, C>);
    #[inline]
    fn shape(&self) -> Self::Shape {
        (
            self.u.as_ref().map(|u| u.shape_generic()),
            self.v_t.as_ref().map(|v_t| v_t.shape_generic()),
            self.singular_values.shape_generic().0,
        )
    }
    #[inline]
    fn zero_tangent(shape: &Self::Shape) -> Dot<T, R, C> {
        SvdTangent {
            u: shape.0.map(|(r, c)| OMatrix::zeros_generic(r, c)),
            v_t: shape.1.map(|(r, c)| OMatrix::zeros_generic(r, c)),
            singular_values: OVector::zeros_generic(shape.2, U1),
        }
    }
    #[inline]
    fn fits(shape: &Self::Shape, tangent: &Dot<T, R, C>) -> bool {
        shape.0 == tangent.u.as_ref().map(|u| u.shape_generic())
            && shape.1 == tangent.v_t.as_ref().map(|v_t| v_t.shape_generic())
            && shape.2 == tangent.singular_values.shape_generic().0
    }
}

#[diagnostic::do_not_recommend]
impl<T: Real, R: DimMin<C>, C: Dim> Value for SVD<T, R, C>
where
    DefaultAllocator: Allocator<Least<R, C>, C> + Allocator<R, Least<R, C>> + Allocator<Least<R, C>>,
{
    type Of = Self;
    #[inline(always)]
    fn value(&self) -> &Self {
        self
    }
}

/// `m.svd(compute_u, compute_v)` and `m.pseudo_inverse(eps)`
pub trait MatrixSvd<T: Real, R: DimMin<C>, C: Dim, S: Storage<T, R, C>>
where
    Least<R, C>: DimSub<U1>,
    DefaultAllocator: Allocator<R, C>
        + Allocator<C, R>
        + Allocator<C>
        + Allocator<R>
        + Allocator<DimDiff<Least<R, C>, U1>>
        + Allocator<Least<R, C>, C>
        + Allocator<R, Least<R, C>>
        + Allocator<Least<R, C>>,
{
    /// `self`
    fn autodiff_this(&self) -> &Matrix<T, R, C, S>;

    /// `self`, for the pullback.
    #[inline(always)]
    fn svd_receiver(&self) -> &Matrix<T, R, C, S> {
        self.autodiff_this()
    }
    /// The value and the pullback.
    fn svd_forward<M: Mode>(
        &self,
        compute_u: bool,
        compute_v: bool,
        _: M,
    ) -> (
        SVD<T, R, C>,
        impl FnOnce(&Matrix<T, R, C, S>, Dot<T, R, C>, &Cells<T, R, C>, &(), &()) + use<Self, T, R, C, S, M>,
    ) {
        let y = SVD::new(self.autodiff_this().clone_owned(), compute_u, compute_v);
        let kept = y.clone();
        let pullback = |a: &Matrix<T, R, C, S>, d: Dot<T, R, C>, a_bar: &Cells<T, R, C>, (): &(), (): &()| {
            let factors = Factors::of(a, kept);
            let (u_bar, v_bar) = (d.u.as_ref().map(dynamic), d.v_t.as_ref().map(|v_t| dynamic(v_t).transpose()));
            let (r, c) = a.shape_generic();
            let sum = factors.adjoint(u_bar, v_bar, d.singular_values.iter());
            add_to(a_bar, OMatrix::from_iterator_generic(r, c, sum.iter().copied()));
        };
        (y, pullback)
    }
    /// The value and its tangent.
    fn svd_push(
        &self,
        compute_u: bool,
        compute_v: bool,
        a_dot: impl MatrixValue<T, R, C>,
        (): (),
        (): (),
    ) -> (SVD<T, R, C>, Dot<T, R, C>) {
        let a = self.autodiff_this();
        let y = SVD::new(a.clone_owned(), compute_u, compute_v);
        let (u_dot, v_dot, s_dot) = Factors::of(a, y.clone()).tangents(&dynamic(a_dot.matrix()));
        let (_, k) = (a.shape_generic(), y.singular_values.shape_generic().0);
        let (r, c) = a.shape_generic();
        let y_dot = SvdTangent {
            u: y.u.as_ref().map(|_| OMatrix::from_iterator_generic(r, k, u_dot.iter().copied())),
            v_t: y.v_t.as_ref().map(|_| OMatrix::from_iterator_generic(k, c, v_dot.transpose().iter().copied())),
            singular_values: OVector::from_iterator_generic(k, U1, s_dot.iter().copied()),
        };
        (y, y_dot)
    }

    /// `self`, for the pullback.
    #[inline(always)]
    fn pseudo_inverse_receiver(&self) -> &Matrix<T, R, C, S> {
        self.autodiff_this()
    }
    /// The value and the pullback; how small a singular value may be is a constant.
    fn pseudo_inverse_forward<M: Mode>(
        &self,
        eps: T,
        _: M,
    ) -> (
        Result<OMatrix<T, C, R>, &'static str>,
        impl FnOnce(&Matrix<T, R, C, S>, Result<OMatrix<T, C, R>, ()>, &Cells<T, R, C>, &Cell<T>) + use<Self, T, R, C, S, M>,
    ) {
        let y = self.autodiff_this().clone_owned().pseudo_inverse(eps);
        let kept = y.clone();
        let pullback =
            |a: &Matrix<T, R, C, S>, d: Result<OMatrix<T, C, R>, ()>, a_bar: &Cells<T, R, C>, _: &Cell<T>| {
                let (Ok(p), Ok(d)) = (kept, d) else { return };
                let (a, p, d) = (dynamic(a), dynamic(&p), dynamic(&d));
                let pt = p.transpose();
                // the adjoint of each of the three terms of the tangent
                let inside = -(&pt * &d * &pt);
                let left = (&d - &d * (&a * &p)).transpose() * (&p * &pt);
                let right = (&pt * &p) * (&d - (&p * &a) * &d).transpose();
                let sum = inside + left + right;
                let (r, c) = (a_bar.shape_generic().0, a_bar.shape_generic().1);
                add_to(a_bar, OMatrix::from_iterator_generic(r, c, sum.iter().copied()));
            };
        (y, pullback)
    }
    /// The value and its tangent: `-p a' p + p pᵀ a'ᵀ (1 - a p) + (1 - p a) a'ᵀ pᵀ p` (Golub and Pereyra 1973)
    fn pseudo_inverse_push(
        &self,
        eps: T,
        a_dot: impl MatrixValue<T, R, C>,
        _: T,
    ) -> (Result<OMatrix<T, C, R>, &'static str>, Result<OMatrix<T, C, R>, ()>) {
        let y = self.autodiff_this().clone_owned().pseudo_inverse(eps);
        let y_dot = y.as_ref().map_err(|_| ()).map(|y| {
            let (a, p, a_dot) = (dynamic(self.autodiff_this()), dynamic(y), dynamic(a_dot.matrix()));
            let (pt, at) = (p.transpose(), a_dot.transpose());
            let left = (&p * &pt) * (&at - &at * (&a * &p));
            let right = (&at - (&p * &a) * &at) * (&pt * &p);
            let sum = left + right - &p * &a_dot * &p;
            let (c, r) = y.shape_generic();
            OMatrix::from_iterator_generic(c, r, sum.iter().copied())
        });
        (y, y_dot)
    }
}

impl<T: Real, R: DimMin<C>, C: Dim, S: Storage<T, R, C>> MatrixSvd<T, R, C, S> for Matrix<T, R, C, S>
where
    Least<R, C>: DimSub<U1>,
    DefaultAllocator: Allocator<R, C>
        + Allocator<C, R>
        + Allocator<C>
        + Allocator<R>
        + Allocator<DimDiff<Least<R, C>, U1>>
        + Allocator<Least<R, C>, C>
        + Allocator<R, Least<R, C>>
        + Allocator<Least<R, C>>,
{
    #[inline(always)]
    fn autodiff_this(&self) -> &Matrix<T, R, C, S> {
        self
    }
}

/// The three factors, with dynamic sizes.
struct Factors<T: Real> {
    u: DMatrix<T>,
    v: DMatrix<T>,
    s: DVector<T>,
}

impl<T: Real> Factors<T> {
    /// Those of `y`; where one was not asked for, the decomposition is made once more.
    fn of<R: DimMin<C>, C: Dim, S: Storage<T, R, C>>(a: &Matrix<T, R, C, S>, y: SVD<T, R, C>) -> Factors<T>
    where
        Least<R, C>: DimSub<U1>,
        DefaultAllocator: Allocator<R, C>
            + Allocator<C>
            + Allocator<R>
            + Allocator<DimDiff<Least<R, C>, U1>>
            + Allocator<Least<R, C>, C>
            + Allocator<R, Least<R, C>>
            + Allocator<Least<R, C>>,
    {
        let both = if y.u.is_some() && y.v_t.is_some() { y } else { SVD::new(a.clone_owned(), true, true) };
        let (Some(u), Some(v_t)) = (both.u, both.v_t) else { unreachable!("both were asked for") };
        let s = both.singular_values;
        Factors { u: dynamic(&u), v: dynamic(&v_t).transpose(), s: DVector::from_iterator(s.len(), s.iter().copied()) }
    }

    /// `m[i, j] / (σⱼ² - σᵢ²)`, and 0 where these are equal
    fn over_gaps(&self, mut m: DMatrix<T>) -> DMatrix<T> {
        for j in 0..m.ncols() {
            for i in 0..m.nrows() {
                let gap = (self.s[j] - self.s[i]) * (self.s[j] + self.s[i]);
                m[(i, j)] = if gap.is_zero() { gap } else { m[(i, j)] / gap };
            }
        }
        m
    }

    /// `(1 - w wᵀ) m σ⁻¹`, and nothing of it where `w` spans the space
    fn outside(&self, w: &DMatrix<T>, m: DMatrix<T>) -> DMatrix<T> {
        if w.is_square() {
            return DMatrix::zeros(m.nrows(), m.ncols());
        }
        let mut rest = &m - w * w.tr_mul(&m);
        rest.column_iter_mut().zip(self.s.iter()).for_each(|(mut column, s)| column /= *s);
        rest
    }

    fn tangents(&self, a_dot: &DMatrix<T>) -> (DMatrix<T>, DMatrix<T>, DVector<T>) {
        let (u, v, s) = (&self.u, &self.v, DMatrix::from_diagonal(&self.s));
        let p = u.tr_mul(a_dot) * v;
        let u_dot = u * self.over_gaps(&p * &s + &s * p.transpose()) + self.outside(u, a_dot * v);
        let v_dot = v * self.over_gaps(&s * &p + p.transpose() * &s) + self.outside(v, a_dot.tr_mul(u));
        (u_dot, v_dot, p.diagonal())
    }

    fn adjoint<'s>(
        &self,
        u_bar: Option<DMatrix<T>>,
        v_bar: Option<DMatrix<T>>,
        s_bar: impl Iterator<Item = &'s T>,
    ) -> DMatrix<T> {
        let (u, v, s) = (&self.u, &self.v, DMatrix::from_diagonal(&self.s));
        // of `p`
        let mut p_bar = DMatrix::from_diagonal(&DVector::from_iterator(self.s.len(), s_bar.copied()));
        let mut a_bar = DMatrix::zeros(u.nrows(), v.nrows());
        if let Some(u_bar) = u_bar {
            let g = self.over_gaps(u.tr_mul(&u_bar));
            p_bar += &g * &s + g.transpose() * &s;
            a_bar += self.outside(u, u_bar) * v.transpose();
        }
        if let Some(v_bar) = v_bar {
            let g = self.over_gaps(v.tr_mul(&v_bar));
            p_bar += &s * &g + &s * g.transpose();
            a_bar += u * self.outside(v, v_bar).transpose();
        }
        a_bar + u * p_bar * v.transpose()
    }
}
