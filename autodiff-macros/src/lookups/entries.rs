//! Which expressions and variables refer to entries of a list.
use super::{
    Lookups, bare, bound, is_plain, name_of,
    options::{Found, either, place_in, some},
    whole_of,
};
use crate::{
    analysis::activity::{pattern_names, root},
    lower::identifiers,
    syntax,
};
use quote::ToTokens;
use std::collections::{HashMap, HashSet};
use syn::{Block, Expr, Local, Stmt, Type, parse_quote, visit::Visit};

impl Lookups<'_> {
    /// The list that an expression refers to an entry of, whichever branch is taken, and the index of that.
    pub(super) fn index_of(&mut self, e: &Expr) -> Option<(Expr, Expr)> {
        match bare(e) {
            Expr::Reference(r) if r.mutability.is_none() => match bare(&r.expr) {
                Expr::Index(i) if !matches!(bare(&i.index), Expr::Range(_)) && self.is_list(&i.expr) => {
                    Some(((*i.expr).clone(), (*i.index).clone()))
                }
                _ => None,
            },
            Expr::Path(_) => {
                let list = self.entries.get(&name_of(bare(e))?.to_string())?.clone();
                let at = match self.cursors.get(&name_of(bare(e))?.to_string()) {
                    Some(cursor) => syntax::name(cursor),
                    None => index_in(&list, e),
                };
                Some((list, at))
            }
            Expr::MethodCall(m) => {
                let Found::Listed(list) = self.found(&m.receiver)? else { return None };
                let default = match (m.method.to_string().as_str(), m.args.first()) {
                    ("unwrap", None) | ("expect", Some(_)) => return Some((list.clone(), index_in(&list, e))),
                    ("unwrap_or", Some(default)) if is_plain(default) => default,
                    ("unwrap_or_else", Some(Expr::Closure(c))) if c.inputs.is_empty() => &*c.body,
                    _ => return None,
                };
                let (_, other) = self.index_of(default).filter(|(of, _)| *of == list)?;
                let (at, place) = (self.names.ident("at"), place_in(&list, &m.receiver));
                Some((list, parse_quote!(match #place { Some(#at) => #at, None => #other })))
            }
            Expr::Match(m) => self.of_match(m.clone()),
            Expr::If(i) if !matches!(*i.cond, Expr::Let(_)) => {
                let mut i = i.clone();
                let then = self.of_block(&mut i.then_branch)?;
                let (_, other) = i.else_branch.as_mut()?;
                let list = same(then, self.of_branch(other)?)?;
                Some((list, Expr::If(i)))
            }
            Expr::Block(b) if b.label.is_none() => {
                let mut b = b.clone();
                let list = self.of_block(&mut b.block)??;
                Some((list, Expr::Block(b)))
            }
            _ => None,
        }
    }

    fn of_match(&mut self, mut m: syn::ExprMatch) -> Option<(Expr, Expr)> {
        let mut of = None;
        let found = either(&m).and_then(|k| match self.found(&m.expr)? {
            Found::Listed(list) => Some((k, list)),
            Found::Numbered(_) | Found::Checked(..) => None,
        });
        if let Some((k, list)) = found {
            let arm = &m.arms[k];
            let (inner, body, at) = (some(&arm.pat)?, &arm.body, self.names.ident("at"));
            let itself = bound(inner).is_some() && name_of(body) == bound(inner);
            let body: Expr = match bound(inner) {
                _ if itself => syntax::name(&at),
                Some(name) if self.is_steady(&list) => {
                    self.entries.insert(name.to_string(), list.clone());
                    let mut body = (**body).clone();
                    self.of_branch(&mut body)??;
                    parse_quote!({ let #inner = &#list[#at]; #body })
                }
                _ => return None,
            };
            (*m.expr, m.arms[k].pat) = (place_in(&list, &m.expr), parse_quote!(Some(#at)));
            *m.arms[k].body = body;
            let other = self.of_branch(&mut m.arms[1 - k].body)?;
            return Some((same(Some(list), other)?, Expr::Match(m)));
        }
        for arm in &mut m.arms {
            match (of, self.of_branch(&mut arm.body)?) {
                (None, list) => of = list,
                (Some(a), Some(b)) if a != b => return None,
                (Some(a), _) => of = Some(a),
            }
        }
        Some((of?, Expr::Match(m)))
    }

    /// Turns what a branch gives into an index; no list, where it gives nothing.
    fn of_branch(&mut self, e: &mut Expr) -> Option<Option<Expr>> {
        if crate::lower::diverges(e) {
            return Some(None);
        }
        if let Expr::Block(b) = e
            && b.label.is_none()
        {
            return self.of_block(&mut b.block);
        }
        let (list, at) = self.index_of(e)?;
        *e = at;
        Some(Some(list))
    }

    fn of_block(&mut self, b: &mut Block) -> Option<Option<Expr>> {
        let own: Vec<String> = b.stmts.iter().flat_map(declared).collect();
        match b.stmts.last_mut()? {
            Stmt::Expr(e, None) => {
                // a list that the block makes is not there behind it
                let outside = |list: &Option<Expr>| {
                    !list.as_ref().and_then(root).is_some_and(|i| own.iter().any(|name| i == name))
                };
                self.of_branch(e).filter(outside)
            }
            Stmt::Expr(e, Some(_)) if crate::lower::diverges(e) => Some(None),
            _ => None,
        }
    }

    /// Finds the variables that refer to entries, and those of them that are assigned anew.
    pub(super) fn know(&mut self, block: &Block) {
        let (assigned, started, shown, lent) = Default::default();
        let mut variables = Variables { lookups: self, assigned, started, shown, lent };
        variables.visit_block(block);
        let Variables { assigned, started, shown, lent, .. } = variables;
        // what may be another iterator by now
        self.iterators.retain(|name, _| !assigned.contains_key(name) && !lent.contains(name));
        for name in started {
            let list = self.entries.get(&name).cloned();
            let same = |e: &Expr, s: &mut Self| s.index_of(e).is_some_and(|(of, _)| Some(of) == list);
            let values = assigned.get(&name).map(Vec::as_slice).unwrap_or_default();
            let changed = lent.contains(&name) || shown.contains(&name);
            if !values.is_empty() && !changed && values.iter().all(|e| same(e, self)) {
                let at = self.names.ident(&format!("{name}_at"));
                self.cursors.insert(name, at);
            } else {
                self.entries.remove(&name);
            }
        }
    }
}

fn declared(s: &Stmt) -> Vec<String> {
    if let Stmt::Local(local) = s { pattern_names(&local.pat) } else { vec![] }
}

fn same(a: Option<Expr>, b: Option<Expr>) -> Option<Expr> {
    match (a, b) {
        (Some(a), Some(b)) => (a == b).then_some(a),
        (a, b) => a.or(b),
    }
}

/// `index_in(&spans[..], e)`
pub(super) fn index_in(list: &Expr, e: &Expr) -> Expr {
    syntax::runtime_call("index_in", [whole_of(list), e.clone()])
}

struct Variables<'a, 'b> {
    lookups: &'a mut Lookups<'b>,
    /// What is assigned to variables.
    assigned: HashMap<String, Vec<Expr>>,
    /// The mutable variables that start as references to entries.
    started: Vec<String>,
    /// What macros are handed: they may name variables.
    shown: String,
    /// The variables that are lent by `&mut`, as `mem::swap` is.
    lent: HashSet<String>,
}

impl Variables<'_, '_> {
    fn refers(&mut self, pat: &syn::Pat, list: Option<Expr>) {
        if let (Some(name), Some(list)) = (bound(pat), list)
            && self.lookups.is_steady(&list)
        {
            self.lookups.entries.insert(name.to_string(), list);
        }
    }

    fn items(&mut self, pat: &syn::Pat, e: &Expr) {
        match (pat, bare(e)) {
            (syn::Pat::Tuple(t), Expr::MethodCall(m)) if m.method == "enumerate" && t.elems.len() == 2 => {
                self.items(&t.elems[1], &m.receiver);
            }
            (pat, Expr::MethodCall(_)) => {
                let list = self.lookups.selected(e);
                self.refers(pat, list);
            }
            (pat, Expr::Reference(r)) if r.mutability.is_none() => self.items_of(pat, &r.expr),
            (pat, e) if matches!(self.lookups.types.of_expr(e), Some(Type::Reference(_))) => self.items_of(pat, e),
            _ => {}
        }
    }

    /// The items of a list that is lent.
    fn items_of(&mut self, pat: &syn::Pat, list: &Expr) {
        let list = self.lookups.is_list(list).then(|| list.clone());
        self.refers(pat, list);
    }
}

impl Visit<'_> for Variables<'_, '_> {
    fn visit_local(&mut self, local: &Local) {
        syn::visit::visit_local(self, local);
        let Some(init) = local.init.as_ref().filter(|i| i.diverge.is_none()) else { return };
        if let (Some(name), Some(list)) = (bound(&local.pat), self.lookups.selected(&init.expr))
            && self.lookups.is_steady(&list)
        {
            self.lookups.iterators.insert(name.to_string(), list);
        }
        let list = self.lookups.index_of(&init.expr).map(|(list, _)| list);
        if let Some(name) = bound(&local.pat)
            && list.is_some()
            && local.pat.to_token_stream().to_string().starts_with("mut ")
        {
            self.started.push(name.to_string());
        }
        self.refers(&local.pat, list);
    }
    fn visit_expr_for_loop(&mut self, f: &syn::ExprForLoop) {
        self.items(&f.pat, &f.expr);
        // `for s in &mut it` steps
        match bare(&f.expr) {
            Expr::Reference(r) => self.visit_expr(&r.expr),
            e => self.visit_expr(e),
        }
        self.visit_block(&f.body);
    }
    fn visit_expr_reference(&mut self, r: &syn::ExprReference) {
        if r.mutability.is_some()
            && let Some(name) = name_of(bare(&r.expr))
        {
            self.lent.insert(name.to_string());
        }
        syn::visit::visit_expr_reference(self, r);
    }
    fn visit_expr_let(&mut self, l: &syn::ExprLet) {
        if let (Some(inner), Some(Found::Listed(list))) = (some(&l.pat), self.lookups.found(&l.expr)) {
            self.refers(inner, Some(list));
        }
        syn::visit::visit_expr_let(self, l);
    }
    fn visit_expr_match(&mut self, m: &syn::ExprMatch) {
        if let (Some(k), Some(Found::Listed(list))) = (either(m), self.lookups.found(&m.expr)) {
            self.refers(some(&m.arms[k].pat).expect("the arm of `Some`"), Some(list));
        }
        syn::visit::visit_expr_match(self, m);
    }
    fn visit_expr_assign(&mut self, a: &syn::ExprAssign) {
        if let Some(name) = name_of(&a.left) {
            self.assigned.entry(name.to_string()).or_default().push((*a.right).clone());
        }
        syn::visit::visit_expr_assign(self, a);
    }
    fn visit_macro(&mut self, m: &syn::Macro) {
        self.shown.extend(identifiers(m.tokens.clone()).map(|i| i + " "));
    }
}
