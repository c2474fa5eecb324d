//! The compiler over the functions of other people's crates: what is accepted, why the rest is not, and whether what is accepted is right.
//!
//! ```text
//! cargo run --release -p autodiff-macros --example front_door                        # the crates of `sources::CRATES`
//! cargo run --release -p autodiff-macros --example front_door -- --crate libm --try  # also compiles and runs what is accepted
//! ```
#![allow(dead_code, missing_docs, unreachable_pub, reason = "the compiler's modules are a part of this program")]

extern crate proc_macro;

include!("compiler.rs");

mod arguments;
mod extract;
mod report;
mod sources;
mod trial;
mod verdict;

use std::path::PathBuf;

/// `--crate NAME` (repeated), `--function NAME`, `--from FOLDER` of sources, `--try`, `--out FILE`, `--examples TEXT`.
#[derive(Default)]
struct Options {
    crates: Vec<String>,
    from: Option<PathBuf>,
    function: Option<String>,
    attempt: bool,
    out: Option<PathBuf>,
    /// Prints the functions that are refused with a reason that holds this text.
    examples: Option<String>,
}

impl Options {
    fn read() -> Options {
        let mut options = Options::default();
        let mut args = std::env::args().skip(1);
        let next = |args: &mut dyn Iterator<Item = String>, what: &str| {
            args.next().unwrap_or_else(|| panic!("{what} takes a value"))
        };
        while let Some(arg) = args.next() {
            match arg.as_str() {
                "--crate" => options.crates.push(next(&mut args, &arg)),
                "--from" => options.from = Some(next(&mut args, &arg).into()),
                "--out" => options.out = Some(next(&mut args, &arg).into()),
                "--examples" => options.examples = Some(next(&mut args, &arg)),
                "--function" => options.function = Some(next(&mut args, &arg)),
                "--try" => options.attempt = true,
                _ => panic!(
                    "`{arg}` is not known: --crate NAME, --function NAME, --from FOLDER, --try, --out FILE, --examples TEXT"
                ),
            }
        }
        options
    }
}

fn main() {
    let options = Options::read();
    std::panic::set_hook(Box::new(verdict::remember));
    let mut crates = sources::find(options.from.as_deref(), &options.crates);
    if let Some(name) = &options.function {
        crates.iter_mut().for_each(|c| c.functions.retain(|f| f.name == *name));
    }
    let verdicts: Vec<_> = crates.iter().map(|c| c.functions.iter().map(verdict::of).collect::<Vec<_>>()).collect();
    let mut text = report::table(&crates, &verdicts, options.examples.as_deref());
    if options.attempt {
        let cases = crates.iter().zip(&verdicts).flat_map(|(c, v)| extract::cases(c, v)).collect();
        text += &trial::run(cases);
    }
    print!("{text}");
    if let Some(out) = options.out {
        std::fs::write(&out, text).unwrap_or_else(|e| panic!("{}: {e}", out.display()));
    }
    // threads that hang are left behind
    std::process::exit(0);
}
