//! Scalar functions as methods of `f32` and `f64`.
use crate::rules::{self, Mode, accumulate, add_to};
use crate::tangent::Value;
use std::cell::Cell;

/// Reads a list of functions: the names of their derivatives, their operands with adjoints and tangents, and what each partial reads.
macro_rules! numbers {
    ($($name:ident $forward:ident $push:ident $receiver:ident
        ($a:ident $a_bar:ident $a_dot:ident $(, $b:ident $b_bar:ident $b_dot:ident)*) -> $y:ident:
        $($pull:ident $pushed:ident ($($read:ident),*) $bar:ident $dot:ident),+;)*) => {
        /// Scalar functions as methods.
        pub trait NumberMethods: Copy {
            $(
                /// `self`, for the pullback.
                #[inline(always)]
                fn $receiver(&self) -> &Self {
                    self
                }
                /// The value and the pullback.
                fn $forward<M: Mode>(
                    &self,
                    $($b: Self,)*
                    mode: M,
                ) -> (Self, impl FnOnce(&Self, Self, &Cell<Self> $(, numbers!(@ $b &Cell<Self>))*) + use<Self, M>);
                /// The value and its tangent.
                fn $push(&self, $($b: Self,)* $a_dot: impl Value<Of = Self> $(, $b_dot: impl Value<Of = Self>)*) -> (Self, Self);
            )*
            /// `self`, for the pullback.
            #[inline(always)]
            fn powi_receiver(&self) -> &Self {
                self
            }
            /// The value and the pullback.
            fn powi_forward<C, M: Mode>(
                &self,
                n: i32,
                mode: M,
            ) -> (Self, impl FnOnce(&Self, Self, &Cell<Self>, &C) + use<Self, C, M>);
            /// The value and its tangent.
            fn powi_push<C>(&self, n: i32, a_dot: impl Value<Of = Self>, n_dot: C) -> (Self, Self);
        }
        numbers!(@impl f32 $($name $forward $push
            ($a $a_bar $a_dot $(, $b $b_bar $b_dot)*) $y [$($pull $pushed ($($read),*) $bar $dot),+])*);
        numbers!(@impl f64 $($name $forward $push
            ($a $a_bar $a_dot $(, $b $b_bar $b_dot)*) $y [$($pull $pushed ($($read),*) $bar $dot),+])*);
    };
    (@ $b:ident $ty:ty) => { $ty };
    (@impl $t:ident $($name:ident $forward:ident $push:ident
        ($a:ident $a_bar:ident $a_dot:ident $(, $b:ident $b_bar:ident $b_dot:ident)*) $y:ident
        [$($pull:ident $pushed:ident ($($read:ident),*) $bar:ident $dot:ident),+])*) => {
        impl NumberMethods for $t {
            $(
                #[inline(always)]
                #[allow(unused_variables, deprecated)]
                fn $forward<M: Mode>(
                    &self,
                    $($b: $t,)*
                    _: M,
                ) -> ($t, impl FnOnce(&$t, $t, &Cell<$t> $(, numbers!(@ $b &Cell<$t>))*) + use<M>) {
                    let $y = self.$name($($b),*);
                    ($y, move |$a: &$t, d: $t, $a_bar: &Cell<$t> $(, $b_bar: &Cell<$t>)*| {
                        let $a = *$a;
                        $(add_to($bar, rules::$name::$pull($(&$read,)* &d));)+
                    })
                }
                #[inline(always)]
                #[allow(unused_variables, deprecated)]
                fn $push(&self, $($b: $t,)* $a_dot: impl Value<Of = $t> $(, $b_dot: impl Value<Of = $t>)*) -> ($t, $t) {
                    let $a = *self;
                    let $y = $a.$name($($b),*);
                    let mut y_dot = 0.0;
                    $(accumulate(&mut y_dot, rules::$name::$pushed($(&$read,)* $dot.value()));)+
                    ($y, y_dot)
                }
            )*
            #[inline(always)]
            fn powi_forward<C, M: Mode>(&self, n: i32, _: M) -> ($t, impl FnOnce(&$t, $t, &Cell<$t>, &C) + use<C, M>) {
                (self.powi(n), move |a: &$t, d: $t, a_bar: &Cell<$t>, _: &C| add_to(a_bar, rules::powi::pull_0(a, &n, &d)))
            }
            #[inline(always)]
            fn powi_push<C>(&self, n: i32, a_dot: impl Value<Of = $t>, _: C) -> ($t, $t) {
                (self.powi(n), rules::powi::push_0(self, &n, a_dot.value()))
            }
        }
    };
}

#[rustfmt::skip]
numbers! {
    abs abs_forward abs_push abs_receiver (a a_bar a_dot) -> y: pull_0 push_0 (a) a_bar a_dot;
    recip recip_forward recip_push recip_receiver (a a_bar a_dot) -> y: pull_0 push_0 (y) a_bar a_dot;
    sqrt sqrt_forward sqrt_push sqrt_receiver (a a_bar a_dot) -> y: pull_0 push_0 (y) a_bar a_dot;
    cbrt cbrt_forward cbrt_push cbrt_receiver (a a_bar a_dot) -> y: pull_0 push_0 (y) a_bar a_dot;
    exp exp_forward exp_push exp_receiver (a a_bar a_dot) -> y: pull_0 push_0 (y) a_bar a_dot;
    exp2 exp2_forward exp2_push exp2_receiver (a a_bar a_dot) -> y: pull_0 push_0 (y) a_bar a_dot;
    exp_m1 exp_m1_forward exp_m1_push exp_m1_receiver (a a_bar a_dot) -> y: pull_0 push_0 (y) a_bar a_dot;
    ln ln_forward ln_push ln_receiver (a a_bar a_dot) -> y: pull_0 push_0 (a) a_bar a_dot;
    log2 log2_forward log2_push log2_receiver (a a_bar a_dot) -> y: pull_0 push_0 (a) a_bar a_dot;
    log10 log10_forward log10_push log10_receiver (a a_bar a_dot) -> y: pull_0 push_0 (a) a_bar a_dot;
    ln_1p ln_1p_forward ln_1p_push ln_1p_receiver (a a_bar a_dot) -> y: pull_0 push_0 (a) a_bar a_dot;
    sin sin_forward sin_push sin_receiver (a a_bar a_dot) -> y: pull_0 push_0 (a) a_bar a_dot;
    cos cos_forward cos_push cos_receiver (a a_bar a_dot) -> y: pull_0 push_0 (a) a_bar a_dot;
    tan tan_forward tan_push tan_receiver (a a_bar a_dot) -> y: pull_0 push_0 (y) a_bar a_dot;
    asin asin_forward asin_push asin_receiver (a a_bar a_dot) -> y: pull_0 push_0 (a) a_bar a_dot;
    acos acos_forward acos_push acos_receiver (a a_bar a_dot) -> y: pull_0 push_0 (a) a_bar a_dot;
    atan atan_forward atan_push atan_receiver (a a_bar a_dot) -> y: pull_0 push_0 (a) a_bar a_dot;
    sinh sinh_forward sinh_push sinh_receiver (a a_bar a_dot) -> y: pull_0 push_0 (a) a_bar a_dot;
    cosh cosh_forward cosh_push cosh_receiver (a a_bar a_dot) -> y: pull_0 push_0 (a) a_bar a_dot;
    tanh tanh_forward tanh_push tanh_receiver (a a_bar a_dot) -> y: pull_0 push_0 (y) a_bar a_dot;
    asinh asinh_forward asinh_push asinh_receiver (a a_bar a_dot) -> y: pull_0 push_0 (a) a_bar a_dot;
    acosh acosh_forward acosh_push acosh_receiver (a a_bar a_dot) -> y: pull_0 push_0 (a) a_bar a_dot;
    atanh atanh_forward atanh_push atanh_receiver (a a_bar a_dot) -> y: pull_0 push_0 (a) a_bar a_dot;
    fract fract_forward fract_push fract_receiver (a a_bar a_dot) -> y: pull_0 push_0 () a_bar a_dot;
    to_degrees to_degrees_forward to_degrees_push to_degrees_receiver (a a_bar a_dot) -> y: pull_0 push_0 () a_bar a_dot;
    to_radians to_radians_forward to_radians_push to_radians_receiver (a a_bar a_dot) -> y: pull_0 push_0 () a_bar a_dot;
    powf powf_forward powf_push powf_receiver (a a_bar a_dot, b b_bar b_dot) -> y: pull_0 push_0 (a, b) a_bar a_dot, pull_1 push_1 (a, y) b_bar b_dot;
    log log_forward log_push log_receiver (a a_bar a_dot, b b_bar b_dot) -> y: pull_0 push_0 (a, b) a_bar a_dot, pull_1 push_1 (a, b) b_bar b_dot;
    atan2 atan2_forward atan2_push atan2_receiver (a a_bar a_dot, b b_bar b_dot) -> y: pull_0 push_0 (a, b) a_bar a_dot, pull_1 push_1 (a, b) b_bar b_dot;
    hypot hypot_forward hypot_push hypot_receiver (a a_bar a_dot, b b_bar b_dot) -> y: pull_0 push_0 (a, y) a_bar a_dot, pull_1 push_1 (b, y) b_bar b_dot;
    max max_forward max_push max_receiver (a a_bar a_dot, b b_bar b_dot) -> y: pull_0 push_0 (a, b) a_bar a_dot, pull_1 push_1 (a, b) b_bar b_dot;
    min min_forward min_push min_receiver (a a_bar a_dot, b b_bar b_dot) -> y: pull_0 push_0 (a, b) a_bar a_dot, pull_1 push_1 (a, b) b_bar b_dot;
    copysign copysign_forward copysign_push copysign_receiver (a a_bar a_dot, b b_bar b_dot) -> y: pull_0 push_0 (a, b) a_bar a_dot;
    rem_euclid rem_euclid_forward rem_euclid_push rem_euclid_receiver (a a_bar a_dot, b b_bar b_dot) -> y: pull_0 push_0 () a_bar a_dot, pull_1 push_1 (a, b) b_bar b_dot;
    mul_add mul_add_forward mul_add_push mul_add_receiver (a a_bar a_dot, b b_bar b_dot, c c_bar c_dot) -> y: pull_0 push_0 (b) a_bar a_dot, pull_1 push_1 (a) b_bar b_dot, pull_2 push_2 () c_bar c_dot;
    clamp clamp_forward clamp_push clamp_receiver (a a_bar a_dot, b b_bar b_dot, c c_bar c_dot) -> y: pull_0 push_0 (a, b, c) a_bar a_dot, pull_1 push_1 (a, b, c) b_bar b_dot, pull_2 push_2 (a, b, c) c_bar c_dot;
}
