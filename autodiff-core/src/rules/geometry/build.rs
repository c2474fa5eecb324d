//! Functions that make rotations, quaternions, translations and isometries.
use super::formulas::*;
use super::*;
use nalgebra::{Complex, Point};

type OwnedBar<T> = <T as Differentiable>::OwnedBar;

/// `T::name(a, b, ..)`, of arguments by value.
///
/// ```text
/// Trait [generics] Type: name_forward name_push (a a_dot a_bar: A, ..) = value: ..;
///     dot the tangent of the result;    bar |d| let what they share = ..; [the adjoint of each argument]
/// ```
macro_rules! constructors {
    ($(
        $trait:ident [$($g:tt)*] [$($name:ident),*] $this:ty: $forward:ident $push:ident ($($x:ident $x_dot:ident $x_bar:ident: $ty:ty),*) = $y:ident: $value:expr;
        dot $dot:expr; bar |$d:ident| $(let $all:ident = $common:expr;)? [$($pull:expr),*];
    )*) => {$(
        /// One function that makes a value.
        pub trait $trait<$($g)*>: Differentiable + Sized {
            /// The value and the pullback.
            fn $forward<Keep: Mode>($($x: $ty,)* mode: Keep) -> (Self, impl FnOnce(Gradient<Self>, $(&OwnedBar<$ty>),*));
            /// The value and its tangent.
            fn $push($($x: $ty,)* $($x_dot: Gradient<$ty>),*) -> (Self, Gradient<Self>);
        }

        impl<$($g)*> $trait<$($name),*> for $this {
            #[inline]
            fn $forward<Keep: Mode>($($x: $ty,)* _: Keep) -> (Self, impl FnOnce(Gradient<Self>, $(&OwnedBar<$ty>),*)) {
                let $y: $this = $value;
                ($y, move |$d: Gradient<$this>, $($x_bar: &OwnedBar<$ty>),*| {
                    $(let $all = $common;)?
                    $(add_to($x_bar, $pull);)*
                })
            }
            #[inline]
            fn $push($($x: $ty,)* $($x_dot: Gradient<$ty>),*) -> (Self, Gradient<Self>) {
                let $y: $this = $value;
                ($y, $dot)
            }
        }
    )*};
}

constructors! {
    NewRotation3 [T: Real] [T] Rotation<T, 3>: new_forward new_push (w w_dot w_bar: Vector3<T>) = value: Rotation::<T, 3>::new(w);
        dot rotation_by_dot(&w, &w_dot); bar |d| [rotation_by_bar(&w, &d)];
    ScaledAxisRotation3 [T: Real] [T] Rotation<T, 3>: from_scaled_axis_forward from_scaled_axis_push (w w_dot w_bar: Vector3<T>) = value:
        Rotation::<T, 3>::from_scaled_axis(w);
        dot rotation_by_dot(&w, &w_dot); bar |d| [rotation_by_bar(&w, &d)];
    NewUnitQuaternion [T: Real] [T] UnitQuaternion<T>: new_forward new_push (w w_dot w_bar: Vector3<T>) = value: UnitQuaternion::new(w);
        dot quaternion_by_dot(&w, &w_dot).into(); bar |d| [quaternion_by_bar(&w, &d)];
    ScaledAxisUnitQuaternion [T: Real] [T] UnitQuaternion<T>:
        from_scaled_axis_forward from_scaled_axis_push (w w_dot w_bar: Vector3<T>) = value: UnitQuaternion::from_scaled_axis(w);
        dot quaternion_by_dot(&w, &w_dot).into(); bar |d| [quaternion_by_bar(&w, &d)];
    EulerRotation3 [T: Real] [T] Rotation<T, 3>:
        from_euler_angles_forward from_euler_angles_push (x x_dot x_bar: T, y y_dot y_bar: T, z z_dot z_bar: T) = value:
        Rotation::<T, 3>::from_euler_angles(x, y, z);
        dot euler_rotation_dot(&Vector3::new(x, y, z), &Vector3::new(x_dot, y_dot, z_dot));
        bar |d| let bars = euler_rotation_bar(&Vector3::new(x, y, z), &d); [bars[0], bars[1], bars[2]];
    EulerUnitQuaternion [T: Real] [T] UnitQuaternion<T>:
        from_euler_angles_forward from_euler_angles_push (x x_dot x_bar: T, y y_dot y_bar: T, z z_dot z_bar: T) = value:
        UnitQuaternion::from_euler_angles(x, y, z);
        dot euler_quaternion_dot(&Vector3::new(x, y, z), &Vector3::new(x_dot, y_dot, z_dot)).into();
        bar |d| let bars = euler_quaternion_bar(&Vector3::new(x, y, z), &d); [bars[0], bars[1], bars[2]];
    NewRotation2 [T: Real] [T] Rotation<T, 2>: new_forward new_push (x x_dot x_bar: T) = value: Rotation::<T, 2>::new(x);
        dot plane_dot(x) * x_dot; bar |d| [plane_dot(x).dot(&d)];
    NewUnitComplex [T: Real] [T] UnitComplex<T>: new_forward new_push (x x_dot x_bar: T) = value: UnitComplex::new(x);
        dot quarter_turn(&value) * x_dot; bar |d| [real_part(&quarter_turn(&value), &d)];
    AngleUnitComplex [T: Real] [T] UnitComplex<T>: from_angle_forward from_angle_push (x x_dot x_bar: T) = value: UnitComplex::from_angle(x);
        dot quarter_turn(&value) * x_dot; bar |d| [real_part(&quarter_turn(&value), &d)];
    RotationOfMatrix [T: Real, const D: usize] [T, D] Rotation<T, D>:
        from_matrix_unchecked_forward from_matrix_unchecked_push (m m_dot m_bar: SMatrix<T, D, D>) = value: Rotation::from_matrix_unchecked(m);
        dot m_dot; bar |d| [d];
    OfQuaternion [T: Real] [T] UnitQuaternion<T>: from_quaternion_forward from_quaternion_push (q q_dot q_bar: Quaternion<T>) = value:
        UnitQuaternion::from_quaternion(q);
        dot normalized_dot(&q, &value, &q_dot); bar |d| [normalized_dot(&q, &value, &d)];
    NewQuaternion [T: Real] [T] Quaternion<T>: new_forward new_push
        (w w_dot w_bar: T, i i_dot i_bar: T, j j_dot j_bar: T, k k_dot k_bar: T) = value: Quaternion::new(w, i, j, k);
        dot Quaternion::new(w_dot, i_dot, j_dot, k_dot); bar |d| [d.w, d.i, d.j, d.k];
    PartsQuaternion [T: Real] [T] Quaternion<T>: from_parts_forward from_parts_push (w w_dot w_bar: T, u u_dot u_bar: Vector3<T>) = value:
        Quaternion::from_parts(w, u);
        dot Quaternion::from_parts(w_dot, u_dot); bar |d| [d.w, d.imag()];
    ImagQuaternion [T: Real] [T] Quaternion<T>: from_imag_forward from_imag_push (u u_dot u_bar: Vector3<T>) = value: Quaternion::from_imag(u);
        dot Quaternion::from_imag(u_dot); bar |d| [d.imag()];
    NewTranslation2 [T: Real] [T] Translation<T, 2>: new_forward new_push (x x_dot x_bar: T, y y_dot y_bar: T) = value:
        Translation::<T, 2>::new(x, y);
        dot Translation::<T, 2>::new(x_dot, y_dot); bar |d| [d.vector[0], d.vector[1]];
    NewTranslation3 [T: Real] [T] Translation<T, 3>: new_forward new_push (x x_dot x_bar: T, y y_dot y_bar: T, z z_dot z_bar: T) = value:
        Translation::<T, 3>::new(x, y, z);
        dot Translation::<T, 3>::new(x_dot, y_dot, z_dot); bar |d| [d.vector[0], d.vector[1], d.vector[2]];
    NewPoint2 [T: Real] [T] Point<T, 2>: new_forward new_push (x x_dot x_bar: T, y y_dot y_bar: T) = value: Point::<T, 2>::new(x, y);
        dot SVector::<T, 2>::new(x_dot, y_dot); bar |d| [d.x, d.y];
    NewPoint3 [T: Real] [T] Point<T, 3>: new_forward new_push (x x_dot x_bar: T, y y_dot y_bar: T, z z_dot z_bar: T) = value:
        Point::<T, 3>::new(x, y, z);
        dot Vector3::new(x_dot, y_dot, z_dot); bar |d| [d.x, d.y, d.z];
    OfVector [T: Real, const D: usize] [T, D] Translation<T, D>: from_forward from_push (v v_dot v_bar: SVector<T, D>) = value:
        Translation::from(v);
        dot Translation::from(v_dot); bar |d| [d.vector];
    NewIsometry3 [T: Real] [T] Isometry<T, UnitQuaternion<T>, 3>:
        new_forward new_push (t t_dot t_bar: Vector3<T>, w w_dot w_bar: Vector3<T>) = value: nalgebra::Isometry3::new(t, w);
        dot IsometryTangent { rotation: quaternion_by_dot(&w, &w_dot).into(), translation: t_dot.into() };
        bar |d| [d.translation.vector, quaternion_by_bar(&w, &d.rotation)];
    NewIsometryMatrix3 [T: Real] [T] Isometry<T, Rotation<T, 3>, 3>:
        new_forward new_push (t t_dot t_bar: Vector3<T>, w w_dot w_bar: Vector3<T>) = value: nalgebra::IsometryMatrix3::new(t, w);
        dot IsometryTangent { rotation: rotation_by_dot(&w, &w_dot), translation: t_dot.into() };
        bar |d| [d.translation.vector, rotation_by_bar(&w, &d.rotation)];
    NewIsometry2 [T: Real] [T] Isometry<T, UnitComplex<T>, 2>:
        new_forward new_push (t t_dot t_bar: SVector<T, 2>, x x_dot x_bar: T) = value: nalgebra::Isometry2::new(t, x);
        dot IsometryTangent { rotation: quarter_turn(&value.rotation) * x_dot, translation: t_dot.into() };
        bar |d| [d.translation.vector, real_part(&quarter_turn(&value.rotation), &d.rotation)];
    IsometryOfParts [T: Real, R: Turn<T, D>, const D: usize] [T, R, D] Isometry<T, R, D>: from_parts_forward from_parts_push
        (t t_dot t_bar: Translation<T, D>, r r_dot r_bar: R) = value: Isometry { rotation: r, translation: t };
        dot IsometryTangent { rotation: r_dot, translation: t_dot }; bar |d| [d.translation, d.rotation];
    TranslationIsometry3 [T: Real] [T] Isometry<T, UnitQuaternion<T>, 3>: translation_forward translation_push
        (x x_dot x_bar: T, y y_dot y_bar: T, z z_dot z_bar: T) = value: nalgebra::Isometry3::translation(x, y, z);
        dot IsometryTangent { rotation: Vector4::zeros().into(), translation: Vector3::new(x_dot, y_dot, z_dot).into() };
        bar |d| [d.translation.vector[0], d.translation.vector[1], d.translation.vector[2]];
    RotationIsometry3 [T: Real] [T] Isometry<T, UnitQuaternion<T>, 3>: rotation_forward rotation_push (w w_dot w_bar: Vector3<T>) = value:
        nalgebra::Isometry3::rotation(w);
        dot IsometryTangent { rotation: quaternion_by_dot(&w, &w_dot).into(), translation: Vector3::zeros().into() };
        bar |d| [quaternion_by_bar(&w, &d.rotation)];
}

/// The derivative of a rotation of the plane by its angle.
fn plane_dot<T: Real>(x: T) -> SMatrix<T, 2, 2> {
    let (s, c) = (T::Math::sin(x), T::Math::cos(x));
    SMatrix::<T, 2, 2>::new(-s, -c, c, -s)
}

/// `i z`, the derivative of a unit complex number by its angle.
fn quarter_turn<T: Real>(z: &UnitComplex<T>) -> Complex<T> {
    Complex::new(-z.im, z.re)
}

fn real_part<T: Real>(a: &Complex<T>, b: &Complex<T>) -> T {
    a.re * b.re + a.im * b.im
}

/// `(d - y <y, d>) / |q|`, for the tangent and for the adjoint of `y = q / |q|`
fn normalized_dot<T: Real>(q: &Quaternion<T>, y: &UnitQuaternion<T>, d: &Quaternion<T>) -> Quaternion<T> {
    let y = y.coords;
    ((d.coords - y * y.dot(&d.coords)) / q.norm()).into()
}

/// `Unit::new_normalize(v)` and `Unit::new_unchecked(v)`
pub trait NewUnit<V: Differentiable>: Differentiable + Sized {
    /// The value and the pullback.
    fn new_normalize_forward<M: Mode>(v: V, mode: M) -> (Self, impl FnOnce(Gradient<Self>, &OwnedBar<V>));
    /// The value and its tangent.
    fn new_normalize_push(v: V, v_dot: Gradient<V>) -> (Self, Gradient<Self>);
    /// The value and the pullback.
    fn new_unchecked_forward<M: Mode>(v: V, mode: M) -> (Self, impl FnOnce(Gradient<Self>, &OwnedBar<V>));
    /// The value and its tangent.
    fn new_unchecked_push(v: V, v_dot: Gradient<V>) -> (Self, Gradient<Self>);
}

macro_rules! unit {
    ($([$($g:tt)*] [$($bounds:tt)*] $v:ty, |$x:ident, $y:ident, $d:ident| $dot:expr;)*) => {$(
        impl<$($g)*> NewUnit<$v> for Unit<$v>
        where
            $($bounds)*
        {
            #[inline]
            fn new_normalize_forward<M: Mode>(v: $v, _: M) -> (Self, impl FnOnce(Gradient<Self>, &OwnedBar<$v>)) {
                let value = Unit::new_normalize(v.clone());
                let kept = value.clone();
                (value, move |$d: Gradient<Self>, v_bar: &OwnedBar<$v>| {
                    let ($x, $y) = (&v, &kept);
                    add_to(v_bar, $dot);
                })
            }
            #[inline]
            fn new_normalize_push(v: $v, $d: Gradient<$v>) -> (Self, Gradient<Self>) {
                let value = Unit::new_normalize(v.clone());
                let ($x, $y) = (&v, &value);
                let dot = $dot;
                (value, dot)
            }
            #[inline]
            fn new_unchecked_forward<M: Mode>(v: $v, _: M) -> (Self, impl FnOnce(Gradient<Self>, &OwnedBar<$v>)) {
                (Unit::new_unchecked(v), |d: Gradient<Self>, v_bar: &OwnedBar<$v>| add_to(v_bar, d))
            }
            #[inline]
            fn new_unchecked_push(v: $v, v_dot: Gradient<$v>) -> (Self, Gradient<Self>) {
                (Unit::new_unchecked(v), v_dot)
            }
        }
    )*};
}
unit! {
    [T: Real] [] Quaternion<T>, |x, y, d| normalized_dot(x, y, &d);
    [T: Real, R: Dim, C: Dim] [DefaultAllocator: Allocator<R, C>] OMatrix<T, R, C>,
        |x, y, d| crate::rules::normalize::pull_0(x, y.as_ref(), &d);
}

/// `R::from_axis_angle(&axis, angle)`
pub trait FromAxisAngle<T: Real, const D: usize>: Differentiable + Sized {
    /// The value and the pullback.
    fn from_axis_angle_forward<M: Mode>(
        axis: &Unit<Vector3<T>>,
        angle: T,
        mode: M,
    ) -> (Self, impl FnOnce(&Unit<Vector3<T>>, Gradient<Self>, &OwnedBar<Vector3<T>>, &Cell<T>) + use<Self, T, M, D>);
    /// The value and its tangent.
    fn from_axis_angle_push(
        axis: &Unit<Vector3<T>>,
        angle: T,
        axis_dot: &Vector3<T>,
        angle_dot: T,
    ) -> (Self, Gradient<Self>);
}

impl<T: Real> FromAxisAngle<T, 3> for Rotation<T, 3> {
    fn from_axis_angle_forward<M: Mode>(
        axis: &Unit<Vector3<T>>,
        angle: T,
        _: M,
    ) -> (Self, impl FnOnce(&Unit<Vector3<T>>, Matrix3<T>, &OwnedBar<Vector3<T>>, &Cell<T>) + use<T, M>) {
        let pullback =
            move |u: &Unit<Vector3<T>>, d: Matrix3<T>, axis_bar: &OwnedBar<Vector3<T>>, angle_bar: &Cell<T>| {
                let (sin, cos) = (T::Math::sin(angle), T::Math::cos(angle));
                add_to(axis_bar, cross_adjoint(&d) * sin + (d + d.transpose()) * u.as_ref() * (T::one() - cos));
                add_to(angle_bar, axis_angle_dot(u, angle, &Vector3::zeros(), T::one()).dot(&d));
            };
        (Rotation::<T, 3>::from_axis_angle(axis, angle), pullback)
    }
    fn from_axis_angle_push(
        axis: &Unit<Vector3<T>>,
        angle: T,
        axis_dot: &Vector3<T>,
        angle_dot: T,
    ) -> (Self, Matrix3<T>) {
        (Rotation::<T, 3>::from_axis_angle(axis, angle), axis_angle_dot(axis, angle, axis_dot, angle_dot))
    }
}

impl<T: Real> FromAxisAngle<T, 3> for UnitQuaternion<T> {
    fn from_axis_angle_forward<M: Mode>(
        axis: &Unit<Vector3<T>>,
        angle: T,
        _: M,
    ) -> (Self, impl FnOnce(&Unit<Vector3<T>>, Quaternion<T>, &OwnedBar<Vector3<T>>, &Cell<T>) + use<T, M>) {
        let half: T = nalgebra::convert(0.5);
        let pullback =
            move |u: &Unit<Vector3<T>>, d: Quaternion<T>, axis_bar: &OwnedBar<Vector3<T>>, angle_bar: &Cell<T>| {
                let (sin, cos) = (T::Math::sin(angle * half), T::Math::cos(angle * half));
                add_to(axis_bar, d.imag() * sin);
                add_to(angle_bar, (d.imag().dot(u) * cos - d.w * sin) * half);
            };
        (UnitQuaternion::from_axis_angle(axis, angle), pullback)
    }
    fn from_axis_angle_push(
        axis: &Unit<Vector3<T>>,
        angle: T,
        axis_dot: &Vector3<T>,
        angle_dot: T,
    ) -> (Self, Quaternion<T>) {
        let half: T = nalgebra::convert(0.5);
        let (sin, cos) = (T::Math::sin(angle * half), T::Math::cos(angle * half));
        let q_dot =
            Quaternion::from_parts(-sin * half * angle_dot, axis.as_ref() * (cos * half * angle_dot) + axis_dot * sin);
        (UnitQuaternion::from_axis_angle(axis, angle), q_dot)
    }
}

/// `UnitQuaternion::from_rotation_matrix(&r)`
pub trait FromRotationMatrix<T: Real>: Sized {
    /// The value and the pullback.
    fn from_rotation_matrix_forward<M: Mode>(
        r: &Rotation<T, 3>,
        mode: M,
    ) -> (Self, impl FnOnce(&Rotation<T, 3>, Quaternion<T>, &SMatrix<Cell<T>, 3, 3>) + use<Self, T, M>);
    /// The value and its tangent.
    fn from_rotation_matrix_push(r: &Rotation<T, 3>, r_dot: &Matrix3<T>) -> (Self, Quaternion<T>);
}

impl<T: Real> FromRotationMatrix<T> for UnitQuaternion<T> {
    fn from_rotation_matrix_forward<M: Mode>(
        r: &Rotation<T, 3>,
        _: M,
    ) -> (Self, impl FnOnce(&Rotation<T, 3>, Quaternion<T>, &SMatrix<Cell<T>, 3, 3>) + use<T, M>) {
        let q = UnitQuaternion::from_rotation_matrix(r);
        (q, move |r: &Rotation<T, 3>, d: Quaternion<T>, r_bar: &SMatrix<Cell<T>, 3, 3>| {
            add_to(r_bar, quaternion_of_matrix_bar(&q, r.matrix(), &d.coords));
        })
    }
    fn from_rotation_matrix_push(r: &Rotation<T, 3>, r_dot: &Matrix3<T>) -> (Self, Quaternion<T>) {
        let q = UnitQuaternion::from_rotation_matrix(r);
        (q, quaternion_of_matrix_dot(&q, r.matrix(), r_dot).into())
    }
}
