//! What is asked for nothing but its length: `for i in 0..x.len()` does not read the numbers in `x`, and they are not put back for it.
use super::{needs::Needs, writes::roots_of};
use crate::ir::*;
use syn::{Expr, ExprMethodCall, Ident, visit::Visit};

impl Needs<'_> {
    /// Whether a list is asked for nothing but its length, which does not change.
    pub(super) fn asks_length(&self, n: &Native, v: Var) -> bool {
        let steady = |r: &Var| !self.facts.reshaped.contains(r) && self.facts.is_at_hand(*r);
        self.func.info(v).is_list()
            && roots_of(self.facts, v).iter().all(steady)
            && names_for_length(&n.expr, self.func.name(v))
    }

    /// The same of an operation that is done again.
    pub(super) fn reads_length(&self, op: &Op, v: Var) -> bool {
        matches!(op, Op::Native(n) if self.asks_length(n, v))
    }
}

/// Whether an expression names a variable only to ask for its length.
fn names_for_length(e: &Expr, name: &Ident) -> bool {
    struct Other<'a>(&'a Ident, bool);
    impl Visit<'_> for Other<'_> {
        fn visit_expr_method_call(&mut self, m: &ExprMethodCall) {
            let length = matches!(m.method.to_string().as_str(), "len" | "is_empty" | "nrows" | "ncols");
            if !(length && matches!(&*m.receiver, Expr::Path(p) if p.path.is_ident(self.0))) {
                syn::visit::visit_expr_method_call(self, m);
            }
        }
        fn visit_ident(&mut self, name: &Ident) {
            self.1 |= name == self.0;
        }
        // nobody looks into macros
        fn visit_macro(&mut self, _: &syn::Macro) {
            self.1 = true;
        }
    }
    let mut other = Other(name, false);
    other.visit_expr(e);
    !other.1
}
