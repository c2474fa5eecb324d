//! Values as lists of numbers, so that one runner checks functions of any types.
use nalgebra::{DefaultAllocator, Dim, OMatrix, RealField, allocator::Allocator};

/// A value that consists of numbers, some of which may be differentiated.
pub trait Coordinates {
    /// What tangents and gradients of it are, by the contract.
    type Tangent: Coordinates;
    /// The distance of 1 from the next number, of the coarsest float inside; 0 without floats.
    const EPSILON: f64;
    /// Appends the floats.
    fn write(&self, out: &mut Vec<f64>);
    /// Appends every bit of information, of floats and of all else.
    fn write_bits(&self, out: &mut Vec<u64>);
    /// The same value with other floats.
    fn read(&self, from: &mut dyn Iterator<Item = f64>) -> Self;
    /// A tangent of this value, of its shape, with these floats.
    fn tangent(&self, from: &mut dyn Iterator<Item = f64>) -> Self::Tangent;
}

/// The floats in `x`, in order.
pub fn coordinates_of(x: &impl Coordinates) -> Vec<f64> {
    let mut out = Vec::new();
    x.write(&mut out);
    out
}

/// All that `x` is, bit by bit.
pub fn bits_of(x: &impl Coordinates) -> Vec<u64> {
    let mut out = Vec::new();
    x.write_bits(&mut out);
    out
}

// what the expansions of the macros call

/// `T::EPSILON` of a value's type.
pub fn epsilon_of<T: Coordinates>(_: &T) -> f64 {
    T::EPSILON
}

/// `like` with these floats.
pub fn read<T: Coordinates>(like: &T, at: Option<&Vec<f64>>) -> T {
    like.read(&mut at.expect("an argument's coordinates").iter().copied())
}

/// A tangent of `like` with these floats.
pub fn tangent<T: Coordinates>(like: &T, at: Option<&Vec<f64>>) -> T::Tangent {
    like.tangent(&mut at.expect("an argument's coordinates").iter().copied())
}

/// The tangents of `like` along several directions, each of which has floats for all arguments.
pub fn tangents<T: Coordinates>(
    like: &T,
    directions: &[Vec<Vec<f64>>],
    argument: Option<usize>,
) -> [T::Tangent; crate::LANES] {
    let k = argument.expect("the number of an argument");
    std::array::from_fn(|lane| tangent(like, directions[lane].get(k)))
}

/// What the bars that were passed hold on exit.
pub fn write_back<const N: usize>(bars: &mut [Vec<f64>], exit: [Option<Vec<f64>>; N]) {
    for (bar, exit) in bars.iter_mut().zip(exit) {
        if let Some(exit) = exit {
            *bar = exit;
        }
    }
}

macro_rules! float {
    ($($t:ident)*) => {$(
        impl Coordinates for $t {
            type Tangent = $t;
            const EPSILON: f64 = $t::EPSILON as f64;
            fn write(&self, out: &mut Vec<f64>) {
                out.push(f64::from(*self));
            }
            fn write_bits(&self, out: &mut Vec<u64>) {
                out.push(u64::from(self.to_bits()));
            }
            fn read(&self, from: &mut dyn Iterator<Item = f64>) -> $t {
                from.next().expect("too few coordinates") as $t
            }
            fn tangent(&self, from: &mut dyn Iterator<Item = f64>) -> $t {
                self.read(from)
            }
        }
    )*};
}
float!(f32 f64);

macro_rules! constant {
    ($($t:ty)*) => {$(
        impl Coordinates for $t {
            type Tangent = ();
            const EPSILON: f64 = 0.0;
            fn write(&self, _: &mut Vec<f64>) {}
            fn write_bits(&self, out: &mut Vec<u64>) {
                out.push(*self as u64);
            }
            fn read(&self, _: &mut dyn Iterator<Item = f64>) -> $t {
                *self
            }
            fn tangent(&self, _: &mut dyn Iterator<Item = f64>) {}
        }
    )*};
}
constant!(u8 u16 u32 u64 usize i8 i16 i32 i64 isize bool char);

macro_rules! sequence {
    ($t:ty, $tangent:ty, [$($generic:tt)*], |$items:ident| $collect:expr) => {
        impl<T: Coordinates, $($generic)*> Coordinates for $t {
            type Tangent = $tangent;
            const EPSILON: f64 = T::EPSILON;
            fn write(&self, out: &mut Vec<f64>) {
                self.iter().for_each(|x| x.write(out));
            }
            fn write_bits(&self, out: &mut Vec<u64>) {
                out.push(self.iter().count() as u64);
                self.iter().for_each(|x| x.write_bits(out));
            }
            fn read(&self, from: &mut dyn Iterator<Item = f64>) -> Self {
                let mut $items = self.iter().map(|x| x.read(from));
                $collect
            }
            fn tangent(&self, from: &mut dyn Iterator<Item = f64>) -> Self::Tangent {
                let mut $items = self.iter().map(|x| x.tangent(from));
                $collect
            }
        }
    };
}
sequence!([T; N], [T::Tangent; N], [const N: usize], |items| std::array::from_fn(|_| items.next().expect("N items")));
sequence!(Vec<T>, Vec<T::Tangent>, [], |items| items.by_ref().collect());
sequence!(Option<T>, Option<T::Tangent>, [], |items| items.next());

sequence!(Box<[T]>, Vec<T::Tangent>, [], |items| items.by_ref().collect());

impl<T: Coordinates> Coordinates for Box<T> {
    type Tangent = Box<T::Tangent>;
    const EPSILON: f64 = T::EPSILON;
    fn write(&self, out: &mut Vec<f64>) {
        (**self).write(out);
    }
    fn write_bits(&self, out: &mut Vec<u64>) {
        (**self).write_bits(out);
    }
    fn read(&self, from: &mut dyn Iterator<Item = f64>) -> Box<T> {
        Box::new((**self).read(from))
    }
    fn tangent(&self, from: &mut dyn Iterator<Item = f64>) -> Box<T::Tangent> {
        Box::new((**self).tangent(from))
    }
}

macro_rules! tuple {
    ($($t:ident)*) => {
        #[allow(non_snake_case, unused_variables, reason = "one binding a type parameter; none for the empty tuple")]
        impl<$($t: Coordinates),*> Coordinates for ($($t,)*) {
            type Tangent = ($($t::Tangent,)*);
            const EPSILON: f64 = {
                let epsilon: f64 = 0.0;
                $(let epsilon = epsilon.max($t::EPSILON);)*
                epsilon
            };
            fn write(&self, out: &mut Vec<f64>) {
                let ($($t,)*) = self;
                $($t.write(out);)*
            }
            fn write_bits(&self, out: &mut Vec<u64>) {
                let ($($t,)*) = self;
                $($t.write_bits(out);)*
            }
            #[allow(clippy::unused_unit, reason = "the empty tuple")]
            fn read(&self, from: &mut dyn Iterator<Item = f64>) -> Self {
                let ($($t,)*) = self;
                ($($t.read(from),)*)
            }
            #[allow(clippy::unused_unit, reason = "the empty tuple")]
            fn tangent(&self, from: &mut dyn Iterator<Item = f64>) -> Self::Tangent {
                let ($($t,)*) = self;
                ($($t.tangent(from),)*)
            }
        }
    };
}
tuple!();
tuple!(A);
tuple!(A B);
tuple!(A B C);
tuple!(A B C D);
tuple!(A B C D E);
tuple!(A B C D E F);
tuple!(A B C D E F G);
tuple!(A B C D E F G H);

impl<T: RealField + Coordinates<Tangent = T>, R: Dim, C: Dim> Coordinates for OMatrix<T, R, C>
where
    DefaultAllocator: Allocator<R, C>,
{
    type Tangent = Self;
    const EPSILON: f64 = T::EPSILON;
    fn write(&self, out: &mut Vec<f64>) {
        self.iter().for_each(|x| x.write(out));
    }
    fn write_bits(&self, out: &mut Vec<u64>) {
        out.extend([self.nrows() as u64, self.ncols() as u64]);
        self.iter().for_each(|x| x.write_bits(out));
    }
    fn read(&self, from: &mut dyn Iterator<Item = f64>) -> Self {
        self.map(|x| x.read(from))
    }
    fn tangent(&self, from: &mut dyn Iterator<Item = f64>) -> Self {
        self.read(from)
    }
}
