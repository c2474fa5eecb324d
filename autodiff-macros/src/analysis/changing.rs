//! What may change something, by the word `mut`: `&mut x`, `x.iter_mut()`, `Some(ref mut x)`, `x: &mut [f64]`.
use proc_macro2::Ident;
use syn::{Expr, Pat, Type, visit::Visit};

/// Whether a type says `mut`.
pub(super) fn is_mut_type(ty: &Type) -> bool {
    struct Says(bool);
    impl Visit<'_> for Says {
        fn visit_type_reference(&mut self, r: &syn::TypeReference) {
            self.0 |= r.mutability.is_some();
            syn::visit::visit_type_reference(self, r);
        }
        fn visit_type_ptr(&mut self, p: &syn::TypePtr) {
            self.0 |= matches!(p.mutability, syn::PointerMutability::Mut(_));
            syn::visit::visit_type_ptr(self, p);
        }
    }
    let mut says = Says(false);
    says.visit_type(ty);
    says.0
}

/// Whether a pattern lends something to be changed.
pub(super) fn lends_mut(pat: &Pat) -> bool {
    struct Lends(bool);
    impl Visit<'_> for Lends {
        fn visit_pat_ident(&mut self, p: &syn::PatIdent) {
            self.0 |= p.by_ref.is_some() && p.mutability.is_some();
            syn::visit::visit_pat_ident(self, p);
        }
    }
    let mut lends = Lends(false);
    lends.visit_pat(pat);
    lends.0
}

/// Whether an expression says `mut`, or names something that does.
pub(super) fn says_mut(e: &Expr) -> bool {
    struct Says(bool);
    impl Visit<'_> for Says {
        fn visit_ident(&mut self, i: &Ident) {
            self.0 |= i.to_string().contains("mut");
        }
        fn visit_expr_reference(&mut self, r: &syn::ExprReference) {
            self.0 |= r.mutability.is_some();
            syn::visit::visit_expr_reference(self, r);
        }
        fn visit_expr_raw_addr(&mut self, r: &syn::ExprRawAddr) {
            self.0 |= matches!(r.mutability, syn::PointerMutability::Mut(_));
            syn::visit::visit_expr_raw_addr(self, r);
        }
        fn visit_pat_ident(&mut self, p: &syn::PatIdent) {
            self.0 |= p.mutability.is_some();
            syn::visit::visit_pat_ident(self, p);
        }
        fn visit_type(&mut self, ty: &Type) {
            self.0 |= is_mut_type(ty);
        }
        fn visit_macro(&mut self, m: &syn::Macro) {
            self.0 |= m.tokens.to_string().contains("mut");
        }
    }
    let mut says = Says(false);
    says.visit_expr(e);
    says.0
}
