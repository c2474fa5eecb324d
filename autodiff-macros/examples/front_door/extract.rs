//! Functions that stand alone: with the functions of their crate that they call and the constants that they read, as a module.
use crate::{
    arguments, lower,
    sources::{Crate, Function},
    verdict::{Outcome, Verdict},
};
use quote::{ToTokens, format_ident, quote};
use std::collections::{BTreeMap, HashMap, HashSet};
use syn::{Item, ItemFn, Type, visit::Visit, visit_mut::VisitMut};

/// A function to try.
pub struct Case {
    /// `libm::erf`
    pub name: String,
    /// The module's text.
    pub text: String,
}

/// All accepted free functions of a crate over numbers, slices, arrays and `Vec`s.
pub fn cases(krate: &Crate, verdicts: &[Verdict]) -> Vec<Case> {
    let index = Index::new(krate, verdicts);
    let mut seen = HashSet::new();
    let accepted = krate.functions.iter().filter(|f| f.plain && index.accepted(f));
    // the same text twice is one function
    accepted.filter(|f| seen.insert(&f.text)).filter_map(|f| index.case(&krate.name, f)).collect()
}

/// The functions and items of a crate by their names.
struct Index<'a> {
    functions: HashMap<String, Vec<&'a Function>>,
    items: HashMap<String, Vec<(usize, &'a Item)>>,
    uses: HashMap<usize, Vec<&'a Item>>,
    accepted: HashSet<*const Function>,
}

impl<'a> Index<'a> {
    fn new(krate: &'a Crate, verdicts: &[Verdict]) -> Self {
        let mut functions: HashMap<_, Vec<_>> = HashMap::new();
        let mut accepted = HashSet::new();
        for (f, v) in krate.functions.iter().zip(verdicts) {
            if f.free.is_some() {
                functions.entry(f.name.clone()).or_default().push(f);
            }
            if matches!(v.outcome, Outcome::Accepted) {
                accepted.insert(std::ptr::from_ref(f));
            }
        }
        let mut items: HashMap<_, Vec<_>> = HashMap::new();
        let mut uses: HashMap<_, Vec<_>> = HashMap::new();
        for (file, item) in &krate.items {
            let name = match item {
                Item::Const(c) => c.ident.to_string(),
                Item::Static(s) => s.ident.to_string(),
                Item::Type(t) => t.ident.to_string(),
                Item::Macro(m) => match &m.ident {
                    Some(name) => name.to_string(),
                    None => continue,
                },
                Item::Use(u) => {
                    let text = u.tree.to_token_stream().to_string();
                    if text.starts_with("std") || text.starts_with("core") {
                        uses.entry(*file).or_default().push(item);
                    }
                    continue;
                }
                _ => continue,
            };
            items.entry(name).or_default().push((*file, item));
        }
        Index { functions, items, uses, accepted }
    }

    fn accepted(&self, f: &Function) -> bool {
        self.accepted.contains(&std::ptr::from_ref(f))
    }

    /// `None` where it calls what is not accepted, or where no values for its parameters are known.
    fn case(&self, krate: &str, f: &Function) -> Option<Case> {
        let trial = trial(f.free.as_ref()?)?;
        let (mut functions, mut items): (BTreeMap<String, &Function>, BTreeMap<String, &Item>) = Default::default();
        let mut open: Vec<(usize, Vec<String>)> = vec![(f.file, names(f.free.as_ref()?))];
        functions.insert(f.name.clone(), f);
        while let Some((file, names)) = open.pop() {
            for name in names {
                if let Some(g) = near(file, self.functions.get(&name), |g| g.file)
                    && functions.insert(name.clone(), g).is_none()
                {
                    let of_floats = g.free.as_ref().is_some_and(has_float);
                    if of_floats && !self.accepted(g) {
                        return None;
                    }
                    open.push((g.file, self::names(g.free.as_ref()?)));
                }
                if let Some((file, item)) = near(file, self.items.get(&name), |i| i.0)
                    && items.insert(name.clone(), item).is_none()
                {
                    open.push((*file, self::names(item)));
                }
            }
        }
        let uses = self.uses.get(&f.file).into_iter().flatten();
        let items = items.values().map(|i| bare(i));
        // a function of another module with a name that is taken
        if functions.values().filter_map(|g| g.free.as_ref()).any(calls_a_namesake) {
            return None;
        }
        let known: HashSet<&String> = functions.keys().collect();
        let functions = functions.values().filter_map(|g| g.free.as_ref()).map(|g| standing(g, &known));
        let file: syn::File = syn::parse2(quote!(#(#uses)* #(#items)* #(#functions)* #trial)).ok()?;
        Some(Case { name: format!("{krate}::{}", f.name), text: prettyplease::unparse(&file) })
    }
}

/// The one in the same file, or the only one.
fn near<T>(file: usize, all: Option<&Vec<T>>, file_of: impl Fn(&T) -> usize) -> Option<&T> {
    let all = all?;
    all.iter().find(|t| file_of(t) == file).or(if let [only] = &all[..] { Some(only) } else { None })
}

/// The last names of all paths, and the names of all macros.
fn names(of: impl ToTokens) -> Vec<String> {
    fn idents(tokens: proc_macro2::TokenStream, out: &mut Vec<String>) {
        for token in tokens {
            match token {
                proc_macro2::TokenTree::Ident(i) => out.push(i.to_string()),
                proc_macro2::TokenTree::Group(g) => idents(g.stream(), out),
                _ => {}
            }
        }
    }
    let mut all = vec![];
    idents(of.to_token_stream(), &mut all);
    all
}

fn has_float(f: &ItemFn) -> bool {
    f.sig.inputs.iter().any(|a| matches!(a, syn::FnArg::Typed(t) if arguments::has_float(&t.ty)))
}

/// `fn copysign(x: f64, y: f64) -> f64 { super::generic::copysign(x, y) }`
fn calls_a_namesake(f: &ItemFn) -> bool {
    struct Find<'a>(&'a syn::Ident, bool);
    impl Visit<'_> for Find<'_> {
        fn visit_path(&mut self, path: &syn::Path) {
            self.1 |= path.segments.len() > 1 && path.segments.last().is_some_and(|s| s.ident == *self.0);
            syn::visit::visit_path(self, path);
        }
        fn visit_macro(&mut self, mac: &syn::Macro) {
            // what it expands to is anyone's guess
            self.1 |= !of_std(mac);
        }
    }
    let mut find = Find(&f.sig.ident, false);
    find.visit_block(&f.block);
    find.1
}

fn of_std(mac: &syn::Macro) -> bool {
    let std = [
        "vec",
        "assert",
        "assert_eq",
        "debug_assert",
        "panic",
        "unreachable",
        "println",
        "format",
        "matches",
        "debug_assert_eq",
        "eprintln",
        "print",
        "todo",
        "unimplemented",
    ];
    mac.path.segments.last().is_some_and(|s| std.contains(&s.ident.to_string().as_str()))
}

/// The function without visibility and attributes, with ours where it takes floats; `super::k_cos(x)` is `k_cos(x)`.
fn standing(f: &ItemFn, known: &HashSet<&String>) -> ItemFn {
    struct Short<'a>(&'a HashSet<&'a String>);
    impl VisitMut for Short<'_> {
        fn visit_path_mut(&mut self, path: &mut syn::Path) {
            syn::visit_mut::visit_path_mut(self, path);
            let first = path.segments[0].ident.to_string();
            let last = path.segments.last().expect("a name");
            let ours = first.starts_with(|c: char| c.is_lowercase())
                && !["std", "core", "f64", "f32"].contains(&first.as_str());
            if path.segments.len() > 1
                && ours
                && (self.0.contains(&last.ident.to_string()) || first == "super" || first == "crate")
            {
                *path = last.clone().into();
            }
        }
    }
    let mut f = f.clone();
    Short(known).visit_item_fn_mut(&mut f);
    f.attrs = if has_float(&f) {
        vec![syn::parse_quote!(#[cfg_attr(feature = "derivatives", autodiff_core::differentiable)])]
    } else {
        vec![]
    };
    f.vis = syn::parse_quote!(pub);
    f
}

fn bare(item: &Item) -> Item {
    let mut item = item.clone();
    match &mut item {
        Item::Const(c) => c.attrs.clear(),
        Item::Static(s) => s.attrs.clear(),
        Item::Macro(m) => m.attrs.clear(),
        _ => {}
    }
    item
}

/// `pub fn trial(r: &mut Points) { let a0 = r.f64(); check_scalar!(f(a0)); }`
fn trial(f: &ItemFn) -> Option<proc_macro2::TokenStream> {
    let (mut lets, mut args) = (vec![], vec![]);
    for (k, (param, _)) in lower::typed_params(f).enumerate() {
        let a = format_ident!("a{k}");
        let value: syn::Expr = syn::parse_str(&arguments::value(&param.ty)?).ok()?;
        let list = matches!(&*param.ty, Type::Reference(r) if matches!(&*r.elem, Type::Slice(_)));
        let owned = match (&*param.ty, list) {
            (_, true) => quote!(let #a = #value;),
            (Type::Reference(r), _) => {
                let ty = &r.elem;
                quote!(let #a: #ty = #value;)
            }
            (ty, _) => quote!(let #a: #ty = #value;),
        };
        lets.push(owned);
        let constant = lower::is_constant(param).then(|| quote!(const));
        args.push(match &*param.ty {
            Type::Reference(r) if r.mutability.is_some() && constant.is_some() => return None,
            Type::Reference(r) if r.mutability.is_some() => quote!(&mut #a),
            Type::Reference(_) if list => quote!(#constant &#a[..]),
            Type::Reference(_) => quote!(#constant &#a),
            _ => quote!(#constant #a),
        });
    }
    let name = &f.sig.ident;
    let check = match &f.sig.output {
        syn::ReturnType::Default => quote!(check_unit),
        syn::ReturnType::Type(_, t) if matches!(&**t, Type::Path(p) if p.path.is_ident("f64") || p.path.is_ident("f32")) =>
        {
            quote!(check_scalar)
        }
        syn::ReturnType::Type(..) => quote!(check),
    };
    Some(quote! {
        #[cfg(feature = "derivatives")]
        pub fn trial(points: &mut crate::Points) {
            #(#lets)*
            autodiff_tests::#check!(#name(#(#args),*));
        }
    })
}
