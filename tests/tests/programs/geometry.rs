//! Curves, rotations, kinematics, cameras.
use autodiff_core::differentiable;
use autodiff_tests::{check, check_scalar};
use nalgebra::{Matrix3, Matrix4, Point3, SMatrix, Vector2, Vector3, Vector4};

#[differentiable]
fn rotation_about_z(angle: f64) -> SMatrix<f64, 4, 4> {
    let (s, c) = angle.sin_cos();
    Matrix4::new(c, -s, 0.0, 0.0, s, c, 0.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 0.0, 1.0)
}

/// Denavit and Hartenberg.
#[differentiable]
fn link(theta: f64, d: f64, a: f64, alpha: f64) -> SMatrix<f64, 4, 4> {
    let (st, ct) = theta.sin_cos();
    let (sa, ca) = alpha.sin_cos();
    let mut m = SMatrix::<f64, 4, 4>::identity();
    m[(0, 0)] = ct;
    m[(0, 1)] = -st * ca;
    m[(0, 2)] = st * sa;
    m[(0, 3)] = a * ct;
    m[(1, 0)] = st;
    m[(1, 1)] = ct * ca;
    m[(1, 2)] = -ct * sa;
    m[(1, 3)] = a * st;
    m[(2, 1)] = sa;
    m[(2, 2)] = ca;
    m[(2, 3)] = d;
    m
}

#[differentiable]
fn forward_kinematics(angles: &[f64; 3], lengths: &[f64; 3]) -> Vector3<f64> {
    let mut frame = SMatrix::<f64, 4, 4>::identity();
    for i in 0..3 {
        frame = frame * link(angles[i], 0.1, lengths[i], 0.3 * i as f64);
    }
    let tip = frame * Vector4::new(0.0, 0.0, 0.0, 1.0);
    Vector3::new(tip[0], tip[1], tip[2])
}

#[differentiable]
fn inverse_kinematics_cost(angles: &[f64; 3], lengths: &[f64; 3], target: &Vector3<f64>) -> f64 {
    (forward_kinematics(angles, lengths) - target).norm_squared()
        + 0.01 * (angles[0] * angles[0] + angles[2] * angles[2])
}

#[differentiable]
fn planar_arm(angles: &[f64], lengths: &[f64]) -> (f64, f64) {
    let mut x = 0.0;
    let mut y = 0.0;
    let mut heading = 0.0_f64;
    for i in 0..angles.len() {
        heading += angles[i];
        x += lengths[i] * heading.cos();
        y += lengths[i] * heading.sin();
    }
    (x, y)
}

#[differentiable]
fn rodrigues(axis_angle: Vector3<f64>, point: Vector3<f64>) -> Vector3<f64> {
    let square = axis_angle.norm_squared();
    if square < 1e-12 {
        return point + axis_angle.cross(&point);
    }
    let angle = square.sqrt();
    let axis = axis_angle / angle;
    let (s, c) = angle.sin_cos();
    point * c + axis.cross(&point) * s + axis * (axis.dot(&point) * (1.0 - c))
}

#[differentiable]
fn project(camera: &[f64], point: &[f64]) -> [f64; 2] {
    let rotation = Vector3::new(camera[0], camera[1], camera[2]);
    let centre = Vector3::new(camera[3], camera[4], camera[5]);
    let p = Vector3::new(point[0], point[1], point[2]);
    let q = rodrigues(rotation, p - centre);
    let u = q.x / q.z;
    let v = q.y / q.z;
    let r2 = u * u + v * v;
    let distortion = 1.0 + camera[7] * r2 + camera[8] * r2 * r2;
    [camera[6] * distortion * u, camera[6] * distortion * v]
}

#[differentiable]
fn reprojection_error(cameras: &[[f64; 9]], points: &[[f64; 3]], #[nodiff] seen: &[(usize, usize, [f64; 2])]) -> f64 {
    let mut error = 0.0;
    for k in 0..seen.len() {
        let (camera, point, feature) = seen[k];
        let p = project(&cameras[camera], &points[point]);
        let dx = p[0] - feature[0];
        let dy = p[1] - feature[1];
        error += dx * dx + dy * dy;
    }
    0.5 * error
}

#[differentiable]
fn quaternion_rotate(q: [f64; 4], v: [f64; 3]) -> [f64; 3] {
    let [w, x, y, z] = q;
    let n = w * w + x * x + y * y + z * z;
    let t = [2.0 * (y * v[2] - z * v[1]) / n, 2.0 * (z * v[0] - x * v[2]) / n, 2.0 * (x * v[1] - y * v[0]) / n];
    [
        v[0] + w * t[0] + (y * t[2] - z * t[1]),
        v[1] + w * t[1] + (z * t[0] - x * t[2]),
        v[2] + w * t[2] + (x * t[1] - y * t[0]),
    ]
}

#[differentiable]
fn quaternion_product(p: &Vector4<f64>, q: &Vector4<f64>) -> Vector4<f64> {
    Vector4::new(
        p.w * q.x + p.x * q.w + p.y * q.z - p.z * q.y,
        p.w * q.y - p.x * q.z + p.y * q.w + p.z * q.x,
        p.w * q.z + p.x * q.y - p.y * q.x + p.z * q.w,
        p.w * q.w - p.x * q.x - p.y * q.y - p.z * q.z,
    )
}

#[differentiable]
fn skew(v: &Vector3<f64>) -> Matrix3<f64> {
    Matrix3::new(0.0, -v.z, v.y, v.z, 0.0, -v.x, -v.y, v.x, 0.0)
}

#[differentiable]
fn rotation_by_series(v: &Vector3<f64>, terms: usize) -> Matrix3<f64> {
    let k = skew(v);
    let mut term = Matrix3::identity();
    let mut sum = Matrix3::identity();
    for n in 1..=terms {
        term = term * k / n as f64;
        sum += term;
    }
    sum
}

#[differentiable]
fn de_casteljau(points: &[Vector2<f64>], t: f64) -> Vector2<f64> {
    let mut p = points.to_vec();
    for level in 1..p.len() {
        for i in 0..p.len() - level {
            p[i] = p[i] * (1.0 - t) + p[i + 1] * t;
        }
    }
    p[0]
}

#[differentiable]
fn cubic_hermite(x: &[f64], y: &[f64], slopes: &[f64], at: f64) -> f64 {
    let mut k = 0;
    while k + 2 < x.len() && at > x[k + 1] {
        k += 1;
    }
    let h = x[k + 1] - x[k];
    let t = (at - x[k]) / h;
    let t2 = t * t;
    let t3 = t2 * t;
    let h00 = 2.0 * t3 - 3.0 * t2 + 1.0;
    let h10 = t3 - 2.0 * t2 + t;
    let h01 = -2.0 * t3 + 3.0 * t2;
    let h11 = t3 - t2;
    h00 * y[k] + h10 * h * slopes[k] + h01 * y[k + 1] + h11 * h * slopes[k + 1]
}

/// A natural cubic spline: a tridiagonal solve for the second derivatives, then evaluation.
#[differentiable]
fn natural_spline(x: &[f64], y: &[f64], at: f64) -> f64 {
    let n = x.len();
    let mut second = vec![0.0; n];
    let mut u = vec![0.0; n];
    for i in 1..n - 1 {
        let sig = (x[i] - x[i - 1]) / (x[i + 1] - x[i - 1]);
        let p = sig * second[i - 1] + 2.0;
        second[i] = (sig - 1.0) / p;
        let slope = (y[i + 1] - y[i]) / (x[i + 1] - x[i]) - (y[i] - y[i - 1]) / (x[i] - x[i - 1]);
        u[i] = (6.0 * slope / (x[i + 1] - x[i - 1]) - sig * u[i - 1]) / p;
    }
    second[n - 1] = 0.0;
    for k in (0..n - 1).rev() {
        second[k] = second[k] * second[k + 1] + u[k];
    }
    let mut lo = 0;
    let mut hi = n - 1;
    while hi - lo > 1 {
        let mid = (hi + lo) / 2;
        if x[mid] > at {
            hi = mid;
        } else {
            lo = mid;
        }
    }
    let h = x[hi] - x[lo];
    let a = (x[hi] - at) / h;
    let b = (at - x[lo]) / h;
    a * y[lo] + b * y[hi] + ((a.powi(3) - a) * second[lo] + (b.powi(3) - b) * second[hi]) * h * h / 6.0
}

#[differentiable]
fn bilinear(grid: &[f64], width: usize, x: f64, y: f64) -> f64 {
    let (i, j) = (y.floor() as usize, x.floor() as usize);
    let (dy, dx) = (y - i as f64, x - j as f64);
    let p = grid[i * width + j];
    let q = grid[i * width + j + 1];
    let r = grid[(i + 1) * width + j];
    let s = grid[(i + 1) * width + j + 1];
    (1.0 - dy) * ((1.0 - dx) * p + dx * q) + dy * ((1.0 - dx) * r + dx * s)
}

#[differentiable]
fn polygon_area(points: &[(f64, f64)]) -> f64 {
    let n = points.len();
    let mut twice = 0.0;
    for i in 0..n {
        let (x0, y0) = points[i];
        let (x1, y1) = points[(i + 1) % n];
        twice += x0 * y1 - x1 * y0;
    }
    0.5 * twice.abs()
}

#[differentiable]
fn curve_length(points: &[[f64; 2]]) -> f64 {
    let mut length = 0.0;
    for i in 1..points.len() {
        let mut square = 0.0;
        for k in 0..2 {
            square += (points[i][k] - points[i - 1][k]).powi(2);
        }
        length += square.sqrt();
    }
    length
}

#[differentiable]
fn distance_to_segment(p: Vector2<f64>, a: Vector2<f64>, b: Vector2<f64>) -> f64 {
    let ab = b - a;
    let t = ((p - a).dot(&ab) / ab.norm_squared()).clamp(0.0, 1.0);
    (p - (a + ab * t)).norm()
}

#[differentiable]
fn ray_sphere(origin: &Vector3<f64>, direction: &Vector3<f64>, centre: &Vector3<f64>, radius: f64) -> Option<f64> {
    let d = direction.normalize();
    let oc = origin - centre;
    let b = oc.dot(&d);
    let c = oc.norm_squared() - radius * radius;
    let discriminant = b * b - c;
    if discriminant < 0.0 {
        return None;
    }
    let near = -b - discriminant.sqrt();
    if near > 0.0 { Some(near) } else { Some(-b + discriminant.sqrt()) }
}

#[differentiable]
fn haversine(latitude1: f64, longitude1: f64, latitude2: f64, longitude2: f64) -> f64 {
    let (p, q) = (latitude1.to_radians(), latitude2.to_radians());
    let dp = (latitude2 - latitude1).to_radians();
    let dl = (longitude2 - longitude1).to_radians();
    let a = (dp / 2.0).sin().powi(2) + p.cos() * q.cos() * (dl / 2.0).sin().powi(2);
    2.0 * a.sqrt().atan2((1.0 - a).sqrt())
}

/// An escape-time loop; the trip count depends on the values.
#[differentiable]
fn mandelbrot_potential(cx: f64, cy: f64) -> f64 {
    let (mut x, mut y) = (0.0, 0.0);
    let mut n = 0;
    while x * x + y * y < 1e4 && n < 50 {
        (x, y) = (x * x - y * y + cx, 2.0 * x * y + cy);
        n += 1;
    }
    (x * x + y * y).ln() / 2f64.powi(n)
}

#[test]
fn kinematics() {
    check!(rotation_about_z(0.7));
    check!(link(0.7, 0.1, 1.2, 0.3));
    let (angles, lengths) = ([0.7, -0.4, 0.9], [1.2, 0.8, 0.5]);
    check!(forward_kinematics(&angles, &lengths));
    check_scalar!(inverse_kinematics_cost(&angles, &lengths, &Vector3::new(1.0, 0.5, 0.2)));
    check!(planar_arm(&angles[..], &lengths[..]));
}

#[test]
fn rotations() {
    let v = Vector3::new(0.7, -1.2, 0.4);
    check!(rodrigues(Vector3::new(0.3, 0.2, -0.5), v));
    check!(quaternion_rotate([0.9, 0.2, -0.3, 0.1], [0.7, -1.2, 0.4]));
    check!(quaternion_product(&Vector4::new(0.2, -0.3, 0.1, 0.9), &Vector4::new(0.4, 0.1, -0.2, 0.8)));
    check!(skew(&v));
    check!(rotation_by_series(&v, const 6));
}

#[test]
fn cameras() {
    let camera = [0.1, -0.2, 0.05, 0.3, 0.1, -4.0, 1.2, 0.05, -0.01];
    let points = [[0.7, -1.2, 0.4], [0.3, 0.5, -0.8]];
    check!(project(&camera[..], &points[0][..]));
    let cameras = [camera, camera.map(|c| c * 0.9)];
    let seen = [(0, 1, [0.1, 0.2]), (1, 0, [0.3, -0.3]), (1, 1, [0.0, 0.1])];
    check_scalar!(reprojection_error(&cameras[..], &points[..], const &seen));
}

#[test]
fn curves() {
    let points = [Vector2::new(0.7, -1.2), Vector2::new(0.4, 1.3), Vector2::new(0.5, -0.8), Vector2::new(0.2, 0.9)];
    check!(de_casteljau(&points[..], 0.3));
    let (x, y) = ([0.0, 0.7, 1.3, 2.1], [1.0, -0.4, 0.8, 0.3]);
    check_scalar!(cubic_hermite(&x[..], &y[..], &[0.2, 0.5, -0.1, 0.4][..], 1.6));
    for at in [0.3, 1.0, 1.9] {
        check_scalar!(natural_spline(&x[..], &y[..], at));
    }
    check_scalar!(bilinear(&[0.7, -1.2, 0.4, 1.3, 0.5, -0.8][..], const 3, 1.3, 0.6));
    check_scalar!(polygon_area(&[(0.0, 0.1), (1.2, 0.2), (1.1, 1.4), (-0.2, 0.9)][..]));
    check_scalar!(curve_length(&[[0.0, 0.1], [1.2, 0.2], [1.1, 1.4]][..]));
}

#[test]
fn distances() {
    for p in [Vector2::new(0.7, 1.2), Vector2::new(-0.7, -0.2), Vector2::new(2.7, 1.2)] {
        check_scalar!(distance_to_segment(p, Vector2::new(0.1, 0.0), Vector2::new(1.4, 0.3)));
    }
    let (o, d, c) = (Vector3::new(0.1, 0.2, -3.0), Vector3::new(0.05, -0.02, 1.0), Vector3::new(0.2, 0.1, 1.0));
    check!(ray_sphere(&o, &d, &c, 0.9));
    check!(ray_sphere(&c, &d, &c, 0.9));
    check!(ray_sphere(&o, &-d, &(c * 9.0), 0.9));
    check_scalar!(haversine(48.1, 11.6, 52.5, 13.4));
    check_scalar!(mandelbrot_potential(0.5, 0.6));
}

/// A type without a derivative may still be used natively.
#[differentiable]
fn with_a_native_point(x: f64, #[nodiff] origin: &Point3<f64>) -> f64 {
    x * origin.x + origin.coords.norm()
}

#[test]
fn native_types() {
    check_scalar!(with_a_native_point(0.7, const &Point3::new(1.0, 2.0, 3.0)));
}
