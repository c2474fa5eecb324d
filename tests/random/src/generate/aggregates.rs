//! Tuples, structs, enums, options: made, looked into, changed.
use super::{Gen, Var};
use crate::ast::*;

impl Gen {
    pub(super) fn named(&mut self, name: &str, depth: usize) -> Node {
        let d = depth.saturating_sub(1);
        match name {
            "Point" => node!(Ty::Named("Point"), "Point { x: @, y: @ }", self.real(d), self.real(d)),
            "Body" => {
                let at = self.of(&Ty::Named("Point"), d);
                let n = [self.real(d), self.real(d), self.real(d), self.real(d)];
                let [a, b, c, m] = n;
                node!(Ty::Named("Body"), "Body { at: @, rates: vec![@, @, @], mass: @ }", at, a, b, c, m)
            }
            "Shape" => {
                let ty = Ty::Named("Shape");
                match self.below(4) {
                    0 => node!(ty, "Shape::Circle(@)", self.real(d)),
                    1 => node!(ty, "Shape::Rect { w: @, h: @ }", self.real(d), self.real(d)),
                    2 => node!(
                        ty,
                        "(if @ { Shape::Circle(@) } else { Shape::Rect { w: @, h: @ } })",
                        self.condition(1),
                        self.real(d),
                        self.real(d),
                        self.real(d)
                    ),
                    _ => node!(ty, "Shape::Nothing"),
                }
            }
            other => unreachable!("no values of {other}"),
        }
    }

    pub(super) fn aggregate(&mut self) -> Option<Vec<Node>> {
        let (name, pair) = (self.fresh("p"), Ty::Tuple(vec![Ty::Real, Ty::Real]));
        let ty = self.one(&[
            pair.clone(),
            pair,
            Ty::option(Ty::Real),
            Ty::Named("Point"),
            Ty::Named("Point"),
            Ty::Named("Body"),
            Ty::Named("Shape"),
        ]);
        let value = self.of(&ty, 3);
        self.scope.push(Var::new(&name, ty.clone(), true));
        Some(vec![statement!(format!("let mut {name}: {} = @;", ty.text()), value)])
    }

    pub(super) fn aggregate_change(&mut self) -> Option<Vec<Node>> {
        let v = self.var(|v| {
            v.mutable && matches!(v.ty, Ty::Option(_) | Ty::Named("Point" | "Body" | "Shape") | Ty::Tuple(_))
        })?;
        let (place, e) = (&v.place, self.real(1));
        Some(vec![match (&v.ty, self.below(4)) {
            (Ty::Option(_), 0) => {
                let n = self.fresh("e");
                statement!(format!("if let Some({n}) = &mut {place} {{ *{n} *= @; }}"), e)
            }
            (Ty::Option(_), 1) => {
                let to = self.var(|w| w.ty == Ty::Real && w.mutable)?;
                statement!(format!("{} = {place}.take().unwrap_or(@);", to.place), e)
            }
            (Ty::Option(_), _) => {
                let o = self.of(&v.ty, 1);
                statement!(format!("{place} = @;"), o)
            }
            (Ty::Named("Point"), 0) => statement!(format!("{place} = Point {{ x: @, ..{place} }};"), e),
            (Ty::Named("Point"), 1) => {
                let b = self.bounded(1);
                statement!(
                    format!("{{ let Point {{ x, y }} = {place}; {place} = Point {{ x: y * @, y: x + @ }}; }}"),
                    e,
                    b
                )
            }
            (Ty::Named("Point"), _) => statement!(format!("{place}.y += @;"), e),
            (Ty::Named("Body"), 0) => {
                let b = self.bounded(1);
                statement!(format!("for e in {place}.rates.iter_mut() {{ *e = *e * @; }}"), b)
            }
            (Ty::Named("Body"), 1) => statement!(format!("{{ let at = &mut {place}.at; at.x = at.y * @; }}"), e),
            (Ty::Named("Body"), 2) => statement!(format!("mem::swap(&mut {place}.mass, &mut {place}.at.y);")),
            (Ty::Named("Body"), _) => statement!(format!("{place}.mass = @;"), e),
            (Ty::Named(_), _) => {
                let s = self.named("Shape", 1);
                statement!(format!("{place} = @;"), s)
            }
            _ => statement!(format!("{place}.0 = @;"), e),
        }])
    }

    pub(super) fn of_option(&mut self, depth: usize) -> Option<Node> {
        let v = self.var(|v| v.ty == Ty::option(Ty::Real))?;
        let (o, t) = (v.place, self.fresh("t"));
        let some = {
            let mark = self.scope.len();
            self.scope.push(Var::new(&t, Ty::Real, false));
            let n = self.real(depth);
            self.scope.truncate(mark);
            n
        };
        let none = self.real(depth);
        Some(match self.below(5) {
            0 => node!(Ty::Real, format!("{o}.unwrap_or(@)"), none),
            1 => node!(Ty::Real, format!("(if let Some({t}) = {o} {{ @ }} else {{ @ }})"), some, none),
            2 => node!(Ty::Real, format!("(match {o} {{ Some({t}) => @, None => @ }})"), some, none),
            3 => node!(Ty::Real, format!("{o}.map_or(@, |{t}| {t} * {t})"), none),
            _ => node!(Ty::Real, format!("{o}.map(|{t}| {t}.sin()).unwrap_or(@)"), none),
        })
    }

    pub(super) fn of_shape(&mut self, depth: usize) -> Option<Node> {
        let v = self.var(|v| v.ty == Ty::Named("Shape"))?;
        let (a, b, c) = (self.fresh("t"), self.fresh("t"), self.fresh("t"));
        let mut arm = |names: &[&String]| {
            let mark = self.scope.len();
            self.scope.extend(names.iter().map(|n| Var::new(n.as_str(), Ty::Real, false)));
            let n = self.real(depth);
            self.scope.truncate(mark);
            n
        };
        let (circle, rect, other) = (arm(&[&a]), arm(&[&b, &c]), arm(&[]));
        let text =
            format!("(match {} {{ Shape::Circle({a}) => @, Shape::Rect {{ w: {b}, h: {c} }} => @, _ => @ }})", v.place);
        Some(node!(Ty::Real, text, circle, rect, other))
    }

    pub(super) fn if_let(&mut self) -> Option<Vec<Node>> {
        let v = self.var(|v| v.ty == Ty::option(Ty::Real) || v.ty == Ty::Named("Shape"))?;
        let (t, n) = (self.fresh("t"), self.few());
        let mutable = v.mutable && self.chance(0.4);
        let hidden = if mutable { self.hide(&[&v]) } else { self.hide(&[]) };
        let place = if mutable { format!("(*{t})") } else { t.clone() };
        let body = self.block(vec![Var::new(place, Ty::Real, mutable)], n);
        self.release(&hidden);
        let pattern = if v.ty == Ty::Named("Shape") { format!("Shape::Circle({t})") } else { format!("Some({t})") };
        let reference = if mutable { "&mut " } else { "" };
        let otherwise = self.block(vec![], 1);
        Some(vec![statement!(format!("if let {pattern} = {reference}{} @ else @", v.place), body, otherwise)])
    }

    /// Methods of `Point`, that read it and that change it.
    pub(super) fn method(&mut self) -> Option<Vec<Node>> {
        let Some(v) = self.var(|v| v.ty == Ty::Named("Point")) else {
            let (name, value) = (self.fresh("p"), self.named("Point", 2));
            self.scope.push(Var::new(&name, Ty::Named("Point"), true));
            return Some(vec![statement!(format!("let mut {name} = @;"), value)]);
        };
        let (name, e) = (self.fresh("a"), self.real(1));
        let text = match self.below(4) {
            0 => format!("let mut {name} = {}.energy(@);", v.place),
            1 if v.mutable => format!("let mut {name} = {}.kick(@);", v.place),
            2 => format!("let mut {name} = {}.turned(@).y;", v.place),
            _ => format!("let mut {name} = Point::at(@).energy({}.x);", v.place),
        };
        self.scope.push(Var::new(&name, Ty::Real, true));
        Some(vec![statement!(text, e)])
    }
}
