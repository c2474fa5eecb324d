//! The companion item: `enum f {}` in the type namespace, with the derivatives of `f` as its functions.
use super::{
    entries::entries,
    pull::{Sweep, at_once, forward_signature, forward_sweep, in_turn, pull, run_again},
    push::{lanes_signature, passes, push, push_lanes, push_signature},
    runtime,
    signature::{Parameter, Signature, quote},
};
use crate::{
    attr::Attr,
    forward::Forward,
    host::{Host, Receiver, Role},
    ir::*,
    parts,
    reverse::Reverse,
};
use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, format_ident, quote_spanned};
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
    let again = once.filter(|once| !reverse.costly && runs_again(&sig, func, once, attr));
    match again {
        Some(once) => {
            body.extend([run_again(&sig, once), pull(&sig, true), wants(&sig, &vec![Want::Content; sig.params.len()])])
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
    body.extend(wants(&sig, &vec![Want::Content; sig.params.len()]));
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

/// `WANTS`: for each argument what the pullback reads of it, and `CHANGES`, whether it is changed: a caller need not put back what
/// nobody reads.
fn wants(sig: &Signature, read: &[Want]) -> TokenStream {
    if sig.host.methods().is_some() {
        return TokenStream::new();
    }
    let (rt, vis) = (runtime(), sig.vis());
    let told = |name: &str, told: &mut dyn Iterator<Item = Want>| {
        let name = Ident::new(name, Span::mixed_site());
        let modes = told.map(|want| match want {
            Want::Content => quote!(#rt::Restore),
            Want::Length => quote!(#rt::Lengths),
            Want::Nothing => quote!(#rt::Forget),
        });
        let modes: Vec<_> = modes.collect();
        quote!(#[doc(hidden)] #vis const #name: (#(#modes,)*) = (#(#modes,)*);)
    };
    let wants = told(super::WANTS, &mut read.iter().copied());
    let changed = |p: &Parameter| if p.pass == Pass::Mut || !p.again { Want::Content } else { Want::Nothing };
    let changes = told(super::CHANGES, &mut sig.params.iter().map(changed));
    quote!(#wants #changes)
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
    let checked = sig.checked_types().map(|types| quote!(#(#cfgs)* #[automatically_derived] #types));
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
        #checked
    }
}
// ---- what both modes say of the arguments --------------------------------------------------------------------------

/// The variables and types of the primal's parameters.
pub(super) fn primals(sig: &Signature) -> Vec<(TokenStream, TokenStream)> {
    let variable = |p: &Parameter| match p.receiver {
        Some(Receiver::Value) => (p.name.to_token_stream(), p.inner.to_token_stream()),
        _ => (p.name.to_token_stream(), p.ty.to_token_stream()),
    };
    sig.params.iter().map(variable).collect()
}

/// `self` as the primal has it: a method that takes it by value works on a copy.
pub(super) fn own_receiver(sig: &Signature) -> TokenStream {
    let rt = runtime();
    match sig.params.first() {
        Some(Parameter { receiver: Some(Receiver::Value), name, .. }) => quote!(let #name = #rt::copy(self);),
        _ => sig.prologue(),
    }
}

/// Where a method may be one of the user's or a rule, rustc finds either.
pub(super) fn rules_as_methods(func: &Func) -> TokenStream {
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

// ---- own rules -----------------------------------------------------------------------------------------------------

fn custom_push(sig: &Signature, jvp: &syn::Path) -> TokenStream {
    let dots: Vec<Ident> = sig.params.iter().map(Parameter::dot).collect();
    let names = sig.params.iter().map(|p| &p.name);
    let handed = sig.params.iter().zip(&dots).filter(|(p, _)| !p.constant).map(|(_, d)| d);
    let body = quote!(#jvp(#(#names,)* #(#handed),*));
    push_signature(sig, &dots.iter().collect::<Vec<_>>(), Some(body), true)
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
    let wants = wants(&sig, &vec![Want::Content; sig.params.len()]);
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
    let mut body = push_signature(sig, &dots, push.clone(), true);
    body.extend(lanes_signature(sig, &dots, push));
    body.extend(forward_signature(sig, boxed, &out_bar, &bars.iter().collect::<Vec<_>>(), sweep));
    body
}
