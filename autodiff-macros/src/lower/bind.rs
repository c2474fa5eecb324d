//! `let`: what a name stands for, a variable of its own or a reference into others.
use super::{
    Lower,
    stmt::{native_op, strip},
};
use crate::{analysis::activity::is_constant_type, ir::*};
use syn::{Expr, Local, Pat, Type, spanned::Spanned};

impl Lower<'_> {
    pub(super) fn local(&mut self, local: &Local) {
        let (pat, ty) = match &local.pat {
            Pat::Type(t) => (&*t.pat, Some(t.ty.clone())),
            pat => (pat, None),
        };
        let Some(init) = &local.init else {
            return self.declaration(pat, ty);
        };
        if let Some((_, diverge)) = &init.diverge {
            self.cx.error(diverge, "`let .. else` is not differentiable yet: use `match`");
            return;
        }
        self.bind_pattern(pat, ty, &init.expr);
    }

    /// `let pat: ty = e;`
    pub(super) fn bind_pattern(&mut self, pat: &Pat, ty: Option<Box<Type>>, e: &Expr) {
        let constant = ty.as_deref().is_some_and(is_constant_type);
        match pat {
            Pat::Ident(p) if is_name(pat) => {
                let vector = ty.as_deref().map_or_else(|| is_new_vector(e), is_vector_type);
                let familiar = ty.as_deref().is_some_and(|t| self.is_familiar_type(t)) || self.is_familiar(e);
                self.introduce_shape(&p.ident, ty.as_deref(), Some(e));
                self.bind(&p.ident, p.mutability.is_some(), ty.clone(), e, constant);
                let var = self.names.get(&p.ident.to_string()).copied();
                self.introduce(var.as_slice(), familiar);
                if let Some(var) = var {
                    self.introduce_type(var, ty.as_deref(), e);
                }
                self.vectors.extend(var.filter(|_| vector));
            }
            Pat::Wild(_) => {
                let value = self.operand(e);
                self.discard(Some(value));
            }
            _ => self.destructure(pat, ty, e),
        }
    }

    /// `let x;`
    pub(super) fn declaration(&mut self, pat: &Pat, ty: Option<Box<Type>>) {
        match pat {
            Pat::Ident(p) if p.mutability.is_none() => {
                let active = self.active.contains(&p.ident);
                let scalar = ty.as_deref().is_some_and(|t| self.is_scalar_type(t));
                let var = self.user_var(&p.ident, false, active, scalar);
                self.emit(Kind::Declare { var, ty });
            }
            Pat::Ident(p) => {
                self.cx.error(
                    pat,
                    "write the type of this variable, as in `let mut x: f64;`, or give it its first value here",
                );
                self.user_var(&p.ident, true, true, true);
            }
            // `let (a, b): (f64, f64);`
            Pat::Tuple(t) if !t.elems.iter().any(|p| matches!(p, Pat::Rest(_))) => {
                let types = match ty.as_deref() {
                    Some(Type::Tuple(ty)) if ty.elems.len() == t.elems.len() => {
                        ty.elems.iter().map(|ty| Some(Box::new(ty.clone()))).collect()
                    }
                    None => vec![None; t.elems.len()],
                    Some(_) => return self.cx.error(pat, "say what type each of these variables is of, in a tuple"),
                };
                t.elems.iter().zip(types).for_each(|(pat, ty)| self.declaration(pat, ty));
            }
            Pat::Paren(p) => self.declaration(&p.pat, ty),
            _ => self.cx.error(pat, "give these variables their first values where they are declared"),
        }
    }

    pub(super) fn user_var(&mut self, ident: &syn::Ident, mutable: bool, active: bool, scalar: bool) -> Var {
        let info = VarInfo { mutable, active, scalar, ..VarInfo::new(ident.clone()) };
        self.declare(ident, info)
    }

    /// `let x: ty = e;`
    pub(super) fn bind(&mut self, ident: &syn::Ident, mutable: bool, ty: Option<Box<Type>>, e: &Expr, constant: bool) {
        let active = self.active.contains(ident) && !constant;
        let scalar = ty.as_deref().is_some_and(|t| self.is_scalar_type(t));
        // what a loop over constants hands out is one, whatever it is handed on to
        let constant_item = self.lookup(strip(e)).is_some_and(|v| !self.vars[v.0 as usize].active);
        let carries = self.active.carries(e) && active && !constant_item;
        if let Expr::Reference(r) = strip(e)
            && carries
            && !self.is_view(e)
        {
            // a reference to a value that is computed on the spot
            let pass = if r.mutability.is_some() { Pass::Mut } else { Pass::Ref };
            if let Operand::Place(place, _) = self.operand(&r.expr) {
                let place = if pass == Pass::Mut { self.changeable(&r.expr, place) } else { place };
                let whole = crate::emit::place_expr(&self.vars, &place, pass);
                let var = self.user_var(ident, mutable, active, false);
                return self.alias(syn::parse_quote!(#ident), &whole, vec![var]);
            }
        }
        if !active && !mutable && self.lends_constant(e) {
            let var = self.user_var(ident, false, false, false);
            return self.alias(syn::parse_quote!(#ident), strip(e), vec![var]);
        }
        if !active
            && !mutable
            && let Some(lent) = self.lookup(strip(e)).filter(|v| self.vars[v.0 as usize].writable)
            && !self.vars[lent.0 as usize].active
        {
            // a `&mut` that is moved is lent on
            let var = self.user_var(ident, false, false, false);
            return self.alias(syn::parse_quote!(#ident), &syn::parse_quote!(&mut *#e), vec![var]);
        }
        let constant_view = !carries && !active && self.writes(e).is_empty();
        if constant_view && (self.is_borrow(e) || self.is_view(e) || self.detached_view(e)) {
            let e = &self.steady(e);
            let var = self.user_var(ident, mutable, false, false);
            self.info(var).reference = true;
            let [_, elements, rows] = self.behind(e);
            (self.info(var).elements, self.info(var).rows) = (elements, rows);
            let mut native = self.native(e);
            // of a function that chooses it is known that it may
            native.pure |= matches!(e, Expr::Call(_) | Expr::MethodCall(_)) && self.is_borrow(e);
            let pat = if mutable { syn::parse_quote!(mut #ident) } else { syn::parse_quote!(#ident) };
            let natives = vec![native];
            return self.emit(Kind::Alias {
                pat,
                expr: e.clone(),
                vars: vec![var],
                roots: vec![],
                natives,
                arm: false,
            });
        }
        if (carries || matches!(e, Expr::Reference(r) if active && r.mutability.is_some())) && self.is_view(e) {
            let var = self.user_var(ident, mutable, active, false);
            let pat = if mutable { syn::parse_quote!(mut #ident) } else { syn::parse_quote!(#ident) };
            return self.alias(pat, e, vec![var]);
        }
        if matches!(strip(e), Expr::If(_) | Expr::Match(_) | Expr::Block(_) | Expr::Loop(_))
            && (carries || self.jumps(e) || !self.writes(e).is_empty())
        {
            // a variable that is changed later on gets its first value from one that is not
            if mutable {
                let first = self.temp(carries, e.span());
                self.info(first).scalar = scalar;
                self.emit(Kind::Declare { var: first, ty: ty.clone() });
                self.branching(e, Some(first));
                let scalar = self.info(first).scalar;
                let var = self.user_var(ident, true, active, scalar);
                let value = if carries { Operand::var(first) } else { self.native_var(first) };
                let op = if carries { Op::Use(value) } else { native_op(value) };
                self.emit(Kind::Let { var, ty, op });
            } else {
                let first = self.fresh(&ident.to_string(), active, ident.span());
                self.vars[first.0 as usize].name = ident.clone();
                self.info(first).scalar = scalar;
                self.emit(Kind::Declare { var: first, ty });
                self.branching(e, Some(first));
                self.names.insert(ident.to_string(), first);
            }
            return;
        }
        let op = if carries { self.op(strip(e)) } else { Some(native_op(self.native_operand(e))) };
        let Some(op) = op else {
            self.user_var(ident, mutable, active, scalar);
            return;
        };
        if let Op::Use(Operand::Place(p, _)) = &op
            && p.proj.is_empty()
            && self.vars[p.base.0 as usize].writable
        {
            self.cx
                .error(e, "this copy of a mutable reference can't be followed: borrow again (`&mut *x`, `&mut x[..]`)");
        }
        let constant = matches!(&op, Op::Native(n) if self.is_number(&n.expr));
        let scalar = scalar || constant || self.op_is_scalar(&op);
        let elements = ty.as_deref().is_some_and(|t| self.has_scalar_elements(t))
            || self.scalar_entries(strip(e))
            || self.op_has_scalar_entries(&op);
        let sort = match &ty {
            Some(ty) => self.sort_of_type(ty),
            None => self.sort_of_op(strip(e), &op),
        };
        let lending = !active && self.lends_items(e);
        let var = self.user_var(ident, mutable, active, scalar);
        self.lending.extend(lending.then_some(var));
        self.info(var).elements = elements;
        self.info(var).rows = ty.as_deref().is_some_and(|t| self.has_scalar_rows(t)) || self.scalar_rows(strip(e));
        self.sorts.extend(sort.map(|s| (var, s)));
        self.emit(Kind::Let { var, ty, op });
    }

    /// A reference through which constants may be changed, `&mut c[1..]`, `c.split_at_mut(2)`: it is followed like one to what has a
    /// derivative, because the functions that it is lent to are handed it again in reverse.
    pub(super) fn lends_constant(&self, e: &Expr) -> bool {
        !self.active.mentions(e) && super::lends_mut(e) && (self.is_view(e) || super::control::lends_a_part(e))
    }

    /// `stop_gradient(&x)`, `stop_gradient(row)`
    pub(super) fn detached_view(&self, e: &Expr) -> bool {
        match e {
            Expr::Call(c) => {
                crate::analysis::activity::call_name(c).as_deref() == Some("stop_gradient")
                    && c.args.iter().any(|a| matches!(a, Expr::Reference(_)) || self.is_view(a))
            }
            _ => false,
        }
    }

    /// Whether an expression is a container of scalars by the look of it: `[0.0; n]`, `vec![x, y]`, `DVector::zeros(n)`, `x.to_vec()`.
    pub(super) fn scalar_entries(&self, e: &Expr) -> bool {
        match e {
            Expr::Repeat(r) => self.is_number(&r.expr),
            Expr::Array(a) => a.elems.first().is_some_and(|e| self.is_number(e)),
            Expr::Macro(m) => match m.mac.path.segments.last().map(|s| s.ident.to_string()).as_deref() {
                Some("vec") => m
                    .mac
                    .tokens
                    .clone()
                    .into_iter()
                    .next()
                    .is_some_and(|t| matches!(t, proc_macro2::TokenTree::Literal(_))),
                Some("vector" | "matrix" | "dvector" | "dmatrix") => true,
                _ => false,
            },
            Expr::Call(c) => {
                matches!(&*c.func, Expr::Path(p) if p.path.segments.iter().rev().nth(1).is_some_and(super::sorts::is_nalgebra))
            }
            Expr::MethodCall(m) => {
                matches!(m.method.to_string().as_str(), "to_vec" | "clone" | "to_owned" | "clone_owned")
                    && self.lookup(&m.receiver).is_some_and(|v| self.vars[v.0 as usize].elements)
            }
            _ => false,
        }
    }

    /// Whether a container is made of containers of numbers.
    pub(super) fn scalar_rows(&self, e: &Expr) -> bool {
        match e {
            Expr::Repeat(r) => self.scalar_entries(strip(&r.expr)),
            Expr::Array(a) => a.elems.first().is_some_and(|e| self.scalar_entries(strip(e))),
            Expr::Macro(m) if m.mac.path.is_ident("vec") => {
                let first = |input: syn::parse::ParseStream| {
                    let first: Expr = input.parse()?;
                    input.parse::<proc_macro2::TokenStream>().map(|_| first)
                };
                m.mac.parse_body_with(first).is_ok_and(|row| self.scalar_entries(strip(&row)))
            }
            Expr::MethodCall(m) => {
                matches!(m.method.to_string().as_str(), "to_vec" | "clone" | "to_owned")
                    && self.lookup(&m.receiver).is_some_and(|v| self.vars[v.0 as usize].rows)
            }
            _ => false,
        }
    }
}

fn is_vector_type(ty: &Type) -> bool {
    matches!(ty, Type::Path(p) if p.path.segments.last().is_some_and(|s| s.ident == "Vec"))
}

fn is_new_vector(e: &Expr) -> bool {
    match strip(e) {
        Expr::Macro(m) => m.mac.path.is_ident("vec"),
        Expr::Call(c) => matches!(&*c.func, Expr::Path(p) if p.path.segments.first().is_some_and(|s| s.ident == "Vec")),
        _ => false,
    }
}

/// A pattern that is a name alone.
pub(super) fn is_name(pat: &Pat) -> bool {
    matches!(pat, Pat::Ident(p) if p.by_ref.is_none() && p.subpat.is_none())
}
