//! Names of the standard library's that stand for something else: what is known of them must not be believed.
use autodiff_core::{Differentiable, differentiable};

mod own_module {
    use autodiff_core::differentiable;
    mod mem {
        pub fn swap(a: &mut f64, b: &mut f64) {
            *a *= 2.0;
            *b *= 3.0;
        }
    }
    #[differentiable]
    pub fn exchanged(x: f64, y: f64) -> f64 {
        let (mut a, mut b) = (x, y);
        mem::swap(&mut a, &mut b);
        a * a + b
    }
}

mod own_function {
    use autodiff_core::differentiable;
    #[allow(non_snake_case)]
    fn Some<T: Copy + std::ops::Mul<Output = T>>(x: T) -> Option<T> {
        Option::Some(x * x)
    }
    #[differentiable]
    pub fn unwrapped(x: f64) -> f64 {
        Some(x).unwrap() * 2.0
    }
}

mod helpers {
    pub mod mem {
        pub fn replace<T: Copy>(a: &mut T, b: T) -> T {
            *a = b;
            b
        }
    }
}

mod by_glob {
    use crate::helpers::*;
    use autodiff_core::{Differentiable, differentiable};
    #[derive(Differentiable)]
    pub struct Counter {
        x: f64,
    }
    #[differentiable]
    impl Counter {
        pub fn replaced(&self, y: f64) -> f64 {
            let mut a = self.x;
            mem::replace(&mut a, y) * a
        }
    }
}

macro_rules! vec {
    ($($e:expr),*) => { std::vec![$($e * 2.0),*] };
}

#[differentiable]
fn doubled(x: f64) -> f64 {
    let a = vec![x, x * x];
    a[0] + a[1]
}

#[derive(Differentiable)]
struct Squared {
    x: f64,
}

impl Clone for Squared {
    fn clone(&self) -> Self {
        Squared { x: self.x * self.x }
    }
}

#[derive(Differentiable)]
struct Fresh(f64);

impl Clone for Fresh {
    fn clone(&self) -> Self {
        zeroed()
    }
}

fn zeroed() -> Fresh {
    Fresh(0.0)
}

#[derive(Differentiable)]
enum Kept {
    One(f64),
    Two { a: f64, b: Vec<f64> },
    None,
}

impl Clone for Kept {
    fn clone(&self) -> Self {
        match self {
            Self::One(x) => Self::One(*x),
            Kept::Two { a, b } => Kept::Two { a: *a, b: b.clone() },
            Kept::None => Kept::None,
        }
    }
}

#[differentiable]
fn cloned(x: f64) -> f64 {
    let s = Squared { x };
    s.clone().x
}

mod detached {
    #[autodiff_core::differentiable]
    pub fn stop_gradient(x: f64) -> f64 {
        x * 2.0
    }

    #[autodiff_core::differentiable]
    pub fn doubled(x: f64) -> f64 {
        stop_gradient(x) * x
    }
}

fn main() {}
