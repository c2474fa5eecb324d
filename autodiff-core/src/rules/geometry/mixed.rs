//! Products of motions of different kinds: `isometry * translation`, `translation * rotation`, and so on. All are the product
//! `(R, t) (S, u) = (R S, t + R u)` of isometries, where a rotation has no translation, and a translation does not turn.
use super::*;
use crate::rules::plus;
use crate::tangent::{ShapeOf, Tangent};
use nalgebra::Complex;

fn motion<T: Real, R: Differentiable, const D: usize>(rotation: Gradient<R>, t: SVector<T, D>) -> Dot<T, R, D> {
    IsometryTangent { rotation, translation: Translation::from(t) }
}

// ---- isometries and translations -----------------------------------------------------------------------------------

impl<T: Real, R: Turn<T, D>, const D: usize> MulRule<Translation<T, D>> for Isometry<T, R, D> {
    type Out = Isometry<T, R, D>;
    #[inline]
    fn pull_lhs(at: &ShapeOf<R>, rhs: &Translation<T, D>, d: &Dot<T, R, D>) -> Dot<T, R, D> {
        let turned = R::turned_bar(&at.0, &rhs.vector, &d.translation.vector);
        IsometryTangent { rotation: plus(d.rotation.clone(), turned), translation: d.translation }
    }
    #[inline]
    fn pull_rhs(&self, (): &(), d: &Dot<T, R, D>) -> Translation<T, D> {
        Translation::from(self.rotation.turn_back(&d.translation.vector))
    }
}

/// Of the tangent of the isometry.
impl<T: Real, R: Turn<T, D>, const D: usize> Product<Translation<T, D>, ShapeOf<R>> for Dot<T, R, D> {
    type Out = Dot<T, R, D>;
    #[inline]
    fn product(&self, at: &ShapeOf<R>, rhs: &Translation<T, D>) -> Dot<T, R, D> {
        let turned = R::turned_dot(&at.0, &self.rotation, &rhs.vector);
        motion::<T, R, D>(self.rotation.clone(), self.translation.vector + turned)
    }
}

/// Of the tangent of the translation.
impl<T: Real, R: Turn<T, D>, At, const D: usize> Product<Translation<T, D>, At> for Isometry<T, R, D> {
    type Out = Dot<T, R, D>;
    #[inline]
    fn product(&self, _: &At, rhs: &Translation<T, D>) -> Dot<T, R, D> {
        motion::<T, R, D>(R::zero_tangent(&self.rotation.shape()), self.rotation.turn(&rhs.vector))
    }
}

impl<T: Real, R: Turn<T, D>, const D: usize> MulRule<Isometry<T, R, D>> for Translation<T, D> {
    type Out = Isometry<T, R, D>;
    #[inline]
    fn pull_lhs((): &(), _: &Isometry<T, R, D>, d: &Dot<T, R, D>) -> Translation<T, D> {
        d.translation
    }
    #[inline]
    fn pull_rhs(&self, _: &ShapeOf<R>, d: &Dot<T, R, D>) -> Dot<T, R, D> {
        d.clone()
    }
}

/// Of the tangent of the translation.
impl<T: Real, R: Turn<T, D>, At, const D: usize> Product<Isometry<T, R, D>, At> for Translation<T, D> {
    type Out = Dot<T, R, D>;
    #[inline]
    fn product(&self, _: &At, rhs: &Isometry<T, R, D>) -> Dot<T, R, D> {
        motion::<T, R, D>(R::zero_tangent(&rhs.rotation.shape()), self.vector)
    }
}

/// Of the tangent of the isometry.
impl<T: Real, R: Tangent, At, const D: usize> Product<IsometryTangent<R, Translation<T, D>>, At> for Translation<T, D>
where
    IsometryTangent<R, Translation<T, D>>: Differentiable + Clone,
{
    type Out = IsometryTangent<R, Translation<T, D>>;
    #[inline]
    fn product(&self, _: &At, rhs: &IsometryTangent<R, Translation<T, D>>) -> IsometryTangent<R, Translation<T, D>> {
        rhs.clone()
    }
}

// ---- rotations -----------------------------------------------------------------------------------------------------

macro_rules! rotations {
    ($($r:ty, $dim:tt, $dot:ty, $shape:ty;)*) => {$(
        impl<T: Real> MulRule<$r> for Isometry<T, $r, $dim> {
            type Out = Self;
            #[inline]
            fn pull_lhs(_: &ShapeOf<$r>, rhs: &$r, d: &Dot<T, $r, $dim>) -> Dot<T, $r, $dim> {
                let rotation = <$r as Turn<T, $dim>>::left_bar(rhs, &d.rotation);
                IsometryTangent { rotation, translation: d.translation }
            }
            #[inline]
            fn pull_rhs(&self, _: &$shape, d: &Dot<T, $r, $dim>) -> $dot {
                Turn::<T, $dim>::right_bar(&self.rotation, &d.rotation)
            }
        }

        /// Of the tangent of the isometry.
        impl<T: Real> Product<$r, ShapeOf<$r>> for Dot<T, $r, $dim> {
            type Out = Self;
            #[inline]
            fn product(&self, _: &ShapeOf<$r>, rhs: &$r) -> Self {
                let rotation = <$r as Turn<T, $dim>>::left_dot(&self.rotation, rhs);
                IsometryTangent { rotation, translation: self.translation }
            }
        }

        /// Of the tangent of the rotation.
        impl<T: Real, At> Product<$dot, At> for Isometry<T, $r, $dim> {
            type Out = Dot<T, $r, $dim>;
            #[inline]
            fn product(&self, _: &At, rhs: &$dot) -> Dot<T, $r, $dim> {
                motion::<T, $r, $dim>(Turn::<T, $dim>::right_dot(&self.rotation, rhs), SVector::zeros())
            }
        }

        impl<T: Real> MulRule<Isometry<T, $r, $dim>> for $r {
            type Out = Isometry<T, $r, $dim>;
            #[inline]
            fn pull_lhs(at: &$shape, rhs: &Isometry<T, $r, $dim>, d: &Dot<T, $r, $dim>) -> $dot {
                let turned = <$r as Turn<T, $dim>>::turned_bar(at, &rhs.translation.vector, &d.translation.vector);
                plus(<$r as Turn<T, $dim>>::left_bar(&rhs.rotation, &d.rotation), turned)
            }
            #[inline]
            fn pull_rhs(&self, _: &ShapeOf<$r>, d: &Dot<T, $r, $dim>) -> Dot<T, $r, $dim> {
                let rotation = Turn::<T, $dim>::right_bar(self, &d.rotation);
                motion::<T, $r, $dim>(rotation, self.turn_back(&d.translation.vector))
            }
        }

        /// Of the tangent of the rotation.
        impl<T: Real> Product<Isometry<T, $r, $dim>, $shape> for $dot {
            type Out = Dot<T, $r, $dim>;
            #[inline]
            fn product(&self, at: &$shape, rhs: &Isometry<T, $r, $dim>) -> Dot<T, $r, $dim> {
                let rotation = <$r as Turn<T, $dim>>::left_dot(self, &rhs.rotation);
                motion::<T, $r, $dim>(rotation, <$r as Turn<T, $dim>>::turned_dot(at, self, &rhs.translation.vector))
            }
        }

        /// Of the tangent of the isometry.
        impl<T: Real, At> Product<Dot<T, $r, $dim>, At> for $r {
            type Out = Dot<T, $r, $dim>;
            #[inline]
            fn product(&self, _: &At, rhs: &Dot<T, $r, $dim>) -> Dot<T, $r, $dim> {
                let rotation = Turn::<T, $dim>::right_dot(self, &rhs.rotation);
                motion::<T, $r, $dim>(rotation, self.turn(&rhs.translation.vector))
            }
        }

        impl<T: Real> MulRule<Translation<T, $dim>> for $r {
            type Out = Isometry<T, $r, $dim>;
            #[inline]
            fn pull_lhs(at: &$shape, rhs: &Translation<T, $dim>, d: &Dot<T, $r, $dim>) -> $dot {
                let turned = <$r as Turn<T, $dim>>::turned_bar(at, &rhs.vector, &d.translation.vector);
                plus(d.rotation.clone(), turned)
            }
            #[inline]
            fn pull_rhs(&self, (): &(), d: &Dot<T, $r, $dim>) -> Translation<T, $dim> {
                Translation::from(self.turn_back(&d.translation.vector))
            }
        }

        /// Of the tangent of the rotation.
        impl<T: Real> Product<Translation<T, $dim>, $shape> for $dot {
            type Out = Dot<T, $r, $dim>;
            #[inline]
            fn product(&self, at: &$shape, rhs: &Translation<T, $dim>) -> Dot<T, $r, $dim> {
                let turned = <$r as Turn<T, $dim>>::turned_dot(at, self, &rhs.vector);
                motion::<T, $r, $dim>(self.clone(), turned)
            }
        }

        /// Of the tangent of the translation.
        impl<T: Real, At> Product<Translation<T, $dim>, At> for $r {
            type Out = Dot<T, $r, $dim>;
            #[inline]
            fn product(&self, _: &At, rhs: &Translation<T, $dim>) -> Dot<T, $r, $dim> {
                motion::<T, $r, $dim>(<$r>::zero_tangent(&Differentiable::shape(self)), self.turn(&rhs.vector))
            }
        }

        impl<T: Real> MulRule<$r> for Translation<T, $dim> {
            type Out = Isometry<T, $r, $dim>;
            #[inline]
            fn pull_lhs((): &(), _: &$r, d: &Dot<T, $r, $dim>) -> Translation<T, $dim> {
                d.translation
            }
            #[inline]
            fn pull_rhs(&self, _: &$shape, d: &Dot<T, $r, $dim>) -> $dot {
                d.rotation.clone()
            }
        }

        /// Of the tangent of the translation.
        impl<T: Real, At> Product<$r, At> for Translation<T, $dim> {
            type Out = Dot<T, $r, $dim>;
            #[inline]
            fn product(&self, _: &At, rhs: &$r) -> Dot<T, $r, $dim> {
                motion::<T, $r, $dim>(<$r>::zero_tangent(&Differentiable::shape(rhs)), self.vector)
            }
        }

        /// Of the tangent of the rotation.
        impl<T: Real, At> Product<$dot, At> for Translation<T, $dim> {
            type Out = Dot<T, $r, $dim>;
            #[inline]
            fn product(&self, _: &At, rhs: &$dot) -> Dot<T, $r, $dim> {
                motion::<T, $r, $dim>(rhs.clone(), SVector::zeros())
            }
        }
    )*};
}
rotations! {
    UnitQuaternion<T>, 3, Quaternion<T>, UnitQuaternion<T>;
    UnitComplex<T>, 2, Complex<T>, ();
    Rotation<T, 2>, 2, SMatrix<T, 2, 2>, ();
    Rotation<T, 3>, 3, Matrix3<T>, ();
}
