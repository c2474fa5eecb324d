//! What is made of a chain's items: sums, folds, lists.
use super::{Desugar, apply::Applied, bind::Item, chain, drive::Empty, jumps, selection};
use crate::{
    analysis::activity::{is_assignment, root},
    atom::{atom, tail},
    ctxt::users_name_in,
    parts::seen,
};
use syn::{Expr, ExprMethodCall, Ident, Pat, Stmt, Type, parse_quote, spanned::Spanned, visit::Visit};

/// Statements, and the value after them.
pub(super) struct Consumed {
    pub(super) stmts: Vec<Stmt>,
    pub(super) value: Expr,
}

impl Consumed {
    pub(super) fn block(self) -> Expr {
        let Consumed { stmts, value } = self;
        if stmts.is_empty() {
            return value;
        }
        let value = tail(&value);
        if is_unit(&value) { parse_quote!({ #(#stmts)* }) } else { parse_quote!({ #(#stmts)* #value }) }
    }
}

pub(super) fn is_unit(e: &Expr) -> bool {
    matches!(e, Expr::Tuple(t) if t.elems.is_empty())
}

/// The type in `.sum::<f64>()`.
fn turbofish(m: &ExprMethodCall) -> Option<&Type> {
    match m.turbofish.as_ref()?.args.first()? {
        syn::GenericArgument::Type(t) => Some(t),
        _ => None,
    }
}

fn type_name(ty: &Type) -> Option<String> {
    match ty {
        Type::Path(p) => p.path.segments.last().map(|s| s.ident.to_string()),
        Type::Group(g) => type_name(&g.elem),
        Type::Paren(g) => type_name(&g.elem),
        _ => None,
    }
}

/// `Vec<f64>`, `E` of `Result<Vec<f64>, E>`
fn argument(ty: &Type, k: usize) -> Option<&Type> {
    let Type::Path(p) = ty else { return None };
    match &p.path.segments.last()?.arguments {
        syn::PathArguments::AngleBracketed(a) => match a.args.iter().nth(k)? {
            syn::GenericArgument::Type(t) => Some(t),
            _ => None,
        },
        _ => None,
    }
}

/// A consumer that ends where something is empty.
struct Failing {
    result: bool,
    /// Whether all went well, or the error.
    state: Ident,
    label: syn::Lifetime,
    error: Ident,
    error_type: Type,
}

impl Failing {
    fn empty(&self) -> Empty<'_> {
        match self.result {
            true => Empty::Fail(&self.state, &self.label),
            false => Empty::Leave(&self.label),
        }
    }

    /// The loop, and the option or the result after it.
    fn consumed(self, first: Stmt, inner: Vec<Stmt>, value: Expr) -> Consumed {
        let Failing { result, state, label, error, error_type } = self;
        if result {
            let stmts = vec![
                first,
                parse_quote!(let mut #state: ::core::option::Option<#error_type> = None;),
                parse_quote!(#label: { #(#inner)* }),
            ];
            let value = parse_quote!(match #state { None => Ok(#value), Some(#error) => Err(#error) });
            return Consumed { stmts, value };
        }
        let stmts =
            vec![first, parse_quote!(let mut #state = false;), parse_quote!(#label: { #(#inner)* #state = true; })];
        Consumed { stmts, value: parse_quote!(if #state { Some(#value) } else { None }) }
    }
}

impl<'a> Desugar<'a> {
    /// Whether derivatives travel through the expression, or it changes what carries them.
    pub(super) fn relevant(&self, e: &Expr) -> bool {
        self.active.carries(e) || self.changes(e)
    }

    /// Whether an expression changes what carries derivatives, by the look of it.
    pub(super) fn changes(&self, e: &Expr) -> bool {
        struct Changes<'s, 'a>(&'s Desugar<'a>, bool, Vec<String>);
        impl Changes<'_, '_> {
            fn change(&mut self, e: &Expr) {
                self.1 |= root(e).is_some_and(|i| self.0.active.contains(i) && !self.2.contains(&i.to_string()));
            }
        }
        impl Visit<'_> for Changes<'_, '_> {
            fn visit_expr_assign(&mut self, a: &syn::ExprAssign) {
                self.change(&a.left);
                syn::visit::visit_expr_assign(self, a);
            }
            fn visit_expr_binary(&mut self, b: &syn::ExprBinary) {
                if is_assignment(&b.op) {
                    self.change(&b.left);
                }
                syn::visit::visit_expr_binary(self, b);
            }
            fn visit_expr_reference(&mut self, r: &syn::ExprReference) {
                if r.mutability.is_some() {
                    self.change(&r.expr);
                }
                syn::visit::visit_expr_reference(self, r);
            }
            fn visit_expr_method_call(&mut self, m: &ExprMethodCall) {
                let name = m.method.to_string();
                if name.ends_with("_mut") || matches!(name.as_str(), "push" | "fill" | "swap" | "copy_from" | "extend")
                {
                    self.change(&m.receiver);
                }
                syn::visit::visit_expr_method_call(self, m);
            }
        }
        let mut changes = Changes(self, false, jumps::states(e));
        changes.visit_expr(e);
        changes.1
    }

    /// A chain that is consumed; `None` where it is something else, or carries nothing.
    pub(super) fn consumer(&mut self, m: &ExprMethodCall, ty: Option<&Type>) -> Option<Consumed> {
        let whole = Expr::MethodCall(m.clone());
        let name = m.method.to_string();
        let args: Vec<Expr> = m.args.iter().cloned().collect();
        if name == "extend" && args.len() == 1 && chain::is_chain(&args[0]) && self.relevant(&whole) {
            let target = &m.receiver;
            let references = hands_out_references(&args[0]);
            let stmts = self.drive(&args[0], &mut |_, item| {
                let e = item.expr();
                // a vector takes references to numbers too
                Some(vec![if references {
                    parse_quote!(#target.push((#e).clone());)
                } else {
                    parse_quote!(#target.push(#e);)
                }])
            })?;
            return Some(Consumed { stmts, value: parse_quote!(()) });
        }
        if let Some(found) = self.chosen(m) {
            return Some(found);
        }
        if !chain::is_chain(&m.receiver) || chain::is_chain(&whole) || !self.relevant(&whole) {
            return None;
        }
        if let Some(name) = jumps::moved_and_changed(&whole, None, &self.mutable) {
            let name = users_name_in(&whole, &name);
            self.error(
                &m.method,
                format!(
                    "a `move` closure here captures `{name}`, which changes meanwhile: bind its value by `let` first"
                ),
            );
            return None;
        }
        let ty = turbofish(m).filter(|t| !matches!(t, Type::Infer(_))).or(ty);
        let span = m.method.span();
        match (name.as_str(), &args[..]) {
            ("sum" | "product", []) => self.total(m, ty),
            ("fold", [init, f]) => self.fold(m, init, f, ty),
            ("for_each", [f]) => {
                let stmts = self.drive(&m.receiver, &mut |s, item| {
                    let Applied { mut stmts, value } = s.apply(f, vec![item])?;
                    if !is_unit(&value) {
                        stmts.push(Stmt::Expr(value, Some(Default::default())));
                    }
                    Some(stmts)
                })?;
                Some(Consumed { stmts, value: parse_quote!(()) })
            }
            ("collect", []) => match ty.and_then(type_name).as_deref() {
                None | Some("Vec" | "VecDeque") => self.list(&m.receiver, ty, span),
                Some("Option" | "Result") => self.whole_list(m, ty?),
                Some("Box") => self.list(&m.receiver, None, span).map(|Consumed { stmts, value }| Consumed {
                    stmts,
                    value: parse_quote!(#value.into_boxed_slice()),
                }),
                Some(other) => {
                    self.error(&m.method, format!("collecting active values into a `{other}` is not differentiable yet: collect into a `Vec`, or write the loop"));
                    None
                }
            },
            ("reduce", [f]) => {
                let out = self.fresh("reduced", true, span);
                let mut stmts: Vec<Stmt> = vec![parse_quote!(let mut #out = None;)];
                stmts.extend(self.drive(&m.receiver, &mut |s, item| {
                    let so_far = s.fresh("so_far", true, span);
                    let e = item.expr();
                    let next = s.apply(f, vec![Item::ident(&so_far), item])?.block();
                    Some(vec![parse_quote!(#out = Some(match #out { Some(#so_far) => #next, None => #e });)])
                })?);
                Some(Consumed { stmts, value: parse_quote!(#out) })
            }
            ("find_map", [f]) => {
                let (out, label) = (self.fresh("found", true, span), self.label("finding"));
                let mut stmts: Vec<Stmt> = vec![parse_quote!(let mut #out = None;)];
                let inner = self.drive(&m.receiver, &mut |s, item| {
                    let applied = s.apply(f, vec![item])?.block();
                    let value = s.fresh("value", true, span);
                    Some(vec![parse_quote!(if let Some(#value) = #applied { #out = Some(#value); break #label; })])
                })?;
                stmts.extend(super::drive::labelled(&label, inner));
                Some(Consumed { stmts, value: parse_quote!(#out) })
            }
            ("try_fold", [init, f]) => self.try_fold(m, init, f, ty),
            ("try_for_each", [f]) => self.try_for_each(m, f, ty),
            ("unzip", []) => self.unzip(m),
            ("partition", [f]) => self.partition(m, f),
            ("len" | "size_hint", []) => None,
            _ if selection::is_selection(m) => self.selected(m),
            ("any" | "all", [f]) => self.decided(m, f),
            ("count" | "position" | "rposition", _) => {
                self.error(
                    &m.method,
                    format!("what the closures change while `{name}` runs is not followed: write the loop"),
                );
                None
            }
            _ => {
                self.error(&m.method, format!("`{name}` of an iterator over active values is not differentiable: write the loop (`for v in x.iter() {{ .. }}`)"));
                None
            }
        }
    }

    /// `sum`, `product`
    fn total(&mut self, m: &ExprMethodCall, ty: Option<&Type>) -> Option<Consumed> {
        let product = m.method == "product";
        if let Some(ty) = ty
            && matches!(type_name(ty).as_deref(), Some("Option" | "Result"))
        {
            return self.whole_total(m, ty);
        }
        let total = self.fresh(if product { "product" } else { "sum" }, true, m.method.span());
        let mut stmts: Vec<Stmt> = vec![match ty {
            // what `std` starts from
            None => {
                if product {
                    parse_quote!(let mut #total = 1.0;)
                } else {
                    parse_quote!(let mut #total = -0.0;)
                }
            }
            Some(t) if matches!(type_name(t).as_deref(), Some("f32" | "f64")) => {
                if product {
                    parse_quote!(let mut #total: #t = 1.0;)
                } else {
                    parse_quote!(let mut #total: #t = -0.0;)
                }
            }
            Some(t) if matches!(type_name(t).as_deref(), Some("DVector" | "DMatrix")) => {
                self.error(&m.method, "write this sum as a loop");
                return None;
            }
            Some(t) => {
                let first: Expr = match seen::total(if product { "Product" } else { "Sum" }, t) {
                    Some(true) if product => parse_quote!(::core::iter::empty::<#t>().product()),
                    Some(true) => parse_quote!(::core::iter::empty::<#t>().sum()),
                    Some(false) => {
                        self.error(
                            &m.method,
                            format!(
                                "whether this `{0}` goes one item after the other is not seen: write it as a `fold`, or the type's `{0}` as \
                                 `items.fold(first, |a, b| a {1} b)`",
                                m.method,
                                if product { '*' } else { '+' }
                            ),
                        );
                        return None;
                    }
                    None if product => parse_quote!(::autodiff_core::rules::product_of_none::<#t>()),
                    None => parse_quote!(::autodiff_core::rules::sum_of_none::<#t>()),
                };
                parse_quote!(let mut #total: #t = #first;)
            }
        }];
        stmts.extend(self.drive(&m.receiver, &mut |_, item| {
            let e = item.expr();
            Some(vec![if product { parse_quote!(#total *= #e;) } else { parse_quote!(#total += #e;) }])
        })?);
        Some(Consumed { stmts, value: parse_quote!(#total) })
    }

    /// `sum::<Option<f64>>()`: nothing as soon as an item is nothing.
    fn whole_total(&mut self, m: &ExprMethodCall, ty: &Type) -> Option<Consumed> {
        let product = m.method == "product";
        let failing = self.failing(m, &parse_quote!(total), Some(ty))?;
        let total = self.fresh(if product { "product" } else { "sum" }, true, m.method.span());
        let start: Expr = if product { parse_quote!(1.0) } else { parse_quote!(-0.0) };
        let first = match argument(ty, 0).filter(|t| !matches!(t, Type::Infer(_))) {
            Some(t) => parse_quote!(let mut #total: #t = #start;),
            None => parse_quote!(let mut #total = #start;),
        };
        let inner = self.drive(&m.receiver, &mut |s, item| {
            s.when_full(item.expr(), &failing.empty(), &mut |_, v| {
                let e = v.expr();
                Some(vec![if product { parse_quote!(#total *= #e;) } else { parse_quote!(#total += #e;) }])
            })
        })?;
        Some(failing.consumed(first, inner, parse_quote!(#total)))
    }

    /// The accumulator of a `fold` is a variable, named as the closure names it; a pair is two variables.
    fn fold(&mut self, m: &ExprMethodCall, init: &Expr, f: &Expr, result: Option<&Type>) -> Option<Consumed> {
        let span = m.method.span();
        let Expr::Closure(c) = chain::strip(f) else {
            let acc = self.fresh("acc", true, span);
            let mut stmts: Vec<Stmt> = vec![match result {
                Some(t) => parse_quote!(let mut #acc: #t = #init;),
                None => parse_quote!(let mut #acc = #init;),
            }];
            stmts.extend(self.drive(&m.receiver, &mut |s, item| {
                let Applied { mut stmts, value } = s.apply(f, vec![Item::ident(&acc), item])?;
                stmts.push(parse_quote!(#acc = #value;));
                Some(stmts)
            })?);
            return Some(Consumed { stmts, value: parse_quote!(#acc) });
        };
        if c.inputs.len() != 2 {
            self.error(c, "this closure takes another number of arguments");
            return None;
        }
        let (pat, ty) = match &c.inputs[0] {
            Pat::Type(t) => (&*t.pat, Some(&*t.ty)),
            pat => (pat, result),
        };
        // the closure without its first parameter: that is a variable around the loop
        let mut rest = c.clone();
        rest.inputs = rest.inputs.into_iter().skip(1).collect();
        let rest = Expr::Closure(rest);
        let typed = |name: &Ident, init: &Expr| -> Stmt {
            match ty {
                Some(t) => parse_quote!(let mut #name: #t = #init;),
                None => parse_quote!(let mut #name = #init;),
            }
        };
        match (pat, chain::strip(init)) {
            (Pat::Ident(p), _) if p.by_ref.is_none() && p.subpat.is_none() => {
                let acc = &p.ident;
                let mut stmts = vec![typed(acc, init)];
                stmts.extend(self.drive(&m.receiver, &mut |s, item| {
                    let Applied { mut stmts, value } = s.apply(&rest, vec![item])?;
                    if !matches!(&value, Expr::Path(v) if v.path.is_ident(acc)) {
                        stmts.push(parse_quote!(#acc = #value;));
                    }
                    Some(stmts)
                })?);
                Some(Consumed { stmts, value: parse_quote!(#acc) })
            }
            (Pat::Tuple(p), Expr::Tuple(t))
                if p.elems.len() == t.elems.len() && p.elems.iter().all(|p| matches!(p, Pat::Ident(_))) =>
            {
                let names: Vec<Ident> = p
                    .elems
                    .iter()
                    .filter_map(|p| match p {
                        Pat::Ident(i) => Some(i.ident.clone()),
                        _ => None,
                    })
                    .collect();
                let types: Vec<Option<Type>> = match ty {
                    Some(Type::Tuple(types)) if types.elems.len() == names.len() => {
                        types.elems.iter().cloned().map(Some).collect()
                    }
                    _ => names.iter().map(|_| None).collect(),
                };
                let mut stmts: Vec<Stmt> = Vec::new();
                for ((name, init), ty) in names.iter().zip(&t.elems).zip(&types) {
                    stmts.push(match ty {
                        Some(ty) => parse_quote!(let mut #name: #ty = #init;),
                        None => parse_quote!(let mut #name = #init;),
                    });
                }
                stmts.extend(self.drive(&m.receiver, &mut |s, item| {
                    let Applied { mut stmts, value } = s.apply(&rest, vec![item])?;
                    stmts.extend(s.stored(&names, value));
                    Some(stmts)
                })?);
                Some(Consumed { stmts, value: parse_quote!((#(#names),*)) })
            }
            _ => {
                let acc = self.fresh("acc", true, span);
                let mut stmts = vec![typed(&acc, init)];
                let f = Expr::Closure(c.clone());
                stmts.extend(self.drive(&m.receiver, &mut |s, item| {
                    let Applied { mut stmts, value } = s.apply(&f, vec![Item::ident(&acc), item])?;
                    stmts.push(parse_quote!(#acc = #value;));
                    Some(stmts)
                })?);
                Some(Consumed { stmts, value: parse_quote!(#acc) })
            }
        }
    }

    /// A `try_fold` is empty as soon as its closure hands out something empty.
    fn try_fold(&mut self, m: &ExprMethodCall, init: &Expr, f: &Expr, ty: Option<&Type>) -> Option<Consumed> {
        let (acc, failing) = (self.fresh("acc", true, m.method.span()), self.failing(m, f, ty)?);
        let inner = self.drive(&m.receiver, &mut |s, item| {
            let Applied { mut stmts, value } = s.apply(f, vec![Item::ident(&acc), item])?;
            stmts.extend(s.when_full(value, &failing.empty(), &mut |_, next| {
                let e = next.expr();
                Some(vec![parse_quote!(#acc = #e;)])
            })?);
            Some(stmts)
        })?;
        Some(failing.consumed(parse_quote!(let mut #acc = #init;), inner, parse_quote!(#acc)))
    }

    fn try_for_each(&mut self, m: &ExprMethodCall, f: &Expr, ty: Option<&Type>) -> Option<Consumed> {
        let failing = self.failing(m, f, ty)?;
        let inner = self.drive(&m.receiver, &mut |s, item| {
            let Applied { mut stmts, value } = s.apply(f, vec![item])?;
            stmts.extend(s.when_full(value, &failing.empty(), &mut |_, _| Some(vec![]))?);
            Some(stmts)
        })?;
        Some(failing.consumed(Stmt::Expr(parse_quote!({}), None), inner, parse_quote!(())))
    }

    /// `collect::<Option<Vec<_>>>()`, `collect::<Result<Vec<_>, E>>()`
    fn whole_list(&mut self, m: &ExprMethodCall, ty: &Type) -> Option<Consumed> {
        let failing = self.failing(m, &parse_quote!(collect), Some(ty))?;
        let inside = argument(ty, 0);
        let (list, first, push) = self.empty_list(inside.filter(|t| !matches!(t, Type::Infer(_))), m.method.span());
        let mut pushed = |_: &mut Self, item: Item| {
            let e = item.expr();
            Some(vec![parse_quote!(#list.#push(#e);)])
        };
        let inner = match chain::strip(&m.receiver) {
            // no option is made where it is looked into at once
            Expr::MethodCall(map) if map.method == "map" && map.args.len() == 1 => {
                self.drive(&map.receiver, &mut |s, item| {
                    let Applied { mut stmts, value } = s.apply(&map.args[0], vec![item])?;
                    stmts.extend(s.when_full(value, &failing.empty(), &mut pushed)?);
                    Some(stmts)
                })?
            }
            chain => self.drive(chain, &mut |s, item| s.when_full(item.expr(), &failing.empty(), &mut pushed))?,
        };
        Some(failing.consumed(first, inner, parse_quote!(#list)))
    }

    /// Whether a consumer that may fail hands out an option or a result, by its type or by what its closure looks like.
    fn failing(&mut self, m: &ExprMethodCall, f: &Expr, ty: Option<&Type>) -> Option<Failing> {
        let text = quote::ToTokens::to_token_stream(f).to_string();
        let says = |words: &[&str]| words.iter().any(|w| text.split(|c: char| !c.is_alphanumeric()).any(|t| t == *w));
        let result = match ty.and_then(type_name).as_deref() {
            Some("Result") => true,
            Some("Option") => false,
            _ if says(&["Ok", "Err", "Result"]) => true,
            _ if says(&["Some", "None", "then", "then_some", "Option"]) => false,
            _ => {
                self.error(&m.method, format!("`{}` is understood where the closure hands out `Some` and `None`, or `Ok` and `Err`: write the loop", m.method));
                return None;
            }
        };
        let span = m.method.span();
        let state = self.fresh(if result { "failure" } else { "whole" }, false, span);
        let output = match chain::strip(f) {
            Expr::Closure(syn::ExprClosure { output: syn::ReturnType::Type(_, t), .. }) => Some(&**t),
            _ => None,
        };
        let error_type = ty.or(output).and_then(|t| argument(t, 1)).cloned().unwrap_or(parse_quote!(_));
        let (label, error) = (self.label("trying"), self.fresh("error", false, span));
        Some(Failing { result, state, label, error, error_type })
    }

    /// `(a, b) = value;` in the branches of the value, so that each part is assigned on its own.
    fn stored(&mut self, names: &[Ident], value: Expr) -> Vec<Stmt> {
        match value {
            Expr::Paren(p) => self.stored(names, *p.expr),
            Expr::If(mut i) if i.else_branch.is_some() => {
                self.store_tail(names, &mut i.then_branch);
                if let Some((_, els)) = &mut i.else_branch {
                    let stmts = self.stored(names, (**els).clone());
                    **els = parse_quote!({ #(#stmts)* });
                }
                vec![Stmt::Expr(Expr::If(i), None)]
            }
            Expr::Block(b) if b.label.is_none() => {
                let mut block = b.block;
                self.store_tail(names, &mut block);
                vec![parse_quote!(#block)]
            }
            Expr::Tuple(t) if t.elems.len() == names.len() => {
                let same = |n: &Ident, e: &Expr| matches!(e, Expr::Path(p) if p.path.is_ident(n));
                let changed: Vec<(&Ident, &Expr)> = names.iter().zip(&t.elems).filter(|(n, e)| !same(n, e)).collect();
                match &changed[..] {
                    [] => vec![],
                    [(n, e)] => vec![parse_quote!(#n = #e;)],
                    _ => {
                        let (n, e): (Vec<_>, Vec<_>) = changed.into_iter().unzip();
                        vec![parse_quote!((#(#n),*) = (#(#e),*);)]
                    }
                }
            }
            value => vec![parse_quote!((#(#names),*) = #value;)],
        }
    }

    fn store_tail(&mut self, names: &[Ident], block: &mut syn::Block) {
        if let Some(Stmt::Expr(e, None)) = block.stmts.last().cloned() {
            block.stmts.pop();
            block.stmts.extend(self.stored(names, e));
        }
    }

    /// `collect::<Vec<_>>()`, `collect::<VecDeque<_>>()`
    pub(super) fn list(&mut self, e: &Expr, ty: Option<&Type>, span: proc_macro2::Span) -> Option<Consumed> {
        let references = matches!(ty.and_then(|t| argument(t, 0)), Some(Type::Reference(_)));
        if references || hands_out_references(e) {
            let hint = "a list of references into active values has no derivative: collect the values (`.copied()`, `.cloned()`)";
            self.error(chain::strip(e), hint);
            return None;
        }
        let (list, first, push) = self.empty_list(ty, span);
        let mut stmts = vec![first];
        stmts.extend(self.drive(e, &mut |_, item| {
            let e = item.expr();
            Some(vec![parse_quote!(#list.#push(#e);)])
        })?);
        Some(Consumed { stmts, value: parse_quote!(#list) })
    }

    /// The variable of a list, the statement that makes it, and the method that adds to it.
    fn empty_list(&mut self, ty: Option<&Type>, span: proc_macro2::Span) -> (Ident, Stmt, Ident) {
        let list = self.fresh("list", true, span);
        let (made, push): (Expr, &str) = match ty.and_then(type_name).as_deref() {
            Some("VecDeque") => (parse_quote!(::std::collections::VecDeque::new()), "push_back"),
            _ => (parse_quote!(::std::vec::Vec::new()), "push"),
        };
        let first = match ty {
            Some(t) => parse_quote!(let mut #list: #t = #made;),
            None => parse_quote!(let mut #list = #made;),
        };
        (list, first, Ident::new(push, span))
    }

    /// `[a, b].concat()`, `rows.concat()`
    pub(super) fn joined(&mut self, m: &ExprMethodCall) -> Option<Expr> {
        if m.method != "concat" || !m.args.is_empty() || !self.relevant(&m.receiver) {
            return None;
        }
        let span = m.method.span();
        let (list, part) = (self.fresh("list", true, span), self.fresh("part", true, span));
        let elements = match chain::strip(&m.receiver) {
            Expr::Array(a) => Some(a.elems.clone()),
            Expr::Macro(v) if v.mac.path.is_ident("vec") => {
                v.mac.parse_body_with(syn::punctuated::Punctuated::<Expr, syn::Token![,]>::parse_terminated).ok()
            }
            _ => None,
        };
        let mut stmts: Vec<Stmt> = vec![parse_quote!(let mut #list = ::std::vec::Vec::new();)];
        match elements {
            Some(elements) => {
                for e in elements {
                    let part = self.fresh("part", true, span);
                    stmts.push(parse_quote!(let #part = #e;));
                    stmts.push(parse_quote!(#list.extend_from_slice(&#part[..]);));
                }
            }
            // what has a name stays where it is
            None if matches!(chain::strip(&m.receiver), Expr::Path(_) | Expr::Field(_) | Expr::Index(_)) => {
                let rows = &m.receiver;
                stmts.push(parse_quote!(for #part in #rows.iter() { #list.extend_from_slice(&#part[..]); }));
            }
            None => {
                let (rows, parts) = (&m.receiver, self.fresh("parts", true, span));
                stmts.push(parse_quote!(let #parts = #rows;));
                stmts.push(parse_quote!(for #part in #parts.iter() { #list.extend_from_slice(&#part[..]); }));
            }
        }
        Some(parse_quote!({ #(#stmts)* #list }))
    }

    /// `list.try_into().unwrap()` where an array is expected.
    pub(super) fn array_of(&mut self, m: &ExprMethodCall, ty: Option<&Type>) -> Option<Expr> {
        let (Some(Type::Array(array)), Expr::MethodCall(into)) = (ty, chain::strip(&m.receiver)) else { return None };
        let unwrapped = matches!(m.method.to_string().as_str(), "unwrap" | "expect") && into.method == "try_into";
        let written = matches!(chain::strip(&into.receiver), Expr::Reference(_) | Expr::Index(_));
        if !unwrapped || written || !self.relevant(&into.receiver) {
            return None;
        }
        let span = m.method.span();
        let (list, out) = (self.fresh("list", true, span), self.fresh("array", true, span));
        let source = &into.receiver;
        Some(parse_quote!({
            let #list = #source;
            let #out: #array = #list[..].try_into().unwrap();
            #out
        }))
    }

    fn two_lists(&mut self, m: &ExprMethodCall) -> (Ident, Ident, Vec<Stmt>) {
        let (a, b) = (self.fresh("first", true, m.method.span()), self.fresh("second", true, m.method.span()));
        let stmts = vec![
            parse_quote!(let mut #a = ::std::vec::Vec::new();),
            parse_quote!(let mut #b = ::std::vec::Vec::new();),
        ];
        (a, b, stmts)
    }

    fn unzip(&mut self, m: &ExprMethodCall) -> Option<Consumed> {
        let (a, b, mut stmts) = self.two_lists(m);
        stmts.extend(self.drive(&m.receiver, &mut |_, item| match item {
            Item::Pair(x, y) => {
                let (x, y) = (x.expr(), y.expr());
                Some(vec![parse_quote!(#a.push(#x);), parse_quote!(#b.push(#y);)])
            }
            item => {
                let e = atom(&item.expr());
                Some(vec![parse_quote!(#a.push(#e.0);), parse_quote!(#b.push(#e.1);)])
            }
        })?);
        Some(Consumed { stmts, value: parse_quote!((#a, #b)) })
    }

    fn partition(&mut self, m: &ExprMethodCall, f: &Expr) -> Option<Consumed> {
        if chain::hands_out_references(&m.receiver) {
            let hint = "lists of references into active values have no derivative: collect the values, `.copied()` or `.cloned()`";
            self.error(&m.method, hint);
            return None;
        }
        let (a, b, mut stmts) = self.two_lists(m);
        stmts.extend(self.drive(&m.receiver, &mut |s, item| {
            let cond = s.decide(f, vec![item.by_ref()])?;
            let e = item.expr();
            Some(vec![parse_quote!(if #cond { #a.push(#e); } else { #b.push(#e); })])
        })?);
        Some(Consumed { stmts, value: parse_quote!((#a, #b)) })
    }

    /// `DVector::from_iterator(n, chain)`, `Vec::from_iter(chain)`
    pub(super) fn constructor(&mut self, c: &syn::ExprCall) -> Option<Expr> {
        let Expr::Path(path) = &*c.func else { return None };
        let name = path.path.segments.last()?.ident.to_string();
        let owner = path.path.segments.iter().rev().nth(1).map(|s| s.ident.to_string());
        let chain = c.args.last().filter(|a| chain::is_chain(a))?;
        if !matches!(name.as_str(), "from_iterator" | "from_iter") || !self.relevant(&Expr::Call(c.clone())) {
            return None;
        }
        let sizes: Vec<&Expr> = c.args.iter().take(c.args.len() - 1).collect();
        let list = self.list(chain, None, c.func.span())?;
        if name == "from_iter" {
            if owner.as_deref() != Some("Vec") {
                self.error(&c.func, "collect active values into a `Vec`, or write the loop");
                return None;
            }
            return Some(list.block());
        }
        let Consumed { mut stmts, value } = list;
        let mut to = path.clone();
        let last = to.path.segments.last_mut().expect("a name");
        last.ident = Ident::new("from_column_slice", last.ident.span());
        last.arguments = syn::PathArguments::None;
        let vector = owner.as_deref().is_some_and(|o| o.starts_with("DVector") || o.starts_with("RowDVector"));
        let count = match (&sizes[..], vector) {
            ([n], true) => Some(atom(n)),
            ([r, c], _) => {
                let (r, c) = (atom(r), atom(c));
                Some(parse_quote!(#r * #c))
            }
            _ => None::<Expr>,
        };
        if let Some(count) = count {
            stmts.push(parse_quote!(assert!(#value.len() == #count, "an iterator of as many items as the matrix has entries");));
        }
        let whole: Expr = match (&sizes[..], vector) {
            ([_], true) | ([], _) => parse_quote!(#to(&#value)),
            _ => parse_quote!(#to(#(#sizes,)* &#value)),
        };
        Some(parse_quote!({ #(#stmts)* #whole }))
    }

    /// `any` and `all` whose closure changes something: a loop that ends where they do.
    fn decided(&mut self, m: &ExprMethodCall, f: &Expr) -> Option<Consumed> {
        let any = m.method == "any";
        let (out, label) =
            (self.fresh(if any { "any" } else { "all" }, false, m.method.span()), self.label("deciding"));
        let inner = self.drive(&m.receiver, &mut |s, item| {
            let Applied { mut stmts, value } = s.apply(f, vec![item])?;
            let cond: Expr = if any { value } else { parse_quote!(!(#value)) };
            stmts.push(parse_quote!(if #cond { #out = #any; break #label; }));
            Some(stmts)
        })?;
        let mut stmts: Vec<Stmt> = vec![parse_quote!(let mut #out = !#any;)];
        stmts.extend(super::drive::labelled(&label, inner));
        Some(Consumed { stmts, value: parse_quote!(#out) })
    }
}

/// `x.iter().skip(1)`, as far as the text tells.
fn hands_out_references(chain: &Expr) -> bool {
    match chain {
        Expr::Paren(p) => hands_out_references(&p.expr),
        Expr::MethodCall(m) => match m.method.to_string().as_str() {
            "iter" => true,
            "rev" | "skip" | "take" | "step_by" | "chain" | "filter" | "take_while" | "skip_while" | "inspect"
            | "cycle" => hands_out_references(&m.receiver),
            _ => false,
        },
        _ => false,
    }
}
