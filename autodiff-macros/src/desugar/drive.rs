//! A chain as loops around a body that is run for each of its items.
use super::{
    Desugar,
    apply::Applied,
    bind::{Bound, Item},
    chain::{self, Indexable, Shape},
    jumps,
};
use crate::{
    atom::{atom, tail},
    ctxt::users_name_in,
};
use syn::{Expr, Ident, Lifetime, Stmt, parse_quote, spanned::Spanned, visit_mut::VisitMut};

/// Writes what is done with an item.
pub(super) type Body<'b, 'a> = &'b mut dyn FnMut(&mut Desugar<'a>, Item) -> Option<Vec<Stmt>>;

impl<'a> Desugar<'a> {
    /// Statements that run `body` for each item; `None` after an error.
    pub(super) fn drive(&mut self, e: &Expr, body: Body<'_, 'a>) -> Option<Vec<Stmt>> {
        let e = chain::strip(e);
        if let Expr::Range(r) = e
            && r.end.is_none()
        {
            return self.count_up(r, body);
        }
        if let Expr::Call(c) = e
            && chain::iter_function(c).as_deref() == Some("once")
            && let [v] = c.args.iter().collect::<Vec<_>>()[..]
        {
            let mut stmts = Vec::new();
            let item = self.valued(v.clone(), &mut stmts);
            stmts.extend(body(self, item)?);
            return Some(vec![parse_quote!({ #(#stmts)* })]);
        }
        // an option is a container of one or none
        if let Expr::MethodCall(m) = e
            && matches!(m.method.to_string().as_str(), "iter" | "into_iter" | "iter_mut")
            && let Some(reference) = self.is_option(&m.receiver)
        {
            let x = &m.receiver;
            return self.when_some(
                match (m.method.to_string().as_str(), reference) {
                    (_, true) => parse_quote!(#x),
                    ("iter", _) => parse_quote!(&#x),
                    ("iter_mut", _) => parse_quote!(&mut #x),
                    _ => parse_quote!(#x),
                },
                body,
                None,
            );
        }
        if let Some(indexable) = chain::indexable(e)
            && !self.opaque(&indexable.base)
        {
            return self.over(&indexable, body);
        }
        match e {
            Expr::MethodCall(m) if chain::is_runs(m) => self.runs(m, body),
            Expr::MethodCall(m) => self.adaptor(m, body),
            Expr::Call(c) => self.function_source(c, body),
            e => self.each(e, body),
        }
    }

    /// Bases whose reversed loop would not end, or which no loop over indices knows.
    fn opaque(&self, base: &Expr) -> bool {
        match chain::strip(base) {
            Expr::Range(r) => r.end.is_none(),
            Expr::MethodCall(m) if m.method == "cycle" => true,
            Expr::MethodCall(m) if matches!(m.method.to_string().as_str(), "skip" | "step_by" | "enumerate") => {
                self.opaque(&m.receiver)
            }
            _ => false,
        }
    }

    /// `x.chunk_by(f)`, `x.split(f)`: where the parts begin and end is found natively.
    fn runs(&mut self, m: &syn::ExprMethodCall, body: Body<'_, 'a>) -> Option<Vec<Stmt>> {
        let span = m.method.span();
        let (source, f) = (&m.receiver, &m.args[0]);
        let [x, all] = ["source", "runs"].map(|name| self.fresh(name, name == "source", span));
        let [k, from, to] = ["run", "from", "to"].map(|name| self.fresh(name, false, span));
        let find = if m.method == "split" { quote::quote!(splits) } else { quote::quote!(runs) };
        let inner = body(self, Item::Value(parse_quote!(&#x[#from..#to])))?;
        Some(vec![
            parse_quote!(let #x = &#source[..];),
            parse_quote!(let #all = ::autodiff_core::stop_gradient(::autodiff_core::rules::#find(#x, #f));),
            parse_quote!(for #k in 0..#all.len() { let (#from, #to) = #all[#k]; #(#inner)* }),
        ])
    }

    /// Anything that `for` takes.
    fn each(&mut self, e: &Expr, body: Body<'_, 'a>) -> Option<Vec<Stmt>> {
        let item = self.fresh("item", true, e.span());
        let inner = body(self, Item::ident(&item))?;
        Some(vec![parse_quote!(for #item in #e { #(#inner)* })])
    }

    fn over(&mut self, chain: &Indexable, body: Body<'_, 'a>) -> Option<Vec<Stmt>> {
        let base = &chain.base;
        let (mut before, mut inside) = (Vec::new(), Vec::new());
        let active = self.active.mentions(base);
        let (pat, item) = self.shaped(&chain.shape, active, &mut before, &mut inside)?;
        inside.extend(body(self, item)?);
        before.push(parse_quote!(for #pat in #base { #(#inside)* }));
        Some(before)
    }

    /// The pattern of a loop over the base, and the item made of what it binds.
    fn shaped(
        &mut self,
        shape: &Shape,
        active: bool,
        before: &mut Vec<Stmt>,
        inside: &mut Vec<Stmt>,
    ) -> Option<(syn::Pat, Item)> {
        let span = proc_macro2::Span::call_site();
        Some(match shape {
            Shape::Leaf => {
                let name = self.fresh("item", active, span);
                (parse_quote!(#name), Item::ident(&name))
            }
            Shape::Counter => {
                let name = self.fresh("index", false, span);
                (parse_quote!(#name), Item::ident(&name))
            }
            Shape::Beside(a, v) => {
                let (pat, a) = self.shaped(a, active, before, inside)?;
                let (_, b) = self.shaped(&Shape::Constant(v.clone()), active, before, inside)?;
                (pat, Item::pair(a, b))
            }
            Shape::Pair(a, b) => {
                let (p, a) = self.shaped(a, active, before, inside)?;
                let (q, b) = self.shaped(b, active, before, inside)?;
                (parse_quote!((#p, #q)), Item::pair(a, b))
            }
            Shape::Map(f, inner) => {
                let (pat, item) = self.shaped(inner, active, before, inside)?;
                let Applied { stmts, value } = self.apply(f, vec![item])?;
                inside.extend(stmts);
                (pat, self.valued(value, inside))
            }
            Shape::Owned(inner) => {
                let (pat, item) = self.shaped(inner, active, before, inside)?;
                let e = item.expr();
                let value = match item {
                    Item::Value(Expr::Reference(r)) => Item::Value((*r.expr).clone()),
                    _ => self.valued(parse_quote!((#e).clone()), inside),
                };
                (pat, value)
            }
            Shape::Constant(v) => {
                let name = self.fresh("repeated", true, v.span());
                before.push(parse_quote!(let #name = #v;));
                (parse_quote!(_), Item::Value(parse_quote!(#name.clone())))
            }
        })
    }

    /// A value as an item: pairs are kept apart, and what is computed gets a name.
    pub(super) fn valued(&mut self, value: Expr, stmts: &mut Vec<Stmt>) -> Item {
        match value {
            Expr::Paren(p) => self.valued(*p.expr, stmts),
            Expr::Tuple(t) if t.elems.len() == 2 => {
                let mut parts = t.elems.into_iter();
                let (a, b) = (parts.next().expect("two"), parts.next().expect("two"));
                let a = self.valued(a, stmts);
                let b = self.valued(b, stmts);
                Item::pair(a, b)
            }
            Expr::Path(_) | Expr::Lit(_) => Item::Value(value),
            value => {
                let name = self.fresh("mapped", true, value.span());
                stmts.push(parse_quote!(let #name = #value;));
                Item::ident(&name)
            }
        }
    }

    /// `a..`
    fn count_up(&mut self, r: &syn::ExprRange, body: Body<'_, 'a>) -> Option<Vec<Stmt>> {
        let (counter, now) = (self.fresh("counter", false, r.span()), self.fresh("count", false, r.span()));
        let start = r.start.as_deref()?;
        let inner = body(self, Item::ident(&now))?;
        Some(vec![
            parse_quote!(let mut #counter = #start;),
            parse_quote!(loop { let #now = #counter; #counter += 1; #(#inner)* }),
        ])
    }

    fn adaptor(&mut self, m: &syn::ExprMethodCall, body: Body<'_, 'a>) -> Option<Vec<Stmt>> {
        let name = m.method.to_string();
        let args: Vec<Expr> = m.args.iter().cloned().collect();
        let span = m.method.span();
        match (name.as_str(), &args[..]) {
            ("map", [f]) => self.drive(&m.receiver, &mut |s, item| {
                let Applied { mut stmts, value } = s.apply(f, vec![item])?;
                let item = s.valued(value, &mut stmts);
                stmts.extend(body(s, item)?);
                Some(stmts)
            }),
            ("filter", [f]) => self.drive(&m.receiver, &mut |s, item| {
                let cond = s.decide(f, vec![item.by_ref()])?;
                let inner = body(s, item)?;
                Some(vec![parse_quote!(if #cond { #(#inner)* })])
            }),
            ("filter_map", [f]) => self.drive(&m.receiver, &mut |s, item| {
                let Applied { mut stmts, value } = s.apply(f, vec![item])?;
                stmts.extend(s.when_some(value, body, None)?);
                Some(stmts)
            }),
            ("inspect", [f]) => self.drive(&m.receiver, &mut |s, item| {
                let Applied { stmts, value } = s.apply(f, vec![item.by_ref()])?;
                let (value, inner) = (tail(&value), body(s, item)?);
                Some(vec![parse_quote!({ #(#stmts)* #value; }), parse_quote!({ #(#inner)* })])
            }),
            ("flat_map", [f]) => self.drive(&m.receiver, &mut |s, item| {
                let Applied { mut stmts, value } = s.apply(f, vec![item])?;
                stmts.extend(s.drive(&value, body)?);
                Some(stmts)
            }),
            ("flatten", []) if self.hands_out_options(&m.receiver) => {
                self.drive(&m.receiver, &mut |s, item| s.when_some(item.expr(), body, None))
            }
            ("flatten", []) => self.drive(&m.receiver, &mut |s, item| s.drive(&item.expr(), body)),
            ("chain", [other]) => {
                let mut first = self.drive(&m.receiver, body)?;
                first.extend(self.drive(other, body)?);
                Some(first)
            }
            ("copied" | "cloned", []) => self.drive(&m.receiver, &mut |s, item| {
                let e = item.expr();
                let mut stmts = Vec::new();
                let item = s.valued(parse_quote!((#e).clone()), &mut stmts);
                stmts.extend(body(s, item)?);
                Some(stmts)
            }),
            ("into_iter" | "clone" | "fuse", []) => self.drive(&m.receiver, body),
            ("enumerate", []) => {
                let (counter, index) = (self.fresh("counter", false, span), self.fresh("index", false, span));
                let mut stmts: Vec<Stmt> = vec![parse_quote!(let mut #counter = 0_usize;)];
                stmts.extend(self.drive(&m.receiver, &mut |s, item| {
                    let inner = body(s, Item::pair(Item::ident(&index), item))?;
                    let mut all: Vec<Stmt> = vec![parse_quote!(let #index = #counter;), parse_quote!(#counter += 1;)];
                    all.extend(inner);
                    Some(all)
                })?);
                Some(stmts)
            }
            ("take_while", [f]) => {
                let label = self.label("taking");
                let stmts = self.drive(&m.receiver, &mut |s, item| {
                    let cond = s.decide(f, vec![item.by_ref()])?;
                    let mut all: Vec<Stmt> = vec![parse_quote!(if !(#cond) { break #label; })];
                    all.extend(body(s, item)?);
                    Some(all)
                })?;
                Some(labelled(&label, stmts))
            }
            ("skip_while", [f]) => {
                let skipping = self.fresh("skipping", false, span);
                let mut stmts: Vec<Stmt> = vec![parse_quote!(let mut #skipping = true;)];
                stmts.extend(self.drive(&m.receiver, &mut |s, item| {
                    let cond = s.decide(f, vec![item.by_ref()])?;
                    let inner = body(s, item)?;
                    Some(vec![
                        parse_quote!(if #skipping && !(#cond) { #skipping = false; }),
                        parse_quote!(if !#skipping { #(#inner)* }),
                    ])
                })?);
                Some(stmts)
            }
            ("map_while", [f]) => {
                let label = self.label("taking");
                let stmts = self.drive(&m.receiver, &mut |s, item| {
                    let Applied { mut stmts, value } = s.apply(f, vec![item])?;
                    stmts.extend(s.when_some(value, body, Some(&label))?);
                    Some(stmts)
                })?;
                Some(labelled(&label, stmts))
            }
            ("scan", [init, f]) => self.scan(m, init, f, body),
            ("take", [n]) => {
                let (label, left) = (self.label("taking"), self.fresh("taken", false, span));
                let limit = self.fresh("limit", false, span);
                let stmts = self.drive(&m.receiver, &mut |s, item| {
                    let mut all: Vec<Stmt> = vec![parse_quote!(#left += 1;)];
                    all.extend(body(s, item)?);
                    // here, and not before the next item: what makes items runs no further
                    all.push(parse_quote!(if #left == #limit { break #label; }));
                    Some(all)
                })?;
                let stmts = labelled(&label, stmts);
                Some(vec![
                    parse_quote!(let #limit: usize = #n;),
                    parse_quote!(let mut #left = 0_usize;),
                    parse_quote!(if #limit > 0 { #(#stmts)* }),
                ])
            }
            ("skip", [n]) => {
                let (seen, limit) = (self.fresh("seen", false, span), self.fresh("limit", false, span));
                let mut stmts: Vec<Stmt> =
                    vec![parse_quote!(let #limit: usize = #n;), parse_quote!(let mut #seen = 0_usize;)];
                stmts.extend(self.drive(&m.receiver, &mut |s, item| {
                    let inner = body(s, item)?;
                    Some(vec![parse_quote!(#seen += 1;), parse_quote!(if #seen > #limit { #(#inner)* })])
                })?);
                Some(stmts)
            }
            ("step_by", [n]) => {
                let (seen, step) = (self.fresh("seen", false, span), self.fresh("step", false, span));
                let mut stmts: Vec<Stmt> =
                    vec![parse_quote!(let #step: usize = #n;), parse_quote!(let mut #seen = 0_usize;)];
                stmts.extend(self.drive(&m.receiver, &mut |s, item| {
                    let inner = body(s, item)?;
                    Some(vec![parse_quote!(#seen += 1;), parse_quote!(if (#seen - 1) % #step == 0 { #(#inner)* })])
                })?);
                Some(stmts)
            }
            ("cycle", []) => {
                let inner = self.drive(&m.receiver, body)?;
                Some(vec![parse_quote!(loop { #(#inner)* })])
            }
            ("rev", []) => match reversed(&m.receiver) {
                Some(turned) => self.drive(&turned, body),
                None => self.unknown(&m.method),
            },
            ("zip", [other]) => self.zip(m, other, body),
            _ => {
                if chain::is_chain(&Expr::MethodCall(m.clone())) || chain::is_chain(&m.receiver) {
                    self.unknown(&m.method)
                } else {
                    self.each(&Expr::MethodCall(m.clone()), body)
                }
            }
        }
    }

    pub(super) fn unknown(&mut self, method: &syn::Ident) -> Option<Vec<Stmt>> {
        self.error(method, format!("`{method}` of this iterator over active values is not differentiable: write the loop (`for v in x.iter() {{ .. }}`)"));
        None
    }

    /// `body` with what is in an option; where it is empty, out of the labelled block.
    pub(super) fn when_some(&mut self, option: Expr, body: Body<'_, 'a>, none: Option<&Lifetime>) -> Option<Vec<Stmt>> {
        self.when_full(option, &none.map_or(Empty::Skip, Empty::Leave), body)
    }

    /// `body` with what is in an option or a result.
    pub(super) fn when_full(&mut self, value: Expr, empty: &Empty<'_>, body: Body<'_, 'a>) -> Option<Vec<Stmt>> {
        Some(match chain::strip(&value) {
            e if empty.of(e).is_some() => empty.of(e)?,
            Expr::Block(b) if b.label.is_none() => {
                let mut stmts = b.block.stmts.clone();
                let Some(Stmt::Expr(last, None)) = stmts.pop() else { return self.opened(value, empty, body) };
                stmts.extend(self.when_full(last, empty, body)?);
                stmts
            }
            // `return None` of a closure, where that is all that it returns early
            Expr::Block(b) if empty.only_breaks(b) => {
                let mut block = b.block.clone();
                let label = b.label.as_ref().expect("just seen");
                empty.replace_breaks(&mut block, &label.name);
                let Some(Stmt::Expr(last, None)) = block.stmts.pop() else { return self.opened(value, empty, body) };
                let (stmts, rest) = (block.stmts, self.when_full(last, empty, body)?);
                match empty {
                    Empty::Skip => vec![parse_quote!(#label { #(#stmts)* #(#rest)* })],
                    _ => [stmts, rest].concat(),
                }
            }
            Expr::If(i) if i.else_branch.is_some() && (empty.ends(&i.then_branch) || empty.otherwise(i)) => {
                let then = Expr::Block(syn::ExprBlock { attrs: vec![], label: None, block: i.then_branch.clone() });
                let els = (*i.else_branch.as_ref().expect("just seen").1).clone();
                let (then, els) = (self.when_full(then, empty, body)?, self.when_full(els, empty, body)?);
                vec![either(&i.cond, &then, &els)]
            }
            e if empty.full(e).is_some() => {
                let mut stmts = Vec::new();
                let item = self.valued(empty.full(e)?, &mut stmts);
                stmts.extend(body(self, item)?);
                stmts
            }
            // `cond.then(|| value)`
            Expr::MethodCall(m)
                if matches!(m.method.to_string().as_str(), "then" | "then_some") && m.args.len() == 1 =>
            {
                let cond = &m.receiver;
                let Applied { mut stmts, value } = match m.method == "then" {
                    true => self.apply(&m.args[0], vec![])?,
                    false => Applied { stmts: vec![], value: m.args[0].clone() },
                };
                let item = self.valued(value, &mut stmts);
                stmts.extend(body(self, item)?);
                vec![either(cond, &stmts, &empty.exit(None))]
            }
            _ => return self.opened(value, empty, body),
        })
    }

    fn opened(&mut self, value: Expr, empty: &Empty<'_>, body: Body<'_, 'a>) -> Option<Vec<Stmt>> {
        let (maybe, item) = (self.fresh("maybe", true, value.span()), self.fresh("item", true, value.span()));
        let inner = body(self, Item::ident(&item))?;
        let mut stmts: Vec<Stmt> = vec![parse_quote!(let #maybe = #value;)];
        stmts.push(match empty {
            Empty::Skip => parse_quote!(if let Some(#item) = #maybe { #(#inner)* }),
            Empty::Leave(_) => {
                let exit = empty.exit(None);
                parse_quote!(if let Some(#item) = #maybe { #(#inner)* } else { #(#exit)* })
            }
            Empty::Fail(..) => {
                let error = self.fresh("error", false, value.span());
                let exit = empty.exit(Some(parse_quote!(#error)));
                parse_quote!(match #maybe { Ok(#item) => { #(#inner)* } Err(#error) => { #(#exit)* } })
            }
        });
        Some(stmts)
    }

    /// The state of a `scan` is a variable; the closure's `*state` is that variable.
    fn scan(&mut self, m: &syn::ExprMethodCall, init: &Expr, f: &Expr, body: Body<'_, 'a>) -> Option<Vec<Stmt>> {
        let label = self.label("taking");
        let state = self.fresh("state", true, m.method.span());
        let stmts = self.drive(&m.receiver, &mut |s, item| {
            let Applied { mut stmts, value } = s.apply(f, vec![Item::Value(parse_quote!(&mut #state)), item])?;
            let value = unreferenced(&state, &mut stmts, value);
            stmts.extend(s.when_some(value, body, Some(&label))?);
            Some(stmts)
        })?;
        let mut all: Vec<Stmt> = vec![parse_quote!(let mut #state = #init;)];
        all.extend(labelled(&label, stmts));
        Some(all)
    }

    /// A `zip` where not both sides are found by an index.
    fn zip(&mut self, m: &syn::ExprMethodCall, other: &Expr, body: Body<'_, 'a>) -> Option<Vec<Stmt>> {
        // the side that is not found by an index becomes a list first
        let (left, right) = (
            chain::indexable(&m.receiver),
            if chain::is_chain(other) { chain::indexable(other).is_some() } else { true },
        );
        let mut stmts = Vec::new();
        let mut listed = |s: &mut Self, e: &Expr, beside: &Expr| -> Option<Expr> {
            if chain::is_mutable(e) {
                s.error(e, "what a `zip` changes is found by an index: run over one row after the other (`for row in &mut rows`), and zip that");
                return None;
            }
            if chain::does_more(e) {
                s.error(e, "the closures of this iterator change something, and `zip` decides how often they run: write the loop");
                return None;
            }
            let e = &match chain::is_endless(e) {
                false => e.clone(),
                true => match chain::entry(beside, &parse_quote!(k)) {
                    Some((len, _)) => {
                        let e = atom(e);
                        parse_quote!(#e.take(#len))
                    }
                    None => {
                        s.error(e, "this iterator may have no end: say how many of its items there are, by `take`");
                        return None;
                    }
                },
            };
            let list = s.fresh("list", true, e.span());
            stmts.push(parse_quote!(let mut #list = ::std::vec::Vec::new();));
            // a list of references would have none for an adjoint
            let references = chain::hands_out_references(e);
            stmts.extend(s.drive(e, &mut |_, item| {
                let e = item.expr();
                Some(vec![match references {
                    true => parse_quote!(#list.push((*#e).clone());),
                    false => parse_quote!(#list.push(#e);),
                }])
            })?);
            Some(if references { parse_quote!(#list.iter()) } else { parse_quote!(#list.into_iter()) })
        };
        let a = if left.is_some() { atom(&m.receiver) } else { listed(self, &m.receiver, other)? };
        let b = if right { other.clone() } else { listed(self, other, &m.receiver)? };
        let zipped: Expr = parse_quote!(#a.zip(#b));
        if chain::indexable(&zipped).is_none() {
            self.unknown(&m.method);
            return None;
        }
        stmts.extend(self.drive(&zipped, body)?);
        Some(stmts)
    }

    /// `once(v)`, `repeat(v)`, `successors(first, next)`, `from_fn(next)`
    fn function_source(&mut self, c: &syn::ExprCall, body: Body<'_, 'a>) -> Option<Vec<Stmt>> {
        let args: Vec<Expr> = c.args.iter().cloned().collect();
        let span = c.func.span();
        let name = chain::iter_function(c);
        match (name.as_deref(), &args[..]) {
            (Some("empty"), []) => Some(vec![]),
            (Some("repeat"), [v]) => {
                let name = self.fresh("repeated", true, span);
                let inner = body(self, Item::Value(parse_quote!(#name.clone())))?;
                Some(vec![parse_quote!(let #name = #v;), parse_quote!(loop { #(#inner)* })])
            }
            (Some("repeat_with"), [f]) => {
                let Applied { mut stmts, value } = self.apply(f, vec![])?;
                let item = self.valued(value, &mut stmts);
                stmts.extend(body(self, item)?);
                Some(vec![parse_quote!(loop { #(#stmts)* })])
            }
            (Some("from_fn"), [f]) => {
                let label = self.label("taking");
                let Applied { mut stmts, value } = self.apply(f, vec![])?;
                stmts.extend(self.when_some(value, body, Some(&label))?);
                Some(vec![parse_quote!(#label: loop { #(#stmts)* })])
            }
            (Some("successors"), [first, f]) => self.successors(first, f, body),
            (Some(_), _) => {
                self.error(&c.func, "this iterator over active values is not differentiable: write the loop");
                None
            }
            (None, _) => self.each(&Expr::Call(c.clone()), body),
        }
    }

    fn successors(&mut self, first: &Expr, f: &Expr, body: Body<'_, 'a>) -> Option<Vec<Stmt>> {
        let span = first.span();
        let (state, item) = (self.fresh("state", true, span), self.fresh("item", true, span));
        let label = self.label("taking");
        let Applied { stmts, value } = self.apply(f, vec![Item::Value(parse_quote!(&#item))])?;
        let inner = body(self, Item::ident(&item))?;
        Some(match (called("Some", first), called("Some", &value)) {
            (Some(first), Some(next)) => vec![
                parse_quote!(let mut #state = #first;),
                parse_quote!(loop { let #item = #state; #(#stmts)* #state = #next; #(#inner)* }),
            ],
            _ => vec![
                parse_quote!(let mut #state = #first;),
                parse_quote!(#label: loop {
                    let #item = match #state { Some(value) => value, None => break #label };
                    #(#stmts)*
                    #state = #value;
                    #(#inner)*
                }),
            ],
        })
    }

    /// `for pat in chain { body }`
    /// `for a in v.as_mut_slice()` runs over `v.as_mut_slice().iter_mut()`.
    pub(super) fn slice_loop(&self, f: &syn::ExprForLoop) -> Option<Expr> {
        let Expr::MethodCall(m) = chain::strip(&f.expr) else { return None };
        let items: Ident = match m.method.to_string().as_str() {
            "as_mut_slice" => parse_quote!(iter_mut),
            "as_slice" => parse_quote!(iter),
            _ => return None,
        };
        if !m.args.is_empty() || !self.relevant(&f.expr) {
            return None;
        }
        let mut f = f.clone();
        *f.expr = parse_quote!(#m.#items());
        Some(Expr::ForLoop(f))
    }

    pub(super) fn for_loop(&mut self, f: &syn::ExprForLoop) -> Option<Expr> {
        if let Some(items) = self.option_items(&f.expr) {
            return self.for_loop(&syn::ExprForLoop { expr: Box::new(items), ..f.clone() });
        }
        let option = matches!(chain::strip(&f.expr), Expr::MethodCall(m) if self.is_option(&m.receiver).is_some());
        if !chain::is_chain(&f.expr) || !self.relevant(&f.expr) || is_plain(&f.expr, &f.pat) && !option {
            return None;
        }
        if let Some(name) = jumps::moved_and_changed(&f.expr, Some(&f.body), &self.mutable) {
            let name = users_name_in(f, &name);
            self.error(
                &f.expr,
                format!(
                    "a `move` closure here captures `{name}`, which changes meanwhile: bind its value by `let` first"
                ),
            );
            return None;
        }
        if let Some(name) = jumps::reassigned(&f.expr, &f.body).filter(|n| self.mutable.contains(n)) {
            let name = users_name_in(&f.expr, &name);
            self.error(&f.expr, format!("`{name}` is another one after an assignment in this loop: bind what the loop runs over by `let` first"));
            return None;
        }
        let (stop, next) = (self.label("stop"), self.label("next"));
        let mut user = f.body.clone();
        let mut jumps = jumps::LoopJumps::new(f.label.as_ref().map(|l| &l.name), &stop, &next);
        jumps.visit_block_mut(&mut user);
        let (stops, nexts) = (jumps.stops, jumps.nexts);
        let stmts = self.drive(&f.expr, &mut |_, item| {
            let mut bound = Bound::default();
            bound.bind(&f.pat, item);
            let mut user = user.clone();
            bound.resolve_block(&mut user);
            let mut stmts = bound.stmts;
            match nexts {
                true => stmts.push(Stmt::Expr(parse_quote!(#next: #user), None)),
                false => stmts.extend(ended(user.stmts)),
            }
            Some(stmts)
        })?;
        let stmts = if stops { labelled(&stop, stmts) } else { stmts };
        Some(match &stmts[..] {
            [Stmt::Expr(e @ Expr::ForLoop(_), _)] => e.clone(),
            _ => parse_quote!({ #(#stmts)* }),
        })
    }
}

/// Statements that something follows.
pub(super) fn ended(mut stmts: Vec<Stmt>) -> Vec<Stmt> {
    if let Some(Stmt::Expr(_, semi @ None)) = stmts.last_mut() {
        *semi = Some(Default::default());
    }
    stmts
}

/// Whether the lowering takes the loop as it is: a container and what is found by an index, taken apart in the head.
fn is_plain(e: &Expr, pat: &syn::Pat) -> bool {
    fn fits(shape: &Shape, pat: &syn::Pat) -> bool {
        match (shape, pat) {
            (Shape::Leaf | Shape::Counter, _) | (_, syn::Pat::Wild(_)) => true,
            (Shape::Pair(a, b), syn::Pat::Tuple(t)) => {
                t.elems.len() == 2 && fits(a, &t.elems[0]) && fits(b, &t.elems[1])
            }
            _ => false,
        }
    }
    fn endless(e: &Expr) -> bool {
        match chain::strip(e) {
            Expr::MethodCall(m) => m.method == "cycle" || m.method != "take" && endless(&m.receiver),
            _ => false,
        }
    }
    chain::indexable(e).is_some_and(|i| fits(&i.shape, pat) && !endless(e))
}

/// Statements that `break 'label` leaves.
pub(super) fn labelled(label: &Lifetime, mut stmts: Vec<Stmt>) -> Vec<Stmt> {
    let name: syn::Label = parse_quote!(#label:);
    match stmts.last_mut() {
        Some(Stmt::Expr(Expr::ForLoop(f), _)) if f.label.is_none() => f.label = Some(name),
        Some(Stmt::Expr(Expr::Loop(l), _)) if l.label.is_none() => l.label = Some(name),
        _ => return vec![parse_quote!(#label: { #(#stmts)* })],
    }
    // only the last loop is left by the label: what stands before it must not jump there
    let used = quote::ToTokens::to_token_stream(&syn::Block {
        brace_token: Default::default(),
        stmts: stmts[..stmts.len() - 1].to_vec(),
    })
    .to_string();
    if used.contains(&label.to_string()) {
        match stmts.last_mut() {
            Some(Stmt::Expr(Expr::ForLoop(f), _)) => f.label = None,
            Some(Stmt::Expr(Expr::Loop(l), _)) => l.label = None,
            _ => {}
        }
        return vec![parse_quote!(#label: { #(#stmts)* })];
    }
    stmts
}

/// `x.iter().filter(p).rev()` is `x.iter().rev().filter(p)`.
fn reversed(e: &Expr) -> Option<Expr> {
    let Expr::MethodCall(m) = chain::strip(e) else { return None };
    let name = m.method.to_string();
    match name.as_str() {
        "filter" | "filter_map" | "map" | "inspect" | "copied" | "cloned" => {
            let mut m = m.clone();
            *m.receiver = if chain::indexable(&m.receiver).is_some() {
                let inner = atom(&m.receiver);
                parse_quote!(#inner.rev())
            } else {
                reversed(&m.receiver)?
            };
            Some(Expr::MethodCall(m))
        }
        "chain" => {
            let turn = |e: &Expr| {
                let x = atom(e);
                if chain::indexable(e).is_some() { Some(parse_quote!(#x.rev())) } else { reversed(e) }
            };
            let (a, b): (Expr, Expr) = (turn(&m.receiver)?, atom(&turn(m.args.first()?)?));
            Some(parse_quote!(#b.chain(#a)))
        }
        _ => None,
    }
}

fn either(cond: &Expr, then: &[Stmt], els: &[Stmt]) -> Stmt {
    match els {
        [] => parse_quote!(if #cond { #(#then)* }),
        _ => parse_quote!(if #cond { #(#then)* } else { #(#els)* }),
    }
}

/// What is done where an option or a result holds no value.
pub(super) enum Empty<'l> {
    /// Nothing.
    Skip,
    /// `None` leaves the labelled block.
    Leave(&'l Lifetime),
    /// `Err(e)` keeps the error in the variable, and leaves.
    Fail(&'l Ident, &'l Lifetime),
}

impl Empty<'_> {
    fn exit(&self, error: Option<Expr>) -> Vec<Stmt> {
        match self {
            Empty::Skip => vec![],
            Empty::Leave(label) => vec![parse_quote!(break #label;)],
            Empty::Fail(failure, label) => match error {
                Some(e) => vec![kept(failure, &e), parse_quote!(break #label;)],
                None => vec![parse_quote!(break #label;)],
            },
        }
    }

    /// What becomes of `None`, of `Err(e)`.
    fn of(&self, e: &Expr) -> Option<Vec<Stmt>> {
        match (self, chain::strip(e)) {
            (Empty::Fail(..), e) => called("Err", e).map(|error| self.exit(Some(error))),
            (_, Expr::Path(p)) if p.path.is_ident("None") => Some(self.exit(None)),
            _ => None,
        }
    }

    /// What is in `Some(e)`, in `Ok(e)`.
    fn full(&self, e: &Expr) -> Option<Expr> {
        called(if matches!(self, Empty::Fail(..)) { "Ok" } else { "Some" }, e)
    }

    /// Whether a labelled block is left by breaks with nothing in them.
    fn only_breaks(&self, b: &syn::ExprBlock) -> bool {
        let Some(label) = &b.label else { return false };
        let mut only = true;
        let mut block = b.block.clone();
        Breaks(&label.name, &mut |value| {
            only &= value.is_some_and(|e| self.of(e).is_some());
            None
        })
        .visit_block_mut(&mut block);
        only
    }

    fn replace_breaks(&self, block: &mut syn::Block, label: &Lifetime) {
        Breaks(label, &mut |value| {
            let stmts = match self {
                Empty::Skip => vec![parse_quote!(break #label;)],
                _ => self.of(value?)?,
            };
            Some(parse_quote!({ #(#stmts)* }))
        })
        .visit_block_mut(block);
    }

    fn ends(&self, b: &syn::Block) -> bool {
        matches!(b.stmts.last(), Some(Stmt::Expr(e, None)) if self.of(e).is_some())
    }

    /// Whether an `else` is empty.
    fn otherwise(&self, i: &syn::ExprIf) -> bool {
        match i.else_branch.as_ref().map(|(_, e)| &**e) {
            Some(Expr::Block(b)) => self.ends(&b.block),
            Some(Expr::If(i)) => self.ends(&i.then_branch) || self.otherwise(i),
            _ => false,
        }
    }
}

/// What becomes of the breaks to a label.
struct Breaks<'b>(&'b Lifetime, &'b mut dyn FnMut(Option<&Expr>) -> Option<Expr>);

impl VisitMut for Breaks<'_> {
    fn visit_expr_mut(&mut self, e: &mut Expr) {
        if let Expr::Break(b) = e
            && b.label.as_ref() == Some(self.0)
            && let Some(new) = (self.1)(b.expr.as_deref())
        {
            *e = new;
            return;
        }
        syn::visit_mut::visit_expr_mut(self, e);
    }
}

/// A text carries no derivative.
fn kept(failure: &Ident, e: &Expr) -> Stmt {
    match chain::strip(e) {
        Expr::Macro(m) if m.mac.path.is_ident("format") => {
            parse_quote!(#failure = Some(::autodiff_core::stop_gradient(#e));)
        }
        e => parse_quote!(#failure = Some(#e);),
    }
}

/// The argument of `name(e)`.
fn called(name: &str, e: &Expr) -> Option<Expr> {
    match chain::strip(e) {
        Expr::Call(c) if matches!(&*c.func, Expr::Path(p) if p.path.is_ident(name)) && c.args.len() == 1 => {
            Some(c.args[0].clone())
        }
        _ => None,
    }
}

/// `let s = &mut state; *s += x; Some(*s)` is `state += x; Some(state)`, where `s` is only ever followed.
fn unreferenced(state: &syn::Ident, stmts: &mut Vec<Stmt>, mut value: Expr) -> Expr {
    struct Follow<'a> {
        name: &'a syn::Ident,
        state: &'a syn::Ident,
        bare: bool,
    }
    impl VisitMut for Follow<'_> {
        fn visit_expr_mut(&mut self, e: &mut Expr) {
            match e {
                Expr::Unary(u) if matches!(u.op, syn::UnOp::Deref(_)) && is_ident(&u.expr, self.name) => {
                    let state = self.state;
                    *e = parse_quote!(#state);
                }
                // fields, entries and methods are reached through the reference
                Expr::Field(f) if is_ident(&f.base, self.name) => {
                    let state = self.state;
                    *f.base = parse_quote!(#state);
                }
                Expr::Index(i) if is_ident(&i.expr, self.name) => {
                    let state = self.state;
                    *i.expr = parse_quote!(#state);
                    self.visit_expr_mut(&mut i.index);
                }
                e if is_ident(e, self.name) => self.bare = true,
                e => syn::visit_mut::visit_expr_mut(self, e),
            }
        }
        fn visit_macro_mut(&mut self, m: &mut syn::Macro) {
            self.bare |= m.tokens.to_string().contains(&self.name.to_string());
        }
    }
    fn is_ident(e: &Expr, name: &syn::Ident) -> bool {
        matches!(chain::strip(e), Expr::Path(p) if p.path.is_ident(name))
    }
    let Some(Stmt::Local(l)) = stmts.first() else { return value };
    let referring = |e: &Expr| matches!(e, Expr::Reference(r) if is_ident(&r.expr, state));
    if !l.init.as_ref().is_some_and(|i| referring(&i.expr)) {
        return value;
    }
    let name = match &l.pat {
        syn::Pat::Ident(p) => p.ident.clone(),
        syn::Pat::Type(t) => match &*t.pat {
            syn::Pat::Ident(p) => p.ident.clone(),
            _ => return value,
        },
        _ => return value,
    };
    let mut follow = Follow { name: &name, state, bare: false };
    let mut changed = stmts[1..].to_vec();
    changed.iter_mut().for_each(|s| follow.visit_stmt_mut(s));
    let mut new = value.clone();
    follow.visit_expr_mut(&mut new);
    if !follow.bare {
        *stmts = changed;
        value = new;
    }
    value
}
