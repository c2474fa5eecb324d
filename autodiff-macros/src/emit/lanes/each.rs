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

/// Rules of values of which the macro does not know whether they are numbers.
const OF_ANY: &[&str] = &["mul", "cross", "dot"];

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
                let Some((rule, push)) = self.rule(name) else { return self.by_name(name, args) };
                let args = self.handed_to_each(args, number)?;
                Some(quote!(#rt::#rule::each::#push(#args)))
            }
            Op::Sum(terms) => {
                let [Op::Runtime { name: first, args: a }, Op::Runtime { name: second, args: b }] = &terms[..] else {
                    return None;
                };
                let (Some((rule, lhs)), Some((same, rhs))) = (self.rule(first), self.rule(second)) else {
                    return self.both_by_name((first, a), (second, b));
                };
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

    /// `x_dot[i] = t_dot` of numbers.
    pub(super) fn set_in_each(&self, place: &Place, value: &Operand) -> Option<TokenStream> {
        let (rt, [Proj::Index(index)]) = (runtime(), &place.proj[..]) else { return None };
        let Operand::Place(value, Pass::Value) = value else { return None };
        let index = index.expr.to_token_stream();
        let given = value.proj.is_empty() && self.is_tangent(value.base) && self.is_number(value.base);
        if !given || value.base == place.base || !self.tangents().named_in(&index).is_empty() {
            return None;
        }
        let (all, value) = (self.name(place.base), self.name(value.base));
        match self.lies(place.base).filter(|_| self.is_indexed(place.base))? {
            Lies::Here => Some(quote!(#rt::set_entries(&mut #all, #index, &#value);)),
            Lies::BehindReference => Some(quote!(#rt::set_entries_behind(&mut #all, #index, &#value);)),
        }
    }

    /// What a name is given to: all references as they are, or references to entries.
    pub(super) fn all_at_once(&self, e: &Expr) -> Option<TokenStream> {
        match e {
            Expr::Path(p) => {
                let base = *self.tangents().names.get(&p.path.get_ident()?.to_string())?;
                (self.lies(base) != Some(Lies::Here)).then(|| e.to_token_stream())
            }
            e => self.lent_entries(e),
        }
    }

    /// `&x_dot[lane][i]` for each lane.
    fn lent_entries(&self, e: &Expr) -> Option<TokenStream> {
        let Expr::Reference(r) = e else { return None };
        let Expr::Index(entry) = &*r.expr else { return None };
        let Expr::Path(all) = &*entry.expr else { return None };
        let (rt, index) = (runtime(), entry.index.to_token_stream());
        let base = *self.tangents().names.get(&all.path.get_ident()?.to_string())?;
        if r.mutability.is_some() || !self.tangents().named_in(&index).is_empty() {
            return None;
        }
        match self.lies(base).filter(|_| self.is_indexed(base))? {
            Lies::Here => Some(quote!(#rt::lent_entries(&#all, #index))),
            Lies::BehindReference if !self.vars[base.0 as usize].writable => {
                Some(quote!(#rt::lent_entries_behind(&#all, #index)))
            }
            Lies::BehindReference => None,
        }
    }

    /// Any other rule, with what it reads and all tangents of one variable.
    fn by_name(&self, name: &str, args: &[Operand]) -> Option<TokenStream> {
        let (rt, lanes, (rule, push)) = (runtime(), lanes(), rule_name(name)?);
        let (read, dots) = self.read_and_dots(args)?;
        if OF_ANY.iter().any(|r| rule == r) {
            return Some(quote!(#rt::#rule::each::#push(#(#read,)* &#dots)));
        }
        let all = Ident::new(&format!("push_{}", read.len() + 1), Span::mixed_site());
        Some(quote!(#lanes.#all(#rt::#rule::#push, #(#read,)* &#dots)))
    }

    /// One by both operands.
    fn both_by_name(&self, lhs: (&str, &[Operand]), rhs: (&str, &[Operand])) -> Option<TokenStream> {
        let (rt, lanes, (rule, of_a), (same, of_b)) = (runtime(), lanes(), rule_name(lhs.0)?, rule_name(rhs.0)?);
        let ((a, a_dot), (b, b_dot)) = (self.read_and_dots(lhs.1)?, self.read_and_dots(rhs.1)?);
        let of_any = OF_ANY.iter().any(|r| rule == r);
        if rule != same || of_a != "push_0" || of_b != "push_1" {
            return None;
        }
        let (of_a, of_b) = (quote!(#rt::#rule::#of_a), quote!(#rt::#rule::#of_b));
        match (&a[..], &b[..]) {
            ([], []) => Some(quote!(#lanes.both_1(#of_a, &#a_dot, #of_b, &#b_dot))),
            ([a], [b]) if of_any => Some(quote!(#rt::#rule::each::both(#a, &#a_dot, #b, &#b_dot))),
            ([a], [b]) => Some(quote!(#lanes.both_2(#of_a, #a, &#a_dot, #of_b, #b, &#b_dot))),
            ([a, b], [a_again, b_again])
                if a.to_string() == a_again.to_string() && b.to_string() == b_again.to_string() =>
            {
                Some(match of_any {
                    true => quote!(#rt::#rule::each::both(#a, #b, &#a_dot, &#b_dot)),
                    false => quote!(#lanes.both_3(#of_a, #of_b, #a, #b, &#a_dot, &#b_dot)),
                })
            }
            _ => None,
        }
    }

    /// References to what a rule reads, and the tangents.
    fn read_and_dots(&self, args: &[Operand]) -> Option<(Vec<TokenStream>, Ident)> {
        let (Operand::Place(dots, Pass::Ref), read) = args.split_last()? else { return None };
        let lent = |o: &Operand| match o {
            Operand::Place(_, pass) => *pass == Pass::Ref,
            Operand::Native(n) => matches!(n.expr, Expr::Reference(_)),
        };
        if !dots.proj.is_empty() || !self.is_tangent(dots.base) || read.len() > 2 || !read.iter().all(lent) {
            return None;
        }
        let read = read.iter().map(|o| self.read_by_each(o));
        Some((read.collect::<Option<_>>()?, self.name(dots.base).clone()))
    }

    /// A rule of numbers, or of values that are as easily added.
    fn rule(&self, name: &str) -> Option<(Ident, Ident)> {
        rule_name(name).filter(|(rule, _)| OF_BOTH.iter().chain(OF_ONE).any(|r| rule == r))
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
        let (all, entries) = match (self.name(place.base), self.lies(place.base)?) {
            (all, Lies::Here) => (all, quote!(entries)),
            (all, Lies::BehindReference) => (all, quote!(entries_behind)),
        };
        Some(quote!(#rt::#entries(&#all, #index)))
    }

    /// Whether it is certainly a container itself, not a box with one.
    fn is_indexed(&self, v: Var) -> bool {
        let info = &self.vars[v.0 as usize];
        info.elements || info.rows || self.tangents().are_slices(v)
    }

    /// Where a variable's entries lie: it may be a reference, a parameter says so.
    fn lies(&self, v: Var) -> Option<Lies> {
        let info = &self.vars[v.0 as usize];
        match info.reference || info.view || info.borrows {
            false => Some(Lies::Here),
            true if info.param && info.reference && !info.view && !info.borrows => Some(Lies::BehindReference),
            true => None,
        }
    }

    /// Operands that are the same in each lane.
    fn read_by_all(&self, args: &[Operand]) -> Option<TokenStream> {
        args.iter().map(|o| self.read_by_each(o).map(|o| quote!(#o,))).collect()
    }

    /// One of them. A literal has its type from the tangent, that of any lane.
    fn read_by_each(&self, o: &Operand) -> Option<TokenStream> {
        let tokens = self.operand(o);
        match o {
            _ if self.tangents().named_in(&tokens).is_empty() => Some(tokens),
            Operand::Native(n) if is_literal(&n.expr) => Some(self.at(&tokens, &quote!(0))),
            _ => None,
        }
    }
}

/// Where entries lie.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Lies {
    Here,
    BehindReference,
}

/// `cross::push_0`
fn rule_name(name: &str) -> Option<(Ident, Ident)> {
    let (rule, push) = name.split_once("::")?;
    let is_name = !rule.contains(':') && !push.contains(':') && push.starts_with("push_");
    is_name.then(|| (Ident::new(rule, Span::call_site()), Ident::new(push, Span::call_site())))
}

/// `&rules::literal(2.0, &x_dot)`
fn is_literal(e: &Expr) -> bool {
    let Expr::Reference(r) = e else { return false };
    let Expr::Call(call) = &*r.expr else { return false };
    matches!(&*call.func, Expr::Path(p) if p.path.segments.last().is_some_and(|s| s.ident == "literal"))
}
