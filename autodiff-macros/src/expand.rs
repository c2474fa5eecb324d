//! The whole pipeline on one screen: tokens to checked syntax to IR to facts to IR to tokens.
use crate::{
    analysis::{self, activity},
    attr::{self, Attr},
    ctxt::{Ctxt, compile_errors},
    dump, emit, fence, forward, ir, lower, rename, reverse,
};
use proc_macro2::TokenStream;
use quote::quote;
use syn::ItemFn;

/// `#[differentiable(..)]` on a function.
pub(crate) fn differentiable(args: TokenStream, item: TokenStream) -> TokenStream {
    let function = match syn::parse2::<ItemFn>(item.clone()) {
        Ok(mut function) => {
            rename::ungroup(&mut function);
            function
        }
        Err(e) => {
            let e = syn::Error::new(e.span(), format!("#[differentiable] goes on a function: {e}"));
            let errors = compile_errors(&[e]);
            return quote!(#item #errors);
        }
    };
    let original = attr::strip(&function);
    match derivatives(args, &function) {
        // the companion is a use of the function
        Ok(companion) => quote!(#[allow(dead_code)] #original #companion),
        Err(rejected) => {
            let Rejected { attr, errors } = *rejected;
            let (errors, stubs) = (compile_errors(&errors), stubs(&function, &attr));
            quote!(#[allow(dead_code)] #original #stubs #errors)
        }
    }
}

/// What users of a rejected function may name, where its signature is in order.
fn stubs(function: &ItemFn, attr: &Attr) -> TokenStream {
    let cx = Ctxt::new();
    fence::signature(&cx, function);
    let func = lower::signature(&cx, function);
    match cx.check() {
        Ok(()) => emit::stubs(function, attr, &func, &lower::scalar_types(function)),
        Err(_) => TokenStream::new(),
    }
}

/// Everything that is wrong with a function.
struct Rejected {
    attr: Attr,
    errors: Vec<syn::Error>,
}

/// The companion item, or everything that is wrong with the function.
fn derivatives(args: TokenStream, function: &ItemFn) -> Result<TokenStream, Box<Rejected>> {
    let cx = Ctxt::new();
    let attr = attr::parse(&cx, args);
    if attr.jvp.is_some() || attr.vjp.is_some() {
        fence::signature(&cx, function);
        let func = lower::signature(&cx, function);
        return match cx.check() {
            Ok(()) => Ok(emit::custom(function, &attr, &func, &lower::scalar_types(function))),
            Err(errors) => Err(Box::new(Rejected { attr, errors })),
        };
    }
    fence::function(&cx, function);
    let func = lowered(&cx, function);
    if let Err(errors) = cx.check() {
        return Err(Box::new(Rejected { attr, errors }));
    }
    let facts = analysis::facts(&func);
    let forward = forward::forward(&func);
    let reverse = reverse::reverse(&func, &facts);
    if cfg!(debug_assertions) {
        ir::verify::function(&func);
        ir::verify::closed(&reverse);
    }
    let companion = emit::companion(function, &attr, &func, &forward, &reverse, &lower::scalar_types(function));
    dump::write(function, &func, &forward, &reverse, &companion);
    Ok(companion)
}

/// Syntax to IR.
pub(crate) fn lowered(cx: &Ctxt, function: &ItemFn) -> ir::Func {
    let renamed = rename::rename(function);
    let params = lower::typed_params(&renamed)
        .filter(|(p, _)| !lower::is_constant(p))
        .filter_map(|(_, i)| i.map(|i| i.to_string()));
    let constants = lower::typed_params(&renamed)
        .filter(|(p, _)| lower::is_constant(p))
        .filter_map(|(_, i)| i.map(|i| i.to_string()));
    let active = activity::active(&renamed, params, constants);
    lower::lower(cx, &renamed, &active)
}
