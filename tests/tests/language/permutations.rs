//! What moves the elements of a slice about, and what is written through views.
#![allow(clippy::all, reason = "as people write it")]
use autodiff_core::differentiable;
use autodiff_tests::{check_scalar, check_unit};
use nalgebra::{DMatrix, DVector, Matrix3, dmatrix, dvector, matrix};

#[differentiable]
fn weighted(x: &[f64]) -> f64 {
    let mut s = 0.0;
    for i in 0..x.len() {
        s += (i as f64 + 1.0) * x[i] * x[i];
    }
    s
}

#[differentiable]
fn reversed(x: &mut [f64], k: f64) -> f64 {
    x[0] *= k;
    x.reverse();
    let s = weighted(x);
    x[1..].reverse();
    s * x[1]
}

#[differentiable]
fn rotated(x: &[f64], n: usize) -> f64 {
    let mut y = x.to_vec();
    y.rotate_left(n);
    let a = weighted(&y);
    y.rotate_right(1);
    y[..2].rotate_left(1);
    a * weighted(&y)
}

#[differentiable]
fn delay_line(x: &[f64], line: &mut [f64]) -> f64 {
    let mut s = 0.0;
    for v in x {
        line.rotate_right(1);
        line[0] = v * v;
        s += line[line.len() - 1] * line[0];
    }
    s
}

#[differentiable]
fn sorted(x: &[f64]) -> f64 {
    let mut y = x.to_vec();
    y.sort_by(|a, b| a.partial_cmp(b).unwrap());
    weighted(&y)
}

#[differentiable]
fn sorted_in_place(x: &mut [f64], k: f64) {
    x[0] *= k;
    x.sort_unstable_by(|a, b| b.total_cmp(a));
    x[0] *= x[1];
    x.sort_by(f64::total_cmp);
}

#[differentiable]
fn sorted_rows(rows: &[[f64; 2]]) -> f64 {
    let mut r = rows.to_vec();
    r.sort_by_key(|v| (v[0] * 1000.0) as i64);
    let mut s = 0.0;
    for i in 0..r.len() {
        s += r[i][1] * (i as f64 + 1.0) * r[i][0];
    }
    s
}

#[differentiable]
fn sorted_in_a_loop(x: &[f64], n: usize) -> f64 {
    let mut y = x.to_vec();
    for k in 0..n {
        y.sort_by(|a, b| a.total_cmp(b));
        y[0] = y[0] * y[1] + 1.0 + k as f64;
    }
    weighted(&y)
}

#[differentiable]
fn sorted_indices(x: &[f64]) -> f64 {
    let mut order: Vec<usize> = (0..x.len()).collect();
    order.sort_by(|&a, &b| x[b].total_cmp(&x[a]));
    let mut s = 0.0;
    for (rank, &i) in order.iter().enumerate() {
        s += x[i] * x[i] * rank as f64;
    }
    s
}

#[differentiable]
fn median(x: &[f64]) -> f64 {
    let mut y = x.to_vec();
    let mid = y.len() / 2;
    let m = *y.select_nth_unstable_by(mid, f64::total_cmp).1;
    m * m
}

#[differentiable]
fn quantiles(x: &mut [f64]) -> f64 {
    let (low, m, high) = x.select_nth_unstable_by(1, |a, b| a.total_cmp(b));
    *m *= *m;
    low[0] + *m * high.len() as f64
}

#[differentiable]
fn exchanged(x: &mut [f64], y: &mut [f64]) {
    x.swap_with_slice(y);
    x[0] *= y[1];
    x[1..].swap_with_slice(&mut y[..2]);
}

#[differentiable]
fn copied_within(x: &mut [f64]) -> f64 {
    x.copy_within(0..2, 1);
    let s = x[0] * x[1] * x[2];
    x.copy_within(1.., 0);
    s * x[0] + x[1] * x[1]
}

#[differentiable]
fn copied(x: &[f64], y: &mut [f64], w: &mut Vec<f64>) {
    let n = x.len();
    y[..n].copy_from_slice(x);
    y[n..].clone_from_slice(&x[..1]);
    y[1] *= y[0];
    w[1..].fill(y[1]);
    w[0] *= w[1];
    y.swap(0, 2);
}

#[differentiable]
fn columns_written(y: &mut DMatrix<f64>, x: f64) {
    y.column_mut(0)[1] = x * x;
    y.row_mut(1)[0] *= x;
    let c = y[(0, 1)];
    y.column_mut(1).fill(x * c);
    y.view_mut((0, 0), (2, 1))[(1, 0)] += x;
    y.column_mut(0).scale_mut(x);
}

#[differentiable]
fn rows_copied(m: &mut DMatrix<f64>, v: &DVector<f64>) {
    m.column_mut(0).copy_from(v);
    let w = v * 2.0;
    m.column_mut(1).copy_from(&w);
    m.view_mut((0, 1), (2, 1)).copy_from(&(v * v[0]));
    let t = v.transpose();
    m.row_mut(1).copy_from(&t);
}

#[differentiable]
fn views_added(m: &mut DMatrix<f64>, v: &DVector<f64>) {
    let mut c = m.column_mut(0);
    c += v;
    c *= v[1];
    let mut d = m.column_mut(1);
    d -= v * v[0];
    d[0] = v[1];
}

#[differentiable]
fn fixed_views(mut m: Matrix3<f64>, x: f64) -> f64 {
    m.fixed_view_mut::<2, 2>(0, 0).scale_mut(x);
    let mut b = m.fixed_view_mut::<2, 2>(1, 1);
    b[(0, 0)] = x;
    b[(1, 1)] *= x;
    m.fixed_rows_mut::<1>(0)[1] = x * x;
    m.sum() * m[(0, 1)]
}

#[test]
fn permutations() {
    let x = [0.7, -0.4, 1.3, 0.9];
    check_scalar!(reversed(&mut x.clone()[..], 0.8));
    for n in 0..4 {
        check_scalar!(rotated(&x[..], const n));
        check_scalar!(sorted_in_a_loop(&x[..], const n));
    }
    check_scalar!(delay_line(&x[..], &mut [0.2, 0.3, 0.4][..]));
    check_scalar!(sorted(&x[..]));
    check_unit!(sorted_in_place(&mut x.clone()[..], 0.8));
    check_scalar!(sorted_rows(&[[0.7, -0.4], [0.5, 0.6], [0.1, 1.2]][..]));
    check_scalar!(sorted_indices(&x[..]));
    check_scalar!(median(&x[..]));
    check_scalar!(quantiles(&mut x.clone()[..]));
    check_unit!(exchanged(&mut [0.7, -0.4, 1.3][..], &mut [0.2, 0.3, 0.4][..]));
    check_scalar!(copied_within(&mut x.clone()[..]));
    check_unit!(copied(&[0.7, -0.4][..], &mut [0.2, 0.3, 0.4][..], &mut vec![0.5, 0.6]));
}

#[test]
fn views() {
    check_unit!(columns_written(&mut dmatrix![0.7, -0.4; 1.3, 0.9], 0.8));
    check_unit!(rows_copied(&mut dmatrix![0.7, -0.4; 1.3, 0.9], &dvector![0.8, 1.2]));
    check_unit!(views_added(&mut dmatrix![0.7, -0.4; 1.3, 0.9], &dvector![0.8, 1.2]));
    check_scalar!(fixed_views(matrix![0.7, -0.4, 0.2; 1.3, 0.9, 0.5; 0.3, 0.6, 1.1], 0.8));
}

/// More elements than an unstable sort keeps in order, among them many that compare equal.
fn keyed(x: &[f64]) -> Vec<(f64, f64)> {
    (0..60).map(|i| ((i * 7 % 3) as f64, x[i % x.len()] * (i as f64 + 0.3))).collect()
}

#[differentiable]
fn unstable(x: &[f64]) -> f64 {
    let mut pairs = Vec::new();
    for i in 0..60 {
        pairs.push(((i * 7 % 3) as f64, x[i % x.len()] * (i as f64 + 0.3)));
    }
    pairs.sort_unstable_by(|a, b| a.0.total_cmp(&b.0));
    let mut s = 0.0;
    for (i, p) in pairs.iter().enumerate() {
        s += p.1 * (i * i % 17) as f64;
    }
    s
}

#[differentiable]
fn unstable_by_key(x: &[f64]) -> f64 {
    let mut rows = Vec::new();
    for i in 0..60 {
        rows.push(x[i % x.len()] * (i as f64 + 0.3));
    }
    rows.sort_unstable_by_key(|r| *r > 20.0);
    let mut s = 0.0;
    for (i, r) in rows.iter().enumerate() {
        s += r * (i * i % 17) as f64;
    }
    s
}

#[differentiable]
fn nth_of_ties(x: &[f64]) -> f64 {
    let mut rows = Vec::new();
    for i in 0..60 {
        rows.push(x[i % x.len()] * (i as f64 + 0.3));
    }
    rows.select_nth_unstable_by(20, |a, b| (*a > 20.0).cmp(&(*b > 20.0)));
    let mut s = 0.0;
    for (i, r) in rows.iter().enumerate() {
        s += r * (i * i % 17) as f64;
    }
    s
}

#[test]
fn unstable_ties_lie_where_the_primal_puts_them() {
    let x = [1.31, 2.17, 0.73];
    // the order is not that of a stable sort
    let mut stable = keyed(&x);
    let mut other = stable.clone();
    stable.sort_by(|a, b| a.0.total_cmp(&b.0));
    other.sort_unstable_by(|a, b| a.0.total_cmp(&b.0));
    assert_ne!(stable, other);
    check_scalar!(unstable(&x[..]));
    check_scalar!(unstable_by_key(&x[..]));
    check_scalar!(nth_of_ties(&x[..]));
}

// ---- entries of different shapes -------------------------------------------------------------------------------------

#[differentiable]
fn rows_weighted(rows: &[Vec<f64>]) -> f64 {
    let mut s = 0.0;
    for (i, r) in rows.iter().enumerate() {
        for a in r {
            s += a * a * (i as f64 + 1.0);
        }
    }
    s
}

#[differentiable]
fn rows_moved(x: &[f64]) -> f64 {
    let mut rows = vec![vec![x[0]], vec![x[1], x[2]], vec![x[0], x[2], x[1]]];
    rows.swap(0, 1);
    rows[0][1] *= x[0];
    rows.reverse();
    rows.rotate_left(1);
    let s = rows_weighted(&rows);
    rows.sort_by(|a, b| a[0].total_cmp(&b[0]));
    rows[0][0] *= s;
    let taken = rows.swap_remove(0);
    rows_weighted(&rows) * taken[0]
}

#[differentiable]
fn rows_moved_by(rows: &mut Vec<Vec<f64>>) {
    rows.swap(0, 1);
    rows[0][0] *= 2.0;
    rows.rotate_right(1);
    rows.sort_by(|a, b| a[0].total_cmp(&b[0]));
}

#[differentiable]
fn rows_moved_within(rows: &mut [Vec<f64>], k: f64) {
    rows.swap(0, 1);
    rows[0][0] *= k;
    let part = &mut rows[1..];
    part.reverse();
}

#[differentiable]
fn rows_lent(x: &[f64]) -> f64 {
    let mut rows = vec![vec![x[0]], vec![x[1], x[2]], vec![x[2], x[0], x[1]]];
    for k in 0..3 {
        rows_moved_by(&mut rows);
        rows_moved_within(&mut rows, x[k]);
    }
    let (a, b) = rows.split_at_mut(1);
    std::mem::swap(&mut a[0], &mut b[1]);
    rows_weighted(&rows)
}

#[test]
fn entries_of_different_shapes() {
    check_scalar!(rows_moved(&[0.7, 1.3, 2.1][..]));
    check_scalar!(rows_lent(&[0.7, 1.3, 2.1][..]));
}
