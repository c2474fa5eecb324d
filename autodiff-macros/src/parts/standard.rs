//! Names of the standard library that are believed: `mem::swap`, `Some`, `iter::once`.
//!
//! Where the file shows that such a name may be another's (a module or a function of its own, an import, a glob), a constant beside the
//! derivatives proves to rustc that it is the one that it is taken for:
//!
//! ```text
//! use crate::helpers::*;
//! #[differentiable] fn f(x: f64) -> f64 { .. mem::swap(&mut a, &mut b) .. }
//!
//!     const _: fn() = || rules::is_standard(mem::swap::<f64>, ::core::mem::swap::<f64>);
//! ```
use super::{items, seen};
use crate::desugar::{IMPORTED, iter_function};
use proc_macro2::{Span, TokenStream};
use quote::{quote, quote_spanned};
use std::collections::{BTreeMap, BTreeSet};
use syn::{Expr, Ident, Item, ItemUse, Member, Pat, Path, PathArguments, UseTree, spanned::Spanned, visit::Visit};

/// Functions by the end of their paths; where they stand, and types to name one of them by.
#[rustfmt::skip]
const BELIEVED: &[(&str, &str, &str)] = &[
    ("mem::swap", "::core::mem::swap", "f64"), ("mem::replace", "::core::mem::replace", "f64"), ("mem::take", "::core::mem::take", "f64"),
    ("Some", "::core::option::Option::Some", "f64"), ("Ok", "::core::result::Result::Ok", "f64, ()"), ("Err", "::core::result::Result::Err", "f64, ()"),
    ("once", "::core::iter::once", "f64"), ("iter::once", "::core::iter::once", "f64"),
    ("repeat", "::core::iter::repeat", "f64"), ("iter::repeat", "::core::iter::repeat", "f64"),
    ("repeat_n", "::core::iter::repeat_n", "f64"), ("iter::repeat_n", "::core::iter::repeat_n", "f64"),
    ("iter::repeat_with", "::core::iter::repeat_with", "f64, fn() -> f64"), ("iter::empty", "::core::iter::empty", "f64"),
    ("iter::zip", "::core::iter::zip", "[f64; 1], [f64; 1]"),
    ("iter::from_fn", "::core::iter::from_fn", "f64, fn() -> ::core::option::Option<f64>"),
    ("successors", "::core::iter::successors", "f64, fn(&f64) -> ::core::option::Option<f64>"),
    ("stop_gradient", "::autodiff_core::stop_gradient", "f64"),
    ("iter::successors", "::core::iter::successors", "f64, fn(&f64) -> ::core::option::Option<f64>"),
];

/// Where names that are not the standard library's come from in one file.
#[derive(Default)]
pub(super) struct Foreign {
    names: BTreeSet<String>,
    macros: BTreeSet<String>,
    globs: bool,
}

impl Foreign {
    pub(super) fn of(file: &syn::File) -> Self {
        let mut foreign = Foreign::default();
        foreign.visit_file(file);
        foreign
    }

    pub(super) fn may_name(&self, name: &str) -> bool {
        self.globs || self.names.contains(name)
    }

    /// Whether a macro of this name stands in the file.
    pub(super) fn has_macro(&self, name: &str) -> bool {
        self.macros.contains(name)
    }
}

impl Visit<'_> for Foreign {
    fn visit_item(&mut self, item: &Item) {
        match item {
            Item::Use(u) if is_of_standard_library(u) => {}
            Item::Use(u) => items::imported(&u.tree, &mut |name| match name {
                Some(name) => _ = self.names.insert(name.to_string()),
                None => self.globs = true,
            }),
            // what a macro is handed, or makes
            Item::Macro(m) => {
                self.macros.extend(m.ident.iter().map(Ident::to_string));
                self.names.extend(crate::lower::identifiers(m.mac.tokens.clone()));
            }
            item => self.names.extend(items::name(item).map(Ident::to_string)),
        }
        syn::visit::visit_item(self, item);
    }
}

/// `use std::mem;`
fn is_of_standard_library(u: &ItemUse) -> bool {
    matches!(&u.tree, UseTree::Path(p) if ["std", "core", "alloc"].iter().any(|root| p.ident == root))
}

/// The proof of an annotated item's names; nothing where none is in doubt.
pub(crate) fn proven(item: &Item) -> TokenStream {
    let Some(proofs) = proofs(item) else { return TokenStream::new() };
    match item {
        // a method on its own: what stands beside it has a name
        Item::Fn(f) if f.sig.receiver().is_some() => {
            let name = crate::host::beside(&f.sig.ident, "names");
            quote!(#[doc(hidden)] #[allow(dead_code, unused_imports)] fn #name() { #proofs })
        }
        // the imports are the whole body's
        _ => quote!(#[allow(unused_imports)] const _: fn() = || { #proofs };),
    }
}

fn proofs(item: &Item) -> Option<TokenStream> {
    let mut doubted = Doubted::default();
    doubted.visit_item(item);
    // a closure of one's own
    doubted.paths.retain(|name, _| !doubted.bound.contains(name));
    let proofs = doubted.paths.values().map(|(path, standard, types)| {
        let (standard, types): (TokenStream, TokenStream) =
            (standard.parse().expect("a path of the table"), types.parse().expect("types of the table"));
        let span = Span::mixed_site().located_at(path.span());
        quote_spanned!(span=> ::autodiff_core::rules::is_standard(#path::<#types>, #standard::<#types>);)
    });
    let imports = &doubted.imports;
    (!doubted.paths.is_empty()).then(|| quote!(#(#imports)* #(#proofs)*))
}

/// The believed names of an item that may be another's, and what its body imports.
#[derive(Default)]
struct Doubted {
    paths: BTreeMap<String, (Path, &'static str, &'static str)>,
    imports: Vec<ItemUse>,
    /// Its variables.
    bound: BTreeSet<String>,
}

impl Visit<'_> for Doubted {
    fn visit_pat_ident(&mut self, p: &syn::PatIdent) {
        self.bound.insert(p.ident.to_string());
        syn::visit::visit_pat_ident(self, p);
    }
    fn visit_path(&mut self, path: &Path) {
        syn::visit::visit_path(self, path);
        let mut plain = path.clone();
        if let Some(last) = plain.segments.last_mut() {
            last.arguments = PathArguments::None;
        }
        let names: Vec<String> = plain.segments.iter().map(|s| s.ident.to_string()).collect();
        let (end, first) = (&names[names.len().saturating_sub(2)..], names.first());
        // whoever has it
        let end = if end.last().is_some_and(|name| name == "stop_gradient") {
            "stop_gradient".into()
        } else {
            end.join("::")
        };
        let Some((_, standard, types)) = BELIEVED.iter().find(|(name, ..)| *name == end) else { return };
        if path.leading_colon.is_none() && first.is_some_and(|first| seen::may_be_foreign(first)) {
            self.paths.entry(names.join("::")).or_insert((plain, standard, types));
        }
    }
    fn visit_expr_path(&mut self, p: &syn::ExprPath) {
        // only what is called is taken for an iterator
        if p.path.get_ident().is_none_or(|name| !IMPORTED.iter().any(|n| name == n)) {
            self.visit_path(&p.path);
        }
    }
    fn visit_expr_call(&mut self, c: &syn::ExprCall) {
        if iter_function(c).is_some()
            && let Expr::Path(p) = &*c.func
        {
            self.visit_path(&p.path);
        }
        syn::visit::visit_expr_call(self, c);
    }
    fn visit_item_use(&mut self, u: &ItemUse) {
        self.imports.push(u.clone());
    }
    fn visit_macro(&mut self, mac: &syn::Macro) {
        crate::rename::macro_args(mac).iter().flatten().for_each(|e| self.visit_expr(e));
    }
}

// ---- clones --------------------------------------------------------------------------------------------------------

/// The types whose hand-written `Clone` may give something else than a copy.
pub(super) fn odd_clones(file: &syn::File) -> BTreeSet<String> {
    let mut clones = Clones::default();
    clones.visit_file(file);
    clones.0
}

#[derive(Default)]
struct Clones(BTreeSet<String>);

impl Visit<'_> for Clones {
    fn visit_item_impl(&mut self, i: &syn::ItemImpl) {
        let clone = i.trait_.as_ref().is_some_and(|(path, _)| path.segments.last().is_some_and(|s| s.ident == "Clone"));
        if let Some(name) = seen::plain_name(&i.self_ty).filter(|_| clone) {
            let copies = i.items.iter().all(|item| match item {
                syn::ImplItem::Fn(f) => f.sig.ident != "clone" || is_copy(&f.block, &name),
                _ => true,
            });
            self.0.extend((!copies).then_some(name));
        }
        syn::visit::visit_item_impl(self, i);
    }
}

/// `*self`, `Self { x: self.x, y: self.y.clone() }`, `S(self.0)`, `match self { S::A(x) => S::A(x.clone()), S::B => S::B }`
fn is_copy(body: &syn::Block, of: &str) -> bool {
    let [syn::Stmt::Expr(e, None)] = &body.stmts[..] else { return false };
    match copied(e) {
        Expr::Path(p) => p.path.is_ident("self"),
        Expr::Struct(s) => s.rest.is_none() && s.fields.iter().all(|f| is_part(&f.expr, &f.member)),
        Expr::Call(c) => {
            last(&c.func).is_some_and(|f| f == "Self" || f == of)
                && c.args.iter().enumerate().all(|(k, e)| is_part(e, &Member::from(k)))
        }
        Expr::Match(m) => is_self(&m.expr) && m.arms.iter().all(|arm| is_same_variant(&arm.pat, &arm.body)),
        _ => false,
    }
}

/// `x` of `x.clone()`, `*x`, `Clone::clone(&x)`
fn copied(e: &Expr) -> &Expr {
    match e {
        Expr::Paren(p) => copied(&p.expr),
        Expr::Reference(r) => copied(&r.expr),
        Expr::Unary(u) if matches!(u.op, syn::UnOp::Deref(_)) => copied(&u.expr),
        Expr::MethodCall(m) if m.args.is_empty() && COPYING.iter().any(|n| m.method == n) => copied(&m.receiver),
        Expr::Call(c) if c.args.len() == 1 && last(&c.func).is_some_and(|name| name == "clone") => copied(&c.args[0]),
        e => e,
    }
}

const COPYING: &[&str] = &["clone", "to_vec", "to_owned"];

fn last(e: &Expr) -> Option<&Ident> {
    match e {
        Expr::Path(p) => p.path.segments.last().map(|s| &s.ident),
        _ => None,
    }
}

fn is_self(e: &Expr) -> bool {
    last(copied(e)).is_some_and(|name| name == "self")
}

/// `self.x`, as the field `x`
fn is_part(e: &Expr, member: &Member) -> bool {
    matches!(copied(e), Expr::Field(f) if f.member == *member && is_self(&f.base))
}

/// `S::A(x) => S::A(x.clone())`
fn is_same_variant(pat: &Pat, body: &Expr) -> bool {
    let name = |pat: &Pat| match pat {
        Pat::Ident(p) if p.subpat.is_none() => Some(p.ident.clone()),
        _ => None,
    };
    let same = |e: &Expr, pat: &Pat| name(pat).is_some_and(|name| last(copied(e)) == Some(&name));
    let ends = |path: &Path| path.segments.last().map(|s| s.ident.clone());
    match (pat, body) {
        (Pat::Path(p), Expr::Path(e)) => ends(&p.path) == ends(&e.path),
        (Pat::Ident(p), Expr::Path(e)) => e.path.is_ident(&p.ident),
        (Pat::TupleStruct(p), Expr::Call(c)) => {
            ends(&p.path).as_ref() == last(&c.func)
                && p.elems.len() == c.args.len()
                && p.elems.iter().zip(&c.args).all(|(pat, e)| same(e, pat))
        }
        (Pat::Struct(p), Expr::Struct(s)) => {
            let of = |member: &Member| p.fields.iter().find(|f| f.member == *member);
            ends(&p.path) == ends(&s.path)
                && s.rest.is_none()
                && s.fields.iter().all(|f| of(&f.member).is_some_and(|field| same(&f.expr, &field.pat)))
        }
        _ => false,
    }
}
