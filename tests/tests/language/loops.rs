//! `for`, `while`, `loop`; labels; state that is carried across iterations.
use autodiff_core::differentiable;
use autodiff_tests::{check, check_scalar};

#[differentiable]
fn sum_of_squares(x: &[f64]) -> f64 {
    let mut s = 0.0;
    for i in 0..x.len() {
        s += x[i] * x[i];
    }
    s
}

#[differentiable]
fn inclusive(x: &[f64]) -> f64 {
    let mut s = 1.0;
    for i in 1..=x.len() - 1 {
        s *= x[i] + x[i - 1];
    }
    s
}

#[differentiable]
fn reversed(x: &[f64]) -> f64 {
    let mut s = 0.0_f64;
    for i in (0..x.len()).rev() {
        s = s * 0.5 + x[i].sin() * s.cos();
    }
    s
}

#[differentiable]
fn reversed_inclusive(x: &[f64]) -> f64 {
    let mut s = x[0];
    for i in (1..=x.len() - 1).rev() {
        s = s * x[i] + 1.0;
    }
    s
}

#[differentiable]
fn stepped(x: &[f64]) -> f64 {
    let mut s = 0.0;
    for i in (0..x.len()).step_by(2) {
        s = (s + x[i]) * x[(i + 1) % x.len()];
    }
    s
}

#[differentiable]
fn stepped_reversed(x: &[f64]) -> f64 {
    let mut s = 0.3;
    for i in (1..x.len()).step_by(2).rev() {
        s = s * x[i] + x[i - 1];
    }
    for i in (0..=x.len() - 1).rev().step_by(3) {
        s = s * s - x[i];
    }
    s
}

#[differentiable]
fn other_integers(x: f64, n: i32, m: u8) -> f64 {
    let mut s = 0.0;
    for i in -n..n {
        s += x * i as f64 + x.powi(2);
    }
    for k in 1..=m {
        s = s * 0.9 + x / f64::from(k);
    }
    for k in 0..3i64 {
        s += (k as f64) * x * s;
    }
    s
}

#[differentiable]
fn empty_loops(x: &[f64]) -> f64 {
    let mut s = x[0];
    let (first, last) = (5, 2);
    for i in first..last {
        s *= x[i];
    }
    for _ in last..last {
        s = 0.0;
    }
    s * s
}

#[differentiable]
fn nested_for(x: &[f64], n: usize) -> f64 {
    let mut s = 0.0;
    for i in 0..n {
        let mut row = 0.0;
        for j in 0..n {
            row += x[i * n + j] * (j + 1) as f64;
        }
        s += row * row;
    }
    s
}

#[differentiable]
fn triangular_nest(x: &[f64]) -> f64 {
    let n = x.len();
    let mut s: f64 = 0.1;
    for i in 0..n {
        for j in 0..i {
            s = s + x[i] * x[j] * s.sin();
            for k in j..=i {
                s += 0.1 * x[k] * s;
            }
        }
    }
    s
}

#[differentiable]
fn while_loop(x: f64) -> f64 {
    let mut y = x;
    while y < 10.0 {
        y = y * y + 1.0;
    }
    y
}

#[differentiable]
fn while_with_counter(x: &[f64]) -> f64 {
    let mut i = 0;
    let mut s = 1.0;
    while i < x.len() {
        s = s * x[i] + 0.5;
        i += 2;
    }
    s + i as f64
}

#[differentiable]
fn while_not_entered(x: f64) -> f64 {
    let mut y = x * x;
    while y < 0.0 {
        y += 1.0;
    }
    y
}

#[differentiable]
fn nested_while(x: f64) -> f64 {
    let mut total = 0.0;
    let mut a = x;
    let mut i = 0;
    while i < 3 {
        let mut b = a;
        while b.abs() < 5.0 {
            b = b * 1.7 + a;
        }
        total += b * a;
        a = a + 0.3 * total.sin();
        i += 1;
    }
    total
}

#[differentiable]
fn loop_value(x: f64) -> f64 {
    let mut y = x;
    let r = loop {
        y = y * 1.5 + 0.1;
        if y > 20.0 {
            break y * x;
        }
    };
    r + y
}

#[differentiable]
fn loop_two_breaks(x: f64, limit: usize) -> f64 {
    let mut y = x;
    let mut n = 0;
    loop {
        n += 1;
        if n > limit {
            break -y;
        }
        y = y + x * y;
        if y > 10.0 {
            break y.ln();
        }
    }
}

#[differentiable]
fn loop_without_value(x: f64) -> f64 {
    let mut y = x;
    let mut k = 0;
    loop {
        if k == 4 {
            break;
        }
        y = y.sin() + x;
        k += 1;
    }
    y
}

#[differentiable]
fn breaks(x: &[f64]) -> f64 {
    let mut s = 0.0;
    for i in 0..x.len() {
        if x[i] < 0.0 {
            break;
        }
        s += x[i] * x[i];
        s = s * 1.1;
    }
    s
}

#[differentiable]
fn continues(x: &[f64]) -> f64 {
    let mut s = 1.0;
    for i in 0..x.len() {
        if x[i] < 0.0 {
            continue;
        }
        s *= x[i];
        if s > 3.0 {
            s = s / 2.0;
            continue;
        }
        s += 0.1 * x[i];
    }
    s
}

#[differentiable]
fn break_and_continue_in_while(x: &[f64]) -> f64 {
    let mut s = 0.0;
    let mut i = 0;
    while i < 100 {
        i += 1;
        if i % 3 == 0 {
            continue;
        }
        if i > x.len() {
            break;
        }
        s = s * 0.5 + x[i - 1] * x[i - 1];
    }
    s
}

#[differentiable]
fn labelled_break(x: &[f64], n: usize) -> f64 {
    let mut s = 0.0;
    'rows: for i in 0..n {
        for j in 0..n {
            let t = x[i * n + j];
            if t < 0.0 {
                break 'rows;
            }
            s += t * t * (1.0 + s);
        }
        s = s + 1.0;
    }
    s
}

#[differentiable]
fn labelled_continue(x: &[f64], n: usize) -> f64 {
    let mut s = 1.0;
    'rows: for i in 0..n {
        let mut row = 1.0;
        for j in 0..n {
            let t = x[i * n + j];
            if t < 0.0 {
                s = s - t;
                continue 'rows;
            }
            row *= t;
        }
        s += row * s;
    }
    s
}

#[differentiable]
fn labelled_loop_value(x: f64) -> f64 {
    let mut y = x;
    'outer: loop {
        loop {
            y = y * 1.3 + 0.2;
            if y > 8.0 {
                break 'outer y * y;
            }
            if y > 3.0 {
                break;
            }
        }
        y += 0.5 * x;
    }
}

#[differentiable]
fn three_labels(x: &[f64]) -> f64 {
    let mut s = 0.5;
    let mut count = 0;
    'a: for i in 0..x.len() {
        'b: for j in 0..x.len() {
            'c: for k in 0..x.len() {
                count += 1;
                if k > i + j {
                    continue 'b;
                }
                if i * j > 3 {
                    continue 'a;
                }
                if count > 40 {
                    break 'a;
                }
                if k == 1 && j == 1 {
                    break 'c;
                }
                s = s + 0.1 * x[i] * x[j] * x[k] * s;
            }
            s *= 1.01;
        }
    }
    s
}

#[differentiable]
fn fibonacci_like(x: f64, y: f64, n: usize) -> f64 {
    let mut a = x;
    let mut b = y;
    for _ in 0..n {
        let t = a * b + 0.1;
        a = b;
        b = t;
    }
    b
}

#[differentiable]
fn swap_by_tuple(x: f64, y: f64, n: usize) -> f64 {
    let (mut a, mut b) = (x, y);
    for _ in 0..n {
        (a, b) = (b, a.sin() + 0.5 * b);
    }
    a * b
}

#[differentiable]
fn product_and_sum(x: &[f64]) -> (f64, f64) {
    let mut p = 1.0;
    let mut s = 0.0;
    for i in 0..x.len() {
        p *= x[i];
        s += p;
        p -= 0.1 * s;
    }
    (p, s)
}

#[differentiable]
fn only_the_index_is_used(x: f64, n: usize) -> f64 {
    let mut s = 0.0;
    for i in 0..n {
        s += (x * i as f64).sin();
    }
    s
}

#[differentiable]
fn over_elements(x: &[f64]) -> f64 {
    let mut s = 0.0;
    for v in x {
        s = s * v + v.cos();
    }
    for &v in x {
        s += v * v;
    }
    for v in x.iter() {
        s -= v / 3.0;
    }
    s
}

#[differentiable]
fn over_enumerated_elements(x: &[f64]) -> f64 {
    let mut s = 0.1;
    for (i, v) in x.iter().enumerate() {
        s += v * i as f64 * s;
    }
    s
}

#[differentiable]
fn loop_bounds_from_values(x: &[f64], counts: &[usize]) -> f64 {
    let mut s = 0.0;
    for i in 0..counts.len() {
        for j in 0..counts[i] {
            s += x[i] * s + (j as f64) * x[i];
        }
    }
    s
}

#[differentiable]
fn inner_variable_is_fresh(x: &[f64]) -> f64 {
    let mut s = 0.0;
    for i in 0..x.len() {
        let mut t = x[i];
        t = t * t;
        t += s;
        let u = t.sin();
        s = u * t;
    }
    s
}

#[differentiable]
fn condition_in_loop(x: &[f64]) -> f64 {
    let mut s = 0.4;
    for i in 0..x.len() {
        if s > 1.0 {
            s = s * x[i];
        } else {
            s += x[i] * x[i];
        }
    }
    s
}

#[differentiable]
fn match_in_loop(x: &[f64]) -> f64 {
    let mut s = 1.0;
    for i in 0..x.len() {
        match i % 4 {
            0 => s += x[i],
            1 => s *= x[i],
            2 if s > 0.0 => s = s.sqrt(),
            2 => s = -s,
            _ => {
                let t = s * x[i];
                s = t - s;
            }
        }
    }
    s
}

const X: [f64; 6] = [0.5, 1.5, 0.8, 1.2, 0.9, 1.1];
const SIGNS: [f64; 6] = [0.5, 1.5, -0.8, 1.2, -0.9, 1.1];

#[test]
fn ranges() {
    check_scalar!(sum_of_squares(&X[..]));
    check_scalar!(inclusive(&X[..]));
    check_scalar!(reversed(&X[..]));
    check_scalar!(reversed_inclusive(&X[..]));
    check_scalar!(stepped(&X[..]));
    check_scalar!(stepped(&X[..5]));
    check_scalar!(stepped_reversed(&X[..]));
    check_scalar!(stepped_reversed(&X[..5]));
    check_scalar!(other_integers(0.7, const 3, const 4));
    check_scalar!(empty_loops(&X[..]));
    check_scalar!(sum_of_squares(&X[..0]));
    check_scalar!(nested_for(&SIGNS[..4], const 2));
    check_scalar!(triangular_nest(&X[..4]));
    check_scalar!(only_the_index_is_used(0.7, const 5));
    check_scalar!(only_the_index_is_used(0.7, const 0));
    check_scalar!(loop_bounds_from_values(&X[..3], const &[2, 0, 3]));
}

#[test]
fn whiles() {
    check_scalar!(while_loop(0.7));
    check_scalar!(while_loop(11.0));
    check_scalar!(while_with_counter(&X[..]));
    check_scalar!(while_with_counter(&X[..5]));
    check_scalar!(while_not_entered(0.7));
    check_scalar!(nested_while(0.7));
}

#[test]
fn loops() {
    check_scalar!(loop_value(0.7));
    check_scalar!(loop_two_breaks(0.7, const 3));
    check_scalar!(loop_two_breaks(0.7, const 30));
    check_scalar!(loop_without_value(0.7));
}

#[test]
fn exits_from_loops() {
    check_scalar!(breaks(&X[..]));
    check_scalar!(breaks(&SIGNS[..]));
    check_scalar!(continues(&X[..]));
    check_scalar!(continues(&SIGNS[..]));
    check_scalar!(break_and_continue_in_while(&X[..]));
    check_scalar!(labelled_break(&X[..4], const 2));
    check_scalar!(labelled_break(&SIGNS[..4], const 2));
    check_scalar!(labelled_continue(&X[..4], const 2));
    check_scalar!(labelled_continue(&SIGNS[..4], const 2));
    check_scalar!(labelled_loop_value(0.7));
    check_scalar!(three_labels(&X[..4]));
}

#[test]
fn carried_state() {
    for n in [0, 1, 2, 7] {
        check_scalar!(fibonacci_like(0.7, 0.9, const n));
        check_scalar!(swap_by_tuple(0.7, 0.9, const n));
    }
    check!(product_and_sum(&X[..]));
    check_scalar!(inner_variable_is_fresh(&X[..]));
    check_scalar!(condition_in_loop(&X[..]));
    check_scalar!(match_in_loop(&X[..]));
}

#[test]
fn elements() {
    check_scalar!(over_elements(&X[..]));
    check_scalar!(over_enumerated_elements(&X[..]));
}
