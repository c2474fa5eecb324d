//! Variables that have no derivative by what they start as: integers, lists of them, values of types of the user's that derive none.
//!
//! A variable that is lent by `&mut` beside something active may be written to, and so is active itself, unless its type has no
//! derivative: `let mut c = vec![0, 1, 2]`, `let mut rng = Rng::new(17)`, `let (a, b) = c.split_at_mut(1)`. Numbers are known by their
//! spelling. What rests on names, those of types and functions in the present file, is proven to rustc in forward mode.
use super::seen;
use crate::{
    analysis::activity::{is_comparison, is_constant_type, pattern_names},
    lower,
    rename::macro_args,
};
use quote::ToTokens;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use syn::{Expr, FnArg, Ident, ImplItem, Item, ItemFn, Local, Pat, ReturnType, Signature, Type, UnOp, visit::Visit};

// ---- what a file shows -----------------------------------------------------------------------------------------------

/// What one file has shown of types without derivatives, and of what functions return. Types are text; `None` where two of a name
/// differ.
#[derive(Default)]
pub(super) struct Shown {
    /// Whether the types of a name derive nothing.
    plain: BTreeMap<String, bool>,
    /// The types of fields, by owner and name.
    fields: BTreeMap<(String, String), Option<String>>,
    /// What functions return, by owner, if they have one, and name.
    results: BTreeMap<(String, String), Option<String>>,
    /// Which arguments of functions are shared references, and which values (`&mut` is neither), `self` among them, by owner, if they
    /// have one, and name.
    lent: BTreeMap<(String, String), Option<Vec<Option<bool>>>>,
    /// Functions with a `self`, by owner and name.
    methods: BTreeSet<(String, String)>,
    /// The types of constants and statics, by name.
    tables: BTreeMap<(String, String), Option<String>>,
    /// Methods that take `&mut self`.
    changing: BTreeSet<String>,
    /// Whether it names nalgebra.
    nalgebra: bool,
    /// Whether the fields of an owner and a name are marked `#[nodiff]`.
    marked: BTreeMap<(String, String), bool>,
}

impl Shown {
    pub(super) fn of(file: &syn::File) -> Self {
        let mut reader = Reader { shown: Shown::default(), owner: None };
        reader.visit_file(file);
        reader.shown
    }

    pub(super) fn is_plain(&self, name: &str) -> bool {
        self.plain.get(name) == Some(&true)
    }

    pub(super) fn field(&self, owner: &str, member: &str) -> Option<String> {
        self.fields.get(&(owner.to_string(), member.to_string())).cloned()?
    }

    /// Whether a method of this name takes `&mut self`.
    pub(super) fn changes_self(&self, method: &str) -> bool {
        self.changing.contains(method)
    }

    /// Whether the constants and statics of a name are references; nothing where there are none.
    pub(super) fn table(&self, name: &str) -> Option<bool> {
        let ty = self.tables.get(&(String::new(), name.to_string()))?;
        Some(ty.as_ref().is_some_and(|ty| ty.starts_with('&') && !ty.starts_with("& mut")))
    }

    pub(super) fn has_nalgebra(&self) -> bool {
        self.nalgebra
    }

    /// Whether a type of this name stands in the file.
    pub(super) fn knows(&self, name: &str) -> bool {
        self.plain.contains_key(name)
    }

    /// The fields of the structs of a name that have the same type in all of them.
    pub(super) fn fields_of(&self, owner: &str) -> Vec<(String, String)> {
        let from = (owner.to_string(), String::new());
        let fields = self.fields.range(from..).take_while(|((of, _), _)| of == owner);
        fields.filter_map(|((_, member), ty)| Some((member.clone(), ty.clone()?))).collect()
    }

    /// Whether a field is marked `#[nodiff]` in all structs of its owner's name.
    pub(super) fn is_marked(&self, owner: &str, member: &str) -> bool {
        self.marked.get(&(owner.to_string(), member.to_string())) == Some(&true)
    }

    pub(super) fn marked_members(&self) -> impl Iterator<Item = &String> {
        self.marked.iter().filter(|(_, marked)| **marked).map(|((_, member), _)| member)
    }

    /// Whether the argument `k` of the functions of a name is a shared reference, or a value: those of an owner, or the methods of
    /// any. `Some(None)` where they differ, or where it is neither; nothing where there are none.
    pub(super) fn is_lent(&self, owner: Option<&str>, name: &str, k: usize) -> Option<Option<bool>> {
        let fits = |key: &(String, String)| match owner {
            Some(owner) => owner == key.0,
            None => self.methods.contains(key),
        };
        let fitting = self.lent.iter().filter(|(key, _)| key.1 == name && fits(key));
        let of = |lent: &Option<Vec<Option<bool>>>| lent.as_ref().and_then(|lent| lent.get(k).copied()?);
        fitting.map(|(_, lent)| of(lent)).reduce(|a, b| if a == b { a } else { None })
    }

    pub(super) fn has_method(&self, name: &str) -> bool {
        self.methods.iter().any(|(_, method)| method == name)
    }

    pub(super) fn result(&self, owner: &str, name: &str) -> Option<String> {
        self.results.get(&(owner.to_string(), name.to_string())).cloned()?
    }
}

struct Reader {
    shown: Shown,
    /// The type of methods.
    owner: Option<Type>,
}

impl Reader {
    fn ty(&mut self, item: &Item) {
        let (name, attrs) = match item {
            Item::Struct(s) => (&s.ident, &s.attrs),
            Item::Enum(e) => (&e.ident, &e.attrs),
            _ => return,
        };
        let derives = attrs.iter().any(|a| lower::identifiers(a.to_token_stream()).any(|i| i == "Differentiable"));
        *self.shown.plain.entry(name.to_string()).or_insert(true) &= !derives;
        if let Item::Struct(s) = item {
            for (field, member) in s.fields.iter().zip(s.fields.members()) {
                let key = (name.to_string(), member.to_token_stream().to_string());
                *self.shown.marked.entry(key.clone()).or_insert(true) &= crate::attr::is_nodiff(&field.attrs);
                note(&mut self.shown.fields, key, &field.ty);
            }
        }
    }

    fn arguments(&mut self, sig: &Signature) {
        let owner = self.owner.as_ref().and_then(seen::plain_name).unwrap_or_default();
        let key = (owner, sig.ident.to_string());
        if sig.receiver().is_some() {
            self.shown.methods.insert(key.clone());
        }
        let lent = Some(sig.inputs.iter().map(is_shared).collect::<Vec<Option<bool>>>());
        let known = self.shown.lent.entry(key).or_insert_with(|| lent.clone());
        *known = known.take().filter(|k| Some(k) == lent.as_ref());
    }

    fn function(&mut self, sig: &Signature) {
        if sig.receiver().is_some_and(|r| matches!(r.kind, syn::ReceiverKind::Reference(.., Some(_)))) {
            self.shown.changing.insert(sig.ident.to_string());
        }
        self.arguments(sig);
        let ReturnType::Type(_, ty) = &sig.output else { return };
        let owner = self.owner.as_ref().map_or(Some(String::new()), seen::plain_name);
        let ty = match &self.owner {
            Some(owner) if matches!(&**ty, Type::Path(p) if p.path.is_ident("Self")) => owner,
            _ => ty,
        };
        if let Some(owner) = owner {
            note(&mut self.shown.results, (owner, sig.ident.to_string()), ty);
        }
    }
}

/// Whether an argument is a shared reference, and no value: `&T`, `&self`; nothing of `&mut T`.
fn is_shared(arg: &FnArg) -> Option<bool> {
    let mutability = match arg {
        FnArg::Typed(t) => match &*t.ty {
            Type::Reference(r) => r.mutability.is_some(),
            _ => return Some(false),
        },
        FnArg::Receiver(r) => match &r.kind {
            syn::ReceiverKind::Reference(.., mutability) => mutability.is_some(),
            _ => return Some(false),
        },
    };
    (!mutability).then_some(true)
}

/// Takes notice of a type; of two that differ nobody knows which is meant.
fn note(types: &mut BTreeMap<(String, String), Option<String>>, key: (String, String), ty: &Type) {
    let ty = ty.to_token_stream().to_string();
    let known = types.entry(key).or_insert_with(|| Some(ty.clone()));
    *known = known.take().filter(|k| *k == ty);
}

impl Visit<'_> for Reader {
    fn visit_ident(&mut self, name: &Ident) {
        self.shown.nalgebra |= name == "nalgebra" || name == "na";
    }
    fn visit_item(&mut self, item: &Item) {
        self.ty(item);
        if let Item::Const(syn::ItemConst { ident, ty, .. }) | Item::Static(syn::ItemStatic { ident, ty, .. }) = item {
            note(&mut self.shown.tables, (String::new(), ident.to_string()), ty);
        }
        syn::visit::visit_item(self, item);
    }
    fn visit_item_fn(&mut self, f: &ItemFn) {
        let outer = self.owner.take();
        self.function(&f.sig);
        syn::visit::visit_item_fn(self, f);
        self.owner = outer;
    }
    fn visit_item_trait(&mut self, t: &syn::ItemTrait) {
        let outer = self.owner.take();
        let ident = &t.ident;
        self.owner = Some(syn::parse_quote!(#ident));
        for item in &t.items {
            if let syn::TraitItem::Fn(f) = item {
                self.arguments(&f.sig);
            }
        }
        syn::visit::visit_item_trait(self, t);
        self.owner = outer;
    }
    fn visit_item_impl(&mut self, i: &syn::ItemImpl) {
        if i.trait_.as_ref().is_some_and(|(path, _)| path.segments.last().is_some_and(|s| s.ident == "Differentiable"))
            && let Some(name) = seen::plain_name(&i.self_ty)
        {
            self.shown.plain.insert(name, false);
        }
        let outer = self.owner.replace((*i.self_ty).clone());
        for item in &i.items {
            if let ImplItem::Fn(f) = item {
                self.function(&f.sig);
            }
        }
        syn::visit::visit_item_impl(self, i);
        self.owner = outer;
    }
}

// ---- variables -------------------------------------------------------------------------------------------------------

/// A type without a derivative.
#[derive(Clone, PartialEq)]
enum Kind {
    /// Integers, text, and references, containers and tuples of them.
    Plain,
    /// One of the user's, by its name.
    Own(String),
}

/// What is known of a value, and whether that rests on what the file shows.
type Known = (Kind, bool);

/// The variables of a function whose types have no derivative.
#[derive(Default)]
pub(crate) struct Constants(HashMap<String, Known>);

/// The variables of a renamed function whose types have no derivative.
pub(crate) fn constants(item: &ItemFn) -> Constants {
    let mut constants = Constants::default();
    for arg in &item.sig.inputs {
        if let FnArg::Typed(t) = arg {
            constants.bind(&t.pat, of_type(&t.ty));
        }
    }
    constants.visit_block(&item.block);
    constants
}

/// Whether something is computed from what a function returns that, as the file shows, returns integers or the like.
pub(crate) fn is_of_constants(e: &Expr) -> bool {
    match e {
        Expr::Call(c) => matches!(Constants::default().of_call(c), Some((Kind::Plain, true))),
        Expr::Paren(p) => is_of_constants(&p.expr),
        Expr::Unary(u) => is_of_constants(&u.expr),
        Expr::Binary(b) => is_of_constants(&b.left) || is_of_constants(&b.right),
        Expr::MethodCall(m) => is_of_constants(&m.receiver) || m.args.iter().any(is_of_constants),
        _ => false,
    }
}

impl Constants {
    /// Those that can hold no number with a derivative.
    pub(crate) fn plain(&self) -> impl Iterator<Item = &String> {
        self.0.iter().filter(|(_, (kind, _))| *kind == Kind::Plain).map(|(name, _)| name)
    }

    /// Those of types of the user's, which may hold numbers: to a function that is lent one it is a constant, but what is assigned to
    /// it, or handed to its methods, would be lost.
    pub(crate) fn own(&self) -> impl Iterator<Item = &String> {
        self.0.iter().filter(|(_, (kind, _))| *kind != Kind::Plain).map(|(name, _)| name)
    }

    /// Those of them that rest on what the file shows.
    pub(crate) fn shown(&self) -> impl Iterator<Item = &String> {
        self.0.iter().filter(|(_, (_, shown))| *shown).map(|(name, _)| name)
    }

    fn bind(&mut self, pat: &Pat, known: Option<Known>) {
        let Some(known) = known else { return };
        match (pat, &known.0) {
            (Pat::Type(t), _) => self.bind(&t.pat, Some(known)),
            (Pat::Ident(p), _) if p.subpat.is_none() => _ = self.0.insert(p.ident.to_string(), known),
            // parts of what has no derivative have none
            (_, Kind::Plain) => pattern_names(pat).into_iter().for_each(|n| _ = self.0.insert(n, known.clone())),
            (_, Kind::Own(_)) => {}
        }
    }

    /// What is bound where no statement can follow that proves it.
    fn bind_certain(&mut self, pat: &Pat, e: &Expr) {
        self.bind(pat, self.of(e).filter(|(_, shown)| !shown));
    }

    /// What all of several have in common, integers beside integers.
    fn all<'a>(&self, exprs: impl IntoIterator<Item = &'a Expr>) -> Option<Known> {
        let mut all = (Kind::Plain, false);
        for e in exprs {
            let (kind, shown) = self.of(e)?;
            (kind == Kind::Plain).then_some(())?;
            all.1 |= shown;
        }
        Some(all)
    }

    /// What one of several shows, all of which are of one type.
    fn one_of<'a>(&self, exprs: impl IntoIterator<Item = &'a Expr>) -> Option<Known> {
        let known = exprs.into_iter().filter_map(|e| self.of(e)).filter(|(kind, _)| *kind == Kind::Plain);
        known.min_by_key(|(_, shown)| *shown)
    }

    fn of(&self, e: &Expr) -> Option<Known> {
        let plain = Some((Kind::Plain, false));
        match e {
            Expr::Lit(l) => match &l.lit {
                syn::Lit::Float(_) => None,
                syn::Lit::Int(i) if i.suffix().starts_with('f') => None,
                _ => plain,
            },
            Expr::Path(p) => self.0.get(&p.path.get_ident()?.to_string()).cloned(),
            Expr::Cast(c) => of_type(&c.ty),
            Expr::Paren(p) => self.of(&p.expr),
            Expr::Group(g) => self.of(&g.expr),
            Expr::Reference(r) => self.of(&r.expr),
            Expr::Unary(u) if matches!(u.op, UnOp::Deref(_)) => self.of(&u.expr),
            Expr::Unary(u) => self.all([&*u.expr]),
            Expr::Binary(b) if is_comparison(&b.op) => plain,
            Expr::Binary(b) => self.all([&*b.left, &*b.right]),
            Expr::Range(r) => self.all(r.start.iter().chain(&r.end).map(|e| &**e)),
            Expr::Index(i) => self.all([&*i.expr]),
            Expr::Array(a) => self.one_of(&a.elems),
            Expr::Tuple(t) => self.all(&t.elems),
            Expr::Repeat(r) => self.all([&*r.expr]),
            Expr::Macro(m) if m.mac.path.is_ident("vec") => self.of_vec(&m.mac),
            Expr::Field(f) => match self.of(&f.base)? {
                (Kind::Plain, shown) => Some((Kind::Plain, shown)),
                (Kind::Own(owner), _) => shown(seen::field_of_plain(&owner, &f.member.to_token_stream().to_string())?),
            },
            Expr::Struct(s) => {
                let path = &s.path;
                of_type(&syn::parse_quote!(#path))
            }
            Expr::MethodCall(m) => self.of_method(m),
            Expr::Call(c) => self.of_call(c),
            Expr::If(i) => {
                let (_, other) = i.else_branch.as_ref()?;
                self.one_of(last(&i.then_branch).into_iter().chain([&**other]))
            }
            Expr::Block(b) if b.label.is_none() => self.of(last(&b.block)?),
            Expr::Match(m) => self.one_of(m.arms.iter().map(|a| &*a.body)),
            _ => None,
        }
    }

    /// `vec![0, 1]`, `vec![0; n]`
    fn of_vec(&self, mac: &syn::Macro) -> Option<Known> {
        if let Ok(repeat) = syn::parse2::<syn::ExprRepeat>({
            let tokens = &mac.tokens;
            quote::quote!([#tokens])
        }) {
            return self.of(&Expr::Repeat(repeat));
        }
        macro_args(mac).and_then(|args| self.one_of(&args))
    }

    fn of_method(&self, m: &syn::ExprMethodCall) -> Option<Known> {
        let name = m.method.to_string();
        if ["len", "nrows", "ncols"].contains(&name.as_str()) && m.args.is_empty() {
            return Some((Kind::Plain, true));
        }
        match self.of(&m.receiver)? {
            (Kind::Own(owner), shown) if name == "clone" => Some((Kind::Own(owner), shown)),
            (Kind::Own(owner), _) => shown(seen::result_of(&owner, &name)?),
            (Kind::Plain, of_receiver) => {
                let (kind, of_args) = self.all(&m.args)?;
                let takes_apart = TAKE_APART.contains(&name.as_str());
                let known = takes_apart || PICK_OUT.contains(&name.as_str()) || lower::is_pure_method(&name);
                // a method on integers may be one of the user's: `seed.pop()`
                known.then_some((kind, of_receiver | of_args | !takes_apart))
            }
        }
    }

    fn of_call(&self, c: &syn::ExprCall) -> Option<Known> {
        let Expr::Path(path) = &*c.func else { return None };
        let names: Vec<String> = path.path.segments.iter().map(|s| s.ident.to_string()).collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        match &names[..] {
            ["Some"] | ["Box", "new"] | [.., "mem", "replace" | "take"] => self.all(&c.args),
            [name] => shown(seen::result_of("", name)?),
            [.., owner, name] => {
                let owner = if *owner == "Self" { seen::this_name()? } else { owner.to_string() };
                match seen::result_of(&owner, name) {
                    Some(ty) => shown(ty),
                    None if *name == "default" => own(&owner),
                    None => None,
                }
            }
            [] => None,
        }
    }
}

/// Methods that copy containers, or make references into them and iterators of them.
#[rustfmt::skip]
const TAKE_APART: &[&str] = &[
    "clone", "to_vec", "to_owned", "as_slice", "as_mut_slice", "as_ref", "as_mut", "iter", "iter_mut", "into_iter", "copied", "cloned",
    "chunks", "chunks_mut", "chunks_exact", "chunks_exact_mut", "windows", "split_at", "split_at_mut", "split_first", "split_first_mut",
    "split_last", "split_last_mut", "first_mut", "last_mut", "get_mut", "rev", "enumerate", "skip", "take", "step_by", "zip", "collect",
    "unwrap", "expect",
];

/// Methods that pick something out of a container.
const PICK_OUT: &[&str] = &["pop", "remove", "swap_remove", "abs_diff", "isqrt", "saturating_mul"];

/// `if c { a } else { b }`: a variable that gets its value in blocks is declared before them, where there is nothing to prove yet.
pub(super) fn is_chosen(e: &Expr) -> bool {
    match e {
        Expr::Paren(p) => is_chosen(&p.expr),
        Expr::Group(g) => is_chosen(&g.expr),
        e => matches!(e, Expr::If(_) | Expr::Match(_) | Expr::Block(_)),
    }
}

/// The value of a block.
fn last(block: &syn::Block) -> Option<&Expr> {
    match block.stmts.last()? {
        syn::Stmt::Expr(e, None) => Some(e),
        _ => None,
    }
}

fn own(name: &str) -> Option<Known> {
    seen::is_without_derivative(name).then(|| (Kind::Own(name.to_string()), true))
}

fn of_type(ty: &Type) -> Option<Known> {
    match ty {
        ty if is_constant_type(ty) => Some((Kind::Plain, false)),
        Type::Reference(r) => of_type(&r.elem),
        Type::Paren(p) => of_type(&p.elem),
        Type::Path(p) if p.qself.is_none() => own(&seen::name(ty)?),
        _ => None,
    }
}

/// What a type that the file shows says of a value.
fn shown(ty: Type) -> Option<Known> {
    of_type(&ty).map(|(kind, _)| (kind, true))
}

impl Visit<'_> for Constants {
    fn visit_local(&mut self, local: &Local) {
        syn::visit::visit_local(self, local);
        let known = match (&local.pat, &local.init) {
            (Pat::Type(t), _) => of_type(&t.ty),
            (_, Some(init)) => self.of(&init.expr),
            (_, None) => None,
        };
        let is_proven = local.init.as_ref().is_some_and(|i| !is_chosen(&i.expr));
        self.bind(&local.pat, known.filter(|(_, shown)| is_proven || !shown));
    }
    fn visit_expr_let(&mut self, e: &syn::ExprLet) {
        self.bind_certain(&e.pat, &e.expr);
        syn::visit::visit_expr_let(self, e);
    }
    fn visit_expr_for_loop(&mut self, f: &syn::ExprForLoop) {
        self.bind_certain(&f.pat, &f.expr);
        syn::visit::visit_expr_for_loop(self, f);
    }
    /// Its variables are others, whatever their names.
    fn visit_item(&mut self, _: &Item) {}
    fn visit_expr_match(&mut self, m: &syn::ExprMatch) {
        m.arms.iter().for_each(|arm| self.bind_certain(&arm.pat, &m.expr));
        syn::visit::visit_expr_match(self, m);
    }
}
