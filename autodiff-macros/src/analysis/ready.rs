//! A path is made ready for being reversed while it runs: what the adjoint of a call's result needs is computed before the
//! call, and what an iteration changes for the next one is kept under a name of the iteration's own.
//!
//! ```text
//! let c = f(x);                  let t = s * e;
//! let t = s * e;           =>    let c = f(x);               c_bar = t * sum_bar, before the call
//! sum += t * c;                  sum += t * c;
//!
//! for .. {                       for .. {
//!     sum += s * x[k];              let s_now = s; let k_now = k;
//!     s = -s; k = next[k];    =>    sum += s_now * x[k_now];
//! }                                 s = -s_now; k = next[k_now];
//!                                   x_bar[k_now] += s_now * sum_bar;
//!                               }
//! ```
use super::{
    facts::{Facts, facts, facts_at_once, located},
    seeds,
    writes::written,
};
use crate::{
    ir::*,
    lower::{identifiers, number},
    names::Names,
    rules,
};
use proc_macro2::Span;
use quote::ToTokens;
use std::collections::HashSet;
use syn::{Ident, visit_mut::VisitMut};

/// Whether anything on a path can be reversed while it runs; `name` is the function's own.
pub(crate) fn gains_at_once(func: &Func, name: &Ident) -> bool {
    let mut calls_or_loops = false;
    func.body.walk(&mut |s| {
        calls_or_loops |= matches!(&s.kind, Kind::Loop { .. } | Kind::Let { op: Op::Call { .. }, .. });
    });
    calls_or_loops && {
        let func = in_order(func);
        !seeds::at_once(&func, &located(&func), name).is_empty()
    }
}

/// A path and its facts, ready for being reversed while it runs.
pub(crate) fn at_once(func: &Func, name: &Ident) -> (Func, Facts) {
    let mut func = in_order(func);
    let mut tried = HashSet::new();
    loop {
        let ready = seeds::at_once(&func, &located(&func), name);
        let (facts, carried) = facts_at_once(&func, &facts(&func).again, ready);
        let named = carried.into_iter().filter(|c| tried.insert(*c)).any(|(label, v)| names_now(&mut func, label, v));
        if !named {
            return (func, facts);
        }
        number(&mut func.body);
    }
}

/// What depends on no call comes before it, and it is known which results are scalars.
fn in_order(func: &Func) -> Func {
    let mut ordered = func.clone();
    early(&mut ordered.body, func, &located(func));
    number(&mut ordered.body);
    scalars(&mut ordered);
    ordered
}

// ---- scalars -------------------------------------------------------------------------------------------------------

/// What a scalar is added to is a scalar, and so is what a scalar is multiplied with on its way there: results of calls, mostly.
fn scalars(func: &mut Func) {
    let mut results = Vec::new();
    func.body.walk(&mut |s| {
        if let Kind::Let { var, op: Op::Call { .. }, .. } = &s.kind
            && func.info(*var).active
            && !func.info(*var).scalar
        {
            results.push((s.id, *var));
        }
    });
    for (id, v) in results {
        let mut known = func.clone();
        known.vars[v.0 as usize].scalar = true;
        let Func { body, vars, .. } = &mut known;
        products(body, vars);
        if seeds::leads_to_the_result(&known, &located(&known), v, id) {
            *func = known;
        }
    }
}

/// `mul` of scalars is `times`.
fn products(block: &mut Block, vars: &mut [VarInfo]) {
    for s in &mut block.stmts {
        if let Kind::Let { var, op: Op::Rule { rule, args, .. }, .. } = &mut s.kind
            && matches!(rule.name, "mul" | "neg" | "add" | "sub" | "div")
            && args.iter().all(|a| match a {
                Operand::Place(p, _) => p.proj.is_empty() && vars[p.base.0 as usize].scalar,
                Operand::Native(n) => {
                    let number =
                        matches!(n.expr, syn::Expr::Path(_)) && n.reads.iter().all(|v| vars[v.0 as usize].scalar);
                    number && !n.reads.is_empty() || crate::emit::is_open_literal(&n.expr)
                }
            })
        {
            vars[var.0 as usize].scalar = true;
            if rule.name == "mul" {
                *rule = rules::rule("times").expect("a row of the table");
            }
        }
        s.blocks_mut().into_iter().for_each(|b| products(b, vars));
    }
}

// ---- before the call -----------------------------------------------------------------------------------------------

/// Moves what follows a call and does not depend on it before the call, as far as nobody can tell.
fn early(block: &mut Block, func: &Func, known: &Facts) {
    let mut k = 0;
    while k < block.stmts.len() {
        let call = matches!(&block.stmts[k].kind, Kind::Let { var, op: Op::Call { .. }, .. } if func.info(*var).active);
        if call {
            let mut at = k;
            let mut j = k + 1;
            while j < block.stmts.len() && passes(&block.stmts[j]) {
                if may_precede(&block.stmts[j], &block.stmts[at..j], func, known) {
                    let moved = block.stmts.remove(j);
                    block.stmts.insert(at, moved);
                    at += 1;
                }
                j += 1;
            }
            k = at;
        }
        block.stmts[k].blocks_mut().into_iter().for_each(|b| early(b, func, known));
        k += 1;
    }
}

/// What others may be moved across.
fn passes(s: &Stmt) -> bool {
    match &s.kind {
        Kind::Let { op, .. } => !matches!(op, Op::Call { .. } | Op::Map { .. }),
        Kind::Assign { .. } | Kind::Update { .. } => true,
        _ => false,
    }
}

/// A product of numbers that are there before all of these.
fn may_precede(s: &Stmt, others: &[Stmt], func: &Func, known: &Facts) -> bool {
    let Kind::Let { op: op @ (Op::Rule { .. } | Op::Use(_)), .. } = &s.kind else { return false };
    let cheap = match op {
        Op::Rule { rule, .. } => rule.cheap,
        _ => true,
    };
    let read: Vec<Var> = op.operands().into_iter().flat_map(reads).collect();
    let scalars = read.iter().all(|v| func.info(*v).scalar || !func.info(*v).active);
    let pure = op.operands().into_iter().flat_map(Operand::natives).all(|n| n.pure);
    let whole = op.operands().into_iter().all(|o| o.place().is_none_or(|p| p.proj.is_empty()));
    cheap
        && scalars
        && pure
        && whole
        && others.iter().all(|o| !changes(o, func, known).iter().any(|v| read.contains(v)))
}

fn reads(o: &Operand) -> Vec<Var> {
    o.place().map(|p| p.base).into_iter().chain(o.natives().into_iter().flat_map(|n| n.reads.clone())).collect()
}

/// The variables that a statement gives another value, or its first.
fn changes(s: &Stmt, func: &Func, known: &Facts) -> Vec<Var> {
    let mut changed = match &s.kind {
        Kind::Let { var, .. } => vec![*var],
        Kind::Assign { place, .. } => vec![place.base],
        _ => vec![],
    };
    changed.extend(written(func, known, s));
    changed.extend(seeds::lent_constants(func, s));
    changed
}

// ---- under a name of its own ---------------------------------------------------------------------------------------

/// Gives the state of a variable that iterations hand on a name wherever it changes; whether there was anything to name.
fn names_now(func: &mut Func, label: Label, v: Var) -> bool {
    let known = located(func);
    let mut vars = std::mem::take(&mut func.vars);
    let mut names = Names::of(&vars);
    let info = vars[v.0 as usize].clone();
    let changes: HashSet<Id> = {
        let of = Func { vars: vars.clone(), ..func.clone() };
        let mut ids = HashSet::new();
        of.body.walk(&mut |s| {
            if written(&of, &known, s).contains(&v) || seeds::lent_constants(&of, s).contains(&v) {
                ids.insert(s.id);
            }
        });
        ids
    };
    let first = Var(vars.len() as u32);
    let mut now = || {
        let name = names.fresh(&format!("{}_now", info.name.to_string().trim_start_matches("r#")));
        let new = Var(vars.len() as u32);
        vars.push(VarInfo { name: Ident::new(&name, Span::mixed_site()), mutable: false, ..info.clone() });
        new
    };
    let mut named = false;
    if let Some(body) = loop_body(&mut func.body, label) {
        let mut new = now();
        let mut stmts = vec![copied(new, v)];
        let mut renamed = Vec::new();
        for s in std::mem::take(&mut body.stmts) {
            let mut changed = false;
            s.walk(&mut |s| changed |= changes.contains(&s.id));
            renamed.push((s, new, changed));
            if changed {
                new = now();
            }
        }
        for (mut s, as_now, changed) in renamed {
            let next = Var(as_now.0 + 1);
            if !changed {
                named |= reads_instead(&mut s, v, &info.name, as_now, &vars[as_now.0 as usize].name);
            }
            stmts.push(s);
            if changed {
                stmts.push(copied(next, v));
            }
        }
        let read: HashSet<Var> = stmts.iter_mut().flat_map(read_in).collect();
        stmts.retain(|s| !matches!(&s.kind, Kind::Let { var, op: Op::Runtime { .. }, .. } if *var >= first && !read.contains(var)));
        body.stmts = stmts;
    }
    func.vars = vars;
    named
}

fn loop_body(block: &mut Block, label: Label) -> Option<&mut Block> {
    block.stmts.iter_mut().find_map(|s| match &mut s.kind {
        Kind::Loop { label: l, body, .. } if *l == label => Some(body),
        _ => None,
    })
}

fn copied(new: Var, v: Var) -> Stmt {
    let op = Op::Runtime { name: "copy".into(), args: vec![Operand::by_ref(v)] };
    Stmt { id: 0, kind: Kind::Let { var: new, ty: None, op } }
}

/// Reads another variable instead of one, wherever the reverse step may read it; whether it did anywhere.
fn reads_instead(s: &mut Stmt, old: Var, old_name: &Ident, new: Var, name: &Ident) -> bool {
    struct Path<'a>(&'a Ident, &'a Ident);
    impl VisitMut for Path<'_> {
        fn visit_expr_path_mut(&mut self, p: &mut syn::ExprPath) {
            if p.path.get_ident() == Some(self.0) {
                p.path = self.1.clone().into();
            }
        }
    }
    let mut any = false;
    for n in natives_mut(s).into_iter().filter(|n| n.reads.contains(&old)) {
        let mut expr = n.expr.clone();
        Path(old_name, name).visit_expr_mut(&mut expr);
        // inside of a macro nothing was found
        if identifiers(expr.to_token_stream()).all(|i| *old_name != i) {
            n.expr = expr;
            n.reads.iter_mut().filter(|r| **r == old).for_each(|r| *r = new);
            any = true;
        }
    }
    for inner in s.blocks_mut().into_iter().flat_map(|b| &mut b.stmts) {
        any |= reads_instead(inner, old, old_name, new, name);
    }
    any
}

/// All that the constants of a statement name, and of the statements inside.
fn read_in(s: &mut Stmt) -> Vec<Var> {
    let mut read: Vec<Var> = natives_mut(s).into_iter().flat_map(|n| n.reads.clone()).collect();
    read.extend(s.blocks_mut().into_iter().flat_map(|b| &mut b.stmts).flat_map(read_in));
    read
}

/// The constants in a statement's operands and places.
fn natives_mut(s: &mut Stmt) -> Vec<&mut Native> {
    fn of_place(p: &mut Place) -> Vec<&mut Native> {
        let index = |step| match step {
            &mut Proj::Index(ref mut n) => Some(n),
            _ => None,
        };
        p.proj.iter_mut().filter_map(index).collect()
    }
    fn of_operand(o: &mut Operand) -> Vec<&mut Native> {
        match o {
            Operand::Place(p, _) => of_place(p),
            Operand::Native(n) => vec![n],
        }
    }
    match &mut s.kind {
        Kind::Let { op: Op::Native(n), .. } | Kind::Loop { kind: Loop::For { range: n, .. }, .. } => vec![n],
        Kind::Let { op: Op::Use(o), .. } => of_operand(o),
        Kind::Let { op: Op::Rule { args, .. } | Op::Aggregate { args, .. }, .. } => {
            args.iter_mut().flat_map(of_operand).collect()
        }
        Kind::Let { op: Op::Call { args, .. }, .. } => {
            let operands = args.iter_mut().filter_map(|a| match a {
                Arg::Operand(o) => Some(o),
                _ => None,
            });
            operands.flat_map(of_operand).collect()
        }
        Kind::Assign { place, value, .. } | Kind::Update { place, value, .. } => {
            of_place(place).into_iter().chain(of_operand(value)).collect()
        }
        _ => vec![],
    }
}
