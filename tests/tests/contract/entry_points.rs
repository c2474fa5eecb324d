//! Every entry point in plain numbers, as in the documentation.
use autodiff_core::{check, differentiable, seed};
use nalgebra::{DVector, dvector};

#[differentiable]
fn f(x: &DVector<f64>) -> f64 {
    2.0 * x.dot(x)
}

#[differentiable]
fn squares(x: &[f64]) -> Vec<f64> {
    let mut y = vec![0.0; x.len()];
    for i in 0..x.len() {
        y[i] = x[i] * x[i];
    }
    y
}

#[differentiable]
fn several(x: f64, n: usize, v: &[f64; 2], #[nodiff] k: f64, w: Vec<f64>, flag: bool) -> f64 {
    if flag { k * x.powi(n as i32) * v[0] * w[0] + v[1] } else { w[1] }
}

#[differentiable]
fn update(x: &mut [f64], k: f64, v: &[f64]) -> f64 {
    let old = x[0];
    for i in 0..x.len() {
        x[i] = k * x[i] + v[i];
    }
    old * k
}

#[test]
fn the_notebook() {
    let x = dvector![0.0, 1.0, 2.0, 3.0];
    assert_eq!(f(&x), 28.0);
    assert_eq!(f::grad(&x), &x * 4.0);
    assert_eq!(f::value_and_grad(&x), (28.0, &x * 4.0));
    assert_eq!(f::vjp(&x, 0.5), (28.0, &x * 2.0));
    assert_eq!(f::jvp(&x, &dvector![1.0, 0.0, 0.0, 1.0]), (28.0, 12.0));
    let mut buffer = dvector![1.0, 1.0, 1.0, 1.0];
    f::grad_into(&x, &mut buffer);
    f::grad_into(&x, &mut buffer);
    assert_eq!(buffer, &x * 8.0 + dvector![1.0, 1.0, 1.0, 1.0]);
    assert_eq!(f::vjp_into(&x, -2.0, &mut buffer), 28.0);
    assert_eq!(buffer, dvector![1.0, 1.0, 1.0, 1.0]);
}

#[test]
fn a_seed_for_a_vector() {
    let x = vec![0.0, 1.0, 2.0, 3.0];
    let y = squares(&x);
    assert_eq!(squares::vjp(&x, seed::ones(&y)), (y.clone(), vec![0.0, 2.0, 4.0, 6.0]));
    assert_eq!(squares::vjp(&x, seed::basis(&y, 2)).1, [0.0, 0.0, 4.0, 0.0]);
    assert_eq!(squares::jvp(&x, &seed::basis(&x, 3)).1, [0.0, 0.0, 0.0, 6.0]);
    let mut buffer = vec![10.0; 4];
    assert_eq!(squares::vjp_into(&x, vec![1.0; 4], &mut buffer), y);
    assert_eq!(buffer, [10.0, 12.0, 14.0, 16.0]);
}

#[test]
fn several_parameters_and_constants() {
    let (v, w) = ([2.0, 5.0], vec![7.0, 11.0]);
    let value = 10.0 * 9.0 * 2.0 * 7.0 + 5.0;
    let gradients = (10.0 * 6.0 * 14.0, [10.0 * 9.0 * 7.0, 1.0], vec![10.0 * 9.0 * 2.0, 0.0]);
    assert_eq!(several::grad(3.0, 2, &v, 10.0, w.clone(), true), gradients);
    assert_eq!(several::value_and_grad(3.0, 2, &v, 10.0, w.clone(), true), (value, gradients.clone()));
    assert_eq!(several::vjp(3.0, 2, &v, 10.0, w.clone(), true, 1.0), (value, gradients));
    assert_eq!(several::grad(3.0, 2, &v, 10.0, w.clone(), false), (0.0, [0.0, 0.0], vec![0.0, 1.0]));
    let (_, y_dot) = several::jvp(3.0, 2, &v, 10.0, w.clone(), true, 1.0, &[0.0, 100.0], vec![1.0, 1.0]);
    assert_eq!(y_dot, 840.0 + 100.0 + 180.0);
    let (mut x_bar, mut v_bar, mut w_bar) = (1.0, [1.0, 1.0], vec![1.0, 1.0]);
    let y = several::vjp_into(3.0, 2, &v, 10.0, w.clone(), true, 2.0, &mut x_bar, &mut v_bar, &mut w_bar);
    assert_eq!((y, x_bar, v_bar, w_bar), (value, 1681.0, [1261.0, 3.0], vec![361.0, 1.0]));
    let (mut x_bar, mut v_bar, mut w_bar) = (0.0, [0.0, 0.0], vec![0.0, 0.0]);
    several::grad_into(3.0, 2, &v, 10.0, w, false, &mut x_bar, &mut v_bar, &mut w_bar);
    assert_eq!((x_bar, v_bar, w_bar), (0.0, [0.0, 0.0], vec![0.0, 1.0]));
}

#[test]
fn mutable_parameters() {
    // x' = k x + v, y = x0 k
    let v = [10.0, 20.0];
    let (mut x, mut x_bar) = (vec![2.0, 3.0], vec![1.0, 100.0]);
    let (y, (k_bar, v_bar)) = update::vjp(&mut x, 5.0, &v, 1.0, &mut x_bar);
    assert_eq!((y, x), (10.0, vec![20.0, 35.0]));
    assert_eq!((x_bar, k_bar, v_bar), (vec![5.0 + 5.0, 500.0], 2.0 + 2.0 + 300.0, vec![1.0, 100.0]));

    let (mut x, mut x_bar, mut k_bar, mut v_bar) = (vec![2.0, 3.0], vec![1.0, 100.0], 1000.0, vec![0.0, 0.0]);
    let y = update::vjp_into(&mut x, 5.0, &v, 1.0, &mut x_bar, &mut k_bar, &mut v_bar);
    assert_eq!((y, x), (10.0, vec![20.0, 35.0]));
    assert_eq!((x_bar, k_bar, v_bar), (vec![10.0, 500.0], 1304.0, vec![1.0, 100.0]));

    let (mut x, mut x_dot) = (vec![2.0, 3.0], vec![1.0, 0.0]);
    let (y, y_dot) = update::jvp(&mut x, 5.0, &v, &mut x_dot, 1.0, &[0.0, 7.0]);
    assert_eq!((y, y_dot, x, x_dot), (10.0, 7.0, vec![20.0, 35.0], vec![7.0, 10.0]));
}

#[test]
fn checks_for_users() {
    let x = dvector![0.3, -1.0, 2.0];
    check::gradient(f, &x, &f::grad(&x));
    check::derivatives(f, f::jvp, f::vjp, &x);
}

#[test]
#[should_panic(expected = "shape")]
fn a_seed_of_the_wrong_length() {
    squares::vjp(&[1.0, 2.0], vec![1.0; 3]);
}

#[test]
#[should_panic(expected = "shape")]
fn a_buffer_of_the_wrong_length() {
    squares::vjp_into(&[1.0, 2.0], vec![1.0; 2], &mut [0.0; 3]);
}

#[test]
#[should_panic(expected = "shape")]
fn a_tangent_of_the_wrong_length() {
    f::jvp(&dvector![1.0, 2.0], &dvector![1.0]);
}

#[test]
#[should_panic(expected = "shape")]
fn a_matrix_buffer_of_the_wrong_shape() {
    f::grad_into(&dvector![1.0, 2.0], &mut dvector![1.0]);
}
