//! The same entry by many names: behind ranges of its buffer and parts of those, by indices that sometimes meet, in rows of either
//! order, through references that change places, in loops that run either way.
use super::{
    Gen,
    room::{LEN, Room},
};
use crate::ast::*;

/// A sequence and how long it is at least.
type Sequence = (String, usize);

impl Gen {
    /// A number below `len` that a table says: two counters may come to the same one.
    fn looked_up(&mut self, i: &str, len: usize) -> String {
        let [a, b, c, d] = [0; LEN].map(|_| self.below(len));
        format!("[{a}_usize, {b}, {c}, {d}][{i}]")
    }

    /// An index below `len`, mostly a counter of a loop around.
    pub(super) fn index_below(&mut self, room: &Room, len: usize) -> String {
        let all: Vec<(String, usize)> =
            room.below.iter().cloned().chain(room.counters.iter().map(|c| (c.clone(), LEN))).collect();
        let fit: Vec<&String> = all.iter().filter(|(_, bound)| *bound <= len).map(|(i, _)| i).collect();
        if !fit.is_empty() && self.chance(0.8) {
            let i = self.one(&fit).clone();
            return match self.below(11) {
                0..6 => i,
                6 => format!("({} - {i})", len - 1),
                7 => format!("(({i} + 1) % {len})"),
                8 => format!("({i} / 2)"),
                9 => format!("({i} * {i} % {len})"),
                _ => self.looked_up(&i, len),
            };
        }
        if !all.is_empty() && self.chance(0.6) {
            let i = self.one(&all).0;
            let last = len - 1;
            return self.one(&[
                format!("({i} % {len})"),
                format!("{i}.min({last})"),
                format!("({last} - {i} % {len})"),
            ]);
        }
        match self.integer_of(room) {
            Some(k) if self.chance(0.3) => format!("({k} % {len})"),
            _ => self.below(len).to_string(),
        }
    }

    fn sequence_of(&mut self, room: &Room, written: bool) -> Option<Sequence> {
        let whole = |name: &String| (name.clone(), LEN);
        let mut all: Vec<Sequence> = room.buffers.iter().map(whole).collect();
        all.extend(room.parts.iter().cloned());
        all.extend(room.parts.iter().cloned());
        if !written {
            all.extend(room.read.iter().map(whole));
            all.extend(room.read_parts.iter().cloned());
        }
        if let Some(rows) = self.rows_of(room)
            && self.chance(0.4)
        {
            let rows = if self.chance(0.3) { self.behind(room, (rows, LEN), written) } else { (rows, LEN) };
            let row = self.index_below(room, rows.1);
            return Some((format!("{}[{row}]", rows.0), LEN));
        }
        (!all.is_empty()).then(|| self.one(&all))
    }

    pub(super) fn rows_of(&mut self, room: &Room) -> Option<String> {
        let lists = room.things.contains(&"vv").then(|| "vv".to_string());
        let all: Vec<String> = room.rows.clone().into_iter().chain(lists).collect();
        (!all.is_empty()).then(|| self.one(&all))
    }

    /// A range of it, of one entry at least.
    fn behind(&mut self, room: &Room, (name, len): Sequence, written: bool) -> Sequence {
        let counter = (!room.below.is_empty()).then(|| self.one(&room.below)).filter(|(_, bound)| *bound <= len);
        match (self.below(9), counter, self.integer_of(room)) {
            (0 | 1, Some((i, bound)), _) => (format!("{name}[{i}..]"), len - bound + 1),
            (2, Some((i, _)), _) => (format!("{name}[..{i} + 1]"), 1),
            (3, Some((i, bound)), _) => (format!("{name}[..{len} - {i}]"), len - bound + 1),
            (4, _, Some(k)) if len > 1 => (format!("{name}[{k} % 2..]"), len - 1),
            (5, _, _) if len > 1 => {
                let k = 1 + self.below(len - 1);
                let (method, first) = (if written { "split_at_mut" } else { "split_at" }, self.rng.bool());
                (format!("{name}.{method}({k}).{}", usize::from(!first)), if first { k } else { len - k })
            }
            _ => {
                let (a, b) = (self.below(len), self.below(len));
                let (a, b) = (a.min(b), a.max(b) + 1);
                let texts = [
                    (format!("{name}[{a}..]"), len - a),
                    (format!("{name}[{a}..{b}]"), b - a),
                    (format!("{name}[..{b}]"), b),
                    (format!("{name}[..={}]", b - 1), b),
                    (format!("{name}[{a}..][..{}]", b - a), b - a),
                ];
                self.one(&texts)
            }
        }
    }

    /// An entry, behind up to three ranges.
    pub(super) fn entry_behind(&mut self, room: &Room, written: bool) -> Option<String> {
        let mut of = self.sequence_of(room, written)?;
        for _ in 0..self.one(&[0, 0, 1, 1, 1, 2]) {
            of = self.behind(room, of, written);
        }
        let (name, len) = of;
        let i = self.index_below(room, len);
        let steady = !name.contains("split_at") && !name.contains("][");
        Some(match (self.below(14), written) {
            _ if !steady => format!("{name}[{i}]"),
            (0, true) => format!("(*{name}.get_mut({i}).unwrap())"),
            (1, true) => format!("(*{name}.first_mut().unwrap())"),
            (2, true) => format!("(*{name}.last_mut().unwrap())"),
            (0, false) => format!("(*{name}.get({i}).unwrap())"),
            (1, false) => format!("(*{name}.first().unwrap())"),
            (2, false) => format!("(*{name}.last().unwrap())"),
            _ => format!("{name}[{i}]"),
        })
    }

    pub(super) fn atom_behind(&mut self, room: &Room) -> Node {
        match self.chance(0.75).then(|| self.entry_behind(room, false)).flatten() {
            Some(place) => node!(Ty::Real, place),
            None => self.atom_of(room),
        }
    }

    /// A number that stays small.
    pub(super) fn term_behind(&mut self, room: &Room) -> Node {
        match self.below(5) {
            0 => node!(Ty::Real, "@ * @", Node::number(0.5), self.atom_behind(room)),
            1 => node!(
                Ty::Real,
                "(@ + @ * @).tanh()",
                self.atom_behind(room),
                self.atom_of(room),
                self.atom_behind(room)
            ),
            2 => node!(Ty::Real, "(@ - @).sin()", self.atom_behind(room), self.atom_behind(room)),
            _ => node!(Ty::Real, "(@ * @).sin()", self.atom_behind(room), self.atom_behind(room)),
        }
    }
}

impl Room {
    /// With a part of `buffer` in its place, which may be changed or not.
    pub(super) fn with_part(&self, buffer: &str, part: &str, len: usize, changed: bool) -> Room {
        let mut room = self.without(buffer);
        if changed {
            room.parts.push((part.into(), len));
        } else {
            room.read.extend(self.read.iter().chain(&self.buffers).filter(|b| *b == buffer).cloned());
            room.read_parts.push((part.into(), len));
        }
        room
    }
}
