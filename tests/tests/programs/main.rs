//! What numerical programmers write: whole small programs, by the checks of the harness.
#![allow(
    clippy::needless_borrow,
    clippy::explicit_counter_loop,
    clippy::useless_asref,
    clippy::needless_range_loop,
    clippy::manual_memcpy,
    clippy::assign_op_pattern,
    clippy::too_many_arguments,
    clippy::excessive_precision,
    reason = "the programs under test are written in the style of numerical code"
)]
mod brusselator;
mod bundle_adjustment;
mod calculus;
mod estimation;
mod fourier;
mod gaussian_mixture;
mod geometry;
mod learning;
mod linear_algebra;
mod lstm;
mod ordinary;
mod points;
mod simulation;
mod statistics;
