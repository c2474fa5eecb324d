//! The table: how many functions are accepted, and the reasons why the others are not.
use crate::{
    sources::{Crate, Function},
    verdict::{Outcome, Verdict},
};
use std::{
    collections::{BTreeSet, HashMap},
    fmt::Write,
    time::Duration,
};

/// A reason with its counts: functions with a plain signature, of these for no other reason, all functions.
#[derive(Default)]
struct Row {
    plain: usize,
    alone: usize,
    all: usize,
}

pub fn table(crates: &[Crate], verdicts: &[Vec<Verdict>], examples: Option<&str>) -> String {
    let all: Vec<(&Crate, &Function, &Verdict)> =
        crates.iter().zip(verdicts).flat_map(|(c, v)| c.functions.iter().zip(v).map(move |(f, v)| (c, f, v))).collect();
    let mut out = shares(crates, verdicts);
    defects(&all, &mut out);
    let mut rows: HashMap<String, Row> = HashMap::new();
    for (c, f, v) in &all {
        let Outcome::Refused(errors) = &v.outcome else { continue };
        let reasons: BTreeSet<String> = errors.iter().map(|e| normal(e)).collect();
        for reason in &reasons {
            let row = rows.entry(reason.clone()).or_default();
            row.all += 1;
            row.plain += usize::from(f.plain);
            row.alone += usize::from(f.plain && reasons.len() == 1);
        }
        if let Some(text) = examples
            && errors.iter().any(|e| e.contains(text))
            && f.plain
        {
            let _ = writeln!(out, "// {}: {errors:?}\n{}\n", c.name, pretty(&f.text));
        }
    }
    let mut rows: Vec<_> = rows.into_iter().collect();
    rows.sort_by_key(|(reason, row)| (std::cmp::Reverse((row.alone, row.plain, row.all)), reason.clone()));
    let _ = writeln!(out, "\nplain  alone    all   reason");
    for (reason, row) in rows {
        let _ = writeln!(out, "{:5} {:6} {:6}   {reason}", row.plain, row.alone, row.all);
    }
    out
}

/// How many are accepted, by crate.
fn shares(crates: &[Crate], verdicts: &[Vec<Verdict>]) -> String {
    let mut out = format!("{:24} {:>17}   {:>17}\n", "accepted of", "plain signatures", "all functions");
    let mut sums = [0; 4];
    let mut line = |name: &str, n: [usize; 4]| {
        let _ = writeln!(out, "{name:24} {:6} of {:7}   {:6} of {:7}", n[0], n[1], n[2], n[3]);
    };
    for (c, v) in crates.iter().zip(verdicts) {
        let accepted = |plain: bool, any: bool| {
            let both = c.functions.iter().zip(v);
            both.filter(|(f, v)| (f.plain || !plain) && (any || matches!(v.outcome, Outcome::Accepted))).count()
        };
        let n = [accepted(true, false), accepted(true, true), accepted(false, false), accepted(false, true)];
        sums = std::array::from_fn(|k| sums[k] + n[k]);
        line(&c.name, n);
    }
    line("all", sums);
    out
}

/// What a function may take without anybody noticing.
const PROMPT: Duration = Duration::from_millis(50);

/// Panics, what is no Rust, and what takes long.
fn defects(all: &[(&Crate, &Function, &Verdict)], out: &mut String) {
    for (c, f, v) in all {
        let text = match &v.outcome {
            Outcome::Panicked(text) => format!("PANIC: {text}"),
            Outcome::Unparsed(text) => format!("NO RUST: {text}"),
            Outcome::Hangs => "HANGS".into(),
            Outcome::Accepted | Outcome::Refused(_) => continue,
        };
        let _ = writeln!(out, "// {}: {text}\n{}\n", c.name, pretty(&f.text));
    }
    let mut slow: Vec<_> = all.iter().collect();
    slow.sort_by_key(|(_, _, v)| std::cmp::Reverse(v.time));
    let (total, most): (Duration, _) = (all.iter().map(|(_, _, v)| v.time).sum(), slow.first().map(|(_, _, v)| v.time));
    let over = slow.iter().take_while(|(_, _, v)| v.time > PROMPT).count();
    let _ = writeln!(
        out,
        "time: {total:?} for {} functions, {:?} at most, {over} over {PROMPT:?}",
        all.len(),
        most.unwrap_or_default()
    );
    for (c, f, v) in slow.iter().take_while(|(_, _, v)| v.time > PROMPT).take(60) {
        let _ = writeln!(out, "slow: {:?} {}::{} of {} characters", v.time, c.name, f.name, f.text.len());
    }
}

/// An error with the names in it replaced.
fn normal(error: &str) -> String {
    let mut parts = error.split('`');
    let mut out = parts.next().unwrap_or_default().to_string();
    while let (Some(quoted), rest) = (parts.next(), parts.next()) {
        // fixed texts hold more than a name
        let name = quoted.chars().all(|c| c.is_alphanumeric() || c == '_');
        let keyword = ["unsafe", "const", "async", "extern", "try", "dyn", "loop", "while", "impl"].contains(&quoted);
        out += if name && !keyword { "`_`" } else { "`" };
        if !name || keyword {
            out += quoted;
            out += "`";
        }
        out += rest.unwrap_or_default();
    }
    out
}

fn pretty(text: &str) -> String {
    syn::parse_file(text).map_or_else(|_| text.into(), |f| prettyplease::unparse(&f))
}
