//! Calls of getters and indexing of types of the user's, as places.
use super::{
    seen,
    types::{Types, is_built_in},
};
use crate::{analysis::activity::Active, atom::atom, references};
use proc_macro2::Span;
use quote::format_ident;
use syn::{
    Expr, ExprCall, ExprIndex, ExprMethodCall, Ident, ItemFn, Local, Type, UnOp, parse_quote,
    visit_mut::{self, VisitMut},
};

pub(super) const SUFFIX: &str = "__part";

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
    Calls { types: Types::of(item), active, written: false }.visit_block_mut(&mut item.block);
}

struct Calls<'a> {
    active: &'a Active,
    types: Types,
    /// The place that is being visited is written to.
    written: bool,
}

impl Calls<'_> {
    /// Whether a call hands out a reference into its receiver, and whether that may be written through.
    fn getter(&self, m: &ExprMethodCall) -> Option<bool> {
        let name = m.method.to_string();
        let ty = self.types.of_expr(&m.receiver);
        if is_part(&name)
            || ty.as_ref().is_some_and(is_built_in)
            || !is_place(&m.receiver)
            || !self.active.carries(&m.receiver)
        {
            return None;
        }
        seen::getter(ty.as_ref(), &name)
    }

    fn place(&self, m: &ExprMethodCall) -> Expr {
        let (receiver, args) = (atom(&m.receiver), &m.args);
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
        self.types.of_expr(&i.expr).map_or_else(seen::index, |ty| !is_built_in(&ty))
    }

    /// `d.x`, where that is a shared slice, is `&d.x[..]`: a reference by its look, that leads to the same part of an adjoint.
    fn borrowed(&self, e: &mut Expr) {
        if matches!(self.shared(e), Some(Type::Slice(_))) {
            *e = parse_quote!(&#e[..]);
        }
    }

    /// An argument, which may have one reference more than is asked for.
    fn argument(&self, e: &mut Expr) {
        self.borrowed(e);
        if self.shared(e).is_some() {
            *e = parse_quote!(&#e);
        }
    }

    /// What a field that is a shared reference refers to.
    fn shared(&self, e: &Expr) -> Option<Type> {
        if !matches!(e, Expr::Field(_)) || !self.active.carries(e) {
            return None;
        }
        match self.types.of_expr(e)? {
            Type::Reference(r) if r.mutability.is_none() => Some(*r.elem),
            _ => None,
        }
    }

    fn writing(&mut self, e: &mut Expr) {
        let before = std::mem::replace(&mut self.written, true);
        self.visit_expr_mut(e);
        self.written = before;
    }
}

impl VisitMut for Calls<'_> {
    fn visit_local_mut(&mut self, local: &mut Local) {
        self.types.declare(local);
        visit_mut::visit_local_mut(self, local);
        if let Some(init) = &mut local.init {
            self.borrowed(&mut init.expr);
        }
    }

    fn visit_expr_for_loop_mut(&mut self, f: &mut syn::ExprForLoop) {
        self.types.item(f);
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
            Expr::Call(c) => c.args.iter_mut().for_each(|a| self.argument(a)),
            Expr::MethodCall(m) => m.args.iter_mut().for_each(|a| self.argument(a)),
            Expr::Tuple(t) => t.elems.iter_mut().for_each(|a| self.borrowed(a)),
            Expr::Array(t) => t.elems.iter_mut().for_each(|a| self.borrowed(a)),
            Expr::Struct(s) => s.fields.iter_mut().for_each(|f| self.borrowed(&mut f.expr)),
            _ => {}
        }
        match e {
            Expr::MethodCall(m) => {
                let getter = self.getter(m);
                seen_through(&mut m.receiver);
                if let Some(mutable) = getter {
                    let (place, mutable) = (self.place(m), mutable.then(<syn::Token![mut]>::default));
                    *e = parse_quote!(&#mutable #place);
                }
            }
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

/// `(&m[part]).len()` is `m[part].len()`.
fn seen_through(e: &mut Expr) {
    if let Some(place) = handed_out(e) {
        *e = place;
    }
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
