//! What reverse mode keeps, what it computes again and why, for people to read.
//!
//! ```text
//! kept: p before `p *= x`, because `p *= x` reads it
//! computed again: t1, for `t2 = t1.exp()`
//! ```
use super::{
    facts::{Facts, Plan},
    writes::{roots_of, statement, written},
};
use crate::{emit::Printer, ir::*};

/// One line for each value, place and loop that something was decided about, in the order of the text.
pub(crate) fn report(func: &Func, facts: &Facts) -> String {
    let mut lines: Vec<(Id, String)> = Vec::new();
    for (v, plan) in &facts.plans {
        let Some(def) = facts.defs.get(v) else { continue };
        let readers = readers(func, facts, *v);
        match plan {
            Plan::Keep => lines.push((def.id, format!("kept: {} of each run, for {readers}", func.name(*v)))),
            Plan::Recompute => lines.push((def.id, format!("computed again: {}, for {readers}", func.name(*v)))),
            Plan::Scope => {}
        }
    }
    for (id, mode) in facts.restores.iter().filter(|(_, mode)| **mode != Mode::Forget) {
        let Some(stmt) = statement(func, *id) else { continue };
        let what = match &stmt.kind {
            Kind::Assign { place, .. } | Kind::Update { place, .. } => vec![place.base],
            _ => written(func, facts, stmt).into_iter().filter(|w| !facts.spared.contains(&(*id, *w))).collect(),
        };
        let what = what.iter().map(|w| func.name(*w).to_string()).collect::<Vec<_>>().join(", ");
        lines.push((*id, format!("kept: {what} before {}, {}", text(func, stmt), because(func, facts, stmt, mode))));
    }
    for id in facts.again.iter().filter(|id| !facts.once.contains_key(id)) {
        lines.push((*id, format!("run again: {}, whose iterations know nothing of each other", at(func, *id))));
    }
    for id in &facts.costly {
        lines.push((*id, format!("kept: what {} makes, since each call in it loops for its number", at(func, *id))));
    }
    for (id, sums) in &facts.once {
        let sums = sums.iter().map(|(v, _)| func.name(*v).to_string()).collect::<Vec<_>>().join(", ");
        lines.push((
            *id,
            format!("reversed while it runs: {}, since the adjoint of {sums} is known before", at(func, *id)),
        ));
    }
    lines.sort();
    if lines.is_empty() {
        "nothing is kept".into()
    } else {
        lines.into_iter().map(|(_, l)| l).collect::<Vec<_>>().join("\n")
    }
}

/// Why what a statement overwrites is kept.
fn because(func: &Func, facts: &Facts, stmt: &Stmt, mode: &Mode) -> String {
    let written = written(func, facts, stmt);
    let users = facts.users.iter().filter(|(v, _)| roots_of(facts, **v).iter().any(|r| written.contains(r)));
    let mut users: Vec<Id> = users.flat_map(|(_, ids)| ids.iter().copied()).collect();
    users.sort_unstable();
    users.dedup();
    match (mode, users.first()) {
        (Mode::Restore, Some(id)) => format!("because {} reads it", at(func, *id)),
        _ => reasons(mode).join(" or "),
    }
}

fn reasons(mode: &Mode) -> Vec<String> {
    let name = |path: &syn::ExprPath| path.path.segments.last().map(|s| s.ident.to_string()).unwrap_or_default();
    match mode {
        Mode::Forget => vec![],
        Mode::Restore => vec!["because it is read".into()],
        Mode::Caller => vec!["if the caller asks for it".into()],
        Mode::Wants(path, k) => vec![format!("if `{}` reads its argument {k} in reverse", name(path))],
        Mode::Changes(path, k) => vec![format!("if `{}` changes its argument {k}", name(path))],
        Mode::Or(a, b) => [reasons(a), reasons(b)].concat(),
        Mode::And(a, b) => vec![format!("{} and {}", reasons(a).join(" or "), reasons(b).join(" or "))],
    }
}

fn readers(func: &Func, facts: &Facts, v: Var) -> String {
    let ids = facts.users.get(&v).into_iter().flatten();
    ids.map(|id| at(func, *id)).collect::<Vec<_>>().join(", ")
}

fn at(func: &Func, id: Id) -> String {
    statement(func, id).map_or_else(|| "the result".into(), |s| text(func, s))
}

/// A statement without what is inside.
fn text(func: &Func, s: &Stmt) -> String {
    let printed = Printer::of(&func.vars).block(&Block { stmts: vec![s.bare()] });
    let text = print::tokens(&printed);
    format!("`{}`", text.trim_start_matches("let ").trim_end_matches([';', ' ', '{', '}', '\n']))
}
