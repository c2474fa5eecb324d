//! What the attribute says to a program, before rustc is started: one that is refused would spoil the crate of a hundred.
use crate::{ast::Program, expand, judge::Verdict, parts, print};
use proc_macro2::{TokenStream, TokenTree};
use std::{panic::catch_unwind, sync::Once};

/// The attribute has seen the types that all programs use, as it has in the file that they stand in.
static SHOWN: Once = Once::new();

/// The attribute's own verdict, unless it accepts all functions of the program.
pub(crate) fn verdict(program: &Program) -> Option<Verdict> {
    SHOWN.call_once(|| {
        parts::seen::enter_file("types");
        let all = include_str!("constants.rs.txt").to_string() + &print::plain_types();
        parts::seen::show(&syn::parse_file(&all).expect("the types of all programs"));
    });
    print::plain_functions(program).iter().find_map(|text| {
        let item: TokenStream = text.parse().expect("tokens");
        match catch_unwind(|| expand::differentiable(TokenStream::new(), item)) {
            Ok(output) => compile_error(output).map(Verdict::Refused),
            Err(_) => Some(Verdict::Rustc(format!("the attribute panicked\n{text}"))),
        }
    })
}

/// The text of the first `compile_error!`.
fn compile_error(tokens: TokenStream) -> Option<String> {
    let mut after = false;
    for token in tokens {
        match token {
            TokenTree::Group(g) if after => return syn::parse2(g.stream()).ok().map(|text: syn::LitStr| text.value()),
            TokenTree::Group(g) => {
                if let Some(text) = compile_error(g.stream()) {
                    return Some(text);
                }
            }
            TokenTree::Ident(name) => after = name == "compile_error",
            _ => {}
        }
    }
    None
}
