//! Times, memory and growth of one kernel.
use crate::{
    PEAK,
    kernels::{Entry, Kernel, Visitor},
    peers::{self, Gradient},
};
use serde::{Deserialize, Serialize};
use std::{
    collections::BTreeMap,
    hint::black_box,
    time::{Duration, Instant},
};

pub(crate) const PRIMAL: &str = "primal";
pub(crate) const BY_HAND: &str = "by hand";
pub(crate) const OURS: &str = "autodiff";

/// All gradients of a kernel agree to this part of the largest entry.
const TOLERANCE: f64 = 1e-10;

/// A kernel measured.
#[derive(Deserialize, Serialize)]
pub(crate) struct Row {
    pub(crate) name: String,
    /// The size, in words.
    pub(crate) size: String,
    pub(crate) inputs: usize,
    pub(crate) measured: BTreeMap<String, Measured>,
    /// Who takes no part, and why.
    pub(crate) left_out: BTreeMap<String, String>,
    /// The gradients at a size and at a thousand times as much.
    pub(crate) growth: Option<[Multiples; 2]>,
}

/// A variant measured.
#[derive(Deserialize, Serialize)]
pub(crate) struct Measured {
    /// The least time of a run.
    pub(crate) seconds: f64,
    /// The most memory that the first run had beyond what was there before it.
    pub(crate) bytes: usize,
}

/// The times of gradients as multiples of the primal's.
#[derive(Deserialize, Serialize)]
pub(crate) struct Multiples {
    pub(crate) by_hand: f64,
    pub(crate) ours: f64,
}

impl Row {
    /// The time of one variant as a multiple of another's.
    pub(crate) fn ratio(&self, of: &str, to: &str) -> Option<f64> {
        Some(self.measured.get(of)?.seconds / self.measured.get(to)?.seconds)
    }
}

/// Measures a kernel, each variant for about as long as the budget says.
///
/// # Panics
///
/// The gradients do not agree.
pub(crate) fn row(entry: &Entry, budget: Duration) -> Row {
    let mut row = entry.visit(entry.size, Compare { entry, budget });
    if entry.smallest > 0 {
        row.growth = Some([entry.smallest, 1000 * entry.smallest].map(|size| entry.visit(size, Growth { budget })));
    }
    row
}

/// A kernel in one way or another.
struct Variant<'a> {
    name: &'static str,
    run: Gradient<'a>,
}

impl<'a> Variant<'a> {
    fn new(name: &'static str, run: impl FnMut(&mut [f64]) + 'a) -> Self {
        Self { name, run: Box::new(run) }
    }
}

/// The primal, the gradient by hand and ours: the primal leaves the buffer alone.
fn own<K: Kernel>(kernel: &K) -> [Variant<'_>; 3] {
    let x = kernel.x();
    [
        Variant::new(PRIMAL, move |_| _ = black_box(kernel.primal(black_box(x)))),
        Variant::new(BY_HAND, move |x_bar| _ = black_box(kernel.by_hand(black_box(x), x_bar))),
        Variant::new(OURS, move |x_bar| _ = black_box(kernel.by_attribute(black_box(x), x_bar))),
    ]
}

struct Compare<'a> {
    entry: &'a Entry,
    budget: Duration,
}

impl Visitor for Compare<'_> {
    type Result = Row;

    fn visit<K: Kernel>(self, kernel: &K) -> Row {
        let inputs = kernel.x().len();
        let mut variants = Vec::from(own(kernel));
        let mut left_out = BTreeMap::new();
        for peer in peers::all(kernel) {
            match peer.gradient {
                Ok(run) => variants.push(Variant { name: peer.name, run }),
                Err(reason) => _ = left_out.insert(peer.name.to_string(), reason),
            }
        }
        let (gradients, bytes): (Vec<_>, Vec<_>) =
            variants.iter_mut().map(|variant| first_run(&mut variant.run, inputs)).unzip();
        let gradients = variants.iter().map(|variant| variant.name).zip(&gradients).skip(1);
        assert_agreement(self.entry.name, gradients);
        let seconds = least_times(&mut variants, inputs, self.budget);
        let measured = seconds.into_iter().zip(bytes).map(|(seconds, bytes)| Measured { seconds, bytes });
        let names = variants.iter().map(|variant| variant.name.to_string());
        Row {
            name: self.entry.name.to_string(),
            size: format!("{} {}", self.entry.size, self.entry.unit),
            inputs,
            measured: names.zip(measured).collect(),
            left_out,
            growth: None,
        }
    }
}

struct Growth {
    budget: Duration,
}

impl Visitor for Growth {
    type Result = Multiples;

    fn visit<K: Kernel>(self, kernel: &K) -> Multiples {
        let times = least_times(&mut own(kernel), kernel.x().len(), self.budget);
        Multiples { by_hand: times[1] / times[0], ours: times[2] / times[0] }
    }
}

/// A gradient, and the most memory that its first run takes.
fn first_run(run: &mut Gradient, inputs: usize) -> (Vec<f64>, usize) {
    let mut x_bar = vec![0.0; inputs];
    PEAK.reset_peak_usage();
    let before = PEAK.current_usage();
    run(&mut x_bar);
    (x_bar, PEAK.peak_usage() - before)
}

/// All gradients are the first one.
fn assert_agreement<'a>(kernel: &str, mut gradients: impl Iterator<Item = (&'a str, &'a Vec<f64>)>) {
    let (_, expected) = gradients.next().expect("the one by hand");
    let scale = expected.iter().fold(0.0, |scale: f64, bar| scale.max(bar.abs()));
    for (who, gradient) in gradients {
        for (actual, expected) in gradient.iter().zip(expected) {
            assert!(
                (actual - expected).abs() <= TOLERANCE * scale,
                "{kernel} by {who}: {actual} instead of {expected}"
            );
        }
    }
}

/// The least time of a run of each variant, in seconds. The variants take turns, so that all of them see the same machine.
fn least_times(variants: &mut [Variant], inputs: usize, budget: Duration) -> Vec<f64> {
    const ROUNDS: usize = 3;
    let mut x_bar = vec![0.0; inputs];
    let mut least = vec![f64::INFINITY; variants.len()];
    let mut spent = vec![Duration::ZERO; variants.len()];
    let mut round = 0;
    while round < ROUNDS || spent.iter().any(|spent| *spent < budget) {
        for (i, variant) in variants.iter_mut().enumerate() {
            if round < ROUNDS || spent[i] < budget {
                let (elapsed, runs) = batch(&mut variant.run, &mut x_bar);
                least[i] = least[i].min(elapsed.as_secs_f64() / f64::from(runs));
                spent[i] += elapsed;
            }
        }
        round += 1;
    }
    least
}

/// As many runs as take half a millisecond, and how long they took.
fn batch(run: &mut Gradient, x_bar: &mut [f64]) -> (Duration, u32) {
    // sums of sums would overflow some day
    x_bar.fill(0.0);
    let start = Instant::now();
    let mut runs = 0;
    while start.elapsed() < Duration::from_micros(500) {
        run(x_bar);
        runs += 1;
    }
    (start.elapsed(), runs)
}
