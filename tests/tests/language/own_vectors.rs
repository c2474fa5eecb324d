//! Types of one's own by the names of others: a `Vector3` and a `Matrix2` that are no library's.
use autodiff_core::{Differentiable, differentiable};
use autodiff_tests::check_scalar;
use std::ops::{Add, Mul, Sub};

#[derive(Clone, Copy, Debug, PartialEq, Differentiable)]
struct Vector3 {
    x: f64,
    y: f64,
    z: f64,
}

#[differentiable]
impl Vector3 {
    fn new(x: f64, y: f64, z: f64) -> Self {
        Vector3 { x, y, z }
    }
    fn from_slice(v: &[f64]) -> Self {
        Vector3 { x: v[0], y: v[1], z: v[2] }
    }
    fn dot(&self, other: &Vector3) -> f64 {
        self.x * other.x + self.y * other.y + self.z * other.z
    }
    /// The largest of the coordinates.
    fn norm(&self) -> f64 {
        self.x.abs().max(self.y.abs()).max(self.z.abs())
    }
}
#[differentiable]
impl Add for Vector3 {
    type Output = Vector3;
    fn add(self, other: Vector3) -> Vector3 {
        Vector3 { x: self.x + other.x, y: self.y + other.y, z: self.z + other.z }
    }
}
#[differentiable]
impl Sub for Vector3 {
    type Output = Vector3;
    fn sub(self, other: Vector3) -> Vector3 {
        Vector3 { x: self.x - other.x, y: self.y - other.y, z: self.z - other.z }
    }
}
#[differentiable]
impl Mul<f64> for Vector3 {
    type Output = Vector3;
    fn mul(self, k: f64) -> Vector3 {
        Vector3 { x: self.x * k, y: self.y * k, z: self.z * k }
    }
}

#[derive(Clone, Debug, Differentiable)]
struct Matrix2 {
    rows: [[f64; 2]; 2],
}
#[differentiable]
impl Matrix2 {
    fn determinant(&self) -> f64 {
        self.rows[0][0] * self.rows[1][1] - self.rows[0][1] * self.rows[1][0]
    }
    fn transpose(&self) -> Matrix2 {
        Matrix2 { rows: [[self.rows[0][0], self.rows[1][0]], [self.rows[0][1], self.rows[1][1]]] }
    }
}

#[differentiable]
fn by_operators(p: &[f64], q: &[f64], k: f64) -> f64 {
    let (a, b) = (Vector3::from_slice(p), Vector3::from_slice(q));
    let d = a - b;
    let e = d * k + Vector3::new(k, a.x, 1.0) * 2.0;
    e.norm() + d.dot(&e)
}

#[differentiable]
fn in_a_list(p: &[f64], k: f64) -> f64 {
    let mut all = vec![Vector3::from_slice(p); 2];
    all[1].y *= k;
    let mut sum = Vector3::new(0.0, 0.0, 0.0);
    for v in &all {
        sum = sum + *v * k;
    }
    sum.norm() * all[0].dot(&all[1])
}

#[differentiable]
fn of_a_matrix(p: &[f64]) -> f64 {
    let m = Matrix2 { rows: [[p[0], p[1]], [p[2], p[0] * p[1]]] };
    let t = m.transpose();
    m.determinant() * t.rows[0][1] + t.determinant()
}

#[test]
fn types_by_the_names_of_others() {
    let (p, q) = ([1.0, 0.4, -0.3], [0.2, 0.7, 0.9]);
    check_scalar!(by_operators(&p[..], &q[..], 0.7));
    check_scalar!(in_a_list(&p[..], 0.7));
    check_scalar!(of_a_matrix(&p[..]));
}
