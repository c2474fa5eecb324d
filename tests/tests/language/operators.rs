//! Operators of types of the user's own.
use autodiff_core::{Differentiable, Real, differentiable};
use autodiff_tests::{check_scalar, record};
use std::ops::{Add, AddAssign, Div, Mul, Neg, Sub, SubAssign};

#[derive(Clone, Copy, Debug, PartialEq, Differentiable)]
pub struct Vec3 {
    pub x: f64,
    pub y: f64,
    pub z: f64,
}

#[differentiable]
impl Add for Vec3 {
    type Output = Vec3;
    fn add(self, o: Vec3) -> Vec3 {
        Vec3 { x: self.x + o.x, y: self.y + o.y, z: self.z + o.z }
    }
}

#[differentiable]
impl Sub for Vec3 {
    type Output = Self;
    fn sub(self, o: Self) -> Self {
        Self { x: self.x - o.x, y: self.y - o.y, z: self.z - o.z }
    }
}

#[differentiable]
impl Neg for Vec3 {
    type Output = Vec3;
    fn neg(self) -> Self::Output {
        Vec3 { x: -self.x, y: -self.y, z: -self.z }
    }
}

#[differentiable]
impl Mul<f64> for Vec3 {
    type Output = Vec3;
    fn mul(self, k: f64) -> Vec3 {
        Vec3 { x: self.x * k, y: self.y * k, z: self.z * k }
    }
}

#[differentiable]
impl Mul<Vec3> for f64 {
    type Output = Vec3;
    fn mul(self, v: Vec3) -> Vec3 {
        Vec3 { x: self * v.x, y: self * v.y, z: self * v.z }
    }
}

/// The inner product.
#[differentiable]
impl Mul for Vec3 {
    type Output = f64;
    fn mul(self, o: Vec3) -> f64 {
        self.x * o.x + self.y * o.y + self.z * o.z
    }
}

#[differentiable]
impl Div<f64> for Vec3 {
    type Output = Vec3;
    fn div(self, k: f64) -> Vec3 {
        Vec3 { x: self.x / k, y: self.y / k, z: self.z / k }
    }
}

#[differentiable]
impl AddAssign for Vec3 {
    fn add_assign(&mut self, o: Vec3) {
        self.x += o.x;
        self.y += o.y;
        self.z += o.z;
    }
}

#[differentiable]
impl SubAssign for Vec3 {
    fn sub_assign(&mut self, rhs: Self) {
        self.x -= rhs.x;
        self.y -= rhs.y;
        self.z -= rhs.z;
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Differentiable)]
pub struct Complex {
    pub re: f64,
    pub im: f64,
}

#[differentiable]
impl Add for Complex {
    type Output = Complex;
    fn add(self, o: Complex) -> Complex {
        Complex { re: self.re + o.re, im: self.im + o.im }
    }
}

#[differentiable]
impl Mul for Complex {
    type Output = Complex;
    fn mul(self, o: Complex) -> Complex {
        Complex { re: self.re * o.re - self.im * o.im, im: self.re * o.im + self.im * o.re }
    }
}

record!(Vec3, Vec3Tangent { x, y, z });
record!(Complex, ComplexTangent { re, im });

#[differentiable]
fn energy(a: Vec3, b: &Vec3, k: f64) -> f64 {
    let d = a - *b;
    let e = d * k + -*b / (k + 2.0);
    let f = 2.0 * e + a;
    f * d + (f - a) * *b
}

#[differentiable]
fn leapfrog(mut p: Vec3, mut v: Vec3, dt: f64) -> f64 {
    for _ in 0..4 {
        let r2 = p * p;
        let a = -p / (r2 * r2.sqrt());
        v = v + a * dt;
        p = p + v * dt;
    }
    0.5 * (v * v) - 1.0 / (p * p).sqrt()
}

#[differentiable]
fn nbody(ps: &[Vec3], vs: &mut [Vec3], dt: f64) -> f64 {
    let mut e = 0.0;
    for i in 0..ps.len() {
        for j in 0..ps.len() {
            if i != j {
                let d = ps[j] - ps[i];
                let r = (d * d).sqrt();
                vs[i] = vs[i] + d * (dt / (r * r * r));
                e = e - 1.0 / r;
            }
        }
        e = e + vs[i] * vs[i];
    }
    e
}

#[differentiable]
fn assigned(mut p: Vec3, v: &[Vec3], k: f64) -> f64 {
    let mut total = Vec3 { x: 0.0, y: k, z: 0.0 };
    for i in 0..v.len() {
        p += v[i] * k;
        total -= p;
        p = p * (k + total.x);
        total += v[i];
    }
    p * total
}

#[differentiable]
fn mandelbrot(c: Complex, n: usize) -> f64 {
    let mut z = Complex { re: 0.1, im: 0.2 };
    for _ in 0..n {
        z = z * z + c;
    }
    z.re * z.re + z.im * z.im
}

#[test]
fn vectors() {
    let (a, b, c) =
        (Vec3 { x: 1.0, y: 0.3, z: -0.4 }, Vec3 { x: 0.2, y: 0.9, z: 0.5 }, Vec3 { x: -0.8, y: 0.1, z: 1.5 });
    check_scalar!(energy(a, &b, 0.7));
    check_scalar!(leapfrog(a, b, 0.1));
    check_scalar!(assigned(a, &[b, c, a], 0.6));
    check_scalar!(nbody(&[a, b, c], &mut [b, a, a], 0.1));
}

#[test]
fn complex_numbers() {
    check_scalar!(mandelbrot(Complex { re: 0.1, im: 0.3 }, const 4));
}

/// A vector over any scalar, added by reference, with a constructor.
#[derive(Clone, Debug, PartialEq, Differentiable)]
pub struct Plane<T: Real> {
    u: T,
    v: T,
}

#[differentiable]
impl<T: Real> Plane<T> {
    fn new(u: T, v: T) -> Self {
        Plane { u, v }
    }
    fn area(&self, o: &Plane<T>) -> T {
        self.u * o.v - self.v * o.u
    }
}

#[differentiable]
impl<'a, T: Real> Add<&'a Plane<T>> for &'a Plane<T> {
    type Output = Plane<T>;
    fn add(self, o: &'a Plane<T>) -> Plane<T> {
        Plane { u: self.u + o.u, v: self.v + o.v }
    }
}

#[differentiable]
impl<T: Real> Mul<T> for Plane<T> {
    type Output = Plane<T>;
    fn mul(self, k: T) -> Plane<T> {
        let u = self.u * k;
        Plane { u, v: self.v * k }
    }
}

record!(Plane<f64>, PlaneTangent<f64> { u, v });

#[differentiable]
fn in_the_plane(a: &Plane<f64>, b: &Plane<f64>, x: f64) -> f64 {
    let c = &(a + b) + b;
    let d = Plane::new(x, a.u * b.v);
    c.area(&d) + (d * x).area(a)
}

#[test]
fn generic_operators() {
    check_scalar!(in_the_plane(&Plane { u: 0.4, v: -0.3 }, &Plane { u: 1.4, v: 0.7 }, 0.8));
}
