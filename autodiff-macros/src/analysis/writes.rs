//! What statements read and write, and which of the writes must keep what they overwrite.
use super::{
    activity,
    entries::has_own_entries,
    facts::Facts,
    iterations::rewriting_statements,
    needs::{Read, Reader, callee_of},
    seeds::lent_constants,
    usefulness::is_mut,
};
use crate::ir::*;
use std::collections::{HashMap, HashSet};

/// A constant that is a reference by its spelling or its type.
pub(crate) fn is_reference(func: &Func, n: &Native) -> bool {
    match &n.expr {
        syn::Expr::Reference(_) => true,
        syn::Expr::Lit(l) => matches!(l.lit, syn::Lit::Str(_) | syn::Lit::ByteStr(_)),
        syn::Expr::Path(p) => {
            p.path.get_ident().is_some_and(|i| n.reads.iter().any(|v| func.name(*v) == i && func.info(*v).reference))
        }
        syn::Expr::Paren(p) => is_reference(func, &Native { expr: (*p.expr).clone(), ..n.clone() }),
        _ => false,
    }
}

/// Whether a variable starts as what some constructor of the user's makes of constants (`Rng::new(17)`): it is active only
/// because it is handed on by `&mut` beside active values, and its type may have no derivative.
pub(crate) fn is_made_elsewhere(func: &Func, v: Var) -> bool {
    let mut made = false;
    func.body.walk(&mut |s| {
        if let Kind::Let { var, op: Op::Native(n), .. } = &s.kind
            && *var == v
            && let syn::Expr::Call(c) = &n.expr
            && let syn::Expr::Path(p) = &*c.func
        {
            let mut names = p.path.segments.iter().rev().map(|s| s.ident.to_string());
            let (name, owner) = (names.next().unwrap_or_default(), names.next());
            let upper = |n: &str| n.chars().next().is_some_and(char::is_uppercase);
            let known = |n: &str| {
                matches!(n, "Vec" | "VecDeque" | "Default" | "Box" | "Some" | "Ok" | "Err")
                    || crate::lower::is_matrix_type(n)
            };
            let ty = owner.filter(|o| upper(o)).or(upper(&name).then_some(name));
            made = ty.is_some_and(|t| !known(&t));
        }
    });
    made
}

/// The operands of a statement.
pub(crate) fn operands(stmt: &Stmt) -> Vec<&Operand> {
    match &stmt.kind {
        Kind::Let { op, .. } => op.operands().into_iter().chain(op.lambdas().into_iter().map(|l| &l.result)).collect(),
        Kind::Assign { value, .. } | Kind::Update { value, .. } => vec![value],
        _ => vec![],
    }
}

/// The variables that a reference is made from; a variable that is none is made from itself.
pub(super) fn roots_of(facts: &Facts, v: Var) -> Vec<Var> {
    facts.roots.get(&v).cloned().unwrap_or_else(|| vec![v])
}

/// The variables that a reference may lead to; a variable that is none leads to itself.
pub(super) fn behind_of(facts: &Facts, v: Var) -> Vec<Var> {
    facts.behind.get(&v).cloned().unwrap_or_else(|| vec![v])
}

/// Whether a variable is another one, or a reference that may lead to it.
pub(super) fn leads_to(facts: &Facts, v: Var, to: Var) -> bool {
    facts.roots.get(&v).map_or(v == to, |roots| roots.contains(&to))
}

/// The variables whose content a statement overwrites.
pub(super) fn written(func: &Func, facts: &Facts, stmt: &Stmt) -> Vec<Var> {
    written_by_name(func, stmt).into_iter().flat_map(|b| behind_of(facts, b)).collect()
}

/// The variables by whose names a statement overwrites something.
pub(crate) fn written_by_name(func: &Func, stmt: &Stmt) -> Vec<Var> {
    match &stmt.kind {
        Kind::Assign { place, init: false, .. } | Kind::Update { place, .. } => vec![place.base],
        Kind::Native { writes, .. } => writes.clone(),
        Kind::Swap { a, b, .. } => vec![a.base, b.base],
        Kind::SwapEntries { place, .. } => vec![place.base],
        Kind::Let { op: Op::Call { args, .. }, .. } => args
            .iter()
            .filter_map(Arg::operand)
            .filter(|a| is_mut(func, a))
            .filter_map(|a| a.place().map(|p| p.base))
            .chain(lent_constants(func, stmt))
            .collect(),
        _ => vec![],
    }
}

/// The statement with a number: numbers grow in the order of the text.
pub(crate) fn statement(func: &Func, id: Id) -> Option<&Stmt> {
    let mut block = &func.body;
    loop {
        let s = &block.stmts[block.stmts.partition_point(|s| s.id <= id).checked_sub(1)?];
        if s.id == id {
            return Some(s);
        }
        let first = |b: &&Block| b.stmts.first().is_some_and(|s| s.id <= id);
        block = s.blocks().into_iter().rfind(first)?;
    }
}

pub(super) fn definition(func: &Func, id: Id) -> Option<&Op> {
    match &statement(func, id)?.kind {
        Kind::Let { op, .. } => Some(op),
        _ => None,
    }
}

/// Variables that are swapped with each other, directly or by way of others.
pub(super) struct Swapped {
    pub(super) vars: HashSet<Var>,
    at: Vec<Id>,
}

impl Swapped {
    /// Whether what one of them holds where it is read may be another's where that is written.
    fn passes(&self, facts: &Facts, read: (Var, Id), write: (Var, Id)) -> bool {
        let meet = |a: Id, b: Id| {
            let [a, b] = [a, b].map(|id| facts.sites.get(&id).map_or(&[][..], |s| &s.loops));
            a.iter().any(|l| b.contains(l))
        };
        let between = |k: Id| (read.1 <= k || meet(read.1, k)) && (k <= write.1 || meet(k, write.1));
        let in_loop = |id: Id| facts.sites.get(&id).is_some_and(|s| !s.loops.is_empty());
        // by far the most pairs have a swap right between them, and outside of loops the order is all there is
        let at = self.at.partition_point(|k| *k < read.1);
        [read.0, write.0].iter().all(|v| self.vars.contains(v))
            && (self.at.get(at).is_some_and(|k| *k <= write.1)
                || [read.1, write.1].into_iter().any(in_loop) && self.at.iter().any(|k| between(*k)))
    }
}

pub(super) fn swapped(func: &Func, facts: &Facts) -> Vec<Swapped> {
    let mut groups: Vec<Swapped> = Vec::new();
    func.body.walk(&mut |s| {
        if let Kind::Swap { a, b, .. } = &s.kind {
            let vars = [a, b].into_iter().flat_map(|p| behind_of(facts, p.base)).collect();
            let mut group = Swapped { vars, at: vec![s.id] };
            groups.retain(|g| {
                let meets = !g.vars.is_disjoint(&group.vars);
                if meets {
                    group.vars.extend(&g.vars);
                    group.at.extend(&g.at);
                }
                !meets
            });
            groups.push(group);
        }
    });
    groups.iter_mut().for_each(|g| g.at.sort());
    groups
}

/// Which overwriting statements must keep what they overwrite: those that a reverse read comes before, in the text or by a loop.
pub(super) fn restores(func: &Func, facts: &mut Facts, reads: &[Read]) {
    let mut found = HashMap::new();
    let mut lent: HashMap<Id, Vec<(Var, Mode)>> = HashMap::new();
    let mut spared = HashSet::new();
    let swapped = swapped(func, facts);
    let mut known: HashMap<(Id, Var), bool> = HashMap::new();
    let mut rewriting: HashMap<Var, HashSet<Id>> = HashMap::new();
    func.body.walk(&mut |stmt| {
        let site = &facts.sites[&stmt.id];
        for w in written(func, facts, stmt) {
            let Some(def) = facts.defs.get(&w) else { continue };
            // what is swapped may be found under either name
            let same =
                |r: Var, at: Id| r == w || swapped.iter().any(|group| group.passes(facts, (r, at), (w, stmt.id)));
            let of_it = |r: &&Read| {
                same(r.var, r.at) || facts.roots.get(&r.var).is_some_and(|roots| roots.iter().any(|v| same(*v, r.at)))
            };
            // what is reversed while it runs reads nothing later
            let over = |r: &Read| {
                let within = |l: &Id| (*l..=facts.sites[l].end).contains(&r.at);
                facts.once.keys().any(|l| within(l) && !(*l..=facts.sites[l].end).contains(&stmt.id))
            };
            let of_it: Vec<&Read> = reads.iter().filter(|r| of_it(r) && !over(r)).collect();
            // what is swapped is found under other names
            let nowhere_else = swapped.is_empty() && !func.info(w).reference;
            let rewritten = if of_it.is_empty() || !nowhere_else {
                None
            } else {
                let rewriting = rewriting.entry(w).or_insert_with(|| rewriting_statements(func, facts, w));
                last_rewriting(facts, &func.body, stmt, rewriting)
            };
            let early = of_it.into_iter().filter(|r| {
                // iterations that are reversed one by one do not meet each other, nor those that keep to entries of their own
                let mut own = |l| *known.entry((l, w)).or_insert_with(|| has_own_entries(func, facts, l, w));
                let meet = |l: &Id| !facts.again.contains(l) && !own(*l);
                let common = facts
                    .sites
                    .get(&r.at)
                    .map_or(0, |s| s.loops.iter().zip(&site.loops).take_while(|(a, b)| a == b).count());
                let around = rewritten.map_or(def.loops.len(), |(_, around)| around);
                let before =
                    r.at < stmt.id || r.at == stmt.id && !r.after || site.loops[..common].iter().skip(around).any(meet);
                // who read it before a rewriting finds it again when that is put back
                before && rewritten.is_none_or(|(k, _)| r.at > k)
            });
            let early: Vec<&Read> = early.collect();
            let for_whom = wanted(early.iter().copied().filter(|r| !is_unread(func, r)));
            let early = wanted(early.into_iter());
            // of a type of the user's nobody knows whether it can be copied: whoever lends such keeps it himself
            let can_keep = |p: &Param| !matches!(stmt.kind, Kind::Native { .. }) || is_copied(&p.ty);
            let caller = !facts.at_once && func.params.iter().any(|p| p.var == w && p.pass == Pass::Mut && can_keep(p));
            // what is swapped is swapped back whoever asks
            let inverse = matches!(stmt.kind, Kind::SwapEntries { .. } | Kind::Swap { .. });
            let call = matches!(&stmt.kind, Kind::Let { op: Op::Call { callee, .. }, .. } if has_pullback(callee));
            let local = !func.params.iter().any(|p| p.var == w);
            let handed = lent_constants(func, stmt).contains(&w) || local && func.info(w).active;
            if for_whom != Mode::Forget && call && handed && is_state(func, w) {
                lent.entry(stmt.id).or_default().push((w, for_whom));
            }
            let mode = match early {
                _ if caller && inverse => Mode::Restore,
                mode if caller => mode.or(Mode::Caller),
                Mode::Forget => {
                    spared.insert((stmt.id, w));
                    continue;
                }
                mode => mode,
            };
            let so_far = found.remove(&stmt.id).unwrap_or(Mode::Forget);
            found.insert(stmt.id, so_far.or(mode.and(changed_by(func, facts, stmt, w))));
        }
    });
    (facts.restores, facts.lent, facts.spared) = (found, lent, spared);
}

fn has_pullback(callee: &Callee) -> bool {
    match callee {
        Callee::Path(path) => !crate::lower::is_runtime(path),
        Callee::Method(..) => true,
        Callee::Parameter => false,
    }
}

/// Whether a constant may be something that changes in ways of its own, as a random generator does, rather than numbers.
fn is_state(func: &Func, v: Var) -> bool {
    if let Some(p) = func.params.iter().find(|p| p.var == v) {
        return !is_copied(&p.ty);
    }
    let mut state = false;
    func.body.walk(&mut |s| {
        if let Kind::Let { var, op, ty } = &s.kind
            && *var == v
        {
            state = match (ty, op) {
                (Some(ty), _) => !is_copied(ty),
                (None, Op::Native(n)) => !holds_numbers(func, n, &n.expr),
                (None, Op::Use(o)) => o.place().is_some_and(|p| is_state(func, p.base)),
                _ => false,
            };
        }
    });
    state
}

/// Whether a constant expression surely consists of numbers.
fn holds_numbers(func: &Func, n: &Native, e: &syn::Expr) -> bool {
    use syn::Expr;
    let numbers = |e: &Expr| holds_numbers(func, n, e);
    let root = |e: &Expr| activity::root(e).and_then(|name| n.reads.iter().copied().find(|v| func.name(*v) == name));
    let variable = |e: &Expr| root(e).is_some_and(|v| !is_state(func, v));
    // operators and iterators make numbers of numbers; types of the user's have operators too
    let of_state = |e: &Expr| root(e).is_some_and(|v| is_state(func, v));
    match e {
        Expr::Lit(_) | Expr::Cast(_) => true,
        Expr::Binary(b) => [&b.left, &b.right].into_iter().all(|e| !matches!(**e, Expr::Path(_)) || !of_state(e)),
        Expr::Unary(u) if matches!(u.op, syn::UnOp::Deref(_)) => variable(e),
        Expr::Unary(u) => !matches!(*u.expr, Expr::Path(_)) || !of_state(&u.expr),
        Expr::Paren(p) => numbers(&p.expr),
        Expr::Group(g) => numbers(&g.expr),
        Expr::Array(a) => a.elems.iter().all(numbers),
        Expr::Tuple(t) => t.elems.iter().all(numbers),
        Expr::Repeat(r) => numbers(&r.expr),
        Expr::Macro(m) => m.mac.path.is_ident("vec") && crate::lower::operands_of(&m.mac).iter().all(numbers),
        // `seed.clone()` is what the seed is
        Expr::MethodCall(m) => match m.method.to_string().as_str() {
            "clone" | "to_vec" => variable(&m.receiver),
            "collect" => !of_state(&m.receiver),
            name => matches!(name, "len" | "min" | "max"),
        },
        Expr::Path(_) | Expr::Index(_) | Expr::Reference(_) => variable(e),
        _ => false,
    }
}

/// Whether a type consists of numbers, whatever holds them.
fn is_copied(ty: &syn::Type) -> bool {
    match ty {
        syn::Type::Reference(r) => is_copied(&r.elem),
        syn::Type::Paren(p) => is_copied(&p.elem),
        syn::Type::Slice(s) => is_copied(&s.elem),
        syn::Type::Array(a) => is_copied(&a.elem),
        syn::Type::Tuple(t) => t.elems.iter().all(is_copied),
        syn::Type::Path(p) => match p.path.segments.last() {
            Some(s) if s.ident == "Vec" || s.ident == "VecDeque" => match &s.arguments {
                syn::PathArguments::AngleBracketed(a) => {
                    a.args.iter().all(|a| matches!(a, syn::GenericArgument::Type(t) if is_copied(t)))
                }
                _ => false,
            },
            Some(s) => {
                let name = s.ident.to_string();
                matches!(name.as_str(), "f64" | "f32")
                    || activity::is_constant_type(ty) && !name.starts_with(char::is_uppercase)
            }
            None => false,
        },
        _ => false,
    }
}

/// The last statement that surely gave a buffer other content as a whole before this one did anything to it, of those that do:
/// its last number, and the number of loops around it.
fn last_rewriting(facts: &Facts, block: &Block, stmt: &Stmt, rewriting: &HashSet<Id>) -> Option<(Id, usize)> {
    if rewriting.is_empty() {
        return None;
    }
    let end = |s: &Stmt| facts.sites[&s.id].end;
    let before = block.stmts.partition_point(|s| end(s) < stmt.id);
    let holds = |b: &&Block| b.stmts.iter().any(|s| s.id <= stmt.id && stmt.id <= end(s));
    let around = block.stmts.get(before).filter(|s| s.id < stmt.id);
    let inside = around.and_then(|s| s.blocks().into_iter().find(holds));
    inside.and_then(|b| last_rewriting(facts, b, stmt, rewriting)).or_else(|| {
        let found = block.stmts[..before].iter().rev().find(|s| rewriting.contains(&s.id))?;
        Some((end(found), facts.sites[&found.id].loops.len()))
    })
}

/// What is to be put back for the sake of these.
fn wanted<'a>(reads: impl Iterator<Item = &'a Read>) -> Mode {
    let wanted = |r: &Read| match &r.by {
        Reader::Sweep | Reader::Method(..) => Mode::Restore,
        Reader::Pullback(path, k) => Mode::Wants(path.clone(), *k),
        Reader::Nobody | Reader::Length => Mode::Forget,
    };
    reads.map(wanted).fold(Mode::Forget, Mode::or)
}

/// Whether a reader is the pullback of a function that is known to read nothing.
fn is_unread(func: &Func, r: &Read) -> bool {
    match &r.by {
        Reader::Pullback(path, k) => {
            func.unread.iter().any(|((owner, name), of)| owner.is_empty() && path.path.is_ident(name) && of == k)
        }
        Reader::Method(method, k) => func.unread.iter().any(|(known, of)| known == method && of == k),
        Reader::Sweep | Reader::Nobody | Reader::Length => false,
    }
}

/// Whether anybody reads a variable's content in reverse but functions that are known not to.
pub(super) fn is_heard(func: &Func, facts: &Facts, reads: &[Read], v: Var) -> bool {
    let of_it = reads.iter().filter(|r| leads_to(facts, r.var, v) && !is_unread(func, r));
    wanted(of_it) != Mode::Forget
}

/// A variable of references that is handed on by its name: whether anything is written the callee says.
fn changed_by(func: &Func, facts: &Facts, stmt: &Stmt, w: Var) -> Mode {
    let Kind::Let { op: Op::Call { callee, args, .. }, .. } = &stmt.kind else { return Mode::Restore };
    let Some(path) = callee_of(callee) else { return Mode::Restore };
    let handed = args.iter().enumerate().filter(|(_, a)| {
        let place = a.operand().filter(|o| is_mut(func, o)).and_then(Operand::place);
        place.is_some_and(|p| leads_to(facts, p.base, w))
    });
    let lent = lent_constants(func, stmt).into_iter().any(|v| leads_to(facts, v, w));
    let changed = handed.map(|(k, a)| match a.operand() {
        Some(Operand::Place(_, Pass::Value)) => Mode::Changes(path.clone(), k),
        _ => Mode::Restore,
    });
    changed.fold(if lent { Mode::Restore } else { Mode::Forget }, Mode::or)
}

/// Loops whose iterations leave nothing behind for each other but sums: any value of theirs can be computed again.
pub(super) fn independent(func: &Func, facts: &Facts) -> HashSet<Id> {
    let mut found = HashSet::new();
    func.body.walk(&mut |s| {
        if let Kind::Loop { body, .. } = &s.kind
            && Facts::ranged(s)
            && body.stmts.iter().all(|inner| keeps_to_itself(func, facts, s, inner, body))
        {
            found.insert(s.id);
        }
    });
    found
}

/// Whether a statement changes nothing outside of the loop that the loop reads.
pub(super) fn keeps_to_itself(func: &Func, facts: &Facts, outer: &Stmt, stmt: &Stmt, body: &Block) -> bool {
    let depth = facts.sites[&outer.id].loops.len();
    let mut alone = true;
    stmt.walk(&mut |s| {
        for w in written(func, facts, s) {
            let outside = facts.defs.get(&w).is_some_and(|d| d.loops.len() <= depth);
            if !outside {
                continue;
            }
            let stores = matches!(
                s.kind,
                Kind::Assign { .. } | Kind::Update { op: syn::BinOp::AddAssign(_) | syn::BinOp::SubAssign(_), .. }
            );
            alone &= stores && !read_inside(facts, body, w);
        }
    });
    alone
}

pub(super) fn read_inside(facts: &Facts, body: &Block, v: Var) -> bool {
    let mut read = false;
    let hit = |r: Var| r == v || leads_to(facts, r, v);
    body.walk(&mut |s| {
        for o in operands(s) {
            read |=
                o.place().is_some_and(|p| hit(p.base)) || o.natives().iter().any(|n| n.reads.iter().any(|r| hit(*r)));
        }
        read |= s.lambdas().iter().flat_map(|l| &l.native).any(|n| n.reads.iter().any(|r| hit(*r)));
        read |= match &s.kind {
            Kind::Let { op: Op::Native(n), .. }
            | Kind::If { cond: n, .. }
            | Kind::Loop { kind: Loop::While(n) | Loop::For { range: n, .. }, .. } => n.reads.iter().any(|r| hit(*r)),
            Kind::Match { reads, .. } => reads.iter().any(|r| hit(*r)),
            Kind::Assign { place, .. } | Kind::Update { place, .. } => {
                place.natives().any(|n| n.reads.iter().any(|r| hit(*r)))
            }
            _ => false,
        };
    });
    read
}
