//! From a method that hands out a reference to where it leads: the choices that it makes as one number, its indices as others.
use super::calls::part_of;
use crate::{
    analysis::activity::is_constant_type,
    attr,
    ctxt::{Ctxt, compile_errors},
    emit::runtime,
    lower,
    methods::{self, Method},
    references::{Lead, lead, number, slot, template},
};
use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote_spanned};
use syn::{
    Block, Expr, FnArg, Ident, ImplItem, ImplItemFn, ItemImpl, ReturnType, Signature, Stmt, Type, TypeReference,
    parse_quote,
    visit_mut::{self, VisitMut},
};

macro_rules! quote {
    ($($tokens:tt)*) => { quote_spanned!(Span::mixed_site()=> $($tokens)*) };
}

/// The reference to something with derivatives that a method hands out of `self`.
pub(super) fn handed(sig: &Signature) -> Option<&TypeReference> {
    let ReturnType::Type(_, ty) = &sig.output else { return None };
    let Type::Reference(r) = &**ty else { return None };
    let borrowed =
        matches!(sig.inputs.first(), Some(FnArg::Receiver(s)) if matches!(s.kind, syn::ReceiverKind::Reference(..)));
    (!is_constant_type(&r.elem) && borrowed).then_some(r)
}

pub(super) fn is_getter(f: &ImplItemFn) -> bool {
    !attr::is_nodiff(&f.attrs) && handed(&f.sig).is_some()
}

/// Whether a block implements `Index` or `IndexMut`.
pub(super) fn is_index(block: &ItemImpl) -> bool {
    block
        .trait_
        .as_ref()
        .and_then(|(p, _)| p.segments.last())
        .is_some_and(|s| s.ident == "Index" || s.ident == "IndexMut")
}

/// The getters of an inherent block, which are taken out of it, as what says where they lead.
pub(crate) fn getters(block: &mut ItemImpl) -> TokenStream {
    let mut out = TokenStream::new();
    if block.trait_.is_some() {
        return out;
    }
    let (getters, others) =
        std::mem::take(&mut block.items).into_iter().partition(|i| matches!(i, ImplItem::Fn(f) if is_getter(f)));
    block.items = others;
    let mut only = block.clone();
    only.items = getters;
    for method in methods::of_impl(&only) {
        let (ty, name, vis) = (&block.self_ty, part_of(&method.function.sig.ident), &method.function.vis);
        out.extend(made(block, &method, |site| {
            let (header, _, clause) = block.generics.split_for_impl();
            let Site { args, body, part, .. } = site;
            let (own, _, own_clause) = method.function.sig.generics.split_for_impl();
            let own = if method.methods.generics.len() == method.function.sig.generics.params.len() {
                quote!()
            } else {
                own.to_token_stream()
            };
            quote! {
                impl #header #ty #clause {
                    #[inline]
                    #vis fn #name #own (&self, #args) -> #part #own_clause #body
                }
            }
        }));
    }
    out
}

/// An `Index` or `IndexMut` of the user's, or nothing.
pub(crate) fn index(block: &ItemImpl) -> Option<TokenStream> {
    if !is_index(block) {
        return None;
    }
    let rt = runtime();
    let method = methods::of_impl(block).pop()?;
    let mutable = method.function.sig.ident == "index_mut";
    Some(made(block, &method, |site| {
        let ((header, _, clause), ty) = (block.generics.split_for_impl(), &block.self_ty);
        let Site { args, types, body, part, .. } = site;
        let (trait_, function) =
            if mutable { (quote!(SiteMut), quote!(site_mut)) } else { (quote!(Site), quote!(site)) };
        quote! {
            impl #header #rt::#trait_<#types> for #ty #clause {
                type Part = #part;
                #[inline]
                fn #function(&self, #args) -> #part #body
            }
        }
    }))
}

/// What a method that says where another one leads consists of.
struct Site {
    /// The arguments beside `self`, and their types.
    args: TokenStream,
    types: TokenStream,
    part: TokenStream,
    body: TokenStream,
}

fn made(block: &ItemImpl, method: &Method, companion: impl FnOnce(&Site) -> TokenStream) -> TokenStream {
    let cx = Ctxt::new();
    let tokens = parts(&cx, block, method, companion);
    match cx.check() {
        Ok(()) => tokens,
        Err(errors) => compile_errors(&errors),
    }
}

/// The key, what it leads to, and the method that makes one.
fn parts(cx: &Ctxt, block: &ItemImpl, method: &Method, companion: impl FnOnce(&Site) -> TokenStream) -> TokenStream {
    let rt = runtime();
    // as the method's text names it
    let this = Ident::new("this", Span::call_site());
    let sig = &method.function.sig;
    let mut body = (*method.function.block).clone();
    let mut leaves = Leaves { cx, places: Vec::new(), slots: 0 };
    leaves.block(&mut body);
    let Leaves { places, slots, .. } = leaves;
    let ReturnType::Type(_, result) = &sig.output else { return TokenStream::new() };
    let Type::Reference(result) = &**result else { return TokenStream::new() };
    let of = plain(&result.elem, block);
    let ty = &block.self_ty;
    let (header, _, clause) = block.generics.split_for_impl();
    let choose = |reference: TokenStream| {
        let names = (0..slots).map(slot);
        let arms = places.iter().enumerate().map(|(k, place)| {
            let k = if k + 1 == places.len() { quote!(_) } else { k.to_token_stream() };
            quote!(#k => #reference #place,)
        });
        quote!({
            let [#(#names),*] = self.slots;
            match self.site { #(#arms)* }
        })
    };
    let (shared, mutable) = (choose(quote!(&)), choose(quote!(&mut)));
    let differentiable = |ty: &dyn ToTokens| quote!(<#ty as #rt::Differentiable>);
    let (whole, part) = (differentiable(ty), differentiable(&of));
    let of_mut = result.mutability.is_some().then(|| {
        quote! {
            impl #header #rt::PartOfMut<#ty> for Key #clause {
                #[inline]
                fn of_mut<'autodiff>(&self, #this: &'autodiff mut #ty) -> &'autodiff mut #of #mutable
            }
        }
    });
    let inputs: Vec<_> = sig.inputs.iter().skip(1).collect();
    let types: Vec<_> =
        inputs.iter().filter_map(|a| if let FnArg::Typed(t) = a { Some(&t.ty) } else { None }).collect();
    let site = Site {
        args: quote!(#(#inputs),*),
        types: quote!(#(#types),*),
        part: quote!(#rt::Part<Key>),
        body: quote!({
            let #this = self;
            let mut slots = [0; #slots];
            let site = 'part: #body;
            #rt::Part(Key { site, slots })
        }),
    };
    let companion = companion(&site);
    quote! {
        #[allow(warnings, clippy::all, clippy::pedantic, clippy::nursery, clippy::restriction)]
        const _: () = {
            #[derive(::core::clone::Clone, ::core::marker::Copy)]
            pub struct Key {
                site: usize,
                slots: [usize; #slots],
            }

            impl #header #rt::PartOf<#ty> for Key #clause {
                type Of = #of;
                #[inline]
                fn of<'autodiff>(&self, #this: &'autodiff #ty) -> &'autodiff #of #shared
                #[inline]
                fn of_tangent<'autodiff>(&self, #this: &'autodiff #whole::Tangent) -> &'autodiff #part::Tangent #shared
                #[inline]
                fn of_tangent_mut<'autodiff>(&self, #this: &'autodiff mut #whole::Tangent) -> &'autodiff mut #part::Tangent #mutable
                #[inline]
                fn of_bar<'autodiff>(&self, #this: &'autodiff #whole::Bar) -> &'autodiff #part::Bar #shared
                #[inline]
                fn of_bar_mut<'autodiff>(&self, #this: &'autodiff mut #whole::Bar) -> &'autodiff mut #part::Bar #mutable
            }
            #of_mut
            #companion
        };
    }
}

/// A type that means the same outside of the block: without `Self`.
fn plain(ty: &Type, block: &ItemImpl) -> Type {
    let output = block.items.iter().find_map(|i| match i {
        ImplItem::Type(t) if t.ident == "Output" => Some(t.ty.clone()),
        _ => None,
    });
    let output = output.unwrap_or_else(|| {
        let ty = &block.self_ty;
        let trait_ = block.trait_.as_ref().map(|(path, _)| {
            let mut path = path.clone();
            if let Some(last) = path.segments.last_mut() {
                last.ident = Ident::new("Index", last.ident.span());
            }
            path
        });
        trait_.map_or_else(|| parse_quote!(#ty), |path| parse_quote!(<#ty as #path>::Output))
    });
    let tokens = crate::overload::without_self_type(ty.to_token_stream(), &block.self_ty, &output);
    syn::parse2(tokens).unwrap_or_else(|_| ty.clone())
}

/// Replaces the references that a body may hand out by numbers.
struct Leaves<'a> {
    cx: &'a Ctxt,
    /// Where they lead, over `this` and slots.
    places: Vec<Expr>,
    slots: usize,
}

impl Leaves<'_> {
    fn block(&mut self, block: &mut Block) {
        let (last, before) = match block.stmts.split_last_mut() {
            Some(split) => split,
            None => return,
        };
        before.iter_mut().for_each(|s| self.visit_stmt_mut(s));
        match last {
            Stmt::Expr(e, semicolon) => {
                let returned = matches!(e, Expr::Return(_));
                self.tail(e);
                if returned {
                    *semicolon = None;
                }
            }
            other => self.visit_stmt_mut(other),
        }
    }

    fn tail(&mut self, e: &mut Expr) {
        match e {
            Expr::Paren(p) => self.tail(&mut p.expr),
            Expr::Group(g) => self.tail(&mut g.expr),
            Expr::Block(b) => self.block(&mut b.block),
            Expr::If(i) => {
                self.block(&mut i.then_branch);
                if let Some((_, e)) = &mut i.else_branch {
                    self.tail(e);
                }
            }
            Expr::Match(m) => m.arms.iter_mut().for_each(|a| self.tail(&mut a.body)),
            Expr::Return(r) => {
                if let Some(inner) = &mut r.expr {
                    self.tail(inner);
                    *e = (**inner).clone();
                }
            }
            e if lower::diverges(e) => {}
            e => self.leaf(e),
        }
    }

    fn leaf(&mut self, e: &mut Expr) {
        match lead(e) {
            Some(l) if l.head == "this" => *e = self.site(&l),
            _ => self.cx.error(
                &*e,
                "a method that hands out a reference is followed where this is a field of `self`, an element or a range of one \
                 (`&self.rows[i]`, `&self.data[a..b]`), chosen by branches: mark it `#[nodiff]`, and read the field where a derivative is wanted",
            ),
        }
    }

    /// `{ slots = [i, ..]; k }`
    fn site(&mut self, lead: &Lead) -> Expr {
        let mut t = template(lead);
        if let Some(range) = t.range.take() {
            let (place, range) = (&t.place, number(&Expr::Range(range), &mut t.values));
            t.place = parse_quote!(#place[#range]);
        }
        let k = self.places.len();
        self.slots = self.slots.max(t.values.len());
        self.places.push(t.place);
        let numbers = (0..t.values.len()).map(proc_macro2::Literal::usize_unsuffixed);
        let values = &t.values;
        syn::parse2(quote!({ #(slots[#numbers] = #values;)* #k })).expect("a block")
    }
}

impl VisitMut for Leaves<'_> {
    fn visit_expr_mut(&mut self, e: &mut Expr) {
        if let Expr::Return(r) = e
            && let Some(inner) = &mut r.expr
        {
            self.tail(inner);
            *e = syn::parse2(quote!(break 'part #inner)).expect("an expression");
            return;
        }
        visit_mut::visit_expr_mut(self, e);
    }
    fn visit_expr_closure_mut(&mut self, _: &mut syn::ExprClosure) {}
    fn visit_item_mut(&mut self, _: &mut syn::Item) {}
}
