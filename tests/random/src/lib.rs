//! Random programs: is a derivative ever silently wrong?
//!
//! ```text
//! generate/   a program from a seed: well typed, finite, from the whole language       ast.rs     what it is made of
//! print.rs    the program over f64 with the attribute, and the same over dual numbers  oracle.rs  what the dual numbers lack
//! front_door.rs   what the attribute itself says, without rustc
//! judge.rs    many programs in one crate: built, run, a verdict on each                 run.rs     the end that runs inside it
//! shrink.rs   a program that fails, to the few lines that fail                          report.rs  figures and findings
//! ```
#![allow(
    dead_code,
    reason = "the compiler's modules are a part of this program, and not all of what they hold is called"
)]

extern crate proc_macro;

include!("../../../autodiff-macros/examples/front_door/compiler.rs");

mod ast;
mod front_door;
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
pub use generate::{dense, program};
pub use judge::{Judge, Verdict};
pub use print::listing;
pub use report::Report;
pub use shrink::shrink;
