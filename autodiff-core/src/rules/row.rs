//! The rows of the scalar table as data: for tests, which find by it what there is to be tested.

/// One rule on scalars.
#[derive(Debug, Clone, Copy)]
pub struct Row {
    /// The name of its module.
    pub name: &'static str,
    /// For every operand the interval that tests draw from; there the function is smooth.
    pub domain: &'static [(f64, f64)],
    /// The value, in `f64`.
    pub value: fn(&[f64]) -> f64,
    /// The value, in `f32`.
    pub value_f32: fn(&[f32]) -> f32,
    /// The derivatives by its operands; constants (`n` in `x.powi(n)`) have none.
    pub partials: &'static [Partial],
    /// The second partials, row by row: first by the operand of `partials[i]`, then by that of `partials[j]`.
    pub second: fn(&[f64]) -> Vec<f64>,
}

/// The derivative of a rule by one operand.
#[derive(Debug, Clone, Copy)]
pub struct Partial {
    /// The name of its function: `pull_0`.
    pub name: &'static str,
    /// What it reads, as the macro crate's table spells it (but for the case of letters): `ab`, `y`.
    pub reads: &'static str,
    /// Calls `pull_k` with these operands and this adjoint.
    pub pull: fn(&[f64], f64) -> f64,
    /// Calls `push_k` with these operands and this tangent.
    pub push: fn(&[f64], f64) -> f64,
    /// The same as `pull` in `f32`.
    pub pull_f32: fn(&[f32], f32) -> f32,
}

impl Partial {
    /// The operand it belongs to.
    pub fn operand(&self) -> usize {
        self.name.trim_start_matches("pull_").parse().expect("it is named pull_k")
    }
}
