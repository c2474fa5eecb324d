//! The operators of rotations and quaternions.
use super::*;
use crate::rules::{Added, DifferenceRule, DivRule, NegRule, Quotient, Subtracted, SumRule, Total};
use nalgebra::Complex;

/// The rotation `r v` of a vector, and the composition of two rotations.
macro_rules! turning {
    ($([$($g:tt)*] $t:ty, $dim:tt;)*) => {$(
        impl<T: Real, S: Storage<T, Const<$dim>>, $($g)*> MulRule<Column<T, $dim, S>> for $t {
            type Out = SVector<T, $dim>;
            #[inline]
            fn pull_lhs(at: &Self::Shape, rhs: &Column<T, $dim, S>, d: &SVector<T, $dim>) -> Self::Gradient {
                Self::turned_bar(at, &rhs.clone_owned(), d)
            }
            #[inline]
            fn pull_rhs(&self, _: &(Const<$dim>, U1), d: &SVector<T, $dim>) -> SVector<T, $dim> {
                self.turn_back(d)
            }
        }

        impl<T: Real, S: Storage<T, Const<$dim>>, At, $($g)*> Product<Column<T, $dim, S>, At> for $t {
            type Out = SVector<T, $dim>;
            #[inline]
            fn product(&self, _: &At, rhs: &Column<T, $dim, S>) -> SVector<T, $dim> {
                self.turn(&rhs.clone_owned())
            }
        }
    )*};
}
turning! {
    [] UnitQuaternion<T>, 3;
    [] UnitComplex<T>, 2;
}

impl<T: Real, S: Storage<T, Const<3>>> Product<Column<T, 3, S>, UnitQuaternion<T>> for Quaternion<T> {
    type Out = Vector3<T>;
    #[inline]
    fn product(&self, at: &UnitQuaternion<T>, rhs: &Column<T, 3, S>) -> Vector3<T> {
        UnitQuaternion::turned_dot(at, self, &rhs.clone_owned())
    }
}

impl<T: Real, S: Storage<T, Const<2>>, At> Product<Column<T, 2, S>, At> for Complex<T> {
    type Out = SVector<T, 2>;
    #[inline]
    fn product(&self, _: &At, rhs: &Column<T, 2, S>) -> SVector<T, 2> {
        UnitComplex::turned_dot(&(), self, &rhs.clone_owned())
    }
}

// ---- rotation matrices ---------------------------------------------------------------------------------------------

impl<T: Real, S: Storage<T, Const<D>, C>, C: Dim, const D: usize> MulRule<Matrix<T, Const<D>, C, S>> for Rotation<T, D>
where
    DefaultAllocator: Allocator<Const<D>, C>,
{
    type Out = OMatrix<T, Const<D>, C>;
    #[inline]
    fn pull_lhs((): &(), rhs: &Matrix<T, Const<D>, C, S>, d: &OMatrix<T, Const<D>, C>) -> SMatrix<T, D, D> {
        SMatrix::from(std::array::from_fn(|j| std::array::from_fn(|i| d.row(i).dot(&rhs.row(j)))))
    }
    #[inline]
    fn pull_rhs(&self, _: &(Const<D>, C), d: &OMatrix<T, Const<D>, C>) -> OMatrix<T, Const<D>, C> {
        self.matrix().tr_mul(d)
    }
}

impl<T: Real, S: Storage<T, Const<D>, C>, C: Dim, At, const D: usize> Product<Matrix<T, Const<D>, C, S>, At>
    for Rotation<T, D>
where
    DefaultAllocator: Allocator<Const<D>, C>,
{
    type Out = OMatrix<T, Const<D>, C>;
    #[inline]
    fn product(&self, _: &At, rhs: &Matrix<T, Const<D>, C, S>) -> OMatrix<T, Const<D>, C> {
        self.matrix() * rhs
    }
}

impl<T: Real, S: Storage<T, R, Const<D>>, R: Dim, const D: usize> MulRule<Rotation<T, D>> for Matrix<T, R, Const<D>, S>
where
    DefaultAllocator: Allocator<R, Const<D>>,
{
    type Out = OMatrix<T, R, Const<D>>;
    #[inline]
    fn pull_lhs(_: &(R, Const<D>), rhs: &Rotation<T, D>, d: &OMatrix<T, R, Const<D>>) -> OMatrix<T, R, Const<D>> {
        d * rhs.matrix().transpose()
    }
    #[inline]
    fn pull_rhs(&self, (): &(), d: &OMatrix<T, R, Const<D>>) -> SMatrix<T, D, D> {
        self.tr_mul(d)
    }
}

impl<T: Real, S: Storage<T, R, Const<D>>, R: Dim, At, const D: usize> Product<Rotation<T, D>, At>
    for Matrix<T, R, Const<D>, S>
where
    DefaultAllocator: Allocator<R, Const<D>>,
{
    type Out = OMatrix<T, R, Const<D>>;
    #[inline]
    fn product(&self, _: &At, rhs: &Rotation<T, D>) -> OMatrix<T, R, Const<D>> {
        self * rhs.matrix()
    }
}

// ---- compositions --------------------------------------------------------------------------------------------------

macro_rules! composing {
    ($([$($g:tt)*] $t:ty, $dim:tt;)*) => {$(
        impl<T: Real, $($g)*> MulRule<$t> for $t {
            type Out = $t;
            #[inline]
            fn pull_lhs(_: &Self::Shape, rhs: &Self, d: &Self::Gradient) -> Self::Gradient {
                <Self as Turn<T, $dim>>::left_bar(rhs, d)
            }
            #[inline]
            fn pull_rhs(&self, _: &Self::Shape, d: &Self::Gradient) -> Self::Gradient {
                Turn::<T, $dim>::right_bar(self, d)
            }
        }

        /// For the tangent of the rotation, and the rotation itself.
        impl<T: Real, S, $($g)*> MulRule<Unit<Column<T, $dim, S>>> for $t
        where
            S: Storage<T, Const<$dim>>,
        {
            type Out = Unit<SVector<T, $dim>>;
            #[inline]
            fn pull_lhs(at: &Self::Shape, rhs: &Unit<Column<T, $dim, S>>, d: &SVector<T, $dim>) -> Self::Gradient {
                Self::turned_bar(at, &rhs.clone_owned(), d)
            }
            #[inline]
            fn pull_rhs(&self, _: &(Const<$dim>, U1), d: &SVector<T, $dim>) -> SVector<T, $dim> {
                self.turn_back(d)
            }
        }
    )*};
}
composing! {
    [] UnitQuaternion<T>, 3;
    [] UnitComplex<T>, 2;
    [const D: usize] Rotation<T, D>, D;
}

impl<T: Real, S: Storage<T, Const<D>>, R: Dim, S1: Storage<T, R, Const<D>>, At, const D: usize>
    Product<Unit<Column<T, D, S>>, At> for Matrix<T, R, Const<D>, S1>
where
    DefaultAllocator: Allocator<R, Const<D>> + Allocator<R>,
{
    type Out = OMatrix<T, R, U1>;
    #[inline]
    fn product(&self, _: &At, rhs: &Unit<Column<T, D, S>>) -> OMatrix<T, R, U1> {
        self * rhs.as_ref()
    }
}

impl<T: Real, S: Storage<T, Const<3>>> Product<Unit<Column<T, 3, S>>, UnitQuaternion<T>> for Quaternion<T> {
    type Out = Vector3<T>;
    #[inline]
    fn product(&self, at: &UnitQuaternion<T>, rhs: &Unit<Column<T, 3, S>>) -> Vector3<T> {
        UnitQuaternion::turned_dot(at, self, &rhs.clone_owned())
    }
}

impl<T: Real, S: Storage<T, Const<2>>, At> Product<Unit<Column<T, 2, S>>, At> for Complex<T> {
    type Out = SVector<T, 2>;
    #[inline]
    fn product(&self, _: &At, rhs: &Unit<Column<T, 2, S>>) -> SVector<T, 2> {
        UnitComplex::turned_dot(&(), self, &rhs.clone_owned())
    }
}

macro_rules! products {
    ($($l:ident * $r:ident = $out:ident, |$a:ident, $b:ident| $product:expr;)*) => {$(
        impl<T: Real, At> Product<$r<T>, At> for $l<T> {
            type Out = $out<T>;
            #[inline]
            fn product(&self, _: &At, rhs: &$r<T>) -> $out<T> {
                let ($a, $b) = (self, rhs);
                $product
            }
        }
    )*};
}
products! {
    Quaternion * UnitQuaternion = Quaternion, |a, b| a * b.quaternion();
    UnitQuaternion * Quaternion = Quaternion, |a, b| a.quaternion() * b;
    Quaternion * Quaternion = Quaternion, |a, b| a * b;
    Complex * UnitComplex = Complex, |a, b| a * b.complex();
    UnitComplex * Complex = Complex, |a, b| a.complex() * b;
}

// ---- quaternions ---------------------------------------------------------------------------------------------------

impl<T: Real> MulRule<Quaternion<T>> for Quaternion<T> {
    type Out = Quaternion<T>;
    #[inline]
    fn pull_lhs((): &(), rhs: &Self, d: &Self) -> Self {
        d * rhs.conjugate()
    }
    #[inline]
    fn pull_rhs(&self, (): &(), d: &Self) -> Self {
        self.conjugate() * d
    }
}

/// `a *= b`, whose adjoint is handed that of `a` for its shape.
impl<T: Real> MulRule<UnitQuaternion<T>> for Quaternion<T> {
    type Out = UnitQuaternion<T>;
    #[inline]
    fn pull_lhs((): &(), rhs: &UnitQuaternion<T>, d: &Self) -> Self {
        d * rhs.quaternion().conjugate()
    }
    #[inline]
    fn pull_rhs(&self, _: &UnitQuaternion<T>, d: &Self) -> Self {
        self.conjugate() * d
    }
}

/// `a *= b`, whose adjoint is handed that of `a` for its shape.
impl<T: Real> MulRule<UnitComplex<T>> for Complex<T> {
    type Out = UnitComplex<T>;
    #[inline]
    fn pull_lhs((): &(), rhs: &UnitComplex<T>, d: &Self) -> Self {
        d * rhs.complex().conj()
    }
    #[inline]
    fn pull_rhs(&self, (): &(), d: &Self) -> Self {
        self.conj() * d
    }
}

impl<T: Real> MulRule<T> for Quaternion<T> {
    type Out = Quaternion<T>;
    #[inline]
    fn pull_lhs((): &(), rhs: &T, d: &Self) -> Self {
        d * *rhs
    }
    #[inline]
    fn pull_rhs(&self, (): &(), d: &Self) -> T {
        self.coords.dot(&d.coords)
    }
}

impl<T: Real, At> Product<T, At> for Quaternion<T> {
    type Out = Quaternion<T>;
    #[inline]
    fn product(&self, _: &At, rhs: &T) -> Self {
        self * *rhs
    }
}

impl<T: Real> SumRule for Quaternion<T> {}
impl<T: Real> Added for Quaternion<T> {}
impl<T: Real> Total for Quaternion<T> {}

impl<T: Real> NegRule for Quaternion<T> {
    #[inline]
    fn negated(&self) -> Self {
        -self
    }
}

impl<T: Real> DifferenceRule for Quaternion<T> {
    #[inline]
    fn pull_rhs(&self) -> Self {
        -self
    }
    #[inline]
    fn push_rhs(&self) -> Self {
        -self
    }
}

impl<T: Real> Subtracted for Quaternion<T> {
    #[inline]
    fn subtracted(&self) -> Self {
        -self
    }
}

impl<T: Real> Quotient<T> for Quaternion<T> {
    #[inline]
    fn quotient(&self, rhs: &T) -> Self {
        Quaternion::from(self.coords.quotient(rhs))
    }
}

impl<T: Real> DivRule<T> for Quaternion<T> {
    #[inline]
    fn pull_divisor(&self, rhs: &T, d: &Self) -> T {
        self.coords.pull_divisor(rhs, &d.coords)
    }
    #[inline]
    fn push_divisor(&self, rhs: &T, rhs_dot: &T) -> Self {
        Quaternion::from(self.coords.push_divisor(rhs, rhs_dot))
    }
}

impl<T: Real> crate::rules::Assigned for Quaternion<T> {}
impl<T, const D: usize> crate::rules::Assigned for Translation<T, D> {}
impl<T, const D: usize> crate::rules::Assigned for Rotation<T, D> {}
impl<V> crate::rules::Assigned for Unit<V> {}
