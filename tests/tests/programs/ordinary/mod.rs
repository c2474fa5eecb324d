//! Ordinary Rust: functions as they are found in repositories, in the styles of their authors.
#![allow(clippy::all, dead_code, unreachable_pub, missing_docs, reason = "written as others write")]
mod calculus;
mod finance;
mod geometry;
mod learning;
mod linalg;
mod optim;
mod physics;
mod sequences;
mod signal;
mod special;
mod stats;
