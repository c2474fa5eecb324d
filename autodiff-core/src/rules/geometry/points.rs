//! Points, whose tangent is a vector: the derivative of a place is a direction, and `p - rate * f::grad(&p)` is a point again.
use super::*;
use crate::rules::{Coords, DivRule};
use crate::tangent::ShapeOf;
use nalgebra::{DimName, OPoint, OVector, Point};
use std::ops::{Index, IndexMut};

#[diagnostic::do_not_recommend]
impl<T: Real, D: DimName> Differentiable for OPoint<T, D>
where
    DefaultAllocator: Allocator<D>,
{
    type Tangent = OVector<T, D>;
    type Gradient = OVector<T, D>;
    type Bar = OVector<Cell<T>, D>;
    type OwnedBar = OVector<Cell<T>, D>;
    type Shape = ();
    #[inline(always)]
    fn shape(&self) {}
    #[inline(always)]
    fn zero_tangent((): &()) -> OVector<T, D> {
        OVector::zeros()
    }
    #[inline(always)]
    fn fits((): &(), _: &OVector<T, D>) -> bool {
        true
    }
}

#[diagnostic::do_not_recommend]
impl<T: Real, D: DimName> Value for OPoint<T, D>
where
    DefaultAllocator: Allocator<D>,
{
    type Of = Self;
    #[inline(always)]
    fn value(&self) -> &Self {
        self
    }
}

impl<T: Real, D: DimName> crate::Coordinates for OPoint<T, D>
where
    DefaultAllocator: Allocator<D>,
{
    #[inline]
    fn for_each_scalar(&self, f: &mut dyn FnMut(f64)) {
        self.coords.for_each_scalar(f);
    }
    #[inline]
    fn map_scalars(&mut self, f: &mut dyn FnMut(f64) -> f64) {
        self.coords.map_scalars(f);
    }
    fn describe(&self) -> String {
        self.coords.describe()
    }
}

impl<T: Real, D: DimName> crate::rules::Numbers for OPoint<T, D>
where
    DefaultAllocator: Allocator<D>,
{
    type Number = T;
}

// ---- products ------------------------------------------------------------------------------------------------------

impl<T: Real, D: DimName> MulRule<T> for OPoint<T, D>
where
    DefaultAllocator: Allocator<D>,
{
    type Out = Self;
    #[inline]
    fn pull_lhs((): &(), rhs: &T, d: &OVector<T, D>) -> OVector<T, D> {
        d * *rhs
    }
    #[inline]
    fn pull_rhs(&self, (): &(), d: &OVector<T, D>) -> T {
        d.dot(&self.coords)
    }
}

impl<T: Real, D: DimName, At> Product<T, At> for OPoint<T, D>
where
    DefaultAllocator: Allocator<D>,
{
    type Out = OVector<T, D>;
    #[inline]
    fn product(&self, _: &At, rhs: &T) -> OVector<T, D> {
        &self.coords * *rhs
    }
}

impl<T: Real, D: DimName> MulRule<OPoint<T, D>> for T
where
    DefaultAllocator: Allocator<D>,
{
    type Out = OPoint<T, D>;
    #[inline]
    fn pull_lhs((): &(), rhs: &OPoint<T, D>, d: &OVector<T, D>) -> T {
        d.dot(&rhs.coords)
    }
    #[inline]
    fn pull_rhs(&self, (): &(), d: &OVector<T, D>) -> OVector<T, D> {
        d * *self
    }
}

impl<T: Real, D: DimName, At> Product<OPoint<T, D>, At> for T
where
    DefaultAllocator: Allocator<D>,
{
    type Out = OVector<T, D>;
    #[inline]
    fn product(&self, _: &At, rhs: &OPoint<T, D>) -> OVector<T, D> {
        &rhs.coords * *self
    }
}

impl<T: Real, D: DimName> DivRule<T> for OPoint<T, D>
where
    DefaultAllocator: Allocator<D>,
{
    #[inline]
    fn pull_divisor(&self, rhs: &T, d: &OVector<T, D>) -> T {
        self.coords.pull_divisor(rhs, d)
    }
    #[inline]
    fn push_divisor(&self, rhs: &T, rhs_dot: &T) -> OVector<T, D> {
        self.coords.push_divisor(rhs, rhs_dot)
    }
}

/// `m p`, and `r p` of the tangent of a rotation matrix
impl<T: Real, R: Dim, S: Storage<T, R, Const<D>>, At, const D: usize> Product<Point<T, D>, At>
    for Matrix<T, R, Const<D>, S>
where
    DefaultAllocator: Allocator<R, Const<D>> + Allocator<R>,
{
    type Out = OVector<T, R>;
    #[inline]
    fn product(&self, _: &At, rhs: &Point<T, D>) -> OVector<T, R> {
        self * rhs.coords
    }
}

impl<T: Real, R: DimName, S: Storage<T, R, Const<D>>, const D: usize> MulRule<Point<T, D>> for Matrix<T, R, Const<D>, S>
where
    DefaultAllocator: Allocator<R, Const<D>> + Allocator<R>,
{
    type Out = OPoint<T, R>;
    #[inline]
    fn pull_lhs(_: &(R, Const<D>), rhs: &Point<T, D>, d: &OVector<T, R>) -> OMatrix<T, R, Const<D>> {
        d * rhs.coords.transpose()
    }
    #[inline]
    fn pull_rhs(&self, (): &(), d: &OVector<T, R>) -> SVector<T, D> {
        self.tr_mul(d)
    }
}

/// `r p`, by the rule for the vector of the point's coordinates.
macro_rules! turning {
    ($([$($g:tt)*] $t:ty, $dim:tt;)*) => {$(
        impl<T: Real, $($g)*> MulRule<Point<T, $dim>> for $t {
            type Out = Point<T, $dim>;
            #[inline]
            fn pull_lhs(at: &Self::Shape, rhs: &Point<T, $dim>, d: &SVector<T, $dim>) -> Self::Gradient {
                Self::turned_bar(at, &rhs.coords, d)
            }
            #[inline]
            fn pull_rhs(&self, (): &(), d: &SVector<T, $dim>) -> SVector<T, $dim> {
                self.turn_back(d)
            }
        }
    )*};
}
turning! {
    [] UnitQuaternion<T>, 3;
    [] UnitComplex<T>, 2;
    [const D: usize] Rotation<T, D>, D;
}

impl<T: Real> Product<Point<T, 3>, UnitQuaternion<T>> for Quaternion<T> {
    type Out = Vector3<T>;
    #[inline]
    fn product(&self, at: &UnitQuaternion<T>, rhs: &Point<T, 3>) -> Vector3<T> {
        UnitQuaternion::turned_dot(at, self, &rhs.coords)
    }
}

impl<T: Real, At> Product<Point<T, 2>, At> for nalgebra::Complex<T> {
    type Out = SVector<T, 2>;
    #[inline]
    fn product(&self, _: &At, rhs: &Point<T, 2>) -> SVector<T, 2> {
        UnitComplex::turned_dot(&(), self, &rhs.coords)
    }
}

/// `t p` adds the translation.
impl<T: Real, const D: usize> MulRule<Point<T, D>> for Translation<T, D> {
    type Out = Point<T, D>;
    #[inline]
    fn pull_lhs((): &(), _: &Point<T, D>, d: &SVector<T, D>) -> Self {
        Translation::from(*d)
    }
    #[inline]
    fn pull_rhs(&self, (): &(), d: &SVector<T, D>) -> SVector<T, D> {
        *d
    }
}

/// Of the tangent of a translation.
impl<T: Real, At, const D: usize> Product<Point<T, D>, At> for Translation<T, D> {
    type Out = SVector<T, D>;
    #[inline]
    fn product(&self, _: &At, _: &Point<T, D>) -> SVector<T, D> {
        self.vector
    }
}

/// Of the tangent of a point.
impl<T: Real, At, const D: usize> Product<SVector<T, D>, At> for Translation<T, D> {
    type Out = SVector<T, D>;
    #[inline]
    fn product(&self, _: &At, p_dot: &SVector<T, D>) -> SVector<T, D> {
        *p_dot
    }
}

impl<T: Real, R: Turn<T, D>, const D: usize> MulRule<Point<T, D>> for Isometry<T, R, D> {
    type Out = Point<T, D>;
    #[inline]
    fn pull_lhs(at: &ShapeOf<R>, rhs: &Point<T, D>, d: &SVector<T, D>) -> Dot<T, R, D> {
        IsometryTangent { rotation: R::turned_bar(&at.0, &rhs.coords, d), translation: Translation::from(*d) }
    }
    #[inline]
    fn pull_rhs(&self, (): &(), d: &SVector<T, D>) -> SVector<T, D> {
        self.rotation.turn_back(d)
    }
}

impl<T: Real, R: Turn<T, D>, const D: usize> Product<Point<T, D>, ShapeOf<R>> for Dot<T, R, D> {
    type Out = SVector<T, D>;
    #[inline]
    fn product(&self, at: &ShapeOf<R>, rhs: &Point<T, D>) -> SVector<T, D> {
        R::turned_dot(&at.0, &self.rotation, &rhs.coords) + self.translation.vector
    }
}

// ---- functions -----------------------------------------------------------------------------------------------------

/// `Point3::from(v)`, of a vector or an array.
pub trait PointFrom<A: Differentiable>: Differentiable + Sized {
    /// The value and the pullback.
    fn from_forward<M: Mode>(a: A, mode: M) -> (Self, impl FnOnce(Gradient<Self>, &A::OwnedBar));
    /// The value and its tangent.
    fn from_push(a: A, a_dot: Gradient<A>) -> (Self, Gradient<Self>);
}

impl<T: Real, const D: usize> PointFrom<SVector<T, D>> for Point<T, D> {
    #[inline]
    fn from_forward<M: Mode>(v: SVector<T, D>, _: M) -> (Self, impl FnOnce(SVector<T, D>, &SVector<Cell<T>, D>)) {
        (Point::from(v), |d: SVector<T, D>, v_bar: &SVector<Cell<T>, D>| add_to(v_bar, d))
    }
    #[inline]
    fn from_push(v: SVector<T, D>, v_dot: SVector<T, D>) -> (Self, SVector<T, D>) {
        (Point::from(v), v_dot)
    }
}

impl<T: Real, const D: usize> PointFrom<[T; D]> for Point<T, D> {
    #[inline]
    fn from_forward<M: Mode>(a: [T; D], _: M) -> (Self, impl FnOnce(SVector<T, D>, &[Cell<T>; D])) {
        (Point::from(a), |d: SVector<T, D>, a_bar: &[Cell<T>; D]| add_to(a_bar, d.into()))
    }
    #[inline]
    fn from_push(a: [T; D], a_dot: [T; D]) -> (Self, SVector<T, D>) {
        (Point::from(a), a_dot.into())
    }
}

/// `Point3::from_slice(&x)`
pub trait FromSlicePoint<T: Real, const D: usize>: Sized {
    /// The value and the pullback.
    fn from_slice_forward<M: Mode>(
        x: &[T],
        mode: M,
    ) -> (Self, impl FnOnce(&[T], SVector<T, D>, &[Cell<T>]) + use<Self, T, M, D>);
    /// The value and its tangent.
    fn from_slice_push(x: &[T], x_dot: &[T]) -> (Self, SVector<T, D>);
}

impl<T: Real, const D: usize> FromSlicePoint<T, D> for Point<T, D> {
    #[inline]
    fn from_slice_forward<M: Mode>(
        x: &[T],
        _: M,
    ) -> (Self, impl FnOnce(&[T], SVector<T, D>, &[Cell<T>]) + use<T, M, D>) {
        let pullback = |_: &[T], d: SVector<T, D>, x_bar: &[Cell<T>]| {
            d.iter().zip(x_bar).for_each(|(d, x_bar)| add_to(x_bar, *d));
        };
        (Point::from_slice(x), pullback)
    }
    #[inline]
    fn from_slice_push(x: &[T], x_dot: &[T]) -> (Self, SVector<T, D>) {
        (Point::from_slice(x), SVector::from_column_slice(&x_dot[..D]))
    }
}

/// `p.lerp(&q, t)`
#[allow(missing_docs)]
pub trait PointLerp<T: Real, const D: usize>: Sized {
    fn lerp_receiver(&self) -> &Self;
    fn lerp_forward<M: Mode>(
        &self,
        q: &Self,
        t: T,
        mode: M,
    ) -> (
        Self,
        impl FnOnce(&Self, &Self, SVector<T, D>, &SVector<Cell<T>, D>, &SVector<Cell<T>, D>, &Cell<T>) + use<Self, T, M, D>,
    );
    fn lerp_push(
        &self,
        q: &Self,
        t: T,
        p_dot: &SVector<T, D>,
        q_dot: &SVector<T, D>,
        t_dot: T,
    ) -> (Self, SVector<T, D>);
}

impl<T: Real, const D: usize> PointLerp<T, D> for Point<T, D> {
    #[inline(always)]
    fn lerp_receiver(&self) -> &Self {
        self
    }
    #[inline]
    fn lerp_forward<M: Mode>(
        &self,
        q: &Self,
        t: T,
        _: M,
    ) -> (
        Self,
        impl FnOnce(&Self, &Self, SVector<T, D>, &SVector<Cell<T>, D>, &SVector<Cell<T>, D>, &Cell<T>) + use<T, M, D>,
    ) {
        let pullback = move |p: &Self,
                             q: &Self,
                             d: SVector<T, D>,
                             p_bar: &SVector<_, D>,
                             q_bar: &SVector<_, D>,
                             t_bar: &Cell<T>| {
            add_to(t_bar, (q - p).dot(&d));
            add_to(q_bar, d * t);
            add_to(p_bar, d * (T::one() - t));
        };
        (self.lerp(q, t), pullback)
    }
    #[inline]
    fn lerp_push(
        &self,
        q: &Self,
        t: T,
        p_dot: &SVector<T, D>,
        q_dot: &SVector<T, D>,
        t_dot: T,
    ) -> (Self, SVector<T, D>) {
        (self.lerp(q, t), p_dot * (T::one() - t) + q_dot * t + (q - self) * t_dot)
    }
}

// ---- coordinates ---------------------------------------------------------------------------------------------------

/// The tangent or adjoint of a point is that of its coordinates.
impl<T, R, C, S> Index<Coords> for Matrix<T, R, C, S> {
    type Output = Self;
    #[inline(always)]
    fn index(&self, _: Coords) -> &Self {
        self
    }
}

impl<T, R, C, S> IndexMut<Coords> for Matrix<T, R, C, S> {
    #[inline(always)]
    fn index_mut(&mut self, _: Coords) -> &mut Self {
        self
    }
}

impl<T: nalgebra::Scalar, D: DimName> crate::rules::Assigned for OPoint<T, D> where
    nalgebra::DefaultAllocator: nalgebra::allocator::Allocator<D>
{
}
