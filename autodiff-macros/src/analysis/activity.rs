//! Which variables may carry a derivative: whatever is computed from an active parameter, by the syntax alone.
//!
//! Over-approximation costs time only; under-approximation would be silently wrong. So everything that mentions an active
//! variable is active unless the syntax proves otherwise: comparisons, casts to integers, lengths, formatting, `stop_gradient`.
use super::changing::{is_mut_type, lends_mut, says_mut};
use crate::{
    desugar::{is_chain, local_closures, takes_functions, unwrapped, visit_macro_args},
    parts::Marked,
    rules,
};
use std::collections::{HashMap, HashSet};
use syn::{BinOp, Expr, Ident, ItemFn, Local, Pat, visit::Visit};

/// The names of the active variables (names are unique after renaming).
#[derive(Clone, Default, Debug)]
pub(crate) struct Active {
    names: HashSet<String>,
    /// `let (a, b) = s.split_at_mut(n)`: what is written through `a` is written to `s`.
    writes_through: Vec<(String, String)>,
    /// All local variables.
    locals: HashSet<String>,
    /// Those that can be written, by their declaration.
    writable: HashSet<String>,
    /// Parameters that are shared references, and names of parts of what is behind these: nothing is written through them.
    shared: HashSet<String>,
    /// Closures with names of their own.
    closures: HashMap<String, Expr>,
    /// Those that carry none, by what they are declared or start as.
    constants: HashSet<String>,
    /// Those that are not active because they are lent, since their types have no derivative.
    lent: HashSet<String>,
    /// Those of both whose types only the file shows.
    pub(crate) shown: Vec<String>,
    /// Fields that hold none.
    pub(crate) marked: Marked,
}

/// Propagates from the active parameters to a fixed point.
pub(crate) fn active(
    item: &ItemFn,
    params: impl IntoIterator<Item = String>,
    constants: impl IntoIterator<Item = String>,
) -> Active {
    let mut facts = Active { names: params.into_iter().collect(), ..Active::default() };
    let by_type = crate::parts::constants(item);
    facts.shown = by_type.shown().cloned().collect();
    facts.constants = constants.into_iter().chain(by_type.plain().cloned()).collect();
    facts.lent = by_type.own().cloned().collect();
    (facts.locals, facts.writable) = locals(item);
    let shared = |ty: &syn::Type| matches!(ty, syn::Type::Reference(r) if r.mutability.is_none());
    facts.shared = crate::lower::typed_params(item)
        .filter(|(p, _)| shared(&p.ty))
        .filter_map(|(_, name)| name.map(Ident::to_string))
        .collect();
    facts.closures = local_closures(&item.block);
    facts.marked = Marked::of(item);
    loop {
        let before = facts.names.len();
        let mut pass = Pass { facts: &mut facts };
        pass.visit_block(&item.block);
        for (alias, root) in facts.writes_through.clone() {
            if facts.names.contains(&alias) {
                facts.activate(root);
            }
        }
        if facts.names.len() == before {
            return facts;
        }
    }
}

impl Active {
    pub(crate) fn contains(&self, ident: &Ident) -> bool {
        self.names.contains(&ident.to_string())
    }

    /// Whether a variable has this name.
    pub(crate) fn is_local(&self, ident: &Ident) -> bool {
        self.locals.contains(&ident.to_string())
    }

    fn activate(&mut self, name: String) {
        if !self.constants.contains(&name) {
            self.names.insert(name);
        }
    }

    /// A temporary of the lowering.
    pub(crate) fn insert(&mut self, name: &str) {
        self.names.insert(name.to_string());
    }

    /// Whether the value of this expression may carry a derivative.
    pub(crate) fn carries(&self, e: &Expr) -> bool {
        match e {
            Expr::Lit(_) | Expr::Continue(_) | Expr::Break(_) | Expr::Return(_) | Expr::While(_) | Expr::ForLoop(_) => {
                false
            }
            Expr::Assign(_) | Expr::Let(_) | Expr::Infer(_) | Expr::Const(_) => false,
            Expr::Path(p) => p.path.get_ident().is_some_and(|i| self.contains(i)),
            Expr::Binary(b) => {
                !is_comparison(&b.op) && !is_assignment(&b.op) && (self.carries(&b.left) || self.carries(&b.right))
            }
            Expr::Cast(c) => !is_constant_type(&c.ty) && self.carries(&c.expr),
            Expr::Index(i) => self.carries(&i.expr),
            Expr::MethodCall(m) => {
                let name = m.method.to_string();
                if is_chain(&m.receiver)
                    && let Some(carries) = self.chain_carries(m, &name)
                {
                    return carries;
                }
                if rules::DECIDING_METHODS.contains(&name.as_str()) {
                    return self.carries(&m.receiver);
                }
                !rules::INACTIVE_METHODS.contains(&name.as_str())
                    && !crate::parts::is_part(&name)
                    && (self.carries(&m.receiver) || m.args.iter().any(|a| self.carries(a)))
            }
            Expr::Call(c) => {
                let name = call_name(c);
                !matches!(name.as_deref(), Some("stop_gradient" | "Err"))
                    && !crate::parts::is_site(c)
                    && !crate::slices::is_checked_index(c)
                    && !name.is_some_and(|n| {
                        rules::INACTIVE_METHODS.contains(&n.as_str()) && qualified(c) && !is_of_module(c, &n)
                    })
                    && (self.carries(&c.func) || c.args.iter().any(|a| self.carries(a)))
            }
            Expr::Closure(c) => self.mentions(&c.body),
            // a number may come back from its text
            Expr::Macro(m) => (!is_inactive_macro(&m.mac.path) || m.mac.path.is_ident("format")) && self.mentions(e),
            Expr::Block(b) => self.block(&b.block),
            Expr::Unsafe(b) => self.block(&b.block),
            Expr::If(i) => self.block(&i.then_branch) || i.else_branch.as_ref().is_some_and(|(_, e)| self.carries(e)),
            Expr::Match(m) => m.arms.iter().any(|a| self.carries(&a.body)),
            Expr::Loop(l) => self.breaks(&l.body),
            Expr::Range(_) => false,
            Expr::Unary(u) if matches!(u.op, syn::UnOp::Not(_)) => false,
            Expr::Paren(p) => self.carries(&p.expr),
            Expr::Group(g) => self.carries(&g.expr),
            Expr::Reference(r) => self.carries(&r.expr),
            Expr::Unary(u) => self.carries(&u.expr),
            Expr::Field(f) => self.carries(&f.base) && !self.marked.contains(f),
            Expr::Array(a) => a.elems.iter().any(|e| self.carries(e)),
            Expr::Tuple(t) => t.elems.iter().any(|e| self.carries(e)),
            Expr::Repeat(r) => self.carries(&r.expr),
            Expr::Struct(s) => {
                s.fields.iter().any(|f| self.carries(&f.expr)) || s.rest.as_ref().is_some_and(|r| self.carries(r))
            }
            Expr::Try(t) => self.carries(&t.expr),
            _ => self.mentions(e),
        }
    }

    /// Whether what a method makes of an iterator carries a derivative; `None` where it is as with all methods.
    fn chain_carries(&self, m: &syn::ExprMethodCall, name: &str) -> Option<bool> {
        if let Some(syn::GenericArgument::Type(t)) = m.turbofish.as_ref().and_then(|t| t.args.first())
            && is_constant_type(t)
        {
            return Some(false);
        }
        match (name, m.args.last()) {
            ("any" | "all" | "count" | "position" | "rposition", _) => Some(false),
            ("map" | "flat_map" | "filter_map" | "map_while" | "find_map", Some(Expr::Closure(c))) => {
                Some(self.returned(c))
            }
            ("fold" | "try_fold" | "scan", Some(Expr::Closure(c))) => {
                Some(self.carries(&m.args[0]) || self.returned(c))
            }
            _ => None,
        }
    }

    /// Whether a closure's result carries a derivative.
    fn returned(&self, c: &syn::ExprClosure) -> bool {
        struct Returns<'a>(&'a Active, bool);
        impl Visit<'_> for Returns<'_> {
            fn visit_expr_return(&mut self, r: &syn::ExprReturn) {
                self.1 |= r.expr.as_ref().is_some_and(|e| self.0.carries(e));
                syn::visit::visit_expr_return(self, r);
            }
        }
        let mut returns = Returns(self, self.carries(&c.body));
        returns.visit_expr(&c.body);
        returns.1
    }

    fn block(&self, block: &syn::Block) -> bool {
        matches!(block.stmts.last(), Some(syn::Stmt::Expr(e, None)) if self.carries(e))
            || matches!(block.stmts.last(), Some(syn::Stmt::Macro(m)) if m.semi_token.is_none() && !is_inactive_macro(&m.mac.path) && mentions_tokens(self, &m.mac.tokens))
            || self.breaks(block) // a labelled block hands out what its breaks carry
    }

    fn breaks(&self, block: &syn::Block) -> bool {
        struct Breaks<'a>(&'a Active, bool);
        impl Visit<'_> for Breaks<'_> {
            fn visit_expr_break(&mut self, b: &syn::ExprBreak) {
                self.1 |= b.expr.as_ref().is_some_and(|e| self.0.carries(e));
            }
        }
        let mut breaks = Breaks(self, false);
        breaks.visit_block(block);
        breaks.1
    }

    /// Whether the name is that of a variable through which others may be written.
    fn is_alias(&self, e: &Expr) -> bool {
        matches!(e, Expr::Path(p) if p.path.get_ident().is_some_and(|i| self.is_alias_name(i)))
    }

    fn is_alias_name(&self, name: &Ident) -> bool {
        self.writes_through.iter().any(|(a, _)| name == a)
    }

    /// Whether nothing is written through the items of an iterator, by the look of it.
    fn hands_out_shared(&self, e: &Expr) -> bool {
        match e {
            Expr::Paren(p) => self.hands_out_shared(&p.expr),
            Expr::Reference(r) => r.mutability.is_none(),
            Expr::Path(p) => p.path.get_ident().is_some_and(|i| self.shared.contains(&i.to_string())),
            Expr::Range(_) => true,
            Expr::MethodCall(m) => match m.method.to_string().as_str() {
                "iter" | "windows" | "chunks" | "chunks_exact" => true,
                "enumerate" | "rev" | "skip" | "take" | "step_by" => self.hands_out_shared(&m.receiver),
                "zip" | "chain" => {
                    self.hands_out_shared(&m.receiver) && m.args.iter().all(|a| self.hands_out_shared(a))
                }
                _ => false,
            },
            _ => false,
        }
    }

    /// Whether an expression looks for something in a container, and finds a shared reference to it: `x.get(i)`, `x.last().unwrap()`.
    fn looks_for(&self, e: &Expr) -> bool {
        let Expr::MethodCall(m) = unwrapped(e) else { return false };
        match m.method.to_string().as_str() {
            "get" | "first" | "last" | "as_ref" | "as_deref" => true,
            "find" | "min_by" | "max_by" | "min_by_key" | "max_by_key" | "nth" => self.hands_out_shared(&m.receiver),
            "unwrap" | "expect" => self.looks_for(&m.receiver),
            _ => false,
        }
    }

    /// Whether an active variable is named anywhere in the expression.
    pub(crate) fn mentions(&self, e: &Expr) -> bool {
        let mut names = Names::default();
        names.visit_expr(e);
        names.0.iter().any(|n| self.names.contains(n))
    }
}

/// The parameters and everything that is bound in the body, and which of them can be written by their declaration.
fn locals(item: &ItemFn) -> (HashSet<String>, HashSet<String>) {
    #[derive(Default)]
    struct Patterns(HashSet<String>, HashSet<String>);
    impl Visit<'_> for Patterns {
        fn visit_pat_ident(&mut self, p: &syn::PatIdent) {
            self.0.insert(p.ident.to_string());
            if p.mutability.is_some() {
                self.1.insert(p.ident.to_string());
            }
            syn::visit::visit_pat_ident(self, p);
        }
        fn visit_pat_type(&mut self, p: &syn::PatType) {
            if is_mut_type(&p.ty) {
                self.1.extend(pattern_names(&p.pat));
            }
            syn::visit::visit_pat_type(self, p);
        }
    }
    let mut patterns = Patterns::default();
    patterns.visit_item_fn(item);
    (patterns.0, patterns.1)
}

fn mentions_tokens(active: &Active, tokens: &proc_macro2::TokenStream) -> bool {
    let mut names = Names::default();
    names.tokens(tokens.clone());
    names.0.iter().any(|n| active.names.contains(n))
}

/// All identifiers in an expression that may name a variable, those in macros included.
#[derive(Default)]
pub(crate) struct Names(pub(crate) Vec<String>);

impl Names {
    pub(crate) fn of(e: &Expr) -> Vec<String> {
        let mut names = Names::default();
        names.visit_expr(e);
        names.0
    }

    fn tokens(&mut self, tokens: proc_macro2::TokenStream) {
        for token in tokens {
            match token {
                proc_macro2::TokenTree::Ident(i) => self.0.push(i.to_string()),
                proc_macro2::TokenTree::Group(g) => self.tokens(g.stream()),
                proc_macro2::TokenTree::Literal(l) => {
                    // `{name}` in a format string
                    let text = l.to_string();
                    self.0.extend(
                        text.split('{')
                            .skip(1)
                            .map(|p| p.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect()),
                    );
                }
                _ => {}
            }
        }
    }
}

impl Visit<'_> for Names {
    fn visit_path(&mut self, path: &syn::Path) {
        if let Some(i) = path.get_ident() {
            self.0.push(i.to_string());
        }
        syn::visit::visit_path(self, path);
    }
    fn visit_macro(&mut self, mac: &syn::Macro) {
        self.tokens(mac.tokens.clone());
    }
}

struct Pass<'a> {
    facts: &'a mut Active,
}

impl Pass<'_> {
    fn bind(&mut self, pat: &Pat) {
        if is_error(pat) {
            return;
        }
        for name in pattern_names(pat) {
            self.facts.activate(name);
        }
    }

    /// What a pattern takes apart: each part of a tuple has its own value.
    fn bind_value(&mut self, pat: &Pat, e: &Expr) {
        match (pat, e) {
            (_, Expr::Paren(p)) => self.bind_value(pat, &p.expr),
            (Pat::Paren(p), _) => self.bind_value(&p.pat, e),
            (Pat::Type(t), _) if is_constant_type(&t.ty) => {}
            (Pat::Type(t), e) => match (&*t.pat, &*t.ty) {
                (Pat::Tuple(p), syn::Type::Tuple(ty)) if all_parts(p, ty.elems.len()) && self.facts.carries(e) => {
                    let parts = p.elems.iter().zip(&ty.elems);
                    parts.filter(|(_, ty)| !is_constant_type(ty)).for_each(|(p, _)| self.bind(p));
                }
                (pat, _) => self.bind_value(pat, e),
            },
            (Pat::Struct(s), e) if self.facts.carries(e) => {
                let parts = s.fields.iter().filter(|f| !self.facts.marked.binds(&f.member, e));
                parts.map(|f| &*f.pat).collect::<Vec<_>>().into_iter().for_each(|p| self.bind(p));
            }
            (Pat::Tuple(p), Expr::Tuple(t)) if all_parts(p, t.elems.len()) => {
                p.elems.iter().zip(&t.elems).for_each(|(p, e)| self.bind_value(p, e));
            }
            _ if self.facts.carries(e) => self.bind(pat),
            _ => {}
        }
    }

    /// `(a, b) = (c, d)`
    fn assign(&mut self, left: &Expr, right: &Expr) {
        match (left, right) {
            (_, Expr::Paren(p)) => self.assign(left, &p.expr),
            (Expr::Tuple(l), Expr::Tuple(r)) if l.elems.len() == r.elems.len() && !l.elems.iter().any(is_rest) => {
                l.elems.iter().zip(&r.elems).for_each(|(l, r)| self.assign(l, r));
            }
            _ if self.facts.carries(right) => self.activate_root(left),
            _ => {}
        }
    }

    /// The items of an iterator: counters are constants, and each part of a `zip` has its own source.
    fn bind_items(&mut self, pat: &Pat, e: &Expr) {
        match (e, pat) {
            (Expr::Paren(p), _) => self.bind_items(pat, &p.expr),
            (_, Pat::Reference(r)) => self.bind_items(&r.pat, e),
            (_, Pat::Paren(p)) => self.bind_items(&p.pat, e),
            (_, Pat::Type(t)) if is_constant_type(&t.ty) => {}
            (_, Pat::Type(t)) => self.bind_items(&t.pat, e),
            (Expr::MethodCall(m), Pat::Tuple(t)) if m.method == "enumerate" && t.elems.len() == 2 => {
                self.bind_items(&t.elems[1], &m.receiver)
            }
            (Expr::MethodCall(m), Pat::Tuple(t)) if m.method == "zip" && t.elems.len() == 2 && m.args.len() == 1 => {
                self.bind_items(&t.elems[0], &m.receiver);
                self.bind_items(&t.elems[1], &m.args[0]);
            }
            (Expr::MethodCall(m), _)
                if m.method == "into_iter" && is_chain(&m.receiver)
                    || [
                        "rev",
                        "skip",
                        "take",
                        "step_by",
                        "copied",
                        "cloned",
                        "filter",
                        "take_while",
                        "skip_while",
                        "inspect",
                    ]
                    .contains(&m.method.to_string().as_str()) =>
            {
                self.bind_items(pat, &m.receiver);
            }
            _ if self.facts.carries(e) => self.bind(pat),
            _ => {}
        }
    }

    fn activate_root(&mut self, e: &Expr) {
        match e {
            Expr::Tuple(t) => return t.elems.iter().for_each(|e| self.activate_root(e)),
            Expr::Array(a) => return a.elems.iter().for_each(|e| self.activate_root(e)),
            _ => {}
        }
        if let Some(root) = root(e).filter(|r| self.facts.locals.contains(&r.to_string())) {
            self.facts.activate(root.to_string());
        }
    }

    fn alias(&mut self, pat: &Pat, init: &Expr) {
        if !matches!(init, Expr::Path(_)) && !says_mut(init) && !lends_mut(pat) {
            return; // nothing can be written through it
        }
        let mut roots = Vec::new();
        alias_roots(init, &mut roots);
        roots.retain(|r| self.facts.locals.contains(r) && !self.facts.shared.contains(r));
        self.share(pat, matches!(init, Expr::Path(_)) && roots.is_empty());
        for name in pattern_names(pat) {
            for root in &roots {
                let edge = (name.clone(), root.clone());
                if !self.facts.writes_through.contains(&edge) {
                    self.facts.writes_through.push(edge);
                }
            }
        }
    }

    /// Parts of what is behind a shared reference are shared references, or values.
    fn share(&mut self, pat: &Pat, of_shared: bool) {
        if of_shared && !lends_mut(pat) {
            // what can be written itself is a value
            let names = pattern_names(pat).into_iter().filter(|n| !self.facts.writable.contains(n));
            self.facts.shared.extend(names.collect::<Vec<_>>());
        }
    }

    /// What a function of the user's hands to a closure may be active wherever anything active goes in.
    fn handed_functions<'a>(&mut self, call: &Expr, args: impl IntoIterator<Item = &'a Expr> + Clone) {
        if !args.clone().into_iter().any(|a| matches!(unwrapped(a), Expr::Closure(_))) {
            return;
        }
        if !takes_functions(call) || !self.facts.carries(call) && !self.facts.mentions(call) {
            return;
        }
        for arg in args {
            let Expr::Closure(c) = unwrapped(arg) else { continue };
            let constant = |p: &Pat| matches!(p, Pat::Type(t) if is_constant_type(&t.ty));
            c.inputs.iter().filter(|p| !constant(p)).for_each(|p| self.bind(p));
        }
    }

    /// What a call may write: `&mut` arguments, when anything active goes in.
    fn call<'a>(&mut self, args: impl Iterator<Item = &'a Expr> + Clone) {
        if args.clone().any(|a| self.facts.carries(a)) {
            for arg in args {
                let view = matches!(arg, Expr::MethodCall(m) if m.method.to_string().ends_with("_mut") || m.method == "as_mut_slice");
                // of its parts some may be numbers
                let without = whole(arg).is_some_and(|r| self.facts.lent.contains(&r.to_string()));
                let lent =
                    matches!(arg, Expr::Reference(r) if r.mutability.is_some()) || view || self.facts.is_alias(arg);
                if lent && !without {
                    self.activate_root(arg);
                }
            }
        }
    }
}

impl Visit<'_> for Pass<'_> {
    fn visit_local(&mut self, local: &Local) {
        syn::visit::visit_local(self, local);
        let Some(init) = &local.init else { return };
        self.share(&local.pat, self.facts.looks_for(&init.expr));
        if let (Pat::Ident(p), Expr::MethodCall(_) | Expr::Reference(_)) = (&local.pat, &*init.expr)
            && self.facts.hands_out_shared(&init.expr)
        {
            // an iterator, which may step, or a reference, which may go elsewhere
            self.facts.shared.insert(p.ident.to_string());
        }
        self.alias(&local.pat, &init.expr);
        self.bind_value(&local.pat, &init.expr);
    }

    /// `a.add(x);` for its effect is a method of the user's, whatever its name.
    fn visit_stmt(&mut self, s: &syn::Stmt) {
        if let syn::Stmt::Expr(Expr::MethodCall(m), Some(_)) = s
            && m.args.iter().any(|a| self.facts.carries(a))
            && root(&m.receiver).is_some_and(|r| self.facts.writable.contains(&r.to_string()))
            && !rules::DECIDING_METHODS.contains(&m.method.to_string().as_str())
        {
            self.activate_root(&m.receiver);
        }
        syn::visit::visit_stmt(self, s);
    }

    fn visit_expr_let(&mut self, e: &syn::ExprLet) {
        syn::visit::visit_expr_let(self, e);
        self.share(&e.pat, self.facts.looks_for(&e.expr));
        self.alias(&e.pat, &e.expr);
        self.bind_value(&e.pat, &e.expr);
    }

    fn visit_expr_match(&mut self, m: &syn::ExprMatch) {
        for arm in &m.arms {
            self.share(&arm.pat, self.facts.looks_for(&m.expr));
            self.alias(&arm.pat, &m.expr);
            self.bind_value(&arm.pat, &m.expr);
        }
        syn::visit::visit_expr_match(self, m);
    }

    fn visit_expr_for_loop(&mut self, f: &syn::ExprForLoop) {
        self.share(&f.pat, self.facts.hands_out_shared(&f.expr));
        self.alias(&f.pat, &f.expr);
        self.bind_items(&f.pat, &f.expr);
        syn::visit::visit_expr_for_loop(self, f);
    }

    fn visit_expr_assign(&mut self, a: &syn::ExprAssign) {
        syn::visit::visit_expr_assign(self, a);
        self.assign(&a.left, &a.right);
    }

    fn visit_expr_binary(&mut self, b: &syn::ExprBinary) {
        syn::visit::visit_expr_binary(self, b);
        if is_assignment(&b.op) && self.facts.carries(&b.right) {
            self.activate_root(&b.left);
        }
    }

    fn visit_expr_method_call(&mut self, m: &syn::ExprMethodCall) {
        // a closure is handed entries of what the method is called on
        let chain = is_chain(&m.receiver);
        let accumulates = chain && matches!(m.method.to_string().as_str(), "fold" | "scan" | "reduce" | "try_fold");
        let handed = self.facts.carries(&m.receiver)
            || accumulates && m.args.iter().any(|a| matches!(a, Expr::Closure(c) if self.facts.returned(c)))
            || m.args.iter().any(|a| !matches!(a, Expr::Closure(_)) && self.facts.carries(a));
        for closure in m.args.iter().filter(|_| handed) {
            let named = match closure {
                Expr::Path(p) => p.path.get_ident().and_then(|i| self.facts.closures.get(&i.to_string())).cloned(),
                Expr::Reference(r) => match &*r.expr {
                    Expr::Path(p) => p.path.get_ident().and_then(|i| self.facts.closures.get(&i.to_string())).cloned(),
                    _ => None,
                },
                _ => None,
            };
            let closure = named.as_ref().unwrap_or(closure);
            if let Expr::Closure(c) = closure {
                if chain && !accumulates && c.inputs.len() == 1 {
                    self.bind_items(&c.inputs[0], &m.receiver);
                    continue;
                }
                c.inputs
                    .iter()
                    .filter(|i| !matches!(i, Pat::Type(t) if is_constant_type(&t.ty)))
                    .for_each(|i| self.bind(i));
            }
        }
        self.handed_functions(&Expr::MethodCall(m.clone()), &m.args);
        syn::visit::visit_expr_method_call(self, m);
        if m.args.iter().any(|a| self.facts.carries(a))
            && root(&m.receiver)
                .is_some_and(|r| self.facts.writable.contains(&r.to_string()) || self.facts.is_alias_name(r))
        {
            let name = m.method.to_string();
            if !rules::DECIDING_METHODS.contains(&name.as_str())
                && rules::method(&name, m.args.len() + 1).is_none()
                && !rules::INACTIVE_METHODS.contains(&name.as_str())
                && !crate::parts::is_of_object(&name)
            {
                self.activate_root(&m.receiver); // `v.push(x)`, `m.fill(x)`, `y.copy_from(&x)`
            }
        }
        self.call(m.args.iter());
    }

    /// `write!(text, "{x}")`: a number may come back from the text.
    fn visit_macro(&mut self, mac: &syn::Macro) {
        visit_macro_args(mac, &mut |e| self.visit_expr(e));
        if (mac.path.is_ident("write") || mac.path.is_ident("writeln"))
            && mentions_tokens(self.facts, &mac.tokens)
            && let Some(args) = crate::rename::macro_args(mac)
            && let Some(text) = args.first()
        {
            self.activate_root(text);
        }
    }

    fn visit_expr_call(&mut self, c: &syn::ExprCall) {
        match c.args.last() {
            // the closure of `from_fn` is handed indices
            Some(Expr::Closure(f)) if call_name(c).as_deref() == Some("from_fn") => {
                syn::visit::visit_expr_closure(self, f)
            }
            _ => syn::visit::visit_expr_call(self, c),
        }
        self.handed_functions(&Expr::Call(c.clone()), &c.args);
        self.call(c.args.iter());
        // what is put into a variable as a whole
        if call_name(c).as_deref() == Some("replace") && c.args.iter().any(|a| self.facts.carries(a)) {
            c.args.first().into_iter().for_each(|a| self.activate_root(a));
        }
        if let Expr::Path(p) = &*c.func
            && let Some(Expr::Closure(closure)) =
                p.path.get_ident().and_then(|i| self.facts.closures.get(&i.to_string())).cloned()
        {
            for (pat, arg) in closure.inputs.iter().zip(&c.args) {
                if self.facts.carries(arg) {
                    self.bind(pat);
                }
            }
        }
        if call_name(c).as_deref() == Some("swap") && c.args.iter().any(|a| self.facts.carries(a)) {
            c.args.iter().for_each(|a| self.activate_root(a));
        }
        // closures handed to a call or a method work on what the other operands hold
    }
}

/// The variable at the bottom of a place expression: `x` for `x`, `*x`, `x.a`, `x[i]`, `x.rows_mut(0, 2)`, `&mut x`.
pub(crate) fn root(e: &Expr) -> Option<&Ident> {
    match e {
        Expr::Path(p) => p.path.get_ident(),
        Expr::Index(i) => root(&i.expr),
        Expr::Field(f) => root(&f.base),
        Expr::Paren(p) => root(&p.expr),
        Expr::Group(g) => root(&g.expr),
        Expr::Unary(u) if matches!(u.op, syn::UnOp::Deref(_)) => root(&u.expr),
        Expr::Reference(r) => root(&r.expr),
        Expr::MethodCall(m) => root(&m.receiver),
        Expr::Call(c) if makes_reference(c) => root(c.args.first()?),
        _ => None,
    }
}

/// The variable that is handed on as a whole: `x`, `&mut x`, `&mut *x`.
fn whole(e: &Expr) -> Option<&Ident> {
    match e {
        Expr::Path(p) => p.path.get_ident(),
        Expr::Paren(p) => whole(&p.expr),
        Expr::Reference(r) => whole(&r.expr),
        Expr::Unary(u) if matches!(u.op, syn::UnOp::Deref(_)) => whole(&u.expr),
        _ => None,
    }
}

/// A function of the runtime that makes a reference out of another one: `rules::chunk::<_, 3>(x)`.
pub(crate) fn makes_reference(c: &syn::ExprCall) -> bool {
    let Expr::Path(p) = &*c.func else { return false };
    p.path.segments.first().is_some_and(|s| s.ident == "autodiff_core")
        && matches!(call_name(c).as_deref(), Some("apart_mut" | "apart_3_mut" | "apart_4_mut" | "chunk" | "chunk_mut"))
}

/// The variables that a reference made by this expression may lead to.
fn alias_roots(e: &Expr, out: &mut Vec<String>) {
    match e {
        Expr::Tuple(t) => t.elems.iter().for_each(|e| alias_roots(e, out)),
        Expr::If(i) => {
            if let Some(syn::Stmt::Expr(e, None)) = i.then_branch.stmts.last() {
                alias_roots(e, out);
            }
            if let Some((_, e)) = &i.else_branch {
                alias_roots(e, out);
            }
        }
        Expr::Block(b) => {
            if let Some(syn::Stmt::Expr(e, None)) = b.block.stmts.last() {
                alias_roots(e, out);
            }
        }
        Expr::Match(m) => m.arms.iter().for_each(|a| alias_roots(&a.body, out)),
        // `zip` takes a second source
        Expr::MethodCall(m) => {
            alias_roots(&m.receiver, out);
            m.args.iter().for_each(|a| alias_roots(a, out));
        }
        _ => out.extend(root(e).map(Ident::to_string)),
    }
}

/// Whether a pattern names each of so many parts.
fn all_parts(pat: &syn::PatTuple, len: usize) -> bool {
    pat.elems.len() == len && !pat.elems.iter().any(|p| matches!(p, Pat::Rest(_)))
}

/// `..` among what is assigned to.
fn is_rest(e: &Expr) -> bool {
    matches!(e, Expr::Range(r) if r.start.is_none() && r.end.is_none())
}

/// `Err(e)`: an error is a constant.
pub(crate) fn is_error(pat: &Pat) -> bool {
    matches!(pat, Pat::TupleStruct(t) if t.path.segments.last().is_some_and(|s| s.ident == "Err"))
}

/// The variables that a pattern binds.
pub(crate) fn pattern_names(pat: &Pat) -> Vec<String> {
    pattern_idents(pat).iter().map(|p| p.ident.to_string()).collect()
}

/// The names that a pattern gives to variables, as they stand there.
pub(crate) fn pattern_idents(pat: &Pat) -> Vec<&syn::PatIdent> {
    struct Bound<'a>(Vec<&'a syn::PatIdent>);
    impl<'a> Visit<'a> for Bound<'a> {
        fn visit_pat_ident(&mut self, p: &'a syn::PatIdent) {
            if !p.ident.to_string().starts_with(char::is_uppercase) {
                self.0.push(p);
            }
            syn::visit::visit_pat_ident(self, p);
        }
    }
    let mut bound = Bound(Vec::new());
    bound.visit_pat(pat);
    bound.0
}

pub(crate) fn call_name(c: &syn::ExprCall) -> Option<String> {
    match &*c.func {
        Expr::Path(p) => p.path.segments.last().map(|s| s.ident.to_string()),
        _ => None,
    }
}

/// `mine::floor(x)`: a function of a module of the user's by the name of one with steps. That its value is a number does not tell.
fn is_of_module(c: &syn::ExprCall, name: &str) -> bool {
    let Expr::Path(syn::ExprPath { qself: None, path, .. }) = &*c.func else { return false };
    let owner = path.segments.iter().rev().nth(1).map(|s| s.ident.to_string()).unwrap_or_default();
    let known = ["f32", "f64", "libm"].contains(&owner.as_str()) || owner.starts_with(char::is_uppercase);
    crate::emit::has_steps(name) && !known
}

fn qualified(c: &syn::ExprCall) -> bool {
    matches!(&*c.func, Expr::Path(p) if p.path.segments.len() > 1 || p.qself.is_some())
}

pub(crate) fn is_comparison(op: &BinOp) -> bool {
    // bits are integers' business
    matches!(
        op,
        BinOp::BitAnd(_)
            | BinOp::BitOr(_)
            | BinOp::BitXor(_)
            | BinOp::Shl(_)
            | BinOp::Shr(_)
            | BinOp::Eq(_)
            | BinOp::Ne(_)
            | BinOp::Lt(_)
            | BinOp::Le(_)
            | BinOp::Gt(_)
            | BinOp::Ge(_)
            | BinOp::And(_)
            | BinOp::Or(_)
    )
}

pub(crate) fn is_assignment(op: &BinOp) -> bool {
    use BinOp::*;
    matches!(
        op,
        AddAssign(_)
            | SubAssign(_)
            | MulAssign(_)
            | DivAssign(_)
            | RemAssign(_)
            | BitXorAssign(_)
            | BitAndAssign(_)
            | BitOrAssign(_)
            | ShlAssign(_)
            | ShrAssign(_)
    )
}

const INACTIVE_MACROS: &[&str] = &[
    "print",
    "println",
    "eprint",
    "eprintln",
    "format",
    "panic",
    "assert",
    "assert_eq",
    "assert_ne",
    "debug_assert",
    "debug_assert_eq",
    "debug_assert_ne",
    "unreachable",
    "todo",
    "unimplemented",
    "matches",
    "write",
    "writeln",
    "assert_relative_eq",
    "assert_abs_diff_eq",
    "assert_ulps_eq",
    "relative_eq",
    "abs_diff_eq",
    "ulps_eq",
];

/// Macros whose value carries no derivative, whatever they are handed.
pub(crate) fn is_inactive_macro(path: &syn::Path) -> bool {
    path.segments.last().is_some_and(|s| INACTIVE_MACROS.contains(&s.ident.to_string().as_str()))
}

const CONSTANT_TYPES: &[&str] = &[
    "bool", "char", "str", "String", "u8", "u16", "u32", "u64", "u128", "usize", "i8", "i16", "i32", "i64", "i128",
    "isize", "Ordering",
];

/// Types without a derivative, by their name: integers, bool, char, strings, and references, slices, arrays, tuples of them.
pub(crate) fn is_constant_type(ty: &syn::Type) -> bool {
    match ty {
        syn::Type::Path(p) if p.qself.is_none() => {
            let Some(last) = p.path.segments.last() else { return false };
            if CONSTANT_TYPES.contains(&last.ident.to_string().as_str()) {
                return true;
            }
            let wrapper =
                ["Vec", "Option", "Box", "Range", "RangeInclusive"].contains(&last.ident.to_string().as_str());
            match &last.arguments {
                syn::PathArguments::AngleBracketed(a) if wrapper => {
                    a.args.iter().all(|a| matches!(a, syn::GenericArgument::Type(t) if is_constant_type(t)))
                }
                _ => false,
            }
        }
        syn::Type::Reference(r) => is_constant_type(&r.elem),
        syn::Type::Slice(s) => is_constant_type(&s.elem),
        syn::Type::Array(a) => is_constant_type(&a.elem),
        syn::Type::Tuple(t) => !t.elems.is_empty() && t.elems.iter().all(is_constant_type),
        syn::Type::Paren(p) => is_constant_type(&p.elem),
        syn::Type::Group(g) => is_constant_type(&g.elem),
        _ => false,
    }
}
