//! Prints a program as a notebook: the source itself, what it gives, and what is checked of it.
//!
//! The program text is the page. Each [`show!`] prints the lines between the previous
//! one and itself exactly as they stand in the file: a leading comment is prose, the rest is code.
//! Then come the values, and the checks.
use console::{Alignment, StyledObject, pad_str, style};
use nalgebra::{Dim, Matrix, RawStorage};
use std::{fmt::Display, panic::Location, process::ExitCode};

/// Columns to the left of everything but prose and headings.
const MARGIN: usize = 11;

/// A program's text, printed as far as the program has run.
pub(crate) struct Page {
    source: Vec<&'static str>,
    /// The first line that is not printed yet.
    next: usize,
    cells: usize,
    checks: usize,
    failures: usize,
}

impl Page {
    /// A page of the program text `source`, beginning below the call.
    #[track_caller]
    pub(crate) fn new(source: &'static str) -> Self {
        let next = caller_line();
        Page { source: source.lines().collect(), next, cells: 0, checks: 0, failures: 0 }
    }

    /// Prints the source down to this call, and the named values that it gave; called by
    /// [`show!`].
    #[track_caller]
    pub(crate) fn show(&mut self, values: &[(&str, &dyn Show)]) {
        self.print_source_until(caller_line());
        let width = values.iter().map(|(name, _)| name.len()).max().unwrap_or(0);
        let named = values.iter().flat_map(|(name, value)| {
            let first = format!("{name:width$} = ");
            let indent = " ".repeat(first.len());
            let value = value.lines().into_iter().enumerate();
            value.map(move |(i, line)| if i == 0 { format!("{first}{line}") } else { format!("{indent}{line}") })
        });
        print_block(style(format!("Out [{}]", self.cells)).yellow(), named);
    }

    /// Records and prints one claim; called by [`check!`].
    #[track_caller]
    pub(crate) fn check(&mut self, claim: &str, holds: bool) {
        self.next = self.end_of_statement(caller_line());
        self.checks += 1;
        self.failures += usize::from(!holds);
        let mark = if holds { style("✓").green() } else { style("✗").red().bold() };
        let claim = if holds { style(claim).dim() } else { style(claim).red() };
        println!("{:MARGIN$}{mark} {claim}", "");
    }

    /// Prints the tally; the exit code says whether all checks held.
    pub(crate) fn finish(self) -> ExitCode {
        let Page { checks, failures, .. } = self;
        if failures > 0 {
            println!("\n{}", style(format!("{failures} of {checks} checks failed.")).red().bold());
            return ExitCode::FAILURE;
        }
        println!("\n{}", style(format!("All {checks} checks hold.")).green().bold());
        ExitCode::SUCCESS
    }

    /// The index of the line below the statement that begins on this line.
    fn end_of_statement(&self, line: usize) -> usize {
        let rest = &self.source[line - 1..];
        line + rest.iter().position(|l| l.ends_with(");")).expect("a statement ends")
    }

    fn print_source_until(&mut self, line: usize) {
        let region = &self.source[self.next..line - 1];
        let mut region =
            region.iter().map(|l| l.strip_prefix("    ").unwrap_or(l)).skip_while(|l| l.is_empty()).peekable();
        println!();
        while let Some(comment) = region.next_if(|l| l.starts_with("//")) {
            let prose = comment.trim_start_matches('/');
            let prose = prose.strip_prefix(' ').unwrap_or(prose);
            match prose.strip_prefix("# ") {
                Some(heading) => println!("\n{}", style(heading).bold().underlined()),
                None => println!("{prose}"),
            }
        }
        let mut code: Vec<_> = region.skip_while(|l| l.is_empty()).collect();
        while code.pop_if(|l| l.is_empty()).is_some() {}

        self.next = self.end_of_statement(line);
        self.cells += 1;
        println!();
        print_block(style(format!("In [{}]", self.cells)).cyan(), code.into_iter().map(paint));
    }
}

/// Prints the source above, and then values that it gave, each with its name as it stands in the
/// source.
macro_rules! show {
    ($page:expr $(, $value:expr)*) => {
        $page.show(&[$((stringify!($value), &$value)),*])
    };
}

/// Checks a claim and prints it as it stands in the source.
macro_rules! check {
    ($page:expr, $claim:expr) => {
        $page.check(stringify!($claim), $claim)
    };
}

pub(crate) use {check, show};

/// The line of the program that called, counted from 1.
#[track_caller]
fn caller_line() -> usize {
    Location::caller().line() as usize
}

/// Prints lines with a label to the left of the first.
fn print_block<L: Display>(label: StyledObject<String>, lines: impl Iterator<Item = L>) {
    let width = MARGIN - 2;
    for (i, line) in lines.enumerate() {
        let text = match i {
            // What is padded is the text, not the escape codes around it.
            0 => format!("{}  {line}", pad_str(&label.to_string(), width, Alignment::Right, None)),
            _ => format!("{:MARGIN$}{line}", ""),
        };
        println!("{}", text.trim_end());
    }
}

/// Comments and attributes step back, so that the code stands out.
fn paint(line: &str) -> StyledObject<&str> {
    match line.trim_start() {
        l if l.starts_with("//") => style(line).dim(),
        l if l.starts_with("#[") => style(line).magenta(),
        _ => style(line),
    }
}

/// A value that a page can show.
pub(crate) trait Show {
    /// Its lines.
    fn lines(&self) -> Vec<String>;
}

impl Show for f64 {
    /// At most four decimals, and none at the end that are zero.
    fn lines(&self) -> Vec<String> {
        let text = format!("{self:.4}");
        vec![text.trim_end_matches('0').trim_end_matches('.').to_owned()]
    }
}

impl Show for bool {
    fn lines(&self) -> Vec<String> {
        vec![self.to_string()]
    }
}

impl<T: Show, R: Dim, C: Dim, S: RawStorage<T, R, C>> Show for Matrix<T, R, C, S> {
    /// A column is written as a list, a matrix row by row.
    fn lines(&self) -> Vec<String> {
        let entries = |i| self.row(i).iter().map(|x| x.lines().concat()).collect();
        let rows: Vec<Vec<String>> = (0..self.nrows()).map(entries).collect();
        if self.ncols() == 1 {
            return vec![format!("[{}]", rows.concat().join(", "))];
        }
        let width = rows.iter().flatten().map(String::len).max().unwrap_or(0);
        let list = |row: &Vec<String>| row.iter().map(|x| format!("{x:>width$}")).collect::<Vec<_>>().join(", ");
        rows.iter().map(|row| format!("[{}]", list(row))).collect()
    }
}
