//! Closures as local functions.
use super::{Gen, Var};
use crate::ast::*;

impl Gen {
    /// `let f = |t| ..;`, called in what follows as a variable of the type `closure`.
    pub(super) fn closure(&mut self) -> Option<Vec<Node>> {
        let (f, t) = (self.fresh("f"), self.fresh("t"));
        let n = self.below(2);
        let body = self.in_closure(|g| {
            let frozen = g.freeze(None);
            let body = g.block_of(vec![Var::new(&t, Ty::Real, false)], n, |g| g.real(2));
            g.thaw(&frozen);
            body
        });
        let first = statement!(format!("let {f} = |{t}: §| @;"), body);
        // what it has captured does not change while it lives; the variables that it does not mention may
        let captured = crate::print::mentions(&first);
        let frozen = self.freeze_none();
        self.scope.iter_mut().for_each(|v| v.mutable &= !captured.contains(v.root()));
        let n = self.few();
        let statements = self.calling(&f, n);
        self.thaw(&frozen);
        Some(vec![statement!("@", Block { statements: [vec![first], statements].concat(), value: None })])
    }

    /// Statements that may call `f`, and one that does.
    fn calling(&mut self, f: &str, statements: usize) -> Vec<Node> {
        let mark = self.scope.len();
        self.scope.push(Var::new(f, Ty::Named("closure"), false));
        let mut out = self.statements(statements);
        let (name, argument) = (self.fresh("a"), self.leaf());
        out.push(statement!(format!("let mut {name} = {f}(@);"), argument));
        out.extend(self.place().map(|to| statement!(format!("@ += {name};"), to)));
        self.scope.truncate(mark);
        out
    }

    /// A closure that changes what it has captured.
    pub(super) fn counting_closure(&mut self) -> Option<Vec<Node>> {
        let s = self.var(|v| v.mutable && v.ty == Ty::Real)?;
        let (f, t) = (self.fresh("f"), self.fresh("t"));
        let value = self.in_closure(|g| {
            let frozen = g.freeze(None);
            let value = g.block_of(vec![Var::new(&t, Ty::Real, false)], 0, |g| g.bounded(2));
            g.thaw(&frozen);
            value
        });
        let first = statement!(format!("let mut {f} = |{t}: §| {{ {0} += @; {0} * {t} }};", s.place), value);
        let captured = crate::print::mentions(&first);
        let (hidden, frozen) = (self.hide(&[&s]), self.freeze_none());
        self.scope.iter_mut().for_each(|v| v.mutable &= !captured.contains(v.root()));
        let n = self.few();
        let statements = self.calling(&f, n);
        self.thaw(&frozen);
        self.release(&hidden);
        Some(vec![statement!("@", Block { statements: [vec![first], statements].concat(), value: None })])
    }

    /// A closure handed to a function.
    pub(super) fn of_function(&mut self, depth: usize) -> Option<Node> {
        let t = self.fresh("t");
        let body = self.in_closure(|g| {
            let frozen = g.freeze(None);
            let body = g.block_of(vec![Var::new(&t, Ty::Real, false)], 0, |g| g.real(depth.max(1)));
            g.thaw(&frozen);
            body
        });
        // what the closure has captured is not lent to a call in the argument
        let frozen = self.freeze(None);
        let (function, argument) = (self.one(&["composed", "composed_dyn"]), self.real(depth));
        self.thaw(&frozen);
        let reference = if function == "composed" { "" } else { "&" };
        Some(node!(Ty::Real, format!("{function}({reference}|{t}: §| @, @)"), body, argument))
    }

    pub(super) fn of_closure(&mut self, depth: usize) -> Option<Node> {
        let f = self.var(|v| v.ty == Ty::Named("closure"))?;
        // not inside its own argument, which would borrow it twice
        let hidden = self.hide(&[&f]);
        let argument = self.real(depth);
        self.release(&hidden);
        Some(node!(Ty::Real, format!("{}(@)", f.place), argument))
    }
}
