//! Tables that are references: their adjoints are none, but a function that takes one by reference has a place for it.
//!
//! ```text
//! const TABLE: &[f64] = &[1.0, 0.5];
//!
//! p(x, TABLE)                              =>    p(x, &*TABLE)
//! let t = if x > 0.0 { TABLE } else { .. };    =>    let t = if x > 0.0 { &*TABLE } else { .. };
//! ```
//! Which names are such is what the present file shows, or if it has none of the name, all others that do.
use crate::{analysis::activity::pattern_names, parts::seen};
use std::collections::HashSet;
use syn::{
    Block, Expr, ExprAssign, ExprCall, ExprMethodCall, ExprTuple, FieldValue, ItemFn, Local, Pat, Stmt, parse_quote,
    visit::{self, Visit},
    visit_mut::{self, VisitMut},
};

/// The function with each such table borrowed where it is handed on.
pub(crate) fn lent(mut item: ItemFn) -> ItemFn {
    let mut bound = Bound::default();
    bound.visit_item_fn(&item);
    Lend { bound: bound.0 }.visit_block_mut(&mut item.block);
    item
}

/// The names of variables.
#[derive(Default)]
struct Bound(HashSet<String>);

impl Visit<'_> for Bound {
    fn visit_pat(&mut self, pat: &Pat) {
        self.0.extend(pattern_names(pat));
        visit::visit_pat(self, pat);
    }
}

struct Lend {
    bound: HashSet<String>,
}

impl Lend {
    fn value(&self, e: &mut Expr) {
        match e {
            Expr::Path(p) if self.is_table(&p.path) => *e = parse_quote!(&*#e),
            Expr::Paren(p) => self.value(&mut p.expr),
            Expr::Block(b) => self.last(&mut b.block),
            Expr::If(i) => {
                self.last(&mut i.then_branch);
                i.else_branch.iter_mut().for_each(|(_, e)| self.value(e));
            }
            Expr::Match(m) => m.arms.iter_mut().for_each(|a| self.value(&mut a.body)),
            _ => {}
        }
    }

    fn last(&self, block: &mut Block) {
        if let Some(Stmt::Expr(e, None)) = block.stmts.last_mut() {
            self.value(e);
        }
    }

    fn is_table(&self, path: &syn::Path) -> bool {
        let name = path.segments.last().map(|s| s.ident.to_string()).unwrap_or_default();
        let local = path.get_ident().is_some() && self.bound.contains(&name);
        !local && seen::is_table(&name)
    }
}

impl VisitMut for Lend {
    fn visit_expr_call_mut(&mut self, call: &mut ExprCall) {
        visit_mut::visit_expr_call_mut(self, call);
        call.args.iter_mut().for_each(|a| self.value(a));
    }
    fn visit_expr_method_call_mut(&mut self, call: &mut ExprMethodCall) {
        visit_mut::visit_expr_method_call_mut(self, call);
        call.args.iter_mut().for_each(|a| self.value(a));
    }
    fn visit_expr_tuple_mut(&mut self, tuple: &mut ExprTuple) {
        visit_mut::visit_expr_tuple_mut(self, tuple);
        tuple.elems.iter_mut().for_each(|e| self.value(e));
    }
    fn visit_field_value_mut(&mut self, field: &mut FieldValue) {
        visit_mut::visit_field_value_mut(self, field);
        self.value(&mut field.expr);
    }
    fn visit_local_mut(&mut self, local: &mut Local) {
        visit_mut::visit_local_mut(self, local);
        local.init.iter_mut().for_each(|init| self.value(&mut init.expr));
    }
    fn visit_expr_assign_mut(&mut self, assign: &mut ExprAssign) {
        visit_mut::visit_expr_assign_mut(self, assign);
        self.value(&mut assign.right);
    }
}
