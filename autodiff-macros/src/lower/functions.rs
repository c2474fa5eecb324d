//! Functions among the arguments of a call, and calls of functions that are parameters.
use super::Lower;
use crate::{
    analysis::activity::{is_assignment, is_constant_type, root},
    atom::tail,
    ctxt::users_name,
    desugar,
    ir::*,
    rules,
};
use syn::{Expr, Pat, Type, spanned::Spanned};

/// `&mut c.to_vec()[1..]`, `vec![k].as_mut_slice()`: nobody else knows what is changed there.
fn is_made_and_lent(e: &Expr) -> bool {
    fn is_made(e: &Expr) -> bool {
        match e {
            Expr::Paren(p) => is_made(&p.expr),
            Expr::Index(i) => is_made(&i.expr),
            Expr::Field(f) => is_made(&f.base),
            Expr::MethodCall(m) if matches!(m.method.to_string().as_str(), "clone" | "to_vec" | "to_owned") => true,
            Expr::MethodCall(m) => is_made(&m.receiver),
            Expr::Unary(u) => !matches!(u.op, syn::UnOp::Deref(_)),
            Expr::Path(_) | Expr::Reference(_) | Expr::Call(_) => false,
            _ => true,
        }
    }
    match e {
        Expr::Reference(r) => r.mutability.is_some() && is_made(&r.expr),
        Expr::MethodCall(m) => m.method.to_string().contains("mut") && is_made(&m.receiver),
        _ => false,
    }
}

impl Lower<'_> {
    /// `f`, `(*f)`
    pub(super) fn called_parameter(&self, e: &Expr) -> Option<Var> {
        match e {
            Expr::Paren(p) => self.called_parameter(&p.expr),
            Expr::Unary(u) if matches!(u.op, syn::UnOp::Deref(_)) => {
                self.called_parameter(&u.expr).filter(|v| self.functions.contains(v))
            }
            e => self.lookup(e),
        }
    }

    /// `a.dot(b)`: of an argument without a type the method says that it is a reference.
    pub(super) fn behind_name(&self, o: Operand, rule: &rules::Rule) -> Operand {
        match o {
            Operand::Place(mut p, Pass::Value)
                if rule.kind != rules::Kind::Linear && p.proj.is_empty() && self.untyped.contains(&p.base) =>
            {
                p.proj.push(Proj::Deref);
                Operand::Place(p, Pass::Ref)
            }
            o => o,
        }
    }

    /// A call of a differentiable function. Where it is not known how an argument is passed, the pullback can't be handed it again.
    pub(super) fn called(&self, callee: Callee, args: Vec<Arg>) -> Op {
        let untyped = |a: &Arg| a.place().is_some_and(|p| p.proj.is_empty() && self.untyped.contains(&p.base));
        let by_name = |a: &Arg| matches!(a, Arg::Operand(Operand::Place(_, Pass::Value)));
        let rerun = args.iter().any(|a| by_name(a) && untyped(a));
        Op::Call { callee, args, rerun }
    }

    /// The arguments of a call of a differentiable function: functions among them are handed on with their derivatives. `is_lent`
    /// knows which of the callee's parameters are shared references.
    pub(super) fn arguments<'a>(
        &mut self,
        exprs: impl Iterator<Item = &'a Expr>,
        is_lent: impl Fn(usize) -> Option<bool>,
    ) -> Option<Vec<Arg>> {
        let exprs: Vec<&Expr> = exprs.collect();
        let mut args = Vec::new();
        for (k, e) in exprs.iter().enumerate() {
            args.push(match self.handed_function(e) {
                Some(function) => function?,
                None => {
                    if is_made_and_lent(e) {
                        self.cx.error(e, "what is made here is changed by the call, and derivatives find it by a name: make it a variable first (`let mut k = ..;`)");
                        return None;
                    }
                    let mut operand = self.lent_constant(e).unwrap_or_else(|| self.operand(e));
                    if matches!(e, Expr::Path(p) if p.path.is_ident("None")) {
                        // only the call tells its type: its adjoint is made of a variable that has been handed over
                        let var = self.temp(false, e.span());
                        let none = Native { pure: false, ..self.native(e) };
                        self.emit(Kind::Let { var, ty: None, op: Op::Native(none) });
                        operand = self.native_var(var);
                    }
                    for later in &exprs[k + 1..] {
                        operand = self.settled(operand, later);
                    }
                    operand = match is_lent(k) {
                        Some(lent) => self.passed(operand, lent),
                        None => operand,
                    };
                    Arg::Operand(operand)
                }
            });
        }
        Some(args)
    }

    /// A constant as it is known to be passed, by its look: `row` of `for row in rows` is `&*row`, or by value `{ row }`.
    fn passed(&self, o: Operand, lent: bool) -> Operand {
        let Operand::Native(n) = o else { return o };
        let e = &n.expr;
        let expr = match e {
            Expr::Reference(_) | Expr::Lit(_) => return Operand::Native(n),
            e if lent => syn::parse_quote!(&*#e),
            e if self.lookup(e).is_some_and(|v| self.vars[v.0 as usize].reference) => syn::parse_quote!({ #e }),
            _ => return Operand::Native(n),
        };
        Operand::Native(Native { expr, ..n })
    }

    /// `&mut c[1..]`, `&mut *k`: a constant that the function may change is handed on as it stands, and again in reverse.
    fn lent_constant(&mut self, e: &Expr) -> Option<Operand> {
        let Expr::Reference(r) = e else { return None };
        let v = root(&r.expr).and_then(|name| self.names.get(&name.to_string()).copied())?;
        if r.mutability.is_none() || self.vars[v.0 as usize].active {
            return None;
        }
        let (mut place, mut reads) = (desugar::unwrapped(&r.expr).clone(), vec![v]);
        if let Expr::Unary(u) = &place
            && self.lookup(&u.expr) == Some(v)
        {
            return Some(self.native_var(v));
        }
        self.indices(&mut place, &mut reads)?;
        Some(Operand::Native(Native { expr: syn::parse_quote!(&mut #place), reads, pure: true }))
    }

    /// A constant behind `&mut`: `&mut c`, `c`.
    pub(super) fn is_lent_constant(&self, e: &Expr) -> bool {
        let v = root(e).and_then(|name| self.names.get(&name.to_string())).map(|v| &self.vars[v.0 as usize]);
        let lent = match e {
            Expr::Reference(r) => r.mutability.is_some(),
            Expr::Path(_) => v.is_some_and(|v| v.writable),
            _ => false,
        };
        lent && v.is_some_and(|v| !v.active)
    }

    /// The indices of a place are evaluated first; `None` for what is none.
    fn indices(&mut self, place: &mut Expr, reads: &mut Vec<Var>) -> Option<()> {
        match place {
            Expr::Path(_) => Some(()),
            Expr::Paren(p) => self.indices(&mut p.expr, reads),
            Expr::Field(f) => self.indices(&mut f.base, reads),
            Expr::Unary(u) if matches!(u.op, syn::UnOp::Deref(_)) => self.indices(&mut u.expr, reads),
            Expr::Index(i) => {
                self.indices(&mut i.expr, reads)?;
                let Native { expr, reads: of_index, .. } = self.index(&i.index);
                *i.index = expr;
                reads.extend(of_index);
                Some(())
            }
            _ => None,
        }
    }

    /// `|t| t * a`, `&square`, `f` for a parameter `f`; `Some(None)` after an error.
    fn handed_function(&mut self, e: &Expr) -> Option<Option<Arg>> {
        match e {
            _ if matches!(desugar::unwrapped(e), Expr::Closure(_)) => {
                let Expr::Closure(c) = desugar::unwrapped(e) else { unreachable!("just seen") };
                Some(self.handed_closure(c, e).map(|l| Arg::Closure(Box::new(l))))
            }
            Expr::Paren(p) => self.handed_function(&p.expr),
            Expr::Group(g) => self.handed_function(&g.expr),
            Expr::Reference(r) => self.handed_function(&r.expr),
            Expr::Path(p) => match self.lookup(e) {
                Some(v) if self.functions.contains(&v) => Some(Some(Arg::Operand(Operand::var(v)))),
                Some(_) => None,
                None => desugar::is_function(p, &self.active).then(|| Some(Arg::Function(p.clone()))),
            },
            _ => None,
        }
    }

    /// `whole` is what the closure stands in: a box, a reference.
    fn handed_closure(&mut self, c: &syn::ExprClosure, whole: &Expr) -> Option<Lambda> {
        let mut params = Vec::new();
        for input in &c.inputs {
            let (pat, ty) = match input {
                Pat::Type(t) => (&*t.pat, Some(&*t.ty)),
                pat => (pat, None),
            };
            let Pat::Ident(p) = pat else {
                self.cx.error(pat, "give the closure's parameter a plain name, and take it apart inside");
                return None;
            };
            let inner = match ty {
                Some(Type::Reference(r)) => Some(&*r.elem),
                ty => ty,
            };
            let written = assigned_through(&c.body, &p.ident);
            let info = VarInfo {
                reference: written || matches!(ty, Some(Type::Reference(_))),
                writable: written || matches!(ty, Some(Type::Reference(r)) if r.mutability.is_some()),
                active: !ty.is_some_and(is_constant_type),
                scalar: inner.is_some_and(|t| self.is_scalar_type(t)),
                elements: inner.is_some_and(|t| self.has_scalar_elements(t)),
                rows: inner.is_some_and(|t| self.has_scalar_rows(t)),
                ..VarInfo::new(p.ident.clone())
            };
            let var = self.declare(&p.ident, info);
            let familiar = ty.is_some_and(|t| self.is_familiar_type(t));
            self.introduce(&[var], familiar);
            if ty.is_none() && !written {
                self.untyped.insert(var);
            }
            params.push(var);
        }
        let written = self.writes(&c.body).into_iter().find(|v| !params.contains(v));
        let written = written.map(|v| users_name(&self.vars[v.0 as usize].name));
        if let Some(name) = written.or_else(|| self.written_cell(&c.body)) {
            self.cx.error(c, format!("this closure changes `{name}`, and the function that it is handed to may call it more than once: hand the state over as an argument (`&mut {name}`)"));
            return None;
        }
        let mut native = self.native(whole); // before the names inside are known
        native.reads.retain(|v| !params.contains(v));
        let block: syn::Block = match &*c.body {
            Expr::Block(b) if b.label.is_none() => b.block.clone(),
            e => {
                let e = tail(e);
                syn::parse_quote!({ #e })
            }
        };
        let mut result = None;
        let body = self.nested(|l| result = l.block(&block));
        let result = result.unwrap_or_else(|| self.unit());
        Some(Lambda { params, body, result, native: Some(native) })
    }
}

/// Whether something is written through a parameter of a closure: `dy[0] = ..`, `*acc += ..`.
fn assigned_through(body: &Expr, param: &syn::Ident) -> bool {
    struct Assigned<'a>(&'a syn::Ident, bool);
    impl Assigned<'_> {
        fn place(&mut self, e: &Expr) {
            self.1 |= !matches!(e, Expr::Path(_)) && root(e).is_some_and(|i| i == self.0);
        }
    }
    impl syn::visit::Visit<'_> for Assigned<'_> {
        fn visit_expr_assign(&mut self, a: &syn::ExprAssign) {
            self.place(&a.left);
            syn::visit::visit_expr_assign(self, a);
        }
        fn visit_expr_binary(&mut self, b: &syn::ExprBinary) {
            if is_assignment(&b.op) {
                self.place(&b.left);
            }
            syn::visit::visit_expr_binary(self, b);
        }
        fn visit_expr_reference(&mut self, r: &syn::ExprReference) {
            if r.mutability.is_some() {
                self.place(&r.expr);
            }
            syn::visit::visit_expr_reference(self, r);
        }
        fn visit_expr_method_call(&mut self, m: &syn::ExprMethodCall) {
            let name = m.method.to_string();
            let writes =
                name.ends_with("_mut") || matches!(name.as_str(), "copy_from_slice" | "copy_from" | "fill" | "swap");
            self.1 |= writes && root(&m.receiver).is_some_and(|i| i == self.0);
            syn::visit::visit_expr_method_call(self, m);
        }
    }
    let mut assigned = Assigned(param, false);
    syn::visit::Visit::visit_expr(&mut assigned, body);
    assigned.1
}
