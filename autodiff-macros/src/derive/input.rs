//! What is derived for: names, generics, variants and fields, with everything that can't be derived for turned away.
use crate::{attr, ctxt::Ctxt};
use proc_macro2::Span;
use quote::{ToTokens, format_ident, quote};
use syn::{
    Data, DeriveInput, Generics, Ident, Member, Token, Type, TypeParamBound, Visibility, WherePredicate,
    punctuated::Punctuated,
    visit::Visit,
    visit_mut::{self, VisitMut},
};

/// A struct or an enum. A struct is one variant without a name.
pub(super) struct Input {
    pub(super) vis: Visibility,
    pub(super) name: Ident,
    pub(super) tangent: Ident,
    pub(super) bar: Ident,
    pub(super) shape: Ident,
    pub(super) tangent_shape: Ident,
    /// Without lifetimes: tangents and adjoints own what they hold.
    pub(super) generics: Generics,
    /// Those of the type itself.
    pub(super) of_type: Generics,
    pub(super) is_enum: bool,
    pub(super) variants: Vec<Variant>,
}

pub(super) struct Variant {
    /// `None` for a struct.
    pub(super) name: Option<Ident>,
    pub(super) style: Style,
    pub(super) fields: Vec<Field>,
}

#[derive(Clone, Copy, PartialEq)]
pub(super) enum Style {
    Named,
    Tuple,
    Unit,
}

pub(super) struct Field {
    pub(super) vis: Visibility,
    pub(super) member: Member,
    /// The type as it may be named outside of the item: `Self` is spelled out.
    pub(super) ty: Type,
    pub(super) nodiff: bool,
    /// Its type mentions a type parameter or a lifetime, so that what it must fulfil is a question.
    pub(super) generic: bool,
    /// Its type mentions the type that it is a field of: to ask for a trait there would be to ask in a circle.
    pub(super) recursive: bool,
}

impl Field {
    /// The type that stands for the field in projections: constants have the tangent `()`, whatever they are.
    pub(super) fn projected(&self) -> Type {
        let ty = &owned(&self.ty);
        if self.nodiff { syn::parse_quote!(::core::marker::PhantomData<#ty>) } else { ty.clone() }
    }
}

impl Input {
    pub(super) fn active(&self) -> impl Iterator<Item = &Field> {
        self.variants.iter().flat_map(|v| &v.fields).filter(|f| !f.nodiff)
    }

    /// `T: Differentiable` for the field types that mention a parameter.
    pub(super) fn differentiable(&self) -> Vec<WherePredicate> {
        self.active()
            .filter(|f| f.generic && !f.recursive)
            .map(|f| {
                let ty = owned(&f.ty);
                syn::parse_quote!(#ty: ::autodiff_core::Differentiable)
            })
            .collect()
    }

    /// The generics with these predicates added.
    pub(super) fn generics_with(&self, predicates: impl IntoIterator<Item = WherePredicate>) -> Generics {
        let mut generics = self.generics.clone();
        let mut predicates = predicates.into_iter().peekable();
        if predicates.peek().is_some() {
            generics.make_where_clause().predicates.extend(predicates);
        }
        generics
    }
}

/// The item, or `None` after an error.
pub(super) fn read(cx: &Ctxt, item: &DeriveInput) -> Option<Input> {
    let name = &item.ident;
    for a in item.attrs.iter().filter(|a| a.path().is_ident("nodiff")) {
        cx.error(a, "`#[nodiff]` goes on the fields that carry no derivative");
    }
    for a in item.attrs.iter().filter(|a| a.path().is_ident("repr")) {
        if a.to_token_stream().to_string().contains("packed") {
            cx.error(a, "a packed struct can't be differentiable: there are no references to its fields");
        }
    }
    let variants: Vec<(Option<Ident>, &syn::Fields, Vec<syn::Attribute>)> = match &item.data {
        Data::Struct(s) => vec![(None, &s.fields, vec![])],
        Data::Enum(e) => e.variants.iter().map(|v| (Some(v.ident.clone()), &v.fields, v.attrs.clone())).collect(),
        Data::Union(u) => {
            cx.error(
                u.union_token,
                "a union can't be differentiable, because nobody knows which field it holds: use an enum",
            );
            return None;
        }
    };
    if variants.is_empty() {
        cx.error(name, "an enum without variants has no values, and no derivatives: remove `Differentiable`");
        return None;
    }
    let this = This::new(item);
    let variants = variants
        .into_iter()
        .map(|(name, fields, attrs)| {
            for a in attrs.iter().filter(|a| a.path().is_ident("nodiff")) {
                cx.error(a, "`#[nodiff]` goes on the fields of a variant");
            }
            Variant {
                name,
                style: match fields {
                    syn::Fields::Named(_) => Style::Named,
                    syn::Fields::Unnamed(_) => Style::Tuple,
                    syn::Fields::Unit => Style::Unit,
                },
                fields: fields.iter().zip(fields.members()).map(|(f, member)| this.field(cx, f, member)).collect(),
            }
        })
        .collect();
    let mut generics = item.generics.clone();
    this.clone().visit_generics_mut(&mut generics);
    Some(Input {
        vis: item.vis.clone(),
        name: name.clone(),
        tangent: format_ident!("{name}Tangent"),
        bar: format_ident!("{name}Bar"),
        shape: format_ident!("{name}Shape"),
        tangent_shape: format_ident!("{name}TangentShape"),
        generics: without_lifetimes(&generics),
        of_type: generics,
        is_enum: matches!(item.data, Data::Enum(_)),
        variants,
    })
}

/// The item as a type, and its parameters.
#[derive(Clone)]
struct This {
    name: Ident,
    ty: syn::TypePath,
    parameters: Vec<String>,
}

impl This {
    fn new(item: &DeriveInput) -> Self {
        let name = item.ident.clone();
        let (_, arguments, _) = item.generics.split_for_impl();
        let parameters = item.generics.params.iter().filter_map(|p| match p {
            syn::GenericParam::Type(t) => Some(t.ident.to_string()),
            syn::GenericParam::Lifetime(_) | syn::GenericParam::Const(_) => None,
        });
        This { ty: syn::parse_quote!(#name #arguments), parameters: parameters.collect(), name }
    }

    fn field(&self, cx: &Ctxt, field: &syn::Field, member: Member) -> Field {
        for a in field.attrs.iter().filter(|a| a.path().is_ident("nodiff")) {
            if !matches!(a.meta, syn::Meta::Path(_)) {
                cx.error(a, "`#[nodiff]` takes no arguments");
            }
        }
        if !attr::is_nodiff(&field.attrs) && crate::parts::holds_object(&field.ty) {
            cx.error(
                &field.ty,
                "what a trait object holds is not seen, and has no derivative: mark the field `#[nodiff]`",
            );
        }
        let mut ty = field.ty.clone();
        self.clone().visit_type_mut(&mut ty);
        let mut names = Names::default();
        names.visit_type(&ty);
        Field {
            vis: field.vis.clone(),
            member,
            nodiff: attr::is_nodiff(&field.attrs),
            generic: names.0.iter().any(|n| self.parameters.contains(n)),
            recursive: names.0.iter().any(|n| self.name == n),
            ty,
        }
    }
}

impl VisitMut for This {
    fn visit_type_mut(&mut self, ty: &mut Type) {
        visit_mut::visit_type_mut(self, ty);
        if let Type::Path(p) = ty
            && p.qself.is_none()
            && p.path.is_ident("Self")
        {
            *ty = Type::Path(self.ty.clone());
        }
    }
}

/// All names in a type.
#[derive(Default)]
struct Names(Vec<String>);

impl Visit<'_> for Names {
    fn visit_ident(&mut self, i: &Ident) {
        self.0.push(i.to_string());
    }
}

/// Variable `k` of side `prefix` in generated patterns.
pub(super) fn binding(prefix: &str, k: usize) -> Ident {
    Ident::new(&format!("{prefix}{k}"), Span::mixed_site())
}

impl Variant {
    /// `Name::Variant { x: a0, y: a1 }`: a pattern and an expression alike, for fields of any style.
    pub(super) fn with(
        &self,
        owner: &Ident,
        values: impl IntoIterator<Item = proc_macro2::TokenStream>,
    ) -> proc_macro2::TokenStream {
        self.with_path(&self.path(owner), values)
    }

    /// `path { x: a0, y: a1 }`
    pub(super) fn with_path(
        &self,
        path: &proc_macro2::TokenStream,
        values: impl IntoIterator<Item = proc_macro2::TokenStream>,
    ) -> proc_macro2::TokenStream {
        let fields = self.fields.iter().zip(values).map(|(f, v)| {
            let member = &f.member;
            quote!(#member: #v)
        });
        quote!(#path { #(#fields),* })
    }

    pub(super) fn pattern(&self, owner: &Ident, prefix: &str) -> proc_macro2::TokenStream {
        self.with(owner, (0..self.fields.len()).map(|k| binding(prefix, k).to_token_stream()))
    }

    pub(super) fn path(&self, owner: &Ident) -> proc_macro2::TokenStream {
        match &self.name {
            None => quote!(#owner),
            Some(v) => quote!(#owner::#v),
        }
    }
}

/// Generics without lifetimes.
fn without_lifetimes(generics: &Generics) -> Generics {
    let mut generics = generics.clone();
    let without = |bounds: &mut Punctuated<TypeParamBound, Token![+]>| {
        let all = std::mem::take(bounds).into_iter();
        *bounds = all.filter(|b| !matches!(b, TypeParamBound::Lifetime(_))).collect();
    };
    let params = std::mem::take(&mut generics.params).into_iter();
    generics.params = params.filter(|p| !matches!(p, syn::GenericParam::Lifetime(_))).collect();
    generics.type_params_mut().for_each(|p| without(&mut p.bounds));
    if let Some(clause) = &mut generics.where_clause {
        let predicates = std::mem::take(&mut clause.predicates).into_iter();
        clause.predicates = predicates.filter(|p| matches!(p, WherePredicate::Type(_))).collect();
        for predicate in &mut clause.predicates {
            if let WherePredicate::Type(t) = predicate {
                without(&mut t.bounds);
            }
        }
    }
    generics
}

/// A type whose lifetimes do not matter, because its tangents are the same for all of them, and the same for what it refers to.
fn owned(ty: &Type) -> Type {
    if let Type::Reference(r) = ty {
        return owned(&r.elem);
    }
    struct Static;
    impl VisitMut for Static {
        fn visit_lifetime_mut(&mut self, l: &mut syn::Lifetime) {
            l.ident = Ident::new("static", l.ident.span());
        }
    }
    let mut ty = ty.clone();
    Static.visit_type_mut(&mut ty);
    ty
}
