//! Statements: assignments, and expressions for their effects.
use super::Lower;
use crate::{
    analysis::activity::{is_assignment, is_inactive_macro},
    atom::atom,
    ctxt::users_name,
    ir::*,
};
use quote::ToTokens;
use syn::{BinOp, Expr, Stmt as SynStmt, spanned::Spanned};

impl Lower<'_> {
    /// Lowers a block; hands out the value of its last expression, `None` where it has none.
    pub(super) fn block(&mut self, block: &syn::Block) -> Option<Operand> {
        self.block_wanted(block, true)
    }

    /// A block for its effects.
    pub(super) fn block_unit(&mut self, block: &syn::Block) {
        let value = self.block_wanted(block, false);
        self.discard(value);
    }

    fn block_wanted(&mut self, block: &syn::Block, wanted: bool) -> Option<Operand> {
        let mut value = None;
        for (k, stmt) in block.stmts.iter().enumerate() {
            let last = k + 1 == block.stmts.len();
            match stmt {
                SynStmt::Local(local) => self.local(local),
                SynStmt::Item(item) => {
                    self.emit(Kind::Native { tokens: item.to_token_stream(), writes: vec![], undo: None })
                }
                SynStmt::Expr(e, None) if last && wanted && !is_statement(e) => value = Some(self.operand(e)),
                SynStmt::Expr(e, _) => self.expr_stmt(e),
                SynStmt::Macro(m) => self.macro_stmt(m, last && wanted && m.semi_token.is_none(), &mut value),
            }
        }
        value
    }

    fn macro_stmt(&mut self, m: &syn::StmtMacro, tail: bool, value: &mut Option<Operand>) {
        let e = Expr::Macro(syn::ExprMacro { attrs: m.attrs.clone(), mac: m.mac.clone() });
        if tail && !super::control::diverges(&e) {
            *value = Some(self.operand(&e));
        } else if is_inactive_macro(&m.mac.path) || !self.active.mentions(&e) {
            self.native_stmt(&e);
        } else {
            self.operand(&e);
        }
    }

    pub(super) fn expr_stmt(&mut self, e: &Expr) {
        match e {
            Expr::Paren(p) => self.expr_stmt(&p.expr),
            Expr::Group(g) => self.expr_stmt(&g.expr),
            Expr::Assign(a) => self.assign(&a.left, &a.right),
            Expr::Binary(b) if is_assignment(&b.op) => self.update(b),
            Expr::If(_)
            | Expr::Match(_)
            | Expr::Block(_)
            | Expr::Loop(_)
            | Expr::While(_)
            | Expr::ForLoop(_)
            | Expr::Return(_)
            | Expr::Break(_)
            | Expr::Continue(_)
            | Expr::Unsafe(_) => {
                self.control(e);
            }
            Expr::Call(c) if c.args.iter().any(|a| self.active.carries(a)) && self.active.carries(e) => {
                if let Some(op) = self.op(e) {
                    let var = self.fresh("_unit", true, e.span());
                    self.emit(Kind::Let { var, ty: None, op });
                }
            }
            Expr::MethodCall(m) if self.mutation(m) => {}
            // a value that nobody takes: the method is there for its effect, and so it is not the one that the table knows
            Expr::MethodCall(m) if self.is_effect(m) => {
                if let Some(op) = self.own_method(m, &m.method.to_string()) {
                    let var = self.fresh("_unit", true, e.span());
                    self.emit(Kind::Let { var, ty: None, op });
                }
            }
            Expr::Call(c) if self.swapped_constants(c) => {}
            _ if self.active.carries(e) => {
                let value = self.operand(e);
                self.discard(Some(value));
            }
            _ => self.native_stmt(e),
        }
    }

    fn is_effect(&self, m: &syn::ExprMethodCall) -> bool {
        let name = m.method.to_string();
        let table = crate::rules::method(&name, m.args.len() + 1).is_some()
            || crate::rules::INACTIVE_METHODS.contains(&name.as_str());
        let root = crate::analysis::activity::root(&m.receiver).filter(|r| self.active.contains(r));
        // what a method has handed out is a value of its own
        let made = matches!(strip(&m.receiver), Expr::MethodCall(_)) && !self.is_view(&m.receiver);
        table
            && !made
            && root.and_then(|r| self.names.get(&r.to_string())).is_some_and(|v| {
                let info = &self.vars[v.0 as usize];
                info.active && (info.mutable || info.writable)
            })
    }

    /// `mem::swap(&mut a, &mut b)` of two constants: swapping again is the cheapest way back.
    fn swapped_constants(&mut self, c: &syn::ExprCall) -> bool {
        if crate::analysis::activity::call_name(c).as_deref() != Some("swap") || c.args.len() != 2 {
            return false;
        }
        let local = |e: &Expr| match e {
            Expr::Reference(r) => self.lookup(&r.expr).filter(|v| {
                let info = &self.vars[v.0 as usize];
                info.mutable && !info.reference && !info.active
            }),
            _ => None,
        };
        let (Some(a), Some(b)) = (local(&c.args[0]), local(&c.args[1])) else { return false };
        self.emit(Kind::Swap { a: Place::var(a), b: Place::var(b), cells: false });
        true
    }

    /// Methods that change their receiver and have a meaning in terms of assignments; `false` where it is another method.
    fn mutation(&mut self, m: &syn::ExprMethodCall) -> bool {
        let touched = crate::analysis::activity::root(&m.receiver).is_some_and(|r| self.active.contains(r))
            && (self.active.carries(&m.receiver) || !self.is_place(&m.receiver));
        // of constants too: swapping again is the cheapest way back
        let constant = m.method == "swap"
            && m.args.len() == 2
            && self.lookup(&m.receiver).is_some_and(|v| self.vars[v.0 as usize].mutable);
        if !(touched || constant)
            || self.has_own_method(m)
            || !(self.is_place(&m.receiver) || self.is_view(&m.receiver))
        {
            return false;
        }
        let args: Vec<&Expr> = m.args.iter().collect();
        let x = &m.receiver;
        match (m.method.to_string().as_str(), &args[..]) {
            ("swap" | "swap_rows" | "swap_columns", [i, j]) => {
                let Some(place) = self.assignable(x) else { return true };
                let (i, j) = (self.steady_index(i), self.steady_index(j));
                let (i, j) = (self.native(&i), self.native(&j));
                self.emit(Kind::SwapEntries { place, how: m.method.clone(), i, j, cells: false });
            }
            _ if self.is_growth_method(m) => {
                if let Some(op) = self.growth(m) {
                    let var = self.fresh("_unit", true, m.span());
                    self.emit(Kind::Let { var, ty: None, op });
                }
            }
            _ if touched && self.grow_by_elements(m) => {}
            // of an `Option`
            ("insert", [v]) => self.assign(x, &syn::parse_quote!(::core::option::Option::Some(#v))),
            // one of the user's may do something else
            ("clone_from", [v]) if !crate::parts::seen::changes_self("clone_from") => {
                let reference = self.lookup(x).is_some_and(|v| self.vars[v.0 as usize].reference);
                let target: Expr = if reference { syn::parse_quote!(*#x) } else { (**x).clone() };
                let source = match v {
                    Expr::Reference(r) => atom(&r.expr),
                    v => atom(v),
                };
                self.assign(&target, &syn::parse_quote!(#source.clone()));
            }
            ("fill", [v]) => self.entrywise(x, v, None, false),
            ("scale_mut", [v]) => self.entrywise(x, v, Some(syn::parse_quote!(*=)), false),
            ("unscale_mut", [v]) => self.entrywise(x, v, Some(syn::parse_quote!(/=)), false),
            ("add_scalar_mut", [v]) => self.entrywise(x, v, Some(syn::parse_quote!(+=)), false),
            ("neg_mut", []) => self.entrywise(x, &syn::parse_quote!(-1.0), Some(syn::parse_quote!(*=)), false),
            ("copy_from" | "copy_from_slice" | "clone_from_slice", [v]) => self.entrywise(x, v, None, true),
            ("component_mul_assign", [v]) => self.entrywise(x, v, Some(syn::parse_quote!(*=)), true),
            ("component_div_assign", [v]) => self.entrywise(x, v, Some(syn::parse_quote!(/=)), true),
            ("set_column", [j, v]) => self.entrywise(&syn::parse_quote!(#x.column_mut(#j)), v, None, true),
            ("set_row", [i, v]) => self.entrywise(&syn::parse_quote!(#x.row_mut(#i)), v, None, true),
            _ => return false,
        }
        true
    }

    /// ```text
    /// x.copy_from(&v)    =>    for k in 0..x.len() { x[k] = v[k]; }          x.fill(v)    =>    .. { x[k] = v; }
    /// ```
    /// Both sides are evaluated before the first entry is written.
    fn entrywise(&mut self, x: &Expr, v: &Expr, op: Option<BinOp>, entries: bool) {
        let source = self.operand(v);
        let source = match source {
            Operand::Place(p, pass) if !entries => {
                self.snapshot(Operand::Place(p, if pass == Pass::Ref { Pass::Value } else { pass }), v)
            }
            source => source,
        };
        let Some(target) = self.assignable(x) else { return };
        let whole = crate::emit::place_expr(&self.vars, &target, Pass::Value);
        let mut reads: Vec<Var> = target.natives().flat_map(|n| n.reads.clone()).collect();
        reads.push(target.base);
        let len = Native { expr: syn::parse_quote!(#whole.len()), reads, pure: true };
        let (n, k) = (self.temp(false, x.span()), self.temp(false, x.span()));
        self.emit(Kind::Let { var: n, ty: None, op: Op::Native(len) });
        let (n_name, k_name) = (self.vars[n.0 as usize].name.clone(), self.vars[k.0 as usize].name.clone());
        let range = Native { expr: syn::parse_quote!(0..#n_name), reads: vec![n], pure: true };
        let index = Native { expr: syn::parse_quote!(#k_name), reads: vec![k], pure: true };
        let value = match source {
            Operand::Place(mut p, _) if entries => {
                p.proj.push(Proj::Index(index.clone()));
                Operand::Place(p, Pass::Value)
            }
            Operand::Native(native) if entries => {
                let bare = match &native.expr {
                    Expr::Reference(r) => &*r.expr,
                    e => e,
                };
                let mut reads = native.reads.clone();
                reads.push(k);
                Operand::Native(Native { expr: syn::parse_quote!((#bare)[#k_name]), reads, pure: native.pure })
            }
            source => source,
        };
        let mut place = target;
        place.proj.push(Proj::Index(index));
        let body = self.nested(|s| match op {
            None => s.emit(Kind::Assign { place, value, init: false }),
            Some(op) => s.update_place(place, op, value, x),
        });
        let label = self.label();
        self.emit(Kind::Loop { label, kind: Loop::For { var: k, range }, body });
    }

    fn assign(&mut self, left: &Expr, right: &Expr) {
        match left {
            Expr::Infer(_) => {
                let value = self.operand(right);
                return self.discard(Some(value));
            }
            Expr::Paren(p) => return self.assign(&p.expr, right),
            Expr::Tuple(_) | Expr::Array(_) => {
                let mut values = Vec::new();
                self.take_apart(left, right, &mut values);
                // all values are read before the first is written
                for (left, value, reshapes) in values {
                    self.assign_operand(&left, value, reshapes);
                }
                return;
            }
            _ => {}
        }
        if self.may_reshape(right) && self.is_part(left) {
            let value = self.operand(right);
            let Some(place) = self.assignable(left) else { return };
            return self.exchange(place, value, left.span());
        }
        let value = match self.lookup(left) {
            // `t = if c { a } else { b };` for a variable declared without a value
            Some(var)
                if !self.vars[var.0 as usize].mutable
                    && !self.vars[var.0 as usize].param
                    && matches!(strip(right), Expr::If(_) | Expr::Match(_) | Expr::Block(_))
                    && self.active.carries(right) =>
            {
                self.branching(right, Some(var));
                return;
            }
            _ => self.operand(right),
        };
        self.assign_operand(left, value, false);
    }

    /// A part of something with a derivative, which has one itself.
    fn is_part(&self, left: &Expr) -> bool {
        !self.active.marked.holds(left)
            && crate::analysis::activity::root(left).is_some_and(|r| self.active.contains(r))
            && self.is_place(left)
            && self.lookup(left).is_none()
    }

    /// `(a, [b, _]) = e`: each place with its value, and whether that may have another shape than what it replaces.
    fn take_apart(&mut self, left: &Expr, right: &Expr, out: &mut Vec<(Expr, Operand, bool)>) {
        let (Some(places), Some(values)) = (elements(left), elements(right)) else {
            let value = self.operand(right);
            let value = self.snapshot(value, right);
            if elements(left).is_none() {
                return out.push((left.clone(), value, self.may_reshape(right)));
            }
            return self.hand_out(left, value, out);
        };
        if places.len() == values.len() && !places.iter().any(|p| matches!(p, Expr::Range(_))) {
            for (left, right) in places.iter().zip(values) {
                self.take_apart(left, right, out);
            }
        } else {
            let value = self.operand(right);
            self.hand_out(left, value, out);
        }
    }

    fn hand_out(&mut self, whole: &Expr, value: Operand, out: &mut Vec<(Expr, Operand, bool)>) {
        let Some(places) = elements(whole) else { return out.push((whole.clone(), value, false)) };
        for (k, left) in places.iter().enumerate() {
            if matches!(left, Expr::Range(_)) {
                self.cx.error(left, "name every part, by `_` where it is not wanted");
                return;
            }
            let number = syn::Index::from(k);
            let step = if matches!(strip(whole), Expr::Array(_)) {
                Proj::Index(Native { expr: syn::parse_quote!(#number), reads: vec![], pure: true })
            } else {
                Proj::Field(syn::Member::Unnamed(number))
            };
            let part = self.part(&value, step);
            self.hand_out(left, part, out);
        }
    }

    pub(super) fn snapshot(&mut self, value: Operand, e: &Expr) -> Operand {
        match value {
            Operand::Place(_, Pass::Value) => {
                let var = self.temp(true, e.span());
                self.emit(Kind::Let { var, ty: None, op: Op::Use(value) });
                Operand::var(var)
            }
            Operand::Native(n) if !matches!(n.expr, Expr::Lit(_)) => {
                let var = self.temp(false, e.span());
                self.emit(Kind::Let { var, ty: None, op: Op::Native(n) });
                self.native_var(var)
            }
            other => other,
        }
    }

    fn assign_operand(&mut self, left: &Expr, value: Operand, reshapes: bool) {
        if matches!(left, Expr::Infer(_)) {
            return;
        }
        let Some(place) = self.assignable(left) else { return };
        let info = &self.vars[place.base.0 as usize];
        if info.reference && place.proj.is_empty() {
            self.cx.error(
                left,
                "assigning another reference to a variable is not differentiable yet: index the data instead, or walk by calling the function again (`f(part, ..)`)",
            );
            return;
        }
        let init = place.proj.is_empty() && !info.mutable && !info.param;
        if self.is_reshaped(&place) || reshapes && self.is_part(left) {
            return self.exchange(place, value, left.span());
        }
        if let Operand::Place(p, _) = &value
            && self.vars[p.base.0 as usize].active
            && !info.active
        {
            self.stored_in_constant(place.base, left);
        }
        self.stored_in_marked(&place, &value, left);
        // `a = x[index(a)]`: read before `a` is borrowed to be written
        let reads_itself = value.natives().iter().any(|n| n.reads.contains(&place.base));
        let value = if reads_itself { self.snapshot(value, left) } else { value };
        self.emit(Kind::Assign { place, value, init });
    }

    /// Whether what is behind a `&mut` parameter is replaced by something that may have another length.
    fn is_reshaped(&self, place: &Place) -> bool {
        let info = &self.vars[place.base.0 as usize];
        info.param && info.active && self.exclusive.contains(&place.base) && matches!(&place.proj[..], [Proj::Deref])
    }

    /// ```text
    /// *out = e;    =>    let mut old = e; mem::swap(&mut *out, &mut old);
    /// ```
    pub(super) fn exchange(&mut self, place: Place, value: Operand, span: proc_macro2::Span) {
        let old = self.temp(true, span);
        self.info(old).mutable = true;
        self.emit(Kind::Let { var: old, ty: None, op: native_op(value) });
        self.emit(Kind::Swap { a: place, b: Place::var(old), cells: false });
    }

    /// Where the derivative of what is stored would be lost.
    pub(super) fn stored_in_constant(&self, v: Var, at: &Expr) {
        let info = &self.vars[v.0 as usize];
        let name = users_name(&info.name);
        let instead = if info.reference {
            "take another variable for this reference, or call the function again with it (`f(part, ..)`)"
        } else {
            "start it from a value that carries a derivative (a parameter: without `#[nodiff]`)"
        };
        let detached = "or store `stop_gradient(..)` of the value where no derivative is wanted";
        self.cx.error(at, format!("an active value is stored in `{name}`, which is a constant: {instead}, {detached}"));
    }

    /// The same of entries of a field that is marked `#[nodiff]`; of the field itself rustc sees the type.
    fn stored_in_marked(&self, place: &Place, value: &Operand, at: &Expr) {
        let active = value.place().is_some_and(|p| self.vars[p.base.0 as usize].active);
        if active && place.is_marked() && !matches!(place.proj.last(), Some(Proj::Marked(_))) {
            let name = users_name(&self.vars[place.base.0 as usize].name);
            self.cx.error(at, format!(
                "an active value is stored in a field of `{name}` that is marked `#[nodiff]`: store it in one that is not, or store \
                 `stop_gradient(..)` of the value where no derivative is wanted"
            ));
        }
    }

    /// `x op= e`
    fn update(&mut self, b: &syn::ExprBinary) {
        let value = self.operand(&b.right);
        let Some(place) = self.assignable(&b.left) else { return };
        self.update_place(place, b.op, value, &b.left);
    }

    fn update_place(&mut self, place: Place, op: BinOp, value: Operand, left: &Expr) {
        let info = &self.vars[place.base.0 as usize];
        if let Operand::Place(p, _) = &value
            && self.vars[p.base.0 as usize].active
            && !info.active
        {
            self.stored_in_constant(place.base, left);
        }
        self.stored_in_marked(&place, &value, left);
        self.emit(Kind::Update { place, op, value });
    }

    fn assignable(&mut self, left: &Expr) -> Option<Place> {
        if self.is_view(left) && !self.is_place(left) {
            // `m.row_mut(i) += ..` needs a name for the view
            let var = match self.operand(left) {
                Operand::Place(p, _) => p,
                Operand::Native(_) => return None,
            };
            return Some(var);
        }
        if !self.is_place(left) {
            self.cx.error(left, "only local variables and their parts can be assigned to in a differentiable function");
            return None;
        }
        let left = self.with_steady_index(left);
        self.place(&left)
    }

    /// `v[v.len() - 1]` as `v[k]`: its index is not found while `v` is borrowed to be written.
    fn with_steady_index(&mut self, place: &Expr) -> Expr {
        let mut place = place.clone();
        match &mut place {
            Expr::Index(i) => {
                *i.expr = self.with_steady_index(&i.expr);
                let owner = crate::analysis::activity::root(&i.expr)
                    .and_then(|name| self.names.get(&name.to_string()).copied());
                if owner.is_some_and(|v| self.reads(&i.index).contains(&v)) {
                    *i.index = self.steady_index(&i.index);
                }
            }
            Expr::Paren(p) => *p.expr = self.with_steady_index(&p.expr),
            Expr::Unary(u) => *u.expr = self.with_steady_index(&u.expr),
            Expr::Reference(r) => *r.expr = self.with_steady_index(&r.expr),
            Expr::Field(f) => *f.base = self.with_steady_index(&f.base),
            _ => {}
        }
        place
    }
}

pub(super) fn native_op(o: Operand) -> Op {
    match o {
        Operand::Native(n) => Op::Native(n),
        place => Op::Use(place),
    }
}

/// The parts of a tuple or an array.
fn elements(e: &Expr) -> Option<Vec<&Expr>> {
    match strip(e) {
        Expr::Tuple(t) => Some(t.elems.iter().collect()),
        Expr::Array(a) => Some(a.elems.iter().collect()),
        _ => None,
    }
}

pub(super) fn strip(e: &Expr) -> &Expr {
    match e {
        Expr::Paren(p) => strip(&p.expr),
        Expr::Group(g) => strip(&g.expr),
        e => e,
    }
}

/// Expressions of type `()` or `!` at the end of a block.
fn is_statement(e: &Expr) -> bool {
    match e {
        Expr::Assign(_) | Expr::While(_) | Expr::ForLoop(_) | Expr::Return(_) | Expr::Break(_) | Expr::Continue(_) => {
            true
        }
        Expr::Binary(b) => is_assignment(&b.op),
        Expr::If(i) => i.else_branch.is_none(),
        Expr::Macro(_) => super::control::diverges(e),
        _ => false,
    }
}
