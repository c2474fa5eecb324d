//! Constants of types that the functions do not show, and that change.
use autodiff_core::differentiable;
use autodiff_tests::Coordinates;
use std::cell::Cell;

/// Its methods have the names of numbers' and iterators', and change it.
#[derive(Clone, Copy)]
pub(super) struct Counter {
    pub(super) at: usize,
}

impl Counter {
    pub(super) fn map(&mut self, next: impl Fn(usize) -> usize) -> usize {
        self.at = next(self.at);
        self.at
    }

    pub(super) fn step(&mut self, k: usize) -> usize {
        self.map(|at| (at + k) % 3)
    }

    pub(super) fn min(&mut self, k: usize) -> usize {
        self.step(k)
    }

    pub(super) fn last(&mut self) -> usize {
        self.step(1)
    }

    pub(super) fn sum(&mut self) -> usize {
        self.step(2)
    }
}

/// What by another type of this name is read in reverse is read by this one.
#[derive(Clone)]
pub(super) struct Plain;

#[differentiable]
impl Plain {
    pub(super) fn weighed(#[nodiff] &self, x: &[f64], #[nodiff] c: &Counter) -> f64 {
        x[0] * x[c.at]
    }
}

#[differentiable]
pub(super) trait Weighs {
    fn weighed(#[nodiff] &self, x: &[f64], #[nodiff] c: &Counter) -> f64;
}

pub(super) struct ByCounter;

#[differentiable]
impl Weighs for ByCounter {
    fn weighed(#[nodiff] &self, x: &[f64], #[nodiff] c: &Counter) -> f64 {
        x[0] * x[c.at]
    }
}

#[derive(Clone, Copy)]
pub(super) struct World {
    pub(super) counter: Counter,
}

pub(super) const START: Counter = Counter { at: 1 };

pub(super) fn counter() -> Counter {
    START
}

pub(super) fn pair() -> (Counter, usize) {
    (START, 1)
}

pub(super) fn some() -> Option<Counter> {
    Some(START)
}

pub(super) fn many() -> Vec<Counter> {
    vec![START; 2]
}

pub(super) fn world() -> World {
    World { counter: START }
}

/// Changes behind a shared reference.
pub(super) struct Dice {
    at: Cell<usize>,
}

impl Dice {
    pub(super) fn new() -> Self {
        Dice { at: Cell::new(0) }
    }

    pub(super) fn reset(&self) {
        self.at.set(0);
    }

    pub(super) fn get(&self) -> usize {
        self.at.get()
    }

    pub(super) fn len(&self) -> usize {
        self.get()
    }

    pub(super) fn min(&self, k: usize) -> usize {
        self.at.set((self.at.get() + k) % 3);
        self.at.get()
    }
}

pub(super) fn dice() -> Dice {
    Dice::new()
}

macro_rules! constants {
    ($($t:ident)*) => { $(
        impl Coordinates for $t {
            type Tangent = ();
            const EPSILON: f64 = 0.0;
            fn write(&self, _: &mut Vec<f64>) {}
            fn write_bits(&self, _: &mut Vec<u64>) {}
            fn read(&self, _: &mut dyn Iterator<Item = f64>) -> Self {
                *self
            }
            fn tangent(&self, _: &mut dyn Iterator<Item = f64>) {}
        }
    )* };
}
constants! { Counter World }
