//! The whole pipeline on one screen: tokens to checked syntax to IR to facts to IR to tokens.
use crate::{
    again,
    analysis::{self, activity},
    attr::{self, Attr},
    callees, captured, configured,
    ctxt::{Ctxt, compile_errors},
    desugar, dump, emit, fence, forward,
    host::Host,
    hygiene, inner, ir, lookups, lower,
    methods::{self, Method},
    moments, overload,
    parts::{self, standard},
    references, rename, reverse, slices, sugar, tables, unchecked,
};
use proc_macro2::TokenStream;
use quote::quote;
use syn::{ImplItem, Item, ItemFn, ItemImpl, ItemTrait, TraitItem, visit_mut::VisitMut};

/// `#[differentiable(..)]` on a function, an `impl` block or a trait.
pub(crate) fn differentiable(args: TokenStream, item: TokenStream) -> TokenStream {
    parts::seen::file();
    let parsed = syn::parse2::<Item>(item.clone());
    let proofs = parsed.as_ref().map(standard::proven).unwrap_or_default();
    let made = match parsed {
        Ok(Item::Fn(function)) => of_function(args, function),
        Ok(Item::Impl(block)) => of_impl(&args, &block),
        Ok(Item::Trait(block)) => of_trait(&args, &block),
        other => {
            let errors = compile_errors(&[misplaced(other)]);
            quote!(#item #errors)
        }
    };
    quote!(#made #proofs)
}

/// What is said where the attribute does not belong, at the attribute; of what cannot be read, where it breaks off.
fn misplaced(item: syn::Result<Item>) -> syn::Error {
    let hint = "`#[differentiable]` goes on a function, an `impl` block or a trait";
    let instead = match item {
        Err(e) => return syn::Error::new(e.span(), format!("`#[differentiable]` can't read this: {e}")),
        Ok(Item::Struct(_) | Item::Enum(_)) => "; a type has `#[derive(Differentiable)]`",
        Ok(Item::Mod(_)) => "; put it on each of the functions in this module",
        // a function without a body
        Ok(Item::Verbatim(_)) => " that is written out",
        Ok(_) => "",
    };
    syn::Error::new(proc_macro2::Span::call_site(), format!("{hint}{instead}"))
}

fn of_function(args: TokenStream, mut function: ItemFn) -> TokenStream {
    rename::ungroup(&mut function);
    let original = attr::strip(&function);
    hygiene::function(&mut function);
    let aliases = parts::aliases::of_function(&mut function);
    let misplaced = attr::misplaced_nodiff(&args);
    let companion = if function.sig.receiver().is_some() {
        let Method { function, methods, .. } = methods::alone(&function, &original);
        companion(args, &function, &Host::Methods(methods))
    } else {
        let copy = again::once_more(&original);
        companion(args, &function, &Host::Namespace(copy))
    };
    let misplaced = compile_errors(misplaced.as_slice());
    // the companion is a use of the function
    quote!(#[allow(dead_code)] #original #companion #misplaced #aliases)
}

/// Derivatives of inherent methods stand in a block beside theirs, those of a trait's methods in the same one.
pub(crate) fn of_impl(args: &TokenStream, block: &ItemImpl) -> TokenStream {
    let mut original = methods::strip(block, |s, b| s.visit_item_impl_mut(b));
    parts::seen::enter(block);
    if overload::operator(block).is_some() {
        let rules = overload::rules(block);
        return quote!(#original #rules);
    }
    parts::seen::block(block);
    if let Some(index) = parts::index(block) {
        return quote!(#original #index);
    }
    let mut block = block.clone();
    hygiene::block(&mut block);
    let aliases = parts::aliases::of_block(&mut block);
    let getters = if attr::says_nodiff(args) { TokenStream::new() } else { parts::getters(&mut block) };
    let block = &block;
    let companions = methods::of_impl(block).into_iter().map(|m| of_method(args, m));
    if original.trait_.is_some() {
        original.items.extend(companions.map(ImplItem::Verbatim));
        return quote!(#original #aliases);
    }
    let (generics, ty) = (&block.generics, &block.self_ty);
    let (header, _, clause) = generics.split_for_impl();
    quote! {
        #original
        #[automatically_derived]
        impl #header #ty #clause { #(#companions)* }
        #getters
        #aliases
    }
}

fn of_trait(args: &TokenStream, block: &ItemTrait) -> TokenStream {
    // `#[differentiable(dyn)]`
    let objects = args.to_string() == "dyn";
    let args = if objects { &TokenStream::new() } else { args };
    let mut apart = block.clone();
    hygiene::methods(&mut apart);
    let companions: Vec<TokenStream> = methods::of_trait(&apart).into_iter().map(|m| of_method(args, m)).collect();
    let mut original = methods::strip(block, |s, b| s.visit_item_trait_mut(b));
    let mut block = block.clone();
    let beside = if objects { parts::of_trait(&mut block) } else { TokenStream::new() };
    original.supertraits = block.supertraits;
    original.items.extend(companions.into_iter().map(TraitItem::Verbatim));
    quote!(#original #beside)
}

/// The arguments of the block hold for all of its methods.
fn of_method(block: &TokenStream, method: Method) -> TokenStream {
    let Method { mut function, methods, args, defined } = method;
    rename::ungroup(&mut function);
    let misplaced = compile_errors(attr::misplaced_nodiff(&args).as_slice());
    let args = if args.is_empty() { block.clone() } else { args };
    if attr::says_nodiff(block) && methods.receiver.is_some() {
        methods::constant_self(&mut function);
    }
    let derivatives =
        if defined { companion(args, &function, &Host::Methods(methods)) } else { declared(args, &function, methods) };
    quote!(#derivatives #misplaced)
}

/// A method that a trait declares: its derivatives are declared too.
fn declared(args: TokenStream, function: &ItemFn, methods: crate::host::Methods) -> TokenStream {
    let cx = Ctxt::new();
    let (attr, host) = (attr::parse(&cx, args), Host::Methods(methods));
    fence::signature(&cx, function);
    let mut func = lower::signature(&cx, function);
    analysis::mark(&mut func, host.is_trait());
    match cx.check() {
        Ok(()) => emit::declared(function, &attr, &func, &lower::scalar_types(function), &host),
        Err(errors) => compile_errors(&errors),
    }
}

/// The companions of a function for each way that its `#[cfg]` may turn out: one, where it has none.
fn companion(args: TokenStream, function: &ItemFn, host: &Host) -> TokenStream {
    let ways = configured::ways(function);
    let one = ways.len() == 1;
    let companions: TokenStream = ways
        .into_iter()
        .map(|(when, function)| {
            let companion = companion_of(args.clone(), &function, host);
            configured::under(when, companion, matches!(host, Host::Methods(_)))
        })
        .collect();
    if !one {
        // whichever it is: it may read what it is handed
        let own = own(function, host);
        (0..function.sig.inputs.len()).for_each(|k| parts::seen::reads(&own, k, true));
    }
    companions
}

/// The companion, or what is wrong with the function and what users of it may name.
fn companion_of(args: TokenStream, function: &ItemFn, host: &Host) -> TokenStream {
    let mut function = inner::outside(function.clone());
    // a `const` function's derivatives are ordinary functions
    function.sig.constness = None;
    parts::seen::lifetimes(&mut function);
    methods::name_impl_traits(&mut function);
    derivatives(args, &function, host).unwrap_or_else(|rejected| {
        let Rejected { attr, errors } = *rejected;
        let (errors, stubs) = (compile_errors(&errors), stubs(&function, &attr, host));
        quote!(#stubs #errors)
    })
}

/// What users of a rejected function may name, where its signature is in order.
fn stubs(function: &ItemFn, attr: &Attr, host: &Host) -> TokenStream {
    let cx = Ctxt::new();
    fence::signature(&cx, function);
    let mut func = lower::signature(&cx, function);
    analysis::mark(&mut func, host.is_trait());
    match cx.check() {
        Ok(()) => emit::stubs(function, attr, &func, &lower::scalar_types(function), host),
        Err(_) => TokenStream::new(),
    }
}

/// Everything that is wrong with a function.
struct Rejected {
    attr: Attr,
    errors: Vec<syn::Error>,
}

/// The companion item, or everything that is wrong with the function.
fn derivatives(args: TokenStream, function: &ItemFn, host: &Host) -> Result<TokenStream, Box<Rejected>> {
    let cx = Ctxt::new();
    let mut attr = attr::parse(&cx, args);
    // `forward` of functions that call each other would have a type made of itself
    attr.recursive |= parts::seen::is_called_back(&own(function, host));
    if attr.jvp.is_some() || attr.vjp.is_some() {
        fence::signature(&cx, function);
        let mut func = lower::signature(&cx, function);
        analysis::mark(&mut func, host.is_trait());
        return match cx.check() {
            Ok(()) => Ok(emit::custom(function, &attr, &func, &lower::scalar_types(function), host)),
            Err(errors) => Err(Box::new(Rejected { attr, errors })),
        };
    }
    fence::function(&cx, function);
    let func = lowered(&cx, function);
    if let Some(func) = func.as_ref().filter(|_| cx.is_fine()) {
        callees::check(&cx, function, func);
    }
    let mut func = match (cx.check(), func) {
        (Ok(()), Some(func)) => func,
        (Ok(()), None) => unreachable!("what is not lowered has an error"),
        (Err(errors), _) => return Err(Box::new(Rejected { attr, errors })),
    };
    analysis::mark(&mut func, host.is_trait());
    let own = own(function, host);
    let facts = analysis::settled(&mut func, &own);
    let errors = captured::references(&func, &facts);
    if !errors.is_empty() {
        return Err(Box::new(Rejected { attr, errors }));
    }
    let made = emit::Derivatives {
        forward: forward::forward(&func),
        reverse: reverse::reverse(&func, &facts),
        once: reverse::once(&func, &function.sig.ident),
    };
    tell(&func, &facts, &made, &own);
    if cfg!(debug_assertions) {
        ir::verify::function(&func);
        ir::verify::closed(&made.reverse);
        made.once.iter().for_each(ir::verify::closed);
    }
    let companion = emit::companion(function, &attr, &func, &made, &lower::scalar_types(function), host);
    dump::write(function, &func, &facts, &made, &companion);
    Ok(companion)
}

/// By what name others know a function.
fn own(function: &ItemFn, host: &Host) -> ir::Method {
    let owner = match host {
        Host::Namespace(_) => String::new(),
        // a method of a trait is one of any type
        Host::Methods(_) if host.is_trait() => "Self".into(),
        Host::Methods(_) => parts::seen::this_name().unwrap_or_else(|| "Self".into()),
    };
    (owner, function.sig.ident.to_string())
}

/// Tells callers further down what the derivative of a function reads of its arguments. One that may be run again reads all.
fn tell(func: &ir::Func, facts: &analysis::Facts, made: &emit::Derivatives, own: &ir::Method) {
    for (k, p) in func.params.iter().enumerate() {
        parts::seen::reads(own, k, made.once.is_some() || facts.heard.contains(&p.var));
    }
}

/// Syntax to IR.
pub(crate) fn lowered(cx: &Ctxt, function: &ItemFn) -> Option<ir::Func> {
    parts::cells::enter(function);
    let function = &lookups::apart(function, activity);
    let mut renamed = rename::rename(&tables::lent(sugar::without(cx, &moments::named(unchecked::checked(function)))));
    parts::cells::renamed(&renamed);
    let active = activity(&renamed);
    parts::follow(&mut renamed, &active);
    let active = activity(&renamed);
    lookups::indexed(&mut renamed, &active);
    slices::plain(&mut renamed, &active);
    let mut plain = desugar::desugar(cx, renamed)?;
    let active = activity(&plain);
    lookups::indexed(&mut plain, &active);
    slices::plain(&mut plain, &active);
    let active = activity(&plain);
    references::expose(&mut plain, &active);
    references::moving_parameters(&mut plain);
    let active = activity(&plain);
    references::follow(&mut plain, &active);
    let active = activity(&plain);
    parts::call(&mut plain, &active);
    parts::call_objects(cx, &mut plain, &active);
    Some(lower::lower(cx, &plain, &activity(&plain)))
}

/// Which variables of a renamed function carry derivatives.
pub(crate) fn activity(renamed: &ItemFn) -> activity::Active {
    let params = lower::typed_params(renamed)
        .filter(|(p, _)| !lower::is_constant(p))
        .filter_map(|(_, i)| i.map(|i| i.to_string()));
    let constants = lower::typed_params(renamed)
        .filter(|(p, _)| lower::is_constant(p))
        .filter_map(|(_, i)| i.map(|i| i.to_string()));
    activity::active(renamed, params, constants)
}
