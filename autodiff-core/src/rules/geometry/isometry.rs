//! The operators of isometries: `a v` turns a vector, `a b` composes.
use super::*;
use crate::tangent::ShapeOf;

impl<T: Real, R: Turn<T, D>, S: Storage<T, Const<D>>, const D: usize> MulRule<Column<T, D, S>> for Isometry<T, R, D> {
    type Out = SVector<T, D>;
    #[inline]
    fn pull_lhs(at: &ShapeOf<R>, rhs: &Column<T, D, S>, d: &SVector<T, D>) -> Dot<T, R, D> {
        let rotation = R::turned_bar(&at.0, &rhs.clone_owned(), d);
        IsometryTangent { rotation, translation: Translation::from(SVector::zeros()) }
    }
    #[inline]
    fn pull_rhs(&self, _: &(Const<D>, U1), d: &SVector<T, D>) -> SVector<T, D> {
        self.rotation.turn_back(d)
    }
}

impl<T: Real, R: Turn<T, D>, S: Storage<T, Const<D>>, const D: usize> Product<Column<T, D, S>, ShapeOf<R>>
    for Dot<T, R, D>
{
    type Out = SVector<T, D>;
    #[inline]
    fn product(&self, at: &ShapeOf<R>, rhs: &Column<T, D, S>) -> SVector<T, D> {
        R::turned_dot(&at.0, &self.rotation, &rhs.clone_owned())
    }
}

impl<T: Real, R: Turn<T, D>, S: Storage<T, Const<D>>, At, const D: usize> Product<Column<T, D, S>, At>
    for Isometry<T, R, D>
{
    type Out = SVector<T, D>;
    #[inline]
    fn product(&self, _: &At, rhs: &Column<T, D, S>) -> SVector<T, D> {
        self.rotation.turn(&rhs.clone_owned())
    }
}

impl<T: Real, R: Turn<T, D>, const D: usize> MulRule<Isometry<T, R, D>> for Isometry<T, R, D> {
    type Out = Isometry<T, R, D>;
    #[inline]
    fn pull_lhs(at: &ShapeOf<R>, rhs: &Self, d: &Dot<T, R, D>) -> Dot<T, R, D> {
        let mut rotation = R::left_bar(&rhs.rotation, &d.rotation);
        let turned = R::turned_bar(&at.0, &rhs.translation.vector, &d.translation.vector);
        crate::rules::accumulate(&mut rotation, turned);
        IsometryTangent { rotation, translation: d.translation }
    }
    #[inline]
    fn pull_rhs(&self, _: &ShapeOf<R>, d: &Dot<T, R, D>) -> Dot<T, R, D> {
        IsometryTangent {
            rotation: self.rotation.right_bar(&d.rotation),
            translation: Translation::from(self.rotation.turn_back(&d.translation.vector)),
        }
    }
}

impl<T: Real, R: Turn<T, D>, const D: usize> Product<Isometry<T, R, D>, ShapeOf<R>> for Dot<T, R, D> {
    type Out = Dot<T, R, D>;
    #[inline]
    fn product(&self, at: &ShapeOf<R>, rhs: &Isometry<T, R, D>) -> Dot<T, R, D> {
        let turned = R::turned_dot(&at.0, &self.rotation, &rhs.translation.vector);
        IsometryTangent {
            rotation: R::left_dot(&self.rotation, &rhs.rotation),
            translation: Translation::from(self.translation.vector + turned),
        }
    }
}

impl<T: Real, R: Turn<T, D>, At, const D: usize> Product<Dot<T, R, D>, At> for Isometry<T, R, D> {
    type Out = Dot<T, R, D>;
    #[inline]
    fn product(&self, _: &At, rhs: &Dot<T, R, D>) -> Dot<T, R, D> {
        IsometryTangent {
            rotation: self.rotation.right_dot(&rhs.rotation),
            translation: Translation::from(self.rotation.turn(&rhs.translation.vector)),
        }
    }
}
