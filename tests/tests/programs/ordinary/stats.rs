//! Statistics of samples.

mod mean_option {
    use autodiff_core::differentiable;
    use autodiff_tests::check;

    #[differentiable]
    fn mean(data: &[f64]) -> Option<f64> {
        let sum: f64 = data.iter().sum();
        match data.len() {
            positive if positive > 0 => Some(sum / positive as f64),
            _ => None,
        }
    }
    #[differentiable]
    fn std_deviation(data: &[f64]) -> Option<f64> {
        match (mean(data), data.len()) {
            (Some(data_mean), count) if count > 0 => {
                let variance = data
                    .iter()
                    .map(|value| {
                        let diff = data_mean - *value;
                        diff * diff
                    })
                    .sum::<f64>()
                    / count as f64;
                Some(variance.sqrt())
            }
            _ => None,
        }
    }
    #[test]
    fn derivatives() {
        check!(std_deviation(&[1.0, 0.3, 0.7, 2.0][..]));
    }
}

mod linear_regression {
    use autodiff_core::differentiable;
    use autodiff_tests::check;

    #[differentiable]
    fn linreg(xy: &[(f64, f64)]) -> Option<(f64, f64)> {
        if xy.len() < 2 {
            return None;
        }
        let n = xy.len() as f64;
        let (sx, sy) = xy.iter().fold((0.0, 0.0), |(sx, sy), (x, y)| (sx + x, sy + y));
        let sxx: f64 = xy.iter().map(|&(x, _)| x * x).sum();
        let sxy: f64 = xy.iter().map(|p| p.0 * p.1).sum();
        let slope = (n * sxy - sx * sy) / (n * sxx - sx * sx);
        let intercept = (sy - slope * sx) / n;
        Some((slope, intercept))
    }
    #[test]
    fn derivatives() {
        check!(linreg(&[(0.0, 0.1), (1.0, 0.9), (2.0, 2.3)][..]));
    }
}

mod softmax_vec {
    use autodiff_core::differentiable;
    use autodiff_tests::check;

    #[differentiable]
    pub fn softmax(x: &[f64]) -> Vec<f64> {
        let max = x.iter().cloned().fold(f64::NEG_INFINITY, f64::max);
        let exps: Vec<f64> = x.iter().map(|v| (v - max).exp()).collect();
        let sum: f64 = exps.iter().sum();
        exps.into_iter().map(|e| e / sum).collect()
    }
    #[test]
    fn derivatives() {
        check!(softmax(&[1.0, 0.3, 0.7][..]));
    }
}

mod kl_divergence {
    use autodiff_core::differentiable;
    use autodiff_tests::check_scalar;

    #[differentiable]
    fn kl(p: &[f64], q: &[f64]) -> f64 {
        p.iter().zip(q).filter(|&(&pi, _)| pi > 0.0).map(|(pi, qi)| pi * (pi / qi).ln()).sum()
    }
    #[test]
    fn derivatives() {
        check_scalar!(kl(&[0.2, 0.3, 0.5][..], &[0.4, 0.4, 0.2][..]));
    }
}

mod entropy_filter_map {
    use autodiff_core::differentiable;
    use autodiff_tests::check_scalar;

    #[differentiable]
    fn entropy(p: &[f64]) -> f64 {
        -p.iter().filter_map(|&x| if x > 0.0 { Some(x * x.log2()) } else { None }).sum::<f64>()
    }
    #[test]
    fn derivatives() {
        check_scalar!(entropy(&[0.2, 0.3, 0.5][..]));
    }
}

mod kde {
    use autodiff_core::differentiable;
    use autodiff_tests::check_scalar;

    #[differentiable]
    fn kde(samples: &[f64], x: f64, bandwidth: f64) -> f64 {
        let kernel = |u: f64| (-0.5 * u * u).exp() / (2.0 * std::f64::consts::PI).sqrt();
        samples.iter().map(|&s| kernel((x - s) / bandwidth)).sum::<f64>() / (samples.len() as f64 * bandwidth)
    }
    #[test]
    fn derivatives() {
        check_scalar!(kde(&[1.0, 0.3, 0.7][..], 0.5, 0.2));
    }
}

mod autocorrelation {
    use autodiff_core::differentiable;
    use autodiff_tests::check_scalar;

    #[differentiable]
    fn autocorr(x: &[f64], lag: usize) -> f64 {
        let n = x.len();
        let mean = x.iter().sum::<f64>() / n as f64;
        let denom: f64 = x.iter().map(|v| (v - mean) * (v - mean)).sum();
        let num: f64 = x[..n - lag].iter().zip(&x[lag..]).map(|(a, b)| (a - mean) * (b - mean)).sum();
        num / denom
    }
    #[test]
    fn derivatives() {
        check_scalar!(autocorr(&[1.0, 0.3, 0.7, 1.5, 0.2][..], const 2));
    }
}

mod moving_average_windows {
    use autodiff_core::differentiable;
    use autodiff_tests::check;

    #[differentiable]
    fn moving_average(data: &[f64], window: usize) -> Vec<f64> {
        data.windows(window).map(|w| w.iter().sum::<f64>() / w.len() as f64).collect()
    }
    #[test]
    fn derivatives() {
        check!(moving_average(&[1.0, 0.3, 0.7, 1.5, 0.2][..], const 3));
    }
}
