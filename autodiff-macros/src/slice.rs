//! The part of straight-line code that some variables depend on.
use crate::{ir::*, rules};
use proc_macro2::TokenTree;
use quote::ToTokens;
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
///
/// What is wanted for its shape only may be computed from operands of which the shape is given only: whatever stands for these.
pub(crate) fn slice(vars: &[VarInfo], block: &Block, wanted: Reads, given: &Given) -> Option<Block> {
    let mut missing = Missing { values: wanted.values, shapes: wanted.shapes };
    missing.settle(given);
    let mut stmts = Vec::new();
    for s in block.stmts.iter().rev() {
        let (target, reads) = step(vars, s);
        match target {
            // text that may change whatever it names
            _ if matches!(s.kind, Kind::Native { .. }) && reads.values.iter().any(|v| missing.contains(*v)) => {
                missing.values.extend(reads.values);
                stmts.push(s.clone());
            }
            Some(v) if missing.contains(v) => {
                let mut s = s.clone();
                let part = given.parts.get(&v);
                if let (Kind::Let { op, .. }, Some(part)) = (&mut s.kind, part) {
                    *op = Op::Use(Operand::Place(part.clone(), Pass::Value));
                } else if missing.values.contains(&v) {
                    missing.values.extend(reads.values);
                    missing.shapes.extend(reads.shapes);
                } else {
                    missing.shapes.extend(reads.values);
                    missing.shapes.extend(reads.shapes);
                }
                if matches!(s.kind, Kind::Let { .. } | Kind::Declare { .. }) {
                    missing.values.remove(&v);
                    missing.shapes.remove(&v);
                }
                stmts.push(s);
            }
            Some(_) => {}
            // control flow, calls, references: whatever is wanted may come of it
            None if reads.values.iter().any(|v| missing.contains(*v)) => return None,
            None => {}
        }
        missing.settle(given);
    }
    stmts.reverse();
    (missing.values.is_empty() && missing.shapes.is_empty()).then_some(Block { stmts })
}

/// What is not there yet.
struct Missing {
    values: HashSet<Var>,
    shapes: HashSet<Var>,
}

impl Missing {
    fn contains(&self, v: Var) -> bool {
        self.values.contains(&v) || self.shapes.contains(&v)
    }

    fn settle(&mut self, given: &Given) {
        self.values.retain(|v| !given.values.contains(v));
        self.shapes.retain(|v| !given.values.contains(v) && !given.shapes.contains(v));
    }
}

/// The variables that a block names, values and shapes apart, without those that it declares.
pub(crate) fn reads(vars: &[VarInfo], block: &Block) -> Reads {
    let (mut all, mut declared) = (Reads::default(), HashSet::new());
    block.walk(&mut |s| {
        let (target, reads) = step(vars, s);
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
    /// Everything that is named: what differentiation writes does not always say what it reads.
    fn text(&mut self, vars: &[VarInfo], tokens: impl ToTokens) {
        let mut dots = 0;
        for token in tokens.to_token_stream() {
            match &token {
                // `a.x` is a field, `0..x` is not
                TokenTree::Ident(i) if dots != 1 => {
                    let named = vars.iter().enumerate().filter(|(_, v)| v.name == *i);
                    self.values.extend(named.map(|(k, _)| Var(k as u32)));
                }
                TokenTree::Group(g) => self.text(vars, g.stream()),
                _ => {}
            }
            dots = if matches!(&token, TokenTree::Punct(p) if p.as_char() == '.') { dots + 1 } else { 0 };
        }
    }

    fn natives<'a>(&mut self, vars: &[VarInfo], natives: impl IntoIterator<Item = &'a Native>) {
        natives.into_iter().for_each(|n| self.text(vars, &n.expr));
    }

    fn operand(&mut self, vars: &[VarInfo], o: &Operand) {
        self.values.extend(o.place().map(|p| p.base));
        self.natives(vars, o.natives());
    }

    fn place(&mut self, vars: &[VarInfo], p: &Place) {
        self.values.insert(p.base);
        self.natives(vars, p.natives());
    }

    fn op(&mut self, vars: &[VarInfo], op: &Op) {
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
                            self.natives(vars, p.natives());
                        }
                        _ => self.operand(vars, arg),
                    }
                }
            }
            Op::Native(n) => self.text(vars, &n.expr),
            Op::Sum(terms) => terms.iter().for_each(|t| self.op(vars, t)),
            op => op.operands().into_iter().for_each(|o| self.operand(vars, o)),
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
fn step(vars: &[VarInfo], s: &Stmt) -> (Option<Var>, Reads) {
    let mut reads = Reads::default();
    let target = match &s.kind {
        Kind::Let { var, op, .. } if !matches!(op, Op::Call { .. } | Op::Map { .. } | Op::Forward { .. }) => {
            reads.op(vars, op);
            Some(*var)
        }
        Kind::Declare { var, .. } => Some(*var),
        Kind::Assign { place, value, .. } | Kind::Update { place, value, .. } => {
            reads.place(vars, place);
            reads.operand(vars, value);
            Some(place.base)
        }
        Kind::Set { target, value } | Kind::Accumulate { target, value, .. } => {
            reads.place(vars, target);
            reads.op(vars, value);
            Some(target.base)
        }
        Kind::Native { tokens, .. } => {
            reads.text(vars, tokens);
            None
        }
        _ => {
            s.walk(&mut |inner| {
                if inner.id != s.id || !std::ptr::eq(inner, s) {
                    let (target, more) = step(vars, inner);
                    reads.values.extend(target);
                    reads.values.extend(more.values);
                    reads.values.extend(more.shapes);
                }
            });
            match &s.kind {
                Kind::LetPair { vars: pair, op } => {
                    reads.values.extend(pair);
                    reads.op(vars, op);
                }
                Kind::Let { var, op, .. } => {
                    reads.values.insert(*var);
                    reads.op(vars, op);
                }
                Kind::Alias { pat, expr, .. } => {
                    reads.text(vars, pat);
                    reads.text(vars, expr);
                }
                Kind::Pullback { pullback, args, .. } => {
                    reads.values.insert(*pullback);
                    args.iter().filter_map(Arg::operand).for_each(|a| reads.operand(vars, a));
                }
                Kind::Pull { args, .. } => {
                    args.iter().filter_map(Arg::operand).for_each(|a| reads.operand(vars, a));
                }
                Kind::If { cond, .. } => reads.text(vars, &cond.expr),
                Kind::Match { scrutinee, .. } => reads.text(vars, scrutinee),
                _ => {}
            }
            None
        }
    };
    (target, reads)
}
