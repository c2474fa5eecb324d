//! The front door of forward mode: whether everything in a block has a tangent.
//!
//! Reverse mode speaks the language that forward mode reads, so that a Hessian-vector product is forward over reverse. What
//! reverse mode adds to that language is listed here with the way its tangent is made; a statement or a runtime function
//! which is not would close that way, and a test says so for every function of the behaviour tests.
use crate::{
    ir::*,
    rules::{self, Kind as RuleKind},
};

/// How the tangent of an operation follows from the tangents of its operands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Tangents {
    /// It has none: sizes, shapes, flags.
    Constant,
    /// Linear: the same operation on the tangents.
    Same,
    /// One term for each operand, the others fixed.
    Product,
    /// By the row's second partials.
    SecondPartials,
    /// By the rules of the operations that its formula consists of.
    Formula,
}

/// Functions of the runtime that reverse mode calls beside rules.
#[rustfmt::skip]
const RUNTIME: &[(&str, Tangents)] = &[
    ("shape", Tangents::Constant), ("keeps_shape", Tangents::Constant), ("mark", Tangents::Constant), ("first_items", Tangents::Constant), ("row_of", Tangents::Constant), ("column_of", Tangents::Constant),
    ("zero", Tangents::Same), ("zero_bar", Tangents::Same), ("zero_scalar", Tangents::Same), ("zero_scalar_bar", Tangents::Same),
    ("constant_bar", Tangents::Same), ("unread_bar", Tangents::Same), ("argument", Tangents::Same), ("nth_column", Tangents::Same), ("nth_row", Tangents::Same), ("own", Tangents::Same), ("get", Tangents::Same), ("take", Tangents::Same),
    ("take_tangent", Tangents::Same), ("into_bar", Tangents::Same), ("from_bar", Tangents::Same), ("copy", Tangents::Same),
    ("payload", Tangents::Same), ("snapshot", Tangents::Same), ("write_back", Tangents::Same),
];

/// The tangent of an operation; `None` where there is no way to one.
pub(crate) fn tangents(op: &Op) -> Option<Tangents> {
    Some(match op {
        Op::Native(_) => Tangents::Constant,
        Op::Use(_) | Op::Aggregate { .. } => Tangents::Same,
        Op::Rule { rule, .. } => of_rule(rule.kind),
        Op::Call { .. } | Op::Forward { .. } | Op::Map { .. } => Tangents::Formula,
        Op::Runtime { name, .. } if name.contains("::<") => {
            RUNTIME.iter().find(|(n, _)| name.split("::<").next() == Some(n))?.1
        }
        Op::Runtime { name, .. } => match name.split_once("::") {
            Some(("accumulated", _)) => Tangents::Same,
            None => RUNTIME.iter().find(|(n, _)| n == name)?.1,
            Some((rule, part)) => {
                let rule = rules::rule(rule)?;
                let k: usize = part.strip_prefix("pull_")?.parse().ok()?;
                rule.reads.get(k).filter(|reads| **reads != "-")?;
                // a linear rule's pullback reads shapes only, so it is linear in the adjoint
                of_rule(rule.kind)
            }
        },
        Op::Sum(_) | Op::Push { .. } => return None, // forward over forward is not asked for
    })
}

fn of_rule(kind: RuleKind) -> Tangents {
    match kind {
        RuleKind::Linear => Tangents::Same,
        RuleKind::Bilinear => Tangents::Product,
        RuleKind::Scalar => Tangents::SecondPartials,
        RuleKind::Smooth => Tangents::Formula,
    }
}

/// Everything in a block that has no tangent, as text.
pub(crate) fn refused(block: &Block) -> Vec<String> {
    let mut refused = Vec::new();
    block.walk(&mut |s| {
        let op = match &s.kind {
            Kind::Let { op, .. } | Kind::LetPair { op, .. } => op,
            Kind::Accumulate { value, .. } | Kind::Set { value, .. } => value,
            // control flow, references and storage are mirrored statement by statement
            _ => return,
        };
        if tangents(op).is_none() {
            refused.push(format!("{op:?}"));
        }
    });
    refused
}
