//! The types of nalgebra's matrices and vectors, and of what is computed of them.
use super::types::is_number;
use crate::{lower, syntax::argument};
use syn::{BinOp, GenericArgument, PathArguments, Type, parse_quote};

/// Methods that return a matrix of the same type.
const ALIKE: &[&str] = &[
    "clone",
    "clone_owned",
    "into_owned",
    "map",
    "zip_map",
    "component_mul",
    "component_div",
    "scale",
    "unscale",
    "add_scalar",
    "abs",
    "normalize",
    "lerp",
];

/// Methods that return a number.
const NUMBERS: &[&str] = &[
    "norm",
    "norm_squared",
    "magnitude",
    "magnitude_squared",
    "dot",
    "sum",
    "mean",
    "variance",
    "trace",
    "determinant",
    "max",
    "min",
    "amax",
    "amin",
    "lp_norm",
    "metric_distance",
    "angle",
];

/// The type of a sum, a difference, a multiple or, of matrices of dynamic dimensions, a product.
pub(super) fn of_operation(op: &BinOp, operands: &[Option<Type>; 2]) -> Option<Type> {
    let matrix = |k: usize| operands[k].as_ref().and_then(owned);
    let number = |k: usize| operands[k].as_ref().is_some_and(is_number);
    match op {
        BinOp::Add(_) | BinOp::Sub(_) => matrix(0).or_else(|| matrix(1)),
        BinOp::Mul(_) | BinOp::Div(_) if number(1) => matrix(0),
        BinOp::Mul(_) if number(0) => matrix(1),
        BinOp::Mul(_) => {
            let (a, b) = (matrix(0)?, matrix(1)?);
            (is_dynamic(&a) && is_dynamic(&b)).then_some(b)
        }
        _ => None,
    }
}

/// What a method of a matrix returns.
pub(super) fn of_method(receiver: &Type, method: &str) -> Option<Type> {
    let matrix = owned(receiver)?;
    match method {
        _ if NUMBERS.contains(&method) => Some(element(&matrix).cloned().unwrap_or_else(|| parse_quote!(f64))),
        "transpose" if is_dynamic(&matrix) => Some(matrix),
        _ => ALIKE.contains(&method).then_some(matrix),
    }
}

/// Whether a function of a matrix type makes one: `DMatrix::zeros`, `Vector3::new`.
pub(super) fn is_made(owner: &Type, function: &str) -> bool {
    const MAKERS: &[&str] = &["zeros", "identity", "repeat", "new"];
    owned(owner).is_some() && (MAKERS.contains(&function) || function.starts_with("from_"))
}

/// Whether a type is that of a matrix which owns its entries, and whose rows are counted when it runs.
pub(crate) fn is_dynamic(ty: &Type) -> bool {
    matches!(behind(ty.clone()), Type::Path(p) if p.path.segments.last().is_some_and(|s| s.ident == "DMatrix"))
}

/// The type of a copy of a matrix: a view's is that of a matrix.
fn owned(ty: &Type) -> Option<Type> {
    let Type::Path(mut p) = behind(ty.clone()) else { return None };
    let last = p.path.segments.last_mut().filter(|last| lower::is_nalgebra(last))?;
    let name = last.ident.to_string();
    if let Some(plain) = ["ViewMut", "View", "SliceMut", "Slice"].iter().find_map(|kind| name.strip_suffix(kind)) {
        last.ident = syn::Ident::new(plain, last.ident.span());
        if let PathArguments::AngleBracketed(a) = &mut last.arguments {
            let types = std::mem::take(&mut a.args).into_iter().filter(|a| !matches!(a, GenericArgument::Lifetime(_)));
            a.args = types.collect();
        }
    }
    Some(Type::Path(p))
}

/// The type of the entries.
fn element(ty: &Type) -> Option<&Type> {
    let Type::Path(p) = ty else { return None };
    argument(p.path.segments.last()?)
}

/// The type behind references.
pub(super) fn behind(ty: Type) -> Type {
    match ty {
        Type::Reference(r) => behind(*r.elem),
        ty => ty,
    }
}
