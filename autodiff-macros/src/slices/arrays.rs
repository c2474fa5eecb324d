//! Slices as arrays: `x[0..3].try_into().unwrap()`.
use super::{Slices, bare};
use crate::atom::atom;
use syn::{Expr, Pat, Type, parse_quote};

impl Slices<'_> {
    /// `let v: [f64; 3] = x[..3].try_into().unwrap();` and `let v: &[f64; 3] = ..`
    pub(super) fn array_of(&mut self, pat: &Pat, e: &mut Expr) {
        let Expr::MethodCall(m) = bare(e) else { return };
        if !matches!(m.method.to_string().as_str(), "unwrap" | "expect") {
            return;
        }
        let annotated = match pat {
            Pat::Type(t) => array(&t.ty),
            _ => None,
        };
        let (source, ty) = match bare(&m.receiver) {
            Expr::MethodCall(t) if t.method == "try_into" && t.args.is_empty() => ((*t.receiver).clone(), annotated),
            Expr::Call(c) => match (&*c.func, c.args.first()) {
                (Expr::Path(p), Some(x)) if p.path.segments.last().is_some_and(|s| s.ident == "try_from") => {
                    (x.clone(), p.qself.as_ref().and_then(|q| array(&q.ty)))
                }
                _ => return,
            },
            _ => return,
        };
        let Some((by_ref, n)) = ty else { return };
        let mutable = matches!(bare(&source), Expr::Reference(r) if r.mutability.is_some()) || by_ref == Some(true);
        let x = match bare(&source) {
            Expr::Reference(r) => (*r.expr).clone(),
            x => x.clone(),
        };
        if !self.is_place(&x) {
            return;
        }
        let part: Expr = match bare(&x) {
            Expr::Index(_) => x,
            x => {
                let x = atom(x);
                parse_quote!(#x[..])
            }
        };
        *e = match (by_ref, mutable) {
            (Some(_), true) => parse_quote!(::autodiff_core::rules::chunk_mut::<_, {#n}>(&mut #part)),
            (Some(_), false) => parse_quote!(::autodiff_core::rules::chunk::<_, {#n}>(&#part)),
            (None, _) => parse_quote!(*::autodiff_core::rules::chunk::<_, {#n}>(&#part)),
        };
    }
}

/// Whether an array type is behind a reference, and its length.
fn array(ty: &Type) -> Option<(Option<bool>, Expr)> {
    match ty {
        Type::Array(a) => Some((None, a.len.clone())),
        Type::Reference(r) => match &*r.elem {
            Type::Array(a) => Some((Some(r.mutability.is_some()), a.len.clone())),
            _ => None,
        },
        _ => None,
    }
}
