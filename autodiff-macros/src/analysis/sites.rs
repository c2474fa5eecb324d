//! Where every statement and every variable is.
use super::facts::{Def, DefKind, Facts, Site};
use crate::ir::*;
use std::collections::HashMap;

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

/// The variables that a reference may lead to; a variable that is none leads to itself.
pub(super) fn roots(func: &Func) -> HashMap<Var, Vec<Var>> {
    let mut roots: HashMap<Var, Vec<Var>> = HashMap::new();
    func.body.walk(&mut |stmt| {
        if let Kind::Alias { vars, roots: direct, natives, .. } = &stmt.kind {
            let mut all: Vec<Var> = Vec::new();
            for r in direct.iter().chain(natives.iter().flat_map(|n| &n.reads)) {
                all.extend(roots.get(r).cloned().unwrap_or_else(|| vec![*r]));
            }
            all.sort();
            all.dedup();
            for v in vars {
                roots.insert(*v, all.clone());
            }
        }
    });
    roots
}
