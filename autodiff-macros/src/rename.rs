//! Gives every local variable a name of its own, so that later stages need no scopes.
//!
//! ```text
//! let x = a; { let x = 2.0 * x; f(x) } + x     =>     let x = a; { let x_2 = 2.0 * x; f(x_2) } + x
//! ```
use crate::atom::atom;
use proc_macro2::{TokenStream, TokenTree};
use std::collections::{HashMap, HashSet};
use syn::{
    Arm, Block, Expr, ExprClosure, ExprForLoop, Ident, ItemFn, Local, Macro, Pat, PatIdent, Stmt, Token,
    punctuated::Punctuated,
    visit_mut::{self, VisitMut},
};

/// A copy of the function in which no two variables have the same name.
pub(crate) fn rename(item: &ItemFn) -> ItemFn {
    let mut item = item.clone();
    name_parameters(&mut item);
    crate::patterns::simplify(&mut item);
    let mut renamer = Renamer::default();
    renamer.scopes.push(HashMap::new());
    let functions = crate::lower::typed_params(&item)
        .filter(|(p, _)| crate::functions::of_param(&item.sig, &p.ty).is_some())
        .filter_map(|(_, name)| name.map(ToString::to_string));
    renamer.functions = functions.collect();
    // what is named outside of all scopes is no variable: `g(x)` before `let g = |t| ..`
    let mut first = renamer.clone();
    first.function(&mut item.clone());
    renamer.taken = first.free;
    renamer.function(&mut item);
    item
}

/// What a macro_rules fragment stands for is one operand, whatever its text: in `x * $k` with `$k = 1 + 1` the invisible group
/// becomes parentheses, because rustc does not see it any more in what a procedural macro hands back.
pub(crate) fn ungroup(item: &mut ItemFn) {
    struct Ungroup;
    impl Ungroup {
        fn operand(e: &mut Expr) {
            if let Expr::Group(_) = e {
                *e = atom(e);
            }
        }
    }
    impl VisitMut for Ungroup {
        fn visit_expr_mut(&mut self, e: &mut Expr) {
            while let Expr::Group(g) = e {
                *e = (*g.expr).clone();
            }
            match e {
                Expr::Binary(b) => {
                    Self::operand(&mut b.left);
                    Self::operand(&mut b.right);
                }
                Expr::Unary(u) => Self::operand(&mut u.expr),
                Expr::Cast(c) => Self::operand(&mut c.expr),
                Expr::MethodCall(m) => Self::operand(&mut m.receiver),
                Expr::Field(f) => Self::operand(&mut f.base),
                Expr::Index(i) => Self::operand(&mut i.expr),
                Expr::Reference(r) => Self::operand(&mut r.expr),
                Expr::Try(t) => Self::operand(&mut t.expr),
                Expr::Range(r) => {
                    r.start.iter_mut().for_each(|e| Self::operand(e));
                    r.end.iter_mut().for_each(|e| Self::operand(e));
                }
                _ => {}
            }
            visit_mut::visit_expr_mut(self, e);
        }
        fn visit_type_mut(&mut self, ty: &mut syn::Type) {
            while let syn::Type::Group(g) = ty {
                *ty = (*g.elem).clone();
            }
            visit_mut::visit_type_mut(self, ty);
        }
    }
    Ungroup.visit_item_fn_mut(item);
}

/// `fn f((a, b): P) { .. }` is `fn f(argument_1: P) { let (a, b) = argument_1; .. }`.
fn name_parameters(item: &mut ItemFn) {
    for (k, arg) in item.sig.inputs.iter_mut().enumerate() {
        let syn::FnArg::Typed(t) = arg else { continue };
        if matches!(&*t.pat, Pat::Ident(p) if p.by_ref.is_none() && p.subpat.is_none()) {
            continue;
        }
        let name = Ident::new(&format!("argument_{}", k + 1), proc_macro2::Span::mixed_site());
        let pat = std::mem::replace(&mut *t.pat, syn::parse_quote!(#name));
        item.block.stmts.insert(0, syn::parse_quote!(let #pat = #name;));
    }
}

/// ```text
/// let Some(v) = e else { return y };    =>    let v = match e { Some(v) => v, _ => { return y } };
/// ```
fn without_else(local: &mut Local) {
    let Some(init) = &mut local.init else { return };
    let Some((_, diverge)) = init.diverge.take() else { return };
    let (pat, e) = (&local.pat, &init.expr);
    let mut matched = pat.clone();
    let mutable = crate::patterns::immutable(&mut matched);
    let (values, bound): (Vec<_>, Vec<_>) = crate::analysis::activity::pattern_idents(pat)
        .into_iter()
        .map(|PatIdent { ident, .. }| match mutable.contains(ident) {
            true => (quote::quote!(#ident), quote::quote!(mut #ident)),
            false => (quote::quote!(#ident), quote::quote!(#ident)),
        })
        .unzip();
    let (value, new): (Expr, Pat) = match &values[..] {
        [v] => {
            let b = &bound[0];
            (syn::parse_quote!(#v), syn::parse_quote!(#b))
        }
        _ => (syn::parse_quote!((#(#values),*)), syn::parse_quote!((#(#bound),*))),
    };
    *init.expr = syn::parse_quote!(match #e { #matched => #value, _ => #diverge });
    local.pat = new;
}

/// An item that compiles only where a name is what its spelling says: `MAX` a constant, `C` a variable.
fn proof(name: &Ident, constant: bool) -> Stmt {
    match constant {
        true => syn::parse_quote!(const _: fn() = || { let _ = &#name; };),
        false => syn::parse_quote!(const _: fn() = || { let #name = ::autodiff_core::rules::Variable; };),
    }
}

/// Arguments of the macros that are understood: expressions separated by commas.
pub(crate) fn macro_args(mac: &Macro) -> Option<Punctuated<Expr, Token![,]>> {
    mac.parse_body_with(Punctuated::<Expr, Token![,]>::parse_terminated).ok()
}

/// The same name at another place.
fn respanned(ident: &Ident, span: proc_macro2::Span) -> Ident {
    let mut ident = ident.clone();
    ident.set_span(span);
    ident
}

#[derive(Clone, Default)]
struct Renamer {
    scopes: Vec<HashMap<String, Ident>>,
    taken: HashSet<String>,
    /// The names of functions and constants.
    free: HashSet<String>,
    /// The labels around, by the names that the user and that we give them; and all that are given.
    labels: Vec<(Ident, Ident)>,
    taken_labels: HashSet<String>,
    /// Parameters that are functions.
    functions: HashSet<String>,
    /// Inside of a pattern that can't fail: every name in it is a variable, `C` and `Xo` too.
    certain: bool,
    /// What rustc is asked about the names in the statement's patterns that can fail.
    proofs: Vec<Stmt>,
}

impl Renamer {
    fn function(&mut self, item: &mut ItemFn) {
        for arg in &mut item.sig.inputs {
            if let syn::FnArg::Typed(t) = arg {
                self.variables(&mut t.pat);
            }
        }
        self.visit_block_mut(&mut item.block);
    }

    fn declare(&mut self, ident: &mut Ident) {
        let name = ident.to_string();
        let mut fresh = name.clone();
        if name.starts_with(char::is_uppercase) {
            // all that comes after takes such a name for a constant's or a type's
            fresh = format!("{}_1", name.to_lowercase());
        }
        let mut k = 2;
        while !self.taken.insert(fresh.clone()) {
            fresh = format!("{}_{k}", name.trim_start_matches("r#").to_lowercase());
            k += 1;
        }
        let new = if fresh == name { ident.clone() } else { Ident::new(&fresh, ident.span()) };
        self.scopes.last_mut().expect("a scope").insert(name, new.clone());
        *ident = new;
    }

    fn lookup(&self, name: &str) -> Option<&Ident> {
        self.scopes.iter().rev().find_map(|s| s.get(name))
    }

    fn scoped(&mut self, f: impl FnOnce(&mut Self)) {
        self.scopes.push(HashMap::new());
        f(self);
        self.scopes.pop();
    }

    /// Inside of a loop or a block with a label: that has a name of its own, too.
    fn labelled(&mut self, label: &mut Option<syn::Label>, f: impl FnOnce(&mut Self)) {
        let Some(syn::Label { name, .. }) = label else { return f(self) };
        let (old, mut k) = (name.ident.clone(), 2);
        while !self.taken_labels.insert(name.ident.to_string()) {
            name.ident = Ident::new(&format!("{}_{k}", old.to_string().trim_start_matches("r#")), old.span());
            k += 1;
        }
        self.labels.push((old, name.ident.clone()));
        f(self);
        self.labels.pop();
    }

    fn jump(&self, label: &mut Option<syn::Lifetime>) {
        let Some(label) = label else { return };
        if let Some((_, new)) = self.labels.iter().rev().find(|(old, _)| *old == label.ident) {
            label.ident = respanned(new, label.ident.span());
        }
    }

    /// Unknown macros: every identifier that names a variable is renamed, which is what it would have referred to.
    fn tokens(&self, tokens: TokenStream) -> TokenStream {
        tokens
            .into_iter()
            .map(|t| match t {
                TokenTree::Ident(i) => match self.lookup(&i.to_string()) {
                    Some(new) if *new != i => respanned(new, i.span()).into(),
                    _ => TokenTree::Ident(i),
                },
                TokenTree::Group(g) => {
                    let mut new = proc_macro2::Group::new(g.delimiter(), self.tokens(g.stream()));
                    new.set_span(g.span());
                    new.into()
                }
                other => other,
            })
            .collect()
    }

    /// `{name}` in a format string names a variable too: where that was renamed, it is passed as `name = name_2`.
    fn captured(&self, tokens: &TokenStream) -> TokenStream {
        let mut extra = TokenStream::new();
        let mut seen = HashSet::new();
        for token in tokens.clone() {
            let TokenTree::Literal(literal) = token else { continue };
            let text = literal.to_string();
            for part in text.split('{').skip(1) {
                let name: String = part.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
                if let Some(new) = self.lookup(&name).filter(|new| **new != name)
                    && seen.insert(name.clone())
                {
                    let old = Ident::new(&name, literal.span());
                    extra.extend(quote::quote!(, #old = #new));
                }
            }
        }
        extra
    }
}

const FORMAT_MACROS: &[&str] = &[
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
    "write",
    "writeln",
];

impl VisitMut for Renamer {
    fn visit_pat_mut(&mut self, pat: &mut Pat) {
        if let Pat::Ident(PatIdent { ident, by_ref: None, mutability: None, subpat: None, .. }) = pat {
            let text = ident.to_string();
            if text.starts_with(char::is_uppercase) && !self.certain {
                // a constant or a unit variant, by the language's naming convention: `None`, `MAX`
                let constant = text.len() > 1;
                if text != "None" {
                    self.proofs.push(proof(ident, constant));
                }
                if constant {
                    return;
                }
            }
        }
        visit_mut::visit_pat_mut(self, pat);
    }

    fn visit_pat_ident_mut(&mut self, pat: &mut PatIdent) {
        // the alternatives of an or-pattern bind the same names: the second one finds what the first one declared
        let name = pat.ident.to_string();
        match self.scopes.last().and_then(|s| s.get(&format!("|{name}"))).cloned() {
            Some(bound) => pat.ident = bound,
            None => {
                self.declare(&mut pat.ident);
                let bound = pat.ident.clone();
                self.scopes.last_mut().expect("a scope").insert(format!("|{name}"), bound);
            }
        }
        if let Some((_, sub)) = &mut pat.subpat {
            self.visit_pat_mut(sub);
        }
    }

    fn visit_field_pat_mut(&mut self, field: &mut syn::FieldPat) {
        field.colon_token.get_or_insert_default(); // `Point { x }` must keep the field's name when `x` is renamed
        visit_mut::visit_field_pat_mut(self, field);
    }

    fn visit_local_mut(&mut self, local: &mut Local) {
        without_else(local);
        if let Some(init) = &mut local.init {
            self.visit_expr_mut(&mut init.expr);
            if let Some((_, diverge)) = &mut init.diverge {
                self.visit_expr_mut(diverge);
            }
        }
        self.forget_alternatives();
        self.variables(&mut local.pat);
        self.forget_alternatives();
    }

    fn visit_block_mut(&mut self, block: &mut Block) {
        self.scoped(|s| {
            for mut stmt in std::mem::take(&mut block.stmts) {
                let outside = std::mem::take(&mut s.proofs);
                if !matches!(stmt, Stmt::Item(_)) {
                    s.visit_stmt_mut(&mut stmt);
                }
                block.stmts.append(&mut s.proofs);
                block.stmts.push(stmt);
                s.proofs = outside;
            }
        });
    }

    fn visit_arm_mut(&mut self, arm: &mut Arm) {
        self.scoped(|s| visit_mut::visit_arm_mut(s, arm));
    }

    fn visit_expr_closure_mut(&mut self, closure: &mut ExprClosure) {
        self.scoped(|s| {
            closure.inputs.iter_mut().for_each(|p| s.variables(p));
            s.visit_expr_mut(&mut closure.body);
        });
    }

    fn visit_expr_for_loop_mut(&mut self, f: &mut ExprForLoop) {
        self.visit_expr_mut(&mut f.expr);
        self.labelled(&mut f.label, |s| {
            s.scoped(|s| {
                s.variables(&mut f.pat);
                s.visit_block_mut(&mut f.body);
            });
        });
    }

    fn visit_expr_loop_mut(&mut self, l: &mut syn::ExprLoop) {
        self.labelled(&mut l.label, |s| s.visit_block_mut(&mut l.body));
    }

    fn visit_expr_block_mut(&mut self, b: &mut syn::ExprBlock) {
        self.labelled(&mut b.label, |s| s.visit_block_mut(&mut b.block));
    }

    fn visit_expr_break_mut(&mut self, b: &mut syn::ExprBreak) {
        self.jump(&mut b.label);
        visit_mut::visit_expr_break_mut(self, b);
    }

    fn visit_expr_continue_mut(&mut self, c: &mut syn::ExprContinue) {
        self.jump(&mut c.label);
    }

    fn visit_expr_if_mut(&mut self, e: &mut syn::ExprIf) {
        self.scoped(|s| {
            s.visit_expr_mut(&mut e.cond);
            s.visit_block_mut(&mut e.then_branch);
        });
        if let Some((_, els)) = &mut e.else_branch {
            self.visit_expr_mut(els);
        }
    }

    fn visit_expr_while_mut(&mut self, e: &mut syn::ExprWhile) {
        self.labelled(&mut e.label, |s| {
            s.scoped(|s| {
                s.visit_expr_mut(&mut e.cond);
                s.visit_block_mut(&mut e.body);
            });
        });
    }

    fn visit_expr_let_mut(&mut self, e: &mut syn::ExprLet) {
        self.visit_expr_mut(&mut e.expr);
        self.forget_alternatives();
        self.visit_pat_mut(&mut e.pat);
        self.forget_alternatives();
    }

    fn visit_expr_path_mut(&mut self, path: &mut syn::ExprPath) {
        if path.qself.is_none()
            && let Some(ident) = path.path.get_ident()
        {
            match self.lookup(&ident.to_string()) {
                Some(new) => path.path = respanned(new, ident.span()).into(),
                None => _ = self.free.insert(ident.to_string()),
            }
        }
    }

    /// `x.map(f64::tanh)` is `x.map(|element| f64::tanh(element))`.
    fn visit_expr_method_call_mut(&mut self, m: &mut syn::ExprMethodCall) {
        if let ("map" | "zip_map", Some(Expr::Path(path))) =
            (m.method.to_string().as_str(), m.args.last().map(crate::desugar::strip_reference))
            && let name = path.path.get_ident().map(Ident::to_string).unwrap_or_default()
            && (self.lookup(&name).is_none() || self.functions.contains(&name))
        {
            let span = path.path.segments.last().map_or_else(proc_macro2::Span::call_site, |s| s.ident.span());
            let names = (1..=m.args.len()).map(|k| Ident::new(&format!("element_{k}"), span));
            let params: Vec<Ident> = names.collect();
            let closure: Expr = syn::parse_quote!(|#(#params),*| #path(#(#params),*));
            *m.args.last_mut().expect("just seen") = closure;
        }
        visit_mut::visit_expr_method_call_mut(self, m);
    }

    fn visit_field_value_mut(&mut self, field: &mut syn::FieldValue) {
        field.colon_token.get_or_insert_default();
        visit_mut::visit_field_value_mut(self, field);
    }

    fn visit_macro_mut(&mut self, mac: &mut Macro) {
        let name = mac.path.segments.last().map(|s| s.ident.to_string()).unwrap_or_default();
        let captured =
            if FORMAT_MACROS.contains(&name.as_str()) { self.captured(&mac.tokens) } else { TokenStream::new() };
        let parsed = !FORMAT_MACROS.contains(&name.as_str())
            && crate::desugar::visit_macro(mac, &mut |e| self.visit_expr_mut(e)); // what is bound inside has a name of its own, too
        if !parsed {
            let mut read = crate::lower::operands_of(mac);
            read.iter_mut().for_each(|e| self.visit_expr_mut(e));
            mac.tokens = self.tokens(std::mem::take(&mut mac.tokens));
        }
        mac.tokens.extend(captured);
    }
}

impl Renamer {
    /// A pattern that can't fail.
    fn variables(&mut self, pat: &mut Pat) {
        let outside = std::mem::replace(&mut self.certain, true);
        self.visit_pat_mut(pat);
        self.certain = outside;
    }

    fn forget_alternatives(&mut self) {
        self.scopes.last_mut().expect("a scope").retain(|name, _| !name.starts_with('|'));
    }
}
