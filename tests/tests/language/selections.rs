//! One item out of many as an option, and chains that end where something is empty.
use autodiff_core::differentiable;
use autodiff_tests::{check, check_scalar};
use nalgebra::{DMatrix, dmatrix};

#[differentiable]
fn largest_if_let(x: &[f64]) -> f64 {
    if let Some(m) = x.iter().max_by(|a, b| a.partial_cmp(b).unwrap()) { m * m } else { 0.0 }
}

#[differentiable]
fn largest_match(x: &[f64]) -> f64 {
    match x.iter().copied().max_by(|a, b| a.total_cmp(b)) {
        Some(m) => m * m,
        None => 0.0,
    }
}

#[differentiable]
fn largest_mapped(x: &[f64]) -> Option<f64> {
    x.iter().max_by(|a, b| a.total_cmp(b)).map(|m| m * m)
}

#[differentiable]
fn largest_copied(x: &[f64]) -> Option<f64> {
    x.iter().max_by(|a, b| a.total_cmp(b)).copied()
}

#[differentiable]
fn largest_or_none(x: &[f64]) -> Option<f64> {
    let m = x.iter().max_by(|a, b| a.total_cmp(b))?;
    Some(m * m)
}

#[differentiable]
fn largest_square(x: &[f64]) -> Option<f64> {
    x.iter().map(|v| v * v).max_by(|a, b| a.total_cmp(b))
}

#[differentiable]
fn largest_or_leave(x: &[f64]) -> f64 {
    let Some(m) = x.iter().max_by(|a, b| a.total_cmp(b)) else { return 0.0 };
    m * m
}

#[differentiable]
fn index_of_largest(x: &[f64]) -> f64 {
    let i = x.iter().enumerate().max_by(|a, b| a.1.partial_cmp(b.1).unwrap()).map(|(i, _)| i).unwrap();
    x[i] * x[0]
}

#[differentiable]
fn last_square(x: &[f64]) -> f64 {
    if let Some(l) = x.iter().map(|v| v * v).last() { l * 2.0 } else { 0.0 }
}

#[differentiable]
fn first_above(x: &[f64]) -> f64 {
    match x.iter().find(|v| **v > 1.5) {
        Some(v) => v * v,
        None => -1.0,
    }
}

#[differentiable]
fn first_pair(x: &[f64], y: &[f64]) -> f64 {
    if let Some((a, b)) = x.iter().zip(y.iter()).find(|(a, b)| *a * *b < 0.0) { a * b } else { 0.0 }
}

#[differentiable]
fn found_with_index(x: &[f64]) -> f64 {
    if let Some((i, v)) = x.iter().enumerate().find(|(_, v)| **v > 1.5) { v * x[i + 1] } else { 0.0 }
}

#[differentiable]
fn chosen_twice(x: &[f64]) -> Option<f64> {
    let m = x.iter().copied().min_by(|a, b| a.total_cmp(b))?;
    let l = x.iter().map(|v| v * m).last()?;
    Some(l * m)
}

#[differentiable]
fn ends_when_enough(x: &[f64]) -> f64 {
    let mut s = 0.0;
    let hit = x.iter().any(|v| {
        s += v * v;
        s > 3.0
    });
    if hit { s } else { 2.0 * s }
}

#[differentiable]
fn interpolated(xs: &[f64], ys: &[f64], x: f64) -> f64 {
    let i = match xs.binary_search_by(|v| v.partial_cmp(&x).unwrap()) {
        Ok(i) => i,
        Err(i) => i - 1,
    };
    let t = (x - xs[i]) / (xs[i + 1] - xs[i]);
    ys[i] + t * (ys[i + 1] - ys[i])
}

#[differentiable]
fn interpolated_by_partition(xs: &[f64], ys: &[f64], x: f64) -> f64 {
    let i = xs.partition_point(|&v| v < x).clamp(1, xs.len() - 1);
    let t = (x - xs[i - 1]) / (xs[i] - xs[i - 1]);
    ys[i - 1] * (1.0 - t) + t * ys[i]
}

#[differentiable]
fn by_error(xs: &[f64], ys: &[f64], x: f64) -> f64 {
    let i = xs.binary_search_by(|v| v.total_cmp(&x)).unwrap_or_else(|i| i - 1);
    ys[i] + (x - xs[i]) * ys[i + 1]
}

#[differentiable]
fn all_or_zero(x: &[f64]) -> f64 {
    let d: Option<Vec<f64>> = x.iter().map(|v| if *v > 0.0 { Some(v.ln()) } else { None }).collect();
    match d {
        Some(v) => v.iter().map(|v| v * v).sum(),
        None => 0.0,
    }
}

#[differentiable]
fn all_or_none(x: &[f64]) -> Option<f64> {
    let d = x.iter().map(|v| if *v > 0.0 { Some(v.ln()) } else { None }).collect::<Option<Vec<_>>>()?;
    Some(d.iter().sum::<f64>() * d[0])
}

#[differentiable]
fn all_or_error_inner(x: &[f64]) -> Result<f64, String> {
    let d = x
        .iter()
        .map(|v| if *v > 0.0 { Ok(v.ln()) } else { Err("neg".to_string()) })
        .collect::<Result<Vec<f64>, String>>()?;
    Ok(d.iter().sum::<f64>() * d[0])
}
#[differentiable]
fn all_or_error(x: &[f64]) -> Option<f64> {
    all_or_error_inner(x).ok()
}

#[differentiable]
fn roots_inner(x: &[f64]) -> Result<Vec<f64>, String> {
    x.iter().map(|&v| if v > 0.0 { Ok(v.sqrt()) } else { Err(format!("bad {v}")) }).collect()
}
#[differentiable]
fn roots(x: &[f64]) -> Option<Vec<f64>> {
    roots_inner(x).ok()
}

#[differentiable]
fn quotients(x: &[f64], y: &[f64]) -> Option<Vec<f64>> {
    x.iter().zip(y).map(|(a, b)| if *b != 0.0 { Some(a / b) } else { None }).collect()
}

#[differentiable]
fn roots_with_texts_inner(x: &[f64]) -> Result<Vec<f64>, String> {
    x.iter()
        .enumerate()
        .map(|(i, &v)| {
            if v < 0.0 {
                return Err(format!("bad {v} at {i}"));
            }
            Ok(v.sqrt() * i as f64)
        })
        .collect()
}
#[differentiable]
fn roots_with_texts(x: &[f64]) -> Option<Vec<f64>> {
    roots_with_texts_inner(x).ok()
}

#[differentiable]
fn sum_of_logarithms(x: &[f64]) -> Option<f64> {
    x.iter().try_fold(0.0, |acc, v| if *v > 0.0 { Some(acc + v.ln()) } else { None })
}

#[differentiable]
fn sum_or_error_inner(x: &[f64]) -> Result<f64, String> {
    x.iter().try_fold(0.0, |acc, v| if *v > 0.0 { Ok(acc + v.ln()) } else { Err("neg".into()) })
}
#[differentiable]
fn sum_or_error(x: &[f64]) -> Option<f64> {
    sum_or_error_inner(x).ok()
}

#[differentiable]
fn product_or_error_inner(x: &[f64]) -> Result<f64, String> {
    let s = x.iter().try_fold(1.0, |acc, &v| -> Result<f64, String> {
        if v < 0.0 {
            return Err("neg".into());
        }
        Ok(acc * v.sqrt())
    })?;
    Ok(s * s)
}
#[differentiable]
fn product_or_error(x: &[f64]) -> Option<f64> {
    product_or_error_inner(x).ok()
}

#[differentiable]
fn early_none(x: &[f64]) -> Vec<f64> {
    x.iter()
        .filter_map(|&v| {
            if v < 1.0 {
                return None;
            }
            let w = v * v;
            Some(w * v)
        })
        .collect()
}

#[differentiable]
fn until_none(x: &[f64]) -> Vec<f64> {
    x.iter()
        .map_while(|&v| {
            if v > 2.0 {
                return None;
            }
            if v < 0.6 {
                return Some(v);
            }
            let w = v * v;
            Some(w * v)
        })
        .collect()
}

#[differentiable]
fn last_chunk(x: &[f64]) -> f64 {
    x.chunks(4).last().unwrap()[0] * x[0]
}

#[differentiable]
fn last_of_the_values(x: &[f64]) -> f64 {
    let y = x.to_vec();
    y.into_iter().rev().skip_while(|v| *v < 1.0).last().unwrap() * x[1]
}

#[differentiable]
fn last_large(x: &[f64]) -> f64 {
    x.iter().filter(|v| **v > 1.0).last().unwrap() * x[0]
}

#[differentiable]
fn largest_of_the_small(x: &[f64]) -> f64 {
    let v = *x.iter().filter(|v| **v < 1.5).max_by(|a, b| a.total_cmp(b)).unwrap();
    v * v
}

#[differentiable]
fn last_partial_sum(x: &[f64]) -> f64 {
    x.iter()
        .scan(0.0, |s, v| {
            *s += v * v;
            Some(*s)
        })
        .last()
        .unwrap()
}

#[differentiable]
fn first_partial_sum_above(x: &[f64], #[nodiff] bound: f64) -> f64 {
    let first = x
        .iter()
        .scan(0.0, |s, v| {
            *s += v * v;
            Some(*s)
        })
        .find(|s| *s > bound);
    first.unwrap_or(0.5) * x[1]
}

#[differentiable]
fn smallest_product(x: &[f64]) -> f64 {
    let products = x.windows(2).map(|w| w[0] * w[1]);
    products.filter(|p| *p > 1.0).min_by(|a, b| a.partial_cmp(b).unwrap()).unwrap_or(1.0)
}

#[differentiable]
fn window_of_the_largest_product(x: &[f64]) -> f64 {
    let w = x.windows(2).max_by(|a, b| (a[0] * a[1]).total_cmp(&(b[0] * b[1]))).unwrap();
    w[0] * w[1].sin()
}

#[differentiable]
fn second_chunk(x: &[f64]) -> f64 {
    if let Some(w) = x.chunks(4).nth(1) { w[0] * x[0] } else { x[1] }
}

#[differentiable]
fn largest_pair(x: &[f64], y: &[f64]) -> f64 {
    let (a, b) = x.iter().zip(y).max_by(|p, q| (p.0 * p.1).total_cmp(&(q.0 * q.1))).unwrap();
    a * b.exp()
}

#[differentiable]
fn largest_of_the_even(x: &[f64]) -> f64 {
    let (k, v) = x.iter().enumerate().filter(|(i, _)| i % 2 == 0).max_by(|a, b| a.1.total_cmp(b.1)).unwrap();
    v * v * (1.0 + k as f64)
}

#[differentiable]
fn first_of_values(x: &[f64]) -> f64 {
    let large = x.iter().filter(|v| **v > 1.5).next().unwrap();
    x.iter().map(|v| v * v).next().unwrap() * large + x.to_vec().into_iter().next().unwrap()
}

#[differentiable]
fn last_before(x: &[f64], #[nodiff] bound: f64) -> f64 {
    x.iter().take_while(|v| **v > bound).last().copied().unwrap_or(0.5) * x[1]
}

#[differentiable]
fn longest_column(m: &DMatrix<f64>) -> f64 {
    let c = m.column_iter().max_by(|a, b| a.norm().total_cmp(&b.norm())).unwrap();
    c[0] * c[1]
}

const X: [f64; 6] = [1.3, 0.7, 2.1, 0.4, 1.8, 0.9];
const Y: [f64; 6] = [0.6, 1.1, -0.8, 1.9, 0.2, -1.4];

#[test]
fn in_both_modes() {
    check_scalar!(largest_if_let(&X[..]));
    check_scalar!(largest_match(&X[..]));
    check!(largest_mapped(&X[..]));
    check!(largest_copied(&X[..]));
    check!(largest_or_none(&X[..]));
    check!(largest_square(&X[..]));
    check_scalar!(largest_or_leave(&X[..]));
    check_scalar!(index_of_largest(&X[..]));
    check_scalar!(last_square(&X[..]));
    check_scalar!(first_above(&X[..]));
    check_scalar!(first_pair(&X[..], &Y[..]));
    check_scalar!(found_with_index(&X[..]));
    check!(chosen_twice(&X[..]));
    check_scalar!(ends_when_enough(&X[..]));
    check_scalar!(interpolated(&[0.0, 1.0, 2.0, 3.0], &[1.0, 2.0, 0.5, 3.0], 1.3));
    check_scalar!(interpolated_by_partition(&[0.0, 1.0, 2.0, 3.0], &[1.0, 2.0, 0.5, 3.0], 1.3));
    check_scalar!(by_error(&[0.0, 1.0, 2.0, 3.0], &[1.0, 2.0, 0.5, 3.0], 1.3));
    check_scalar!(all_or_zero(&X[..]));
    check!(all_or_none(&X[..]));
    check_scalar!(all_or_zero(&Y[..]));
    check!(all_or_none(&Y[..]));
    check!(sum_of_logarithms(&Y[..]));
    check!(roots(&Y[..]));
    check!(largest_or_none(&X[..0]));
    check!(all_or_error(&X[..]));
    check!(roots(&X[..]));
    check!(quotients(&X[..], &Y[..]));
    check!(roots_with_texts(&X[..]));
    check!(sum_of_logarithms(&X[..]));
    check!(sum_or_error(&X[..]));
    check!(product_or_error(&X[..]));
    check!(early_none(&X[..]));
    check!(until_none(&X[..]));
    check_scalar!(last_chunk(&X[..]));
    check_scalar!(last_of_the_values(&X[..]));
    check_scalar!(last_large(&X[..]));
    check_scalar!(largest_of_the_small(&X[..]));
    check_scalar!(last_partial_sum(&X[..]));
    check_scalar!(first_partial_sum_above(&X[..], const 4.0));
    check_scalar!(first_partial_sum_above(&X[..], const 40.0));
    check_scalar!(smallest_product(&X[..]));
    check_scalar!(smallest_product(&Y[..]));
    check_scalar!(window_of_the_largest_product(&X[..]));
    check_scalar!(second_chunk(&X[..]));
    check_scalar!(second_chunk(&X[..4]));
    check_scalar!(largest_pair(&X[..], &Y[..]));
    check_scalar!(largest_of_the_even(&X[..]));
    check_scalar!(first_of_values(&X[..]));
    check_scalar!(last_before(&X[..], const 0.5));
    check_scalar!(last_before(&X[..], const 1.5));
    check_scalar!(longest_column(&dmatrix![1.0, 2.0, 0.5; 0.3, 1.1, 0.2]));
}
