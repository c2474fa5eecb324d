//! Constants that are looked into: loops over parts of `#[nodiff]` slices, and what these hand out handed on.
use autodiff_core::differentiable;
use autodiff_tests::check_scalar;

/// A type that has no derivative.
#[derive(Clone, Copy)]
struct Prior {
    gamma: f64,
    m: i32,
}

struct Setup {
    prior: Prior,
    weights: Vec<f64>,
}

#[differentiable]
fn by_parts(w: &[f64], #[nodiff] x: &[f64], d: usize) -> f64 {
    let mut s: f64 = 0.0;
    for p in x.chunks_exact(d) {
        for j in 0..d {
            s += w[j] * p[j] * w[0];
        }
    }
    s
}

#[differentiable]
fn by_parts_in_turn(w: &[f64], #[nodiff] x: &[f64], d: usize) -> f64 {
    let mut s: f64 = 1.0;
    for p in x.chunks_exact(d) {
        s = s * 0.5 + w[0] * p[0] * s.sin() * w[1];
    }
    s
}

#[differentiable]
fn by_windows(w: &[f64], #[nodiff] x: &[f64], d: usize) -> f64 {
    let mut s: f64 = 1.0;
    for (k, p) in x.windows(d + 1).skip(d - 1).step_by(d | 1).enumerate() {
        s = s * 0.5 + w[k % w.len()] * p[0] * s.sin() * p[d];
    }
    s
}

#[differentiable]
fn side_by_side(w: &[f64], #[nodiff] x: &[f64], d: usize) -> f64 {
    let mut s: f64 = 0.1;
    for (p, q) in x.chunks_exact(d).zip(&x[1..]) {
        for j in 0..d {
            s = s.cos() + w[j] * p[j] * q * w[j];
        }
    }
    s
}

#[differentiable]
fn beside_active(w: &[f64], #[nodiff] x: &[f64], d: usize) -> f64 {
    let mut s: f64 = 0.1;
    for (v, p) in w.iter().zip(x.chunks_exact(d)) {
        s = s.cos() + v * p[0] * v * p[d - 1];
    }
    s
}

#[differentiable]
fn of_a_local(w: &[f64], #[nodiff] x: &[f64], d: usize) -> f64 {
    let doubled: Vec<f64> = x.iter().map(|v| 2.0 * v).collect();
    let mut s: f64 = 0.1;
    for p in doubled.chunks(d + 1) {
        s = s.cos() + w[0] * p[0] * s;
    }
    s
}

#[differentiable]
fn of_a_local_that_changes(w: &[f64], #[nodiff] x: &[f64], d: usize) -> f64 {
    let mut scaled: Vec<f64> = x.to_vec();
    let mut s: f64 = 0.1;
    for k in 0..3 {
        for p in scaled.chunks(d + 1) {
            s = s.cos() + w[k] * p[0] * s;
        }
        scaled[0] += 1.0;
        scaled.truncate(5);
    }
    s
}

#[differentiable]
fn halves(w: &[f64], #[nodiff] x: &[f64], b: usize) -> f64 {
    let mut s: f64 = 0.1;
    for t in 1..3 {
        let (input, next) = x[(t - 1) * b..][..2 * b].split_at(b);
        for j in 0..b {
            s = s.cos() + w[j] * input[j] * next[j];
        }
    }
    s
}

#[differentiable]
fn layer(w: &[f64], #[nodiff] x: &[f64]) -> f64 {
    let mut s: f64 = 1.0;
    for (a, b) in w.iter().zip(x) {
        s += a * b * s;
    }
    s
}

#[differentiable]
fn row(x: f64, #[nodiff] b: &[f64; 4]) -> f64 {
    x * b[0] * x + b[1]
}

#[differentiable]
fn rows_of_a_reference(x: f64, #[nodiff] h: &[[f64; 4]]) -> f64 {
    let mut s: f64 = 0.0;
    for b in h {
        s = s * x + row(x, b);
    }
    s
}

#[differentiable]
fn rows_by_iterators(x: f64, #[nodiff] h: &[[f64; 4]]) -> f64 {
    let mut s: f64 = 0.0;
    for b in h.iter().rev().skip(1) {
        s = s * x + row(x, b);
    }
    for (k, b) in h.iter().enumerate() {
        s = s * x + row(x, b) * k as f64;
    }
    for (a, b) in h.iter().zip(&h[1..]) {
        s = s * x + row(x, b) * row(s, a);
    }
    for b in &h[1..] {
        s = s * x + row(x, b);
    }
    s
}

#[differentiable]
fn rows_by_value(x: f64, #[nodiff] h: &[[f64; 4]]) -> f64 {
    let mut s: f64 = 0.0;
    for b in h.to_vec() {
        s = s * x + row(x, &b);
    }
    for b in h.iter().copied() {
        s = s * x + row(x, &b);
    }
    for &b in h {
        s = s * x + row(x, &b);
    }
    s
}

#[differentiable]
fn rows_of_a_vector(x: f64, #[nodiff] h: Vec<[f64; 4]>) -> f64 {
    let mut s: f64 = 0.0;
    for b in &h {
        s = s * x + row(x, b);
    }
    for b in h {
        s = s * x + row(x, &b);
    }
    s
}

#[differentiable]
fn rows_beside_active(x: &[f64], #[nodiff] h: &[[f64; 4]]) -> f64 {
    let mut s: f64 = 0.0;
    for (v, b) in x.iter().zip(h) {
        s = s * v + row(*v, b);
    }
    for (b, v) in h.iter().zip(x) {
        s = s * v + row(*v, b);
    }
    s
}

#[differentiable]
fn parts_handed_on(w: &[f64], #[nodiff] x: &[f64], d: usize) -> f64 {
    let mut s: f64 = 1.0;
    for p in x.chunks(d) {
        s = s.sin() + layer(w, p);
    }
    s
}

#[differentiable]
fn log_prior(x: f64, #[nodiff] p: Prior) -> f64 {
    x * p.gamma * x + x.powi(p.m)
}

#[differentiable]
fn prior_handed_on(x: f64, #[nodiff] p: Prior) -> f64 {
    log_prior(x, p) * x + log_prior(x * x, p)
}

#[differentiable]
fn prior_of_setup(x: f64, #[nodiff] s: &Setup) -> f64 {
    let mut sum = 0.0;
    for w in &s.weights {
        sum = sum * x + log_prior(x * w, s.prior);
    }
    sum
}

#[differentiable]
fn number_handed_on(x: f64, #[nodiff] h: f64, #[nodiff] k: f32) -> f64 {
    fn_of_numbers(x, h) * fn_of_numbers(x * k as f64, h)
}

#[differentiable]
fn fn_of_numbers(x: f64, h: f64) -> f64 {
    x * h * x
}

const W: [f64; 5] = [0.4, -0.3, 0.7, 0.2, 0.9];
const X: [f64; 9] = [0.3, 0.5, -0.2, 0.8, 0.1, -0.6, 0.4, 0.9, 0.25];
const H: [[f64; 4]; 3] = [[0.3, 0.1, 0.2, 0.5], [0.6, 0.7, 0.2, 0.4], [-0.3, 0.2, 0.8, 0.1]];

#[test]
fn parts() {
    for d in 1..4 {
        check_scalar!(by_parts(&W[..], const &X[..], const d));
        check_scalar!(by_parts_in_turn(&W[..], const &X[..], const d));
        check_scalar!(by_windows(&W[..], const &X[..], const d));
        check_scalar!(side_by_side(&W[..], const &X[..], const d));
        check_scalar!(beside_active(&W[..], const &X[..], const d));
        check_scalar!(of_a_local(&W[..], const &X[..], const d));
        check_scalar!(of_a_local_that_changes(&W[..], const &X[..], const d));
        check_scalar!(parts_handed_on(&W[..], const &X[..], const d));
        check_scalar!(halves(&W[..], const &X[..], const d));
    }
}

#[test]
fn rows() {
    check_scalar!(rows_of_a_reference(0.7, const &H[..]));
    check_scalar!(rows_by_iterators(0.7, const &H[..]));
    check_scalar!(rows_by_value(0.7, const &H[..]));
    check_scalar!(rows_of_a_vector(0.7, const H.to_vec()));
    check_scalar!(rows_beside_active(&W[..], const &H[..]));
}

#[test]
fn types_without_derivatives() {
    let prior = Prior { gamma: 0.3, m: 2 };
    check_scalar!(prior_handed_on(0.7, const prior));
    check_scalar!(prior_of_setup(0.7, const &Setup { prior, weights: W.to_vec() }));
    check_scalar!(number_handed_on(0.7, const 0.4, const 0.3));
}

// ---- lists that are consumed -----------------------------------------------------------------------------------------

fn counted(n: usize) -> Vec<f64> {
    (0..n).map(|i| i as f64 + 1.0).collect()
}

#[differentiable]
fn consumed(x: f64, n: usize) -> f64 {
    let mut w = counted(n);
    let mut s = x;
    for c in w.clone() {
        s += c * x * s;
    }
    for c in w.drain(1..) {
        s *= c * x;
    }
    for c in w.clone() {
        s *= c;
    }
    for c in counted(2).into_iter() {
        s *= c * x;
    }
    s
}

#[differentiable]
fn consumed_and_filled_again(x: f64, #[nodiff] w: &[f64]) -> f64 {
    let mut w = w.to_vec();
    let mut s = x;
    for _ in 0..2 {
        for c in w.clone() {
            s += c * x * s;
        }
        w[0] += 1.0;
        for c in w.drain(1..) {
            s *= c * x;
        }
        w.push(3.0);
        let taken = std::mem::take(&mut w);
        for c in taken {
            s *= c;
            w.push(c);
        }
    }
    s
}

#[test]
fn lists_that_are_consumed() {
    check_scalar!(consumed(0.7, const 3));
    check_scalar!(consumed_and_filled_again(0.7, const &[1.0, 2.0]));
}

#[differentiable]
fn by_any_iterator<I>(x: f64, #[nodiff] c: I) -> f64
where
    I: IntoIterator<Item = f64>,
{
    c.into_iter().fold(0.0, |a, k| a * x + k)
}

#[differentiable]
fn by_an_iterator(x: f64, #[nodiff] c: impl Iterator<Item = f64>) -> f64 {
    c.into_iter().fold(0.0, |a, k| a * x + k)
}

/// Neither copied nor cloned.
struct Once(f64);

#[differentiable]
fn by_value(x: f64, #[nodiff] once: Once) -> f64 {
    x * x * once.0
}

#[test]
fn iterators_of_any_type() {
    // 1 x^2 + 2 x + 3
    check_scalar!(by_any_iterator(0.7, const vec![1.0, 2.0, 3.0]));
    check_scalar!(by_any_iterator(0.7, const [1.0, 2.0, 3.0]));
    let c = [1.0, 2.0, 3.0];
    let (y, g) = by_an_iterator::value_and_grad(0.7, c.iter().copied());
    let (_, y_dot) = by_an_iterator::jvp(0.7, c.iter().map(|v| 2.0 * v), 1.0);
    assert!((y - 4.89).abs() < 1e-12 && (g - 3.4).abs() < 1e-12 && (y_dot - 6.8).abs() < 1e-12);
    assert_eq!(by_any_iterator::jacobian(0.7, c.to_vec())[(0, 0)], by_any_iterator::grad(0.7, c));
    // what can't be copied has no Jacobian, and all the rest
    assert_eq!(by_value::grad(3.0, Once(0.5)), 3.0);
    assert_eq!(by_value::jvp(3.0, Once(0.5), 1.0), (4.5, 3.0));
}

#[derive(Clone, Copy)]
enum Activation {
    Linear,
    Tanh,
}

struct Label(String);

#[differentiable]
fn activate(#[nodiff] a: Activation, x: f64) -> f64 {
    match a {
        Activation::Linear => x,
        Activation::Tanh => x.tanh(),
    }
}

#[differentiable]
fn labelled(#[nodiff] label: &Label, #[nodiff] n: u8, x: f64) -> f64 {
    if label.0.len() > usize::from(n) { x * x } else { x.sin() }
}

#[differentiable]
fn layers(x: &[f64], #[nodiff] kinds: &[Activation]) -> f64 {
    let mut h = 0.1;
    for i in 0..kinds.len() {
        let kind = kinds[i];
        h += x.iter().map(|v| activate(kind, v * h)).sum::<f64>();
    }
    for (v, &kind) in x.iter().zip(kinds) {
        h *= activate(kind, *v) + activate(kinds[0], h);
    }
    h
}

#[differentiable]
fn made_inside(x: f64, y: f64) -> f64 {
    let (kind, label) = (Activation::Tanh, Label("three".to_string()));
    let n = 4;
    activate(kind, x) * labelled(&label, n + 1, y) + labelled(&label, 3, x)
}

#[test]
fn constants_of_types_without_derivative_are_handed_on() {
    check_scalar!(layers(&[0.3, 0.6][..], const &[Activation::Tanh, Activation::Linear]));
    check_scalar!(made_inside(0.3, 0.8));
}

/// Constants of inner blocks, made of each other and of one outside.
#[differentiable]
fn of_inner_blocks(x: f64, n: usize) -> f64 {
    const SCALE: f64 = 2.0;
    let mut s = 0.0;
    for i in 0..n {
        const TINY: f64 = SCALE * 1e-1;
        const LOW: f64 = TINY;
        let d = x * i as f64;
        s += if d.abs() < LOW { TINY * x } else { d };
    }
    s
}

#[test]
fn constants_of_inner_blocks() {
    check_scalar!(of_inner_blocks(0.15, const 4));
}

// ---- iterators and references over constants, by name ----------------------------------------------------------------

#[differentiable]
fn runs_over_a_named_iterator(x: &[f64], c: &[usize]) -> f64 {
    let mut s = 1.0;
    let mut k = 1;
    for j in 0..2 {
        let it = c[k..].iter().zip(&c[1..]);
        k += 1;
        let (next, last) = (c.get(k), c[j..].last());
        for (&i, q) in it {
            s = s * x[i] + 0.1 * x[*q];
        }
        if let Some(i) = next {
            s *= x[*i] * x[*last.unwrap()];
        }
    }
    s
}

#[differentiable]
fn empties_a_named_iterator(x: &[f64], c: &[usize]) -> f64 {
    let mut d = c.to_vec();
    let mut it = c.iter();
    let mut s = 1.0;
    while let Some(&i) = it.next() {
        s = s * x[i] + 0.1;
    }
    let mut it = d.iter().enumerate();
    while let Some((k, i)) = it.next() {
        s *= x[*i] + k as f64;
    }
    d[0] = 1;
    s * x[d[0]]
}

#[derive(Clone)]
enum Tree {
    Leaf(f64),
    Node(Box<Tree>, Box<Tree>),
}

#[differentiable]
fn along_a_constant_tree(#[nodiff] tree: &Tree, x: f64) -> f64 {
    match tree {
        Tree::Leaf(a) => a * x,
        Tree::Node(a, b) => along_a_constant_tree(a, x) * along_a_constant_tree(b, x * 0.5),
    }
}

#[test]
fn named_references_into_constants() {
    check_scalar!(runs_over_a_named_iterator(&[0.7, 1.3, -0.4, 0.9][..], const &[2_usize, 0, 3, 1][..]));
    check_scalar!(empties_a_named_iterator(&[0.7, 1.3, -0.4, 0.9][..], const &[2_usize, 0, 3, 1][..]));
    let tree = Tree::Node(Box::new(Tree::Leaf(2.0)), Box::new(Tree::Leaf(3.0)));
    check_scalar!(along_a_constant_tree(const & tree, 0.7));
}

// ---- references to constants that a branch chooses -----------------------------------------------------------------------

struct Table {
    weights: Vec<f64>,
    kind: usize,
}

#[differentiable]
fn chosen_by_a_number(x: &[f64], #[nodiff] hot: &Table, #[nodiff] cold: &Table) -> f64 {
    let table = if x[0] > 0.0 { hot } else { cold };
    let mut p = 1.0;
    for i in 0..x.len() {
        p *= x[i] * table.weights[i % 2];
        p = f64::sin(p);
    }
    p
}

#[differentiable]
fn chosen_by_a_match(x: &[f64], #[nodiff] hot: &Table, #[nodiff] cold: &Table) -> f64 {
    let first = hot;
    let mut p = 1.0;
    for i in 0..x.len() {
        let table = match first.kind + i {
            0 | 2 => first,
            _ => cold,
        };
        p *= x[i] * table.weights[i % 2];
        p = f64::sin(p);
    }
    p
}

#[test]
fn references_to_constants_are_chosen() {
    let hot = &Table { weights: vec![0.4, -1.2], kind: 0 };
    let cold = &Table { weights: vec![2.0, 0.3], kind: 1 };
    for (a, b) in [(hot, cold), (cold, hot)] {
        for x in [[1.3, 0.7, -0.4], [-0.4, 2.1, 1.3]] {
            check_scalar!(chosen_by_a_number(&x[..], const a, const b));
            check_scalar!(chosen_by_a_match(&x[..], const a, const b));
        }
    }
}
