//! References: chosen by branches, assigned anew, into parts of slices, split, swapped.
use super::{Gen, Var};
use crate::ast::*;

impl Gen {
    /// Statements that see these variables, behind what introduces them; sometimes in braces.
    fn under(&mut self, first: Vec<Node>, vars: Vec<Var>) -> Vec<Node> {
        let n = self.few() + 1;
        let Block { statements, .. } = self.block(vars, n);
        let all: Vec<Node> = first.into_iter().chain(statements).collect();
        vec![statement!("@", Block { statements: all, value: None })]
    }

    /// A place that a `&mut f64` can be taken of, and the variable it borrows.
    fn target(&mut self) -> Option<(Node, Var)> {
        if self.chance(0.3) {
            let v = self.var(|v| v.mutable && v.ty.sliceable() && v.ty.element() == Some(&Ty::Real))?;
            let index = self.index(&v);
            return Some((node!(Ty::Named("place"), format!("{}[@]", v.place), index), v));
        }
        let v = self.var(|v| v.mutable && v.ty == Ty::Real)?;
        Some((node!(Ty::Named("place"), v.place.clone()), v))
    }

    pub(super) fn chosen_reference(&mut self) -> Option<Vec<Node>> {
        let (r, c) = (self.fresh("r"), self.condition(1));
        let (a, v) = self.target()?;
        let (b, w) = self.target()?;
        let first = match self.below(3) {
            0 => statement!(format!("let {r} = if @ {{ &mut @ }} else {{ &mut @ }};"), c, a, b),
            1 => {
                let k = self.int(1);
                statement!(format!("let {r} = match @ {{ 0 | 2 => &mut @, _ => &mut @ }};"), k, a, b)
            }
            _ => statement!(format!("let {r} = &mut @;"), a),
        };
        let hidden = self.hide(&[&v, &w]);
        let out = self.under(vec![first], vec![Var::new(format!("(*{r})"), Ty::Real, true)]);
        self.release(&hidden);
        Some(out)
    }

    /// `r = &mut b` on the way.
    pub(super) fn moving_reference(&mut self) -> Option<Vec<Node>> {
        let (a, b) = self.two(|v| v.mutable && v.ty == Ty::Real)?;
        let r = self.fresh("r");
        let first = vec![statement!(format!("let mut {r} = &mut {};", a.place))];
        let hidden = self.hide(&[&a, &b]);
        let c = self.condition(1);
        let place = Var::new(format!("(*{r})"), Ty::Real, true);
        let some = self.block(vec![place.clone()], 1).statements;
        let moved = match self.below(2) {
            0 => statement!(format!("if @ {{ {r} = &mut {}; }}", b.place), c),
            _ => statement!(format!("{r} = &mut {};", b.place)),
        };
        let out = self.under(first.into_iter().chain(some).chain([moved]).collect(), vec![place]);
        self.release(&hidden);
        Some(out)
    }

    pub(super) fn sub_slice_mut(&mut self) -> Option<Vec<Node>> {
        let mutable = self.chance(0.7);
        let v = self.var(|v| (v.mutable || !mutable) && v.ty.sliceable())?;
        let (s, of) = (self.fresh("s"), v.ty.element()?.clone());
        let len = 1 + self.below(v.len.min(5));
        let range = self.range(&v, len);
        let reference = if mutable { "&mut " } else { "&" };
        let first = statement!(format!("let {s} = {reference}{}[{range}];", v.place));
        let (hidden, frozen) =
            if mutable { (self.hide(&[&v]), self.freeze_none()) } else { (self.hide(&[]), self.freeze(Some(&v))) };
        let out = self.under(vec![first], vec![Var::new(&s, Ty::slice(of), mutable).of_len(len)]);
        self.thaw(&frozen);
        self.release(&hidden);
        Some(out)
    }

    pub(super) fn split(&mut self) -> Option<Vec<Node>> {
        let v = self.var(|v| v.mutable && v.ty.sliceable() && v.len >= 2)?;
        let (a, b, of) = (self.fresh("s"), self.fresh("s"), v.ty.element()?.clone());
        let k = 1 + self.below(v.len.min(6) - 1);
        let hidden = self.hide(&[&v]);
        let slices = vec![
            Var::new(&a, Ty::slice(of.clone()), true).of_len(k),
            Var::new(&b, Ty::slice(of.clone()), true).of_len(v.len.min(64) - k),
        ];
        let out = match self.below(3) {
            0 if of == Ty::Real => {
                let first = statement!(format!("let ({a}, {b}) = {}.split_first_mut().unwrap();", v.place));
                let b = Var::new(&b, Ty::slice(of), true).of_len(v.len.min(64) - 1);
                self.under(vec![first], vec![Var::new(format!("(*{a})"), Ty::Real, true), b])
            }
            1 if of == Ty::Real => {
                let n = self.few();
                let b = Var::new(&b, Ty::slice(of), true).of_len(v.len.min(64) - 1);
                let body = self.block(vec![Var::new(format!("(*{a})"), Ty::Real, true), b.clone()], n);
                vec![statement!(
                    format!("if let [{a}, {} @ ..] = &mut {}[..] @", b.place, v.place).replace(" @ ..", " \u{1} .."),
                    body
                )]
            }
            _ => {
                let first = statement!(format!("let ({a}, {b}) = {}.split_at_mut({k});", v.place));
                self.under(vec![first], slices)
            }
        };
        self.release(&hidden);
        Some(out)
    }

    pub(super) fn chosen_slice(&mut self) -> Option<Vec<Node>> {
        let mutable = self.chance(0.6);
        let (v, w) = self
            .two(|v| (v.mutable || !mutable) && v.ty.sliceable() && v.ty.element() == Some(&Ty::Real))
            .or_else(|| {
                let v =
                    self.var(|v| (v.mutable || !mutable) && v.ty.sliceable() && v.ty.element() == Some(&Ty::Real))?;
                Some((v.clone(), v))
            })?;
        let (s, c) = (self.fresh("s"), self.condition(1));
        let (ra, rb) = (self.range(&v, 1), self.range(&w, 1));
        let reference = if mutable { "&mut " } else { "&" };
        let first = statement!(
            format!("let {s} = if @ {{ {reference}{}[{ra}] }} else {{ {reference}{}[{rb}] }};", v.place, w.place),
            c
        );
        let (hidden, frozen) =
            if mutable { (self.hide(&[&v, &w]), self.freeze_none()) } else { (self.hide(&[]), self.freeze(None)) };
        // reading through it leaves room for changes elsewhere
        if !mutable {
            for (x, m) in self.scope.iter_mut().zip(&frozen) {
                x.mutable = *m && x.place != v.place && x.place != w.place;
            }
        }
        let out = self.under(vec![first], vec![Var::new(&s, Ty::slice(Ty::Real), mutable).of_len(1)]);
        self.thaw(&frozen);
        self.release(&hidden);
        Some(out)
    }

    /// Two buffers that change names in each iteration.
    pub(super) fn swapped_slices(&mut self) -> Option<Vec<Node>> {
        if self.loops > 2 {
            return None;
        }
        let (v, w) = self.two(|v| v.mutable && v.ty.sliceable() && v.ty.element() == Some(&Ty::Real))?;
        let (a, b, len) = (self.fresh("s"), self.fresh("s"), v.len.min(w.len).min(64));
        let hidden = self.hide(&[&v, &w]);
        let first = vec![
            statement!(format!("let mut {a} = &mut {}[..];", v.place)),
            statement!(format!("let mut {b} = &mut {}[..];", w.place)),
        ];
        let slices: Vec<Var> =
            [&a, &b].iter().map(|s| Var::new(s.as_str(), Ty::slice(Ty::Real), true).of_len(len)).collect();
        let n = self.few();
        let mut body = self.body(None, slices.clone(), n);
        body.statements.push(statement!(format!("mem::swap(&mut {a}, &mut {b});")));
        let (i, n) = (self.fresh("i"), 1 + self.below(4));
        let walk = statement!(format!("for {i} in 0..{n} @"), body);
        let out = self.under(first.into_iter().chain([walk]).collect(), slices);
        self.release(&hidden);
        Some(out)
    }

    /// `s = &s[1..]` until it is empty.
    pub(super) fn slice_walk(&mut self) -> Option<Vec<Node>> {
        if self.loops > 2 {
            return None;
        }
        let v = self.var(|v| v.ty.sliceable() && v.ty.element() == Some(&Ty::Real))?;
        let (s, head, rest, n) = (self.fresh("s"), self.fresh("e"), self.fresh("s"), self.few());
        let first = statement!(format!("let mut {s} = &{}[..];", v.place));
        let frozen = self.freeze(Some(&v));
        let out = if self.chance(0.5) {
            let body = self.body(None, vec![Var::new(&s, Ty::slice(Ty::Real), false).of_len(1)], n);
            // a jump on the way would never end
            let (i, m) = (self.fresh("n"), 9);
            let text = format!("while {s}.len() > 1 && {i} < {m} {{ {i} += 1; @ {s} = &{s}[1..]; }}");
            vec![statement!(format!("let mut {i} = 0;")), first, statement!(text, body)]
        } else {
            let vars = vec![Var::new(format!("(*{head})"), Ty::Real, false)];
            let body = self.body(None, vars, n);
            let text = format!("while let Some(({head}, {rest})) = {s}.split_first() {{ {s} = {rest}; @ }}");
            vec![first, statement!(text, body)]
        };
        self.thaw(&frozen);
        Some(out)
    }
}
