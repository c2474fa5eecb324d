//! What is in an option, borrowed at once: a name for it, in a `match`.
//!
//! ```text
//! s.as_mut().unwrap().a *= y;         =>    match &mut s { Some(inside) => { inside.a *= y; } _ => panic!(..) }
//! let c = s.get_or_insert(v); rest    =>    let first = v; if s.is_none() { s = Some(first); }
//!                                           match &mut s { Some(c) => { rest } _ => panic!(..) }
//! ```
use super::{Slices, bare};
use crate::{analysis::activity::is_assignment, atom::atom, patterns::dereferences};
use std::collections::VecDeque;
use syn::{BinOp, Expr, ExprMethodCall, Ident, Pat, Stmt, parse_quote};

/// What comes first, the option that has something in it then, and the name of that.
struct Lent {
    before: Vec<Stmt>,
    option: Expr,
    name: Ident,
    /// What is said where it is empty.
    message: Expr,
}

impl Lent {
    /// Statements in which the name stands for what is inside.
    fn around(self, inside: &[Stmt]) -> Vec<Stmt> {
        let Lent { before, option, name, message } = self;
        let whole: Expr =
            parse_quote!(match &mut #option { Some(#name) => { #(#inside)* } _ => ::core::panic!("{}", #message) });
        before.into_iter().chain([Stmt::Expr(whole, None)]).collect()
    }
}

/// What is evaluated before an option is looked into: that comes first once it stands in front of the statement.
#[derive(Default)]
struct Earlier {
    /// A variable is read.
    reads: bool,
    /// Something may be changed.
    changes: bool,
    /// The statement may be left.
    leaves: bool,
}

impl Slices<'_> {
    /// A statement that looks into an option by a mutable reference, and those after it where they use that reference.
    pub(super) fn lending(&mut self, stmt: &mut Stmt, rest: &mut VecDeque<Stmt>) -> Option<Vec<Stmt>> {
        let strict = match stmt {
            Stmt::Local(l) => l.init.as_mut().filter(|i| i.diverge.is_none()).map(|i| &mut *i.expr)?,
            Stmt::Expr(e, _) => e,
            _ => return None,
        };
        let mut lent = self.lent(strict, &mut Earlier::default())?;
        let mut inside: Vec<Stmt> = Vec::new();
        match bound_to(stmt, &lent.name) {
            Some(own) => lent.name = own,
            None => inside.push(stmt.clone()),
        }
        if matches!(stmt, Stmt::Local(_)) {
            inside.extend(rest.drain(..));
        }
        Some(lent.around(&inside))
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

    /// The same for an arm that is no block.
    pub(super) fn lending_arms(&mut self, m: &mut syn::ExprMatch) {
        for arm in m.arms.iter_mut().filter(|a| !matches!(*a.body, Expr::Block(_))) {
            if let Some(lent) = self.lent(&mut arm.body, &mut Earlier::default()) {
                let stmts = lent.around(&[Stmt::Expr((*arm.body).clone(), None)]);
                *arm.body = parse_quote!({ #(#stmts)* });
            }
        }
    }

    /// The first option that is looked into wherever `e` is evaluated; a name takes its place.
    fn lent(&mut self, e: &mut Expr, earlier: &mut Earlier) -> Option<Lent> {
        if let Expr::MethodCall(m) = e
            && let Some(found) = self.looked_into(m, earlier)
        {
            let name = &found.name;
            *e = parse_quote!(#name);
            return Some(found);
        }
        let (mut reads, mut changes) = (false, false);
        match &*e {
            Expr::Path(_) => reads = true,
            Expr::Call(c) => changes = c.args.iter().any(|a| self.may_be_changed(a)),
            Expr::MethodCall(_) => changes = true,
            _ => {}
        }
        let Some(parts) = in_order(e) else {
            *earlier = Earlier { reads: true, changes: true, leaves: true };
            return None;
        };
        let found = parts.into_iter().find_map(|part| self.lent(part, earlier));
        earlier.reads |= reads;
        earlier.changes |= changes;
        found
    }

    /// Whether a function may change what it is handed by this argument.
    fn may_be_changed(&self, arg: &Expr) -> bool {
        match bare(arg) {
            Expr::Lit(_) | Expr::Unary(_) | Expr::Binary(_) => false,
            Expr::Reference(r) => r.mutability.is_some(),
            e @ Expr::Path(_) => self.known.reference(e) == Some(true),
            _ => true,
        }
    }

    fn looked_into(&mut self, m: &ExprMethodCall, earlier: &Earlier) -> Option<Lent> {
        let args: Vec<&Expr> = m.args.iter().collect();
        if earlier.leaves {
            return None;
        }
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
                Some(Lent { before: vec![], option: atom(&inner.receiver), name: self.fresh("inside"), message })
            }
            ("get_or_insert", [value]) if self.is_place(&m.receiver) && self.may_come_first(value, earlier) => {
                let (option, first) = (atom(&m.receiver), self.fresh("first"));
                let before = vec![
                    parse_quote!(let #first = #value;),
                    parse_quote!(if #option.is_none() { #option = Some(#first); }),
                ];
                Some(Lent { before, option, name: self.fresh("inside"), message: parse_quote!("the option is filled") })
            }
            _ => None,
        }
    }

    /// Whether a value is the same before what is evaluated earlier, and that after it.
    fn may_come_first(&mut self, value: &Expr, earlier: &Earlier) -> bool {
        if !earlier.reads && !earlier.changes {
            return true;
        }
        let mut own = Earlier::default();
        let inner = self.lent(&mut value.clone(), &mut own).is_some();
        let meet = own.reads && earlier.changes || own.changes && earlier.reads;
        !(inner || own.leaves || meet)
    }
}

/// What an expression is made of, in the order of evaluation; `None` where that depends.
fn in_order(e: &mut Expr) -> Option<Vec<&mut Expr>> {
    Some(match e {
        Expr::Lit(_) | Expr::Path(_) => vec![],
        Expr::Paren(p) => vec![&mut *p.expr],
        Expr::Unary(u) => vec![&mut *u.expr],
        Expr::Reference(r) => vec![&mut *r.expr],
        Expr::Field(f) => vec![&mut *f.base],
        Expr::Cast(c) => vec![&mut *c.expr],
        Expr::ForLoop(f) => vec![&mut *f.expr],
        Expr::Index(i) => vec![&mut *i.expr, &mut *i.index],
        Expr::Assign(a) => vec![&mut *a.right, &mut *a.left],
        Expr::Binary(b) => match &b.op {
            BinOp::And(_) | BinOp::Or(_) => return None,
            op if is_assignment(op) => vec![&mut *b.right, &mut *b.left],
            _ => vec![&mut *b.left, &mut *b.right],
        },
        Expr::Range(r) => r.start.iter_mut().chain(&mut r.end).map(|e| &mut **e).collect(),
        Expr::Array(a) => a.elems.iter_mut().collect(),
        Expr::Tuple(t) => t.elems.iter_mut().collect(),
        Expr::Struct(s) if s.rest.is_none() => s.fields.iter_mut().map(|f| &mut f.expr).collect(),
        Expr::Call(c) => c.args.iter_mut().collect(),
        Expr::MethodCall(m) => [&mut *m.receiver].into_iter().chain(&mut m.args).collect(),
        _ => return None,
    })
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
