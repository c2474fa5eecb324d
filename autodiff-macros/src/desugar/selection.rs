//! One item out of many: `max_by`, `last`, `find` and their kin.
//!
//! ```text
//! x.iter().filter(p).max_by(f)    =>    let best = x.iter().enumerate().filter(p).max_by(f).map(|a| a.0);
//!                                       let k = best.unwrap_or(usize::MAX);    if k < usize::MAX { Some(&x[k]) } else { None }
//! x.iter().map(f).last()          =>    let k = ..; 'choosing: { for v in x.iter().skip(k) { break 'choosing Some(f(v)); } None }
//! ```
//! Which one it is, is found natively. It is an entry like any other where the chain has entries, else a loop leads to it.
use super::{Desugar, bind::Item, chain, consume::Consumed, jumps};
use crate::atom::{atom, tail};
use syn::{Expr, ExprMethodCall, Ident, Stmt, parse_quote};

impl<'a> Desugar<'a> {
    /// `x.iter().max_by(..).unwrap()`
    pub(super) fn chosen(&mut self, m: &ExprMethodCall) -> Option<Consumed> {
        let (receiver, owned) = match chain::strip(&m.receiver) {
            Expr::MethodCall(c) if is_copy(c) && !chain::is_chain(&m.receiver) => (chain::strip(&c.receiver), true),
            receiver => (receiver, false),
        };
        let Expr::MethodCall(select) = receiver else { return None };
        let name = m.method.to_string();
        if !matches!(name.as_str(), "unwrap" | "expect" | "unwrap_or")
            || !is_selection(select)
            || !self.relevant(&Expr::MethodCall(m.clone()))
        {
            return None;
        }
        let span = m.method.span();
        let Some(Entries { base, native }) = self.entries(&select.receiver) else {
            let Consumed { stmts, value } = self.selected(select)?;
            let (method, args) = (&m.method, &m.args);
            let value: Expr = if owned { parse_quote!((#value).cloned()) } else { value };
            return Some(Consumed { stmts, value: parse_quote!((#value).#method(#args)) });
        };
        self.check_effects(select)?;
        let (best, k) = (self.fresh("best", false, span), self.fresh("chosen", false, span));
        let index = self.index_of(select, &native)?;
        let best_index: Stmt = parse_quote!(let #best: ::core::option::Option<usize> = #index;);
        let item = chain::entry(&base, &parse_quote!(#k))?.1.expr();
        let reference = matches!(item, Expr::Reference(_));
        let item = match item {
            Expr::Reference(r) if owned => *r.expr,
            item => item,
        };
        let args: Vec<&Expr> = m.args.iter().collect();
        if let ("unwrap_or", [default]) = (name.as_str(), &args[..]) {
            let value = match (item, default) {
                (Expr::Reference(r), Expr::Reference(d)) => {
                    let (item, default) = (tail(&r.expr), tail(&d.expr));
                    parse_quote!(&(if let Some(#k) = #best { #item } else { #default }))
                }
                (Expr::Reference(r), default) => {
                    let (item, default) = (tail(&r.expr), atom(default));
                    parse_quote!(&(if let Some(#k) = #best { #item } else { *#default }))
                }
                (item, default) => {
                    let (item, default) = (tail(&item), tail(default));
                    parse_quote!(if let Some(#k) = #best { #item } else { #default })
                }
            };
            return Some(Consumed { stmts: vec![best_index], value });
        }
        let get: Expr = match &args[..] {
            [text] => parse_quote!(#best.expect(#text)),
            _ => parse_quote!(#best.unwrap()),
        };
        let stmts: Vec<Stmt> = vec![best_index, parse_quote!(let #k: usize = #get;)];
        // the entry's index is a block of its own, so that the entry can be borrowed where it is used
        Some(match item {
            Expr::Reference(r) if reference => {
                let mutable = &r.mutability;
                match *r.expr {
                    Expr::Index(mut i) if matches!(&*i.index, Expr::Path(_)) => {
                        *i.index = parse_quote!({ #(#stmts)* #k });
                        Consumed { stmts: vec![], value: parse_quote!(&#mutable #i) }
                    }
                    place => Consumed { stmts, value: parse_quote!(&#mutable #place) },
                }
            }
            Expr::Index(mut i) if matches!(&*i.index, Expr::Path(_)) => {
                *i.index = parse_quote!({ #(#stmts)* #k });
                Consumed { stmts: vec![], value: Expr::Index(i) }
            }
            value => Consumed { stmts, value },
        })
    }

    /// `x.iter().max_by(..)` as an option.
    pub(super) fn selected(&mut self, m: &ExprMethodCall) -> Option<Consumed> {
        if let Some(Entries { base, native }) = self.entries(&m.receiver) {
            self.check_effects(m)?;
            let k = self.fresh("chosen", false, m.method.span());
            let index = self.index_of(m, &native)?;
            let item = chain::entry(&base, &parse_quote!(#k))?.1.expr();
            return Some(Consumed {
                stmts: vec![parse_quote!(let #k: usize = (#index).unwrap_or(usize::MAX);)],
                value: parse_quote!(if #k < usize::MAX { Some(#item) } else { None }),
            });
        }
        if !self.hands_out_values(&m.receiver) {
            self.error(&m.method, format!("`{}` of this iterator over active values is not differentiable: find the index first (`.enumerate()`, or `.position(..)`), then read the entry", m.method));
            return None;
        }
        let (chain, args) = (atom(&m.receiver), m.args.iter().collect::<Vec<_>>());
        let mut stmts = vec![];
        let rest: Expr = match (m.method.to_string().as_str(), &args[..]) {
            ("next", []) => chain.clone(),
            ("find", [f]) => parse_quote!(#chain.filter(#f)),
            ("nth", [n]) => parse_quote!(#chain.skip(#n)),
            // what does more is run once: its items are kept
            _ if chain::does_more(&m.receiver) => {
                let Consumed { mut stmts, value } = self.list(&m.receiver, None, m.method.span())?;
                let (method, args) = (&m.method, &m.args);
                let kept: ExprMethodCall = parse_quote!(#value.iter().cloned().#method(#args));
                let selected = self.selected(&kept)?;
                stmts.extend(selected.stmts);
                return Some(Consumed { stmts, value: selected.value });
            }
            _ => {
                self.check_effects(m)?;
                let k = self.fresh("chosen", false, m.method.span());
                let native = atom(&self.lent(&chain));
                let index = self.index_of(m, &parse_quote!(#native.enumerate()))?;
                stmts.push(parse_quote!(let #k: usize = (#index).unwrap_or(usize::MAX);));
                parse_quote!(#chain.skip(#k))
            }
        };
        let label = self.label("choosing");
        let inner = self.drive(&rest, &mut |_, item| {
            let e = item.expr();
            Some(vec![parse_quote!(break #label Some(#e);)])
        })?;
        Some(Consumed { stmts, value: parse_quote!(#label: { #(#inner)* None }) })
    }

    /// What runs natively beforehand changes nothing but what is its own.
    fn check_effects(&mut self, m: &ExprMethodCall) -> Option<()> {
        if jumps::assigns_outside(&read_only(&Expr::MethodCall(m.clone()))) {
            self.error(&m.method, "the closures of this iterator change something: write the loop");
            return None;
        }
        Some(())
    }

    /// A chain whose items are some of those of a chain with entries, which may be computed a second time.
    fn entries(&mut self, e: &Expr) -> Option<Entries> {
        let e = &chain::explicit(e, &self.known);
        if chain::entry(e, &parse_quote!(k)).is_some() && !chain::does_more(e) {
            let x = atom(&read_only(e));
            return Some(Entries { base: e.clone(), native: parse_quote!(#x.enumerate()) });
        }
        let Expr::MethodCall(m) = chain::strip(e) else { return None };
        let (name, args) = (&m.method, m.args.iter().collect::<Vec<_>>());
        match (name.to_string().as_str(), &args[..]) {
            ("filter" | "skip_while" | "take_while", [f]) => {
                let Entries { base, native } = self.entries(&m.receiver)?;
                let item = self.fresh("item", false, name.span());
                let cond = self.decide(f, vec![Item::Value(parse_quote!(&#item.1))])?;
                Some(Entries { base, native: parse_quote!(#native.#name(|#item| #cond)) })
            }
            ("rev", []) | ("skip" | "take" | "step_by", [_]) => {
                let Entries { base, native } = self.entries(&m.receiver)?;
                let args = &m.args;
                Some(Entries { base, native: parse_quote!(#native.#name(#args)) })
            }
            _ => None,
        }
    }

    /// The index of the chosen item of `native`, which hands out indices and items, as a native option.
    fn index_of(&mut self, m: &ExprMethodCall, native: &Expr) -> Option<Expr> {
        let (name, args, span) = (&m.method, m.args.iter().collect::<Vec<_>>(), m.method.span());
        let [a, b] = ["left", "right"].map(|text| self.fresh(text, false, span));
        let second = |item: &Ident| Item::Value(parse_quote!(&#item.1));
        let found: Expr = match (name.to_string().as_str(), &args[..]) {
            ("min_by" | "max_by", [f]) => {
                let order = self.decide(f, vec![second(&a), second(&b)])?;
                parse_quote!(#native.#name(|#a, #b| #order))
            }
            ("min_by_key" | "max_by_key" | "find", [f]) => {
                let key = self.decide(f, vec![second(&a)])?;
                parse_quote!(#native.#name(|#a| #key))
            }
            _ => {
                let args = &m.args;
                parse_quote!(#native.#name(#args))
            }
        };
        Some(parse_quote!(#found.map(|#a| #a.0)))
    }

    /// A chain that leaves the containers where they are.
    fn lent(&self, e: &Expr) -> Expr {
        let Expr::MethodCall(m) = chain::strip(e) else { return e.clone() };
        let mut m = m.clone();
        let x = &m.receiver;
        *m.receiver = match chain::strip(x) {
            Expr::Path(_) if m.method == "into_iter" => parse_quote!(#x.clone()),
            x => self.lent(x),
        };
        Expr::MethodCall(m)
    }

    /// Whether the items are certainly values, not references.
    fn hands_out_values(&self, e: &Expr) -> bool {
        let Expr::MethodCall(m) = chain::strip(e) else {
            return matches!(chain::strip(e), Expr::Range(_) | Expr::Call(_));
        };
        match m.method.to_string().as_str() {
            "map" | "copied" | "cloned" | "scan" | "filter_map" | "map_while" => true,
            "into_iter" if !chain::is_chain(&m.receiver) => self.is_owned(&m.receiver),
            "filter" | "rev" | "skip" | "take" | "step_by" | "take_while" | "skip_while" | "enumerate" | "inspect"
            | "into_iter" | "fuse" => self.hands_out_values(&m.receiver),
            "chain" | "zip" => {
                self.hands_out_values(&m.receiver) && m.args.first().is_some_and(|a| self.hands_out_values(a))
            }
            _ => false,
        }
    }

    /// Whether a container is no reference, by the look of it.
    fn is_owned(&self, e: &Expr) -> bool {
        match chain::strip(e) {
            Expr::Array(_) | Expr::Macro(_) => true,
            Expr::MethodCall(m) => matches!(m.method.to_string().as_str(), "to_vec" | "clone" | "collect" | "to_owned"),
            e @ Expr::Path(_) => self.known.reference(e).is_none(),
            _ => false,
        }
    }
}

/// Some of the items of `base`, which has entries: `native` hands them out with their indices.
struct Entries {
    base: Expr,
    native: Expr,
}

/// `x.iter_mut().find(f)` looks for the entry by `x.iter()`: what decides is handed shared references.
fn read_only(e: &Expr) -> Expr {
    let Expr::MethodCall(m) = chain::strip(e) else { return e.clone() };
    let mut m = m.clone();
    if m.method == "iter_mut" && m.args.is_empty() {
        m.method = Ident::new("iter", m.method.span());
    } else {
        *m.receiver = read_only(&m.receiver);
    }
    Expr::MethodCall(m)
}

fn is_copy(m: &ExprMethodCall) -> bool {
    matches!(m.method.to_string().as_str(), "copied" | "cloned") && m.args.is_empty()
}

/// Consumers that hand out one of the items.
pub(super) fn is_selection(m: &ExprMethodCall) -> bool {
    matches!(
        (m.method.to_string().as_str(), m.args.len()),
        ("min_by" | "max_by" | "min_by_key" | "max_by_key" | "find" | "nth", 1) | ("last" | "next", 0)
    ) && chain::is_chain(&m.receiver)
}
