//! Functions of a few numbers: test functions, root finders, quadrature, series.
use autodiff_core::differentiable;
use autodiff_tests::{assert_close, check, check_scalar};

#[differentiable]
fn rosenbrock(x: &[f64]) -> f64 {
    let mut s = 0.0;
    for i in 0..x.len() - 1 {
        let a = 1.0 - x[i];
        let b = x[i + 1] - x[i] * x[i];
        s += a * a + 100.0 * b * b;
    }
    s
}

#[differentiable]
fn rastrigin(x: &[f64]) -> f64 {
    let n = x.len() as f64;
    let mut total = 10.0 * n;
    for &xi in x {
        total += xi.powi(2) - 10.0 * (2.0 * std::f64::consts::PI * xi).cos();
    }
    total
}

#[differentiable]
fn ackley(x: f64, y: f64) -> f64 {
    let r = (0.5 * (x * x + y * y)).sqrt();
    let c = 0.5 * ((std::f64::consts::TAU * x).cos() + (std::f64::consts::TAU * y).cos());
    -20.0 * (-0.2 * r).exp() - c.exp() + std::f64::consts::E + 20.0
}

#[differentiable]
fn himmelblau(p: (f64, f64)) -> f64 {
    let (x, y) = p;
    (x * x + y - 11.0).powi(2) + (x + y * y - 7.0).powi(2)
}

#[differentiable]
fn horner(coefficients: &[f64], x: f64) -> f64 {
    let mut y = 0.0;
    for k in (0..coefficients.len()).rev() {
        y = y * x + coefficients[k];
    }
    y
}

/// The polynomial and its derivative, as in every Newton solver.
#[differentiable]
fn horner_with_derivative(c: &[f64], x: f64) -> (f64, f64) {
    let n = c.len();
    let mut p = c[n - 1];
    let mut dp = 0.0;
    for k in (0..n - 1).rev() {
        dp = dp * x + p;
        p = p * x + c[k];
    }
    (p, dp)
}

#[differentiable]
fn newton_square_root(a: f64) -> f64 {
    let mut x = if a > 1.0 { a } else { 1.0 };
    for _ in 0..100 {
        let next = 0.5 * (x + a / x);
        if (next - x).abs() < 1e-15 * x {
            break;
        }
        x = next;
    }
    x
}

#[differentiable]
fn newton_root_of_polynomial(c: &[f64], start: f64) -> f64 {
    let mut x = start;
    let mut k = 0;
    loop {
        let (p, dp) = horner_with_derivative(c, x);
        let step = p / dp;
        x -= step;
        k += 1;
        if step.abs() < 1e-14 || k >= 50 {
            break x;
        }
    }
}

/// Kepler's equation E - e sin E = M, by Newton's method.
#[differentiable]
fn kepler(mean_anomaly: f64, eccentricity: f64) -> f64 {
    let mut e = if eccentricity < 0.8 { mean_anomaly } else { std::f64::consts::PI };
    let mut iterations = 0;
    while iterations < 30 {
        let f = e - eccentricity * e.sin() - mean_anomaly;
        let slope = 1.0 - eccentricity * e.cos();
        let delta = f / slope;
        e = e - delta;
        if delta.abs() < 1e-15 {
            break;
        }
        iterations += 1;
    }
    e
}

#[differentiable]
fn bisection(a: f64, lo: f64, hi: f64) -> f64 {
    let mut left = lo;
    let mut right = hi;
    for _ in 0..20 {
        let middle = 0.5 * (left + right);
        if middle * middle * middle > a {
            right = middle;
        } else {
            left = middle;
        }
    }
    // one Newton step, which carries the derivative
    let x = 0.5 * (left + right);
    x - (x * x * x - a) / (3.0 * x * x)
}

#[differentiable]
fn secant(a: f64) -> f64 {
    let (mut x0, mut x1) = (0.5, 1.0 + 0.1 * a);
    let mut f0 = x0 * x0 * x0 + a * x0 - 2.0;
    for _ in 0..6 {
        let f1 = x1 * x1 * x1 + a * x1 - 2.0;
        let x2 = x1 - f1 * (x1 - x0) / (f1 - f0);
        (x0, f0) = (x1, f1);
        x1 = x2;
    }
    x1
}

#[differentiable]
fn integrand(x: f64, a: f64) -> f64 {
    (-a * x * x).exp() * (1.0 + x).ln()
}

#[differentiable]
fn simpson(a: f64, lo: f64, hi: f64, n: usize) -> f64 {
    assert!(n.is_multiple_of(2), "Simpson's rule needs an even number of intervals");
    let h = (hi - lo) / n as f64;
    let mut sum = integrand(lo, a) + integrand(hi, a);
    for i in 1..n {
        let weight = if i % 2 == 1 { 4.0 } else { 2.0 };
        sum += weight * integrand(lo + i as f64 * h, a);
    }
    sum * h / 3.0
}

#[differentiable]
fn gauss_legendre(lo: f64, hi: f64, a: f64) -> f64 {
    const NODES: [f64; 3] = [-0.774_596_669_241_483_4, 0.0, 0.774_596_669_241_483_4];
    const WEIGHTS: [f64; 3] = [5.0 / 9.0, 8.0 / 9.0, 5.0 / 9.0];
    let middle = (lo + hi) / 2.0;
    let half = (hi - lo) / 2.0;
    let mut s = 0.0;
    for (node, weight) in NODES.iter().zip(&WEIGHTS) {
        let x = middle + half * node;
        s += weight * (a * x).sin() / (1.0 + x * x);
    }
    s * half
}

#[differentiable]
fn trapezoid_of_samples(x: &[f64], y: &[f64]) -> f64 {
    let mut area = 0.0;
    for i in 1..x.len() {
        area += (x[i] - x[i - 1]) * (y[i] + y[i - 1]) / 2.0;
    }
    area
}

#[differentiable]
fn exponential_series(x: f64) -> f64 {
    let mut term = 1.0;
    let mut sum = 1.0;
    let mut n = 1;
    while n < 60 {
        term *= x / n as f64;
        sum += term;
        if term.abs() < 1e-17 {
            break;
        }
        n += 1;
    }
    sum
}

#[differentiable]
fn bessel_j0(x: f64) -> f64 {
    let q = -x * x / 4.0;
    let mut term: f64 = 1.0;
    let mut sum = term;
    for k in 1..=25i32 {
        term *= q / f64::from(k * k);
        sum += term;
    }
    sum
}

#[differentiable]
fn arithmetic_geometric_mean(x: f64, y: f64) -> f64 {
    let (mut a, mut g) = (x, y);
    while (a - g).abs() > 1e-15 * a {
        let mean = (a + g) / 2.0;
        g = (a * g).sqrt();
        a = mean;
    }
    a
}

#[differentiable]
fn continued_fraction(a: &[f64]) -> f64 {
    let mut value = a[a.len() - 1];
    for i in (0..a.len() - 1).rev() {
        value = a[i] + 1.0 / value;
    }
    value
}

#[differentiable]
fn chebyshev(n: usize, x: f64) -> f64 {
    match n {
        0 => 1.0,
        1 => x,
        _ => {
            let (mut previous, mut current) = (1.0, x);
            for _ in 2..=n {
                let next = 2.0 * x * current - previous;
                previous = current;
                current = next;
            }
            current
        }
    }
}

#[differentiable]
fn legendre_recursive(n: usize, x: f64) -> f64 {
    if n == 0 {
        return 1.0;
    }
    if n == 1 {
        return x;
    }
    let k = n as f64;
    ((2.0 * k - 1.0) * x * legendre_recursive(n - 1, x) - (k - 1.0) * legendre_recursive(n - 2, x)) / k
}

#[differentiable]
fn lagrange_interpolation(xs: &[f64], ys: &[f64], x: f64) -> f64 {
    let mut result = 0.0;
    for i in 0..xs.len() {
        let mut basis = ys[i];
        for j in 0..xs.len() {
            if i == j {
                continue;
            }
            basis *= (x - xs[j]) / (xs[i] - xs[j]);
        }
        result += basis;
    }
    result
}

#[differentiable]
fn divided_differences(xs: &[f64], ys: &[f64], x: f64) -> f64 {
    let n = xs.len();
    let mut c = ys.to_vec();
    for level in 1..n {
        for i in (level..n).rev() {
            c[i] = (c[i] - c[i - 1]) / (xs[i] - xs[i - level]);
        }
    }
    let mut y = c[n - 1];
    for i in (0..n - 1).rev() {
        y = y * (x - xs[i]) + c[i];
    }
    y
}

/// Abramowitz and Stegun 7.1.26, both signs.
#[differentiable]
fn error_function(x: f64) -> f64 {
    let sign = if x < 0.0 { -1.0 } else { 1.0 };
    let z = x.abs();
    let t = 1.0 / (1.0 + 0.327_591_1 * z);
    let poly =
        ((((1.061_405_429 * t - 1.453_152_027) * t + 1.421_413_741) * t - 0.284_496_736) * t + 0.254_829_592) * t;
    sign * (1.0 - poly * (-z * z).exp())
}

#[differentiable]
fn lanczos_ln_gamma(x: f64) -> f64 {
    let c = [
        76.180_091_729_471_46,
        -86.505_320_329_416_77,
        24.014_098_240_830_91,
        -1.231_739_572_450_155,
        0.120_865_097_386_617_9e-2,
        -0.539_523_938_495_3e-5,
    ];
    let mut y = x;
    let t = x + 5.5 - (x + 0.5) * (x + 5.5).ln();
    let mut series = 1.000_000_000_190_015;
    for j in 0..6 {
        y += 1.0;
        series += c[j] / y;
    }
    -t + (2.506_628_274_631_000_5 * series / x).ln()
}

#[differentiable]
fn black_scholes(spot: f64, strike: f64, rate: f64, volatility: f64, time: f64, call: bool) -> f64 {
    let d1 = ((spot / strike).ln() + (rate + 0.5 * volatility.powi(2)) * time) / (volatility * time.sqrt());
    let d2 = d1 - volatility * time.sqrt();
    let discounted = strike * (-rate * time).exp();
    let n = |_unused: usize| 0.5;
    let half: f64 = n(0);
    let phi1 = half * (1.0 + error_function(d1 / std::f64::consts::SQRT_2));
    let phi2 = half * (1.0 + error_function(d2 / std::f64::consts::SQRT_2));
    if call { spot * phi1 - discounted * phi2 } else { discounted * (1.0 - phi2) - spot * (1.0 - phi1) }
}

#[test]
fn test_functions() {
    check_scalar!(rosenbrock(&[0.7, -1.2, 0.4, 1.3][..]));
    check_scalar!(rastrigin(&[0.7, -1.2, 0.4][..]));
    check_scalar!(ackley(0.7, -1.2));
    check_scalar!(himmelblau((0.7, -1.2)));
}

#[test]
fn polynomials() {
    let c = [1.0, -0.7, 0.4, 0.2];
    check_scalar!(horner(&c[..], 1.3));
    check!(horner_with_derivative(&c[..], 1.3));
    for n in 0..5 {
        check_scalar!(chebyshev(const n, 0.7));
        check_scalar!(legendre_recursive(const n, 0.7));
    }
    let (xs, ys) = ([0.0, 0.7, 1.3, 2.1], [1.0, -0.4, 0.8, 0.3]);
    check_scalar!(lagrange_interpolation(&xs[..], &ys[..], 1.0));
    check_scalar!(divided_differences(&xs[..], &ys[..], 1.0));
}

#[test]
fn roots() {
    check_scalar!(newton_square_root(2.3));
    check_scalar!(newton_square_root(0.3));
    check_scalar!(newton_root_of_polynomial(&[-2.0, -0.5, 0.3, 1.0][..], 1.5));
    check_scalar!(kepler(0.7, 0.3));
    check_scalar!(kepler(2.0, 0.9));
    check_scalar!(secant(0.7));
    // the exact derivative of a root finder is that of the root
    assert_close(newton_square_root::grad(2.3), 0.5 / 2.3_f64.sqrt(), 1e-12);
    // the derivatives by the bracket cancel to the square of its width
    assert_close(bisection::grad(2.3, 0.0, 2.0).0, 2.3_f64.powf(-2.0 / 3.0) / 3.0, 1e-5);
}

#[test]
fn quadrature() {
    check_scalar!(integrand(0.7, 1.2));
    check_scalar!(simpson(1.2, 0.1, 1.7, const 10));
    check_scalar!(gauss_legendre(0.1, 1.7, 1.2));
    check_scalar!(trapezoid_of_samples(&[0.0, 0.7, 1.3, 2.1][..], &[1.0, -0.4, 0.8, 0.3][..]));
}

#[test]
fn series() {
    check_scalar!(exponential_series(0.7));
    check_scalar!(bessel_j0(1.7));
    check_scalar!(arithmetic_geometric_mean(0.7, 2.3));
    check_scalar!(continued_fraction(&[1.0, 0.7, 1.3, 2.1][..]));
    check_scalar!(error_function(0.7));
    check_scalar!(error_function(-0.7));
    check_scalar!(lanczos_ln_gamma(2.7));
    check_scalar!(black_scholes(1.1, 1.0, 0.05, 0.3, 0.8, const true));
    check_scalar!(black_scholes(1.1, 1.0, 0.05, 0.3, 0.8, const false));
}
