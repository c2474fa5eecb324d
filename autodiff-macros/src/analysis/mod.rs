//! Facts about a function: pure functions from syntax or IR to plain data.
pub(crate) mod activity;
mod changing;
mod entries;
mod exclusive;
mod facts;
mod iterations;
mod methods;
mod needs;
mod paths;
mod ready;
mod report;
mod results;
mod seeds;
mod sites;
mod usefulness;
mod writes;

pub(crate) use entries::Counter;
pub(crate) use exclusive::mark;
pub(crate) use facts::{Facts, Plan, facts, settled};
pub(crate) use iterations::{found_outside, rewrites_first, sum_of_constants};
pub(crate) use paths::{Paths, is_mark, paths};
pub(crate) use ready::{at_once, gains_at_once};
pub(crate) use report::report;
pub(crate) use results::read_back;
pub(crate) use seeds::{Link, leaves_as_it_should, lent_constants};
pub(crate) use usefulness::is_mut;
pub(crate) use writes::{is_made_elsewhere, is_reference, is_typed, operands, statement};
