//! The protocol: a message a line, a response a line, both in JSON.
use super::{
    PROBLEMS,
    function::{Evaluate, Evaluation, Functions},
};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use std::{
    any::Any,
    panic::{AssertUnwindSafe, catch_unwind},
};

/// What the harness sends. Which of the fields there are depends on `kind`.
#[derive(Deserialize)]
struct Message<'a> {
    id: u64,
    kind: String,
    module: Option<String>,
    function: Option<String>,
    #[serde(borrow)]
    input: Option<&'a RawValue>,
}

/// What is answered. Which of the fields there are depends on the message.
#[derive(Default, Serialize)]
struct Response {
    id: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    tool: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    success: Option<bool>,
    #[serde(flatten)]
    evaluation: Option<Evaluation>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<String>,
}

/// Answers a message. Whatever is wrong with it, and whatever a problem does with it, becomes an answer too.
#[must_use]
pub fn respond(line: &str) -> String {
    let response = match serde_json::from_str::<Message<'_>>(line) {
        Ok(message) => Response { id: Some(message.id), ..answer(&message) },
        Err(error) => failure(format!("not a message: {error}")),
    };
    serde_json::to_string(&response).expect("a response is made of numbers, strings and JSON")
}

fn answer(message: &Message<'_>) -> Response {
    let outcome = match message.kind.as_str() {
        "start" => Ok(Response { tool: Some("autodiff"), ..Response::default() }),
        "define" => functions(message.module.as_deref()).map(|_| success(None)),
        "evaluate" => evaluate(message).map(|evaluation| success(Some(evaluation))),
        "analysis" => Ok(Response::default()),
        kind => Err(format!("no message is of kind `{kind}`")),
    };
    outcome.unwrap_or_else(failure)
}

fn success(evaluation: Option<Evaluation>) -> Response {
    Response { success: Some(true), evaluation, ..Response::default() }
}

fn failure(error: String) -> Response {
    Response { success: Some(false), error: Some(error), ..Response::default() }
}

fn functions(module: Option<&str>) -> Result<Functions, String> {
    let module = module.ok_or("which module?")?;
    let (_, functions) = find(PROBLEMS, module).ok_or_else(|| format!("there is no module `{module}`"))?;
    Ok(functions)
}

fn evaluate(message: &Message<'_>) -> Result<Evaluation, String> {
    let name = message.function.as_deref().ok_or("which function?")?;
    let (_, function) =
        find(functions(message.module.as_deref())?, name).ok_or_else(|| format!("there is no function `{name}`"))?;
    let input = message.input.ok_or("the input is missing")?;
    run(*function, input)
}

/// A problem that panics is one that has failed. What it leaves behind is its own output, which is dropped.
fn run(function: &dyn Evaluate, input: &RawValue) -> Result<Evaluation, String> {
    match catch_unwind(AssertUnwindSafe(|| function.evaluate(input))) {
        Ok(evaluation) => evaluation.map_err(|error| format!("the input: {error}")),
        Err(panic) => Err(format!("panicked: {}", panic_text(&*panic))),
    }
}

fn panic_text(panic: &(dyn Any + Send)) -> &str {
    match panic.downcast_ref::<String>() {
        Some(text) => text,
        None => panic.downcast_ref::<&str>().unwrap_or(&"no message"),
    }
}

fn find<T>(table: &'static [(&'static str, T)], name: &str) -> Option<&'static (&'static str, T)> {
    table.iter().find(|(known, _)| *known == name)
}
