//! Ordinary Rust which is not in the language yet: each is rejected, with words that say what to write instead.
use autodiff_core::differentiable;
use nalgebra::DVector;

#[differentiable]
fn vec_methods(x: f64, u: &[f64]) -> f64 {
    let mut v = u.to_vec();
    v.extend_from_slice(u);
    v.resize(8, x);
    v.truncate(7);
    v.insert(0, x * x);
    v[0] * v[4] + v[7]
}

#[differentiable]
fn let_chain(u: Option<f64>, x: f64) -> f64 {
    if let Some(v) = u && v > 0.0 { v * x } else { x }
}

#[differentiable]
fn nested_assignment(x: f64, y: f64) -> f64 {
    let mut w = [x, y, 1.0];
    (w[0], w[1]) = (w[1], w[0] * x);
    [w[2], w[0]] = [w[0] * w[1], w[2]];
    let (mut a, mut b) = (w[0], w[2]);
    (a, _) = (b * a, 1.0);
    b += a;
    a * b * w[1]
}

#[differentiable]
fn pop(x: f64) -> f64 {
    let mut v = vec![x];
    while v.len() < 5 {
        let last = v[v.len() - 1];
        v.push(last * x + 0.1);
    }
    let mut s = 0.0;
    while let Some(t) = v.pop() {
        s = s * 0.5 + t;
    }
    s
}

#[differentiable]
fn effects_in_conditions(x: f64) -> f64 {
    let mut s = x;
    if { s *= x; s > 0.0 } { s = s * s; }
    while { s = s * 0.5 + x * 0.05; s > 0.2 } {
        s = s * 0.9;
    }
    s
}

#[differentiable]
fn more_norms(a: &DVector<f64>) -> f64 {
    a.abs().sum() + a.camax() + a.product()
}

#[differentiable]
fn filled_beside_what_it_reads(x: f64, mut o: Option<f64>) -> f64 {
    let mut s = x;
    let product = { s *= x; s } * *o.get_or_insert(s);
    product + s
}

#[differentiable]
fn guards_with_effects(x: &[f64], k: usize) -> f64 {
    let (mut y, mut c) = (0.0, 0);
    match k {
        0 => x[c],
        n if {
            y += x[0];
            n > 1
        } =>
        {
            y * 2.0
        }
        _ if {
            c += 1;
            c > 0
        } =>
        {
            x[c]
        }
        _ => x[2],
    }
}

fn main() {}
