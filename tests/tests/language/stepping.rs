//! Iterators that are stepped by hand: `next`, `next_back`, `peek`, `by_ref`.
use autodiff_core::differentiable;
use autodiff_tests::{check, check_scalar};

#[differentiable]
fn looks_ahead(x: &[f64]) -> f64 {
    let mut it = x.iter().peekable();
    let mut s = 0.0;
    while let Some(v) = it.next() {
        if let Some(n) = it.peek() {
            s += v * **n;
        } else {
            s += v.sin();
        }
    }
    s
}

#[differentiable]
fn while_large(x: &[f64]) -> f64 {
    let mut it = x.iter().peekable();
    let mut s = 0.0;
    while let Some(v) = it.next_if(|v| **v > 0.5) {
        s += v * v;
    }
    s
}

#[differentiable]
fn one_by_one(x: &[f64]) -> f64 {
    let mut it = x.iter();
    let mut s = 0.0;
    while let Some(v) = it.next() {
        s += v * v;
    }
    s
}

#[differentiable]
fn first_and_fold(x: &[f64]) -> f64 {
    let mut it = x.iter();
    let first = *it.next().unwrap();
    it.fold(first, |a, b| a * 0.5 + b * b)
}

#[differentiable]
fn in_pairs(x: &[f64]) -> f64 {
    let mut it = x.iter();
    let mut s = 0.0;
    while let (Some(a), Some(b)) = (it.next(), it.next()) {
        s += a * b;
    }
    s
}

#[differentiable]
fn head_and_tail(x: &[f64]) -> f64 {
    let mut it = x.iter();
    let a: f64 = it.by_ref().take(3).sum();
    let b: f64 = it.map(|v| v * v).sum();
    a * b
}

#[differentiable]
fn running_maximum(x: &[f64]) -> Option<f64> {
    let mut it = x.iter().copied();
    let mut best = it.next()?;
    for v in it {
        if v > best {
            best = v;
        }
    }
    Some(best * best)
}

#[differentiable]
fn until_none(x: &[f64]) -> f64 {
    let mut it = x.iter();
    let n = it.len();
    let mut s = 0.0;
    loop {
        match it.next() {
            Some(v) => s += v * v / n as f64,
            None => break,
        }
    }
    s
}

#[differentiable]
fn with_jumps(x: &[f64]) -> f64 {
    let mut it = x.iter().enumerate();
    let mut s = 0.0;
    while let Some((i, v)) = it.next() {
        if i == 3 {
            continue;
        }
        s += v * v * i as f64;
        if s > 30.0 {
            break;
        }
    }
    s
}

#[differentiable]
fn from_both_ends(x: &[f64]) -> f64 {
    let mut it = x.iter();
    let mut s = 0.0;
    while let (Some(a), Some(b)) = (it.next(), it.next_back()) {
        s += a * b * b;
    }
    s
}

#[differentiable]
fn first_or_zero(x: &[f64]) -> f64 {
    let mut it = x.iter();
    let Some(first) = it.next() else {
        return 0.0;
    };
    let mut m = *first;
    for v in it {
        if *v > m {
            m = *v;
        }
    }
    m * m
}

#[differentiable]
fn fold_of_the_rest(x: &[f64]) -> Option<f64> {
    let mut it = x.iter().copied();
    let first = it.next()?;
    Some(it.fold(first, f64::max) * first)
}

#[differentiable]
fn peeks_by_map_or(x: &[f64]) -> f64 {
    let mut it = x.iter().peekable();
    let mut s = 0.0;
    while let Some(&v) = it.next() {
        let next = it.peek().map_or(1.0, |n| **n);
        s += v * next;
    }
    s
}

#[differentiable]
fn peeks_at_copies(x: &[f64]) -> f64 {
    let mut it = x.iter().copied().peekable();
    let mut s = 0.0;
    while let Some(v) = it.next() {
        if let Some(&n) = it.peek() {
            s += v * n;
        }
    }
    s
}

#[differentiable]
fn interrupted(x: &[f64]) -> f64 {
    let mut it = x.iter();
    let mut s = 0.0;
    for v in it.by_ref() {
        s += v * v;
        if s > 3.0 {
            break;
        }
    }
    let r: f64 = it.map(|v| v * s).sum();
    r * s
}

const X: [f64; 6] = [1.3, 0.7, 2.1, 0.4, 1.8, 0.9];

#[test]
fn in_both_modes() {
    check_scalar!(looks_ahead(&X[..]));
    check_scalar!(while_large(&X[..]));
    check_scalar!(one_by_one(&X[..]));
    check_scalar!(first_and_fold(&X[..]));
    check_scalar!(in_pairs(&X[..]));
    check_scalar!(head_and_tail(&X[..]));
    check!(running_maximum(&X[..]));
    check_scalar!(until_none(&X[..]));
    check_scalar!(with_jumps(&X[..]));
    check_scalar!(from_both_ends(&X[..]));
    check_scalar!(first_or_zero(&X[..]));
    check!(fold_of_the_rest(&X[..]));
    check_scalar!(peeks_by_map_or(&X[..]));
    check_scalar!(peeks_at_copies(&X[..]));
    check_scalar!(interrupted(&X[..]));
}
