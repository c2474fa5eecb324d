//! `check!(f(&x, y))`: a call, brought into the form in which `autodiff_core::check::Call` tests it: lists of numbers.
use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::{
    Attribute, Error, Expr, ExprPath, Ident, Lit, Path, Result, Token, UnOp,
    parse::{Parse, ParseStream},
    spanned::Spanned,
};

/// `check!(call)`, `check!(call -> (), name = F, step = 1e-3, tolerance = 1e-4)`
pub(crate) fn check(input: TokenStream) -> TokenStream {
    syn::parse2::<Check>(input).map_or_else(Error::into_compile_error, |check| check.into_token_stream())
}

struct Check {
    text: String,
    callee: Callee,
    arguments: Vec<Argument>,
    /// `-> ()`: there is no seed.
    unit: bool,
    /// `step = e`, `tolerance = e`
    settings: Vec<(Ident, Expr)>,
}

/// How the function and its derivatives are named.
enum Callee {
    /// `f` and `f::jvp`, where the companion may have another name.
    Function { path: ExprPath, companion: Path },
    /// `P::f` and `P::f_jvp`
    Method(ExprPath),
    /// `p.f(..)` and `p.f_jvp(..)`: the receiver is the first argument, behind `&` unless it was written with `&mut`.
    Receiver(Ident),
}

struct Argument {
    kind: Kind,
    /// What stands behind `&` or `&mut`.
    value: Expr,
    text: String,
}

#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Constant,
    Owned,
    Shared,
    Mutable,
}

impl Parse for Check {
    fn parse(input: ParseStream<'_>) -> Result<Self> {
        let call: Expr = input.parse().map_err(|e| Error::new(e.span(), format!("{SYNTAX}; {e}")))?;
        let text = text(&call);
        let unit = input.peek(Token![->]);
        if unit {
            input.parse::<Token![->]>()?;
            let nothing;
            syn::parenthesized!(nothing in input);
            if !nothing.is_empty() {
                return Err(nothing.error("`-> ()` says that the function has no result; others are seen"));
            }
        }
        let (mut settings, mut name) = (Vec::new(), None);
        while !input.is_empty() {
            input.parse::<Token![,]>()?;
            if input.is_empty() {
                break;
            }
            let key: Ident = input.parse()?;
            input.parse::<Token![=]>()?;
            match key.to_string().as_str() {
                "name" => name = Some(input.parse::<Path>()?),
                "step" | "tolerance" => settings.push((key, input.parse()?)),
                _ => {
                    return Err(Error::new(
                        key.span(),
                        "`check!` takes `name = F`, `step = 1e-3` and `tolerance = 1e-6`",
                    ));
                }
            }
        }
        let (callee, arguments) = match call {
            Expr::Call(call) => match *call.func {
                Expr::Path(path) => (Callee::of(path, name), call.args.into_iter().collect()),
                other => return Err(Error::new(other.span(), SYNTAX)),
            },
            Expr::MethodCall(call) => {
                let receiver = call.receiver;
                let receiver = match *receiver {
                    Expr::Paren(p) if matches!(*p.expr, Expr::Reference(_)) => *p.expr,
                    other => syn::parse_quote!(&#other),
                };
                (Callee::Receiver(call.method), std::iter::once(receiver).chain(call.args).collect::<Vec<_>>())
            }
            other => return Err(Error::new(other.span(), SYNTAX)),
        };
        Ok(Check { text, callee, arguments: arguments.into_iter().map(Argument::of).collect(), unit, settings })
    }
}

const SYNTAX: &str = "`check!` takes a call of a differentiable function: `check!(f(&x, 2.0))`, `check!(p.energy(x))`";

impl Callee {
    fn of(path: ExprPath, name: Option<Path>) -> Callee {
        let segments = &path.path.segments;
        let of_type = path.qself.is_some()
            || segments.iter().rev().nth(1).is_some_and(|s| s.ident.to_string().starts_with(char::is_uppercase));
        if of_type && name.is_none() {
            return Callee::Method(path);
        }
        let companion = name.unwrap_or_else(|| path.path.clone());
        Callee::Function { path, companion }
    }

    /// The call of the function itself, or of the entry of that name.
    fn call(&self, entry: Option<&str>, arguments: &[TokenStream], more: &[TokenStream]) -> TokenStream {
        let all = arguments.iter().chain(more);
        match (self, entry) {
            (Callee::Function { path, .. } | Callee::Method(path), None) => quote!(#path(#(#all),*)),
            (Callee::Function { companion, .. }, Some(entry)) => {
                let (mut path, entry) = (companion.clone(), Ident::new(entry, Span::call_site()));
                let last = path.segments.last_mut().expect("a path has segments");
                let generics = std::mem::take(&mut last.arguments);
                path.segments.push(syn::PathSegment { ident: entry, arguments: generics });
                quote!(#path(#(#all),*))
            }
            (Callee::Method(path), Some(entry)) => {
                let mut path = path.clone();
                let last = path.path.segments.last_mut().expect("a path has segments");
                last.ident = format_ident!("{}_{}", last.ident, entry);
                quote!(#path(#(#all),*))
            }
            (Callee::Receiver(method), entry) => {
                let method = entry.map_or_else(|| method.clone(), |e| format_ident!("{method}_{e}"));
                let (receiver, rest) = (&arguments[0], all.skip(1));
                quote!((#receiver).#method(#(#rest),*))
            }
        }
    }
}

impl Argument {
    fn of(mut e: Expr) -> Argument {
        let marked = take_nodiff(&mut e);
        let text = text(&e);
        let (kind, value) = match e {
            e if marked || is_constant(&e) => (Kind::Constant, e),
            Expr::Reference(r) if r.mutability.is_some() => (Kind::Mutable, *r.expr),
            Expr::Reference(r) => (Kind::Shared, *r.expr),
            e => (Kind::Owned, e),
        };
        Argument { kind, value, text }
    }
}

/// Removes `#[nodiff]` from where the parser has put it: before the innermost leading expression.
fn take_nodiff(e: &mut Expr) -> bool {
    let attrs: &mut Vec<Attribute> = match e {
        Expr::Reference(e) => &mut e.attrs,
        Expr::Path(e) => &mut e.attrs,
        Expr::Lit(e) => &mut e.attrs,
        Expr::Closure(e) => &mut e.attrs,
        Expr::Call(e) => &mut e.attrs,
        Expr::MethodCall(e) => &mut e.attrs,
        Expr::Field(e) => &mut e.attrs,
        Expr::Index(e) => &mut e.attrs,
        Expr::Unary(e) => &mut e.attrs,
        Expr::Paren(e) => &mut e.attrs,
        Expr::Macro(e) => &mut e.attrs,
        Expr::Struct(e) => &mut e.attrs,
        Expr::Array(e) => &mut e.attrs,
        Expr::Tuple(e) => &mut e.attrs,
        Expr::Binary(e) => return take_nodiff(&mut e.left),
        Expr::Cast(e) => return take_nodiff(&mut e.expr),
        _ => return false,
    };
    let all = attrs.len();
    attrs.retain(|a| !a.path().is_ident("nodiff"));
    attrs.len() < all
}

/// Literals that no parameter with a derivative takes.
fn is_constant(e: &Expr) -> bool {
    match e {
        Expr::Lit(l) => match &l.lit {
            Lit::Int(i) => !i.suffix().starts_with('f'),
            Lit::Float(_) => false,
            _ => true,
        },
        Expr::Unary(u) if matches!(u.op, UnOp::Neg(_)) => is_constant(&u.expr),
        _ => false,
    }
}

/// The expression as one would write it.
fn text(e: &Expr) -> String {
    let spaced = e.to_token_stream().to_string();
    let tight = [
        (" . ", "."),
        (" (", "("),
        ("( ", "("),
        (" )", ")"),
        (" ,", ","),
        ("& mut ", "&mut "),
        ("& ", "&"),
        (" :: ", "::"),
        (" ! ", "!"),
    ];
    let text = tight.iter().fold(spaced, |s, (from, to)| s.replace(from, to));
    let text = text.replace("(- ", "(-").replace(", - ", ", -").replace("[- ", "[-");
    text.replace(" [", "[").replace("[ ", "[").replace(" ]", "]")
}

/// The names in the expansion: of the argument, of its copy at the point, of its tangent or adjoint.
fn names(prefix: &str, n: usize) -> Vec<Ident> {
    (0..n).map(|k| Ident::new(&format!("{prefix}{k}"), Span::mixed_site())).collect()
}

impl ToTokens for Check {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        let n = self.arguments.len();
        let (p, x, d) = (names("p", n), names("x", n), names("d", n));
        let of_kind =
            |which: &dyn Fn(Kind) -> bool| (0..n).filter(|&k| which(self.arguments[k].kind)).collect::<Vec<_>>();
        let diff = of_kind(&|kind| kind != Kind::Constant);
        let mutable = of_kind(&|kind| kind == Kind::Mutable);
        let pick = |from: &[Ident], which: &[usize]| which.iter().map(|&k| from[k].clone()).collect::<Vec<_>>();
        let (ps, xs, ds) = (pick(&p, &diff), pick(&x, &diff), pick(&d, &diff));
        let (xs_mut, ds_mut) = (pick(&x, &mutable), pick(&d, &mutable));
        let values = diff.iter().map(|&k| &self.arguments[k].value);
        let texts: Vec<_> = diff.iter().map(|&k| &self.arguments[k].text).collect();
        let passed = |k: usize, name: &Ident| match self.arguments[k].kind {
            Kind::Constant => self.arguments[k].value.to_token_stream(),
            Kind::Owned => quote!(::core::clone::Clone::clone(&#name)),
            Kind::Shared => quote!(&#name),
            Kind::Mutable => quote!(&mut #name),
        };
        let arguments: Vec<_> = (0..n).map(|k| passed(k, &x[k])).collect();
        let tangents: Vec<_> = diff.iter().map(|&k| passed(k, &d[k])).collect();
        let bars = diff.iter().map(|&k| &d[k]).map(|b| quote!(&mut #b));
        let seed = (!self.unit).then(|| quote_spanned!(Span::mixed_site()=> y_bar));
        let seeds: Vec<_> = seed.into_iter().chain(bars).collect();
        let mut natively = arguments.clone();
        if let (Callee::Receiver(_), Kind::Shared) = (&self.callee, self.arguments[0].kind) {
            // the method itself may take `self`; its derivatives take `&self`
            let receiver = &x[0];
            natively[0] = quote!(::core::clone::Clone::clone(&#receiver));
        }
        let call = self.callee.call(None, &natively, &[]);
        let jvp = self.callee.call(Some("jvp"), &arguments, &tangents);
        let vjp = self.callee.call(Some("vjp_into"), &arguments, &seeds);
        let shared = diff.iter().filter(|k| !mutable.contains(k)).map(|&k| (&x[k], &d[k]));
        let zeros = shared.map(|(x, d)| quote_spanned!(Span::mixed_site()=> let mut #d = ::autodiff_core::check::tangent(&#x, &mut zeros());));
        let outputs = if self.unit { quote!(_) } else { quote_spanned!(Span::mixed_site()=> (y, y_dot)) };
        let (y, y_dot) = if self.unit {
            (None, None)
        } else {
            (Some(quote_spanned!(Span::mixed_site()=> &y,)), Some(quote_spanned!(Span::mixed_site()=> &y_dot,)))
        };
        let (set, to): (Vec<_>, Vec<_>) = self.settings.iter().map(|(k, e)| (k, e)).unzip();
        let text = &self.text;
        let check = quote!(::autodiff_core::check);
        // the names of the template are not those of the user's expressions
        tokens.extend(quote_spanned! {Span::mixed_site()=> {
            #(#[allow(clippy::useless_conversion)] let #ps = ::std::borrow::ToOwned::to_owned(&#values);)*
            #[allow(unused_mut, unused_variables)]
            let at = |point: &[f64]| {
                let mut from = point.iter().copied();
                #(let mut #xs = ::core::clone::Clone::clone(&#ps); #check::fill(&mut #xs, &mut from);)*
                (#(#xs,)*)
            };
            #[allow(unused_mut, unused_variables, clippy::let_unit_value)]
            let primal = |point: &[f64]| {
                let (#(mut #xs,)*) = at(point);
                let y = #call;
                #check::numbers(&[#y #(&#xs_mut,)*])
            };
            #[allow(unused_mut, unused_variables)]
            let jvp = |point: &[f64], direction: &[f64]| {
                let (#(mut #xs,)*) = at(point);
                let mut from = direction.iter().copied();
                #(let mut #ds = #check::tangent(&#xs, &mut from);)*
                let #outputs = #jvp;
                (#check::numbers(&[#y #(&#xs_mut,)*]), #check::numbers(&[#y_dot #(&#ds_mut,)*]))
            };
            #[allow(unused_mut, unused_variables, clippy::let_unit_value)]
            let vjp = |point: &[f64], seed: &[f64]| {
                let zeros = || ::core::iter::repeat(0.0);
                let (#(mut #xs,)*) = at(point);
                let y = #call;
                let mut from = seed.iter().copied();
                let y_bar = #check::tangent(&y, &mut from);
                #(let mut #ds_mut = #check::tangent(&#xs_mut, &mut from);)*
                let (#(mut #xs,)*) = at(point);
                #(#zeros)*
                let y = #vjp;
                (#check::numbers(&[#y #(&#xs_mut,)*]), #check::numbers(&[#(&#ds,)*]))
            };
            let call = #check::Call {
                text: #text,
                arguments: &[#((#texts, #check::numbers(&[&#ps]))),*],
                single: #check::single(&mut [#(&mut ::core::clone::Clone::clone(&#ps)),*]),
                primal: &primal,
                jvp: &jvp,
                vjp: &vjp,
            };
            #check::Settings::default()#(.#set(#to))*.check(&call);
        }});
    }
}
