//! Iterators that are stepped by hand: two counters, and the entries that they stand for.
//!
//! ```text
//! let mut it = x.iter();                   =>    let mut at = 0; let mut end = x.len();
//! while let Some(v) = it.next() { f(v) }   =>    while at < end { let k = at; at += 1; let v = &x[k]; f(v) }
//! it.sum::<f64>()                          =>    x.iter().take(end).skip(at).sum::<f64>()
//! ```
//! Only where the entries are found by an index, and where nothing in the chain can change meanwhile. What a filter leaves out
//! is passed over, what a closure makes is made at each step.
use super::{Desugar, bind::Item, chain};
use crate::{
    analysis::activity::{Names, pattern_names},
    atom::atom,
    ctxt::users_name_in,
    references::Known,
};
use std::collections::HashMap;
use syn::{
    Block, Expr, ExprMethodCall, Ident, Pat, Stmt, parse_quote,
    spanned::Spanned,
    visit::{self, Visit},
    visit_mut::{self, VisitMut},
};

/// One of them.
struct Stepped {
    filtered: Filtered,
    at: Ident,
    end: Ident,
    /// What `next` calls its index.
    k: Ident,
}

/// Some of the entries of a chain: `base.filter(p).map(f)`.
#[derive(Clone)]
struct Filtered {
    base: Expr,
    filters: Vec<Expr>,
    maps: Vec<ExprMethodCall>,
}

impl Filtered {
    fn of(e: &Expr) -> Option<Filtered> {
        if chain::entry(e, &parse_quote!(k)).is_some() {
            return Some(Filtered { base: e.clone(), filters: vec![], maps: vec![] });
        }
        let Expr::MethodCall(m) = chain::strip(e) else { return None };
        let mut filtered = Filtered::of(&m.receiver)?;
        match (m.method.to_string().as_str(), m.args.first()) {
            ("filter", Some(f)) if filtered.maps.is_empty() => filtered.filters.push(f.clone()),
            ("map", Some(_)) | ("copied" | "cloned", None) => filtered.maps.push(m.clone()),
            ("peekable" | "fuse", None) => {}
            _ => return None,
        }
        Some(filtered)
    }

    /// A part of the base, filtered and mapped.
    fn adapted(&self, part: Expr) -> Expr {
        let filtered = self.filters.iter().fold(part, |e, f| parse_quote!(#e.filter(#f)));
        self.maps.iter().fold(filtered, |e, m| {
            let (method, args) = (&m.method, &m.args);
            parse_quote!(#e.#method(#args))
        })
    }

    fn item(&self, k: &Ident) -> Item {
        let item = chain::entry(&self.base, &parse_quote!(#k)).expect("a chain with entries").1;
        self.maps.iter().fold(item, |item, m| match m.args.first() {
            Some(f) => chain::mapped(f, &item),
            None => item.behind(),
        })
    }
}

impl Stepped {
    fn item(&self, k: &Ident) -> Item {
        self.filtered.item(k)
    }

    /// Steps over what is filtered out, from the front or from the back.
    fn pass_over(&self, back: bool) -> Option<Stmt> {
        let Stepped { filtered: Filtered { base, filters, .. }, at, end, .. } = self;
        if filters.is_empty() {
            return None;
        }
        let here: Expr = if back { parse_quote!((#end - 1)) } else { parse_quote!(#at) };
        let item = chain::entry(base, &here).expect("a chain with entries").1.by_ref().expr();
        let step: Stmt = if back { parse_quote!(#end -= 1;) } else { parse_quote!(#at += 1;) };
        Some(parse_quote!(while #at < #end && !(true #(&& (#filters)(#item))*) { #step }))
    }

    /// `it.next()` and its kin.
    fn step(&self, name: &str, args: &[&Expr]) -> Option<Expr> {
        let found = self.found(name, args)?;
        match self.pass_over(name == "next_back") {
            Some(_) if name == "len" => None,
            Some(first) => Some(parse_quote!({ #first #found })),
            None => Some(found),
        }
    }

    /// `it.next();` on its own.
    fn drop_one(&self, back: bool) -> Vec<Stmt> {
        let Stepped { at, end, .. } = self;
        let step: Stmt = if back { parse_quote!(#end -= 1;) } else { parse_quote!(#at += 1;) };
        self.pass_over(back).into_iter().chain([parse_quote!(if #at < #end { #step })]).collect()
    }

    fn found(&self, name: &str, args: &[&Expr]) -> Option<Expr> {
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
            ("nth", [n]) if self.filtered.filters.is_empty() => parse_quote!({
                #at = (#at).saturating_add(#n).min(#end);
                if #at < #end { let #k = #at; #at += 1; Some(#next) } else { None }
            }),
            ("len", []) => parse_quote!((#end - #at)),
            _ => return None,
        })
    }

    /// `it.next()` beside others: the step comes first.
    fn step_first(&self, name: &str) -> Option<Expr> {
        let Stepped { filtered, at, end, k } = self;
        if !filtered.filters.is_empty() {
            return None;
        }
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
        let Stepped { filtered, at, end, .. } = self;
        let base = self.base();
        filtered.adapted(parse_quote!(#base.take(#end).skip(#at)))
    }

    /// `it.by_ref().take(n)`: what is left begins after it.
    fn taken(&self, n: &Expr) -> Option<Expr> {
        let Stepped { filtered, at, end, k } = self;
        let base = self.base();
        let part = parse_quote!(#base.take(#end).skip({ let #k = #at; #at = (#k + (#n)).min(#end); #k }).take(#n));
        filtered.filters.is_empty().then(|| filtered.adapted(part))
    }

    fn base(&self) -> Expr {
        let base = &self.filtered.base;
        atom(base)
    }
}

impl Desugar<'_> {
    /// Replaces the iterators over active values that are stepped.
    pub(super) fn stepped_iterators(&mut self, block: &mut Block) {
        SideBySide.visit_block_mut(block);
        let mut find = Find { known: &self.known, found: Vec::new() };
        find.visit_block_mut(block);
        let mut found = HashMap::new();
        for (name, chain) in find.found {
            if !self.relevant(&chain) || !self.is_steady(&chain) || super::jumps::reassigned(&chain, block).is_some() {
                continue;
            }
            let Some(filtered) = Filtered::of(&chain) else { continue };
            if let Some(second) = chain::is_mutable(&chain).then(|| held_at_once(block, &name)).flatten() {
                let hint = "two items of an `iter_mut` are held at once: take the slice apart with `split_at_mut`, or index it";
                self.cx.error(second, hint);
            }
            let span = chain.span();
            let [at, end, k] = ["at", "end", "k"].map(|text| self.fresh(text, false, span));
            found.insert(name.to_string(), Stepped { filtered, at, end, k });
        }
        if !found.is_empty() {
            self.changed = true;
            let mut moving = Moving { found: &found, uses: HashMap::new(), loops: 0, calls: Vec::new() };
            moving.visit_block(block);
            let Moving { uses, calls, .. } = moving;
            for (name, method, again) in calls {
                if again || uses[&name] > 1 {
                    let name = users_name_in(&*block, &name);
                    let hint = format!(
                        "`{method}` moves `{name}` on, which is not followed: write a loop around `{name}.next()`"
                    );
                    self.cx.error(method, hint);
                }
            }
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
        !chain::does_more(chain)
            && !parts.iter().any(|e| super::jumps::assigns(e) || Names::of(e).iter().any(|n| self.mutable.contains(n)))
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
    let plain = p.mutability.is_some() && init.diverge.is_none() && chain::is_chain(&init.expr);
    plain.then_some((&p.ident, &*init.expr))
}

struct Find<'a> {
    known: &'a Known,
    found: Vec<(Ident, Expr)>,
}

impl VisitMut for Find<'_> {
    fn visit_stmt_mut(&mut self, s: &mut Stmt) {
        if let Some((name, chain)) = stepped(s) {
            self.found.push((name.clone(), chain::explicit(chain, self.known)));
        }
        visit_mut::visit_stmt_mut(self, s);
    }
    fn visit_item_mut(&mut self, _: &mut syn::Item) {}
}

/// `let (mut a, mut b) = (x.iter(), y.iter());` as two.
struct SideBySide;

impl VisitMut for SideBySide {
    fn visit_block_mut(&mut self, block: &mut Block) {
        for s in std::mem::take(&mut block.stmts) {
            match &s {
                Stmt::Local(syn::Local { pat: Pat::Tuple(p), init: Some(init), .. }) => {
                    match chain::strip(&init.expr) {
                        Expr::Tuple(t)
                            if t.elems.len() == p.elems.len()
                                && init.diverge.is_none()
                                && t.elems.iter().all(chain::is_chain)
                                && p.elems.iter().all(|p| matches!(p, Pat::Ident(_))) =>
                        {
                            block.stmts.extend(p.elems.iter().zip(&t.elems).map(|(p, e)| parse_quote!(let #p = #e;)));
                        }
                        _ => block.stmts.push(s),
                    }
                }
                _ => block.stmts.push(s),
            }
        }
        visit_mut::visit_block_mut(self, block);
    }
    fn visit_item_mut(&mut self, _: &mut syn::Item) {}
}

/// Methods that leave an iterator further on than where it was, and are written for one that nobody asks any more.
#[rustfmt::skip]
const MOVING: &[&str] = &[
    "nth", "nth_back", "any", "all", "find", "rfind", "find_map", "position", "rposition", "try_fold", "try_for_each", "next_if_eq",
];

/// Where they are called, and whether that may be more than once.
struct Moving<'a> {
    found: &'a HashMap<String, Stepped>,
    uses: HashMap<String, usize>,
    loops: usize,
    calls: Vec<(String, Ident, bool)>,
}

impl Moving<'_> {
    fn within(&mut self, look: impl FnOnce(&mut Self)) {
        self.loops += 1;
        look(self);
        self.loops -= 1;
    }
}

impl<'a> Visit<'a> for Moving<'_> {
    fn visit_expr_method_call(&mut self, m: &'a ExprMethodCall) {
        let replace = Replace(self.found);
        let name = match chain::strip(&m.receiver) {
            Expr::Path(p) => p.path.get_ident().map(ToString::to_string),
            Expr::MethodCall(r) if r.method == "by_ref" => match chain::strip(&r.receiver) {
                Expr::Path(p) => p.path.get_ident().map(ToString::to_string),
                _ => None,
            },
            _ => None,
        };
        if let (Some(name), Some(stepped)) = (name, replace.named(&m.receiver))
            && MOVING.contains(&m.method.to_string().as_str())
            && stepped.step(&m.method.to_string(), &m.args.iter().collect::<Vec<_>>()).is_none()
        {
            self.calls.push((name, m.method.clone(), self.loops > 0));
        }
        visit::visit_expr_method_call(self, m);
    }
    fn visit_expr_path(&mut self, p: &'a syn::ExprPath) {
        if let Some(name) = p.path.get_ident().map(ToString::to_string)
            && self.found.contains_key(&name)
        {
            *self.uses.entry(name).or_default() += 1;
        }
    }
    fn visit_expr_for_loop(&mut self, f: &'a syn::ExprForLoop) {
        self.within(|m| visit::visit_expr_for_loop(m, f));
    }
    fn visit_expr_while(&mut self, w: &'a syn::ExprWhile) {
        self.within(|m| visit::visit_expr_while(m, w));
    }
    fn visit_expr_loop(&mut self, l: &'a syn::ExprLoop) {
        self.within(|m| visit::visit_expr_loop(m, l));
    }
    fn visit_expr_closure(&mut self, c: &'a syn::ExprClosure) {
        self.within(|m| visit::visit_expr_closure(m, c));
    }
    fn visit_item(&mut self, _: &'a syn::Item) {}
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
                self.named(&r.receiver)?.taken(args.first()?)
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
            if let Stmt::Expr(Expr::MethodCall(m), Some(_)) = &s
                && (m.method == "next" || m.method == "next_back")
                && let Some(stepped) = self.named(&m.receiver)
            {
                block.stmts.extend(stepped.drop_one(m.method == "next_back"));
                continue;
            }
            match stepped(&s).and_then(|(name, _)| self.0.get(&name.to_string())) {
                Some(Stepped { filtered, at, end, .. }) => {
                    let len = chain::entry(&filtered.base, &parse_quote!(#at)).expect("a chain with entries").0;
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

/// A second item of an iterator that is asked for where the first one is still used.
fn held_at_once(block: &Block, name: &Ident) -> Option<Ident> {
    struct Held<'a> {
        name: &'a Ident,
        found: Option<Ident>,
    }
    impl Visit<'_> for Held<'_> {
        fn visit_block(&mut self, block: &Block) {
            let calls: Vec<Vec<Ident>> =
                block.stmts.iter().map(|s| next_calls(self.name, |c| c.visit_stmt(s))).collect();
            for (k, s) in block.stmts.iter().enumerate() {
                let Stmt::Local(l) = s else { continue };
                let items = pattern_names(&l.pat);
                let later = (k + 1..calls.len()).find(|j| !calls[*j].is_empty()).filter(|_| !calls[k].is_empty());
                if let Some(j) = later
                    && block.stmts[j..].iter().any(|s| mentions(s, &items))
                {
                    self.found = self.found.take().or(calls[j].first().cloned());
                }
            }
            visit::visit_block(self, block);
        }
        fn visit_expr_tuple(&mut self, t: &syn::ExprTuple) {
            let calls = next_calls(self.name, |c| t.elems.iter().for_each(|e| c.visit_expr(e)));
            self.found = self.found.take().or(calls.get(1).cloned());
            visit::visit_expr_tuple(self, t);
        }
    }
    let mut held = Held { name, found: None };
    held.visit_block(block);
    held.found
}

fn mentions(s: &Stmt, names: &[String]) -> bool {
    let mut found = Names::default();
    found.visit_stmt(s);
    found.0.iter().any(|n| names.contains(n))
}

/// Where an iterator is asked for its next item.
fn next_calls(name: &Ident, look: impl FnOnce(&mut Calls)) -> Vec<Ident> {
    let mut calls = Calls { name: name.clone(), found: Vec::new() };
    look(&mut calls);
    calls.found
}

struct Calls {
    name: Ident,
    found: Vec<Ident>,
}

impl Visit<'_> for Calls {
    fn visit_expr_method_call(&mut self, m: &ExprMethodCall) {
        let of_it = matches!(chain::strip(&m.receiver), Expr::Path(p) if p.path.is_ident(&self.name));
        if of_it && (m.method == "next" || m.method == "next_back") {
            self.found.push(m.method.clone());
        }
        visit::visit_expr_method_call(self, m);
    }
}
