//! Reverse mode: IR to IR.
//!
//! ```text
//! forward sweep: the primal, keeping residuals        reverse sweep: the mirror image, last statement first
//! ```
//! The two sweeps share the function's own block: what it declares is captured by the pullback. Inner blocks hand their
//! residuals over in slots (branches) and on stacks (loops).
mod bars;
mod calls;
mod once;
mod order;
mod pieces;
mod skipped;
mod split;
mod step;
mod sums;
mod sweep;
mod tidy;
mod unread;

pub(crate) use once::once;
pub(crate) use step::slot_proj;
pub(crate) use unread::has_unread;
use unread::referred;

use crate::{
    analysis::{Facts, activity::is_constant_type, is_mut, lent_constants},
    ir::*,
    names::Names,
};
use proc_macro2::Span;
use std::collections::{HashMap, HashSet};
use syn::Ident;

/// A function's reverse mode.
pub(crate) struct Reverse {
    pub(crate) vars: Vec<VarInfo>,
    /// The primal, with what it keeps.
    pub(crate) forward: Block,
    /// From the adjoint of the result to the adjoints of the parameters.
    pub(crate) pullback: Block,
    /// The adjoint of the result.
    pub(crate) out_bar: Var,
    /// For each parameter the adjoint that is handed in: cells.
    pub(crate) bars: Vec<Var>,
    /// For each parameter whether the pullback may change what is behind it.
    pub(crate) restores: Vec<bool>,
    /// For each parameter what the pullback reads of it.
    pub(crate) wants: Vec<Want>,
    /// Loops are reversed while they run.
    pub(crate) loops: bool,
    /// All that is kept are results that cost a loop each: to keep them takes less than to run it all again.
    pub(crate) costly: bool,
    /// The adjoints of parameters that are added to as a whole, and only where somebody reads them.
    pub(crate) guarded: HashSet<Var>,
}

pub(crate) fn reverse(func: &Func, facts: &Facts) -> Reverse {
    let mut reverse = with_adjoints(func, facts, None);
    unread::guard(&mut reverse, func);
    reverse
}

/// The reverse mode of a path, where the adjoints of the result and of the parameters may be there already.
fn with_adjoints(func: &Func, facts: &Facts, given: Option<(Var, &[Var])>) -> Reverse {
    let mut r = Transform::new(func, facts);
    r.out_bar = given.map_or_else(|| r.fresh("out_bar"), |(out_bar, _)| out_bar);
    let out_bar = r.out_bar;
    let mut bars = Vec::new();
    for (k, p) in func.params.iter().enumerate() {
        let name = func.name(p.var);
        let plain = !p.again && !facts.memory.contains(&p.var);
        let bar = match given {
            Some((_, bars)) => bars[k],
            None => r.fresh(&format!("{}_{}", plain_name(name), if plain { "cells" } else { "bar" })),
        };
        if !plain {
            r.bars.insert(p.var, bar);
            r.states.insert(p.var, bars::State::Live);
        }
        bars.push(bar);
    }
    r.scopes.push(HashSet::new());
    let mut forward = r.sweep(&func.body, true);
    let stacks = std::mem::take(&mut r.stacks);
    forward.stmts.splice(0..0, stacks.into_iter().map(|v| stmt(Kind::StackDecl(v))));
    if let Some(Operand::Place(place, pass)) = &func.result
        && facts.diff.contains(&place.base)
    {
        r.contribute(&Operand::Place(place.clone(), *pass), Op::Use(Operand::var(out_bar)));
    }
    r.steps(&func.body);
    for (p, cells) in func.params.iter().zip(&bars) {
        if let Some(bar) = r.live_bar(p.var).filter(|b| b != cells) {
            r.push(Kind::Accumulate { target: Place::var(*cells), cells: true, value: Op::Use(Operand::var(bar)) });
        }
    }
    let pullback = Block { stmts: std::mem::take(&mut r.out) };
    let restores = restores(func, facts);
    let wants = func.params.iter().map(|p| match p.var {
        v if facts.read.contains(&v) || p.exclusive => Want::Content,
        v if facts.asked.contains(&v) => Want::Length,
        // a part of an adjoint is in range where the same part of the argument is
        v if facts.diff.contains(&v) && p.pass != Pass::Value && has_unread(referred(&p.ty)) => Want::Length,
        _ => Want::Nothing,
    });
    let wants = wants.collect();
    let mut reverse = Reverse {
        vars: r.vars,
        forward,
        pullback,
        out_bar,
        bars,
        restores,
        wants,
        loops: !facts.once.is_empty(),
        costly: facts.keeps_costly_results_only(func),
        guarded: HashSet::new(),
    };
    tidy::tidy(&mut reverse, func.scalar.as_deref());
    // of the rest of a path it is not known which variables are adjoints
    if given.is_none() {
        skipped::skip(&mut reverse, func.vars.len());
    }
    reverse
}

/// For each parameter whether it is `&mut` and may be changed by the pullback: by what that puts back itself, or by the pullback of
/// a function that it was handed on to.
fn restores(func: &Func, facts: &Facts) -> Vec<bool> {
    let (mut any, mut lent) = (false, HashSet::new());
    func.body.walk(&mut |s| match (&s.kind, facts.restores.get(&s.id)) {
        (Kind::Let { op: Op::Call { args, .. }, .. }, mode) => {
            let constants = lent_constants(func, s);
            let others = args.iter().filter_map(Arg::operand).any(|o| is_mut(func, o));
            any |= mode.is_some() && others && facts.live.contains(&s.id);
            lent.extend(constants.into_iter().filter(|_| facts.live.contains(&s.id)).flat_map(|v| facts.roots_of(v)));
        }
        (_, mode) => any |= mode.is_some_and(|m| !matches!(m, Mode::Forget | Mode::Caller)),
    });
    // what is certainly copied: the state of a type of the user's need not be
    let numbers = |p: &Param| is_constant_type(&p.ty);
    func.params.iter().map(|p| p.pass == Pass::Mut && (any || lent.contains(&p.var) && numbers(p))).collect()
}

/// A zero of whatever kind.
fn is_zero(op: &Op) -> bool {
    matches!(op, Op::Runtime { name, .. } if name.starts_with("zero"))
}

/// A function as it is handed to a derivative: by reference.
pub(crate) fn lent(arg: Arg) -> Arg {
    let e = match &arg {
        Arg::Closure(lambda) => match &lambda.native {
            Some(n) => match crate::desugar::unwrapped(&n.expr) {
                syn::Expr::Closure(c) => &syn::Expr::Closure(syn::ExprClosure { capture: None, ..c.clone() }),
                e => e,
            },
            None => return arg,
        },
        Arg::Function(path) => &syn::Expr::Path(path.clone()),
        Arg::Operand(_) => return arg,
    };
    Arg::Operand(Operand::Native(Native { expr: syn::parse_quote!(&#e), reads: vec![], pure: true }))
}

pub(crate) fn stmt(kind: Kind) -> Stmt {
    Stmt { id: 0, kind }
}

fn plain_name(name: &Ident) -> String {
    name.to_string().trim_start_matches("r#").to_string()
}

/// An iteration of a loop, or the function itself: where jumps leave from.
#[derive(Default)]
struct Frame {
    label: Option<Label>,
    stack: Option<Var>,
    /// What the iteration leaves behind, so far.
    keeps: Vec<Var>,
    /// Slots of blocks from which is jumped: declared at the head of the iteration.
    slots: Vec<Var>,
    /// Heights of the stacks of inner loops, before these ran.
    marks: Vec<Var>,
    /// Labelled blocks and mutable variables of the blocks that are open inside the frame.
    open: Vec<Open>,
    /// Stacks that loops over ranges fill in every iteration.
    inner: Vec<(Var, Native)>,
}

/// What a block that may not run leaves behind.
#[derive(Clone)]
struct Slotted {
    slot: Var,
    /// What the slot holds.
    vars: Vec<Var>,
    /// Mutable variables, each with a slot of its own: see [`Open::post`].
    post: Vec<(Var, Var)>,
}

/// What the iterations of a loop leave behind.
#[derive(Clone)]
struct Stacked {
    /// `None` where there is nothing to keep.
    stack: Option<Var>,
    mark: Option<Var>,
    /// What an entry of the stack holds.
    vars: Vec<Var>,
}

/// A block between a jump and its target.
struct Open {
    label: Option<Label>,
    /// Mutable variables whose state is handed over when the block is left, each with its slot.
    post: Vec<(Var, Var)>,
}

struct Transform<'a> {
    func: &'a Func,
    facts: &'a Facts,
    /// The adjoint of the result.
    out_bar: Var,
    vars: Vec<VarInfo>,
    names: Names,
    /// The block under construction.
    out: Vec<Stmt>,
    // what the forward sweep leaves behind
    stacks: Vec<Var>,
    frames: Vec<Frame>,
    /// Residuals of a block that are not variables of the user's: shapes, kept values, pullbacks.
    extra: Vec<Vec<Var>>,
    /// Variables that a statement gives their value which may jump out: residuals of what follows it.
    late: Vec<Var>,
    /// For each [`Kind::Rest`] the variables that the statement before it gives their value.
    late_of: HashMap<Id, Vec<Var>>,
    /// Adjoints of such variables, handed from what follows the statement to the statement.
    late_bars: HashMap<Var, Var>,
    /// The statement whose reverse step is being made.
    current: Id,
    shape_vars: HashMap<Var, Var>,
    shapes_at: HashMap<(Id, Var), Var>,
    kept: HashMap<Id, Vec<(Var, Place, Mode)>>,
    /// What is kept as one piece before each loop, and the statements of which that is true.
    pieces: HashMap<Id, Vec<Piece>>,
    in_pieces: HashSet<Id>,
    /// The last elements of vectors from which one is popped.
    popped: HashMap<Id, Var>,
    old_shapes: HashMap<Id, Var>,
    pullbacks: HashMap<Id, Var>,
    /// What was behind `&mut` before a function was called that is a parameter, by the argument.
    befores: HashMap<(Id, usize), Var>,
    /// What was in the state that a call was lent.
    lent: HashMap<Id, Vec<(Var, Var)>>,
    slots: HashMap<(Id, usize), Slotted>,
    loops: HashMap<Id, Stacked>,
    // the state of the reverse sweep
    bars: HashMap<Var, Var>,
    states: HashMap<Var, bars::State>,
    /// Variables that are computed again, or whose adjoints are cut again, by open block.
    scopes: Vec<HashSet<(Var, bool)>>,
    /// Variables declared by the blocks that are open in reverse.
    inside: Vec<HashSet<Var>>,
    // both sweeps in one
    /// What is made now is made in the forward sweep: all values are there.
    running: bool,
    /// Sums whose adjoint is there while they are computed.
    seeded: HashSet<Var>,
    /// Buffers that the iteration which is reversed at once gets anew, and from which assignment if that is one: their adjoints are its own.
    renewed: HashMap<Var, Option<Id>>,
    /// What calls that were reversed at once have added up for arguments by value: the arguments, and the cells.
    shares: HashMap<Id, Vec<(Operand, Var)>>,
}

impl<'a> Transform<'a> {
    fn new(func: &'a Func, facts: &'a Facts) -> Self {
        Transform {
            func,
            facts,
            out_bar: Var(0),
            vars: func.vars.clone(),
            names: Names::of(&func.vars),
            out: Vec::new(),
            stacks: Vec::new(),
            frames: Vec::new(),
            extra: Vec::new(),
            late: Vec::new(),
            late_of: HashMap::new(),
            late_bars: HashMap::new(),
            current: 0,
            shape_vars: HashMap::new(),
            shapes_at: HashMap::new(),
            kept: HashMap::new(),
            pieces: HashMap::new(),
            in_pieces: HashSet::new(),
            popped: HashMap::new(),
            old_shapes: HashMap::new(),
            pullbacks: HashMap::new(),
            befores: HashMap::new(),
            lent: HashMap::new(),
            slots: HashMap::new(),
            loops: HashMap::new(),
            bars: HashMap::new(),
            states: HashMap::new(),
            scopes: Vec::new(),
            inside: Vec::new(),
            running: false,
            seeded: HashSet::new(),
            renewed: HashMap::new(),
            shares: HashMap::new(),
        }
    }

    fn push(&mut self, kind: Kind) {
        self.out.push(stmt(kind));
    }

    fn nested(&mut self, f: impl FnOnce(&mut Self)) -> Block {
        let outer = std::mem::take(&mut self.out);
        f(self);
        Block { stmts: std::mem::replace(&mut self.out, outer) }
    }

    /// A variable of ours; a name that is taken gets a number.
    fn fresh(&mut self, name: &str) -> Var {
        let unique = self.names.fresh(name.trim_start_matches("r#"));
        let var = Var(self.vars.len() as u32);
        self.vars.push(VarInfo::new(Ident::new(&unique, Span::mixed_site())));
        var
    }

    fn info(&self, v: Var) -> &VarInfo {
        &self.vars[v.0 as usize]
    }

    fn runtime(&mut self, var: Var, name: &str, args: Vec<Operand>) {
        self.push(Kind::Let { var, ty: None, op: Op::Runtime { name: name.into(), args } });
    }
}

/// The variables that a block declares itself (inner blocks not counted).
fn declared(block: &Block) -> Vec<Var> {
    let mut vars = Vec::new();
    for stmt in &block.stmts {
        match &stmt.kind {
            Kind::Let { var, .. } | Kind::Declare { var, .. } => vars.push(*var),
            Kind::Alias { vars: v, .. } => vars.extend(v),
            _ => {}
        }
    }
    vars
}

/// The names that stand for something from a statement on to the end of its block. References into adjoints have theirs in their
/// patterns alone; what an arm binds is bound before.
fn declared_names(vars: &[VarInfo], s: &Stmt) -> Vec<String> {
    let name = |v: &Var| vars[v.0 as usize].name.to_string();
    match &s.kind {
        Kind::Let { var, .. } | Kind::Declare { var, .. } | Kind::SlotTake { var, .. } => vec![name(var)],
        Kind::Keep { kept, .. } | Kind::Replace { kept, .. } => vec![name(kept)],
        Kind::LetPair { vars, .. } => vars.iter().map(name).collect(),
        Kind::StackPop { vars, .. } => vars.iter().map(name).collect(),
        Kind::Alias { pat, arm: false, .. } => bound(pat),
        _ => vec![],
    }
}

/// The names that a pattern binds, and not those of the fields that it takes apart.
fn bound(pat: &syn::Pat) -> Vec<String> {
    struct Names(Vec<String>);
    impl syn::visit::Visit<'_> for Names {
        fn visit_pat_ident(&mut self, p: &syn::PatIdent) {
            self.0.push(p.ident.to_string());
            syn::visit::visit_pat_ident(self, p);
        }
    }
    let mut names = Names(vec![]);
    syn::visit::Visit::visit_pat(&mut names, pat);
    names.0
}

/// The variables declared anywhere inside a statement.
fn declared_inside(stmt: &Stmt) -> HashSet<Var> {
    let mut vars = HashSet::new();
    for block in stmt.blocks() {
        block.walk(&mut |s| match &s.kind {
            Kind::Let { var, op, .. } => {
                vars.insert(*var);
                op.lambdas().into_iter().for_each(|l| vars.extend(&l.params));
            }
            Kind::Declare { var, .. } => {
                vars.insert(*var);
            }
            Kind::Alias { vars: v, .. } => vars.extend(v),
            Kind::Loop { kind: Loop::For { var, .. }, .. } => {
                vars.insert(*var);
            }
            _ => {}
        });
    }
    match &stmt.kind {
        Kind::Loop { kind: Loop::For { var, .. }, .. } => {
            vars.insert(*var);
        }
        _ => stmt.lambdas().into_iter().for_each(|l| vars.extend(&l.params)),
    }
    vars
}
