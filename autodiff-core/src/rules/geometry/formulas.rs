//! Derivatives of maps between angles, quaternions and rotation matrices.
//!
//! They are written as tangents. Where few numbers go in, and none of what comes out is dear, an adjoint is read off along each
//! of them ([`along_each`]); the others have a formula of their own.
use super::*;

/// The adjoint of the `N` numbers that a linear map takes, from that of its result.
#[inline]
pub(super) fn along_each<T: Real, R: Dim, C: Dim, const N: usize>(
    dot: impl Fn(&SVector<T, N>) -> OMatrix<T, R, C>,
    bar: &OMatrix<T, R, C>,
) -> SVector<T, N>
where
    DefaultAllocator: Allocator<R, C>,
{
    let unit = |k: usize| SVector::<T, N>::from(std::array::from_fn(|i| if i == k { T::one() } else { T::zero() }));
    SVector::from(std::array::from_fn(|k| dot(&unit(k)).dot(bar)))
}

fn constant<T: Real>(x: f64) -> T {
    nalgebra::convert(x)
}

/// `[w]×`, by which `w × v` is a product
pub(super) fn cross_matrix<T: Real>(w: &Vector3<T>) -> Matrix3<T> {
    w.cross_matrix()
}

/// The adjoint of `w` from that of `[w]×`.
pub(super) fn cross_adjoint<T: Real>(d: &Matrix3<T>) -> Vector3<T> {
    Vector3::new(d[(2, 1)] - d[(1, 2)], d[(0, 2)] - d[(2, 0)], d[(1, 0)] - d[(0, 1)])
}

/// `sin x / x` and `(1 - cos x) / x²`, each with its derivative divided by `x`; of `x²`
fn sinc<T: Real>(square: T) -> [T; 4] {
    if square < constant(1e-2) {
        // the next terms are less than the rounding of 1
        let series = |c: [f64; 5]| c.into_iter().rev().fold(T::zero(), |sum, c| sum * square + constant(c));
        [
            series([1.0, -1.0 / 6.0, 1.0 / 120.0, -1.0 / 5040.0, 1.0 / 362_880.0]),
            series([1.0 / 2.0, -1.0 / 24.0, 1.0 / 720.0, -1.0 / 40_320.0, 1.0 / 3_628_800.0]),
            series([-1.0 / 3.0, 1.0 / 30.0, -1.0 / 840.0, 1.0 / 45_360.0, -1.0 / 3_991_680.0]),
            series([-1.0 / 12.0, 1.0 / 180.0, -1.0 / 6720.0, 1.0 / 453_600.0, -1.0 / 47_900_160.0]),
        ]
    } else {
        let x = T::Math::sqrt(square);
        let (sin, cos) = (T::Math::sin(x), T::Math::cos(x));
        let (a, b) = (sin / x, (T::one() - cos) / square);
        [a, b, (cos - a) / square, (a - b - b) / square]
    }
}

/// `R = I + a [w]× + b [w]×²`, the rotation by the vector `w`
pub(super) fn rotation_by_dot<T: Real>(w: &Vector3<T>, w_dot: &Vector3<T>) -> Matrix3<T> {
    let [a, b, da, db] = sinc(w.norm_squared());
    let along = w.dot(w_dot);
    let (k, k_dot) = (cross_matrix(w), cross_matrix(w_dot));
    k * (da * along) + k_dot * a + (k * k) * (db * along) + (k_dot * k + k * k_dot) * b
}

/// The adjoint of [`rotation_by_dot`]: with `K = [w]×`, `<a' K + b' K², d>` along `w`, and `<a K' + b (K' K + K K'), d>`.
pub(super) fn rotation_by_bar<T: Real>(w: &Vector3<T>, d: &Matrix3<T>) -> Vector3<T> {
    let [a, b, da, db] = sinc(w.norm_squared());
    let k = cross_matrix(w);
    let along = k.dot(d) * da + (k * k).dot(d) * db;
    cross_adjoint(&(d * a - (d * k + k * d) * b)) + w * along
}

/// The coordinates of `cos h + v sin h / h`, with `h = |v|` and `v = w / 2`
pub(super) fn quaternion_by_dot<T: Real>(w: &Vector3<T>, w_dot: &Vector3<T>) -> Vector4<T> {
    let half: T = constant(0.5);
    let (v, v_dot) = (w * half, w_dot * half);
    let [a, _, da, _] = sinc(v.norm_squared());
    let along = v.dot(&v_dot);
    Quaternion::from_parts(-a * along, v_dot * a + v * (da * along)).coords
}

/// The adjoint of [`quaternion_by_dot`].
pub(super) fn quaternion_by_bar<T: Real>(w: &Vector3<T>, d: &Quaternion<T>) -> Vector3<T> {
    let half: T = constant(0.5);
    let v = w * half;
    let [a, _, da, _] = sinc(v.norm_squared());
    (d.imag() * a + v * (v.dot(&d.imag()) * da - a * d.w)) * half
}

/// `R = cos θ I + sin θ [u]× + (1 - cos θ) u uᵀ`
pub(super) fn axis_angle_dot<T: Real>(u: &Vector3<T>, angle: T, u_dot: &Vector3<T>, angle_dot: T) -> Matrix3<T> {
    let (sin, cos) = (T::Math::sin(angle), T::Math::cos(angle));
    let by_angle = Matrix3::from_diagonal_element(-sin) + cross_matrix(u) * cos + u * u.transpose() * sin;
    let by_axis = cross_matrix(u_dot) * sin + (u_dot * u.transpose() + u * u_dot.transpose()) * (T::one() - cos);
    by_angle * angle_dot + by_axis
}

/// The axis of roll (0), of pitch (1) or of yaw (2)
fn axis<T: Real>(k: usize) -> Vector3<T> {
    Vector3::from_fn(|i, _| if i == k { T::one() } else { T::zero() })
}

/// The rotations by roll, by pitch and by yaw
fn euler_rotations<T: Real>(angles: &Vector3<T>) -> [Matrix3<T>; 3] {
    std::array::from_fn(|k| Rotation::<T, 3>::from_axis_angle(&Unit::new_unchecked(axis(k)), angles[k]).into_inner())
}

/// The quaternions of roll, of pitch and of yaw
fn euler_quaternions<T: Real>(angles: &Vector3<T>) -> [Quaternion<T>; 3] {
    std::array::from_fn(|k| UnitQuaternion::from_axis_angle(&Unit::new_unchecked(axis(k)), angles[k]).into_inner())
}

/// The rotation by roll, pitch and yaw: `Z(yaw) Y(pitch) X(roll)`
pub(super) fn euler_rotation_dot<T: Real>(angles: &Vector3<T>, dots: &Vector3<T>) -> Matrix3<T> {
    let [x, y, z] = euler_rotations(angles);
    let turned = |r: &Matrix3<T>, k: usize| cross_matrix(&axis(k)) * r * dots[k];
    let (x_dot, y_dot, z_dot) = (turned(&x, 0), turned(&y, 1), turned(&z, 2));
    z_dot * y * x + z * y_dot * x + z * y * x_dot
}

/// The adjoint of [`euler_rotation_dot`]: `X' = [e]× X` for the axis `e`, so that `<a X' b, d>` is that of `[e]×` with `aᵀ d bᵀ Xᵀ`.
#[inline]
pub(super) fn euler_rotation_bar<T: Real>(angles: &Vector3<T>, d: &Matrix3<T>) -> Vector3<T> {
    let [x, y, z] = euler_rotations(angles);
    let from_left = z.tr_mul(d);
    let from_right = d * x.transpose();
    let by_pitch = cross_adjoint(&(z.tr_mul(&from_right) * y.transpose()));
    let by_roll = cross_adjoint(&(y.tr_mul(&from_left) * x.transpose()));
    let by_yaw = cross_adjoint(&(from_right * y.transpose() * z.transpose()));
    Vector3::new(by_roll[0], by_pitch[1], by_yaw[2])
}

/// The quaternion of roll, pitch and yaw.
pub(super) fn euler_quaternion_dot<T: Real>(angles: &Vector3<T>, dots: &Vector3<T>) -> Vector4<T> {
    let [x, y, z] = euler_quaternions(angles);
    let turned = |q: Quaternion<T>, k: usize| Quaternion::from_imag(axis(k)) * q * (dots[k] * constant(0.5));
    let (x_dot, y_dot, z_dot) = (turned(x, 0), turned(y, 1), turned(z, 2));
    (z_dot * y * x + z * y_dot * x + z * y * x_dot).coords
}

/// The adjoint of [`euler_quaternion_dot`]: `x' = e x / 2` for the axis `e`, so that `<a x' b, d>` is that of `e / 2` with
/// `conj(a) d conj(x b)`.
#[inline]
pub(super) fn euler_quaternion_bar<T: Real>(angles: &Vector3<T>, d: &Quaternion<T>) -> Vector3<T> {
    let [x, y, z] = euler_quaternions(angles);
    let (zy, yx) = (z * y, y * x);
    let along = |a: Quaternion<T>, b: Quaternion<T>, k: usize| (a.conjugate() * d * b.conjugate()).imag()[k];
    Vector3::new(along(zy, x, 0), along(z, yx, 1), along(Quaternion::identity(), z * yx, 2)) * constant::<T>(0.5)
}

/// The entries of the rotation matrix, which are quadratic in the quaternion.
pub(super) fn matrix_of_quaternion_dot<T: Real>(q: &Quaternion<T>, q_dot: &Quaternion<T>) -> Matrix3<T> {
    let two: T = constant(2.0);
    let (w, u, w_dot, u_dot) = (q.w, q.imag(), q_dot.w, q_dot.imag());
    // R = (w² - u·u) I + 2 u uᵀ + 2 w [u]×
    let diagonal = Matrix3::from_diagonal_element((w * w_dot - u.dot(&u_dot)) * two);
    diagonal
        + (u_dot * u.transpose() + u * u_dot.transpose() + cross_matrix(&u) * w_dot + cross_matrix(&u_dot) * w) * two
}

/// Along the manifold: `q' = ½ ω q`, where `[ω]×` is the skew part of `R' Rᵀ`
pub(super) fn quaternion_of_matrix_dot<T: Real>(q: &Quaternion<T>, r: &Matrix3<T>, r_dot: &Matrix3<T>) -> Vector4<T> {
    let omega = cross_adjoint(&(r_dot * r.transpose())) * constant::<T>(0.25);
    (Quaternion::from_imag(omega) * q).coords
}

/// The adjoint of [`quaternion_of_matrix_dot`].
pub(super) fn quaternion_of_matrix_bar<T: Real>(q: &Quaternion<T>, r: &Matrix3<T>, bar: &Vector4<T>) -> Matrix3<T> {
    let omega_bar = (Quaternion::from(*bar) * q.conjugate()).imag() * constant::<T>(0.25);
    cross_matrix(&omega_bar) * r
}

/// `2 atan2(|u|, |w|)`, with slope 0 where there is no rotation
pub(super) fn angle_dot<T: Real>(q: &Quaternion<T>, q_dot: &Quaternion<T>) -> T {
    let (w, u) = (q.w, q.imag());
    let n = u.norm();
    if n.is_zero() {
        return T::zero();
    }
    let sign = if w < T::zero() { -T::one() } else { T::one() };
    let n_dot = u.dot(&q_dot.imag()) / n;
    (w * sign * n_dot - n * q_dot.w * sign) * constant(2.0) / (n * n + w * w)
}

/// `angle u / |u|`, with the sign of `w`
pub(super) fn scaled_axis_dot<T: Real>(q: &Quaternion<T>, q_dot: &Quaternion<T>) -> Vector3<T> {
    let sign = if q.w < T::zero() { -T::one() } else { T::one() };
    let (u, u_dot) = (q.imag() * sign, q_dot.imag() * sign);
    let (n, w) = (u.norm(), q.w * sign);
    if n.is_zero() {
        return u_dot * (constant::<T>(2.0) / w);
    }
    let factor = constant::<T>(2.0) * n.atan2(w) / n;
    let factor_dot = (angle_dot(q, q_dot) - factor * u.dot(&u_dot) / n) / n;
    u_dot * factor + u * factor_dot
}

/// Roll, pitch and yaw: `atan2(r21, r22)`, `-asin r20`, `atan2(r10, r00)`
pub(super) fn euler_angles_dot<T: Real>(r: &Matrix3<T>, r_dot: &Matrix3<T>) -> Vector3<T> {
    let atan2 =
        |y: (usize, usize), x: (usize, usize)| (r[x] * r_dot[y] - r[y] * r_dot[x]) / (r[x] * r[x] + r[y] * r[y]);
    let cos = T::Math::sqrt(T::one() - r[(2, 0)] * r[(2, 0)]);
    Vector3::new(atan2((2, 1), (2, 2)), -r_dot[(2, 0)] / cos, atan2((1, 0), (0, 0)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matrix() -> Matrix3<f64> {
        Matrix3::new(0.3, -1.2, 0.7, 2.1, 0.4, -0.6, 1.3, 0.8, -0.9)
    }

    #[test]
    fn adjoints_are_those_of_the_tangents() {
        let (d, e) = (matrix(), Quaternion::new(0.7, -0.3, 1.1, 0.4));
        // the second is short enough for the series
        for w in [Vector3::new(0.4, -1.3, 0.8), Vector3::new(0.02, 0.03, -0.01), Vector3::zeros()] {
            let same = |a: Vector3<f64>, b: Vector3<f64>| assert!((a - b).norm() < 1e-14, "{a} {b}");
            same(rotation_by_bar(&w, &d), along_each(|w_dot| rotation_by_dot(&w, w_dot), &d));
            same(quaternion_by_bar(&w, &e), along_each(|w_dot| quaternion_by_dot(&w, w_dot), &e.coords));
            same(euler_rotation_bar(&w, &d), along_each(|w_dot| euler_rotation_dot(&w, w_dot), &d));
            same(euler_quaternion_bar(&w, &e), along_each(|w_dot| euler_quaternion_dot(&w, w_dot), &e.coords));
        }
    }
}
