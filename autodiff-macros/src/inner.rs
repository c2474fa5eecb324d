//! Items of a body: they stand at its head, where both sweeps see them, and a name cannot be another's.
//!
//! ```text
//! for i in 0..n { const TINY: f64 = 1e-30; .. }    =>    const TINY: f64 = 1e-30; for i in 0..n { .. }
//! ```
//! Those of the body itself hold in all of it. Of inner blocks' what is named alike outside of the block would be another thing:
//! such an item stays, and is refused. So is a `use` of what the block does not name: a trait, whose methods others may have as well.
use crate::{lower::identifiers, parts::imported};
use quote::ToTokens;
use std::collections::HashMap;
use syn::{Block, Ident, Item, ItemFn, Stmt, visit_mut, visit_mut::VisitMut};

/// The function with its items at its head, where that is the same.
pub(crate) fn outside(mut function: ItemFn) -> ItemFn {
    let mut hoist = Hoist { named: counts(&function), found: vec![], depth: 0 };
    hoist.visit_block_mut(&mut function.block);
    function.block.stmts.splice(0..0, hoist.found);
    function
}

/// How often each identifier is written.
fn counts(of: &impl ToTokens) -> HashMap<String, usize> {
    let mut counts = HashMap::new();
    identifiers(of.to_token_stream()).for_each(|name| *counts.entry(name).or_default() += 1);
    counts
}

/// Whether the names that an item of a block gives stand in this block alone.
fn is_own(item: &Item, inside: &HashMap<String, usize>, everywhere: &HashMap<String, usize>) -> bool {
    let is_own = |name: &Ident| {
        let name = name.to_string();
        inside.get(&name) == everywhere.get(&name)
    };
    let attrs = match item {
        Item::Const(i) => &i.attrs,
        Item::Fn(i) => &i.attrs,
        Item::Use(i) => &i.attrs,
        _ => return false,
    };
    if attrs.iter().any(|a| a.path().is_ident("cfg")) {
        return false;
    }
    match item {
        Item::Const(i) => is_own(&i.ident),
        Item::Fn(i) => is_own(&i.sig.ident),
        Item::Use(i) => {
            let mut own = true;
            imported(&i.tree, &mut |name| {
                own &= name.is_some_and(|n| is_own(n) && inside.get(&n.to_string()).is_some_and(|count| *count > 1))
            });
            own
        }
        _ => false,
    }
}

struct Hoist {
    /// How often each name occurs in the function.
    named: HashMap<String, usize>,
    found: Vec<Stmt>,
    depth: usize,
}

impl VisitMut for Hoist {
    fn visit_block_mut(&mut self, block: &mut Block) {
        self.depth += 1;
        if block.stmts.iter().any(|s| matches!(s, Stmt::Item(_))) {
            let inside = counts(block);
            let own = |s: &mut Stmt| match s {
                Stmt::Item(item) if self.depth == 1 => !matches!(item, Item::Macro(_)),
                Stmt::Item(item) => is_own(item, &inside, &self.named),
                _ => false,
            };
            self.found.extend(block.stmts.extract_if(.., own));
        }
        visit_mut::visit_block_mut(self, block);
        self.depth -= 1;
    }
    // what stands in an item is that item's
    fn visit_item_mut(&mut self, _: &mut Item) {}
}
