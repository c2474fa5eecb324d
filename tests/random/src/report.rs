//! Figures and findings.
use crate::{Judge, Program, Verdict, listing, shrink};
use std::{collections::BTreeMap, fmt};

/// What a run has found.
#[derive(Default)]
pub struct Report {
    counts: BTreeMap<&'static str, usize>,
    /// Sizes of the programs: how many nodes altogether.
    nodes: usize,
    lines: usize,
    /// The ways to fail, with how often and the smallest program of each.
    findings: BTreeMap<String, (usize, Program, Verdict)>,
}

impl Report {
    /// One more program.
    pub fn add(&mut self, program: Program, verdict: Verdict) {
        let name = match verdict {
            Verdict::Right => "right",
            Verdict::Idle => "idle",
            Verdict::Wrong(_) => "wrong",
            Verdict::Crashed => "crashed",
            Verdict::Refused(_) => "refused",
            Verdict::Rustc(_) => "rustc",
            Verdict::Invalid(_) => "invalid",
        };
        *self.counts.entry(name).or_default() += 1;
        self.nodes += program.size();
        self.lines += listing(&program).lines().count();
        if !matches!(verdict, Verdict::Right | Verdict::Idle) {
            let entry = self.findings.entry(verdict.kind()).or_insert_with(|| (0, program.clone(), verdict.clone()));
            entry.0 += 1;
            if program.size() < entry.1.size() {
                (entry.1, entry.2) = (program, verdict);
            }
        }
    }

    /// Makes the program of each finding small; at most `count` of them, the most frequent first.
    pub fn shrink(&mut self, judge: &Judge, count: usize) {
        let mut order: Vec<(String, usize)> =
            self.findings.iter().filter(|(_, (_, _, v))| v.is_finding()).map(|(k, f)| (k.clone(), f.0)).collect();
        order.sort_by_key(|(kind, n)| (!kind.starts_with("wrong"), std::cmp::Reverse(*n)));
        for (kind, _) in order.into_iter().take(count) {
            eprintln!("shrinking: {kind}");
            if let Some((_, program, verdict)) = self.findings.get_mut(&kind) {
                *program = shrink(judge, program, &kind);
                if let Some(v) = judge.judge(std::slice::from_ref(program)).pop() {
                    *verdict = v;
                }
            }
        }
    }

    /// Whether nothing is wrong, crashes, or fails to compile without an error of the attribute's own.
    pub fn is_sound(&self) -> bool {
        ["wrong", "crashed", "rustc"].iter().all(|name| !self.counts.contains_key(name))
    }

    /// How many programs were checked, and are right.
    pub fn right(&self) -> usize {
        self.counts.get("right").copied().unwrap_or_default()
    }

    /// A line a finding: how often, what, the seed of the smallest program.
    pub fn summary(&self) -> String {
        self.findings.iter().map(|(kind, (count, p, _))| format!("{count} x {kind} (seed {})\n", p.seed)).collect()
    }

    /// One line.
    pub fn counts(&self) -> String {
        self.counts.iter().map(|(name, n)| format!("{name} {n}  ")).collect()
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (kind, (count, program, verdict)) in &self.findings {
            writeln!(f, "==== {count} x {kind}\n---- the program of seed {}", program.seed)?;
            writeln!(f, "{}", listing(program))?;
            match verdict {
                Verdict::Wrong(t) | Verdict::Refused(t) | Verdict::Rustc(t) | Verdict::Invalid(t) => {
                    writeln!(f, "{t}\n")?
                }
                _ => {}
            }
        }
        writeln!(f, "{} lines of programs, {} nodes: {}", self.lines, self.nodes, self.counts())
    }
}
