//! Compound expressions where the compiler writes them into others: sizes, steps, bounds and indices are one operand each,
//! whatever their text. All of them are checked against the plain call.
use autodiff_core::differentiable;
use autodiff_tests::{check, check_scalar, check_unit};
use nalgebra::{DMatrix, DVector};

/// The product of neighbours, so that it matters where a part of a slice begins and ends.
#[differentiable]
fn weigh(c: &[f64]) -> f64 {
    let mut total = 0.0;
    for k in 0..c.len() {
        total += c[k] * c[c.len() - 1 - k] * (k as f64 + 1.0);
    }
    total
}

/// A loop over parts of `x`, one function for each size.
macro_rules! over_parts {
    ($($name:ident: |$x:ident, $b:ident, $i:ident| $iter:expr;)*) => { $(
        #[differentiable]
        fn $name($x: &[f64], $b: usize, $i: i32) -> f64 {
            let _ = ($b, $i);
            let mut total = 0.0;
            let mut place = 1.0;
            for c in $iter {
                total += weigh(c) * place;
                place += 1.0;
            }
            total
        }
    )* };
}

over_parts! {
    chunks_sum: |x, b, i| x.chunks(b + 1);
    chunks_or: |x, b, i| x.chunks(b | 1);
    chunks_product: |x, b, i| x.chunks(2 * b);
    chunks_cast: |x, b, i| x.chunks(i as usize);
    chunks_negated: |x, b, i| x.chunks(-(-i) as usize);
    chunks_not: |x, b, i| x.chunks(!!b);
    chunks_choice: |x, b, i| x.chunks(if b > 1 { 2 } else { 3 });
    chunks_match: |x, b, i| x.chunks(match b { 1 => 2, _ => 4 });
    chunks_block: |x, b, i| x.chunks({ let n = b; n + 1 });
    chunks_of_part: |x, b, i| x[b + 1..b * 2 + 3].chunks(b + 1);
    chunks_of_tail: |x, b, i| x[b | 1..].chunks(b + 1);
    chunks_of_head: |x, b, i| x[..=b + 3].chunks(b + 1);
    exact_sum: |x, b, i| x.chunks_exact(b + 1);
    exact_or: |x, b, i| x.chunks_exact(b | 1);
    exact_product: |x, b, i| x.chunks_exact(2 * b);
    exact_choice: |x, b, i| x.chunks_exact(if b > 1 { 2 } else { 3 });
    exact_difference: |x, b, i| x.chunks_exact(x.len() - b * 2);
    exact_turned: |x, b, i| x.chunks_exact(b + 1).rev();
    exact_skipped: |x, b, i| x.chunks_exact(b + 1).skip(b - 1);
    exact_stepped: |x, b, i| x.chunks_exact(b + 1).step_by(b & 3);
    exact_taken: |x, b, i| x.chunks_exact(b + 1).take(b - 1);
    exact_all: |x, b, i| x.chunks_exact(b - 1).rev().skip(b / 2).step_by(b - 1).take(b + 1).rev();
    windows_sum: |x, b, i| x.windows(b + 1);
    windows_or: |x, b, i| x.windows(b | 1);
    windows_stepped: |x, b, i| x.windows(b + 1).step_by(b + 1);
    windows_turned: |x, b, i| x.windows(b | 1).rev().skip(b | 1);
    from_the_back: |x, b, i| x.rchunks(b + 1);
    from_the_back_or: |x, b, i| x.rchunks(b | 1);
}

/// A loop over entries of `x`.
macro_rules! over_entries {
    ($($name:ident: |$x:ident, $b:ident, $i:ident| $iter:expr;)*) => { $(
        #[differentiable]
        fn $name($x: &[f64], $b: usize, $i: i32) -> f64 {
            let _ = ($b, $i);
            let mut total = 0.0;
            let mut place = 1.0;
            for v in $iter {
                total += v * v * place;
                place += 1.0;
            }
            total
        }
    )* };
}

over_entries! {
    skip_sum: |x, b, i| x.iter().skip(b + 1);
    skip_or: |x, b, i| x.iter().skip(b | 1);
    skip_shift: |x, b, i| x.iter().skip(b << 1);
    skip_cast: |x, b, i| x.iter().skip(-(-i) as usize);
    skip_choice: |x, b, i| x.iter().skip(if b > 1 { 2 } else { 3 });
    skip_twice: |x, b, i| x.iter().skip(b | 1).skip(b - 1);
    skip_turned: |x, b, i| x.iter().skip(b | 1).rev();
    turned_skip: |x, b, i| x.iter().rev().skip(b | 1);
    step_or: |x, b, i| x.iter().step_by(b | 1);
    step_sum: |x, b, i| x.iter().step_by(b + 1);
    step_sum_skipped: |x, b, i| x.iter().step_by(b - 1 + 1).skip(b - 1);
    skipped_step: |x, b, i| x.iter().skip(b & 1 | 1).step_by(b ^ 1);
    take_or: |x, b, i| x.iter().take(b | 1);
    take_sum_turned: |x, b, i| x.iter().take(b + 1).rev();
    cycled: |x, b, i| x.iter().skip(b | 1).cycle().take(x.len() + b);
    of_part: |x, b, i| x[b - 1..b * 2 + 1].iter().skip(b - 1);
    of_reference: |x, b, i| &x[b | 1..2 * b + 3];
}

/// A chain that ends in a sum.
macro_rules! sums {
    ($($name:ident: |$x:ident, $y:ident, $b:ident| $chain:expr;)*) => { $(
        #[differentiable]
        fn $name($x: &[f64], $y: &[f64], $b: usize) -> f64 {
            let _ = ($y, $b);
            $chain
        }
    )* };
}

sums! {
    map_chunks: |x, y, b| x.chunks(b + 1).map(|c| weigh(c)).sum();
    map_exact: |x, y, b| x.chunks_exact(b + 1).map(|c| weigh(c)).sum();
    map_exact_product: |x, y, b| x.chunks_exact(2 * b).map(|c| weigh(c)).sum();
    map_windows: |x, y, b| x.windows(b | 1).map(|c| weigh(c)).sum();
    map_skip: |x, y, b| x.iter().skip(b | 1).map(|v| v * v).sum();
    zipped_exact: |x, y, b| x.chunks_exact(b).zip(y.chunks_exact(b)).map(|(p, q)| p[0] * q[b - 1]).sum();
    zipped_sums: |x, y, b| x.chunks_exact(b + 1).zip(y.chunks_exact(b - 1)).map(|(p, q)| p[b] * q[0]).sum();
    zipped_chunks: |x, y, b| x.chunks(b + 1).zip(y.chunks(b | 1)).map(|(p, q)| weigh(p) * q[0]).sum();
    zipped_steps: |x, y, b| x.iter().step_by(b | 1).zip(y.iter().skip(b + 1)).map(|(p, q)| p * p * q).sum();
    zipped_windows: |x, y, b| x.windows(b + 1).zip(&y[b - 1..b + 3]).map(|(p, q)| weigh(p) * q).sum();
    numbered: |x, y, b| x.chunks_exact(b + 1).rev().enumerate().map(|(k, p)| weigh(p) * k as f64).sum();
    numbered_zip: |x, y, b| x.chunks_exact(b + 1).enumerate().zip(y).map(|((k, p), q)| weigh(p) * q * k as f64).sum();
    thrice: |x, y, b| x.iter().skip(b - 1).zip(y.iter().step_by(b)).zip(x.chunks_exact(b + 1)).map(|((p, q), c)| p * q * c[b]).sum();
    nested: |x, y, b| x.chunks(b * 2).map(|c| c.chunks(b + 1).map(|d| weigh(d)).sum::<f64>() * c[0]).sum();
    nested_exact: |x, y, b| x.chunks_exact(b * 2).map(|c| c.chunks_exact(b - 1).map(|d| weigh(d)).product::<f64>()).sum();
    range_stepped: |x, y, b| (b - 1..2 * b + 1).step_by(b - 1 | 1).rev().map(|k| x[k] * y[k]).sum();
    range_inclusive: |x, y, b| (b - 1..=b + 1).map(|k| x[k] * y[k] * k as f64).sum();
    range_turned: |x, y, b| (b / 2..b + 2).rev().enumerate().map(|(j, k)| x[k] * y[j]).sum();
    range_skipped: |x, y, b| (b - 1..b + 4).skip(b - 1).map(|k| x[k] * x[k]).sum();
    range_zipped: |x, y, b| (b / 2..b + 2).zip(x.iter().skip(b | 1)).map(|(k, v)| y[k] * v * v).sum();
    chained: |x, y, b| x.iter().take(b + 1).chain(y.iter().skip(b | 1)).map(|v| v * v).sum();
    chained_ranges: |x, y, b| (b - 1..b + 1).chain(b + 2..b * 2 + 1).map(|k| x[k] * y[k]).sum();
    chained_turned: |x, y, b| (b - 1..b + 1).chain(b + 2..b * 2 + 1).rev().enumerate().map(|(j, k)| x[k] * y[j]).sum();
    folded: |x, y, b| x.chunks_exact(b + 1).fold(1.0, |a, c| a * 0.5 + weigh(c));
    collected: |x, y, b| { let v: Vec<f64> = x.chunks(b + 1).map(|c| weigh(c)).collect(); weigh(&v[b - 1..]) };
    found_nth: |x, y, b| x.iter().skip(b - 1).nth(b - 1).map_or(0.0, |v| v * v) + x.iter().nth(b | 1).map_or(0.0, |v| v * 2.0);
    flat: |x, y, b| x.chunks(b + 1).flat_map(|c| c.iter().skip(b - 1)).map(|v| v * v).sum();
    filtered: |x, y, b| x.iter().skip(b | 1).filter(|v| **v > 0.0).map(|v| v * v).sum();
    filtered_values: |x, y, b| x.iter().zip(y).map(|(p, q)| p + q).filter(|v| *v > 0.5).map(|v| v * v).sum();
    while_taken: |x, y, b| x.chunks(b + 1).take_while(|c| c[0] < 1e3).map(|c| weigh(c)).sum();
    scanned: |x, y, b| x.iter().skip(b + 1).scan(1.0, |s, v| { *s *= v + 1.0; Some(*s) }).sum();
}

/// Statements over slices, by their compound indices.
macro_rules! changes {
    ($($name:ident: |$x:ident, $b:ident| $body:block)*) => { $(
        #[differentiable]
        fn $name($x: &mut [f64], $b: usize) $body
    )* };
}

changes! {
    rotated_left: |x, b| { x.rotate_left(b + 1); x[0] *= x[1]; }
    rotated_right: |x, b| { x.rotate_right(b + 1); x[0] *= x[1]; }
    rotated_or: |x, b| { x.rotate_right(b | 1); x[0] *= x[1]; }
    turned_part: |x, b| { x[b - 1..b * 2 + 1].reverse(); x[b] *= x[1]; }
    copied_part: |x, b| { x.copy_within(b - 1..b + 2, b + 1); x[b] *= x[b + 1]; }
    copied_or: |x, b| { x.copy_within(b & 1..b | 1, b + 1); x[b] *= x[b + 1]; }
    copied_inclusive: |x, b| { x.copy_within(b - 1..=b | 1, b / 2); x[b] *= x[b + 1]; }
    swapped: |x, b| { x.swap(b | 1, b - 1); x[b - 1] *= x[b + 1]; }
    filled: |x, b| { let v = x[b | 1]; x[b - 1..b + 1].fill(v * v); }
    copied_from: |x, b| { let v = x.to_vec(); x[b + 1..b * 2 + 1].copy_from_slice(&v[b - 1..b * 2 - 1]); x[b + 1] *= 2.0; }
    chunked: |x, b| { for c in x.chunks_mut(b + 1) { c[0] *= 3.0; } }
    chunked_exact: |x, b| { for c in x.chunks_exact_mut(b + 1) { c[0] *= c[b]; } }
    entries: |x, b| { for v in x.iter_mut().skip(b | 1) { *v *= *v; } }
    stepped: |x, b| { for v in x.iter_mut().step_by(b | 1) { *v *= *v; } }
    parts: |x, b| { let (p, q) = x.split_at_mut(b + 1); p[b] *= q[b - 1]; q[0] *= p[b - 1]; }
    parts_of_parts: |x, b| { let (p, q) = x[b - 1..].split_at_mut(b | 1); p[0] *= q[b - 1]; q[0] *= p[b - 1]; }
    through_reference: |x, b| { let p = &mut x[b - 1..b * 2 + 1]; let q = &mut p[b - 1..b + 1]; q[0] *= q[1]; }
}

/// Indices, casts, negations and references beside compound bounds.
#[differentiable]
fn indices(x: &[f64], b: usize, i: i32) -> f64 {
    let p = &x[b + 1..b * 2 + 3];
    let q = &p[b - 1..];
    let r = &q[..i as usize - 1];
    -p[b - 1] * (b + 1) as f64 + q[b / 2] * -(i - 1) as f64 + weigh(&r[..b - 1]) * (b | 1) as f64 - *&x[b | 1]
}

#[differentiable]
fn walking(x: &[f64], b: usize) -> f64 {
    let mut rest = x;
    let mut total = 0.0;
    while rest.len() > b + 1 {
        total += rest[b - 1] * rest[b + 1];
        rest = &rest[b - 1..][..rest.len() - b + 1];
        rest = &rest[b - 1..];
    }
    total + weigh(rest)
}

#[differentiable]
fn two_ended(x: &[f64], b: usize) -> f64 {
    let mut total = 0.0;
    let (mut lo, mut hi) = (b - 1, x.len() - b + 1);
    while lo < hi - 1 {
        total += x[lo + 1 - 1] * x[hi - 1];
        (lo, hi) = (lo + b - 1, hi - (b - 1));
    }
    total
}

#[differentiable]
fn asked(x: &[f64], b: usize) -> f64 {
    let mut total = 0.0;
    if let Some(v) = x.get(b | 1) {
        total += v * v;
    }
    if let Some(c) = x.get(b - 1..b * 2 + 1) {
        total += weigh(c);
    }
    if let Some(c) = x.get(b - 1..=b | 1) {
        total += weigh(c) * 0.5;
    }
    if let Some(c) = x[b - 1..].get(x.len() - b..) {
        total += weigh(c);
    }
    total + x.get(b * 100 + 1).copied().unwrap_or(x[b - 1] * 2.0)
}

#[differentiable]
fn grown(x: &[f64], b: usize) -> f64 {
    let mut v = x.to_vec();
    v.extend(x.iter().skip(b | 1));
    v.extend_from_slice(&x[b - 1..b + 1]);
    v.extend_from_within(b - 1..b * 2 + 1);
    v.drain(b - 1..=b | 1);
    v.truncate(b * 3 + 1);
    v.resize(b * 4 + 1, x[0] * x[1]);
    v.insert(b + 1, x[b - 1] * x[b]);
    let tail = v.split_off(b * 2 + 1);
    weigh(&v) + weigh(&tail) + v.swap_remove(b - 1) * v.remove(b | 1)
}

// ---- where a statement might end ------------------------------------------------------------------------------------------

#[differentiable]
fn led_by_if(x: &[f64], c: bool) -> f64 {
    x.iter().map(|v| if c { *v } else { 2.0 } - v * v).sum()
}
#[differentiable]
fn led_by_if_in_closure(x: &[f64], c: bool) -> f64 {
    let f = |v: f64| if c { v } else { 2.0 } - v * v;
    f(x[0]) * f(x[1])
}
#[differentiable]
fn led_by_if_folded(x: &[f64], c: bool) -> f64 {
    x.iter().fold(1.0, |a, v| if c { *v } else { 2.0 } - a * v)
}
#[differentiable]
fn led_by_match(x: &[f64], c: usize) -> f64 {
    x.iter().enumerate().map(|(i, v)| match i + c { 1 => *v, _ => 2.0 } * v).sum()
}
#[differentiable]
fn led_by_match_collected(x: &[f64], c: usize) -> Vec<f64> {
    x.iter().enumerate().map(|(i, v)| match i + c { 1 => *v, _ => 2.0 } * v).collect()
}
#[differentiable]
fn some_by_either(x: &[f64], a: usize, b: usize) -> f64 {
    let big = if a > 1 || b > 1 { Some(x[0]) } else { None }.is_some_and(|v| v > 100.0);
    if big { x[0] } else { x[1] * x[1] }
}
#[differentiable]
fn applied_to_sums(m: &DVector<f64>, y: &DVector<f64>) -> f64 {
    let mut a = m.clone();
    a.zip_apply(&(y + m), |p, q| *p *= q);
    a.sum()
}
#[differentiable]
fn chosen(x: &[f64], b: usize) -> f64 {
    let v = x[b - 1..b * 2 + 1].iter().copied().max_by(|a, c| a.total_cmp(c)).unwrap();
    let w = x.iter().skip(b | 1).copied().min_by(|a, c| a.total_cmp(c)).unwrap_or(3.0);
    let k = (b - 1..b + 2).max_by(|i, j| x[*i].total_cmp(&x[*j])).unwrap();
    let p = (b - 1..b + 2).map(|i| x[i] * 2.0).find(|v| *v > 0.5).unwrap_or(0.0);
    v * w * x[k] + p
}
#[differentiable]
fn powers(x: &[f64], b: i32, o: (usize, f64), p: &(usize, f64)) -> f64 {
    let (i, w) = *p;
    let (j, u) = o;
    x[i] * w + x[j] * u + x[(b - 1) as usize] * -(b + 1) as f64 - x[1].powi(b + 1) * x[0].powi(-b + 1)
        + (x[0] + x[1]).powi(-(b | 1))
}
#[differentiable]
fn sums_by_reference(x: &[f64], c: f64) -> f64 {
    x.iter()
        .map(|v| v + c)
        .filter(|v| *v > 0.1)
        .inspect(|v| {
            let _ = v;
        })
        .map(|v| v * v)
        .take_while(|v| *v < 1e9)
        .sum()
}
#[differentiable]
fn taken_apart(x: &[f64; 3], y: &Box<[f64; 3]>) -> f64 {
    let [a, b, c] = *x;
    let [d, e, f] = **y;
    match *x {
        [p, q, r] => p * q * r * d * e * f + a * b * c,
    }
}
#[differentiable]
fn arrays(x: &[f64], b: usize) -> f64 {
    let v: [f64; 2] = x[b - 1..b + 1].try_into().unwrap();
    let w: &[f64; 2] = x[b..][..b * 2 - 2].try_into().unwrap();
    v[0] * w[1] * v[1]
}
#[differentiable]
fn ends_of_parts(x: &[f64], b: usize) -> f64 {
    x[b - 1..b + 2].first().unwrap() * x[b - 1..b + 2].last().unwrap()
        + x[b | 1..].iter().rev().take(b - 1).map(|v| v * v).sum::<f64>() * x.last().unwrap_or(&0.0)
}
#[differentiable]
fn stepped_by_hand(x: &[f64], b: usize) -> f64 {
    let mut it = x.iter().skip(b | 1);
    let mut t = 0.0;
    while let Some(v) = it.next() {
        t += v * v;
        if let Some(w) = it.next() {
            t += v * w;
        }
    }
    let mut r = (b - 1..b + 2).map(|i| x[i]);
    t + r.next().unwrap() * r.next_back().unwrap()
}
#[differentiable]
fn both_ends(x: &[f64], b: usize) -> f64 {
    let mut it = x.chunks_exact(b - 1 + 1);
    let mut t = 1.0;
    while let Some(c) = it.next() {
        t = t * 0.5 + c[0] * c[b - 1];
    }
    let mut w = x.windows(b + 1).rev();
    while let Some(c) = w.next() {
        t = t * 0.5 + c[0] * c[b];
    }
    t
}
#[differentiable]
fn matrices(m: &DMatrix<f64>, b: usize) -> f64 {
    let mut t = 0.0;
    for c in m.column_iter().skip(b | 1) {
        t += c.dot(&c);
    }
    for j in (b - 1..m.ncols() - b + 1).rev() {
        t += m.column(j + b - 1 - (b - 1)).sum() * m[(b - 1, j)];
    }
    let v = DVector::from_iterator(b + 1, m.iter().skip(b - 1).take(b + 1).map(|v| v * v));
    t + v.sum() * m.view((b - 1, b - 1), (b - 1, m.ncols() - b + 1)).norm_squared()
        + m.rows(b - 1, b - 1).sum() * m.columns(b | 1, b - 1).sum()
}
#[differentiable]
fn led_options(x: &[f64], c: usize) -> f64 {
    let o = if c > 1 { Some(x[0]) } else { None };
    let a = o.map(|v| if c > 2 { v } else { 2.0 } - v * v).unwrap_or(0.5);
    let b = o.map_or(if c > 0 { x[1] } else { 2.0 } - x[2], |v| match c { 2 => v, _ => 3.0 } * v);
    let d = o.unwrap_or_else(|| if c > 0 { x[3] } else { 1.0 } * x[4]);
    let e = (c > 2).then(|| if c > 3 { x[3] } else { 1.0 } * x[4]).unwrap_or(x[0]);
    let f = x.get(c).map_or(1.0, |v| if c > 1 { *v } else { 1.0 } - v * v);
    let g = x.first().map(|v| match c { 1 => *v, _ => 2.0 } * v).unwrap_or(1.0);
    a * b + d * e + f * g
}

#[differentiable]
fn led_predicates(x: &[f64], c: f64) -> f64 {
    let near: f64 = x.iter().filter(|v| if **v > 1.0 { c } else { 1.0 } - 0.5 < **v).map(|v| v * v).sum();
    let far: f64 = x.iter().take_while(|v| match **v > 9.0 { true => 1.0, false => 2.0 } * **v < 1e3).map(|v| v * c).sum();
    near * far
}

#[differentiable]
fn led_matrices(m: &DMatrix<f64>, c: bool) -> f64 {
    let a = m.map(|v| if c { v } else { 2.0 } - v * v);
    let b = m.zip_map(&a, |v, w| match c { true => v, false => w } * w);
    let mut d = b.clone();
    d.apply(|v| *v = if c { *v } else { 1.0 } * *v);
    d.sum() + b.sum()
}

#[differentiable]
fn twice(f: impl Fn(f64) -> f64, x: f64) -> f64 {
    f(f(x))
}

#[differentiable]
fn led_functions(x: f64, c: bool) -> f64 {
    let early = |t: f64| {
        if t > 100.0 {
            return 1.0;
        }
        (if c { t } else { 2.0 }) - t * 0.3
    };
    twice(|t| if c { t } else { 2.0 } - t * t * x, x) * early(x) + twice(|t| match c { true => t, false => x } * t, x)
}

fn numbers() -> Vec<f64> {
    (0..13).map(|k| 0.3 + 0.17 * (k * 5 % 13) as f64).collect()
}

#[test]
fn parts_of_slices() {
    let x = numbers();
    macro_rules! all {
        ($($name:ident)*) => { $( for b in 2..5 { check_scalar!($name(&x[..], const b, const b as i32)); } )* };
    }
    all!(chunks_sum chunks_or chunks_product chunks_cast chunks_negated chunks_not chunks_choice chunks_match chunks_block);
    all!(chunks_of_part chunks_of_tail chunks_of_head exact_sum exact_or exact_product exact_choice exact_difference);
    all!(exact_turned exact_skipped exact_taken exact_all windows_sum windows_or windows_stepped windows_turned);
    all!(from_the_back from_the_back_or);
    check_scalar!(exact_stepped(&x[..], const 2, const 2));
}

#[test]
fn entries_of_slices() {
    let x = numbers();
    macro_rules! all {
        ($($name:ident)*) => { $( for b in 2..5 { check_scalar!($name(&x[..], const b, const b as i32)); } )* };
    }
    all!(skip_sum skip_or skip_shift skip_cast skip_choice skip_twice skip_turned turned_skip step_or step_sum);
    all!(step_sum_skipped skipped_step take_or take_sum_turned cycled of_part of_reference);
}

#[test]
fn chains() {
    let x = numbers();
    let y: Vec<f64> = x.iter().rev().map(|v| v * 0.7).collect();
    macro_rules! all {
        ($($name:ident)*) => { $( for b in 2..5 { check_scalar!($name(&x[..], &y[..], const b)); } )* };
    }
    all!(map_chunks map_exact map_exact_product map_windows map_skip zipped_exact zipped_sums zipped_chunks zipped_steps);
    all!(zipped_windows numbered numbered_zip thrice nested nested_exact range_stepped range_inclusive range_turned);
    all!(range_skipped range_zipped chained chained_ranges chained_turned folded collected found_nth flat);
    all!(filtered filtered_values while_taken scanned);
}

#[test]
fn changes_of_slices() {
    macro_rules! all {
        ($($name:ident)*) => { $( for b in 2..4 { check_unit!($name(&mut numbers()[..], const b)); } )* };
    }
    all!(rotated_left rotated_right rotated_or turned_part copied_part copied_or copied_inclusive swapped filled copied_from);
    all!(chunked chunked_exact entries stepped parts parts_of_parts through_reference);
}

#[test]
fn places() {
    let x = numbers();
    for b in 2..5 {
        check_scalar!(indices(&x[..], const b, const 4));
        check_scalar!(walking(&x[..], const b));
        check_scalar!(two_ended(&x[..], const b));
        check_scalar!(asked(&x[..], const b));
    }
    for b in 2..4 {
        check!(grown(&x[..], const b));
    }
}

#[test]
fn beginnings() {
    let x = numbers();
    for c in [true, false] {
        check_scalar!(led_by_if(&x[..], const c));
        check_scalar!(led_by_if_in_closure(&x[..], const c));
        check_scalar!(led_by_if_folded(&x[..], const c));
        check_scalar!(led_functions(0.7, const c));
        check_scalar!(led_matrices(&DMatrix::from_fn(2, 3, |i, j| 0.3 + i as f64 * 0.2 - j as f64 * 0.13), const c));
    }
    for c in 0..4 {
        check_scalar!(led_by_match(&x[..], const c));
        check!(led_by_match_collected(&x[..], const c));
        check_scalar!(led_options(&x[..], const c));
    }
    check_scalar!(led_predicates(&x[..], 0.77));
}

#[test]
fn operands() {
    let x = numbers();
    check_scalar!(some_by_either(&x[..], const 2, const 0));
    check_scalar!(applied_to_sums(&DVector::from_vec(x.clone()), &DVector::from_vec(x.clone())));
    for b in 2..4 {
        check_scalar!(chosen(&x[..], const b));
        check_scalar!(ends_of_parts(&x[..], const b));
        check_scalar!(stepped_by_hand(&x[..], const b));
        check_scalar!(both_ends(&x[..], const b));
    }
    check_scalar!(arrays(&x[..], const 2));
    check_scalar!(sums_by_reference(&x[..], 0.7));
    check_scalar!(taken_apart(&[0.3, 0.4, 0.6], &Box::new([0.3, 0.4, 0.6])));
    check_scalar!(matrices(&DMatrix::from_fn(4, 5, |i, j| 0.3 + i as f64 * 0.2 - j as f64 * 0.13), const 2));
    check_scalar!(powers(&x[..], const 3, (1, 0.4), &(1, 0.5)));
}
