//! Functions that cannot be annotated, and arguments that the attribute does not take.
use autodiff_core::differentiable;
use nalgebra::DVectorViewMut;

#[differentiable]
async fn asynchronous(x: f64) -> f64 {
    x * x
}

#[differentiable]
unsafe fn without_safety(x: f64) -> f64 {
    x * x
}

#[differentiable]
extern "C" fn foreign(x: f64) -> f64 {
    x * x
}

#[differentiable]
fn opaque_result(x: f64) -> impl Copy {
    x * x
}

#[differentiable]
fn returns_a_reference(x: &[f64]) -> &[f64] {
    &x[1..]
}

#[differentiable]
fn patterns((a, b): (f64, f64), [c, d]: [f64; 2]) -> f64 {
    a * b + c * d
}

#[differentiable]
fn mutable_view(mut x: DVectorViewMut<'_, f64>, k: f64) {
    x *= k;
}

#[differentiable]
fn implicit_type(x: impl Into<f64>) -> f64 {
    x.into() * 2.0
}

#[differentiable]
struct NotAFunction {
    x: f64,
}

#[differentiable(vjp)]
fn rule_without_path(x: f64) -> f64 {
    x * x
}

#[differentiable(wrt = x, mode = reverse)]
fn unknown_arguments(x: f64) -> f64 {
    x * x
}

#[differentiable(name = "text")]
fn name_as_text(x: f64) -> f64 {
    x * x
}

#[differentiable(jvp = only_jvp)]
fn half_a_rule(x: f64) -> f64 {
    x * x
}

fn only_jvp(x: f64, x_dot: f64) -> (f64, f64) {
    (x * x, 2.0 * x * x_dot)
}

#[differentiable]
fn any_iterator<I>(x: f64, c: I) -> f64
where
    I: IntoIterator<Item = f64>,
{
    c.into_iter().fold(0.0, |a, k| a * x + k)
}

#[differentiable]
fn unnamed_iterator(x: f64, c: impl Iterator<Item = f64>) -> f64 {
    c.fold(0.0, |a, k| a * x + k)
}

#[differentiable]
fn references_to_iterate<C>(x: f64, c: &C) -> f64
where
    for<'a> &'a C: IntoIterator<Item = &'a f64>,
{
    c.into_iter().fold(0.0, |a, k| a * x + k)
}

struct Borrows<'a>(&'a [f64]);

#[differentiable]
impl<'a> Borrows<'a> {
    fn new(x: &'a [f64]) -> Borrows<'a> {
        Borrows(x)
    }
}

#[differentiable]
fn optional_reference(#[nodiff] o: Option<&Vec<usize>>, x: f64) -> f64 {
    o.map_or(x, |o| x * o.len() as f64)
}

fn main() {}
