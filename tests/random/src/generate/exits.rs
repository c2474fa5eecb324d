//! `break`, `continue`, `return`, `?`: always under a condition, so that something follows.
use super::Gen;
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
            None if Some(k) == inner => self.one(&["break", "continue"]).to_string(),
            None => return None,
        };
        let mut block = Block::default();
        if self.chance(0.3) {
            block.statements.extend(self.assignment()?);
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
            self.scope.push(super::Var::new(&name, Ty::Real, true));
            return Some(vec![statement!(format!("let mut {name} = @?;"), o)]);
        }
        if ty == Ty::Unit {
            return Some(vec![statement!("if @ { return; }", c)]);
        }
        let value = self.of(&ty, 2);
        Some(vec![statement!("if @ { return @; }", c, value)])
    }
}
