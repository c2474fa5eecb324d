//! Facts about a function: pure functions from syntax or IR to plain data.
pub(crate) mod activity;
pub(crate) mod needs;
