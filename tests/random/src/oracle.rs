//! The other side of the comparison: the same functions over dual numbers, and what turns coordinates into them and back.
//! What `num-dual` leaves out of `f64` is here, by the conventions at kinks that `autodiff_core` documents.
use nalgebra::{DefaultAllocator, Dim, OMatrix, allocator::Allocator};
pub use num_dual::{Dual64, DualNum};
use std::collections::VecDeque;

/// A constant.
pub fn c(x: f64) -> Dual64 {
    Dual64::from(x)
}

/// The value without its derivative.
pub fn stop_gradient(x: Dual64) -> Dual64 {
    c(x.re)
}

/// Methods of `f64`.
pub trait Float: Sized {
    fn abs(self) -> Self;
    fn signum(self) -> Self;
    fn max(self, other: Self) -> Self;
    fn min(self, other: Self) -> Self;
    fn clamp(self, low: Self, high: Self) -> Self;
    fn hypot(self, other: Self) -> Self;
    fn fract(self) -> Self;
    fn floor(self) -> Self;
    fn rem_euclid(self, by: Self) -> Self;
    fn copysign(self, sign: Self) -> Self;
}

impl Float for Dual64 {
    fn abs(self) -> Self {
        self * c(if self.re == 0.0 { 0.0 } else { self.re.signum() })
    }
    fn signum(self) -> Self {
        c(self.re.signum())
    }
    fn max(self, other: Self) -> Self {
        if self.re > other.re {
            self
        } else if self.re < other.re {
            other
        } else {
            half(self, other)
        }
    }
    fn min(self, other: Self) -> Self {
        if self.re < other.re {
            self
        } else if self.re > other.re {
            other
        } else {
            half(self, other)
        }
    }
    fn clamp(self, low: Self, high: Self) -> Self {
        self.max(low).min(high)
    }
    fn hypot(self, other: Self) -> Self {
        if (self.re, other.re) == (0.0, 0.0) { c(0.0) } else { (self * self + other * other).sqrt() }
    }
    fn fract(self) -> Self {
        self - c(self.re.trunc())
    }
    fn floor(self) -> Self {
        c(self.re.floor())
    }
    fn rem_euclid(self, by: Self) -> Self {
        self - by * c(self.re.div_euclid(by.re))
    }
    fn copysign(self, sign: Self) -> Self {
        if (self.re < 0.0) == sign.re.is_sign_negative() { self } else { -self }
    }
}

fn half(a: Dual64, b: Dual64) -> Dual64 {
    (a + b) * c(0.5)
}

type Duals<'a> = &'a mut dyn Iterator<Item = Dual64>;

/// The point `at` and the direction `u`, argument by argument.
pub fn duals(at: &[Vec<f64>], u: &[Vec<f64>]) -> std::vec::IntoIter<Dual64> {
    let all: Vec<Dual64> = at.concat().iter().zip(u.concat()).map(|(x, u)| Dual64::new(*x, u)).collect();
    all.into_iter()
}

/// An argument with other coordinates.
pub trait Lift {
    type Dual;
    fn lift(&self, from: Duals<'_>) -> Self::Dual;
}

impl Lift for f64 {
    type Dual = Dual64;
    fn lift(&self, from: Duals<'_>) -> Dual64 {
        from.next().expect("a coordinate")
    }
}
impl<T: Lift> Lift for [T] {
    type Dual = Vec<T::Dual>;
    fn lift(&self, from: Duals<'_>) -> Self::Dual {
        self.iter().map(|x| x.lift(from)).collect()
    }
}
impl<T: Lift> Lift for Vec<T> {
    type Dual = Vec<T::Dual>;
    fn lift(&self, from: Duals<'_>) -> Self::Dual {
        self.as_slice().lift(from)
    }
}
impl<T: Lift, const N: usize> Lift for [T; N] {
    type Dual = [T::Dual; N];
    fn lift(&self, from: Duals<'_>) -> Self::Dual {
        self.each_ref().map(|x| x.lift(from))
    }
}
impl<A: Lift, B: Lift> Lift for (A, B) {
    type Dual = (A::Dual, B::Dual);
    fn lift(&self, from: Duals<'_>) -> Self::Dual {
        let a = self.0.lift(from);
        (a, self.1.lift(from))
    }
}
impl<R: Dim, C: Dim> Lift for OMatrix<f64, R, C>
where
    DefaultAllocator: Allocator<R, C>,
{
    type Dual = OMatrix<Dual64, R, C>;
    fn lift(&self, from: Duals<'_>) -> Self::Dual {
        self.map(|x| x.lift(from))
    }
}

/// A result as numbers.
pub trait Flat {
    fn write(&self, out: &mut Vec<Dual64>);
}

/// The values and the tangents of all outputs.
pub fn flat(outputs: &[&dyn Flat]) -> (Vec<f64>, Vec<f64>) {
    let mut all = Vec::new();
    outputs.iter().for_each(|x| x.write(&mut all));
    all.iter().map(|x| (x.re, x.eps)).unzip()
}

impl Flat for Dual64 {
    fn write(&self, out: &mut Vec<Dual64>) {
        out.push(*self);
    }
}

macro_rules! nothing {
    ($($t:ty)*) => {$(impl Flat for $t { fn write(&self, _: &mut Vec<Dual64>) {} })*};
}
nothing!(() usize bool);

macro_rules! elements {
    ($($t:ty)*) => {$(
        impl<T: Flat> Flat for $t {
            fn write(&self, out: &mut Vec<Dual64>) {
                self.iter().for_each(|x| x.write(out));
            }
        }
    )*};
}
elements!(Vec<T> VecDeque<T> Option<T>);

impl<T: Flat, const N: usize> Flat for [T; N] {
    fn write(&self, out: &mut Vec<Dual64>) {
        self.iter().for_each(|x| x.write(out));
    }
}
impl<A: Flat, B: Flat> Flat for (A, B) {
    fn write(&self, out: &mut Vec<Dual64>) {
        self.0.write(out);
        self.1.write(out);
    }
}
impl<R: Dim, C: Dim> Flat for OMatrix<Dual64, R, C>
where
    DefaultAllocator: Allocator<R, C>,
{
    fn write(&self, out: &mut Vec<Dual64>) {
        out.extend(self.iter());
    }
}
