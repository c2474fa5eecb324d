//! Generated code under the strictest of lints, in a crate without the prelude's names.
#![deny(warnings, missing_docs, unreachable_pub, unused_qualifications, unused_results, nonstandard_style, future_incompatible)]
#![deny(rust_2018_idioms, rust_2024_compatibility, missing_debug_implementations, missing_copy_implementations, single_use_lifetimes)]
#![deny(trivial_casts, trivial_numeric_casts, unused_lifetimes, let_underscore_drop, explicit_outlives_requirements)]
#![forbid(unsafe_code)]
#![no_implicit_prelude]

/// A documented module.
pub mod model {
    /// A documented function.
    #[::autodiff_core::differentiable]
    pub fn documented(x: f64, y: &[f64], n: usize) -> f64 {
        let mut s = x;
        for i in 0..n {
            if s > 10.0 {
                break;
            }
            s = s * y[i] + x.sin();
        }
        while s > 2.0 {
            s /= 2.0;
        }
        s
    }

    /// One that changes its argument.
    #[::autodiff_core::differentiable]
    pub fn in_place(x: &mut [f64], k: f64) {
        for i in 0..x.len() {
            x[i] = x[i] * k;
        }
    }

    #[::autodiff_core::differentiable]
    fn unused_parameter(_x: f64, y: f64) -> f64 {
        y * 2.0
    }

    /// Uses a private one.
    #[::autodiff_core::differentiable]
    pub fn caller(x: f64) -> f64 {
        unused_parameter(x, x)
    }
}

fn main() {
    let y = [0.5, 0.25];
    let (a, b) = model::documented::grad(1.0, &y, 2);
    ::std::assert!(a.is_finite() && b.len() == 2);
    let mut x = [1.0, 2.0];
    let mut x_bar = [1.0, 1.0];
    let k_bar = model::in_place::vjp(&mut x, 3.0, &mut x_bar);
    ::std::assert!(k_bar == 3.0);
    ::std::assert!(model::caller::grad(1.0) == 2.0);
}
