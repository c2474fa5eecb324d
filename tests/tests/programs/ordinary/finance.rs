//! Prices of options, cash flows, time series.

mod black_scholes_free {
    use autodiff_core::differentiable;
    use autodiff_tests::check_scalar;

    use std::f64::consts::{PI, SQRT_2};
    #[differentiable]
    fn cum_norm(x: f64) -> f64 {
        let k = 1.0 / (1.0 + 0.2316419 * x.abs());
        let poly = k * (0.319381530 + k * (-0.356563782 + k * (1.781477937 + k * (-1.821255978 + k * 1.330274429))));
        let approx = 1.0 - inc_norm(x) * poly;
        if x >= 0.0 { approx } else { 1.0 - approx }
    }
    #[differentiable]
    fn inc_norm(x: f64) -> f64 {
        (-x.powi(2) / 2.0).exp() / (PI.sqrt() * SQRT_2)
    }
    #[differentiable]
    fn d1(s: f64, k: f64, discount: f64, sqrt_maturity_sigma: f64) -> f64 {
        (s / (k * discount)).ln() / sqrt_maturity_sigma + 0.5 * sqrt_maturity_sigma
    }
    #[differentiable]
    fn max_or_zero(v: f64) -> f64 {
        if v > 0.0 { v } else { 0.0 }
    }
    /// Call price with discount and volatility already computed.
    ///
    /// # Examples
    /// ```
    /// let price = call_discount(5.0, 4.5, 0.99, 0.4);
    /// ```
    #[differentiable]
    pub fn call_discount(s: f64, k: f64, discount: f64, sqrt_maturity_sigma: f64) -> f64 {
        if sqrt_maturity_sigma > 0.0 {
            let d1 = d1(s, k, discount, sqrt_maturity_sigma);
            s * cum_norm(d1) - k * discount * cum_norm(d1 - sqrt_maturity_sigma)
        } else {
            max_or_zero(s - k)
        }
    }
    #[differentiable]
    pub fn call(s: f64, k: f64, rate: f64, sigma: f64, maturity: f64) -> f64 {
        call_discount(s, k, (-rate * maturity).exp(), maturity.sqrt() * sigma)
    }
    #[test]
    fn derivatives() {
        check_scalar!(call(5.0, 4.5, 0.05, 0.3, 1.0));
    }
}

mod bs_enum_option_type {
    use autodiff_core::differentiable;
    use autodiff_tests::check_scalar;

    #[derive(Clone, Copy, PartialEq, Debug)]
    pub enum OptionType {
        Call,
        Put,
    }
    #[differentiable]
    fn ncdf(x: f64) -> f64 {
        0.5 * (1.0 + (0.7988 * x * (1.0 + 0.04417 * x * x)).tanh())
    }
    #[differentiable]
    pub fn price(#[nodiff] kind: OptionType, s: f64, k: f64, r: f64, t: f64, sigma: f64) -> f64 {
        let d1 = ((s / k).ln() + (r + 0.5 * sigma * sigma) * t) / (sigma * t.sqrt());
        let d2 = d1 - sigma * t.sqrt();
        match kind {
            OptionType::Call => s * ncdf(d1) - k * (-r * t).exp() * ncdf(d2),
            OptionType::Put => k * (-r * t).exp() * ncdf(-d2) - s * ncdf(-d1),
        }
    }
    #[test]
    fn derivatives() {
        check_scalar!(price(const OptionType::Put, 100.0, 110.0, 0.016, 0.5, 0.25));
        check_scalar!(price(const OptionType::Call, 100.0, 110.0, 0.016, 0.5, 0.25));
    }
}

mod binomial_tree {
    use autodiff_core::differentiable;
    use autodiff_tests::check_scalar;

    #[differentiable]
    pub fn american_put(s0: f64, strike: f64, rate: f64, sigma: f64, maturity: f64, n: usize) -> f64 {
        let dt = maturity / n as f64;
        let u = (sigma * dt.sqrt()).exp();
        let d = 1.0 / u;
        let p = ((rate * dt).exp() - d) / (u - d);
        let disc = (-rate * dt).exp();
        let mut values: Vec<f64> =
            (0..=n).map(|i| (strike - s0 * u.powi(i as i32) * d.powi((n - i) as i32)).max(0.0)).collect();
        for step in (0..n).rev() {
            for i in 0..=step {
                let cont = disc * (p * values[i + 1] + (1.0 - p) * values[i]);
                let exercise = strike - s0 * u.powi(i as i32) * d.powi((step - i) as i32);
                values[i] = cont.max(exercise);
            }
        }
        values[0]
    }
    #[test]
    fn derivatives() {
        check_scalar!(american_put(100.0, 103.0, 0.05, 0.3, 1.0, const 8));
    }
}

mod monte_carlo_paths {
    use autodiff_core::differentiable;
    use autodiff_tests::check_scalar;

    #[differentiable]
    fn asian_call(s0: f64, strike: f64, r: f64, sigma: f64, maturity: f64, normals: &[Vec<f64>]) -> f64 {
        let payoff: f64 = normals
            .iter()
            .map(|path| {
                let dt = maturity / path.len() as f64;
                let mut s = s0;
                let mut sum = 0.0;
                for z in path {
                    s *= ((r - 0.5 * sigma.powi(2)) * dt + sigma * dt.sqrt() * z).exp();
                    sum += s;
                }
                (sum / path.len() as f64 - strike).max(0.0)
            })
            .sum::<f64>()
            / normals.len() as f64;
        (-r * maturity).exp() * payoff
    }
    #[test]
    fn derivatives() {
        check_scalar!(asian_call(100.0, 95.0, 0.05, 0.3, 1.0, &[vec![0.1, -0.4, 1.2], vec![0.3, 0.4, -0.5]][..]));
    }
}

mod npv_irr {
    use autodiff_core::differentiable;
    use autodiff_tests::check_scalar;

    #[differentiable]
    fn npv(rate: f64, cashflows: &[f64]) -> f64 {
        cashflows.iter().enumerate().map(|(t, cf)| cf / (1.0 + rate).powi(t as i32)).sum()
    }
    #[differentiable]
    fn irr(cashflows: &[f64], guess: f64) -> f64 {
        let mut rate = guess;
        for _ in 0..50 {
            let value = npv(rate, cashflows);
            let slope: f64 = cashflows
                .iter()
                .enumerate()
                .skip(1)
                .map(|(t, cf)| -(t as f64) * cf / (1.0 + rate).powi(t as i32 + 1))
                .sum();
            let next = rate - value / slope;
            if (next - rate).abs() < 1e-13 {
                return next;
            }
            rate = next;
        }
        rate
    }
    #[test]
    fn derivatives() {
        check_scalar!(npv(0.07, &[-100.0, 30.0, 40.0, 60.0][..]));
        check_scalar!(irr(&[-100.0, 30.0, 40.0, 60.0][..], 0.1));
    }
}

mod ema_scan {
    use autodiff_core::differentiable;
    use autodiff_tests::check;

    #[differentiable]
    pub fn ema(prices: &[f64], alpha: f64) -> Vec<f64> {
        prices
            .iter()
            .scan(prices[0], |state, &p| {
                *state = alpha * p + (1.0 - alpha) * *state;
                Some(*state)
            })
            .collect()
    }
    #[test]
    fn derivatives() {
        check!(ema(&[1.0, 1.2, 0.9, 1.4][..], 0.3));
    }
}

mod sharpe_ratio {
    use autodiff_core::differentiable;
    use autodiff_tests::check_scalar;

    #[differentiable]
    fn sharpe(returns: &[f64], rf: f64) -> f64 {
        let n = returns.len() as f64;
        let excess: Vec<f64> = returns.iter().map(|r| r - rf).collect();
        let mean = excess.iter().sum::<f64>() / n;
        let var = excess.iter().map(|r| (r - mean).powi(2)).sum::<f64>() / (n - 1.0);
        mean / var.sqrt() * 252f64.sqrt()
    }
    #[test]
    fn derivatives() {
        check_scalar!(sharpe(&[0.01, 0.02, -0.01, 0.005][..], 0.001));
    }
}

mod max_drawdown {
    use autodiff_core::differentiable;
    use autodiff_tests::check_scalar;

    #[differentiable]
    fn max_drawdown(equity: &[f64]) -> f64 {
        let mut peak = f64::MIN;
        let mut worst = 0.0_f64;
        for &v in equity {
            peak = peak.max(v);
            worst = worst.max((peak - v) / peak);
        }
        worst
    }
    #[test]
    fn derivatives() {
        check_scalar!(max_drawdown(&[1.0, 1.3, 1.1, 1.2, 0.9, 1.4][..]));
    }
}
