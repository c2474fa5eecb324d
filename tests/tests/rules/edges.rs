//! Numbers and shapes at the edges: NaN and infinity, singular points, nothing at all, very long loops, deep recursion, panics.
use autodiff_core::differentiable;
use nalgebra::{DMatrix, DVector};
use std::panic::{AssertUnwindSafe, catch_unwind};

macro_rules! unary {
    ($($name:ident)*) => {
        $(
            #[differentiable]
            fn $name(x: f64) -> f64 {
                x.$name()
            }
        )*
        /// The function, `jvp` and `vjp` of each.
        type Modes = (&'static str, fn(f64) -> f64, fn(f64, f64) -> (f64, f64), fn(f64, f64) -> (f64, f64));
        const UNARY: &[Modes] = &[$((stringify!($name), $name, $name::jvp, $name::vjp)),*];
    };
}
unary!(abs sqrt cbrt exp exp2 exp_m1 ln log2 log10 ln_1p sin cos tan asin acos atan sinh cosh tanh asinh acosh atanh recip
    floor ceil round trunc signum fract to_degrees to_radians);

macro_rules! binary {
    ($($name:ident)*) => {
        $(
            #[differentiable]
            fn $name(x: f64, y: f64) -> f64 {
                x.$name(y)
            }
        )*
        type Binary = (
            &'static str,
            fn(f64, f64) -> f64,
            fn(f64, f64, f64, f64) -> (f64, f64),
            fn(f64, f64, f64) -> (f64, (f64, f64)),
        );
        const BINARY: &[Binary] = &[$((stringify!($name), $name, $name::jvp, $name::vjp)),*];
    };
}
binary!(powf hypot atan2 log max min copysign rem_euclid);

const EDGES: [f64; 11] =
    [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, 0.0, -0.0, 1.0, -1.0, f64::MAX, f64::MIN_POSITIVE, 1e-320, -2.0];

fn same(a: f64, b: f64) -> bool {
    a.to_bits() == b.to_bits() || a.is_nan() && b.is_nan()
}

#[test]
fn values_are_those_of_the_plain_call_everywhere() {
    for &(name, f, jvp, vjp) in UNARY {
        for x in EDGES {
            assert!(same(jvp(x, 1.0).0, f(x)) && same(vjp(x, 1.0).0, f(x)), "{name}({x})");
        }
    }
    for &(name, f, jvp, vjp) in BINARY {
        for (x, y) in EDGES.iter().flat_map(|x| EDGES.map(|y| (*x, y))) {
            assert!(same(jvp(x, y, 1.0, 1.0).0, f(x, y)) && same(vjp(x, y, 1.0).0, f(x, y)), "{name}({x}, {y})");
        }
    }
}

#[test]
fn both_modes_say_the_same_at_edges_and_nothing_for_nothing() {
    for &(name, _, jvp, vjp) in UNARY {
        for x in EDGES {
            for d in [1.0, -2.0] {
                let (forward, reverse) = (jvp(x, d).1, vjp(x, d).1);
                assert!(same(forward, reverse) || forward == reverse, "{name} at {x}: {forward} and {reverse}");
            }
            assert!(jvp(x, 0.0).1 == 0.0 && vjp(x, 0.0).1 == 0.0, "{name} at {x} with nothing coming in");
        }
    }
    for &(name, _, jvp, vjp) in BINARY {
        for (x, y) in EDGES.iter().flat_map(|x| EDGES.map(|y| (*x, y))) {
            let (by_x, by_y) = vjp(x, y, 1.0).1;
            for (forward, reverse) in [(jvp(x, y, 1.0, 0.0).1, by_x), (jvp(x, y, 0.0, 1.0).1, by_y)] {
                assert!(same(forward, reverse) || forward == reverse, "{name} at {x}, {y}: {forward} and {reverse}");
            }
            let nothing = vjp(x, y, 0.0).1;
            assert!(jvp(x, y, 0.0, 0.0).1 == 0.0 && nothing == (0.0, 0.0), "{name} at {x}, {y} with nothing coming in");
        }
    }
}

#[test]
fn slopes_at_singular_points() {
    let infinity = f64::INFINITY;
    assert_eq!((sqrt::grad(0.0), cbrt::grad(0.0), ln::grad(0.0)), (infinity, infinity, infinity));
    assert_eq!((acos::grad(1.0), asin::grad(-1.0), atanh::grad(1.0)), (-infinity, infinity, infinity));
    assert_eq!(powf::grad(0.0, 0.5), (infinity, 0.0));
    assert_eq!(powf::grad(0.0, 1.0), (1.0, 0.0));
    assert_eq!(hypot::grad(0.0, 0.0), (0.0, 0.0));
    assert_eq!(atan2::grad(0.0, -1.0), (-1.0, 0.0));
    let origin = atan2::grad(0.0, 0.0);
    assert!(origin.0.is_nan() && origin.1.is_nan());
    assert!(sqrt::grad(-1.0).is_nan() && acos::grad(2.0).is_nan());
}

#[differentiable]
fn poisoned(x: &[f64]) -> f64 {
    let mut s = 0.0;
    for v in x {
        s += v * v;
    }
    s.sqrt()
}

#[test]
fn nan_and_infinity_come_out_where_they_went_in() {
    let g = poisoned::grad(&[1.0, f64::NAN]);
    assert!(g[0].is_nan() && g[1].is_nan());
    let (y, g) = poisoned::value_and_grad(&[1.0, f64::INFINITY]);
    assert!(y.is_infinite() && g[0] == 0.0 && g[1].is_nan());
}

#[differentiable]
fn mean_square(x: &[f64], a: &DMatrix<f64>) -> f64 {
    let mut s = 1.0;
    for v in x {
        s += v * v;
    }
    s + a.norm() + a.sum() + a.dot(a)
}

#[differentiable]
fn product(a: &DMatrix<f64>, x: &DVector<f64>) -> DVector<f64> {
    a * x
}

#[differentiable]
fn doubled(x: &DVector<f64>) -> DVector<f64> {
    2.0 * x
}

#[test]
fn nothing_has_a_gradient_of_nothing() {
    let nothing = DMatrix::zeros(0, 0);
    assert_eq!(mean_square::value_and_grad(&[], &nothing), (1.0, (vec![], nothing.clone())));
    assert_eq!(mean_square::jvp(&[], &nothing, &[], &nothing), (1.0, 0.0));
    let (a, x) = (DMatrix::zeros(2, 0), DVector::zeros(0));
    assert_eq!(product::vjp(&a, &x, DVector::zeros(2)), (DVector::zeros(2), (a.clone(), x.clone())));
    assert_eq!(doubled::jacobian(&DVector::zeros(0)).shape(), (0, 0));
}

#[differentiable]
fn picked(x: &[f64], i: usize, k: i32) -> f64 {
    let j = k * 2;
    let s = x[0] * x[0];
    s * x[i] * f64::from(j)
}

#[differentiable]
fn checked(x: f64) -> f64 {
    assert!(x > 0.0, "the logarithm of {x}");
    x.ln()
}

fn message(f: impl FnOnce()) -> String {
    let panic = catch_unwind(AssertUnwindSafe(f)).expect_err("it panics");
    panic
        .downcast_ref::<String>()
        .cloned()
        .unwrap_or_else(|| panic.downcast_ref::<&str>().map_or_else(String::new, |s| s.to_string()))
}

#[test]
fn panics_are_the_functions_own_and_leave_buffers_alone() {
    let x = [1.0, 2.0];
    for (i, k) in [(2, 1), (0, i32::MAX)] {
        if k == i32::MAX && !cfg!(debug_assertions) {
            continue;
        }
        let plain = message(|| _ = picked(&x, i, k));
        let mut buffer = vec![3.0, 4.0];
        assert_eq!(message(|| _ = picked::vjp_into(&x, i, k, 1.0, &mut buffer)), plain);
        assert_eq!(buffer, [3.0, 4.0]);
        assert_eq!(message(|| _ = picked::grad(&x, i, k)), plain);
        assert_eq!(message(|| _ = picked::jvp(&x, i, k, &x)), plain);
    }
    assert_eq!(message(|| _ = checked::grad(-1.0)), "the logarithm of -1");
    assert_eq!(message(|| _ = checked::jvp(-1.0, 1.0)), "the logarithm of -1");
}

#[differentiable]
fn decay(x: f64, k: f64, n: usize) -> f64 {
    let mut y = x;
    for _ in 0..n {
        y = y - k * y * y;
    }
    y
}

#[test]
fn a_million_steps() {
    // y' = -k y² has the solution x / (1 + x k n), up to the error of the steps
    let (x, k, n) = (1.0, 1e-6, 1_000_000);
    let (y, (x_bar, _)) = decay::value_and_grad(x, k, n);
    assert!((y - 0.5).abs() < 1e-5 && (x_bar - 0.25).abs() < 1e-5, "{y} {x_bar}");
    assert!((decay::jvp(x, k, n, 1.0, 0.0).1 - x_bar).abs() < 1e-12);
    let memory = allocation_counter::measure(|| _ = decay::grad(x, k, n));
    assert!(memory.bytes_max <= 8 * n as u64 + 1024, "{} bytes for {n} steps", memory.bytes_max);
}

#[differentiable]
fn recursive(x: f64, depth: usize) -> f64 {
    if depth == 0 { x } else { recursive(x, depth - 1) * 0.999 + x * 1e-3 }
}

#[test]
fn deep_recursion() {
    let deep = std::thread::Builder::new().stack_size(64 << 20).spawn(|| {
        assert!((recursive::grad(2.0, 5000) - 1.0).abs() < 1e-12);
        assert!((recursive::jvp(2.0, 5000, 1.0).1 - 1.0).abs() < 1e-12);
    });
    deep.expect("a thread").join().expect("the stack is deep enough");
}
