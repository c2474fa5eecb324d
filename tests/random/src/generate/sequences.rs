//! Arrays, vectors, deques: made, grown, permuted, walked over.
use super::{Gen, Var};
use crate::ast::*;

impl Gen {
    /// A new local container.
    pub(super) fn container(&mut self) -> Option<Vec<Node>> {
        let name = self.fresh("v");
        let n = 2 + self.below(3);
        let point = Ty::Named("Point");
        let ty = self.one(&[
            Ty::array(Ty::Real, n),
            Ty::array(Ty::Real, n),
            Ty::vec(Ty::Real),
            Ty::vec(Ty::Real),
            Ty::vec(Ty::Real),
            Ty::Deque(Box::new(Ty::Real)),
            Ty::vec(Ty::array(Ty::Real, 2)),
            Ty::array(Ty::array(Ty::Real, 2), n),
            Ty::vec(point),
        ]);
        let (value, len) = match (&ty, self.below(4)) {
            (Ty::Array(of, n), 0) if **of == Ty::Real => (node!(ty.clone(), format!("[@; {n}]"), self.real(2)), *n),
            (Ty::Vec(of), 0) if **of == Ty::Real => (node!(ty.clone(), format!("vec![@; {n}]"), self.real(2)), n),
            (Ty::Vec(of), 1) if **of == Ty::Real => {
                match self.var(|v| v.ty.sliceable() && v.ty.element() == Some(&Ty::Real)) {
                    Some(v) => (node!(ty.clone(), format!("{}.to_vec()", v.place)), v.len),
                    None => return None,
                }
            }
            (Ty::Array(_, n), _) => (self.written_out(&ty), *n),
            _ => (self.written_out(&ty), 3),
        };
        let grows = matches!(ty, Ty::Vec(_) | Ty::Deque(_)) && self.chance(0.4);
        let var = Var::new(&name, ty.clone(), true).of_len(len);
        self.scope.push(if grows { var.growing() } else { var });
        Some(vec![statement!(format!("let mut {name}: {} = @;", ty.text()), value)])
    }

    /// Element by element, never a copy of unknown length.
    pub(super) fn written_out(&mut self, ty: &Ty) -> Node {
        let before = self.scope.clone();
        self.scope.retain(|v| v.ty != *ty);
        let value = self.of(ty, 2);
        self.scope = before;
        value
    }

    /// `push` and its kin; the least length stays what it is.
    pub(super) fn growth(&mut self) -> Option<Vec<Node>> {
        let v = self.var(|v| v.grows && v.mutable)?;
        let (of, place, least) = (v.ty.element()?.clone(), &v.place, v.len);
        let e = self.of(&of, 2);
        let deque = matches!(v.ty, Ty::Deque(_));
        let text = match (self.below(6), deque) {
            (0, true) => format!("{place}.push_front(@);"),
            (1, true) => format!("{place}.push_back(@); {place}.pop_front();"),
            (0, false) => format!("{place}.insert(1, @);"),
            (1, false) => format!("{place}.push(@); {place}.remove(0);"),
            (2, false) => format!("{place}.push(@); {place}.swap_remove(1);"),
            (3, false) => format!("{place}.extend([@]); {place}.truncate({least});"),
            (_, false) => format!("{place}.push(@);"),
            (_, true) => format!("{place}.push_back(@);"),
        };
        let mut statements: Vec<Node> = Vec::new();
        let mut parts = text.split_inclusive(';');
        statements.push(statement!(parts.next()?, e));
        statements.extend(parts.map(|text| statement!(text.trim())));
        if self.chance(0.3) && of == Ty::Real {
            let pop = if deque { "pop_back" } else { "pop" };
            let place_to = self.place()?;
            let c = statement!(format!("if {place}.len() > {least} {{ @ += {place}.{pop}().unwrap(); }}"), place_to);
            statements.push(c);
        }
        Some(statements)
    }

    pub(super) fn permutation(&mut self) -> Option<Vec<Node>> {
        let v = self.var(|v| v.mutable && v.ty.sliceable() && v.ty.element() == Some(&Ty::Real))?;
        let (k, e) = (self.below(v.len.min(9)), self.real(1));
        Some(vec![match self.below(6) {
            0 => statement!(format!("{}.reverse();", v.place)),
            1 => statement!(format!("{}.rotate_left({k});", v.place)),
            2 => statement!(format!("{}.rotate_right({k});", v.place)),
            3 => statement!(format!("{}.sort_by(|a, b| a.partial_cmp(b).unwrap());", v.place)),
            4 => statement!(format!("{{ let value = @; {}[..{k}].fill(value); }}", v.place), e),
            _ => {
                let w = self.var(|w| w.ty.sliceable() && w.ty.element() == Some(&Ty::Real) && w.place != v.place)?;
                let n = 1 + self.below(v.len.min(w.len));
                statement!(format!("{}[..{n}].copy_from_slice(&{}[..{n}]);", v.place, w.place))
            }
        }])
    }

    fn may_walk(&self) -> bool {
        self.loops < 3
    }

    /// `for v in x.iter()` and the like.
    pub(super) fn for_elements(&mut self) -> Option<Vec<Node>> {
        if !self.may_walk() {
            return None;
        }
        let x = self.var(|v| {
            matches!(v.ty, Ty::Array(..) | Ty::Vec(_) | Ty::Slice(_) | Ty::Deque(_))
                && v.ty.element() == Some(&Ty::Real)
        })?;
        let (v, i, n) = (self.fresh("e"), self.fresh("i"), self.few() + 1);
        let (pattern, suffix, place, counter) = match self.below(6) {
            0 => (v.clone(), ".iter()", format!("(*{v})"), false),
            1 => (format!("&{v}"), ".iter()", v.clone(), false),
            2 => (format!("({i}, {v})"), ".iter().enumerate()", format!("(*{v})"), true),
            3 => (format!("({i}, &{v})"), ".iter().enumerate()", v.clone(), true),
            4 => (format!("&{v}"), ".iter().rev()", v.clone(), false),
            _ => (format!("&{v}"), ".iter().skip(1)", v.clone(), false),
        };
        let mut vars = vec![Var::new(place, Ty::Real, false)];
        if counter {
            vars.push(Var::new(i, Ty::Int, false).of_len(if matches!(x.ty, Ty::Array(..)) {
                x.len
            } else {
                usize::MAX
            }));
        }
        let frozen = self.freeze(Some(&x));
        let body = self.body(None, vars, n);
        self.thaw(&frozen);
        Some(vec![statement!(format!("for {pattern} in {}{suffix} @", x.place), body)])
    }

    pub(super) fn for_elements_mut(&mut self) -> Option<Vec<Node>> {
        if !self.may_walk() {
            return None;
        }
        let x = self.var(|v| v.mutable && matches!(v.ty, Ty::Array(..) | Ty::Vec(_) | Ty::Slice(_) | Ty::Deque(_)))?;
        let (v, i, n) = (self.fresh("e"), self.fresh("i"), self.few() + 1);
        let of = x.ty.element()?.clone();
        let place = format!("(*{v})");
        let (pattern, suffix) = match self.below(4) {
            0 => (format!("({i}, {v})"), ".iter_mut().enumerate()"),
            1 => (v.clone(), ".iter_mut().rev()"),
            2 => (v.clone(), ".iter_mut().take(2)"),
            _ => (v.clone(), ".iter_mut()"),
        };
        let mut vars = vec![Var::new(place, of, true)];
        if pattern.starts_with('(') {
            vars.push(Var::new(i, Ty::Int, false));
        }
        let hidden = self.hide(&[&x]);
        let body = self.body(None, vars, n);
        self.release(&hidden);
        Some(vec![statement!(format!("for {pattern} in {}{suffix} @", x.place), body)])
    }

    /// `windows` and `chunks`.
    pub(super) fn for_parts(&mut self) -> Option<Vec<Node>> {
        if !self.may_walk() {
            return None;
        }
        let x = self.var(|v| v.ty.sliceable())?;
        let (w, n) = (self.fresh("w"), self.few() + 1);
        let of = x.ty.element()?.clone();
        let (suffix, len) =
            self.one(&[(".windows(2)", 2), (".chunks(2)", 1), (".chunks_exact(2)", 2), (".windows(1)", 1)]);
        let frozen = self.freeze(Some(&x));
        let body = self.body(None, vec![Var::new(&w, Ty::slice(of), false).of_len(len)], n);
        self.thaw(&frozen);
        Some(vec![statement!(format!("for {w} in {}{suffix} @", x.place), body)])
    }

    pub(super) fn for_parts_mut(&mut self) -> Option<Vec<Node>> {
        if !self.may_walk() {
            return None;
        }
        let x = self.var(|v| v.mutable && v.ty.sliceable())?;
        let (w, n) = (self.fresh("w"), self.few() + 1);
        let of = x.ty.element()?.clone();
        let (suffix, len) = self.one(&[(".chunks_mut(2)", 1), (".chunks_exact_mut(2)", 2), (".chunks_mut(1)", 1)]);
        let hidden = self.hide(&[&x]);
        let body = self.body(None, vec![Var::new(&w, Ty::slice(of), true).of_len(len)], n);
        self.release(&hidden);
        Some(vec![statement!(format!("for {w} in {}{suffix} @", x.place), body)])
    }

    pub(super) fn for_zip(&mut self) -> Option<Vec<Node>> {
        if !self.may_walk() {
            return None;
        }
        let reals = |v: &Var| v.ty.sliceable() && v.ty.element() == Some(&Ty::Real);
        let x = self.var(|v| reals(v) && v.mutable)?;
        let y = self.var(|v| reals(v) && v.place != x.place)?;
        let (a, b, n) = (self.fresh("e"), self.fresh("e"), self.few());
        let hidden = self.hide(&[&x]);
        let frozen = self.freeze(Some(&y));
        let vars = vec![Var::new(format!("(*{a})"), Ty::Real, true), Var::new(&b, Ty::Real, false)];
        let body = self.body(None, vars, n);
        self.thaw(&frozen);
        self.release(&hidden);
        Some(vec![statement!(format!("for ({a}, &{b}) in {}.iter_mut().zip({}.iter()) @", x.place, y.place), body)])
    }

    /// `while let Some(e) = v.pop() { .. }`
    pub(super) fn popped(&mut self) -> Option<Vec<Node>> {
        if !self.may_walk() {
            return None;
        }
        let (name, e, n) = (self.fresh("v"), self.fresh("e"), self.few() + 1);
        let deque = self.rng.bool();
        let ty = if deque { Ty::Deque(Box::new(Ty::Real)) } else { Ty::vec(Ty::Real) };
        let value = self.written_out(&ty);
        let body = self.body(None, vec![Var::new(&e, Ty::Real, false)], n);
        let pop = if deque { self.one(&["pop_front", "pop_back"]) } else { "pop" };
        Some(vec![
            statement!(format!("let mut {name}: {} = @;", ty.text()), value),
            statement!(format!("while let Some({e}) = {name}.{pop}() @"), body),
        ])
    }

    /// `if let [a, b, ..] = &v[..] { .. }`
    pub(super) fn slice_pattern(&mut self) -> Option<Vec<Node>> {
        let x = self.var(|v| v.ty.sliceable() && v.ty.element() == Some(&Ty::Real))?;
        let (a, b, n) = (self.fresh("e"), self.fresh("e"), self.few());
        let mutable = x.mutable && self.rng.bool();
        let pattern = self.one(&["[A, B, ..]", "[A, .., B]", "[.., A, B]", "[A, B]", "[A, _, B]"]);
        let pattern = pattern.replace('A', &a).replace('B', &b);
        let (hidden, frozen) =
            if mutable { (self.hide(&[&x]), self.freeze_none()) } else { (self.hide(&[]), self.freeze(Some(&x))) };
        let vars = [&a, &b].map(|e| Var::new(format!("(*{e})"), Ty::Real, mutable)).to_vec();
        let body = self.block(vars, n);
        self.thaw(&frozen);
        self.release(&hidden);
        let reference = if mutable { "&mut " } else { "&" };
        Some(vec![statement!(format!("if let {pattern} = {reference}{}[..] @", x.place), body)])
    }
}
