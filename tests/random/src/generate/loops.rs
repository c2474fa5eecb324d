//! Loops over ranges, loops with conditions, loops without end that end.
use super::{Around, Gen, Var};
use crate::ast::*;

impl Gen {
    /// At most three deep, with few trips.
    fn may_loop(&self) -> bool {
        self.loops < 3
    }

    /// A label, sometimes: `'l1: ` and its name.
    fn label(&mut self) -> (String, Option<String>) {
        if self.chance(0.6) {
            return (String::new(), None);
        }
        let name = self.fresh("'l");
        (format!("{name}: "), Some(name))
    }

    pub(super) fn for_range(&mut self) -> Option<Vec<Node>> {
        if !self.may_loop() {
            return None;
        }
        let (i, (text, label)) = (self.fresh("i"), self.label());
        let sequence = self.var(|v| v.ty.element().is_some() && v.len <= 6 && !v.grows);
        let n = 1 + self.below(4);
        let index = Var::new(&i, Ty::Int, false);
        let walks = self.below(7);
        let (range, below) = match (walks, &sequence) {
            (0 | 1, Some(v)) => (format!("0..{}.len()", v.place), usize::MAX),
            (2, Some(v)) => (format!("(0..{}.len()).rev()", v.place), usize::MAX),
            (3, _) => (format!("1..={n}_usize"), n + 1),
            (4, _) => (format!("(0..{}_usize).step_by(2)", 2 * n), 2 * n),
            (5, _) => (format!("0..BOUND % {n} + 1"), n),
            (_, _) => (format!("0..{n}_usize"), n),
        };
        let bound = range.contains("BOUND").then(|| self.int(1));
        let statements = self.few() + 1;
        let index = match &sequence {
            Some(v) if walks < 3 => index.within(v),
            _ => index.of_len(below),
        };
        let body = self.body(label, vec![index], statements);
        let text = format!("{text}for {i} in {} @", range.replace("BOUND", "@"));
        Some(vec![match bound {
            Some(bound) => statement!(text, bound, body),
            None => statement!(text, body),
        }])
    }

    pub(super) fn while_loop(&mut self) -> Option<Vec<Node>> {
        if !self.may_loop() {
            return None;
        }
        let (k, (text, label), n) = (self.fresh("n"), self.label(), self.few() + 1);
        let condition = if self.chance(0.5) { Some(self.condition(1)) } else { None };
        let statements = self.few() + 1;
        let body = self.body(label, vec![Var::new(&k, Ty::Int, false)], statements);
        let start = statement!(format!("let mut {k}: usize = 0;"));
        let text = |and: &str| format!("{text}while {k} < {n}{and} {{ {k} += 1; @ }}");
        Some(vec![
            start,
            match condition {
                Some(c) => statement!(text(" && @"), c, body),
                None => statement!(text(""), body),
            },
        ])
    }

    pub(super) fn endless_loop(&mut self) -> Option<Vec<Node>> {
        if !self.may_loop() {
            return None;
        }
        let (k, (text, label), n) = (self.fresh("n"), self.label(), self.few() + 1);
        let statements = self.few() + 1;
        let body = self.body(label, vec![Var::new(&k, Ty::Int, false)], statements);
        let start = statement!(format!("let mut {k}: usize = 0;"));
        Some(vec![start, statement!(format!("{text}loop {{ if {k} == {n} {{ break; }} {k} += 1; @ }}"), body)])
    }

    /// `loop { .. break value; }` as an expression.
    pub(super) fn of_loop(&mut self, depth: usize) -> Option<Node> {
        if !self.may_loop() || self.budget < 2 || self.depth > 4 {
            return None;
        }
        let (k, n) = (self.fresh("n"), self.few());
        self.budget -= 1;
        let value = self.real(depth);
        // a `break` of the statements inside would lack the value
        let (around, loops) = (std::mem::take(&mut self.around), self.loops);
        self.loops += 1;
        let body = self.block(vec![Var::new(&k, Ty::Int, false)], 2);
        (self.around, self.loops) = (around, loops);
        Some(node!(
            Ty::Real,
            format!("{{ let mut {k}: usize = 0; loop {{ {k} += 1; @ if {k} > {n} {{ break @; }} }} }}"),
            body,
            value
        ))
    }

    pub(super) fn labelled_block(&mut self) -> Option<Vec<Node>> {
        let (name, n) = (self.fresh("'b"), self.few() + 1);
        self.around.push(Around { label: Some(name.clone()), is_loop: false });
        let block = self.block(vec![], n);
        self.around.pop();
        Some(vec![statement!(format!("{name}: @"), block)])
    }
}
