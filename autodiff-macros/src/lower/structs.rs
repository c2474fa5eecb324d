//! Structs and variants of enums: literals, and patterns that name one.
use super::Lower;
use crate::ir::*;
use syn::{Expr, ExprStruct, Member, spanned::Spanned};

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
            Operand::Native(n) => Op::Native(n),
            place => Op::Use(place),
        };
        self.emit(Kind::Let { var, ty: None, op });
        for (field, value) in s.fields.iter().zip(values) {
            let place = Place { base: var, proj: vec![Proj::Field(field.member.clone())] };
            self.emit(Kind::Assign { place, value, init: false });
        }
        Some(Op::Use(Operand::var(var)))
    }

    /// `P(x, y)`, `Shape::Circle(r)`
    pub(super) fn tuple_like(&mut self, c: &syn::ExprCall, path: &syn::ExprPath) -> Option<Op> {
        let name = path.path.segments.last()?.ident.clone();
        let args = self.operands(c.args.iter());
        let slots = (0..args.len()).map(|k| Slot::Part(name.clone(), k.into())).collect();
        Some(Op::Aggregate { args, slots, form: Form::Path(path.clone()) })
    }
}
