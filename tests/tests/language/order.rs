//! Reversed loops that run forwards, and loops that are split: only where that is right.
use autodiff_core::differentiable;
use autodiff_tests::{check, check_scalar, check_unit};
use nalgebra::DMatrix;
use std::mem;

#[differentiable]
fn stencil(x: &[f64], k: &[f64], steps: usize) -> f64 {
    let n = x.len();
    let (mut u, mut next) = (x.to_vec(), x.to_vec());
    for _ in 0..steps {
        for i in 1..n - 1 {
            next[i] = u[i] + k[i] * (u[i - 1] - 2.0 * u[i] + u[i + 1]) * u[i];
        }
        mem::swap(&mut u, &mut next);
    }
    u.iter().map(|u| u * u).sum()
}

/// Every iteration reads what the one before it has written.
#[differentiable]
fn chained(x: &[f64], y: &mut [f64]) {
    for i in 1..x.len() {
        y[i] = y[i - 1] * x[i] + x[i - 1] * x[i];
    }
}

/// One reads what the next one overwrites.
#[differentiable]
fn shifted(y: &mut [f64], k: f64) {
    for i in 0..y.len() - 1 {
        y[i] = y[i + 1] * k;
    }
}

/// All write to the same place.
#[differentiable]
fn last_wins(x: &[f64], y: &mut [f64]) {
    for i in 0..x.len() {
        y[2] = x[i] * x[i];
        y[0] += y[2];
    }
}

/// Where is written the data decide: twice to the same place.
#[differentiable]
fn scattered(x: &[f64], to: &[usize], y: &mut [f64]) {
    for i in 0..x.len() {
        y[to[i]] = x[i] * x[i];
    }
}

/// The index holds the counter, and something that changes: 0 + 2, 1 + 1, 2 + 0.
#[differentiable]
fn colliding(x: &[f64], offsets: &[usize], y: &mut [f64]) {
    for i in 0..x.len() {
        let o = offsets[i];
        y[i + o] = x[i] * x[i] * x[i];
    }
}

#[differentiable]
fn colliding_pairs(x: &[f64], pairs: &[(usize, usize)], y: &mut [f64]) {
    for i in 0..x.len() {
        let (o, _) = pairs[i];
        y[i + o] = x[i].sin();
    }
}

#[differentiable]
fn counted(x: &[f64], y: &mut [f64]) {
    let mut k = x.len();
    for i in 0..x.len() {
        k -= 1;
        y[i + k] = x[i] * x[k];
    }
}

/// Two entries of an iteration are those of the next one too.
#[differentiable]
fn overlapping(x: &[f64], y: &mut [f64]) {
    for i in 0..x.len() - 1 {
        y[i] = x[i] * x[i];
        y[i + 1] = x[i + 1] * x[i];
    }
}

#[differentiable]
fn scaled(x: &[f64], y: &mut [f64]) {
    for i in 1..x.len() {
        y[i] *= x[i] * x[i - 1];
        y[i] += x[i - 1];
    }
}

/// A grid, row by row.
#[differentiable]
fn grid(u: &[f64], n: usize, next: &mut [f64]) {
    for i in 1..n - 1 {
        for j in 1..n - 1 {
            let k = i * n + j;
            next[k] = u[k] * u[k + 1];
        }
        for j in 1..n - 1 {
            next[i * n + j] +=
                u[(i - 1) * n + j] * u[(i + 1) * n + j] - 4.0 * u[i * n + j] + u[i * n + j - 1] + u[i * n + j + 1];
        }
        for j in 1..n - 1 {
            next[i * n + j] = next[i * n + j] * 0.5 + u[i * n + j] * u[j * n + i];
        }
    }
}

#[differentiable]
fn matrix(m: &DMatrix<f64>) -> DMatrix<f64> {
    let mut out = DMatrix::zeros(m.nrows(), m.ncols());
    for i in 1..m.nrows() {
        for j in 0..m.ncols() {
            out[(i, j)] = m[(i - 1, j)] * m[(i, j)];
        }
        for j in 1..m.ncols() {
            out[(i, j)] = out[(i, j)] * m[(i, j - 1)] + out[(i, j - 1)];
        }
    }
    out
}

#[differentiable]
fn points(x: &[[f64; 2]], y: &mut [[f64; 2]]) {
    for i in 1..x.len() {
        y[i][0] = x[i][0] * x[i - 1][1];
        y[i][1] = x[i][1] * x[i - 1][0];
    }
    for i in 1..x.len() {
        y[i][0] = y[i - 1][1] * x[i][1];
    }
}

#[differentiable]
fn by_references(x: &[f64], y: &mut [f64]) {
    for (v, w) in x.iter().zip(y.iter_mut()) {
        *w = v * v;
    }
    let (a, b) = y.split_at_mut(2);
    for i in 0..a.len() {
        a[i] = b[i] * x[i];
        b[i] = a[i] * x[i + 1];
    }
}

/// Linear: nothing is read in reverse but adjoints.
#[differentiable]
fn linear(x: &[f64], y: &mut [f64], which: usize) {
    let n = x.len();
    match which {
        0 => {
            for i in 1..n {
                y[i] = 0.5 * y[i - 1] + x[i];
            }
        }
        1 => {
            for i in 0..n - 1 {
                y[i] = 3.0 * y[i + 1] - x[i];
            }
        }
        2 => {
            for i in 0..n - 1 {
                y[i] = x[i];
                y[i + 1] = 2.0 * x[i];
            }
        }
        3 => {
            for i in 0..n {
                y[i] = 2.0 * x[i];
                y[n - 1 - i] = x[i] - x[0];
            }
        }
        4 => {
            for i in 1..n {
                y[i - 1] += 0.3 * y[i];
            }
        }
        5 => {
            for i in 1..n {
                y[i] *= 0.5;
                y[i] += y[i - 1];
                y[i] -= x[i - 1];
            }
        }
        _ => {
            for i in 1..n - 1 {
                y[i] = x[i + 1] - 2.0 * x[i] + x[i - 1];
                y[i] *= 4.0;
            }
        }
    }
}

/// Into a buffer that nobody reads before: nothing is put back.
#[differentiable]
fn fresh(x: &[f64], offsets: &[usize], pairs: &[(usize, usize)]) -> f64 {
    let n = x.len();
    let mut sum = 0.0;
    let mut a = vec![0.0; 2 * n];
    for i in 0..n {
        let o = offsets[i];
        a[i + o] = 2.0 * x[i];
    }
    let mut b = vec![0.0; 2 * n];
    for i in 0..n {
        let (o, _) = pairs[i];
        b[i + o] = 3.0 * x[i];
    }
    let mut c = vec![0.0; 2 * n];
    let mut k = n;
    for i in 0..n {
        k -= 1;
        c[i + k] = 5.0 * x[i];
    }
    let mut d = vec![0.0; 2 * n];
    for i in 0..n {
        d[offsets[i]] = 7.0 * x[i];
    }
    let mut e = vec![0.0; 2 * n];
    for i in 0..n {
        for j in 0..n {
            e[i + j] = x[i] - 2.0 * x[j];
        }
    }
    let mut f = vec![1.0; n];
    for i in 1..n {
        f[i] = f[i - 1] + x[i];
    }
    for k in 0..n {
        sum += (a[k] + b[k] + c[k] + d[k] + e[k] * e[k]) * x[k] * f[k];
    }
    sum
}

/// One index, two places: a part that starts elsewhere.
#[differentiable]
fn through_parts(x: &[f64], which: usize) -> f64 {
    let n = x.len() / 2;
    let mut y = x.to_vec();
    match which {
        0 => {
            for t in 0..n {
                let later = &y[1..];
                let item = &later[t];
                y[t] = 0.5 * *item;
            }
        }
        1 => {
            for t in 0..n {
                let (_, later) = y.split_at(1);
                let item = later[t];
                y[t] = 2.0 * item;
            }
        }
        2 => {
            let (low, high) = y.split_at_mut(n);
            for i in 0..n {
                let (a, b) = (low[i], high[i]);
                low[i] = a + 2.0 * b;
                high[i] = a - b;
            }
        }
        3 => {
            for i in 1..n {
                let (low, high) = y.split_at_mut(i);
                low[i - 1] = 2.0 * high[0];
                high[1] = 3.0 * low[0];
            }
        }
        4 => {
            for i in 0..n - 1 {
                let (low, high) = y.split_at_mut(n);
                low[i] = 2.0 * high[i + 1];
                high[i] = 3.0 * low[i + 1];
            }
        }
        _ => {
            let (low, high) = y.split_at_mut(n);
            for i in 0..n - 1 {
                low[i] = low[i + 1] + 2.0 * high[i + 1];
                high[i + 1] = low[i];
            }
        }
    }
    let mut sum = 0.0;
    for i in 0..y.len() {
        sum += y[i] * y[i] * x[i];
    }
    sum
}

/// What grows while it is written to.
#[differentiable]
fn growing(x: &[f64], rounds: usize) -> f64 {
    let mut y = vec![x[0]];
    let mut sum = 0.0;
    for _ in 0..rounds {
        sum += y[0] * y[0] * x[1];
        for i in 0..x.len() {
            y.push(0.5);
            y[i] = x[i] * 2.0;
        }
    }
    sum + y[1] * y[1]
}

/// The state is a number that goes from one iteration to the next.
#[differentiable]
fn carried(x: &[f64], y: &mut [f64]) -> f64 {
    let mut state = 1.0;
    for i in 0..x.len() {
        y[i] = state * x[i];
        state = y[i] * 0.5 + state;
    }
    state
}

/// An earlier reading wants what a loop overwrites, and the loop is one of several.
#[differentiable]
fn overwritten_again(x: &[f64], rounds: usize) -> f64 {
    let mut y = x.to_vec();
    let mut sum = 0.0;
    for r in 0..rounds {
        for i in 0..x.len() {
            sum += y[i] * y[i] * x[i];
        }
        for i in 0..x.len() - r {
            y[i + r] = x[i] * x[i + r];
        }
        for i in r..x.len() {
            y[i - r] = x[i] * 0.5 + x[i - r] * x[i];
        }
    }
    sum
}

#[differentiable]
fn through_a_call(x: &[f64], rounds: usize) -> f64 {
    let mut y = vec![0.0; x.len()];
    let mut z = vec![1.0; x.len()];
    for _ in 0..rounds {
        slope(x, &z, &mut y);
        slope(x, &y, &mut z);
    }
    y[1] * z[2] + z[1]
}

#[differentiable]
fn slope(x: &[f64], y: &[f64], to: &mut [f64]) {
    to[0] = x[0];
    for i in 1..x.len() {
        to[i] = x[i] * y[i - 1];
    }
}

#[test]
fn iterations_come_in_any_order_only_where_that_is_right() {
    let x = [0.3, -0.7, 0.9, 1.1, 0.4];
    check_scalar!(stencil(&x[..], &[0.1, 0.2, 0.3, 0.15, 0.25][..], const 3));
    check_unit!(chained(&x[..], &mut [0.5, 0.1, 0.2, 0.3, 0.4][..]));
    check_unit!(shifted(&mut [0.5, 0.1, 0.2, 0.3, 0.4][..], 0.7));
    check_unit!(last_wins(&x[..], &mut [0.5, 0.1, 0.2][..]));
    check_unit!(scattered(&x[..], const &[1, 0, 1, 2, 0][..], &mut [0.5, 0.1, 0.2][..]));
    check_unit!(colliding(&x[..3], const &[2, 1, 0][..], &mut [0.5, 0.1, 0.2][..]));
    check_unit!(colliding_pairs(&x[..3], const &[(2, 0), (1, 1), (0, 2)][..], &mut [0.5, 0.1, 0.2][..]));
    check_unit!(counted(&x[..], &mut [0.5, 0.1, 0.2, 0.3, 0.4][..]));
    check_unit!(overlapping(&x[..], &mut [0.5, 0.1, 0.2, 0.3, 0.4][..]));
    check_unit!(scaled(&x[..], &mut [0.5, 0.1, 0.2, 0.3, 0.4][..]));
    let u: Vec<f64> = (0..16).map(|k| (f64::from(k) * 0.7).sin()).collect();
    check_unit!(grid(&u[..], const 4, &mut vec![0.1; 16][..]));
    check!(matrix(&DMatrix::from_fn(3, 3, |i, j| 0.3 * i as f64 - 0.2 * j as f64 + 0.7)));
    check_unit!(points(&[[0.1, 0.2], [0.3, -0.4], [0.5, 0.6]][..], &mut [[0.5, 0.1], [0.2, 0.3], [0.7, 0.9]][..]));
    check_unit!(by_references(&x[..4], &mut [0.5, 0.1, 0.2, 0.3][..]));
    for which in 0..7 {
        check_unit!(linear(&x[..], &mut [0.5, 0.1, 0.2, 0.3, 0.4][..], const which));
    }
    for which in 0..6 {
        check_scalar!(through_parts(&[0.3, -0.7, 0.9, 1.1, 0.4, -0.6, 0.8, 0.2][..], const which));
    }
    check_scalar!(fresh(&x[..3], const &[2, 1, 0][..], const &[(2, 0), (1, 1), (0, 2)][..]));
    check_scalar!(growing(&x[..], const 3));
    check_scalar!(carried(&x[..], &mut [0.5, 0.1, 0.2, 0.3, 0.4][..]));
    check_scalar!(overwritten_again(&x[..], const 3));
    check_scalar!(through_a_call(&x[..], const 3));
}

#[test]
fn an_index_out_of_range_is_the_loops_own_panic() {
    let out_of_range = || {
        let (mut y, mut y_bar) = ([0.0; 3], [1.0; 3]);
        overlapping::vjp(&[1.0, 2.0, 3.0, 4.0, 5.0], &mut y, &mut y_bar)
    };
    let message = *std::panic::catch_unwind(out_of_range).unwrap_err().downcast::<String>().unwrap();
    assert_eq!(message, "index out of bounds: the len is 3 but the index is 3");
}
