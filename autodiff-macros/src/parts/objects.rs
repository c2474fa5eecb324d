//! Trait objects: a method of `&dyn Potential` has derivatives by its arguments, and `self` is a constant in them.
//!
//! ```text
//! #[differentiable(dyn)] trait Potential { fn energy(&self, x: f64) -> f64; }
//! =>  trait Potential: PotentialObject { .. }            implemented for all types that have derivatives:
//!     trait PotentialObject {                            what an object can be asked
//!         fn energy__push(&self, x: f64, x_dot: f64) -> (f64, f64);
//!         fn energy__pull(&self, x: f64, seed: f64, x_bar: &Cell<f64>);
//!     }
//!     impl dyn Potential { #[differentiable(jvp = .., vjp = ..)] fn energy__object(&self, x: f64) -> f64 { self.energy(x) } }
//!
//! p.energy(x)    =>    p.energy__object(x)               where `p` is seen to be an object
//! ```
use super::types::Types;
use crate::{analysis::activity::Active, attr, ctxt::Ctxt, emit::runtime, expand, lower};
use proc_macro2::{Span, TokenStream};
use quote::{format_ident, quote};
use syn::{
    Expr, ExprForLoop, FnArg, Ident, ItemFn, ItemImpl, ItemTrait, Local, Pat, PatType, ReceiverKind, ReturnType,
    TraitItem, TraitItemFn, Type, parse_quote,
    visit::Visit,
    visit_mut::{self, VisitMut},
};

/// The trait with what objects are asked for, and what stands beside it.
pub(crate) fn of_trait(block: &mut ItemTrait) -> TokenStream {
    let rt = runtime();
    let (name, vis) = (block.ident.clone(), block.vis.clone());
    let object = format_ident!("{name}Object", span = name.span());
    let methods: Vec<Method> =
        block.items.iter().filter_map(|i| if let TraitItem::Fn(f) = i { Method::of(f) } else { None }).collect();
    block.supertraits.push(parse_quote!(#object));
    let declared = methods.iter().map(|m| m.asked(&quote!(;), &quote!(;)));
    let defined = methods.iter().map(Method::answered);
    let rules = methods.iter().map(|m| m.rules(&name));
    let companions = methods.iter().map(|m| {
        let function = &m.function;
        let inherent: ItemImpl = parse_quote!(impl<'autodiff> (dyn #name + 'autodiff) { #function });
        expand::of_impl(&TokenStream::new(), &inherent)
    });
    let objects = [quote!(dyn #name + '_), quote!(::std::boxed::Box<dyn #name + '_>)];
    let constants = objects.iter().map(constant);
    quote! {
        #[doc(hidden)]
        #[allow(warnings, clippy::all, clippy::pedantic)]
        #vis trait #object { #(#declared)* }

        #[allow(warnings, clippy::all, clippy::pedantic)]
        const _: () = {
            impl<T: #name + #rt::Differentiable + #rt::Value<Of = T> + 'static> #object for T { #(#defined)* }
            #(#constants)*
            #(#rules)*
            #(#companions)*
        };
    }
}

/// What an object holds is not seen: it has no derivative.
fn constant(ty: &TokenStream) -> TokenStream {
    let rt = runtime();
    quote! {
        impl #rt::Differentiable for #ty {
            type Tangent = ();
            type Gradient = ();
            type Bar = ();
            type OwnedBar = ();
            type Shape = ();
            fn shape(&self) {}
            fn zero_tangent(_: &()) {}
            fn fits(_: &(), _: &()) -> bool { true }
        }
        impl #rt::Value for #ty {
            type Of = Self;
            fn value(&self) -> &Self { self }
        }
    }
}

/// A method that an object has.
struct Method {
    name: Ident,
    params: Vec<PatType>,
    result: Type,
    /// `self` is a constant already.
    constant: bool,
    /// The method of the object, with rules of its own.
    function: syn::ImplItemFn,
}

impl Method {
    fn of(f: &TraitItemFn) -> Option<Self> {
        let (sig, name) = (&f.sig, f.sig.ident.clone());
        let Some(FnArg::Receiver(this)) = sig.inputs.first() else { return None };
        let ReceiverKind::Reference(_, _, None) = this.kind else { return None };
        let ReturnType::Type(_, result) = &sig.output else { return None };
        if attr::is_nodiff(&f.attrs) || !sig.generics.params.is_empty() || matches!(**result, Type::Reference(_)) {
            return None;
        }
        let mut params = Vec::new();
        for arg in sig.inputs.iter().skip(1) {
            match arg {
                FnArg::Typed(t) if matches!(&*t.pat, Pat::Ident(_)) && !is_mutable(&t.ty) => params.push(t.clone()),
                _ => return None,
            }
        }
        // what no argument flows into is a constant
        if params.iter().all(lower::is_constant) {
            return None;
        }
        let (object, jvp, vjp) = (of_object(&name), suffixed(&name, "jvp"), suffixed(&name, "vjp"));
        let names = params.iter().map(|p| &p.pat);
        let function = parse_quote! {
            #[differentiable(jvp = #jvp, vjp = #vjp)]
            #[doc(hidden)]
            #[allow(non_snake_case)]
            pub fn #object(#[nodiff] &self, #(#params),*) -> #result { self.#name(#(#names),*) }
        };
        Some(Method { constant: attr::is_nodiff(&this.attrs), name, params, result: (**result).clone(), function })
    }

    fn active(&self) -> impl Iterator<Item = &PatType> {
        self.params.iter().filter(|p| !lower::is_constant(p))
    }

    /// Both methods of the object trait.
    fn asked(&self, push: &TokenStream, pull: &TokenStream) -> TokenStream {
        let rt = runtime();
        let (push_name, pull_name) = (suffixed(&self.name, "push"), suffixed(&self.name, "pull"));
        let (params, result) = (self.params.iter().map(bare), &self.result);
        let args = quote!(#(#params),*);
        let dots = self.active().map(|p| {
            let (name, ty) = (dot(p), tangent(&p.ty));
            quote!(#name: #ty)
        });
        let bars = self.active().map(|p| {
            let (name, ty) = (bar(p), behind(&p.ty));
            quote!(#name: &<#ty as #rt::Differentiable>::Bar)
        });
        let gradient = quote!(<#result as #rt::Differentiable>::Gradient);
        quote! {
            fn #push_name(&self, #args, #(#dots),*) -> (#result, #gradient) #push
            fn #pull_name(&self, #args, seed: #gradient, #(#bars),*) #pull
        }
    }

    /// As a type with derivatives answers.
    fn answered(&self) -> TokenStream {
        let rt = runtime();
        let (push, pull) = (format_ident!("{}_push", self.name), format_ident!("{}_pull", self.name));
        let names: Vec<_> = self.params.iter().map(|p| &p.pat).collect();
        let constant = |p: &PatType| lower::is_constant(p);
        let dots = self.params.iter().map(|p| if constant(p) { quote!(()) } else { dot(p) });
        let bars = self.params.iter().map(|p| if constant(p) { quote!(&()) } else { bar(p) });
        let (this_dot, this_bar) = match self.constant {
            true => (quote!(()), quote!(())),
            false => (quote!(#rt::zero(self)), quote!(#rt::zero_bar(self))),
        };
        self.asked(
            &quote!({ self.#push(#(#names,)* #this_dot, #(#dots),*) }),
            &quote!({
                let this_bar = #this_bar;
                self.#pull(#(#names,)* seed, ::core::borrow::Borrow::borrow(&this_bar), #(#bars),*)
            }),
        )
    }

    /// The rules of the object's method.
    fn rules(&self, object: &Ident) -> TokenStream {
        let rt = runtime();
        let (jvp, vjp) = (suffixed(&self.name, "jvp"), suffixed(&self.name, "vjp"));
        let (push, pull) = (suffixed(&self.name, "push"), suffixed(&self.name, "pull"));
        let (params, result): (Vec<_>, _) = (self.params.iter().map(bare).collect(), &self.result);
        let names: Vec<_> = self.params.iter().map(|p| &p.pat).collect();
        let (dots, bars): (Vec<_>, Vec<_>) = self.active().map(|p| (dot(p), bar(p))).unzip();
        let typed = self.active().map(|p| {
            let (name, ty) = (dot(p), tangent(&p.ty));
            quote!(#name: #ty)
        });
        let of = self.active().map(|p| {
            let ty = behind(&p.ty);
            quote!(<#ty as #rt::Differentiable>::Gradient)
        });
        let made = self.active().zip(&bars).map(|(p, bar)| {
            let name = &p.pat;
            quote!(let #bar = #rt::zero_bar(&#name);)
        });
        let gradient = quote!(<#result as #rt::Differentiable>::Gradient);
        quote! {
            fn #jvp(this: &(dyn #object + '_), #(#params,)* #(#typed),*) -> (#result, #gradient) {
                this.#push(#(#names,)* #(#dots),*)
            }
            fn #vjp(this: &(dyn #object + '_), #(#params,)* seed: #gradient) -> ((), (#(#of),*)) {
                #(#made)*
                this.#pull(#(#names,)* seed, #(::core::borrow::Borrow::borrow(&#bars)),*);
                ((), (#(#rt::from_bar(#bars)),*))
            }
        }
    }
}

fn suffixed(method: &Ident, which: &str) -> Ident {
    format_ident!("{method}__{which}", span = Span::call_site())
}

const OBJECT: &str = "__object";

/// The method of objects.
fn of_object(method: &Ident) -> Ident {
    format_ident!("{method}{OBJECT}", span = method.span())
}

/// `energy__object`, which takes `&self`, a constant.
pub(crate) fn is_of_object(method: &str) -> bool {
    method.ends_with(OBJECT)
}

/// A parameter without attributes.
fn bare(p: &PatType) -> TokenStream {
    let (pat, ty) = (&p.pat, &p.ty);
    quote!(#pat: #ty)
}

fn named(p: &PatType, suffix: &str) -> TokenStream {
    let pat = &p.pat;
    let name = quote!(#pat).to_string();
    let name = format_ident!("{}_{suffix}", name.trim_start_matches("mut ").trim_start_matches("r#"));
    quote!(#name)
}

fn dot(p: &PatType) -> TokenStream {
    named(p, "dot")
}

fn bar(p: &PatType) -> TokenStream {
    named(p, "bar")
}

fn is_mutable(ty: &Type) -> bool {
    matches!(ty, Type::Reference(r) if r.mutability.is_some())
}

fn behind(ty: &Type) -> &Type {
    if let Type::Reference(r) = ty { &r.elem } else { ty }
}

fn tangent(ty: &Type) -> TokenStream {
    let rt = runtime();
    match ty {
        Type::Reference(r) => {
            let inner = &r.elem;
            quote!(&<#inner as #rt::Differentiable>::Tangent)
        }
        ty => quote!(<#ty as #rt::Differentiable>::Gradient),
    }
}

// ---- where they are used -------------------------------------------------------------------------------------------

/// Calls the methods of objects by their names.
pub(crate) fn call_objects(cx: &Ctxt, item: &mut ItemFn, active: &Active) {
    Objects { cx, types: Types::of(item), active }.visit_block_mut(&mut item.block);
}

struct Objects<'a> {
    cx: &'a Ctxt,
    types: Types,
    active: &'a Active,
}

impl VisitMut for Objects<'_> {
    fn visit_local_mut(&mut self, local: &mut Local) {
        visit_mut::visit_local_mut(self, local);
        self.types.declare(local);
        if let (Pat::Type(t), Some(init)) = (&local.pat, &local.init)
            && holds_object(&t.ty)
            && self.active.carries(&init.expr)
        {
            self.cx.error(
                &init.expr,
                "what an object holds is not seen, and this one would hold a derivative: leave the type out, or take the object as a \
                 `#[nodiff]` parameter",
            );
        }
    }
    fn visit_expr_for_loop_mut(&mut self, f: &mut ExprForLoop) {
        self.types.item(f);
        visit_mut::visit_expr_for_loop_mut(self, f);
    }
    fn visit_expr_method_call_mut(&mut self, m: &mut syn::ExprMethodCall) {
        visit_mut::visit_expr_method_call_mut(self, m);
        let Some(ty) = self.types.of_expr(&m.receiver).filter(is_object) else { return };
        if m.args.iter().any(|a| self.active.carries(a)) {
            m.method = of_object(&m.method);
            // a field of something that has derivatives has a tangent, which is nothing
            if !matches!(*m.receiver, Expr::Field(_)) {
                *m.receiver = lent(&m.receiver, &ty);
            }
        }
    }
}

/// `&**p` for `p: &Box<dyn Potential>`
fn lent(receiver: &Expr, ty: &Type) -> Expr {
    fn opened(e: Expr, ty: &Type) -> Expr {
        match ty {
            Type::Reference(r) => opened(parse_quote!(*#e), &r.elem),
            Type::Paren(p) => opened(e, &p.elem),
            Type::Group(g) => opened(e, &g.elem),
            Type::Path(p) => match boxed(p) {
                Some(ty) => opened(parse_quote!(*#e), ty),
                None => e,
            },
            _ => e,
        }
    }
    let object = opened(receiver.clone(), ty);
    parse_quote!((&#object))
}

/// `T` of `Box<T>`
fn boxed(p: &syn::TypePath) -> Option<&Type> {
    let last = p.path.segments.last().filter(|s| s.ident == "Box")?;
    crate::syntax::argument(last)
}

/// `&dyn Potential`, `&[Box<dyn Potential>]`, and no `&dyn Fn(f64) -> f64`.
pub(crate) fn holds_object(ty: &Type) -> bool {
    struct Objects(bool);
    impl Visit<'_> for Objects {
        fn visit_type(&mut self, ty: &Type) {
            self.0 |= matches!(ty, Type::TraitObject(_)) && is_object(ty);
            syn::visit::visit_type(self, ty);
        }
    }
    let mut found = Objects(false);
    found.visit_type(ty);
    found.0
}

/// `&dyn Potential`, `Box<dyn Potential>`
fn is_object(ty: &Type) -> bool {
    match ty {
        Type::Reference(r) => is_object(&r.elem),
        Type::Paren(p) => is_object(&p.elem),
        Type::Group(g) => is_object(&g.elem),
        Type::TraitObject(_) => crate::functions::of_object(ty).is_none(),
        Type::Path(p) => boxed(p).is_some_and(is_object),
        _ => false,
    }
}
