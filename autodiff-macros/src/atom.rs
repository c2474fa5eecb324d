//! An expression that is put beside others.
use syn::{Expr, MacroDelimiter, parse_quote};

/// The expression as one operand, whatever is written beside it: `a + b` in `#e * n`, in `#e.min(n)`, in `&#e` is `(a + b)`.
///
/// Templates are tokens, and what they are filled with loses its bounds: `parse_quote!(#e * n)` of `a + b` is `a + b * n`.
/// Whatever stands beside an operator, a dot, an index or `as` in a template goes through here; arguments need not.
pub(crate) fn atom(e: &Expr) -> Expr {
    match e {
        Expr::Group(g) => atom(&g.expr),
        Expr::Macro(m) if matches!(m.mac.delimiter, MacroDelimiter::Brace(_)) => parse_quote!((#e)),
        Expr::Array(_)
        | Expr::Await(_)
        | Expr::Call(_)
        | Expr::Field(_)
        | Expr::Index(_)
        | Expr::Lit(_)
        | Expr::Macro(_)
        | Expr::MethodCall(_)
        | Expr::Paren(_)
        | Expr::Path(_)
        | Expr::Repeat(_)
        | Expr::Try(_)
        | Expr::Tuple(_) => e.clone(),
        e => parse_quote!((#e)),
    }
}
