//! The problems of [GradBench](https://github.com/gradbench/gradbench), a suite of benchmarks for automatic
//! differentiation, and its protocol.
//!
//! A problem is a file: the objective as an ordinary function, its input, and its row of functions. No derivative is
//! written by hand.
pub mod ba;
pub mod det;
pub mod function;
pub mod gmm;
pub mod hello;
pub mod ht;
pub mod llsq;
pub mod lse;
pub mod lstm;
pub mod measure;
pub mod ode;
pub mod protocol;
pub mod rows;

use function::Functions;
use rand::{Rng, RngExt};

/// The modules which the program has, by the names they have in GradBench.
pub const PROBLEMS: &[(&str, Functions)] = &[
    ("hello", hello::FUNCTIONS),
    ("gmm", gmm::FUNCTIONS),
    ("ba", ba::FUNCTIONS),
    ("ht", ht::FUNCTIONS),
    ("lstm", lstm::FUNCTIONS),
    ("lse", lse::FUNCTIONS),
    ("llsq", llsq::FUNCTIONS),
    ("ode", ode::FUNCTIONS),
    ("det", det::FUNCTIONS),
];

/// Makes a buffer ready for a gradient to be added into.
fn zeroed(buffer: &mut Vec<f64>, len: usize) -> &mut [f64] {
    buffer.clear();
    buffer.resize(len, 0.0);
    buffer
}

/// `len` numbers in `[0, 1)`, as GradBench itself makes them for most problems.
fn uniform(rng: &mut impl Rng, len: usize) -> Vec<f64> {
    (0..len).map(|_| rng.random()).collect()
}
