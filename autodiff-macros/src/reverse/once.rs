//! The function whose seed is known from the start: sums over data are reversed while they are computed.
//!
//! ```text
//! for i in 0..n { .. sum += e; }      let sum_bar = seed / 2;
//! sum / 2.0                     =>    for i in 0..n { ..; sum += e; e_bar = sum_bar; .. }
//! ```
use super::{Reverse, Transform, declared_inside, split::split_sums, stmt, tidy};
use crate::{
    analysis::{
        Facts, Link, Paths, at_once, gains_at_once, is_mark, leaves_as_it_should, paths, rewrites_first, statement,
    },
    ir::*,
    lower::is_range,
};
use std::collections::{HashMap, HashSet};
use syn::Ident;

/// Both sweeps as one body; `None` where nothing is gained. `name` is the function's own.
///
/// ```text
/// let result;                     ..: the path to the end, and where it may leave, the rest of the path to the exit
/// if n == 0 { result = x; x_bar += seed; return result; }
/// ..
/// ```
pub(crate) fn once(func: &Func, name: &Ident) -> Option<Reverse> {
    let Paths { main, exits } = paths(func);
    if ![&main].into_iter().chain(exits.iter().map(|e| &e.path)).any(|p| gains_at_once(p, name)) {
        return None;
    }
    let (main, facts) = at_once(&main, name);
    let mut sound = leaves_as_it_should(&main, &facts);
    let mut gained = is_worth_it(&facts);
    let mut whole = super::with_adjoints(&main, &facts, None);
    tidy::drop_unused(&whole.vars, &mut whole.pullback);
    let mut ways_out = Vec::new();
    for exit in exits {
        let path = Func { vars: whole.vars.clone(), ..exit.path };
        let (path, facts) = at_once(&path, name);
        sound &= leaves_as_it_should(&path, &facts);
        gained |= is_worth_it(&facts);
        let mut way = super::with_adjoints(&path, &facts, Some((whole.out_bar, &whole.bars)));
        tidy::drop_unused(&way.vars, &mut way.pullback);
        whole.vars.clone_from(&way.vars);
        whole.loops |= way.loops;
        ways_out.push((exit.cond, way));
    }
    let done = sound && gained && insert(&mut whole, ways_out, &func.result);
    super::unread::guard(&mut whole, func);
    done.then_some(whole)
}

fn is_worth_it(facts: &Facts) -> bool {
    !facts.once.is_empty() || !facts.calls.is_empty()
}

/// Puts the ways out where the marks are. Whether that is sound: up to there both do the same.
fn insert(whole: &mut Reverse, ways_out: Vec<(Native, Reverse)>, result: &Option<Operand>) -> bool {
    let marks: Vec<usize> = (0..whole.forward.stmts.len()).filter(|k| is_mark(&whole.forward.stmts[*k])).collect();
    let Some(result) = result else { return ways_out.is_empty() };
    for (at, (cond, way)) in marks.into_iter().zip(ways_out) {
        let (Some(own), stmts) = (way.forward.stmts.iter().rposition(is_mark), way.forward.stmts) else { return false };
        let before = |stmts: &[Stmt]| {
            let stmts =
                stmts.iter().filter(|s| !declares_residual(s) && !matches!(s.kind, Kind::If { .. } if s.id == EXIT));
            Block { stmts: stmts.cloned().collect() }
        };
        let printer = crate::emit::Printer::of(&whole.vars);
        let print = |stmts: &[Stmt]| printer.block(&before(stmts)).to_string();
        if print(&whole.forward.stmts[..at]) != print(&stmts[..own]) {
            return false;
        }
        let residuals = stmts[..own].iter().filter(|s| declares_residual(s)).cloned();
        let mut then: Vec<Stmt> = residuals.chain(stmts[own + 1..].iter().cloned()).collect();
        then.extend(way.pullback.stmts);
        then.push(stmt(Kind::Return(result.clone())));
        let then = Block { stmts: then };
        whole.forward.stmts[at] = Stmt { id: EXIT, kind: Kind::If { cond, then, els: Block::default() } };
    }
    true
}

/// The number of a way out that was put in.
const EXIT: Id = Id::MAX;

fn declares_residual(s: &Stmt) -> bool {
    matches!(s.kind, Kind::SlotDecl(_) | Kind::StackDecl(_))
}

impl Transform<'_> {
    /// A loop in the forward sweep: each iteration is reversed right after it was run.
    pub(super) fn run_and_reverse(&mut self, s: &Stmt, label: Label, kind: &Loop, body: &Block) {
        let mut sums = self.facts.once[&s.id].clone();
        // those of a loop around are known
        sums.retain(|(sum, _)| !self.seeded.contains(sum));
        let (renewed, declared) = self.own_buffers(s);
        self.prepare_but(s, &declared);
        let before = self.states.clone();
        for (sum, way) in &sums {
            self.seed_of(*sum, way);
        }
        self.seeded.extend(sums.iter().map(|(sum, _)| *sum));
        let outer = std::mem::take(&mut self.stacks);
        let iteration = self.inner(declared, |r| {
            r.with_own(renewed, |r| {
                let forward = r.sweep(body, false);
                r.out.extend(forward.stmts);
                r.steps(body);
            });
        });
        let stacks = std::mem::replace(&mut self.stacks, outer);
        let keeps = !stacks.is_empty();
        self.out.extend(stacks.into_iter().map(|v| stmt(Kind::StackDecl(v))));
        let mut bodies = match kind {
            Loop::For { var, range } if !keeps && is_range(&range.expr) => split_sums(self, s.id, *var, iteration),
            _ => vec![iteration],
        };
        let (before_it, after_it) = match (kind, &mut bodies[..]) {
            (Loop::For { var, range }, [iteration]) if Facts::ranged(s) => self.sums(s.id, (*var, range), iteration),
            _ => (vec![], vec![]),
        };
        self.out.extend(before_it);
        for body in bodies {
            self.push(Kind::Loop { label, kind: kind.clone(), body });
        }
        self.out.extend(after_it);
        sums.iter().for_each(|(sum, _)| _ = self.seeded.remove(sum));
        // what lies on the way starts anew in the reverse sweep
        self.states = before;
    }

    /// The buffers that every iteration of a loop gets anew from an assignment, perhaps in another shape; and with them all that an
    /// iteration declares.
    ///
    /// ```text
    /// let mut w;                        for i in 0..n {
    /// for i in 0..n {                       w = rule(i); s += f(&w);
    ///     w = rule(i);            =>        let w_bar = zero_bar(&w);
    ///     s += f(&w);                       ..
    /// }                                 }
    /// ```
    pub(super) fn own_buffers(&self, s: &Stmt) -> (HashMap<Var, Option<Id>>, HashSet<Var>) {
        let mut declared = declared_inside(s);
        let mut renewed = HashMap::new();
        s.blocks().into_iter().for_each(|b| assigned(b, false, &mut renewed));
        renewed.retain(|v, _| {
            self.facts.diff.contains(v)
                && !self.info(*v).scalar
                && !declared.contains(v)
                && rewrites_first(self.func, self.facts, s, *v)
        });
        declared.extend(renewed.keys());
        (renewed, declared)
    }

    /// Both sweeps of an iteration whose buffers have adjoints of its own.
    pub(super) fn with_own(&mut self, renewed: HashMap<Var, Option<Id>>, f: impl FnOnce(&mut Self)) {
        let around: Vec<(Var, Option<Var>)> = renewed.keys().map(|v| (*v, self.bars.remove(v))).collect();
        renewed.keys().for_each(|v| _ = self.states.remove(v));
        let outer = std::mem::replace(&mut self.renewed, renewed);
        f(self);
        self.renewed = outer;
        for (v, bar) in around {
            self.bars.remove(&v);
            self.bars.extend(bar.map(|bar| (v, bar)));
        }
    }

    /// Whether an assignment gives an iteration one of its own buffers: of what was there before nobody has an adjoint.
    pub(super) fn is_renewal(&self, s: &Stmt, v: Var) -> bool {
        self.renewed.get(&v) == Some(&Some(s.id))
    }

    /// The adjoint of a sum, from the seed on.
    fn seed_of(&mut self, sum: Var, way: &[Link]) {
        self.states.remove(&sum);
        self.start();
        for link in way {
            let s = statement(self.func, link.stmt).expect("a statement of the function");
            self.current = s.id;
            self.pass_on(s, link.operand);
        }
    }

    /// The adjoint of a call's result, from the seed on or from the sum that it is added to.
    pub(super) fn seed_of_call(&mut self, result: Var, way: &[Link]) -> Var {
        let links: Vec<(Stmt, usize)> = way
            .iter()
            .map(|l| (statement(self.func, l.stmt).expect("a statement of the function").clone(), l.operand))
            .collect();
        let known = links.iter().rposition(|(s, _)| self.seeded.contains(&given_to(s)));
        if known.is_none() {
            self.start();
        }
        let links = &links[known.unwrap_or(0)..];
        for (s, operand) in &links[..links.len().saturating_sub(1)] {
            self.current = s.id;
            self.pass_on(s, *operand);
        }
        let bar = self.fresh(&format!("{}_bar", self.info(result).name.clone()));
        let op = match links.last() {
            Some((s, operand)) => self.passed_on(s, *operand).map(|(_, op)| op),
            None => None,
        };
        let value = op.unwrap_or(Op::Use(Operand::var(self.out_bar)));
        self.push(Kind::Let { var: bar, ty: None, op: value });
        bar
    }

    /// The adjoint of the result.
    fn start(&mut self) {
        let Some(Operand::Place(place, pass)) = self.func.result.clone() else { return };
        let out_bar = self.out_bar;
        self.states.remove(&place.base);
        self.contribute(&Operand::Place(place, pass), Op::Use(Operand::var(out_bar)));
    }

    /// The step of one statement, for one operand.
    fn pass_on(&mut self, s: &Stmt, operand: usize) {
        if let Some((o, value)) = self.passed_on(s, operand) {
            if let Some(p) = o.place() {
                self.states.remove(&p.base);
            }
            self.contribute(&o, value);
        }
    }

    fn passed_on(&mut self, s: &Stmt, operand: usize) -> Option<(Operand, Op)> {
        let bar = self.live_bar(given_to(s))?;
        let (o, name) = match &s.kind {
            Kind::Let { op: Op::Use(o), .. } => (o, "copy"),
            Kind::Let { var, op: Op::Rule { rule, args, .. }, .. } => {
                let pull = self.pull(rule, operand, args, *var, Operand::by_ref(bar));
                return Some((args[operand].clone(), pull));
            }
            Kind::Assign { value, .. } => (value, "copy"),
            Kind::Update { op: syn::BinOp::SubAssign(_), value, .. } => (value, "accumulated::subtracted"),
            Kind::Update { value, .. } => (value, "accumulated::added"),
            _ => return None,
        };
        Some((o.clone(), Op::Runtime { name: name.into(), args: vec![Operand::by_ref(bar)] }))
    }

    /// Whether a statement was reversed while it ran.
    pub(super) fn is_reversed(&self, s: &Stmt) -> bool {
        self.facts.once.contains_key(&s.id)
    }
}

/// Variables that are assigned as a whole, and where first; inner loops assign several times.
fn assigned(block: &Block, inner: bool, found: &mut HashMap<Var, Option<Id>>) {
    for s in &block.stmts {
        match &s.kind {
            Kind::Assign { place, init: false, .. } if place.proj.is_empty() => {
                found.entry(place.base).or_insert((!inner).then_some(s.id));
            }
            kind => {
                let inner = inner || matches!(kind, Kind::Loop { .. });
                s.blocks().into_iter().for_each(|b| assigned(b, inner, found));
            }
        }
    }
}

/// The variable that a link hands its number on to.
fn given_to(s: &Stmt) -> Var {
    match &s.kind {
        Kind::Let { var, .. } => *var,
        Kind::Assign { place, .. } | Kind::Update { place, .. } => place.base,
        _ => unreachable!("a link is an operation, or gives a variable its value"),
    }
}
