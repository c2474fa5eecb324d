//! Tables that are references, by their names alone: `const TABLE: &[f64]`.
use autodiff_core::differentiable;
use autodiff_tests::check_scalar;

const SLICE: &[f64] = &[1.0, 2.0, 0.5];
static ARRAY: &[f64; 3] = &[0.25, -1.0, 2.0];
const OWNED: [f64; 3] = [0.5, 0.75, -0.25];

#[differentiable]
fn polynomial(x: f64, c: &[f64]) -> f64 {
    c.iter().rev().fold(0.0, |sum, c| sum * x + c)
}

#[differentiable]
fn of_constants(x: f64, #[nodiff] c: &[f64]) -> f64 {
    c[0] + x * (c[1] + x * c[2])
}

#[differentiable]
fn of_an_array(x: f64, c: &[f64; 3]) -> f64 {
    c[0] * x + c[1] * x * x + c[2]
}

#[differentiable]
fn handed_on(x: f64) -> f64 {
    polynomial(x, SLICE) * of_constants(x, SLICE) + polynomial(x, ARRAY) + of_an_array(x, ARRAY) * polynomial(x, &OWNED)
}

#[differentiable]
fn given_a_name(x: f64) -> f64 {
    let c = SLICE;
    let (d, e) = (ARRAY, x * x);
    polynomial(e, c) * d[1] + c[2] * x
}

#[differentiable]
fn chosen(x: &[f64]) -> f64 {
    let mut sum = 0.0;
    for v in x {
        let c = if *v > 0.5 { SLICE } else { &OWNED };
        sum = polynomial(*v, c) + sum * v;
    }
    sum
}

#[test]
fn tables() {
    for x in [0.3, -0.8] {
        check_scalar!(handed_on(x));
        check_scalar!(given_a_name(x));
    }
    check_scalar!(chosen(&[0.3, 0.8, -0.2][..]));
}
