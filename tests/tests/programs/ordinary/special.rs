//! Special functions: series, continued fractions, recurrences.

mod ln_gamma_lanczos {
    use autodiff_core::differentiable;
    use autodiff_tests::check_scalar;

    const GAMMA_R: f64 = 10.900511;
    const GAMMA_DK: &[f64] = &[
        2.48574089138753565546e-5,
        1.05142378581721974210,
        -3.45687097222016235469,
        4.51227709466894823700,
        -2.98285225323576655721,
        1.05639711577126713077,
        -1.95428773191645869583e-1,
        1.70970543404441224307e-2,
        -5.71926117404305781283e-4,
        4.63399473359905636708e-6,
        -2.71994908488607703910e-9,
    ];
    #[differentiable]
    pub fn ln_gamma(x: f64) -> f64 {
        if x < 0.5 {
            let s = GAMMA_DK.iter().enumerate().skip(1).fold(GAMMA_DK[0], |s, t| s + t.1 / (t.0 as f64 - x));

            std::f64::consts::PI.ln()
                - (std::f64::consts::PI * x).sin().ln()
                - s.ln()
                - (2.0 * (std::f64::consts::E / std::f64::consts::PI).sqrt()).ln()
                - (0.5 - x) * ((0.5 - x + GAMMA_R) / std::f64::consts::E).ln()
        } else {
            let s = GAMMA_DK.iter().enumerate().skip(1).fold(GAMMA_DK[0], |s, t| s + t.1 / (x + t.0 as f64 - 1.0));
            s.ln()
                + (2.0 * (std::f64::consts::E / std::f64::consts::PI).sqrt()).ln()
                + (x - 0.5) * ((x - 0.5 + GAMMA_R) / std::f64::consts::E).ln()
        }
    }
    #[test]
    fn derivatives() {
        check_scalar!(ln_gamma(3.3));
        check_scalar!(ln_gamma(0.3));
    }
}

mod beta_continued_fraction {
    use autodiff_core::differentiable;
    use autodiff_tests::check_scalar;

    #[differentiable]
    fn betacf(a: f64, b: f64, x: f64) -> f64 {
        const FPMIN: f64 = 1e-300;
        let qab = a + b;
        let qap = a + 1.0;
        let qam = a - 1.0;
        let mut c = 1.0;
        let mut d = 1.0 - qab * x / qap;
        if d.abs() < FPMIN {
            d = FPMIN;
        }
        d = 1.0 / d;
        let mut h = d;
        for m in 1..100 {
            let m = f64::from(m);
            let m2 = 2.0 * m;
            let mut aa = m * (b - m) * x / ((qam + m2) * (a + m2));
            d = 1.0 + aa * d;
            if d.abs() < FPMIN {
                d = FPMIN;
            }
            c = 1.0 + aa / c;
            if c.abs() < FPMIN {
                c = FPMIN;
            }
            d = 1.0 / d;
            h *= d * c;
            aa = -(a + m) * (qab + m) * x / ((a + m2) * (qap + m2));
            d = 1.0 + aa * d;
            if d.abs() < FPMIN {
                d = FPMIN;
            }
            c = 1.0 + aa / c;
            if c.abs() < FPMIN {
                c = FPMIN;
            }
            d = 1.0 / d;
            let del = d * c;
            h *= del;
            if (del - 1.0).abs() <= 1e-15 {
                break;
            }
        }
        h
    }
    #[test]
    fn derivatives() {
        check_scalar!(betacf(2.3, 1.7, 0.4));
    }
}

mod bessel_series {
    use autodiff_core::differentiable;
    use autodiff_tests::check_scalar;

    #[differentiable]
    fn bessel_j(n: u32, x: f64) -> f64 {
        let mut term = (x / 2.0).powi(n as i32) / (1..=n).map(|k| k as f64).product::<f64>();
        let mut sum = term;
        let mut k = 1;
        loop {
            term *= -(x * x) / (4.0 * k as f64 * (k + n) as f64);
            sum += term;
            if term.abs() < 1e-16 * sum.abs() {
                break sum;
            }
            k += 1;
        }
    }
    #[test]
    fn derivatives() {
        check_scalar!(bessel_j(const 2, 1.7));
        check_scalar!(bessel_j(const 0, 0.7));
    }
}

mod horner_rev_fold {
    use autodiff_core::differentiable;
    use autodiff_tests::check_scalar;

    #[differentiable]
    fn horner(v: &[f64], x: f64) -> f64 {
        v.iter().rev().fold(0.0, |acc, coeff| acc * x + coeff)
    }
    #[test]
    fn derivatives() {
        check_scalar!(horner(&[1.0, 0.3, -0.2, 0.4][..], 0.7));
    }
}

mod chebyshev_clenshaw {
    use autodiff_core::differentiable;
    use autodiff_tests::check_scalar;

    #[differentiable]
    fn chebyshev(c: &[f64], x: f64) -> f64 {
        let (mut b1, mut b2) = (0.0, 0.0);
        for &ck in c.iter().skip(1).rev() {
            (b1, b2) = (2.0 * x * b1 - b2 + ck, b1);
        }
        x * b1 - b2 + c[0]
    }
    #[test]
    fn derivatives() {
        check_scalar!(chebyshev(&[1.0, 0.3, -0.2, 0.4][..], 0.7));
    }
}

mod legendre_recursive {
    use autodiff_core::differentiable;
    use autodiff_tests::check_scalar;

    #[differentiable]
    fn legendre(n: u32, x: f64) -> f64 {
        match n {
            0 => 1.0,
            1 => x,
            _ => {
                let k = n as f64;
                ((2.0 * k - 1.0) * x * legendre(n - 1, x) - (k - 1.0) * legendre(n - 2, x)) / k
            }
        }
    }
    #[test]
    fn derivatives() {
        check_scalar!(legendre(const 5, 0.4));
    }
}

mod hermite_loop_swap {
    use autodiff_core::differentiable;
    use autodiff_tests::check_scalar;

    #[differentiable]
    fn hermite(n: usize, x: f64) -> f64 {
        let mut h0 = 1.0;
        let mut h1 = 2.0 * x;
        if n == 0 {
            return h0;
        }
        for k in 1..n {
            let tmp = 2.0 * x * h1 - 2.0 * (k as f64) * h0;
            h0 = std::mem::replace(&mut h1, tmp);
        }
        h1
    }
    #[test]
    fn derivatives() {
        check_scalar!(hermite(const 5, 0.4));
        check_scalar!(hermite(const 1, 0.4));
    }
}

mod agm_elliptic {
    use autodiff_core::differentiable;
    use autodiff_tests::check_scalar;

    #[differentiable]
    fn ellip_k(m: f64) -> f64 {
        let mut a = 1.0_f64;
        let mut g = (1.0 - m).sqrt();
        while (a - g).abs() > 1e-14 {
            let an = (a + g) / 2.0;
            g = (a * g).sqrt();
            a = an;
        }
        std::f64::consts::FRAC_PI_2 / a
    }
    #[test]
    fn derivatives() {
        check_scalar!(ellip_k(0.3));
    }
}

mod successors_series {
    use autodiff_core::differentiable;
    use autodiff_tests::check_scalar;

    #[differentiable]
    fn geometric(q: f64, n: usize) -> f64 {
        std::iter::successors(Some(1.0), |t| Some(t * q)).take(n).sum()
    }
    #[test]
    fn derivatives() {
        check_scalar!(geometric(0.6, const 7));
    }
}

mod bernstein_scan {
    use autodiff_core::differentiable;
    use autodiff_tests::check;

    #[differentiable]
    fn bezier(control: &[(f64, f64)], t: f64) -> (f64, f64) {
        let n = control.len() - 1;
        let mut points = control.to_vec();
        for k in 1..=n {
            for i in 0..=(n - k) {
                let (x0, y0) = points[i];
                let (x1, y1) = points[i + 1];
                points[i] = ((1.0 - t) * x0 + t * x1, (1.0 - t) * y0 + t * y1);
            }
        }
        points[0]
    }
    #[test]
    fn derivatives() {
        check!(bezier(&[(0.0, 0.1), (0.5, 1.0), (1.2, 0.3), (1.4, 0.9)][..], 0.4));
    }
}
