//! Every rule: scalars in both spellings and both precisions, operators, kinks, nalgebra's core set.
#![allow(
    clippy::unnecessary_literal_unwrap,
    clippy::ptr_arg,
    clippy::unnecessary_cast,
    clippy::needless_range_loop,
    clippy::op_ref,
    clippy::assign_op_pattern,
    clippy::clone_on_copy,
    clippy::needless_borrow,
    reason = "the functions under test are written in every style that users write in"
)]
mod decompositions;
mod edges;
mod entries;
mod geometry;
mod kinks;
mod maps;
mod matrices;
mod operators;
mod points;
mod reductions;
mod scalar;
mod updates;
mod values;

/// No row of the rule table without a test.
#[test]
fn every_row_is_tested() {
    let table = include_str!("../../../autodiff-macros/src/rules.rs");
    let rows: Vec<&str> = table.split("row(\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
    assert!(rows.len() > 50, "the table has moved? found {rows:?}");
    let tested: Vec<&str> =
        [scalar::TESTED, operators::TESTED, matrices::TESTED, reductions::TESTED, entries::TESTED].concat();
    let missing: Vec<&&str> = rows.iter().filter(|row| !tested.contains(row)).collect();
    assert!(missing.is_empty(), "rules without a test: {missing:?}");
}
