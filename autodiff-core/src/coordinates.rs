//! A flat view of a value, a tangent or a gradient: its scalars, one after the other.
//!
//! Seeds, gradient checks and Jacobians rest on it. Scalars pass through as `f64`, which holds every `f32` exactly.

/// A value made of scalars, seen as one flat list of them. Integers and other constants have none.
///
/// ```
/// use autodiff_core::Coordinates;
///
/// let mut x = (1.0, vec![2.0, 3.0], 7_usize);
/// assert_eq!(x.dimension(), 3);
/// x.set_coordinate(2, 5.0);
/// assert_eq!(x.coordinates(), [1.0, 2.0, 5.0]);
/// assert_eq!(x.describe(), "(scalar, 2, constant)");
/// ```
#[diagnostic::on_unimplemented(message = "`{Self}` is not known to be made of scalars")]
pub trait Coordinates {
    /// Calls `f` with every scalar in order.
    fn for_each_scalar(&self, f: &mut dyn FnMut(f64));
    /// Replaces every scalar, in the same order, by what `f` makes of it.
    fn map_scalars(&mut self, f: &mut dyn FnMut(f64) -> f64);
    /// A description of the shape for messages: `3`, `[2 x 4]`.
    fn describe(&self) -> String;

    /// The number of scalars.
    #[inline]
    fn dimension(&self) -> usize {
        let mut n = 0;
        self.for_each_scalar(&mut |_| n += 1);
        n
    }
    /// The `k`-th scalar.
    ///
    /// # Panics
    /// When there is none.
    #[inline]
    #[track_caller]
    fn coordinate(&self, k: usize) -> f64 {
        let (mut i, mut found) = (0, None);
        self.for_each_scalar(&mut |v| {
            if i == k {
                found = Some(v);
            }
            i += 1;
        });
        found.unwrap_or_else(|| no_coordinate(k, i))
    }
    /// Sets the `k`-th scalar.
    ///
    /// # Panics
    /// When there is none.
    #[inline]
    #[track_caller]
    fn set_coordinate(&mut self, k: usize, value: f64) {
        let mut i = 0;
        self.map_scalars(&mut |v| {
            i += 1;
            if i == k + 1 { value } else { v }
        });
        if k >= i {
            no_coordinate(k, i)
        }
    }
    /// All scalars.
    fn coordinates(&self) -> Vec<f64> {
        let mut all = Vec::with_capacity(self.dimension());
        self.for_each_scalar(&mut |v| all.push(v));
        all
    }
}

#[cold]
#[inline(never)]
#[track_caller]
fn no_coordinate(k: usize, n: usize) -> ! {
    panic!("there is no coordinate {k}: the value has {n} of them")
}

macro_rules! scalar {
    ($($t:ty),*) => {$(
        impl Coordinates for $t {
            #[inline]
            fn for_each_scalar(&self, f: &mut dyn FnMut(f64)) {
                f(f64::from(*self))
            }
            #[inline]
            fn map_scalars(&mut self, f: &mut dyn FnMut(f64) -> f64) {
                *self = f(f64::from(*self)) as $t
            }
            fn describe(&self) -> String {
                "scalar".into()
            }
            #[inline]
            fn dimension(&self) -> usize {
                1
            }
        }
    )*};
}
scalar!(f32, f64);

macro_rules! constant {
    ($($t:ty),*) => {$(
        impl Coordinates for $t {
            #[inline(always)]
            fn for_each_scalar(&self, _: &mut dyn FnMut(f64)) {}
            #[inline(always)]
            fn map_scalars(&mut self, _: &mut dyn FnMut(f64) -> f64) {}
            fn describe(&self) -> String {
                "constant".into()
            }
        }
    )*};
}
constant!(u8, u16, u32, u64, u128, usize, i8, i16, i32, i64, i128, isize, bool, char, str, String, ());

impl<T: ?Sized> Coordinates for std::marker::PhantomData<T> {
    #[inline(always)]
    fn for_each_scalar(&self, _: &mut dyn FnMut(f64)) {}
    #[inline(always)]
    fn map_scalars(&mut self, _: &mut dyn FnMut(f64) -> f64) {}
    fn describe(&self) -> String {
        "constant".into()
    }
}

/// The description of a derived type from those of its fields: `P { x: scalar }`, `P(scalar, 3)`, `P`.
#[doc(hidden)]
pub fn describe_fields(name: &str, fields: &[(&str, String)]) -> String {
    let named = |(member, text): &(&str, String)| format!("{member}: {text}");
    match fields {
        [] => name.into(),
        [("0", _), ..] => format!("{name}({})", fields.iter().map(|f| &*f.1).collect::<Vec<_>>().join(", ")),
        _ => format!("{name} {{ {} }}", fields.iter().map(named).collect::<Vec<_>>().join(", ")),
    }
}

impl<T: Coordinates> Coordinates for [T] {
    #[inline]
    fn for_each_scalar(&self, f: &mut dyn FnMut(f64)) {
        self.iter().for_each(|t| t.for_each_scalar(f));
    }
    #[inline]
    fn map_scalars(&mut self, f: &mut dyn FnMut(f64) -> f64) {
        self.iter_mut().for_each(|t| t.map_scalars(f));
    }
    fn describe(&self) -> String {
        let mut parts = self.iter().map(T::describe);
        let Some(first) = parts.next() else {
            return "0".into();
        };
        if first == "scalar" || first == "constant" {
            self.len().to_string()
        } else if parts.all(|p| p == first) {
            format!("{} of {first}", self.len())
        } else {
            format!("[{}]", self.iter().map(T::describe).collect::<Vec<_>>().join(", "))
        }
    }
    #[inline]
    fn dimension(&self) -> usize {
        self.iter().map(T::dimension).sum()
    }
    #[inline]
    fn coordinate(&self, k: usize) -> f64 {
        let mut at = k;
        for t in self {
            let n = t.dimension();
            if at < n {
                return t.coordinate(at);
            }
            at -= n;
        }
        no_coordinate(k, self.dimension())
    }
    #[inline]
    fn set_coordinate(&mut self, k: usize, value: f64) {
        let mut at = k;
        for t in &mut *self {
            let n = t.dimension();
            if at < n {
                return t.set_coordinate(at, value);
            }
            at -= n;
        }
        no_coordinate(k, self.dimension())
    }
}

macro_rules! sequence {
    ($([$($generics:tt)*] $t:ty),*) => {$(
        impl<T: Coordinates, $($generics)*> Coordinates for $t {
            #[inline]
            fn for_each_scalar(&self, f: &mut dyn FnMut(f64)) {
                self[..].for_each_scalar(f)
            }
            #[inline]
            fn map_scalars(&mut self, f: &mut dyn FnMut(f64) -> f64) {
                self[..].map_scalars(f)
            }
            fn describe(&self) -> String {
                self[..].describe()
            }
            #[inline]
            fn dimension(&self) -> usize {
                self[..].dimension()
            }
            #[inline]
            fn coordinate(&self, k: usize) -> f64 {
                self[..].coordinate(k)
            }
            #[inline]
            fn set_coordinate(&mut self, k: usize, value: f64) {
                self[..].set_coordinate(k, value)
            }
        }
    )*};
}
sequence!([const N: usize] [T; N], [] Vec<T>);

macro_rules! tuple {
    ($($t:ident $i:tt),*) => {
        impl<$($t: Coordinates),*> Coordinates for ($($t,)*) {
            #[inline]
            fn for_each_scalar(&self, f: &mut dyn FnMut(f64)) {
                $(self.$i.for_each_scalar(f);)*
            }
            #[inline]
            fn map_scalars(&mut self, f: &mut dyn FnMut(f64) -> f64) {
                $(self.$i.map_scalars(f);)*
            }
            fn describe(&self) -> String {
                format!("({})", [$(self.$i.describe()),*].join(", "))
            }
            #[inline]
            fn dimension(&self) -> usize {
                0 $(+ self.$i.dimension())*
            }
        }
    };
}
tuple!(A 0);
tuple!(A 0, B 1);
tuple!(A 0, B 1, C 2);
tuple!(A 0, B 1, C 2, D 3);
tuple!(A 0, B 1, C 2, D 3, E 4);
tuple!(A 0, B 1, C 2, D 3, E 4, F 5);
tuple!(A 0, B 1, C 2, D 3, E 4, F 5, G 6);
tuple!(A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7);

impl<T: Coordinates> Coordinates for Option<T> {
    #[inline]
    fn for_each_scalar(&self, f: &mut dyn FnMut(f64)) {
        self.iter().for_each(|t| t.for_each_scalar(f));
    }
    #[inline]
    fn map_scalars(&mut self, f: &mut dyn FnMut(f64) -> f64) {
        self.iter_mut().for_each(|t| t.map_scalars(f));
    }
    fn describe(&self) -> String {
        self.as_ref().map_or("None".into(), |t| format!("Some({})", t.describe()))
    }
}

impl<T: Coordinates + ?Sized> Coordinates for Box<T> {
    #[inline]
    fn for_each_scalar(&self, f: &mut dyn FnMut(f64)) {
        (**self).for_each_scalar(f)
    }
    #[inline]
    fn map_scalars(&mut self, f: &mut dyn FnMut(f64) -> f64) {
        (**self).map_scalars(f)
    }
    fn describe(&self) -> String {
        (**self).describe()
    }
    #[inline]
    fn dimension(&self) -> usize {
        (**self).dimension()
    }
}
