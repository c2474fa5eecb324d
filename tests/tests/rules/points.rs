//! nalgebra's points: places, whose tangents are vectors.
use autodiff_core::{Differentiable, Real, differentiable};
use autodiff_tests::{check, check_scalar, check_unit};
use nalgebra::{
    Isometry2, Isometry3, IsometryMatrix3, Matrix3, Point, Point2, Point3, Rotation2, Rotation3, SVector, Translation3,
    UnitComplex, UnitQuaternion, Vector2, Vector3, point,
};

fn p() -> Point3<f64> {
    Point3::new(0.7, -1.2, 0.4)
}

fn q() -> Point3<f64> {
    Point3::new(1.3, 0.5, -0.8)
}

fn v() -> Vector3<f64> {
    Vector3::new(0.3, 0.9, -0.6)
}

fn m() -> Isometry3<f64> {
    Isometry3::new(Vector3::new(0.4, 0.2, -0.7), Vector3::new(0.3, -0.5, 0.9))
}

#[differentiable]
fn new3(x: f64, y: f64) -> Point3<f64> {
    Point3::new(x * y, 2.0, y - x)
}

#[differentiable]
fn new2(x: f32, y: f32) -> Point2<f32> {
    let p = Point2::new(x * y, y.sin());
    p * 2.0
}

#[differentiable]
fn by_macro(x: f64, y: f64) -> Point3<f64> {
    point![x * y, 2.0, y - x]
}

#[differentiable]
fn from_vector(v: &Vector3<f64>) -> Point3<f64> {
    Point3::from(v * 2.0) + v
}

#[differentiable]
fn arithmetic(p: Point3<f64>, q: &Point3<f64>, v: &Vector3<f64>, s: f64) -> Point3<f64> {
    let d = p - q;
    let e = q - p;
    let m = -p;
    let mut r = p + d * s - v;
    r += v;
    r += v * s;
    r -= e.cross(&d);
    r = r * s;
    r = r / (1.0 + s * s);
    r *= s;
    r /= 2.0 + s;
    r - m.coords + (q - Point3::origin()) * 0.5
}

#[differentiable]
fn refs(p: &Point3<f64>, q: &Point3<f64>, v: &Vector3<f64>) -> f64 {
    let a = p + v;
    let b = p - v;
    let c = -p;
    (p - q).norm() + (&a - &b).dot(v) + (a - *q).norm_squared() * c.x + (p - &b).sum()
}

#[differentiable]
fn coords(p: &Point3<f64>) -> f64 {
    p.coords.norm() + p.coords.x * p.y + p.coords[2] * p[0] + p.coords.dot(&p.coords)
}

#[differentiable]
fn coords_view(p: &Point3<f64>) -> f64 {
    let c = &p.coords;
    let h = p.coords;
    c.norm() + c[1] * h[2] + c.x
}

#[differentiable]
fn write_coords(p: &Point3<f64>, s: f64) -> Point3<f64> {
    let mut q = *p;
    q.coords *= s;
    q.coords[1] = s * q.x;
    q.x += s;
    q[2] = q.y * q.x;
    q.coords += p.coords * s;
    q.coords.z -= s * s;
    q
}

#[differentiable]
fn write_all(p: &mut Point3<f64>, v: &Vector3<f64>) {
    *p += v * p.x;
    p.coords = v + p.coords * 2.0;
    p.y = p.x * p.z;
    p[0] *= 3.0;
    p.coords[2] *= p.y;
}

#[differentiable]
fn push_out(ps: &mut [Point3<f64>], v: &Vector3<f64>) {
    for p in ps.iter_mut() {
        *p += v * p.y;
        p.z = p.x * 2.0;
    }
    ps[0].x = ps[1].y;
    ps[1].coords.x *= 3.0;
}

#[differentiable]
fn mapped(p: &Point3<f64>, s: f64) -> Point3<f64> {
    p.map(|x| x * x * s)
}

#[differentiable]
fn homogeneous(p: &Point3<f64>, q: &Point2<f64>) -> f64 {
    let h = p.to_homogeneous();
    let g = q.to_homogeneous();
    h.norm() * g.norm_squared() + h.x * h.w
}

#[differentiable]
fn distances(p: &Point3<f64>, q: &Point3<f64>) -> f64 {
    nalgebra::distance(p, q) + nalgebra::distance_squared(&(p + p.coords), q) + nalgebra::center(p, q).x
}

#[differentiable]
fn rotated(r: &Rotation3<f64>, p: &Point3<f64>) -> Point3<f64> {
    r * p + (r * *p).coords * 2.0
}

#[differentiable]
fn rotated2(r: Rotation2<f64>, c: UnitComplex<f64>, p: &Point2<f64>) -> Point2<f64> {
    r * (c * p)
}

#[differentiable]
fn quaternion(q: &UnitQuaternion<f64>, p: &Point3<f64>) -> Point3<f64> {
    q * p
}

#[differentiable]
fn isometry(m: &Isometry3<f64>, p: &Point3<f64>, v: &Vector3<f64>) -> Point3<f64> {
    m * p + m * v
}

#[differentiable]
fn isometry_matrix(m: IsometryMatrix3<f64>, p: Point3<f64>) -> Point3<f64> {
    m.inverse() * (m * p * 2.0)
}

#[differentiable]
fn isometry2(m: Isometry2<f64>, p: Point2<f64>) -> Point2<f64> {
    m * p
}

#[differentiable]
fn translation(t: Translation3<f64>, p: &Point3<f64>) -> Point3<f64> {
    t * p
}

#[differentiable]
fn matrix(m: &Matrix3<f64>, p: &Point3<f64>) -> Point3<f64> {
    m * p
}

#[differentiable]
fn transformed(m: &Isometry3<f64>, r: &Rotation3<f64>, q: &UnitQuaternion<f64>, p: &Point3<f64>) -> Point3<f64> {
    let a = m.transform_point(p);
    let b = m.inverse_transform_point(&a) * 2.0;
    let c = r.transform_point(&b) + r.inverse_transform_point(p).coords;
    q.inverse_transform_point(&q.transform_point(&(c * 2.0))) + m.inverse_transform_point(p).coords
}

#[differentiable]
fn cloud(ps: &[Point3<f64>], qs: &Vec<Point3<f64>>) -> f64 {
    let mut s = 0.0;
    for (p, q) in ps.iter().zip(qs) {
        s += (p - q).norm_squared();
    }
    for i in 0..ps.len() {
        s += ps[i].x * qs[i].coords.y;
    }
    s
}

#[differentiable]
fn centroid(ps: &[Point3<f64>]) -> Point3<f64> {
    let mut c = Vector3::zeros();
    for p in ps {
        c += p.coords;
    }
    Point3::from(c / ps.len() as f64)
}

#[differentiable]
fn summed(ps: &[Point3<f64>]) -> f64 {
    let c: Vector3<f64> = ps.iter().map(|p| p.coords).sum();
    c.norm()
}

#[derive(Clone, Differentiable)]
struct Ray {
    origin: Point3<f64>,
    dir: Vector3<f64>,
}

#[derive(Clone, Differentiable)]
struct Body {
    coords: Vec<f64>,
    at: Point3<f64>,
}

#[differentiable]
fn at(ray: &Ray, t: f64) -> Point3<f64> {
    ray.origin + ray.dir * t
}

#[differentiable]
fn body(b: &Body) -> f64 {
    let c = &b.coords;
    b.coords[0] * b.at.coords.x + c[1] * b.at.y
}

#[differentiable]
fn body_mut(b: &mut Body, s: f64) {
    b.coords[0] *= s;
    b.coords[1] = b.at.coords.x * s;
    b.at.coords[1] *= b.coords[0];
    let c = &mut b.coords;
    c[0] += s * c[1];
}

#[differentiable]
fn made(ps: &[Point3<f64>], v: &Vector3<f64>) -> Vec<Point3<f64>> {
    ps.iter().map(|p| p + v * p.x).collect()
}

#[differentiable]
fn pushed(p: Point3<f64>, n: usize) -> Vec<Point3<f64>> {
    let mut out = Vec::new();
    let mut q = p;
    for _ in 0..n {
        q = q + (q.coords * q.x) * 0.5;
        out.push(q);
    }
    out
}

#[differentiable]
fn generic<T: Real>(p: &Point3<T>, q: Point3<T>, s: T) -> T {
    let d = p - q;
    let m = nalgebra::center(p, &q);
    let r = m + d * s;
    r.coords.norm() * s + p.x * q[1]
}

#[differentiable]
fn from_array(x: f64, y: f64) -> Point3<f64> {
    Point3::from([x * y, y, x.sin()])
}

#[differentiable]
fn from_local(x: f64, y: f64) -> Point2<f64> {
    let a = [x * y, y];
    Point2::from(a)
}

#[differentiable]
fn from_slice(x: &[f64]) -> Point3<f64> {
    Point3::from_slice(&x[1..4])
}

#[differentiable]
fn starts_at_origin(ps: &[Point3<f64>], w: &[f64]) -> Point3<f64> {
    let mut c = Point3::origin();
    for i in 0..ps.len() {
        c += ps[i].coords * w[i];
    }
    c / w.iter().sum::<f64>()
}

#[differentiable]
fn constants(v: &Vector3<f64>) -> f64 {
    let o = Point3::new(1.0, 2.0, 3.0);
    let p = o + v;
    (p - o).norm() + nalgebra::distance(&p, &Point3::origin()) + (p - Point3::new(0.5, 0.2, 0.1)).norm()
}

#[differentiable]
fn fixed(#[nodiff] o: &Point3<f64>, p: &Point3<f64>) -> f64 {
    (p - o).norm() + (o - p).x + nalgebra::distance_squared(o, p) + nalgebra::center(o, p).z
}

#[differentiable]
fn lerp(p: &Point3<f64>, q: &Point3<f64>, t: f64) -> Point3<f64> {
    p.lerp(q, t)
}

#[differentiable]
fn iterated(p: &Point3<f64>) -> f64 {
    let mut s = 0.0;
    for x in p.iter() {
        s += x * x * x;
    }
    for (i, x) in p.coords.iter().enumerate() {
        s += x * i as f64;
    }
    s
}

#[differentiable]
fn changed(p: &Point3<f64>, s: f64) -> f64 {
    let mut q = p.clone();
    for x in q.iter_mut() {
        *x *= s;
    }
    q.apply(|x| *x = *x * *x);
    q.coords.norm()
}

#[differentiable]
fn mesh(vertices: &[Point3<f64>], faces: &[[usize; 3]]) -> f64 {
    let mut volume = 0.0;
    for f in faces {
        let (a, b, c) = (vertices[f[0]], vertices[f[1]], vertices[f[2]]);
        volume += a.coords.dot(&b.coords.cross(&c.coords)) / 6.0;
    }
    volume
}

#[differentiable]
fn triangle(a: &Point3<f64>, b: &Point3<f64>, c: &Point3<f64>) -> f64 {
    0.5 * (b - a).cross(&(c - a)).norm()
}

#[differentiable]
fn options(p: Point3<f64>, t: f64) -> Option<Point3<f64>> {
    if t < 0.0 {
        return None;
    }
    let q = Some(p + p.coords * t);
    q.map(|q| q * t)
}

#[differentiable]
fn pair(p: (Point2<f64>, Point2<f64>)) -> (Point2<f64>, f64) {
    let (a, b) = p;
    (a + (b - a) * 0.3, (b - a).norm())
}

#[differentiable]
fn chosen(p: &Point3<f64>, q: &Point3<f64>) -> Point3<f64> {
    let r = if p.x > q.x { p } else { q };
    let mut best = *r;
    best.x = if best.y > 0.0 { best.y * p.x } else { q.z };
    best
}

#[derive(Clone, Debug, Differentiable)]
struct Sphere {
    center: Point3<f64>,
    radius: f64,
}

#[differentiable]
impl Sphere {
    fn distance(&self, p: &Point3<f64>) -> f64 {
        (p - self.center).norm() - self.radius
    }
    fn shift(&mut self, v: &Vector3<f64>) {
        self.center += v * self.radius;
        self.center.x *= 2.0;
    }
    fn moved(&self, iso: &Isometry3<f64>) -> Sphere {
        Sphere { center: iso * self.center, radius: self.radius * 2.0 }
    }
}

#[differentiable]
fn spheres(iso: &Isometry3<f64>, c: &Point3<f64>, r: f64, p: &Point3<f64>) -> f64 {
    let mut s = Sphere { center: *c, radius: r };
    s.shift(&p.coords);
    s.moved(iso).distance(p) + s.distance(&(p + c.coords))
}

#[differentiable]
fn any_dimension<const D: usize>(p: &Point<f64, D>, q: &Point<f64, D>, v: &SVector<f64, D>) -> f64 {
    (p - q).dot(v) + (p + v).coords.norm()
}

#[differentiable]
fn boxed(ps: &mut Vec<Point3<f64>>, v: &Vector3<f64>) {
    let p = ps[0] + v * ps[1].x;
    ps.push(p);
    ps[1].coords += v;
    let n = ps.len();
    ps[n - 1].y *= 2.0;
    ps.swap(0, 1);
}

#[differentiable]
fn minmax(ps: &[Point3<f64>]) -> f64 {
    let mut lo = ps[0];
    let mut hi = ps[0];
    for p in &ps[1..] {
        for k in 0..3 {
            lo[k] = lo[k].min(p[k]);
            hi[k] = hi[k].max(p[k]);
        }
    }
    (hi - lo).norm()
}

#[differentiable]
fn helper(p: Point3<f64>) -> f64 {
    p.x * p.y - p.z
}

#[differentiable]
fn calls(ps: &[Point3<f64>]) -> f64 {
    ps.iter().map(|p| helper(*p)).sum::<f64>()
        + ps.iter().map(|p| p.coords.norm()).fold(0.0, |a, b| a + b * b)
        + ps.windows(2).map(|w| (w[1] - w[0]).norm()).sum::<f64>()
}

#[differentiable]
fn swizzled(p: &Point3<f64>, v: &Vector3<f64>) -> f64 {
    let a = p.xy();
    a.x * a.y + v.xy().norm() + v.xz().dot(&v.yx()) + p.xz().y + v.xyz().z
}

#[differentiable]
fn scaled(p: Point3<f64>, s: f64) -> Point3<f64> {
    let q = 2.0 * p;
    let r = s * q;
    let mut t = r;
    t *= 3.0;
    -t
}

#[differentiable]
fn field_points(q: &UnitQuaternion<f64>, ps: [Point3<f64>; 2]) -> [Point3<f64>; 2] {
    ps.map(|p| q * p)
}

#[test]
fn are_made() {
    check!(new3(0.7, 1.3));
    check!(new2(0.7, 1.3));
    check!(by_macro(0.7, 1.3));
    check!(from_vector(&v()));
    check!(from_array(0.7, 1.3));
    check!(from_local(0.7, 1.3));
    check!(from_slice(&vec![0.7, 1.3, 0.1, 0.4]));
    check!(lerp(&p(), &q(), 0.3));
    check!(mapped(&p(), 0.8));
    check_scalar!(homogeneous(&p(), &Point2::new(0.3, 1.4)));
    check_scalar!(swizzled(&p(), &v()));
}

#[test]
fn operators() {
    check!(arithmetic(p(), &q(), &v(), 0.8));
    check_scalar!(refs(&p(), &q(), &v()));
    check!(scaled(p(), 0.4));
    check_scalar!(generic(&p(), q(), 0.7));
    check_scalar!(generic(&Point3::new(0.7_f32, -1.2, 0.4), Point3::new(0.4, 0.3, -0.6), 0.7));
    check_scalar!(any_dimension(&p(), &q(), &v()));
    check_scalar!(constants(&v()));
    check_scalar!(fixed(const &q(), &p()));
    check!(starts_at_origin(&vec![p(), q()], &vec![0.3, 0.8]));
}

#[test]
fn coordinates() {
    check_scalar!(coords(&p()));
    check_scalar!(coords_view(&p()));
    check!(write_coords(&p(), 0.8));
    check_unit!(write_all(&mut p(), &v()));
    check_unit!(push_out(&mut vec![p(), q()], &v()));
    check_scalar!(iterated(&p()));
    check_scalar!(changed(&p(), 0.8));
}

#[test]
fn distances_and_centers() {
    check_scalar!(distances(&p(), &q()));
    check_scalar!(triangle(&p(), &q(), &(p() + v())));
    check_scalar!(minmax(&vec![p(), q(), p() + v()]));
}

#[test]
fn are_moved() {
    let r = Rotation3::from_euler_angles(0.3, -0.5, 0.9);
    let u = UnitQuaternion::from_euler_angles(0.3, -0.5, 0.9);
    let flat = Point2::new(0.3, 1.4);
    check!(rotated(&r, &p()));
    check!(rotated2(Rotation2::new(0.4), UnitComplex::new(-0.7), &flat));
    check!(quaternion(&u, &p()));
    check!(field_points(&u, [p(), q()]));
    check!(isometry(&m(), &p(), &v()));
    check!(isometry_matrix(IsometryMatrix3::new(v(), q().coords), p()));
    check!(isometry2(Isometry2::new(Vector2::new(0.3, 0.1), 0.4), flat));
    check!(translation(Translation3::new(0.1, 0.2, 0.3), &p()));
    check!(matrix(&Matrix3::new(1.0, 2.0, 3.0, 0.5, 0.6, 0.7, -1.0, -2.0, 0.3), &p()));
    check!(transformed(&m(), &r, &u, &p()));
}

#[test]
fn in_containers() {
    check_scalar!(cloud(&vec![p(), q()], &vec![q(), p() + v()]));
    check!(centroid(&vec![p(), q()]));
    check_scalar!(summed(&vec![p(), q()]));
    check!(made(&vec![p(), q()], &v()));
    check!(pushed(p(), const 3));
    check_scalar!(mesh(&vec![p(), q(), p() + v()], const &[[0, 1, 2], [2, 1, 0], [1, 0, 2]]));
    check!(pair((Point2::new(0.3, 0.4), Point2::new(-0.3, 0.9))));
    check!(chosen(&p(), &q()));
    check_scalar!(spheres(&m(), &p(), 0.7, &q()));
    check_scalar!(calls(&vec![p(), q(), p() + v()]));
    let (y, (p_bar, t_bar)) = options::vjp(p(), 0.5, Some(v()));
    assert_eq!(y, Some((p() + p().coords * 0.5) * 0.5));
    assert!((p_bar - v() * 0.75).norm() < 1e-15);
    assert!((t_bar - 2.0 * v().dot(&p().coords)).abs() < 1e-15); // of `(t + t²) v·p`
}

#[test]
fn a_growing_cloud() {
    let (mut ps, mut bar) = (vec![p(), q()], vec![v(), v(), v()]);
    let v_bar = boxed::vjp(&mut ps, &v(), &mut bar);
    let w = v().component_mul(&Vector3::new(1.0, 2.0, 1.0));
    assert_eq!(ps.len(), 3);
    assert_eq!(bar.len(), 2);
    assert!((bar[0] - (v() + w)).norm() < 1e-15);
    assert!((bar[1] - (v() + Vector3::x() * w.dot(&v()))).norm() < 1e-15);
    assert!((v_bar - (v() + w * q().x)).norm() < 1e-15);
}

/// The gradient is what a step from the point goes along.
#[test]
fn a_step_is_a_point_minus_a_gradient() {
    let (mut a, b, c) = (p(), q(), q() + v());
    let before = triangle(&a, &b, &c);
    for _ in 0..10 {
        a -= 0.1 * triangle::grad(&a, &b, &c).0;
    }
    assert!(triangle(&a, &b, &c) < before);
}

/// Fields named `coords` of one's own, which are no coordinates of a point.
#[test]
fn own_fields_named_coords() {
    let b = Body { coords: vec![1.5, 2.0], at: p() };
    let b_bar = BodyTangent { coords: vec![p().x, p().y], at: Vector3::new(1.5, 2.0, 0.0) };
    assert_eq!(body::grad(&b), b_bar);
    let (mut at, mut dot) = (b.clone(), BodyTangent { coords: vec![1.0, 0.0], at: Vector3::zeros() });
    body_mut::jvp(&mut at, 2.0, &mut dot, 0.0);
    assert_eq!(dot.coords, [2.0, 0.0]);
    assert_eq!(dot.at, Vector3::new(0.0, 2.0 * p().y, 0.0));
    let mut bar = BodyTangent { coords: vec![1.0, 0.0], at: Vector3::y() };
    let mut again = b.clone();
    let s_bar = body_mut::vjp(&mut again, 2.0, &mut bar);
    assert_eq!(again.coords, at.coords);
    assert_eq!(bar.coords, [2.0 + 2.0 * p().y, 0.0]);
    assert_eq!(bar.at, Vector3::new(4.0, 3.0, 0.0));
    assert_eq!(s_bar, 1.5 + 4.0 * p().x + 1.5 * p().y);
}

#[test]
fn in_structs() {
    let (y, (ray_bar, t_bar)) = at::vjp(&Ray { origin: p(), dir: v() }, 2.0, v());
    assert_eq!(y, p() + v() * 2.0);
    assert_eq!(ray_bar, RayTangent { origin: v(), dir: v() * 2.0 });
    assert_eq!(t_bar, v().norm_squared());
}
