//! Patterns that take values apart: a variable for each name.
use super::{Lower, bind::is_name, stmt::strip};
use crate::{analysis::activity::pattern_idents, atom::atom, ir::*};
use syn::{Expr, Pat, Type, spanned::Spanned};

impl Lower<'_> {
    /// `let (a, b) = e;`
    pub(super) fn destructure(&mut self, pat: &Pat, ty: Option<Box<Type>>, e: &Expr) {
        if let (Pat::Tuple(p), Expr::Tuple(t)) = (pat, strip(e))
            && p.elems.len() == t.elems.len()
            && !p.elems.iter().any(|p| matches!(p, Pat::Rest(_)))
        {
            // each name like one of its own, where no part mentions a variable that an earlier one takes or changes
            let alone = |e: &Expr| self.scalar_entries(strip(e)) || self.is_number(e) || self.lends_constant(e);
            if p.elems.iter().all(is_name) && t.elems.iter().all(alone) {
                return p.elems.iter().zip(&t.elems).for_each(|(pat, e)| self.bind_pattern(pat, None, e));
            }
            // all values first, then all names
            let values = self.operands(t.elems.iter());
            let types: Vec<Option<&Type>> = match ty.as_deref() {
                Some(Type::Tuple(ty)) if ty.elems.len() == values.len() => ty.elems.iter().map(Some).collect(),
                _ => vec![None; values.len()],
            };
            for ((pat, value), ty) in p.elems.iter().zip(values).zip(types) {
                let value = self.typed_constant(value, ty);
                self.bind_operand(pat, value);
            }
            return;
        }
        if !self.active.carries(e) {
            return self.native_destructure(pat, ty, e);
        }
        if self.is_view(e) && !crate::emit::names_a_variant(pat) {
            let vars = self.pattern_vars(pat, true);
            return self.alias(pat.clone(), e, vars);
        }
        let value = self.operand(e);
        let value = self.borrowed_once(pat, value, e.span());
        self.bind_operand(pat, value);
    }

    /// A constant that may not say its type by itself: `"1".parse()`, `c.collect()`.
    fn typed_constant(&mut self, value: Operand, ty: Option<&Type>) -> Operand {
        match (value, ty) {
            (Operand::Native(n), Some(ty)) if !super::borrowing::borrows(ty) => {
                let var = self.temp(false, n.expr.span());
                self.emit(Kind::Let { var, ty: Some(Box::new(ty.clone())), op: Op::Native(n) });
                self.native_var(var)
            }
            (value, _) => value,
        }
    }

    /// `let P { a, b } = &mut x[i];` of a vector borrows the entry once: `let entry = &mut x[i]; let a = &mut entry.a; ..`
    fn borrowed_once(&mut self, pat: &Pat, value: Operand, span: proc_macro2::Span) -> Operand {
        let Operand::Place(place, Pass::Mut) = &value else { return value };
        let apart = matches!(pat, Pat::Struct(_) | Pat::TupleStruct(_));
        let several = crate::analysis::activity::pattern_idents(pat).len() > 1;
        if !apart || !several || !place.proj.iter().any(|p| matches!(p, Proj::Index(_))) {
            return value;
        }
        let entry = self.temp(true, span);
        let name = self.vars[entry.0 as usize].name.clone();
        self.names.insert(name.to_string(), entry);
        let whole = crate::emit::place_expr(&self.vars, place, Pass::Mut);
        self.alias(syn::parse_quote!(#name), &whole, vec![entry]);
        Operand::Place(Place::var(entry), Pass::Mut)
    }

    pub(super) fn native_destructure(&mut self, pat: &Pat, ty: Option<Box<Type>>, e: &Expr) {
        if self.lends_constant(e) && !self.active_names(pat) && !crate::patterns::dereferences(pat) {
            let vars = self.pattern_vars(pat, false);
            return self.alias(pat.clone(), strip(e), vars);
        }
        let e = &self.steady(e);
        let value = self.native_operand(e);
        let Operand::Native(native) = self.typed_constant(value, ty.as_deref()) else {
            unreachable!("native operands are native")
        };
        if self.active_names(pat) {
            // a constant now, active later: each part is a variable of its own
            let whole = self.temp(false, e.span());
            self.emit(Kind::Let { var: whole, ty: None, op: Op::Native(native) });
            let value = self.native_var(whole);
            return self.bind_operand(pat, value);
        }
        let familiar = self.is_familiar(e);
        // names of a pattern that is matched with a reference are references, and so are the parts of a slice
        let refers = match strip(e) {
            Expr::Reference(_) => true,
            Expr::MethodCall(m) if crate::syntax::is_split(m) => self.is_view(e),
            e => self.is_borrow(e),
        };
        let all = refers && !crate::patterns::dereferences(pat);
        self.constant_parts(pat, native, familiar, |_| all);
    }

    /// Binds a pattern to a constant; which of the names are references.
    pub(super) fn constant_parts(
        &mut self,
        pat: &Pat,
        whole: Native,
        familiar: bool,
        is_reference: impl Fn(&syn::Ident) -> bool,
    ) {
        let (settled, changing) = self.starting(pat);
        let lent: Vec<syn::Ident> =
            pattern_idents(&settled).into_iter().filter(|p| p.by_ref.is_some()).map(|p| p.ident.clone()).collect();
        let vars = self.pattern_vars(&settled, false);
        self.introduce(&vars, familiar);
        for v in &vars {
            let info = self.info(*v);
            let given = changing.iter().find(|(_, first)| *first == info.name).map_or(&info.name, |(name, _)| name);
            info.reference = is_reference(given) || lent.contains(given);
        }
        let expr = whole.expr.clone();
        let numbers = self.types.of_expr(&expr).map(|ty| self.numbers(&settled, &ty)).unwrap_or_default();
        for v in &vars {
            let info = self.info(*v);
            info.scalar = !info.reference && numbers.contains(&info.name);
        }
        self.emit(Kind::Alias { pat: settled, expr, vars, roots: vec![], natives: vec![whole], arm: false });
        self.change(changing);
    }

    /// The names that a pattern binds to numbers, by the type of what it takes apart: `[cos, sin]` of a `[f64; 2]`.
    fn numbers(&self, pat: &Pat, ty: &Type) -> Vec<syn::Ident> {
        match (pat, ty) {
            (Pat::Ident(p), ty) if p.subpat.is_none() && self.is_scalar_type(ty) => vec![p.ident.clone()],
            (Pat::Paren(p), ty) => self.numbers(&p.pat, ty),
            (Pat::Slice(s), Type::Array(a)) => s.elems.iter().flat_map(|p| self.numbers(p, &a.elem)).collect(),
            (Pat::Tuple(t), Type::Tuple(of)) if !t.elems.iter().any(|p| matches!(p, Pat::Rest(_))) => {
                t.elems.iter().zip(&of.elems).flat_map(|(p, ty)| self.numbers(p, ty)).collect()
            }
            _ => vec![],
        }
    }

    /// Constants that a pattern binds, and that change later on, are variables of their own.
    ///
    /// ```text
    /// let (mut k, c) = f();    =>    let (k_first, c) = f(); let mut k = k_first;
    /// ```
    fn starting(&mut self, pat: &Pat) -> (Pat, Vec<(syn::Ident, syn::Ident)>) {
        let mut pat = pat.clone();
        let changing: Vec<_> = crate::patterns::immutable(&mut pat)
            .into_iter()
            .map(|name| {
                let mut first = quote::format_ident!("{}_first", name);
                while !self.taken.insert(first.to_string()) {
                    first = quote::format_ident!("{}_", first);
                }
                first.set_span(name.span());
                (name, first)
            })
            .collect();
        crate::patterns::rename(&mut pat, &changing);
        (pat, changing)
    }

    /// The second of these statements.
    fn change(&mut self, names: Vec<(syn::Ident, syn::Ident)>) {
        for (name, first) in names {
            self.bind_pattern(&syn::parse_quote!(mut #name), None, &syn::parse_quote!(#first));
        }
    }

    pub(super) fn active_names(&self, pat: &Pat) -> bool {
        crate::analysis::activity::pattern_names(pat)
            .iter()
            .any(|n| self.active.contains(&syn::Ident::new(n, proc_macro2::Span::call_site())))
    }

    /// Declares the variables of a pattern.
    pub(super) fn pattern_vars(&mut self, pat: &Pat, active: bool) -> Vec<Var> {
        let mut idents: Vec<&syn::PatIdent> = Vec::new();
        for p in crate::analysis::activity::pattern_idents(pat) {
            if !idents.iter().any(|other| other.ident == p.ident) {
                idents.push(p);
            }
        }
        idents.into_iter().map(|p| self.user_var(&p.ident, p.mutability.is_some(), active, false)).collect()
    }

    /// Binds a pattern to a value that is there already: one variable for each name.
    pub(super) fn bind_operand(&mut self, pat: &Pat, value: Operand) {
        match pat {
            Pat::Ident(p) if p.by_ref.is_some() || p.subpat.is_some() => self.bind_apart(p, value),
            Pat::Ident(p) if p.by_ref.is_none() && p.subpat.is_none() => {
                let active = self.active.contains(&p.ident);
                let scalar = self.is_scalar(&value) && active;
                let familiar = matches!(&value, Operand::Native(n) if self.is_familiar(&n.expr));
                let var = self.user_var(&p.ident, p.mutability.is_some(), active, scalar);
                self.introduce(&[var], familiar);
                let name = &p.ident;
                match &value {
                    Operand::Place(place, pass) if *pass != Pass::Value || (place.proj.is_empty() && self.vars[place.base.0 as usize].reference) => {
                        let whole = crate::emit::place_expr(&self.vars, place, *pass);
                        let pat = if p.mutability.is_some() { syn::parse_quote!(mut #name) } else { syn::parse_quote!(#name) };
                        self.alias(pat, &whole, vec![var]);
                    }
                    Operand::Place(..) => self.emit(Kind::Let { var, ty: None, op: Op::Use(value) }),
                    Operand::Native(n) => self.emit(Kind::Let { var, ty: None, op: Op::Native(n.clone()) }),
                }
            }
            Pat::Type(t) => self.bind_operand(&t.pat, value),
            Pat::Paren(p) => self.bind_operand(&p.pat, value),
            Pat::Wild(_) => {}
            Pat::Struct(s) => {
                let value = self.seen_through(value);
                for f in &s.fields {
                    let part = self.part(&value, Proj::Field(f.member.clone()));
                    self.bind_operand(&f.pat, part);
                }
            }
            Pat::TupleStruct(t) if !t.elems.iter().rev().skip(1).any(|p| matches!(p, Pat::Rest(_))) => {
                let value = self.seen_through(value);
                for (k, sub) in t.elems.iter().filter(|p| !matches!(p, Pat::Rest(_))).enumerate() {
                    let part = self.part(&value, Proj::Field(k.into()));
                    self.bind_operand(sub, part);
                }
            }
            Pat::Slice(_) | Pat::Tuple(_)
                if matches!(&value, Operand::Place(_, Pass::Ref | Pass::Mut))
                    && !crate::emit::names_a_variant(pat) =>
            {
                let Operand::Place(place, pass) = &value else { return };
                let whole = crate::emit::place_expr(&self.vars, place, *pass);
                let vars = self.pattern_vars(pat, true);
                self.alias(pat.clone(), &whole, vars);
            }
            Pat::Reference(r) => {
                let value = self.behind_reference(value);
                self.bind_operand(&r.pat, value);
            }
            Pat::Tuple(t) if !t.elems.iter().any(|p| matches!(p, Pat::Rest(_))) => {
                for (k, sub) in t.elems.iter().enumerate() {
                    let part = self.part(&value, Proj::Field(syn::Member::Unnamed(k.into())));
                    self.bind_operand(sub, part);
                }
            }
            Pat::Slice(s) if !s.elems.iter().any(|p| matches!(p, Pat::Rest(_))) => {
                for (k, sub) in s.elems.iter().enumerate() {
                    let index = syn::Index::from(k);
                    let index = Native { expr: syn::parse_quote!(#index), reads: vec![], pure: true };
                    let part = self.part(&value, Proj::Index(index));
                    let part = if is_name(sub) { self.out_of_array(part, sub.span()) } else { part };
                    self.bind_operand(sub, part);
                }
            }
            _ => self.cx.error(pat, "this pattern is not differentiable yet: bind the value to a name and take it apart by `.0`, `[0]` or `match`"),
        }
    }

    /// Entries that are no numbers may not be moved out of an array: `[p, q] = pair` binds `pair[0].clone()`.
    fn out_of_array(&mut self, entry: Operand, span: proc_macro2::Span) -> Operand {
        let Operand::Place(_, Pass::Value) = &entry else { return entry };
        let Some(rule) = crate::rules::method("clone", 1).filter(|_| !self.is_scalar(&entry)) else { return entry };
        let (var, clone) = (self.temp(true, span), syn::Ident::new("clone", span));
        let form = Form::Method(clone, Default::default());
        self.emit(Kind::Let { var, ty: None, op: Op::Rule { rule, args: vec![entry], form } });
        Operand::var(var)
    }

    pub(super) fn part(&self, value: &Operand, step: Proj) -> Operand {
        match value {
            Operand::Place(place, pass) => {
                let mut place = place.clone();
                place.proj.push(step);
                Operand::Place(place, *pass)
            }
            Operand::Native(n) => {
                let whole = atom(&n.expr);
                let expr = match &step {
                    Proj::Field(m) | Proj::Marked(m) => syn::parse_quote!(#whole.#m),
                    Proj::Index(i) => {
                        let i = &i.expr;
                        syn::parse_quote!(#whole[#i])
                    }
                    Proj::Deref => syn::parse_quote!(*#whole),
                };
                Operand::Native(Native { expr, reads: n.reads.clone(), pure: n.pure })
            }
        }
    }
}
