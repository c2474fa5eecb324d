//! Types that can't be differentiable.
use autodiff_core::Differentiable;

#[derive(Differentiable)]
union Union {
    x: f64,
    y: u64,
}

#[derive(Differentiable)]
enum Never {}

#[derive(Differentiable)]
#[nodiff]
struct Misplaced {
    #[nodiff(always)]
    x: f64,
}

#[derive(Differentiable)]
enum MisplacedToo {
    #[nodiff]
    A(f64),
}

#[derive(Differentiable)]
#[repr(C, packed)]
struct Packed {
    x: f64,
}

fn main() {}
