//! Indices with effects, in their turn.
//!
//! ```text
//! v[k][{ k += 1; k }]                                =>    { let k_then = k; let then = { k += 1; k }; v[k_then][then] }
//! a[{ i += 1; i }] = x[i];                           =>    { let value = x[i]; a[{ i += 1; i }] = value; }
//! x[{ k += 1; k }..].reverse()                       =>    { let then = { k += 1; k }; x[then..].reverse() }
//! m.column_mut({ k += 1; k }).copy_from(&x.column(k))    the same: derivatives find the column after what is written to it
//! ```
use super::{Changes, Lets, Moments, with};
use crate::{analysis::activity::is_assignment, parts::effects::does_more};
use std::collections::HashSet;
use syn::{Expr, ExprMethodCall, parse_quote};

impl Moments {
    /// Places whose indices depend on their order, wherever they are read, lent or written to.
    pub(super) fn turns(&mut self, e: &mut Expr) {
        let mut lets = Vec::new();
        match e {
            Expr::Reference(r) if is_out_of_turn(&r.expr) => self.steps(&mut r.expr, false, &mut lets),
            // what is assigned is there before the place is found
            Expr::Assign(a)
                if is_out_of_turn(&a.left) || Changes::by_operand(&self.all.references, &a.left).touch(&a.right) =>
            {
                let (right, value) = (&a.right, self.names.ident("value"));
                lets.push(parse_quote!(let #value = #right;));
                *a.right = parse_quote!(#value);
                self.steps(&mut a.left, false, &mut lets);
            }
            Expr::Binary(b) if is_assignment(&b.op) && is_out_of_turn(&b.left) => {
                self.steps(&mut b.left, false, &mut lets);
            }
            _ if is_out_of_turn(e) => self.steps(e, false, &mut lets),
            _ => {}
        }
        with(lets, e);
    }

    /// `x[{ k += 1; k }..].reverse()`: what a place is found by, where it has effects, which derivatives look up again; and where the arguments
    /// read what it changes, the arguments of calls before, `m.column_mut({ k += 1; k }).copy_from(&x.column(k))`.
    pub(super) fn steps(&mut self, e: &mut Expr, read: bool, lets: &mut Lets) {
        match e {
            Expr::Index(i) => {
                self.steps(&mut i.expr, read, lets);
                if does_more(&i.index) {
                    let by = Changes::by_operand(&self.all.references, &i.index);
                    self.place(&mut i.expr, &by, lets);
                    self.step(&mut i.index, lets);
                }
            }
            Expr::MethodCall(m) if read => {
                self.steps(&mut m.receiver, read, lets);
                m.args.iter_mut().filter(|a| !matches!(a, Expr::Closure(_))).for_each(|a| self.step(a, lets));
            }
            Expr::Field(f) => self.steps(&mut f.base, read, lets),
            Expr::Paren(p) => self.steps(&mut p.expr, read, lets),
            Expr::Reference(r) => self.steps(&mut r.expr, read, lets),
            Expr::Unary(u) => self.steps(&mut u.expr, read, lets),
            _ => {}
        }
    }

    fn step(&mut self, e: &mut Expr, lets: &mut Lets) {
        match e {
            Expr::Range(r) => r.start.iter_mut().chain(&mut r.end).for_each(|e| self.step(e, lets)),
            Expr::Tuple(t) => t.elems.iter_mut().for_each(|e| self.step(e, lets)),
            e if does_more(e) => self.name(e, lets),
            _ => {}
        }
    }

    /// `m.set_column({ k += 1; k }, &x.column(k))`: derivatives find the column where they write to it, after what is written.
    pub(super) fn in_turn(&mut self, m: &mut ExprMethodCall, lets: &mut Lets) {
        if m.method != "set_column" && m.method != "set_row" {
            return;
        }
        for k in 0..m.args.len() {
            let by = Changes::by_operand(&self.all.references, &m.args[k]);
            if m.args.iter().skip(k + 1).any(|later| by.touch(later)) {
                // what stands before it is there before
                self.place(&mut m.receiver, &by, lets);
                m.args.iter_mut().take(k).for_each(|earlier| self.value(earlier, &by, lets));
                self.name(&mut m.args[k], lets);
            }
        }
    }
}

/// `v[k][{ k += 1; k }]`: an index that changes what an earlier one reads.
fn is_out_of_turn(e: &Expr) -> bool {
    match e {
        Expr::Index(i) => Changes::by_operand(&HashSet::new(), &i.index).touch(&i.expr) || is_out_of_turn(&i.expr),
        Expr::Field(f) => is_out_of_turn(&f.base),
        Expr::Paren(p) => is_out_of_turn(&p.expr),
        Expr::Unary(u) if matches!(u.op, syn::UnOp::Deref(_)) => is_out_of_turn(&u.expr),
        _ => false,
    }
}
