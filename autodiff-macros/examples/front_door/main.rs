//! The compiler over the functions of other people's crates: what is accepted, why the rest is not, and whether what is accepted is right.
//!
//! ```text
//! cargo run --release -p autodiff-macros --example front_door                        # the crates of `sources::CRATES`
//! cargo run --release -p autodiff-macros --example front_door -- --crate libm --try  # also compiles and runs what is accepted
//! ```
#![allow(dead_code, missing_docs, unreachable_pub, reason = "the compiler's modules are a part of this program")]

extern crate proc_macro;

#[path = "../../src/again.rs"]
mod again;
#[path = "../../src/analysis/mod.rs"]
mod analysis;
#[path = "../../src/atom.rs"]
mod atom;
#[path = "../../src/attr.rs"]
mod attr;
#[path = "../../src/bits.rs"]
mod bits;
#[path = "../../src/callees.rs"]
mod callees;
#[path = "../../src/ctxt.rs"]
mod ctxt;
#[path = "../../src/derive/mod.rs"]
mod derive;
#[path = "../../src/desugar/mod.rs"]
mod desugar;
#[path = "../../src/dump.rs"]
mod dump;
#[path = "../../src/emit/mod.rs"]
mod emit;
#[path = "../../src/expand.rs"]
mod expand;
#[path = "../../src/fence.rs"]
mod fence;
#[path = "../../src/forward/mod.rs"]
mod forward;
#[path = "../../src/functions.rs"]
mod functions;
#[path = "../../src/host.rs"]
mod host;
#[path = "../../src/hygiene.rs"]
mod hygiene;
#[path = "../../src/ir/mod.rs"]
mod ir;
#[path = "../../src/lower/mod.rs"]
mod lower;
#[path = "../../src/methods.rs"]
mod methods;
#[path = "../../src/names.rs"]
mod names;
#[path = "../../src/overload.rs"]
mod overload;
#[path = "../../src/parts/mod.rs"]
mod parts;
#[path = "../../src/patterns.rs"]
mod patterns;
#[path = "../../src/references/mod.rs"]
mod references;
#[path = "../../src/rename.rs"]
mod rename;
#[path = "../../src/reverse/mod.rs"]
mod reverse;
#[path = "../../src/rules.rs"]
mod rules;
#[path = "../../src/slice.rs"]
mod slice;
#[path = "../../src/slices/mod.rs"]
mod slices;
#[path = "../../src/sugar.rs"]
mod sugar;
#[path = "../../src/unchecked.rs"]
mod unchecked;

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
