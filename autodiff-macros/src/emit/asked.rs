//! Methods that the macro takes, by their name, for the ones of numbers, slices and matrices which have no derivative: where a type is not known,
//! forward mode asks rustc whether it is one of those. A method `len` of the user's which is a length in space is an error so, not a zero.
use crate::{analysis::activity::root, ir::*, lower::is_matrix_type};
use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use std::collections::HashSet;
use syn::{Expr, Ident, Type, visit_mut::VisitMut};

const COUNTS: &[&str] = &["len", "rank", "capacity", "nrows", "ncols", "imax", "imin", "iamax", "iter_len"];
#[rustfmt::skip]
const TRUTHS: &[&str] = &[
    "contains", "is_empty", "is_square", "is_nan", "is_finite", "is_infinite", "is_normal", "is_sign_negative", "is_sign_positive",
    "eq", "ne", "lt", "le", "gt", "ge", "is_some", "is_none", "is_ok", "is_err",
];
const STEPS: &[&str] = &["floor", "ceil", "round", "round_ties_even", "trunc", "signum", "div_euclid"];

/// The body of the function of forward mode, with the questions in it.
pub(super) fn asked(body: TokenStream, func: &Func, vars: &[VarInfo]) -> TokenStream {
    let known: HashSet<Var> = func.params.iter().filter(|p| is_known(&p.ty)).map(|p| p.var).collect();
    let unknown = |(k, v): &(usize, &VarInfo)| v.active && !v.scalar && !v.elements && !known.contains(&Var(*k as u32));
    let unknown = vars.iter().enumerate().filter(unknown).map(|(_, v)| v.name.to_string()).collect();
    let Ok(mut block) = syn::parse2::<syn::Block>(quote!({ #body })) else { return body };
    let mut asking = Asking { unknown, asked: false };
    asking.visit_block_mut(&mut block);
    if !asking.asked {
        return body;
    }
    block.stmts.iter().map(ToTokens::to_token_stream).collect()
}

/// Certainly not a type of the user's.
fn is_known(ty: &Type) -> bool {
    match ty {
        Type::Reference(r) => is_known(&r.elem),
        Type::Slice(_) | Type::Array(_) => true,
        Type::Path(p) => p.path.segments.last().is_some_and(|s| {
            let name = s.ident.to_string();
            matches!(name.as_str(), "Vec" | "VecDeque" | "Option" | "f32" | "f64") || is_matrix_type(&name)
        }),
        _ => false,
    }
}

struct Asking {
    unknown: HashSet<String>,
    asked: bool,
}

impl VisitMut for Asking {
    fn visit_expr_mut(&mut self, e: &mut Expr) {
        syn::visit_mut::visit_expr_mut(self, e);
        let Expr::MethodCall(m) = &*e else { return };
        if !root(&m.receiver).is_some_and(|r| self.unknown.contains(&r.to_string())) {
            return;
        }
        let (name, at) = (m.method.to_string(), Span::mixed_site().located_at(m.method.span()));
        let question = |name: &str| {
            let name = Ident::new(name, at);
            quote_spanned!(at=> ::autodiff_core::rules::#name)
        };
        let place =
            matches!(&*m.receiver, Expr::Path(_) | Expr::Field(_) | Expr::Index(_) | Expr::Unary(_) | Expr::Paren(_));
        let wrapped = match name.as_str() {
            n if COUNTS.contains(&n) => question("count"),
            n if TRUTHS.contains(&n) => question("truth"),
            n if STEPS.contains(&n) && place => {
                let (question, receiver) = (question("step_of"), &m.receiver);
                *e = syn::parse_quote!(#question(&#receiver, #e));
                self.asked = true;
                return;
            }
            _ => return,
        };
        *e = syn::parse_quote!(#wrapped(#e));
        self.asked = true;
    }
}
