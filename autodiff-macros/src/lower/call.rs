//! Method calls and calls.
use super::{Lower, views::VIEWS};
use crate::{analysis::activity::call_name, ctxt::users_name, desugar, ir::*, parts::seen, rules};
use quote::ToTokens;
use syn::{Expr, ExprCall, ExprMethodCall, Pat, spanned::Spanned};

/// What to write in place of a method of containers that was not understood.
fn instead(name: &str) -> Option<&'static str> {
    Some(match name {
        "get" | "get_mut" | "first" | "last" | "first_mut" | "last_mut" | "front" | "back" => {
            "index the container (`x[i]`), or match what this gives at once (`if let Some(v) = x.get(i)`); for a method of a type of your \
             own bind what it is called on first (`let this = &a.b;`)"
        }
        "sort" | "sort_unstable" => {
            "write `x.sort_by(|a, b| a.total_cmp(b))` for a slice that is a variable or a part of one"
        }
        "dedup" | "dedup_by" | "dedup_by_key" | "retain" => "push what stays to a new `Vec` in a loop",
        "insert" | "remove" | "swap_remove" | "split_off" | "append" | "drain" | "truncate" | "resize" => {
            "call it on a `Vec` that is a variable or a part of one; for a method of a type of your own bind what it is called on first"
        }
        "get_disjoint_mut" => "index the container, or cut it in two (`let (a, b) = x.split_at_mut(n);`)",
        "as_mut" => {
            "write `&mut *b` for what a `Box` holds, `&mut x[..]` for a list; for a method of a type of your own bind what it is called \
             on first"
        }
        "as_flattened" | "as_flattened_mut" => "index the rows (`rows[i][j]`), or collect their numbers into a `Vec`",
        "make_contiguous" => "a `VecDeque` is indexed as it is; for a slice collect it into a `Vec`",
        _ => return None,
    })
}

impl Lower<'_> {
    pub(super) fn method(&mut self, m: &ExprMethodCall) -> Option<Op> {
        let name = m.method.to_string();
        if self.is_shared(m) {
            return None;
        }
        if matches!(name.as_str(), "map" | "zip_map") && m.args.iter().any(|a| matches!(a, Expr::Closure(_))) {
            return self.map(m);
        }
        if self.is_growth_method(m) {
            return self.growth(m);
        }
        if let ("take", 0) | ("replace", 1) = (name.as_str(), m.args.len())
            && self.is_place(&m.receiver)
        {
            // of an `Option`
            let x = &m.receiver;
            let new = m.args.first().map_or_else(
                || syn::parse_quote!(::core::option::Option::None),
                |e| syn::parse_quote!(::core::option::Option::Some(#e)),
            );
            return match self.lookup(x).filter(|v| self.vars[v.0 as usize].writable) {
                Some(_) => self.replace(x, &new),
                None => self.replace(&syn::parse_quote!(&mut #x), &new),
            };
        }
        if let Some(rule) = rules::method(&name, m.args.len() + 1) {
            let mut args = self.operands(std::iter::once(&*m.receiver).chain(&m.args));
            let turbofish = m.turbofish.to_token_stream();
            if self.may_be_own(&name, &args, rule) {
                self.recursive |= self.function == name;
                args[0] = self.borrowed_receiver(args[0].clone());
                let args = args.into_iter().map(|a| Arg::Operand(self.behind_name(a, rule))).collect();
                return Some(self.called(Callee::Method(m.method.clone(), turbofish), args));
            }
            if name == "to_vec"
                && let Operand::Place(place, _) = &mut args[0]
            {
                // of an array as of a slice: the adjoint is a `Vec` in both
                place.proj.push(Proj::Index(Native { expr: syn::parse_quote!(..), reads: vec![], pure: true }));
            }
            return Some(Op::Rule { rule, args, form: Form::Method(m.method.clone(), turbofish) });
        }
        if self.is_view(&Expr::MethodCall(m.clone())) {
            return Some(Op::Use(self.operand(&Expr::MethodCall(m.clone()))));
        }
        if let Some(op) = self.own_method(&self.of_whole_matrices(m, &name), &name) {
            return Some(op);
        }
        let message = if rules::BIT_METHODS.contains(&name.as_str()) {
            format!(
                "a derivative can't follow a value through `{name}`: compute with the number itself, or wrap it in `stop_gradient(..)`"
            )
        } else if CHAINS.contains(&name.as_str()) {
            "chains of iterators over active values are not differentiable yet: write the loop (`for v in x.iter() { .. }`)".to_string()
        } else if name == "entry" || name == "get" && matches!(m.args.first(), Some(Expr::Reference(_))) {
            crate::fence::MAPS.to_string()
        } else if VIEWS.contains(&name.as_str()) {
            format!("`{name}` of a value that is computed on the spot: bind the value with `let` first")
        } else if let Some(instead) = instead(&name) {
            format!("no derivative rule for the method `{name}` here: {instead}")
        } else {
            format!(
                "no derivative rule for the method `{name}` with {} operand{}: write it out in terms of others, put it into a function with its \
                 own rule (`#[differentiable(jvp = .., vjp = ..)]`), or wrap the call in `stop_gradient(..)` where no derivative is wanted",
                m.args.len() + 1,
                if m.args.is_empty() { "" } else { "s" },
            )
        };
        self.cx.error(&m.method, message);
        None
    }

    /// ```text
    /// m.row(0).lp_norm(4)    =>    m.row(0).clone_owned().lp_norm(4)
    /// y.axpy(a, &m.column(1), b)    =>    y.axpy(a, &m.column(1).clone_owned(), b)
    /// ```
    fn of_whole_matrices(&self, m: &ExprMethodCall, name: &str) -> ExprMethodCall {
        let mut m = m.clone();
        if !rules::WHOLE_METHODS.contains(&name) {
            return m;
        }
        let is_view = |e: &Expr| match e {
            Expr::MethodCall(_) => self.is_view(e) || super::views::is_view_call_on_value(e),
            e => self.lookup(e).is_some_and(|v| self.vars[v.0 as usize].view),
        };
        if !rules::UPDATES.contains(&name) && is_view(&m.receiver) {
            let view = &m.receiver;
            m.receiver = syn::parse_quote!(#view.clone_owned());
        }
        for arg in &mut m.args {
            match arg {
                Expr::Reference(r) if is_view(&r.expr) => {
                    let view = &r.expr;
                    *r.expr = syn::parse_quote!(#view.clone_owned());
                }
                _ => {}
            }
        }
        m
    }

    /// A method of a type of the user's: its derivatives stand beside it.
    pub(super) fn own_method(&mut self, m: &ExprMethodCall, name: &str) -> Option<Op> {
        let own = self.has_own_method(m);
        let view = super::views::is_view_call(m) && !own;
        let known = rules::BIT_METHODS.contains(&name) || CHAINS.contains(&name) || view;
        if self.is_shared(m) {
            return None;
        }
        let unruled = rules::UNRULED_METHODS.contains(&name) && !own && !self.may_be_unruled(name, &m.receiver);
        if known || unruled || !desugar::takes_functions(&Expr::MethodCall(m.clone())) {
            return None;
        }
        self.recursive |= self.function == name;
        let mut args = vec![Arg::Operand(self.receiver(&m.receiver))];
        args.extend(self.arguments(m.args.iter(), |k| seen::is_lent(None, name, k + 1))?);
        share_receiver(&mut args);
        Some(self.called(Callee::Method(m.method.clone(), m.turbofish.to_token_stream()), args))
    }

    /// What a method is called on that has the name of a rule: these take it by shared reference or by value.
    fn borrowed_receiver(&self, o: Operand) -> Operand {
        let Operand::Place(mut place, pass) = o else { return o };
        let info = &self.vars[place.base.0 as usize];
        if info.reference && !info.view && place.proj.is_empty() && pass == Pass::Value {
            place.proj.push(Proj::Deref);
        }
        Operand::Place(place, Pass::Ref)
    }

    /// What a method is called on: borrowed mutably where that is possible, since the method may ask for it.
    fn receiver(&mut self, e: &Expr) -> Operand {
        let (mut place, pass) = match self.operand(e) {
            Operand::Place(place, pass) => (place, pass),
            constant => return constant,
        };
        let info = &self.vars[place.base.0 as usize];
        let writable = info.writable || info.mutable && !info.reference;
        if info.reference && !info.view && place.proj.is_empty() && pass == Pass::Value {
            place.proj.push(Proj::Deref);
        }
        Operand::Place(place, if writable { Pass::Mut } else { Pass::Ref })
    }

    /// Whether `drop(e)` is the one of the standard library, or does as little: another function of that name changes nothing of
    /// what it is handed by value.
    fn drops(&self, path: &syn::ExprPath, e: &Expr) -> bool {
        let own = path.path.get_ident().and_then(|name| crate::parts::seen::result_of("", &name.to_string()));
        let lent = matches!(super::stmt::strip(e), Expr::Reference(r) if r.mutability.is_some())
            || self.lookup(e).is_some_and(|v| self.vars[v.0 as usize].writable);
        own.is_none() && !lent
    }

    pub(super) fn call(&mut self, c: &ExprCall) -> Option<Op> {
        if let Some(f) = self.called_parameter(&c.func) {
            if self.functions.contains(&f) {
                for e in c.args.iter().filter(|e| self.is_lent_constant(e)) {
                    self.cx.error(e, "a function that is handed in is run again in reverse, and nobody puts back what it changes: hand over the number that it needs of this, or call a function annotated with #[differentiable] by its name");
                }
                let args = std::iter::once(Operand::var(f)).chain(self.operands(c.args.iter()));
                let args = args.map(Arg::Operand).collect();
                return Some(Op::Call { callee: Callee::Parameter, args, rerun: true });
            }
            self.cx.error(&c.func, "calls of closures and function pointers are not differentiable yet: write a function annotated with #[differentiable]");
            return None;
        }
        let Expr::Path(path) = &*c.func else {
            self.cx.error(&c.func, "only functions can be called by their path with active arguments");
            return None;
        };
        let name = call_name(c)?;
        let owner = path.path.segments.iter().rev().nth(1);
        let is_nalgebra = owner.is_some_and(super::sorts::is_nalgebra);
        let owner = owner.map(|s| s.ident.to_string());
        match owner.as_deref() {
            Some(owner) if self.scalars.iter().any(|s| s == owner) || is_scalar_trait(owner) => {
                if name == "from" && c.args.len() == 1 {
                    let ty = owner_type(path);
                    let args = vec![self.operand(&c.args[0])];
                    return Some(self.rule("cast", args, Form::Cast(Box::new(ty))));
                }
                let Some(rule) = rules::method(&name, c.args.len()) else {
                    self.cx.error(path, format!("no derivative rule for `{owner}::{name}`"));
                    return None;
                };
                let args = self.operands(c.args.iter());
                Some(Op::Rule { rule, args, form: Form::Path(path.clone()) })
            }
            Some("Vec" | "VecDeque") if name == "from" && c.args.len() == 1 => {
                Some(Op::Use(self.collected(path, &c.args[0])))
            }
            Some("mem") if name == "swap" && c.args.len() == 2 => self.swap(&c.args[0], &c.args[1]),
            Some("mem") if name == "replace" && c.args.len() == 2 => self.replace(&c.args[0], &c.args[1]),
            Some("mem") if name == "take" && c.args.len() == 1 => {
                self.replace(&c.args[0], &syn::parse_quote!(::core::default::Default::default()))
            }
            None | Some("mem") if name == "drop" && c.args.len() == 1 && self.drops(path, &c.args[0]) => {
                let dropped = self.operand(&c.args[0]);
                self.discard(Some(dropped));
                Some(super::stmt::native_op(self.unit()))
            }
            Some("convert") if name == "identity" && c.args.len() == 1 && is_standard(path) => {
                Some(Op::Use(self.operand(&c.args[0])))
            }
            Some("mem" | "ptr" | "cmp" | "iter" | "slice" | "thread" | "process") => {
                self.cx.error(
                    path,
                    format!("`{}` of active values is not differentiable: use operators, assignments and loops", name),
                );
                None
            }
            Some(owner) if is_nalgebra => self.constructor(c, path, owner, &name),
            Some("Box") if name == "new" && c.args.len() == 1 => {
                let args = self.operands(c.args.iter());
                Some(Op::Aggregate { args, slots: vec![Slot::Boxed], form: Form::Path(path.clone()) })
            }
            _ if matches!(name.as_str(), "Some" | "Ok") && c.args.len() == 1 => {
                let args = self.operands(c.args.iter());
                Some(Op::Aggregate { args, slots: vec![Slot::Payload], form: Form::Path(path.clone()) })
            }
            _ if starts_uppercase(&name) => self.tuple_like(c, path),
            _ => {
                if owner.as_deref().is_none_or(|o| o == "Self") && self.function == name {
                    self.recursive = true;
                }
                let args = self.arguments(c.args.iter(), |k| is_lent(owner.as_deref(), &name, k))?;
                Some(self.called(Callee::Path(path.clone()), args))
            }
        }
    }

    /// `Vector3::new(a, b, c)`, `DVector::from_vec(v)`, `SMatrix::from_fn(|i, j| ..)`
    fn constructor(&mut self, c: &ExprCall, path: &syn::ExprPath, owner: &str, name: &str) -> Option<Op> {
        let form = Form::Path(path.clone());
        match name {
            "new" => {
                let args = self.operands(c.args.iter());
                let slots = (0..args.len()).map(Slot::Argument).collect();
                Some(Op::Aggregate { args, slots, form })
            }
            "from_element" | "repeat" => {
                // the element is the last argument, the sizes come first
                let mut args = self.operands(c.args.iter());
                args.rotate_right(1);
                Some(self.rule("repeat", args, form))
            }
            // of a view: the numbers come first
            "from_slice" if owner.contains("View") => {
                let args = self.operands(c.args.iter());
                let view = self.temp(true, c.span());
                let op = self.rule("from_slice", args, form);
                self.emit(Kind::Let { var: view, ty: None, op });
                let copy = syn::Ident::new("clone_owned", c.span());
                Some(self.rule("own", vec![Operand::var(view)], Form::Method(copy, Default::default())))
            }
            "from_vec" | "from_diagonal" | "from_row_slice" | "from_column_slice" => {
                let mut args = self.operands(c.args.iter());
                args.rotate_right(1);
                if args.iter().skip(1).any(|a| a.place().is_some()) {
                    self.cx.error(
                        c,
                        format!("`{name}` takes its numbers as the last argument, and the sizes are constants"),
                    );
                    return None;
                }
                let rule = if name == "from_column_slice" { "from_slice" } else { name };
                // `Vector3::from_row_slice` and `DVector::from_row_slice` lie in memory as they are written
                Some(self.rule(rule, args, form))
            }
            "from_columns" | "from_rows" => {
                let elements = match c.args.first() {
                    Some(Expr::Reference(r)) => match &*r.expr {
                        Expr::Array(a) => Some(&a.elems),
                        _ => None,
                    },
                    _ => None,
                };
                let Some(elements) = elements else {
                    self.cx.error(&c.args, format!("write the vectors here: `{name}(&[a, b, c])`"));
                    return None;
                };
                let args = self.operands(elements.iter());
                let slot = if name == "from_columns" { Slot::Column } else { Slot::Row };
                Some(Op::Aggregate {
                    slots: (0..args.len()).map(slot).collect(),
                    args,
                    form: Form::PathOfArray(path.clone()),
                })
            }
            "from_fn" => self.by_entry(c, path),
            _ => {
                self.cx.error(
                    path,
                    format!("no derivative rule for `{owner}::{name}`: build it entry by entry, or by `from_fn`"),
                );
                None
            }
        }
    }

    // ---- closures --------------------------------------------------------------------------------------------------

    fn map(&mut self, m: &ExprMethodCall) -> Option<Op> {
        let closure = m.args.last().expect("a closure among the arguments");
        let sources = std::iter::once(&*m.receiver).chain(m.args.iter().take(m.args.len() - 1));
        let sources = self.operands(sources);
        let form = Form::Method(m.method.clone(), m.turbofish.to_token_stream());
        let lambda = self.lambda(closure, sources.iter().map(|s| matches!(s, Operand::Place(..))).collect())?;
        Some(Op::Map { sources, form, fixed: vec![], lambda })
    }

    fn by_entry(&mut self, c: &ExprCall, path: &syn::ExprPath) -> Option<Op> {
        let closure = c.args.last()?;
        let count = c.args.len() - 1;
        let fixed = self.operands(c.args.iter().take(count));
        let lambda = self.lambda(closure, vec![false, false])?;
        Some(Op::Map { sources: vec![], form: Form::Path(path.clone()), fixed, lambda })
    }

    fn lambda(&mut self, closure: &Expr, active: Vec<bool>) -> Option<Lambda> {
        let Expr::Closure(c) = closure else {
            self.cx.error(closure, "write the function as a closure here: `|x| f(x)`");
            return None;
        };
        let written = self.writes(closure).first().map(|v| users_name(&self.vars[v.0 as usize].name));
        if let Some(name) = written.or_else(|| self.written_cell(closure)) {
            self.cx.error(closure, format!("this closure changes `{name}`: write a loop instead"));
            return None;
        }
        if self.jumps(&c.body) {
            self.cx.error(&c.body, "`return` and `?` in a closure are not differentiable yet: make it an expression");
            return None;
        }
        let mut params = Vec::new();
        for (k, input) in c.inputs.iter().enumerate() {
            let ident = match input {
                Pat::Ident(p) => Some(p.ident.clone()),
                Pat::Type(t) => match &*t.pat {
                    Pat::Ident(p) => Some(p.ident.clone()),
                    _ => None,
                },
                Pat::Wild(w) => Some(syn::Ident::new("_unused", w.span())),
                _ => None,
            };
            let Some(ident) = ident else {
                self.cx.error(input, "give the closure's parameter a plain name; where it takes the items of an iterator that a function returns: let the function return a `Vec`, or write the iterator here");
                return None;
            };
            let active = active.get(k).copied().unwrap_or(false);
            let info = VarInfo { active, scalar: true, ..VarInfo::new(ident.clone()) };
            params.push(self.declare(&ident, info));
        }
        let mut result = self.unit();
        let body = self.nested(|l| result = l.operand(&c.body));
        Some(Lambda { params, body, result, native: Some(self.native(closure)) })
    }
}

/// `m.times(&m)`: what an argument borrows beside it a method can't ask for by `&mut`.
fn share_receiver(args: &mut [Arg]) {
    let Some((Arg::Operand(Operand::Place(receiver, pass @ Pass::Mut)), rest)) = args.split_first_mut() else { return };
    let borrows = |a: &Arg| matches!(a, Arg::Operand(Operand::Place(p, Pass::Ref)) if p.base == receiver.base && overlap(p, receiver));
    if rest.iter().any(borrows) {
        *pass = Pass::Ref;
    }
}

/// Whether one of two places of a variable lies in the other, as far as their fields say.
fn overlap(a: &Place, b: &Place) -> bool {
    let apart = |(a, b): (&Proj, &Proj)| matches!((a, b), (Proj::Field(a), Proj::Field(b)) if a != b);
    !a.proj.iter().zip(&b.proj).take_while(|(a, b)| matches!((a, b), (Proj::Field(_), Proj::Field(_)))).any(apart)
}

/// Whether the argument `k` of a function that is called by its path is a shared reference.
fn is_lent(owner: Option<&str>, name: &str, k: usize) -> Option<bool> {
    match owner {
        Some("Self") => seen::is_lent(Some(&seen::this_name()?), name, k),
        Some(owner) if starts_uppercase(owner) => seen::is_lent(Some(owner), name, k),
        // of whatever module
        _ => seen::is_lent(Some(""), name, k),
    }
}

/// Methods that begin a chain of iterators.
const CHAINS: &[&str] = &["iter", "iter_mut", "into_iter", "row_iter", "column_iter"];

/// `std::convert::identity`
fn is_standard(path: &syn::ExprPath) -> bool {
    path.path.segments.first().is_some_and(|s| s.ident == "std" || s.ident == "core")
}

fn starts_uppercase(name: &str) -> bool {
    name.chars().next().is_some_and(char::is_uppercase)
}

fn is_scalar_trait(name: &str) -> bool {
    matches!(name, "Real" | "RealField" | "ComplexField" | "Float" | "FloatCore")
}

fn owner_type(path: &syn::ExprPath) -> syn::Type {
    let mut path = path.path.clone();
    path.segments.pop();
    path.segments.pop_punct();
    syn::parse_quote!(#path)
}

pub(crate) fn is_matrix_type(name: &str) -> bool {
    let vector = name.trim_start_matches("Row");
    let named = matches!(name, "DMatrix" | "SMatrix" | "OMatrix" | "OVector" | "Matrix")
        || matches!(vector, "DVector" | "SVector" | "Vector")
        || vector
            .strip_prefix("Vector")
            .or(name.strip_prefix("Matrix"))
            .is_some_and(|n| n.chars().all(|c| c.is_ascii_digit() || c == 'x'));
    named && !crate::parts::seen::is_own_type(name)
}
