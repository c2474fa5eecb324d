//! Forward mode, as differentiable functions call each other's: `push`, and `push_lanes` along several directions.
use super::{
    Printer,
    companion::{own_receiver, primals, rules_as_methods},
    discrete::proven,
    lanes::Tangents,
    runtime,
    signature::{Parameter, Signature, quote},
};
use crate::{forward::Forward, host::Receiver, ir::*};
use proc_macro2::{Span, TokenStream};
use quote::{format_ident, quote_spanned};
use syn::Ident;

/// `push(args.., tangents of all)`: forward mode.
pub(super) fn push(sig: &Signature, func: &Func, forward: &Forward) -> TokenStream {
    if goes_along_many(sig, forward) {
        return push_signature(sig, &forward.dot_names(), Some(along_one(sig, forward)), false);
    }
    let printer = Printer::of(&forward.vars);
    let body = proven(printer.block(&forward.body), func);
    let result = func.result.as_ref().map_or(quote!(()), |r| printer.operand(r));
    let result_dot = forward.result.as_ref().map_or(quote!(()), |r| printer.operand(r));
    let rules = rules_as_methods(func);
    push_signature(sig, &forward.dot_names(), Some(quote!(#rules #body (#result, #result_dot))), true)
}

/// Whether one body serves one direction and many. What belongs to a function that is handed in has no lanes of its own.
fn goes_along_many(sig: &Signature, forward: &Forward) -> bool {
    Tangents::of(forward).are_apart(forward) && sig.params.iter().all(|p| p.function.is_none())
}

/// One direction of several.
fn along_one(sig: &Signature, forward: &Forward) -> TokenStream {
    let (rt, many) = (runtime(), sig.own("push_lanes"));
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
        let (value, [dot]) = #many(#(#args,)* #(#dots,)* #rt::Lanes::<1>);
        (value, dot)
    }
}

/// `own`: it is made of the user's expressions, and does not hand on to what is.
pub(super) fn push_signature(sig: &Signature, dots: &[&Ident], body: Option<TokenStream>, own: bool) -> TokenStream {
    let rt = runtime();
    let (mut generics, clause) = sig.generics();
    let (args, r, seed) = (sig.args(), &sig.result, sig.seed());
    let (mut tangents, mut prologue, mut variables) = (TokenStream::new(), own_receiver(sig), primals(sig));
    for (k, (p, dot)) in sig.params.iter().zip(dots).enumerate() {
        if p.constant && p.function.is_none() {
            tangents.extend(constant(k, dot, &mut generics));
            continue;
        }
        let (inner, ty) = (&p.asked, p.tangent());
        match p.receiver {
            // a call does not tell whether the method wants `&mut`
            Some(Receiver::Ref) => {
                let tangent = quote!(<#inner as #rt::Differentiable>::Tangent);
                tangents.extend(quote!(#dot: impl #rt::Reached<#tangent>,));
                prologue.extend(quote!(let #dot: &#tangent = #rt::Reached::<#tangent>::reached(&#dot);));
                variables.push((quote!(#dot), quote!(&#tangent)));
            }
            Some(Receiver::Value) => {
                let tangent = quote!(<#inner as #rt::Differentiable>::Gradient);
                tangents.extend(quote!(#dot: impl #rt::Reached<#tangent>,));
                let borrowed = quote!(#rt::Reached::<#tangent>::reached(&#dot));
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
    let checks = sig.check_variables(&variables, own);
    let body = body.map_or_else(|| quote!(;), |body| quote!({ #prologue #checks #body }));
    let output = sig.checked(&quote!((#r, #seed)), own);
    quote! {
        #[doc(hidden)]
        #attributes
        #inline
        #vis fn #name<#(#generics),*>(#args #tangents) -> #output #clause #body
    }
}

/// `push_lanes(args.., tangents of all, lanes)`: forward mode along `W` directions, an array of tangents for each parameter.
pub(super) fn push_lanes(sig: &Signature, func: &Func, forward: &Forward) -> TokenStream {
    let tangents = Tangents::of(forward);
    if !tangents.are_apart(forward) {
        return passes(sig, &forward.dot_names(), &|args, dots| {
            let push = sig.own("push");
            quote!(#push(#(#args,)* #(#dots),*))
        });
    }
    let tangents = tangents.with_slices(slices(sig, &forward.dot_names()).map(|(_, dot)| dot));
    let printer = Printer { tangents: Some(&tangents), ..Printer::of(&forward.vars) };
    let (body, rules) = (proven(printer.block(&forward.body), func), rules_as_methods(func));
    let result = func.result.as_ref().map_or(quote!(()), |r| printer.operand(r));
    let result_dot = printer.result_in_lanes(forward.result.as_ref());
    let lengths = dots_as_long(sig, &forward.dot_names());
    lanes_signature(sig, &forward.dot_names(), Some(quote!(#lengths #rules #body (#result, #result_dot))))
}

/// Tangents of slices are as long as these.
fn dots_as_long(sig: &Signature, dots: &[&Ident]) -> TokenStream {
    let rt = runtime();
    slices(sig, dots)
        .map(|(p, dot)| {
            let n = &p.name;
            match p.pass {
                Pass::Mut => quote!(let mut #dot = #rt::as_long_mut(#dot, #n.len());),
                _ => quote!(let mut #dot = #rt::as_long(#dot, #n.len());),
            }
        })
        .collect()
}

/// Parameters that are slices, with their tangents.
fn slices<'s>(sig: &'s Signature, dots: &'s [&Ident]) -> impl Iterator<Item = (&'s Parameter, &'s Ident)> {
    let dots = dots.iter().copied();
    sig.params.iter().zip(dots).filter(|(p, _)| !p.constant && matches!(p.inner, syn::Type::Slice(_)))
}

/// The same by a pass for each direction, all of them with the arguments as they were handed in.
pub(super) fn passes(
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

/// The tangent of a constant, whatever it is.
fn constant(k: usize, dot: &Ident, generics: &mut Vec<TokenStream>) -> TokenStream {
    let ty = format_ident!("AutodiffConstant{k}", span = Span::mixed_site());
    generics.push(quote!(#ty));
    quote!(#dot: #ty,)
}

pub(super) fn lanes_signature(sig: &Signature, dots: &[&Ident], body: Option<TokenStream>) -> TokenStream {
    let rt = runtime();
    let (mut generics, clause) = sig.generics();
    let (args, r, seed) = (sig.args(), &sig.result, sig.seed());
    let (mut tangents, mut prologue, mut variables) = (TokenStream::new(), own_receiver(sig), primals(sig));
    let (w, lanes) = (super::lanes::number(), Ident::new("lanes", Span::mixed_site()));
    generics.push(quote!(const #w: usize));
    for (k, (p, dot)) in sig.params.iter().zip(dots).enumerate() {
        if p.constant && p.function.is_none() {
            tangents.extend(constant(k, dot, &mut generics));
            continue;
        }
        let inner = &p.asked;
        let ty = match p.receiver {
            // a call does not tell whether the method wants `&mut`
            Some(Receiver::Ref) => {
                let tangent = quote!(<#inner as #rt::Differentiable>::Tangent);
                tangents.extend(quote!(#dot: [impl #rt::Reached<#tangent>; #w],));
                let one = quote!(#rt::Reached::<#tangent>::reached(&#dot[lane]));
                prologue.extend(quote!(let #dot: [&#tangent; #w] = #lanes.all(|lane| #one);));
                quote!([&#tangent; #w])
            }
            Some(Receiver::Value) => {
                let tangent = quote!(<#inner as #rt::Differentiable>::Gradient);
                tangents.extend(quote!(#dot: [impl #rt::Reached<#tangent>; #w],));
                let one = quote!(::core::clone::Clone::clone(#rt::Reached::<#tangent>::reached(&#dot[lane])));
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
