//! The functions of crates, as cargo fetched them.
use quote::ToTokens;
use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};
use syn::{ImplItem, Item, ItemFn, ItemImpl, TraitItem};

/// Numerical crates, of which those are read that are found.
const CRATES: &str = "nalgebra ndarray statrs special puruspe argmin argmin-math russell_lab rapier3d parry3d \
    levenberg-marquardt linfa linfa-linear linfa-clustering linfa-linalg smartcore rustfft roots ode_solvers gauss-quad adskalman \
    friedrich cobyla libm compute statistical average simba kurbo euclid glam bacon-sci interpn differential-equations peroxide";

pub struct Crate {
    pub name: String,
    pub functions: Vec<Function>,
    /// Constants, types and macros, by file: what functions may need to stand alone.
    pub items: Vec<(usize, Item)>,
}

/// A function, or an `impl` block or trait with one method.
pub struct Function {
    pub file: usize,
    pub name: String,
    /// The item's text: tokens do not cross threads.
    pub text: String,
    /// A free function.
    pub free: Option<ItemFn>,
    /// Its signature is of numbers, slices, arrays, vectors and the like, and some of them are floats.
    pub plain: bool,
}

/// The crates named, or all that are known, newest versions only.
pub fn find(from: Option<&Path>, names: &[String]) -> Vec<Crate> {
    let folders: Vec<PathBuf> = match from {
        Some(folder) => vec![folder.into()],
        None => registries(),
    };
    let mut found: BTreeMap<String, (Vec<u64>, PathBuf)> = BTreeMap::new();
    for path in folders.iter().flat_map(|f| entries(f)) {
        let full = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let Some((name, version)) = full.rsplit_once('-') else { continue };
        let wanted = match names {
            [] => CRATES.split_whitespace().any(|c| c == name),
            names => names.iter().any(|n| n == name),
        };
        let version: Vec<u64> = version.split(['.', '+']).map_while(|v| v.parse().ok()).collect();
        if wanted && found.get(name).is_none_or(|(v, _)| *v < version) {
            found.insert(name.into(), (version, path));
        }
    }
    found.into_iter().map(|(name, (_, path))| read(name, &path.join("src"))).collect()
}

fn registries() -> Vec<PathBuf> {
    let home = std::env::var_os("CARGO_HOME").map(PathBuf::from);
    let home = home.or_else(|| Some(PathBuf::from(std::env::var_os("HOME")?).join(".cargo")));
    home.map_or(vec![], |home| entries(&home.join("registry/src")))
}

fn entries(folder: &Path) -> Vec<PathBuf> {
    let mut all: Vec<_> = fs::read_dir(folder).into_iter().flatten().flatten().map(|e| e.path()).collect();
    all.sort();
    all
}

fn read(name: String, folder: &Path) -> Crate {
    let mut all = Crate { name, functions: vec![], items: vec![] };
    let (mut folders, mut files) = (vec![folder.to_owned()], 0);
    while let Some(folder) = folders.pop() {
        for path in entries(&folder) {
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|e| e == "rs")
                && let Ok(file) = syn::parse_file(&fs::read_to_string(&path).unwrap_or_default())
            {
                files += 1;
                file.items.into_iter().for_each(|item| all.item(files, item));
            }
        }
    }
    all
}

impl Crate {
    fn item(&mut self, file: usize, item: Item) {
        match item {
            Item::Fn(f) if f.attrs.iter().any(|a| a.path().is_ident("test")) => {}
            Item::Fn(f) => {
                let (name, text) = (f.sig.ident.to_string(), f.to_token_stream().to_string());
                let plain = crate::arguments::plain(&f.sig);
                self.functions.push(Function { file, name, text, free: Some(f), plain });
            }
            Item::Impl(block) => {
                let alone = ItemImpl { items: vec![], ..block.clone() };
                for item in block.items {
                    if let ImplItem::Fn(f) = &item {
                        let (name, plain) = (f.sig.ident.to_string(), crate::arguments::plain(&f.sig));
                        let mut block = alone.clone();
                        block.items.push(item);
                        let text = block.to_token_stream().to_string();
                        self.functions.push(Function { file, name, text, free: None, plain });
                    }
                }
            }
            Item::Trait(mut block) => {
                let name = block.ident.to_string();
                block.items.retain(|i| matches!(i, TraitItem::Fn(_) | TraitItem::Type(_)));
                let text = block.to_token_stream().to_string();
                self.functions.push(Function { file, name, text, free: None, plain: false });
            }
            Item::Mod(m) => {
                m.content.into_iter().flat_map(|(_, items)| items).for_each(|i| self.item(file, i));
            }
            other => self.items.push((file, other)),
        }
    }
}
