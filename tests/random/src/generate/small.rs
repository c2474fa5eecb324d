//! Integers, conditions, indices; and an expression of any type.
use super::{Gen, Var};
use crate::ast::*;

impl Gen {
    /// An expression of this type.
    pub(super) fn of(&mut self, ty: &Ty, depth: usize) -> Node {
        if !matches!(ty, Ty::Real | Ty::Int | Ty::Bool)
            && self.chance(0.4)
            && let Some(v) = self.var(|v| v.ty == *ty)
        {
            return node!(ty.clone(), format!("{}.clone()", v.place));
        }
        match ty {
            Ty::Real => self.real(depth),
            Ty::Int => self.int(1),
            Ty::Bool => self.condition(1),
            Ty::Array(of, n) => self.listed(ty, &format!("[{}]", "@, ".repeat(*n)), of, *n, depth),
            Ty::Vec(of) => {
                let n = 3 + self.below(3);
                self.listed(ty, &format!("vec![{}]", "@, ".repeat(n)), of, n, depth)
            }
            Ty::Deque(of) => self.listed(ty, "VecDeque::from(vec![@, @, @])", of, 3, depth),
            Ty::Tuple(of) => {
                let holes = of.iter().map(|t| Hole::from(self.of(t, depth))).collect();
                Node::new(ty.clone(), format!("({})", "@, ".repeat(of.len())), holes)
            }
            Ty::Option(of) => self.option(of, depth),
            Ty::Named(name) => self.named(name, depth),
            Ty::DVector => self.listed(ty, "DVector::from_vec(vec![@, @, @])", &Ty::Real, 3, depth),
            Ty::SVector(n) => {
                let text = format!("SVector::<§, {n}>::new({})", "@, ".repeat(*n));
                self.listed(ty, &text, &Ty::Real, *n, depth)
            }
            Ty::Unit | Ty::Slice(_) | Ty::DMatrix | Ty::SMatrix(_) => unreachable!("no such expression"),
        }
    }

    fn listed(&mut self, ty: &Ty, text: &str, of: &Ty, n: usize, depth: usize) -> Node {
        let holes = (0..n).map(|_| Hole::from(self.of(of, depth.saturating_sub(1)))).collect();
        Node::new(ty.clone(), text, holes)
    }

    fn option(&mut self, of: &Ty, depth: usize) -> Node {
        let ty = Ty::option(of.clone());
        match self.below(5) {
            0 if self.chance(0.5) => node!(ty, "None"),
            1 => {
                let (c, a) = (self.condition(1), self.of(of, depth));
                node!(ty, "(if @ { Some(@) } else { None })", c, a)
            }
            _ => {
                let a = self.of(of, depth);
                node!(ty, "Some(@)", a)
            }
        }
    }

    pub(super) fn int(&mut self, depth: usize) -> Node {
        let n = self.below(4);
        match self.below(if depth == 0 { 4 } else { 9 }) {
            0 => node!(Ty::Int, format!("{n}")),
            1 | 2 => match self.var(|v| v.ty == Ty::Int || v.is_state()) {
                Some(v) if v.is_state() => self.part(&v),
                Some(v) => node!(Ty::Int, v.place),
                None => node!(Ty::Int, format!("{n}")),
            },
            3 => match self.var(|v| v.ty.element().is_some()) {
                Some(v) => node!(Ty::Int, format!("{}.len()", v.place)),
                None => node!(Ty::Int, format!("{n}")),
            },
            4 => node!(Ty::Int, format!("((@ + @) % {})", n + 2), self.int(depth - 1), self.int(depth - 1)),
            5 => node!(Ty::Int, "@.min(@)", self.int(depth - 1), self.int(depth - 1)),
            6 => node!(Ty::Int, "@.saturating_sub(@)", self.int(depth - 1), self.int(depth - 1)),
            7 => {
                let (c, a, b) = (self.condition(0), self.int(depth - 1), self.int(depth - 1));
                node!(Ty::Int, "(if @ { @ } else { @ })", c, a, b)
            }
            _ => {
                let text = |re: &str| format!("((@{re} * 3.3_f64).abs() as usize % {})", n + 2);
                let (plain, dual) = (text(""), text(".re"));
                Node { ty: Ty::Int, text: Text::Split { plain, dual }, holes: vec![Hole::from(self.real(0))] }
            }
        }
    }

    pub(super) fn condition(&mut self, depth: usize) -> Node {
        let (less, equal) = (self.one(&["<", ">", "<=", ">="]), self.one(&["==", "!=", "<", ">"]));
        match self.below(if depth == 0 { 4 } else { 7 }) {
            0 | 1 => node!(Ty::Bool, format!("(@ {less} @)"), self.real(depth), self.real(0)),
            2 => node!(Ty::Bool, format!("(@ {equal} @)"), self.int(depth), self.int(0)),
            3 => node!(Ty::Bool, format!("(@ % 2 {equal} 1)"), self.int(depth)),
            4 => node!(Ty::Bool, "(@ && @)", self.condition(0), self.condition(0)),
            5 => node!(Ty::Bool, "(@ || @)", self.condition(0), self.condition(0)),
            _ => match self.var(|v| matches!(v.ty, Ty::Bool | Ty::Option(_))) {
                Some(v) if v.ty == Ty::Bool => node!(Ty::Bool, format!("!{}", v.place)),
                Some(v) => node!(Ty::Bool, format!("{}.is_some()", v.place)),
                None => node!(Ty::Bool, "!@", self.condition(0)),
            },
        }
    }

    /// Below the length of `v`.
    pub(super) fn index(&mut self, v: &Var) -> Node {
        let len = v.len.min(64);
        if self.chance(0.5)
            && let Some(i) =
                self.var(|i| i.ty == Ty::Int && !i.mutable && (i.len <= len || i.within.as_ref() == Some(&v.place)))
        {
            return node!(Ty::Int, i.place);
        }
        let n = self.below(len);
        if self.chance(0.4) {
            // a `Vec` is not read while an element of it is borrowed
            let len = if matches!(v.ty, Ty::Slice(_) | Ty::Array(..)) {
                format!("{}.len()", v.place)
            } else {
                format!("{len}")
            };
            let before = self.hide(&[v]);
            let n = self.int(1);
            self.release(&before);
            return node!(Ty::Int, format!("@ % {len}"), n);
        }
        node!(Ty::Int, format!("{n}"))
    }

    /// A place that holds a number and can be changed: a variable or an element.
    pub(super) fn place(&mut self) -> Option<Node> {
        if self.chance(0.5)
            && let Some(n) = self.entry(true)
        {
            return Some(n);
        }
        let v = self.var(|v| v.ty == Ty::Real && v.mutable)?;
        Some(node!(Ty::Real, v.place))
    }

    /// A number inside something: an element, a field, an element of an element.
    pub(super) fn entry(&mut self, mutable: bool) -> Option<Node> {
        let v = self.var(|v| {
            let parts = v.ty.element().is_some() || matches!(v.ty, Ty::Tuple(_) | Ty::Named(_));
            (v.mutable || !mutable) && parts && !v.is_state()
        })?;
        self.inside(&v)
    }

    pub(super) fn inside(&mut self, v: &Var) -> Option<Node> {
        match &v.ty {
            Ty::Tuple(of) => {
                let k = self.below(of.len());
                (of[k] == Ty::Real).then(|| node!(Ty::Real, format!("{}.{k}", v.place)))
            }
            Ty::Named("Point") => Some(node!(Ty::Real, format!("{}.{}", v.place, self.one(&["x", "y"])))),
            Ty::Named("Body") => match self.below(3) {
                0 => Some(node!(Ty::Real, format!("{}.mass", v.place))),
                1 => Some(node!(Ty::Real, format!("{}.at.{}", v.place, self.one(&["x", "y"])))),
                _ => {
                    let k = self.below(3);
                    Some(node!(Ty::Real, format!("{}.rates[{k}]", v.place)))
                }
            },
            ty => match ty.element()? {
                Ty::Real => {
                    let index = self.index(v);
                    Some(node!(Ty::Real, format!("{}[@]", v.place), index))
                }
                Ty::Array(of, n) if **of == Ty::Real => {
                    let (n, index) = (self.below(*n), self.index(v));
                    Some(node!(Ty::Real, format!("{}[@][{n}]", v.place), index))
                }
                Ty::Named("Point") => {
                    let (field, index) = (self.one(&["x", "y"]), self.index(v));
                    Some(node!(Ty::Real, format!("{}[@].{field}", v.place), index))
                }
                _ => None,
            },
        }
    }
}
