//! Names that a `macro_rules` macro has made are others than those which it was given, even if they are spelled alike:
//!
//! ```text
//! macro_rules! shifted { ($x:ident, $e:expr) => { #[differentiable] fn f($x: f64) -> f64 { let x = 2.0 * $x; x + $e } } }
//! shifted!(x, x * x);    // fn f(x: f64) -> f64 { let x_2 = 2.0 * x; x_2 + x * x }
//! ```
//!
//! The compiler goes by spelling, so here such variables and labels get spellings of their own.
use proc_macro2::{Group, Ident, Span, TokenStream, TokenTree};
use std::collections::{HashMap, HashSet};
use syn::{
    ExprPath, FieldPat, FieldValue, ItemFn, ItemImpl, ItemTrait, Label, Lifetime, Macro, PatIdent,
    visit::{self, Visit},
    visit_mut::{self, VisitMut},
};

/// Gives every variable and every label of another macro's making a name of its own.
pub(crate) fn function(f: &mut ItemFn) {
    let mut names = Names::default();
    names.visit_item_fn(f);
    names.apart(|apart| apart.visit_item_fn_mut(f));
}

/// [`function`], for the methods of a block.
pub(crate) fn block(b: &mut ItemImpl) {
    let mut names = Names::default();
    names.visit_item_impl(b);
    names.apart(|apart| apart.visit_item_impl_mut(b));
}

/// [`function`], for the methods of a trait.
pub(crate) fn methods(t: &mut ItemTrait) {
    let mut names = Names::default();
    names.visit_item_trait(t);
    names.apart(|apart| apart.visit_item_trait_mut(t));
}

/// Where a name comes from; all the same where that is not known.
///
/// Stable Rust tells it by the span's `Debug` form alone: `#3 bytes(10..12)`.
fn origin(span: Span) -> String {
    let text = format!("{span:?}");
    text.split_whitespace().next().filter(|t| t.starts_with('#')).unwrap_or_default().to_string()
}

/// Spelling, with `'` for labels, to the origins in their order, and whether the name is bound there.
#[derive(Default)]
struct Names(HashMap<String, Vec<(String, bool)>>);

impl Names {
    fn note(&mut self, name: String, span: Span, bound: bool) {
        let (origin, origins) = (origin(span), self.0.entry(name).or_default());
        match origins.iter_mut().find(|(o, _)| *o == origin) {
            Some((_, b)) => *b |= bound,
            None => origins.push((origin, bound)),
        }
    }

    /// The new spelling of each variable and label that is another one than the first that is spelled alike.
    fn alike(self) -> HashMap<(String, String), String> {
        let mut taken: HashSet<String> = self.0.keys().cloned().collect();
        let mut new = HashMap::new();
        for (name, origins) in self.0 {
            // one of them keeps its spelling
            for (origin, _) in origins.into_iter().filter(|(_, bound)| *bound).skip(1) {
                let plain = name.trim_start_matches("r#");
                let fresh = (2..)
                    .map(|k| format!("{plain}_{k}"))
                    .find(|n| !taken.contains(n))
                    .expect("there are enough numbers");
                taken.insert(fresh.clone());
                new.insert((name.clone(), origin), fresh);
            }
        }
        new
    }

    fn apart(self, visit: impl FnOnce(&mut Apart)) {
        let mut apart = Apart(self.alike());
        if !apart.0.is_empty() {
            visit(&mut apart);
        }
    }

    fn tokens(&mut self, tokens: TokenStream) {
        for token in tokens {
            match token {
                TokenTree::Ident(i) => self.note(i.to_string(), i.span(), false),
                TokenTree::Group(g) => self.tokens(g.stream()),
                _ => {}
            }
        }
    }
}

impl Visit<'_> for Names {
    fn visit_pat_ident(&mut self, p: &PatIdent) {
        self.note(p.ident.to_string(), p.ident.span(), true);
        visit::visit_pat_ident(self, p);
    }
    fn visit_expr_path(&mut self, p: &ExprPath) {
        if let Some(i) = p.path.get_ident() {
            self.note(i.to_string(), i.span(), false);
        }
        visit::visit_expr_path(self, p);
    }
    fn visit_label(&mut self, l: &Label) {
        self.note(l.name.to_string(), l.name.ident.span(), true);
    }
    fn visit_macro(&mut self, m: &Macro) {
        self.tokens(m.tokens.clone());
    }
}

/// New spellings by spelling and origin.
struct Apart(HashMap<(String, String), String>);

impl Apart {
    fn ident(&self, i: &mut Ident) {
        if let Some(new) = self.0.get(&(i.to_string(), origin(i.span()))) {
            *i = Ident::new(new, i.span());
        }
    }

    fn lifetime(&self, l: &mut Lifetime) {
        if let Some(new) = self.0.get(&(l.to_string(), origin(l.ident.span()))) {
            l.ident = Ident::new(new.trim_start_matches('\''), l.ident.span());
        }
    }

    fn tokens(&self, tokens: TokenStream) -> TokenStream {
        let new = |token| match token {
            TokenTree::Ident(mut i) => {
                self.ident(&mut i);
                i.into()
            }
            TokenTree::Group(g) => {
                let mut new = Group::new(g.delimiter(), self.tokens(g.stream()));
                new.set_span(g.span());
                new.into()
            }
            other => other,
        };
        tokens.into_iter().map(new).collect()
    }
}

impl VisitMut for Apart {
    fn visit_pat_ident_mut(&mut self, p: &mut PatIdent) {
        self.ident(&mut p.ident);
        visit_mut::visit_pat_ident_mut(self, p);
    }
    fn visit_expr_path_mut(&mut self, p: &mut ExprPath) {
        if p.path.get_ident().is_some() {
            self.ident(&mut p.path.segments[0].ident);
        }
        visit_mut::visit_expr_path_mut(self, p);
    }
    fn visit_field_value_mut(&mut self, f: &mut FieldValue) {
        f.colon_token.get_or_insert_default(); // the field keeps its name
        visit_mut::visit_field_value_mut(self, f);
    }
    fn visit_field_pat_mut(&mut self, f: &mut FieldPat) {
        f.colon_token.get_or_insert_default();
        visit_mut::visit_field_pat_mut(self, f);
    }
    fn visit_lifetime_mut(&mut self, l: &mut Lifetime) {
        self.lifetime(l);
    }
    fn visit_macro_mut(&mut self, m: &mut Macro) {
        m.tokens = self.tokens(std::mem::take(&mut m.tokens));
    }
}
