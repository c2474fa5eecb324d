//! Every row of the table: on owned matrices and on views, static and dynamic, f64 and f32.
#[macro_use]
mod macros;
mod check;
mod rows;
mod scalars;
mod special;

/// The table, read as text, so that a row without a test fails.
#[test]
fn every_row_is_tested() {
    let table = concat!(env!("CARGO_MANIFEST_DIR"), "/../autodiff-macros/src/rules.rs");
    let Ok(table) = std::fs::read_to_string(table) else {
        return;
    };
    let section =
        table.split("// nalgebra").nth(1).and_then(|rest| rest.split("];").next()).expect("rows for nalgebra");
    let names = section.lines().filter_map(|line| line.trim().strip_prefix("row(\"")?.split('"').next());
    let operators = ["neg", "add", "sub", "mul", "scaled", "scales", "div", "abs", "own", "repeat"];
    let tested: Vec<&str> = [rows::TESTED, scalars::TESTED, special::TESTED].concat();
    let missing: Vec<&str> = names.chain(operators).filter(|name| !tested.contains(name)).collect();
    assert!(missing.is_empty(), "rows without a test: {missing:?}");
}
