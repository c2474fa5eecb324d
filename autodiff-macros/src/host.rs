//! Where a function stands, and so where its derivatives go: beside it in a namespace, or as methods beside a method.
use proc_macro2::TokenStream;
use syn::{GenericParam, Ident};

/// Where a function stands.
pub(crate) enum Host {
    /// A free function `f`: `enum f {}` holds its derivatives, `f::grad`; with the function once more.
    Namespace(Option<TokenStream>),
    /// A method or associated function `energy`: its derivatives stand beside it, `energy_grad`.
    Methods(Methods),
}

/// An `impl` block or a trait.
pub(crate) struct Methods {
    /// What the function takes as `self`.
    pub(crate) receiver: Option<Receiver>,
    /// The block's own generics: an opaque pullback type names them all.
    pub(crate) generics: Vec<GenericParam>,
    pub(crate) role: Role,
    /// The method once more.
    pub(crate) copy: Option<TokenStream>,
    /// `Self` is known to be one type, so that constants of it may stand in types.
    pub(crate) one_type: bool,
}

/// What an `impl` block is for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Role {
    /// `impl S { .. }`
    Inherent,
    /// `trait P { .. }`: callers see the signatures only, so pullbacks are boxed.
    Trait,
    /// `impl P for S { .. }`: what users call is inherited from the trait.
    TraitImpl,
}

/// How `self` is taken.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Receiver {
    Value,
    Ref,
    Mut,
}

impl Host {
    pub(crate) fn methods(&self) -> Option<&Methods> {
        match self {
            Host::Namespace(_) => None,
            Host::Methods(m) => Some(m),
        }
    }

    /// The function once more.
    pub(crate) fn copy(&self) -> Option<&TokenStream> {
        match self {
            Host::Namespace(copy) => copy.as_ref(),
            Host::Methods(m) => m.copy.as_ref(),
        }
    }

    /// Whether constants that stand beside the derivatives may be named in types.
    pub(crate) fn has_constants(&self) -> bool {
        match self {
            Host::Namespace(_) => true,
            Host::Methods(m) => m.role == Role::Inherent && m.one_type,
        }
    }

    pub(crate) fn receiver(&self) -> Option<Receiver> {
        self.methods()?.receiver
    }

    /// Whether signatures are those of a trait.
    pub(crate) fn is_trait(&self) -> bool {
        self.methods().is_some_and(|m| m.role != Role::Inherent)
    }

    /// Pullbacks are boxed where callers can't see their types.
    pub(crate) fn boxed(&self) -> bool {
        self.is_trait()
    }

    /// The name of a derivative: `grad` in a namespace, `energy_grad` beside a method.
    pub(crate) fn entry(&self, function: &Ident, which: &str) -> Ident {
        match self {
            Host::Namespace(_) => Ident::new(which, proc_macro2::Span::mixed_site()),
            Host::Methods(_) => beside(function, which),
        }
    }
}

/// `energy` and `grad` make `energy_grad`.
pub(crate) fn beside(function: &Ident, which: &str) -> Ident {
    let name = function.to_string();
    Ident::new(&format!("{}_{which}", name.trim_start_matches("r#")), function.span())
}
