//! What turns vectors: rotation matrices, unit quaternions, unit complex numbers.
use super::*;
use nalgebra::Complex;

/// A rotation `r` in `D` dimensions: `y = r v` and the composition of two, with their derivatives.
///
/// `dot` is a tangent of a rotation, `bar` an adjoint of the result.
#[allow(missing_docs)]
pub trait Turn<T: Real, const D: usize>: Differentiable<Gradient: Differentiable> + Copy + 'static {
    /// `r v`
    fn turn(&self, v: &SVector<T, D>) -> SVector<T, D>;
    /// `r⁻¹ v`
    fn turn_back(&self, v: &SVector<T, D>) -> SVector<T, D>;
    /// `r' v`, at the rotation of this shape
    fn turned_dot(at: &Self::Shape, dot: &Self::Gradient, v: &SVector<T, D>) -> SVector<T, D>;
    /// The adjoint of `r` from that of `r v`.
    fn turned_bar(at: &Self::Shape, v: &SVector<T, D>, bar: &SVector<T, D>) -> Self::Gradient;
    /// `a' b`
    fn left_dot(dot: &Self::Gradient, b: &Self) -> Self::Gradient;
    /// `a b'`
    fn right_dot(&self, dot: &Self::Gradient) -> Self::Gradient;
    /// The adjoint of `a` from that of `a b`.
    fn left_bar(b: &Self, bar: &Self::Gradient) -> Self::Gradient;
    /// The adjoint of `b` from that of `a b`.
    fn right_bar(&self, bar: &Self::Gradient) -> Self::Gradient;
    /// The tangent of `r⁻¹`; the adjoint of `r` from that of `r⁻¹`.
    fn inverse_dot(dot: &Self::Gradient) -> Self::Gradient;
    /// `r⁻¹`
    fn inverted(&self) -> Self;
}

impl<T: Real, const D: usize> Turn<T, D> for Rotation<T, D> {
    #[inline]
    fn turn(&self, v: &SVector<T, D>) -> SVector<T, D> {
        self * v
    }
    #[inline]
    fn turn_back(&self, v: &SVector<T, D>) -> SVector<T, D> {
        self.inverse_transform_vector(v)
    }
    #[inline]
    fn turned_dot((): &(), dot: &SMatrix<T, D, D>, v: &SVector<T, D>) -> SVector<T, D> {
        dot * v
    }
    #[inline]
    fn turned_bar((): &(), v: &SVector<T, D>, bar: &SVector<T, D>) -> SMatrix<T, D, D> {
        bar * v.transpose()
    }
    #[inline]
    fn left_dot(dot: &SMatrix<T, D, D>, b: &Self) -> SMatrix<T, D, D> {
        dot * b.matrix()
    }
    #[inline]
    fn right_dot(&self, dot: &SMatrix<T, D, D>) -> SMatrix<T, D, D> {
        self.matrix() * dot
    }
    #[inline]
    fn left_bar(b: &Self, bar: &SMatrix<T, D, D>) -> SMatrix<T, D, D> {
        bar * b.matrix().transpose()
    }
    #[inline]
    fn right_bar(&self, bar: &SMatrix<T, D, D>) -> SMatrix<T, D, D> {
        self.matrix().tr_mul(bar)
    }
    #[inline]
    fn inverse_dot(dot: &SMatrix<T, D, D>) -> SMatrix<T, D, D> {
        dot.transpose()
    }
    #[inline]
    fn inverted(&self) -> Self {
        self.inverse()
    }
}

impl<T: Real> Turn<T, 3> for UnitQuaternion<T> {
    #[inline]
    fn turn(&self, v: &Vector3<T>) -> Vector3<T> {
        self * v
    }
    #[inline]
    fn turn_back(&self, v: &Vector3<T>) -> Vector3<T> {
        self.inverse_transform_vector(v)
    }
    /// `y = v + w t + u × t` with `t = 2 u × v`, where the quaternion is `w + u`
    #[inline]
    fn turned_dot(at: &Self, dot: &Quaternion<T>, v: &Vector3<T>) -> Vector3<T> {
        let (w, u, w_dot, u_dot) = (at.w, at.imag(), dot.w, dot.imag());
        let two: T = nalgebra::convert(2.0);
        let (t, t_dot) = (u.cross(v) * two, u_dot.cross(v) * two);
        t_dot * w + t * w_dot + u_dot.cross(&t) + u.cross(&t_dot)
    }
    #[inline]
    fn turned_bar(at: &Self, v: &Vector3<T>, bar: &Vector3<T>) -> Quaternion<T> {
        let (w, u) = (at.w, at.imag());
        let two: T = nalgebra::convert(2.0);
        let t = u.cross(v) * two;
        let t_bar = bar * w + bar.cross(&u);
        Quaternion::from_parts(bar.dot(&t), t.cross(bar) + v.cross(&t_bar) * two)
    }
    #[inline]
    fn left_dot(dot: &Quaternion<T>, b: &Self) -> Quaternion<T> {
        dot * b.quaternion()
    }
    #[inline]
    fn right_dot(&self, dot: &Quaternion<T>) -> Quaternion<T> {
        self.quaternion() * dot
    }
    #[inline]
    fn left_bar(b: &Self, bar: &Quaternion<T>) -> Quaternion<T> {
        bar * b.quaternion().conjugate()
    }
    #[inline]
    fn right_bar(&self, bar: &Quaternion<T>) -> Quaternion<T> {
        self.quaternion().conjugate() * bar
    }
    #[inline]
    fn inverse_dot(dot: &Quaternion<T>) -> Quaternion<T> {
        dot.conjugate()
    }
    #[inline]
    fn inverted(&self) -> Self {
        self.inverse()
    }
}

impl<T: Real> Turn<T, 2> for UnitComplex<T> {
    #[inline]
    fn turn(&self, v: &SVector<T, 2>) -> SVector<T, 2> {
        self * v
    }
    #[inline]
    fn turn_back(&self, v: &SVector<T, 2>) -> SVector<T, 2> {
        self.inverse_transform_vector(v)
    }
    #[inline]
    fn turned_dot((): &(), dot: &Complex<T>, v: &SVector<T, 2>) -> SVector<T, 2> {
        SVector::<T, 2>::new(dot.re * v.x - dot.im * v.y, dot.im * v.x + dot.re * v.y)
    }
    #[inline]
    fn turned_bar((): &(), v: &SVector<T, 2>, bar: &SVector<T, 2>) -> Complex<T> {
        Complex::new(bar.dot(v), bar.y * v.x - bar.x * v.y)
    }
    #[inline]
    fn left_dot(dot: &Complex<T>, b: &Self) -> Complex<T> {
        dot * b.complex()
    }
    #[inline]
    fn right_dot(&self, dot: &Complex<T>) -> Complex<T> {
        self.complex() * dot
    }
    #[inline]
    fn left_bar(b: &Self, bar: &Complex<T>) -> Complex<T> {
        bar * b.complex().conj()
    }
    #[inline]
    fn right_bar(&self, bar: &Complex<T>) -> Complex<T> {
        self.complex().conj() * bar
    }
    #[inline]
    fn inverse_dot(dot: &Complex<T>) -> Complex<T> {
        dot.conj()
    }
    #[inline]
    fn inverted(&self) -> Self {
        self.inverse()
    }
}
