//! Optional entries: `first`, `get`, `find` and their kin, and where they are looked into.
use super::{Lookups, bare, entry, is_plain, whole_of};
use crate::{atom::atom, syntax};
use syn::{Block, Expr, Ident, Pat, Stmt, parse_quote};

/// Iterators that hand out some of the entries.
const SELECTIONS: &[&str] =
    &["rev", "skip", "take", "step_by", "filter", "skip_while", "take_while", "by_ref", "fuse", "peekable"];

/// Methods that look for an entry.
pub(super) const LOOKS: &[&str] = &[
    "front",
    "back",
    "split_first",
    "split_last",
    "first",
    "last",
    "get",
    "next",
    "min",
    "max",
    "find",
    "nth",
    "min_by",
    "max_by",
    "min_by_key",
    "max_by_key",
];

/// An optional entry of a constant.
pub(super) enum Found {
    /// Of a list: who holds it.
    Listed(Expr),
    /// The same, and its number: `spans.iter().enumerate().find(f)`
    Numbered(Expr),
    /// Of what is no list, or more than one: whether there is one, and the reference.
    Checked(Expr, Expr),
}

impl Lookups<'_> {
    /// `spans.first()`, `spans.iter().rev().find(f)`, `map.get(&key)`
    pub(super) fn found(&self, e: &Expr) -> Option<Found> {
        let Expr::MethodCall(m) = bare(e) else { return None };
        let x = bare(&m.receiver);
        match (m.method.to_string().as_str(), m.args.first()) {
            ("first" | "last", None) if self.is_list(x) => Some(Found::Listed(x.clone())),
            ("get", Some(at)) if self.is_list(x) && !matches!(bare(at), Expr::Range(_)) => {
                Some(Found::Listed(x.clone()))
            }
            ("get", Some(key)) if self.is_map(x) && is_plain(key) => {
                let (entry, map) = (entry(x, key), atom(x));
                Some(Found::Checked(parse_quote!(#map.contains_key(#key)), entry))
            }
            ("front" | "back", None) if self.is_queue(x) => {
                let x = atom(x);
                let at: Expr = if m.method == "front" { parse_quote!(0) } else { parse_quote!(#x.len() - 1) };
                Some(Found::Checked(parse_quote!(!#x.is_empty()), entry(&x, &at)))
            }
            ("split_first" | "split_last", None) if self.is_list(x) => {
                let x = atom(x);
                let parts: Expr = match m.method == "split_first" {
                    true => parse_quote!((&#x[0], &#x[1..])),
                    false => parse_quote!((&#x[#x.len() - 1], &#x[..#x.len() - 1])),
                };
                Some(Found::Checked(parse_quote!(!#x.is_empty()), parts))
            }
            ("last" | "next" | "min" | "max", None)
            | ("find" | "nth" | "min_by" | "max_by" | "min_by_key" | "max_by_key", Some(_)) => {
                self.selected(x).map(Found::Listed).or_else(|| self.numbered(x).map(Found::Numbered))
            }
            _ => None,
        }
    }

    /// The list that an iterator hands out entries of.
    pub(super) fn selected(&self, e: &Expr) -> Option<Expr> {
        if let Some(list) = super::name_of(bare(e)).and_then(|i| self.iterators.get(&i.to_string())) {
            return Some(list.clone());
        }
        let Expr::MethodCall(m) = bare(e) else { return None };
        let x = bare(&m.receiver);
        match m.method.to_string() {
            name if name == "iter" => self.is_list(x).then(|| x.clone()),
            name if SELECTIONS.contains(&name.as_str()) => self.selected(x),
            _ => None,
        }
    }

    /// The same of an iterator that numbers them.
    fn numbered(&self, e: &Expr) -> Option<Expr> {
        let Expr::MethodCall(m) = bare(e) else { return None };
        match m.method.to_string() {
            name if name == "enumerate" => self.selected(&m.receiver),
            name if SELECTIONS.contains(&name.as_str()) => self.numbered(&m.receiver),
            _ => None,
        }
    }

    /// A reference that is no entry of a list, or not certainly, and what comes before it: `map.get(&key).unwrap()`, `spans.get(i).unwrap_or(s)`.
    pub(super) fn reference(&mut self, e: &Expr) -> Option<(Vec<Stmt>, Expr)> {
        let Expr::MethodCall(m) = bare(e) else { return None };
        let found = self.found(&m.receiver)?;
        let default = match (m.method.to_string().as_str(), m.args.first()) {
            ("unwrap", None) | ("expect", Some(_)) => None,
            ("unwrap_or", Some(default)) if is_plain(default) => Some(default),
            ("unwrap_or_else", Some(Expr::Closure(c))) if c.inputs.is_empty() => Some(&*c.body),
            _ => return None,
        };
        match (found, default) {
            (Found::Checked(_, entry), None) => Some((vec![], entry)),
            (Found::Checked(there, entry), Some(default)) => {
                Some((vec![], parse_quote!(if #there { #entry } else { #default })))
            }
            (Found::Listed(list), Some(default)) => {
                let at = self.names.ident("at");
                let (entry, place) = (entry(&list, &syntax::name(&at)), place_in(&list, &m.receiver));
                let before = parse_quote!(let #at: usize = #place.unwrap_or(usize::MAX););
                Some((vec![before], parse_quote!(if #at < usize::MAX { #entry } else { #default })))
            }
            (Found::Numbered(list), None) => {
                let [number, at] = ["number", "at"].map(|name| self.names.ident(name));
                let both = syntax::runtime_call("numbered_in", [whole_of(&list), e.clone()]);
                let entry = entry(&list, &syntax::name(&at));
                Some((vec![parse_quote!(let (#number, #at) = #both;)], parse_quote!((#number, #entry))))
            }
            (Found::Listed(_), None) | (Found::Numbered(_), Some(_)) => None,
        }
    }

    /// `Some(s) = spans.get(i)` as a pattern, a scrutinee, and a statement that comes behind the pattern.
    fn looked(&mut self, pat: &Pat, option: &Expr) -> Option<(Pat, Expr, Stmt)> {
        let inner = some(pat)?;
        match self.found(option)? {
            Found::Listed(list) => {
                let at = self.names.ident("at");
                let entry = entry(&list, &syntax::name(&at));
                Some((parse_quote!(Some(#at)), place_in(&list, option), parse_quote!(let #inner = #entry;)))
            }
            Found::Numbered(list) => {
                let [number, at] = ["number", "at"].map(|name| self.names.ident(name));
                let (entry, place) = (entry(&list, &syntax::name(&at)), numbered_place_in(&list, option));
                Some((parse_quote!(Some((#number, #at))), place, parse_quote!(let #inner = (#number, #entry);)))
            }
            Found::Checked(there, entry) => Some((parse_quote!(true), there, parse_quote!(let #inner = #entry;))),
        }
    }

    /// `match spans.last() { Some((a, b)) => (a, b), _ => return 0.0 }` in a `let`: what comes before it, and its value.
    pub(super) fn taken_or_left(&mut self, e: &Expr) -> Option<(Vec<Stmt>, Expr)> {
        let Expr::Match(m) = bare(e) else { return None };
        let k = either(m)?;
        let (value, other) = (&m.arms[k].body, &m.arms[1 - k].body);
        let found = self.found(&m.expr).filter(|_| leaves(other))?;
        // a single entry of a list is an index
        if !matches!((&found, &**value), (Found::Checked(..), _) | (_, Expr::Tuple(_))) {
            return None;
        }
        let (inner, value) = (some(&m.arms[k].pat)?, (**value).clone());
        let (check, entry): (Stmt, Expr) = match found {
            Found::Listed(list) => {
                let [at, inside] = ["at", "at"].map(|name| self.names.ident(name));
                let place = place_in(&list, &m.expr);
                let check = parse_quote!(let #at: usize = match #place { Some(#inside) => #inside, None => #other };);
                (check, entry(&list, &syntax::name(&at)))
            }
            Found::Numbered(list) => {
                let [number, at] = ["number", "at"].map(|name| self.names.ident(name));
                let [a, b] = ["number", "at"].map(|name| self.names.ident(name));
                let (entry, place) = (entry(&list, &syntax::name(&at)), numbered_place_in(&list, &m.expr));
                let check = parse_quote! {
                    let (#number, #at) = match #place { Some((#a, #b)) => (#a, #b), None => #other };
                };
                (check, parse_quote!((#number, #entry)))
            }
            Found::Checked(there, entry) => {
                let there = atom(&there);
                (parse_quote!(if !#there #other), entry)
            }
        };
        Some((vec![check, parse_quote!(let #inner = #entry;)], value))
    }

    /// What is left of an iterator with a name: `for s in it { .. }` is `for at in it.map(|s| index_in(&spans[..], s)) { let s = &spans[at]; .. }`
    pub(super) fn stepped(&mut self, f: &mut syn::ExprForLoop) {
        let name = super::name_of(match bare(&f.expr) {
            Expr::Reference(r) => bare(&r.expr),
            Expr::MethodCall(m) if m.method == "by_ref" => bare(&m.receiver),
            e => e,
        });
        let Some(list) = name.and_then(|i| self.iterators.get(&i.to_string())).cloned() else { return };
        let ([at, s], pat, it) = (["at", "entry"].map(|name| self.names.ident(name)), &f.pat, atom(&f.expr));
        let (index, entry) = (super::entries::index_in(&list, &syntax::name(&s)), entry(&list, &syntax::name(&at)));
        f.body.stmts.insert(0, parse_quote!(let #pat = #entry;));
        (*f.expr, *f.pat) = (parse_quote!(#it.map(|#s| #index)), parse_quote!(#at));
    }

    /// `if let Some(s) = spans.get(i) { .. }`
    pub(super) fn condition(&mut self, cond: &mut Expr, then: &mut Block) {
        if let Expr::Let(l) = cond
            && let Some((pat, option, first)) = self.looked(&l.pat, &l.expr)
        {
            match pat {
                Pat::Lit(_) => *cond = option,
                pat => (*l.pat, *l.expr) = (pat, option),
            }
            then.stmts.insert(0, first);
        }
    }

    /// `match spans.get(i) { Some(s) => .., None => .. }`
    pub(super) fn arms(&mut self, m: &mut syn::ExprMatch) -> Option<()> {
        let k = either(m)?;
        let (pat, option, first) = self.looked(&m.arms[k].pat.clone(), &m.expr)?;
        let body = &m.arms[k].body;
        m.arms[k].body = parse_quote!({ #first #body });
        if matches!(pat, Pat::Lit(_)) {
            m.arms[1 - k].pat = parse_quote!(false);
        }
        (m.arms[k].pat, *m.expr) = (pat, option);
        Some(())
    }
}

/// Whether a block never comes to its end.
fn leaves(e: &Expr) -> bool {
    match e {
        Expr::Block(b) => matches!(b.block.stmts.last(), Some(Stmt::Expr(e, _)) if crate::lower::diverges(e)),
        _ => false,
    }
}

/// `place_in(&spans[..], option)`
pub(super) fn place_in(list: &Expr, option: &Expr) -> Expr {
    syntax::runtime_call("place_in", [whole_of(list), option.clone()])
}

fn numbered_place_in(list: &Expr, option: &Expr) -> Expr {
    syntax::runtime_call("numbered_place_in", [whole_of(list), option.clone()])
}

/// Which arm is that of `Some(..)`, where the other one is that of `None`.
pub(super) fn either(m: &syn::ExprMatch) -> Option<usize> {
    let k = m.arms.iter().position(|arm| some(&arm.pat).is_some())?;
    let other = &m.arms.get(1 - k.min(1))?.pat;
    (m.arms.len() == 2 && (matches!(other, Pat::Wild(_)) && k == 0 || is_none(other))).then_some(k)
}

/// `s` in `Some(s)`
pub(super) fn some(pat: &Pat) -> Option<&Pat> {
    match pat {
        Pat::TupleStruct(t) if t.elems.len() == 1 && t.path.segments.last()?.ident == "Some" => t.elems.first(),
        Pat::Paren(p) => some(&p.pat),
        _ => None,
    }
}

fn is_none(pat: &Pat) -> bool {
    let none = |i: &Ident| i == "None";
    match pat {
        Pat::Ident(p) => none(&p.ident),
        Pat::Path(p) => p.path.segments.last().is_some_and(|s| none(&s.ident)),
        _ => false,
    }
}
