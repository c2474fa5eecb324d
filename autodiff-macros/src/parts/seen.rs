//! What the crate has shown so far of its types: which methods hand out references, what the fields are.
//!
//! At a call the receiver's type is at best guessed, so a getter is known by its name, and by the receiver's type where that is seen.
//! One that is not known, because it stands further down or in another crate, is a compile error where it is called: it has no
//! derivatives of the ordinary kind.
use super::{
    getter::{handed, is_getter, is_index},
    operators::Operator,
};
use quote::ToTokens;
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Mutex,
};
use syn::{Data, DeriveInput, ImplItem, ItemImpl, Type, parse_quote};

/// Types as text: syntax stays where it was parsed.
#[derive(Default)]
struct Seen {
    /// The types that getters hand out, by name and owner.
    getters: BTreeMap<(String, String), String>,
    /// The types of fields, by owner and name.
    fields: BTreeMap<(String, String), String>,
    /// The types that are indexed.
    indexed: BTreeSet<String>,
    /// What methods return, by name and owner.
    results: BTreeMap<(String, String), String>,
    operators: Vec<Operator>,
    /// The type whose `impl` block this is.
    this: Option<String>,
}

static SEEN: Mutex<Seen> = Mutex::new(Seen {
    getters: BTreeMap::new(),
    fields: BTreeMap::new(),
    indexed: BTreeSet::new(),
    results: BTreeMap::new(),
    operators: Vec::new(),
    this: None,
});

/// Takes notice of a block's getters.
pub(crate) fn block(block: &ItemImpl) {
    let (Ok(mut seen), Some(owner)) = (SEEN.lock(), name(&block.self_ty)) else { return };
    seen.this = Some(block.self_ty.to_token_stream().to_string());
    if is_index(block) {
        seen.indexed.insert(owner);
        return;
    }
    for item in &block.items {
        if let ImplItem::Fn(f) = item
            && let syn::ReturnType::Type(_, ty) = &f.sig.output
        {
            let this = block.self_ty.to_token_stream();
            let ty = crate::overload::without_self_type(ty.to_token_stream(), &block.self_ty, &parse_quote!(#this));
            seen.results.insert((f.sig.ident.to_string(), owner.clone()), ty.to_string());
        }
        if let ImplItem::Fn(f) = item
            && is_getter(f)
            && let Some(of) = handed(&f.sig)
        {
            seen.getters.insert((f.sig.ident.to_string(), owner.clone()), of.elem.to_token_stream().to_string());
        }
    }
}

/// Takes notice of a struct's fields.
pub(crate) fn fields(item: &DeriveInput) {
    let (Ok(mut seen), Data::Struct(s)) = (SEEN.lock(), &item.data) else { return };
    for (field, member) in s.fields.iter().zip(s.fields.members()) {
        let key = (item.ident.to_string(), member.to_token_stream().to_string());
        seen.fields.insert(key, field.ty.to_token_stream().to_string());
    }
}

/// The name of a type: `Mat` of `&Mat<T>`.
pub(super) fn name(ty: &Type) -> Option<String> {
    match ty {
        Type::Reference(r) => name(&r.elem),
        Type::Paren(p) => name(&p.elem),
        Type::Path(p) => {
            let last = p.path.segments.last()?.ident.to_string();
            if last == "Self" { name(&this()?) } else { Some(last) }
        }
        _ => None,
    }
}

/// A type without `Self`.
pub(super) fn without_self(ty: Type) -> Type {
    match ty {
        Type::Reference(mut r) => {
            *r.elem = without_self(*r.elem);
            Type::Reference(r)
        }
        Type::Path(p) if p.path.is_ident("Self") => this().unwrap_or(Type::Path(p)),
        ty => ty,
    }
}

fn this() -> Option<Type> {
    let text = SEEN.lock().ok()?.this.clone()?;
    syn::parse_str(&text).ok().filter(|ty| *ty != parse_quote!(Self))
}

/// The type of a field.
pub(super) fn field(owner: &Type, member: &str) -> Option<Type> {
    let key = (name(owner)?, member.to_string());
    let text = SEEN.lock().ok()?.fields.get(&key)?.clone();
    syn::parse_str(&text).ok()
}

/// What a getter leads to.
pub(super) fn handed_out(owner: &Type, method: &str) -> Option<Type> {
    let key = (method.to_string(), name(owner)?);
    let text = SEEN.lock().ok()?.getters.get(&key)?.clone();
    syn::parse_str(&text).ok()
}

/// Whether a method of this name hands out a reference, of this type or of any.
pub(super) fn getter(owner: Option<&Type>, method: &str) -> bool {
    let owner = owner.and_then(name);
    let Ok(seen) = SEEN.lock() else { return false };
    seen.getters.keys().any(|(name, of)| name == method && owner.as_ref().is_none_or(|owner| owner == of))
}

/// Whether types of the user's are indexed in this crate.
pub(super) fn index() -> bool {
    SEEN.lock().is_ok_and(|seen| !seen.indexed.is_empty())
}

/// What a method or an associated function returns.
pub(super) fn result(owner: &Type, function: &str) -> Option<Type> {
    let key = (function.to_string(), name(owner)?);
    let text = SEEN.lock().ok()?.results.get(&key)?.clone();
    syn::parse_str(&text).ok()
}

/// Takes notice of an operator.
pub(super) fn operator(operator: Operator) {
    if let Ok(mut seen) = SEEN.lock() {
        seen.operators.push(operator);
    }
}

pub(super) fn operators() -> Vec<Operator> {
    SEEN.lock().map_or_else(|_| Vec::new(), |seen| seen.operators.clone())
}
