//! `if`, `match`, `if let`; as statements and as values.
use autodiff_core::differentiable;
use autodiff_tests::{check, check_scalar};

#[differentiable]
fn if_value(x: f64, y: f64) -> f64 {
    if x > y { x * y } else { x.sin() + y }
}

#[differentiable]
fn if_without_else(x: f64) -> f64 {
    let mut y = x * x;
    if x > 1.0 {
        y *= x;
    }
    y
}

#[differentiable]
fn if_chain(x: f64) -> f64 {
    let y;
    if x < -1.0 {
        y = -x;
    } else if x < 0.0 {
        y = x * x;
    } else if x < 1.0 {
        y = x * x * x;
    } else {
        y = x.exp();
    }
    2.0 * y
}

#[differentiable]
fn if_in_expression(x: f64, flag: bool) -> f64 {
    x * if flag { x + 1.0 } else { 3.0 } - if !flag { x.cos() } else { 0.0 }
}

#[differentiable]
fn nested_ifs(x: f64, y: f64) -> f64 {
    let mut r = 1.0;
    if x > 0.0 {
        if y > 0.0 {
            r = x * y;
        } else {
            r += x / y;
            if x > 2.0 {
                r = r * r;
            }
        }
    } else {
        let t = x - y;
        if t * t > 1.0 {
            r -= t;
        }
    }
    r * x
}

#[differentiable]
fn conditions_short_circuit(x: f64, y: f64, n: usize) -> f64 {
    let a = if x > 0.0 && y > 0.0 || n == 3 { x * y } else { x - y };
    let inside = x >= -5.0 && !(y < -5.0);
    let b = if inside & (n > 0) { a * a } else { a };
    b + x
}

/// The condition reads a value that is overwritten inside of the branch.
#[differentiable]
fn condition_overwritten(x: f64) -> f64 {
    let mut y = x;
    if y > 0.5 {
        y = y * y - 2.0;
    } else {
        y = 3.0 * y;
    }
    if y > 0.5 {
        y = y * 7.0;
    }
    y * y
}

#[differentiable]
fn if_tuple(x: f64, y: f64) -> (f64, f64) {
    let (lo, hi) = if x < y { (x, y) } else { (y, x) };
    (hi - 2.0 * lo, lo * hi)
}

#[differentiable]
fn branch_constant(x: f64) -> f64 {
    let scale = if x > 0.0 { 2.0 } else { 0.5 };
    scale * x
}

#[differentiable]
fn branch_unused(x: f64, on: bool) -> f64 {
    let mut extra = 0.0;
    if on {
        extra = x.ln();
    }
    x + extra
}

#[differentiable]
fn masked_infinity(x: f64) -> f64 {
    // the square root's slope at 0 is infinite, but its value is not used there
    let r = x.sqrt();
    if x > 0.0 { r } else { 2.0 * x }
}

#[differentiable]
fn match_literals(x: f64, k: i32) -> f64 {
    match k {
        0 => x,
        1 => x * x,
        -1 => 1.0 / x,
        _ => 0.0,
    }
}

#[differentiable]
fn match_or_and_ranges(x: f64, k: usize) -> f64 {
    match k {
        0 | 2 | 4 => x.sin(),
        1 | 3 => x.cos(),
        5..=9 => x * x,
        10..20 => x * x * x,
        20.. => 1.0,
    }
}

#[differentiable]
fn match_binding(x: f64, k: u32) -> f64 {
    match k {
        0 => 1.0,
        n @ 1..=3 => x * n as f64,
        n @ (4 | 5) => x.powi(n as i32),
        n if n % 2 == 0 => x + n as f64,
        n => {
            let t = x / n as f64;
            t * t
        }
    }
}

#[differentiable]
fn match_guard_on_active(x: f64, y: f64, k: usize) -> f64 {
    match k {
        0 if x > y => x - y,
        0 => y - x,
        1 if x * y > 1.0 => x * y,
        1 | 2 if y > 0.0 => y * y,
        _ => x + y,
    }
}

#[differentiable]
fn match_scalar_binding(x: f64) -> f64 {
    match x * 2.0 {
        t if t < 0.0 => t * t,
        t if t < 1.0 => t.exp(),
        t => 3.0 * t,
    }
}

#[differentiable]
fn match_tuple(x: f64, a: bool, b: bool) -> f64 {
    match (a, b) {
        (true, true) => x,
        (true, false) => x * x,
        (false, true) => x.exp(),
        (false, false) => 1.0,
    }
}

#[differentiable]
fn match_tuple_of_active(x: f64, y: f64, k: usize) -> f64 {
    match (x * y, x - y, k) {
        (p, d, 0) => p * d,
        (p, _, 1) => p.sin(),
        (_, d, _) if d > 0.0 => d,
        (p, d, _) => p - d,
    }
}

#[differentiable]
fn match_char_and_str(x: f64, op: char, name: &str) -> f64 {
    let y = match op {
        '+' => x + 2.0,
        '*' => x * 2.0,
        'a'..='z' => x.sqrt(),
        _ => x,
    };
    match name {
        "square" => y * y,
        "cube" => y * y * y,
        _ => y,
    }
}

#[differentiable]
fn match_statement(x: f64, k: u8) -> f64 {
    let mut y = x;
    let mut z = 0.0;
    match k {
        0 => y += 1.0,
        1 => {
            y *= x;
            z = y.sin();
        }
        2 => (),
        _ => z -= x,
    }
    y * x + z
}

#[differentiable]
fn option_parameter(x: Option<f64>, y: f64) -> f64 {
    if let Some(v) = x { v * y } else { y.exp() }
}

#[differentiable]
fn option_match(x: Option<f64>, y: f64) -> f64 {
    let z = match x {
        Some(v) if v > 10.0 => v,
        Some(v) => v * v * y,
        None => 1.0,
    };
    z + y
}

#[differentiable]
fn option_local(x: f64) -> f64 {
    let root = if x > 0.0 { Some(x.sqrt()) } else { None };
    let mut total = x;
    if let Some(r) = root {
        total += r * 3.0;
    }
    total
}

#[differentiable]
fn option_result(x: f64) -> Option<f64> {
    if x > 0.0 { Some(x.ln()) } else { None }
}

#[differentiable]
fn option_of_tuple(x: Option<(f64, f64)>) -> f64 {
    match x {
        Some((a, b)) => a * b + a,
        None => 0.0,
    }
}

#[differentiable]
fn if_let_else_if(a: Option<f64>, b: Option<f64>, x: f64) -> f64 {
    if let Some(v) = a {
        v * x
    } else if let Some(w) = b {
        w - x
    } else if x > 0.0 {
        x * x
    } else {
        -x
    }
}

#[differentiable]
fn if_let_reference(x: &Option<f64>, k: f64) -> f64 {
    if let Some(v) = x { k * v * v } else { k }
}

#[differentiable]
fn constant_option(x: f64, #[nodiff] scale: Option<f64>) -> f64 {
    match scale {
        Some(s) => s * x,
        None => x * x,
    }
}

/// Branches that overwrite elements of one buffer.
#[differentiable]
fn branches_write_elements(x: &[f64]) -> f64 {
    let mut w = [0.0; 3];
    for i in 0..x.len() {
        if x[i] > 0.0 {
            w[i % 3] = x[i] * x[i];
        } else if i % 2 == 0 {
            w[i % 3] += x[i];
        } else {
            w[0] = w[1] * x[i];
        }
    }
    w[0] * w[1] + w[2]
}

#[test]
fn ifs() {
    check_scalar!(if_value(2.0, 1.5));
    check_scalar!(if_value(1.0, 1.5));
    check_scalar!(if_without_else(0.7));
    check_scalar!(if_without_else(1.7));
    for x in [-2.0, -0.4, 0.6, 1.3] {
        check_scalar!(if_chain(x));
    }
    check_scalar!(if_in_expression(0.7, const true));
    check_scalar!(if_in_expression(0.7, const false));
    for (x, y) in [(1.0, 2.0), (1.0, -2.0), (3.0, -2.0), (-1.0, 2.0), (-1.0, -1.5)] {
        check_scalar!(nested_ifs(x, y));
        check_scalar!(conditions_short_circuit(x, y, const 1));
        check_scalar!(conditions_short_circuit(x, y, const 3));
        check!(if_tuple(x, y));
    }
    for x in [0.2, 0.9, 1.9, 4.0] {
        check_scalar!(condition_overwritten(x));
    }
    check_scalar!(branch_constant(1.3));
    check_scalar!(branch_constant(-1.3));
    check_scalar!(branch_unused(1.3, const true));
    check_scalar!(branch_unused(1.3, const false));
    check_scalar!(masked_infinity(1.3));
    check_scalar!(branches_write_elements(&[0.5, -1.5, 2.0, -0.3, -0.7, 1.1]));
}

#[test]
fn infinity_behind_a_branch_not_taken() {
    assert_eq!(masked_infinity::grad(0.0), 2.0);
    assert_eq!(masked_infinity::jvp(0.0, 1.0), (0.0, 2.0));
}

#[test]
fn matches() {
    for k in [-1, 0, 1, 7] {
        check_scalar!(match_literals(1.4, const k));
    }
    for k in [0, 1, 2, 3, 4, 5, 9, 10, 19, 20, 100] {
        check_scalar!(match_or_and_ranges(1.4, const k));
    }
    for k in 0..9 {
        check_scalar!(match_binding(1.4, const k));
    }
    for k in 0..4 {
        check_scalar!(match_guard_on_active(1.4, 0.6, const k));
        check_scalar!(match_guard_on_active(1.4, 1.6, const k));
        check_scalar!(match_guard_on_active(1.4, -1.6, const k));
        check_scalar!(match_tuple_of_active(1.4, 0.6, const k));
        check_scalar!(match_tuple_of_active(0.4, 0.6, const k));
    }
    for x in [-0.6, 0.3, 0.8] {
        check_scalar!(match_scalar_binding(x));
    }
    for (a, b) in [(true, true), (true, false), (false, true), (false, false)] {
        check_scalar!(match_tuple(1.4, const a, const b));
    }
    for op in ['+', '*', 'k', '?'] {
        check_scalar!(match_char_and_str(1.4, const op, const "square"));
        check_scalar!(match_char_and_str(1.4, const op, const "cube"));
        check_scalar!(match_char_and_str(1.4, const op, const ""));
    }
    for k in 0..4 {
        check_scalar!(match_statement(1.4, const k));
    }
}

#[test]
fn options() {
    check_scalar!(option_parameter(Some(1.5), 0.7));
    check_scalar!(option_parameter(None::<f64>, 0.7));
    check_scalar!(option_match(Some(1.5), 0.7));
    check_scalar!(option_match(Some(15.0), 0.7));
    check_scalar!(option_match(None::<f64>, 0.7));
    check_scalar!(option_local(1.5));
    check_scalar!(option_local(-1.5));
    check!(option_result(1.5));
    check_scalar!(option_of_tuple(Some((1.5, 0.4))));
    check_scalar!(option_of_tuple(None::<(f64, f64)>));
    check_scalar!(if_let_else_if(Some(1.5), Some(0.3), 0.7));
    check_scalar!(if_let_else_if(None::<f64>, Some(0.3), 0.7));
    check_scalar!(if_let_else_if(None::<f64>, None::<f64>, 0.7));
    check_scalar!(if_let_else_if(None::<f64>, None::<f64>, -0.7));
    check_scalar!(if_let_reference(&Some(1.5), 0.7));
    check_scalar!(if_let_reference(&None::<f64>, 0.7));
    check_scalar!(constant_option(1.4, const Some(3.0)));
    check_scalar!(constant_option(1.4, const None));
}

// ---- what is changed on one side of `&&` and `||` -----------------------------------------------------------------------

#[differentiable]
fn changed_behind_and(x: &[f64]) -> f64 {
    let mut a = x[0];
    let ok = a > 0.0 && {
        a *= x[1];
        a > 0.0
    };
    if ok { a } else { -a * x[0] }
}

#[differentiable]
fn changed_in_a_condition(x: &[f64]) -> f64 {
    let mut a = x[0];
    if a > 0.5 || {
        a *= x[1];
        a > 0.0
    } {
        a * x[2]
    } else {
        -a * x[0]
    }
}

#[differentiable]
fn changed_by_a_closure(x: &[f64]) -> f64 {
    let mut a = x[0];
    let mut grows = |k: usize| {
        a *= x[k];
        a > 0.0
    };
    if grows(2) && grows(1) || grows(0) { a } else { -a * x[0] }
}

#[differentiable]
fn changed_until(x: &[f64]) -> f64 {
    let (mut a, mut n) = (x[0], 0);
    while n < 5 && {
        n += 1;
        a *= x[1];
        a < 20.0
    } {
        a += x[2];
    }
    a
}

#[test]
fn changes_that_may_not_happen() {
    for x in [[0.4, 3.0, 0.2], [0.7, 3.0, 0.5], [-0.7, 2.0, 0.5], [0.7, -3.0, 0.5], [0.7, 3.0, -0.5]] {
        check_scalar!(changed_behind_and(&x[..]));
        check_scalar!(changed_in_a_condition(&x[..]));
        check_scalar!(changed_by_a_closure(&x[..]));
        check_scalar!(changed_until(&x[..]));
    }
}

/// Alternatives that bind the same name in places of their own.
#[differentiable]
fn alternatives_of_tuples(x: &[f64]) -> f64 {
    let mut s = 0.3;
    for (i, v) in x.iter().enumerate() {
        s += match (i, *v) {
            (0, w) | (1, w) if w > 0.0 => w * w,
            (2 | 3, w) => w * 3.0,
            (4, w) | (1, w) => w.sin(),
            (_, w) => -w,
        };
        if let (0, w) | (2, w) = (i, *v) {
            s *= w;
        }
        let mut k = i;
        while let (1, w) | (2, w) = (k, s) {
            s = w * 0.5 * v;
            k += 1;
        }
    }
    s
}

/// Whether it went on; `y` changes on the way.
#[differentiable]
fn advance(y: &mut [f64], k: &mut usize) -> bool {
    *k += 1;
    y[*k] *= 1.0 + y[0];
    y[*k] < 1.0
}

#[differentiable]
fn told_by_a_function(x: &[f64]) -> f64 {
    let (mut y, mut k) = (x.to_vec(), 0);
    if !advance(&mut y, &mut k) {
        return y[1];
    }
    while k < 3 && advance(&mut y, &mut k) {
        y[0] *= 1.1;
    }
    let done = advance(&mut y, &mut k);
    let s = y[0] * y[1] * y[2] + y[3];
    if done { s * y[4] } else { s }
}

#[test]
fn conditions_by_calls_and_alternatives() {
    check_scalar!(alternatives_of_tuples(&[0.7, -0.4, 1.3, 0.9, 0.6][..]));
    check_scalar!(told_by_a_function(&[0.2, 0.3, 0.4, 1.9, 0.6][..]));
    check_scalar!(told_by_a_function(&[0.2, 1.3, 0.4, 1.9, 0.6][..]));
}
