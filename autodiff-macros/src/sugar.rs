//! Syntax that says in other words what the core language says: `?`, conditions with effects, chains of `let`.
//!
//! ```text
//! e?                              =>    match e { Some(v) => v, None => return None }
//! if { s; c } { a } else { b }    =>    { let cond = { s; c }; if cond { a } else { b } }    whose names `a` and `b` don't see
//! while { s; c } { a }            =>    loop { let cond = { s; c }; if !cond { break } a }
//! if let P = e && c { a } else { b }    =>    'chain: { if let P = e { if c { break 'chain { a } } } b }
//! let mut x: f64;                 =>    let mut x: f64 = 0.0;
//! let mut x; .. x = y;            =>    let mut x = 0.0;      where `y: f64`
//! let r = 1..3; x[r]              =>    x[r.clone()]    which may be said more than once
//! k = cell(x);                    =>    { let value = cell(x); k = value; }    where `fn cell(x: f64) -> usize`
//! ```
use crate::{
    atom::tail,
    ctxt::Ctxt,
    names::Names,
    parts::{is_of_constants, seen::is_constant, types::Types},
    syntax::name,
};
use proc_macro2::Span;
use syn::{
    Block, Expr, ExprBlock, ExprIf, ExprWhile, Ident, ItemFn, Lifetime, ReturnType, Stmt, Type, parse_quote,
    parse_quote_spanned,
    spanned::Spanned,
    visit::{self, Visit},
    visit_mut::{self, VisitMut},
};

/// A copy of the function in the core language.
pub(crate) fn without(cx: &Ctxt, item: &ItemFn) -> ItemFn {
    let mut item = item.clone();
    let mut desugar = Desugar {
        cx,
        carrier: carrier(&item.sig.output),
        closure: false,
        labels: 0,
        names: Names::beside(&item),
        types: types(&item),
        ranges: ranges(&item),
        numbers: item.sig.generics.const_params().map(|c| c.ident.to_string()).collect(),
    };
    desugar.visit_block_mut(&mut item.block);
    item
}

/// What `?` returns early, by the name of the result's type.
#[derive(Clone, Copy)]
enum Carrier {
    Option,
    Result,
    Other,
}

fn carrier(output: &ReturnType) -> Carrier {
    let ReturnType::Type(_, ty) = output else { return Carrier::Other };
    match &**ty {
        Type::Path(p) if p.path.segments.last().is_some_and(|s| s.ident == "Option") => Carrier::Option,
        Type::Path(p) if p.path.segments.last().is_some_and(|s| s.ident == "Result") => Carrier::Result,
        _ => Carrier::Other,
    }
}

/// What `?` in a closure returns early, by the type that it is given or by what it ends with.
fn closure_carrier(c: &syn::ExprClosure) -> Carrier {
    fn of_value(e: &Expr) -> Carrier {
        let tail = |block: &Block| match block.stmts.last() {
            Some(Stmt::Expr(e, None)) => of_value(e),
            _ => Carrier::Other,
        };
        match e {
            Expr::Paren(p) => of_value(&p.expr),
            Expr::Block(b) => tail(&b.block),
            Expr::If(i) => match (tail(&i.then_branch), &i.else_branch) {
                (Carrier::Other, Some((_, els))) => of_value(els),
                (carrier, _) => carrier,
            },
            Expr::Match(m) => {
                let mut arms = m.arms.iter().map(|a| of_value(&a.body));
                arms.find(|c| !matches!(c, Carrier::Other)).unwrap_or(Carrier::Other)
            }
            Expr::Call(c) => match &*c.func {
                Expr::Path(p) if p.path.is_ident("Some") => Carrier::Option,
                Expr::Path(p) if p.path.is_ident("Ok") || p.path.is_ident("Err") => Carrier::Result,
                _ => Carrier::Other,
            },
            Expr::Path(p) if p.path.is_ident("None") => Carrier::Option,
            _ => Carrier::Other,
        }
    }
    match &c.output {
        ReturnType::Type(..) => carrier(&c.output),
        ReturnType::Default => of_value(&c.body),
    }
}

struct Desugar<'a> {
    cx: &'a Ctxt,
    carrier: Carrier,
    /// Inside of a closure.
    closure: bool,
    labels: usize,
    names: Names,
    types: Types,
    /// Variables that are ranges, or whose namesakes are: these can't be copied, but cloned.
    ranges: Vec<String>,
    /// The constants among its generics.
    numbers: Vec<String>,
}

/// The variables that are ranges by their types or by what they are.
fn ranges(item: &ItemFn) -> Vec<String> {
    struct Find(Vec<String>);
    impl Visit<'_> for Find {
        fn visit_local(&mut self, l: &syn::Local) {
            if let (syn::Pat::Ident(p), Some(init)) = (&l.pat, &l.init)
                && matches!(*init.expr, Expr::Range(_))
            {
                self.0.push(p.ident.to_string());
            }
            syn::visit::visit_local(self, l);
        }
        fn visit_pat_type(&mut self, t: &syn::PatType) {
            if let (syn::Pat::Ident(p), Type::Path(ty)) = (&*t.pat, &*t.ty)
                && ty.path.segments.last().is_some_and(|s| s.ident.to_string().starts_with("Range"))
            {
                self.0.push(p.ident.to_string());
            }
        }
    }
    let mut find = Find(Vec::new());
    find.visit_item_fn(item);
    find.0
}

impl VisitMut for Desugar<'_> {
    fn visit_local_mut(&mut self, l: &mut syn::Local) {
        let pat = if let syn::Pat::Type(t) = &l.pat { &*t.pat } else { &l.pat };
        if let (syn::Pat::Ident(p), Some(init)) = (pat, &mut l.init)
            && p.by_ref.is_none()
        {
            self.copied_out(&mut init.expr);
        }
        visit_mut::visit_local_mut(self, l);
    }

    fn visit_expr_mut(&mut self, e: &mut Expr) {
        // what is outside comes first: a chain hands its parts on
        match e {
            Expr::If(i) if is_chain(&i.cond) => *e = self.chain(i.clone()),
            Expr::While(w) if is_chain(&w.cond) => *e = self.while_chain(w.clone()),
            Expr::If(i) if effects(&i.cond) => *e = if_after(i.clone(), &self.names.ident("cond")),
            Expr::While(w) if effects(&w.cond) => *e = loop_after(w.clone(), &self.names.ident("cond")),
            Expr::Binary(b) if !crate::analysis::activity::is_assignment(&b.op) => {
                self.copied_out(&mut b.left);
                self.copied_out(&mut b.right);
            }
            _ => {}
        }
        visit_mut::visit_expr_mut(self, e);
        match e {
            Expr::Try(t) => *e = self.question_mark(t, false),
            Expr::Index(i) => {
                if let Expr::Path(p) = &*i.index
                    && p.path.get_ident().is_some_and(|name| self.ranges.contains(&name.to_string()))
                {
                    let range = &i.index;
                    *i.index = parse_quote!(#range.clone());
                }
            }
            // in the head of a loop the block would be the loop's
            Expr::Range(r) => {
                for bound in r.start.iter_mut().chain(&mut r.end) {
                    if matches!(**bound, Expr::Block(_) | Expr::If(_) | Expr::Match(_) | Expr::Loop(_)) {
                        **bound = parse_quote!((#bound));
                    }
                }
            }
            // of a variable's own value it is known that it has no derivative
            Expr::Assign(a) if is_of_constants(&a.right) => {
                let (left, right, value) = (&a.left, &a.right, self.names.ident("value"));
                *e = parse_quote!({ let #value = #right; #left = #value; });
            }
            _ => {}
        }
    }
    fn visit_block_mut(&mut self, block: &mut Block) {
        for k in 0..block.stmts.len() {
            let (before, after) = block.stmts.split_at_mut(k + 1);
            if let Some(Stmt::Local(local)) = before.last_mut()
                && let Some((p, first)) = late(local, &self.types)
                && (p.mutability.is_some() || !after.iter().any(|s| gives(s, &p.ident)))
            {
                p.mutability = Some(Default::default());
                let expr = Box::new(first);
                local.init = Some(syn::LocalInit { eq_token: Default::default(), expr, diverge: None });
            }
        }
        visit_mut::visit_block_mut(self, block);
    }
    fn visit_expr_closure_mut(&mut self, c: &mut syn::ExprClosure) {
        let outer = (self.carrier, self.closure);
        (self.carrier, self.closure) = (closure_carrier(c), true);
        self.visit_expr_mut(&mut c.body);
        (self.carrier, self.closure) = outer;
    }
    /// `f::<N>` is `f::<{ N }>` where `N` is no type.
    fn visit_generic_argument_mut(&mut self, a: &mut syn::GenericArgument) {
        if let syn::GenericArgument::Type(Type::Path(p)) = a
            && let Some(name) = p.path.get_ident()
            && (self.numbers.contains(&name.to_string()) || is_constant(&name.to_string()))
        {
            *a = syn::GenericArgument::Const(parse_quote!({ #name }));
        }
    }
    fn visit_expr_try_block_mut(&mut self, _: &mut syn::ExprTryBlock) {}
    fn visit_item_mut(&mut self, _: &mut syn::Item) {}
}

/// The variable of `let x: f64;`, and a value for it that is never read.
fn late<'a>(local: &'a mut syn::Local, types: &Types) -> Option<(&'a mut syn::PatIdent, Expr)> {
    if local.init.is_some() {
        return None;
    }
    match &mut local.pat {
        syn::Pat::Ident(p) => {
            let first = first_value(&types.of_expr(&name(&p.ident))?)?;
            Some((p, first))
        }
        syn::Pat::Type(t) => match &mut *t.pat {
            syn::Pat::Ident(p) => Some((p, first_value(&t.ty).or_else(|| default(&t.ty))?)),
            _ => None,
        },
        _ => None,
    }
}

/// Whether a function has a variable without a type and a value, `let x;`.
fn has_open(item: &ItemFn) -> bool {
    struct Open(bool);
    impl Visit<'_> for Open {
        fn visit_local(&mut self, l: &syn::Local) {
            self.0 |= l.init.is_none() && matches!(l.pat, syn::Pat::Ident(_));
            visit::visit_local(self, l);
        }
    }
    let mut open = Open(false);
    open.visit_block(&item.block);
    open.0
}

/// The types of a function's variables as far as they are seen, those of `let x;` by what is assigned to them. Names may have several
/// variables: a first value of another type is rustc's error.
fn types(item: &ItemFn) -> Types {
    struct Declared<'a> {
        types: &'a mut Types,
        new: bool,
    }
    impl Visit<'_> for Declared<'_> {
        fn visit_local(&mut self, l: &syn::Local) {
            self.types.declare(l);
            visit::visit_local(self, l);
        }
        fn visit_expr_assign(&mut self, a: &syn::ExprAssign) {
            visit::visit_expr_assign(self, a);
            if let Expr::Path(p) = &*a.left
                && let Some(name) = p.path.get_ident()
                && self.types.of_expr(&a.left).is_none()
                && let Some(ty) = self.types.of_expr(&a.right).or_else(|| discrete(&a.right))
            {
                self.types.insert(name.to_string(), ty);
                self.new = true;
            }
        }
        fn visit_item(&mut self, _: &syn::Item) {}
    }
    let mut types = Types::certain(item);
    if !has_open(item) {
        return types;
    }
    loop {
        let mut declared = Declared { types: &mut types, new: false };
        declared.visit_block(&item.block);
        // what is assigned may be known by now
        if !declared.new {
            return types;
        }
    }
}

/// Whether a variable has a value after a statement, whichever way was taken.
fn gives(s: &Stmt, name: &Ident) -> bool {
    match s {
        Stmt::Expr(e, _) => gives_in(e, name),
        _ => false,
    }
}

fn gives_in(e: &Expr, name: &Ident) -> bool {
    let block = |b: &Block| b.stmts.iter().any(|s| gives(s, name));
    match e {
        Expr::Assign(a) => match &*a.left {
            Expr::Tuple(t) => t.elems.iter().any(|e| is_name(e, name)),
            left => is_name(left, name),
        },
        Expr::Block(b) => b.label.is_none() && block(&b.block),
        Expr::If(i) => block(&i.then_branch) && i.else_branch.as_ref().is_some_and(|(_, e)| gives_in(e, name)),
        Expr::Match(m) => m.arms.iter().all(|a| gives_in(&a.body, name)),
        // there what is given was given before
        Expr::Return(_) | Expr::Break(_) | Expr::Continue(_) => true,
        _ => false,
    }
}

fn is_name(e: &Expr, name: &Ident) -> bool {
    matches!(e, Expr::Path(p) if p.path.is_ident(name))
}

fn first_value(ty: &Type) -> Option<Expr> {
    let Type::Path(ty) = ty else { return None };
    Some(match ty.path.segments.last()?.ident.to_string().as_str() {
        "f32" | "f64" => parse_quote!(0.0),
        "bool" => parse_quote!(false),
        "u8" | "u16" | "u32" | "u64" | "u128" | "usize" | "i8" | "i16" | "i32" | "i64" | "i128" | "isize" => {
            parse_quote!(0)
        }
        "Vec" => parse_quote!(::std::vec::Vec::new()),
        _ => return None,
    })
}

/// The type of a literal that is no float; of an integer one that stands for all of them.
fn discrete(e: &Expr) -> Option<Type> {
    let Expr::Lit(l) = e else { return None };
    match &l.lit {
        syn::Lit::Int(_) => Some(parse_quote!(i32)),
        syn::Lit::Bool(_) => Some(parse_quote!(bool)),
        _ => None,
    }
}

/// Of a type that has one: else rustc asks for it.
fn default(ty: &Type) -> Option<Expr> {
    match ty {
        Type::Path(_) | Type::Array(_) | Type::Tuple(_) => {
            Some(parse_quote_spanned!(ty.span()=> <#ty as ::core::default::Default>::default()))
        }
        _ => None,
    }
}

impl Desugar<'_> {
    /// `*x.get(i)?` where a number is wanted: copied in the branch that has one.
    fn copied_out(&mut self, e: &mut Expr) {
        if let Expr::Unary(syn::ExprUnary { op: syn::UnOp::Deref(_), expr, .. }) = e
            && let Expr::Try(t) = &mut **expr
            && !matches!(self.carrier, Carrier::Other)
        {
            self.visit_expr_mut(&mut t.expr);
            *e = self.question_mark(t, true);
        }
    }

    fn question_mark(&self, t: &syn::ExprTry, copied: bool) -> Expr {
        let (e, span) = (&t.expr, t.question_token.span());
        let name = Ident::new("value", Span::mixed_site().located_at(span));
        let v: Expr = if copied { parse_quote!(*#name) } else { parse_quote!(#name) };
        if let (Carrier::Result, Some((option, error))) = (&self.carrier, or_else(e)) {
            return match self.closure {
                true => parse_quote! {
                    match #option { Some(#name) => #v, None => return Err(::core::convert::From::from((#error)())) }
                },
                false => parse_quote! {
                    match #option {
                        ::core::option::Option::Some(#name) => #v,
                        ::core::option::Option::None => return ::core::result::Result::Err(::core::convert::From::from((#error)())),
                    }
                },
            };
        }
        match self.carrier {
            // chains look for `None` and `Err` by their names
            Carrier::Option if self.closure => parse_quote!(match #e { Some(#name) => #v, None => return None }),
            Carrier::Result if self.closure => {
                parse_quote!(match #e { Ok(#name) => #v, Err(error) => return Err(::core::convert::From::from(error)) })
            }
            Carrier::Other if self.closure => Expr::Try(t.clone()),
            Carrier::Option => parse_quote! {
                match #e { ::core::option::Option::Some(#name) => #v, ::core::option::Option::None => return ::core::option::Option::None }
            },
            Carrier::Result => parse_quote! {
                match #e {
                    ::core::result::Result::Ok(#name) => #v,
                    ::core::result::Result::Err(error) => return ::core::result::Result::Err(::core::convert::From::from(error)),
                }
            },
            Carrier::Other => {
                self.cx.error(
                    t.question_token,
                    "`?` needs a function whose result is written as `Option<..>` or `Result<..>`: use `match`",
                );
                parse_quote!(#e.unwrap())
            }
        }
    }

    /// `if a && let P = b && c { then } else { els }`
    fn chain(&mut self, i: ExprIf) -> Expr {
        let mut links = Vec::new();
        links_of(&i.cond, &mut links);
        let then = &i.then_branch;
        let Some((_, els)) = &i.else_branch else { return nested(&links, parse_quote!(#then)) };
        let label = self.label(i.if_token.span);
        let inner = nested(&links, parse_quote!({ break #label #then; }));
        parse_quote!(#label: { #inner #els })
    }

    fn while_chain(&mut self, w: ExprWhile) -> Expr {
        let mut links = Vec::new();
        links_of(&w.cond, &mut links);
        let label = w.label.as_ref().map_or_else(|| self.label(w.while_token.span), |l| l.name.clone());
        let body = &w.body;
        let inner = nested(&links, parse_quote!({ #body continue #label; }));
        parse_quote!(#label: loop { #inner break #label; })
    }

    fn label(&mut self, span: Span) -> Lifetime {
        self.labels += 1;
        Lifetime::new(&format!("'chain_{}", self.labels), Span::mixed_site().located_at(span))
    }
}

/// `o.ok_or_else(|| error)`
fn or_else(e: &Expr) -> Option<(&Expr, &Expr)> {
    let Expr::MethodCall(m) = e else { return None };
    match m.args.first() {
        Some(error @ Expr::Closure(c)) if m.method == "ok_or_else" && c.inputs.is_empty() => Some((&m.receiver, error)),
        _ => None,
    }
}

/// `if a { if let P = b { then } }`
fn nested(links: &[Expr], then: Expr) -> Expr {
    links.iter().rev().fold(then, |inner, link| match inner {
        Expr::Block(ExprBlock { block, label: None, .. }) => parse_quote!(if #link #block),
        inner => {
            let inner = tail(&inner);
            parse_quote!(if #link { #inner })
        }
    })
}

/// `let` joined with something else.
fn is_chain(cond: &Expr) -> bool {
    fn has_let(e: &Expr) -> bool {
        match e {
            Expr::Let(_) => true,
            Expr::Binary(b) => has_let(&b.left) || has_let(&b.right),
            _ => false,
        }
    }
    matches!(cond, Expr::Binary(_)) && has_let(cond)
}

fn links_of(e: &Expr, links: &mut Vec<Expr>) {
    match e {
        Expr::Binary(b) if matches!(b.op, syn::BinOp::And(_)) => {
            links_of(&b.left, links);
            links_of(&b.right, links);
        }
        e => links.push(e.clone()),
    }
}

/// A condition that is a block with more than its value in it.
fn effects(cond: &Expr) -> bool {
    match cond {
        Expr::Paren(p) => effects(&p.expr),
        Expr::Block(b) => {
            b.label.is_none() && b.block.stmts.len() > 1 && matches!(b.block.stmts.last(), Some(Stmt::Expr(_, None)))
        }
        _ => false,
    }
}

fn if_after(mut i: ExprIf, name: &Ident) -> Expr {
    let cond = std::mem::replace(&mut *i.cond, parse_quote!(#name));
    parse_quote!({ let #name: bool = #cond; #i })
}

fn loop_after(w: ExprWhile, name: &Ident) -> Expr {
    let (label, cond, body) = (&w.label, &w.cond, &w.body.stmts);
    parse_quote!(#label loop { let #name: bool = #cond; if !#name { break; } #(#body)* })
}
