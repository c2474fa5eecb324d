//! What changes in dense programs and has no derivative: counters with methods, integers of a pattern, lists, an option, a tuple, a
//! machine, a queue and a cell. They say which entry is read.
use super::{Gen, room::Room, steps::Step, things::Thing};
use crate::ast::*;

pub(super) const ALL: &[Thing] = &[
    Thing { name: "kc", start: "let mut kc = count();", read: "x[kc.at % 4] * z" },
    Thing { name: "ka", start: "let (mut ka, mut kb) = numbers();", read: "x[ka % 4] * x[kb % 4]" },
    Thing { name: "kl", start: "let mut kl: Vec<usize> = vec![0, 3, 1, 2];", read: "x[kl[0] % 4] * x[kl[2] % 4]" },
    Thing { name: "ko", start: "let mut ko: Option<usize> = Some(1);", read: "x[ko.unwrap_or(2) % 4]" },
    Thing { name: "kt", start: "let mut kt: (usize, bool) = (0, false);", read: "x[(kt.0 + kt.1 as usize) % 4]" },
    Thing { name: "km", start: "let mut km = Machine::One(1);", read: "x[km.place() % 4]" },
    Thing {
        name: "kd",
        start: "let mut kd = std::collections::VecDeque::from(vec![0_usize, 2, 1]);",
        read: "x[kd[0] % 4]",
    },
    Thing { name: "kx", start: "let kx = std::cell::Cell::new(1_usize);", read: "x[kx.get() % 4]" },
];

/// An index below 4 that one of them says, and integers of theirs that may be changed like any other.
pub(super) fn index(thing: &str) -> Option<&'static str> {
    Some(match thing {
        "kc" => "(kc.at % 4)",
        "ka" => "(ka % 4)",
        "kl" => "(kl[1] % 4)",
        "ko" => "(ko.unwrap_or(1) % 4)",
        "kt" => "(kt.0 % 4)",
        "km" => "(km.place() % 4)",
        "kd" => "(kd[1] % 4)",
        "kx" => "(kx.get() % 4)",
        _ => return None,
    })
}

pub(super) fn integers(thing: &str) -> &'static [&'static str] {
    match thing {
        "kc" => &["kc.at"],
        "ka" => &["ka", "kb"],
        "kl" => &["kl[2]"],
        "kt" => &["kt.0"],
        _ => &[],
    }
}

/// As in `things.rs`: `A` and `B` are numbers, `I` and `J` places, `S` is a number that may be changed.
pub(super) const TEXTS: &[(&str, &str)] = &[
    ("kc", "kc.step(1);"),
    ("kc", "{ let g = kc.min(I); S += (x[g] * A).sin(); }"),
    ("kc", "S += (x[kc.last()] * A).sin();"),
    ("kc", "kc = Count { at: J };"),
    ("kc", "if kc.step(1) > 1 { S += (x[kc.at % 4] * A).sin(); }"),
    ("kc", "{ let c = &mut kc; c.step(1); S += (x[c.at % 4] * A).sin(); c.at = I; S += (x[c.at % 4] * B).sin(); }"),
    ("kc", "while kc.step(1) > 0 { S += (x[kc.at % 4] * A).sin(); }"),
    ("kc", "{ let mut c = kc; c.step(I); S += (x[c.at] * A).sin(); kc = c; }"),
    ("ka", "(ka, kb) = (kb, ka);"),
    ("ka", "mem::swap(&mut ka, &mut kb);"),
    ("ka", "kb = mem::replace(&mut ka, I);"),
    ("ka", "for mut g in 0..3 { g += ka; S += (x[g % 4] * A).sin(); g += 1; ka = g % 4; }"),
    ("ka", "{ let (mut g, h) = (ka % 4, kb % 4); S += (x[g] * A).sin(); g = h; S += (x[g] * x[h] * B).sin(); }"),
    ("ka", "{ let (g, h) = (&mut ka, &mut kb); *g = (*h + 1) % 4; S += (x[*g] * A).sin(); *h = *g; }"),
    ("kl", "kl[I] = J;"),
    ("kl", "kl.swap(I, J);"),
    ("kl", "kl.rotate_left(1);"),
    ("kl", "kl.reverse();"),
    ("kl", "kl.sort();"),
    ("kl", "if let Some(g) = kl.last_mut() { *g = (*g + 1) % 4; S += (x[*g] * A).sin(); }"),
    (
        "kl",
        "{ let g = kl.first_mut().unwrap(); S += (x[*g % 4] * A).sin(); *g = (*g + 1) % 4; S += (x[*g] * B).sin(); }",
    ),
    ("kl", "for g in kl.iter_mut() { S += (x[*g % 4] * A).sin(); *g = (*g + 1) % 4; }"),
    ("kl", "kl.iter_mut().for_each(|g| *g = (*g + 1) % 4);"),
    ("kl", "kl.iter_mut().for_each(|g| { S += (x[*g % 4] * x[1]).sin(); *g = (*g + 1) % 4; });"),
    ("kl", "if let [g, h, ..] = &mut kl[..] { mem::swap(g, h); S += (x[*g % 4] * A).sin(); }"),
    ("kl", "{ let g = kl.remove(0); kl.push((g + 1) % 4); S += (x[g % 4] * A).sin(); }"),
    ("kl", "for g in kl.chunks_mut(2) { S += (x[g[1] % 4] * A).sin(); g[0] = I; S += (x[g[0]] * B).sin(); }"),
    ("kl", "{ let (g, h) = kl.split_at_mut(2); g[0] = h[1]; S += (x[h[0] % 4] * A).sin(); h[0] = I; }"),
    (
        "kl",
        "for (i, mut g) in kl.iter().copied().enumerate() { S += (x[g % 4] * A).sin(); g += i; S += (x[g % 4] * x[i]).sin(); }",
    ),
    ("ko", "ko = Some(I);"),
    ("ko", "ko = None;"),
    ("ko", "if let Some(g) = &mut ko { S += (x[*g % 4] * A).sin(); *g = (*g + 1) % 4; S += (x[*g] * B).sin(); }"),
    ("ko", "if let Some(mut g) = ko { g = (g + I) % 4; S += (x[g] * A).sin(); ko = Some(g); }"),
    ("ko", "if let Some(g) = ko.take() { S += (x[g % 4] * A).sin(); } else { ko = Some(J); }"),
    (
        "ko",
        "match ko.as_mut() { Some(g) if *g > 1 => *g = 0, Some(g) => { *g += 1; S += (x[*g % 4] * A).sin(); } None => S += A.sin() }",
    ),
    ("ko", "{ let g = *ko.get_or_insert(I); S += (x[g % 4] * A).sin(); }"),
    ("ko", "ko = ko.map(|g| (g + 1) % 4);"),
    ("kt", "kt.1 = !kt.1; if kt.1 { S += A.sin(); }"),
    ("kt", "kt = (J, I > 1);"),
    ("kt", "{ let (g, h) = &mut kt; *g = (*g + 1) % 4; *h ^= *g > 1; S += (x[*g] * A).sin(); }"),
    ("kt", "{ let (mut g, h) = kt; g = (g + h as usize) % 4; S += (x[g] * A).sin(); kt.0 = g; }"),
    (
        "km",
        "match &mut km { Machine::One(g) => { S += (x[*g % 4] * A).sin(); *g = (*g + 1) % 4; if *g == 0 { km = Machine::Two { k: I }; } } \
         Machine::Two { k } => { *k = (*k + 1) % 4; S += (x[*k] * B).sin(); if *k == 3 { km = Machine::Three; } } \
         Machine::Three => km = Machine::One(J) }",
    ),
    ("km", "km = Machine::One(I);"),
    (
        "km",
        "if let Machine::Two { k } = km { S += (x[k % 4] * A).sin(); km = Machine::Three; } else { km = Machine::Two { k: J }; }",
    ),
    ("km", "km.advance();"),
    ("kd", "if let Some(g) = kd.pop_front() { S += (x[g % 4] * A).sin(); kd.push_back((g + 1) % 4); }"),
    ("kd", "kd.push_front(I); kd.pop_back();"),
    ("kd", "if let Some(g) = kd.front_mut() { *g = I; S += (x[*g] * A).sin(); }"),
    ("kx", "kx.set(I);"),
    ("kx", "{ let g = kx.replace(J); S += (x[g % 4] * A).sin(); }"),
    ("kx", "{ let g = kx.get(); kx.set((g + 1) % 4); S += (x[g % 4] * x[kx.get()] * A).sin(); }"),
    ("kc ka", "ka = kc.step(1);"),
    ("kc ko", "if let Some(g) = &mut ko { *g = kc.step(1); S += (x[*g] * x[kc.at] * A).sin(); }"),
    ("kl ka", "ka = kl[I]; kl[J] = kb % 4;"),
    ("kl kc", "kl[I] = kc.min(1);"),
    ("kt ko", "if let Some(g) = ko { kt.0 = g % 4; ko = None; }"),
];

/// Statements of which the constant is an integer while they last: `name` is borrowed by them, `integer` changes it.
fn around(g: &mut Gen, room: &Room, thing: &'static str, head: &str, integer: &str) -> Option<Vec<Node>> {
    let (name, label) = (g.fresh("g"), g.fresh("'l"));
    let mut inside = room.having(thing)?.without(thing);
    if head.contains("'l") {
        inside = inside.within(&label);
    }
    inside.integers.push(integer.replace('G', &name));
    let body = g.steps_of(&inside, 3);
    Some(vec![statement!(head.replace('G', &name).replace("'l", &label), body)])
}

pub(super) const NESTED: &[(usize, Step)] = &[
    (2, |g, r| around(g, r, "ko", "if let Some(G) = &mut ko @", "(*G)")),
    (1, |g, r| around(g, r, "ko", "if let Some(mut G) = ko @", "G")),
    (2, |g, r| around(g, r, "kl", "'l: for G in kl.iter_mut() @", "(*G)")),
    (1, |g, r| around(g, r, "kl", "'l: for mut G in kl.iter().copied() @", "G")),
    (1, |g, r| around(g, r, "kl", "if let Some(G) = kl.get_mut(1) @", "(*G)")),
    (2, |g, r| around(g, r, "kc", "{ let G = &mut kc; @ }", "G.at")),
    (1, |g, r| around(g, r, "kt", "{ let (G, _) = &mut kt; @ }", "(*G)")),
    (1, |g, r| around(g, r, "kc", "{ let mut G = kc; @ }", "G.at")),
    (2, |g, r| around(g, r, "km", "if let Machine::One(G) = &mut km @", "(*G)")),
    (1, |g, r| around(g, r, "ka", "'l: for mut G in 0..3_usize @", "G")),
];
