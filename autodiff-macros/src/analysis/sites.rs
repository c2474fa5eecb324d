//! Where every statement and every variable is.
use super::facts::{Def, DefKind, Facts, Site};
use crate::{ir::*, lower::identifiers, syntax::is_split};
use quote::ToTokens;
use std::collections::HashMap;
use syn::{Expr, Ident, visit::Visit};

pub(super) struct Walk<'a> {
    func: &'a Func,
    facts: &'a mut Facts,
    loops: Vec<Id>,
    blocks: usize,
    block: usize,
}

impl<'a> Walk<'a> {
    pub(super) fn new(func: &'a Func, facts: &'a mut Facts) -> Self {
        Walk { func, facts, loops: vec![], blocks: 0, block: 0 }
    }

    pub(super) fn function(&mut self) {
        for p in &self.func.params {
            self.facts.defs.insert(p.var, Def { id: 0, loops: vec![], block: 0, kind: DefKind::Param });
        }
        self.visit(&self.func.body);
    }

    fn define(&mut self, v: Var, id: Id, kind: DefKind) {
        self.facts.defs.insert(v, Def { id, loops: self.loops.clone(), block: self.block, kind });
    }

    fn visit(&mut self, block: &Block) {
        for stmt in &block.stmts {
            let site = Site { end: 0, loops: self.loops.clone(), block: self.block };
            self.facts.sites.insert(stmt.id, site);
            match &stmt.kind {
                Kind::Let { var, op, .. } => {
                    self.define(*var, stmt.id, DefKind::Let);
                    for lambda in op.lambdas() {
                        for p in &lambda.params {
                            self.define(*p, stmt.id, DefKind::Lambda);
                        }
                        self.facts.own_blocks.insert(self.blocks + 1);
                        self.nested(&lambda.body);
                    }
                }
                Kind::Declare { var, .. } => self.define(*var, stmt.id, DefKind::Declare),
                Kind::Alias { vars, .. } => vars.iter().for_each(|v| self.define(*v, stmt.id, DefKind::Alias)),
                Kind::Loop { kind, body, .. } => {
                    self.loops.push(stmt.id);
                    self.blocks += 1;
                    if self.facts.again.contains(&stmt.id) {
                        self.facts.own_blocks.insert(self.blocks);
                    }
                    let outer = std::mem::replace(&mut self.block, self.blocks);
                    if let Loop::For { var, .. } = kind {
                        self.define(*var, stmt.id, DefKind::Counter(Facts::ranged(stmt)));
                    }
                    self.visit(body);
                    self.block = outer;
                    self.loops.pop();
                }
                _ => stmt.blocks().into_iter().for_each(|b| self.nested(b)),
            }
            let mut end = stmt.id;
            stmt.walk(&mut |s| end = end.max(s.id));
            self.facts.sites.get_mut(&stmt.id).expect("just inserted").end = end;
        }
    }

    fn nested(&mut self, block: &Block) {
        self.blocks += 1;
        let outer = std::mem::replace(&mut self.block, self.blocks);
        self.visit(block);
        self.block = outer;
    }
}

/// The variables that a reference is made from: what it may lead to, and the indices on the way; a variable that is none is made
/// from itself.
pub(super) fn roots(func: &Func) -> HashMap<Var, Vec<Var>> {
    followed(func, |_, _| true)
}

/// The variables that a reference may lead to.
///
/// ```text
/// let row = &mut w[i * n..(i + 1) * n];    `w`, but not `i` and `n`
/// ```
pub(super) fn behind(func: &Func) -> HashMap<Var, Vec<Var>> {
    followed(func, |expr, v| !is_index_only(expr, func.name(v)))
}

fn followed(func: &Func, counts: impl Fn(&Expr, Var) -> bool) -> HashMap<Var, Vec<Var>> {
    let mut found: HashMap<Var, Vec<Var>> = HashMap::new();
    func.body.walk(&mut |stmt| {
        if let Kind::Alias { vars, expr, roots, natives, .. } = &stmt.kind {
            let reads = natives.iter().flat_map(|n| &n.reads).filter(|v| counts(expr, **v));
            let through = |r: &Var| found.get(r).cloned().unwrap_or_else(|| vec![*r]);
            let mut all: Vec<Var> = roots.iter().chain(reads).flat_map(through).collect();
            all.sort();
            all.dedup();
            vars.iter().for_each(|v| _ = found.insert(*v, all.clone()));
        }
    });
    found
}

/// Whether an expression names a variable as an index only, or where something is split: what it gives borrows nothing of it.
fn is_index_only(expr: &Expr, name: &Ident) -> bool {
    struct Borrowed<'a> {
        name: &'a Ident,
        found: bool,
    }
    impl<'a> Visit<'a> for Borrowed<'_> {
        fn visit_expr_index(&mut self, i: &'a syn::ExprIndex) {
            self.visit_expr(&i.expr);
        }
        fn visit_expr_method_call(&mut self, m: &'a syn::ExprMethodCall) {
            if is_split(m) { self.visit_expr(&m.receiver) } else { syn::visit::visit_expr_method_call(self, m) }
        }
        fn visit_ident(&mut self, i: &'a Ident) {
            self.found |= i == self.name;
        }
        fn visit_macro(&mut self, _: &'a syn::Macro) {
            self.found = true;
        }
    }
    let mut borrowed = Borrowed { name, found: false };
    borrowed.visit_expr(expr);
    !borrowed.found && identifiers(expr.to_token_stream()).any(|i| *name == i)
}
