//! The measurements as tables, for people and in Markdown at once.
use crate::measure::{BY_HAND, Measured, OURS, PRIMAL, Row};
use std::collections::{BTreeMap, BTreeSet};

/// The tables: times, memory, growth, who is left out.
pub(crate) fn tables(rows: &[Row]) -> String {
    let titles = ["Times", "Memory", "Growth"];
    let tables = [times(rows), memory(rows), growth(rows)];
    let mut text: Vec<String> =
        titles.iter().zip(tables).map(|(title, table)| format!("## {title}\n\n{table}")).collect();
    text.push(left_out(rows));
    text.join("\n")
}

/// The crates beside ours.
pub(crate) fn peers(rows: &[Row]) -> BTreeSet<&str> {
    let own = [PRIMAL, BY_HAND, OURS];
    rows.iter().flat_map(|row| row.measured.keys().map(String::as_str)).filter(|name| !own.contains(name)).collect()
}

/// Multiples of the primal's time, of that by hand, and of ours.
fn times(rows: &[Row]) -> String {
    let pairs = [(BY_HAND, PRIMAL), (OURS, PRIMAL), (OURS, BY_HAND)].into_iter();
    let pairs: Vec<_> = pairs.chain(peers(rows).into_iter().map(|peer| (peer, OURS))).collect();
    let mut head = vec!["kernel".to_string(), "size".into(), "inputs".into(), "primal µs".into()];
    head.extend(pairs.iter().map(|(of, to)| format!("{of} / {to}")));
    let mut lines = vec![head];
    for row in rows {
        let mut line = vec![row.name.clone(), row.size.clone(), row.inputs.to_string()];
        line.push(number(Some(row.measured[PRIMAL].seconds * 1e6)));
        line.extend(pairs.iter().map(|(of, to)| number(row.ratio(of, to))));
        lines.push(line);
    }
    let mut line = vec!["geometric mean".to_string(), String::new(), String::new(), String::new()];
    line.extend(pairs.iter().map(|(of, to)| number(geometric_mean(rows.iter().filter_map(|row| row.ratio(of, to))))));
    lines.push(line);
    aligned(&lines)
}

/// The most memory that a run takes, beside that of the inputs.
fn memory(rows: &[Row]) -> String {
    let names: Vec<_> = [PRIMAL, BY_HAND, OURS].into_iter().chain(peers(rows)).collect();
    let mut head = vec!["kernel".to_string(), "kB of inputs".into()];
    head.extend(names.iter().map(|name| format!("{name} kB")));
    let mut lines = vec![head];
    for row in rows {
        let kilobytes = |measured: &Measured| measured.bytes as f64 / 1e3;
        let mut line = vec![row.name.clone(), number(Some(8.0 * row.inputs as f64 / 1e3))];
        line.extend(names.iter().map(|name| number(row.measured.get(*name).map(kilobytes))));
        lines.push(line);
    }
    aligned(&lines)
}

/// The gradients as multiples of the primal, at a size and at a thousand times as much.
fn growth(rows: &[Row]) -> String {
    let head = ["kernel", "by hand", "1000 times as large", "autodiff", "1000 times as large"];
    let mut lines = vec![head.map(String::from).to_vec()];
    for row in rows {
        if let Some([small, large]) = &row.growth {
            let multiples = [small.by_hand, large.by_hand, small.ours, large.ours];
            lines
                .push([row.name.clone()].into_iter().chain(multiples.map(|multiple| number(Some(multiple)))).collect());
        }
    }
    aligned(&lines)
}

/// A line for each crate.
fn left_out(rows: &[Row]) -> String {
    let mut lines = BTreeMap::<&str, Vec<String>>::new();
    for row in rows {
        for (who, why) in &row.left_out {
            lines.entry(who).or_default().push(format!("{} ({why})", row.name));
        }
    }
    let lines = lines.iter().map(|(who, kernels)| format!("- {who}: {}\n", kernels.join(", ")));
    format!("Left out, since forward mode would take long:\n\n{}", lines.collect::<String>())
}

fn geometric_mean(ratios: impl Iterator<Item = f64>) -> Option<f64> {
    let (sum, count) = ratios.fold((0.0, 0), |(sum, count), ratio| (sum + ratio.ln(), count + 1));
    (count > 0).then(|| (sum / f64::from(count)).exp())
}

/// Three digits that count.
fn number(value: Option<f64>) -> String {
    match value {
        None => "-".into(),
        Some(value) if value >= 100.0 => format!("{value:.0}"),
        Some(value) if value >= 10.0 => format!("{value:.1}"),
        Some(value) => format!("{value:.2}"),
    }
}

/// A table in Markdown whose columns are of equal width; the first line is the head.
fn aligned(lines: &[Vec<String>]) -> String {
    let width = |column: usize| lines.iter().map(|line| line[column].chars().count()).max().unwrap_or(0);
    let widths: Vec<usize> = (0..lines[0].len()).map(width).collect();
    let rule = widths
        .iter()
        .enumerate()
        .map(|(i, width)| "-".repeat(width - usize::from(i > 0)) + if i > 0 { ":" } else { "" });
    let rule = rule.collect::<Vec<_>>();
    let mut text = String::new();
    for line in [&lines[0], &rule].into_iter().chain(&lines[1..]) {
        let cells = line.iter().zip(&widths).enumerate();
        let cells =
            cells.map(|(i, (cell, &width))| if i == 0 { format!("{cell:width$}") } else { format!("{cell:>width$}") });
        text += &format!("| {} |\n", cells.collect::<Vec<_>>().join(" | "));
    }
    text
}
