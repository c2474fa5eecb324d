//! Tests of the compiler on functions as text: closure under differentiation, snapshots of the IR, and that lowering never panics.
use crate::{analysis, configured, ctxt::Ctxt, expand, fence, forward, ir, reverse};
use std::{
    path::{Path, PathBuf},
    process::Command,
};
use syn::{ItemFn, visit::Visit};

fn lowered(item: &ItemFn) -> Result<ir::Func, Vec<syn::Error>> {
    let cx = Ctxt::new();
    let mut item = crate::inner::outside(item.clone());
    crate::parts::aliases::of_function(&mut item);
    crate::methods::name_impl_traits(&mut item);
    fence::function(&cx, &item);
    let func = expand::lowered(&cx, &item);
    cx.check().map(|()| func.expect("what is not lowered has an error"))
}

/// All functions with our attribute in a folder of Rust files, each with its file.
fn annotated(folder: &Path, out: &mut Vec<(String, ItemFn)>) {
    struct Functions<'a>(String, &'a mut Vec<(String, ItemFn)>);
    impl Visit<'_> for Functions<'_> {
        fn visit_item_fn(&mut self, f: &ItemFn) {
            let opaque = |a: &syn::Attribute| quote::ToTokens::to_token_stream(a).to_string().contains("jvp");
            if f.attrs
                .iter()
                .any(|a| a.path().segments.last().is_some_and(|s| s.ident == "differentiable") && !opaque(a))
            {
                self.1.push((self.0.clone(), f.clone()));
            }
            syn::visit::visit_item_fn(self, f);
        }
    }
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            if path.file_name().is_some_and(|n| n != "ui") {
                annotated(&path, out);
            }
        } else if path.extension().is_some_and(|e| e == "rs") {
            let text = std::fs::read_to_string(&path).expect("a readable file");
            let file = syn::parse_file(&text).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
            // getters are known by the file that they stand in
            let name = path.display().to_string();
            if crate::parts::seen::enter_file(&name) {
                crate::parts::seen::show(&file);
            }
            Functions(name, out).visit_file(&file);
        }
    }
}

#[test]
fn forward_mode_accepts_what_reverse_mode_makes() {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../tests/tests");
    let mut functions = Vec::new();
    annotated(&folder, &mut functions);
    assert!(functions.len() > 100, "the behaviour tests were not found: {}", functions.len());
    let mut wrong = Vec::new();
    for (file, item) in &functions {
        crate::parts::seen::enter_file(file);
        let name = &item.sig.ident;
        // where all conditions hold
        let (_, item) = configured::ways(item).pop().expect("a way");
        let func = match lowered(&item) {
            Ok(func) => func,
            Err(errors) => {
                wrong.push(format!("{name}: {}", errors[0]));
                continue;
            }
        };

        let reverse = reverse::reverse(&func, &analysis::facts(&func));
        for block in [&reverse.forward, &reverse.pullback] {
            wrong.extend(forward::accept::refused(block).into_iter().map(|r| format!("{name}: {r}")));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The functions, and the `impl` blocks and traits one by one, in a folder of Rust files.
fn items(folder: &Path, out: &mut Vec<String>) {
    fn of(items: Vec<syn::Item>, out: &mut Vec<String>) {
        for item in items {
            match item {
                syn::Item::Mod(m) => m.content.into_iter().for_each(|(_, items)| of(items, out)),
                syn::Item::Fn(_) | syn::Item::Impl(_) | syn::Item::Trait(_) => {
                    out.push(quote::ToTokens::to_token_stream(&item).to_string());
                }
                _ => {}
            }
        }
    }
    for path in std::fs::read_dir(folder).into_iter().flatten().flatten().map(|e| e.path()) {
        if path.is_dir() {
            items(&path, out);
        } else if path.extension().is_some_and(|e| e == "rs") {
            let file = syn::parse_file(&std::fs::read_to_string(&path).expect("a readable file"));
            of(file.expect("Rust").items, out);
        }
    }
}

/// Other people's code, which was not written for us: `examples/front_door` does the same with many crates.
#[test]
fn other_peoples_functions_are_no_reason_to_panic() {
    let stdout = |command: &mut Command| command.output().expect("a program of the toolchain").stdout;
    // of this machine only: nothing is needed beyond what the tests were built with
    let rustc = String::from_utf8(stdout(Command::new("rustc").arg("-vV"))).expect("text");
    let host = rustc.lines().find_map(|l| l.strip_prefix("host: ")).expect("a host");
    let metadata = ["metadata", "--format-version=1", "--filter-platform", host];
    let metadata: serde_json::Value =
        serde_json::from_slice(&stdout(Command::new(env!("CARGO")).args(metadata))).expect("JSON");
    let packages = metadata["packages"].as_array().expect("packages");
    let nalgebra = packages.iter().find(|p| p["name"] == "nalgebra").expect("nalgebra");
    let manifest = Path::new(nalgebra["manifest_path"].as_str().expect("a path"));
    let mut texts = Vec::new();
    // a part of it: the whole takes a minute without optimization
    for folder in ["src/geometry", "src/linalg"] {
        items(&manifest.with_file_name(folder), &mut texts);
    }
    assert!(texts.len() > 300, "the sources were not found: {}", texts.len());
    for text in texts {
        let item: proc_macro2::TokenStream = text.parse().expect("tokens");
        let result = std::panic::catch_unwind(|| expand::differentiable(proc_macro2::TokenStream::new(), item));
        let output = result.unwrap_or_else(|_| panic!("the compiler panics: {text}"));
        syn::parse2::<syn::File>(output).unwrap_or_else(|e| panic!("no Rust: {e}: {text}"));
    }
}

#[test]
fn the_front_door_refuses_what_it_does_not_know() {
    let op = |name: &str| ir::Op::Runtime { name: name.into(), args: vec![] };
    assert_eq!(forward::accept::tangents(&op("exp::pull_0")), Some(forward::accept::Tangents::SecondPartials));
    assert_eq!(forward::accept::tangents(&op("mul::pull_1")), Some(forward::accept::Tangents::Product));
    for unknown in ["frobnicate", "frobnicate::pull_0", "exp::pull_1", "powi::pull_1", "exp::push_0"] {
        assert_eq!(forward::accept::tangents(&op(unknown)), None, "{unknown}");
    }
}

/// The IR of a function before and after reverse mode.
fn transcript(text: &str) -> String {
    let item: ItemFn = syn::parse_str(text).expect("a function");
    let func = lowered(&item).unwrap_or_else(|e| panic!("{}", e[0]));
    let facts = analysis::facts(&func);
    let (forward, reverse) = (forward::forward(&func), reverse::reverse(&func, &facts));
    let mut parts = vec![
        ("primal", ir::print::block(&func.vars, &func.body)),
        ("forward mode", ir::print::block(&forward.vars, &forward.body)),
        ("forward sweep", ir::print::block(&reverse.vars, &reverse.forward)),
        ("reverse sweep", ir::print::block(&reverse.vars, &reverse.pullback)),
    ];
    if let Some(once) = reverse::once(&func, &item.sig.ident) {
        let both = ir::Block { stmts: [&once.forward.stmts[..], &once.pullback.stmts[..]].concat() };
        parts.push(("both sweeps at once", ir::print::block(&once.vars, &both)));
    }
    parts.iter().map(|(title, body)| format!("---- {title}\n{body}\n")).collect()
}

#[test]
fn straight_line_code_keeps_nothing_but_its_variables() {
    insta::assert_snapshot!(transcript("fn f(x: f64, y: f64) -> f64 { let a = x * y; a.sin() + a }"));
}

#[test]
fn a_sum_over_data_keeps_what_is_dear_and_no_loads() {
    insta::assert_snapshot!(transcript(
        "fn sum(x: &[f64]) -> f64 { let mut s = 0.0; for i in 0..x.len() { s += (x[i] * x[i]).exp(); } s }"
    ));
}

#[test]
fn iterations_with_a_scratch_buffer_are_reversed_one_by_one() {
    insta::assert_snapshot!(transcript(
        "fn f(x: &[f64], w: &[f64], n: usize) -> f64 { let mut t = vec![0.0; n]; let mut s = 0.0; for k in 0..x.len() { for i in 0..n { t[i] = x[k] * w[i]; } let mut p = 1.0; for i in 0..n { p *= t[i]; } s += p.ln(); } 2.0 - s / 3.0 }"
    ));
}

/// What is kept, and why.
fn decisions(text: &str) -> String {
    let item: ItemFn = syn::parse_str(text).expect("a function");
    let func = lowered(&item).unwrap_or_else(|e| panic!("{}", e[0]));
    analysis::report(&func, &analysis::facts(&func))
}

#[test]
fn what_is_kept_is_told() {
    insta::assert_snapshot!(decisions(
        "fn step(x: &[f64], y: &mut [f64], t: &mut [f64]) { for i in 0..x.len() { let e = x[i].exp(); y[i] = y[i] * e; t[i] += y[i]; } rhs(x, y, t); }"
    ));
}

#[test]
fn what_a_callee_does_not_read_is_not_put_back_for_it() {
    let told = decisions(
        "fn f(x: &[f64], n: usize) -> f64 { let mut k = vec![0.0; n]; let mut s = 0.0; for i in 0..n { rhs(x, &mut k); s += k[i]; } s }",
    );
    let kept = "kept: k before `_unit = rhs(x, &mut k)`, if `rhs` reads its argument 1 in reverse";
    assert!(told.contains(kept), "{told}");
}

#[test]
fn fields_of_shown_structs_are_numbers() {
    let file = syn::parse_file("struct Planet { at: [f64; 3], mass: f64 }").expect("a file");
    if crate::parts::seen::enter_file("planets") {
        crate::parts::seen::show(&file);
    }
    insta::assert_snapshot!(decisions(
        "fn f(p: &[Planet], n: usize) -> f64 { let mut p = p.to_vec(); let mut s = 0.0; for i in 1..n { let d = p[i].at[0] - p[0].at[0]; let r = d * d; s += p[i].mass * r.sqrt(); p[0].at[0] -= 0.1 * p[i].at[0]; } s }"
    ));
}

/// Of the first function of a file.
fn decisions_in_a_file(text: &str) -> String {
    let file = syn::parse_file(text).expect("a file");
    crate::parts::seen::enter_file(text);
    crate::parts::seen::show(&file);
    decisions(&quote::ToTokens::to_token_stream(&file.items[0]).to_string())
}

#[test]
fn a_number_that_costs_a_loop_is_kept_rather_than_had_again() {
    let norm = |dot: &str| {
        decisions_in_a_file(&format!(
            "fn norm(a: &[f64], x: &[f64]) -> f64 {{ let mut s = 0.0; for i in 0..x.len() {{ let y = dot(&a[i * x.len()..], x); s += y * y; }} s }} {dot}"
        ))
    };
    let looped =
        norm("#[differentiable] fn dot(a: &[f64], x: &[f64]) -> f64 { a.iter().zip(x).map(|(a, x)| a * x).sum() }");
    assert!(looped.contains("kept: y of each run") && !looped.contains("run again:"), "{looped}");
    let cheap = norm("#[differentiable] fn dot(a: &[f64], x: &[f64]) -> f64 { a[0] * x[0] }");
    assert!(cheap.contains("run again:"), "{cheap}");
    // what a function keeps that calls others is not known
    let calls = norm(
        "#[differentiable] fn dot(a: &[f64], x: &[f64]) -> f64 { a.iter().zip(x).map(|(a, x)| times(*a, *x)).sum() } fn times(a: f64, x: f64) -> f64 { a * x }",
    );
    assert!(calls.contains("run again:"), "{calls}");
}

#[test]
fn of_what_is_scaled_by_a_number_nothing_is_kept() {
    insta::assert_snapshot!(decisions(
        "fn f(p: &[DVector<f64>], dt: f64, n: usize) -> f64 { let mut p = p.to_vec(); for _ in 0..n { let mut v = vec![DVector::zeros(4); p.len()]; for i in 0..p.len() { v[i] -= p[i] * 3.0; } for i in 0..p.len() { p[i] += 0.5 * v[i]; } } p[0].norm() + dt }"
    ));
}

#[test]
fn entries_of_a_matrix_are_found_by_one_index() {
    let text = transcript(
        "fn f(a: &DMatrix<f64>, b: &DMatrix<f64>) -> f64 { let c = a - b; c.iter().map(|v| v.exp()).sum() }",
    );
    assert!(text.contains("c.as_slice()"), "{text}");
}

#[test]
fn a_scratch_buffer_that_is_rewritten_in_part_is_state() {
    let text = transcript(
        "fn f(x: &[f64], n: usize) -> f64 { let mut t = vec![0.0; n]; let mut s = 0.0; for k in 0..x.len() { for i in 1..n { t[i] = x[k] * i as f64; } let mut p = 1.0; for i in 0..n { p *= t[i]; } s += p; } s }",
    );
    assert!(!text.contains("at once") && text.contains("t_old"), "{text}");
}

#[test]
fn what_an_iteration_does_to_its_own_entry_is_not_kept_for_others() {
    let body = |index: &str| {
        format!(
            "fn f(x: &[f64]) -> f64 {{ let mut w = x.to_vec(); let mut s = 0.0; for i in 1..x.len() {{ w[i] = x[i] + 1.0; s += w[{index}] * w[i]; }} s }}"
        )
    };
    assert!(!decisions(&body("i")).contains("kept: w"), "{}", decisions(&body("i")));
    assert!(decisions(&body("i - 1")).contains("kept: w"), "{}", decisions(&body("i - 1")));
}

#[test]
fn pairs_that_are_turned_in_place_are_not_kept() {
    let turned = |factor: &str| {
        decisions(&format!(
            "fn f(x: &[f64], #[nodiff] roots: &[[f64; 2]], n: usize) -> f64 {{ let mut w = vec![[0.0; 2]; n]; for i in 0..n {{ w[i] = [x[i], x[n + i]]; }} let (low, high) = w.split_at_mut(n / 2); for i in 0..n / 2 {{ let ([a, b], [c, d], {factor}); low[i] = [a + c * cos - d * sin, b]; high[i] = [a, c * sin + d * cos]; }} w[0][0] * w[1][1] }}"
        ))
    };
    for constants in
        ["[cos, sin]) = (low[i], high[i], roots[i]", "(sin, cos)) = (low[i], high[i], roots[i][0].sin_cos()"]
    {
        let told = turned(constants);
        assert!(!told.contains("kept: low") && !told.contains("kept: high"), "{told}");
    }
}

#[test]
fn who_writes_to_a_row_does_not_write_to_its_index() {
    for row in ["&mut w[i * n..(i + 1) * n]", "w[i * n..].split_at_mut(n).0", "&mut w[..n]"] {
        let told = decisions(&format!(
            "fn f(x: &[f64], n: usize) -> f64 {{ let mut w = x.to_vec(); for i in 0..w.len() / n {{ let row = {row}; for j in 0..n {{ row[j] = 2.0 * row[j] + x[j]; }} }} w[0] * w[n] }}"
        ));
        assert!(!told.contains("kept: row"), "{told}");
    }
}

#[test]
fn a_sum_over_neighbours_has_a_loop_for_each() {
    let loops = |term: &str| {
        let text = transcript(&format!(
            "fn f(x: &[f64]) -> f64 {{ let mut s = 0.0; for i in 1..x.len() - 1 {{ let d = {term}; s += d * d; }} s }}"
        ));
        text.split("---- both sweeps at once").nth(1).expect("both sweeps at once").matches("for i in").count()
    };
    assert_eq!(loops("x[i - 1] - 2.0 * x[i] + x[i + 1]"), 3);
    assert_eq!(loops("x[i - 1] - 2.0 * x[i]"), 1);
    // dear ones would be computed three times
    assert_eq!(loops("x[i - 1].exp() - 2.0 * x[i] + x[i + 1]"), 1);
}

#[test]
fn a_list_with_a_number_for_each_iteration_is_filled() {
    let filled = |range: &str, body: &str| {
        let text = transcript(&format!(
            "fn f(x: &[f64], n: usize, m: i32) -> f64 {{ let mut y = Vec::new(); for i in {range} {{ {body} }} y[0] * y[1] }}"
        ));
        text.contains("filled(")
    };
    for range in ["0..n", "1..x.len()", "2..(n + 1).min(m as usize)"] {
        assert!(filled(range, "y.push(x[i] * x[i]);"), "{range}");
    }
    // of other numbers than indices, as far as anybody sees
    for range in ["0..m", "0..7", "(0..n).rev()", "0..=n"] {
        assert!(!filled(range, "y.push(x[0] * x[1]);"), "{range}");
    }
    for body in [
        "y.push(x[i]); y.push(x[0]);",
        "if i > 1 { y.push(x[i]); }",
        "if i > 1 { break; } y.push(x[i]);",
        "let k = y.len(); y.push(x[i] * k as f64);",
        "y.push(x[i] * x[i]); y[0] *= x[i];",
        "y.push(x[i] * x[i]); println!(\"{y:?}\");",
    ] {
        assert!(!filled("0..n", body), "{body}");
    }
}

#[test]
fn numbers_are_not_kept_for_their_shape() {
    let told = decisions(
        "fn f(x: &[f64], n: usize) -> f64 { let mut y = x.to_vec(); for i in 0..n { let w = weight(i); let a = y[i]; y[i] = 3.0 * (a * w); } y[0] }",
    );
    assert!(!told.contains("kept: y"), "{told}");
}

#[test]
fn parts_of_one_entry_are_added_to_in_one_loop() {
    let text = transcript(
        "fn f(w: &[[f64; 2]], y: &mut [f64]) { for i in 0..w.len() { let [re, im] = w[i]; y[i] = re * im; } }",
    );
    let reversed = text.split("---- reverse").nth(1).expect("a reverse sweep");
    assert_eq!(reversed.matches("for i in").count(), 1, "{text}");
}

#[test]
fn a_sum_into_one_entry_is_made_beside_it() {
    insta::assert_snapshot!(transcript(
        "fn f(a: &[f64], w: &[f64], n: usize, m: usize, y: &mut [f64]) { for i in 0..n { for j in 0..m { y[j] += a[i] * w[i * m + j]; } } }"
    ));
}

#[test]
fn a_double_sum_keeps_nothing() {
    let text = transcript(
        "fn f(p: &[[f64; 3]]) -> f64 { let mut e = 0.0; for i in 0..p.len() { for j in 0..i { let d = p[i][0] - p[j][0]; e += d * d * d; } } 0.5 * e }",
    );
    let both = text.split("---- both sweeps at once").nth(1).expect("both sweeps at once");
    assert!(!both.contains("stack") && !both.contains("rev("), "{both}");
}

#[test]
fn a_call_whose_adjoint_is_known_before_keeps_nothing() {
    insta::assert_snapshot!(transcript(
        "fn minor(a: &[f64], n: usize, m: usize, c: &mut [usize]) -> f64 { let mut k = c[n]; if m == 1 { return a[k]; } let mut det = 0.0; let mut sign = 1.0; let mut last = n; for _ in 0..m { let e = a[m * n + k]; c[last] = c[k]; let rest = minor(a, n, m - 1, c); c[last] = k; det += sign * e * rest; last = k; k = c[k]; sign = -sign; } det }"
    ));
}

#[test]
fn state_across_iterations_keeps_what_is_overwritten() {
    insta::assert_snapshot!(transcript(
        "fn power(x: f64, n: u32) -> f64 { let mut p = 1.0; for _ in 0..n { p = p * x; } p }"
    ));
}

#[test]
fn an_early_exit_fills_the_slots_on_its_way() {
    insta::assert_snapshot!(transcript(
        "fn f(x: &[f64]) -> f64 { let mut s = 1.0; for i in 0..x.len() { if x[i] < 0.0 { continue; } s = s * x[i]; if s > 9.0 { return s; } } s.sqrt() }"
    ));
}

#[test]
fn a_linear_update_in_place_keeps_nothing_for_itself() {
    insta::assert_snapshot!(transcript(
        "fn axpy(a: f64, x: &[f64], y: &mut [f64]) { for i in 0..x.len() { y[i] += a * x[i]; } }"
    ));
}

#[test]
fn a_loop_over_entries_with_branches_runs_again() {
    insta::assert_snapshot!(transcript(
        "fn f(x: &[f64], y: &mut [f64]) { for i in 0..x.len() { let a = if i > 0 { x[i - 1] - x[i] } else { x[i] }; y[i] = a * x[i]; } }"
    ));
}

#[test]
fn a_slice_that_moves_keeps_nothing() {
    insta::assert_snapshot!(transcript(
        "fn f(x: &[f64]) -> f64 { let mut s = x; let mut p = 0.0; while s.len() > 1 { p += s[0] * s[1]; s = &s[1..]; } p }"
    ));
}

#[test]
fn a_reference_that_a_branch_chooses_is_chosen_again() {
    insta::assert_snapshot!(transcript(
        "fn f(c: bool, x: f64) -> f64 { let mut a = x; let mut b = x; let r = if c { &mut a } else { &mut b }; *r += x; a * b }"
    ));
}

#[test]
fn a_sort_keeps_its_swaps() {
    insta::assert_snapshot!(transcript("fn f(x: &mut [f64]) { x.sort_by(f64::total_cmp); }"));
}

#[test]
fn unchecked_indices_are_checked_in_derivatives() {
    let text =
        transcript("fn f(x: &[f64], i: usize) -> f64 { unsafe { *x.get_unchecked(i) * x.get_unchecked(i + 1) } }");
    assert!(text.contains("x[i]") && !text.contains("unsafe"), "{text}");
}

#[test]
fn a_part_that_is_copied_to_itself_is_no_reference() {
    let text = transcript("fn f(x: f64) -> f64 { let (mut s, c) = x.sin_cos(); s = s; s * x + c }");
    assert!(text.contains("sin_cos::pull_0"), "{text}");
}

/// Functions of the runtime are known by their names: they have no lanes.
#[test]
fn functions_of_the_runtime_are_listed() {
    let rules = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../autodiff-core/src/rules");
    let mut found = 0;
    let mut folders = vec![rules];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).expect("the runtime stands beside this crate") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let text = std::fs::read_to_string(&path).expect("a source");
            let words = text.split(|c: char| !c.is_ascii_alphanumeric() && c != '_');
            for name in words.filter_map(|w| w.strip_suffix("_push")).filter(|n| !n.is_empty() && *n != "name") {
                assert!(crate::rules::is_built_in(name), "{}: `{name}` is missing in BUILT_IN", path.display());
                found += 1;
            }
        }
    }
    assert!(found > 200, "{found} of them");
}
