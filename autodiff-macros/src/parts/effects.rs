//! Which functions may be run a second time: those that do nothing but compute.
//!
//! A reverse sweep may run a function again rather than keep what it computed. Where a function draws random numbers, prints or
//! counts its calls, a second run is another one. So a function is run again only where all that it does can be seen, in its own
//! text and in that of the functions of its file that it calls.
use super::{cells, seen};
use crate::{
    analysis::activity::{is_assignment, pattern_names, root},
    emit,
    lower::{self, is_nalgebra},
    rules,
};
use std::collections::BTreeSet;
use syn::{Expr, ExprCall, ExprMethodCall, ItemFn, visit::Visit};

/// Methods that compute, and nothing else.
#[rustfmt::skip]
const COMPUTING: &[&str] = &[
    "iter", "into_iter", "map", "sum", "product", "fold", "try_fold", "scan", "flat_map", "flatten", "filter_map", "inspect", "peekable",
    "collect", "count", "chain", "cycle", "chunks_exact", "rchunks", "as_chunks", "windows", "split_at", "split_first", "split_last",
    "column_iter", "row_iter", "concat", "for_each", "to_vec", "into_boxed_slice", "unwrap", "expect", "transpose", "into_owned",
];

/// Methods that change what they are called on, and nothing else.
#[rustfmt::skip]
const CHANGING: &[&str] = &[
    "iter_mut", "next", "nth", "by_ref", "chunks_mut", "chunks_exact_mut", "split_at_mut", "first_mut", "last_mut", "get_mut",
    "push", "push_back", "push_front", "pop", "pop_front", "pop_back", "extend", "extend_from_slice", "insert", "remove", "truncate", "clear",
    "resize", "reserve", "swap", "reverse", "rotate_left", "rotate_right", "fill", "copy_from_slice", "clone_from_slice", "copy_from",
    "as_mut_slice", "as_mut", "sort", "sort_unstable", "dedup", "drain", "split_off",
    "row_mut", "column_mut", "rows_mut", "columns_mut", "fixed_rows_mut", "fixed_view_mut", "view_mut", "swap_rows", "swap_columns",
    "axpy", "gemm", "gemv", "ger", "apply", "set_column", "set_row", "fill_diagonal",
];

/// Types and modules whose functions compute only.
const OWNERS: &[&str] = &[
    "f32", "f64", "usize", "u32", "u64", "i32", "i64", "Vec", "VecDeque", "Box", "Option", "Some", "Default", "mem",
    "iter", "array", "cmp",
];

/// Macros that compute or stop.
#[rustfmt::skip]
const MACROS: &[&str] = &[
    "vec", "vector", "matrix", "dvector", "dmatrix", "point", "matches", "assert", "assert_eq", "assert_ne", "debug_assert", "debug_assert_eq",
    "debug_assert_ne", "panic", "unreachable",
];

/// Whether a function may be run a second time. A recursion may not: it would run again at every level.
pub(crate) fn is_repeatable(function: &ItemFn) -> bool {
    let own = function.sig.ident.to_string();
    let reached = |name: &String| seen::computing(name).is_some_and(|all| !all.contains(&own));
    of(function).is_some_and(|calls| calls.iter().all(reached))
}

/// Whether a function of the present file may be run a second time.
pub(crate) fn may_run_again(name: &str) -> bool {
    seen::computing(name).is_some()
}

/// Whether a function of the present file that may be run a second time loops for its number.
pub(crate) fn is_costly(name: &str) -> bool {
    seen::is_costly(name)
}

/// Whether a function with the attribute makes a number of what it is lent, in a loop of its own, and calls no others: its derivative
/// runs it again, and keeps nothing.
pub(super) fn loops_for_a_number(function: &ItemFn) -> bool {
    let number = match &function.sig.output {
        syn::ReturnType::Type(_, ty) => {
            matches!(&**ty, syn::Type::Path(p) if p.path.is_ident("f64") || p.path.is_ident("f32"))
        }
        syn::ReturnType::Default => false,
    };
    let lent = function.sig.inputs.iter().all(|arg| match arg {
        syn::FnArg::Typed(t) => !matches!(&*t.ty, syn::Type::Reference(r) if r.mutability.is_some()),
        syn::FnArg::Receiver(_) => false,
    });
    let annotated = function.attrs.iter().any(crate::attr::is_differentiable);
    annotated && number && lent && of(function).is_some_and(|calls| calls.is_empty()) && Loops::of(function)
}

/// `for`, `while`, `loop`, or an iterator that is consumed.
struct Loops(bool);

impl Loops {
    fn of(function: &ItemFn) -> bool {
        let mut loops = Loops(false);
        loops.visit_block(&function.block);
        loops.0
    }
}

impl Visit<'_> for Loops {
    fn visit_expr(&mut self, e: &Expr) {
        self.0 |= match e {
            Expr::ForLoop(_) | Expr::While(_) | Expr::Loop(_) => true,
            Expr::MethodCall(m) => ["sum", "product", "fold", "for_each", "dot"].iter().any(|name| m.method == name),
            _ => false,
        };
        syn::visit::visit_expr(self, e);
    }
}

/// The functions that a function calls by their name alone; `None` where it does, or may do, more than compute.
pub(super) fn of(function: &ItemFn) -> Option<BTreeSet<String>> {
    let mut effects = Effects { found: cells::is_among(function), ..Effects::default() };
    effects.visit_block(&function.block);
    let Effects { calls, named, found } = effects;
    (!found).then(|| calls.difference(&named).cloned().collect())
}

#[derive(Default)]
struct Effects {
    calls: BTreeSet<String>,
    /// Variables: what they call stands in the function itself.
    named: BTreeSet<String>,
    found: bool,
}

impl Visit<'_> for Effects {
    fn visit_expr(&mut self, e: &Expr) {
        self.found |=
            matches!(e, Expr::Unsafe(_) | Expr::Async(_) | Expr::Await(_) | Expr::Yield(_) | Expr::Verbatim(_));
        syn::visit::visit_expr(self, e);
    }

    fn visit_local(&mut self, local: &syn::Local) {
        self.named.extend(pattern_names(&local.pat));
        syn::visit::visit_local(self, local);
    }

    fn visit_expr_call(&mut self, call: &ExprCall) {
        let Expr::Path(path) = &*call.func else {
            self.found = true;
            return;
        };
        match called(path) {
            Called::Computing => {}
            Called::Named(name) => _ = self.calls.insert(name),
            Called::Unknown => self.found = true,
        }
        call.args.iter().for_each(|a| self.visit_expr(a));
    }

    fn visit_expr_method_call(&mut self, call: &ExprMethodCall) {
        let name = call.method.to_string();
        self.found |= is_changing(&name).is_none();
        syn::visit::visit_expr_method_call(self, call);
    }

    fn visit_macro(&mut self, m: &syn::Macro) {
        let name = m.path.segments.last().map(|s| s.ident.to_string()).unwrap_or_default();
        self.found |= !MACROS.contains(&name.as_str());
        lower::operands_of(m).iter().for_each(|e| self.visit_expr(e));
    }

    fn visit_item(&mut self, _: &syn::Item) {
        // what an inner function does is not looked at
        self.found = true;
    }
}

/// What a path that is called stands for.
enum Called {
    /// What does nothing but compute.
    Computing,
    /// A function or a variable of this name.
    Named(String),
    Unknown,
}

fn called(path: &syn::ExprPath) -> Called {
    let mut segments = path.path.segments.iter().rev();
    let name = segments.next().map(|s| s.ident.to_string()).unwrap_or_default();
    match segments.next() {
        None if name.starts_with(char::is_uppercase) => Called::Computing,
        None => Called::Named(name),
        Some(owner) if OWNERS.iter().any(|o| owner.ident == o) || is_nalgebra(owner) => Called::Computing,
        Some(_) if name == "stop_gradient" => Called::Computing,
        Some(_) => Called::Unknown,
    }
}

/// Whether a method changes what it is called on; nothing where nobody knows.
fn is_changing(name: &str) -> Option<bool> {
    if CHANGING.contains(&name) || seen::changes_self(name) {
        return Some(true);
    }
    let known = lower::is_pure_method(name) || COMPUTING.contains(&name) || rules::DECIDING_METHODS.contains(&name);
    known.then_some(false)
}

// ---- what an expression does ---------------------------------------------------------------------------------------

/// Whether a method may change what it is called on.
pub(crate) fn may_change(method: &str) -> bool {
    is_changing(method) != Some(false)
}

/// Whether an expression may do more than compute a value: change what is not its own, jump, or call what nobody sees. Where it runs
/// twice, or not at all, or later than it says, that would be another program.
pub(crate) fn does_more(e: &Expr) -> bool {
    let mut more = More::default();
    more.visit_expr(e);
    more.found
}

/// The same of what a closure, or a function by its name, does when it is called.
pub(crate) fn does_more_when_called(f: &Expr) -> bool {
    does_more_with(f, &[])
}

/// The same of a closure that has a state of its own, by these names.
pub(crate) fn does_more_with(f: &Expr, states: &[String]) -> bool {
    let mut more = More { own: states.iter().cloned().collect(), ..More::default() };
    match f {
        Expr::Path(path) => more.call(path),
        f => more.visit_expr(f),
    }
    more.found
}

#[derive(Default)]
struct More {
    /// The variables that it makes.
    own: BTreeSet<String>,
    /// What its closures are handed.
    given: BTreeSet<String>,
    found: bool,
}

impl More {
    fn change(&mut self, place: &Expr) {
        let own = |i: &syn::Ident| self.own.contains(&i.to_string());
        self.found |= !root(place).is_some_and(own);
    }
    /// Whether a place is a variable from outside, or a part of one.
    fn is_captured(&self, place: &Expr) -> bool {
        let outside = |i: &syn::Ident| !self.own.contains(&i.to_string()) && !self.given.contains(&i.to_string());
        lower::is_place(place) && root(place).is_some_and(outside)
    }
    /// What looks into a variable whose type holds a cell may change it.
    fn look(&mut self, place: &Expr) {
        self.found |= root(place).is_some_and(seen::is_varying);
    }
    fn call(&mut self, path: &syn::ExprPath) {
        self.found |= match called(path) {
            Called::Computing => false,
            Called::Named(name) => !may_run_again(&name) || seen::changes_arguments(&name),
            Called::Unknown => true,
        };
    }
}

impl Visit<'_> for More {
    fn visit_expr(&mut self, e: &Expr) {
        match e {
            Expr::Assign(a) => self.change(&a.left),
            Expr::Binary(b) if is_assignment(&b.op) => self.change(&b.left),
            Expr::Reference(r) if r.mutability.is_some() => self.change(&r.expr),
            Expr::Unsafe(_) | Expr::Async(_) | Expr::Await(_) | Expr::Yield(_) | Expr::Verbatim(_) => self.found = true,
            Expr::Return(_) | Expr::Try(_) | Expr::Break(_) | Expr::Continue(_) => self.found = true,
            Expr::Index(i) => self.look(&i.expr),
            Expr::Unary(u) => self.look(&u.expr),
            Expr::Binary(b) => [&b.left, &b.right].into_iter().for_each(|e| self.look(e)),
            Expr::MethodCall(m) => self.look(&m.receiver),
            _ => {}
        }
        syn::visit::visit_expr(self, e);
    }
    fn visit_expr_closure(&mut self, closure: &syn::ExprClosure) {
        self.given.extend(closure.inputs.iter().flat_map(pattern_names));
        syn::visit::visit_expr_closure(self, closure);
    }
    fn visit_local(&mut self, local: &syn::Local) {
        syn::visit::visit_local(self, local);
        self.own.extend(pattern_names(&local.pat));
    }
    fn visit_expr_call(&mut self, call: &ExprCall) {
        match &*call.func {
            Expr::Path(path) => self.call(path),
            f => self.visit_expr(f),
        }
        call.args.iter().for_each(|a| self.visit_expr(a));
    }
    fn visit_expr_method_call(&mut self, call: &ExprMethodCall) {
        let name = call.method.to_string();
        match is_changing(&name) {
            _ if name == "take" && call.args.is_empty() => self.change(&call.receiver),
            Some(true) => self.change(&call.receiver),
            // a number's `c.min(1.0)`, or a counter's
            Some(false) => self.found |= emit::is_believed(&name) && self.is_captured(&call.receiver),
            None => self.found = true,
        }
        syn::visit::visit_expr_method_call(self, call);
    }
    fn visit_macro(&mut self, m: &syn::Macro) {
        let name = m.path.segments.last().map(|s| s.ident.to_string()).unwrap_or_default();
        self.found |= name != "format" && !MACROS.contains(&name.as_str());
        lower::operands_of(m).iter().for_each(|e| self.visit_expr(e));
    }
    fn visit_item(&mut self, _: &syn::Item) {}
}

#[cfg(test)]
mod tests {
    use super::*;

    fn repeatable(text: &str) -> bool {
        is_repeatable(&syn::parse_str(text).expect("a function"))
    }

    #[test]
    fn what_computes_only_may_run_twice() {
        assert!(repeatable("fn f(x: &[f64]) -> f64 { let g = |v: f64| v.exp(); x.iter().map(|v| g(*v)).sum() }"));
        assert!(repeatable("fn f(n: usize) -> Vec<f64> { let mut v = vec![0.0; n]; v.push(f64::max(1.0, 2.0)); v }"));
    }

    #[test]
    fn what_may_do_more_runs_once() {
        for body in [
            "x * rand::random::<f64>()",
            "println!(\"{x}\"); x",
            "x * noise()",
            "x * rng.sample(normal)",
            "unsafe { COUNT += 1; } x",
            "x * Instant::now().elapsed().as_secs_f64()",
        ] {
            assert!(!repeatable(&format!("fn f(x: f64) -> f64 {{ {body} }}")), "{body}");
        }
    }
}
