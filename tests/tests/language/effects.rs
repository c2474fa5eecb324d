//! Closures and arguments that do more than compute: they run as often as the function says, and when it says.
use autodiff_core::{Differentiable, differentiable};
use autodiff_tests::check_scalar;
use std::cell::Cell;

const X: [f64; 4] = [0.3, 0.7, 1.3, 0.6];
const Y: [f64; 3] = [0.9, 0.4, 1.1];

/// Nobody sees what its methods do but by their signatures.
#[derive(Clone, Copy)]
struct Counter(u64);

impl Counter {
    fn bump(&mut self) -> f64 {
        self.0 += 1;
        self.0 as f64
    }
}

fn count(n: &mut usize) -> f64 {
    *n += 1;
    *n as f64
}

// ---- closures --------------------------------------------------------------------------------------------------------

/// It is looked for once, whether it is used or not.
#[differentiable]
fn found_once(x: &[f64]) -> f64 {
    let n = Cell::new(0.0);
    let first = x.iter().find(|v| {
        n.set(n.get() + 1.0);
        **v > 0.5
    });
    x[0] * n.get() + if first.is_some() { 1.0 } else { x[1] }
}

#[differentiable]
fn skipped(x: &[f64]) -> f64 {
    let mut c = Counter(1);
    let mut factors = vec![5.0, 4.0, 3.0, 2.0, 1.0];
    let s: f64 = x.iter().map(|v| v * c.bump()).skip(1).sum();
    let t: f64 = x.iter().map(|v| v * factors.remove(0)).step_by(2).sum();
    s * t * c.bump() * factors[0]
}

#[differentiable]
fn skipped_by_functions(x: &[f64]) -> f64 {
    let mut n = 0;
    let mut k = 0;
    let mut step = || {
        k += 1;
        k as f64
    };
    let r = &mut n;
    let s: f64 = x.iter().map(|v| v * count(r)).skip(1).sum();
    let t: f64 = x.iter().map(|v| v * step()).skip(2).sum();
    s * t * count(r) * step()
}

#[differentiable]
fn skipped_by_cells(x: &[f64]) -> f64 {
    let n = Cell::new(1.0);
    let next = |v: &f64| {
        n.set(n.get() + 1.0);
        v * n.get()
    };
    x.iter().map(next).skip(1).sum::<f64>() * x.iter().map(next).last().unwrap() * n.get()
}

#[differentiable]
fn last_of_all(x: &[f64]) -> f64 {
    let mut c = Counter(1);
    let mut factors = vec![5.0, 4.0, 3.0, 2.0, 1.0];
    let s = x.iter().map(|v| v * c.bump()).last().unwrap();
    let t = x.iter().map(|v| v * factors.remove(0)).last().unwrap();
    s * t * c.bump() * factors[0]
}

#[differentiable]
fn largest_of_all(x: &[f64]) -> f64 {
    let mut c = Counter(1);
    let a = x.iter().map(|v| v * c.bump()).max_by(|a, b| a.total_cmp(b)).unwrap();
    let b = x.iter().map(|v| v * c.bump()).filter(|v| *v > 1.0).min_by(|a, b| a.total_cmp(b));
    let c = x.iter().map(|v| v * c.bump()).min_by_key(|v| (*v * 10.0) as i64).unwrap();
    a * b.unwrap_or(0.5) * c
}

/// What nobody sees of a counter elsewhere, a method of this name may do.
#[differentiable]
fn named_like_a_numbers(x: &[f64]) -> f64 {
    let mut c = crate::counters::Counter { n: 1.0 };
    let s: f64 = x.iter().map(|v| v * c.min(1.0)).skip(1).sum();
    let t = x.iter().map(|v| v * c.min(1.0)).last().unwrap();
    let u = x.get(1).map_or(c.min(1.0), |v| v * v);
    s * t * u * c.n
}

#[test]
fn closures_run_once_for_each_item() {
    check_scalar!(named_like_a_numbers(&X[..]));
    check_scalar!(skipped(&X[..]));
    check_scalar!(skipped_by_functions(&X[..]));
    check_scalar!(skipped_by_cells(&X[..]));
    check_scalar!(found_once(&X[..]));
    check_scalar!(last_of_all(&X[..]));
    check_scalar!(largest_of_all(&X[..]));
}

// ---- arguments that are computed before they are asked for ------------------------------------------------------------

#[differentiable]
fn defaults(x: &[f64]) -> f64 {
    let mut n = 1;
    let mut c = Counter(1);
    let a = x.get(1).map_or(
        {
            n += 1;
            0.0
        },
        |v| v * v,
    );
    let b = x.get(1).map_or(c.bump(), |v| v * v);
    let d = x.iter().copied().filter(|v| *v > 0.5).last().unwrap_or({
        n *= 3;
        0.5
    });
    let mut it = x.iter().filter(|v| **v > 0.5).map(|v| v * v);
    let e = it.next().unwrap_or({
        n += 2;
        0.0
    });
    a * b * d * e * it.next().unwrap() * n as f64 * c.bump()
}

#[differentiable]
fn values_that_are_chosen_or_not(x: &[f64]) -> f64 {
    let mut n = 1;
    let picked: f64 = x
        .iter()
        .filter_map(|v| {
            (*v > 0.5).then_some({
                n += 1;
                *v * 2.0
            })
        })
        .sum();
    let none = (x[0] > 10.0).then_some({
        n *= 2;
        x[0]
    });
    let mut s = 0.1;
    for v in x {
        s += (*v > 0.5)
            .then_some({
                n += 1;
                *v
            })
            .unwrap_or({
                n += 2;
                0.1 * n as f64
            });
    }
    picked * none.unwrap_or(x[1]) * s * n as f64
}

#[differentiable]
fn inside_of_a_macro(x: &[f64]) -> f64 {
    let mut n = 0;
    let r = vec![
        x.get(7).map_or(
            {
                n += 1;
                0.5 * x[0]
            },
            |v| *v,
        ),
        x.get(1).map_or(
            {
                n += 1;
                0.5
            },
            |v| *v,
        ),
    ];
    r[0] * r[1] * n as f64
}

#[differentiable]
fn what_a_fold_starts_from(x: &[f64]) -> f64 {
    let mut n = 0;
    let s = x
        .iter()
        .skip({
            n += 1;
            n
        })
        .fold(
            {
                n *= 3;
                n as f64
            },
            |a, v| a * v,
        );
    s * n as f64
}

/// The function is left whether there is a first or not.
#[differentiable]
fn left_by_a_default(x: &[f64], i: usize) -> Option<f64> {
    let first = x.first().copied().unwrap_or(x.get(i).copied()? * 2.0);
    Some(first * first)
}

#[test]
fn defaults_may_leave() {
    let x = [3.0, 2.0];
    assert_eq!(left_by_a_default::vjp(&x, 1, Some(1.0)), (Some(9.0), vec![6.0, 0.0]));
    assert_eq!(left_by_a_default::vjp(&x, 2, None), (None, vec![0.0, 0.0]));
    assert_eq!(left_by_a_default::jvp(&x, 2, &[1.0, 0.0]), (None, None));
}

#[test]
fn arguments_are_computed_first() {
    check_scalar!(defaults(&X[..]));
    check_scalar!(values_that_are_chosen_or_not(&X[..]));
    check_scalar!(inside_of_a_macro(&X[..]));
    check_scalar!(what_a_fold_starts_from(&X[..]));
}

#[differentiable]
fn chained_later(x: &[f64], y: &[f64]) -> f64 {
    let n = Cell::new(1);
    let count = |v: &f64| {
        n.set(n.get() + 1);
        *v
    };
    let s: f64 = x.iter().map(count).chain(y[..n.get()].iter().map(|v| v * v)).sum();
    let m = Cell::new(1.0);
    let t: f64 = x
        .iter()
        .map(|v| {
            m.set(m.get() + 1.0);
            *v
        })
        .chain(std::iter::once(x[0] * m.get()))
        .sum();
    s * t * n.get() as f64
}

#[differentiable]
fn chained_beside_a_closure(x: &[f64], y: &[f64]) -> f64 {
    let n = Cell::new(1);
    let s: f64 = x
        .iter()
        .map(|v| {
            n.set(n.get() + 1);
            *v
        })
        .chain(y[..n.get()].iter().map(|v| v * v))
        .sum();
    s * n.get() as f64
}

#[test]
fn chains_are_made_before_they_run() {
    check_scalar!(chained_later(&X[..], &Y[..]));
    check_scalar!(chained_beside_a_closure(&X[..], &Y[..]));
}

// ---- one operand after the other ---------------------------------------------------------------------------------------

#[differentiable]
fn of_three(a: f64, b: f64, c: f64) -> f64 {
    a * b * b + c * c * a
}

#[derive(Clone, Copy, Differentiable)]
struct Three(f64, f64, f64);

#[differentiable]
fn changed_before_and_after(x: f64) -> f64 {
    let mut t = x;
    let a = of_three(
        {
            t += 1.0;
            2.0 * t
        },
        t,
        {
            t *= 2.0;
            t
        },
    );
    let b = ({
        t += 1.0;
        t
    })
    .mul_add(t, {
        t *= 0.5;
        t
    });
    let (c, d, e) = (
        {
            t += 1.0;
            t
        },
        t,
        {
            t *= 0.5;
            t
        },
    );
    let f = [
        {
            t += 1.0;
            t
        },
        t,
        {
            t *= 0.5;
            t
        },
    ];
    let g = Three(
        {
            t += 1.0;
            t
        },
        t,
        {
            t *= 0.5;
            t
        },
    );
    a * b + c * d * e + f[0] * f[1] * f[2] + g.0 * g.1 * g.2
}

#[test]
fn operands_in_their_order() {
    check_scalar!(changed_before_and_after(0.4));
}

// ---- errors that are made whether they are wanted or not ------------------------------------------------------------------

fn counted_up(n: &Cell<usize>) -> usize {
    n.set(n.get() + 1);
    n.get()
}

#[differentiable]
fn an_error_that_counts(x: &[f64], ks: &[usize]) -> Option<f64> {
    let n = Cell::new(1);
    let k = *ks.first().ok_or(format!("{}", counted_up(&n))).ok()?;
    Some(x[k] * x[1] * n.get() as f64)
}

#[differentiable]
fn an_error_that_counts_anyway(x: &[f64], ks: &[usize]) -> f64 {
    an_error_that_counts(x, ks).unwrap_or(x[0])
}

#[test]
fn errors_are_made_anyway() {
    check_scalar!(an_error_that_counts_anyway(&[0.3, 0.7][..], const &[1, 0]));
    check_scalar!(an_error_that_counts_anyway(&[0.3, 0.7][..], const &[]));
}
