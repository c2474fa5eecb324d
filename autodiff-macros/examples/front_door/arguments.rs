//! Types that are made of numbers, and values of them as Rust text.
use syn::{Expr, FnArg, GenericArgument, Lit, PathArguments, ReturnType, Signature, Type};

const FLOATS: &[&str] = &["f32", "f64"];
const CONSTANTS: &[&str] =
    &["u8", "u16", "u32", "u64", "usize", "i8", "i16", "i32", "i64", "isize", "bool", "char", "str", "u128", "i128"];
const CONTAINERS: &[&str] = &["Vec", "Option", "Box"];
const MATRICES: &[&str] = &["DVector", "DMatrix", "SVector", "SMatrix"];

/// Whether a signature is of numbers, slices, arrays, `Vec`s, tuples and matrices alone, with a float among the parameters.
pub fn plain(sig: &Signature) -> bool {
    let types = || sig.inputs.iter().filter_map(|a| if let FnArg::Typed(t) = a { Some(&*t.ty) } else { None });
    let result = match &sig.output {
        ReturnType::Default => true,
        ReturnType::Type(_, ty) => of_numbers(ty),
    };
    sig.receiver().is_none()
        && sig.generics.type_params().next().is_none()
        && result
        && types().all(of_numbers)
        && types().any(has_float)
}

fn of_numbers(ty: &Type) -> bool {
    match ty {
        Type::Reference(r) => of_numbers(&r.elem),
        Type::Slice(s) => of_numbers(&s.elem),
        Type::Array(a) => of_numbers(&a.elem),
        Type::Tuple(t) => t.elems.iter().all(of_numbers),
        Type::Paren(p) => of_numbers(&p.elem),
        Type::Path(p) => {
            let Some(last) = p.path.segments.last() else { return false };
            let name = last.ident.to_string();
            let numbered = ["Vector", "Matrix", "RowVector"]
                .iter()
                .any(|m| name.strip_prefix(m).is_some_and(|n| n.starts_with(|c: char| c.is_ascii_digit())));
            let name = name.as_str();
            if FLOATS.contains(&name) || CONSTANTS.contains(&name) {
                return true;
            }
            (CONTAINERS.contains(&name) || MATRICES.contains(&name) || numbered)
                && arguments(&last.arguments).all(of_numbers)
                && arguments(&last.arguments).next().is_some()
        }
        _ => false,
    }
}

pub fn has_float(ty: &Type) -> bool {
    match ty {
        Type::Reference(r) => has_float(&r.elem),
        Type::Slice(s) => has_float(&s.elem),
        Type::Array(a) => has_float(&a.elem),
        Type::Tuple(t) => t.elems.iter().any(has_float),
        Type::Paren(p) => has_float(&p.elem),
        Type::Path(p) => p
            .path
            .segments
            .last()
            .is_some_and(|s| FLOATS.iter().any(|f| s.ident == f) || arguments(&s.arguments).any(has_float)),
        _ => false,
    }
}

fn arguments(args: &PathArguments) -> impl Iterator<Item = &Type> {
    let args = if let PathArguments::AngleBracketed(a) = args { Some(&a.args) } else { None };
    args.into_iter().flatten().filter_map(|a| if let GenericArgument::Type(t) = a { Some(t) } else { None })
}

/// A random value of a type as an expression over `points: &mut Points`; the element type for a slice's `Vec`.
pub fn value(ty: &Type) -> Option<String> {
    Some(match ty {
        Type::Reference(r) if !matches!(&*r.elem, Type::Slice(_)) => value(&r.elem)?,
        Type::Reference(r) => match &*r.elem {
            Type::Slice(s) => list(&s.elem)?,
            _ => return None,
        },
        Type::Array(a) if matches!(&a.len, Expr::Lit(l) if matches!(l.lit, Lit::Int(_))) => {
            format!("std::array::from_fn(|_| {})", value(&a.elem)?)
        }
        Type::Paren(p) => value(&p.elem)?,
        Type::Tuple(t) if !t.elems.is_empty() => {
            let all = t.elems.iter().map(value).collect::<Option<Vec<_>>>()?;
            format!("({},)", all.join(", "))
        }
        Type::Path(p) => {
            let last = p.path.segments.last()?;
            let first = arguments(&last.arguments).next();
            match (last.ident.to_string().as_str(), first) {
                (f @ ("f32" | "f64"), None) => format!("points.{f}()"),
                ("bool", None) => "points.flag()".into(),
                (name @ ("u8" | "u16" | "u32" | "u64" | "usize" | "i8" | "i16" | "i32" | "i64" | "isize"), None) => {
                    format!("(points.small() as {name})")
                }
                ("Vec", Some(t)) => list(t)?,
                ("Option", Some(t)) => format!("Some({})", value(t)?),
                ("DVector", Some(t)) => format!("nalgebra::DVector::from_vec({})", list(t)?),
                _ => return None,
            }
        }
        _ => return None,
    })
}

fn list(element: &Type) -> Option<String> {
    Some(format!("(0..points.len()).map(|_| {}).collect::<Vec<{}>>()", value(element)?, owned(element)?))
}

fn owned(ty: &Type) -> Option<String> {
    match ty {
        Type::Reference(_) => None,
        other => Some(quote::quote!(#other).to_string()),
    }
}
