//! Compiles the functions that stand alone, with and without derivatives, and checks the derivatives at random points.
use crate::extract::Case;
use std::{
    collections::{BTreeMap, HashMap},
    fmt::Write,
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::{Duration, Instant},
};

const PATIENCE: Duration = Duration::from_secs(5);

/// What was found out about one function.
#[derive(Clone, PartialEq)]
enum Finding {
    /// It needs more of its crate than was taken along.
    NotAlone,
    Uncompiled(String),
    Right(usize),
    /// At no point a finite value.
    Nowhere,
    /// At some points, by rounding or because of a kink.
    Doubtful(String),
    Wrong(String),
    TimeOut,
}

pub fn run(cases: Vec<Case>) -> String {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).parent().expect("a workspace").to_owned();
    let folder = root.join("target/front-door");
    write_crate(&root, &folder, &cases);
    let mut findings: BTreeMap<usize, Finding> = BTreeMap::new();
    for (features, of) in [(false, None), (true, Some(()))] {
        loop {
            let left: Vec<usize> = (0..cases.len()).filter(|k| !findings.contains_key(k)).collect();
            write_main(&folder, &left);
            let errors = build(&folder, features);
            if errors.is_empty() {
                break;
            }
            for (k, text) in errors {
                findings.entry(k).or_insert(if of.is_some() { Finding::Uncompiled(text) } else { Finding::NotAlone });
            }
        }
    }
    for k in 0..cases.len() {
        findings.entry(k).or_insert_with(|| tried(&folder, k));
    }
    summary(&cases, &findings)
}

fn write(path: &Path, text: &str) {
    // unchanged files are not compiled again
    if fs::read_to_string(path).is_ok_and(|old| old == text) {
        return;
    }
    fs::write(path, text).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
}

fn write_crate(root: &Path, folder: &Path, cases: &[Case]) {
    fs::create_dir_all(folder.join("src")).expect("a folder");
    let root = root.display();
    write(
        &folder.join("Cargo.toml"),
        &format!(
            "[package]\nname = \"front-door\"\nversion = \"0.0.0\"\nedition = \"2021\"\n[workspace]\n[features]\nderivatives = []\n\
             [profile.dev]\ndebug = false\nincremental = false\n[dependencies]\n\
             autodiff-core = {{ path = \"{root}/autodiff-core\" }}\nautodiff-tests = {{ path = \"{root}/tests\" }}\nnalgebra = \"0.35\"\n"
        ),
    );
    // the versions that the workspace has
    let _ = fs::copy(format!("{root}/Cargo.lock"), folder.join("Cargo.lock"));
    for (k, case) in cases.iter().enumerate() {
        write(&folder.join(format!("src/case_{k}.rs")), &format!("// {}\n{}", case.name, case.text));
    }
}

fn write_main(folder: &Path, cases: &[usize]) {
    let mods: String = cases.iter().map(|k| format!("mod case_{k};\n")).collect();
    let arms: String = cases.iter().map(|k| format!("        {k} => case_{k}::trial,\n")).collect();
    let points = include_str!("points.rs");
    write(
        &folder.join("src/main.rs"),
        &format!(
            "#![allow(warnings)]\n{mods}\n{points}\n#[cfg(feature = \"derivatives\")]\nfn case(k: usize) -> fn(&mut Points) {{\n    \
             match k {{\n{arms}        _ => unreachable!(),\n    }}\n}}\n#[cfg(not(feature = \"derivatives\"))]\n\
             fn case(_: usize) -> fn(&mut Points) {{\n    unreachable!()\n}}\n"
        ),
    );
}

/// The first error of each case.
fn build(folder: &Path, derivatives: bool) -> HashMap<usize, String> {
    let mut cargo = Command::new(env!("CARGO"));
    cargo.arg(if derivatives { "build" } else { "check" }).args(["--message-format=json", "--manifest-path"]);
    cargo.arg(folder.join("Cargo.toml")).args(derivatives.then_some("--features=derivatives"));
    let output = cargo.env_remove("AUTODIFF_DUMP").stderr(Stdio::inherit()).output().expect("cargo");
    let text = String::from_utf8_lossy(&output.stdout);
    let mut errors = HashMap::new();
    let mut other = vec![];
    for line in text.lines() {
        let Ok(message) = serde_json::from_str::<serde_json::Value>(line) else { continue };
        let message = &message["message"];
        if message["level"] != "error" {
            continue;
        }
        let said = message["rendered"].as_str().unwrap_or_default().to_string();
        // the place may be in a macro, its use is in a case
        match line.split("src/case_").nth(1).and_then(|t| t.split('.').next()?.parse().ok()) {
            Some(k) => {
                errors.entry(k).or_insert(said);
            }
            None => other.push(said),
        }
    }
    assert!(output.status.success() || !errors.is_empty(), "{}", other.join("\n"));
    errors
}

/// Runs one case: a process of its own may overflow its stack, or hang.
fn tried(folder: &Path, k: usize) -> Finding {
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| folder.join("target"), PathBuf::from);
    let mut child = Command::new(target.join("debug/front-door"))
        .arg(k.to_string())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("a program");
    let begin = Instant::now();
    while child.try_wait().expect("a child").is_none() {
        if begin.elapsed() > PATIENCE {
            let _ = child.kill();
            let _ = child.wait();
            return Finding::TimeOut;
        }
        std::thread::sleep(Duration::from_millis(2));
    }
    let output = child.wait_with_output().expect("output");
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let right = text.lines().filter(|l| *l == "right").count();
    let wrong: Vec<&str> = text.split("wrong: ").skip(1).collect();
    match &wrong[..] {
        [] if right > 0 => Finding::Right(right),
        [] => Finding::Nowhere,
        // where a value is nothing but rounding, differences say nothing
        [first, ..] if wrong.len() < right => {
            Finding::Doubtful(format!("right at {right} points, not at {}: {first}", wrong.len()))
        }
        [first, ..] => Finding::Wrong(format!("right at {right} points, not at {}: {first}", wrong.len())),
    }
}

fn summary(cases: &[Case], findings: &BTreeMap<usize, Finding>) -> String {
    let count = |f: &dyn Fn(&Finding) -> bool| findings.values().filter(|x| f(x)).count();
    let not_alone = count(&|f| matches!(f, Finding::NotAlone));
    let uncompiled = count(&|f| matches!(f, Finding::Uncompiled(_)));
    let right = count(&|f| matches!(f, Finding::Right(_)));
    let wrong = count(&|f| matches!(f, Finding::Wrong(_)));
    let doubtful = count(&|f| matches!(f, Finding::Doubtful(_)));
    let nowhere = count(&|f| matches!(f, Finding::Nowhere | Finding::TimeOut));
    let mut out = String::new();
    for (k, finding) in findings {
        let name = &cases[*k].name;
        let _ = match finding {
            Finding::Uncompiled(e) => writeln!(out, "\nDOES NOT COMPILE case_{k} {name}\n{e}"),
            Finding::Wrong(e) => writeln!(out, "\nWRONG case_{k} {name}\n{e}"),
            Finding::Doubtful(e) => writeln!(out, "\ndoubtful: case_{k} {name}\n{e}"),
            Finding::Nowhere => writeln!(out, "no finite value: case_{k} {name}"),
            Finding::TimeOut => writeln!(out, "time-out: case_{k} {name}"),
            Finding::NotAlone | Finding::Right(_) => Ok(()),
        };
    }
    let _ = writeln!(
        out,
        "\naccepted functions that stand alone: {}\n  with derivatives that compile: {}\n  right: {right}\n  wrong: {wrong}\n  right at most points, the others lost in rounding or at kinks: {doubtful}\n  no finite value: {nowhere}",
        cases.len() - not_alone,
        cases.len() - not_alone - uncompiled,
    );
    out
}
