//! What stands in other people's code: variables without a first value, numbers with a suffix, `const fn`, functions without an end.
use autodiff_core::differentiable;
use autodiff_tests::{check, check_scalar};
use std::cmp::Ordering;

#[differentiable]
fn declared_first(x: f64, n: usize) -> f64 {
    let mut sum: f64;
    let mut k: i32;
    let mut positive: bool;
    (sum, k) = (0.0, 1);
    positive = x > 0.0;
    for _ in 0..n {
        sum += x * x * f64::from(k);
        k *= 2;
        positive = !positive;
    }
    let mut factor: f64;
    if positive {
        factor = x;
        factor *= x;
    } else {
        factor = 2.0 * x;
    }
    sum * factor
}

#[differentiable]
fn declared_outside_of_the_loop(x: f64) -> f64 {
    let mut y: f64;
    loop {
        y = x;
        y *= x;
        if y > 1.0 {
            break;
        }
        return y * x;
    }
    y
}

/// What is assigned to it tells the type.
#[differentiable]
fn declared_without_a_type(a: f64, x: f64) -> f64 {
    let mut next;
    let mut steps;
    let mut p;
    let flip = a > x;
    if flip {
        p = x;
    } else {
        p = a;
        p *= a;
    }
    steps = 0;
    'outer: loop {
        loop {
            next = p - 0.1 * (p * p - x);
            if next > 0.0 {
                break;
            }
            steps += 1;
            if steps > 3 {
                break 'outer;
            }
        }
        steps += 1;
        p = next;
        if steps > 4 {
            break;
        }
    }
    if flip { 1.0 - p } else { p * f64::from(steps) }
}

/// A first value of any type that has one.
#[differentiable]
fn declared_array(x: f64, n: usize) -> f64 {
    let mut pair: [f64; 2];
    let mut state: (f64, f64);
    let mut k = 0;
    loop {
        pair = [x * x, x.sin()];
        state = (pair[0] * pair[1], pair[1]);
        k += 1;
        if k > n {
            break;
        }
        pair[1] *= x;
        state.0 += pair[1];
        if k == n {
            return state.0;
        }
    }
    state.0 * pair[0]
}

#[differentiable]
fn declared_vector(x: &[f64]) -> f64 {
    let mut w: Vec<f64>;
    w = x.to_vec();
    w[0] *= w[1];
    w.iter().sum()
}

const TABLE: [f64; 2] = [0.4, 0.7];

#[differentiable]
fn line(x: f64, table: &[f64], factor: f64) -> f64 {
    factor * (table[0] + x * table[1])
}

#[differentiable]
fn suffixed(x: f64) -> f64 {
    let mut s = 1f64;
    s *= 2f64 * x - 1f64;
    s * line(x, &TABLE, 3f64)
}

#[differentiable]
const fn constant(x: f64, y: f64) -> f64 {
    x * y
}

const SIX: f64 = constant(2.0, 3.0);

#[differentiable]
fn by_constant(x: f64) -> f64 {
    SIX * constant(x, x)
}

#[differentiable]
fn compare(a: &f64, b: &f64) -> Ordering {
    a.partial_cmp(b).unwrap_or(Ordering::Equal)
}

#[differentiable]
fn product_of_the_smallest(x: &[f64]) -> f64 {
    let mut order: Vec<usize> = (0..x.len()).collect();
    order.sort_by(|&i, &j| compare(&x[i], &x[j]));
    x[order[0]] * x[order[1]]
}

#[differentiable]
fn unfinished(x: f64) -> (f64, f64) {
    unimplemented!("{x}");
}

#[differentiable]
fn refused(x: f64) -> Vec<f64> {
    panic!("no value at {x}")
}

#[differentiable]
fn partly_refused(x: f64) -> f64 {
    if x > 0.0 { x * x } else { refused(x)[0] }
}

// `i` is an active variable, and the closure's is another one
#[differentiable]
fn array_beside_a_current(i: f64) -> f64 {
    let r: [f64; 3] = core::array::from_fn(|k| if k == 0 { i * i } else { i });
    r[0] * r[1] + r[2]
}

struct Spring {
    k: f64,
}

#[differentiable(nodiff)]
impl Spring {
    /// Items in a method have a `self` of their own.
    fn energy(&self, x: f64) -> f64 {
        //! So may its documentation stand inside.
        struct Half;
        impl Half {
            fn of(&self, k: f64) -> f64 {
                0.5 * k
            }
        }
        Half.of(self.k) * x * x
    }
}

#[test]
fn all() {
    for n in [2, 3] {
        check_scalar!(declared_first(0.7, const n));
        check_scalar!(declared_first(-0.7, const n));
    }
    check_scalar!(declared_outside_of_the_loop(0.7));
    check_scalar!(declared_outside_of_the_loop(1.7));
    check_scalar!(declared_without_a_type(0.7, 0.4));
    check_scalar!(declared_without_a_type(0.4, 0.7));
    check_scalar!(declared_array(0.7, const 0));
    check_scalar!(declared_array(0.7, const 1));
    check_scalar!(declared_vector(&[0.7, 0.3, 2.0][..]));
    check_scalar!(suffixed(0.7));
    check_scalar!(by_constant(0.7));
    check_scalar!(product_of_the_smallest(&[0.7, 2.0, 0.3][..]));
    check!(partly_refused(0.7));
    check_scalar!(array_beside_a_current(0.7));
    assert_eq!(Spring { k: 3.0 }.energy_grad(2.0), 6.0);
}

#[test]
fn without_an_end() {
    let said = |f: fn()| *std::panic::catch_unwind(f).expect_err("a panic").downcast::<String>().expect("a text");
    assert_eq!(said(|| assert!(unfinished::jvp(0.5, 1.0).0.0 > 0.0)), "not implemented: 0.5");
    assert_eq!(said(|| assert!(refused::vjp(0.5, vec![1.0]).1 > 0.0)), "no value at 0.5");
}

/// `late` has a value in one of the branches only.
#[differentiable]
fn late_in_one_branch(x: f64) -> f64 {
    let late: f64;
    if x < 0.2 {
        x * 3.0
    } else {
        late = x * x;
        late * x
    }
}

#[differentiable]
fn late_in_an_iteration(x: &[f64]) -> f64 {
    let mut sum = 1.0;
    for v in x {
        let late: f64;
        if *v < 0.2 {
            continue;
        } else {
            late = v * sum;
        }
        sum += late.sin();
    }
    sum
}

#[test]
fn values_that_come_late_on_some_ways() {
    check_scalar!(late_in_one_branch(0.1));
    check_scalar!(late_in_one_branch(0.7));
    check_scalar!(late_in_an_iteration(&[0.3, 0.1, 0.6][..]));
}

fn cell(x: f64) -> usize {
    x.floor() as usize
}

#[differentiable]
fn cells(x: &[f64], table: &[f64]) -> f64 {
    let first: usize;
    if x[0] > 0.0 {
        first = cell(x[0]);
    } else {
        first = 0;
    }
    let mut at = [0_usize; 2];
    let mut value = 0;
    for i in 0..2 {
        at[i] = cell(x[i]);
        if x[i] > 1.0 {
            value = cell(x[i]) - 1;
        }
    }
    x[0] * table[first] + x[1] * table[at[1]] * table[value] + table[at[0]]
}

#[test]
fn what_plain_functions_return_is_stored() {
    check_scalar!(cells(&[1.4, 2.7][..], &[0.3, 0.8, 1.2][..]));
}

/// Each line names the one before three times.
#[differentiable]
fn long_formula(x: &[f64]) -> f64 {
    let mut s = 0.5;
    for v in x {
        let a = v * s;
        let a = a * a * 0.3 + a;
        let a = a * a * 0.3 - a;
        let a = a * a * 0.3 + a;
        let a = a * a * 0.3 - a;
        let a = a * a * 0.3 + a;
        let a = a * a * 0.3 - a;
        let a = a * a * 0.3 + a;
        let a = a * a * 0.3 - a;
        let a = a * a * 0.3 + a;
        let a = a * a * 0.3 - a;
        let a = a * a * 0.3 + a;
        let a = a * a * 0.3 - a;
        let a = a * a * 0.3 + a;
        let a = a * a * 0.3 - a;
        let a = a * a * 0.3 + a;
        let a = a * a * 0.3 - a;
        let a = a * a * 0.3 + a;
        let a = a * a * 0.3 - a;
        let a = a * a * 0.3 + a;
        let a = a * a * 0.3 - a;
        let a = a * a * 0.3 + a;
        let a = a * a * 0.3 - a;
        let a = a * a * 0.3 + a;
        s += a;
    }
    s
}

#[test]
fn formulas_of_many_lines() {
    check_scalar!(long_formula(&[0.3, 0.8, 0.6][..]));
}
