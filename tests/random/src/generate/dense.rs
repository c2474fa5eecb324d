//! Small programs that are dense: a few variables, and loops, branches, borrows, jumps and calls that all work on them. What a
//! reverse mode keeps, runs again or leaves out depends on who else touches a variable; here everything does.
use super::{Gen, things};
use crate::ast::*;

pub(super) const LEN: usize = 4;

/// What statements may work on, where they stand.
#[derive(Clone, Default)]
pub(super) struct Room {
    /// Sequences of `LEN` numbers that may be changed, and those that are only read.
    pub(super) buffers: Vec<String>,
    pub(super) read: Vec<String>,
    /// Those of the buffers that are `Vec`s of this function.
    pub(super) lists: Vec<String>,
    pub(super) rows: Option<String>,
    /// Numbers that may be changed, and those that are only read.
    pub(super) scalars: Vec<String>,
    pub(super) locals: Vec<String>,
    /// Integers that may be changed, and those below `LEN` that count.
    pub(super) integers: Vec<String>,
    pub(super) counters: Vec<String>,
    /// The loops around, by label.
    pub(super) around: Vec<String>,
    /// What `return` hands back, where that is possible.
    pub(super) leaves: Option<String>,
    pub(super) depth: usize,
    /// More that may be changed: see `things.rs`.
    pub(super) things: Vec<&'static str>,
}

/// The functions that may be called; each is written by the same statements.
const FUNCTIONS: [&str; 3] = ["bump", "blend", "gain"];

pub(super) type Step = fn(&mut Gen, &mut Room) -> Option<Vec<Node>>;

const PLAIN: &[(usize, Step)] = &[
    (6, |g, r| {
        let (place, how, value) = (g.number_in(r)?, g.one(&["=", "+=", "+=", "-=", "*="]), g.tame_of(r));
        Some(vec![changed(&place, how, value)])
    }),
    (9, |g, r| {
        let (place, how, value) = (g.entry_of(r)?, g.one(&["=", "=", "+=", "-=", "*="]), g.tame_of(r));
        Some(vec![changed(&place, how, value)])
    }),
    (5, |g, r| {
        let (place, how, value) = (g.number_in(r)?, g.one(&["+=", "-="]), g.product_of(r));
        Some(vec![changed(&place, how, value)])
    }),
    (2, |g, r| {
        let (rows, i, j) = (r.rows.clone()?, g.place_of(r), g.place_of(r));
        let how = g.one(&["=", "+="]);
        Some(vec![changed(&format!("{rows}[{i}][{j}]"), how, g.tame_of(r))])
    }),
    (5, |g, r| {
        let (name, value) = (g.fresh("t"), g.tame_of(r));
        r.locals.push(name.clone());
        Some(vec![statement!(format!("let {name} = @;"), value)])
    }),
    (2, |g, r| {
        let (name, value) = (g.fresh("u"), g.product_of(r));
        r.scalars.push(name.clone());
        Some(vec![statement!(format!("let mut {name} = @;"), value)])
    }),
    (2, |g, r| {
        let (buffer, value) = (g.buffer_of(r)?, g.tame_of(r));
        Some(vec![statement!(format!("{{ let value = @; {buffer}.fill(value); }}"), value)])
    }),
    (2, |g, r| {
        let (buffer, i, j) = (g.buffer_of(r)?, g.place_of(r), g.place_of(r));
        Some(vec![statement!(format!("{buffer}.swap({i}, {j});"))])
    }),
    (2, |g, r| {
        let (a, b) = (g.buffer_of(r)?, g.other_of(r)?);
        (a != b).then(|| vec![statement!(format!("{a}.copy_from_slice(&{b}[..]);"))])
    }),
    (2, |g, r| {
        let (a, b) = (g.list_of(r)?, g.list_of(r)?);
        let text = g.one(&[
            "mem::swap(&mut A, &mut B);",
            "A = B.clone();",
            "{ let old = mem::replace(&mut A, B.clone()); B = old; }",
        ]);
        (a != b).then(|| vec![statement!(text.replace('A', &a).replace('B', &b))])
    }),
    (2, |g, r| {
        let (rows, i, b) = (r.rows.clone()?, g.place_of(r), g.buffer_of(r)?);
        let text = g.one(&[
            "B.copy_from_slice(&M[I]);",
            "M[I].copy_from_slice(&B[..]);",
            "M.swap(I, 1);",
            "{ let row = M[I]; M[2] = row; B[1] += row[0]; }",
        ]);
        Some(vec![statement!(text.replace('M', &rows).replace('I', &i).replace('B', &b))])
    }),
    (1, |g, r| {
        let (a, b) = (g.number_in(r)?, g.number_in(r)?);
        let root = |place: &str| place.split('[').next().map(String::from);
        (root(&a) != root(&b)).then(|| vec![statement!(format!("mem::swap(&mut {a}, &mut {b});"))])
    }),
    (1, |g, r| {
        let (a, b, value) = (g.number_in(r)?, g.number_in(r)?, g.tame_of(r));
        Some(vec![statement!(
            format!("{{ let value = @; let old = mem::replace(&mut {a}, value); {b} += old; }}"),
            value
        )])
    }),
    (2, |g, r| {
        let (k, n, other) = (g.integer_of(r)?, g.below(4), g.place_of(r));
        let text = g.one(&["K = (K + N) % 4;", "K = (K + O) % 4;", "K += 1;", "K = O;"]);
        Some(vec![statement!(text.replace('K', &k).replace('N', &n.to_string()).replace('O', &other))])
    }),
    (4, |g, r| {
        let (place, a, b, factor) = (g.number_in(r)?, g.other_of(r)?, g.other_of(r)?, g.atom_of(r));
        let text = g.one(&[
            "A.iter().map(|g| *g * factor).sum::<§>()",
            "A.iter().zip(B.iter()).map(|(g, h)| *g * *h * factor).sum::<§>()",
            "A.iter().fold(factor, |c, g| (c * *g).sin())",
            "A.windows(2).map(|g| g[0] * g[1]).sum::<§>() * factor",
            "A.iter().zip(&B[1..]).map(|(g, h)| *g * *h).fold(factor, |c, g| c + g)",
            "A[1..].iter().rev().enumerate().map(|(i, g)| *g * B[i]).sum::<§>() - factor",
        ]);
        let text = text.replace('A', &a).replace('B', &b);
        Some(vec![statement!(format!("{{ let factor = @; let value = {text}; {place} += value; }}"), factor)])
    }),
    (2, |g, r| {
        let (f, capture, argument, place) = (g.fresh("f"), g.atom_of(r), g.atom_of(r), g.number_in(r)?);
        let text = format!(
            "{{ let h = @; let {f} = |t: §| (t * h).sin(); let value = ({f}(@) * {f}(@)).sin(); {place} += value; }}"
        );
        Some(vec![statement!(text, capture, argument.clone(), argument)])
    }),
    (3, Gen::jump_of),
];

const NESTED: &[(usize, Step)] = &[
    (10, |g, r| Some(vec![g.counted(r)])),
    (4, |g, r| {
        let c = g.condition_of(r);
        Some(vec![statement!("if @ @", c, g.steps_of(r, 2))])
    }),
    (4, |g, r| {
        let c = g.condition_of(r);
        let (a, b) = (g.steps_of(r, 2), g.steps_of(r, 2));
        Some(vec![statement!("if @ @ else @", c, a, b)])
    }),
    (2, |g, r| {
        let (name, c) = (g.fresh("t"), g.condition_of(r));
        let (a, b) = (g.value_of(r), g.value_of(r));
        r.locals.push(name.clone());
        Some(vec![statement!(format!("let {name} = if @ @ else @;"), c, a, b)])
    }),
    (1, |g, r| {
        let k = g.place_of(r);
        let (a, b, c) = (g.steps_of(r, 1), g.steps_of(r, 1), g.steps_of(r, 1));
        Some(vec![statement!(format!("match {k} {{ 0 => @ 1 | 3 => @ _ => @ }}"), a, b, c)])
    }),
    (3, |g, r| {
        let (n, label) = (g.fresh("n"), g.fresh("'l"));
        let first = g.rng.bool();
        let mut inside = r.clone();
        inside.around.push(label.clone());
        inside.counters.push(if first { format!("({n} - 1)") } else { n.clone() });
        if !first {
            // what continues would never end
            inside.around.clear();
        }
        let computed = format!("2 + {}", g.place_of(r));
        let (body, trips) = (g.steps_of(&inside, 3), g.one(&["3".to_string(), "4".into(), computed]));
        let text = if first { format!("{n} += 1; @") } else { format!("@ {n} += 1;") };
        let start = statement!(format!("let mut {n} = 0_usize;"));
        Some(vec![start, statement!(format!("{label}: while {n} < ({trips}).min({LEN}) {{ {text} }}"), body)])
    }),
    (3, |g, r| {
        let (buffer, v) = (g.buffer_of(r)?, g.fresh("v"));
        let mut inside = r.without(&buffer).within(&g.fresh("'l"));
        inside.scalars.push(format!("(*{v})"));
        let label = inside.around.last()?.clone();
        let of = g.one(&["B.iter_mut()", "&mut B", "B.iter_mut().rev()", "B[1..].iter_mut()", "B.iter_mut().skip(1)"]);
        if of == "&mut B" && r.lists.iter().all(|list| *list != buffer) {
            return None;
        }
        let body = g.steps_of(&inside, 2);
        Some(vec![statement!(format!("{label}: for {v} in {} @", of.replace('B', &buffer)), body)])
    }),
    (3, |g, r| {
        let (buffer, other, v, u, i) = (g.buffer_of(r)?, g.other_of(r)?, g.fresh("v"), g.fresh("u"), g.fresh("i"));
        if buffer == other {
            return None;
        }
        let mut inside = r.without(&buffer).without(&other).within(&g.fresh("'l"));
        inside.scalars.push(format!("(*{v})"));
        inside.locals.push(format!("(*{u})"));
        inside.read.push(other.clone());
        inside.counters.push(i.clone());
        let label = inside.around.last()?.clone();
        let body = g.steps_of(&inside, 2);
        Some(vec![statement!(
            format!("{label}: for ({i}, ({v}, {u})) in {buffer}.iter_mut().zip({other}.iter()).enumerate() @"),
            body
        )])
    }),
    (2, |g, r| {
        let (buffer, a, b) = (g.buffer_of(r)?, g.fresh("w"), g.fresh("w"));
        let mut inside = r.without(&buffer);
        inside.scalars.extend([format!("{a}[0]"), format!("{a}[1]"), format!("{b}[0]"), format!("{b}[1]")]);
        let body = g.steps_of(&inside, 3);
        Some(vec![statement!(format!("{{ let ({a}, {b}) = {buffer}.split_at_mut(2); @ }}"), body)])
    }),
    (2, |g, r| {
        let (buffer, c) = (g.buffer_of(r)?, g.fresh("c"));
        let mut inside = r.without(&buffer).within(&g.fresh("'l"));
        inside.scalars.extend([format!("{c}[0]"), format!("{c}[1]")]);
        let label = inside.around.last()?.clone();
        let body = g.steps_of(&inside, 2);
        Some(vec![statement!(format!("{label}: for {c} in {buffer}.chunks_mut(2) @"), body)])
    }),
    (2, |g, r| {
        let (target, value) = (g.number_in(r)?, g.tame_of(r));
        let p = g.fresh("p");
        let mut inside = r.clone();
        inside.scalars.retain(|s| *s != target);
        inside.scalars.push(format!("(*{p})"));
        let body = g.steps_of(&inside, 2);
        Some(vec![statement!(format!("{{ let value = @; let {p} = &mut {target}; *{p} += value; @ }}"), value, body)])
    }),
    (5, |g, r| g.calling_one(r)),
];

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
        for thing in things::ALL {
            if self.chance(0.3) {
                room.things.push(thing.name);
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
        for thing in things::ALL.iter().filter(|t| room.things.contains(&t.name)) {
            text = format!("{text} + {}", thing.read);
        }
        Function {
            name: "f".into(),
            params,
            result: Ty::Real,
            body: Block { statements: first, value: Some(Box::new(node!(Ty::Real, text))) },
        }
    }

    fn steps_in(&mut self, room: &mut Room, steps: usize) -> Block {
        let mut statements = Vec::new();
        for _ in 0..steps {
            let nested = self.chance([0.75, 0.5, 0.3, 0.0][room.depth.min(3)]);
            let things = !room.things.is_empty() && self.chance(0.35);
            let table = match (nested, things) {
                (true, false) => NESTED,
                (false, false) => PLAIN,
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
    fn value_of(&mut self, room: &Room) -> Block {
        let read = [&room.read[..], &room.buffers].concat();
        let locals = [&room.scalars[..], &room.locals].concat();
        let mut inside =
            Room { depth: room.depth + 2, read, locals, counters: room.counters.clone(), ..Room::default() };
        let steps = self.below(2);
        let block = self.steps_in(&mut inside, steps);
        Block { value: Some(Box::new(self.tame_of(&inside))), ..block }
    }

    fn counted(&mut self, room: &Room) -> Node {
        let (i, label) = (self.fresh("i"), self.fresh("'l"));
        let mut inside = room.within(&label);
        let buffer = self.other_of(room).unwrap_or("[0; 4]".into());
        let mut ranges: Vec<String> = [
            "0..4_usize",
            "0..4_usize",
            "1..4_usize",
            "(0..4_usize).rev()",
            "0..3_usize",
            "(0..4_usize).step_by(2)",
            "0..=3_usize",
        ]
        .map(String::from)
        .to_vec();
        ranges.extend([format!("0..{buffer}.len()"), format!("0..{buffer}.len() - 1")]);
        ranges.extend(room.counters.last().map(|c| format!("0..{c}")));
        ranges.extend(room.integers.last().map(|k| format!("0..{k} % 4")));
        inside.counters.push(i.clone());
        let range = self.one(&ranges);
        let steps = 3;
        statement!(format!("{label}: for {i} in {range} @"), self.steps_of(&inside, steps))
    }

    fn jump_of(&mut self, room: &mut Room) -> Option<Vec<Node>> {
        let c = self.condition_of(room);
        let jump = match (self.below(6), room.around.is_empty()) {
            (0, _) => format!("return {};", room.leaves.clone()?),
            (_, true) => return None,
            (1 | 2, _) => format!("break {};", self.one(&room.around)),
            (3, _) => "break;".into(),
            (4, _) => format!("continue {};", self.one(&room.around)),
            (_, _) => "continue;".into(),
        };
        Some(vec![statement!(format!("if @ {{ {jump} }}"), c)])
    }

    fn calling_one(&mut self, room: &mut Room) -> Option<Vec<Node>> {
        let (name, value, how) = (self.one(&FUNCTIONS), self.tame_of(room), self.one(&["=", "+=", "+="]));
        // the small functions know none of the others
        if room.read == ["d"] || room.buffers == ["d"] || room.scalars.contains(&"(*a)".into()) {
            return None;
        }
        let target = self.number_in(room)?;
        let text = match name {
            "bump" => {
                let place = if self.rng.bool() { self.entry_of(room)? } else { self.number_in(room)? };
                format!("bump(&mut {place}, value)")
            }
            "blend" => {
                let (buffer, k) = (self.buffer_of(room)?, self.place_of(room));
                let buffer = if ["o", "d"].contains(&&*buffer) {
                    buffer
                } else {
                    self.one(&[format!("&mut {buffer}[..]"), format!("&mut {buffer}")])
                };
                format!("blend({buffer}, {k}, value)")
            }
            _ => format!("gain(&{}[..], value)", self.other_of(room)?),
        };
        Some(vec![statement!(format!("{{ let value = @; let value = {text}; {target} {how} value; }}"), value)])
    }

    // ---- names ----

    pub(super) fn buffer_of(&mut self, room: &Room) -> Option<String> {
        (!room.buffers.is_empty()).then(|| self.one(&room.buffers))
    }
    fn list_of(&mut self, room: &Room) -> Option<String> {
        (!room.lists.is_empty()).then(|| self.one(&room.lists))
    }
    /// A sequence that may be read.
    pub(super) fn other_of(&mut self, room: &Room) -> Option<String> {
        let all = [&room.buffers[..], &room.read].concat();
        (!all.is_empty()).then(|| self.one(&all))
    }
    pub(super) fn number_in(&mut self, room: &Room) -> Option<String> {
        (!room.scalars.is_empty()).then(|| self.one(&room.scalars))
    }
    fn integer_of(&mut self, room: &Room) -> Option<String> {
        (!room.integers.is_empty()).then(|| self.one(&room.integers))
    }
    fn entry_of(&mut self, room: &Room) -> Option<String> {
        let (buffer, i) = (self.buffer_of(room)?, self.place_of(room));
        Some(format!("{buffer}[{i}]"))
    }

    /// An index below `LEN`.
    pub(super) fn place_of(&mut self, room: &Room) -> String {
        if let Some(k) = self.integer_of(room)
            && self.chance(0.15)
        {
            return format!("({k} % {LEN})");
        }
        let Some(i) = (!room.counters.is_empty() && self.chance(0.85)).then(|| self.one(&room.counters)) else {
            return self.below(LEN).to_string();
        };
        let (next, mirrored) = (format!("(({i} + 1) % {LEN})"), format!("({} - {i})", LEN - 1));
        self.one(&[i.clone(), i.clone(), i, next, mirrored])
    }

    pub(super) fn atom_of(&mut self, room: &Room) -> Node {
        if !room.things.is_empty() && self.chance(0.2) {
            let (thing, i) = (self.one(&room.things), self.place_of(room));
            if let Some(place) = things::entry(thing, &i) {
                return node!(Ty::Real, place);
            }
        }
        let place = match self.below(12) {
            0..5 => self.other_of(room).map(|b| format!("{b}[{}]", self.place_of(room))),
            5..8 => self.number_in(room),
            8 => room.rows.clone().map(|m| format!("{m}[{}][{}]", self.place_of(room), self.place_of(room))),
            9 | 10 => room.locals.last().cloned(),
            _ => None,
        };
        match place {
            Some(place) => node!(Ty::Real, place),
            None => Node::number(self.one(&[0.3, 0.7, 1.1, 0.9])),
        }
    }

    pub(super) fn product_of(&mut self, room: &Room) -> Node {
        match self.below(5) {
            0 | 1 => node!(Ty::Real, "@ * @", self.atom_of(room), self.atom_of(room)),
            2 => self.atom_of(room),
            3 => node!(Ty::Real, "@ - @ * @", self.atom_of(room), self.atom_of(room), self.atom_of(room)),
            _ => node!(Ty::Real, "@ + @ * @", self.atom_of(room), Node::number(0.3), self.atom_of(room)),
        }
    }

    pub(super) fn tame_of(&mut self, room: &Room) -> Node {
        match self.below(6) {
            0 => node!(Ty::Real, "@ * @", Node::number(0.5), self.atom_of(room)),
            1 => node!(Ty::Real, "(@).tanh()", self.product_of(room)),
            2 => node!(Ty::Real, "@", self.atom_of(room)),
            _ => node!(Ty::Real, "(@).sin()", self.product_of(room)),
        }
    }

    pub(super) fn condition_of(&mut self, room: &Room) -> Node {
        let (i, j) = (self.place_of(room), self.place_of(room));
        match self.below(6) {
            0 => node!(Ty::Bool, format!("{i} % 2 == 0")),
            1 => node!(Ty::Bool, format!("{i} > {j}")),
            2 => node!(Ty::Bool, format!("{i} > 0")),
            3 => node!(Ty::Bool, format!("{i} != 2")),
            _ => node!(Ty::Bool, "@ > @", self.atom_of(room), self.atom_of(room)),
        }
    }
}

/// The value comes first: of dual numbers `w[0] += w[1]` is a call that borrows `w` twice.
pub(super) fn changed(place: &str, how: &str, value: Node) -> Node {
    // what is multiplied by itself, time and again, leaves the range of numbers
    let value = if how == "*=" { node!(Ty::Real, "(@).sin()", value) } else { value };
    statement!(format!("{{ let value = @; {place} {how} value; }}"), value)
}

impl Room {
    pub(super) fn without(&self, buffer: &str) -> Room {
        let mut room = self.clone();
        for of in [&mut room.buffers, &mut room.read, &mut room.lists] {
            of.retain(|name| name != buffer);
        }
        room.things.retain(|name| *name != buffer);
        room
    }
    pub(super) fn within(&self, label: &str) -> Room {
        let mut room = self.clone();
        room.around.push(label.into());
        room
    }
}
