//! Patterns written in terms of simpler ones, before names are given.
//!
//! ```text
//! Some(mut v) => f(v)                          =>    Some(v) => { let mut v = v; f(v) }
//! match s { Some(ref mut v) => f(v), .. }       =>    match &mut s { Some(v) => f(v), .. }
//! A(r) | B(r) => f(r)                          =>    A(r) => f(r), B(r) => f(r)
//! let Shape::A(r) = s else { return }; rest    =>    match s { Shape::A(r) => { rest } _ => { return } }
//! ```
use crate::{
    analysis::activity::{pattern_idents, pattern_names},
    atom::tail,
    emit::names_a_variant,
};
use quote::quote;
use syn::{
    Arm, Block, Expr, Ident, ItemFn, Pat, PatIdent, Stmt,
    visit_mut::{self, VisitMut},
};

/// Simplifies the patterns of a function.
pub(crate) fn simplify(item: &mut ItemFn) {
    Simplify.visit_block_mut(&mut item.block);
}

struct Simplify;

impl VisitMut for Simplify {
    fn visit_item_mut(&mut self, _: &mut syn::Item) {}

    fn visit_block_mut(&mut self, block: &mut Block) {
        without_else(block);
        visit_mut::visit_block_mut(self, block);
    }

    fn visit_expr_mut(&mut self, e: &mut Expr) {
        if let Expr::If(i) = e
            && let Expr::Let(l) = &*i.cond
            && alternatives(&l.pat).is_some()
        {
            let (pat, scrutinee, then) = (&l.pat, &l.expr, &i.then_branch);
            let els = i.else_branch.as_ref().map_or_else(|| quote!({}), |(_, e)| quote!(#e));
            *e = syn::parse_quote!(match #scrutinee { #pat => #then, _ => #els });
        }
        if let Expr::While(w) = e
            && let Expr::Let(l) = &*w.cond
            && alternatives(&l.pat).is_some()
        {
            let (pat, scrutinee, body, label) = (&l.pat, &l.expr, &w.body, &w.label);
            *e = syn::parse_quote!(#label loop { match #scrutinee { #pat => #body, _ => break } });
        }
        visit_mut::visit_expr_mut(self, e);
    }

    fn visit_expr_match_mut(&mut self, m: &mut syn::ExprMatch) {
        lent(&mut m.expr, m.arms.iter_mut().map(|a| &mut a.pat).collect());
        m.arms = std::mem::take(&mut m.arms).into_iter().flat_map(split).collect();
        for arm in &mut m.arms {
            let names = immutable(&mut arm.pat);
            if !names.is_empty() {
                let body = tail(&arm.body);
                *arm.body = syn::parse_quote!({ #(let mut #names = #names;)* #body });
            }
        }
        visit_mut::visit_expr_match_mut(self, m);
    }

    fn visit_expr_if_mut(&mut self, i: &mut syn::ExprIf) {
        if let Expr::Let(l) = &mut *i.cond {
            lent(&mut l.expr, vec![&mut l.pat]);
            again(immutable(&mut l.pat), &mut i.then_branch);
        }
        visit_mut::visit_expr_if_mut(self, i);
    }

    fn visit_expr_while_mut(&mut self, w: &mut syn::ExprWhile) {
        if let Expr::Let(l) = &mut *w.cond {
            lent(&mut l.expr, vec![&mut l.pat]);
            again(immutable(&mut l.pat), &mut w.body);
        }
        visit_mut::visit_expr_while_mut(self, w);
    }
}

/// Borrows what is matched on, where all names are `ref mut`.
fn lent(scrutinee: &mut Expr, mut pats: Vec<&mut Pat>) {
    let names: Vec<&PatIdent> = pats.iter().flat_map(|p| pattern_idents(p)).collect();
    let all = names.iter().all(|p| p.by_ref.is_some() && p.mutability.is_some());
    let place = matches!(scrutinee, Expr::Path(_) | Expr::Field(_) | Expr::Index(_) | Expr::Unary(_));
    if names.is_empty() || !all || !place || pats.iter().any(|p| dereferences(p)) {
        return;
    }
    struct Plain;
    impl VisitMut for Plain {
        fn visit_pat_ident_mut(&mut self, p: &mut PatIdent) {
            (p.by_ref, p.mutability) = (None, None);
            visit_mut::visit_pat_ident_mut(self, p);
        }
        fn visit_expr_mut(&mut self, _: &mut Expr) {}
    }
    pats.iter_mut().for_each(|p| Plain.visit_pat_mut(p));
    *scrutinee = syn::parse_quote!(&mut #scrutinee);
}

/// The names that a pattern binds by `mut`, which it does no more.
pub(crate) fn immutable(pat: &mut Pat) -> Vec<Ident> {
    struct Take(Vec<Ident>);
    impl VisitMut for Take {
        fn visit_pat_ident_mut(&mut self, p: &mut PatIdent) {
            if p.by_ref.is_none() && p.mutability.take().is_some() && !self.0.contains(&p.ident) {
                self.0.push(p.ident.clone());
            }
            visit_mut::visit_pat_ident_mut(self, p);
        }
        fn visit_expr_mut(&mut self, _: &mut Expr) {}
    }
    let mut take = Take(Vec::new());
    take.visit_pat_mut(pat);
    take.0
}

/// Binds other names, where these are.
pub(crate) fn rename(pat: &mut Pat, names: &[(Ident, Ident)]) {
    struct Rename<'a>(&'a [(Ident, Ident)]);
    impl VisitMut for Rename<'_> {
        fn visit_field_pat_mut(&mut self, f: &mut syn::FieldPat) {
            // `P { x }` is `P { x: x }`
            f.colon_token.get_or_insert_with(Default::default);
            visit_mut::visit_field_pat_mut(self, f);
        }
        fn visit_pat_ident_mut(&mut self, p: &mut PatIdent) {
            if let Some((_, new)) = self.0.iter().find(|(old, _)| *old == p.ident) {
                p.ident = new.clone();
            }
            visit_mut::visit_pat_ident_mut(self, p);
        }
        fn visit_expr_mut(&mut self, _: &mut Expr) {}
    }
    if !names.is_empty() {
        Rename(names).visit_pat_mut(pat);
    }
}

/// Whether a pattern copies what is behind references: `Some(&mut k)`.
pub(crate) fn dereferences(pat: &Pat) -> bool {
    struct Find(bool);
    impl syn::visit::Visit<'_> for Find {
        fn visit_pat_reference(&mut self, _: &syn::PatReference) {
            self.0 = true;
        }
    }
    let mut find = Find(false);
    syn::visit::Visit::visit_pat(&mut find, pat);
    find.0
}

/// Declares mutable variables of these names at the head of a block.
fn again(names: Vec<Ident>, block: &mut Block) {
    let heads = names.into_iter().map(|n| -> Stmt { syn::parse_quote!(let mut #n = #n;) });
    block.stmts.splice(0..0, heads);
}

/// The alternatives of a pattern that binds names.
fn alternatives(pat: &Pat) -> Option<Vec<Pat>> {
    match pat {
        Pat::Paren(p) => alternatives(&p.pat),
        Pat::Or(o) if !pattern_names(pat).is_empty() => Some(o.cases.iter().cloned().collect()),
        _ => None,
    }
}

/// An arm for each alternative.
fn split(arm: Arm) -> Vec<Arm> {
    let (pat, guard) = match &arm.pat {
        Pat::Guard(g) => ((*g.pat).clone(), Some(g.clone())),
        pat => (pat.clone(), None),
    };
    let Some(cases) = alternatives(&pat) else { return vec![arm] };
    cases
        .into_iter()
        .map(|case| {
            let pat = match &guard {
                Some(g) => Pat::Guard(syn::PatGuard { pat: Box::new(case), ..g.clone() }),
                None => case,
            };
            Arm { pat, comma: arm.comma.or_else(|| Some(Default::default())), ..arm.clone() }
        })
        .collect()
}

/// `let .. else` that may bind references: what follows goes into the arm, where these are alive.
fn without_else(block: &mut Block) {
    let found = block.stmts.iter().position(|s| match s {
        Stmt::Local(l) => l.init.as_ref().is_some_and(|i| {
            i.diverge.is_some()
                && (names_a_variant(&l.pat)
                    || pattern_idents(&l.pat).iter().any(|p| p.by_ref.is_some())
                    || matches!(&*i.expr, Expr::Reference(_))
                    || crate::lower::lends_mut(&i.expr))
        }),
        _ => false,
    });
    let Some(k) = found else { return };
    let rest = block.stmts.split_off(k + 1);
    let Some(Stmt::Local(local)) = block.stmts.pop() else { return };
    let Some(init) = local.init else { return };
    let (pat, e, diverge) = (&local.pat, &init.expr, init.diverge.map(|(_, d)| d));
    let whole: Expr = syn::parse_quote!(match #e { #pat => { #(#rest)* } _ => #diverge });
    block.stmts.push(Stmt::Expr(whole, None));
}
