//! Operators on scalars, owned and borrowed, with literals on either side.
use autodiff_core::differentiable;
use autodiff_tests::{check, check_scalar};

macro_rules! operator {
    ($($name:ident $op:tt $assign:tt;)*) => {
        pub(super) const TESTED: &[&str] = &["neg", $(stringify!($name)),*];
        $(mod $name {
            use super::*;

            #[differentiable]
            fn values(x: f64, y: f64) -> f64 {
                x $op y
            }
            #[differentiable]
            fn references(x: &f64, y: &f64) -> f64 {
                (x $op y) * (*x $op y) + (x $op *y)
            }
            #[differentiable]
            fn literals(x: f64) -> f64 {
                (x $op 2.5) * (3.5 $op x)
            }
            #[differentiable]
            fn single(x: f32, y: f32) -> f32 {
                let half = 0.5;
                (x $op y) * half + (x $op 2.0)
            }
            #[differentiable]
            fn assignment(x: f64, y: f64) -> f64 {
                let mut s = x;
                s $assign y;
                let t = s * x;
                s $assign t;
                s $assign &y;
                s $assign 1.5;
                s * t
            }
            #[differentiable]
            fn with_itself(x: f64) -> f64 {
                let y = x * 1.3;
                (y $op y) + (x $op y)
            }
            #[differentiable]
            fn constant_left(#[nodiff] x: f64, y: f64) -> f64 {
                x $op y
            }
            #[differentiable]
            fn constant_right(x: f64, #[nodiff] y: f64) -> f64 {
                x $op y
            }

            #[test]
            fn both_modes() {
                for (x, y) in [(0.8, 1.7), (5.3, -1.6), (-5.3, 1.1)] {
                    check_scalar!(values(x, y));
                    check_scalar!(references(&x, &y));
                    check_scalar!(literals(x));
                    check_scalar!(single(x as f32, y as f32));
                    check_scalar!(assignment(x, y));
                    check_scalar!(with_itself(x));
                    check_scalar!(constant_left(const x, y));
                    check_scalar!(constant_right(x, const y));
                }
            }
        })*
    };
}

operator! {
    add + +=;
    sub - -=;
    mul * *=;
    div / /=;
    rem % %=;
}

#[differentiable]
fn negation(x: f64, y: &f64) -> f64 {
    -x * -y - -(x * y) + -(-x)
}

#[differentiable]
fn precedence(x: f64, y: f64) -> f64 {
    x + y * x - y / x * 2.0 - (x - y) / (x + y) * -x
}

#[differentiable]
fn literal_forms(x: f64) -> f64 {
    1e-1 * x + 2. * x - 3_f64 * x + 0x10 as f64 * x + 1_000.5e-2 / x + -2.0 * x
}

#[differentiable]
fn literals_of_f32(x: f32) -> f32 {
    let half = 0.5;
    let mut s = 0.0;
    for i in 0..3 {
        s += half * x * 2.0 - 1.5 / x + i as f32;
    }
    s * 1e-1
}

#[differentiable]
fn zero_of_an_open_type(x: f32, flag: bool) -> f32 {
    let mut s = 0.0;
    let mut p = 1.0;
    if flag {
        s += x;
        p *= x;
    }
    s + p
}

#[test]
fn forms() {
    check_scalar!(negation(0.7, &1.6));
    check_scalar!(precedence(0.7, 1.6));
    check_scalar!(literal_forms(0.7));
    check_scalar!(literals_of_f32(0.7));
    check_scalar!(zero_of_an_open_type(0.7, const true));
    check_scalar!(zero_of_an_open_type(0.7, const false));
}

#[differentiable]
fn all_results(x: f64, y: f64) -> [f64; 5] {
    [x + y, x - y, x * y, x / y, x % y]
}

#[test]
fn seeds_of_all_results() {
    check!(all_results(5.3, 1.6));
    let (_, (gx, gy)) = all_results::vjp(6.0, 4.0, [1.0, 10.0, 100.0, 1000.0, 10000.0]);
    assert_eq!((gx, gy), (1.0 + 10.0 + 400.0 + 250.0 + 10000.0, 1.0 - 10.0 + 600.0 - 375.0 - 10000.0));
}
