//! Statements about tangents that apply a rule and no more.
//!
//! ```text
//! lanes.each(|lane| rules::exp::push_0(&t, &x_dot[lane]))    =>    rules::exp::each::push_0(&t, &x_dot)
//! lanes.each(|lane| x_dot[lane][i])                          =>    rules::entries(&x_dot, i)
//! lanes.each(|lane| { x_dot[lane] += t_dot[lane]; })         =>    rules::add_each(&mut x_dot, &t_dot)
//! ```
//! They do the same, but rustc compiles a closure as a function of its own, and most of what forward mode consists of are such
//! statements.
use super::{super::runtime, lanes, quote};
use crate::{emit::Printer, ir::*};
use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote_spanned};
use syn::{BinOp, Expr, Ident};

/// Rules that go along several directions, by both operands at once if need be.
const OF_BOTH: &[&str] = &["add", "sub", "times", "div"];

/// Those that have one operand, or are used by one of them.
#[rustfmt::skip]
const OF_ONE: &[&str] = &[
    "neg", "recip", "sqrt", "cbrt", "exp", "exp2", "exp_m1", "ln", "log2", "log10", "ln_1p", "sin", "cos", "tan",
    "asin", "acos", "atan", "sinh", "cosh", "tanh", "asinh", "acosh", "atanh", "fract", "to_degrees", "to_radians",
    "powi", "powf", "log", "atan2", "hypot", "copysign", "mul_add",
];

impl Printer<'_> {
    /// The tangents that a rule gives a variable, where it reads nothing of one lane but its tangent.
    pub(super) fn rule_in_each(&self, var: Var, op: &Op) -> Option<TokenStream> {
        let (rt, number) = (runtime(), self.is_number(var));
        match op {
            Op::Use(Operand::Place(p, _)) if number => self.entries(p),
            Op::Runtime { name, args } if name == "zero" => {
                let (lanes, args) = (lanes(), self.read_by_all(args)?);
                Some(quote!(#lanes.zero(#args)))
            }
            Op::Runtime { name, args } => {
                let (rule, push) = self.rule(name)?;
                let args = self.handed_to_each(args, number)?;
                Some(quote!(#rt::#rule::each::#push(#args)))
            }
            Op::Sum(terms) => {
                let [Op::Runtime { name: first, args: a }, Op::Runtime { name: second, args: b }] = &terms[..] else {
                    return None;
                };
                let ((rule, lhs), (same, rhs)) = (self.rule(first)?, self.rule(second)?);
                if !OF_BOTH.iter().any(|r| rule == r) || rule != same || lhs != "push_0" || rhs != "push_1" {
                    return None;
                }
                let (a, b) = (self.handed_to_each(a, number)?, self.handed_to_each(b, number)?);
                Some(quote!(#rt::#rule::each::both(#a #b)))
            }
            _ => None,
        }
    }

    /// `x_dot += t_dot` of numbers.
    pub(super) fn sum_in_each(&self, place: &Place, op: &BinOp, value: &Operand) -> Option<TokenStream> {
        let rt = runtime();
        let whole = |p: &Place| p.proj.is_empty() && self.is_tangent(p.base) && self.is_number(p.base);
        let Operand::Place(added, Pass::Value) = value else { return None };
        if !whole(place) || !whole(added) || place.base == added.base {
            return None;
        }
        let (to, added) = (self.name(place.base), self.name(added.base));
        match op {
            BinOp::AddAssign(_) => Some(quote!(#rt::add_each(&mut #to, &#added);)),
            BinOp::SubAssign(_) => Some(quote!(#rt::subtract_each(&mut #to, &#added);)),
            _ => None,
        }
    }

    /// `exp::push_0`
    fn rule(&self, name: &str) -> Option<(Ident, Ident)> {
        let (rule, push) = name.split_once("::")?;
        let known = push.starts_with("push_") && (OF_BOTH.contains(&rule) || OF_ONE.contains(&rule));
        known.then(|| (Ident::new(rule, Span::call_site()), Ident::new(push, Span::call_site())))
    }

    /// What a rule reads, and all tangents of one variable, or all entries of tangents that are numbers.
    fn handed_to_each(&self, args: &[Operand], number: bool) -> Option<TokenStream> {
        let (Operand::Place(dots, Pass::Ref), read) = args.split_last()? else { return None };
        let dots = match &dots.proj[..] {
            [] if self.is_tangent(dots.base) => self.name(dots.base).to_token_stream(),
            [_] if number => self.entries(dots)?,
            _ => return None,
        };
        let read = self.read_by_all(read)?;
        Some(quote!(#read &#dots,))
    }

    /// `x_dot[lane][i]` for each lane: numbers.
    fn entries(&self, place: &Place) -> Option<TokenStream> {
        let [Proj::Index(index)] = &place.proj[..] else { return None };
        let (rt, index) = (runtime(), index.expr.to_token_stream());
        if !self.is_tangent(place.base) || !self.tangents().named_in(&index).is_empty() {
            return None;
        }
        let (all, info) = (self.name(place.base), &self.vars[place.base.0 as usize]);
        // a variable may be a reference, a parameter says so
        let entries = match info.reference || info.view || info.borrows {
            false => quote!(entries),
            true if info.param && info.reference && !info.view && !info.borrows => quote!(entries_behind),
            true => return None,
        };
        Some(quote!(#rt::#entries(&#all, #index)))
    }

    /// Operands that are the same in each lane. A literal has its type from the tangent, that of any lane.
    fn read_by_all(&self, args: &[Operand]) -> Option<TokenStream> {
        let args = args.iter().map(|o| {
            let tokens = self.operand(o);
            let same = match o {
                _ if self.tangents().named_in(&tokens).is_empty() => tokens,
                Operand::Native(n) if is_literal(&n.expr) => self.at(&tokens, &quote!(0)),
                _ => return None,
            };
            Some(quote!(#same,))
        });
        args.collect()
    }
}

/// `&rules::literal(2.0, &x_dot)`
fn is_literal(e: &Expr) -> bool {
    let Expr::Reference(r) = e else { return false };
    let Expr::Call(call) = &*r.expr else { return false };
    matches!(&*call.func, Expr::Path(p) if p.path.segments.last().is_some_and(|s| s.ident == "literal"))
}
