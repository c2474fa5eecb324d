//! Reversed loops that are split, or put sums of their own beside what they add to.
use autodiff_core::differentiable;
use autodiff_tests::{check, check_scalar, check_unit};

const X: [f64; 5] = [0.3, 0.7, -0.4, 1.1, 0.9];

/// Three loops in reverse, of which one adds up the sum.
#[differentiable]
fn roughness(x: &[f64]) -> f64 {
    let mut sum = 0.0;
    for i in 1..x.len() - 1 {
        let d = x[i - 1] - 2.0 * x[i] + x[i + 1];
        sum += d * d;
    }
    sum
}

#[differentiable]
fn weighed(k: &[f64], d: f64) -> f64 {
    k[0] * d * d + k[1] * d
}

/// What is called adds to adjoints by itself, once.
#[differentiable]
fn beside_a_call(x: &[f64], k: &[f64]) -> f64 {
    let mut sum = 0.0;
    for i in 1..x.len() - 1 {
        let d = x[i - 1] - 2.0 * x[i] + x[i + 1];
        sum += d * d;
        sum += weighed(k, d);
    }
    sum
}

/// The last of the loops takes the adjoints that only others read.
#[differentiable]
fn two_outputs(x: &[f64], y: &mut [f64], z: &mut [f64]) {
    for i in 1..x.len() - 1 {
        y[i] = 2.0 * x[i - 1] + x[i];
        z[i] = 3.0 * x[i + 1];
    }
}

/// A loop without iterations over a range that is not empty: there is no `x[j]`.
#[differentiable]
fn past_the_end(x: &[f64], t: &[f64], j: usize, m: usize) -> f64 {
    let mut sum = 0.0;
    let n = t.len();
    for i in (0..n).skip(m) {
        sum += x[j] * t[i];
    }
    for i in (0..n).take(n - m) {
        sum += x[j] * t[i] * t[i];
    }
    sum * sum
}

#[test]
fn loops_that_are_split() {
    check_scalar!(roughness(&X[..]));
    check_scalar!(beside_a_call(&X[..], &[0.3, 1.7][..]));
    check_unit!(two_outputs(&X[..], &mut [0.1; 5][..], &mut [0.2; 5][..]));
    check_scalar!(past_the_end(&X[..2], &X[..3], const 1, const 1));
    check_scalar!(past_the_end(&X[..2], &X[..3], const 7, const 3));
}

// ---- entries that iterations share, though it does not look like it --------------------------------------------------

/// 0 - 0, 1 - 1, 2 - 2
#[differentiable]
fn colliding_below(x: &[f64], offsets: &[usize]) -> Vec<f64> {
    let mut y = vec![0.0; x.len()];
    for i in 0..x.len() {
        let o = offsets[i];
        y[i - o] = x[i] * x[i] * x[i];
    }
    y
}

/// The same index of parts that move against it.
#[differentiable]
fn in_a_part_that_moves(x: &[f64]) -> Vec<f64> {
    let n = x.len();
    let mut y = vec![0.0; 2 * n];
    for i in 0..n {
        let part = &mut y[n - 1 - i..];
        let e = &mut part[i];
        *e = x[i] * x[i];
    }
    y
}

#[differentiable]
fn in_a_part_that_is_cut_elsewhere(x: &[f64]) -> Vec<f64> {
    let n = x.len();
    let mut y = vec![0.0; 2 * n];
    for i in 0..n {
        let (_, high) = y.split_at_mut(n - 1 - i);
        high[i] = x[i] * x[i];
    }
    y
}

#[differentiable]
fn round_a_list(x: &[f64]) -> Vec<f64> {
    let mut y = vec![0.0; 3];
    for i in 0..x.len() {
        y[i % 2] = x[i] * x[i];
    }
    for i in 0..x.len() {
        y[2 - i / 3] = x[i] * x[i];
    }
    y
}

#[differentiable]
fn behind_a_range_that_moves(x: &[f64]) -> Vec<f64> {
    let n = x.len();
    let mut y = vec![0.0; 2 * n];
    for i in 0..n {
        y[n - 1 - i..][i] = x[i] * x[i];
    }
    y
}

/// A column and a row meet, in different iterations.
#[differentiable]
fn crossing(x: &[f64]) -> f64 {
    let mut y = [[0.0; 3]; 3];
    for i in 0..3 {
        y[i][1] = x[i] * x[i];
        y[0][i] = 3.0 * x[i];
    }
    y[0][1] * x[0] + y[1][1] + y[0][2]
}

/// What the first round has read the second one overwrites.
#[differentiable]
fn two_rounds(x: &[f64]) -> f64 {
    let n = x.len();
    let mut y = vec![0.0; n];
    let (mut sum, mut t) = (0.0, 1.0);
    for i in (0..n).chain(0..n) {
        y[i] = x[i] * t;
        sum += y[i] * y[i];
        t += 1.0;
    }
    sum
}

#[differentiable]
fn round_and_round(x: &[f64], order: &[usize]) -> f64 {
    let n = x.len();
    let mut y = vec![0.0; n];
    let (mut sum, mut t) = (0.0, 1.0);
    for i in (0..n).cycle().take(2 * n) {
        y[i] = x[i] * t;
        sum += y[i] * y[i];
        t += 1.0;
    }
    for i in order.iter().copied() {
        y[i] = x[i] * t;
        sum += y[i] * y[i];
        t += 1.0;
    }
    sum
}

/// How far the first loop comes nobody knows before.
#[differentiable]
fn up_to_a_jump(x: &[f64]) -> f64 {
    let mut y = x.to_vec();
    let n = x.len();
    let mut sum = 0.0;
    for i in 0..n {
        sum += y[i] * y[i];
    }
    for i in 0..n {
        y[i] = x[i] * 3.0;
        if x[i] > 0.8 {
            break;
        }
    }
    for i in 0..n {
        sum += y[i] * y[i] * y[i];
    }
    sum
}

#[test]
fn entries_that_iterations_share() {
    check!(colliding_below(&X[..3], const &[0, 1, 2][..]));
    check!(in_a_part_that_moves(&X[..]));
    check!(in_a_part_that_is_cut_elsewhere(&X[..]));
    check!(round_a_list(&X[..]));
    check!(behind_a_range_that_moves(&X[..]));
    check_scalar!(crossing(&X[..]));
    check_scalar!(two_rounds(&X[..]));
    check_scalar!(round_and_round(&X[..3], const &[0, 1, 0, 2, 1][..]));
    check_scalar!(up_to_a_jump(&X[..]));
}
