//! Closures that capture or take something active, beyond the arguments of `map` and its kin.
use autodiff_core::differentiable;

#[differentiable]
fn passed_closure(x: f64) -> f64 {
    apply(|t| t * x)
}

fn apply(f: impl Fn(f64) -> f64) -> f64 {
    f(2.0)
}

#[differentiable]
fn unknown_adaptor(x: &[f64]) -> f64 {
    x.iter().map(|v| v * 2.0).peekable().map(|v| v * v).sum()
}

#[differentiable]
fn unknown_consumer(x: &[f64]) -> f64 {
    let m = x.iter().map(|v| v * 2.0).rfind(|v| *v > 1.0);
    m.unwrap_or(0.0)
}

#[differentiable]
fn another_collection(x: &[f64]) -> f64 {
    let v: std::collections::LinkedList<f64> = x.iter().map(|v| v * 2.0).collect();
    v.len() as f64 * x[0]
}

#[differentiable]
fn stored_closure(x: f64) -> f64 {
    let fs = [|t: f64| t * x, |t: f64| t + x];
    fs[0](x) + fs[1](x)
}

#[differentiable]
fn chosen_closure(x: f64) -> f64 {
    let f = if x > 0.0 { f64::sin } else { f64::cos };
    f(x)
}

#[differentiable]
fn kept_iterator(x: &[f64]) -> f64 {
    let mut it = x.iter().map(|v| v * 2.0);
    let a = it.next().unwrap();
    let b = it.next().unwrap();
    a * b
}

#[differentiable]
fn moved_and_changed(x: &[f64]) -> f64 {
    let mut scale = 1.0;
    for v in x.iter().map(move |v| v * scale) {
        scale += v;
    }
    scale
}

#[differentiable]
fn handed_to_a_function(x: f64) -> f64 {
    let f = |t: f64| t * x;
    f(x) + apply(&f)
}

#[differentiable]
fn captured_before_it_was_assigned(x: &[f64], y: &[f64]) -> f64 {
    let mut r = x;
    let f = |i: usize| r[i] * x[0];
    r = y;
    f(0) + r[0]
}

#[differentiable]
fn takes<F: FnMut(f64) -> f64>(mut f: F, x: f64) -> f64 {
    f(x) + f(2.0 * x)
}

#[differentiable]
fn changes_what_it_captures(x: f64) -> f64 {
    let mut sum = 0.0;
    let y = takes(
        |t| {
            sum += t;
            t * t
        },
        x,
    );
    y + sum
}

// variables are called what they are called in the text, though others have the name too
#[differentiable]
fn other_items(x: &[f64]) -> f64 {
    let h = x;
    let mut h = &h[1..];
    let mut s = 0.0;
    for v in h.iter().map(|v| v * v) {
        h = &h[1..];
        s += v * h[0];
    }
    s
}

#[differentiable]
fn moved_copy(x: &[f64]) -> f64 {
    let k = x[0];
    let mut k = k * k;
    let s: f64 = x.iter().map(move |v| { k += v; k * v }).sum();
    s * k
}

// a copy of its own that a method changes
#[derive(Clone, Copy)]
struct Counter(u64);

impl Counter {
    fn bump(&mut self) -> f64 {
        self.0 += 1;
        self.0 as f64
    }
}

#[differentiable]
fn moved_and_changed_by_a_method(x: &[f64]) -> f64 {
    let mut c = Counter(1);
    let mut a = [1.0, 2.0, 3.0];
    let s: f64 = x.iter().map(move |v| v * c.bump()).sum();
    let turned = |v: &f64| {
        let mut own = [1.0, *v];
        own.reverse();
        own[0]
    };
    let t: f64 = x.iter().map(turned).map(move |v| { a.reverse(); v * a[0] }).sum();
    s * t * c.bump() * a[0]
}

#[differentiable]
fn captured_and_exchanged(x: &[f64], y: &[f64]) -> f64 {
    let (mut r, mut q) = (x, y);
    let f = |t: f64| t * r[0];
    (r, q) = (q, r);
    f(2.0) + q[0] * r[0]
}

#[differentiable]
fn captured_and_swapped(x: &[f64], y: &[f64]) -> f64 {
    let (mut r, mut q) = (x, y);
    let f = |t: f64| t * r[0];
    std::mem::swap(&mut r, &mut q);
    f(2.0) + q[0] * r[0]
}

#[differentiable]
fn turned_while_it_is_searched(x: &[f64]) -> f64 {
    let mut turned = vec![x[0], x[1] * x[1]];
    let largest = x.iter().filter(|v| { turned.swap(0, 1); **v > 0.5 }).max_by(|a, b| a.total_cmp(b)).unwrap();
    largest * turned[0]
}

#[differentiable]
fn filtered_beside_another(x: &[f64], y: &[f64]) -> f64 {
    let mut n = 0;
    let s: f64 = x.iter().filter(|v| { n += 1; **v > 0.35 }).zip(y.iter()).map(|(a, b)| a * b).sum();
    s * n as f64
}

#[differentiable]
fn endless_beside_another(x: &[f64], a: f64) -> f64 {
    std::iter::successors(Some(a), |v| Some(v * 2.0)).zip(x).map(|(p, q)| p * q).sum()
}

#[differentiable]
fn cut_off_and_turned(x: &[f64]) -> f64 {
    let mut n = 0;
    let s: f64 = x.iter().map(|v| { n += 1; v * n as f64 }).take(2).rev().sum();
    s * n as f64
}

#[differentiable]
fn counted_by_looking(x: &[f64]) -> f64 {
    let n = std::cell::Cell::new(0.0);
    let mut it = x.iter().map(|v| { n.set(n.get() + 1.0); v * v }).peekable();
    let mut s = 0.0;
    while let Some(p) = it.peek() {
        s += p * n.get();
        s *= it.next().unwrap();
    }
    s
}

fn main() {}
