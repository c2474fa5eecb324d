//! The ways out of a function one by one: a path to an early exit is a function of its own.
//!
//! ```text
//! if n == 0 { return x; }        path to the exit: ..; return x
//! let y = ..;                    path to the end:  ..; [exit]; let y = ..; y * x
//! y * x
//! ```
//! Each path has no jumps: it can be run and reversed as if it were all there is.
use crate::{
    ir::*,
    lower::{may_jump_out, number},
};

/// A function taken apart at its early exits.
pub(crate) struct Paths {
    /// From the start to the end; marks stand where the exits were.
    pub(crate) main: Func,
    pub(crate) exits: Vec<Exit>,
}

/// An early exit.
pub(crate) struct Exit {
    pub(crate) cond: Native,
    /// From the start to the exit: its last mark stands where the two ways part.
    pub(crate) path: Func,
}

/// Whether this stands where a path may leave.
pub(crate) fn is_mark(s: &Stmt) -> bool {
    matches!(&s.kind, Kind::Rest(body) if body.stmts.is_empty())
}

pub(crate) fn paths(func: &Func) -> Paths {
    let whole = Paths { main: func.clone(), exits: vec![] };
    let Some(Operand::Place(Place { base, .. }, _)) = &func.result else { return whole };
    let mut flat = Flat { result: *base, labels: vec![], stmts: vec![], exits: vec![] };
    flat.block(&func.body, true);
    if flat.exits.is_empty() || flat.stmts.iter().any(may_jump_out) {
        return whole;
    }
    let path = |stmts: Vec<Stmt>| {
        let mut path = Func { body: Block { stmts }, ..func.clone() };
        number(&mut path.body);
        path
    };
    let exits = flat.exits.into_iter().map(|(at, cond, then)| {
        let stmts = flat.stmts[..=at].iter().cloned().chain(then).collect();
        Exit { cond, path: path(stmts) }
    });
    Paths { exits: exits.collect(), main: path(flat.stmts) }
}

/// The statements on the way to the end.
struct Flat {
    result: Var,
    /// Blocks at whose end the function ends.
    labels: Vec<Label>,
    stmts: Vec<Stmt>,
    /// For each exit the position of its mark, the condition, and the statements up to the result.
    exits: Vec<(usize, Native, Vec<Stmt>)>,
}

impl Flat {
    /// `ends`: what follows the block is the end of the function.
    fn block(&mut self, block: &Block, ends: bool) {
        for (k, s) in block.stmts.iter().enumerate() {
            let last = ends && k + 1 == block.stmts.len();
            match &s.kind {
                Kind::Labelled { label, body } if last => {
                    self.labels.push(*label);
                    self.block(body, true);
                }
                Kind::Rest(body) => self.block(body, last),
                Kind::If { cond, then, els } => match self.exit(then, last && !els.stmts.is_empty()) {
                    Some(then) => {
                        self.exits.push((self.stmts.len(), cond.clone(), then));
                        self.stmts.push(Stmt { id: 0, kind: Kind::Rest(Block::default()) });
                        self.block(els, last);
                    }
                    None => self.stmts.push(s.clone()),
                },
                _ => self.stmts.push(s.clone()),
            }
        }
    }

    /// The statements of a branch that gives the result its value and leaves.
    fn exit(&self, then: &Block, ends: bool) -> Option<Vec<Stmt>> {
        let (last, before) = then.stmts.split_last()?;
        let stmts = match last.kind {
            Kind::Jump { label, again: false } if self.labels.contains(&label) => before,
            _ if ends => &then.stmts[..],
            _ => return None,
        };
        let given = matches!(stmts.last().map(|s| &s.kind), Some(Kind::Assign { place, init: true, .. })
            if place.base == self.result && place.proj.is_empty());
        (given && !stmts.iter().any(may_jump_out)).then(|| stmts.to_vec())
    }
}
