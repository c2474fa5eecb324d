//! Expressions in the arguments of macros: `vec![f(x), f(y)]`, `vec![f(x); n]`, `matrix![a, b; c, d]`, `assert!(f(x) > 0.0)`.
use proc_macro2::{TokenStream, TokenTree};
use quote::ToTokens;
use syn::{Expr, Macro, Token, parse::Parser, punctuated::Punctuated};

/// Lists of expressions between semicolons; `None` where the macro takes something else.
fn parts(mac: &Macro) -> Option<Vec<(Punctuated<Expr, Token![,]>, Option<TokenTree>)>> {
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
pub(super) fn visit(mac: &Macro, f: &mut dyn FnMut(&Expr)) {
    for (list, _) in parts(mac).into_iter().flatten() {
        list.iter().for_each(&mut *f);
    }
}

/// Calls `f` for each expression, which it may change; `false` where the macro takes something else.
pub(crate) fn visit_mut(mac: &mut Macro, f: &mut dyn FnMut(&mut Expr)) -> bool {
    let Some(parts) = parts(mac) else { return false };
    let mut tokens = TokenStream::new();
    for (mut list, end) in parts {
        list.iter_mut().for_each(&mut *f);
        tokens.extend(list.to_token_stream());
        tokens.extend(end);
    }
    mac.tokens = tokens;
    true
}
