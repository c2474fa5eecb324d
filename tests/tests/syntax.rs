//! `SYNTAX.md` lists every kind of syntax that syn knows, and what it says is so.
use std::{collections::BTreeSet, fmt::Debug, fs, path::Path, process::Command};
use syn::visit::Visit;

/// A row of the list.
struct Row {
    /// `Expr::Array`
    kind: String,
    rejected: bool,
    function: String,
    file: String,
}

fn rows() -> Vec<Row> {
    let text = read("SYNTAX.md");
    let mut list = "";
    let mut rows = Vec::new();
    for line in text.lines() {
        let cells: Vec<&str> = line.split(" | ").map(|c| c.trim_matches(['|', ' '])).collect();
        if let Some(heading) = cells[0].strip_prefix("`syn::") {
            list = heading.trim_end_matches('`');
        } else if let [kind, .., verdict, test] = &cells[..]
            && let Some((function, file)) = test.trim_matches(['[', ')']).split_once("](")
        {
            assert!(["supported", "rejected"].contains(verdict), "{line}");
            rows.push(Row {
                kind: format!("{list}::{}", kind.trim_matches('`')),
                rejected: *verdict == "rejected",
                function: function.trim_matches('`').into(),
                file: file.into(),
            });
        }
    }
    rows
}

/// A file of this crate.
fn read(path: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}

/// Where the sources of the syn are that this crate is built with.
fn syn_sources() -> std::path::PathBuf {
    // of this machine only: nothing is needed beyond what the tests were built with
    let rustc = Command::new("rustc").arg("-vV").output().expect("rustc").stdout;
    let rustc = String::from_utf8(rustc).expect("text");
    let host = rustc.lines().find_map(|l| l.strip_prefix("host: ")).expect("a host");
    let metadata = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version=1", "--filter-platform", host, "--manifest-path"])
        .arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.toml"))
        .output()
        .expect("cargo metadata");
    assert!(metadata.status.success(), "{}", String::from_utf8_lossy(&metadata.stderr));
    let metadata: serde_json::Value = serde_json::from_slice(&metadata.stdout).expect("JSON");
    let packages = metadata["packages"].as_array().expect("packages");
    let syn =
        packages.iter().find(|p| p["name"] == "syn" && p["version"].as_str().is_some_and(|v| v.starts_with("3.")));
    let manifest = syn.expect("syn 3")["manifest_path"].as_str().expect("a path");
    Path::new(manifest).with_file_name("src")
}

/// All variants of one of syn's enums, as its source has them: the enum is not exhaustive to others.
fn variants(list: &str, file: &str) -> BTreeSet<String> {
    let source = fs::read_to_string(syn_sources().join(file)).expect("a source of syn");
    let begin = source.find(&format!("pub enum {list} {{")).expect("the enum");
    let body = &source[begin..][..source[begin..].find("\n    }").expect("its end")];
    let names = body.lines().skip(1).map(str::trim).filter(|l| l.starts_with(|c: char| c.is_ascii_uppercase()));
    names.map(|l| format!("{list}::{}", l.split(['(', ',']).next().expect("a name"))).collect()
}

#[test]
fn every_kind_is_listed_once() {
    let rows = rows();
    let listed: BTreeSet<String> = rows.iter().map(|r| r.kind.clone()).collect();
    assert_eq!(listed.len(), rows.len(), "a kind is listed twice");
    let known: BTreeSet<String> =
        [("Expr", "expr.rs"), ("Stmt", "stmt.rs"), ("Pat", "pat.rs"), ("Type", "ty.rs"), ("Item", "item.rs")]
            .iter()
            .flat_map(|(list, file)| variants(list, file))
            .collect();
    assert!(known.len() > 80, "{known:?}");
    let missing: Vec<_> = known.difference(&listed).collect();
    assert!(missing.is_empty(), "not in SYNTAX.md: {missing:?}");
    let unknown: Vec<_> = listed.difference(&known).collect();
    assert!(unknown.is_empty(), "in SYNTAX.md, not in syn: {unknown:?}");
}

/// The kinds of syntax in a function.
#[derive(Default)]
struct Kinds(BTreeSet<String>);

impl Kinds {
    /// `Expr::Array { .. }` by its name.
    fn add(&mut self, node: &impl Debug) {
        let text = format!("{node:?}");
        self.0.insert(text.split([' ', '(']).next().expect("a name").into());
    }
}

impl<'a> Visit<'a> for Kinds {
    fn visit_expr(&mut self, e: &'a syn::Expr) {
        self.add(e);
        syn::visit::visit_expr(self, e);
    }
    fn visit_stmt(&mut self, s: &'a syn::Stmt) {
        self.add(s);
        syn::visit::visit_stmt(self, s);
    }
    fn visit_pat(&mut self, p: &'a syn::Pat) {
        self.add(p);
        syn::visit::visit_pat(self, p);
    }
    fn visit_type(&mut self, t: &'a syn::Type) {
        self.add(t);
        syn::visit::visit_type(self, t);
    }
    fn visit_item(&mut self, i: &'a syn::Item) {
        self.add(i);
        syn::visit::visit_item(self, i);
    }
}

/// The lines of a function in its file, and what is in it: nothing is known of one that a macro makes.
fn look_up(row: &Row, text: &str) -> (std::ops::RangeInclusive<usize>, Option<BTreeSet<String>>) {
    let file = syn::parse_file(text).unwrap_or_else(|e| panic!("{}: {e}", row.file));
    let item = file.items.iter().find_map(|i| match i {
        syn::Item::Fn(f) if f.sig.ident == row.function => Some(f),
        _ => None,
    });
    let begin = text
        .lines()
        .position(|l| l.contains(&format!("fn {}(", row.function)) || l.contains(&format!("fn {}<", row.function)));
    let begin = begin.unwrap_or_else(|| panic!("{}: no function `{}` in {}", row.kind, row.function, row.file)) + 1;
    let end = begin + text.lines().skip(begin).position(|l| l.starts_with('}')).expect("its end") + 1;
    let kinds = item.map(|f| {
        let mut kinds = Kinds::default();
        kinds.visit_signature(&f.sig);
        kinds.visit_block(&f.block);
        kinds.0
    });
    (begin - 1..=end, kinds)
}

#[test]
fn the_functions_are_what_the_list_says() {
    for row in rows() {
        let Row { kind, function, file, .. } = &row;
        let text = read(file);
        let (lines, kinds) = look_up(&row, &text);
        // what syn has a kind for and does not parse yet
        let unparsed = format!("{}::Verbatim", kind.split(':').next().expect("an enum"));
        let there = |k: BTreeSet<String>| k.contains(kind) || row.rejected && k.contains(&unparsed);
        assert!(kinds.is_none_or(there), "{kind}: there is none in `{function}` in {file}");
        if row.rejected {
            let errors = read(&file.replace(".rs", ".stderr"));
            let name = file.strip_prefix("tests/").unwrap_or(file);
            let here = errors
                .lines()
                .filter_map(|l| l.split_once(&format!("tests/{name}:"))?.1.split(':').next()?.parse().ok());
            assert!(
                here.into_iter().any(|line| lines.contains(&line)),
                "{kind}: no error in `{function}` in {file}; if it works, move it to `language/kinds.rs` and say so in SYNTAX.md"
            );
        } else {
            let checked =
                ["check!", "check_scalar!", "check_unit!"].iter().any(|c| text.contains(&format!("{c}({function}(")));
            assert!(
                checked || text.contains(&format!("{function}::")),
                "{kind}: `{function}` is not checked in {file}"
            );
        }
    }
}
