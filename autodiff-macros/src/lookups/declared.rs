//! What is known of a function's variables whose names are their own.
use super::{bare, bound};
use crate::parts::types::Types;
use std::collections::HashSet;
use syn::{Expr, ItemFn, Local, Pat, Stmt, Type, visit::Visit};

pub(super) struct Declared {
    pub(super) types: Types,
    /// Those that are declared as mutable.
    pub(super) mutable: HashSet<String>,
}

impl Declared {
    pub(super) fn of(item: &ItemFn) -> Self {
        let mut declared = Declared { types: Types::certain(item), mutable: HashSet::new() };
        declared.visit_item_fn(item);
        declared
    }

    /// The type of what a block ends with, or of what is collected.
    fn given(&self, e: &Expr) -> Option<Type> {
        match bare(e) {
            Expr::Block(b) => match b.block.stmts.last()? {
                Stmt::Expr(e, None) => self.given(e).or_else(|| self.types.of_expr(e)),
                _ => None,
            },
            Expr::If(i) => match i.then_branch.stmts.last()? {
                Stmt::Expr(e, None) => self.given(e).or_else(|| self.types.of_expr(e)),
                _ => None,
            },
            Expr::MethodCall(m) if m.method == "collect" => match m.turbofish.as_ref()?.args.first()? {
                syn::GenericArgument::Type(ty) => Some(ty.clone()),
                _ => None,
            },
            _ => None,
        }
    }
}

impl Visit<'_> for Declared {
    fn visit_local(&mut self, local: &Local) {
        syn::visit::visit_local(self, local);
        self.types.declare(local);
        let Some(init) = &local.init else { return };
        if let Pat::Ident(p) = &local.pat
            && let Some(ty) = self.given(&init.expr)
        {
            self.types.insert(p.ident.to_string(), ty);
        }
        // a choice of several
        if let (Pat::Tuple(p), Expr::If(i)) = (&local.pat, bare(&init.expr))
            && let Some(Stmt::Expr(Expr::Tuple(t), None)) = i.then_branch.stmts.last()
        {
            for (name, e) in p.elems.iter().zip(&t.elems).filter_map(|(p, e)| Some((bound(p)?, e))) {
                if let Some(ty) = self.types.of_expr(e) {
                    self.types.insert(name.to_string(), ty);
                }
            }
        }
    }
    fn visit_expr_for_loop(&mut self, f: &syn::ExprForLoop) {
        self.types.item(f);
        syn::visit::visit_expr_for_loop(self, f);
    }
    fn visit_pat_ident(&mut self, p: &syn::PatIdent) {
        if p.mutability.is_some() {
            self.mutable.insert(p.ident.to_string());
        }
    }
}
