//! Control flow: branches, loops, jumps.
use super::{Lower, Target};
use crate::{ctxt::users_name, ir::*};
use proc_macro2::Span;
use syn::{Expr, Lifetime, Pat, spanned::Spanned};

impl Lower<'_> {
    /// A branching expression as a value: each path assigns `target` (or a new variable).
    pub(super) fn branching(&mut self, e: &Expr, target: Option<Var>) -> Operand {
        let declared = target.is_some();
        let active = self.active.carries(e);
        let var = target.unwrap_or_else(|| self.temp(active, e.span()));
        if !declared {
            self.emit(Kind::Declare { var, ty: None });
        }
        let before = self.out.len();
        self.branches(e, Some(var));
        if !declared && self.out[before..].iter().all(falls_through) && is_unit(&self.out[before..], var) {
            // nothing but effects: there is no value to deliver
            let mut effects = Block { stmts: self.out.split_off(before) };
            self.out.pop();
            drop_value(&mut effects, var);
            self.out.extend(effects.stmts);
            return self.unit();
        }
        if self.vars[var.0 as usize].active { Operand::var(var) } else { self.native_var(var) }
    }

    /// Control flow for its effects.
    pub(super) fn control(&mut self, e: &Expr) {
        self.branches(e, None);
    }

    fn branches(&mut self, e: &Expr, value: Option<Var>) {
        match e {
            Expr::Paren(p) => self.branches(&p.expr, value),
            Expr::Group(g) => self.branches(&g.expr, value),
            Expr::If(i) => self.lower_if(i, value),
            Expr::Match(m) => self.lower_match(m, value),
            Expr::Block(b) => match &b.label {
                None => self.into(&b.block, value),
                Some(l) => {
                    let label = self.enter(Some(&l.name), false, value);
                    let body = self.nested(|s| s.into(&b.block, value));
                    self.labels.pop();
                    self.emit(Kind::Labelled { label, body });
                }
            },
            Expr::Loop(l) => {
                let label = self.enter(l.label.as_ref().map(|l| &l.name), true, value);
                let body = self.nested(|s| s.into(&l.body, None));
                self.labels.pop();
                self.emit(Kind::Loop { label, kind: Loop::Forever, body });
            }
            Expr::While(w) => self.lower_while(w),
            Expr::ForLoop(f) => self.lower_for(f),
            Expr::Return(r) => {
                if let Some(e) = &r.expr {
                    let operand = self.operand(e);
                    match self.result {
                        Some(result) => self.init(result, operand),
                        None => self.discard(Some(operand)),
                    }
                }
                let label = self.labels[0].label;
                self.emit(Kind::Jump { label, again: false });
            }
            Expr::Break(b) => self.lower_break(b),
            Expr::Continue(c) => {
                let target = match &c.label {
                    Some(l) => self.labels.iter().rev().find(|t| t.name.as_deref() == Some(&l.ident.to_string())),
                    None => self.labels.iter().rev().find(|t| t.is_loop),
                };
                match target {
                    Some(t) => {
                        let label = t.label;
                        self.emit(Kind::Jump { label, again: true });
                    }
                    None => self.cx.error(c, "`continue` outside of a loop"),
                }
            }
            Expr::Unsafe(u) => self.into(&u.block, value),
            _ => {
                // a plain expression as a branch: `_ => x`, or `_ => x += 1.0`
                let assigns = matches!(e, Expr::Assign(_))
                    || matches!(e, Expr::Binary(b) if crate::analysis::activity::is_assignment(&b.op));
                let operand = if assigns {
                    self.expr_stmt(e);
                    Some(self.unit())
                } else if value.is_some() {
                    Some(self.operand(e))
                } else {
                    self.expr_stmt(e);
                    None
                };
                if let (Some(var), Some(operand)) = (value, operand) {
                    self.deliver(var, operand, e);
                }
            }
        }
    }

    fn deliver(&mut self, var: Var, operand: Operand, e: &Expr) {
        if diverges(e) {
            return;
        }
        let chosen = match &operand {
            Operand::Place(p, pass) => {
                let info = &self.vars[p.base.0 as usize];
                matches!(pass, Pass::Ref | Pass::Mut) || info.reference && p.proj.is_empty()
            }
            Operand::Native(_) => false,
        };
        if chosen {
            self.cx.error(e, "a reference chosen by a branch is not differentiable yet: choose the value (`*x`, `x.clone()`, `x.to_vec()`), or an index");
        }
        if self.is_scalar(&operand) {
            self.info(var).scalar = true;
        }
        self.init(var, operand);
    }

    /// A block whose value goes to `value`.
    fn into(&mut self, block: &syn::Block, value: Option<Var>) {
        match value {
            None => self.block_unit(block),
            Some(var) => {
                if let Some(operand) = self.block(block) {
                    match block.stmts.last() {
                        Some(syn::Stmt::Expr(e, None)) => self.deliver(var, operand, e),
                        Some(syn::Stmt::Macro(m)) if crate::analysis::activity::is_inactive_macro(&m.mac.path) => {
                            self.discard(Some(operand))
                        }
                        _ => self.init(var, operand),
                    }
                }
            }
        }
    }

    fn enter(&mut self, name: Option<&Lifetime>, is_loop: bool, value: Option<Var>) -> Label {
        let label = self.label();
        self.labels.push(Target { name: name.map(|n| n.ident.to_string()), label, is_loop, value });
        label
    }

    fn lower_break(&mut self, b: &syn::ExprBreak) {
        let target = match &b.label {
            Some(l) => self.labels.iter().rev().find(|t| t.name.as_deref() == Some(&l.ident.to_string())),
            None => self.labels.iter().rev().find(|t| t.is_loop),
        };
        let Some((label, value)) = target.map(|t| (t.label, t.value)) else {
            return self.cx.error(b, "`break` outside of a loop");
        };
        match (&b.expr, value) {
            (Some(e), Some(var)) => {
                let operand = self.operand(e);
                self.deliver(var, operand, e);
            }
            // of no value, but it may change something
            (Some(e), None) => self.branches(e, None),
            (None, _) => {}
        }
        self.emit(Kind::Jump { label, again: false });
    }

    fn lower_if(&mut self, i: &syn::ExprIf, value: Option<Var>) {
        if let Expr::Let(l) = &*i.cond {
            let els = i.else_branch.as_ref().map(|(_, e)| &**e);
            return self.if_let(l, &i.then_branch, els, value);
        }
        let cond = self.condition(&i.cond);
        let then = self.nested(|s| s.into(&i.then_branch, value));
        let els = self.nested(|s| {
            if let Some((_, e)) = &i.else_branch {
                s.branches(e, value);
            }
        });
        self.emit(Kind::If { cond, then, els });
    }

    fn condition(&mut self, e: &Expr) -> Native {
        if has_let(e) {
            self.cx.error(e, "`let` inside a larger condition is not differentiable yet: nest `if let` and `if`");
        }
        if self.jumps(e) {
            self.cx.error(e, "a jump inside a condition is not differentiable: compute the condition first");
        }
        match self.native_operand(e) {
            Operand::Native(n) => n,
            Operand::Place(..) => unreachable!("conditions carry no derivative"),
        }
    }

    /// The condition of an arm, evaluated where the arms before it do not match: nothing of it comes before the `match`.
    fn guard(&mut self, e: &Expr) -> Native {
        if let Some(v) = self.writes(e).first() {
            let name = users_name(&self.vars[v.0 as usize].name);
            self.cx.error(e, format!(
                "a guard that changes `{name}` is not differentiable: change it in the arm, with `if` and `else`, or compute what the guard \
                 asks for before the `match`"
            ));
            return Native { expr: syn::parse_quote!(true), reads: vec![], pure: true };
        }
        self.condition(e)
    }

    fn if_let(&mut self, l: &syn::ExprLet, then: &syn::Block, els: Option<&Expr>, value: Option<Var>) {
        let then = Expr::Block(syn::ExprBlock { attrs: vec![], label: None, block: then.clone() });
        let els = els.cloned().unwrap_or_else(|| syn::parse_quote!({}));
        let arms = [(&*l.pat, None, &then), (&syn::parse_quote!(_), None, &els)];
        self.arms(&l.expr, &arms, value);
    }

    fn lower_match(&mut self, m: &syn::ExprMatch, value: Option<Var>) {
        let arms: Vec<(&Pat, Option<&Expr>, &Expr)> = m
            .arms
            .iter()
            .map(|a| match &a.pat {
                Pat::Guard(g) => (&*g.pat, Some(&*g.guard), &*a.body),
                pat => (pat, None, &*a.body),
            })
            .collect();
        self.arms(&m.expr, &arms, value);
    }

    /// ```text
    /// match e { Some(v) if v > 0.0 => f(v), .. }   =>   match e { Some(v) if v > 0.0 => { t = f(v) }, .. }
    /// ```
    /// Where the scrutinee is active, names in a pattern are references into it in the adjoint.
    fn arms(&mut self, scrutinee: &Expr, arms: &[(&Pat, Option<&Expr>, &Expr)], value: Option<Var>) {
        let active = self.active.carries(scrutinee)
            && arms.iter().any(|a| !crate::analysis::activity::pattern_names(a.0).is_empty());
        let (expr, source) = if active {
            self.matched(scrutinee, arms)
        } else if let Some((expr, lent)) = self.lent_scrutinee(scrutinee, arms) {
            (expr, Some(lent))
        } else {
            (self.scrutinee(scrutinee), None)
        };
        let reads = self.reads(&expr);
        let mut lowered = Vec::new();
        for (pat, guard, body) in arms {
            let body = |s: &mut Self| {
                s.bind_arm(pat, source, &expr);
                s.branches(body, value);
            };
            let block = self.nested(body);
            let guard = guard.map(|g| self.guard(g));
            lowered.push(Arm { pat: (*pat).clone(), guard, body: block });
        }
        self.emit(Kind::Match { scrutinee: expr, reads, arms: lowered });
    }

    /// A constant that may be changed through the names in the patterns: `&mut c[i]`, `c.as_mut()`, or `c` that is a `&mut` itself.
    fn lent_scrutinee(&mut self, e: &Expr, arms: &[(&Pat, Option<&Expr>, &Expr)]) -> Option<(Expr, Var)> {
        let var = *self.names.get(&crate::analysis::activity::root(e)?.to_string())?;
        let info = &self.vars[var.0 as usize];
        let binds = arms.iter().any(|a| !crate::analysis::activity::pattern_names(a.0).is_empty());
        let whole: Expr = match e {
            _ if info.active || !binds || arms.iter().any(|a| crate::patterns::dereferences(a.0)) => return None,
            Expr::Reference(r) if r.mutability.is_some() && super::familiar::is_place(&r.expr) => e.clone(),
            Expr::MethodCall(m) if lends_parts(m) => e.clone(),
            Expr::Path(_) if info.writable => syn::parse_quote!(&mut *#e),
            _ => return None,
        };
        Some((self.steady(&whole), var))
    }

    /// A constant scrutinee; its effects come first.
    fn scrutinee(&mut self, e: &Expr) -> Expr {
        let e = &self.steady(e);
        match self.native_operand(e) {
            Operand::Native(n) => n.expr,
            Operand::Place(..) => unreachable!("native operands are native"),
        }
    }

    /// The scrutinee of an active match, as an expression over one variable.
    fn matched(&mut self, e: &Expr, arms: &[(&Pat, Option<&Expr>, &Expr)]) -> (Expr, Option<Var>) {
        let operand = self.operand(e);
        // names in the patterns refer into the scrutinee: where that may change meanwhile, into a copy of it
        let operand = match &operand {
            Operand::Place(p, Pass::Value) if self.changes_inside(p, arms) => {
                let var = self.temp(true, e.span());
                self.emit(Kind::Let { var, ty: None, op: Op::Use(operand) });
                Operand::var(var)
            }
            _ => operand,
        };
        match operand {
            Operand::Place(place, pass) => (crate::emit::place_expr(&self.vars, &place, pass), Some(place.base)),
            Operand::Native(n) => (n.expr, None),
        }
    }

    /// Whether an arm may change what it matches on by the name of that.
    fn changes_inside(&self, p: &Place, arms: &[(&Pat, Option<&Expr>, &Expr)]) -> bool {
        let info = &self.vars[p.base.0 as usize];
        let whole = info.reference && p.proj.is_empty();
        (info.mutable || info.writable) && !whole && arms.iter().any(|(_, _, body)| self.writes(body).contains(&p.base))
    }

    /// The variables of an arm's pattern, at the head of its block.
    fn bind_arm(&mut self, pat: &Pat, source: Option<Var>, expr: &Expr) {
        let names = crate::analysis::activity::pattern_names(pat);
        if names.is_empty() {
            return;
        }
        let source = source.filter(|_| !crate::analysis::activity::is_error(pat));
        let vars = self.pattern_vars(pat, source.is_some_and(|s| self.vars[s.0 as usize].active));
        let familiar = self.is_familiar(expr);
        self.introduce(&vars, familiar);
        if let Some(source) = source {
            if crate::emit::names_a_variant(pat)
                && let Some(message) = crate::emit::refused(pat)
            {
                self.cx.error(pat, message);
            }
            let (whole, writable) = self.borrowed(expr, source);
            for v in &vars {
                let own = by_ref(pat, &self.vars[v.0 as usize].name);
                self.info(*v).writable = own.unwrap_or(writable);
                let by_reference = whole || own.is_some();
                if self.vars[v.0 as usize].mutable {
                    self.cx.error(
                        pat,
                        "`mut` in a pattern is not differentiable yet: bind the value by `let mut` in the arm",
                    );
                }
                // `v` in `Some(v)`: a part of the scrutinee
                self.info(*v).reference = by_reference;
            }
            let natives = vec![Native {
                expr: expr.clone(),
                reads: self.reads(expr).into_iter().filter(|v| *v != source).collect(),
                pure: true,
            }];
            self.emit(Kind::Alias {
                pat: pat.clone(),
                expr: expr.clone(),
                vars,
                roots: vec![source],
                natives,
                arm: true,
            });
        } else {
            // the parts of what is behind a reference are references
            let behind = self.lookup(expr).is_some_and(|v| self.vars[v.0 as usize].reference);
            let behind = behind && !crate::patterns::dereferences(pat);
            vars.iter().for_each(|v| self.info(*v).reference |= behind);
            let native = self.native(expr);
            self.emit(Kind::Alias {
                pat: pat.clone(),
                expr: expr.clone(),
                vars,
                roots: vec![],
                natives: vec![native],
                arm: true,
            });
        }
    }

    /// Whether the scrutinee is a reference, and whether one may write through it.
    fn borrowed(&self, expr: &Expr, source: Var) -> (bool, bool) {
        let info = &self.vars[source.0 as usize];
        match expr {
            Expr::Reference(r) => (true, r.mutability.is_some()),
            Expr::MethodCall(m) if !info.active && lends_parts(m) => (true, true),
            Expr::Path(_) => (info.reference, info.reference && info.writable),
            // a part of something is a value, whatever it is reached through
            _ if crate::analysis::activity::root(expr).is_some() && !matches!(expr, Expr::MethodCall(_)) => {
                (false, false)
            }
            _ => (info.reference, false),
        }
    }

    fn lower_while(&mut self, w: &syn::ExprWhile) {
        let name = w.label.as_ref().map(|l| &l.name);
        if let Expr::Let(l) = &*w.cond {
            let label = self.enter(name, true, None);
            let body = self.nested(|s| s.if_let(l, &w.body, Some(&syn::parse_quote!(break)), None));
            self.labels.pop();
            return self.emit(Kind::Loop { label, kind: Loop::Forever, body });
        }
        let label = self.enter(name, true, None);
        let simple = self.writes(&w.cond).is_empty();
        let kind = if simple { Loop::While(self.condition(&w.cond)) } else { Loop::Forever };
        let body = self.nested(|s| {
            if !simple {
                let cond = s.condition(&w.cond);
                let els = s.nested(|s| s.emit(Kind::Jump { label, again: false }));
                s.emit(Kind::If { cond, then: Block::default(), els });
            }
            s.into(&w.body, None);
        });
        self.labels.pop();
        self.emit(Kind::Loop { label, kind, body });
    }

    fn lower_for(&mut self, f: &syn::ExprForLoop) {
        let name = f.label.as_ref().map(|l| l.name.clone());
        if self.active.carries(&f.expr)
            || self.reads(&f.expr).iter().any(|v| self.vars[v.0 as usize].active) && !is_range(&f.expr)
        {
            let span = f.expr.span();
            return match self.items(&f.expr) {
                Some(items) => self.for_items(f, name, items, span),
                None => self.cx.error(
                    &f.expr,
                    "iterating over this is not differentiable yet: loop over the indices (`for i in 0..x.len()`)",
                ),
            };
        }
        // what is handed out is changed, or has changed where it is wanted again in reverse: by index it is found there
        let changes = self.hands_out_references(&f.expr) && !self.is_found_again(&f.expr);
        if (super::lends_mut(&f.expr) || changes)
            && let Some(items) = self.items(&f.expr)
        {
            return self.for_items(f, name, items, f.expr.span());
        }
        let (ident, pattern) = match &*f.pat {
            Pat::Ident(p) if p.by_ref.is_none() && p.mutability.is_none() => (Some(p.ident.clone()), None),
            Pat::Wild(_) => (None, None),
            pat => (None, Some(pat)),
        };
        let range = self.range(&f.expr, is_range(&f.expr));
        let var = match ident {
            Some(ident) => {
                let info = VarInfo::new(ident.clone());
                self.declare(&ident, info)
            }
            None => self.temp(false, f.pat.span()),
        };
        let references = self.references_among(&f.pat, &f.expr);
        let familiar = self.is_familiar(&f.expr);
        self.introduce(&[var], familiar);
        self.vars[var.0 as usize].reference = references.contains(&self.vars[var.0 as usize].name);
        self.indices.extend(self.is_indices(&range.expr).then_some(var));
        let label = self.enter(name.as_ref(), true, None);
        let body = self.nested(|s| {
            if let Some(pat) = pattern {
                let native = match s.native_var(var) {
                    Operand::Native(n) => n,
                    Operand::Place(..) => unreachable!("native variables are native"),
                };
                s.constant_parts(pat, native, familiar, |name| references.contains(name));
            }
            s.into(&f.body, None);
        });
        self.labels.pop();
        // what looks into a container cannot be kept for the pullback: it is handed out again
        let again = range.pure && body.stmts.iter().any(may_jump_out) && self.lends_items(&f.expr);
        self.info(var).borrows |= again;
        self.emit(Kind::Loop { label, kind: Loop::For { var, range }, body });
    }

    /// What a loop runs over, as the reversed loop finds it again: bounds that may change are named first, and what costs
    /// something or has effects is collected first.
    fn range(&mut self, e: &Expr, range: bool) -> Native {
        let e = &if range { self.steady(e) } else { e.clone() };
        let native = match self.native_operand(e) {
            Operand::Native(n) => n,
            Operand::Place(..) => unreachable!("ranges carry no derivative"),
        };
        if !range && self.lookup(e).is_some_and(|v| !self.vars[v.0 as usize].reference) {
            // a container that the loop consumes, and the reversed loop again
            return Native { expr: syn::parse_quote!(::core::clone::Clone::clone(&#e)), ..native };
        }
        // an iterator that changes something, and so was made before
        let made = matches!(native.expr, Expr::Path(_)) && !matches!(e, Expr::Path(_));
        if !made && (native.pure || self.is_found_again(e)) {
            return Native { pure: true, ..native };
        }
        let (source, native) = (native.expr.clone(), Native { pure: native.pure && !made, ..native });
        let items = syn::parse_quote! {
            ::core::iter::Iterator::collect::<::std::vec::Vec<_>>(::core::iter::IntoIterator::into_iter(#source))
        };
        let var = self.temp(false, Span::call_site().located_at(e.span()));
        self.emit(Kind::Let { var, ty: None, op: Op::Native(Native { expr: items, ..native }) });
        let name = self.vars[var.0 as usize].name.clone();
        Native { expr: syn::parse_quote!(::core::clone::Clone::clone(&#name)), reads: vec![var], pure: true }
    }
}

/// `a..b`, `(a..=b).rev()`, `(a..b).step_by(k)`.
pub(crate) fn is_range(e: &Expr) -> bool {
    match e {
        Expr::Range(_) => true,
        Expr::Paren(p) => is_range(&p.expr),
        Expr::Group(g) => is_range(&g.expr),
        Expr::MethodCall(m) => matches!(m.method.to_string().as_str(), "rev" | "step_by") && is_range(&m.receiver),
        _ => false,
    }
}

fn has_let(e: &Expr) -> bool {
    match e {
        Expr::Let(_) => true,
        Expr::Paren(p) => has_let(&p.expr),
        Expr::Binary(b) => has_let(&b.left) || has_let(&b.right),
        _ => false,
    }
}

/// The expression never has a value: `return x`, `panic!()`.
pub(crate) fn diverges(e: &Expr) -> bool {
    match e {
        Expr::Return(_) | Expr::Break(_) | Expr::Continue(_) => true,
        Expr::Macro(m) => m.mac.path.segments.last().is_some_and(|s| {
            matches!(s.ident.to_string().as_str(), "panic" | "unreachable" | "todo" | "unimplemented")
        }),
        Expr::Paren(p) => diverges(&p.expr),
        _ => false,
    }
}

/// Whether control can come to the end of a statement.
fn falls_through(stmt: &Stmt) -> bool {
    let block = |b: &Block| b.stmts.iter().all(falls_through);
    match &stmt.kind {
        Kind::Jump { .. } => false,
        Kind::If { then, els, .. } => block(then) || block(els),
        Kind::Match { arms, .. } => arms.iter().any(|a| block(&a.body)),
        Kind::Loop { kind: Loop::Forever, label, body } => leaves(body, *label),
        Kind::Labelled { label, body } => block(body) || leaves(body, *label),
        Kind::Native { tokens, .. } => !syn::parse2::<Expr>(tokens.clone()).is_ok_and(|e| diverges(&e)),
        _ => true,
    }
}

fn leaves(body: &Block, target: Label) -> bool {
    let mut found = false;
    body.walk(&mut |s| found |= matches!(&s.kind, Kind::Jump { label, again: false } if *label == target));
    found
}

/// Whether no path gives a variable a value other than `()`.
fn is_unit(stmts: &[Stmt], var: Var) -> bool {
    let mut unit = true;
    stmts.iter().for_each(|s| {
        s.walk(&mut |s| {
            if let Kind::Assign { place, value, init: true } = &s.kind
                && place.base == var
            {
                unit &= matches!(value, Operand::Native(n) if matches!(&n.expr, Expr::Tuple(t) if t.elems.is_empty()));
            }
        })
    });
    unit
}

fn drop_value(block: &mut Block, var: Var) {
    block.stmts.retain(|s| !matches!(&s.kind, Kind::Assign { place, init: true, .. } if place.base == var));
    block.stmts.iter_mut().flat_map(|s| s.blocks_mut()).for_each(|b| drop_value(b, var));
}

// ---- passes over the finished IR -----------------------------------------------------------------------------------

/// Wraps what follows a statement that may jump out into [`Kind::Rest`], so that the reverse sweep knows whether it ran.
pub(super) fn split_after_jumps(block: &mut Block) {
    let mut split = None;
    for (k, stmt) in block.stmts.iter_mut().enumerate() {
        for inner in stmt.blocks_mut() {
            split_after_jumps(inner);
        }
        if may_jump_out(stmt) {
            split = Some(k + 1);
            break; // the rest has its turn below
        }
    }
    if let Some(k) = split.filter(|k| *k < block.stmts.len()) {
        let mut rest = Block { stmts: block.stmts.split_off(k) };
        split_after_jumps(&mut rest);
        block.stmts.push(Stmt { id: 0, kind: Kind::Rest(rest) });
    }
}

/// Whether control may leave the statement other than at its end.
pub(crate) fn may_jump_out(stmt: &Stmt) -> bool {
    fn jumps(stmt: &Stmt, inside: &mut Vec<Label>, found: &mut bool) {
        match &stmt.kind {
            Kind::Jump { label, .. } => *found |= !inside.contains(label),
            Kind::Loop { label, body, .. } | Kind::Labelled { label, body } => {
                inside.push(*label);
                body.stmts.iter().for_each(|s| jumps(s, inside, found));
                inside.pop();
            }
            _ => stmt.blocks().iter().flat_map(|b| &b.stmts).for_each(|s| jumps(s, inside, found)),
        }
    }
    let mut found = false;
    jumps(stmt, &mut Vec::new(), &mut found);
    found
}

/// Numbers the statements in the order of the text.
pub(crate) fn number(body: &mut Block) {
    fn visit(block: &mut Block, next: &mut Id) {
        for stmt in &mut block.stmts {
            stmt.id = *next;
            *next += 1;
            for inner in stmt.blocks_mut() {
                visit(inner, next);
            }
        }
    }
    visit(body, &mut 1);
}

/// Whether a name in a pattern is bound by `ref`, and if so whether by `ref mut`.
fn by_ref(pat: &Pat, name: &syn::Ident) -> Option<bool> {
    struct Find<'a>(&'a syn::Ident, Option<bool>);
    impl syn::visit::Visit<'_> for Find<'_> {
        fn visit_pat_ident(&mut self, p: &syn::PatIdent) {
            if p.ident == *self.0 && p.by_ref.is_some() {
                self.1 = Some(p.mutability.is_some());
            }
            syn::visit::visit_pat_ident(self, p);
        }
    }
    let mut find = Find(name, None);
    syn::visit::Visit::visit_pat(&mut find, pat);
    find.1
}

/// `list.last_mut().unwrap()`
pub(super) fn lends_a_part(e: &Expr) -> bool {
    match e {
        Expr::MethodCall(m) if m.method == "unwrap" || m.method == "expect" => {
            matches!(&*m.receiver, Expr::MethodCall(inner) if lends_parts(inner))
        }
        _ => false,
    }
}

/// Whether a method gives (a part of) what a container holds, to be changed: `c.as_mut()`, `list[k].last_mut()`.
fn lends_parts(m: &syn::ExprMethodCall) -> bool {
    #[rustfmt::skip]
    const PARTS: &[&str] = &[
        "as_mut", "as_deref_mut", "first_mut", "last_mut", "front_mut", "back_mut", "get_mut", "split_first_mut", "split_last_mut",
    ];
    let view = super::views::is_view_call(m) && m.method.to_string().contains("mut");
    (view || PARTS.iter().any(|n| m.method == n)) && super::familiar::is_place(&m.receiver)
}
