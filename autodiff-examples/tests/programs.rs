//! Runs every program; each exits non-zero when what it claims does not hold.
use std::{path::Path, process::Command};

/// What a program prints.
fn run(program: &str) -> String {
    let output = Command::new(program).output().expect("the program starts");
    let text = String::from_utf8(output.stdout).expect("the program prints text");
    assert!(output.status.success(), "{program} failed:\n{text}");
    text
}

#[test]
fn notebook() {
    let page = run(env!("CARGO_BIN_EXE_notebook"));
    assert!(page.ends_with("All 19 checks hold.\n"), "{page}");
    assert!(!page.contains('\x1b'), "escape codes where nobody reads colours");
}

#[test]
fn logistic_regression() {
    let program = env!("CARGO_BIN_EXE_logistic_regression");
    let report = run(program);
    assert!(report.contains("held-out accuracy  95.6 %"), "{report}");
    let plot = std::fs::read_to_string(Path::new(program).with_extension("svg")).expect("the plot is written");
    assert!(plot.contains("<polyline"), "{plot}");
}

#[test]
fn kepler() {
    run(env!("CARGO_BIN_EXE_kepler"));
}

#[test]
fn robot_arm() {
    run(env!("CARGO_BIN_EXE_robot_arm"));
}
