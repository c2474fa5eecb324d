//! Corners: orders of evaluation, native state that changes, patterns, aliases of types and of names.
use autodiff_core::differentiable;
use autodiff_tests::{check, check_scalar};
use nalgebra::{DMatrix, DVector, Vector3};

#[differentiable]
fn bump(a: &mut f64) -> f64 {
    *a = *a * *a + 0.1;
    *a * 2.0
}

#[differentiable]
fn bump_slice(w: &mut [f64]) -> f64 {
    w[0] = w[0] * w[1] + 0.1;
    w[0] * 2.0
}

#[differentiable]
fn square(x: f64) -> f64 {
    x * x
}

#[differentiable]
fn part_of_a_buffer(x: f64) -> f64 {
    let mut v = [1.0, 2.0, 3.0, 4.0];
    let w = &mut v[1..3];
    w[0] = x * w[1];
    w[1] *= x;
    v[1] * v[2]
}

#[differentiable]
fn zipped_loop(x: f64, u: &[f64]) -> f64 {
    let mut v = vec![x; u.len()];
    for (a, b) in v.iter_mut().zip(u.iter()) {
        *a += b * x;
    }
    v[1] * v[2]
}

#[differentiable]
fn windows(u: &[f64]) -> f64 {
    let mut s = 0.0;
    for c in u.windows(2) {
        s += c[0] * c[1];
    }
    s
}

#[differentiable]
fn unwrapped(u: Option<f64>, y: f64) -> f64 {
    u.unwrap_or(y) * u.unwrap()
}

#[differentiable]
fn constants_in_a_loop(x: f64) -> f64 {
    const W: [f64; 3] = [0.1, 0.2, 0.3];
    static K: f64 = 3.0;
    let mut s = 0.0;
    for w in W {
        s += w * x * s + K;
    }
    s
}

#[differentiable]
fn parameter_assigned(mut x: f64, n: usize) -> f64 {
    for _ in 0..n {
        x += 1.0;
        x *= 0.5 * x;
    }
    x
}

#[differentiable]
fn pairs_in_a_loop(u: &[(f64, f64)]) -> f64 {
    let mut s = 0.0;
    for &(a, b) in u {
        s += a * b;
    }
    for (a, b) in u {
        s += a * b * s;
    }
    s
}

#[differentiable]
fn ref_and_at_patterns(u: Option<f64>, x: f64) -> f64 {
    match u {
        Some(ref v) if *v > 0.0 => v * x,
        Some(v @ _) => v + x,
        None => x,
    }
}

#[differentiable]
fn range_of_floats(x: f64) -> f64 {
    match x {
        0.0..=1.0 => x * x,
        t => t * 3.0,
    }
}

#[differentiable]
fn slice_patterns(u: &[f64]) -> f64 {
    match u {
        [a, b, ..] => a * b,
        [a] => *a,
        [] => 0.0,
    }
}

#[differentiable]
fn bool_as_number(x: f64) -> f64 {
    (x > 0.5) as i32 as f64 * x + x
}

#[differentiable]
fn variable_with_a_functions_name(x: f64) -> f64 {
    let square = square(x);
    square * x
}

type Scalar = f64;
#[differentiable]
fn type_alias(x: Scalar, v: nalgebra::Vector3<Scalar>) -> Scalar {
    x * v.x
}

#[differentiable]
fn parameter_without_a_name(_: f64, y: f64) -> f64 {
    y * y
}

#[differentiable]
fn loop_that_returns(x: f64) -> f64 {
    loop {
        return x * x;
    }
}

#[differentiable]
fn unreachable_tail(x: f64, n: usize) -> f64 {
    for i in 0..n {
        if i == 2 {
            return x * x;
        }
    }
    unreachable!()
}

#[differentiable]
fn nested_tuples(p: (f64, (f64, f64)), q: &[(f64, [f64; 2])]) -> f64 {
    let mut t = (p.1.0, [p.0, 2.0]);
    t.1[0] *= t.0;
    t.1[1] = q[1].1[0] * t.1[0];
    t.0 += t.1[1] * q[0].0;
    t.0 * p.1.1
}

#[differentiable]
fn slices_of_slices(u: &[f64]) -> f64 {
    let s = &u[1..];
    let t = &s[1..];
    let w = &t[..2];
    w[0] * s[0] + t[1] * u[0]
}

#[differentiable]
fn rows_of_a_buffer(u: &[f64], n: usize) -> f64 {
    let mut w = vec![0.0; n * n];
    for i in 0..n {
        let row = &mut w[i * n..(i + 1) * n];
        row[0] = u[i];
        for j in 1..n {
            row[j] = row[j - 1] * u[j];
        }
    }
    w[n * n - 1] * w[1]
}

#[differentiable]
fn adapted_iteration(u: &[f64]) -> f64 {
    let mut s = 0.0;
    for v in u.iter().rev() {
        s = s * 0.5 + v;
    }
    for v in u.iter().skip(1) {
        s = s * v;
    }
    s
}

#[differentiable]
fn argument_before_the_call_changes_it(x: f64) -> f64 {
    let mut a = x;
    a * bump(&mut a) + a
}

#[differentiable]
fn element_before_the_call_changes_it(x: f64, y: f64) -> f64 {
    let mut w = [x, y];
    let r = w[0] * bump_slice(&mut w) * w[0];
    r + w[1]
}

#[differentiable]
fn operand_before_the_block_changes_it(x: f64) -> f64 {
    let mut a = x;
    a + {
        a *= 2.0 * x;
        a
    } * a
}

#[differentiable]
fn right_side_changes_the_left(x: f64) -> f64 {
    let mut a = x;
    a += {
        a *= 2.0 * x;
        a * a
    };
    a
}

#[differentiable]
fn index_with_side_effect(x: &[f64]) -> f64 {
    let mut w = [0.5, 0.6, 0.7];
    let mut i = 0;
    w[{
        i += 1;
        i
    }] = x[0] * w[0];
    w[{
        i += 1;
        i
    }] *= x[1];
    w[1] * w[2]
}

#[differentiable]
fn components_of_elements(p: &[Vector3<f64>]) -> f64 {
    let mut q = [p[0], p[1]];
    q[0].x = q[1].y * q[0].z;
    q[1][2] *= q[0].x;
    let mut t = (q[0], 2.0);
    t.0.y += t.0.x * t.1;
    t.0.dot(&q[1])
}

#[differentiable]
fn bound_changed_in_the_loop(x: &[f64]) -> f64 {
    let mut n = x.len();
    let mut s = 0.1;
    for i in 0..n {
        n -= 1;
        s = s * x[i] + x[n] * s.sin();
    }
    s + n as f64
}

#[differentiable]
fn flag_changed_in_its_branch(x: &[f64]) -> f64 {
    let mut flag = true;
    let mut s = 1.0;
    for i in 0..x.len() {
        if flag {
            flag = false;
            s *= x[i];
        } else {
            flag = true;
            s = s * s + x[i];
        }
    }
    s
}

#[differentiable]
fn counter_as_index(x: &[f64]) -> f64 {
    let mut k = 0;
    let mut w = [0.3; 3];
    w[k] = x[0] * w[2];
    k += 1;
    w[k] = x[1] * w[k - 1];
    k += 1;
    w[k] *= x[2] * w[k - 1];
    w[2]
}

#[differentiable]
fn work_list(x: &[f64]) -> f64 {
    let mut todo = vec![0usize];
    let mut s = 0.3;
    while let Some(i) = todo.pop() {
        s = s * x[i] + 0.2;
        if i + 1 < x.len() {
            todo.push(i + 1);
        }
    }
    s
}

#[differentiable]
fn order_by_values(x: &[f64]) -> f64 {
    let mut order: Vec<usize> = (0..x.len()).collect();
    order.sort_by(|&a, &b| x[a].partial_cmp(&x[b]).unwrap());
    x[order[1]] * x[order[2]]
}

#[differentiable]
fn permutation_changed(x: &[f64]) -> f64 {
    let mut order = [2usize, 0, 1];
    let mut s = 0.4;
    for i in 0..3 {
        s = s * x[order[i]];
        order.swap(i, (i + 1) % 3);
        order[0] = i;
        s += x[order[i]];
    }
    s
}

#[differentiable]
fn shadowed_counters(x: f64) -> f64 {
    let mut s = x;
    for i in 0..3 {
        for i in 0..i + 1 {
            let i = i * 2;
            s = s * x + i as f64 * 0.1;
        }
        s += i as f64 * x;
    }
    s
}

#[differentiable]
fn mutable_counter(x: f64) -> f64 {
    let mut s = x;
    for mut i in 0..3 {
        i += 1;
        s = s * x + i as f64;
    }
    s
}

#[differentiable]
fn ranges_with_variable_ends(x: f64, a: usize, b: usize, k: usize) -> f64 {
    let mut s = x;
    for i in (a..b).step_by(k) {
        s = s * x + i as f64;
    }
    for i in (a..=b).rev().step_by(k) {
        s = s * x + i as f64;
    }
    for i in (a..b).step_by(k).rev() {
        s = s.sin() * x + i as f64;
    }
    for i in (b..a).rev() {
        s = s * x + i as f64;
    }
    s
}

#[differentiable]
fn ranges_of_small_integers(x: f64) -> f64 {
    let mut s = x;
    for i in 250..=255u8 {
        s = s * x + i as f64 * 0.01;
    }
    for i in -2..2i8 {
        s = s * x + f64::from(i);
    }
    s
}

#[differentiable]
fn while_not_done(x: f64, y: f64) -> f64 {
    let mut done = false;
    let mut s = x;
    let mut count = 0;
    while !done {
        s = s * y + x;
        count += 1;
        done = count > 3 || s > 100.0;
    }
    s
}

#[differentiable]
fn index_of_the_largest(x: &[f64]) -> f64 {
    let n = x.len();
    let mut best = 0;
    for i in 1..n {
        if x[i] > x[best] {
            best = i;
        }
    }
    let mut w = x.to_vec();
    w[best] *= 2.0;
    best = (best + 1) % n;
    w[best] *= w[(best + n - 1) % n];
    w[best]
}

#[differentiable]
fn shadowing_in_a_block(x: f64) -> f64 {
    let y = x * x;
    let z = {
        let x = y + 1.0;
        let y = x * y;
        x + y
    };
    let w = |k: usize| k + 1;
    z * y * w(2) as f64
}

#[differentiable]
fn everything_leaves(x: f64, n: usize) -> f64 {
    let mut acc = x;
    let result = 'outer: {
        for i in 0..n {
            acc = acc * x + 0.1;
            match i {
                0 => continue,
                1 if acc > 10.0 => break,
                2 => break 'outer acc * 2.0,
                _ => {}
            }
            acc += 0.5;
        }
        acc
    };
    result * x
}

#[differentiable]
fn destructured(x: f64, y: f64) -> f64 {
    let v = Vector3::new(x, y, x * y);
    let [a, b, c] = [v.x, v.y, v.z];
    let (p, q) = if a > b { (a, c) } else { (b, c) };
    let w = Vector3::new(p, q, a);
    w.dot(&v) * w[1]
}

#[differentiable]
fn two_mutable_matrices(m: &mut DMatrix<f64>, v: &mut DVector<f64>) -> f64 {
    let mut s = 0.0;
    for i in 0..m.nrows() {
        let t = m[(i, 0)];
        m[(i, 0)] = v[i] * t;
        v[i] += m[(i, 1)] * t;
        s += t * v[i];
    }
    *v = &*m * &*v;
    s
}

#[differentiable]
fn enumerated_mutably(x: f64) -> [f64; 3] {
    let mut out = [x; 3];
    for (i, o) in out.iter_mut().enumerate() {
        *o *= x + i as f64;
    }
    out
}

#[differentiable]
fn copied_tuples(x: f64, y: f64) -> f64 {
    let t = (x, y);
    let u = t;
    let (a, b) = u;
    let mut w = u;
    w.0 *= b;
    a * w.0 + t.1 * u.0
}

#[differentiable]
fn moved_vectors(x: Vec<f64>) -> Vec<f64> {
    let mut y = x.clone();
    let n = y.len();
    for i in 0..n {
        y[i] *= x[n - 1 - i];
    }
    let z = y;
    let mut w = z.clone();
    w[0] += z[1];
    w
}

const X: [f64; 3] = [0.3, 0.2, 0.9];

/// Parts of values that are computed on the spot.
#[differentiable]
fn parts_of_everything(x: f64, y: f64, k: usize) -> f64 {
    let a = [x, y, x * y][k] + (x, y).1 + vec![x, y][k] + (x * y,).0 + [x; 3][k];
    let b = {
        let t = x * y;
        [t, y]
    }[k];
    let c = (if k > 0 { [x, y] } else { [y, x] })[0];
    let d = (match k {
        0 => (x, 1.0),
        _ => (y, x),
    })
    .1;
    let e = [[x, y], [y, x]][k][1 - k] * (&[x, y])[k];
    a * b + c * d + e
}

#[test]
fn parts_of_temporaries() {
    check_scalar!(parts_of_everything(0.7, 1.3, const 0));
    check_scalar!(parts_of_everything(0.7, 1.3, const 1));
}

#[test]
fn order_of_evaluation() {
    check_scalar!(argument_before_the_call_changes_it(0.3));
    check_scalar!(element_before_the_call_changes_it(0.3, 0.7));
    check_scalar!(operand_before_the_block_changes_it(0.3));
    check_scalar!(right_side_changes_the_left(0.3));
    check_scalar!(index_with_side_effect(&X[..]));
    check_scalar!(parameter_assigned(0.3, const 3));
}

#[test]
fn native_state() {
    check_scalar!(bound_changed_in_the_loop(&X[..]));
    check_scalar!(flag_changed_in_its_branch(&X[..]));
    check_scalar!(counter_as_index(&X[..]));
    check_scalar!(work_list(&X[..]));
    check_scalar!(order_by_values(&X[..]));
    check_scalar!(permutation_changed(&X[..]));
    check_scalar!(shadowed_counters(0.3));
    check_scalar!(mutable_counter(0.3));
    check_scalar!(ranges_with_variable_ends(0.3, const 1, const 6, const 2));
    check_scalar!(ranges_of_small_integers(0.3));
    check_scalar!(while_not_done(0.3, 0.8));
    check_scalar!(index_of_the_largest(&X[..]));
    check_scalar!(bool_as_number(0.7));
}

#[test]
fn names() {
    check_scalar!(variable_with_a_functions_name(0.7));
    check_scalar!(type_alias(0.7, Vector3::new(0.1, 0.2, 0.3)));
    check_scalar!(parameter_without_a_name(0.7, 0.2));
    check_scalar!(shadowing_in_a_block(0.3));
    check_scalar!(constants_in_a_loop(0.3));
}

#[test]
fn patterns() {
    check_scalar!(pairs_in_a_loop(&[(0.3, 0.2), (0.5, 0.7)][..]));
    for x in [0.3, -0.3] {
        check_scalar!(ref_and_at_patterns(Some(x), 0.2));
    }
    check_scalar!(ref_and_at_patterns(None::<f64>, 0.2));
    check_scalar!(range_of_floats(0.3));
    check_scalar!(range_of_floats(1.3));
    check_scalar!(slice_patterns(&X[..]));
    check_scalar!(slice_patterns(&X[..1]));
    check_scalar!(unwrapped(Some(0.3), 0.4));
    check_scalar!(destructured(0.3, 0.7));
    check_scalar!(nested_tuples((0.3, (0.2, 0.5)), &[(0.1, [0.2, 0.3]), (0.4, [0.6, 0.7])][..]));
    check_scalar!(copied_tuples(0.3, 0.2));
}

#[test]
fn parts() {
    check_scalar!(part_of_a_buffer(0.3));
    check_scalar!(slices_of_slices(&[0.3, 0.2, 0.5, 0.9][..]));
    check_scalar!(rows_of_a_buffer(&X[..], const 3));
    check_scalar!(components_of_elements(&[Vector3::new(0.3, 0.2, 0.5), Vector3::new(0.9, 0.7, 0.1)][..]));
    check!(moved_vectors(X.to_vec()));
    let (m, v) = (DMatrix::from_vec(2, 2, vec![0.3, -0.7, 0.4, 0.9]), DVector::from_vec(vec![0.5, 0.6]));
    check!(two_mutable_matrices(&mut m, &mut v));
}

#[test]
fn loops() {
    check_scalar!(zipped_loop(0.3, &X[..]));
    check_scalar!(windows(&X[..]));
    check_scalar!(adapted_iteration(&X[..]));
    check!(enumerated_mutably(0.3));
    check_scalar!(loop_that_returns(0.7));
    check_scalar!(unreachable_tail(0.7, const 5));
    check_scalar!(everything_leaves(0.3, const 2));
    check_scalar!(everything_leaves(0.3, const 5));
}
