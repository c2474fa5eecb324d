//! Rejects the syntax that no differentiable function may have, every instance at once.
use crate::{bits, ctxt::Ctxt, emit::AS_THEY_ARE, lower::MAKERS, moments, unchecked};
use proc_macro2::{TokenStream, TokenTree};
use quote::ToTokens;
use std::collections::HashSet;
use syn::{Expr, FnArg, ItemFn, Pat, Type, visit::Visit};

/// The whole function.
pub(crate) fn function(cx: &Ctxt, item: &ItemFn) {
    signature(cx, item);
    iterators(cx, item);
    let mut locals = Locals::default();
    locals.visit_item_fn(item);
    bits::put_together(cx, &locals, &item.block);
    bits::cast(cx, &item.block);
    Fence { cx, blocks: 0, locals, references: unchecked::references(item) }.visit_block(&item.block);
}

/// The names of all variables, `self` included.
#[derive(Default)]
pub(crate) struct Locals(HashSet<String>);

impl Visit<'_> for Locals {
    fn visit_pat_ident(&mut self, p: &syn::PatIdent) {
        self.0.insert(p.ident.to_string());
        syn::visit::visit_pat_ident(self, p);
    }
    fn visit_receiver(&mut self, _: &syn::Receiver) {
        self.0.insert("self".into());
    }
}

impl Locals {
    /// Whether these tokens name one, other than as a macro's own `$x`.
    pub(crate) fn occur_in(&self, tokens: TokenStream) -> bool {
        let mut dollar = false;
        tokens.into_iter().any(|token| {
            let fragment = std::mem::replace(&mut dollar, matches!(&token, TokenTree::Punct(p) if p.as_char() == '$'));
            match token {
                TokenTree::Ident(i) => !fragment && self.0.contains(&i.to_string()),
                TokenTree::Group(g) => self.occur_in(g.stream()),
                _ => false,
            }
        })
    }
}

/// What holds numbers in a way that no derivative follows, and what to take instead.
fn held_elsewhere(ty: &Type) -> Option<(&syn::TypePath, &'static str)> {
    match ty {
        Type::Reference(r) => held_elsewhere(&r.elem),
        Type::Path(p) => match p.path.segments.last()?.ident.to_string().as_str() {
            "BTreeMap" | "HashMap" => Some((p, MAPS)),
            "Rc" | "Arc" => Some((
                p,
                "what others hold too is not followed: take a reference to what is in it (`x: &[f64]`, handed in as `&x`), or mark the parameter `#[nodiff]`",
            )),
            _ => None,
        },
        _ => None,
    }
}

/// What is said of maps.
pub(crate) const MAPS: &str = "the numbers in a map are not followed: keep them in a `Vec` and the keys beside it; a map of constants is marked `#[nodiff]`";

/// `Option<&T>`, `Vec<&'a T>`
fn is_container_of_references(ty: &Type) -> bool {
    let Type::Path(p) = ty else { return false };
    let Some(last) = p.path.segments.last() else { return false };
    let syn::PathArguments::AngleBracketed(args) = &last.arguments else { return false };
    let held = |a: &syn::GenericArgument| match a {
        syn::GenericArgument::Type(Type::Reference(r)) => r.lifetime.as_ref().is_none_or(|l| l.ident != "static"),
        syn::GenericArgument::Type(ty) => is_container_of_references(ty),
        _ => false,
    };
    matches!(last.ident.to_string().as_str(), "Option" | "Vec" | "VecDeque") && args.args.iter().any(held)
}

/// What can't be said in a signature.
pub(crate) fn signature(cx: &Ctxt, item: &ItemFn) {
    let sig = &item.sig;
    if let Some(a) = &sig.asyncness {
        cx.error(a, "an `async` function can't be differentiable: compute in an ordinary function and await around it");
    }
    if let syn::Safety::Unsafe(u) = &sig.safety {
        cx.error(
            u,
            "an `unsafe` function can't be differentiable: write it over slices and indices, which are checked",
        );
    }
    if let Some(a) = &sig.abi {
        cx.error(a, "an `extern` function can't be differentiable: wrap an ordinary one");
    }
    if let Some(v) = &sig.variadic {
        cx.error(v, "a variadic function can't be differentiable: take a slice");
    }
    for arg in &sig.inputs {
        if let FnArg::Typed(t) = arg {
            match &*t.ty {
                ty if crate::attr::is_nodiff(&t.attrs) && is_container_of_references(ty) => cx.error(
                    ty,
                    "a pullback outlives the references that this holds: take it by reference (`&Option<&T>`, `&[&T]`)",
                ),
                _ if crate::attr::is_nodiff(&t.attrs) => {}
                ty if crate::parts::holds_object(ty) => cx.error(
                    ty,
                    "what an object holds is not seen, and has no derivative: mark this parameter `#[nodiff]`; \
                     derivatives by the arguments of its methods are there where its trait has `#[differentiable(dyn)]`",
                ),
                ty if held_elsewhere(ty).is_some() => {
                    let (path, instead) = held_elsewhere(ty).expect("just seen");
                    cx.error(path, instead);
                }
                Type::Path(p) if p.path.segments.last().is_some_and(|s| s.ident.to_string().ends_with("ViewMut")) => cx
                    .error(
                        &t.ty,
                        "a mutable view as a parameter is not differentiable yet: take a `&mut` matrix or slice",
                    ),
                Type::ImplTrait(i) => cx.error(i, "name the type: `impl Trait` parameters are not differentiable yet"),
                Type::Ptr(p) => cx.error(p, "a raw pointer can't be followed: take a reference or a slice"),
                Type::Verbatim(t) => cx.error(t, "this type is not understood"),
                _ => {}
            }
        }
    }
    if let syn::ReturnType::Type(_, ty) = &sig.output {
        match &**ty {
            Type::Reference(r) => cx.error(r, "a differentiable function returns a value of its own: return the data (`.to_vec()`, `.clone()`), or write to a `&mut` parameter"),
            Type::ImplTrait(i) if quote::ToTokens::to_token_stream(i).to_string().contains("Iterator") => cx.error(
                i,
                "an iterator is not followed out of a function: return a `Vec` (`.collect()`), or write the iterator where it is used",
            ),
            Type::ImplTrait(i) => cx.error(i, "name the type of the result: derivatives are made of it"),
            ty if lent_by_name(item, ty) => cx.error(
                ty,
                "a result that borrows from an argument is not differentiable: return what owns its data, or make it where it is used",
            ),
            ty if crate::parts::holds_object(ty) => {
                cx.error(ty, "what an object holds is not seen: return the type itself, or an enum of the types that it may be")
            }
            _ => {}
        }
    }
}

/// Whether a type has the lifetime of a parameter in it: `D<'a>` beside `x: &'a [f64]`.
fn lent_by_name(item: &ItemFn, ty: &Type) -> bool {
    struct Lifetimes(HashSet<String>);
    impl Visit<'_> for Lifetimes {
        fn visit_lifetime(&mut self, l: &syn::Lifetime) {
            self.0.insert(l.ident.to_string());
        }
    }
    let mut inside = Lifetimes(HashSet::new());
    inside.visit_type(ty);
    if inside.0.contains("_") {
        return true;
    }
    item.sig.inputs.iter().any(|arg| match arg {
        FnArg::Typed(t) => match &*t.ty {
            Type::Reference(r) => {
                r.lifetime.as_ref().is_some_and(|l| l.ident != "static" && inside.0.contains(&l.ident.to_string()))
            }
            _ => false,
        },
        FnArg::Receiver(_) => false,
    })
}

/// Parameters of any type that is an iterator: what is not known to be a list has no entries to add a gradient to.
fn iterators(cx: &Ctxt, item: &ItemFn) {
    for arg in &item.sig.inputs {
        if let FnArg::Typed(t) = arg
            && !crate::attr::is_nodiff(&t.attrs)
            && generic_bounds(item, &t.ty).any(|b| ITERATORS.iter().any(|i| b == i))
        {
            cx.error(
                &t.pat,
                "what iterators of any type hand out is not followed: take a slice (`&[f64]`), or mark the parameter `#[nodiff]`",
            );
        }
    }
}

const ITERATORS: &[&str] = &["IntoIterator", "Iterator", "ExactSizeIterator", "DoubleEndedIterator"];

/// The traits that a type parameter, or references to it, must have.
fn generic_bounds<'a>(item: &'a ItemFn, ty: &Type) -> impl Iterator<Item = &'a syn::Ident> {
    let name = generic(ty).filter(|name| item.sig.generics.type_params().any(|t| t.ident == **name)).cloned();
    let clause = item.sig.generics.where_clause.iter().flat_map(|w| &w.predicates);
    let in_clause = clause.filter_map(|p| match p {
        syn::WherePredicate::Type(t) => Some((generic(&t.bounded_ty)?, &t.bounds)),
        _ => None,
    });
    let all = item.sig.generics.type_params().map(|t| (&t.ident, &t.bounds)).chain(in_clause);
    all.filter(move |(of, _)| name.as_ref() == Some(*of)).flat_map(|(_, bounds)| bounds).filter_map(|b| match b {
        syn::TypeParamBound::Trait(t) => t.path.segments.last().map(|s| &s.ident),
        _ => None,
    })
}

/// `I` of `I`, `&I`
fn generic(ty: &Type) -> Option<&syn::Ident> {
    match ty {
        Type::Reference(r) => generic(&r.elem),
        Type::Paren(p) => generic(&p.elem),
        Type::Path(p) => p.path.get_ident(),
        _ => None,
    }
}

struct Fence<'a> {
    cx: &'a Ctxt,
    /// How many blocks are around.
    blocks: usize,
    locals: Locals,
    /// Parameters behind which to look is not unsafe.
    references: HashSet<String>,
}

impl Visit<'_> for Fence<'_> {
    fn visit_block(&mut self, block: &syn::Block) {
        self.blocks += 1;
        syn::visit::visit_block(self, block);
        self.blocks -= 1;
    }

    fn visit_attribute(&mut self, a: &syn::Attribute) {
        if a.path().is_ident("cfg") || a.path().is_ident("cfg_attr") {
            self.cx.error(a, "what `#[cfg]` leaves out is known of statements, arms and fields, and for three conditions at most: write `if cfg!(..) { .. }`, or two functions");
        }
    }

    fn visit_expr(&mut self, e: &Expr) {
        match e {
            Expr::Async(_) | Expr::Await(_) => self.cx.error(e, "`async` and `.await` are not differentiable: compute in an ordinary function and await around it"),
            Expr::Unsafe(u) if unchecked::only(&u.block, &self.references) => syn::visit::visit_expr(self, e),
            Expr::Unsafe(u) => self.cx.error(u.unsafe_token, "what an `unsafe` block does to values can't be followed: use the checked form, or move it into a function with its own rule (`#[differentiable(jvp = .., vjp = ..)]`)"),
            Expr::Binary(b) if moments::is_ambiguous(b) => self.cx.error(e, "whether this index or this value comes first depends on the types: give one of them a name before, `let k = ..;`"),
            Expr::Yield(_) => self.cx.error(e, "generators are not differentiable"),
            Expr::RawAddr(_) => self.cx.error(e, "a raw pointer can't be followed: use a reference"),
            Expr::TryBlock(_) => self.cx.error(e, "`try` blocks are not differentiable: use `match`"),
            Expr::Verbatim(_) => self.cx.error(e, "this syntax is not understood"),
            _ => syn::visit::visit_expr(self, e),
        }
    }
    fn visit_macro(&mut self, mac: &syn::Macro) {
        if is_own(&mac.path) {
            self.cx.error(
                &mac.path,
                "this macro is one of your own by the name of another that is known: give it a name of its own",
            );
        }
    }
    fn visit_arm(&mut self, arm: &syn::Arm) {
        self.ambiguous(|names| names.visit_pat(&arm.pat), arm.body.to_token_stream());
        syn::visit::visit_arm(self, arm);
    }
    fn visit_expr_if(&mut self, i: &syn::ExprIf) {
        self.ambiguous(|names| names.visit_expr(&i.cond), i.then_branch.to_token_stream());
        syn::visit::visit_expr_if(self, i);
    }
    fn visit_expr_while(&mut self, w: &syn::ExprWhile) {
        self.ambiguous(|names| names.visit_expr(&w.cond), w.body.to_token_stream());
        syn::visit::visit_expr_while(self, w);
    }
    fn visit_item(&mut self, item: &syn::Item) {
        match item {
            item if self.blocks > 1 && !matches!(item, syn::Item::Macro(_)) => self.cx.error(
                item,
                "an item of an inner block is another one outside of it: put it at the beginning of the function, or outside",
            ),
            syn::Item::Static(s) if matches!(s.mutability, syn::StaticMutability::Mut(_)) => self.cx.error(
                s,
                "a `static mut` may change what the derivative depends on unseen: pass the state as a parameter",
            ),
            syn::Item::Macro(m) if self.locals.occur_in(m.mac.tokens.clone()) => self.cx.error(
                m,
                "what a macro does to the variables it names can't be followed: write a closure or a function",
            ),
            _ => {}
        }
    }
    fn visit_pat(&mut self, p: &Pat) {
        match p {
            Pat::Macro(_) => {
                self.cx.error(p, "what a macro binds in a pattern can't be followed: write the pattern out")
            }
            Pat::Verbatim(_) => self.cx.error(p, "this pattern is not understood"),
            _ => syn::visit::visit_pat(self, p),
        }
    }
}

/// `vec!` where the file has a macro of that name.
fn is_own(path: &syn::Path) -> bool {
    path.get_ident().is_some_and(|name| {
        let name = name.to_string();
        (MAKERS.contains(&name.as_str()) || AS_THEY_ARE.contains(&name.as_str()))
            && crate::parts::seen::has_macro(&name)
    })
}

/// Names such as `Xo` in patterns.
#[derive(Default)]
struct Camels(Vec<syn::Ident>);

impl Visit<'_> for Camels {
    fn visit_pat_ident(&mut self, p: &syn::PatIdent) {
        let text = p.ident.to_string();
        let camel = text.starts_with(char::is_uppercase) && text.contains(char::is_lowercase) && text != "None";
        if camel && p.by_ref.is_none() && p.mutability.is_none() && p.subpat.is_none() {
            self.0.push(p.ident.clone());
        }
    }
}

impl Fence<'_> {
    /// Names in patterns that can fail which are variants by their spelling, and variables by their use where these match.
    fn ambiguous(&self, patterns: impl FnOnce(&mut Camels), body: TokenStream) {
        let mut names = Camels::default();
        patterns(&mut names);
        names.0.retain(|n| crate::lower::identifiers(body.clone()).any(|i| *n == i));
        for name in names.0 {
            let hint = format!(
                "`{name}` in a pattern that may fail is taken for a constant or a variant: write a variable in lower \
                case, a variant with its type before it"
            );
            self.cx.error(&name, &hint);
        }
    }
}
