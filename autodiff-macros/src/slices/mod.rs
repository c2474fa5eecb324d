//! Slice methods and patterns in terms of indices, lengths and ranges.
//!
//! ```text
//! x.last().unwrap()                        =>    &x[x.len() - 1]
//! if let Some(v) = x.get(i) { f(v) }       =>    if i < x.len() { let v = &x[i]; f(v) }
//! match x { [] => a, [h, t @ ..] => b }    =>    if x.len() == 0 { a } else { let h = &x[0]; let t = &x[1..x.len()]; b }
//! ```
//! Only what carries derivatives is rewritten.
mod arrays;
mod drained;
mod lent;
mod options;
mod order;
mod patterns;

use crate::{
    analysis::activity::{Active, root},
    atom::{atom, tail},
    names::Names,
    references::{Known, lead, part},
    syntax,
};
use std::collections::VecDeque;
use syn::{
    Block, Expr, Ident, ItemFn, Local, Pat, Stmt, UnOp, parse_quote,
    visit_mut::{self, VisitMut},
};

/// `::autodiff_core::rules::within(&x, k)`: the index `k`, of whatever rustc finds to have entries.
pub(crate) fn is_checked_index(c: &syn::ExprCall) -> bool {
    let Expr::Path(p) = &*c.func else { return false };
    p.path.leading_colon.is_some()
        && p.path.segments.len() == 3
        && p.path.segments.iter().zip(["autodiff_core", "rules", "within"]).all(|(s, name)| s.ident == name)
}

/// Rewrites a function whose variables have names of their own.
pub(crate) fn plain(item: &mut ItemFn, active: &Active) {
    let known = Known::of(item);
    let names = Names::beside(item);
    Slices { active, known, names }.visit_block_mut(&mut item.block);
}

struct Slices<'a> {
    active: &'a Active,
    known: Known,
    names: Names,
}

impl Slices<'_> {
    /// A variable or a part of one, with a derivative, that may be named as often as it takes.
    fn is_place(&self, e: &Expr) -> bool {
        let e = bare(e);
        let place = match e {
            Expr::MethodCall(_) => lead(e).is_some(),
            Expr::Path(_) | Expr::Index(_) | Expr::Field(_) | Expr::Unary(_) => {
                lead(&syntax::reference(Default::default(), None, e.clone())).is_some()
            }
            _ => false,
        };
        place && root(e).is_some_and(|i| self.active.contains(i))
    }

    fn fresh(&mut self, name: &str) -> Ident {
        self.names.ident(name)
    }

    fn statement(&mut self, stmt: Stmt, out: &mut Vec<Stmt>) {
        match stmt {
            Stmt::Local(local) => self.local(local, out),
            Stmt::Expr(Expr::MethodCall(m), semi) => match self.permuted(&m) {
                Some(stmts) => out.extend(stmts),
                None => {
                    let mut e = Expr::MethodCall(m);
                    self.selected(&mut e, out);
                    out.push(Stmt::Expr(e, semi));
                }
            },
            Stmt::Expr(mut e, semi) => {
                self.selected(&mut e, out);
                out.push(Stmt::Expr(e, semi));
            }
            stmt => out.push(stmt),
        }
    }

    fn local(&mut self, mut local: Local, out: &mut Vec<Stmt>) {
        if let Some(init) = &mut local.init {
            if let Some(new) = self.option_use(&init.expr) {
                *init.expr = new;
            }
            referring(&mut init.expr, out);
            self.moved(&mut init.expr);
            self.array_of(&local.pat, &mut init.expr);
            self.selected(&mut init.expr, out);
        }
        if let Some(parts) = side_by_side(&local) {
            return parts.into_iter().for_each(|l| self.local(l, out));
        }
        match self.taken_apart(&local) {
            Some(stmts) => stmts.into_iter().for_each(|s| match s {
                Stmt::Local(l) if l.pat != local.pat => self.local(l, out),
                s => out.push(s),
            }),
            None => out.push(Stmt::Local(local)),
        }
    }

    /// `*{ let k = i; &mut x[k] } *= v;` is `{ let value = v; let k = i; x[k] *= value; }`, in the order of evaluation.
    fn place_first(&mut self, s: &mut Stmt) {
        let (left, right) = match s {
            Stmt::Expr(Expr::Assign(a), _) => (&mut a.left, &mut a.right),
            Stmt::Expr(Expr::Binary(b), _) if crate::analysis::activity::is_assignment(&b.op) => {
                (&mut b.left, &mut b.right)
            }
            _ => return,
        };
        let Expr::Block(b) = bare(left) else { return };
        let Some((Stmt::Expr(place, None), stmts)) = b.block.stmts.split_last() else { return };
        if b.label.is_some() {
            return;
        }
        let (place, mut stmts) = (place.clone(), stmts.to_vec());
        if !matches!(&**right, Expr::Lit(_)) {
            let (name, value) = (self.fresh("value"), &**right);
            stmts.insert(0, parse_quote!(let #name = #value;));
            **right = parse_quote!(#name);
        }
        **left = place;
        *s = parse_quote!({ #(#stmts)* #s });
    }

    /// `let r2 = r;` of a mutable reference borrows again: the derivative makes `r` a second time.
    fn moved(&mut self, e: &mut Expr) {
        if let Expr::Path(p) = e
            && let Some(i) = p.path.get_ident()
            && self.active.contains(i)
            && self.known.mutable(&i.to_string())
            && !self.known.moves(&i.to_string())
            && !self.known.is_view(&i.to_string())
        {
            *e = parse_quote!(&mut *#e);
        }
    }
}

impl VisitMut for Slices<'_> {
    fn visit_block_mut(&mut self, block: &mut Block) {
        drained::drained(block, self.active);
        let mut out = Vec::new();
        let mut stmts = VecDeque::from(std::mem::take(&mut block.stmts));
        while let Some(mut stmt) = stmts.pop_front() {
            match self.lending(&mut stmt, &mut stmts) {
                Some(lending) => out.extend(lending),
                None => self.statement(stmt, &mut out),
            }
        }
        block.stmts = out;
        visit_mut::visit_block_mut(self, block);
        block.stmts.iter_mut().for_each(|s| self.place_first(s));
    }

    fn visit_expr_mut(&mut self, e: &mut Expr) {
        self.lends_itself(e);
        if let Expr::Match(m) = e {
            self.lending_arms(m);
        }
        for _ in 0..8 {
            match self.option_use(e).or_else(|| self.slice_match(e)) {
                Some(new) => *e = new,
                None => break,
            }
        }
        match e {
            Expr::ForLoop(f) => self.items(f),
            Expr::MethodCall(m) => self.items_of_closure(m),
            _ => {}
        }
        visit_mut::visit_expr_mut(self, e);
        if let Some(new) = self.simple(e) {
            *e = new;
        }
    }

    fn visit_macro_mut(&mut self, mac: &mut syn::Macro) {
        if mac.path.is_ident("vec") {
            crate::desugar::visit_macro(mac, &mut |e| self.visit_expr_mut(e));
        }
    }

    fn visit_item_mut(&mut self, _: &mut syn::Item) {}
}

impl Slices<'_> {
    /// Rewrites that need no statements.
    fn simple(&self, e: &Expr) -> Option<Expr> {
        match e {
            Expr::MethodCall(m) => {
                let x = &m.receiver;
                match (m.method.to_string().as_str(), m.args.first()) {
                    ("as_ref", None) if self.is_place(x) && self.known.is_sequence(x) => Some(parse_quote!((&#x[..]))),
                    ("as_mut", None) if self.is_place(x) && self.known.is_sequence(x) => {
                        Some(parse_quote!((&mut #x[..])))
                    }
                    ("as_slice", None) if self.is_place(x) && self.known.is_sequence(x) => {
                        Some(parse_quote!((&#x[..])))
                    }
                    ("as_mut_slice", None) if self.is_place(x) && self.known.is_sequence(x) => {
                        Some(parse_quote!((&mut #x[..])))
                    }
                    // what is there later on is copied
                    ("into_boxed_slice" | "into_vec", None) if matches!(bare(x), Expr::Path(_)) => {
                        let into = &m.method;
                        Some(parse_quote!(#x.clone().#into()))
                    }
                    ("as_slice", None) => match bare(x) {
                        Expr::MethodCall(i) if i.method == "iter" && self.is_place(&i.receiver) => {
                            let x = &i.receiver;
                            Some(parse_quote!((&#x[..])))
                        }
                        _ => None,
                    },
                    _ => None,
                }
            }
            // `x.split_at(n).0`
            Expr::Field(f) => match (&f.member, bare(&f.base)) {
                (syn::Member::Unnamed(k), base @ Expr::MethodCall(m))
                    if self.is_place(&m.receiver) && self.known.is_sequence(&m.receiver) =>
                {
                    let part = part(base, k.index as usize, 2)?;
                    Some(parse_quote!((#part)))
                }
                _ => None,
            },
            // `*(&x[i])`, `*{ let k = i; &x[k] }`
            Expr::Unary(u) if matches!(u.op, UnOp::Deref(_)) => match bare(&u.expr) {
                Expr::Reference(r) => Some((*r.expr).clone()),
                Expr::Block(b) if b.label.is_none() => {
                    let (Stmt::Expr(e, None), stmts) = b.block.stmts.split_last()? else { return None };
                    let e = tail(&behind(e)?);
                    Some(parse_quote!({ #(#stmts)* #e }))
                }
                _ => None,
            },
            // `{ let k = i; &x[k] }[j]`
            Expr::Index(i) => {
                let Expr::Block(b) = bare(&i.expr) else { return None };
                let (Stmt::Expr(last, None), stmts) = b.block.stmts.split_last()? else { return None };
                let (place, index) = (atom(&behind(last).filter(|_| b.label.is_none())?), &i.index);
                Some(parse_quote!({ #(#stmts)* #place[#index] }))
            }
            // what was unsafe in it is checked now; the fence has let nothing else through
            Expr::Unsafe(u) => Some(match &u.block.stmts[..] {
                [Stmt::Expr(e, None)] => parse_quote!((#e)),
                _ => {
                    let block = &u.block;
                    parse_quote!(#block)
                }
            }),
            Expr::Paren(p) => match &*p.expr {
                Expr::Paren(_) => Some((*p.expr).clone()),
                _ => None,
            },
            _ => None,
        }
    }
}

/// `let v = { let k = i; &x[k] };` is `let k = i; let v = &x[k];`: no names are the same.
fn referring(e: &mut Expr, out: &mut Vec<Stmt>) {
    if let Expr::Block(b) = bare(e)
        && b.label.is_none()
        && let Some((Stmt::Expr(last @ Expr::Reference(_), None), stmts)) = b.block.stmts.split_last()
    {
        out.extend(stmts.iter().cloned());
        *e = last.clone();
    }
}

fn bare(e: &Expr) -> &Expr {
    match e {
        Expr::Paren(p) => bare(&p.expr),
        Expr::Group(g) => bare(&g.expr),
        e => e,
    }
}

/// `let ((a, b), c) = (x.split_at(n), y);` as one `let` for each side.
fn side_by_side(local: &Local) -> Option<Vec<Local>> {
    let (Pat::Tuple(p), Expr::Tuple(t)) = (&local.pat, bare(&local.init.as_ref()?.expr)) else { return None };
    let nested = p.elems.iter().any(|p| !matches!(p, Pat::Ident(_) | Pat::Wild(_)));
    let rest = p.elems.iter().any(|p| matches!(p, Pat::Rest(_)));
    if !nested || rest || p.elems.len() != t.elems.len() {
        return None;
    }
    let lets = p.elems.iter().zip(&t.elems).map(|(p, e)| -> Stmt { parse_quote!(let #p = #e;) });
    lets.map(|s| if let Stmt::Local(l) = s { Some(l) } else { None }).collect()
}

/// `&place` as a place: `x[0]` of `&x[0]`.
fn behind(e: &Expr) -> Option<Expr> {
    match bare(e) {
        Expr::Reference(r) => Some((*r.expr).clone()),
        _ => None,
    }
}

/// A pattern that always matches, as far as one can see.
fn always(pat: &Pat) -> bool {
    match pat {
        Pat::Ident(p) => {
            p.subpat.as_ref().is_none_or(|s| always(&s.1))
                && !p.ident.to_string().chars().next().is_some_and(char::is_uppercase)
        }
        Pat::Wild(_) | Pat::Rest(_) => true,
        Pat::Tuple(t) => t.elems.iter().all(always),
        Pat::Paren(p) => always(&p.pat),
        Pat::Reference(r) => always(&r.pat),
        Pat::Type(t) => always(&t.pat),
        _ => false,
    }
}
