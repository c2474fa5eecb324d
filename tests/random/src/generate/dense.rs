//! Small programs that are dense: a few variables, and loops, branches, borrows, jumps and calls that all work on them. What a
//! reverse mode keeps, runs again or leaves out depends on who else touches a variable; here everything does.
use super::{
    Gen, constants, moments,
    room::{LEN, Room},
    steps, things, walks,
};
use crate::ast::*;

/// The functions that may be called; each is written by the same statements.
pub(super) const FUNCTIONS: [&str; 3] = ["bump", "blend", "gain"];

/// The program of this seed.
pub fn dense(seed: u64, size: usize) -> Program {
    let mut g = super::empty(seed ^ 0xD15E_A5E0);
    let mut functions: Vec<Function> = Vec::new();
    for name in FUNCTIONS {
        functions.push(g.small_function(name, 1 + size / 4));
    }
    functions.push(g.dense_main(size));
    let called = |name: &str, in_those: &[Function]| {
        in_those.iter().any(|f| f.body.statements.iter().any(|s| crate::print::mentions(s).contains(name)))
    };
    for k in (0..FUNCTIONS.len()).rev() {
        if !called(FUNCTIONS[k], &functions[k + 1..]) {
            functions.remove(k);
        }
    }
    Program { seed, functions }
}

impl Gen {
    fn small_function(&mut self, name: &str, size: usize) -> Function {
        let param = |name: &str, pass, ty, len| Param { name: name.into(), pass, ty, example: String::new(), len };
        let b = param("b", Pass::Value, Ty::Real, 0);
        let (mut room, params) = match name {
            "bump" => (
                Room { scalars: vec!["(*a)".into(), "b".into()], ..Room::default() },
                vec![param("a", Pass::Mutable, Ty::Real, 0), b],
            ),
            "blend" => (
                Room {
                    buffers: vec!["d".into()],
                    scalars: vec!["b".into()],
                    integers: vec!["k".into()],
                    ..Room::default()
                },
                vec![param("d", Pass::Mutable, Ty::slice(Ty::Real), LEN), param("k", Pass::Value, Ty::Int, LEN), b],
            ),
            _ => (
                Room { read: vec!["d".into()], scalars: vec!["b".into()], ..Room::default() },
                vec![param("d", Pass::Shared, Ty::slice(Ty::Real), LEN), b],
            ),
        };
        room.leaves = Some("b".into());
        let steps = 1 + self.below(size + 1);
        let mut body = self.steps_in(&mut room, steps);
        body.value = Some(Box::new(self.tame_of(&room)));
        Function { name: name.into(), params, result: Ty::Real, body }
    }

    fn dense_main(&mut self, size: usize) -> Function {
        let mut reals = |n: usize| -> String { (0..n).map(|_| self.example() + ", ").collect() };
        let (x, y, z) = (format!("[{}][..]", reals(LEN)), format!("[{}][..]", reals(LEN)), reals(1).replace(", ", ""));
        let params = vec![
            Param { name: "x".into(), pass: Pass::Shared, ty: Ty::slice(Ty::Real), example: x, len: LEN },
            Param { name: "o".into(), pass: Pass::Mutable, ty: Ty::slice(Ty::Real), example: y, len: LEN },
            Param { name: "z".into(), pass: Pass::Value, ty: Ty::Real, example: z, len: 0 },
            Param { name: "n".into(), pass: Pass::Value, ty: Ty::Int, example: "2".into(), len: LEN },
        ];
        let names = |all: &[&str]| all.iter().map(|s| s.to_string()).collect::<Vec<_>>();
        let mut room = Room {
            buffers: names(&["o", "w", "v", "a"]),
            read: names(&["x"]),
            lists: names(&["w", "v"]),
            rows: Some("m".into()),
            scalars: names(&["p", "q", "s", "s", "s", "pair.0", "pair.1"]),
            locals: names(&["z"]),
            integers: names(&["k"]),
            counters: names(&["n"]),
            leaves: Some("s".into()),
            calls: true,
            ..Room::default()
        };
        let mut first = vec![
            statement!("let mut w: Vec<§> = x.to_vec();"),
            statement!("let mut v: Vec<§> = vec![@; 4];", Node::number(0.25)),
            statement!("let mut a: [§; 4] = [z, @, x[1], @];", Node::number(0.5), Node::number(0.75)),
            statement!("let mut m: [[§; 4]; 4] = [[@; 4]; 4];", Node::number(0.3)),
            statement!("let (mut p, mut q): (§, §) = (z, x[0] * z);"),
            statement!("let mut s: § = @;", Node::number(0.0)),
            statement!("let mut pair: (§, §) = (x[2], @);", Node::number(0.4)),
            statement!("let mut k: usize = 1;"),
        ];
        // few at a time, so that they meet
        for of in [&mut room.buffers, &mut room.scalars] {
            while of.len() > 3 && self.chance(0.7) {
                of.remove(self.below(of.len()));
            }
        }
        if self.chance(0.6) {
            room.rows = None;
        }
        room.lists.retain(|list| room.buffers.contains(list));
        if !room.scalars.contains(&"s".to_string()) {
            room.scalars.push("s".into());
        }
        let things = || things::ALL.iter().chain(constants::ALL);
        for thing in things() {
            if self.chance(0.25) {
                room.things.push(thing.name);
                room.integers.extend(constants::integers(thing.name).iter().map(ToString::to_string));
                first.push(thing.start());
            }
        }
        let steps = 2 + self.below(size);
        let mut body = self.steps_in(&mut room, steps);
        first.append(&mut body.statements);
        let mut text = "s".to_string();
        for term in [
            "p * q",
            "pair.0 * pair.1",
            "w[1] * v[2]",
            "m[1][2] * a[0]",
            "w[0] * a[1]",
            "(v[3] - m[0][1]).sin()",
            "w[3] * q",
        ] {
            if self.chance(0.3) {
                text = format!("{text} + {term}");
            }
        }
        for thing in things().filter(|t| room.things.contains(&t.name)) {
            text = format!("{text} + {}", thing.read);
        }
        Function {
            name: "f".into(),
            params,
            result: Ty::Real,
            body: Block { statements: first, value: Some(Box::new(node!(Ty::Real, text))) },
        }
    }

    pub(super) fn steps_in(&mut self, room: &mut Room, steps: usize) -> Block {
        let mut statements = Vec::new();
        for _ in 0..steps {
            let nested = self.chance([0.75, 0.5, 0.3, 0.0][room.depth.min(3)]);
            let things = !room.things.is_empty() && self.chance(0.35);
            let moments = self.chance(0.15);
            let walks = self.chance(if room.below.is_empty() { 0.3 } else { 0.6 });
            let table = match (nested, things) {
                (true, _) if walks => walks::NESTED,
                (false, _) if walks => walks::PLAIN,
                (true, _) if moments => moments::NESTED,
                (false, _) if moments => moments::PLAIN,
                (true, false) => steps::NESTED,
                (false, false) => steps::PLAIN,
                (true, true) if self.chance(0.5) => constants::NESTED,
                (true, true) => things::NESTED,
                (false, true) => things::PLAIN,
            };
            let step = (0..6).find_map(|_| self.row(table)(self, room));
            statements.extend(step.into_iter().flatten());
        }
        Block { statements, value: None }
    }

    /// A block of its own scope.
    pub(super) fn steps_of(&mut self, room: &Room, at_most: usize) -> Block {
        let mut inside = Room { depth: room.depth + 1, ..room.clone() };
        let steps = 1 + self.below(at_most);
        self.steps_in(&mut inside, steps)
    }

    /// A block that only computes.
    pub(super) fn value_of(&mut self, room: &Room) -> Block {
        let mut inside = room.only_read();
        let steps = self.below(2);
        let block = self.steps_in(&mut inside, steps);
        Block { value: Some(Box::new(self.tame_of(&inside))), ..block }
    }
}
