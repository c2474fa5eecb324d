//! Loops whose iterations keep to entries of their own, or seem to; and loops that add to one entry of an adjoint.
use autodiff_core::{check, differentiable};

#[differentiable]
fn products_with_neighbours(x: &[f64]) -> f64 {
    let mut w = x.to_vec();
    for i in 1..w.len() {
        w[i] = w[i - 1] * w[i];
    }
    w.iter().sum()
}

#[differentiable]
fn squared_again_and_again(x: &[f64]) -> f64 {
    let mut w = x.to_vec();
    for _ in 0..3 {
        for i in 0..x.len() {
            w[i] = w[i] * w[i] * x[i];
        }
    }
    w.iter().sum()
}

#[differentiable]
fn read_before_the_loop(x: &[f64]) -> f64 {
    let mut w = x.to_vec();
    let mut sum = 0.0;
    let p = w[0] * 2.0;
    for i in 0..w.len() {
        sum += p * w[i];
        w[i] = w[i] * w[i] * p;
    }
    sum + w[0] * w[1]
}

#[differentiable]
fn several_times_in_an_iteration(x: &[f64]) -> f64 {
    let mut w = x.to_vec();
    let mut sum = 0.0;
    for i in (0..x.len()).rev() {
        for k in 0..3 {
            w[i] = (w[i] * w[i]).sin() + 0.3 * x[k];
            sum += 0.2 * w[i] * w[i];
        }
        let a = w[i];
        w[i] = x[i] * a;
        sum += a * w[i] * w[i];
        w[i] = sum.sin();
    }
    sum + w[0] * w[1]
}

#[differentiable]
fn at_an_index_that_moves(x: &[f64]) -> f64 {
    let mut w = x.to_vec();
    let mut j = 0;
    for i in 0..5 {
        j = (j + 2) % x.len();
        w[j] = w[j] * w[j] * x[i % 3];
    }
    w.iter().sum()
}

#[differentiable]
fn shifted_by_the_loop_around(x: &[f64]) -> f64 {
    let mut w = x.to_vec();
    let mut sum = 0.0;
    for k in 0..2 {
        for i in 0..x.len() - 2 {
            w[i + k] = w[i + k] * w[i + k] * x[i];
            sum += w[i + k] * w[i + k];
        }
    }
    sum
}

#[differentiable]
fn behind_a_reference(x: &[f64]) -> f64 {
    let mut w = x.to_vec();
    for i in 0..x.len() {
        let first = &mut w[0];
        *first *= *first + 0.1;
        w[i] = w[i] * w[i];
    }
    w.iter().sum()
}

#[differentiable]
fn swapped(x: &[f64]) -> f64 {
    let (mut w, mut u) = (x.to_vec(), vec![0.0; x.len()]);
    for _ in 0..3 {
        for i in 0..x.len() {
            u[i] = w[i] * w[(i + 1) % x.len()];
            u[i] = u[i] * u[i];
        }
        std::mem::swap(&mut w, &mut u);
    }
    w.iter().sum()
}

/// Iterations come to an entry for a second time.
#[differentiable]
fn at_an_index_that_comes_again(x: &[f64]) -> f64 {
    let (mut f, mut g) = (x.to_vec(), x.to_vec());
    for i in (0..x.len()).chain(1..2) {
        let v = f[i];
        f[i] = g[i] * v;
        g[i] = v * f[i];
    }
    f[0] * f[1] * g[1]
}

#[test]
fn entries_of_an_iteration_of_its_own() {
    let x = [0.7, -1.2, 0.4, 0.9];
    check!(products_with_neighbours(&x));
    check!(squared_again_and_again(&x));
    check!(read_before_the_loop(&x));
    check!(several_times_in_an_iteration(&x));
    check!(at_an_index_that_moves(&x));
    check!(at_an_index_that_comes_again(&x));
    check!(shifted_by_the_loop_around(&x));
    check!(behind_a_reference(&x));
    check!(swapped(&x));
}

#[differentiable]
fn matrix_vector(a: &[f64], w: &[f64], n: usize) -> f64 {
    let m = w.len() / n;
    let mut y = vec![0.0; m];
    for i in 0..n {
        for j in 0..m {
            y[j] += a[i] * w[i * m + j] * a[i];
        }
    }
    let mut norm = 0.0;
    for j in 0..m {
        norm += y[j] * y[j];
    }
    norm
}

/// Without iterations of the inner loop nobody looks at `a`, which has no entries then.
#[differentiable]
fn row_by_row(a: &[f64], w: &[f64], rows: usize) -> f64 {
    let mut sum = 1.0;
    for i in 0..rows {
        let mut row = 0.0;
        for j in (0..w.len()).rev().step_by(2) {
            row += a[i] * w[j];
        }
        sum *= 1.0 + row;
    }
    sum
}

#[differentiable]
fn read_while_it_is_added_to(x: &[f64], y: &mut [f64]) {
    for i in 0..x.len() {
        for j in 0..y.len() {
            y[j] = y[j] * x[i] + y[0];
        }
    }
}

#[test]
fn sums_into_one_entry() {
    check!(matrix_vector(
        &[0.5, -0.3],
        &[1.0, 2.0, -0.7, 0.2, 0.1, 0.6],
        #[nodiff]
        2
    ));
    check!(row_by_row(
        &[0.5, -0.3, 0.8],
        &[1.0, 2.0, -0.7],
        #[nodiff]
        3
    ));
    assert_eq!(row_by_row::grad(&[], &[], 4), (vec![], vec![]));
    check!(read_while_it_is_added_to(&[0.5, -0.3], &mut [1.0, 2.0, -0.7]) -> ());
}

/// Attention with one head: buffers that each row rewrites.
#[differentiable]
fn attention(q: &[f64], k: &[f64], v: &[f64], d: usize) -> f64 {
    let n = q.len() / d;
    let mut total = 0.0;
    let (mut out, mut weights) = (vec![0.0; d], vec![0.0; n]);
    for i in 0..n {
        let mut max = f64::NEG_INFINITY;
        for j in 0..n {
            let mut s = 0.0;
            for c in 0..d {
                s += q[i * d + c] * k[j * d + c];
            }
            weights[j] = s;
            max = max.max(weights[j]);
        }
        let mut z = 0.0;
        for j in 0..n {
            weights[j] = (weights[j] - max).exp();
            z += weights[j];
        }
        out.fill(0.0);
        for j in 0..n {
            let p = weights[j] / z;
            for c in 0..d {
                out[c] += p * v[j * d + c];
            }
        }
        for c in 0..d {
            total += out[c] * out[c];
        }
    }
    total
}

#[test]
fn buffers_that_each_row_rewrites() {
    let q = [0.2, -0.4, 1.1, 0.3, -0.9, 0.8];
    let (k, v) = ([0.5, 0.1, -0.3, 0.9, 0.4, -0.6], [0.7, -0.2, 0.6, 1.3, -0.5, 0.1]);
    check!(attention(
        &q,
        &k,
        &v,
        #[nodiff]
        2
    ));
}

/// A transform in place over pairs, whose halves are read and written as wholes and in parts.
#[differentiable]
fn butterflies(x: &[[f64; 2]], #[nodiff] roots: &[[f64; 2]]) -> f64 {
    let mut w = vec![[0.0; 2]; x.len()];
    for i in 0..x.len() {
        w[i] = x[(i * 3) % x.len()];
    }
    let mut half = 1;
    while half < w.len() {
        for block in w.chunks_exact_mut(2 * half) {
            let (low, high) = block.split_at_mut(half);
            for i in 0..half {
                let ([a, b], [c, d], [cos, sin]) = (low[i], high[i], roots[i]);
                let (re, im) = (c * cos - d * sin, c * sin + d * cos);
                low[i] = [a + re, b + im];
                high[i] = [a - re, b - im];
            }
        }
        half *= 2;
    }
    let mut sum = 0.0;
    for i in 0..w.len() {
        let [re, im] = w[i];
        sum += (re * re + im).sin() * re;
    }
    sum
}

fn weight(i: usize) -> f64 {
    0.5 + 0.1 * i as f64
}

/// Numbers are scaled by what nothing is known of, and overwritten.
#[differentiable]
fn scaled_by_the_unknown(x: &[f64], n: usize) -> f64 {
    let mut y = x.to_vec();
    let mut sum = 0.0;
    for k in 0..n {
        for i in 0..y.len() - 1 {
            let w = weight(i + k);
            let (a, b) = (y[i], y[i + 1]);
            y[i] = a * w - b;
            y[i + 1] = b * w + a;
            if i == 1 {
                sum += a * a * w;
            }
        }
    }
    sum + y[0] * y[1]
}

/// Entries by two indices, of which only the first one is an iteration's own, read by others or not.
#[differentiable]
fn parts_of_own_entries(x: &[[f64; 3]], #[nodiff] order: &[usize]) -> f64 {
    let mut y = x.to_vec();
    let mut sum = 0.0;
    for i in 0..y.len() {
        let k = order[i];
        y[i][k] = y[i][0] * y[i][1].sin();
        y[i][2] += y[i][k] * x[i][1] * x[0][k];
    }
    for i in 0..y.len() - 1 {
        y[i][0] = y[i + 1][1] * y[i][2];
        y[i + 1][1] = y[i][0] + y[i][2];
    }
    for i in 1..y.len() {
        sum += y[i][0] * y[i - 1][1] - y[i][2] * y[i][0];
    }
    sum
}

#[test]
fn parts_of_entries() {
    let pairs = [[0.3, -0.2], [0.8, 0.5], [-0.4, 0.1], [0.6, -0.7]];
    check!(butterflies(
        &pairs,
        #[nodiff]
        &[[0.8, 0.6], [0.0, -1.0]]
    ));
    check!(scaled_by_the_unknown(
        &[0.3, -0.7, 0.5, 1.2],
        #[nodiff]
        3
    ));
    let triples = [[0.3, -0.2, 0.9], [0.8, 0.5, -0.6], [-0.4, 0.1, 0.7], [1.1, -0.3, 0.2]];
    check!(parts_of_own_entries(
        &triples,
        #[nodiff]
        &[2, 0, 1, 2]
    ));
}

/// The same index behind other ranges is another entry.
#[differentiable]
fn behind_ranges(x: &[f64]) -> f64 {
    let mut w = x.to_vec();
    let n = w.len() - 1;
    for i in 0..n {
        w[1..][i] = w[..n][i] + x[i];
    }
    w[1] * w[2] + w[n]
}

#[differentiable]
fn behind_rows_and_ranges(x: &[f64]) -> f64 {
    let mut w = [x.to_vec(), x.to_vec()];
    let n = x.len() - 1;
    for i in 0..n {
        w[1][1..][i] = w[0][..n][i] + w[1][..n][i];
    }
    w[1][1] * w[1][2] + w[1][n]
}

#[test]
fn entries_behind_ranges() {
    let x = [0.5, -0.3, 0.8, 0.4];
    check!(behind_ranges(&x));
    check!(behind_rows_and_ranges(&x));
}
