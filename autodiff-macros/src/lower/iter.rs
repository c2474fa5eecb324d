//! `for` over the entries of active containers, by their indices.
//!
//! ```text
//! for (i, v) in x.iter().enumerate() { .. }   =>   for k in 0..x.len() { let i = k; let v = &x[k]; .. }
//! ```
//! A loop over indices reverses itself, and the adjoint of `v` is found as `v` is.
use super::Lower;
use crate::{atom::atom, ir::*, parts::matrix};
use proc_macro2::Span;
use syn::{Expr, Lifetime, Pat, parse_quote};

/// What an iterator hands out at step `k`.
pub(super) enum Item {
    /// `&source[k]` or `&mut source[k]`, or `source[k]`.
    Entry(Expr, Pass),
    /// An expression over the index: a row, a chunk, a counter.
    View(Box<dyn Fn(&Expr) -> Expr>),
    Counter,
    Pair(Box<Item>, Box<Item>),
    /// The item at another index.
    At(Box<dyn Fn(&Expr) -> Expr>, Box<Item>),
}

/// An iterator as a length and a rule for its items.
pub(super) struct Items {
    len: Expr,
    item: Item,
}

/// What an item refers to: `copied`, `cloned`.
fn owned(item: Item) -> Option<Item> {
    match item {
        Item::Entry(x, Pass::Ref) => Some(Item::Entry(x, Pass::Value)),
        Item::At(index, inner) => Some(Item::At(index, Box::new(owned(*inner)?))),
        _ => None,
    }
}

impl Lower<'_> {
    /// Reads an iterator expression; `None` where it is not understood.
    pub(super) fn items(&mut self, e: &Expr) -> Option<Items> {
        match e {
            Expr::Paren(p) => self.items(&p.expr),
            Expr::Group(g) => self.items(&g.expr),
            Expr::Reference(r) => {
                let pass = if r.mutability.is_some() { Pass::Mut } else { Pass::Ref };
                let source = self.entries(&r.expr, pass)?;
                Some(Items { len: parse_quote!(#source.len()), item: Item::Entry(source, pass) })
            }
            Expr::Path(_) => {
                let var = self.lookup(e)?;
                let info = &self.vars[var.0 as usize];
                let pass = if !info.reference {
                    Pass::Value
                } else if info.writable {
                    Pass::Mut
                } else {
                    Pass::Ref
                };
                Some(Items { len: parse_quote!(#e.len()), item: Item::Entry(e.clone(), pass) })
            }
            // a value that is made here: `x.to_vec()`
            Expr::MethodCall(m)
                if matches!(m.method.to_string().as_str(), "to_vec" | "clone" | "to_owned" | "drain" | "split_off")
                    && self.active.carries(e) =>
            {
                self.made(e)
            }
            Expr::MethodCall(m) => self.adaptor(m),
            // `for v in [x, y]`
            Expr::Array(_)
            | Expr::Macro(_)
            | Expr::Call(_)
            | Expr::Repeat(_)
            | Expr::Index(_)
            | Expr::Field(_)
            | Expr::Block(_)
                if self.active.carries(e) =>
            {
                self.made(e)
            }
            Expr::Range(_) => Some(self.counted(e)),
            e if !self.active.carries(e) && !super::lends_mut(e) => self.listed(e),
            _ => None,
        }
    }

    /// A container that is made in the head of the loop.
    fn made(&mut self, e: &Expr) -> Option<Items> {
        let span = syn::spanned::Spanned::span(e);
        let Operand::Place(place, Pass::Value) = self.operand(e) else { return None };
        let var = self.temp(true, span);
        self.info(var).elements = place.proj.is_empty() && self.vars[place.base.0 as usize].elements;
        self.emit(Kind::Let { var, ty: None, op: Op::Use(Operand::Place(place, Pass::Value)) });
        let name = self.vars[var.0 as usize].name.clone();
        Some(Items { len: parse_quote!(#name.len()), item: Item::Entry(parse_quote!(#name), Pass::Value) })
    }

    /// A range as something that has entries.
    fn counted(&mut self, e: &Expr) -> Items {
        let range = match e {
            Expr::Range(_) => self.steady_index(e),
            e => e.clone(),
        };
        let len = parse_quote!(::autodiff_core::rules::trips(#range));
        Items { len, item: Item::View(Box::new(move |k| parse_quote!(::autodiff_core::rules::entry(#range, #k)))) }
    }

    /// An iterator without derivatives, whatever it is: its items are collected first.
    fn listed(&mut self, e: &Expr) -> Option<Items> {
        let Operand::Native(native) = self.native_operand(e) else { return None };
        let expr = &native.expr;
        let items = parse_quote! {
            ::core::iter::Iterator::collect::<::std::vec::Vec<_>>(::core::iter::IntoIterator::into_iter(#expr))
        };
        let var = self.temp(false, syn::spanned::Spanned::span(e));
        let pure = native.pure || self.is_found_again(e);
        self.emit(Kind::Let { var, ty: None, op: Op::Native(Native { expr: items, pure, ..native }) });
        let name = self.vars[var.0 as usize].name.clone();
        Some(Items {
            len: parse_quote!(#name.len()),
            item: Item::View(Box::new(move |k| parse_quote!(::core::clone::Clone::clone(&#name[#k])))),
        })
    }

    /// A length that is written once.
    fn named_len(&mut self, len: Expr, span: Span) -> Expr {
        let native = self.native(&len);
        let var = self.temp(false, span);
        self.emit(Kind::Let { var, ty: None, op: Op::Native(native) });
        let name = self.vars[var.0 as usize].name.clone();
        parse_quote!(#name)
    }

    /// The container itself: a place or a view, bound to a name when it is more than that.
    fn source(&mut self, e: &Expr, pass: Pass) -> Option<Expr> {
        if self.is_place(e) && self.writes(e).is_empty() {
            return Some(atom(e));
        }
        match self.operand(e) {
            Operand::Place(p, Pass::Value) => {
                let p = if pass == Pass::Mut { self.changeable(e, p) } else { p };
                Some(atom(&crate::emit::place_expr(&self.vars, &p, Pass::Value))).inspect(|_| self.name_temp(p.base))
            }
            _ => None,
        }
    }

    /// The container as something whose entries are found by one index at no cost: nalgebra divides by the number of rows for it.
    fn entries(&mut self, e: &Expr, pass: Pass) -> Option<Expr> {
        let x = self.source(e, pass)?;
        if !self.active.carries(&x) || !self.types.of_expr(&x).is_some_and(|ty| matrix::is_dynamic(&ty)) {
            return Some(x);
        }
        let all: Expr = if pass == Pass::Mut { parse_quote!(#x.as_mut_slice()) } else { parse_quote!(#x.as_slice()) };
        let var = self.temp(true, syn::spanned::Spanned::span(e));
        let name = self.vars[var.0 as usize].name.clone();
        self.alias(parse_quote!(#name), &all, vec![var]);
        Some(parse_quote!(#name))
    }

    /// Makes a temporary visible to expressions that are built over it.
    fn name_temp(&mut self, var: Var) {
        let name = self.vars[var.0 as usize].name.to_string();
        self.names.entry(name).or_insert(var);
    }

    fn adaptor(&mut self, m: &syn::ExprMethodCall) -> Option<Items> {
        // sizes are evaluated once, before the loop
        let args: Vec<Expr> = match m.method == "zip" {
            true => m.args.iter().cloned().collect(),
            false => m.args.iter().map(|a| atom(&self.steady_index(a))).collect(),
        };
        let args: Vec<&Expr> = args.iter().collect();
        match (m.method.to_string().as_str(), &args[..]) {
            ("iter", []) => {
                let Some(x) = self.entries(&m.receiver, Pass::Ref) else {
                    let constant = !self.active.carries(&m.receiver);
                    return if constant { self.listed(&Expr::MethodCall(m.clone())) } else { None };
                };
                Some(Items { len: parse_quote!(#x.len()), item: Item::Entry(x, Pass::Ref) })
            }
            ("iter_mut", []) => {
                let x = self.entries(&m.receiver, Pass::Mut)?;
                Some(Items { len: parse_quote!(#x.len()), item: Item::Entry(x, Pass::Mut) })
            }
            ("into_iter", []) => self.items(&m.receiver),
            ("column_iter", []) => {
                let x = self.source(&m.receiver, Pass::Ref)?;
                Some(Items {
                    len: parse_quote!(#x.ncols()),
                    item: Item::View(Box::new(move |k| parse_quote!(#x.column(#k)))),
                })
            }
            ("row_iter", []) => {
                let x = self.source(&m.receiver, Pass::Ref)?;
                Some(Items {
                    len: parse_quote!(#x.nrows()),
                    item: Item::View(Box::new(move |k| parse_quote!(#x.row(#k)))),
                })
            }
            ("windows", [n]) => {
                let (x, n) = (self.source(&m.receiver, Pass::Ref)?, (*n).clone());
                let len = parse_quote!((#x.len() + 1).saturating_sub(#n));
                Some(Items { len, item: Item::View(Box::new(move |k| parse_quote!(&#x[#k..#k + #n]))) })
            }
            ("chunks_exact", [n]) => {
                let (x, n) = (self.source(&m.receiver, Pass::Ref)?, (*n).clone());
                Some(Items {
                    len: parse_quote!(#x.len() / #n),
                    item: Item::View(Box::new(move |k| parse_quote!(&#x[#k * #n..(#k + 1) * #n]))),
                })
            }
            ("chunks_exact_mut", [n]) => {
                let (x, n) = (self.source(&m.receiver, Pass::Ref)?, (*n).clone());
                Some(Items {
                    len: parse_quote!(#x.len() / #n),
                    item: Item::View(Box::new(move |k| parse_quote!(&mut #x[#k * #n..(#k + 1) * #n]))),
                })
            }
            ("chunks" | "chunks_mut", [n]) => {
                let (x, n) = (self.source(&m.receiver, Pass::Ref)?, (*n).clone());
                let total = self.named_len(parse_quote!(#x.len()), m.method.span());
                let mutable = m.method == "chunks_mut";
                Some(Items {
                    len: parse_quote!(#total.div_ceil(#n)),
                    item: Item::View(Box::new(move |k| match mutable {
                        true => parse_quote!(&mut #x[#k * #n..((#k + 1) * #n).min(#total)]),
                        false => parse_quote!(&#x[#k * #n..((#k + 1) * #n).min(#total)]),
                    })),
                })
            }
            ("rchunks", [n]) => {
                let (x, n) = (self.source(&m.receiver, Pass::Ref)?, (*n).clone());
                let total = self.named_len(parse_quote!(#x.len()), m.method.span());
                Some(Items {
                    len: parse_quote!(#total.div_ceil(#n)),
                    item: Item::View(Box::new(
                        move |k| parse_quote!(&#x[#total.saturating_sub((#k + 1) * #n)..#total - #k * #n]),
                    )),
                })
            }
            ("column_iter_mut", []) => {
                let x = self.source(&m.receiver, Pass::Ref)?;
                Some(Items {
                    len: parse_quote!(#x.ncols()),
                    item: Item::View(Box::new(move |k| parse_quote!(#x.column_mut(#k)))),
                })
            }
            ("row_iter_mut", []) => {
                let x = self.source(&m.receiver, Pass::Ref)?;
                Some(Items {
                    len: parse_quote!(#x.nrows()),
                    item: Item::View(Box::new(move |k| parse_quote!(#x.row_mut(#k)))),
                })
            }
            ("cycle", []) => {
                let Items { len, item } = self.items(&m.receiver)?;
                let n = self.named_len(len, m.method.span());
                let index = n.clone();
                Some(Items {
                    len: parse_quote!(if #n == 0 { 0 } else { usize::MAX }),
                    item: Item::At(Box::new(move |k| parse_quote!((#k % #index))), Box::new(item)),
                })
            }
            ("copied" | "cloned", []) => {
                let inner = self.items(&m.receiver)?;
                Some(Items { len: inner.len, item: owned(inner.item)? })
            }
            ("enumerate", []) => {
                let inner = self.items(&m.receiver)?;
                Some(Items { len: inner.len, item: Item::Pair(Box::new(Item::Counter), Box::new(inner.item)) })
            }
            ("zip", [other]) => {
                let (a, b) = (self.items(&m.receiver)?, self.items(other)?);
                let (n, k) = (atom(&a.len), b.len);
                Some(Items { len: parse_quote!(#n.min(#k)), item: Item::Pair(Box::new(a.item), Box::new(b.item)) })
            }
            ("rev" | "step_by", _) if super::is_range(&Expr::MethodCall(m.clone())) => {
                let m = Expr::MethodCall(m.clone());
                let m = self.steady(&m);
                Some(self.counted(&m))
            }
            ("rev", []) => {
                let Items { len, item } = self.items(&m.receiver)?;
                let len = self.named_len(len, m.method.span());
                let n = len.clone();
                Some(Items { len, item: Item::At(Box::new(move |k| parse_quote!((#n - 1 - #k))), Box::new(item)) })
            }
            ("skip", [n]) => {
                let Items { len, item } = self.items(&m.receiver)?;
                let (len, n) = (atom(&len), (*n).clone());
                Some(Items {
                    len: parse_quote!(#len.saturating_sub(#n)),
                    item: Item::At(Box::new(move |k| parse_quote!((#k + #n))), Box::new(item)),
                })
            }
            ("take", [n]) => {
                let Items { len, item } = self.items(&m.receiver)?;
                let len = atom(&len);
                Some(Items { len: parse_quote!(#len.min(#n)), item })
            }
            ("step_by", [n]) => {
                let Items { len, item } = self.items(&m.receiver)?;
                let (len, n) = (atom(&len), (*n).clone());
                Some(Items {
                    len: parse_quote!(#len.div_ceil(#n)),
                    item: Item::At(Box::new(move |k| parse_quote!((#k * #n))), Box::new(item)),
                })
            }
            _ => {
                let e = Expr::MethodCall(m.clone());
                let constant = !self.active.carries(&e) && !super::lends_mut(&e);
                if constant { self.listed(&e) } else { None }
            }
        }
    }

    pub(super) fn for_items(&mut self, f: &syn::ExprForLoop, name: Option<Lifetime>, items: Items, span: Span) {
        let len = self.native(&items.len);
        let n = self.temp(false, span);
        self.emit(Kind::Let { var: n, ty: None, op: Op::Native(len) });
        let n_name = self.vars[n.0 as usize].name.clone();
        let k = self.temp(false, span);
        let k_name = self.vars[k.0 as usize].name.clone();
        self.names.insert(n_name.to_string(), n);
        self.names.insert(k_name.to_string(), k);
        self.indices.extend([n, k]);
        let range = Native { expr: parse_quote!(0..#n_name), reads: vec![n], pure: true };
        let label = self.label();
        self.labels.push(super::Target { name: name.map(|l| l.ident.to_string()), label, is_loop: true, value: None });
        let index: Expr = parse_quote!(#k_name);
        let body = self.nested(|s| {
            s.bind_item(&f.pat, &items.item, &index);
            s.block_unit(&f.body);
        });
        self.labels.pop();
        self.emit(Kind::Loop { label, kind: Loop::For { var: k, range }, body });
    }

    fn bind_item(&mut self, pat: &Pat, item: &Item, k: &Expr) {
        let target = |e: Expr| -> syn::Stmt { parse_quote!(let #pat = #e;) };
        match (item, pat) {
            (Item::At(index, inner), _) => self.bind_item(pat, inner, &index(k)),
            (Item::Pair(a, b), Pat::Tuple(t)) if t.elems.len() == 2 => {
                self.bind_item(&t.elems[0], a, k);
                self.bind_item(&t.elems[1], b, k);
            }
            (_, Pat::Wild(_)) => {}
            (Item::Pair(..), _) => self.cx.error(pat, "take the items apart in the loop's head: `for (a, b) in ..`"),
            (Item::Counter, _) => self.synthetic(target(k.clone())),
            (Item::Entry(x, Pass::Ref), Pat::Reference(r)) => {
                // `&(mut v)`
                let inner = match &*r.pat {
                    Pat::Paren(p) => &p.pat,
                    _ => &r.pat,
                };
                self.synthetic(parse_quote!(let #inner = #x[#k];));
            }
            (Item::Entry(x, Pass::Value | Pass::Copy), _) => {
                let scalar = self.lookup(x).is_some_and(|v| self.vars[v.0 as usize].elements);
                // entries that are no numbers may not be copied out of the container
                self.synthetic(target(if scalar { parse_quote!(#x[#k]) } else { parse_quote!(#x[#k].clone()) }));
            }
            (Item::Entry(x, Pass::Ref), _) => self.synthetic(target(parse_quote!(&#x[#k]))),
            (Item::Entry(x, Pass::Mut), _) => self.synthetic(target(parse_quote!(&mut #x[#k]))),
            (Item::View(view), _) => self.synthetic(target(view(k))),
        }
    }

    fn synthetic(&mut self, stmt: syn::Stmt) {
        self.block(&syn::Block { brace_token: Default::default(), stmts: vec![stmt] });
    }
}
