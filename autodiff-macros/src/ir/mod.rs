//! The intermediate representation: structured control flow over statements whose operands are places.
//!
//! Lowering makes it, forward and reverse mode map it to itself, `emit` prints it as Rust. Names are unique in a function.
pub(crate) mod print;
mod var;
pub(crate) mod verify;

pub(crate) use var::{Parts, VarInfo};

use crate::rules::Rule;
use proc_macro2::TokenStream;
use std::collections::BTreeMap;
use syn::{BinOp, Expr, ExprPath, Ident, Lit, Member, Pat, Type};

/// A variable: an index into [`Func::vars`].
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub(crate) struct Var(pub(crate) u32);

/// A loop or labelled block.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(crate) struct Label(pub(crate) u32);

/// The number of a statement in the order of the text.
pub(crate) type Id = u32;

/// Rust that carries no derivative, as the user wrote it.
#[derive(Clone, Debug)]
pub(crate) struct Native {
    pub(crate) expr: Expr,
    /// The variables that it names.
    pub(crate) reads: Vec<Var>,
    /// It has no effects and costs next to nothing: may be evaluated again.
    pub(crate) pure: bool,
}

/// A step from a value to a part of it.
#[derive(Clone, Debug)]
pub(crate) enum Proj {
    Index(Native),
    Field(Member),
    /// One marked `#[nodiff]`.
    Marked(Member),
    Deref,
}

impl Proj {
    /// The step in a tangent or adjoint: that of a point is a vector, which has no field `coords`.
    fn mirrored(&self) -> Proj {
        match self {
            Proj::Field(m) if is_coords(m) => Proj::Index(Native { expr: coords(), reads: vec![], pure: true }),
            step => step.clone(),
        }
    }
}

/// `p.coords`
pub(crate) fn is_coords(m: &Member) -> bool {
    matches!(m, Member::Named(name) if name == "coords")
}

/// The index that stands for the field `coords` in tangents and adjoints.
pub(crate) fn coords() -> Expr {
    syn::parse_quote!(::autodiff_core::rules::Coords)
}

/// A variable or a part of one: `x`, `x[i + 1]`, `p.mass`, `*r`.
#[derive(Clone, Debug)]
pub(crate) struct Place {
    pub(crate) base: Var,
    pub(crate) proj: Vec<Proj>,
}

impl Place {
    pub(crate) fn var(base: Var) -> Self {
        Place { base, proj: Vec::new() }
    }
    /// The same part of the tangent or adjoint of the variable.
    pub(crate) fn of(&self, base: Var) -> Self {
        Place { base, proj: self.proj.iter().map(Proj::mirrored).collect() }
    }
    /// Whether it lies in a field that is marked `#[nodiff]`.
    pub(crate) fn is_marked(&self) -> bool {
        self.proj.iter().any(|p| matches!(p, Proj::Marked(_)))
    }
    pub(crate) fn natives(&self) -> impl Iterator<Item = &Native> {
        self.proj.iter().filter_map(|p| match p {
            Proj::Index(n) => Some(n),
            _ => None,
        })
    }
}

/// How an operand is handed on.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Pass {
    Value,
    Ref,
    Mut,
    /// A clone, because the original is still needed.
    Copy,
}

/// An input of an operation.
#[derive(Clone, Debug)]
pub(crate) enum Operand {
    /// An active place, `&place` or `&mut place`.
    Place(Place, Pass),
    /// A constant.
    Native(Native),
}

/// An argument of a call.
#[derive(Clone, Debug)]
pub(crate) enum Arg {
    Operand(Operand),
    /// A closure that the callee calls: `|t| t * a`
    Closure(Box<Lambda>),
    /// A differentiable function that the callee calls, by its path: `square`
    Function(ExprPath),
}

impl Operand {
    pub(crate) fn var(v: Var) -> Self {
        Operand::Place(Place::var(v), Pass::Value)
    }
    pub(crate) fn by_ref(v: Var) -> Self {
        Operand::Place(Place::var(v), Pass::Ref)
    }
    pub(crate) fn place(&self) -> Option<&Place> {
        match self {
            Operand::Place(p, _) => Some(p),
            Operand::Native(_) => None,
        }
    }
    pub(crate) fn natives(&self) -> Vec<&Native> {
        match self {
            Operand::Place(p, _) => p.natives().collect(),
            Operand::Native(n) => vec![n],
        }
    }
}

impl Arg {
    pub(crate) fn operand(&self) -> Option<&Operand> {
        match self {
            Arg::Operand(o) => Some(o),
            _ => None,
        }
    }
    pub(crate) fn place(&self) -> Option<&Place> {
        self.operand()?.place()
    }
    fn lambda(&self) -> Option<&Lambda> {
        match self {
            Arg::Closure(lambda) => Some(lambda),
            _ => None,
        }
    }
    fn lambda_mut(&mut self) -> Option<&mut Lambda> {
        match self {
            Arg::Closure(lambda) => Some(lambda),
            _ => None,
        }
    }
}

/// How an operation is spelled in Rust.
#[derive(Clone, Debug)]
pub(crate) enum Form {
    Binary(BinOp),
    Neg,
    /// `1.0 / a`: the one as it was written
    OneOver(Lit),
    /// `a.name::<..>(b, c)`
    Method(Ident, TokenStream),
    /// `path(a, b)`
    Path(ExprPath),
    /// `path { x: a, y: b }`
    Struct(ExprPath, Vec<Member>),
    /// `path(&[a, b])`
    PathOfArray(ExprPath),
    /// `[a, b]`
    Array,
    /// `(a, b)`
    Tuple,
    /// `[a; n]`
    Repeat,
    /// `path![a; b]`: the separators after each operand
    Macro(syn::Path, Vec<char>),
    /// `a as T`
    Cast(Box<Type>),
}

/// What is called.
#[derive(Clone, Debug)]
pub(crate) enum Callee {
    /// `path(a, b)`
    Path(ExprPath),
    /// `a.name::<..>(b)`: how the method takes `a` only its type tells, so the operand is `&a`, or `&mut a` where that is possible.
    Method(Ident, TokenStream),
    /// `f(a, b)` for a parameter `f`, which is the first of the operands.
    Parameter,
}

/// Where an operand of an aggregate lies in the whole.
#[derive(Clone, Debug)]
pub(crate) enum Slot {
    Field(usize),
    Index(usize),
    Entry(usize, usize),
    /// Argument `k` of `new`: a matrix takes them row by row.
    Argument(usize),
    /// A column of `from_columns`, a row of `from_rows`.
    Column(usize),
    Row(usize),
    /// The `x` in `Some(x)`.
    Payload,
    /// A field of a struct, or of the variant of this name.
    Part(Ident, Member),
    /// The `x` in `Box::new(x)`.
    Boxed,
}

/// A closure, lowered: that of `map`, `zip_map` and `from_fn`, one handed to a function, or one that differentiation made.
#[derive(Clone, Debug)]
pub(crate) struct Lambda {
    pub(crate) params: Vec<Var>,
    pub(crate) body: Block,
    pub(crate) result: Operand,
    /// The closure as the user wrote it, for the primal.
    pub(crate) native: Option<Native>,
}

/// What gives a variable its value.
#[derive(Clone, Debug)]
#[allow(clippy::large_enum_variant, reason = "a few hundred of them in all, and patterns match through boxes badly")]
pub(crate) enum Op {
    Native(Native),
    /// A copy or a move.
    Use(Operand),
    /// A row of the table.
    Rule {
        rule: &'static Rule,
        args: Vec<Operand>,
        form: Form,
    },
    /// A whole made of its parts.
    Aggregate {
        args: Vec<Operand>,
        slots: Vec<Slot>,
        form: Form,
    },
    /// A call of another differentiable function.
    Call {
        callee: Callee,
        args: Vec<Arg>,
        /// In reverse it is run again as a whole: the callee is a parameter, or whether it takes an argument by reference is not known.
        rerun: bool,
    },
    /// An element-wise function of the entries of `sources` (`map`, `zip_map`), or of their indices (`from_fn`).
    Map {
        sources: Vec<Operand>,
        form: Form,
        fixed: Vec<Operand>,
        lambda: Lambda,
    },
    // what differentiation adds
    /// `rules::name(args)`; operands are passed as they say.
    Runtime {
        name: String,
        args: Vec<Operand>,
    },
    /// `plus(plus(a, b), c)`
    Sum(Vec<Op>),
    /// `path::forward(mode, args)`: the value and the pullback.
    Forward {
        callee: Callee,
        mode: Mode,
        args: Vec<Arg>,
    },
    /// `path::push(args, tangents)`: the value and its tangent.
    Push {
        callee: Callee,
        args: Vec<Arg>,
        dots: Vec<Arg>,
    },
}

/// Whether a reverse step leaves what was behind `&mut` as it found it or as it was before the call.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Mode {
    Forget,
    /// As this function's own caller asked.
    Caller,
    Restore,
    /// Restore if this function's pullback reads what its argument `k` holds.
    Wants(ExprPath, usize),
    /// Restore if this function changes its argument `k`.
    Changes(ExprPath, usize),
    Or(Box<Mode>, Box<Mode>),
    And(Box<Mode>, Box<Mode>),
}

/// What a pullback reads of an argument.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Want {
    Content,
    /// How long it is, or its shape.
    Length,
    Nothing,
}

impl Mode {
    /// Restores if one of the two does.
    pub(crate) fn or(self, other: Mode) -> Mode {
        match (self, other) {
            (Mode::Restore, _) | (_, Mode::Restore) => Mode::Restore,
            (Mode::Forget, mode) | (mode, Mode::Forget) => mode,
            (a, b) if a.includes(&b) => a,
            (a, b) => Mode::Or(Box::new(a), Box::new(b)),
        }
    }

    /// Restores if both do.
    pub(crate) fn and(self, other: Mode) -> Mode {
        match (self, other) {
            (Mode::Forget, _) | (_, Mode::Forget) => Mode::Forget,
            (Mode::Restore, mode) | (mode, Mode::Restore) => mode,
            (a, b) if a == b => a,
            (a, b) => Mode::And(Box::new(a), Box::new(b)),
        }
    }

    fn includes(&self, other: &Mode) -> bool {
        self == other || matches!(self, Mode::Or(a, b) if a.includes(other) || b.includes(other))
    }
}

/// What a loop iterates over.
#[derive(Clone, Debug)]
pub(crate) enum Loop {
    /// `for var in range`: a range of integers, already a variable or a cheap expression.
    For {
        var: Var,
        range: Native,
    },
    While(Native),
    Forever,
}

/// One arm of a `match`.
#[derive(Clone, Debug)]
pub(crate) struct Arm {
    pub(crate) pat: Pat,
    pub(crate) guard: Option<Native>,
    pub(crate) body: Block,
}

/// The inverse of what changes a `Vec` without derivative, its only write, at its end.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Undo {
    /// `v.push(x)`, undone by `v.pop()`.
    Push,
    /// `v.pop()`, undone by pushing what was the last element.
    Pop,
}

/// Statements in order.
#[derive(Clone, Debug, Default)]
pub(crate) struct Block {
    pub(crate) stmts: Vec<Stmt>,
}

/// A statement and its number.
#[derive(Clone, Debug)]
pub(crate) struct Stmt {
    pub(crate) id: Id,
    pub(crate) kind: Kind,
}

/// The kinds of statements.
#[derive(Clone, Debug)]
pub(crate) enum Kind {
    /// `let var: ty = op;`
    Let {
        var: Var,
        ty: Option<Box<Type>>,
        op: Op,
    },
    /// `let var;`: given its value once, on every path.
    Declare {
        var: Var,
        ty: Option<Box<Type>>,
    },
    /// `place = value;`
    Assign {
        place: Place,
        value: Operand,
        init: bool,
    },
    /// `place op= value;`
    Update {
        place: Place,
        op: BinOp,
        value: Operand,
    },
    /// `mem::swap(&mut a, &mut b)`; of adjoints, where they are cells.
    Swap {
        a: Place,
        b: Place,
        cells: bool,
    },
    /// `place.swap(i, j)`, `place.swap_rows(i, j)`, `place.swap_columns(i, j)`; of adjoints, where they are cells.
    SwapEntries {
        place: Place,
        how: Ident,
        i: Native,
        j: Native,
        cells: bool,
    },
    /// `let kept = replace(&mut place, value);`
    Replace {
        kept: Var,
        place: Place,
        value: Operand,
        mode: Mode,
    },
    /// `let pat = expr;`: references into `roots`, or the parts of one of them by a pattern.
    /// In an arm of a `match` the pattern has bound them already (`arm`).
    Alias {
        pat: Pat,
        expr: Expr,
        vars: Vec<Var>,
        roots: Vec<Var>,
        natives: Vec<Native>,
        arm: bool,
    },
    /// A statement without derivatives, and the variables that it may change; how to undo it, where that is cheaper than to
    /// keep what it overwrites.
    Native {
        tokens: TokenStream,
        writes: Vec<Var>,
        undo: Option<Undo>,
    },
    If {
        cond: Native,
        then: Block,
        els: Block,
    },
    Match {
        scrutinee: Expr,
        reads: Vec<Var>,
        arms: Vec<Arm>,
    },
    Loop {
        label: Label,
        kind: Loop,
        body: Block,
    },
    Labelled {
        label: Label,
        body: Block,
    },
    /// `break 'label` or `continue 'label`.
    Jump {
        label: Label,
        again: bool,
    },
    /// What follows a statement that may jump out.
    Rest(Block),
    // what differentiation adds
    /// `return result;`, where both sweeps are one.
    Return(Operand),
    /// Adds to an adjoint: cells through a shared reference, or a plain variable.
    Accumulate {
        target: Place,
        cells: bool,
        value: Op,
    },
    /// `place = op;`
    Set {
        target: Place,
        value: Op,
    },
    /// `let (a, b) = op;`
    LetPair {
        vars: [Var; 2],
        op: Op,
    },
    /// `pullback(args)`: the callee says how its `self` is handed again.
    Pullback {
        pullback: Var,
        callee: Callee,
        args: Vec<Arg>,
    },
    /// `f::pull(args)`: the whole of a reverse step.
    Pull {
        callee: Callee,
        args: Vec<Arg>,
    },
    /// `let mut slot = None;`
    SlotDecl(Var),
    /// `let mut mark = 0;`
    MarkDecl(Var),
    /// `slot = Some((vars));`
    SlotSet {
        slot: Var,
        vars: Vec<Var>,
    },
    /// `if let Some((vars)) = slot { body }`
    SlotOpen {
        slot: Var,
        vars: Vec<Var>,
        body: Block,
    },
    /// `let vars = slot.unwrap()`
    SlotTake {
        slot: Var,
        var: Var,
    },
    /// `let mut stack = Vec::new();`
    StackDecl(Var),
    /// `stack.reserve(trips of the ranges of loops in each other);`
    StackReserve {
        stack: Var,
        ranges: Vec<Native>,
    },
    /// `stack.extend(range.map(|var| { body; (vars) }));`: a loop that pushes once in every iteration. The stack knows how many
    /// come, so that the loop is as good as one without it.
    StackFill {
        stack: Var,
        var: Var,
        range: Native,
        body: Block,
        vars: Vec<Var>,
    },
    /// `stack.push((vars));`
    StackPush {
        stack: Var,
        vars: Vec<Var>,
    },
    /// `let (vars) = stack.pop();`
    StackPop {
        stack: Var,
        vars: Vec<Var>,
    },
    /// Pops until the stack is empty, or down to a mark, running `body` for each entry.
    StackLoop {
        stack: Var,
        mark: Option<Var>,
        vars: Vec<Var>,
        body: Block,
    },
    /// `for i in range reversed { body }`
    ForReversed {
        var: Var,
        range: Native,
        body: Block,
    },
    /// `for index in 0..len(source) { body }`
    ForEach {
        index: Var,
        source: Operand,
        body: Block,
    },
    /// `let kept = mode.keep(place)`, before it is overwritten.
    Keep {
        kept: Var,
        place: Place,
        mode: Mode,
    },
    /// Puts back what was kept.
    Restore {
        kept: Var,
        place: Place,
        mode: Mode,
    },
    /// Does not compile where somebody reads, in reverse, state that nobody can put back. Of what has derivatives (`typed`) a callee
    /// puts back what it changes.
    NotRead {
        state: Var,
        typed: bool,
        mode: Mode,
    },
    /// Keeps all that a loop is about to overwrite, on a stack of its own.
    KeepPiece(Piece),
    /// Puts it back.
    RestorePiece(Piece),
    /// `place = place - literal` for an integer that was counted up, or the other way round.
    Undo {
        place: Place,
        op: BinOp,
        value: Operand,
        mode: Mode,
    },
}

/// The entries `y[i - behind]` or `y[i + ahead]` for all `i` of a range.
#[derive(Clone, Debug)]
pub(crate) struct Piece {
    pub(crate) stack: Var,
    pub(crate) index: Var,
    pub(crate) range: Native,
    pub(crate) place: Place,
    pub(crate) behind: usize,
    pub(crate) ahead: usize,
    pub(crate) mode: Mode,
}

/// A parameter.
#[derive(Clone, Debug)]
pub(crate) struct Param {
    pub(crate) var: Var,
    pub(crate) ty: Type,
    /// By value, `&` or `&mut`.
    pub(crate) pass: Pass,
    /// Without a derivative, by its type or by `#[nodiff]`.
    pub(crate) constant: bool,
    /// The pullback is handed it again: a reference, or a view.
    pub(crate) again: bool,
    /// It is called.
    pub(crate) function: bool,
    /// Which arguments of such a function are constants by their types.
    pub(crate) constants: Vec<bool>,
    /// Its adjoint is handed in as `&mut`, since it may change its length.
    pub(crate) exclusive: bool,
}

/// The name of a type, and of its method; a free function has none of the former.
pub(crate) type Method = (String, String);

/// A function, lowered.
#[derive(Clone, Debug)]
pub(crate) struct Func {
    pub(crate) vars: Vec<VarInfo>,
    pub(crate) params: Vec<Param>,
    pub(crate) body: Block,
    /// What it hands out; `None` for `()`.
    pub(crate) result: Option<Operand>,
    pub(crate) recursive: bool,
    /// Functions that it calls which may be run a second time.
    pub(crate) repeatable: Vec<String>,
    /// Those of them that loop for a number, and whose derivative keeps nothing for it.
    pub(crate) costly: Vec<String>,
    /// Functions and methods that it calls, or itself, and their arguments whose content their derivative surely does not read.
    pub(crate) unread: Vec<(Method, usize)>,
    /// It has type parameters that stand for scalars.
    pub(crate) generic: bool,
    /// Its numbers may be others than `f64`.
    pub(crate) single: bool,
    /// What its numbers are, where all are of one type.
    pub(crate) scalar: Option<String>,
    /// Variables that are constants by what the file shows of their types.
    pub(crate) shown: Vec<String>,
    /// Where in the tangents of variables there is nothing, by what the file shows of their types.
    pub(crate) marked: BTreeMap<String, Vec<Expr>>,
}

impl Func {
    /// Whether a statement calls a parameter whose type says that its argument `k` is a constant: nothing belongs to that.
    pub(crate) fn asks_nothing(&self, stmt: &Stmt, k: usize) -> bool {
        let Kind::Let { op: Op::Call { callee: Callee::Parameter, args, .. }, .. } = &stmt.kind else { return false };
        let function = args.first().and_then(Arg::place).and_then(|f| self.params.iter().find(|p| p.var == f.base));
        k > 0 && function.is_some_and(|f| f.constants.get(k - 1) == Some(&true))
    }
    pub(crate) fn info(&self, v: Var) -> &VarInfo {
        &self.vars[v.0 as usize]
    }
    pub(crate) fn name(&self, v: Var) -> &Ident {
        &self.info(v).name
    }
}

impl Op {
    pub(crate) fn operands(&self) -> Vec<&Operand> {
        match self {
            Op::Native(_) => vec![],
            Op::Use(o) => vec![o],
            Op::Rule { args, .. } | Op::Aggregate { args, .. } | Op::Runtime { args, .. } => args.iter().collect(),
            Op::Call { args, .. } | Op::Forward { args, .. } => args.iter().filter_map(Arg::operand).collect(),
            Op::Map { sources, fixed, .. } => sources.iter().chain(fixed).collect(),
            Op::Sum(terms) => terms.iter().flat_map(Op::operands).collect(),
            Op::Push { args, dots, .. } => args.iter().chain(dots).filter_map(Arg::operand).collect(),
        }
    }

    /// The closures that it applies or hands on.
    pub(crate) fn lambdas(&self) -> Vec<&Lambda> {
        match self {
            Op::Map { lambda, .. } => vec![lambda],
            Op::Call { args, .. } | Op::Forward { args, .. } => args.iter().filter_map(Arg::lambda).collect(),
            Op::Push { args, dots, .. } => args.iter().chain(dots).filter_map(Arg::lambda).collect(),
            _ => vec![],
        }
    }

    fn lambdas_mut(&mut self) -> Vec<&mut Lambda> {
        match self {
            Op::Map { lambda, .. } => vec![lambda],
            Op::Call { args, .. } | Op::Forward { args, .. } => args.iter_mut().filter_map(Arg::lambda_mut).collect(),
            Op::Push { args, dots, .. } => args.iter_mut().chain(dots).filter_map(Arg::lambda_mut).collect(),
            _ => vec![],
        }
    }
}

impl Stmt {
    /// The blocks inside, in the order of the text.
    pub(crate) fn blocks(&self) -> Vec<&Block> {
        match &self.kind {
            Kind::If { then, els, .. } => vec![then, els],
            Kind::Match { arms, .. } => arms.iter().map(|a| &a.body).collect(),
            Kind::Loop { body, .. } | Kind::Labelled { body, .. } | Kind::Rest(body) => vec![body],
            Kind::SlotOpen { body, .. } | Kind::StackLoop { body, .. } | Kind::StackFill { body, .. } => vec![body],
            Kind::ForReversed { body, .. } | Kind::ForEach { body, .. } => vec![body],
            _ => self.lambdas().into_iter().map(|l| &l.body).collect(),
        }
    }

    /// The closures that it applies or hands on.
    pub(crate) fn lambdas(&self) -> Vec<&Lambda> {
        match &self.kind {
            Kind::Let { op, .. } | Kind::LetPair { op, .. } => op.lambdas(),
            Kind::Pullback { args, .. } | Kind::Pull { args, .. } => args.iter().filter_map(Arg::lambda).collect(),
            _ => vec![],
        }
    }

    /// The statement with nothing in its blocks.
    pub(crate) fn bare(&self) -> Stmt {
        let mut bare = self.clone();
        bare.blocks_mut().into_iter().for_each(|b| b.stmts.clear());
        bare
    }

    pub(crate) fn blocks_mut(&mut self) -> Vec<&mut Block> {
        match &mut self.kind {
            Kind::If { then, els, .. } => vec![then, els],
            Kind::Match { arms, .. } => arms.iter_mut().map(|a| &mut a.body).collect(),
            Kind::Loop { body, .. } | Kind::Labelled { body, .. } | Kind::Rest(body) => vec![body],
            Kind::SlotOpen { body, .. } | Kind::StackLoop { body, .. } | Kind::StackFill { body, .. } => vec![body],
            Kind::ForReversed { body, .. } | Kind::ForEach { body, .. } => vec![body],
            Kind::Let { op, .. } | Kind::LetPair { op, .. } => {
                op.lambdas_mut().into_iter().map(|l| &mut l.body).collect()
            }
            Kind::Pullback { args, .. } | Kind::Pull { args, .. } => {
                args.iter_mut().filter_map(Arg::lambda_mut).map(|l| &mut l.body).collect()
            }
            _ => vec![],
        }
    }

    /// Calls `f` for this statement and all inside.
    pub(crate) fn walk<'a>(&'a self, f: &mut dyn FnMut(&'a Stmt)) {
        f(self);
        // most statements hold no others
        if !matches!(
            self.kind,
            Kind::Assign { .. } | Kind::Update { .. } | Kind::Accumulate { .. } | Kind::Alias { .. }
        ) && !matches!(&self.kind, Kind::Let { op: Op::Rule { .. } | Op::Native(_) | Op::Use(_), .. })
        {
            self.blocks().into_iter().for_each(|block| block.walk(f));
        }
    }
}

impl Block {
    pub(crate) fn walk<'a>(&'a self, f: &mut dyn FnMut(&'a Stmt)) {
        for stmt in &self.stmts {
            stmt.walk(f);
        }
    }
}
