//! `Option`, `Result`, `?`, and `Box`.
use autodiff_core::differentiable;
use autodiff_tests::{check, check_scalar};

// ---- Option ----------------------------------------------------------------------------------------------------------

#[differentiable]
fn safe_ln(x: f64) -> Option<f64> {
    if x > 0.0 { Some(x.ln()) } else { None }
}

#[differentiable]
fn safe_ratio(x: f64, y: f64) -> Option<f64> {
    let l = safe_ln(y)?;
    if l == 0.0 {
        return None;
    }
    Some(x / l)
}

#[differentiable]
fn sum_of_two(x: f64, y: f64) -> Option<f64> {
    Some(safe_ln(x)? * safe_ln(y)? + x)
}

#[differentiable]
fn question_mark_in_a_loop(u: &[f64]) -> Option<f64> {
    let mut s = 0.0;
    for e in u {
        s += safe_ln(*e)? * e;
    }
    Some(s * s)
}

#[differentiable]
fn falls_back(x: f64, y: f64) -> f64 {
    safe_ratio(x, y).unwrap_or(x * y)
}

#[differentiable]
fn matches_on_calls(x: f64, y: f64) -> f64 {
    match (safe_ln(x), safe_ln(y)) {
        (Some(a), Some(b)) if a > b => a * b,
        (Some(a), Some(b)) => a - b * x,
        (Some(a), None) => a * y,
        (None, _) => x * y,
    }
}

#[differentiable]
fn default_or_value(u: Option<f64>, x: f64) -> f64 {
    u.unwrap_or_default() * x + x
}

#[differentiable]
fn takes(x: f64, y: f64) -> f64 {
    let mut slot = Some(x * y);
    let first = slot.take();
    let second = slot.take();
    first.unwrap_or(y) * x + second.unwrap_or(y * y)
}

#[differentiable]
fn replaces(x: f64, n: usize) -> f64 {
    let mut best = None;
    let mut s = x;
    for i in 0..n {
        let old = best.replace(s * x);
        s += match old {
            Some(v) => v * 0.5,
            None => i as f64,
        };
    }
    s + best.unwrap_or(x)
}

#[allow(unused_must_use, reason = "an assignment in other words")]
#[differentiable]
fn inserts(x: f64) -> f64 {
    let mut slot = None;
    if x > 0.0 {
        slot.insert(x * x);
    }
    match slot {
        Some(v) => v * x,
        None => x,
    }
}

#[differentiable]
fn running_maximum(u: &[f64]) -> f64 {
    let mut best: Option<f64> = None;
    for e in u {
        best = match best {
            Some(b) if b >= *e => Some(b),
            _ => Some(*e * 1.0),
        };
    }
    best.expect("not empty") * u[0]
}

#[differentiable]
fn last_seen(u: &[f64]) -> f64 {
    let mut last = None;
    let mut s = 0.0;
    for e in u {
        if let Some(p) = last {
            s += p * e;
        }
        last = Some(*e);
    }
    s
}

#[differentiable]
fn let_chain(u: Option<f64>, x: f64) -> f64 {
    if let Some(v) = u
        && v > 0.0
    {
        v * x
    } else {
        x
    }
}

#[differentiable]
fn longer_chain(u: Option<f64>, w: Option<f64>, x: f64) -> f64 {
    let mut s = x;
    if x > 0.0
        && let Some(v) = u
        && let Some(t) = w
        && v < t
    {
        s *= v * t;
    }
    s * x
}

#[differentiable]
fn asks(u: Option<f64>, x: f64) -> f64 {
    if u.is_some_and(|v| v > 0.0) { u.unwrap() * x } else { x }
}

#[differentiable]
fn vectors(u: &[f64]) -> Option<Vec<f64>> {
    let n = u.len();
    if n < 2 {
        return None;
    }
    let mut v = Vec::new();
    for k in 1..n {
        v.push(safe_ln(u[k])? * u[k - 1]);
    }
    Some(v)
}

#[differentiable]
fn uses_vectors(u: &[f64]) -> f64 {
    let Some(v) = vectors(u) else { return u[0] };
    v[0] * v[v.len() - 1]
}

// ---- Result ----------------------------------------------------------------------------------------------------------

#[derive(Debug, Clone, PartialEq)]
enum Failure {
    Negative,
    Other(String),
}

impl From<String> for Failure {
    fn from(text: String) -> Self {
        Failure::Other(text)
    }
}

#[differentiable]
fn checked_sqrt(x: f64) -> Result<f64, String> {
    if x < 0.0 {
        return Err(format!("{x} is negative"));
    }
    Ok(x.sqrt())
}

#[differentiable]
fn checked_norm(u: &[f64], k: f64) -> Result<f64, String> {
    let mut s = 0.0;
    for e in u {
        s += e * e * k;
    }
    let root = checked_sqrt(s)?;
    Ok(root * k)
}

#[differentiable]
fn other_error(x: f64, y: f64) -> Result<f64, Failure> {
    if y < 0.0 {
        Err(Failure::Negative)
    } else {
        let r = checked_sqrt(x)?;
        Ok(r * y)
    }
}

#[differentiable]
fn handles(x: f64, y: f64) -> f64 {
    match other_error(x, y) {
        Ok(v) => v * x,
        Err(Failure::Negative) => x * x,
        Err(e) => {
            let n = if e == Failure::Negative { 1.0 } else { 2.0 };
            n * y
        }
    }
}

#[differentiable]
fn unwraps(x: f64) -> f64 {
    checked_sqrt(x).unwrap() * checked_sqrt(x * x).expect("positive") + checked_sqrt(-x).unwrap_or(x)
}

#[differentiable]
fn conversions(x: f64, y: f64) -> Result<f64, String> {
    let a = safe_ln(x).ok_or("no logarithm")?;
    let b = checked_sqrt(y).ok().unwrap_or(x);
    Ok(a * b)
}

#[differentiable]
fn if_let_ok(x: f64, y: f64) -> f64 {
    let mut s = y;
    if let Ok(v) = checked_sqrt(x) {
        s *= v;
    } else if let Some(l) = safe_ln(y) {
        s += l;
    }
    s
}

#[differentiable]
fn all_of_them(u: &[f64]) -> Result<Vec<f64>, String> {
    let mut out = Vec::with_capacity(u.len());
    for (i, e) in u.iter().enumerate() {
        match checked_sqrt(*e) {
            Ok(r) => out.push(r * u[0]),
            Err(text) => return Err(format!("{i}: {text}")),
        }
    }
    Ok(out)
}

#[differentiable]
fn newton(a: f64, x: f64, steps: usize) -> Result<f64, String> {
    let mut x = x;
    for _ in 0..steps {
        let slope = 2.0 * x;
        if slope == 0.0 {
            return Err("flat".to_string());
        }
        x -= (x * x - a) / slope;
        if (x * x - a).abs() < 1e-14 {
            return Ok(x);
        }
    }
    Ok(x)
}

// ---- Box -------------------------------------------------------------------------------------------------------------

#[differentiable]
fn boxed(x: f64, y: f64) -> f64 {
    let mut b = Box::new(x * y);
    *b += x;
    *b *= *b;
    *b * y
}

#[differentiable]
fn boxed_tuple(x: f64) -> Box<f64> {
    let b = Box::new((x, x * x));
    Box::new(b.0 * b.1)
}

const U: [f64; 3] = [0.7, 1.3, 2.1];

#[differentiable]
fn scaled_by(x: f64, factor: Option<f64>, shift: Option<(f64, f64)>, name: Option<usize>) -> f64 {
    let (a, b) = shift.unwrap_or((0.5, 0.25));
    x * factor.unwrap_or(2.0) * a + b * name.unwrap_or(1) as f64
}

#[differentiable]
fn handed_none(x: f64) -> f64 {
    scaled_by(x, Some(x * x), None, None) + scaled_by(x, None, Some((x, 1.0)), Some(3))
}

#[differentiable]
fn none_for_none(x: f64, wanted: bool) -> Option<f64> {
    let found = if wanted { Some(x * x) } else { None };
    match found {
        Some(v) => Some(v * x),
        None => None,
    }
}

#[test]
fn none_among_arguments() {
    check_scalar!(handed_none(0.7));
    check!(none_for_none(0.7, const true));
    check!(none_for_none(0.7, const false));
}

#[differentiable]
fn root_or_none(v: f64) -> Option<f64> {
    if v > 0.0 { Some(v.sqrt()) } else { None }
}

#[differentiable]
fn sums_of_options(x: &[f64]) -> Option<f64> {
    let a = x.iter().map(|v| root_or_none(*v)).sum::<Option<f64>>()?;
    let b: Option<f64> = x.iter().map(|v| root_or_none(*v)).product();
    Some(a * b?)
}

#[differentiable]
fn flattened(x: &[Option<f64>]) -> f64 {
    let rising = x.iter().flatten().map(|v| if *v > 0.2 { Some(v * v) } else { None });
    x.iter().flatten().sum::<f64>() * rising.flatten().sum::<f64>()
}

#[differentiable]
fn option_as_iterator(x: Option<f64>, y: f64) -> f64 {
    let mut s = y;
    for v in x.iter() {
        s += v * v;
    }
    s * y + x.into_iter().sum::<f64>()
}

#[differentiable]
fn entry_of_a_row(x: &[Vec<f64>], i: usize, j: usize) -> f64 {
    x.get(i).and_then(|r| r.get(j)).copied().unwrap_or(0.5) * x[0][0]
}

#[differentiable]
fn option_of_an_option(x: Option<Option<f64>>, y: f64) -> f64 {
    x.flatten().unwrap_or(y) * y
}

#[differentiable]
fn nested_arrays(x: &[f64]) -> [[f64; 2]; 2] {
    std::array::from_fn(|i| std::array::from_fn(|j| x[i] * x[j]))
}

#[differentiable]
fn references_of_an_array(x: [f64; 3]) -> f64 {
    let y = x.each_ref().map(|v| v * v);
    y[0] * y[1] + x[2]
}

#[test]
fn chains_of_options() {
    check!(sums_of_options(&[0.3, 0.6][..]));
    check!(sums_of_options(&[0.3, -0.6][..]));
    check_scalar!(flattened(&[Some(0.3), None, Some(0.1), Some(0.6)][..]));
    check_scalar!(option_as_iterator(Some(0.3), 0.4));
    check_scalar!(option_as_iterator(None, 0.4));
    for (i, j) in [(0, 0), (0, 1), (1, 0), (1, 1), (2, 0)] {
        check_scalar!(entry_of_a_row(&[vec![0.3, 0.2], vec![0.1]][..], const i, const j));
    }
    check_scalar!(option_of_an_option(Some(Some(0.3)), 0.4));
    check_scalar!(option_of_an_option(Some(None), 0.4));
    check!(nested_arrays(&[0.3, 0.6][..]));
    check_scalar!(references_of_an_array([0.3, 0.6, 0.1]));
}

#[test]
fn options() {
    check!(safe_ln(0.7));
    check!(safe_ratio(0.7, 0.4));
    check!(sum_of_two(0.7, 0.4));
    check!(question_mark_in_a_loop(&U.to_vec()));
    for (x, y) in [(0.7, 0.4), (0.4, 0.7), (0.7, -0.4), (-0.7, 0.4)] {
        check_scalar!(falls_back(x, y));
        check_scalar!(matches_on_calls(x, y));
    }
    check_scalar!(default_or_value(Some(0.4), 0.7));
    check_scalar!(default_or_value(None::<f64>, 0.7));
    check_scalar!(takes(0.7, 0.4));
    for n in [0, 1, 3] {
        check_scalar!(replaces(0.7, const n));
    }
    check_scalar!(inserts(0.7));
    check_scalar!(inserts(-0.7));
    check_scalar!(running_maximum(&vec![0.7, 0.2, 1.1]));
    check_scalar!(last_seen(&U.to_vec()));
    check_scalar!(asks(Some(0.4), 0.7));
    check_scalar!(asks(Some(-0.4), 0.7));
    check!(vectors(&U.to_vec()));
    check_scalar!(uses_vectors(&U.to_vec()));
    check_scalar!(uses_vectors(&vec![0.4]));
    check_scalar!(uses_vectors(&vec![0.4, -0.1]));
}

#[test]
fn chains() {
    for u in [Some(0.4), Some(-0.4), None] {
        check_scalar!(let_chain(u, 0.7));
        check_scalar!(longer_chain(u, Some(0.5), 0.7));
        check_scalar!(longer_chain(Some(0.5), u, 0.7));
    }
}

#[test]
fn missing_values_stop_early() {
    assert_eq!(safe_ratio::vjp(0.7, -0.4, None), (None, (0.0, 0.0)));
    assert_eq!(safe_ratio::jvp(0.7, -0.4, 1.0, 1.0), (None, None));
    assert_eq!(sum_of_two::vjp(0.7, -0.4, None), (None, (0.0, 0.0)));
    assert_eq!(question_mark_in_a_loop::vjp(&[0.7, -0.1], None), (None, vec![0.0, 0.0]));
}

#[test]
fn results() {
    assert_eq!(checked_sqrt::vjp(4.0, Ok(1.0)), (Ok(2.0), 0.25));
    assert_eq!(checked_sqrt::jvp(4.0, 1.0), (Ok(2.0), Ok(0.25)));
    assert_eq!(checked_sqrt::vjp(-4.0, Err(())), (Err("-4 is negative".to_string()), 0.0));
    let (value, (u_bar, k_bar)) = checked_norm::vjp(&[3.0, 4.0], 1.0, Ok(1.0));
    assert!(value == Ok(5.0) && (u_bar[0] - 0.6).abs() + (u_bar[1] - 0.8).abs() + (k_bar - 7.5).abs() < 1e-12);
    assert_eq!(checked_norm::jvp(&[3.0, 4.0], -1.0, &[1.0, 0.0], 0.0), (Err("-25 is negative".to_string()), Err(())));
    for (x, y) in [(0.7, 0.4), (0.7, -0.4), (-0.7, 0.4)] {
        check_scalar!(handles(x, y));
        check_scalar!(if_let_ok(x, y));
    }
    check_scalar!(if_let_ok(-0.7, -0.4));
    check_scalar!(unwraps(0.7));
    let (value, (x_bar, y_bar)) = conversions::vjp(0.5, 4.0, Ok(1.0));
    assert_eq!((value, x_bar, y_bar), (Ok(0.5f64.ln() * 2.0), 4.0, 0.5f64.ln() * 0.25));
    assert_eq!(conversions::vjp(-0.5, 4.0, Err(())).0, Err("no logarithm".to_string()));
    assert_eq!(all_of_them::vjp(&[4.0, 1.0], Ok(vec![1.0, 1.0])), (Ok(vec![8.0, 4.0]), vec![4.0, 2.0]));
    assert_eq!(all_of_them::vjp(&[4.0, -1.0], Err(())), (Err("1: -1 is negative".to_string()), vec![0.0; 2]));
    let (root, (a_bar, _)) = newton::vjp(2.0, 1.0, 20, Ok(1.0));
    let root = root.expect("it converges");
    assert!((a_bar - 0.5 / root).abs() < 1e-9, "{a_bar}");
}

#[test]
fn boxes() {
    check_scalar!(boxed(0.7, 0.4));
    let (value, bar) = boxed_tuple::vjp(2.0, Box::new(1.0));
    assert_eq!((*value, bar), (8.0, 12.0));
}

// ---- a number behind `?` ---------------------------------------------------------------------------------------------

#[differentiable]
fn copied_out(x: &[f64], i: usize) -> Option<f64> {
    let a = *x.get(i)?;
    Some(a * a * *x.first()?)
}

#[differentiable]
fn copied_out_or_else(x: &[f64], i: usize) -> Result<f64, String> {
    let mut a: f64 = *x.get(i).ok_or_else(|| format!("no {i}"))?;
    a *= 2.0;
    let b = x.get(i / 2).ok_or_else(|| format!("no {}", i / 2))?;
    Ok(a * a * b)
}

#[differentiable]
fn out_of_an_option(x: &Option<f64>) -> Option<f64> {
    let v = *x.as_ref()?;
    Some(v * v)
}

#[test]
fn numbers_behind_question_marks() {
    let x = [2.0, 3.0];
    assert_eq!(copied_out::vjp(&x, 1, Some(1.0)), (Some(18.0), vec![9.0, 12.0]));
    assert_eq!(copied_out::jvp(&x, 1, &[1.0, 0.0]), (Some(18.0), Some(9.0)));
    assert_eq!(copied_out::vjp(&x, 2, None), (None, vec![0.0, 0.0]));
    assert_eq!(copied_out_or_else::vjp(&x, 1, Ok(1.0)), (Ok(72.0), vec![36.0, 48.0]));
    assert_eq!(copied_out_or_else::vjp(&x, 2, Err(())), (Err("no 2".to_string()), vec![0.0, 0.0]));
    assert_eq!(out_of_an_option::vjp(&Some(3.0), Some(1.0)), (Some(9.0), Some(6.0)));
    assert_eq!(out_of_an_option::vjp(&None, None), (None, None));
}

/// A result whose error is no copy is consumed, while its tangent asks which variant it was.
#[differentiable]
fn or_default(x: f64) -> f64 {
    let r: Result<f64, String> = if x > 1.0 { Err("too large".to_string()) } else { Ok(x * x) };
    let list = if x > 0.5 { Some(vec![x, x * x]) } else { None };
    r.unwrap_or_default() + list.unwrap_or_default().iter().sum::<f64>() * x
}

#[test]
fn defaults() {
    check_scalar!(or_default(1.3));
    check_scalar!(or_default(0.7));
    check_scalar!(or_default(0.3));
}

// ---- closures that return early, and values that are not there -------------------------------------------------------

/// The `return` leaves the closure, not the function.
#[differentiable]
fn returned_from_closures(x: &[f64]) -> f64 {
    let a = x.get(9).copied().unwrap_or_else(|| {
        if x[0] > 0.0 {
            return 0.5;
        }
        0.7
    });
    let b = x.get(1).map_or(0.3, |v| {
        if *v > 0.5 {
            return v * v;
        }
        0.7
    });
    let square = x.get(2).map(|v| {
        if *v > 0.5 {
            return v * v;
        }
        *v
    });
    let c = square.unwrap_or(0.5);
    let large = x.get(1).is_some_and(|v| {
        if *v > 0.5 {
            return true;
        }
        false
    });
    a * b * c * x[0] * if large { x[0] } else { 1.0 }
}

#[test]
fn closures_that_return() {
    check_scalar!(returned_from_closures(&[0.3, 0.7, 1.3][..]));
    check_scalar!(returned_from_closures(&[0.3, 0.4, 0.2][..]));
}

#[differentiable]
fn root_or_panic(x: f64) -> f64 {
    (x > 0.5).then(|| x.sqrt()).unwrap()
}

#[test]
fn what_is_not_there_is_not_made() {
    check_scalar!(root_or_panic(0.7));
    for derivative in [|x| root_or_panic::grad(x), |x| root_or_panic::jvp(x, 1.0).1] {
        assert!(std::panic::catch_unwind(|| derivative(0.3)).is_err());
    }
}
