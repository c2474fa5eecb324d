//! The types made of the same variants and fields: tangent, adjoint, shapes.
use super::input::{Input, Style, Variant};
use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::{Ident, Type};

/// What becomes of a field.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Part {
    Gradient,
    Bar,
    Shape,
    TangentShape,
}

impl Part {
    /// The type that this makes of a field type.
    pub(super) fn of(self, ty: &Type) -> TokenStream {
        match self {
            Part::Gradient => quote!(<#ty as ::autodiff_core::Differentiable>::Gradient),
            Part::Bar => quote!(<#ty as ::autodiff_core::Differentiable>::OwnedBar),
            Part::Shape => quote!(<#ty as ::autodiff_core::Differentiable>::Shape),
            Part::TangentShape => {
                let gradient = Part::Gradient.of(ty);
                quote!(<#gradient as ::autodiff_core::Differentiable>::Shape)
            }
        }
    }
}

/// The tangent type, which users name.
pub(super) fn tangent(input: &Input) -> TokenStream {
    let name = &input.name;
    let doc = format!(
        "The tangent of [`{name}`], which is also its gradient: made by `#[derive(Differentiable)]`, with the derivative of each field \
         under the field's name."
    );
    let definition = definition(input, &input.tangent, Part::Gradient, true);
    quote! {
        #[doc = #doc]
        #[allow(
            dead_code, unused_qualifications, single_use_lifetimes, explicit_outlives_requirements, missing_copy_implementations,
            missing_debug_implementations, non_camel_case_types, clippy::all, clippy::pedantic
        )]
        #definition
    }
}

/// A type that only generated code names.
pub(super) fn hidden(input: &Input, name: &Ident, part: Part) -> TokenStream {
    let definition = definition(input, name, part, false);
    quote!(#[doc(hidden)] #[allow(non_camel_case_types)] #definition)
}

fn definition(input: &Input, name: &Ident, part: Part, documented: bool) -> TokenStream {
    let vis = &input.vis;
    let mut predicates = input.differentiable();
    if part == Part::TangentShape {
        predicates.extend(super::impls::self_tangents(input));
    }
    let generics = input.generics_with(predicates);
    let clause = &generics.where_clause;
    if input.is_enum {
        let variants = input.variants.iter().map(|v| {
            let fields = fields(v, part, documented.then_some(input), false);
            let variant = &v.name;
            let doc = documented.then(|| format!("The tangent of `{}`.", v.path(&input.name)).replace(" :: ", "::"));
            let doc = doc.map(|d| quote!(#[doc = #d]));
            quote!(#doc #variant #fields)
        });
        return quote!(#vis enum #name #generics #clause { #(#variants),* });
    }
    let variant = &input.variants[0];
    let fields = fields(variant, part, documented.then_some(input), true);
    match variant.style {
        Style::Named => quote!(#vis struct #name #generics #clause #fields),
        Style::Tuple | Style::Unit => quote!(#vis struct #name #generics #fields #clause;),
    }
}

fn fields(variant: &Variant, part: Part, documented: Option<&Input>, visible: bool) -> TokenStream {
    let fields = variant.fields.iter().map(|f| {
        let vis = visible.then_some(&f.vis);
        let ty = part.of(&f.projected());
        let member = f.member.to_token_stream().to_string();
        let doc = documented.map(|input| {
            let text = if f.nodiff {
                format!("`{member}` of `{}` is a constant.", input.name)
            } else {
                format!("The derivative of `{member}`.")
            };
            quote!(#[doc = #text])
        });
        match &f.member {
            syn::Member::Named(name) => quote!(#doc #vis #name: #ty),
            syn::Member::Unnamed(_) => quote!(#doc #vis #ty),
        }
    });
    match variant.style {
        Style::Named => quote!({ #(#fields),* }),
        Style::Tuple => quote!((#(#fields),*)),
        Style::Unit => TokenStream::new(),
    }
}
