//! The fast Fourier transform in place: bit reversal by swaps, recursion into the halves of a borrowed slice, butterflies.
use autodiff_core::differentiable;
use autodiff_tests::{check, check_scalar, check_unit};
use std::f64::consts::PI;

/// Pairs of (real, imaginary) in bit-reversed order.
#[differentiable]
fn bitreversal_perm(data: &mut [f64]) {
    let len = data.len() / 2;
    let mut j = 1;

    for i in (1..data.len()).step_by(2) {
        if j > i {
            data.swap(j - 1, i - 1);
            data.swap(j, i);
        }

        let mut m = len;
        while m >= 2 && j > m {
            j -= m;
            m >>= 1;
        }

        j += m;
    }
}

#[differentiable]
fn radix2(data: &mut [f64], i_sign: i32) {
    let n = data.len() / 2;
    if n == 1 {
        return;
    }

    let (a, b) = data.split_at_mut(n);
    radix2(a, i_sign);
    radix2(b, i_sign);

    let wtemp = i_sign as f64 * (PI / n as f64).sin();
    let wpi = -i_sign as f64 * (2.0 * (PI / n as f64)).sin();
    let wpr = -2.0 * wtemp * wtemp;
    let mut wr = 1.0;
    let mut wi = 0.0;

    for i in (0..n).step_by(2) {
        let tempr = b[i] * wr - b[i + 1] * wi;
        let tempi = b[i] * wi + b[i + 1] * wr;

        b[i] = a[i] - tempr;
        b[i + 1] = a[i + 1] - tempi;
        a[i] += tempr;
        a[i + 1] += tempi;

        let wtemp_new = wr;
        wr = wr * (wpr + 1.0) - wi * wpi;
        wi = wi * (wpr + 1.0) + wtemp_new * wpi;
    }
}

/// The same over pairs, as patterns.
#[differentiable]
fn radix2_chunks(data: &mut [f64], i_sign: i32) {
    let n = data.len() / 2;
    if n == 1 {
        return;
    }

    let (a, b) = data.split_at_mut(n);
    radix2_chunks(a, i_sign);
    radix2_chunks(b, i_sign);

    let wtemp = i_sign as f64 * (PI / n as f64).sin();
    let wpi = -i_sign as f64 * (2.0 * (PI / n as f64)).sin();
    let wpr = -2.0 * wtemp * wtemp;
    let mut wr = 1.0;
    let mut wi = 0.0;

    let (achunks, _) = a.as_chunks_mut();
    let (bchunks, _) = b.as_chunks_mut();
    for ([ax, ay], [bx, by]) in achunks.iter_mut().zip(bchunks.iter_mut()) {
        let tempr = *bx * wr - *by * wi;
        let tempi = *bx * wi + *by * wr;

        *bx = *ax - tempr;
        *by = *ay - tempi;
        *ax += tempr;
        *ay += tempi;

        let wtemp_new = wr;
        wr = wr * (wpr + 1.0) - wi * wpi;
        wi = wi * (wpr + 1.0) + wtemp_new * wpi;
    }
}

#[differentiable]
fn rescale(data: &mut [f64], scale: usize) {
    let scale = 1. / scale as f64;
    for elm in data {
        *elm *= scale;
    }
}

#[differentiable]
fn fft(data: &mut [f64]) {
    bitreversal_perm(data);
    radix2(data, 1);
}

#[differentiable]
fn ifft(data: &mut [f64]) {
    bitreversal_perm(data);
    radix2(data, -1);
    rescale(data, data.len() / 2);
}

#[differentiable]
fn there_and_back(data: &mut [f64]) {
    fft(data);
    ifft(data);
}

/// The cyclic convolution of two signals by the transform of their product.
#[differentiable]
fn convolve(signal: &[f64], kernel: &[f64]) -> Vec<f64> {
    let n = signal.len();
    let mut a = vec![0.; 2 * n];
    let mut b = vec![0.; 2 * n];
    for i in 0..n {
        a[2 * i] = signal[i];
        b[2 * i] = kernel[i];
    }
    fft(&mut a);
    fft(&mut b);
    for (x, y) in a.chunks_exact_mut(2).zip(b.chunks_exact(2)) {
        let (re, im) = (x[0] * y[0] - x[1] * y[1], x[0] * y[1] + x[1] * y[0]);
        x[0] = re;
        x[1] = im;
    }
    ifft(&mut a);
    a.chunks_exact(2).map(|c| c[0]).collect()
}

/// Of the frequencies below `cutoff`.
#[differentiable]
fn power(signal: &[f64], cutoff: usize) -> f64 {
    let mut data = Vec::with_capacity(2 * signal.len());
    for &v in signal {
        data.push(v);
        data.push(0.);
    }
    fft(&mut data);
    data.chunks(2).take(cutoff).map(|c| c[0] * c[0] + c[1] * c[1]).sum()
}

fn numbers(n: usize, seed: f64) -> Vec<f64> {
    (0..n).map(|i| (seed + i as f64 * 1.9).sin()).collect()
}

#[test]
fn parts() {
    check_unit!(bitreversal_perm(&mut numbers(16, 0.3)));
    check_unit!(radix2(&mut numbers(16, 0.3), const 1));
    check_unit!(radix2_chunks(&mut numbers(16, 0.3), const 1));
    check_unit!(rescale(&mut numbers(6, 0.3), const 3));
}

#[test]
fn transforms() {
    check_unit!(fft(&mut numbers(32, 0.3)));
    check_unit!(ifft(&mut numbers(32, 0.3)));
    check_unit!(there_and_back(&mut numbers(16, 0.3)));
    check!(convolve(&numbers(8, 0.3), &numbers(8, 0.7)));
    check_scalar!(power(&numbers(8, 0.3), const 3));
}

#[test]
fn the_transform_is_its_definition() {
    let signal = numbers(16, 0.3);
    let mut data = signal.clone();
    fft(&mut data);
    for k in 0..8 {
        let angle = |t: usize| 2.0 * PI * (k * t) as f64 / 8.0;
        let re: f64 = (0..8).map(|t| signal[2 * t] * angle(t).cos() + signal[2 * t + 1] * angle(t).sin()).sum();
        assert!((data[2 * k] - re).abs() < 1e-12, "{} and {re}", data[2 * k]);
    }
}
