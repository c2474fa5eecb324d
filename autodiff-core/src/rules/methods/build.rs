//! `V::new(a, b, c)` where `V` is another name of a matrix type, for all that the macro can see.
use crate::Real;
use crate::rules::{Forget, Mode, add_to};
use crate::tangent::Value;
use nalgebra::SMatrix;
use std::cell::Cell;

macro_rules! new {
    ($($trait:ident $args:tt: $($rows:literal x $columns:literal)*;)*) => {$(
        new!(@trait $trait $args);
        $(new!(@impl $trait $args $rows $columns);)*
    )*};
    (@trait $trait:ident ($($arg:ident $bar:ident $k:literal)*)) => {
        /// Matrices of so many entries.
        pub trait $trait<T: Real>: Sized {
            /// The value and the pullback.
            fn new_forward<M: Mode>(
                $($arg: T,)*
                mode: M,
            ) -> (Self, impl FnOnce(Self $(, new!(@ $arg &Cell<T>))*) + use<Self, T, M>);
            /// The pullback at once.
            #[inline]
            #[allow(clippy::too_many_arguments)]
            fn new_pull($($arg: T,)* y_bar: Self $(, $bar: &Cell<T>)*) {
                Self::new_forward($($arg,)* Forget).1(y_bar $(, $bar)*);
            }
            /// The value and its tangent.
            #[allow(clippy::too_many_arguments)]
            fn new_push($($arg: T,)* $($bar: impl Value<Of = T>,)*) -> (Self, Self);
        }
    };
    (@impl $trait:ident ($($arg:ident $bar:ident $k:literal)*) $rows:literal $columns:literal) => {
        impl<T: Real> $trait<T> for SMatrix<T, $rows, $columns> {
            #[inline]
            fn new_forward<M: Mode>(
                $($arg: T,)*
                _: M,
            ) -> (Self, impl FnOnce(Self $(, new!(@ $arg &Cell<T>))*) + use<T, M>) {
                (Self::new($($arg),*), |y_bar: Self $(, $bar: &Cell<T>)*| {
                    // they are written row by row
                    $(add_to($bar, y_bar[($k / $columns, $k % $columns)]);)*
                })
            }
            #[inline]
            fn new_push($($arg: T,)* $($bar: impl Value<Of = T>,)*) -> (Self, Self) {
                (Self::new($($arg),*), Self::new($(*$bar.value()),*))
            }
        }
    };
    (@ $arg:ident $ty:ty) => { $ty };
}

#[rustfmt::skip]
new! {
    New1 (a a_bar 0): 1 x 1;
    New2 (a a_bar 0 b b_bar 1): 1 x 2 2 x 1;
    New3 (a a_bar 0 b b_bar 1 c c_bar 2): 1 x 3 3 x 1;
    New4 (a a_bar 0 b b_bar 1 c c_bar 2 d d_bar 3): 1 x 4 4 x 1 2 x 2;
    New5 (a a_bar 0 b b_bar 1 c c_bar 2 d d_bar 3 e e_bar 4): 1 x 5 5 x 1;
    New6 (a a_bar 0 b b_bar 1 c c_bar 2 d d_bar 3 e e_bar 4 f f_bar 5): 1 x 6 6 x 1 2 x 3 3 x 2;
    New9 (a a_bar 0 b b_bar 1 c c_bar 2 d d_bar 3 e e_bar 4 f f_bar 5 g g_bar 6 h h_bar 7 i i_bar 8): 3 x 3;
    New16 (a a_bar 0 b b_bar 1 c c_bar 2 d d_bar 3 e e_bar 4 f f_bar 5 g g_bar 6 h h_bar 7 i i_bar 8
        j j_bar 9 k k_bar 10 l l_bar 11 m m_bar 12 n n_bar 13 o o_bar 14 p p_bar 15): 4 x 4;
}
