//! What an iterator chain is: the names of sources, adaptors and consumers, and which part of a chain is found by an index.
use super::bind::Item;
use crate::{atom::atom, parts::effects, references::Known};
use syn::{Expr, ExprMethodCall, parse_quote};

/// Methods that make an iterator of a container.
const SOURCES: &[&str] = &[
    "iter",
    "iter_mut",
    "into_iter",
    "chunks",
    "chunks_exact",
    "chunks_mut",
    "chunks_exact_mut",
    "windows",
    "column_iter",
    "row_iter",
    "column_iter_mut",
    "row_iter_mut",
    "rchunks",
    "chunk_by",
    "split",
    "chars",
    "bytes",
    "keys",
    "values",
    "split_whitespace",
    "lines",
];

/// Methods that make an iterator of an iterator.
const ADAPTORS: &[&str] = &[
    "map",
    "enumerate",
    "zip",
    "rev",
    "skip",
    "take",
    "step_by",
    "chain",
    "filter",
    "filter_map",
    "flat_map",
    "flatten",
    "scan",
    "take_while",
    "skip_while",
    "map_while",
    "inspect",
    "cycle",
    "copied",
    "cloned",
    "into_iter",
    "clone",
    "by_ref",
    "peekable",
    "fuse",
];

/// Adaptors that change nothing but their own state.
pub(super) const READING_ADAPTORS: &[&str] =
    &["map", "enumerate", "zip", "rev", "skip", "take", "step_by", "chain", "filter", "copied", "cloned"];

/// Functions in `std::iter` that make an iterator.
const FUNCTIONS: &[&str] = &["once", "repeat", "repeat_n", "repeat_with", "zip", "empty", "from_fn", "successors"];

/// Those that are known by their names alone, where the file has no function of that name.
pub(crate) const IMPORTED: &[&str] = &["once", "repeat", "repeat_n", "successors"];

pub(super) fn strip(e: &Expr) -> &Expr {
    match e {
        Expr::Paren(p) => strip(&p.expr),
        Expr::Group(g) => strip(&g.expr),
        e => e,
    }
}

/// Whether an expression is an iterator by the look of it.
pub(crate) fn is_chain(e: &Expr) -> bool {
    match strip(e) {
        Expr::MethodCall(m) => {
            let name = m.method.to_string();
            is_source(&name) || ADAPTORS.contains(&name.as_str()) && is_chain(&m.receiver)
        }
        Expr::Range(_) => true,
        Expr::Call(c) => iter_function(c).is_some(),
        _ => false,
    }
}

/// Whether the items of a chain are shared references into what it runs over, by the look of it.
pub(super) fn hands_out_references(e: &Expr) -> bool {
    let Expr::MethodCall(m) = strip(e) else { return false };
    match m.method.to_string().as_str() {
        "iter" => m.args.is_empty() && !is_chain(&m.receiver),
        "filter" | "rev" | "skip" | "take" | "step_by" | "skip_while" | "take_while" | "inspect" | "chain"
        | "flatten" => hands_out_references(&m.receiver),
        _ => false,
    }
}

/// Whether the items of a chain are references through which may be written.
pub(super) fn is_mutable(e: &Expr) -> bool {
    match strip(e) {
        Expr::MethodCall(m) => m.method.to_string().ends_with("_mut") || is_mutable(&m.receiver),
        Expr::Reference(r) => r.mutability.is_some(),
        _ => false,
    }
}

/// Whether a method makes an iterator of a container.
pub(super) fn is_source(method: &str) -> bool {
    SOURCES.contains(&method)
}

/// Parts of a slice whose ends a closure decides.
pub(super) fn is_runs(m: &ExprMethodCall) -> bool {
    (m.method == "chunk_by" || m.method == "split") && m.args.len() == 1
}

/// `std::iter::once(..)`: the name of the function.
pub(crate) fn iter_function(c: &syn::ExprCall) -> Option<String> {
    let Expr::Path(p) = &*c.func else { return None };
    let mut segments = p.path.segments.iter().rev();
    let name = segments.next()?.ident.to_string();
    let owner = segments.next().map(|s| s.ident.to_string());
    let known = match owner.as_deref() {
        Some("iter") => FUNCTIONS.contains(&name.as_str()),
        None => IMPORTED.contains(&name.as_str()) && crate::parts::seen::result_of("", &name).is_none(),
        _ => false,
    };
    known.then_some(name)
}

/// What becomes of the item of the loop that a chain's indexable part is.
pub(super) enum Shape {
    /// The item itself.
    Leaf,
    /// A counter.
    Counter,
    /// The parts of a `zip` or an `enumerate`.
    Pair(Box<Shape>, Box<Shape>),
    /// The item handed to a closure or a function.
    Map(Expr, Box<Shape>),
    /// What the item refers to: `copied`, `cloned`.
    Owned(Box<Shape>),
    /// The same value each time.
    Constant(Expr),
    /// The same value beside each item, of which the base knows nothing.
    Beside(Box<Shape>, Expr),
}

/// A chain as a loop over `base`, with closures applied to what it hands out.
pub(super) struct Indexable {
    pub(super) base: Expr,
    pub(super) shape: Shape,
}

/// Takes the closures out of a chain whose items are found by an index: `x.iter().map(f).rev()` is `x.iter().rev()` with `f` applied.
pub(super) fn indexable(e: &Expr) -> Option<Indexable> {
    let leaf = |base: &Expr| Some(Indexable { base: base.clone(), shape: Shape::Leaf });
    match strip(e) {
        Expr::MethodCall(m) if is_chain(e) => {
            let name = m.method.to_string();
            let args: Vec<&Expr> = m.args.iter().collect();
            match (name.as_str(), &args[..]) {
                ("map", [f]) => {
                    let inner = indexable(&m.receiver)?;
                    Some(Indexable { base: inner.base, shape: Shape::Map((*f).clone(), Box::new(inner.shape)) })
                }
                ("enumerate", []) => {
                    let inner = indexable(&m.receiver)?;
                    Some(Indexable {
                        base: again(m, inner.base),
                        shape: Shape::Pair(Box::new(Shape::Counter), Box::new(inner.shape)),
                    })
                }
                ("zip", [other]) => zipped(indexable(&m.receiver)?, other),
                ("skip" | "step_by", [_]) => {
                    let inner = indexable(&m.receiver)?;
                    // what is left out is computed all the same, for its effects
                    (!has_effects(&inner.shape)).then(|| Indexable { base: again(m, inner.base), shape: inner.shape })
                }
                ("rev" | "cycle", []) | ("take", [_]) => {
                    let inner = indexable(&m.receiver)?;
                    // from behind, what is cut off is computed first, for its effects
                    let cuts = name == "rev" && is_cut(&inner.base) && has_effects(&inner.shape);
                    (!cuts).then(|| Indexable { base: again(m, inner.base), shape: inner.shape })
                }
                ("copied" | "cloned", []) => {
                    let inner = indexable(&m.receiver)?;
                    match inner.shape {
                        Shape::Leaf if is_entries(&inner.base) => {
                            Some(Indexable { base: again(m, inner.base), shape: Shape::Leaf })
                        }
                        shape => Some(Indexable { base: inner.base, shape: Shape::Owned(Box::new(shape)) }),
                    }
                }
                ("into_iter" | "clone" | "fuse" | "by_ref", []) if is_chain(&m.receiver) => {
                    (name != "by_ref").then(|| indexable(&m.receiver))?
                }
                _ if is_runs(m) => None,
                _ if is_source(&name) => leaf(strip(e)),
                _ => None,
            }
        }
        Expr::Call(c) => match (iter_function(c)?.as_str(), c.args.iter().collect::<Vec<_>>().as_slice()) {
            ("once", [v]) => {
                let base = parse_quote!([#v]);
                Some(Indexable { base, shape: Shape::Leaf })
            }
            ("repeat_n", [v, n]) => {
                let base = parse_quote!(0..#n);
                Some(Indexable { base, shape: Shape::Constant((*v).clone()) })
            }
            ("zip", [a, b]) => zipped(indexable(&into_iter(a))?, b),
            _ => None,
        },
        Expr::Range(_) => leaf(strip(e)),
        _ => None,
    }
}

/// How many items a chain hands out, and the one at index `k`: `x.iter().enumerate()` is `x.len()` times `(k, &x[k])`.
pub(super) fn entry(e: &Expr, k: &Expr) -> Option<(Expr, Item)> {
    match strip(e) {
        Expr::Range(r) if matches!(r.limits, syn::RangeLimits::HalfOpen(_)) => {
            let (a, b) = (r.start.as_deref()?, r.end.as_deref()?);
            let (a, b) = (atom(a), atom(b));
            Some((parse_quote!((#b - #a.min(#b))), Item::Value(parse_quote!((#a + #k)))))
        }
        Expr::Reference(r) if r.mutability.is_none() && is_place(&r.expr) => {
            let x = atom(&r.expr);
            Some((parse_quote!(#x.len()), Item::Value(parse_quote!(&#x[#k]))))
        }
        Expr::MethodCall(m) => {
            let (x, args) = (&atom(&m.receiver), m.args.iter().map(atom).collect::<Vec<_>>());
            match (m.method.to_string().as_str(), &args[..]) {
                ("iter", []) if is_place(x) => Some((parse_quote!(#x.len()), Item::Value(parse_quote!(&#x[#k])))),
                ("iter_mut", []) if is_place(x) => {
                    Some((parse_quote!(#x.len()), Item::Value(parse_quote!(&mut #x[#k]))))
                }
                ("map", [f]) => {
                    let (len, item) = entry(x, k)?;
                    Some((len, mapped(f, &item)))
                }
                ("windows", [n]) if is_place(x) => {
                    let len = parse_quote!((#x.len() + 1).saturating_sub(#n));
                    Some((len, Item::Value(parse_quote!(&#x[#k..#k + #n]))))
                }
                ("chunks_exact", [n]) if is_place(x) => {
                    let len = parse_quote!((#x.len() / #n));
                    Some((len, Item::Value(parse_quote!(&#x[#k * #n..(#k + 1) * #n]))))
                }
                ("chunks", [n]) if is_place(x) && is_plain_index(n) => {
                    let len = parse_quote!(#x.len().div_ceil(#n));
                    Some((len, Item::Value(parse_quote!(&#x[#k * #n..((#k + 1) * #n).min(#x.len())]))))
                }
                ("column_iter", []) if is_place(x) => {
                    Some((parse_quote!(#x.ncols()), Item::Value(parse_quote!(#x.column(#k)))))
                }
                ("row_iter", []) if is_place(x) => {
                    Some((parse_quote!(#x.nrows()), Item::Value(parse_quote!(#x.row(#k)))))
                }
                ("copied", []) => match entry(x, k)? {
                    (len, Item::Value(Expr::Reference(r))) => Some((len, Item::Value(*r.expr))),
                    _ => None,
                },
                ("cloned", []) => match entry(x, k)? {
                    (len, Item::Value(Expr::Reference(r))) => {
                        let x = atom(&r.expr);
                        Some((len, Item::Value(parse_quote!(#x.clone()))))
                    }
                    _ => None,
                },
                ("enumerate", []) => {
                    let (len, item) = entry(x, k)?;
                    Some((len, Item::pair(Item::Value(k.clone()), item)))
                }
                ("zip", [other]) => {
                    let ((n, a), (m, b)) = (entry(x, k)?, entry(other, k)?);
                    Some((parse_quote!(#n.min(#m)), Item::pair(a, b)))
                }
                ("skip", [n]) => {
                    let (len, item) = entry(x, &parse_quote!((#k + #n)))?;
                    Some((parse_quote!(#len.saturating_sub(#n)), item))
                }
                ("rev", []) => {
                    let (len, _) = entry(x, k)?;
                    let item = entry(x, &parse_quote!((#len - 1 - #k)))?.1;
                    Some((len, item))
                }
                ("peekable" | "fuse" | "into_iter" | "clone", []) if is_chain(x) => entry(x, k),
                _ => None,
            }
        }
        _ => None,
    }
}

/// An item handed to a closure or a function.
pub(super) fn mapped(f: &Expr, item: &Item) -> Item {
    let e = item.expr();
    Item::Value(if matches!(f, Expr::Path(_)) {
        parse_quote!(#f(#e))
    } else {
        let f = atom(f);
        parse_quote!(#f(#e))
    })
}

/// A chain that says `iter` where it runs over what is known to be behind a reference: `x.zip(y)`, `x.into_iter()`.
pub(super) fn explicit(e: &Expr, known: &Known) -> Expr {
    let shared = |e: &Expr| matches!(e, Expr::Path(_)) && known.reference(e) == Some(false);
    let Expr::MethodCall(m) = strip(e) else { return e.clone() };
    let mut m = m.clone();
    if m.method == "into_iter" && matches!(strip(&m.receiver), Expr::Path(_)) {
        let x = &m.receiver;
        match known.reference(x) {
            Some(false) => return parse_quote!(#x.iter()),
            Some(true) => return parse_quote!(#x.iter_mut()),
            None => return parse_quote!(#x.iter().cloned()),
        }
    }
    if is_chain(&m.receiver) {
        *m.receiver = explicit(&m.receiver, known);
    }
    for other in m.args.iter_mut().filter(|_| m.method == "zip") {
        *other = if shared(other) { parse_quote!(#other.iter()) } else { explicit(other, known) };
    }
    Expr::MethodCall(m)
}

/// What may be written as often as it takes.
fn is_place(e: &Expr) -> bool {
    match strip(e) {
        Expr::Path(_) => true,
        Expr::Field(f) => is_place(&f.base),
        Expr::Unary(u) => matches!(u.op, syn::UnOp::Deref(_)) && is_place(&u.expr),
        Expr::Index(i) => is_place(&i.expr) && is_plain_index(&i.index),
        _ => false,
    }
}

fn is_plain_index(e: &Expr) -> bool {
    match strip(e) {
        Expr::Path(_) | Expr::Lit(_) => true,
        Expr::Binary(b) => is_plain_index(&b.left) && is_plain_index(&b.right),
        Expr::Range(r) => [&r.start, &r.end].into_iter().flatten().all(|e| is_plain_index(e)),
        _ => false,
    }
}

/// A `zip` takes whatever can be iterated over.
fn into_iter(e: &Expr) -> Expr {
    let x = atom(e);
    if is_chain(e) { x } else { parse_quote!(#x.into_iter()) }
}

fn zipped(a: Indexable, other: &Expr) -> Option<Indexable> {
    if let Expr::Call(c) = strip(other)
        && iter_function(c).as_deref() == Some("repeat")
        && let Some(v) = c.args.first()
    {
        return Some(Indexable { base: a.base, shape: Shape::Beside(Box::new(a.shape), v.clone()) });
    }
    let b = if is_chain(other) { indexable(other)? } else { Indexable { base: other.clone(), shape: Shape::Leaf } };
    if constant_within(&a.shape) || constant_within(&b.shape) {
        return None;
    }
    let (x, y) = (atom(&a.base), b.base);
    Some(Indexable { base: parse_quote!(#x.zip(#y)), shape: Shape::Pair(Box::new(a.shape), Box::new(b.shape)) })
}

/// A shape whose parts are no longer those of its base.
fn constant_within(s: &Shape) -> bool {
    match s {
        Shape::Constant(_) | Shape::Beside(..) => true,
        Shape::Leaf | Shape::Counter => false,
        Shape::Map(_, s) | Shape::Owned(s) => constant_within(s),
        Shape::Pair(a, b) => constant_within(a) || constant_within(b),
    }
}

fn again(m: &ExprMethodCall, base: Expr) -> Expr {
    let mut m = m.clone();
    *m.receiver = atom(&base);
    Expr::MethodCall(m)
}

/// `x.iter()` and what skips among its entries: where `copied` is known.
fn is_entries(e: &Expr) -> bool {
    match strip(e) {
        Expr::MethodCall(m) => match m.method.to_string().as_str() {
            "iter" | "into_iter" => true,
            "rev" | "skip" | "take" | "step_by" | "cycle" => is_entries(&m.receiver),
            _ => false,
        },
        _ => false,
    }
}

/// Whether a chain may leave out what lies at the end of what it runs over.
fn is_cut(e: &Expr) -> bool {
    match strip(e) {
        Expr::MethodCall(m) => m.method == "take" || m.method == "zip" || is_cut(&m.receiver),
        _ => false,
    }
}

/// Whether a chain may have no end, by the look of it.
pub(super) fn is_endless(e: &Expr) -> bool {
    match strip(e) {
        Expr::Range(r) => r.end.is_none(),
        Expr::Call(c) => {
            iter_function(c).is_some_and(|f| ["repeat", "repeat_with", "from_fn", "successors"].contains(&f.as_str()))
        }
        Expr::MethodCall(m) => match m.method.to_string().as_str() {
            "take" => false,
            "cycle" => true,
            "zip" => is_endless(&m.receiver) && m.args.iter().all(is_endless),
            "chain" => is_endless(&m.receiver) || m.args.iter().any(is_endless),
            _ => is_endless(&m.receiver),
        },
        _ => false,
    }
}

/// Whether the closures of a chain do more than compute.
pub(super) fn does_more(e: &Expr) -> bool {
    match strip(e) {
        Expr::MethodCall(m) if is_chain(e) => {
            let states = if m.method == "scan" { super::jumps::states(e) } else { vec![] };
            let mut args: Vec<&Expr> = m.args.iter().collect();
            let function = args.pop_if(|_| TAKE_FUNCTIONS.iter().any(|n| m.method == n));
            does_more(&m.receiver)
                || args.into_iter().any(effects::does_more)
                || function.is_some_and(|f| effects::does_more_with(strip(f), &states))
        }
        Expr::Call(c) => c.args.iter().any(effects::does_more),
        _ => false,
    }
}

/// Adaptors that call what they are handed.
const TAKE_FUNCTIONS: &[&str] =
    &["map", "filter", "filter_map", "flat_map", "scan", "take_while", "skip_while", "map_while", "inspect"];

fn has_effects(shape: &Shape) -> bool {
    match shape {
        Shape::Leaf | Shape::Counter | Shape::Constant(_) => false,
        Shape::Pair(a, b) => has_effects(a) || has_effects(b),
        Shape::Owned(s) | Shape::Beside(s, _) => has_effects(s),
        Shape::Map(f, s) => effects::does_more_when_called(strip(f)) || has_effects(s),
    }
}
