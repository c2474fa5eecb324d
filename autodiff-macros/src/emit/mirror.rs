//! References made a second time, for adjoints and tangents, and ranges backwards.
use super::parts::{Bound, Renamed, names_a_variant, taken_apart};
use crate::ir::{coords, is_coords};
use proc_macro2::TokenStream;
use quote::quote;
use syn::{Expr, Ident, Pat, visit_mut::VisitMut};

struct Rename<'a> {
    renames: &'a [(Ident, Ident)],
    /// Adjoints are shared: `&mut` becomes `&`, `split_at_mut` becomes `split_at`.
    shared: bool,
}

impl VisitMut for Rename<'_> {
    fn visit_expr_path_mut(&mut self, p: &mut syn::ExprPath) {
        if let Some(i) = p.path.get_ident()
            && let Some((_, new)) = self.renames.iter().find(|(old, _)| old == i)
        {
            p.path = new.clone().into();
        }
    }
    fn visit_expr_mut(&mut self, e: &mut Expr) {
        syn::visit_mut::visit_expr_mut(self, e);
        if let Expr::Field(f) = e
            && is_coords(&f.member)
        {
            let (point, coords) = (&f.base, coords());
            *e = syn::parse_quote!(#point[#coords]);
        }
        // what `as_view` makes its own use tells, and an adjoint or tangent is used by all sorts
        if let Expr::MethodCall(m) = e
            && m.args.is_empty()
            && (m.method == "as_view" || m.method == "as_view_mut")
        {
            let x = &m.receiver;
            *e = if !self.shared && m.method == "as_view_mut" {
                syn::parse_quote!(&mut #x)
            } else {
                syn::parse_quote!(&#x)
            };
        }
    }
    fn visit_expr_index_mut(&mut self, i: &mut syn::ExprIndex) {
        self.visit_expr_mut(&mut i.expr); // indices are constants
    }
    fn visit_expr_method_call_mut(&mut self, m: &mut syn::ExprMethodCall) {
        self.visit_expr_mut(&mut m.receiver);
        if self.shared {
            let name = m.method.to_string();
            let plain = if name == "as_mut_slice" { "as_slice" } else { name.strip_suffix("_mut").unwrap_or(&name) };
            m.method = Ident::new(plain, m.method.span());
        }
    }
    fn visit_arm_mut(&mut self, arm: &mut syn::Arm) {
        self.visit_expr_mut(&mut arm.body); // the choice is a constant
    }
    fn visit_expr_match_mut(&mut self, m: &mut syn::ExprMatch) {
        m.arms.iter_mut().for_each(|a| self.visit_arm_mut(a));
    }
    fn visit_expr_call_mut(&mut self, c: &mut syn::ExprCall) {
        // `apart_mut(x, a..b, c..d)`
        if let Some(x) = c.args.first_mut() {
            self.visit_expr_mut(x);
        }
        if self.shared
            && let Expr::Path(p) = &mut *c.func
            && let Some(last) = p.path.segments.last_mut()
        {
            let name = last.ident.to_string();
            last.ident = Ident::new(name.strip_suffix("_mut").unwrap_or(&name), last.ident.span());
        }
    }
    fn visit_expr_reference_mut(&mut self, r: &mut syn::ExprReference) {
        if self.shared {
            r.mutability = None;
        }
        self.visit_expr_mut(&mut r.expr);
    }
    fn visit_pat_mut(&mut self, pat: &mut Pat) {
        match pat {
            Pat::Lit(_) | Pat::Range(_) | Pat::Const(_) => *pat = syn::parse_quote!(_),
            // an error has no derivative: what it is does not show in the adjoint
            Pat::TupleStruct(t) if t.path.segments.last().is_some_and(|s| s.ident == "Err") => {
                let path = &t.path;
                *pat = syn::parse_quote!(#path(_));
            }
            Pat::Reference(r) if self.shared => {
                *pat = (*r.pat).clone();
                self.visit_pat_mut(pat);
            }
            _ => syn::visit_mut::visit_pat_mut(self, pat),
        }
    }
    fn visit_pat_ident_mut(&mut self, p: &mut syn::PatIdent) {
        if let Some((_, new)) = self.renames.iter().find(|(old, _)| *old == p.ident) {
            p.ident = new.clone();
        }
        if self.shared {
            p.mutability = None;
            p.by_ref = None;
        }
        if let Some((_, sub)) = &mut p.subpat
            && matches!(**sub, Pat::Lit(_) | Pat::Range(_))
        {
            p.subpat = None;
        }
    }
}

/// A reference into adjoints: the same steps from the adjoints of its roots, shared.
pub(crate) fn mirrored(pat: &Pat, expr: &Expr, renames: &[(Ident, Ident)]) -> (Pat, Expr) {
    let mut rename = Rename { renames, shared: true };
    if names_a_variant(pat) {
        let mut whole = expr.clone();
        rename.visit_expr_mut(&mut whole);
        if !matches!(whole, Expr::Reference(_) | Expr::MethodCall(_)) {
            whole = syn::parse_quote!(&#whole);
        }
        let names: Vec<Renamed> = renames.iter().map(|(old, new)| (old.clone(), new.clone(), Bound::Shared)).collect();
        return taken_apart(pat, &whole, &names);
    }
    let (mut pat, mut expr) = (pat.clone(), expr.clone());
    rename.visit_pat_mut(&mut pat);
    rename.visit_expr_mut(&mut expr);
    if !matches!(expr, Expr::Reference(_) | Expr::MethodCall(_) | Expr::Match(_) | Expr::Tuple(_) | Expr::Call(_)) {
        expr = syn::parse_quote!(&#expr);
    }
    (pat, expr)
}

/// A reference into tangents: the same steps from the tangents of its roots.
pub(crate) fn mirrored_dot(pat: &Pat, expr: &Expr, names: &[Renamed]) -> (Pat, Expr) {
    let renames: Vec<(Ident, Ident)> = names.iter().map(|(old, new, _)| (old.clone(), new.clone())).collect();
    let mut rename = Rename { renames: &renames, shared: false };
    if names_a_variant(pat) {
        let mut whole = expr.clone();
        rename.visit_expr_mut(&mut whole);
        let mutable = names.iter().any(|n| n.2 == Bound::Mutable);
        let reference =
            matches!(expr, Expr::Path(p) if names.iter().any(|n| p.path.is_ident(&n.0) && n.2 == Bound::Shared));
        let whole = match whole {
            Expr::Reference(_) | Expr::MethodCall(_) => whole,
            place if reference && mutable => syn::parse_quote!(&mut *#place),
            place if mutable => syn::parse_quote!(&mut #place),
            place => syn::parse_quote!(&#place),
        };
        return taken_apart(pat, &whole, names);
    }
    let (mut pat, mut expr) = (pat.clone(), expr.clone());
    rename.visit_pat_mut(&mut pat);
    rename.visit_expr_mut(&mut expr);
    (pat, expr)
}

/// Whether a pattern may fail to match.
pub(crate) fn refutable(pat: &Pat) -> bool {
    match pat {
        Pat::Ident(p) => p.subpat.as_ref().is_some_and(|s| refutable(&s.1)),
        Pat::Wild(_) | Pat::Rest(_) => false,
        Pat::Tuple(t) => t.elems.iter().any(refutable),
        Pat::Paren(p) => refutable(&p.pat),
        Pat::Reference(r) => refutable(&r.pat),
        Pat::Type(t) => refutable(&t.pat),
        _ => true,
    }
}

/// A range backwards.
pub(crate) fn reversed(range: &Expr) -> TokenStream {
    let rt = super::runtime();
    match range {
        Expr::Paren(p) => reversed(&p.expr),
        Expr::Range(_) => quote!(::core::iter::Iterator::rev(#range)),
        Expr::MethodCall(m) if m.method == "rev" && m.args.is_empty() => {
            let inner = &m.receiver;
            match bare(inner) {
                Expr::MethodCall(s) if s.method == "step_by" => quote!(::core::iter::Iterator::rev(#range)),
                inner => quote!(#inner),
            }
        }
        Expr::MethodCall(m) if m.method == "step_by" => {
            let (inner, step) = (&m.receiver, &m.args[0]);
            quote!(#rt::reversed_steps(#inner, #step))
        }
        // an iterator, or a container
        Expr::MethodCall(m) if m.method == "clone" => {
            quote!(::core::iter::Iterator::rev(::core::iter::IntoIterator::into_iter(#range)))
        }
        _ => quote!(#rt::reversed(#range)),
    }
}

fn bare(e: &Expr) -> &Expr {
    match e {
        Expr::Paren(p) => bare(&p.expr),
        e => e,
    }
}
