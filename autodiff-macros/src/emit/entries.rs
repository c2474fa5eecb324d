//! What users call: `grad`, `vjp`, `jvp` and their kin.
use super::{
    runtime,
    signature::{Parameter, Signature, and, quote},
};
use crate::ir::Pass;
use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, format_ident, quote_spanned};
use syn::Ident;

pub(super) fn entries(sig: &Signature, restores: &[bool], once: bool, jvp_there: bool, vjp_there: bool) -> TokenStream {
    let mut out = TokenStream::new();
    if jvp_there {
        out.extend(jvp(sig));
        out.extend(jvps(sig));
    }
    if vjp_there {
        out.extend(vjp_into(sig, restores, once));
        out.extend(vjp(sig));
        out.extend(grads(sig));
    }
    if jvp_there && vjp_there {
        out.extend(jacobian(sig));
    }
    out
}

/// A function that users call; `which` is what it computes, `after_args` are its parameters beside the arguments.
fn public(
    sig: &Signature,
    doc: &str,
    which: &str,
    after_args: &TokenStream,
    output: &TokenStream,
    clause: &TokenStream,
    body: &TokenStream,
) -> TokenStream {
    public_with(sig, doc, which, &TokenStream::new(), after_args, output, clause, body)
}

/// One with a generic parameter of its own.
#[allow(clippy::too_many_arguments, reason = "the parts of a function, each named")]
fn public_with(
    sig: &Signature,
    doc: &str,
    which: &str,
    generic: &TokenStream,
    after_args: &TokenStream,
    output: &TokenStream,
    clause: &TokenStream,
    body: &TokenStream,
) -> TokenStream {
    let (mut generics, _) = sig.users_generics();
    generics.extend((!generic.is_empty()).then(|| generic.clone()));
    let (vis, name, args, prologue, attributes) =
        (sig.vis(), sig.entry(which), sig.users_args(), sig.prologue(), sig.attributes());
    let checks = sig.check_arguments();
    quote! {
        #[doc = #doc]
        #attributes
        #[inline]
        #vis fn #name<#(#generics),*>(#args #after_args) #output #clause {
            #prologue
            #checks
            #body
        }
    }
}

fn jvp(sig: &Signature) -> TokenStream {
    let rt = runtime();
    let (_, clause) = sig.users_generics();
    let (r, seed) = (&sig.result, sig.seed());
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
        sig.lent(),
        sig.params.iter().map(|p| {
            let d = p.dot();
            match p.pass {
                _ if p.constant => {
                    let none = p.no_tangent();
                    quote!(#none,)
                }
                Pass::Mut => quote!(&mut *#d,),
                _ => quote!(#d,),
            }
        }),
    );
    let (output, tail) = if sig.unit { (quote!(), quote!(;)) } else { (quote!(-> (#r, #seed)), quote!()) };
    let push = sig.own("push");
    let body = quote! {
        #(#checks)*
        #push(#names #(#dots)*) #tail
    };
    public(sig, "The value, and its derivative along the tangents.", "jvp", &tangents, &output, &clause, &body)
}

fn jvps(sig: &Signature) -> TokenStream {
    let rt = runtime();
    let (_, clause) = sig.users_generics();
    let (r, seed, w) = (&sig.result, sig.seed(), super::lanes::number());
    let (mut tangents, mut checks) = (TokenStream::new(), TokenStream::new());
    for p in sig.differentiable() {
        let (d, t, n, text) = (p.dot(), p.tangents(&w), &p.name, p.name.to_string());
        tangents.extend(quote!(#d: #t,));
        checks.extend(quote!(#rt::check_tangents(#text, &#n, &#d);));
    }
    let (names, push) = (sig.lent(), sig.own("push_lanes"));
    let dots = sig.params.iter().map(|p| if p.constant { p.no_tangents() } else { p.dot().into_token_stream() });
    let (output, tail) = if sig.unit { (quote!(), quote!(;)) } else { (quote!(-> (#r, [#seed; #w])), quote!()) };
    let body = quote! {
        #checks
        #push(#names #(#dots,)* #rt::Lanes::<#w>::some()) #tail
    };
    let doc = "The value, and its derivatives along several tangents: an array of them for each parameter.";
    public_with(sig, doc, "jvps", &quote!(const #w: usize), &tangents, &output, &clause, &body)
}

fn vjp_into(sig: &Signature, restores: &[bool], once: bool) -> TokenStream {
    let rt = runtime();
    let (_, clause) = sig.users_generics();
    let (r, seed_ty) = (&sig.result, sig.seed());
    let bars: TokenStream = sig
        .differentiable()
        .map(|p| {
            let (b, ty) = (p.bar(), p.buffer());
            quote!(#b: #ty,)
        })
        .collect();
    let check = |p: &Parameter| {
        let (b, n, text) = (p.bar(), &p.name, p.name.to_string());
        quote!(#rt::check_bar(#text, &#n, ::core::borrow::Borrow::borrow(&*#b));)
    };
    // the seed of what changes its length has the length that it ends with
    let checks = sig.differentiable().filter(|p| !p.exclusive).map(check);
    let late_checks = sig.differentiable().filter(|p| p.exclusive).map(check);
    let again = if once { sig.lent() } else { sig.again() };
    let cells = sig.params.iter().map(|p| {
        if p.constant {
            let none = p.no_bar();
            quote!(#none,)
        } else {
            let b = p.bar();
            quote!(#b,)
        }
    });
    let asked = sig.asked(r);
    let (seed_param, seed, check_seed) = if sig.unit {
        (quote!(), quote!(()), quote!())
    } else {
        (quote!(seed: #seed_ty,), quote!(seed), quote!(#rt::check_seed::<#asked>(&seed, &value);))
    };
    let pullback = if once { sig.own("at_once") } else { quote!(pullback) };
    let mut call = quote!(#pullback(#again #seed, #(#cells)*));
    for p in sig.differentiable() {
        let (b, ty, bar) = (p.bar(), &p.inner, p.derived("Bar"));
        call = match (p.exclusive, ty) {
            (false, _) => quote!(#rt::lend_bar::<_, #bar, _>(#b, |#b| #call)),
            (true, syn::Type::Slice(_)) => quote!(#rt::lend_slice_mut(#b, |#b| #call)),
            (true, _) => quote!(#rt::lend_mut(#b, |#b| #call)),
        };
    }
    // a pullback puts back what the function overwrote: the arguments are to hold what the function left in them
    let written: Vec<&Ident> = sig.params.iter().zip(restores).filter(|(_, r)| **r).map(|(p, _)| &p.name).collect();
    let after: Vec<Ident> = written.iter().map(|n| format_ident!("{}_after", n, span = Span::mixed_site())).collect();
    let (output, value) = if sig.unit { (quote!(), quote!()) } else { (quote!(-> #r), quote!(value)) };
    let sweep = sig.forward_call(&quote!(#rt::Forget));
    let doc = "The value; adds the gradient of `seed` times the value to the adjoints.";
    if once {
        let body = quote!(#(#checks)* #call);
        return public(sig, doc, "vjp_into", &quote!(#seed_param #bars), &output, &clause, &body);
    }
    let body = quote! {
        #(#checks)*
        let (value, pullback) = #sweep;
        #check_seed
        #(#late_checks)*
        #(let #after = #rt::snapshot(&*#written);)*
        #call;
        #(#rt::write_back(&mut *#written, #after);)*
        #value
    };
    public(sig, doc, "vjp_into", &quote!(#seed_param #bars), &output, &clause, &body)
}

fn gradient_types(sig: &Signature) -> TokenStream {
    let types: Vec<_> = sig.differentiable().filter(|p| p.pass != Pass::Mut).map(Parameter::gradient).collect();
    if types.len() == 1 { quote!(#(#types)*) } else { quote!((#(#types),*)) }
}

/// The adjoints of `&mut` parameters: handed in by the caller.
fn written_bars(sig: &Signature) -> (TokenStream, TokenStream) {
    let params: Vec<&Parameter> = sig.differentiable().filter(|p| p.pass == Pass::Mut).collect();
    let declared = params.iter().map(|p| {
        let (b, ty) = (p.bar(), p.buffer());
        quote!(#b: #ty,)
    });
    let names = params.iter().map(|p| {
        let b = p.bar();
        quote!(#b,)
    });
    (declared.collect(), names.collect())
}

fn vjp(sig: &Signature) -> TokenStream {
    let rt = runtime();
    let (_, clause) = sig.users_generics();
    let (r, seed_ty, names, into) = (&sig.result, sig.seed(), sig.pass_on(), sig.own("vjp_into"));
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
    let body = quote! {
        #(let mut #own_bars = #rt::zero(&#own_names);)*
        let value = #into(#names #seed #(#handed)*);
        #value
    };
    let doc = "The value, and the gradient of `seed` times the value.";
    public(sig, doc, "vjp", &quote!(#seed_param #written), &quote!(-> #output), &clause, &body)
}

fn grads(sig: &Signature) -> TokenStream {
    let rt = runtime();
    if sig.unit {
        let bound = quote!(for<'a> (): #rt::ScalarOutput<()>);
        return ["grad", "value_and_grad"].into_iter().map(|which| absent(sig, which, &bound)).collect();
    }
    let (_, clause) = sig.users_generics();
    let (r, names, vjp, into) = (&sig.result, sig.pass_on(), sig.own("vjp"), sig.own("vjp_into"));
    let (written, written_names) = written_bars(sig);
    let gradients = gradient_types(sig);
    let bars: TokenStream = sig
        .differentiable()
        .map(|p| {
            let (b, ty) = (p.bar(), p.buffer());
            quote!(#b: #ty,)
        })
        .collect();
    let bar_names = sig.differentiable().map(|p| p.bar());
    // Of any other result there is no gradient: behind `for<'a>` that is an error where one is asked for.
    let (seed, clause) = if sig.scalar {
        (quote!(<#r as #rt::ScalarOutput<#r>>::unit_seed()), clause)
    } else {
        let asked = sig.asked(r);
        let bound = quote!(for<'a> #r: #rt::ScalarOutput<<#asked as #rt::Differentiable>::Gradient>);
        (quote!(<#r as #rt::ScalarOutput<_>>::unit_seed()), and(&clause, &bound))
    };
    let both = quote!(#vjp(#names #seed, #written_names));
    let mut out = public(sig, "The gradient.", "grad", &written, &quote!(-> #gradients), &clause, &quote!(#both.1));
    let value_too = quote!(-> (#r, #gradients));
    out.extend(public(sig, "The value and the gradient.", "value_and_grad", &written, &value_too, &clause, &both));
    let into = quote!(#into(#names #seed, #(#bar_names),*));
    let doc = "The value; adds the gradient to the adjoints.";
    out.extend(public(sig, doc, "grad_into", &bars, &quote!(-> #r), &clause, &into));
    out
}

/// What there is not, with a bound that says what there is instead. Beside a method the name is the user's to take.
fn absent(sig: &Signature, which: &str, bound: &TokenStream) -> TokenStream {
    if sig.host.methods().is_some() {
        return TokenStream::new();
    }
    let (rt, (_, clause)) = (runtime(), sig.users_generics());
    let clause = and(&clause, bound);
    let body = quote!(#rt::absent());
    let hidden = quote!(#[doc(hidden)]);
    let function = public(sig, "Not there.", which, &quote!(), &quote!(), &clause, &body);
    quote!(#hidden #function)
}

/// The Jacobian with respect to the one differentiable parameter.
fn jacobian(sig: &Signature) -> TokenStream {
    let rt = runtime();
    let mut own = sig.differentiable();
    let (Some(p), None) = (own.next(), own.next()) else {
        return absent(sig, "jacobian", &quote!(for<'a> (): #rt::OneParameter));
    };
    if p.pass == Pass::Mut
        || sig.unit
        || sig.params.iter().any(|p| p.pass == Pass::Mut)
        || sig.generic_names().iter().any(crate::methods::is_named_impl)
    {
        return TokenStream::new();
    }
    if p.inner.to_token_stream().to_string().contains("'static") {
        return TokenStream::new(); // of references there is no one matrix
    }
    let (_, mut clause) = sig.users_generics();
    // each direction is handed a copy: where there is none there is no Jacobian, behind `for<'a>` for those who ask for one
    for p in sig.params.iter().filter(|p| p.constant && p.pass == Pass::Value && p.function.is_none()) {
        let ty = &p.ty;
        if !crate::analysis::activity::is_constant_type(ty) {
            clause = and(&clause, &quote!(for<'a> #ty: ::core::clone::Clone,));
        }
    }
    let (r, x, inner) = (sig.asked(&sig.result), &p.name, &p.asked);
    let types = quote!(In = <#inner as #rt::Differentiable>::Gradient, Out = <#r as #rt::Differentiable>::Gradient);
    let handed: TokenStream = sig
        .params
        .iter()
        .map(|p| {
            let n = &p.name;
            if p.pass == Pass::Value { quote!(#rt::copy(&#n),) } else { quote!(#n,) }
        })
        .collect();
    let (reference, dots) = match p.pass {
        Pass::Value => (quote!(&#x), quote!(dots.map(::core::clone::Clone::clone))),
        _ => (quote!(#x), quote!(#rt::lent_tangents(dots))),
    };
    let (jvps, vjp) = (sig.own("jvps"), sig.own("vjp"));
    let forward = quote!(|dots| #jvps(#handed #dots));
    let passes = quote!(#reference, #forward, #forward, #forward, #forward, |seed| #vjp(#handed seed));

    // both bounds are checked where a Jacobian is asked for: the one is behind `for<'a>`, the other depends on the buffer
    let doc = "The value; adds the Jacobian to the matrix.";
    let into = and(&clause, &quote!(#r: #rt::JacobianInto<#inner, B, #types>));
    let body = quote!(<#r as #rt::JacobianInto<#inner, B>>::jacobian_into(#passes, jacobian));
    let mut out =
        public_with(sig, doc, "jacobian_into", &quote!(B), &quote!(jacobian: &mut B), &quote!(-> #r), &into, &body);
    let doc = "The Jacobian: a row for each entry of the result, a column for each entry of the argument.";
    let clause = and(&clause, &quote!(for<'a> #r: #rt::JacobianOf<#inner, #types>));
    let body = quote!(<#r as #rt::JacobianOf<#inner>>::jacobian(#passes));
    let output = quote!(-> <#r as #rt::JacobianOf<#inner>>::Matrix);
    out.extend(public(sig, doc, "jacobian", &quote!(), &output, &clause, &body));
    out
}
