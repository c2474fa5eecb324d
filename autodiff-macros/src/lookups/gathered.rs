//! Lists of references to entries: `let mut open: Vec<&Span> = spans.iter().filter(f).collect(); open.sort_by(g);`
use super::{Lookups, bare, behind, bound, name_of, whole_of};
use crate::syntax;
use syn::{Expr, Ident, Local, Pat, Stmt, Type, parse_quote};

/// Methods that put a list in another order, or leave some of it out.
#[rustfmt::skip]
const ORDERS: &[&str] = &[
    "sort", "sort_by", "sort_by_key", "sort_by_cached_key", "sort_unstable", "sort_unstable_by", "sort_unstable_by_key", "reverse", "truncate",
    "retain", "dedup_by_key", "rotate_left", "rotate_right",
];

/// The function that makes such a list of indices.
pub(crate) const ENTRIES_AT: &str = "entries_at";
const INDICES_IN: &str = "indices_in";

impl Lookups<'_> {
    /// Keeps indices instead of such lists, which are made of them again.
    pub(super) fn gathered(&mut self, stmts: &mut Vec<Stmt>) {
        let mut k = 0;
        while k < stmts.len() {
            if let Some((name, list)) = self.gathers(&stmts[k]) {
                let ordered = stmts[k + 1..].iter().take_while(|s| orders(s, &name)).count();
                let Stmt::Local(Local { pat, init: Some(init), .. }) = &stmts[k] else { unreachable!("a list") };
                let (at, collected) = (self.names.ident(&format!("{name}_at")), &init.expr);
                let gathered = match ordered {
                    0 => (**collected).clone(),
                    n => self.ordered(pat, collected, &name, &stmts[k + 1..=k + n]),
                };
                let indices = syntax::runtime_call(INDICES_IN, [whole_of(&list), gathered]);
                let again = syntax::runtime_call(
                    ENTRIES_AT,
                    [whole_of(&list), syntax::reference(Default::default(), None, syntax::name(&at))],
                );
                let mutable = ordered == 0 && self.mutable.contains(&name.to_string());
                let new: [Stmt; 2] = [
                    parse_quote!(let #at: ::std::vec::Vec<usize> = #indices;),
                    if mutable { parse_quote!(let mut #name = #again;) } else { parse_quote!(let #name = #again;) },
                ];
                stmts.splice(k..=k + ordered, new);
            }
            k += 1;
        }
    }

    /// `{ let mut inside: ty = collected; inside.sort_by(f); inside }`
    fn ordered(&mut self, pat: &Pat, collected: &Expr, name: &Ident, order: &[Stmt]) -> Expr {
        let inside = self.names.ident(&name.to_string());
        let ty = if let Pat::Type(t) = pat { Some(&t.ty) } else { None }.into_iter();
        let order = order.iter().filter_map(|s| if let Stmt::Expr(e, _) = s { Some(e.clone()) } else { None });
        let order = order.map(|mut e| {
            crate::references::substituted(&mut e, name, &syntax::name(&inside));
            e
        });
        parse_quote!({ let mut #inside #(: #ty)* = #collected; #(#order;)* #inside })
    }

    /// The name of such a list, and the list whose entries it refers to.
    fn gathers(&self, stmt: &Stmt) -> Option<(Ident, Expr)> {
        let Stmt::Local(Local { pat, init: Some(init), .. }) = stmt else { return None };
        let Expr::MethodCall(m) = bare(&init.expr) else { return None };
        let collects = m.method == "collect" && init.diverge.is_none();
        let list = self.selected(&m.receiver).filter(|_| collects)?;
        let typed = match pat {
            Pat::Type(t) => is_list_of_references(&t.ty),
            _ => m.turbofish.as_ref().is_some_and(|t| {
                t.args.iter().any(|a| matches!(a, syn::GenericArgument::Type(t) if is_list_of_references(t)))
            }),
        };
        Some((bound(pat)?.clone(), list)).filter(|_| typed)
    }
}

/// `indices_in(&spans[..], ..)`
pub(super) fn gathers(c: &syn::ExprCall) -> bool {
    matches!(&*c.func, Expr::Path(p) if crate::lower::is_runtime(p) && p.path.segments.last().is_some_and(|s| s.ident == INDICES_IN))
}

/// `open.sort_by(f);`
fn orders(stmt: &Stmt, name: &Ident) -> bool {
    match stmt {
        Stmt::Expr(Expr::MethodCall(m), Some(_)) => {
            name_of(&m.receiver) == Some(name) && ORDERS.iter().any(|order| m.method == order)
        }
        _ => false,
    }
}

/// `Vec<&Span>`
fn is_list_of_references(ty: &Type) -> bool {
    match ty {
        Type::Path(p) => p
            .path
            .segments
            .last()
            .is_some_and(|s| s.ident == "Vec" && matches!(crate::syntax::argument(s), Some(ty) if behind(ty) != ty)),
        _ => false,
    }
}
