//! State behind `&mut` that a callee changes by native code, and that its caller has read before.
use autodiff_core::{Differentiable, differentiable};

fn set(c: &mut Vec<usize>) {
    c[0] = 1;
}
#[differentiable]
fn natively(x: &[f64], c: &mut Vec<usize>) -> f64 {
    set(c);
    x[0].sin()
}
#[differentiable]
fn set_natively(x: &[f64], c: &mut [usize]) -> f64 {
    let mut v = vec![c[0]];
    let e = x[v[0]] * x[2];
    let r = natively(x, &mut v);
    e * r * x[v[0]]
}
#[differentiable]
fn pushed(x: &[f64], c: &mut Vec<usize>) -> f64 {
    c.push(2);
    c[0] = c.len() - 1;
    x[0].sin()
}
#[differentiable]
fn push_natively(x: &[f64], c: &mut [usize]) -> f64 {
    let mut v = vec![c[0]];
    let e = x[v[0]] * x[v.len()];
    let r = pushed(x, &mut v);
    e * r * x[v[0]] * x[v.len() - 2]
}
#[derive(Clone)]
struct Lcg {
    at: usize,
}
impl Lcg {
    fn next(&mut self) -> usize {
        self.at = (self.at + 1) % 3;
        self.at
    }
}
#[differentiable]
fn draw(x: &[f64], #[nodiff] rng: &mut Lcg) -> f64 {
    let k = rng.next();
    x[k].sin()
}
#[differentiable]
fn drawn_from(x: &[f64], #[nodiff] rng: &mut Lcg) -> f64 {
    let e = x[rng.at] * x[2];
    let a = draw(x, rng);
    e * a * x[rng.at]
}
#[differentiable]
fn filled(x: &[f64], c: &mut Vec<usize>) -> f64 {
    c.fill(1);
    x[0].sin()
}
#[differentiable]
fn fill_natively(x: &[f64], c: &mut [usize]) -> f64 {
    let mut v = vec![c[0]];
    let e = x[v[0]] * x[2];
    let r = filled(x, &mut v);
    e * r * x[v[0]]
}
#[derive(Clone, Differentiable)]
struct Model {
    k: f64,
}
#[differentiable]
impl Model {
    fn draw(&self, x: &[f64], #[nodiff] rng: &mut Lcg) -> f64 {
        let k = rng.next();
        self.k * x[k].sin()
    }
    fn peek(&self, x: &[f64], #[nodiff] rng: &Lcg) -> f64 {
        self.k * x[rng.at] * x[rng.at]
    }
}
#[differentiable]
fn drawn_by_a_method(x: &[f64], #[nodiff] rng: &mut Lcg) -> f64 {
    let m = Model { k: 1.5 };
    let e = x[rng.at] * x[2];
    let a = m.draw(x, rng);
    e * a * x[rng.at]
}
#[differentiable]
fn peeked_by_a_method(x: &[f64], #[nodiff] rng: &mut Lcg) -> f64 {
    let m = Model { k: 1.5 };
    let e = m.peek(x, rng);
    let a = m.draw(x, rng);
    let b = Model::draw(&m, x, rng);
    e * a * b * m.peek(x, rng)
}
fn check(name: &str, f: &dyn Fn(&[f64]) -> f64, gradient: &[f64]) {
    let x = [0.7, -1.2, 0.4];
    let slope = |k: usize| {
        let at = |h: f64| {
            let mut x = x;
            x[k] += h;
            f(&x)
        };
        (at(1e-5) - at(-1e-5)) / 2e-5
    };
    let exact = (0..3).map(slope).collect::<Vec<f64>>();
    let good = gradient.iter().zip(&exact).all(|(a, b)| (a - b).abs() < 1e-8);
    assert!(good, "{name}: {gradient:?}, but differences say {exact:?}");
}
#[differentiable]
fn drawn_in_a_loop(x: &[f64], #[nodiff] rng: &mut Lcg) -> f64 {
    let mut product = 1.0;
    for _ in 0..4 {
        product *= x[rng.at] * x[rng.at];
        product += draw(x, rng) * draw(x, rng);
    }
    product
}

#[test]
fn state_that_callees_change_in_ways_of_their_own() {
    let x = [0.7, -1.2, 0.4];
    check("b1", &|x| set_natively(x, &mut [0]), &set_natively::grad(&x, &mut [0]));
    check("b2", &|x| push_natively(x, &mut [0]), &push_natively::grad(&x, &mut [0]));
    check("b3", &|x| drawn_from(x, &mut Lcg { at: 0 }), &drawn_from::grad(&x, &mut Lcg { at: 0 }));
    check("b4", &|x| fill_natively(x, &mut [0]), &fill_natively::grad(&x, &mut [0]));
    let by_method = drawn_by_a_method::grad(&x, &mut Lcg { at: 0 });
    check("drawn_by_a_method", &|x| drawn_by_a_method(x, &mut Lcg { at: 0 }), &by_method);
    let peeked = peeked_by_a_method::grad(&x, &mut Lcg { at: 0 });
    check("peeked_by_a_method", &|x| peeked_by_a_method(x, &mut Lcg { at: 0 }), &peeked);
    let looped = |x: &[f64]| drawn_in_a_loop(x, &mut Lcg { at: 0 });
    check("drawn_in_a_loop", &looped, &drawn_in_a_loop::grad(&x, &mut Lcg { at: 0 }));
}
