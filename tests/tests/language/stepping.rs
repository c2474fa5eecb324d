//! Iterators that are stepped by hand: `next`, `next_back`, `peek`, `by_ref`.
use autodiff_core::differentiable;
use autodiff_tests::{check, check_scalar, check_unit};

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

#[differentiable]
fn first_doubled(x: &mut [f64]) {
    let mut it = x.iter_mut();
    *it.next().unwrap() *= 2.0;
}

#[differentiable]
fn changed_one_by_one(x: &mut [f64], y: f64) {
    let mut it = x.iter_mut();
    *it.next().unwrap() = y * y;
    let v = it.next().unwrap();
    *v *= y;
    for w in it {
        *w += y;
    }
}

#[differentiable]
fn changed_in_turns(x: &mut [f64]) {
    let mut it = x.iter_mut();
    while let Some(v) = it.next() {
        *v *= 2.0;
        if let Some(w) = it.next() {
            *w *= *w;
        }
    }
}

#[differentiable]
fn steps_of_squares(x: &[f64]) -> f64 {
    let mut it = x.iter().map(|v| v * v);
    let a = it.next().unwrap();
    let mut s = 0.0;
    while let Some(v) = it.next() {
        s += a * v;
    }
    s
}

#[differentiable]
fn steps_of_the_large(x: &[f64]) -> f64 {
    let mut it = x.iter().filter(|v| **v > 0.8);
    let a = it.next().unwrap();
    let b = it.next_back().unwrap();
    a * b * b + it.map(|v| v * v).sum::<f64>()
}

#[differentiable]
fn steps_of_pairs(x: &[f64]) -> f64 {
    let mut it = x.iter().enumerate().filter(|(i, _)| i % 2 == 0).map(|(i, v)| v * (i + 1) as f64).peekable();
    let mut s = 0.0;
    while let Some(v) = it.next() {
        s += v * it.peek().map_or(1.0, |w| *w);
    }
    s
}

#[differentiable]
fn values_moved(x: Vec<f64>) -> f64 {
    let mut it = x.into_iter();
    let a = it.next().unwrap();
    a * it.next().unwrap()
}

#[differentiable]
fn rows_moved(rows: Vec<Vec<f64>>) -> f64 {
    let mut it = rows.into_iter();
    let a = it.next().unwrap();
    let b = it.next().unwrap();
    a[0] * b[1]
}

#[differentiable]
fn two_at_once(x: &[f64], y: &[f64]) -> f64 {
    let (mut a, mut b) = (x.iter(), y.iter());
    let mut s = 0.0;
    while let Some(u) = a.next() {
        if let Some(v) = b.next() {
            s += u * v;
        }
    }
    s
}

#[differentiable]
fn left_out(x: &[f64]) -> f64 {
    let mut it = x.iter();
    let mut s = 0.0;
    while let Some(v) = it.next() {
        s += v * v;
        if s > 2.0 {
            it.next();
            it.next_back();
        }
    }
    s
}

#[differentiable]
fn quotient_of_two(x: &[f64]) -> Option<f64> {
    let mut it = x.iter().map(|v| v * 2.0);
    let a = it.next()?;
    let b = it.next()?;
    Some(a / b)
}

#[test]
fn filtered_mapped_and_mutable() {
    let x = [1.3, 0.7, 2.1, 0.4, 1.8, 0.9];
    check_unit!(first_doubled(&mut x.to_vec()[..]));
    check_unit!(changed_one_by_one(&mut x.to_vec()[..], 0.7));
    check_unit!(changed_in_turns(&mut x.to_vec()[..5]));
    check_scalar!(steps_of_squares(&x[..]));
    check_scalar!(steps_of_the_large(&x[..]));
    check_scalar!(steps_of_pairs(&x[..]));
    check_scalar!(values_moved(x.to_vec()));
    check_scalar!(rows_moved(vec![x[..2].to_vec(), x[2..].to_vec()]));
    check_scalar!(two_at_once(&x[..4], &x[1..]));
    check_scalar!(left_out(&x[..]));
    check!(quotient_of_two(&x[..]));
    check!(quotient_of_two(&x[..1]));
}

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
