//! Structs and variants of enums: literals, and patterns that name one.
use super::Lower;
use crate::{atom::atom, ir::*};
use syn::{Expr, ExprStruct, Member, Pat, PatIdent, spanned::Spanned};

impl Lower<'_> {
    /// `P { a: x, b: y }`
    pub(super) fn literal(&mut self, s: &ExprStruct) -> Option<Op> {
        if let Some(base) = &s.rest {
            return self.updated(s, base);
        }
        let name = s.path.segments.last()?.ident.clone();
        let args = self.operands(s.fields.iter().map(|f| &f.expr));
        let members: Vec<Member> = s.fields.iter().map(|f| f.member.clone()).collect();
        let slots = members.iter().map(|m| Slot::Part(name.clone(), m.clone())).collect();
        let path = syn::ExprPath { attrs: vec![], qself: s.qself.clone(), path: s.path.clone() };
        Some(Op::Aggregate { args, slots, form: Form::Struct(path, members) })
    }

    /// `P { a: x, ..base }`    =>    `let mut t = base; t.a = x;`
    fn updated(&mut self, s: &ExprStruct, base: &Expr) -> Option<Op> {
        let mut exprs: Vec<&Expr> = s.fields.iter().map(|f| &f.expr).collect();
        exprs.push(base);
        let mut values = self.operands(exprs.into_iter());
        let whole = values.pop()?;
        let values: Vec<Operand> = values.into_iter().zip(&s.fields).map(|(v, f)| self.snapshot(v, &f.expr)).collect();
        let var = self.temp(true, s.span());
        self.info(var).mutable = true;
        let op = match whole {
            Operand::Native(n) => {
                // what the base is may be told by the struct's name alone: `..Default::default()`
                let (path, e) = (&s.path, &n.expr);
                let qself = s.qself.clone();
                let mut whole: ExprStruct = syn::parse_quote!(#path { ..#e });
                whole.qself = qself;
                Op::Native(Native { expr: Expr::Struct(whole), ..n })
            }
            place => Op::Use(place),
        };
        self.emit(Kind::Let { var, ty: None, op });
        for (field, value) in s.fields.iter().zip(values) {
            let marked = self.active.marked.updates(&field.member, base);
            let step = if marked { Proj::Marked } else { Proj::Field };
            let place = Place { base: var, proj: vec![step(field.member.clone())] };
            if self.may_reshape(&field.expr) && !marked {
                self.exchange(place, value, field.span());
            } else {
                self.emit(Kind::Assign { place, value, init: false });
            }
        }
        Some(Op::Use(Operand::var(var)))
    }

    /// `ref x`, `x @ P { .. }`
    pub(super) fn bind_apart(&mut self, p: &syn::PatIdent, value: Operand) {
        let name = PatIdent { by_ref: None, mutability: None, subpat: None, ..p.clone() };
        let whole = match (&value, &p.by_ref) {
            (Operand::Place(place, Pass::Value), Some(_)) => {
                Operand::Place(place.clone(), if p.mutability.is_some() { Pass::Mut } else { Pass::Ref })
            }
            (Operand::Native(n), Some(_)) => {
                let e = atom(&n.expr);
                Operand::Native(Native { expr: syn::parse_quote!(&#e), ..n.clone() })
            }
            _ => value.clone(),
        };
        let mutability = if p.by_ref.is_none() { p.mutability } else { None };
        self.bind_operand(&Pat::Ident(PatIdent { mutability, ..name }), whole);
        if let Some((_, sub)) = &p.subpat {
            self.bind_operand(sub, value);
        }
    }

    /// A reference that is taken apart binds references to its parts.
    pub(super) fn seen_through(&self, value: Operand) -> Operand {
        match value {
            Operand::Place(p, Pass::Value) if p.proj.is_empty() && self.vars[p.base.0 as usize].reference => {
                let pass = if self.vars[p.base.0 as usize].writable { Pass::Mut } else { Pass::Ref };
                Operand::Place(p, pass)
            }
            value => value,
        }
    }

    /// `&pattern`
    pub(super) fn behind_reference(&self, value: Operand) -> Operand {
        match value {
            Operand::Place(p, Pass::Ref | Pass::Mut) => Operand::Place(p, Pass::Value),
            Operand::Place(mut p, pass) => {
                p.proj.push(Proj::Deref);
                Operand::Place(p, pass)
            }
            Operand::Native(n) => {
                let e = atom(&n.expr);
                Operand::Native(Native { expr: syn::parse_quote!((*#e)), ..n.clone() })
            }
        }
    }

    /// `P(x, y)`, `Shape::Circle(r)`
    pub(super) fn tuple_like(&mut self, c: &syn::ExprCall, path: &syn::ExprPath) -> Option<Op> {
        let name = path.path.segments.last()?.ident.clone();
        let args = self.operands(c.args.iter());
        let slots = (0..args.len()).map(|k| Slot::Part(name.clone(), k.into())).collect();
        Some(Op::Aggregate { args, slots, form: Form::Path(path.clone()) })
    }
}
