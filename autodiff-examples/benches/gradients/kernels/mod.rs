//! The kernels: each is a function of numbers, its gradient by the attribute and by hand, and the function once more for the
//! number types of other crates.
#[macro_use]
pub(crate) mod number;

mod arm;
mod ba;
mod chain;
mod det;
mod dot;
mod fft;
mod gmm;
mod heat;
mod ht;
mod kalman;
mod llsq;
mod lse;
mod lstm;
mod mlp;
mod ode;
mod orbit;
mod rosenbrock;

use number::Number;
use rand::{RngExt, SeedableRng, rngs::StdRng};

/// A function of numbers, at a point.
pub(crate) trait Kernel {
    /// The point.
    fn x(&self) -> &[f64];

    fn primal(&self, x: &[f64]) -> f64;

    /// The value; the gradient is added into `x_bar`. This is what the attribute made of the primal.
    fn by_attribute(&self, x: &[f64], x_bar: &mut [f64]) -> f64;

    /// The same by hand, as fast as we can.
    fn by_hand(&self, x: &[f64], x_bar: &mut [f64]) -> f64;

    /// The primal, for any numbers.
    fn generic<T: Number>(&self, x: &[T]) -> T;
}

/// What is done with a kernel whose type is known.
pub(crate) trait Visitor {
    type Result;
    fn visit<K: Kernel>(self, kernel: &K) -> Self::Result;
}

/// Makes the list of kernels: the name, what its size counts, the size that is compared, the size from which growth to a
/// thousand times as much is measured (0: it has none), and the kernel of a size.
macro_rules! kernels {
    ($($name:literal, $unit:literal, $size:literal, $smallest:literal, $make:path;)+) => {
        pub(crate) const LIST: &[Entry] = &[$(Entry { name: $name, unit: $unit, size: $size, smallest: $smallest },)+];

        impl Entry {
            /// Hands the kernel with that size to the visitor.
            pub(crate) fn visit<V: Visitor>(&self, size: usize, visitor: V) -> V::Result {
                match self.name {
                    $($name => visitor.visit(&$make(size)),)+
                    name => unreachable!("{name} is not in the list"),
                }
            }
        }
    };
}

/// A kernel in the list.
pub(crate) struct Entry {
    pub(crate) name: &'static str,
    pub(crate) unit: &'static str,
    pub(crate) size: usize,
    /// Its growth is measured from here to a thousand times as much; 0 for a kernel that has no such sizes.
    pub(crate) smallest: usize,
}

kernels! {
    "dot", "entries", 10_000, 1000, dot::Dot::random;
    "rosenbrock", "entries", 1000, 1000, rosenbrock::Rosenbrock::random;
    "heat", "cells", 1000, 100, heat::Heat::random;
    "fft", "samples", 1024, 512, fft::Fft::random;
    "matrix chain", "matrices 32 x 32", 10, 4, chain::Chain::random;
    "mlp", "examples", 128, 16, mlp::Perceptron::random;
    "kalman", "steps", 1000, 30, kalman::Kalman::random;
    "orbit", "steps", 100_000, 100, orbit::Orbit::new;
    "arm", "joints", 7, 7, arm::Arm::random;
    "gmm", "points", 500, 10, gmm::Mixture::random;
    "ba", "observations", 1000, 40, ba::Bundle::random;
    "ht", "points", 100, 50, ht::HandTracking::random;
    "lstm", "characters", 200, 14, lstm::Lstm::random;
    "lse", "entries", 1000, 1000, lse::LogSumExp::random;
    "llsq", "points", 4096, 64, llsq::LeastSquares::random;
    "ode", "equations", 1000, 100, ode::Ode::random;
    "det", "rows", 7, 0, det::Determinant::random;
}

fn rng() -> StdRng {
    StdRng::seed_from_u64(1)
}

/// `len` numbers in `[0, 1)`, the same each time for the same `len`.
fn uniform(len: usize) -> Vec<f64> {
    let mut rng = StdRng::seed_from_u64(len as u64);
    (0..len).map(|_| rng.random()).collect()
}
