//! Methods that hand out references into `self`, and `Index` of the user's.
use autodiff_core::{Differentiable, Real, differentiable};
use autodiff_tests::{check_scalar, record};
use nalgebra::{DMatrix, Vector3};
use std::ops::{Index, IndexMut};
#[derive(Clone, Debug, Differentiable)]
pub struct Mat {
    data: Vec<f64>,
    rows: usize,
    cols: usize,
}
record!(Mat, MatTangent { data } const { rows, cols });
#[differentiable]
impl Mat {
    fn zeros(rows: usize, cols: usize) -> Mat {
        Mat { data: vec![0.0; rows * cols], rows, cols }
    }
    pub fn row(&self, i: usize) -> &[f64] {
        assert!(i < self.rows);
        &self.data[i * self.cols..(i + 1) * self.cols]
    }
    pub fn row_mut(&mut self, i: usize) -> &mut [f64] {
        let c = self.cols;
        &mut self.data[i * c..(i + 1) * c]
    }
    fn at(&self, i: usize, j: usize) -> &f64 {
        &self.data[i * self.cols + j]
    }
    fn data(&self) -> &Vec<f64> {
        &self.data
    }
    fn name(&self) -> &str {
        "mat"
    }
    fn len(&self) -> usize {
        self.data.len()
    }
    fn frobenius(&self) -> f64 {
        let mut s = 0.0;
        for i in 0..self.rows {
            for v in self.row(i) {
                s += v * v;
            }
            s += self.row(i)[0] * *self.at(i, 1);
        }
        s
    }
    fn scale_row(&mut self, i: usize, k: f64) {
        for v in self.row_mut(i).iter_mut() {
            *v *= k;
        }
        self.row_mut(i)[0] += k;
    }
}
#[differentiable]
impl Index<(usize, usize)> for Mat {
    type Output = f64;
    fn index(&self, (i, j): (usize, usize)) -> &f64 {
        &self.data[i * self.cols + j]
    }
}
#[differentiable]
impl IndexMut<(usize, usize)> for Mat {
    fn index_mut(&mut self, (i, j): (usize, usize)) -> &mut Self::Output {
        &mut self.data[i * self.cols + j]
    }
}
fn mat(k: f64) -> Mat {
    Mat { data: vec![1.0 * k, 0.5, -0.3, 0.7, k, 0.2], rows: 2, cols: 3 }
}

#[differentiable]
fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(x, y)| x * y).sum()
}

#[differentiable]
fn getters(m: &Mat, x: f64) -> f64 {
    let r = m.row(0);
    let s: f64 = m.row(1).iter().map(|v| v * x).sum();
    let d = m.data();
    s + r[1] * m.row(1)[2] + dot(m.row(0), m.row(1)) + *m.at(0, 2) * x + d[3] * d[4] + r.len() as f64
}
#[differentiable]
fn calls(m: &Mat, x: f64) -> f64 {
    m.frobenius() * x
}
#[differentiable]
fn mutable(m: &mut Mat, x: f64) -> f64 {
    m.row_mut(0)[1] += x * m.row(1)[0];
    m.scale_row(1, x);
    let r = m.row_mut(0);
    r[0] *= x;
    r[2] = r[0] * r[1];
    m.frobenius()
}
#[differentiable]
fn index(m: &Mat, x: f64) -> f64 {
    let mut t = Mat::zeros(2, 2);
    for i in 0..2 {
        for j in 0..2 {
            for k in 0..3 {
                t[(i, j)] += m[(i, k)] * m[(j, k)] * x;
            }
        }
    }
    t[(0, 1)] *= t[(1, 1)];
    t[(0, 0)] = t[(0, 1)] + t[(0, 0)] * x;
    t[(0, 0)] * t[(1, 0)]
}
#[differentiable]
fn index_mut(m: &mut Mat, x: f64) {
    for i in 0..m.rows {
        for j in 1..m.cols {
            let v = m[(i, j - 1)];
            m[(i, j)] += v * x;
            m[(i, 0)] *= m[(i, j)];
        }
    }
}
#[derive(Clone, Debug, Differentiable)]
pub struct Net {
    w: Mat,
    b: Vec<f64>,
    layers: Vec<Mat>,
}
record!(Net, NetTangent { w, b, layers });
#[differentiable]
fn fields(n: &Net, x: &[f64]) -> f64 {
    let mut out = 0.0;
    for i in 0..2 {
        let mut z = n.b[i];
        for j in 0..3 {
            z += n.w[(i, j)] * x[j] + n.layers[1][(i, j)] * n.layers[0].row(i)[j];
        }
        out += z.tanh() + dot(n.w.row(i), x);
    }
    out
}
#[differentiable]
fn fields_mut(n: &mut Net, x: f64) -> f64 {
    n.w[(0, 1)] += x;
    n.layers[1][(0, 0)] *= n.w[(0, 1)];
    n.w.row_mut(1)[1] *= x * n.b[0];
    n.b[1] *= n.w.frobenius();
    n.layers[1].frobenius() + n.w[(1, 1)] * n.b[1]
}
#[derive(Clone, Copy, Debug, PartialEq, Differentiable)]
pub struct V3 {
    x: f64,
    y: f64,
    z: f64,
}
record!(V3, V3Tangent { x, y, z });
#[differentiable]
impl Index<usize> for V3 {
    type Output = f64;
    fn index(&self, i: usize) -> &f64 {
        match i {
            0 => &self.x,
            1 => &self.y,
            2 => &self.z,
            _ => panic!("no coordinate {i}"),
        }
    }
}
#[differentiable]
impl IndexMut<usize> for V3 {
    fn index_mut(&mut self, i: usize) -> &mut f64 {
        if i == 0 {
            return &mut self.x;
        }
        match i {
            1 => &mut self.y,
            _ => &mut self.z,
        }
    }
}
#[differentiable]
fn coords(a: &V3, mut b: V3, ps: &[V3]) -> f64 {
    let mut s = 0.0;
    for i in 0..3 {
        s += a[i] * b[i];
        b[i] *= a[2 - i];
        for p in ps {
            s += p[i] * b[i];
        }
        s += ps[0][i] * ps[1][i];
    }
    s * b[0] * b[2]
}
#[derive(Clone, Debug, Differentiable)]
struct Body {
    pos: Vector3<f64>,
    vel: Vector3<f64>,
    m: f64,
    w: DMatrix<f64>,
}
record!(Body, BodyTangent { pos, vel, m, w });
#[differentiable]
impl Body {
    fn position(&self) -> &Vector3<f64> {
        &self.pos
    }
    fn velocity_mut(&mut self) -> &mut Vector3<f64> {
        &mut self.vel
    }
    fn mass(&self) -> &f64 {
        &self.m
    }
    fn weights(&self) -> &DMatrix<f64> {
        &self.w
    }
    fn kinetic(&self) -> f64 {
        0.5 * *self.mass() * self.vel.norm_squared() + self.position().dot(&self.vel)
    }
}
#[differentiable]
fn body(b: &mut Body, dt: f64) -> f64 {
    let p = b.position();
    let f = -p / p.norm().powi(3);
    *b.velocity_mut() += f * dt;
    b.velocity_mut()[0] *= dt;
    let q = b.velocity_mut().scale(dt) + b.position();
    b.pos = q;
    b.kinetic() + b.weights()[(0, 1)] * b.weights().row(0).sum()
}
#[derive(Clone, Debug, Differentiable)]
struct Poly<T: Real> {
    c: [T; 3],
}
record!(Poly<f64>, PolyTangent<f64> { c });
#[differentiable]
impl<T: Real> Poly<T> {
    fn coeffs(&self) -> &[T; 3] {
        &self.c
    }
    fn coeffs_mut(&mut self) -> &mut [T] {
        &mut self.c
    }
    fn eval(&self, x: T) -> T {
        let mut y = self.coeffs()[2];
        for k in (0..2).rev() {
            y = y * x + self[k];
        }
        y
    }
}
#[differentiable]
impl<T: Real> Index<usize> for Poly<T> {
    type Output = T;
    fn index(&self, k: usize) -> &T {
        &self.c[k]
    }
}
#[differentiable]
fn poly(p: &Poly<f64>, x: f64) -> f64 {
    let mut q = p.clone();
    for c in q.coeffs_mut() {
        *c *= x;
    }
    q.coeffs_mut()[1] += p[2];
    q.eval(x) * p.eval(x + q[0])
}
#[test]
fn parts() {
    check_scalar!(getters(&mat(0.4), 0.7));
    check_scalar!(calls(&mat(0.4), 0.7));
    check_scalar!(mutable(&mut mat(0.4), 0.7));
    check_scalar!(index(&mat(0.4), 0.7));
    autodiff_tests::check_unit!(index_mut(&mut mat(0.4), 0.7));
    let net = Net { w: mat(0.2), b: vec![0.1, 0.6], layers: vec![mat(0.9), mat(-0.3)] };
    check_scalar!(fields(&net, &[0.3, 0.2, 0.5]));
    check_scalar!(fields_mut(&mut net.clone(), 0.8));
    let (a, b) = (V3 { x: 1.0, y: 0.3, z: -0.4 }, V3 { x: 0.2, y: 0.9, z: 0.5 });
    check_scalar!(coords(&a, b, &[b, a]));
    let bd = Body {
        pos: Vector3::new(1.0, 0.2, 0.3),
        vel: Vector3::new(0.1, 0.7, 0.3),
        m: 1.3,
        w: DMatrix::from_element(2, 2, 0.4),
    };
    check_scalar!(body(&mut bd.clone(), 0.1));
    check_scalar!(poly(&Poly { c: [0.3, 0.2, 0.7] }, 0.6));
}
