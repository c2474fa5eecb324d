//! Iterators that are stepped by hand: two counters, and the entries that they stand for.
//!
//! ```text
//! let mut it = x.iter();                   =>    let mut at = 0; let mut end = x.len();
//! while let Some(v) = it.next() { f(v) }   =>    while at < end { let k = at; at += 1; let v = &x[k]; f(v) }
//! it.sum::<f64>()                          =>    x.iter().take(end).skip(at).sum::<f64>()
//! ```
//! Only where the entries are found by an index, and where nothing in the chain can change meanwhile.
use super::{Desugar, bind::Item, chain};
use crate::analysis::activity::Names;
use std::collections::HashMap;
use syn::{
    Block, Expr, ExprMethodCall, Ident, Pat, Stmt, parse_quote,
    spanned::Spanned,
    visit_mut::{self, VisitMut},
};

/// One of them.
struct Stepped {
    chain: Expr,
    at: Ident,
    end: Ident,
    /// What `next` calls its index.
    k: Ident,
}

impl Stepped {
    fn item(&self, k: &Ident) -> Item {
        chain::entry(&self.chain, &parse_quote!(#k)).expect("a chain with entries").1
    }

    /// `it.next()` and its kin.
    fn step(&self, name: &str, args: &[&Expr]) -> Option<Expr> {
        let Stepped { at, end, k, .. } = self;
        let (now, next) = (self.item(at), self.item(k).expr());
        Some(match (name, args) {
            ("next", []) => parse_quote!(if #at < #end { let #k = #at; #at += 1; Some(#next) } else { None }),
            ("next_back", []) => {
                let k = self.item(end).expr();
                parse_quote!(if #at < #end { #end -= 1; Some(#k) } else { None })
            }
            ("peek", []) => {
                let now = now.by_ref().expr();
                parse_quote!(if #at < #end { Some(#now) } else { None })
            }
            ("next_if", [f]) => {
                let now = now.by_ref().expr();
                parse_quote!(if #at < #end && (#f)(#now) { let #k = #at; #at += 1; Some(#next) } else { None })
            }
            ("len", []) => parse_quote!((#end - #at)),
            _ => return None,
        })
    }

    /// `it.next()` beside others: the step comes first.
    fn step_first(&self, name: &str) -> Option<Expr> {
        let Stepped { at, end, k, .. } = self;
        let (next, last) = (self.item(k).expr(), self.item(end).expr());
        Some(match name {
            "next" => parse_quote!({
                let #k = #at;
                #at += usize::from(#k < #end);
                if #k < #end { Some(#next) } else { None }
            }),
            "next_back" => parse_quote!({
                let #k = #end;
                #end -= usize::from(#at < #k);
                if #at < #k { Some(#last) } else { None }
            }),
            _ => return None,
        })
    }

    /// What is left of it.
    fn rest(&self) -> Expr {
        let Stepped { chain, at, end, .. } = self;
        let chain: Expr = if matches!(chain, Expr::Range(_)) { parse_quote!((#chain)) } else { chain.clone() };
        parse_quote!(#chain.take(#end).skip(#at))
    }

    /// `it.by_ref().take(n)`: what is left begins after it.
    fn taken(&self, n: &Expr) -> Expr {
        let Stepped { chain, at, end, k } = self;
        parse_quote!(#chain.take(#end).skip({ let #k = #at; #at = (#k + (#n)).min(#end); #k }).take(#n))
    }
}

impl Desugar<'_> {
    /// Replaces the iterators over active values that are stepped.
    pub(super) fn stepped_iterators(&mut self, block: &mut Block) {
        let mut find = Find(Vec::new());
        find.visit_block_mut(block);
        find.0.retain(|(_, chain)| self.relevant(chain) && self.is_steady(chain));
        let mut found = HashMap::new();
        for (name, chain) in find.0 {
            let span = chain.span();
            let [at, end, k] = ["at", "end", "k"].map(|text| self.fresh(text, false, span));
            found.insert(name.to_string(), Stepped { chain, at, end, k });
        }
        if !found.is_empty() {
            self.changed = true;
            Replace(&found).visit_block_mut(block);
        }
    }

    /// Whether the chain hands out the same whenever it is asked: the borrow sees to its containers.
    fn is_steady(&self, chain: &Expr) -> bool {
        fn sizes(e: &Expr, out: &mut Vec<Expr>) {
            match chain::strip(e) {
                Expr::MethodCall(m) => {
                    sizes(&m.receiver, out);
                    match m.method == "zip" {
                        true => m.args.iter().for_each(|a| sizes(a, out)),
                        false => out.extend(m.args.iter().cloned()),
                    }
                }
                Expr::Range(r) => out.extend([&r.start, &r.end].into_iter().flatten().map(|e| (**e).clone())),
                Expr::Index(i) => {
                    sizes(&i.expr, out);
                    out.push((*i.index).clone());
                }
                Expr::Reference(r) => sizes(&r.expr, out),
                _ => {}
            }
        }
        let mut parts = Vec::new();
        sizes(chain, &mut parts);
        !parts.iter().any(|e| super::jumps::assigns(e) || Names::of(e).iter().any(|n| self.mutable.contains(n)))
    }
}

/// `let mut it = x.iter();`
fn stepped(s: &Stmt) -> Option<(&Ident, &Expr)> {
    let Stmt::Local(l) = s else { return None };
    let pat = match &l.pat {
        Pat::Type(t) => &*t.pat,
        pat => pat,
    };
    let (Pat::Ident(p), Some(init)) = (pat, &l.init) else { return None };
    let has_entries = chain::is_chain(&init.expr) && chain::entry(&init.expr, &parse_quote!(k)).is_some();
    (p.mutability.is_some() && init.diverge.is_none() && has_entries).then_some((&p.ident, &*init.expr))
}

struct Find(Vec<(Ident, Expr)>);

impl VisitMut for Find {
    fn visit_stmt_mut(&mut self, s: &mut Stmt) {
        if let Some((name, chain)) = stepped(s) {
            self.0.push((name.clone(), chain.clone()));
        }
        visit_mut::visit_stmt_mut(self, s);
    }
    fn visit_item_mut(&mut self, _: &mut syn::Item) {}
}

struct Replace<'a>(&'a HashMap<String, Stepped>);

impl Replace<'_> {
    fn named(&self, e: &Expr) -> Option<&Stepped> {
        match chain::strip(e) {
            Expr::Path(p) => self.0.get(&p.path.get_ident()?.to_string()),
            Expr::Reference(r) => self.named(&r.expr),
            Expr::MethodCall(m) if m.method == "by_ref" => self.named(&m.receiver),
            _ => None,
        }
    }

    fn call(&self, m: &ExprMethodCall) -> Option<Expr> {
        let args: Vec<&Expr> = m.args.iter().collect();
        match &*m.receiver {
            Expr::MethodCall(r) if r.method == "by_ref" && m.method == "take" => {
                Some(self.named(&r.receiver)?.taken(args.first()?))
            }
            x => self.named(x)?.step(&m.method.to_string(), &args),
        }
    }

    /// `for v in it.by_ref() { .. }` leaves the rest where it is left.
    fn drained(&self, f: &syn::ExprForLoop) -> Option<Expr> {
        let borrowed = match chain::strip(&f.expr) {
            Expr::Reference(_) => true,
            Expr::MethodCall(m) => m.method == "by_ref",
            _ => false,
        };
        let next = self.named(&f.expr).filter(|_| borrowed)?.step("next", &[])?;
        let (label, pat, body) = (&f.label, &f.pat, &f.body);
        Some(parse_quote!(#label while let Some(#pat) = #next #body))
    }
}

impl VisitMut for Replace<'_> {
    fn visit_block_mut(&mut self, block: &mut Block) {
        for s in std::mem::take(&mut block.stmts) {
            match stepped(&s).and_then(|(name, _)| self.0.get(&name.to_string())) {
                Some(Stepped { chain, at, end, .. }) => {
                    let len = chain::entry(chain, &parse_quote!(#at)).expect("a chain with entries").0;
                    block.stmts.push(parse_quote!(let mut #at = 0_usize;));
                    block.stmts.push(parse_quote!(let mut #end: usize = #len;));
                }
                None => block.stmts.push(s),
            }
        }
        visit_mut::visit_block_mut(self, block);
    }

    fn visit_expr_mut(&mut self, e: &mut Expr) {
        let new = match e {
            Expr::MethodCall(m) => self.call(m),
            Expr::ForLoop(f) => self.drained(f),
            Expr::Tuple(t) => {
                for e in &mut t.elems {
                    if let Expr::MethodCall(m) = e
                        && let Some(new) = self.named(&m.receiver).and_then(|s| s.step_first(&m.method.to_string()))
                    {
                        *e = new;
                    }
                }
                None
            }
            Expr::Path(_) => self.named(e).map(Stepped::rest),
            _ => None,
        };
        if let Some(new) = new {
            *e = new;
        }
        visit_mut::visit_expr_mut(self, e);
    }

    fn visit_macro_mut(&mut self, mac: &mut syn::Macro) {
        super::macros::visit_mut(mac, &mut |e| self.visit_expr_mut(e));
    }

    fn visit_item_mut(&mut self, _: &mut syn::Item) {}
}
