//! Loops whose iterations know nothing of each other: each is reversed by itself, right after it was run.
//!
//! ```text
//! for i in 0..n {              iteration i: forward sweep, reverse sweep
//!     scratch.fill(..);        private: rewritten as a whole before it is read, and read nowhere else
//!     ..
//!     total += e;              a sum: nobody reads it inside
//! }
//! ```
//! What such an iteration keeps is gone at its end, so the memory of a sum over data does not grow with the data.
use super::{
    entries::entries,
    facts::Facts,
    pieces::pieces,
    seeds::lent_constants,
    shapes::may_be_whole,
    usefulness::is_mut,
    writes::{leads_to, read_inside, statement, written},
};
use crate::{ir::*, lower::lends_mut};
use std::{cell::OnceCell, collections::HashSet};
use syn::{Expr, visit::Visit};

/// The loops that are run a second time in the reverse sweep: those that would keep much otherwise.
pub(super) fn run_again(func: &Func, facts: &Facts) -> HashSet<Id> {
    let mut found = apart(func, facts);
    func.body.walk(&mut |s| {
        if found.contains(&s.id) && !(s.blocks().iter().any(|b| keeps_much(facts, b)) && can_run_twice(func, s)) {
            found.remove(&s.id);
        }
    });
    found
}

/// Whether the residual of an iteration is more than a few numbers.
fn keeps_much(facts: &Facts, body: &Block) -> bool {
    let mut much = false;
    body.walk(&mut |s| {
        much |= match &s.kind {
            Kind::Loop { .. } => true,
            Kind::Let { var, op: Op::Call { .. }, .. } => facts.diff.contains(var),
            _ => false,
        }
    });
    much
}

/// Whether nobody notices a second run: functions of the user's may have effects.
fn can_run_twice(func: &Func, stmt: &Stmt) -> bool {
    let mut can = true;
    stmt.walk(&mut |s| {
        // a constant that a callee changes is state
        can &= lent_constants(func, s).is_empty();
        can &= match &s.kind {
            Kind::Let { op: Op::Native(n), .. } => n.pure,
            Kind::Let { op: Op::Call { callee: Callee::Path(path), .. }, .. } => {
                crate::lower::is_runtime(path)
                    || path.path.get_ident().is_some_and(|name| func.repeatable.iter().any(|r| name == r))
            }
            Kind::Let { op: Op::Call { .. }, .. } => false,
            _ => true,
        }
    });
    can
}

/// Whether what an iteration overwrites outside, other than its private buffers, is put back for nobody, or as one piece.
pub(super) fn keeps_nothing_outside(func: &Func, facts: &Facts, id: Id) -> bool {
    let Some(stmt) = statement(func, id) else { return true };
    let Kind::Loop { body, .. } = &stmt.kind else { return true };
    let depth = facts.sites[&id].loops.len();
    let mut nothing = true;
    // what is reversed while it runs keeps no pieces
    let pieces = if facts.once.contains_key(&id) { vec![] } else { pieces(func, facts, stmt) };
    let in_piece = |id: Id| pieces.iter().any(|(piece, ..)| *piece == id);
    body.walk(&mut |s| {
        let outside = |w: &Var| facts.defs.get(w).is_some_and(|d| d.loops.len() <= depth);
        let kept = facts.restores.contains_key(&s.id) && !in_piece(s.id);
        nothing &=
            !kept || written(func, facts, s).iter().filter(|w| outside(w)).all(|w| is_private(func, facts, body, *w));
    });
    nothing
}

/// The numbers without derivative that an iteration would have to put back: it hands them on to the next one.
pub(super) fn carried(func: &Func, facts: &Facts, id: Id) -> Vec<(Label, Var)> {
    let Some(Stmt { kind: Kind::Loop { label, body, .. }, .. }) = statement(func, id) else { return vec![] };
    let depth = facts.sites[&id].loops.len();
    let mut carried = Vec::new();
    body.walk(&mut |s| {
        let kept = facts.restores.contains_key(&s.id);
        for w in written(func, facts, s).into_iter().filter(|_| kept) {
            let outside = facts.defs.get(&w).is_some_and(|d| d.loops.len() <= depth);
            let info = func.info(w);
            let value = !info.active && !info.reference && !info.writable && !info.borrows && !info.elements;
            let number = value && assigns_whole(s, func.name(w));
            if outside && number && !carried.contains(&(*label, w)) {
                carried.push((*label, w));
            }
        }
    });
    carried
}

/// `v = e`, `v += e`
fn assigns_whole(s: &Stmt, v: &syn::Ident) -> bool {
    let is_it = |e: &Expr| matches!(e, Expr::Path(p) if p.path.is_ident(v));
    match &s.kind {
        Kind::Assign { place, .. } | Kind::Update { place, .. } => place.proj.is_empty(),
        Kind::Native { tokens, .. } => match syn::parse2::<syn::Stmt>(tokens.clone()) {
            Ok(syn::Stmt::Expr(Expr::Assign(a), _)) => is_it(&a.left),
            Ok(syn::Stmt::Expr(Expr::Binary(b), _)) => is_it(&b.left),
            _ => false,
        },
        _ => false,
    }
}

/// Whether a loop's iterations hand on nothing but numbers and buffers without derivative, and sums.
pub(super) fn hands_on_constants(func: &Func, facts: &Facts, stmt: &Stmt) -> bool {
    let Kind::Loop { kind: Loop::For { .. } | Loop::While(_), body, .. } = &stmt.kind else { return false };
    let depth = facts.sites[&stmt.id].loops.len();
    let mut may = !uses_borrowed(func, facts, stmt);
    body.walk(&mut |s| {
        for w in written(func, facts, s) {
            let outside = facts.defs.get(&w).is_some_and(|d| d.loops.len() <= depth);
            let constant = !facts.diff.contains(&w);
            may &= !outside || constant || is_sum(facts, s, body, w) || is_private(func, facts, body, w);
        }
        may &= !matches!(&s.kind, Kind::Swap { .. } | Kind::SwapEntries { .. } | Kind::Jump { .. });
    });
    may
}

/// What an iteration that is run again finds around the loop: all that it names but sums and buffers of its own.
pub(crate) fn found_outside(func: &Func, facts: &Facts, stmt: &Stmt) -> Vec<Var> {
    let Kind::Loop { body, .. } = &stmt.kind else { return vec![] };
    let mut changed: HashSet<Var> = HashSet::new();
    let mut inside: HashSet<Var> = HashSet::new();
    body.walk(&mut |s| changed.extend(written(func, facts, s)));
    let depth = facts.sites[&stmt.id].loops.len();
    inside.extend(facts.defs.iter().filter(|(_, d)| d.loops.get(depth) == Some(&stmt.id)).map(|(v, _)| *v));
    let mut found: Vec<Var> = facts.defs.keys().copied().collect();
    let named = |v: Var| facts.naming(func).any(stmt, |name| *func.name(v) == name);
    found.retain(|v| !inside.contains(v) && !changed.contains(v) && named(*v));
    found.sort();
    found
}

/// The outermost loops that can be reversed iteration by iteration.
pub(super) fn apart(func: &Func, facts: &Facts) -> HashSet<Id> {
    let mut found = HashSet::new();
    outermost(func, facts, &func.body, &mut found);
    found
}

fn outermost(func: &Func, facts: &Facts, block: &Block, found: &mut HashSet<Id>) {
    for stmt in &block.stmts {
        match &stmt.kind {
            Kind::Loop { body, .. } if Facts::ranged(stmt) && is_apart(func, facts, stmt, body) => {
                found.insert(stmt.id);
            }
            _ => stmt.blocks().into_iter().for_each(|b| outermost(func, facts, b, found)),
        }
    }
}

fn is_apart(func: &Func, facts: &Facts, stmt: &Stmt, body: &Block) -> bool {
    let depth = facts.sites[&stmt.id].loops.len();
    let mut apart = !uses_borrowed(func, facts, stmt);
    body.walk(&mut |s| {
        for w in written(func, facts, s) {
            let outside = facts.defs.get(&w).is_some_and(|d| d.loops.len() <= depth);
            apart &= !outside || is_sum(facts, s, body, w) || is_private(func, facts, body, w);
        }
        apart &= match &s.kind {
            Kind::Native { tokens, .. } => sum_of_constants(tokens).is_some(),
            Kind::Swap { .. } | Kind::SwapEntries { .. } | Kind::Jump { .. } => false,
            _ => true,
        };
    });
    apart
}

/// Whether a loop uses what a mutable reference made outside of it refers to: the adjoints start while that is borrowed.
pub(super) fn uses_borrowed(func: &Func, facts: &Facts, stmt: &Stmt) -> bool {
    let named = |v: &Var| facts.naming(func).any(stmt, |name| *func.name(*v) == name);
    let end = facts.sites[&stmt.id].end;
    let mut borrowed = false;
    func.body.walk(&mut |s| {
        if let Kind::Alias { vars, expr, .. } = &s.kind
            && !(stmt.id..=end).contains(&s.id)
        {
            borrowed |= lends_mut(expr) && vars.iter().any(named);
        }
    });
    borrowed
}

/// `total += e;` where nothing inside reads `total`.
fn is_sum(facts: &Facts, s: &Stmt, body: &Block, w: Var) -> bool {
    let adds = match &s.kind {
        Kind::Update { op, .. } => matches!(op, syn::BinOp::AddAssign(_) | syn::BinOp::SubAssign(_)),
        Kind::Native { tokens, .. } => sum_of_constants(tokens).is_some(),
        _ => false,
    };
    adds && !read_inside(facts, body, w)
}

/// `count += e` of constants.
pub(crate) fn sum_of_constants(tokens: &proc_macro2::TokenStream) -> Option<syn::ExprBinary> {
    match syn::parse2::<syn::Stmt>(tokens.clone()) {
        Ok(syn::Stmt::Expr(Expr::Binary(b), _))
            if matches!(b.op, syn::BinOp::AddAssign(_) | syn::BinOp::SubAssign(_)) =>
        {
            Some(b)
        }
        _ => None,
    }
}

// ---- buffers that belong to an iteration --------------------------------------------------------------------------

/// What a block does to a buffer first.
#[derive(Clone, Copy, PartialEq, Eq)]
enum First {
    Nothing,
    Rewrites,
    Reads,
}

/// Whether every iteration rewrites a buffer as a whole before it reads it, and nobody outside such loops looks at it.
fn is_private(func: &Func, facts: &Facts, body: &Block, w: Var) -> bool {
    let buffer = Buffer::new(func, facts, w);
    let info = func.info(w);
    !info.param
        && !info.reference
        && !info.borrows
        && buffer.first(body) == First::Rewrites
        && !buffer.is_handed_out()
        && buffer.covered(&func.body)
}

/// The statements that surely rewrite a buffer as a whole.
pub(super) fn rewriting_statements(func: &Func, facts: &Facts, w: Var) -> HashSet<Id> {
    let info = func.info(w);
    let mut found = HashSet::new();
    if info.reference || info.borrows {
        return found;
    }
    let buffer = Buffer::new(func, facts, w);
    func.body.walk(&mut |s| {
        let rewrites = match &s.kind {
            Kind::Assign { place, init: false, .. } => place.base == w && place.proj.is_empty(),
            Kind::Loop { .. } => buffer.rewrites_surely(s),
            _ => false,
        };
        if rewrites {
            found.insert(s.id);
        }
    });
    found
}

/// Whether the iterations of a loop rewrite a buffer before they read it.
pub(crate) fn rewrites_first(func: &Func, facts: &Facts, stmt: &Stmt, w: Var) -> bool {
    matches!(&stmt.kind, Kind::Loop { body, .. } if is_private(func, facts, body, w))
}

struct Buffer<'a> {
    func: &'a Func,
    facts: &'a Facts,
    w: Var,
    /// Names of variables that are it, or lead to it.
    names: HashSet<String>,
    /// What says how long it is; nothing where that changes.
    length: OnceCell<Option<Length>>,
}

/// What says how long a buffer is, beside `w.len()`.
struct Length {
    /// The `n` of `let w = vec![0.0; n]`, of things that do not change.
    declared: Option<Expr>,
    /// Variables that are `w.len()`.
    named: Vec<Var>,
}

impl<'a> Buffer<'a> {
    fn new(func: &'a Func, facts: &'a Facts, w: Var) -> Self {
        let leads = (0..func.vars.len() as u32).map(Var).filter(|v| leads_to(facts, *v, w));
        let names = leads.map(|v| func.name(v).to_string()).collect();
        Buffer { func, facts, w, names, length: OnceCell::new() }
    }

    /// Whether all that names the buffer lies in loops that rewrite it first, but for its declaration.
    fn covered(&self, block: &Block) -> bool {
        block.stmts.iter().filter(|s| self.named(s) && !self.declares(s)).all(|s| match &s.kind {
            Kind::Loop { body, .. } if Facts::ranged(s) && self.first(body) == First::Rewrites => true,
            Kind::Let { .. } => false,
            _ => !s.blocks().is_empty() && !self.named_outside_blocks(s) && s.blocks().iter().all(|b| self.covered(b)),
        })
    }

    /// Whether the function's result is made of the buffer: that of the last iteration is read after the loop.
    fn is_handed_out(&self) -> bool {
        let Some(result) = &self.func.result else { return false };
        let base = result.place().map(|p| p.base);
        let mut reads = base.into_iter().chain(result.natives().into_iter().flat_map(|n| n.reads.iter().copied()));
        reads.any(|v| self.leads_here(v))
    }

    fn named_outside_blocks(&self, s: &Stmt) -> bool {
        !self.facts.naming(self.func).beside_blocks(s).is_disjoint(&self.names)
    }

    fn declares(&self, s: &Stmt) -> bool {
        matches!(&s.kind, Kind::Let { var, op: Op::Native(_), .. } if *var == self.w)
    }

    /// Whether a statement names the buffer, or a reference to it; its length does not count.
    fn named(&self, s: &Stmt) -> bool {
        if let Kind::Let { op: Op::Native(n), .. } = &s.kind
            && self.is_length(&n.expr)
        {
            return false;
        }
        self.facts.naming(self.func).any(s, |name| self.names.contains(name))
    }

    fn leads_here(&self, v: Var) -> bool {
        leads_to(self.facts, v, self.w)
    }

    fn first(&self, block: &Block) -> First {
        let mut first = First::Nothing;
        for s in block.stmts.iter().filter(|s| self.named(s)) {
            match self.first_of(s) {
                First::Nothing => {}
                First::Rewrites if self.rewrites_surely(s) => return First::Rewrites,
                // a loop that may have no iterations: whoever comes later must rewrite it as well
                First::Rewrites => first = First::Rewrites,
                First::Reads => return First::Reads,
            }
        }
        first
    }

    fn first_of(&self, s: &Stmt) -> First {
        match &s.kind {
            Kind::Assign { place, value, .. } if place.base == self.w && place.proj.is_empty() => {
                if value.place().is_some_and(|p| self.leads_here(p.base)) { First::Reads } else { First::Rewrites }
            }
            Kind::Loop { .. } if self.rewrites_surely(s) => First::Rewrites,
            Kind::Loop { body, .. } if Facts::ranged(s) && !self.named_outside_blocks(s) => self.first(body),
            _ => First::Reads,
        }
    }

    /// `w = e;`, or `for i in 0..w.len() { .. w[i] = e; .. }`
    fn rewrites_surely(&self, s: &Stmt) -> bool {
        match &s.kind {
            Kind::Assign { .. } => true,
            Kind::Loop { kind: Loop::For { var, range }, body, .. } => {
                Facts::ranged(s) && self.is_whole(&range.expr) && self.every_element(*var, body)
            }
            _ => false,
        }
    }

    /// Whether the body of a loop over `i` gives `w[i]` a value, and comes to no other entry of the buffer.
    fn every_element(&self, i: Var, body: &Block) -> bool {
        let mut written = false;
        let mut element: Option<Var> = None;
        for s in body.stmts.iter().filter(|s| self.named(s)) {
            match &s.kind {
                Kind::Alias { vars, expr, .. } if element.is_none() && self.is_element(expr, i) => {
                    element = vars.first().copied();
                }
                Kind::Assign { place, value, .. } if !written => {
                    let here = match &place.proj[..] {
                        [Proj::Index(n)] if place.base == self.w => self.is_counter(&n.expr, i),
                        [Proj::Deref] => Some(place.base) == element,
                        _ => false,
                    };
                    if !here || value.place().is_some_and(|p| self.leads_here(p.base)) {
                        return false;
                    }
                    written = true;
                }
                _ if written && element.is_none() && self.is_at_entry(s, i) => {}
                _ => return false,
            }
        }
        written
    }

    /// Whether a statement names the buffer as `w[i]` only.
    fn is_at_entry(&self, s: &Stmt, i: Var) -> bool {
        let found = entries(self.func, self.facts, &Block { stmts: vec![s.clone()] }, self.w);
        found.is_some_and(|found| found.into_iter().eq([self.func.name(i).to_string()]))
    }

    /// `w[i]`, `&w[i]`, `&mut w[i]`
    fn is_element(&self, e: &Expr, i: Var) -> bool {
        match e {
            Expr::Reference(r) => self.is_element(&r.expr, i),
            Expr::Paren(p) => self.is_element(&p.expr, i),
            Expr::Index(x) => self.is_counter(&x.expr, self.w) && self.is_counter(&x.index, i),
            _ => false,
        }
    }

    fn is_counter(&self, e: &Expr, i: Var) -> bool {
        matches!(e, Expr::Path(p) if p.path.is_ident(&self.func.info(i).name))
    }

    // ---- its length ------------------------------------------------------------------------------------------------

    /// `w.len()`
    fn is_length(&self, e: &Expr) -> bool {
        matches!(e, Expr::MethodCall(m) if m.method == "len" && self.is_counter(&m.receiver, self.w))
    }

    /// `0..n` where `n` is the buffer's length.
    fn is_whole(&self, range: &Expr) -> bool {
        let Expr::Range(syn::ExprRange {
            start: Some(start),
            limits: syn::RangeLimits::HalfOpen(_),
            end: Some(end),
            ..
        }) = strip(range)
        else {
            return false;
        };
        let zero = matches!(&**start, Expr::Lit(l) if matches!(&l.lit, syn::Lit::Int(i) if i.base10_digits() == "0"));
        zero && self.length().is_some_and(|known| {
            self.is_length(end)
                || known.named.iter().any(|n| self.is_counter(end, *n))
                || known.declared.as_ref().is_some_and(|n| n == strip(end))
        })
    }

    fn length(&self) -> Option<&Length> {
        let length = || (!self.changes_length()).then(|| self.said_length());
        self.length.get_or_init(length).as_ref()
    }

    fn said_length(&self) -> Length {
        let (mut declared, mut named) = (None, Vec::new());
        self.func.body.walk(&mut |s| match &s.kind {
            Kind::Let { var, op: Op::Native(n), .. } if *var == self.w => declared = length(&n.expr),
            Kind::Let { var, op: Op::Native(n), .. } if !self.func.info(*var).mutable && self.is_length(&n.expr) => {
                named.push(*var);
            }
            _ => {}
        });
        Length { declared: declared.filter(|n| self.is_steady(n)), named }
    }

    /// Whether an expression is made of what does not change.
    fn is_steady(&self, e: &Expr) -> bool {
        struct Changes<'a>(&'a Func, bool);
        impl Visit<'_> for Changes<'_> {
            fn visit_ident(&mut self, i: &syn::Ident) {
                self.1 |= self.0.vars.iter().any(|v| v.name == *i && (v.mutable || v.writable));
            }
            fn visit_expr_call(&mut self, _: &syn::ExprCall) {
                self.1 = true;
            }
        }
        let mut changes = Changes(self.func, false);
        changes.visit_expr(e);
        !changes.1
    }

    /// Whether anything but its elements is ever assigned, by its own name or through a reference.
    fn changes_length(&self) -> bool {
        let whole = |p: &Place| self.leads_here(p.base) && may_be_whole(self.func, self.facts, p);
        let mut changes = false;
        self.func.body.walk(&mut |s| {
            changes |= match &s.kind {
                Kind::Assign { place, .. } => whole(place),
                Kind::Let { op: Op::Call { args, .. }, .. } => {
                    args.iter().filter_map(Arg::operand).any(|o| is_mut(self.func, o) && o.place().is_some_and(whole))
                }
                Kind::Swap { .. } | Kind::Native { .. } => self.named(s),
                _ => false,
            };
        });
        changes
    }
}

fn strip(e: &Expr) -> &Expr {
    match e {
        Expr::Paren(p) => strip(&p.expr),
        Expr::Group(g) => strip(&g.expr),
        e => e,
    }
}

/// The `n` of `vec![0.0; n]`, `[0.0; n]`, `DVector::zeros(n)`.
fn length(e: &Expr) -> Option<Expr> {
    match e {
        Expr::Repeat(r) => Some((*r.len).clone()),
        Expr::Macro(m) if m.mac.path.is_ident("vec") => {
            struct Repeated(Expr);
            impl syn::parse::Parse for Repeated {
                fn parse(input: syn::parse::ParseStream) -> syn::Result<Self> {
                    input.parse::<Expr>()?;
                    input.parse::<syn::Token![;]>()?;
                    Ok(Repeated(input.parse()?))
                }
            }
            m.mac.parse_body::<Repeated>().ok().map(|r| r.0)
        }
        Expr::Call(c) if c.args.len() == 1 => match &*c.func {
            Expr::Path(p) if p.path.segments.last().is_some_and(|s| s.ident == "zeros") => Some(c.args[0].clone()),
            _ => None,
        },
        _ => None,
    }
}
