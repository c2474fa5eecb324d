//! Seeds and tangents to start from: ones, basis vectors, and reproducible random directions.
//!
//! All of them are tangents of the shape of a value, for every type: `Vec<f64>` for `[f64]`, `DVector` for `DVector`.
use crate::coordinates::Coordinates;
use crate::tangent::{Differentiable, GradientLike, Shaped};

/// A tangent with every scalar equal to `value`.
///
/// ```
/// assert_eq!(autodiff_core::seed::constant(&[1.0, 2.0], 0.5), [0.5, 0.5]);
/// ```
pub fn constant<S: Shaped + ?Sized>(like: &S, value: f64) -> GradientLike<S> {
    fill(like, |_| value)
}

/// A tangent of ones. As a seed it sums all outputs.
///
/// ```
/// assert_eq!(autodiff_core::seed::ones(&(3.0, vec![1.0, 2.0])), (1.0, vec![1.0, 1.0]));
/// ```
pub fn ones<S: Shaped + ?Sized>(like: &S) -> GradientLike<S> {
    constant(like, 1.0)
}

/// The `k`-th basis vector. As a seed it selects a row of the Jacobian, as a tangent a column.
///
/// # Panics
/// When there are not so many scalars.
///
/// ```
/// assert_eq!(autodiff_core::seed::basis(&[1.0, 2.0, 3.0], 1), [0.0, 1.0, 0.0]);
/// ```
#[track_caller]
pub fn basis<S: Shaped + ?Sized>(like: &S, k: usize) -> GradientLike<S> {
    let mut seed = <S::Of>::zero_tangent(&like.shaped());
    seed.set_coordinate(k, 1.0);
    seed
}

/// All basis vectors, in order.
///
/// ```
/// use autodiff_core::seed;
///
/// let all: Vec<_> = seed::basis_vectors(&[0.0; 2]).collect();
/// assert_eq!(all, [[1.0, 0.0], [0.0, 1.0]]);
/// ```
pub fn basis_vectors<S: Shaped + ?Sized>(like: &S) -> impl ExactSizeIterator<Item = GradientLike<S>> + use<'_, S> {
    let dimension = <S::Of>::zero_tangent(&like.shaped()).dimension();
    (0..dimension).map(move |k| basis(like, k))
}

/// A direction with all scalars uniformly distributed between -1 and 1, the same for the same `number`.
///
/// ```
/// use autodiff_core::seed;
///
/// let u = seed::direction(&vec![0.0_f64; 3], 1);
/// assert!(u.iter().all(|v| v.abs() <= 1.0));
/// assert_eq!(u, seed::direction(&vec![0.0; 3], 1));
/// assert_ne!(u, seed::direction(&vec![0.0; 3], 2));
/// ```
pub fn direction<S: Shaped + ?Sized>(like: &S, number: u64) -> GradientLike<S> {
    let mut generator = SplitMix64(number);
    fill(like, |_| generator.next())
}

fn fill<S: Shaped + ?Sized>(like: &S, mut f: impl FnMut(f64) -> f64) -> GradientLike<S> {
    let mut seed = <S::Of>::zero_tangent(&like.shaped());
    seed.map_scalars(&mut f);
    seed
}

/// Steele, Lea and Flood's generator: a few operations, no dependency, good enough for directions.
pub(crate) struct SplitMix64(pub(crate) u64);

impl SplitMix64 {
    /// The next number between -1 and 1.
    pub(crate) fn next(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^= z >> 31;
        (z >> 11) as f64 / (1u64 << 52) as f64 - 1.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_fill_the_interval() {
        let mut generator = SplitMix64(7);
        let numbers: Vec<f64> = (0..10_000).map(|_| generator.next()).collect();
        assert!(numbers.iter().all(|v| v.abs() <= 1.0));
        assert!(numbers.iter().any(|v| *v > 0.99) && numbers.iter().any(|v| *v < -0.99));
        assert!(numbers.iter().sum::<f64>().abs() < 200.0);
    }
}
