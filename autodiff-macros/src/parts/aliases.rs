//! Names of types that the file gives: `type Mat = Vec<Vec<f64>>;`. What is said of the type is said of the name.
//!
//! ```text
//! fn t(a: &Mat) -> Mat { .. }    =>    fn t(a: &Vec<Vec<f64>>) -> Vec<Vec<f64>> { .. }
//!
//!     const _: fn(PhantomData<Mat>) -> PhantomData<Vec<Vec<f64>>> = |same| same;
//! ```
//! A constant beside the derivatives proves to rustc that the name is the one that it is taken for.
use super::{items, seen};
use crate::lower::identifiers;
use proc_macro2::{Group, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use syn::{
    Attribute, ExprPath, GenericParam, Ident, ImplItem, Item, ItemFn, ItemImpl, Path, PathArguments, Type,
    visit::Visit, visit_mut, visit_mut::VisitMut,
};

/// Names in a type that are the same everywhere.
const EVERYWHERE: &[&str] = &[
    "f64", "f32", "usize", "isize", "u8", "u16", "u32", "u64", "i8", "i16", "i32", "i64", "bool", "char", "Vec",
    "Option", "Box",
];

/// The aliases of a file, as text, those without generics that stand at its root and have no namesake.
pub(super) fn of(file: &syn::File) -> BTreeMap<String, String> {
    let mut namesakes = Namesakes::default();
    namesakes.visit_file(file);
    let named = |name: &String| namesakes.0.get(name).copied().unwrap_or_default();
    // in a module the names that an alias is made of may be others
    let flat = !file.items.iter().any(|item| matches!(item, Item::Mod(m) if says_differentiable(m.to_token_stream())));
    let aliases = file.items.iter().filter_map(|item| match item {
        Item::Type(t) if t.generics.params.is_empty() && !t.attrs.iter().any(is_conditional) => Some(t),
        _ => None,
    });
    let mut plain = BTreeMap::new();
    for alias in aliases {
        let name = alias.ident.to_string();
        let mut of = identifiers(alias.ty.to_token_stream());
        let steady = |i: String| match EVERYWHERE.contains(&i.as_str()) {
            true => named(&i) == 0,
            false => {
                !["dyn", "impl", "Self"].contains(&i.as_str()) && (plain.contains_key(&i) || flat && named(&i) <= 1)
            }
        };
        if named(&name) == 1 && !matches!(*alias.ty, Type::Macro(_)) && of.all(steady) {
            plain.insert(name, alias.ty.to_token_stream().to_string());
        }
    }
    plain
}

fn says_differentiable(tokens: TokenStream) -> bool {
    identifiers(tokens).any(|i| i == "differentiable")
}

fn is_conditional(a: &Attribute) -> bool {
    a.path().is_ident("cfg") || a.path().is_ident("cfg_attr")
}

/// How often each name is given to something, or may be.
#[derive(Default)]
struct Namesakes(HashMap<String, usize>);

impl Namesakes {
    fn note(&mut self, name: &Ident) {
        *self.0.entry(name.to_string()).or_default() += 1;
    }
}

impl Visit<'_> for Namesakes {
    fn visit_item(&mut self, item: &Item) {
        match item {
            Item::Use(u) => items::imported(&u.tree, &mut |name| name.into_iter().for_each(|n| self.note(n))),
            // what a macro is handed, or makes
            Item::Macro(m) => identifiers(m.mac.tokens.clone()).for_each(|i| *self.0.entry(i).or_default() += 2),
            item => items::name(item).into_iter().for_each(|n| self.note(n)),
        }
        syn::visit::visit_item(self, item);
    }
    fn visit_generic_param(&mut self, p: &GenericParam) {
        match p {
            GenericParam::Type(t) => self.note(&t.ident),
            GenericParam::Const(c) => self.note(&c.ident),
            GenericParam::Lifetime(_) => {}
        }
    }
}

// ---- what they stand for -------------------------------------------------------------------------------------------

/// Puts types in the place of their names in a function; the proof that they are these.
pub(crate) fn of_function(function: &mut ItemFn) -> TokenStream {
    let mut resolve = Resolve::default();
    resolve.visit_item_fn_mut(function);
    let proofs = resolve.proofs();
    if function.sig.receiver().is_none() || proofs.is_empty() {
        return proofs;
    }
    // a method on its own: what stands beside it has a name
    let name = crate::host::beside(&function.sig.ident, "types");
    quote!(#[doc(hidden)] #[allow(dead_code)] fn #name() { #proofs })
}

/// [`of_function`], for the methods of a block.
pub(crate) fn of_block(block: &mut ItemImpl) -> TokenStream {
    let mut resolve = Resolve::default();
    for item in &mut block.items {
        if let ImplItem::Fn(f) = item {
            resolve.visit_impl_item_fn_mut(f);
        }
    }
    resolve.proofs()
}

/// The names that were met.
#[derive(Default)]
struct Resolve {
    met: BTreeSet<String>,
}

impl Resolve {
    /// That the names are what they were taken for.
    fn proofs(&self) -> TokenStream {
        let proofs = self.met.iter().filter_map(|name| {
            let (alias, ty) = (Ident::new(name, Span::call_site()), standing(name, Span::call_site())?);
            Some(quote! {
                const _: fn(::core::marker::PhantomData<#alias>) -> ::core::marker::PhantomData<#ty> = |same| same;
            })
        });
        proofs.collect()
    }

    fn of(&mut self, path: &Path) -> Option<Type> {
        let first = path.segments.first().filter(|s| s.arguments.is_none() && path.leading_colon.is_none())?;
        let name = first.ident.to_string();
        let ty = standing(&name, first.ident.span())?;
        self.met.insert(name);
        Some(ty)
    }
}

/// What an alias stands for, written where it is used.
fn standing(name: &str, span: Span) -> Option<Type> {
    let tokens: TokenStream = seen::alias(name)?.parse().ok()?;
    syn::parse2(at(tokens, span)).ok()
}

fn at(tokens: TokenStream, span: Span) -> TokenStream {
    let at = |mut token: TokenTree| {
        if let TokenTree::Group(g) = &token {
            token = Group::new(g.delimiter(), at(g.stream(), span)).into();
        }
        token.set_span(span);
        token
    };
    tokens.into_iter().map(at).collect()
}

impl VisitMut for Resolve {
    fn visit_type_mut(&mut self, ty: &mut Type) {
        if let Type::Path(p) = ty
            && p.qself.is_none()
            && p.path.segments.len() == 1
            && let Some(new) = self.of(&p.path)
        {
            *ty = new;
        }
        visit_mut::visit_type_mut(self, ty);
    }
    /// `Row::new()` is `Vec::<f64>::new()`.
    fn visit_expr_path_mut(&mut self, e: &mut ExprPath) {
        if e.qself.is_none()
            && e.path.segments.len() == 2
            && let Some(Type::Path(mut new)) = self.of(&e.path)
            && new.qself.is_none()
        {
            if let Some(last) = new.path.segments.last_mut()
                && let PathArguments::AngleBracketed(a) = &mut last.arguments
            {
                a.colon2_token.get_or_insert_default();
            }
            new.path.segments.extend(e.path.segments.iter().skip(1).cloned());
            e.path = new.path;
        }
        visit_mut::visit_expr_path_mut(self, e);
    }
}
