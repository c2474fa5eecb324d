//! Speaks the protocol of [GradBench](https://github.com/gradbench/gradbench) on standard input and output; with
//! `--measure` and the beginning of a name, times derivatives on random inputs instead.
use autodiff_examples::gradbench::{measure, protocol};
use std::io::{self, BufRead, Write};

/// Residuals come and go with each run; the system's allocator hands large ones back, and their pages cost more than the numbers.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> io::Result<()> {
    let mut arguments = std::env::args().skip(1);
    let option = arguments.next();
    let name = arguments.next().unwrap_or_default();
    match option.as_deref() {
        None => converse(),
        Some("--measure") => measure::print_table(&name),
        Some("--workload") => {
            measure::print_row(&name);
            Ok(())
        }
        Some(option) => Err(io::Error::other(format!("unknown option `{option}`"))),
    }
}

fn converse() -> io::Result<()> {
    let mut output = io::stdout().lock();
    for line in io::stdin().lock().lines() {
        writeln!(output, "{}", protocol::respond(&line?))?;
        output.flush()?;
    }
    Ok(())
}
