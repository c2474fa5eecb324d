//! `mem::swap`, `mem::replace` and `mem::take`: all of them swaps, which undo themselves.
use super::Lower;
use crate::ir::*;
use syn::{Expr, spanned::Spanned};

impl Lower<'_> {
    /// `mem::swap(&mut a, &mut b)`: adjoints are swapped likewise.
    pub(super) fn swap(&mut self, a: &Expr, b: &Expr) -> Option<Op> {
        let (a_place, b_place) = (self.behind_mut(a)?, self.behind_mut(b)?);
        for (place, e) in [(&a_place, a), (&b_place, b)] {
            if !self.vars[place.base.0 as usize].active {
                self.stored_in_constant(place.base, e);
                return None;
            }
        }
        self.emit(Kind::Swap { a: a_place, b: b_place, cells: false });
        Some(Op::Native(Native { expr: syn::parse_quote!(()), reads: vec![], pure: true }))
    }

    /// ```text
    /// mem::replace(&mut a, e)    =>    let mut old = e; mem::swap(&mut a, &mut old); old
    /// ```
    pub(super) fn replace(&mut self, a: &Expr, e: &Expr) -> Option<Op> {
        if let Expr::Paren(p) = e {
            return self.replace(a, &p.expr);
        }
        let place = self.behind_mut(a)?;
        let block = matches!(e, Expr::Block(_) | Expr::If(_) | Expr::Match(_) | Expr::Loop(_));
        let op = if self.active.carries(e) && !block {
            self.op(e)?
        } else {
            let operand = if block { self.operand(e) } else { self.native_operand(e) };
            match operand {
                Operand::Native(n) => Op::Native(n),
                place => Op::Use(place),
            }
        };
        let old = self.temp(true, e.span());
        let info = &self.vars[place.base.0 as usize];
        let (scalar, elements, rows) = (info.scalar, info.elements, info.rows);
        let whole = place.proj.iter().all(|step| matches!(step, Proj::Deref));
        let info = self.info(old);
        info.mutable = true;
        info.scalar = whole && scalar;
        info.elements = whole && elements;
        info.rows = whole && rows;
        self.emit(Kind::Let { var: old, ty: None, op });
        self.emit(Kind::Swap { a: place, b: Place::var(old), cells: false });
        Some(Op::Use(Operand::var(old)))
    }

    /// What a `&mut` argument refers to: `x[i]` for `&mut x[i]`, `*r` for a variable `r` that is a reference.
    pub(super) fn behind_mut(&mut self, e: &Expr) -> Option<Place> {
        match e {
            Expr::Paren(p) => self.behind_mut(&p.expr),
            Expr::Reference(r) if r.mutability.is_some() && self.is_place(&r.expr) => {
                if self.lookup(&r.expr).is_some_and(|v| self.vars[v.0 as usize].reference) {
                    self.cx.error(e, "where this reference leads to can't be followed: swap the data, or indices");
                    return None;
                }
                self.place(&r.expr)
            }
            _ => match self.lookup(e).filter(|v| self.vars[v.0 as usize].writable) {
                Some(base) => Some(Place { base, proj: vec![Proj::Deref] }),
                None => {
                    self.cx.error(e, "write the place here, as in `&mut x[i]`");
                    None
                }
            },
        }
    }
}
