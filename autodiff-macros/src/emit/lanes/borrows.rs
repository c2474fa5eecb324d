//! Whether tangents can be borrowed for all lanes at once.
//!
//! ```text
//! let p = &mut b.pos;
//! b.mass += p.x;         `b_dot.pos` and `b_dot.mass` are apart, but an array of `b_dot`s is borrowed as a whole
//! ```
use super::Tangents;
use crate::{emit::Printer, forward::Forward, ir::*};
use quote::ToTokens;
use std::{collections::HashSet, ops::Range};
use syn::{Expr, visit::Visit};

/// Whether no tangent is borrowed in parts that live side by side, and none for longer than it lives.
pub(super) fn possible(forward: &Forward, tangents: &Tangents) -> bool {
    let mut order = Order { forward, tangents, stmts: Vec::new(), loops: Vec::new() };
    order.block(&forward.body);
    let borrows: Vec<Borrow> = (0..order.stmts.len()).filter_map(|k| order.borrow(k)).collect();
    !borrows.iter().any(|b| b.of_a_temporary || b.in_parts && order.met(b, &borrows))
}

/// The statements in the order of the text, and which of them the loops hold.
struct Order<'a> {
    forward: &'a Forward,
    tangents: &'a Tangents,
    stmts: Vec<&'a Stmt>,
    loops: Vec<Range<usize>>,
}

/// A reference into tangents that has a name.
struct Borrow {
    at: usize,
    names: Vec<Var>,
    roots: Vec<Var>,
    /// Of a field, so that others may be used meanwhile.
    in_parts: bool,
    /// It may be written through.
    changed: bool,
    /// `&mut &mut x[i]`
    of_a_temporary: bool,
}

impl<'a> Order<'a> {
    fn block(&mut self, block: &'a Block) {
        for s in &block.stmts {
            let first = self.stmts.len();
            self.stmts.push(s);
            s.blocks().into_iter().for_each(|b| self.block(b));
            if matches!(s.kind, Kind::Loop { .. } | Kind::ForEach { .. }) {
                self.loops.push(first..self.stmts.len());
            }
        }
    }

    fn borrow(&self, at: usize) -> Option<Borrow> {
        match &self.stmts[at].kind {
            Kind::Alias { pat, expr, arm: false, .. } => {
                let tokens = expr.to_token_stream();
                let roots = self.tangents.named_in(&tokens);
                (!roots.is_empty()).then(|| Borrow {
                    at,
                    names: self.tangents.named_in(&pat.to_token_stream()),
                    roots,
                    in_parts: names_a_part(expr) || crate::emit::names_a_variant(pat),
                    changed: super::is_changed(&tokens),
                    of_a_temporary: matches!(expr, Expr::Reference(r) if super::lent_again(r))
                        && super::is_changed(&tokens),
                })
            }
            Kind::Let { var, op: Op::Use(Operand::Place(p, pass @ (Pass::Ref | Pass::Mut))), .. } => Some(Borrow {
                at,
                names: vec![*var],
                roots: vec![p.base],
                in_parts: p.proj.iter().any(|step| matches!(step, Proj::Field(_) | Proj::Marked(_))),
                changed: *pass == Pass::Mut,
                of_a_temporary: false,
            }),
            _ => None,
        }
    }

    /// Whether what is borrowed is named otherwise while the reference lives.
    fn met(&self, borrow: &Borrow, all: &[Borrow]) -> bool {
        let mut names: HashSet<Var> = borrow.names.iter().copied().collect();
        for later in all.iter().filter(|b| b.at > borrow.at) {
            if later.roots.iter().any(|r| names.contains(r)) {
                names.extend(&later.names);
            }
        }
        let named = |k: usize| self.named(self.stmts[k]);
        let last = (borrow.at + 1..self.stmts.len()).rev().find(|k| named(*k).iter().any(|v| names.contains(v)));
        let Some(last) = last else { return false };
        // in a loop that began while it lives, it lives through all of the loop
        let around = self.loops.iter().filter(|l| l.contains(&last) && !l.contains(&borrow.at));
        let end = around.map(|l| l.end).max().unwrap_or(last + 1);
        let touched = |k: usize| {
            let s = self.stmts[k];
            named(k).iter().any(|v| borrow.roots.contains(v)) && (borrow.changed || changes(s))
        };
        (borrow.at + 1..end).any(touched)
    }

    /// The tangents that a statement names, without those in blocks.
    fn named(&self, s: &Stmt) -> Vec<Var> {
        if !s.blocks().is_empty() && s.lambdas().is_empty() {
            return Vec::new();
        }
        self.tangents.named_in(&Printer::of(&self.forward.vars).stmt(s))
    }
}

/// Whether a statement may write to what it names.
fn changes(s: &Stmt) -> bool {
    match &s.kind {
        Kind::Let { op, .. } | Kind::LetPair { op, .. } => {
            !op.lambdas().is_empty() || op.operands().iter().any(|o| matches!(o, Operand::Place(_, Pass::Mut)))
        }
        Kind::Alias { expr, .. } => super::is_changed(&expr.to_token_stream()),
        _ => true,
    }
}

fn names_a_part(expr: &Expr) -> bool {
    struct Fields(bool);
    impl Visit<'_> for Fields {
        fn visit_expr_field(&mut self, _: &syn::ExprField) {
            self.0 = true;
        }
    }
    let mut fields = Fields(false);
    fields.visit_expr(expr);
    fields.0
}
