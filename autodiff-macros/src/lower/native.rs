//! Expressions without derivatives: what they read, what they may change, whether they may be evaluated again.
use super::Lower;
use crate::{
    analysis::activity::{Names, call_name, is_assignment, pattern_names, root},
    ctxt::users_name,
    ir::*,
    rules,
};
use quote::ToTokens;
use std::collections::HashMap;
use syn::{Expr, Type, visit::Visit};

/// Methods of integers, lengths and the like that have no effects and cost next to nothing.
#[rustfmt::skip]
const PURE_METHODS: &[&str] = &[
    "pow", "isqrt", "wrapping_add", "wrapping_sub", "wrapping_mul", "saturating_sub", "saturating_add", "checked_sub", "checked_add",
    "div_ceil", "rem_euclid", "abs_diff", "count_ones", "leading_zeros", "trailing_zeros", "is_power_of_two", "unwrap_or", "as_str",
    "rev", "step_by", "as_slice", "as_ref", "enumerate", "zip", "skip", "take", "copied", "cloned", "chars", "bytes", "chunks", "windows", "keys", "values", "start", "end", "is_positive", "is_negative", "min", "max", "abs", "iter", "last", "first", "get",
    "contains_key", "copied", "split_first", "split_last", "cycle", "as_deref", "total_cmp", "partial_cmp", "cmp",
];
/// What looks for an item by a closure: the reference that it finds cannot be kept, but is found again.
const SEARCHES: &[&str] = &["find", "min_by", "max_by", "min_by_key", "max_by_key"];

impl Lower<'_> {
    pub(super) fn native(&self, e: &Expr) -> Native {
        Native { expr: e.clone(), reads: self.reads(e), pure: self.is_repeatable(e) }
    }

    /// The variables that an expression names.
    pub(super) fn reads(&self, e: &Expr) -> Vec<Var> {
        let mut reads: Vec<Var> = Names::of(e).iter().filter_map(|n| self.names.get(n)).copied().collect();
        reads.sort();
        reads.dedup();
        reads
    }

    /// The variables declared outside of an expression that evaluating it may change.
    pub(super) fn writes(&self, e: &Expr) -> Vec<Var> {
        let mut writes = Writes { lower: self, found: Vec::new(), bound: HashMap::new() };
        writes.visit_expr(e);
        writes.found.sort();
        writes.found.dedup();
        writes.found
    }

    /// Whether evaluating the expression may jump out of it.
    pub(super) fn jumps(&self, e: &Expr) -> bool {
        let mut jumps = Jumps { depth: 0, labels: Vec::new(), found: false };
        jumps.visit_expr(e);
        jumps.found
    }

    /// A statement without derivatives.
    pub(super) fn native_stmt(&mut self, e: &Expr) {
        let mut writes = self.writes(e);
        // a method that is called for its effects has some, whatever its name is
        if let Expr::MethodCall(m) = e
            && let Some(v) = root(&m.receiver).and_then(|i| self.names.get(&i.to_string()).copied())
            && (self.vars[v.0 as usize].mutable || self.vars[v.0 as usize].writable)
            && !writes.contains(&v)
        {
            writes.push(v);
        }
        if let Some(v) = writes.iter().find(|v| self.vars[v.0 as usize].active) {
            let name = users_name(&self.vars[v.0 as usize].name);
            if let Expr::MethodCall(m) = e
                && self.active.marked.holds(&m.receiver)
            {
                self.cx.error(e, format!(
                    "this changes a field of `{name}` that is marked `#[nodiff]`, and `{name}` carries a derivative: make the new value a \
                     variable first, and assign it as a whole, or assign to its entries (`{name}.field = ..`, `{name}.field[i] = ..`)"
                ));
                return;
            }
            self.cx.error(e, format!(
                "this may change `{name}`, which carries a derivative, in a way that is not understood: assign to it (`{name} = ..`, `{name}[i] = ..`) \
                 or call a function annotated with #[differentiable]"
            ));
        }
        let undo = self.undo(e, &writes);
        self.emit(Kind::Native { tokens: e.to_token_stream(), writes, undo });
    }

    /// An operand without derivative; what it changes on the way makes it a statement of its own first.
    pub(super) fn native_operand(&mut self, e: &Expr) -> Operand {
        let mut writes = self.writes(e);
        let jumps = self.jumps(e);
        if writes.is_empty() && !jumps {
            return Operand::Native(self.native(e));
        }
        let mut hoisted = e.clone();
        if jumps {
            if writes.is_empty() {
                self.hoist(&mut hoisted);
            }
            if self.jumps(&hoisted) {
                self.cx.error(
                    e,
                    "a jump inside this expression is not differentiable: compute what it is in first, by `let`",
                );
            }
            return Operand::Native(self.native(&hoisted));
        }
        if writes.iter().any(|v| self.vars[v.0 as usize].active) {
            self.hoist(&mut hoisted);
            writes = self.writes(&hoisted);
            if writes.is_empty() {
                return Operand::Native(self.native(&hoisted));
            }
        }
        let e = &hoisted;
        if let Some(v) = writes.iter().find(|v| self.vars[v.0 as usize].active) {
            let name = users_name(&self.vars[v.0 as usize].name);
            self.cx.error(
                e,
                format!("this expression changes `{name}`, which carries a derivative: make it a statement of its own"),
            );
        }
        let var = self.temp(false, syn::spanned::Spanned::span(e));
        let undo = self.undo(e, &writes);
        self.emit(Kind::Native { tokens: proc_macro2::TokenStream::new(), writes, undo });
        let op = Op::Native(Native { pure: false, ..self.native(e) });
        self.emit(Kind::Let { var, ty: None, op });
        self.native_var(var)
    }

    /// How a change of a local `Vec` is undone: its length may be large, and the change is made at its end.
    fn undo(&self, e: &Expr, writes: &[Var]) -> Option<Undo> {
        let (Expr::MethodCall(m), [v]) = (e, writes) else { return None };
        if matches!(m.method.to_string().as_str(), "unwrap" | "expect") {
            return self.undo(&m.receiver, writes);
        }
        let once = m.args.iter().all(|a| self.writes(a).is_empty());
        if self.lookup(&m.receiver) != Some(*v) || !self.vectors.contains(v) || !once {
            return None;
        }
        match (m.method.to_string().as_str(), m.args.len()) {
            ("push", 1) => Some(Undo::Push),
            ("pop", 0) => Some(Undo::Pop),
            _ => None,
        }
    }

    /// `if s.energy(x) > 1.0`: a call may change what carries a derivative, so it is made on its own first, where the
    /// expression is sure to call it.
    fn hoist(&mut self, e: &mut Expr) {
        match e {
            // `if n > 4 { return 0.5 } else { 1.0 }` inside of it
            e if self.structural(e) => {
                let expr = match self.operand(e) {
                    Operand::Place(place, pass) => crate::emit::place_expr(&self.vars, &place, pass),
                    Operand::Native(n) => n.expr,
                };
                *e = expr;
            }
            e if self.is_users_call(e) => {
                if let Operand::Place(place, pass) = self.operand(&e.clone()) {
                    *e = crate::emit::place_expr(&self.vars, &place, pass);
                }
            }
            Expr::MethodCall(m) => {
                self.hoist(&mut m.receiver);
                m.args.iter_mut().for_each(|a| self.hoist(a));
            }
            Expr::Call(c) => c.args.iter_mut().for_each(|a| self.hoist(a)),
            // `a > 0.0 && { a *= x; a > 0.0 }`
            Expr::Binary(b) if self.changes_or_not(b) => {
                let (left, right) = (&b.left, &b.right);
                *e = match b.op {
                    syn::BinOp::And(and) => {
                        syn::parse_quote_spanned!(syn::spanned::Spanned::span(&and)=> if #left { #right } else { false })
                    }
                    _ => {
                        syn::parse_quote_spanned!(syn::spanned::Spanned::span(&b.op)=> if #left { true } else { #right })
                    }
                };
                self.hoist(e);
            }
            Expr::Binary(b) => {
                self.hoist(&mut b.left);
                if !matches!(b.op, syn::BinOp::And(_) | syn::BinOp::Or(_)) {
                    self.hoist(&mut b.right);
                }
            }
            Expr::Unary(u) => self.hoist(&mut u.expr),
            Expr::Paren(p) => self.hoist(&mut p.expr),
            Expr::Cast(c) => self.hoist(&mut c.expr),
            Expr::Reference(r) if r.mutability.is_none() => self.hoist(&mut r.expr),
            _ => {}
        }
    }

    /// A call that may change what carries a derivative: of a method, or of a function that is lent it (`if !step(&mut y) { .. }`).
    fn is_users_call(&self, e: &Expr) -> bool {
        let active = |v: &Var| self.vars[v.0 as usize].active;
        match e {
            Expr::MethodCall(_) => self.active.carries(e),
            Expr::Call(c) => {
                let function = call_name(c).is_some_and(|n| n.starts_with(char::is_lowercase));
                function && self.active.carries(e) && self.writes(e).iter().any(active)
            }
            _ => false,
        }
    }

    /// Whether the right side of `&&` or `||` changes what carries a derivative, where it is evaluated.
    fn changes_or_not(&self, b: &syn::ExprBinary) -> bool {
        let active = |v: &Var| self.vars[v.0 as usize].active;
        matches!(b.op, syn::BinOp::And(_) | syn::BinOp::Or(_)) && self.writes(&b.right).iter().any(active)
    }

    /// A variable without derivative as an operand.
    pub(super) fn native_var(&self, var: Var) -> Operand {
        let name = self.vars[var.0 as usize].name.clone();
        Operand::Native(Native { expr: syn::parse_quote!(#name), reads: vec![var], pure: true })
    }
}

struct Writes<'a, 'b> {
    lower: &'a Lower<'b>,
    found: Vec<Var>,
    /// Names that patterns inside of the expression bind to parts of variables, and whether one may write through them.
    bound: HashMap<String, (Var, bool)>,
}

/// `x.iter().map(f)`: whatever is called on an iterator over shared references, `x` stays as it is.
fn is_shared_iterator(e: &Expr) -> bool {
    const SHARED: &[&str] = &["iter", "windows", "chunks", "chunks_exact", "rchunks", "column_iter", "row_iter"];
    match e {
        Expr::Paren(p) => is_shared_iterator(&p.expr),
        Expr::MethodCall(m) => SHARED.contains(&m.method.to_string().as_str()) || is_shared_iterator(&m.receiver),
        _ => false,
    }
}

impl Writes<'_, '_> {
    fn write(&mut self, e: &Expr) {
        match e {
            Expr::Tuple(t) => return t.elems.iter().for_each(|e| self.write(e)),
            Expr::Array(a) => return a.elems.iter().for_each(|e| self.write(e)),
            _ => {}
        }
        if let Some(v) = root(e).and_then(|i| self.variable(i)) {
            self.found.push(v);
        }
    }

    /// The variable that a name stands for, or that it was bound to a part of.
    fn variable(&self, name: &syn::Ident) -> Option<Var> {
        let name = name.to_string();
        self.lower.names.get(&name).copied().or_else(|| self.bound.get(&name).map(|b| b.0))
    }

    fn bind(&mut self, pat: &syn::Pat, e: &Expr) {
        let Some(v) = root(e).and_then(|i| self.variable(i)) else { return };
        let through = root(e).and_then(|i| self.bound.get(&i.to_string())).is_some_and(|b| b.1);
        let writable = through || self.lower.vars[v.0 as usize].writable || borrows_mutably(pat, e);
        for name in crate::analysis::activity::pattern_names(pat) {
            self.bound.insert(name, (v, writable));
        }
    }

    /// Whether what is done to a name by a function may change a variable.
    fn handed(&mut self, e: &Expr) {
        if let Some((v, true)) = root(e).and_then(|i| self.bound.get(&i.to_string())).copied() {
            self.found.push(v);
        }
    }
}

/// Methods of matrices that take closures, and change nothing but what these change.
const MAPS: &[&str] = &["map", "zip_map", "zip_zip_map", "map_with_location"];

impl Visit<'_> for Writes<'_, '_> {
    fn visit_expr_match(&mut self, m: &syn::ExprMatch) {
        m.arms.iter().for_each(|a| self.bind(&a.pat, &m.expr));
        syn::visit::visit_expr_match(self, m);
    }
    fn visit_expr_let(&mut self, l: &syn::ExprLet) {
        self.bind(&l.pat, &l.expr);
        syn::visit::visit_expr_let(self, l);
    }
    fn visit_local(&mut self, l: &syn::Local) {
        // a copy is a variable of its own
        if let Some(init) = l.init.as_ref().filter(|i| borrows_mutably(&l.pat, &i.expr)) {
            self.bind(&l.pat, &init.expr);
        }
        syn::visit::visit_local(self, l);
    }
    fn visit_expr_for_loop(&mut self, f: &syn::ExprForLoop) {
        self.bind(&f.pat, &f.expr);
        syn::visit::visit_expr_for_loop(self, f);
    }
    fn visit_expr_assign(&mut self, a: &syn::ExprAssign) {
        self.write(&a.left);
        syn::visit::visit_expr_assign(self, a);
    }
    fn visit_expr_binary(&mut self, b: &syn::ExprBinary) {
        if is_assignment(&b.op) {
            self.write(&b.left);
        }
        syn::visit::visit_expr_binary(self, b);
    }
    fn visit_expr_reference(&mut self, r: &syn::ExprReference) {
        if r.mutability.is_some() {
            self.write(&r.expr);
        }
        syn::visit::visit_expr_reference(self, r);
    }
    fn visit_expr_method_call(&mut self, m: &syn::ExprMethodCall) {
        let name = m.method.to_string();
        let own = |v: &Var| self.lower.sorts.get(v) == Some(&super::sorts::Sort::Own);
        let var = root(&m.receiver).and_then(|i| self.lower.names.get(&i.to_string()));
        let active = |v: &Var| self.lower.vars[v.0 as usize].active;
        // of what carries a derivative they are known to be maps; a constant's own `counter.map(..)` may well count
        let maps = MAPS.contains(&name.as_str()) && var.is_some_and(|v| active(v) && !own(v));
        // and so may the user's own `counter.add(1.0)`
        let counts = |v: &Var| self.lower.may_count(&name, &m.receiver, *v);
        let pure = maps || is_pure_method(&name) && !var.is_some_and(counts);
        // `option.take()` empties it, `iterator.take(n)` does not
        if (!pure || name == "take" && m.args.is_empty())
            && !is_shared_iterator(&m.receiver)
            && let Some(v) = root(&m.receiver).and_then(|i| self.lower.names.get(&i.to_string()))
            && {
                let info = &self.lower.vars[v.0 as usize];
                info.mutable || info.writable
            }
        {
            self.found.push(*v);
        }
        let shown =
            is_pure_method(&name) && !(crate::emit::is_believed(&name) && super::familiar::is_place(&m.receiver));
        if !shown && !is_shared_iterator(&m.receiver) {
            self.handed(&m.receiver);
        }
        m.args.iter().for_each(|a| self.handed(a));
        syn::visit::visit_expr_method_call(self, m);
    }
    fn visit_expr_call(&mut self, c: &syn::ExprCall) {
        // a `&mut` variable handed on by its name
        for arg in &c.args {
            if let Some(v) = self.lower.lookup(arg)
                && self.lower.vars[v.0 as usize].writable
            {
                self.found.push(v);
            }
        }
        c.args.iter().for_each(|a| self.handed(a));
        syn::visit::visit_expr_call(self, c);
    }
    fn visit_macro(&mut self, m: &syn::Macro) {
        operands_of(m).iter().for_each(|e| self.visit_expr(e));
    }
}

/// The expressions among the arguments of a macro: of `println!("{a}", a = x)` it is `x`, of `matches!(x, Some(_))` it is `x`.
pub(crate) fn operands_of(m: &syn::Macro) -> Vec<Expr> {
    let mut operands = Vec::new();
    let mut piece = proc_macro2::TokenStream::new();
    let mut read = |piece: proc_macro2::TokenStream| match syn::parse2::<Expr>(piece) {
        Ok(Expr::Assign(a)) if matches!(&*a.left, Expr::Path(_)) => operands.push(*a.right),
        Ok(e) => operands.push(e),
        Err(_) => {}
    };
    for token in m.tokens.clone() {
        match &token {
            proc_macro2::TokenTree::Punct(p) if matches!(p.as_char(), ',' | ';') => read(std::mem::take(&mut piece)),
            _ => piece.extend([token]),
        }
    }
    read(piece);
    operands
}

/// `&mut x`, `x.iter_mut()`, `ref mut x`
fn borrows_mutably(pat: &syn::Pat, e: &Expr) -> bool {
    e.to_token_stream().to_string().contains("mut") || pat.to_token_stream().to_string().contains("ref mut")
}

struct Jumps {
    depth: u32,
    /// The labels inside.
    labels: Vec<String>,
    found: bool,
}

impl Jumps {
    fn leaves(&self, label: Option<&syn::Lifetime>) -> bool {
        match label {
            Some(l) => !self.labels.contains(&l.ident.to_string()),
            None => self.depth == 0,
        }
    }
}

impl Visit<'_> for Jumps {
    fn visit_expr(&mut self, e: &Expr) {
        match e {
            Expr::Return(_) | Expr::Try(_) => self.found = true,
            Expr::Break(b) => {
                self.found |= self.leaves(b.label.as_ref());
                syn::visit::visit_expr(self, e);
            }
            Expr::Continue(c) => self.found |= self.leaves(c.label.as_ref()),
            Expr::Closure(_) => {}
            Expr::Loop(_) | Expr::While(_) | Expr::ForLoop(_) => {
                let label = match e {
                    Expr::Loop(l) => &l.label,
                    Expr::While(l) => &l.label,
                    Expr::ForLoop(l) => &l.label,
                    _ => &None,
                };
                let label = label.as_ref().map(|l| l.name.ident.to_string());
                let named = label.is_some();
                self.labels.extend(label);
                self.depth += 1;
                syn::visit::visit_expr(self, e);
                self.depth -= 1;
                if named {
                    self.labels.pop();
                }
            }
            Expr::Block(b) if b.label.is_some() => {
                self.labels.extend(b.label.as_ref().map(|l| l.name.ident.to_string()));
                syn::visit::visit_expr(self, e);
                self.labels.pop();
            }
            _ => syn::visit::visit_expr(self, e),
        }
    }
    fn visit_macro(&mut self, m: &syn::Macro) {
        operands_of(m).iter().for_each(|e| self.visit_expr(e));
    }
    fn visit_item(&mut self, _: &syn::Item) {}
}

pub(crate) fn is_pure_method(name: &str) -> bool {
    PURE_METHODS.contains(&name)
        || crate::parts::is_part(name)
        || super::views::VIEWS.contains(&name)
        || rules::INACTIVE_METHODS.contains(&name)
        || rules::RULES.iter().any(|r| r.name == name)
        || name == "clone"
}

/// No effects, and cheap: may be evaluated again in the reversed body.
pub(crate) fn is_pure(e: &Expr) -> bool {
    match e {
        Expr::Lit(_) | Expr::Path(_) => true,
        Expr::Paren(p) => is_pure(&p.expr),
        Expr::Group(g) => is_pure(&g.expr),
        Expr::Unary(u) => is_pure(&u.expr),
        Expr::Reference(r) => r.mutability.is_none() && is_pure(&r.expr),
        Expr::Cast(c) => is_pure(&c.expr),
        Expr::Field(f) => is_pure(&f.base),
        Expr::Index(i) => is_pure(&i.expr) && is_pure(&i.index),
        Expr::Binary(b) => !is_assignment(&b.op) && is_pure(&b.left) && is_pure(&b.right),
        Expr::Tuple(t) => t.elems.iter().all(is_pure),
        Expr::Range(r) => r.start.as_deref().is_none_or(is_pure) && r.end.as_deref().is_none_or(is_pure),
        Expr::MethodCall(m) if SEARCHES.contains(&m.method.to_string().as_str()) => {
            super::constants::looks_into(&m.receiver) && is_pure(&m.receiver) && m.args.iter().all(is_pure_closure)
        }
        // a parser's `expect` steps
        Expr::MethodCall(m) if m.method == "unwrap" || m.method == "expect" => {
            matches!(*m.receiver, Expr::MethodCall(_)) && is_pure(&m.receiver) && m.args.iter().all(is_pure)
        }
        Expr::MethodCall(m) => {
            is_pure_method(&m.method.to_string())
                && !(m.method == "take" && m.args.is_empty())
                && is_pure(&m.receiver)
                && m.args.iter().all(is_pure)
        }
        Expr::Call(c) => {
            let detached =
                matches!(&*c.func, Expr::Path(p) if p.path.segments.last().is_some_and(|s| s.ident == "stop_gradient"));
            (detached
                || crate::slices::is_checked_index(c)
                || crate::parts::is_site(c)
                || matches!(&*c.func, Expr::Path(p) if is_pure_function(&p.path)))
                && c.args.iter().all(is_pure)
        }
        Expr::If(_) | Expr::Match(_) | Expr::Block(_) => values(e).is_some_and(|parts| parts.into_iter().all(is_pure)),
        _ => false,
    }
}

/// `|r| r.id == k`
pub(super) fn is_pure_closure(e: &Expr) -> bool {
    matches!(e, Expr::Closure(c) if is_pure(&c.body))
}

/// `usize::from`, `f64::max`: of a type that everybody knows. `ids::next`, `Id::from` may be anything.
fn is_pure_function(path: &syn::Path) -> bool {
    let mut segments = path.segments.iter().rev();
    let (Some(name), Some(owner), None) = (segments.next(), segments.next(), segments.next()) else { return false };
    let known = super::sorts::is_primitive(&owner.ident.to_string()) || super::sorts::is_nalgebra(owner);
    known && (name.ident == "from" || is_pure_method(&name.ident.to_string()))
}

/// The condition and the values of a choice without statements: `if c { a } else { b }`, `match k { 0 => a, _ => b }`.
fn values(e: &Expr) -> Option<Vec<&Expr>> {
    fn only(block: &syn::Block) -> Option<&Expr> {
        match &block.stmts[..] {
            [syn::Stmt::Expr(e, None)] => Some(e),
            _ => None,
        }
    }
    match e {
        Expr::Block(b) if b.label.is_none() && b.attrs.is_empty() => Some(vec![only(&b.block)?]),
        Expr::If(i) => Some(vec![&i.cond, only(&i.then_branch)?, &i.else_branch.as_ref()?.1]),
        Expr::Match(m) => {
            let plain =
                m.arms.iter().all(|arm| !matches!(arm.pat, syn::Pat::Guard(_)) && pattern_names(&arm.pat).is_empty());
            plain.then(|| std::iter::once(&*m.expr).chain(m.arms.iter().map(|arm| &*arm.body)).collect())
        }
        _ => None,
    }
}

impl Lower<'_> {
    /// Whether a function gives a reference, and may be run a second time.
    pub(super) fn chooses(&self, c: &syn::ExprCall) -> bool {
        let Expr::Path(f) = &*c.func else { return false };
        if super::is_runtime(f) {
            return f.path.segments.last().is_some_and(|s| s.ident == crate::lookups::ENTRIES_AT);
        }
        let Some(name) = f.path.get_ident().map(ToString::to_string) else { return false };
        let result = crate::parts::seen::result_of("", &name);
        matches!(result, Some(Type::Reference(r)) if r.mutability.is_none())
            && !self.names.contains_key(&name)
            && crate::parts::effects::may_run_again(&name)
    }

    /// The same of a method of a constant.
    pub(super) fn lends_again(&self, m: &syn::ExprMethodCall) -> bool {
        let constant = root(&m.receiver).and_then(|i| self.names.get(&i.to_string()));
        constant.is_some_and(|v| !self.vars[v.0 as usize].active)
            && super::familiar::is_place(&m.receiver)
            && self.is_repeatable(&m.receiver)
            && !self.varies(&m.receiver)
            && self
                .types
                .of_expr(&m.receiver)
                .is_some_and(|ty| crate::parts::seen::lends_again(&ty, &m.method.to_string()))
    }

    /// Whether an expression is a reference to constants, whichever branch is taken: by its look, or because its variables are.
    pub(super) fn is_borrow(&self, e: &Expr) -> bool {
        match e {
            Expr::Paren(p) => self.is_borrow(&p.expr),
            Expr::Reference(_) => true,
            // a function of the file that computes nothing else than which one
            Expr::Call(c) => self.chooses(c) && c.args.iter().all(|a| self.is_repeatable(a)),
            Expr::MethodCall(m) if self.lends_again(m) => m.args.iter().all(|a| self.is_repeatable(a)),
            Expr::MethodCall(m) => self.is_repeatable(e) && self.is_found(m),
            Expr::Path(_) => self.lookup(e).is_some_and(|v| {
                let info = &self.vars[v.0 as usize];
                info.reference && !info.writable && !info.active
            }),
            Expr::Block(_) => is_pure(e) && values(e).is_some_and(|parts| parts.into_iter().all(|e| self.is_borrow(e))),
            Expr::If(_) | Expr::Match(_) => {
                is_pure(e) && values(e).is_some_and(|parts| parts.into_iter().skip(1).all(|e| self.is_borrow(e)))
            }
            _ => false,
        }
    }

    /// `x.get(i).unwrap()`, `x.iter().find(|r| r.id == k).unwrap()`: a reference to what is found in a container.
    fn is_found(&self, m: &syn::ExprMethodCall) -> bool {
        let (name, Expr::MethodCall(search)) = (m.method.to_string(), &*m.receiver) else { return false };
        let found = match search.method.to_string().as_str() {
            // one of the user's may find a value
            name if crate::parts::seen::has_method(name) => false,
            "get" => search.args.len() == 1,
            "first" | "last" => super::familiar::is_place(&search.receiver),
            "as_ref" | "as_deref" => true,
            name => SEARCHES.contains(&name),
        };
        let other = || m.args.iter().all(|e| self.is_borrow(e));
        found && (matches!(name.as_str(), "unwrap" | "expect") || name == "unwrap_or" && other())
    }
}
