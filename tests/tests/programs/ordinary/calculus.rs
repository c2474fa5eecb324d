//! Quadrature, roots, recursion, closures.

mod romberg_table {
    use autodiff_core::differentiable;
    use autodiff_tests::check_scalar;

    #[differentiable]
    fn romberg(k: f64, a: f64, b: f64) -> f64 {
        let f = |x: f64| (k * x).exp();
        const N: usize = 4;
        let mut r = [[0.0; N]; N];
        let mut h = b - a;
        r[0][0] = 0.5 * h * (f(a) + f(b));
        for i in 1..N {
            h *= 0.5;
            let mut sum = 0.0;
            for j in (1..1 << i).step_by(2) {
                sum += f(a + j as f64 * h);
            }
            r[i][0] = 0.5 * r[i - 1][0] + sum * h;
            for m in 1..=i {
                r[i][m] = r[i][m - 1] + (r[i][m - 1] - r[i - 1][m - 1]) / (4f64.powi(m as i32) - 1.0);
            }
        }
        r[N - 1][N - 1]
    }
    #[test]
    fn derivatives() {
        check_scalar!(romberg(0.7, 0.1, 1.2));
    }
}

mod gauss_legendre_const {
    use autodiff_core::differentiable;
    use autodiff_tests::check_scalar;

    const NODES: [(f64, f64); 3] = [
        (-0.7745966692414834, 0.5555555555555556),
        (0.0, 0.8888888888888888),
        (0.7745966692414834, 0.5555555555555556),
    ];
    #[differentiable]
    fn integrate(a: f64, b: f64, p: &[f64]) -> f64 {
        let mid = (a + b) / 2.0;
        let half = (b - a) / 2.0;
        half * NODES
            .iter()
            .map(|&(x, w)| {
                let t = mid + half * x;
                w * p.iter().enumerate().map(|(i, c)| c * t.powi(i as i32)).sum::<f64>()
            })
            .sum::<f64>()
    }
    #[test]
    fn derivatives() {
        check_scalar!(integrate(0.1, 1.2, &[0.3, 0.7, -0.4][..]));
    }
}

mod adaptive_simpson_recursive {
    use autodiff_core::differentiable;
    use autodiff_tests::check_scalar;

    #[differentiable]
    fn g(x: f64, k: f64) -> f64 {
        (k * x).cos() * x
    }
    #[differentiable]
    fn adaptive(k: f64, a: f64, b: f64, eps: f64, whole: f64, depth: u32) -> f64 {
        let m = 0.5 * (a + b);
        let left = (m - a) / 6.0 * (g(a, k) + 4.0 * g(0.5 * (a + m), k) + g(m, k));
        let right = (b - m) / 6.0 * (g(m, k) + 4.0 * g(0.5 * (m + b), k) + g(b, k));
        let delta = left + right - whole;
        if depth == 0 || delta.abs() <= 15.0 * eps {
            left + right + delta / 15.0
        } else {
            adaptive(k, a, m, eps / 2.0, left, depth - 1) + adaptive(k, m, b, eps / 2.0, right, depth - 1)
        }
    }
    #[test]
    fn derivatives() {
        check_scalar!(adaptive(1.3, 0.1, 2.2, 1e-3, 0.5, const 3));
    }
}

mod iterate_closure_state {
    use autodiff_core::differentiable;
    use autodiff_tests::check_scalar;

    #[differentiable]
    fn counter(x: f64) -> f64 {
        let mut total = 0.0;
        let mut add = |v: f64| {
            total += v * x;
            total
        };
        let a = add(1.0);
        let b = add(x);
        a * b
    }
    #[test]
    fn derivatives() {
        check_scalar!(counter(1.3));
    }
}

mod pairwise_sum_recursive {
    use autodiff_core::differentiable;
    use autodiff_tests::check_scalar;

    #[differentiable]
    fn pairwise(x: &[f64]) -> f64 {
        match x {
            [] => 0.0,
            [a] => *a,
            _ => {
                let (l, r) = x.split_at(x.len() / 2);
                pairwise(l) + pairwise(r) * 1.01
            }
        }
    }
    #[test]
    fn derivatives() {
        check_scalar!(pairwise(&[0.1, 0.4, 0.2, 0.9, 0.3][..]));
    }
}

mod slice_pattern_first_rest {
    use autodiff_core::differentiable;
    use autodiff_tests::check_scalar;

    #[differentiable]
    fn weighted(x: &[f64]) -> f64 {
        if let [first, rest @ ..] = x { first * first + 0.5 * weighted(rest) } else { 0.0 }
    }
    #[test]
    fn derivatives() {
        check_scalar!(weighted(&[0.1, 0.4, 0.2][..]));
    }
}

mod temperature_table_match {
    use autodiff_core::differentiable;
    use autodiff_tests::check_scalar;

    #[differentiable]
    fn tax(income: f64) -> f64 {
        match income {
            x if x < 10.0 => 0.1 * x,
            x if x < 40.0 => 1.0 + 0.2 * (x - 10.0),
            x => 7.0 + 0.37 * (x - 40.0),
        }
    }
    #[test]
    fn derivatives() {
        check_scalar!(tax(5.0));
        check_scalar!(tax(25.0));
        check_scalar!(tax(125.0));
    }
}
