//! Closures handed to the methods of `Option` and `Result`: a `match`.
//!
//! ```text
//! v.map(|t| t * x)    =>    match v { Some(item) => Some({ let t = item; t * x }), None => None }
//! ```
use super::{Desugar, apply::Applied, bind::Item, chain};
use crate::atom::{atom, tail};
use std::collections::HashMap;
use syn::{Expr, Ident, ItemFn, Pat, Type, parse_quote, spanned::Spanned, visit::Visit};

/// The two types.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Either {
    Option,
    Result,
}

/// A variable that is one of them, and whether it is behind a reference.
#[derive(Clone, Copy)]
pub(super) struct Kind {
    either: Either,
    reference: bool,
}

pub(super) type Options = HashMap<String, Kind>;

fn of_type(ty: &Type) -> Option<Kind> {
    match ty {
        Type::Reference(r) => of_type(&r.elem).map(|k| Kind { reference: true, ..k }),
        Type::Path(p) => match p.path.segments.last()?.ident.to_string().as_str() {
            "Option" => Some(Kind { either: Either::Option, reference: false }),
            "Result" => Some(Kind { either: Either::Result, reference: false }),
            _ => None,
        },
        _ => None,
    }
}

/// The variables that are options or results, by their types or by what they are made of.
pub(super) fn typed(item: &ItemFn) -> Options {
    struct Find(Options);
    impl Find {
        fn bind(&mut self, pat: &Pat, ty: Option<&Type>) {
            match pat {
                Pat::Type(t) => self.bind(&t.pat, Some(&t.ty)),
                Pat::Ident(p) => {
                    if let Some(kind) = ty.and_then(of_type) {
                        self.0.insert(p.ident.to_string(), kind);
                    }
                }
                _ => {}
            }
        }
    }
    impl Visit<'_> for Find {
        fn visit_pat_type(&mut self, t: &syn::PatType) {
            self.bind(&t.pat, Some(&t.ty));
        }
        fn visit_local(&mut self, l: &syn::Local) {
            if let (Pat::Ident(p), Some(init)) = (&l.pat, &l.init)
                && let Some(kind) = kind(&init.expr, &self.0)
            {
                self.0.insert(p.ident.to_string(), kind);
            }
            syn::visit::visit_local(self, l);
        }
    }
    let mut find = Find(Options::new());
    find.visit_item_fn(item);
    find.0
}

/// The variables that hold options, by their types or by what they are made of: `x: &[Option<f64>]`, `let x = [Some(a), None]`.
pub(super) fn held(item: &ItemFn) -> Vec<String> {
    fn element(ty: &Type) -> Option<&Type> {
        match ty {
            Type::Reference(r) => element(&r.elem),
            Type::Slice(s) => Some(&s.elem),
            Type::Array(a) => Some(&a.elem),
            Type::Path(p) => match &p.path.segments.last()?.arguments {
                syn::PathArguments::AngleBracketed(a) => match a.args.first()? {
                    syn::GenericArgument::Type(t) => Some(t),
                    _ => None,
                },
                _ => None,
            },
            _ => None,
        }
    }
    struct Find(Vec<String>);
    impl Visit<'_> for Find {
        fn visit_local(&mut self, l: &syn::Local) {
            let mut options = false;
            let mut look = |e: &Expr| options |= kind(e, &Options::new()).is_some_and(|k| k.either == Either::Option);
            match l.init.as_ref().map(|i| chain::strip(&i.expr)) {
                Some(Expr::Array(a)) => a.elems.iter().for_each(look),
                Some(Expr::Repeat(r)) => look(&r.expr),
                Some(Expr::Macro(m)) if m.mac.path.is_ident("vec") => super::macros::visit(&m.mac, &mut look),
                _ => {}
            }
            if let (Pat::Ident(p), true) = (&l.pat, options) {
                self.0.push(p.ident.to_string());
            }
            syn::visit::visit_local(self, l);
        }
        fn visit_pat_type(&mut self, t: &syn::PatType) {
            let option = |t| of_type(t).is_some_and(|k| k.either == Either::Option && !k.reference);
            if let Pat::Ident(p) = &*t.pat
                && element(&t.ty).is_some_and(option)
            {
                self.0.push(p.ident.to_string());
            }
        }
    }
    let mut find = Find(Vec::new());
    find.visit_item_fn(item);
    find.0
}

/// `Cholesky::new`
fn is_cholesky(path: &syn::Path) -> bool {
    let mut last = path.segments.iter().rev();
    last.next().is_some_and(|s| s.ident == "new") && last.next().is_some_and(|s| s.ident == "Cholesky")
}

/// What an expression is, by the look of it.
fn kind(e: &Expr, known: &Options) -> Option<Kind> {
    let option = Some(Kind { either: Either::Option, reference: false });
    match chain::strip(e) {
        Expr::Path(p) if p.path.is_ident("None") => option,
        Expr::Path(p) => known.get(&p.path.get_ident()?.to_string()).copied(),
        Expr::Call(c) => match &*c.func {
            Expr::Path(p) if p.path.is_ident("Some") => option,
            Expr::Path(p) if is_cholesky(&p.path) => option,
            Expr::Path(p) if p.path.is_ident("Ok") || p.path.is_ident("Err") => {
                Some(Kind { either: Either::Result, reference: false })
            }
            _ => None,
        },
        Expr::If(i) => match i.then_branch.stmts.last() {
            Some(syn::Stmt::Expr(e, None)) => {
                kind(e, known).or_else(|| i.else_branch.as_ref().and_then(|(_, e)| kind(e, known)))
            }
            _ => None,
        },
        Expr::Match(m) => m.arms.iter().find_map(|a| kind(&a.body, known)),
        Expr::Block(b) => match b.block.stmts.last() {
            Some(syn::Stmt::Expr(e, None)) => kind(e, known),
            _ => None,
        },
        Expr::MethodCall(m) => {
            let receiver = || kind(&m.receiver, known).map(|k| Kind { reference: false, ..k });
            match (m.method.to_string().as_str(), m.args.len()) {
                ("first" | "last" | "first_mut" | "last_mut" | "pop" | "pop_front" | "pop_back", 0) => option,
                ("get" | "get_mut" | "checked_sub" | "checked_add" | "checked_div", 1) => option,
                ("then" | "then_some", 1) => option,
                ("reduce" | "find" | "find_map" | "min_by" | "max_by" | "min_by_key" | "max_by_key" | "nth", 1)
                    if chain::is_chain(&m.receiver) =>
                {
                    option
                }
                ("next", 0) if chain::is_chain(&m.receiver) => option,
                ("position" | "rposition", 1) if chain::is_chain(&m.receiver) => option,
                ("try_inverse" | "cholesky", 0) => option,
                ("solve", 1) if matches!(&*m.receiver, Expr::MethodCall(d) if matches!(d.method.to_string().as_str(), "lu" | "qr" | "full_piv_lu")) => {
                    option
                }
                (solve, 1) if solve.contains("solve_") && solve.ends_with("_triangular") => option,
                ("ok", 0) => option,
                ("ok_or" | "ok_or_else", 1) => Some(Kind { either: Either::Result, reference: false }),
                ("map" | "and_then" | "filter" | "or_else" | "or" | "xor" | "map_err", 1) => receiver(),
                ("zip", 1) if !chain::is_chain(&m.receiver) => receiver(),
                ("as_ref" | "copied" | "cloned" | "take" | "clone", 0) => receiver(),
                _ => None,
            }
        }
        _ => None,
    }
}

impl Desugar<'_> {
    /// Whether a value is an option, by the look of it, and whether it is one behind a reference.
    pub(super) fn is_option(&self, e: &Expr) -> Option<bool> {
        kind(e, &self.options).filter(|k| k.either == Either::Option).map(|k| k.reference)
    }

    /// What a loop over an option runs over: `&mut o` is `o.iter_mut()`.
    pub(super) fn option_items(&self, e: &Expr) -> Option<Expr> {
        let (option, method) = match chain::strip(e) {
            Expr::Reference(r) => (&*r.expr, if r.mutability.is_some() { "iter_mut" } else { "iter" }),
            e @ Expr::Path(_) => (e, "into_iter"),
            _ => return None,
        };
        let method = Ident::new(method, e.span());
        (self.is_option(option) == Some(false)).then(|| parse_quote!(#option.#method()))
    }

    /// Whether the items of a chain are options.
    pub(super) fn hands_out_options(&self, e: &Expr) -> bool {
        let Expr::MethodCall(m) = chain::strip(e) else { return false };
        match (m.method.to_string().as_str(), m.args.first()) {
            ("map", Some(Expr::Closure(c))) => match &c.output {
                syn::ReturnType::Type(_, ty) => of_type(ty).is_some_and(|k| k.either == Either::Option),
                syn::ReturnType::Default => self.is_option(&c.body) == Some(false),
            },
            ("iter" | "iter_mut" | "into_iter", None) if !chain::is_chain(&m.receiver) => {
                let name = match chain::strip(&m.receiver) {
                    Expr::Path(p) => p.path.get_ident().map(ToString::to_string),
                    _ => None,
                };
                name.is_some_and(|n| self.of_options.contains(&n))
            }
            ("filter" | "rev" | "skip" | "take" | "copied" | "cloned" | "chain" | "inspect" | "into_iter", _) => {
                self.hands_out_options(&m.receiver)
            }
            _ => false,
        }
    }

    /// Methods of what is known to be an option, without closures: `a.or(b)`, `a.zip(b)`, `a.xor(b)`, `a.as_ref()`.
    fn combined(&mut self, m: &syn::ExprMethodCall) -> Option<Expr> {
        let (name, x) = (m.method.to_string(), &m.receiver);
        let asks =
            matches!(name.as_str(), "or" | "zip" | "xor" | "as_ref" | "as_mut" | "copied" | "cloned" | "flatten");
        if !asks || chain::is_chain(x) || !self.relevant(&Expr::MethodCall(m.clone())) {
            return None;
        }
        let kind = kind(x, &self.options)?;
        let args: Vec<&Expr> = m.args.iter().collect();
        match (name.as_str(), &args[..], chain::strip(x)) {
            ("as_ref", [], Expr::Path(_)) if kind.reference => Some(parse_quote!((&*#x))),
            ("as_ref", [], Expr::Path(_)) => Some(parse_quote!((&#x))),
            ("as_mut", [], Expr::Path(_)) if !kind.reference => Some(parse_quote!((&mut #x))),
            ("copied" | "cloned", [], Expr::MethodCall(r)) if r.method == "as_ref" => {
                let x = &r.receiver;
                Some(parse_quote!(#x.clone()))
            }
            ("flatten", [], _) if kind.either == Either::Option && !kind.reference => {
                let inner = self.fresh("inner", true, m.method.span());
                Some(parse_quote!(match #x { Some(#inner) => #inner, None => None }))
            }
            ("or" | "zip" | "xor", [other], _) if kind.either == Either::Option => {
                let span = m.method.span();
                let [a, b, v, w] = ["one", "other", "left", "right"].map(|name| self.fresh(name, true, span));
                let value: Expr = match name.as_str() {
                    "or" => parse_quote!(match #a { Some(#v) => Some(#v), None => #b }),
                    "zip" => {
                        parse_quote!(match #a { Some(#v) => match #b { Some(#w) => Some((#v, #w)), None => None }, None => None })
                    }
                    _ => {
                        parse_quote!(match #a { Some(#v) => if #b.is_some() { None } else { Some(#v) }, None => #b })
                    }
                };
                Some(parse_quote!({ let #a = #x; let #b = #other; #value }))
            }
            _ => None,
        }
    }

    /// `x.last().ok_or(e)`: what is computed on the spot is taken apart on the spot.
    fn with_error(&mut self, m: &syn::ExprMethodCall) -> Option<Expr> {
        let e = m.args.first().filter(|_| m.method == "ok_or" && m.args.len() == 1)?;
        let on_the_spot = matches!(chain::strip(&m.receiver), Expr::MethodCall(_));
        let option = self.is_option(&m.receiver) == Some(false);
        if !on_the_spot || !option || !self.relevant(&m.receiver) || super::jumps::assigns_outside(e) {
            return None;
        }
        let (x, item) = (&m.receiver, self.fresh("item", true, m.method.span()));
        Some(parse_quote!(match #x { Some(#item) => Ok(#item), None => Err(#e) }))
    }

    /// A `match` of what is made on the spot: each value goes where it would be taken apart.
    ///
    /// ```text
    /// match (match v { Some(t) => Ok(t), None => Err(e) }) { Ok(t) => a, Err(e) => b }    =>    match v { Some(t) => a, None => b }
    /// ```
    pub(super) fn made_on_the_spot(&mut self, m: &syn::ExprMatch) -> Option<Expr> {
        let mut made = chain::strip(&m.expr).clone();
        let mut arms: Vec<Option<&syn::Arm>> = m.arms.iter().map(Some).collect();
        let variants: Option<std::collections::HashSet<String>> = m.arms.iter().map(|a| taken(&a.pat)).collect();
        if !self.relevant(&m.expr) || variants?.len() < m.arms.len() {
            return None;
        }
        let mut into_arm = |leaf: &mut Expr| {
            let made = constructed(leaf)?;
            // none is written twice
            let arm = arms.iter_mut().find(|a| a.is_some_and(|a| taken(&a.pat).as_ref() == Some(&made.0)))?.take()?;
            let body = &arm.body;
            *leaf = match (&arm.pat, &made.1) {
                (Pat::TupleStruct(t), Some(value)) => match (&t.elems[0], chain::strip(body)) {
                    (Pat::Ident(p), Expr::Path(v)) if v.path.is_ident(&p.ident) => value.clone(),
                    (pat, body) => parse_quote!({ let #pat = #value; #body }),
                },
                _ => parse_quote!({ #body }),
            };
            Some(())
        };
        match &mut made {
            Expr::Match(inner) => inner.arms.iter_mut().try_for_each(|a| into_arm(&mut a.body))?,
            Expr::If(i) => {
                into_arm(last(&mut i.then_branch)?)?;
                match &mut *i.else_branch.as_mut()?.1 {
                    Expr::Block(b) => into_arm(last(&mut b.block)?)?,
                    _ => return None,
                }
            }
            _ => return None,
        }
        Some(made)
    }

    /// A method of an option or a result that is handed a closure or a function.
    pub(super) fn option_method(&mut self, m: &syn::ExprMethodCall) -> Option<Expr> {
        let whole = Expr::MethodCall(m.clone());
        let name = m.method.to_string();
        let args: Vec<Expr> = m.args.iter().cloned().collect();
        if matches!((name.as_str(), &args[..]), ("then", [Expr::Closure(_)]) | ("then_some", [_]))
            && self.relevant(&whole)
        {
            let cond = &m.receiver;
            let value = if name == "then" { self.apply(&args[0], vec![])?.block() } else { args[0].clone() };
            return Some(parse_quote!(if #cond { Some(#value) } else { None }));
        }
        if let Some(new) = self.combined(m) {
            return Some(new);
        }
        if let Some(new) = self.with_error(m) {
            return Some(new);
        }
        let methods = [
            "map",
            "and_then",
            "filter",
            "map_or",
            "map_or_else",
            "unwrap_or_else",
            "or_else",
            "ok_or_else",
            "map_err",
            "inspect",
        ];
        if !methods.contains(&name.as_str())
            || args.is_empty()
            || chain::is_chain(&m.receiver)
            || !self.relevant(&whole)
        {
            return None;
        }
        let known = kind(&m.receiver, &self.options);
        let ambiguous = matches!(name.as_str(), "map" | "filter" | "inspect");
        if ambiguous && known.is_none() {
            return None;
        }
        let arity = |f: &Expr| match chain::strip(f) {
            Expr::Closure(c) => Some(c.inputs.len()),
            _ => None,
        };
        let by_arity = |f: &Expr| match arity(f) {
            Some(1) => Either::Result,
            _ => Either::Option,
        };
        let either = known.map_or_else(
            || match name.as_str() {
                "unwrap_or_else" | "or_else" | "map_or_else" => by_arity(&args[0]),
                "map_err" => Either::Result,
                _ => Either::Option,
            },
            |k| k.either,
        );
        let span = m.method.span();
        let (item, error) = (self.fresh("item", true, span), self.fresh("error", false, span));
        let receiver = atom(&m.receiver);
        let scrutinee: Expr = match known {
            Some(Kind { reference: true, .. }) => parse_quote!(*#receiver),
            _ => parse_quote!(#receiver),
        };
        let result = either == Either::Result;
        let full: Ident = Ident::new(if result { "Ok" } else { "Some" }, span);
        // the other case: its pattern, what it is handed on as, and what closures are handed of it
        let (empty, none, handed): (Pat, Expr, Vec<Item>) = match result {
            true => (parse_quote!(Err(#error)), parse_quote!(Err(#error)), vec![Item::ident(&error)]),
            false => (parse_quote!(None), parse_quote!(None), vec![]),
        };
        let value = || vec![Item::ident(&item)];
        let (then, other): (Expr, Expr) = match (name.as_str(), &args[..]) {
            ("map", [f]) => {
                let v = self.apply(f, value())?.block();
                (parse_quote!(#full(#v)), none)
            }
            ("and_then", [f]) => (self.apply(f, value())?.block(), none),
            ("map_or", [default, f]) => (self.apply(f, value())?.block(), default.clone()),
            ("map_or_else", [g, f]) => (self.apply(f, value())?.block(), self.apply(g, handed)?.block()),
            ("unwrap_or_else", [g]) => (parse_quote!(#item), self.apply(g, handed)?.block()),
            ("or_else", [g]) => (parse_quote!(#full(#item)), self.apply(g, handed)?.block()),
            ("ok_or_else", [g]) => {
                let e = self.apply(g, vec![])?.block();
                (parse_quote!(Ok(#item)), parse_quote!(Err(#e)))
            }
            ("map_err", [g]) => {
                let e = self.apply(g, handed)?.block();
                (parse_quote!(Ok(#item)), parse_quote!(Err(#e)))
            }
            ("filter", [f]) => {
                let cond = self.decide(f, vec![Item::ident(&item).by_ref()])?;
                return Some(
                    parse_quote!(match #scrutinee { Some(#item) => if #cond { Some(#item) } else { None }, None => None }),
                );
            }
            ("inspect", [f]) => {
                let Applied { stmts, value } = self.apply(f, vec![Item::ident(&item).by_ref()])?;
                let value = tail(&value);
                (parse_quote!({ #(#stmts)* #value; #full(#item) }), none)
            }
            _ => return None,
        };
        let (then, other) = (tail(&then), tail(&other));
        Some(parse_quote!(match #scrutinee { #full(#item) => #then, #empty => #other }))
    }
}

/// The value of a block.
fn last(block: &mut syn::Block) -> Option<&mut Expr> {
    match block.stmts.last_mut() {
        Some(syn::Stmt::Expr(e, None)) => Some(e),
        _ => None,
    }
}

/// `Some(e)`, `Ok(e)`, `Err(e)`, `None`: the variant, and what it holds.
fn constructed(e: &Expr) -> Option<(String, Option<Expr>)> {
    match chain::strip(e) {
        Expr::Block(b) if b.label.is_none() => match &b.block.stmts[..] {
            [syn::Stmt::Expr(e, None)] => constructed(e),
            _ => None,
        },
        Expr::Call(c) => match &*c.func {
            Expr::Path(p) if c.args.len() == 1 => Some((variant(&p.path)?, c.args.first().cloned())),
            _ => None,
        },
        Expr::Path(p) if p.path.is_ident("None") => Some(("None".into(), None)),
        _ => None,
    }
}

fn variant(path: &syn::Path) -> Option<String> {
    let name = path.segments.last()?.ident.to_string();
    matches!(name.as_str(), "Some" | "Ok" | "Err" | "None").then_some(name)
}

/// The variant that a pattern takes whatever it holds.
fn taken(pat: &Pat) -> Option<String> {
    match pat {
        Pat::TupleStruct(t) if t.elems.len() == 1 => {
            let always = match &t.elems[0] {
                Pat::Ident(p) => p.subpat.is_none(),
                pat => matches!(pat, Pat::Wild(_)),
            };
            variant(&t.path).filter(|_| always)
        }
        Pat::Ident(p) if p.ident == "None" => Some("None".into()),
        Pat::Path(p) => variant(&p.path),
        _ => None,
    }
}
