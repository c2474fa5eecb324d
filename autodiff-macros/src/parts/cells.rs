//! Types whose values change behind `&`: cells and locks, and the types of the user's that hold one.
//!
//! ```text
//! struct Noise { table: Vec<f64>, drawn: Cell<usize> }    // `noise[i]` may be another number each time
//! ```
use super::{seen, types::Types};
use crate::{
    analysis::activity::{pattern_names, root},
    lower::{self, identifiers, is_scalar_bound},
};
use quote::{ToTokens, quote};
use std::collections::{BTreeMap, BTreeSet, HashSet};
use syn::{Expr, ItemEnum, ItemFn, ItemStruct, Signature, Type, visit::Visit};

const CELLS: &[&str] =
    &["Cell", "RefCell", "OnceCell", "LazyCell", "UnsafeCell", "Mutex", "RwLock", "OnceLock", "LazyLock"];

/// Whether a type of this name is a cell, a lock or an atomic number.
pub(crate) fn is_cell(name: &str) -> bool {
    CELLS.contains(&name) || name.starts_with("Atomic")
}

/// Whether a type is the user's, and holds a cell: what looks into it, by `Index`, an operator or a method of the user's, may change it.
pub(crate) fn varies(ty: &impl ToTokens) -> bool {
    let names: Vec<String> = identifiers(ty.to_token_stream()).collect();
    seen::holds_cells(&names)
}

/// The same in a function with type parameters, of which some may stand for any type.
pub(crate) fn may_vary(ty: &impl ToTokens, open: &[String]) -> bool {
    let names: Vec<String> = identifiers(ty.to_token_stream()).collect();
    let unknown = names.iter().any(|name| name == "impl" || name == "dyn") && !is_function(ty);
    unknown || varies(ty) || names.iter().any(|name| open.contains(name))
}

/// Whether a function has to do with what changes behind `&`: it may be another one when it is run again.
pub(super) fn is_among(function: &ItemFn) -> bool {
    let (inputs, block) = (&function.sig.inputs, &function.block);
    let cells = identifiers(quote!(#inputs #block)).any(|name| is_cell(&name));
    cells || may_vary(inputs, &open_parameters(&function.sig)) || varies(block)
}

/// The type parameters of a function that are neither numbers nor functions.
pub(crate) fn open_parameters(sig: &Signature) -> Vec<String> {
    let functions = sig.generics.where_clause.as_ref().is_some_and(is_function);
    let open = |p: &&syn::TypeParam| !functions && !is_scalar_bound(&p.bounds) && !is_function(&p.bounds);
    sig.generics.type_params().filter(open).map(|p| p.ident.to_string()).collect()
}

fn is_function(bounds: &impl ToTokens) -> bool {
    identifiers(bounds.to_token_stream()).any(|name| FUNCTIONS.contains(&&*name))
}

const FUNCTIONS: &[&str] = &["Fn", "FnMut", "FnOnce"];

/// The types of a file that hold cells, by way of others too.
pub(super) fn of(file: &syn::File) -> BTreeSet<String> {
    let mut holders = Holders::default();
    holders.visit_file(file);
    let mut found = BTreeSet::new();
    loop {
        let holds = |parts: &BTreeSet<String>| parts.iter().any(|part| is_cell(part) || found.contains(part));
        let more: Vec<_> = holders.0.iter().filter(|(_, parts)| holds(parts)).map(|(name, _)| name.clone()).collect();
        let before = found.len();
        found.extend(more);
        if found.len() == before {
            return found;
        }
    }
}

/// The names in the fields of types, by the type.
#[derive(Default)]
struct Holders(BTreeMap<String, BTreeSet<String>>);

impl Holders {
    fn note<'a>(&mut self, owner: &syn::Ident, fields: impl IntoIterator<Item = &'a syn::Field>) {
        let parts = self.0.entry(owner.to_string()).or_default();
        fields.into_iter().for_each(|f| parts.extend(identifiers(f.ty.to_token_stream())));
    }
}

impl Visit<'_> for Holders {
    fn visit_item_struct(&mut self, s: &ItemStruct) {
        self.note(&s.ident, &s.fields);
    }
    fn visit_item_enum(&mut self, e: &ItemEnum) {
        e.variants.iter().for_each(|v| self.note(&e.ident, &v.fields));
    }
    fn visit_item_type(&mut self, t: &syn::ItemType) {
        let (Type::Path(_) | Type::Array(_) | Type::Tuple(_)) = &*t.ty else { return };
        self.0.entry(t.ident.to_string()).or_default().extend(identifiers(t.ty.to_token_stream()));
    }
}

// ---- variables -------------------------------------------------------------------------------------------------------

/// The variables of types that the user has given cells, and what they lend: to look into one may change it, where `Index`, an operator
/// or a method of the user's does.
pub(crate) fn variables(item: &ItemFn, open: &[String]) -> HashSet<String> {
    let params = lower::typed_params(item).filter(|(param, _)| may_vary(&param.ty, open));
    let names = params.filter_map(|(_, name)| Some(name?.to_string())).collect();
    let mut find = Varying { names, types: Types::certain(item), open };
    find.visit_block(&item.block);
    find.names
}

struct Varying<'a> {
    names: HashSet<String>,
    types: Types,
    open: &'a [String],
}

impl Varying<'_> {
    fn bind(&mut self, pat: &syn::Pat, of: &Expr) {
        let lent = root(of).is_some_and(|i| self.names.contains(&i.to_string()));
        let made = match of {
            Expr::Call(c) => varies(&c.func),
            Expr::Struct(s) => varies(&s.path),
            _ => false,
        };
        if self.types.of_expr(of).map_or(lent || made, |ty| may_vary(&ty, self.open)) {
            self.names.extend(pattern_names(pat));
        }
    }
}

impl Visit<'_> for Varying<'_> {
    fn visit_local(&mut self, l: &syn::Local) {
        match (&l.pat, &l.init) {
            (syn::Pat::Type(t), _) if may_vary(&t.ty, self.open) => self.names.extend(pattern_names(&l.pat)),
            (syn::Pat::Type(_), _) | (_, None) => {}
            (_, Some(init)) => self.bind(&l.pat, &init.expr),
        }
        self.types.declare(l);
        syn::visit::visit_local(self, l);
    }
    fn visit_expr_for_loop(&mut self, f: &syn::ExprForLoop) {
        self.bind(&f.pat, &f.expr);
        syn::visit::visit_expr_for_loop(self, f);
    }
    fn visit_expr_let(&mut self, e: &syn::ExprLet) {
        self.bind(&e.pat, &e.expr);
        syn::visit::visit_expr_let(self, e);
    }
    fn visit_expr_match(&mut self, m: &syn::ExprMatch) {
        m.arms.iter().for_each(|arm| self.bind(&arm.pat, &m.expr));
        syn::visit::visit_expr_match(self, m);
    }
}

/// Whether an expression names such a variable: to evaluate it twice, or not at all, may be something else.
pub(crate) fn looks_into(e: &Expr) -> bool {
    struct Looks(bool);
    impl Visit<'_> for Looks {
        fn visit_ident(&mut self, i: &syn::Ident) {
            self.0 |= seen::is_varying(i);
        }
    }
    let mut looks = Looks(false);
    looks.visit_expr(e);
    looks.0
}

/// Notes the variables of the function that is being compiled.
pub(crate) fn enter(item: &ItemFn) {
    seen::forget_varying();
    renamed(item);
}

/// Notes them under the names that they have later.
pub(crate) fn renamed(item: &ItemFn) {
    seen::note_varying(variables(item, &open_parameters(&item.sig)));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_found_by_way_of_other_types() {
        let file = syn::parse_quote! {
            struct A { c: Vec<Cell<usize>>, n: usize }
            enum B { Empty, Full(A) }
            type C = Vec<B>;
            struct D(C);
            struct E { n: usize, x: Vec<f64> }
        };
        assert_eq!(of(&file), ["A", "B", "C", "D"].map(String::from).into());
    }
}
