//! nalgebra: rotations, quaternions, translations, isometries.
use autodiff_core::differentiable;
use autodiff_tests::{check, check_scalar};
use nalgebra::{
    Isometry2, Isometry3, IsometryMatrix3, Matrix3, Matrix4, Quaternion, Rotation2, Rotation3, Translation2,
    Translation3, Unit, UnitComplex, UnitQuaternion, UnitVector3, Vector2, Vector3,
};

fn w() -> Vector3<f64> {
    Vector3::new(0.7, -1.2, 0.4)
}

fn v() -> Vector3<f64> {
    Vector3::new(1.3, 0.5, -0.8)
}

fn q() -> UnitQuaternion<f64> {
    UnitQuaternion::from_euler_angles(0.3, -0.5, 0.9)
}

fn r() -> Rotation3<f64> {
    Rotation3::from_euler_angles(0.3, -0.5, 0.9)
}

// ---- rotation matrices --------------------------------------------------------------------------------------------

#[differentiable]
fn about_an_axis(axis: &UnitVector3<f64>, angle: f64, v: &Vector3<f64>) -> Vector3<f64> {
    let r = Rotation3::from_axis_angle(axis, angle);
    r * v + r.transpose() * v * 2.0
}

#[differentiable]
fn about_z(angle: f64, v: &Vector3<f64>) -> Vector3<f64> {
    Rotation3::from_axis_angle(&Vector3::z_axis(), angle) * v
}

#[differentiable]
fn by_a_vector(w: &Vector3<f64>) -> Rotation3<f64> {
    Rotation3::new(*w)
}

#[differentiable]
fn from_scaled_axis(w: Vector3<f64>) -> Rotation3<f64> {
    Rotation3::from_scaled_axis(w * 0.5).inverse()
}

#[differentiable]
fn euler(roll: f64, pitch: f64, yaw: f64) -> Rotation3<f64> {
    Rotation3::from_euler_angles(roll, pitch, yaw)
}

#[differentiable]
fn composed(a: &Rotation3<f64>, b: Rotation3<f64>, m: &Matrix3<f64>) -> Matrix3<f64> {
    let c = a * b;
    let d = b * c * a.inverse();
    d * m + m * d + d.matrix() * m + d.into_inner()
}

#[differentiable]
fn entries_of(r: &Rotation3<f64>) -> f64 {
    r[(0, 1)] * r[(2, 2)] + r.matrix()[(1, 0)]
}

#[differentiable]
fn homogeneous(r: Rotation3<f64>) -> Matrix4<f64> {
    r.to_homogeneous()
}

#[differentiable]
fn transformed(r: Rotation3<f64>, v: &Vector3<f64>) -> Vector3<f64> {
    r.transform_vector(v) + r.inverse_transform_vector(v) * 2.0
}

#[differentiable]
fn logarithm(w: Vector3<f64>, u: Vector3<f64>) -> Vector3<f64> {
    (Rotation3::new(w) * Rotation3::new(u)).scaled_axis()
}

#[differentiable]
fn angles(w: Vector3<f64>) -> (f64, (f64, f64, f64)) {
    let r = Rotation3::new(w);
    (r.angle(), r.euler_angles())
}

#[differentiable]
fn in_single_precision(angle: f32, v: &nalgebra::Vector3<f32>) -> f32 {
    (Rotation3::from_axis_angle(&Vector3::x_axis(), angle) * v).y
}

#[test]
fn rotation_matrices() {
    check!(about_an_axis(&Unit::new_normalize(w()), 0.8, &v()));
    check!(about_z(0.0, &v()));
    check!(about_z(-2.1, &v()));
    check!(by_a_vector(&w()));
    check!(by_a_vector(&(w() * 1e-3)));
    check!(by_a_vector(&(w() * 0.0678)));
    check!(from_scaled_axis(w()));
    check!(euler(0.3, -0.5, 0.9));
    check!(composed(&r(), Rotation3::new(w()), &Matrix3::new(0.7, -1.2, 0.4, 1.3, 0.5, -0.8, 0.2, 0.9, -0.3)));
    check_scalar!(entries_of(&r()));
    check!(homogeneous(r()));
    check!(transformed(r(), &v()));
    check!(logarithm(w(), v()));
    check!(angles(w()));
    check_scalar!(in_single_precision(0.4, &nalgebra::Vector3::new(1.0_f32, -0.5, 2.0)));
    assert_eq!(by_a_vector::jvp(&Vector3::zeros(), &w()).1, w().cross_matrix());
}

// ---- quaternions --------------------------------------------------------------------------------------------------

#[differentiable]
fn turned(q: UnitQuaternion<f64>, v: &Vector3<f64>) -> Vector3<f64> {
    q * v + q.inverse() * v * 2.0 + q.transform_vector(v) + q.conjugate().inverse_transform_vector(v)
}

#[differentiable]
fn made(w: &Vector3<f64>, axis: UnitVector3<f64>, angle: f64) -> UnitQuaternion<f64> {
    let a = UnitQuaternion::from_scaled_axis(*w);
    let b = UnitQuaternion::from_axis_angle(&axis, angle);
    let c = UnitQuaternion::from_euler_angles(w.x, w.y, angle);
    a * b * c * UnitQuaternion::new(w * 0.5)
}

#[differentiable]
fn normalized(q: Quaternion<f64>, v: Vector3<f64>) -> Vector3<f64> {
    let a = UnitQuaternion::from_quaternion(q);
    let b = UnitQuaternion::new_normalize(q);
    let c = Unit::new_normalize(v);
    a * v + b * c.into_inner() + c.into_inner() * q.norm()
}

#[differentiable]
fn arithmetic(q: &Quaternion<f64>, p: Quaternion<f64>, s: f64) -> Quaternion<f64> {
    let product = q * p;
    let mut sum = product + p * s - q / s;
    sum += -product;
    sum.conjugate() + q.normalize()
}

#[differentiable]
fn parts(w: f64, v: Vector3<f64>) -> (f64, Vector3<f64>, f64) {
    let q = Quaternion::from_parts(w, v) * Quaternion::new(w, v.x, 0.5, v.y) + Quaternion::from_imag(v);
    (q.scalar(), q.imag() + q.vector(), q.w * q.i + q.j - q.k + q.as_vector()[1])
}

#[differentiable]
fn matrices(q: UnitQuaternion<f64>) -> (Rotation3<f64>, Matrix4<f64>) {
    (q.to_rotation_matrix(), q.to_homogeneous())
}

#[differentiable]
fn logarithm_of_quaternion(w: Vector3<f64>, u: Vector3<f64>) -> (Vector3<f64>, f64, (f64, f64, f64)) {
    let q = UnitQuaternion::new(w) * UnitQuaternion::new(u);
    (q.scaled_axis(), q.angle(), q.euler_angles())
}

#[differentiable]
fn there_and_back(w: Vector3<f64>) -> UnitQuaternion<f64> {
    let r = Rotation3::new(w);
    UnitQuaternion::from_rotation_matrix(&r)
}

#[differentiable]
fn relative_error(q: &UnitQuaternion<f64>, measured: &UnitQuaternion<f64>) -> f64 {
    (q.inverse() * measured).scaled_axis().norm_squared()
}

#[test]
fn quaternions() {
    check!(turned(q(), &v()));
    check!(made(&w(), Unit::new_normalize(v()), 0.8));
    check!(made(&(w() * 1e-3), Unit::new_normalize(v()), 0.0));
    check!(normalized(Quaternion::new(0.7, -1.2, 0.4, 1.3), v()));
    check!(arithmetic(&Quaternion::new(0.7, -1.2, 0.4, 1.3), Quaternion::new(0.5, 0.2, -0.9, 0.3), 1.7));
    check!(parts(0.7, v()));
    check!(matrices(q()));
    check!(logarithm_of_quaternion(w(), v()));
    check!(logarithm_of_quaternion(w(), w() * 2.0));
    check!(there_and_back(w()));
    check!(there_and_back(w() * 2.0));
    check_scalar!(relative_error(&q(), &UnitQuaternion::new(w())));
}

/// `*=` of rotations, and `-=` of quaternions.
#[differentiable]
fn turned_in_place(
    mut q: UnitQuaternion<f64>,
    u: UnitQuaternion<f64>,
    mut z: UnitComplex<f64>,
    c: UnitComplex<f64>,
) -> Vector3<f64> {
    q *= u;
    z *= c;
    q * Vector3::new(z.angle(), 0.3, -0.7)
}

#[differentiable]
fn less(mut p: Quaternion<f64>, q: Quaternion<f64>) -> Quaternion<f64> {
    p -= q;
    p
}

#[test]
fn quaternions_in_place() {
    let p = Quaternion::new(0.7, -1.2, 0.4, 1.3);
    check!(turned_in_place(q(), UnitQuaternion::new(w()), UnitComplex::new(0.4), UnitComplex::new(-1.1)));
    check!(less(p, Quaternion::new(0.5, 0.2, -0.9, 0.3)));
}

#[test]
fn logarithm_at_the_identity() {
    let (_, w_dot) = logarithm_of_quaternion_alone::jvp(Vector3::zeros(), w());
    assert_eq!(w_dot, w());
    assert_eq!(logarithm_of_quaternion_alone::vjp(Vector3::zeros(), v()).1, v());
}

#[differentiable]
fn logarithm_of_quaternion_alone(w: Vector3<f64>) -> Vector3<f64> {
    UnitQuaternion::new(w).scaled_axis()
}

// ---- the plane ----------------------------------------------------------------------------------------------------

#[differentiable]
fn plane(angle: f64, v: &Vector2<f64>) -> Vector2<f64> {
    let r = Rotation2::new(angle) * Rotation2::new(0.3);
    let z = UnitComplex::new(angle) * UnitComplex::from_angle(angle * 2.0);
    r * v + z * v + r.inverse() * v * r.angle() + z.inverse() * v * z.angle() + z.to_rotation_matrix() * v
}

#[differentiable]
fn plane_motion(x: f64, y: f64, angle: f64, v: &Vector2<f64>) -> Isometry2<f64> {
    let a = Isometry2::new(Vector2::new(x, y), angle);
    let b = Isometry2::from_parts(Translation2::new(y, v.x), UnitComplex::new(x));
    a * b * a.inverse()
}

#[test]
fn the_plane() {
    check!(plane(0.8, &Vector2::new(0.7, -1.2)));
    check!(plane_motion(0.3, -0.5, 0.9, &Vector2::new(0.7, -1.2)));
}

// ---- isometries ---------------------------------------------------------------------------------------------------

#[differentiable]
fn motion(t: Vector3<f64>, w: Vector3<f64>, v: &Vector3<f64>) -> Vector3<f64> {
    let a = Isometry3::new(t, w);
    let b = a * Isometry3::translation(t.x, 0.5, t.z) * Isometry3::rotation(w * 0.5);
    b * v + b.translation.vector + b.rotation * t + a.inverse().translation.vector
}

#[differentiable]
fn as_parameter(a: &Isometry3<f64>, b: Isometry3<f64>, v: &Vector3<f64>) -> Isometry3<f64> {
    let c = a * b;
    let d = c.inverse() * a;
    Isometry3::from_parts(Translation3::from(d.translation.vector + c.rotation * v + d * v), d.rotation)
}

#[differentiable]
fn with_matrices(a: &IsometryMatrix3<f64>, t: Vector3<f64>, w: Vector3<f64>) -> Matrix4<f64> {
    let b = IsometryMatrix3::new(t, w);
    let c = a * b.inverse();
    c.to_homogeneous()
}

#[differentiable]
fn homogeneous_motion(a: &Isometry3<f64>) -> Matrix4<f64> {
    a.to_homogeneous()
}

#[differentiable]
fn translations(x: f64, y: f64) -> Vector3<f64> {
    Translation3::new(x, y, x * y).vector * 2.0
}

/// Products of motions of different kinds, in all orders.
#[differentiable]
fn mixed_motions(a: &Isometry3<f64>, q: UnitQuaternion<f64>, t: &Translation3<f64>, v: &Vector3<f64>) -> Vector3<f64> {
    let b = a * q * t;
    let c = t * q * a;
    let d = q * a * t * (q * t) * (t * a);
    b * v + c * v + d * (d * v) + b.translation.vector
}

#[differentiable]
fn mixed_motions_of_matrices(
    a: &IsometryMatrix3<f64>,
    r: &Rotation3<f64>,
    t: &Translation3<f64>,
    v: &Vector3<f64>,
) -> Vector3<f64> {
    let b = a * r * t;
    let c = t * r * a;
    let d = r * a * (r * t) * (t * a);
    b * v + c * v + d * (d * v) + c.translation.vector
}

#[differentiable]
fn mixed_motions_in_the_plane(a: &Isometry2<f64>, z: UnitComplex<f64>, t: &Translation2<f64>) -> Isometry2<f64> {
    a * z * t * (t * z) * (z * t) * (z * a) * (t * a)
}

/// The chain of a robot's arm, link by link.
#[differentiable]
fn arm(angles: &[f64], lengths: &[f64]) -> Vector3<f64> {
    let mut tip = Isometry3::identity();
    for (i, (angle, length)) in angles.iter().zip(lengths).enumerate() {
        let axis = if i % 2 == 0 { Vector3::z_axis() } else { Vector3::y_axis() };
        tip = tip * UnitQuaternion::from_axis_angle(&axis, *angle) * Translation3::new(0.1, 0.0, *length);
    }
    tip.translation.vector
}

#[test]
fn isometries() {
    let a = Isometry3::new(v(), w());
    let (t, r) = (Translation3::new(0.3, -0.8, 0.5), Rotation3::new(w()));
    check!(mixed_motions(&a, UnitQuaternion::new(w() * 0.7), &t, &v()));
    check!(mixed_motions_of_matrices(&IsometryMatrix3::new(v(), w()), &r, &t, &w()));
    let (b, z) = (Isometry2::new(Vector2::new(0.4, -0.3), 0.8), UnitComplex::new(0.6));
    check!(mixed_motions_in_the_plane(&b, z, &Translation2::new(0.2, 1.1)));
    check!(arm(&[0.3, -0.8, 1.2][..], &[0.5, 0.7, 0.4][..]));
    check!(motion(v(), w(), &w()));
    check!(as_parameter(&a, Isometry3::new(w(), v()), &v()));
    check!(with_matrices(&IsometryMatrix3::new(v(), w()), w(), v()));
    check!(homogeneous_motion(&a));
    check!(translations(0.4, -0.7));
}
