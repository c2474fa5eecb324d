//! Iterators over constants, which stay as the user wrote them: what they hand out, and whether the reversed loop may run over them again.
use super::{
    Lower,
    native::{is_pure, is_pure_closure},
};
use crate::analysis::activity::pattern_idents;
use syn::{Expr, Ident, Pat};

/// Methods that look into a container: their items are references or views.
const SOURCES: &[&str] = &["iter", "chunks", "chunks_exact", "windows", "rchunks"];
/// Methods whose items are some of those of their receiver.
const SELECTIONS: &[&str] = &["rev", "skip", "take", "step_by", "cycle"];

/// `x.iter()`, `x.iter().rev()`: an iterator whose items are references into a container.
pub(super) fn looks_into(e: &Expr) -> bool {
    let Expr::MethodCall(m) = e else { return false };
    let name = m.method.to_string();
    SOURCES.contains(&name.as_str()) || SELECTIONS.contains(&name.as_str()) && looks_into(&m.receiver)
}

impl Lower<'_> {
    /// Whether the items are references, by the look of the iterator.
    pub(super) fn hands_out_references(&self, e: &Expr) -> bool {
        match e {
            Expr::Paren(p) => self.hands_out_references(&p.expr),
            Expr::Reference(_) => true,
            Expr::Path(_) => self.lookup(e).is_some_and(|v| self.vars[v.0 as usize].reference),
            Expr::MethodCall(m) => match m.method.to_string().as_str() {
                name if SOURCES.contains(&name) => true,
                name if SELECTIONS.contains(&name) => self.hands_out_references(&m.receiver),
                "chain" | "filter" | "skip_while" | "take_while" => self.hands_out_references(&m.receiver),
                _ => false,
            },
            _ => false,
        }
    }

    /// Whether a reference into a container is among what each item consists of, by the look of the iterator.
    pub(super) fn lends_items(&self, e: &Expr) -> bool {
        match e {
            Expr::Paren(p) => self.lends_items(&p.expr),
            Expr::MethodCall(m) if matches!(m.method.to_string().as_str(), "copied" | "cloned") => false,
            Expr::MethodCall(m) => {
                self.hands_out_references(e)
                    || self.lends_items(&m.receiver)
                    || m.args.iter().any(|a| self.lends_items(a))
            }
            e => self.hands_out_references(e) || self.lookup(e).is_some_and(|v| self.lending.contains(&v)),
        }
    }

    /// The names in a loop's head that are references to what is in a container.
    pub(super) fn references_among(&self, pat: &Pat, e: &Expr) -> Vec<Ident> {
        match (pat, e) {
            (_, Expr::Paren(p)) => self.references_among(pat, &p.expr),
            (Pat::Ident(p), e) if p.by_ref.is_none() && self.hands_out_references(e) => {
                vec![p.ident.clone()]
            }
            // parts of what is behind a reference are references
            (Pat::Tuple(_) | Pat::Struct(_) | Pat::TupleStruct(_) | Pat::Slice(_), e)
                if !crate::patterns::dereferences(pat)
                    && !matches!(e, Expr::Reference(r) if r.mutability.is_some())
                    && self.hands_out_references(e) =>
            {
                pattern_idents(pat).into_iter().map(|p| p.ident.clone()).collect()
            }
            (Pat::Tuple(t), Expr::MethodCall(m)) if t.elems.len() == 2 => {
                match (m.method.to_string().as_str(), m.args.first()) {
                    ("enumerate", None) => self.references_among(&t.elems[1], &m.receiver),
                    ("zip", Some(other)) => {
                        let mut names = self.references_among(&t.elems[0], &m.receiver);
                        names.extend(self.references_among(&t.elems[1], other));
                        names
                    }
                    (name, _) if SELECTIONS.contains(&name) => self.references_among(pat, &m.receiver),
                    _ => vec![],
                }
            }
            _ => vec![],
        }
    }

    /// Whether an iterator is the same, at no cost, wherever it is written.
    pub(super) fn is_found_again(&self, e: &Expr) -> bool {
        self.looks_into_places(e) && !self.reads(e).iter().any(|v| self.may_change(*v))
    }

    fn looks_into_places(&self, e: &Expr) -> bool {
        match e {
            Expr::Paren(p) => self.looks_into_places(&p.expr),
            Expr::Reference(r) => r.mutability.is_none() && is_pure(&r.expr),
            Expr::Path(_) => self.lookup(e).is_some_and(|v| {
                let info = &self.vars[v.0 as usize];
                info.reference && !info.writable
            }),
            Expr::Range(_) => is_pure(e),
            Expr::MethodCall(m) => match m.method.to_string().as_str() {
                name if SOURCES.contains(&name) => is_pure(&m.receiver) && m.args.iter().all(is_pure),
                name if SELECTIONS.contains(&name) => self.looks_into_places(&m.receiver) && m.args.iter().all(is_pure),
                "chars" | "bytes" | "lines" | "split_whitespace" => is_pure(&m.receiver),
                "enumerate" | "copied" | "cloned" | "flatten" => self.looks_into_places(&m.receiver),
                "filter" => self.looks_into_places(&m.receiver) && m.args.iter().all(is_pure_closure),
                "zip" | "chain" => {
                    self.looks_into_places(&m.receiver) && m.args.iter().all(|a| self.looks_into_places(a))
                }
                _ => false,
            },
            _ => false,
        }
    }
}
