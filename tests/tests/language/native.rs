//! What is not active stays native: sizes, indices, printing, assertions, random numbers, unannotated functions.
use autodiff_core::{Differentiable, differentiable, stop_gradient};
use autodiff_tests::{assert_close, check, check_scalar};
use std::collections::HashMap;

struct Lcg(u64);

impl Lcg {
    fn new(seed: u64) -> Self {
        Lcg(seed)
    }
    fn uniform(&mut self) -> f64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 11) as f64 / (1u64 << 53) as f64
    }
}

struct Settings {
    steps: usize,
    rate: f64,
    names: Vec<String>,
}

fn binomial(n: usize, k: usize) -> f64 {
    (1..=k).fold(1.0, |c, i| c * (n - k + i) as f64 / i as f64)
}

#[differentiable]
fn prints(x: f64) -> f64 {
    let y = x * x;
    println!("x = {x}, y = {:.3}", y);
    eprintln!("{}", "done");
    y.sin()
}

#[differentiable]
fn asserts(x: &[f64], y: &[f64]) -> f64 {
    assert_eq!(x.len(), y.len());
    assert!(!x.is_empty(), "no data, {}", x.len());
    debug_assert!(x[0].is_finite());
    debug_assert!(x[0] < 100.0 && y[0] * x[0] < 1e6, "too large: {}", x[0]);
    assert_ne!(x.len(), 1000);
    let mut s = 0.0;
    for i in 0..x.len() {
        s += x[i] * y[i];
    }
    s
}

#[differentiable]
fn panics_that_do_not_happen(x: f64, k: usize) -> f64 {
    if k > 10 {
        panic!("k is {k}");
    }
    match k {
        0 => x,
        1 => x * x,
        2 => x.exp(),
        _ => unreachable!("k = {}", k),
    }
}

#[differentiable]
fn random_numbers(x: f64, n: usize, seed: u64) -> f64 {
    let mut rng = Lcg::new(seed);
    let mut s = 0.0;
    for _ in 0..n {
        let u = rng.uniform();
        let v: f64 = 2.0 * rng.uniform() - 1.0;
        s += (x * u).sin() * v + s * u;
    }
    s / n as f64
}

#[differentiable]
fn native_functions(x: f64, n: usize) -> f64 {
    let mut s = 0.0;
    for k in 0..=n {
        let c = binomial(n, k);
        s += c * x.powi(k as i32);
    }
    s
}

#[differentiable]
fn integer_arithmetic(x: &[f64], n: usize) -> f64 {
    let mut s = 0.0;
    let mut k = 1usize;
    let half = n / 2;
    let mask = (1 << 3) - 1;
    for i in 0..n {
        k = (k * 5 + i) & mask;
        k ^= i;
        let j = k % x.len();
        if i.is_multiple_of(2) || j > half {
            s += x[j] * (k as f64).sqrt();
        }
        k = k.wrapping_add(7).min(1000);
    }
    s
}

#[differentiable]
fn native_collections(x: f64, #[nodiff] settings: &Settings) -> f64 {
    let mut table = HashMap::new();
    for (i, name) in settings.names.iter().enumerate() {
        table.insert(name.clone(), i + 1);
    }
    let mut s = x;
    for _ in 0..settings.steps {
        let k = table["two"];
        s += settings.rate * s * k as f64;
    }
    let label = format!("{}-{}", settings.names[0], settings.steps);
    if label.starts_with("one") { s * s } else { s }
}

#[differentiable]
fn native_closure(x: f64, n: usize) -> f64 {
    let weight = |i: usize| 1.0 / (i as f64 + 1.0);
    let weights: Vec<f64> = (0..n).map(weight).collect();
    let mut s = 0.0;
    for i in 0..n {
        s += weights[i] * x * (s + 1.0);
    }
    s
}

#[differentiable]
fn active_value_as_index(x: f64, table: &[f64]) -> f64 {
    let i = (x.floor() as usize).min(table.len() - 2);
    let t = x - i as f64;
    table[i] * (1.0 - t) + table[i + 1] * t
}

#[differentiable]
fn active_value_in_conditions_only(x: f64, y: f64) -> f64 {
    let n = if x > 1.0 { 3 } else { 5 };
    let sign = x.signum();
    let mut s = 0.0;
    for _ in 0..n {
        s = s * 0.5 + y;
    }
    s * sign
}

#[differentiable]
fn stopped(x: f64, y: f64) -> f64 {
    let k = stop_gradient(x * y);
    k * x + stop_gradient(binomial(4, 2) * y.exp()) * y
}

#[differentiable]
fn stopped_native_call(x: f64) -> f64 {
    let digits = stop_gradient(format!("{:.3}", x).len());
    x * digits as f64
}

#[differentiable]
fn stopped_reference(x: &[f64]) -> f64 {
    let fixed = stop_gradient(x);
    let mut s = 0.0;
    for i in 0..x.len() {
        s += fixed[i] * x[i];
    }
    s
}

#[differentiable]
fn casts(x: f64, n: i32) -> f64 {
    let a = x as f32;
    let b = a as f64;
    let steps = (x * 10.0) as i64;
    let c = steps as f64 * x;
    b * c + n as f64
}

#[differentiable]
fn emptied_option(x: f64) -> f64 {
    let mut first = Some(3usize);
    let mut s = 0.0;
    for _ in 0..3 {
        if let Some(k) = first.take() {
            s += x * x * k as f64;
        } else {
            s += s * x;
        }
    }
    s
}

#[differentiable]
fn macros_that_only_look(x: f64) -> f64 {
    let mut a = x;
    a *= x;
    let text = format!("{a} {b} {c}", a = a, b = { a }, c = 1);
    assert!(matches!(a, v if v > 0.0), "{a} {}", a);
    if text.is_empty() { x } else { a }
}

#[differentiable]
fn vec_with_effects(x: f64) -> f64 {
    let mut s = x;
    let v = vec![
        s,
        {
            s *= x;
            s
        },
        s,
    ];
    v[0] * v[1] + v[2]
}

/// Methods for their effect, with names that the table of rules has too.
#[derive(Clone, Differentiable)]
struct Tally {
    #[nodiff]
    count: usize,
    total: f64,
}

#[differentiable]
impl Tally {
    fn add(&mut self, v: f64) {
        self.count += 1;
        self.total += v * self.count as f64;
    }
    fn scale(&mut self, k: f64) {
        self.total *= k;
    }
}

#[differentiable]
fn effects_by_the_name_of_a_rule(v: &[f64]) -> f64 {
    let mut tally = Tally { count: 0, total: 0.0 };
    for x in v {
        tally.add(x * x);
        tally.scale(*x);
    }
    tally.total
}

#[test]
fn macros_and_effects() {
    check_scalar!(effects_by_the_name_of_a_rule(&[0.7, 0.4, 1.1][..]));
    check_scalar!(emptied_option(0.7));
    check_scalar!(macros_that_only_look(0.7));
    check_scalar!(vec_with_effects(0.7));
}

#[test]
fn unmarked() {
    check_scalar!(prints(0.7));
    check_scalar!(asserts(&[0.7, 1.2][..], &[0.3, -0.4][..]));
    for k in 0..3 {
        check_scalar!(panics_that_do_not_happen(0.7, const k));
    }
    check_scalar!(random_numbers(0.7, const 5, const 42));
    check_scalar!(native_functions(0.7, const 4));
    check_scalar!(integer_arithmetic(&[0.7, 1.2, 0.3][..], const 9));
    let names = vec!["one".to_string(), "two".to_string()];
    let settings = Settings { steps: 3, rate: 0.1, names };
    check_scalar!(native_collections(0.7, const &settings));
    check_scalar!(native_closure(0.7, const 4));
    check_scalar!(active_value_as_index(1.3, &[0.7, 1.2, 0.3, 2.0][..]));
    check_scalar!(active_value_in_conditions_only(0.7, 1.2));
    check_scalar!(active_value_in_conditions_only(1.7, 1.2));
}

#[test]
#[should_panic(expected = "k is 11")]
fn a_panic_of_the_primal_is_a_panic_of_its_derivative() {
    panics_that_do_not_happen::grad(0.7, 11);
}

#[test]
fn casts_to_integers_are_constant() {
    // `as f32` rounds, the value as well as its tangent, so central differences are of no use
    let x = 0.7_f64;
    let c = 7.0 * x;
    assert_close(casts::grad(x, 1), c + f64::from(x as f32) * 7.0, 1e-7);
    assert_close(casts::jvp(x, 1, 1.0).1, c + f64::from(x as f32) * 7.0, 1e-7);
}

#[test]
fn stopped_gradients() {
    let (x, y) = (0.7_f64, 1.2_f64);
    let (gx, gy) = stopped::grad(x, y);
    assert_close(gx, x * y, 1e-14);
    assert_close(gy, 6.0 * y.exp(), 1e-14);
    assert_close(stopped::jvp(x, y, 1.0, 0.0).1, x * y, 1e-14);
    assert_close(stopped::jvp(x, y, 0.0, 1.0).1, 6.0 * y.exp(), 1e-14);
    assert_eq!(stopped_native_call::grad(0.7), 5.0);
    assert_eq!(stopped_reference::grad(&[2.0, 3.0]), vec![2.0, 3.0]);
    assert_eq!(stopped_reference::jvp(&[2.0, 3.0], &[1.0, 10.0]), (13.0, 32.0));
}

#[differentiable]
fn string_parameters(x: &[f64], name: &str, labels: &[String], flag: bool, letter: char) -> Vec<f64> {
    let k = name.len() + labels.len();
    let mut out = x.to_vec();
    if flag && letter.is_alphabetic() {
        out[0] *= k as f64;
    }
    out
}

#[test]
fn strings() {
    let labels = ["a".to_string()];
    check!(string_parameters(&[0.7, 1.2][..], const "abc", const &labels, const true, const 'x'));
}

/// Vectors without derivatives that serve as stacks: what is pushed is popped in reverse, and nothing is copied.
#[differentiable]
fn stacked(x: &[f64]) -> f64 {
    let mut stack = vec![0, 1];
    let mut order: Vec<usize> = Vec::new();
    let mut s = x[0];
    let mut n = 0;
    while let Some(k) = stack.pop() {
        order.push(k);
        s = s * x[k] + x[stack.len() % 3] * x[order[0]];
        n += 1;
        if n < 6 {
            stack.push((k + n) % 3);
            if n % 2 == 0 {
                stack.push(n % 3);
            }
        }
        if n > 8 {
            break;
        }
    }
    for _ in 0..2 {
        let k = order.pop().unwrap();
        s = s * 0.5 + x[k] * x[order[order.len() - 1]];
    }
    s
}

#[test]
fn stacks_of_constants() {
    check_scalar!(stacked(&[0.31, 1.17, 0.73][..]));
    check_scalar!(stacked(&[1.31, -0.7, 0.5][..]));
}
