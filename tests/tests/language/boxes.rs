//! Boxes: of numbers, of slices, of vectors, by value and by reference.
#![allow(clippy::all, reason = "boxes as people use them")]
use autodiff_core::{Differentiable, differentiable};
use autodiff_tests::{check, check_scalar};

#[derive(Clone, Differentiable)]
struct Pair {
    a: f64,
    b: f64,
}

#[differentiable]
fn used_thrice(b: Box<f64>, x: f64) -> f64 {
    *b * x + (*b).sin() * *b
}

#[differentiable]
fn borrowed(b: Box<f64>, x: f64) -> f64 {
    let r = &*b;
    let s = &b;
    *r * x + **s * x
}

#[differentiable]
fn twice_boxed(b: Box<Box<f64>>) -> f64 {
    let t = **b;
    t * **b
}

#[differentiable]
fn changed(mut b: Box<f64>, x: f64) -> Box<f64> {
    *b *= x;
    b
}

#[differentiable]
fn of_slice(b: Box<[f64]>) -> f64 {
    let mut s = 0.0;
    for v in b.iter() {
        s += v * v;
    }
    s * b[0]
}

#[differentiable]
fn of_vec(b: Box<Vec<f64>>) -> f64 {
    let s: f64 = b.iter().map(|v| v * v).sum();
    s * b[0]
}

#[differentiable]
fn of_rows(rows: Box<[Vec<f64>]>) -> f64 {
    rows.iter().map(|r| r[0] * r[1]).sum::<f64>() + rows[1][0] * rows.len() as f64
}

#[differentiable]
fn product(x: &[f64]) -> f64 {
    x[0] * x[1]
}

#[differentiable]
fn handed_on(b: Box<[f64]>, c: &Box<[f64]>) -> f64 {
    product(&b) * product(c) + c[0]
}

#[differentiable]
fn both(p: &Pair) -> f64 {
    p.a * p.b + p.a
}

#[differentiable]
fn of_struct(a: f64, b: f64) -> f64 {
    boxed_struct(Box::new(Pair { a, b }))
}

#[differentiable]
fn boxed_struct(p: Box<Pair>) -> f64 {
    p.a * p.b + both(&p)
}

#[differentiable]
fn made(x: &[f64]) -> f64 {
    let v = x.to_vec();
    let b = v.into_boxed_slice();
    b[0] * b[1]
}

#[differentiable]
fn collected(x: &[f64]) -> Box<[f64]> {
    x.iter().map(|v| v * v).collect()
}

#[differentiable]
fn back_again(x: &[f64]) -> Vec<f64> {
    let b: Box<[f64]> = x.iter().map(|v| v.sin()).collect();
    b.into_vec()
}

#[differentiable]
fn entry_changed(mut b: Box<[f64]>) -> Box<[f64]> {
    b[0] *= b[1];
    b
}

#[test]
fn in_both_modes() {
    check_scalar!(used_thrice(Box::new(0.7), 0.4));
    check_scalar!(borrowed(Box::new(0.7), 0.4));
    check_scalar!(twice_boxed(Box::new(Box::new(0.7))));
    check!(changed(Box::new(0.7), 0.4));
    let x = || vec![0.3, 0.5, -0.2].into_boxed_slice();
    check_scalar!(of_slice(x()));
    check_scalar!(of_vec(Box::new(vec![0.3, 0.5])));
    check_scalar!(of_rows(vec![vec![0.3, 0.5], vec![0.2, 0.1]].into_boxed_slice()));
    check_scalar!(handed_on(x(), &x()));
    check_scalar!(of_struct(0.3, 0.5));
    check_scalar!(made(&[0.3, 0.5][..]));
    check!(collected(&[0.3, 0.5][..]));
    check!(back_again(&[0.3, 0.5][..]));
    check!(entry_changed(x()));
}

/// Lists and trees that functions change through the boxes in them, by recursion.
mod recursion {
    use super::*;

    #[derive(Clone, Debug, Differentiable)]
    struct Node {
        v: f64,
        next: Option<Box<Node>>,
    }
    #[derive(Clone, Debug, Differentiable)]
    enum Tree {
        Leaf(f64),
        Node { l: Box<Tree>, r: Box<Tree>, w: f64 },
    }
    #[differentiable]
    fn scale(t: &mut Tree, k: f64) -> f64 {
        match t {
            Tree::Leaf(v) => {
                *v *= k;
                *v
            }
            Tree::Node { l, r, w } => {
                *w += k;
                scale(l, k * *w) + scale(r, k * 0.7) * *w
            }
        }
    }
    #[differentiable]
    fn split(t: &mut Tree, at: f64) {
        match t {
            Tree::Leaf(v) if *v > at => {
                let h = *v * 0.5;
                *t = Tree::Node { l: Box::new(Tree::Leaf(h)), r: Box::new(Tree::Leaf(h * h)), w: h };
            }
            Tree::Leaf(_) => {}
            Tree::Node { l, r, .. } => {
                split(l, at);
                split(r, at);
            }
        }
    }
    #[differentiable]
    fn total(t: &Tree) -> f64 {
        match t {
            Tree::Leaf(v) => v.sin(),
            Tree::Node { l, r, w } => w * total(l) + total(r),
        }
    }
    #[differentiable]
    fn chain(x: &[f64]) -> Option<Box<Node>> {
        if x.is_empty() { None } else { Some(Box::new(Node { v: x[0], next: chain(&x[1..]) })) }
    }
    #[differentiable]
    fn damp(n: &mut Node, k: f64) {
        n.v *= k;
        if let Some(m) = &mut n.next {
            m.v += 0.1 * n.v;
            damp(m, k * 0.9);
        }
    }
    #[differentiable]
    fn sum(n: &Option<Box<Node>>) -> f64 {
        match n {
            Some(m) => m.v * m.v + sum(&m.next) * m.v,
            None => 0.3,
        }
    }
    #[differentiable]
    fn list(x: &[f64], k: f64) -> f64 {
        let mut l = chain(x);
        if let Some(n) = &mut l {
            damp(n, k);
            damp(n, k * k);
        }
        if let Some(n) = l.as_mut() {
            n.v *= k;
        }
        sum(&l)
    }
    #[differentiable]
    fn tree(x: &[f64], k: f64) -> f64 {
        let mut t = Tree::Node { l: Box::new(Tree::Leaf(x[0])), r: Box::new(Tree::Leaf(x[1])), w: x[2] };
        split(&mut t, 0.6137);
        let a = scale(&mut t, k);
        split(&mut t, 0.2137);
        a * total(&t) + scale(&mut t, 0.9)
    }

    #[test]
    fn lists() {
        check_scalar!(list(&[0.7123, 0.4577, 0.9041][..], 0.8));
        check_scalar!(list(&[][..], 0.8));
    }

    #[test]
    fn trees() {
        check_scalar!(tree(&[0.7123, 0.4577, 0.9041][..], 0.9));
    }
}
