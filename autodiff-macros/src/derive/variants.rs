//! Tangents and adjoints taken apart by the name of a variant: what generated code does where the user's code names the variant.
use super::impls::implement;
use super::input::{Field, Input, Style, Variant, binding};
use super::types::Part;
use proc_macro2::TokenStream;
use quote::{ToTokens, format_ident, quote};
use syn::Ident;

/// The traits for all variants.
pub(super) fn all(input: &Input) -> TokenStream {
    input.variants.iter().map(|v| variant(input, v)).collect()
}

fn variant(input: &Input, v: &Variant) -> TokenStream {
    if v.name.is_some() { of_enum(input, v) } else { of_struct(input, v) }
}

/// What is implemented: for the tangent and for the adjoint, to read and to write.
struct Access<'a> {
    owner: &'a Ident,
    part: Part,
    mutable: bool,
}

impl Access<'_> {
    fn all(input: &Input) -> [Access<'_>; 4] {
        [
            Access { owner: &input.tangent, part: Part::Gradient, mutable: false },
            Access { owner: &input.tangent, part: Part::Gradient, mutable: true },
            Access { owner: &input.bar, part: Part::Bar, mutable: false },
            Access { owner: &input.bar, part: Part::Bar, mutable: true },
        ]
    }

    /// `Parts`, or `PartsMut`
    fn name(&self) -> Ident {
        format_ident!("{}", if self.mutable { "PartsMut" } else { "Parts" })
    }

    /// The types of the fields' references.
    fn types(&self, v: &Variant, lifetime: &TokenStream) -> Vec<TokenStream> {
        let m = self.mutable.then(|| quote!(mut));
        let reference = |f: &Field| {
            let ty = self.part.of(&f.projected());
            quote!(&#lifetime #m #ty)
        };
        v.fields.iter().map(reference).collect()
    }

    /// The implementation, with the type of the parts for a lifetime, and the parts of `a0`, `a1`, ..
    fn implement(
        &self,
        input: &Input,
        v: &Variant,
        generics: syn::Generics,
        name: &TokenStream,
        ty: impl Fn(TokenStream) -> TokenStream,
        value: &TokenStream,
    ) -> TokenStream {
        let (trait_, method, m) = if self.mutable {
            (quote!(VariantMut), quote!(parts_mut), quote!(mut))
        } else {
            (quote!(Variant), quote!(parts), quote!())
        };
        let (parts, long, short) = (self.name(), ty(quote!('fields)), ty(quote!('_)));
        let pattern = v.pattern(self.owner, "a");
        let text = v.path(&input.name).to_string().replace(' ', "");
        let otherwise =
            (input.variants.len() > 1).then(|| quote!(_ => ::autodiff_core::tangent::variant::wrong_variant(#text),));
        let body = quote! {
            type #parts<'fields> = #long where Self: 'fields;
            #[inline]
            fn #method(&#m self) -> #short {
                match self { #pattern => #value, #otherwise }
            }
        };
        implement(quote!(::autodiff_core::tangent::variant::#trait_<#name>), &generics, self.owner, input, body)
    }
}

/// The fields of a variant are as public as the enum: a struct of references, whatever these are to, or a tuple.
fn of_enum(input: &Input, v: &Variant) -> TokenStream {
    let variant = v.name.as_ref().map(Ident::to_string).unwrap_or_default();
    let parts = format_ident!("{}{variant}Parts", input.name);
    let named = v.style == Style::Named;
    let bound: Vec<Ident> = (0..v.fields.len()).map(|k| binding("a", k)).collect();
    let definition = named.then(|| {
        let (vis, names) = (&input.vis, v.fields.iter().map(|f| &f.member));
        let types: Vec<Ident> = (0..v.fields.len()).map(|k| format_ident!("F{k}")).collect();
        quote!(#[doc(hidden)] #vis struct #parts<#(#types),*> { #(pub #names: #types),* })
    });
    let value =
        if named { v.with_path(&quote!(#parts), bound.iter().map(|b| quote!(#b))) } else { quote!((#(#bound,)*)) };
    let name = quote!({ ::autodiff_core::tangent::variant::name(#variant) });
    let impls = Access::all(input).map(|access| {
        let ty = |lifetime: TokenStream| {
            let types = access.types(v, &lifetime);
            if named { quote!(#parts<#(#types),*>) } else { quote!((#(#types,)*)) }
        };
        access.implement(input, v, input.generics_with(input.differentiable()), &name, ty, &value)
    });
    quote!(#definition #(#impls)*)
}

/// The fields of a struct may be private, and so may their types: a struct for each kind of references.
fn of_struct(input: &Input, v: &Variant) -> TokenStream {
    let bound: Vec<Ident> = (0..v.fields.len()).map(|k| binding("a", k)).collect();
    let (_, arguments, _) = input.generics.split_for_impl();
    let arguments = arguments.to_token_stream();
    let arguments: Vec<proc_macro2::TokenTree> = arguments.into_iter().collect();
    // without the angle brackets
    let arguments: TokenStream =
        arguments.get(1..arguments.len().saturating_sub(1)).unwrap_or_default().iter().cloned().collect();
    Access::all(input)
        .iter()
        .map(|access| {
            let parts = format_ident!("{}{}", access.owner, access.name());
            let mut generics = input.generics_with(input.differentiable());
            generics.params.insert(0, syn::parse_quote!('fields));
            let (clause, vis) = (&generics.where_clause, &input.vis);
            let types = access.types(v, &quote!('fields));
            let (members, open) = (v.fields.iter().map(|f| &f.member), v.fields.iter().map(|f| &f.vis));
            let marker = quote!(::core::marker::PhantomData<&'fields ()>);
            let definition = match v.style {
                Style::Named => {
                    quote!(#vis struct #parts #generics #clause { #(#open #members: #types,)* marker_of_parts: #marker })
                }
                _ => quote!(#vis struct #parts #generics (#(#open #types,)* #marker) #clause;),
            };
            let values = bound.iter().map(|b| quote!(#b)).chain([quote!(::core::marker::PhantomData)]);
            let value = match v.style {
                Style::Named => {
                    let fields = v.fields.iter().map(|f| &f.member);
                    quote!(#parts { #(#fields: #bound,)* marker_of_parts: ::core::marker::PhantomData })
                }
                _ => quote!(#parts(#(#values),*)),
            };
            let mut with_name = input.generics_with(input.differentiable());
            with_name.params.push(syn::parse_quote!(const ANY: u64));
            let ty = |lifetime: TokenStream| quote!(#parts<#lifetime, #arguments>);
            let implementation = access.implement(input, v, with_name, &quote!(ANY), ty, &value);
            quote!(#[doc(hidden)] #definition #implementation)
        })
        .collect()
}
