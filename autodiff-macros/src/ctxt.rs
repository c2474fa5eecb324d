//! Collects errors, so that a user sees all of them at once.
use proc_macro2::TokenStream;
use quote::ToTokens;
use std::{cell::RefCell, fmt::Display};

/// The errors found so far. [`Ctxt::check`] must be called before it is dropped.
pub(crate) struct Ctxt {
    errors: RefCell<Option<Vec<syn::Error>>>,
}

impl Ctxt {
    pub(crate) fn new() -> Self {
        Ctxt { errors: RefCell::new(Some(Vec::new())) }
    }

    /// Records an error at these tokens.
    pub(crate) fn error(&self, at: impl ToTokens, message: impl Display) {
        self.push(syn::Error::new_spanned(at, message));
    }

    pub(crate) fn push(&self, error: syn::Error) {
        if let Some(errors) = self.errors.borrow_mut().as_mut() {
            errors.push(error);
        }
    }

    /// Whether nothing was found.
    pub(crate) fn is_fine(&self) -> bool {
        self.errors.borrow().as_ref().is_none_or(Vec::is_empty)
    }

    /// The errors found, each one once.
    pub(crate) fn check(self) -> Result<(), Vec<syn::Error>> {
        let mut errors = self.errors.borrow_mut().take().unwrap_or_default();
        let mut seen = std::collections::HashSet::new();
        errors.retain(|e| seen.insert(format!("{:?}{e}", e.span())));
        if errors.is_empty() { Ok(()) } else { Err(errors) }
    }
}

impl Drop for Ctxt {
    fn drop(&mut self) {
        if self.errors.borrow().is_some() && !std::thread::panicking() {
            panic!("errors were collected and not checked");
        }
    }
}

/// What the user calls a variable: in the function's other scopes there may be more of the name, told apart by numbers.
pub(crate) fn users_name(name: &syn::Ident) -> String {
    let written = name.span().source_text().filter(|text| syn::parse_str::<syn::Ident>(text).is_ok());
    written.unwrap_or_else(|| name.to_string())
}

/// The same of a variable by its name, as it stands among some tokens.
pub(crate) fn users_name_in(tokens: impl ToTokens, name: &str) -> String {
    fn find(tokens: TokenStream, name: &str) -> Option<syn::Ident> {
        tokens.into_iter().find_map(|t| match t {
            proc_macro2::TokenTree::Ident(i) if i == name => Some(i),
            proc_macro2::TokenTree::Group(g) => find(g.stream(), name),
            _ => None,
        })
    }
    find(tokens.to_token_stream(), name).map_or_else(|| name.to_string(), |i| users_name(&i))
}

/// `compile_error!` for each error, over all of its tokens.
pub(crate) fn compile_errors(errors: &[syn::Error]) -> TokenStream {
    errors.iter().map(syn::Error::to_compile_error).collect()
}
