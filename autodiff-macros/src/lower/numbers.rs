//! Which parts of a variable are certainly numbers, by its type: `b[i].v[0]` of a `&[Body]`, where the file shows the struct.
//!
//! ```text
//! struct Body { v: [f64; 3], m: f64 }        b: &[Body]    =>    `[].v[]`, `[].m`
//! ```
//! Of numbers derivatives know more than of values of any type: what is computed of them is computed again, not kept.
use super::{Lower, is_nalgebra};
use crate::{ir::*, parts::seen, syntax::argument};
use std::collections::BTreeSet;
use syn::{Expr, Type};

/// How deep the parts of a type are looked for: a list holds itself.
const DEEPEST: usize = 6;

impl Lower<'_> {
    /// Notes what is known of a variable's parts by its type, or by the expression that it starts as.
    pub(super) fn introduce_type(&mut self, var: Var, ty: Option<&Type>, init: &Expr) {
        let known = ty.filter(|t| !matches!(t, Type::Infer(_))).cloned().or_else(|| self.types.of_expr(init));
        let Some(ty) = known else { return };
        let info = &self.vars[var.0 as usize];
        if !info.active {
            return;
        }
        let (name, is_reference) = (info.name.to_string(), matches!(ty, Type::Reference(_)) && !info.reference);
        let parts = self.parts_of_type(&ty);
        let info = self.info(var);
        // what is read through a reference is no number itself
        info.scalar |= parts.holds("") && !is_reference;
        info.elements |= parts.holds("[]");
        info.rows |= parts.holds("[][]");
        info.parts = parts;
        if let Some(sort) = self.sort_of_type(&ty) {
            self.sorts.entry(var).or_insert(sort);
        }
        self.types.insert(name, ty);
    }

    /// The parts of a type that are numbers.
    pub(super) fn parts_of_type(&self, ty: &Type) -> Parts {
        let mut found = BTreeSet::new();
        self.gather(ty, String::new(), DEEPEST, &mut found);
        Parts::new(found)
    }

    fn gather(&self, ty: &Type, path: String, depth: usize, found: &mut BTreeSet<String>) {
        let Some(depth) = depth.checked_sub(1) else { return };
        match ty {
            Type::Reference(r) => self.gather(&r.elem, path, depth, found),
            Type::Paren(p) => self.gather(&p.elem, path, depth, found),
            Type::Group(g) => self.gather(&g.elem, path, depth, found),
            Type::Slice(s) => self.gather(&s.elem, path + "[]", depth, found),
            Type::Array(a) => self.gather(&a.elem, path + "[]", depth, found),
            Type::Tuple(t) => {
                for (k, ty) in t.elems.iter().enumerate() {
                    self.gather(ty, format!("{path}.{k}"), depth, found);
                }
            }
            _ if self.is_scalar_type(ty) => _ = found.insert(path),
            Type::Path(p) => {
                let Some(last) = p.path.segments.last() else { return };
                let (name, of) = (last.ident.to_string(), argument(last));
                match (name.as_str(), of) {
                    ("Vec" | "VecDeque", Some(of)) => self.gather(of, path + "[]", depth, found),
                    ("Box", Some(of)) => self.gather(of, path, depth, found),
                    _ if is_nalgebra(last) => found.extend(self.has_scalar_elements(ty).then(|| format!("{path}[]"))),
                    // a parameter of the struct's own may have the name of one of the function's
                    _ if last.arguments.is_none() && p.path.segments.len() == 1 => {
                        for (member, ty) in seen::name(ty).map(|name| seen::certain_fields(&name)).unwrap_or_default() {
                            self.gather(&ty, format!("{path}.{member}"), depth, found);
                        }
                    }
                    _ => {}
                }
            }
            _ => {}
        }
    }
}
