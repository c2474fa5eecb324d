//! Many programs in one crate: built, run, a verdict on each. What does not compile is found by the line, taken out, and the
//! others are built without it.
use crate::{ast::Program, print};
use serde_json::Value;
use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    io::Write,
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
                let after = text.split_once("): ").map_or(text.as_str(), |(_, after)| after);
                format!("wrong: {}", after.split([' ', '\n']).next().unwrap_or_default())
            }
            Verdict::Crashed => "crashed".into(),
            Verdict::Refused(text) => format!("refused: {}", without_names(text)),
            Verdict::Rustc(text) => format!("rustc: {}", without_names(text)),
            Verdict::Invalid(text) => format!("invalid: {}", without_names(text)),
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
        fs::create_dir_all(folder.join("src/bin")).expect("a folder for generated crates");
        let manifest = include_str!("manifest.txt").replace("WORKSPACE", &workspace.display().to_string());
        fs::write(folder.join("Cargo.toml"), manifest).expect("a manifest");
        fs::copy(workspace.join("Cargo.lock"), folder.join("Cargo.lock")).expect("the workspace's lock file");
        Judge { folder, batch: 100 }
    }

    /// A verdict on each program.
    pub fn judge(&self, programs: &[Program]) -> Vec<Verdict> {
        let mut verdicts = vec![Verdict::Right; programs.len()];
        let built = self.build(programs, Goal::Run, &mut verdicts);
        self.run(&built, &mut verdicts);
        self.suspect(programs, &mut verdicts);
        verdicts
    }

    /// Whether each compiles; those that do are taken for right.
    pub fn compile(&self, programs: &[Program]) -> Vec<Verdict> {
        let mut verdicts = vec![Verdict::Right; programs.len()];
        self.build(programs, Goal::Check, &mut verdicts);
        self.suspect(programs, &mut verdicts);
        verdicts
    }

    /// Errors of rustc's in programs that are not in order themselves are the generator's fault.
    fn suspect(&self, programs: &[Program], verdicts: &mut [Verdict]) {
        let suspects: Vec<usize> = (0..programs.len()).filter(|&i| matches!(verdicts[i], Verdict::Rustc(_))).collect();
        if !suspects.is_empty() {
            let alone: Vec<Program> = suspects.iter().map(|&i| programs[i].clone()).collect();
            let mut of_program = vec![Verdict::Right; alone.len()];
            self.build(&alone, Goal::Plain, &mut of_program);
            for (i, verdict) in suspects.into_iter().zip(of_program) {
                match verdict {
                    Verdict::Right => {}
                    Verdict::Rustc(text) | Verdict::Refused(text) => verdicts[i] = Verdict::Invalid(text),
                    other => unreachable!("a build does not say {other:?}"),
                }
            }
        }
    }

    /// Builds what can be built; gives the binaries' programs.
    fn build(&self, programs: &[Program], goal: Goal, verdicts: &mut [Verdict]) -> Vec<Vec<usize>> {
        let texts: Vec<String> = programs
            .iter()
            .enumerate()
            .map(|(i, p)| print::program(&format!("p{i}"), p, goal != Goal::Plain))
            .collect();
        let all: Vec<usize> = (0..programs.len()).collect();
        // as many binaries as the machine builds at a time, or more
        let size = self.batch.min(programs.len().div_ceil(2)).max(1);
        let mut binaries: Vec<Vec<usize>> = all.chunks(size).map(<[usize]>::to_vec).collect();
        while !binaries.is_empty() {
            let _ = fs::remove_dir_all(self.folder.join("src/bin"));
            fs::create_dir_all(self.folder.join("src/bin")).expect("a folder for binaries");
            let lines: Vec<Vec<usize>> =
                binaries.iter().enumerate().map(|(b, ids)| self.write(b, ids, &texts, goal)).collect();
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
    fn write(&self, b: usize, ids: &[usize], texts: &[String], goal: Goal) -> Vec<usize> {
        let types = include_str!("types.rs.txt");
        let mut text = include_str!("header.rs.txt").replace("PLAIN_TYPES", &types.replace('§', "f64")).replace(
            "DUAL_TYPES",
            &types.replace('§', "Dual64").replace(", Differentiable", "").replace("#[differentiable]", ""),
        );
        let checks: String = ids.iter().map(|id| format!("({id}, p{id}::check as fn()), ")).collect();
        text += &if goal != Goal::Plain {
            format!("fn main() {{ autodiff_random::run::run(&[{checks}]); }}\n")
        } else {
            "fn main() {}\n".to_string()
        };
        let mut lines = Vec::new();
        for &id in ids {
            lines.push(text.lines().count() + 1);
            text += &texts[id];
            if !text.ends_with('\n') {
                text.push('\n');
            }
        }
        fs::write(self.folder.join(format!("src/bin/b{b}.rs")), text).expect("a source file");
        lines
    }

    fn cargo(&self, goal: Goal) -> (Vec<Error>, bool) {
        let target = self.folder.parent().expect("target/random").join("build");
        let output = Command::new(std::env::var_os("CARGO").unwrap_or("cargo".into()))
            .args([
                if goal == Goal::Run { "build" } else { "check" },
                "--bins",
                "--keep-going",
                "--offline",
                "--message-format=json",
                "--quiet",
            ])
            .current_dir(&self.folder)
            .env("CARGO_TARGET_DIR", &target)
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
            let path = self.folder.parent().expect("target/random").join(format!("build/debug/b{b}"));
            let mut first = 0;
            while first < ids.len() {
                let output =
                    Command::new(&path).arg(first.to_string()).stderr(Stdio::null()).output().expect("the binary runs");
                let mut started: Option<usize> = None;
                for line in String::from_utf8_lossy(&output.stdout).lines() {
                    let mut words = line.splitn(3, ' ');
                    let (word, id) = (words.next(), words.next().and_then(|id| id.parse().ok()));
                    match (word, id) {
                        (Some("started"), Some(id)) => started = Some(id),
                        (Some("right"), _) => started = None,
                        (Some("wrong"), Some(id)) => {
                            started = None;
                            let text: String =
                                words.next().and_then(|t| serde_json::from_str(t).ok()).unwrap_or_default();
                            verdicts[id] = of_panic(text);
                        }
                        _ => {}
                    }
                }
                match started {
                    Some(id) => {
                        verdicts[id] = Verdict::Crashed;
                        first = ids.iter().position(|i| *i == id).expect("one of them") + 1;
                    }
                    None => break,
                }
            }
        }
        let _ = std::io::stdout().flush();
    }
}

fn of_panic(text: String) -> Verdict {
    if text.contains("a bad test") { Verdict::Idle } else { Verdict::Wrong(text) }
}

/// Errors without a code are the attribute's.
fn of_errors(errors: &[&Error]) -> Verdict {
    match errors.iter().find(|e| e.code.is_none() && !e.text.contains("panicked")) {
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
    let binary = value["target"]["name"].as_str()?.strip_prefix('b')?.parse().ok()?;
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
