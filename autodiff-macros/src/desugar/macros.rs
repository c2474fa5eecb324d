//! Expressions in the arguments of macros: `vec![f(x), f(y)]`, `vec![f(x); n]`, `matrix![a, b; c, d]`, `assert!(f(x) > 0.0)`.
use proc_macro2::{TokenStream, TokenTree};
use quote::ToTokens;
use syn::{Expr, Ident, Macro, Stmt, Token, parse::Parser, parse_quote, punctuated::Punctuated, visit::Visit};

/// Expressions separated by commas, and the semicolon after them.
type Part = (Punctuated<Expr, Token![,]>, Option<TokenTree>);

/// Lists of expressions between semicolons; `None` where the macro takes something else.
fn parts(mac: &Macro) -> Option<Vec<Part>> {
    let mut parts: Vec<(TokenStream, Option<TokenTree>)> = vec![(TokenStream::new(), None)];
    for token in mac.tokens.clone() {
        match &token {
            TokenTree::Punct(p) if p.as_char() == ';' => {
                parts.last_mut()?.1 = Some(token);
                parts.push((TokenStream::new(), None));
            }
            _ => parts.last_mut()?.0.extend([token]),
        }
    }
    let parse = Punctuated::<Expr, Token![,]>::parse_terminated;
    parts.into_iter().map(|(tokens, end)| Some((parse.parse2(tokens).ok()?, end))).collect()
}

/// Calls `f` for each expression.
pub(crate) fn visit(mac: &Macro, f: &mut dyn FnMut(&Expr)) {
    for (list, _) in parts(mac).into_iter().flatten() {
        for e in &list {
            f(match e {
                Expr::Assign(named) => &named.right, // `name = value` in a format
                e => e,
            });
        }
    }
}

/// Calls `f` for each expression, which it may change; `false` where the macro takes something else.
pub(crate) fn visit_mut(mac: &mut Macro, f: &mut dyn FnMut(&mut Expr)) -> bool {
    let Some(parts) = parts(mac) else { return false };
    let mut tokens = TokenStream::new();
    for (mut list, end) in parts {
        for e in &mut list {
            f(match e {
                Expr::Assign(named) => &mut named.right,
                e => e,
            });
        }
        tokens.extend(list.to_token_stream());
        tokens.extend(end);
    }
    mac.tokens = tokens;
    true
}

/// `vec![..]`, `matrix![..]`: a value of its arguments.
pub(crate) fn makes_a_value(mac: &Macro) -> bool {
    let value = ["vec", "vector", "dvector", "matrix", "dmatrix", "point"];
    mac.path.segments.last().is_some_and(|s| value.contains(&s.ident.to_string().as_str()))
}

/// Whether the macro's arguments hold statements: only expressions are looked into there.
pub(super) fn holds_blocks(mac: &Macro) -> bool {
    struct Blocks(bool);
    impl Visit<'_> for Blocks {
        fn visit_block(&mut self, _: &syn::Block) {
            self.0 = true;
        }
        fn visit_macro(&mut self, mac: &Macro) {
            visit(mac, &mut |e| self.visit_expr(e));
        }
    }
    let mut blocks = Blocks(false);
    visit(mac, &mut |e| blocks.visit_expr(e));
    blocks.0
}

/// ```text
/// vec![{ let t = x; t * y }, z]    =>    { let part = { let t = x; t * y }; let part_1 = z; vec![part, part_1] }
/// ```
/// `name` makes the names.
pub(super) fn hoisted(mac: &Macro, name: &mut dyn FnMut(&Expr) -> Ident) -> Option<Expr> {
    let mut parts = parts(mac)?;
    let repeat = matches!(&parts[..], [(a, Some(_)), (n, None)] if a.len() == 1 && n.len() == 1)
        && mac.path.segments.last().is_some_and(|s| s.ident == "vec" || s.ident == "dvector" || s.ident == "vector");
    let count = if repeat { 1 } else { parts.len() };
    let mut stmts: Vec<Stmt> = Vec::new();
    for (list, _) in parts.iter_mut().take(count) {
        for e in list.iter_mut().filter(|e| !matches!(e, Expr::Lit(_))) {
            let part = name(e);
            stmts.push(parse_quote!(let #part = #e;));
            *e = parse_quote!(#part);
        }
    }
    let mut tokens = TokenStream::new();
    for (list, end) in parts {
        tokens.extend(list.to_token_stream());
        tokens.extend(end);
    }
    let mac = Macro { tokens, ..mac.clone() };
    Some(parse_quote!({ #(#stmts)* #mac }))
}
