//! The companion item: `enum f {}` in the type namespace, with the derivatives of `f` as its functions.
use super::{Printer, mode_name, runtime};
use crate::{attr::Attr, forward::Forward, ir::*, reverse::Reverse};
use proc_macro2::{Span, TokenStream};
use quote::{format_ident, quote_spanned};
use syn::{GenericParam, Ident, ItemFn, Lifetime, ReturnType, Type, visit_mut::VisitMut};

/// Names of ours never meet names of the user's: locals in generated code have a hygiene of their own.
macro_rules! quote {
    ($($tokens:tt)*) => { quote_spanned!(Span::mixed_site()=> $($tokens)*) };
}

/// What all functions of a companion have in common.
struct Signature<'a> {
    item: &'a ItemFn,
    name: Ident,
    params: Vec<Parameter>,
    result: Type,
    scalar: bool,
    unit: bool,
    /// `impl Trait` parameters, named.
    named: Vec<TokenStream>,
}

struct Parameter {
    name: Ident,
    ty: Type,
    /// The type behind the reference.
    inner: Type,
    pass: Pass,
    constant: bool,
    again: bool,
}

impl<'a> Signature<'a> {
    fn new(item: &'a ItemFn, attr: &Attr, params: &[Param], vars: &[VarInfo], scalars: &[String]) -> Self {
        let result = match &item.sig.output {
            ReturnType::Default => syn::parse_quote!(()),
            ReturnType::Type(_, ty) => (**ty).clone(),
        };
        let mut named = Vec::new();
        let params: Vec<Parameter> = params
            .iter()
            .enumerate()
            .map(|(k, p)| match &p.ty {
                Type::ImplTrait(i) => {
                    let (name, bounds) = (format_ident!("AutodiffImpl{k}"), &i.bounds);
                    named.push(quote!(#name: #bounds));
                    (p, syn::parse_quote!(#name))
                }
                ty => (p, ty.clone()),
            })
            .map(|(p, ty)| Parameter {
                name: vars[p.var.0 as usize].name.clone(),
                ty: elided(&ty),
                inner: match timeless(&ty) {
                    Type::Reference(r) => *r.elem,
                    ty => ty,
                },
                pass: p.pass,
                constant: p.constant,
                again: p.again,
            })
            .collect();
        let scalar =
            matches!(&result, Type::Path(p) if p.path.get_ident().is_some_and(|i| scalars.contains(&i.to_string())));
        let unit = matches!(&result, Type::Tuple(t) if t.elems.is_empty());
        Signature {
            item,
            name: attr.name.clone().unwrap_or_else(|| item.sig.ident.clone()),
            params,
            result,
            scalar,
            unit,
            named,
        }
    }

    fn generics(&self) -> (Vec<TokenStream>, TokenStream) {
        let params = self
            .item
            .sig
            .generics
            .params
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
            .chain(self.named.iter().cloned())
            .collect();
        let clause = self.item.sig.generics.where_clause.as_ref().map(|w| {
            let predicates = w.predicates.iter().filter(|p| matches!(p, syn::WherePredicate::Type(_)));
            quote!(where #(#predicates,)*)
        });
        (params, clause.unwrap_or_default())
    }

    fn generic_names(&self) -> Vec<Ident> {
        let params = &self.item.sig.generics.params;
        params
            .iter()
            .filter_map(|p| match p {
                GenericParam::Type(t) => Some(t.ident.clone()),
                GenericParam::Const(c) => Some(c.ident.clone()),
                GenericParam::Lifetime(_) => None,
            })
            .chain(
                (0..self.params.len())
                    .map(|k| format_ident!("AutodiffImpl{k}"))
                    .filter(|n| self.named.iter().any(|t| t.to_string().starts_with(&format!("{n} ")))),
            )
            .collect()
    }

    fn turbofish(&self) -> TokenStream {
        let names = self.generic_names();
        if names.is_empty() { TokenStream::new() } else { quote!(::<#(#names),*>) }
    }

    fn args(&self) -> TokenStream {
        self.params
            .iter()
            .map(|p| {
                let (n, t) = (&p.name, &p.ty);
                quote!(#n: #t,)
            })
            .collect()
    }

    /// The arguments handed on once: references reborrowed.
    fn pass_on(&self) -> TokenStream {
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

    fn differentiable(&self) -> impl Iterator<Item = &Parameter> {
        self.params.iter().filter(|p| !p.constant)
    }

    fn seed(&self) -> TokenStream {
        let (rt, r) = (runtime(), &self.result);
        quote!(<#r as #rt::Differentiable>::Gradient)
    }
}

impl Parameter {
    fn bar(&self) -> Ident {
        format_ident!("{}_bar", self.name, span = Span::mixed_site())
    }
    fn dot(&self) -> Ident {
        format_ident!("{}_dot", self.name, span = Span::mixed_site())
    }
    fn gradient(&self) -> TokenStream {
        let (rt, ty) = (runtime(), &self.inner);
        quote!(<#ty as #rt::Differentiable>::Gradient)
    }
    fn tangent(&self) -> TokenStream {
        let (rt, ty) = (runtime(), &self.inner);
        match self.pass {
            Pass::Ref => quote!(&<#ty as #rt::Differentiable>::Tangent),
            Pass::Mut => quote!(&mut <#ty as #rt::Differentiable>::Tangent),
            _ => self.gradient(),
        }
    }
}

/// One bound more.
fn and(clause: &TokenStream, bound: &TokenStream) -> TokenStream {
    if clause.is_empty() { quote!(where #bound) } else { quote!(#clause #bound) }
}

/// The companion of a function whose derivatives were made.
pub(crate) fn companion(
    item: &ItemFn,
    attr: &Attr,
    func: &Func,
    forward: &Forward,
    reverse: &Reverse,
    scalars: &[String],
) -> TokenStream {
    let sig = Signature::new(item, attr, &func.params, &reverse.vars, scalars);
    let body = [
        push(&sig, func, forward),
        forward_sweep(&sig, func, reverse, attr),
        entries(&sig, reverse.restores, true, true),
    ];
    wrap(&sig, body.into_iter().collect())
}

/// The companion of a function with rules of its own.
pub(crate) fn custom(item: &ItemFn, attr: &Attr, func: &Func, scalars: &[String]) -> TokenStream {
    let sig = Signature::new(item, attr, &func.params, &func.vars, scalars);
    let mut body = TokenStream::new();
    if let Some(jvp) = &attr.jvp {
        body.extend(custom_push(&sig, jvp));
    }
    if let Some(vjp) = &attr.vjp {
        body.extend(custom_forward(&sig, vjp));
    }
    body.extend(entries(&sig, false, attr.jvp.is_some(), attr.vjp.is_some()));
    wrap(&sig, body)
}

fn wrap(sig: &Signature, body: TokenStream) -> TokenStream {
    let (name, vis) = (&sig.name, &sig.item.vis);
    let function = sig.item.sig.ident.to_string();
    let doc = format!("The derivatives of `{function}`.");
    let cfgs = sig.item.attrs.iter().filter(|a| a.path().is_ident("cfg"));
    let cfgs: Vec<_> = cfgs.collect();
    quote! {
        #(#cfgs)*
        #[doc = #doc]
        #[allow(non_camel_case_types, dead_code)]
        #vis enum #name {}

        #(#cfgs)*
        // generated code: names and moves follow the user's, not the lints
        #[automatically_derived]
        #[allow(warnings, clippy::all, clippy::pedantic, clippy::nursery, clippy::restriction)]
        impl #name {
            #body
        }
    }
}

// ---- the protocol between differentiable functions -----------------------------------------------------------------

/// `push(args.., tangents of all)`: forward mode.
fn push(sig: &Signature, func: &Func, forward: &Forward) -> TokenStream {
    let printer = Printer { vars: &forward.vars };
    let body = printer.block(&forward.body);
    let result = func.result.as_ref().map_or(quote!(()), |r| printer.operand(r));
    let result_dot = match &forward.result {
        Some(Operand::Place(p, pass)) => printer.operand(&Operand::Place(p.clone(), *pass)),
        Some(other) => printer.operand(other),
        None => quote!(()),
    };
    let dots: Vec<&Ident> = forward.dots.iter().map(|d| &forward.vars[d.0 as usize].name).collect();
    push_signature(sig, &dots, quote!({ #body (#result, #result_dot) }))
}

fn push_signature(sig: &Signature, dots: &[&Ident], body: TokenStream) -> TokenStream {
    let (mut generics, clause) = sig.generics();
    let (args, r, seed) = (sig.args(), &sig.result, sig.seed());
    let mut tangents = TokenStream::new();
    for (k, (p, dot)) in sig.params.iter().zip(dots).enumerate() {
        if p.constant {
            let ty = format_ident!("AutodiffConstant{k}", span = Span::mixed_site());
            generics.push(quote!(#ty));
            tangents.extend(quote!(#dot: #ty,));
        } else {
            let ty = p.tangent();
            tangents.extend(quote!(#dot: #ty,));
        }
    }
    quote! {
        #[doc(hidden)]
        #[inline]
        pub fn push<#(#generics),*>(#args #tangents) -> (#r, #seed) #clause #body
    }
}

/// `forward(mode, args..)`: the value and the pullback.
fn forward_sweep(sig: &Signature, func: &Func, reverse: &Reverse, attr: &Attr) -> TokenStream {
    let printer = Printer { vars: &reverse.vars };
    let sweep = printer.block(&reverse.forward);
    let pullback = printer.block(&reverse.pullback);
    let out_bar = &reverse.vars[reverse.out_bar.0 as usize].name;
    let bars: Vec<&Ident> = reverse.bars.iter().map(|b| &reverse.vars[b.0 as usize].name).collect();
    let result = func.result.as_ref().map_or(quote!(()), |r| match r {
        Operand::Place(p, Pass::Value) if p.proj.is_empty() && !reverse.vars[p.base.0 as usize].scalar => {
            printer.operand(&Operand::Place(p.clone(), Pass::Copy))
        }
        other => printer.operand(other),
    });
    forward_signature(sig, func.recursive || attr.recursive, out_bar, &bars, &sweep, &result, &pullback)
}

fn forward_signature(
    sig: &Signature,
    boxed: bool,
    out_bar: &Ident,
    bars: &[&Ident],
    sweep: &TokenStream,
    result: &TokenStream,
    pullback: &TokenStream,
) -> TokenStream {
    let rt = runtime();
    let (mut generics, clause) = sig.generics();
    let (args, r, seed) = (sig.args(), &sig.result, sig.seed());
    let mut names = sig.generic_names();
    let mode_ty = Ident::new("AutodiffMode", Span::mixed_site());
    let mode = mode_name();
    generics.push(quote!(#mode_ty: #rt::Mode + 'static));
    names.push(mode_ty.clone());
    let (mut types, mut closure) = (Vec::new(), TokenStream::new());
    for p in sig.params.iter().filter(|p| p.again) {
        let (n, ty) = (&p.name, &p.ty);
        types.push(quote!(#ty));
        closure.extend(quote!(#n: #ty,));
    }
    types.push(seed.clone());
    closure.extend(quote!(#out_bar: #seed,));
    for (k, (p, bar)) in sig.params.iter().zip(bars).enumerate() {
        if p.constant {
            let ty = format_ident!("AutodiffConstant{k}", span = Span::mixed_site());
            generics.push(quote!(#ty));
            names.push(ty.clone());
            types.push(quote!(&#ty));
            closure.extend(quote!(#bar: &#ty,));
        } else {
            let ty = &p.inner;
            types.push(quote!(&<#ty as #rt::Differentiable>::Bar));
            closure.extend(quote!(#bar: &<#ty as #rt::Differentiable>::Bar,));
        }
    }
    let (output, value) = if boxed {
        (
            quote!(::std::boxed::Box<dyn ::core::ops::FnOnce(#(#types),*)>),
            quote!(::std::boxed::Box::new(move |#closure| { #pullback })),
        )
    } else {
        (quote!(impl ::core::ops::FnOnce(#(#types),*) + use<#(#names),*>), quote!(move |#closure| { #pullback }))
    };
    quote! {
        #[doc(hidden)]
        #[inline]
        pub fn forward<#(#generics),*>(#mode: #mode_ty, #args) -> (#r, #output) #clause {
            #sweep
            (#result, #value)
        }
    }
}

// ---- own rules -----------------------------------------------------------------------------------------------------

fn custom_push(sig: &Signature, jvp: &syn::Path) -> TokenStream {
    let dots: Vec<Ident> = sig.params.iter().map(Parameter::dot).collect();
    let names = sig.params.iter().map(|p| &p.name);
    let handed = sig.params.iter().zip(&dots).filter(|(p, _)| !p.constant).map(|(_, d)| d);
    let body = quote!({ #jvp(#(#names,)* #(#handed),*) });
    push_signature(sig, &dots.iter().collect::<Vec<_>>(), body)
}

/// The user's `vjp` is handed the arguments again: references by the caller, values from the residual.
fn custom_forward(sig: &Signature, vjp: &syn::Path) -> TokenStream {
    let rt = runtime();
    let function = &sig.item.sig.ident;
    let turbofish = sig.turbofish();
    let out_bar = Ident::new("out_bar", Span::mixed_site());
    let bars: Vec<Ident> = sig.params.iter().map(Parameter::bar).collect();
    let copies: Vec<TokenStream> = sig
        .params
        .iter()
        .map(|p| {
            let n = &p.name;
            if p.again { quote!(#n) } else { quote!(#rt::copy(&#n)) }
        })
        .collect();
    let names: Vec<&Ident> = sig.params.iter().map(|p| &p.name).collect();
    let given: Vec<(&Parameter, &Ident)> = sig.params.iter().zip(&bars).filter(|(p, _)| !p.constant).collect();
    let gradients: Vec<Ident> = given.iter().map(|(p, _)| format_ident!("{}_gradient", p.name)).collect();
    let pattern = if gradients.len() == 1 { quote!(#(#gradients)*) } else { quote!((#(#gradients),*)) };
    let adds = given.iter().zip(&gradients).map(|((_, bar), g)| quote!(#rt::add_to(#bar, #g);));
    let sweep = quote!(let value = #function #turbofish(#(#copies),*););
    let pullback = quote! {
        let (_, #pattern) = #vjp(#(#names,)* #out_bar);
        #(#adds)*
    };
    forward_signature(sig, false, &out_bar, &bars.iter().collect::<Vec<_>>(), &sweep, &quote!(value), &pullback)
}

// ---- what users call -----------------------------------------------------------------------------------------------

fn entries(sig: &Signature, restores: bool, jvp_there: bool, vjp_there: bool) -> TokenStream {
    let mut out = TokenStream::new();
    if jvp_there {
        out.extend(jvp(sig));
    }
    if vjp_there {
        out.extend(vjp_into(sig, restores));
        out.extend(vjp(sig));
        out.extend(grads(sig));
    }
    if jvp_there && vjp_there {
        out.extend(jacobian(sig));
    }
    out
}

fn jvp(sig: &Signature) -> TokenStream {
    let rt = runtime();
    let (generics, clause) = sig.generics();
    let (args, r, seed) = (sig.args(), &sig.result, sig.seed());
    let tangents: TokenStream = sig
        .differentiable()
        .map(|p| {
            let (d, t) = (p.dot(), p.tangent());
            quote!(#d: #t,)
        })
        .collect();
    let checks = sig.differentiable().map(|p| {
        let (d, n, text) = (p.dot(), &p.name, p.name.to_string());
        let dot = if p.pass == Pass::Value { quote!(::core::borrow::Borrow::borrow(&#d)) } else { quote!(&*#d) };
        quote!(#rt::check_tangent("tangent", #text, &#n, #dot);)
    });
    let (names, dots) = (
        sig.pass_on(),
        sig.params.iter().map(|p| {
            let d = p.dot();
            match p.pass {
                _ if p.constant => quote!((),),
                Pass::Mut => quote!(&mut *#d,),
                _ => quote!(#d,),
            }
        }),
    );
    let (output, tail) = if sig.unit { (quote!(), quote!(;)) } else { (quote!(-> (#r, #seed)), quote!()) };
    quote! {
        /// The value, and its derivative along the tangents.
        #[inline]
        pub fn jvp<#(#generics),*>(#args #tangents) #output #clause {
            #(#checks)*
            Self::push(#names #(#dots)*) #tail
        }
    }
}

fn vjp_into(sig: &Signature, restores: bool) -> TokenStream {
    let rt = runtime();
    let (generics, clause) = sig.generics();
    let (args, r, seed_ty) = (sig.args(), &sig.result, sig.seed());
    let bars: TokenStream = sig
        .differentiable()
        .map(|p| {
            let (b, ty) = (p.bar(), &p.inner);
            quote!(#b: &mut <#ty as #rt::Differentiable>::Tangent,)
        })
        .collect();
    let checks = sig.differentiable().map(|p| {
        let (b, n, text) = (p.bar(), &p.name, p.name.to_string());
        quote!(#rt::check_bar(#text, &#n, &*#b);)
    });
    let again: TokenStream = sig
        .params
        .iter()
        .filter(|p| p.again)
        .map(|p| {
            let n = &p.name;
            if p.pass == Pass::Mut { quote!(&mut *#n,) } else { quote!(#n,) }
        })
        .collect();
    let cells = sig.params.iter().map(|p| {
        if p.constant {
            quote!(&(),)
        } else {
            let b = p.bar();
            quote!(#b,)
        }
    });
    let (seed_param, seed, check_seed) = if sig.unit {
        (quote!(), quote!(()), quote!())
    } else {
        (quote!(seed: #seed_ty,), quote!(seed), quote!(#rt::check_seed::<#r>(&seed, &value);))
    };
    let mut call = quote!(pullback(#again #seed, #(#cells)*));
    for p in sig.differentiable() {
        let (b, ty) = (p.bar(), &p.inner);
        call = quote!(#rt::lend_bar::<_, <#ty as #rt::Differentiable>::Bar, _>(#b, |#b| #call));
    }
    // a pullback puts back what the function overwrote: the arguments are to hold what the function left in them
    let written: Vec<&Ident> = sig.params.iter().filter(|p| restores && p.pass == Pass::Mut).map(|p| &p.name).collect();
    let after: Vec<Ident> = written.iter().map(|n| format_ident!("{}_after", n, span = Span::mixed_site())).collect();
    let (output, value) = if sig.unit { (quote!(), quote!()) } else { (quote!(-> #r), quote!(value)) };
    let names = sig.pass_on();
    quote! {
        /// The value; adds the gradient of `seed` times the value to the adjoints.
        #[inline]
        pub fn vjp_into<#(#generics),*>(#args #seed_param #bars) #output #clause {
            #(#checks)*
            let (value, pullback) = Self::forward(#rt::Forget, #names);
            #check_seed
            #(let #after = #rt::snapshot(&*#written);)*
            #call;
            #(#rt::write_back(&mut *#written, #after);)*
            #value
        }
    }
}

fn gradient_types(sig: &Signature) -> TokenStream {
    let types: Vec<_> = sig.differentiable().filter(|p| p.pass != Pass::Mut).map(Parameter::gradient).collect();
    if types.len() == 1 { quote!(#(#types)*) } else { quote!((#(#types),*)) }
}

/// The adjoints of `&mut` parameters: handed in by the caller.
fn written_bars(sig: &Signature) -> (TokenStream, TokenStream) {
    let rt = runtime();
    let params: Vec<&Parameter> = sig.differentiable().filter(|p| p.pass == Pass::Mut).collect();
    let declared = params.iter().map(|p| {
        let (b, ty) = (p.bar(), &p.inner);
        quote!(#b: &mut <#ty as #rt::Differentiable>::Tangent,)
    });
    let names = params.iter().map(|p| {
        let b = p.bar();
        quote!(#b,)
    });
    (declared.collect(), names.collect())
}

fn vjp(sig: &Signature) -> TokenStream {
    let rt = runtime();
    let (generics, clause) = sig.generics();
    let (args, r, seed_ty, names) = (sig.args(), &sig.result, sig.seed(), sig.pass_on());
    let (written, _) = written_bars(sig);
    let gradients = gradient_types(sig);
    let own: Vec<&Parameter> = sig.differentiable().filter(|p| p.pass != Pass::Mut).collect();
    let own_bars: Vec<Ident> = own.iter().map(|p| p.bar()).collect();
    let own_names: Vec<&Ident> = own.iter().map(|p| &p.name).collect();
    let handed = sig.differentiable().map(|p| {
        let b = p.bar();
        if p.pass == Pass::Mut { quote!(#b,) } else { quote!(::core::borrow::BorrowMut::borrow_mut(&mut #b),) }
    });
    let all = if own_bars.len() == 1 { quote!(#(#own_bars)*) } else { quote!((#(#own_bars),*)) };
    let (seed_param, seed, output, value) = if sig.unit {
        (quote!(), quote!(), quote!(#gradients), all.clone())
    } else {
        (quote!(seed: #seed_ty,), quote!(seed,), quote!((#r, #gradients)), quote!((value, #all)))
    };
    quote! {
        /// The value, and the gradient of `seed` times the value.
        #[inline]
        pub fn vjp<#(#generics),*>(#args #seed_param #written) -> #output #clause {
            #(let mut #own_bars = #rt::zero(&#own_names);)*
            let value = Self::vjp_into(#names #seed #(#handed)*);
            #value
        }
    }
}

fn grads(sig: &Signature) -> TokenStream {
    if sig.unit {
        return TokenStream::new();
    }
    let rt = runtime();
    let (generics, clause) = sig.generics();
    let (args, r, names) = (sig.args(), &sig.result, sig.pass_on());
    let (written, written_names) = written_bars(sig);
    let gradients = gradient_types(sig);
    let bars: TokenStream = sig
        .differentiable()
        .map(|p| {
            let (b, ty) = (p.bar(), &p.inner);
            quote!(#b: &mut <#ty as #rt::Differentiable>::Tangent,)
        })
        .collect();
    let bar_names = sig.differentiable().map(|p| p.bar());
    // Of any other result there is no gradient: behind `for<'a>` that is an error where one is asked for.
    let (seed, clause) = if sig.scalar {
        (quote!(<#r as #rt::ScalarOutput<#r>>::unit_seed()), clause)
    } else {
        let bound = quote!(for<'a> #r: #rt::ScalarOutput<<#r as #rt::Differentiable>::Gradient>);
        (quote!(<#r as #rt::ScalarOutput<_>>::unit_seed()), and(&clause, &bound))
    };
    quote! {
        /// The gradient.
        #[inline]
        pub fn grad<#(#generics),*>(#args #written) -> #gradients #clause {
            Self::vjp(#names #seed, #written_names).1
        }
        /// The value and the gradient.
        #[inline]
        pub fn value_and_grad<#(#generics),*>(#args #written) -> (#r, #gradients) #clause {
            Self::vjp(#names #seed, #written_names)
        }
        /// The value; adds the gradient to the adjoints.
        #[inline]
        pub fn grad_into<#(#generics),*>(#args #bars) -> #r #clause {
            Self::vjp_into(#names #seed, #(#bar_names),*)
        }
    }
}

/// The Jacobian with respect to the one differentiable parameter.
fn jacobian(sig: &Signature) -> TokenStream {
    let rt = runtime();
    let mut own = sig.differentiable();
    let (Some(p), None) = (own.next(), own.next()) else { return TokenStream::new() };
    if p.pass == Pass::Mut || sig.unit || sig.params.iter().any(|p| p.pass == Pass::Mut) || !sig.named.is_empty() {
        return TokenStream::new();
    }
    if quote::ToTokens::to_token_stream(&p.inner).to_string().contains("'static") {
        return TokenStream::new(); // of references there is no one matrix
    }
    let (generics, clause) = sig.generics();
    let (args, r, x, inner) = (sig.args(), &sig.result, &p.name, &p.inner);
    let clause = and(
        &clause,
        &quote! {
            for<'a> #r: #rt::JacobianOf<#inner, In = <#inner as #rt::Differentiable>::Gradient, Out = <#r as #rt::Differentiable>::Gradient>
        },
    );
    let handed: Vec<TokenStream> = sig
        .params
        .iter()
        .map(|p| {
            let n = &p.name;
            if p.pass == Pass::Value { quote!(#rt::copy(&#n)) } else { quote!(#n) }
        })
        .collect();
    let dot = if p.pass == Pass::Value { quote!(#rt::copy(dot)) } else { quote!(::core::borrow::Borrow::borrow(dot)) };
    let reference = if p.pass == Pass::Value { quote!(&#x) } else { quote!(#x) };
    quote! {
        /// The Jacobian: a row for each entry of the result, a column for each entry of the argument.
        #[inline]
        pub fn jacobian<#(#generics),*>(#args) -> <#r as #rt::JacobianOf<#inner>>::Matrix #clause {
            <#r as #rt::JacobianOf<#inner>>::jacobian(#reference, |dot| Self::jvp(#(#handed,)* #dot).1, |seed| Self::vjp(#(#handed,)* seed).1)
        }
    }
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

/// A companion without bodies, after errors: so that users of it see no errors of their own.
pub(crate) fn stubs(item: &ItemFn, attr: &Attr, func: &Func, scalars: &[String]) -> TokenStream {
    let sig = Signature::new(item, attr, &func.params, &func.vars, scalars);
    let nothing = quote!(::core::unimplemented!());
    let (dots, bars): (Vec<Ident>, Vec<Ident>) = sig.params.iter().map(|p| (p.dot(), p.bar())).unzip();
    let out_bar = Ident::new("out_bar", Span::mixed_site());
    let mut body = push_signature(&sig, &dots.iter().collect::<Vec<_>>(), quote!({ #nothing }));
    body.extend(forward_signature(
        &sig,
        true,
        &out_bar,
        &bars.iter().collect::<Vec<_>>(),
        &quote!(),
        &nothing,
        &nothing,
    ));
    body.extend(entries(&sig, false, true, true));
    wrap(&sig, body)
}
