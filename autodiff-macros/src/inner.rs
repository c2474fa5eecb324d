//! Constants of inner blocks: they stand at the head of the function, where a name cannot be another's.
//!
//! ```text
//! for i in 0..n { const TINY: f64 = 1e-30; .. }    =>    const TINY: f64 = 1e-30; for i in 0..n { .. }
//! ```
//! What is named alike outside of the block would be another thing: such a constant stays, and is refused.
use crate::lower::identifiers;
use quote::ToTokens;
use std::collections::HashMap;
use syn::{Block, Item, ItemFn, Stmt, visit_mut, visit_mut::VisitMut};

/// The function with the constants of its inner blocks at its head, where that is the same.
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

struct Hoist {
    /// How often each name occurs in the function.
    named: HashMap<String, usize>,
    found: Vec<Stmt>,
    depth: usize,
}

impl VisitMut for Hoist {
    fn visit_block_mut(&mut self, block: &mut Block) {
        self.depth += 1;
        if self.depth > 1 && block.stmts.iter().any(|s| matches!(s, Stmt::Item(Item::Const(_)))) {
            let inside = counts(block);
            let own = |s: &mut Stmt| match s {
                Stmt::Item(Item::Const(c)) => {
                    let name = c.ident.to_string();
                    !c.attrs.iter().any(|a| a.path().is_ident("cfg")) && inside.get(&name) == self.named.get(&name)
                }
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
