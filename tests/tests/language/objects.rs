//! Trait objects as parameters, in containers and in fields: constants, whose methods have derivatives by their arguments.
use autodiff_core::{Differentiable, differentiable};
use autodiff_tests::check_scalar;

#[differentiable(dyn)]
trait Potential {
    fn energy(&self, x: f64) -> f64;
    fn twice(&self, x: f64) -> f64 {
        2.0 * self.energy(x)
    }
    fn field(&self, x: &[f64], n: usize) -> Vec<f64>;
    fn name(&self) -> &str {
        "a"
    }
}
#[derive(Differentiable)]
struct Spring {
    k: f64,
}
#[derive(Differentiable)]
struct Morse {
    a: Vec<f64>,
}
#[differentiable]
impl Potential for Spring {
    fn energy(&self, x: f64) -> f64 {
        0.5 * self.k * x * x
    }
    fn field(&self, x: &[f64], n: usize) -> Vec<f64> {
        let mut v = x.to_vec();
        for i in 0..n {
            v[i] *= self.k * x[i];
        }
        v
    }
}
#[differentiable]
impl Potential for Morse {
    fn energy(&self, x: f64) -> f64 {
        self.a[0] * (1.0 - (-x).exp())
    }
    fn twice(&self, x: f64) -> f64 {
        self.energy(x) * x
    }
    fn field(&self, x: &[f64], _n: usize) -> Vec<f64> {
        vec![x[0] * self.a[1], 1.0]
    }
}
#[differentiable]
fn one_object(#[nodiff] p: &dyn Potential, x: f64) -> f64 {
    p.energy(x).sin() * p.twice(x)
}
#[differentiable]
fn total(#[nodiff] ps: &[Box<dyn Potential>], x: f64) -> f64 {
    let mut s = 0.0;
    for p in ps {
        s += p.energy(x) * s + p.twice(x * x);
    }
    s + ps[0].energy(x)
}
#[differentiable]
fn sum(#[nodiff] ps: &[Box<dyn Potential>], x: f64) -> f64 {
    ps.iter().map(|p| p.energy(x)).sum()
}
#[differentiable]
fn fields(#[nodiff] ps: &Vec<Box<dyn Potential>>, x: &[f64]) -> f64 {
    let mut s = 0.0;
    for i in 0..ps.len() {
        let v = ps[i].field(x, 2);
        s += v[0] * v[1];
    }
    s
}
#[test]
fn by_their_arguments() {
    let ps: Vec<Box<dyn Potential>> = vec![Box::new(Spring { k: 0.7 }), Box::new(Morse { a: vec![0.3, 0.4] })];
    check_scalar!(one_object(const &*ps[1], 0.7));
    check_scalar!(total(const &ps, 0.7));
    check_scalar!(sum(const &ps, 0.7));
    check_scalar!(fields(const &ps, &[0.3, 0.4, 0.5][..]));
}
#[derive(Differentiable)]
struct World {
    #[nodiff]
    p: Box<dyn Potential>,
    h: f64,
}
#[differentiable]
fn world(w: &World, x: f64) -> f64 {
    w.p.energy(x * w.h) + w.p.name().len() as f64
}
#[test]
fn in_fields() {
    let w = World { p: Box::new(Spring { k: 0.7 }), h: 0.4 };
    let (_, (g, dx)) = world::value_and_grad(&w, 0.3);
    assert!((g.h - 0.7 * 0.3 * 0.3 * 0.4).abs() < 1e-14 && (dx - 0.7 * 0.4 * 0.4 * 0.3).abs() < 1e-14);
}

/// A method without arguments is a constant of the object.
#[differentiable(dyn)]
trait Cut {
    fn energy(&self, x: f64) -> f64;
    fn cutoff(&self) -> f64 {
        2.0
    }
    fn order(&self, n: usize) -> usize {
        n
    }
}
#[derive(Differentiable)]
struct Short(f64);
#[differentiable]
impl Cut for Short {
    fn energy(&self, x: f64) -> f64 {
        self.0 * x.powi(2)
    }
    fn cutoff(&self) -> f64 {
        self.0
    }
}
#[differentiable]
fn cut_off(#[nodiff] terms: &[Box<dyn Cut>], x: f64) -> f64 {
    terms.iter().filter(|t| x < t.cutoff()).map(|t| t.energy(x) * t.cutoff() * t.order(2) as f64).sum()
}

#[test]
fn methods_without_arguments() {
    let terms: Vec<Box<dyn Cut>> = vec![Box::new(Short(1.5)), Box::new(Short(0.25))];
    check_scalar!(cut_off(const &terms, 0.7));
}
