//! A function once more, word for word, for rustc to say whether it compiles.
//!
//! Where it does not, the user has been told so at their own tokens, and the derivatives shall not tell it again in their way. An error
//! in the copy is the same error at the same place, which rustc reports once; but the constant whose value the copy stands in has no value
//! then, and what has its type by way of that constant ([`crate::emit`], `Checked`) agrees with everything. The copy is a closure, since a
//! constant depends on the bodies of closures and of no functions.
use crate::{lower::identifiers, parts::seen};
use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::{Attribute, Expr, FnArg, ItemFn, ReturnType, Signature, Stmt, visit::Visit};

/// The copy as a statement; `None` where a closure is not the same thing, or two of them are not.
pub(crate) fn once_more(function: &ItemFn) -> Option<TokenStream> {
    let (sig, block) = (&function.sig, &function.block);
    let says = |word: &str| identifiers(function.to_token_stream()).any(|i| i == word);
    if !is_plain(sig) || lends(sig) || lacks_result(sig, block) || holds_items(block) || says("unsafe") || says("impl")
    {
        return None;
    }
    let inputs = sig.inputs.iter().filter_map(|arg| match arg {
        FnArg::Typed(t) => Some((&t.pat, &t.ty)),
        FnArg::Receiver(_) => None,
    });
    let inputs = inputs.map(|(pat, ty)| quote!(#pat: #ty));
    let allowed = function.attrs.iter().filter_map(allowed);
    let output = match &sig.output {
        ReturnType::Default => quote!(-> ()),
        output => output.to_token_stream(),
    };
    Some(quote!(#(#allowed)* let _ = |#(#inputs),*| #output #block;))
}

/// A closure has no generics, and names no lifetimes.
fn is_plain(sig: &Signature) -> bool {
    sig.generics.params.is_empty()
        && sig.generics.where_clause.is_none()
        && sig.asyncness.is_none()
        && matches!(sig.safety, syn::Safety::Default)
        && sig.abi.is_none()
        && sig.variadic.is_none()
        && sig.receiver().is_none()
}

/// Of a result that borrows from the arguments a closure does not know from which.
fn lends(sig: &Signature) -> bool {
    let ReturnType::Type(_, ty) = &sig.output else { return false };
    let owns = |ty: &syn::Type| seen::name(ty).is_some_and(|name| seen::is_owned(&name));
    !crate::emit::doubtful_parts(ty).into_iter().all(owns)
}

/// Of a value that is not there rustc speaks in another way.
fn lacks_result(sig: &Signature, block: &syn::Block) -> bool {
    let leaves =
        |e: &Expr| matches!(e, Expr::Return(_) | Expr::Loop(_) | Expr::Macro(_) | Expr::If(_) | Expr::Match(_));
    let ends = match block.stmts.last() {
        Some(Stmt::Expr(e, semi)) => semi.is_none() || leaves(e),
        Some(Stmt::Macro(_)) => true,
        _ => false,
    };
    matches!(sig.output, ReturnType::Type(..)) && !ends
}

/// An item would be there twice, an `impl` for the same type.
fn holds_items(block: &syn::Block) -> bool {
    struct Items(bool);
    impl Visit<'_> for Items {
        fn visit_stmt(&mut self, s: &Stmt) {
            self.0 |= matches!(s, Stmt::Item(_));
            syn::visit::visit_stmt(self, s);
        }
    }
    let mut items = Items(false);
    items.visit_block(block);
    items.0
}

/// What the user allows is allowed here.
fn allowed(a: &Attribute) -> Option<TokenStream> {
    let list = a.meta.require_list().ok().filter(|l| l.path.is_ident("allow") || l.path.is_ident("expect"))?;
    let tokens = &list.tokens;
    Some(quote!(#[allow(#tokens)]))
}
