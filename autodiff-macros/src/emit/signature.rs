//! What all functions of a companion have in common: names, parameters, generics, and where they stand.
use super::runtime;
use crate::{
    attr::Attr,
    functions::{self, FunctionType},
    host::{Host, Receiver, Role},
    ir::*,
};
use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, format_ident, quote_spanned};
use syn::{GenericParam, Ident, ItemFn, Lifetime, ReturnType, Type, visit_mut::VisitMut};

/// Names of ours never meet names of the user's: locals in generated code have a hygiene of their own.
macro_rules! quote {
    ($($tokens:tt)*) => { quote_spanned!(Span::mixed_site()=> $($tokens)*) };
}
pub(super) use quote;

/// What all functions of a companion have in common.
pub(super) struct Signature<'a> {
    pub(super) item: &'a ItemFn,
    pub(super) name: Ident,
    pub(super) params: Vec<Parameter>,
    pub(super) result: Type,
    pub(super) scalar: bool,
    pub(super) unit: bool,
    pub(super) host: &'a Host,
    /// The function once more, where derivatives are made of its body.
    pub(super) copy: Option<&'a TokenStream>,
}

pub(super) struct Parameter {
    pub(super) name: Ident,
    /// It is `self`.
    pub(super) receiver: Option<Receiver>,
    pub(super) ty: Type,
    /// The type behind the reference.
    pub(super) inner: Type,
    /// The same as derivatives name it.
    pub(super) asked: TokenStream,
    pub(super) pass: Pass,
    pub(super) constant: bool,
    pub(super) again: bool,
    /// What it takes and gives, where it is a function.
    pub(super) function: Option<FunctionType>,
    /// The type that users hand in.
    given: Type,
    /// Its adjoint is handed in as `&mut`.
    pub(super) exclusive: bool,
}

impl<'a> Signature<'a> {
    pub(super) fn new(
        item: &'a ItemFn,
        attr: &Attr,
        params: &[Param],
        vars: &[VarInfo],
        scalars: &[String],
        host: &'a Host,
    ) -> Self {
        let result = match &item.sig.output {
            ReturnType::Default => syn::parse_quote!(()),
            ReturnType::Type(_, ty) => (**ty).clone(),
        };
        let given: Vec<&Type> = crate::lower::typed_params(item).map(|(p, _)| &*p.ty).collect();
        let params: Vec<Parameter> = params
            .iter()
            .enumerate()
            .map(|(k, p)| Parameter {
                receiver: host.receiver().filter(|_| k == 0),
                name: vars[p.var.0 as usize].name.clone(),
                ty: elided(&p.ty),
                inner: match timeless(&p.ty) {
                    Type::Reference(r) => *r.elem,
                    ty => ty,
                },
                asked: TokenStream::new(),
                pass: p.pass,
                constant: p.constant,
                again: p.again,
                function: functions::of_param(&item.sig, &p.ty).filter(|_| p.function),
                given: elided(given[k]),
                exclusive: p.exclusive,
            })
            .map(Parameter::borrowed)
            .collect();
        let scalar =
            matches!(&result, Type::Path(p) if p.path.get_ident().is_some_and(|i| scalars.contains(&i.to_string())));
        let unit = matches!(&result, Type::Tuple(t) if t.elems.is_empty());
        let mut sig = Signature {
            item,
            name: attr.name.clone().unwrap_or_else(|| item.sig.ident.clone()),
            params,
            result,
            scalar,
            unit,
            host,
            copy: None,
        };
        let asked: Vec<TokenStream> = sig.params.iter().map(|p| sig.asked(&p.inner)).collect();
        sig.params.iter_mut().zip(asked).for_each(|(p, asked)| p.asked = asked);
        sig
    }

    /// The generics that are the function's own.
    fn given_generics(&self) -> impl Iterator<Item = &GenericParam> {
        let outer = self.host.methods().map_or(&[][..], |m| &m.generics);
        self.item.sig.generics.params.iter().filter(move |p| !outer.iter().any(|o| name_of(o) == name_of(p)))
    }

    /// Those of them that are no functions: these are handed on without their types.
    fn own_generics(&self) -> impl Iterator<Item = &GenericParam> {
        let sig = &self.item.sig;
        let function =
            move |p: &GenericParam| matches!(p, GenericParam::Type(t) if functions::is_function(sig, &t.ident));
        self.given_generics().filter(move |p| !function(p))
    }

    pub(super) fn generics(&self) -> (Vec<TokenStream>, TokenStream) {
        self.generics_of(&self.own_generics().collect::<Vec<_>>(), |p| !self.is_about_function(p))
    }

    /// The generics of what users call.
    pub(super) fn users_generics(&self) -> (Vec<TokenStream>, TokenStream) {
        self.generics_of(&self.given_generics().collect::<Vec<_>>(), |_| true)
    }

    fn generics_of(
        &self,
        params: &[&GenericParam],
        wanted: impl Fn(&syn::WherePredicate) -> bool,
    ) -> (Vec<TokenStream>, TokenStream) {
        let params = params
            .iter()
            .filter_map(|p| match p {
                GenericParam::Type(t) => {
                    let mut t = t.clone();
                    t.default = None;
                    Some(quote!(#t))
                }
                GenericParam::Const(c) => {
                    let (i, ty) = (&c.ident, &c.ty);
                    Some(quote!(const #i: #ty))
                }
                GenericParam::Lifetime(_) => None,
            })
            .collect();
        let mut predicates: Vec<TokenStream> = self
            .item
            .sig
            .generics
            .where_clause
            .iter()
            .flat_map(|w| &w.predicates)
            .filter(|p| matches!(p, syn::WherePredicate::Type(_)) && wanted(p))
            .map(ToTokens::to_token_stream)
            .chain(self.differentiable_generics())
            .chain(self.associated_types())
            .collect();
        if self.host.methods().is_some_and(|m| m.role == Role::Trait) {
            let rt = runtime();
            predicates.push(match self.params.iter().any(|p| p.receiver.is_some() && !p.constant) {
                true => quote!(Self: ::core::marker::Sized + #rt::Differentiable + #rt::Value<Of = Self> + 'static),
                false => quote!(Self: ::core::marker::Sized),
            });
        }
        let clause = if predicates.is_empty() { TokenStream::new() } else { quote!(where #(#predicates,)*) };
        (params, clause)
    }

    fn is_about_function(&self, predicate: &syn::WherePredicate) -> bool {
        let generics = self.item.sig.generics.type_params();
        generics
            .filter(|t| functions::is_function(&self.item.sig, &t.ident))
            .any(|t| functions::bounds_name(predicate, &t.ident))
    }

    /// Type parameters that stand for values, `P` in `p: &P`: their derivatives are what the bounds of the original do not promise.
    fn differentiable_generics(&self) -> Vec<TokenStream> {
        let rt = runtime();
        let scalars = crate::lower::scalar_types(self.item);
        let values: Vec<&Type> = self.differentiable().map(|p| &p.inner).collect();
        self.own_generics()
            .filter_map(|p| match p {
                GenericParam::Type(t) if !scalars.contains(&t.ident.to_string()) => Some(&t.ident),
                _ => None,
            })
            .filter(|p| values.iter().any(|ty| holds(ty, p)))
            .map(|p| quote!(#p: #rt::Differentiable + #rt::Value<Of = #p> + 'static))
            .collect()
    }

    /// `Self::State` in a trait, `S::State` for a type parameter: what the bounds of the original do not promise either.
    fn associated_types(&self) -> Vec<TokenStream> {
        let rt = runtime();
        let in_trait = self.host.methods().is_some_and(|m| m.role == Role::Trait);
        let is_associated = |ty: &&Type| match ty {
            Type::Path(p) if p.qself.is_none() && p.path.segments.len() == 2 => {
                let owner = &p.path.segments[0].ident;
                in_trait && owner == "Self"
                    || self.own_generics().any(|g| matches!(g, GenericParam::Type(t) if t.ident == *owner))
            }
            _ => false,
        };
        let types = self.differentiable().map(|p| &p.inner).chain([&self.result]);
        let mut asked: Vec<TokenStream> = Vec::new();
        for ty in types.filter(is_associated) {
            let bound = quote!(#ty: #rt::Differentiable + #rt::Value<Of = #ty> + ::core::clone::Clone + 'static);
            if asked.iter().all(|a| a.to_string() != bound.to_string()) {
                asked.push(bound);
            }
        }
        asked
    }

    pub(super) fn generic_names(&self) -> Vec<Ident> {
        self.own_generics()
            .filter_map(|p| match p {
                GenericParam::Type(t) => Some(t.ident.clone()),
                GenericParam::Const(c) => Some(c.ident.clone()),
                GenericParam::Lifetime(_) => None,
            })
            .collect()
    }

    pub(super) fn turbofish(&self) -> TokenStream {
        let names = self.generic_names();
        // where one of them was `impl Trait`, none can be given
        if names.is_empty() || names.iter().any(crate::methods::is_named_impl) {
            TokenStream::new()
        } else {
            quote!(::<#(#names),*>)
        }
    }

    /// The name of one of the derivatives.
    pub(super) fn entry(&self, which: &str) -> Ident {
        self.host.entry(&self.name, which)
    }

    /// `Self::push`, with the generics where there are numbers among them: no argument may tell these.
    pub(super) fn own(&self, which: &str) -> TokenStream {
        let name = self.entry(which);
        let number = |p: &GenericParam| matches!(p, GenericParam::Const(_));
        if !self.own_generics().any(number) || self.own_generics().count() < self.given_generics().count() {
            return quote!(Self::#name);
        }
        // one for each constant, whose adjoint or tangent may be of any type
        let constants = self.params.iter().filter(|p| p.constant && p.function.is_none()).count();
        let constants =
            if matches!(which, "forward" | "push" | "push_lanes" | "pull" | "at_once") { constants } else { 0 };
        let more = (0..constants + usize::from(super::own_generic(which))).map(|_| quote!(_));
        let names = self.generic_names();
        let names = names.iter().map(ToTokens::to_token_stream).chain(more);
        quote!(Self::#name::<#(#names),*>)
    }

    /// What an opaque type in a return position may name: all generics that are in scope but lifetimes.
    pub(super) fn captured(&self) -> Vec<TokenStream> {
        let outer = self.host.methods().into_iter().flat_map(|m| &m.generics);
        let outer = outer.filter_map(|p| match p {
            GenericParam::Type(t) => Some(t.ident.to_token_stream()),
            GenericParam::Const(c) => Some(c.ident.to_token_stream()),
            // a pullback outlives what is borrowed
            GenericParam::Lifetime(_) => None,
        });
        outer.chain(self.generic_names().iter().map(ToTokens::to_token_stream)).collect()
    }

    /// The visibility of what users call.
    pub(super) fn vis(&self) -> TokenStream {
        match self.host {
            Host::Namespace(_) => quote!(pub),
            Host::Methods(m) if m.role == Role::Inherent => self.item.vis.to_token_stream(),
            Host::Methods(_) => TokenStream::new(),
        }
    }

    /// The attributes of a generated method; a namespace has them on its `impl` block.
    pub(super) fn attributes(&self) -> TokenStream {
        if self.host.methods().is_none() {
            return TokenStream::new();
        }
        let cfgs = self.item.attrs.iter().filter(|a| a.path().is_ident("cfg"));
        quote! {
            #(#cfgs)*
            // generated code: names and moves follow the user's, not the lints
            #[allow(warnings, clippy::all, clippy::pedantic, clippy::nursery, clippy::restriction)]
        }
    }

    /// `self` has a plain name in generated code.
    pub(super) fn prologue(&self) -> TokenStream {
        let receiver = self.params.iter().find(|p| p.receiver.is_some());
        receiver.map_or_else(TokenStream::new, |p| {
            let n = &p.name;
            quote!(let #n = self;)
        })
    }

    pub(super) fn args(&self) -> TokenStream {
        self.args_by(|p| &p.ty)
    }

    /// The arguments that users hand in.
    pub(super) fn users_args(&self) -> TokenStream {
        self.args_by(|p| if p.function.is_some() { &p.given } else { &p.ty })
    }

    fn args_by<'p>(&'p self, ty: impl Fn(&'p Parameter) -> &'p Type) -> TokenStream {
        self.params
            .iter()
            .map(|p| match p.receiver {
                Some(Receiver::Mut) => quote!(&mut self,),
                Some(_) => quote!(&self,),
                None => {
                    let (n, t) = (&p.name, ty(p));
                    quote!(#n: #t,)
                }
            })
            .collect()
    }

    /// The arguments handed on once: references reborrowed.
    pub(super) fn pass_on(&self) -> TokenStream {
        self.params
            .iter()
            .map(|p| {
                let n = &p.name;
                match p.pass {
                    Pass::Mut => quote!(&mut *#n,),
                    _ => quote!(#n,),
                }
            })
            .collect()
    }

    /// What a pullback is handed a second time.
    pub(super) fn again(&self) -> TokenStream {
        self.params.iter().filter(|p| p.again).map(Parameter::lent).collect()
    }

    /// The arguments, values as copies: for a function whose pullback wants them again.
    pub(super) fn copies(&self) -> Vec<TokenStream> {
        let rt = runtime();
        let copy = |p: &Parameter| {
            let n = &p.name;
            if p.again && p.receiver != Some(Receiver::Value) { quote!(#n) } else { quote!(#rt::copy(&#n)) }
        };
        self.params.iter().map(copy).collect()
    }

    /// The arguments handed on to one of the two sweeps.
    pub(super) fn lent(&self) -> TokenStream {
        self.params.iter().map(Parameter::lent).collect()
    }

    /// `Self::forward(mode, args..)`, the mode last where `self` comes first.
    pub(super) fn forward_call(&self, mode: &TokenStream) -> TokenStream {
        let (forward, args) = (self.own("forward"), self.lent());
        match self.host {
            Host::Namespace(_) => quote!(#forward(#mode, #args)),
            Host::Methods(_) => quote!(#forward(#args #mode)),
        }
    }

    pub(super) fn differentiable(&self) -> impl Iterator<Item = &Parameter> {
        self.params.iter().filter(|p| !p.constant)
    }

    pub(super) fn seed(&self) -> TokenStream {
        derived(&self.result, &self.asked(&self.result), "Gradient")
    }
}

impl Parameter {
    /// A method that takes `self` by value has derivatives that borrow it: a call does not tell which of the two it is.
    fn borrowed(self) -> Self {
        match self.receiver {
            Some(Receiver::Value) => {
                let ty = &self.ty;
                Parameter { ty: syn::parse_quote!(&#ty), pass: Pass::Ref, again: true, ..self }
            }
            _ => self,
        }
    }

    fn lent(&self) -> TokenStream {
        let n = &self.name;
        match self.pass {
            _ if self.function.is_some() => quote!(&#n,),
            Pass::Mut => quote!(&mut *#n,),
            Pass::Value if self.again => {
                let rt = runtime();
                quote!(#rt::copy(&#n),)
            }
            _ => quote!(#n,),
        }
    }

    /// What stands for the tangent and for the adjoint of a constant, where users are asked for none.
    pub(super) fn no_tangent(&self) -> TokenStream {
        match &self.function {
            Some(f) => {
                let unused = f.inputs.iter().chain(&f.inputs).map(|_| quote!(_));
                quote!(&|#(#unused),*| ::core::unreachable!("a constant has no tangent"))
            }
            None => quote!(()),
        }
    }
    /// The same for several directions.
    pub(super) fn no_tangents(&self) -> TokenStream {
        match &self.function {
            Some(f) => {
                let unused = f.inputs.iter().chain(&f.inputs).map(|_| quote!(_));
                quote!(&|#(#unused,)* _| ::core::unreachable!("a constant has no tangent"))
            }
            None => quote!(()),
        }
    }
    pub(super) fn no_bar(&self) -> TokenStream {
        match &self.function {
            Some(f) => {
                let unused = f.inputs.iter().chain([&f.output]).chain(&f.inputs).map(|_| quote!(_));
                quote!(&|#(#unused),*| {})
            }
            None => quote!(&()),
        }
    }

    pub(super) fn bar(&self) -> Ident {
        format_ident!("{}_bar", self.name, span = Span::mixed_site())
    }
    pub(super) fn dot(&self) -> Ident {
        format_ident!("{}_dot", self.name, span = Span::mixed_site())
    }
    pub(super) fn gradient(&self) -> TokenStream {
        self.derived("Gradient")
    }
    /// One of the types that belong to its own.
    pub(super) fn derived(&self, which: &str) -> TokenStream {
        derived(&self.inner, &self.asked, which)
    }
    fn lent_derived(&self, which: &str) -> TokenStream {
        let ty = self.derived(which);
        quote!(&#ty)
    }
    fn lent_derived_mut(&self, which: &str) -> TokenStream {
        let ty = self.derived(which);
        quote!(&mut #ty)
    }
    /// The adjoint that functions hand to each other.
    pub(super) fn adjoint(&self) -> TokenStream {
        if let Some(function) = &self.function {
            let ty = function.adjoint();
            return quote!(&#ty);
        }
        match (self.exclusive, &self.inner) {
            (false, _) => self.lent_derived("Bar"),
            (true, Type::Slice(_)) => self.lent_derived_mut("Bar"),
            (true, _) => self.lent_derived_mut("OwnedBar"),
        }
    }
    /// The adjoint that users hand in.
    pub(super) fn buffer(&self) -> TokenStream {
        match (self.exclusive, &self.inner) {
            (true, ty) if !matches!(ty, Type::Slice(_)) => self.lent_derived_mut("Gradient"),
            _ => self.lent_derived_mut("Tangent"),
        }
    }
    /// An array of tangents; of a function, one that goes along as many directions.
    pub(super) fn tangents(&self, w: &Ident) -> TokenStream {
        if let Some(function) = &self.function {
            let ty = function.tangents(w);
            return quote!(&#ty);
        }
        let one = self.tangent();
        quote!([#one; #w])
    }
    pub(super) fn tangent(&self) -> TokenStream {
        if let Some(function) = &self.function {
            let ty = function.tangent();
            return quote!(&#ty);
        }
        match self.pass {
            _ if self.receiver == Some(Receiver::Value) => self.lent_derived("Gradient"),
            Pass::Ref => self.lent_derived("Tangent"),
            Pass::Mut => self.lent_derived_mut("Tangent"),
            _ => self.gradient(),
        }
    }
}

/// One of the types that belong to a type: those of numbers, and of slices and arrays of numbers, by their names.
fn derived(ty: &Type, asked: &TokenStream, which: &str) -> TokenStream {
    let number = |ty: &Type| matches!(ty, Type::Path(p) if p.path.is_ident("f64") || p.path.is_ident("f32"));
    let cells = which.ends_with("Bar");
    let of = |ty: &Type| if cells { quote!(::core::cell::Cell<#ty>) } else { quote!(#ty) };
    match ty {
        ty if number(ty) => of(ty),
        Type::Tuple(t) if t.elems.is_empty() => quote!(()),
        Type::Slice(s) if number(&s.elem) => {
            let element = of(&s.elem);
            if ["Tangent", "Bar"].contains(&which) { quote!([#element]) } else { quote!(::std::vec::Vec<#element>) }
        }
        Type::Array(a) if number(&a.elem) => {
            let (element, len) = (of(&a.elem), &a.len);
            quote!([#element; #len])
        }
        _ => {
            let (rt, which) = (runtime(), Ident::new(which, Span::mixed_site()));
            quote!(<#asked as #rt::Differentiable>::#which)
        }
    }
}

/// Whether a type holds values of a type parameter: `P`, `[P]`, `Vec<P>`, but not the dimension in `OVector<f64, D>`.
fn holds(ty: &Type, param: &Ident) -> bool {
    match ty {
        Type::Path(p) if p.path.is_ident(param) => true,
        Type::Path(p) => p.path.segments.last().is_some_and(|s| {
            let syn::PathArguments::AngleBracketed(a) = &s.arguments else { return false };
            !crate::lower::is_matrix_type(&s.ident.to_string())
                && a.args.iter().any(|a| matches!(a, syn::GenericArgument::Type(t) if holds(t, param)))
        }),
        Type::Reference(r) => holds(&r.elem, param),
        Type::Slice(s) => holds(&s.elem, param),
        Type::Array(a) => holds(&a.elem, param),
        Type::Paren(p) => holds(&p.elem, param),
        Type::Tuple(t) => t.elems.iter().any(|t| holds(t, param)),
        _ => false,
    }
}

fn name_of(p: &GenericParam) -> String {
    match p {
        GenericParam::Type(t) => t.ident.to_string(),
        GenericParam::Const(c) => c.ident.to_string(),
        GenericParam::Lifetime(l) => l.lifetime.to_string(),
    }
}

/// One bound more.
pub(super) fn and(clause: &TokenStream, bound: &TokenStream) -> TokenStream {
    if clause.is_empty() { quote!(where #bound) } else { quote!(#clause #bound) }
}

/// A type with its lifetimes replaced; those that nalgebra's views leave out are written down.
fn with_lifetimes(ty: &Type, name: &str, references: bool) -> Type {
    struct Replace<'a> {
        name: &'a str,
        references: bool,
    }
    impl VisitMut for Replace<'_> {
        fn visit_type_reference_mut(&mut self, r: &mut syn::TypeReference) {
            if r.lifetime.as_ref().is_none_or(|l| l.ident != "static") {
                r.lifetime = self.references.then(|| Lifetime::new(self.name, Span::call_site()));
            }
            self.visit_type_mut(&mut r.elem);
        }
        fn visit_lifetime_mut(&mut self, l: &mut Lifetime) {
            if l.ident != "static" {
                *l = Lifetime::new(self.name, l.span());
            }
        }
        fn visit_path_segment_mut(&mut self, segment: &mut syn::PathSegment) {
            syn::visit_mut::visit_path_segment_mut(self, segment);
            if let syn::PathArguments::AngleBracketed(a) = &mut segment.arguments
                && segment.ident.to_string().ends_with("View")
                && !matches!(a.args.first(), Some(syn::GenericArgument::Lifetime(_)))
            {
                a.args.insert(0, syn::GenericArgument::Lifetime(Lifetime::new(self.name, Span::call_site())));
            }
        }
    }
    let mut ty = ty.clone();
    Replace { name, references }.visit_type_mut(&mut ty);
    ty
}

/// The pullback takes its references anew.
fn elided(ty: &Type) -> Type {
    with_lifetimes(ty, "'_", false)
}

/// Tangents and adjoints own what they hold: their types do not depend on lifetimes.
fn timeless(ty: &Type) -> Type {
    with_lifetimes(ty, "'static", true)
}
