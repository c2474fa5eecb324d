//! Random programs: is a derivative ever silently wrong?
//!
//! ```text
//! generate/   a program from a seed: well typed, finite, from the whole language       ast.rs     what it is made of
//! print.rs    the program over f64 with the attribute, and the same over dual numbers  oracle.rs  what the dual numbers lack
//! judge.rs    many programs in one crate: built, run, a verdict on each                 run.rs     the end that runs inside it
//! shrink.rs   a program that fails, to the few lines that fail                          report.rs  figures and findings
//! ```
mod ast;
mod generate;
mod judge;
#[doc(hidden)]
pub mod oracle;
mod print;
mod report;
#[doc(hidden)]
pub mod run;
mod shrink;

pub use ast::Program;
pub use generate::program;
pub use judge::{Judge, Verdict};
pub use print::listing;
pub use report::Report;
pub use shrink::shrink;
