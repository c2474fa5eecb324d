//! Conventions where a derivative does not exist or is infinite, in both modes (section 7 of the design).
use autodiff_core::differentiable;
use autodiff_tests::assert_close;
use nalgebra::{DVector, Vector2};

macro_rules! unary {
    ($($name:ident)*) => {$(
        #[differentiable]
        fn $name(x: f64) -> f64 {
            x.$name()
        }
    )*};
}
unary!(abs sqrt cbrt ln log2 log10 ln_1p asin acos acosh atanh recip floor ceil round trunc signum fract);

macro_rules! binary {
    ($($name:ident)*) => {$(
        #[differentiable]
        fn $name(x: f64, y: f64) -> f64 {
            x.$name(y)
        }
    )*};
}
binary!(max min powf hypot atan2 log);

#[differentiable]
fn powi(x: f64, n: i32) -> f64 {
    x.powi(n)
}

#[differentiable]
fn relu(x: f64) -> f64 {
    x.max(0.0)
}

#[differentiable]
fn relu_by_if(x: f64) -> f64 {
    if x > 0.0 { x } else { 0.0 }
}

#[differentiable]
fn clamp(x: f64, lo: f64, hi: f64) -> f64 {
    x.clamp(lo, hi)
}

#[differentiable]
fn norm(x: &DVector<f64>) -> f64 {
    x.norm()
}

#[differentiable]
fn static_norm(x: &Vector2<f64>) -> f64 {
    x.norm() + x.magnitude()
}

/// Each of the terms has an infinite slope at 0, none of them is used.
#[differentiable]
fn masked(x: f64, y: f64, mask: f64) -> f64 {
    let terms = x.sqrt() + x.cbrt() + x.powf(0.5) + y.acos() + y.asin() + y.atanh() * 0.0;
    x + y + 0.0 * (x.sqrt() + x.cbrt() + x.powf(0.5) + y.acos() + y.asin()) + mask * terms
}

/// The value is finite, and the partial infinite; the adjoint that comes in is 0.
#[differentiable]
fn masked_terms(x: f64, y: f64, mask: f64) -> f64 {
    x + y + mask * (x.sqrt() + x.cbrt() + x.powf(0.5) + y.acos() + y.asin())
}

#[test]
fn absolute_value_at_zero() {
    assert_eq!(abs::grad(0.0), 0.0);
    assert_eq!(abs::grad(-0.0), 0.0);
    assert_eq!(abs::jvp(0.0, 1.0), (0.0, 0.0));
    assert_eq!((abs::grad(2.0), abs::grad(-2.0)), (1.0, -1.0));
}

#[test]
fn ties_are_halved() {
    assert_eq!(max::grad(2.0, 2.0), (0.5, 0.5));
    assert_eq!(min::grad(2.0, 2.0), (0.5, 0.5));
    assert_eq!(max::jvp(2.0, 2.0, 1.0, 10.0), (2.0, 5.5));
    assert_eq!(min::jvp(2.0, 2.0, 1.0, 10.0), (2.0, 5.5));
    assert_eq!(relu::grad(0.0), 0.5);
    assert_eq!(relu::jvp(0.0, 1.0), (0.0, 0.5));
    assert_eq!((relu::grad(1.0), relu::grad(-1.0)), (1.0, 0.0));
}

#[test]
fn code_with_if_follows_the_branch() {
    assert_eq!(relu_by_if::grad(0.0), 0.0);
    assert_eq!(relu_by_if::jvp(0.0, 1.0), (0.0, 0.0));
}

#[test]
fn steps_are_flat() {
    for x in [0.0, 0.4, 1.0, -2.5] {
        assert_eq!(
            (floor::grad(x), ceil::grad(x), round::grad(x), trunc::grad(x), signum::grad(x)),
            (0.0, 0.0, 0.0, 0.0, 0.0)
        );
        assert_eq!(floor::jvp(x, 3.0), (x.floor(), 0.0));
    }
    assert_eq!(fract::grad(1.0), 1.0);
}

#[test]
fn clamp_inside_and_outside() {
    assert_eq!(clamp::grad(0.5, 0.0, 1.0), (1.0, 0.0, 0.0));
    assert_eq!(clamp::grad(-0.5, 0.0, 1.0), (0.0, 1.0, 0.0));
    assert_eq!(clamp::grad(1.5, 0.0, 1.0), (0.0, 0.0, 1.0));
}

#[test]
fn norm_of_zero() {
    let zero = DVector::zeros(3);
    assert_eq!(norm::grad(&zero), zero);
    assert_eq!(norm::jvp(&zero, &DVector::from_element(3, 1.0)), (0.0, 0.0));
    assert_eq!(static_norm::grad(&Vector2::zeros()), Vector2::zeros());
    assert_eq!(hypot::grad(0.0, 0.0), (0.0, 0.0));
    assert_eq!(hypot::jvp(0.0, 0.0, 1.0, 1.0), (0.0, 0.0));
}

#[test]
fn powers() {
    assert_eq!(powi::grad(0.0, 0), 0.0);
    assert_eq!(powi::jvp(0.0, 0, 1.0), (1.0, 0.0));
    assert_eq!(powi::grad(0.0, 1), 1.0);
    assert_eq!(powi::grad(0.0, 2), 0.0);
    assert_eq!(powf::grad(0.0, 0.0).0, 0.0);
    assert_eq!(powf::grad(0.0, 1.0).0, 1.0);
    // x^y with x = 0, y > 0 is 0 for all y near by
    assert_eq!(powf::grad(0.0, 2.0), (0.0, 0.0));
    assert_eq!(powf::jvp(0.0, 2.0, 1.0, 1.0), (0.0, 0.0));
    // a negative base with a whole exponent: the slope in x exists, a slope in y that is not asked for must not spoil it
    assert_close(powf::jvp(-2.0, 3.0, 1.0, 0.0).1, 12.0, 1e-14);
    assert_close(powf::grad(-2.0, 3.0).0, 12.0, 1e-14);
}

#[test]
fn infinite_partials_times_zero_are_zero() {
    macro_rules! dies {
        ($($f:ident at $x:expr),*) => {$(
            let (_, g) = $f::vjp($x, 0.0);
            assert_eq!(g, 0.0, "{} in reverse", stringify!($f));
            let (_, d) = $f::jvp($x, 0.0);
            assert_eq!(d, 0.0, "{} forward", stringify!($f));
        )*};
    }
    dies!(sqrt at 0.0, cbrt at 0.0, ln at 0.0, log2 at 0.0, log10 at 0.0, ln_1p at -1.0);
    dies!(asin at 1.0, acos at -1.0, acosh at 1.0, atanh at 1.0, recip at 0.0);
    assert_eq!(powf::vjp(0.0, 0.5, 0.0).1, (0.0, 0.0));
    assert_eq!(powf::jvp(0.0, 0.5, 0.0, 0.0).1, 0.0);
    assert_eq!(atan2::vjp(0.0, 0.0, 0.0).1, (0.0, 0.0));
    assert_eq!(log::vjp(0.0, 2.0, 0.0).1, (0.0, 0.0));
    assert_eq!(norm::vjp(&DVector::zeros(2), 0.0).1, DVector::zeros(2));
}

#[test]
fn infinite_partials_stay_infinite_elsewhere() {
    assert_eq!(sqrt::grad(0.0), f64::INFINITY);
    assert_eq!(ln::grad(0.0), f64::INFINITY);
    assert_eq!(sqrt::jvp(0.0, 1.0).1, f64::INFINITY);
}

#[test]
fn masked_terms_leave_no_nan() {
    let (gx, gy, gm) = masked_terms::grad(0.0, 1.0, 0.0);
    assert_eq!((gx, gy), (1.0, 1.0));
    assert_close(gm, std::f64::consts::FRAC_PI_2, 1e-14);
    assert_eq!(masked_terms::jvp(0.25, 0.5, 1.0, 0.0, 0.0, 0.0).1, 0.0);
    let (gx, gy, _) = masked::grad(0.0, 0.5, 0.0);
    assert_eq!((gx, gy), (1.0, 1.0));
}
