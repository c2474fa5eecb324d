//! References into variables: which expressions are such, and what is known of what they lead to.
use super::Lower;
use crate::{analysis::activity::root, atom::atom, ir::*};
use syn::{Expr, Type, UnOp, spanned::Spanned};

/// Methods that hand out a part of their receiver by reference: adjoints are cut with the same call.
#[rustfmt::skip]
pub(crate) const VIEWS: &[&str] = &[
    "row", "rows", "column", "columns", "fixed_rows", "fixed_columns", "fixed_view", "view", "view_range", "rows_range", "columns_range",
    "as_slice", "as_view", "split_at", "row_mut", "rows_mut", "column_mut", "columns_mut", "fixed_rows_mut", "fixed_columns_mut",
    "fixed_view_mut", "view_mut", "view_range_mut", "rows_range_mut", "columns_range_mut", "as_mut_slice", "as_view_mut", "split_at_mut",
    "as_chunks", "as_chunks_mut", "as_rchunks", "rows_with_step", "columns_with_step", "view_with_steps",
];

/// Whether a call is one of them: `m.rows(0, 2)`, but not `grid.rows()`.
pub(crate) fn is_view_call(m: &syn::ExprMethodCall) -> bool {
    let name = m.method.to_string();
    let arguments = match name.trim_end_matches("_mut") {
        "as_slice" | "as" | "as_view" | "as_chunks" | "as_rchunks" => 0,
        "rows" | "columns" | "fixed_view" | "view" | "view_range" => 2,
        "rows_with_step" | "columns_with_step" | "view_with_steps" => 3,
        _ => 1,
    };
    let arguments = if name == "as_mut_slice" { 0 } else { arguments };
    VIEWS.contains(&name.as_str()) && m.args.len() == arguments
}

/// A view of a value that is computed on the spot.
pub(super) fn is_view_call_on_value(e: &Expr) -> bool {
    matches!(e, Expr::MethodCall(m) if is_view_call(m) && !m.method.to_string().ends_with("_mut") && !m.method.to_string().ends_with("_slice"))
}

impl Lower<'_> {
    /// Whether the expression is a reference into variables: `&x[2..4]`, `m.row(i)`, a variable that is a reference.
    pub(super) fn is_view(&self, e: &Expr) -> bool {
        match e {
            Expr::Paren(p) => self.is_view(&p.expr),
            Expr::Group(g) => self.is_view(&g.expr),
            Expr::Path(_) => self.lookup(e).is_some_and(|v| self.vars[v.0 as usize].reference),
            Expr::Reference(r) => self.is_place(&r.expr) || self.is_view(&r.expr),
            // chosen by a constant, as `crate::references` writes it
            Expr::Match(m) => {
                !self.active.carries(&m.expr)
                    && m.arms.iter().all(|a| {
                        crate::analysis::activity::pattern_names(&a.pat).is_empty()
                            && match &*a.body {
                                Expr::Tuple(t) => !t.elems.is_empty() && t.elems.iter().all(|e| self.is_view(e)),
                                e => self.is_view(e) || super::control::diverges(e),
                            }
                    })
            }
            Expr::Call(c) => is_runtime_view(c) && c.args.first().is_some_and(|x| self.is_view(x)),
            Expr::MethodCall(m) => {
                is_view_call(m)
                    && !self.has_own_method(m)
                    && root(&m.receiver).is_some_and(|i| self.names.contains_key(&i.to_string()))
                    && (self.is_place(&m.receiver) || self.is_view(&m.receiver))
                    && !self.is_part_of_temporary(&m.receiver)
            }
            _ => false,
        }
    }

    /// Whether a method is one that the file shows of the type of what it is called on, whatever its name is.
    pub(super) fn has_own_method(&self, m: &syn::ExprMethodCall) -> bool {
        let owner = self.types.of_expr(&m.receiver).and_then(|ty| crate::parts::seen::name(&ty));
        let (caller, method) = (self.function.to_string(), m.method.to_string());
        owner.is_some_and(|owner| crate::parts::seen::is_meant(&caller, &(owner, method)))
    }

    /// A part of what a call gives: `m.symmetric_eigen().eigenvectors`
    fn is_part_of_temporary(&self, e: &Expr) -> bool {
        match e {
            Expr::Paren(p) => self.is_part_of_temporary(&p.expr),
            Expr::Group(g) => self.is_part_of_temporary(&g.expr),
            Expr::Field(f) => self.is_part_of_temporary(&f.base),
            Expr::Index(i) => self.is_part_of_temporary(&i.expr),
            Expr::MethodCall(_) => !self.is_view(e),
            _ => false,
        }
    }

    /// An expression of a reference whose indices and sizes are constant for good: those that may change are named first.
    pub(super) fn steady(&mut self, e: &Expr) -> Expr {
        match e {
            Expr::Index(i) => {
                let (inner, index) = (atom(&self.steady(&i.expr)), self.steady_index(&i.index));
                syn::parse_quote!(#inner[#index])
            }
            Expr::MethodCall(m) if super::native::is_pure_method(&m.method.to_string()) => {
                let mut m = m.clone();
                m.receiver = Box::new(self.steady(&m.receiver));
                if matches!(&*m.receiver, Expr::MethodCall(_)) && self.is_view(&m.receiver) {
                    // the view in between must live as long as this one
                    let between = self.view_temp(&m.receiver.clone());
                    let name = self.vars[between.0 as usize].name.clone();
                    m.receiver = syn::parse_quote!(#name);
                }
                m.args = m.args.iter().map(|a| self.steady_index(a)).collect();
                Expr::MethodCall(m)
            }
            Expr::MethodCall(m) if self.lends_again(m) => {
                let mut m = m.clone();
                m.args = m.args.iter().map(|a| self.steady_index(a)).collect();
                Expr::MethodCall(m)
            }
            Expr::Call(c) if self.chooses(c) => {
                let mut c = c.clone();
                c.args = c.args.iter().map(|a| self.steady_index(a)).collect();
                Expr::Call(c)
            }
            Expr::Reference(r) => {
                let mut r = r.clone();
                r.expr = Box::new(self.steady(&r.expr));
                Expr::Reference(r)
            }
            Expr::Field(f) => {
                let mut f = f.clone();
                f.base = Box::new(self.steady(&f.base));
                Expr::Field(f)
            }
            Expr::Unary(u) => {
                let mut u = u.clone();
                u.expr = Box::new(self.steady(&u.expr));
                Expr::Unary(u)
            }
            Expr::Paren(p) => {
                let mut p = p.clone();
                p.expr = Box::new(self.steady(&p.expr));
                Expr::Paren(p)
            }
            Expr::Range(_) => self.steady_index(e),
            Expr::Match(m) => {
                let mut m = m.clone();
                m.expr = Box::new(self.steady_index(&m.expr));
                for arm in m.arms.iter_mut().filter(|a| !super::control::diverges(&a.body)) {
                    *arm.body = self.steady(&arm.body);
                }
                Expr::Match(m)
            }
            Expr::Tuple(t) => {
                let mut t = t.clone();
                t.elems = t.elems.iter().map(|e| self.steady(e)).collect();
                Expr::Tuple(t)
            }
            Expr::Call(c) if is_runtime_view(c) => {
                let mut c = c.clone();
                let args = c.args.iter().enumerate();
                c.args = args.map(|(k, a)| if k == 0 { self.steady(a) } else { self.steady_index(a) }).collect();
                Expr::Call(c)
            }
            _ => e.clone(),
        }
    }

    pub(super) fn may_change(&self, v: Var) -> bool {
        let info = &self.vars[v.0 as usize];
        info.mutable || info.writable
    }

    /// A local reference, which is there in reverse only where somebody reads through it: `&a[..a.len() - 1]` doesn't.
    fn is_made_again(&self, v: Var) -> bool {
        let info = &self.vars[v.0 as usize];
        info.reference && !info.param
    }

    pub(super) fn steady_index(&mut self, e: &Expr) -> Expr {
        match e {
            Expr::Range(r) => {
                let mut r = r.clone();
                r.start = r.start.map(|e| Box::new(self.steady_index(&e)));
                r.end = r.end.map(|e| Box::new(self.steady_index(&e)));
                Expr::Range(r)
            }
            Expr::Tuple(t) => {
                let mut t = t.clone();
                t.elems = t.elems.iter().map(|e| self.steady_index(e)).collect();
                Expr::Tuple(t)
            }
            _ => {
                let changes = self.reads(e).iter().any(|v| self.may_change(*v) || self.is_made_again(*v));
                if !changes && self.is_repeatable(e) {
                    return e.clone();
                }
                // one copy of a variable serves a whole reference
                let variable = self.lookup(e);
                if let Some(name) = variable.and_then(|v| self.steadied.as_ref()?.get(&v)) {
                    return syn::parse_quote!(#name);
                }
                match self.native_operand(e) {
                    Operand::Native(n) => {
                        let var = self.temp(false, e.span());
                        self.emit(Kind::Let { var, ty: None, op: Op::Native(n) });
                        let name = self.vars[var.0 as usize].name.clone();
                        if let (Some(v), Some(steadied)) = (variable, &mut self.steadied) {
                            steadied.insert(v, name.clone());
                        }
                        syn::parse_quote!(#name)
                    }
                    Operand::Place(..) => e.clone(),
                }
            }
        }
    }

    pub(super) fn view_temp(&mut self, e: &Expr) -> Var {
        let var = self.temp(true, e.span());
        self.alias(syn::Pat::Verbatim(Default::default()), e, vec![var]);
        var
    }

    /// Whether a reference leads to a scalar, to a container of scalars, to a container of those.
    pub(super) fn behind(&self, e: &Expr) -> [bool; 3] {
        let of = |e: &Expr| self.lookup(e).map(|v| &self.vars[v.0 as usize]);
        match e {
            Expr::Paren(p) => self.behind(&p.expr),
            Expr::Reference(r) => self.behind(&r.expr),
            Expr::Path(_) => of(e).map_or([false; 3], |i| [i.scalar, i.elements, i.rows]),
            Expr::Unary(u) if matches!(u.op, UnOp::Deref(_)) => self.behind(&u.expr),
            Expr::Index(i) => {
                let [_, elements, rows] = self.behind(&i.expr);
                if matches!(&*i.index, Expr::Range(_)) { [false, elements, rows] } else { [elements, rows, false] }
            }
            Expr::MethodCall(m) => [false, self.behind(&m.receiver)[1], false],
            Expr::Call(c) if is_runtime_view(c) => self.behind(&c.args[0]),
            _ => [false; 3],
        }
    }

    /// `let pat = expr;` where `expr` refers to variables.
    pub(super) fn alias(&mut self, pat: syn::Pat, e: &Expr, vars: Vec<Var>) {
        self.steadied = Some(std::collections::HashMap::new());
        let e = &self.steady(e);
        self.steadied = None;
        let pat = match (&pat, &vars[..]) {
            (syn::Pat::Verbatim(_), [var]) => {
                let name = self.vars[var.0 as usize].name.clone();
                let text = quote::ToTokens::to_token_stream(e).to_string();
                if text.contains("_mut") { syn::parse_quote!(mut #name) } else { syn::parse_quote!(#name) }
            }
            _ => pat,
        };
        let mut roots: Vec<Var> = Vec::new();
        for (k, v) in vars.iter().enumerate() {
            // one variable for each part of a tuple, or all for parts of one reference
            let leaves = leaves(e, (vars.len() > 1).then_some((k, vars.len())));
            let info = self.reference_info(&leaves);
            let name = self.vars[v.0 as usize].name.clone();
            let old = &self.vars[v.0 as usize];
            let (mutable, active) = (old.mutable, old.active);
            let of_part = |e: &&Expr| self.types.of_expr(if vars.len() == 2 { halved(e) } else { e });
            let types: Vec<Type> = leaves.iter().filter_map(of_part).collect();
            let parts = types.iter().map(|ty| self.parts_of_type(ty)).reduce(|a, b| a.and(&b));
            let parts = parts.filter(|_| types.len() == leaves.len()).unwrap_or_default();
            if let [ty] = &types[..] {
                self.types.insert(name.to_string(), ty.clone());
            }
            let (elements, rows) = (info.elements || parts.holds("[]"), info.rows || parts.holds("[][]"));
            *self.info(*v) = VarInfo { name, mutable, active, elements, rows, parts, ..info };
            for leaf in leaves {
                roots.extend(root(leaf).and_then(|i| self.names.get(&i.to_string())));
            }
        }
        roots.sort();
        roots.dedup();
        if roots.is_empty() && self.active.mentions(e) {
            self.cx.error(e, "what this refers to is not understood: bind the value with `let` first");
        }
        let reads = self.reads(e).into_iter().filter(|v| !roots.contains(v)).collect();
        let native = Native { expr: e.clone(), reads, pure: true };
        self.emit(Kind::Alias { pat, expr: e.clone(), vars, roots, natives: vec![native], arm: false });
    }

    /// What is known of a reference that is one of these expressions.
    fn reference_info(&self, leaves: &[&Expr]) -> VarInfo {
        let mut info = VarInfo { reference: true, scalar: true, elements: true, rows: true, ..VarInfo::unnamed() };
        for e in leaves {
            let [scalar, elements, rows] = self.behind(e);
            info.scalar &= scalar;
            info.elements &= elements;
            info.rows &= rows;
            info.writable |= quote::ToTokens::to_token_stream(e).to_string().contains("mut")
                || self.lookup(e).is_some_and(|v| self.vars[v.0 as usize].writable);
            info.view |= match e {
                Expr::MethodCall(_) if super::control::lends_a_part(e) => false,
                Expr::MethodCall(m) => {
                    !m.method.to_string().ends_with("_slice") && !m.method.to_string().starts_with("split")
                }
                e => self.lookup(e).is_some_and(|v| self.vars[v.0 as usize].view),
            };
        }
        info
    }
}

/// `m.row__part(i)`, `site(&m, (i, j))`
pub(super) fn is_part(e: &Expr) -> bool {
    match e {
        Expr::MethodCall(m) => crate::parts::is_part(&m.method.to_string()),
        Expr::Call(c) => crate::parts::is_site(c),
        _ => false,
    }
}

/// `rules::apart_mut(x, a..b, c..d)`, `rules::chunk::<_, 3>(x)`: references that a function of the runtime makes.
fn is_runtime_view(c: &syn::ExprCall) -> bool {
    crate::analysis::activity::makes_reference(c)
}

/// What an expression cuts in two parts of its own type: the `x` of `x.split_at(n)`.
fn halved(e: &Expr) -> &Expr {
    match e {
        Expr::MethodCall(m) if crate::syntax::is_split(m) => &m.receiver,
        e => e,
    }
}

/// The references that an expression may be; of a tuple the part that is asked for.
fn leaves(e: &Expr, part: Option<(usize, usize)>) -> Vec<&Expr> {
    match e {
        Expr::Match(m) => {
            let arms = m.arms.iter().filter(|a| !super::control::diverges(&a.body));
            arms.flat_map(|a| leaves(&a.body, part)).collect()
        }
        Expr::Tuple(t) => match part {
            Some((k, of)) if t.elems.len() == of => leaves(&t.elems[k], None),
            _ => t.elems.iter().flat_map(|e| leaves(e, None)).collect(),
        },
        e => vec![e],
    }
}
