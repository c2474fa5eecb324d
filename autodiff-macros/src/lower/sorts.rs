//! What values are as far as one can see: numbers, matrices, or types of the user's, whose methods may have the names of rules.
use super::{Lower, is_matrix_type};
use crate::{ir::*, rules};
use syn::{Expr, Type};

/// What a variable is, beside numbers and containers of numbers.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Sort {
    /// One of nalgebra's types.
    Matrix,
    /// A slice, an array or a `Vec`: a container, and no matrix.
    Slice,
    /// Of a type with a name of its own: the user's, by all appearance.
    Own,
}

/// `[a, b]`, `[a; n]`, `vec![..]`
fn is_list(form: &Form) -> bool {
    match form {
        Form::Array | Form::Repeat => true,
        Form::Macro(path, _) => path.is_ident("vec"),
        _ => false,
    }
}

/// Types of the standard library that hold others.
pub(crate) const STANDARD: &[&str] = &[
    "Vec",
    "Option",
    "Result",
    "Box",
    "Rc",
    "Arc",
    "VecDeque",
    "HashMap",
    "BTreeMap",
    "HashSet",
    "BTreeSet",
    "String",
    "str",
    "Range",
    "RangeInclusive",
    "Cell",
    "RefCell",
    "Cow",
];

impl Lower<'_> {
    /// What values of a type are.
    pub(super) fn sort_of_type(&self, ty: &Type) -> Option<Sort> {
        match ty {
            Type::Reference(r) => self.sort_of_type(&r.elem),
            Type::Paren(p) => self.sort_of_type(&p.elem),
            Type::Slice(_) | Type::Array(_) => Some(Sort::Slice),
            Type::ImplTrait(_) | Type::TraitObject(_) => Some(Sort::Own),
            Type::Path(p) => {
                let last = p.path.segments.last()?;
                let name = last.ident.to_string();
                if name == "Vec" {
                    return Some(Sort::Slice);
                }
                if is_nalgebra(last) {
                    return Some(Sort::Matrix);
                }
                let known = self.scalars.contains(&name) || STANDARD.contains(&name.as_str());
                (!known && !crate::analysis::activity::is_constant_type(ty)).then_some(Sort::Own)
            }
            _ => None,
        }
    }

    /// What the result of an operation is; `e` is how it was written.
    pub(super) fn sort_of_op(&self, e: &Expr, op: &Op) -> Option<Sort> {
        match op {
            Op::Rule { form, .. } | Op::Aggregate { form, .. } if is_list(form) => Some(Sort::Slice),
            Op::Rule { rule, args, .. } => {
                let same = matches!(rule.name, "neg" | "add" | "sub" | "mul" | "div" | "own");
                let own = |a: &Operand| self.sort(a) == Some(Sort::Own);
                match (rule.name, &args[..]) {
                    _ if same && args.iter().any(own) => Some(Sort::Own),
                    // a point and a vector make a point
                    ("add" | "sub", [a, b]) => (self.is_matrix(a) && self.is_matrix(b)).then_some(Sort::Matrix),
                    ("neg" | "scaled" | "div", [a, ..]) | ("scales", [_, a]) => {
                        self.is_matrix(a).then_some(Sort::Matrix)
                    }
                    _ => None,
                }
            }
            Op::Use(o) => self.sort(o),
            // `z.exp()` is what `z` is, `v.dot(w)` is not
            Op::Call { callee: Callee::Method(name, _), args, .. } => {
                let alike = rules::method(&name.to_string(), args.len())
                    .is_some_and(|r| r.kind == rules::Kind::Scalar || !r.scalar);
                if alike { args.first()?.operand().and_then(|a| self.sort(a)) } else { None }
            }
            Op::Call { callee: Callee::Path(path), .. } => made(path),
            _ => match e {
                Expr::Struct(_) => Some(Sort::Own),
                Expr::Call(c) => match &*c.func {
                    Expr::Path(path) => made(path),
                    _ => None,
                },
                _ => None,
            },
        }
    }

    /// What an operand is.
    pub(super) fn sort(&self, o: &Operand) -> Option<Sort> {
        match o {
            Operand::Place(p, _) if p.proj.iter().all(|s| matches!(s, Proj::Deref)) => self.sorts.get(&p.base).copied(),
            Operand::Place(..) => None,
            Operand::Native(n) => self.sorts.get(&self.lookup(&n.expr)?).copied(),
        }
    }

    /// Certainly a vector or a matrix of nalgebra's, where it stands beside an operator.
    pub(super) fn is_matrix(&self, o: &Operand) -> bool {
        let whole = o.place().is_some_and(|p| p.proj.iter().all(|s| matches!(s, Proj::Deref)));
        if whole { self.sort(o) == Some(Sort::Matrix) } else { self.has_scalar_entries(o) }
    }

    /// Certainly a number or a matrix of nalgebra's.
    fn is_built_in(&self, o: &Operand) -> bool {
        let var = match o {
            Operand::Place(p, _) => p.proj.iter().all(|s| matches!(s, Proj::Deref)).then_some(p.base),
            Operand::Native(n) => match &n.expr {
                Expr::Call(c) => {
                    return matches!(&*c.func, Expr::Path(p) if p.path.segments.iter().rev().nth(1).is_some_and(is_nalgebra));
                }
                Expr::Macro(m) => return !m.mac.path.is_ident("vec"),
                e => self.lookup(e),
            },
        };
        let Some(var) = var else { return self.is_scalar(o) };
        let (info, sort) = (&self.vars[var.0 as usize], self.sorts.get(&var));
        info.scalar || info.view || sort == Some(&Sort::Matrix) || info.elements && sort != Some(&Sort::Slice)
    }

    /// Whether a method without a rule, of matrices or containers by its name, may be the user's.
    pub(super) fn may_be_unruled(&self, name: &str, receiver: &Expr) -> bool {
        let var = self.lookup(receiver);
        let own = var.is_some_and(|v| self.sorts.get(&v) == Some(&Sort::Own));
        let certain = var.is_some_and(|v| {
            let info = &self.vars[v.0 as usize];
            info.scalar || info.elements || info.view || self.sorts.get(&v) == Some(&Sort::Matrix)
        });
        own || !certain && rules::is_unruled_mathematics(name)
    }

    /// Whether a call of this name may be one of a method of the user's, for all that is known of its receiver.
    ///
    /// Functions of numbers stay rules unless the type is the user's by all appearance, because numbers of unknown type are
    /// everywhere: `self.k.sqrt()`. If it is the user's after all, rustc says that there is no such rule for it.
    pub(super) fn may_be_own(&self, name: &str, args: &[Operand], rule: &rules::Rule) -> bool {
        let receiver = &args[0];
        // what is handed a view is a matrix
        let view = |o: &Operand| o.place().is_some_and(|p| self.vars[p.base.0 as usize].view);
        if self.is_built_in(receiver) || args.iter().any(view) {
            return false;
        }
        let own = self.sort(receiver) == Some(Sort::Own);
        match name {
            "clone" | "to_owned" | "clone_owned" | "unwrap" | "unwrap_or" | "unwrap_or_default" | "expect" | "ok"
            | "ok_or" => false,
            "to_vec" | "into_boxed_slice" | "into_vec" | "into_owned" | "dotc" | "ad_mul" | "diagonal" | "adjoint"
            | "row_sum" | "column_sum" | "row_mean" | "column_mean" | "rem" => own,
            _ => own || rule.kind != rules::Kind::Scalar,
        }
    }
}

/// `Complex::new(a, b)`, `Vec3::zero()`
fn made(path: &syn::ExprPath) -> Option<Sort> {
    const BUILDERS: &[&str] = &["new", "zero", "zeros", "one", "ones", "default", "identity", "origin", "unit"];
    let owner = path.path.segments.iter().rev().nth(1)?;
    let name = path.path.segments.last()?.ident.to_string();
    let builds = BUILDERS.contains(&name.as_str()) || name.starts_with("from_") || name.starts_with("with_");
    let owner_name = owner.ident.to_string();
    if builds && is_nalgebra(owner) {
        return Some(Sort::Matrix);
    }
    let own = owner_name.chars().next().is_some_and(char::is_uppercase) && owner_name.len() > 1;
    (builds && own && !is_nalgebra(owner) && !STANDARD.contains(&owner_name.as_str())).then_some(Sort::Own)
}

/// `usize`, `f32`
pub(super) fn is_primitive(name: &str) -> bool {
    ["bool", "char"].contains(&name)
        || name.trim_start_matches(['f', 'i', 'u']).parse::<u8>().is_ok()
        || name == "usize"
        || name == "isize"
}

/// Whether the name and its generics are those of one of nalgebra's types.
pub(crate) fn is_nalgebra(last: &syn::PathSegment) -> bool {
    let name = last.ident.to_string();
    // `Matrix<f64>` is somebody else's: nalgebra's own has four parameters
    if name == "Matrix" || name == "Vector" {
        return matches!(&last.arguments, syn::PathArguments::AngleBracketed(a) if a.args.len() >= 3);
    }
    let name = name.replacen("ViewMut", "", 1).replacen("View", "", 1).replacen("Slice", "", 1);
    is_matrix_type(&name)
}

/// A function of numbers that is called as a method: `x.sqrt()`.
pub(crate) fn is_scalar_method(name: &str) -> bool {
    rules::RULES.iter().any(|r| r.name == name && r.kind == rules::Kind::Scalar && r.scalar) || name == "abs"
}
