//! The arguments of `#[differentiable(..)]` and the attributes of parameters.
use crate::ctxt::Ctxt;
use syn::{Attribute, FnArg, Ident, ItemFn, Path, Token, parse::Parser, punctuated::Punctuated};

/// `#[differentiable(name = F, jvp = f_jvp, vjp = f_vjp, recursive, nodiff)]`
#[derive(Default)]
pub(crate) struct Attr {
    /// The name of the companion; the function's own name where none is given.
    pub(crate) name: Option<Ident>,
    /// The user's own forward rule.
    pub(crate) jvp: Option<Path>,
    /// The user's own reverse rule.
    pub(crate) vjp: Option<Path>,
    /// The residual is boxed: the function takes part in a recursion that the macro can't see.
    pub(crate) recursive: bool,
    /// `self` is a constant in all methods of the block.
    pub(crate) nodiff: bool,
}

const KNOWN: &str = "`#[differentiable]` takes `name = Ident`, `jvp = path`, `vjp = path`, `recursive`, on an `impl` block `nodiff`, and on a trait `dyn`";

/// Reads the arguments; what is unknown is an error which lists what is known.
pub(crate) fn parse(cx: &Ctxt, tokens: proc_macro2::TokenStream) -> Attr {
    let mut attr = Attr::default();
    let metas = match Punctuated::<syn::Meta, Token![,]>::parse_terminated.parse2(tokens) {
        Ok(metas) => metas,
        Err(e) => {
            cx.push(syn::Error::new(e.span(), format!("{KNOWN}; {e}")));
            return attr;
        }
    };
    for meta in metas {
        let path = match &meta {
            syn::Meta::NameValue(nv) => match &nv.value {
                syn::Expr::Path(p) => Some(p.path.clone()),
                other => {
                    let instead = if meta.path().is_ident("name") {
                        "`name` takes a name without quotes: `name = G`"
                    } else {
                        "this takes the path of a function: `jvp = my_jvp`"
                    };
                    cx.error(other, instead);
                    continue;
                }
            },
            _ => None,
        };
        match (meta.path().get_ident().map(Ident::to_string).as_deref(), path) {
            (Some("name"), Some(p)) if p.get_ident().is_some() => attr.name = p.get_ident().cloned(),
            (Some("jvp"), Some(p)) => attr.jvp = Some(p),
            (Some("vjp"), Some(p)) => attr.vjp = Some(p),
            (Some("recursive"), None) => attr.recursive = true,
            (Some("nodiff"), None) => attr.nodiff = true,
            _ => cx.error(&meta, format!("unknown argument: {KNOWN}")),
        }
    }
    attr
}

/// Whether the arguments of a block say that `self` is a constant: its type need not be differentiable then.
pub(crate) fn says_nodiff(args: &proc_macro2::TokenStream) -> bool {
    let cx = Ctxt::new();
    let attr = parse(&cx, args.clone());
    cx.check().is_ok() && attr.nodiff
}

/// `nodiff` where there is no block whose `self` it could be about.
pub(crate) fn misplaced_nodiff(args: &proc_macro2::TokenStream) -> Option<syn::Error> {
    says_nodiff(args).then(|| {
        let message = "`nodiff` is about the `self` of an `impl` block: mark the parameter, `#[nodiff] x: f64` or `#[nodiff] &self`";
        syn::Error::new_spanned(args, message)
    })
}

/// Whether an attribute is ours, by whatever path.
pub(crate) fn is_differentiable(a: &Attribute) -> bool {
    a.path().segments.last().is_some_and(|s| s.ident == "differentiable")
}

/// Whether the attributes hold `#[nodiff]`.
pub(crate) fn is_nodiff(attrs: &[Attribute]) -> bool {
    attrs.iter().any(|a| a.path().is_ident("nodiff"))
}

/// The item as it is handed on to rustc: without our attributes.
pub(crate) fn strip(item: &ItemFn) -> ItemFn {
    let mut item = item.clone();
    for arg in &mut item.sig.inputs {
        if let FnArg::Typed(t) = arg {
            t.attrs.retain(|a| !a.path().is_ident("nodiff"));
        }
    }
    item
}
