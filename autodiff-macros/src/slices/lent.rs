//! What is in an option, borrowed at once: a name for it, in a `match`.
//!
//! ```text
//! s.as_mut().unwrap().a *= y;         =>    match &mut s { Some(inside) => { inside.a *= y; } _ => panic!(..) }
//! let c = s.get_or_insert(v); rest    =>    let first = v; if s.is_none() { s = Some(first); }
//!                                           match &mut s { Some(c) => { rest } _ => panic!(..) }
//! ```
use super::{Slices, bare};
use crate::{atom::atom, patterns::dereferences};
use std::collections::VecDeque;
use syn::{Expr, ExprMethodCall, Ident, Pat, Stmt, parse_quote};

/// What comes first, and the option that has something in it then.
struct Lent {
    before: Vec<Stmt>,
    option: Expr,
    /// What is said where it is empty.
    message: Expr,
}

impl Slices<'_> {
    /// A statement that looks into an option by a mutable reference, and those after it where they use that reference.
    pub(super) fn lending(&mut self, stmt: &Stmt, rest: &mut VecDeque<Stmt>) -> Option<Vec<Stmt>> {
        let mut stmt = stmt.clone();
        let mut name = self.fresh("inside");
        let strict = match &mut stmt {
            Stmt::Local(l) => match &mut l.init {
                Some(init) if init.diverge.is_none() => &mut *init.expr,
                _ => return None,
            },
            Stmt::Expr(e, _) => e,
            _ => return None,
        };
        let Lent { before, option, message } = self.lent(strict, &name)?;
        let mut inside: Vec<Stmt> = Vec::new();
        match bound_to(&stmt, &name) {
            Some(own) => name = own,
            None => inside.push(stmt.clone()),
        }
        if matches!(stmt, Stmt::Local(_)) {
            inside.extend(rest.drain(..));
        }
        let whole: Expr =
            parse_quote!(match &mut #option { Some(#name) => { #(#inside)* } _ => ::core::panic!("{}", #message) });
        Some(before.into_iter().chain([Stmt::Expr(whole, None)]).collect())
    }

    /// `if let Some(v) = s.as_mut()` is `if let Some(v) = &mut s`.
    pub(super) fn lends_itself(&self, e: &mut Expr) {
        let (scrutinee, pats) = match e {
            Expr::If(i) => match &mut *i.cond {
                Expr::Let(l) => (&mut l.expr, vec![&*l.pat]),
                _ => return,
            },
            Expr::While(w) => match &mut *w.cond {
                Expr::Let(l) => (&mut l.expr, vec![&*l.pat]),
                _ => return,
            },
            Expr::Match(m) => (&mut m.expr, m.arms.iter().map(|a| &a.pat).collect()),
            _ => return,
        };
        let Expr::MethodCall(m) = bare(scrutinee) else { return };
        let lends = m.method == "as_mut" && m.args.is_empty() && self.is_place(&m.receiver);
        if lends && pats.iter().any(|p| is_full(p)) && !pats.iter().any(|p| dereferences(p)) {
            let option = &m.receiver;
            **scrutinee = parse_quote!(&mut #option);
        }
    }

    /// An arm that looks into an option is a block, whose statement does.
    pub(super) fn lending_arms(&mut self, m: &mut syn::ExprMatch) {
        let name = Ident::new("inside", proc_macro2::Span::call_site());
        for arm in &mut m.arms {
            let body = &arm.body;
            if !matches!(**body, Expr::Block(_)) && self.lent(&mut body.clone(), &name).is_some() {
                *arm.body = parse_quote!({ #body });
            }
        }
    }

    /// The first option that is looked into wherever `e` is evaluated; a name takes its place.
    fn lent(&mut self, e: &mut Expr, name: &Ident) -> Option<Lent> {
        if let Expr::MethodCall(m) = e
            && let Some(found) = self.looked_into(m)
        {
            *e = parse_quote!(#name);
            return Some(found);
        }
        match e {
            Expr::Paren(p) => self.lent(&mut p.expr, name),
            Expr::Unary(u) => self.lent(&mut u.expr, name),
            Expr::Reference(r) => self.lent(&mut r.expr, name),
            Expr::Field(f) => self.lent(&mut f.base, name),
            Expr::Cast(c) => self.lent(&mut c.expr, name),
            Expr::Index(i) => self.lent(&mut i.expr, name).or_else(|| self.lent(&mut i.index, name)),
            Expr::Assign(a) => self.lent(&mut a.right, name).or_else(|| self.lent(&mut a.left, name)),
            Expr::Binary(b) if !matches!(b.op, syn::BinOp::And(_) | syn::BinOp::Or(_)) => {
                self.lent(&mut b.left, name).or_else(|| self.lent(&mut b.right, name))
            }
            Expr::MethodCall(m) => {
                self.lent(&mut m.receiver, name).or_else(|| m.args.iter_mut().find_map(|a| self.lent(a, name)))
            }
            Expr::Call(c) => c.args.iter_mut().find_map(|a| self.lent(a, name)),
            Expr::Array(a) => a.elems.iter_mut().find_map(|e| self.lent(e, name)),
            Expr::Struct(s) => s.fields.iter_mut().find_map(|f| self.lent(&mut f.expr, name)),
            Expr::Tuple(t) => t.elems.iter_mut().find_map(|e| self.lent(e, name)),
            Expr::ForLoop(f) => self.lent(&mut f.expr, name),
            _ => None,
        }
    }

    fn looked_into(&mut self, m: &ExprMethodCall) -> Option<Lent> {
        let args: Vec<&Expr> = m.args.iter().collect();
        match (m.method.to_string().as_str(), &args[..]) {
            ("unwrap", []) | ("expect", [_]) => {
                let Expr::MethodCall(inner) = bare(&m.receiver) else { return None };
                if inner.method != "as_mut" || !inner.args.is_empty() || !self.is_place(&inner.receiver) {
                    return None;
                }
                let message = args.first().map_or_else(
                    || parse_quote!("called `Option::unwrap()` on a `None` value"),
                    |text| (*text).clone(),
                );
                Some(Lent { before: vec![], option: atom(&inner.receiver), message })
            }
            ("get_or_insert", [value]) if self.is_place(&m.receiver) => {
                let (option, first) = (atom(&m.receiver), self.fresh("first"));
                let before = vec![
                    parse_quote!(let #first = #value;),
                    parse_quote!(if #option.is_none() { #option = Some(#first); }),
                ];
                Some(Lent { before, option, message: parse_quote!("the option is filled") })
            }
            _ => None,
        }
    }
}

/// `Some(..)`, `Ok(..)`
fn is_full(pat: &Pat) -> bool {
    let full = |s: &syn::PathSegment| s.ident == "Some" || s.ident == "Ok";
    matches!(pat, Pat::TupleStruct(t) if t.path.segments.last().is_some_and(full))
}

/// `c` of `let c = name;`
fn bound_to(stmt: &Stmt, name: &Ident) -> Option<Ident> {
    let Stmt::Local(l) = stmt else { return None };
    match (&l.pat, bare(&l.init.as_ref()?.expr)) {
        (Pat::Ident(p), Expr::Path(e)) if p.mutability.is_none() && p.by_ref.is_none() && e.path.is_ident(name) => {
            Some(p.ident.clone())
        }
        _ => None,
    }
}
