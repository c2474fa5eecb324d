//! A stable text form of the IR: for snapshots and for people.
use super::*;
use crate::emit::Printer;

/// One statement a line, blocks indented.
pub(crate) fn block(vars: &[VarInfo], block: &Block) -> String {
    tokens(&Printer::of(vars).block(block))
}

/// Statements, laid out.
pub(crate) fn tokens(tokens: &TokenStream) -> String {
    let file: Result<syn::File, _> = syn::parse2(quote::quote!(fn ir() { #tokens }));
    match file {
        Ok(file) => prettyplease::unparse(&file)
            .lines()
            .skip(1)
            .filter(|l| *l != "}")
            .map(|l| {
                l.strip_prefix("    ")
                    .unwrap_or(l)
                    .replace("::autodiff_core::rules::", "")
                    .replace("::core::option::Option::", "")
                    .replace("::core::iter::Iterator::", "")
                    .replace("::core::iter::Extend::", "")
            })
            .collect::<Vec<_>>()
            .join("\n"),
        Err(_) => tokens.to_string(),
    }
}
