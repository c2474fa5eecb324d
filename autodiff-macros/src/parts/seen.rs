//! What the crate has shown so far of its types: which methods hand out references, what fields and operators are.
//!
//! The compiler of derivatives sees tokens, not types. What it can see is the file that it is called from, whose `impl` blocks and
//! structs it reads once, and those that it was called on before. What is not seen this way (a getter of another crate, an operator
//! in a file further down) is rustc's error where it is used, never another derivative.
use super::{
    annotated::Functions,
    getter::{handed, is_getter, is_index},
    operators::Operator,
    standard::{Foreign, odd_clones},
    state::Shown,
};
use crate::overload;
use quote::ToTokens;
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Mutex,
};
use syn::{
    Attribute, Data, DeriveInput, Fields, Generics, Ident, ImplItem, ItemImpl, ItemStruct, PathArguments, Signature,
    Type, parse_quote, visit::Visit, visit_mut::VisitMut,
};

/// What one file has shown. Types are text: syntax stays where it was parsed.
#[derive(Default)]
struct Seen {
    /// The types that getters hand out, by name and owner, and whether these may be written to.
    getters: BTreeMap<(String, String), (String, bool)>,
    /// The types of fields, by owner and name.
    fields: BTreeMap<(String, String), String>,
    /// The types that are indexed.
    indexed: BTreeSet<String>,
    /// The types that hold references, and how many lifetimes they have.
    borrowing: BTreeMap<String, usize>,
    /// What methods return, by name and owner.
    results: BTreeMap<(String, String), String>,
    operators: Vec<Operator>,
    /// The functions that each function calls, by name; `None` for those that do more than compute.
    computing: BTreeMap<String, Option<BTreeSet<String>>>,
    /// Functions that loop for a number.
    costly: BTreeSet<String>,
    /// Functions that change what they are lent.
    changing: BTreeSet<String>,
    /// Whether the derivative of a method reads what an argument holds, by the type, the method and the argument's number.
    reads: BTreeMap<(String, String, usize), bool>,
    functions: Functions,
    shown: Shown,
    /// Names of others than the standard library's; nothing where no file is known.
    foreign: Option<Foreign>,
    /// What types are called, by the name.
    aliases: BTreeMap<String, String>,
    odd_clones: BTreeSet<String>,
    /// Methods that lend a part of what they are called on, and do nothing but find it: the functions that they call, by name and owner.
    lending: BTreeMap<(String, String), Option<BTreeSet<String>>>,
    /// Whether `Sum` and `Product` of a type go one item after the other.
    totals: BTreeMap<(String, String), bool>,
}

/// All files.
struct All {
    files: BTreeMap<String, Seen>,
    /// The file that is being compiled, and the type whose `impl` block it is.
    file: String,
    this: Option<String>,
    /// Types that hold cells.
    cells: BTreeSet<String>,
    /// Variables of such types, in the function that is being compiled.
    varying: BTreeSet<String>,
}

impl All {
    const NONE: Self = All {
        files: BTreeMap::new(),
        file: String::new(),
        this: None,
        cells: BTreeSet::new(),
        varying: BTreeSet::new(),
    };

    /// What the files show that have a struct of this name: the present one, or where it has none all others.
    fn showing(&self, owner: &str) -> Vec<&Shown> {
        let knows = |shown: &&Shown| shown.knows(owner);
        let here = self.files.get(&self.file).map(|seen| &seen.shown).filter(knows);
        here.map_or_else(|| self.files.values().map(|seen| &seen.shown).filter(knows).collect(), |here| vec![here])
    }
}

#[cfg(not(test))]
fn all() -> &'static Mutex<All> {
    static ALL: Mutex<All> = Mutex::new(All::NONE);
    &ALL
}

/// In tests that run beside each other each stands in a file of its own.
#[cfg(test)]
fn all() -> &'static Mutex<All> {
    thread_local!(static ALL: &'static Mutex<All> = Box::leak(Box::new(Mutex::new(All::NONE))));
    ALL.with(|all| *all)
}

/// Changes what the present file has shown.
fn note(change: impl FnOnce(&mut Seen)) {
    if let Ok(mut all) = all().lock() {
        let file = all.file.clone();
        change(all.files.entry(file).or_default());
    }
}

/// Looks something up in the present file alone.
fn here<T>(look: impl Fn(&Seen) -> Option<T>) -> Option<T> {
    let all = all().lock().ok()?;
    all.files.get(&all.file).and_then(look)
}

/// Looks something up, first in the present file.
fn find<T>(look: impl Fn(&Seen) -> Option<T>) -> Option<T> {
    let all = all().lock().ok()?;
    let here = all.files.get(&all.file).and_then(&look);
    here.or_else(|| all.files.iter().filter(|(name, _)| **name != all.file).find_map(|(_, seen)| look(seen)))
}

// ---- the file ------------------------------------------------------------------------------------------------------

/// Reads the file that the attribute stands in, once. What a macro made may stand in none: it shares what such items show.
pub(crate) fn file() {
    if !proc_macro::is_available() {
        return;
    }
    let path = proc_macro::Span::call_site().local_file();
    let name = path.as_ref().map(|p| p.display().to_string()).unwrap_or_default();
    if enter_file(&name) {
        let text = path.and_then(|path| std::fs::read_to_string(path).ok());
        if let Some(file) = text.and_then(|text| syn::parse_file(&text).ok()) {
            show(&file);
        }
    }
}

/// Makes a file the present one; whether it is new.
pub(crate) fn enter_file(name: &str) -> bool {
    let Ok(mut all) = all().lock() else { return false };
    all.file = name.to_string();
    all.this = None;
    let new = !all.files.contains_key(name);
    all.files.entry(name.to_string()).or_default();
    new
}

/// Takes notice of everything in the present file.
pub(crate) fn show(file: &syn::File) {
    if let Ok(mut all) = all().lock() {
        all.cells.extend(super::cells::of(file));
    }
    note(|seen| {
        (seen.functions, seen.shown) = (Functions::of(file), Shown::of(file));
        (seen.foreign, seen.odd_clones) = (Some(Foreign::of(file)), odd_clones(file));
        seen.aliases = super::aliases::of(file);
        seen.totals = super::totals::of(file);
    });
    let mut items = Items::default();
    items.visit_file(file);
    // an operator may become a method because one that it is made of does
    let mut before = None;
    while before != Some(methods()) {
        before = Some(methods());
        items.operators.iter().for_each(overload::see);
    }
}

/// How many operators are methods.
fn methods() -> usize {
    operators().iter().filter(|o| o.method.is_some()).count()
}

/// The items that have derivatives.
#[derive(Default)]
struct Items {
    operators: Vec<ItemImpl>,
}

impl Visit<'_> for Items {
    fn visit_item_impl(&mut self, item: &ItemImpl) {
        syn::visit::visit_item_impl(self, item);
        lending(item);
        let Some(a) = item.attrs.iter().find(|a| crate::attr::is_differentiable(a)) else {
            return;
        };
        if a.meta.require_list().is_ok_and(|l| crate::attr::says_nodiff(&l.tokens)) {
            return;
        }
        if overload::operator(item).is_some() {
            self.operators.push(item.clone());
        } else {
            block(item);
        }
    }
    fn visit_item_fn(&mut self, item: &syn::ItemFn) {
        function(item);
        syn::visit::visit_item_fn(self, item);
    }
    fn visit_item_struct(&mut self, item: &ItemStruct) {
        if item.attrs.iter().any(derives) {
            of_fields(&item.ident, &item.fields, &item.generics);
        }
    }
}

/// `#[derive(.., Differentiable)]`
fn derives(a: &Attribute) -> bool {
    a.path().is_ident("derive") && a.to_token_stream().to_string().contains("Differentiable")
}

// ---- what is noted -------------------------------------------------------------------------------------------------

/// Enters a block: `Self` is its type.
pub(crate) fn enter(block: &ItemImpl) {
    if let Ok(mut all) = all().lock() {
        all.this = Some(block.self_ty.to_token_stream().to_string());
    }
}

/// Takes notice of a block's getters.
pub(crate) fn block(block: &ItemImpl) {
    let Some(owner) = name(&block.self_ty) else { return };
    if is_index(block) {
        return note(|seen| {
            seen.indexed.insert(owner);
        });
    }
    for item in &block.items {
        if let ImplItem::Fn(f) = item
            && let syn::ReturnType::Type(_, ty) = &f.sig.output
        {
            let this = block.self_ty.to_token_stream();
            let ty = crate::overload::without_self_type(ty.to_token_stream(), &block.self_ty, &parse_quote!(#this));
            note(|seen| {
                seen.results.insert((f.sig.ident.to_string(), owner.clone()), ty.to_string());
            });
        }
        if let ImplItem::Fn(f) = item
            && is_getter(f)
            && let Some(of) = handed(&f.sig)
        {
            note(|seen| {
                let key = (f.sig.ident.to_string(), owner.clone());
                seen.getters.insert(key, (of.elem.to_token_stream().to_string(), of.mutability.is_some()));
            });
        }
    }
}

/// Takes notice of what a function does.
fn function(item: &syn::ItemFn) {
    let (calls, costly) = (super::effects::of(item), super::effects::loops_for_a_number(item));
    note(|seen| {
        if costly {
            seen.costly.insert(item.sig.ident.to_string());
        }
        let lent = |arg: &syn::FnArg| matches!(arg, syn::FnArg::Typed(t) if matches!(&*t.ty, Type::Reference(r) if r.mutability.is_some()));
        if item.sig.inputs.iter().any(lent) {
            seen.changing.insert(item.sig.ident.to_string());
        }
        // of two functions of one name nobody knows which is meant
        let entry = seen.computing.entry(item.sig.ident.to_string()).or_insert_with(|| Some(BTreeSet::new()));
        *entry = entry.take().and_then(|mut known| {
            known.extend(calls?);
            Some(known)
        });
    });
}

/// Takes notice of methods that lend a part of what they are called on.
fn lending(block: &ItemImpl) {
    let Some(owner) = name(&block.self_ty) else { return };
    for item in &block.items {
        if let ImplItem::Fn(f) = item
            && let syn::ReturnType::Type(_, ty) = &f.sig.output
            && matches!(&**ty, Type::Reference(r) if r.mutability.is_none())
        {
            let (sig, block) = (&f.sig, &f.block);
            let calls = super::effects::of(&parse_quote!(#sig #block));
            let key = (f.sig.ident.to_string(), owner.clone());
            note(|seen| {
                // of two methods of one name nobody knows which is meant
                let entry = seen.lending.entry(key).or_insert(calls.clone());
                *entry = entry.take().filter(|known| Some(known) == calls.as_ref());
            });
        }
    }
}

/// Whether a method lends a part of what it is called on, and may be run a second time.
pub(crate) fn lends_again(owner: &Type, method: &str) -> bool {
    let Some(owner) = name(owner) else { return false };
    let calls = here(|seen| seen.lending.get(&(method.to_string(), owner.clone())).cloned().flatten());
    calls.is_some_and(|calls| calls.iter().all(|f| computing(f).is_some()))
}

/// Whether a function of the present file loops for a number.
pub(super) fn is_costly(name: &str) -> bool {
    here(|seen| seen.costly.contains(name).then_some(())).is_some()
}

/// Whether a function of the present file is lent something that it may change.
pub(super) fn changes_arguments(name: &str) -> bool {
    here(|seen| seen.changing.contains(name).then_some(())).is_some()
}

/// A function of the present file and all that it calls, where they do nothing but compute.
pub(super) fn computing(name: &str) -> Option<BTreeSet<String>> {
    here(|seen| {
        let (mut reached, mut open) = (BTreeSet::new(), vec![name.to_string()]);
        while let Some(name) = open.pop() {
            let calls = seen.computing.get(&name)?.as_ref()?;
            open.extend(calls.iter().filter(|c| !reached.contains(*c)).cloned());
            reached.insert(name);
        }
        Some(reached)
    })
}

/// Takes notice of whether the derivative of a function or a method reads what an argument holds.
pub(crate) fn reads((owner, name): &(String, String), argument: usize, reads: bool) {
    note(|seen| *seen.reads.entry((owner.clone(), name.clone(), argument)).or_default() |= reads);
}

/// Whether a function, or a method on a type of this name, that `caller` calls is known not to read what an argument holds in its derivative.
pub(crate) fn is_unread(caller: &str, (owner, name): &(String, String), argument: usize) -> bool {
    let key = (owner.clone(), name.clone(), argument);
    here(|seen| (seen.reads.get(&key) == Some(&false) && seen.functions.is_meant(caller, owner, name)).then_some(()))
        .is_some()
}

/// Whether a method that `caller` calls on a type of this name is certainly the one that stands in the present file.
pub(crate) fn is_meant(caller: &str, (owner, name): &(String, String)) -> bool {
    here(|seen| seen.functions.is_meant(caller, owner, name).then_some(())).is_some()
}

/// Takes notice of a struct's fields.
pub(crate) fn fields(item: &DeriveInput) {
    if let Data::Struct(s) = &item.data {
        of_fields(&item.ident, &s.fields, &item.generics);
    }
}

fn of_fields(owner: &Ident, fields: &Fields, generics: &Generics) {
    let lifetimes = generics.lifetimes().count();
    note(|seen| {
        // of two types of one name nobody knows which is meant
        let known = seen.borrowing.entry(owner.to_string()).or_insert(lifetimes);
        *known = if *known == lifetimes { lifetimes } else { 0 };
    });
    for (field, member) in fields.iter().zip(fields.members()) {
        let key = (owner.to_string(), member.to_token_stream().to_string());
        note(|seen| {
            seen.fields.insert(key, field.ty.to_token_stream().to_string());
        });
    }
}

/// The name of a type: `Mat` of `&Mat<T>`.
pub(crate) fn name(ty: &Type) -> Option<String> {
    match plain_name(ty)? {
        name if name == "Self" => this_name(),
        name => Some(name),
    }
}

/// The type whose block it is, by its name.
pub(crate) fn this_name() -> Option<String> {
    plain_name(&this()?)
}

/// The name of a type as it is written.
pub(super) fn plain_name(ty: &Type) -> Option<String> {
    match ty {
        Type::Reference(r) => plain_name(&r.elem),
        Type::Paren(p) => plain_name(&p.elem),
        Type::Path(p) => Some(p.path.segments.last()?.ident.to_string()),
        _ => None,
    }
}

/// Whether a function that `caller` calls by its plain name is known to have no derivatives.
pub(crate) fn is_plain(caller: &str, callee: &str) -> bool {
    here(|seen| seen.functions.is_plain(caller, callee).then_some(())).is_some()
}

/// Whether a name that one of nalgebra's types has is that of one of the user's: a struct in this file, or in another one if this
/// one does without nalgebra.
pub(crate) fn is_own_type(name: &str) -> bool {
    let Ok(all) = all().lock() else { return false };
    let here = all.files.get(&all.file).map(|seen| &seen.shown);
    let elsewhere = || all.files.values().any(|seen| seen.shown.knows(name));
    here.is_some_and(|here| here.knows(name) || !here.has_nalgebra() && elsewhere())
}

/// The type that a name of the present file stands for, as text.
pub(super) fn alias(name: &str) -> Option<String> {
    here(|seen| seen.aliases.get(name).cloned())
}

/// Whether a type is known to hold no references.
pub(crate) fn is_owned(name: &str) -> bool {
    here(|seen| seen.borrowing.get(name).copied()) == Some(0)
}

/// Whether a method with an attribute to itself certainly stands in the block of one type.
pub(crate) fn is_of_one_type(sig: &Signature) -> bool {
    here(|seen| seen.functions.is_of_one_type(sig).then_some(())).is_some()
}

/// The same of a method of a type.
pub(crate) fn is_plain_method(owner: &str, method: &str) -> bool {
    here(|seen| seen.functions.is_plain_method(owner, method).then_some(())).is_some()
}

/// A type without `Self`.
pub(super) fn without_self(ty: Type) -> Type {
    match ty {
        Type::Reference(mut r) => {
            *r.elem = without_self(*r.elem);
            Type::Reference(r)
        }
        Type::Path(p) if p.path.is_ident("Self") => this().unwrap_or(Type::Path(p)),
        ty => ty,
    }
}

fn this() -> Option<Type> {
    let text = all().lock().ok()?.this.clone()?;
    syn::parse_str(&text).ok().filter(|ty| *ty != parse_quote!(Self))
}

/// The type of a field.
pub(super) fn field(owner: &Type, member: &str) -> Option<Type> {
    let key = (name(owner)?, member.to_string());
    let text = find(|seen| seen.fields.get(&key).cloned())?;
    syn::parse_str(&text).ok()
}

/// The types of a struct's fields, where all structs of this name that the crate has shown have the same ones.
pub(crate) fn certain_fields(owner: &str) -> Vec<(String, Type)> {
    let Ok(all) = all().lock() else { return vec![] };
    let shown = all.showing(owner);
    let mut fields = shown.iter().map(|shown| shown.fields_of(owner));
    let first = fields.next().unwrap_or_default();
    if !fields.all(|other| other == first) {
        return vec![];
    }
    first.into_iter().filter_map(|(member, ty)| Some((member, syn::parse_str(&ty).ok()?))).collect()
}

/// The names of all fields that are marked `#[nodiff]`.
pub(super) fn marked_members() -> BTreeSet<String> {
    let Ok(all) = all().lock() else { return BTreeSet::new() };
    all.files.values().flat_map(|seen| seen.shown.marked_members().cloned()).collect()
}

/// Whether a type's field is marked `#[nodiff]`, in all structs of this name that the crate has shown.
pub(super) fn is_marked(owner: &Type, member: &str) -> bool {
    let (Some(owner), Ok(all)) = (name(owner), all().lock()) else { return false };
    let shown = all.showing(&owner);
    !shown.is_empty() && shown.iter().all(|shown| shown.is_marked(&owner, member))
}

/// The type of such a field.
pub(super) fn certain_field(owner: &Type, member: &str) -> Option<Type> {
    certain_fields(&name(owner)?).into_iter().find(|(name, _)| name == member).map(|(_, ty)| ty)
}

/// What a getter leads to.
pub(super) fn handed_out(owner: &Type, method: &str) -> Option<Type> {
    let key = (method.to_string(), name(owner)?);
    let (text, _) = find(|seen| seen.getters.get(&key).cloned())?;
    syn::parse_str(&text).ok()
}

/// Whether a method of this name, of this type or of any, hands out a reference, and whether that may be written through.
pub(super) fn getter(owner: Option<&Type>, method: &str) -> Option<bool> {
    let owner = owner.and_then(name);
    let fits = |(name, of): &(String, String)| name == method && owner.as_ref().is_none_or(|owner| owner == of);
    find(|seen| {
        let mut kinds = seen.getters.iter().filter(|(key, _)| fits(key)).map(|(_, (_, mutable))| *mutable);
        let first = kinds.next()?;
        // of types that are not told apart here the name decides
        Some(if kinds.all(|k| k == first) { first } else { method.ends_with("_mut") })
    })
}

/// Whether types of the user's are indexed in this crate.
pub(super) fn index() -> bool {
    find(|seen| (!seen.indexed.is_empty()).then_some(())).is_some()
}

/// What a method or an associated function returns.
pub(super) fn result(owner: &Type, function: &str) -> Option<Type> {
    let key = (function.to_string(), name(owner)?);
    let text = find(|seen| seen.results.get(&key).cloned())?;
    syn::parse_str(&text).ok()
}

/// Whether the types of this name in the present file derive nothing.
pub(super) fn is_without_derivative(name: &str) -> bool {
    here(|seen| seen.shown.is_plain(name).then_some(())).is_some()
}

/// The type of a field of such a type.
pub(super) fn field_of_plain(owner: &str, member: &str) -> Option<Type> {
    let text = here(|seen| seen.shown.field(owner, member))?;
    syn::parse_str(&text).ok()
}

/// What a function of the present file returns, or, with an owner, a method.
pub(crate) fn result_of(owner: &str, name: &str) -> Option<Type> {
    let text = here(|seen| seen.shown.result(owner, name))?;
    syn::parse_str(&text).ok()
}

/// Whether the argument `k` of a function is a shared reference, or a value: of an owner's (a free one has none: `""`), or of any
/// type's method.
pub(crate) fn is_lent(owner: Option<&str>, name: &str, k: usize) -> Option<bool> {
    find(|seen| seen.shown.is_lent(owner, name, k)).flatten()
}

/// Whether the present file has a method of this name: what is called by it may be no container.
pub(crate) fn has_method(name: &str) -> bool {
    here(|seen| seen.shown.has_method(name).then_some(())).is_some()
}

/// Whether a method of the present file's by this name takes `&mut self`.
pub(crate) fn changes_self(method: &str) -> bool {
    here(|seen| seen.shown.changes_self(method).then_some(())).is_some()
}

/// Whether a name of the standard library's may stand for something else.
pub(crate) fn may_be_foreign(name: &str) -> bool {
    here(|seen| seen.foreign.as_ref().map(|f| f.may_name(name))) != Some(false)
}

/// Whether the file makes a macro of this name.
pub(crate) fn has_macro(name: &str) -> bool {
    here(|seen| seen.foreign.as_ref().map(|f| f.has_macro(name))) == Some(true)
}

/// Whether the `Clone` of a type is written by hand, and not seen to copy.
pub(crate) fn clones_oddly(name: &str) -> bool {
    here(|seen| seen.odd_clones.contains(name).then_some(())).is_some()
}

/// Whether one of these names is that of a type that holds cells.
pub(super) fn holds_cells(names: &[String]) -> bool {
    all().lock().is_ok_and(|all| !all.cells.is_empty() && names.iter().any(|name| all.cells.contains(name)))
}

/// Another function is compiled.
pub(super) fn forget_varying() {
    if let Ok(mut all) = all().lock() {
        all.varying.clear();
    }
}

/// Notes variables of such types.
pub(super) fn note_varying(names: impl IntoIterator<Item = String>) {
    if let Ok(mut all) = all().lock() {
        all.varying.extend(names);
    }
}

/// Whether a variable of the function that is being compiled is of such a type.
pub(super) fn is_varying(name: &Ident) -> bool {
    all().lock().is_ok_and(|all| !all.varying.is_empty() && all.varying.contains(&name.to_string()))
}

/// Whether `Sum` or `Product` of a type go one item after the other; nothing where that is not seen.
pub(crate) fn total(trait_: &str, ty: &Type) -> Option<bool> {
    let key = (trait_.to_string(), plain_name(ty)?);
    find(|seen| seen.totals.get(&key).copied())
}

/// Whether a name is that of constants or statics that are references.
pub(crate) fn is_table(name: &str) -> bool {
    let of_others = || {
        let all = all().lock().ok()?;
        all.files.values().filter_map(|seen| seen.shown.table(name)).reduce(|a, b| a && b)
    };
    here(|seen| seen.shown.table(name)).or_else(of_others) == Some(true)
}

/// Whether the present file has a constant or a static of this name.
pub(crate) fn is_constant(name: &str) -> bool {
    here(|seen| seen.shown.table(name)).is_some()
}

/// Whether a function of the present file calls itself by way of others that have derivatives.
pub(crate) fn is_called_back((owner, name): &(String, String)) -> bool {
    here(|seen| {
        let (mut reached, mut open) = (BTreeSet::new(), vec![name.as_str()]);
        // a method that calls one of its own name may well call another type's: whether it is itself is seen where it is called
        let calls = |f| seen.functions.calls_of(owner, f).filter(move |c| owner.is_empty() || *c != f);
        while let Some(calls) = open.pop().map(calls) {
            open.extend(calls.filter(|c| reached.insert(*c)));
        }
        reached.contains(name.as_str()).then_some(())
    })
    .is_some()
}

/// Takes notice of an operator.
pub(super) fn operator(operator: Operator) {
    note(|seen| {
        seen.operators.retain(|o| (&o.name, &o.operands) != (&operator.name, &operator.operands));
        seen.operators.push(operator);
    });
}

/// Whether an operator is known to be a method.
pub(super) fn is_method(operator: &Operator) -> bool {
    let same = |o: &Operator| (&o.name, &o.operands) == (&operator.name, &operator.operands) && o.method.is_some();
    all().lock().is_ok_and(|all| all.files.get(&all.file).is_some_and(|seen| seen.operators.iter().any(same)))
}

/// The operators that fit: of the present file, or if it has none of all others.
pub(super) fn fitting(fits: impl Fn(&Operator) -> bool) -> Vec<Operator> {
    let of = |seen: &Seen| {
        let found: Vec<Operator> = seen.operators.iter().filter(|o| fits(o)).cloned().collect();
        (!found.is_empty()).then_some(found)
    };
    find(of).unwrap_or_default()
}

fn operators() -> Vec<Operator> {
    fitting(|_| true)
}

/// Whether any operator is a method.
pub(super) fn any_method() -> bool {
    find(|seen| seen.operators.iter().any(|o| o.method.is_some()).then_some(())).is_some()
}

/// Writes down the lifetimes that the types of a signature leave out: `&Data` is `&Data<'_>`, where the file has one `Data`.
pub(crate) fn lifetimes(item: &mut syn::ItemFn) {
    struct Written;
    impl VisitMut for Written {
        fn visit_path_mut(&mut self, path: &mut syn::Path) {
            syn::visit_mut::visit_path_mut(self, path);
            // a path may lead to another type of this name
            let [name] = &path.segments.iter().map(|s| s.ident.to_string()).collect::<Vec<_>>()[..] else { return };
            let left_out = here(|seen| seen.borrowing.get(name).copied()).unwrap_or(0);
            let Some(segment) = path.segments.last_mut().filter(|_| left_out > 0) else { return };
            let span = segment.ident.span();
            if segment.arguments.is_none() {
                segment.arguments = PathArguments::AngleBracketed(syn::parse_quote_spanned!(span=> <>));
            }
            if let PathArguments::AngleBracketed(a) = &mut segment.arguments
                && !a.args.iter().any(|a| matches!(a, syn::GenericArgument::Lifetime(_)))
            {
                (0..left_out).for_each(|_| a.args.insert(0, syn::parse_quote_spanned!(span=> '_)));
            }
        }
    }
    item.sig.inputs.iter_mut().for_each(|arg| Written.visit_fn_arg_mut(arg));
    Written.visit_return_type_mut(&mut item.sig.output);
}
