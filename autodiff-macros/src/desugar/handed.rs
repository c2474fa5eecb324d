//! Closures handed to the user's own functions: they stay closures, with plain parameters and one way out.
//!
//! ```text
//! apply(|&(a, b)| { if a < b { return a; } b }, x)
//! =>  apply(|given| { let &(a, b) = given; 'call: { if a < b { break 'call a; } b } }, x)
//! apply(f64::sin, x)    =>    apply(|a| f64::sin(a), x)
//! ```
use super::{Desugar, chain, closures, jumps};
use crate::{analysis::activity::call_name, atom::tail, rules};
use syn::{Expr, Pat, parse_quote, spanned::Spanned};

/// Methods of the standard library and of nalgebra that take closures.
#[rustfmt::skip]
const TAKE_CLOSURES: &[&str] = &[
    "map", "zip_map", "map_with_location", "apply", "zip_apply", "fold", "for_each", "and_then", "map_or", "map_or_else", "map_err",
    "unwrap_or_else", "ok_or_else", "or_else", "filter", "is_some_and", "is_none_or", "is_ok_and", "get_or_insert_with", "inspect",
    "then", "retain", "fill_with", "resize_with", "or_insert_with", "and_modify", "reduce", "scan", "flat_map", "filter_map", "map_while",
    "take_while", "skip_while", "try_fold", "try_for_each", "find_map", "partition", "chunk_by", "split", "unzip", "zip", "chain",
];

/// Whether a call may be one of a function of the user's that takes functions.
pub(crate) fn takes_functions(e: &Expr) -> bool {
    match e {
        Expr::Call(c) => {
            let (Expr::Path(p), Some(name)) = (&*c.func, call_name(c)) else { return false };
            let owner = p.path.segments.iter().rev().nth(1);
            let standard = owner.is_some_and(|o| {
                let name = o.ident.to_string();
                matches!(name.as_str(), "iter" | "mem" | "array" | "thread" | "cmp" | "ptr")
                    || crate::lower::is_matrix_type(&name)
            });
            let known = matches!(name.as_str(), "from_fn" | "successors" | "repeat_with");
            !standard && !known && !name.starts_with(char::is_uppercase)
        }
        Expr::MethodCall(m) => {
            let name = m.method.to_string();
            let closures = m.args.iter().any(|a| matches!(closures::unwrapped(a), Expr::Closure(_)));
            let known = TAKE_CLOSURES.contains(&name.as_str()) || rules::DECIDING_METHODS.contains(&name.as_str());
            !closures || !known && !chain::is_chain(&m.receiver)
        }
        _ => false,
    }
}

/// `f` for `&f`: a function that is handed on either way.
pub(crate) fn strip_reference(e: &Expr) -> &Expr {
    match e {
        Expr::Reference(r) if matches!(chain::strip(&r.expr), Expr::Path(_)) => chain::strip(&r.expr),
        e => e,
    }
}

impl Desugar<'_> {
    /// A call with plain functions among its arguments; `None` where they are plain already.
    pub(super) fn plain_functions(&mut self, e: &Expr) -> Option<Expr> {
        if !takes_functions(e) || !self.relevant(e) {
            return None;
        }
        let mut new = e.clone();
        let args = match &mut new {
            Expr::Call(c) => &mut c.args,
            Expr::MethodCall(m) => &mut m.args,
            _ => return None,
        };
        let mut changed = false;
        for arg in args {
            if let Some(plain) = self.plain_function(closures::unwrapped(arg)) {
                *arg = plain;
                changed = true;
            }
        }
        changed.then_some(new)
    }

    fn plain_function(&mut self, e: &Expr) -> Option<Expr> {
        match e {
            Expr::Closure(c) => {
                let mut c = c.clone();
                let mut heads: Vec<syn::Stmt> = Vec::new();
                // what a loop or a branch is written out as stays inside
                let mut changed = !matches!(&*c.body, Expr::Block(_));
                for input in &mut c.inputs {
                    let (pat, ty) = match &*input {
                        Pat::Type(t) => ((*t.pat).clone(), Some(t.ty.clone())),
                        pat => (pat.clone(), None),
                    };
                    if matches!(&pat, Pat::Ident(p) if p.by_ref.is_none() && p.mutability.is_none() && p.subpat.is_none())
                    {
                        continue;
                    }
                    changed = true;
                    let given = self.fresh("given", true, pat.span());
                    if !matches!(pat, Pat::Wild(_)) {
                        heads.push(parse_quote!(let #pat = #given;));
                    }
                    *input = match ty {
                        Some(ty) => Pat::Type(parse_quote!(#given: #ty)),
                        None => parse_quote!(#given),
                    };
                }
                let label = self.label("call");
                let returned = jumps::returns_to_breaks(&mut c.body, &label);
                if !changed && !returned {
                    return None;
                }
                let body = tail(&c.body);
                let value: Expr = match (&c.output, returned) {
                    (_, false) => body,
                    (syn::ReturnType::Type(_, ty), _) => {
                        let out = self.fresh("returned", true, body.span());
                        parse_quote!({ let #out: #ty = #label: { #body }; #out })
                    }
                    _ => parse_quote!(#label: { #body }),
                };
                *c.body = parse_quote!({ #(#heads)* #value });
                Some(Expr::Closure(c))
            }
            // a rule's name
            Expr::Path(p) if p.path.segments.len() > 1 && closures::is_function(p, &self.active) => {
                let owner = p.path.segments.iter().rev().nth(1)?.ident.to_string();
                let name = p.path.segments.last()?.ident.to_string();
                if owner != "f64" && owner != "f32" && !(owner.len() == 1 && owner.starts_with(char::is_uppercase)) {
                    return None;
                }
                let operands = rules::RULES.iter().find(|r| r.name == name)?.reads.len();
                let params: Vec<_> = (0..operands).map(|_| self.fresh("given", true, p.span())).collect();
                Some(parse_quote!(|#(#params),*| #p(#(#params),*)))
            }
            _ => None,
        }
    }
}
