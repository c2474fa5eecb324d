//! Parameters that are functions, and what their derivatives look like.
//!
//! A function that is handed to a differentiable function is called through a trait object: the closure's own type would tie
//! the pullback to what the closure borrows. Its tangent and its adjoint are functions, too:
//!
//! ```text
//! f:       F: Fn(f64, &[f64]) -> f64     =>     &dyn Fn(f64, &[f64]) -> f64
//! f_dot:   &dyn Fn(f64, &[f64], f64, &[f64]) -> (f64, f64)            the tangents of the arguments; the value and its tangent
//! f_bar:   &dyn Fn(f64, &[f64], f64, &Cell<f64>, &[Cell<f64>])        the adjoint of the value, the adjoints of the arguments
//! ```
//! The adjoint runs the function again, adds to the adjoints of the arguments, and, where it is a closure, to those of what
//! it captures. What is behind `&mut` it may leave in any state.
use crate::{analysis::activity::is_constant_type, emit};
use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::{
    GenericParam, Ident, PathArguments, ReturnType, Signature, Type, TypeParamBound, WherePredicate,
    punctuated::Punctuated, visit_mut::VisitMut,
};

/// What a parameter takes and gives when it is called.
#[derive(Clone)]
pub(crate) struct FunctionType {
    pub(crate) inputs: Vec<Type>,
    pub(crate) output: Type,
}

type Bounds = Punctuated<TypeParamBound, syn::Token![+]>;

/// The function that a parameter of this type is: `F` with `F: Fn(f64) -> f64`, `&dyn Fn(f64) -> f64`, `fn(f64) -> f64`.
pub(crate) fn of_param(sig: &Signature, ty: &Type) -> Option<FunctionType> {
    match ty {
        Type::Reference(r) => of_param(sig, &r.elem),
        Type::Paren(p) => of_param(sig, &p.elem),
        Type::Group(g) => of_param(sig, &g.elem),
        Type::TraitObject(t) => of_bounds(&t.bounds),
        Type::ImplTrait(t) => of_bounds(&t.bounds),
        Type::FnPtr(f) => {
            let inputs = f.inputs.iter().map(|a| elided(&a.ty)).collect::<Vec<Type>>();
            Some(FunctionType { inputs, output: output(&f.output) })
        }
        Type::Path(p) => {
            let last = p.path.segments.last()?;
            match &last.arguments {
                PathArguments::AngleBracketed(a) if last.ident == "Box" => match a.args.first() {
                    Some(syn::GenericArgument::Type(t @ Type::TraitObject(_))) => of_param(sig, t),
                    _ => None,
                },
                _ => of_generic(sig, p.path.get_ident()?),
            }
        }
        _ => None,
    }
}

/// The function that a trait object is: `dyn Fn(f64) -> f64`.
pub(crate) fn of_object(ty: &Type) -> Option<FunctionType> {
    if let Type::TraitObject(t) = ty { of_bounds(&t.bounds) } else { None }
}

/// Whether a type parameter stands for a function.
pub(crate) fn is_function(sig: &Signature, name: &Ident) -> bool {
    of_generic(sig, name).is_some()
}

fn of_generic(sig: &Signature, name: &Ident) -> Option<FunctionType> {
    let own = sig.generics.params.iter().find_map(|p| match p {
        GenericParam::Type(t) if t.ident == *name => Some(&t.bounds),
        _ => None,
    })?;
    let clauses = sig.generics.where_clause.iter().flat_map(|w| &w.predicates).filter_map(|p| match p {
        WherePredicate::Type(t) if bounds_name(p, name) => Some(&t.bounds),
        _ => None,
    });
    std::iter::once(own).chain(clauses).find_map(of_bounds)
}

/// Whether a predicate of a `where` clause is about this type parameter.
pub(crate) fn bounds_name(predicate: &WherePredicate, name: &Ident) -> bool {
    matches!(predicate, WherePredicate::Type(t) if matches!(&t.bounded_ty, Type::Path(p) if p.path.is_ident(name)))
}

fn of_bounds(bounds: &Bounds) -> Option<FunctionType> {
    bounds.iter().find_map(|b| {
        let TypeParamBound::Trait(t) = b else { return None };
        let last = t.path.segments.last()?;
        let PathArguments::Parenthesized(p) = &last.arguments else { return None };
        let known = matches!(last.ident.to_string().as_str(), "Fn" | "FnMut" | "FnOnce");
        known.then(|| FunctionType {
            inputs: p.inputs.iter().map(|a| elided(&a.ty)).collect(),
            output: output(&p.output),
        })
    })
}

fn output(output: &ReturnType) -> Type {
    match output {
        ReturnType::Default => syn::parse_quote!(()),
        ReturnType::Type(_, t) => (**t).clone(),
    }
}

/// A type without the names of its lifetimes: a derivative takes any.
fn elided(ty: &Type) -> Type {
    struct Elide;
    impl VisitMut for Elide {
        fn visit_type_reference_mut(&mut self, r: &mut syn::TypeReference) {
            r.lifetime = r.lifetime.take().filter(|l| l.ident == "static");
            self.visit_type_mut(&mut r.elem);
        }
    }
    let mut ty = ty.clone();
    Elide.visit_type_mut(&mut ty);
    ty
}

impl FunctionType {
    /// Which of the arguments are constants by their types: nothing belongs to them, whatever they hold.
    pub(crate) fn constants(&self) -> Vec<bool> {
        self.inputs.iter().map(is_constant).collect()
    }

    /// As a parameter of derivatives.
    pub(crate) fn object(&self) -> Type {
        let (inputs, output) = (&self.inputs, &self.output);
        syn::parse_quote!(dyn Fn(#(#inputs),*) -> #output)
    }

    pub(crate) fn tangent(&self) -> TokenStream {
        let (inputs, output) = (&self.inputs, &self.output);
        let (dots, output_dot) = (inputs.iter().map(tangent), gradient(output));
        quote!(dyn Fn(#(#inputs,)* #(#dots),*) -> (#output, #output_dot))
    }

    /// The same for `w` directions at once.
    pub(crate) fn tangents(&self, w: &Ident) -> TokenStream {
        let (rt, inputs, output) = (emit::runtime(), &self.inputs, &self.output);
        let (dots, output_dot) = (inputs.iter().map(tangent), gradient(output));
        quote!(dyn Fn(#(#inputs,)* #([#dots; #w],)* #rt::Lanes<#w>) -> (#output, [#output_dot; #w]))
    }

    /// The tangent in one direction, by that in several: what the arguments do in the others does not show in it.
    pub(crate) fn tangent_in_lane(&self, tangents: &Ident) -> TokenStream {
        let (rt, span) = (emit::runtime(), Span::mixed_site());
        let names = |what: &str| -> Vec<Ident> {
            (0..self.inputs.len()).map(|k| Ident::new(&format!("{what}_{k}"), span)).collect()
        };
        let (args, dots) = (names("arg"), names("arg_dot"));
        let (mut all, mut handed, mut back) = (TokenStream::new(), Vec::new(), TokenStream::new());
        for (ty, dot) in self.inputs.iter().zip(&dots) {
            handed.push(match ty {
                Type::Reference(r) if r.mutability.is_some() => {
                    all.extend(quote_spanned!(span=> let mut #dot = (lanes.all(|_| #rt::snapshot(&*#dot)), #dot);));
                    back.extend(quote_spanned!(span=> #rt::write_back(#dot.1, #rt::copy(&#dot.0[lane]));));
                    quote_spanned!(span=> lanes.lent_of(#dot.0.each_mut(), &mut |dot| dot))
                }
                Type::Reference(_) => quote_spanned!(span=> lanes.all(|_| #dot)),
                _ => quote_spanned!(span=> lanes.all(|_| #rt::copy(&#dot))),
            });
        }
        quote_spanned! {span=>
            &|#(#args,)* #(#dots),*| {
                #all
                let (value, all_dots) = #tangents(#(#args,)* #(#handed,)* lanes);
                #back
                (value, #rt::copy(&all_dots[lane]))
            }
        }
    }

    pub(crate) fn adjoint(&self) -> TokenStream {
        let inputs = &self.inputs;
        let (output_bar, bars) = (gradient(&self.output), inputs.iter().map(bar));
        quote!(dyn Fn(#(#inputs,)* #output_bar, #(#bars),*))
    }
}

fn is_constant(ty: &Type) -> bool {
    is_constant_type(ty) || matches!(ty, Type::Tuple(t) if t.elems.is_empty())
}

fn gradient(ty: &Type) -> TokenStream {
    let rt = emit::runtime();
    if is_constant(ty) { quote!(()) } else { quote!(<#ty as #rt::Differentiable>::Gradient) }
}

fn tangent(ty: &Type) -> TokenStream {
    let rt = emit::runtime();
    match ty {
        _ if is_constant(ty) => quote!(()),
        Type::Reference(r) => {
            let (inner, mutability) = (&r.elem, r.mutability);
            quote!(& #mutability <#inner as #rt::Differentiable>::Tangent)
        }
        ty => gradient(ty),
    }
}

fn bar(ty: &Type) -> TokenStream {
    let rt = emit::runtime();
    let inner = match ty {
        Type::Reference(r) => r.elem.to_token_stream(),
        ty => ty.to_token_stream(),
    };
    if is_constant(ty) { quote!(&()) } else { quote!(&<#inner as #rt::Differentiable>::Bar) }
}
