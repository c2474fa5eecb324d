//! Statements: `let`, assignments, and expressions for their effects.
use super::Lower;
use crate::{
    analysis::activity::{is_assignment, is_constant_type, is_inactive_macro},
    atom::atom,
    ir::*,
};
use quote::ToTokens;
use syn::{BinOp, Expr, Local, Pat, Stmt as SynStmt, Type, spanned::Spanned};

impl Lower<'_> {
    /// Lowers a block; hands out the value of its last expression, `None` where it has none.
    pub(super) fn block(&mut self, block: &syn::Block) -> Option<Operand> {
        self.block_wanted(block, true)
    }

    /// A block for its effects.
    pub(super) fn block_unit(&mut self, block: &syn::Block) {
        let value = self.block_wanted(block, false);
        self.discard(value);
    }

    fn block_wanted(&mut self, block: &syn::Block, wanted: bool) -> Option<Operand> {
        let mut value = None;
        for (k, stmt) in block.stmts.iter().enumerate() {
            let last = k + 1 == block.stmts.len();
            match stmt {
                SynStmt::Local(local) => self.local(local),
                SynStmt::Item(item) => {
                    self.emit(Kind::Native { tokens: item.to_token_stream(), writes: vec![], undo: None })
                }
                SynStmt::Expr(e, None) if last && wanted && !is_statement(e) => value = Some(self.operand(e)),
                SynStmt::Expr(e, _) => self.expr_stmt(e),
                SynStmt::Macro(m) => self.macro_stmt(m, last && wanted && m.semi_token.is_none(), &mut value),
            }
        }
        value
    }

    fn macro_stmt(&mut self, m: &syn::StmtMacro, tail: bool, value: &mut Option<Operand>) {
        let e = Expr::Macro(syn::ExprMacro { attrs: m.attrs.clone(), mac: m.mac.clone() });
        if tail && !super::control::diverges(&e) {
            *value = Some(self.operand(&e));
        } else if is_inactive_macro(&m.mac.path) || !self.active.mentions(&e) {
            self.native_stmt(&e);
        } else {
            self.operand(&e);
        }
    }

    // ---- let -------------------------------------------------------------------------------------------------------

    fn local(&mut self, local: &Local) {
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
    fn bind_pattern(&mut self, pat: &Pat, ty: Option<Box<Type>>, e: &Expr) {
        let constant = ty.as_deref().is_some_and(is_constant_type);
        match pat {
            Pat::Ident(p) if is_name(pat) => {
                let vector = ty.as_deref().map_or_else(|| is_new_vector(e), is_vector_type);
                let familiar = ty.as_deref().is_some_and(|t| self.is_familiar_type(t)) || self.is_familiar(e);
                self.bind(&p.ident, p.mutability.is_some(), ty, e, constant);
                let var = self.names.get(&p.ident.to_string()).copied();
                self.introduce(var.as_slice(), familiar);
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
    fn declaration(&mut self, pat: &Pat, ty: Option<Box<Type>>) {
        match pat {
            Pat::Ident(p) if p.mutability.is_none() => {
                let active = self.active.contains(&p.ident);
                let scalar = ty.as_deref().is_some_and(|t| self.is_scalar_type(t));
                let var = self.user_var(&p.ident, false, active, scalar);
                self.emit(Kind::Declare { var, ty });
            }
            _ => self.cx.error(pat, "give this variable its first value where it is declared"),
        }
    }

    fn user_var(&mut self, ident: &syn::Ident, mutable: bool, active: bool, scalar: bool) -> Var {
        let info = VarInfo {
            name: ident.clone(),
            mutable,
            reference: false,
            borrows: false,
            view: false,
            writable: false,
            active,
            scalar,
            elements: false,
            rows: false,
            param: false,
        };
        self.declare(ident, info)
    }

    /// `let x: ty = e;`
    fn bind(&mut self, ident: &syn::Ident, mutable: bool, ty: Option<Box<Type>>, e: &Expr, constant: bool) {
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
        if constant_view && (matches!(strip(e), Expr::Reference(_)) || self.is_view(e) || self.detached_view(e)) {
            let e = &self.steady(e);
            let var = self.user_var(ident, mutable, false, false);
            self.info(var).reference = true;
            let [_, elements, rows] = self.behind(e);
            (self.info(var).elements, self.info(var).rows) = (elements, rows);
            let native = self.native(e);
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
        let var = self.user_var(ident, mutable, active, scalar);
        self.info(var).elements = elements;
        self.info(var).rows = ty.as_deref().is_some_and(|t| self.has_scalar_rows(t)) || self.scalar_rows(strip(e));
        self.sorts.extend(sort.map(|s| (var, s)));
        self.emit(Kind::Let { var, ty, op });
    }

    /// A reference through which constants may be changed, `&mut c[1..]`, `c.split_at_mut(2)`: it is followed like one to what has a
    /// derivative, because the functions that it is lent to are handed it again in reverse.
    fn lends_constant(&self, e: &Expr) -> bool {
        !self.active.mentions(e) && super::lends_mut(e) && (self.is_view(e) || super::control::lends_a_part(e))
    }

    /// `stop_gradient(&x)`, `stop_gradient(row)`
    fn detached_view(&self, e: &Expr) -> bool {
        match e {
            Expr::Call(c) => {
                crate::analysis::activity::call_name(c).as_deref() == Some("stop_gradient")
                    && c.args.iter().any(|a| matches!(a, Expr::Reference(_)) || self.is_view(a))
            }
            _ => false,
        }
    }

    /// Whether an expression is a container of scalars by the look of it: `[0.0; n]`, `vec![x, y]`, `DVector::zeros(n)`, `x.to_vec()`.
    fn scalar_entries(&self, e: &Expr) -> bool {
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
    fn scalar_rows(&self, e: &Expr) -> bool {
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

    /// `let (a, b) = e;`
    fn destructure(&mut self, pat: &Pat, ty: Option<Box<Type>>, e: &Expr) {
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
            for (pat, value) in p.elems.iter().zip(values) {
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
        self.bind_operand(pat, value);
    }

    fn native_destructure(&mut self, pat: &Pat, _ty: Option<Box<Type>>, e: &Expr) {
        if self.lends_constant(e) && !self.active_names(pat) && !crate::patterns::dereferences(pat) {
            let vars = self.pattern_vars(pat, false);
            return self.alias(pat.clone(), strip(e), vars);
        }
        let e = &self.steady(e);
        let native = match self.native_operand(e) {
            Operand::Native(n) => n,
            Operand::Place(..) => unreachable!("native operands are native"),
        };
        if self.active_names(pat) {
            // a constant now, active later: each part is a variable of its own
            let whole = self.temp(false, e.span());
            self.emit(Kind::Let { var: whole, ty: None, op: Op::Native(native) });
            let value = self.native_var(whole);
            return self.bind_operand(pat, value);
        }
        let familiar = self.is_familiar(e);
        let (pat, changing) = self.starting(pat);
        let vars = self.pattern_vars(&pat, false);
        self.introduce(&vars, familiar);
        if matches!(strip(e), Expr::Reference(_)) && matches!(pat, Pat::Tuple(_) | Pat::Slice(_)) {
            // names of a pattern that is matched with a reference are references
            vars.iter().for_each(|v| self.info(*v).reference = true);
        }
        self.emit(Kind::Alias {
            pat,
            expr: native.expr.clone(),
            vars,
            roots: vec![],
            natives: vec![native],
            arm: false,
        });
        self.change(changing);
    }

    /// Constants that a pattern binds, and that change later on, are variables of their own.
    ///
    /// ```text
    /// let (mut k, c) = f();    =>    let (k_first, c) = f(); let mut k = k_first;
    /// ```
    pub(super) fn starting(&mut self, pat: &Pat) -> (Pat, Vec<(syn::Ident, syn::Ident)>) {
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
    pub(super) fn change(&mut self, names: Vec<(syn::Ident, syn::Ident)>) {
        for (name, first) in names {
            self.bind_pattern(&syn::parse_quote!(mut #name), None, &syn::parse_quote!(#first));
        }
    }

    fn active_names(&self, pat: &Pat) -> bool {
        crate::analysis::activity::pattern_names(pat)
            .iter()
            .any(|n| self.active.contains(&syn::Ident::new(n, proc_macro2::Span::call_site())))
    }

    /// Declares the variables of a pattern.
    pub(super) fn pattern_vars(&mut self, pat: &Pat, active: bool) -> Vec<Var> {
        struct Idents(Vec<(syn::Ident, bool)>);
        impl syn::visit::Visit<'_> for Idents {
            fn visit_pat_ident(&mut self, p: &syn::PatIdent) {
                if !p.ident.to_string().chars().next().is_some_and(char::is_uppercase)
                    && !self.0.iter().any(|(i, _)| *i == p.ident)
                {
                    self.0.push((p.ident.clone(), p.mutability.is_some()));
                }
                syn::visit::visit_pat_ident(self, p);
            }
        }
        let mut idents = Idents(Vec::new());
        syn::visit::Visit::visit_pat(&mut idents, pat);
        idents.0.into_iter().map(|(i, m)| self.user_var(&i, m, active, false)).collect()
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
                    self.bind_operand(sub, part);
                }
            }
            _ => self.cx.error(pat, "this pattern is not differentiable yet: bind the value to a name and take it apart by `.0`, `[0]` or `match`"),
        }
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
                    Proj::Field(m) => syn::parse_quote!(#whole.#m),
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

    // ---- expressions as statements ---------------------------------------------------------------------------------

    pub(super) fn expr_stmt(&mut self, e: &Expr) {
        match e {
            Expr::Paren(p) => self.expr_stmt(&p.expr),
            Expr::Group(g) => self.expr_stmt(&g.expr),
            Expr::Assign(a) => self.assign(&a.left, &a.right),
            Expr::Binary(b) if is_assignment(&b.op) => self.update(b),
            Expr::If(_)
            | Expr::Match(_)
            | Expr::Block(_)
            | Expr::Loop(_)
            | Expr::While(_)
            | Expr::ForLoop(_)
            | Expr::Return(_)
            | Expr::Break(_)
            | Expr::Continue(_)
            | Expr::Unsafe(_) => {
                self.control(e);
            }
            Expr::Call(c) if c.args.iter().any(|a| self.active.carries(a)) && self.active.carries(e) => {
                if let Some(op) = self.op(e) {
                    let var = self.fresh("_unit", true, e.span());
                    self.emit(Kind::Let { var, ty: None, op });
                }
            }
            Expr::MethodCall(m) if self.mutation(m) => {}
            // a value that nobody takes: the method is there for its effect, and so it is not the one that the table knows
            Expr::MethodCall(m) if self.is_effect(m) => {
                if let Some(op) = self.own_method(m, &m.method.to_string()) {
                    let var = self.fresh("_unit", true, e.span());
                    self.emit(Kind::Let { var, ty: None, op });
                }
            }
            Expr::Call(c) if self.swapped_constants(c) => {}
            _ if self.active.carries(e) => {
                let value = self.operand(e);
                self.discard(Some(value));
            }
            _ => self.native_stmt(e),
        }
    }

    fn is_effect(&self, m: &syn::ExprMethodCall) -> bool {
        let name = m.method.to_string();
        let table = crate::rules::method(&name, m.args.len() + 1).is_some()
            || crate::rules::INACTIVE_METHODS.contains(&name.as_str());
        let root = crate::analysis::activity::root(&m.receiver).filter(|r| self.active.contains(r));
        table
            && root.and_then(|r| self.names.get(&r.to_string())).is_some_and(|v| {
                let info = &self.vars[v.0 as usize];
                info.active && (info.mutable || info.writable)
            })
    }

    /// `mem::swap(&mut a, &mut b)` of two constants: swapping again is the cheapest way back.
    fn swapped_constants(&mut self, c: &syn::ExprCall) -> bool {
        if crate::analysis::activity::call_name(c).as_deref() != Some("swap") || c.args.len() != 2 {
            return false;
        }
        let local = |e: &Expr| match e {
            Expr::Reference(r) => self.lookup(&r.expr).filter(|v| {
                let info = &self.vars[v.0 as usize];
                info.mutable && !info.reference && !info.active
            }),
            _ => None,
        };
        let (Some(a), Some(b)) = (local(&c.args[0]), local(&c.args[1])) else { return false };
        self.emit(Kind::Swap { a: Place::var(a), b: Place::var(b), cells: false });
        true
    }

    /// Methods that change their receiver and have a meaning in terms of assignments; `false` where it is another method.
    fn mutation(&mut self, m: &syn::ExprMethodCall) -> bool {
        let touched = crate::analysis::activity::root(&m.receiver).is_some_and(|r| self.active.contains(r));
        // of constants too: swapping again is the cheapest way back
        let constant = m.method == "swap"
            && m.args.len() == 2
            && self.lookup(&m.receiver).is_some_and(|v| self.vars[v.0 as usize].mutable);
        if !(touched || constant) || !(self.is_place(&m.receiver) || self.is_view(&m.receiver)) {
            return false;
        }
        let args: Vec<&Expr> = m.args.iter().collect();
        let x = &m.receiver;
        match (m.method.to_string().as_str(), &args[..]) {
            ("swap" | "swap_rows" | "swap_columns", [i, j]) => {
                let Some(place) = self.assignable(x) else { return true };
                let (i, j) = (self.steady_index(i), self.steady_index(j));
                let (i, j) = (self.native(&i), self.native(&j));
                self.emit(Kind::SwapEntries { place, how: m.method.clone(), i, j, cells: false });
            }
            _ if self.is_growth_method(m) => {
                if let Some(op) = self.growth(m) {
                    let var = self.fresh("_unit", true, m.span());
                    self.emit(Kind::Let { var, ty: None, op });
                }
            }
            _ if touched && self.grow_by_elements(m) => {}
            // of an `Option`
            ("insert", [v]) => self.assign(x, &syn::parse_quote!(::core::option::Option::Some(#v))),
            ("clone_from", [v]) => {
                let reference = self.lookup(x).is_some_and(|v| self.vars[v.0 as usize].reference);
                let target: Expr = if reference { syn::parse_quote!(*#x) } else { (**x).clone() };
                let source = match v {
                    Expr::Reference(r) => atom(&r.expr),
                    v => atom(v),
                };
                self.assign(&target, &syn::parse_quote!(#source.clone()));
            }
            ("fill", [v]) => self.entrywise(x, v, None, false),
            ("scale_mut", [v]) => self.entrywise(x, v, Some(syn::parse_quote!(*=)), false),
            ("unscale_mut", [v]) => self.entrywise(x, v, Some(syn::parse_quote!(/=)), false),
            ("add_scalar_mut", [v]) => self.entrywise(x, v, Some(syn::parse_quote!(+=)), false),
            ("neg_mut", []) => self.entrywise(x, &syn::parse_quote!(-1.0), Some(syn::parse_quote!(*=)), false),
            ("copy_from" | "copy_from_slice" | "clone_from_slice", [v]) => self.entrywise(x, v, None, true),
            ("component_mul_assign", [v]) => self.entrywise(x, v, Some(syn::parse_quote!(*=)), true),
            ("component_div_assign", [v]) => self.entrywise(x, v, Some(syn::parse_quote!(/=)), true),
            ("set_column", [j, v]) => self.entrywise(&syn::parse_quote!(#x.column_mut(#j)), v, None, true),
            ("set_row", [i, v]) => self.entrywise(&syn::parse_quote!(#x.row_mut(#i)), v, None, true),
            _ => return false,
        }
        true
    }

    /// ```text
    /// x.copy_from(&v)    =>    for k in 0..x.len() { x[k] = v[k]; }          x.fill(v)    =>    .. { x[k] = v; }
    /// ```
    /// Both sides are evaluated before the first entry is written.
    fn entrywise(&mut self, x: &Expr, v: &Expr, op: Option<BinOp>, entries: bool) {
        let source = self.operand(v);
        let source = match source {
            Operand::Place(p, pass) if !entries => {
                self.snapshot(Operand::Place(p, if pass == Pass::Ref { Pass::Value } else { pass }), v)
            }
            source => source,
        };
        let Some(target) = self.assignable(x) else { return };
        let whole = crate::emit::place_expr(&self.vars, &target, Pass::Value);
        let mut reads: Vec<Var> = target.natives().flat_map(|n| n.reads.clone()).collect();
        reads.push(target.base);
        let len = Native { expr: syn::parse_quote!(#whole.len()), reads, pure: true };
        let (n, k) = (self.temp(false, x.span()), self.temp(false, x.span()));
        self.emit(Kind::Let { var: n, ty: None, op: Op::Native(len) });
        let (n_name, k_name) = (self.vars[n.0 as usize].name.clone(), self.vars[k.0 as usize].name.clone());
        let range = Native { expr: syn::parse_quote!(0..#n_name), reads: vec![n], pure: true };
        let index = Native { expr: syn::parse_quote!(#k_name), reads: vec![k], pure: true };
        let value = match source {
            Operand::Place(mut p, _) if entries => {
                p.proj.push(Proj::Index(index.clone()));
                Operand::Place(p, Pass::Value)
            }
            Operand::Native(native) if entries => {
                let bare = match &native.expr {
                    Expr::Reference(r) => &*r.expr,
                    e => e,
                };
                let mut reads = native.reads.clone();
                reads.push(k);
                Operand::Native(Native { expr: syn::parse_quote!((#bare)[#k_name]), reads, pure: native.pure })
            }
            source => source,
        };
        let mut place = target;
        place.proj.push(Proj::Index(index));
        let body = self.nested(|s| match op {
            None => s.emit(Kind::Assign { place, value, init: false }),
            Some(op) => s.update_place(place, op, value, x),
        });
        let label = self.label();
        self.emit(Kind::Loop { label, kind: Loop::For { var: k, range }, body });
    }

    fn assign(&mut self, left: &Expr, right: &Expr) {
        match left {
            Expr::Infer(_) => {
                let value = self.operand(right);
                return self.discard(Some(value));
            }
            Expr::Paren(p) => return self.assign(&p.expr, right),
            Expr::Tuple(_) | Expr::Array(_) => {
                let mut values = Vec::new();
                self.take_apart(left, right, &mut values);
                // all values are read before the first is written
                for (left, value) in values {
                    self.assign_operand(&left, value);
                }
                return;
            }
            _ => {}
        }
        if may_reshape(right)
            && crate::analysis::activity::root(left).is_some_and(|r| self.active.contains(r))
            && self.is_place(left)
            && self.lookup(left).is_none()
        {
            let value = self.operand(right);
            let Some(place) = self.assignable(left) else { return };
            return self.exchange(place, value, left.span());
        }
        let value = match self.lookup(left) {
            // `t = if c { a } else { b };` for a variable declared without a value
            Some(var)
                if !self.vars[var.0 as usize].mutable
                    && !self.vars[var.0 as usize].param
                    && matches!(strip(right), Expr::If(_) | Expr::Match(_) | Expr::Block(_))
                    && self.active.carries(right) =>
            {
                self.branching(right, Some(var));
                return;
            }
            _ => self.operand(right),
        };
        self.assign_operand(left, value);
    }

    /// `(a, [b, _]) = e`: each place with its value.
    fn take_apart(&mut self, left: &Expr, right: &Expr, out: &mut Vec<(Expr, Operand)>) {
        let (Some(places), Some(values)) = (elements(left), elements(right)) else {
            let value = self.operand(right);
            let value = self.snapshot(value, right);
            return self.hand_out(left, value, out);
        };
        if places.len() == values.len() && !places.iter().any(|p| matches!(p, Expr::Range(_))) {
            for (left, right) in places.iter().zip(values) {
                self.take_apart(left, right, out);
            }
        } else {
            let value = self.operand(right);
            self.hand_out(left, value, out);
        }
    }

    fn hand_out(&mut self, whole: &Expr, value: Operand, out: &mut Vec<(Expr, Operand)>) {
        let Some(places) = elements(whole) else { return out.push((whole.clone(), value)) };
        for (k, left) in places.iter().enumerate() {
            if matches!(left, Expr::Range(_)) {
                self.cx.error(left, "name every part, by `_` where it is not wanted");
                return;
            }
            let number = syn::Index::from(k);
            let step = if matches!(strip(whole), Expr::Array(_)) {
                Proj::Index(Native { expr: syn::parse_quote!(#number), reads: vec![], pure: true })
            } else {
                Proj::Field(syn::Member::Unnamed(number))
            };
            let part = self.part(&value, step);
            self.hand_out(left, part, out);
        }
    }

    pub(super) fn snapshot(&mut self, value: Operand, e: &Expr) -> Operand {
        match value {
            Operand::Place(_, Pass::Value) => {
                let var = self.temp(true, e.span());
                self.emit(Kind::Let { var, ty: None, op: Op::Use(value) });
                Operand::var(var)
            }
            Operand::Native(n) if !matches!(n.expr, Expr::Lit(_)) => {
                let var = self.temp(false, e.span());
                self.emit(Kind::Let { var, ty: None, op: Op::Native(n) });
                self.native_var(var)
            }
            other => other,
        }
    }

    fn assign_operand(&mut self, left: &Expr, value: Operand) {
        if matches!(left, Expr::Infer(_)) {
            return;
        }
        let Some(place) = self.assignable(left) else { return };
        let info = &self.vars[place.base.0 as usize];
        if info.reference && place.proj.is_empty() {
            self.cx.error(
                left,
                "assigning another reference to a variable is not differentiable yet: index the data instead",
            );
            return;
        }
        let init = place.proj.is_empty() && !info.mutable && !info.param;
        if self.is_reshaped(&place) {
            return self.exchange(place, value, left.span());
        }
        if let Operand::Place(p, _) = &value
            && self.vars[p.base.0 as usize].active
            && !info.active
        {
            let name = info.name.clone();
            self.cx.error(left, format!("an active value is stored in `{name}`, which is a constant"));
        }
        // `a = x[index(a)]`: read before `a` is borrowed to be written
        let reads_itself = value.natives().iter().any(|n| n.reads.contains(&place.base));
        let value = if reads_itself { self.snapshot(value, left) } else { value };
        self.emit(Kind::Assign { place, value, init });
    }

    /// Whether what is behind a `&mut` parameter is replaced by something that may have another length.
    fn is_reshaped(&self, place: &Place) -> bool {
        let info = &self.vars[place.base.0 as usize];
        info.param && info.active && self.exclusive.contains(&place.base) && matches!(&place.proj[..], [Proj::Deref])
    }

    /// ```text
    /// *out = e;    =>    let mut old = e; mem::swap(&mut *out, &mut old);
    /// ```
    fn exchange(&mut self, place: Place, value: Operand, span: proc_macro2::Span) {
        let old = self.temp(true, span);
        self.info(old).mutable = true;
        self.emit(Kind::Let { var: old, ty: None, op: native_op(value) });
        self.emit(Kind::Swap { a: place, b: Place::var(old), cells: false });
    }

    /// `x op= e`
    fn update(&mut self, b: &syn::ExprBinary) {
        let value = self.operand(&b.right);
        let Some(place) = self.assignable(&b.left) else { return };
        self.update_place(place, b.op, value, &b.left);
    }

    fn update_place(&mut self, place: Place, op: BinOp, value: Operand, left: &Expr) {
        let info = &self.vars[place.base.0 as usize];
        if let Operand::Place(p, _) = &value
            && self.vars[p.base.0 as usize].active
            && !info.active
        {
            let name = info.name.clone();
            self.cx.error(left, format!("an active value is stored in `{name}`, which is a constant"));
        }
        self.emit(Kind::Update { place, op, value });
    }

    fn assignable(&mut self, left: &Expr) -> Option<Place> {
        if self.is_view(left) && !self.is_place(left) {
            // `m.row_mut(i) += ..` needs a name for the view
            let var = match self.operand(left) {
                Operand::Place(p, _) => p,
                Operand::Native(_) => return None,
            };
            return Some(var);
        }
        if !self.is_place(left) {
            self.cx.error(left, "only local variables and their parts can be assigned to in a differentiable function");
            return None;
        }
        let left = self.with_steady_index(left);
        self.place(&left)
    }

    /// `v[v.len() - 1]` as `v[k]`: its index is not found while `v` is borrowed to be written.
    fn with_steady_index(&mut self, place: &Expr) -> Expr {
        let Expr::Index(i) = place else { return place.clone() };
        let mut i = i.clone();
        *i.expr = self.with_steady_index(&i.expr);
        let owner =
            crate::analysis::activity::root(&i.expr).and_then(|name| self.names.get(&name.to_string()).copied());
        if owner.is_some_and(|v| self.reads(&i.index).contains(&v)) {
            *i.index = self.steady_index(&i.index);
        }
        Expr::Index(i)
    }
}

fn native_op(o: Operand) -> Op {
    match o {
        Operand::Native(n) => Op::Native(n),
        place => Op::Use(place),
    }
}

fn is_vector_type(ty: &Type) -> bool {
    matches!(ty, Type::Path(p) if p.path.segments.last().is_some_and(|s| s.ident == "Vec"))
}

/// A pattern that is a name alone.
fn is_name(pat: &Pat) -> bool {
    matches!(pat, Pat::Ident(p) if p.by_ref.is_none() && p.subpat.is_none())
}

fn is_new_vector(e: &Expr) -> bool {
    match strip(e) {
        Expr::Macro(m) => m.mac.path.is_ident("vec"),
        Expr::Call(c) => matches!(&*c.func, Expr::Path(p) if p.path.segments.first().is_some_and(|s| s.ident == "Vec")),
        _ => false,
    }
}

/// A vector or a variant by its look: its length, or which variant it is, may not be that of what it replaces.
fn may_reshape(e: &Expr) -> bool {
    let upper = |i: &syn::Ident| i.to_string().starts_with(char::is_uppercase);
    let variant = |p: &syn::Path| {
        let mut last = p.segments.iter().rev().map(|s| &s.ident);
        let (name, owner) = (last.next(), last.next());
        name.is_some_and(|n| {
            n == "Some" || n == "None" || n == "Ok" || n == "Err" || upper(n) && owner.is_some_and(upper)
        })
    };
    let vector = |p: &syn::Path| p.segments.iter().any(|s| s.ident == "Vec" || s.ident == "VecDeque");
    let tail = |b: &syn::Block| matches!(b.stmts.last(), Some(SynStmt::Expr(e, None)) if may_reshape(e));
    match strip(e) {
        Expr::Macro(m) => m.mac.path.is_ident("vec"),
        Expr::Path(p) => variant(&p.path),
        Expr::Struct(s) => variant(&s.path),
        Expr::Call(c) => matches!(&*c.func, Expr::Path(p) if vector(&p.path) || variant(&p.path)),
        Expr::MethodCall(m) => matches!(m.method.to_string().as_str(), "collect" | "to_vec" | "split_off"),
        Expr::If(i) => tail(&i.then_branch) || i.else_branch.as_ref().is_some_and(|(_, e)| may_reshape(e)),
        Expr::Match(m) => m.arms.iter().any(|a| may_reshape(&a.body)),
        Expr::Block(b) => tail(&b.block),
        _ => false,
    }
}

/// The parts of a tuple or an array.
fn elements(e: &Expr) -> Option<Vec<&Expr>> {
    match strip(e) {
        Expr::Tuple(t) => Some(t.elems.iter().collect()),
        Expr::Array(a) => Some(a.elems.iter().collect()),
        _ => None,
    }
}

pub(super) fn strip(e: &Expr) -> &Expr {
    match e {
        Expr::Paren(p) => strip(&p.expr),
        Expr::Group(g) => strip(&g.expr),
        e => e,
    }
}

/// Expressions of type `()` or `!` at the end of a block.
fn is_statement(e: &Expr) -> bool {
    match e {
        Expr::Assign(_) | Expr::While(_) | Expr::ForLoop(_) | Expr::Return(_) | Expr::Break(_) | Expr::Continue(_) => {
            true
        }
        Expr::Binary(b) => is_assignment(&b.op),
        Expr::If(i) => i.else_branch.is_none(),
        Expr::Macro(_) => super::control::diverges(e),
        _ => false,
    }
}
