//! Constants of types that everybody knows through and through: numbers, and what the standard library and nalgebra make of them.
//!
//! Only of these the name of a method tells that it changes nothing. `c.min(1)` of anything else may be the user's
//! `fn min(&mut self, ..)`, and `c` is put back in reverse then.
use super::{Lower, native::is_pure_method, sorts, stmt::strip};
use crate::{
    analysis::activity::{is_assignment, is_constant_type, pattern_names, root},
    ir::*,
    parts::cells::may_vary,
};
use syn::{Expr, Pat, Type, visit::Visit};

impl Lower<'_> {
    /// Whether a method may change the variable that it is called on (a part of), for all that its name tells: `c.min(1)`, `w.c.min(1)`.
    pub(super) fn may_count(&self, name: &str, receiver: &Expr, var: Var) -> bool {
        crate::emit::is_believed(name) && is_place(receiver) && !self.is_known(receiver, var)
    }

    /// Whether the methods of (a part of) a variable are known: of what carries a derivative and is no number they have to be rules.
    fn is_known(&self, receiver: &Expr, var: Var) -> bool {
        let whole = self.lookup(place_of(receiver)) == Some(var);
        let listed = whole && self.sorts.get(&var).is_some_and(|s| *s != sorts::Sort::Own);
        self.vars[var.0 as usize].active || listed || self.is_familiar_var(var)
    }

    /// Whether an expression has no effects, is cheap, and gives the same again: it may be evaluated again in the reversed body.
    ///
    /// What changes behind shared references does not, and of a type that is not familiar no name tells that there is nothing such.
    pub(super) fn is_repeatable(&self, e: &Expr) -> bool {
        struct Varies<'a, 'b>(&'a Lower<'b>, bool);
        impl Visit<'_> for Varies<'_, '_> {
            fn visit_expr_index(&mut self, i: &syn::ExprIndex) {
                self.1 |= self.0.varies(&i.expr);
                syn::visit::visit_expr_index(self, i);
            }
            fn visit_expr_binary(&mut self, b: &syn::ExprBinary) {
                self.1 |= self.0.varies(&b.left) || self.0.varies(&b.right);
                syn::visit::visit_expr_binary(self, b);
            }
            fn visit_expr_unary(&mut self, u: &syn::ExprUnary) {
                self.1 |= self.0.varies(&u.expr);
                syn::visit::visit_expr_unary(self, u);
            }
            fn visit_expr_method_call(&mut self, m: &syn::ExprMethodCall) {
                self.1 |= self.0.varies(&m.receiver);
                let var = root(&m.receiver).and_then(|i| self.0.names.get(&i.to_string()));
                self.1 |=
                    var.is_some_and(|v| gives_a_value(m) && is_place(&m.receiver) && !self.0.is_known(&m.receiver, *v));
                syn::visit::visit_expr_method_call(self, m);
            }
            fn visit_ident(&mut self, i: &syn::Ident) {
                self.1 |= self.0.shared.contains(&i.to_string());
            }
        }
        let mut varies = Varies(self, false);
        varies.visit_expr(e);
        super::native::is_pure(e) && !varies.1
    }

    /// Whether (a part of) a variable may be another one each time that it is looked into: its type holds a cell.
    pub(super) fn varies(&self, e: &Expr) -> bool {
        let holds = root(e).is_some_and(|i| self.varying.contains(&i.to_string()));
        holds && self.types.of_expr(e).is_none_or(|ty| may_vary(&ty, &self.open))
    }

    /// Notes what is familiar among new variables.
    pub(super) fn introduce(&mut self, vars: &[Var], familiar: bool) {
        self.familiar.extend(vars.iter().filter(|_| familiar));
    }

    fn is_familiar_var(&self, var: Var) -> bool {
        let info = &self.vars[var.0 as usize];
        info.scalar || info.elements || info.rows || info.view || self.familiar.contains(&var)
    }

    /// `usize`, `&[f64]`, `Vec<(bool, i32)>`
    pub(super) fn is_familiar_type(&self, ty: &Type) -> bool {
        match ty {
            Type::Reference(r) => self.is_familiar_type(&r.elem),
            Type::Slice(s) => self.is_familiar_type(&s.elem),
            Type::Array(a) => self.is_familiar_type(&a.elem),
            Type::Paren(p) => self.is_familiar_type(&p.elem),
            Type::Tuple(t) => t.elems.iter().all(|t| self.is_familiar_type(t)),
            Type::Path(p) => {
                let Some(last) = p.path.segments.last() else { return false };
                let holds = sorts::STANDARD.iter().any(|s| last.ident == s) || sorts::is_nalgebra(last);
                match &last.arguments {
                    syn::PathArguments::AngleBracketed(a) if holds => a.args.iter().all(|a| match a {
                        syn::GenericArgument::Type(t) => self.is_familiar_type(t),
                        _ => true,
                    }),
                    _ => self.is_scalar_type(ty) || is_constant_type(ty) || sorts::is_nalgebra(last),
                }
            }
            _ => false,
        }
    }

    /// Whether an expression is made of what is familiar alone: `n / 2 + 1`, `indices[i].min(n)`, `if c { 0 } else { n }`.
    pub(super) fn is_familiar(&self, e: &Expr) -> bool {
        self.is_made_of(e, &mut Vec::new())
    }

    /// `bound`: names that patterns inside of the expression give to parts of what is familiar.
    fn is_made_of(&self, e: &Expr, bound: &mut Vec<String>) -> bool {
        match strip(e) {
            Expr::Lit(_) | Expr::Cast(_) => true,
            Expr::Path(p) => self.is_familiar_path(&p.path, bound),
            Expr::Unary(u) => self.is_made_of(&u.expr, bound),
            Expr::Reference(r) => self.is_made_of(&r.expr, bound),
            Expr::Field(f) => self.is_made_of(&f.base, bound),
            Expr::Index(i) => self.is_made_of(&i.expr, bound),
            Expr::Repeat(r) => self.is_made_of(&r.expr, bound),
            Expr::Binary(b) => {
                let mut number = |e: &Expr| is_upper_case(e) || self.is_made_of(e, bound);
                is_assignment(&b.op) || number(&b.left) && number(&b.right)
            }
            Expr::Range(r) => r.start.iter().chain(&r.end).all(|e| self.is_made_of(e, bound)),
            Expr::Tuple(t) => t.elems.iter().all(|e| self.is_made_of(e, bound)),
            Expr::Array(a) => !a.elems.is_empty() && a.elems.iter().all(|e| self.is_made_of(e, bound)),
            Expr::Macro(m) => {
                let operands = super::native::operands_of(&m.mac);
                let makes = m.mac.path.segments.last().is_some_and(|s| MAKERS.iter().any(|n| s.ident == n));
                makes && !operands.is_empty() && operands.iter().all(|e| self.is_made_of(e, bound))
            }
            Expr::MethodCall(m) => {
                let known = is_pure_method(&m.method.to_string()) || GIVERS.iter().any(|n| m.method == n);
                known && self.is_made_of(&m.receiver, bound) && m.args.iter().all(|a| self.is_made_of(a, bound))
            }
            Expr::Call(c) => {
                let Expr::Path(f) = &*c.func else { return false };
                super::is_runtime(f)
                    || is_familiar_function(&f.path)
                        && !c.args.is_empty()
                        && c.args.iter().all(|a| self.is_made_of(a, bound))
            }
            Expr::Closure(c) => {
                bound.extend(c.inputs.iter().flat_map(pattern_names));
                self.is_made_of(&c.body, bound)
            }
            Expr::Block(b) => self.is_single_of(&b.block, bound),
            Expr::If(i) => {
                !matches!(*i.cond, Expr::Let(_))
                    && self.is_single_of(&i.then_branch, bound)
                    && i.else_branch.as_ref().is_some_and(|(_, e)| self.is_made_of(e, bound))
            }
            Expr::Match(m) => {
                let parts = self.is_made_of(&m.expr, bound);
                m.arms.iter().all(|arm| {
                    let names = pattern_names(&arm.pat);
                    let shown = parts || names.is_empty() || matches!(arm.pat, Pat::Wild(_));
                    bound.extend(names);
                    shown && self.is_made_of(&arm.body, bound)
                })
            }
            _ => false,
        }
    }

    /// `{ e }`
    fn is_single_of(&self, block: &syn::Block, bound: &mut Vec<String>) -> bool {
        matches!(&block.stmts[..], [syn::Stmt::Expr(e, None)] if self.is_made_of(e, bound))
    }

    fn is_familiar_path(&self, path: &syn::Path, bound: &[String]) -> bool {
        let Some(name) = path.get_ident().map(ToString::to_string) else {
            let owner = path.segments.iter().rev().nth(1).map(|s| s.ident.to_string());
            return owner.is_some_and(|o| o == "consts" || sorts::is_primitive(&o));
        };
        bound.contains(&name) || name == "None" || self.names.get(&name).is_some_and(|v| self.is_familiar_var(*v))
    }
}

/// Macros that make containers of their operands.
pub(crate) const MAKERS: &[&str] = &["vec", "vector", "dvector", "matrix", "dmatrix", "point"];

/// Methods beside the pure ones that give (a part of) what they are called on, or what a function makes of it.
#[rustfmt::skip]
const GIVERS: &[&str] = &[
    "unwrap", "expect", "unwrap_or_else", "map", "filter", "find", "fold", "position", "any", "all", "count", "into_iter", "to_vec", "min_by_key",
    "max_by_key", "pop", "next", "take_while", "skip_while", "wrapping_neg", "then", "then_some", "filter_map", "flat_map",
];

/// `Some`, `DVector::from_element`, `usize::from`
fn is_familiar_function(path: &syn::Path) -> bool {
    match path.segments.iter().rev().nth(1) {
        Some(owner) => {
            let name = owner.ident.to_string();
            sorts::is_primitive(&name) || sorts::is_nalgebra(owner)
        }
        None => path.segments.last().is_some_and(|s| ["Some", "Ok", "Err"].iter().any(|n| s.ident == n)),
    }
}

/// `PI`: what is reckoned with is a number.
fn is_upper_case(e: &Expr) -> bool {
    matches!(strip(e), Expr::Path(p) if p.path.segments.last().is_some_and(|s| !s.ident.to_string().contains(char::is_lowercase)))
}

/// Whether a method gives a value by its name, and no reference into what it is called on: `c.len()`, `c.get()`, but not `c.get(3)`.
fn gives_a_value(m: &syn::ExprMethodCall) -> bool {
    let name = m.method.to_string();
    crate::rules::INACTIVE_METHODS.contains(&name.as_str())
        || name == "min"
        || name == "max"
        || name == "get" && m.args.is_empty()
}

/// `c` in `&mut *(c)`
fn place_of(e: &Expr) -> &Expr {
    match e {
        Expr::Paren(p) => place_of(&p.expr),
        Expr::Reference(r) => place_of(&r.expr),
        Expr::Unary(u) if matches!(u.op, syn::UnOp::Deref(_)) => place_of(&u.expr),
        e => e,
    }
}

/// Whether an expression is (a part of) a variable, and no value that a call gives.
pub(crate) fn is_place(e: &Expr) -> bool {
    match place_of(e) {
        Expr::Path(_) => true,
        Expr::Field(f) => is_place(&f.base),
        Expr::Index(i) => is_place(&i.expr),
        _ => false,
    }
}
