//! Syntax to IR: expressions are cut at every active operation, inactive ones stay whole and native.
mod bind;
mod borrowing;
mod call;
mod constants;
mod control;
mod expr;
mod familiar;
mod filled;
mod functions;
mod grow;
mod iter;
mod mem;
mod native;
mod numbers;
mod patterns;
mod shapes;
mod shared;
mod sorts;
mod stmt;
mod structs;
mod views;

pub(crate) use borrowing::borrows;
pub(crate) use call::is_matrix_type;
pub(crate) use control::{diverges, is_range, may_jump_out, number};
pub(crate) use familiar::{MAKERS, is_place};
pub(crate) use grow::{is_growth, is_runtime};
pub(crate) use native::{is_pure, is_pure_method, operands_of};
pub(crate) use sorts::{STANDARD, is_nalgebra, is_scalar_method};
pub(crate) use views::VIEWS;
pub(crate) use views::is_view_call;

use crate::{
    analysis::activity::{Active, is_constant_type},
    attr,
    ctxt::Ctxt,
    functions::FunctionType,
    ir::*,
    parts::types::Types,
    syntax,
};
use proc_macro2::Span;
use std::collections::{HashMap, HashSet};
use syn::{Expr, FnArg, Ident, ItemFn, Pat, ReturnType, Type};

/// Lowers a function whose variables have names of their own (see [`crate::rename`]).
pub(crate) fn lower(cx: &Ctxt, item: &ItemFn, active: &Active) -> Func {
    let mut lower = Lower::new(cx, active, item);
    let params = lower.params(item);
    let result = lower.function(item);
    let mut body = Block { stmts: std::mem::take(&mut lower.out) };
    control::split_after_jumps(&mut body);
    control::number(&mut body);
    borrowing::mark(cx, &mut lower.vars, &body);
    let generic = lower.scalars.len() > 2;
    let single = lower.scalars.len() > 2 || quote::ToTokens::to_token_stream(&item.sig).to_string().contains("f32");
    let scalar = usual_scalar(item, &lower.scalars);
    let (recursive, repeatable) = (lower.recursive, repeatable(&body));
    let costly = repeatable.iter().filter(|name| crate::parts::effects::is_costly(name)).cloned().collect();
    let (vars, unread, shown, marked) = (lower.vars, vec![], active.shown.clone(), active.marked.proofs(item));
    Func { vars, params, body, result, recursive, repeatable, costly, unread, generic, single, scalar, shown, marked }
}

/// The functions that are called by their name and may be run a second time.
fn repeatable(body: &Block) -> Vec<String> {
    let mut found = Vec::new();
    body.walk(&mut |s| {
        if let Kind::Let { op: Op::Call { callee: Callee::Path(path), .. }, .. } = &s.kind
            && let Some(name) = path.path.get_ident()
            && crate::parts::effects::may_run_again(&name.to_string())
        {
            found.push(name.to_string());
        }
    });
    found
}

/// What all numbers of a function are, by the types that it names.
fn usual_scalar(item: &ItemFn, scalars: &[String]) -> Option<String> {
    let named = syntax::identifiers(item);
    let mut types = scalars.iter().filter(|s| named.contains(*s));
    match (types.next(), types.next()) {
        (Some(only), None) => Some(only.clone()),
        _ => None,
    }
}

/// The parameters alone, for a function whose body is opaque.
pub(crate) fn signature(cx: &Ctxt, item: &ItemFn) -> Func {
    let active = Active::default();
    let mut lower = Lower::new(cx, &active, item);
    let params = lower.params(item);
    Func {
        vars: lower.vars,
        params,
        body: Block::default(),
        result: None,
        recursive: false,
        repeatable: vec![],
        costly: vec![],
        unread: vec![],
        generic: false,
        single: false,
        scalar: None,
        shown: vec![],
        marked: Default::default(),
    }
}

/// Each parameter with its name and type: a plain name is all that a differentiable function's parameter may be.
pub(crate) fn typed_params(item: &ItemFn) -> impl Iterator<Item = (&syn::PatType, Option<&Ident>)> {
    item.sig.inputs.iter().filter_map(|arg| match arg {
        FnArg::Typed(t) => Some((
            t,
            match &*t.pat {
                Pat::Ident(p) => Some(&p.ident),
                _ => None,
            },
        )),
        FnArg::Receiver(_) => None,
    })
}

/// Whether a parameter is a constant by its type or its attribute.
pub(crate) fn is_constant(param: &syn::PatType) -> bool {
    attr::is_nodiff(&param.attrs) || is_constant_type(&param.ty)
}

/// Whether these are bounds of a scalar.
pub(crate) fn is_scalar_bound(bounds: &syn::punctuated::Punctuated<syn::TypeParamBound, syn::Token![+]>) -> bool {
    bounds.iter().any(|b| matches!(b, syn::TypeParamBound::Trait(t) if t.path.segments.last().is_some_and(|s| s.ident == "Real" || s.ident == "RealField")))
}

/// The type parameters that stand for a scalar, and `f32`, `f64`.
pub(crate) fn scalar_types(item: &ItemFn) -> Vec<String> {
    let bounded = is_scalar_bound;
    let mut names = vec!["f32".to_string(), "f64".to_string()];
    names.extend(item.sig.generics.type_params().filter(|p| bounded(&p.bounds)).map(|p| p.ident.to_string()));
    for predicate in item.sig.generics.where_clause.iter().flat_map(|w| &w.predicates) {
        if let syn::WherePredicate::Type(t) = predicate
            && bounded(&t.bounds)
            && let Type::Path(p) = &t.bounded_ty
        {
            names.extend(p.path.get_ident().map(Ident::to_string));
        }
    }
    names
}

struct Target {
    name: Option<String>,
    label: Label,
    is_loop: bool,
    /// Where `break value` puts the value.
    value: Option<Var>,
}

struct Lower<'a> {
    cx: &'a Ctxt,
    active: Active,
    /// Names of scalar types.
    scalars: Vec<String>,
    vars: Vec<VarInfo>,
    names: HashMap<String, Var>,
    /// What variables are whose methods may be the user's.
    sorts: HashMap<Var, sorts::Sort>,
    /// The types of variables, as far as they are seen.
    types: Types,
    /// Constants of types that everybody knows.
    familiar: HashSet<Var>,
    /// The names of variables that change behind shared references.
    shared: HashSet<String>,
    /// Those of types that hold cells, or of any type.
    varying: HashSet<String>,
    /// Type parameters that may stand for any type.
    open: Vec<String>,
    /// Parameters that are functions.
    functions: HashSet<Var>,
    /// Parameters of closures of which it is not known whether they are references.
    untyped: HashSet<Var>,
    /// The block under construction.
    out: Vec<Stmt>,
    labels: Vec<Target>,
    next: u32,
    temps: u32,
    /// Names that the user uses for anything.
    taken: std::collections::HashSet<String>,
    function: Ident,
    recursive: bool,
    /// Where `return` puts its value.
    result: Option<Var>,
    /// Local variables that are `Vec`s by their type or by what they start as.
    vectors: std::collections::HashSet<Var>,
    /// The names of variables whose values differ in shape: see `shapes.rs`.
    varied: HashSet<String>,
    /// Iterators that have a name, and whose items refer into a container.
    lending: HashSet<Var>,
    /// Parameters behind `&mut` that may change their length.
    exclusive: std::collections::HashSet<Var>,
    /// Copies of variables that may change, for the reference that is being made.
    steadied: Option<HashMap<Var, Ident>>,
    /// Variables that are `usize`, by their types or by what they start as.
    indices: HashSet<Var>,
}

impl<'a> Lower<'a> {
    fn new(cx: &'a Ctxt, active: &Active, item: &ItemFn) -> Self {
        let open = crate::parts::cells::open_parameters(&item.sig);
        Lower {
            cx,
            active: active.clone(),
            scalars: scalar_types(item),
            vars: Vec::new(),
            names: HashMap::new(),
            sorts: HashMap::new(),
            types: Types::certain(item),
            familiar: HashSet::new(),
            shared: shared::names(item),
            varying: crate::parts::cells::variables(item, &open),
            open,
            functions: HashSet::new(),
            untyped: HashSet::new(),
            out: Vec::new(),
            labels: Vec::new(),
            next: 0,
            temps: 0,
            taken: syntax::identifiers(item),
            function: item.sig.ident.clone(),
            recursive: false,
            result: None,
            vectors: std::collections::HashSet::new(),
            varied: HashSet::new(),
            lending: HashSet::new(),
            exclusive: std::collections::HashSet::new(),
            steadied: None,
            indices: HashSet::new(),
        }
    }
}

impl Lower<'_> {
    fn params(&mut self, item: &ItemFn) -> Vec<Param> {
        let mut params = Vec::new();
        for arg in &item.sig.inputs {
            if let FnArg::Receiver(r) = arg {
                self.cx.error(
                    r,
                    "methods are not differentiable yet: write a free function that takes `self` as a parameter",
                );
            }
        }
        for (param, ident) in typed_params(item) {
            let Some(ident) = ident else {
                self.cx
                    .error(&param.pat, "give this parameter a name and destructure it in the body: `let (a, b) = p;`");
                continue;
            };
            let constant = is_constant(param);
            if let Some(function) = crate::functions::of_param(&item.sig, &param.ty) {
                params.push(self.function_param(ident, &function, constant));
                continue;
            }
            let (pass, inner) = match &*param.ty {
                Type::Reference(r) if r.mutability.is_some() => (Pass::Mut, &*r.elem),
                Type::Reference(r) => (Pass::Ref, &*r.elem),
                ty => (Pass::Value, ty),
            };
            let view = is_view_type(&param.ty);
            let borrows = !view && borrowing::borrows(inner);
            let mutable = matches!(&*param.pat, Pat::Ident(p) if p.mutability.is_some());
            let (scalar, elements) = (self.is_scalar_type(inner), self.has_scalar_elements(inner));
            let rows = self.has_scalar_rows(inner);
            let parts = if constant { Parts::default() } else { self.parts_of_type(inner) };
            let var = self.declare(
                ident,
                VarInfo {
                    reference: pass != Pass::Value || view,
                    borrows,
                    view,
                    writable: pass == Pass::Mut,
                    active: !constant,
                    scalar,
                    elements,
                    rows,
                    parts: parts.clone(),
                    param: true,
                    ..VarInfo::new(ident.clone())
                },
            );
            let sort = self.sort_of_type(&param.ty);
            self.sorts.extend(sort.map(|s| (var, s)));
            self.indices.extend(filled::is_usize(&param.ty).then_some(var));
            let familiar = self.is_familiar_type(inner);
            self.introduce(&[var], familiar);
            self.introduce_shape(ident, Some(inner), None);
            let exclusive = pass == Pass::Mut && !constant && !self.is_rigid(inner);
            self.exclusive.extend(exclusive.then_some(var));
            params.push(Param {
                var,
                ty: (*param.ty).clone(),
                pass,
                constant,
                again: pass != Pass::Value || view || borrows,
                function: false,
                constants: vec![],
                exclusive,
            });
            if mutable && pass == Pass::Value && !view && !borrows {
                // `mut x: f64` is a variable of its own that starts with the argument's value
                let info = VarInfo {
                    mutable: true,
                    active: !constant,
                    scalar,
                    elements,
                    rows,
                    parts,
                    ..VarInfo::new(ident.clone())
                };
                let var = self.renamed(ident, var, info, constant);
                self.sorts.extend(sort.map(|s| (var, s)));
                self.introduce(&[var], familiar);
            }
        }
        params
    }

    /// A parameter that is called: derivatives are handed a reference to it.
    fn function_param(&mut self, ident: &Ident, function: &FunctionType, constant: bool) -> Param {
        let info = VarInfo { reference: true, active: !constant, param: true, ..VarInfo::new(ident.clone()) };
        let var = self.declare(ident, info);
        self.functions.insert(var);
        let object = function.object();
        Param {
            var,
            ty: syn::parse_quote!(&#object),
            pass: Pass::Ref,
            constant,
            again: true,
            exclusive: false,
            function: true,
            constants: function.constants(),
        }
    }

    /// Types by whose name one sees that their values keep their shape.
    fn is_rigid(&self, ty: &Type) -> bool {
        match ty {
            Type::Slice(s) => self.is_rigid(&s.elem),
            Type::Array(a) => self.is_rigid(&a.elem),
            Type::Paren(p) => self.is_rigid(&p.elem),
            Type::Tuple(t) => t.elems.iter().all(|t| self.is_rigid(t)),
            Type::Path(p) => self.is_scalar_type(ty) || p.path.segments.last().is_some_and(sorts::is_nalgebra),
            _ => false,
        }
    }

    /// Slices, arrays, vectors and matrices of scalars, by their name.
    fn has_scalar_elements(&self, ty: &Type) -> bool {
        match ty {
            Type::Slice(s) => self.is_scalar_type(&s.elem),
            Type::Array(a) => self.is_scalar_type(&a.elem),
            Type::Path(p) => p.path.segments.last().is_some_and(|s| {
                let known = s.ident == "Vec" || sorts::is_nalgebra(s);
                known && syntax::argument(s).is_some_and(|t| self.is_scalar_type(t))
            }),
            _ => false,
        }
    }

    /// Slices, arrays and vectors of those.
    fn has_scalar_rows(&self, ty: &Type) -> bool {
        match ty {
            Type::Slice(s) => self.has_scalar_elements(&s.elem),
            Type::Array(a) => self.has_scalar_elements(&a.elem),
            Type::Path(p) => {
                p.path.segments.last().is_some_and(|s| {
                    s.ident == "Vec" && syntax::argument(s).is_some_and(|t| self.has_scalar_elements(t))
                })
            }
            _ => false,
        }
    }

    /// Declares the variable that stands for a parameter from here on.
    fn renamed(&mut self, ident: &Ident, param: Var, info: VarInfo, constant: bool) -> Var {
        let name = ident.clone();
        // the parameter gives its name to the variable, since native expressions use it
        self.info(param).name = Ident::new(&format!("{}_given", name), name.span());
        let var = self.declare(ident, VarInfo { name: name.clone(), ..info });
        let given = Operand::var(param);
        let op = if constant {
            let given = self.vars[param.0 as usize].name.clone();
            Op::Native(Native { expr: syn::parse_quote!(#given), reads: vec![param], pure: true })
        } else {
            Op::Use(given)
        };
        self.emit(Kind::Let { var, ty: None, op });
        var
    }

    fn is_scalar_type(&self, ty: &Type) -> bool {
        matches!(ty, Type::Path(p) if p.path.get_ident().is_some_and(|i| self.scalars.contains(&i.to_string())))
    }

    /// The whole body; with a `return` inside, a labelled block that every path leaves with the result set.
    fn function(&mut self, item: &ItemFn) -> Option<Operand> {
        let unit = matches!(&item.sig.output, ReturnType::Default)
            || matches!(&item.sig.output, ReturnType::Type(_, t) if matches!(&**t, Type::Tuple(t) if t.elems.is_empty()));
        if !syntax::returns(|visit| visit.visit_block(&item.block)) {
            let value = self.block(&item.block);
            return if unit {
                self.discard(value);
                None
            } else {
                value.map(|v| self.typed_result(v, &item.sig.output)).or_else(|| self.never(item))
            };
        }
        let (items, body) = items_first(&item.block);
        self.block_unit(&items);
        let result = (!unit).then(|| {
            let ty = match &item.sig.output {
                ReturnType::Type(_, t) => Some(t.clone()),
                ReturnType::Default => None,
            };
            let scalar = ty.as_deref().is_some_and(|t| self.is_scalar_type(t));
            let var = self.fresh("result", true, item.sig.ident.span());
            self.vars[var.0 as usize].scalar = scalar;
            self.emit(Kind::Declare { var, ty });
            var
        });
        self.result = result;
        let label = self.label();
        self.labels.push(Target { name: None, label, is_loop: false, value: result });
        let outer = std::mem::take(&mut self.out);
        let value = self.block(&body);
        match (result, value) {
            (Some(result), Some(value)) => self.init(result, value),
            (_, value) => self.discard(value),
        }
        let body = Block { stmts: std::mem::replace(&mut self.out, outer) };
        self.labels.pop();
        self.emit(Kind::Labelled { label, body });
        result.map(Operand::var)
    }

    /// The result of a function that comes to no end: `fn f(x: f64) -> f64 { todo!(); }`
    fn never(&mut self, item: &ItemFn) -> Option<Operand> {
        let ReturnType::Type(_, ty) = &item.sig.output else { return None };
        let var = self.fresh("never", false, item.sig.ident.span());
        let op = Op::Native(self.native(&syn::parse_quote!(::core::unreachable!())));
        self.emit(Kind::Let { var, ty: Some(ty.clone()), op });
        Some(Operand::var(var))
    }

    /// A constant result, which may not say its type by itself: `None`.
    fn typed_result(&mut self, value: Operand, output: &ReturnType) -> Operand {
        match (&value, output) {
            (Operand::Native(n), ReturnType::Type(_, ty)) if !matches!(n.expr, Expr::Lit(_)) => {
                let var = self.temp(false, Span::mixed_site());
                self.emit(Kind::Let { var, ty: Some(ty.clone()), op: Op::Native(n.clone()) });
                self.native_var(var)
            }
            _ => value,
        }
    }

    // ---- building blocks -------------------------------------------------------------------------------------------

    fn emit(&mut self, mut kind: Kind) {
        if let Kind::Let { op, .. } = &mut kind {
            self.lasting(op);
        }
        if let Kind::Let { var, op: Op::Use(Operand::Place(place, Pass::Value)), .. } = &kind
            && place.proj.is_empty()
            && self.untyped.contains(&place.base)
        {
            self.untyped.insert(*var);
        }
        self.notice_index(&kind);
        self.fill(&mut kind);
        self.out.push(Stmt { id: 0, kind });
    }

    fn declare(&mut self, ident: &Ident, info: VarInfo) -> Var {
        let var = Var(self.vars.len() as u32);
        self.vars.push(info);
        self.names.insert(ident.to_string(), var);
        var
    }

    /// A variable that the user did not write.
    fn fresh(&mut self, name: &str, active: bool, span: Span) -> Var {
        let var = Var(self.vars.len() as u32);
        let name = Ident::new(name, Span::mixed_site().located_at(span));
        self.vars.push(VarInfo { active, ..VarInfo::new(name) });
        var
    }

    fn temp(&mut self, active: bool, span: Span) -> Var {
        self.temps += 1;
        while self.taken.contains(&format!("t{}", self.temps)) {
            self.temps += 1;
        }
        let name = format!("t{}", self.temps);
        let var = self.fresh(&name, active, span);
        if active {
            self.active.insert(&name);
        }
        self.names.insert(name, var);
        var
    }

    fn label(&mut self) -> Label {
        self.next += 1;
        Label(self.next)
    }

    fn info(&mut self, v: Var) -> &mut VarInfo {
        &mut self.vars[v.0 as usize]
    }

    fn lookup(&self, e: &Expr) -> Option<Var> {
        match e {
            Expr::Path(p) if p.qself.is_none() => self.names.get(&p.path.get_ident()?.to_string()).copied(),
            Expr::Paren(p) => self.lookup(&p.expr),
            Expr::Group(g) => self.lookup(&g.expr),
            _ => None,
        }
    }

    /// Runs `f` with an empty block under construction and hands out the block.
    fn nested(&mut self, f: impl FnOnce(&mut Self)) -> Block {
        let outer = std::mem::take(&mut self.out);
        f(self);
        Block { stmts: std::mem::replace(&mut self.out, outer) }
    }

    /// Gives a declared variable its value.
    fn init(&mut self, var: Var, value: Operand) {
        self.emit(Kind::Assign { place: Place::var(var), value, init: true });
    }

    /// An expression's value that nobody uses: kept for its effects.
    fn discard(&mut self, value: Option<Operand>) {
        if let Some(Operand::Native(n)) = value
            && !n.pure
        {
            self.native_stmt(&n.expr);
        }
    }

    fn is_scalar(&self, o: &Operand) -> bool {
        match o {
            Operand::Place(p, _) => p.is_number(&self.vars[p.base.0 as usize]),
            Operand::Native(n) => matches!(n.expr, Expr::Lit(_)) || self.is_number(&n.expr),
        }
    }

    /// Whether an expression without derivative is a float by the look of it: `2.0 * h`, `n as f64`, `f64::NEG_INFINITY`.
    fn is_number(&self, e: &Expr) -> bool {
        match e {
            Expr::Lit(l) => crate::emit::is_float(&l.lit),
            Expr::Paren(p) => self.is_number(&p.expr),
            Expr::Unary(u) if matches!(u.op, syn::UnOp::Neg(_)) => self.is_number(&u.expr),
            Expr::Binary(b) => is_arithmetic(&b.op) && self.is_number(&b.left) && self.is_number(&b.right),
            Expr::Cast(c) => self.is_scalar_type(&c.ty),
            Expr::Path(p) if p.path.segments.len() > 1 => {
                p.path.segments.iter().rev().nth(1).is_some_and(|s| self.scalars.iter().any(|n| s.ident == n))
            }
            Expr::Index(i) => !matches!(&*i.index, Expr::Range(_)) && self.behind(&i.expr)[1],
            e => self.lookup(e).is_some_and(|v| self.vars[v.0 as usize].scalar),
        }
    }
}

fn is_arithmetic(op: &syn::BinOp) -> bool {
    use syn::BinOp::{Add, Div, Mul, Rem, Sub};
    matches!(op, Add(_) | Sub(_) | Mul(_) | Div(_) | Rem(_))
}

/// `DVectorView<f64>` and the like: references that are passed by value.
fn is_view_type(ty: &Type) -> bool {
    matches!(ty, Type::Path(p) if p.path.segments.last().is_some_and(|s| {
        let name = s.ident.to_string();
        name.contains("VectorView") || name.contains("MatrixView")
    }))
}

/// Whether an expression lends something to be changed, by its look: `&mut x`, `x.iter_mut()`, `x.as_mut_slice()`.
pub(crate) fn lends_mut(e: &Expr) -> bool {
    identifiers(quote::ToTokens::to_token_stream(e)).any(|i| i.split('_').any(|word| word == "mut"))
}

/// A block's items at its head, which both sweeps of what comes after them see, and that.
fn items_first(block: &syn::Block) -> (syn::Block, syn::Block) {
    let (mut items, mut body) = (block.clone(), block.clone());
    let leading = block.stmts.iter().take_while(|s| matches!(s, syn::Stmt::Item(_))).count();
    items.stmts = body.stmts.drain(..leading).collect();
    (items, body)
}

/// All identifiers among the tokens.
pub(crate) fn identifiers(tokens: proc_macro2::TokenStream) -> impl Iterator<Item = String> {
    fn collect(tokens: proc_macro2::TokenStream, out: &mut Vec<String>) {
        for token in tokens {
            match token {
                proc_macro2::TokenTree::Ident(i) => out.push(i.to_string()),
                proc_macro2::TokenTree::Group(g) => collect(g.stream(), out),
                _ => {}
            }
        }
    }
    let mut out = Vec::new();
    collect(tokens, &mut out);
    out.into_iter()
}
