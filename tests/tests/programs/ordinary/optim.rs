//! Test functions and methods of optimization.

mod rosenbrock_chunks {
    use autodiff_core::differentiable;
    use autodiff_tests::check_scalar;

    #[differentiable]
    pub fn rosenbrock(param: &[f64]) -> f64 {
        let (a, b) = (1.0, 100.0);
        param.windows(2).map(|w| (a - w[0]).powi(2) + b * (w[1] - w[0].powi(2)).powi(2)).sum()
    }
    #[test]
    fn derivatives() {
        check_scalar!(rosenbrock(&[1.2, 0.7, -0.3, 0.8][..]));
    }
}

mod rosenbrock_letelse {
    use autodiff_core::differentiable;
    use autodiff_tests::check_scalar;

    #[differentiable]
    pub fn rosenbrock(x: &[f64]) -> f64 {
        let &[x1, x2] = x else {
            panic!("input dimension must be 2");
        };
        let f1 = 10. * (x2 - x1.powi(2));
        let f2 = 1. - x1;
        f1.powi(2) + f2.powi(2)
    }
    #[test]
    fn derivatives() {
        check_scalar!(rosenbrock(&[1.2, 0.7][..]));
    }
}

mod ackley {
    use autodiff_core::differentiable;
    use autodiff_tests::check_scalar;

    use std::f64::consts;
    #[differentiable]
    pub fn ackley(x: &Vec<f64>) -> f64 {
        let a = 20.0;
        let b = 0.2;
        let c = 2.0 * consts::PI;
        let d = x.len() as f64;
        let pow_sum: f64 = x.iter().map(|x_i| x_i.powf(2.0)).sum();
        let cos_sum: f64 = x.iter().map(|x_i| (c * x_i).cos()).sum();
        return -a * (-b * ((1.0 / d) * (pow_sum)).sqrt()).exp() - ((1.0 / d) * (cos_sum)).exp() + a + consts::E;
    }
    #[test]
    fn derivatives() {
        check_scalar!(ackley(&vec![1.2, 0.7, -0.3]));
    }
}

mod zakharov {
    use autodiff_core::differentiable;
    use autodiff_tests::check_scalar;

    #[differentiable]
    pub fn zakharov(x: &Vec<f64>) -> f64 {
        let mut sum1 = 0.0;
        let mut sum2 = 0.0;

        let mut i = 1.0;
        x.iter().for_each(|xi| {
            sum1 = sum1 + xi.powf(2.0);
            sum2 = sum2 + 0.5 * i * xi;
            i += 1.0;
        });
        return sum1 + sum2.powf(2.0) + sum2.powf(4.0);
    }
    #[test]
    fn derivatives() {
        check_scalar!(zakharov(&vec![1.2, 0.7, -0.3]));
    }
}

mod zdt1 {
    use autodiff_core::differentiable;
    use autodiff_tests::check;

    #[differentiable]
    pub fn zdt1(x: &Vec<f64>) -> Vec<f64> {
        let f1 = x[0];
        let sum: f64 = x.iter().skip(1).sum();
        let g = 1.0 + (9.0 / (x.len() as f64 - 1.0)) * sum;
        let h = 1.0 - (f1 / g).sqrt() - (f1 / g) * (10.0 * std::f64::consts::PI * f1).sin();
        let f2 = g * h;
        vec![f1, f2]
    }
    #[test]
    fn derivatives() {
        check!(zdt1(&vec![0.2, 0.7, 0.3]));
    }
}

mod levy {
    use autodiff_core::differentiable;
    use autodiff_tests::check_scalar;

    use core::f64::consts::PI;
    #[differentiable]
    pub fn levy(param: &[f64]) -> f64 {
        let plen = param.len();
        assert!(plen >= 2);
        let w = |x: f64| 1.0 + 0.25 * (x - 1.0);
        (PI * w(param[0])).sin().powi(2)
            + param
                .iter()
                .enumerate()
                .map(|(i, x)| (i, w(*x)))
                .map(|(i, x)| {
                    if i < plen - 1 {
                        (x - 1.0).powi(2) * (1.0 + 10.0 * (PI * x + 1.0).sin().powi(2))
                    } else {
                        (x - 1.0).powi(2) * (1.0 + (2.0 * PI * x).sin().powi(2))
                    }
                })
                .sum::<f64>()
    }
    #[test]
    fn derivatives() {
        check_scalar!(levy(&[1.2, 0.7, -0.3][..]));
    }
}

mod griewank_fold {
    use autodiff_core::differentiable;
    use autodiff_tests::check_scalar;

    #[differentiable]
    fn griewank(x: &[f64]) -> f64 {
        let (s, p) = x
            .iter()
            .enumerate()
            .fold((0.0, 1.0), |(s, p), (i, &v)| (s + v * v / 4000.0, p * (v / (i as f64 + 1.0).sqrt()).cos()));
        s - p + 1.0
    }
    #[test]
    fn derivatives() {
        check_scalar!(griewank(&[1.2, 0.7, -0.3][..]));
    }
}

mod generic_rosenbrock {
    use autodiff_core::{Real, differentiable};
    use autodiff_tests::check_scalar;

    #[differentiable]
    pub fn rosenbrock<T: Real>(x: T, y: T, a: T, b: T) -> T {
        let one_minus = a - x;
        one_minus * one_minus + b * (y - x * x) * (y - x * x)
    }
    #[test]
    fn derivatives() {
        check_scalar!(rosenbrock(0.3, 0.7, 1.0, 100.0));
        check_scalar!(rosenbrock(0.3f32, 0.7f32, 1.0f32, 100.0f32));
    }
}

mod gradient_descent {
    use autodiff_core::differentiable;
    use autodiff_tests::check_scalar;

    #[differentiable]
    fn quadratic(p: &[f64; 2]) -> f64 {
        (p[0] - 1.0).powi(2) + 3.0 * (p[1] + 2.0).powi(2) + p[0] * p[1]
    }
    fn slope(p: &[f64; 2]) -> [f64; 2] {
        [2.0 * (p[0] - 1.0) + p[1], 6.0 * (p[1] + 2.0) + p[0]]
    }
    #[differentiable]
    fn descend(start: [f64; 2], rate: f64, momentum: f64, iterations: usize) -> f64 {
        let mut p = start;
        let mut velocity = [0.0; 2];
        for _ in 0..iterations {
            let g = [2.0 * (p[0] - 1.0) + p[1], 6.0 * (p[1] + 2.0) + p[0]];
            for ((p, v), g) in p.iter_mut().zip(velocity.iter_mut()).zip(g.iter()) {
                *v = momentum * *v - rate * g;
                *p += *v;
            }
        }
        quadratic(&p)
    }
    #[test]
    fn derivatives() {
        check_scalar!(descend([0.3, 0.2], 0.05, 0.9, const 6));
    }
}

mod golden_section {
    use autodiff_core::differentiable;
    use autodiff_tests::check_scalar;

    #[differentiable]
    fn golden(a: f64, b: f64, shift: f64) -> f64 {
        let invphi = (5f64.sqrt() - 1.0) / 2.0;
        let f = |x: f64| (x - shift).powi(2) + 0.1 * (3.0 * x).sin();
        let (mut a, mut b) = (a, b);
        let mut c = b - invphi * (b - a);
        let mut d = a + invphi * (b - a);
        let mut fc = f(c);
        let mut fd = f(d);
        for _ in 0..8 {
            if fc < fd {
                b = d;
                d = c;
                fd = fc;
                c = b - invphi * (b - a);
                fc = f(c);
            } else {
                a = c;
                c = d;
                fc = fd;
                d = a + invphi * (b - a);
                fd = f(d);
            }
        }
        f((a + b) / 2.0)
    }
    #[test]
    fn derivatives() {
        check_scalar!(golden(-1.0, 2.0, 0.4));
    }
}

mod bisection_option {
    use autodiff_core::differentiable;
    use autodiff_tests::check_scalar;

    #[differentiable]
    fn bisect(f0: f64, mut lo: f64, mut hi: f64) -> Option<f64> {
        let f = |x: f64| x * x - f0;
        if f(lo) * f(hi) > 0.0 {
            return None;
        }
        for _ in 0..5 {
            let mid = 0.5 * (lo + hi);
            if f(mid) == 0.0 {
                return Some(mid);
            }
            if f(lo) * f(mid) < 0.0 {
                hi = mid;
            } else {
                lo = mid;
            }
        }
        Some(0.5 * (lo + hi))
    }
    #[differentiable]
    fn root_or(f0: f64, lo: f64, hi: f64) -> f64 {
        match bisect(f0, lo, hi) {
            Some(r) => r * f0,
            None => f64::NAN,
        }
    }
    #[test]
    fn derivatives() {
        check_scalar!(root_or(2.0, 0.5, 2.5));
    }
}
