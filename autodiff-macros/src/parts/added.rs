//! `+=` of the user's that adds field by field: the tangent of the place grows by that of what is added.
//!
//! ```text
//! fn add_assign(&mut self, o: P) { self.x += o.x; self.y += o.y; }
//! =>  const _: () = { fn adds(whole: &P) { let P { x: _, y: _ } = whole; rules::adds(&whole.x); rules::adds(&whole.y); } };
//! ```
//! That these are all of its fields, and that each one's own `+=` adds, is what rustc is asked; where the file shows that it is not so,
//! the operator is a method.
use super::{
    operators::text,
    seen,
    types::{is_built_in, is_number},
};
use crate::emit::runtime;
use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote_spanned};
use std::collections::BTreeSet;
use syn::{BinOp, Expr, ItemImpl, Member, Stmt, Type};

/// What proves that the block of `AddAssign` or `SubAssign` adds, or subtracts, each field once; nothing where it does not look so.
pub(crate) fn proof(block: &ItemImpl, body: &[Stmt], other: &str) -> Option<TokenStream> {
    let Type::Path(ty) = &*block.self_ty else { return None };
    let adds = block.trait_.as_ref()?.0.segments.last()?.ident == "AddAssign";
    let fields: Vec<Member> = body.iter().map(|s| field(s, adds, other)).collect::<Option<_>>()?;
    let names: BTreeSet<String> = fields.iter().map(name).collect();
    if names.len() < fields.len() {
        return None;
    }
    let all = seen::certain_fields(&seen::name(&block.self_ty)?);
    let wanted = |(member, ty): &(String, Type)| {
        let is_added = names.contains(member) && has_own_rule(ty, block);
        is_added || !names.contains(member) && seen::is_marked(&block.self_ty, member)
    };
    if !all.iter().all(wanted) {
        return None;
    }
    let rt = runtime();
    let at = ty.path.segments.last()?.ident.span();
    let rule = syn::Ident::new(if adds { "adds" } else { "subtracts" }, at.resolved_at(Span::mixed_site()));
    let mut path = ty.path.clone();
    path.segments.iter_mut().for_each(|s| s.arguments = syn::PathArguments::None);
    let members: Vec<Member> = match all.is_empty() {
        true => fields.clone(),
        false => all.iter().filter_map(|(name, _)| syn::parse_str(name).ok()).collect(),
    };
    let (header, _, clause) = block.generics.split_for_impl();
    Some(quote_spanned! {at.resolved_at(Span::mixed_site())=>
        const _: () = {
            #[allow(dead_code)]
            fn proof #header (whole: &#ty) #clause {
                let #path { #(#members: _),* } = whole;
                #(#rt::#rule(&whole.#fields);)*
            }
        };
    })
}

/// `x` of `self.x += other.x;`
fn field(s: &Stmt, adds: bool, other: &str) -> Option<Member> {
    let Stmt::Expr(Expr::Binary(b), _) = s else { return None };
    let assigns = match b.op {
        BinOp::AddAssign(_) => adds,
        BinOp::SubAssign(_) => !adds,
        _ => false,
    };
    let (Expr::Field(to), Expr::Field(from)) = (&*b.left, &*b.right) else { return None };
    let of = |e: &Expr, name: &str| matches!(e, Expr::Path(p) if p.path.is_ident(name));
    let plain = b.attrs.is_empty() && to.attrs.is_empty() && from.attrs.is_empty();
    let same = of(&to.base, "this") && of(&from.base, other) && to.member == from.member;
    (assigns && plain && same).then(|| to.member.clone())
}

fn name(member: &Member) -> String {
    member.to_token_stream().to_string()
}

/// Whether the operator of a field is no method, as far as the file shows.
fn has_own_rule(ty: &Type, block: &ItemImpl) -> bool {
    let assign = |name: &str| name == "add_assign" || name == "sub_assign";
    let method = |o: &super::operators::Operator| {
        assign(&o.name) && o.method.is_some() && o.operands.first().is_some_and(|this| *this == text(ty))
    };
    let generic = block.generics.type_params().any(|p| matches!(ty, Type::Path(q) if q.path.is_ident(&p.ident)));
    generic || is_number(ty) || is_built_in(ty) || seen::fitting(method).is_empty()
}
