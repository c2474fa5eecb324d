//! The borrow checker's errors are those of the function itself.
use autodiff_core::{Differentiable, differentiable};

#[differentiable]
fn moved_twice(x: Vec<f64>) -> f64 {
    let a = x;
    let b = x;
    a[0] * b[0]
}

#[differentiable]
fn assigned_while_borrowed(x: &[f64]) -> f64 {
    let mut w = x.to_vec();
    let first = &w[0];
    w[1] = 2.0;
    *first * w[1]
}

#[differentiable]
fn not_mutable(x: f64) -> f64 {
    let y = x;
    y += 1.0;
    y
}

#[differentiable]
fn stored_in_a_constant(x: f64, #[nodiff] mut y: f64) -> f64 {
    y += x;
    y
}

/// What is said of a variable says its name.
#[differentiable]
fn changed_by_a_closure(x: &[f64]) -> f64 {
    let x = x.to_vec();
    let mut x = x;
    let y = [1.0].map(|v: f64| {
        x[0] += v;
        v
    });
    x[0] * y[0]
}

#[derive(Differentiable, Clone)]
struct Node {
    value: f64,
    #[nodiff]
    next: Option<Box<Node>>,
}

#[differentiable]
fn walks(node: &Node, x: f64) -> f64 {
    let mut cur = node;
    let mut s = 0.0;
    loop {
        s += cur.value * x;
        match cur {
            Node { next: Some(next), .. } => cur = next,
            _ => break,
        }
    }
    s
}

#[differentiable]
fn two_at_once(x: &[f64]) -> f64 {
    let mut v = x.to_vec();
    if let Ok([a, b]) = v.get_disjoint_mut([0, 1]) {
        *a *= *b;
    }
    v[0] * v[1]
}

#[differentiable]
fn advance(y: &mut [f64], k: &mut [usize]) {
    k[0] += 1;
    y[k[0]] *= y[0];
}

#[differentiable]
fn made_and_lent(y: &mut [f64], k: &[usize]) {
    advance(y, &mut k.to_vec()[1..]);
    advance(y, vec![1].as_mut_slice());
}

#[differentiable]
fn another_one_meanwhile(x: &[Vec<f64>], y: &[Vec<f64>]) -> f64 {
    let mut rows = x;
    let mut best = &y[0];
    for v in rows.iter() {
        if v[0] > 0.3 {
            best = v;
        }
        rows = y;
    }
    best[0] * best[1] * rows[0][0]
}

#[differentiable]
fn stepped_while_it_is_exchanged(x: &[f64], y: &[f64]) -> f64 {
    let (mut r, mut q) = (x, y);
    let mut it = r.iter();
    let mut others = q.iter();
    (r, q) = (q, r);
    std::mem::swap(&mut r, &mut q);
    it.next().unwrap() * others.next().unwrap() * r[0] * q[1]
}

#[differentiable]
fn chosen_before_and_after(x: &[f64], y: &[f64]) -> f64 {
    let mut first = x[0] > 0.0;
    (if first { x } else { y })[0] * { first = false; 2.0 } * (if first { x } else { y })[1]
}

#[differentiable]
fn collects_references(x: &[f64], y: &mut [Vec<f64>]) -> f64 {
    let v: Vec<_> = x.iter().collect();
    let w = x.iter().filter(|w| **w > 0.0).collect::<Vec<&f64>>();
    for (s, t) in y.iter_mut().flatten().zip(x) {
        *s *= t;
    }
    *v[0] * w[1]
}

#[derive(Clone, Copy, Differentiable)]
struct Part<'a> {
    x: &'a [f64],
}

#[differentiable]
fn lends_without_saying_so(x: &[f64]) -> Part {
    Part { x }
}

fn main() {}
