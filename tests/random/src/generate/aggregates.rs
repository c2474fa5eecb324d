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
            "Tree" => {
                let ty = Ty::Named("Tree");
                match self.below(3) {
                    0 => node!(ty, "Tree::Leaf(@)", self.real(d)),
                    1 => {
                        let (at, e) = (self.of(&Ty::Named("Point"), d), self.real(d));
                        node!(ty, "Tree::Pair(@, @)", at, e)
                    }
                    _ => {
                        let many = self.of(&Ty::vec(Ty::Real), d);
                        node!(ty, "Tree::Many { of: @ }", many)
                    }
                }
            }
            "Counter" => node!(COUNTER, "Counter::new(@)", self.int(1)),
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
            Ty::Named("Tree"),
        ]);
        let value = self.of(&ty, 3);
        self.scope.push(Var::new(&name, ty.clone(), true));
        Some(vec![statement!(format!("let mut {name}: {} = @;", ty.text()), value)])
    }

    pub(super) fn aggregate_change(&mut self) -> Option<Vec<Node>> {
        let v = self.var(|v| {
            v.mutable && matches!(v.ty, Ty::Option(_) | Ty::Named("Point" | "Body" | "Shape" | "Tree") | Ty::Tuple(_))
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

            (Ty::Named("Body"), 0) => {
                let b = self.bounded(1);
                statement!(format!("for e in {place}.rates.iter_mut() {{ *e = *e * @; }}"), b)
            }
            (Ty::Named("Body"), 1) => statement!(format!("{{ let at = &mut {place}.at; at.x = at.y * @; }}"), e),
            (Ty::Named("Body"), 2) => statement!(format!("mem::swap(&mut {place}.mass, &mut {place}.at.y);")),
            (Ty::Named("Body"), _) => statement!(format!("{place}.mass = @;"), e),
            (Ty::Named("Point"), 2) => {
                let w = self.var(|w| w.ty == v.ty && !w.place.contains('['))?;
                statement!(format!("{place} = {0} * @ + {1};", w.place, place), e)
            }
            (Ty::Named("Point"), 3) => statement!(format!("{place}.y += @;"), e),
            (Ty::Named("Tree"), 0) => {
                statement!(format!("if let Tree::Pair(at, e) = &mut {place} {{ at.x = *e * @; *e = at.y; }}"), e)
            }
            (Ty::Named("Tree"), 1) => {
                statement!(
                    format!(
                        "if let Tree::Many {{ of }} = &mut {place} {{ let first = of[0]; of[1] *= first; of.push(@); }}"
                    ),
                    e
                )
            }
            (Ty::Named(name), _) => {
                let s = self.named(name, 1);
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

    pub(super) fn of_tree(&mut self, depth: usize) -> Option<Node> {
        let v = self.var(|v| v.ty == Ty::Named("Tree"))?;
        let (a, b, c) = (self.fresh("t"), self.fresh("t"), self.fresh("t"));
        let mut arm = |names: &[&String], ty: Ty, place: &str| {
            let mark = self.scope.len();
            self.scope.extend(names.iter().map(|n| Var::new(place.replace('N', n), ty.clone(), false).of_len(3)));
            let n = self.real(depth);
            self.scope.truncate(mark);
            n
        };
        let leaf = arm(&[&a], Ty::Real, "(*N)");
        let pair = arm(&[&b, &c], Ty::Real, "(*N)");
        let many = arm(&[&a], Ty::slice(Ty::Real), "N");
        let text = format!(
            "(match &{} {{ Tree::Leaf({a}) => @, Tree::Pair(Point {{ x: {b}, .. }}, {c}) => @, Tree::Many {{ of: {a} }} => @ }})",
            v.place
        );
        Some(node!(Ty::Real, text, leaf, pair, many))
    }

    /// A function that is generic over a trait, with one of the types that implement it.
    pub(super) fn of_generic(&mut self, depth: usize) -> Option<Node> {
        let v = self.var(|v| matches!(v.ty, Ty::Named("Point" | "Body")))?;
        let text = self.one(&["through(&V, @)", "V.value(@)", "V.twice(@)"]);
        Some(node!(Ty::Real, text.replace('V', &v.place), self.real(depth)))
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
            return Some(vec![statement!(format!("let mut {name}: Point = @;"), value)]);
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
