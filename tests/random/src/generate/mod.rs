//! A program from a seed. Each construct is a function which writes a few statements, or an expression, over the variables in
//! scope; the tables in `statements.rs` and `reals.rs` list them with their weights.
//!
//! All is finite by construction: loops have few trips, indices are below the length, functions have no poles.
mod aggregates;
mod bodies;
mod closures;
mod constants;
mod dense;
mod entries;
mod exits;
mod iterators;
mod loops;
mod matrices;
mod moments;
mod reals;
mod references;
mod room;
mod sequences;
mod small;
mod state;
mod statements;
mod steps;
mod sums;
mod things;
mod walks;

use crate::ast::*;
pub use dense::dense;
use fastrand::Rng;

/// Something that has a name: `place` is how to write it.
#[derive(Clone, Debug)]
struct Var {
    place: String,
    ty: Ty,
    mutable: bool,
    /// The least length of a sequence; a bound that an integer is below.
    len: usize,
    /// The sequence whose length an integer is below, however long it is.
    within: Option<String>,
    /// Whether it may be pushed to.
    grows: bool,
    /// Whether it is a reference to a container, which is handed on by its name.
    lent: bool,
    /// Borrowed, for now.
    hidden: bool,
}

impl Var {
    fn new(place: impl Into<String>, ty: Ty, mutable: bool) -> Var {
        let len = if let Ty::Array(_, n) | Ty::SVector(n) = ty { n } else { usize::MAX };
        Var { place: place.into(), ty, mutable, len, within: None, grows: false, lent: false, hidden: false }
    }
    fn of_len(mut self, len: usize) -> Var {
        self.len = len;
        self
    }
    fn within(mut self, sequence: &Var) -> Var {
        self.within = Some(sequence.place.clone());
        self
    }
    /// The variable itself, of a place.
    fn root(&self) -> &str {
        self.place.trim_matches(['(', '*', ')'])
    }
    /// Whether its place is a name.
    fn is_plain(&self) -> bool {
        self.place.chars().all(char::is_alphanumeric)
    }
    fn growing(mut self) -> Var {
        self.grows = true;
        self
    }
}

/// A loop around, or a labelled block.
#[derive(Clone)]
struct Around {
    label: Option<String>,
    is_loop: bool,
}

/// What a generated function can be called with.
#[derive(Clone)]
struct Signature {
    name: String,
    params: Vec<Param>,
    result: Ty,
}

struct Gen {
    rng: Rng,
    scope: Vec<Var>,
    around: Vec<Around>,
    /// What `return` returns; `None` inside closures.
    result: Option<Ty>,
    helpers: Vec<Signature>,
    /// Blocks around.
    depth: usize,
    /// Loops around.
    loops: usize,
    /// Whether constants that change are the theme.
    state: bool,
    /// Statements that may still be written.
    budget: usize,
    names: usize,
}

/// Before anything is written.
fn empty(seed: u64) -> Gen {
    Gen {
        rng: Rng::with_seed(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15)),
        scope: vec![],
        around: vec![],
        result: None,
        helpers: vec![],
        depth: 0,
        loops: 0,
        state: false,
        budget: 0,
        names: 0,
    }
}

/// The program of this seed; about `size` statements a function.
pub fn program(seed: u64, size: usize) -> Program {
    let mut g = empty(seed);
    g.state = g.chance(0.5);
    let least = usize::from(g.state);
    let mut functions: Vec<Function> = (0..g.rng.usize(least..3)).map(|k| g.helper(k, size / 3 + 1)).collect();
    functions.push(g.main(size));
    Program { seed, functions }
}

impl Gen {
    // ---- chance ----

    fn chance(&mut self, p: f64) -> bool {
        self.rng.f64() < p
    }
    fn below(&mut self, n: usize) -> usize {
        self.rng.usize(0..n.max(1))
    }
    fn one<T: Clone>(&mut self, of: &[T]) -> T {
        of[self.below(of.len())].clone()
    }
    /// A row of a table, by its weight.
    fn row<T: Copy>(&mut self, table: &[(usize, T)]) -> T {
        let mut k = self.below(table.iter().map(|(w, _)| w).sum());
        for (w, row) in table {
            if k < *w {
                return *row;
            }
            k -= w;
        }
        unreachable!("the weights sum up")
    }

    // ---- names and scope ----

    fn fresh(&mut self, stem: &str) -> String {
        self.names += 1;
        format!("{stem}{}", self.names)
    }

    /// The variables that can be named here and are of that kind.
    fn all(&self, is: impl Fn(&Var) -> bool) -> Vec<Var> {
        let shadowed = |k: usize| self.scope[k + 1..].iter().any(|v| v.place == self.scope[k].place);
        let visible = |(k, v): &(usize, &Var)| !v.hidden && is(v) && !shadowed(*k);
        self.scope.iter().enumerate().filter(visible).map(|(_, v)| v.clone()).collect()
    }
    /// One of them; later ones more often.
    fn var(&mut self, is: impl Fn(&Var) -> bool) -> Option<Var> {
        let all = self.all(is);
        if all.is_empty() {
            return None;
        }
        let k = if self.rng.bool() { self.below(all.len()) } else { all.len() - 1 - self.below(all.len().min(4)) };
        Some(all[k].clone())
    }
    /// Two different ones of the same type.
    fn two(&mut self, is: impl Fn(&Var) -> bool) -> Option<(Var, Var)> {
        let a = self.var(&is)?;
        let b = self.var(|v| is(v) && v.ty == a.ty && v.place != a.place)?;
        Some((a, b))
    }

    /// Marks what is borrowed: not to be named, or not to be changed. Gives what [`Gen::release`] needs.
    fn hide(&mut self, vars: &[&Var]) -> Vec<bool> {
        let before = self.scope.iter().map(|v| v.hidden).collect();
        for v in &mut self.scope {
            v.hidden |= vars.iter().any(|w| w.place == v.place);
        }
        before
    }
    fn release(&mut self, before: &[bool]) {
        self.scope.iter_mut().zip(before).for_each(|(v, hidden)| v.hidden = *hidden);
    }
    /// What is read through a reference does not change meanwhile.
    fn freeze(&mut self, var: Option<&Var>) -> Vec<bool> {
        let before = self.scope.iter().map(|v| v.mutable).collect();
        for v in &mut self.scope {
            v.mutable &= var.is_some_and(|w| w.place != v.place);
        }
        before
    }
    fn freeze_none(&self) -> Vec<bool> {
        self.scope.iter().map(|v| v.mutable).collect()
    }
    fn thaw(&mut self, before: &[bool]) {
        self.scope.iter_mut().zip(before).for_each(|(v, mutable)| v.mutable = *mutable);
    }

    // ---- blocks ----

    /// A block of its own scope, with these variables in it.
    fn block(&mut self, vars: Vec<Var>, statements: usize) -> Block {
        let mark = self.scope.len();
        self.scope.extend(vars);
        self.depth += 1;
        let mut statements = self.statements(statements);
        self.depth -= 1;
        statements.extend(self.handing_out(mark));
        self.scope.truncate(mark);
        Block { statements, value: None }
    }
    /// What was computed inside is not lost: `outer = (outer + inner).sin();`
    fn handing_out(&mut self, mark: usize) -> Option<Node> {
        if self.chance(0.4) {
            return None;
        }
        let inner = self.scope[mark..].iter().rfind(|v| v.ty == Ty::Real && !v.hidden)?.clone();
        let named = |v: &Var| self.scope[mark..].iter().any(|w| w.place == v.place);
        let outer: Vec<Var> = self.all(|v| v.ty == Ty::Real && v.mutable).into_iter().filter(|v| !named(v)).collect();
        let outer = outer.get(self.rng.usize(0..outer.len().max(1)))?;
        let text = self.one(&[
            "OUTER = (OUTER + INNER).sin();",
            "OUTER += INNER * @;",
            "OUTER = INNER * @ + OUTER * OUTER.cos();",
        ]);
        let text = text.replace("OUTER", &outer.place).replace("INNER", &inner.place);
        let holes = if text.contains('@') { vec![Hole::from(Node::number(0.6))] } else { vec![] };
        Some(Node::new(Ty::Unit, text, holes))
    }
    /// The same, which has a value.
    fn block_of(&mut self, vars: Vec<Var>, statements: usize, value: impl FnOnce(&mut Gen) -> Node) -> Block {
        let mark = self.scope.len();
        self.scope.extend(vars);
        self.depth += 1;
        let statements = self.statements(statements);
        self.depth -= 1;
        let value = Some(Box::new(value(self)));
        self.scope.truncate(mark);
        Block { statements, value }
    }
    /// A loop's body.
    fn body(&mut self, label: Option<String>, vars: Vec<Var>, statements: usize) -> Block {
        self.around.push(Around { label, is_loop: true });
        self.loops += 1;
        let block = self.block(vars, statements);
        self.loops -= 1;
        self.around.pop();
        block
    }
    /// Inside of a closure there is nothing to jump to.
    fn in_closure<T>(&mut self, write: impl FnOnce(&mut Gen) -> T) -> T {
        let (around, result) = (std::mem::take(&mut self.around), self.result.take());
        let out = write(self);
        (self.around, self.result) = (around, result);
        out
    }
    fn few(&mut self) -> usize {
        1 + self.below(3)
    }
}
