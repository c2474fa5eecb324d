//! References in the middle of expressions, brought to where they can be followed: a `let` of their own.
//!
//! ```text
//! f(if c { x } else { y })             =>    let chosen = if c { x } else { y }; f(chosen)
//! let r = loop { .. break &x[i..]; }   =>    let r; loop { .. { r = &x[i..]; break; } }
//! let p = (x, y); p.0[1]               =>    let p_0 = x; let p_1 = y; p_0[1]
//! for r in [x, y] { .. }               =>    for k in 0..2 { let r = match k { 0 => x, _ => y }; .. }
//! ```
use super::{find::Known, place};
use crate::{analysis::activity::Active, atom::tail, names::Names};
use std::collections::{BTreeMap, HashSet};
use syn::{
    Block, Expr, ExprForLoop, Ident, ItemFn, Local, Pat, Stmt, UnOp, parse_quote,
    visit::Visit,
    visit_mut::{self, VisitMut},
};

/// Rewrites a function whose variables have names of their own.
pub(crate) fn expose(item: &mut ItemFn, active: &Active) {
    let names = Names::beside(item);
    let known = Known::of(item);
    let printed = printed(item);
    let mut e = Expose { known, active, names, parts: BTreeMap::new(), made: HashSet::new(), printed };
    e.visit_block_mut(&mut item.block);
}

struct Expose<'a> {
    known: Known,
    active: &'a Active,
    names: Names,
    /// Tuples and arrays of references, each part a variable of its own.
    parts: BTreeMap<String, (Vec<Ident>, bool)>,
    /// The names of these parts.
    made: HashSet<String>,
    /// Names in the arguments of macros.
    printed: HashSet<String>,
}

impl Expose<'_> {
    fn fresh(&mut self, name: &str) -> Ident {
        self.names.ident(name)
    }

    /// A reference into variables, one of them active.
    fn is_reference(&self, e: &Expr) -> bool {
        match e {
            Expr::Paren(p) => self.is_reference(&p.expr),
            Expr::Reference(r) => place::lead(e).is_some() && !matches!(&*r.expr, Expr::Lit(_)),
            Expr::MethodCall(_) => place::lead(e).is_some(),
            Expr::Path(_) => self.known.reference(e).is_some(),
            _ => false,
        }
    }

    fn are_references<'e>(&self, mut all: impl Iterator<Item = &'e Expr> + Clone) -> bool {
        let active = all
            .clone()
            .filter_map(crate::analysis::activity::root)
            .any(|i| self.active.contains(i) || self.made.contains(&i.to_string()));
        active && all.all(|e| self.is_reference(e))
    }

    fn is_choice(&self, e: &Expr) -> bool {
        matches!(e, Expr::If(_) | Expr::Match(_))
            && place::leaves(e).is_some_and(|l| !l.is_empty() && self.are_references(l.into_iter()))
    }

    // ---- statements ------------------------------------------------------------------------------------------------

    fn stmt(&mut self, stmt: Stmt, out: &mut Vec<Stmt>) {
        match stmt {
            Stmt::Local(mut local) => {
                if self.kept_apart(&local, out) || self.value_of_loop(&local, out) {
                    return;
                }
                if let Some(init) = &mut local.init {
                    let chosen = place::branches(&init.expr) || matches!(&*init.expr, Expr::Loop(_));
                    if !chosen {
                        self.expression(&mut init.expr, out);
                    }
                }
                out.push(Stmt::Local(local));
            }
            Stmt::Expr(mut e, semi) => {
                self.expression(&mut e, out);
                out.push(Stmt::Expr(e, semi));
            }
            stmt => out.push(stmt),
        }
    }

    /// Choices among the operands of an expression, in the order of evaluation. Where another operand changes something on
    /// the way, everything stays in its place.
    fn expression(&mut self, e: &mut Expr, out: &mut Vec<Stmt>) {
        let mut changes = Changes { found: false };
        match &*e {
            Expr::Assign(a) => {
                changes.visit_expr(&a.left);
                changes.visit_expr(&a.right);
            }
            Expr::Binary(b) => {
                changes.visit_expr(&b.left);
                changes.visit_expr(&b.right);
            }
            e => changes.visit_expr(e),
        }
        if !changes.found {
            self.operands(e, out);
        }
    }

    fn operands(&mut self, e: &mut Expr, out: &mut Vec<Stmt>) {
        let mut operand = |s: &mut Self, e: &mut Expr| {
            let bare = match &*e {
                Expr::Paren(p) => (*p.expr).clone(),
                e => e.clone(),
            };
            if s.is_choice(&bare) {
                let chosen = s.fresh("chosen");
                out.push(parse_quote!(let #chosen = #bare;));
                *e = parse_quote!(#chosen);
            } else {
                s.operands(e, out);
            }
        };
        match e {
            Expr::Paren(p) => operand(self, &mut p.expr),
            Expr::Call(c) => c.args.iter_mut().for_each(|a| operand(self, a)),
            Expr::MethodCall(m) => {
                operand(self, &mut m.receiver);
                m.args.iter_mut().for_each(|a| operand(self, a));
            }
            Expr::Unary(u) => operand(self, &mut u.expr),
            Expr::Index(i) => operand(self, &mut i.expr),
            Expr::Field(f) => operand(self, &mut f.base),
            Expr::Reference(r) => operand(self, &mut r.expr),
            Expr::Assign(a) => {
                self.operands(&mut a.right, out);
                self.operands(&mut a.left, out);
            }
            Expr::Binary(b) if !matches!(b.op, syn::BinOp::And(_) | syn::BinOp::Or(_)) => {
                operand(self, &mut b.left);
                operand(self, &mut b.right);
            }
            _ => {}
        }
    }

    /// `let r = loop { .. break &x[i..]; .. };`
    fn value_of_loop(&mut self, local: &Local, out: &mut Vec<Stmt>) -> bool {
        let (Pat::Ident(p), Some(init)) = (&local.pat, &local.init) else { return false };
        let Expr::Loop(l) = &*init.expr else { return false };
        let mut breaks = Breaks { name: &p.ident, depth: 0, values: Vec::new() };
        let mut l = l.clone();
        breaks.visit_block_mut(&mut l.body);
        let values = breaks.values;
        if values.is_empty() || l.label.is_some() || !self.are_references(values.iter()) {
            return false;
        }
        let name = &p.ident;
        out.push(parse_quote!(let #name;));
        out.push(Stmt::Expr(Expr::Loop(l), Some(Default::default())));
        true
    }

    /// `let p = (x, y);` of references.
    fn kept_apart(&mut self, local: &Local, out: &mut Vec<Stmt>) -> bool {
        let (Pat::Ident(p), Some(init)) = (&local.pat, &local.init) else { return false };
        if p.mutability.is_some()
            || p.by_ref.is_some()
            || p.subpat.is_some()
            || self.printed.contains(&p.ident.to_string())
        {
            return false;
        }
        let (values, array): (Vec<Expr>, bool) = match &*init.expr {
            Expr::Tuple(t) => (t.elems.iter().cloned().collect(), false),
            Expr::Array(a) => (a.elems.iter().cloned().collect(), true),
            Expr::MethodCall(m) if crate::syntax::is_split(m) => {
                let names = vec![self.fresh(&format!("{}_0", p.ident)), self.fresh(&format!("{}_1", p.ident))];
                let pair = &init.expr;
                if !crate::analysis::activity::root(pair).is_some_and(|i| self.active.contains(i)) {
                    return false;
                }
                out.push(parse_quote!(let (#(#names),*) = #pair;));
                self.parts.insert(p.ident.to_string(), (names, false));
                return true;
            }
            _ => return false,
        };
        if values.is_empty() || !self.are_references(values.iter()) {
            return false;
        }
        let names: Vec<Ident> = (0..values.len()).map(|k| self.fresh(&format!("{}_{k}", p.ident))).collect();
        for (name, value) in names.iter().zip(&values) {
            let mutable = match value {
                Expr::Path(_) => self.known.reference(value) == Some(true),
                e => place::lead(e).is_some_and(|l| l.mutable == Some(true)),
            };
            self.known.insert(&name.to_string(), mutable);
            self.made.insert(name.to_string());
            out.push(parse_quote!(let #name = #value;));
        }
        self.parts.insert(p.ident.to_string(), (names, array));
        true
    }

    /// `for r in [x, y]`
    fn each(&mut self, f: &mut ExprForLoop) {
        let array = match &*f.expr {
            Expr::MethodCall(m) if m.method == "into_iter" && m.args.is_empty() => &m.receiver,
            e => e,
        };
        let values: Vec<Expr> = match array {
            Expr::Array(a) => a.elems.iter().cloned().collect(),
            _ => return,
        };
        if values.is_empty() || !self.are_references(values.iter()) {
            return;
        }
        // in a loop, what is moved is borrowed again
        let again = |e: Expr| match &e {
            Expr::Path(_) if self.known.reference(&e) == Some(true) => parse_quote!(&mut *#e),
            _ => e,
        };
        let values: Vec<Expr> = values.into_iter().map(again).collect();
        let (k, n, pat) = (self.fresh("k"), syn::Index::from(values.len()), &f.pat);
        let item = chosen(&parse_quote!(#k), &values);
        f.body.stmts.insert(0, parse_quote!(let #pat = #item;));
        *f.pat = parse_quote!(#k);
        *f.expr = parse_quote!(0..#n);
    }
}

/// `match k { 0 => a, _ => b }`
fn chosen(k: &Expr, values: &[Expr]) -> Expr {
    let arms = values.iter().enumerate().map(|(i, v)| {
        let i = proc_macro2::Literal::usize_unsuffixed(i);
        let v = tail(v);
        quote::quote!(#i => #v,)
    });
    parse_quote!(match #k { #(#arms)* _ => ::core::panic!("an index out of bounds") })
}

impl VisitMut for Expose<'_> {
    fn visit_block_mut(&mut self, block: &mut Block) {
        let mut out = Vec::new();
        for mut stmt in std::mem::take(&mut block.stmts) {
            // inner blocks first: what they choose stays with them
            visit_mut::visit_stmt_mut(self, &mut stmt);
            self.stmt(stmt, &mut out);
        }
        block.stmts = out;
    }

    fn visit_expr_mut(&mut self, e: &mut Expr) {
        if let Expr::ForLoop(f) = e {
            self.each(f);
        }
        match &*e {
            Expr::Field(f) => {
                if let (Some((names, false)), syn::Member::Unnamed(k)) = (self.parts_of(&f.base), &f.member)
                    && let Some(name) = names.get(k.index as usize)
                {
                    return *e = parse_quote!(#name);
                }
            }
            Expr::Index(i) => {
                if let Some((names, true)) = self.parts_of(&i.expr) {
                    let values: Vec<Expr> = names.iter().map(|n| parse_quote!(#n)).collect();
                    return *e = match &*i.index {
                        Expr::Lit(syn::ExprLit { lit: syn::Lit::Int(k), .. }) => {
                            match k.base10_parse::<usize>().ok().and_then(|k| values.get(k)) {
                                Some(v) => v.clone(),
                                None => return,
                            }
                        }
                        k => {
                            let choice = chosen(k, &values);
                            parse_quote!((#choice))
                        }
                    };
                }
            }
            Expr::Path(_) => {
                if let Some((names, array)) = self.parts_of(e) {
                    *e = if array { parse_quote!([#(#names),*]) } else { parse_quote!((#(#names),*)) };
                    return;
                }
            }
            _ => {}
        }
        visit_mut::visit_expr_mut(self, e);
    }

    fn visit_item_mut(&mut self, _: &mut syn::Item) {}
}

impl Expose<'_> {
    fn parts_of(&self, e: &Expr) -> Option<(Vec<Ident>, bool)> {
        let Expr::Path(p) = e else { return None };
        self.parts.get(&p.path.get_ident()?.to_string()).cloned()
    }
}

/// The names that macros are handed.
fn printed(item: &ItemFn) -> HashSet<String> {
    struct Macros(HashSet<String>);
    impl Visit<'_> for Macros {
        fn visit_macro(&mut self, m: &syn::Macro) {
            let mac = Expr::Macro(syn::ExprMacro { attrs: vec![], mac: m.clone() });
            self.0.extend(crate::analysis::activity::Names::of(&mac));
        }
    }
    let mut macros = Macros(HashSet::new());
    macros.visit_block(&item.block);
    macros.0
}

/// Whether an expression assigns to anything, or hands a local number on to be changed.
struct Changes {
    found: bool,
}

impl Visit<'_> for Changes {
    fn visit_expr_assign(&mut self, _: &syn::ExprAssign) {
        self.found = true;
    }
    fn visit_expr_binary(&mut self, b: &syn::ExprBinary) {
        self.found |= crate::analysis::activity::is_assignment(&b.op);
        syn::visit::visit_expr_binary(self, b);
    }
    fn visit_expr_closure(&mut self, _: &syn::ExprClosure) {
        self.found = true;
    }
    fn visit_local(&mut self, _: &Local) {
        self.found = true;
    }
    fn visit_expr_call(&mut self, c: &syn::ExprCall) {
        // a call among the operands may change what a later choice asks for
        let inner =
            |e: &Expr| matches!(e, Expr::Reference(r) if r.mutability.is_some() && matches!(&*r.expr, Expr::Path(_)));
        self.found |= c.args.iter().any(inner);
        syn::visit::visit_expr_call(self, c);
    }
}

/// The values that leave a loop, each assigned to a name.
struct Breaks<'a> {
    name: &'a Ident,
    depth: u32,
    values: Vec<Expr>,
}

impl VisitMut for Breaks<'_> {
    fn visit_expr_mut(&mut self, e: &mut Expr) {
        match e {
            Expr::Break(b) if self.depth == 0 && b.label.is_none() => {
                if let Some(value) = b.expr.take() {
                    self.values.push((*value).clone());
                    let name = self.name;
                    *e = parse_quote!({ #name = #value; break; });
                }
            }
            Expr::Loop(_) | Expr::While(_) | Expr::ForLoop(_) => {
                self.depth += 1;
                visit_mut::visit_expr_mut(self, e);
                self.depth -= 1;
            }
            Expr::Closure(_) => {}
            Expr::Unary(u) if matches!(u.op, UnOp::Not(_)) => {}
            _ => visit_mut::visit_expr_mut(self, e),
        }
    }
}
