//! `break`, `continue`, `return`, `?`: always under a condition, so that something follows.
use super::{Around, Gen, Var};
use crate::ast::*;

impl Gen {
    pub(super) fn exit(&mut self) -> Option<Vec<Node>> {
        let c = self.condition(1);
        if self.chance(0.3) {
            return self.early_return(c);
        }
        let inner = self.around.iter().rposition(|a| a.is_loop);
        let k = self.below(self.around.len());
        let target = self.around.get(k)?.clone();
        let jump = match target.label {
            Some(label) if target.is_loop => format!("{} {label}", self.one(&["break", "continue"])),
            Some(label) => format!("break {label}"),
            // a labelled block between would make it an error
            None if Some(k) == inner && k + 1 == self.around.len() => self.one(&["break", "continue"]).to_string(),
            None => return None,
        };
        let mut block = Block::default();
        if self.chance(0.3) {
            let mark = self.scope.len();
            block.statements.extend(self.assignment()?);
            self.scope.truncate(mark);
        }
        block.statements.push(statement!(format!("{jump};")));
        Some(vec![statement!("if @ @", c, block)])
    }

    fn early_return(&mut self, c: Node) -> Option<Vec<Node>> {
        let ty = self.result.clone()?;
        if let Ty::Option(_) = ty
            && self.chance(0.5)
        {
            let (name, o) = (self.fresh("a"), self.of(&Ty::option(Ty::Real), 1));
            self.scope.push(Var::new(&name, Ty::Real, true));
            return Some(vec![statement!(format!("let mut {name} = @?;"), o)]);
        }
        if ty == Ty::Unit {
            return Some(vec![statement!("if @ { return; }", c)]);
        }
        let value = self.of(&ty, 2);
        Some(vec![statement!("if @ { return @; }", c, value)])
    }

    /// `let a = 'b: { if c { break 'b e; } .. e };`
    pub(super) fn labelled_value(&mut self) -> Option<Vec<Node>> {
        let (name, label, c, early) = (self.fresh("a"), self.fresh("'b"), self.condition(1), self.real(1));
        let statements = self.few();
        // the statements inside leave by other ways: without a label of this block, which takes a value
        self.around.push(Around { label: None, is_loop: false });
        let block = self.block_of(vec![], statements, |g| g.real(2));
        self.around.pop();
        self.scope.push(Var::new(&name, Ty::Real, true));
        let text = format!("let mut {name}: § = {label}: {{ if @ {{ break {label} @; }} @ }};");
        Some(vec![statement!(text, c, early, block)])
    }

    /// `let Some(t) = o else { break };`
    pub(super) fn let_else(&mut self) -> Option<Vec<Node>> {
        let v = self.var(|v| v.ty == Ty::option(Ty::Real) || v.ty == Ty::Named("Shape"))?;
        let t = self.fresh("t");
        let inside = self.around.last().is_some_and(|a| a.is_loop);
        let leave = match (inside, self.result.clone()) {
            (true, _) if self.chance(0.7) => statement!(self.one(&["break;", "continue;"])),
            (_, Some(Ty::Unit)) => statement!("return;"),
            (_, Some(ty)) => {
                let value = self.of(&ty, 1);
                statement!("return @;", value)
            }
            _ => return None,
        };
        self.scope.push(Var::new(&t, Ty::Real, false));
        let pattern = if v.ty == Ty::Named("Shape") { format!("Shape::Circle({t})") } else { format!("Some({t})") };
        Some(vec![statement!(format!("let {pattern} = {} else {{ @ }};", v.place), leave)])
    }
}
