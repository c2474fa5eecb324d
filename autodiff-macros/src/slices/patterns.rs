//! Patterns that lowering does not know, element by element.
use super::{Slices, always, bare};
use crate::{
    analysis::activity::root,
    atom::{atom, tail},
};
use syn::{Expr, ExprForLoop, ExprMatch, ExprMethodCall, Local, Pat, PatSlice, Stmt, parse_quote};

/// How the names of a pattern are bound: by value, or as references.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Bind {
    Value,
    Ref,
    Mut,
}

impl Slices<'_> {
    /// How a pattern binds to what this expression is, and the place that it leads to.
    fn scrutinee(&self, e: &Expr) -> (Bind, Expr) {
        let kind = |mutable: bool| if mutable { Bind::Mut } else { Bind::Ref };
        match bare(e) {
            Expr::Reference(r) => {
                let inner = bare(&r.expr);
                let place = match inner {
                    // `&x[..]`
                    Expr::Index(i) if matches!(&*i.index, Expr::Range(r) if r.start.is_none() && r.end.is_none()) => {
                        (*i.expr).clone()
                    }
                    inner => inner.clone(),
                };
                (kind(r.mutability.is_some()), place)
            }
            Expr::MethodCall(m) if m.args.is_empty() && m.method == "as_slice" => (Bind::Ref, (*m.receiver).clone()),
            Expr::MethodCall(m) if m.args.is_empty() && m.method == "as_mut_slice" => {
                (Bind::Mut, (*m.receiver).clone())
            }
            Expr::Path(_) => match self.known.reference(e) {
                Some(mutable) => (kind(mutable), e.clone()),
                None => (Bind::Value, e.clone()),
            },
            e => (Bind::Value, e.clone()),
        }
    }

    /// `let [a, .., b] = u;` and other patterns as one `let` for each name; `None` where the pattern is a plain one.
    pub(super) fn taken_apart(&mut self, local: &Local) -> Option<Vec<Stmt>> {
        let (pat, init) = (untyped(&local.pat), local.init.as_ref()?);
        if init.diverge.is_some() || !special(pat) || !self.mentions(&init.expr) {
            return None;
        }
        let (bind, mut place) = self.scrutinee(&init.expr);
        if let Pat::Reference(r) = unparenthesized(pat)
            && matches!(unparenthesized(&r.pat), Pat::Ident(_))
            && matches!(bare(&init.expr), Expr::Path(_))
            && bind != Bind::Value
        {
            // `let &(mut a) = r;`: the number, not `r` by another name
            place = parse_quote!((*#place));
        }
        let mut stmts = Vec::new();
        if !self.is_place(&place) {
            if !always(pat) && !matches!(pat, Pat::Slice(_)) {
                return None;
            }
            let whole = self.fresh("whole");
            let e = &init.expr;
            stmts.push(parse_quote!(let #whole = #e;));
            if bind == Bind::Value {
                place = parse_quote!(#whole);
            } else {
                return None;
            }
        }
        self.parts(pat, &place, bind, &mut stmts)?;
        Some(stmts)
    }

    fn mentions(&self, e: &Expr) -> bool {
        self.active.carries(e) || root(e).is_some_and(|i| self.active.contains(i))
    }

    /// One `let` for each name of a pattern that is matched with a place.
    fn parts(&mut self, pat: &Pat, place: &Expr, bind: Bind, out: &mut Vec<Stmt>) -> Option<()> {
        let place = &atom(place);
        match pat {
            Pat::Paren(p) => self.parts(&p.pat, place, bind, out),
            Pat::Wild(_) => Some(()),
            Pat::Ident(p) => {
                if let Some((_, sub)) = &p.subpat {
                    let whole = Pat::Ident(syn::PatIdent { subpat: None, ..p.clone() });
                    self.parts(&whole, place, bind, out)?;
                    return self.parts(sub, place, bind, out);
                }
                let (name, mutable) = (&p.ident, &p.mutability);
                let bind = match (&p.by_ref, mutable) {
                    (Some(_), Some(_)) => Bind::Mut,
                    (Some(_), None) => Bind::Ref,
                    _ => bind,
                };
                self.bound(name, bind);
                out.push(match bind {
                    Bind::Value => parse_quote!(let #mutable #name = #place;),
                    Bind::Ref => parse_quote!(let #name = &#place;),
                    Bind::Mut => parse_quote!(let #name = &mut #place;),
                });
                Some(())
            }
            Pat::Reference(r) if bind != Bind::Value => self.parts(&r.pat, place, Bind::Value, out),
            // a reference that is itself a part
            Pat::Reference(r) => self.parts(&r.pat, &parse_quote!((*#place)), Bind::Value, out),
            Pat::Tuple(t) if !t.elems.iter().any(|p| matches!(p, Pat::Rest(_))) => {
                for (k, p) in t.elems.iter().enumerate() {
                    let k = syn::Index::from(k);
                    self.parts(p, &parse_quote!(#place.#k), bind, out)?;
                }
                Some(())
            }
            Pat::Slice(s) => self.elements(s, place, bind, out),
            // lowering takes it apart; a pattern of a variant is rustc's to reject
            Pat::Struct(_) => {
                out.push(match bind {
                    Bind::Value => parse_quote!(let #pat = #place;),
                    Bind::Ref => parse_quote!(let #pat = &#place;),
                    Bind::Mut => parse_quote!(let #pat = &mut #place;),
                });
                Some(())
            }
            _ => None,
        }
    }

    /// Patterns further on may take the part apart.
    fn bound(&mut self, name: &syn::Ident, bind: Bind) {
        if bind != Bind::Value {
            self.known.insert(&name.to_string(), bind == Bind::Mut);
        }
    }

    fn elements(&mut self, s: &PatSlice, place: &Expr, bind: Bind, out: &mut Vec<Stmt>) -> Option<()> {
        let n = s.elems.len();
        let rest = s.elems.iter().position(is_rest);
        let named = s.elems.iter().filter(|p| !matches!(p, Pat::Wild(_) | Pat::Rest(_))).count();
        if bind == Bind::Mut && named > 1 {
            // an array's elements are known to be apart
            if rest.is_none() && s.elems.iter().all(|p| matches!(p, Pat::Ident(_) | Pat::Wild(_))) {
                return None;
            }
            return self.split(s, place, rest.unwrap_or(n), out);
        }
        for (k, p) in s.elems.iter().enumerate() {
            let from_end = syn::Index::from(n - k);
            let here = syn::Index::from(k);
            match rest {
                Some(r) if k == r => {
                    let after = syn::Index::from(n - k - 1);
                    let Pat::Ident(rest) = p else { continue };
                    let name = &rest.ident;
                    self.bound(name, bind);
                    match (bind, &rest.by_ref) {
                        (Bind::Mut, _) => {
                            out.push(parse_quote!(let #name = &mut #place[#here..#place.len() - #after];))
                        }
                        (Bind::Ref, _) | (_, Some(_)) if n - k == 1 => {
                            out.push(parse_quote!(let #name = &#place[#here..];))
                        }
                        (Bind::Ref, _) | (_, Some(_)) => {
                            out.push(parse_quote!(let #name = &#place[#here..#place.len() - #after];))
                        }
                        _ => return None,
                    }
                }
                Some(r) if k > r => self.parts(p, &parse_quote!(#place[#place.len() - #from_end]), bind, out)?,
                _ => self.parts(p, &parse_quote!(#place[#here]), bind, out)?,
            }
        }
        Some(())
    }

    /// Several mutable parts of one slice: `[a, b, rest @ ..]`, cut off one after the other.
    fn split(&mut self, s: &PatSlice, place: &Expr, rest: usize, out: &mut Vec<Stmt>) -> Option<()> {
        let mut remaining: Expr = place.clone();
        for p in s.elems.iter().take(rest) {
            let (front, back) = (self.fresh("front"), self.fresh("back"));
            out.push(parse_quote!(let (#front, #back) = #remaining.split_at_mut(1);));
            remaining = parse_quote!(#back);
            self.parts(p, &parse_quote!(#front[0]), Bind::Mut, out)?;
        }
        for p in s.elems.iter().skip(rest + 1).rev() {
            let (front, back, n) = (self.fresh("front"), self.fresh("back"), self.fresh("n"));
            out.push(parse_quote!(let #n = #remaining.len() - 1;));
            out.push(parse_quote!(let (#front, #back) = #remaining.split_at_mut(#n);));
            remaining = parse_quote!(#front);
            self.parts(p, &parse_quote!(#back[0]), Bind::Mut, out)?;
        }
        if let Some(Pat::Ident(p)) = s.elems.get(rest) {
            let name = &p.ident;
            self.bound(name, Bind::Mut);
            out.push(parse_quote!(let #name = &mut *#remaining;));
        }
        Some(())
    }

    // ---- branches on lengths ---------------------------------------------------------------------------------------

    /// `match x { [] => .., [a, rest @ ..] => .. }` as comparisons of the length.
    pub(super) fn slice_match(&mut self, e: &Expr) -> Option<Expr> {
        match e {
            Expr::If(i) => {
                let Expr::Let(l) = &*i.cond else { return None };
                let then = &i.then_branch;
                let els: Expr = match &i.else_branch {
                    Some((_, e)) => (**e).clone(),
                    None => parse_quote!({}),
                };
                let pat = &l.pat;
                let scrutinee = &l.expr;
                matches!(length_pattern(pat), Some(Some(_))).then_some(())?;
                self.by_length(&parse_quote!(match #scrutinee { #pat => #then _ => #els }), i.else_branch.is_none())
            }
            Expr::While(w) => {
                let Expr::Let(l) = &*w.cond else { return None };
                let (slice, pat) = (length_pattern(&l.pat)??, &l.pat);
                let (bind, place) = self.scrutinee(&l.expr);
                if !self.is_place(&place) {
                    return None;
                }
                let cond = length(slice, &place);
                let mut head = Vec::new();
                self.parts(pat, &place, bind, &mut head)?;
                let (label, body) = (&w.label, &w.body.stmts);
                Some(parse_quote!(#label while #cond { #(#head)* #(#body)* }))
            }
            Expr::Match(m) => self.by_length(m, false),
            _ => None,
        }
    }

    fn by_length(&mut self, m: &ExprMatch, open: bool) -> Option<Expr> {
        if !m.arms.iter().any(|a| matches!(length_pattern(&a.pat), Some(Some(_)))) {
            return None;
        }
        let (bind, place) = self.scrutinee(&m.expr);
        if !self.is_place(&place) {
            return None;
        }
        let mut arms = Vec::new();
        for arm in &m.arms {
            let slice = length_pattern(&arm.pat)?;
            let mut head = Vec::new();
            match slice {
                Some(_) => self.parts(&arm.pat, &place, bind, &mut head)?,
                None => {
                    let (pat, e) = (&arm.pat, &m.expr);
                    if !matches!(pat, Pat::Wild(_)) {
                        head.push(parse_quote!(let #pat = #e;));
                    }
                }
            }
            let body = &arm.body;
            let body = match &**body {
                Expr::Block(b) if b.label.is_none() => {
                    let stmts = &b.block.stmts;
                    quote::quote!({ #(#head)* #(#stmts)* })
                }
                body => {
                    let value = tail(body);
                    quote::quote!({ #(#head)* #value })
                }
            };
            arms.push((slice.map(|s| length(s, &place)), body));
        }
        // the patterns are exhaustive: the last arm needs no condition
        let (_, last) = arms.pop()?;
        let mut chain = last;
        for (k, (cond, body)) in arms.into_iter().enumerate().rev() {
            let cond = cond.unwrap_or(parse_quote!(true));
            chain =
                if open && k == 0 { quote::quote!(if #cond #body) } else { quote::quote!(if #cond #body else #chain) };
        }
        Some(parse_quote!(#chain))
    }

    // ---- loops -----------------------------------------------------------------------------------------------------

    /// `for [a, .., b] in rows` binds an item first.
    pub(super) fn items(&mut self, f: &mut ExprForLoop) {
        let mut lets = Vec::new();
        let reference = match &*f.expr {
            Expr::MethodCall(m) if m.method == "enumerate" => self.known.items_are_references(&m.receiver),
            e => self.known.items_are_references(e),
        };
        if crate::analysis::activity::pattern_names(&f.pat)
            .iter()
            .any(|n| self.active.contains(&syn::Ident::new(n.trim_start_matches("r#"), proc_macro2::Span::call_site())))
        {
            self.item(&mut f.pat, &mut lets);
        }
        for (pat, name) in lets.iter() {
            if let Some(mutable) = reference {
                self.known.insert(&name.to_string(), mutable);
            }
            f.body.stmts.insert(0, parse_quote!(let #pat = #name;));
        }
    }

    /// `x.chunks(2).map(|c| ..)`: patterns inside may take `c` apart, a reference.
    pub(super) fn items_of_closure(&mut self, m: &ExprMethodCall) {
        let Some(Expr::Closure(c)) = m.args.last() else { return };
        let (pat, items) = match (c.inputs.last(), bare(&m.receiver)) {
            (Some(Pat::Tuple(t)), Expr::MethodCall(e)) if e.method == "enumerate" && t.elems.len() == 2 => {
                (t.elems.last(), &e.receiver)
            }
            (pat, _) => (pat, &m.receiver),
        };
        if let Some(Pat::Ident(p)) = pat
            && p.by_ref.is_none()
            && let Some(mutable) = self.known.items_are_references(items)
        {
            self.known.insert(&p.ident.to_string(), mutable);
        }
    }

    fn item(&mut self, pat: &mut Pat, lets: &mut Vec<(Pat, syn::Ident)>) {
        match pat {
            Pat::Tuple(t) => t.elems.iter_mut().for_each(|p| self.item(p, lets)),
            Pat::Reference(r) if matches!(unparenthesized(&r.pat), Pat::Ident(p) if p.subpat.is_none()) => {}
            pat if special(pat) || matches!(pat, Pat::Reference(_) | Pat::Slice(_)) => {
                let name = self.fresh("item");
                let old = std::mem::replace(pat, parse_quote!(#name));
                lets.push((old, name));
            }
            _ => {}
        }
    }
}

/// `&(mut x)` as `mut x`
fn unparenthesized(pat: &Pat) -> &Pat {
    match pat {
        Pat::Paren(p) => unparenthesized(&p.pat),
        pat => pat,
    }
}

fn untyped(pat: &Pat) -> &Pat {
    match pat {
        Pat::Type(t) => &t.pat,
        pat => pat,
    }
}

/// Whether a pattern has anything that is to be written out.
fn special(pat: &Pat) -> bool {
    match pat {
        Pat::Ident(p) => p.by_ref.is_some() || p.subpat.is_some(),
        Pat::Paren(p) => special(&p.pat),
        Pat::Tuple(t) => t.elems.iter().any(special),
        Pat::Reference(_) => true,
        Pat::Slice(s) => s.elems.iter().any(|p| is_rest(p) || special(p)),
        _ => false,
    }
}

/// A pattern of a type, not of one of its variants, by the look of it.
fn is_struct(p: &Pat) -> bool {
    matches!(p, Pat::Struct(s) if s.path.segments.len() == 1 && s.fields.iter().all(|f| always(&f.pat)))
}

fn is_rest(p: &Pat) -> bool {
    match p {
        Pat::Rest(_) => true,
        Pat::Ident(i) => i.subpat.as_ref().is_some_and(|s| matches!(&*s.1, Pat::Rest(_))),
        _ => false,
    }
}

/// `Some(Some(slice))` for a pattern of elements, `Some(None)` for one that matches any slice, `None` for others.
fn length_pattern(pat: &Pat) -> Option<Option<&PatSlice>> {
    match pat {
        Pat::Paren(p) => length_pattern(&p.pat),
        Pat::Reference(r) => length_pattern(&r.pat),
        Pat::Slice(s) => s.elems.iter().all(|p| is_rest(p) || always(p) || is_struct(p)).then_some(Some(s)),
        pat if always(pat) => Some(None),
        _ => None,
    }
}

fn length(s: &PatSlice, place: &Expr) -> Expr {
    let (place, n) = (atom(place), syn::Index::from(s.elems.iter().filter(|p| !is_rest(p)).count()));
    if s.elems.iter().any(is_rest) { parse_quote!(#place.len() >= #n) } else { parse_quote!(#place.len() == #n) }
}
