//! Closures as local functions.
use autodiff_core::differentiable;
use autodiff_tests::{check, check_scalar};

#[differentiable]
fn called(x: f64) -> f64 {
    let scale = |t: f64| t * x;
    scale(x) + scale(2.0)
}

#[differentiable]
fn captured_constant(x: f64, n: usize) -> f64 {
    let power = |t: f64| t.powi(n as i32);
    power(x) + power(x + 1.0)
}

#[differentiable]
fn captures_nothing(x: f64) -> f64 {
    let sigmoid = |t: f64| 1.0 / (1.0 + (-t).exp());
    sigmoid(x) * (1.0 - sigmoid(2.0 * x))
}

#[differentiable]
fn mutating(x: &[f64]) -> f64 {
    let mut s = 0.0;
    let mut add = |i: usize| s += x[i] * x[i];
    add(0);
    add(1);
    s
}

#[differentiable]
fn mutating_with_value(x: f64) -> f64 {
    let mut total = 0.0;
    let mut add = |v: f64| {
        total += v;
        total
    };
    let a = add(x);
    let b = add(x * x);
    a * b + total
}

#[differentiable]
fn returns_early(x: f64, y: f64) -> f64 {
    let clip = |t: f64| {
        if t > 1.0 {
            return 1.0 + (t - 1.0) * 0.1;
        }
        t * t
    };
    clip(x) * clip(y)
}

#[differentiable]
fn returns_early_typed(x: f64, y: f64) -> f64 {
    let clip = |t: f64| -> f64 {
        if t < 0.0 {
            return 0.0;
        }
        t.sqrt()
    };
    clip(x) + clip(y)
}

#[differentiable]
fn calls_another(x: f64) -> f64 {
    let f = |t: f64| t.sin();
    let g = |t: f64| f(t) * f(2.0 * t);
    g(x) + f(g(x))
}

#[differentiable]
fn takes_slices(x: &[f64], y: &[f64]) -> f64 {
    let dot = |a: &[f64], b: &[f64]| -> f64 {
        let mut s = 0.0;
        for i in 0..a.len() {
            s += a[i] * b[i];
        }
        s
    };
    dot(x, y) / (dot(x, x) * dot(y, y)).sqrt()
}

#[differentiable]
fn takes_tuples(x: f64, y: f64) -> f64 {
    let cross = |(a, b): (f64, f64), (c, d): (f64, f64)| a * d - b * c;
    let p = (x, y);
    cross(p, (y, x * x)) + cross((1.0, x), p)
}

#[differentiable]
fn returns_tuples(x: f64, y: f64) -> f64 {
    let rotate = |a: f64, b: f64| (a * x.cos() - b * x.sin(), a * x.sin() + b * x.cos());
    let (a, b) = rotate(x, y);
    let (c, d) = rotate(a, b);
    c * d
}

#[differentiable]
fn runge_kutta(y0: f64, k: f64) -> f64 {
    let f = |t: f64, y: f64| -k * y + t.sin();
    let h = 0.1;
    let (mut t, mut y) = (0.0, y0);
    for _ in 0..5 {
        let k1 = f(t, y);
        let k2 = f(t + 0.5 * h, y + 0.5 * h * k1);
        let k3 = f(t + 0.5 * h, y + 0.5 * h * k2);
        let k4 = f(t + h, y + h * k3);
        y += h / 6.0 * (k1 + 2.0 * k2 + 2.0 * k3 + k4);
        t += h;
    }
    y
}

#[differentiable]
fn newton(a: f64) -> f64 {
    let f = |x: f64| x * x * x - a;
    let df = |x: f64| 3.0 * x * x;
    let mut x = a;
    while f(x).abs() > 1e-13 {
        x -= f(x) / df(x);
    }
    x
}

#[differentiable]
fn bisection(a: f64) -> f64 {
    let f = |x: f64| x * x - a;
    let (mut lo, mut hi) = (0.0, a + 1.0);
    for _ in 0..30 {
        let mid = 0.5 * (lo + hi);
        if f(mid) > 0.0 { hi = mid } else { lo = mid }
    }
    let x = 0.5 * (lo + hi);
    x - f(x) / (2.0 * x)
}

#[differentiable]
fn function_pointer(x: f64) -> f64 {
    let f = f64::sin;
    f(x) * x
}

#[differentiable]
fn square(x: f64) -> f64 {
    x * x
}

#[differentiable]
fn another_name(x: f64) -> f64 {
    let f: fn(f64) -> f64 = square;
    let g = square;
    f(x) * g(x + 1.0)
}

#[differentiable]
fn moved_copy(x: f64) -> f64 {
    let mut a = x;
    let f = move |t: f64| t * a;
    a = 2.0 * x * x;
    f(a) + f(1.0)
}

#[differentiable]
fn handed_to_map(x: &[f64], t: f64) -> f64 {
    let f = |v: &f64| (v * t).tanh();
    x.iter().map(f).sum::<f64>() + x.iter().map(&f).product::<f64>()
}

#[differentiable]
fn called_in_map(x: &[f64], t: f64) -> f64 {
    let kernel = |a: f64, b: f64| (-(a - b).powi(2) / t).exp();
    x.iter().map(|a| x.iter().map(|b| kernel(*a, *b)).sum::<f64>()).sum()
}

#[differentiable]
fn immediately_called(x: f64) -> f64 {
    let y = (|| {
        return x * 2.0;
    })();
    y * x
}

#[differentiable]
fn writes_through_argument(x: f64) -> f64 {
    let mut v = vec![x, x * x, 1.0];
    let scale = |w: &mut Vec<f64>, s: f64| {
        for i in 0..w.len() {
            w[i] *= s;
        }
    };
    scale(&mut v, x);
    scale(&mut v, 2.0);
    v[0] + v[1] * v[2]
}

#[differentiable]
fn native_closures_stay(x: f64, n: usize) -> f64 {
    let twice = |k: usize| 2 * k;
    let names = |k: usize| format!("{k}");
    let mut s = x;
    for _ in 0..twice(n) {
        s = s * 0.5 + x;
    }
    s * names(n).len() as f64
}

#[differentiable]
fn generic<T: autodiff_core::Real>(x: T, y: T) -> T {
    let mix = |t: T| t * y + x;
    mix(x) * mix(mix(y))
}

#[differentiable]
fn hessian_like(x: &[f64]) -> Vec<f64> {
    let n = x.len();
    let at = |i: usize, j: usize| x[i] * x[j] + if i == j { 1.0 } else { 0.0 };
    let mut h = vec![0.0; n * n];
    for i in 0..n {
        for j in 0..n {
            h[i * n + j] = at(i, j);
        }
    }
    h
}

#[differentiable]
fn zero_arguments(x: f64) -> f64 {
    let mut seed = x;
    let mut next = || {
        seed = seed * 0.7 + 0.1;
        seed
    };
    let a = next();
    let b = next();
    a * b * next()
}

const X: [f64; 3] = [0.5, 1.5, -0.75];
const Y: [f64; 3] = [0.3, -1.1, 0.7];

#[differentiable]
fn root(v: f64) -> Option<f64> {
    if v > 0.0 { Some(v.sqrt()) } else { None }
}

#[differentiable]
fn checked_root(v: f64) -> Result<f64, String> {
    root(v).ok_or_else(|| "no root".to_string())
}

#[differentiable]
fn question_marks_in_a_map(x: &[f64]) -> Option<Vec<f64>> {
    x.iter().map(|v| Some(root(*v)? * v)).collect()
}

#[differentiable]
fn question_mark_after_a_collect(x: &[f64]) -> Option<f64> {
    let v = x
        .iter()
        .map(|v| {
            let r = root(*v)?;
            Some(r * 2.0)
        })
        .collect::<Option<Vec<_>>>()?;
    Some(v[0] * v[1])
}

#[differentiable]
fn errors_of_a_map(x: &[f64]) -> Result<f64, String> {
    let v = x.iter().map(|v| Ok(checked_root(*v)? * v)).collect::<Result<Vec<_>, String>>()?;
    Ok(v[0] * v[1])
}

#[differentiable]
fn errors_or_one(x: &[f64]) -> f64 {
    errors_of_a_map(x).unwrap_or(1.0) * x[1]
}

#[differentiable]
fn question_marks_elsewhere(x: &[f64]) -> f64 {
    let f = |v: f64| -> Option<f64> {
        let r = root(v)?;
        if r > 2.0 {
            return None;
        }
        Some(r * v)
    };
    let kept = x.iter().filter_map(|v| Some(root(*v)? * 2.0)).sum::<f64>();
    f(x[0]).unwrap_or(0.5) * kept + root(x[1]).and_then(|v| Some(root(v)? * x[1])).unwrap_or(x[0])
}

#[differentiable]
fn question_mark_in_a_fold(x: &[f64]) -> Option<f64> {
    x.iter().try_fold(1.0, |a, v| Some(a * root(*v)?))
}

#[test]
fn question_marks() {
    for x in [[0.3, 0.6], [-0.3, 0.6], [0.3, -0.6], [4.5, 0.2]] {
        check!(question_marks_in_a_map(&x[..]));
        check!(question_mark_after_a_collect(&x[..]));
        check_scalar!(errors_or_one(&x[..]));
        check_scalar!(question_marks_elsewhere(&x[..]));
        check!(question_mark_in_a_fold(&x[..]));
    }
}

#[test]
fn local_functions() {
    check_scalar!(called(0.7));
    check_scalar!(captured_constant(0.7, const 3));
    check_scalar!(captures_nothing(0.7));
    check_scalar!(calls_another(0.7));
    check_scalar!(takes_slices(&X[..], &Y[..]));
    check_scalar!(takes_tuples(0.7, 0.4));
    check_scalar!(returns_tuples(0.7, 0.4));
    check_scalar!(function_pointer(0.7));
    check_scalar!(another_name(0.7));
    check_scalar!(immediately_called(0.7));
    check_scalar!(native_closures_stay(0.7, const 3));
    check_scalar!(generic(0.7, 0.4));
    check!(hessian_like(&X[..]));
}

#[test]
fn changes_and_exits() {
    check_scalar!(mutating(&X[..]));
    check_scalar!(mutating_with_value(0.7));
    check_scalar!(returns_early(0.7, 1.7));
    check_scalar!(returns_early_typed(0.7, -1.7));
    check_scalar!(moved_copy(0.7));
    check_scalar!(writes_through_argument(0.7));
    check_scalar!(zero_arguments(0.7));
}

#[test]
fn numerical_methods() {
    check_scalar!(runge_kutta(0.7, 1.2));
    check_scalar!(newton(2.3));
    check_scalar!(bisection(2.3));
    check_scalar!(handed_to_map(&X[..], 0.4));
    check_scalar!(called_in_map(&X[..], 0.4));
}
