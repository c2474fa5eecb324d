//! The names that items give.
use syn::{Ident, Item, UseTree};

/// The name of an item; one of a `use` or a macro has several, or none.
pub(super) fn name(item: &Item) -> Option<&Ident> {
    Some(match item {
        Item::Const(i) => &i.ident,
        Item::Enum(i) => &i.ident,
        Item::ExternCrate(i) => &i.ident,
        Item::Fn(i) => &i.sig.ident,
        Item::Mod(i) => &i.ident,
        Item::Static(i) => &i.ident,
        Item::Struct(i) => &i.ident,
        Item::Trait(i) => &i.ident,
        Item::Type(i) => &i.ident,
        Item::Union(i) => &i.ident,
        _ => return None,
    })
}

/// Calls `found` for each name that a `use` brings; with nothing for `*`.
pub(crate) fn imported(tree: &UseTree, found: &mut dyn FnMut(Option<&Ident>)) {
    match tree {
        UseTree::Path(p) => imported(&p.tree, found),
        UseTree::Name(n) => found(Some(&n.ident)),
        UseTree::Rename(r) => found(Some(&r.rename)),
        UseTree::Glob(_) => found(None),
        UseTree::Group(g) => g.items.iter().for_each(|tree| imported(tree, found)),
    }
}
