//! Calls of getters and indexing of types of the user's, as places.
use super::seen;
use crate::{analysis::activity::Active, lower, references};
use proc_macro2::Span;
use quote::{format_ident, quote};
use std::collections::HashMap;
use syn::{
    Expr, ExprCall, ExprIndex, ExprMethodCall, Ident, ItemFn, Local, Pat, Type, UnOp, parse_quote,
    visit_mut::{self, VisitMut},
};

const SUFFIX: &str = "__part";

/// The method that says where another one's reference leads.
pub(super) fn part_of(method: &Ident) -> Ident {
    format_ident!("{method}{SUFFIX}", span = method.span())
}

/// `row__part`
pub(crate) fn is_part(method: &str) -> bool {
    method.ends_with(SUFFIX)
}

/// `site(&m, (i, j))`
pub(crate) fn is_site(c: &ExprCall) -> bool {
    let Expr::Path(p) = &*c.func else { return false };
    let names: Vec<String> = p.path.segments.iter().map(|s| s.ident.to_string()).collect();
    matches!(&names[..], [krate, rules, site] if krate == "autodiff_core" && rules == "rules" && (site == "site" || site == "site_mut"))
}

/// Writes getters and indexing of types of the user's as places.
pub(crate) fn follow(item: &mut ItemFn, active: &Active) {
    let types = lower::typed_params(item).filter_map(|(p, i)| Some((i?.to_string(), (*p.ty).clone()))).collect();
    Calls { types, active, written: false }.visit_block_mut(&mut item.block);
}

/// Whether a type is not one of the user's.
fn is_built_in(ty: &Type) -> bool {
    match ty {
        Type::Reference(r) => is_built_in(&r.elem),
        Type::Paren(p) => is_built_in(&p.elem),
        Type::Path(p) => p.path.segments.last().is_some_and(|last| {
            let name = last.ident.to_string();
            lower::is_nalgebra(last) || lower::STANDARD.contains(&name.as_str())
        }),
        _ => true,
    }
}

struct Calls<'a> {
    active: &'a Active,
    /// The types of variables, as far as they are seen.
    types: HashMap<String, Type>,
    /// The place that is being visited is written to.
    written: bool,
}

impl Calls<'_> {
    fn declare(&mut self, local: &Local) {
        let (Pat::Ident(i), init) = (plain(&local.pat), &local.init) else { return };
        let declared = if let Pat::Type(t) = &local.pat { Some((*t.ty).clone()) } else { None };
        if let Some(ty) = declared.or_else(|| self.type_of(&init.as_ref()?.expr)) {
            self.types.insert(i.ident.to_string(), ty);
        }
    }

    /// The type of an expression, as far as it is seen.
    fn type_of(&self, e: &Expr) -> Option<Type> {
        match e {
            Expr::Paren(p) => self.type_of(&p.expr),
            Expr::Reference(r) => self.type_of(&r.expr),
            Expr::Path(p) => self.types.get(&p.path.get_ident()?.to_string()).cloned(),
            Expr::Unary(u) if matches!(u.op, UnOp::Deref(_)) => self.type_of(&u.expr),
            Expr::Field(f) => {
                let member = &f.member;
                seen::field(&self.type_of(&f.base)?, &quote!(#member).to_string())
            }
            Expr::Index(i) => match &*i.index {
                Expr::Range(_) => self.type_of(&i.expr),
                Expr::MethodCall(m) if is_part(&m.method.to_string()) => {
                    let name = m.method.to_string();
                    seen::handed_out(&self.type_of(&i.expr)?, name.strip_suffix(SUFFIX)?)
                }
                _ => element(&self.type_of(&i.expr)?),
            },
            Expr::MethodCall(m) if m.method == "clone" => self.type_of(&m.receiver),
            Expr::Array(_) | Expr::Repeat(_) | Expr::Macro(_) => {
                let first = if let Expr::Array(a) = e { a.elems.first() } else { None };
                let element = first.and_then(|e| self.type_of(e)).unwrap_or_else(|| parse_quote!(_));
                Some(parse_quote!([#element]))
            }
            Expr::MethodCall(m) if ["iter", "iter_mut"].contains(&m.method.to_string().as_str()) => {
                self.type_of(&m.receiver)
            }
            Expr::Struct(s) => {
                let path = &s.path;
                Some(parse_quote!(#path))
            }
            Expr::Call(c) => {
                let Expr::Path(p) = &*c.func else { return None };
                let owner = p.path.segments.iter().rev().nth(1)?;
                Some(parse_quote!(#owner))
            }
            _ => None,
        }
    }

    /// Whether a call hands out a reference into its receiver.
    fn is_getter(&self, m: &ExprMethodCall) -> bool {
        let name = m.method.to_string();
        let ty = self.type_of(&m.receiver);
        if is_part(&name)
            || ty.as_ref().is_some_and(is_built_in)
            || !is_place(&m.receiver)
            || !self.active.carries(&m.receiver)
        {
            return false;
        }
        seen::getter(ty.as_ref(), &name)
    }

    fn place(&self, m: &ExprMethodCall) -> Expr {
        let (receiver, args) = (&m.receiver, &m.args);
        let part = part_of(&m.method);
        parse_quote!(#receiver[#receiver.#part(#args)])
    }

    /// Whether a type of the user's is indexed, as far as one can see.
    fn is_own_index(&self, i: &ExprIndex) -> bool {
        let site = match &*i.index {
            Expr::Range(_) => return false,
            Expr::Call(c) => is_site(c),
            Expr::MethodCall(m) => is_part(&m.method.to_string()),
            _ => false,
        };
        if site || is_view(&i.expr) || !is_place(&i.expr) || !self.active.carries(&i.expr) {
            return false;
        }
        // of what is not seen to be the user's, the index is itself
        self.type_of(&i.expr).map_or_else(seen::index, |ty| !is_built_in(&ty))
    }

    fn writing(&mut self, e: &mut Expr) {
        let before = std::mem::replace(&mut self.written, true);
        self.visit_expr_mut(e);
        self.written = before;
    }
}

impl VisitMut for Calls<'_> {
    fn visit_local_mut(&mut self, local: &mut Local) {
        self.declare(local);
        visit_mut::visit_local_mut(self, local);
    }

    fn visit_expr_for_loop_mut(&mut self, f: &mut syn::ExprForLoop) {
        let item = self.type_of(&f.expr).and_then(|ty| element(&ty));
        if let (Pat::Ident(i), Some(ty)) = (plain(&f.pat), item) {
            self.types.insert(i.ident.to_string(), ty);
        }
        visit_mut::visit_expr_for_loop_mut(self, f);
    }

    fn visit_expr_mut(&mut self, e: &mut Expr) {
        let written = self.written;
        match e {
            Expr::Assign(a) => {
                self.writing(&mut a.left);
                self.visit_expr_mut(&mut a.right);
            }
            Expr::Binary(b) if crate::analysis::activity::is_assignment(&b.op) => {
                self.writing(&mut b.left);
                self.visit_expr_mut(&mut b.right);
            }
            Expr::Reference(r) if r.mutability.is_some() => self.writing(&mut r.expr),
            Expr::Index(i) => {
                self.visit_expr_mut(&mut i.expr);
                self.written = false;
                self.visit_expr_mut(&mut i.index);
                self.written = written;
            }
            Expr::Field(_) | Expr::Paren(_) | Expr::Unary(_) | Expr::Tuple(_) => visit_mut::visit_expr_mut(self, e),
            _ => {
                self.written = false;
                visit_mut::visit_expr_mut(self, e);
                self.written = written;
            }
        }
        match e {
            Expr::MethodCall(m) if self.is_getter(m) => {
                let place = self.place(m);
                *e = if m.method.to_string().ends_with("_mut") {
                    parse_quote!(&mut #place)
                } else {
                    parse_quote!(&#place)
                };
            }
            Expr::MethodCall(m) => seen_through(&mut m.receiver),
            Expr::Field(f) => seen_through(&mut f.base),
            Expr::Unary(u) if matches!(u.op, UnOp::Deref(_)) => {
                if let Some(place) = handed_out(&u.expr) {
                    *e = place;
                }
            }
            Expr::Index(i) => {
                seen_through(&mut i.expr);
                if self.is_own_index(i) {
                    let (base, index) = (&i.expr, &i.index);
                    let site = Ident::new(if written { "site_mut" } else { "site" }, Span::mixed_site());
                    *i.index = parse_quote!(::autodiff_core::rules::#site(&#base, #index));
                }
            }
            _ => {}
        }
    }
}

/// What is behind a reference that a getter hands out.
fn handed_out(e: &Expr) -> Option<Expr> {
    match e {
        Expr::Paren(p) => handed_out(&p.expr),
        Expr::Reference(r) => match &*r.expr {
            Expr::Index(i) if matches!(&*i.index, Expr::MethodCall(m) if is_part(&m.method.to_string())) => {
                Some((*r.expr).clone())
            }
            _ => None,
        },
        _ => None,
    }
}

/// The type of the elements of a container.
fn element(ty: &Type) -> Option<Type> {
    match ty {
        Type::Reference(r) => element(&r.elem),
        Type::Paren(p) => element(&p.elem),
        Type::Slice(s) if matches!(*s.elem, Type::Infer(_)) => None,
        Type::Slice(s) => Some((*s.elem).clone()),
        Type::Array(a) => Some((*a.elem).clone()),
        Type::Path(p) => {
            let last = p.path.segments.last()?;
            let syn::PathArguments::AngleBracketed(a) = &last.arguments else { return None };
            match a.args.first()? {
                syn::GenericArgument::Type(t) if last.ident == "Vec" || last.ident == "VecDeque" => Some(t.clone()),
                _ => None,
            }
        }
        _ => None,
    }
}

/// `(&m[part]).len()` is `m[part].len()`.
fn seen_through(e: &mut Expr) {
    if let Some(place) = handed_out(e) {
        *e = place;
    }
}

fn plain(pat: &Pat) -> &Pat {
    if let Pat::Type(t) = pat { &t.pat } else { pat }
}

/// `m.row_mut(0)`, which is nalgebra's.
fn is_view(e: &Expr) -> bool {
    match e {
        Expr::Paren(p) => is_view(&p.expr),
        e => matches!(e, Expr::MethodCall(_)),
    }
}

/// A variable or a part of one.
fn is_place(e: &Expr) -> bool {
    references::lead(&parse_quote!(&#e)).is_some()
}
