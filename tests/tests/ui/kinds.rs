//! The kinds of syntax that are turned away, one function each: `SYNTAX.md` lists them, `tests/syntax.rs` checks the list.
//! What stable Rust has no syntax for is rustc's error as well.
use autodiff_core::differentiable;

#[differentiable]
fn expr_async(x: f64) -> f64 {
    let later = async { x * 2.0 };
    drop(later);
    x
}

#[differentiable]
fn expr_await(x: f64) -> f64 {
    let later = std::future::ready(2.0).await;
    x * later
}

#[differentiable]
fn expr_raw_addr(x: f64) -> f64 {
    let p = &raw const x;
    drop(p);
    x
}

#[differentiable]
fn expr_try_block(u: Option<f64>, x: f64) -> f64 {
    let v: Option<f64> = try { u? * x };
    v.unwrap_or(x)
}

#[differentiable]
fn expr_unsafe(u: &[f64]) -> f64 {
    let a = unsafe { std::ptr::read(&u[0]) };
    a * a
}

#[differentiable]
fn expr_verbatim(x: f64) -> f64 {
    become f64::sin(x)
}

#[differentiable]
fn expr_yield(x: f64) -> f64 {
    yield x;
    x
}

macro_rules! some {
    ($p:pat) => {
        Some($p)
    };
}

#[differentiable]
fn pat_macro(u: Option<f64>, x: f64) -> f64 {
    match u {
        some!(v) => v * x,
        _ => x,
    }
}

#[differentiable]
fn pat_rest(u: (f64, f64, f64)) -> f64 {
    let (a, .., c) = u;
    a * c
}

#[differentiable]
fn type_ptr(x: *const f64) -> f64 {
    drop(x);
    1.0
}

#[differentiable]
fn item_macro_which_names_a_variable(x: f64) -> f64 {
    let y = x * 2.0;
    macro_rules! double {
        () => {
            y * 2.0
        };
    }
    double!() + x
}

#[differentiable]
fn item_trait_alias(x: f64) -> f64 {
    trait Alias = Copy;
    x
}

#[differentiable]
fn item_verbatim(x: f64) -> f64 {
    const NOTHING: f64;
    x * NOTHING
}

fn main() {}
