//! Rewrites the statements of a function: what gives a moving reference its value sets its numbers, what uses it makes the
//! reference from them first.
use super::{
    find::{Cursor, Group, Plan},
    place::{self, Lead, Step, bounds, branches, lead, swapped, taken},
};
use crate::{
    atom::{atom, tail},
    names::Names,
};
use proc_macro2::{Span, TokenStream, TokenTree};
use quote::ToTokens;
use std::collections::{BTreeMap, BTreeSet, HashSet};
use syn::{
    Block, Expr, Ident, ItemFn, Local, Pat, Stmt, parse_quote,
    visit::Visit,
    visit_mut::{self, VisitMut},
};

pub(super) fn rewrite(item: &mut ItemFn, plan: &Plan) {
    let names = Names::beside(item);
    let mut r = Rewriter { plan, names, state: BTreeMap::new() };
    for name in plan.cursors.keys() {
        let state = r.numbers(name);
        r.state.insert(name.clone(), state);
    }
    r.block(&mut item.block);
}

/// The numbers of a variable.
#[derive(Clone)]
struct State {
    site: Option<Ident>,
    slots: Vec<Ident>,
    range: Option<(Ident, Ident)>,
}

impl State {
    fn all(&self) -> Vec<&Ident> {
        let range = self.range.iter().flat_map(|(a, b)| [a, b]);
        self.site.iter().chain(&self.slots).chain(range).collect()
    }
}

struct Rewriter<'a> {
    plan: &'a Plan,
    names: Names,
    state: BTreeMap<String, State>,
}

impl Rewriter<'_> {
    fn fresh(&mut self, name: &str) -> Ident {
        self.names.ident(name)
    }

    fn numbers(&mut self, name: &str) -> State {
        let group = &self.plan.groups[self.plan.cursors[name].group];
        let site = (group.sites.len() > 1).then(|| self.fresh(&format!("{name}_site")));
        let slots = (0..group.slots).map(|k| self.fresh(&format!("{name}_at_{k}"))).collect();
        let range = group.ranged.then(|| (self.fresh(&format!("{name}_start")), self.fresh(&format!("{name}_end"))));
        State { site, slots, range }
    }

    fn cursor(&self, name: &str) -> Option<&Cursor> {
        self.plan.cursors.get(name)
    }

    fn group(&self, name: &str) -> &Group {
        &self.plan.groups[self.plan.cursors[name].group]
    }

    // ---- statements ------------------------------------------------------------------------------------------------

    fn block(&mut self, block: &mut Block) {
        let mut out = Vec::new();
        for stmt in std::mem::take(&mut block.stmts) {
            self.stmt(stmt, &mut out);
        }
        block.stmts = out;
    }

    fn stmt(&mut self, stmt: Stmt, out: &mut Vec<Stmt>) {
        match stmt {
            Stmt::Local(local) if self.declares(&local.pat) => self.declare(local, out),
            Stmt::Local(mut local) => {
                if let Some(init) = &mut local.init {
                    self.expr(&mut init.expr, out);
                }
                out.push(Stmt::Local(local));
            }
            Stmt::Expr(e, semi) => {
                if self.moves(&e, out) {
                    return;
                }
                let mut e = e;
                self.expr(&mut e, out);
                out.push(Stmt::Expr(e, semi));
            }
            Stmt::Macro(mut m) => {
                let mut e = Expr::Macro(syn::ExprMacro { attrs: vec![], mac: m.mac.clone() });
                self.expr(&mut e, out);
                if let Expr::Macro(e) = e {
                    m.mac = e.mac;
                }
                out.push(Stmt::Macro(m));
            }
            item => out.push(item),
        }
    }

    fn declares(&self, pat: &Pat) -> bool {
        crate::analysis::activity::pattern_names(pat).iter().any(|n| self.plan.cursors.contains_key(n))
    }

    /// An expression in the place of a statement or of a `let`'s value. What it uses is made before it; where something is
    /// moved inside, that happens at the inner statements.
    fn expr(&mut self, e: &mut Expr, out: &mut Vec<Stmt>) {
        let mut moved = Moved { plan: self.plan, found: false };
        moved.visit_expr(e);
        if !moved.found {
            return self.make(e, out);
        }
        match e {
            Expr::Paren(p) => self.expr(&mut p.expr, out),
            Expr::Group(g) => self.expr(&mut g.expr, out),
            Expr::If(i) => {
                self.make(&mut i.cond, out);
                self.block(&mut i.then_branch);
                if let Some((_, els)) = &mut i.else_branch {
                    self.expr(els, out);
                }
            }
            Expr::Match(m) => {
                self.make(&mut m.expr, out);
                for arm in &mut m.arms {
                    if let Pat::Guard(g) = &mut arm.pat {
                        self.make(&mut g.guard, out);
                    }
                    self.branch(&mut arm.body);
                }
            }
            Expr::Block(b) => self.block(&mut b.block),
            Expr::Unsafe(b) => self.block(&mut b.block),
            Expr::Loop(l) => self.block(&mut l.body),
            Expr::ForLoop(f) => {
                self.make(&mut f.expr, out);
                self.block(&mut f.body);
            }
            Expr::While(w) => {
                self.block(&mut w.body);
                if let Expr::Let(l) = &*w.cond {
                    let (mut head, mut scrutinee) = (Vec::new(), (*l.expr).clone());
                    self.make(&mut scrutinee, &mut head);
                    let (pat, body, label) = (&l.pat, &w.body, &w.label);
                    *e = parse_quote!(#label loop { #(#head)* if let #pat = #scrutinee #body else { break; } });
                } else {
                    self.inline(&mut w.cond);
                }
            }
            // the innermost place where something moves is a statement of its own, or rustc and the lowering say so
            _ => self.make(e, out),
        }
    }

    /// The body of an arm, as a block where it moves something.
    fn branch(&mut self, body: &mut Expr) {
        let mut moved = Moved { plan: self.plan, found: false };
        moved.visit_expr(body);
        if moved.found && !matches!(body, Expr::Block(_)) {
            let value = tail(body);
            *body = parse_quote!({ #value });
        }
        match body {
            Expr::Block(b) => self.block(&mut b.block),
            body => {
                let mut head = Vec::new();
                self.make(body, &mut head);
                if !head.is_empty() {
                    let value = tail(body);
                    *body = parse_quote!({ #(#head)* #value });
                }
            }
        }
    }

    // ---- uses ------------------------------------------------------------------------------------------------------

    /// Makes the references that an expression uses, before it.
    fn make(&mut self, e: &mut Expr, out: &mut Vec<Stmt>) {
        let used = crate::analysis::activity::Names::of(e);
        let used: BTreeSet<String> = used.into_iter().filter(|n| self.cursor(n).is_some_and(|c| c.moves)).collect();
        if used.is_empty() {
            return;
        }
        let mut renames = BTreeMap::new();
        for names in self.together(used) {
            let made: Vec<Ident> = names.iter().map(|n| self.fresh(&format!("{n}_here"))).collect();
            out.extend(self.made(&names, &made));
            for (name, made) in names.into_iter().zip(made) {
                let cursor = &self.plan.cursors[&name];
                let mutable: Option<syn::Token![mut]> = cursor.mutable.then(Default::default);
                let element = cursor.element.then(|| quote::quote!((&#mutable #made[0])));
                renames.insert(name, element.unwrap_or(made.into_token_stream()));
            }
        }
        Substitute { renames: &renames }.visit_expr_mut(e);
    }

    /// References that may lead to the same variable, one of them mutable, are made by one expression.
    fn together(&self, used: BTreeSet<String>) -> Vec<Vec<String>> {
        let mut clusters: Vec<Vec<String>> = Vec::new();
        for name in used {
            let meets = |other: &String| {
                let either = self.plan.cursors[&name].mutable || self.plan.cursors[other].mutable;
                let (a, b) = (&self.group(&name).sites, &self.group(other).sites);
                either && a.iter().any(|s| b.iter().any(|t| s.head == t.head))
            };
            let mut cluster = vec![name.clone()];
            clusters.retain(|c| {
                let joined = c.iter().any(meets);
                if joined {
                    cluster.extend(c.iter().cloned());
                }
                !joined
            });
            clusters.push(cluster);
        }
        clusters
    }

    /// `let r_here = match r_site { 0 => &a[..], _ => &b[..] };`
    fn made(&self, names: &[String], made: &[Ident]) -> Vec<Stmt> {
        if let ([name], [ident]) = (names, made) {
            let e = self.reference(name);
            return vec![parse_quote!(let #ident = #e;)];
        }
        let sites: Vec<usize> = names.iter().map(|n| self.group(n).sites.len()).collect();
        let count: usize = sites.iter().product();
        let mut arms: Vec<TokenStream> = Vec::new();
        for mut k in 0..count {
            let at: Vec<usize> = sites
                .iter()
                .map(|n| {
                    let i = k % n;
                    k /= n;
                    i
                })
                .collect();
            let Some(value) = self.apart(names, &at) else { continue };
            let pats = at.iter().zip(&sites).filter(|(_, n)| **n > 1).map(|(i, _)| syn::Index::from(*i));
            arms.push(quote::quote!((#(#pats,)*) => #value,));
        }
        let numbers = names.iter().filter_map(|n| self.state[n].site.as_ref());
        let e: Expr = match &arms[..] {
            [] => parse_quote!(::core::compile_error!(
                "where these references lead to at once can't be followed: index the data instead"
            )),
            _ if count == 1 => self.apart(names, &vec![0; names.len()]).unwrap_or(parse_quote!(())),
            _ => parse_quote!(match (#(#numbers,)*) { #(#arms)* _ => ::core::unreachable!() }),
        };
        vec![parse_quote!(let (#(#made),*) = #e;)]
    }

    /// Several references at their sites as a tuple; `None` where two of them can't be there at once.
    fn apart(&self, names: &[String], at: &[usize]) -> Option<Expr> {
        let mut parts: Vec<Option<Expr>> = vec![None; names.len()];
        for k in 0..names.len() {
            if parts[k].is_some() {
                continue;
            }
            let head = |j: usize| &self.group(&names[j]).sites[at[j]].head;
            let same: Vec<usize> = (0..names.len()).filter(|j| head(*j) == head(k)).collect();
            if same.len() == 1 || same.iter().all(|j| !self.plan.cursors[&names[*j]].mutable) {
                parts[k] = Some(self.reference_at(&names[k], at[k]));
                continue;
            }
            // parts of one variable: all must be cut out of the same place
            let group = self.plan.cursors[&names[k]].group;
            if self.group(&names[k]).ranged
                && (2..=4).contains(&same.len())
                && same.iter().all(|j| self.plan.cursors[&names[*j]].group == group && at[*j] == at[k])
                && self.group(&names[k]).slots == 0
            {
                let place = &self.group(&names[k]).sites[at[k]].place;
                let ranges = same.iter().map(|j| {
                    let (start, end) = self.state[&names[*j]].range.as_ref().expect("a ranged group");
                    quote::quote!(#start..#end)
                });
                let function =
                    Ident::new(["apart_mut", "apart_3_mut", "apart_4_mut"][same.len() - 2], Span::mixed_site());
                let all: Expr = parse_quote!(::autodiff_core::rules::#function(&mut #place[..], #(#ranges),*));
                return (names.len() == same.len()).then_some(all);
            }
            return None;
        }
        let parts = parts.into_iter().collect::<Option<Vec<_>>>()?;
        Some(parse_quote!((#(#parts),*)))
    }

    fn reference(&self, name: &str) -> Expr {
        let group = self.group(name);
        match &self.state[name].site {
            None => self.reference_at(name, 0),
            Some(site) => {
                let arms = (0..group.sites.len()).map(|k| {
                    let (e, k) = (self.reference_at(name, k), syn::Index::from(k));
                    quote::quote!(#k => #e,)
                });
                parse_quote!(match #site { #(#arms)* _ => ::core::unreachable!() })
            }
        }
    }

    fn reference_at(&self, name: &str, k: usize) -> Expr {
        let site = &self.group(name).sites[k];
        let place = self.filled(&site.place, &self.state[name].slots);
        let mutable: Option<syn::Token![mut]> = self.plan.cursors[name].mutable.then(Default::default);
        match &self.state[name].range {
            Some((start, _)) if self.plan.cursors[name].element && !self.plan.cursors[name].moves => {
                parse_quote!(&#mutable #place[#start])
            }
            Some((start, end)) => parse_quote!(&#mutable #place[#start..#end]),
            None if site.view => place,
            None => parse_quote!(&#mutable #place),
        }
    }

    /// A template with numbers in its slots.
    fn filled(&self, place: &Expr, slots: &[impl ToTokens]) -> Expr {
        let renames =
            slots.iter().enumerate().map(|(k, s)| (place::slot(k).to_string(), s.to_token_stream())).collect();
        let mut place = place.clone();
        Substitute { renames: &renames }.visit_expr_mut(&mut place);
        place
    }

    /// A condition that is evaluated again and again: references are made inside of it.
    fn inline(&mut self, cond: &mut Expr) {
        let mut renames = BTreeMap::new();
        for name in crate::analysis::activity::Names::of(cond) {
            if self.cursor(&name).is_some_and(|c| c.moves) {
                renames.insert(name.clone(), {
                    let e = self.reference(&name);
                    quote::quote!((#e))
                });
            }
        }
        Lengths { state: &self.state }.visit_expr_mut(cond);
        Substitute { renames: &renames }.visit_expr_mut(cond);
    }

    // ---- moves -----------------------------------------------------------------------------------------------------

    /// A statement that moves references and does nothing else.
    fn moves(&mut self, e: &Expr, out: &mut Vec<Stmt>) -> bool {
        if let Some((a, b)) = swapped(e)
            && self.cursor(&a.to_string()).is_some()
            && self.cursor(&b.to_string()).is_some()
        {
            let (a, b) = (self.state[&a.to_string()].clone(), self.state[&b.to_string()].clone());
            for (x, y) in a.all().into_iter().zip(b.all()) {
                out.push(parse_quote!(::core::mem::swap(&mut #x, &mut #y);));
            }
            return true;
        }
        let Expr::Assign(a) = e else { return false };
        match &*a.left {
            Expr::Path(p) => {
                let Some(name) = p.path.get_ident().map(Ident::to_string).filter(|n| self.cursor(n).is_some()) else {
                    return false;
                };
                let e = self.assigned(&[Some(name)], &a.right, out);
                out.extend(e);
                true
            }
            Expr::Tuple(t) => {
                let names: Vec<Option<String>> = t
                    .elems
                    .iter()
                    .map(|e| match e {
                        Expr::Path(p) => p.path.get_ident().map(Ident::to_string).filter(|n| self.cursor(n).is_some()),
                        _ => None,
                    })
                    .collect();
                if names.iter().all(Option::is_none) {
                    return false;
                }
                let others: Vec<Expr> = t.elems.iter().cloned().collect();
                let e = self.assigned_parts(&names, &others, &a.right, out);
                out.extend(e);
                true
            }
            _ => false,
        }
    }

    fn assigned(&mut self, names: &[Option<String>], right: &Expr, out: &mut Vec<Stmt>) -> Vec<Stmt> {
        self.assigned_parts(names, &[], right, out)
    }

    /// The statements that give variables the values of an expression, branch by branch.
    fn assigned_parts(
        &mut self,
        names: &[Option<String>],
        others: &[Expr],
        right: &Expr,
        out: &mut Vec<Stmt>,
    ) -> Vec<Stmt> {
        let mut right = right.clone();
        match &mut right {
            Expr::Paren(p) => return self.assigned_parts(names, others, &p.expr, out),
            Expr::Group(g) => return self.assigned_parts(names, others, &g.expr, out),
            e if crate::lower::diverges(e) => return vec![Stmt::Expr(right, Some(Default::default()))],
            e if !branches(e) => {
                let mut stmts = Vec::new();
                self.leaf(names, others, e, &mut stmts);
                return stmts;
            }
            Expr::If(i) => {
                self.make(&mut i.cond, out);
                self.tail(names, others, &mut i.then_branch);
                if let Some((_, els)) = &mut i.else_branch {
                    let mut head = Vec::new();
                    let stmts = self.assigned_parts(names, others, els, &mut head);
                    **els = parse_quote!({ #(#head)* #(#stmts)* });
                }
            }
            Expr::Match(m) => {
                self.make(&mut m.expr, out);
                for arm in &mut m.arms {
                    if let Pat::Guard(g) = &mut arm.pat {
                        self.make(&mut g.guard, out);
                    }
                    let mut head = Vec::new();
                    let stmts = self.assigned_parts(names, others, &arm.body, &mut head);
                    *arm.body = parse_quote!({ #(#head)* #(#stmts)* });
                    arm.comma = None;
                }
            }
            Expr::Block(b) => {
                self.tail(names, others, &mut b.block);
            }
            _ => {}
        }
        vec![Stmt::Expr(right, None)]
    }

    /// A block whose value is assigned at its end.
    fn tail(&mut self, names: &[Option<String>], others: &[Expr], block: &mut Block) {
        let last = match block.stmts.last() {
            Some(Stmt::Expr(_, None)) => block.stmts.pop(),
            _ => None,
        };
        self.block(block);
        if let Some(Stmt::Expr(e, None)) = last {
            let mut head = Vec::new();
            let stmts = self.assigned_parts(names, others, &e, &mut head);
            block.stmts.extend(head);
            block.stmts.extend(stmts);
        }
    }

    /// Gives variables the value of one expression that does not branch.
    fn leaf(&mut self, names: &[Option<String>], others: &[Expr], e: &Expr, out: &mut Vec<Stmt>) {
        if let ([Some(name)], []) = (names, others) {
            let values = self.values(name, e, out);
            return ordered(values, out);
        }
        let e = &self.steady_split(e, out);
        let mut sets: Vec<Vec<(Ident, Expr)>> = Vec::new();
        let mut plain: Vec<(Expr, Expr)> = Vec::new();
        for (k, name) in names.iter().enumerate() {
            let Some(part) = place::part(e, k, names.len()) else { continue };
            match name {
                Some(name) => {
                    let values = self.values(name, &part, out);
                    sets.push(values);
                }
                None if matches!(others.get(k), Some(Expr::Infer(_))) => {}
                None => {
                    let mut part = part;
                    self.make(&mut part, out);
                    plain.push((others[k].clone(), part));
                }
            }
        }
        // what one of them is given must not be what another one has just lost
        let mut set: HashSet<String> = HashSet::new();
        let clash = sets.iter().any(|values| {
            let clash = values.iter().any(|(_, v)| identifiers(v.to_token_stream()).iter().any(|i| set.contains(i)));
            set.extend(values.iter().map(|(i, _)| i.to_string()));
            clash
        });
        for values in &mut sets {
            for (ident, value) in values.iter_mut().filter(|_| clash) {
                let first = self.fresh(&format!("{ident}_next"));
                out.push(parse_quote!(let #first = #value;));
                *value = parse_quote!(#first);
            }
        }
        sets.into_iter().for_each(|values| ordered(values, out));
        out.extend(plain.into_iter().map(|(l, r)| -> Stmt { parse_quote!(#l = #r;) }));
    }

    /// `x.split_at(n)` with an `n` that is evaluated once.
    fn steady_split(&mut self, e: &Expr, out: &mut Vec<Stmt>) -> Expr {
        match e {
            Expr::Paren(p) => self.steady_split(&p.expr, out),
            Expr::MethodCall(m) if m.args.len() == 1 && !matches!(m.args[0], Expr::Lit(_)) => {
                let mut m = m.clone();
                self.make(&mut m.args[0], out);
                let (at, n) = (self.fresh("split"), &m.args[0]);
                out.push(parse_quote!(let #at = #n;));
                m.args[0] = parse_quote!(#at);
                Expr::MethodCall(m)
            }
            e => e.clone(),
        }
    }

    /// The numbers of a variable that leads where a reference expression leads.
    fn values(&mut self, name: &str, e: &Expr, out: &mut Vec<Stmt>) -> Vec<(Ident, Expr)> {
        let Some(mut lead) = lead(e) else { return vec![] };
        for step in &mut lead.steps {
            match step {
                Step::Index(i) => self.make(i, out),
                Step::Range(r) => {
                    let mut e = Expr::Range(r.clone());
                    self.make(&mut e, out);
                    if let Expr::Range(new) = e {
                        *r = new;
                    }
                }
                Step::Method(m) => m.args.iter_mut().for_each(|a| self.make(a, out)),
                _ => {}
            }
        }
        let state = self.state[name].clone();
        if self.plan.cursors[name].element {
            if let Some(Step::Index(i)) = lead.steps.last_mut()
                && !matches!(i, Expr::Lit(_) | Expr::Path(_))
            {
                let (at, e) = (self.fresh("element"), i.clone());
                out.push(parse_quote!(let #at = #e;));
                *i = parse_quote!(#at);
            }
            lead = lead.as_range();
        }
        if self.cursor(&lead.head.to_string()).is_some() {
            return self.values_of(&state, &lead, out);
        }
        let group = self.plan.cursors[name].group;
        let t = place::template(&lead);
        let mut values = Vec::new();
        let site = syn::Index::from(self.plan.site(group, &lead));
        values.extend(state.site.iter().map(|i| (i.clone(), parse_quote!(#site))));
        for (k, i) in state.slots.iter().enumerate() {
            values.push((i.clone(), t.values.get(k).cloned().unwrap_or(parse_quote!(0))));
        }
        if let Some((start, end)) = &state.range {
            let (a, b) = t.range.as_ref().map_or((None, None), bounds);
            let whole = self.filled(&t.place, &t.values);
            values.push((start.clone(), a.unwrap_or(parse_quote!(0))));
            values.push((end.clone(), b.unwrap_or(parse_quote!(#whole.len()))));
        }
        values
    }

    /// The same, from the numbers of another variable (or its own).
    fn values_of(&mut self, state: &State, lead: &Lead, out: &mut Vec<Stmt>) -> Vec<(Ident, Expr)> {
        let from = self.state[&lead.head.to_string()].clone();
        let mut values: Vec<(Ident, Expr)> = state
            .site
            .iter()
            .chain(&state.slots)
            .zip(from.site.iter().chain(&from.slots))
            .map(|(to, from)| (to.clone(), parse_quote!(#from)))
            .collect();
        let (Some((start, end)), Some((from_start, from_end))) = (&state.range, &from.range) else { return values };
        let (mut a, mut b): (Expr, Expr) = (parse_quote!(#from_start), parse_quote!(#from_end));
        for step in &lead.steps {
            let Step::Range(r) = step else { continue };
            let (first, last) = bounds(r);
            let (first, last, from) = (first.as_ref().map(atom), last.as_ref().map(atom), atom(&a));
            match (&first, &last) {
                (Some(first), Some(last)) => {
                    out.push(parse_quote!(::core::assert!(#first <= #last && #last <= #b - #from, "a range that the slice does not have");));
                }
                (Some(n), None) | (None, Some(n)) => {
                    out.push(parse_quote!(::core::assert!(#n <= #b - #from, "a range that the slice does not have");));
                }
                (None, None) => {}
            }
            if let Some(last) = last {
                b = parse_quote!(#a + #last);
            }
            if let Some(first) = first {
                a = parse_quote!(#a + #first);
            }
        }
        // the end may be measured from the old start
        values.push((end.clone(), b));
        values.push((start.clone(), a));
        values
    }

    // ---- declarations ----------------------------------------------------------------------------------------------

    fn declare(&mut self, local: Local, out: &mut Vec<Stmt>) {
        let pat = match &local.pat {
            Pat::Type(t) => (*t.pat).clone(),
            pat => pat.clone(),
        };
        let parts: Vec<Pat> = match &pat {
            Pat::Tuple(t) => t.elems.iter().cloned().collect(),
            pat => vec![pat.clone()],
        };
        let name_of = |p: &Pat| match p {
            Pat::Ident(p) => Some(p.ident.to_string()),
            _ => None,
        };
        let names: Vec<Option<String>> =
            parts.iter().map(|p| name_of(p).filter(|n| self.cursor(n).is_some())).collect();
        let known: Vec<String> = names.iter().flatten().cloned().collect();
        let init = local.init.as_ref().map(|i| (*i.expr).clone());
        let branching = init.as_ref().is_none_or(branches);
        // the numbers: with their first values, or before the branches that set them
        let others: Vec<Expr> = parts
            .iter()
            .map(|p| match p {
                Pat::Ident(p) => {
                    let ident = &p.ident;
                    parse_quote!(#ident)
                }
                _ => parse_quote!(_),
            })
            .collect();
        if branching {
            for name in &known {
                let assigned = self.plan.cursors[name].moves;
                for i in self.state[name].all() {
                    out.push(match assigned {
                        true => parse_quote!(let mut #i = 0usize;),
                        false => parse_quote!(let #i: usize;),
                    });
                }
            }
            for (p, _) in parts.iter().zip(&names).filter(|(_, n)| n.is_none()) {
                if let Pat::Ident(p) = p {
                    let ident = &p.ident;
                    out.push(parse_quote!(let #ident;));
                }
            }
            if let Some(init) = &init {
                let others = if matches!(pat, Pat::Tuple(_)) { &others[..] } else { &[] };
                let stmts = self.assigned_parts(&names, others, init, out);
                out.extend(stmts);
            }
        } else if let Some(init) = &init {
            self.first(&pat, &names, &others, init, out);
        }
        // what does not move is made once
        let once: BTreeSet<String> = known.into_iter().filter(|n| !self.plan.cursors[n].moves).collect();
        for names in self.together(once) {
            let idents: Vec<Ident> = parts
                .iter()
                .filter_map(|p| match p {
                    Pat::Ident(p) if names.contains(&p.ident.to_string()) => Some(p.ident.clone()),
                    _ => None,
                })
                .collect();
            let names: Vec<String> = idents.iter().map(Ident::to_string).collect();
            out.extend(self.made(&names, &idents));
        }
    }

    /// The first values of numbers that no branch decides on.
    fn first(&mut self, pat: &Pat, names: &[Option<String>], others: &[Expr], init: &Expr, out: &mut Vec<Stmt>) {
        let tuple = matches!(pat, Pat::Tuple(_));
        let init = if tuple { self.steady_split(init, out) } else { init.clone() };
        let mut sets = Vec::new();
        for (k, name) in names.iter().enumerate() {
            let part = if tuple { place::part(&init, k, names.len()) } else { Some(init.clone()) };
            let Some(part) = part else { continue };
            match name {
                Some(name) => {
                    let values = self.values(name, &part, out);
                    sets.push((self.mutable_numbers(name), values));
                }
                None => {
                    let (mut part, other) = (part, &others[k]);
                    self.make(&mut part, out);
                    out.push(parse_quote!(let #other = #part;));
                }
            }
        }
        for (mutable, values) in sets {
            for (ident, value) in values {
                out.push(match (mutable, &value) {
                    (true, Expr::Lit(_)) => parse_quote!(let mut #ident: usize = #value;),
                    (true, _) => parse_quote!(let mut #ident = #value;),
                    (false, _) => parse_quote!(let #ident = #value;),
                });
            }
        }
    }

    fn mutable_numbers(&self, name: &str) -> bool {
        self.plan.cursors[name].moves
    }
}

/// `r_start = r_start + n` is written `r_start += n`: a step that is undone by its inverse.
fn ordered(values: Vec<(Ident, Expr)>, out: &mut Vec<Stmt>) {
    for (ident, value) in values {
        match &value {
            Expr::Path(p) if p.path.is_ident(&ident) => {}
            Expr::Binary(b) if matches!(&*b.left, Expr::Path(p) if p.path.is_ident(&ident)) => {
                let step = &b.right;
                out.push(parse_quote!(#ident += #step;));
            }
            _ => out.push(parse_quote!(#ident = #value;)),
        }
    }
}

/// Whether anything is moved or declared inside.
struct Moved<'a> {
    plan: &'a Plan,
    found: bool,
}

impl Moved<'_> {
    fn target(&mut self, e: &Expr) {
        match e {
            Expr::Path(p) => {
                self.found |= p.path.get_ident().is_some_and(|i| self.plan.cursors.contains_key(&i.to_string()))
            }
            Expr::Tuple(t) => t.elems.iter().for_each(|e| self.target(e)),
            _ => {}
        }
    }
}

impl Visit<'_> for Moved<'_> {
    fn visit_expr_assign(&mut self, a: &syn::ExprAssign) {
        self.target(&a.left);
        syn::visit::visit_expr_assign(self, a);
    }
    fn visit_expr_call(&mut self, c: &syn::ExprCall) {
        let e = Expr::Call(c.clone());
        let moved = swapped(&e).map(|s| s.0).or(taken(&e));
        self.found |= moved.is_some_and(|i| self.plan.cursors.contains_key(&i.to_string()));
        syn::visit::visit_expr_call(self, c);
    }
    fn visit_pat_ident(&mut self, p: &syn::PatIdent) {
        self.found |= self.plan.cursors.contains_key(&p.ident.to_string());
        syn::visit::visit_pat_ident(self, p);
    }
}

/// Names replaced by tokens, in macros too.
struct Substitute<'a> {
    renames: &'a BTreeMap<String, TokenStream>,
}

impl Substitute<'_> {
    /// `{name}` in a format string: handed over as `name = ..`.
    fn captured(&self, tokens: &TokenStream) -> TokenStream {
        let texts = tokens.clone().into_iter().filter_map(|t| match t {
            TokenTree::Literal(l) => Some(l.to_string()),
            _ => None,
        });
        let mut extra = TokenStream::new();
        for text in texts {
            for (name, new) in self.renames {
                if text.contains(&format!("{{{name}}}")) || text.contains(&format!("{{{name}:")) {
                    let name = Ident::new(name, Span::call_site());
                    extra.extend(quote::quote!(, #name = #new));
                }
            }
        }
        extra
    }

    fn tokens(&self, tokens: TokenStream) -> TokenStream {
        tokens
            .into_iter()
            .flat_map(|t| match t {
                TokenTree::Ident(i) => match self.renames.get(&i.to_string()) {
                    Some(new) => new.clone(),
                    None => TokenTree::Ident(i).into(),
                },
                TokenTree::Group(g) => {
                    let mut new = proc_macro2::Group::new(g.delimiter(), self.tokens(g.stream()));
                    new.set_span(g.span());
                    TokenTree::Group(new).into()
                }
                other => other.into(),
            })
            .collect()
    }
}

impl VisitMut for Substitute<'_> {
    fn visit_expr_mut(&mut self, e: &mut Expr) {
        // `*(&mut a[0])` is `a[0]`
        if let Expr::Unary(u) = e
            && matches!(u.op, syn::UnOp::Deref(_))
            && matches!(&*u.expr, Expr::Path(_))
        {
            self.visit_expr_mut(&mut u.expr);
            if let Expr::Paren(p) = &*u.expr
                && let Expr::Reference(r) = &*p.expr
            {
                *e = (*r.expr).clone();
            }
            return;
        }
        if let Expr::Path(p) = e
            && let Some(i) = p.path.get_ident()
            && let Some(new) = self.renames.get(&i.to_string())
        {
            *e = parse_quote!(#new);
            return;
        }
        visit_mut::visit_expr_mut(self, e);
    }
    fn visit_macro_mut(&mut self, m: &mut syn::Macro) {
        let captured = self.captured(&m.tokens);
        m.tokens = self.tokens(std::mem::take(&mut m.tokens));
        m.tokens.extend(captured);
    }
}

/// Another name for a variable.
pub(super) fn renamed(block: &mut Block, old: &Ident, new: &Ident) {
    let renames = BTreeMap::from([(old.to_string(), new.to_token_stream())]);
    Substitute { renames: &renames }.visit_block_mut(block);
}

/// An expression in place of a variable.
pub(crate) fn substituted(e: &mut Expr, old: &Ident, new: &Expr) {
    let renames = BTreeMap::from([(old.to_string(), new.to_token_stream())]);
    Substitute { renames: &renames }.visit_expr_mut(e);
}

/// `s.len()` is the difference of two numbers.
struct Lengths<'a> {
    state: &'a BTreeMap<String, State>,
}

impl VisitMut for Lengths<'_> {
    fn visit_expr_mut(&mut self, e: &mut Expr) {
        if let Expr::MethodCall(m) = e
            && m.args.is_empty()
            && let Expr::Path(p) = &*m.receiver
            && let Some(i) = p.path.get_ident()
            && let Some((start, end)) = self.state.get(&i.to_string()).and_then(|s| s.range.as_ref())
        {
            match m.method.to_string().as_str() {
                "len" => return *e = parse_quote!((#end - #start)),
                "is_empty" => return *e = parse_quote!((#end == #start)),
                _ => {}
            }
        }
        visit_mut::visit_expr_mut(self, e);
    }
}

/// All identifiers among the tokens.
pub(crate) fn identifiers(tokens: TokenStream) -> HashSet<String> {
    let mut out = HashSet::new();
    for t in tokens {
        match t {
            TokenTree::Ident(i) => {
                out.insert(i.to_string());
            }
            TokenTree::Group(g) => out.extend(identifiers(g.stream())),
            _ => {}
        }
    }
    out
}
