//! Structs, tuples and arrays that hold references: as parameters, with methods, handed on, and made in a body.
use autodiff_core::{Differentiable, differentiable};
use autodiff_tests::check_scalar;

const X: [f64; 3] = [0.3, 0.7, -0.4];
const Y: [f64; 3] = [0.1, 0.9, -0.2];
const W: [f64; 2] = [0.5, 0.2];

#[derive(Differentiable, Clone, Copy)]
struct Data<'a> {
    x: &'a [f64],
    y: &'a [f64],
    #[nodiff]
    n: usize,
}

#[differentiable]
fn loss(d: &Data<'_>, w: &[f64]) -> f64 {
    let mut s = 0.0;
    for i in 0..d.n {
        let r = w[0] * d.x[i] + w[1] - d.y[i];
        s += r * r;
    }
    s
}
#[differentiable]
fn loss_value(d: Data<'_>, w: &[f64]) -> f64 {
    let mut s = 0.0;
    for (x, y) in d.x.iter().zip(d.y) {
        let r = w[0] * x + w[1] - y;
        s += r * r;
    }
    s
}
#[differentiable]
impl<'a> Data<'a> {
    fn cost(&self, w: &[f64]) -> f64 {
        let mut s = 0.0;
        for i in 0..self.n {
            let r = w[0] * self.x[i] + w[1] - self.y[i];
            s += r * r;
        }
        s
    }
}
#[differentiable]
fn caller(d: &Data, w: &[f64]) -> f64 {
    loss(d, w).sin() + d.cost(w)
}
#[differentiable]
fn caller_value(d: Data<'_>, w: &[f64]) -> f64 {
    loss(&d, w).sin() + loss_value(d, w)
}
#[differentiable]
fn local(x: &[f64], y: &[f64], w: &[f64], n: usize) -> f64 {
    let d = Data { x: &x[..n], y, n };
    loss(&d, w).sin()
}
#[differentiable]
fn local_method(x: &[f64], y: &[f64], w: &[f64], n: usize) -> f64 {
    let d = Data { x: &x[..n], y, n };
    d.cost(w).sin() + d.x[0] * d.y[1]
}
#[differentiable]
fn local_value(x: &[f64], y: &[f64], w: &[f64]) -> f64 {
    loss_value(Data { x, y, n: 2 }, w)
}

#[differentiable]
fn in_loop(x: &[f64], y: &[f64], w: &[f64]) -> f64 {
    let mut s = 0.0;
    for i in 0..2 {
        let d = Data { x: &x[i..i + 2], y: &y[..2], n: 2 };
        let e = d;
        s += loss(&d, w) * loss_value(e, w).sin() * d.x[1];
        if s > 0.1 {
            s += d.cost(w);
        }
    }
    s
}
#[differentiable]
fn twice(d: Data<'_>, w: &[f64]) -> f64 {
    let e = d;
    loss_value(d, w) * loss_value(e, w) + loss(&e, w)
}
#[differentiable]
fn twice_from(x: &[f64], y: &[f64], w: &[f64]) -> f64 {
    twice(Data { x, y, n: 3 }, w)
}
#[differentiable]
fn owned_too(x: &[f64], w: f64) -> f64 {
    let v: Vec<f64> = x.iter().map(|t| t * w).collect();
    let p = Mixed { x, v, c: w * 2.0 };
    mixed(&p) * p.v[0]
}
#[derive(Differentiable, Clone)]
struct Mixed<'a> {
    x: &'a [f64],
    v: Vec<f64>,
    c: f64,
}
#[differentiable]
fn mixed(p: &Mixed) -> f64 {
    p.x[0] * p.v[1] * p.c
}
#[differentiable]
fn constants(#[nodiff] x: &[f64], w: &[f64]) -> f64 {
    let y = vec![1.0, 2.0, 3.0];
    let d = Data { x, y: &y, n: 2 };
    loss(&d, w) + loss(&Data { x, y: &y[1..], n: 2 }, w)
}

#[differentiable]
fn pair(p: (&[f64], &[f64])) -> f64 {
    let mut s = 0.0;
    for i in 0..p.0.len() {
        s += p.0[i] * p.1[i].sin();
    }
    s
}
#[differentiable]
fn pair_open((a, b): (&[f64], &[f64])) -> f64 {
    let mut s = 0.0;
    for (u, v) in a.iter().zip(b) {
        s += u * v * v;
    }
    s
}
#[differentiable]
fn rows(m: &[&[f64]]) -> f64 {
    let mut s = 0.0;
    for r in m {
        for v in r.iter() {
            s += v * v;
        }
    }
    s + m[1][0] * m[0][1]
}
#[differentiable]
fn vecs(m: &[&Vec<f64>]) -> f64 {
    let mut s = 0.0;
    for r in m.iter() {
        for v in r.iter() {
            s += v * v;
        }
    }
    s + m[1][0] * m[0][1]
}
#[differentiable]
fn array(m: [&[f64]; 2]) -> f64 {
    m[1][0] * m[0][1]
}
#[differentiable]
fn from_pair(x: &[f64], y: &[f64]) -> f64 {
    pair((x, y)) + pair_open((&x[1..], &y[..2]))
}
#[differentiable]
fn from_rows(x: &[f64], y: &[f64]) -> f64 {
    rows(&[x, y]) * array([&x[1..], y])
}
#[differentiable]
fn from_vecs(x: &Vec<f64>, y: &Vec<f64>) -> f64 {
    let m = [x, y];
    vecs(&m)
}
#[differentiable]
fn through(p: (&[f64], &[f64])) -> f64 {
    pair(p) * pair_open((p.1, p.0))
}
#[differentiable]
fn from_through(x: &[f64], y: &[f64]) -> f64 {
    let t = (x, y);
    through(t)
}

#[derive(Differentiable)]
struct Gen<'a, T: Clone, const N: usize>
where
    T: 'a,
{
    x: &'a [T],
    a: [T; N],
}
#[differentiable]
fn gen_f(g: &Gen<'_, f64, 2>) -> f64 {
    g.x[0] * g.a[1]
}
#[differentiable]
fn from_gen(x: &[f64], a: f64) -> f64 {
    let g = Gen { x, a: [a, a * a] };
    gen_f(&g) + g.x[1]
}

#[derive(Differentiable)]
struct Nested<'a> {
    g: &'a Gen<'a, f64, 2>,
    s: f64,
}
#[differentiable]
fn nested(n: &Nested<'_>) -> f64 {
    gen_f(n.g) * n.s
}
#[differentiable]
fn from_nested(x: &[f64], a: f64) -> f64 {
    let g = Gen { x, a: [a, a * a] };
    nested(&Nested { g: &g, s: a })
}

#[differentiable]
fn caller_of_one(d: &Data, w: &[f64]) -> f64 {
    loss(d, w).sin()
}
#[differentiable]
fn caller_of_value(d: Data<'_>, w: &[f64]) -> f64 {
    loss_value(d, w).sin()
}
#[differentiable]
fn cost_of(x: &[f64], y: &[f64], w: &[f64]) -> f64 {
    Data { x, y, n: 3 }.cost(w)
}
#[differentiable]
fn from_caller(x: &[f64], y: &[f64], w: &[f64]) -> f64 {
    let d = Data { x, y, n: 3 };
    caller(&d, w) * caller_value(d, w)
}
#[differentiable]
fn from_pair_alone(x: &[f64], y: &[f64]) -> f64 {
    pair((x, y))
}

/// What users call, by value and by reference: the gradient is that of what the fields refer to.
#[test]
fn parameters() {
    let d = Data { x: &X, y: &Y, n: 3 };
    let (value, (x, y, w)) = local::value_and_grad(&X, &Y, &W, 3);
    let (v, (g, g_w)) = caller_of_one::value_and_grad(&d, &W);
    assert_eq!((v, g.x, g.y, g_w), (value, x.clone(), y.clone(), w.clone()));
    let (v, (g, g_w)) = caller_of_value::value_and_grad(d, &W);
    close(&[v], &[value]);
    close(&[g.x, g.y, g_w].concat(), &[x, y, w].concat());

    let (v, (g, g_w)) = d.cost_value_and_grad(&W);
    let (value, (x, y, w)) = cost_of::value_and_grad(&X, &Y, &W);
    close(&[v], &[value]);
    close(&[g.x, g.y, g_w.to_vec()].concat(), &[x, y, w.to_vec()].concat());

    let (x, y) = from_pair_alone::grad(&X, &Y);
    assert_eq!(pair::grad((&X, &Y)), (x, y));
    assert_eq!(array::grad([&X, &Y]), [vec![0.0, Y[0], 0.0], vec![X[1], 0.0, 0.0]]);
    let grad = rows::grad(&[&X, &Y]);
    assert_eq!(grad, vecs::grad(&[&X.to_vec(), &Y.to_vec()]));
    assert_eq!(grad[1][1..], [2.0 * Y[1], 2.0 * Y[2]]);
}

#[test]
fn parameters_forward() {
    let d = Data { x: &X, y: &Y, n: 3 };
    let d_dot = DataTangent { x: vec![0.2, -0.1, 0.4], y: vec![0.5, 0.3, -0.6], n: () };
    let expected = local::jvp(&X, &Y, &W, 3, &d_dot.x, &d_dot.y, &[0.7, 0.1]);
    assert_eq!(caller_of_one::jvp(&d, &W, &d_dot, &[0.7, 0.1]), expected);
    let (value, dot) = caller_of_value::jvp(d, &W, d_dot, &[0.7, 0.1]);
    close(&[value, dot], &[expected.0, expected.1]);
}

fn close(a: &[f64], b: &[f64]) {
    assert_eq!(a.len(), b.len());
    a.iter().zip(b).for_each(|(a, b)| assert!((a - b).abs() < 1e-14, "{a} {b}"));
}

#[test]
fn made_in_a_body() {
    check_scalar!(local(&X[..], &Y[..], &W[..], const 2));
    check_scalar!(local_method(&X[..], &Y[..], &W[..], const 2));
    check_scalar!(local_value(&X[..], &Y[..], &W[..]));
    check_scalar!(in_loop(&X[..], &Y[..], &W[..]));
    check_scalar!(owned_too(&X[..], 0.7));
    check_scalar!(constants(const &X[..], &W[..]));
}

#[test]
fn handed_on() {
    check_scalar!(from_caller(&X[..], &Y[..], &W[..]));
    check_scalar!(twice_from(&X[..], &Y[..], &W[..]));
    check_scalar!(from_gen(&X[..], 0.7));
    check_scalar!(from_nested(&X[..], 0.7));
}

#[test]
fn tuples_and_arrays() {
    check_scalar!(from_pair(&X[..], &Y[..]));
    check_scalar!(from_rows(&X[..], &Y[..]));
    check_scalar!(from_vecs(&X.to_vec(), &Y.to_vec()));
    check_scalar!(from_through(&X[..], &Y[..]));
}

/// `&mut` fields are written through.
#[derive(Differentiable)]
struct State<'a> {
    q: &'a mut [f64],
    t: f64,
}
#[differentiable]
fn level(s: &State<'_>) -> f64 {
    s.q[0] * s.q[1] + s.t * s.q[2]
}
#[differentiable]
fn step(s: &mut State<'_>, h: f64) {
    s.q[0] += h * s.q[1] * s.q[0];
    s.t += h * s.q[0];
    s.q[2] = s.q[2].sin() * s.t;
}
#[differentiable]
impl State<'_> {
    fn kick(&mut self, h: f64) {
        self.q[1] -= h * self.q[0];
        self.t *= h;
    }
}
#[differentiable]
fn run(s: &mut State<'_>, h: f64) -> f64 {
    for _ in 0..3 {
        step(s, h);
        s.kick(h + 1.0);
    }
    level(s)
}
/// The same without a struct.
#[differentiable]
fn run_apart(q: &mut [f64], t: &mut f64, h: f64) -> f64 {
    for _ in 0..3 {
        q[0] += h * q[1] * q[0];
        *t += h * q[0];
        q[2] = q[2].sin() * *t;
        q[1] -= (h + 1.0) * q[0];
        *t *= h + 1.0;
    }
    q[0] * q[1] + *t * q[2]
}

#[test]
fn mutable_fields() {
    check_scalar!(run_apart(&mut X[..].to_vec()[..], &mut 0.4, 0.1));

    let (mut q, mut t) = (X, 0.4);
    let (mut q_bar, mut t_bar) = ([0.1, 0.2, 0.3], 0.5);
    let (value, h) = run_apart::vjp(&mut q, &mut t, 0.1, 0.7, &mut q_bar, &mut t_bar);

    let mut data = X;
    let mut s = State { q: &mut data, t: 0.4 };
    let mut bar = StateTangent { q: vec![0.1, 0.2, 0.3], t: 0.5 };
    let (v, g) = run::vjp(&mut s, 0.1, 0.7, &mut bar);
    assert_eq!((s.t, v), (t, value));
    close(&[g, bar.t], &[h, t_bar]);
    close(&bar.q, &q_bar);
    assert_eq!(data, q);

    let (mut q, mut t) = (X, 0.4);
    let (mut q_dot, mut t_dot) = ([0.1, 0.2, 0.3], 0.5);
    let (_, dot) = run_apart::jvp(&mut q, &mut t, 0.1, &mut q_dot, &mut t_dot, 0.9);
    let mut data = X;
    let mut dots = StateTangent { q: vec![0.1, 0.2, 0.3], t: 0.5 };
    let (_, d) = run::jvp(&mut State { q: &mut data, t: 0.4 }, 0.1, &mut dots, 0.9);
    close(&[d, dots.t], &[dot, t_dot]);
    close(&dots.q, &q_dot);
}
