//! Values, adjoints and branches that nothing comes of.
#![allow(unused, clippy::all, reason = "that nothing comes of them is the point")]
use autodiff_core::differentiable;
use autodiff_tests::{check_scalar, check_unit};

#[differentiable]
fn recurrence(x: f64, v: &[f64], n: usize) -> f64 {
    let mut s = x;
    for i in 0..n {
        s = s * v[i] + x;
    }
    s
}
#[differentiable]
fn writes(x: f64, v: &[f64], m: &mut [f64]) -> f64 {
    m[0] = m[0] * x + v[0];
    m[1] * x
}

#[differentiable]
fn result_overwritten_at_once(x: f64, y: f64, v: &[f64]) -> f64 {
    let t = 'v: { x.atan() };
    let mut s = recurrence(t + x, v, 2);
    s = x;
    y.sin() + s
}
#[differentiable]
fn overwritten_in_an_arm(x: f64, u: f64) -> f64 {
    let mut s = 1.0;
    if x > 0.0 {
        s = u.sin() + (-u.powi(2)).exp();
        s = x;
    } else {
    }
    s * x
}
#[differentiable]
fn empty_then(x: f64, v: &[f64], m: &mut [f64]) -> f64 {
    if x < -0.9 {
    } else {
        writes(-0.6, v, m);
    }
    x * m[0]
}
#[differentiable]
fn empty_chain(x: f64, m: &mut [f64], n: usize) -> f64 {
    if n % 2 == 0 {
    } else if n % 3 == 0 {
        m[0] = x;
    }
    x * m[1]
}

#[differentiable]
fn local_overwritten(x: f64, y: f64, n: usize) -> f64 {
    let mut s = 1.0;
    for i in 0..n {
        let u = x * y;
        match i % 2 {
            0 => {
                s = u.sin() + (-u.powi(2)).exp();
                s = x;
            }
            _ => {}
        }
    }
    s * x
}
#[differentiable]
fn effects_at_the_end(x: f64, m: &mut [f64], n: usize) {
    if n % 2 == 0 {
    } else if n % 3 == 0 {
        m[0] = x;
    }
}
#[differentiable]
fn call_at_the_end(x: f64, v: &[f64], m: &mut [f64]) {
    if x < -0.9 {
    } else {
        writes(-0.6, v, m);
    }
}
#[differentiable]
fn unit_arms(x: f64, m: &mut [f64], n: usize) {
    match n % 3 {
        0 => (),
        1 => m[0] = x,
        _ => {
            m[1] *= x;
        }
    }
}
#[test]
fn nothing_comes_of_it() {
    check_scalar!(local_overwritten(0.7, 0.2, const 3));
    check_scalar!(overwritten_in_a_loop(0.7, 0.2, const 3));
    check_scalar!(overwritten_beside_exits(0.7, 0.2, const 3));
    for n in 0..6 {
        check_unit!(effects_at_the_end(0.7, &mut [0.1, 0.2], const n));
        check_unit!(unit_arms(0.7, &mut [0.1, 0.2], const n));
    }
    check_unit!(call_at_the_end(0.7, &[0.4, 0.6], &mut [0.1, 0.2]));

    check_scalar!(result_overwritten_at_once(0.7, 0.3, &[0.4, 0.6]));
    check_scalar!(overwritten_in_an_arm(0.7, 0.3));
    check_scalar!(overwritten_in_an_arm(-0.7, 0.3));
    check_scalar!(empty_then(0.7, &[0.4, 0.6], &mut [0.1, 0.2]));
    check_scalar!(empty_then(-0.95, &[0.4, 0.6], &mut [0.1, 0.2]));
    check_scalar!(empty_chain(0.7, &mut [0.1, 0.2], const 2));
    check_scalar!(empty_chain(0.7, &mut [0.1, 0.2], const 3));
    check_scalar!(empty_chain(0.7, &mut [0.1, 0.2], const 5));
}

#[differentiable]
fn overwritten_in_a_loop(x: f64, u: f64, n: usize) -> f64 {
    let mut s = 1.0;
    for i in 0..n {
        match i % 2 {
            0 => {
                s = u.sin() + (-u.powi(2)).exp();
                s = x;
            }
            _ => {}
        }
    }
    s * x
}
#[differentiable]
fn overwritten_beside_exits(x: f64, u: f64, n: usize) -> f64 {
    let mut s = 1.0;
    for i in 0..n {
        if s > 7.0 {
            break;
        }
        match i % 2 {
            0 => {
                s = u.sin() + (-u.powi(2)).exp();
                if s > 3.0 {
                    return s;
                }
                s = x;
            }
            _ => {}
        }
    }
    s * x
}
