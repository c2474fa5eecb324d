//! Loops whose iterations are reversed one by one, and what must not be taken for one.
use autodiff_core::differentiable;
use autodiff_tests::{check, check_scalar};

#[differentiable]
fn two_loops_into_one_sum(x: &[f64], w: &[f64]) -> f64 {
    // two loops into one sum, sub
    let mut s = 0.0;
    for i in 0..x.len() {
        let e = x[i] * w[i];
        s += e.sin();
    }
    for i in 0..w.len() {
        s -= w[i] * w[i];
    }
    -s * 3.0
}
#[differentiable]
fn scratch_of_two_loops(x: &[f64]) -> f64 {
    // scratch buffer, private, used by two loops
    let n = x.len();
    let mut t = vec![0.0; n];
    let mut s = 0.0;
    for k in 0..3 {
        for i in 0..n {
            t[i] = x[i] * (k as f64 + 1.0);
        }
        let mut p = 1.0;
        for i in 0..n {
            p *= t[i];
        }
        s += p;
    }
    let mut q = 0.0;
    for k in 0..2 {
        for i in 0..n {
            t[i] = x[i] + k as f64;
        }
        for i in 0..n {
            t[i] *= t[i];
        }
        for i in 0..n {
            q += t[i].exp() * 0.1;
        }
    }
    s / 2.0 - q
}
#[differentiable]
fn scratch_rewritten_in_part(x: &[f64]) -> f64 {
    // buffer NOT wholly rewritten: must not be private
    let n = x.len();
    let mut t = vec![0.0; n];
    let mut s = 0.0;
    for k in 0..4 {
        for i in 0..n - 1 {
            t[i] = x[i] * (k as f64 + 1.0);
        }
        if k == 1 {
            t[n - 1] = x[0];
        }
        for i in 0..n {
            s += t[i] * t[i];
        }
    }
    s
}
#[differentiable]
fn changed_after_the_loop(x: &[f64]) -> f64 {
    // overwritten after the loop
    let mut v = x.to_vec();
    let mut s = 0.0;
    for i in 0..v.len() {
        for j in 0..v.len() {
            s += v[i] * v[j];
        }
    }
    for i in 0..v.len() {
        v[i] = v[i] * 2.0;
    }
    let mut z = 0.0;
    for i in 0..v.len() {
        z += v[i] * x[i];
    }
    s + z
}
#[differentiable]
fn sum_read_inside(x: &[f64]) -> f64 {
    // sum read inside
    let mut s = 0.0;
    for i in 0..x.len() {
        s += x[i] * s + x[i];
    }
    s
}
#[differentiable]
fn sum_used_twice(x: &[f64]) -> f64 {
    // sum used twice
    let mut s = 0.0;
    for i in 0..x.len() {
        s += x[i] * x[i];
    }
    s * s
}
#[differentiable]
fn sums_in_entries(x: &[f64]) -> f64 {
    // histogram: element sums
    let mut h = vec![0.0; 3];
    for i in 0..x.len() {
        let mut p = 1.0;
        for j in 0..2 {
            p *= x[i] + j as f64;
        }
        h[i % 3] += p;
    }
    let mut s = 0.0;
    for i in 0..3 {
        s += h[i] * h[i];
    }
    s
}
#[differentiable]
fn inner(x: &[f64]) -> f64 {
    let mut s = 0.0;
    for v in x {
        let mut p = v * v;
        for _ in 0..2 {
            p = p * v + 1.0;
        }
        s += p;
    }
    s
}
#[differentiable]
fn callee_in_a_sum(x: &[f64]) -> f64 {
    // callee with the sum
    let mut t = 0.0;
    for k in 0..x.len() {
        t += inner(&x[..k + 1]).sqrt();
    }
    t / x.len() as f64
}
#[differentiable]
fn count_on_the_way(x: &[f64]) -> f64 {
    // count changes the way
    let mut s = 0.0;
    let mut n = 0;
    for i in 0..x.len() {
        if x[i] > 0.5 {
            s += x[i] * x[i];
            n += 1;
        }
    }
    s / n as f64
}
#[differentiable]
fn scratch_read_while_written(x: &[f64]) -> f64 {
    // scratch whose index is shifted
    let mut t = vec![0.0; 4];
    let mut s = 0.0;
    for k in 0..x.len() {
        for i in 0..4 {
            t[i] = x[k] * i as f64;
        }
        for i in 0..3 {
            t[i + 1] += t[i] * t[i];
        }
        let mut m = 0.0;
        for i in 0..4 {
            m += t[i];
        }
        s += m * m;
    }
    s
}
#[differentiable]
fn scratch(x: f64, t: &mut [f64]) -> f64 {
    for i in 0..t.len() {
        t[i] = x * i as f64;
    }
    let mut s = 0.0;
    for v in t.iter() {
        s += v * v * x;
    }
    s
}
#[differentiable]
fn scratch_handed_on(x: &[f64]) -> f64 {
    let mut t = vec![0.0; 3];
    let mut s = 0.0;
    for v in x {
        s += scratch(*v, &mut t);
    }
    s
}
#[differentiable]
fn scratch_of_the_caller(x: &[f64], t: &mut [f64]) -> f64 {
    // mode of callee, values of t used after
    for i in 0..t.len() {
        t[i] = t[i] * x[i];
    }
    let s = scratch(x[0], &mut t[1..]);
    for i in 0..t.len() {
        t[i] = t[i] * t[i] + s;
    }
    s * t[0]
}

#[differentiable]
fn sum_under_a_condition(x: &[f64], twice: bool) -> f64 {
    let mut s = 0.0;
    for v in x {
        let mut p = *v;
        for _ in 0..2 {
            p *= *v;
        }
        s += p;
    }
    if twice { s * 2.0 } else { s }
}

#[differentiable]
fn linear_in_another_argument(x: &[f64], c: f64) -> f64 {
    let mut s = 0.0;
    for v in x {
        s += v.sin();
    }
    s * c
}

#[differentiable]
fn sums_of_sums(x: &[f64], w: &[f64]) -> f64 {
    let (mut s, mut t) = (0.0, 0.0);
    for i in 0..x.len() {
        s += x[i].exp();
        t -= x[i] * w[i];
    }
    s += t;
    let u = s / x.len() as f64;
    -u
}

#[differentiable]
fn reference_into_the_scratch(x: &[f64]) -> f64 {
    let mut t = vec![0.0; 3];
    let mut s = 0.0;
    for v in x {
        for e in t.iter_mut() {
            *e = v * v;
        }
        let tail = &mut t[1..];
        for e in tail.iter_mut() {
            *e *= v.cos();
        }
        for e in &t {
            s += e * e;
        }
    }
    s
}

#[differentiable]
fn pieces_of_one_buffer(x: &[f64]) -> f64 {
    let mut b = vec![0.5; 4];
    let (left, right) = b.split_at_mut(2);
    left[0] = x[0] * x[1];
    let mut s = 0.0;
    for i in 0..2 {
        s += left[i] * right[i] * x[i];
    }
    s
}

#[differentiable]
fn in_a_loop_that_is_not(x: &[f64], steps: usize) -> f64 {
    let mut y = x[0];
    for _ in 0..steps {
        let mut s = 0.0;
        for v in x {
            let mut p = v * y;
            for _ in 0..2 {
                p = p.sin() + v;
            }
            s += p;
        }
        y = s / 4.0;
    }
    y
}

const X: [f64; 5] = [0.3, 0.7, -0.4, 1.2, 0.9];
const W: [f64; 5] = [1.0, 0.5, 0.2, -0.7, 0.1];

// the result is what the last iteration made: the variable belongs to no iteration

#[differentiable]
fn last_sum(x: &[f64], #[nodiff] factors: &[f64]) -> f64 {
    let mut h = 0.0;
    for f in factors {
        h = x.iter().map(|b| f * b * b).sum();
    }
    h
}

#[differentiable]
fn last_of_nested_loops(x: &[f64], #[nodiff] factors: &[f64]) -> f64 {
    let mut h = 0.0;
    for i in 0..factors.len() {
        h = 0.0;
        for b in x {
            h += b.sin() * factors[i];
        }
    }
    h
}

#[differentiable]
fn last_buffer(x: &[f64], #[nodiff] factors: &[f64]) -> Vec<f64> {
    let mut t = vec![0.0; x.len()];
    for f in factors {
        for i in 0..t.len() {
            t[i] = f * x[i] * x[i];
        }
    }
    t
}

#[test]
fn what_the_last_iteration_made() {
    check_scalar!(last_sum(&[0.3, 0.6][..], const &[0.5, 2.0]));
    check_scalar!(last_of_nested_loops(&[0.3, 0.6][..], const &[0.5, 2.0]));
    check!(last_buffer(&[0.3, 0.6][..], const &[0.5, 2.0]));
}

#[test]
fn in_both_modes() {
    check_scalar!(two_loops_into_one_sum(&X[..], &W[..]));
    check_scalar!(scratch_of_two_loops(&X[..]));
    check_scalar!(scratch_rewritten_in_part(&X[..]));
    check_scalar!(changed_after_the_loop(&X[..]));
    check_scalar!(sum_read_inside(&X[..]));
    check_scalar!(sum_used_twice(&X[..]));
    check_scalar!(sums_in_entries(&X[..]));
    check_scalar!(inner(&X[..]));
    check_scalar!(callee_in_a_sum(&X[..]));
    check_scalar!(count_on_the_way(&X[..]));
    check_scalar!(scratch_read_while_written(&X[..]));
    check_scalar!(scratch_handed_on(&X[..]));
    check!(scratch_of_the_caller(&X[..], &mut [0.5, -0.2, 0.8, 0.4, 1.1][..]));
    check_scalar!(sum_under_a_condition(&X[..], const true));
    check_scalar!(sum_under_a_condition(&X[..], const false));
    check_scalar!(linear_in_another_argument(&X[..], 1.7));
    check_scalar!(sums_of_sums(&X[..], &W[..]));
    check_scalar!(reference_into_the_scratch(&X[..]));
    check_scalar!(pieces_of_one_buffer(&X[..]));
    check_scalar!(in_a_loop_that_is_not(&X[..], const 3));
}

#[differentiable]
fn next_weight(x: f64, #[nodiff] at: &mut usize) -> f64 {
    *at += 1;
    let mut p = x;
    for _ in 0..*at {
        p *= x;
    }
    p
}

#[differentiable]
fn an_index_that_a_callee_moves(x: &[f64]) -> f64 {
    let mut at = 0;
    let mut s = 0.0;
    for v in x {
        let mut p = 1.0;
        for _ in 0..2 {
            p *= *v;
        }
        s += p * next_weight(*v, &mut at);
    }
    s * s
}

#[test]
fn state_that_callees_change() {
    check_scalar!(an_index_that_a_callee_moves(&X[..]));
}

/// The items of a constant are active in the inner loop, whose iterations hand over shapes alone.
#[differentiable]
fn distances_to_constants(x: &[f64; 2]) -> f64 {
    const CENTRES: [[f64; 2]; 2] = [[4.0, 1.0], [1.0, 0.5]];
    CENTRES.iter().map(|c| 1.0 / (2.0 + c.iter().zip(x).map(|(c, x)| (x - c) * (x - c)).sum::<f64>())).sum()
}

#[test]
fn what_iterations_that_are_run_again_hand_over() {
    check_scalar!(distances_to_constants(&[0.3, 0.4]));
}
