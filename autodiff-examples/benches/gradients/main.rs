//! Gradients of kernels, measured: by the attribute, by hand, and by other crates for stable Rust.
//!
//! ```sh
//! cargo bench -p autodiff-examples --bench gradients                                # all kernels
//! cargo bench -p autodiff-examples --bench gradients -- --quick gmm lstm            # those whose names begin so, roughly
//! cargo bench -p autodiff-examples --bench gradients --features ad_trait -- --write docs    # with all peers; benchmarks.md and .svg
//! ```
mod chart;
#[macro_use]
mod kernels;
mod measure;
mod peers;
mod table;

use kernels::{Entry, LIST};
use lexopt::{Arg, ValueExt};
use measure::Row;
use peak_alloc::PeakAlloc;
use std::{
    env,
    error::Error,
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::Duration,
};

#[global_allocator]
static PEAK: PeakAlloc = PeakAlloc;

/// What is asked for.
#[derive(Default)]
struct Options {
    /// The beginnings of names; all kernels, where there are none.
    names: Vec<String>,
    quick: bool,
    /// Where to write the page and the chart.
    write: Option<PathBuf>,
    /// One kernel is to be measured in this process.
    row: Option<String>,
}

impl Options {
    fn parse() -> Result<Self, lexopt::Error> {
        let mut options = Self::default();
        let mut parser = lexopt::Parser::from_env();
        while let Some(argument) = parser.next()? {
            match argument {
                Arg::Long("quick") => options.quick = true,
                Arg::Long("write") => options.write = Some(parser.value()?.into()),
                Arg::Long("row") => options.row = Some(parser.value()?.string()?),
                // what cargo adds
                Arg::Long("bench") => {}
                Arg::Value(name) => options.names.push(name.string()?),
                argument => return Err(argument.unexpected()),
            }
        }
        Ok(options)
    }

    fn budget(&self) -> Duration {
        Duration::from_millis(if self.quick { 20 } else { 300 })
    }

    fn asks_for(&self, entry: &Entry) -> bool {
        self.names.is_empty() || self.names.iter().any(|name| entry.name.starts_with(name.as_str()))
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let options = Options::parse()?;
    if let Some(name) = &options.row {
        let entry = LIST.iter().find(|entry| entry.name == name).ok_or("no such kernel")?;
        println!("{}", serde_json::to_string(&measure::row(entry, options.budget()))?);
        return Ok(());
    }
    let mut rows = Vec::new();
    for entry in LIST.iter().filter(|entry| options.asks_for(entry)) {
        eprintln!("{} ..", entry.name);
        rows.push(measured_apart(entry, &options)?);
    }
    let tables = table::tables(&rows);
    println!("{tables}");
    if let Some(folder) = &options.write {
        write(folder, &rows, &tables)?;
    }
    Ok(())
}

/// Each kernel is measured by a process of its own: an allocator that has seen another keeps memory at hand which otherwise
/// is the kernel's to give, page by page.
fn measured_apart(entry: &Entry, options: &Options) -> Result<Row, Box<dyn Error>> {
    let mut command = Command::new(env::current_exe()?);
    command.args(["--row", entry.name]).args(options.quick.then_some("--quick"));
    let output = command.stderr(Stdio::inherit()).output()?;
    if !output.status.success() {
        return Err(format!("{}: {}", entry.name, output.status).into());
    }
    Ok(serde_json::from_slice(&output.stdout)?)
}

/// The page, from its text and the tables, and the chart.
fn write(folder: &Path, rows: &[Row], tables: &str) -> Result<(), Box<dyn Error>> {
    // cargo runs benchmarks in the folder of their package
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(folder);
    fs::create_dir_all(&folder)?;
    chart::draw(rows, &folder.join("benchmarks.svg"))?;
    fs::write(folder.join("benchmarks.md"), format!("{}\n{tables}", include_str!("page.md")))?;
    Ok(())
}
