//! What is run and timed: a function from a parsed input to an output that is there beforehand.
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::value::{RawValue, to_raw_value};
use std::time::Instant;

/// A function of a problem. The output is handed in again from run to run, so that its memory is not part of what is
/// timed.
pub struct Function<I, O>(pub fn(&I, &mut O));

/// The functions of a problem, by name.
pub type Functions = &'static [(&'static str, &'static dyn Evaluate)];

/// A [`Function`] whose types are not seen.
pub trait Evaluate: Sync {
    /// Parses the input, runs the function as often as the input demands, and keeps the last output.
    ///
    /// # Errors
    ///
    /// The input is not what the function takes.
    fn evaluate(&self, input: &RawValue) -> serde_json::Result<Evaluation>;
}

/// What became of a function.
#[derive(Serialize)]
pub struct Evaluation {
    /// The output of the last run.
    pub output: Box<RawValue>,
    /// The time that it took to parse the input, and that of each run.
    pub timings: Vec<Timing>,
}

/// A measured time.
#[derive(Serialize)]
pub struct Timing {
    /// `prepare` or `evaluate`.
    pub name: &'static str,
    /// How long it took.
    pub nanoseconds: u128,
}

impl Timing {
    fn since(name: &'static str, start: Instant) -> Self {
        Self { name, nanoseconds: start.elapsed().as_nanos() }
    }
}

impl<I: DeserializeOwned, O: Default + Serialize> Evaluate for Function<I, O> {
    fn evaluate(&self, input: &RawValue) -> serde_json::Result<Evaluation> {
        let start = Instant::now();
        let runs = Runs::of(input)?;
        let input: I = serde_json::from_str(input.get())?;
        let mut output = O::default();
        let mut timings = vec![Timing::since("prepare", start)];
        let mut elapsed = 0;
        while timings.len() <= runs.min_runs || (elapsed as f64) < runs.min_seconds * 1e9 {
            let start = Instant::now();
            (self.0)(&input, &mut output);
            let timing = Timing::since("evaluate", start);
            elapsed += timing.nanoseconds;
            timings.push(timing);
        }
        Ok(Evaluation { output: to_raw_value(&output)?, timings })
    }
}

/// How often a function is to be run: both bounds are met.
#[derive(Deserialize)]
#[serde(default)]
struct Runs {
    min_runs: usize,
    min_seconds: f64,
}

impl Default for Runs {
    fn default() -> Self {
        Self { min_runs: 1, min_seconds: 0.0 }
    }
}

impl Runs {
    /// The bounds stand among the fields of the input; an input that is a number has none.
    fn of(input: &RawValue) -> serde_json::Result<Self> {
        if input.get().starts_with('{') { serde_json::from_str(input.get()) } else { Ok(Self::default()) }
    }
}
