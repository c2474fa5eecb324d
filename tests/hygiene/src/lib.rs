//! What is tested stands in `tests`.
