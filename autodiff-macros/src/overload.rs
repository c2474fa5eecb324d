//! Operators of the user's own types: `#[differentiable] impl Add for Vec3 { .. }` implements the rules for `+`.
//!
//! A rule for an operator is handed what the derivative of numbers and matrices needs: `+`, `-` and negation nothing at all, a
//! product its other operand, a quotient its divisor and its value. That is enough for operators that are linear in each operand, and
//! so are those of vectors, matrices, complex numbers, states. Whether it is enough the reverse mode of the operator itself tells: its
//! pullback must be computable from what is there ([`crate::slice`]); an operator of which more is needed is called as a method ([`crate::parts`]).
use crate::{
    analysis::{self, activity::is_constant_type},
    ctxt::Ctxt,
    emit::{Printer, runtime},
    expand, fence, forward,
    ir::*,
    methods, parts, reverse,
    slice::{Given, Reads, reads, slice},
};
use proc_macro2::{Span, TokenStream, TokenTree};
use quote::{ToTokens, format_ident, quote_spanned};
use std::collections::HashSet;
use syn::{FnArg, ImplItem, ItemFn, ItemImpl, Type};

macro_rules! quote {
    ($($tokens:tt)*) => { quote_spanned!(Span::mixed_site()=> $($tokens)*) };
}

/// The operator whose trait a block implements, by the trait's name.
pub(crate) fn operator(block: &ItemImpl) -> Option<String> {
    let (path, _) = block.trait_.as_ref()?;
    let name = path.segments.last()?.ident.to_string();
    let known = ["Add", "Sub", "Mul", "Div", "Rem", "Neg"];
    (known.contains(&name.as_str()) || known.contains(&name.strip_suffix("Assign")?)).then_some(name)
}

/// The rules for an operator; where none can be cut out of it, the operator as a method.
pub(crate) fn rules(block: &ItemImpl) -> TokenStream {
    if parts::is_method(block) {
        return parts::as_method(block);
    }
    match cut_out(block) {
        Some(rules) => {
            parts::ruled(block);
            rules
        }
        None => parts::as_method(block),
    }
}

/// Takes notice of what an operator will be.
pub(crate) fn see(block: &ItemImpl) {
    if parts::is_method(block) {
        return;
    }
    parts::seen::enter(block);
    match cut_out(block) {
        Some(_) => parts::ruled(block),
        None => parts::methodical(block),
    }
}

fn cut_out(block: &ItemImpl) -> Option<TokenStream> {
    match operator(block)?.as_str() {
        name @ ("AddAssign" | "SubAssign") => assigning(block, name),
        name => Overload::new(block)?.rules(name),
    }
}

/// `+=` that adds field by field: the tangent of the place grows by that of what is added, and the adjoint of what is added is that of
/// the place. Of any other one the text does not tell.
fn assigning(block: &ItemImpl, operator: &str) -> Option<TokenStream> {
    let rt = runtime();
    let function = methods::of_impl(block).pop()?.function;
    let [FnArg::Typed(_), FnArg::Typed(other)] = &function.sig.inputs.iter().collect::<Vec<_>>()[..] else {
        return None;
    };
    let other_name = other.pat.to_token_stream().to_string();
    let ty = behind(&block.self_ty);
    let same = match &*other.ty {
        Type::Path(p) if p.path.is_ident("Self") => true,
        other => behind(other).to_token_stream().to_string() == ty.to_token_stream().to_string(),
    };
    if !same {
        return None;
    }
    let proof = parts::added::proof(block, &function.block.stmts, &other_name)?;
    let tangent = tangent(&ty, &crate::lower::scalar_types(&function));
    let (header, _, clause) = block.generics.split_for_impl();
    // what is added is handed over as the operator takes it
    let (handed, change) = match &*other.ty {
        Type::Reference(_) => (quote!(&#tangent), quote!(#rt::copy(tangent))),
        _ => (tangent.clone(), quote!(tangent)),
    };
    let (rule, trait_, assign, pull, change) = match operator {
        "AddAssign" => (quote!(Added), quote!(AddAssign), quote!(add_assign), quote!(), change),
        _ => {
            let pull = quote!(fn subtracted(&self) -> Self::Owned { #rt::negated(self) });
            (quote!(Subtracted), quote!(SubAssign), quote!(sub_assign), pull, quote!(#rt::negated(&tangent)))
        }
    };
    Some(quote! {
        #proof

        #[automatically_derived]
        impl #header #rt::#rule for #tangent #clause { #pull }

        #[automatically_derived]
        impl #header ::core::ops::#trait_<#handed> for #tangent #clause {
            fn #assign(&mut self, tangent: #handed) {
                #rt::accumulate(self, #change);
            }
        }
    })
}

/// An operator on types of the user's.
struct Overload<'a> {
    block: &'a ItemImpl,
    function: ItemFn,
    /// The types of the operands and of the result, without references.
    operands: Vec<Type>,
    result: Type,
}

impl<'a> Overload<'a> {
    fn new(block: &'a ItemImpl) -> Option<Self> {
        let output = block.items.iter().find_map(|i| match i {
            ImplItem::Type(t) if t.ident == "Output" => Some(t.ty.clone()),
            _ => None,
        });
        let output = output?;
        let function = methods::of_impl(block).pop()?.function;
        let tokens = without_self_type(function.to_token_stream(), &block.self_ty, &output);
        let mut function: ItemFn = syn::parse2(tokens).ok()?;
        function.sig.generics = block.generics.clone();
        let output: Type = syn::parse2(without_self_type(output.to_token_stream(), &block.self_ty, &output)).ok()?;
        let operands = function.sig.inputs.iter().filter_map(|arg| match arg {
            FnArg::Typed(t) => Some(behind(&t.ty)),
            FnArg::Receiver(_) => None,
        });
        Some(Overload { block, operands: operands.collect(), result: behind(&output), function })
    }

    fn rules(&self, operator: &str) -> Option<TokenStream> {
        let rt = runtime();
        let (l, o) = (&self.operands[0], &self.result);
        let scalars = crate::lower::scalar_types(&self.function);
        let gradient = |t: &Type| tangent(t, &scalars);
        let (lt, ot) = (gradient(l), gradient(o));
        let owned = quote!(<Self as #rt::Own>::Owned);
        let same = |k: usize| {
            l.to_token_stream().to_string()
                == [l, o, self.operands.get(1).unwrap_or(l)][k].to_token_stream().to_string()
        };
        match operator {
            "Neg" | "Add" | "Sub" if !same(1) || !same(2) => None,
            "Neg" => {
                let (pull, push) = (self.pull(None, 0, Known::Shapes)?, self.push(None, 0, Known::Shapes)?);
                Some(self.implement(
                    &quote!(#rt::NegRule),
                    &lt,
                    &quote! {
                        fn negated(&self) -> #owned { #push }
                        fn pull_negated(&self) -> #owned { #pull }
                    },
                ))
            }
            "Add" | "Sub" => {
                let rule = if operator == "Add" { quote!(#rt::SumRule) } else { quote!(#rt::DifferenceRule) };
                let pull = |k| self.pull(None, k, Known::Shapes);
                let push = |k| self.push(Some(1 - k), k, Known::Shapes);
                let (pull_lhs, pull_rhs, push_lhs, push_rhs) = (pull(0)?, pull(1)?, push(0)?, push(1)?);
                Some(self.implement(
                    &rule,
                    &lt,
                    &quote! {
                        fn pull_lhs(&self) -> #owned { #pull_lhs }
                        fn pull_rhs(&self) -> #owned { #pull_rhs }
                        fn push_lhs(&self) -> #owned { #push_lhs }
                        fn push_rhs(&self) -> #owned { #push_rhs }
                    },
                ))
            }
            "Mul" => {
                let r = &self.operands[1];
                let rt_ = gradient(r);
                let pull_lhs = self.pull(Some(1), 0, Known::Operand(1))?;
                let pull_rhs = self.pull(Some(0), 1, Known::Operand(0))?;
                let push_lhs = self.push(Some(1), 0, Known::Operand(1))?;
                let push_rhs = self.push(Some(0), 1, Known::Operand(0))?;
                let product = |push: TokenStream, rhs: TokenStream| {
                    quote! {
                        type Out = #ot;
                        fn product(&self, at: &AutodiffAt, rhs: &#rhs) -> #ot { #push }
                    }
                };
                let mut out = self.implement(&quote!(#rt::MulRule<#r>), &l.to_token_stream(), &quote! {
                    type Out = #o;
                    fn pull_lhs(lhs: &<#l as #rt::Differentiable>::Shape, rhs: &#r, out_bar: &#ot) -> #lt { #pull_lhs }
                    fn pull_rhs(&self, rhs: &<#r as #rt::Differentiable>::Shape, out_bar: &#ot) -> #rt_ { #pull_rhs }
                });
                out.extend(self.implement_product(&quote!(#r), &lt, &product(push_lhs, r.to_token_stream())));
                out.extend(self.implement_product(&rt_, &l.to_token_stream(), &product(push_rhs, rt_.clone())));
                Some(out)
            }
            "Div" => {
                let r = &self.operands[1];
                let rt_ = gradient(r);
                if !same(1) {
                    return None;
                }
                let pull_lhs = self.pull(Some(1), 0, Known::Divisor)?;
                let push_lhs = self.push(Some(1), 0, Known::Divisor)?;
                let pull_rhs = self.pull(Some(0), 1, Known::Quotient)?;
                let push_rhs = self.push(Some(0), 1, Known::Quotient)?;
                let mut out = self.implement(
                    &quote!(#rt::Quotient<#r>),
                    &lt,
                    &quote! {
                        fn quotient(&self, rhs: &#r) -> #owned { #push_lhs }
                        fn pull_numerator(&self, rhs: &#r) -> #owned { #pull_lhs }
                    },
                );
                out.extend(self.implement(
                    &quote!(#rt::DivRule<#r>),
                    &l.to_token_stream(),
                    &quote! {
                        fn pull_divisor(&self, rhs: &#r, out_bar: &#ot) -> #rt_ { #pull_rhs }
                        fn push_divisor(&self, rhs: &#r, rhs_dot: &#rt_) -> #ot { #push_rhs }
                    },
                ));
                Some(out)
            }
            _ => None,
        }
    }

    fn implement(&self, rule: &TokenStream, ty: &TokenStream, items: &TokenStream) -> TokenStream {
        self.implement_for(&self.block.generics, rule, ty, items)
    }

    /// A product in forward mode, whatever the shape that it is handed.
    fn implement_product(&self, rhs: &TokenStream, ty: &TokenStream, items: &TokenStream) -> TokenStream {
        let (rt, mut generics) = (runtime(), self.block.generics.clone());
        generics.params.push(syn::parse_quote!(AutodiffAt));
        self.implement_for(&generics, &quote!(#rt::Product<#rhs, AutodiffAt>), ty, items)
    }

    fn implement_for(
        &self,
        generics: &syn::Generics,
        rule: &TokenStream,
        ty: &TokenStream,
        items: &TokenStream,
    ) -> TokenStream {
        let (header, _, clause) = generics.split_for_impl();
        quote! {
            #[automatically_derived]
            #[allow(warnings, clippy::all, clippy::pedantic, clippy::nursery, clippy::restriction)]
            impl #header #rule for #ty #clause { #items }
        }
    }

    /// The operator as a function whose operand `constant` has no derivative, lowered.
    fn lowered(&self, constant: Option<usize>) -> Option<Func> {
        let mut function = self.function.clone();
        if let Some(FnArg::Typed(t)) = constant.and_then(|k| function.sig.inputs.get_mut(k)) {
            t.attrs.push(syn::parse_quote!(#[nodiff]));
        }
        let own = Ctxt::new();
        fence::function(&own, &function);
        let func = expand::lowered(&own, &function);
        own.check().ok().and(func)
    }

    /// The adjoint of operand `k`, as an expression over what the rule is handed.
    fn pull(&self, constant: Option<usize>, k: usize, known: Known) -> Option<TokenStream> {
        let rt = runtime();
        let func = self.lowered(constant)?;
        let reverse = reverse::reverse(&func, &analysis::facts(&func));
        let given = self.given(&func, known);
        let prelude = needed(&reverse, &given)?;
        let printer = Printer::of(&reverse.vars);
        let (prelude, pullback) = (printer.block(&prelude), printer.block(&reverse.pullback));
        let bindings = self.bindings(&func, known, Shapes::Handed);
        let out_bar = &reverse.vars[reverse.out_bar.0 as usize].name;
        let seed = if matches!(known, Known::Shapes | Known::Divisor) { quote!(self) } else { quote!(out_bar) };
        let cells =
            func.params.iter().zip(&reverse.bars).enumerate().filter(|(_, (p, _))| !p.constant).map(|(i, (p, bar))| {
                let (bar, param) = (&reverse.vars[bar.0 as usize].name, func.name(p.var));
                let kept = if i == k { quote!(let wanted = #bar;) } else { quote!() };
                quote!(let #bar = &#rt::zero_bar(&#param); #kept)
            });
        Some(quote! {
            let seed = #rt::copy(#seed);
            #bindings
            #(#cells)*
            let #out_bar = seed;
            #prelude
            #pullback
            #rt::get(wanted)
        })
    }

    /// The tangent of the result from that of operand `k`.
    fn push(&self, constant: Option<usize>, k: usize, known: Known) -> Option<TokenStream> {
        let rt = runtime();
        let func = self.lowered(constant)?;
        let forward = forward::forward(&func);
        let Some(Operand::Place(result, pass)) = forward.result.clone() else { return None };
        let mut given = self.given(&func, known);
        given.values.extend(&forward.dots);
        let wanted = Reads { values: HashSet::from([result.base]), shapes: HashSet::new() };
        let body = slice(&forward.vars, &forward.body, wanted, &given)?;
        let printer = Printer::of(&forward.vars);
        let (body, result) = (printer.block(&body), printer.operand(&Operand::Place(result, pass)));
        let bindings = self.bindings(&func, known, Shapes::OfTangents);
        let dot = &forward.vars[forward.dots[k].0 as usize].name;
        let given = match (known, k) {
            (Known::Shapes, _) | (_, 0) => quote!(self),
            (Known::Quotient, _) => quote!(rhs_dot),
            _ => quote!(rhs),
        };
        let tangent = if func.params[k].pass == Pass::Value { quote!(#rt::copy(tangent)) } else { quote!(tangent) };
        Some(quote! {
            let tangent = #given;
            #bindings
            let #dot = #tangent;
            #body
            #result
        })
    }

    /// What the pullback may name.
    fn given(&self, func: &Func, known: Known) -> Given {
        let mut given = Given::default();
        given.shapes.extend(func.params.iter().map(|p| p.var));
        match known {
            Known::Shapes => given.shapes.extend(func.result.iter().filter_map(|r| r.place().map(|p| p.base))),
            Known::Operand(_) | Known::Divisor => {
                let k = if let Known::Operand(k) = known { k } else { 1 };
                given.values.insert(func.params[k].var);
                given.shapes.extend(func.result.iter().filter_map(|r| r.place().map(|p| p.base)));
            }
            Known::Quotient => {
                given.values.insert(func.params[1].var);
                given.values.extend(func.result.iter().filter_map(|r| r.place().map(|p| p.base)));
                given.parts = parts(func);
            }
        }
        given
    }

    /// The operands and the result by their names in the function. Where one is not there, a zero stands for it: only its shape is read
    /// ([`slice`] has seen to that), which in reverse mode is handed over, and which in forward mode its tangent has.
    fn bindings(&self, func: &Func, known: Known, shapes: Shapes) -> TokenStream {
        let rt = runtime();
        let mut out = TokenStream::new();
        for (i, p) in func.params.iter().enumerate() {
            let (name, ty) = (func.name(p.var), &self.operands[i]);
            let handed = if i == 0 { quote!(self) } else { quote!(rhs) };
            let bound = match known {
                Known::Shapes => quote!(#rt::zero(self)),
                Known::Operand(k) if k != i => match shapes {
                    Shapes::Handed if i == 0 => quote!(<#ty as #rt::Differentiable>::zero_tangent(lhs)),
                    Shapes::Handed => quote!(<#ty as #rt::Differentiable>::zero_tangent(rhs)),
                    Shapes::OfTangents => quote!(#rt::zero(#handed)),
                },
                Known::Quotient | Known::Divisor if i == 0 => quote!(#rt::zero(self)),
                _ if p.pass == Pass::Value => quote!(#rt::copy(#handed)),
                _ => handed,
            };
            out.extend(quote!(let #name = #bound;));
        }
        if let Some(Operand::Place(r, _)) = &func.result {
            let (name, result) = (func.name(r.base), self.result.to_token_stream().to_string());
            let like =
                func.params.iter().zip(&self.operands).find(|(_, ty)| ty.to_token_stream().to_string() == result);
            let bound = match (known, shapes, like) {
                (Known::Quotient, ..) => Some(quote!(self)),
                (Known::Shapes | Known::Divisor, ..) => Some(quote!(#rt::shape(self))),
                (_, Shapes::Handed, _) => Some(quote!(#rt::shape(out_bar))),
                (_, _, Some((p, _))) => {
                    let p = func.name(p.var);
                    Some(quote!(#rt::shape(&#p)))
                }
                _ => None,
            };
            if func.params.iter().all(|p| p.var != r.base) {
                out.extend(bound.map(|e| quote!(let #name = #e;)));
            }
        }
        out
    }
}

/// Where shapes come from.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Shapes {
    Handed,
    OfTangents,
}

/// What a rule is handed beside the adjoint or the tangent.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Known {
    /// Shapes only.
    Shapes,
    /// The value of this operand.
    Operand(usize),
    /// The divisor, and the shape of the quotient.
    Divisor,
    /// The divisor and the quotient.
    Quotient,
}

/// What of the forward sweep the pullback needs.
fn needed(reverse: &reverse::Reverse, given: &Given) -> Option<Block> {
    let named = reads(&reverse.vars, &reverse.pullback);
    let bars: HashSet<Var> = reverse.bars.iter().copied().chain([reverse.out_bar]).collect();
    let mut wanted = named;
    wanted.values.retain(|v| !bars.contains(v));
    wanted.shapes.retain(|v| !bars.contains(v));
    slice(&reverse.vars, &reverse.forward, wanted, given)
}

/// Where the values that the result is made of lie in it.
fn parts(func: &Func) -> std::collections::HashMap<Var, Place> {
    let mut found = std::collections::HashMap::new();
    let Some(Operand::Place(result, _)) = &func.result else { return found };
    for s in &func.body.stmts {
        let Kind::Let { var, op: Op::Aggregate { args, slots, .. }, .. } = &s.kind else { continue };
        if *var != result.base {
            continue;
        }
        for (arg, slot) in args.iter().zip(slots) {
            let step = match slot {
                Slot::Part(_, member) => Some(Proj::Field(member.clone())),
                slot => reverse::slot_proj(slot),
            };
            if let (Operand::Place(p, _), Some(step)) = (arg, step)
                && p.proj.is_empty()
            {
                found.insert(p.base, Place { base: *var, proj: vec![step] });
            }
        }
    }
    found
}

/// The tangent type by its name: overlapping implementations are told apart by names only.
fn tangent(ty: &Type, scalars: &[String]) -> TokenStream {
    let Type::Path(p) = ty else {
        let rt = runtime();
        return quote!(<#ty as #rt::Differentiable>::Gradient);
    };
    if is_constant_type(ty) {
        return quote!(());
    }
    let mut path = p.clone();
    if let Some(last) = path.path.segments.last_mut()
        && !scalars.iter().any(|s| last.ident == s)
        && !crate::lower::is_matrix_type(&last.ident.to_string())
    {
        last.ident = format_ident!("{}Tangent", last.ident);
    }
    path.into_token_stream()
}

/// The type behind the references.
fn behind(ty: &Type) -> Type {
    match ty {
        Type::Reference(r) => behind(&r.elem),
        Type::Paren(p) => behind(&p.elem),
        ty => ty.clone(),
    }
}

/// `Self::Output` and `Self` by their names.
pub(crate) fn without_self_type(tokens: TokenStream, this: &Type, output: &Type) -> TokenStream {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    let mut out = TokenStream::new();
    let mut k = 0;
    while k < tokens.len() {
        match &tokens[k] {
            TokenTree::Ident(i) if i == "Self" => {
                let is_output = matches!(tokens.get(k + 3), Some(TokenTree::Ident(o)) if o == "Output");
                if is_output {
                    out.extend(output.to_token_stream());
                    k += 3;
                } else {
                    out.extend(this.to_token_stream());
                }
            }
            TokenTree::Group(g) => {
                let mut group = proc_macro2::Group::new(g.delimiter(), without_self_type(g.stream(), this, output));
                group.set_span(g.span());
                out.extend([TokenTree::Group(group)]);
            }
            other => out.extend([other.clone()]),
        }
        k += 1;
    }
    out
}
