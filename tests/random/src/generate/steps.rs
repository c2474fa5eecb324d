//! The statements of dense programs, but for those of `things.rs`.
use super::{
    Gen,
    dense::FUNCTIONS,
    room::{LEN, Room, changed},
};
use crate::ast::*;

pub(super) type Step = fn(&mut Gen, &mut Room) -> Option<Vec<Node>>;

pub(super) const PLAIN: &[(usize, Step)] = &[
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

pub(super) const NESTED: &[(usize, Step)] = &[
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
    (3, |g, r| {
        // a chain of conditions
        let (v, c, value, place) = (g.fresh("v"), g.condition_of(r), g.tame_of(r), g.place_of(r));
        let mut inside = r.clone();
        let text = match g.below(3) {
            0 => format!("if let Some({v}) = [0_usize, 2, 1].get({place}) && (@) @ else @"),
            1 => format!("if (@) && let Some({v}) = [0_usize, 2, 1].get({place}) && *{v} != 2 @ else @"),
            _ => {
                inside.locals.push(v.clone());
                let (a, b) = (g.steps_of(&inside, 2), g.steps_of(r, 2));
                return Some(vec![statement!(format!("if let Some({v}) = Some(@) && (@) @ else @"), value, c, a, b)]);
            }
        };
        inside.counters.push(format!("(*{v})"));
        let (a, b) = (g.steps_of(&inside, 2), g.steps_of(r, 2));
        Some(vec![statement!(text, c, a, b)])
    }),
    (2, |g, r| {
        // left by what changes something, or by a value
        let (c, label) = (g.condition_of(r), g.fresh("'b"));
        if g.rng.bool() {
            let (a, b) = (g.steps_of(r, 2), g.steps_of(r, 2));
            return Some(vec![statement!(format!("{label}: {{ if @ {{ break {label} @; }} @ }}"), c, a, b)]);
        }
        let (place, a, b) = (g.number_in(r)?, g.value_of(r), g.value_of(r));
        let text = format!("{place} += {label}: {{ if @ {{ break {label} @; }} @ }};");
        Some(vec![statement!(text, c, a, b)])
    }),
    (1, |g, r| {
        let (n, c, label) = (g.fresh("n"), g.condition_of(r), g.fresh("'l"));
        let inside = r.within(&label);
        let (a, b) = (g.steps_of(&Room { around: vec![], ..inside.clone() }, 2), g.steps_of(r, 2));
        let start = statement!(format!("let mut {n} = 0_usize;"));
        let text = format!("{label}: loop {{ {n} += 1; if {n} > 3 || (@) {{ break @; }} @ }}");
        Some(vec![start, statement!(text, c, b, a)])
    }),
];

impl Gen {
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
        room.calls.then_some(())?;
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
}
