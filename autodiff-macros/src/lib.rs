//! The compiler behind `#[differentiable]`: an ordinary function becomes forward- and reverse-mode code.
//!
//! Use it through `autodiff-core`, which re-exports the attribute. To read the code, start at `expand.rs`.
mod again;
mod analysis;
mod atom;
mod attr;
mod bits;
mod callees;
mod check;
mod configured;
mod ctxt;
mod derive;
mod desugar;
mod dump;
mod emit;
mod expand;
mod fence;
mod forward;
mod functions;
mod host;
mod hygiene;
mod inner;
mod ir;
mod krate;
mod lookups;
mod lower;
mod methods;
mod moments;
mod names;
mod overload;
mod parts;
mod patterns;
mod references;
mod rename;
mod reverse;
mod rules;
mod slice;
mod slices;
mod sugar;
mod syntax;
mod tables;
#[cfg(test)]
mod tests;
mod unchecked;

/// Generates forward- and reverse-mode derivatives of a function at compile time; see the documentation of `autodiff-core`.
#[proc_macro_attribute]
pub fn differentiable(args: proc_macro::TokenStream, item: proc_macro::TokenStream) -> proc_macro::TokenStream {
    krate::named(expand::differentiable(args.into(), item.into())).into()
}

/// Makes a struct or an enum differentiable; see the documentation of `autodiff-core`.
#[proc_macro_derive(Differentiable, attributes(nodiff))]
pub fn derive_differentiable(item: proc_macro::TokenStream) -> proc_macro::TokenStream {
    krate::named(derive::differentiable(item.into())).into()
}

/// Tests the derivatives of a function at a point; see the documentation of `autodiff-core`.
#[proc_macro]
pub fn check(call: proc_macro::TokenStream) -> proc_macro::TokenStream {
    krate::named(check::check(call.into())).into()
}
