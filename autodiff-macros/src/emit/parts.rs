//! Patterns that name a struct or a variant, for adjoints and tangents: these are taken apart by the variant's name.
//!
//! ```text
//! let Shape::Rect { w, h } = &shape;    =>    let (w_bar, h_bar) = {
//!                                                  let parts_1 = parts::<{ name("Rect") }, _>(&shape_bar);
//!                                                  (parts_1.w, parts_1.h)
//!                                              };
//! ```
//! The pattern itself can't be used, since the type of an adjoint has a name that is not known.
use proc_macro2::{Span, TokenStream};
use quote::quote;
use syn::{Expr, Ident, Member, Pat};

/// How a name is bound to a part of a tangent. Adjoints are shared.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Bound {
    Value,
    Shared,
    Mutable,
}

/// A name, the one that stands for it beside it, and how that is bound.
pub(crate) type Renamed = (Ident, Ident, Bound);

/// The fields of a variant of an adjoint or a tangent, of which a reference is given.
pub(crate) fn parts(variant: &Ident, whole: &Expr) -> Expr {
    let (rt, name) = (super::runtime(), variant.to_string());
    syn::parse_quote!(#rt::parts::<{ #rt::name(#name) }, _>(#whole))
}

/// [`parts`], to write.
pub(crate) fn parts_mut(variant: &Ident, whole: &Expr) -> Expr {
    let (rt, name) = (super::runtime(), variant.to_string());
    syn::parse_quote!(#rt::parts_mut::<{ #rt::name(#name) }, _>(#whole))
}

/// Whether a pattern names a type of the user's.
pub(crate) fn names_a_variant(pat: &Pat) -> bool {
    struct Find(bool);
    impl syn::visit::Visit<'_> for Find {
        fn visit_pat_struct(&mut self, _: &syn::PatStruct) {
            self.0 = true;
        }
        fn visit_pat_tuple_struct(&mut self, p: &syn::PatTupleStruct) {
            let known =
                p.path.segments.last().is_some_and(|s| s.ident == "Some" || s.ident == "Ok" || s.ident == "Err");
            self.0 |= !known;
            syn::visit::visit_pat_tuple_struct(self, p);
        }
    }
    let mut find = Find(false);
    syn::visit::Visit::visit_pat(&mut find, pat);
    find.0
}

/// Whether [`taken_apart`] can do it; what it can't, with the reason.
pub(crate) fn refused(pat: &Pat) -> Option<String> {
    let mut apart = Apart { names: &[], mutable: false, lets: Vec::new(), values: Vec::new(), refused: None };
    apart.pattern(pat, quote!(whole));
    apart.refused
}

/// A pattern of the new names, and the parts of `whole`, a reference, that they stand for.
pub(crate) fn taken_apart(pat: &Pat, whole: &Expr, names: &[Renamed]) -> (Pat, Expr) {
    let mutable = names.iter().any(|n| n.2 == Bound::Mutable);
    let mut apart = Apart { names, mutable, lets: Vec::new(), values: Vec::new(), refused: None };
    apart.pattern(pat, quote!(#whole));
    let Apart { lets, values, .. } = apart;
    let (bound, parts): (Vec<&Ident>, Vec<TokenStream>) = values.iter().map(|(n, p)| (n, p.clone())).unzip();
    match (&bound[..], &parts[..]) {
        ([name], [part]) => (syn::parse_quote!(#name), syn::parse_quote!({ #(#lets)* #part })),
        _ => (syn::parse_quote!((#(#bound),*)), syn::parse_quote!({ #(#lets)* (#(#parts),*) })),
    }
}

struct Apart<'a> {
    names: &'a [Renamed],
    /// Something is written through the references.
    mutable: bool,
    lets: Vec<TokenStream>,
    values: Vec<(Ident, TokenStream)>,
    refused: Option<String>,
}

impl Apart<'_> {
    /// Names an expression, so that it is made once.
    fn named(&mut self, value: TokenStream) -> Ident {
        let name = Ident::new(&format!("parts_{}", self.lets.len() + 1), Span::mixed_site());
        self.lets.push(quote!(let #name = #value;));
        name
    }

    fn variant(&mut self, path: &syn::Path, whole: TokenStream) -> Ident {
        let variant = &path.segments.last().expect("a path has a segment").ident;
        let whole: Expr = syn::parse_quote!(#whole);
        let parts = if self.mutable { parts_mut(variant, &whole) } else { parts(variant, &whole) };
        self.named(quote!(#parts))
    }

    /// `whole` is a reference to what the pattern is for.
    fn pattern(&mut self, pat: &Pat, whole: TokenStream) {
        match pat {
            Pat::Ident(p) => self.bind(p, whole),
            Pat::Paren(p) => self.pattern(&p.pat, whole),
            Pat::Type(t) => self.pattern(&t.pat, whole),
            Pat::Reference(r) => self.pattern(&r.pat, whole),
            Pat::Wild(_) | Pat::Lit(_) | Pat::Range(_) | Pat::Path(_) | Pat::Const(_) | Pat::Rest(_) => {}
            _ if crate::analysis::activity::pattern_names(pat).is_empty() => {}
            Pat::TupleStruct(t) => {
                let parts = self.variant(&t.path, whole);
                self.elements(t.elems.iter(), |k| quote!(#parts.#k));
            }
            Pat::Struct(s) => {
                let parts = self.variant(&s.path, whole);
                for f in &s.fields {
                    let member = &f.member;
                    self.pattern(&f.pat, quote!(#parts.#member));
                }
            }
            Pat::Tuple(t) => {
                let (tuple, m) = (self.named(whole), self.mutable.then(|| quote!(mut)));
                self.elements(t.elems.iter(), |k| quote!(&#m #tuple.#k));
            }
            Pat::Slice(s) if !self.mutable => {
                let slice = self.named(whole);
                self.elements(s.elems.iter(), |k| quote!(&#slice[#k]));
            }
            _ => self.refused = Some("this pattern inside of another one is not differentiable yet: bind the part to a name, and match on that".into()),
        }
    }

    fn elements<'p>(&mut self, elems: impl Iterator<Item = &'p Pat>, part: impl Fn(&Member) -> TokenStream) {
        let mut rest = false;
        for (k, e) in elems.enumerate() {
            if rest && !crate::analysis::activity::pattern_names(e).is_empty() {
                self.refused = Some(
                    "names after `..` are not differentiable yet: write `_` for each part that is left out".into(),
                );
            }
            rest |= matches!(e, Pat::Rest(_))
                || matches!(e, Pat::Ident(p) if matches!(&p.subpat, Some((_, s)) if matches!(**s, Pat::Rest(_))));
            if matches!(e, Pat::Ident(_)) && rest {
                self.refused = Some("a name for the rest of a slice is not differentiable here yet".into());
            }
            self.pattern(e, part(&k.into()));
        }
    }

    fn bind(&mut self, p: &syn::PatIdent, whole: TokenStream) {
        let text = p.ident.to_string();
        if text.chars().next().is_some_and(char::is_uppercase) {
            return; // a constant
        }
        let inner = p.subpat.as_ref().filter(|(_, s)| !crate::analysis::activity::pattern_names(s).is_empty());
        let whole = match inner {
            Some(_) if self.mutable => {
                self.refused = Some("`@` beside names that are written through is not differentiable".into());
                whole
            }
            Some((_, sub)) => {
                let name = self.named(whole);
                self.pattern(sub, quote!(#name));
                quote!(#name)
            }
            None => whole,
        };
        let Some((_, new, bound)) = self.names.iter().find(|n| n.0 == p.ident) else { return };
        let rt = super::runtime();
        let part = match bound {
            Bound::Value => quote!(#rt::own(&*#whole)),
            Bound::Shared if self.mutable => quote!(&*#whole),
            _ => whole,
        };
        self.values.push((new.clone(), part));
    }
}
