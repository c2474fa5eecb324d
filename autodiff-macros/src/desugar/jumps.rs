//! Jumps and changes inside of closures and loop bodies.
use crate::analysis::activity::{Names, is_assignment, pattern_names, root};
use syn::{
    Expr, Lifetime, parse_quote,
    visit::Visit,
    visit_mut::{self, VisitMut},
};

/// Methods that change what they are called on.
const CHANGES: &[&str] = &["push", "next", "pop", "insert", "swap", "fill", "extend"];

/// Whether a closure changes anything outside of it, by the look of it.
pub(super) fn assigns(e: &Expr) -> bool {
    struct Assigns(bool);
    impl Visit<'_> for Assigns {
        fn visit_expr_assign(&mut self, _: &syn::ExprAssign) {
            self.0 = true;
        }
        fn visit_expr_binary(&mut self, b: &syn::ExprBinary) {
            self.0 |= is_assignment(&b.op);
            syn::visit::visit_expr_binary(self, b);
        }
        fn visit_expr_reference(&mut self, r: &syn::ExprReference) {
            self.0 |= r.mutability.is_some();
            syn::visit::visit_expr_reference(self, r);
        }
        fn visit_expr_method_call(&mut self, m: &syn::ExprMethodCall) {
            self.0 |= CHANGES.contains(&m.method.to_string().as_str());
            syn::visit::visit_expr_method_call(self, m);
        }
    }
    let mut found = Assigns(false);
    found.visit_expr(e);
    found.0
}

/// The states of the `scan`s in an expression: nothing outside of it can tell that they change.
pub(super) fn states(e: &Expr) -> Vec<String> {
    struct States(Vec<String>);
    impl Visit<'_> for States {
        fn visit_expr_method_call(&mut self, m: &syn::ExprMethodCall) {
            if let ("scan", Some(Expr::Closure(c))) = (m.method.to_string().as_str(), m.args.iter().nth(1)) {
                self.0.extend(c.inputs.first().into_iter().flat_map(pattern_names));
            }
            syn::visit::visit_expr_method_call(self, m);
        }
    }
    let mut states = States(Vec::new());
    states.visit_expr(e);
    states.0
}

/// Whether anything in an expression changes but the states of its iterators and the local variables of its closures.
pub(super) fn assigns_outside(e: &Expr) -> bool {
    #[derive(Default)]
    struct Find {
        locals: Vec<String>,
        changed: Vec<Expr>,
    }
    impl Visit<'_> for Find {
        fn visit_local(&mut self, l: &syn::Local) {
            self.locals.extend(pattern_names(&l.pat));
            syn::visit::visit_local(self, l);
        }
        fn visit_expr_assign(&mut self, a: &syn::ExprAssign) {
            self.changed.push((*a.left).clone());
            syn::visit::visit_expr_assign(self, a);
        }
        fn visit_expr_binary(&mut self, b: &syn::ExprBinary) {
            if is_assignment(&b.op) {
                self.changed.push((*b.left).clone());
            }
            syn::visit::visit_expr_binary(self, b);
        }
        fn visit_expr_reference(&mut self, r: &syn::ExprReference) {
            if r.mutability.is_some() {
                self.changed.push((*r.expr).clone());
            }
            syn::visit::visit_expr_reference(self, r);
        }
        fn visit_expr_method_call(&mut self, m: &syn::ExprMethodCall) {
            let method = m.method.to_string();
            let changes = method.ends_with("_mut") || CHANGES.contains(&method.as_str());
            // an iterator that is made here is stepped by nobody else
            if changes && !(method == "next" && super::chain::is_chain(&m.receiver)) {
                self.changed.push((*m.receiver).clone());
            }
            syn::visit::visit_expr_method_call(self, m);
        }
    }
    let mut find = Find::default();
    find.visit_expr(e);
    let states = states(e);
    !find.changed.iter().all(|e| match e {
        Expr::Path(p) if p.path.get_ident().is_some_and(|i| find.locals.contains(&i.to_string())) => true,
        e => root(e).is_some_and(|i| states.contains(&i.to_string())),
    })
}

/// `return e` in a closure's body is `break 'label e` in the block that it becomes. Whether there was one.
pub(super) fn returns_to_breaks(body: &mut Expr, label: &Lifetime) -> bool {
    struct Returns<'a>(&'a Lifetime, bool);
    impl VisitMut for Returns<'_> {
        fn visit_expr_mut(&mut self, e: &mut Expr) {
            visit_mut::visit_expr_mut(self, e);
            if let Expr::Return(r) = e {
                let label = self.0;
                self.1 = true;
                *e = match &r.expr {
                    Some(value) => parse_quote!(break #label #value),
                    None => parse_quote!(break #label),
                };
            }
        }
        fn visit_expr_closure_mut(&mut self, _: &mut syn::ExprClosure) {}
        fn visit_item_mut(&mut self, _: &mut syn::Item) {}
    }
    let mut returns = Returns(label, false);
    returns.visit_expr_mut(body);
    returns.1
}

/// Jumps of a loop's body out of that very loop, to labelled blocks: what they become, and whether there were any.
pub(super) struct LoopJumps<'a> {
    pub(super) own: Option<&'a Lifetime>,
    pub(super) stop: &'a Lifetime,
    pub(super) next: &'a Lifetime,
    pub(super) stops: bool,
    pub(super) nexts: bool,
    depth: usize,
}

impl<'a> LoopJumps<'a> {
    pub(super) fn new(own: Option<&'a Lifetime>, stop: &'a Lifetime, next: &'a Lifetime) -> Self {
        LoopJumps { own, stop, next, stops: false, nexts: false, depth: 0 }
    }

    fn here(&self, label: Option<&Lifetime>) -> bool {
        match label {
            None => self.depth == 0,
            Some(l) => self.own.is_some_and(|own| own.ident == l.ident),
        }
    }
}

impl VisitMut for LoopJumps<'_> {
    fn visit_expr_mut(&mut self, e: &mut Expr) {
        match e {
            Expr::Break(b) if self.here(b.label.as_ref()) => {
                let stop = self.stop;
                self.stops = true;
                *e = parse_quote!(break #stop);
            }
            Expr::Continue(c) if self.here(c.label.as_ref()) => {
                let next = self.next;
                self.nexts = true;
                *e = parse_quote!(break #next);
            }
            Expr::Loop(_) | Expr::While(_) | Expr::ForLoop(_) => {
                self.depth += 1;
                visit_mut::visit_expr_mut(self, e);
                self.depth -= 1;
            }
            Expr::Closure(_) => {}
            e => visit_mut::visit_expr_mut(self, e),
        }
    }
    fn visit_item_mut(&mut self, _: &mut syn::Item) {}
}

/// `'label: { .. }`
pub(super) fn has_label(e: &Expr) -> bool {
    matches!(e, Expr::Block(b) if b.label.is_some())
}

/// A variable that is assigned as a whole, or exchanged, in the body of a loop over an iterator that mentions it: a reference, since
/// nothing else could be, and the iterator has the old one.
pub(crate) fn reassigned(head: &Expr, body: &syn::Block) -> Option<String> {
    struct Assigned(Vec<String>);
    impl Assigned {
        fn whole(&mut self, place: &Expr) {
            match place {
                Expr::Path(p) => self.0.extend(p.path.get_ident().map(ToString::to_string)),
                Expr::Tuple(t) => t.elems.iter().for_each(|e| self.whole(e)),
                Expr::Paren(p) => self.whole(&p.expr),
                _ => {}
            }
        }
    }
    impl Visit<'_> for Assigned {
        fn visit_expr_assign(&mut self, a: &syn::ExprAssign) {
            self.whole(&a.left);
            syn::visit::visit_expr_assign(self, a);
        }
        fn visit_expr_call(&mut self, c: &syn::ExprCall) {
            // `mem::swap(&mut r, &mut q)`
            for arg in &c.args {
                if let Expr::Reference(r) = arg
                    && r.mutability.is_some()
                {
                    self.whole(&r.expr);
                }
            }
            syn::visit::visit_expr_call(self, c);
        }
    }
    let mut assigned = Assigned(Vec::new());
    assigned.visit_block(body);
    Names::of(head).into_iter().find(|n| assigned.0.contains(n))
}

/// A variable that a `move` closure among the expressions captures a copy of, while something else there changes it.
pub(super) fn moved_and_changed(e: &Expr, body: Option<&syn::Block>, mutable: &[String]) -> Option<String> {
    #[derive(Default)]
    struct Captures {
        moved: Vec<String>,
        changed: Vec<String>,
    }
    impl Visit<'_> for Captures {
        fn visit_expr_closure(&mut self, c: &syn::ExprClosure) {
            if c.capture.is_some() {
                self.moved.extend(Names::of(&c.body));
            }
            syn::visit::visit_expr_closure(self, c);
        }
        fn visit_expr_assign(&mut self, a: &syn::ExprAssign) {
            self.changed.extend(Names::of(&a.left));
            syn::visit::visit_expr_assign(self, a);
        }
        fn visit_expr_binary(&mut self, b: &syn::ExprBinary) {
            if is_assignment(&b.op) {
                self.changed.extend(Names::of(&b.left));
            }
            syn::visit::visit_expr_binary(self, b);
        }
        fn visit_expr_reference(&mut self, r: &syn::ExprReference) {
            if r.mutability.is_some() {
                self.changed.extend(Names::of(&r.expr));
            }
            syn::visit::visit_expr_reference(self, r);
        }
    }
    let mut captures = Captures::default();
    captures.visit_expr(e);
    if let Some(body) = body {
        captures.visit_block(body);
    }
    captures.moved.into_iter().find(|n| mutable.contains(n) && captures.changed.contains(n))
}
