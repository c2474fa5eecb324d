//! `first`, `last`, `get`, `split_first` and the like: an `Option` that is looked into at once is a comparison.
use super::{Slices, always, bare, behind};
use crate::{
    analysis::activity::root,
    atom::{atom, tail},
    syntax,
};
use syn::{Expr, ExprMethodCall, Pat, Stmt, parse_quote, spanned::Spanned};

/// What is known of an `Option` expression.
pub(super) struct Found {
    /// Evaluated first.
    before: Vec<Stmt>,
    /// Whether it is `Some`.
    cond: Expr,
    /// What makes the payload, where it is `Some`.
    prelude: Vec<Stmt>,
    payload: Expr,
    /// Whether it can't be made where it is `None`: an index out of bounds panics by itself.
    checked: bool,
}

impl Found {
    fn new(cond: Expr, payload: Expr) -> Self {
        Found { before: vec![], cond, prelude: vec![], payload, checked: true }
    }

    /// The payload bound to a pattern.
    fn bound(&self, pat: &Pat) -> Vec<Stmt> {
        let payload = &self.payload;
        let mut stmts = self.prelude.clone();
        if !matches!(pat, Pat::Wild(_)) {
            stmts.push(parse_quote!(let #pat = #payload;));
        }
        stmts
    }

    /// The payload, where it is certain or where a panic is in order.
    fn value(&self) -> Expr {
        let (before, cond, prelude, payload) = (&self.before, &self.cond, &self.prelude, &self.payload);
        if before.is_empty() && prelude.is_empty() && self.checked {
            return parse_quote!((#payload));
        }
        let check: Option<Stmt> = (!self.checked).then(|| parse_quote!(assert!(#cond, "a value of `None`");));
        let value = tail(payload);
        parse_quote!({ #(#before)* #check #(#prelude)* #value })
    }

    fn either(&self, some: Expr, none: Expr) -> Expr {
        let (before, cond, prelude) = (&self.before, &self.cond, &self.prelude);
        let (some, none) = (tail(&some), tail(&none));
        if before.is_empty() {
            return parse_quote!((if #cond { #(#prelude)* #some } else { #none }));
        }
        parse_quote!({ #(#before)* if #cond { #(#prelude)* #some } else { #none } })
    }
}

impl Slices<'_> {
    /// An expression that looks into an `Option`, written out.
    pub(super) fn option_use(&mut self, e: &Expr) -> Option<Expr> {
        match e {
            Expr::MethodCall(m) => self.consumed(m),
            // `*x.first().unwrap_or(&0.0)`
            Expr::Unary(u) if matches!(u.op, syn::UnOp::Deref(_)) => {
                let Expr::MethodCall(m) = bare(&u.expr) else { return None };
                if m.method != "unwrap_or" {
                    return None;
                }
                let found = self.found(&m.receiver)?;
                let (some, none) = (behind(&found.payload)?, &m.args[0]);
                let none = behind(none).unwrap_or_else(|| {
                    let none = atom(none);
                    parse_quote!(*#none)
                });
                Some(found.either(some, none))
            }
            // `v + x.last().unwrap_or(&0.0)`: numbers are added, whether they are behind references or not
            Expr::Binary(b) if is_arithmetic(&b.op) => {
                let mut new = b.clone();
                let value = |e: &mut Box<Expr>, s: &mut Self| {
                    if !is_unwrap_or(e) {
                        return false;
                    }
                    let deref = s.option_use(&syntax::deref(atom(e)));
                    deref.map(|v| **e = v).is_some()
                };
                (value(&mut new.left, self) | value(&mut new.right, self)).then_some(Expr::Binary(new))
            }
            Expr::If(i) => {
                let Expr::Let(l) = &*i.cond else { return None };
                if let Some(inner) = perhaps_some(&l.pat) {
                    return self.looked_deeper(i, inner, &l.expr);
                }
                let (pat, found) = self.looked(l)?;
                let (head, cond, before) = (found.bound(&pat), &found.cond, &found.before);
                let then = &i.then_branch.stmts;
                let els = i.else_branch.as_ref().map(|(_, e)| quote::quote!(else #e));
                let new = quote::quote!(if #cond { #(#head)* #(#then)* } #els);
                Some(if before.is_empty() { parse_quote!(#new) } else { parse_quote!({ #(#before)* #new }) })
            }
            Expr::While(w) => {
                let Expr::Let(l) = &*w.cond else { return None };
                let (pat, found) = self.looked(l)?;
                let (head, cond, before) = (found.bound(&pat), &found.cond, &found.before);
                let (label, body) = (&w.label, &w.body.stmts);
                Some(if before.is_empty() {
                    parse_quote!(#label while #cond { #(#head)* #(#body)* })
                } else {
                    parse_quote!(#label loop { #(#before)* if !(#cond) { break; } #(#head)* #(#body)* })
                })
            }
            Expr::Match(m) if m.arms.len() == 2 => {
                let k = m.arms.iter().position(|a| some(&a.pat).is_some())?;
                let other = &m.arms[1 - k];
                if k == 1 && matches!(other.pat, Pat::Wild(_))
                    || !matches!(&other.pat, Pat::Wild(_)) && !is_none(&other.pat)
                {
                    return None;
                }
                let found = self.found(&m.expr)?;
                let (head, cond, before) = (found.bound(some(&m.arms[k].pat)?), &found.cond, &found.before);
                let (yes, no) = (tail(&m.arms[k].body), tail(&other.body));
                let new = quote::quote!(if #cond { #(#head)* #yes } else { #no });
                Some(if before.is_empty() { parse_quote!(#new) } else { parse_quote!({ #(#before)* #new }) })
            }
            // `x.get(i)?`: a reference
            Expr::Try(t) => {
                let found = self.found(&t.expr)?;
                behind(&found.payload)?;
                let (before, cond, prelude, payload) = (&found.before, &found.cond, &found.prelude, &found.payload);
                Some(parse_quote!({ #(#before)* if !(#cond) { return None; } #(#prelude)* #payload }))
            }
            _ => None,
        }
    }

    fn consumed(&mut self, m: &ExprMethodCall) -> Option<Expr> {
        let name = m.method.to_string();
        match (name.as_str(), m.args.len()) {
            ("unwrap", 0) | ("expect", 1) => Some(self.found(&m.receiver)?.value()),
            ("unwrap_or", 1) => {
                let found = self.found(&m.receiver)?;
                // of references: where it is dereferenced
                (behind(&found.payload).is_none()).then(|| found.either(found.payload.clone(), m.args[0].clone()))
            }
            ("unwrap_or_default", 0) => {
                let found = self.found(&m.receiver)?;
                Some(found.either(found.payload.clone(), parse_quote!(::core::default::Default::default())))
            }
            ("unwrap_or_else", 1) => {
                let found = self.found(&m.receiver)?;
                let c = straight(&m.args[0])?;
                Some(found.either(found.payload.clone(), (*c.body).clone()))
            }
            ("map_or", 2) => {
                let found = self.found(&m.receiver)?;
                let c = straight(&m.args[1])?;
                let (pat, body) = (c.inputs.first()?, tail(&c.body));
                let payload = &found.payload;
                Some(found.either(parse_quote!({ let #pat = #payload; #body }), m.args[0].clone()))
            }
            ("is_some_and", 1) => {
                let found = self.found(&m.receiver)?;
                let c = straight(&m.args[0])?;
                let (pat, body, cond, payload) = (c.inputs.first()?, tail(&c.body), atom(&found.cond), &found.payload);
                (found.before.is_empty() && found.prelude.is_empty())
                    .then(|| parse_quote!((#cond && { let #pat = #payload; #body })))
            }
            // a copy of the part, where nothing looks into it at once
            ("copied" | "cloned", 0) => {
                let found = self.found(&parse_quote!(#m))?;
                let payload = &found.payload;
                Some(found.either(parse_quote!(Some(#payload)), parse_quote!(None)))
            }
            _ => None,
        }
    }

    /// `let Some(v) = x.get(i)`, `let (Some(a), Some(b)) = (x.get(i), y.get(i))`
    fn looked(&mut self, l: &syn::ExprLet) -> Option<(Pat, Found)> {
        let (Pat::Tuple(pats), Expr::Tuple(parts)) = (&*l.pat, bare(&l.expr)) else {
            return Some((some(&l.pat)?.clone(), self.found(&l.expr)?));
        };
        if pats.elems.len() != parts.elems.len() || !pats.elems.iter().all(|p| some(p).is_some()) {
            return None;
        }
        let found: Vec<Found> = parts.elems.iter().map(|e| self.found(e)).collect::<Option<_>>()?;
        if !found.iter().all(|f| f.prelude.is_empty()) {
            return None;
        }
        let pats = pats.elems.iter().filter_map(some);
        let before = found.iter().flat_map(|f| f.before.clone()).collect();
        let (conds, payloads) = (found.iter().map(|f| &f.cond), found.iter().map(|f| &f.payload));
        let all = Found::new(parse_quote!(#((#conds))&&*), parse_quote!((#(#payloads),*)));
        Some((parse_quote!((#(#pats),*)), Found { before, ..all }))
    }

    /// `if let Some(Some(v)) = x.get(i) { then } else { els }` asks twice, and goes to `els` from both.
    fn looked_deeper(&mut self, i: &syn::ExprIf, inner: &Pat, option: &Expr) -> Option<Expr> {
        let Found { before, cond, prelude, payload, .. } = self.found(option)?;
        let then = &i.then_branch;
        let Some((_, els)) = &i.else_branch else {
            return Some(parse_quote!({ #(#before)* if #cond { #(#prelude)* if let #inner = #payload #then } }));
        };
        let name = self.fresh("inside");
        let label = syn::Lifetime::new(&format!("'{name}"), name.span());
        Some(parse_quote! {
            #label: { #(#before)* if #cond { #(#prelude)* if let #inner = #payload { break #label #then; } } #els }
        })
    }

    /// An `Option` of a part of a slice.
    fn found(&mut self, e: &Expr) -> Option<Found> {
        let m = match bare(e) {
            Expr::MethodCall(m) => m,
            // `{ let k = ..; if k < n { Some(&x[k]) } else { None } }`
            Expr::Block(b) if b.label.is_none() => {
                let (Stmt::Expr(last, None), stmts) = b.block.stmts.split_last()? else { return None };
                let found = self.found(last)?;
                return Some(Found { before: [stmts, &found.before].concat(), ..found });
            }
            Expr::If(i) if !matches!(&*i.cond, Expr::Let(_)) => return perhaps(i),
            _ => return None,
        };
        let (name, x) = (m.method.to_string(), &*m.receiver);
        match (name.as_str(), m.args.len()) {
            ("copied" | "cloned", 0) => {
                let found = self.found(x)?;
                let payload = behind(&found.payload)?;
                let range = matches!(&payload, Expr::Index(i) if matches!(&*i.index, Expr::Range(_)));
                return (!range).then_some(Found { payload, ..found });
            }
            ("map", 1) => {
                let found = self.found(x)?;
                let c = straight(&m.args[0])?;
                let (pat, body, payload) = (c.inputs.first()?, tail(&c.body), &found.payload);
                return Some(Found { payload: parse_quote!({ let #pat = #payload; #body }), ..found });
            }
            _ => {}
        }
        // `rows.get(i).and_then(|r| r.get(j))`: a part of a part
        if let ("and_then", 1) = (name.as_str(), m.args.len()) {
            let c = straight(&m.args[0])?;
            let outer = self.found(x)?;
            let part = behind(&outer.payload)?;
            let Some(Pat::Ident(p)) = c.inputs.first() else { return None };
            let mut body = (*c.body).clone();
            crate::references::substituted(&mut body, &p.ident, &part);
            let inner = self.found(&body).filter(|f| f.before.is_empty() && outer.prelude.is_empty())?;
            let (first, second) = (&outer.cond, &inner.cond);
            return Some(Found { before: outer.before, cond: parse_quote!((#first) && (#second)), ..inner });
        }
        if let Some((part, before)) = self.part_of_part(x) {
            let found = self.found(&Expr::MethodCall(ExprMethodCall { receiver: Box::new(part), ..m.clone() }))?;
            return Some(Found { before: [before, found.before.clone()].concat(), ..found });
        }
        if !self.is_place(x) {
            return None;
        }
        let x = &atom(x);
        let mutable: Option<syn::Token![mut]> = name.ends_with("_mut").then(Default::default);
        let zero = self.within(x, &parse_quote!(0));
        match (name.trim_end_matches("_mut"), m.args.len()) {
            ("first" | "front", 0) => Some(Found::new(parse_quote!(!#x.is_empty()), parse_quote!(&#mutable #x[#zero]))),
            ("last" | "back", 0) => {
                let last = self.within(x, &parse_quote!(#x.len() - 1));
                Some(Found::new(parse_quote!(!#x.is_empty()), parse_quote!(&#mutable #x[#last])))
            }
            ("get", 1) => self.got(x, &m.args[0], mutable),
            ("split_first", 0) => {
                let cond = parse_quote!(!#x.is_empty());
                if mutable.is_none() {
                    return Some(Found::new(cond, parse_quote!((&#x[#zero], &#x[1..]))));
                }
                let (first, rest) = (self.fresh("first"), self.fresh("rest"));
                let prelude = vec![parse_quote!(let (#first, #rest) = #x.split_at_mut(1);)];
                let payload = parse_quote!((&mut #first[0], &mut *#rest));
                Some(Found { prelude, ..Found::new(cond, payload) })
            }
            ("split_last", 0) => {
                let cond = parse_quote!(!#x.is_empty());
                if mutable.is_none() {
                    let last = self.within(x, &parse_quote!(#x.len() - 1));
                    return Some(Found::new(cond, parse_quote!((&#x[#last], &#x[..#x.len() - 1]))));
                }
                let (last, rest, n) = (self.fresh("last"), self.fresh("rest"), self.fresh("n"));
                let prelude =
                    vec![parse_quote!(let #n = #x.len() - 1;), parse_quote!(let (#rest, #last) = #x.split_at_mut(#n);)];
                let payload = parse_quote!((&mut #last[0], &mut *#rest));
                Some(Found { prelude, ..Found::new(cond, payload) })
            }
            ("first_chunk", 0) | ("last_chunk", 0) | ("split_first_chunk", 0) => self.chunk(m, mutable),
            _ => None,
        }
    }

    /// `rows.last().unwrap()`, `x.split_at(n).0` as places, and what is evaluated before.
    fn part_of_part(&mut self, x: &Expr) -> Option<(Expr, Vec<Stmt>)> {
        let (reference, before) = match bare(x) {
            Expr::MethodCall(m) if m.method == "unwrap" && m.args.is_empty() || m.method == "expect" => {
                let found = self.found(&m.receiver).filter(|f| f.prelude.is_empty() && f.checked)?;
                (found.payload, found.before)
            }
            x @ Expr::Field(_) => (self.simple(x)?, vec![]),
            _ => return None,
        };
        let part = behind(&reference)?;
        self.is_place(&part).then_some((part, before))
    }

    /// `x.get(i)`, `x.get(a..b)`, `m.get((i, j))`
    fn got(&mut self, x: &Expr, index: &Expr, mutable: Option<syn::Token![mut]>) -> Option<Found> {
        let mut before = Vec::new();
        let mut once = |e: &Expr, s: &mut Self| -> Expr {
            if matches!(bare(e), Expr::Lit(_) | Expr::Path(_)) {
                return bare(e).clone();
            }
            let name = s.fresh("index");
            before.push(parse_quote!(let #name = #e;));
            parse_quote!(#name)
        };
        let (index, cond): (Expr, Expr) = match bare(index) {
            Expr::Range(r) => {
                let mut r = r.clone();
                r.start = r.start.map(|e| Box::new(once(&e, self)));
                r.end = r.end.map(|e| Box::new(once(&e, self)));
                let (a, b) = (&r.start, &r.end);
                let cond = match (a, b, &r.limits) {
                    (None, None, _) => parse_quote!(true),
                    (Some(a), None, _) => parse_quote!(#a <= #x.len()),
                    (None, Some(b), syn::RangeLimits::HalfOpen(_)) => parse_quote!(#b <= #x.len()),
                    (None, Some(b), _) => parse_quote!(#b < #x.len()),
                    (Some(a), Some(b), syn::RangeLimits::HalfOpen(_)) => parse_quote!(#a <= #b && #b <= #x.len()),
                    (Some(a), Some(b), _) => parse_quote!(#b < #x.len() && #a <= #b + 1),
                };
                (Expr::Range(r), cond)
            }
            Expr::Tuple(t) if t.elems.len() == 2 => {
                let (i, j) = (once(&t.elems[0], self), once(&t.elems[1], self));
                (parse_quote!((#i, #j)), parse_quote!(#i < #x.nrows() && #j < #x.ncols()))
            }
            // the key of a map
            Expr::Reference(_) => return None,
            i => {
                let i = once(i, self);
                (i.clone(), parse_quote!(#i < #x.len()))
            }
        };
        let index = self.within(x, &index);
        Some(Found { before, ..Found::new(cond, parse_quote!(&#mutable #x[#index])) })
    }

    /// An index into `x`, which is proven to be a slice, a vector or a matrix: a type of the user's may have a `get` of its own.
    fn within(&self, x: &Expr, index: &Expr) -> Expr {
        let x = bare(x);
        // a reference that is assigned anew walks along slices
        let walks = root(x).is_some_and(|i| self.known.moves(&i.to_string()));
        match walks || self.known.is_sequence(x) {
            true => index.clone(),
            false => syn::parse_quote_spanned!(x.span()=> ::autodiff_core::rules::within(&#x, #index)),
        }
    }

    /// `x.first_chunk::<3>()`
    fn chunk(&mut self, m: &ExprMethodCall, mutable: Option<syn::Token![mut]>) -> Option<Found> {
        let (x, name) = (atom(&m.receiver), m.method.to_string());
        let n = m.turbofish.as_ref()?.args.first()?;
        if mutable.is_some() && name.starts_with("split") {
            return None;
        }
        let cond = parse_quote!(#x.len() >= #n);
        let chunk: Expr = match mutable {
            Some(_) => parse_quote!(::autodiff_core::rules::chunk_mut),
            None => parse_quote!(::autodiff_core::rules::chunk),
        };
        let payload = match name.trim_end_matches("_mut") {
            "first_chunk" => parse_quote!(#chunk::<_, #n>(&#mutable #x[..#n])),
            "last_chunk" => parse_quote!(#chunk::<_, #n>(&#mutable #x[#x.len() - #n..])),
            _ => parse_quote!((#chunk::<_, #n>(&#x[..#n]), &#x[#n..])),
        };
        Some(Found::new(cond, payload))
    }
}

/// A closure whose body means the same without it: no `return` leaves it.
fn straight(f: &Expr) -> Option<&syn::ExprClosure> {
    let Expr::Closure(c) = f else { return None };
    (!syntax::returns(|visit| visit.visit_expr(&c.body))).then_some(c)
}

fn is_arithmetic(op: &syn::BinOp) -> bool {
    use syn::BinOp::{Add, Div, Mul, Rem, Sub};
    matches!(op, Add(_) | Sub(_) | Mul(_) | Div(_) | Rem(_))
}

/// `e.unwrap_or(&d)`
fn is_unwrap_or(e: &Expr) -> bool {
    let reference = |m: &ExprMethodCall| matches!(m.args.first(), Some(Expr::Reference(_)));
    matches!(bare(e), Expr::MethodCall(m) if m.method == "unwrap_or" && reference(m))
}

/// `if c { Some(e) } else { None }`
fn perhaps(i: &syn::ExprIf) -> Option<Found> {
    let (Stmt::Expr(value, None), prelude) = i.then_branch.stmts.split_last()? else { return None };
    let Expr::Call(c) = bare(value) else { return None };
    let some = matches!(&*c.func, Expr::Path(p) if p.path.is_ident("Some")) && c.args.len() == 1;
    let none = match &*i.else_branch.as_ref()?.1 {
        Expr::Block(b) => {
            matches!(&b.block.stmts[..], [Stmt::Expr(Expr::Path(p), None)] if p.path.is_ident("None"))
        }
        _ => false,
    };
    let found = Found { prelude: prelude.to_vec(), checked: false, ..Found::new((*i.cond).clone(), c.args[0].clone()) };
    (some && none).then_some(found)
}

/// The pattern in `Some(pat)`, where it always matches.
fn some(pat: &Pat) -> Option<&Pat> {
    match pat {
        Pat::TupleStruct(t) if t.path.segments.last().is_some_and(|s| s.ident == "Some") && t.elems.len() == 1 => {
            let inner = &t.elems[0];
            // an array's pattern matches an array always
            (always(inner) || matches!(inner, Pat::Slice(s) if s.elems.iter().all(always))).then_some(inner)
        }
        Pat::Paren(p) => some(&p.pat),
        _ => None,
    }
}

/// The pattern in `Some(pat)`, where that may match or not.
fn perhaps_some(pat: &Pat) -> Option<&Pat> {
    match pat {
        Pat::TupleStruct(t) if t.path.segments.last().is_some_and(|s| s.ident == "Some") && t.elems.len() == 1 => {
            some(pat).is_none().then(|| &t.elems[0])
        }
        _ => None,
    }
}

fn is_none(pat: &Pat) -> bool {
    matches!(pat, Pat::Ident(p) if p.ident == "None")
        || matches!(pat, Pat::Path(p) if p.path.segments.last().is_some_and(|s| s.ident == "None"))
}
