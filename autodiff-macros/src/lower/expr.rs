//! Expressions: operands and operations.
use super::{
    Lower,
    views::{is_part, is_view_call},
};
use crate::{analysis::activity::root, ir::*, rename::macro_args, rules};
use syn::{BinOp, Expr, Lit, Type, UnOp, spanned::Spanned};

impl Lower<'_> {
    /// The value of an expression: a place, or a constant; everything else becomes a temporary.
    pub(super) fn operand(&mut self, e: &Expr) -> Operand {
        if let Expr::Paren(p) = e {
            return self.operand(&p.expr);
        }
        if let Expr::Group(g) = e {
            return self.operand(&g.expr);
        }
        if !self.active.carries(e) && !self.structural(e) {
            return self.constant(e);
        }
        if self.is_place(e) {
            return match self.place(e) {
                Some(place) => Operand::Place(place, Pass::Value),
                None => self.dummy(),
            };
        }
        match e {
            Expr::Reference(r) => {
                let pass = if r.mutability.is_some() { Pass::Mut } else { Pass::Ref };
                match self.operand(&r.expr) {
                    // `&m.row(i)`: the view is a variable, `&x[1..3]` stays as it is
                    Operand::Place(mut place, _) => {
                        if pass == Pass::Mut {
                            place = self.changeable(&r.expr, place);
                            self.index_first(&mut place, e.span());
                        }
                        Operand::Place(place, pass)
                    }
                    native => native,
                }
            }
            Expr::MethodCall(_) | Expr::Call(_) if self.is_view(e) => Operand::var(self.view_temp(e)),
            Expr::MethodCall(m) if is_view_call(m) && !self.has_own_method(m) && self.active.carries(&m.receiver) => {
                // a part of a value that is computed on the spot
                let Operand::Place(place, _) = self.operand(&m.receiver) else { return self.dummy() };
                let mut m = m.clone();
                *m.receiver = crate::emit::place_expr(&self.vars, &place, Pass::Value);
                Operand::var(self.view_temp(&Expr::MethodCall(m)))
            }
            _ => self.value(e, None),
        }
    }

    /// Where `&mut e` leads: what is computed on the spot is a variable of its own, which may change.
    pub(super) fn changeable(&mut self, e: &Expr, place: Place) -> Place {
        let info = &self.vars[place.base.0 as usize];
        if self.is_place(e) || info.reference || info.view || !place.proj.is_empty() {
            return place;
        }
        let (scalar, elements, rows) = (info.scalar, info.elements, info.rows);
        let var = self.temp(true, e.span());
        *self.info(var) = VarInfo { mutable: true, scalar, elements, rows, ..self.vars[var.0 as usize].clone() };
        self.emit(Kind::Let { var, ty: None, op: Op::Use(Operand::Place(place, Pass::Value)) });
        Place::var(var)
    }

    /// A constant operand. What has effects or costs something is evaluated once.
    fn constant(&mut self, e: &Expr) -> Operand {
        if let Expr::Call(c) = e
            && crate::analysis::activity::call_name(c).as_deref() == Some("Err")
            && let Some(inside) = c.args.iter().find(|a| self.active.carries(a) && !is_text(a))
        {
            self.cx.error(inside, "an error carries no derivative: wrap the active value in `stop_gradient(..)`");
        }
        if crate::lower::control::diverges(e) {
            self.native_stmt(e);
            return self.unit();
        }
        if let Expr::Reference(r) = e
            && !self.is_repeatable(&r.expr)
            && root(&r.expr).is_none()
            && r.mutability.is_none()
        {
            // `&noise(4)`: evaluated once, borrowed as often as it takes
            let var = self.temp(false, r.expr.span());
            let op = match self.native_operand(&r.expr) {
                Operand::Native(n) => Op::Native(n),
                place => Op::Use(place),
            };
            self.emit(Kind::Let { var, ty: None, op });
            let name = self.vars[var.0 as usize].name.clone();
            return Operand::Native(Native { expr: syn::parse_quote!(&#name), reads: vec![var], pure: true });
        }
        match self.native_operand(e) {
            Operand::Native(native)
                if !native.pure && !matches!(e, Expr::Macro(_) | Expr::Closure(_) | Expr::Reference(_)) =>
            {
                let var = self.temp(false, e.span());
                self.emit(Kind::Let { var, ty: None, op: Op::Native(native) });
                self.native_var(var)
            }
            operand => operand,
        }
    }

    /// Lowers an expression into `target`, or into a new temporary.
    pub(super) fn value(&mut self, e: &Expr, target: Option<Var>) -> Operand {
        match e {
            Expr::Paren(p) => self.value(&p.expr, target),
            Expr::Group(g) => self.value(&g.expr, target),
            Expr::If(_) | Expr::Match(_) | Expr::Block(_) | Expr::Loop(_) | Expr::Unsafe(_) => {
                self.branching(e, target)
            }
            Expr::Return(_)
            | Expr::Break(_)
            | Expr::Continue(_)
            | Expr::While(_)
            | Expr::ForLoop(_)
            | Expr::Assign(_) => {
                self.expr_stmt(e);
                self.unit()
            }
            Expr::Binary(b) if crate::analysis::activity::is_assignment(&b.op) => {
                self.expr_stmt(e);
                self.unit()
            }
            _ => {
                let Some(op) = self.op(e) else { return self.dummy() };
                let var = match target {
                    Some(var) => var,
                    None => self.temp(true, e.span()),
                };
                if self.op_is_scalar(&op) {
                    self.info(var).scalar = true;
                }
                self.info(var).elements = self.op_has_scalar_entries(&op);
                let sort = self.sort_of_op(e, &op);
                self.sorts.extend(sort.map(|s| (var, s)));
                self.emit(Kind::Let { var, ty: None, op });
                Operand::var(var)
            }
        }
    }

    /// The operation that an active expression is; `None` after an error.
    pub(super) fn op(&mut self, e: &Expr) -> Option<Op> {
        Some(match e {
            Expr::Binary(b) => {
                let rule = match b.op {
                    BinOp::Add(_) => "add",
                    BinOp::Sub(_) => "sub",
                    BinOp::Mul(_) => "mul",
                    BinOp::Div(_) => "div",
                    BinOp::Rem(_) => "rem",
                    _ => {
                        self.cx.error(e, "this operator has no derivative");
                        return None;
                    }
                };
                if rule == "div"
                    && let Some(one) = one(&b.left)
                {
                    return Some(self.one_over(b, one));
                }
                let left = self.operand(&b.left);
                let left = self.settled(left, &b.right);
                let args = vec![left, self.operand(&b.right)];
                let rule = if rule == "mul" { self.product(&args) } else { rule };
                self.rule(rule, args, Form::Binary(b.op))
            }
            Expr::Unary(u) if matches!(u.op, UnOp::Neg(_)) => {
                let args = vec![self.operand(&u.expr)];
                self.rule("neg", args, Form::Neg)
            }
            Expr::Cast(c) => {
                let args = vec![self.operand(&c.expr)];
                if !self.is_scalar_type(&c.ty) && !matches!(&*c.ty, Type::Infer(_)) {
                    self.cx.error(
                        &c.ty,
                        "cast to `f32`, `f64` or an integer type by its own name, so that its derivative is known",
                    );
                }
                self.rule("cast", args, Form::Cast(c.ty.clone()))
            }
            Expr::MethodCall(m) => return self.method(m),
            Expr::Call(c) => return self.call(c),
            Expr::Macro(m) => return self.macro_op(&m.mac),
            Expr::Tuple(t) => {
                let args = self.operands(t.elems.iter());
                Op::Aggregate { slots: (0..args.len()).map(Slot::Field).collect(), args, form: Form::Tuple }
            }
            Expr::Array(a) => {
                let args = self.operands(a.elems.iter());
                Op::Aggregate { slots: (0..args.len()).map(Slot::Index).collect(), args, form: Form::Array }
            }
            Expr::Repeat(r) => {
                let args = vec![self.operand(&r.expr), Operand::Native(self.native(&r.len))];
                self.rule("repeat", args, Form::Repeat)
            }
            // a name that is not in scope is rustc's to report
            Expr::Path(_) | Expr::Index(_) | Expr::Field(_) | Expr::Unary(_) | Expr::Reference(_)
                if root(e).is_some_and(|i| !self.names.contains_key(&i.to_string())) =>
            {
                Op::Native(self.native(e))
            }
            Expr::Path(_) | Expr::Index(_) | Expr::Field(_) | Expr::Unary(_) | Expr::Reference(_) => {
                Op::Use(self.operand(e))
            }
            Expr::Closure(_) => {
                self.cx.error(e, "a closure over active values is only understood as an argument of `map`, `zip_map` and `from_fn`: write a function annotated with #[differentiable]");
                return None;
            }
            Expr::Struct(s) => return self.literal(s),
            Expr::Try(_) => {
                self.cx.error(e, "what `?` hands out here is not seen: say what the closure returns (`|v| -> Option<f64> { .. }`), or use `match`");
                return None;
            }
            // the fence has said so
            Expr::Async(_) | Expr::Await(_) | Expr::RawAddr(_) | Expr::Yield(_) | Expr::TryBlock(_) => return None,
            Expr::Let(_) => {
                self.cx.error(e, "`let` inside a larger condition is not differentiable yet: nest `if let` and `if`");
                return None;
            }
            _ => {
                self.cx.error(e, "this expression is not understood by #[differentiable]; where no derivative is wanted, wrap it in `stop_gradient(..)`");
                return None;
            }
        })
    }

    /// `1.0 / x`: of a number the value is all that its derivative reads.
    fn one_over(&mut self, quotient: &syn::ExprBinary, one: &Lit) -> Op {
        let divisor = self.operand(&quotient.right);
        if self.is_scalar(&divisor) {
            return self.rule("recip", vec![divisor], Form::OneOver(one.clone()));
        }
        let args = vec![self.operand(&quotient.left), divisor];
        self.rule("div", args, Form::Binary(quotient.op))
    }

    /// The rule of a product, by what is known of the operands.
    fn product(&self, args: &[Operand]) -> &'static str {
        let kind = |o: &Operand| (self.is_scalar(o), self.is_matrix(o));
        match (kind(&args[0]), kind(&args[1])) {
            ((true, _), (true, _)) => "times",
            ((_, true), (true, _)) => "scaled",
            ((true, _), (_, true)) => "scales",
            _ => "mul",
        }
    }

    /// Whether an operand is certainly a container of numbers.
    pub(super) fn has_scalar_entries(&self, o: &Operand) -> bool {
        o.place().is_some_and(|p| p.has_numbers(&self.vars[p.base.0 as usize]))
    }

    /// Operands in order; none may be changed by the evaluation of a later one.
    pub(super) fn operands<'a>(&mut self, exprs: impl Iterator<Item = &'a Expr>) -> Vec<Operand> {
        let exprs: Vec<&Expr> = exprs.collect();
        let mut args = Vec::new();
        for (k, e) in exprs.iter().enumerate() {
            let mut operand = self.operand(e);
            for later in &exprs[k + 1..] {
                operand = self.settled(operand, later);
            }
            args.push(operand);
        }
        args
    }

    /// `x + { x = 2.0; x }`: where a later operand changes an earlier one, the earlier one is copied first.
    pub(super) fn settled(&mut self, operand: Operand, later: &Expr) -> Operand {
        match &operand {
            Operand::Place(place, Pass::Value)
                if self
                    .writes(later)
                    .iter()
                    .any(|w| *w == place.base || place.natives().any(|n| n.reads.contains(w))) =>
            {
                let var = self.temp(true, later.span());
                self.emit(Kind::Let { var, ty: None, op: Op::Use(operand) });
                Operand::var(var)
            }
            // `f(&mut x[c.len() - 1], &mut c)`: the place is written again for its adjoint, while `c` is lent
            Operand::Place(place, Pass::Ref | Pass::Mut) if self.is_lent_constant(later) => {
                let mut place = place.clone();
                let lent = root(later).and_then(|name| self.names.get(&name.to_string()).copied());
                self.first(&mut place, later.span(), &|n, _| lent.is_some_and(|v| n.reads.contains(&v)));
                let Operand::Place(_, pass) = operand else { unreachable!("a place") };
                Operand::Place(place, pass)
            }
            Operand::Native(n) if self.writes(later).iter().any(|w| n.reads.contains(w)) => {
                let var = self.temp(false, later.span());
                let op = Op::Native(n.clone());
                self.emit(Kind::Let { var, ty: None, op });
                self.native_var(var)
            }
            _ => operand,
        }
    }

    /// A row of the table applied to operands; folded away where nothing active is left.
    pub(super) fn rule(&mut self, name: &str, args: Vec<Operand>, form: Form) -> Op {
        Op::Rule { rule: rules::rule(name).expect("a row of the table"), args, form }
    }

    /// Certainly a vector, a matrix or a list of numbers: something that is one goes in and no scalar comes out, or it is made of
    /// numbers.
    pub(super) fn op_has_scalar_entries(&self, op: &Op) -> bool {
        let whole = |o: &Operand| o.place().is_some_and(|p| p.proj.is_empty());
        let known = |o: &Operand| whole(o) && self.has_scalar_entries(o);
        match op {
            // what is added or scaled is a vector or a matrix, not a row of a list
            Op::Rule { rule, args, .. } if matches!(rule.name, "neg" | "add" | "sub" | "scaled" | "scales" | "div") => {
                args.iter().any(|a| self.has_scalar_entries(a))
            }
            Op::Rule { rule, args, .. } if rule.name == "repeat" => self.is_scalar(&args[0]),
            Op::Rule { rule, args, .. } => !rule.scalar && args.iter().any(known),
            // entries are all of one type
            Op::Aggregate { args, form: Form::Array | Form::Macro(..), .. } => args.iter().any(|a| self.is_scalar(a)),
            Op::Map { sources, .. } => sources.iter().any(known),
            Op::Use(o) => known(o),
            _ => false,
        }
    }

    pub(super) fn op_is_scalar(&self, op: &Op) -> bool {
        match op {
            Op::Rule { rule, args, .. } => {
                rule.scalar
                    || matches!(rule.name, "add" | "sub" | "mul" | "div" | "neg" | "abs")
                        && args.iter().all(|a| self.is_scalar(a))
            }
            Op::Use(o) => self.is_scalar(o),
            _ => false,
        }
    }

    // ---- places ----------------------------------------------------------------------------------------------------

    /// `x`, `x[i]`, `x.a`, `*x`, for a local variable `x`.
    pub(super) fn is_place(&self, e: &Expr) -> bool {
        match e {
            Expr::Path(_) => self.lookup(e).is_some(),
            Expr::Index(i) => self.is_place_or_view(&i.expr),
            Expr::Field(f) => self.is_place_or_view(&f.base),
            Expr::Unary(u) => matches!(u.op, UnOp::Deref(_)) && self.is_place_or_view(&u.expr),
            Expr::Paren(p) => self.is_place(&p.expr),
            Expr::Group(g) => self.is_place(&g.expr),
            _ => false,
        }
    }

    /// What a part can be taken of: a place, or any value that is computed on the spot.
    fn is_place_or_view(&self, e: &Expr) -> bool {
        self.is_place(e) || !matches!(e, Expr::Path(_))
    }

    /// Lowers a place expression; what is not rooted at a variable gets a temporary.
    pub(super) fn place(&mut self, e: &Expr) -> Option<Place> {
        match e {
            Expr::Paren(p) => self.place(&p.expr),
            Expr::Group(g) => self.place(&g.expr),
            Expr::Path(_) => self.lookup(e).map(Place::var),
            // `(&x[..])[0]`
            Expr::Reference(r) if self.is_place(&r.expr) => self.place(&r.expr),
            Expr::Index(i) => {
                let mut place = self.place(&i.expr)?;
                let index = self.index(&i.index);
                place.proj.push(Proj::Index(index));
                Some(place)
            }
            Expr::Field(f) => {
                let mut place = self.place(&f.base)?;
                let marked = self.active.marked.contains(f);
                place.proj.push(if marked { Proj::Marked } else { Proj::Field }(f.member.clone()));
                Some(place)
            }
            Expr::Unary(u)
                if matches!(u.op, UnOp::Deref(_))
                    && self.is_view(&u.expr)
                    && !self.is_place(&u.expr)
                    && !matches!(&*u.expr, Expr::Reference(_)) =>
            {
                // `*chunk(&x[..3])`
                let var = self.view_temp(&u.expr);
                Some(Place { base: var, proj: vec![Proj::Deref] })
            }
            Expr::Unary(u) if matches!(u.op, UnOp::Deref(_)) && matches!(&*u.expr, Expr::Reference(_)) => {
                match &*u.expr {
                    Expr::Reference(r) => self.place(&r.expr),
                    _ => None,
                }
            }
            Expr::Unary(u) if matches!(u.op, UnOp::Deref(_)) => {
                let mut place = self.place(&u.expr)?;
                place.proj.push(Proj::Deref);
                Some(place)
            }
            _ => match self.operand(e) {
                // `(&[x, y])[k]` looks through the reference by itself
                Operand::Place(place, Pass::Value | Pass::Ref) => Some(place),
                _ => {
                    self.cx.error(e, "this is not a place: bind it with `let` first");
                    None
                }
            },
        }
    }

    /// `&mut x[i % x.len()]` as an argument: the place is written twice, for the value and its tangent, and nothing may read `x`
    /// while the first of them is lent.
    fn index_first(&mut self, place: &mut Place, span: proc_macro2::Span) {
        self.first(place, span, &|n, vars| n.reads.iter().any(|v| vars[v.0 as usize].active));
    }

    /// Evaluates indices before the place is lent.
    fn first(&mut self, place: &mut Place, span: proc_macro2::Span, which: &dyn Fn(&Native, &[VarInfo]) -> bool) {
        for proj in &mut place.proj {
            if let Proj::Index(n) = proj
                && !crate::lower::is_range(&n.expr)
                && which(n, &self.vars)
            {
                let var = self.temp(false, span);
                self.emit(Kind::Let { var, ty: None, op: Op::Native(n.clone()) });
                if let Operand::Native(temp) = self.native_var(var) {
                    *n = temp;
                }
            }
        }
    }

    /// An index is a constant; one that has effects or costs something is evaluated once.
    pub(super) fn index(&mut self, e: &Expr) -> Native {
        let native = match self.native_operand(e) {
            Operand::Native(n) => n,
            Operand::Place(..) => unreachable!("native operands are native"),
        };
        // a part of what is written to is named first: the two borrow the same
        let changes = is_part(e) && native.reads.iter().any(|v| self.may_change(*v));
        if native.pure && !changes {
            return native;
        }
        let var = self.temp(false, e.span());
        self.emit(Kind::Let { var, ty: None, op: Op::Native(native) });
        match self.native_var(var) {
            Operand::Native(n) => n,
            Operand::Place(..) => unreachable!("native operands are native"),
        }
    }

    // ---- macros ----------------------------------------------------------------------------------------------------

    fn macro_op(&mut self, mac: &syn::Macro) -> Option<Op> {
        let name = mac.path.segments.last().map(|s| s.ident.to_string()).unwrap_or_default();
        match name.as_str() {
            "vec" | "vector" | "dvector" | "point" => {
                if let Ok(r) = syn::parse2::<syn::ExprRepeat>(bracketed(&mac.tokens)) {
                    let args = vec![self.operand(&r.expr), Operand::Native(self.native(&r.len))];
                    return Some(self.rule("repeat", args, Form::Macro(mac.path.clone(), vec![';'])));
                }
                let elems = macro_args(mac)?;
                let args = self.operands(elems.iter());
                let slots = (0..args.len()).map(Slot::Index).collect();
                let separators = vec![','; args.len()];
                Some(Op::Aggregate { args, slots, form: Form::Macro(mac.path.clone(), separators) })
            }
            "matrix" | "dmatrix" => self.matrix(mac),
            // text: it can be printed, and nothing with a derivative comes of it
            "format" => Some(Op::Native(self.native(&Expr::Macro(syn::ExprMacro { attrs: vec![], mac: mac.clone() })))),
            _ => {
                self.cx.error(mac, format!(
                    "the macro `{name}!` is handed an active value, and what it does with it is not known: write it out, \
                     or wrap the active argument in `stop_gradient(..)` where no derivative is wanted"
                ));
                None
            }
        }
    }

    /// `matrix![a, b; c, d]`
    fn matrix(&mut self, mac: &syn::Macro) -> Option<Op> {
        let mut rows: Vec<proc_macro2::TokenStream> = vec![Default::default()];
        for token in mac.tokens.clone() {
            match &token {
                proc_macro2::TokenTree::Punct(p) if p.as_char() == ';' => rows.push(Default::default()),
                _ => rows.last_mut().expect("a row").extend([token]),
            }
        }
        let (mut exprs, mut slots, mut separators) = (Vec::new(), Vec::new(), Vec::new());
        for (i, row) in rows.iter().filter(|r| !r.is_empty()).enumerate() {
            let parsed = syn::parse::Parser::parse2(
                syn::punctuated::Punctuated::<Expr, syn::Token![,]>::parse_terminated,
                row.clone(),
            );
            let Ok(parsed) = parsed else {
                self.cx.error(mac, "expected rows of expressions");
                return None;
            };
            for (j, e) in parsed.into_iter().enumerate() {
                exprs.push(e);
                slots.push(Slot::Entry(i, j));
                separators.push(',');
            }
            *separators.last_mut()? = ';';
        }
        let args = self.operands(exprs.iter());
        Some(Op::Aggregate { args, slots, form: Form::Macro(mac.path.clone(), separators) })
    }

    // ---- small things ----------------------------------------------------------------------------------------------

    pub(super) fn unit(&self) -> Operand {
        Operand::Native(Native { expr: syn::parse_quote!(()), reads: vec![], pure: true })
    }

    /// Stands for a value after an error.
    pub(super) fn dummy(&self) -> Operand {
        self.unit()
    }

    /// Whether an inactive expression must be taken apart all the same: it jumps, or it changes what carries derivatives.
    pub(super) fn structural(&self, e: &Expr) -> bool {
        matches!(
            e,
            Expr::If(_)
                | Expr::Match(_)
                | Expr::Block(_)
                | Expr::Loop(_)
                | Expr::While(_)
                | Expr::ForLoop(_)
                | Expr::Return(_)
                | Expr::Break(_)
                | Expr::Continue(_)
                | Expr::Assign(_)
        ) && (self.jumps(e)
            || self.writes(e).iter().any(|v| self.vars[v.0 as usize].active)
            || !self.writes(e).is_empty())
    }
}

/// `1.0`, `1.0_f32`
fn one(e: &Expr) -> Option<&Lit> {
    match e {
        Expr::Paren(p) => one(&p.expr),
        Expr::Lit(l) => match &l.lit {
            Lit::Float(f) if f.base10_parse::<f64>().is_ok_and(|f| f == 1.0) => Some(&l.lit),
            _ => None,
        },
        _ => None,
    }
}

/// `format!(..)`, also as an argument.
fn is_text(e: &Expr) -> bool {
    match e {
        Expr::Macro(m) => m.mac.path.is_ident("format"),
        Expr::Paren(p) => is_text(&p.expr),
        Expr::MethodCall(m) => m.method == "into" && is_text(&m.receiver),
        _ => false,
    }
}

fn bracketed(tokens: &proc_macro2::TokenStream) -> proc_macro2::TokenStream {
    quote::quote!([#tokens])
}
