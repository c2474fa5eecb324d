//! What is read at one moment gets a name at that moment, where it changes before it is used: derivatives look places up again.
//!
//! ```text
//! for v in &x[lo..hi] { lo += 1; .. }          =>    { let lo_then = lo; for v in &x[lo_then..hi] { lo += 1; .. } }
//! for v in a { a[1] = 0.0; .. }                =>    { let a_then = a; for v in a_then { a[1] = 0.0; .. } }
//! match o[k] { Some(v) => { k = 1; .. } .. }   =>    { let k_then = k; match o[k_then] { Some(v) => { k = 1; .. } .. } }
//! t.floor() * { t = 2.0; 1.0 }                 =>    { let then = t.floor(); then * { t = 2.0; 1.0 } }
//! step(&mut y, &mut { k + 1 })                 =>    { let mut lent = k + 1; step(&mut y, &mut lent) }    which is undone in reverse
//! ```
//! A name too many does no harm: where a value could not be copied, the program would not compile either.
mod turns;

use crate::{
    analysis::activity::{is_assignment, is_comparison},
    desugar,
    lower::is_pure_method,
    names::Names,
    parts::{effects::does_more, seen},
};
use std::collections::{HashMap, HashSet};
use syn::{
    Block, Expr, ExprForLoop, ExprMethodCall, FnArg, Ident, ItemFn, Local, Pat, Stmt, Type, parse_quote,
    visit::{self, Visit},
    visit_mut::{self, VisitMut},
};

/// The function with names for what changes too early.
pub(crate) fn named(mut item: ItemFn) -> ItemFn {
    let all = Changes::of(&references(&item), |c| c.visit_block(&item.block));
    let functions = desugar::local_closures(&item.block);
    let mut moments = Moments { names: Names::beside(&item), made: HashSet::new(), all, functions };
    moments.visit_block_mut(&mut item.block);
    item
}

/// `a[i] += { i += 1; y }`: whether the place or the value comes first depends on the types.
pub(crate) fn is_ambiguous(b: &syn::ExprBinary) -> bool {
    fn indices(e: &Expr) -> Vec<&Expr> {
        match e {
            Expr::Index(i) => [indices(&i.expr), vec![&*i.index]].concat(),
            Expr::Field(f) => indices(&f.base),
            Expr::Paren(p) => indices(&p.expr),
            Expr::Unary(u) => indices(&u.expr),
            _ => vec![],
        }
    }
    let none = HashSet::new();
    let (place, value) = (indices(&b.left), Changes::by_operand(&none, &b.right));
    is_assignment(&b.op) && place.iter().any(|i| value.touch(i) || Changes::by_operand(&none, i).touch(&b.right))
}

/// Parameters and variables that are `&mut` by their look: whoever is handed one may change what is behind it.
fn references(item: &ItemFn) -> HashSet<String> {
    #[derive(Default)]
    struct Lets(HashSet<String>);
    impl Visit<'_> for Lets {
        fn visit_local(&mut self, l: &Local) {
            let lends = |e: &Expr| matches!(e, Expr::Reference(r) if r.mutability.is_some());
            if let (Pat::Ident(p), Some(init)) = (&l.pat, &l.init)
                && lends(&init.expr)
            {
                self.0.insert(p.ident.to_string());
            }
            visit::visit_local(self, l);
        }
    }
    let mut lets = Lets::default();
    lets.visit_block(&item.block);
    for arg in &item.sig.inputs {
        if let FnArg::Typed(t) = arg
            && let (Pat::Ident(p), Type::Reference(r)) = (&*t.pat, &*t.ty)
            && r.mutability.is_some()
        {
            lets.0.insert(p.ident.to_string());
        }
    }
    lets.0
}

/// Methods that change what they are called on.
#[rustfmt::skip]
const CHANGING: &[&str] = &[
    "push", "push_back", "push_front", "pop", "pop_back", "pop_front", "insert", "remove", "swap_remove", "clear", "truncate", "resize", "extend",
    "extend_from_slice", "append", "drain", "retain", "swap", "reverse", "rotate_left", "rotate_right", "fill", "copy_from_slice",
    "clone_from_slice", "copy_within", "sort", "sort_by", "sort_unstable", "sort_unstable_by", "sort_by_key", "dedup", "next", "next_back", "take",
    "replace", "iter_mut", "get_mut", "first_mut", "last_mut", "as_mut", "chunks_mut", "split_at_mut", "push_str", "split_off", "get_or_insert",
    "nth", "by_ref",
];

/// The variables that a piece of a function changes.
#[derive(Default, Clone)]
struct Changes {
    names: HashSet<String>,
    references: HashSet<String>,
    /// Whether methods that nobody knows count.
    doubtful: bool,
    /// A place: what is certainly another part of the same whole does not count.
    beside: Option<Expr>,
}

impl Changes {
    fn of(references: &HashSet<String>, look: impl FnOnce(&mut Self)) -> Self {
        let mut changes =
            Changes { names: HashSet::new(), references: references.clone(), doubtful: true, ..Self::default() };
        look(&mut changes);
        changes
    }

    /// What an operand surely changes while it is computed; closures are run later.
    fn by_operand(references: &HashSet<String>, e: &Expr) -> Self {
        let mut changes = Changes { names: HashSet::new(), references: references.clone(), ..Self::default() };
        if !matches!(e, Expr::Closure(_)) {
            changes.visit_expr(e);
        }
        changes
    }

    fn change(&mut self, place: &Expr) {
        match place {
            Expr::Tuple(t) => t.elems.iter().for_each(|e| self.change(e)),
            Expr::Array(a) => a.elems.iter().for_each(|e| self.change(e)),
            place if self.beside.as_ref().is_some_and(|b| are_apart(b, place)) => {}
            place => self.names.extend(root(place).map(ToString::to_string)),
        }
    }

    fn hand_on(&mut self, e: &Expr) {
        if let Expr::Path(p) = e
            && let Some(name) = p.path.get_ident().map(ToString::to_string)
            && self.references.contains(&name)
        {
            self.names.insert(name);
        }
    }

    /// Whether an expression names what is changed.
    fn touch(&self, e: &Expr) -> bool {
        struct Named<'a>(&'a HashSet<String>, bool);
        impl Visit<'_> for Named<'_> {
            fn visit_ident(&mut self, i: &Ident) {
                self.1 |= self.0.contains(&i.to_string());
            }
            fn visit_macro(&mut self, m: &syn::Macro) {
                self.1 |= crate::lower::identifiers(m.tokens.clone()).any(|i| self.0.contains(&i));
            }
        }
        let mut named = Named(&self.names, false);
        named.visit_expr(e);
        named.1
    }

    fn is_root(&self, e: &Expr) -> bool {
        root(e).is_some_and(|i| self.names.contains(&i.to_string()))
    }
}

impl Visit<'_> for Changes {
    fn visit_expr(&mut self, e: &Expr) {
        match e {
            Expr::Assign(a) => self.change(&a.left),
            Expr::Binary(b) if is_assignment(&b.op) => self.change(&b.left),
            Expr::Reference(r) if r.mutability.is_some() => self.change(&r.expr),
            Expr::MethodCall(m) => {
                let name = m.method.to_string();
                let changes = CHANGING.contains(&name.as_str()) || seen::changes_self(&name);
                if changes || self.doubtful && !is_pure_method(&name) {
                    self.change(&m.receiver);
                }
                m.args.iter().for_each(|a| self.hand_on(a));
            }
            Expr::Call(c) => c.args.iter().for_each(|a| self.hand_on(a)),
            _ => {}
        }
        visit::visit_expr(self, e);
    }
    fn visit_item(&mut self, _: &syn::Item) {}
}

/// Whether two places are different fields of one whole.
fn are_apart(a: &Expr, b: &Expr) -> bool {
    /// The fields from the variable on, as far as they are certain.
    fn fields<'a>(e: &'a Expr, found: &mut Vec<&'a syn::Member>) -> bool {
        match e {
            Expr::Path(_) => true,
            Expr::Paren(p) => fields(&p.expr, found),
            Expr::Field(f) => {
                let certain = fields(&f.base, found);
                found.extend(certain.then_some(&f.member));
                certain
            }
            Expr::Index(i) => {
                fields(&i.expr, found);
                false
            }
            _ => false,
        }
    }
    let (mut of_a, mut of_b) = (Vec::new(), Vec::new());
    fields(a, &mut of_a);
    fields(b, &mut of_b);
    root(a).is_some() && root(a) == root(b) && of_a.iter().zip(&of_b).any(|(x, y)| x != y)
}

/// The variable that a place is, or is a part of.
fn root(e: &Expr) -> Option<&Ident> {
    match e {
        Expr::Path(p) => p.path.get_ident(),
        Expr::Field(f) => root(&f.base),
        Expr::Index(i) => root(&i.expr),
        Expr::Paren(p) => root(&p.expr),
        Expr::Unary(u) if matches!(u.op, syn::UnOp::Deref(_)) => root(&u.expr),
        Expr::Reference(r) => root(&r.expr),
        Expr::MethodCall(m) => root(&m.receiver),
        _ => None,
    }
}

/// Methods that make an iterator, or another one of one.
#[rustfmt::skip]
const CHAIN: &[&str] = &[
    "iter", "iter_mut", "into_iter", "chars", "bytes", "windows", "chunks", "chunks_mut", "chunks_exact", "chunks_exact_mut", "rchunks", "column_iter",
    "row_iter", "split_at", "split_at_mut", "map", "filter", "filter_map", "flat_map", "flatten", "zip", "chain", "enumerate", "rev", "skip",
    "take", "step_by", "skip_while", "take_while", "map_while", "scan", "inspect", "peekable", "cycle", "copied", "cloned", "by_ref", "fuse",
    "drain",
];

/// Methods whose first argument is computed before they are called, though it may be for nothing or be put elsewhere.
const EARLY: &[&str] = &["then_some", "unwrap_or", "map_or", "ok_or", "or", "xor", "fold", "try_fold", "scan"];

/// Methods that make a copy.
const COPIES: &[&str] = &["clone", "to_vec", "to_owned", "into_owned", "clone_owned"];

/// Functions that keep the references which they are handed.
const WRAPS: &[&str] = &["Some", "Ok", "Err", "once", "repeat", "zip", "from_mut"];

/// Methods that do.
#[rustfmt::skip]
const KEEPS: &[&str] = &[
    "unwrap_or", "map_or", "or", "xor", "and", "get_or_insert", "insert", "replace", "push",
    "push_back", "push_front", "min", "max", "extend", "fill", "resize",
];

/// What is no place.
fn is_made(e: &Expr) -> bool {
    match e {
        Expr::Paren(p) => is_made(&p.expr),
        Expr::MethodCall(m) => {
            let name = m.method.to_string();
            COPIES.contains(&name.as_str()) || matches!(name.as_str(), "len" | "min" | "max" | "abs" | "pow")
        }
        Expr::Unary(u) => !matches!(u.op, syn::UnOp::Deref(_)),
        Expr::Block(b) => b.label.is_none(),
        Expr::Macro(m) => m.mac.path.is_ident("vec"),
        Expr::Lit(_) | Expr::Binary(_) | Expr::Cast(_) | Expr::Array(_) | Expr::Repeat(_) | Expr::Struct(_) => true,
        Expr::Call(_) | Expr::If(_) | Expr::Match(_) | Expr::Range(_) => true,
        _ => false,
    }
}

/// A value that is made where it is lent: `0` in `&mut 0`.
fn temporary(e: &mut Expr) -> Option<&mut Expr> {
    match e {
        Expr::Reference(r) if r.mutability.is_some() && is_made(&r.expr) => Some(&mut *r.expr),
        _ => None,
    }
}

struct Moments {
    names: Names,
    made: HashSet<Ident>,
    /// What is changed anywhere in the function.
    all: Changes,
    /// Its closures.
    functions: HashMap<String, Expr>,
}

/// The names given before an expression.
type Lets = Vec<Stmt>;

impl Moments {
    fn changes(&self, look: impl FnOnce(&mut Changes)) -> Changes {
        Changes::of(&self.all.references, look)
    }

    fn name(&mut self, e: &mut Expr, lets: &mut Lets) {
        let name = match root(e) {
            Some(i) if matches!(e, Expr::Path(_)) => self.names.ident(&format!("{i}_then")),
            _ => self.names.ident("then"),
        };
        self.made.insert(name.clone());
        lets.push(parse_quote!(let #name = #e;));
        *e = parse_quote!(#name);
    }

    /// An index, a bound, an argument of an adaptor.
    fn value(&mut self, e: &mut Expr, by: &Changes, lets: &mut Lets) {
        if !by.touch(e) {
            return;
        }
        match e {
            Expr::Range(r) => r.start.iter_mut().chain(&mut r.end).for_each(|e| self.value(e, by, lets)),
            Expr::Reference(r) => self.place(&mut r.expr, by, lets),
            Expr::Paren(p) => self.value(&mut p.expr, by, lets),
            Expr::Tuple(t) => t.elems.iter_mut().for_each(|e| self.value(e, by, lets)),
            Expr::Closure(_) => {}
            Expr::MethodCall(m) if is_chain(m) => self.chain(e, by, lets),
            Expr::Call(c)
                if matches!(&*c.func, Expr::Path(p) if p.path.segments.last().is_some_and(|s| {
                    matches!(s.ident.to_string().as_str(), "once" | "repeat" | "repeat_n" | "zip" | "Some")
                })) =>
            {
                c.args.iter_mut().for_each(|e| self.value(e, by, lets));
            }
            _ => self.name(e, lets),
        }
    }

    /// A place: its indices.
    fn place(&mut self, e: &mut Expr, by: &Changes, lets: &mut Lets) {
        match e {
            Expr::Index(i) => {
                self.place(&mut i.expr, by, lets);
                self.value(&mut i.index, by, lets);
            }
            Expr::Field(f) => self.place(&mut f.base, by, lets),
            Expr::Paren(p) => self.place(&mut p.expr, by, lets),
            Expr::Reference(r) => self.place(&mut r.expr, by, lets),
            Expr::Unary(u) => self.place(&mut u.expr, by, lets),
            Expr::MethodCall(_) => self.chain(e, by, lets),
            Expr::Tuple(t) => t.elems.iter_mut().for_each(|e| self.place(e, by, lets)),
            _ => {}
        }
    }

    /// `x[lo..].iter().skip(n).zip(a)`
    fn chain(&mut self, e: &mut Expr, by: &Changes, lets: &mut Lets) {
        match e {
            Expr::MethodCall(m) if COPIES.contains(&m.method.to_string().as_str()) => {
                if by.touch(e) {
                    self.name(e, lets);
                }
            }
            Expr::MethodCall(m) => {
                if m.method == "into_iter" && is_variable(&m.receiver) && by.is_root(&m.receiver) {
                    self.name(&mut m.receiver, lets);
                }
                self.chain(&mut m.receiver, by, lets);
                m.args.iter_mut().for_each(|a| self.value(a, by, lets));
            }
            Expr::Paren(p) => self.chain(&mut p.expr, by, lets),
            Expr::Range(_) | Expr::Call(_) => self.value(e, by, lets),
            e => self.place(e, by, lets),
        }
    }

    fn for_loop(&mut self, f: &mut ExprForLoop) -> Lets {
        let mut lets = Vec::new();
        if is_counted(&f.expr) {
            return lets;
        }
        let by = self.changes(|c| c.visit_block(&f.body));
        // the head itself changes what it runs over, not what it is found by
        match &mut *f.expr {
            e if is_variable(e) && by.is_root(e) => self.name(e, &mut lets),
            e => self.chain(e, &by, &mut lets),
        }
        lets
    }

    /// Operands that name what a later one changes. Those that are `early` are moved to another place further on.
    fn operands(&mut self, operands: &mut [&mut Expr], early: impl Fn(usize) -> bool) -> Lets {
        let references = &self.all.references;
        let changes: Vec<Changes> = operands.iter().map(|e| Changes::by_operand(references, e)).collect();
        // what has effects itself is done in its turn, unless something after it gets a name, and would come before it
        let mut named: Vec<(bool, Changes)> = Vec::new();
        let (mut by, mut after) = (Changes::default(), false);
        for (k, e) in operands.iter().enumerate().rev() {
            let early = early(k) && does_more(e);
            let touched = by.touch(e) && changes[k].names.is_disjoint(&by.names);
            after |= touched || early;
            named.push((touched || early || after && does_more(e), by.clone()));
            by.names.extend(changes[k].names.iter().cloned());
            if early {
                by.names.extend(self.changes(|c| c.visit_expr(e)).names);
            }
        }
        let mut lets = Vec::new();
        for (operand, (named, by)) in operands.iter_mut().zip(named.iter().rev()) {
            if *named {
                self.operand(operand, by, &mut lets);
            }
        }
        lets
    }

    fn operand(&mut self, e: &mut Expr, by: &Changes, lets: &mut Lets) {
        match e {
            Expr::Closure(_) | Expr::Lit(_) => {}
            Expr::Reference(r) => self.place(&mut r.expr, by, lets),
            Expr::Paren(p) => self.operand(&mut p.expr, by, lets),
            // an iterator runs later: what it is made of is there before
            Expr::MethodCall(m) if is_chain(m) && !(m.method == "drain" || is_emptied(m)) => self.made(e, by, lets),
            Expr::Index(_) | Expr::Field(_) if !by.is_root(e) => self.place(e, by, lets),
            _ => self.name(e, lets),
        }
    }

    /// `x.iter().skip({ n += 1; n })`: the arguments of adaptors, one after the other.
    fn made(&mut self, e: &mut Expr, by: &Changes, lets: &mut Lets) {
        match e {
            Expr::MethodCall(m) if is_chain(m) => {
                self.made(&mut m.receiver, by, lets);
                for arg in m.args.iter_mut().filter(|a| !matches!(a, Expr::Closure(_) | Expr::Path(_))) {
                    match does_more(arg) {
                        true => self.name(arg, lets),
                        false => self.value(arg, by, lets),
                    }
                }
            }
            e => self.chain(e, by, lets),
        }
    }

    /// What is computed in an order of its own.
    fn ordered(&mut self, e: &mut Expr) -> Lets {
        match e {
            // numbers are read in their turn
            Expr::Binary(b) if is_variable(&b.left) && !is_comparison(&b.op) => vec![],
            Expr::Binary(b) if !is_assignment(&b.op) => self.operands(&mut [&mut b.left, &mut b.right], |_| false),
            Expr::Call(c) => {
                // `fs[i](x)`: which function comes first
                let which = match &mut *c.func {
                    Expr::Index(i) => Some(&mut *i.index),
                    _ => None,
                };
                let mut lets = self.operands(&mut which.into_iter().chain(&mut c.args).collect::<Vec<_>>(), |_| false);
                if let Expr::Path(p) = &*c.func
                    && p.path.segments.last().is_some_and(|s| !WRAPS.contains(&s.ident.to_string().as_str()))
                {
                    self.all_lent(&mut c.args.iter_mut().collect::<Vec<_>>(), &mut lets);
                }
                lets
            }
            Expr::Tuple(t) => self.operands(&mut t.elems.iter_mut().collect::<Vec<_>>(), |_| false),
            Expr::Array(a) => self.operands(&mut a.elems.iter_mut().collect::<Vec<_>>(), |_| false),
            Expr::MethodCall(m) => {
                let mut first = Vec::new();
                let changed = Changes::by_operand(&self.all.references, &m.receiver);
                self.steps(&mut m.receiver, m.args.iter().any(|a| changed.touch(a)), &mut first);
                self.in_turn(m, &mut first);
                let mut all: Vec<&mut Expr> = m.args.iter_mut().collect();
                // where other fields change, the place itself is what it was; naming it might move it
                let mut by = Changes { beside: Some((*m.receiver).clone()), ..Changes::default() };
                by.references.clone_from(&self.all.references);
                all.iter().for_each(|e| by.visit_expr(e));
                // where a branch takes them over, they are computed all the same, and before
                let early = EARLY.iter().any(|name| m.method == name);
                let receiver = !matches!(&*m.receiver, Expr::Field(_)) || by.touch(&m.receiver);
                if receiver {
                    all.insert(0, &mut m.receiver);
                }
                let mut lets = self.operands(&mut all, |k| early && k == usize::from(receiver));
                lets.splice(0..0, self.lifted(&mut m.receiver));
                lets.splice(0..0, first);
                lets.extend(self.by_closures(m));
                let name = m.method.to_string();
                if seen::changes_self(&name) && is_made(&m.receiver) {
                    self.lent(&mut m.receiver, &mut lets);
                }
                if !KEEPS.contains(&name.as_str()) && !CHAIN.contains(&name.as_str()) {
                    self.all_lent(&mut m.args.iter_mut().collect::<Vec<_>>(), &mut lets);
                }
                lets
            }
            _ => vec![],
        }
    }

    /// `&mut 0`, `&mut vec![k; 2]` among arguments: what is made for the call alone has a name, by which reverse finds it changed.
    fn all_lent(&mut self, args: &mut [&mut Expr], lets: &mut Lets) {
        for k in 0..args.len() {
            let (before, after) = args.split_at_mut(k);
            let Some(value) = temporary(after[0]) else { continue };
            // what is made is made in its turn
            for earlier in before {
                let by = Changes::by_operand(&self.all.references, earlier);
                if !matches!(**earlier, Expr::Reference(_)) && by.touch(value) {
                    self.name(earlier, lets);
                }
            }
            self.lent(value, lets);
        }
    }

    fn lent(&mut self, value: &mut Expr, lets: &mut Lets) {
        let name = self.names.ident("lent");
        lets.push(parse_quote!(let mut #name = #value;));
        *value = parse_quote!(#name);
    }

    /// `vec![x; { n += 1; n }]`: a length that is made by statements.
    fn repeated(&mut self, mac: &mut syn::Macro) -> Lets {
        let tokens = &mac.tokens;
        let mut lets = Vec::new();
        if mac.path.is_ident("vec")
            && let Ok(mut repeat) = syn::parse2::<syn::ExprRepeat>(quote::quote!([#tokens]))
            && matches!(*repeat.len, Expr::Block(_) | Expr::If(_) | Expr::Match(_) | Expr::Loop(_))
        {
            self.visit_expr_mut(&mut repeat.len);
            if Changes::by_operand(&self.all.references, &repeat.len).touch(&repeat.expr) {
                self.name(&mut repeat.expr, &mut lets);
            }
            self.name(&mut repeat.len, &mut lets);
            let (element, len) = (&repeat.expr, &repeat.len);
            mac.tokens = quote::quote!(#element; #len);
        }
        lets
    }

    /// `{ let lo_then = lo; x[lo_then..].iter() }.sum()` is `{ let lo_then = lo; x[lo_then..].iter().sum() }`.
    fn lifted(&self, receiver: &mut Expr) -> Lets {
        let Expr::Block(b) = &mut *receiver else { return vec![] };
        let ours =
            |s: &Stmt| matches!(s, Stmt::Local(Local { pat: Pat::Ident(p), .. }) if self.made.contains(&p.ident));
        let Some((Stmt::Expr(tail, None), lets)) = b.block.stmts.split_last() else { return vec![] };
        if lets.is_empty() || !lets.iter().all(ours) {
            return vec![];
        }
        let (tail, lets) = (tail.clone(), lets.to_vec());
        *receiver = tail;
        lets
    }

    /// `x[lo..].iter().map(|v| { lo += 1; .. })`
    fn by_closures(&mut self, m: &mut ExprMethodCall) -> Lets {
        let mut lets = Vec::new();
        let by = self.changes(|c| {
            m.args.iter().filter(|a| matches!(a, Expr::Closure(_))).for_each(|a| c.visit_expr(a));
        });
        if !by.names.is_empty() {
            self.chain(&mut m.receiver, &by, &mut lets);
        }
        // `x.iter().map(|v| { n.set(2); .. }).chain(once(n.get()))`: what comes after it is made before it runs
        if is_chain(m) {
            let by = self.changes(|c| self.closures(&m.receiver).into_iter().for_each(|f| c.visit_expr(f)));
            m.args.iter_mut().for_each(|a| self.value(a, &by, &mut lets));
        }
        lets
    }

    /// The closures that a chain has.
    fn closures<'a>(&'a self, e: &'a Expr) -> Vec<&'a Expr> {
        let Expr::MethodCall(m) = e else { return vec![] };
        let closure = |a: &'a Expr| match a {
            Expr::Closure(_) => Some(a),
            Expr::Path(p) => self.functions.get(&p.path.get_ident()?.to_string()),
            _ => None,
        };
        let mut all = self.closures(&m.receiver);
        all.extend(m.args.iter().filter_map(closure));
        all
    }

    fn scrutinee(&mut self, e: &mut Expr, by: &Changes) -> Lets {
        let mut lets = Vec::new();
        self.place(e, by, &mut lets);
        lets
    }
}

/// `0..n`, `(0..n).rev()`, `(0..n).step_by(2)`: the lowering looks at the bounds once.
fn is_counted(e: &Expr) -> bool {
    match e {
        Expr::Range(_) => true,
        Expr::Paren(p) => is_counted(&p.expr),
        Expr::MethodCall(m) if m.method == "rev" || m.method == "step_by" => {
            matches!(&*m.receiver, Expr::Paren(p) if matches!(*p.expr, Expr::Range(_)))
        }
        _ => false,
    }
}

fn is_chain(m: &ExprMethodCall) -> bool {
    CHAIN.contains(&m.method.to_string().as_str())
}

/// `option.take()`
fn is_emptied(m: &ExprMethodCall) -> bool {
    m.method == "take" && m.args.is_empty()
}

fn is_variable(e: &Expr) -> bool {
    match e {
        Expr::Path(p) => p.path.get_ident().is_some(),
        Expr::Paren(p) => is_variable(&p.expr),
        _ => false,
    }
}

fn with(lets: Lets, e: &mut Expr) {
    if !lets.is_empty() {
        *e = parse_quote!({ #(#lets)* #e });
    }
}

impl VisitMut for Moments {
    fn visit_expr_mut(&mut self, e: &mut Expr) {
        self.turns(e);
        visit_mut::visit_expr_mut(self, e);
        let lets = match e {
            Expr::ForLoop(f) => self.for_loop(f),
            Expr::Match(m) => {
                let by = self.changes(|c| m.arms.iter().for_each(|a| c.visit_arm(a)));
                self.scrutinee(&mut m.expr, &by)
            }
            Expr::If(i) => match &mut *i.cond {
                Expr::Let(l) => {
                    let by = self.changes(|c| c.visit_block(&i.then_branch));
                    self.scrutinee(&mut l.expr, &by)
                }
                _ => vec![],
            },
            Expr::While(w) => {
                let Expr::Let(l) = &mut *w.cond else { return };
                let by = self.changes(|c| c.visit_block(&w.body));
                let lets = self.scrutinee(&mut l.expr, &by);
                if !lets.is_empty() {
                    let (label, cond, body): (_, _, &Block) = (&w.label, &w.cond, &w.body);
                    *e = parse_quote!(#label loop { #(#lets)* if #cond #body else { break } });
                }
                return;
            }
            Expr::Macro(m) => self.repeated(&mut m.mac),
            _ => self.ordered(e),
        };
        with(lets, e);
    }
    fn visit_block_mut(&mut self, block: &mut Block) {
        visit_mut::visit_block_mut(self, block);
        // an iterator that has a name runs later
        let stmts = std::mem::take(&mut block.stmts);
        for mut stmt in stmts {
            let mut lets = Vec::new();
            if let Stmt::Local(Local { init: Some(init), .. }) = &mut stmt
                && matches!(&*init.expr, Expr::MethodCall(m) if is_chain(m))
            {
                let by = self.all.clone();
                self.chain(&mut init.expr, &by, &mut lets);
            }
            if let Stmt::Local(Local { init: Some(init), .. }) = &mut stmt {
                self.all_lent(&mut [&mut init.expr], &mut lets);
            }
            block.stmts.extend(lets);
            block.stmts.push(stmt);
        }
    }
    fn visit_macro_mut(&mut self, mac: &mut syn::Macro) {
        if desugar::makes_a_value(mac) {
            desugar::visit_macro(mac, &mut |e| self.visit_expr_mut(e));
        }
    }
    fn visit_item_mut(&mut self, _: &mut syn::Item) {}
}
