//! Forward mode along several directions at once: what is one tangent in `push` is an array of them in `push_lanes`.
//!
//! ```text
//! let t_dot = rules::exp::push_0(&t, &x_dot);    =>    let t_dot = lanes.each(|lane| rules::exp::push_0(&t, &x_dot[lane]));
//! let t = x.exp();                                     let t = x.exp();
//! y_dot[i] = t_dot;                                    lanes.each(|lane| y_dot[lane][i] = t_dot[lane]);
//! let r_dot = &mut y_dot[i];                           let r_dot = lanes.each_of(y_dot.each_mut(), |_, y_dot| &mut (*y_dot)[i]);
//! ```
//! Statements without tangents stand once, as they are.
mod borrows;
mod each;

use super::{Printer, is_associated, place_expr, runtime, signature::quote};
use crate::{analysis::activity::pattern_names, forward::Forward, host::beside, ir::*, rules};
use proc_macro2::{Delimiter, Group, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote_spanned};
use std::collections::HashMap;
use syn::{Expr, Ident, Pat};

/// The variables that hold tangents, by their names.
pub(crate) struct Tangents {
    names: HashMap<String, Var>,
    /// The tangents of slices.
    slices: Vec<Var>,
}

impl Tangents {
    pub(super) fn of(forward: &Forward) -> Self {
        let name = |v: &Var| (forward.vars[v.0 as usize].name.to_string(), *v);
        Tangents { names: forward.tangents.iter().map(name).collect(), slices: Vec::new() }
    }

    /// These parameters are slices.
    pub(super) fn with_slices<'n>(mut self, dots: impl Iterator<Item = &'n Ident>) -> Self {
        self.slices = dots.filter_map(|dot| self.names.get(&dot.to_string()).copied()).collect();
        self
    }

    fn are_slices(&self, v: Var) -> bool {
        self.slices.contains(&v)
    }

    /// Whether all directions can be gone along at once.
    pub(super) fn are_apart(&self, forward: &Forward) -> bool {
        borrows::possible(forward, self)
    }

    fn hold(&self, v: Var, vars: &[VarInfo]) -> bool {
        self.names.get(&vars[v.0 as usize].name.to_string()) == Some(&v)
    }

    /// Those that are named.
    fn named_in(&self, tokens: &TokenStream) -> Vec<Var> {
        let mut named = Vec::new();
        variables(tokens, &mut |i| {
            named.extend(self.names.get(&i.to_string()));
            None
        });
        named.sort_unstable();
        named.dedup();
        named
    }
}

/// Replaces what variables are named by.
fn variables(tokens: &TokenStream, f: &mut impl FnMut(&Ident) -> Option<TokenStream>) -> TokenStream {
    let mut out = TokenStream::new();
    let mut tokens = tokens.clone().into_iter().peekable();
    // `p.x` and `m::x` are no variables, `..x` is
    let (mut dots, mut colons) = (0, 0);
    while let Some(token) = tokens.next() {
        let punct = if let TokenTree::Punct(p) = &token { p.as_char() } else { ' ' };
        match &token {
            TokenTree::Group(g) => {
                let mut group = Group::new(g.delimiter(), variables(&g.stream(), f));
                group.set_span(g.span());
                out.extend([TokenTree::Group(group)]);
            }
            TokenTree::Ident(i) if dots != 1 && colons != 2 && !is_called(tokens.peek()) => {
                out.extend(f(i).unwrap_or_else(|| token.to_token_stream()));
            }
            _ => out.extend([token.clone()]),
        }
        dots = if punct == '.' { dots + 1 } else { 0 };
        colons = if punct == ':' { colons + 1 } else { 0 };
    }
    out
}

/// `f(x)` and `f!(x)` name no variable that holds a tangent.
fn is_called(next: Option<&TokenTree>) -> bool {
    match next {
        Some(TokenTree::Group(g)) => g.delimiter() == Delimiter::Parenthesis,
        Some(TokenTree::Punct(p)) => p.as_char() == '!',
        _ => false,
    }
}

fn lanes() -> Ident {
    Ident::new("lanes", Span::mixed_site())
}

fn lane() -> Ident {
    Ident::new("lane", Span::mixed_site())
}

/// The const parameter that says how many directions there are; no name of the user's, nor like one.
pub(super) fn number() -> Ident {
    Ident::new("AUTODIFF_LANES", Span::mixed_site())
}

/// `(a, (b, c))`
fn nested(mut names: Vec<TokenStream>) -> TokenStream {
    let Some(last) = names.pop() else { return quote!(()) };
    names.into_iter().rev().fold(last, |rest, name| quote!((#name, #rest)))
}

impl Printer<'_> {
    fn tangents(&self) -> &Tangents {
        self.tangents.expect("asked for lanes")
    }

    pub(super) fn is_tangent(&self, v: Var) -> bool {
        self.tangents.is_some_and(|t| t.hold(v, self.vars))
    }

    /// What an expression or statement gives in each lane, where some tangents are moved or lent.
    fn in_each(&self, tokens: &TokenStream, parts: &[Part], gives: Gives) -> TokenStream {
        let (rt, lane) = (runtime(), lane());
        let body = variables(tokens, &mut |i| {
            let v = self.tangents().names.get(&i.to_string())?;
            match parts.iter().find(|p| p.tangent == *v).map(|p| p.how) {
                Some(How::Lent) => Some(quote!((*#i))),
                Some(How::Handed) => None,
                Some(How::Moved) => Some(quote!(#rt::moved(&mut #i[#lane]))),
                None => Some(quote!(#i[#lane])),
            }
        });
        self.each(&body, parts, gives)
    }

    fn each(&self, body: &TokenStream, parts: &[Part], gives: Gives) -> TokenStream {
        let (lanes, lane) = (lanes(), lane());
        let parts: Vec<&Part> = parts.iter().filter(|p| p.how != How::Moved).collect();
        if parts.is_empty() {
            return match gives {
                Gives::Tangents => quote!(#lanes.each(|#lane| #body)),
                Gives::Anything => quote!(#lanes.all(|#lane| #body)),
            };
        }
        let (whole, names) = self.bundle(&parts);
        quote!(#lanes.each_of(#whole, |#lane, #names| #body))
    }

    /// `(a, (b.each_mut(), c))`, and the names of the parts.
    fn bundle(&self, parts: &[&Part]) -> (TokenStream, TokenStream) {
        let name = |p: &&Part| self.name(p.tangent).to_token_stream();
        let whole = |p: &&Part| {
            let name = name(p);
            if p.how == How::Lent { quote!(#name.each_mut()) } else { name }
        };
        (nested(parts.iter().map(whole).collect()), nested(parts.iter().map(name).collect()))
    }

    /// Tangents that are moved as a whole, and are no numbers; and those that are borrowed to be changed.
    fn parts<'o>(&self, operands: impl IntoIterator<Item = &'o Operand>) -> Vec<Part> {
        let mut parts: Vec<Part> = Vec::new();
        for o in operands {
            let Operand::Place(p, pass) = o else { continue };
            let how = match pass {
                Pass::Mut => How::Lent,
                Pass::Value if p.proj.is_empty() && !self.is_number(p.base) => self.by_value(p.base),
                _ => continue,
            };
            if self.is_tangent(p.base) && parts.iter().all(|q| q.tangent != p.base) {
                parts.push(Part { tangent: p.base, how });
            }
        }
        parts
    }

    fn is_number(&self, v: Var) -> bool {
        let info = &self.vars[v.0 as usize];
        info.scalar && !info.reference
    }

    /// How it is moved as a whole: what may be a reference has no placeholder.
    fn by_value(&self, v: Var) -> How {
        let info = &self.vars[v.0 as usize];
        if info.reference || info.view || info.borrows { How::Handed } else { How::Moved }
    }

    /// The tangent that an operation gives, in each lane.
    fn op_in_each(&self, op: &Op) -> TokenStream {
        let op = copied(op.clone());
        let gives = match &op {
            Op::Use(Operand::Place(_, Pass::Ref)) => Gives::Anything,
            Op::Use(Operand::Place(p, _)) if p.proj.is_empty() && self.is_reference(p.base) => Gives::Anything,
            // `DVectorView::from_slice`
            Op::Rule { rule, .. } if rule.name == "from_slice" => Gives::Anything,
            _ => Gives::Tangents,
        };
        self.in_each(&self.op(&op), &self.parts(moved(&op)), gives)
    }

    /// The same for a variable, which may be a reference.
    fn value_in_each(&self, var: Var, op: &Op) -> TokenStream {
        let info = &self.vars[var.0 as usize];
        if !(info.reference || info.view || info.borrows) {
            return self.rule_in_each(var, op).unwrap_or_else(|| self.op_in_each(op));
        }
        let op = copied(op.clone());
        self.in_each(&self.op(&op), &self.parts(moved(&op)), Gives::Anything)
    }

    /// A statement about tangents; `None` for all others.
    pub(super) fn stmt_in_lanes(&self, s: &Stmt) -> Option<TokenStream> {
        let whole = |o: &Operand| matches!(o, Operand::Place(p, Pass::Value) if p.proj.is_empty());
        match &s.kind {
            Kind::Let { var, op, .. } if self.is_tangent(*var) => {
                if matches!(op, Op::Use(o) if whole(o)) {
                    return None;
                }
                let (name, each) = (self.name(*var), self.value_in_each(*var, op));
                Some(quote!(let mut #name = #each;))
            }
            // a size, by a tangent
            Kind::Let { var, op, .. } => {
                let tokens = self.op(op);
                if self.tangents().named_in(&tokens).is_empty() {
                    return None;
                }
                let (m, name, first) = (self.mutability(*var), self.name(*var), self.at(&tokens, &quote!(0)));
                Some(quote!(let #m #name = #first;))
            }
            Kind::LetPair { vars, op: Op::Push { callee, args, dots } } => {
                let pair = self.patterns(vars);
                let call = if is_built_in(callee) && dots.iter().all(|d| d.operand().is_some()) {
                    self.passes(callee, args, dots)
                } else {
                    self.call_in_lanes(callee, args, dots)
                };
                Some(quote!(let #pair = #call;))
            }
            Kind::Assign { place, value, .. } if self.is_tangent(place.base) && place.proj.is_empty() => {
                let each = self.value_in_each(place.base, &Op::Use(value.clone()));
                let name = self.name(place.base);
                if whole(value) { None } else { Some(quote!(#name = #each;)) }
            }
            Kind::Set { target, value } if self.is_tangent(target.base) && target.proj.is_empty() => {
                let (name, each) = (self.name(target.base), self.value_in_each(target.base, value));
                if matches!(value, Op::Use(o) if whole(o)) { None } else { Some(quote!(#name = #each;)) }
            }
            Kind::Assign { place, value, .. } if self.is_tangent(place.base) => {
                let set = self.set_in_each(place, value);
                set.or_else(|| Some(self.change(place, &quote!(=), &Op::Use(value.clone()))))
            }
            Kind::Set { target, value } if self.is_tangent(target.base) => Some(self.change(target, &quote!(=), value)),
            Kind::Update { place, op, value } if self.is_tangent(place.base) => {
                let sum = self.sum_in_each(place, op, value);
                sum.or_else(|| Some(self.change(place, &op.to_token_stream(), &Op::Use(value.clone()))))
            }
            Kind::Alias { pat, expr, arm: false, .. } => self.alias_in_lanes(pat, expr),
            Kind::Swap { .. } | Kind::SwapEntries { .. } | Kind::Native { .. } => self.native_in_lanes(s),
            Kind::ForEach { index, source, body } => {
                let (name, body) = (self.name(*index), self.block(body));
                let first = self.at(&self.operand(source), &quote!(0));
                let rt = runtime();
                Some(quote!(for #name in #rt::positions(&#first) { #body }))
            }
            _ => None,
        }
    }

    /// `place op value;`
    fn change(&self, place: &Place, op: &TokenStream, value: &Op) -> TokenStream {
        let value = copied(value.clone());
        let (target, tokens) = (self.place(place), self.op(&value));
        let each = self.in_each(&quote!({ #target #op #tokens; }), &self.parts(moved(&value)), Gives::Tangents);
        quote!(#each;)
    }

    /// Statements that change tangents.
    fn native_in_lanes(&self, s: &Stmt) -> Option<TokenStream> {
        let tokens = self.stmt_alone(s);
        let named = self.tangents().named_in(&tokens);
        if named.is_empty() {
            return None;
        }
        let moved = match &s.kind {
            Kind::Native { writes, .. } => named.into_iter().filter(|v| !writes.contains(v)).collect(),
            _ => vec![],
        };
        let parts: Vec<Part> = moved.into_iter().map(|tangent| Part { tangent, how: How::Moved }).collect();
        let each = self.in_each(&quote!({ #tokens }), &parts, Gives::Tangents);
        Some(quote!(#each;))
    }

    /// References into tangents, and parts of tangents by a pattern.
    fn alias_in_lanes(&self, pat: &Pat, expr: &Expr) -> Option<TokenStream> {
        let tokens = expr.to_token_stream();
        let roots = self.tangents().named_in(&tokens);
        if roots.is_empty() {
            return None;
        }
        let is_tangent = |n: &String| self.tangents().names.contains_key(n);
        let names: Vec<Ident> = pattern_names(pat)
            .iter()
            .filter(|n| is_tangent(n))
            .map(|n| self.name(self.tangents().names[n]).clone())
            .collect();
        if let ([name], true) = (&names[..], is_name(pat))
            && let Some(all) = self.all_at_once(expr)
        {
            return Some(quote!(let mut #name = #all;));
        }
        let (rt, lane) = (runtime(), lane().to_token_stream());
        let mut kept = TokenStream::new();
        let all = |how| roots.iter().map(|tangent| Part { tangent: *tangent, how }).collect::<Vec<_>>();
        let (parts, value) = match expr {
            // what is bound by reference is not moved
            Expr::Path(_) if !matches!(pat, Pat::Ident(_)) && (is_lent(&pat) || self.is_reference(roots[0])) => {
                if is_changed(&pat.to_token_stream()) || self.vars[roots[0].0 as usize].writable {
                    (all(How::Lent), self.behind(&tokens))
                } else {
                    (vec![], self.at(&tokens, &lane))
                }
            }
            Expr::Path(_) if self.by_value(roots[0]) == How::Moved => {
                let root = self.at(&tokens, &lane);
                (vec![], quote!(#rt::moved(&mut #root)))
            }
            Expr::Path(_) => (all(How::Handed), tokens.clone()),
            _ if is_changed(&tokens) => (all(How::Lent), self.behind(&tokens)),
            // what the outer reference refers to lives as long as that
            Expr::Reference(r) if lent_again(r) => {
                let (lent, inner) = (Ident::new("lent", Span::mixed_site()), self.at(&r.expr.to_token_stream(), &lane));
                let inner = self.each(&inner, &[], Gives::Anything);
                kept = quote!(let #lent = #inner;);
                (vec![], quote!(&#lent[#lane]))
            }
            Expr::Field(_) => {
                let part = self.at(&tokens, &lane);
                (vec![], quote!(#rt::copy(&#part)))
            }
            _ => (vec![], self.at(&tokens, &lane)),
        };
        let body = match pat {
            _ if is_name(pat) => value,
            _ => {
                let (bound, all) =
                    (super::statement::let_(pat, &value), nested(names.iter().map(|n| quote!(#n)).collect()));
                quote!({ #bound #all })
            }
        };
        let bound = unzipped(&names, &self.each(&body, &parts, Gives::Anything));
        Some(quote!(#kept #bound))
    }

    fn is_reference(&self, v: Var) -> bool {
        self.vars[v.0 as usize].reference
    }

    /// `x` for each tangent, a reference by which it is changed.
    fn behind(&self, tokens: &TokenStream) -> TokenStream {
        variables(tokens, &mut |i| self.tangents().names.contains_key(&i.to_string()).then(|| quote!((*#i))))
    }

    /// Tangents by the part of one lane.
    fn at(&self, tokens: &TokenStream, lane: &TokenStream) -> TokenStream {
        variables(tokens, &mut |i| self.tangents().names.contains_key(&i.to_string()).then(|| quote!(#i[#lane])))
    }

    /// The tangent of what the function hands out, in each lane.
    pub(super) fn result_in_lanes(&self, result: Option<&Operand>) -> TokenStream {
        match result {
            None => {
                let number = number();
                quote!([(); #number])
            }
            Some(o @ Operand::Place(p, Pass::Value)) if p.proj.is_empty() => self.operand(o),
            Some(o) => self.op_in_each(&Op::Use(o.clone())),
        }
    }

    // ---- calls -----------------------------------------------------------------------------------------------------

    /// A call of a function that goes along all directions at once.
    fn call_in_lanes(&self, callee: &Callee, args: &[Arg], dots: &[Arg]) -> TokenStream {
        let mut handed: Vec<TokenStream> = Vec::new();
        let (mut values, mut parts) = (TokenStream::new(), Vec::<(Var, Vec<Ident>, Vec<TokenStream>)>::new());
        for (k, dot) in dots.iter().enumerate() {
            let name = Ident::new(&format!("dot_{k}"), Span::mixed_site());
            match dot {
                // `f(&mut s.a, &s.b)`: the parts of one tangent are borrowed together
                Arg::Operand(o @ Operand::Place(p, pass)) if self.is_parted(p.base, dots) => {
                    if let Pass::Ref | Pass::Mut = pass {
                        let part = self.behind(&self.operand(o));
                        match parts.iter_mut().find(|(v, ..)| *v == p.base) {
                            Some((_, names, all)) => {
                                names.push(name.clone());
                                all.push(part);
                            }
                            None => parts.push((p.base, vec![name.clone()], vec![part])),
                        }
                        handed.push(quote!(lanes.lent_of(#name, &mut |part| part)));
                    } else {
                        let value = self.dot_in_lanes(dot);
                        values.extend(quote!(let #name = #value;));
                        handed.push(name.into_token_stream());
                    }
                }
                _ => handed.push(self.dot_in_lanes(dot)),
            }
        }
        handed.push(lanes().to_token_stream());
        let call = self.call_with(callee, "push_lanes", None, (args, super::tells_generics(args)), &handed);
        if values.is_empty() && parts.is_empty() {
            return call;
        }
        let parts = parts.into_iter().map(|(tangent, names, all)| {
            unzipped(&names, &self.each(&nested(all), &[Part { tangent, how: How::Lent }], Gives::Anything))
        });
        quote!({ #values #(#parts)* #call })
    }

    /// Whether parts of a tangent are handed on side by side, one of them to be changed.
    fn is_parted(&self, v: Var, dots: &[Arg]) -> bool {
        let named = |pass: Option<Pass>| {
            let of = |d: &&Arg| matches!(d, Arg::Operand(Operand::Place(p, q)) if p.base == v && pass.is_none_or(|pass| *q == pass));
            dots.iter().filter(of).count()
        };
        self.is_tangent(v) && named(Some(Pass::Mut)) > 0 && named(None) > 1
    }

    /// The tangent of an argument, in each lane.
    fn dot_in_lanes(&self, dot: &Arg) -> TokenStream {
        match dot {
            Arg::Operand(o @ Operand::Place(p, pass)) if self.is_tangent(p.base) => {
                let info = &self.vars[p.base.0 as usize];
                match pass {
                    // references are handed on as the callee wants them
                    Pass::Value | Pass::Copy if p.proj.is_empty() && info.reference => {
                        let mut place = p.clone();
                        place.proj.push(Proj::Deref);
                        self.lent_in_lanes(&place, info.writable)
                    }
                    Pass::Value if p.proj.is_empty() => self.operand(o),
                    Pass::Ref => self.lent_in_lanes(p, false),
                    Pass::Mut => self.lent_in_lanes(p, true),
                    _ => self.op_in_each(&Op::Use(o.clone())),
                }
            }
            // `&square::push`
            Arg::Operand(Operand::Native(n)) => {
                let mut function = n.expr.clone();
                if let Expr::Reference(r) = &mut function
                    && let Expr::Path(path) = &mut *r.expr
                    && let Some(last) = path.path.segments.last_mut()
                {
                    last.ident = Ident::new(&format!("{}_lanes", last.ident), last.ident.span());
                }
                function.to_token_stream()
            }
            Arg::Operand(o) => self.operand(o),
            Arg::Closure(lambda) => {
                let (params, lanes) = (lambda.params.iter().map(|p| self.pattern(*p)), lanes());
                let (body, result) = (self.block(&lambda.body), self.operand(&lambda.result));
                quote!(&|#(#params,)* #lanes| { #body #result })
            }
            Arg::Function(path) => path.to_token_stream(),
        }
    }

    /// References to tangents, of the types that the callee wants: closures behind `dyn` are told what they give.
    fn lent_in_lanes(&self, place: &Place, changed: bool) -> TokenStream {
        let (lanes, lane) = (lanes(), lane());
        if changed {
            let (whole, name) = self.bundle(&[&Part { tangent: place.base, how: How::Lent }]);
            let body = self.behind(&place_expr(self.vars, place, Pass::Mut).into_token_stream());
            quote!(#lanes.lent_of(#whole, &mut |#name| #body))
        } else {
            let body = self.at(&place_expr(self.vars, place, Pass::Ref).into_token_stream(), &lane.to_token_stream());
            quote!(#lanes.lent(&mut |#lane| #body))
        }
    }

    /// A function of the runtime goes along one direction at a time.
    fn passes(&self, callee: &Callee, args: &[Arg], dots: &[Arg]) -> TokenStream {
        let (rt, lanes, lane) = (runtime(), lanes(), lane().to_token_stream());
        let (mut kept, mut handed, mut back) = (Vec::new(), Vec::new(), TokenStream::new());
        for (k, arg) in args.iter().enumerate() {
            let name = Ident::new(&format!("kept_{k}"), Span::mixed_site());
            match arg {
                Arg::Operand(o @ Operand::Place(p, Pass::Mut)) => {
                    let again = match callee {
                        Callee::Method(method, _) if k == 0 => {
                            let (receiver, method) = (self.receiver(o), beside(method, "receiver"));
                            quote!(#receiver.#method())
                        }
                        _ => place_expr(self.vars, p, Pass::Mut).into_token_stream(),
                    };
                    kept.push(match self.vars[p.base.0 as usize].active {
                        true => quote!(let #name = (&#rt::Behind(#again)).before(#lanes);),
                        false => quote!(let #name = #rt::ConstantReceiver::constant(#again, #lanes);),
                    });
                    back.extend(quote!(#name.put_back(#again);));
                    handed.push(arg.clone());
                }
                // what is no copy already is handed on in copies
                Arg::Operand(o @ (Operand::Place(_, Pass::Value) | Operand::Native(Native { pure: false, .. }))) => {
                    let value = self.operand(o);
                    kept.push(quote!(let #name = #rt::Each::of(#value);));
                    let one = syn::parse_quote!((&#name).for_pass(#lane, #lanes));
                    handed.push(Arg::Operand(Operand::Native(Native { expr: one, reads: vec![], pure: true })));
                }
                arg => handed.push(arg.clone()),
            }
        }
        let dots: Vec<TokenStream> = dots
            .iter()
            .map(|d| match d {
                Arg::Operand(Operand::Place(p, Pass::Value)) => Operand::Place(p.clone(), Pass::Copy),
                Arg::Operand(o) => o.clone(),
                _ => unreachable!("functions of the runtime are handed values"),
            })
            .map(|o| self.at(&self.operand(&o), &lane))
            .collect();
        let call = self.call_with(callee, "push", None, (&handed, super::tells_generics(args)), &dots);
        let back = (!back.is_empty()).then(|| quote!(if #lane > 0 { #back }));
        let found = probes();
        quote!({ #found #(#kept)* #lanes.passes(|#lane| { #back #call }) })
    }
}

/// What each lane gives.
#[derive(Clone, Copy)]
enum Gives {
    Tangents,
    /// References, views, several things at once.
    Anything,
}

/// A tangent that is taken apart.
struct Part {
    tangent: Var,
    how: How,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum How {
    /// Out of the array of them, each for its lane.
    Moved,
    /// With the array, whatever they are.
    Handed,
    /// Borrowed, to be changed.
    Lent,
}

/// What an operation may move.
fn moved(op: &Op) -> Vec<&Operand> {
    match op {
        // method calls borrow by themselves
        Op::Rule { form: Form::Method(name, _), args, .. } if name != "into_owned" => args[1..].iter().collect(),
        op => op.operands(),
    }
}

/// A pattern that binds all of it.
fn is_name(pat: &Pat) -> bool {
    matches!(pat, Pat::Ident(p) if p.subpat.is_none() && p.by_ref.is_none())
}

/// By these a value is told whether it can be copied.
pub(super) fn probes() -> TokenStream {
    let rt = runtime();
    quote!(use #rt::{Copies as _, OneOnly as _, PutBack as _, StayPut as _};)
}

/// What is moved out of a field: of several tangents, parts are copied.
fn copied(mut op: Op) -> Op {
    fn copy(o: &mut Operand) {
        if let Operand::Place(p, pass @ Pass::Value) = o
            && !p.proj.is_empty()
            && p.proj.iter().all(|step| matches!(step, Proj::Field(_)))
        {
            *pass = Pass::Copy;
        }
    }
    match &mut op {
        Op::Use(o) => copy(o),
        Op::Rule { args, .. } | Op::Aggregate { args, .. } | Op::Runtime { args, .. } => args.iter_mut().for_each(copy),
        _ => {}
    }
    op
}

/// `&(&x[i])`
fn lent_again(r: &syn::ExprReference) -> bool {
    let mut inner = &*r.expr;
    while let Expr::Paren(p) = inner {
        inner = &p.expr;
    }
    matches!(inner, Expr::Reference(_))
}

/// `Some(ref x)`
fn is_lent(pat: &impl ToTokens) -> bool {
    pat.to_token_stream().into_iter().any(|t| match t {
        TokenTree::Ident(i) => i == "ref",
        TokenTree::Group(g) => is_lent(&g.stream()),
        _ => false,
    })
}

/// Whether something is borrowed to be changed.
fn is_changed(tokens: &TokenStream) -> bool {
    tokens.clone().into_iter().any(|t| match t {
        TokenTree::Ident(i) => i == "mut" || i.to_string().contains("_mut"),
        TokenTree::Group(g) => is_changed(&g.stream()),
        _ => false,
    })
}

/// Arrays of their own for all that each lane gives.
fn unzipped(names: &[Ident], each: &TokenStream) -> TokenStream {
    let rt = runtime();
    match names {
        [] => quote!(#each;),
        [name] => quote!(let mut #name = #each;),
        [first, second] => quote!(let (mut #first, mut #second) = #rt::unzip(#each);),
        [first, rest @ ..] => {
            let others = Ident::new("others", Span::mixed_site());
            let rest = unzipped(rest, &others.to_token_stream());
            quote!(let (mut #first, #others) = #rt::unzip(#each); #rest)
        }
    }
}

/// Whether a function may be one of the runtime's, which have no lanes.
fn is_built_in(callee: &Callee) -> bool {
    match callee {
        Callee::Method(name, _) => rules::is_built_in(&name.to_string()),
        Callee::Path(path) if is_associated(path) => {
            path.path.segments.last().is_some_and(|s| rules::is_built_in(&s.ident.to_string()))
        }
        _ => false,
    }
}
