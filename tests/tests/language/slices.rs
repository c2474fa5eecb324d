//! Slices: the ways to get at their parts.
#![allow(clippy::all, unused, reason = "slices as people use them")]
use autodiff_core::differentiable;
use autodiff_tests::{check_scalar, check_unit};

#[differentiable]
fn firsts_and_lasts(x: &[f64]) -> f64 {
    let a = x.first().unwrap();
    let b = *x.last().expect("a last one");
    a * b + x.first().unwrap().sin() * x.get(1).unwrap()
}

#[differentiable]
fn firsts_by_value(x: &[f64], empty: &[f64]) -> f64 {
    let a = x.first().copied().unwrap_or(1.0);
    let b = *empty.last().unwrap_or(&2.0);
    let c = empty.get(3).copied().unwrap_or_default();
    let d = x.get(1).map_or(0.5, |v| v * v);
    if let Some(all) = x.get(0..=usize::MAX) {
        return all[0];
    }
    a * b * d + c
}

#[differentiable]
fn looked_into(x: &[f64], i: usize) -> f64 {
    if let Some(v) = x.get(i) {
        v * v
    } else if let Some(&v) = x.last() {
        v * 3.0
    } else {
        1.0
    }
}

#[differentiable]
fn matched_option(x: &[f64], i: usize) -> f64 {
    let s = match x.get(i + 1) {
        Some(v) => v.sin(),
        None => x[0],
    };
    s * x[0]
}

#[differentiable]
fn changed_firsts(x: &mut [f64]) {
    *x.first_mut().unwrap() *= 2.0;
    if let Some(v) = x.last_mut() {
        *v = *v * *v;
    }
    if let Some(v) = x.get_mut(1) {
        *v += 1.0;
    }
    *x.get_mut(0).unwrap() = x[1] * x[2];
}

#[differentiable]
fn split_firsts(x: &mut [f64]) -> f64 {
    if let Some((first, rest)) = x.split_first_mut() {
        for v in rest.iter_mut() {
            *v *= *first;
        }
        *first = rest[0] * rest[1];
    }
    let (last, front) = x.split_last().unwrap();
    let mut s = *last;
    for v in front {
        s *= v;
    }
    let (end, begin) = x.split_last_mut().unwrap();
    *end += begin[0] * begin[1];
    s
}

#[differentiable]
fn recursive_by_split_first(x: &[f64]) -> f64 {
    match x.split_first() {
        None => 1.0,
        Some((h, t)) => h * h + 0.5 * recursive_by_split_first(t) * h,
    }
}

#[differentiable]
fn horner(mut_c: &[f64], x: f64) -> f64 {
    let mut c = mut_c;
    let mut s = 0.0;
    while let Some((last, front)) = c.split_last() {
        s = s * x + last;
        c = front;
    }
    s
}

#[differentiable]
fn fold_by_pattern(x: &[f64]) -> f64 {
    let mut s = x;
    let mut p = 1.0;
    while let [a, b, rest @ ..] = s {
        p = p * a + b;
        s = rest;
    }
    if let [odd] = s {
        p *= odd;
    }
    p
}

#[differentiable]
fn by_length(x: &[f64]) -> f64 {
    match x {
        [] => 0.5,
        [a] => a * a,
        [a, b] => a * b,
        [first, .., last] => first * last * x[1],
    }
}

#[differentiable]
fn by_length_mutable(x: &mut [f64]) {
    match x {
        [] => {}
        [a] => *a *= *a,
        [a, rest @ ..] => {
            rest[0] *= *a;
            *a += rest[0];
        }
    }
}

#[differentiable]
fn reversed_in_place(x: &mut [f64], k: f64) {
    let mut s = x;
    while let [a, rest @ .., b] = s {
        let t = *a;
        *a = *b * k;
        *b = t;
        s = rest;
    }
}

#[differentiable]
fn array_pattern_with_rest(u: [f64; 4]) -> f64 {
    let [a, .., b] = u;
    a * b
}

#[differentiable]
fn array_patterns([a, b]: [f64; 2], &[x, y, z]: &[f64; 3], m: &[[f64; 2]; 2]) -> f64 {
    let [p, q] = m;
    let [[_, r], _] = *m;
    a * x + b * y * z + p[0] * q[1] * r
}

#[differentiable]
fn references_in_patterns(t: (f64, f64), x: &mut [f64; 3]) -> f64 {
    let (ref a, b) = t;
    let ref mut first = x[0];
    *first *= *a;
    let whole @ (c, _) = t;
    let [p, _, q] = x;
    *p += *q;
    whole.0 * c * b * x[0]
}

#[differentiable]
fn rows_apart(m: &mut [[f64; 3]; 2]) {
    let [a, b] = m;
    for j in 0..3 {
        a[j] *= b[j];
    }
    let row = &mut m[1][..];
    row[0] = row[1] * row[2];
    let [x, y, _] = &mut m[0];
    *x += *y;
}

#[differentiable]
fn points(rows: &[[f64; 2]]) -> f64 {
    let mut s = 0.0;
    for &[x, y] in rows {
        s += x * y;
    }
    for [x, y] in rows.iter() {
        s += x * x * y;
    }
    for (i, [x, ..]) in rows.iter().enumerate() {
        s += x * i as f64;
    }
    s
}

#[differentiable]
fn as_arrays(x: &[f64]) -> f64 {
    let v: [f64; 3] = x[0..3].try_into().unwrap();
    let w: &[f64; 2] = x[1..3].try_into().unwrap();
    let u = <[f64; 2]>::try_from(&x[..2]).unwrap();
    v[0] * v[1] * w[1] + u[0] * w[0] * norm_of_three(&v)
}

#[differentiable]
fn norm_of_three(v: &[f64; 3]) -> f64 {
    v[0] * v[0] + v[1] * v[2]
}

#[differentiable]
fn array_handed_on(x: &[f64]) -> f64 {
    let a: &[f64; 3] = x[..3].try_into().unwrap();
    let b = x.first_chunk::<3>().unwrap();
    let c = x.last_chunk::<3>().unwrap();
    norm_of_three(a) * norm_of_three(b) + norm_of_three(c)
}

#[differentiable]
fn chunked(x: &[f64]) -> f64 {
    let (pairs, rest) = x.as_chunks::<2>();
    let mut s = 1.0;
    for i in 0..pairs.len() {
        s = s * pairs[i][0] + pairs[i][1];
    }
    s * rest[0]
}

const FRONT: std::ops::Range<usize> = 0..2;

#[differentiable]
fn all_ranges(x: &[f64], n: usize) -> f64 {
    let a = &x[..];
    let b = &x[1..=n];
    let c = &x[..=n];
    let d = &x[FRONT];
    let e = &x[n..];
    let r = 1..n;
    let f = &x[r.clone()];
    a[0] * b[0] * c[1] + d[1] * e[0] + f[0]
}

#[differentiable]
fn reborrowed(x: &mut [f64], k: f64) {
    let r = &mut *x;
    r[0] *= k;
    let r2 = r;
    r2[1] *= r2[0];
    let r3 = &mut r2[..];
    let s = &mut r3[1..];
    s[0] += s[1];
    scaled(s, k);
    scaled(&mut r3[..2], k);
    scaled(r3, 2.0);
}

#[differentiable]
fn scaled(x: &mut [f64], k: f64) {
    for v in x.iter_mut() {
        *v *= k;
    }
}

#[differentiable]
fn scalar_reborrowed(x: f64, y: f64) -> f64 {
    let mut a = x * y;
    let r = &mut a;
    *r *= y;
    let q = &mut *r;
    *q += x;
    let p = q;
    *p *= *p;
    a
}

#[differentiable]
fn twice(x: &[f64], y: &[f64]) -> f64 {
    x[0] * y[1] + x[1] * y[0]
}

#[differentiable]
fn handed_on_twice(x: &[f64]) -> f64 {
    twice(x, x) * twice(&x[1..], &x[..2])
}

#[differentiable]
fn as_refs(x: &[f64], y: &mut Vec<f64>) {
    scaled(y.as_mut_slice(), x[0]);
    scaled(y.as_mut(), x[1]);
    let s = y.as_slice();
    let t = s[0];
    y[1] *= t * x.iter().as_slice()[0];
}

#[differentiable]
fn split_again(x: &[f64]) -> f64 {
    let (a, b) = x.split_at(x.len() / 2);
    let (p, q) = a.split_at(1);
    let ((r, _), s) = (b.split_at(1), &b[1..]);
    p[0] * q[0] + r[0] * s[0]
}

#[differentiable]
fn chain_over_a_rest(x: &[f64]) -> f64 {
    let [first, mid @ .., last] = x else { return 0.0 };
    if let [a, ..] = mid
        && *a > 0.0
    {
        return first * a * last;
    }
    first + last
}

#[test]
fn chains_over_rests() {
    check_scalar!(chain_over_a_rest(&[0.3, 0.5, 0.7, 0.2][..]));
    check_scalar!(chain_over_a_rest(&[0.3, -0.5, 0.7, 0.2][..]));
    check_scalar!(chain_over_a_rest(&[0.3, 0.2][..]));
}

#[test]
fn parts() {
    let x = [0.7, -0.4, 1.3, 0.9];
    check_scalar!(firsts_and_lasts(&x[..]));
    check_scalar!(firsts_by_value(&x[..], &[][..]));
    for i in [0, 2, 9] {
        check_scalar!(looked_into(&x[..], const i));
        check_scalar!(matched_option(&x[..], const i));
    }
    check_unit!(changed_firsts(&mut x.clone()[..]));
    check_scalar!(split_firsts(&mut x.clone()[..]));
    check_scalar!(recursive_by_split_first(&x[..]));
    check_scalar!(horner(&x[..], 0.8));
    check_scalar!(as_arrays(&x[..]));
    check_scalar!(array_handed_on(&x[..]));
    check_scalar!(chunked(&[0.7, -0.4, 1.3, 0.9, 0.3][..]));
    check_scalar!(all_ranges(&x[..], const 2));
    check_scalar!(split_again(&x[..]));
}

#[test]
fn patterns() {
    for n in 0..5 {
        let x = [0.7, -0.4, 1.3, 0.9];
        check_scalar!(fold_by_pattern(&x[..n]));
        check_scalar!(by_length(&x[..n]));
        check_unit!(by_length_mutable(&mut x.clone()[..n]));
        check_unit!(reversed_in_place(&mut x.clone()[..n], 0.8));
    }
    check_scalar!(array_pattern_with_rest([0.7, -0.4, 1.3, 0.9]));
    check_scalar!(array_patterns([0.7, -0.4], &[1.3, 0.9, 0.2], &[[0.5, 0.6], [0.8, 1.1]]));
    check_scalar!(references_in_patterns((0.7, 1.2), &mut [1.3, 0.9, 0.2]));
    check_unit!(rows_apart(&mut [[0.7, -0.4, 0.3], [0.5, 0.6, 1.1]]));
    check_scalar!(points(&[[0.7, -0.4], [0.5, 0.6], [0.8, 1.1]][..]));
}

#[test]
fn borrowed_again() {
    check_unit!(reborrowed(&mut [0.7, -0.4, 1.3, 0.9][..], 0.8));
    check_scalar!(scalar_reborrowed(0.7, 1.2));
    check_scalar!(handed_on_twice(&[0.7, -0.4, 1.3][..]));
    check_unit!(as_refs(&[0.7, -0.4][..], &mut vec![0.2, 0.3, 0.4]));
}

/// Items of closures are taken apart as those of loops are.
#[differentiable]
fn chunks_apart(x: &[f64]) -> f64 {
    let pairs = x.chunks(2).map(|c| match c {
        [a, b] => a * b,
        [a] => a.sin(),
        _ => 0.0,
    });
    let y = x.to_vec();
    let weighted = y.chunks(2).enumerate().fold(0.1, |s, (i, c)| match c {
        [a, b] => s * a + b * i as f64,
        [a] => s + *a,
        _ => s,
    });
    pairs.sum::<f64>() * weighted
}

#[differentiable]
fn chunks_of_rows(rows: &[Vec<f64>]) -> f64 {
    let all = rows.iter().flat_map(|r| r.chunks(2)).filter(|c| !c.is_empty());
    all.map(|c| if let [a, b] = c { a * b } else { 0.5 * c[0] }).sum()
}

#[differentiable]
fn mutable_chunks_apart(x: &mut [f64]) {
    x.chunks_mut(2).for_each(|c| match c {
        [a, b] => {
            let old = *a;
            *a *= *b;
            *b += old;
        }
        [a] => *a *= *a,
        _ => {}
    });
}

#[test]
fn patterns_in_closures() {
    for n in 0..5 {
        let x = [0.7, -0.4, 1.3, 0.9];
        check_scalar!(chunks_apart(&x[..n]));
        check_unit!(mutable_chunks_apart(&mut x.clone()[..n]));
    }
    check_scalar!(chunks_of_rows(&vec![vec![0.3, 0.4], vec![0.5, 0.1, 0.8]]));
}

/// The index names the reference that it cuts.
#[differentiable]
fn cut_by_their_own_length(mut x: &[f64]) -> f64 {
    let a = &x[1..];
    let core = &a[..a.len() - 1];
    let (low, high) = a.split_at(a.len() / 2);
    let middle = &a[a.len() / 2];
    x = &x[1..];
    let rest = &x[..x.len() - 1];
    let end = &rest[rest.len() - 1..];
    core[0] + low[0] * high[0] + middle * end[0]
}

#[differentiable]
fn one_side_of_a_cut(x: &[f64], n: usize) -> f64 {
    let head = x.split_at(n).0;
    let mut y = x.to_vec();
    let tail = y.split_at_mut(n).1;
    tail[0] *= head[0];
    let last = tail.split_at(tail.len() - 1).1;
    last[0] * x.split_at(1).1[0] + y[n]
}

#[test]
fn parts_of_parts() {
    check_scalar!(cut_by_their_own_length(&[0.7, -0.4, 1.3, 0.9][..]));
    check_scalar!(one_side_of_a_cut(&[0.7, -0.4, 1.3, 0.9][..], const 2));
}

#[differentiable]
fn entries_of_what_is_unwrapped(x: &[f64]) -> f64 {
    let mut w = vec![x.to_vec(), x[1..].to_vec()];
    *w.last_mut().unwrap().last_mut().unwrap() *= x[0];
    *w.first_mut().unwrap().get_mut(1).expect("two") += x[2] * x[2];
    if let Some(v) = w.last_mut().unwrap().first_mut() {
        *v = v.sin();
    }
    *w.get_mut(x.len() - 3).unwrap().last_mut().unwrap() *= w[0][0];
    w[1][2] * w[1][0] + w[0][1] * w.last().unwrap().last().unwrap()
}

#[differentiable]
fn ends_of_the_sides_of_a_cut(x: &[f64], k: usize) -> f64 {
    let mut w: Vec<f64> = x.iter().map(|v| v.sin()).collect();
    *w.split_at_mut(k).0.last_mut().unwrap() *= x[0];
    let tail = w.split_at(k).1;
    let ends = vec![*x.first().unwrap(), *x.split_at(k).1.last().unwrap()];
    tail[0] * x.split_at(k).0.last().unwrap() * w.split_at(k).0[0] + ends[0] * ends[1]
}

#[test]
fn parts_of_what_is_unwrapped() {
    check_scalar!(entries_of_what_is_unwrapped(&[0.7, -0.4, 1.3, 0.9][..]));
    check_scalar!(ends_of_the_sides_of_a_cut(&[0.7, -0.4, 1.3, 0.9][..], const 2));
}
