//! Which variables are references that move, and where each of them may lead.
use super::place::{Lead, branches, lead, leaves, part, swapped, taken, template};
use crate::{
    analysis::activity::{Active, Names, pattern_names},
    atom::atom,
};
use quote::ToTokens;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use syn::{Expr, ExprForLoop, FnArg, ItemFn, Local, Pat, Type, parse_quote, visit::Visit, visit_mut::VisitMut};

/// How a variable was declared.
struct Decl {
    /// The blocks around it, from the outside.
    blocks: Vec<usize>,
    /// What it is bound to, if that is seen.
    init: Option<Expr>,
    mutable: bool,
    /// A reference by its type: shared or mutable.
    ty: Option<bool>,
    /// Declared beside others that are chosen by the same branch.
    param: bool,
    item: bool,
}

/// Everything that is declared and assigned in a function.
#[derive(Default)]
struct Seen {
    decls: HashMap<String, Decl>,
    /// What is assigned to a variable, in the order of the text.
    assigned: BTreeMap<String, Vec<Expr>>,
    swapped: Vec<(String, String)>,
    taken: BTreeSet<String>,
    open: Vec<usize>,
    blocks: usize,
}

impl Seen {
    fn of(item: &ItemFn) -> Self {
        let mut seen = Seen::default();
        for arg in &item.sig.inputs {
            if let FnArg::Typed(t) = arg
                && let Pat::Ident(p) = &*t.pat
            {
                let decl = Decl {
                    blocks: vec![],
                    init: None,
                    mutable: p.mutability.is_some(),
                    ty: reference_type(&t.ty),
                    param: true,
                    item: false,
                };
                seen.decls.insert(p.ident.to_string(), decl);
            }
        }
        seen.visit_block(&item.block);
        seen
    }

    fn declare(&mut self, pat: &Pat, init: Option<&Expr>, ty: Option<bool>) {
        let item = false;
        match pat {
            Pat::Type(t) => self.declare(&t.pat, init, reference_type(&t.ty)),
            Pat::Paren(p) => self.declare(&p.pat, init, ty),
            Pat::Ident(p) if p.by_ref.is_none() && p.subpat.is_none() => {
                let (blocks, init) = (self.open.clone(), init.cloned());
                let decl = Decl { blocks, init, mutable: p.mutability.is_some(), ty, param: false, item };
                self.decls.insert(p.ident.to_string(), decl);
            }
            Pat::Tuple(t) => {
                for (k, p) in t.elems.iter().enumerate() {
                    let whole = init.and_then(|e| component(e, k, t.elems.len()));
                    self.declare(p, whole.as_ref(), None);
                }
            }
            pat => {
                for name in pattern_names(pat) {
                    let decl = Decl {
                        blocks: self.open.clone(),
                        init: None,
                        mutable: false,
                        ty: None,
                        param: false,
                        item: true,
                    };
                    self.decls.insert(name, decl);
                }
            }
        }
    }

    fn assign(&mut self, left: &Expr, right: &Expr) {
        match left {
            Expr::Path(p) => {
                if let Some(i) = p.path.get_ident() {
                    self.assigned.entry(i.to_string()).or_default().push(right.clone());
                }
            }
            Expr::Tuple(t) => {
                for (k, l) in t.elems.iter().enumerate() {
                    // what is not seen is no reference
                    let right = component(right, k, t.elems.len()).unwrap_or(parse_quote!(()));
                    self.assign(l, &right);
                }
            }
            _ => {}
        }
    }

    /// Whether a variable is assigned after its declaration.
    fn moves(&self, name: &str) -> bool {
        let swapped = self.swapped.iter().any(|(a, b)| a == name || b == name);
        swapped || self.assigned.contains_key(name) || self.taken.contains(name)
    }

    /// The expressions that a variable gets its value from.
    fn sources(&self, name: &str) -> Option<Vec<Expr>> {
        let init = self.decls.get(name).and_then(|d| d.init.as_ref());
        let assigned = self.assigned.get(name).into_iter().flatten();
        let mut all = Vec::new();
        for e in init.into_iter().chain(assigned) {
            all.extend(leaves(e)?.into_iter().cloned());
        }
        Some(all)
    }

    fn is_reference(&self, e: &Expr, asked: &mut BTreeSet<String>) -> bool {
        let Some(lead) = lead(e) else { return false };
        // what is taken out of a variable is what the variable is
        if lead.mutable.is_some() && !taken_head(&lead) {
            return true;
        }
        let name = lead.head.to_string();
        let Some(decl) = self.decls.get(&name) else { return false };
        if decl.param || decl.ty.is_some() {
            return decl.ty.is_some();
        }
        if !asked.insert(name.clone()) {
            return true; // as the others that it is assigned from say
        }
        self.sources(&name).is_some_and(|all| !all.is_empty() && all.iter().all(|e| self.is_reference(e, asked)))
    }

    /// Whether what a variable leads to may be written through it.
    fn mutable(&self, name: &str, asked: &mut BTreeSet<String>) -> bool {
        let Some(decl) = self.decls.get(name) else { return false };
        if let Some(mutable) = decl.ty {
            return mutable;
        }
        asked.insert(name.to_string())
            && self.sources(name).unwrap_or_default().iter().filter_map(lead).any(|l| match l.mutable {
                Some(true) if taken_head(&l) => self.mutable(&l.head.to_string(), asked),
                Some(mutable) => mutable,
                None => self.mutable(&l.head.to_string(), asked),
            })
    }

    /// The names of a loop's pattern, with what is known of the items.
    fn items(&mut self, pat: &Pat, e: &Expr) {
        match (pat, e) {
            (_, Expr::Paren(p)) => return self.items(pat, &p.expr),
            (Pat::Tuple(t), Expr::MethodCall(m)) if t.elems.len() == 2 => match m.method.to_string().as_str() {
                "enumerate" => {
                    self.items(&t.elems[0], &parse_quote!(..));
                    return self.items(&t.elems[1], &m.receiver);
                }
                "zip" if m.args.len() == 1 => {
                    self.items(&t.elems[0], &m.receiver);
                    return self.items(&t.elems[1], &m.args[0]);
                }
                "rev" | "skip" | "take" | "step_by" => return self.items(pat, &m.receiver),
                _ => {}
            },
            _ => {}
        }
        let ty = matches!(pat, Pat::Ident(_)).then(|| self.item_kind(e)).flatten();
        for name in pattern_names(pat) {
            let blocks = self.open.clone();
            self.decls.insert(name, Decl { blocks, init: None, mutable: false, ty, param: false, item: true });
        }
    }

    /// Whether the items of an iterator are references, and mutable ones.
    fn item_kind(&self, e: &Expr) -> Option<bool> {
        match e {
            Expr::Paren(p) => self.item_kind(&p.expr),
            Expr::Reference(r) => Some(r.mutability.is_some()),
            Expr::Path(p) => self.decls.get(&p.path.get_ident()?.to_string())?.ty,
            Expr::MethodCall(m) => match m.method.to_string().as_str() {
                "iter" | "windows" | "chunks" | "chunks_exact" | "rchunks" => Some(false),
                "iter_mut" | "chunks_mut" | "chunks_exact_mut" => Some(true),
                "rev" | "skip" | "take" | "step_by" | "filter" | "skip_while" | "take_while" | "inspect" | "chain"
                | "cycle" | "by_ref" | "peekable" | "fuse" => self.item_kind(&m.receiver),
                "flat_map" => match m.args.first()? {
                    Expr::Closure(c) => self.item_kind(&c.body),
                    _ => None,
                },
                _ => None,
            },
            _ => None,
        }
    }

    fn inside(&mut self, f: impl FnOnce(&mut Self)) {
        self.blocks += 1;
        self.open.push(self.blocks);
        f(self);
        self.open.pop();
    }
}

/// Part `k` of a tuple, also where branches choose the tuple: then a branch between the parts.
fn component(e: &Expr, k: usize, of: usize) -> Option<Expr> {
    if let Some(part) = part(e, k, of) {
        return Some(part);
    }
    if !branches(e) {
        return None;
    }
    let parts: Vec<Expr> = leaves(e)?.into_iter().map(|l| part(l, k, of)).collect::<Option<_>>()?;
    // for the analysis alone: which one is not asked here
    let arms = parts.iter().map(|p| quote::quote!(_ => #p,));
    Some(parse_quote!(match () { #(#arms)* }))
}

/// `&T` is `Some(false)`, `&mut T` is `Some(true)`.
fn reference_type(ty: &Type) -> Option<bool> {
    match ty {
        Type::Reference(r) => Some(r.mutability.is_some()),
        Type::Paren(p) => reference_type(&p.elem),
        _ => None,
    }
}

impl Visit<'_> for Seen {
    fn visit_block(&mut self, b: &syn::Block) {
        self.inside(|s| syn::visit::visit_block(s, b));
    }
    fn visit_arm(&mut self, a: &syn::Arm) {
        self.inside(|s| {
            s.declare(&a.pat, None, None);
            syn::visit::visit_arm(s, a);
        });
    }
    fn visit_local(&mut self, l: &Local) {
        syn::visit::visit_local(self, l);
        self.declare(&l.pat, l.init.as_ref().map(|i| &*i.expr), None);
    }
    fn visit_expr_for_loop(&mut self, f: &ExprForLoop) {
        self.visit_expr(&f.expr);
        self.inside(|s| {
            s.items(&f.pat, &f.expr);
            s.visit_block(&f.body);
        });
    }
    fn visit_expr_closure(&mut self, c: &syn::ExprClosure) {
        self.inside(|s| {
            c.inputs.iter().for_each(|p| s.declare(p, None, None));
            syn::visit::visit_expr_closure(s, c);
        });
    }
    fn visit_expr_let(&mut self, l: &syn::ExprLet) {
        syn::visit::visit_expr_let(self, l);
        self.declare(&l.pat, None, None);
    }
    fn visit_expr_assign(&mut self, a: &syn::ExprAssign) {
        syn::visit::visit_expr_assign(self, a);
        self.assign(&a.left, &a.right);
    }
    fn visit_expr_call(&mut self, c: &syn::ExprCall) {
        syn::visit::visit_expr_call(self, c);
        let e = Expr::Call(c.clone());
        self.taken.extend(taken(&e).map(|i| i.to_string()));
        self.swapped.extend(swapped(&e).map(|(a, b)| (a.to_string(), b.to_string())));
    }
    fn visit_item(&mut self, _: &syn::Item) {}
}

/// What is seen of the variables of a function.
pub(crate) struct Known {
    seen: Seen,
    /// Containers of elements by their type or by what they are made as.
    sequences: BTreeSet<String>,
}

impl Known {
    pub(crate) fn of(item: &ItemFn) -> Self {
        let seen = Seen::of(item);
        let mut sequences = BTreeSet::new();
        for arg in &item.sig.inputs {
            if let FnArg::Typed(t) = arg
                && let Pat::Ident(p) = &*t.pat
                && is_sequence_type(&t.ty)
            {
                sequences.insert(p.ident.to_string());
            }
        }
        let made = seen.decls.iter().filter(|(_, d)| d.init.as_ref().is_some_and(is_sequence));
        sequences.extend(made.map(|(n, _)| n.clone()));
        let mut declared = Declared(BTreeSet::new());
        declared.visit_item_fn(item);
        sequences.extend(declared.0);
        Known { seen, sequences }
    }

    /// Whether an expression is a reference, and a mutable one.
    pub(crate) fn reference(&self, e: &Expr) -> Option<bool> {
        let name = lead(e)?.head.to_string();
        let decl = self.seen.decls.get(&name)?;
        if decl.ty.is_some() || decl.param {
            return decl.ty;
        }
        // as it starts so it stays
        let first = leaves(decl.init.as_ref()?)?;
        let reference = first.iter().all(|e| self.seen.is_reference(e, &mut BTreeSet::new()));
        (reference && !first.is_empty()).then(|| self.mutable(&name))
    }

    pub(crate) fn mutable(&self, name: &str) -> bool {
        self.seen.mutable(name, &mut BTreeSet::new())
    }

    /// Whether a variable is assigned after its declaration.
    pub(crate) fn moves(&self, name: &str) -> bool {
        self.seen.moves(name)
    }

    /// Whether a variable is a view by a method, which is no reference.
    pub(crate) fn is_view(&self, name: &str) -> bool {
        let init = self.seen.decls.get(name).and_then(|d| d.init.as_ref());
        init.and_then(lead).is_some_and(|l| l.view)
    }

    pub(crate) fn is_sequence(&self, e: &Expr) -> bool {
        matches!(e, Expr::Path(p) if p.path.get_ident().is_some_and(|i| self.sequences.contains(&i.to_string())))
    }

    pub(crate) fn items_are_references(&self, e: &Expr) -> Option<bool> {
        self.seen.item_kind(e)
    }

    /// A variable that was not there before.
    pub(crate) fn insert(&mut self, name: &str, mutable: bool) {
        let ty = Some(mutable);
        let decl = Decl { blocks: vec![], init: None, mutable: false, ty, param: false, item: false };
        self.seen.decls.insert(name.to_string(), decl);
    }
}

/// The names of variables that a type says to be sequences: `let x: Vec<f64> = ..`
struct Declared(BTreeSet<String>);

impl Visit<'_> for Declared {
    fn visit_pat_type(&mut self, t: &syn::PatType) {
        if let (Pat::Ident(p), true) = (&*t.pat, is_sequence_type(&t.ty)) {
            self.0.insert(p.ident.to_string());
        }
        syn::visit::visit_pat_type(self, t);
    }
    fn visit_item(&mut self, _: &syn::Item) {}
}

fn is_sequence_type(ty: &Type) -> bool {
    match ty {
        Type::Reference(r) => is_sequence_type(&r.elem),
        Type::Slice(_) | Type::Array(_) => true,
        Type::Path(p) => p.path.segments.last().is_some_and(|s| s.ident == "Vec"),
        _ => false,
    }
}

fn is_sequence(e: &Expr) -> bool {
    match e {
        Expr::Array(_) | Expr::Repeat(_) => true,
        Expr::Macro(m) => m.mac.path.is_ident("vec"),
        Expr::MethodCall(m) => m.method == "to_vec",
        Expr::Call(c) => matches!(&*c.func, Expr::Path(p) if p.path.segments.first().is_some_and(|s| s.ident == "Vec")),
        // `x.split_at(n).0`
        Expr::Field(f) => {
            matches!(&*f.base, Expr::MethodCall(m) if crate::syntax::is_split(m))
        }
        Expr::Reference(r) => matches!(&*r.expr, Expr::Index(i) if matches!(&*i.index, Expr::Range(_))),
        _ => false,
    }
}

/// A variable that moves.
#[derive(Debug)]
pub(super) struct Cursor {
    pub(super) group: usize,
    /// What is made of it may be written through.
    pub(super) mutable: bool,
    /// Made where it is used; otherwise once, where it is declared.
    pub(super) moves: bool,
    /// It leads to one element of what the others of its group are slices of.
    pub(super) element: bool,
}

/// Where the variables of a group may lead.
#[derive(Default)]
pub(super) struct Group {
    pub(super) sites: Vec<Site>,
    /// Sub-slices are cut: the numbers include a start and an end.
    pub(super) ranged: bool,
    /// So many further numbers.
    pub(super) slots: usize,
}

pub(super) struct Site {
    pub(super) place: Expr,
    pub(super) view: bool,
    pub(super) head: String,
    key: String,
}

#[derive(Default)]
pub(super) struct Plan {
    pub(super) cursors: BTreeMap<String, Cursor>,
    pub(super) groups: Vec<Group>,
}

impl Plan {
    /// The number of a site.
    pub(super) fn site(&self, group: usize, lead: &Lead) -> usize {
        let key = key(lead);
        self.groups[group].sites.iter().position(|s| s.key == key).unwrap_or(0)
    }
}

fn key(lead: &Lead) -> String {
    template(lead).place.to_token_stream().to_string()
}

/// All references that move and are understood.
pub(super) fn plan(item: &ItemFn, active: &Active) -> Plan {
    let seen = Seen::of(item);
    let mut finder = Finder { seen: &seen, active, rejected: BTreeSet::new(), promoted: BTreeSet::new() };
    loop {
        let before = (finder.rejected.len(), finder.promoted.len());
        let cursors = finder.candidates();
        for name in &cursors {
            finder.judge(name, &cursors);
        }
        if before == (finder.rejected.len(), finder.promoted.len()) {
            let cursors: Vec<String> = cursors.into_iter().filter(|c| !finder.rejected.contains(c)).collect();
            return finder.groups(&cursors);
        }
    }
}

struct Finder<'a> {
    seen: &'a Seen,
    active: &'a Active,
    rejected: BTreeSet<String>,
    /// Variables whose state others are assigned: they move in the sense that their numbers are kept.
    promoted: BTreeSet<String>,
}

impl Finder<'_> {
    fn candidates(&self) -> BTreeSet<String> {
        let mut found = self.promoted.clone();
        let swapped = self.seen.swapped.iter().flat_map(|(a, b)| [a, b]);
        let moved = self.seen.assigned.keys().chain(swapped).chain(&self.seen.taken);
        let chosen = self.seen.decls.iter().filter(|(_, d)| d.init.as_ref().is_some_and(branches)).map(|(n, _)| n);
        for name in moved.chain(chosen) {
            let Some(decl) = self.seen.decls.get(name) else { continue };
            let ident = syn::Ident::new_raw_or_plain(name);
            let active = self.active.contains(&ident);
            let all = self.seen.sources(name).unwrap_or_default();
            if active
                && !decl.param
                && !decl.item
                && !all.is_empty()
                && all.iter().all(|e| self.seen.is_reference(e, &mut BTreeSet::new()))
            {
                found.insert(name.clone());
            }
        }
        // `let (a, rest) = mem::take(&mut out).split_at_mut(n);`: parts of what moves move
        loop {
            let before = found.len();
            for (name, decl) in &self.seen.decls {
                let Some(lead) = decl.init.as_ref().and_then(lead) else { continue };
                let parts = lead.mutable.unwrap_or(true) && found.contains(&lead.head.to_string());
                if parts && is_part(&lead) {
                    found.insert(name.clone());
                }
            }
            if found.len() == before {
                break;
            }
        }
        found.retain(|n| !self.rejected.contains(n));
        found
    }

    /// Whether a variable leads to an element of what another one leads to.
    fn is_element(&self, name: &str, cursors: &BTreeSet<String>) -> bool {
        self.is_element_beside(name, cursors, &mut BTreeSet::new())
    }

    /// An entry of what another variable leads to, or a copy of such a reference.
    fn is_element_beside(&self, name: &str, cursors: &BTreeSet<String>, seen: &mut BTreeSet<String>) -> bool {
        let sources = self.seen.sources(name).unwrap_or_default();
        seen.insert(name.to_string())
            && sources.iter().filter_map(lead).any(|l| {
                let head = l.head.to_string();
                let copied = l.steps.is_empty() && !l.whole;
                cursors.contains(&head) && (l.ends_in_index() || copied && self.is_element_beside(&head, cursors, seen))
            })
    }

    /// Rejects a variable one of whose sources is not understood, and promotes what it is assigned from.
    fn judge(&mut self, name: &str, cursors: &BTreeSet<String>) {
        let blocks = self.seen.decls[name].blocks.clone();
        for e in self.seen.sources(name).unwrap_or_default() {
            let Some(lead) = lead(&e) else {
                self.rejected.insert(name.to_string());
                return;
            };
            let head = lead.head.to_string();
            if cursors.contains(&head) {
                let element = self.is_element(name, cursors);
                let fits = lead.ends_in_index() == element
                    || lead.steps.is_empty() && self.is_element(&head, cursors) == element;
                if lead.whole || !is_part(&lead) || !fits {
                    self.rejected.insert(name.to_string());
                }
                continue;
            }
            let Some(decl) = self.seen.decls.get(&head) else {
                self.rejected.insert(name.to_string());
                continue;
            };
            if blocks.starts_with(&decl.blocks) {
                if self.is_element(name, cursors) && !lead.ends_in_index() {
                    self.rejected.insert(name.to_string());
                }
                continue;
            }
            let known = decl.init.is_some() && !decl.mutable && !decl.item;
            let all = self.seen.sources(&head).unwrap_or_default();
            if !lead.whole
                && known
                && !self.rejected.contains(&head)
                && all.iter().all(|e| self.seen.is_reference(e, &mut BTreeSet::new()))
            {
                self.promoted.insert(head);
            } else {
                self.rejected.insert(name.to_string());
            }
        }
    }

    /// Variables that are copied to each other share their sites.
    fn groups(&self, cursors: &[String]) -> Plan {
        let mut group: BTreeMap<&str, usize> = cursors.iter().enumerate().map(|(k, n)| (n.as_str(), k)).collect();
        let mut join = |a: &str, b: &str| {
            if let (Some(&x), Some(&y)) = (group.get(a), group.get(b)) {
                group.values_mut().filter(|g| **g == y).for_each(|g| *g = x);
            }
        };
        for name in cursors {
            for lead in self.seen.sources(name).unwrap_or_default().iter().filter_map(lead) {
                join(name, &lead.head.to_string());
            }
        }
        self.seen.swapped.iter().for_each(|(a, b)| join(a, b));
        let mut plan = Plan::default();
        let numbers: BTreeSet<usize> = group.values().copied().collect();
        let number: HashMap<usize, usize> = numbers.into_iter().enumerate().map(|(k, g)| (g, k)).collect();
        plan.groups.resize_with(number.len(), Group::default);
        for name in cursors {
            let g = number[&group[name.as_str()]];
            self.sites(name, &mut plan.groups[g], cursors);
            let seen = self.seen;
            let mutable = self.seen.mutable(name, &mut BTreeSet::new());
            let assigned = seen.assigned.contains_key(name)
                || seen.taken.contains(name)
                || seen.swapped.iter().any(|(a, b)| a == name || b == name);
            let init = seen.decls[name].init.as_ref();
            let of_another = init.and_then(lead).is_some_and(|l| cursors.contains(&l.head.to_string()));
            let moves = assigned || mutable && of_another;
            let element = self.is_element(name, &cursors.iter().cloned().collect());
            plan.cursors.insert(name.clone(), Cursor { group: g, mutable, moves, element });
        }
        // what is copied to itself and each other only refers to nothing
        plan.cursors.retain(|_, cursor| !plan.groups[cursor.group].sites.is_empty());
        plan
    }

    fn sites(&self, name: &str, group: &mut Group, cursors: &[String]) {
        for lead in self.seen.sources(name).unwrap_or_default().iter().filter_map(lead) {
            let head = lead.head.to_string();
            if cursors.contains(&head) {
                group.ranged |= !lead.steps.is_empty();
                continue;
            }
            let element = self.is_element(name, &cursors.iter().cloned().collect());
            let lead = if element { lead.as_range() } else { lead };
            let t = template(&lead);
            group.ranged |= t.range.is_some();
            group.slots = group.slots.max(t.values.len());
            let key = key(&lead);
            if !group.sites.iter().any(|s| s.key == key) {
                group.sites.push(Site { place: t.place, view: lead.view, head, key });
            }
        }
    }
}

/// A sub-slice, or an element.
fn is_part(lead: &Lead) -> bool {
    let steps = if lead.ends_in_index() { &lead.steps[..lead.steps.len() - 1] } else { &lead.steps[..] };
    steps.iter().all(|s| matches!(s, super::place::Step::Range(_)))
}

/// `mem::take(&mut r)`: as mutable as `r` is.
fn taken_head(l: &Lead) -> bool {
    l.steps.is_empty() && !l.whole && l.mutable == Some(true)
}

// ---- loops over items that are kept --------------------------------------------------------------------------------

/// ```text
/// for r in rows { if .. { best = r; } }    =>    for k in 0..rows.len() { let r = &rows[k]; if .. { best = r; } }
/// ```
pub(super) fn index_loops(item: &mut ItemFn, active: &Active) {
    let seen = Seen::of(item);
    let mut kept: BTreeSet<String> = BTreeSet::new();
    for (name, sources) in &seen.assigned {
        let ident = syn::Ident::new_raw_or_plain(name);
        if !active.contains(&ident) {
            continue;
        }
        for e in sources.iter().filter_map(leaves).flatten() {
            kept.extend(lead(e).filter(|l| !l.whole).map(|l| l.head.to_string()));
        }
    }
    kept.retain(|n| seen.decls.get(n).is_some_and(|d| d.item));
    if !kept.is_empty() {
        Indexed { kept: &kept, seen: &seen, count: 0 }.visit_block_mut(&mut item.block);
    }
}

struct Indexed<'a> {
    kept: &'a BTreeSet<String>,
    seen: &'a Seen,
    count: usize,
}

impl VisitMut for Indexed<'_> {
    fn visit_expr_for_loop_mut(&mut self, f: &mut ExprForLoop) {
        syn::visit_mut::visit_expr_for_loop_mut(self, f);
        if !pattern_names(&f.pat).iter().any(|n| self.kept.contains(n)) {
            return;
        }
        let (iter, pat, counter) = match (&*f.expr, &*f.pat) {
            (Expr::MethodCall(m), Pat::Tuple(t)) if m.method == "enumerate" && t.elems.len() == 2 => {
                ((*m.receiver).clone(), t.elems[1].clone(), Some(t.elems[0].clone()))
            }
            (e, pat) => (e.clone(), pat.clone(), None),
        };
        let Some((start, iter)) = self.started(&iter) else { return };
        if start.is_some() && counter.is_some() {
            return;
        }
        let start = start.unwrap_or(parse_quote!(0));
        let Some((source, item)) = self.item(&iter) else { return };
        // what it runs over may be another one before the loop ends
        let mut inside = Seen::default();
        inside.visit_block(&f.body);
        if Names::of(&iter).iter().any(|n| inside.moves(n)) {
            return;
        }
        self.count += 1;
        let k = syn::Ident::new(&format!("entry_{}", self.count), proc_macro2::Span::mixed_site());
        let item = item(&k);
        let (start, source) = (atom(&start), atom(&source));
        *f.expr = parse_quote!(#start..#source);
        *f.pat = parse_quote!(#k);
        if let Some(counter) = counter {
            f.body.stmts.insert(0, parse_quote!(let #counter = #k;));
        }
        f.body.stmts.insert(0, parse_quote!(let #pat = #item;));
    }
}

type Entry = Box<dyn Fn(&syn::Ident) -> Expr>;

impl Indexed<'_> {
    /// Where `x.iter().skip(n)` begins, and what is left of it.
    fn started(&self, e: &Expr) -> Option<(Option<Expr>, Expr)> {
        match e {
            Expr::Paren(p) => self.started(&p.expr),
            Expr::MethodCall(m) if m.method == "skip" && m.args.len() == 1 => match self.started(&m.receiver)? {
                (None, rest) => Some((m.args.first().cloned(), rest)),
                _ => None,
            },
            e => Some((None, e.clone())),
        }
    }

    /// How many items there are, and the item at an index.
    fn item(&self, e: &Expr) -> Option<(Expr, Entry)> {
        let entries = |x: Expr, mutable: bool| -> Option<(Expr, Entry)> {
            let x = atom(&x);
            let n = parse_quote!(#x.len());
            Some(match mutable {
                true => (n, Box::new(move |k| parse_quote!(&mut #x[#k]))),
                false => (n, Box::new(move |k| parse_quote!(&#x[#k]))),
            })
        };
        match e {
            Expr::Paren(p) => self.item(&p.expr),
            Expr::Reference(r) => {
                lead(e)?;
                entries((*r.expr).clone(), r.mutability.is_some())
            }
            Expr::Path(p) => {
                let ty = self.seen.decls.get(&p.path.get_ident()?.to_string())?.ty?;
                entries(e.clone(), ty)
            }
            Expr::MethodCall(m) if m.method == "take" && m.args.len() == 1 => {
                let ((len, item), n) = (self.item(&m.receiver)?, m.args.first()?);
                let len = atom(&len);
                Some((parse_quote!(#len.min(#n)), item))
            }
            Expr::MethodCall(m) => {
                let x = atom(&m.receiver);
                lead(&parse_quote!(&#x))?;
                match (m.method.to_string().as_str(), m.args.first().map(atom)) {
                    ("iter", None) => entries(x, false),
                    ("iter_mut", None) => entries(x, true),
                    ("windows", Some(n)) => {
                        let len = parse_quote!((#x.len() + 1).saturating_sub(#n));
                        Some((len, Box::new(move |k| parse_quote!(&#x[#k..#k + #n]))))
                    }
                    ("chunks_exact", Some(n)) => {
                        let len = parse_quote!(#x.len() / #n);
                        Some((len, Box::new(move |k| parse_quote!(&#x[#k * #n..(#k + 1) * #n]))))
                    }
                    _ => None,
                }
            }
            _ => None,
        }
    }
}

/// Identifiers from names.
trait RawOrPlain {
    fn new_raw_or_plain(name: &str) -> syn::Ident;
}

impl RawOrPlain for syn::Ident {
    fn new_raw_or_plain(name: &str) -> syn::Ident {
        match name.strip_prefix("r#") {
            Some(raw) => syn::Ident::new_raw(raw, proc_macro2::Span::call_site()),
            None => syn::Ident::new(name, proc_macro2::Span::call_site()),
        }
    }
}
