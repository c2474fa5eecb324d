//! Types of the user's whose methods have the names of built-in functions: `dot`, `norm`, `scale`, `exp`, `mean`.
use autodiff_core::{Differentiable, differentiable};
use autodiff_tests::{check_scalar, record};
use nalgebra::{DMatrix, DVector, Vector3, dmatrix, dvector};

#[derive(Differentiable, Clone, Copy, Debug, PartialEq)]
struct Vec3 {
    x: f64,
    y: f64,
    z: f64,
}
record!(Vec3, Vec3Tangent { x, y, z });

/// Each of them is a little off, so that a rule taken for it shows.
#[differentiable]
impl Vec3 {
    fn dot(&self, o: &Vec3) -> f64 {
        self.x * o.x + 2.0 * self.y * o.y + 3.0 * self.z * o.z
    }
    fn norm_squared(&self) -> f64 {
        self.dot(self)
    }
    fn norm(&self) -> f64 {
        self.norm_squared().sqrt()
    }
    fn sum(&self) -> f64 {
        self.x + 0.5 * self.y + self.z
    }
    fn max(self, o: f64) -> f64 {
        if self.x > o { self.x * self.y } else { o * self.z }
    }
    fn scale(&self, k: f64) -> Vec3 {
        let mut r = *self;
        r.x *= k;
        r.y *= k;
        r.z *= k * k;
        r
    }
    fn add(&self, o: &Vec3) -> Vec3 {
        let mut r = *self;
        r.x += o.x;
        r.y += 2.0 * o.y;
        r.z += o.z * self.x;
        r
    }
    fn cross(&self, o: &Vec3) -> Vec3 {
        let mut r = *self;
        r.x = self.y * o.z - self.z * o.y;
        r.y = self.z * o.x - self.x * o.z;
        r.z = self.x * o.y - self.y * o.x;
        r
    }
    fn normalize(self) -> Vec3 {
        let n = self.norm();
        self.scale(1.0 / n)
    }
    fn abs(self) -> Vec3 {
        let mut r = self;
        r.x = self.x.abs() * self.y;
        r
    }
    fn neg(self) -> Vec3 {
        self.scale(-1.0)
    }
    fn mul(self, k: f64) -> Vec3 {
        self.scale(k)
    }
}

#[differentiable]
fn lengths(a: &Vec3, b: &Vec3) -> f64 {
    let c = a.cross(b);
    let d = a.add(&b.scale(0.5));
    c.norm() + d.dot(a) * d.sum() + a.normalize().dot(&c.neg())
}

#[differentiable]
fn by_value(a: Vec3, b: Vec3, k: f64) -> f64 {
    a.mul(k).abs().sum() + b.max(k) + a.dot(&b) + a.abs().scale(k).norm()
}

#[derive(Differentiable, Clone, Copy, Debug)]
struct Particle {
    at: Vec3,
    v: Vec3,
    m: f64,
}
record!(Particle, ParticleTangent { at, v, m });

/// The types of fields are unknown to the attribute.
#[differentiable]
impl Particle {
    fn kinetic(&self) -> f64 {
        0.5 * self.m.abs().sqrt() * self.v.dot(&self.v)
    }
    fn step(&self, dt: f64) -> Particle {
        let mut p = *self;
        p.at = self.at.add(&self.v.scale(dt));
        p
    }
    fn norm(&self) -> f64 {
        self.at.norm() * self.m
    }
}

#[differentiable]
fn moving(p: &Particle, dt: f64) -> f64 {
    let mut q = *p;
    let mut e = 0.0;
    for _ in 0..3 {
        q = q.step(dt);
        q.at = q.at.normalize().scale(1.5);
        e += q.at.norm() * q.kinetic() + q.norm();
    }
    e
}

#[differentiable]
fn many(ps: &[Vec3]) -> f64 {
    let mut s = 0.0;
    for i in 0..ps.len() {
        for p in ps {
            s += ps[i].dot(p);
        }
        s += ps[i].cross(&ps[0]).norm_squared();
    }
    s
}

#[derive(Differentiable, Clone, Copy, Debug)]
struct Complex {
    re: f64,
    im: f64,
}
record!(Complex, ComplexTangent { re, im });

#[differentiable]
impl Complex {
    fn of(re: f64, im: f64) -> Complex {
        let mut z = Complex { re: 0.0, im: 0.0 };
        z.re = re;
        z.im = im;
        z
    }
    fn norm(self) -> f64 {
        self.re.hypot(self.im)
    }
    fn abs(&self) -> f64 {
        self.norm()
    }
    fn exp(self) -> Complex {
        let r = self.re.exp();
        Complex::of(r * self.im.cos(), r * self.im.sin())
    }
    fn mul(self, o: Complex) -> Complex {
        Complex::of(self.re * o.re - self.im * o.im, self.re * o.im + self.im * o.re)
    }
    fn powi(&self, n: i32) -> Complex {
        let mut z = *self;
        for _ in 1..n {
            z = z.mul(*self);
        }
        z
    }
    fn sqrt(&self) -> Complex {
        let r = self.norm().sqrt();
        let a = 0.5 * self.im.atan2(self.re);
        Complex::of(r * a.cos(), r * a.sin())
    }
}

#[differentiable]
fn spiral(z: Complex, k: f64) -> f64 {
    let w = z.exp().sqrt();
    let u: Complex = w.mul(z).powi(3);
    u.abs() + w.norm() * k.exp() + z.sqrt().exp().re
}

#[derive(Differentiable, Clone, Copy, Debug)]
struct Normal {
    mu: f64,
    sigma: f64,
}
record!(Normal, NormalTangent { mu, sigma });

#[differentiable]
impl Normal {
    fn mean(&self) -> f64 {
        self.mu
    }
    fn variance(&self) -> f64 {
        self.sigma * self.sigma
    }
    fn ln(&self, x: f64) -> f64 {
        let z = (x - self.mean()) / self.sigma;
        -0.5 * z * z - self.sigma.ln()
    }
    fn product(&self, o: &Normal) -> f64 {
        self.mu * o.sigma
    }
}

#[differentiable]
fn likelihood(d: &Normal, xs: &[f64]) -> f64 {
    let mut s = d.mean() * d.variance();
    for x in xs {
        s += d.ln(*x);
    }
    s + d.product(d)
}

#[derive(Differentiable, Clone, Debug)]
struct Matrix {
    data: Vec<f64>,
    #[nodiff]
    n: usize,
}
record!(Matrix, MatrixTangent { data } const { n });

#[differentiable]
impl Matrix {
    fn get(&self, i: usize, j: usize) -> f64 {
        self.data[i * self.n + j]
    }
    fn trace(&self) -> f64 {
        let mut t = 0.0;
        for i in 0..self.n {
            t += self.get(i, i);
        }
        t
    }
    fn transpose(&self) -> Matrix {
        let mut t = self.clone();
        for i in 0..self.n {
            for j in 0..self.n {
                t.data[i * self.n + j] = self.data[j * self.n + i];
            }
        }
        t
    }
    fn mul(&self, o: &Matrix) -> Matrix {
        let mut p = self.clone();
        for i in 0..self.n {
            for j in 0..self.n {
                let mut s = 0.0;
                for k in 0..self.n {
                    s += self.data[i * self.n + k] * o.data[k * self.n + j];
                }
                p.data[i * self.n + j] = s;
            }
        }
        p
    }
    fn determinant(&self) -> f64 {
        self.get(0, 0) * self.get(1, 1) - self.get(0, 1) * self.get(1, 0)
    }
    fn rows(&self) -> usize {
        self.n
    }
}

#[differentiable]
fn algebra(a: &Matrix, b: &Matrix) -> f64 {
    let c = a.mul(&b.transpose());
    let mut s = c.trace() + c.mul(a).determinant();
    for i in 0..a.rows() {
        s += a.data[i] * b.get(i, 0);
    }
    s
}

/// Matrices behind fields, whose types nobody tells.
#[derive(Differentiable, Clone, Debug)]
struct Layer {
    w: DMatrix<f64>,
    b: DVector<f64>,
    v: Vector3<f64>,
    k: f64,
}
record!(Layer, LayerTangent { w, b, v, k });

#[differentiable]
impl Layer {
    fn all(&self, x: &DVector<f64>) -> f64 {
        let y = self.b.component_mul(x).scale(self.k) + self.w.transpose().tr_mul(x);
        let u = self.v.cross(&self.v.normalize().add_scalar(0.5)).unscale(2.0 + self.k);
        y.dot(&self.b)
            + self.b.dot(x) * self.w.trace()
            + u.norm()
            + self.v.component_div(&self.v.abs().add_scalar(self.k)).sum()
    }
    fn some(&self) -> f64 {
        self.w.determinant() + self.w.norm_squared() * self.b.max() + self.v.min() + self.b.mean()
    }
    fn loops(&self, x: &DVector<f64>) -> f64 {
        let mut s = 0.0;
        for i in 0..x.len() {
            s += self.b.dot(x) * x[i] + self.w.row(i).transpose().dot(&self.b);
            s += self.b.dot(&self.w.column(i)) * (self.k * x[i]).abs().sqrt();
        }
        s
    }
}

#[differentiable]
fn layered(l: &Layer, x: &DVector<f64>) -> f64 {
    l.all(x) + l.some() * l.loops(x)
}

#[differentiable]
fn constant_beside(l: &Layer, #[nodiff] data: &DVector<f64>) -> f64 {
    l.b.dot(data) + data.dot(&l.b) * l.b.component_mul(data).sum()
}

type Number = f64;
type V3 = Vector3<f64>;

#[differentiable]
fn aliases(k: Number, v: &V3) -> f64 {
    let w = V3::new(k, k.sin(), k.max(0.1).powi(2));
    w.dot(v) + v.norm() * k.abs().ln() + v.abs().sum() + k.clamp(-1.0, 1.0) + k.mul_add(k, 2.0).atan2(k)
}

/// Methods that change `self`, under names of rules which don't.
#[derive(Differentiable, Clone, Copy, Debug)]
struct Running {
    sum: f64,
    weight: f64,
}
record!(Running, RunningTangent { sum, weight });

#[differentiable]
impl Running {
    fn add(&mut self, x: f64) {
        self.sum = self.sum * self.weight + x;
        self.weight += 0.5 * x;
    }
    fn scale(&mut self, k: f64) {
        self.sum *= k;
    }
    fn round(&mut self) {
        self.sum = self.sum * self.sum;
    }
    fn normalize(&mut self) {
        self.weight = 1.0 / self.weight;
    }
    fn mean(&self) -> f64 {
        self.sum / self.weight
    }
}

#[differentiable]
fn running(start: &Running, xs: &[f64]) -> f64 {
    let mut r = *start;
    let mut s = 0.0;
    for x in xs {
        r.add(*x);
        s += r.mean() * x;
        r.scale(1.5);
        r.round();
    }
    r.normalize();
    s + r.mean()
}

#[differentiable]
fn running_through(r: &mut Running, x: f64) -> f64 {
    r.add(x);
    r.normalize();
    r.mean()
}

struct Count(f64);

impl Count {
    fn add(&mut self, k: f64) -> f64 {
        self.0 += k;
        self.0
    }
    fn scale(&mut self, k: f64) {
        self.0 *= k;
    }
    fn now(&self) -> f64 {
        self.0
    }
}

/// A constant that changes: the reverse sweep finds it as it was.
#[differentiable]
fn counted(x: f64) -> f64 {
    let mut count: Count = Count(1.0);
    let mut s = x;
    for _ in 0..3 {
        count.scale(2.0);
        s = s * s * count.now();
        let k = count.add(0.25);
        s += s * k;
    }
    s
}

/// What carries no derivative by its name: as it is with types of std, and with fields.
#[derive(Differentiable, Clone, Debug)]
struct Series {
    xs: Vec<f64>,
    step: f64,
}
record!(Series, SeriesTangent { xs, step });

#[differentiable]
impl Series {
    fn total(&self) -> f64 {
        let mut s = 0.0;
        for i in 0..self.xs.len() {
            if self.xs[i].is_finite() && !self.xs.is_empty() {
                s += self.xs[i] * self.step.floor() + (self.xs[i] * 3.0).round() * self.step;
            }
        }
        let parts = vec![self.step.ceil(), 2.0 * self.step];
        s * self.xs.len() as f64 + parts[0] * parts[1] * self.step.signum()
    }
    #[nodiff]
    fn len(&self) -> usize {
        self.xs.len()
    }
    #[nodiff]
    fn shape(&self) -> (usize, usize) {
        (self.xs.len(), 1)
    }
}

#[differentiable]
fn shaped(a: &Series) -> f64 {
    let (n, m) = a.shape();
    let mut s = 0.0;
    for i in 0..a.len() {
        s += a.xs[n - 1 - i] * a.xs[i] * m as f64;
    }
    s + a.total()
}

/// A trait of the user's on vectors.
#[differentiable]
trait Stats {
    fn mean(&self) -> f64;
}

#[differentiable]
impl Stats for Vec<f64> {
    fn mean(&self) -> f64 {
        let mut s = 0.0;
        for x in self {
            s += x;
        }
        s / self.len() as f64
    }
}

#[test]
fn vectors() {
    let (a, b) = (Vec3 { x: 0.5, y: -1.2, z: 0.7 }, Vec3 { x: 1.1, y: 0.4, z: -0.3 });
    check_scalar!(lengths(&a, &b));
    check_scalar!(by_value(a, b, 0.8));
    check_scalar!(by_value(a, b, 1.8));
    let p = Particle { at: a, v: b, m: 1.3 };
    check_scalar!(moving(&p, 0.1));
    check_scalar!(many(&[a, b, a]));
}

#[test]
fn complex_numbers() {
    check_scalar!(spiral(Complex { re: 0.4, im: 0.9 }, 0.3));
}

#[test]
fn distributions() {
    check_scalar!(likelihood(&Normal { mu: 0.3, sigma: 1.4 }, &[0.1, 2.0, -1.0]));
}

#[test]
fn changes_in_place() {
    let r = Running { sum: 0.4, weight: 1.3 };
    check_scalar!(running(&r, &[0.5, -0.2, 0.9]));
    check_scalar!(running_through(&mut r, 0.7));
    check_scalar!(counted(0.3));
}

#[test]
fn without_derivative() {
    check_scalar!(shaped(&Series { xs: vec![0.55, 1.2, -0.7], step: 1.3 }));
}

#[test]
fn matrices() {
    let a = Matrix { data: vec![0.5, -1.0, 2.0, 0.3], n: 2 };
    let b = Matrix { data: vec![1.5, 0.2, -0.4, 0.8], n: 2 };
    check_scalar!(algebra(&a, &b));
}

#[test]
fn built_in_types_behind_fields() {
    let l = Layer { w: dmatrix![0.5, 1.0; -0.3, 0.8], b: dvector![0.4, -0.6], v: Vector3::new(0.3, -0.7, 1.1), k: 0.6 };
    check_scalar!(layered(&l, &dvector![1.2, -0.5]));
    check_scalar!(constant_beside(&l, const &dvector![1.2, -0.5]));
}

#[test]
fn other_names_of_built_in_types() {
    check_scalar!(aliases(0.7, &Vector3::new(0.3, -0.7, 1.1)));
}

#[differentiable]
fn of_vectors(x: &Vec<f64>, y: &Vec<f64>) -> f64 {
    x.mean() * y.mean()
}

#[test]
fn traits_on_vectors() {
    check_scalar!(of_vectors(&vec![0.5, 1.5, -1.0], &vec![2.0, 1.0]));
}

/// Functions of one's own by the names of iterators.
mod own_functions {
    use super::*;
    use std::mem;

    #[differentiable]
    fn repeat(x: f64, n: usize) -> f64 {
        let mut y = 1.0;
        for _ in 0..n {
            y *= x;
        }
        y
    }

    #[differentiable]
    fn once(x: f64) -> f64 {
        x.sin()
    }

    #[differentiable]
    pub(super) fn powers(x: f64) -> f64 {
        let mut a = repeat(x, 3);
        let mut b = once(x);
        mem::swap(&mut a, &mut b);
        let twice: f64 = std::iter::repeat_n(b, 2).sum();
        a * twice + mem::replace(&mut a, x)
    }
}

#[test]
fn own_functions_by_the_names_of_iterators() {
    check_scalar!(own_functions::powers(0.7));
}

/// Variables by the names of functions, where a glob may bring such functions.
mod under_a_glob {
    use super::*;

    #[differentiable]
    pub(super) fn once_and_again(once: f64, repeat: f64) -> f64 {
        #[allow(unused_imports)]
        use std::f64::consts::PI;
        use std::mem;
        let successors = |v: f64| v * v;
        let (mut a, mut b) = (once, successors(repeat));
        mem::swap(&mut a, &mut b);
        let larger = if once > 0.5 { Some(once) } else { None };
        a * a * b * larger.unwrap_or(0.5)
    }
}

#[test]
fn variables_by_the_names_of_iterators() {
    check_scalar!(under_a_glob::once_and_again(0.7, 0.4));
}

/// Macros that change nothing of what they are handed.
mod own_macros {
    use autodiff_core::differentiable;

    macro_rules! entry {
        ($k:expr, $n:expr) => {
            ($k + 1) % $n
        };
    }
    macro_rules! both {
        ($a:expr, $b:expr) => {
            ($a, $b)
        };
    }
    macro_rules! tail {
        ($a:expr, $k:expr) => {
            &$a[$k..]
        };
    }
    macro_rules! trace {
        ($($t:tt)*) => {
            if false {
                println!($($t)*);
            }
        };
    }
    macro_rules! assert {
        ($c:expr) => {
            if !$c {
                panic!("no");
            }
        };
    }

    const WEIGHTS: [f64; 4] = [0.5, 1.5, 2.0, 0.25];

    #[differentiable]
    pub(super) fn mixed(x: &[f64], n: usize) -> f64 {
        let (i, j) = both!(n, n + 1);
        let weights = tail!(WEIGHTS, n);
        let mut y = if entry!(i, 2) > 0 { x[entry!(j, x.len())] } else { x[0] * x[0] };
        for k in 0..x.len() {
            trace!("{k} {}", entry!(k, 3));
            assert!(entry!(k, x.len()) < x.len());
            y += x[entry!(k, x.len())] * x[k] * weights[k % 2];
        }
        y
    }
}

#[test]
fn macros_that_change_nothing() {
    check_scalar!(own_macros::mixed(&[0.3, 0.7, 1.1][..], const 1));
    check_scalar!(own_macros::mixed(&[0.3, 0.7, 1.1][..], const 2));
}

/// Methods with the names of those of slices and lists.
mod like_containers {
    use autodiff_core::{Differentiable, differentiable};

    #[derive(Clone, Debug, Differentiable)]
    struct Segment {
        a: f64,
        b: f64,
    }

    #[differentiable]
    impl Segment {
        fn split_at(&self, t: f64) -> (Segment, Segment) {
            let m = self.a + (self.b - self.a) * t;
            (Segment { a: self.a, b: m }, Segment { a: m, b: self.b })
        }
        fn row(&self, k: usize) -> f64 {
            if k == 0 { self.a } else { self.b * self.a }
        }
    }

    #[differentiable]
    pub fn cut(x: &[f64]) -> f64 {
        let s = Segment { a: x[0], b: x[1] };
        let (l, r) = s.split_at(x[2]);
        (l.b - l.a) * (r.b - r.a) * s.row(1)
    }

    #[derive(Clone, Debug, Default, Differentiable)]
    struct Moments {
        #[nodiff]
        n: usize,
        mean: f64,
        m2: f64,
    }

    #[differentiable]
    impl Moments {
        fn push(&mut self, x: f64) {
            self.n += 1;
            let d = x - self.mean;
            self.mean += d / self.n as f64;
            self.m2 += d * (x - self.mean);
        }
        fn clear(&mut self) {
            self.n = 0;
            self.mean *= 0.5;
            self.m2 = 0.0;
        }
    }

    #[differentiable]
    pub fn pushed(x: &[f64]) -> f64 {
        let mut parts = [Moments::default(), Moments::default()];
        for (w, v) in parts.iter_mut().zip(x) {
            w.push(*v);
            w.push(v * v);
        }
        parts[1].clear();
        parts[1].push(x[2]);
        let [a, b] = parts;
        a.m2 * b.mean + a.mean * b.m2
    }
}

#[test]
fn methods_named_like_those_of_containers() {
    check_scalar!(like_containers::cut(&[0.3, 0.7, 0.4][..]));
    check_scalar!(like_containers::pushed(&[0.3, 0.7, 1.1][..]));
}

/// Functions by the names of those that are constant from step to step.
mod own_steps {
    use autodiff_core::differentiable;

    mod mine {
        #[autodiff_core::differentiable]
        pub fn floor(x: f64) -> f64 {
            x * x
        }
    }

    #[differentiable]
    pub fn floored(x: f64) -> f64 {
        mine::floor(x) * x + f64::floor(x * 3.0)
    }
}

#[test]
fn steps_of_ones_own() {
    check_scalar!(own_steps::floored(0.7));
}
