//! Rejects the syntax that no differentiable function may have, every instance at once.
use crate::ctxt::Ctxt;
use syn::{Expr, FnArg, ItemFn, Type, visit::Visit};

/// The whole function.
pub(crate) fn function(cx: &Ctxt, item: &ItemFn) {
    signature(cx, item);
    Fence(cx).visit_block(&item.block);
}

/// What can't be said in a signature.
pub(crate) fn signature(cx: &Ctxt, item: &ItemFn) {
    let sig = &item.sig;
    if let Some(a) = &sig.asyncness {
        cx.error(a, "an `async` function can't be differentiable: compute in an ordinary function and await around it");
    }
    if let syn::Safety::Unsafe(u) = &sig.safety {
        cx.error(
            u,
            "an `unsafe` function can't be differentiable: write it over slices and indices, which are checked",
        );
    }
    if let Some(c) = &sig.constness {
        cx.error(
            c,
            "a `const` function can't be differentiable: its derivatives would not be `const`; leave the keyword out",
        );
    }
    if let Some(a) = &sig.abi {
        cx.error(a, "an `extern` function can't be differentiable: wrap an ordinary one");
    }
    if let Some(v) = &sig.variadic {
        cx.error(v, "a variadic function can't be differentiable: take a slice");
    }
    for arg in &sig.inputs {
        if let FnArg::Typed(t) = arg {
            match &*t.ty {
                Type::ImplTrait(_) if crate::attr::is_nodiff(&t.attrs) => {}
                Type::Path(p) if p.path.segments.last().is_some_and(|s| s.ident.to_string().ends_with("ViewMut")) => cx
                    .error(
                        &t.ty,
                        "a mutable view as a parameter is not differentiable yet: take a `&mut` matrix or slice",
                    ),
                Type::ImplTrait(i) => cx.error(i, "name the type: `impl Trait` parameters are not differentiable yet"),
                Type::Ptr(p) => cx.error(p, "a raw pointer can't be followed: take a reference or a slice"),
                _ => {}
            }
        }
    }
    if let syn::ReturnType::Type(_, ty) = &sig.output {
        match &**ty {
            Type::Reference(r) => cx.error(r, "a differentiable function returns a value of its own: return the data (`.to_vec()`, `.clone()`), or write to a `&mut` parameter"),
            Type::ImplTrait(i) => cx.error(i, "name the type of the result: derivatives are made of it"),
            _ => {}
        }
    }
}

struct Fence<'a>(&'a Ctxt);

impl Visit<'_> for Fence<'_> {
    fn visit_attribute(&mut self, a: &syn::Attribute) {
        if a.path().is_ident("cfg") || a.path().is_ident("cfg_attr") {
            self.0.error(a, "what `#[cfg]` leaves out is not known when derivatives are made: write `if cfg!(..) { .. }`, or two functions");
        }
    }

    fn visit_expr(&mut self, e: &Expr) {
        match e {
            Expr::Async(_) | Expr::Await(_) => self.0.error(e, "`async` and `.await` are not differentiable: compute in an ordinary function and await around it"),
            Expr::Unsafe(u) => self.0.error(u.unsafe_token, "what an `unsafe` block does to values can't be followed: use the checked form, or move it into a function with its own rule (`#[differentiable(jvp = .., vjp = ..)]`)"),
            Expr::Yield(_) => self.0.error(e, "generators are not differentiable"),
            Expr::RawAddr(_) => self.0.error(e, "a raw pointer can't be followed: use a reference"),
            Expr::TryBlock(_) => self.0.error(e, "`try` blocks are not differentiable: use `match`"),
            Expr::Verbatim(_) => self.0.error(e, "this syntax is not understood"),
            _ => syn::visit::visit_expr(self, e),
        }
    }
    fn visit_item(&mut self, item: &syn::Item) {
        if let syn::Item::Static(s) = item
            && matches!(s.mutability, syn::StaticMutability::Mut(_))
        {
            self.0.error(
                s,
                "a `static mut` may change what the derivative depends on unseen: pass the state as a parameter",
            );
        }
    }
}
