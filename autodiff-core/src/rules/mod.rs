//! What generated code calls: the derivative rules, one module each, and the plain functions around them.
//!
//! A rule `r` for `y = r(a, b)` is the module `rules::r` with the functions `pull_k` (the adjoint of operand `k` from that of
//! `y`) and `push_k` (the contribution of operand `k`'s tangent to that of `y`). Which values they are handed, and in which
//! order, stands in the table of the macro crate (`autodiff-macros/src/rules.rs`). All of them are plain generic functions,
//! never methods, because the type of a number may still be open (`{float}`) where they are called; and all operands
//! may be `T`, `&T` or `&mut T`.
//!
//! - `scalar`: the table of scalar functions, and `order` those that integers have too
//! - `operators`: `+ - * / %`, by traits that scalars, integers and matrices implement
//! - `container`: copies, casts, and repeated elements
//! - `part`: what methods and `Index` implementations of the user's hand out by reference
//! - `lanes`: several directions of forward mode at once
//! - `linalg` (feature `nalgebra`): everything on matrices

mod checked;
mod container;
mod discrete;
#[cfg(feature = "nalgebra")]
pub mod geometry;
pub mod grow;
mod jacobian;
mod lanes;
#[cfg(feature = "nalgebra")]
mod linalg;
#[doc(hidden)]
pub mod methods;
mod mode;
mod operators;
mod option;
mod order;
mod part;
mod positions;
mod root;
mod row;
mod scalar;
mod slices;
mod sweep;
#[cfg(test)]
mod tests;
mod totals;

pub use self::checked::*;
pub use self::container::*;
pub use self::discrete::*;
pub use self::jacobian::*;
pub use self::lanes::*;
#[cfg(feature = "nalgebra")]
pub(crate) use self::linalg::owned;
#[cfg(feature = "nalgebra")]
pub use self::linalg::*;
pub use self::mode::*;
pub use self::operators::*;
pub use self::option::*;
pub use self::order::*;
pub use self::part::*;
pub use self::positions::*;
pub use self::root::*;
pub use self::row::*;
pub use self::scalar::*;
pub use self::slices::*;
pub use self::sweep::*;
pub use self::totals::*;
pub use crate::real::{Math, Real};
pub use crate::scalar_output::{KnownDerivative, OneParameter, Same, ScalarOutput};
pub use crate::tangent::variant::{name, parts, parts_mut};
pub use crate::tangent::*;
#[cfg(feature = "nalgebra")]
pub use nalgebra::vector;
