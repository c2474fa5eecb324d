//! The types of expressions, as far as they are seen: by declarations, by the fields and methods that the crate has shown.
use super::{
    calls::{SUFFIX, is_part},
    matrix::{self, behind},
    operators::{operator_name, result},
    seen,
};
use crate::lower;
use quote::quote;
use std::collections::{HashMap, HashSet};
use syn::{Expr, ExprForLoop, ItemFn, Local, Pat, PatIdent, Type, UnOp, parse_quote, visit::Visit};

/// `&T`, also where `T` has several bounds.
fn reference(ty: Type) -> Type {
    let (and_token, elem) = (Default::default(), Box::new(ty));
    Type::Reference(syn::TypeReference { attrs: vec![], and_token, lifetime: None, mutability: None, elem })
}

/// The types of variables that have names of their own.
#[derive(Debug)]
pub(crate) struct Types {
    known: HashMap<String, Type>,
    /// The function, by whose name it is known which functions it means, and the names that it gives itself.
    function: String,
    locals: HashSet<String>,
    /// Nothing is believed of a type whose name another one may have.
    certain: bool,
}

impl Types {
    /// Those of the parameters.
    pub(super) fn of(item: &ItemFn) -> Self {
        let params = lower::typed_params(item);
        let known = params.filter_map(|(p, i)| Some((i?.to_string(), (*p.ty).clone()))).collect();
        Types { known, function: item.sig.ident.to_string(), locals: locals(item), certain: false }
    }

    /// The same, where only what is certain counts.
    pub(crate) fn certain(item: &ItemFn) -> Self {
        Types { certain: true, ..Types::of(item) }
    }

    /// Takes notice of a variable's type.
    pub(crate) fn insert(&mut self, name: String, ty: Type) {
        self.known.insert(name, ty);
    }

    /// Takes notice of what a loop goes over.
    pub(crate) fn item(&mut self, f: &ExprForLoop) {
        let item = self.of_expr(&f.expr).and_then(|ty| element(&ty));
        if let (Pat::Ident(i), Some(ty)) = (plain(&f.pat), item) {
            self.insert(i.ident.to_string(), reference(ty));
        }
    }

    /// Takes notice of a variable.
    pub(crate) fn declare(&mut self, local: &Local) {
        let (Pat::Ident(i), init) = (plain(&local.pat), &local.init) else { return };
        let declared = if let Pat::Type(t) = &local.pat { Some((*t.ty).clone()) } else { None };
        if let Some(ty) = declared.or_else(|| self.of_expr(&init.as_ref()?.expr)) {
            self.insert(i.ident.to_string(), ty);
        }
    }

    /// The type of an expression, as far as it is seen.
    pub(crate) fn of_expr(&self, e: &Expr) -> Option<Type> {
        self.written(e).map(seen::without_self)
    }

    /// What a method or an associated function returns.
    fn result(&self, owner: &Type, function: &str) -> Option<Type> {
        if self.certain { seen::result_of(&seen::name(owner)?, function) } else { seen::result(owner, function) }
    }

    fn written(&self, e: &Expr) -> Option<Type> {
        match e {
            Expr::Paren(p) => self.of_expr(&p.expr),
            Expr::Reference(r) => self.of_expr(&r.expr).map(reference),
            Expr::Path(p) => self.known.get(&p.path.get_ident()?.to_string()).cloned(),
            Expr::Unary(u) if matches!(u.op, UnOp::Deref(_)) => match self.of_expr(&u.expr)? {
                Type::Reference(r) => Some(*r.elem),
                _ => None,
            },
            Expr::Unary(u) if matches!(u.op, UnOp::Neg(_)) => {
                let operand = [self.of_expr(&u.expr)];
                operand[0].clone().filter(is_number).map(behind).or_else(|| result("neg", &operand))
            }
            Expr::Binary(b) => {
                let name = operator_name(&b.op)?;
                // once each: a sum of many terms is as deep as it is long
                let operands = [self.of_expr(&b.left), self.of_expr(&b.right)];
                let numbers =
                    || operands.iter().cloned().map(|ty| ty.filter(is_number).map(behind)).reduce(Option::and)?;
                let matrix = || matrix::of_operation(&b.op, &operands).filter(|_| self.certain);
                // of numbers nobody defines operators
                numbers().or_else(|| result(name, &operands)).or_else(matrix)
            }
            Expr::Lit(l) => match &l.lit {
                syn::Lit::Float(f) if f.suffix() == "f32" => Some(parse_quote!(f32)),
                syn::Lit::Float(_) => Some(parse_quote!(f64)),
                _ => None,
            },
            Expr::Field(f) => {
                let (member, base) = (&f.member, self.of_expr(&f.base)?);
                match (behind(base.clone()), member) {
                    (Type::Tuple(t), syn::Member::Unnamed(k)) => t.elems.iter().nth(k.index as usize).cloned(),
                    _ if self.certain => seen::certain_field(&base, &quote!(#member).to_string()),
                    _ => seen::field(&base, &quote!(#member).to_string()),
                }
            }
            Expr::Index(i) => match &*i.index {
                Expr::Range(_) => self.of_expr(&i.expr),
                Expr::MethodCall(m) if is_part(&m.method.to_string()) => {
                    let name = m.method.to_string();
                    seen::handed_out(&self.of_expr(&i.expr)?, name.strip_suffix(SUFFIX)?)
                }
                _ => element(&self.of_expr(&i.expr)?),
            },
            Expr::MethodCall(m) if ["iter", "iter_mut"].contains(&m.method.to_string().as_str()) => {
                self.of_expr(&m.receiver)
            }
            Expr::MethodCall(m) if m.method == "to_vec" => match self.of_expr(&m.receiver) {
                Some(ty) if !is_built_in(&ty) => self.result(&behind(ty), "to_vec"),
                ty => {
                    let element = ty.and_then(|ty| element(&ty)).unwrap_or_else(|| parse_quote!(_));
                    Some(parse_quote!([#element]))
                }
            },
            Expr::MethodCall(m) if m.method == "clone" => Some(behind(self.of_expr(&m.receiver)?)),
            Expr::MethodCall(m) => {
                let (owner, name) = (self.of_expr(&m.receiver)?, m.method.to_string());
                if is_number(&owner)
                    && let Some(ty) = of_number(&owner, &name)
                {
                    return Some(ty);
                }
                if self.certain
                    && let Some(ty) = matrix::of_method(&owner, &name)
                {
                    return Some(ty);
                }
                self.result(&behind(owner), &name)
            }
            // `vector![x, y]` is no list
            Expr::Macro(m) if self.certain && !m.mac.path.is_ident("vec") => None,
            Expr::Array(_) | Expr::Repeat(_) | Expr::Macro(_) => {
                let first = first_of(e);
                let element = first.and_then(|e| self.of_expr(&e)).unwrap_or_else(|| parse_quote!(_));
                Some(parse_quote!([#element]))
            }
            Expr::Struct(s) if !self.certain || s.path.get_ident().is_some() => {
                let path = &s.path;
                Some(parse_quote!(#path))
            }
            Expr::Call(c) => {
                let Expr::Path(p) = &*c.func else { return None };
                if let Some(name) = p.path.get_ident() {
                    let name = name.to_string();
                    let meant =
                        !self.locals.contains(&name) && seen::is_meant(&self.function, &(String::new(), name.clone()));
                    return seen::result_of("", &name).filter(|_| meant);
                }
                let owner: Type = p.path.segments.iter().rev().nth(1).map(|owner| parse_quote!(#owner))?;
                let name = p.path.segments.last()?.ident.to_string();
                // `Vec3::zero()` is one by all appearance
                let shown = |owner: &Type| seen::name(owner).is_some_and(|o| !seen::certain_fields(&o).is_empty());
                let made = |owner: Type| {
                    let default = name == "default" && shown(&owner);
                    (!self.certain || default || matrix::is_made(&owner, &name)).then_some(owner)
                };
                self.result(&owner, &name).or_else(|| made(owner))
            }
            _ => None,
        }
    }
}

/// What a method of a number returns.
fn of_number(number: &Type, method: &str) -> Option<Type> {
    let number = behind(number.clone());
    match method {
        "sin_cos" => Some(parse_quote!((#number, #number))),
        _ => lower::is_scalar_method(method).then_some(number),
    }
}

/// The first element of a list that is written out.
fn first_of(e: &Expr) -> Option<Expr> {
    match e {
        Expr::Array(a) => a.elems.first().cloned(),
        Expr::Repeat(r) => Some((*r.expr).clone()),
        Expr::Macro(m) if m.mac.path.is_ident("vec") => lower::operands_of(&m.mac).into_iter().next(),
        _ => None,
    }
}

/// The names of all variables.
fn locals(item: &ItemFn) -> HashSet<String> {
    struct Names(HashSet<String>);
    impl Visit<'_> for Names {
        fn visit_pat_ident(&mut self, p: &PatIdent) {
            self.0.insert(p.ident.to_string());
            syn::visit::visit_pat_ident(self, p);
        }
    }
    let mut names = Names(HashSet::new());
    names.visit_item_fn(item);
    names.0
}

/// Whether a type is not one of the user's.
pub(super) fn is_built_in(ty: &Type) -> bool {
    match ty {
        Type::Reference(r) => is_built_in(&r.elem),
        Type::Paren(p) => is_built_in(&p.elem),
        Type::Path(p) => p.path.segments.last().is_some_and(|last| {
            let name = last.ident.to_string();
            lower::is_nalgebra(last) || lower::STANDARD.contains(&name.as_str())
        }),
        _ => true,
    }
}

/// The type of the elements of a container.
fn element(ty: &Type) -> Option<Type> {
    match ty {
        Type::Reference(r) => element(&r.elem),
        Type::Paren(p) => element(&p.elem),
        Type::Slice(s) if matches!(*s.elem, Type::Infer(_)) => None,
        Type::Slice(s) => Some((*s.elem).clone()),
        Type::Array(a) => Some((*a.elem).clone()),
        Type::Path(p) => {
            let last = p.path.segments.last()?;
            crate::syntax::argument(last).filter(|_| last.ident == "Vec" || last.ident == "VecDeque").cloned()
        }
        _ => None,
    }
}

pub(super) fn is_number(ty: &Type) -> bool {
    match ty {
        Type::Reference(r) => is_number(&r.elem),
        ty => matches!(ty, Type::Path(p) if p.path.is_ident("f64") || p.path.is_ident("f32")),
    }
}

fn plain(pat: &Pat) -> &Pat {
    if let Pat::Type(t) = pat { &t.pat } else { pat }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_sum_is_read_once() {
        // twice for each term would be longer than anybody waits
        let sum = vec!["x"; 100].join(" + ");
        let item: ItemFn = syn::parse_str(&format!("fn f(x: f64) -> f64 {{ {sum} }}")).expect("a function");
        let sum: Expr = syn::parse_str(&sum).expect("a sum");
        assert!(Types::of(&item).of_expr(&sum).is_some_and(|ty| is_number(&ty)));
    }
}
