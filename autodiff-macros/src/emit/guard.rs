//! What is wrong with the user's code is told once, at their own tokens, and not again by each derivative.
//!
//! Beside the derivatives stand two constants. `TYPES` has a value where the types of the signature have derivatives, `BODY` where the
//! function compiles ([`crate::again`]). What has its type by way of one of them is of no known type where the constant has no value:
//! rustc has reported the error then, and takes everything to be right.
use super::{
    runtime,
    signature::{Signature, quote},
};
use crate::{
    analysis::activity::is_constant_type,
    lower::{STANDARD, is_nalgebra},
};
use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote_spanned};
use syn::{GenericArgument, Ident, PathArguments, Type, spanned::Spanned};

/// What a type is made of that may not have derivatives, for all that its name says.
pub(crate) fn doubtful_parts(ty: &Type) -> Vec<&Type> {
    match ty {
        _ if is_constant_type(ty) => Vec::new(),
        Type::Reference(r) => doubtful_parts(&r.elem),
        Type::Paren(p) => doubtful_parts(&p.elem),
        Type::Group(g) => doubtful_parts(&g.elem),
        Type::Slice(s) => doubtful_parts(&s.elem),
        Type::Array(a) => doubtful_parts(&a.elem),
        Type::Tuple(t) => t.elems.iter().flat_map(doubtful_parts).collect(),
        Type::Path(p) => match p.path.segments.last() {
            Some(last) if last.ident == "f32" || last.ident == "f64" || is_nalgebra(last) => Vec::new(),
            // of a `Result` the error may be anything
            Some(last) if last.ident == "Result" => arguments(last).take(1).flat_map(doubtful_parts).collect(),
            Some(last) if STANDARD.contains(&last.ident.to_string().as_str()) => {
                arguments(last).flat_map(doubtful_parts).collect()
            }
            _ => vec![ty],
        },
        _ => vec![ty],
    }
}

fn arguments(segment: &syn::PathSegment) -> impl Iterator<Item = &Type> {
    let all = match &segment.arguments {
        PathArguments::AngleBracketed(a) => Some(a.args.iter()),
        _ => None,
    };
    all.into_iter().flatten().filter_map(|a| match a {
        GenericArgument::Type(t) => Some(t),
        _ => None,
    })
}

impl Signature<'_> {
    /// The types that are to have derivatives, and may not.
    fn doubtful(&self) -> Vec<&Type> {
        if !self.host.has_constants() {
            return Vec::new();
        }
        let own = self.differentiable().filter(|p| p.function.is_none()).map(|p| &p.inner);
        own.chain([&self.result]).filter(|ty| !doubtful_parts(ty).is_empty() && !self.names_generic(ty)).collect()
    }

    /// Whether a type is made of the function's type parameters: these have bounds.
    fn names_generic(&self, ty: &Type) -> bool {
        let generics: Vec<String> = self
            .item
            .sig
            .generics
            .params
            .iter()
            .filter_map(|p| match p {
                syn::GenericParam::Type(t) => Some(t.ident.to_string()),
                syn::GenericParam::Const(c) => Some(c.ident.to_string()),
                syn::GenericParam::Lifetime(_) => None,
            })
            .collect();
        crate::lower::identifiers(ty.to_token_stream()).any(|i| generics.contains(&i) || i == "impl" || i == "dyn")
    }

    /// A type of which `Differentiable` is asked.
    pub(super) fn asked(&self, ty: &Type) -> TokenStream {
        let (rt, types) = (runtime(), self.entry("TYPES"));
        if self.doubtful().contains(&ty) { quote!(#rt::Checked<#ty, { Self::#types }>) } else { quote!(#ty) }
    }

    /// The constants.
    pub(super) fn constants(&self) -> TokenStream {
        let (rt, attributes) = (runtime(), self.attributes());
        let (types, body) = (self.entry("TYPES"), self.entry("BODY"));
        let (mut out, doubtful) = (TokenStream::new(), self.doubtful());
        if !doubtful.is_empty() {
            let asked = doubtful.iter().flat_map(|ty| doubtful_parts(ty)).map(|ty| {
                let span = Span::mixed_site().located_at(ty.span());
                quote_spanned!(span=> let _: ::core::option::Option<<#ty as #rt::Differentiable>::Gradient>;)
            });
            out.extend(quote!(#attributes const #types: bool = { #(#asked)* true };));
        }
        if let Some(copy) = self.copy {
            let types = if doubtful.is_empty() { quote!(true) } else { quote!(Self::#types) };
            out.extend(quote!(#attributes const #body: bool = { #copy #types };));
        }
        out
    }

    /// Whether types go by way of the constant of the body. That of a method stands beside others of its type.
    fn has_types(&self) -> bool {
        self.copy.is_some() && self.host.methods().is_none()
    }

    /// The types by way of the constant of the body.
    pub(super) fn checked_types(&self) -> Option<TokenStream> {
        let (rt, name, body) = (runtime(), &self.name, self.entry("BODY"));
        self.has_types().then(|| {
            quote! {
                impl #rt::Compiles for #name {
                    type Of<T: ?::core::marker::Sized> = #rt::Checked<T, { #name::#body }>;
                }
            }
        })
    }

    /// The constant that these derivatives go by.
    fn constant(&self, of_body: bool) -> Option<Ident> {
        match self.copy {
            Some(_) if of_body => Some(self.entry("BODY")),
            _ if !self.doubtful().is_empty() => Some(self.entry("TYPES")),
            _ => None,
        }
    }

    /// A type that the function's body or signature speaks of.
    pub(super) fn checked(&self, ty: &TokenStream, of_body: bool) -> TokenStream {
        let rt = runtime();
        match self.constant(of_body) {
            Some(_) if of_body && self.has_types() => quote!(<Self as #rt::Compiles>::Of<#ty>),
            Some(constant) => quote!(#rt::Checked<#ty, { Self::#constant }>),
            None => ty.clone(),
        }
    }

    /// The variables once more, by types that are checked: one by one, for of an unknown tuple rustc guesses what the members are.
    pub(super) fn check_variables(&self, variables: &[(TokenStream, TokenStream)], of_body: bool) -> TokenStream {
        if self.constant(of_body).is_none() {
            return TokenStream::new();
        }
        let checked = variables.iter().map(|(name, ty)| {
            let ty = self.checked(ty, of_body);
            quote!(let #name: #ty = #name;)
        });
        checked.collect()
    }

    /// The arguments once more, in what users call.
    pub(super) fn check_arguments(&self) -> TokenStream {
        let values = self.params.iter().filter(|p| p.function.is_none());
        let variables: Vec<_> = values.map(|p| (p.name.to_token_stream(), p.ty.to_token_stream())).collect();
        self.check_variables(&variables, false)
    }
}
