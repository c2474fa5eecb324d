//! Access without checks in `unsafe` blocks: derivatives check it.
use autodiff_core::differentiable;

#[differentiable]
fn unchecked_parts(x: &[f64], w: &[f64; 1], out: &mut [f64]) {
    let w = unsafe { *(*w).get_unchecked(0) };
    let a: &[f64; 2] = unsafe { x[1..].get_unchecked(..2).try_into().unwrap_unchecked() };
    let b: &mut [f64; 2] = unsafe { out[0..].get_unchecked_mut(..2).try_into().unwrap_unchecked() };
    b[0] = a[0] * a[1] * w;
    let last: &mut f64 = unsafe { out.get_unchecked_mut(2) };
    *last *= (0..2).map(|i| unsafe { *x.get_unchecked(i) }).sum::<f64>();
}

/// The same with checks.
#[differentiable]
fn checked_parts(x: &[f64], w: &[f64; 1], out: &mut [f64]) {
    out[0] = x[1] * x[2] * w[0];
    out[2] *= x[0] + x[1];
}

fn main() {
    let (x, w) = ([0.4, 0.9, -0.3], [1.2]);
    let (mut a, mut b) = ([0.1, 0.2, 0.3], [0.1, 0.2, 0.3]);
    let (mut a_bar, mut b_bar) = (vec![1.0, 0.5, -0.7], vec![1.0, 0.5, -0.7]);
    assert_eq!(unchecked_parts::vjp(&x, &w, &mut a, &mut a_bar), checked_parts::vjp(&x, &w, &mut b, &mut b_bar));
    assert_eq!((a, a_bar), (b, b_bar));
    let (mut a_dot, mut b_dot) = (vec![1.0, 0.5, -0.7], vec![1.0, 0.5, -0.7]);
    unchecked_parts::jvp(&x, &w, &mut a, &vec![0.3, 0.1, 0.7], &[0.2], &mut a_dot);
    checked_parts::jvp(&x, &w, &mut b, &vec![0.3, 0.1, 0.7], &[0.2], &mut b_dot);
    assert_eq!((a, a_dot), (b, b_dot));
}
