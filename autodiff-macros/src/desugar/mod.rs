//! Closures and iterator chains, written out as the loops and blocks that they are.
//!
//! ```text
//! x.iter().map(|v| v * v).sum::<f64>()    =>    { let mut sum: f64 = -0.0; for item in x.iter() { let v = item; sum += v * v; } sum }
//! let f = |t| t * a; f(x)                 =>    { let t = x; t * a }
//! ```
//! Only what carries derivatives is rewritten; everything else stays as the user wrote it. The stage runs on renamed syntax
//! (see [`crate::rename`]), so that a closure's body means the same wherever it is put, and is followed by another renaming.
mod apply;
mod bind;
mod chain;
mod chosen;
mod closures;
mod consume;
mod detached;
mod drive;
mod handed;
mod jumps;
mod kept;
mod macros;
mod matrices;
mod options;
mod points;
mod selection;
mod stepped;

pub(crate) use chain::{IMPORTED, is_chain, iter_function};
pub(crate) use closures::{is_function, local_closures, unwrapped};
pub(crate) use handed::{strip_reference, takes_functions};
pub(crate) use macros::{makes_a_value, visit as visit_macro_args, visit_mut as visit_macro};

use crate::{
    analysis::activity::{Active, is_constant_type},
    ctxt::Ctxt,
    expand,
    names::Names,
    references::Known,
    rename,
};
use proc_macro2::Span;
use syn::{
    Block, Expr, Ident, ItemFn, Lifetime, Pat, ReturnType, Stmt, Type, parse_quote,
    visit_mut::{self, VisitMut},
};

/// How often closures in closures and chains in chains are written out before it is taken for a mistake.
const ROUNDS: usize = 24;
/// How many calls of closures one function may hold once they are written out.
const CALLS: usize = 2000;

/// Rewrites until nothing is left to rewrite: what one round writes out may hold the next closure.
/// `None` after an error: what is left of a chain then would be rejected a second time, in other words.
pub(crate) fn desugar(cx: &Ctxt, renamed: ItemFn) -> Option<ItemFn> {
    let mut item = renamed;
    let mut calls = 0;
    for _ in 0..ROUNDS {
        let active = expand::activity(&item);
        let mut pass = Desugar {
            cx,
            active,
            names: Names::beside(&item),
            result: match &item.sig.output {
                ReturnType::Type(_, t) => Some((**t).clone()),
                ReturnType::Default => None,
            },
            mutable: closures::mutable_locals(&item),
            options: options::typed(&item),
            of_options: options::held(&item),
            known: Known::of(&item),
            changed: false,
            failed: false,
            calls,
        };
        pass.function(&mut item);
        calls = pass.calls;
        if calls > CALLS {
            cx.error(
                &item.sig.ident,
                "the closures in this function call each other too often to be written out: make the inner ones functions annotated with #[differentiable]",
            );
            return None;
        }
        if pass.failed {
            return None;
        }
        if !pass.changed {
            return Some(item);
        }
        item = rename::rename(&item);
    }
    cx.error(
        &item.sig.ident,
        "closures are nested too deeply here: make the inner ones functions annotated with #[differentiable]",
    );
    None
}

struct Desugar<'a> {
    cx: &'a Ctxt,
    active: Active,
    /// Every name in the function.
    names: Names,
    /// The type of the function's result.
    result: Option<Type>,
    /// The variables that may change.
    mutable: Vec<String>,
    /// The variables that are options or results, by the look of them.
    options: options::Options,
    /// The variables that hold options.
    of_options: Vec<String>,
    /// Which variables are references.
    known: Known,
    changed: bool,
    failed: bool,
    calls: usize,
}

impl Desugar<'_> {
    fn function(&mut self, item: &mut ItemFn) {
        self.chosen_functions(&mut item.block);
        if self.changed {
            return; // closures are called by now
        }
        self.closures(&mut item.block);
        self.kept_iterators(&mut item.block);
        self.stepped_iterators(&mut item.block);
        if self.changed {
            return; // the activity of what was written out is found anew
        }
        let result = self.result.clone();
        self.tail(&mut item.block, result.as_ref());
        self.visit_block_mut(&mut item.block);
    }

    /// A value whose type is known: at the end of a function or a block.
    fn tail(&mut self, block: &mut Block, ty: Option<&Type>) {
        if let Some(Stmt::Expr(e, None)) = block.stmts.last_mut() {
            self.expected(e, ty);
        }
    }

    /// Rewrites an expression of this type.
    fn expected(&mut self, e: &mut Expr, ty: Option<&Type>) {
        match e {
            Expr::Paren(p) => self.expected(&mut p.expr, ty),
            Expr::Block(b) => self.tail(&mut b.block, ty),
            Expr::If(i) => {
                self.tail(&mut i.then_branch, ty);
                if let Some((_, els)) = &mut i.else_branch {
                    self.expected(els, ty);
                }
            }
            Expr::Match(m) => m.arms.iter_mut().for_each(|a| self.expected(&mut a.body, ty)),
            Expr::Tuple(t) => {
                if let Some(Type::Tuple(types)) = ty
                    && types.elems.len() == t.elems.len()
                {
                    t.elems.iter_mut().zip(&types.elems).for_each(|(e, t)| self.expected(e, Some(t)));
                }
            }
            _ => {
                if let Some(new) = self.rewritten(e, ty) {
                    *e = new;
                    self.changed = true;
                }
            }
        }
    }

    /// What an expression is written out as, if it is a chain or takes a closure.
    fn rewritten(&mut self, e: &Expr, ty: Option<&Type>) -> Option<Expr> {
        match e {
            Expr::MethodCall(m) => {
                if let Some(consumed) = self.consumer(m, ty) {
                    return Some(consumed.block());
                }
                self.map_of_references(m)
                    .or_else(|| self.option_method(m))
                    .or_else(|| self.matrix_method(m))
                    .or_else(|| self.updated_part(m))
                    .or_else(|| self.joined(m))
                    .or_else(|| self.array_of(m, ty))
                    .or_else(|| self.plain_functions(e))
            }
            Expr::Call(c) if matches!(chain::strip(&c.func), Expr::Closure(_)) && self.relevant(e) => {
                let args = c.args.iter().cloned().map(bind::Item::Value).collect();
                self.called(chain::strip(&c.func), args)
            }
            Expr::Call(c) => self
                .constructor(c)
                .or_else(|| self.array_from_fn(c, ty))
                .or_else(|| self.of_two_points(c))
                .or_else(|| self.diagonal_element(c))
                .or_else(|| self.plain_functions(e)),
            Expr::Match(m) => self.made_on_the_spot(m),
            Expr::ForLoop(f) => self.slice_loop(f).or_else(|| self.for_loop(f)),
            Expr::Macro(m) => self.value_macro(&m.mac),
            _ => None,
        }
    }

    /// `x.drain(..).map(f)` is `x.drain(..).into_iter().map(f)`: what is taken out is a list.
    fn drained(&mut self, e: &mut Expr) {
        let list = match e {
            Expr::MethodCall(m) if m.method != "into_iter" => &mut m.receiver,
            Expr::ForLoop(f) => &mut f.expr,
            _ => return,
        };
        if matches!(chain::strip(list), Expr::MethodCall(m) if m.method == "drain" && m.args.len() == 1)
            && self.active.mentions(list)
        {
            **list = parse_quote!(#list.into_iter());
            self.changed = true;
        }
    }

    /// A macro that makes a value of its arguments, where these hold statements.
    fn value_macro(&mut self, mac: &syn::Macro) -> Option<Expr> {
        let known = macros::makes_a_value(mac);
        let whole = Expr::Macro(syn::ExprMacro { attrs: vec![], mac: mac.clone() });
        if !known || !macros::holds_blocks(mac) || !self.active.mentions(&whole) {
            return None;
        }
        macros::hoisted(mac, &mut |e| self.fresh("part", true, syn::spanned::Spanned::span(e)))
    }

    fn error(&mut self, at: impl quote::ToTokens, message: impl std::fmt::Display) {
        self.failed = true;
        self.cx.error(at, message);
    }

    /// A name that nothing else has.
    fn fresh(&mut self, name: &str, active: bool, span: Span) -> Ident {
        let text = self.names.fresh(name);
        if active {
            self.active.insert(&text);
        }
        Ident::new(&text, Span::mixed_site().located_at(span))
    }

    fn label(&mut self, name: &str) -> Lifetime {
        let ident = self.fresh(name, false, Span::call_site());
        Lifetime::new(&format!("'{ident}"), Span::mixed_site())
    }
}

impl VisitMut for Desugar<'_> {
    fn visit_block_mut(&mut self, block: &mut Block) {
        let stmts = std::mem::take(&mut block.stmts);
        for stmt in stmts {
            match stmt {
                Stmt::Local(local) if self.decides(&local) => block.stmts.push(Stmt::Local(local)),
                Stmt::Local(mut local) => {
                    let flat = self.flat(&local);
                    match flat {
                        Some(flat) => block.stmts.extend(flat),
                        None => {
                            let ty = match &local.pat {
                                Pat::Type(t) => Some((*t.ty).clone()),
                                _ => None,
                            };
                            if let Some(init) = &mut local.init {
                                self.expected(&mut init.expr, ty.as_ref());
                            }
                            block.stmts.push(Stmt::Local(local));
                        }
                    }
                }
                Stmt::Macro(m) if m.semi_token.is_none() => match self.value_macro(&m.mac) {
                    Some(e) => {
                        self.changed = true;
                        block.stmts.push(Stmt::Expr(e, None));
                    }
                    None => block.stmts.push(Stmt::Macro(m)),
                },
                Stmt::Expr(Expr::Match(mut m), semi) => {
                    block.stmts.extend(self.tried(&mut m));
                    block.stmts.push(Stmt::Expr(Expr::Match(m), semi));
                }
                stmt => block.stmts.push(stmt),
            }
        }
        visit_mut::visit_block_mut(self, block);
    }

    fn visit_expr_mut(&mut self, e: &mut Expr) {
        if detached::is_detached(e) {
            return;
        }
        self.drained(e);
        if let Expr::Return(r) = e {
            if let Some(value) = &mut r.expr {
                let ty = self.result.clone();
                self.expected(value, ty.as_ref());
            }
        } else if let Some(new) = self.rewritten(e, None) {
            *e = new;
            self.changed = true;
        }
        visit_mut::visit_expr_mut(self, e);
    }

    fn visit_macro_mut(&mut self, mac: &mut syn::Macro) {
        macros::visit_mut(mac, &mut |e| self.visit_expr_mut(e));
    }

    fn visit_local_mut(&mut self, local: &mut syn::Local) {
        if !self.decides(local) {
            visit_mut::visit_local_mut(self, local);
        }
    }

    fn visit_item_mut(&mut self, _: &mut syn::Item) {}
}

impl Desugar<'_> {
    /// `let k: usize = x.iter().position(..)`: a constant, however it is found.
    fn decides(&self, local: &syn::Local) -> bool {
        let constant = matches!(&local.pat, Pat::Type(t) if is_constant_type(&t.ty));
        constant && local.init.as_ref().is_some_and(|i| !self.changes(&i.expr))
    }

    /// What comes before a `match`, and before the `x.iter().try_for_each(..)?` that is one by now.
    fn tried(&mut self, m: &mut syn::ExprMatch) -> Vec<Stmt> {
        let Expr::MethodCall(call) = chain::strip(&m.expr) else { return vec![] };
        if call.method != "try_for_each" {
            return vec![];
        }
        let Some(consume::Consumed { stmts, value }) = self.consumer(call, None) else { return vec![] };
        self.changed = true;
        *m.expr = value;
        stmts
    }

    /// `let s: f64 = x.iter().sum();` is `let mut s: f64 = -0.0; for v in x.iter() { s += v; }`: the variable is the one that is summed up.
    fn flat(&mut self, local: &syn::Local) -> Option<Vec<Stmt>> {
        let init = local.init.as_ref()?;
        let (pat, ty) = match &local.pat {
            Pat::Type(t) => (&*t.pat, Some(&*t.ty)),
            pat => (pat, None),
        };
        let Expr::MethodCall(m) = chain::strip(&init.expr) else { return None };
        if init.diverge.is_some() {
            return None;
        }
        let consumed = self.consumer(m, ty)?;
        self.changed = true;
        let (mut stmts, value) = (consumed.stmts, consumed.value);
        if let (Pat::Ident(p), Expr::Path(v)) = (pat, &value)
            && p.by_ref.is_none()
            && let Some(var) = v.path.get_ident()
        {
            return Some(named(stmts, var, &p.ident));
        }
        stmts.push(match ty {
            Some(ty) => parse_quote!(let #pat: #ty = #value;),
            None => parse_quote!(let #pat = #value;),
        });
        Some(stmts)
    }
}

/// The statements with another name for one of their variables.
fn named(stmts: Vec<Stmt>, old: &Ident, new: &Ident) -> Vec<Stmt> {
    struct Name<'a>(&'a Ident, &'a Ident);
    impl VisitMut for Name<'_> {
        // not the methods and fields of that name: `|max, v| max.max(v)`
        fn visit_expr_path_mut(&mut self, p: &mut syn::ExprPath) {
            if p.qself.is_none() && p.path.is_ident(self.0) {
                p.path = self.1.clone().into();
            }
        }
        fn visit_pat_ident_mut(&mut self, p: &mut syn::PatIdent) {
            if p.ident == *self.0 {
                p.ident = self.1.clone();
            }
            visit_mut::visit_pat_ident_mut(self, p);
        }
        fn visit_macro_mut(&mut self, mac: &mut syn::Macro) {
            macros::visit_mut(mac, &mut |e| self.visit_expr_mut(e));
        }
    }
    let mut name = Name(old, new);
    stmts
        .into_iter()
        .map(|mut s| {
            name.visit_stmt_mut(&mut s);
            s
        })
        .collect()
}
