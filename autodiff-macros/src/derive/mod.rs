//! `#[derive(Differentiable)]`: a struct or an enum, and what its tangents and adjoints are.
//!
//! For `struct P { x: f64, #[nodiff] n: u32 }` it writes
//!
//! ```text
//! struct PTangent { x: <f64 as Differentiable>::Gradient, n: () }       seen and named by users
//! struct PBar     { x: <f64 as Differentiable>::OwnedBar, n: () }       made of cells
//! struct PShape   { x: <f64 as Differentiable>::Shape, n: () }          what a zero must be told
//! ```
//!
//! and the traits that tie them together. An enum has a tangent of the same variants; tangents of different variants can't be
//! added. Nothing is known of the types of fields but that they are `Differentiable`, which the `where` clauses ask for.
mod impls;
mod input;
mod types;
mod variants;

use crate::ctxt::{Ctxt, compile_errors};
use proc_macro2::TokenStream;
use quote::quote;
use syn::DeriveInput;

/// `#[derive(Differentiable)]`
pub(crate) fn differentiable(tokens: TokenStream) -> TokenStream {
    let item = match syn::parse2::<DeriveInput>(tokens) {
        Ok(item) => item,
        Err(e) => return e.to_compile_error(),
    };
    crate::parts::seen::file();
    crate::parts::seen::fields(&item);
    let cx = Ctxt::new();
    let input = input::read(&cx, &item);
    match (cx.check(), input) {
        (Ok(()), Some(input)) => {
            let (traits, doubt) = (expand(&input), compile_errors(odd_clone(&input.name).as_slice()));
            quote!(#traits #doubt)
        }
        (Ok(()), None) => TokenStream::new(),
        (Err(errors), _) => compile_errors(&errors),
    }
}

/// What is kept for the reverse sweep is kept by cloning.
fn odd_clone(name: &syn::Ident) -> Option<syn::Error> {
    let message = "derivatives take a clone for a copy, and the `Clone` of this type does something else: derive it, or give each field by `self.field.clone()`";
    crate::parts::seen::clones_oddly(&name.to_string()).then(|| syn::Error::new(name.span(), message))
}

fn expand(input: &input::Input) -> TokenStream {
    let tangent = types::tangent(input);
    let hidden = [
        types::hidden(input, &input.bar, types::Part::Bar),
        types::hidden(input, &input.shape, types::Part::Shape),
        types::hidden(input, &input.tangent_shape, types::Part::TangentShape),
    ];
    let (impls, variants) = (impls::all(input), variants::all(input));
    quote! {
        #tangent
        #[allow(
            missing_docs, missing_debug_implementations, missing_copy_implementations, unreachable_pub, dead_code,
            single_use_lifetimes, unused_lifetimes, unused_qualifications, explicit_outlives_requirements, clippy::all, clippy::pedantic
        )]
        const _: () = {
            #(#hidden)*
            #impls
            #variants
        };
    }
}
