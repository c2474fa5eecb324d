//! State behind `&mut` that a callee changes by native code, and that its caller has read before.
use super::counting::{self, ByCounter, Counter, Weighs};
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
    fn at(at: usize) -> Lcg {
        Lcg { at }
    }
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
#[derive(Clone, Differentiable)]
struct Reader {
    k: f64,
}
/// A method of this name of another type is known not to read the state.
#[differentiable]
impl Model {
    fn look(&self, x: &[f64], #[nodiff] rng: &Lcg) -> f64 {
        let k = rng.at;
        self.k * x[0] + k as f64
    }
}
#[differentiable]
fn looked_at_by_another_type(r: &Reader, x: &[f64], #[nodiff] rng: &mut Lcg) -> f64 {
    let e = r.look(x, rng);
    let drawn = Model { k: 1.5 }.draw(x, rng);
    e * drawn
}
#[differentiable]
impl Reader {
    fn look(&self, x: &[f64], #[nodiff] rng: &Lcg) -> f64 {
        self.k * x[rng.at] * x[rng.at]
    }
    /// Not itself, but a method of this name of another type.
    fn peek(&self, x: &[f64], #[nodiff] rng: &mut Lcg) -> f64 {
        let m = Model { k: self.k };
        m.peek(x, rng) * m.draw(x, rng)
    }
}
#[differentiable]
fn moved_on(x: &[f64], k: &mut usize) -> f64 {
    let e = x[*k % 3].sin();
    *k += 1;
    e
}
#[differentiable]
fn turned(x: &[f64], c: &mut [usize]) -> f64 {
    let e = x[c[0] % 3].sin();
    c[0] = (c[0] + 1) % 3;
    e
}
/// Nobody asks for what the second call gives.
#[differentiable]
fn turned_for_nothing(x: &[f64], c: &mut [usize]) -> f64 {
    let e = x[c[0]] * x[2];
    let _unused = turned(x, c);
    e * e * x[c[0]]
}
#[differentiable]
fn moved_behind_a_name(x: &[f64], k: &mut usize) -> f64 {
    let e = x[*k % 3] * x[0];
    let a = moved_on(x, &mut *k);
    e * a * x[*k % 3]
}
#[differentiable]
fn parts_are_turned(x: &[f64], c: &mut [usize]) -> f64 {
    let (mut p, mut i) = (1.0, 0);
    while i < 3 {
        p *= x[c[i] % 3] * x[c[1] % 3];
        p += turned(x, &mut c[i..]);
        p *= moved_on(x, &mut c[(i + 1) % 3]);
        i += 1;
    }
    p * x[c[0] % 3] * x[c[1] % 3]
}
#[differentiable]
fn own_parts_are_turned(x: &[f64]) -> f64 {
    let (mut p, mut i) = (1.0, 0);
    let mut c = vec![0, 1, 2];
    while i < 3 {
        p *= x[c[i] % 3] * x[c[1] % 3];
        p += turned(x, &mut c[i..]) * moved_on(x, &mut c[(i + 1) % 3]);
        i += 1;
    }
    p * x[c[0] % 3]
}
#[differentiable]
fn drawn_from_a_value(x: &[f64], #[nodiff] mut rng: Lcg) -> f64 {
    let e = x[rng.at] * x[2];
    let a = draw(x, &mut rng);
    e * a * x[rng.at]
}
#[differentiable]
fn drawn_from_one_of_them(x: &[f64], #[nodiff] all: &mut [Lcg]) -> f64 {
    let e = x[all[1].at] * x[2];
    let a = draw(x, &mut all[1]);
    e * a * x[all[1].at]
}
#[differentiable]
fn drawn_from_a_declared_one(x: &[f64]) -> f64 {
    let mut rng: Lcg = Lcg::at(0);
    draw(x, &mut rng) * draw(x, &mut rng) * draw(x, &mut rng)
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

// ---- types of one name ---------------------------------------------------------------------------------------------

#[derive(Clone)]
struct Plain;
#[differentiable]
impl Plain {
    fn weighed(#[nodiff] &self, x: &[f64], #[nodiff] c: &Counter) -> f64 {
        x[0] + c.at as f64
    }
}
#[differentiable]
fn counted_on(x: &[f64], #[nodiff] c: &mut Counter) -> f64 {
    c.step(1);
    x[0].sin()
}
/// A type parameter, which is not the struct above.
#[differentiable]
fn by_a_type_parameter<Plain: Weighs>(#[nodiff] p: &Plain, x: &[f64], #[nodiff] c: &mut Counter) -> f64 {
    let e = p.weighed(x, c);
    e * counted_on(x, c)
}
/// A type that the body imports.
#[differentiable]
fn by_an_import_of_the_body(x: &[f64], #[nodiff] c: &mut Counter) -> f64 {
    use counting::Plain;
    let p = Plain {};
    let e = p.weighed(x, c);
    e * counted_on(x, c)
}
/// A name that a body hides by any of those that it imports.
#[differentiable]
fn by_an_import_of_everything(x: &[f64], #[nodiff] c: &mut Counter) -> f64 {
    use counting::*;
    let p = Plain {};
    let e = p.weighed(x, c);
    e * counted_on(x, c)
}
#[differentiable]
fn by_the_type_above(x: &[f64], #[nodiff] c: &mut Counter) -> f64 {
    let p = Plain {};
    let e = p.weighed(x, c);
    e * counted_on(x, c)
}

#[test]
fn names_that_mean_other_types() {
    let (x, start) = ([0.7, -1.2, 0.4], || Counter { at: 1 });
    let gradient = by_a_type_parameter::grad(&ByCounter, &x, &mut start());
    check("by_a_type_parameter", &|x| by_a_type_parameter(&ByCounter, x, &mut start()), &gradient);
    let gradient = by_an_import_of_the_body::grad(&x, &mut start());
    check("by_an_import_of_the_body", &|x| by_an_import_of_the_body(x, &mut start()), &gradient);
    let gradient = by_an_import_of_everything::grad(&x, &mut start());
    check("by_an_import_of_everything", &|x| by_an_import_of_everything(x, &mut start()), &gradient);
    let gradient = by_the_type_above::grad(&x, &mut start());
    check("by_the_type_above", &|x| by_the_type_above(x, &mut start()), &gradient);
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
    let reader = Reader { k: 0.8 };
    let looked = |x: &[f64]| looked_at_by_another_type(&reader, x, &mut Lcg { at: 0 });
    let (_, gradient) = looked_at_by_another_type::grad(&reader, &x, &mut Lcg { at: 0 });
    check("looked_at_by_another_type", &looked, &gradient);
    let peeked = |x: &[f64]| reader.peek(x, &mut Lcg { at: 0 });
    check("peek of another type", &peeked, &reader.peek_grad(&x, &mut Lcg { at: 0 }).1);
}

#[test]
fn parts_and_values_that_callees_change() {
    let x = [0.7, -1.2, 0.4];
    let lcg = || Lcg { at: 0 };
    let gradient = turned_for_nothing::grad(&x, &mut [0]);
    check("turned_for_nothing", &|x| turned_for_nothing(x, &mut [0]), &gradient);
    let gradient = moved_behind_a_name::grad(&x, &mut 0);
    check("moved_behind_a_name", &|x| moved_behind_a_name(x, &mut 0), &gradient);
    let gradient = parts_are_turned::grad(&x, &mut [0, 1, 2]);
    check("parts_are_turned", &|x| parts_are_turned(x, &mut [0, 1, 2]), &gradient);
    check("own_parts_are_turned", &own_parts_are_turned, &own_parts_are_turned::grad(&x));
    check("drawn_from_a_value", &|x| drawn_from_a_value(x, lcg()), &drawn_from_a_value::grad(&x, lcg()));
    let gradient = drawn_from_one_of_them::grad(&x, &mut [lcg(), lcg()]);
    check("drawn_from_one_of_them", &|x| drawn_from_one_of_them(x, &mut [lcg(), lcg()]), &gradient);
    check("drawn_from_a_declared_one", &drawn_from_a_declared_one, &drawn_from_a_declared_one::grad(&x));
}
