//! Values that change through shared references: what is written to them can't be followed.
use super::Lower;
use crate::{
    analysis::activity::{pattern_names, root},
    ctxt::users_name,
    parts::cells::is_cell,
};
use std::collections::HashSet;
use syn::{Expr, ExprMethodCall, FnArg, ItemFn, Type, visit::Visit};

/// What is done to such a value. A type of the user's may have the same name, and methods of other names.
#[rustfmt::skip]
const WAYS_IN: &[&str] = &[
    "set", "replace", "swap", "update", "take", "borrow", "borrow_mut", "try_borrow", "try_borrow_mut", "lock", "try_lock", "read", "write",
    "get_or_init", "store", "send", "try_send", "get_mut", "into_inner",
];

/// Ways in that change nothing.
const READS: &[&str] = &["borrow", "try_borrow", "read"];

/// Whether a chain of methods goes through one of them.
fn goes_in(m: &ExprMethodCall) -> bool {
    let name = m.method.to_string();
    WAYS_IN.contains(&name.as_str())
        || name.starts_with("fetch_")
        || matches!(&*m.receiver, Expr::MethodCall(inner) if goes_in(inner))
}

/// The variables that are, or hold, such a value, by the look of their types and of what they start as.
pub(super) fn names(item: &ItemFn) -> HashSet<String> {
    struct Find(HashSet<String>);
    impl Visit<'_> for Find {
        fn visit_local(&mut self, l: &syn::Local) {
            let typed = matches!(&l.pat, syn::Pat::Type(t) if holds(&t.ty));
            if typed || l.init.as_ref().is_some_and(|i| makes(&i.expr)) {
                self.0.extend(pattern_names(&l.pat));
            }
            syn::visit::visit_local(self, l);
        }
    }
    let mut find = Find(HashSet::new());
    for arg in &item.sig.inputs {
        if let FnArg::Typed(t) = arg
            && holds(&t.ty)
        {
            find.0.extend(pattern_names(&t.pat));
        }
    }
    find.visit_block(&item.block);
    find.0
}

fn holds(ty: &Type) -> bool {
    super::identifiers(quote::ToTokens::to_token_stream(ty)).any(|i| is_cell(&i))
}

/// `Cell::new(0.0)`, `Rc::new(RefCell::new(x))`, `(Cell::new(x), y)`, `channel()`
fn makes(e: &Expr) -> bool {
    match e {
        Expr::Call(c) => {
            let Expr::Path(p) = &*c.func else { return false };
            let mut names = p.path.segments.iter().rev().map(|s| s.ident.to_string());
            let (name, owner) = (names.next().unwrap_or_default(), names.next().unwrap_or_default());
            is_cell(&owner)
                || name == "channel"
                || name == "sync_channel"
                || matches!(owner.as_str(), "Rc" | "Arc" | "Box") && c.args.iter().any(makes)
        }
        Expr::Tuple(t) => t.elems.iter().any(makes),
        Expr::Array(a) => a.elems.iter().any(makes),
        Expr::Paren(p) => makes(&p.expr),
        Expr::Reference(r) => makes(&r.expr),
        _ => false,
    }
}

impl Lower<'_> {
    /// The cell or lock of this function's that an expression writes to.
    pub(super) fn written_cell(&self, e: &Expr) -> Option<String> {
        struct Written<'a, 'b>(&'a Lower<'b>, Option<String>);
        impl Visit<'_> for Written<'_, '_> {
            fn visit_expr_method_call(&mut self, m: &ExprMethodCall) {
                let reads = READS.iter().any(|name| m.method == name);
                if let Some(name) = root(&m.receiver).filter(|_| goes_in(m) && !reads)
                    && self.0.shared.contains(&name.to_string())
                {
                    self.1.get_or_insert(users_name(name));
                }
                syn::visit::visit_expr_method_call(self, m);
            }
        }
        let mut written = Written(self, None);
        written.visit_expr(e);
        written.1
    }

    /// Rejects a call that hands something active to a value which changes behind `&`.
    pub(super) fn is_shared(&self, m: &ExprMethodCall) -> bool {
        let global = matches!(&*m.receiver, Expr::Path(p) if m.method == "with" && self.lookup(&m.receiver).is_none() && p.path.segments.last().is_some_and(|s| s.ident.to_string().starts_with(char::is_uppercase)));
        let shared = global || goes_in(m) && root(&m.receiver).is_some_and(|i| self.shared.contains(&i.to_string()));
        if shared {
            self.cx.error(
                &m.method,
                "what is kept in a cell, a lock or a channel, or handed to another thread, changes behind shared references, where no derivative follows it: \
                 keep it in a `mut` variable or behind `&mut`, or wrap what carries no derivative in `stop_gradient(..)`",
            );
        }
        shared
    }
}
