//! Entries of a buffer that belong to one iteration of a loop: `w[i]` in a loop over `i`. What one iteration does to its own entry
//! no other one sees.
use super::{
    facts::{Facts, Plan},
    writes::{leads_to, statement},
};
use crate::{emit::Printer, ir::*, lower::identifiers};
use proc_macro2::{Delimiter, TokenStream, TokenTree};
use std::collections::BTreeSet;
use syn::{BinOp, Expr};

/// Whether each iteration of a loop comes to an entry of a buffer of its own, and to no other one.
pub(super) fn has_own_entries(func: &Func, facts: &Facts, id: Id, w: Var) -> bool {
    let Some(stmt) = statement(func, id).filter(|s| Facts::ranged(s)) else { return false };
    let Kind::Loop { kind: Loop::For { var, .. }, body, .. } = &stmt.kind else { return false };
    let counter = Counter::of(func, &func.vars, facts, id, *var);
    let [index] = &entries(func, facts, body, w).into_iter().flatten().collect::<Vec<_>>()[..] else { return false };
    syn::parse_str(index).is_ok_and(|e| counter.is_own(&e)) && !reads_again(func, facts, id, w)
}

/// The indices by which a block names a buffer, as text; `None` where it names it without one.
pub(super) fn entries(func: &Func, facts: &Facts, block: &Block, w: Var) -> Option<BTreeSet<String>> {
    let mut found = BTreeSet::new();
    let (buffer, others) = names(func, facts, w);
    let tokens = Printer::of(&func.vars).block(block);
    (!others.contains(&buffer) && gather(tokens, &buffer, &others, &mut found)).then_some(found)
}

/// The buffer's name, and those of other variables that are it, or lead to it.
fn names(func: &Func, facts: &Facts, w: Var) -> (String, BTreeSet<String>) {
    let name = func.name(w).to_string();
    let others = (0..func.vars.len() as u32).map(Var).filter(|v| *v != w);
    let leads = |v: &Var| leads_to(facts, *v, w) || *func.name(*v) == name;
    (name.clone(), others.filter(leads).map(|v| func.name(v).to_string()).collect())
}

fn gather(tokens: TokenStream, buffer: &str, others: &BTreeSet<String>, found: &mut BTreeSet<String>) -> bool {
    let mut tokens = tokens.into_iter().peekable();
    while let Some(token) = tokens.next() {
        match token {
            TokenTree::Group(g) if !gather(g.stream(), buffer, others, found) => return false,
            TokenTree::Ident(name) if name == buffer => match tokens.peek() {
                Some(TokenTree::Group(g)) if g.delimiter() == Delimiter::Bracket => {
                    found.insert(g.stream().to_string());
                }
                _ => return false,
            },
            TokenTree::Ident(name) if others.contains(&name.to_string()) => return false,
            _ => {}
        }
    }
    true
}

/// Whether the reversed loop computes something of the buffer again that was computed outside of the loop.
fn reads_again(func: &Func, facts: &Facts, id: Id, w: Var) -> bool {
    let within = id..=facts.sites[&id].end;
    let (buffer, others) = names(func, facts, w);
    let again = |v: &Var| {
        let def = facts.defs.get(v).filter(|d| !within.contains(&d.id));
        let Some(s) = def.and_then(|d| statement(func, d.id)) else { return false };
        let mut all = identifiers(Printer::of(&func.vars).block(&Block { stmts: vec![s.clone()] }));
        all.any(|n| n == buffer || others.contains(&n))
    };
    let used = |v: &Var| facts.users.get(v).is_some_and(|users| users.range(within.clone()).next().is_some());
    facts.plans.iter().any(|(v, plan)| *plan == Plan::Recompute && used(v) && again(v))
}

/// A loop and its counter.
pub(crate) struct Counter<'a> {
    pub(crate) vars: &'a [VarInfo],
    pub(crate) facts: &'a Facts,
    pub(crate) around: Id,
    pub(crate) var: Var,
    /// Whether no two iterations have the same one.
    differs: bool,
}

impl<'a> Counter<'a> {
    /// The counter of the loop with this number; `vars` may be more than the function's own.
    pub(crate) fn of(func: &Func, vars: &'a [VarInfo], facts: &'a Facts, around: Id, var: Var) -> Counter<'a> {
        let range = statement(func, around).and_then(|s| match &s.kind {
            Kind::Loop { kind: Loop::For { range, .. }, .. } => Some(&range.expr),
            _ => None,
        });
        Counter { vars, facts, around, var, differs: range.is_some_and(comes_once) }
    }
}

impl Counter<'_> {
    /// Whether every iteration has an index of its own: the counter, and what is the same in all of them.
    pub(crate) fn is_own(&self, index: &Expr) -> bool {
        match index {
            Expr::Paren(p) => self.is_own(&p.expr),
            Expr::Tuple(t) => t.elems.iter().any(|e| self.is_own(e)),
            Expr::Binary(b) => match b.op {
                BinOp::Add(_) => {
                    self.is_own(&b.left) && self.is_steady(&b.right) || self.is_steady(&b.left) && self.is_own(&b.right)
                }
                BinOp::Sub(_) => self.is_own(&b.left) && self.is_steady(&b.right),
                _ => false,
            },
            Expr::Path(p) => self.differs && p.path.is_ident(&self.vars[self.var.0 as usize].name),
            _ => false,
        }
    }

    /// Whether an expression has the same value in all iterations, by the look of it.
    pub(crate) fn is_steady(&self, e: &Expr) -> bool {
        match e {
            Expr::Lit(_) => true,
            Expr::Paren(p) => self.is_steady(&p.expr),
            Expr::Tuple(t) => t.elems.iter().all(|e| self.is_steady(e)),
            Expr::Binary(b) => self.is_steady(&b.left) && self.is_steady(&b.right),
            Expr::Path(p) => p.path.get_ident().is_some_and(|name| {
                let named = self.vars.iter().enumerate().filter(|(_, info)| info.name == *name);
                let outside = |v: Var| v != self.var && self.facts.is_declared_outside(v, self.around);
                let steady = |(k, info): (usize, &VarInfo)| !info.mutable && !info.reference && outside(Var(k as u32));
                named.map(steady).reduce(|a, b| a && b).unwrap_or(false)
            }),
            _ => false,
        }
    }
}

/// Whether an iterator gives no number twice, as `(0..n).chain(0..n)` and `order.iter().copied()` may.
fn comes_once(e: &Expr) -> bool {
    match e {
        Expr::Range(_) => true,
        Expr::Paren(p) => comes_once(&p.expr),
        Expr::Group(g) => comes_once(&g.expr),
        Expr::MethodCall(m) => {
            ["rev", "step_by", "skip", "take"].iter().any(|name| m.method == name) && comes_once(&m.receiver)
        }
        _ => false,
    }
}
