//! An expression that is put beside others.
use crate::syntax::paren;
use syn::{Expr, MacroDelimiter};

/// The expression as one operand, whatever is written beside it: `a + b` in `#e * n`, in `#e.min(n)`, in `&#e` is `(a + b)`.
///
/// Templates are tokens, and what they are filled with loses its bounds: `parse_quote!(#e * n)` of `a + b` is `a + b * n`.
/// Whatever stands beside an operator, a dot, an index or `as` in a template goes through here; arguments need not.
pub(crate) fn atom(e: &Expr) -> Expr {
    match e {
        Expr::Group(g) => atom(&g.expr),
        Expr::Macro(m) if matches!(m.mac.delimiter, MacroDelimiter::Brace(_)) => paren(e.clone()),
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
        e => paren(e.clone()),
    }
}

/// The expression where a statement or the body of an arm may begin: `if c { a } else { b } - d` would end after its `if` there.
pub(crate) fn tail(e: &Expr) -> Expr {
    if leftmost(e).is_some_and(ends_a_statement) { paren(e.clone()) } else { e.clone() }
}

/// What an expression of several parts begins with.
fn leftmost(e: &Expr) -> Option<&Expr> {
    let first = match e {
        Expr::Assign(e) => &e.left,
        Expr::Await(e) => &e.base,
        Expr::Binary(e) => &e.left,
        Expr::Call(e) => &e.func,
        Expr::Cast(e) => &e.expr,
        Expr::Field(e) => &e.base,
        Expr::Index(e) => &e.expr,
        Expr::MethodCall(e) => &e.receiver,
        Expr::Range(e) => e.start.as_ref()?,
        Expr::Try(e) => &e.expr,
        _ => return None,
    };
    leftmost(first).or(Some(first))
}

fn ends_a_statement(e: &Expr) -> bool {
    match e {
        Expr::Block(_)
        | Expr::Const(_)
        | Expr::ForLoop(_)
        | Expr::If(_)
        | Expr::Loop(_)
        | Expr::Match(_)
        | Expr::Unsafe(_)
        | Expr::While(_) => true,
        Expr::Macro(m) => matches!(m.mac.delimiter, MacroDelimiter::Brace(_)),
        _ => false,
    }
}
