//! What the user's crate calls ours: `autodiff_core`, or `ad` with `ad = { package = "autodiff-core", .. }` in its Cargo.toml.
use proc_macro2::{Group, Ident, TokenStream, TokenTree};
use std::path::Path;

/// Generated code, with its paths `::autodiff_core::..` as they are for the user.
pub(crate) fn named(tokens: TokenStream) -> TokenStream {
    let manifest = std::env::var_os("CARGO_MANIFEST_DIR");
    match manifest.and_then(|folder| renamed(Path::new(&folder))) {
        Some(name) => with_name(tokens, &name),
        None => tokens,
    }
}

fn with_name(tokens: TokenStream, name: &str) -> TokenStream {
    let mut path = false;
    let tokens = tokens.into_iter().map(|token| {
        let after = std::mem::replace(&mut path, matches!(&token, TokenTree::Punct(p) if p.as_char() == ':'));
        match token {
            TokenTree::Ident(i) if after && i == "autodiff_core" => Ident::new(name, i.span()).into(),
            TokenTree::Group(g) => {
                let mut new = Group::new(g.delimiter(), with_name(g.stream(), name));
                new.set_span(g.span());
                new.into()
            }
            other => other,
        }
    });
    tokens.collect()
}

/// The other name, from the manifest of the crate or, where it is inherited from there, of the workspace.
fn renamed(folder: &Path) -> Option<String> {
    let own = std::fs::read_to_string(folder.join("Cargo.toml")).ok()?;
    let inherited =
        |name: &String| key_lines(&own).any(|(_, key, _)| key == name || key.starts_with(&format!("{name}.")));
    let name = other_name(&own).or_else(|| {
        let roots = folder.ancestors().skip(1).map(|f| f.join("Cargo.toml"));
        roots.filter_map(|file| other_name(&std::fs::read_to_string(file).ok()?)).find(inherited)
    })?;
    Some(name.replace('-', "_"))
}

/// ```text
/// ad = { package = "autodiff-core", version = "0.1" }    =>    ad
/// ```
fn other_name(manifest: &str) -> Option<String> {
    key_lines(manifest).find_map(|(table, key, value)| {
        let value: String = value.split_whitespace().collect();
        let ours = "\"autodiff-core\"";
        if key == "package" && value == ours {
            let (_, name) = table.split_once("dependencies.")?;
            return Some(name.trim_matches('"').to_string());
        }
        let renamed = table.ends_with("dependencies") && value.contains(&format!("package={ours}"));
        renamed.then(|| key.trim_matches('"').to_string())
    })
}

/// Each `key = value` and the table it stands in.
fn key_lines(manifest: &str) -> impl Iterator<Item = (&str, &str, &str)> {
    let mut table = "";
    manifest.lines().map(str::trim).filter_map(move |line| {
        if let Some(header) = line.strip_prefix('[') {
            table = header.split(']').next().unwrap_or_default();
            return None;
        }
        let (key, value) = line.split_once('=').filter(|_| !line.starts_with('#'))?;
        Some((table, key.trim(), value))
    })
}

#[cfg(test)]
mod tests {
    use super::other_name;

    #[test]
    fn names_in_manifests() {
        let name = |text: &str| other_name(text);
        assert_eq!(name("[dependencies]\nautodiff-core = \"0.1\"\n"), None);
        assert_eq!(name("[package]\nname = \"autodiff-core\"\n"), None);
        assert_eq!(
            name("[dependencies]\nad = { version = \"0.1\", package = \"autodiff-core\" }").as_deref(),
            Some("ad")
        );
        assert_eq!(name("[workspace.dependencies]\nad={package=\"autodiff-core\"}").as_deref(), Some("ad"));
        assert_eq!(
            name("[dev-dependencies.my-ad]\nversion = \"1\"\npackage = \"autodiff-core\"").as_deref(),
            Some("my-ad")
        );
        assert_eq!(name("[dependencies]\n# ad = { package = \"autodiff-core\" }"), None);
    }
}
