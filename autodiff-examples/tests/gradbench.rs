//! Conversations that the harness of GradBench had with a correct tool, held again with this one.
//!
//! They lie in `tests/gradbench`; `GRADBENCH_RECORDED` names a folder with more.
use autodiff_core::check;
use autodiff_examples::gradbench::{PROBLEMS, ba, det, gmm, ht, llsq, lse, lstm, ode, protocol::respond};
use rand::{SeedableRng, rngs::StdRng};
use serde_json::{Value, json};
use std::{
    fs,
    io::Write,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

#[test]
fn recorded_conversations() {
    for file in conversations(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/gradbench")) {
        replay(&file);
    }
}

#[test]
fn more_recorded_conversations() {
    for file in std::env::var_os("GRADBENCH_RECORDED").into_iter().flat_map(|folder| conversations(Path::new(&folder)))
    {
        replay(&file);
    }
}

fn conversations(folder: &Path) -> Vec<PathBuf> {
    let files = fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let files: Vec<_> = files.map(|file| file.expect("a file").path()).collect();
    let files: Vec<_> = files.into_iter().filter(|file| file.extension().is_some_and(|ext| ext == "jsonl")).collect();
    assert!(!files.is_empty(), "nothing in {}", folder.display());
    files
}

/// Messages and responses in turns. A module that is missing is said to be so, and the rest is not asked.
fn replay(file: &Path) {
    let text = fs::read_to_string(file).expect("a conversation");
    let mut lines = text.lines().map(|line| serde_json::from_str::<Value>(line).expect("JSON"));
    while let Some(mut message) = lines.next() {
        let message = &mut message["message"];
        let expected = &lines.next().expect("a response")["response"];
        let actual = answer(once(message));
        let here = format!("{}, message {}", file.display(), message["id"]);
        if message["kind"] == "define" && !PROBLEMS.iter().any(|(name, _)| message["module"] == *name) {
            assert_eq!(actual["success"], false, "{here}");
            return;
        }
        for key in ["id", "success"] {
            assert_eq!(actual.get(key), expected.get(key), "{here}: {actual}");
        }
        assert_close(actual.get("output"), expected.get("output"), &here);
    }
}

/// One run is enough here.
fn once(message: &mut Value) -> &Value {
    if let Some(input) = message["input"].as_object_mut() {
        input.remove("min_runs");
        input.remove("min_seconds");
    }
    message
}

fn answer(message: &Value) -> Value {
    serde_json::from_str(&respond(&message.to_string())).expect("JSON")
}

/// Numbers agree to 1e-8 of themselves. What is tiny among its neighbours is a difference of larger numbers, and keeps
/// fewer digits: of these a millionth of the largest number in the same array is allowed for.
fn assert_close(actual: Option<&Value>, expected: Option<&Value>, here: &str) {
    match (actual, expected) {
        (Some(Value::Array(actual)), Some(Value::Array(expected))) => {
            assert_eq!(actual.len(), expected.len(), "{here}");
            let scale = expected.iter().filter_map(Value::as_f64).map(f64::abs).fold(0.0, f64::max);
            for (i, (actual, expected)) in actual.iter().zip(expected).enumerate() {
                match (actual.as_f64(), expected.as_f64()) {
                    (Some(a), Some(e)) => assert_near(a, e, scale, &format!("{here}[{i}]")),
                    _ => assert_close(Some(actual), Some(expected), &format!("{here}[{i}]")),
                }
            }
        }
        (Some(Value::Object(actual)), Some(Value::Object(expected))) => {
            assert!(actual.keys().eq(expected.keys()), "{here}: {:?}", actual.keys());
            for (key, expected) in expected {
                assert_close(actual.get(key), Some(expected), &format!("{here}.{key}"));
            }
        }
        (Some(Value::Number(actual)), Some(Value::Number(expected))) if !expected.is_u64() => {
            let expected = expected.as_f64().expect("a float");
            assert_near(actual.as_f64().expect("a float"), expected, expected.abs(), here);
        }
        (actual, expected) => assert_eq!(actual, expected, "{here}"),
    }
}

fn assert_near(actual: f64, expected: f64, scale: f64, here: &str) {
    let tolerance = 1e-8 * (expected.abs() + 1e-6 * scale);
    assert!((actual - expected).abs() <= tolerance, "{here}: {actual} instead of {expected}");
}

/// What is answered with a failure that says what is wrong.
#[test]
fn failures() {
    for (message, error) in [
        (json!({"id": 1, "kind": "define", "module": "sudoku"}), "there is no module `sudoku`"),
        (json!({"id": 1, "kind": "define"}), "which module?"),
        (
            json!({"id": 1, "kind": "evaluate", "module": "lse", "function": "f", "input": 1}),
            "there is no function `f`",
        ),
        (json!({"id": 1, "kind": "evaluate", "module": "lse", "function": "primal"}), "the input is missing"),
        (json!({"id": 1, "kind": "evaluate", "module": "lse", "input": 1}), "which function?"),
        (json!({"id": 1, "kind": "evaluate", "module": "lse", "function": "primal", "input": {}}), "missing field `x`"),
        (
            json!({"id": 1, "kind": "evaluate", "module": "det", "function": "primal", "input": {"A": [1.0], "ell": 2}}),
            "panicked: ",
        ),
        (json!({"id": 1, "kind": "dance"}), "no message is of kind `dance`"),
    ] {
        let answer = answer(&message);
        assert_eq!((&answer["id"], &answer["success"]), (&json!(1), &json!(false)), "{message}");
        let text = answer["error"].as_str().expect("an error");
        assert!(text.contains(error), "{message}: {text}");
    }
    let answer: Value = serde_json::from_str(&respond("{")).expect("JSON");
    assert_eq!((&answer["id"], &answer["success"]), (&Value::Null, &json!(false)));
}

/// The times: one for the input, one for each run.
#[test]
fn runs() {
    let input = json!({"x": [1.0, 2.0], "min_runs": 4, "min_seconds": 0.0});
    let answer = answer(&json!({"id": 1, "kind": "evaluate", "module": "lse", "function": "gradient", "input": input}));
    let names: Vec<_> = answer["timings"].as_array().expect("timings").iter().map(|timing| &timing["name"]).collect();
    assert_eq!(names, ["prepare", "evaluate", "evaluate", "evaluate", "evaluate"]);
}

/// The program: a response for each line, until there are no more.
#[test]
fn program() {
    let mut child = Command::new(env!("CARGO_BIN_EXE_gradbench"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("the program starts");
    let messages =
        "{\"id\":0,\"kind\":\"start\",\"eval\":\"hello\"}\n{\"id\":1,\"kind\":\"define\",\"module\":\"hello\"}\n";
    child.stdin.take().expect("a pipe").write_all(messages.as_bytes()).expect("the program listens");
    let output = child.wait_with_output().expect("the program ends");
    assert!(output.status.success());
    let text = String::from_utf8(output.stdout).expect("text");
    assert_eq!(text, "{\"id\":0,\"tool\":\"autodiff\"}\n{\"id\":1,\"success\":true}\n");
}

/// Both modes of every objective against each other and against differences, on small random inputs: there are more of them,
/// and smaller ones, than anybody has recorded.
#[test]
fn derivatives() {
    let rng = &mut StdRng::seed_from_u64(1);
    for n in [1, 2, 7] {
        let lse::Input { x } = lse::Input::random(rng, n);
        check!(lse::log_sum_exp(&x));
    }
    for (m, n) in [(1, 2), (3, 8), (4, 17)] {
        let llsq::Input { x, n } = llsq::Input::random(rng, m, n);
        check!(llsq::half_squares(
            &x,
            #[nodiff]
            n
        ));
    }
    for (n, s) in [(1, 1), (3, 2), (5, 3)] {
        let ode::Input { x, s } = ode::Input::random(rng, n, s);
        check!(ode::solve(&x, #[nodiff] s, &mut vec![1.0; n]) -> ());
    }
    for ell in [1, 2, 4] {
        let det::Input { A, ell } = det::Input::random(rng, ell);
        check!(det::det(
            &A,
            #[nodiff]
            ell
        ));
    }
    for (l, c, b) in [(1, 3, 2), (2, 4, 3)] {
        let lstm::Input { main_params: main, extra_params: extra, state, sequence } = lstm::Input::random(rng, l, c, b);
        check!(lstm::loss(
            &main.data,
            &extra.data,
            #[nodiff]
            &state.data,
            #[nodiff]
            &sequence.data,
            #[nodiff]
            b
        ));
    }
    for (d, k, n) in [(1, 1, 2), (2, 3, 4), (6, 2, 3)] {
        let gmm::Input { x, alpha, mu, q, l, .. } = gmm::Input::random(rng, d, k, n);
        check!(gmm::log_likelihood(
            &alpha,
            &mu.data,
            &q.data,
            &l.data,
            #[nodiff]
            &x.data,
            #[nodiff]
            0.7,
            2
        ));
    }
    let ba::Input { cameras, points, weights, observations } = ba::Input::random(rng, 2, 3, 6);
    for (seen, &w) in observations.iter().zip(&weights) {
        let (camera, point, feature) = (cameras[seen.camera], points[seen.point], seen.feature);
        check!(ba::reprojection_error(
            &camera,
            &point,
            w,
            #[nodiff]
            &feature
        ));
        check!(ba::weight_error(w));
    }
    let ht::Input { theta, us, data } = ht::Input::random(rng, 5, 3);
    let no_us: Vec<[f64; 2]> = vec![];
    check!(ht::errors(&theta, &us, #[nodiff] &data, &mut vec![[0.0; 3]; 3]) -> ());
    check!(ht::errors(&theta, &no_us, #[nodiff] &data, &mut vec![[0.0; 3]; 3]) -> ());
}
