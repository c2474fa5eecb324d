//! Calls of other differentiable functions: arguments of every kind, recursion, modules, aliasing.
use autodiff_core::differentiable;
use autodiff_tests::{assert_close, check, check_scalar, check_unit};
use nalgebra::{DVector, Vector3};

#[differentiable]
fn square(x: f64) -> f64 {
    x * x
}

#[differentiable]
fn product(x: f64, y: f64) -> f64 {
    x * y.sin()
}

#[differentiable]
fn calls(x: f64, y: f64) -> f64 {
    let a = square(x) + product(x, square(y));
    product(a, x) * square(a + 1.0)
}

#[differentiable]
fn call_with_constants(x: f64) -> f64 {
    product(2.0, x) + product(x, 2.0) + square(3.0)
}

#[differentiable]
fn call_in_loop(x: f64, n: usize) -> f64 {
    let mut s = x;
    for _ in 0..n {
        s = product(s, x) + square(s) * 0.1;
    }
    s
}

#[differentiable]
fn call_in_condition(x: f64) -> f64 {
    if square(x) > 1.0 { square(x) - 1.0 } else { product(x, x) }
}

#[differentiable]
fn dot(x: &[f64], y: &[f64]) -> f64 {
    let mut s = 0.0;
    for i in 0..x.len() {
        s += x[i] * y[i];
    }
    s
}

#[differentiable]
fn aliased(x: &[f64]) -> f64 {
    dot(x, x) + dot(&x[1..], &x[..x.len() - 1])
}

#[differentiable]
fn overlapping_slices(x: &[f64]) -> f64 {
    let mut s = 0.0;
    for i in 0..x.len() - 2 {
        s += dot(&x[i..i + 2], &x[i + 1..i + 3]) * dot(&x[i..i + 3], &x[i..i + 3]);
    }
    s
}

#[differentiable]
fn scale(x: &mut [f64], k: f64) {
    for i in 0..x.len() {
        x[i] = x[i] * k;
    }
}

#[differentiable]
fn cumulate(x: &mut [f64]) -> f64 {
    for i in 1..x.len() {
        x[i] += x[i - 1] * x[i];
    }
    x[x.len() - 1]
}

#[differentiable]
fn mutable_arguments(x: &[f64], k: f64) -> f64 {
    let mut w = x.to_vec();
    scale(&mut w, k);
    let a = cumulate(&mut w);
    scale(&mut w[1..], a);
    dot(&w, x) + a
}

#[differentiable]
fn mutable_arguments_in_a_loop(x: &[f64], n: usize) -> f64 {
    let mut w = x.to_vec();
    let mut s = 0.0;
    for i in 0..n {
        s += dot(&w, &w);
        scale(&mut w, 0.5 + 0.1 * x[i]);
        w[i] = s * w[i];
    }
    s
}

#[differentiable]
fn pass_on_the_borrow(w: &mut [f64], k: f64) {
    scale(w, k);
    let _last = cumulate(w);
    scale(&mut w[..1], 3.0);
}

#[differentiable]
fn rows_of_a_buffer(x: &[f64], n: usize) -> f64 {
    let mut s = 0.0;
    for i in 0..n {
        let row = &x[i * n..(i + 1) * n];
        s += dot(row, &x[..n]) * square(row[0]);
    }
    s
}

#[differentiable]
fn scalar_by_mut(acc: &mut f64, x: f64) {
    *acc = *acc * 0.5 + x * x;
}

#[differentiable]
fn accumulates_by_mut(x: &[f64]) -> f64 {
    let mut acc = 1.0;
    for i in 0..x.len() {
        scalar_by_mut(&mut acc, x[i]);
    }
    acc * acc
}

#[differentiable]
fn element_by_mut(x: &[f64]) -> f64 {
    let mut w = [1.0, 2.0];
    for i in 0..x.len() {
        scalar_by_mut(&mut w[i % 2], x[i]);
    }
    w[0] * w[1]
}

#[differentiable]
fn pair(x: f64, y: f64) -> (f64, f64) {
    (x * y, x + y)
}

#[differentiable]
fn tuple_results(x: f64, y: f64) -> f64 {
    let (a, b) = pair(x, y);
    let p = pair(a, b);
    p.0 * p.1 + pair(x, x).1
}

#[differentiable]
fn ramp(x: f64, n: usize) -> Vec<f64> {
    let mut out = vec![0.0; n];
    for i in 0..n {
        out[i] = x.powi(i as i32);
    }
    out
}

#[differentiable]
fn vec_results(x: f64) -> f64 {
    let a = ramp(x, 4);
    let mut b = ramp(a[2], 4);
    b[1] *= a[3];
    dot(&a, &b) + dot(&ramp(x, 2), &ramp(x, 2))
}

#[differentiable]
fn owned_argument(x: Vec<f64>, k: f64) -> Vec<f64> {
    let mut x = x;
    x[0] *= k;
    x
}

#[differentiable]
fn moved_arguments(x: &[f64]) -> f64 {
    let a = owned_argument(x.to_vec(), x[1]);
    let b = owned_argument(a.clone(), a[0]);
    let c = owned_argument(vec![x[0], 2.0], b[0]);
    a[0] + b[0] * c[0]
}

#[differentiable]
fn array_by_value(p: [f64; 3]) -> [f64; 3] {
    [p[1] * p[2], p[0], p[0] + p[2]]
}

#[differentiable]
fn arrays_through_calls(p: [f64; 3]) -> f64 {
    let q = array_by_value(array_by_value(p));
    q[0] * p[0] + q[1] * q[2]
}

#[differentiable]
fn vectors(a: &DVector<f64>, k: f64) -> DVector<f64> {
    a * k + a
}

#[differentiable]
fn vector_calls(a: &DVector<f64>) -> f64 {
    let b = vectors(a, a[0]);
    let c = vectors(&(a - &b), b.norm());
    vectors(&b, 2.0).dot(&c)
}

#[differentiable]
fn spring(p: Vector3<f64>, q: &Vector3<f64>) -> Vector3<f64> {
    (q - p) * 2.0
}

#[differentiable]
fn static_vector_calls(p: Vector3<f64>) -> f64 {
    let f = spring(p, &Vector3::new(1.0, 0.0, 0.0)) + spring(p, &p.cross(&Vector3::new(0.0, 1.0, 0.3)));
    f.norm_squared()
}

#[differentiable]
fn power(x: f64, n: u32) -> f64 {
    if n == 0 { 1.0 } else { x * power(x, n - 1) }
}

#[differentiable]
fn fast_power(x: f64, n: u32) -> f64 {
    if n == 0 {
        return 1.0;
    }
    let half = fast_power(x, n / 2);
    if n.is_multiple_of(2) { half * half } else { half * half * x }
}

#[differentiable(recursive)]
fn even(x: f64, n: u32) -> f64 {
    if n == 0 { x } else { odd(x * x, n - 1) + 0.1 }
}

#[differentiable(recursive)]
fn odd(x: f64, n: u32) -> f64 {
    if n == 0 { -x } else { even(x.sin(), n - 1) }
}

#[differentiable]
fn pairwise_sum(x: &[f64]) -> f64 {
    let n = x.len();
    if n == 1 { x[0] * x[0] } else { pairwise_sum(&x[..n / 2]) + pairwise_sum(&x[n / 2..]) * x[0] }
}

#[differentiable]
fn recursion_in_place(x: &mut [f64], k: f64) {
    let n = x.len();
    if n > 1 {
        let (a, b) = x.split_at_mut(n / 2);
        recursion_in_place(a, k * 1.1);
        recursion_in_place(b, k);
        for i in 0..n / 2 {
            a[i] += k * b[i] * a[i];
        }
    }
}

#[differentiable]
fn uses_recursion(x: f64) -> f64 {
    let mut s = 0.0;
    for n in 0..4 {
        s += power(x, n) * fast_power(s + 1.0, 3);
    }
    s
}

mod physics {
    use autodiff_core::differentiable;

    #[differentiable]
    pub fn energy(m: f64, v: f64) -> f64 {
        kinetic::half_square(v) * m + super::square(v)
    }

    pub mod kinetic {
        use autodiff_core::differentiable;

        #[differentiable]
        pub(crate) fn half_square(v: f64) -> f64 {
            0.5 * v * v
        }
    }
}

#[differentiable]
fn across_modules(x: f64) -> f64 {
    use physics::kinetic::half_square as half;
    physics::energy(x, x + 1.0) + half(x) + self::square(x) + crate::calls::product(x, 0.5)
}

#[differentiable]
fn nested_calls(x: f64) -> f64 {
    product(product(square(square(x)), square(x)), product(x, x))
}

#[differentiable]
fn called_with_same_variable_twice(x: f64) -> f64 {
    let y = x * 2.0;
    product(y, y) + dot(&[y, x], &[x, y])
}

#[differentiable]
fn layer(weights: &[f64], inputs: Vec<f64>) -> Vec<f64> {
    let mut out = Vec::new();
    for w in weights {
        out.push(w * inputs[inputs.len() - 1] * inputs[0]);
    }
    out
}

/// The state is moved into each call, and comes back with another length.
#[differentiable]
fn moved_state_of_changing_length(layers: &[Vec<f64>], inputs: Vec<f64>) -> Vec<f64> {
    let mut state = inputs;
    for weights in layers {
        state = layer(weights, state);
    }
    state
}

#[differentiable]
fn sum_of_squares(x: &[f64]) -> f64 {
    let mut s = 0.0;
    for v in x {
        s += v * v;
    }
    s
}

#[differentiable]
fn double(x: &mut [f64]) {
    for v in x.iter_mut() {
        *v *= 2.0;
    }
}

#[differentiable]
fn arrays_as_slices(a: &[f64; 3], b: &mut [f64; 2]) -> f64 {
    double(b);
    let s = sum_of_squares(a) * sum_of_squares(b);
    double(b);
    s * b[0]
}

#[test]
fn references_to_arrays() {
    check_scalar!(arrays_as_slices(&[0.7, 0.2, 0.4], &mut [1.1, 0.6]));
}

#[test]
fn states_that_are_moved() {
    check!(moved_state_of_changing_length(&[vec![0.7, 0.4, 1.1], vec![1.3, 0.2], vec![0.9]][..], vec![1.2, 0.6]));
}

#[test]
fn scalars() {
    check_scalar!(calls(0.7, 1.2));
    check_scalar!(call_with_constants(0.7));
    check_scalar!(call_in_loop(0.7, const 4));
    check_scalar!(call_in_condition(0.7));
    check_scalar!(call_in_condition(1.7));
    check_scalar!(nested_calls(0.7));
    check_scalar!(called_with_same_variable_twice(0.7));
    check_scalar!(across_modules(0.7));
    check_scalar!(physics::energy(0.7, 1.2));
}

const X: [f64; 5] = [0.5, 1.5, 0.8, -1.2, 0.9];

#[test]
fn slices() {
    check_scalar!(aliased(&X[..]));
    check_scalar!(overlapping_slices(&X[..]));
    check_scalar!(rows_of_a_buffer(&X[..4], const 2));
}

#[test]
fn mutable() {
    check_scalar!(mutable_arguments(&X[..], 1.3));
    check_scalar!(mutable_arguments_in_a_loop(&X[..], const 3));
    check_unit!(pass_on_the_borrow(&mut X.to_vec(), 1.3));
    check_scalar!(accumulates_by_mut(&X[..]));
    check_scalar!(element_by_mut(&X[..]));
}

#[test]
fn results_of_all_types() {
    check_scalar!(tuple_results(0.7, 1.2));
    check!(ramp(0.7, const 4));
    check_scalar!(vec_results(0.7));
    check_scalar!(moved_arguments(&X[..]));
    check_scalar!(arrays_through_calls([0.7, 1.2, -0.4]));
    check_scalar!(vector_calls(&DVector::from_vec(vec![0.7, 1.2, -0.4])));
    check_scalar!(static_vector_calls(Vector3::new(0.7, 1.2, -0.4)));
}

#[test]
fn recursion() {
    for n in 0..5 {
        check_scalar!(power(0.7, const n));
        check_scalar!(fast_power(0.7, const n + 2));
        check_scalar!(even(0.7, const n));
    }
    check_scalar!(pairwise_sum(&X[..]));
    check_unit!(recursion_in_place(&mut X.to_vec(), 0.3));
    check_scalar!(uses_recursion(0.7));
}

/// One vector as two arguments: each gradient is with respect to one of the two positions.
#[test]
fn one_vector_as_two_arguments() {
    let x = [2.0, 3.0];
    let (a, b) = dot::grad(&x, &x);
    assert_eq!((a, b), (vec![2.0, 3.0], vec![2.0, 3.0]));
    let g = aliased::grad(&x);
    // x.x + x1 x0
    assert_close(g[0], 2.0 * 2.0 + 3.0, 1e-14);
    assert_close(g[1], 2.0 * 3.0 + 2.0, 1e-14);
}

// ---- numbers among the generics, functions that call each other ------------------------------------------------------------

const DIM: usize = 2;

#[differentiable]
fn leading_product<const N: usize>(x: &[f64]) -> f64 {
    let mut s = 1.0;
    for i in 0..N {
        s *= x[i];
    }
    s
}

#[differentiable]
fn scale_leading<const N: usize>(x: &mut [f64]) {
    for i in 0..N {
        x[i] *= x[0];
    }
}

#[differentiable]
fn of_products<const N: usize>(x: &[f64]) -> f64 {
    leading_product::<N>(x) * leading_product::<DIM>(x) + leading_product::<{ 1 + 2 }>(x)
}

/// A number among the generics and a constant among the arguments.
#[differentiable]
fn leading_from<const N: usize>(x: &[f64], from: usize) -> f64 {
    let mut s = 1.0;
    for i in from..N {
        s *= x[i] + N as f64;
    }
    s
}

#[differentiable]
fn power_sum<const N: usize>(x: &[f64; N], power: i32) -> f64 {
    x.iter().map(|v| v.powi(power)).sum()
}

#[differentiable]
fn numbers_beside_constants(x: &[f64]) -> f64 {
    let y = [x[0], x[1] * x[2]];
    power_sum::<2>(&y, 3) * power_sum(&y, 2)
}

#[test]
fn numbers_among_generics_and_constants_among_arguments() {
    let x = [0.7, 1.2, -0.4];
    check_scalar!(numbers_beside_constants(&x[..]));
    check_scalar!(power_sum(&x, const 3));
    // (x[1] + 3) (x[2] + 3)
    let gradient = leading_from::grad::<3>(&x[..], 1);
    autodiff_tests::assert_all_close(&gradient, &vec![0.0, 2.6, 4.2], 1e-14);
}

#[derive(Clone, autodiff_core::Differentiable)]
struct Scale {
    by: f64,
}

#[differentiable]
impl Scale {
    fn of<const N: usize>(x: &[f64]) -> Scale {
        Scale { by: x[N] * x[0] }
    }
    fn sum<const N: usize>(&self, x: &[f64]) -> f64 {
        let mut s = 0.0;
        for i in 0..N {
            s += x[i] * self.by;
        }
        s
    }
}

#[differentiable]
fn numbers_among_generics(x: &[f64]) -> f64 {
    let mut y = x.to_vec();
    scale_leading::<3>(&mut y);
    let scale = Scale::of::<2>(x);
    of_products::<3>(&y) + of_products::<2>(x) + scale.sum::<3>(x) * scale.by
}

#[differentiable]
fn even_steps(x: &[f64], n: usize) -> f64 {
    if n == 0 {
        x[0]
    } else {
        let mut y = x.to_vec();
        y[0] *= x[1];
        odd_steps(&y, n - 1) * x[2]
    }
}

#[differentiable]
fn odd_steps(x: &[f64], n: usize) -> f64 {
    let mut s = 0.0;
    if n > 0 {
        for i in 0..2 {
            s += even_steps(x, n - 1).sin() * x[i];
        }
    }
    s
}

#[differentiable]
fn in_turns(x: &[f64]) -> f64 {
    even_steps(x, 3) * odd_steps(x, 2)
}

#[test]
fn numbers_are_no_arguments_and_functions_call_each_other() {
    let x = [0.7, 1.3, 2.1, 0.4];
    check_scalar!(numbers_among_generics(&x[..]));
    check_scalar!(even_steps(&x[..], const 3));
    check_scalar!(in_turns(&x[..]));
}
