//! Indices with effects: each is found in its turn.
use autodiff_core::differentiable;
use autodiff_tests::check_scalar;

#[differentiable]
#[rustfmt::skip]
fn indices_that_change_others(x: &[f64]) -> f64 {
    let mut v = vec![x.to_vec(), vec![x[1] * 2.0, x[2], x[3], x[0]]];
    let mut k = 0;
    let a = v[k][{ k += 1; k }];
    let b = v[k][{ k += 1; k }] * v[k - 1][k];
    let c = &v[{ k -= 1; k }][k];
    let d = a * b * c + v[{ k -= 1; k }][k..][{ k += 1; k }];
    k = 0;
    v[k][{ k += 1; k }] = x[k] * 3.0;
    v[{ k -= 1; k }][k] = x[k + 1];
    let r = &mut v[k][{ k += 1; k }];
    *r *= x[k] + d;
    v[0][1] * v[1][1] + v[0][0] * v[1][0] * d
}

#[differentiable]
#[rustfmt::skip]
fn assigned_where_it_changes(x: &[f64]) -> f64 {
    let mut a = x.to_vec();
    let mut i = 0;
    a[{ i += 1; i }] = a[i];
    a[{ i += 1; i }] = x[i - 1];
    let mut t = (x[0], [x[1], x[2]]);
    t.1[{ i -= 2; i }] = t.1[i - 1];
    (a[{ i += 2; i }], t.0) = (x[i + 1], x[i]);
    a[0] * a[1] + a[2] * a[3] * t.1[0] * t.0
}

#[differentiable]
#[rustfmt::skip]
fn parts_found_by_effects(x: &[f64]) -> f64 {
    let mut a = x.to_vec();
    let mut k = 0;
    a[{ k += 1; k }..].fill(x[k]);
    a[{ k += 1; k }..k + 1].copy_from_slice(&x[k + 1..k + 2]);
    a[{ k -= 2; k }..].swap(k, k + 1);
    a[..{ k += 2; k }].reverse();
    a[{ k -= 1; k }..].rotate_left(k);
    a[0] * a[1] + a[2] * a[3] * a[1] + a[3]
}

#[differentiable]
#[rustfmt::skip]
fn columns_found_by_effects(m: &nalgebra::DMatrix<f64>) -> f64 {
    let mut a = m.clone();
    let mut k = 0;
    a.column_mut({ k += 1; k }).copy_from(&m.column(k - 1));
    a.set_column({ k -= 1; k }, &m.column((k + 1) % 2));
    a.column_mut(k).scale_mut(m[(k, 1)]);
    a.row_mut({ k += 1; k }).fill(m[(k, 0)]);
    a[(0, 1)] * a[(1, 1)] * a[(0, 0)] + a[(1, 0)]
}

#[test]
fn indices_in_their_turn() {
    let x = [0.3, 0.8, 0.5, 0.9];
    check_scalar!(indices_that_change_others(&x[..]));
    check_scalar!(assigned_where_it_changes(&x[..]));
    check_scalar!(parts_found_by_effects(&x[..]));
    check_scalar!(columns_found_by_effects(&nalgebra::dmatrix![0.3, 0.8; 0.5, 0.9]));
}
