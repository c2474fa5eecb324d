//! Values that hold references: structs, tuples and arrays of them. Their adjoints own what they hold, and in reverse they are
//! made again, because a pullback outlives what they borrow.
//!
//! ```text
//! let d = Data { x: &x[..n], y };    =>    // reverse sweep
//! loss(&d, w)                              let d = Data { x: &x[..n], y };
//!                                          pullback(&d, w, out_bar, &d_bar, w_bar);
//!                                          add_to(&x_bar[..n], d_grad.x); add_to(y_bar, d_grad.y);
//! ```
use super::Lower;
use crate::{ctxt::Ctxt, ir::*};
use syn::{Expr, Type, spanned::Spanned, visit::Visit};

/// Whether values of a type hold references: `Data<'_>`, `(&[f64], &[f64])`.
pub(crate) fn borrows(ty: &Type) -> bool {
    struct Lifetimes(bool);
    impl Visit<'_> for Lifetimes {
        fn visit_type_reference(&mut self, _: &syn::TypeReference) {
            self.0 = true;
        }
        fn visit_lifetime(&mut self, l: &syn::Lifetime) {
            self.0 |= l.ident != "static";
        }
        fn visit_type_fn_ptr(&mut self, _: &syn::TypeFnPtr) {}
        fn visit_type_trait_object(&mut self, t: &syn::TypeTraitObject) {
            self.0 |= t.bounds.iter().any(|b| matches!(b, syn::TypeParamBound::Lifetime(l) if l.ident != "static"));
        }
        fn visit_type_impl_trait(&mut self, _: &syn::TypeImplTrait) {}
    }
    let mut found = Lifetimes(false);
    found.visit_type(ty);
    found.0
}

/// Marks the variables that start as such values.
pub(super) fn mark(cx: &Ctxt, vars: &mut [VarInfo], body: &Block) {
    body.walk(&mut |s| {
        let Kind::Let { var, op, .. } = &s.kind else { return };
        let borrows = match op {
            Op::Aggregate { args, .. } => args.iter().any(|a| held(vars, a)),
            // a field may be a reference itself
            Op::Use(Operand::Place(p, _)) => {
                let base = &vars[p.base.0 as usize];
                base.borrows && !base.writable && p.proj.iter().all(|s| matches!(s, Proj::Field(_)))
            }
            Op::Native(n) => {
                let made = n.pure && !vars[var.0 as usize].mutable && refers(&n.expr);
                made || matches!(&n.expr, Expr::Struct(_)) && holds(vars, n, &n.expr)
            }
            _ => false,
        };
        let written = |o: &Operand| match o {
            Operand::Place(_, Pass::Mut) => true,
            Operand::Place(p, _) => p.proj.is_empty() && vars[p.base.0 as usize].writable,
            Operand::Native(_) => false,
        };
        if let Op::Aggregate { args, form: Form::Struct(path, _), .. } = op
            && args.iter().any(written)
        {
            cx.error(
                path,
                "a struct that holds a `&mut` reference is followed as a parameter, not where it is made: hand on the reference itself",
            );
        }
        let info = &mut vars[var.0 as usize];
        info.borrows |= borrows;
        if borrows && info.mutable && info.active {
            cx.error(
                &info.name,
                "a struct that holds references is followed where it does not change: make a new one with `let`",
            );
        }
    });
}

fn held(vars: &[VarInfo], o: &Operand) -> bool {
    match o {
        Operand::Place(p, Pass::Ref | Pass::Mut) => !p.proj.is_empty() || !vars[p.base.0 as usize].scalar,
        Operand::Place(p, _) => p.proj.is_empty() && is_borrowed(&vars[p.base.0 as usize]),
        Operand::Native(n) => holds(vars, n, &n.expr),
    }
}

impl Lower<'_> {
    /// What is made again later on is made of what does not change: `(&x[k..], k, y)` is `(&x[t1..], t1, t2)`.
    pub(super) fn lasting(&mut self, op: &mut Op) {
        let Op::Aggregate { args, .. } = op else { return };
        if args.iter().any(|a| held(&self.vars, a)) {
            for arg in args {
                self.last(arg);
            }
        }
    }

    fn last(&mut self, operand: &mut Operand) {
        match operand {
            Operand::Place(place, pass) => {
                for proj in &mut place.proj {
                    if let Proj::Index(n) = proj
                        && n.reads.iter().any(|v| self.may_change(*v))
                    {
                        let index = self.steady_index(&n.expr);
                        *n = self.native(&index);
                    }
                }
                let info = &self.vars[place.base.0 as usize];
                if *pass == Pass::Value && self.may_change(place.base) && !is_borrowed(info) {
                    let (span, value) = (info.name.span(), operand.clone());
                    let var = self.temp(true, span);
                    self.emit(Kind::Let { var, ty: None, op: Op::Use(value) });
                    *operand = Operand::var(var);
                }
            }
            Operand::Native(n) if n.reads.iter().any(|v| self.may_change(*v)) => {
                let e = n.expr.clone();
                if holds(&self.vars, n, &e) {
                    let e = self.steady(&e);
                    *n = self.native(&e);
                } else {
                    let var = self.temp(false, e.span());
                    self.emit(Kind::Let { var, ty: None, op: Op::Native(n.clone()) });
                    *operand = self.native_var(var);
                }
            }
            Operand::Native(_) => {}
        }
    }
}

/// Whether a constant refers to what it is computed from: `c.iter().zip(d)`, `c.first()`.
fn refers(e: &Expr) -> bool {
    let Expr::MethodCall(m) = e else { return false };
    match m.method.to_string().as_str() {
        "iter" | "windows" | "chunks" | "chars" | "bytes" | "first" | "last" | "get" | "keys" | "values" | "as_str" => {
            true
        }
        "rev" | "step_by" | "enumerate" | "skip" | "take" | "copied" | "cloned" => refers(&m.receiver),
        "zip" => refers(&m.receiver) || m.args.iter().any(refers),
        _ => false,
    }
}

fn is_borrowed(info: &VarInfo) -> bool {
    info.reference || info.borrows
}

/// Whether a constant is, or holds, a reference by its look.
fn holds(vars: &[VarInfo], n: &Native, e: &Expr) -> bool {
    match e {
        Expr::Paren(p) => holds(vars, n, &p.expr),
        Expr::Reference(_) => true,
        Expr::Struct(s) => s.fields.iter().any(|f| holds(vars, n, &f.expr)),
        Expr::Path(p) => p.path.get_ident().is_some_and(|i| {
            n.reads.iter().map(|v| &vars[v.0 as usize]).any(|info| info.name == *i && is_borrowed(info))
        }),
        _ => false,
    }
}
