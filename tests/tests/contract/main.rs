//! The contract with the user: entry points, attributes, types, generics, items, cost.
mod attributes;
mod cost;
mod entry_points;
mod generics;
mod harness;
mod items;
mod jacobians;
mod types;
