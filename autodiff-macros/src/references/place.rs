//! What a reference expression consists of: a variable and the steps from it.
use crate::atom::atom;
use proc_macro2::Span;
use syn::{Expr, ExprMethodCall, ExprRange, Ident, Member, RangeLimits, UnOp, parse_quote};

/// A step from a value to a part of it.
#[derive(Clone)]
pub(super) enum Step {
    Index(Expr),
    Range(ExprRange),
    Field(Member),
    /// A view; the receiver is what comes before.
    Method(ExprMethodCall),
    Deref,
}

/// A reference expression, taken apart.
#[derive(Clone)]
pub(crate) struct Lead {
    pub(crate) head: Ident,
    pub(super) steps: Vec<Step>,
    /// Written with `&mut` or a method `.._mut`; `None` where the variable's own kind decides.
    pub(super) mutable: Option<bool>,
    /// A view by a method: no `&` before it.
    pub(super) view: bool,
    /// `&x`: the variable itself, not what it refers to.
    pub(crate) whole: bool,
}

/// Takes a reference expression apart; `None` where it is none.
pub(crate) fn lead(e: &Expr) -> Option<Lead> {
    match e {
        Expr::Paren(p) => lead(&p.expr),
        Expr::Group(g) => lead(&g.expr),
        Expr::Path(p) => {
            Some(Lead { head: p.path.get_ident()?.clone(), steps: vec![], mutable: None, view: false, whole: false })
        }
        Expr::Reference(r) => match &*r.expr {
            // `&mut *r` of a variable
            Expr::Unary(u) if matches!(u.op, UnOp::Deref(_)) => {
                let inner = lead(&u.expr)?;
                let mutable = Some(r.mutability.is_some());
                (!inner.view).then_some(Lead { mutable, ..inner })
            }
            place => {
                let (head, steps) = steps(place)?;
                let whole = steps.is_empty();
                Some(Lead { head, steps, mutable: Some(r.mutability.is_some()), view: false, whole })
            }
        },
        Expr::MethodCall(m) if is_view(m) => {
            let (head, mut steps) = steps(&m.receiver)?;
            let slice = matches!(m.method.to_string().as_str(), "as_slice" | "as_mut_slice" | "as_ref" | "as_mut");
            let mutable = Some(is_mutating(m));
            if slice && m.args.is_empty() {
                steps.push(Step::Range(parse_quote!(..)));
                return Some(Lead { head, steps, mutable, view: false, whole: false });
            }
            steps.push(Step::Method(m.clone()));
            Some(Lead { head, steps, mutable, view: true, whole: false })
        }
        Expr::Call(_) => {
            taken(e).map(|head| Lead { head, steps: vec![], mutable: Some(true), view: false, whole: false })
        }
        _ => None,
    }
}

impl Lead {
    /// `&x[i]`, for a number `i`.
    pub(super) fn ends_in_index(&self) -> bool {
        matches!(self.steps.last(), Some(Step::Index(i)) if !matches!(i, Expr::Tuple(_)))
    }

    /// `&x[i]` as the slice of one element.
    pub(super) fn as_range(&self) -> Self {
        let mut lead = self.clone();
        if let (true, Some(Step::Index(i))) = (self.ends_in_index(), self.steps.last()) {
            lead.steps.pop();
            let i = atom(i);
            lead.steps.push(Step::Range(parse_quote!(#i..#i + 1)));
        }
        lead
    }
}

fn is_view(m: &ExprMethodCall) -> bool {
    let name = m.method.to_string();
    !name.starts_with("split") && crate::lower::VIEWS.contains(&name.as_str())
}

fn is_mutating(m: &ExprMethodCall) -> bool {
    let name = m.method.to_string();
    name.ends_with("_mut") || name == "as_mut_slice"
}

/// The variable in `mem::take(&mut r)`.
pub(super) fn taken(e: &Expr) -> Option<Ident> {
    let Expr::Call(c) = e else { return None };
    let Expr::Path(p) = &*c.func else { return None };
    let mut names = p.path.segments.iter().rev().map(|s| s.ident.to_string());
    let take = names.next()? == "take" && names.next().is_none_or(|n| n == "mem");
    match (take, c.args.first()) {
        (true, Some(Expr::Reference(r))) if c.args.len() == 1 && r.mutability.is_some() => match &*r.expr {
            Expr::Path(p) => p.path.get_ident().cloned(),
            _ => None,
        },
        _ => None,
    }
}

/// The two variables in `mem::swap(&mut a, &mut b)`.
pub(super) fn swapped(e: &Expr) -> Option<(Ident, Ident)> {
    let Expr::Call(c) = e else { return None };
    let Expr::Path(p) = &*c.func else { return None };
    let mut names = p.path.segments.iter().rev().map(|s| s.ident.to_string());
    let swap = names.next()? == "swap" && names.next().is_none_or(|n| n == "mem");
    let local = |e: &Expr| match e {
        Expr::Reference(r) if r.mutability.is_some() => match &*r.expr {
            Expr::Path(p) => p.path.get_ident().cloned(),
            _ => None,
        },
        _ => None,
    };
    match (swap, c.args.len()) {
        (true, 2) => Some((local(&c.args[0])?, local(&c.args[1])?)),
        _ => None,
    }
}

fn steps(e: &Expr) -> Option<(Ident, Vec<Step>)> {
    match e {
        Expr::Paren(p) => steps(&p.expr),
        Expr::Group(g) => steps(&g.expr),
        Expr::Path(p) => Some((p.path.get_ident()?.clone(), vec![])),
        Expr::Index(i) => {
            let (head, mut steps) = steps(&i.expr)?;
            steps.push(match &*i.index {
                Expr::Range(r) => Step::Range(r.clone()),
                index => Step::Index(index.clone()),
            });
            Some((head, steps))
        }
        Expr::Field(f) => {
            let (head, mut steps) = steps(&f.base)?;
            steps.push(Step::Field(f.member.clone()));
            Some((head, steps))
        }
        Expr::Unary(u) if matches!(u.op, UnOp::Deref(_)) => {
            let (head, mut steps) = steps(&u.expr)?;
            steps.push(Step::Deref);
            Some((head, steps))
        }
        Expr::MethodCall(m) if is_view(m) => {
            let (head, mut steps) = steps(&m.receiver)?;
            steps.push(Step::Method(m.clone()));
            Some((head, steps))
        }
        Expr::Reference(r) => steps(&r.expr),
        Expr::Call(_) => taken(e).map(|head| (head, vec![])),
        _ => None,
    }
}

/// The values that a branching expression may have; `None` where one of them is not seen.
pub(super) fn leaves(e: &Expr) -> Option<Vec<&Expr>> {
    let mut out = Vec::new();
    collect(e, &mut out).then_some(out)
}

fn collect<'a>(e: &'a Expr, out: &mut Vec<&'a Expr>) -> bool {
    match e {
        Expr::Paren(p) => collect(&p.expr, out),
        Expr::Group(g) => collect(&g.expr, out),
        Expr::If(i) => in_block(&i.then_branch, out) && i.else_branch.as_ref().is_some_and(|(_, e)| collect(e, out)),
        Expr::Match(m) => m.arms.iter().all(|a| collect(&a.body, out)),
        Expr::Block(b) if b.label.is_none() => in_block(&b.block, out),
        Expr::Unsafe(b) => in_block(&b.block, out),
        e if crate::lower::diverges(e) => true,
        e => {
            out.push(e);
            true
        }
    }
}

fn in_block<'a>(block: &'a syn::Block, out: &mut Vec<&'a Expr>) -> bool {
    match block.stmts.last() {
        Some(syn::Stmt::Expr(e, None)) => collect(e, out),
        Some(syn::Stmt::Expr(e, Some(_))) => crate::lower::diverges(e),
        Some(syn::Stmt::Macro(m)) => {
            crate::lower::diverges(&Expr::Macro(syn::ExprMacro { attrs: vec![], mac: m.mac.clone() }))
        }
        _ => false,
    }
}

/// Whether the expression chooses.
pub(super) fn branches(e: &Expr) -> bool {
    match e {
        Expr::Paren(p) => branches(&p.expr),
        Expr::Group(g) => branches(&g.expr),
        Expr::If(_) | Expr::Match(_) => true,
        Expr::Block(b) => b.label.is_none(),
        _ => false,
    }
}

/// Part `k` of a value that is a tuple of references: `(a, b)`, `x.split_at(n)`.
pub(crate) fn part(e: &Expr, k: usize, of: usize) -> Option<Expr> {
    match e {
        Expr::Paren(p) => part(&p.expr, k, of),
        Expr::Tuple(t) if t.elems.len() == of => Some(t.elems[k].clone()),
        Expr::MethodCall(m) if of == 2 && m.args.len() == 1 => {
            let (x, n) = (atom(&m.receiver), atom(&m.args[0]));
            match (m.method.to_string().as_str(), k) {
                ("split_at", 0) => Some(parse_quote!(&#x[..#n])),
                ("split_at", _) => Some(parse_quote!(&#x[#n..])),
                ("split_at_mut", 0) => Some(parse_quote!(&mut #x[..#n])),
                ("split_at_mut", _) => Some(parse_quote!(&mut #x[#n..])),
                _ => None,
            }
        }
        _ => None,
    }
}

/// A place written over numbers: the numbers are the variables `slot 0`, `slot 1`, ..
#[derive(Clone)]
pub(crate) struct Template {
    pub(crate) place: Expr,
    pub(crate) values: Vec<Expr>,
    /// The range that is cut out of it last.
    pub(crate) range: Option<ExprRange>,
}

/// The name of a number in a template.
pub(crate) fn slot(k: usize) -> Ident {
    Ident::new(&format!("__slot_{k}"), Span::mixed_site())
}

/// The template of a reference that starts at a variable.
pub(crate) fn template(lead: &Lead) -> Template {
    let head = &lead.head;
    let mut t = Template { place: parse_quote!(#head), values: vec![], range: None };
    if lead.whole {
        return t;
    }
    if lead.steps.is_empty() {
        t.place = parse_quote!((*#head));
        return t;
    }
    for (k, step) in lead.steps.iter().enumerate() {
        let e = t.place.clone();
        t.place = match step {
            Step::Index(i) => {
                let i = number(i, &mut t.values);
                parse_quote!(#e[#i])
            }
            Step::Range(r) if k + 1 == lead.steps.len() => {
                t.range = Some(r.clone());
                e
            }
            Step::Range(r) => {
                let r = number(&Expr::Range(r.clone()), &mut t.values);
                parse_quote!(#e[#r])
            }
            Step::Field(f) => parse_quote!(#e.#f),
            Step::Method(m) => {
                let mut m = m.clone();
                *m.receiver = e;
                m.args = m.args.iter().map(|a| number(a, &mut t.values)).collect();
                Expr::MethodCall(m)
            }
            Step::Deref => parse_quote!((*#e)),
        };
    }
    t
}

/// An index with its numbers replaced by slots; literals stay.
pub(crate) fn number(e: &Expr, values: &mut Vec<Expr>) -> Expr {
    match e {
        Expr::Lit(_) => e.clone(),
        Expr::Paren(p) => number(&p.expr, values),
        Expr::Tuple(t) => {
            let elems = t.elems.iter().map(|e| number(e, values)).collect::<Vec<_>>();
            parse_quote!((#(#elems),*))
        }
        Expr::Range(r) => {
            let mut r = r.clone();
            r.start = r.start.map(|e| Box::new(number(&e, values)));
            r.end = r.end.map(|e| Box::new(number(&e, values)));
            Expr::Range(r)
        }
        e => {
            values.push(e.clone());
            let slot = slot(values.len() - 1);
            parse_quote!(#slot)
        }
    }
}

/// The first index of a range, and the one after its last; `None` where the container decides.
pub(super) fn bounds(r: &ExprRange) -> (Option<Expr>, Option<Expr>) {
    let end = r.end.as_deref().map(|e| match r.limits {
        RangeLimits::Closed(_) => {
            let e = atom(e);
            parse_quote!(#e + 1)
        }
        RangeLimits::HalfOpen(_) => e.clone(),
    });
    (r.start.as_deref().cloned(), end)
}
