//! `check!`: what is right passes, what is wrong is reported with its place.
use autodiff_core::{Differentiable, Real, check, differentiable};
use nalgebra::{DMatrix, DVector, SVector, dmatrix, vector};
use std::panic::catch_unwind;

#[differentiable]
fn energy(x: &[f64], k: f64, n: usize) -> f64 {
    let mut e = 0.0;
    for i in 0..n {
        e += 0.5 * k * (x[i + 1] - x[i]) * (x[i + 1] - x[i]);
    }
    e
}

#[differentiable]
fn heat(u: &mut [f64], k: f64) {
    for i in 1..u.len() {
        u[i] += k * (u[i - 1] - u[i]);
    }
}

#[differentiable]
fn grown(u: &mut Vec<f64>, m: &DMatrix<f64>, v: SVector<f64, 2>) -> DVector<f64> {
    u.push(v.x * v.y);
    m * m.column(0)
}

#[differentiable]
fn single(x: f32, y: &[f32]) -> f32 {
    x * y[0].sin()
}

#[differentiable]
fn optional(x: f64) -> Option<f64> {
    if x > 0.0 { Some(x.ln()) } else { None }
}

#[differentiable(name = Generic)]
fn generic<T: Real>(x: T, #[nodiff] label: &str) -> T {
    if label.is_empty() { x } else { x * x }
}

#[derive(Clone, Differentiable)]
struct Spring {
    k: f64,
    rest: Vec<f64>,
    #[nodiff]
    label: &'static str,
}

#[differentiable]
impl Spring {
    fn energy(&self, x: f64) -> f64 {
        self.k * x * x * self.rest[0]
    }
    fn stiffen(&mut self, x: f64) {
        self.k += x * self.rest[1];
    }
    fn consumed(self, x: f64) -> f64 {
        self.k * x
    }
    fn halved(k: f64) -> f64 {
        0.5 * k * k
    }
}

#[test]
fn right_derivatives_pass() {
    let x = [0.0, 1.0, 1.5];
    let (slice, y, at, from) = (&x[..], 3.0, 2.0, [0.5, 0.25]);
    check!(energy(&x, y, 2));
    check!(energy(
        &*slice,
        y,
        #[nodiff]
        slice.len()
            - 1
    ));
    check!(energy(&x[1..], y, 1), step = 1e-3, tolerance = 1e-5);
    check!(heat(&mut [1.0, 2.0, 4.0], 0.1) -> ());
    check!(grown(&mut vec![at], &dmatrix![1.0, 2.0; 3.0, 4.0], SVector::from(from)));
    check!(single(0.5, &[0.25, 1.0]));
    check!(optional(0.5));
    check!(optional(-0.5));
    check!(
        generic::<f64>(
            at,
            #[nodiff]
            "square"
        ),
        name = Generic
    );
}

#[test]
fn methods() {
    let s = Spring { k: 2.0, rest: vec![1.0, 3.0], label: "left" };
    check!(s.energy(2.0));
    check!(Spring::energy(&s, 2.0));
    check!((&mut s).stiffen(2.0) -> ());
    check!(Spring::stiffen(&mut s, 2.0) -> ());
    check!(s.consumed(2.0));
    check!(Spring::halved(3.0));
    assert_eq!((s.k, s.label), (2.0, "left"));
}

/// An own rule of which one mode is wrong.
#[differentiable(jvp = pair_jvp, vjp = pair_vjp)]
fn pair(x: &[f64], y: f64) -> [f64; 2] {
    [x[0] * y, x[1] * y]
}
fn pair_jvp(x: &[f64], y: f64, u: &[f64], y_dot: f64) -> ([f64; 2], [f64; 2]) {
    (pair(x, y), [x[0] * y_dot + u[0] * y, x[1] * y_dot + u[1] * y])
}
fn pair_vjp(x: &[f64], y: f64, v: [f64; 2]) -> ([f64; 2], (Vec<f64>, f64)) {
    (pair(x, y), (vec![v[0] * y, v[0] * y], v[0] * x[0] + v[1] * x[1]))
}

/// One of which both are wrong in the same way.
#[differentiable(jvp = cube_jvp, vjp = cube_vjp)]
fn cube(x: f64) -> f64 {
    x * x * x
}
fn cube_jvp(x: f64, x_dot: f64) -> (f64, f64) {
    (cube(x), 2.0 * x * x * x_dot)
}
fn cube_vjp(x: f64, seed: f64) -> (f64, f64) {
    (cube(x), 2.0 * x * x * seed)
}

/// One that returns another value.
#[differentiable(jvp = scaled_jvp, vjp = scaled_vjp)]
fn scaled(x: f64) -> f64 {
    0.1 * x
}
fn scaled_jvp(x: f64, x_dot: f64) -> (f64, f64) {
    (x / 10.0, 0.1 * x_dot)
}
fn scaled_vjp(x: f64, seed: f64) -> (f64, f64) {
    (scaled(x), 0.1 * seed)
}

#[differentiable]
fn kinked(x: &[f64], y: f64) -> f64 {
    let mut s = y;
    for v in x {
        s += if *v > 0.0 { *v } else { 0.0 };
    }
    s
}

#[differentiable]
fn fast(x: f64) -> f64 {
    (1e5 * x).sin()
}

#[differentiable]
fn root(x: f64) -> f64 {
    x.sqrt()
}

#[track_caller]
fn report(f: fn(), parts: &[&str]) {
    let panic = catch_unwind(f).expect_err("it should be found");
    let text = panic.downcast_ref::<String>().expect("a text");
    for part in parts {
        assert!(text.contains(part), "{part}\nis not in\n{text}");
    }
}

#[test]
fn wrong_derivatives_are_shown_with_their_place() {
    report(
        || check!(pair(&[1.0, 2.0], 3.0)),
        &[
            "check!(pair(&[1.0, 2.0], 3.0)): reverse mode is wrong",
            "`&[1.0, 2.0]`, entry 1 (it is 2.0): reverse mode 0.39",
            "forward mode 1.47",
            "the seed [",
        ],
    );
    report(|| check!(cube(2.0)), &["not that of the differences", "`2.0`: forward mode 8.0, central difference 12.0"]);
    report(|| check!(scaled(3.0)), &["forward mode returns another value", "0.3 instead of 0.30000000000000004"]);
}

#[test]
fn what_is_special_about_a_point_is_said() {
    report(
        || check!(kinked(&[1.0, 0.0, -1.0], 2.0)),
        &[
            "entry 1 (it is 0.0): forward mode 0.0, central difference 0.5",
            "not smooth here, its slope is 0.0 to the left and 1.0 to the right",
        ],
    );
    report(|| check!(fast(0.3)), &["the step is too large here", "set a smaller `step`"]);
    check!(fast(0.3), step = 1e-9, tolerance = 1e-3);
    report(|| check!(root(1e-5)), &["not finite at a distance of"]);
    report(|| check!(root(-1.0)), &["returns NaN here; choose another point"]);
    check!(kinked(&[1.0, 0.5, -1.0], 2.0));
    check!(root(vector![4.0][0]));
}
