//! Many programs in one crate: built, run, a verdict on each. What does not compile is found by the line, taken out, and the
//! others are built without it.
use crate::{ast::Program, front_door, print};
use serde_json::Value;
use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

/// What became of a program.
#[derive(Clone, Debug, PartialEq)]
pub enum Verdict {
    /// All checks hold.
    Right,
    /// The program itself is not finite, or rounding decides its branches: nothing to learn.
    Idle,
    /// A check fails.
    Wrong(String),
    /// It runs forever, or out of its stack.
    Crashed,
    /// An error of the attribute's own.
    Refused(String),
    /// The generated code does not compile.
    Rustc(String),
    /// The program itself does not compile: the generator's fault.
    Invalid(String),
}

impl Verdict {
    /// Two programs fail in the same way when this is the same.
    pub fn kind(&self) -> String {
        match self {
            Verdict::Right => "right".into(),
            Verdict::Idle => "idle".into(),
            // which comparison failed, without the numbers
            Verdict::Wrong(text) => {
                let what = match text.split_once("): ") {
                    Some((_, comparison)) => comparison.split_whitespace().take(2).collect::<Vec<_>>().join(" "),
                    None => format!("panics: {}", text.replace(|c: char| c.is_ascii_digit(), "")),
                };
                format!("wrong: {what}")
            }
            Verdict::Crashed => "crashed".into(),
            Verdict::Refused(text) => format!("refused: {}", without_names(text)),
            Verdict::Rustc(text) => format!("rustc: {}", without_names(text)),
            Verdict::Invalid(text) => format!("invalid: {}", without_names(text)),
        }
    }
    /// Whether it may be the fault of the program itself: it need not compile, it may panic or run forever.
    fn is_doubtful(&self) -> bool {
        match self {
            Verdict::Wrong(text) => !text.starts_with(CHECK),
            other => matches!(other, Verdict::Crashed | Verdict::Rustc(_)),
        }
    }
    /// Whether it is more than a program without news.
    pub fn is_finding(&self) -> bool {
        !matches!(self, Verdict::Right | Verdict::Idle | Verdict::Invalid(_))
    }
}

/// The first line, with `..` between backticks.
fn without_names(text: &str) -> String {
    let parts = text.lines().next().unwrap_or_default().split('`').enumerate();
    parts.map(|(k, part)| if k % 2 == 0 { part } else { ".." }).collect()
}

/// How it is said that state of the user's cannot be put back: by way of a trait, since types decide.
const NOBODY_PUTS_BACK: &str = "a derivative reads this state as it was before the call";

/// How the harness begins to say what differs.
const CHECK: &str = "plain :: f(";

/// A folder in which crates are generated and built.
pub struct Judge {
    folder: PathBuf,
    /// Programs in one crate.
    pub batch: usize,
}

/// What programs are built for.
#[derive(Clone, Copy, PartialEq)]
enum Goal {
    /// To be run.
    Run,
    /// To see whether they compile.
    Check,
    /// To see whether they do without the attribute.
    Plain,
}

/// An error, and the line which it is at.
struct Error {
    binary: usize,
    line: usize,
    code: Option<String>,
    text: String,
}

impl Judge {
    /// # Panics
    /// When files cannot be written.
    pub fn new(name: &str) -> Judge {
        let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        let folder = workspace.join("target/random").join(name);
        let _ = fs::remove_dir_all(folder.join("src/bin"));
        fs::create_dir_all(folder.join("src/bin")).expect("a folder for generated crates");
        let manifest = include_str!("manifest.txt").replace("WORKSPACE", &workspace.display().to_string());
        fs::write(folder.join("Cargo.toml"), manifest).expect("a manifest");
        fs::copy(workspace.join("Cargo.lock"), folder.join("Cargo.lock")).expect("the workspace's lock file");
        Judge { folder, batch: 100 }
    }

    /// A verdict on each program.
    pub fn judge(&self, programs: &[Program]) -> Vec<Verdict> {
        self.verdicts(programs, Goal::Run)
    }

    /// Whether each compiles; those that do are taken for right.
    pub fn compile(&self, programs: &[Program]) -> Vec<Verdict> {
        self.verdicts(programs, Goal::Check)
    }

    /// The attribute alone comes first, then rustc, then the checks, then doubts about the program.
    fn verdicts(&self, programs: &[Program], goal: Goal) -> Vec<Verdict> {
        let mut verdicts: Vec<Verdict> =
            programs.iter().map(|p| front_door::verdict(p).unwrap_or(Verdict::Right)).collect();
        self.try_out(programs, goal, &mut verdicts);
        let doubtful: Vec<usize> = (0..programs.len()).filter(|&i| verdicts[i].is_doubtful()).collect();
        let alone: Vec<Program> = doubtful.iter().map(|&i| programs[i].clone()).collect();
        let mut of_program = vec![Verdict::Right; alone.len()];
        self.try_out(&alone, Goal::Plain, &mut of_program);
        for (i, plain) in doubtful.into_iter().zip(of_program) {
            match plain {
                Verdict::Right => {}
                Verdict::Rustc(text) | Verdict::Refused(text) => verdicts[i] = Verdict::Invalid(text),
                Verdict::Wrong(text) => verdicts[i] = Verdict::Invalid(format!("panics: {text}")),
                Verdict::Crashed => verdicts[i] = Verdict::Invalid("crashes".into()),
                other => unreachable!("the program alone is not {other:?}"),
            }
        }
        verdicts
    }

    /// Builds and runs those programs that are right so far.
    fn try_out(&self, programs: &[Program], goal: Goal, verdicts: &mut [Verdict]) {
        let binaries = self.build(programs, goal, verdicts);
        if goal != Goal::Check {
            self.run(&binaries, verdicts);
        }
    }

    /// Builds what can be built; gives the binaries' programs.
    fn build(&self, programs: &[Program], goal: Goal, verdicts: &mut [Verdict]) -> Vec<Vec<usize>> {
        let texts: Vec<String> = programs
            .iter()
            .enumerate()
            .map(|(i, p)| print::program(&format!("p{i}"), p, goal != Goal::Plain))
            .collect();
        let all: Vec<usize> = (0..programs.len()).filter(|&i| verdicts[i] == Verdict::Right).collect();
        // as many binaries as the machine builds at a time, or more
        let size = self.batch.min(all.len().div_ceil(2)).max(1);
        let mut binaries: Vec<Vec<usize>> = all.chunks(size).map(<[usize]>::to_vec).collect();
        while !binaries.is_empty() {
            self.clear(binaries.len());
            let lines: Vec<Vec<usize>> =
                binaries.iter().enumerate().map(|(b, ids)| self.write(b, ids, &texts)).collect();
            let (errors, success) = self.cargo(goal);
            if success {
                return binaries;
            }
            let mut failed: BTreeMap<usize, Vec<&Error>> = BTreeMap::new();
            for e in &errors {
                let before = lines[e.binary].partition_point(|&first| first <= e.line);
                if before > 0 {
                    failed.entry(binaries[e.binary][before - 1]).or_default().push(e);
                }
            }
            if failed.is_empty() {
                let texts: Vec<&String> = errors.iter().map(|e| &e.text).collect();
                panic!("an error that belongs to no program: {texts:#?}");
            }
            let gone: BTreeSet<usize> = failed.keys().copied().collect();
            for (id, errors) in failed {
                verdicts[id] = of_errors(&errors);
            }
            binaries.iter_mut().for_each(|ids| ids.retain(|id| !gone.contains(id)));
        }
        binaries
    }

    /// Writes a binary; gives the line that each program begins at.
    fn write(&self, b: usize, ids: &[usize], texts: &[String]) -> Vec<usize> {
        let mut text = include_str!("header.rs.txt")
            .replace("CONSTANTS", include_str!("constants.rs.txt"))
            .replace("PLAIN_TYPES", &print::plain_types())
            .replace("DUAL_TYPES", &print::dual_types());
        let checks: String = ids.iter().map(|id| format!("({id}, p{id}::check as fn()), ")).collect();
        text += &format!("fn main() {{ autodiff_random::run::run(&[{checks}]); }}\n");
        let mut lines = Vec::new();
        for &id in ids {
            lines.push(text.lines().count() + 1);
            text += &texts[id];
            if !text.ends_with('\n') {
                text.push('\n');
            }
        }
        // what is as before is not built again
        let file = self.source(b);
        if fs::read_to_string(&file).is_ok_and(|old| old == text) {
            return lines;
        }
        fs::write(file, text).expect("a source file");
        lines
    }

    fn source(&self, b: usize) -> PathBuf {
        self.folder.join(format!("src/bin/{}.rs", self.binary(b)))
    }

    /// No more binaries than these, of an earlier build.
    fn clear(&self, binaries: usize) {
        let mut old = (binaries..).map(|b| self.source(b));
        while old.next().is_some_and(|file| fs::remove_file(file).is_ok()) {}
    }

    /// A binary's name, which no other run has.
    fn binary(&self, b: usize) -> String {
        let run = self.folder.file_name().expect("a folder for each run").display();
        format!("{run}_b{b}")
    }

    fn cargo(&self, goal: Goal) -> (Vec<Error>, bool) {
        let target = self.folder.parent().expect("target/random").join("build");
        let output = Command::new(std::env::var_os("CARGO").unwrap_or("cargo".into()))
            .args([
                if goal == Goal::Check { "check" } else { "build" },
                "--bins",
                "--keep-going",
                "--offline",
                "--message-format=json",
                "--quiet",
            ])
            .current_dir(&self.folder)
            .env("CARGO_TARGET_DIR", &target)
            // two minutes for an optimised attribute pay off after some thousands of programs
            .env("CARGO_PROFILE_DEV_BUILD_OVERRIDE_OPT_LEVEL", if cfg!(debug_assertions) { "0" } else { "2" })
            .stderr(Stdio::piped())
            .output()
            .expect("cargo runs");
        let text = String::from_utf8_lossy(&output.stdout);
        let errors: Vec<Error> = text.lines().filter_map(error).collect();
        if !output.status.success() && errors.is_empty() {
            panic!("cargo fails without an error of rustc's: {}", String::from_utf8_lossy(&output.stderr));
        }
        (errors, output.status.success())
    }

    fn run(&self, binaries: &[Vec<usize>], verdicts: &mut [Verdict]) {
        for (b, ids) in binaries.iter().enumerate() {
            let path = self.folder.parent().expect("target/random").join("build/debug").join(self.binary(b));
            let mut first = 0;
            while first < ids.len() {
                let output =
                    Command::new(&path).arg(first.to_string()).stderr(Stdio::null()).output().expect("the binary runs");
                let Some((id, verdict)) = failure(&String::from_utf8_lossy(&output.stdout)) else { break };
                verdicts[id] = verdict;
                first = ids.iter().position(|i| *i == id).expect("one of them") + 1;
            }
        }
    }
}

/// Which check ended a binary before its last one, and how.
fn failure(output: &str) -> Option<(usize, Verdict)> {
    let lines: Vec<&str> = output.lines().collect();
    let started = lines.iter().rev().find_map(|line| line.strip_prefix("started "))?.parse().ok()?;
    match lines.last()?.split_once(' ')? {
        ("right", _) => None,
        ("wrong", text) => Some((started, of_panic(serde_json::from_str(text).unwrap_or_default()))),
        _ => Some((started, Verdict::Crashed)),
    }
}

fn of_panic(text: String) -> Verdict {
    if text.contains("a bad test") { Verdict::Idle } else { Verdict::Wrong(text) }
}

/// Errors without a code are the attribute's, and so are those of a trait that says so in the attribute's words.
fn of_errors(errors: &[&Error]) -> Verdict {
    let own = |e: &Error| e.code.is_none() && !e.text.contains("panicked") || e.text.starts_with(NOBODY_PUTS_BACK);
    match errors.iter().find(|e| own(e)) {
        Some(own) => Verdict::Refused(own.text.clone()),
        None => {
            let Error { code, text, .. } = errors[0];
            Verdict::Rustc(format!("{} {text}", code.clone().unwrap_or_default()))
        }
    }
}

/// An error of rustc's, from a line of cargo's.
fn error(line: &str) -> Option<Error> {
    let value: Value = serde_json::from_str(line).ok()?;
    let message = &value["message"];
    if value["reason"] != "compiler-message" || message["level"] != "error" {
        return None;
    }
    let binary = value["target"]["name"].as_str()?.rsplit_once("_b")?.1.parse().ok()?;
    let spans = message["spans"].as_array()?;
    let line = spans.iter().find_map(line_of)?;
    Some(Error {
        binary,
        line,
        code: message["code"]["code"].as_str().map(String::from),
        text: format!("{}\n{}", message["message"].as_str()?, message["rendered"].as_str().unwrap_or_default()),
    })
}

/// Where in the binary a span is, or the macro call that it is from.
fn line_of(span: &Value) -> Option<usize> {
    if span["file_name"].as_str()?.contains("src/bin/") {
        return usize::try_from(span["line_start"].as_u64()?).ok();
    }
    line_of(&span["expansion"]["span"])
}
