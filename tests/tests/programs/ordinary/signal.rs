//! Transforms and filters.

mod dft_tuple {
    use autodiff_core::differentiable;
    use autodiff_tests::check;

    use std::f64::consts::PI;
    #[differentiable]
    fn dft(signal: &[f64]) -> Vec<(f64, f64)> {
        let n = signal.len();
        (0..n)
            .map(|k| {
                let mut re = 0.0;
                let mut im = 0.0;
                for (t, x) in signal.iter().enumerate() {
                    let angle = -2.0 * PI * (k * t) as f64 / n as f64;
                    re += x * angle.cos();
                    im += x * angle.sin();
                }
                (re, im)
            })
            .collect()
    }
    #[test]
    fn derivatives() {
        check!(dft(&[0.1, 0.4, 0.2, 0.9][..]));
    }
}

mod convolve_full {
    use autodiff_core::differentiable;
    use autodiff_tests::check;

    #[differentiable]
    fn convolve(a: &[f64], b: &[f64]) -> Vec<f64> {
        let mut out = vec![0.0; a.len() + b.len() - 1];
        for (i, x) in a.iter().enumerate() {
            for (j, y) in b.iter().enumerate() {
                out[i + j] += x * y;
            }
        }
        out
    }
    #[test]
    fn derivatives() {
        check!(convolve(&[0.1, 0.4, 0.2][..], &[0.9, -0.5][..]));
    }
}

mod fir_windows {
    use autodiff_core::differentiable;
    use autodiff_tests::check;

    #[differentiable]
    fn fir(signal: &[f64], taps: &[f64]) -> Vec<f64> {
        signal.windows(taps.len()).map(|w| w.iter().zip(taps.iter().rev()).map(|(s, t)| s * t).sum()).collect()
    }
    #[test]
    fn derivatives() {
        check!(fir(&[0.1, 0.4, 0.2, 0.9][..], &[0.9, -0.5][..]));
    }
}

mod haar_in_place {
    use autodiff_core::differentiable;
    use autodiff_tests::check_unit;

    #[differentiable]
    fn haar(data: &mut [f64]) {
        let mut n = data.len();
        let mut tmp = vec![0.0; n];
        while n > 1 {
            let half = n / 2;
            for i in 0..half {
                tmp[i] = (data[2 * i] + data[2 * i + 1]) / 2f64.sqrt();
                tmp[half + i] = (data[2 * i] - data[2 * i + 1]) / 2f64.sqrt();
            }
            data[..n].copy_from_slice(&tmp[..n]);
            n = half;
        }
    }
    #[test]
    fn derivatives() {
        check_unit!(haar(&mut vec![0.1, 0.4, 0.2, 0.9, -0.5, 0.3, 0.7, 0.8]));
    }
}

mod goertzel {
    use autodiff_core::differentiable;
    use autodiff_tests::check_scalar;

    #[differentiable]
    pub fn goertzel(samples: &[f64], freq: f64, rate: f64) -> f64 {
        let omega = 2.0 * std::f64::consts::PI * freq / rate;
        let coeff = 2.0 * omega.cos();
        let (mut s_prev, mut s_prev2) = (0.0, 0.0);
        for &x in samples {
            let s = x + coeff * s_prev - s_prev2;
            s_prev2 = s_prev;
            s_prev = s;
        }
        s_prev2.powi(2) + s_prev.powi(2) - coeff * s_prev * s_prev2
    }
    #[test]
    fn derivatives() {
        check_scalar!(goertzel(&[0.1, 0.4, 0.2, 0.9, -0.5][..], 3.0, 20.0));
    }
}

mod delay_line {
    use autodiff_core::differentiable;
    use autodiff_tests::check;

    #[differentiable]
    fn comb(input: &[f64], feedback: f64, delay: usize) -> Vec<f64> {
        let mut buffer = vec![0.0; delay];
        let mut pos = 0;
        let mut out = Vec::with_capacity(input.len());
        for &x in input {
            let y = x + feedback * buffer[pos];
            buffer[pos] = y;
            pos = (pos + 1) % delay;
            out.push(y);
        }
        out
    }
    #[test]
    fn derivatives() {
        check!(comb(&[0.1, 0.4, 0.2, 0.9, -0.5][..], 0.7, const 2));
    }
}
