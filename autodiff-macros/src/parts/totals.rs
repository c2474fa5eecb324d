//! `impl Sum` and `impl Product` of the user's: whether they add up, or multiply, one item after the other as the loop does that is
//! written for them.
//!
//! ```text
//! impl Sum for Vec3 { fn sum<I: Iterator<Item = Vec3>>(items: I) -> Vec3 { items.fold(Vec3::zero(), |a, b| a + b) } }
//! ```
use super::seen;
use std::collections::BTreeMap;
use syn::{BinOp, Block, Expr, ImplItem, Pat, Stmt, visit::Visit};

/// What a file shows: by trait and type, whether all of them do.
pub(super) fn of(file: &syn::File) -> BTreeMap<(String, String), bool> {
    let mut totals = Totals::default();
    totals.visit_file(file);
    totals.0
}

#[derive(Default)]
struct Totals(BTreeMap<(String, String), bool>);

impl Visit<'_> for Totals {
    fn visit_item_impl(&mut self, i: &syn::ItemImpl) {
        let last = i.trait_.as_ref().and_then(|(path, _)| path.segments.last());
        let total = last.map(|s| s.ident.to_string()).filter(|name| name == "Sum" || name == "Product");
        if let (Some(total), Some(ty)) = (total, seen::plain_name(&i.self_ty)) {
            let plain = i.items.iter().all(|item| match item {
                ImplItem::Fn(f) => is_plain(&f.block, total == "Sum"),
                _ => true,
            });
            *self.0.entry((total, ty)).or_insert(true) &= plain;
        }
        syn::visit::visit_item_impl(self, i);
    }
}

/// `items.fold(first, |a, b| a + b)`, `let mut s = first; for v in items { s += v; } s`
fn is_plain(body: &Block, sum: bool) -> bool {
    match &body.stmts[..] {
        [Stmt::Expr(Expr::MethodCall(m), None)] if m.method == "fold" && m.args.len() == 2 => match &m.args[1] {
            Expr::Closure(c) => match (&c.inputs.iter().collect::<Vec<_>>()[..], &*c.body) {
                ([a, b], Expr::Binary(e)) => {
                    is_operator(&e.op, sum, false) && is_named(&e.left, a) && is_named(&e.right, b)
                }
                _ => false,
            },
            Expr::Path(p) => p.path.segments.last().is_some_and(|s| s.ident == if sum { "add" } else { "mul" }),
            _ => false,
        },
        [Stmt::Local(first), Stmt::Expr(Expr::ForLoop(f), _), Stmt::Expr(last, None)] => match &f.body.stmts[..] {
            [Stmt::Expr(Expr::Binary(e), _)] => {
                let item = is_operator(&e.op, sum, true) && is_named(&e.left, &first.pat) && is_named(&e.right, &f.pat);
                item && is_named(last, &first.pat)
            }
            _ => false,
        },
        _ => false,
    }
}

fn is_operator(op: &BinOp, sum: bool, assigns: bool) -> bool {
    match op {
        BinOp::Add(_) => sum && !assigns,
        BinOp::Mul(_) => !sum && !assigns,
        BinOp::AddAssign(_) => sum && assigns,
        BinOp::MulAssign(_) => !sum && assigns,
        _ => false,
    }
}

/// Whether an expression is the variable that a pattern binds, or what it refers to.
fn is_named(e: &Expr, pat: &Pat) -> bool {
    match (e, pat) {
        (_, Pat::Type(t)) => is_named(e, &t.pat),
        (_, Pat::Reference(r)) => is_named(e, &r.pat),
        (Expr::Unary(u), _) if matches!(u.op, syn::UnOp::Deref(_)) => is_named(&u.expr, pat),
        (Expr::Path(p), Pat::Ident(i)) => p.path.is_ident(&i.ident),
        _ => false,
    }
}
