//! Proofs, in forward mode, that what is taken to be without derivative by its name is so: `x.len()`, `p.shape()`, `k.floor()`, and
//! `rng` in `let mut rng = Rng::new(17)`.
//!
//! One of the modes is enough: where it does not compile, none of the derivatives does.
use super::{macros, runtime};
use crate::{
    analysis::activity::{Names, is_comparison, pattern_names},
    ir::*,
    lower::{MAKERS, is_matrix_type, is_pure_method},
    rules,
};
use proc_macro2::{Span, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use std::collections::BTreeMap;
use syn::{Expr, Type, spanned::Spanned, visit_mut::VisitMut};

/// Functions of numbers that are constant from step to step: their value is a number itself.
const STEPS: &[&str] = &["floor", "ceil", "round", "round_ties_even", "trunc", "signum", "div_euclid"];

/// Whether a function of this name is constant from step to step.
pub(crate) fn has_steps(name: &str) -> bool {
    STEPS.contains(&name)
}

/// Methods that take what they are called on by value, and so do not change it.
const BY_VALUE: &[&str] = &[
    "unwrap_or",
    "rev",
    "step_by",
    "enumerate",
    "zip",
    "cycle",
    "skip",
    "take",
    "copied",
    "cloned",
    "last",
    "is_some_and",
    "is_none_or",
    "is_ok_and",
    "is_err_and",
];

/// Whether it is believed by its name alone that a method does not change what it is called on: nothing proves it.
pub(crate) fn is_believed(name: &str) -> bool {
    (rules::is_rule(name) || BY_VALUE.contains(&name)) && name != "clone"
}

/// The statements of a function with their proofs.
pub(super) fn proven(body: TokenStream, func: &Func) -> TokenStream {
    let known = func.params.iter().filter(|p| is_known_type(&p.ty)).map(|p| p.var).collect();
    let mut prove = Prove { func, known, found: false, marked: func.marked.clone() };
    if func.shown.is_empty() && func.marked.is_empty() && !prove.is_due(&body) {
        return body;
    }
    let Ok(mut block) = syn::parse2::<syn::Block>(quote!({ #body })) else { return body };
    let of_params = prove.of_params();
    prove.visit_block_mut(&mut block);
    // a body without any stays as it is
    if !prove.found {
        return body;
    }
    let unproven = prove.unproven();
    of_params.iter().chain(&block.stmts).map(ToTokens::to_token_stream).chain(unproven).collect()
}

/// Whether a method of this name may need a proof.
fn is_taken_for_constant(name: &str) -> bool {
    rules::INACTIVE_METHODS.contains(&name) || is_pure_method(name) && !rules::is_rule(name)
}

/// Certainly not a type of the user's.
fn is_known_type(ty: &Type) -> bool {
    match ty {
        Type::Reference(r) => is_known_type(&r.elem),
        Type::Slice(_) | Type::Array(_) => true,
        Type::Path(p) => p.path.segments.last().is_some_and(|s| {
            let name = s.ident.to_string();
            matches!(name.as_str(), "Vec" | "VecDeque" | "Option") || is_matrix_type(&name)
        }),
        _ => false,
    }
}

/// Whether a sign may be `&`, `|` or `^` between two operands, or the first of `<<` and `>>`.
fn is_infix(tokens: &[TokenTree], k: usize) -> bool {
    let sign = |k: usize| match tokens.get(k) {
        Some(TokenTree::Punct(p)) => Some(p.as_char()),
        _ => None,
    };
    let operand = match k.checked_sub(1).map(|before| &tokens[before]) {
        Some(TokenTree::Ident(i)) => {
            !["return", "in", "match", "mut", "else", "move", "if", "while"].iter().any(|n| i == n)
        }
        Some(TokenTree::Literal(_) | TokenTree::Group(_)) => true,
        _ => false,
    };
    let shift = matches!(sign(k), Some('<' | '>'));
    operand && (sign(k + 1) == sign(k)) == shift
}

fn is_aggregate(path: &syn::Path) -> bool {
    path.segments.last().is_some_and(|s| MAKERS.iter().any(|n| s.ident == n))
}

/// `a & b`, `a << b`
fn is_bits(op: &syn::BinOp) -> bool {
    use syn::BinOp::{BitAnd, BitOr, BitXor, Shl, Shr};
    matches!(op, BitAnd(_) | BitOr(_) | BitXor(_) | Shl(_) | Shr(_))
}

struct Prove<'a> {
    func: &'a Func,
    /// Parameters whose types are known by their name.
    known: Vec<Var>,
    found: bool,
    /// What is still to be proven of marked fields.
    marked: BTreeMap<String, Vec<Expr>>,
}

impl Prove<'_> {
    fn var(&self, name: &str) -> Option<&VarInfo> {
        self.func.vars.iter().find(|v| v.name == name)
    }

    /// Whether a variable's methods are known: a number's, a container's, those of what does not change.
    fn is_known(&self, name: &str) -> bool {
        let var = self.func.vars.iter().position(|v| v.name == name);
        var.is_none_or(|k| {
            let v = &self.func.vars[k];
            !v.active && !v.mutable && !v.writable
                || v.scalar
                || v.elements
                || v.view
                || self.known.contains(&Var(k as u32))
        })
    }

    /// Whether anything may need a proof: parsing it all for nothing takes long. `x.len()` of a known `x` needs none.
    fn is_due(&self, tokens: &TokenStream) -> bool {
        let tokens: Vec<TokenTree> = tokens.clone().into_iter().collect();
        macros::is_due(&tokens)
            || tokens.iter().enumerate().any(|(k, t)| match t {
                TokenTree::Ident(i) => is_taken_for_constant(&i.to_string()) && !self.follows_known(&tokens[..k]),
                TokenTree::Punct(p) => match p.as_char() {
                    '!' => matches!(tokens.get(k + 1), Some(TokenTree::Ident(x)) if !self.is_known(&x.to_string())),
                    '&' | '|' | '^' | '<' | '>' => is_infix(&tokens, k),
                    _ => false,
                },
                TokenTree::Group(g) => self.is_due(&g.stream()),
                _ => false,
            })
    }

    /// `.. x.`
    fn follows_known(&self, before: &[TokenTree]) -> bool {
        let is = |t: &TokenTree, c: char| matches!(t, TokenTree::Punct(p) if p.as_char() == c);
        let [before @ .., TokenTree::Ident(x), dot] = before else { return false };
        let is_part = match before {
            [.., a, b] if is(a, '.') && is(b, '.') => false,
            [.., b] => is(b, '.') || is(b, ':'),
            [] => false,
        };
        is(dot, '.') && !is_part && self.is_known(&x.to_string())
    }

    /// Whether an expression holds an active value.
    fn is_active(&self, e: &Expr) -> bool {
        Names::of(e).iter().any(|n| self.var(n).is_some_and(|v| v.active))
    }

    /// Whether an expression holds an active value, and does not look like a number without derivative or a condition.
    fn is_unclear(&self, e: &Expr) -> bool {
        match e {
            Expr::Paren(p) => self.is_unclear(&p.expr),
            Expr::Group(g) => self.is_unclear(&g.expr),
            Expr::Unary(u) if matches!(u.op, syn::UnOp::Not(_)) => self.is_unclear(&u.expr),
            Expr::Binary(b) if is_comparison(&b.op) && !is_bits(&b.op) => false,
            // proven by now
            Expr::Call(_) | Expr::MethodCall(_) | Expr::Cast(_) | Expr::Macro(_) => false,
            e => self.is_active(e),
        }
    }

    /// Whether methods of this expression are known by their name alone.
    fn is_certain(&self, e: &Expr) -> bool {
        match e {
            Expr::Paren(p) => self.is_certain(&p.expr),
            Expr::Group(g) => self.is_certain(&g.expr),
            Expr::Reference(r) => self.is_certain(&r.expr),
            Expr::Unary(u) => self.is_certain(&u.expr),
            Expr::Binary(b) => self.is_certain(&b.left) && self.is_certain(&b.right),
            Expr::Lit(_) | Expr::Array(_) | Expr::Tuple(_) | Expr::Range(_) => true,
            Expr::Path(p) => p.path.get_ident().is_some_and(|i| self.is_known(&i.to_string())),
            Expr::Index(i) => match &*i.expr {
                Expr::Path(p) => {
                    p.path.get_ident().is_some_and(|i| self.var(&i.to_string()).is_some_and(|v| v.elements))
                }
                _ => false,
            },
            _ => false,
        }
    }

    /// A place that could be changed, lent for reading only.
    fn lent(&self, e: &Expr) -> Option<Expr> {
        let e = match e {
            Expr::Paren(p) => return self.lent(&p.expr),
            Expr::Path(_) | Expr::Field(_) | Expr::Index(_) | Expr::Unary(_) => e,
            _ => return None,
        };
        let root = self.var(&crate::analysis::activity::root(e)?.to_string())?;
        match e {
            Expr::Path(_) if root.reference => root.writable.then(|| syn::parse_quote_spanned!(e.span()=> &*#e)),
            _ => (root.mutable || root.writable).then(|| syn::parse_quote_spanned!(e.span()=> &#e)),
        }
    }

    /// An argument of a function that is taken to have no effect.
    fn lend(&self, arg: &mut Expr) {
        match arg {
            Expr::Reference(r) if r.mutability.is_some() => r.mutability = None,
            Expr::Path(_) => {
                if let Some(lent) =
                    self.lent(arg).filter(|l| matches!(l, Expr::Reference(r) if matches!(&*r.expr, Expr::Unary(_))))
                {
                    *arg = lent;
                }
            }
            _ => {}
        }
    }

    /// Proofs, where a variable has its value, that its tangent is `()` where a field is marked `#[nodiff]`.
    fn of_marked(&mut self, name: &str) -> Option<syn::Stmt> {
        let variable = self.var(name)?.name.clone();
        let (rt, places) = (runtime(), self.marked.remove(name)?);
        self.found = true;
        let nothing_in = syn::Ident::new("nothing_in", variable.span());
        Some(syn::parse_quote!(#rt::#nothing_in(&#variable, |dot| { #(let () = #places;)* });))
    }

    fn of_params(&mut self) -> Vec<syn::Stmt> {
        let params: Vec<String> = self.func.params.iter().map(|p| self.func.name(p.var).to_string()).collect();
        params.iter().filter_map(|name| self.of_marked(name)).collect()
    }

    /// Those of variables that are declared nowhere.
    fn unproven(&self) -> Option<TokenStream> {
        let name = self.marked.keys().next()?;
        let span = self.var(name).map_or_else(Span::call_site, |v| v.name.span());
        let message = "what is read of fields marked `#[nodiff]` is not followed here: name what holds them with `let`, with its type";
        Some(syn::Error::new(span, message).to_compile_error())
    }

    /// Proofs behind a `let` that gives variables their values whose types only the file has shown.
    fn of_variables(&mut self, stmt: &syn::Stmt) -> Vec<syn::Stmt> {
        let syn::Stmt::Local(syn::Local { pat, init: Some(_), .. }) = stmt else { return vec![] };
        let marked: Vec<_> = pattern_names(pat).iter().filter_map(|n| self.of_marked(n)).collect();
        let names = pattern_names(pat).into_iter().filter(|n| self.func.shown.contains(n));
        let vars: Vec<_> = names.filter_map(|n| self.var(&n)).map(|v| v.name.clone()).collect();
        self.found |= !vars.is_empty();
        let rt = runtime();
        let proof = |name: syn::Ident| {
            // what rustc says it says where the variable is declared
            let is_state = syn::Ident::new("is_state", name.span());
            let proof = quote!({
                use #rt::{ViaNothing as _, ViaShape as _};
                (&&#rt::Constant(&#name)).#is_state();
            });
            syn::Stmt::Expr(syn::parse_quote!(#proof), Some(Default::default()))
        };
        vars.into_iter().map(proof).chain(marked).collect()
    }

    /// The elements of `vec![a, b]`, `matrix![a, b; c, d]`.
    fn elements(&mut self, tokens: TokenStream) -> TokenStream {
        let separates = |t: &TokenTree| matches!(t, TokenTree::Punct(p) if [',', ';'].contains(&p.as_char()));
        let tokens: Vec<TokenTree> = tokens.into_iter().collect();
        let mut out = TokenStream::new();
        for part in tokens.split_inclusive(separates) {
            let (element, separator) = match part {
                [element @ .., last] if separates(last) => (element, Some(last.clone())),
                element => (element, None),
            };
            let element: TokenStream = element.iter().cloned().collect();
            match syn::parse2::<Expr>(element.clone()) {
                Ok(mut e) => {
                    self.visit_expr_mut(&mut e);
                    e.to_tokens(&mut out);
                }
                Err(_) => out.extend(element),
            }
            out.extend(separator);
        }
        out
    }
}

impl VisitMut for Prove<'_> {
    fn visit_expr_mut(&mut self, e: &mut Expr) {
        syn::visit_mut::visit_expr_mut(self, e);
        let rt = runtime();
        let proof: Expr = match e {
            Expr::MethodCall(m) => {
                let name = m.method.to_string();
                let inactive = rules::INACTIVE_METHODS.contains(&name.as_str());
                let active = self.is_active(&m.receiver);
                let steps = active && STEPS.contains(&name.as_str());
                let lends = name.split('_').any(|word| word == "mut");
                let lent =
                    (!steps && !lends && !BY_VALUE.contains(&name.as_str())).then(|| self.lent(&m.receiver)).flatten();
                let unknown = inactive || !active && is_pure_method(&name) && !rules::is_rule(&name);
                if !unknown || self.is_certain(&m.receiver) || !active && lent.is_none() {
                    return;
                }
                let mut m = m.clone();
                if steps {
                    let receiver = &m.receiver;
                    m.receiver = syn::parse_quote!(#rt::stepped(#receiver));
                }
                // nor does it change what it is called on
                if let Some(lent) = lent {
                    m.receiver = syn::parse_quote_spanned!(m.method.span()=> (#lent));
                }
                if active && !steps { syn::parse_quote!(#rt::discrete(#m)) } else { Expr::MethodCall(m) }
            }
            Expr::Call(c) => {
                let Expr::Path(path) = &*c.func else { return };
                let (Some(name), Some(owner)) = (path.path.segments.last(), path.path.segments.iter().rev().nth(1))
                else {
                    return;
                };
                let (name, owner) = (name.ident.to_string(), owner.ident.to_string());
                let known = !rules::INACTIVE_METHODS.contains(&name.as_str())
                    || ["f32", "f64", "Vec"].contains(&owner.as_str())
                    || is_matrix_type(&owner);
                if known {
                    return;
                }
                let mut c = c.clone();
                c.args.iter_mut().for_each(|a| self.lend(a));
                if !c.args.iter().any(|a| self.is_active(a)) {
                    *e = Expr::Call(c);
                    self.found = true;
                    return;
                }
                if STEPS.contains(&name.as_str()) {
                    for arg in &mut c.args {
                        *arg = syn::parse_quote!(#rt::stepped(#arg));
                    }
                    Expr::Call(c)
                } else {
                    syn::parse_quote!(#rt::discrete(#c))
                }
            }
            // `a & b` of a type of the user's may be anything
            Expr::Binary(b) if is_bits(&b.op) && (self.is_unclear(&b.left) || self.is_unclear(&b.right)) => {
                syn::parse_quote!(#rt::discrete(#b))
            }
            Expr::Unary(u) if matches!(u.op, syn::UnOp::Not(_)) && self.is_unclear(&u.expr) => {
                syn::parse_quote!(#rt::discrete(#u))
            }
            Expr::Macro(m) if is_aggregate(&m.mac.path) => {
                m.mac.tokens = self.elements(m.mac.tokens.clone());
                return;
            }
            Expr::Macro(m) => match macros::value(&m.mac) {
                Some(proof) => proof,
                None => return,
            },
            _ => return,
        };
        *e = proof;
        self.found = true;
    }
    fn visit_block_mut(&mut self, block: &mut syn::Block) {
        syn::visit_mut::visit_block_mut(self, block);
        let stmts = std::mem::take(&mut block.stmts);
        let count = stmts.len();
        for (k, mut stmt) in stmts.into_iter().enumerate() {
            let proofs = self.of_variables(&stmt);
            if let Some(proven) = macros::statement(&stmt, k + 1 == count) {
                stmt = proven;
                self.found = true;
            }
            block.stmts.push(stmt);
            block.stmts.extend(proofs);
        }
    }
    /// What `write!` is handed: the macro itself changes its first argument.
    fn visit_macro_mut(&mut self, m: &mut syn::Macro) {
        if macros::is_as_it_is(m) {
            m.tokens = self.elements(m.tokens.clone());
        }
    }
    fn visit_expr_for_loop_mut(&mut self, f: &mut syn::ExprForLoop) {
        syn::visit_mut::visit_expr_for_loop_mut(self, f);
        let proofs: Vec<_> = pattern_names(&f.pat).iter().filter_map(|n| self.of_marked(n)).collect();
        f.body.stmts.splice(0..0, proofs);
    }
    fn visit_item_mut(&mut self, _: &mut syn::Item) {}
}
