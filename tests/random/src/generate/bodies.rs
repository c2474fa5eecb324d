//! Functions: parameters, results, the helpers that others call.
use super::{Gen, Signature, Var};
use crate::ast::*;

impl Gen {
    fn param(&mut self, helper: bool) -> Param {
        let name = self.fresh("x");
        let reals = |g: &mut Gen, n: usize| -> String {
            let all: Vec<String> = (0..n).map(|_| g.example()).collect();
            format!("[{}]", all.join(", "))
        };
        let n = 2 + self.below(4);
        let list = reals(self, n);
        let kinds = if helper { 8 } else { 14 };
        let (pass, ty, example, len) = match self.below(kinds) {
            0 | 1 => (Pass::Value, Ty::Real, self.example(), 0),
            2 => (Pass::Shared, Ty::slice(Ty::Real), list + "[..]", n),
            3 | 4 => (Pass::Mutable, Ty::slice(Ty::Real), list + "[..]", n),
            5 => (Pass::Mutable, Ty::Real, self.example(), 0),
            6 => (Pass::Value, Ty::Int, format!("{n}"), 6),
            7 => (Pass::Shared, Ty::array(Ty::Real, n), list, n),
            8 => (Pass::Value, Ty::vec(Ty::Real), "vec!".to_string() + &list, n),
            9 => (Pass::Shared, Ty::vec(Ty::Real), "vec!".to_string() + &list, n),
            10 => (Pass::Mutable, Ty::array(Ty::Real, n), list, n),
            11 => (Pass::Value, Ty::array(Ty::Real, n), list, n),
            12 => {
                let rows: Vec<String> = (0..n).map(|_| reals(self, 3)).collect();
                (Pass::Mutable, Ty::slice(Ty::array(Ty::Real, 3)), format!("[{}][..]", rows.join(", ")), n)
            }
            _ => (Pass::Shared, Ty::DVector, format!("nalgebra::DVector::from_vec(vec!{list})"), n),
        };
        Param { name, pass, ty, example, len }
    }

    pub(super) fn example(&mut self) -> String {
        let x = self.rng.f64() * 3.0 - 1.5;
        // never a round number, where the kinks are
        format!("{:?}", (x * 1e4).round() / 1e4 + 0.000_037)
    }

    fn enter(&mut self, params: &[Param]) {
        self.scope = params.iter().map(Param::var).collect();
        (self.depth, self.loops) = (0, 0);
    }

    fn function(&mut self, name: String, params: Vec<Param>, result: Ty, size: usize) -> Function {
        self.enter(&params);
        self.budget = size;
        self.result = Some(result.clone());
        let first = if self.state { self.state_first() } else { vec![] };
        let mut body = self.block_of(vec![], size.div_ceil(2), |g| g.result_of(&result));
        body.statements.splice(0..0, first);
        self.helpers.push(Signature { name: name.clone(), params: params.clone(), result: result.clone() });
        Function { name, params, result, body }
    }

    pub(super) fn helper(&mut self, k: usize, size: usize) -> Function {
        if self.chance(0.12) {
            return self.recursive(format!("h{k}"), size);
        }
        let mut params: Vec<Param> =
            (0..1 + self.below(if self.state { 2 } else { 3 })).map(|_| self.param(true)).collect();
        if self.state && self.chance(0.9) {
            params.push(self.state_param());
        }
        let mut results = vec![Ty::Real, Ty::Real, Ty::Real, Ty::Unit];
        results.extend([Ty::Tuple(vec![Ty::Real, Ty::Real]), Ty::option(Ty::Real)]);
        if self.state {
            results.extend(vec![Ty::Real; 6]);
        }
        let result = self.one(&results);
        let writes = params.iter().any(|p| p.pass == Pass::Mutable && !p.constant());
        let result = if result == Ty::Unit && !writes { Ty::Real } else { result };
        self.function(format!("h{k}"), params, result, size)
    }

    /// `h(n, x)` by way of `h(n - 1, ..)`, with a buffer, with state, or without.
    fn recursive(&mut self, name: String, size: usize) -> Function {
        let (n, x) = (self.fresh("x"), self.fresh("x"));
        let mut params = vec![
            Param { name: n.clone(), pass: Pass::Value, ty: Ty::Int, example: "3".into(), len: usize::MAX },
            Param { name: x.clone(), pass: Pass::Value, ty: Ty::Real, example: "0.7".into(), len: 0 },
        ];
        if self.chance(0.5) {
            let (name, ty) = (self.fresh("x"), Ty::slice(Ty::Real));
            params.push(Param { name, pass: Pass::Mutable, ty, example: String::new(), len: 2 });
        }
        if self.state && self.chance(0.9) {
            params.push(self.state_param());
        }
        let lent: String = params[2..].iter().map(|p| format!(", {}", p.name)).collect();
        self.enter(&params);
        self.scope[0].mutable = false;
        (self.budget, self.result) = (size, Some(Ty::Real));
        let (end, next) = (self.real(1), self.bounded(1));
        let y = self.fresh("a");
        let mut first = vec![statement!(format!("if {n} == 0 || {n} > 4 {{ return @; }}"), end)];
        let before = self.statements(size / 2);
        let call = statement!(format!("let mut {y} = {name}({n} - 1, @{lent});"), next);
        self.scope.push(Var::new(&y, Ty::Real, true));
        let after = self.statements(size / 2);
        first.extend(before.into_iter().chain([call]).chain(after));
        let body = Block { statements: first, value: Some(Box::new(self.result_of(&Ty::Real))) };
        self.helpers.push(Signature { name: name.clone(), params: params.clone(), result: Ty::Real });
        Function { name, params, result: Ty::Real, body }
    }

    pub(super) fn main(&mut self, size: usize) -> Function {
        let mut params: Vec<Param> = (0..2 + self.below(3)).map(|_| self.param(false)).collect();
        let writes = params.iter().any(|p| p.pass == Pass::Mutable);
        if self.state && self.chance(0.6) {
            params.push(self.state_param());
        }
        if params.iter().all(Param::constant) {
            let (name, example) = (self.fresh("x"), self.example());
            params.push(Param { name, pass: Pass::Value, ty: Ty::Real, example, len: 0 });
        }
        let mut results = vec![Ty::Real, Ty::Real, Ty::Real, Ty::Real, Ty::array(Ty::Real, 2), Ty::vec(Ty::Real)];
        results.extend([Ty::Tuple(vec![Ty::Real, Ty::Real]), Ty::option(Ty::Real), Ty::DVector]);
        if writes {
            results.extend([Ty::Unit, Ty::Unit]);
        }
        let result = self.one(&results);
        self.function("f".into(), params, result, size)
    }

    /// What a function ends with: as many of its variables as it can.
    pub(super) fn result_of(&mut self, ty: &Ty) -> Node {
        match ty {
            Ty::Unit => statement!(""),
            // a variable alone is read nowhere else, perhaps
            Ty::Real if self.chance(0.12) => match self.var(|v| v.ty == Ty::Real && v.mutable && v.is_plain()) {
                Some(v) => node!(Ty::Real, v.place),
                None => self.everything(),
            },
            Ty::Real => self.everything(),
            Ty::Tuple(_) => {
                let (a, b) = (self.everything(), self.real(2));
                node!(ty.clone(), "(@, @)", a, b)
            }
            Ty::Vec(_) => match self.all(|v| v.ty == *ty).pop() {
                Some(v) if v.place.starts_with('x') => node!(ty.clone(), format!("{}.clone()", v.place)),
                Some(v) if self.rng.bool() => node!(ty.clone(), v.place),
                _ => {
                    let (a, b) = (self.everything(), self.real(2));
                    node!(ty.clone(), "vec![@, @]", a, b)
                }
            },
            Ty::Array(_, 2) => {
                let (a, b) = (self.everything(), self.real(2));
                node!(ty.clone(), "[@, @]", b, a)
            }
            Ty::Option(_) if self.chance(0.7) => {
                let a = self.everything();
                node!(ty.clone(), "Some(@)", a)
            }
            ty => self.of(ty, 2),
        }
    }

    /// A number that many variables have a part in.
    fn everything(&mut self) -> Node {
        let mut sum = self.real(1);
        let numbers = self.all(|v| v.ty == Ty::Real);
        let others = self.all(|v| v.ty != Ty::Real);
        for v in numbers.iter().rev().take(5) {
            sum = node!(Ty::Real, format!("(@ + {} * @)", v.place), sum, Node::number(0.75));
        }
        for v in others.iter().rev().take(5) {
            if let Some(entry) = self.inside(v) {
                sum = node!(Ty::Real, "(@ + @)", sum, entry);
            }
        }
        sum
    }

    /// A call of a function that was written before, with the statements that it needs around.
    pub(super) fn call(&mut self, result: &Ty) -> Option<Node> {
        let fitting: Vec<Signature> = self.helpers.iter().filter(|h| h.result == *result).cloned().collect();
        if fitting.is_empty() || self.loops > 1 {
            return None;
        }
        let h = self.one(&fitting);
        let mut taken: Vec<Var> = Vec::new();
        let mut holes = Vec::new();
        let mut text = Vec::new();
        // the places that are lent come first, so that no other argument reads them
        let before = self.hide(&[]);
        let mut lent = Vec::new();
        for p in &h.params {
            lent.push(None);
            if p.pass == Pass::Mutable {
                let place = self.lend(p);
                let Some((place, var)) = place else {
                    self.release(&before);
                    return None;
                };
                self.hide(&[&var]);
                taken.push(var);
                *lent.last_mut()? = Some(place);
            }
        }
        for (p, lent) in h.params.iter().zip(lent) {
            match (lent, p.pass) {
                (Some(place), _) => {
                    text.push("@".to_string());
                    holes.push(Hole::from(place));
                }
                (None, Pass::Value) => {
                    text.push("@".into());
                    holes.push(Hole::from(self.of(&p.ty, 1)));
                }
                (None, _) => {
                    text.push("@".into());
                    let Some(view) = self.view(&p.ty, p.len) else {
                        self.release(&before);
                        return None;
                    };
                    holes.push(Hole::from(view));
                }
            }
        }
        self.release(&before);
        Some(Node::new(h.result, format!("{}({})", h.name, text.join(", ")), holes))
    }

    /// `&mut place` for a parameter, and what it borrows.
    pub(super) fn lend(&mut self, p: &Param) -> Option<(Node, Var)> {
        let ty = Ty::Named("&mut");
        match &p.ty {
            Ty::Real => {
                if self.chance(0.3)
                    && let Some(v) = self.var(|v| v.mutable && v.ty.element() == Some(&Ty::Real))
                {
                    let index = self.index(&v);
                    return Some((node!(ty, format!("&mut {}[@]", v.place), index), v));
                }
                let v = self.var(|v| v.mutable && v.ty == Ty::Real)?;
                Some((node!(ty, format!("&mut {}", v.place)), v))
            }
            Ty::Slice(of) => {
                let (of, len) = ((**of).clone(), p.len);
                let v = self.var(|v| v.mutable && v.ty.sliceable() && v.ty.element() == Some(&of) && v.len >= len)?;
                if v.lent && self.chance(0.4) {
                    return Some((node!(ty, v.place.clone()), v));
                }
                let range = self.range(&v, p.len);
                Some((node!(ty, format!("&mut {}[{range}]", v.place)), v))
            }
            Ty::Int => {
                let v = self.var(|v| v.mutable && v.is_state() && v.ty != COUNTER)?;
                if v.ty == Ty::Int {
                    return Some((node!(ty, format!("&mut {}", v.place)), v));
                }
                let index = self.index(&v);
                Some((node!(ty, format!("&mut {}[@]", v.place), index), v))
            }
            of => {
                let v = self.var(|v| v.mutable && v.ty == *of && (v.len >= p.len || *of == COUNTER))?;
                let text = if v.lent { self.one(&["V", "&mut *V"]) } else { "&mut V" };
                Some((node!(ty, text.replace('V', &v.place)), v))
            }
        }
    }

    /// `&place` for a parameter.
    fn view(&mut self, ty: &Ty, len: usize) -> Option<Node> {
        let reference = Ty::Named("&");
        match ty {
            Ty::Slice(of) => {
                let of = (**of).clone();
                let v = self.var(|v| v.ty.sliceable() && v.ty.element() == Some(&of) && v.len >= len)?;
                let range = self.range(&v, len);
                Some(node!(reference, format!("&{}[{range}]", v.place)))
            }
            ty if *ty == COUNTER => {
                let v = self.var(|v| v.ty == *ty)?;
                Some(node!(reference, format!("{}{}", if v.lent { "" } else { "&" }, v.place)))
            }
            ty => {
                let inner = self.of(ty, 1);
                Some(node!(reference, "&@", inner))
            }
        }
    }

    /// A range of at least `len` elements.
    pub(super) fn range(&mut self, v: &Var, len: usize) -> String {
        let spare = v.len.min(64) - len;
        match self.below(4) {
            0 if spare > 0 => format!("{}..", 1 + self.below(spare)),
            1 => format!("..{len}"),
            2 if spare > 0 => {
                let from = self.below(spare + 1);
                format!("{from}..{}", from + len)
            }
            _ => "..".into(),
        }
    }
}

impl Param {
    fn var(&self) -> Var {
        let mutable = self.pass != Pass::Shared;
        let number = matches!(self.ty, Ty::Real | Ty::Int);
        let place = if number && self.pass == Pass::Mutable { format!("(*{})", self.name) } else { self.name.clone() };
        let mut var = Var::new(place, self.ty.clone(), mutable).of_len(self.len);
        var.lent = self.pass != Pass::Value && !number;
        var.grows = self.constant() && matches!(self.ty, Ty::Vec(_));
        var
    }
}
