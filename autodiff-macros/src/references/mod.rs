//! References that are chosen by a branch or assigned anew become numbers which say where they lead.
//!
//! ```text
//! let mut s = x;                         let mut s_start = 0; let mut s_end = x.len();
//! while s.len() > 1 {                    while s_end - s_start > 1 {
//!     p += s[0] * s[1];            =>        let s_2 = &x[s_start..s_end]; p += s_2[0] * s_2[1];
//!     s = &s[1..];                           s_start += 1;
//! }                                      }
//! let r = if c { &mut a } else { &mut b[i] };
//!                                  =>    let r_site; let r_0; if c { r_site = 0; r_0 = 0; } else { r_site = 1; r_0 = i; }
//!                                        let r = match r_site { 0 => &mut a, _ => &mut b[r_0] };
//! ```
//! Numbers are saved and restored like any others, and a reference that is made from them is mirrored by the same
//! expression over adjoints. What such a variable may lead to are its sites; variables that are copied to each other share
//! one list of sites.
mod expose;
mod find;
mod place;
mod rewrite;

pub(crate) use expose::expose;
pub(crate) use find::Known;
pub(crate) use place::{Lead, lead, number, part, slot, template};
pub(crate) use rewrite::substituted;

use crate::{analysis::activity::Active, names::Names};
use syn::{Block, Expr, ItemFn, Local, Stmt, visit_mut::VisitMut};

/// Rewrites the references of a function whose variables have names of their own.
pub(crate) fn follow(item: &mut ItemFn, active: &Active) {
    Blocks.visit_block_mut(&mut item.block);
    find::index_loops(item, active);
    let plan = find::plan(item, active);
    if !plan.cursors.is_empty() {
        rewrite::rewrite(item, &plan);
    }
}

/// `fn f(mut x: &[f64]) { .. x = &x[1..]; .. }` is `fn f(x: &[f64]) { let mut x_2 = x; .. x_2 = &x_2[1..]; .. }`.
pub(crate) fn moving_parameters(item: &mut ItemFn) {
    let known = Known::of(item);
    let mut names = Names::beside(item);
    let params: Vec<syn::Ident> = crate::lower::typed_params(item)
        .filter(|(p, _)| matches!(&*p.ty, syn::Type::Reference(_)))
        .filter_map(|(_, i)| i.cloned())
        .filter(|i| known.moves(&i.to_string()))
        .collect();
    for param in params {
        let moving = names.ident(&param.to_string());
        rewrite::renamed(&mut item.block, &param, &moving);
        item.block.stmts.insert(0, syn::parse_quote!(let mut #moving = #param;));
    }
}

/// `let r = { let t = &mut x[..]; &mut t[1..] };` is `let t = &mut x[..]; let r = &mut t[1..];`: names are unique.
struct Blocks;

impl VisitMut for Blocks {
    fn visit_block_mut(&mut self, block: &mut Block) {
        syn::visit_mut::visit_block_mut(self, block);
        let mut stmts = Vec::new();
        for stmt in std::mem::take(&mut block.stmts) {
            match stmt {
                Stmt::Local(local) => opened(local, &mut stmts),
                stmt => stmts.push(stmt),
            }
        }
        block.stmts = stmts;
    }
}

/// A `let` whose value is a block that ends in a reference, without the block.
fn opened(mut local: Local, out: &mut Vec<Stmt>) {
    let Some(init) = &mut local.init else { return out.push(Stmt::Local(local)) };
    let block = match &mut *init.expr {
        Expr::Block(b) if b.label.is_none() && b.attrs.is_empty() => &mut b.block,
        Expr::Unsafe(b) => &mut b.block,
        _ => return out.push(Stmt::Local(local)),
    };
    let items = block.stmts.iter().any(|s| matches!(s, Stmt::Item(_)));
    match block.stmts.last() {
        Some(Stmt::Expr(tail, None)) if !items && is_reference(tail) => {}
        _ => return out.push(Stmt::Local(local)),
    }
    let Some(Stmt::Expr(tail, None)) = block.stmts.pop() else { return };
    out.append(&mut block.stmts);
    *init.expr = tail;
    opened(local, out);
}

/// A reference by its look, or several of them.
fn is_reference(e: &Expr) -> bool {
    match e {
        Expr::Paren(p) => is_reference(&p.expr),
        Expr::Reference(r) => !matches!(&*r.expr, Expr::Lit(_) | Expr::Call(_) | Expr::Array(_) | Expr::Macro(_)),
        Expr::Tuple(t) => !t.elems.is_empty() && t.elems.iter().all(|e| is_reference(e) || matches!(e, Expr::Path(_))),
        Expr::MethodCall(m) => crate::lower::VIEWS.contains(&m.method.to_string().as_str()),
        _ => false,
    }
}
