//! Names that nothing else has: `x_bar`, `x_bar_2`, `x_bar_3`.
use crate::ir::VarInfo;
use std::collections::{HashMap, HashSet};

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
