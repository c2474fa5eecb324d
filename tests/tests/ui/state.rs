//! State that a callee changes in ways of its own, and that a derivative reads as it was before.
use autodiff_core::differentiable;

#[derive(Clone)]
struct Generator {
    at: usize,
}

impl Generator {
    fn new() -> Self {
        Generator { at: 0 }
    }
    fn next(&mut self) -> usize {
        self.at = (self.at + 1) % 3;
        self.at
    }
}

#[differentiable]
fn draw(x: &[f64], #[nodiff] generator: &mut Generator) -> f64 {
    let k = generator.next();
    x[k].sin()
}

#[differentiable]
fn peek(x: &[f64], #[nodiff] generator: &Generator) -> f64 {
    x[generator.at] * x[generator.at]
}

#[differentiable]
fn made_here(x: &[f64]) -> f64 {
    let mut generator = Generator::new();
    let first = x[generator.at] * x[2];
    let drawn = draw(x, &mut generator);
    first * drawn * x[generator.at]
}

#[differentiable]
fn read_by_another_call(x: &[f64]) -> f64 {
    let mut generator = Generator::new();
    peek(x, &generator) * draw(x, &mut generator)
}

#[differentiable]
fn handed_in(x: &[f64], #[nodiff] generator: &mut Generator) -> f64 {
    peek(x, generator) * draw(x, generator)
}

mod blind {
    #[autodiff_core::differentiable]
    pub fn look(x: &[f64], #[nodiff] generator: &super::Generator) -> f64 {
        let k = generator.at;
        x[0] + k as f64
    }
}

mod reading {
    #[autodiff_core::differentiable]
    pub fn look(x: &[f64], #[nodiff] generator: &super::Generator) -> f64 {
        x[generator.at] * x[generator.at]
    }
}

mod looking {
    use super::{Generator, draw, reading::look};

    /// Another function of this name does not read it.
    #[autodiff_core::differentiable]
    pub fn looked(x: &[f64], #[nodiff] generator: &mut Generator) -> f64 {
        look(x, generator) * draw(x, generator)
    }
}

mod counts {
    pub fn start() -> usize {
        1
    }
}

mod numbers {
    macro_rules! start {
        () => {
            pub fn start() -> f64 {
                0.5
            }
        };
    }
    start!();
}

mod started {
    use super::numbers::start;

    #[autodiff_core::differentiable]
    fn doubled(x: f64, sum: &mut f64) -> f64 {
        *sum += x;
        x * x
    }

    /// The only `start` that this file shows is another one.
    #[autodiff_core::differentiable]
    pub fn summed(x: f64) -> f64 {
        let mut sum = start();
        doubled(x, &mut sum) + sum
    }
}

/// It cannot be copied.
struct Tape {
    at: usize,
}

#[differentiable]
fn read(x: &[f64], #[nodiff] tape: &mut Tape) -> f64 {
    tape.at += 1;
    x[tape.at % 3].sin()
}

fn main() {}
