//! Sequences that grow and shrink.
use autodiff_core::{differentiable, rules::Real};
use autodiff_tests::{check, check_scalar};
use std::collections::VecDeque;

// ---- push and pop ---------------------------------------------------------------------------------------------------

#[differentiable]
fn pushes(x: f64, n: usize) -> Vec<f64> {
    let mut v = Vec::new();
    let mut t = x;
    for _ in 0..n {
        t = t * x + 0.1;
        v.push(t);
    }
    v
}

#[differentiable]
fn pushes_into_room(x: &[f64]) -> Vec<f64> {
    let mut v = Vec::with_capacity(x.len());
    v.reserve(3);
    for i in 0..x.len() {
        v.push(x[i] * x[0]);
    }
    v
}

#[differentiable]
fn reads_what_was_pushed(x: f64, n: usize) -> f64 {
    let mut v = vec![x];
    for i in 0..n {
        let last = v[v.len() - 1];
        v.push(last * v[i] + x);
    }
    v[n] * v[0]
}

#[differentiable]
fn pop_until_empty(x: f64) -> f64 {
    let mut v = vec![x];
    while v.len() < 5 {
        let last = v[v.len() - 1];
        v.push(last * x + 0.1);
    }
    let mut s = 0.0;
    while let Some(t) = v.pop() {
        s = s * 0.5 + t * t;
    }
    s
}

#[differentiable]
fn pop_unwrap(u: &[f64]) -> f64 {
    let mut v = u.to_vec();
    let a = v.pop().unwrap();
    let b = v.pop().unwrap();
    a * b * v[0]
}

#[differentiable]
fn pop_and_forget(u: &[f64]) -> f64 {
    let mut v = u.to_vec();
    v.pop();
    let mut s = 0.0;
    for e in &v {
        s += e * e;
    }
    s * v.len() as f64
}

#[differentiable]
fn stack_machine(x: f64, y: f64, program: &[u8]) -> f64 {
    let mut stack = Vec::new();
    for op in program {
        match op {
            0 => stack.push(x),
            1 => stack.push(y),
            2 => {
                let b = stack.pop().unwrap();
                let a = stack.pop().unwrap();
                stack.push(a + b);
            }
            3 => {
                let b = stack.pop().unwrap();
                let a = stack.pop().unwrap();
                stack.push(a * b);
            }
            _ => {
                let a = stack.pop().expect("an operand");
                stack.push(a.sin());
            }
        }
    }
    stack.pop().unwrap()
}

#[differentiable]
fn overwritten_after_push(x: f64) -> f64 {
    let mut v = vec![x, x * x];
    v.push(v[0] * v[1]);
    v[0] = v[2] * x;
    v.push(v[0]);
    v[2] += v[3] * v[0];
    v[0] * v[1] + v[2] * v[3]
}

#[differentiable]
fn conditional_push(u: &[f64], x: f64) -> f64 {
    let mut v = vec![];
    for e in u {
        if *e > 0.0 {
            v.push(*e * x);
        } else if *e < -1.0 {
            break;
        }
    }
    let mut s = 1.0;
    for e in v.iter() {
        s *= *e + 1.0;
    }
    s
}

#[differentiable]
fn early_return(u: &[f64]) -> f64 {
    let mut v = Vec::new();
    for e in u {
        v.push(e * e);
        if v.len() == 3 {
            return v[0] * v[2];
        }
    }
    v[0]
}

#[differentiable]
fn constants_and_values(x: f64) -> f64 {
    let mut v = vec![1.0, 2.0];
    v.push(3.0);
    v.push(x);
    v.push(4.0);
    v[1] * v[3] * v[4] + v[3] * v[3]
}

#[differentiable]
fn generic<T: Real>(x: T, n: usize) -> T {
    let mut v = vec![x];
    for i in 0..n {
        let t = v[i] * x;
        v.push(t);
    }
    let last = v.pop().unwrap();
    last + v[0]
}

#[differentiable]
fn single(x: f32, n: usize) -> f32 {
    let mut v = Vec::new();
    for _ in 0..n {
        v.push(x);
        v.push(2.0);
    }
    let mut p = 1.0;
    while let Some(e) = v.pop() {
        p *= e;
    }
    p
}

// ---- insert, remove, truncate ----------------------------------------------------------------------------------------

#[differentiable]
fn vec_methods(x: f64, u: &[f64]) -> f64 {
    let mut v = u.to_vec();
    v.extend_from_slice(u);
    v.resize(8, x);
    v.truncate(7);
    v.insert(0, x * x);
    v[0] * v[4] + v[7]
}

#[differentiable]
fn insertion_sort(u: &[f64]) -> Vec<f64> {
    let mut sorted: Vec<f64> = Vec::new();
    for i in 0..u.len() {
        let mut k = 0;
        while k < sorted.len() && sorted[k] < u[i] {
            k += 1;
        }
        sorted.insert(k, u[i] * u[i]);
    }
    sorted
}

#[differentiable]
fn removes(u: &[f64]) -> f64 {
    let mut v = u.to_vec();
    let a = v.remove(1);
    let b = v.swap_remove(0);
    v.remove(0);
    a * b + v[0] * v[1] * a
}

#[differentiable]
fn removes_in_a_loop(u: &[f64]) -> f64 {
    let mut v = u.to_vec();
    let mut s = 1.0;
    while v.len() > 1 {
        let a = v.remove(0);
        v[0] = v[0] * a + s;
        s *= a;
    }
    s + v[0]
}

#[differentiable]
fn clears(u: &[f64], rounds: usize) -> f64 {
    let mut buffer = Vec::new();
    let mut s = 1.0;
    for r in 0..rounds {
        buffer.clear();
        for e in u {
            buffer.push(e * s);
        }
        s = 0.0;
        for k in 0..buffer.len() {
            s += buffer[k] * buffer[(k + r) % buffer.len()];
        }
    }
    s
}

#[differentiable]
fn truncates(u: &[f64], n: usize) -> Vec<f64> {
    let mut v = u.to_vec();
    v[0] *= v[1];
    v.truncate(n);
    v.push(u[2]);
    v
}

#[differentiable]
fn resizes(x: f64, u: &[f64]) -> Vec<f64> {
    let mut v = u.to_vec();
    v.resize(u.len() + 2, x * 2.0);
    v.resize(u.len() + 1, 0.0);
    v.resize(u.len() + 3, 0.5);
    v[0] *= x;
    v
}

// ---- many at once ----------------------------------------------------------------------------------------------------

#[differentiable]
fn extends(u: &[f64], x: f64) -> Vec<f64> {
    let mut v = vec![x];
    v.extend(u);
    v.extend(u.iter());
    v.extend(u.iter().copied());
    v.extend(&u[1..]);
    v.extend_from_slice(&u[..2]);
    v.extend_from_slice(&[x, x * x]);
    v.extend([x, 1.0]);
    v.extend(vec![x; 2]);
    v
}

#[differentiable]
fn extends_by_a_vector(u: Vec<f64>, w: Vec<f64>) -> Vec<f64> {
    let mut all = u;
    all.extend(w);
    all.extend_from_within(1..3);
    all
}

#[differentiable]
fn extends_by_constants(x: f64, #[nodiff] table: &[f64]) -> f64 {
    let mut v = vec![x];
    v.extend_from_slice(&[1.0, 2.0]);
    for i in 1..v.len() {
        v[i] *= v[i - 1] * table[0];
    }
    v[2]
}

#[differentiable]
fn appends(u: &[f64], x: f64) -> f64 {
    let mut a = vec![x];
    let mut b = u.to_vec();
    a.append(&mut b);
    b.push(x * x);
    a[1] * a[0] * b[0] + a[2]
}

#[differentiable]
fn splits(u: &[f64], n: usize) -> f64 {
    let mut head = u.to_vec();
    let tail = head.split_off(n);
    let mut s = 0.0;
    for a in &head {
        for b in &tail {
            s += a * b * b;
        }
    }
    s
}

/// A second cut takes what the first one left, and nobody reads the list afterwards.
#[differentiable]
fn drains_the_rest(u: &[f64]) -> f64 {
    let mut v = u.to_vec();
    let mut w = v.split_off(1);
    w.append(&mut v);
    let mut rest = w.split_off(2);
    let first: Vec<f64> = w.drain(..2).collect();
    rest.reverse();
    first[0] * first[1] + rest[0] * 2.0
}

#[differentiable]
fn drains(u: &[f64]) -> f64 {
    let mut v = u.to_vec();
    let middle = v.drain(1..3);
    let mut s = 1.0;
    for e in middle {
        s *= e;
    }
    v.drain(..1);
    s * v[0]
}

#[differentiable]
fn retains(u: &[f64], x: f64) -> f64 {
    let mut v = u.to_vec();
    v.retain(|e| *e > 0.0);
    v.retain(|&e| e < 10.0);
    let mut s = x;
    for e in &v {
        s = s * *e + x;
    }
    s
}

// ---- nested ----------------------------------------------------------------------------------------------------------

#[differentiable]
fn rows(x: f64, n: usize) -> f64 {
    let mut rows: Vec<Vec<f64>> = vec![Vec::new(); n];
    for i in 0..n {
        for j in 0..=i {
            rows[i].push(x.powi(j as i32) + i as f64);
        }
    }
    let mut s = 0.0;
    for row in &rows {
        let mut p = 1.0;
        for e in row {
            p *= e;
        }
        s += p;
    }
    s
}

#[differentiable]
fn rows_of_rows(u: &[f64]) -> Vec<Vec<f64>> {
    let mut rows = Vec::new();
    for i in 0..u.len() {
        let mut row = Vec::new();
        for j in 0..i {
            row.push(u[i] * u[j]);
        }
        rows.push(row);
    }
    rows
}

#[differentiable]
fn pascal(x: f64, n: usize) -> f64 {
    let mut rows = vec![vec![x]];
    for i in 0..n {
        let mut next = vec![x];
        for j in 0..i {
            next.push(rows[i][j] + rows[i][j + 1] * x);
        }
        next.push(1.0);
        rows.push(next);
    }
    let last = rows.pop().unwrap();
    last[0] * last[n / 2]
}

#[differentiable]
fn rows_by_reference(u: &[f64]) -> f64 {
    let mut rows = vec![vec![0.0; 1]; 2];
    for (i, e) in u.iter().enumerate() {
        let row = &mut rows[i % 2];
        row.push(*e);
    }
    for row in rows.iter_mut() {
        row.push(u[0]);
    }
    rows[0][1] * rows[1][1] * rows[0][2] + rows[1][2]
}

#[differentiable]
fn fields(x: f64, u: &[f64]) -> f64 {
    let mut state = (Vec::new(), x);
    for e in u {
        state.0.push(e * state.1);
        state.1 *= x;
    }
    let last = state.0.pop().unwrap();
    last * state.0[0]
}

#[differentiable]
fn grid(x: f64, n: usize, m: usize) -> f64 {
    let mut g = vec![vec![0.0; n]; m];
    g[0][0] = x;
    for i in 0..m {
        for j in 1..n {
            g[i][j] = g[i][j - 1] * x + 0.1;
        }
        if i + 1 < m {
            g[i + 1][0] = g[i][n - 1];
        }
    }
    g[m - 1][n - 1]
}

// ---- double-ended ----------------------------------------------------------------------------------------------------

#[differentiable]
fn moving_average(u: &[f64], width: usize) -> Vec<f64> {
    let mut window = VecDeque::new();
    let mut sum = 0.0;
    let mut out = Vec::new();
    for e in u {
        window.push_back(*e * *e);
        sum += e * e;
        if window.len() > width {
            let old = window.pop_front().unwrap();
            sum -= old;
        }
        out.push(sum / window.len() as f64);
    }
    out
}

#[differentiable]
fn both_ends(x: f64, y: f64) -> f64 {
    let mut d = VecDeque::from(vec![x * y]);
    d.push_front(x);
    d.push_back(y);
    d[1] *= d[0];
    let back = d.pop_back().unwrap();
    let mut s = back;
    while let Some(e) = d.pop_front() {
        s = s * e + x;
    }
    s
}

#[differentiable]
fn queue_of_states(x: f64, n: usize) -> f64 {
    let mut queue = VecDeque::with_capacity(4);
    queue.push_back((x, 0));
    let mut total = 0.0;
    while let Some((value, depth)) = queue.pop_front() {
        total += value * value;
        if depth < n {
            queue.push_back((value * 0.5, depth + 1));
            queue.push_back((value * x, depth + 1));
        }
    }
    total
}

const U: [f64; 4] = [0.7, -0.3, 1.2, 0.4];

#[test]
fn push_and_pop() {
    for n in [0, 1, 4] {
        check!(pushes(0.7, const n));
        check_scalar!(reads_what_was_pushed(0.7, const n));
        check_scalar!(generic(0.7, const n + 1));
        check_scalar!(single(0.7, const n));
    }
    check!(pushes_into_room(&U.to_vec()));
    check_scalar!(pop_until_empty(0.7));
    check_scalar!(pop_unwrap(&U.to_vec()));
    check_scalar!(pop_and_forget(&U.to_vec()));
    check_scalar!(stack_machine(0.7, 0.4, const &[0, 1, 2, 0, 3, 4, 1, 3]));
    check_scalar!(overwritten_after_push(0.7));
    check_scalar!(conditional_push(&U.to_vec(), 0.4));
    check_scalar!(conditional_push(&vec![0.7, -2.0, 0.5], 0.4));
    check_scalar!(early_return(&U.to_vec()));
    check_scalar!(early_return(&vec![0.6, 0.2]));
    check_scalar!(constants_and_values(0.7));
}

#[test]
fn insert_and_remove() {
    check_scalar!(vec_methods(0.7, &vec![0.3, 0.8, 1.1]));
    check!(insertion_sort(&U.to_vec()));
    check_scalar!(removes(&vec![0.7, -0.3, 1.2, 0.4, 0.9]));
    check_scalar!(removes_in_a_loop(&U.to_vec()));
    for n in [0, 1, 3] {
        check_scalar!(clears(&U.to_vec(), const n));
        check!(truncates(&U.to_vec(), const n + 1));
    }
    check!(resizes(0.7, &U.to_vec()));
}

#[test]
fn many_at_once() {
    check!(extends(&U.to_vec(), 0.6));
    check!(extends_by_a_vector(U.to_vec(), vec![0.5, 0.6]));
    check_scalar!(extends_by_constants(0.7, const &[0.3]));
    check_scalar!(appends(&U.to_vec(), 0.6));
    check_scalar!(splits(&U.to_vec(), const 1));
    check_scalar!(splits(&U.to_vec(), const 4));
    check_scalar!(drains(&U.to_vec()));
    check_scalar!(drains_the_rest(&U[..]));
    check_scalar!(retains(&U.to_vec(), 0.6));
}

#[test]
fn nested() {
    check_scalar!(rows(0.7, const 3));
    check!(rows_of_rows(&U.to_vec()));
    check_scalar!(pascal(0.7, const 3));
    check_scalar!(rows_by_reference(&U.to_vec()));
    check_scalar!(fields(0.7, &U.to_vec()));
    check_scalar!(grid(0.7, const 3, const 2));
}

#[test]
fn double_ended() {
    check!(moving_average(&U.to_vec(), const 2));
    check_scalar!(both_ends(0.7, 0.4));
    check_scalar!(queue_of_states(0.7, const 2));
}
