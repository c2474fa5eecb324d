//! Programs on points: rays, meshes, cameras, clouds, and descent in place.
use autodiff_core::{Differentiable, differentiable};
use autodiff_tests::{check, check_scalar};
use nalgebra::{
    DMatrix, DVector, Isometry3, Matrix4, Perspective3, Point2, Point3, Vector2, Vector3, dmatrix, dvector,
};

// ---- a ray and a plane ---------------------------------------------------------------------------------------------

#[derive(Clone, Debug, Differentiable)]
struct Plane {
    through: Point3<f64>,
    normal: Vector3<f64>,
}

/// Where the ray from `origin` along `along` meets the plane; `None` where it does not.
#[differentiable]
fn hit(plane: &Plane, origin: &Point3<f64>, along: &Vector3<f64>) -> Option<Point3<f64>> {
    let slope = plane.normal.dot(along);
    if slope.abs() < 1e-12 {
        return None;
    }
    let t = (plane.through - origin).dot(&plane.normal) / slope;
    if t < 0.0 { None } else { Some(origin + along * t) }
}

#[differentiable]
fn hit_distance(through: &Point3<f64>, normal: &Vector3<f64>, origin: &Point3<f64>, along: &Vector3<f64>) -> f64 {
    let plane = Plane { through: *through, normal: normal.normalize() };
    match hit(&plane, origin, along) {
        Some(p) => nalgebra::distance(origin, &p),
        None => 0.0,
    }
}

#[test]
fn a_ray_meets_a_plane() {
    let (origin, along) = (Point3::new(0.2, -0.3, 2.0), Vector3::new(0.1, 0.3, -1.0));
    check_scalar!(hit_distance(&Point3::new(0.1, 0.2, 0.0), &Vector3::new(0.2, 0.1, 1.5), &origin, &along));
    let floor = Plane { through: Point3::origin(), normal: Vector3::z() };
    let (p, (_, origin_bar, _)) = hit::vjp(&floor, &origin, &along, Some(Vector3::z()));
    assert!(p.is_some_and(|p| p.z.abs() < 1e-15));
    assert!(origin_bar.norm() < 1e-15, "the height of what lies on the floor does not change");
    assert_eq!(hit::vjp(&floor, &origin, &-along, None).0, None);
}

// ---- triangles and meshes ------------------------------------------------------------------------------------------

#[differentiable]
fn area(a: &Point3<f64>, b: &Point3<f64>, c: &Point3<f64>) -> f64 {
    (b - a).cross(&(c - a)).norm() / 2.0
}

#[differentiable]
fn volume(vertices: &[Point3<f64>], faces: &[[usize; 3]]) -> f64 {
    let mut volume = 0.0;
    for f in faces {
        let [a, b, c] = [vertices[f[0]], vertices[f[1]], vertices[f[2]]];
        volume += a.coords.dot(&b.coords.cross(&c.coords));
    }
    volume / 6.0
}

#[differentiable]
fn surface(vertices: &[Point3<f64>], faces: &[[usize; 3]]) -> f64 {
    faces.iter().map(|f| area(&vertices[f[0]], &vertices[f[1]], &vertices[f[2]])).sum()
}

#[test]
fn volume_and_surface_of_a_mesh() {
    let corners =
        [Point3::origin(), Point3::new(1.0, 0.0, 0.0), Point3::new(0.0, 2.0, 0.0), Point3::new(0.0, 0.0, 3.0)];
    let faces = [[0, 2, 1], [0, 1, 3], [0, 3, 2], [1, 2, 3]];
    assert_eq!(volume(&corners, &faces), 1.0);
    // `dV / dx = (2 · 3) / 6` for the vertex on the first axis
    let bar = volume::grad(&corners, &faces);
    assert!((bar[1] - Vector3::x()).norm() < 1e-15);
    // a volume does not change when the whole mesh is moved
    assert!(bar.iter().sum::<Vector3<f64>>().norm() < 1e-15);
    let bent: Vec<_> = corners.iter().map(|p| p + Vector3::new(p.y, p.z, p.x) * 0.3).collect();
    check_scalar!(volume(&bent, const &faces));
    check_scalar!(surface(&bent, const &faces));
    check_scalar!(area(&bent[1], &bent[2], &bent[3]));
}

// ---- a camera ------------------------------------------------------------------------------------------------------

#[derive(Clone, Debug, Differentiable)]
struct Camera {
    pose: Isometry3<f64>,
    focal: Vector2<f64>,
    center: Point2<f64>,
}

#[differentiable]
impl Camera {
    fn project(&self, p: &Point3<f64>) -> Point2<f64> {
        let q = self.pose.inverse_transform_point(p);
        let x = Vector2::new(q.x / q.z, q.y / q.z);
        self.center + x.component_mul(&self.focal)
    }
}

#[differentiable]
fn reprojection(
    turn: &Vector3<f64>,
    shift: &Vector3<f64>,
    focal: f64,
    points: &[Point3<f64>],
    #[nodiff] seen: &[Point2<f64>],
) -> f64 {
    let camera = Camera {
        pose: Isometry3::new(*shift, *turn),
        focal: Vector2::new(focal, focal),
        center: Point2::new(0.5, 0.4),
    };
    let mut error = 0.0;
    for (p, pixel) in points.iter().zip(seen) {
        error += nalgebra::distance_squared(&camera.project(p), pixel);
    }
    error / points.len() as f64
}

/// By a homogeneous matrix as by coordinates.
#[differentiable]
fn homogeneous(m: &Matrix4<f64>, p: &Point3<f64>) -> Point3<f64> {
    let h = m * p.to_homogeneous();
    Point3::from(h.xyz() / h.w)
}

#[test]
fn a_camera_sees_points() {
    let points = vec![Point3::new(0.3, 0.2, 4.0), Point3::new(-0.5, 0.7, 5.0), Point3::new(0.9, -0.4, 3.0)];
    let seen = [Point2::new(0.6, 0.5), Point2::new(0.4, 0.6), Point2::new(0.8, 0.2)];
    check_scalar!(reprojection(&Vector3::new(0.1, -0.2, 0.3), &Vector3::new(0.2, 0.1, -0.3), 1.3, &points, const &seen));
    let m = Perspective3::new(1.5, 0.8, 0.1, 10.0).to_homogeneous();
    check!(homogeneous(&m, &points[1]));
    assert!(
        (homogeneous(&m, &points[1]) - Perspective3::new(1.5, 0.8, 0.1, 10.0).project_point(&points[1])).norm() < 1e-14
    );
}

// ---- aligning two clouds -------------------------------------------------------------------------------------------

/// How far the moved points are from those that belong to them, across the surface.
#[differentiable]
fn misfit(
    turn: &Vector3<f64>,
    shift: &Vector3<f64>,
    #[nodiff] from: &[Point3<f64>],
    #[nodiff] to: &[(Point3<f64>, Vector3<f64>)],
) -> f64 {
    let pose = Isometry3::new(*shift, *turn);
    let mut sum = 0.0;
    for k in 0..from.len() {
        let (q, normal) = to[k];
        let across = (pose * from[k] - q).dot(&normal);
        sum += across * across;
    }
    sum
}

#[test]
fn two_clouds_are_aligned() {
    let cloud: Vec<Point3<f64>> =
        (0..12).map(|k| Point3::new((k as f64).sin(), (1.7 * k as f64).cos(), 0.1 * k as f64 - 0.5)).collect();
    let truth = Isometry3::new(Vector3::new(0.1, -0.2, 0.05), Vector3::new(0.05, -0.1, 0.2));
    let normal = |k: usize| Vector3::new((2.1 * k as f64).cos(), (k as f64).sin(), 0.7).normalize();
    let to: Vec<_> = cloud.iter().enumerate().map(|(k, p)| (truth * p, normal(k))).collect();
    check_scalar!(misfit(&Vector3::new(0.1, 0.2, 0.3), &Vector3::new(0.3, 0.1, 0.2), const &cloud, const &to));
    let (mut turn, mut shift) = (Vector3::zeros(), Vector3::zeros());
    for _ in 0..3000 {
        let (turn_bar, shift_bar) = misfit::grad(&turn, &shift, &cloud, &to);
        turn -= turn_bar * 0.05;
        shift -= shift_bar * 0.05;
    }
    assert!((shift - truth.translation.vector).norm() < 1e-6, "{shift}");
    assert!((turn - truth.rotation.scaled_axis()).norm() < 1e-6, "{turn}");
}

// ---- descent in place ----------------------------------------------------------------------------------------------

/// What is left of a quadratic after some steps with momentum.
#[differentiable]
fn descended(a: &DMatrix<f64>, b: &DVector<f64>, rate: f64, momentum: f64, #[nodiff] steps: usize) -> f64 {
    let mut x = DVector::zeros(b.len());
    let mut speed = DVector::zeros(b.len());
    let mut slope = DVector::zeros(b.len());
    for _ in 0..steps {
        slope.copy_from(b);
        slope.gemv(1.0, a, &x, -1.0);
        speed.axpy(-rate, &slope, momentum);
        x.axpy(1.0, &speed, 1.0);
    }
    0.5 * x.dot(&(a * &x)) - b.dot(&x)
}

#[test]
fn a_rate_is_learned() {
    let (a, b) = (dmatrix![1.5, 0.3, 0.1; 0.3, 0.9, -0.2; 0.1, -0.2, 0.6], dvector![0.3, -0.7, 0.4]);
    check_scalar!(descended(&a, &b, 0.2, 0.5, const 6));
    let before = descended(&a, &b, 0.2, 0.5, 6);
    let (_, _, rate_bar, momentum_bar) = descended::grad(&a, &b, 0.2, 0.5, 6);
    let after = descended(&a, &b, 0.2 - 0.1 * rate_bar, 0.5 - 0.1 * momentum_bar, 6);
    assert!(after < before, "{after} after {before}");
}
