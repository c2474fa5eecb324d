//! `mem::swap`, `mem::replace`, `mem::take`, of variables and of places.
use autodiff_core::differentiable;
use autodiff_tests::{check, check_scalar, check_unit};
use nalgebra::DVector;
use std::mem;

#[differentiable]
fn replace(x: f64, y: f64) -> f64 {
    let mut a = x;
    let b = std::mem::replace(&mut a, y * y);
    a * b
}

#[differentiable]
fn replace_by_a_constant(x: f64) -> f64 {
    let mut a = x * x;
    let b = mem::replace(&mut a, 2.0);
    a * b + a
}

#[differentiable]
fn replace_in_a_loop(x: f64, n: usize) -> f64 {
    let mut previous = x;
    let mut s = 0.0;
    for i in 0..n {
        let next = previous.sin() * x + i as f64;
        let old = mem::replace(&mut previous, next);
        s += old * next;
    }
    s * previous
}

#[differentiable]
fn replace_entry(v: &[f64], x: f64) -> f64 {
    let mut w = v.to_vec();
    let old = mem::replace(&mut w[1], x * v[0]);
    w[0] * w[1] + old * old
}

#[differentiable]
fn replace_behind_mut(a: &mut f64, x: f64) -> f64 {
    let old = mem::replace(a, x * x);
    old * *a
}

#[differentiable]
fn replace_entry_behind_mut(v: &mut [f64], x: f64) -> f64 {
    let old = mem::replace(&mut v[0], x.exp());
    v[1] *= old;
    old * x
}

#[differentiable]
fn take_scalar(x: f64) -> f64 {
    let mut a = x * 3.0;
    let b = mem::take(&mut a);
    a += x;
    a * b
}

#[differentiable]
fn take_buffer(x: &[f64], steps: usize) -> f64 {
    let mut buffer = x.to_vec();
    for _ in 0..steps {
        let old = mem::take(&mut buffer);
        buffer = vec![0.0; old.len()];
        for i in 0..old.len() {
            buffer[i] = old[i] * old[(i + 1) % old.len()] + 0.1 * x[i];
        }
    }
    buffer[0] + buffer[1] * buffer[0]
}

#[differentiable]
fn take_and_give_back(x: f64) -> f64 {
    let mut v = vec![x, x * x];
    let mut w = mem::take(&mut v);
    w[0] *= x;
    v = w;
    v[0] * v[1]
}

#[differentiable]
fn time_steps(u: &[f64], c: f64, steps: usize) -> Vec<f64> {
    let mut now = u.to_vec();
    let mut next = vec![0.0; u.len()];
    for _ in 0..steps {
        for i in 1..u.len() - 1 {
            next[i] = now[i] + c * (now[i - 1] - 2.0 * now[i] * now[i] + now[i + 1]);
        }
        next[0] = now[0];
        mem::swap(&mut now, &mut next);
    }
    now
}

#[differentiable]
fn swap_scalars_behind_mut(a: &mut f64, b: &mut f64, k: f64) {
    *a *= k;
    mem::swap(a, b);
    *a += *b * k;
}

#[differentiable]
fn swap_with_what_is_behind_mut(a: &mut f64, k: f64) -> f64 {
    let mut t = *a * k;
    *a = k.sin();
    mem::swap(a, &mut t);
    t * *a
}

#[differentiable]
fn swap_entries_of_two(x: &[f64], y: &[f64]) -> f64 {
    let mut a = x.to_vec();
    let mut b = y.to_vec();
    for i in 0..x.len() {
        if i % 2 == 0 {
            mem::swap(&mut a[i], &mut b[i]);
        }
        a[i] *= b[i] * a[0];
    }
    a[0] * a[1] + b[2] * b[0]
}

#[differentiable]
fn swap_entries_of_slices(x: &mut [f64], y: &mut [f64]) {
    for i in 0..x.len() {
        x[i] *= y[i];
        mem::swap(&mut x[i], &mut y[i]);
    }
}

#[differentiable]
fn swap_fields(x: f64, y: f64) -> f64 {
    let mut p = (x * y, y.sin());
    let mut q = (x, 2.0);
    mem::swap(&mut p.0, &mut q.1);
    mem::swap(&mut p.1, &mut q.0);
    p.0 * p.1 + q.0 * q.1
}

#[differentiable]
fn swap_whole_tuples(x: f64, y: f64) -> f64 {
    let mut p = (x * y, y.sin());
    let mut q = (x, 2.0 * y);
    mem::swap(&mut p, &mut q);
    p.0 * p.0 + q.0 * q.1 * p.1
}

#[differentiable]
fn swap_rows(x: f64, y: f64) -> f64 {
    let mut rows = vec![vec![x, y], vec![y * y, x * x, 1.0]];
    let mut spare = vec![x + y];
    mem::swap(&mut rows[0], &mut spare);
    rows[0][0] *= rows[1][1];
    rows[0][0] + spare[1] * spare[0]
}

#[differentiable]
fn swap_buffers_behind_mut(a: &mut [f64; 2], b: &mut [f64; 2], k: f64) {
    a[0] *= k;
    mem::swap(a, b);
    a[1] += b[0] * k;
}

#[differentiable]
fn replace_vector(a: &DVector<f64>, k: f64) -> DVector<f64> {
    let mut v = a * k;
    let old = mem::replace(&mut v, a.component_mul(a));
    v + old * k
}

#[differentiable]
fn fibonacci(x: f64, n: usize) -> f64 {
    let mut a = x;
    let mut b = x * x;
    for _ in 0..n {
        let c = a * 0.5 + b;
        a = mem::replace(&mut b, c);
    }
    a * b
}

#[differentiable]
fn replace_in_an_arm(x: f64, y: f64) -> f64 {
    let mut a = x;
    let b = if y > 0.0 { mem::replace(&mut a, y) } else { y * y };
    a * b + a
}

#[differentiable]
fn take_from_an_argument(v: Vec<f64>, k: f64) -> f64 {
    let mut v = v;
    let mut s = 0.0;
    let old = mem::take(&mut v);
    for e in old.iter() {
        s += e * k;
    }
    s + v.len() as f64
}

#[differentiable]
fn statement(x: f64) -> f64 {
    let mut a = x;
    let _ = mem::replace(&mut a, x * x);
    a * x
}

#[test]
fn values() {
    check_scalar!(replace(0.7, -1.3));
    check_scalar!(replace_by_a_constant(0.7));
    for n in [0, 1, 2, 5] {
        check_scalar!(replace_in_a_loop(0.7, const n));
        check_scalar!(fibonacci(0.7, const n));
    }
    check_scalar!(replace_entry(&vec![0.7, 0.2], 1.3));
    check_scalar!(take_scalar(0.7));
    check_scalar!(replace_in_an_arm(0.7, 0.4));
    check_scalar!(replace_in_an_arm(0.7, -0.4));
    check_scalar!(statement(0.7));
    check!(replace_vector(&DVector::from_vec(vec![0.2, 0.5, -0.7]), 1.1));
}

#[test]
fn buffers() {
    for n in [0, 1, 2, 3] {
        check_scalar!(take_buffer(&vec![0.7, 0.2, 0.9], const n));
        check!(time_steps(&vec![0.7, 0.2, 0.9, -0.3, 0.1], 0.3, const n));
    }
    check_scalar!(take_and_give_back(0.7));
    check_scalar!(take_from_an_argument(vec![0.7, 0.2], 0.4));
}

#[test]
fn places() {
    check_scalar!(replace_behind_mut(&mut 0.4, 0.7));
    check_scalar!(replace_entry_behind_mut(&mut vec![0.4, 0.8], 0.7));
    check_unit!(swap_scalars_behind_mut(&mut 0.4, &mut 0.8, 0.7));
    check_scalar!(swap_with_what_is_behind_mut(&mut 0.4, 0.7));
    check_scalar!(swap_entries_of_two(&vec![0.4, 0.8, 1.2], &vec![0.7, 0.1, -0.3]));
    check_unit!(swap_entries_of_slices(&mut vec![0.4, 0.8, 1.2], &mut vec![0.7, 0.1, -0.3]));
    check_scalar!(swap_fields(0.7, 0.3));
    check_scalar!(swap_whole_tuples(0.7, 0.3));
    check_scalar!(swap_rows(0.7, 0.3));
    check_unit!(swap_buffers_behind_mut(&mut [0.4, 0.8], &mut [0.7, 0.1], 0.3));
}

/// What is taken out of a list is no reference.
#[differentiable]
fn taken_and_put_back(x: &[f64]) -> f64 {
    let mut w = x.to_vec();
    let mut q = 0.0;
    {
        let mut t = mem::take(&mut w);
        {
            let u = mem::take(&mut t);
            q += u[2] * u[1];
            t = u;
        }
        w = t;
    }
    w[0] * w[1] * q
}

/// A constant that moves away while the reverse sweep wants it.
#[differentiable]
fn constants_taken_and_put_back(x: &[f64], n: usize) -> f64 {
    let mut v: Vec<f64> = vec![0.25, 0.5, 0.75];
    let mut s = x[0];
    if n > 2 {
        s *= 2.0;
    } else {
        let mut t = mem::take(&mut v);
        let value = x[1] * 2.0 * t[n];
        s += value;
        t[2] = 0.1;
        v = t;
    }
    s * v[2] * x[2]
}

#[test]
fn lists_that_are_taken_and_put_back() {
    check_scalar!(constants_taken_and_put_back(&[0.4, 0.8, 0.3][..], const 1));
    check_scalar!(constants_taken_and_put_back(&[0.4, 0.8, 0.3][..], const 3));
    check_scalar!(taken_and_put_back(&[0.4, 0.8, 0.3]));
}
