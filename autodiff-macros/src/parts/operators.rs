//! Operators of types of the user's whose derivatives need their operands: as methods, called by their names.
//!
//! ```text
//! #[differentiable] impl Mul for Quat { fn mul(self, o: Quat) -> Quat { .. } }
//! =>  #[differentiable] impl Quat { fn mul__Quat(self, o: Quat) -> Quat { .. } }
//!
//! p * q       =>    p.mul__Quat(q)
//! p *= q;     =>    p.mul_assign__Quat(q);
//! ```
//! Where an operator is linear, and so simple that its rule can be cut out of it ([`crate::overload`]), it stays an operator.
use super::{
    seen,
    types::{Types, is_built_in, is_number},
};
use crate::{analysis::activity::Active, expand, lower, methods, overload};
use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote};
use syn::{
    BinOp, Expr, FnArg, Ident, ImplItem, ItemFn, ItemImpl, Local, Type, UnOp, parse_quote,
    visit_mut::{self, VisitMut},
};

/// An operator as the crate has shown it; types as text.
#[derive(Clone)]
pub(super) struct Operator {
    /// `mul`, `mul_assign`
    pub(super) name: String,
    /// The operands; `_` where one may be anything.
    pub(super) operands: Vec<String>,
    pub(super) result: String,
    /// The method that it is, and whether its operands are the other way round.
    pub(super) method: Option<(String, bool)>,
}

/// The operator that a block implements.
fn read(block: &ItemImpl) -> Option<(Operator, syn::ImplItemFn)> {
    let function = block.items.iter().find_map(|i| if let ImplItem::Fn(f) = i { Some(f) } else { None })?;
    let output = block.items.iter().find_map(|i| match i {
        ImplItem::Type(t) if t.ident == "Output" => Some(t.ty.clone()),
        _ => None,
    });
    let output = output.unwrap_or_else(|| parse_quote!(()));
    let named = |ty: &Type| -> Option<Type> {
        syn::parse2(overload::without_self_type(ty.to_token_stream(), &block.self_ty, &output)).ok()
    };
    let mut operands = vec![timeless(&block.self_ty)];
    for arg in function.sig.inputs.iter().skip(1) {
        let FnArg::Typed(t) = arg else { return None };
        operands.push(timeless(&named(&t.ty)?));
    }
    let anything =
        |ty: &Type| block.generics.type_params().any(|p| matches!(ty, Type::Path(q) if q.path.is_ident(&p.ident)));
    let texts = operands.iter().map(|ty| if anything(ty) { "_".to_string() } else { text(ty) }).collect();
    let result = text(&timeless(&named(&output)?));
    Some((Operator { name: function.sig.ident.to_string(), operands: texts, result, method: None }, function.clone()))
}

/// Takes notice of an operator that stays one.
pub(crate) fn ruled(block: &ItemImpl) {
    if let Some((operator, _)) = read(block) {
        seen::operator(operator);
    }
}

/// Takes notice of an operator that is a method.
pub(crate) fn methodical(block: &ItemImpl) {
    if let Some((operator, _)) = method(block) {
        seen::operator(operator);
    }
}

/// Whether an operator is known to be a method.
pub(crate) fn is_method(block: &ItemImpl) -> bool {
    read(block).is_some_and(|(operator, _)| seen::is_method(&operator))
}

/// The operator as a method, with its derivatives.
pub(crate) fn as_method(block: &ItemImpl) -> TokenStream {
    let Some((operator, inherent)) = method(block) else { return TokenStream::new() };
    seen::operator(operator);
    expand::of_impl(&TokenStream::new(), &inherent)
}

fn method(block: &ItemImpl) -> Option<(Operator, ItemImpl)> {
    let (mut operator, function) = read(block)?;
    let owner = |ty: &Type| match ty {
        Type::Reference(r) => ((*r.elem).clone(), true),
        ty => (ty.clone(), false),
    };
    let output = block.items.iter().find_map(|i| if let ImplItem::Type(t) = i { Some(t.ty.clone()) } else { None });
    let output = output.unwrap_or_else(|| parse_quote!(()));
    let function = overload::without_self_type(function.to_token_stream(), &block.self_ty, &output);
    let Ok(mut function) = syn::parse2::<syn::ImplItemFn>(function) else { return None };
    Timeless.visit_signature_mut(&mut function.sig);
    let right =
        function.sig.inputs.iter().nth(1).and_then(|a| if let FnArg::Typed(t) = a { Some(t.clone()) } else { None });
    let left = timeless(&block.self_ty);
    // a number's methods are not ours to add to: there the right operand has the method
    let swapped =
        is_built_in(&owner(&left).0) || crate::analysis::activity::is_constant_type(&left) || is_number(&left);
    let (this, other) = match (&right, swapped) {
        (Some(right), true) => ((*right.ty).clone(), Some(left.clone())),
        (right, _) => (left.clone(), right.as_ref().map(|r| (*r.ty).clone())),
    };
    let mangled: String = other.iter().map(text).collect::<String>().replace('&', "ref_");
    let mangled: String = mangled.chars().map(|c| if c.is_alphanumeric() || c == '_' { c } else { '_' }).collect();
    let ((ty, by_ref), assigns) = (owner(&this), operator.name.ends_with("_assign"));
    let shape = match (swapped, by_ref) {
        (true, true) => "of_ref_",
        (true, false) => "of_",
        (false, true) => "ref_",
        (false, false) => "",
    };
    let name = Ident::new(&format!("{}__{shape}{mangled}", operator.name), function.sig.ident.span());
    let receiver: TokenStream = match (assigns, by_ref) {
        (true, _) => quote!(&mut self),
        (_, true) => quote!(&self),
        _ => quote!(self),
    };
    let (result, body) = (&function.sig.output, &function.block);
    let method: ImplItem = match (&right, swapped) {
        (Some(right), true) => {
            let (pat, lhs) = (&right.pat, Ident::new("autodiff_lhs", Span::call_site()));
            let body = methods::with_self_named(body.to_token_stream(), "autodiff_lhs");
            parse_quote!(fn #name(#receiver, #lhs: #left) #result { let #pat = self; #body })
        }
        (Some(right), _) => {
            let attrs = &function.attrs;
            parse_quote!(#(#attrs)* fn #name(#receiver, #right) #result #body)
        }
        (None, _) => parse_quote!(fn #name(#receiver) #result #body),
    };
    let mut generics = block.generics.clone();
    generics.params = generics.params.into_iter().filter(|p| !matches!(p, syn::GenericParam::Lifetime(_))).collect();
    let (header, _, clause) = generics.split_for_impl();
    let inherent: ItemImpl =
        parse_quote!(#[allow(non_snake_case, clippy::all, clippy::pedantic)] impl #header #ty #clause { #method });
    operator.method = Some((name.to_string(), swapped));
    Some((operator, inherent))
}

/// A type without lifetimes, as text.
fn timeless(ty: &Type) -> Type {
    let mut ty = ty.clone();
    Timeless.visit_type_mut(&mut ty);
    ty
}

struct Timeless;

impl VisitMut for Timeless {
    fn visit_type_reference_mut(&mut self, r: &mut syn::TypeReference) {
        r.lifetime = None;
        visit_mut::visit_type_reference_mut(self, r);
    }
}

/// The name of a type, and whether it is a reference: what operators are told apart by.
pub(super) fn text(ty: &Type) -> String {
    match ty {
        Type::Reference(r) => format!("&{}", text(&r.elem)),
        Type::Paren(p) => text(&p.elem),
        Type::Group(g) => text(&g.elem),
        Type::Path(p) => p.path.segments.last().map(|s| s.ident.to_string()).unwrap_or_default(),
        ty => ty.to_token_stream().to_string(),
    }
}

// ---- where they are used -------------------------------------------------------------------------------------------

/// Writes operators that are methods as such. Names are unique, and everything that is a value has been named.
pub(crate) fn call(item: &mut ItemFn, active: &Active) {
    if seen::any_method() {
        let types = Types::of(item);
        Operators { types, active, named: 0 }.visit_block_mut(&mut item.block);
    }
}

struct Operators<'a> {
    types: Types,
    /// How many operands were named.
    named: usize,
    active: &'a Active,
}

impl Operators<'_> {
    /// The method that an operator is, and whether the right operand has it.
    fn method(&self, name: &str, operands: &[&Expr]) -> Option<(Ident, bool)> {
        if !operands.iter().any(|e| self.active.carries(e)) {
            return None;
        }
        let types: Vec<Option<Type>> = operands.iter().map(|e| self.types.of_expr(e)).collect();
        let (method, swapped) = operator(name, &types)?.method?;
        Some((Ident::new(&method, Span::call_site()), swapped))
    }
}

impl VisitMut for Operators<'_> {
    fn visit_local_mut(&mut self, local: &mut Local) {
        visit_mut::visit_local_mut(self, local);
        self.types.declare(local);
    }
    fn visit_expr_for_loop_mut(&mut self, f: &mut syn::ExprForLoop) {
        self.types.item(f);
        visit_mut::visit_expr_for_loop_mut(self, f);
    }
    fn visit_expr_mut(&mut self, e: &mut Expr) {
        visit_mut::visit_expr_mut(self, e);
        match e {
            Expr::Binary(b) => {
                let Some(name) = operator_name(&b.op) else { return };
                let (left, right) = (&b.left, &b.right);
                let Some((method, swapped)) = self.method(name, &[left, right]) else { return };
                *e = match swapped {
                    false => parse_quote!((#left).#method(#right)),
                    true if lower::is_pure(left) => parse_quote!((#right).#method(#left)),
                    // the left operand comes first
                    true => {
                        self.named += 1;
                        let first = Ident::new(&format!("first_operand_{}", self.named), Span::mixed_site());
                        parse_quote!({ let #first = #left; (#right).#method(#first) })
                    }
                };
            }
            Expr::Unary(u) if matches!(u.op, UnOp::Neg(_)) => {
                let operand = &u.expr;
                if let Some((method, _)) = self.method("neg", &[operand]) {
                    *e = parse_quote!((#operand).#method());
                }
            }
            _ => {}
        }
    }
}

/// The method of the operator's trait.
pub(super) fn operator_name(op: &BinOp) -> Option<&'static str> {
    Some(match op {
        BinOp::Add(_) => "add",
        BinOp::Sub(_) => "sub",
        BinOp::Mul(_) => "mul",
        BinOp::Div(_) => "div",
        BinOp::Rem(_) => "rem",
        BinOp::AddAssign(_) => "add_assign",
        BinOp::SubAssign(_) => "sub_assign",
        BinOp::MulAssign(_) => "mul_assign",
        BinOp::DivAssign(_) => "div_assign",
        BinOp::RemAssign(_) => "rem_assign",
        _ => return None,
    })
}

/// The operator that is meant, as far as the operands' types are seen.
fn operator(name: &str, types: &[Option<Type>]) -> Option<Operator> {
    if types.iter().flatten().all(is_number) {
        return None;
    }
    let mut types: Vec<Option<String>> = types.iter().map(|ty| ty.as_ref().map(text)).collect();
    if name.ends_with("_assign")
        && let Some(Some(left)) = types.first_mut()
    {
        *left = left.trim_start_matches('&').to_string();
    }
    let fits = |o: &Operator| {
        o.name == name
            && o.operands.len() == types.len()
            && o.operands.iter().zip(&types).all(|(o, t)| o == "_" || t.as_ref().is_none_or(|t| t == o))
    };
    // of two that fit, nobody knows which
    match &seen::fitting(fits)[..] {
        [one] => Some(one.clone()),
        _ => None,
    }
}

/// What an operator gives.
pub(super) fn result(name: &str, types: &[Option<Type>]) -> Option<Type> {
    syn::parse_str(&operator(name, types)?.result).ok()
}
