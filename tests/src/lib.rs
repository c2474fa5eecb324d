//! The harness of the behaviour tests: one line checks one differentiable function in both modes.
//!
//! ```text
//! check!(f(&x, 2.0));            // a result of any type
//! check_scalar!(f(&x, 2.0));     // a scalar result: `grad`, `value_and_grad` and `grad_into` as well
//! check_unit!(f(&mut x));        // no result
//! check!(f(&x, const n));        // `n` is a constant: the companion takes no tangent for it
//! check!(f(&x, const &mut c));   // and so is `c`, which the function changes
//! check!(f(&x) by oracle);       // compared with `oracle(&arguments, &directions)`, values and tangents, instead of differences
//! ```
//!
//! The arguments are written as in a call; a place behind `&` is copied with `to_owned`, so that `&v[1..]` works for slices.
//! What is checked stands in [`Case::run`]. All of it is done on coordinates ([`Coordinates`]), which the harness computes on its
//! own: nothing of the crate under test is used to judge it.
mod case;
mod coordinates;
mod geometry;
mod macros;

pub use case::{Case, Outcome};
pub use coordinates::{Coordinates, bits_of, coordinates_of};
#[doc(hidden)]
pub use coordinates::{epsilon_of, read, tangent, tangents, write_back};

/// How many directions `jvps` is checked along at once.
pub const LANES: usize = 3;

/// Asserts that two numbers agree to `tolerance`, relative to the larger one or to 1.
#[track_caller]
pub fn assert_close(got: f64, expected: f64, tolerance: f64) {
    let scale = got.abs().max(expected.abs()).max(1.0);
    assert!((got - expected).abs() <= tolerance * scale, "got {got}, expected {expected}");
}

/// Asserts that two things have the same number of coordinates, and that these agree to `tolerance`.
#[track_caller]
pub fn assert_all_close(got: &impl Coordinates, expected: &impl Coordinates, tolerance: f64) {
    let (got, expected) = (coordinates_of(got), coordinates_of(expected));
    assert_eq!(got.len(), expected.len(), "got {got:?}, expected {expected:?}");
    for (g, e) in got.iter().zip(&expected) {
        assert!((g - e).abs() <= tolerance * g.abs().max(e.abs()).max(1.0), "got {got:?}, expected {expected:?}");
    }
}
