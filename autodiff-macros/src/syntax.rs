//! Small expressions, put together as syntax, and what syntax names.
//!
//! `parse_quote!(&#e[#i])` prints `e`, hands the tokens to a parser and reads them again. Where that is done for each operand of each
//! statement it is a good part of the time that an expansion takes.
use proc_macro2::{Ident, Span, TokenStream};
use std::collections::HashSet;
use syn::{
    Expr, ExprCall, ExprField, ExprIndex, ExprParen, ExprPath, ExprReference, ExprUnary, GenericArgument, ItemFn,
    Member, Path, PathArguments, PathSegment, Token, Type, UnOp, punctuated::Punctuated, visit::Visit,
};

/// The `T` of `Vec<T>`.
pub(crate) fn argument(of: &PathSegment) -> Option<&Type> {
    let PathArguments::AngleBracketed(a) = &of.arguments else { return None };
    match a.args.first()? {
        GenericArgument::Type(ty) => Some(ty),
        _ => None,
    }
}

/// `x.split_at(n)`, `x.split_at_mut(n)`
pub(crate) fn is_split(m: &syn::ExprMethodCall) -> bool {
    m.method == "split_at" || m.method == "split_at_mut"
}

/// Whether syntax that `visit` shows holds a `return` of its own (not one in a closure).
pub(crate) fn returns(visit: impl FnOnce(&mut dyn for<'a> Visit<'a>)) -> bool {
    struct Returns(bool);
    impl Visit<'_> for Returns {
        fn visit_expr_return(&mut self, _: &syn::ExprReturn) {
            self.0 = true;
        }
        fn visit_expr_closure(&mut self, _: &syn::ExprClosure) {}
        fn visit_item(&mut self, _: &syn::Item) {}
    }
    let mut returns = Returns(false);
    visit(&mut returns);
    returns.0
}

/// `x`
pub(crate) fn name(x: &Ident) -> Expr {
    Expr::Path(ExprPath { attrs: Vec::new(), qself: None, path: x.clone().into() })
}

/// `&e`, `&mut e`; of an [`atom`](crate::atom::atom).
pub(crate) fn reference(and_token: Token![&], mutability: Option<Token![mut]>, e: Expr) -> Expr {
    Expr::Reference(ExprReference { attrs: Vec::new(), and_token, mutability, expr: Box::new(e) })
}

/// `e[i]`; of an atom.
pub(crate) fn index(e: Expr, i: Expr) -> Expr {
    Expr::Index(ExprIndex {
        attrs: Vec::new(),
        expr: Box::new(e),
        bracket_token: Default::default(),
        index: Box::new(i),
    })
}

/// `e.member`; of an atom.
pub(crate) fn field(e: Expr, member: Member) -> Expr {
    Expr::Field(ExprField { attrs: Vec::new(), base: Box::new(e), dot_token: Default::default(), member })
}

/// `(e)`
pub(crate) fn paren(e: Expr) -> Expr {
    Expr::Paren(ExprParen { attrs: Vec::new(), paren_token: Default::default(), expr: Box::new(e) })
}

/// `*e`; of an atom.
pub(crate) fn deref(e: Expr) -> Expr {
    Expr::Unary(ExprUnary { attrs: Vec::new(), op: UnOp::Deref(Default::default()), expr: Box::new(e) })
}

/// `::autodiff_core::rules::function(args..)`
pub(crate) fn runtime_call(function: &str, args: impl IntoIterator<Item = Expr>) -> Expr {
    let segments: Punctuated<PathSegment, Token![::]> = ["autodiff_core", "rules", function]
        .into_iter()
        .map(|segment| PathSegment::from(Ident::new(segment, Span::call_site())))
        .collect();
    let path = Path { leading_colon: Some(Default::default()), segments };
    let func = Box::new(Expr::Path(ExprPath { attrs: Vec::new(), qself: None, path }));
    Expr::Call(ExprCall { attrs: Vec::new(), func, paren_token: Default::default(), args: args.into_iter().collect() })
}

/// All identifiers of a function, for new names to be others.
pub(crate) fn identifiers(item: &ItemFn) -> HashSet<String> {
    struct All(HashSet<String>);
    impl Visit<'_> for All {
        fn visit_ident(&mut self, i: &Ident) {
            self.0.insert(i.to_string());
        }
        fn visit_token_stream(&mut self, tokens: &TokenStream) {
            self.0.extend(crate::lower::identifiers(tokens.clone()));
        }
    }
    let mut all = All(HashSet::new());
    all.visit_item_fn(item);
    all.0
}
