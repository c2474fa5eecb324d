//! What moves points: rotations and isometries, `m.transform_point(&p)` and `m.inverse_transform_point(&p)`.
use super::*;
use nalgebra::Point;

type OwnedBar<T> = <T as Differentiable>::OwnedBar;

/// `r p + t`, where `t` is zero for rotations.
pub trait Move<T: Real, const D: usize>: Differentiable + Copy + 'static {
    /// Its rotation.
    type By: Turn<T, D>;
    /// The rotation and the translation.
    fn parts(&self) -> (Self::By, SVector<T, D>);
    /// The tangents of both.
    fn parts_dot(dot: &Self::Gradient) -> (Gradient<Self::By>, SVector<T, D>);
    /// The adjoint of the move from those of both.
    fn joined(rotation: Gradient<Self::By>, translation: SVector<T, D>) -> Self::Gradient;
    /// `r p + t`
    fn moved(&self, p: &Point<T, D>) -> Point<T, D>;
    /// `r⁻¹ (p - t)`
    fn moved_back(&self, p: &Point<T, D>) -> Point<T, D>;
}

macro_rules! moves {
    ($([$($g:tt)*] $t:ty, $dim:tt, by $by:ty:
        |$m:ident| $parts:expr, |$dot:ident| $parts_dot:expr, |$r:ident, $v:ident| $joined:expr;)*) => {$(
        impl<T: Real, $($g)*> Move<T, $dim> for $t {
            type By = $by;
            #[inline]
            fn parts(&self) -> (Self::By, SVector<T, $dim>) {
                let $m = self;
                $parts
            }
            #[inline]
            fn parts_dot($dot: &Self::Gradient) -> (Gradient<Self::By>, SVector<T, $dim>) {
                $parts_dot
            }
            #[inline]
            fn joined($r: Gradient<Self::By>, $v: SVector<T, $dim>) -> Self::Gradient {
                $joined
            }
            #[inline]
            fn moved(&self, p: &Point<T, $dim>) -> Point<T, $dim> {
                self.transform_point(p)
            }
            #[inline]
            fn moved_back(&self, p: &Point<T, $dim>) -> Point<T, $dim> {
                self.inverse_transform_point(p)
            }
        }
    )*};
}
moves! {
    [] UnitQuaternion<T>, 3, by Self: |r| (*r, SVector::zeros()), |r_dot| (*r_dot, SVector::zeros()), |r, _t| r;
    [] UnitComplex<T>, 2, by Self: |r| (*r, SVector::zeros()), |r_dot| (*r_dot, SVector::zeros()), |r, _t| r;
    [const D: usize] Rotation<T, D>, D, by Self: |r| (*r, SVector::zeros()), |r_dot| (*r_dot, SVector::zeros()), |r, _t| r;
    [R: Turn<T, D> + nalgebra::AbstractRotation<T, D>, const D: usize] Isometry<T, R, D>, D, by R:
        |m| (m.rotation, m.translation.vector), |dot| (dot.rotation.clone(), dot.translation.vector),
        |rotation, t| IsometryTangent { rotation, translation: t.into() };
}

/// The methods that move points.
#[allow(missing_docs)]
pub trait TransformPoint<T: Real, const D: usize>: Move<T, D> {
    #[inline(always)]
    fn transform_point_receiver(&self) -> &Self {
        self
    }
    #[inline]
    fn transform_point_forward<M: Mode>(
        &self,
        p: &Point<T, D>,
        _: M,
    ) -> (
        Point<T, D>,
        impl FnOnce(&Self, &Point<T, D>, SVector<T, D>, &OwnedBar<Self>, &SVector<Cell<T>, D>) + use<Self, T, M, D>,
    ) {
        let pullback = |m: &Self, p: &Point<T, D>, d: SVector<T, D>, m_bar: &OwnedBar<Self>, p_bar: &SVector<_, D>| {
            let (r, _) = m.parts();
            add_to(m_bar, Self::joined(Self::By::turned_bar(&r.shape(), &p.coords, &d), d));
            add_to(p_bar, r.turn_back(&d));
        };
        (self.moved(p), pullback)
    }
    #[inline]
    fn transform_point_push(
        &self,
        p: &Point<T, D>,
        m_dot: &Gradient<Self>,
        p_dot: &SVector<T, D>,
    ) -> (Point<T, D>, SVector<T, D>) {
        let ((r, _), (r_dot, t_dot)) = (self.parts(), Self::parts_dot(m_dot));
        (self.moved(p), Self::By::turned_dot(&r.shape(), &r_dot, &p.coords) + r.turn(p_dot) + t_dot)
    }
    #[inline(always)]
    fn inverse_transform_point_receiver(&self) -> &Self {
        self
    }
    #[inline]
    fn inverse_transform_point_forward<M: Mode>(
        &self,
        p: &Point<T, D>,
        _: M,
    ) -> (
        Point<T, D>,
        impl FnOnce(&Self, &Point<T, D>, SVector<T, D>, &OwnedBar<Self>, &SVector<Cell<T>, D>) + use<Self, T, M, D>,
    ) {
        let pullback = |m: &Self, p: &Point<T, D>, d: SVector<T, D>, m_bar: &OwnedBar<Self>, p_bar: &SVector<_, D>| {
            let (r, t) = m.parts();
            let back_bar = Self::By::turned_bar(&r.inverted().shape(), &(p.coords - t), &d);
            let turned = r.turn(&d);
            add_to(m_bar, Self::joined(Self::By::inverse_dot(&back_bar), -turned));
            add_to(p_bar, turned);
        };
        (self.moved_back(p), pullback)
    }
    #[inline]
    fn inverse_transform_point_push(
        &self,
        p: &Point<T, D>,
        m_dot: &Gradient<Self>,
        p_dot: &SVector<T, D>,
    ) -> (Point<T, D>, SVector<T, D>) {
        let ((r, t), (r_dot, t_dot)) = (self.parts(), Self::parts_dot(m_dot));
        let back_dot = Self::By::inverse_dot(&r_dot);
        let turned = Self::By::turned_dot(&r.inverted().shape(), &back_dot, &(p.coords - t));
        (self.moved_back(p), turned + r.turn_back(&(p_dot - t_dot)))
    }
}

impl<T: Real, const D: usize, M: Move<T, D>> TransformPoint<T, D> for M {}
