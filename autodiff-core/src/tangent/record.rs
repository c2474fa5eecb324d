//! Tangents of structs of other crates: a struct with the same fields, generic over what they hold, made of scalars or of cells.

macro_rules! record {
    ($(#[$doc:meta])* $name:ident<$($t:ident),*> { $($(#[$field_doc:meta])* $field:ident: $of:ident),* $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq)]
        pub struct $name<$($t),*> {
            $($(#[$field_doc])* pub $field: $of,)*
        }

        #[diagnostic::do_not_recommend]
        impl<$($t: $crate::tangent::Differentiable),*> $crate::tangent::Differentiable for $name<$($t),*> {
            type Tangent = $name<$($t::Gradient),*>;
            type Gradient = $name<$($t::Gradient),*>;
            type Bar = $name<$($t::OwnedBar),*>;
            type OwnedBar = $name<$($t::OwnedBar),*>;
            type Shape = $name<$($t::Shape),*>;
            #[inline]
            fn shape(&self) -> Self::Shape {
                $name { $($field: self.$field.shape()),* }
            }
            #[inline]
            fn zero_tangent(shape: &Self::Shape) -> Self::Gradient {
                $name { $($field: $of::zero_tangent(&shape.$field)),* }
            }
            #[inline]
            fn fits(shape: &Self::Shape, tangent: &Self::Tangent) -> bool {
                $($of::fits(&shape.$field, std::borrow::Borrow::borrow(&tangent.$field)))&&*
            }
        }

        impl<$($t: $crate::tangent::Tangent),*> $crate::tangent::Tangent for $name<$($t),*> {
            type Bar = $name<$($t::Bar),*>;
            #[inline]
            fn accumulate(&mut self, contribution: Self) {
                $(self.$field.accumulate(contribution.$field);)*
            }
            #[inline]
            fn placeholder() -> Self {
                $name { $($field: $of::placeholder()),* }
            }
            #[inline]
            fn into_bar(self) -> Self::Bar {
                $name { $($field: self.$field.into_bar()),* }
            }
            #[inline]
            fn from_bar(bar: Self::Bar) -> Self {
                $name { $($field: $of::from_bar(bar.$field)),* }
            }
            #[inline]
            fn same_shape(&self, other: &Self) -> bool {
                $(self.$field.same_shape(&other.$field))&&*
            }
        }

        impl<$($t: $crate::tangent::Bar),*> $crate::tangent::Bar for $name<$($t),*> {
            type Tangent = $name<$($t::Tangent),*>;
            #[inline]
            fn accumulate(&self, contribution: Self::Tangent) {
                $($crate::tangent::Bar::accumulate(&self.$field, contribution.$field);)*
            }
            #[inline]
            fn get(&self) -> Self::Tangent {
                $name { $($field: $crate::tangent::Bar::get(&self.$field)),* }
            }
            #[inline]
            fn take(&self) -> Self::Tangent {
                $name { $($field: $crate::tangent::Bar::take(&self.$field)),* }
            }
        }

        impl<$($t: $crate::tangent::Tangent),*> $crate::tangent::Lend<$name<$($t::Bar),*>> for $name<$($t),*> {
            #[inline]
            fn lend<Out>(&mut self, f: impl FnOnce(&$name<$($t::Bar),*>) -> Out) -> Out {
                $crate::tangent::lend_by_move(self, f)
            }
        }

        impl<$($t: $crate::tangent::Tangent),*> $crate::tangent::Own for $name<$($t),*> {
            type Owned = Self;
            #[inline]
            fn own(&self) -> Self {
                self.clone()
            }
        }

        #[diagnostic::do_not_recommend]
        impl<$($t: $crate::tangent::Differentiable),*> $crate::tangent::Value for $name<$($t),*> {
            type Of = Self;
            #[inline(always)]
            fn value(&self) -> &Self {
                self
            }
        }

        impl<$($t: $crate::Coordinates),*> $crate::Coordinates for $name<$($t),*> {
            #[inline]
            fn for_each_scalar(&self, f: &mut dyn FnMut(f64)) {
                $(self.$field.for_each_scalar(f);)*
            }
            #[inline]
            fn map_scalars(&mut self, f: &mut dyn FnMut(f64) -> f64) {
                $(self.$field.map_scalars(f);)*
            }
            fn describe(&self) -> String {
                let fields = [$(format!("{}: {}", stringify!($field), self.$field.describe())),*];
                format!("{} {{ {} }}", stringify!($name), fields.join(", "))
            }
        }
    };
}
pub(crate) use record;
