//! A small fixed set of random programs; `cargo run --release -p autodiff-random -- --programs N --seed S` runs as many as one likes.
use autodiff_random::{Judge, Report, program};

/// Wrong numbers, crashes and errors in generated code; a clean refusal is no failure.
#[test]
fn forty_programs_are_not_wrong() {
    let programs: Vec<_> = (1..=40).map(|seed| program(seed, 5)).collect();
    let judge = Judge::new("fixed");
    let mut report = Report::default();
    for (program, verdict) in programs.iter().zip(judge.judge(&programs)) {
        report.add(program.clone(), verdict);
    }
    println!("{}", report.counts());
    assert!(report.is_sound(), "{report}");
    assert!(report.right() >= 30, "too few programs are checked: {report}");
}
