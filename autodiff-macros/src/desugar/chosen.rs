//! Functions that are chosen by a branch, or stand in an array: which one it is becomes a number.
//!
//! ```text
//! let f = if c { |t| t * a } else { f64::sin };    =>    let f_choice: usize = if c { 0 } else { 1 };
//! f(x)                                             =>    match f_choice { 0 => (|t| t * a)(x), _ => f64::sin(x) }
//! let fs = [f64::sin, f64::cos];
//! for f in fs { s += f(x); }                       =>    for f_choice in 0..2 { s += match f_choice { 0 => f64::sin(x), .. }; }
//! fs.iter().map(|f| f(x)).sum()                    =>    (0..2).map(|f_choice| match f_choice { 0 => f64::sin(x), .. }).sum()
//! ```
//! Only where they are called and nothing else.
use super::{Desugar, chain, closures};
use crate::analysis::activity::{Names, pattern_names};
use std::collections::HashMap;
use syn::{
    Block, Expr, Ident, Pat, Stmt, parse_quote,
    visit::Visit,
    visit_mut::{self, VisitMut},
};

/// What a variable may stand for, and the number that says which.
struct Choice {
    number: Ident,
    functions: Vec<Expr>,
    /// All of them, in an array.
    array: bool,
}

impl Choice {
    fn call(&self, which: &Expr, args: &[Expr]) -> Expr {
        let arms = self.functions.iter().enumerate().map(|(k, f)| {
            let f = match f {
                Expr::Path(_) => quote::quote!(#f),
                f => quote::quote!((#f)),
            };
            let pat: Pat = match (self.array, k + 1 == self.functions.len()) {
                (false, true) => parse_quote!(_),
                _ => {
                    let k = syn::LitInt::new(&format!("{k}_usize"), proc_macro2::Span::call_site());
                    parse_quote!(#k)
                }
            };
            quote::quote!(#pat => #f(#(#args),*),)
        });
        let outside = self.array.then(|| quote::quote!(_ => ::core::panic!("index out of bounds"),));
        parse_quote!((match #which { #(#arms)* #outside }))
    }
}

impl Desugar<'_> {
    /// Writes the choice out where the functions are called.
    pub(super) fn chosen_functions(&mut self, block: &mut Block) {
        let mut find = Find { desugar: self, found: HashMap::new() };
        find.visit_block(block);
        let mut found = find.found;
        let mut uses =
            Uses { arrays: found.iter().filter(|(_, f)| f.1).map(|(n, _)| n.clone()).collect(), ..Uses::default() };
        uses.visit_block(block);
        found.retain(|name, _| uses.called.contains(name) && !uses.other.contains(name));
        if found.is_empty() {
            return;
        }
        let mut choices = HashMap::new();
        for (name, (functions, array)) in found {
            let number = self.fresh(&format!("{name}_choice"), false, proc_macro2::Span::call_site());
            choices.insert(name, Choice { number, functions, array });
        }
        self.changed = true;
        Replace { desugar: self, choices, items: HashMap::new() }.visit_block_mut(block);
    }

    /// The functions among which an expression chooses.
    fn functions_of(&self, e: &Expr, out: &mut Vec<Expr>) -> Option<()> {
        let tail = |b: &Block| match &b.stmts[..] {
            [Stmt::Expr(e, None)] => Some(e.clone()),
            _ => None,
        };
        match closures::unwrapped(e) {
            Expr::If(i) => {
                self.functions_of(&tail(&i.then_branch)?, out)?;
                self.functions_of(&i.else_branch.as_ref()?.1, out)?;
            }
            Expr::Block(b) if b.label.is_none() => self.functions_of(&tail(&b.block)?, out)?,
            Expr::Match(m) => m.arms.iter().try_for_each(|a| self.functions_of(&a.body, out))?,
            Expr::Cast(c) if matches!(&*c.ty, syn::Type::FnPtr(_)) => self.functions_of(&c.expr, out)?,
            f @ Expr::Closure(c) if c.capture.is_none() || !self.captures_changes(f) => out.push(f.clone()),
            Expr::Path(p) if closures::is_function(p, &self.active) => out.push(closures::unwrapped(e).clone()),
            Expr::Call(c) => match (&*c.func, c.args.first()) {
                (Expr::Path(p), Some(f)) if p.path.segments.len() == 2 && p.path.segments[0].ident == "Box" => {
                    self.functions_of(f, out)?
                }
                _ => return None,
            },
            _ => return None,
        }
        Some(())
    }

    /// A `move` closure has copies of what changes.
    fn captures_changes(&self, f: &Expr) -> bool {
        Names::of(f).iter().any(|n| self.mutable.contains(n))
    }
}

/// The variables that are functions chosen by a branch, or arrays of functions.
struct Find<'d, 'a> {
    desugar: &'d Desugar<'a>,
    found: HashMap<String, (Vec<Expr>, bool)>,
}

impl Visit<'_> for Find<'_, '_> {
    fn visit_local(&mut self, l: &syn::Local) {
        syn::visit::visit_local(self, l);
        let (Some(name), Some(init)) = (plain(&l.pat), &l.init) else { return };
        let mut functions = Vec::new();
        let elements = elements(&init.expr);
        let all = match (&elements, chain::strip(&init.expr)) {
            (Some(elements), _) => elements.iter().try_for_each(|e| self.desugar.functions_of(e, &mut functions)),
            (None, e @ (Expr::If(_) | Expr::Match(_))) => self.desugar.functions_of(e, &mut functions),
            _ => return,
        };
        let array = elements.is_some();
        // an element is one function, and what a pattern binds is not there where the function is called
        let plain = elements.is_none_or(|elements| elements.len() == functions.len());
        let bound = bound_inside(&init.expr);
        let free = functions.iter().all(|f| !Names::of(f).iter().any(|n| bound.contains(n)));
        if all.is_some() && plain && free && !functions.is_empty() {
            self.found.insert(name.to_string(), (functions, array));
        }
    }
    fn visit_item(&mut self, _: &syn::Item) {}
}

/// `[f, g]`, `vec![f, g]`
fn elements(e: &Expr) -> Option<Vec<Expr>> {
    match chain::strip(e) {
        Expr::Array(a) => Some(a.elems.iter().cloned().collect()),
        Expr::Macro(m) if m.mac.path.is_ident("vec") => {
            let list = syn::punctuated::Punctuated::<Expr, syn::Token![,]>::parse_terminated;
            Some(syn::parse::Parser::parse2(list, m.mac.tokens.clone()).ok()?.into_iter().collect())
        }
        _ => None,
    }
}

/// The array whose items a method hands to a closure, the closure, and the item: `fs.iter().map(|f| f(x))`.
fn handed(m: &syn::ExprMethodCall) -> Option<(&Ident, usize, usize)> {
    let item = match m.method.to_string().as_str() {
        "map" | "flat_map" | "filter_map" | "for_each" => 0,
        "fold" => 1,
        _ => return None,
    };
    let closure = m.args.len().checked_sub(1)?;
    matches!(&m.args[closure], Expr::Closure(c) if c.inputs.len() > item && plain(&c.inputs[item]).is_some())
        .then_some(())?;
    Some((looped(&m.receiver).filter(|_| matches!(&*m.receiver, Expr::MethodCall(_)))?, closure, item))
}

/// The array of which a method asks how many functions it has.
fn counted(m: &syn::ExprMethodCall) -> Option<&Ident> {
    match &*m.receiver {
        Expr::Path(p) if m.method == "len" => p.path.get_ident(),
        _ => None,
    }
}

/// `f` of `let f`, `let f: T`
fn plain(pat: &Pat) -> Option<&Ident> {
    match pat {
        Pat::Ident(p) if p.mutability.is_none() && p.by_ref.is_none() && p.subpat.is_none() => Some(&p.ident),
        Pat::Type(t) => plain(&t.pat),
        _ => None,
    }
}

/// What the patterns of branches bind, not those of closures.
fn bound_inside(e: &Expr) -> Vec<String> {
    struct Bound(Vec<String>);
    impl Visit<'_> for Bound {
        fn visit_arm(&mut self, a: &syn::Arm) {
            self.0.extend(pattern_names(&a.pat));
            syn::visit::visit_arm(self, a);
        }
        fn visit_expr_let(&mut self, l: &syn::ExprLet) {
            self.0.extend(pattern_names(&l.pat));
        }
        fn visit_expr_closure(&mut self, _: &syn::ExprClosure) {}
    }
    let mut bound = Bound(Vec::new());
    bound.visit_expr(e);
    bound.0
}

/// The array that a loop runs over: `fs`, `&fs`, `fs.iter()`
fn looped(e: &Expr) -> Option<&Ident> {
    match chain::strip(e) {
        Expr::Path(p) => p.path.get_ident(),
        Expr::Reference(r) => looped(&r.expr),
        Expr::MethodCall(m) if m.args.is_empty() && (m.method == "iter" || m.method == "into_iter") => {
            looped(&m.receiver)
        }
        _ => None,
    }
}

/// `f` of `f(x)`, `fs` of `fs[i](x)`
fn called(f: &Expr) -> Option<(&Ident, Option<&Expr>)> {
    match chain::strip(f) {
        Expr::Path(p) => p.path.get_ident().map(|i| (i, None)),
        Expr::Index(i) => match chain::strip(&i.expr) {
            Expr::Path(p) => p.path.get_ident().map(|x| (x, Some(&*i.index))),
            _ => None,
        },
        _ => None,
    }
}

/// Which variables are called, and which are used in another way.
#[derive(Default)]
struct Uses {
    arrays: Vec<String>,
    called: Vec<String>,
    other: Vec<String>,
}

impl Uses {
    /// What is done with the items of an array: they are called, and nothing else.
    fn items(&mut self, array: &Ident, item: &Ident, visit: impl FnOnce(&mut Uses)) {
        let mut inner = Uses { arrays: self.arrays.clone(), ..Uses::default() };
        visit(&mut inner);
        let plain = !inner.other.contains(&item.to_string());
        (if plain { &mut self.called } else { &mut self.other }).push(array.to_string());
        self.called.extend(inner.called);
        self.other.extend(inner.other);
    }
}

impl Visit<'_> for Uses {
    fn visit_expr_call(&mut self, c: &syn::ExprCall) {
        match called(&c.func) {
            Some((name, index)) if index.is_some() == self.arrays.contains(&name.to_string()) => {
                self.called.push(name.to_string());
                index.into_iter().for_each(|i| self.visit_expr(i));
                c.args.iter().for_each(|a| self.visit_expr(a));
            }
            _ => syn::visit::visit_expr_call(self, c),
        }
    }
    fn visit_expr_for_loop(&mut self, f: &syn::ExprForLoop) {
        match (looped(&f.expr), plain(&f.pat)) {
            (Some(array), Some(item)) if self.arrays.contains(&array.to_string()) => {
                self.items(array, item, |inner| inner.visit_block(&f.body));
            }
            _ => syn::visit::visit_expr_for_loop(self, f),
        }
    }
    fn visit_expr_method_call(&mut self, m: &syn::ExprMethodCall) {
        if counted(m).is_some_and(|array| self.arrays.contains(&array.to_string())) {
            return;
        }
        match handed(m) {
            Some((array, closure, item)) if self.arrays.contains(&array.to_string()) => {
                m.args.iter().take(closure).for_each(|a| self.visit_expr(a));
                let Expr::Closure(c) = &m.args[closure] else { return };
                let Some(item) = plain(&c.inputs[item]) else { return };
                self.items(array, item, |inner| inner.visit_expr(&c.body));
            }
            _ => syn::visit::visit_expr_method_call(self, m),
        }
    }
    fn visit_expr_path(&mut self, p: &syn::ExprPath) {
        self.other.extend(p.path.get_ident().map(ToString::to_string));
    }
    fn visit_macro(&mut self, m: &syn::Macro) {
        super::macros::visit(m, &mut |e| self.visit_expr(e));
    }
    fn visit_item(&mut self, _: &syn::Item) {}
}

struct Replace<'d, 'a> {
    desugar: &'d mut Desugar<'a>,
    choices: HashMap<String, Choice>,
    /// The items of loops over arrays, and their arrays.
    items: HashMap<String, String>,
}

impl Replace<'_, '_> {
    /// The expression with numbers in place of functions.
    fn numbered(e: &Expr, next: &mut usize) -> Expr {
        match closures::unwrapped(e) {
            Expr::If(i) => {
                let cond = &i.cond;
                let then = Self::numbered_block(&i.then_branch, next);
                let els = i.else_branch.as_ref().map(|(_, e)| Self::numbered(e, next));
                match els {
                    Some(Expr::Lit(k)) => parse_quote!(if #cond { #then } else { #k }),
                    Some(els) => parse_quote!(if #cond { #then } else #els),
                    None => parse_quote!(if #cond { #then }),
                }
            }
            Expr::Block(b) => {
                let inner = Self::numbered_block(&b.block, next);
                parse_quote!({ #inner })
            }
            Expr::Match(m) => {
                let mut m = m.clone();
                for arm in &mut m.arms {
                    *arm.body = Self::numbered(&arm.body, next);
                    arm.comma = Some(Default::default());
                }
                Expr::Match(m)
            }
            _ => {
                let k = syn::LitInt::new(&format!("{next}_usize"), proc_macro2::Span::call_site());
                *next += 1;
                parse_quote!(#k)
            }
        }
    }

    fn numbered_block(b: &Block, next: &mut usize) -> Expr {
        match b.stmts.last() {
            Some(Stmt::Expr(e, None)) => Self::numbered(e, next),
            _ => unreachable!("a block with a function in it"),
        }
    }
}

impl VisitMut for Replace<'_, '_> {
    fn visit_block_mut(&mut self, block: &mut Block) {
        for s in std::mem::take(&mut block.stmts) {
            let choice = match &s {
                Stmt::Local(l) => plain(&l.pat).and_then(|i| self.choices.get(&i.to_string())).zip(l.init.as_ref()),
                _ => None,
            };
            match choice {
                Some((Choice { array: true, .. }, _)) => {}
                Some((Choice { number, .. }, init)) => {
                    let value = Self::numbered(&init.expr, &mut 0);
                    block.stmts.push(parse_quote!(let #number: usize = #value;));
                }
                None => block.stmts.push(s),
            }
        }
        visit_mut::visit_block_mut(self, block);
    }

    fn visit_expr_mut(&mut self, e: &mut Expr) {
        if let Expr::ForLoop(f) = e
            && let (Some(array), Some(item)) = (looped(&f.expr).cloned(), plain(&f.pat).cloned())
            && let Some(choice) = self.choices.get(&array.to_string())
        {
            let n = choice.functions.len();
            self.items.insert(item.to_string(), array.to_string());
            *f.expr = parse_quote!(0..#n);
            *f.pat = parse_quote!(#item);
        }
        if let Expr::MethodCall(m) = e {
            if let Some(choice) = counted(m).and_then(|array| self.choices.get(&array.to_string())) {
                let n = choice.functions.len();
                *e = parse_quote!(#n);
                return;
            }
            if let Some((array, closure, item)) =
                handed(m).map(|(array, closure, item)| (array.to_string(), closure, item))
                && let Some(choice) = self.choices.get(&array)
                && let Expr::Closure(c) = &mut m.args[closure]
                && let Some(name) = plain(&c.inputs[item]).cloned()
            {
                let n = choice.functions.len();
                self.items.insert(name.to_string(), array);
                c.inputs[item] = parse_quote!(#name);
                *m.receiver = parse_quote!((0..#n));
            }
        }
        visit_mut::visit_expr_mut(self, e);
        let Expr::Call(c) = e else { return };
        let Some((name, index)) = called(&c.func) else { return };
        let (choice, which): (&Choice, Expr) = match (self.items.get(&name.to_string()), index) {
            (Some(array), None) => (&self.choices[array], parse_quote!(#name)),
            (None, index) => match (self.choices.get(&name.to_string()), index) {
                (Some(choice), Some(i)) => (choice, parse_quote!(#i)),
                (Some(choice), None) => {
                    let number = &choice.number;
                    (choice, parse_quote!(#number))
                }
                _ => return,
            },
            _ => return,
        };
        let mut stmts: Vec<Stmt> = Vec::new();
        let mut args = Vec::new();
        // which one it is comes before what it is handed
        let mut which = which;
        if !matches!(chain::strip(&which), Expr::Lit(_)) && index.is_some() {
            let at = self.desugar.names.ident("at");
            stmts.push(parse_quote!(let #at: usize = #which;));
            which = parse_quote!(#at);
        }
        for arg in &c.args {
            if matches!(chain::strip(arg), Expr::Path(_) | Expr::Lit(_) | Expr::Reference(_)) {
                args.push(arg.clone());
                continue;
            }
            let given = self.desugar.fresh("given", true, proc_macro2::Span::call_site());
            stmts.push(parse_quote!(let #given = #arg;));
            args.push(parse_quote!(#given));
        }
        let call = choice.call(&which, &args);
        *e = if stmts.is_empty() { call } else { parse_quote!({ #(#stmts)* #call }) };
    }

    fn visit_macro_mut(&mut self, mac: &mut syn::Macro) {
        super::macros::visit_mut(mac, &mut |e| self.visit_expr_mut(e));
    }

    fn visit_item_mut(&mut self, _: &mut syn::Item) {}
}
