//! Chains of iterators that come to a number.
use super::{Gen, Var};
use crate::ast::*;

impl Gen {
    pub(super) fn chain(&mut self, depth: usize) -> Option<Node> {
        let x = self.var(|v| {
            matches!(v.ty, Ty::Array(..) | Ty::Vec(_) | Ty::Slice(_) | Ty::Deque(_))
                && v.ty.element() == Some(&Ty::Real)
        })?;
        let (a, b, i) = (self.fresh("a"), self.fresh("b"), self.fresh("i"));
        let reals =
            |names: &[&String]| -> Vec<Var> { names.iter().map(|n| Var::new(n.as_str(), Ty::Real, false)).collect() };
        let slice = x.ty.sliceable();
        let x = x.place;
        let inner = |g: &mut Gen, vars: Vec<Var>| {
            g.in_closure(|g| {
                let frozen = g.freeze(None);
                let mark = g.scope.len();
                g.scope.extend(vars);
                let budget = std::mem::take(&mut g.budget);
                let n = g.real(depth.max(1));
                g.budget = budget;
                g.scope.truncate(mark);
                g.thaw(&frozen);
                n
            })
        };
        Some(match self.below(14) {
            10 | 11 if !slice => return None,
            0 => node!(Ty::Real, format!("{x}.iter().sum::<§>()")),
            1 => node!(Ty::Real, format!("{x}.iter().map(|{a}| (*{a} * *{a}).sin()).sum::<§>()")),
            2 => {
                let e = inner(self, reals(&[&a]));
                node!(Ty::Real, format!("{x}.iter().map(|&{a}| @).sum::<§>()"), e)
            }
            3 => {
                let (e, start) = (inner(self, reals(&[&a, &b])), self.real(0));
                node!(Ty::Real, format!("{x}.iter().fold(@, |{a}, &{b}| (@).sin())"), start, e)
            }
            4 => {
                let y = self.var(|v| v.ty.sliceable() && v.ty.element() == Some(&Ty::Real))?;
                let e = inner(self, reals(&[&a, &b]));
                node!(Ty::Real, format!("{x}.iter().zip({}.iter()).map(|(&{a}, &{b})| @).sum::<§>()", y.place), e)
            }
            5 => {
                let vars = [reals(&[&a]), vec![Var::new(&i, Ty::Int, false)]].concat();
                let e = inner(self, vars);
                node!(Ty::Real, format!("{x}.iter().enumerate().map(|({i}, &{a})| @).sum::<§>()"), e)
            }
            6 => {
                let (c, e) = (self.condition(0), inner(self, reals(&[&a])));
                node!(
                    Ty::Real,
                    format!("{x}.iter().filter(|{a}| **{a} > c0 || @).map(|&{a}| @).sum::<§>()").replace("c0", "@"),
                    Node::number(0.1),
                    c,
                    e
                )
            }
            7 => {
                let e = inner(self, reals(&[&a]));
                node!(Ty::Real, format!("{x}.iter().copied().rev().skip(1).map(|{a}| @).sum::<§>()"), e)
            }
            8 => {
                let (e, n) = (inner(self, vec![Var::new(&i, Ty::Int, false)]), self.few());
                node!(Ty::Real, format!("(0..{n}_usize).map(|{i}| @).sum::<§>()"), e)
            }
            9 => {
                let e = inner(self, reals(&[&a]));
                node!(Ty::Real, format!("{x}.iter().map(|&{a}| @).collect::<Vec<§>>()[0]"), e)
            }
            10 => {
                let method = self.one(&["first()", "last()", "get(1)", "get(7)"]);
                node!(Ty::Real, format!("{x}.{method}.copied().unwrap_or(@)"), self.real(0))
            }
            11 => {
                let (e, f) = (inner(self, reals(&[&a])), self.real(0));
                let method = self.one(&["first()", "last()", "get(0)", "get(7)"]);
                node!(Ty::Real, format!("(if let Some(&{a}) = {x}.{method} {{ @ }} else {{ @ }})"), e, f)
            }
            12 => node!(Ty::Real, format!("{x}.iter().map(|{a}| {a}.tanh()).product::<§>()")),
            _ => {
                let e = inner(self, reals(&[&a, &b]));
                node!(
                    Ty::Real,
                    format!(
                        "{x}.iter().scan(@, |{a}, &{b}| {{ *{a} = {{ let {a}: § = *{a}; (@).cos() }}; Some(*{a}) }}).sum::<§>()"
                    ),
                    Node::number(0.4),
                    e
                )
            }
        })
    }
}
