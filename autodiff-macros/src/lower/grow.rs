//! Methods that change the length of a sequence: calls of functions of the runtime that have derivatives, or loops of such calls.
//!
//! ```text
//! v.push(x)             =>    grow::push_back(&mut v, x)
//! v.extend(e)           =>    for item in e { grow::push_back(&mut v, item) }
//! v.resize(n, x)        =>    grow::truncate(&mut v, n); for _ in v.len()..n { grow::push_back(&mut v, x.clone()) }
//! ```
use super::Lower;
use crate::{atom::atom, ir::*};
use proc_macro2::Span;
use syn::{Expr, ExprMethodCall, Ident, parse_quote, spanned::Spanned};

/// The function of the runtime that a method stands for, and arguments that the method leaves out.
fn function(name: &str, args: usize) -> Option<(&'static str, Option<Expr>)> {
    Some(match (name, args) {
        ("push" | "push_back", 1) => ("push_back", None),
        ("push_front", 1) => ("push_front", None),
        ("pop" | "pop_back", 0) => ("pop_back", None),
        ("pop_front", 0) => ("pop_front", None),
        ("insert", 2) => ("insert", None),
        ("remove", 1) => ("remove", None),
        ("truncate", 1) => ("truncate", None),
        ("clear", 0) => ("truncate", Some(parse_quote!(0))),
        ("drain", 2) => ("drain", None),
        _ => return None,
    })
}

/// A function of the runtime, which has no companion.
pub(crate) fn is_runtime(path: &syn::ExprPath) -> bool {
    path.path.leading_colon.is_some() && path.path.segments.first().is_some_and(|s| s.ident == "autodiff_core")
}

/// Whether a call is one of these functions, which change their first argument's length.
pub(crate) fn is_growth(callee: &Callee) -> bool {
    let Callee::Path(path) = callee else { return false };
    path.path.segments.iter().rev().nth(1).is_some_and(|s| s.ident == "grow")
        && path.path.segments.first().is_some_and(|s| s.ident == "autodiff_core")
}

impl Lower<'_> {
    /// A method that changes its receiver's length and is one function of the runtime.
    pub(super) fn growth(&mut self, m: &ExprMethodCall) -> Option<Op> {
        if m.method == "split_off" && m.args.len() == 1 {
            let (x, at) = (&m.receiver, &m.args[0]);
            return self.growth(&parse_quote!(#x.drain(#at, #x.len())));
        }
        if m.method == "drain" && m.args.len() == 1 {
            let x = &m.receiver;
            let Expr::Range(r) = &m.args[0] else {
                self.cx.error(&m.args, "write the range here: `drain(a..b)`");
                return None;
            };
            let from: Expr = r.start.as_deref().cloned().unwrap_or_else(|| parse_quote!(0));
            let to: Expr = match (&r.end, &r.limits) {
                (None, _) => parse_quote!(#x.len()),
                (Some(to), syn::RangeLimits::HalfOpen(_)) => parse_quote!(#to),
                (Some(to), syn::RangeLimits::Closed(_)) => {
                    let to = atom(to);
                    parse_quote!(#to + 1)
                }
            };
            return self.growth(&parse_quote!(#x.drain(#from, #to)));
        }
        if m.method == "swap_remove" && m.args.len() == 1 {
            let (x, i) = (&m.receiver, &m.args[0]);
            let (at, last) = (self.unnamed(false, m.span()), self.unnamed(false, m.span()));
            self.statements(parse_quote!({
                let #at = #i;
                let #last = #x.len() - 1;
                #x.swap(#at, #last);
            }));
            return self.growth(&parse_quote!(#x.remove(#last)));
        }
        let (name, more) = function(&m.method.to_string(), m.args.len())?;
        let place = self.growing(&m.receiver)?;
        let base = place.base;
        let mut args = vec![Arg::Operand(Operand::Place(place, Pass::Mut))];
        let given: Vec<&Expr> = m.args.iter().chain(&more).collect();
        for operand in self.operands(given.into_iter()) {
            args.push(Arg::Operand(self.apart(operand, base, m.span())));
        }
        let name = Ident::new(name, m.method.span());
        let path = syn::parse_quote_spanned!(m.method.span()=> ::autodiff_core::rules::grow::#name);
        Some(Op::Call { callee: Callee::Path(path), args, rerun: false })
    }

    /// `v.push(v[0])`: what is read of the sequence is read before it is borrowed.
    fn apart(&mut self, operand: Operand, base: Var, span: Span) -> Operand {
        let (active, op) = match operand {
            Operand::Place(p, Pass::Value) if p.base == base || p.natives().any(|n| n.reads.contains(&base)) => {
                (true, Op::Use(Operand::Place(p, Pass::Value)))
            }
            Operand::Native(n) if n.reads.contains(&base) => (false, Op::Native(n)),
            other => return other,
        };
        let scalar = self.op_is_scalar(&op);
        let var = self.temp(active, span);
        self.info(var).scalar = scalar && active;
        self.emit(Kind::Let { var, ty: None, op });
        if active { Operand::var(var) } else { self.native_var(var) }
    }

    /// `VecDeque::from(e)`, `Vec::from(e)`
    pub(super) fn collected(&mut self, from: &syn::ExprPath, e: &Expr) -> Operand {
        let mut new = from.clone();
        if let Some(last) = new.path.segments.last_mut() {
            *last = Ident::new("new", last.ident.span()).into();
        }
        let all = self.unnamed(true, e.span());
        self.statements(parse_quote!({
            let mut #all = #new();
            #all.extend(#e);
        }));
        self.operand(&parse_quote!(#all))
    }

    /// Whether the method is one of those above.
    pub(super) fn is_growth_method(&self, m: &ExprMethodCall) -> bool {
        let name = m.method.to_string();
        (function(&name, m.args.len()).is_some() || matches!(name.as_str(), "split_off" | "swap_remove" | "drain"))
            && crate::analysis::activity::root(&m.receiver).is_some_and(|r| self.active.contains(r))
            && self.is_place(&m.receiver)
            && !self.has_own_method(m)
    }

    /// Statements that change the length of a sequence element by element; `false` for all other methods.
    pub(super) fn grow_by_elements(&mut self, m: &ExprMethodCall) -> bool {
        let args: Vec<&Expr> = m.args.iter().collect();
        let x = &m.receiver;
        let span = m.span();
        match (m.method.to_string().as_str(), &args[..]) {
            ("extend", [e]) => self.extend(x, e, span),
            ("extend_from_slice", [e]) => {
                let slice = bare(e);
                match slice {
                    Expr::Array(_) | Expr::Macro(_) | Expr::Call(_) | Expr::Repeat(_) => self.extend(x, slice, span),
                    _ => {
                        let slice = atom(slice);
                        self.extend(x, &parse_quote!(#slice.iter()), span)
                    }
                }
            }
            ("extend_from_within", [range]) => {
                let item = self.unnamed(true, span);
                let all: Expr = match *range {
                    Expr::Range(r) if r.start.is_none() && r.end.is_none() => parse_quote!(0..#x.len()),
                    Expr::Range(r) if r.start.is_none() => parse_quote!(0 #range),
                    Expr::Range(r) if r.end.is_none() => parse_quote!(#range #x.len()),
                    range => range.clone(),
                };
                let k = self.unnamed(false, span);
                self.statements(parse_quote!({
                    for #k in #all {
                        let #item = #x[#k].clone();
                        #x.push(#item);
                    }
                }));
            }
            ("append", [e]) => {
                let from = atom(bare(e));
                self.extend(x, &parse_quote!(#from.iter()), span);
                self.statements(parse_quote!({ #from.clear(); }));
            }
            ("resize", [n, value]) => {
                let (length, item) = (self.unnamed(false, span), self.unnamed(self.active.carries(value), span));
                self.statements(parse_quote!({
                    let #length = #n;
                    let #item = #value;
                    #x.truncate(#length);
                    for _ in #x.len()..#length {
                        #x.push(#item.clone());
                    }
                }));
            }
            ("retain", [Expr::Closure(c)]) if c.inputs.len() == 1 => {
                let (all, k) = (self.unnamed(true, span), self.unnamed(false, span));
                let body = &c.body;
                let bound: syn::Stmt = match &c.inputs[0] {
                    syn::Pat::Reference(r) => {
                        let inner = &r.pat;
                        parse_quote!(let #inner = #all[#k];)
                    }
                    pat => parse_quote!(let #pat = &#all[#k];),
                };
                self.statements(parse_quote!({
                    let #all = ::core::mem::take(&mut #x);
                    for #k in 0..#all.len() {
                        #bound
                        if #body {
                            #x.push(#all[#k].clone());
                        }
                    }
                }));
            }
            // room for what is to come changes nothing
            ("reserve" | "reserve_exact" | "shrink_to_fit", _) => {
                let tokens = quote::ToTokens::to_token_stream(m);
                self.emit(Kind::Native { tokens, writes: vec![], undo: None });
            }
            _ => return false,
        }
        true
    }

    /// `x.extend(e)`: one element after the other.
    fn extend(&mut self, x: &Expr, e: &Expr, span: Span) {
        let e = match e {
            // a value that is computed on the spot
            Expr::Array(_)
            | Expr::Macro(_)
            | Expr::Call(_)
            | Expr::Repeat(_)
            | Expr::If(_)
            | Expr::Match(_)
            | Expr::Block(_) => {
                let all = self.unnamed(self.active.carries(e), span);
                self.statements(parse_quote!({ let #all = #e; }));
                parse_quote!(#all)
            }
            e => e.clone(),
        };
        let item = self.unnamed(self.active.carries(&e), span);
        let value: Expr = if self.hands_out_references(&e) { parse_quote!(#item.clone()) } else { parse_quote!(#item) };
        self.statements(parse_quote!({
            for #item in #e {
                #x.push(#value);
            }
        }));
    }

    /// The sequence itself.
    fn growing(&mut self, e: &Expr) -> Option<Place> {
        let mut place = self.place(e)?;
        if self.vars[place.base.0 as usize].reference && place.proj.is_empty() {
            place.proj.push(Proj::Deref);
        }
        Some(place)
    }

    // ---- statements that the user did not write ---------------------------------------------------------------------

    /// A name that the user did not write.
    pub(super) fn unnamed(&mut self, active: bool, span: Span) -> Ident {
        self.temps += 1;
        while self.taken.contains(&format!("t{}", self.temps)) {
            self.temps += 1;
        }
        let name = format!("t{}", self.temps);
        if active {
            self.active.insert(&name);
        }
        Ident::new(&name, Span::mixed_site().located_at(span))
    }

    pub(super) fn statements(&mut self, block: syn::Block) {
        self.block_unit(&block);
    }
}

fn bare(e: &Expr) -> &Expr {
    match e {
        Expr::Paren(p) => bare(&p.expr),
        Expr::Group(g) => bare(&g.expr),
        Expr::Reference(r) => bare(&r.expr),
        e => e,
    }
}
