//! Forward mode: IR to IR. Beside each statement stands the one that moves its tangent.
//!
//! ```text
//! let t = a * b;    =>    let t_dot = plus(mul::push_0(&a, &b, &a_dot), mul::push_1(&a, &b, &b_dot));
//!                         let t = a * b;
//! ```
//! Tangents have the shape of their primals, so references, slices and element accesses are written a second time with the
//! tangents' names.
pub(crate) mod accept;

use crate::{
    emit,
    ir::*,
    lower,
    names::Names,
    reverse::{lent, stmt},
    rules::Rule,
};
use proc_macro2::Span;
use std::collections::{HashMap, HashSet};
use syn::{BinOp, Ident};

/// A function's forward mode.
pub(crate) struct Forward {
    pub(crate) vars: Vec<VarInfo>,
    pub(crate) body: Block,
    /// The tangents of the parameters.
    pub(crate) dots: Vec<Var>,
    /// The variables that hold tangents: one for each direction where there are several.
    pub(crate) tangents: HashSet<Var>,
    /// The tangent of the result.
    pub(crate) result: Option<Operand>,
}

impl Forward {
    /// The names of the tangents of the parameters.
    pub(crate) fn dot_names(&self) -> Vec<&Ident> {
        self.dots.iter().map(|d| &self.vars[d.0 as usize].name).collect()
    }
}

pub(crate) fn forward(func: &Func) -> Forward {
    let mut t = Transform {
        func,
        vars: func.vars.clone(),
        names: Names::of(&func.vars),
        out: Vec::new(),
        dots: HashMap::new(),
        tangents: HashSet::new(),
        captured: HashSet::new(),
    };
    let dots: Vec<Var> = func.params.iter().map(|p| t.dot(p.var)).collect();
    t.block(&func.body);
    let result = func.result.as_ref().map(|r| t.tangent(r));
    let Transform { out, vars, mut tangents, .. } = t;
    // what belongs to a function is a function
    func.params.iter().zip(&dots).filter(|(p, _)| p.function).for_each(|(_, dot)| {
        tangents.remove(dot);
    });
    Forward { body: Block { stmts: out }, vars, dots, tangents, result }
}

struct Transform<'a> {
    func: &'a Func,
    vars: Vec<VarInfo>,
    names: Names,
    out: Vec<Stmt>,
    dots: HashMap<Var, Var>,
    tangents: HashSet<Var>,
    /// In a closure that is handed to a function, the variables around it.
    captured: HashSet<Var>,
}

impl Transform<'_> {
    fn fresh(&mut self, name: &str, info: VarInfo) -> Var {
        let unique = self.names.fresh(name);
        let var = Var(self.vars.len() as u32);
        let name = Ident::new(&unique, Span::mixed_site());
        self.vars.push(VarInfo { name, ..info });
        var
    }

    /// A tangent that belongs to no variable.
    fn unnamed(&mut self, name: &str) -> Var {
        let var = self.fresh(name, VarInfo::unnamed());
        self.tangents.insert(var);
        var
    }

    /// The tangent of a variable.
    fn dot(&mut self, v: Var) -> Var {
        if let Some(dot) = self.dots.get(&v) {
            return *dot;
        }
        let name = self.func.name(v).to_string();
        let dot = self.fresh(&format!("{}_dot", name.trim_start_matches("r#")), self.func.info(v).clone());
        self.dots.insert(v, dot);
        self.tangents.insert(dot);
        dot
    }

    fn is_active(&self, o: &Operand) -> bool {
        o.place().is_some_and(|p| self.func.info(p.base).active)
    }

    fn push(&mut self, kind: Kind) {
        self.out.push(stmt(kind));
    }

    fn runtime(&mut self, name: &str, args: Vec<Operand>) -> Op {
        Op::Runtime { name: name.into(), args }
    }

    fn let_(&mut self, var: Var, op: Op) {
        self.push(Kind::Let { var, ty: None, op });
    }

    fn mirror(&mut self, place: &Place) -> Place {
        place.of(self.dot(place.base))
    }

    /// The tangent of an operand: the same part of the variable's tangent, or a zero.
    fn tangent(&mut self, o: &Operand) -> Operand {
        match o {
            Operand::Place(p, pass) if self.func.info(p.base).active => {
                let info = self.func.info(p.base);
                // references are copied, and tangents own what they refer to
                let copied = *pass == Pass::Value && info.borrows && !info.writable || self.is_captured(p, *pass);
                Operand::Place(self.mirror(p), if copied { Pass::Copy } else { *pass })
            }
            Operand::Place(p, _) => self.zero_of(Operand::Place(p.clone(), Pass::Ref)),
            // nothing says of what type it is
            Operand::Native(n) if is_empty(&n.expr) => o.clone(),
            Operand::Native(n) => {
                let zero = self.unnamed("zero_dot");
                self.vars[zero.0 as usize].scalar = emit::is_open_literal(&n.expr);
                let op = if self.func.single && emit::is_open_literal(&n.expr) {
                    self.runtime("zero_scalar", vec![])
                } else {
                    self.runtime("constant_tangent", vec![Operand::Native(n.clone())])
                };
                self.let_(zero, op);
                if crate::analysis::is_reference(self.func, n) { Operand::by_ref(zero) } else { Operand::var(zero) }
            }
        }
    }

    /// What a closure captures and hands on by value is copied, since it may be called again: like the value its tangent stays.
    fn is_captured(&self, p: &Place, pass: Pass) -> bool {
        let info = self.func.info(p.base);
        let moved = pass == Pass::Value && p.proj.is_empty() && !info.scalar && !info.reference && !info.view;
        moved && self.captured.contains(&p.base)
    }

    /// The tangent of an argument; that of a view is handed on as a matrix of its own.
    fn handed(&mut self, arg: &Arg) -> Arg {
        match arg {
            Arg::Operand(o) => Arg::Operand(self.handed_operand(o)),
            Arg::Closure(lambda) => Arg::Closure(Box::new(self.function_dot(lambda))),
            Arg::Function(path) => lent(Arg::Function(emit::derivative_path(path, "push", true))),
        }
    }

    /// What belongs to an argument that is a constant by its type.
    fn nothing(&mut self) -> Arg {
        let nothing = self.unnamed("zero_dot");
        self.let_(nothing, Op::Native(Native { expr: syn::parse_quote!(()), reads: vec![], pure: true }));
        Arg::Operand(Operand::var(nothing))
    }

    /// The tangent of a closure: `|t, t_dot|` to the value and its tangent.
    fn function_dot(&mut self, lambda: &Lambda) -> Lambda {
        let dots: Vec<Var> = lambda.params.iter().map(|p| self.dot(*p)).collect();
        let outer = std::mem::take(&mut self.out);
        let around = self.dots.keys().filter(|v| !lambda.params.contains(v)).copied().collect();
        let captured = std::mem::replace(&mut self.captured, around);
        self.block(&lambda.body);
        let mut dot = self.tangent(&lambda.result);
        self.captured = captured;
        if !matches!(&dot, Operand::Place(p, Pass::Value) if p.proj.is_empty()) {
            let part = std::mem::replace(&mut dot, Operand::var(self.unnamed("result_dot")));
            self.let_(dot.place().expect("a variable").base, Op::Use(part));
        }
        let body = Block { stmts: std::mem::replace(&mut self.out, outer) };
        let (value, dot) = (self.expr(&lambda.result), self.expr(&dot));
        let pair = Native { expr: syn::parse_quote!((#value, #dot)), reads: vec![], pure: true };
        let params = lambda.params.iter().copied().chain(dots).collect();
        Lambda { params, body, result: Operand::Native(pair), native: None }
    }

    fn expr(&self, o: &Operand) -> syn::Expr {
        match o {
            Operand::Place(p, pass) => emit::place_expr(&self.vars, p, *pass),
            Operand::Native(n) => n.expr.clone(),
        }
    }

    /// The tangent of a part of something that holds references: it owns what they refer to.
    fn owned(&mut self, o: &Operand) -> Operand {
        let reference = match o {
            Operand::Place(p, pass) => *pass != Pass::Value || self.func.info(p.base).reference && p.proj.is_empty(),
            Operand::Native(_) => false,
        };
        match self.tangent(o) {
            Operand::Place(dot, Pass::Ref | Pass::Value) if reference => {
                let own = self.unnamed("own_dot");
                let op = self.runtime("own", vec![Operand::Place(dot, Pass::Ref)]);
                self.let_(own, op);
                Operand::var(own)
            }
            // a constant that is borrowed has a zero of its own
            Operand::Place(dot, Pass::Ref) if matches!(o, Operand::Native(_)) => Operand::Place(dot, Pass::Value),
            other => other,
        }
    }

    fn handed_operand(&mut self, o: &Operand) -> Operand {
        let tangent = self.tangent(o);
        match (o, &tangent) {
            (Operand::Place(p, Pass::Value), Operand::Place(dot, _))
                if self.func.info(p.base).view && p.proj.is_empty() =>
            {
                let own = self.unnamed("own_dot");
                let op = self.runtime("own", vec![Operand::Place(dot.clone(), Pass::Ref)]);
                self.let_(own, op);
                Operand::var(own)
            }
            _ => tangent,
        }
    }

    /// Evaluates a part of a variable now.
    fn settle(&mut self, dot: &mut Arg) {
        let Arg::Operand(dot) = dot else { return };
        if matches!(dot, Operand::Place(p, Pass::Value) if !p.proj.is_empty()) {
            let now = self.unnamed("argument_dot");
            let part = std::mem::replace(dot, Operand::var(now));
            self.let_(now, Op::Use(part));
        }
    }

    fn zero_of(&mut self, o: Operand) -> Operand {
        let zero = self.unnamed("zero_dot");
        let op = self.runtime("zero", vec![o]);
        self.let_(zero, op);
        Operand::var(zero)
    }

    fn nested(&mut self, block: &Block) -> Block {
        let outer = std::mem::take(&mut self.out);
        self.block(block);
        Block { stmts: std::mem::replace(&mut self.out, outer) }
    }

    fn block(&mut self, block: &Block) {
        for s in &block.stmts {
            self.stmt(s);
        }
    }

    fn stmt(&mut self, s: &Stmt) {
        match &s.kind {
            Kind::Let { var, op, .. } if self.func.info(*var).active => self.operation(s, *var, op),
            Kind::Declare { var, .. } => {
                self.out.push(s.clone());
                if self.func.info(*var).active {
                    let dot = self.dot(*var);
                    self.push(Kind::Declare { var: dot, ty: None });
                }
            }
            Kind::Assign { place, value, .. } | Kind::Update { place, value, .. }
                if place.is_marked() && !self.is_active(value) =>
            {
                self.out.push(s.clone());
            }
            Kind::Assign { place, value, init } if self.func.info(place.base).active => {
                let target = self.mirror(place);
                if self.is_active(value) {
                    let value_dot = self.tangent(value);
                    self.push(Kind::Assign { place: target, value: value_dot, init: *init });
                    self.out.push(s.clone());
                } else {
                    self.out.push(s.clone());
                    let zero = self.runtime("zero", vec![Operand::Place(place.clone(), Pass::Ref)]);
                    self.push(Kind::Set { target, value: zero });
                }
            }
            Kind::Update { place, op, value } if self.func.info(place.base).active => self.update(s, place, op, value),
            Kind::SwapEntries { place, how, i, j, .. } => {
                self.out.push(s.clone());
                if self.func.info(place.base).active {
                    let place = self.mirror(place);
                    self.push(Kind::SwapEntries { place, how: how.clone(), i: i.clone(), j: j.clone(), cells: false });
                }
            }
            Kind::Swap { a, b, .. } => {
                self.out.push(s.clone());
                if self.func.info(a.base).active {
                    let (a, b) = (self.mirror(a), self.mirror(b));
                    self.push(Kind::Swap { a, b, cells: false });
                }
            }
            Kind::Alias { pat, expr, vars, roots, .. } => {
                self.out.push(s.clone());
                let active = !roots.is_empty() && vars.iter().any(|v| self.func.info(*v).active);
                if active {
                    let mut renames = Vec::new();
                    for v in vars.iter().chain(roots) {
                        let dot = self.dot(*v);
                        let info = self.func.info(*v);
                        let bound = match (info.reference, info.writable) {
                            (true, _) if roots.contains(v) => emit::Bound::Shared,
                            _ if roots.contains(v) => emit::Bound::Value,
                            (false, _) => emit::Bound::Value,
                            (true, true) => emit::Bound::Mutable,
                            (true, false) => emit::Bound::Shared,
                        };
                        renames.push((info.name.clone(), self.vars[dot.0 as usize].name.clone(), bound));
                    }
                    let (pat, expr) = emit::mirrored_dot(pat, expr, &renames);
                    let dots = |t: &mut Self, of: &[Var]| of.iter().map(|v| t.dot(*v)).collect::<Vec<Var>>();
                    let (vars, roots) = (dots(self, vars), dots(self, roots));
                    self.push(Kind::Alias { pat, expr, vars, roots, natives: vec![], arm: false });
                } else {
                    for v in vars.iter().filter(|v| self.func.info(**v).active) {
                        let dot = self.dot(*v);
                        let zero = self.runtime("zero", vec![Operand::by_ref(*v)]);
                        self.let_(dot, zero);
                    }
                }
            }
            Kind::If { cond, then, els } => {
                let (then, els) = (self.nested(then), self.nested(els));
                self.push(Kind::If { cond: cond.clone(), then, els });
            }
            Kind::Match { scrutinee, reads, arms } => {
                let arms = arms
                    .iter()
                    .map(|a| Arm { pat: a.pat.clone(), guard: a.guard.clone(), body: self.nested(&a.body) })
                    .collect();
                self.push(Kind::Match { scrutinee: scrutinee.clone(), reads: reads.clone(), arms });
            }
            Kind::Loop { label, kind, body } => {
                let body = self.nested(body);
                self.push(Kind::Loop { label: *label, kind: kind.clone(), body });
            }
            Kind::Labelled { label, body } => {
                let body = self.nested(body);
                self.push(Kind::Labelled { label: *label, body });
            }
            Kind::Rest(body) => self.block(body),
            _ => self.out.push(s.clone()),
        }
    }

    fn operation(&mut self, s: &Stmt, var: Var, op: &Op) {
        let dot = self.dot(var);
        match op {
            Op::Rule { rule, args, form } => self.rule(s, var, dot, rule, args, form),
            Op::Use(o) if self.is_active(o) => {
                let o = self.tangent(o);
                self.let_(dot, Op::Use(o));
                self.out.push(s.clone());
            }
            Op::Aggregate { args, slots, .. } if slots.iter().any(|s| matches!(s, Slot::Part(..))) => {
                self.built(s, var, dot, args, slots);
            }
            Op::Aggregate { args, slots, form } => {
                let borrows = self.func.info(var).borrows;
                let args = args.iter().map(|a| if borrows { self.owned(a) } else { self.tangent(a) }).collect();
                self.let_(dot, Op::Aggregate { args, slots: slots.clone(), form: tangent_form(form) });
                self.out.push(s.clone());
            }
            Op::Call { callee, args, .. } => {
                let mut dots: Vec<Arg> = Vec::new();
                for (k, arg) in args.iter().enumerate() {
                    dots.push(if self.func.asks_nothing(s, k) { self.nothing() } else { self.handed(arg) });
                }
                if matches!(args.first(), Some(Arg::Operand(Operand::Place(_, Pass::Mut)))) {
                    // `s[0].add(s[1].x)`: of `self` the borrow waits for the arguments, of its tangent it does not
                    dots[1..].iter_mut().for_each(|dot| self.settle(dot));
                }
                let args = args.iter().cloned().map(lent).collect();
                let op = Op::Push { callee: callee.clone(), args, dots };
                self.push(Kind::LetPair { vars: [var, dot], op });
            }
            Op::Map { sources, lambda, form, .. } => {
                self.out.push(s.clone());
                self.map(var, dot, sources, lambda, form);
            }
            Op::Native(_) if crate::analysis::is_made_elsewhere(self.func, var) => {
                self.out.push(s.clone());
                let name = self.vars[var.0 as usize].name.clone();
                let made = Native { expr: syn::parse_quote!(#name), reads: vec![var], pure: true };
                let zero = self.runtime("constant_tangent", vec![Operand::Native(made)]);
                self.let_(dot, zero);
            }
            _ => {
                self.out.push(s.clone());
                let zero = self.runtime("zero", vec![Operand::by_ref(var)]);
                self.let_(dot, zero);
            }
        }
    }

    fn rule(&mut self, s: &Stmt, var: Var, dot: Var, rule: &'static Rule, args: &[Operand], form: &Form) {
        let active: Vec<usize> =
            (0..rule.reads.len()).filter(|k| rule.reads[*k] != "-" && self.is_active(&args[*k])).collect();
        if active.is_empty() {
            self.out.push(s.clone());
            let zero = self.runtime("zero", vec![Operand::by_ref(var)]);
            return self.let_(dot, zero);
        }
        if let ("cast", Form::Cast(ty)) = (rule.name, form) {
            let tangent = self.tangent(&args[0]);
            self.out.push(s.clone());
            let ty = quote::ToTokens::to_token_stream(ty);
            let name = format!("cast_tangent::<{ty}, _>");
            let op = self.runtime(&name, vec![borrowed(&tangent)]);
            return self.let_(dot, op);
        }
        // constructors are linear: the same expression over the tangent
        if matches!(rule.name, "repeat" | "own" | "from_vec" | "from_slice" | "from_row_slice" | "from_diagonal") {
            let args = args.iter().map(|a| if self.is_active(a) { self.tangent(a) } else { a.clone() }).collect();
            self.let_(dot, Op::Rule { rule, args, form: tangent_form(form) });
            self.out.push(s.clone());
            return;
        }
        if let ("add" | "sub", [k], [a, b]) = (rule.name, &active[..], args) {
            let (active, constant) = if *k == 0 { (a, b) } else { (b, a) };
            self.addends(active, constant);
        }
        // what reads the result comes after it, everything else before: the operation may consume its operands
        let after = active.iter().any(|k| rule.reads[*k].contains('y'));
        if after {
            self.out.push(if rule.takes_receiver() { receiver_copied(s) } else { s.clone() });
        }
        let mut terms = Vec::new();
        for k in active {
            let tangent = borrowed(&self.tangent(&args[k]));
            let beside = self.expr(&tangent);
            let mut handed: Vec<Operand> = rule.reads[k]
                .chars()
                .map(|c| match c {
                    'y' => Operand::by_ref(var),
                    c => emit::by_reference(&args[(c.to_ascii_lowercase() as u8 - b'a') as usize], &beside),
                })
                .collect();
            handed.push(tangent);
            terms.push(self.runtime(&format!("{}::push_{k}", rule.name), handed));
        }
        self.sum(dot, terms);
        if !after {
            self.out.push(s.clone());
        }
    }

    /// The tangent of a struct or of a variant has a type that is not known by name: a zero whose active fields are set.
    fn built(&mut self, s: &Stmt, var: Var, dot: Var, args: &[Operand], slots: &[Slot]) {
        let mut sets = Vec::new();
        let active: Vec<(&Operand, &Slot)> = args.iter().zip(slots).filter(|(a, _)| self.is_active(a)).collect();
        for (arg, slot) in &active {
            let Slot::Part(_, member) = slot else { continue };
            let Operand::Place(place, pass) = self.tangent(arg) else { continue };
            let whole = self.func.info(arg.place().expect("active").base).reference && place.proj.is_empty();
            let reference = pass != Pass::Copy && (pass != Pass::Value || whole);
            // before the value: it may be moved into the struct
            let field = self.unnamed("field_dot");
            let op = if reference {
                let lent = if pass == Pass::Value { Pass::Ref } else { pass };
                self.runtime("own", vec![Operand::Place(place, lent)])
            } else {
                Op::Use(Operand::Place(place, pass))
            };
            self.let_(field, op);
            let name = &self.vars[field.0 as usize].name;
            sets.push(quote::quote!(*parts.#member = #name;));
        }
        self.out.push(s.clone());
        self.vars[dot.0 as usize].mutable = !sets.is_empty();
        let zero = self.runtime("zero", vec![Operand::by_ref(var)]);
        self.let_(dot, zero);
        if let Some((_, Slot::Part(variant, _))) = active.first() {
            let name = &self.vars[dot.0 as usize].name;
            let parts = emit::parts_mut(variant, &syn::parse_quote!(&mut #name));
            self.push(Kind::Native {
                tokens: quote::quote!({ let parts = #parts; #(#sets)* }),
                writes: vec![dot],
                undo: None,
            });
        }
    }

    /// `let dot = a + b + c;`
    fn sum(&mut self, dot: Var, mut terms: Vec<Op>) {
        let op = if terms.len() == 1 { terms.remove(0) } else { Op::Sum(terms) };
        self.let_(dot, op);
    }

    /// Certainly a number.
    fn is_scalar(&self, p: &Place) -> bool {
        p.is_number(self.func.info(p.base))
    }

    /// A number beside what may be of a type of the user's: `a + w` may be anything then, and so that is proven to be a number too.
    fn addends(&mut self, active: &Operand, constant: &Operand) {
        let unclear = match (self.is_number(active), self.is_number(constant)) {
            (true, false) => constant,
            (false, true) => active,
            _ => return,
        };
        let place = match unclear {
            Operand::Place(..) => true,
            Operand::Native(n) => lower::is_place(&n.expr),
        };
        if place {
            let (checked, op) = (self.unnamed("_done"), self.runtime("addend", vec![borrowed(unclear)]));
            self.let_(checked, op);
        }
    }

    /// Whether an operand is certainly a number.
    fn is_number(&self, o: &Operand) -> bool {
        match o {
            Operand::Place(p, _) => self.is_scalar(p),
            Operand::Native(n) => self.is_number_expr(&n.expr),
        }
    }

    fn is_number_expr(&self, e: &syn::Expr) -> bool {
        use syn::Expr;
        let scalar = |e: &Expr, of: fn(&VarInfo) -> bool| match e {
            Expr::Path(p) => p.path.get_ident().is_some_and(|i| self.func.vars.iter().any(|v| v.name == *i && of(v))),
            _ => false,
        };
        match e {
            Expr::Lit(_) | Expr::Cast(_) => true,
            Expr::Paren(p) => self.is_number_expr(&p.expr),
            Expr::Unary(u) => self.is_number_expr(&u.expr),
            Expr::Binary(b) => self.is_number_expr(&b.left) && self.is_number_expr(&b.right),
            Expr::Index(i) => scalar(&i.expr, |v| v.elements),
            e => scalar(e, |v| v.scalar),
        }
    }

    /// Whether a vector or a matrix is multiplied, or anything by a number.
    fn is_scaled(&self, place: &Place, by: &Operand) -> bool {
        let info = self.func.info(place.base);
        let number = match by {
            Operand::Native(n) => emit::is_open_literal(&n.expr) || matches!(n.expr, syn::Expr::Cast(_)),
            Operand::Place(p, _) => self.is_scalar(p),
        };
        number || info.elements || info.view
    }

    fn update(&mut self, s: &Stmt, place: &Place, op: &BinOp, value: &Operand) {
        let target = self.mirror(place);
        if matches!(op, BinOp::MulAssign(_) | BinOp::DivAssign(_) | BinOp::RemAssign(_)) && !self.is_scalar(place) {
            // a type of the user's may mean something else by `*=` than by `*`
            let (checked, op) =
                (self.unnamed("_done"), self.runtime("assigned", vec![Operand::Place(place.clone(), Pass::Ref)]));
            self.let_(checked, op);
        }
        if matches!(op, BinOp::AddAssign(_) | BinOp::SubAssign(_)) && !self.is_active(value) {
            self.addends(&Operand::Place(place.clone(), Pass::Value), value);
        }
        match (op, self.is_active(value)) {
            (BinOp::AddAssign(_) | BinOp::SubAssign(_), true) => {
                let value = self.tangent(value);
                self.push(Kind::Update { place: target, op: *op, value });
            }
            (BinOp::DivAssign(_) | BinOp::RemAssign(_), true) => {
                // the quotient is there after the statement, the operands of a remainder before it
                let value_dot = self.tangent(value);
                let now = Operand::Place(place.clone(), Pass::Ref);
                let target_ref = Operand::Place(target.clone(), Pass::Ref);
                let division = matches!(op, BinOp::DivAssign(_));
                let (name, first, second) = if division {
                    ("div", vec![borrowed(value), target_ref], vec![borrowed(value), now, borrowed(&value_dot)])
                } else {
                    ("rem", vec![target_ref], vec![now, borrowed(value), borrowed(&value_dot)])
                };
                let terms = vec![
                    self.runtime(&format!("{name}::push_0"), first),
                    self.runtime(&format!("{name}::push_1"), second),
                ];
                if division {
                    self.out.push(s.clone());
                }
                let quotient = self.unnamed("quotient_dot");
                self.sum(quotient, terms);
                if self.func.info(place.base).view && place.proj.is_empty() {
                    let set = self.runtime("set_view", vec![Operand::Place(target, Pass::Mut), Operand::var(quotient)]);
                    let done = self.unnamed("_done");
                    self.let_(done, set);
                } else {
                    self.push(Kind::Set { target, value: Op::Use(Operand::var(quotient)) });
                }
                if division {
                    return;
                }
            }
            (BinOp::MulAssign(_), true) => {
                let old = Operand::Place(place.clone(), Pass::Ref);
                let value_dot = self.tangent(value);
                let terms = vec![
                    self.runtime(
                        "mul::push_0",
                        vec![old.clone(), borrowed(value), Operand::Place(target.clone(), Pass::Ref)],
                    ),
                    self.runtime("mul::push_1", vec![old, borrowed(value), borrowed(&value_dot)]),
                ];
                let product = self.unnamed("product_dot");
                self.sum(product, terms);
                if self.func.info(place.base).view && place.proj.is_empty() {
                    let set = self.runtime("set_view", vec![Operand::Place(target, Pass::Mut), Operand::var(product)]);
                    let done = self.unnamed("_done");
                    self.let_(done, set);
                } else {
                    self.push(Kind::Set { target, value: Op::Use(Operand::var(product)) });
                }
            }
            // the tangent of a rotation is none, which a rotation would turn
            (BinOp::MulAssign(_), false) if !self.is_scalar(place) && !self.is_scaled(place, value) => {
                let [old, dot] = [place, &target].map(|p| Operand::Place(p.clone(), Pass::Ref));
                let value = self.runtime("mul::push_0", vec![old, borrowed(value), dot]);
                self.push(Kind::Set { target, value });
            }
            (BinOp::MulAssign(_) | BinOp::DivAssign(_), false) => {
                self.push(Kind::Update { place: target, op: *op, value: value.clone() });
            }
            _ => {}
        }
        self.out.push(s.clone());
    }

    /// Element by element: `t_dot[k]` from the tangent of the closure's body.
    fn map(&mut self, var: Var, dot: Var, sources: &[Operand], lambda: &Lambda, form: &Form) {
        self.vars[dot.0 as usize].mutable = true;
        let zero = self.runtime("zero", vec![Operand::by_ref(var)]);
        self.let_(dot, zero);
        let index = self.fresh("k", VarInfo::unnamed());
        let name = self.vars[index.0 as usize].name.clone();
        let k = Native { expr: syn::parse_quote!(#name), reads: vec![], pure: true };
        let outer = std::mem::take(&mut self.out);
        for (axis, p) in lambda.params.iter().enumerate() {
            match sources.get(axis) {
                None if matches!(form, Form::Path(_)) => {
                    let name = ["row_of", "column_of"][axis.min(1)];
                    let op = self.runtime(name, vec![Operand::Native(k.clone())]);
                    self.let_(*p, op);
                }
                Some(Operand::Place(place, _)) => {
                    let entry = |mut place: Place| {
                        place.proj.push(Proj::Index(k.clone()));
                        Op::Use(Operand::Place(place, Pass::Value))
                    };
                    self.let_(*p, entry(place.clone()));
                    if self.func.info(*p).active {
                        let (p_dot, source) = (self.dot(*p), self.mirror(place));
                        self.let_(p_dot, entry(source));
                    }
                }
                Some(Operand::Native(n)) => {
                    let (e, i) = (&n.expr, &k.expr);
                    let bare = match e {
                        syn::Expr::Reference(r) => &*r.expr,
                        e => e,
                    };
                    let op = Op::Native(Native { expr: syn::parse_quote!((#bare)[#i]), reads: vec![], pure: true });
                    self.let_(*p, op);
                }
                None => {}
            }
        }
        self.block(&lambda.body);
        let result = self.tangent(&lambda.result);
        let target = Place { base: dot, proj: vec![Proj::Index(k.clone())] };
        self.push(Kind::Set { target, value: Op::Use(result) });
        let body = Block { stmts: std::mem::replace(&mut self.out, outer) };
        self.push(Kind::ForEach { index, source: Operand::var(dot), body });
    }
}

/// What reads the result reads the receiver as well, which the operation consumes: it is handed a copy.
fn receiver_copied(s: &Stmt) -> Stmt {
    let mut s = s.clone();
    if let Kind::Let { op: Op::Rule { args, .. }, .. } = &mut s.kind
        && let Some(Operand::Place(_, pass @ Pass::Value)) = args.first_mut()
    {
        *pass = Pass::Copy;
    }
    s
}

/// `None`, `vec![]`, `Vec::new()`: its tangent holds nothing either.
fn is_empty(e: &syn::Expr) -> bool {
    match e {
        syn::Expr::Path(p) => p.path.is_ident("None"),
        syn::Expr::Macro(m) => m.mac.path.is_ident("vec") && m.mac.tokens.is_empty(),
        syn::Expr::Call(c) => match &*c.func {
            syn::Expr::Path(p) if c.args.is_empty() => {
                let mut names = p.path.segments.iter().rev();
                names.next().is_some_and(|s| s.ident == "new")
                    && names.next().is_some_and(|s| s.ident == "Vec" && s.arguments.is_none())
            }
            _ => false,
        },
        _ => false,
    }
}

fn borrowed(o: &Operand) -> Operand {
    match o {
        Operand::Place(p, _) => Operand::Place(p.clone(), Pass::Ref),
        Operand::Native(n) => Operand::Native(Native { expr: emit::borrowed(&n.expr), ..n.clone() }),
    }
}

/// How the tangent is written of what is written so: the tangent of a point is a vector.
fn tangent_form(form: &Form) -> Form {
    match form {
        Form::Macro(path, separators) if path.segments.last().is_some_and(|s| s.ident == "point") => {
            Form::Macro(syn::parse_quote!(::autodiff_core::rules::vector), separators.clone())
        }
        form => form.clone(),
    }
}
