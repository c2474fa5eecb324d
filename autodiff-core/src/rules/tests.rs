//! Every row of the scalar table against central differences, found by listing the rows.
use super::*;
use crate::check;
use crate::seed::SplitMix64;

/// Points inside of the domain of a row; constants are whole numbers.
fn points(row: &Row) -> Vec<Vec<f64>> {
    let mut generator = SplitMix64(row.name.len() as u64);
    let constant = |k| row.partials.iter().all(|p| p.operand() != k);
    let mut point = || -> Vec<f64> {
        let draw = |(k, (lo, hi)): (usize, &(f64, f64))| {
            let x = lo + (hi - lo) * (0.5 + 0.499 * generator.next());
            if constant(k) { x.round() } else { x }
        };
        row.domain.iter().enumerate().map(draw).collect()
    };
    (0..20).map(|_| point()).collect()
}

/// The operands that the row differentiates by, taken out of all.
fn varied(row: &Row, x: &[f64]) -> Vec<f64> {
    row.partials.iter().map(|p| x[p.operand()]).collect()
}

/// All operands, with those put in that are differentiated by.
fn with(row: &Row, x: &[f64], varied: &[f64]) -> Vec<f64> {
    let mut x = x.to_vec();
    row.partials.iter().zip(varied).for_each(|(p, v)| x[p.operand()] = *v);
    x
}

#[test]
fn first_partials() {
    for row in ROWS {
        for x in points(row) {
            let partials: Vec<f64> = row.partials.iter().map(|p| (p.pull)(&x, 1.0)).collect();
            check::try_gradient(|v: &Vec<f64>| (row.value)(&with(row, &x, v)), &varied(row, &x), &partials)
                .unwrap_or_else(|m| panic!("{} at {x:?}: {m}", row.name));
        }
    }
}

#[test]
fn second_partials() {
    for row in ROWS {
        for x in points(row) {
            let n = row.partials.len();
            let second = (row.second)(&x);
            assert_eq!(second.len(), n * n, "{}", row.name);
            for (i, p) in row.partials.iter().enumerate() {
                check::try_gradient(
                    |v: &Vec<f64>| (p.pull)(&with(row, &x, v), 1.0),
                    &varied(row, &x),
                    &second[i * n..][..n],
                )
                .unwrap_or_else(|m| panic!("{}::{} at {x:?}: {m}", row.name, p.name));
            }
        }
    }
}

#[test]
fn pull_and_push_are_linear_and_equal() {
    for row in ROWS {
        for x in points(row) {
            for p in row.partials {
                let one = (p.pull)(&x, 1.0);
                for d in [0.0, 1.0, -2.0, 0.25] {
                    assert!(((p.pull)(&x, d) - one * d).abs() <= 1e-14 * (one * d).abs(), "{} {}", row.name, p.name);
                    assert_eq!((p.pull)(&x, d), (p.push)(&x, d), "{} {}", row.name, p.name);
                }
            }
        }
    }
}

#[test]
fn single_precision_agrees_with_double() {
    for row in ROWS {
        for x in points(row) {
            let single: Vec<f32> = x.iter().map(|v| *v as f32).collect();
            let x: Vec<f64> = single.iter().map(|v| f64::from(*v)).collect();
            let close = |a: f32, b: f64| (f64::from(a) - b).abs() <= 2e-5 * b.abs().max(1.0);
            assert!(close((row.value_f32)(&single), (row.value)(&x)), "{} at {x:?}", row.name);
            for p in row.partials {
                let (a, b) = ((p.pull_f32)(&single, 1.5), (p.pull)(&x, 1.5));
                assert!(close(a, b), "{} {} at {x:?}: {a} {b}", row.name, p.name);
            }
        }
    }
}

/// The partials of a rule at a point.
fn partials(name: &str, x: &[f64]) -> Vec<f64> {
    let row = ROWS.iter().find(|r| r.name == name).expect("a row of this name");
    row.partials.iter().map(|p| (p.pull)(x, 1.0)).collect()
}

#[test]
fn conventions_at_kinks() {
    let (inf, nan) = (f64::INFINITY, f64::NAN);
    #[rustfmt::skip]
    let table: &[(&str, &[f64], &[f64])] = &[
        ("abs", &[0.0], &[0.0]), ("abs", &[-0.0], &[0.0]), ("abs", &[-3.0], &[-1.0]), ("abs", &[3.0], &[1.0]),
        ("max", &[1.0, 1.0], &[0.5, 0.5]), ("max", &[2.0, 1.0], &[1.0, 0.0]), ("max", &[0.0, -0.0], &[0.5, 0.5]),
        ("max", &[nan, 1.0], &[0.0, 1.0]), ("max", &[1.0, nan], &[1.0, 0.0]), ("max", &[inf, 1.0], &[1.0, 0.0]),
        ("min", &[1.0, 1.0], &[0.5, 0.5]), ("min", &[2.0, 1.0], &[0.0, 1.0]),
        ("min", &[nan, 1.0], &[0.0, 1.0]), ("min", &[1.0, nan], &[1.0, 0.0]),
        ("clamp", &[0.5, 0.0, 1.0], &[1.0, 0.0, 0.0]), ("clamp", &[-1.0, 0.0, 1.0], &[0.0, 1.0, 0.0]),
        ("clamp", &[2.0, 0.0, 1.0], &[0.0, 0.0, 1.0]), ("clamp", &[0.0, 0.0, 1.0], &[0.5, 0.5, 0.0]),
        ("clamp", &[1.0, 0.0, 1.0], &[0.5, 0.0, 0.5]), ("clamp", &[1.0, 1.0, 1.0], &[0.5, 0.25, 0.25]),
        ("clamp", &[nan, 0.0, 1.0], &[1.0, 0.0, 0.0]),
        ("abs_sub", &[1.0, 1.0], &[0.5, -0.5]), ("abs_sub", &[0.0, 1.0], &[0.0, 0.0]),
        ("copysign", &[0.0, -1.0], &[0.0]), ("copysign", &[2.0, -0.0], &[-1.0]), ("copysign", &[-2.0, -0.0], &[1.0]),
        ("powi", &[0.0, 0.0], &[0.0]), ("powi", &[2.0, 0.0], &[0.0]), ("powi", &[0.0, 1.0], &[1.0]),
        ("powi", &[0.0, 2.0], &[0.0]), ("powi", &[0.0, -1.0], &[-inf]), ("powi", &[-2.0, 3.0], &[12.0]),
        ("powi", &[1.0, f64::from(i32::MIN)], &[f64::from(i32::MIN)]),
        ("powi", &[-1.0, f64::from(i32::MIN)], &[-f64::from(i32::MIN)]),
        ("powf", &[0.0, 0.0], &[0.0, 0.0]), ("powf", &[0.0, 2.0], &[0.0, 0.0]), ("powf", &[0.0, 1.0], &[1.0, 0.0]),
        ("powf", &[0.0, 0.5], &[inf, 0.0]), ("powf", &[nan, 0.0], &[0.0, nan]),
        ("hypot", &[0.0, 0.0], &[0.0, 0.0]), ("hypot", &[3.0, -4.0], &[0.6, -0.8]),
        ("atan2", &[0.0, 0.0], &[nan, nan]), ("atan2", &[1e-200, 1e-200], &[5e199, -5e199]),
        ("sqrt", &[0.0], &[inf]), ("ln", &[0.0], &[inf]), ("cbrt", &[0.0], &[inf]), ("acos", &[1.0], &[-inf]),
        ("asinh", &[1e200], &[1e-200]), ("acosh", &[1e200], &[1e-200]), ("acosh", &[1.0], &[inf]),
        ("fract", &[1.0], &[1.0]),
        ("rem", &[-7.5, 2.0], &[1.0, 3.0]), ("rem_euclid", &[-7.5, 2.0], &[1.0, 4.0]),
    ];
    for (name, x, expected) in table {
        let found = partials(name, x);
        let same = |(a, b): (&f64, &f64)| a == b || (a.is_nan() && b.is_nan()) || (a - b).abs() <= 1e-14 * b.abs();
        assert!(
            found.len() == expected.len() && found.iter().zip(*expected).all(same),
            "{name} at {x:?}: {found:?} instead of {expected:?}"
        );
    }
}

#[test]
fn nothing_comes_of_a_zero_adjoint() {
    #[rustfmt::skip]
    let singular: &[(&str, &[f64])] = &[
        ("sqrt", &[0.0]), ("sqrt", &[-1.0]), ("cbrt", &[0.0]), ("ln", &[0.0]), ("ln", &[-1.0]), ("log2", &[0.0]), ("log10", &[0.0]),
        ("ln_1p", &[-1.0]), ("recip", &[0.0]), ("asin", &[1.0]), ("acos", &[-1.0]), ("acosh", &[1.0]), ("atanh", &[1.0]),
        ("exp", &[1e9]), ("exp2", &[1e9]), ("exp_m1", &[1e9]), ("sinh", &[1e9]), ("cosh", &[1e9]), ("tan", &[f64::INFINITY]),
        ("powi", &[0.0, -2.0]), ("powf", &[0.0, -2.0]), ("powf", &[-1.0, 0.5]), ("log", &[0.0, 1.0]), ("atan2", &[0.0, 0.0]),
        ("hypot", &[0.0, 0.0]), ("div", &[1.0, 0.0]), ("div", &[0.0, 0.0]), ("rem", &[1.0, 0.0]), ("rem_euclid", &[1.0, 0.0]),
    ];
    for (name, x) in singular {
        let row = ROWS.iter().find(|r| r.name == *name).expect("a row of this name");
        for p in row.partials {
            for d in [0.0, -0.0] {
                assert_eq!((p.pull)(x, d), 0.0, "{name} at {x:?}");
                assert_eq!((p.push)(x, d), 0.0, "{name} at {x:?}");
            }
        }
    }
}

/// Rules with tests of their own, here or in `linalg`.
#[rustfmt::skip]
const ELSEWHERE: &[&str] = &[
    "times", "scaled", "scales", "unwrap", "unwrap_or", "unwrap_or_default", "ok_or", "ok",
    "sin_cos", "cast", "own", "repeat", "boxed",
    "dot", "norm", "norm_squared", "normalize", "sum", "mean", "row_sum", "column_sum", "row_mean", "column_mean", "trace", "transpose", "tr_mul", "component_mul", "component_div", "cross",
    "add_scalar", "max_element", "min_element", "diagonal", "from_diagonal", "from_vec", "from_slice", "from_row_slice", "determinant",
];

#[test]
fn every_row_that_the_macros_know_is_here() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../autodiff-macros/src/rules.rs");
    let Ok(table) = std::fs::read_to_string(path) else {
        return;
    };
    let mut known = 0;
    for line in table.lines().filter(|l| l.trim_start().starts_with("row(\"")) {
        let name = line.split('"').nth(1).expect("a row's name");
        let reads: Vec<&str> =
            line.split(['[', ']']).nth(1).expect("a row's reads").split('"').skip(1).step_by(2).collect();
        known += 1;
        let Some(row) = ROWS.iter().find(|r| r.name == name) else {
            assert!(ELSEWHERE.contains(&name), "the rule `{name}` has no test");
            continue;
        };
        assert_eq!(row.domain.len(), reads.len(), "{name}");
        let expected: Vec<_> =
            reads.iter().enumerate().filter(|(_, r)| **r != "-").map(|(k, r)| (k, r.to_lowercase())).collect();
        let found: Vec<_> = row.partials.iter().map(|p| (p.operand(), p.reads.to_string())).collect();
        assert_eq!(found, expected, "{name} does not read what the macros hand it");
    }
    assert!(known >= ROWS.len(), "{path} has not been understood");
}

#[test]
fn operands_may_be_references() {
    #![allow(clippy::unnecessary_mut_passed)]
    let (a, b, mut c) = (3.0_f64, &2.0_f64, 4.0_f64);
    assert_eq!(mul::pull_0(&a, &b, &1.0), 2.0);
    assert_eq!(mul::pull_1(&&&a, &shape(b), &mut c), 12.0);
    assert_eq!(mul::push_0(&shape(&a), &&mut c, &b), 8.0);
    assert_eq!(exp::pull_0(&&mut c, &&b), 8.0);
    assert_eq!(max::pull_0(&&a, b, &5.0), 5.0);
}

#[test]
fn open_literals_take_the_type_of_what_they_meet() {
    let (k, two) = (0.5, 2.0);
    let x: f32 = 3.0;
    assert_eq!(k * x, 1.5);
    let k_bar: f32 = mul::pull_0(&k, &x, &1.0);
    assert_eq!(k_bar, 3.0);
    let x_bar: f32 = add::pull_0(&mul::pull_1(&k, &x, &two));
    assert_eq!(x_bar, 1.0);
}

#[test]
fn integers_have_rules_and_no_derivatives() {
    let (a, b) = (7_usize, &2_usize);
    let () = mul::pull_0(&a, &b, &());
    let () = mul::pull_1(&a, &shape(&b), &());
    let () = mul::push_0(&a, &b, &());
    let () = mul::push_1(&a, &b, &&());
    let () = div::pull_0(&b, &());
    let () = div::pull_1(&b, &a, &());
    let () = div::push_0(&b, &());
    let () = div::push_1(&b, &a, &());
    let () = rem::pull_0(&());
    let () = rem::pull_1(&a, &b, &());
    let () = rem::push_1(&a, &b, &());
    let () = rem_euclid::pull_1(&a, &b, &());
    let () = add::pull_0(&());
    let () = sub::pull_1(&());
    let () = neg::pull_0(&());
    let () = abs::pull_0(&-1_i32, &());
    let () = max::pull_0(&a, &b, &());
    let () = min::pull_1(&a, &b, &());
    let () = clamp::pull_2(&a, &1_usize, &b, &());
    let () = own::pull_0(&());
}

#[test]
fn containers() {
    // sin_cos
    let y = 0.7_f64.sin_cos();
    check::gradient(|x: &f64| 2.0 * x.sin() - 3.0 * x.cos(), &0.7, &sin_cos::pull_0(&y, &(2.0, -3.0)));
    assert_eq!(sin_cos::push_0(&&y, &2.0), (2.0 * y.1, -2.0 * y.0));
    // cast
    let to_f64: f64 = cast::pull_0(&1.0_f64, &2.0_f32);
    let to_f32: f32 = cast::pull_0(&&1.0_f32, &2.0_f64);
    assert_eq!((to_f64, to_f32), (2.0, 2.0));
    let () = cast::pull_0(&3_usize, &2.0_f64);
    let () = cast::pull_0(&3_usize, &());
    assert_eq!(cast::pull_0(&shape(&3.7), &()), 0.0);
    // repeat
    assert_eq!(repeat::pull_0(&9.0, &vec![1.0, 2.0, 3.0]), 6.0);
    assert_eq!(repeat::pull_0(&&9.0, &[1.0_f64; 3]), 3.0);
    assert_eq!(repeat::pull_0(&vec![0.0; 2], &Vec::<Vec<f64>>::new()), [0.0, 0.0]);
    assert_eq!(repeat::pull_0(&shape(&vec![0.0; 2]), &vec![vec![1.0, 2.0]; 2]), [2.0, 4.0]);
    let () = repeat::pull_0(&1_usize, &vec![(), ()]);
    // own
    assert_eq!(own::push_0(&&[1.0, 2.0][..]), vec![1.0, 2.0]);
    assert_eq!(own::pull_0(&(1.0, vec![2.0])), (1.0, vec![2.0]));
}

#[test]
fn generic_code_finds_its_rules() {
    fn gradient<T: Real>(x: T) -> T {
        let t1 = x.sin();
        let t2 = t1 * x;
        let t3 = t2.max(T::zero());
        let t3_bar = T::unit_seed();
        let t2_bar = max::pull_0(&t2, &T::zero(), &t3_bar);
        let _ = t3;
        let mut x_bar = zero(&x);
        accumulate(&mut x_bar, mul::pull_1(&t1, &x, &t2_bar));
        accumulate(&mut x_bar, sin::pull_0(&x, &mul::pull_0(&t1, &x, &t2_bar)));
        x_bar
    }
    check::gradient(|x: &f64| x.sin() * x, &0.8, &gradient(0.8_f64));
    check::gradient(|x: &f32| x.sin() * x, &0.8, &gradient(0.8_f32));
}

#[test]
fn generic_code_has_the_ordinary_methods() {
    fn all<T: Real>(x: T, y: T) -> T {
        let z = T::zero() + T::one();
        let w = x.sin().exp() * y.cos() + x.sqrt().ln() - x.tanh().abs() / y.atan2(x) + x.powi(2) + x.powf(y);
        (w % z).max(x).min(y) + x.mul_add(y, z) + x.hypot(y) + x.floor() + x.sin_cos().1 - -x
    }
    assert!(all(0.5_f32, 0.25).is_finite() && all(0.5_f64, 0.25).is_finite());
}

#[test]
fn generic_results_have_seeds() {
    #[allow(clippy::multiple_bound_locations)]
    fn seed<T: Real, const N: usize>(f: impl Fn(<[T; N] as Differentiable>::Gradient, T) -> T) -> T
    where
        for<'a> T: ScalarOutput<<T as Differentiable>::Gradient>,
    {
        f([T::one(); N], T::unit_seed())
    }
    assert_eq!(seed::<f32, 2>(|a, b| a[0] + b), 2.0);
}

#[cfg(feature = "nalgebra")]
#[test]
fn generic_code_has_jacobians() {
    fn double<T: Real, const N: usize>(x: &[T; N]) -> <[T; N] as JacobianOf<[T; N]>>::Matrix
    where
        for<'a> [T; N]: JacobianOf<[T; N], In = [T; N], Out = <[T; N] as Differentiable>::Gradient>,
    {
        let twice = |x_dot: &[T; N]| x_dot.map(|t| t + t);
        <[T; N]>::jacobian(
            x,
            |dots| (*x, dots.map(twice)),
            |dots| (*x, dots.map(twice)),
            |dots| (*x, dots.map(twice)),
            |dots| (*x, dots.map(twice)),
            |seed| (*x, twice(&seed)),
        )
    }
    assert_eq!(double(&[1.0_f32, 2.0]), nalgebra::SMatrix::<f32, 2, 2>::identity() * 2.0);
    fn slope<T: Real>(x: T) -> <T as JacobianOf<T>>::Matrix {
        let twice = |t: &T| *t + *t;
        T::jacobian(
            &x,
            |dots| (x, dots.map(twice)),
            |dots| (x, dots.map(twice)),
            |dots| (x, dots.map(twice)),
            |dots| (x, dots.map(twice)),
            |seed| (x, twice(&seed)),
        )
    }
    assert_eq!(slope(3.0), nalgebra::SMatrix::<f64, 1, 1>::new(2.0));
}

/// `a *= b` hands the rule the adjoint of `a` in its place, for the shape: both operands' adjoints are those of the product.
#[cfg(feature = "nalgebra")]
#[test]
fn a_tangent_stands_for_its_rotation() {
    use nalgebra::{Complex, Quaternion, UnitComplex, UnitQuaternion};
    let (a, d) = (Quaternion::new(0.3_f64, -0.7, 1.1, 0.4), Quaternion::new(0.9, 0.2, -0.6, 0.5));
    let (b, b_dot) = (UnitQuaternion::from_euler_angles(0.3, -0.5, 0.9), Quaternion::new(0.1, 0.8, 0.3, -1.2));
    let (product, pulled) = ((a * b_dot).coords.dot(&d.coords), mul::pull_1(&a, &b, &d).coords.dot(&b_dot.coords));
    assert!((product - pulled).abs() < 1e-14, "{product} and {pulled}");
    let (a, d, b_dot) = (Complex::new(0.3_f64, -0.7), Complex::new(0.9, 0.2), Complex::new(0.1, 0.8));
    let pulled = mul::pull_1(&a, &UnitComplex::new(0.4), &d);
    let (product, pulled) = (((a * b_dot) * d.conj()).re, (pulled * b_dot.conj()).re);
    assert!((product - pulled).abs() < 1e-14, "{product} and {pulled}");
}
