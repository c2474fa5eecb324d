//! `&mut` parameters: inputs and outputs.
use autodiff_core::differentiable;
use autodiff_tests::{check, check_scalar, check_unit};
use nalgebra::{DVector, Matrix2, Vector3};

#[differentiable]
fn square_in_place(x: &mut f64) {
    *x = *x * *x;
}

#[differentiable]
fn scale_in_place(x: &mut [f64], k: f64) {
    for i in 0..x.len() {
        x[i] *= k;
    }
}

#[differentiable]
fn axpy(a: f64, x: &[f64], y: &mut [f64]) {
    for i in 0..x.len() {
        y[i] += a * x[i];
    }
}

#[differentiable]
fn output_only(x: &[f64], out: &mut [f64]) {
    for i in 0..x.len() {
        out[i] = x[i] * x[x.len() - 1 - i];
    }
}

#[differentiable]
fn in_place_and_result(x: &mut [f64], k: f64) -> f64 {
    let mut s = 0.0;
    for i in 0..x.len() {
        s += x[i] * k;
        x[i] = x[i].sin() * s;
    }
    s * x[0]
}

#[differentiable]
fn butterfly(s: &mut [f64]) {
    let n = s.len() / 2;
    let (a, b) = s.split_at_mut(n);
    for i in 0..n {
        let t = a[i] * b[i];
        b[i] = a[i] - t;
        a[i] = a[i] + t;
    }
    s[0] = s[0] * s[1];
}

#[differentiable]
fn two_mutable(a: &mut f64, b: &mut [f64; 2]) -> f64 {
    let t = *a * b[0];
    *a = b[1] + t;
    b[0] -= *a;
    b[1] = t * b[0];
    t * *a
}

#[differentiable]
fn swap_in_place(a: &mut f64, b: &mut f64) {
    let t = *a;
    *a = *b;
    *b = t * 2.0;
}

#[differentiable]
fn relax(u: &mut [f64], steps: usize) {
    for _ in 0..steps {
        for i in 1..u.len() - 1 {
            u[i] = 0.5 * u[i] + 0.25 * (u[i - 1] + u[i + 1]) + 0.1 * u[i] * u[i];
        }
    }
}

#[differentiable]
fn overwritten_with_constants(x: &mut [f64]) -> f64 {
    let y = x[0] * x[1];
    x[0] = 0.0;
    x[1] = 7.0;
    y
}

#[differentiable]
fn conditional_writes(x: &mut [f64], limit: f64) {
    for i in 0..x.len() {
        if x[i] > limit {
            x[i] = limit + (x[i] - limit).tanh();
        } else if i > 0 {
            x[i] += x[i - 1];
        }
    }
}

#[differentiable]
fn vec_in_place(x: &mut Vec<f64>) {
    let n = x.len();
    for i in 0..n {
        x[i] = x[i] * x[(i + 1) % n];
    }
}

#[differentiable]
fn vector_in_place(v: &mut DVector<f64>, k: f64) {
    for i in 0..v.len() {
        v[i] = v[i] * k + 1.0;
    }
    *v *= k;
    v[0] = v[1] * v[2];
}

#[differentiable]
fn whole_vector_replaced(v: &mut DVector<f64>, w: &DVector<f64>) -> f64 {
    let d = v.dot(w);
    *v = &*v * d + w;
    d
}

#[differentiable]
fn static_vector_in_place(v: &mut Vector3<f64>, m: &mut Matrix2<f64>) {
    v.x = v.y * v.z;
    v[2] += m[(0, 1)];
    m[(1, 1)] *= v[0];
    *m += *m * v[1];
}

#[differentiable]
fn tuple_in_place(p: &mut (f64, f64)) {
    p.0 = p.0 * p.1;
    p.1 += p.0.sin();
}

#[differentiable]
fn nested_in_place(p: &mut [[f64; 2]; 2], k: f64) {
    for i in 0..2 {
        p[i][0] *= k;
        p[i][1] = p[i][0] * p[1 - i][1];
    }
}

#[differentiable]
fn cloned_from(x: &[f64]) -> f64 {
    let mut now = x.to_vec();
    let mut before = vec![0.0; x.len()];
    let mut s = 0.0;
    for _ in 0..3 {
        before.clone_from(&now);
        for v in &mut now {
            *v = v.sin() * before[0];
        }
        s += before[1] * now[0];
    }
    s
}

#[differentiable]
fn cloned_from_behind_a_reference(x: &mut Vec<f64>, y: &Vec<f64>) {
    x[0] *= y[0];
    x.clone_from(y);
    x[1] *= y[0];
}

#[test]
fn clones() {
    check_scalar!(cloned_from(&[0.4, 0.9]));
    check_unit!(cloned_from_behind_a_reference(&mut vec![0.4, 0.9], &vec![0.3, 0.8]));
}

#[test]
fn scalars() {
    check_unit!(square_in_place(&mut 0.7));
    check_unit!(swap_in_place(&mut 0.7, &mut 1.2));
    check!(two_mutable(&mut 0.7, &mut [1.2, -0.4]));
    check_unit!(tuple_in_place(&mut (0.7, 1.2)));
}

#[test]
fn slices() {
    check_unit!(scale_in_place(&mut vec![0.7, 1.2, -0.4], 1.3));
    check_unit!(axpy(1.3, &[0.7, 1.2, -0.4][..], &mut vec![0.1, 0.2, 0.3]));
    check_unit!(output_only(&[0.7, 1.2, -0.4][..], &mut vec![0.1, 0.2, 0.3]));
    check_scalar!(in_place_and_result(&mut vec![0.7, 1.2, -0.4], 1.3));
    check_unit!(butterfly(&mut vec![0.3, 0.7, 1.1, -0.4]));
    check_unit!(relax(&mut vec![0.3, 0.7, 1.1, -0.4, 0.2], const 3));
    check_scalar!(overwritten_with_constants(&mut vec![0.3, 0.7]));
    check_unit!(conditional_writes(&mut vec![0.3, 0.7, 1.1, -0.4, 0.2], 0.6));
    check_unit!(vec_in_place(&mut vec![0.3, 0.7, 1.1]));
    check_unit!(nested_in_place(&mut [[0.3, 0.7], [1.1, -0.4]], 1.3));
}

#[test]
fn matrices() {
    let w = DVector::from_vec(vec![1.2, -0.4, 0.3]);
    check_unit!(vector_in_place(&mut DVector::from_vec(vec![0.3, 0.7, 1.1]), 1.3));
    check!(whole_vector_replaced(&mut DVector::from_vec(vec![0.3, 0.7, 1.1]), &w));
    check_unit!(static_vector_in_place(&mut Vector3::new(0.3, 0.7, 1.1), &mut Matrix2::new(1.2, -0.4, 0.3, 0.5)));
}

/// The convention itself, in numbers.
#[test]
fn seed_on_entry_gradient_on_exit() {
    let (mut x, mut x_bar) = (3.0, 10.0);
    square_in_place::vjp(&mut x, &mut x_bar);
    assert_eq!((x, x_bar), (9.0, 60.0));
    let (mut x, mut x_bar) = (3.0, 10.0);
    square_in_place::vjp_into(&mut x, &mut x_bar);
    assert_eq!((x, x_bar), (9.0, 60.0));
    let (mut x, mut x_dot) = (3.0, 10.0);
    square_in_place::jvp(&mut x, &mut x_dot);
    assert_eq!((x, x_dot), (9.0, 60.0));

    let (mut y, mut y_bar) = (vec![1.0, 1.0], vec![5.0, 7.0]);
    let (a_bar, x_bar) = axpy::vjp(2.0, &[3.0, 4.0], &mut y, &mut y_bar);
    assert_eq!((y, y_bar, a_bar, x_bar), (vec![7.0, 9.0], vec![5.0, 7.0], 43.0, vec![10.0, 14.0]));
}

#[differentiable]
fn exchanges(m: &mut [f64]) {
    m.swap(2, 0);
}

#[differentiable]
fn counts(x: f64, n: &mut usize) -> f64 {
    *n += 1;
    x * x * (*n as f64)
}

/// What the reverse sweep undoes by its inverse is there again afterwards.
#[test]
fn arguments_hold_what_the_function_left_in_them() {
    let (mut m, mut bar) = ([1.0, 2.0, 3.0], [10.0, 20.0, 30.0]);
    exchanges::vjp(&mut m, &mut bar);
    assert_eq!((m, bar), ([3.0, 2.0, 1.0], [30.0, 20.0, 10.0]));
    let mut n = 1;
    assert_eq!(counts::vjp(3.0, &mut n, 1.0), (18.0, 12.0));
    assert_eq!(n, 2);
}
