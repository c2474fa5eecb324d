//! Operators of types of the user's that are not linear, or not written field by field.
use autodiff_core::{Differentiable, Real, differentiable};
use autodiff_tests::{check_scalar, record};
use std::ops::{Add, AddAssign, Div, DivAssign, Mul, MulAssign, Neg, Sub, SubAssign};
#[derive(Clone, Copy, Debug, PartialEq, Default, Differentiable)]
pub struct Vec3 {
    pub x: f64,
    pub y: f64,
    pub z: f64,
}
record!(Vec3, Vec3Tangent { x, y, z });
#[differentiable]
impl Vec3 {
    fn new(x: f64, y: f64, z: f64) -> Self {
        Self { x, y, z }
    }
    fn dot(&self, o: &Vec3) -> f64 {
        self.x * o.x + self.y * o.y + self.z * o.z
    }
    fn dotv(self, o: Vec3) -> f64 {
        self.x * o.x + self.y * o.y + self.z * o.z
    }
    fn length(&self) -> f64 {
        self.dot(self).sqrt()
    }
    fn unit(self) -> Vec3 {
        self / self.length()
    }
    fn cross(self, o: Vec3) -> Vec3 {
        Vec3::new(self.y * o.z - self.z * o.y, self.z * o.x - self.x * o.z, self.x * o.y - self.y * o.x)
    }
}
#[differentiable]
impl Add for Vec3 {
    type Output = Vec3;
    fn add(self, o: Vec3) -> Vec3 {
        Vec3::new(self.x + o.x, self.y + o.y, self.z + o.z)
    }
}
#[differentiable]
impl Sub for Vec3 {
    type Output = Self;
    fn sub(self, o: Self) -> Self {
        Self::new(self.x - o.x, self.y - o.y, self.z - o.z)
    }
}
#[differentiable]
impl Neg for Vec3 {
    type Output = Self;
    fn neg(self) -> Self {
        Self::new(-self.x, -self.y, -self.z)
    }
}
#[differentiable]
impl Mul<f64> for Vec3 {
    type Output = Self;
    fn mul(self, k: f64) -> Self {
        Self::new(self.x * k, self.y * k, self.z * k)
    }
}
#[differentiable]
impl Mul<Vec3> for f64 {
    type Output = Vec3;
    fn mul(self, v: Vec3) -> Vec3 {
        v * self
    }
}
#[differentiable]
impl Mul for Vec3 {
    type Output = Vec3;
    fn mul(self, o: Vec3) -> Vec3 {
        Vec3::new(self.x * o.x, self.y * o.y, self.z * o.z)
    }
}
#[differentiable]
impl Div<f64> for Vec3 {
    type Output = Self;
    fn div(self, k: f64) -> Self {
        self * (1.0 / k)
    }
}
#[differentiable]
impl AddAssign for Vec3 {
    fn add_assign(&mut self, o: Vec3) {
        *self = *self + o;
    }
}
#[differentiable]
impl SubAssign for Vec3 {
    fn sub_assign(&mut self, o: Vec3) {
        self.x -= o.x;
        self.y -= o.y;
        self.z -= o.z;
    }
}
#[differentiable]
impl MulAssign<f64> for Vec3 {
    fn mul_assign(&mut self, k: f64) {
        self.x *= k;
        self.y *= k;
        self.z *= k;
    }
}
#[differentiable]
impl DivAssign<f64> for Vec3 {
    fn div_assign(&mut self, k: f64) {
        *self *= 1.0 / k;
    }
}
#[differentiable]
fn energy(a: Vec3, b: Vec3, k: f64) -> f64 {
    let mut c = a * k + b / (k + 2.0) - 2.0 * a;
    c *= k;
    c /= k + a.x;
    c += b * a;
    c -= -a;
    let d = (c - b).unit().cross(a);
    d.dotv(c) + (c * d).length()
}
#[derive(Clone, Copy, Debug, PartialEq, Differentiable)]
pub struct C {
    re: f64,
    im: f64,
}
record!(C, CTangent { re, im });
#[differentiable]
impl C {
    fn new(re: f64, im: f64) -> C {
        C { re, im }
    }
    fn norm_sqr(&self) -> f64 {
        self.re * self.re + self.im * self.im
    }
    fn conj(self) -> C {
        C::new(self.re, -self.im)
    }
}
#[differentiable]
impl Add for C {
    type Output = C;
    fn add(self, o: C) -> C {
        C::new(self.re + o.re, self.im + o.im)
    }
}
#[differentiable]
impl Sub for C {
    type Output = C;
    fn sub(self, o: C) -> C {
        C::new(self.re - o.re, self.im - o.im)
    }
}
#[differentiable]
impl Mul for C {
    type Output = C;
    fn mul(self, o: C) -> C {
        C::new(self.re * o.re - self.im * o.im, self.re * o.im + self.im * o.re)
    }
}
#[differentiable]
impl Div for C {
    type Output = C;
    fn div(self, o: C) -> C {
        let d = o.norm_sqr();
        let n = self * o.conj();
        C::new(n.re / d, n.im / d)
    }
}
#[differentiable]
impl MulAssign for C {
    fn mul_assign(&mut self, o: C) {
        *self = *self * o;
    }
}
#[differentiable]
fn mobius(a: C, b: C, c: C, n: usize) -> f64 {
    let mut z = b;
    for _ in 0..n {
        z = (a * z + b) / (c * z + a);
        z *= b;
    }
    z.norm_sqr() * (z / c).re
}
#[derive(Clone, Debug, PartialEq, Differentiable)]
pub struct V<const N: usize> {
    d: [f64; N],
}
#[differentiable]
impl<const N: usize> Add for V<N> {
    type Output = V<N>;
    fn add(self, o: V<N>) -> V<N> {
        let mut r = self.clone();
        for i in 0..N {
            r.d[i] += o.d[i];
        }
        r
    }
}
#[differentiable]
impl<'a, const N: usize> Sub<&'a V<N>> for &'a V<N> {
    type Output = V<N>;
    fn sub(self, o: &'a V<N>) -> V<N> {
        V { d: std::array::from_fn(|i| self.d[i] - o.d[i]) }
    }
}
#[differentiable]
impl<const N: usize> Mul<f64> for V<N> {
    type Output = V<N>;
    fn mul(self, k: f64) -> V<N> {
        V { d: self.d.map(|x| x * k) }
    }
}
#[differentiable]
impl<const N: usize> Mul<&V<N>> for &V<N> {
    type Output = f64;
    fn mul(self, o: &V<N>) -> f64 {
        let mut s = 0.0;
        for i in 0..N {
            s += self.d[i] * o.d[i];
        }
        s
    }
}
impl autodiff_tests::Coordinates for V<3> {
    type Tangent = VTangent<3>;
    const EPSILON: f64 = f64::EPSILON;
    fn write(&self, o: &mut Vec<f64>) {
        o.extend(self.d)
    }
    fn write_bits(&self, o: &mut Vec<u64>) {
        o.extend(self.d.map(f64::to_bits))
    }
    fn read(&self, f: &mut dyn Iterator<Item = f64>) -> Self {
        V { d: [0; 3].map(|_| f.next().unwrap()) }
    }
    fn tangent(&self, f: &mut dyn Iterator<Item = f64>) -> VTangent<3> {
        VTangent { d: [0; 3].map(|_| f.next().unwrap()) }
    }
}
impl autodiff_tests::Coordinates for VTangent<3> {
    type Tangent = Self;
    const EPSILON: f64 = f64::EPSILON;
    fn write(&self, o: &mut Vec<f64>) {
        o.extend(self.d)
    }
    fn write_bits(&self, o: &mut Vec<u64>) {
        o.extend(self.d.map(f64::to_bits))
    }
    fn read(&self, _: &mut dyn Iterator<Item = f64>) -> Self {
        *self
    }
    fn tangent(&self, _: &mut dyn Iterator<Item = f64>) -> Self {
        *self
    }
}
#[differentiable]
fn nvec(a: V<3>, b: V<3>, k: f64) -> f64 {
    let c = &a - &b;
    let d = c * k + b;
    &d * &a
}
#[derive(Clone, Copy, Debug, PartialEq, Differentiable)]
pub struct Quat {
    w: f64,
    v: Vec3,
}
record!(Quat, QuatTangent { w, v });
#[differentiable]
impl Mul for Quat {
    type Output = Quat;
    fn mul(self, o: Quat) -> Quat {
        Quat { w: self.w * o.w - self.v.dot(&o.v), v: o.v * self.w + self.v * o.w + self.v.cross(o.v) }
    }
}
#[differentiable]
impl Mul<Vec3> for Quat {
    type Output = Vec3;
    fn mul(self, p: Vec3) -> Vec3 {
        let t = self.v.cross(p) * 2.0;
        p + t * self.w + self.v.cross(t)
    }
}
#[differentiable]
fn rotate(q: Quat, p: Vec3, v: Vec3) -> f64 {
    let r = q * q;
    (r * p).dotv(v) + (q * (r * p)).length()
}
#[derive(Clone, Copy, Debug, PartialEq, Differentiable)]
pub struct Mat3 {
    rows: [Vec3; 3],
}
record!(Mat3, Mat3Tangent { rows });
#[differentiable]
impl Mul<Vec3> for Mat3 {
    type Output = Vec3;
    fn mul(self, v: Vec3) -> Vec3 {
        Vec3::new(self.rows[0].dotv(v), self.rows[1].dotv(v), self.rows[2].dotv(v))
    }
}
#[differentiable]
impl Mul for Mat3 {
    type Output = Mat3;
    fn mul(self, o: Mat3) -> Mat3 {
        let mut r = self;
        for i in 0..3 {
            r.rows[i] = o.rows[0] * self.rows[i].x + o.rows[1] * self.rows[i].y + o.rows[2] * self.rows[i].z;
        }
        r
    }
}
#[differentiable]
fn matvec(m: Mat3, v: Vec3) -> f64 {
    let w = m * (m * v);
    ((m * m) * w).dotv(v)
}
#[derive(Clone, Copy, Debug, PartialEq, Differentiable)]
pub struct Dual {
    v: f64,
    d: f64,
}
record!(Dual, DualTangent { v, d });
#[differentiable]
impl Mul for Dual {
    type Output = Dual;
    fn mul(self, o: Dual) -> Dual {
        Dual { v: self.v * o.v, d: self.d * o.v + self.v * o.d }
    }
}
#[differentiable]
impl Div for Dual {
    type Output = Dual;
    fn div(self, o: Dual) -> Dual {
        Dual { v: self.v / o.v, d: (self.d * o.v - self.v * o.d) / (o.v * o.v) }
    }
}
#[differentiable]
impl Add<f64> for Dual {
    type Output = Dual;
    fn add(self, o: f64) -> Dual {
        Dual { v: self.v + o, d: self.d }
    }
}
#[differentiable]
impl Sub<f64> for Dual {
    type Output = Dual;
    fn sub(self, o: f64) -> Dual {
        Dual { v: self.v - o, d: self.d }
    }
}
#[differentiable]
fn duals(a: Dual, b: Dual, k: f64) -> f64 {
    let c = a * a / b + k;
    let d = c * b - k * 2.0;
    (d / c).d + d.v
}
#[derive(Clone, Copy, Debug, PartialEq, Differentiable)]
pub struct P<T: Real> {
    x: T,
    y: T,
}
record!(P<f64>, PTangent<f64> { x, y });
#[differentiable]
impl<T: Real> Add for P<T> {
    type Output = P<T>;
    fn add(self, o: P<T>) -> P<T> {
        P { x: self.x + o.x, y: self.y + o.y }
    }
}
#[differentiable]
impl<T: Real> Mul<T> for P<T> {
    type Output = P<T>;
    fn mul(self, k: T) -> P<T> {
        let f = |v: T| v * k;
        P { x: f(self.x), y: f(self.y) }
    }
}
#[differentiable]
impl<T: Real> MulAssign<T> for P<T> {
    fn mul_assign(&mut self, k: T) {
        self.x = self.x * k;
        self.y = self.y * k;
    }
}
#[differentiable]
fn generic(a: P<f64>, b: P<f64>, k: f64) -> f64 {
    let mut c = a + b * k;
    c *= c.x;
    c.y * c.x + k
}
#[derive(Clone, Debug, Differentiable)]
struct Body {
    p: Vec3,
    v: Vec3,
    m: f64,
}
record!(Body, BodyTangent { p, v, m });
#[differentiable]
fn nbody(bs: &mut [Body], dt: f64) -> f64 {
    for i in 0..bs.len() {
        let mut a = Vec3::default();
        for j in 0..bs.len() {
            if i != j {
                let d = bs[j].p - bs[i].p;
                let r = d.length();
                a += d * bs[j].m / (r * r * r);
            }
        }
        bs[i].v += a * dt;
        bs[i].v *= 0.99;
    }
    for b in bs.iter_mut() {
        b.p += b.v * dt;
    }
    let mut e = 0.0;
    for b in bs.iter() {
        e += 0.5 * b.m * b.v.dotv(b.v);
    }
    e
}
impl std::iter::Sum for Vec3 {
    fn sum<I: Iterator<Item = Vec3>>(i: I) -> Vec3 {
        i.fold(Vec3::default(), |a, b| a + b)
    }
}
#[differentiable]
fn center(bs: &[Body]) -> f64 {
    let c: Vec3 = bs.iter().map(|b| b.p * b.m).sum();
    let m: f64 = bs.iter().map(|b| b.m).sum();
    (c / m).length()
}
#[differentiable]
fn center2(bs: &[Body]) -> f64 {
    let c = bs.iter().map(|b| b.p * b.m).sum::<Vec3>();
    c.length()
}
#[differentiable]
fn center3(bs: &[Body]) -> f64 {
    let c = bs.iter().fold(Vec3::default(), |a, b| a + b.p * b.m);
    c.length()
}
#[derive(Clone, Copy, Debug, PartialEq, Differentiable)]
pub struct S {
    v: f64,
}
record!(S, STangent { v });

#[differentiable]
impl Mul<S> for f64 {
    type Output = S;
    fn mul(self, o: S) -> S {
        S { v: self * o.v.sin() * o.v }
    }
}

#[differentiable]
impl S {
    fn bump(&mut self) -> f64 {
        self.v *= 2.0;
        self.v
    }
}

/// The left operand is computed first, though the method is the right one's.
#[differentiable]
fn order(mut s: S, x: f64) -> f64 {
    let t = s.bump() * s;
    t.v * x
}

// ---- `+=` and `-=` that look as if they went field by field -----------------------------------------------------------

/// The sum of two is the logarithm of their sum.
#[derive(Clone, Copy, Differentiable)]
struct Log {
    ln: f64,
}

#[differentiable]
impl AddAssign for Log {
    fn add_assign(&mut self, o: Log) {
        self.ln = (self.ln.exp() + o.ln.exp()).ln();
    }
}

#[derive(Clone, Copy, Differentiable)]
struct Weighted {
    weight: Log,
    value: f64,
}

#[differentiable]
impl AddAssign for Weighted {
    fn add_assign(&mut self, o: Weighted) {
        self.weight += o.weight;
        self.value += o.value;
    }
}

/// `y` stays; of what is subtracted `x` counts twice.
#[derive(Clone, Copy, Differentiable)]
struct Flat {
    x: f64,
    y: f64,
}

#[differentiable]
impl AddAssign for Flat {
    fn add_assign(&mut self, o: Flat) {
        self.x += o.x;
    }
}

#[differentiable]
impl SubAssign for Flat {
    fn sub_assign(&mut self, o: Flat) {
        self.x -= o.x;
        self.y -= o.y;
        self.x -= o.x;
    }
}

#[derive(Clone, Copy, Differentiable)]
struct Lent(f64, f64);

#[differentiable]
impl AddAssign<&Lent> for Lent {
    fn add_assign(&mut self, o: &Lent) {
        self.0 += o.0;
        self.1 += o.1;
    }
}

#[differentiable]
impl SubAssign<&Lent> for Lent {
    fn sub_assign(&mut self, o: &Lent) {
        self.0 -= o.0;
        self.1 -= o.1;
    }
}

impl std::iter::Product for Flat {
    fn product<I: Iterator<Item = Flat>>(items: I) -> Flat {
        let mut all = Flat { x: 1.0, y: 0.5 };
        for item in items {
            all *= item;
        }
        all
    }
}

#[differentiable]
impl MulAssign for Flat {
    fn mul_assign(&mut self, o: Flat) {
        self.x *= o.x;
        self.y = self.y * o.y + o.x;
    }
}

type Number = f64;

#[differentiable]
fn totals(x: &[f64]) -> f64 {
    let p = x.iter().map(|v| Flat { x: *v, y: v * v }).product::<Flat>();
    let v = x.iter().map(|v| nalgebra::vector![*v, v * v]).sum::<nalgebra::Vector2<f64>>();
    p.x * p.y * v[0] * v[1] * x.iter().product::<Number>()
}

#[differentiable]
fn field_by_field(a: f64, b: f64) -> f64 {
    let mut p = Flat { x: a, y: b };
    p += Flat { x: b, y: a * b };
    p -= Flat { x: a * a, y: a * b };
    let mut w = Weighted { weight: Log { ln: a }, value: b };
    w += Weighted { weight: Log { ln: b }, value: a * b };
    let mut l = Lent(a, b);
    for _ in 0..3 {
        l += &Lent(b, a * b);
        l -= &Lent(a * a, 1.0);
    }
    p.x * p.y + w.weight.ln * w.value * l.0 * l.1
}

#[test]
fn all_operators() {
    check_scalar!(field_by_field(0.7, 0.3));
    check_scalar!(totals(&[0.7, 0.3, 1.2][..]));
    check_scalar!(order(S { v: 0.4 }, 0.7));
    let (a, b, c) =
        (Vec3 { x: 1.0, y: 0.3, z: -0.4 }, Vec3 { x: 0.2, y: 0.9, z: 0.5 }, Vec3 { x: -0.8, y: 0.1, z: 1.5 });
    check_scalar!(energy(a, b, 0.7));
    let z = |re, im| C { re, im };
    check_scalar!(mobius(z(0.4, 0.7), z(-0.3, 0.2), z(1.1, -0.6), const 3));
    check_scalar!(nvec(V { d: [0.3, 0.6, -0.2] }, V { d: [0.1, -0.5, 0.9] }, 1.3));
    check_scalar!(rotate(Quat { w: 0.8, v: a }, b, c));
    check_scalar!(matvec(Mat3 { rows: [a, b, c] }, c));
    let d = |v, d| Dual { v, d };
    check_scalar!(duals(d(0.4, 0.7), d(1.3, 0.2), 0.6));
    check_scalar!(generic(P { x: 0.4, y: 0.8 }, P { x: 1.4, y: -0.8 }, 0.3));
    let body = |p, v, m| Body { p, v, m };
    check_scalar!(nbody(&mut [body(a, b, 1.0), body(b, c, 0.5), body(c, a, 0.7)], 0.01));
    check_scalar!(center(&[body(a, b, 1.0), body(b, c, 0.5), body(c, a, 0.7)]));
    check_scalar!(center2(&[body(a, b, 1.0), body(b, c, 0.5)]));
    check_scalar!(center3(&[body(a, b, 1.0), body(b, c, 0.5)]));
}
