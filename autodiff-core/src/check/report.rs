//! What a failed check says: argument, entry, numbers, and what is special about the point.
use super::Mismatch;
use std::fmt::Write;

/// A derivative that is wrong.
pub(super) struct Row {
    /// Which of all the numbers of the arguments it is the derivative by.
    pub(super) entry: usize,
    /// Which output it is the derivative of, where there are several; none for the sum of all, weighted by the seed.
    pub(super) output: Option<usize>,
    pub(super) forward: f64,
    pub(super) reverse: Option<f64>,
    pub(super) difference: f64,
    pub(super) hint: Option<String>,
}

pub(super) fn wrong(arguments: &[(&str, Vec<f64>)], rows: &[Row], seed: &[f64]) -> String {
    let mode = match (rows.iter().any(|r| r.reverse.is_none()), rows.iter().any(|r| r.reverse.is_some())) {
        (true, false) => "the derivative is not that of the differences",
        (false, _) => "reverse mode is wrong",
        (true, true) => "the modes disagree",
    };
    let mut text = mode.to_string();
    for row in rows.iter().take(10) {
        let _ = write!(text, "\n  {}", place(arguments, row.entry));
        if let Some(output) = row.output {
            let _ = write!(text, ", output {output}");
        }
        text += ": ";
        if let Some(reverse) = row.reverse {
            let _ = write!(text, "reverse mode {reverse:?}, ");
        }
        let _ = write!(text, "forward mode {:?}, central difference {:?}", row.forward, row.difference);
        if let Some(hint) = &row.hint {
            let _ = write!(text, "\n    {hint}");
        }
    }
    if rows.len() > 10 {
        let _ = write!(text, "\n  and {} more", rows.len() - 10);
    }
    if seed.len() > 1 && rows.iter().any(|r| r.reverse.is_some()) {
        let _ = write!(text, "\n  reverse mode was given the seed {seed:?}");
    }
    text
}

/// `argument `&x`, entry 3`
fn place(arguments: &[(&str, Vec<f64>)], entry: usize) -> String {
    let mut at = entry;
    for (name, x) in arguments {
        if at < x.len() {
            return if x.len() == 1 {
                format!("`{name}`")
            } else {
                format!("`{name}`, entry {at} (it is {:?})", x[at])
            };
        }
        at -= x.len();
    }
    format!("entry {entry}")
}

/// Why differences along one number may be no derivative, found from the function `f` of the step.
pub(super) fn hint(f: &dyn Fn(f64) -> f64, h: f64) -> Option<String> {
    let here = f(0.0);
    let slopes = |h: f64| ((f(h) - here) / h, (here - f(-h)) / h);
    let [wide, near, nearest] = [slopes(h), slopes(h / 16.0), slopes(h / 256.0)];
    let gap = |(right, left): (f64, f64)| (right - left).abs();
    let mean = |(right, left): (f64, f64)| 0.5 * (right + left);
    if ![wide, near, nearest].iter().all(|d| gap(*d).is_finite()) {
        return Some(format!(
            "the function is not finite at a distance of {h:e}: choose another point, or a smaller `step`"
        ));
    }
    let size = [wide, near, nearest].iter().fold(0.0_f64, |m, d| m.max(d.0.abs()).max(d.1.abs()));
    // the slopes of a smooth function meet as the step shrinks
    if gap(nearest) > 0.5 * gap(near) && gap(nearest) > 0.02 * size {
        return Some(format!(
            "the function is not smooth here, its slope is {:?} to the left and {:?} to the right: choose another point",
            nearest.1, nearest.0
        ));
    }
    if (mean(wide) - mean(near)).abs() > 1e-3 * size {
        return Some(format!(
            "the step is too large here, the central difference is {:?} with a step of {h:e} and {:?} with {:e}: set a smaller `step`",
            mean(wide),
            mean(nearest),
            h / 256.0
        ));
    }
    None
}

pub(super) fn other_shape(arguments: &[(&str, Vec<f64>)], entry: usize, h: f64) -> String {
    format!(
        "the number of outputs changes with {} at a distance of {h:e}: choose another point",
        place(arguments, entry)
    )
}

pub(super) fn same_value(mode: &str, found: &[f64], expected: &[f64]) -> Result<(), Mismatch> {
    same_length(&format!("the value from {mode}"), found.len(), expected.len())?;
    match (0..found.len()).find(|&k| found[k].to_bits() != expected[k].to_bits()) {
        Some(k) => Err(Mismatch(format!(
            "{mode} returns another value than the function: entry {k} is {:?} instead of {:?}",
            found[k], expected[k]
        ))),
        None => Ok(()),
    }
}

pub(super) fn same_length(what: &str, found: usize, expected: usize) -> Result<(), Mismatch> {
    if found == expected { Ok(()) } else { Err(Mismatch(format!("{what} has {found} entries instead of {expected}"))) }
}
