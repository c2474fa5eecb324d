//! Structs with bounds, constants, markers and closures in fields; associated types; two types of one name in a file.
use autodiff_core::{Differentiable, differentiable};
use autodiff_tests::{check, check_scalar};
use std::marker::PhantomData;

#[derive(Differentiable, Clone)]
struct Integrator<F: Fn(f64) -> f64> {
    #[nodiff]
    f: F,
    h: f64,
}
#[differentiable]
impl<F: Fn(f64) -> f64 + 'static> Integrator<F> {
    fn scaled(&self, x: f64) -> f64 {
        self.h * x
    }
}
#[derive(Differentiable, Clone, Debug)]
struct Tagged<T, const N: usize>
where
    T: Clone + Default,
{
    x: f64,
    tag: PhantomData<T>,
    v: Vec<f64>,
    #[nodiff]
    n: [usize; N],
}
#[differentiable]
fn tagged(t: &Tagged<u8, 1>) -> f64 {
    t.x * t.v[0]
}
#[differentiable]
fn of_tag(x: f64) -> f64 {
    let t = Tagged::<u8, 1> { x, tag: PhantomData, v: vec![x * x], n: [1] };
    tagged(&t)
}
#[derive(Differentiable, Clone, Debug)]
struct P {
    a: f64,
    b: f64,
}
impl Default for P {
    fn default() -> P {
        P { a: 1.0, b: 2.0 }
    }
}
#[differentiable]
fn of_default(x: f64) -> f64 {
    let p = P { a: x, ..Default::default() };
    let q = P::default();
    p.a * p.b * q.a + q.b * x
}
#[differentiable]
trait System {
    type State;
    fn energy(&self, s: &Self::State) -> f64;
}
#[derive(Differentiable)]
struct Osc {
    k: f64,
}
#[differentiable]
impl System for Osc {
    type State = P;
    fn energy(&self, s: &P) -> f64 {
        0.5 * self.k * s.a * s.a + s.b
    }
}
#[differentiable]
fn osc(o: &Osc, a: f64) -> f64 {
    let s = P { a, b: a * a };
    o.energy(&s)
}
#[differentiable]
fn of_osc(k: f64, a: f64) -> f64 {
    osc(&Osc { k }, a)
}
mod a {
    use super::*;
    #[derive(Differentiable, Clone, Copy)]
    pub struct V {
        pub x: f64,
    }
    #[differentiable]
    impl std::ops::Mul for V {
        type Output = V;
        fn mul(self, o: V) -> V {
            V { x: self.x * o.x }
        }
    }
    #[differentiable]
    impl V {
        pub fn len(&self) -> f64 {
            self.x
        }
        pub fn part(&self) -> &f64 {
            &self.x
        }
    }
    #[differentiable]
    pub fn f(x: f64, y: f64) -> f64 {
        let v = V { x } * V { x: y };
        v.x
    }
}
mod b {
    use super::*;
    #[derive(Differentiable, Clone, Copy)]
    pub struct V {
        pub x: f64,
    }
    #[differentiable]
    impl std::ops::Mul for V {
        type Output = V;
        fn mul(self, o: V) -> V {
            V { x: (self.x * o.x).sin() }
        }
    }
    #[differentiable]
    pub fn f(x: f64, y: f64) -> f64 {
        let v = V { x } * V { x: y };
        v.x
    }
}
#[test]
fn of_many_shapes() {
    check_scalar!(of_tag(0.7));
    check_scalar!(of_default(0.7));
    check_scalar!(of_osc(0.7, 0.3));
    check_scalar!(a::f(0.7, 0.3));
    check_scalar!(b::f(0.7, 0.3));
}
#[differentiable]
trait Flow {
    type State: Clone;
    fn rate(&self, s: &Self::State) -> Self::State;
    fn speed(&self, s: &Self::State) -> f64;
}
#[differentiable]
impl Flow for Osc {
    type State = Vec<f64>;
    fn rate(&self, s: &Vec<f64>) -> Vec<f64> {
        vec![s[1], -self.k * s[0]]
    }
    fn speed(&self, s: &Vec<f64>) -> f64 {
        s[0] * s[1]
    }
}
#[differentiable]
fn twice(f: &Osc, s: &Vec<f64>) -> f64 {
    let r = f.rate(s);
    f.speed(&f.rate(&r))
}
#[differentiable]
fn of_flow(k: f64, x: f64) -> f64 {
    twice(&Osc { k }, &vec![x, k * x])
}
#[differentiable]
fn generic<S: Flow>(f: &S, s: &S::State) -> f64 {
    f.speed(s).sin()
}
#[differentiable]
fn of_generic(k: f64, x: f64) -> f64 {
    generic(&Osc { k }, &vec![x, k * x])
}
#[test]
fn associated_types() {
    check_scalar!(of_flow(0.7, 0.3));
    check_scalar!(of_generic(0.7, 0.3));
}

// ---- names that the file gives to types ----------------------------------------------------------------------------

type Real = f64;
type Row = Vec<Real>;
type Rows = Vec<Row>;
type Triple = [Real; 3];

#[differentiable]
fn turned(a: &Rows) -> Rows {
    (0..a[0].len()).map(|j| (0..a.len()).map(|i| a[i][j]).collect()).collect()
}

#[differentiable]
fn of_rows(a: &Rows) -> Real {
    let sums: Row = a.iter().map(|r| r.iter().sum::<Real>()).collect();
    let mut squares = Row::new();
    for s in &sums {
        squares.push(s * s);
    }
    squares.iter().sum::<Real>()
}

#[differentiable]
fn of_triples(p: Triple, k: usize) -> Real {
    let q: Triple = [p[1], p[2] * k as Real, p[0]];
    let mut r: Triple = [0.0; 3];
    for i in 0..3 {
        r[i] = q[i] * p[i] + Real::sin(p[i]);
    }
    r.iter().product::<Real>()
}

#[derive(Clone, Differentiable)]
struct NamedLayer {
    w: Rows,
    b: Row,
}

#[differentiable]
impl NamedLayer {
    fn apply(&self, x: &Row) -> Row {
        self.w.iter().zip(&self.b).map(|(w, b)| w.iter().zip(x).map(|(w, x)| w * x).sum::<Real>() + b).collect()
    }
}

impl NamedLayer {
    #[differentiable]
    fn activated(&self, x: &Row) -> Row {
        self.apply(x).iter().map(|v| v.tanh()).collect()
    }
}

#[differentiable]
fn of_a_layer(w: &Rows, b: &Row, x: &Row) -> Real {
    let layer = NamedLayer { w: w.clone(), b: b.clone() };
    layer.activated(x).iter().sum::<Real>()
}

#[test]
fn names_of_types() {
    let a = vec![vec![1.0, 2.0, 0.5], vec![0.3, 0.2, 0.9]];
    check!(turned(&a));
    check_scalar!(of_rows(&a));
    check_scalar!(of_triples([0.4, 0.5, 0.6], const 2));
    check_scalar!(of_a_layer(&a, &vec![0.1, 0.2], &vec![0.3, -0.2, 0.1]));
}
