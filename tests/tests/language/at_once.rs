//! Calls whose result's adjoint is known before they start, and loops around them: run and reversed in one go.
use autodiff_core::{Real, differentiable};
use autodiff_tests::{assert_close, check, check_scalar};

const A: [f64; 16] = [0.9, -0.3, 0.4, 1.2, 0.7, 1.1, -0.6, 0.2, -0.8, 0.5, 1.3, 0.1, 0.3, -0.2, 0.6, 1.4];

// ---- determinants --------------------------------------------------------------------------------------------------

#[differentiable]
fn minor(rows: &[f64], ell: usize, columns: u32) -> f64 {
    let (row, below) = rows.split_at(ell);
    if below.is_empty() {
        return row[columns.trailing_zeros() as usize];
    }
    let mut sum = 0.0;
    let mut sign = 1.0;
    let mut rest = columns;
    while rest != 0 {
        let column = rest.trailing_zeros();
        rest &= rest - 1;
        sum += sign * row[column as usize] * minor(below, ell, columns & !(1 << column));
        sign = -sign;
    }
    sum
}

/// The lists of rows and columns that are left are changed and put back.
#[differentiable]
fn det_of_minor(a: &[f64], n: usize, m: usize, r: &mut [usize], c: &mut [usize]) -> f64 {
    let r0 = r[n];
    let mut cj = c[n];
    if m == 1 {
        return a[r0 * n + cj];
    }
    let mut det = 0.0;
    let mut sign = 1.0;
    r[n] = r[r0];
    let mut previous = n;
    for _ in 0..m {
        let element = a[r0 * n + cj];
        c[previous] = c[cj];
        let minor = det_of_minor(a, n, m - 1, r, c);
        c[previous] = cj;
        det += sign * element * minor;
        previous = cj;
        cj = c[cj];
        sign = -sign;
    }
    r[n] = r0;
    det
}

#[differentiable]
fn det(a: &[f64], n: usize) -> f64 {
    let mut r: Vec<usize> = (1..=n).chain([0]).collect();
    let mut c: Vec<usize> = (1..=n).chain([0]).collect();
    det_of_minor(a, n, n, &mut r, &mut c)
}

#[test]
fn determinants() {
    check_scalar!(minor(&A[..], const 4, const 15));
    check_scalar!(det(&A[..], const 4));
    let (mut r, mut c) = (vec![1, 2, 3, 4, 0], vec![1, 2, 3, 4, 0]);
    let (value, gradient) = det_of_minor::value_and_grad(&A, 4, 4, &mut r, &mut c);
    assert_eq!((&r, &c), (&vec![1, 2, 3, 4, 0], &vec![1, 2, 3, 4, 0]));
    let (other, same) = minor::value_and_grad(&A, 4, 15);
    assert_close(value, other, 1e-14);
    gradient.iter().zip(&same).for_each(|(g, s)| assert_close(*g, *s, 1e-13));
}

/// The lists are left changed.
#[differentiable]
fn shuffled(x: &[f64], left: usize, order: &mut [usize]) -> f64 {
    if left == 0 {
        return x[order[0]];
    }
    let first = x[order[left]];
    order[left] = order[left - 1];
    order[left - 1] = left % 3;
    let below = shuffled(x, left - 1, order);
    first * below + x[order[left]]
}

#[test]
fn what_is_behind_mut_is_left_as_the_function_leaves_it() {
    let x = [0.4, 1.3, -0.7];
    let at = |x: &[f64]| shuffled(x, 3, &mut [2, 0, 1, 2]);
    let mut order = [2, 0, 1, 2];
    let (value, gradient) = shuffled::value_and_grad(&x, 3, &mut order);
    let mut plain = [2, 0, 1, 2];
    assert_eq!(value, shuffled(&x, 3, &mut plain));
    assert_eq!(order, plain);
    for k in 0..3 {
        let (mut up, mut down) = (x, x);
        up[k] += 1e-6;
        down[k] -= 1e-6;
        assert_close(gradient[k], (at(&up) - at(&down)) / 2e-6, 1e-8);
    }
}

// ---- recursion -----------------------------------------------------------------------------------------------------

#[differentiable]
fn power(x: f64, n: u32) -> f64 {
    if n == 0 { 1.0 } else { x * power(x, n - 1) }
}

#[differentiable]
fn fibonacci(x: f64, n: u32) -> f64 {
    if n < 2 {
        return x * x;
    }
    fibonacci(x, n - 1) + 0.5 * fibonacci(x.sin(), n - 2)
}

#[differentiable]
fn tree(x: &[f64]) -> f64 {
    if x.len() == 1 {
        return x[0] * x[0].cos();
    }
    let (left, right) = x.split_at(x.len() / 2);
    tree(left) - tree(right) / 3.0
}

#[differentiable]
fn product_tree(x: &[f64]) -> f64 {
    if x.len() == 1 {
        return x[0];
    }
    let half = x.len() / 2;
    product_tree(&x[..half]) * product_tree(&x[half..])
}

#[differentiable(recursive)]
fn even(x: f64, n: u32) -> f64 {
    if n == 0 {
        return x;
    }
    let factor = x.exp();
    odd(x * 0.5, n - 1) * factor
}

#[differentiable(recursive)]
fn odd(x: f64, n: u32) -> f64 {
    if n == 0 { -x } else { -even(x + 0.1, n - 1) }
}

#[differentiable]
fn logistic(x: f64, n: u32) -> f64 {
    if n == 0 {
        return x;
    }
    let y = logistic(x, n - 1);
    3.1 * y * (1.0 - y)
}

#[differentiable]
fn nested(x: f64, n: u32) -> f64 {
    if n == 0 {
        return x.sin();
    }
    nested(nested(x, n - 1), n - 1) * x
}

#[test]
fn recursion() {
    check_scalar!(power(1.3, const 6));
    check_scalar!(fibonacci(0.7, const 7));
    check_scalar!(tree(&A[..]));
    check_scalar!(product_tree(&A[..]));
    check_scalar!(even(0.3, const 5));
    check_scalar!(odd(0.3, const 4));
    check_scalar!(logistic(0.3, const 5));
    check_scalar!(nested(0.8, const 3));
}

// ---- ways out ------------------------------------------------------------------------------------------------------

#[differentiable]
fn leaves_in_the_middle(x: &[f64], y: f64) -> f64 {
    let a = x[0] * y;
    if a < 0.0 {
        return power(a, 3);
    }
    let b = a.sin() + power(y, 2);
    if b > 2.0 {
        let c = b * a;
        return c * c;
    } else if b > 1.0 {
        return y * power(b, 2);
    }
    let mut total = 0.0;
    for v in x {
        total += power(*v, 2) * b;
    }
    total
}

#[differentiable]
fn leaves_a_loop(x: &[f64], bound: f64) -> f64 {
    let mut total = 0.0;
    for v in x {
        total += power(*v, 3);
        if total > bound {
            return 2.0 * total;
        }
    }
    total
}

#[test]
fn ways_out() {
    check_scalar!(leaves_in_the_middle(&[0.5, 1.2, -0.4], -0.6));
    check_scalar!(leaves_in_the_middle(&[0.5, 1.2, -0.4], 0.6));
    check_scalar!(leaves_in_the_middle(&[0.5, 1.2, -0.4], 0.9));
    check_scalar!(leaves_in_the_middle(&[0.5, 1.2, -0.4], 1.6));
    check_scalar!(leaves_a_loop(&A[..], 1.5));
    check_scalar!(leaves_a_loop(&A[..], 100.0));
}

// ---- loops ---------------------------------------------------------------------------------------------------------

#[differentiable]
fn carried(x: &[f64], y: f64) -> f64 {
    let mut sign = 1.0;
    let mut at = 0;
    let mut weight = 1.0;
    let mut total = 0.0;
    for k in 0..x.len() {
        let e = x[at] * y;
        total += sign * e * power(x[k], 2) * weight;
        at = (at + 3) % x.len();
        sign = -sign;
        total -= weight * x[at];
        weight *= 0.5;
        if k % 2 == 1 {
            at = (at + 1) % x.len();
            total += sign * x[at] * x[at];
        }
    }
    total / 2.0
}

#[differentiable]
fn carried_in_a_while(x: &[f64]) -> f64 {
    let mut at = 0;
    let mut step = 1;
    let mut total = 0.0;
    while at < x.len() {
        let v = x[at];
        at += step;
        total += v * v * step as f64;
        step += 1;
        total += x[(at + step) % x.len()].sin();
    }
    total
}

#[differentiable]
fn a_list_is_carried(x: &[f64], n: usize) -> f64 {
    let mut list = vec![0; n];
    let mut total = 0.0;
    for k in 0..n {
        list[k] = (2 * k + 1) % n;
        let j = list[k / 2];
        total += x[j] * x[list[k]];
        list[k / 2] = k;
    }
    total
}

/// The factor comes after the call, and is computed from what comes after it.
#[differentiable]
fn the_factor_comes_later(x: &[f64], y: f64) -> f64 {
    let mut total = 0.0;
    for k in 0..x.len() {
        let c = power(x[k], 3);
        let factor = y * x[k];
        let other = factor.sin();
        total += c * factor - power(y, 2) * other;
    }
    total
}

#[differentiable]
fn the_factor_changes_before(x: &[f64]) -> f64 {
    let mut factor = 1.0;
    let mut total = 0.0;
    for v in x {
        let c = power(*v, 3);
        factor = factor + v;
        total += c * factor;
        factor *= 0.9;
    }
    total
}

#[differentiable]
fn the_index_changes_before(x: &[f64], y: f64) -> f64 {
    let mut k = 0;
    let mut total = 0.0;
    while k + 1 < x.len() {
        let c = power(y, 3);
        k += 1;
        total += c * x[k];
    }
    total
}

#[differentiable]
fn the_divisor_is_added_up(x: &[f64]) -> f64 {
    let mut mass = 0.0;
    let mut total = 0.0;
    for v in x {
        mass += v * v;
        total += power(*v, 3);
    }
    total / mass
}

#[test]
fn loops() {
    check_scalar!(carried(&A[..], 1.1));
    check_scalar!(carried_in_a_while(&A[..]));
    check_scalar!(a_list_is_carried(&A[..], const 9));
    check_scalar!(the_factor_comes_later(&A[..], 0.8));
    check_scalar!(the_factor_changes_before(&A[..]));
    check_scalar!(the_index_changes_before(&A[..], 1.2));
    check_scalar!(the_divisor_is_added_up(&A[..]));
}

// ---- results that are not known, and arguments ---------------------------------------------------------------------

#[differentiable]
fn used_twice(x: f64, y: f64) -> f64 {
    let c = power(x, 3);
    c * y + c
}

#[differentiable]
fn used_nonlinearly(x: f64, y: f64) -> f64 {
    power(x, 3).exp() * y + 1.0 / power(y, 2)
}

#[differentiable]
fn used_in_a_branch(x: f64, y: f64) -> f64 {
    let c = power(x, 3);
    let d = power(y, 3);
    if x > 1.0 { c * y } else { d * x }
}

#[differentiable]
fn called_in_a_branch(x: f64, y: f64) -> f64 {
    let mut s = x * y;
    if x > 1.0 {
        s += y * power(x, 3);
    } else {
        s -= power(x * y, 2);
    }
    s * 2.0
}

#[differentiable]
fn added_to_later(x: f64, y: f64) -> f64 {
    let mut c = power(x, 3);
    c += y * y;
    c -= x;
    3.0 * c
}

#[differentiable]
fn scaled_later(x: f64, y: f64) -> f64 {
    let mut c = power(x, 3);
    c *= y;
    3.0 * c
}

#[differentiable]
fn of_what_changes(x: f64, y: f64) -> f64 {
    let mut t = x * y;
    let mut total = power(t, 2);
    t = t.sin();
    total += power(t, 3) * y;
    t += total;
    total + t
}

#[differentiable]
fn norm_squared(v: &[f64]) -> f64 {
    let mut s = 0.0;
    for x in v {
        s += x * x;
    }
    s
}

#[differentiable]
fn of_buffers(x: &[f64], y: f64) -> f64 {
    let mut t = vec![0.0; 2];
    let mut total = 0.0;
    for v in x {
        t[0] = v * y;
        t[1] = v + y;
        total += y * norm_squared(&t);
    }
    total + norm_squared(x) + norm_squared(&x[1..3]) * norm_squared(&[y, y * y])
}

#[differentiable]
fn of_elements(x: f64, y: f64) -> f64 {
    let v = [x * y, x + y];
    let mut s = power(v[0], 3) * y;
    for k in 0..2 {
        s += power(v[k], 2);
    }
    s
}

#[differentiable]
fn pair(x: f64, y: f64) -> (f64, f64) {
    (x * y, x + y)
}

#[differentiable]
fn of_pairs(x: f64, y: f64) -> f64 {
    let p = pair(x, y);
    let (a, b) = pair(y, x * x);
    p.0 + a * b
}

#[differentiable]
fn with_matrices(x: f64, y: f64) -> f64 {
    let m = power(x, 2) * nalgebra::Vector2::new(x, y);
    m.dot(&nalgebra::Vector2::new(y, 1.0)) + doubled(nalgebra::Vector2::new(y, x)).x
}

#[differentiable]
fn doubled(v: nalgebra::Vector2<f64>) -> nalgebra::Vector2<f64> {
    v * 2.0
}

#[differentiable]
fn single(x: f32, n: u32) -> f32 {
    if n == 0 { x } else { x * single(x, n - 1) + 0.5 * x }
}

#[differentiable]
fn generic<T: Real>(x: T, n: u32) -> T {
    if n == 0 {
        return x;
    }
    generic(x, n - 1) * x
}

/// An adjoint that is taken for nobody is none of what came before.
#[differentiable]
fn overwritten_by_a_constant(x: &[f64]) -> f64 {
    let mut w = [x[0] * x[1], x[1]];
    let a = w[0] * w[1];
    w[0] = 2.0;
    let b = w[0] * w[1] * x[2];
    let mut sum = 0.0;
    for v in x {
        sum += v * v * v;
    }
    sum + a + b
}

#[differentiable]
fn overwritten_in_iterations(x: &[f64]) -> f64 {
    let mut w = vec![0.0; 3];
    let mut sum = 0.0;
    for v in x {
        for j in 0..w.len() {
            w[j] = v * x[j];
        }
        sum += w[0] * w[1];
        w[0] = 2.0;
        sum += w[0] * w[2] * v;
    }
    sum
}

#[test]
fn results_and_arguments() {
    check_scalar!(overwritten_by_a_constant(&A[..3]));
    check_scalar!(overwritten_in_iterations(&A[..3]));
    check_scalar!(used_twice(1.2, 0.7));
    check_scalar!(used_nonlinearly(1.2, 0.7));
    check_scalar!(used_in_a_branch(1.2, 0.7));
    check_scalar!(used_in_a_branch(0.2, 0.7));
    check_scalar!(called_in_a_branch(1.2, 0.7));
    check_scalar!(called_in_a_branch(0.2, 0.7));
    check_scalar!(added_to_later(1.2, 0.7));
    check_scalar!(scaled_later(1.2, 0.7));
    check_scalar!(of_what_changes(1.2, 0.7));
    check_scalar!(of_buffers(&A[..5], 0.7));
    check_scalar!(of_elements(1.2, 0.7));
    check_scalar!(of_pairs(1.2, 0.7));
    check_scalar!(with_matrices(1.2, 0.7));
    check_scalar!(generic(1.2, const 4));
    check!(pair(1.2, 0.7));
    assert_close(f64::from(single::grad(1.1, 3)), 4.0 * 1.331 + 0.5 * (3.63 + 2.2 + 1.0), 1e-5);
}
