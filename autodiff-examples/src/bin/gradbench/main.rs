//! Speaks the protocol of [GradBench](https://github.com/gradbench/gradbench) on standard input and output; with
//! `--measure` and the beginning of a name, times derivatives on random inputs instead.
use autodiff_examples::gradbench::{measure, protocol};
use std::io::{self, BufRead, Write};

fn main() -> io::Result<()> {
    let mut arguments = std::env::args().skip(1);
    match arguments.next().as_deref() {
        None => converse(),
        Some("--measure") => {
            measure::print_table(&arguments.next().unwrap_or_default());
            Ok(())
        }
        Some(argument) => Err(io::Error::other(format!("unknown argument `{argument}`"))),
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
