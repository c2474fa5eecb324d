//! Shadowing, blocks as values, patterns of `let`, constants and items inside of bodies.
use autodiff_core::differentiable;
use autodiff_tests::{check, check_scalar};

const SCALE: f64 = 1.5;
static OFFSET: f64 = 0.25;

#[differentiable]
fn shadowing(x: f64) -> f64 {
    let y = x * x;
    let x = y + 1.0;
    let y = x * y;
    let x = x.sin();
    x * y
}

#[differentiable]
fn shadowing_in_blocks(x: f64) -> f64 {
    let y = {
        let x = x * 3.0;
        let y = x + 1.0;
        x * y
    };
    let x = {
        let y = y * x;
        y.cos()
    };
    x * y
}

#[differentiable]
fn shadowing_in_loops(x: &[f64]) -> f64 {
    let s = 0.1;
    let mut total = s;
    for i in 0..x.len() {
        let s = x[i] * total;
        let x = s.sin();
        {
            let s = x * s;
            total += s;
        }
        total *= s;
    }
    total + s
}

#[differentiable]
fn shadowed_parameter(mut x: f64, y: f64) -> f64 {
    x = x * y;
    let y = x + y;
    x *= y;
    x
}

#[differentiable]
fn shadowed_by_another_type(x: f64) -> f64 {
    let n = (x * 10.0) as usize;
    let x = [x, 2.0 * x, n as f64];
    let x = x[0] * x[1] + x[2];
    x
}

#[differentiable]
fn shadowed_in_match(x: f64, y: Option<f64>) -> f64 {
    let r = match y {
        Some(x) => x * x,
        None => x,
    };
    r * x
}

#[differentiable]
fn block_values(x: f64) -> f64 {
    let a = {
        let t = x * x;
        t + 1.0
    };
    a * {
        let t = a - x;
        t * t
    } + { x }
}

#[differentiable]
fn assigned_in_inner_block(x: f64) -> f64 {
    let a;
    let b;
    {
        let t = x * x;
        a = t.sin();
        b = t * a;
    }
    a + b
}

#[differentiable]
fn tuple_patterns(x: f64, y: f64) -> f64 {
    let (a, b) = (x * y, x - y);
    let (c, (d, e)) = (a * b, (a, b.exp()));
    let (_, f) = (c, d * e);
    let pair = (f, c);
    pair.0 * pair.1 + a
}

#[differentiable]
fn array_patterns(x: [f64; 3]) -> f64 {
    let [a, b, c] = x;
    let [d, _] = [a * b, c];
    d * c + a
}

#[differentiable]
fn tuple_fields_assigned(x: f64, y: f64) -> f64 {
    let mut p = (x, y, 1.0);
    p.0 = p.0 * p.1;
    p.1 += p.0;
    p.2 *= p.1;
    p.0 + p.2
}

#[differentiable]
fn constants_and_items(x: f64) -> f64 {
    const HALF: f64 = 0.5;
    fn weight(i: usize) -> f64 {
        1.0 / (i as f64 + 1.0)
    }
    let mut s = OFFSET;
    for i in 0..3 {
        s += weight(i) * x * SCALE * s;
    }
    HALF * s * std::f64::consts::PI
}

#[differentiable]
fn unused_values(x: f64, y: f64) -> f64 {
    let _unused = x * y;
    let _ = y.ln();
    identity(y);
    let z = x * x;
    z
}

#[differentiable]
fn constant_result(_x: f64) -> f64 {
    2.5
}

#[differentiable]
fn identity(x: f64) -> f64 {
    x
}

#[differentiable]
fn identity_of_slice(x: &[f64]) -> Vec<f64> {
    x.to_vec()
}

#[differentiable]
fn parentheses_and_references(x: &f64, y: &f64) -> f64 {
    let a = &(x * y);
    let b = *x + **&y;
    ((a) * b) + *a
}

#[differentiable]
fn typed_lets(x: f32) -> f64 {
    let a: f32 = x * 2.0;
    let b: f64 = f64::from(a);
    let c: f64 = f64::from(x) * b;
    c + a as f64
}

#[differentiable]
fn late_initialisation(x: f64, flag: bool) -> f64 {
    let y: f64;
    let z;
    if flag {
        y = x * x;
        z = 1.0;
    } else {
        y = 2.0;
        z = x.sin();
    }
    y * z
}

#[differentiable]
fn raw_names(r#type: f64, r#loop: f64) -> f64 {
    let r#match = r#type * r#loop;
    r#match * r#type
}

/// Names that a transform might use itself.
#[differentiable]
fn names_of_generated_code(x: f64, x_bar: f64, x_dot: f64, t1: f64) -> f64 {
    let y_bar = x * x_bar;
    let seed = x_dot * y_bar;
    let t2 = seed + t1;
    let out = t2 * x;
    let rules = out * 2.0;
    let zero = rules - t2;
    zero * out
}

/// Matrices are upper-case letters in books.
#[allow(non_snake_case)]
#[differentiable]
fn upper_case_names(X: &[f64], W: &[f64; 2]) -> f64 {
    let A = X[0] * W[0];
    let (B, Cc) = (X[1] * A, W[1]);
    let mut S = 0.0;
    for (I, V) in X.iter().enumerate() {
        S += V * V * I as f64;
    }
    let G = |T: f64| T * A;
    let P = &X[1..];
    S + G(B) * Cc + P[0]
}

const LIMIT: usize = 3;

#[differentiable]
fn upper_case_constants(x: f64, n: usize) -> f64 {
    use std::cmp::Ordering::*;
    let s = match n {
        LIMIT => x * x,
        _ => x,
    };
    match n.cmp(&LIMIT) {
        Less => s * x,
        Equal => s,
        Greater => s + x * x,
    }
}

#[test]
fn upper_case() {
    check_scalar!(upper_case_names(&[0.7, 0.2, 0.5][..], &[1.1, 0.6]));
    for n in [1, 3, 9] {
        check_scalar!(upper_case_constants(0.7, const n));
    }
}

#[test]
fn shadowed() {
    check_scalar!(shadowing(0.7));
    check_scalar!(shadowing_in_blocks(0.7));
    check_scalar!(shadowing_in_loops(&[0.5, 1.5, 0.8][..]));
    check_scalar!(shadowed_parameter(0.7, 1.2));
    check_scalar!(shadowed_by_another_type(0.74));
    check_scalar!(shadowed_in_match(0.7, Some(1.2)));
    check_scalar!(shadowed_in_match(0.7, None::<f64>));
}

#[differentiable]
fn hidden(x: f64) -> f64 {
    x * x
}

#[differentiable]
fn x_2(x: f64) -> f64 {
    x * x * x
}

/// A function until a variable of its name comes, and after that is gone; `x_2` is no second `x`.
#[differentiable]
fn functions_and_variables(x: f64) -> f64 {
    let a = {
        let hidden = |t: f64| t * 3.0;
        hidden(x)
    };
    let x = a * hidden(x);
    let b = hidden(x) * x_2(x);
    let hidden = |t: f64| t * b;
    {
        let hidden = |t: f64| hidden(t) * a;
        let x = hidden(b);
        b * x
    }
}

/// Each label is that of the loop it stands at.
#[differentiable]
#[allow(unused_labels)]
fn labels_of_one_name(x: &[f64]) -> f64 {
    let mut s = 1.0;
    'a: for v in x.iter().filter(|v| **v > 0.25) {
        s *= v;
        'b: for w in x {
            s += w;
            if s > 1.5 {
                break 'b;
            }
            if *w > 0.8 {
                continue 'a;
            }
        }
        s += 1.0;
        'b: {
            if s > 2.5 {
                break 'b;
            }
            s += *v;
        }
    }
    s
}

#[test]
fn names_of_several_things() {
    check_scalar!(functions_and_variables(0.7));
    check_scalar!(labels_of_one_name(&[0.31, 0.9, 0.2, 0.47, 0.7][..]));
}

#[test]
fn blocks() {
    check_scalar!(block_values(0.7));
    check_scalar!(assigned_in_inner_block(0.7));
    check_scalar!(late_initialisation(0.7, const true));
    check_scalar!(late_initialisation(0.7, const false));
}

#[test]
fn patterns() {
    check_scalar!(tuple_patterns(0.7, 1.2));
    check_scalar!(array_patterns([0.7, 1.2, -0.4]));
    check_scalar!(tuple_fields_assigned(0.7, 1.2));
}

#[test]
fn plain_things() {
    check_scalar!(constants_and_items(0.7));
    check_scalar!(unused_values(0.7, 1.2));
    check_scalar!(constant_result(0.7));
    check_scalar!(identity(0.7));
    check!(identity_of_slice(&[0.5, 1.5, 0.8][..]));
    check_scalar!(parentheses_and_references(&0.7, &1.2));
    check_scalar!(typed_lets(0.7_f32));
    check_scalar!(raw_names(0.7, 1.2));
    check_scalar!(names_of_generated_code(0.7, 1.2, 0.4, -0.3));
}

// ---- items of the body ---------------------------------------------------------------------------------------------------

/// What comes after the early return stands in a block of its own, which does not hold the item.
#[differentiable]
fn items_before_an_early_return(x: &[f64]) -> f64 {
    use std::f64::consts::PI;
    let Some(first) = x.first() else { return 0.0 };
    (PI * first).sin()
}

#[differentiable]
fn items_after_an_early_return(x: f64, k: usize) -> f64 {
    if k == 0 {
        return x;
    }
    const HALF: f64 = 0.5;
    fn square(k: usize) -> f64 {
        (k * k) as f64
    }
    (x * HALF).sin() * square(k)
}

#[differentiable]
fn items_of_inner_blocks(x: &[f64], k: usize) -> f64 {
    let mut s = 0.0;
    for v in x {
        use std::f64::consts::PI;
        s += (PI * v).sin();
    }
    let scaled: f64 = x
        .iter()
        .map(|v| {
            fn cube(k: usize) -> f64 {
                (k * k * k) as f64
            }
            cube(k) * v.exp()
        })
        .sum();
    s * scaled
}

#[test]
fn items() {
    check_scalar!(items_before_an_early_return(&[0.3, 0.4]));
    check_scalar!(items_after_an_early_return(0.3, const 2));
    check_scalar!(items_after_an_early_return(0.3, const 0));
    check_scalar!(items_of_inner_blocks(&[0.3, 0.4], const 2));
}
