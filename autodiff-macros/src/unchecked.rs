//! `unsafe` blocks in which all that is unsafe is access without checks: derivatives check it.
//!
//! ```text
//! unsafe { *x.get_unchecked(i) }                                          =>    { *(&x[i]) }
//! unsafe { x[k..].get_unchecked(..3).try_into().unwrap_unchecked() }      =>    { (&x[k..][..3]).try_into().unwrap() }
//! ```
//! Where the primal would be undefined (an index out of bounds, nothing to unwrap) the derivative panics.
use std::collections::HashSet;
use syn::{
    Block, Expr, FnArg, Ident, ItemFn, Pat, Type, parse_quote,
    visit::Visit,
    visit_mut::{self, VisitMut},
};

const UNCHECKED: &[&str] = &["get_unchecked", "get_unchecked_mut", "unwrap_unchecked"];

/// Parameters that are references, and never another variable's name: to look behind them is not unsafe.
pub(crate) fn references(item: &ItemFn) -> HashSet<String> {
    let mut names = HashSet::new();
    for arg in &item.sig.inputs {
        if let FnArg::Typed(t) = arg
            && let (Pat::Ident(p), Type::Reference(_)) = (&*t.pat, &*t.ty)
        {
            names.insert(p.ident.to_string());
        }
    }
    // `let w = unsafe { *(*w).get_unchecked(0) };` names the parameter before it hides it
    struct Hidden<'a>(HashSet<String>, &'a HashSet<String>);
    impl Visit<'_> for Hidden<'_> {
        fn visit_local(&mut self, l: &syn::Local) {
            let named: HashSet<String> = crate::analysis::activity::pattern_names(&l.pat).into_iter().collect();
            let number = l.init.as_ref().is_some_and(|i| matches!(&*i.expr, Expr::Unsafe(_)));
            if !number {
                self.0.extend(named.intersection(self.1).cloned());
            }
            if let Some(init) = &l.init {
                self.visit_expr(&init.expr);
            }
        }
        fn visit_pat_ident(&mut self, p: &syn::PatIdent) {
            self.0.insert(p.ident.to_string());
        }
    }
    let mut hidden = Hidden(HashSet::new(), &names);
    hidden.visit_block(&item.block);
    let hidden = hidden.0;
    names.retain(|n| !hidden.contains(n));
    names
}

/// Whether all that is unsafe in a block is access without checks.
pub(crate) fn only(block: &Block, references: &HashSet<String>) -> bool {
    struct Content<'a> {
        references: &'a HashSet<String>,
        unchecked: bool,
        other: bool,
    }
    impl Visit<'_> for Content<'_> {
        fn visit_expr_method_call(&mut self, m: &syn::ExprMethodCall) {
            let name = m.method.to_string();
            let pointers =
                ["read", "write", "add", "sub", "offset", "as_ptr", "as_mut_ptr", "cast", "as_mut", "as_ref"];
            let unchecked = UNCHECKED.contains(&name.as_str());
            self.unchecked |= unchecked;
            self.other |= pointers.contains(&name.as_str()) || name.ends_with("_unchecked") && !unchecked;
            syn::visit::visit_expr_method_call(self, m);
        }
        fn visit_macro(&mut self, _: &syn::Macro) {
            self.other = true;
        }
        fn visit_expr_call(&mut self, _: &syn::ExprCall) {
            self.other = true;
        }
        fn visit_expr_unary(&mut self, u: &syn::ExprUnary) {
            let reference = match &*u.expr {
                Expr::MethodCall(_) => true,
                Expr::Path(p) => p.path.get_ident().is_some_and(|i| self.references.contains(&i.to_string())),
                _ => false,
            };
            // a raw pointer, for all one can see
            self.other |= matches!(u.op, syn::UnOp::Deref(_)) && !reference;
            syn::visit::visit_expr_unary(self, u);
        }
        fn visit_expr_assign(&mut self, a: &syn::ExprAssign) {
            // a static, for all one can see
            self.other |= matches!(&*a.left, Expr::Path(_));
            syn::visit::visit_expr_assign(self, a);
        }
        fn visit_expr_binary(&mut self, b: &syn::ExprBinary) {
            self.other |= crate::analysis::activity::is_assignment(&b.op) && matches!(&*b.left, Expr::Path(_));
            syn::visit::visit_expr_binary(self, b);
        }
    }
    let mut content = Content { references, unchecked: false, other: false };
    content.visit_block(block);
    content.unchecked && !content.other
}

/// A copy of the function with checks.
pub(crate) fn checked(item: &ItemFn) -> ItemFn {
    /// Whether it is inside of an `unsafe` block: elsewhere these are methods of the user's.
    struct Check(bool);
    impl VisitMut for Check {
        fn visit_expr_mut(&mut self, e: &mut Expr) {
            let outside = self.0;
            self.0 |= matches!(e, Expr::Unsafe(_));
            visit_mut::visit_expr_mut(self, e);
            let inside = std::mem::replace(&mut self.0, outside);
            match e {
                Expr::Unsafe(u) => {
                    let block = &u.block;
                    *e = match &block.stmts[..] {
                        [syn::Stmt::Expr(e, None)] => parse_quote!((#e)),
                        _ => parse_quote!(#block),
                    };
                }
                Expr::MethodCall(m) if inside => {
                    let x = &m.receiver;
                    match (m.method.to_string().as_str(), m.args.first()) {
                        ("get_unchecked", Some(i)) => *e = parse_quote!((&#x[#i])),
                        ("get_unchecked_mut", Some(i)) => *e = parse_quote!((&mut #x[#i])),
                        ("unwrap_unchecked", None) => m.method = Ident::new("unwrap", m.method.span()),
                        _ => {}
                    }
                }
                _ => {}
            }
        }
        fn visit_item_mut(&mut self, _: &mut syn::Item) {}
    }
    let mut item = item.clone();
    Check(false).visit_block_mut(&mut item.block);
    item
}
