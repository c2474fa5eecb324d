//! What the compiler says to one function.
use crate::{expand, sources::Function};
use proc_macro2::{TokenStream, TokenTree};
use std::{
    panic::catch_unwind,
    sync::mpsc,
    time::{Duration, Instant},
};

pub struct Verdict {
    pub outcome: Outcome,
    /// Of the processor, without its other work.
    pub time: Duration,
}

pub enum Outcome {
    Accepted,
    /// The texts of the errors.
    Refused(Vec<String>),
    Panicked(String),
    /// What was handed back is no Rust.
    Unparsed(String),
    Hangs,
}

const PATIENCE: Duration = Duration::from_secs(5);

pub fn of(function: &Function) -> Verdict {
    let text = function.text.clone();
    let (send, receive) = mpsc::channel();
    // the name tells whose stack overflows
    let worker = std::thread::Builder::new().name(function.name.clone()).stack_size(64 << 20);
    let worker = worker.spawn(move || {
        let item: TokenStream = text.parse().expect("tokens");
        let clock = Clock::now();
        let result = catch_unwind(|| expand::differentiable(TokenStream::new(), item));
        let time = clock.elapsed();
        let outcome = match result {
            Ok(output) => judge(output),
            Err(panic) => Outcome::Panicked(said(&*panic)),
        };
        // nobody listens any more after a time-out
        let _ = send.send(Verdict { outcome, time });
    });
    worker.expect("a thread");
    receive.recv_timeout(PATIENCE).unwrap_or(Verdict { outcome: Outcome::Hangs, time: PATIENCE })
}

/// The processor time of this thread, where the system tells it: what else runs on the machine is left out. Else time.
struct Clock {
    begin: Instant,
    spent: Option<Duration>,
}

impl Clock {
    fn now() -> Clock {
        Clock { begin: Instant::now(), spent: Clock::spent() }
    }

    fn spent() -> Option<Duration> {
        let text = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
        Some(Duration::from_nanos(text.split_whitespace().next()?.parse().ok()?))
    }

    fn elapsed(&self) -> Duration {
        // the count is brought up to date where the thread makes room for others
        std::thread::yield_now();
        let spent = Clock::spent().zip(self.spent).map(|(now, then)| now.saturating_sub(then));
        spent.unwrap_or_else(|| self.begin.elapsed())
    }
}

fn judge(output: TokenStream) -> Outcome {
    let mut errors = vec![];
    compile_errors(output.clone(), &mut errors);
    match syn::parse2::<syn::File>(output) {
        Err(e) => Outcome::Unparsed(e.to_string()),
        Ok(_) if errors.is_empty() => Outcome::Accepted,
        Ok(_) => Outcome::Refused(errors),
    }
}

thread_local! {
    static PLACE: std::cell::RefCell<String> = const { std::cell::RefCell::new(String::new()) };
}

/// The panic hook: a panic is a finding, which the report lists with its place.
pub fn remember(info: &std::panic::PanicHookInfo) {
    if std::env::var_os("RUST_BACKTRACE").is_some() {
        eprintln!("{}", std::backtrace::Backtrace::force_capture());
    }
    PLACE.set(info.location().map(ToString::to_string).unwrap_or_default());
}

fn said(panic: &dyn std::any::Any) -> String {
    let text = panic.downcast_ref::<String>().cloned();
    let text = text.or_else(|| panic.downcast_ref::<&str>().map(|s| s.to_string())).unwrap_or_default();
    format!("{text} at {}", PLACE.take())
}

/// The texts of all `compile_error!`.
fn compile_errors(tokens: TokenStream, out: &mut Vec<String>) {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    for (k, token) in tokens.iter().enumerate() {
        match (token, tokens.get(k + 2)) {
            (TokenTree::Ident(name), Some(TokenTree::Group(g))) if name == "compile_error" => {
                let text = syn::parse2::<syn::LitStr>(g.stream()).map(|l| l.value());
                out.extend(text);
            }
            (TokenTree::Group(g), _) => compile_errors(g.stream(), out),
            _ => {}
        }
    }
}
