//! How long a derivative takes, as a multiple of the function itself.
use super::{ba, det, function::Function, gmm, ht, llsq, lse, lstm, ode};
use rand::{SeedableRng, rngs::StdRng};
use std::{
    env,
    fmt::{self, Display},
    hint::black_box,
    io,
    process::Command,
    time::{Duration, Instant},
};

/// A function and its derivative on the same input, ready to run.
pub struct Workload {
    /// The problem and its sizes.
    pub name: &'static str,
    primal: Box<dyn FnMut()>,
    derivative: Box<dyn FnMut()>,
}

impl Workload {
    fn new<I: Clone + 'static, P: Default + 'static, D: Default + 'static>(
        name: &'static str,
        input: I,
        primal: fn(&I, &mut P),
        derivative: fn(&I, &mut D),
    ) -> Self {
        let primal = runner(Function(primal), input.clone());
        Self { name, primal, derivative: runner(Function(derivative), input) }
    }
}

fn runner<I: 'static, O: Default + 'static>(function: Function<I, O>, input: I) -> Box<dyn FnMut()> {
    let mut output = O::default();
    Box::new(move || {
        (function.0)(black_box(&input), &mut output);
        black_box(&output);
    })
}

/// The workloads with which tools for automatic differentiation are compared, on random inputs.
#[must_use]
pub fn workloads() -> Vec<Workload> {
    let rng = &mut StdRng::seed_from_u64(1);
    vec![
        Workload::new("gmm d2 k5 n1000", gmm::Input::random(rng, 2, 5, 1000), gmm::objective, gmm::jacobian),
        Workload::new("gmm d10 k25 n1000", gmm::Input::random(rng, 10, 25, 1000), gmm::objective, gmm::jacobian),
        Workload::new("gmm d64 k100 n1000", gmm::Input::random(rng, 64, 100, 1000), gmm::objective, gmm::jacobian),
        Workload::new("ba 1", ba::Input::random(rng, 49, 7776, 31_843), ba::objective, ba::jacobian),
        Workload::new("ht 1", ht::Input::random(rng, 544, 100), ht::objective, ht::jacobian),
        Workload::new("lstm l2 c1024", lstm::Input::random(rng, 2, 1024, 14), lstm::objective, lstm::jacobian),
        Workload::new("lstm l4 c4096", lstm::Input::random(rng, 4, 4096, 14), lstm::objective, lstm::jacobian),
        Workload::new("lse n80000", lse::Input::random(rng, 80_000), lse::primal, lse::gradient),
        Workload::new("llsq m128 n16392", llsq::Input::random(rng, 128, 16_392), llsq::primal, llsq::gradient),
        Workload::new("ode n10000 s10", ode::Input::random(rng, 10_000, 10), ode::primal, ode::gradient),
        Workload::new("ode n100000 s100", ode::Input::random(rng, 100_000, 100), ode::primal, ode::gradient),
        Workload::new("det 5", det::Input::random(rng, 5), det::primal, det::gradient),
        Workload::new("det 8", det::Input::random(rng, 8), det::primal, det::gradient),
    ]
}

/// What a workload takes.
#[derive(Clone, Copy, Debug)]
#[expect(missing_docs, reason = "the fields of a workload")]
pub struct Times {
    pub primal: Duration,
    pub derivative: Duration,
}

impl Times {
    /// The least times of many runs, function and derivative in turns, so that both see the same machine.
    pub fn of(workload: &mut Workload) -> Self {
        let start = Instant::now();
        let mut times = Self { primal: Duration::MAX, derivative: Duration::MAX };
        let mut rounds = 0;
        while rounds < 5 || start.elapsed() < Duration::from_secs(1) {
            times.primal = times.primal.min(least_time(&mut workload.primal));
            times.derivative = times.derivative.min(least_time(&mut workload.derivative));
            rounds += 1;
        }
        times
    }
}

/// The time of one run out of as many as take a millisecond.
fn least_time(run: &mut dyn FnMut()) -> Duration {
    let start = Instant::now();
    let mut runs = 0;
    while runs == 0 || start.elapsed() < Duration::from_millis(1) {
        run();
        runs += 1;
    }
    start.elapsed() / runs
}

impl Display for Times {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [primal, derivative] = [self.primal, self.derivative].map(|time| time.as_secs_f64() * 1e3);
        write!(f, "{primal:12.4} {derivative:12.4} {:7.2}", derivative / primal)
    }
}

/// Measures the workloads whose names begin with `prefix`, and prints a table.
///
/// Each is measured by a process of its own, which `--workload` and its name ask for, as in GradBench: an allocator that has
/// seen another workload keeps memory at hand which otherwise is the kernel's to give, page by page.
///
/// # Errors
///
/// The program cannot be started again.
pub fn print_table(prefix: &str) -> io::Result<()> {
    println!("{:20} {:>12} {:>12} {:>7}", "workload", "primal ms", "derivative", "ratio");
    for workload in workloads().iter().filter(|workload| workload.name.starts_with(prefix)) {
        Command::new(env::current_exe()?).args(["--workload", workload.name]).status()?;
    }
    Ok(())
}

/// Measures one workload, and prints its row of the table.
pub fn print_row(name: &str) {
    for mut workload in workloads().into_iter().filter(|workload| workload.name == name) {
        let times = Times::of(&mut workload);
        println!("{name:20} {times}");
    }
}
