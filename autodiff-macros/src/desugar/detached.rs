//! `stop_gradient(x.iter().copied().fold(f64::NEG_INFINITY, f64::max))`: what carries no derivative stays as the user wrote it.
//!
//! Written out it would be right too, but a loop over an iterator is not always as fast as the iterator's own `fold`.
use super::chain::{READING_ADAPTORS, is_source};
use crate::{
    analysis::activity::{call_name, is_assignment},
    lower::is_pure_method,
};
use syn::{Expr, ExprMethodCall, visit::Visit};

/// What ends a chain, and what is asked of its end.
#[rustfmt::skip]
const CONSUMERS: &[&str] = &[
    "sum", "product", "fold", "count", "last", "min_by", "max_by", "any", "all", "position",
    "total_cmp", "partial_cmp", "unwrap", "expect", "unwrap_or",
];

/// A call of `stop_gradient` whose argument is nothing but read.
pub(super) fn is_detached(e: &Expr) -> bool {
    let Expr::Call(c) = e else { return false };
    if call_name(c).as_deref() != Some("stop_gradient") {
        return false;
    }
    let mut reads = Reads(true);
    c.args.iter().for_each(|e| reads.visit_expr(e));
    reads.0
}

/// Whether expressions do nothing but read, as far as is known for sure.
struct Reads(bool);

impl Visit<'_> for Reads {
    fn visit_expr(&mut self, e: &Expr) {
        self.0 &= match e {
            Expr::Lit(_) | Expr::Path(_) | Expr::Paren(_) | Expr::Group(_) | Expr::Field(_) | Expr::Index(_) => true,
            Expr::Cast(_) | Expr::Unary(_) | Expr::Range(_) | Expr::Tuple(_) | Expr::Closure(_) => true,
            Expr::Reference(r) => r.mutability.is_none(),
            Expr::Binary(b) => !is_assignment(&b.op),
            // `take()` empties an option
            Expr::MethodCall(m) => {
                let empties = m.method == "take" && m.args.is_empty();
                is_reading(&m.method.to_string()) && !empties && !is_handed_by_name(m)
            }
            // `f64::max(a, b)`, not what may be a closure with a state
            Expr::Call(c) => matches!(&*c.func, Expr::Path(p) if p.path.segments.len() == 2),
            _ => false,
        };
        syn::visit::visit_expr(self, e);
    }
}

/// `.map(f)`: what may be a closure with a state.
fn is_handed_by_name(m: &ExprMethodCall) -> bool {
    let applies = ["map", "filter", "fold", "min_by", "max_by", "any", "all", "position"];
    let by_name = matches!(m.args.last(), Some(Expr::Path(p)) if p.path.get_ident().is_some());
    by_name && applies.iter().any(|a| m.method == a)
}

fn is_reading(method: &str) -> bool {
    let source = is_source(method) && !method.ends_with("_mut");
    source || READING_ADAPTORS.contains(&method) || CONSUMERS.contains(&method) || is_pure_method(method)
}
