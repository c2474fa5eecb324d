//! What a closure of `map` gave is read where its derivative needs it, and not computed again.
use autodiff_core::differentiable;
use autodiff_tests::{check, check_scalar};
use nalgebra::{DMatrix, DVector, Matrix2, Vector3};

#[differentiable]
fn activated(w: &DMatrix<f64>, x: &DVector<f64>) -> DVector<f64> {
    (w * x).map(f64::tanh)
}

#[differentiable]
fn scaled_first(x: &DVector<f64>, a: f64) -> DVector<f64> {
    x.map(|v| {
        let u = v * a;
        (u * u - v).exp()
    })
}

#[differentiable]
fn changed_afterwards(x: &DVector<f64>) -> f64 {
    let mut y = x.map(|v| v.exp());
    y[0] *= 3.0;
    y[1] = x[0];
    let z = y.map(|v| (v * v).exp());
    y.fill(0.0);
    y[2] = z[1] * z[0];
    y.sum() + z.sum()
}

#[differentiable]
fn moved_out(x: Vector3<f64>) -> Vector3<f64> {
    let y = x.map(|v| v.tanh());
    let mut total = Vector3::zeros();
    for k in 0..3 {
        total[k] = y.map(|v| (v * x[k]).exp()).sum();
    }
    y + total
}

#[differentiable]
fn pairs(a: &Matrix2<f64>, b: &Matrix2<f64>) -> Matrix2<f64> {
    a.zip_map(b, |u, v| (u * v).exp())
}

#[differentiable]
fn in_a_loop(x: &DVector<f64>) -> f64 {
    let mut state = x.clone_owned();
    for _ in 0..3 {
        state = state.map(|v| (0.5 * v).exp() - 1.0).map(f64::tanh);
    }
    state.norm_squared()
}

#[test]
fn results_of_maps_are_read_back() {
    let x = DVector::from_vec(vec![0.3, -0.7, 0.9]);
    let w = DMatrix::from_fn(2, 3, |i, j| 0.4 * (i as f64 - j as f64) + 0.3);
    check!(activated(&w, &x));
    check!(scaled_first(&x, 0.8));
    check_scalar!(changed_afterwards(&x));
    check!(moved_out(Vector3::new(0.3, -0.2, 0.8)));
    check!(pairs(&Matrix2::new(0.1, 0.2, -0.3, 0.4), &Matrix2::new(0.9, -0.2, 0.5, 0.7)));
    check_scalar!(in_a_loop(&x));
}
