//! References to entries of constant lists become indices: the reverse sweep can keep an index, a reference it can't.
//!
//! ```text
//! let s = spans.iter().find(|s| t < s.end).unwrap();
//!     =>    let at: usize = index_in(&spans[..], spans.iter().find(|s| t < s.end).unwrap()); let s = &spans[at];
//! if let Some(s) = spans.get(i) { .. }
//!     =>    if let Some(at) = place_in(&spans[..], spans.get(i)) { let s = &spans[at]; .. }
//! let mut best = &spans[0]; for s in spans { if s.end > best.end { best = s; } }
//!     =>    let mut best_at: usize = 0; for s in spans { if s.end > spans[best_at].end { best_at = index_in(&spans[..], s); } }
//! let s = map.get(&key).unwrap();
//!     =>    let s = &map[&key];
//! let open: Vec<&Span> = spans.iter().filter(f).collect();
//!     =>    let at = indices_in(&spans[..], spans.iter().filter(f).collect()); let open = entries_at(&spans[..], &at);
//! ```
//! Which entry it is, the list tells by where it lies: what finds it stays as the user wrote it, and runs once. What is a list, or a
//! map, is known by its type.
mod declared;
mod entries;
mod gathered;
mod missing;
mod options;

pub(crate) use gathered::ENTRIES_AT;
pub(crate) use missing::apart;

use crate::{
    analysis::activity::{Active, root},
    atom::atom,
    names::Names,
    parts::types::Types,
    syntax,
};
use declared::Declared;
use std::collections::{HashMap, HashSet};
use syn::{
    Block, Expr, Ident, ItemFn, Local, Pat, Stmt, Type, parse_quote,
    visit::Visit,
    visit_mut::{self, VisitMut},
};

/// Rewrites a function whose variables have names of their own.
pub(crate) fn indexed(item: &mut ItemFn, active: &Active) {
    if !Looks::into(item) {
        return;
    }
    let mut lookups = Lookups::new(active, item);
    lookups.know(&item.block);
    lookups.visit_block_mut(&mut item.block);
}

/// Whether something is looked up at all, or a reference that may change is made.
struct Looks(bool);

impl Looks {
    fn into(item: &ItemFn) -> bool {
        let mut looks = Looks(false);
        looks.visit_block(&item.block);
        looks.0
    }
}

impl Visit<'_> for Looks {
    fn visit_expr_method_call(&mut self, m: &syn::ExprMethodCall) {
        self.0 |= m.method == "collect" || options::LOOKS.iter().any(|name| m.method == name);
        syn::visit::visit_expr_method_call(self, m);
    }
    fn visit_local(&mut self, local: &Local) {
        self.0 |= local.init.as_ref().is_some_and(|i| is_entry(&i.expr));
        syn::visit::visit_local(self, local);
    }
}

struct Lookups<'a> {
    active: &'a Active,
    types: Types,
    names: Names,
    /// The variables that are references to entries of a list, and which list that is.
    entries: HashMap<String, Expr>,
    /// The variables that are iterators over the entries of a list.
    iterators: HashMap<String, Expr>,
    /// Those of the references that are assigned anew: the index that each becomes.
    cursors: HashMap<String, Ident>,
    /// Variables that are declared as mutable.
    mutable: HashSet<String>,
    /// In what is gathered already.
    gathered: bool,
}

impl<'a> Lookups<'a> {
    fn new(active: &'a Active, item: &ItemFn) -> Self {
        let (Declared { types, mutable }, names) = (Declared::of(item), Names::beside(item));
        let (entries, iterators, cursors) = Default::default();
        Lookups { active, types, names, entries, iterators, cursors, mutable, gathered: false }
    }
}

impl Lookups<'_> {
    fn is_list(&self, e: &Expr) -> bool {
        self.is_constant(e, &|ty| match ty {
            Type::Slice(_) | Type::Array(_) => true,
            ty => is_named(ty, &["Vec"]),
        })
    }

    fn is_map(&self, e: &Expr) -> bool {
        self.is_constant(e, &|ty| is_named(ty, &["HashMap", "BTreeMap"]))
    }

    fn is_queue(&self, e: &Expr) -> bool {
        self.is_constant(e, &|ty| is_named(ty, &["VecDeque"]))
    }

    /// Whether (a part of) a variable has no derivative, and is of such a type.
    fn is_constant(&self, e: &Expr, is: &dyn Fn(&Type) -> bool) -> bool {
        let variable = root(e).is_some_and(|i| !self.active.contains(i));
        variable && crate::lower::is_place(e) && self.types.of_expr(e).is_some_and(|ty| is(behind(&ty)))
    }

    /// Whether a list is the same one wherever it is named, as long as something refers to its entries: no part of it by an index, nor
    /// what a variable that changes refers to.
    fn is_steady(&self, list: &Expr) -> bool {
        let Some(ty) = root(list).and_then(|i| self.types.of_expr(&syntax::name(i))) else { return false };
        let mutable = root(list).is_some_and(|i| self.mutable.contains(&i.to_string()));
        match bare(list) {
            Expr::Path(_) => !mutable || !matches!(ty, Type::Reference(_)),
            list => !mutable && !matches!(ty, Type::Reference(r) if r.mutability.is_some()) && is_field(list),
        }
    }

    /// The list and the index that a variable which is assigned anew stands for: `spans[best_at]`.
    fn cursor(&self, e: &Expr) -> Option<Expr> {
        let name = name_of(e)?.to_string();
        let (at, list) = (self.cursors.get(&name)?, self.entries.get(&name)?);
        Some(syntax::index(atom(list), syntax::name(at)))
    }

    /// `let (a, b) = (spans.first().unwrap(), &spans[1..]);` as one `let` for each, and so `if c { (a, b) } else { (b, a) }`.
    fn side_by_side(&mut self, stmt: Stmt) -> Vec<Stmt> {
        let Stmt::Local(Local { pat: Pat::Tuple(p), init: Some(init), .. }) = &stmt else { return vec![stmt] };
        if init.diverge.is_some() || !p.elems.iter().all(|p| bound(p).is_some()) {
            return vec![stmt];
        }
        let each = |values: Vec<Expr>| p.elems.iter().zip(values).map(|(p, e)| parse_quote!(let #p = #e;)).collect();
        match bare(&init.expr) {
            Expr::Tuple(t) if p.elems.len() == t.elems.len() && t.elems.iter().any(|e| self.refers(e)) => {
                each(t.elems.iter().cloned().collect())
            }
            Expr::If(i) if is_plain(&i.cond) => {
                let parts = |e: &Expr| match parts_of(e) {
                    Some(parts) if parts.len() == p.elems.len() && parts.iter().all(|e| self.lends(e)) => Some(parts),
                    _ => None,
                };
                let then =
                    parts(&Expr::Block(syn::ExprBlock { attrs: vec![], label: None, block: i.then_branch.clone() }));
                let (Some(then), Some(other)) = (then, i.else_branch.as_ref().and_then(|(_, e)| parts(e))) else {
                    return vec![stmt];
                };
                let cond = &i.cond;
                each(then.iter().zip(&other).map(|(a, b)| parse_quote!(if #cond { #a } else { #b })).collect())
            }
            _ => vec![stmt],
        }
    }

    /// Whether an expression is a constant reference by its look, or a variable that is one by its type.
    fn lends(&self, e: &Expr) -> bool {
        let constant = root(e).is_some_and(|i| !self.active.contains(i));
        constant
            && match bare(e) {
                Expr::Reference(r) => r.mutability.is_none() && crate::lower::is_pure(&r.expr),
                e => {
                    matches!((name_of(e), self.types.of_expr(e)), (Some(_), Some(Type::Reference(r))) if r.mutability.is_none())
                }
            }
    }

    /// Whether an expression is a reference into a constant list or map.
    fn refers(&mut self, e: &Expr) -> bool {
        let part =
            matches!(bare(e), Expr::Reference(r) if matches!(bare(&r.expr), Expr::Index(i) if self.is_list(&i.expr)));
        part || self.index_of(e).is_some() || self.reference(e).is_some()
    }

    /// `let s = e;`, where `e` refers to an entry.
    fn local(&mut self, local: &mut Local, out: &mut Vec<Stmt>) {
        let Local { pat, init: Some(init), .. } = local else { return };
        if init.diverge.is_some() {
            return;
        }
        if let Some((before, value)) = self.taken_or_left(&init.expr) {
            out.extend(before);
            *init.expr = value;
            return;
        }
        let variable = bound(pat).and_then(|i| self.cursors.get(&i.to_string()).cloned());
        if (is_entry(&init.expr) || name_of(&init.expr).is_some()) && variable.is_none() {
            return;
        }
        match (self.index_of(&init.expr), variable) {
            (Some((_, at)), Some(cursor)) => {
                *pat = parse_quote!(mut #cursor);
                *init.expr = at;
            }
            (Some((list, at)), None) => {
                let index = self.names.ident("at");
                out.push(parse_quote!(let #index: usize = #at;));
                *init.expr = entry(&list, &syntax::name(&index));
            }
            (None, _) => {
                if let Some((before, e)) = self.reference(&init.expr) {
                    out.extend(before);
                    *init.expr = e;
                }
            }
        }
    }
}

impl VisitMut for Lookups<'_> {
    fn visit_block_mut(&mut self, block: &mut Block) {
        let mut stmts = Vec::new();
        if !self.gathered {
            self.gathered(&mut block.stmts);
        }
        for stmt in std::mem::take(&mut block.stmts) {
            for mut stmt in self.side_by_side(stmt) {
                if let Stmt::Local(local) = &mut stmt {
                    self.local(local, &mut stmts);
                }
                stmts.extend(self.side_by_side(stmt));
            }
        }
        block.stmts = stmts;
        visit_mut::visit_block_mut(self, block);
    }

    fn visit_expr_mut(&mut self, e: &mut Expr) {
        match e {
            Expr::Assign(a) => {
                let cursor = name_of(&a.left).and_then(|i| self.cursors.get(&i.to_string()).cloned());
                if let Some(cursor) = cursor
                    && let Some((_, at)) = self.index_of(&a.right)
                {
                    (*a.left, *a.right) = (syntax::name(&cursor), at);
                }
            }
            Expr::If(i) => self.condition(&mut i.cond, &mut i.then_branch),
            Expr::While(w) => self.condition(&mut w.cond, &mut w.body),
            Expr::Match(m) => _ = self.arms(m),
            Expr::ForLoop(f) => self.stepped(f),
            _ => {}
        }
        match e {
            Expr::Field(syn::ExprField { base: x, .. })
            | Expr::Index(syn::ExprIndex { expr: x, .. })
            | Expr::MethodCall(syn::ExprMethodCall { receiver: x, .. }) => {
                if let Some(entry) = self.cursor(x) {
                    **x = entry;
                }
            }
            _ => {
                if let Some(place) = self.cursor(e) {
                    *e = syntax::paren(syntax::reference(Default::default(), None, place));
                }
            }
        }
        let outer = self.gathered;
        self.gathered |= matches!(e, Expr::Call(c) if gathered::gathers(c));
        visit_mut::visit_expr_mut(self, e);
        self.gathered = outer;
    }

    fn visit_item_mut(&mut self, _: &mut syn::Item) {}
}

/// Whether an expression may be evaluated twice, or not at all.
fn is_plain(e: &Expr) -> bool {
    crate::lower::is_pure(e) && !crate::parts::cells::looks_into(e)
}

/// `&spans[at]`
fn entry(of: &Expr, at: &Expr) -> Expr {
    syntax::reference(Default::default(), None, syntax::index(atom(of), at.clone()))
}

/// `&spans[..]`
fn whole_of(list: &Expr) -> Expr {
    entry(list, &parse_quote!(..))
}

/// `a` and `b` of `{ (a, b) }`
fn parts_of(e: &Expr) -> Option<Vec<Expr>> {
    match bare(e) {
        Expr::Tuple(t) => Some(t.elems.iter().cloned().collect()),
        Expr::Block(b) if b.label.is_none() => match &b.block.stmts[..] {
            [Stmt::Expr(e, None)] => parts_of(e),
            _ => None,
        },
        _ => None,
    }
}

fn is_entry(e: &Expr) -> bool {
    matches!(bare(e), Expr::Reference(r) if matches!(bare(&r.expr), Expr::Index(_)))
}

/// `model.spans`, `(*model).spans`
fn is_field(e: &Expr) -> bool {
    match bare(e) {
        Expr::Path(_) => true,
        Expr::Field(f) => is_field(&f.base),
        Expr::Unary(u) => matches!(u.op, syn::UnOp::Deref(_)) && is_field(&u.expr),
        _ => false,
    }
}

fn name_of(e: &Expr) -> Option<&Ident> {
    if let Expr::Path(p) = e { p.path.get_ident() } else { None }
}

/// The name that a pattern gives to the whole.
fn bound(pat: &Pat) -> Option<&Ident> {
    match pat {
        Pat::Ident(p) if p.by_ref.is_none() => Some(&p.ident),
        Pat::Type(t) => bound(&t.pat),
        _ => None,
    }
}

fn bare(e: &Expr) -> &Expr {
    match e {
        Expr::Paren(p) => bare(&p.expr),
        Expr::Group(g) => bare(&g.expr),
        e => e,
    }
}

fn behind(ty: &Type) -> &Type {
    match ty {
        Type::Reference(r) => behind(&r.elem),
        Type::Paren(p) => behind(&p.elem),
        ty => ty,
    }
}

fn is_named(ty: &Type, names: &[&str]) -> bool {
    matches!(ty, Type::Path(p) if p.path.segments.last().is_some_and(|s| names.iter().any(|name| s.ident == name)))
}
