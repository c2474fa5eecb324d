//! An iterator over constants that a single `while let` empties is what a `for` runs over.
//!
//! ```text
//! let mut it = c.iter(); while let Some(&i) = it.next() { f(i) }    =>    let it = c.iter(); for &i in it { f(i) }
//! ```
//! What `next` hands out refers to what the iterator runs over, and the reverse sweep could not keep it.
use crate::analysis::activity::{Active, Names};
use syn::{Block, Expr, Ident, Pat, Stmt, parse_quote, visit::Visit};

/// Rewrites the statements of one block.
pub(super) fn drained(block: &mut Block, active: &Active) {
    for k in 0..block.stmts.len() {
        let Some(it) = named_iterator(&block.stmts[k], active) else { continue };
        let rest = &block.stmts[k + 1..];
        let mut names = Names::default();
        rest.iter().for_each(|s| names.visit_stmt(s));
        let once = names.0.iter().filter(|n| it == n).count() == 1;
        let Some(at) = rest.iter().position(|s| emptied(s, &it).is_some()).filter(|_| once) else { continue };
        block.stmts[k + 1 + at] = emptied(&block.stmts[k + 1 + at], &it).expect("just found");
        if let Stmt::Local(l) = &mut block.stmts[k]
            && let Pat::Ident(p) = &mut l.pat
        {
            p.mutability = None;
        }
    }
}

/// `let mut it = c.iter();`
fn named_iterator(s: &Stmt, active: &Active) -> Option<Ident> {
    let Stmt::Local(l) = s else { return None };
    let (Pat::Ident(p), Some(init)) = (&l.pat, &l.init) else { return None };
    let chain = crate::desugar::is_chain(&init.expr) && !active.mentions(&init.expr);
    (p.mutability.is_some() && p.by_ref.is_none() && chain && !active.contains(&p.ident)).then(|| p.ident.clone())
}

/// `while let Some(i) = it.next() { .. }` as a `for`.
fn emptied(s: &Stmt, it: &Ident) -> Option<Stmt> {
    let Stmt::Expr(Expr::While(w), semi) = s else { return None };
    let Expr::Let(l) = &*w.cond else { return None };
    let (Pat::TupleStruct(p), Expr::MethodCall(m)) = (&*l.pat, &*l.expr) else { return None };
    let next = m.method == "next" && m.args.is_empty() && matches!(&*m.receiver, Expr::Path(r) if r.path.is_ident(it));
    if !next || !p.path.is_ident("Some") || p.elems.len() != 1 || crate::emit::refutable(&p.elems[0]) {
        return None;
    }
    let (label, pat, body) = (&w.label, &p.elems[0], &w.body);
    let f: Expr = parse_quote!(#label for #pat in #it #body);
    Some(Stmt::Expr(f, *semi))
}
