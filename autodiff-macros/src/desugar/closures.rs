//! Closures that are local functions, written out where they are called.
//!
//! ```text
//! let f = |t: f64| t * a;  f(x) + f(y)    =>    { let t: f64 = x; t * a } + { let t: f64 = y; t * a }
//! ```
//! Names are unique, so that the body means the same at the call: what it captures by reference can't have changed unseen. What
//! is captured by `move` and may change later is copied where the closure is made.
use super::{Desugar, apply::Applied, bind::Item, jumps};
use crate::analysis::activity::{Active, Names};
use crate::atom::tail;
use crate::ctxt::users_name_in;
use std::collections::HashMap;
use syn::{
    Block, Expr, Ident, Pat, Stmt, parse_quote,
    visit::Visit,
    visit_mut::{self, VisitMut},
};

/// A closure behind a reference or in a box: it is called all the same.
pub(crate) fn unwrapped(e: &Expr) -> &Expr {
    match super::chain::strip(e) {
        Expr::Reference(r) if matches!(unwrapped(&r.expr), Expr::Closure(_)) => unwrapped(&r.expr),
        Expr::Call(c)
            if c.args.len() == 1
                && matches!(&*c.func, Expr::Path(p) if p.path.segments.len() == 2 && p.path.segments[0].ident == "Box" && p.path.segments[1].ident == "new") =>
        {
            unwrapped(&c.args[0])
        }
        e => e,
    }
}

/// The local closures of a function, by their names.
pub(crate) fn local_closures(block: &Block) -> HashMap<String, Expr> {
    struct Find {
        closures: HashMap<String, Expr>,
        locals: Vec<String>,
    }
    impl Visit<'_> for Find {
        fn visit_local(&mut self, l: &syn::Local) {
            let pat = match &l.pat {
                Pat::Type(t) => &*t.pat,
                pat => pat,
            };
            if let (Pat::Ident(p), Some(init)) = (pat, &l.init) {
                let value = unwrapped(&init.expr);
                match value {
                    Expr::Closure(_) => {
                        self.closures.insert(p.ident.to_string(), value.clone());
                    }
                    Expr::Path(_) => {
                        self.closures.insert(p.ident.to_string(), value.clone());
                    }
                    _ => {}
                }
            }
            syn::visit::visit_local(self, l);
        }
        fn visit_pat_ident(&mut self, p: &syn::PatIdent) {
            self.locals.push(p.ident.to_string());
            syn::visit::visit_pat_ident(self, p);
        }
        fn visit_item(&mut self, _: &syn::Item) {}
    }
    let mut find = Find { closures: HashMap::new(), locals: Vec::new() };
    find.visit_block(block);
    find.closures
}

impl Desugar<'_> {
    /// Writes out the calls of the closures that carry derivatives.
    pub(super) fn closures(&mut self, block: &mut Block) {
        let mut closures = local_closures(block);
        let called = called(block);
        let assigned = assigned(block);
        closures.retain(|name, _| !assigned.contains(name)); // who knows which one it is
        closures.retain(|name, value| match value {
            // one that is never called is left out with the others
            Expr::Closure(_) => self.concerns(name, value) || called.contains(name) && self.concerns_call(block, name),
            // another name of a function, where it is called
            Expr::Path(p) => is_function(p, &self.active) && called.contains(name) && self.concerns_call(block, name),
            _ => false,
        });
        if closures.is_empty() {
            return;
        }
        self.changed = true;
        if let Some((name, at)) = stale(block, &closures) {
            let name = users_name_in(block, &name);
            self.error(
                at,
                format!("this closure captured `{name}` before it was assigned anew: bind its value by `let` first"),
            );
            return;
        }
        let copies = self.copies(&mut closures);
        let mut inline = Inline { desugar: self, closures: &closures, copies: &copies };
        inline.visit_block_mut(block);
        self.left_over(block, &closures);
    }

    /// Uses of a closure other than calling it and handing it on.
    fn left_over(&mut self, block: &Block, closures: &HashMap<String, Expr>) {
        struct Uses<'a>(&'a HashMap<String, Expr>, Vec<syn::ExprPath>);
        impl Visit<'_> for Uses<'_> {
            fn visit_expr_path(&mut self, p: &syn::ExprPath) {
                if p.path.get_ident().is_some_and(|i| self.0.contains_key(&i.to_string())) {
                    self.1.push(p.clone());
                }
            }
        }
        let mut uses = Uses(closures, Vec::new());
        uses.visit_block(block);
        for path in uses.1 {
            self.error(&path, "a closure over active values can be called, and handed to iterators, to `map` and to functions annotated with #[differentiable]; what becomes of it here is not followed");
        }
    }

    fn concerns(&self, name: &str, closure: &Expr) -> bool {
        let ident = Ident::new(name, proc_macro2::Span::call_site());
        self.active.contains(&ident) || self.active.mentions(closure) || self.relevant(closure)
    }

    /// Whether anything active is handed to the function of this name.
    fn concerns_call(&self, block: &Block, name: &str) -> bool {
        struct Calls<'s, 'a>(&'s Desugar<'a>, &'s str, bool);
        impl Visit<'_> for Calls<'_, '_> {
            fn visit_expr_call(&mut self, c: &syn::ExprCall) {
                if matches!(&*c.func, Expr::Path(p) if p.path.is_ident(self.1)) {
                    self.2 |= c.args.iter().any(|a| self.0.active.carries(a));
                }
                self.2 |= c.args.iter().any(|a| handed(a).is_some_and(|n| n == self.1));
                syn::visit::visit_expr_call(self, c);
            }
            fn visit_expr_method_call(&mut self, m: &syn::ExprMethodCall) {
                self.2 |= m.args.iter().any(|a| matches!(a, Expr::Path(p) if p.path.is_ident(self.1)));
                syn::visit::visit_expr_method_call(self, m);
            }
        }
        let mut calls = Calls(self, name, false);
        calls.visit_block(block);
        calls.2
    }

    /// What `move` closures capture and others may change: a copy for each, made where the closure is.
    fn copies(&mut self, closures: &mut HashMap<String, Expr>) -> HashMap<String, Vec<Stmt>> {
        let mutable = self.mutable.clone();
        let mut all = HashMap::new();
        for (closure, value) in closures.iter_mut() {
            let Expr::Closure(c) = value else { continue };
            if c.capture.is_none() {
                continue;
            }
            let inner: Vec<String> = c.inputs.iter().flat_map(crate::analysis::activity::pattern_names).collect();
            let mut stmts: Vec<Stmt> = Vec::new();
            let mut names = Names::of(&c.body);
            names.sort();
            names.dedup();
            for name in names {
                if !mutable.contains(&name) || inner.contains(&name) || declared_in(&c.body, &name) {
                    continue;
                }
                let old = Ident::new(&name, proc_macro2::Span::call_site());
                let new = self.fresh(&format!("{name}_moved"), self.active.contains(&old), old.span());
                stmts.push(parse_quote!(let mut #new = #old;));
                Replace { old: &name, new: &new }.visit_expr_mut(&mut c.body);
            }
            c.capture = None;
            all.insert(closure.clone(), stmts);
        }
        all
    }
}

/// A use of a closure after a variable that it captured was assigned as a whole. Borrows allow that for references alone: the
/// closure has the old one. In the order of evaluation, the bodies of loops twice.
fn stale(block: &Block, closures: &HashMap<String, Expr>) -> Option<(String, syn::ExprPath)> {
    struct Order<'a> {
        closures: &'a HashMap<String, Expr>,
        /// What has been assigned since each closure was made.
        assigned: HashMap<String, Vec<String>>,
        found: Option<(String, syn::ExprPath)>,
    }
    impl Order<'_> {
        fn captured(&self, closure: &str) -> Vec<String> {
            let mut names: Vec<String> = Vec::new();
            let mut open = vec![closure.to_string()];
            while let Some(next) = open.pop() {
                for name in self.closures.get(&next).map(Names::of).unwrap_or_default() {
                    if !names.contains(&name) {
                        names.push(name.clone());
                        open.push(name);
                    }
                }
            }
            names
        }
        fn assign(&mut self, place: &Expr) {
            match place {
                Expr::Path(p) => {
                    let name = p.path.get_ident().map(Ident::to_string).unwrap_or_default();
                    self.assigned.values_mut().for_each(|since| since.push(name.clone()));
                }
                Expr::Tuple(t) => t.elems.iter().for_each(|e| self.assign(e)),
                Expr::Paren(p) => self.assign(&p.expr),
                place => self.visit_expr(place),
            }
        }
    }
    impl Visit<'_> for Order<'_> {
        fn visit_local(&mut self, l: &syn::Local) {
            for name in crate::analysis::activity::pattern_names(&l.pat) {
                self.assigned.insert(name, Vec::new());
            }
            if let Some(init) = &l.init
                && !matches!(unwrapped(&init.expr), Expr::Closure(_))
            {
                syn::visit::visit_local(self, l);
            }
        }
        fn visit_expr_assign(&mut self, a: &syn::ExprAssign) {
            self.visit_expr(&a.right);
            self.assign(&a.left);
        }
        fn visit_expr_reference(&mut self, r: &syn::ExprReference) {
            match &*r.expr {
                // `mem::swap(&mut r, &mut q)`
                place @ Expr::Path(_) if r.mutability.is_some() => self.assign(place),
                e => self.visit_expr(e),
            }
        }
        fn visit_expr_path(&mut self, p: &syn::ExprPath) {
            let Some(name) = p.path.get_ident().map(Ident::to_string) else { return };
            if !self.closures.contains_key(&name) || self.found.is_some() {
                return;
            }
            let since = self.assigned.get(&name).cloned().unwrap_or_default();
            self.found = self.captured(&name).into_iter().find(|n| since.contains(n)).map(|n| (n, p.clone()));
        }
        fn visit_expr_for_loop(&mut self, f: &syn::ExprForLoop) {
            self.visit_expr(&f.expr);
            self.visit_block(&f.body);
            self.visit_block(&f.body);
        }
        fn visit_expr_while(&mut self, w: &syn::ExprWhile) {
            for _ in 0..2 {
                self.visit_expr(&w.cond);
                self.visit_block(&w.body);
            }
        }
        fn visit_expr_loop(&mut self, l: &syn::ExprLoop) {
            self.visit_block(&l.body);
            self.visit_block(&l.body);
        }
        fn visit_macro(&mut self, m: &syn::Macro) {
            super::macros::visit(m, &mut |e| self.visit_expr(e));
        }
        fn visit_item(&mut self, _: &syn::Item) {}
    }
    let by_reference: HashMap<String, Expr> = closures
        .iter()
        .filter(|(_, e)| matches!(e, Expr::Closure(c) if c.capture.is_none()))
        .map(|(n, e)| (n.clone(), e.clone()))
        .collect();
    let mut order = Order { closures: &by_reference, assigned: HashMap::new(), found: None };
    order.visit_block(block);
    order.found
}

/// Whether a path may be that of a function: no variable, and no constant by the language's naming convention.
pub(crate) fn is_function(p: &syn::ExprPath, active: &Active) -> bool {
    let lowercase =
        p.path.segments.last().is_some_and(|s| !s.ident.to_string().chars().next().is_some_and(char::is_uppercase));
    lowercase && !p.path.get_ident().is_some_and(|i| active.is_local(i))
}

/// Everything that is called by a name, or handed to a method.
fn called(block: &Block) -> Vec<String> {
    struct Called(Vec<String>);
    impl Visit<'_> for Called {
        fn visit_expr_call(&mut self, c: &syn::ExprCall) {
            if let Expr::Path(p) = super::chain::strip(&c.func)
                && let Some(i) = p.path.get_ident()
            {
                self.0.push(i.to_string());
            }
            self.0.extend(c.args.iter().filter_map(handed));
            syn::visit::visit_expr_call(self, c);
        }
        fn visit_expr_method_call(&mut self, m: &syn::ExprMethodCall) {
            self.0.extend(m.args.iter().filter_map(handed));
            syn::visit::visit_expr_method_call(self, m);
        }
        fn visit_macro(&mut self, m: &syn::Macro) {
            super::macros::visit(m, &mut |e| self.visit_expr(e));
        }
    }
    let mut called = Called(Vec::new());
    called.visit_block(block);
    called.0
}

/// The variables that are assigned as a whole.
fn assigned(block: &Block) -> Vec<String> {
    struct Assigned(Vec<String>);
    impl Visit<'_> for Assigned {
        fn visit_expr_assign(&mut self, a: &syn::ExprAssign) {
            self.0.extend(Names::of(&a.left));
            syn::visit::visit_expr_assign(self, a);
        }
    }
    let mut assigned = Assigned(Vec::new());
    assigned.visit_block(block);
    assigned.0
}

/// `f`, `&f`, `&mut f`
fn handed(e: &Expr) -> Option<String> {
    match e {
        Expr::Path(p) => p.path.get_ident().map(Ident::to_string),
        Expr::Reference(r) => handed(&r.expr),
        Expr::Paren(p) => handed(&p.expr),
        _ => None,
    }
}

/// The variables that may change.
pub(super) fn mutable_locals(item: &syn::ItemFn) -> Vec<String> {
    struct Mutable(Vec<String>);
    impl Visit<'_> for Mutable {
        fn visit_pat_ident(&mut self, p: &syn::PatIdent) {
            if p.mutability.is_some() {
                self.0.push(p.ident.to_string());
            }
            syn::visit::visit_pat_ident(self, p);
        }
    }
    let mut mutable = Mutable(Vec::new());
    mutable.visit_item_fn(item);
    mutable.0
}

pub(super) fn declared_in(e: &Expr, name: &str) -> bool {
    struct Declared<'a>(&'a str, bool);
    impl Visit<'_> for Declared<'_> {
        fn visit_pat_ident(&mut self, p: &syn::PatIdent) {
            self.1 |= p.ident == self.0;
            syn::visit::visit_pat_ident(self, p);
        }
    }
    let mut declared = Declared(name, false);
    declared.visit_expr(e);
    declared.1
}

struct Replace<'a> {
    old: &'a str,
    new: &'a Ident,
}

impl VisitMut for Replace<'_> {
    fn visit_expr_path_mut(&mut self, p: &mut syn::ExprPath) {
        if p.path.is_ident(self.old) {
            p.path = self.new.clone().into();
        }
    }
    fn visit_macro_mut(&mut self, mac: &mut syn::Macro) {
        super::macros::visit_mut(mac, &mut |e| self.visit_expr_mut(e));
    }
}

struct Inline<'d, 's, 'a> {
    desugar: &'d mut Desugar<'a>,
    closures: &'s HashMap<String, Expr>,
    copies: &'s HashMap<String, Vec<Stmt>>,
}

impl Inline<'_, '_, '_> {
    fn closure(&self, name: &Ident) -> Option<&Expr> {
        self.closures.get(&name.to_string())
    }

    /// Closures among arguments in place of their names; whether there were any.
    fn hand_over<'e>(&self, args: impl IntoIterator<Item = &'e mut Expr>) -> bool {
        let mut changed = false;
        for arg in args {
            if let Some(closure) = handed(arg).and_then(|n| self.closures.get(&n)) {
                *arg = closure.clone();
                changed = true;
            }
        }
        changed
    }

    fn local(&self, stmt: &Stmt) -> Option<String> {
        let Stmt::Local(l) = stmt else { return None };
        let pat = match &l.pat {
            Pat::Type(t) => &*t.pat,
            pat => pat,
        };
        match pat {
            Pat::Ident(p) => self.closure(&p.ident).map(|_| p.ident.to_string()),
            _ => None,
        }
    }
}

impl VisitMut for Inline<'_, '_, '_> {
    fn visit_block_mut(&mut self, block: &mut Block) {
        let stmts = std::mem::take(&mut block.stmts);
        for stmt in stmts {
            match self.local(&stmt) {
                // what is written out everywhere is needed nowhere
                Some(name) => block.stmts.extend(self.copies.get(&name).cloned().unwrap_or_default()),
                None => block.stmts.push(stmt),
            }
        }
        visit_mut::visit_block_mut(self, block);
    }

    fn visit_expr_mut(&mut self, e: &mut Expr) {
        visit_mut::visit_expr_mut(self, e);
        match e {
            Expr::Call(c) => {
                if self.hand_over(&mut c.args) {
                    c.args.iter_mut().for_each(|a| self.visit_expr_mut(a));
                }
                let Expr::Path(p) = super::chain::strip(&c.func) else { return };
                let Some(closure) = p.path.get_ident().and_then(|i| self.closure(i)) else { return };
                let args: Vec<Item> = c.args.iter().cloned().map(Item::Value).collect();
                let closure = closure.clone();
                if self.desugar.calls <= super::CALLS
                    && let Some(applied) = self.desugar.called(&closure, args)
                {
                    *e = applied;
                    self.visit_expr_mut(e); // it may call others
                }
            }
            Expr::MethodCall(m) => {
                let changed = self.hand_over(&mut m.args);
                m.args.iter_mut().filter(|_| changed).for_each(|a| self.visit_expr_mut(a));
            }
            _ => {}
        }
    }

    fn visit_macro_mut(&mut self, mac: &mut syn::Macro) {
        super::macros::visit_mut(mac, &mut |e| self.visit_expr_mut(e));
    }

    fn visit_item_mut(&mut self, _: &mut syn::Item) {}
}

impl Desugar<'_> {
    /// A call of a closure as a block of its own.
    pub(super) fn called(&mut self, f: &Expr, args: Vec<Item>) -> Option<Expr> {
        let result = match f {
            Expr::Closure(c) => match &c.output {
                syn::ReturnType::Type(_, t) => Some(t.clone()),
                syn::ReturnType::Default => None,
            },
            _ => None,
        };
        let Applied { stmts, value } = self.apply(f, args)?;
        Some(match (stmts.is_empty(), result, f) {
            (true, None, Expr::Path(_)) => value,
            (_, Some(ty), _) if !matches!(value, Expr::Reference(_)) && jumps::has_label(&value) => {
                let out = self.fresh("returned", true, proc_macro2::Span::call_site());
                parse_quote!({ #(#stmts)* let #out: #ty = #value; #out })
            }
            _ if super::consume::is_unit(&value) => parse_quote!({ #(#stmts)* }),
            _ => {
                let value = tail(&value);
                parse_quote!({ #(#stmts)* #value })
            }
        })
    }
}
