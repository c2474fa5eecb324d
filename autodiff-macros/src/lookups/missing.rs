//! References into constants that are looked for, where the function goes another way if there are none. A pullback outlives them:
//! what is found by a name of its own is found again.
//!
//! ```text
//! let r = m.get(k)?;                                  =>    if m.get(k).is_none() { m.get(k)?; } let r = m.get(k).unwrap();
//! let r = m.get(k).ok_or(E)?;                         =>    if m.get(k).is_none() { m.get(k).ok_or(E)?; } let r = m.get(k).unwrap();
//! let Some(r) = m.get(k) else { continue };           =>    if m.get(k).is_none() { continue } let r = m.get(k).unwrap();
//! ```
use super::{
    Lookups, is_plain,
    options::{Found, some},
};
use crate::{analysis::activity::Active, lower::operands_of, parts::seen};
use std::borrow::Cow;
use syn::{
    Block, Expr, ItemFn, Local, Stmt, parse_quote,
    visit::{self, Visit},
    visit_mut::{self, VisitMut},
};

/// The function with both ways of its searches said; `active` are the names of what is active, whatever else has them.
pub(crate) fn apart(item: &ItemFn, active: impl Fn(&ItemFn) -> Active) -> Cow<'_, ItemFn> {
    let mut find = Find { leaves: false, errors: false };
    find.visit_block(&item.block);
    if !find.leaves && !find.errors {
        return Cow::Borrowed(item);
    }
    let mut item = item.clone();
    Lazily.visit_block_mut(&mut item.block);
    if find.leaves {
        let active = active(&item);
        let lookups = Lookups::new(&active, &item);
        Apart(&lookups).visit_block_mut(&mut item.block);
    }
    Cow::Owned(item)
}

/// `o.ok_or(Error::Missing(k))` is `o.ok_or_else(|| Error::Missing(k))`, where nobody can tell.
struct Lazily;

impl VisitMut for Lazily {
    fn visit_expr_method_call_mut(&mut self, m: &mut syn::ExprMethodCall) {
        visit_mut::visit_expr_method_call_mut(self, m);
        if let Some(error) = m.args.first_mut().filter(|e| m.method == "ok_or" && !is_plain(e) && is_made(e)) {
            *error = parse_quote!(|| #error);
            m.method = syn::Ident::new("ok_or_else", m.method.span());
        }
    }
    fn visit_item_mut(&mut self, _: &mut syn::Item) {}
}

/// Whether a function may leave where a variable is declared, and whether it makes errors.
struct Find {
    leaves: bool,
    errors: bool,
}

impl Visit<'_> for Find {
    fn visit_local(&mut self, local: &Local) {
        let leaves = |i: &syn::LocalInit| i.diverge.is_some() || matches!(*i.expr, Expr::Try(_));
        self.leaves |= local.init.as_ref().is_some_and(leaves);
        visit::visit_local(self, local);
    }
    fn visit_expr_method_call(&mut self, m: &syn::ExprMethodCall) {
        self.errors |= m.method == "ok_or";
        visit::visit_expr_method_call(self, m);
    }
    fn visit_item(&mut self, _: &syn::Item) {}
}

struct Apart<'a, 'b>(&'a Lookups<'b>);

impl VisitMut for Apart<'_, '_> {
    fn visit_block_mut(&mut self, block: &mut Block) {
        for mut s in std::mem::take(&mut block.stmts) {
            if let Stmt::Local(local) = &mut s
                && let Some(missing) = self.split(local)
            {
                block.stmts.push(missing);
            }
            block.stmts.push(s);
        }
        visit_mut::visit_block_mut(self, block);
    }
    fn visit_expr_closure_mut(&mut self, _: &mut syn::ExprClosure) {}
    fn visit_item_mut(&mut self, _: &mut syn::Item) {}
}

impl Apart<'_, '_> {
    /// What is done where nothing is found; afterwards the local variable is what is found.
    fn split(&self, local: &mut Local) -> Option<Stmt> {
        let init = local.init.as_mut()?;
        let looked = if let Expr::Try(t) = &*init.expr { &t.expr } else { &init.expr };
        // of an entry of a list the index is kept
        if matches!(self.0.found(looked), Some(Found::Listed(_) | Found::Numbered(_))) {
            return None;
        }
        if let Some((_, missing)) = &init.diverge {
            let found = some(&local.pat)?.clone();
            let search = self.search(&init.expr)?;
            let s = parse_quote!(if #search.is_none() { #missing });
            *init.expr = parse_quote!(#search.unwrap());
            (init.diverge, local.pat) = (None, found);
            return Some(s);
        }
        let Expr::Try(t) = &*init.expr else { return None };
        let (e, search) = (&t.expr, self.search(&t.expr)?);
        let s = parse_quote!(if #search.is_none() { #e?; });
        *init.expr = parse_quote!(#search.unwrap());
        Some(s)
    }

    /// The search in `x.get(i)`, `x.first().ok_or(E)`, among constants.
    fn search(&self, e: &Expr) -> Option<Expr> {
        let Expr::MethodCall(m) = e else { return None };
        let search = match (m.method.to_string().as_str(), m.args.first()) {
            // one of the user's may do more than look
            (name, _) if seen::has_method(name) => return None,
            ("get", Some(_)) | ("first" | "last" | "as_ref" | "find" | "min_by" | "max_by", _) => e,
            ("ok_or", Some(error)) if is_made(error) => return self.search(&m.receiver),
            ("ok_or_else", _) => return self.search(&m.receiver),
            _ => return None,
        };
        (!self.0.active.mentions(search) && is_plain(search)).then(|| search.clone())
    }
}

/// An error that is made of what is there, whoever asks for it: `Error::Missing(name.to_string())`.
fn is_made(e: &Expr) -> bool {
    match e {
        e if is_plain(e) => true,
        Expr::Call(c) => {
            let Expr::Path(p) = &*c.func else { return false };
            let names: Vec<String> = p.path.segments.iter().map(|s| s.ident.to_string()).collect();
            let text = matches!(&names[..], [ty, new] if ty == "String" && matches!(new.as_str(), "new" | "from"));
            let variant = names.last().is_some_and(|n| n.starts_with(char::is_uppercase));
            (text || variant) && c.args.iter().all(is_made)
        }
        Expr::Struct(s) => s.rest.is_none() && s.fields.iter().all(|f| is_made(&f.expr)),
        Expr::MethodCall(m) => {
            matches!(m.method.to_string().as_str(), "to_string" | "to_owned" | "into" | "clone")
                && m.args.is_empty()
                && is_made(&m.receiver)
        }
        Expr::Macro(m) => m.mac.path.is_ident("format") && operands_of(&m.mac).iter().all(is_made),
        _ => false,
    }
}
