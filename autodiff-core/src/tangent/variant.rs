//! Tangents and adjoints by the variant of their value: generated code knows a variant's name, and not the name of the tangent type.
//!
//! `Shape::Circle { r }` in a pattern becomes `parts::<{ name("Circle") }, _>(&shape_bar).r`. What stands for a struct answers
//! to every name, because a struct may be called by an alias, or `Self`.

/// A name as a const parameter.
pub const fn name(text: &str) -> u64 {
    let (bytes, mut hash, mut k) = (text.as_bytes(), 0xcbf2_9ce4_8422_2325_u64, 0);
    while k < bytes.len() {
        hash = (hash ^ bytes[k] as u64).wrapping_mul(0x0100_0000_01b3);
        k += 1;
    }
    hash
}

/// The fields of the variant `NAME`, borrowed.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no variant of this name",
    label = "not known to be a variant",
    note = "derive `Differentiable` for the enum, and call its variants by their own names"
)]
pub trait Variant<const NAME: u64> {
    /// The fields, under the names that they have in the variant.
    type Parts<'a>
    where
        Self: 'a;
    /// Borrows the fields.
    ///
    /// # Panics
    /// When it is another variant.
    fn parts(&self) -> Self::Parts<'_>;
}

/// The fields of the variant `NAME`, borrowed mutably.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no variant of this name",
    label = "not known to be a variant",
    note = "derive `Differentiable` for the enum, and call its variants by their own names"
)]
pub trait VariantMut<const NAME: u64> {
    /// The fields, under the names that they have in the variant.
    type PartsMut<'a>
    where
        Self: 'a;
    /// Borrows the fields.
    ///
    /// # Panics
    /// When it is another variant.
    fn parts_mut(&mut self) -> Self::PartsMut<'_>;
}

/// The fields of a variant.
#[inline(always)]
pub fn parts<const NAME: u64, T: Variant<NAME>>(whole: &T) -> T::Parts<'_> {
    whole.parts()
}

/// The fields of a variant, to write.
#[inline(always)]
pub fn parts_mut<const NAME: u64, T: VariantMut<NAME>>(whole: &mut T) -> T::PartsMut<'_> {
    whole.parts_mut()
}

/// Panics because a tangent is not of its value's variant.
#[cold]
#[inline(never)]
#[track_caller]
pub fn wrong_variant(expected: &str) -> ! {
    panic!("the tangent is not of the variant `{expected}` that its value is of")
}

impl<const NAME: u64, T: Variant<NAME>> Variant<NAME> for &T {
    type Parts<'a>
        = T::Parts<'a>
    where
        Self: 'a;
    #[inline(always)]
    fn parts(&self) -> T::Parts<'_> {
        (**self).parts()
    }
}

impl<const NAME: u64, T: Variant<NAME>> Variant<NAME> for &mut T {
    type Parts<'a>
        = T::Parts<'a>
    where
        Self: 'a;
    #[inline(always)]
    fn parts(&self) -> T::Parts<'_> {
        (**self).parts()
    }
}

impl<const NAME: u64, T: VariantMut<NAME>> VariantMut<NAME> for &mut T {
    type PartsMut<'a>
        = T::PartsMut<'a>
    where
        Self: 'a;
    #[inline(always)]
    fn parts_mut(&mut self) -> T::PartsMut<'_> {
        (**self).parts_mut()
    }
}

macro_rules! known {
    ($([$($generics:ident),*] $t:ty, $variant:ident: $of:ty;)*) => {$(
        impl<$($generics),*> Variant<{ name(stringify!($variant)) }> for $t {
            type Parts<'a> = (&'a $of,) where Self: 'a;
            #[inline]
            fn parts(&self) -> (&$of,) {
                match self {
                    $variant(part) => (part,),
                    _ => wrong_variant(stringify!($variant)),
                }
            }
        }

        impl<$($generics),*> VariantMut<{ name(stringify!($variant)) }> for $t {
            type PartsMut<'a> = (&'a mut $of,) where Self: 'a;
            #[inline]
            fn parts_mut(&mut self) -> (&mut $of,) {
                match self {
                    $variant(part) => (part,),
                    _ => wrong_variant(stringify!($variant)),
                }
            }
        }
    )*};
}
known! {
    [T] Option<T>, Some: T;
    [T, E] Result<T, E>, Ok: T;
    [T, E] Result<T, E>, Err: E;
}
