//! Fields marked `#[nodiff]`: what is read of them is a constant, whatever it is that holds them.
//!
//! ```text
//! #[derive(Differentiable)] struct Sparse { w: Vec<f64>, #[nodiff] at: Vec<usize> }
//!
//! for &i in &m.at { s += m.w[i] * x; }       =>       the loop stays as it is
//! ```
//! What is marked is seen by the struct's name alone, so forward mode proves it to rustc: the tangent of `m` has `()` there.
use super::{seen, types::Types};
use crate::{
    analysis::activity::{pattern_names, root},
    lower,
};
use quote::ToTokens;
use std::{
    collections::{BTreeMap, BTreeSet},
    rc::Rc,
};
use syn::{Expr, ExprField, ExprForLoop, ItemFn, Local, Member, Pat, parse_quote, visit::Visit};

/// The types of a function's variables, where anything is marked.
#[derive(Clone, Debug, Default)]
pub(crate) struct Marked(Option<Rc<Known>>);

#[derive(Debug)]
struct Known {
    types: Types,
    /// The marked fields of all structs.
    members: BTreeSet<String>,
    /// Variables that a proof can follow.
    provable: BTreeSet<String>,
}

impl Marked {
    pub(crate) fn of(item: &ItemFn) -> Self {
        let members = seen::marked_members();
        if members.is_empty() {
            return Marked(None);
        }
        let params = lower::typed_params(item).filter_map(|(_, name)| Some(name?.to_string()));
        let mut known = Known { types: Types::certain(item), members, provable: params.collect() };
        known.visit_block(&item.block);
        Marked(Some(Rc::new(known)))
    }

    /// Whether a field is marked.
    pub(crate) fn contains(&self, f: &ExprField) -> bool {
        self.0.as_ref().is_some_and(|known| known.contains(&f.base, &f.member))
    }

    /// Whether a place lies in such a field.
    pub(crate) fn holds(&self, e: &Expr) -> bool {
        match e {
            Expr::Field(f) => self.contains(f) || self.holds(&f.base),
            Expr::Index(i) => self.holds(&i.expr),
            Expr::Paren(p) => self.holds(&p.expr),
            Expr::Reference(r) => self.holds(&r.expr),
            Expr::Unary(u) => self.holds(&u.expr),
            _ => false,
        }
    }

    /// The same of what a pattern of a struct binds: `P { at, .. } = p`.
    pub(crate) fn binds(&self, member: &Member, e: &Expr) -> bool {
        self.0.as_ref().is_some_and(|known| known.contains(e, member))
    }

    /// The same of what is left to `rest` or given anew in `P { at: e, ..rest }`.
    pub(crate) fn updates(&self, member: &Member, rest: &Expr) -> bool {
        self.binds(member, cloned(rest))
    }

    /// What a function's body rests on: for each variable, where in its tangent there is nothing.
    pub(crate) fn proofs(&self, item: &ItemFn) -> BTreeMap<String, Vec<Expr>> {
        let mut found = Found { marked: self, proofs: BTreeMap::new() };
        if self.0.is_some() {
            found.visit_block(&item.block);
        }
        found.proofs
    }
}

impl Known {
    fn contains(&self, base: &Expr, member: &Member) -> bool {
        let member = member.to_token_stream().to_string();
        self.members.contains(&member)
            && path(base).is_some()
            && root(base).is_some_and(|r| self.provable.contains(&r.to_string()))
            && self.types.of_expr(base).is_some_and(|ty| seen::is_marked(&ty, &member))
    }

    /// `let p = &q;`, `let (k, p) = (t, &ps[t]);`
    fn declare(&mut self, local: &Local) {
        if let (Pat::Tuple(p), Some(init)) = (&local.pat, &local.init)
            && let Expr::Tuple(t) = &*init.expr
            && p.elems.len() == t.elems.len()
        {
            for (pat, expr) in p.elems.iter().zip(&t.elems) {
                self.declare(&local_of(pat, expr));
            }
            return;
        }
        self.types.declare(local);
        if local.init.as_ref().is_some_and(|i| !super::state::is_chosen(&i.expr)) {
            self.provable.extend(pattern_names(&local.pat));
        }
    }

    /// `for p in &ps`, `for (k, p) in ps.iter().enumerate()`
    fn items(&mut self, f: &ExprForLoop) {
        match (&*f.expr, &*f.pat) {
            (Expr::MethodCall(m), Pat::Tuple(t)) if m.method == "enumerate" && t.elems.len() == 2 => {
                self.items(&over(f, &t.elems[1], &m.receiver));
            }
            (Expr::MethodCall(m), Pat::Tuple(t)) if m.method == "zip" && t.elems.len() == 2 && m.args.len() == 1 => {
                self.items(&over(f, &t.elems[0], &m.receiver));
                self.items(&over(f, &t.elems[1], &m.args[0]));
            }
            _ => {
                self.types.item(f);
                self.provable.extend(pattern_names(&f.pat));
            }
        }
    }
}

/// The `p` of `p.clone()`.
fn cloned(e: &Expr) -> &Expr {
    match e {
        Expr::MethodCall(m) if m.method == "clone" && m.args.is_empty() => &m.receiver,
        e => e,
    }
}

fn local_of(pat: &Pat, expr: &Expr) -> Local {
    match parse_quote!(let #pat = #expr;) {
        syn::Stmt::Local(local) => local,
        _ => unreachable!("a `let`"),
    }
}

/// The same loop over something else.
fn over(f: &ExprForLoop, pat: &Pat, expr: &Expr) -> ExprForLoop {
    let body = parse_quote!({});
    ExprForLoop { pat: Box::new(pat.clone()), expr: Box::new(expr.clone()), body, ..f.clone() }
}

impl Visit<'_> for Known {
    fn visit_local(&mut self, local: &Local) {
        syn::visit::visit_local(self, local);
        self.declare(local);
    }
    fn visit_expr_for_loop(&mut self, f: &ExprForLoop) {
        self.items(f);
        syn::visit::visit_expr_for_loop(self, f);
    }
    fn visit_item(&mut self, _: &syn::Item) {}
}

/// What lies in a variable's tangent where a place lies in the variable, whichever element it is: `x[0].a` for `p[i].a`.
fn path(e: &Expr) -> Option<Expr> {
    Some(match e {
        Expr::Path(p) => {
            p.path.get_ident()?;
            parse_quote!(dot)
        }
        Expr::Paren(p) => path(&p.expr)?,
        Expr::Reference(r) => path(&r.expr)?,
        Expr::Unary(u) if matches!(u.op, syn::UnOp::Deref(_)) => path(&u.expr)?,
        Expr::Field(f) => {
            let (base, member) = (path(&f.base)?, &f.member);
            parse_quote!(#base.#member)
        }
        Expr::Index(i) if !matches!(&*i.index, Expr::Range(_)) => {
            let base = path(&i.expr)?;
            parse_quote!(#base[0])
        }
        _ => return None,
    })
}

struct Found<'a> {
    marked: &'a Marked,
    proofs: BTreeMap<String, Vec<Expr>>,
}

impl Found<'_> {
    fn believed(&mut self, base: &Expr, member: &Member) {
        if let (Some(root), Some(base)) = (root(base), path(base)) {
            let (proofs, proof) = (self.proofs.entry(root.to_string()).or_default(), parse_quote!(#base.#member));
            if !proofs.contains(&proof) {
                proofs.push(proof);
            }
        }
    }
    fn pattern(&mut self, pat: &Pat, e: &Expr) {
        match (pat, e) {
            (_, Expr::Paren(p)) => self.pattern(pat, &p.expr),
            (Pat::Paren(p), _) => self.pattern(&p.pat, e),
            (Pat::Type(t), _) => self.pattern(&t.pat, e),
            (Pat::Guard(g), _) => self.pattern(&g.pat, e),
            (Pat::Tuple(p), Expr::Tuple(t)) => p.elems.iter().zip(&t.elems).for_each(|(p, e)| self.pattern(p, e)),
            (Pat::Struct(s), _) => {
                let members = s.fields.iter().map(|f| &f.member).filter(|m| self.marked.binds(m, e));
                members.collect::<Vec<_>>().into_iter().for_each(|m| self.believed(e, m));
            }
            _ => {}
        }
    }
}

impl Visit<'_> for Found<'_> {
    fn visit_expr_field(&mut self, f: &ExprField) {
        syn::visit::visit_expr_field(self, f);
        if self.marked.contains(f) {
            self.believed(&f.base, &f.member);
        }
    }
    fn visit_expr_struct(&mut self, s: &syn::ExprStruct) {
        syn::visit::visit_expr_struct(self, s);
        if let Some(rest) = &s.rest {
            let marked = s.fields.iter().map(|f| &f.member).filter(|m| self.marked.updates(m, rest));
            marked.collect::<Vec<_>>().into_iter().for_each(|m| self.believed(cloned(rest), m));
        }
    }
    fn visit_local(&mut self, local: &Local) {
        syn::visit::visit_local(self, local);
        if let Some(init) = &local.init {
            self.pattern(&local.pat, &init.expr);
        }
    }
    fn visit_expr_let(&mut self, e: &syn::ExprLet) {
        syn::visit::visit_expr_let(self, e);
        self.pattern(&e.pat, &e.expr);
    }
    fn visit_expr_match(&mut self, m: &syn::ExprMatch) {
        syn::visit::visit_expr_match(self, m);
        m.arms.iter().for_each(|arm| self.pattern(&arm.pat, &m.expr));
    }
    fn visit_item(&mut self, _: &syn::Item) {}
    fn visit_macro(&mut self, mac: &syn::Macro) {
        lower::operands_of(mac).iter().for_each(|e| self.visit_expr(e));
    }
}
