//! Names that nothing else has: `x_bar`, `x_bar_2`, `x_bar_3`.
use crate::{ir::VarInfo, syntax::identifiers};
use proc_macro2::Span;
use std::collections::{HashMap, HashSet};
use syn::{Ident, ItemFn};

/// The names taken, and the number to go on with for each.
#[derive(Default)]
pub(crate) struct Names {
    taken: HashSet<String>,
    next: HashMap<String, usize>,
}

impl Names {
    pub(crate) fn of(vars: &[VarInfo]) -> Names {
        Names { taken: vars.iter().map(|v| v.name.to_string()).collect(), next: HashMap::new() }
    }

    /// Those that no identifier of a function has, raw ones included.
    pub(crate) fn beside(item: &ItemFn) -> Names {
        let plain = |name: String| name.trim_start_matches("r#").to_string();
        Names { taken: identifiers(item).into_iter().map(plain).collect(), next: HashMap::new() }
    }

    /// An identifier of ours that nothing else has.
    pub(crate) fn ident(&mut self, name: &str) -> Ident {
        Ident::new(&self.fresh(name.trim_start_matches("r#")), Span::mixed_site())
    }

    /// The name itself, or with the first number that is free.
    pub(crate) fn fresh(&mut self, name: &str) -> String {
        let next = self.next.entry(name.to_string()).or_insert(1);
        loop {
            let unique = if *next == 1 { name.to_string() } else { format!("{name}_{next}") };
            *next += 1;
            if self.taken.insert(unique.clone()) {
                return unique;
            }
        }
    }
}
