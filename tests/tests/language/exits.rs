//! Early returns and labelled blocks.
use autodiff_core::differentiable;
use autodiff_tests::{check, check_scalar, check_unit};

#[differentiable]
fn early_return(x: f64) -> f64 {
    if x < 0.0 {
        return -x;
    }
    let y = x * x;
    if y > 4.0 {
        return y.ln();
    }
    y * x
}

#[differentiable]
fn return_at_the_end(x: f64) -> f64 {
    let y = x.exp();
    return y * x;
}

#[differentiable]
fn return_in_loop(x: &[f64]) -> f64 {
    let mut s = 0.1;
    for i in 0..x.len() {
        s = s * x[i] + 0.3;
        if s > 1.0 {
            return s * s;
        }
    }
    s
}

#[differentiable]
fn return_in_nested_loops(x: &[f64], limit: f64) -> f64 {
    let mut s = 0.0;
    for i in 0..x.len() {
        let mut j = 0;
        while j <= i {
            s += x[i] * x[j];
            if s > limit {
                if i == j {
                    return limit * s;
                }
                return s / x[j];
            }
            j += 1;
        }
        s *= 0.9;
    }
    -s
}

#[differentiable]
fn return_in_loop_loop(x: f64) -> f64 {
    let mut y = x;
    loop {
        y = y * 1.4 + 0.2;
        if y > 9.0 {
            return y * x;
        }
    }
}

#[differentiable]
fn return_in_match(x: f64, k: usize) -> f64 {
    let y = match k {
        0 => return x * x,
        1 => x + 1.0,
        2 => {
            if x > 1.0 {
                return 1.0 / x;
            }
            x.sin()
        }
        _ => return 2.5,
    };
    y * y
}

#[differentiable]
fn return_inside_expression(x: f64) -> f64 {
    let y = x * if x > 1.0 { return x.ln() } else { x + 2.0 };
    y + 1.0
}

#[differentiable]
fn return_else(x: f64) -> f64 {
    let root = if x >= 0.0 {
        x.sqrt()
    } else {
        return 0.0;
    };
    root * root * root
}

#[differentiable]
fn return_from_unit(x: &mut [f64], n: usize) {
    for i in 0..x.len() {
        if i == n {
            return;
        }
        x[i] = x[i] * x[i];
    }
    x[0] = x[0] + x[1];
}

#[differentiable]
fn return_keeps_earlier_writes(x: &mut [f64], limit: f64) -> f64 {
    let mut s = 0.0;
    for i in 0..x.len() {
        x[i] = x[i].sin() + limit * x[i];
        s += x[i];
        if s > limit {
            return s * x[i];
        }
    }
    x[0] *= s;
    s
}

#[differentiable]
fn labelled_block(x: f64) -> f64 {
    let y = 'pick: {
        if x < 0.0 {
            break 'pick -x;
        }
        let t = x * x;
        if t > 2.0 {
            break 'pick t + 1.0;
        }
        t * x
    };
    y * y
}

#[differentiable]
fn labelled_block_statement(x: &[f64]) -> f64 {
    let mut s = 1.0;
    'search: {
        for i in 0..x.len() {
            s *= x[i];
            if x[i] < 0.0 {
                s = -s;
                break 'search;
            }
        }
        s += 10.0;
    }
    s * s
}

#[differentiable]
fn block_in_loop(x: &[f64]) -> f64 {
    let mut s = 0.2;
    for i in 0..x.len() {
        s += 'value: {
            if x[i] > 1.0 {
                break 'value x[i].ln();
            }
            x[i] * s
        };
        'skip: {
            if i % 2 == 0 {
                break 'skip;
            }
            s = s * 1.5;
        }
    }
    s
}

#[differentiable]
fn find_the_root(a: f64) -> f64 {
    let mut x = a;
    for _ in 0..50 {
        let next = 0.5 * (x + a / x);
        let change = (next - x).abs();
        x = next;
        if change < 1e-14 {
            return x;
        }
    }
    x
}

#[differentiable]
fn results_of_a_return(x: f64, y: f64) -> (f64, f64) {
    if x > y {
        return (x * y, x);
    }
    let z = x - y;
    (z * z, y)
}

#[test]
fn returns() {
    for x in [-0.7, 1.3, 2.3] {
        check_scalar!(early_return(x));
        check_scalar!(return_at_the_end(x));
        for k in 0..4 {
            check_scalar!(return_in_match(x, const k));
        }
        check_scalar!(return_else(x));
    }
    check_scalar!(return_inside_expression(0.4));
    check_scalar!(return_inside_expression(1.4));
    for x in [vec![0.5, 1.5, 0.9, 0.7], vec![0.5, 3.5, 2.9, 0.7], vec![1.5], vec![]] {
        check_scalar!(return_in_loop(&x));
    }
    for limit in [0.2, 0.5, 3.0, 30.0] {
        check_scalar!(return_in_nested_loops(&[0.5, 1.5, 0.8, 1.2][..], limit));
    }
    check_scalar!(return_in_loop_loop(0.7));
    check_scalar!(find_the_root(2.3));
    check!(results_of_a_return(2.3, 1.0));
    check!(results_of_a_return(0.3, 1.0));
}

#[test]
fn returns_with_mutable_arguments() {
    for n in [0, 1, 3, 9] {
        check_unit!(return_from_unit(&mut vec![0.5, 1.5, 0.8], const n));
    }
    for limit in [0.3, 1.5, 90.0] {
        check!(return_keeps_earlier_writes(&mut vec![0.5, 1.5, 0.8], limit));
    }
}

#[test]
fn blocks() {
    for x in [-0.7, 1.3, 2.3] {
        check_scalar!(labelled_block(x));
    }
    check_scalar!(labelled_block_statement(&[0.5, 1.5, 0.8][..]));
    check_scalar!(labelled_block_statement(&[0.5, -1.5, 0.8][..]));
    check_scalar!(block_in_loop(&[0.5, 1.5, 0.8, 1.2][..]));
}

/// What `break` leaves with has no value here, but it changes something.
#[differentiable]
fn breaking_with_a_change(x: &[f64], n: usize) -> f64 {
    let mut sum = 0.3;
    let mut i = 0;
    loop {
        i += 1;
        if i > n {
            break sum *= x[0] * sum;
        }
        if i == 2 {
            continue;
        }
        sum += x[i % 3];
    }
    'a: {
        if sum > 0.0 {
            break 'a ({
                sum *= x[1];
                sum += x[2];
            });
        }
        sum += x[0];
    }
    sum
}

/// A chain of conditions with an `else`, as a statement.
#[differentiable]
fn chained_with_else(x: &[f64], n: usize) -> f64 {
    let mut sum = 0.3;
    let mut o = Some(x[0]);
    for i in 0..n {
        if let Some(c) = &mut o
            && i != 1
        {
            *c *= sum;
            sum *= x[1];
        } else {
            sum += x[2] * sum;
        }
        sum += o.unwrap_or(0.0);
    }
    sum
}

#[test]
fn changes_on_the_way_out() {
    check_scalar!(breaking_with_a_change(&[0.7, 0.45, 0.9][..], const 3));
    check_scalar!(breaking_with_a_change(&[-0.7, 0.45, -0.9][..], const 3));
    check_scalar!(chained_with_else(&[0.7, 0.45, 0.9][..], const 3));
}

// ---- exits from loops that look into constants ----------------------------------------------------------------------

/// The reference to where the loop was is not kept, but found again.
#[differentiable]
fn left_at_a_window(x: &[f64], #[nodiff] tenors: &[f64], t: f64) -> f64 {
    for w in tenors.windows(2) {
        if t <= w[1] {
            return t * x[0] * w[0];
        }
    }
    x[1] * t
}

enum Code {
    Push(f64),
    Load(usize),
    Mul,
}

#[differentiable]
fn interpreted(#[nodiff] codes: &[Code], x: &[f64]) -> Option<f64> {
    let mut stack: Vec<f64> = Vec::new();
    for code in codes {
        match code {
            Code::Push(v) => stack.push(*v),
            Code::Load(k) => stack.push(x[*k]),
            Code::Mul => {
                let (a, b) = (stack.pop()?, stack.pop()?);
                stack.push(a * b);
            }
        }
    }
    stack.pop()
}

#[differentiable]
fn left_in_both_loops(x: &[f64], #[nodiff] rows: &[Vec<f64>], limit: f64) -> f64 {
    let mut s = 0.0;
    for (i, row) in rows.iter().enumerate() {
        for (w, v) in row.windows(2).zip(row.iter().skip(1)) {
            s += x[i] * x[i] * w[0] * v;
            if *v > limit {
                break;
            }
        }
        if s > 40.0 {
            s *= x[0];
            continue;
        }
        s += x[1] * row[0];
    }
    s
}

/// Of an iterator without end only what was used is looked at again; the vector is the function's own.
#[differentiable]
fn left_on_the_way_round(x: &[f64], n: usize) -> f64 {
    let weights: Vec<f64> = (1..=n).map(|k| k as f64 * 0.5).collect();
    let mut s = x[0];
    for w in weights.iter().cycle() {
        s = s * x[1] * *w;
        if s > 50.0 {
            break;
        }
        s += x[0];
    }
    s
}

#[test]
fn loops_that_look_into_constants() {
    check_scalar!(left_at_a_window(&[2.0, 3.0][..], const &[0.5, 1.0, 2.0][..], 1.5));
    check_scalar!(left_at_a_window(&[2.0, 3.0][..], const &[0.5, 1.0, 2.0][..], 2.5));
    let codes = [Code::Load(0), Code::Push(3.0), Code::Mul, Code::Load(0), Code::Mul, Code::Load(1), Code::Mul];
    check!(interpreted(const &codes[..], &[2.0, 3.0][..]));
    check!(interpreted(const &codes[2..], &[2.0, 3.0][..]));
    let rows = [vec![1.0, 2.0, 3.0, 4.0], vec![2.0, 5.0, 1.0], vec![1.5, 2.5]];
    check_scalar!(left_in_both_loops(&[1.1, 2.0, 0.3][..], const &rows[..], 2.5));
    check_scalar!(left_in_both_loops(&[1.1, 2.0, 0.3][..], const &rows[..], 9.0));
    check_scalar!(left_on_the_way_round(&[1.1, 2.0][..], const 4));
}
