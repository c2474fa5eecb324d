//! Which functions of a file certainly have no derivatives, so that a call of one is told in plain words.
//!
//! rustc would speak of a module or of a method that is not there. Where there is the least doubt (a macro that may have made the
//! companion, an attribute that is not known, an import of the same name) it has the word.
use quote::ToTokens;
use std::collections::{BTreeMap, BTreeSet};
use syn::{Attribute, Ident, Item, ItemImpl, Signature, visit::Visit};

/// What one file has shown of its functions.
#[derive(Default)]
pub(super) struct Functions {
    shown: Vec<Shown>,
    /// Names that stand for something else, or may: types, modules, imports, and whatever macros are handed.
    others: BTreeSet<String>,
    /// Names that hide those of the module: of type parameters, and of what a body declares or imports (`*` may import any), with
    /// the body.
    hiding: BTreeSet<(Option<String>, String)>,
    /// The functions and methods that each one with the attribute calls, by name; a free function has no owner.
    calls: BTreeMap<(String, String), BTreeSet<String>>,
}

struct Shown {
    name: String,
    module: String,
    /// The type of a method.
    owner: Option<String>,
    annotated: bool,
    /// Of a method in an `impl` block of its own: the signature, and whether the block has generics.
    inherent: Option<(String, bool)>,
}

/// A signature to compare with others.
fn text(sig: &Signature) -> String {
    sig.to_token_stream().to_string().split_whitespace().collect()
}

impl Functions {
    /// Whether the methods that look like this one all stand in blocks of one type, not in generic ones, and there are any.
    pub(super) fn is_of_one_type(&self, sig: &Signature) -> bool {
        let text = text(sig);
        let mut alike = self
            .shown
            .iter()
            .filter(|f| sig.ident == f.name && f.inherent.as_ref().is_none_or(|(t, _)| *t == text))
            .peekable();
        alike.peek().is_some()
            && alike.all(|f| f.inherent.as_ref().is_some_and(|(_, generic)| !generic))
            && !self.others.contains(&sig.ident.to_string())
    }

    /// The functions with the attribute that one of them calls, by name: free ones, or the methods of one type.
    pub(super) fn calls_of(&self, owner: &str, name: &str) -> impl Iterator<Item = &str> {
        let key = |name: &str| (owner.to_string(), name.to_string());
        let calls = self.calls.get(&key(name)).into_iter().flatten();
        calls.map(String::as_str).filter(move |c| self.calls.contains_key(&key(c)))
    }

    pub(super) fn of(file: &syn::File) -> Self {
        let mut reader = Reader::default();
        reader.visit_file(file);
        reader.functions
    }

    /// Whether `callee` is a function without the attribute in the module of every function that is called `caller`.
    pub(super) fn is_plain(&self, caller: &str, callee: &str) -> bool {
        let mut modules = self.shown.iter().filter(|f| f.name == caller).map(|f| &f.module).peekable();
        let plain = |module| {
            let mut here =
                self.shown.iter().filter(|f| f.name == callee && f.owner.is_none() && &f.module == module).peekable();
            here.peek().is_some() && here.all(|f| !f.annotated)
        };
        modules.peek().is_some() && modules.all(plain) && !self.others.contains(callee)
    }

    /// Whether a method of this name and owner is written once, for the type itself, in the module of every function that is
    /// called `caller`; or a function, which has no owner. Another of this name would stand, or be imported, elsewhere.
    pub(super) fn is_meant(&self, caller: &str, owner: &str, method: &str) -> bool {
        let mut all = self.shown.iter().filter(|f| f.name == method && f.owner.as_deref().unwrap_or_default() == owner);
        let (Some(only), None) = (all.next(), all.next()) else { return false };
        let mut callers = self.shown.iter().filter(|f| f.name == caller).peekable();
        let own = format!("{}::{caller}{BODY}", only.module);
        let hides = |(body, name): &(Option<String>, String)| {
            (name == owner || name == "*") && body.as_ref().is_none_or(|body| body.starts_with(&own))
        };
        (only.inherent.is_some() || owner.is_empty() && only.owner.is_none())
            && callers.peek().is_some()
            && callers.all(|f| f.module == only.module)
            && !self.hiding.iter().any(hides)
            && !self.others.contains(method)
    }

    /// Whether all methods of this name and owner are without the attribute, and there are any.
    pub(super) fn is_plain_method(&self, owner: &str, method: &str) -> bool {
        let mut all = self.shown.iter().filter(|f| f.name == method && f.owner.as_deref() == Some(owner)).peekable();
        all.peek().is_some() && all.all(|f| !f.annotated) && !self.others.contains(method)
    }
}

/// Attributes that make no companion.
const PLAIN: &[&str] = &[
    "doc",
    "inline",
    "allow",
    "expect",
    "warn",
    "deny",
    "must_use",
    "cold",
    "track_caller",
    "deprecated",
    "cfg",
    "nodiff",
    "test",
];

/// What the name of a body ends with.
const BODY: &str = " ()";

#[derive(Default)]
struct Reader {
    functions: Functions,
    module: String,
    block: Option<Block>,
}

/// The block of methods.
#[derive(Clone)]
struct Block {
    owner: String,
    annotated: bool,
    inherent: bool,
    generic: bool,
}

impl Reader {
    fn function(&mut self, sig: &Signature, attrs: &[Attribute]) {
        let block = self.block.as_ref();
        self.functions.shown.push(Shown {
            name: sig.ident.to_string(),
            module: self.module.clone(),
            owner: block.map(|b| b.owner.clone()),
            annotated: block.is_some_and(|b| b.annotated) || annotated(attrs),
            inherent: block.filter(|b| b.inherent).map(|b| (text(sig), b.generic)),
        });
    }

    fn other(&mut self, name: &Ident) {
        self.functions.others.insert(name.to_string());
    }

    /// A name that means what a body says, in there.
    fn hidden(&mut self, name: Option<&Ident>) {
        if self.module.ends_with(BODY) {
            let name = name.map_or("*".into(), Ident::to_string);
            self.functions.hiding.insert((Some(self.module.clone()), name));
        }
    }

    fn body(&mut self, of: &Ident, visit: impl FnOnce(&mut Self)) {
        self.within(&format!("{of}{BODY}"), |reader| {
            let block = reader.block.take();
            visit(reader);
            reader.block = block;
        });
    }

    fn within(&mut self, name: &str, visit: impl FnOnce(&mut Self)) {
        let outer = self.module.clone();
        self.module = format!("{outer}::{name}");
        visit(self);
        self.module = outer;
    }
}

fn annotated(attrs: &[Attribute]) -> bool {
    attrs.iter().any(|a| !PLAIN.iter().any(|known| a.path().is_ident(known)))
}

impl Visit<'_> for Reader {
    fn visit_item(&mut self, item: &Item) {
        match item {
            Item::Struct(_) | Item::Enum(_) | Item::Union(_) | Item::Type(_) | Item::Trait(_) | Item::Mod(_) => {
                super::items::name(item).into_iter().for_each(|name| self.other(name));
            }
            // what a macro is handed, or makes
            Item::Macro(m) => self.functions.others.extend(crate::lower::identifiers(m.mac.tokens.clone())),
            Item::Use(u) => self.functions.others.extend(crate::lower::identifiers(u.tree.to_token_stream())),
            _ => {}
        }
        match item {
            Item::Use(u) => super::items::imported(&u.tree, &mut |name| self.hidden(name)),
            item => super::items::name(item).into_iter().for_each(|name| self.hidden(Some(name))),
        }
        syn::visit::visit_item(self, item);
    }
    fn visit_item_mod(&mut self, m: &syn::ItemMod) {
        self.within(&m.ident.to_string(), |reader| syn::visit::visit_item_mod(reader, m));
    }
    fn visit_item_fn(&mut self, f: &syn::ItemFn) {
        self.function(&f.sig, &f.attrs);
        if annotated(&f.attrs) {
            let owner = String::new();
            let calls = self.functions.calls.entry((owner, f.sig.ident.to_string())).or_default();
            calls.extend(called(&f.block, false));
        }
        // functions in functions see those around them, and may be seen by none
        self.body(&f.sig.ident, |reader| syn::visit::visit_item_fn(reader, f));
    }
    fn visit_item_impl(&mut self, i: &ItemImpl) {
        let generic = |name: &String| i.generics.type_params().any(|t| t.ident == name);
        let owner = super::seen::plain_name(&i.self_ty).filter(|name| !generic(name)).unwrap_or_default();
        let generic = !crate::methods::is_of_one_type(i);
        let block = Block { owner, annotated: annotated(&i.attrs), inherent: i.trait_.is_none(), generic };
        let outer = self.block.replace(block);
        syn::visit::visit_item_impl(self, i);
        self.block = outer;
    }
    fn visit_impl_item_fn(&mut self, f: &syn::ImplItemFn) {
        self.function(&f.sig, &f.attrs);
        if let Some(block) = self.block.as_ref().filter(|b| b.annotated || annotated(&f.attrs)) {
            let key = (block.owner.clone(), f.sig.ident.to_string());
            self.functions.calls.entry(key).or_default().extend(called(&f.block, true));
        }
        self.body(&f.sig.ident, |reader| syn::visit::visit_impl_item_fn(reader, f));
    }
    fn visit_type_param(&mut self, t: &syn::TypeParam) {
        self.functions.hiding.insert((None, t.ident.to_string()));
        syn::visit::visit_type_param(self, t);
    }
    fn visit_item_trait(&mut self, t: &syn::ItemTrait) {
        // the methods of a trait are those of any type
        for item in &t.items {
            if let syn::TraitItem::Fn(f) = item
                && annotated(&t.attrs) | annotated(&f.attrs)
            {
                self.other(&f.sig.ident);
            }
        }
        syn::visit::visit_item_trait(self, t);
    }
}

/// The functions that a block calls, by the last names of their paths, and the methods, if they are asked for.
fn called(block: &syn::Block, methods: bool) -> BTreeSet<String> {
    struct Calls(BTreeSet<String>, bool);
    impl Visit<'_> for Calls {
        fn visit_expr_call(&mut self, c: &syn::ExprCall) {
            if let syn::Expr::Path(p) = &*c.func {
                self.0.extend(p.path.segments.last().map(|s| s.ident.to_string()));
            }
            syn::visit::visit_expr_call(self, c);
        }
        fn visit_expr_method_call(&mut self, m: &syn::ExprMethodCall) {
            self.0.extend(self.1.then(|| m.method.to_string()));
            syn::visit::visit_expr_method_call(self, m);
        }
        fn visit_macro(&mut self, m: &syn::Macro) {
            crate::lower::operands_of(m).iter().for_each(|e| self.visit_expr(e));
        }
    }
    let mut calls = Calls(BTreeSet::new(), methods);
    calls.visit_block(block);
    calls.0
}
