//! Lists that a loop fills from the start, one number in each iteration: all room for them is there before the loop, so that
//! iterations keep to entries of their own.
//!
//! ```text
//! let mut y = Vec::new();                      let mut y = rules::filled(Vec::new(), x.len());
//! for i in 0..x.len() { y.push(f(x[i])); }  => for i in 0..x.len() { y[i] = f(x[i]); }
//! ```
use super::{Lower, grow::is_growth, identifiers, may_jump_out};
use crate::{emit::Printer, ir::*};
use quote::ToTokens;
use std::collections::HashSet;
use syn::{Expr, RangeLimits, Type, parse_quote};

impl Lower<'_> {
    /// A loop that is about to be emitted; the list that it fills is declared anew before it.
    pub(super) fn fill(&mut self, kind: &mut Kind) {
        let Kind::Loop { kind: Loop::For { var, range }, body, .. } = kind else { return };
        if self.scalars.len() > 2 || !range.pure || !self.is_indices(&range.expr) || body.stmts.iter().any(may_jump_out)
        {
            return;
        }
        let pushes: Vec<(usize, Var)> =
            body.stmts.iter().enumerate().filter_map(|(k, s)| Some((k, self.pushed(s)?))).collect();
        for (k, list) in pushes {
            let Some(start) = self.starts_empty(list) else { continue };
            let name = self.vars[list.0 as usize].name.to_string();
            let others = body.stmts[..k].iter().chain(&body.stmts[k + 1..]).chain(&self.out[start + 1..]);
            let in_range = identifiers(range.expr.to_token_stream()).any(|n| n == name);
            if !in_range && !self.named_in(others, &name) {
                self.declare_filled(start, range);
                self.info(list).elements = true;
                let index = self.index_of(*var, range);
                let Kind::Let { op: Op::Call { args, .. }, .. } = &body.stmts[k].kind else { unreachable!("a push") };
                let value = args[1].operand().expect("what is pushed").clone();
                let place = Place { base: list, proj: vec![Proj::Index(index)] };
                body.stmts[k].kind = Kind::Assign { place, value, init: false };
            }
        }
    }

    /// The list that a statement appends a number to.
    fn pushed(&self, s: &Stmt) -> Option<Var> {
        let Kind::Let { op: Op::Call { callee: callee @ Callee::Path(path), args, .. }, .. } = &s.kind else {
            return None;
        };
        let appends = is_growth(callee) && path.path.segments.last().is_some_and(|s| s.ident == "push_back");
        let [Arg::Operand(Operand::Place(list, Pass::Mut)), Arg::Operand(Operand::Place(value, Pass::Value))] =
            &args[..]
        else {
            return None;
        };
        let number = value.is_number(&self.vars[value.base.0 as usize]);
        (appends && number && list.proj.is_empty()).then_some(list.base)
    }

    /// Where the block under construction declares a list as an empty one.
    fn starts_empty(&self, list: Var) -> Option<usize> {
        self.out.iter().rposition(|s| match &s.kind {
            Kind::Let { var, op: Op::Native(n), .. } if *var == list => is_new(&n.expr),
            _ => false,
        })
    }

    /// Whether statements name a variable, in a format string perhaps.
    fn named_in<'s>(&self, stmts: impl Iterator<Item = &'s Stmt>, name: &str) -> bool {
        let tokens = Printer::of(&self.vars).block(&Block { stmts: stmts.cloned().collect() });
        tokens.to_string().contains(&format!("{{{name}")) || identifiers(tokens).any(|n| n == name)
    }

    /// Moves the declaration to the end of the block so far, with room for as many as the loop has iterations.
    fn declare_filled(&mut self, start: usize, range: &Native) {
        let mut declaration = self.out.remove(start);
        let Kind::Let { op: Op::Native(n), .. } = &mut declaration.kind else { unreachable!("a declaration") };
        let (empty, bounds) = (&n.expr, &range.expr);
        n.expr = parse_quote!(::autodiff_core::rules::filled(#empty, ::autodiff_core::rules::trips(#bounds)));
        n.reads.extend(range.reads.iter().copied());
        self.out.push(declaration);
    }

    /// Where in the list an iteration's number stands.
    fn index_of(&self, counter: Var, range: &Native) -> Native {
        let (name, Expr::Range(r)) = (&self.vars[counter.0 as usize].name, &range.expr) else {
            unreachable!("a range")
        };
        let start = r.start.as_deref().expect("both bounds");
        match start {
            Expr::Lit(l) if l.to_token_stream().to_string().trim_end_matches("usize") == "0" => {
                Native { expr: parse_quote!(#name), reads: vec![counter], pure: true }
            }
            _ => {
                let reads = [counter].into_iter().chain(range.reads.iter().copied()).collect::<HashSet<_>>();
                let mut reads: Vec<Var> = reads.into_iter().collect();
                reads.sort();
                Native { expr: parse_quote!(#name - (#start)), reads, pure: true }
            }
        }
    }

    // ---- indices ---------------------------------------------------------------------------------------------------

    /// Whether a range is one of indices, by a bound that certainly is one.
    pub(super) fn is_indices(&self, range: &Expr) -> bool {
        let Expr::Range(r) = range else { return false };
        let (Some(start), Some(end), RangeLimits::HalfOpen(_)) = (&r.start, &r.end, &r.limits) else { return false };
        self.is_index(start) || self.is_index(end)
    }

    fn is_index(&self, e: &Expr) -> bool {
        match e {
            Expr::Paren(p) => self.is_index(&p.expr),
            Expr::Binary(b) => self.is_index(&b.left) || self.is_index(&b.right),
            Expr::Cast(c) => is_usize(&c.ty),
            Expr::Lit(l) => matches!(&l.lit, syn::Lit::Int(i) if i.suffix() == "usize"),
            Expr::MethodCall(m) if m.args.is_empty() => ["len", "nrows", "ncols"].iter().any(|name| m.method == name),
            Expr::MethodCall(m) if m.args.len() == 1 => {
                let same = ["min", "max", "saturating_sub"].iter().any(|name| m.method == name);
                same && (self.is_index(&m.receiver) || self.is_index(&m.args[0]))
            }
            e => self.lookup(e).is_some_and(|v| self.indices.contains(&v)),
        }
    }

    /// Takes notice of a variable that certainly is an index.
    pub(super) fn notice_index(&mut self, kind: &Kind) {
        match kind {
            Kind::Let { var, op: Op::Native(n), ty } if !self.vars[var.0 as usize].reference => {
                let typed = ty.as_deref().filter(|ty| !matches!(ty, Type::Infer(_)));
                if typed.map_or_else(|| self.is_index(&n.expr), is_usize) {
                    self.indices.insert(*var);
                }
            }
            _ => {}
        }
    }
}

pub(super) fn is_usize(ty: &Type) -> bool {
    matches!(ty, Type::Path(p) if p.path.is_ident("usize"))
}

/// `Vec::new()`, `Vec::with_capacity(n)`, `vec![]`: that the list is a `Vec`, rustc is asked where it is filled.
fn is_new(e: &Expr) -> bool {
    match e {
        Expr::Macro(m) => m.mac.path.is_ident("vec") && m.mac.tokens.is_empty(),
        Expr::Call(c) => matches!(&*c.func, Expr::Path(p) if {
            let mut names = p.path.segments.iter().rev().map(|s| s.ident.to_string());
            let function = names.next();
            let new = matches!(function.as_deref(), Some("new" | "with_capacity"));
            new && names.next().as_deref() == Some("Vec") && c.args.iter().all(is_found_anywhere)
        }),
        _ => false,
    }
}

/// A number that may be found somewhat later as well: as the room that a list starts with it decides nothing.
fn is_found_anywhere(e: &Expr) -> bool {
    match e {
        Expr::Lit(_) | Expr::Path(_) => true,
        Expr::Paren(p) => is_found_anywhere(&p.expr),
        Expr::Binary(b) => is_found_anywhere(&b.left) && is_found_anywhere(&b.right),
        Expr::MethodCall(m) => m.args.is_empty() && m.method == "len" && is_found_anywhere(&m.receiver),
        _ => false,
    }
}
