//! What a function asks for nothing but its length, and what its caller gives another length afterwards.
use autodiff_core::{Differentiable, differentiable};
use autodiff_tests::check_scalar;
use nalgebra::{DMatrix, DVector};

const X: [f64; 6] = [1.3, 0.7, -0.4, 2.1, 0.9, 1.1];

#[differentiable]
fn by_length(x: &[f64], y: &DVector<f64>, out: &mut [f64]) {
    for v in out.iter_mut() {
        *v *= x[0];
        *v += y.len() as f64 * x[1];
    }
}

#[differentiable]
fn vectors_are_replaced(x: &[f64]) -> f64 {
    let mut sum: f64 = 0.0;
    let mut k = DVector::from_element(1, 1.0);
    for i in 0..4 {
        let mut out = vec![1.0; 4];
        by_length(x, &k, &mut out);
        sum = sum * sum.sin() + out[0];
        k = DVector::from_element((i + 3) % 4 + 1, 1.0);
    }
    sum
}

#[differentiable]
fn for_each_of(x: &[f64], y: &[f64], out: &mut [f64]) {
    for i in 0..y.len() {
        out[i] += x[i] * x[i + 1];
    }
}

#[differentiable]
fn lists_are_replaced(x: &[f64]) -> f64 {
    let mut out = vec![0.0; 6];
    let mut k = vec![0.0];
    for i in 0..4 {
        for_each_of(x, &k, &mut out);
        out[1] *= x[i];
        k = vec![1.0; (i + 3) % 4 + 1];
    }
    out[0] * out[1] + out[2]
}

#[differentiable]
fn parts_of_what_is_replaced(x: &[f64]) -> f64 {
    let mut out = vec![0.0; 6];
    let mut k = vec![0.0];
    for i in 0..4 {
        for_each_of(x, &k[i % k.len()..], &mut out);
        out[0] += x[i];
        k = vec![x[i]; (i + 3) % 4 + 1];
    }
    out[0] + out[1] + out[2] + k[0]
}

#[differentiable]
fn for_each_entry(x: &[f64], y: &DMatrix<f64>, out: &mut [f64]) {
    for i in 0..y.nrows() {
        for j in 0..y.ncols() {
            out[i] += x[j];
        }
    }
}

#[differentiable]
fn matrices_are_replaced(x: &[f64]) -> f64 {
    let mut sum: f64 = 0.0;
    let mut k = DMatrix::from_element(1, 2, 1.0);
    for i in 0..4 {
        let mut out = vec![0.0; 4];
        for_each_entry(x, &k, &mut out);
        sum = sum * sum.sin() + out[0];
        k = DMatrix::from_element((i + 3) % 4 + 1, 1, 1.0);
    }
    sum
}

#[differentiable]
fn lists_grow_and_shrink(x: &[f64]) -> f64 {
    let mut out = vec![0.0; 6];
    let mut k = vec![0.0];
    for i in 0..3 {
        for_each_of(x, &k, &mut out);
        out[1] *= x[i];
        k.push(x[i]);
        k.extend(x[..i].iter().map(|v| v * 2.0));
        for_each_of(x, &k, &mut out);
        out[0] += x[5] * out[1];
        k.truncate(2);
        for_each_of(x, &k, &mut out);
        k.resize(i + 1, 0.5);
    }
    out[0] * out[1] + out[2]
}

/// Replaces its argument, and appends to it.
#[differentiable]
fn longer(x: &[f64], k: &mut Vec<f64>, n: usize) {
    *k = vec![0.0; n];
    k.push(x[0]);
}

#[differentiable]
fn lists_are_replaced_by_a_function(x: &[f64]) -> f64 {
    let mut out = vec![0.0; 6];
    let mut k = vec![0.0];
    for i in 0..4 {
        for_each_of(x, &k, &mut out);
        out[1] *= x[i];
        longer(x, &mut k, (i + 2) % 4);
    }
    out[0] * out[1] + out[2]
}

/// Hands on what it is lent, to whom nothing is told but the length.
#[differentiable]
fn twice(x: &[f64], y: &[f64], out: &mut [f64]) {
    for_each_of(x, y, out);
    for_each_of(&x[1..], y, out);
}

#[differentiable]
fn handed_on(x: &[f64]) -> f64 {
    let mut out = vec![0.0; 6];
    let mut rows = vec![vec![0.0], vec![1.0, 2.0]];
    for i in 0..4 {
        twice(x, &rows[i % 2], &mut out);
        out[1] *= x[i];
        rows[i % 2] = vec![x[i]; (i + 1) % 3 + 1];
    }
    out[0] * out[1] + out[2]
}

#[test]
fn lengths_are_what_they_were_at_the_call() {
    check_scalar!(vectors_are_replaced(&X[..]));
    check_scalar!(lists_are_replaced(&X[..]));
    check_scalar!(parts_of_what_is_replaced(&X[..]));
    check_scalar!(matrices_are_replaced(&X[..]));
    check_scalar!(lists_grow_and_shrink(&X[..]));
    check_scalar!(lists_are_replaced_by_a_function(&X[..]));
    check_scalar!(handed_on(&X[..]));
}

// ---- adjoints are as long as their arguments -------------------------------------------------------------------------

#[differentiable]
fn third_of(x: &[f64], y: &[f64]) -> f64 {
    x[0] * x[1] + y[2]
}

#[differentiable]
fn constants_become_shorter(x: &[f64]) -> f64 {
    let mut k = vec![1.0; 3];
    let a = third_of(x, &k);
    k = vec![2.0];
    a * a * k[0]
}

#[differentiable]
fn become_shorter(x: &[f64]) -> f64 {
    let mut k = vec![x[0]; 3];
    let a = third_of(x, &k);
    k = vec![x[1]; k.len() - 2];
    a * a * k[0]
}

#[differentiable]
fn become_longer(x: &[f64]) -> f64 {
    let mut k = vec![x[0]; 3];
    let new = third_of(x, &k);
    k = vec![x[1]; 5];
    new * new * k[0] + k[4]
}

#[differentiable]
fn add_three(x: &[f64], y: &[f64], out: &mut [f64]) {
    for i in 0..3 {
        out[i] += x[i] + y[i];
    }
}

#[differentiable]
fn become_shorter_in_a_loop(x: &[f64]) -> f64 {
    let mut out = vec![0.0; 3];
    let mut k = vec![1.0; 3];
    for i in 0..3 {
        add_three(x, &k, &mut out);
        k = vec![x[1]; 5 - i];
        out[i] *= x[i];
    }
    k = vec![0.0];
    out[0] * out[1] + k[0]
}

#[differentiable]
fn total(y: &[f64]) -> f64 {
    y.iter().sum()
}

#[differentiable]
fn rows_become_shorter(x: &[f64]) -> f64 {
    let mut sum = 1.0;
    let mut k = vec![vec![1.0; 2]; 2];
    for i in 0..3 {
        sum = sum * x[i] + total(&k[i % 2]);
        k[i % 2] = vec![x[1]; 3 - i];
        k[1 - i % 2].push(x[3]);
    }
    sum
}

#[test]
fn adjoints_are_as_long_as_arguments_were_at_the_call() {
    check_scalar!(constants_become_shorter(&X[..]));
    check_scalar!(become_shorter(&X[..]));
    check_scalar!(become_longer(&X[..]));
    check_scalar!(become_shorter_in_a_loop(&X[..]));
    check_scalar!(rows_become_shorter(&X[..]));
}

// ---- parts that get another length -----------------------------------------------------------------------------------

#[derive(Clone, Debug, Differentiable)]
struct Track {
    a: Vec<f64>,
    b: f64,
    #[nodiff]
    at: Vec<usize>,
}

#[differentiable]
fn squares(y: &[f64]) -> f64 {
    y.iter().map(|v| v * v).sum()
}

#[differentiable]
fn updated(x: &[f64]) -> f64 {
    let mut k = Track { a: vec![x[0]; 2], b: x[1], at: vec![0] };
    let first = squares(&k.a);
    k = Track { at: vec![1, 2], b: k.b * x[2], ..k };
    let second = squares(&k.a) * x[k.at[1]];
    k = Track { a: vec![2.0; 5], ..k };
    k.a[0] *= x[1];
    squares(&k.a) * first * second * k.b
}

#[differentiable]
fn updated_in_a_loop(x: &[f64]) -> f64 {
    let mut k = Track { a: vec![x[0]; 2], b: x[1], at: vec![0] };
    let mut sum = 0.0;
    for i in 0..4 {
        sum += squares(&k.a) * x[k.at[0]];
        k = Track { a: x[i..].to_vec(), at: vec![i, 1], ..k };
        sum *= squares(&k.a) * 0.1;
    }
    sum * squares(&k.a) + k.b
}

/// Nothing else says that `at` is marked.
#[differentiable]
fn updated_copy(x: &[f64]) -> f64 {
    let k = Track { a: vec![x[0]; 2], b: x[1], at: vec![0] };
    let longer = Track { a: x[1..].to_vec(), at: vec![1, 2], ..k.clone() };
    squares(&k.a) * squares(&longer.a) * longer.b
}

#[differentiable]
fn assigned_together(x: &[f64]) -> f64 {
    let mut k = Track { a: vec![x[0]; 2], b: x[1], at: vec![3] };
    let mut rows = vec![vec![x[0]; 2], vec![x[1]; 3]];
    let mut y = x[2];
    let product = squares(&k.a) * squares(&rows[0]);
    (k.a, y) = (vec![x[3]; 3], y * x[4]);
    (rows[0], rows[1]) = (x[1..].to_vec(), vec![2.0; 1]);
    squares(&k.a) * product * y * x[k.at[0]] + k.b * squares(&rows[0]) * squares(&rows[1])
}

#[test]
fn parts_of_another_length() {
    check_scalar!(updated(&X[..]));
    check_scalar!(updated_in_a_loop(&X[..]));
    check_scalar!(updated_copy(&X[..]));
    check_scalar!(assigned_together(&X[..]));
}

// ---- entries that are gone later, where nobody asks for what was there ----------------------------------------------

#[differentiable]
fn entry_and_pop(rows: &mut Vec<Vec<f64>>, x: &[f64]) {
    rows[1][0] = x[0] * x[1];
    rows[0][1] *= x[2];
    rows.pop();
}

#[differentiable]
fn number_and_clear(v: &mut Vec<f64>, x: &[f64]) {
    v[2] = x[0] * x[1];
    v[1] += v[2];
    v.clear();
    v.push(x[3]);
}

#[differentiable]
fn swap_and_pop(v: &mut Vec<f64>, x: &[f64]) {
    v.swap(1, 5);
    v[0] *= x[0];
    v.pop();
}

#[differentiable]
fn in_a_loop_and_pop(rows: &mut Vec<Vec<f64>>, x: &[f64]) {
    for i in 0..2 {
        for j in 0..2 {
            rows[i][j] = x[i] * x[j];
        }
        rows[i].swap(0, 1);
    }
    rows.pop();
}

#[differentiable]
fn filled_and_popped(rows: &mut Vec<Vec<f64>>, x: &[f64]) {
    rows[1].fill(x[0]);
    rows.pop();
}

#[differentiable]
impl Track {
    fn shorten(&mut self, y: f64) {
        self.a[1] = y;
        self.a.swap(0, 1);
        self.a.pop();
    }
}

#[differentiable]
fn shortened(x: &[f64]) -> f64 {
    let mut v = x.to_vec();
    number_and_clear(&mut v, x);
    let cleared = v[0];
    let mut v = x.to_vec();
    swap_and_pop(&mut v, x);
    let mut rows = vec![x[..2].to_vec(), x[1..3].to_vec()];
    entry_and_pop(&mut rows, x);
    let a = rows[0][1] * cleared;
    rows.push(x[2..4].to_vec());
    in_a_loop_and_pop(&mut rows, x);
    let b = rows[0][0] * rows[0][1];
    rows.push(x[3..].to_vec());
    filled_and_popped(&mut rows, x);
    let mut k = Track { a: x[..2].to_vec(), b, at: vec![] };
    k.shorten(a);
    k.a[0] * k.b * v[1] * v[0] * rows[0][1]
}

#[test]
fn entries_that_are_gone_later() {
    check_scalar!(shortened(&X[..]));
}

// ---- matrices keep their shape where their adjoints stay where they lie -----------------------------------------------------

const TURNED: &str = "what is assigned here has shape [3 x 2], but what was there has shape [2 x 3]";

#[differentiable]
fn turned_behind(m: &mut DMatrix<f64>, x: f64) {
    let a = m[(0, 1)];
    *m = DMatrix::from_element(3, 2, a * x);
}

#[differentiable]
fn turned_behind_a_reference(x: &[f64]) -> f64 {
    let mut m = DMatrix::from_vec(2, 3, x.to_vec());
    turned_behind(&mut m, x[0]);
    m[(1, 0)] * m[(0, 0)]
}

#[differentiable]
fn turned_in_a_list(x: &[f64]) -> f64 {
    let mut list = vec![DMatrix::from_vec(2, 3, x.to_vec())];
    let a = list[0][(0, 1)];
    list[0] = DMatrix::from_element(3, 2, a * x[0]);
    list[0][(1, 0)] * list[0][(0, 0)]
}

#[derive(Clone, Differentiable)]
struct Holder {
    m: DMatrix<f64>,
    scale: f64,
}

#[differentiable]
fn turned_with(h: &mut Holder, x: f64) {
    let a = h.m[(0, 1)];
    h.m = DMatrix::from_element(3, 2, a * x);
    h.scale = a;
}

#[differentiable]
fn turned_in_a_field(x: &[f64]) -> f64 {
    let mut h = Holder { m: DMatrix::from_vec(2, 3, x.to_vec()), scale: x[1] };
    turned_with(&mut h, x[0]);
    h.m[(1, 0)] * h.scale
}

#[test]
fn no_adjoint_passes_for_one_of_another_shape() {
    let derivatives = [turned_behind_a_reference::grad, turned_in_a_list::grad, turned_in_a_field::grad];
    for gradient in derivatives {
        let panicked = std::panic::catch_unwind(|| gradient(&X[..])).expect_err("a panic");
        let message = panicked.downcast_ref::<String>().expect("a text");
        assert_eq!(message, TURNED);
    }
}
