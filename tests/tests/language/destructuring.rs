//! Assignments that take a value apart, and conditions with effects.
#![allow(
    clippy::blocks_in_conditions,
    unused_assignments,
    reason = "the functions under test are written in every style"
)]
use autodiff_core::differentiable;
use autodiff_tests::check_scalar;

#[differentiable]
fn fibonacci(x: f64, n: usize) -> f64 {
    let (mut a, mut b) = (x, x * x);
    for _ in 0..n {
        (a, b) = (b, a * 0.5 + b);
    }
    a * b
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
fn deeply_nested(x: f64, y: f64) -> f64 {
    let (mut a, mut b, mut c, mut d) = (x, y, 1.0, x * y);
    ((a, b), [c, d]) = ((b, c * x), [a, d * b]);
    (a, (b, _)) = (d, (a * c, d));
    a * b + c * d
}

#[differentiable]
fn pair(x: f64) -> (f64, [f64; 2]) {
    (x * x, [x, x.sin()])
}

#[differentiable]
fn from_a_call(x: f64) -> f64 {
    let (mut a, mut b, mut c) = (x, x, x);
    (a, [b, c]) = pair(a * b);
    (c, _) = pair(c);
    a * b * c
}

#[differentiable]
fn entries(u: &[f64]) -> f64 {
    let mut v = u.to_vec();
    for i in 1..v.len() {
        (v[i - 1], v[i]) = (v[i] * v[0], v[i - 1]);
    }
    v[0] * v[1] + v[2]
}

#[differentiable]
fn fields(x: f64, y: f64) -> f64 {
    let mut p = (x, (y, 1.0));
    (p.0, p.1.0) = (p.1.0 * x, p.0);
    (_, p.1.1) = (p.0, p.0 * p.1.0);
    p.0 * p.1.1 + p.1.0
}

#[differentiable]
fn counters_beside_values(x: f64, n: usize) -> f64 {
    let (mut s, mut k) = (x, 0);
    while k < n {
        (s, k) = (s * x + k as f64, k + 1);
    }
    s
}

#[differentiable]
fn effects_in_conditions(x: f64) -> f64 {
    let mut s = x;
    if {
        s *= x;
        s > 0.0
    } {
        s = s * s;
    }
    while {
        s = s * 0.5 + x * 0.05;
        s > 0.2
    } {
        s = s * 0.9;
    }
    s
}

/// What a condition calls by a name is not what its branches call so.
#[differentiable]
fn names_in_conditions(x: f64, k: f64) -> f64 {
    let t = x * 2.0;
    let mut y = 0.1;
    if {
        let t = k;
        t > 0.5
    } {
        y += t * t;
    } else {
        y += t;
    }
    while {
        let t = y * y;
        t < 40.0
    } {
        y = y * 1.3 + t;
    }
    y
}

#[differentiable]
fn effects_with_continue(x: f64) -> f64 {
    let mut s = x;
    let mut n = 0;
    'outer: while {
        n += 1;
        s *= 0.9;
        n < 6
    } {
        if n % 2 == 0 {
            continue;
        }
        if s < 0.1 {
            break 'outer;
        }
        s += x * s;
    }
    s
}

#[differentiable]
fn effects_in_else_if(x: f64, y: f64) -> f64 {
    let mut s = y;
    let t = if x > 1.0 {
        s * x
    } else if {
        s += x;
        s > 0.0
    } {
        s * s
    } else {
        x - s
    };
    t * s
}

#[differentiable]
fn while_chain(u: &[f64], limit: f64) -> f64 {
    let mut v = u.to_vec();
    let mut s = 0.0;
    while let Some(e) = v.pop()
        && s < 1.5
    {
        s += e * limit;
    }
    s * v.len() as f64
}

#[differentiable]
fn block_with_a_label(x: f64, y: f64) -> f64 {
    let t = 'found: {
        if x > y {
            break 'found x * y;
        }
        let d = y - x;
        if d > 0.5 {
            break 'found d * d;
        }
        x + y
    };
    t * x
}

#[differentiable]
fn loop_with_a_pair(x: f64) -> f64 {
    let mut s = x;
    let (a, b) = loop {
        s = s * 1.5 + x;
        if s > 3.0 {
            break (s, s * x);
        }
    };
    a * b
}

#[differentiable]
fn tuples_in_matches(x: f64, y: f64, n: i32) -> f64 {
    match (x * y, n) {
        (p, 0) => p,
        (p, k) if p > 0.2 && k > 1 => p * p * k as f64,
        (p, _) if p < 0.0 => -p * x,
        (p, k) => p + x * k as f64,
    }
}

#[differentiable]
fn helper_inside(x: f64) -> f64 {
    #[differentiable]
    fn square(t: f64) -> f64 {
        t * t
    }
    fn steps(n: usize) -> usize {
        n * 2
    }
    const K: f64 = 1.5;
    static TABLE: [f64; 2] = [0.5, 2.0];
    let mut s = x;
    for i in 0..steps(2) {
        s = square(s) * K * TABLE[i % 2] * 0.5;
    }
    s
}

#[differentiable]
fn let_else_with_parts(u: Option<(f64, f64)>, x: f64) -> f64 {
    let Some((a, mut b)) = u else {
        return x * x;
    };
    b += a * x;
    a * b
}

#[differentiable]
fn never(x: f64, n: usize) -> f64 {
    debug_assert!(x < 10.0, "x is {x}");
    let t = match n {
        0 => x,
        1 => x * x,
        2 => todo!(),
        _ => unreachable!("n is {n}"),
    };
    assert_ne!(n, 3);
    t * x
}

#[test]
fn assignments() {
    for n in [0, 1, 4] {
        check_scalar!(fibonacci(0.7, const n));
        check_scalar!(counters_beside_values(0.7, const n));
    }
    check_scalar!(nested_assignment(0.7, 0.4));
    check_scalar!(deeply_nested(0.7, 0.4));
    check_scalar!(from_a_call(0.7));
    check_scalar!(entries(&vec![0.7, 0.4, 1.2]));
    check_scalar!(fields(0.7, 0.4));
}

#[test]
fn conditions() {
    for x in [0.7, -0.7, 1.2] {
        check_scalar!(effects_in_conditions(x));
        check_scalar!(names_in_conditions(x, 0.4));
        check_scalar!(names_in_conditions(x, 0.6));
        check_scalar!(effects_with_continue(x));
        check_scalar!(effects_in_else_if(x, 0.4));
        check_scalar!(effects_in_else_if(x, -1.4));
    }
    check_scalar!(while_chain(&vec![0.7, 0.4, 1.2, 0.8], 1.1));
    check_scalar!(while_chain(&vec![0.7, 0.4], 0.1));
}

#[test]
fn values_of_blocks() {
    check_scalar!(block_with_a_label(0.7, 0.4));
    check_scalar!(block_with_a_label(0.3, 0.4));
    check_scalar!(block_with_a_label(0.3, 0.9));
    check_scalar!(loop_with_a_pair(0.7));
    for n in 0..4 {
        check_scalar!(tuples_in_matches(0.7, 0.4, const n));
        check_scalar!(tuples_in_matches(0.7, -0.4, const n));
    }
    check_scalar!(helper_inside(0.7));
    check_scalar!(let_else_with_parts(Some((0.7, 0.4)), 0.3));
    check_scalar!(let_else_with_parts(None::<(f64, f64)>, 0.3));
    check_scalar!(never(0.7, const 0));
    check_scalar!(never(0.7, const 1));
}

#[differentiable]
fn a_constant_by_reference(x: &[f64], k: (usize, usize)) -> f64 {
    let (ref i, j) = k;
    let y = x[*i].exp();
    y * x[j]
}

#[test]
fn constants_by_reference() {
    check_scalar!(a_constant_by_reference(&[0.7, 0.4][..], const (0, 1)));
}

#[differentiable]
fn late_by_branches(x: &[f64]) -> f64 {
    let (c, d): (f64, f64);
    if x[0] > 0.0 {
        (c, d) = {
            let t = x[0] * x[1];
            (t, t * t)
        };
    } else {
        c = x[1];
        d = x[1] * 2.0;
    }
    let (a, (b, k)): (f64, (f64, usize));
    a = x[1] * x[0];
    (b, k) = (x[0], 1);
    let (u, v);
    u = x[0];
    v = u * x[1];
    c * d + a * b * x[k] + u * v
}

#[test]
fn tuples_of_variables_that_get_their_values_later() {
    for x in [[0.3, 0.5], [-0.3, 0.5]] {
        check_scalar!(late_by_branches(&x[..]));
    }
}

/// The types of constants come from the annotation.
#[differentiable]
fn typed_constants(x: f64, text: &str) -> f64 {
    let (a, b): (Vec<char>, Vec<u16>) = (text.chars().collect(), text.bytes().map(Into::into).collect());
    let (even, odd): (Vec<usize>, Vec<usize>) = text.bytes().map(usize::from).partition(|b| b % 2 == 0);
    x.powi(a.len() as i32) * f64::from(b[0]) + x * even.len() as f64 + x.sin() * odd.len() as f64
}

#[test]
fn annotated_constants() {
    check_scalar!(typed_constants(0.3, const "abc"));
}
