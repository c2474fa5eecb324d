//! What the statements of a dense program find around them, and what they take of it.
use super::{Gen, constants, things};
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
    /// Those that are below less, and parts of buffers with their lengths: see `entries.rs`.
    pub(super) below: Vec<(String, usize)>,
    pub(super) parts: Vec<(String, usize)>,
    pub(super) read_parts: Vec<(String, usize)>,
    /// The loops around, by label.
    pub(super) around: Vec<String>,
    /// What `return` hands back, where that is possible.
    pub(super) leaves: Option<String>,
    pub(super) depth: usize,
    /// Whether the functions may be called.
    pub(super) calls: bool,
    /// More that may be changed: see `things.rs`.
    pub(super) things: Vec<&'static str>,
}

impl Gen {
    pub(super) fn buffer_of(&mut self, room: &Room) -> Option<String> {
        (!room.buffers.is_empty()).then(|| self.one(&room.buffers))
    }
    pub(super) fn list_of(&mut self, room: &Room) -> Option<String> {
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
    pub(super) fn integer_of(&mut self, room: &Room) -> Option<String> {
        (!room.integers.is_empty()).then(|| self.one(&room.integers))
    }
    pub(super) fn entry_of(&mut self, room: &Room) -> Option<String> {
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
        if self.chance(0.2)
            && !room.things.is_empty()
            && let Some(index) = constants::index(self.one(&room.things))
        {
            return index.into();
        }
        self.beside_one(&room.counters, LEN)
    }

    /// An index below `len`: one of these counters, mostly, or what is next to it.
    pub(super) fn beside_one(&mut self, counters: &[String], len: usize) -> String {
        let Some(i) = (!counters.is_empty() && self.chance(0.85)).then(|| self.one(counters)) else {
            return self.below(len).to_string();
        };
        let (next, mirrored) = (format!("(({i} + 1) % {len})"), format!("({} - {i})", len - 1));
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
        for of in [&mut room.parts, &mut room.read_parts] {
            of.retain(|(name, _)| name != buffer);
        }
        room.things.retain(|name| *name != buffer);
        room.integers.retain(|integer| !constants::integers(buffer).contains(&integer.as_str()));
        room
    }
    /// For what only computes.
    pub(super) fn only_read(&self) -> Room {
        let read = [&self.read[..], &self.buffers].concat();
        let locals = [&self.scalars[..], &self.locals].concat();
        let read_parts = [&self.read_parts[..], &self.parts].concat();
        let (counters, below) = (self.counters.clone(), self.below.clone());
        Room { depth: self.depth + 2, read, read_parts, locals, counters, below, ..Room::default() }
    }
    pub(super) fn within(&self, label: &str) -> Room {
        let mut room = self.clone();
        room.around.push(label.into());
        room
    }
}
