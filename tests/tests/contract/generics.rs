//! Functions generic over a scalar, over sizes, over lifetimes.
use autodiff_core::{Real, differentiable};
use autodiff_tests::{check, check_scalar, check_unit};
use nalgebra::{Const, DVector, Matrix2, SMatrix, SVector, Vector2, Vector3};

#[differentiable]
fn generic_scalar<T: Real>(x: T, y: T) -> T {
    x.sin() * y + (x * y).exp() - x.sqrt() / y.powi(2)
}

#[differentiable]
fn generic_slice<T: Real>(x: &[T]) -> T {
    let mut s = T::zero();
    for i in 0..x.len() {
        s += x[i] * x[i];
    }
    s.sqrt()
}

#[differentiable]
fn generic_constants<T: Real>(x: T) -> T {
    let half: T = nalgebra::convert(0.5);
    let mut y = T::one();
    if x > T::zero() {
        y = half * x * x;
    }
    y + T::pi() * x
}

#[differentiable]
fn where_clause<T>(x: T, n: usize) -> T
where
    T: Real,
{
    let mut y = x;
    for _ in 0..n {
        y = y * x + T::one();
    }
    y
}

#[differentiable]
fn generic_methods<T: Real>(x: T, y: T) -> T {
    x.max(y) + x.abs() * y.tanh() + x.atan2(y) + x.hypot(y) + x.ln_1p() + x.powf(y) + x.min(y).cos()
}

#[differentiable]
fn sized<const N: usize>(x: [f64; N]) -> [f64; N] {
    let mut y = x;
    for i in 1..N {
        y[i] = y[i] * y[i - 1] + N as f64;
    }
    y
}

#[differentiable]
fn two_sizes<const R: usize, const C: usize>(m: &SMatrix<f64, R, C>, v: &SVector<f64, C>) -> SVector<f64, R> {
    m * v * 2.0
}

#[differentiable]
fn scalar_and_size<T: Real, const N: usize>(x: &SVector<T, N>, k: T) -> T {
    let y = x * k;
    y.dot(x) + y[0]
}

#[differentiable]
fn generic_buffer<T: Real, const N: usize>(x: &mut [T; N], k: T) {
    for i in 0..N {
        x[i] *= k;
    }
}

#[differentiable]
fn lifetimes<'a>(x: &'a [f64], y: &'a [f64]) -> f64 {
    let longer: f64 = if x.len() > y.len() { x[0] } else { y[0] };
    longer * x[0]
}

#[differentiable]
fn calls_generic(x: f64, y: f32) -> f64 {
    generic_scalar(x, 2.0) + generic_scalar(y, y) as f64 + sized([x, x * x, 1.0])[2]
}

#[differentiable]
fn calls_with_turbofish(x: f64) -> f64 {
    let v = sized::<2>([x, x + 1.0]);
    generic_scalar::<f64>(v[0], v[1])
}

#[differentiable]
fn generic_calls_generic<T: Real>(x: T) -> T {
    let mut s = x;
    for _ in 0..2 {
        s = where_clause(s, 2) * generic_scalar(x, x);
    }
    s
}

#[differentiable]
fn constant_of_any_type<F: Fn(usize) -> f64 + Copy>(x: f64, #[nodiff] weight: F, n: usize) -> f64 {
    let mut s = 0.0;
    for i in 0..n {
        s += x * weight(i);
    }
    s
}

#[differentiable]
fn constant_impl(x: f64, #[nodiff] names: impl AsRef<str> + Clone) -> f64 {
    x * names.as_ref().len() as f64
}

#[test]
fn over_a_scalar() {
    check_scalar!(generic_scalar(0.7, 1.2));
    check_scalar!(generic_scalar(0.7_f32, 1.2_f32));
    check_scalar!(generic_slice(&[0.7, 1.2, -0.3][..]));
    check_scalar!(generic_slice(&[0.7_f32, 1.2, -0.3][..]));
    check_scalar!(generic_constants(0.7));
    check_scalar!(generic_constants(0.7_f32));
    check_scalar!(where_clause(0.7, const 3));
    check_scalar!(generic_methods(0.7, 1.2));
    check_scalar!(generic_methods(0.7_f32, 1.2_f32));
    check_scalar!(generic_calls_generic(0.7));
    assert_eq!(generic_constants::grad(2.0_f32), 2.0 + std::f32::consts::PI);
}

#[test]
fn over_sizes() {
    check!(sized([0.7, 1.2, -0.3]));
    check!(sized([0.7]));
    check!(two_sizes(&SMatrix::<f64, 2, 3>::new(0.7, 1.2, -0.3, 0.4, 0.9, 0.1), &Vector3::new(0.2, -0.5, 1.1)));
    check!(two_sizes(&Matrix2::new(0.7, 1.2, -0.3, 0.4), &Vector2::new(0.2, -0.5)));
    check_scalar!(scalar_and_size(&Vector3::new(0.7, 1.2, -0.3), 1.3));
    check_scalar!(scalar_and_size(&Vector2::new(0.7_f32, 1.2), 1.3));
    check_unit!(generic_buffer(&mut [0.7, 1.2, -0.3], 1.3));
}

#[test]
fn over_lifetimes_and_constants() {
    check_scalar!(lifetimes(&[0.7, 1.2][..], &[0.3][..]));
    check_scalar!(lifetimes(&[0.7][..], &[0.3, 0.1][..]));
    let weights = [0.3, 0.9, -0.2];
    let weight = |i: usize| weights[i];
    check_scalar!(constant_of_any_type(0.7, const weight, const 3));
    check_scalar!(constant_impl(0.7, const "abc"));
}

#[test]
fn calls() {
    check_scalar!(calls_with_turbofish(0.7));
    let (gx, gy) = calls_generic::grad(0.7, 0.9);
    let (ax, _) = generic_scalar::grad(0.7, 2.0);
    let (bx, by) = generic_scalar::grad(0.9_f32, 0.9_f32);
    // x, x^2, 1 -> x, x^3 + 3, x^3 + 6
    autodiff_tests::assert_close(gx, ax + 3.0 * 0.49, 1e-14);
    assert_eq!(gy, bx + by);
}

#[differentiable]
fn generic_over_dimension<R>(x: &nalgebra::OMatrix<f64, R, Const<1>>, k: f64) -> f64
where
    R: nalgebra::Dim,
    nalgebra::DefaultAllocator: nalgebra::allocator::Allocator<R, Const<1>>,
{
    x.dot(x) * k
}

#[test]
fn over_dimensions() {
    check_scalar!(generic_over_dimension(&Vector3::new(0.7, 1.2, -0.3), 1.3));
    check_scalar!(generic_over_dimension(&DVector::from_vec(vec![0.7, 1.2, -0.3]), 1.3));
}
