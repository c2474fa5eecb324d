//! Numbers that travel through their bits or their text, where no derivative follows them.
use crate::{ctxt::Ctxt, fence::Locals};
use quote::ToTokens;
use std::collections::HashSet;
use syn::{Expr, Type, visit::Visit};

/// A number that is taken apart into bits or text, which have no derivative, and a number that is put together from such.
pub(crate) fn put_together(cx: &Ctxt, locals: &Locals, block: &syn::Block) {
    const APART: &[&str] = &["to_bits", "to_ne_bytes", "to_le_bytes", "to_be_bytes", "to_string"];
    const TOGETHER: &[&str] = &["from_bits", "from_ne_bytes", "from_le_bytes", "from_be_bytes", "parse", "from_str"];
    struct Find<'a> {
        locals: &'a Locals,
        apart: bool,
        together: Vec<proc_macro2::Ident>,
    }
    impl Find<'_> {
        fn name(&mut self, name: &proc_macro2::Ident) {
            self.apart |= APART.iter().any(|n| name == n);
            if TOGETHER.iter().any(|n| name == n) {
                self.together.push(name.clone());
            }
        }
    }
    impl Visit<'_> for Find<'_> {
        fn visit_expr_call(&mut self, c: &syn::ExprCall) {
            let stops = crate::analysis::activity::call_name(c).as_deref() == Some("stop_gradient");
            if !stops && self.locals.occur_in(c.args.to_token_stream()) {
                syn::visit::visit_expr_call(self, c);
            }
        }
        fn visit_expr_method_call(&mut self, m: &syn::ExprMethodCall) {
            self.name(&m.method);
            syn::visit::visit_expr_method_call(self, m);
        }
        fn visit_expr_path(&mut self, p: &syn::ExprPath) {
            if let Some(last) = p.path.segments.last() {
                self.name(&last.ident);
            }
        }
        fn visit_macro(&mut self, mac: &syn::Macro) {
            self.apart |= mac.path.is_ident("format");
            crate::desugar::visit_macro_args(mac, &mut |e| self.visit_expr(e));
        }
        fn visit_item(&mut self, _: &syn::Item) {}
    }
    let mut find = Find { locals, apart: false, together: vec![] };
    find.visit_block(block);
    for name in find.together.iter().filter(|_| find.apart) {
        cx.error(
            name,
            "a derivative can't follow a value through its bits or its text: compute with the number itself, or wrap this in `stop_gradient(..)`",
        );
    }
}

/// What the bits of a number are cast to, directly or by way of variables: `(x.to_bits() >> 23) as f64`.
pub(crate) fn cast(cx: &Ctxt, block: &syn::Block) {
    struct Bits {
        /// Variables that hold bits.
        names: HashSet<String>,
        found: bool,
    }
    impl Bits {
        fn in_expr(&self, e: &Expr) -> bool {
            let mut bits = Bits { names: self.names.clone(), found: false };
            bits.visit_expr(e);
            bits.found
        }
    }
    impl Visit<'_> for Bits {
        fn visit_expr_call(&mut self, c: &syn::ExprCall) {
            if crate::analysis::activity::call_name(c).as_deref() != Some("stop_gradient") {
                syn::visit::visit_expr_call(self, c);
            }
        }
        fn visit_expr_method_call(&mut self, m: &syn::ExprMethodCall) {
            self.found |= m.method == "to_bits";
            syn::visit::visit_expr_method_call(self, m);
        }
        fn visit_expr_path(&mut self, p: &syn::ExprPath) {
            self.found |= p.path.segments.last().is_some_and(|s| s.ident == "to_bits")
                || p.path.get_ident().is_some_and(|i| self.names.contains(&i.to_string()));
        }
        fn visit_item(&mut self, _: &syn::Item) {}
    }
    struct Spread(Bits);
    impl Visit<'_> for Spread {
        fn visit_local(&mut self, l: &syn::Local) {
            if l.init.as_ref().is_some_and(|i| self.0.in_expr(&i.expr)) {
                self.0.names.extend(crate::analysis::activity::pattern_names(&l.pat));
            }
            syn::visit::visit_local(self, l);
        }
        fn visit_expr_assign(&mut self, a: &syn::ExprAssign) {
            if self.0.in_expr(&a.right) {
                self.0.names.extend(crate::analysis::activity::root(&a.left).map(ToString::to_string));
            }
            syn::visit::visit_expr_assign(self, a);
        }
        fn visit_expr_binary(&mut self, b: &syn::ExprBinary) {
            if crate::analysis::activity::is_assignment(&b.op) && self.0.in_expr(&b.right) {
                self.0.names.extend(crate::analysis::activity::root(&b.left).map(ToString::to_string));
            }
            syn::visit::visit_expr_binary(self, b);
        }
    }
    struct Casts<'a>(&'a Ctxt, Bits);
    impl Visit<'_> for Casts<'_> {
        fn visit_expr_cast(&mut self, c: &syn::ExprCast) {
            let float = matches!(&*c.ty, Type::Path(p) if p.path.is_ident("f32") || p.path.is_ident("f64"));
            if float && self.1.in_expr(&c.expr) {
                self.0.error(
                    c,
                    "a derivative can't follow a value through its bits: compute with the number itself, or wrap this in `stop_gradient(..)`",
                );
            }
            syn::visit::visit_expr_cast(self, c);
        }
        fn visit_expr_call(&mut self, c: &syn::ExprCall) {
            if crate::analysis::activity::call_name(c).as_deref() != Some("stop_gradient") {
                syn::visit::visit_expr_call(self, c);
            }
        }
        fn visit_item(&mut self, _: &syn::Item) {}
    }
    let mut spread = Spread(Bits { names: HashSet::new(), found: false });
    let mut before = None;
    while before != Some(spread.0.names.len()) {
        before = Some(spread.0.names.len());
        spread.visit_block(block);
    }
    Casts(cx, spread.0).visit_block(block);
}
