//! A closure or a function applied to arguments, as statements and a value.
//!
//! ```text
//! (|(a, b): (f64, f64)| { let c = a * b; c + 1.0 })((x, y))    =>    let a = x; let b = y; let c = a * b;    c + 1.0
//! ```
use super::{
    Desugar,
    bind::{Bound, Item},
    closures::declared_in,
    jumps,
};
use crate::{analysis::activity::root, atom::tail, emit::is_believed, lower::is_place, parts::effects::may_change};
use syn::{Expr, Stmt, parse_quote, visit::Visit};

/// Statements, and the value after them.
pub(super) struct Applied {
    pub(super) stmts: Vec<Stmt>,
    pub(super) value: Expr,
}

impl Applied {
    /// As one expression.
    pub(super) fn block(self) -> Expr {
        let Applied { mut stmts, value } = self;
        if stmts.is_empty() {
            return value;
        }
        stmts.push(Stmt::Expr(value, None));
        let block = syn::Block { brace_token: Default::default(), stmts };
        Expr::Block(syn::ExprBlock { attrs: vec![], label: None, block })
    }
}

impl Desugar<'_> {
    /// `None` after an error.
    pub(super) fn apply(&mut self, f: &Expr, args: Vec<Item>) -> Option<Applied> {
        match f {
            Expr::Paren(p) => self.apply(&p.expr, args),
            Expr::Group(g) => self.apply(&g.expr, args),
            Expr::Reference(r) => self.apply(&r.expr, args),
            Expr::Closure(c) => self.apply_closure(c, args),
            Expr::Path(_) => {
                let args: Vec<Expr> = args.iter().map(Item::expr).collect();
                Some(Applied { stmts: vec![], value: parse_quote!(#f(#(#args),*)) })
            }
            _ => {
                self.error(f, "write the closure, or the name of a function, here");
                None
            }
        }
    }

    fn apply_closure(&mut self, c: &syn::ExprClosure, args: Vec<Item>) -> Option<Applied> {
        if c.inputs.len() != args.len() {
            self.error(c, "this closure takes another number of arguments");
            return None;
        }
        if c.capture.is_some() && (jumps::assigns(&c.body) || self.changes_a_copy(c)) {
            self.error(c, "this closure may change a copy of its own of what it captures by `move`: leave `move` out, or write a loop");
            return None;
        }
        self.calls += 1;
        let mut bound = Bound::default();
        for (pat, arg) in c.inputs.iter().zip(args) {
            bound.bind(pat, arg);
        }
        let mut body = (*c.body).clone();
        bound.resolve(&mut body);
        let mut stmts = bound.stmts;
        let label = self.label("call");
        let returned = jumps::returns_to_breaks(&mut body, &label);
        Some(match body {
            body if returned => {
                let value: Expr = match body {
                    Expr::Block(b) if b.label.is_none() => {
                        let block = b.block;
                        parse_quote!(#label: #block)
                    }
                    body => {
                        let value = tail(&body);
                        parse_quote!(#label: { #value })
                    }
                };
                Applied { stmts, value }
            }
            Expr::Block(b) if b.label.is_none() && b.attrs.is_empty() => {
                let mut inner = b.block.stmts;
                let value = match inner.last() {
                    Some(Stmt::Expr(_, None)) => match inner.pop() {
                        Some(Stmt::Expr(value, None)) => value,
                        _ => unreachable!("just seen"),
                    },
                    _ => parse_quote!(()),
                };
                stmts.extend(inner);
                Applied { stmts, value }
            }
            body => Applied { stmts, value: body },
        })
    }

    /// Whether a closure calls a method on a variable from outside that may change it.
    fn changes_a_copy(&self, c: &syn::ExprClosure) -> bool {
        struct Calls<'a>(&'a [String], bool);
        impl Visit<'_> for Calls<'_> {
            fn visit_expr_method_call(&mut self, m: &syn::ExprMethodCall) {
                let captured = root(&m.receiver).is_some_and(|i| self.0.contains(&i.to_string()));
                let name = m.method.to_string();
                self.1 |= captured && (may_change(&name) || is_believed(&name) && is_place(&m.receiver));
                syn::visit::visit_expr_method_call(self, m);
            }
        }
        let own = |n: &&String| !declared_in(&Expr::Closure(c.clone()), n);
        let outside: Vec<String> = self.mutable.iter().filter(own).cloned().collect();
        let mut calls = Calls(&outside, false);
        calls.visit_expr(&c.body);
        calls.1
    }

    /// A predicate: it decides only, so that it may stay one native expression.
    pub(super) fn decide(&mut self, f: &Expr, args: Vec<Item>) -> Option<Expr> {
        self.apply(f, args).map(Applied::block)
    }
}
