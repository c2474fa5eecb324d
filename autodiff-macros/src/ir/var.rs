//! What is known of a variable, and of its parts.
use super::{Place, Proj};
use proc_macro2::Span;
use quote::ToTokens;
use std::{collections::BTreeSet, rc::Rc};
use syn::{Expr, Ident};

/// What is known of a variable.
#[derive(Clone, Debug)]
pub(crate) struct VarInfo {
    pub(crate) name: Ident,
    /// Declared `mut`, or an adjoint that is added to.
    pub(crate) mutable: bool,
    /// A reference by its declaration: a parameter `x: &T`, `let r = &x`, an item of `x.iter()`.
    pub(crate) reference: bool,
    /// A nalgebra view: a reference that is passed by value.
    pub(crate) view: bool,
    /// It holds references: made again in reverse, as they are.
    pub(crate) borrows: bool,
    /// A reference through which may be written.
    pub(crate) writable: bool,
    /// May carry a derivative.
    pub(crate) active: bool,
    /// Certainly a scalar: copied for free.
    pub(crate) scalar: bool,
    /// A container that is indexed to give scalars.
    pub(crate) elements: bool,
    /// A container of such containers: `Vec<Vec<f64>>`, `&[[f64; 3]]`.
    pub(crate) rows: bool,
    /// All parts that are certainly numbers, where its type is seen.
    pub(crate) parts: Parts,
    /// A parameter of the function.
    pub(crate) param: bool,
}

impl VarInfo {
    /// A variable whose name is still to come.
    pub(crate) fn unnamed() -> Self {
        VarInfo::new(Ident::new("_", Span::mixed_site()))
    }

    /// A variable of which nothing else is known.
    pub(crate) fn new(name: Ident) -> Self {
        VarInfo {
            name,
            mutable: false,
            reference: false,
            borrows: false,
            view: false,
            writable: false,
            active: false,
            scalar: false,
            elements: false,
            rows: false,
            parts: Parts::default(),
            param: false,
        }
    }
}

/// Parts of a value by how they are reached: `[].p[]` for `x[i].p[0]`.
#[derive(Clone, Default, Debug)]
pub(crate) struct Parts(Rc<BTreeSet<String>>);

impl Parts {
    pub(crate) fn new(paths: BTreeSet<String>) -> Self {
        Parts(Rc::new(paths))
    }

    pub(crate) fn holds(&self, path: &str) -> bool {
        self.0.contains(path)
    }

    /// Those that are in both.
    pub(crate) fn and(&self, other: &Parts) -> Parts {
        Parts::new(self.0.intersection(&other.0).cloned().collect())
    }
}

impl Place {
    /// Whether a part of a variable is certainly a number, by what is known of the variable.
    pub(crate) fn is_number(&self, base: &VarInfo) -> bool {
        self.path().is_some_and(|path| base.has_number(&path))
    }

    /// Whether a part of a variable is certainly a container of numbers.
    pub(crate) fn has_numbers(&self, base: &VarInfo) -> bool {
        self.path().is_some_and(|path| base.has_number(&(path + "[]")))
    }

    /// How a part that is no range is reached: see [`Parts`].
    fn path(&self) -> Option<String> {
        let step = |step: &Proj| match step {
            Proj::Index(n) => (!matches!(n.expr, Expr::Range(_))).then(|| "[]".to_string()),
            Proj::Field(m) | Proj::Marked(m) => Some(format!(".{}", m.to_token_stream())),
            Proj::Deref => Some(String::new()),
        };
        self.proj.iter().map(step).collect()
    }
}

impl VarInfo {
    /// A slice, an array, a vector or a matrix, by its type.
    pub(crate) fn is_list(&self) -> bool {
        self.elements || self.rows || self.parts.0.iter().any(|path| path.starts_with("[]"))
    }

    fn has_number(&self, path: &str) -> bool {
        match path {
            "" => self.scalar,
            "[]" => self.elements,
            "[][]" => self.rows,
            path => self.parts.holds(path),
        }
    }
}
