//! IR to tokens; total, never an error.
mod companion;
mod discrete;
mod entries;
mod guard;
mod lanes;
mod macros;
mod mirror;
mod parts;
mod pull;
mod push;
mod signature;
mod statement;

pub(crate) use companion::{Derivatives, companion, custom, declared, stubs};
pub(crate) use discrete::{has_steps, is_believed};
pub(crate) use guard::doubtful_parts;
pub(crate) use macros::AS_THEY_ARE;
pub(crate) use mirror::{mirrored, mirrored_dot, refutable};
pub(crate) use parts::{Bound, names_a_variant, parts, parts_mut, refused};

use crate::{atom::atom, host::beside, ir::*, lower::is_growth, rules, syntax};
use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote};
use syn::{Expr, Ident, spanned::Spanned};

/// The path of the runtime.
#[derive(Clone, Copy)]
pub(crate) struct Runtime;

impl ToTokens for Runtime {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        quote!(::autodiff_core::rules).to_tokens(tokens);
    }
}

pub(crate) fn runtime() -> Runtime {
    Runtime
}

/// A parameter as a reference.
fn lent(x: &Ident, pass: Pass) -> TokenStream {
    if pass == Pass::Value { quote!(&#x) } else { quote!(&*#x) }
}

/// Whether somebody reads the adjoint of a parameter.
pub(crate) fn is_read(x: &Ident, pass: Pass, bar: &Ident) -> Expr {
    let (rt, x) = (runtime(), lent(x, pass));
    syn::parse_quote!(#rt::is_read(#x, #bar))
}

/// Prints blocks over a table of variables.
pub(crate) struct Printer<'a> {
    pub(crate) vars: &'a [VarInfo],
    /// Forward mode along several directions: these variables hold a tangent for each.
    pub(crate) tangents: Option<&'a lanes::Tangents>,
}

/// A place as an expression.
pub(crate) fn place_expr(vars: &[VarInfo], place: &Place, pass: Pass) -> Expr {
    let name = syntax::name(&vars[place.base.0 as usize].name);
    let e = place.proj.iter().fold(name, |e, step| match step {
        Proj::Index(n) => syntax::index(e, n.expr.clone()),
        Proj::Field(m) | Proj::Marked(m) => syntax::field(e, m.clone()),
        Proj::Deref => syntax::paren(syntax::deref(e)),
    });
    match pass {
        Pass::Value => e,
        Pass::Ref => borrow(e, None),
        Pass::Mut => borrow(e, Some(<syn::Token![mut]>::default())),
        Pass::Copy => syntax::runtime_call("copy", [syntax::reference(Default::default(), None, e)]),
    }
}

/// `&e`, unless it is a reference already.
pub(crate) fn borrowed(e: &Expr) -> Expr {
    match e {
        Expr::Reference(_) => e.clone(),
        e => borrow(atom(e), None),
    }
}

/// `&e`, which stands where `e` does: an error in the one points at the other.
fn borrow(e: Expr, mutability: Option<syn::Token![mut]>) -> Expr {
    let and = syn::Token![&](Span::mixed_site().located_at(e.span()));
    syntax::reference(and, mutability, e)
}

/// `2.0`, and `2f64`, which syn takes for an integer.
pub(crate) fn is_float(lit: &syn::Lit) -> bool {
    match lit {
        syn::Lit::Float(_) => true,
        syn::Lit::Int(i) => matches!(i.suffix(), "f32" | "f64"),
        _ => false,
    }
}

/// A number whose type nothing says but its use: `2.0`, `-(0.5 * 3.0)`.
pub(crate) fn is_open_literal(e: &Expr) -> bool {
    match e {
        Expr::Lit(l) => matches!(&l.lit, syn::Lit::Float(f) if f.suffix().is_empty()),
        Expr::Paren(p) => is_open_literal(&p.expr),
        Expr::Group(g) => is_open_literal(&g.expr),
        Expr::Unary(u) => is_open_literal(&u.expr),
        Expr::Binary(b) => is_open_literal(&b.left) && is_open_literal(&b.right),
        _ => false,
    }
}

/// A constant that has no derivative by its spelling: `3`, `true`.
pub(crate) fn is_discrete_literal(e: &Expr) -> bool {
    match e {
        Expr::Lit(l) => !is_float(&l.lit),
        Expr::Paren(p) => is_discrete_literal(&p.expr),
        Expr::Unary(u) => is_discrete_literal(&u.expr),
        _ => false,
    }
}

/// An operand handed to a rule by reference. A literal takes its type from the adjoint or tangent that is handed on with it.
pub(crate) fn by_reference(o: &Operand, beside: &Expr) -> Operand {
    match o {
        Operand::Place(p, _) => Operand::Place(p.clone(), Pass::Ref),
        Operand::Native(n) if is_open_literal(&n.expr) => {
            let literal = syntax::runtime_call("literal", [n.expr.clone(), beside.clone()]);
            Operand::Native(Native { expr: syntax::reference(Default::default(), None, literal), ..n.clone() })
        }
        Operand::Native(n) => Operand::Native(Native { expr: borrowed(&n.expr), ..n.clone() }),
    }
}

impl<'a> Printer<'a> {
    pub(crate) fn of(vars: &'a [VarInfo]) -> Self {
        Printer { vars, tangents: None }
    }
}

impl Printer<'_> {
    fn name(&self, v: Var) -> &Ident {
        &self.vars[v.0 as usize].name
    }

    fn args(&self, args: &[Arg]) -> Vec<TokenStream> {
        args.iter()
            .map(|a| match a {
                Arg::Operand(o) => self.operand(o),
                Arg::Function(path) => path.to_token_stream(),
                Arg::Closure(lambda) => match &lambda.native {
                    Some(n) => n.expr.to_token_stream(),
                    None => {
                        let params = lambda.params.iter().map(|p| self.name(*p));
                        let (body, result) = (self.block(&lambda.body), self.operand(&lambda.result));
                        quote!(&|#(#params),*| { #body #result })
                    }
                },
            })
            .collect()
    }

    fn mutability(&self, v: Var) -> Option<syn::Token![mut]> {
        // what is behind references is changed through an array of them
        (self.vars[v.0 as usize].mutable || self.is_tangent(v)).then(Default::default)
    }

    fn names(&self, vars: &[Var]) -> TokenStream {
        let names = vars.iter().map(|v| self.name(*v));
        quote!((#(#names,)*))
    }

    fn patterns(&self, vars: &[Var]) -> TokenStream {
        let names = vars.iter().map(|v| self.pattern(*v));
        quote!((#(#names,)*))
    }

    pub(super) fn pattern(&self, v: Var) -> TokenStream {
        let (m, n) = (self.mutability(v), self.name(v));
        quote!(#m #n)
    }

    pub(crate) fn operand(&self, o: &Operand) -> TokenStream {
        match o {
            Operand::Place(p, pass) => place_expr(self.vars, p, *pass).into_token_stream(),
            Operand::Native(n) => n.expr.to_token_stream(),
        }
    }

    fn operands(&self, args: &[Operand]) -> Vec<TokenStream> {
        args.iter().map(|a| self.operand(a)).collect()
    }

    /// An operand of an operator: parenthesised where precedence asks for it.
    fn factor(&self, o: &Operand) -> TokenStream {
        match o {
            Operand::Native(n) => atom(&n.expr).into_token_stream(),
            Operand::Place(_, Pass::Value | Pass::Copy) => self.operand(o),
            Operand::Place(..) => {
                let reference = self.operand(o);
                quote!((#reference))
            }
        }
    }

    fn op(&self, op: &Op) -> TokenStream {
        let rt = runtime();
        match op {
            Op::Native(n) => n.expr.to_token_stream(),
            Op::Use(o) => self.operand(o),
            Op::Rule { args, form, .. } => self.form(form, args),
            Op::Aggregate { args, form, .. } => self.form(form, args),
            Op::Call { callee, args, .. } => self.call(callee, "", None, args, &[]),
            Op::Map { sources, form, fixed, lambda } => {
                let closure = lambda.native.as_ref().map(|n| &n.expr);
                match form {
                    Form::Method(name, turbofish) => {
                        let receiver = self.factor(&sources[0]);
                        let rest = self.operands(&sources[1..]);
                        quote!(#receiver.#name #turbofish(#(#rest,)* #closure))
                    }
                    _ => {
                        let fixed = self.operands(fixed);
                        let path = match form {
                            Form::Path(p) => p.to_token_stream(),
                            _ => TokenStream::new(),
                        };
                        quote!(#path(#(#fixed,)* #closure))
                    }
                }
            }
            Op::Runtime { name, args } => {
                if name == "mark" {
                    let stack = args[0].place().map(|p| self.name(p.base));
                    return quote!(#stack.len());
                }
                if matches!(&name[..], "constant_bar" | "constant_tangent" | "unread_bar")
                    && let Operand::Native(n) = &args[0]
                {
                    let name = Ident::new(name, Span::call_site());
                    if is_discrete_literal(&n.expr) {
                        return quote!(());
                    }
                    if is_open_literal(&n.expr) {
                        let e = &n.expr;
                        return quote!(#rt::#name::<f64>(#e));
                    }
                    // a type that has no derivative has no adjoint either
                    let e = borrowed(&n.expr);
                    return quote!({
                        use #rt::{ViaNothing as _, ViaShape as _};
                        (&&#rt::Constant(#e)).#name()
                    });
                }
                let path: TokenStream = name.parse().expect("a path of the runtime");
                let args = self.operands(args);
                quote!(#rt::#path(#(#args),*))
            }
            Op::Sum(terms) => terms
                .iter()
                .map(|t| self.op(t))
                .reduce(|sum, term| quote!(#rt::plus(#sum, #term)))
                .expect("a sum has terms"),
            Op::Forward { callee, mode, args } => {
                let mode = self.mode(mode);
                let mode = if is_growth(callee) { of_shape(&mode) } else { mode };
                self.call(callee, "forward", Some(mode), args, &[])
            }
            Op::Push { callee, args, dots } => self.call(callee, "push", None, args, dots),
        }
    }

    /// A call, or one of the derivatives of what is called: `f(x)`, `f::forward(mode, x)`, `S::f_forward(x, mode)`, `s.f_forward(x, mode)`.
    fn call(&self, callee: &Callee, which: &str, mode: Option<TokenStream>, args: &[Arg], dots: &[Arg]) -> TokenStream {
        self.call_with(callee, which, mode, (args, tells_generics(args)), &self.args(dots))
    }

    fn call_with(
        &self,
        callee: &Callee,
        which: &str,
        mode: Option<TokenStream>,
        (args, told): (&[Arg], bool),
        dots: &[TokenStream],
    ) -> TokenStream {
        let handed = self.args(args);
        match callee {
            Callee::Parameter => {
                let (function, args) = handed.split_first().expect("the function itself");
                match dots.split_first() {
                    Some((tangent, dots)) => quote!(#tangent(#(#args,)* #(#dots),*)),
                    None => quote!(#function(#(#args),*)),
                }
            }
            Callee::Method(name, turbofish) => {
                let receiver = args[0].operand().map(|o| match which {
                    "" => self.receiver(o),
                    _ => self.lent(name, o),
                });
                let rest = &handed[1..];
                let name = if which.is_empty() {
                    quote!(#name #turbofish)
                } else {
                    let given = syn::parse2(turbofish.clone()).map(syn::PathArguments::AngleBracketed);
                    let generics = given.map_or_else(|_| None, |given| Some(constants(&given, which, told)));
                    let name = beside(name, which);
                    quote!(#name #generics)
                };
                let mode = mode.into_iter();
                quote!(#receiver.#name(#(#rest,)* #(#dots,)* #(#mode)*))
            }
            Callee::Path(path) if which.is_empty() => quote!(#path(#(#handed),*)),
            Callee::Path(path) if is_associated(path) => {
                let (path, mode) = (associated(path, which, told), mode.into_iter());
                quote!(#path(#(#handed,)* #(#dots,)* #(#mode)*))
            }
            Callee::Path(path) => {
                let (path, mode) = (in_namespace(path, which, told), mode.into_iter());
                quote!(#path(#(#mode,)* #(#handed,)* #(#dots),*))
            }
        }
    }

    /// What a derivative is called on: if it may be that of a rule, rustc must refuse to borrow mutably, for nobody has reckoned with it.
    fn lent(&self, name: &Ident, o: &Operand) -> TokenStream {
        match o {
            Operand::Place(p, Pass::Ref) if rules::is_rule(&name.to_string()) => {
                let lent = place_expr(self.vars, p, Pass::Ref);
                quote!((#lent))
            }
            _ => self.receiver(o),
        }
    }

    /// What a method is called on: method calls borrow by themselves.
    fn receiver(&self, o: &Operand) -> TokenStream {
        match o {
            Operand::Place(p, Pass::Ref | Pass::Mut) => {
                let mut place = p.clone();
                if matches!(place.proj.last(), Some(Proj::Deref)) {
                    place.proj.pop();
                }
                self.place(&place).into_token_stream()
            }
            other => self.factor(other),
        }
    }

    fn form(&self, form: &Form, args: &[Operand]) -> TokenStream {
        match form {
            Form::Binary(op) => {
                let (a, b) = (self.factor(&args[0]), self.factor(&args[1]));
                quote!(#a #op #b)
            }
            Form::Neg => {
                let a = self.factor(&args[0]);
                quote!(-#a)
            }
            Form::OneOver(one) => {
                let a = self.factor(&args[0]);
                quote!(#one / #a)
            }
            Form::Method(name, turbofish) => {
                let receiver = self.factor(&args[0]);
                let rest = self.operands(&args[1..]);
                quote!(#receiver.#name #turbofish(#(#rest),*))
            }
            Form::Path(path) => {
                // rules put the number first, constructors their sizes
                let mut args = self.operands(args);
                if path.path.segments.last().is_some_and(|s| {
                    ["from_element", "repeat", "from_vec", "from_diagonal", "from_row_slice", "from_column_slice"]
                        .contains(&s.ident.to_string().as_str())
                }) {
                    args.rotate_left(1);
                }
                quote!(#path(#(#args),*))
            }
            Form::Struct(path, members) => {
                let args = self.operands(args);
                quote!(#path { #(#members: #args),* })
            }
            Form::PathOfArray(path) => {
                let args = self.operands(args);
                quote!(#path(&[#(#args),*]))
            }
            Form::Array => {
                let args = self.operands(args);
                quote!([#(#args),*])
            }
            Form::Tuple => {
                let args = self.operands(args);
                quote!((#(#args,)*))
            }
            Form::Repeat => {
                let (a, n) = (self.operand(&args[0]), self.operand(&args[1]));
                quote!([#a; #n])
            }
            Form::Macro(path, separators) => {
                let mut tokens = TokenStream::new();
                for (k, arg) in args.iter().enumerate() {
                    tokens.extend(self.operand(arg));
                    if k + 1 < args.len() {
                        let separator = proc_macro2::Punct::new(separators[k], proc_macro2::Spacing::Alone);
                        tokens.extend([proc_macro2::TokenTree::Punct(separator)]);
                    }
                }
                quote!(#path![#tokens])
            }
            Form::Cast(ty) => {
                let a = self.factor(&args[0]);
                quote!(#a as #ty)
            }
        }
    }

    fn mode(&self, mode: &Mode) -> TokenStream {
        let rt = runtime();
        match mode {
            Mode::Wants(path, k) => {
                let (path, k) = (in_namespace(path, WANTS, false), syn::Index::from(*k));
                quote!(#path.#k)
            }
            Mode::Changes(path, k) => {
                let (path, k) = (in_namespace(path, CHANGES, false), syn::Index::from(*k));
                quote!(#path.#k)
            }
            Mode::Or(a, b) => {
                let (a, b) = (self.mode(a), self.mode(b));
                quote!(#rt::Mode::or(#a, #b))
            }
            Mode::And(a, b) => {
                let (a, b) = (self.mode(a), self.mode(b));
                quote!(#rt::Mode::and(#a, #b))
            }
            Mode::Forget => quote!(#rt::Forget),
            Mode::Restore => quote!(#rt::Restore),
            Mode::Caller => mode_name().into_token_stream(),
        }
    }

    /// The mode of what may give a place another shape: who asks for the length alone has it put back as well.
    fn mode_of_shape(&self, mode: &Mode, place: &Place) -> TokenStream {
        match mode {
            Mode::Restore | Mode::Forget => self.mode(mode),
            mode if place.is_number(&self.vars[place.base.0 as usize]) => self.mode(mode),
            mode => of_shape(&self.mode(mode)),
        }
    }

    pub(crate) fn block(&self, block: &Block) -> TokenStream {
        block.stmts.iter().map(|s| self.stmt(s)).collect()
    }

    fn place(&self, p: &Place) -> Expr {
        place_expr(self.vars, p, Pass::Value)
    }
}

pub(crate) fn mode_name() -> Ident {
    Ident::new("mode", Span::mixed_site())
}

fn of_shape(mode: &TokenStream) -> TokenStream {
    let rt = runtime();
    quote!(#rt::Mode::of_shape(#mode))
}

/// The constant that tells of each argument what a pullback reads of it.
pub(crate) const WANTS: &str = "WANTS";

/// The constant that tells of each argument whether it is changed.
pub(crate) const CHANGES: &str = "CHANGES";

/// One of the derivatives of a function, by the function's path.
pub(crate) fn derivative_path(path: &syn::ExprPath, which: &str, told: bool) -> syn::ExprPath {
    let path = if is_associated(path) { associated(path, which, told) } else { in_namespace(path, which, told) };
    syn::parse_quote!(#path)
}

/// Whether a path leads to a function of a type or trait, by the language's naming convention: `Spring::new`, `<T as P>::f`.
pub(crate) fn is_associated(path: &syn::ExprPath) -> bool {
    let owner = path.path.segments.iter().rev().nth(1).map(|s| s.ident.to_string());
    path.qself.is_some() || owner.is_some_and(|o| o.chars().next().is_some_and(char::is_uppercase))
}

/// `Spring::new` to `Spring::new_forward`: generics of the function are inferred.
fn associated(path: &syn::ExprPath, name: &str, told: bool) -> TokenStream {
    let mut path = path.clone();
    if let Some(last) = path.path.segments.last_mut() {
        last.arguments = constants(&last.arguments, name, told);
        last.ident = beside(&last.ident, name);
    }
    path.into_token_stream()
}

/// `m::f::<T>` to `m::f::forward`: generics are inferred.
fn in_namespace(path: &syn::ExprPath, name: &str, told: bool) -> TokenStream {
    let mut path = path.path.clone();
    let mut generics = syn::PathArguments::None;
    if let Some(last) = path.segments.last_mut() {
        generics = constants(&last.arguments, name, told);
        last.arguments = syn::PathArguments::None;
    }
    let span = path.segments.last().map_or_else(Span::call_site, |s| s.ident.span());
    let name = Ident::new(name, span);
    quote!(#path::#name #generics)
}

/// Whether the generics of a call's derivatives can be told: to each constant belongs one of their own, and for which arguments that
/// is only the callee knows.
pub(crate) fn tells_generics(args: &[Arg]) -> bool {
    args.iter().all(|a| !matches!(a, Arg::Operand(Operand::Native(_))))
}

/// Whether a derivative has a generic of its own, after those of the function.
fn own_generic(which: &str) -> bool {
    matches!(which, "forward" | "push_lanes" | "jvps")
}

/// The generics of a call, if there are numbers among them (no argument may tell these), and if they can be told. Some derivatives have
/// one more.
fn constants(generics: &syn::PathArguments, name: &str, told: bool) -> syn::PathArguments {
    let syn::PathArguments::AngleBracketed(given) = generics else { return syn::PathArguments::None };
    let number = |a: &syn::GenericArgument| matches!(a, syn::GenericArgument::Const(_));
    if !told || !given.args.iter().any(number) {
        return syn::PathArguments::None;
    }
    let mut given = given.clone();
    if own_generic(name) {
        given.args.push(syn::parse_quote!(_));
    }
    syn::PathArguments::AngleBracketed(given)
}
