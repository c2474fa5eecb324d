//! The contract with the user: entry points, attributes, types, generics, items, cost.
#![allow(
    clippy::needless_range_loop,
    clippy::assign_op_pattern,
    clippy::manual_swap,
    clippy::ptr_arg,
    unreachable_pub,
    reason = "the functions under test are written in every style that users write in"
)]
mod attributes;
mod check;
mod cost;
mod derive;
mod entry_points;
mod generics;
mod harness;
mod items;
mod jacobians;
mod lanes;
mod types;
