//! Facts about a function: pure functions from syntax or IR to plain data.
pub(crate) mod activity;
mod exclusive;
mod facts;
mod needs;
mod sites;
mod usefulness;
mod writes;

pub(crate) use exclusive::mark;
pub(crate) use facts::{Facts, Plan, facts};
pub(crate) use usefulness::is_mut;
pub(crate) use writes::{is_made_elsewhere, is_reference, operands};
