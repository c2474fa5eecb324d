//! What is put back before it is read in reverse, and for whom: the less obvious readers.
use autodiff_core::{Differentiable, differentiable};
use autodiff_tests::{assert_all_close, check_scalar, check_unit};
use nalgebra::{DVector, dvector};

/// Of floats, what was added and is subtracted again need not leave what was there.
#[differentiable]
fn steps_of_a_constant_float(x: f64, #[nodiff] mut t: f64) -> f64 {
    let mut s = x;
    for k in 0..2 {
        s = s * x;
        if k == 0 {
            s += x * (t * 1e17);
        }
        t += 1_f64;
    }
    s
}

/// The indices are taken out of the pair before it changes, and used after that.
#[differentiable]
fn pattern_over_what_changes(x: &[f64]) -> f64 {
    let mut p = (0, 1);
    let mut s = 1.0;
    for _ in 0..5 {
        let (i, j) = p;
        p = (j, (i + j + 1) % x.len());
        s = s * x[i] + x[j] * x[j];
    }
    s
}

/// Rewritten as a whole in every outer iteration, and in part in every inner one.
#[differentiable]
fn buffer_of_an_outer_iteration(x: &[f64]) -> f64 {
    let mut w = vec![1.0; 2];
    let mut s = 1.0;
    for i in 0..x.len() {
        w = vec![x[i]; 2];
        for j in 0..3 {
            w[0] = x[i] * x[j];
            s *= w[0];
        }
        s += w[1];
    }
    s
}

#[differentiable]
fn number_of_an_outer_iteration(x: &[f64]) -> f64 {
    let mut w = 1.0;
    let mut s = 1.0;
    for i in 0..x.len() {
        w = x[i] * x[i];
        for j in 0..3 {
            s *= w;
            w = x[i] * x[j];
        }
        s += w;
    }
    s
}

/// The branch need not be taken, and what it does with the new value reads none.
#[differentiable]
fn rewritten_in_a_branch(x: f64, y: f64, n: usize) -> f64 {
    let mut w = x * y;
    let mut s = w * w;
    if n == 1 {
        w = x.sin();
        s += w;
    }
    w = y.sin();
    s * w
}

#[differentiable]
fn rewritten_in_a_branch_of_a_loop(x: &[f64], n: usize) -> f64 {
    let mut w = x[0];
    let mut s = 1.0;
    for i in 0..x.len() {
        s *= w;
        if i % 2 == n {
            w = x[i] * x[i];
            s += w;
        }
        w = x[i].sin();
        s *= w;
    }
    s
}

#[test]
fn for_less_obvious_readers() {
    check_scalar!(steps_of_a_constant_float(0.7, const 1e-17));
    let x = [0.7, -1.2, 0.4, 1.3];
    check_scalar!(pattern_over_what_changes(&x[..]));
    check_scalar!(buffer_of_an_outer_iteration(&x[..]));
    check_scalar!(number_of_an_outer_iteration(&x[..]));
    for n in 0..3 {
        check_scalar!(rewritten_in_a_branch(0.7, -1.2, const n));
        check_scalar!(rewritten_in_a_branch_of_a_loop(&x[..], const n));
    }
}

/// The sum could be reversed while it is computed, but then the state would be put back for the product's sake.
#[differentiable]
fn sum_beside_state(x: &[f64], c: &mut [usize]) -> f64 {
    let y = x[c[0]] * x[1];
    c[0] = 2;
    let mut s = 0.0;
    for i in 0..x.len() {
        s += x[i].exp();
    }
    (y + s) * 2.0
}

#[test]
fn state_is_left_as_by_the_function() {
    let x = [0.7, -1.2, 0.4];
    let (mut plain, mut reversed) = ([0, 1], [0, 1]);
    let value = sum_beside_state(&x, &mut plain);
    let (same, g) = sum_beside_state::value_and_grad(&x, &mut reversed);
    assert_eq!((value, plain), (same, reversed));
    let exact = [2.0 * (x[1] + x[0].exp()), 2.0 * (x[0] + x[1].exp()), 2.0 * x[2].exp()];
    assert_all_close(&g, &exact.to_vec(), 1e-14);
}

// ---- adjoints that were taken -------------------------------------------------------------------------------------

/// The branch overwrites what an earlier statement gave its value, as a whole.
#[differentiable]
fn overwritten_in_a_branch(x: &DVector<f64>, y: f64, n: usize) -> f64 {
    let mut v = x * y.sin();
    if n == 1 {
        v = x * y;
    }
    v.norm()
}

#[derive(Clone, Copy, Differentiable)]
struct Pair {
    a: f64,
    b: [f64; 2],
}

#[differentiable]
fn struct_overwritten_in_a_branch(x: f64, y: f64, n: usize) -> f64 {
    let mut p = Pair { a: x, b: [x * y, y] };
    if n == 1 {
        p = Pair { a: y.sin(), b: [x, x * x] };
    }
    p.a * p.b[0] * p.b[1]
}

#[test]
fn adjoints_that_were_taken() {
    for n in 0..2 {
        check_scalar!(overwritten_in_a_branch(&dvector![0.7, -1.2, 0.4], 0.8, const n));
        check_scalar!(struct_overwritten_in_a_branch(0.7, -1.2, const n));
    }
}

// ---- steps, and calls ---------------------------------------------------------------------------------------------

#[differentiable]
fn steps_of_a_float(x: f64) -> f64 {
    let mut t = x * x;
    let mut s = x;
    for _ in 0..3 {
        s *= t;
        t += 1_f64;
    }
    s
}

#[differentiable]
fn moved_on(y: &mut [f64], x: f64) {
    let e = y[0] * y[0];
    y[0] = x * x;
    y[1] = e;
}

/// All that it does is done by another function, whose pullback puts back what it reads itself.
#[differentiable]
fn handed_on(y: &mut [f64], x: f64) {
    moved_on(y, x);
}

#[differentiable]
fn deeper(y: &mut [f64], n: usize) -> f64 {
    if n == 0 {
        return y[0] * y[1];
    }
    y[0] = y[0] * y[1] + 0.3;
    let r = deeper(y, n - 1);
    y[1] = y[1] * y[0];
    r * y[1]
}

/// A recursion is run again, from what was there before.
#[differentiable]
fn recursion_after_a_change(y: &mut [f64]) -> f64 {
    y[1] = y[0].sin();
    let r = deeper(y, 2);
    r * y[0] * y[1]
}

#[differentiable]
fn energy(y: &[f64]) -> f64 {
    y[0] * y[0] * y[1]
}

/// The callee's pullback reads what is overwritten after the call.
#[differentiable]
fn overwritten_after_the_call(x: &[f64]) -> f64 {
    let mut y = x.to_vec();
    let e = energy(&y);
    y[0] = x[1] * x[1];
    e * y[0] * y[1]
}

/// What the callee overwrites and does not read itself was read before the call.
#[differentiable]
fn read_before_the_call(y: &mut [f64], x: f64) -> f64 {
    let e = y[0] * y[0] * y[1];
    moved_on(y, x);
    e * y[0]
}

#[differentiable]
fn exchanged(y: &mut [f64], x: f64) -> f64 {
    let e = y[0] * y[0] * x;
    y[1] = x.sin();
    e
}

/// A function that is a parameter is run again, from what was there before, which others have read.
#[differentiable]
fn read_before_a_parameter_is_called(f: impl Fn(&mut [f64], f64) -> f64, y: &mut [f64], x: f64) -> f64 {
    let e = y[1] * y[1] * y[0];
    let r = f(y, x);
    e * r * y[1]
}

#[differentiable]
fn calls_a_parameter(y: &mut [f64], x: f64) -> f64 {
    read_before_a_parameter_is_called(exchanged, y, x)
}

#[test]
fn steps_and_calls() {
    check_scalar!(read_before_the_call(&mut [0.7, -1.2][..], 0.4));
    check_scalar!(calls_a_parameter(&mut [0.7, -1.2][..], 0.4));
    check_scalar!(steps_of_a_float(0.7));
    check_unit!(handed_on(&mut [0.7, -1.2][..], 0.4));
    check_scalar!(recursion_after_a_change(&mut [0.7, -1.2][..]));
    check_scalar!(overwritten_after_the_call(&[0.7, -1.2][..]));
}

/// Where nobody asks for the counter, what came after its steps is not put back: then they are not undone from there.
#[differentiable]
fn counted_and_forgotten(x: &[f64], at: &mut [usize], n: &mut usize) -> f64 {
    *n += 1;
    at[*n] += 1;
    let y = x[at[*n] % 3] * x[*n];
    *n -= 1;
    at[*n] += 2;
    *n = 77;
    at.fill(0);
    y
}

#[differentiable]
fn counted_and_read(x: &[f64], at: &mut [usize], n: &mut usize) -> f64 {
    let a = counted_and_forgotten(x, at, n);
    *n = at[0];
    at[*n] += 2;
    *n += 1;
    let b = counted_and_forgotten(x, at, n);
    a * b * x[*n % 3]
}

#[test]
fn steps_of_state_that_is_lost() {
    let x = [1.5, 2.0, 3.0];
    let (mut at, mut n) = ([0, 1, 2], 0);
    assert_all_close(&counted_and_forgotten::grad(&x[..], &mut at, &mut n), &vec![0.0, 3.0, 2.0], 1e-14);
    assert_eq!((at, n), ([0; 3], 77));
    // x[2] x[1] * x[1] x[2] * x[2]
    let (mut at, mut n) = ([0, 1, 2], 0);
    assert_all_close(&counted_and_read::grad(&x[..], &mut at, &mut n), &vec![0.0, 108.0, 108.0], 1e-12);
}

// ---- several who read it -------------------------------------------------------------------------------------------

#[differentiable]
fn reads(y: &[f64], x: f64) -> f64 {
    y[0] * y[0] * x
}
#[differentiable]
fn reads_not(y: &[f64], x: f64) -> f64 {
    y[0] + x
}
#[differentiable]
fn sets(y: &mut [f64], x: f64) {
    y[0] = x;
}
/// It is put back if the one wants it or the other.
#[differentiable]
fn one_reads(y: &mut [f64], x: f64) -> f64 {
    let a = reads(y, x);
    let b = reads_not(y, x);
    sets(y, x);
    a * b
}
#[differentiable]
fn the_other_reads(y: &mut [f64], x: f64) -> f64 {
    let b = reads_not(y, x);
    let a = reads(y, x);
    sets(y, x);
    a * b
}
#[differentiable]
fn two_readers(x: &[f64]) -> f64 {
    let mut y = x.to_vec();
    let a = one_reads(&mut y, x[1]);
    let b = the_other_reads(&mut y, x[0]);
    a * b * y[0]
}

#[test]
fn for_any_of_several_readers() {
    check_scalar!(two_readers(&[0.7, -1.2, 0.4][..]));
}

// ---- how far a loop goes, by what it changes -----------------------------------------------------------------------

#[differentiable]
fn bounds_that_the_loop_moves(x: &[f64]) -> f64 {
    let (mut k, mut s) = (1, 1.1);
    for _ in 0..2 {
        let n = k + 1;
        for i in 0..n {
            s = s * x[i] + x[k];
            k = (k + 2) % 3;
        }
    }
    s
}

#[differentiable]
fn bounds_in_a_list(x: &[f64]) -> f64 {
    let (mut c, mut s) = (vec![1, 2], 1.1);
    for r in 0..2 {
        let n = c[r] + 1;
        for i in 0..n {
            s = s * x[i] + x[1];
            c[r] = (c[r] + 2) % 3;
        }
    }
    s
}

#[test]
fn bounds_that_loops_move() {
    check_scalar!(bounds_that_the_loop_moves(&[0.7, -1.2, 0.4][..]));
    check_scalar!(bounds_in_a_list(&[0.7, -1.2, 0.4][..]));
}
