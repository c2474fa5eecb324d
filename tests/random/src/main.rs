//! `cargo run --release -p autodiff-random -- --programs N --seed S [--size K] [--shrink M] [--dense] [--show]`
use autodiff_random::{Judge, Program, Report, dense, listing, program};
use lexopt::{Arg::Long, ValueExt};

struct Options {
    programs: u64,
    seed: u64,
    size: usize,
    shrink: usize,
    batch: usize,
    show: bool,
    dense: bool,
    name: String,
}

fn options() -> Result<Options, lexopt::Error> {
    let mut o = Options {
        programs: 200,
        seed: 1,
        size: 7,
        shrink: 6,
        batch: 100,
        show: false,
        dense: false,
        name: "run".into(),
    };
    let mut parser = lexopt::Parser::from_env();
    while let Some(arg) = parser.next()? {
        match arg {
            Long("programs") => o.programs = parser.value()?.parse()?,
            Long("seed") => o.seed = parser.value()?.parse()?,
            Long("size") => o.size = parser.value()?.parse()?,
            Long("shrink") => o.shrink = parser.value()?.parse()?,
            Long("batch") => o.batch = parser.value()?.parse()?,
            Long("name") => o.name = parser.value()?.string()?,
            Long("dense") => o.dense = true,
            Long("show") => o.show = true,
            other => return Err(other.unexpected()),
        }
    }
    Ok(o)
}

fn main() -> Result<(), lexopt::Error> {
    let o = options()?;
    let write = if o.dense { dense } else { program };
    // program k of a run is the first of the run that begins with seed k
    let all: Vec<Program> = (o.seed..o.seed + o.programs).map(|seed| write(seed, o.size)).collect();
    if o.show {
        all.iter().for_each(|p| println!("{}", listing(p)));
        return Ok(());
    }
    let mut judge = Judge::new(&o.name);
    judge.batch = o.batch;
    let mut report = Report::default();
    for some in all.chunks(2 * o.batch) {
        for (p, verdict) in some.iter().zip(judge.judge(some)) {
            report.add(p.clone(), verdict);
        }
        eprintln!("{}", report.counts());
    }
    eprint!("{}", report.summary());
    report.shrink(&judge, o.shrink);
    print!("{report}");
    Ok(())
}
