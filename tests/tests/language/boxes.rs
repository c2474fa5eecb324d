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

// ---- methods of what is in a box -----------------------------------------------------------------------------------

mod methods_in_boxes {
    use super::*;
    use autodiff_tests::{coordinates, record};

    #[derive(Clone, Debug, PartialEq, Differentiable)]
    enum Tree {
        Leaf(f64),
        Twice(Box<Tree>),
        Both(Box<Tree>, Box<Tree>),
    }
    coordinates!(Tree => TreeTangent { Self::Leaf { 0 }, Self::Twice { 0 }, Self::Both { 0, 1 } });

    #[differentiable]
    impl Tree {
        fn value(&self, x: f64) -> f64 {
            match self {
                Tree::Leaf(v) => v * v * x,
                Tree::Twice(t) => 2.0 * t.value(x * x),
                Tree::Both(a, b) => a.value(x).sin() * b.value(x),
            }
        }
        fn grow(&mut self, x: f64) {
            match self {
                Tree::Leaf(v) => *v *= x,
                Tree::Twice(t) => t.grow(x * x),
                Tree::Both(a, b) => {
                    a.grow(x);
                    let k = b.value(x);
                    b.grow(k);
                }
            }
        }
        fn depth(&self) -> usize {
            match self {
                Tree::Leaf(_) => 1,
                Tree::Twice(t) => 1 + t.depth(),
                Tree::Both(a, b) => 1 + a.depth().max(b.depth()),
            }
        }
    }

    #[derive(Clone, Debug, PartialEq, Differentiable)]
    struct List {
        v: f64,
        next: Option<Box<List>>,
    }
    record!(List, ListTangent { v, next });

    #[differentiable]
    impl List {
        fn sum(&self) -> f64 {
            self.v * self.v
                + match &self.next {
                    Some(next) => self.v * next.sum(),
                    None => 0.0,
                }
        }
    }

    #[differentiable]
    fn grown(tree: &Tree, x: f64) -> f64 {
        let mut other = tree.clone();
        other.grow(x);
        other.value(x) * tree.depth() as f64
    }

    #[differentiable]
    fn lists(list: &Box<List>, more: &[Box<List>]) -> f64 {
        list.sum() * more.iter().map(|l| l.sum()).sum::<f64>() + more[0].sum()
    }

    #[test]
    fn in_both_modes() {
        let leaf = |v| Box::new(Tree::Leaf(v));
        check_scalar!(grown(&Tree::Both(Box::new(Tree::Twice(leaf(0.3))), leaf(0.7)), 1.2));
        let list = Box::new(List { v: 0.3, next: Some(Box::new(List { v: 0.7, next: None })) });
        check_scalar!(lists(&list, &vec![list.clone(), list.clone()]));
    }
}
