//! Constants that change: integers, lists of them, a counter of the user's. They are made, changed, lent to functions of the
//! language and to others, and read for what a derivative depends on: an index, an exponent, a factor, a condition.
use super::{Gen, Var, statements::Construct};
use crate::ast::*;

/// What a program whose theme they are is full of.
pub(super) const STATE: &[(usize, Construct)] = &[
    (4, Gen::state),
    (7, Gen::state_change),
    (3, Gen::drawn),
    (14, Gen::lending),
    (3, Gen::lending_method),
    (3, Gen::stepping_loop),
];

impl Var {
    /// Whether it is a constant that has parts, or may be lent.
    pub(super) fn is_state(&self) -> bool {
        let number = self.ty == Ty::Int && self.place.starts_with(['k', '(']);
        number || self.ty.element() == Some(&Ty::Int) || self.ty == COUNTER
    }
    /// What is behind a reference, as a whole.
    fn whole(&self) -> String {
        if self.lent { format!("*{}", self.place) } else { self.place.clone() }
    }
}

impl Gen {
    /// A parameter that is one.
    pub(super) fn state_param(&mut self) -> Param {
        let n = 1 + self.below(4);
        let numbers: Vec<String> = (0..n).map(|_| self.below(7).to_string()).collect();
        let (list, k) = (format!("[{}_usize]", numbers.join(", ")), self.below(7));
        let (pass, ty, example, len) = match self.below(9) {
            0 => (Pass::Mutable, Ty::Int, format!("{k}_usize"), usize::MAX),
            1 | 2 => (Pass::Mutable, Ty::slice(Ty::Int), list + "[..]", n),
            3 | 4 => (Pass::Mutable, Ty::vec(Ty::Int), "vec!".to_string() + &list, n),
            5 => (Pass::Mutable, Ty::array(Ty::Int, n), list, n),
            6 => (Pass::Shared, Ty::slice(Ty::Int), list + "[..]", n),
            7 => (Pass::Shared, COUNTER, format!("Counter::new({k})"), 0),
            _ => (Pass::Mutable, COUNTER, format!("Counter::new({k})"), 0),
        };
        Param { name: self.fresh("x"), pass, ty, example, len }
    }

    /// What a function begins with: its state is there, is not what it was handed, and is lent.
    pub(super) fn state_first(&mut self) -> Vec<Node> {
        let own = self.chance(if self.helpers.is_empty() { 0.2 } else { 0.8 });
        let constructs: &[Construct] =
            &[Gen::state, Gen::state_change, Gen::lending, Gen::lending, Gen::lending_method];
        let mut first = Vec::new();
        for construct in &constructs[usize::from(!own)..] {
            first.extend((0..8).find_map(|_| construct(self)).unwrap_or_default());
        }
        first
    }

    /// A local one; such as the functions take that are there, where possible.
    fn state(&mut self) -> Option<Vec<Node>> {
        let n = 1 + self.below(3);
        let mut all = vec![Ty::vec(Ty::Int), Ty::vec(Ty::Int), Ty::array(Ty::Int, n), COUNTER, COUNTER, Ty::Int];
        let taken: Vec<Ty> = self.helpers.iter().flat_map(|h| &h.params).map(|p| p.ty.clone()).collect();
        if all.iter().any(|ty| taken.contains(ty)) {
            all.retain(|ty| taken.contains(ty));
        }
        let ty = self.one(&all);
        let (stem, len) = match &ty {
            Ty::Int => ("k", usize::MAX),
            ty if *ty == COUNTER => ("g", usize::MAX),
            ty => ("c", if let Ty::Array(..) = ty { n } else { 3 }),
        };
        let (name, value) = (self.fresh(stem), self.written_out(&ty));
        let spelled = if ty == COUNTER || self.chance(0.4) { String::new() } else { format!(": {}", ty.text()) };
        let grows = matches!(ty, Ty::Vec(_)) && self.chance(0.6);
        let var = Var::new(&name, ty, true).of_len(len);
        self.scope.push(if grows { var.growing() } else { var });
        Some(vec![statement!(format!("let mut {name}{spelled} = @;"), value)])
    }

    fn state_change(&mut self) -> Option<Vec<Node>> {
        let v = self.var(|v| v.mutable && v.is_state())?;
        let (place, n) = (&v.place, 1 + self.below(5));
        if v.ty == Ty::Int {
            let value = self.int(2);
            return Some(vec![match self.below(3) {
                0 if self.loops == 0 => statement!(format!("{place} += 1;")),
                1 => statement!(format!("step(&mut {place});")),
                _ => statement!(format!("{place} = (@ + {n}) % 7;"), value),
            }]);
        }
        // what is borrowed by a method is not read by its argument
        let before = self.hide(&[&v]);
        let aside = self.int(2);
        self.release(&before);
        let value = self.int(2);
        if v.ty == COUNTER {
            return Some(vec![match self.below(7) {
                0 | 1 => statement!(format!("{place}.next();")),
                2 => statement!(format!("{place}.reset(@);"), aside),
                3 => statement!(format!("{place}.at = (@ + {n}) % 7;"), value),
                4 => statement!(format!("{place}.seen[@ % 2] = {n};"), aside),
                5 => statement!(format!("turn(&mut {place}.seen);")),
                _ => statement!(format!("{} = Counter::new(@);", v.whole()), value),
            }]);
        }
        let (i, j) = (self.below(v.len), self.below(v.len));
        Some(vec![match self.below(11) {
            0 => statement!(format!("{place}.swap({i}, {j});")),
            1 => statement!(format!("{place}.fill(@);"), aside),
            2 => statement!(format!("{place}[..={i}].reverse();")),
            3 => statement!(format!("{place}.rotate_left({i});")),
            4 => statement!(format!("for k in {place}.iter_mut() {{ *k = (*k + {n}) % 7; }}")),
            5 => statement!(format!("turn(&mut {place}[{i}..]);")),
            6 if v.grows => statement!(format!("note({}{place}, @);", if v.lent { "" } else { "&mut " }), aside),
            7 if v.grows => statement!(format!("{place}.push(@ % 7);"), aside),
            8 if matches!(v.ty, Ty::Vec(_)) => {
                let value = self.written_out(&Ty::array(Ty::Int, v.len));
                statement!(format!("{} = @.to_vec();", v.whole()), value)
            }
            _ => {
                let index = self.index(&v);
                statement!(format!("{place}[@] = (@ + {n}) % 7;"), index, value)
            }
        }])
    }

    /// `let k = g.next();`
    fn drawn(&mut self) -> Option<Vec<Node>> {
        let v = self.var(|v| v.mutable && v.is_state())?;
        let (name, place) = (self.fresh("k"), &v.place);
        let value = match &v.ty {
            Ty::Int => format!("step(&mut {place})"),
            Ty::Vec(_) if v.grows => format!("{place}.pop().unwrap_or(3); {place}.push({name})"),
            ty if *ty == COUNTER => format!("{place}.next()"),
            _ => format!("mem::replace(&mut {place}[0], 4)"),
        };
        self.scope.push(Var::new(&name, Ty::Int, true));
        Some(format!("let mut {name} = {value};").split_inclusive(';').map(|text| statement!(text.trim())).collect())
    }

    /// A loop as far as the state says, which changes on the way.
    fn stepping_loop(&mut self) -> Option<Vec<Node>> {
        let (name, bound) = (self.fresh("n"), self.constant()?);
        if self.loops > 2 {
            return None;
        }
        let n = self.few();
        let mut body = self.body(None, vec![Var::new(&name, Ty::Int, false)], n);
        // behind the statements, where no jump has left it out
        body.statements.extend(self.state_change().into_iter().flatten());
        let start = statement!(format!("let mut {name}: usize = 0;"));
        Some(vec![start, statement!(format!("while {name} < @ % 4 {{ {name} += 1; @ }}"), bound, body)])
    }

    /// A call that is lent state, between two reads of some.
    fn lending(&mut self) -> Option<Vec<Node>> {
        let (name, before, call, after) =
            (self.fresh("a"), self.of_state(1)?, self.call(&Ty::Real)?, self.of_state(0)?);
        self.scope.push(Var::new(&name, Ty::Real, true));
        let text = self.one(&["@ * @ * @", "@ * @ + @", "(@ - @) * @"]);
        Some(vec![statement!(format!("let mut {name} = ({text}).sin();"), before, call, after)])
    }

    /// Methods of `Point` that are lent state.
    fn lending_method(&mut self) -> Option<Vec<Node>> {
        let v = self.var(|v| v.ty == Ty::Named("Point") && v.place.starts_with('p'))?;
        let (method, ty) = self.one(&[("drawn", COUNTER), ("counted", Ty::slice(Ty::Int))]);
        if method == "counted" && !v.mutable {
            return None;
        }
        let param = Param { name: String::new(), pass: Pass::Mutable, ty, example: String::new(), len: 1 };
        let (before, (lent, var), name) = (self.of_state(1)?, self.lend(&param)?, self.fresh("a"));
        let hidden = self.hide(&[&var, &v]);
        let argument = self.real(1);
        self.release(&hidden);
        self.scope.push(Var::new(&name, Ty::Real, true));
        Some(vec![statement!(format!("let mut {name} = @ * {}.{method}(@, @);", v.place), before, argument, lent)])
    }

    /// An integer that the state holds.
    fn constant(&mut self) -> Option<Node> {
        let v = self.var(Var::is_state)?;
        Some(self.part(&v))
    }

    pub(super) fn part(&mut self, v: &Var) -> Node {
        match &v.ty {
            Ty::Int => node!(Ty::Int, v.place.clone()),
            ty if *ty == COUNTER => {
                let reads = ["at", "peek()", "seen[0]", "seen[1]", "seen.len()", "next()"];
                let reads = if v.mutable && self.chance(0.3) { &reads[..] } else { &reads[..5] };
                let read = self.one(reads);
                node!(Ty::Int, format!("{}.{read}", v.place))
            }
            _ if self.chance(0.15) => node!(Ty::Int, format!("{}.len()", v.place)),
            _ => {
                let index = self.index(v);
                node!(Ty::Int, format!("{}[@]", v.place), index)
            }
        }
    }

    /// A number whose derivative depends on the state.
    pub(super) fn of_state(&mut self, depth: usize) -> Option<Node> {
        let k = self.constant()?;
        Some(match self.below(6) {
            0 | 1 => {
                let v = self.var(|v| v.ty.sliceable() && v.ty.element() == Some(&Ty::Real))?;
                node!(Ty::Real, format!("{}[@ % {}]", v.place, v.len.min(64)), k)
            }
            2 => {
                let split = Text::Split { plain: "(@ * @ as f64)".into(), dual: "(@ * c(@ as f64))".into() };
                Node { text: split, ..node!(Ty::Real, "", self.real(depth), k) }
            }
            3 => node!(Ty::Real, "@.powi((@ % 4) as i32)", self.bounded(depth), k),
            4 => node!(Ty::Real, "(if @ % 2 == 1 { @ } else { @ })", k, self.real(depth), self.real(depth)),
            _ => node!(Ty::Real, "(match @ % 3 { 0 => @, _ => @ })", k, self.real(depth), self.real(depth)),
        })
    }
}
