//! What came before: references to earlier items, last entries, options that are combined.
use autodiff_core::differentiable;
use autodiff_tests::{check, check_scalar};
use std::collections::VecDeque;

#[differentiable]
fn earlier_item(x: &[f64]) -> f64 {
    let mut prev = &x[0];
    let mut s = 0.0;
    for v in x.iter().skip(1) {
        s += (v - prev) * v;
        prev = v;
    }
    s
}

#[differentiable]
fn earlier_row(x: &[Vec<f64>]) -> f64 {
    let mut prev = &x[0];
    let mut s = 0.0;
    for v in x.iter().skip(1) {
        s += (v[0] - prev[1]) * v[1];
        prev = v;
    }
    s
}

#[differentiable]
fn stepped_row(x: &[Vec<f64>]) -> f64 {
    let mut it = x.iter();
    let mut prev = it.next().unwrap();
    let mut s = 0.0;
    for v in it {
        s += (v[0] - prev[1]) * v[1];
        prev = v;
    }
    s
}

#[differentiable]
fn stepped_item(x: &[f64]) -> f64 {
    let mut it = x.iter();
    let mut prev = it.next().unwrap();
    let mut s = 0.0;
    for v in it {
        s += (v - prev) * (v - prev);
        prev = v;
    }
    s
}

#[differentiable]
fn last_overwritten(x: &[f64]) -> Vec<f64> {
    let mut v = x.to_vec();
    *v.last_mut().unwrap() = v[0] * v[1];
    v
}

#[differentiable]
fn ends_updated(x: &[f64]) -> Vec<f64> {
    let mut v = x.to_vec();
    *v.last_mut().unwrap() *= v[0] * v[1];
    *v.first_mut().unwrap() += 1.5;
    v
}

#[differentiable]
fn running_sum(x: &[f64]) -> Vec<f64> {
    let mut out: Vec<f64> = Vec::new();
    for &v in x {
        out.push(v + out.last().unwrap_or(&0.0));
    }
    out
}

#[differentiable]
fn first_that_is_there(x: &[f64]) -> f64 {
    let a: Option<f64> = if x[0] > 0.0 { Some(x[0].ln()) } else { None };
    let b = a.filter(|v| *v > 0.0).map(|v| v * x[1]);
    b.or(Some(x[2])).unwrap_or(0.0)
}

#[differentiable]
fn both(x: &[f64]) -> f64 {
    let a = Some(x[0]);
    let b = if x[1] > 0.0 { Some(x[1]) } else { None };
    a.zip(b).map(|(p, q)| p * q).unwrap_or(0.0)
}

#[differentiable]
fn either(x: &[f64]) -> f64 {
    let a = Some(x[0]);
    let b: Option<f64> = None;
    a.xor(b).unwrap_or(x[1]).powi(2)
}

#[differentiable]
fn looked_into(x: &[f64]) -> f64 {
    let c: Option<Vec<f64>> = Some(x.iter().map(|v| v * v).collect());
    match c.as_ref() {
        Some(v) => v[0] * v[1],
        None => 0.0,
    }
}

#[differentiable]
fn changed_inside(x: &[f64]) -> f64 {
    let mut c: Option<f64> = Some(x[0]);
    if let Some(v) = c.as_mut() {
        *v *= x[1];
    }
    c.unwrap_or(0.0) * x[2]
}

#[differentiable]
fn moving_window(x: &[f64]) -> f64 {
    let mut d: VecDeque<f64> = VecDeque::new();
    let mut s = 0.0;
    for v in x {
        d.push_back(v * v);
        if d.len() > 3 {
            d.pop_front();
        }
        s += d.iter().sum::<f64>() / d.len() as f64 * d.front().unwrap() * d.back().unwrap();
    }
    s
}

#[differentiable]
fn alternating(x: &[f64]) -> Vec<f64> {
    x.iter().zip([1.0, -1.0].iter().cycle()).map(|(a, s)| a * a * s).collect()
}

#[differentiable]
fn checked_sum_inner(x: &[f64]) -> Result<f64, String> {
    let mut s = 0.0;
    x.iter().try_for_each(|v| {
        if *v < 0.0 {
            return Err("neg".to_string());
        }
        s += v * v;
        Ok(())
    })?;
    Ok(s)
}
#[differentiable]
fn checked_sum(x: &[f64]) -> Option<f64> {
    checked_sum_inner(x).ok()
}

const X: [f64; 6] = [1.3, 0.7, 2.1, 0.4, 1.8, 0.9];

#[test]
fn in_both_modes() {
    check_scalar!(earlier_item(&X[..]));
    check_scalar!(earlier_row(&vec![vec![1.0, 2.0], vec![0.5, 3.0]]));
    check_scalar!(stepped_row(&vec![vec![1.0, 2.0], vec![0.5, 3.0]]));
    check_scalar!(stepped_item(&X[..]));
    check!(last_overwritten(&X[..]));
    check!(ends_updated(&X[..]));
    check!(running_sum(&X[..]));
    check_scalar!(first_that_is_there(&X[..]));
    check_scalar!(both(&X[..]));
    check_scalar!(either(&X[..]));
    check_scalar!(looked_into(&X[..]));
    check_scalar!(changed_inside(&X[..]));
    check_scalar!(moving_window(&X[..]));
    check!(alternating(&X[..]));
    check!(checked_sum(&X[..]));
}
