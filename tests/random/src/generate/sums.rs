//! Loops in loops over buffers, with a sum that all of them add to: what a reverse mode takes most liberties with. Buffers are
//! rewritten, in part and as a whole, before and after they are read; the sum is read, now and then.
use super::{Gen, Var, room::changed};
use crate::ast::*;

const LEN: usize = 3;

/// What the loops work on.
#[derive(Clone)]
struct Desk {
    /// A buffer that starts with values, and one that starts with constants.
    buffers: [String; 2],
    rows: String,
    scalar: String,
    /// A number that loops start anew in each iteration.
    anew: String,
    sum: String,
    counters: Vec<String>,
}

impl Gen {
    pub(super) fn sums(&mut self) -> Option<Vec<Node>> {
        let mut name = |stem: &str| self.fresh(stem);
        let desk = Desk {
            buffers: [name("w"), name("b")],
            rows: name("m"),
            scalar: name("q"),
            anew: name("h"),
            sum: name("sum"),
            counters: vec![],
        };
        let Desk { buffers: [w, b], rows, scalar, anew, sum, .. } = &desk;
        let start = if self.chance(0.7) { Node::number(0.0) } else { self.real(1) };
        let mut all = vec![
            statement!(format!("let mut {w} = vec![@, @, @];"), self.real(1), self.real(1), self.real(1)),
            statement!(format!("let mut {b} = vec![@; {LEN}];"), Node::number(0.25)),
            statement!(format!("let mut {rows} = [[@; {LEN}]; {LEN}];"), Node::number(0.2)),
            statement!(format!("let mut {scalar} = @;"), self.real(1)),
            statement!(format!("let mut {anew} = @;"), Node::number(0.1)),
            statement!(format!("let mut {sum} = @;"), start),
        ];
        for _ in 0..2 + self.below(3) {
            let step = self.step(&desk, 0);
            all.push(step);
        }
        let all_reals = [(sum, Ty::Real), (anew, Ty::Real), (scalar, Ty::Real), (w, Ty::vec(Ty::Real))];
        self.scope.extend(all_reals.map(|(name, ty)| Var::new(name, ty, true).of_len(LEN)));
        Some(all)
    }

    fn step(&mut self, desk: &Desk, depth: usize) -> Node {
        let k = self.below(if depth < 3 { 24 } else { 12 });
        let Desk { buffers, rows, scalar, sum, .. } = desk;
        let buffer = self.one(buffers);
        match k {
            0..4 => statement!(format!("{sum} {} @;", self.one(&["+=", "+=", "-="])), self.term(desk)),
            4..7 => {
                let (i, how) = (self.place_in(desk), self.one(&["=", "+=", "*="]));
                changed(&format!("{buffer}[{i}]"), how, self.tame(desk))
            }
            7 => {
                let (i, j, how) = (self.place_in(desk), self.place_in(desk), self.one(&["=", "+="]));
                changed(&format!("{rows}[{i}][{j}]"), how, self.tame(desk))
            }
            8 | 9 => statement!(format!("{scalar} {} @;", self.one(&["=", "+=", "*="])), self.tame(desk)),
            10 => statement!(format!("{buffer}.fill(@);"), Node::number(0.3)),
            11 if self.chance(0.3) => statement!(format!("std::mem::swap(&mut {}, &mut {});", buffers[0], buffers[1])),
            11 => {
                let factor = self.atom(desk);
                statement!(format!("{sum} += {buffer}.iter().map(|v| *v * @).sum::<§>();"), factor)
            }
            12 | 13 => {
                let i = self.fresh("i");
                let range = self.one(&[LEN.to_string(), format!("{buffer}.len()")]);
                let value = self.tame(&desk.with(&i));
                statement!(format!("for {i} in 0..{range} {{ {buffer}[{i}] = @; }}"), value)
            }
            14 if !desk.counters.is_empty() => {
                let i = self.one(&desk.counters);
                statement!(format!("if {i} % 2 == 0 @"), self.steps(desk, depth, 1))
            }
            15 | 16 => self.entry_by_entry(desk),
            17 | 18 => self.started_anew(desk),
            _ => {
                let i = self.fresh("i");
                let mut ranges =
                    ["0..3_usize", "0..3_usize", "1..3_usize", "(0..3_usize).rev()", "(0..3_usize).step_by(2)"]
                        .map(String::from)
                        .to_vec();
                ranges.extend(desk.counters.last().map(|c| format!("0..{c}")));
                let range = self.one(&ranges);
                let steps = 1 + self.below(3);
                statement!(format!("for {i} in {range} @"), self.steps(&desk.with(&i), depth, steps))
            }
        }
    }

    /// A loop over the entries of a buffer, with a branch as at a boundary; it reads the other buffer, mostly.
    fn entry_by_entry(&mut self, desk: &Desk) -> Node {
        let (i, branch, written) = (self.fresh("i"), self.fresh("a"), self.below(2));
        let buffer = &desk.buffers[written];
        let mut around = desk.with(&i);
        if self.chance(0.8) {
            around.buffers[written] = desk.buffers[1 - written].clone();
        }
        let how = self.one(&["=", "=", "+=", "-="]);
        let mut inside = vec![
            statement!(
                format!("let {branch} = if {} {{ @ }} else {{ @ }};", self.beside(&i)),
                self.term(&around),
                self.term(&around)
            ),
            changed(&format!("{buffer}[{i}]"), how, node!(Ty::Real, format!("@ * {branch}"), Node::number(0.5))),
        ];
        if self.chance(0.5) {
            let sign = self.one(&["+=", "-="]);
            let sum = format!("if {} {{ {} {sign} @; }}", self.beside(&i), desk.sum);
            inside.push(statement!(sum, self.atom(&around)));
        }
        statement!(format!("for {i} in 0..{LEN}_usize @"), Block { statements: inside, value: None })
    }

    /// A loop whose iterations rewrite a number, or a buffer, as a whole: who reads it afterwards reads the last one's.
    fn started_anew(&mut self, desk: &Desk) -> Node {
        let (i, j) = (self.fresh("i"), self.fresh("i"));
        let (outer, anew, buffer) = (desk.with(&i), &desk.anew, self.one(&desk.buffers));
        let inner = outer.with(&j);
        let mut inside = if self.chance(0.7) {
            let start = if self.chance(0.7) { Node::number(0.0) } else { self.atom(&outer) };
            let add = statement!(format!("for {j} in 0..{LEN}_usize {{ {anew} += @; }}"), self.term(&inner));
            vec![statement!(format!("{anew} = @;"), start), add]
        } else {
            let write = format!("for {j} in 0..{buffer}.len() {{ {buffer}[{j}] = @; }}");
            vec![statement!(write, self.tame(&inner))]
        };
        if self.chance(0.7) {
            inside.push(statement!(format!("{} += ({anew} * {buffer}[{i}]).sin() * @;", desk.sum), self.atom(&outer)));
        }
        let trips = 1 + self.below(LEN);
        statement!(format!("for {i} in 0..{trips}_usize @"), Block { statements: inside, value: None })
    }

    /// What may be true of a counter.
    fn beside(&mut self, i: &str) -> String {
        self.one(&[format!("{i} > 0"), format!("{i} + 1 < {LEN}"), format!("{i} % 2 == 0")])
    }

    fn steps(&mut self, desk: &Desk, depth: usize, n: usize) -> Block {
        Block { statements: (0..n).map(|_| self.step(desk, depth + 1)).collect(), value: None }
    }

    fn place_in(&mut self, desk: &Desk) -> String {
        self.beside_one(&desk.counters, LEN)
    }

    fn atom(&mut self, desk: &Desk) -> Node {
        let Desk { buffers: [w, b], rows, scalar, sum, .. } = desk;
        let (i, j) = (self.place_in(desk), self.place_in(desk));
        match self.below(20) {
            0..7 => node!(Ty::Real, format!("{w}[{i}]")),
            7..11 => node!(Ty::Real, format!("{b}[{i}]")),
            11 | 12 => node!(Ty::Real, format!("{rows}[{i}][{j}]")),
            13 | 14 => node!(Ty::Real, scalar.clone()),
            15 if self.chance(0.2) => node!(Ty::Real, sum.clone()),
            _ => self.leaf(),
        }
    }

    fn term(&mut self, desk: &Desk) -> Node {
        match self.below(5) {
            0 | 1 => node!(Ty::Real, "@ * @", self.atom(desk), self.atom(desk)),
            2 => self.tame(desk),
            3 => self.atom(desk),
            _ => node!(Ty::Real, "@ + @ * @", self.atom(desk), Node::number(0.3), self.atom(desk)),
        }
    }

    /// A term that stays small, however often it is computed from itself.
    fn tame(&mut self, desk: &Desk) -> Node {
        node!(Ty::Real, "@.sin()", self.term(desk))
    }
}

impl Desk {
    fn with(&self, counter: &str) -> Desk {
        let mut desk = self.clone();
        desk.counters.push(counter.to_string());
        desk
    }
}
