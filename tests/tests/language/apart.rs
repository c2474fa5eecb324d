//! Loops that only look as if their iterations knew nothing of each other, and sums and calls that only look as if they could be
//! reversed while they are computed.
use autodiff_core::{check, differentiable};
use autodiff_tests::{assert_all_close, check_scalar};
use std::cell::Cell;
use std::mem;

// ---- buffers ------------------------------------------------------------------------------------------------------

/// The content of `a` has come to `c` by way of `b` when it is overwritten.
#[differentiable]
fn rotated(x: &[f64]) -> f64 {
    let (mut a, mut b, mut c) = (vec![x[0]; 2], vec![x[1]; 2], vec![x[2]; 2]);
    let mut s = a[0] * a[1] * a[1];
    mem::swap(&mut a, &mut b);
    mem::swap(&mut b, &mut c);
    c[1] = x[0].sin();
    s += a[0] * b[0] * c[0] * c[1];
    s
}

/// Every outer iteration rewrites the buffer, inner ones hand it on.
#[differentiable]
fn state_of_inner_iterations(x: &[f64]) -> f64 {
    let n = 2;
    let mut w = vec![0.0; n];
    let mut s = 1.0;
    for i in 0..x.len() {
        s = s * 0.5 * x[i];
        for k in 0..n {
            w[k] = x[i];
        }
        for j in 0..3 {
            for k in 0..n {
                w[k] = w[k] * x[j].sin();
            }
            s += w[0] * w[1];
        }
    }
    s
}

/// What the last iteration left in the buffer is read after the loop.
#[differentiable]
fn left_by_the_last_iteration(x: &[f64]) -> f64 {
    let n = x.len();
    let mut w = vec![0.0; n];
    let mut s = 0.0;
    for i in 0..n {
        for k in 0..n {
            w[k] = x[i] * x[k];
        }
        let mut p = 1.0;
        for k in 0..n {
            p *= w[k];
        }
        s += p.sin();
    }
    s * w[0] + w[1] * w[2]
}

/// All but the first element are rewritten.
#[differentiable]
fn first_element_is_state(x: &[f64]) -> f64 {
    let n = 3;
    let mut w = vec![1.0; n];
    let mut s = 0.0;
    for i in 0..x.len() {
        for k in 1..n {
            w[k] = x[i] * k as f64;
        }
        let mut p = 1.0;
        for k in 0..n {
            p *= w[k];
        }
        s += p;
        w[0] = p.sin();
    }
    s * s
}

/// The loop over all elements reads others of them.
#[differentiable]
fn rewritten_by_itself(x: &[f64]) -> f64 {
    let n = 3;
    let mut w = vec![0.5; n];
    let mut s = 0.0;
    for i in 0..x.len() {
        for k in 0..n {
            w[k] = w[n - 1 - k];
        }
        let mut p = x[i];
        for k in 0..n {
            p *= 1.0 + w[k];
        }
        s += p;
        w[0] = p.sin();
    }
    s * s
}

/// The buffer is longer than the bound is by then.
#[differentiable]
fn shorter_bound(x: &[f64]) -> f64 {
    let mut n = 2;
    let mut w = vec![0.5; n];
    n -= 1;
    let mut s = 0.0;
    for i in 0..x.len() {
        for k in 0..n {
            w[k] = x[i];
        }
        let mut p = 1.0;
        for k in 0..2 {
            p *= w[k];
        }
        s += p;
        w[1] = p.sin();
    }
    s * s
}

/// Every iteration leaves the buffer longer.
#[differentiable]
fn growing_buffer(x: &[f64]) -> f64 {
    let mut w = vec![0.5; 1];
    let mut s = 0.0;
    for i in 0..x.len() {
        for k in 0..w.len() {
            w[k] = x[i] * x[k];
        }
        let mut p = 1.0;
        for k in 0..w.len() {
            p *= w[k] + x[k].sin();
        }
        s += p;
        w.push(0.5);
    }
    s * s
}

/// Likewise, by a reference: the last entry is that of an iteration before.
#[differentiable]
fn growing_by_a_reference(x: &[f64]) -> f64 {
    let n = x.len();
    let mut w = vec![0.0; n];
    let mut s = 0.0;
    for b in x {
        for i in 0..n {
            w[i] = b * x[i];
        }
        let r = &mut w;
        r.push(b * b);
        for v in w.iter() {
            s += v.sin() * v;
        }
    }
    s
}

/// The sum is read before the loop that adds to it: its iterations put something back.
#[differentiable]
fn sums_that_were_read_before(x: &[f64]) -> f64 {
    let mut y = x.to_vec();
    let e = y[0] * y[1] * y[2];
    for i in 0..x.len() {
        let mut p = 1.0;
        for j in 0..3 {
            p *= x[j].sin() + 2.0;
        }
        y[i] += p;
    }
    e * y[0] * y[1]
}

#[test]
fn buffers() {
    let x = [0.7, -1.2, 0.4];
    check_scalar!(rotated(&x[..]));
    check_scalar!(state_of_inner_iterations(&x[..]));
    check_scalar!(left_by_the_last_iteration(&x[..]));
    check_scalar!(first_element_is_state(&x[..]));
    check_scalar!(rewritten_by_itself(&x[..]));
    check_scalar!(shorter_bound(&x[..]));
    check_scalar!(growing_buffer(&x[..]));
    check_scalar!(growing_by_a_reference(&x[..]));
    check_scalar!(sums_that_were_read_before(&x[..]));
}

// ---- sums ---------------------------------------------------------------------------------------------------------

/// Where the next one goes is a sum of constants that is read.
#[differentiable]
fn counted_places(x: &[f64]) -> f64 {
    let mut y = vec![1.0; 2 * x.len()];
    let mut n = 0;
    for i in 0..x.len() {
        let mut p = 1.0;
        for j in 0..x.len() {
            p *= x[i].sin() + x[j];
        }
        y[n] += p;
        n += 2;
    }
    y[0] * y[2] * y[4] * y[1]
}

#[differentiable]
fn twice(f: impl Fn(f64) -> f64, x: f64) -> f64 {
    f(f(x))
}

/// The sum is read by a closure only.
#[differentiable]
fn read_by_a_closure(x: &[f64]) -> f64 {
    let mut t = 0.5;
    let mut s = 0.0;
    for i in 0..x.len() {
        s += twice(|z: f64| z * t + 0.3, x[i]);
        t += x[i];
    }
    s * s
}

/// Whether an iteration counts is told by a sum of constants.
#[differentiable]
fn read_by_a_condition(x: &[f64]) -> f64 {
    let mut n = 0;
    let mut s = 0.0;
    for i in 0..x.len() {
        let mut p = 1.0;
        for j in 0..x.len() {
            p *= x[i].sin() + x[j];
        }
        if n % 2 == 0 {
            s += p;
        }
        n += 1;
    }
    s * s
}

#[differentiable]
fn read_by_a_range(x: &[f64]) -> f64 {
    let mut n = 1;
    let mut s = 0.0;
    for i in 0..x.len() {
        let mut p = 1.0;
        for j in 0..n {
            p *= x[i].sin() + x[j];
        }
        s += p;
        n += 1;
    }
    s * s
}

/// What is added depends on the sum so far.
#[differentiable]
fn sum_that_is_read(x: &[f64]) -> f64 {
    let mut s = 1.0;
    for i in 0..x.len() {
        let mut p = 1.0;
        for j in 0..x.len() {
            p *= x[i].sin() + x[j];
        }
        s += p * s;
    }
    s * s
}

/// The sum reaches the result three times.
#[differentiable]
fn used_many_times(x: &[f64]) -> f64 {
    let mut s = 0.0;
    for i in 0..x.len() {
        s += x[i].exp();
    }
    let mut t = 0.0;
    for _ in 0..3 {
        t += s * 2.0;
    }
    t
}

/// The accumulator has a derivative for the sake of the closure alone.
#[differentiable]
fn fold_of_constants(y: f64) -> f64 {
    (0..3).fold(1.0, |acc, k| acc * y + k as f64)
}

#[test]
fn sums() {
    let x = [0.7, -1.2, 0.4];
    check_scalar!(counted_places(&x[..]));
    check_scalar!(read_by_a_closure(&x[..]));
    check_scalar!(used_many_times(&x[..]));
    check_scalar!(read_by_a_condition(&x[..]));
    check_scalar!(read_by_a_range(&x[..]));
    check_scalar!(sum_that_is_read(&x[..]));
    check_scalar!(fold_of_constants(0.7));
}

// ---- calls --------------------------------------------------------------------------------------------------------

#[differentiable]
fn square(x: f64) -> f64 {
    x * x
}

/// What the result is multiplied with changes after the call.
#[differentiable]
fn factor_that_changes(x: &[f64]) -> f64 {
    let mut w = x[0];
    let e = x[1];
    let mut s = 0.0;
    for k in 0..x.len() {
        let rest = square(x[k]);
        w = w * 1.5;
        let t = w * e;
        s += t * rest;
    }
    let rest = square(e);
    w = w * 0.5;
    let t = w * e;
    s + t * rest
}

/// Reads where the state points, and moves it on.
#[differentiable]
fn picked(x: &[f64], c: &mut [usize]) -> f64 {
    let e = x[c[0]] * x[1];
    c[0] = (c[0] + 1) % x.len();
    e.sin()
}

#[differentiable]
fn picked_again_and_again(x: &[f64], c: &mut [usize]) -> f64 {
    let mut s = 0.0;
    for _ in 0..2 {
        s += picked(x, c);
    }
    s * s
}

#[differentiable]
fn picked_beside_a_sum(x: &[f64], c: &mut [usize]) -> f64 {
    let e = picked(x, c);
    let mut s = 0.0;
    for i in 0..x.len() {
        s += x[i].exp();
    }
    e * e + s
}

#[differentiable]
fn picked_and_scaled(x: &[f64], c: &mut [usize]) -> f64 {
    3.0 * picked(x, c)
}

#[differentiable]
fn moved_only(x: &[f64], c: &mut [usize]) -> f64 {
    c[0] += 1;
    x[0].sin()
}

/// The callee changes what its caller has read.
#[differentiable]
fn read_before_it_moves(x: &[f64], c: &mut [usize]) -> f64 {
    let e = x[c[0]] * x[1];
    let r = moved_only(x, c);
    e * r * x[c[0]]
}

#[differentiable]
fn set_only(x: &[f64], c: &mut [usize]) -> f64 {
    c[0] = 1;
    x[0].sin()
}

/// What the callee overwrites its pullback puts back for the caller, which has read it.
#[differentiable]
fn read_before_it_is_set(x: &[f64], c: &mut [usize]) -> f64 {
    let e = x[c[0]] * x[2];
    let r = set_only(x, c);
    e * r * x[c[0]]
}

#[differentiable]
fn set_in_a_loop(x: &[f64], c: &mut [usize]) -> f64 {
    let mut s = 1.0;
    for k in 0..3 {
        s = s * x[c[0]] + set_only(x, c);
        c[0] = k;
    }
    s
}

#[differentiable]
fn set_by_two_calls(x: &[f64], c: &mut [usize]) -> f64 {
    let mut own = vec![c[0] + 2, 0];
    let e = x[own[0]] * x[1];
    let r = set_only(x, &mut own) * x[own[0]];
    let q = read_before_it_is_set(x, &mut own);
    e * r + q * x[own[0]]
}

/// Each call moves the state that the one around it has read.
#[differentiable]
fn picked_by_recursion(x: &[f64], n: usize, c: &mut [usize]) -> f64 {
    if n == 0 {
        return x[c[0]];
    }
    let e = x[c[0]].sin();
    c[0] = (c[0] + 1) % x.len();
    let rest = picked_by_recursion(x, n - 1, c);
    e + 2.0 * rest
}

/// The state that is read before the call moves while that runs.
#[differentiable]
fn branching(x: &[f64], n: usize, c: &mut [usize]) -> f64 {
    if n == 0 {
        c[0] = (c[0] + 1) % x.len();
        return x[1];
    }
    let mut s = 0.0;
    for _ in 0..2 {
        let e = x[c[0]].sin();
        let rest = branching(x, n - 1, c);
        s += 2.0 * rest + e;
    }
    s
}

type ValueAndGrad = fn(&[f64], &mut [usize]) -> (f64, Vec<f64>);

/// The state is left as the function leaves it, and the gradient is that of central differences.
fn check_state(f: fn(&[f64], &mut [usize]) -> f64, value_and_grad: ValueAndGrad) {
    let x = [0.7, -1.2, 0.4];
    let (mut plain, mut reversed) = ([0], [0]);
    let value = f(&x, &mut plain);
    let (same, gradient) = value_and_grad(&x, &mut reversed);
    assert_eq!((value, plain), (same, reversed));
    let slope = |k: usize| {
        let at = |h: f64| {
            let mut x = x;
            x[k] += h;
            f(&x, &mut [0])
        };
        (at(1e-5) - at(-1e-5)) / 2e-5
    };
    assert_all_close(&gradient, &(0..3).map(slope).collect::<Vec<f64>>(), 1e-8);
}

#[test]
fn state_that_callees_change() {
    check_scalar!(factor_that_changes(&[0.7, -1.2, 0.4][..]));
    check_state(picked, |x, c| picked::value_and_grad(x, c));
    check_state(picked_again_and_again, |x, c| picked_again_and_again::value_and_grad(x, c));
    check_state(picked_beside_a_sum, |x, c| picked_beside_a_sum::value_and_grad(x, c));
    check_state(picked_and_scaled, |x, c| picked_and_scaled::value_and_grad(x, c));
    check_state(read_before_it_moves, |x, c| read_before_it_moves::value_and_grad(x, c));
    check_state(read_before_it_is_set, |x, c| read_before_it_is_set::value_and_grad(x, c));
    check_state(set_in_a_loop, |x, c| set_in_a_loop::value_and_grad(x, c));
    check_state(set_by_two_calls, |x, c| set_by_two_calls::value_and_grad(x, c));
    check_state(|x, c| picked_by_recursion(x, 2, c), |x, c| picked_by_recursion::value_and_grad(x, 2, c));
    check_state(|x, c| branching(x, 2, c), |x, c| branching::value_and_grad(x, 2, c));
}

thread_local! {
    static TICKS: Cell<usize> = const { Cell::new(0) };
}

fn tick() {
    TICKS.set(TICKS.get() + 1);
}

/// A function with an effect.
#[differentiable]
fn counted(x: f64) -> f64 {
    tick();
    x * x
}

#[differentiable]
fn sum_of_counted(x: &[f64]) -> f64 {
    let mut s = 0.0;
    for i in 0..x.len() {
        s += counted(x[i]);
    }
    s * s
}

fn ticket() -> usize {
    tick();
    TICKS.get()
}

/// Every iteration draws a number, and works with it.
#[differentiable]
fn sum_of_drawn(x: &[f64]) -> f64 {
    let mut s = 0.0;
    for i in 0..x.len() {
        let drawn = ticket();
        let mut p = 1.0;
        for j in 0..x.len() {
            p *= x[(i + drawn) % x.len()].sin() + x[j];
        }
        s += p;
    }
    s * s
}

#[test]
fn effects_happen_once() {
    let x = [0.7, -1.2, 0.4];
    check_scalar!(sum_of_counted(&x[..]));
    TICKS.set(0);
    sum_of_counted::grad(&x);
    assert_eq!(TICKS.get(), 3);
    TICKS.set(0);
    sum_of_drawn::grad(&x);
    assert_eq!(TICKS.get(), 3);
}

#[differentiable]
fn added_to_after_a_sum(x: &[f64], z: f64) -> f64 {
    let mut w = x.to_vec();
    let mut s = 0.0;
    for i in 0..w.len() {
        s += w[i] * w[i];
    }
    w[0] += z;
    for i in 0..w.len() {
        s += w[i];
    }
    s
}
#[differentiable]
fn pairs(p: &[[f64; 2]]) -> f64 {
    let mut e = 0.0;
    for i in 0..p.len() {
        for j in 0..i {
            let mut r2 = 0.0;
            for k in 0..2 {
                let d = p[i][k] - p[j][k];
                r2 += d * d;
            }
            e += 1.0 / (r2 * r2) - 1.0 / r2;
        }
    }
    2.0 - e / 3.0
}
#[differentiable]
fn pairs_with_what_a_row_shares(x: &[f64]) -> f64 {
    let (mut e, mut s) = (0.0, 0.0);
    for i in 0..x.len() {
        let q = x[i] * x[i];
        for j in 0..x.len() {
            e += q * x[j] * x[j];
            s += (q * x[j]).sin();
        }
        e += q.cos();
    }
    e - 2.0 * s
}
#[differentiable]
fn shared_by_a_row_and_changed(x: &[f64]) -> f64 {
    let mut e = 0.0;
    for i in 0..x.len() {
        let mut q = x[i];
        for j in 0..x.len() {
            e += q * q * x[j];
        }
        q += x[0] * x[1];
        e += q * q;
    }
    e
}
#[differentiable]
fn rewritten_after_a_row(x: &[f64]) -> f64 {
    let n = x.len();
    let mut b = vec![0.0; n];
    let mut e = 0.0;
    for i in 0..n {
        for c in 0..n {
            b[c] = x[c] * x[i];
        }
        for c in 0..n {
            e += b[c] * b[c];
        }
        for c in 0..n {
            b[c] = x[i] * x[i];
        }
        for c in 0..n {
            e += b[c] * x[c];
        }
    }
    e
}
#[differentiable]
fn two_sums_in_a_row(x: &[f64]) -> f64 {
    let mut e = 0.0;
    for i in 0..x.len() {
        let mut row = 0.0;
        for j in 0..x.len() {
            row += x[j] * x[i];
            e += x[j] * x[j] * x[i];
        }
        e += row * row;
    }
    e
}
#[differentiable]
fn triples(x: &[Vec<f64>]) -> f64 {
    let mut e = 0.0;
    for i in 0..x.len() {
        for j in 0..x.len() {
            for k in 0..2 {
                e += x[i][k] * x[j][k] * x[j][0] * x[i][1];
            }
            e += x[i][0] * x[j][1];
        }
    }
    e
}

#[test]
fn sums_in_loops_in_loops() {
    let x = [0.7, -1.2, 0.4];
    check!(added_to_after_a_sum(&x, 0.5));
    check!(pairs(&[[0.1, 0.9], [1.2, -0.4], [-0.8, 0.3], [2.0, 2.2]]));
    check!(pairs_with_what_a_row_shares(&x));
    check!(shared_by_a_row_and_changed(&x));
    check!(rewritten_after_a_row(&x));
    check!(two_sums_in_a_row(&x));
    check!(triples(&[vec![0.3, 0.8], vec![-0.6, 1.1]]));
}

/// A branch that does nothing but add to a sum around the loop, in iterations that are run again without that sum.
#[differentiable]
fn added_in_a_branch(x: &[f64], y: &mut [f64]) -> f64 {
    let mut s = 0.0;
    for i in 0..x.len() {
        for j in 0..2 {
            s += x[i] * x[j];
        }
        if x[i] > 0.0 {
            s += x[0];
        } else {
            s -= x[1];
        }
    }
    for i in 0..x.len() {
        let a = if i > 0 { x[i] * x[i - 1] } else { x[0] };
        if x[i] > 0.0 {
            s += x[0];
        }
        y[i] = a * a;
    }
    s * s + y[1]
}

#[test]
fn sums_in_branches() {
    check!(added_in_a_branch(&[0.4, -0.3, 0.7], &mut [0.1, 0.3, 0.5]));
}

// ---- sums over neighbours: a loop for each entry that they add to ---------------------------------------------------

#[differentiable]
fn bending(x: &[f64]) -> f64 {
    let mut sum = x[0];
    for i in 1..x.len() - 1 {
        let d = x[i - 1] - 2.0 * x[i] + x[i + 1];
        sum += d * d * d;
        sum -= x[0] * d;
    }
    0.5 * sum
}

/// The sum is read while it is added to: its adjoint is not known before.
#[differentiable]
fn read_by_its_terms(x: &[f64]) -> f64 {
    let mut sum = 0.0;
    for i in 1..x.len() - 1 {
        let d = x[i - 1] - 2.0 * x[i] + x[i + 1];
        sum += d * d * (1.0 + 0.1 * sum);
    }
    sum
}

#[differentiable]
fn on_a_grid(x: &[f64], n: usize) -> f64 {
    let (mut sum, mut edges) = (0.0, 0.0);
    for i in 1..n - 1 {
        for j in 1..n - 1 {
            let d = x[(i - 1) * n + j] + x[(i + 1) * n + j] + x[i * n + j - 1] + x[i * n + j + 1] - 4.0 * x[i * n + j];
            sum += d * d;
            edges -= x[i * n] * d;
        }
    }
    sum * 2.0 + edges
}

/// Terms that only some iterations have, and others that cost something.
#[differentiable]
fn with_conditions(x: &[f64]) -> f64 {
    let mut sum = 0.0;
    for i in 2..x.len() {
        let d = x[i - 2] * x[i - 1] - x[i];
        if d > 0.0 {
            sum += d * x[i - 1];
        }
        sum += d * d;
    }
    for i in 2..x.len() {
        let d = (x[i - 2] * x[i - 1]).exp() - x[i].sin();
        sum += d * x[i - 1];
    }
    sum
}

#[test]
fn sums_over_neighbours() {
    let x = [0.4, -0.3, 0.7, 1.1, -0.6, 0.2, 0.9, -0.8, 0.5, 0.3, -0.2, 0.6, 1.3, -0.5, 0.8, 0.1];
    check_scalar!(bending(&x[..7]));
    check_scalar!(bending(&x[..2]));
    check_scalar!(read_by_its_terms(&x[..6]));
    check_scalar!(on_a_grid(&x[..], const 4));
    check_scalar!(with_conditions(&x[..8]));
}

#[test]
#[should_panic(expected = "range end index 3 out of range")]
fn a_panic_is_the_functions_own() {
    #[differentiable]
    fn over_the_end(x: &[f64], n: usize) -> f64 {
        let mut sum = 0.0;
        let row = &x[..n];
        for i in 1..n - 1 {
            let d = row[i - 1] - 2.0 * row[i] + row[i + 1];
            sum += d * d;
        }
        sum
    }
    over_the_end::grad(&[0.3, 0.4], 3);
}
