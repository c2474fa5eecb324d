//! Reverse mode, as differentiable functions call each other's: `forward`, which gives the value and the pullback, `pull` and
//! `at_once`.
use super::{
    Printer,
    companion::{own_receiver, primals, rules_as_methods},
    mode_name, runtime,
    signature::{Parameter, Signature, quote},
};
use crate::{
    attr::Attr,
    host::{Host, Receiver, Role},
    ir::*,
    lower::identifiers,
    reverse::{Reverse, has_unread},
};
use proc_macro2::{Span, TokenStream, TokenTree};
use quote::{format_ident, quote_spanned};
use std::collections::HashSet;
use syn::Ident;

/// `pull(args.., adjoint of the result, adjoints of all)`: reverse mode at once, for those who are handed the function.
pub(super) fn pull(sig: &Signature, once: bool) -> TokenStream {
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
            generics.push(quote!(#ty: ?::core::marker::Sized));
            bars.extend(quote!(#bar: &#ty,));
        } else {
            let ty = p.adjoint();
            bars.extend(quote!(#bar: #ty,));
        }
    }
    let (attributes, vis, name) = (sig.attributes(), sig.vis(), sig.entry("pull"));
    let (again, sweep, prologue) = (sig.again(), sig.forward_call(&quote!(#rt::Forget)), sig.prologue());
    let (at_once, all) = (sig.own("at_once"), sig.lent());
    let sweeps = match once || sig.host.methods().is_none() {
        true => quote!(#at_once(#all seed, #handed);),
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
pub(super) fn in_turn(sig: &Signature) -> TokenStream {
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
    at_once_signature(sig, &Ident::new("seed", Span::mixed_site()), &bars, &body, false)
}

/// `at_once(args.., adjoint of the result, adjoints of all)`: both sweeps, where the seed is known from the start.
pub(super) fn at_once(sig: &Signature, func: &Func, once: &Reverse) -> TokenStream {
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
    at_once_signature(sig, out_bar, &names, &body, true)
}

/// `own`: it is made of the user's expressions, and does not hand on to what is.
fn at_once_signature(sig: &Signature, out_bar: &Ident, bars: &[&Ident], body: &TokenStream, own: bool) -> TokenStream {
    let (mut generics, clause) = sig.generics();
    let (args, r, seed, prologue) = (sig.args(), &sig.result, sig.seed(), own_receiver(sig));
    let (mut handed, mut variables) = (TokenStream::new(), primals(sig));
    variables.push((quote!(#out_bar), seed.clone()));
    for (k, (p, bar)) in sig.params.iter().zip(bars).enumerate() {
        let ty = if p.constant && p.function.is_none() {
            let ty = format_ident!("AutodiffConstant{k}", span = Span::mixed_site());
            generics.push(quote!(#ty: ?::core::marker::Sized));
            quote!(&#ty)
        } else {
            let ty = p.adjoint();
            variables.push((quote!(#bar), ty.clone()));
            ty
        };
        handed.extend(quote!(#bar: #ty,));
    }
    let (checks, r) = (sig.check_variables(&variables, own), sig.checked(&quote!(#r), own));
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
pub(super) fn forward_sweep(sig: &Signature, func: &Func, reverse: &Reverse, attr: &Attr) -> TokenStream {
    let printer = Printer::of(&reverse.vars);
    let rules = rules_as_methods(func);
    let forward = printer.block(&reverse.forward);
    let forward = quote!(#rules #forward);
    let pullback = printer.block(&reverse.pullback);
    let out_bar = &reverse.vars[reverse.out_bar.0 as usize].name;
    let bars: Vec<&Ident> = reverse.bars.iter().map(|b| &reverse.vars[b.0 as usize].name).collect();
    let guarded = reverse.guarded.iter().map(|b| &reverse.vars[b.0 as usize].name).collect();
    // what the pullback reads as well is handed out as a copy
    let named: HashSet<String> = variables(pullback.clone());
    let captured = captured(reverse, &printer, &named);
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
        Some(Sweep { forward, result, pullback: quote!(#captured #pullback), guarded }),
    )
}

/// The identifiers among the tokens that may be variables: fields and methods are none, though they may be called like one that
/// was moved into them (`Pair { left, right }`).
fn variables(tokens: TokenStream) -> HashSet<String> {
    fn collect(tokens: TokenStream, out: &mut HashSet<String>) {
        // one dot, not the two of a range
        let mut dots = 0;
        for token in tokens {
            let dot = matches!(&token, TokenTree::Punct(p) if p.as_char() == '.');
            match token {
                TokenTree::Ident(i) if dots != 1 => _ = out.insert(i.to_string()),
                TokenTree::Group(g) => collect(g.stream(), out),
                _ => {}
            }
            dots = if dot { dots + 1 } else { 0 };
        }
    }
    let mut out = HashSet::new();
    collect(tokens, &mut out);
    out
}

/// `let n = n; let mut stack_3 = stack_3;`: what the pullback captures becomes variables of its own. In the closure they lie in
/// memory that whoever writes to an adjoint might write to, as far as LLVM knows: they would be read again in every iteration.
fn captured(reverse: &Reverse, printer: &Printer<'_>, named: &HashSet<String>) -> TokenStream {
    let mut seen = HashSet::new();
    let mut own: Vec<(Var, bool)> = reverse.forward.stmts.iter().flat_map(declared).collect();
    own.retain(|(v, _)| named.contains(&reverse.vars[v.0 as usize].name.to_string()) && seen.insert(*v));
    // what the pullback makes again is not captured
    reverse.pullback.walk(&mut |s| {
        let again = declared(s);
        own.retain(|own| !again.contains(own));
    });
    let moved = own.into_iter().map(|(v, taken_from)| {
        let name = &reverse.vars[v.0 as usize].name;
        let pattern = if taken_from { quote!(mut #name) } else { printer.pattern(v) };
        quote!(let #pattern = #name;)
    });
    moved.collect()
}

/// What a statement declares for those that follow, and whether they take parts of it.
fn declared(s: &Stmt) -> Vec<(Var, bool)> {
    match &s.kind {
        Kind::SlotDecl(var) | Kind::StackDecl(var) => vec![(*var, true)],
        Kind::Let { var, .. } | Kind::Declare { var, .. } | Kind::Keep { kept: var, .. } => vec![(*var, false)],
        Kind::Replace { kept, .. } => vec![(*kept, false)],
        Kind::LetPair { vars, .. } => vars.map(|v| (v, false)).to_vec(),
        _ => vec![],
    }
}

/// The sweeps of a function that reverses its loops while they run, for its callers: the value alone, and later both at once.
/// So its residual is its arguments, however much data it goes through.
pub(super) fn run_again(sig: &Signature, once: &Reverse) -> TokenStream {
    let ident = &sig.item.sig.ident;
    let function = if sig.host.methods().is_some() { quote!(Self::#ident) } else { quote!(#ident) };
    let (turbofish, copies, name) = (sig.turbofish(), sig.copies(), sig.own("at_once"));
    let out_bar = &once.vars[once.out_bar.0 as usize].name;
    let bars: Vec<&Ident> = once.bars.iter().map(|b| &once.vars[b.0 as usize].name).collect();
    let forward = quote!(let value = #function #turbofish(#(#copies),*););
    let pullback = quote!(#name(#(#copies,)* #out_bar, #(#bars),*););
    let sweep = Sweep { forward, result: quote!(value), pullback, guarded: bars.clone() };
    forward_signature(sig, false, out_bar, &bars, Some(sweep))
}

/// What `forward` does.
pub(super) struct Sweep<'a> {
    pub(super) forward: TokenStream,
    pub(super) result: TokenStream,
    pub(super) pullback: TokenStream,
    /// The adjoints that it takes as they are: it looks itself whether somebody reads them.
    pub(super) guarded: Vec<&'a Ident>,
}

pub(super) fn forward_signature(
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
            generics.push(quote!(#ty: ?::core::marker::Sized));
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
    let free = sig.host.methods().is_none();
    let params = sig.params.iter().zip(bars).filter(|(p, bar)| {
        let referred = p.again && !p.constant && !p.exclusive && p.receiver.is_none() && p.function.is_none();
        let told = matches!(p.inner, syn::Type::Slice(_)) || free && has_unread(&p.inner);
        referred && told && !guarded.contains(bar)
    });
    let params: Vec<_> = params.collect();
    if params.is_empty() {
        return TokenStream::new();
    }
    let used: HashSet<String> = identifiers(body.clone()).collect();
    let params = params.into_iter().filter(|(_, bar)| used.contains(&bar.to_string()));
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
