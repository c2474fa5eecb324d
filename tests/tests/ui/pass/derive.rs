//! Derived types under the strictest of lints, in a crate without the prelude's names.
#![deny(warnings, missing_docs, unreachable_pub, unused_qualifications, unused_results, nonstandard_style, future_incompatible)]
#![deny(rust_2018_idioms, rust_2024_compatibility, missing_debug_implementations, missing_copy_implementations, single_use_lifetimes)]
#![deny(trivial_casts, trivial_numeric_casts, unused_lifetimes, let_underscore_drop, explicit_outlives_requirements)]
#![forbid(unsafe_code)]
#![no_implicit_prelude]

/// A documented module.
pub mod model {
    /// A documented struct.
    #[derive(::core::fmt::Debug, ::core::clone::Clone, ::autodiff_core::Differentiable)]
    pub struct Params<'a, T, const N: usize> {
        /// Weights.
        pub weights: [T; N],
        /// Data.
        pub data: &'a [f64],
        /// A constant.
        #[nodiff]
        pub name: &'a str,
        _private: Private,
    }

    #[derive(::core::fmt::Debug, ::core::clone::Clone, ::core::marker::Copy, ::autodiff_core::Differentiable)]
    struct Private(f64, #[nodiff] f64);

    #[derive(::autodiff_core::Differentiable)]
    struct Unit;

    /// A documented enum.
    #[derive(::core::fmt::Debug, ::core::clone::Clone, ::core::marker::Copy, ::autodiff_core::Differentiable)]
    pub enum Choice {
        /// One.
        One(f64),
        /// Two.
        Two {
            /// X.
            x: f64,
        },
        /// Three.
        Three,
    }

    /// Makes one.
    #[must_use]
    pub fn make(data: &[f64]) -> Params<'_, f64, 2> {
        let _ = Unit;
        Params { weights: [1.0, 2.0], data, name: "", _private: Private(1.0, 2.0) }
    }
}

fn main() {
    let p = model::make(&[1.0]);
    let zero = <model::Params<'_, f64, 2> as ::autodiff_core::Differentiable>::zero_tangent(&::autodiff_core::Differentiable::shape(&p));
    ::std::assert!(zero.weights[0] == 0.0);
}
