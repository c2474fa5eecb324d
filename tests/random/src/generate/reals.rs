//! Expressions that are numbers.
use super::Gen;
use crate::ast::*;

type Real = fn(&mut Gen, usize) -> Option<Node>;

/// Each with its weight; what is inside gets the depth given.
const REALS: &[(usize, Real)] = &[
    (10, |g, _| g.var(|v| v.ty == Ty::Real).map(|v| node!(Ty::Real, v.place))),
    (6, |g, _| g.entry(false)),
    (14, |g, d| {
        let op = g.one(&["+", "-", "*", "*"]);
        Some(node!(Ty::Real, format!("(@ {op} @)"), g.real(d), g.real(d)))
    }),
    (3, |g, d| {
        let text = g.one(&["(@ / (@ + @ * @))", "(@ / (@ + @.abs()))", "(@ / @.exp())", "(@ - @ / @)"]);
        Some(match text {
            "(@ / (@ + @ * @))" => {
                let b = g.real(0);
                node!(Ty::Real, text, g.real(d), Node::number(1.5), b.clone(), b)
            }
            "(@ / (@ + @.abs()))" => node!(Ty::Real, text, g.real(d), Node::number(1.25), g.real(d)),
            "(@ / @.exp())" => {
                let b = g.bounded(d);
                node!(Ty::Real, text, g.real(d), b)
            }
            _ => node!(Ty::Real, text, g.real(d), g.real(d), Node::number(1.75)),
        })
    }),
    (10, |g, d| Some(g.bounded(d))),
    (4, |g, d| {
        let text =
            g.one(&["@.powi(2)", "@.powi(3)", "(-@)", "(@ * 0.5)", "@.abs()", "@.signum()", "@.fract()", "@.floor()"]);
        Some(match text {
            "(@ * 0.5)" => node!(Ty::Real, "(@ * @)", g.real(d), Node::number(0.5)),
            text => node!(Ty::Real, text, g.real(d)),
        })
    }),
    (3, |g, d| {
        let text = g.one(&["@.max(@)", "@.min(@)", "@.hypot(@)", "@.copysign(@)"]);
        Some(node!(Ty::Real, text, g.real(d), g.real(d)))
    }),
    (2, |g, d| Some(node!(Ty::Real, "@.clamp(@, @)", g.real(d), Node::number(-0.9), Node::number(0.8)))),
    (2, |g, d| Some(node!(Ty::Real, "@.mul_add(@, @)", g.real(d), g.real(d), g.real(d)))),
    (1, |g, d| Some(node!(Ty::Real, "@.rem_euclid(@)", g.real(d), Node::number(0.7)))),
    (1, |g, d| Some(node!(Ty::Real, "stop_gradient(@)", g.real(d)))),
    (3, |g, _| {
        let split = Text::Split { plain: "(@ as f64)".into(), dual: "c(@ as f64)".into() };
        Some(Node { ty: Ty::Real, text: split, holes: vec![Hole::from(g.int(1))] })
    }),
    (3, |g, d| Some(node!(Ty::Real, "(if @ { @ } else { @ })", g.condition(1), g.real(d), g.real(d)))),
    (2, |g, d| {
        let (a, b) = (g.value_block(d), g.value_block(d));
        Some(node!(Ty::Real, "(if @ @ else @)", g.condition(1), a, b))
    }),
    (2, |g, d| {
        let b = g.value_block(d);
        Some(node!(Ty::Real, "@", b))
    }),
    (2, |g, d| {
        let n = g.int(1);
        Some(node!(Ty::Real, "(match @ { 0 => @, 1 | 2 => @, _ => @ })", n, g.real(d), g.real(d), g.real(d)))
    }),
    (4, |g, _| g.call(&Ty::Real)),
    (2, |g, _| {
        let pair = g.call(&Ty::Tuple(vec![Ty::Real, Ty::Real]))?;
        let k = g.below(2);
        Some(node!(Ty::Real, format!("@.{k}"), pair))
    }),
    (1, |g, d| {
        let option = g.call(&Ty::option(Ty::Real))?;
        Some(node!(Ty::Real, "@.unwrap_or(@)", option, g.real(d)))
    }),
    (3, Gen::of_option),
    (3, Gen::of_shape),
    (5, Gen::chain),
    (4, Gen::of_matrix),
    (3, Gen::of_closure),
    (2, Gen::of_function),
    (2, Gen::of_generic),
    (2, Gen::of_tree),
    (1, Gen::of_loop),
    (3, Gen::of_state),
];

impl Gen {
    /// A number.
    pub(super) fn real(&mut self, depth: usize) -> Node {
        if depth == 0 {
            return self.leaf();
        }
        for _ in 0..4 {
            let write = self.row(REALS);
            if let Some(n) = write(self, depth - 1) {
                return n;
            }
        }
        self.leaf()
    }

    pub(super) fn leaf(&mut self) -> Node {
        let n = match self.below(10) {
            0 => None,
            1..=3 => self.entry(false),
            _ => self.var(|v| v.ty == Ty::Real).map(|v| node!(Ty::Real, v.place)).or_else(|| self.entry(false)),
        };
        n.unwrap_or_else(|| Node::number(self.one(&[0.3, 0.7, 1.1, 1.4, 0.9, 0.25])))
    }

    /// Of modest size, whatever is inside.
    pub(super) fn bounded(&mut self, depth: usize) -> Node {
        let one = || Node::number(1.0);
        match self.below(12) {
            0 | 1 => node!(Ty::Real, "@.sin()", self.real(depth)),
            2 => node!(Ty::Real, "@.cos()", self.real(depth)),
            3 | 4 => node!(Ty::Real, "@.tanh()", self.real(depth)),
            5 => {
                let a = self.real(0);
                node!(Ty::Real, "(-@ * @).exp()", a.clone(), a)
            }
            6 => {
                let a = self.real(0);
                node!(Ty::Real, "(@ * @ + @).sqrt()", a.clone(), a, one())
            }
            7 => {
                let a = self.real(0);
                node!(Ty::Real, "(@ * @ + @).ln()", a.clone(), a, one())
            }
            8 => node!(Ty::Real, "@.atan()", self.real(depth)),
            9 => {
                let a = self.real(0);
                node!(Ty::Real, "@.atan2(@ * @ + @)", self.real(depth), a.clone(), a, one())
            }
            10 => node!(Ty::Real, "@.asinh()", self.real(depth)),
            _ => node!(Ty::Real, "(@.sin() * @ + @).recip()", self.real(0), Node::number(0.3), Node::number(2.0)),
        }
    }

    /// `{ let t = ..; .. }`
    fn value_block(&mut self, depth: usize) -> Block {
        let statements = if self.budget > 0 && self.depth < 4 { self.below(2) + 1 } else { 0 };
        // what an expression changes is to be a statement, says the attribute: most blocks only compute
        let frozen = if self.chance(0.97) { self.freeze(None) } else { self.freeze_none() };
        let block = self.block_of(vec![], statements, |g| g.real(depth));
        self.thaw(&frozen);
        block
    }
}
