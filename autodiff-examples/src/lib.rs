//! What the example programs share with benches and tests.
pub mod gradbench;
