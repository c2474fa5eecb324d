//! Proofs, in forward mode, that macros change nothing of what they name, and leave the function by no way of their own.
//!
//! ```text
//! bump!(k);              =>    changes_nothing(|| { bump!(k); Made(()) });
//! x[entry!(k, 2)]        =>    x[changes_nothing(|| Made(entry!(k, 2)))]
//! ```
//! What a macro does to a constant is nowhere to be seen: the closure is `Fn`, so it is rustc who sees it.
use super::runtime;
use crate::{analysis::activity::is_inactive_macro, lower::MAKERS, parts::seen};
use proc_macro2::{TokenStream, TokenTree};
use quote::{ToTokens, quote_spanned};
use syn::{Expr, Macro, Stmt, spanned::Spanned};

/// Macros that are known beside those that make containers and those whose value has no derivative.
const KNOWN: &[&str] = &[
    "cfg",
    "column",
    "concat",
    "env",
    "file",
    "include_bytes",
    "include_str",
    "line",
    "module_path",
    "option_env",
    "stringify",
];

/// Macros that are run as they are: they have no value, or change what they are handed. The fence refuses others of these names.
pub(crate) const AS_THEY_ARE: &[&str] = &["panic", "unreachable", "todo", "unimplemented", "write", "writeln"];

/// Whether tokens have a macro in them that needs a proof.
pub(super) fn is_due(tokens: &[TokenTree]) -> bool {
    tokens.windows(3).any(|three| match three {
        [TokenTree::Ident(name), TokenTree::Punct(bang), TokenTree::Group(_)] if bang.as_char() == '!' => {
            let name = name.to_string();
            // `if !(..)`
            !matches!(name.as_str(), "if" | "while" | "match" | "in" | "return" | "break" | "else")
                && !AS_THEY_ARE.contains(&name.as_str())
                && !is_certain(&name)
        }
        _ => false,
    })
}

/// Whether a macro of this name surely is the one that is known by it.
fn is_certain(name: &str) -> bool {
    let path = syn::Path::from(syn::Ident::new(name, proc_macro2::Span::call_site()));
    (KNOWN.contains(&name) || MAKERS.contains(&name) || is_inactive_macro(&path))
        && !seen::may_be_foreign(name)
        && !seen::has_macro(name)
}

/// Whether a macro needs a proof: itself, or one among the things that it is handed.
fn needs_proof(mac: &Macro) -> bool {
    fn inside(tokens: &TokenStream) -> bool {
        let tokens: Vec<TokenTree> = tokens.clone().into_iter().collect();
        is_due(&tokens) || tokens.iter().any(|t| matches!(t, TokenTree::Group(g) if inside(&g.stream())))
    }
    let name = mac.path.segments.last().map(|s| s.ident.to_string()).unwrap_or_default();
    !is_as_it_is(mac) && (!is_certain(&name) || inside(&mac.tokens))
}

/// Whether a macro has no proof of its own.
pub(super) fn is_as_it_is(mac: &Macro) -> bool {
    mac.path.segments.last().is_some_and(|s| AS_THEY_ARE.iter().any(|name| s.ident == name))
}

/// The value of a macro with its proof, where it needs one.
pub(super) fn value(mac: &Macro) -> Option<Expr> {
    needs_proof(mac).then(|| {
        let rt = runtime();
        let made = quote_spanned!(mac.path.span()=> #rt::changes_nothing(|| #rt::Made(#mac)));
        if !is_inactive_macro(&mac.path) {
            return syn::parse_quote!(#made);
        }
        // what is taken to be without derivative by its name is so
        syn::parse_quote!(#rt::discrete(#made))
    })
}

/// A macro that stands for statements with its proof, where it needs one.
pub(super) fn statement(stmt: &Stmt, last: bool) -> Option<Stmt> {
    let Stmt::Macro(m) = stmt else { return None };
    if last && m.semi_token.is_none() {
        return value(&m.mac).map(|e| Stmt::Expr(e, None));
    }
    needs_proof(&m.mac).then(|| {
        let (rt, run) = (runtime(), m.to_token_stream());
        syn::parse_quote_spanned!(m.mac.path.span()=> #rt::changes_nothing(|| { #run #rt::Made(()) });)
    })
}
