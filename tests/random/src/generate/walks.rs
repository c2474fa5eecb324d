//! Loops over entries that have many names: see `entries.rs`. Parts are cut and split, references and lists change places, rows are
//! turned, lists are filled, closures count.
use super::{
    Gen, Var,
    moments::{filled, names},
    room::{LEN, Room, changed},
    steps::Step,
};
use crate::ast::*;

/// `A` and `B` are numbers that are computed before, `I` and `J` places, `K` is an integer that may be changed, `S` a number that may
/// be, `X` four numbers that are read, `W` and `V` four that may be changed, `L` and `P` lists of them, `M` four rows.
const TEXTS: &[&str] = &[
    "W.copy_within(1.., 0);",
    "W.copy_within(..3, 1);",
    "W[1..].reverse();",
    "W[..3].rotate_left(1);",
    "W[1..].swap(I % 3, J % 3);",
    "W[1..].fill(A);",
    "W[..3].copy_from_slice(&X[1..]);",
    "W[I..].copy_from_slice(&X[I..]);",
    "{ let (i, j) = (I, J); W[i] = (W[j] * A).sin(); let e = W[i] * W[j]; W[j] = e.sin(); }",
    "{ let (i, j) = (I, J); if i != j { let e = W[i]; W[i] = W[j]; W[j] = (e * A).sin(); } }",
    "{ let e = W[..I + 1].iter().map(|g| *g * A).sum::<§>(); W[J] = e.sin(); }",
    "{ let e = W[I..].iter().zip(&X[..4 - I]).map(|(g, h)| *g * *h).sum::<§>(); W[I] = e.sin(); }",
    "for (e, u) in W[1..].iter_mut().zip(&X[..3]) { *e = (*e * *u + A).sin(); }",
    "for e in W[I..].iter_mut().rev() { *e = (*e * A).sin(); }",
    "{ let (g, h) = W.split_at_mut(2); g[I % 2] = (h[J % 2] * A).sin(); h[I % 2] += g[J % 2].sin(); }",
    "{ let (g, h) = W[1..].split_first_mut().unwrap(); *g = (h[I % 2] * A).sin(); h[J % 2] += *g; }",
    "for g in 1..4 { let (h, t) = W.split_at_mut(g); t[0] = (h[g - 1] * A).sin(); h[0] += t[0].sin(); }",
    // lists that change places
    "mem::swap(&mut L, &mut P);",
    "(L, P) = (P.clone(), mem::take(&mut L));",
    "{ let g = mem::take(&mut L); L = mem::replace(&mut P, g); L[I] += A; P[J] *= B.sin(); }",
    "{ let mut g = mem::take(&mut L); g[I] = (g[J] * A).sin(); L = g; }",
    "{ let g = mem::take(&mut L); L = g.iter().zip(&P).map(|(g, h)| (*g * *h * A).sin()).collect(); }",
    "{ let g = mem::take(&mut L); L = g.into_iter().rev().map(|g| (g * A).sin()).collect(); }",
    "L = P.iter().skip(1).chain([&A]).map(|g| (*g * B).sin()).collect();",
    "L = (0..4).map(|i| (L[3 - i] * P[i] * A).sin()).collect();",
    "L = X[1..].iter().chain(&P[..1]).copied().collect();",
    "for i in 0..3 { let mut g = vec![A; 4]; for j in 0..4 { g[j] = (L[3 - j] * P[i]).sin(); } mem::swap(&mut L, &mut g); P[i] = g[I]; }",
    "for i in 0..3 { mem::swap(&mut L, &mut P); L[i] = (P[i + 1] * A).sin(); P[1..][i] += L[..3][i].sin(); }",
    "{ let g = L.remove(I); L.push((g * A).sin()); }",
    "{ let g = L.pop().unwrap(); L.insert(I, (g * A).sin()); }",
    "{ L.push(A); let g = L.remove(0); L[I] += (g * B).sin(); }",
    "{ L.truncate(2); L.push(A); let g = L[L.len() - 1] * L[0]; L.push(g.sin()); }",
    "{ let g = L.split_off(2); L.extend(g.iter().rev().map(|g| (*g * A).sin())); }",
    "{ let g = L.clone(); L.clear(); for i in (0..4).rev() { L.push((g[i] * A).sin()); } }",
    "{ let g: Vec<§> = L.drain(..2).collect(); for e in g { L.push((e * A).sin()); } }",
    // references that change places
    "{ let (mut g, mut h) = (&mut W[..], &mut V[..]); for i in 0..3 { g[i] = (h[i + 1] * A).sin(); mem::swap(&mut g, &mut h); } h[I] += B; }",
    "{ let (mut g, mut h) = (&mut W[..3], &mut V[1..]); for i in 0..3 { h[i] = (g[2 - i] * A).sin(); (g, h) = (h, g); } }",
    "{ let (mut g, mut h) = (&X[..3], &X[1..]); for i in 0..3 { S += (g[i] * h[2 - i] * A).sin(); mem::swap(&mut g, &mut h); } }",
    "for i in 0..4 { let (g, h) = if i % 2 == 0 { (&mut W[..], &mut V[..]) } else { (&mut V[..], &mut W[..]) }; g[i] = (h[3 - i] * A).sin(); h[0] += g[i]; }",
    "for i in (0..3).rev() { let g = if i > 1 { &mut W[1..] } else { &mut V[..3] }; g[i] = (g[2 - i] * A).sin(); }",
    "{ let mut g = &mut W[..]; while g.len() > 1 { g[0] = (g[1] * A).sin(); g = &mut g[1..]; } g[0] += B; }",
    "{ let mut g = &mut W[..]; while let Some((h, t)) = g.split_first_mut() { *h = (*h * A).sin(); if let Some(e) = t.last_mut() { *e += *h; } g = t; } }",
    "{ let mut g = &X[..]; while let [h, t @ ..] = g { S += (*h * A).sin() + t.iter().map(|e| *e * *h).sum::<§>(); g = t; } }",
    // rows
    "for i in 0..4 { for j in 0..i { let e = M[i][j]; M[i][j] = M[j][i]; M[j][i] = (e * A).sin(); } }",
    "for j in 0..4 { for i in 1..4 { let e = M[i - 1][j] * M[i][3 - j]; M[i][j] = e.sin(); } }",
    "for i in (1..4).rev() { for j in 0..3 { let e = M[i][j + 1] + M[i - 1][j] * A; M[i][j] = e.sin(); } }",
    "for i in 0..3 { let (g, h) = M.split_at_mut(i + 1); for j in 0..4 { h[0][j] = (g[i][3 - j] * A).sin(); g[0][j] += h[0][j]; } }",
    "for i in 1..4 { let e = M[..i].iter().map(|g| g[i] * A).sum::<§>(); M[i][I] = e.sin(); }",
    "M.swap(I, J);",
    "M.rotate_left(1);",
    "M[I].swap(J, 2);",
    "M[I] = M[J].clone();",
    "M[I][1..].copy_from_slice(&X[..3]);",
    "{ let (g, h) = M.split_at_mut(2); mem::swap(&mut g[I % 2], &mut h[J % 2]); g[0][I] = (h[1][J] * A).sin(); }",
    "{ let g = &mut M[I]; for j in 0..3 { g[j + 1] = (g[j] * A).sin(); } }",
    "{ let g = M[I].clone(); for j in 0..4 { M[j][J] += (g[3 - j] * A).sin(); } }",
    "for (i, g) in M.iter_mut().enumerate() { g[i] = (g[3 - i] * A).sin(); g[1..][0] += X[i]; }",
    "for g in M.iter_mut().rev() { g.swap(I, J); g[0] = (g[I] * A).sin(); }",
    "for g in M[1..].iter() { S += (g[I] * g[J] * A).sin(); }",
    "for g in M.windows(2) { S += (g[0][I] * g[1][J]).sin(); }",
    "{ let mut g = M[0].clone(); for h in M.iter_mut() { mem::swap(&mut g, h); h[I] += (g[J] * A).sin(); } }",
    // closures that count
    "{ let mut c = 0_usize; let mut g = |t: §| -> § { c += 1; (t * X[c % 4]).sin() }; let e = g(A) * g(B); S += e + g(e); K = c; }",
    "{ let mut c = I; for i in 0..3 { let mut g = |t: §| -> § { c = (c + i) % 4; (t * X[c]).sin() }; let e = g(A) + g(B); S += e; } }",
    "{ let mut c = 0_usize; let mut g = |t: §| { W[c] = (W[3 - c] * t).sin(); c = (c + 1) % 4; }; g(A); g(B); g(A); S += (W[I] * W[c]).sin(); }",
    "{ let mut c = I; let e: § = X.iter().map(|g| { c = (c + 1) % 4; (*g * X[c] * A).sin() }).sum(); S += e * X[c]; }",
    "{ let mut c = 3_usize; W.iter_mut().for_each(|g| { *g = (*g * X[c]).sin(); c = (c + 3) % 4; }); }",
    "{ let c = J; let g = |i: usize| X[(i + c) % 4] * A; for i in (0..4).rev() { S += (g(i) * g(3 - i)).sin(); } }",
];

/// Those of the letters of a text that the room has names for.
fn fill(g: &mut Gen, room: &Room, text: &str) -> Option<Vec<Node>> {
    let has = |c: char| names(text, c).next().is_some();
    let mut apart = room.clone();
    let mut by: Vec<(char, String)> = vec![];
    for (c, is) in [('L', true), ('P', true), ('W', false), ('V', false)] {
        if has(c) {
            let of = if is { g.list_of(&apart) } else { g.buffer_of(&apart) }?;
            apart = apart.without(&of);
            apart.scalars.retain(|s| !s.starts_with(&format!("{of}[")));
            by.push((c, of));
        }
    }
    if has('M') {
        let rows = g.rows_of(&apart)?;
        // arrays are copied
        apart = apart.without(&rows);
        apart.rows = apart.rows.filter(|m| *m != rows);
        by.push(('M', rows));
    }
    if has('X') {
        by.push(('X', g.other_of(&apart)?));
    }
    let whole = |s: &&String| !s.contains('[') && !s.contains('*');
    let numbers: Vec<String> = apart.scalars.iter().filter(whole).cloned().collect();
    if has('S') {
        by.push(('S', (!numbers.is_empty()).then(|| g.one(&numbers))?));
    }
    if has('K') {
        by.push(('K', g.integer_of(&apart)?));
    }
    // a place that a list says is borrowed with it
    let steady = Room { integers: vec![], things: vec![], ..apart };
    by.extend([('I', g.index_below(&steady, LEN)), ('J', g.index_below(&steady, LEN))]);
    let (mut before, mut holes) = (String::new(), vec![]);
    for (c, stem) in [('A', "value"), ('B', "other")] {
        if has(c) {
            let name = g.fresh(stem);
            before += &format!("let {name}: § = @; ");
            holes.push(Hole::from(g.term_behind(room)));
            by.push((c, name));
        }
    }
    let by: Vec<(char, &str)> = by.iter().map(|(c, name)| (*c, name.as_str())).collect();
    let text = filled(text, &by).replace('@', "\u{1}");
    Some(vec![Node::new(Ty::Unit, format!("{{ {before}{text} }}"), holes)])
}

pub(super) const PLAIN: &[(usize, Step)] = &[
    (10, |g, r| {
        let (place, how, value) =
            (g.entry_behind(r, true)?, g.one(&["=", "=", "=", "+=", "-=", "*="]), g.term_behind(r));
        Some(vec![changed(&place, how, value)])
    }),
    (4, |g, r| {
        let (place, how) = (g.number_in(r)?, g.one(&["+=", "-="]));
        let value = node!(Ty::Real, "@ * @", g.atom_behind(r), g.atom_behind(r));
        Some(vec![changed(&place, how, value)])
    }),
    (6, |g, r| {
        let text = g.one(TEXTS);
        fill(g, r, text)
    }),
];

pub(super) const NESTED: &[(usize, Step)] = &[
    (8, |g, r| g.walk(r)),
    (2, |g, r| {
        // a part of a buffer that may be changed
        let (w, s, a) = (g.buffer_of(r)?, g.fresh("s"), g.below(3));
        let texts = [
            (format!("&mut {w}[{a}..]"), LEN - a),
            (format!("&mut {w}[..{}]", LEN - a), LEN - a),
            (format!("&mut {w}[{a}..={a}]"), 1),
            (format!("{w}.split_at_mut({a}).1"), LEN - a),
            (format!("{w}.get_mut({a}..).unwrap()"), LEN - a),
        ];
        let (text, len) = g.one(&texts);
        let body = g.steps_of(&r.with_part(&w, &s, len, true), 3);
        Some(vec![statement!(format!("{{ let {s} = {text}; @ }}"), body)])
    }),
    (1, |g, r| {
        // one that is only read
        let (x, s, a) = (g.other_of(r)?, g.fresh("s"), g.below(3));
        let texts = [
            (format!("&{x}[{a}..]"), LEN - a),
            (format!("&{x}[..{}]", LEN - a), LEN - a),
            (format!("{x}.split_at({a}).1"), LEN - a),
        ];
        let (text, len) = g.one(&texts);
        let body = g.steps_of(&r.with_part(&x, &s, len, false), 3);
        Some(vec![statement!(format!("{{ let {s} = {text}; @ }}"), body)])
    }),
    (2, |g, r| {
        // two parts of one, or two buffers that change places
        let (w, s, t, k) = (g.buffer_of(r)?, g.fresh("s"), g.fresh("s"), 1 + g.below(3));
        let apart = r.without(&w);
        let other = g.buffer_of(&apart);
        let (head, apart, lengths, end) = match other {
            Some(v) if g.chance(0.6) => {
                let c = g.index_below(&Room { things: vec![], ..apart.clone() }, LEN);
                let end = if g.rng.bool() { format!("mem::swap(&mut {s}, &mut {t});") } else { String::new() };
                let texts = [
                    format!("let (mut {s}, mut {t}) = (&mut {w}[..], &mut {v}[..]);"),
                    format!(
                        "let (mut {s}, mut {t}) = if {c} % 2 == 0 {{ (&mut {w}[..], &mut {v}[..]) }} else {{ (&mut {v}[..], &mut {w}[..]) }};"
                    ),
                ];
                (g.one(&texts), apart.without(&v), (LEN, LEN), end)
            }
            _ => (format!("let ({s}, {t}) = {w}.split_at_mut({k});"), apart, (k, LEN - k), String::new()),
        };
        let mut inside = apart;
        inside.parts.extend([(s, lengths.0), (t, lengths.1)]);
        let looping = end.is_empty() || g.rng.bool();
        let body = if looping { g.steps_of(&inside, 3) } else { walked(g, &inside, end.clone()) };
        let last = if end.is_empty() { Block::default() } else { g.steps_of(&inside, 1) };
        Some(vec![statement!(format!("{{ {head} @ {end} @ }}"), body, last)])
    }),
    (2, |g, r| {
        // a list that a loop fills
        let (l, i) = (g.fresh("l"), g.fresh("i"));
        let mut inside = r.clone();
        inside.counters.push(i.clone());
        let first = g.term_behind(r);
        let (values, x) = (Block { statements: vec![], value: Some(Box::new(g.term_behind(&inside))) }, g.other_of(r)?);
        let text = g.one(&[
            "let mut L: Vec<§> = Vec::new(); for I in 0..4 { let value = @; L.push(value); }",
            "let mut L: Vec<§> = Vec::with_capacity(4); for I in (0..4).rev() { let value = @; L.push(value); }",
            "let mut L: Vec<§> = vec![@]; for I in 1..4 { let value = @; let value = (L[I - 1] * value).sin(); L.push(value); }",
            "let mut L: Vec<§> = vec![@]; for I in 0..3 { let value = @ * L[L.len() - 1]; L.push(value.sin()); if I > 0 { L[I - 1] += value; } }",
            "let mut L: Vec<§> = (0..4).map(|I| @).collect();",
            "let mut L: Vec<§> = X.iter().enumerate().map(|(I, g)| *g * @).collect();",
            "let mut L: Vec<§> = vec![@; 4]; for I in 0..4 { let value = @; L[I] += value; }",
            "let mut L: Vec<§> = vec![]; L.extend((0..4).map(|I| @)); L.reverse();",
        ]);
        let text = filled(text, &[('L', &l), ('I', &i), ('X', &x)]);
        let mut after = r.clone();
        after.buffers.push(l.clone());
        after.lists.push(l);
        let body = g.steps_of(&after, 3);
        let mut holes = vec![Hole::from(values), Hole::from(body)];
        if text.contains("vec![@") {
            holes.insert(0, Hole::from(first));
        }
        Some(vec![Node::new(Ty::Unit, format!("{{ {text} @ }}"), holes)])
    }),
    (1, |g, r| {
        // a list that is taken out for a while
        let (l, t) = (g.list_of(r)?, g.fresh("t"));
        let mut inside = r.without(&l);
        inside.buffers.push(t.clone());
        inside.lists.push(t.clone());
        // what leaves does not put it back
        inside.around.clear();
        inside.leaves = None;
        let body = g.steps_of(&inside, 3);
        Some(vec![statement!(format!("{{ let mut {t} = mem::take(&mut {l}); @ {l} = {t}; }}"), body)])
    }),
    (1, |g, r| {
        let c = g.condition_of(r);
        Some(vec![statement!("if @ @", c, g.steps_of(r, 2))])
    }),
];

/// A loop whose iterations end by this.
fn walked(g: &mut Gen, room: &Room, end: String) -> Block {
    let i = g.fresh("i");
    let mut inside = room.clone();
    inside.below.push((i.clone(), 3));
    // what continues would leave that out
    inside.around.clear();
    let mut body = g.steps_of(&inside, 3);
    body.statements.push(statement!(end));
    Block { statements: vec![statement!(format!("for {i} in 0..3_usize @"), body)], value: None }
}

impl Gen {
    fn walk(&mut self, room: &Room) -> Option<Vec<Node>> {
        let (i, j, label, n) = (self.fresh("i"), self.fresh("j"), self.fresh("'l"), 2 + self.below(3));
        let mut inside = room.within(&label);
        let x = self.other_of(room).unwrap_or("[0; 4]".into());
        let below = |name: &str, n: usize| (name.to_string(), n);
        let (text, counters) = match self.below(13) {
            0..3 => (format!("for I in 0..{n}_usize @"), vec![below(&i, n)]),
            3 => (format!("for I in (0..{n}_usize).rev() @"), vec![below(&i, n)]),
            4 => (format!("for I in 1..{n}_usize @"), vec![below(&i, n), below(&format!("({i} - 1)"), n - 1)]),
            5 => (format!("for I in (1..{n}_usize).rev() @"), vec![below(&i, n), below(&format!("({i} - 1)"), n - 1)]),
            6 => (format!("{{ let mut I = {n}_usize; 'l: while I > 0 {{ I -= 1; @ }} }}"), vec![below(&i, n)]),
            7 => (
                format!("{{ let mut I = {n}_usize; 'l: loop {{ if I == 0 {{ break; }} I -= 1; @ }} }}"),
                vec![below(&i, n)],
            ),
            8 => (format!("for (I, J) in (0..{n}_usize).zip((0..{n}).rev()) @"), vec![below(&i, n), below(&j, n)]),
            9 => ("for I in [2_usize, 0, 1, 2] @".into(), vec![below(&i, 3)]),
            10 => ("for (I, J) in [(0_usize, 1_usize), (1, 1), (2, 0)] @".into(), vec![below(&i, 3), below(&j, 2)]),
            11 => (format!("for I in 0..{x}.len() - 1 @"), vec![below(&i, 3)]),
            _ => (format!("for I in (0..={}_usize).rev().step_by(2) @", n - 1), vec![below(&i, n)]),
        };
        inside.below.extend(counters);
        let text = filled(&text, &[('I', &i), ('J', &j)]);
        let text = match text.contains("'l:") {
            true => text.replace("'l", &label),
            false => format!("{label}: {text}"),
        };
        Some(vec![statement!(text, self.steps_of(&inside, 3))])
    }

    /// In programs that are not dense.
    pub(super) fn walks(&mut self) -> Option<Vec<Node>> {
        let names = ["w", "v", "q", "p"].map(|stem| self.fresh(stem));
        let [w, v, q, p] = &names;
        let (k, m) = (self.fresh("k"), self.fresh("m"));
        let mut all = vec![
            statement!(
                format!("let mut {w}: Vec<§> = vec![@, @, @, @];"),
                self.real(1),
                self.real(1),
                self.real(1),
                self.real(1)
            ),
            statement!(format!("let mut {v}: Vec<§> = vec![@; {LEN}];"), self.real(1)),
            statement!(format!("let mut {q}: [§; {LEN}] = [@; {LEN}];"), self.real(1)),
            statement!(format!("let mut {p}: § = @;"), self.real(1)),
            statement!(format!("let mut {k}: usize = 1;")),
            statement!(
                self.one(&[
                    format!("let mut {m}: Vec<Vec<§>> = vec![{w}.clone(), {v}.clone(), vec![@; {LEN}], {w}.clone()];"),
                    format!("let mut {m} = [[@; {LEN}]; {LEN}];")
                ]),
                self.real(1)
            ),
        ];
        let lists = vec![w.clone(), v.clone()];
        let mut room = Room {
            buffers: [&lists[..], std::slice::from_ref(q)].concat(),
            lists,
            rows: Some(m),
            scalars: vec![p.clone()],
            integers: vec![k],
            depth: 1,
            ..Room::default()
        };
        for _ in 0..1 + self.below(3) {
            let step = (0..6).find_map(|_| {
                let table = if self.chance(0.7) { NESTED } else { PLAIN };
                self.row(table)(self, &mut room)
            });
            all.extend(step.into_iter().flatten());
        }
        let reals = [(p, Ty::Real), (w, Ty::vec(Ty::Real)), (v, Ty::vec(Ty::Real)), (q, Ty::array(Ty::Real, LEN))];
        self.scope.extend(reals.map(|(name, ty)| Var::new(name, ty, true).of_len(LEN)));
        Some(all)
    }
}
