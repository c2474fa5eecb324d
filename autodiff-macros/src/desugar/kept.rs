//! Iterators that are kept in a variable: made where they are used.
//!
//! ```text
//! let squares = x.iter().map(|v| v * v);  squares.sum::<f64>()    =>    x.iter().map(|v| v * v).sum::<f64>()
//! ```
//! Only where nothing in it can change meanwhile. A variable that is `mut` is stepped by hand, and stays.
use super::{Desugar, chain};
use crate::{analysis::activity::Names, parts::effects::does_more_when_called};
use std::collections::HashMap;
use syn::{
    Block, Expr, Pat, Stmt,
    visit::Visit,
    visit_mut::{self, VisitMut},
};

impl Desugar<'_> {
    /// Puts the iterators over active values where their variables are.
    pub(super) fn kept_iterators(&mut self, block: &mut Block) {
        let mut kept = Kept(HashMap::new());
        kept.visit_block(block);
        kept.0.retain(|_, e| self.relevant(e) && !self.depends_on_changes(e));
        if kept.0.is_empty() {
            return;
        }
        self.changed = true;
        Replace(&kept.0).visit_block_mut(block);
    }

    /// Whether anything in it may be another by the time the iterator is used.
    fn depends_on_changes(&self, e: &Expr) -> bool {
        super::jumps::assigns_outside(e) || Names::of(e).iter().any(|n| self.mutable.contains(n))
    }
}

struct Kept(HashMap<String, Expr>);

impl Visit<'_> for Kept {
    fn visit_local(&mut self, l: &syn::Local) {
        if let (Pat::Ident(p), Some(init)) = (&l.pat, &l.init)
            && p.mutability.is_none()
            && p.by_ref.is_none()
            && matches!(chain::strip(&init.expr), Expr::MethodCall(_))
            && chain::is_chain(&init.expr)
        {
            self.0.insert(p.ident.to_string(), (*init.expr).clone());
        }
        syn::visit::visit_local(self, l);
    }
    /// A reference that is found, `let first = x.iter().nth(1);`, where no loop would search for it again and again.
    fn visit_block(&mut self, block: &Block) {
        for (k, s) in block.stmts.iter().enumerate() {
            if let Stmt::Local(l) = s
                && let (Pat::Ident(p), Some(init)) = (&l.pat, &l.init)
                && p.mutability.is_none()
                && p.by_ref.is_none()
                && finds_reference(&init.expr)
                && !used_again_and_again(&block.stmts[k + 1..], &p.ident.to_string())
            {
                self.0.insert(p.ident.to_string(), (*init.expr).clone());
            }
        }
        syn::visit::visit_block(self, block);
    }
    fn visit_item(&mut self, _: &syn::Item) {}
}

struct Replace<'a>(&'a HashMap<String, Expr>);

impl VisitMut for Replace<'_> {
    fn visit_block_mut(&mut self, block: &mut Block) {
        block.stmts.retain(|s| !matches!(s, Stmt::Local(l) if matches!(&l.pat, Pat::Ident(p) if self.0.contains_key(&p.ident.to_string()))));
        visit_mut::visit_block_mut(self, block);
    }
    fn visit_expr_mut(&mut self, e: &mut Expr) {
        if let Expr::Path(p) = e
            && let Some(chain) = p.path.get_ident().and_then(|i| self.0.get(&i.to_string()))
        {
            *e = chain.clone();
        }
        visit_mut::visit_expr_mut(self, e);
    }
    fn visit_item_mut(&mut self, _: &mut syn::Item) {}
}

/// `x.iter().nth(k)`, `x.iter().rev().find(f)`: a reference, if anything, and the same one whenever it is looked for.
fn finds_reference(e: &Expr) -> bool {
    let Expr::MethodCall(m) = chain::strip(e) else { return false };
    if chain::does_more(&m.receiver) || m.args.iter().any(does_more_when_called) {
        return false;
    }
    let found = matches!((m.method.to_string().as_str(), m.args.len()), ("nth" | "find", 1) | ("last", 0));
    found && chain::hands_out_references(&m.receiver)
}

/// Whether a variable is named in a loop or a closure.
fn used_again_and_again(stmts: &[Stmt], name: &str) -> bool {
    struct Uses<'a> {
        name: &'a str,
        again: bool,
    }
    impl Uses<'_> {
        fn look(&mut self, look: impl FnOnce(&mut Names)) {
            let mut names = Names::default();
            look(&mut names);
            self.again |= names.0.iter().any(|n| n == self.name);
        }
    }
    impl Visit<'_> for Uses<'_> {
        fn visit_expr(&mut self, e: &Expr) {
            match e {
                Expr::ForLoop(f) => {
                    self.visit_expr(&f.expr);
                    self.look(|names| names.visit_block(&f.body));
                }
                Expr::While(_) | Expr::Loop(_) | Expr::Closure(_) => self.look(|names| names.visit_expr(e)),
                e => syn::visit::visit_expr(self, e),
            }
        }
    }
    let mut uses = Uses { name, again: false };
    stmts.iter().for_each(|s| uses.visit_stmt(s));
    uses.again
}
