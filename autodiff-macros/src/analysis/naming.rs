//! The identifiers of each statement's text. Analyses ask for them again and again: they are collected once.
use crate::{emit::Printer, ir::*, lower::identifiers};
use std::collections::{HashMap, HashSet};

/// By statement: what it names itself, beside what stands in the blocks inside of it.
#[derive(Debug)]
pub(super) struct Naming(HashMap<Id, HashSet<String>>);

impl Naming {
    pub(super) fn of(func: &Func) -> Self {
        let mut names = HashMap::new();
        func.body.walk(&mut |s| _ = names.insert(s.id, own(func, s)));
        Naming(names)
    }

    /// What a statement names beside the blocks inside.
    pub(super) fn beside_blocks(&self, s: &Stmt) -> &HashSet<String> {
        &self.0[&s.id]
    }

    /// Whether a statement, or one inside, names one of these.
    pub(super) fn any(&self, s: &Stmt, is_meant: impl Fn(&str) -> bool) -> bool {
        let mut any = false;
        s.walk(&mut |s| any = any || self.0[&s.id].iter().any(|name| is_meant(name)));
        any
    }
}

fn own(func: &Func, s: &Stmt) -> HashSet<String> {
    identifiers(Printer::of(&func.vars).block(&Block { stmts: vec![s.bare()] })).collect()
}
