//! The part of straight-line code that some variables depend on.
use crate::{ir::*, rules};
use std::collections::{HashMap, HashSet};

/// What there is to begin with.
#[derive(Default)]
pub(crate) struct Given {
    /// Variables whose value is there.
    pub(crate) values: HashSet<Var>,
    /// Variables whose shape is there.
    pub(crate) shapes: HashSet<Var>,
    /// Variables that are found elsewhere.
    pub(crate) parts: HashMap<Var, Place>,
}

/// The statements that give `wanted` their values; `None` where these depend on what is not given, or on control flow.
pub(crate) fn slice(block: &Block, wanted: HashSet<Var>, given: &Given) -> Option<Block> {
    let mut missing = wanted;
    missing.retain(|v| !given.values.contains(v));
    let mut stmts = Vec::new();
    for s in block.stmts.iter().rev() {
        let (target, reads) = step(s);
        match target {
            Some(v) if missing.contains(&v) => {
                let mut s = s.clone();
                if let (Kind::Let { var, op, .. }, Some(part)) = (&mut s.kind, given.parts.get(&v)) {
                    *op = Op::Use(Operand::Place(part.clone(), Pass::Value));
                    missing.remove(var);
                } else {
                    if matches!(s.kind, Kind::Let { .. } | Kind::Declare { .. }) {
                        missing.remove(&v);
                    }
                    missing.extend(reads.values.difference(&given.values));
                    missing.extend(reads.shapes.difference(&given.values).filter(|v| !given.shapes.contains(v)));
                }
                stmts.push(s);
            }
            Some(_) => {}
            // control flow, calls, references: whatever is wanted may come of it
            None if reads.values.iter().any(|v| missing.contains(v)) => return None,
            None => {}
        }
    }
    stmts.reverse();
    missing.is_empty().then_some(Block { stmts })
}

/// The variables that a block names, values and shapes apart, without those that it declares.
pub(crate) fn reads(block: &Block) -> Reads {
    let (mut all, mut declared) = (Reads::default(), HashSet::new());
    block.walk(&mut |s| {
        let (target, reads) = step(s);
        if let (Kind::Let { .. } | Kind::Declare { .. }, Some(v)) = (&s.kind, target) {
            declared.insert(v);
        }
        all.values.extend(reads.values);
        all.shapes.extend(reads.shapes);
    });
    all.values.retain(|v| !declared.contains(v));
    all.shapes.retain(|v| !declared.contains(v));
    all
}

/// Variables that are read.
#[derive(Default)]
pub(crate) struct Reads {
    pub(crate) values: HashSet<Var>,
    /// Of these a zero is made, or the shape is kept.
    pub(crate) shapes: HashSet<Var>,
}

impl Reads {
    fn operand(&mut self, o: &Operand) {
        self.values.extend(o.place().map(|p| p.base));
        self.values.extend(o.natives().iter().flat_map(|n| &n.reads));
    }

    fn place(&mut self, p: &Place) {
        self.values.insert(p.base);
        self.values.extend(p.natives().flat_map(|n| &n.reads));
    }

    fn op(&mut self, op: &Op) {
        match op {
            Op::Runtime { name, args } if matches!(name.as_str(), "zero" | "zero_bar" | "shape") => {
                self.shapes.extend(args.iter().filter_map(|a| a.place().map(|p| p.base)));
            }
            Op::Runtime { name, args } => {
                let shapes = shape_arguments(name);
                for (k, arg) in args.iter().enumerate() {
                    match arg.place() {
                        Some(p) if shapes.get(k) == Some(&true) => {
                            self.shapes.insert(p.base);
                            self.values.extend(p.natives().flat_map(|n| &n.reads));
                        }
                        _ => self.operand(arg),
                    }
                }
            }
            Op::Native(n) => self.values.extend(&n.reads),
            op => op.operands().into_iter().for_each(|o| self.operand(o)),
        }
    }
}

/// Which arguments of `rule::pull_k` or `rule::push_k` are read for their shape only: those in capitals in the table.
fn shape_arguments(name: &str) -> Vec<bool> {
    let part = name.split_once("::").and_then(|(rule, part)| {
        let k: usize = part.strip_prefix("pull_").or(part.strip_prefix("push_"))?.parse().ok()?;
        rules::rule(rule)?.reads.get(k)
    });
    part.map_or_else(Vec::new, |reads| reads.chars().map(|c| c.is_ascii_uppercase()).collect())
}

/// The variable that a plain statement changes, and what a statement reads.
fn step(s: &Stmt) -> (Option<Var>, Reads) {
    let mut reads = Reads::default();
    let target = match &s.kind {
        Kind::Let { var, op, .. } if !matches!(op, Op::Call { .. } | Op::Map { .. } | Op::Forward { .. }) => {
            reads.op(op);
            Some(*var)
        }
        Kind::Declare { var, .. } => Some(*var),
        Kind::Assign { place, value, .. } | Kind::Update { place, value, .. } => {
            reads.place(place);
            reads.operand(value);
            Some(place.base)
        }
        Kind::Set { target, value } | Kind::Accumulate { target, value, .. } => {
            reads.place(target);
            reads.op(value);
            Some(target.base)
        }
        _ => {
            s.walk(&mut |inner| {
                if inner.id != s.id || !std::ptr::eq(inner, s) {
                    let (target, more) = step(inner);
                    reads.values.extend(target);
                    reads.values.extend(more.values);
                    reads.values.extend(more.shapes);
                }
            });
            if let Kind::LetPair { vars, op } = &s.kind {
                reads.values.extend(vars);
                reads.op(op);
            }
            if let Kind::Let { var, op, .. } = &s.kind {
                reads.values.insert(*var);
                reads.op(op);
            }
            if let Kind::Alias { vars, .. } = &s.kind {
                reads.values.extend(vars);
            }
            None
        }
    };
    (target, reads)
}
