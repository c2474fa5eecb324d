//! Methods as functions: the compiler knows functions only, `self` becomes a parameter with a plain name.
//!
//! ```text
//! impl Spring { fn energy(&self, x: f64) -> f64 { 0.5 * self.k * x * x } }
//! =>  fn energy(this: &Self, x: f64) -> f64 { 0.5 * this.k * x * x }
//! ```
use crate::{
    again,
    analysis::activity::is_constant_type,
    attr,
    host::{Methods, Receiver, Role},
};
use proc_macro2::{TokenStream, TokenTree};
use quote::format_ident;
use syn::{
    Attribute, FnArg, GenericParam, Generics, Ident, ImplItem, ItemFn, ItemImpl, ItemTrait, Pat, ReceiverKind,
    Signature, TraitItem, Type, Visibility, visit_mut::VisitMut,
};

/// A method as a function.
pub(crate) struct Method {
    pub(crate) function: ItemFn,
    pub(crate) methods: Methods,
    /// The arguments of a `#[differentiable(..)]` of its own.
    pub(crate) args: TokenStream,
    /// It has a body: a trait may only declare it.
    pub(crate) defined: bool,
}

/// The methods of an `impl` block that have derivatives.
pub(crate) fn of_impl(item: &ItemImpl) -> Vec<Method> {
    let role = if item.trait_.is_some() { Role::TraitImpl } else { Role::Inherent };
    let methods = item.items.iter().filter_map(|i| match i {
        ImplItem::Fn(f) => Some(f),
        _ => None,
    });
    methods
        .filter(|f| !attr::is_nodiff(&f.attrs) && !hands_out_constants(&f.sig))
        .map(|f| {
            let method = method(&f.attrs, &f.vis, &f.sig, Some(&f.block), &item.generics, role);
            let one_type = role == Role::Inherent && is_of_one_type(item);
            if one_type { of_one_type(method) } else { method }
        })
        .map(|m| if crate::lower::borrows(&item.self_ty) { named_self(m, &item.self_ty) } else { m })
        .collect()
}

/// `this: &Self` is `this: &Data<'a>`: a pullback takes one of any lifetime.
fn named_self(mut method: Method, ty: &Type) -> Method {
    struct Named<'a>(&'a Type);
    impl VisitMut for Named<'_> {
        fn visit_type_mut(&mut self, ty: &mut Type) {
            syn::visit_mut::visit_type_mut(self, ty);
            if matches!(ty, Type::Path(p) if p.path.is_ident("Self")) {
                *ty = self.0.clone();
            }
        }
        fn visit_pat_mut(&mut self, _: &mut Pat) {}
    }
    method.function.sig.inputs.iter_mut().for_each(|arg| Named(ty).visit_fn_arg_mut(arg));
    method
}

/// The methods of a trait that have derivatives.
pub(crate) fn of_trait(item: &ItemTrait) -> Vec<Method> {
    let methods = item.items.iter().filter_map(|i| match i {
        TraitItem::Fn(f) => Some(f),
        _ => None,
    });
    methods
        .filter(|f| !attr::is_nodiff(&f.attrs) && !hands_out_constants(&f.sig))
        .map(|f| method(&f.attrs, &Visibility::Inherited, &f.sig, f.default.as_ref(), &item.generics, Role::Trait))
        .collect()
}

/// `fn name(&self) -> &str`: there is nothing to differentiate.
fn hands_out_constants(sig: &Signature) -> bool {
    let syn::ReturnType::Type(_, ty) = &sig.output else { return false };
    matches!(&**ty, Type::Reference(r) if is_constant_type(&r.elem))
}

/// A method with the attribute to itself, in an `impl` block that has none.
pub(crate) fn alone(f: &ItemFn, original: &ItemFn) -> Method {
    let method = method(&f.attrs, &f.vis, &f.sig, Some(&f.block), &Generics::default(), Role::Inherent);
    let one_type = crate::parts::seen::is_of_one_type(&original.sig);
    if one_type { of_one_type(method) } else { method }
}

fn method(
    attrs: &[Attribute],
    vis: &Visibility,
    given: &Signature,
    block: Option<&syn::Block>,
    generics: &Generics,
    role: Role,
) -> Method {
    let mut sig = given.clone();
    let receiver = plain_receiver(&mut sig);
    let mut body = block.cloned().unwrap_or_else(|| syn::parse_quote!({}));
    WithoutSelf.visit_block_mut(&mut body);
    // attributes stand before the function or first in its block
    let kept = attrs.iter().filter(|a| !is_ours(a)).cloned().collect();
    let function = ItemFn {
        attrs: kept,
        vis: vis.clone(),
        sig,
        block: Box::new(body),
        ..syn::parse_quote!(
            fn f() {}
        )
    };
    let own = attrs.iter().find(|a| a.path().is_ident("differentiable"));
    let args = own.and_then(|a| a.meta.require_list().ok()).map_or_else(TokenStream::new, |l| l.tokens.clone());
    let mut function = function;
    let outer = bounded(generics);
    function.sig.generics.params.extend(outer.iter().cloned());
    let methods = Methods { receiver, generics: outer, role, copy: None, one_type: false };
    Method { function, methods, args, defined: block.is_some() }
}

/// Whether `Self` is one type, without generics and lifetimes.
pub(crate) fn is_of_one_type(item: &ItemImpl) -> bool {
    struct Lifetimes(bool);
    impl syn::visit::Visit<'_> for Lifetimes {
        fn visit_lifetime(&mut self, l: &syn::Lifetime) {
            self.0 |= l.ident != "static";
        }
    }
    let mut lifetimes = Lifetimes(false);
    syn::visit::Visit::visit_type(&mut lifetimes, &item.self_ty);
    item.generics.params.is_empty() && !lifetimes.0
}

/// Constants may stand beside the method: the block is that of one type.
fn of_one_type(mut method: Method) -> Method {
    method.methods.one_type = true;
    method.methods.copy = again::once_more(&method.function);
    method
}

/// The generics of a block, the bounds of its `where` clause in place: these tell which of them are scalars.
fn bounded(generics: &Generics) -> Vec<GenericParam> {
    let mut params: Vec<GenericParam> = generics.params.iter().cloned().collect();
    for predicate in generics.where_clause.iter().flat_map(|w| &w.predicates) {
        let syn::WherePredicate::Type(t) = predicate else { continue };
        for param in &mut params {
            if let GenericParam::Type(p) = param
                && matches!(&t.bounded_ty, Type::Path(path) if path.path.is_ident(&p.ident))
            {
                p.bounds.extend(t.bounds.iter().cloned());
            }
        }
    }
    params
}

/// `&self` becomes `this: &Self`.
fn plain_receiver(sig: &mut Signature) -> Option<Receiver> {
    let Some(FnArg::Receiver(r)) = sig.inputs.first() else { return None };
    let (attrs, mutability) = (&r.attrs, &r.mutability);
    let this = syn::Ident::new("Self", r.self_token.span);
    let ty: Type = match &r.kind {
        ReceiverKind::Reference(_, lifetime, mutability) => syn::parse_quote!(&#lifetime #mutability #this),
        ReceiverKind::Typed(_, ty) => (**ty).clone(),
        _ => syn::parse_quote!(#this),
    };
    let (receiver, arg): (Receiver, FnArg) = match ty {
        Type::Reference(t) if t.mutability.is_some() => (Receiver::Mut, syn::parse_quote!(#(#attrs)* this: #t)),
        Type::Reference(t) => (Receiver::Ref, syn::parse_quote!(#(#attrs)* this: #t)),
        ty => (Receiver::Value, syn::parse_quote!(#(#attrs)* #mutability this: #ty)),
    };
    sig.inputs[0] = arg;
    Some(receiver)
}

/// `self` has no derivative in this method.
pub(crate) fn constant_self(function: &mut ItemFn) {
    if let Some(FnArg::Typed(this)) = function.sig.inputs.first_mut()
        && !attr::is_nodiff(&this.attrs)
    {
        this.attrs.push(syn::parse_quote!(#[nodiff]));
    }
}

/// `self` by its plain name, in macros too; `self::path` stays, and so do items, whose `self` is theirs.
struct WithoutSelf;

impl VisitMut for WithoutSelf {
    fn visit_path_mut(&mut self, path: &mut syn::Path) {
        if path.is_ident("self") {
            *path = Ident::new("this", path.segments[0].ident.span()).into();
        }
        syn::visit_mut::visit_path_mut(self, path);
    }
    fn visit_macro_mut(&mut self, mac: &mut syn::Macro) {
        mac.tokens = without_self(std::mem::take(&mut mac.tokens));
    }
    fn visit_item_mut(&mut self, item: &mut syn::Item) {
        if let syn::Item::Macro(m) = item {
            self.visit_macro_mut(&mut m.mac);
        }
    }
}

fn without_self(tokens: TokenStream) -> TokenStream {
    with_self_named(tokens, "this")
}

/// The same by another name.
pub(crate) fn with_self_named(tokens: TokenStream, name: &str) -> TokenStream {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    let is_path = |k: usize| matches!((tokens.get(k + 1), tokens.get(k + 2)), (Some(TokenTree::Punct(a)), Some(TokenTree::Punct(b))) if a.as_char() == ':' && b.as_char() == ':');
    let plain = tokens.iter().enumerate().map(|(k, t)| match t {
        TokenTree::Ident(i) if i == "self" && !is_path(k) => TokenTree::Ident(Ident::new(name, i.span())),
        TokenTree::Group(g) => {
            let mut group = proc_macro2::Group::new(g.delimiter(), with_self_named(g.stream(), name));
            group.set_span(g.span());
            TokenTree::Group(group)
        }
        other => other.clone(),
    });
    plain.collect()
}

fn is_ours(a: &Attribute) -> bool {
    a.path().is_ident("differentiable") || a.path().is_ident("nodiff")
}

/// A block as it is handed on to rustc: without our attributes.
pub(crate) fn strip<T: Clone>(item: &T, visit: impl FnOnce(&mut Strip, &mut T)) -> T {
    let mut item = item.clone();
    visit(&mut Strip, &mut item);
    item
}

/// Takes our attributes off functions, their parameters and their receivers.
pub(crate) struct Strip;

impl VisitMut for Strip {
    fn visit_impl_item_fn_mut(&mut self, f: &mut syn::ImplItemFn) {
        if !attr::is_nodiff(&f.attrs) {
            // the derivatives are a use of the method
            f.attrs.push(syn::parse_quote!(#[allow(dead_code)]));
        }
        f.attrs.retain(|a| !is_ours(a));
        self.visit_signature_mut(&mut f.sig);
    }
    fn visit_trait_item_fn_mut(&mut self, f: &mut syn::TraitItemFn) {
        f.attrs.retain(|a| !is_ours(a));
        self.visit_signature_mut(&mut f.sig);
    }
    fn visit_fn_arg_mut(&mut self, arg: &mut FnArg) {
        match arg {
            FnArg::Receiver(r) => r.attrs.retain(|a| !is_ours(a)),
            FnArg::Typed(t) => t.attrs.retain(|a| !is_ours(a)),
        }
    }
}

// ---- `impl Trait` ----------------------------------------------------------------------------------------------------

const NAMED_IMPL: &str = "AutodiffImpl";

/// Whether a type parameter stands for an `impl Trait`.
pub(crate) fn is_named_impl(name: &Ident) -> bool {
    name.to_string().starts_with(NAMED_IMPL)
}

/// `fn f(x: &impl P)` is `fn f<X: P>(x: &X)`.
pub(crate) fn name_impl_traits(item: &mut ItemFn) {
    struct Name(Vec<GenericParam>);
    impl VisitMut for Name {
        fn visit_type_mut(&mut self, ty: &mut Type) {
            syn::visit_mut::visit_type_mut(self, ty);
            if let Type::ImplTrait(i) = ty {
                let (name, bounds) = (format_ident!("{NAMED_IMPL}{}", self.0.len()), &i.bounds);
                self.0.push(syn::parse_quote!(#name: #bounds));
                *ty = syn::parse_quote!(#name);
            }
        }
        fn visit_pat_mut(&mut self, _: &mut Pat) {}
    }
    let mut name = Name(Vec::new());
    item.sig.inputs.iter_mut().for_each(|arg| name.visit_fn_arg_mut(arg));
    item.sig.generics.params.extend(name.0);
}
