//! `#[nodiff]`, `name = ..`, own rules, and attributes of others on the same function.
use autodiff_core::{differentiable, stop_gradient};
use autodiff_tests::{check, check_scalar};
use nalgebra::DVector;

struct Table {
    rows: Vec<f64>,
}

#[differentiable]
fn constants(#[nodiff] table: &Table, x: f64, #[nodiff] weights: &[f64], #[nodiff] k: f64, y: &[f64]) -> f64 {
    let mut s = 0.0;
    for i in 0..table.rows.len() {
        s += table.rows[i] * x * weights[i] * y[i] - k * y[i];
    }
    s
}

#[test]
fn nodiff() {
    let table = Table { rows: vec![2.0, 3.0] };
    check_scalar!(constants(const &table, 0.7, const &[0.4, -0.2], const 1.5, &[0.3, 0.9][..]));
    let (x_bar, y_bar) = constants::grad(&table, 1.0, &[1.0, 1.0], 1.0, &[5.0, 7.0]);
    assert_eq!((x_bar, y_bar), (31.0, vec![1.0, 2.0]));
}

// ---- name = .. --------------------------------------------------------------------------------------------------------

mod wave {
    pub(crate) const PERIOD: f64 = 6.25;
}

#[differentiable(name = Wave)]
fn wave(x: f64) -> f64 {
    x.sin() * wave::PERIOD
}

#[allow(non_camel_case_types, reason = "a type which has the name of a function")]
struct energy {
    scale: f64,
}

/// Takes its rule under the other name, and is called under its own.
#[differentiable(name = energy_of)]
fn energy(x: &[f64]) -> f64 {
    x[0] * x[1]
}

#[test]
fn another_name() {
    assert_eq!(Wave::grad(0.0), 6.25);
    assert_eq!(Wave::value_and_grad(0.0), (wave(0.0), 6.25));
    let e = energy { scale: 2.0 };
    assert_eq!(energy_of::grad(&[3.0, 4.0 * e.scale]), [8.0, 3.0]);
    assert_eq!(energy(&[3.0, 4.0]), 12.0);
}

// ---- own rules ----------------------------------------------------------------------------------------------------------

#[differentiable(jvp = erf_jvp, vjp = erf_vjp)]
fn erf(x: f64) -> f64 {
    // opaque: nothing in here could be differentiated
    let steps = steps_for(x);
    let h = x / steps as f64;
    (0..steps).map(|i| (-((i as f64 + 0.5) * h).powi(2)).exp() * h).sum::<f64>() * std::f64::consts::FRAC_2_SQRT_PI
}

fn steps_for(x: f64) -> usize {
    20_000 + format!("{x}").len()
}

fn erf_slope(x: f64) -> f64 {
    std::f64::consts::FRAC_2_SQRT_PI * (-x * x).exp()
}

fn erf_jvp(x: f64, x_dot: f64) -> (f64, f64) {
    (erf(x), erf_slope(x) * x_dot)
}

fn erf_vjp(x: f64, seed: f64) -> (f64, f64) {
    (erf(x), erf_slope(x) * seed)
}

#[differentiable]
fn normal_cdf(x: f64, mean: f64) -> f64 {
    0.5 * (1.0 + erf((x - mean) / std::f64::consts::SQRT_2))
}

/// A rule which is not the derivative shows that it is the rule which is used.
#[differentiable(jvp = rules::round_jvp, vjp = rules::round_vjp)]
fn straight_through(x: f64) -> f64 {
    x.round()
}

mod rules {
    pub(crate) fn round_jvp(x: f64, x_dot: f64) -> (f64, f64) {
        (x.round(), 100.0 * x_dot)
    }
    pub(crate) fn round_vjp(x: f64, seed: f64) -> (f64, f64) {
        (x.round(), 100.0 * seed)
    }
}

#[differentiable]
fn uses_straight_through(x: f64) -> f64 {
    let mut s = 0.0;
    for _ in 0..2 {
        s += straight_through(x * 2.0) * 3.0;
    }
    s
}

/// Several parameters, a constant, a slice: the rules have the shape of the entry points.
#[differentiable(jvp = scaled_jvp, vjp = scaled_vjp)]
fn scaled(x: &[f64], k: f64, n: usize) -> Vec<f64> {
    x.iter().map(|v| v * k.powi(n as i32)).collect()
}

fn scaled_jvp(x: &[f64], k: f64, n: usize, x_dot: &[f64], k_dot: f64) -> (Vec<f64>, Vec<f64>) {
    let slope = n as f64 * k.powi(n as i32 - 1) * k_dot;
    (scaled(x, k, n), x.iter().zip(x_dot).map(|(v, d)| d * k.powi(n as i32) + v * slope).collect())
}

fn scaled_vjp(x: &[f64], k: f64, n: usize, seed: Vec<f64>) -> (Vec<f64>, (Vec<f64>, f64)) {
    let x_bar = seed.iter().map(|s| s * k.powi(n as i32)).collect();
    let k_bar = seed.iter().zip(x).map(|(s, v)| s * v * n as f64 * k.powi(n as i32 - 1)).sum();
    (scaled(x, k, n), (x_bar, k_bar))
}

#[differentiable]
fn uses_scaled(x: &[f64], k: f64) -> f64 {
    let a = scaled(x, k, 2);
    let b = scaled(&a, k + 1.0, 3);
    a[0] * b[1] + scaled(&x[1..], a[1], 2)[0]
}

#[differentiable(jvp = clip_jvp, vjp = clip_vjp)]
fn clip(v: &DVector<f64>) -> DVector<f64> {
    v.map(|x| x.clamp(-1.0, 1.0))
}

fn clip_jvp(v: &DVector<f64>, v_dot: &DVector<f64>) -> (DVector<f64>, DVector<f64>) {
    (clip(v), v_dot.clone())
}

fn clip_vjp(v: &DVector<f64>, seed: DVector<f64>) -> (DVector<f64>, DVector<f64>) {
    (clip(v), seed)
}

#[test]
fn own_rules() {
    check_scalar!(erf(0.7));
    check_scalar!(normal_cdf(0.7, 0.2));
    assert_eq!(straight_through::grad(0.4), 100.0);
    assert_eq!(straight_through::jvp(0.4, 2.0), (0.0, 200.0));
    assert_eq!(uses_straight_through::grad(0.4), 1200.0);
    assert_eq!(uses_straight_through::jvp(0.4, 1.0), (uses_straight_through(0.4), 1200.0));
    check!(scaled(&[0.7, -1.2][..], 1.3, const 2));
    check_scalar!(uses_scaled(&[0.7, -1.2][..], 1.3));
    let v = DVector::from_vec(vec![5.0, 0.1]);
    assert_eq!(clip::vjp(&v, DVector::from_vec(vec![1.0, 2.0])).1, DVector::from_vec(vec![1.0, 2.0]));
    let mut buffer = DVector::from_vec(vec![10.0, 10.0]);
    assert_eq!(clip::vjp_into(&v, DVector::from_vec(vec![1.0, 2.0]), &mut buffer), clip(&v));
    assert_eq!(buffer, DVector::from_vec(vec![11.0, 12.0]));
}

// ---- stop_gradient --------------------------------------------------------------------------------------------------------

#[differentiable]
fn detached(x: &DVector<f64>) -> f64 {
    let u = stop_gradient(x.component_mul(x));
    u.dot(x)
}

#[differentiable]
fn detached_by_path(x: f64) -> f64 {
    let k = autodiff_core::stop_gradient({
        let t = x * x;
        t.to_string().len() as f64 + t
    });
    k * x
}

#[test]
fn stopped() {
    let x = DVector::from_vec(vec![1.0, 2.0, 3.0]);
    assert_eq!(detached::grad(&x), x.component_mul(&x));
    assert_eq!(detached::jvp(&x, &x), (36.0, 36.0));
    assert_eq!(detached_by_path::grad(0.5), 4.25);
}

// ---- attributes of others -------------------------------------------------------------------------------------------------

/// Documented, inlined, checked.
#[must_use]
#[inline]
#[differentiable]
#[allow(clippy::many_single_char_names, reason = "an attribute below ours")]
fn decorated(a: f64, b: f64) -> f64 {
    let c = a * b;
    let d = c.sin();
    let e = d + a;
    e * d
}

#[cfg(test)]
#[differentiable]
fn configured(#[allow(unused_variables, reason = "an attribute of a parameter")] x: f64, y: f64) -> f64 {
    #[allow(unused_mut, reason = "an attribute of a statement")]
    let mut z = y * y;
    if cfg!(any()) {
        z = 0.0;
    }
    z
}

#[test]
fn other_attributes() {
    check_scalar!(decorated(0.7, 1.2));
    check_scalar!(configured(0.7, 1.2));
}
