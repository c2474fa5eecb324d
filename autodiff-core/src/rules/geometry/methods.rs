//! The methods of rotations, quaternions and isometries.
use super::formulas::*;
use super::*;
use nalgebra::{Complex, Matrix4, Point};

type OwnedBar<T> = <T as Differentiable>::OwnedBar;

/// `y = a.name()`, where `a` is copied.
///
/// ```text
/// name_forward name_push name_receiver: Out = |a| value;
///     dot |y, a_dot| the tangent of the result;    bar |y, d| the adjoint of `a`
/// ```
macro_rules! methods {
    ($(
        $(#[$doc:meta])*
        $trait:ident [$($g:tt)*] [$($name:ident),*] $this:ty {
            $(
                $forward:ident $push:ident $receiver:ident: $out:ty = |$a:ident| $value:expr;
                dot |$y:ident, $a_dot:ident| $dot:expr; bar |$d:ident| $bar:expr;
            )*
        }
    )*) => {$(
        methods!(@trait [$(#[$doc])*] $trait [$($g)*] $this { $($forward $push $receiver: $out;)* });

        impl<$($g)*> $trait<$($name),*> for $this {$(
            #[inline(always)]
            fn $receiver(&self) -> &Self {
                self
            }
            #[inline]
            fn $forward<Keep: Mode>(self, _: Keep) -> ($out, impl FnOnce(&Self, Gradient<$out>, &OwnedBar<Self>)) {
                let $a = self;
                let $y: $out = $value;
                ($y, move |$a: &$this, $d: Gradient<$out>, a_bar: &OwnedBar<$this>| {
                    let _ = ($a, &$y);
                    add_to(a_bar, $bar);
                })
            }
            #[inline]
            fn $push(&self, $a_dot: &Gradient<Self>) -> ($out, Gradient<$out>) {
                let $a = *self;
                let $y: $out = $value;
                let $a = &$a;
                let _ = $a;
                let dot = $dot;
                ($y, dot)
            }
        )*}
    )*};
    (@trait [$($doc:tt)*] $trait:ident [$($g:tt)*] $this:ty { $($forward:ident $push:ident $receiver:ident: $out:ty;)* }) => {
        $($doc)*
        #[allow(missing_docs)]
        pub trait $trait<$($g)*>: Differentiable + Sized {$(
            fn $receiver(&self) -> &Self;
            fn $forward<Keep: Mode>(self, mode: Keep) -> ($out, impl FnOnce(&Self, Gradient<$out>, &OwnedBar<Self>));
            fn $push(&self, a_dot: &Gradient<Self>) -> ($out, Gradient<$out>);
        )*}
    };
}

methods! {
    /// Methods of rotation matrices.
    RotationMethods [T: Real, const D: usize] [T, D] Rotation<T, D> {
        inverse_forward inverse_push inverse_receiver: Rotation<T, D> = |a| a.inverse();
            dot |_y, a_dot| a_dot.transpose(); bar |d| d.transpose();
        transpose_forward transpose_push transpose_receiver: Rotation<T, D> = |a| a.transpose();
            dot |_y, a_dot| a_dot.transpose(); bar |d| d.transpose();
        into_inner_forward into_inner_push into_inner_receiver: SMatrix<T, D, D> = |a| a.into_inner();
            dot |_y, a_dot| *a_dot; bar |d| d;
        matrix_forward matrix_push matrix_receiver: SMatrix<T, D, D> = |a| *a.matrix();
            dot |_y, a_dot| *a_dot; bar |d| d;
    }
    /// Methods of rotation matrices in space.
    Rotation3Methods [T: Real] [T] Rotation<T, 3> {
        to_homogeneous_forward to_homogeneous_push to_homogeneous_receiver: Matrix4<T> = |a| a.to_homogeneous();
            dot |_y, a_dot| homogeneous_dot(a_dot, &Vector3::zeros()); bar |d| corner(&d);
        scaled_axis_forward scaled_axis_push scaled_axis_receiver: Vector3<T> = |a| a.scaled_axis();
            dot |_y, a_dot| { let q = quaternion_of(a); scaled_axis_dot(&q, &quaternion_of_matrix_dot(&q, a.matrix(), a_dot).into()) };
            bar |d| {
                let q = quaternion_of(a);
                quaternion_of_matrix_bar(&q, a.matrix(), &along_each(|q_dot: &Vector4<T>| scaled_axis_dot(&q, &(*q_dot).into()), &d))
            };
        angle_forward angle_push angle_receiver: T = |a| a.angle();
            dot |_y, a_dot| { let q = quaternion_of(a); angle_dot(&q, &quaternion_of_matrix_dot(&q, a.matrix(), a_dot).into()) };
            bar |d| {
                let q = quaternion_of(a);
                let q_bar = Vector4::from_fn(|k, _| angle_dot(&q, &basis(k)) * d);
                quaternion_of_matrix_bar(&q, a.matrix(), &q_bar)
            };
        euler_angles_forward euler_angles_push euler_angles_receiver: (T, T, T) = |a| a.euler_angles();
            dot |_y, a_dot| triple(&euler_angles_dot(a.matrix(), a_dot));
            bar |d| euler_angles_bar(a.matrix(), &d);
    }
    /// Methods of rotation matrices in the plane.
    Rotation2Methods [T: Real] [T] Rotation<T, 2> {
        angle_forward angle_push angle_receiver: T = |a| a.angle();
            dot |_y, a_dot| a[(0, 0)] * a_dot[(1, 0)] - a[(1, 0)] * a_dot[(0, 0)];
            bar |d| SMatrix::<T, 2, 2>::new(-a[(1, 0)] * d, T::zero(), a[(0, 0)] * d, T::zero());
    }
    /// Methods of unit quaternions.
    UnitQuaternionMethods [T: Real] [T] UnitQuaternion<T> {
        inverse_forward inverse_push inverse_receiver: UnitQuaternion<T> = |a| a.inverse();
            dot |_y, a_dot| a_dot.conjugate(); bar |d| d.conjugate();
        conjugate_forward conjugate_push conjugate_receiver: UnitQuaternion<T> = |a| a.conjugate();
            dot |_y, a_dot| a_dot.conjugate(); bar |d| d.conjugate();
        into_inner_forward into_inner_push into_inner_receiver: Quaternion<T> = |a| a.into_inner();
            dot |_y, a_dot| *a_dot; bar |d| d;
        quaternion_forward quaternion_push quaternion_receiver: Quaternion<T> = |a| *a.quaternion();
            dot |_y, a_dot| *a_dot; bar |d| d;
        to_rotation_matrix_forward to_rotation_matrix_push to_rotation_matrix_receiver: Rotation<T, 3> = |a| a.to_rotation_matrix();
            dot |_y, a_dot| matrix_of_quaternion_dot(a, a_dot);
            bar |d| along_each(|q_dot: &Vector4<T>| matrix_of_quaternion_dot(a, &(*q_dot).into()), &d).into();
        to_homogeneous_forward to_homogeneous_push to_homogeneous_receiver: Matrix4<T> = |a| a.to_homogeneous();
            dot |_y, a_dot| homogeneous_dot(&matrix_of_quaternion_dot(a, a_dot), &Vector3::zeros());
            bar |d| along_each(|q_dot: &Vector4<T>| matrix_of_quaternion_dot(a, &(*q_dot).into()), &corner(&d)).into();
        scaled_axis_forward scaled_axis_push scaled_axis_receiver: Vector3<T> = |a| a.scaled_axis();
            dot |_y, a_dot| scaled_axis_dot(a, a_dot);
            bar |d| along_each(|q_dot: &Vector4<T>| scaled_axis_dot(a, &(*q_dot).into()), &d).into();
        angle_forward angle_push angle_receiver: T = |a| a.angle();
            dot |_y, a_dot| angle_dot(a, a_dot);
            bar |d| Vector4::from_fn(|k, _| angle_dot(a, &basis(k)) * d).into();
        euler_angles_forward euler_angles_push euler_angles_receiver: (T, T, T) = |a| a.euler_angles();
            dot |_y, a_dot| triple(&euler_angles_dot(a.to_rotation_matrix().matrix(), &matrix_of_quaternion_dot(a, a_dot)));
            bar |d| {
                let r_bar = euler_angles_bar(a.to_rotation_matrix().matrix(), &d);
                along_each(|q_dot: &Vector4<T>| matrix_of_quaternion_dot(a, &(*q_dot).into()), &r_bar).into()
            };
    }
    /// Methods of quaternions; `norm` and `normalize` among them.
    QuaternionMethods [T: Real] [T] Quaternion<T> {
        conjugate_forward conjugate_push conjugate_receiver: Quaternion<T> = |a| a.conjugate();
            dot |_y, a_dot| a_dot.conjugate(); bar |d| d.conjugate();
        imag_forward imag_push imag_receiver: Vector3<T> = |a| a.imag();
            dot |_y, a_dot| a_dot.imag(); bar |d| Quaternion::from_imag(d);
        vector_forward vector_push vector_receiver: Vector3<T> = |a| a.imag();
            dot |_y, a_dot| a_dot.imag(); bar |d| Quaternion::from_imag(d);
        as_vector_forward as_vector_push as_vector_receiver: Vector4<T> = |a| *a.as_vector();
            dot |_y, a_dot| a_dot.coords; bar |d| d.into();
        scalar_forward scalar_push scalar_receiver: T = |a| a.scalar();
            dot |_y, a_dot| a_dot.w; bar |d| Quaternion::from_parts(d, Vector3::zeros());
        norm_forward norm_push norm_receiver: T = |a| a.norm();
            dot |y, a_dot| crate::rules::norm::push_0(&a.coords, &y, &a_dot.coords);
            bar |d| crate::rules::norm::pull_0(&a.coords, &y, &d).into();
        norm_squared_forward norm_squared_push norm_squared_receiver: T = |a| a.norm_squared();
            dot |_y, a_dot| crate::rules::norm_squared::push_0(&a.coords, &a_dot.coords);
            bar |d| crate::rules::norm_squared::pull_0(&a.coords, &d).into();
        normalize_forward normalize_push normalize_receiver: Quaternion<T> = |a| a.normalize();
            dot |y, a_dot| crate::rules::normalize::push_0(&a.coords, &y.coords, &a_dot.coords).into();
            bar |d| crate::rules::normalize::pull_0(&a.coords, &y.coords, &d.coords).into();
    }
    /// Methods of unit complex numbers.
    UnitComplexMethods [T: Real] [T] UnitComplex<T> {
        inverse_forward inverse_push inverse_receiver: UnitComplex<T> = |a| a.inverse();
            dot |_y, a_dot| a_dot.conj(); bar |d| d.conj();
        conjugate_forward conjugate_push conjugate_receiver: UnitComplex<T> = |a| a.conjugate();
            dot |_y, a_dot| a_dot.conj(); bar |d| d.conj();
        angle_forward angle_push angle_receiver: T = |a| a.angle();
            dot |_y, a_dot| a.re * a_dot.im - a.im * a_dot.re; bar |d| Complex::new(-a.im * d, a.re * d);
        to_rotation_matrix_forward to_rotation_matrix_push to_rotation_matrix_receiver: Rotation<T, 2> = |a| a.to_rotation_matrix();
            dot |_y, a_dot| SMatrix::<T, 2, 2>::new(a_dot.re, -a_dot.im, a_dot.im, a_dot.re);
            bar |d| Complex::new(d[(0, 0)] + d[(1, 1)], d[(1, 0)] - d[(0, 1)]);
    }
    /// The inverse of an isometry.
    IsometryMethods [T: Real, R: Turn<T, D> + nalgebra::AbstractRotation<T, D>, const D: usize] [T, R, D] Isometry<T, R, D> {
        inverse_forward inverse_push inverse_receiver: Isometry<T, R, D> = |a| a.inverse();
            dot |y, a_dot| {
                // the translation is `-r⁻¹ t`
                let rotation = R::inverse_dot(&a_dot.rotation);
                let turned = R::turned_dot(&y.rotation.shape(), &rotation, &a.translation.vector);
                IsometryTangent { translation: (-turned - y.rotation.turn(&a_dot.translation.vector)).into(), rotation }
            };
            bar |d| {
                let v_bar = -d.translation.vector;
                let mut r_bar = d.rotation;
                crate::rules::accumulate(&mut r_bar, R::turned_bar(&y.rotation.shape(), &a.translation.vector, &v_bar));
                IsometryTangent { rotation: R::inverse_dot(&r_bar), translation: y.rotation.turn_back(&v_bar).into() }
            };
    }
    /// Isometries in space as matrices.
    Isometry3Methods [T: Real] [T] Isometry<T, UnitQuaternion<T>, 3> {
        to_homogeneous_forward to_homogeneous_push to_homogeneous_receiver: Matrix4<T> = |a| a.to_homogeneous();
            dot |_y, a_dot| homogeneous_dot(&matrix_of_quaternion_dot(&a.rotation, &a_dot.rotation), &a_dot.translation.vector);
            bar |d| IsometryTangent {
                rotation: along_each(|q_dot: &Vector4<T>| matrix_of_quaternion_dot(&a.rotation, &(*q_dot).into()), &corner(&d)).into(),
                translation: d.fixed_view::<3, 1>(0, 3).clone_owned().into(),
            };
    }
    /// Isometries in space as matrices.
    IsometryMatrix3Methods [T: Real] [T] Isometry<T, Rotation<T, 3>, 3> {
        to_homogeneous_forward to_homogeneous_push to_homogeneous_receiver: Matrix4<T> = |a| a.to_homogeneous();
            dot |_y, a_dot| homogeneous_dot(&a_dot.rotation, &a_dot.translation.vector);
            bar |d| IsometryTangent { rotation: corner(&d), translation: d.fixed_view::<3, 1>(0, 3).clone_owned().into() };
    }
    /// Methods of points in the plane.
    Point2Methods [T: Real] [T] Point<T, 2> {
        to_homogeneous_forward to_homogeneous_push to_homogeneous_receiver: Vector3<T> = |a| a.to_homogeneous();
            dot |_y, a_dot| a_dot.to_homogeneous(); bar |d| d.xy();
    }
    /// Methods of points in space.
    Point3Methods [T: Real] [T] Point<T, 3> {
        to_homogeneous_forward to_homogeneous_push to_homogeneous_receiver: Vector4<T> = |a| a.to_homogeneous();
            dot |_y, a_dot| a_dot.to_homogeneous(); bar |d| d.xyz();
    }
    /// The vector in a `Unit`.
    UnitMethods [T: Real, const D: usize] [T, D] Unit<SVector<T, D>> {
        into_inner_forward into_inner_push into_inner_receiver: SVector<T, D> = |a| a.into_inner();
            dot |_y, a_dot| *a_dot; bar |d| d;
        as_ref_forward as_ref_push as_ref_receiver: SVector<T, D> = |a| *a.as_ref();
            dot |_y, a_dot| *a_dot; bar |d| d;
    }
}

/// The tangent of a homogeneous matrix.
fn homogeneous_dot<T: Real>(r_dot: &Matrix3<T>, t_dot: &Vector3<T>) -> Matrix4<T> {
    let mut m = Matrix4::zeros();
    m.fixed_view_mut::<3, 3>(0, 0).copy_from(r_dot);
    m.fixed_view_mut::<3, 1>(0, 3).copy_from(t_dot);
    m
}

/// The part of a homogeneous matrix that belongs to the rotation.
fn corner<T: Real>(d: &Matrix4<T>) -> Matrix3<T> {
    d.fixed_view::<3, 3>(0, 0).clone_owned()
}

fn quaternion_of<T: Real>(r: &Rotation<T, 3>) -> Quaternion<T> {
    UnitQuaternion::from_rotation_matrix(r).into_inner()
}

fn basis<T: Real>(k: usize) -> Quaternion<T> {
    Quaternion::from(Vector4::from_fn(|i, _| if i == k { T::one() } else { T::zero() }))
}

fn triple<T: Real>(v: &Vector3<T>) -> (T, T, T) {
    (v.x, v.y, v.z)
}

/// The adjoint of a rotation matrix from that of its Euler angles.
fn euler_angles_bar<T: Real>(r: &Matrix3<T>, d: &(T, T, T)) -> Matrix3<T> {
    let d = Vector3::new(d.0, d.1, d.2);
    Matrix3::from_fn(|i, j| {
        let mut unit = Matrix3::zeros();
        unit[(i, j)] = T::one();
        euler_angles_dot(r, &unit).dot(&d)
    })
}

/// `r.transform_vector(&v)` and `r.inverse_transform_vector(&v)`
pub trait TransformVector<T: Real, const D: usize>: Differentiable + Sized {
    /// `self`, for the pullback.
    fn transform_vector_receiver(&self) -> &Self;
    /// The value and the pullback.
    fn transform_vector_forward<M: Mode>(
        &self,
        v: &SVector<T, D>,
        mode: M,
    ) -> (
        SVector<T, D>,
        impl FnOnce(&Self, &SVector<T, D>, SVector<T, D>, &OwnedBar<Self>, &SVector<Cell<T>, D>) + use<Self, T, M, D>,
    );
    /// The value and its tangent.
    fn transform_vector_push(
        &self,
        v: &SVector<T, D>,
        a_dot: &Gradient<Self>,
        v_dot: &SVector<T, D>,
    ) -> (SVector<T, D>, SVector<T, D>);
    /// `self`, for the pullback.
    fn inverse_transform_vector_receiver(&self) -> &Self;
    /// The value and the pullback.
    fn inverse_transform_vector_forward<M: Mode>(
        &self,
        v: &SVector<T, D>,
        mode: M,
    ) -> (
        SVector<T, D>,
        impl FnOnce(&Self, &SVector<T, D>, SVector<T, D>, &OwnedBar<Self>, &SVector<Cell<T>, D>) + use<Self, T, M, D>,
    );
    /// The value and its tangent.
    fn inverse_transform_vector_push(
        &self,
        v: &SVector<T, D>,
        a_dot: &Gradient<Self>,
        v_dot: &SVector<T, D>,
    ) -> (SVector<T, D>, SVector<T, D>);
}

impl<T: Real, R: Turn<T, D>, const D: usize> TransformVector<T, D> for R {
    #[inline(always)]
    fn transform_vector_receiver(&self) -> &Self {
        self
    }
    #[inline]
    fn transform_vector_forward<M: Mode>(
        &self,
        v: &SVector<T, D>,
        _: M,
    ) -> (
        SVector<T, D>,
        impl FnOnce(&Self, &SVector<T, D>, SVector<T, D>, &OwnedBar<Self>, &SVector<Cell<T>, D>) + use<R, T, M, D>,
    ) {
        let pullback =
            |a: &Self, v: &SVector<T, D>, d: SVector<T, D>, a_bar: &OwnedBar<Self>, v_bar: &SVector<Cell<T>, D>| {
                add_to(a_bar, R::turned_bar(&a.shape(), v, &d));
                add_to(v_bar, a.turn_back(&d));
            };
        (self.turn(v), pullback)
    }
    #[inline]
    fn transform_vector_push(
        &self,
        v: &SVector<T, D>,
        a_dot: &Gradient<Self>,
        v_dot: &SVector<T, D>,
    ) -> (SVector<T, D>, SVector<T, D>) {
        (self.turn(v), R::turned_dot(&self.shape(), a_dot, v) + self.turn(v_dot))
    }
    #[inline(always)]
    fn inverse_transform_vector_receiver(&self) -> &Self {
        self
    }
    #[inline]
    fn inverse_transform_vector_forward<M: Mode>(
        &self,
        v: &SVector<T, D>,
        _: M,
    ) -> (
        SVector<T, D>,
        impl FnOnce(&Self, &SVector<T, D>, SVector<T, D>, &OwnedBar<Self>, &SVector<Cell<T>, D>) + use<R, T, M, D>,
    ) {
        let pullback =
            |a: &Self, v: &SVector<T, D>, d: SVector<T, D>, a_bar: &OwnedBar<Self>, v_bar: &SVector<Cell<T>, D>| {
                add_to(a_bar, R::inverse_dot(&R::turned_bar(&a.inverted().shape(), v, &d)));
                add_to(v_bar, a.turn(&d));
            };
        (self.turn_back(v), pullback)
    }
    #[inline]
    fn inverse_transform_vector_push(
        &self,
        v: &SVector<T, D>,
        a_dot: &Gradient<Self>,
        v_dot: &SVector<T, D>,
    ) -> (SVector<T, D>, SVector<T, D>) {
        (self.turn_back(v), R::turned_dot(&self.inverted().shape(), &R::inverse_dot(a_dot), v) + self.turn_back(v_dot))
    }
}
