//! Tangents and adjoints taken apart by the name of a variant: what generated code does where the user's code names the variant.
use super::impls::implement;
use super::input::{Input, Style, Variant, binding};
use super::types::Part;
use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::Ident;

/// The traits for all variants.
pub(super) fn all(input: &Input) -> TokenStream {
    input.variants.iter().map(|v| variant(input, v)).collect()
}

fn variant(input: &Input, v: &Variant) -> TokenStream {
    let parts = format_ident!("{}{}Parts", input.name, v.name.as_ref().map(Ident::to_string).unwrap_or_default());
    let fields = || v.fields.iter().enumerate();
    // a struct of the fields' references, whatever these are
    let definition = (v.style == Style::Named).then(|| {
        let (vis, names) = (&input.vis, v.fields.iter().map(|f| &f.member));
        let types: Vec<Ident> = fields().map(|(k, _)| format_ident!("F{k}")).collect();
        quote!(#[doc(hidden)] #vis struct #parts<#(#types),*> { #(pub #names: #types),* })
    });
    let value = match v.style {
        Style::Named => v.with_path(&quote!(#parts), fields().map(|(k, _)| bound(k))),
        _ => {
            let values = fields().map(|(k, _)| bound(k));
            quote!((#(#values,)*))
        }
    };
    let implementation = |owner: &Ident, part: Part, mutable: bool| {
        let (trait_, ty, method, m) = if mutable {
            (quote!(VariantMut), quote!(PartsMut), quote!(parts_mut), quote!(mut))
        } else {
            (quote!(Variant), quote!(Parts), quote!(parts), quote!())
        };
        let types: Vec<TokenStream> = v.fields.iter().map(|f| part.of(&f.projected())).collect();
        let of = |lifetime: TokenStream| match v.style {
            Style::Named => quote!(#parts<#(&#lifetime #m #types),*>),
            _ => quote!((#(&#lifetime #m #types,)*)),
        };
        let (long, short) = (of(quote!('fields)), of(quote!('_)));
        let pattern = v.pattern(owner, "a");
        let text = v.path(&input.name).to_string().replace(' ', "");
        let otherwise =
            (input.variants.len() > 1).then(|| quote!(_ => ::autodiff_core::tangent::variant::wrong_variant(#text),));
        let body = quote! {
            type #ty<'fields> = #long where Self: 'fields;
            #[inline]
            fn #method(&#m self) -> #short {
                match self { #pattern => #value, #otherwise }
            }
        };
        let mut generics = input.generics_with(input.differentiable());
        let name = match &v.name {
            Some(name) => {
                let name = name.to_string();
                quote!({ ::autodiff_core::tangent::variant::name(#name) })
            }
            None => {
                generics.params.push(syn::parse_quote!(const ANY: u64));
                quote!(ANY)
            }
        };
        implement(quote!(::autodiff_core::tangent::variant::#trait_<#name>), &generics, owner, input, body)
    };
    let impls = [
        implementation(&input.tangent, Part::Gradient, false),
        implementation(&input.tangent, Part::Gradient, true),
        implementation(&input.bar, Part::Bar, false),
    ];
    quote!(#definition #(#impls)*)
}

fn bound(k: usize) -> TokenStream {
    let name = binding("a", k);
    quote!(#name)
}
