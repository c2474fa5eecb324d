//! A fast Fourier transform in place, and how far its power spectrum is from a wanted one.
use super::{
    Kernel,
    number::{Number, arrays},
    uniform,
};
use autodiff_core::differentiable;
use std::f64::consts::TAU;

/// A complex number.
type Complex = [f64; 2];

pub(super) struct Fft {
    /// The signal: real part and imaginary part in turns.
    signal: Vec<f64>,
    /// The wanted power at each frequency.
    wanted: Vec<f64>,
    /// The roots of unity, the first half of the circle.
    roots: Vec<Complex>,
    /// The indices with their bits in reverse.
    order: Vec<usize>,
}

impl Fft {
    /// A random signal of `samples` samples, or of the next power of two.
    pub(super) fn random(samples: usize) -> Self {
        let n = samples.next_power_of_two();
        let roots = (0..n / 2).map(|i| (-TAU * i as f64 / n as f64).sin_cos()).map(|(sin, cos)| [cos, sin]).collect();
        let order = (0..n).map(|i| i.reverse_bits() >> (usize::BITS - n.ilog2())).collect();
        let wanted = uniform(n).into_iter().map(|power| power * n as f64).collect();
        Self { signal: uniform(2 * n), wanted, roots, order }
    }

    fn n(&self) -> usize {
        self.order.len()
    }
}

#[differentiable]
fn mismatch(
    signal: &[Complex],
    #[nodiff] wanted: &[f64],
    #[nodiff] roots: &[Complex],
    #[nodiff] order: &[usize],
) -> f64 {
    let mut spectrum = vec![[0.0; 2]; signal.len()];
    for i in 0..signal.len() {
        spectrum[i] = signal[order[i]];
    }
    for level in 0..order.len().ilog2() {
        let half: usize = 1 << level;
        let (size, stride) = (2 * half, roots.len() / half);
        for block in spectrum.chunks_exact_mut(size) {
            let (low, high) = block.split_at_mut(half);
            for i in 0..half {
                let ([a, b], [c, d], [cos, sin]) = (low[i], high[i], roots[i * stride]);
                let (re, im) = (c * cos - d * sin, c * sin + d * cos);
                low[i] = [a + re, b + im];
                high[i] = [a - re, b - im];
            }
        }
    }
    let mut sum = 0.0;
    for i in 0..spectrum.len() {
        let [re, im] = spectrum[i];
        let error = re * re + im * im - wanted[i];
        sum += error * error;
    }
    sum / spectrum.len() as f64
}

fn butterflies(low: &mut [Complex], high: &mut [Complex], roots: &[Complex], stride: usize) {
    for i in 0..low.len() {
        let ([a, b], [c, d], [cos, sin]) = (low[i], high[i], roots[i * stride]);
        let (re, im) = (c * cos - d * sin, c * sin + d * cos);
        low[i] = [a + re, b + im];
        high[i] = [a - re, b - im];
    }
}

/// Butterflies reversed: a linear map's transpose, which here is the same with the roots conjugated, after the sum.
fn butterflies_back(low: &mut [Complex], high: &mut [Complex], roots: &[Complex], stride: usize) {
    for i in 0..low.len().min(high.len()) {
        let ([a, b], [c, d], [cos, sin]) = (low[i], high[i], roots[i * stride]);
        let (re, im) = (a - c, b - d);
        low[i] = [a + c, b + d];
        high[i] = [re * cos + im * sin, im * cos - re * sin];
    }
}

impl Kernel for Fft {
    fn x(&self) -> &[f64] {
        &self.signal
    }

    fn primal(&self, x: &[f64]) -> f64 {
        mismatch(arrays(x), &self.wanted, &self.roots, &self.order)
    }

    fn by_attribute(&self, x: &[f64], x_bar: &mut [f64]) -> f64 {
        mismatch::grad_into(arrays(x), &self.wanted, &self.roots, &self.order, x_bar.as_chunks_mut().0)
    }

    /// The transform is linear: nothing is kept but its result, in which the adjoint then is computed.
    fn by_hand(&self, x: &[f64], x_bar: &mut [f64]) -> f64 {
        let (signal, n) = (arrays::<_, 2>(x), self.n());
        let mut spectrum: Vec<Complex> = self.order.iter().map(|&i| signal[i]).collect();
        let halves = || (0..n.ilog2()).map(|level| 1 << level);
        for half in halves() {
            for block in spectrum.chunks_exact_mut(2 * half) {
                let (low, high) = block.split_at_mut(half);
                butterflies(low, high, &self.roots, n / (2 * half));
            }
        }
        let mut sum = 0.0;
        for (entry, wanted) in spectrum.iter_mut().zip(&self.wanted) {
            let [re, im] = *entry;
            let error = re * re + im * im - wanted;
            sum += error * error;
            let scale = 4.0 * error / n as f64;
            *entry = [scale * re, scale * im];
        }
        for half in halves().rev() {
            for block in spectrum.chunks_exact_mut(2 * half) {
                let (low, high) = block.split_at_mut(half);
                butterflies_back(low, high, &self.roots, n / (2 * half));
            }
        }
        let x_bar = x_bar.as_chunks_mut::<2>().0;
        for (&i, [re, im]) in self.order.iter().zip(spectrum) {
            x_bar[i][0] += re;
            x_bar[i][1] += im;
        }
        sum / n as f64
    }

    fn generic<T: Number>(&self, x: &[T]) -> T {
        let (signal, n) = (arrays::<_, 2>(x), self.n());
        let mut spectrum: Vec<[T; 2]> = self.order.iter().map(|&i| signal[i]).collect();
        for half in (0..n.ilog2()).map(|level| 1 << level) {
            for block in spectrum.chunks_exact_mut(2 * half) {
                let (low, high) = block.split_at_mut(half);
                for i in 0..half {
                    let ([a, b], [c, d]) = (low[i], high[i]);
                    let [cos, sin] = self.roots[i * (n / (2 * half))].map(T::of);
                    let (re, im) = (c * cos - d * sin, c * sin + d * cos);
                    low[i] = [a + re, b + im];
                    high[i] = [a - re, b - im];
                }
            }
        }
        let mut sum = T::of(0.0);
        for ([re, im], &wanted) in spectrum.into_iter().zip(&self.wanted) {
            let error = re * re + im * im - T::of(wanted);
            sum += error * error;
        }
        sum / T::of(n as f64)
    }
}
