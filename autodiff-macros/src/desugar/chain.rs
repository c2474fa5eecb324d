//! What an iterator chain is: the names of sources, adaptors and consumers, and which part of a chain is found by an index.
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
    "chars",
    "bytes",
    "keys",
    "values",
    "drain",
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

/// Functions in `std::iter` that make an iterator.
const FUNCTIONS: &[&str] = &["once", "repeat", "repeat_n", "repeat_with", "zip", "empty", "from_fn", "successors"];

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
            SOURCES.contains(&name.as_str()) || ADAPTORS.contains(&name.as_str()) && is_chain(&m.receiver)
        }
        Expr::Range(_) => true,
        Expr::Call(c) => iter_function(c).is_some(),
        _ => false,
    }
}

/// `std::iter::once(..)`: the name of the function.
pub(super) fn iter_function(c: &syn::ExprCall) -> Option<String> {
    let Expr::Path(p) = &*c.func else { return None };
    let mut segments = p.path.segments.iter().rev();
    let name = segments.next()?.ident.to_string();
    let owner = segments.next().map(|s| s.ident.to_string());
    let known = match owner.as_deref() {
        Some("iter") => FUNCTIONS.contains(&name.as_str()),
        None => matches!(name.as_str(), "once" | "repeat" | "repeat_n" | "successors"),
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
                    Some(Indexable { base: again(m, inner.base), shape: inner.shape })
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
                _ if SOURCES.contains(&name.as_str()) => leaf(strip(e)),
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

/// A `zip` takes whatever can be iterated over.
fn into_iter(e: &Expr) -> Expr {
    if is_chain(e) { e.clone() } else { parse_quote!(#e.into_iter()) }
}

fn zipped(a: Indexable, other: &Expr) -> Option<Indexable> {
    if let Expr::Call(c) = strip(other)
        && iter_function(c).as_deref() == Some("repeat")
        && let Some(v) = c.args.first()
    {
        let shape = Shape::Pair(Box::new(a.shape), Box::new(Shape::Constant(v.clone())));
        return Some(Indexable { base: a.base, shape });
    }
    let b = if is_chain(other) { indexable(other)? } else { Indexable { base: other.clone(), shape: Shape::Leaf } };
    if constant_within(&a.shape) || constant_within(&b.shape) {
        return None;
    }
    let (x, y) = (a.base, b.base);
    let x: Expr = if matches!(x, Expr::Range(_)) { parse_quote!((#x)) } else { x };
    Some(Indexable { base: parse_quote!(#x.zip(#y)), shape: Shape::Pair(Box::new(a.shape), Box::new(b.shape)) })
}

/// A shape whose parts are no longer those of its base.
fn constant_within(s: &Shape) -> bool {
    match s {
        Shape::Constant(_) => true,
        Shape::Leaf | Shape::Counter => false,
        Shape::Map(_, s) | Shape::Owned(s) => constant_within(s),
        Shape::Pair(a, b) => constant_within(a) || constant_within(b),
    }
}

fn again(m: &ExprMethodCall, base: Expr) -> Expr {
    let mut m = m.clone();
    *m.receiver = if matches!(base, Expr::Range(_)) { parse_quote!((#base)) } else { base };
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

fn has_effects(shape: &Shape) -> bool {
    match shape {
        Shape::Leaf | Shape::Counter | Shape::Constant(_) => false,
        Shape::Pair(a, b) => has_effects(a) || has_effects(b),
        Shape::Owned(s) => has_effects(s),
        Shape::Map(f, s) => super::jumps::assigns(f) || has_effects(s),
    }
}

/// `x.iter()`, and what takes some of its items: items are references.
pub(crate) fn hands_out_references(e: &Expr) -> bool {
    match strip(e) {
        Expr::MethodCall(m) => match m.method.to_string().as_str() {
            "iter" => true,
            "skip" | "take" | "rev" | "step_by" | "chain" | "filter" | "cycle" | "skip_while" | "take_while" => {
                hands_out_references(&m.receiver)
            }
            _ => false,
        },
        _ => false,
    }
}
