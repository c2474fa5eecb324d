//! Closures handed to the methods of vectors, matrices and arrays.
use super::{Desugar, apply::Applied, bind::Item, chain, jumps};
use crate::atom::{atom, tail};
use proc_macro2::Span;
use syn::{Expr, Type, parse_quote};

impl Desugar<'_> {
    /// Methods of matrices with a meaning as a loop, and closures that return early.
    pub(super) fn matrix_method(&mut self, m: &syn::ExprMethodCall) -> Option<Expr> {
        let whole = Expr::MethodCall(m.clone());
        let name = m.method.to_string();
        let args: Vec<Expr> = m.args.iter().cloned().collect();
        let x = &m.receiver;
        if chain::is_chain(x) || !args.iter().any(|a| matches!(a, Expr::Closure(_))) || !self.relevant(&whole) {
            return None;
        }
        match (name.as_str(), &args[..]) {
            ("fold", [init, f]) => Some(parse_quote!(#x.iter().cloned().fold(#init, #f))),
            ("apply", [f]) => Some(parse_quote!(#x.iter_mut().for_each(#f))),
            ("zip_apply", [y, f @ Expr::Closure(c)]) if c.inputs.len() == 2 => {
                let (a, b) = (self.fresh("entry", true, m.method.span()), self.fresh("other", true, m.method.span()));
                let Applied { stmts, value } =
                    self.apply(f, vec![Item::ident(&a), Item::Value(parse_quote!(#b.clone()))])?;
                let value = tail(&value);
                let y = match y {
                    Expr::Reference(r) => atom(&r.expr),
                    y => atom(y),
                };
                Some(parse_quote!(for (#a, #b) in #x.iter_mut().zip(#y.iter()) { #(#stmts)* #value; }))
            }
            ("map_with_location", [Expr::Closure(c)]) if c.inputs.len() == 3 => {
                let span = m.method.span();
                let (i, j) = (self.fresh("row", false, span), self.fresh("column", false, span));
                let (source, out) = (self.fresh("source", true, span), self.fresh("located", true, span));
                let args = vec![Item::ident(&i), Item::ident(&j), Item::Value(parse_quote!(#source[(#i, #j)]))];
                let Applied { stmts, value } = self.apply(&Expr::Closure(c.clone()), args)?;
                Some(parse_quote!({
                    let #source = #x.clone_owned();
                    let mut #out = #source.clone();
                    for #j in 0..#source.ncols() {
                        for #i in 0..#source.nrows() {
                            #(#stmts)*
                            #out[(#i, #j)] = #value;
                        }
                    }
                    #out
                }))
            }
            // an early `return` leaves a block
            ("map" | "zip_map", [.., Expr::Closure(c)]) => {
                let body = self.without_return(&c.body)?;
                let mut m = m.clone();
                if let Some(Expr::Closure(c)) = m.args.last_mut() {
                    *c.body = body;
                }
                Some(Expr::MethodCall(m))
            }
            _ => None,
        }
    }

    /// `x.each_ref().map(|v| ..)`
    pub(super) fn map_of_references(&mut self, m: &syn::ExprMethodCall) -> Option<Expr> {
        let (Expr::MethodCall(each), [f]) = (chain::strip(&m.receiver), &m.args.iter().collect::<Vec<_>>()[..]) else {
            return None;
        };
        if m.method != "map" || each.method != "each_ref" || !self.relevant(&m.receiver) {
            return None;
        }
        let (x, v) = (&each.receiver, self.fresh("item", true, Span::call_site()));
        Some(match f {
            Expr::Path(_) => parse_quote!(#x.clone().map(|#v| #f(&#v))),
            _ => parse_quote!(#x.clone().map(|#v| (#f)(&#v))),
        })
    }

    /// The body as a block that its `return` leaves; `None` where there is none.
    fn without_return(&mut self, body: &Expr) -> Option<Expr> {
        let mut body = body.clone();
        let label = self.label("call");
        jumps::returns_to_breaks(&mut body, &label).then(|| match body {
            Expr::Block(b) if b.label.is_none() => {
                let block = b.block;
                parse_quote!(#label: #block)
            }
            body => {
                let value = tail(&body);
                parse_quote!(#label: { #value })
            }
        })
    }

    /// A part of a matrix that is updated as a whole is taken out and put back.
    ///
    /// ```text
    /// m.column_mut(j).axpy(a, &x, b)    =>    { let mut part = m.column(j).clone_owned(); let value = part.axpy(a, &x, b); m.column_mut(j).copy_from(&part); value }
    /// ```
    pub(super) fn updated_part(&mut self, m: &syn::ExprMethodCall) -> Option<Expr> {
        let Expr::MethodCall(view) = chain::strip(&m.receiver) else { return None };
        let name = view.method.to_string();
        let simple = |e: &Expr| matches!(e, Expr::Path(_) | Expr::Lit(_));
        let steady = view.args.iter().all(|a| match a {
            Expr::Tuple(t) => t.elems.iter().all(simple),
            a => simple(a),
        });
        let known = crate::rules::UPDATES.contains(&m.method.to_string().as_str())
            && crate::lower::is_view_call(view)
            && name.ends_with("_mut");
        if !known || !steady || !self.relevant(&Expr::MethodCall(m.clone())) {
            return None;
        }
        let mut shared = view.clone();
        shared.method = syn::Ident::new(name.strip_suffix("_mut")?, view.method.span());
        let (part, value) = (self.fresh("part", true, m.method.span()), self.fresh("updated", true, m.method.span()));
        let (method, args) = (&m.method, &m.args);
        Some(parse_quote!({
            let mut #part = #shared.clone_owned();
            let #value = #part.#method(#args);
            #view.copy_from(&#part);
            #value
        }))
    }

    /// `DMatrix::from_diagonal_element(m, n, x)` is `DMatrix::from_fn(m, n, |i, j| if i == j { x } else { 0.0 })`.
    pub(super) fn diagonal_element(&mut self, c: &syn::ExprCall) -> Option<Expr> {
        let Expr::Path(path) = &*c.func else { return None };
        let owner = path.path.segments.iter().rev().nth(1)?;
        let known = path.path.segments.last()?.ident == "from_diagonal_element" && crate::lower::is_nalgebra(owner);
        if !known || !self.relevant(&Expr::Call(c.clone())) {
            return None;
        }
        let mut path = path.clone();
        let name = path.path.segments.last_mut()?;
        name.ident = syn::Ident::new("from_fn", name.ident.span());
        let mut args: Vec<Expr> = c.args.iter().cloned().collect();
        // in the order of the arguments
        let mut stmts: Vec<syn::Stmt> = Vec::new();
        for (k, arg) in args.iter_mut().enumerate() {
            let element = k + 1 == c.args.len();
            if element || !matches!(arg, Expr::Path(_) | Expr::Lit(_)) {
                let name = self.fresh(if element { "element" } else { "size" }, element, Span::call_site());
                stmts.push(parse_quote!(let #name = #arg;));
                *arg = parse_quote!(#name);
            }
        }
        let element = args.pop()?;
        Some(parse_quote!({
            #(#stmts)*
            #path(#(#args,)* |i, j| if i == j { #element } else { 0.0 })
        }))
    }

    /// `std::array::from_fn(|i| ..)` is a map of the indices; `DMatrix::from_fn` whose closure returns early.
    pub(super) fn array_from_fn(&mut self, c: &syn::ExprCall, ty: Option<&Type>) -> Option<Expr> {
        let Expr::Path(path) = &*c.func else { return None };
        if path.path.segments.last()?.ident != "from_fn" || !self.relevant(&Expr::Call(c.clone())) {
            return None;
        }
        let Some(Expr::Closure(f)) = c.args.last() else { return None };
        let owner = path.path.segments.iter().rev().nth(1).map(|s| s.ident.to_string());
        if owner.as_deref() == Some("array") && c.args.len() == 1 {
            let mut f = f.clone();
            if let Some(p @ syn::Pat::Ident(_)) = f.inputs.first_mut() {
                *p = syn::Pat::Type(syn::PatType {
                    attrs: vec![],
                    pat: Box::new(p.clone()),
                    colon_token: Default::default(),
                    ty: parse_quote!(usize),
                });
            }
            let index = self.fresh("index", false, Span::call_site());
            let Some(Type::Array(array)) = ty else {
                return Some(parse_quote!(::core::array::from_fn::<usize, _, _>(|#index| #index).map(#f)));
            };
            self.expected(&mut f.body, Some(&array.elem));
            let len = &array.len;
            return Some(parse_quote!(::core::array::from_fn::<usize, {#len}, _>(|#index| #index).map(#f)));
        }
        let body = self.without_return(&f.body)?;
        let mut c = c.clone();
        if let Some(Expr::Closure(f)) = c.args.last_mut() {
            *f.body = body;
        }
        Some(Expr::Call(c))
    }
}
