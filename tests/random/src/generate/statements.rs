//! Statements: the table of all constructs, and the plain ones.
use super::{Gen, Var, state::STATE};
use crate::ast::*;

/// Writes statements; nothing, where the scope has not what it takes.
pub(super) type Construct = fn(&mut Gen) -> Option<Vec<Node>>;

/// What stands in every block.
const PLAIN: &[(usize, Construct)] = &[
    (10, Gen::declaration),
    (10, Gen::assignment),
    (8, Gen::compound_assignment),
    (2, Gen::integer_state),
    (3, Gen::shadowing),
    (3, Gen::container),
    (3, Gen::taking_apart),
    (3, Gen::exchange),
    (2, Gen::growth),
    (2, Gen::whole_assignment),
    (2, Gen::call_statement),
    (2, Gen::permutation),
    (2, Gen::aggregate),
    (2, Gen::aggregate_change),
    (2, Gen::matrix),
    (2, Gen::matrix_change),
    (3, Gen::exit),
    (2, Gen::moment),
];

/// What has blocks inside.
const NESTED: &[(usize, Construct)] = &[
    (8, Gen::branch),
    (3, Gen::match_statement),
    (2, Gen::if_let),
    (10, Gen::for_range),
    (5, Gen::while_loop),
    (4, Gen::endless_loop),
    (2, Gen::labelled_block),
    (5, Gen::for_elements),
    (4, Gen::for_elements_mut),
    (3, Gen::for_parts),
    (3, Gen::for_parts_mut),
    (3, Gen::for_zip),
    (2, Gen::slice_walk),
    (4, Gen::chosen_reference),
    (3, Gen::moving_reference),
    (4, Gen::sub_slice_mut),
    (4, Gen::split),
    (3, Gen::chosen_slice),
    (2, Gen::swapped_slices),
    (4, Gen::closure),
    (2, Gen::counting_closure),
    (1, Gen::nested_block),
    (3, Gen::labelled_value),
    (2, Gen::let_else),
    (2, Gen::popped),
    (2, Gen::slice_pattern),
    (3, Gen::method),
    (8, Gen::sums),
    (8, Gen::walks),
];

impl Gen {
    /// About so many of them, while the budget lasts.
    pub(super) fn statements(&mut self, count: usize) -> Vec<Node> {
        let mut out = Vec::new();
        for _ in 0..count {
            if self.budget == 0 {
                break;
            }
            let nested = self.depth < 5 && self.budget > 1 && self.chance(0.45);
            let table = if nested { NESTED } else { PLAIN };
            let construct = if self.state && self.chance(0.45) { self.row(STATE) } else { self.row(table) };
            self.budget -= 1;
            match construct(self) {
                Some(statements) => out.extend(statements),
                None => out.extend(self.assignment().into_iter().flatten()),
            }
        }
        out
    }

    fn declaration(&mut self) -> Option<Vec<Node>> {
        let (name, value) = (self.fresh("a"), self.real(3));
        let mutable = self.chance(0.7);
        let (keyword, ty) = (if mutable { "mut " } else { "" }, self.one(&["", ": §"]));
        self.scope.push(Var::new(&name, Ty::Real, mutable));
        Some(vec![statement!(format!("let {keyword}{name}{ty} = @;"), value)])
    }

    fn shadowing(&mut self) -> Option<Vec<Node>> {
        let v =
            self.var(|v| v.ty == Ty::Real && !v.place.contains('*') && v.place.chars().all(char::is_alphanumeric))?;
        let value = self.real(2);
        self.scope.push(Var::new(&v.place, Ty::Real, true));
        Some(vec![statement!(format!("let mut {} = @;", v.place), value)])
    }

    /// In loops what is assigned stays of modest size.
    fn assigned(&mut self) -> Node {
        if self.loops > 0 && self.chance(0.7) { self.bounded(2) } else { self.real(3) }
    }

    pub(super) fn assignment(&mut self) -> Option<Vec<Node>> {
        let (value, place) = (self.assigned(), self.place());
        match place {
            Some(place) => Some(vec![statement!("@ = @;", place, value)]),
            None => self.declaration(),
        }
    }

    fn compound_assignment(&mut self) -> Option<Vec<Node>> {
        let op = self.one(&["+=", "+=", "+=", "-=", "*=", "/="]);
        let value = match op {
            "*=" => self.bounded(1),
            "/=" => node!(Ty::Real, "(@ + @.abs())", Node::number(1.5), self.real(1)),
            _ => self.assigned(),
        };
        let place = self.place()?;
        // an operator that is a function borrows its left side first
        let (plain, dual) = (format!("@ {op} @;"), format!("{{ let value = ²; ¹ {op} value; }}"));
        Some(vec![Node { text: Text::Split { plain, dual }, ..statement!("", place, value) }])
    }

    fn integer_state(&mut self) -> Option<Vec<Node>> {
        let n = self.below(5) + 1;
        match self.var(|v| v.ty == Ty::Int && v.mutable && v.place.starts_with('k')) {
            Some(v) if self.chance(0.7) => {
                let value = self.int(2);
                Some(vec![statement!(format!("{} = (@ + {n}) % 7;", v.place), value)])
            }
            _ => {
                let (name, value) = (self.fresh("k"), self.int(2));
                self.scope.push(Var::new(&name, Ty::Int, true));
                Some(vec![statement!(format!("let mut {name}: usize = @;"), value)])
            }
        }
    }

    fn branch(&mut self) -> Option<Vec<Node>> {
        let (c, n) = (self.condition(2), self.few());
        let then = self.block(vec![], n);
        Some(vec![match self.below(3) {
            0 => statement!("if @ @", c, then),
            1 => {
                let n = self.few();
                let otherwise = self.block(vec![], n);
                statement!("if @ @ else @", c, then, otherwise)
            }
            _ => {
                let (d, n) = (self.condition(1), self.few());
                let (a, b) = (self.block(vec![], n), self.block(vec![], 1));
                statement!("if @ @ else if @ @ else @", c, then, d, a, b)
            }
        }])
    }

    fn match_statement(&mut self) -> Option<Vec<Node>> {
        let k = self.int(1);
        let guard = self.condition(0);
        let arms: Vec<Block> = (0..3).map(|_| self.block(vec![], 2)).collect();
        let text = self.one(&[
            "match @ % 4 { 0 => @ 1 | 2 => @ _ => @ }",
            "match @ % 4 { 0..=1 => @ 2 => @ _ => @ }",
            "match @ % 4 { 1 => @ n if (n > 1 && GUARD) => @ _ => @ }",
        ]);
        let [a, b, c] = <[Block; 3]>::try_from(arms).ok()?;
        Some(vec![if text.contains("GUARD") {
            statement!(text.replace("GUARD", "@"), k, a, guard, b, c)
        } else {
            statement!(text, k, a, b, c)
        }])
    }

    fn nested_block(&mut self) -> Option<Vec<Node>> {
        let n = self.few();
        let block = self.block(vec![], n);
        Some(vec![statement!("@", block)])
    }

    /// Values change places.
    fn exchange(&mut self) -> Option<Vec<Node>> {
        match self.below(5) {
            0 => {
                let (a, b) = self.two(|v| v.ty == Ty::Real && v.mutable)?;
                Some(vec![statement!(format!("mem::swap(&mut {}, &mut {});", a.place, b.place))])
            }
            1 => {
                let v = self.var(|v| v.ty == Ty::Real && v.mutable)?;
                let (name, hidden) = (self.fresh("old"), self.hide(&[&v]));
                let value = self.real(2);
                self.release(&hidden);
                self.scope.push(Var::new(&name, Ty::Real, false));
                Some(vec![statement!(format!("let {name} = mem::replace(&mut {}, @);", v.place), value)])
            }
            2 => {
                let (a, b) = self.two(|v| v.ty == Ty::Real && v.mutable)?;
                let (x, y) = (self.bounded(1), self.real(1));
                Some(vec![statement!(format!("({}, {}) = (@, @);", a.place, b.place), x, y)])
            }
            3 => {
                let v = self.var(|v| v.mutable && v.ty.sliceable())?;
                let (i, j) = (self.below(v.len.min(9)), self.below(v.len.min(9)));
                Some(vec![statement!(format!("{}.swap({i}, {j});", v.place))])
            }
            _ => {
                let (a, b) = self.two(|v| {
                    v.mutable
                        && matches!(v.ty, Ty::Vec(_) | Ty::Array(..) | Ty::Tuple(_))
                        && !v.place.starts_with('x')
                        && !v.grows
                })?;
                // the lengths change hands, too
                if a.len != b.len {
                    return None;
                }
                Some(vec![statement!(format!("mem::swap(&mut {}, &mut {});", a.place, b.place))])
            }
        }
    }

    /// `let (a, b) = ..`
    fn taking_apart(&mut self) -> Option<Vec<Node>> {
        let (a, b) = (self.fresh("a"), self.fresh("b"));
        let statement = match self.below(4) {
            0 => {
                let pair = self.call(&Ty::Tuple(vec![Ty::Real, Ty::Real]))?;
                statement!(format!("let (mut {a}, {b}) = @;"), pair)
            }
            1 => statement!(format!("let (mut {a}, {b}): (§, §) = (@, @);"), self.real(2), self.real(2)),
            2 => statement!(format!("let [mut {a}, {b}]: [§; 2] = [@, @];"), self.real(2), self.real(2)),
            _ => statement!(format!("let (mut {a}, {b}) = @.sin_cos();"), self.real(2)),
        };
        self.scope.extend([Var::new(a, Ty::Real, true), Var::new(b, Ty::Real, false)]);
        Some(vec![statement])
    }

    fn call_statement(&mut self) -> Option<Vec<Node>> {
        let call = self.call(&Ty::Unit)?;
        Some(vec![statement!("@;", call)])
    }

    /// A variable is given another value as a whole.
    fn whole_assignment(&mut self) -> Option<Vec<Node>> {
        let v = self.var(|v| {
            let whole = matches!(v.ty, Ty::Array(..) | Ty::Tuple(_) | Ty::Named(_) | Ty::Option(_) | Ty::SVector(_));
            v.mutable && whole && !v.place.starts_with('x') && !v.place.contains('.')
        })?;
        let value = self.of(&v.ty, 2);
        Some(vec![statement!(format!("{} = @;", v.place), value)])
    }
}
