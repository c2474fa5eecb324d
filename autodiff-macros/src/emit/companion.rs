//! The companion item: `enum f {}` in the type namespace, with the derivatives of `f` as its functions.
use super::{
    Printer,
    discrete::proven,
    entries::entries,
    lanes::Tangents,
    mode_name, runtime,
    signature::{Parameter, Signature, quote},
};
use crate::{
    attr::Attr,
    forward::Forward,
    host::{Host, Receiver, Role},
    ir::*,
    lower::identifiers,
    parts,
    reverse::{Reverse, has_unread},
};
use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, format_ident, quote_spanned};
use std::collections::HashSet;
use syn::{Ident, ItemFn};

/// What differentiation made of a function.
pub(crate) struct Derivatives {
    pub(crate) forward: Forward,
    pub(crate) reverse: Reverse,
    /// Both sweeps in one, where that is worth it.
    pub(crate) once: Option<Reverse>,
}

/// The companion of a function whose derivatives were made.
pub(crate) fn companion(
    item: &ItemFn,
    attr: &Attr,
    func: &Func,
    Derivatives { forward, reverse, once }: &Derivatives,
    scalars: &[String],
    host: &Host,
) -> TokenStream {
    let mut sig = Signature::new(item, attr, &func.params, &reverse.vars, scalars, host);
    sig.copy = host.copy();
    let once = once.as_ref().filter(|_| sig.scalar && !host.is_trait());
    let mut body = push(&sig, func, forward);
    body.extend(push_lanes(&sig, func, forward));
    let again = once.filter(|once| runs_again(&sig, func, once, attr));
    match again {
        Some(once) => {
            body.extend([run_again(&sig, once), pull(&sig, true), wants(&sig, &vec![true; sig.params.len()])])
        }
        None => body.extend([forward_sweep(&sig, func, reverse, attr), pull(&sig, false), wants(&sig, &reverse.wants)]),
    }
    body.extend(once.map_or_else(|| in_turn(&sig), |once| at_once(&sig, func, once)));
    body.extend(users(&sig, &reverse.restores, once.is_some(), true, true));
    wrap(&sig, body)
}

/// Whether callers run the function again rather than keep anything: not a recursion, which would take the square of its time, and
/// not where a lifetime of the arguments has a name, for which a pullback's arguments are too short-lived.
fn runs_again(sig: &Signature, func: &Func, once: &Reverse, attr: &Attr) -> bool {
    let outer = sig.host.methods().into_iter().flat_map(|m| &m.generics);
    let named = outer.chain(&sig.item.sig.generics.params).any(|p| matches!(p, syn::GenericParam::Lifetime(_)));
    let lent = sig.params.iter().any(|p| p.pass == Pass::Mut);
    once.loops
        && !lent
        && !func.recursive
        && !attr.recursive
        && !sig.host.boxed()
        && !named
        && parts::effects::is_repeatable(sig.item)
}

/// The companion of a function with rules of its own.
pub(crate) fn custom(item: &ItemFn, attr: &Attr, func: &Func, scalars: &[String], host: &Host) -> TokenStream {
    let sig = Signature::new(item, attr, &func.params, &func.vars, scalars, host);
    let mut body = TokenStream::new();
    if let Some(jvp) = &attr.jvp {
        body.extend(custom_push(&sig, jvp));
        body.extend(custom_push_lanes(&sig, jvp));
    }
    if let Some(vjp) = &attr.vjp {
        body.extend(custom_forward(&sig, vjp));
        body.extend(pull(&sig, false));
        body.extend(in_turn(&sig));
    }
    body.extend(wants(&sig, &vec![true; sig.params.len()]));
    body.extend(users(&sig, &[], false, attr.jvp.is_some(), attr.vjp.is_some()));
    wrap(&sig, body)
}

/// What users call; an implementation of a trait inherits it.
fn users(sig: &Signature, restores: &[bool], once: bool, jvp_there: bool, vjp_there: bool) -> TokenStream {
    if sig.params.iter().any(|p| p.function.is_some() && !p.constant) {
        return unknown(sig);
    }
    let written = sig.params.iter().any(|p| p.pass == Pass::Mut);
    match sig.host.methods().map(|m| m.role) {
        Some(Role::TraitImpl) => TokenStream::new(),
        // what is behind `&mut` would have to be copied, and what it is nobody knows here
        Some(Role::Trait) if written => TokenStream::new(),
        _ => entries(sig, restores, once, jvp_there, vjp_there),
    }
}

/// The derivative of a function that users would hand in is known to no one: what they ask for says whom to ask.
fn unknown(sig: &Signature) -> TokenStream {
    let (rt, written, tangents) =
        (runtime(), sig.params.iter().filter(|p| p.pass == Pass::Mut).count(), sig.params.len());
    let (attributes, vis) = (sig.attributes(), sig.vis());
    let seed = usize::from(!sig.unit);
    let given = [("grad", 0), ("value_and_grad", 0), ("vjp", seed + written), ("jvp", tangents), ("jvps", tangents)];
    let entries = given.into_iter().map(|(which, more)| {
        let name = sig.entry(which);
        let receiver = sig.params.iter().find(|p| p.receiver.is_some()).map(|_| quote!(&self,));
        let count = sig.params.len() - usize::from(receiver.is_some()) + more;
        let types: Vec<Ident> = (0..count).map(|k| format_ident!("T{k}", span = Span::mixed_site())).collect();
        quote! {
            #[doc = "Not there: ask a differentiable function that hands the function on."]
            #attributes
            #vis fn #name<#(#types),*>(#receiver #(_: #types),*)
            where
                for<'a> (): #rt::KnownDerivative,
            {
            }
        }
    });
    entries.collect()
}

/// `wants_k()`: whether the pullback reads what argument `k` holds, and `changes_k()`, whether it is changed: a caller need not
/// put back what nobody reads.
fn wants(sig: &Signature, read: &[bool]) -> TokenStream {
    if sig.host.methods().is_some() {
        return TokenStream::new();
    }
    let (rt, vis) = (runtime(), sig.vis());
    let told = |name: String, yes: bool| {
        let name = Ident::new(&name, Span::mixed_site());
        let mode = if yes { quote!(#rt::Restore) } else { quote!(#rt::Forget) };
        quote! {
            #[doc(hidden)]
            #[inline(always)]
            #vis fn #name() -> #mode {
                #mode
            }
        }
    };
    let params = sig.params.iter().zip(read).enumerate();
    params
        .map(|(k, (p, read))| {
            let (wants, changes) =
                (told(super::wants(k), *read), told(super::changes(k), p.pass == Pass::Mut || !p.again));
            quote!(#wants #changes)
        })
        .collect()
}

/// The namespace of a free function; methods stand as they are.
fn wrap(sig: &Signature, mut body: TokenStream) -> TokenStream {
    body.extend(sig.constants());
    if sig.host.methods().is_some() {
        return body;
    }
    let (name, vis) = (&sig.name, &sig.item.vis);
    let function = sig.item.sig.ident.to_string();
    let doc = format!("The derivatives of `{function}`.");
    let cfgs = sig.item.attrs.iter().filter(|a| a.path().is_ident("cfg"));
    let cfgs: Vec<_> = cfgs.collect();
    quote! {
        #(#cfgs)*
        #[doc = #doc]
        #[allow(non_camel_case_types, dead_code, clippy::pedantic, clippy::nursery)]
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
    if goes_along_many(sig, forward) {
        return push_signature(sig, &forward.dot_names(), Some(along_one(sig, forward)));
    }
    let printer = Printer::of(&forward.vars);
    let body = proven(printer.block(&forward.body), func);
    let result = func.result.as_ref().map_or(quote!(()), |r| printer.operand(r));
    let result_dot = forward.result.as_ref().map_or(quote!(()), |r| printer.operand(r));
    let rules = rules_as_methods(func);
    push_signature(sig, &forward.dot_names(), Some(quote!(#rules #body (#result, #result_dot))))
}

/// Whether one body serves one direction and many. What belongs to a function that is handed in has no lanes of its own.
fn goes_along_many(sig: &Signature, forward: &Forward) -> bool {
    Tangents::of(forward).are_apart(forward) && sig.params.iter().all(|p| p.function.is_none())
}

/// One direction of several.
fn along_one(sig: &Signature, forward: &Forward) -> TokenStream {
    let (rt, many) = (runtime(), sig.entry("push_lanes"));
    let args = sig.params.iter().map(|p| {
        let n = &p.name;
        match p.pass {
            _ if p.receiver == Some(Receiver::Value) => quote!(&#n),
            Pass::Mut => quote!(&mut *#n),
            _ => quote!(#n),
        }
    });
    let dots = sig.params.iter().zip(forward.dot_names());
    let dots = dots.map(|(p, dot)| if p.constant { quote!(#dot) } else { quote!([#dot]) });
    quote! {
        let (value, [dot]) = Self::#many(#(#args,)* #(#dots,)* #rt::Lanes::<1>);
        (value, dot)
    }
}

fn push_signature(sig: &Signature, dots: &[&Ident], body: Option<TokenStream>) -> TokenStream {
    let rt = runtime();
    let (mut generics, clause) = sig.generics();
    let (args, r, seed) = (sig.args(), &sig.result, sig.seed());
    let (mut tangents, mut prologue, mut variables) = (TokenStream::new(), own_receiver(sig), primals(sig));
    for (k, (p, dot)) in sig.params.iter().zip(dots).enumerate() {
        if p.constant && p.function.is_none() {
            let ty = format_ident!("AutodiffConstant{k}", span = Span::mixed_site());
            generics.push(quote!(#ty));
            tangents.extend(quote!(#dot: #ty,));
            continue;
        }
        let (inner, ty) = (&p.asked, p.tangent());
        match p.receiver {
            // a call does not tell whether the method wants `&mut`
            Some(Receiver::Ref) => {
                let tangent = quote!(<#inner as #rt::Differentiable>::Tangent);
                tangents.extend(quote!(#dot: impl ::core::borrow::Borrow<#tangent>,));
                prologue.extend(quote!(let #dot: &#tangent = ::core::borrow::Borrow::borrow(&#dot);));
                variables.push((quote!(#dot), quote!(&#tangent)));
            }
            Some(Receiver::Value) => {
                let tangent = quote!(<#inner as #rt::Differentiable>::Gradient);
                tangents.extend(quote!(#dot: impl ::core::borrow::Borrow<#tangent>,));
                let borrowed = quote!(::core::borrow::Borrow::<#tangent>::borrow(&#dot));
                prologue.extend(quote!(let #dot: #tangent = ::core::clone::Clone::clone(#borrowed);));
                variables.push((quote!(#dot), tangent));
            }
            _ => {
                tangents.extend(quote!(#dot: #ty,));
                variables.push((quote!(#dot), ty));
            }
        }
    }
    let (attributes, vis, name) = (sig.attributes(), sig.vis(), sig.entry("push"));
    let inline = body.is_some().then(|| quote!(#[inline]));
    let checks = sig.check_variables(&variables, true);
    let body = body.map_or_else(|| quote!(;), |body| quote!({ #prologue #checks #body }));
    let output = sig.checked(&quote!((#r, #seed)), true);
    quote! {
        #[doc(hidden)]
        #attributes
        #inline
        #vis fn #name<#(#generics),*>(#args #tangents) -> #output #clause #body
    }
}

/// `push_lanes(args.., tangents of all, lanes)`: forward mode along `W` directions, an array of tangents for each parameter.
fn push_lanes(sig: &Signature, func: &Func, forward: &Forward) -> TokenStream {
    let tangents = Tangents::of(forward);
    if !tangents.are_apart(forward) {
        return passes(sig, &forward.dot_names(), &|args, dots| {
            let push = sig.entry("push");
            quote!(Self::#push(#(#args,)* #(#dots),*))
        });
    }
    let printer = Printer { tangents: Some(&tangents), ..Printer::of(&forward.vars) };
    let (body, rules) = (proven(printer.block(&forward.body), func), rules_as_methods(func));
    let result = func.result.as_ref().map_or(quote!(()), |r| printer.operand(r));
    let result_dot = printer.result_in_lanes(forward.result.as_ref());
    let lengths = dots_as_long(sig, &forward.dot_names());
    lanes_signature(sig, &forward.dot_names(), Some(quote!(#lengths #rules #body (#result, #result_dot))))
}

/// Tangents of slices are as long as these: an index that is checked for the one is checked for all.
fn dots_as_long(sig: &Signature, dots: &[&Ident]) -> TokenStream {
    let slices = sig.params.iter().zip(dots).filter(|(p, _)| !p.constant && matches!(p.inner, syn::Type::Slice(_)));
    slices
        .map(|(p, dot)| {
            let n = &p.name;
            match p.pass {
                Pass::Mut => quote!(let mut #dot = lanes.each_of(#dot, |_, dot| &mut dot[..#n.len()]);),
                _ => quote!(let mut #dot = lanes.all(|lane| &#dot[lane][..#n.len()]);),
            }
        })
        .collect()
}

/// The same by a pass for each direction, all of them with the arguments as they were handed in.
fn passes(
    sig: &Signature,
    dots: &[&Ident],
    pass: &dyn Fn(&[TokenStream], &[TokenStream]) -> TokenStream,
) -> TokenStream {
    let rt = runtime();
    let (mut kept, mut back, mut args) = (TokenStream::new(), TokenStream::new(), Vec::new());
    for p in &sig.params {
        let (n, name) = (&p.name, format_ident!("{}_kept", p.name, span = Span::mixed_site()));
        // a random number generator that is copied may be the same one: what draws from it would go along each direction elsewhere
        let doubtful = p.constant && p.function.is_none() && !super::doubtful_parts(&p.inner).is_empty();
        args.push(match p.pass {
            Pass::Mut if doubtful => {
                kept.extend(quote!(lanes.one_only();));
                quote!(&mut *#n)
            }
            Pass::Mut => {
                kept.extend(quote!(let #name = (&#rt::Behind(&mut *#n)).before(lanes);));
                back.extend(quote!(#name.put_back(&mut *#n);));
                quote!(&mut *#n)
            }
            Pass::Value if p.function.is_none() => {
                kept.extend(doubtful.then(|| quote!(lanes.one_only();)));
                kept.extend(quote!(let #name = #rt::Each::of(#n);));
                quote!((&#name).for_pass(lane, lanes))
            }
            _ => quote!(#n),
        });
    }
    let one: Vec<TokenStream> = sig
        .params
        .iter()
        .zip(dots)
        .map(|(p, d)| match p.pass {
            _ if p.function.is_some() => {
                let function = p.function.as_ref().expect("a function");
                function.tangent_in_lane(d)
            }
            _ if p.constant => quote!(()),
            Pass::Mut => quote!(&mut *#d[lane]),
            Pass::Value if p.receiver.is_none() => quote!(#rt::moved(&mut #d[lane])),
            _ if p.receiver == Some(Receiver::Value) => quote!(&#d[lane]),
            _ => quote!(#d[lane]),
        })
        .collect();
    let (pass, back) = (pass(&args, &one), (!back.is_empty()).then(|| quote!(if lane > 0 { #back })));
    let found = super::lanes::probes();
    let body = quote!(#found #kept lanes.passes(|lane| { #back #pass }));
    lanes_signature(sig, dots, Some(body))
}

fn lanes_signature(sig: &Signature, dots: &[&Ident], body: Option<TokenStream>) -> TokenStream {
    let rt = runtime();
    let (mut generics, clause) = sig.generics();
    let (args, r, seed) = (sig.args(), &sig.result, sig.seed());
    let (mut tangents, mut prologue, mut variables) = (TokenStream::new(), own_receiver(sig), primals(sig));
    let (w, lanes) = (super::lanes::number(), Ident::new("lanes", Span::mixed_site()));
    generics.push(quote!(const #w: usize));
    for (k, (p, dot)) in sig.params.iter().zip(dots).enumerate() {
        if p.constant && p.function.is_none() {
            let ty = format_ident!("AutodiffConstant{k}", span = Span::mixed_site());
            generics.push(quote!(#ty));
            tangents.extend(quote!(#dot: #ty,));
            continue;
        }
        let inner = &p.asked;
        let ty = match p.receiver {
            // a call does not tell whether the method wants `&mut`
            Some(Receiver::Ref) => {
                let tangent = quote!(<#inner as #rt::Differentiable>::Tangent);
                tangents.extend(quote!(#dot: [impl ::core::borrow::Borrow<#tangent>; #w],));
                let one = quote!(::core::borrow::Borrow::borrow(&#dot[lane]));
                prologue.extend(quote!(let #dot: [&#tangent; #w] = #lanes.all(|lane| #one);));
                quote!([&#tangent; #w])
            }
            Some(Receiver::Value) => {
                let tangent = quote!(<#inner as #rt::Differentiable>::Gradient);
                tangents.extend(quote!(#dot: [impl ::core::borrow::Borrow<#tangent>; #w],));
                let one = quote!(::core::clone::Clone::clone(::core::borrow::Borrow::<#tangent>::borrow(&#dot[lane])));
                prologue.extend(quote!(let #dot: [#tangent; #w] = #lanes.each(|lane| #one);));
                quote!([#tangent; #w])
            }
            _ => {
                let ty = p.tangents(&w);
                tangents.extend(quote!(#dot: #ty,));
                ty
            }
        };
        variables.push((quote!(#dot), ty));
    }
    let (attributes, vis, name) = (sig.attributes(), sig.vis(), sig.entry("push_lanes"));
    let inline = body.is_some().then(|| quote!(#[inline]));
    let checks = sig.check_variables(&variables, true);
    let changing: TokenStream = sig
        .params
        .iter()
        .zip(dots)
        .filter(|(p, _)| !p.constant && p.function.is_none())
        .map(|(_, dot)| quote!(let mut #dot = #dot;))
        .collect();
    let body = body.map_or_else(|| quote!(;), |body| quote!({ #prologue #checks #changing #body }));
    let output = sig.checked(&quote!((#r, [#seed; #w])), true);
    quote! {
        #[doc(hidden)]
        #attributes
        #inline
        #vis fn #name<#(#generics),*>(#args #tangents #lanes: #rt::Lanes<#w>) -> #output #clause #body
    }
}

/// The variables and types of the primal's parameters.
fn primals(sig: &Signature) -> Vec<(TokenStream, TokenStream)> {
    let variable = |p: &Parameter| match p.receiver {
        Some(Receiver::Value) => (p.name.to_token_stream(), p.inner.to_token_stream()),
        _ => (p.name.to_token_stream(), p.ty.to_token_stream()),
    };
    sig.params.iter().map(variable).collect()
}

/// `self` as the primal has it: a method that takes it by value works on a copy.
fn own_receiver(sig: &Signature) -> TokenStream {
    let rt = runtime();
    match sig.params.first() {
        Some(Parameter { receiver: Some(Receiver::Value), name, .. }) => quote!(let #name = #rt::copy(self);),
        _ => sig.prologue(),
    }
}

/// Where a method may be one of the user's or a rule, rustc finds either.
fn rules_as_methods(func: &Func) -> TokenStream {
    let mut needed = false;
    func.body.walk(&mut |s| {
        needed |= match &s.kind {
            Kind::Let { op: Op::Call { callee: Callee::Method(..), .. }, .. } => true,
            Kind::Let { op: Op::Call { callee: Callee::Path(path), .. }, .. } => path.path.segments.len() > 1,
            _ => false,
        }
    });
    let rt = runtime();
    if needed { quote!(use #rt::methods::*;) } else { TokenStream::new() }
}

/// `pull(args.., adjoint of the result, adjoints of all)`: reverse mode at once, for those who are handed the function.
fn pull(sig: &Signature, once: bool) -> TokenStream {
    let rt = runtime();
    // an implementation inherits that of the trait
    if sig.host.methods().is_some_and(|m| m.role == Role::TraitImpl) {
        return TokenStream::new();
    }
    let (mut generics, clause) = sig.generics();
    let (args, seed) = (sig.args(), sig.seed());
    let (mut bars, mut handed) = (TokenStream::new(), TokenStream::new());
    for (k, p) in sig.params.iter().enumerate() {
        let bar = p.bar();
        handed.extend(quote!(#bar,));
        if p.constant && p.function.is_none() {
            let ty = format_ident!("AutodiffConstant{k}", span = Span::mixed_site());
            generics.push(quote!(#ty));
            bars.extend(quote!(#bar: &#ty,));
        } else {
            let ty = p.adjoint();
            bars.extend(quote!(#bar: #ty,));
        }
    }
    let (attributes, vis, name) = (sig.attributes(), sig.vis(), sig.entry("pull"));
    let (again, sweep, prologue) = (sig.again(), sig.forward_call(&quote!(#rt::Forget)), sig.prologue());
    let (at_once, all) = (sig.entry("at_once"), sig.lent());
    let sweeps = match once {
        true => quote!(Self::#at_once(#all seed, #handed);),
        false => quote! {
            let (_, pullback) = #sweep;
            pullback(#again seed, #handed);
        },
    };
    let checks = sig.check_arguments();
    quote! {
        #[doc(hidden)]
        #attributes
        #[inline]
        #vis fn #name<#(#generics),*>(#args seed: #seed, #bars) #clause {
            #prologue
            #checks
            #sweeps
        }
    }
}

/// `at_once(args.., adjoint of the result, adjoints of all)`: one sweep after the other, for callers who know the adjoint before.
fn in_turn(sig: &Signature) -> TokenStream {
    if sig.host.methods().is_some() {
        return TokenStream::new();
    }
    let bars: Vec<Ident> = sig.params.iter().map(Parameter::bar).collect();
    let bars: Vec<&Ident> = bars.iter().collect();
    let (rt, again) = (runtime(), sig.again());
    let sweep = sig.forward_call(&quote!(#rt::Forget));
    let body = quote! {
        let (value, pullback) = #sweep;
        pullback(#again seed, #(#bars),*);
        value
    };
    at_once_signature(sig, &Ident::new("seed", Span::mixed_site()), &bars, &body)
}

/// `at_once(args.., adjoint of the result, adjoints of all)`: both sweeps, where the seed is known from the start.
fn at_once(sig: &Signature, func: &Func, once: &Reverse) -> TokenStream {
    let rt = runtime();
    let printer = Printer::of(&once.vars);
    let (forward, pullback, rules) =
        (printer.block(&once.forward), printer.block(&once.pullback), rules_as_methods(func));
    let result = func.result.as_ref().map_or(quote!(()), |r| printer.operand(r));
    let names: Vec<&Ident> = once.bars.iter().map(|b| &once.vars[b.0 as usize].name).collect();
    let guarded: Vec<&Ident> = once.guarded.iter().map(|b| &once.vars[b.0 as usize].name).collect();
    let received = received(sig, &names, &guarded, &quote!(#forward #pullback));
    let (out_bar, mode) = (&once.vars[once.out_bar.0 as usize].name, mode_name());
    let body = quote! {
        let #mode = #rt::Forget;
        #rules #received #forward #pullback
        #result
    };
    at_once_signature(sig, out_bar, &names, &body)
}

fn at_once_signature(sig: &Signature, out_bar: &Ident, bars: &[&Ident], body: &TokenStream) -> TokenStream {
    let (mut generics, clause) = sig.generics();
    let (args, r, seed, prologue) = (sig.args(), &sig.result, sig.seed(), own_receiver(sig));
    let (mut handed, mut variables) = (TokenStream::new(), primals(sig));
    variables.push((quote!(#out_bar), seed.clone()));
    for (k, (p, bar)) in sig.params.iter().zip(bars).enumerate() {
        let ty = if p.constant && p.function.is_none() {
            let ty = format_ident!("AutodiffConstant{k}", span = Span::mixed_site());
            generics.push(quote!(#ty));
            quote!(&#ty)
        } else {
            let ty = p.adjoint();
            variables.push((quote!(#bar), ty.clone()));
            ty
        };
        handed.extend(quote!(#bar: #ty,));
    }
    let (checks, r) = (sig.check_variables(&variables, true), sig.checked(&quote!(#r), true));
    let (attributes, vis, name) = (sig.attributes(), sig.vis(), sig.entry("at_once"));
    quote! {
        #[doc(hidden)]
        #attributes
        #[inline]
        #vis fn #name<#(#generics),*>(#args #out_bar: #seed, #handed) -> #r #clause {
            #prologue
            #checks
            #body
        }
    }
}

/// `energy_receiver`: `self` as the method takes it, so that a pullback can be handed it again.
fn receiver(sig: &Signature) -> TokenStream {
    let (attributes, vis, name) = (sig.attributes(), sig.vis(), sig.entry("receiver"));
    let (this, ty) = match sig.params.first().and_then(|p| p.receiver) {
        None => return TokenStream::new(),
        Some(Receiver::Mut) => (quote!(&mut self), quote!(&mut Self)),
        Some(_) => (quote!(&self), quote!(&Self)),
    };
    // an object of a trait has none
    let sized = sig.host.methods().is_some_and(|m| m.role == Role::Trait);
    let clause = sized.then(|| quote!(where Self: ::core::marker::Sized));
    quote! {
        #[doc(hidden)]
        #attributes
        #[inline(always)]
        #vis fn #name(#this) -> #ty #clause {
            self
        }
    }
}

/// `forward(mode, args..)`: the value and the pullback.
fn forward_sweep(sig: &Signature, func: &Func, reverse: &Reverse, attr: &Attr) -> TokenStream {
    let printer = Printer::of(&reverse.vars);
    let rules = rules_as_methods(func);
    let forward = printer.block(&reverse.forward);
    let forward = quote!(#rules #forward);
    let pullback = printer.block(&reverse.pullback);
    let out_bar = &reverse.vars[reverse.out_bar.0 as usize].name;
    let bars: Vec<&Ident> = reverse.bars.iter().map(|b| &reverse.vars[b.0 as usize].name).collect();
    let guarded = reverse.guarded.iter().map(|b| &reverse.vars[b.0 as usize].name).collect();
    // what the pullback reads as well is handed out as a copy
    let named: HashSet<String> = identifiers(pullback.clone()).collect();
    let kept = |v: Var| {
        let info = &reverse.vars[v.0 as usize];
        !info.scalar && (info.param || named.contains(&info.name.to_string()))
    };
    let result = func.result.as_ref().map_or(quote!(()), |r| match r {
        Operand::Place(p, Pass::Value) if p.proj.is_empty() && kept(p.base) => {
            printer.operand(&Operand::Place(p.clone(), Pass::Copy))
        }
        other => printer.operand(other),
    });
    forward_signature(
        sig,
        func.recursive || attr.recursive || sig.host.boxed(),
        out_bar,
        &bars,
        Some(Sweep { forward, result, pullback, guarded }),
    )
}

/// The sweeps of a function that reverses its loops while they run, for its callers: the value alone, and later both at once.
/// So its residual is its arguments, however much data it goes through.
fn run_again(sig: &Signature, once: &Reverse) -> TokenStream {
    let ident = &sig.item.sig.ident;
    let function = if sig.host.methods().is_some() { quote!(Self::#ident) } else { quote!(#ident) };
    let (turbofish, copies, name) = (sig.turbofish(), sig.copies(), sig.entry("at_once"));
    let out_bar = &once.vars[once.out_bar.0 as usize].name;
    let bars: Vec<&Ident> = once.bars.iter().map(|b| &once.vars[b.0 as usize].name).collect();
    let forward = quote!(let value = #function #turbofish(#(#copies),*););
    let pullback = quote!(Self::#name(#(#copies,)* #out_bar, #(#bars),*););
    let sweep = Sweep { forward, result: quote!(value), pullback, guarded: bars.clone() };
    forward_signature(sig, false, out_bar, &bars, Some(sweep))
}

/// What `forward` does.
struct Sweep<'a> {
    forward: TokenStream,
    result: TokenStream,
    pullback: TokenStream,
    /// The adjoints that it takes as they are: it looks itself whether somebody reads them.
    guarded: Vec<&'a Ident>,
}

fn forward_signature(
    sig: &Signature,
    boxed: bool,
    out_bar: &Ident,
    bars: &[&Ident],
    sweep: Option<Sweep<'_>>,
) -> TokenStream {
    let rt = runtime();
    let (mut generics, clause) = sig.generics();
    let (args, r, seed) = (sig.args(), &sig.result, sig.seed());
    let mut names = sig.captured();
    let mode_ty = Ident::new("AutodiffMode", Span::mixed_site());
    let mode = mode_name();
    generics.push(quote!(#mode_ty: #rt::Mode + 'static));
    names.push(quote!(#mode_ty));
    let (mut types, mut variables, mut closure) = (Vec::new(), Vec::new(), TokenStream::new());
    for p in sig.params.iter().filter(|p| p.again) {
        let (n, ty) = (&p.name, &p.ty);
        types.push(quote!(#ty));
        // the copy of a `self` by value is what the pullback reads
        let n = if p.receiver == Some(Receiver::Value) { quote!(_) } else { quote!(#n) };
        closure.extend(quote!(#n: #ty,));
        if p.receiver != Some(Receiver::Value) {
            variables.push((n, quote!(#ty)));
        }
    }
    types.push(seed.clone());
    closure.extend(quote!(#out_bar: #seed,));
    variables.push((quote!(#out_bar), seed.clone()));
    for (k, (p, bar)) in sig.params.iter().zip(bars).enumerate() {
        if p.constant && p.function.is_none() {
            let ty = format_ident!("AutodiffConstant{k}", span = Span::mixed_site());
            generics.push(quote!(#ty));
            names.push(quote!(#ty));
            types.push(quote!(&#ty));
            closure.extend(quote!(#bar: &#ty,));
        } else {
            let ty = p.adjoint();
            types.push(ty.clone());
            closure.extend(quote!(#bar: #ty,));
            variables.push((quote!(#bar), ty));
        }
    }
    let output = if boxed {
        quote!(::std::boxed::Box<dyn ::core::ops::FnOnce(#(#types),*)>)
    } else {
        quote!(impl ::core::ops::FnOnce(#(#types),*) + use<#(#names),*>)
    };
    let inline = sweep.is_some().then(|| quote!(#[inline]));
    let prologue = own_receiver(sig);
    let (checks, checks_again) = (sig.check_variables(&primals(sig), true), sig.check_variables(&variables, true));
    let r = sig.checked(&quote!(#r), true);
    let body = sweep.map_or_else(
        || quote!(;),
        |Sweep { forward, result, pullback, guarded }| {
            let received = received(sig, bars, &guarded, &pullback);
            let pullback = quote!(move |#closure| { #checks_again #received #pullback });
            let pullback = if boxed { quote!(::std::boxed::Box::new(#pullback)) } else { pullback };
            quote!({ #prologue #checks #forward (#result, #pullback) })
        },
    );
    let (attributes, vis, name) = (sig.attributes(), sig.vis(), sig.entry("forward"));
    let args = match sig.host {
        Host::Namespace(_) => quote!(#mode: #mode_ty, #args),
        Host::Methods(_) => quote!(#args #mode: #mode_ty),
    };
    let receiver = receiver(sig);
    quote! {
        #[doc(hidden)]
        #attributes
        #inline
        #vis fn #name<#(#generics),*>(#args) -> (#r, #output) #clause #body
        #receiver
    }
}

/// What is said once of adjoints that a function is handed: where nobody reads one, a spare one takes its place; and how long
/// they are, so that no access to an adjoint is checked where the primal's was in range.
///
/// ```text
/// let x_bar_spare = spare(&*x, x_bar);
/// let x_bar = x_bar_spare.unless(x_bar);
/// let x_bar = &x_bar[..x.len()];
/// ```
fn received(sig: &Signature, bars: &[&Ident], guarded: &[&Ident], body: &TokenStream) -> TokenStream {
    let rt = runtime();
    let used: HashSet<String> = identifiers(body.clone()).collect();
    let free = sig.host.methods().is_none();
    let params = sig.params.iter().zip(bars).filter(|(p, bar)| {
        let referred = p.again && !p.constant && !p.exclusive && p.receiver.is_none() && p.function.is_none();
        referred && used.contains(&bar.to_string()) && !guarded.contains(bar)
    });
    let told = params.map(|(p, bar)| {
        let x = &p.name;
        let spare = (free && has_unread(&p.inner)).then(|| {
            let (name, x) = (format_ident!("{bar}_spare"), super::lent(x, p.pass));
            quote!(let #name = #rt::spare(#x, #bar); let #bar = #name.unless(#bar);)
        });
        let length = matches!(p.inner, syn::Type::Slice(_)).then(|| quote!(let #bar = &#bar[..#x.len()];));
        quote!(#spare #length)
    });
    told.collect()
}

// ---- own rules -----------------------------------------------------------------------------------------------------

fn custom_push(sig: &Signature, jvp: &syn::Path) -> TokenStream {
    let dots: Vec<Ident> = sig.params.iter().map(Parameter::dot).collect();
    let names = sig.params.iter().map(|p| &p.name);
    let handed = sig.params.iter().zip(&dots).filter(|(p, _)| !p.constant).map(|(_, d)| d);
    let body = quote!(#jvp(#(#names,)* #(#handed),*));
    push_signature(sig, &dots.iter().collect::<Vec<_>>(), Some(body))
}

/// The user's `jvp` knows one direction: it is called for each.
fn custom_push_lanes(sig: &Signature, jvp: &syn::Path) -> TokenStream {
    let dots: Vec<Ident> = sig.params.iter().map(Parameter::dot).collect();
    passes(sig, &dots.iter().collect::<Vec<_>>(), &|args, dots| {
        let handed = sig.params.iter().zip(dots).filter(|(p, _)| !p.constant).map(|(_, d)| d);
        quote!(#jvp(#(#args,)* #(#handed),*))
    })
}

/// The user's `vjp` is handed the arguments again: references by the caller, values from the residual.
fn custom_forward(sig: &Signature, vjp: &syn::Path) -> TokenStream {
    let rt = runtime();
    let ident = &sig.item.sig.ident;
    let function = if sig.host.methods().is_some() { quote!(Self::#ident) } else { quote!(#ident) };
    let turbofish = sig.turbofish();
    let out_bar = Ident::new("out_bar", Span::mixed_site());
    let bars: Vec<Ident> = sig.params.iter().map(Parameter::bar).collect();
    let copies = sig.copies();
    let names: Vec<&Ident> = sig.params.iter().map(|p| &p.name).collect();
    let given: Vec<(&Parameter, &Ident)> = sig.params.iter().zip(&bars).filter(|(p, _)| !p.constant).collect();
    let gradients: Vec<Ident> = given.iter().map(|(p, _)| format_ident!("{}_gradient", p.name)).collect();
    let pattern = if gradients.len() == 1 { quote!(#(#gradients)*) } else { quote!((#(#gradients),*)) };
    let adds = given.iter().zip(&gradients).map(|((_, bar), g)| quote!(#rt::add_to(#bar, #g);));
    let forward = quote!(let value = #function #turbofish(#(#copies),*););
    let pullback = quote! {
        let (_, #pattern) = #vjp(#(#names,)* #out_bar);
        #(#adds)*
    };
    forward_signature(
        sig,
        sig.host.boxed(),
        &out_bar,
        &bars.iter().collect::<Vec<_>>(),
        Some(Sweep { forward, result: quote!(value), pullback, guarded: vec![] }),
    )
}

/// A companion without bodies, after errors: so that users of it see no errors of their own.
pub(crate) fn stubs(item: &ItemFn, attr: &Attr, func: &Func, scalars: &[String], host: &Host) -> TokenStream {
    let sig = Signature::new(item, attr, &func.params, &func.vars, scalars, host);
    let nothing = quote!(::core::unimplemented!());
    // the type of an opaque pullback would have to be made up
    let sweep = Sweep { forward: quote!(), result: nothing.clone(), pullback: nothing.clone(), guarded: vec![] };
    let wants = wants(&sig, &vec![true; sig.params.len()]);
    let body =
        [signatures(&sig, true, Some(nothing), Some(sweep)), in_turn(&sig), wants, users(&sig, &[], false, true, true)];
    wrap(&sig, body.into_iter().collect())
}

/// The companion of a method that a trait declares.
pub(crate) fn declared(item: &ItemFn, attr: &Attr, func: &Func, scalars: &[String], host: &Host) -> TokenStream {
    let sig = Signature::new(item, attr, &func.params, &func.vars, scalars, host);
    [signatures(&sig, true, None, None), pull(&sig, false), users(&sig, &[], false, true, true)].into_iter().collect()
}

fn signatures(sig: &Signature, boxed: bool, push: Option<TokenStream>, sweep: Option<Sweep<'_>>) -> TokenStream {
    let (dots, bars): (Vec<Ident>, Vec<Ident>) = sig.params.iter().map(|p| (p.dot(), p.bar())).unzip();
    let out_bar = Ident::new("out_bar", Span::mixed_site());
    let dots = dots.iter().collect::<Vec<_>>();
    let mut body = push_signature(sig, &dots, push.clone());
    body.extend(lanes_signature(sig, &dots, push));
    body.extend(forward_signature(sig, boxed, &out_bar, &bars.iter().collect::<Vec<_>>(), sweep));
    body
}
