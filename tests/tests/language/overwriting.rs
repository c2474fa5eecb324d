//! Values that are overwritten, in straight code and in loops; compound assignments; buffers.
use autodiff_core::differentiable;
use autodiff_tests::{check, check_scalar};

#[differentiable]
fn overwritten_scalar(x: f64) -> f64 {
    let mut s = x;
    s = s * 3.0;
    s = s * s;
    s = s + x;
    s = s.sin();
    s
}

#[differentiable]
fn overwritten_by_a_constant(x: f64) -> f64 {
    let mut s = x * x;
    let t = s * x;
    s = 2.0;
    s * t
}

#[differentiable]
fn overwritten_in_a_loop(x: f64) -> f64 {
    let mut s = x;
    for _ in 0..5 {
        s = s * s - 0.3 * x;
    }
    s
}

#[differentiable]
fn all_compound_assignments(x: f64, y: f64) -> f64 {
    let mut s = x;
    s += y;
    s *= x;
    s -= x * y;
    s /= y;
    s %= 3.0;
    s *= s;
    s += s;
    s -= 0.5 * s;
    s /= s + 1.0;
    s
}

#[differentiable]
fn compound_in_loops(x: &[f64]) -> f64 {
    let mut p = 1.0;
    let mut q = 1.0;
    let mut d = 10.0;
    for i in 0..x.len() {
        p *= x[i];
        q /= x[i] + p;
        d -= q * x[i];
        p += d * 0.1;
    }
    p + q * d
}

#[differentiable]
fn compound_with_itself(x: f64) -> f64 {
    let mut s = x;
    for _ in 0..3 {
        s += s * s;
        s *= s + 0.1;
        s -= 0.3 * s.sin();
        s /= 1.0 + s;
    }
    s
}

#[differentiable]
fn elements_of_a_buffer(x: &[f64]) -> f64 {
    let n = x.len();
    let mut w = vec![0.0; n];
    for i in 0..n {
        w[i] = x[i] * x[i];
    }
    for i in 1..n {
        w[i] += w[i - 1];
    }
    for i in 0..n - 1 {
        w[i] *= w[i + 1];
    }
    for i in (0..n).rev() {
        w[i] = w[i] - w[n - 1 - i] * 0.5;
    }
    w[0] + w[n - 1] * w[n / 2]
}

#[differentiable]
fn one_element_again_and_again(x: &[f64]) -> f64 {
    let mut w = [1.0, 2.0];
    for i in 0..x.len() {
        w[0] = w[0] * x[i];
        w[1] = w[1] + w[0] * w[1];
        w[0] = w[1].sin();
    }
    w[0] * w[1]
}

#[differentiable]
fn elements_by_compound(x: &[f64]) -> f64 {
    let mut w = [1.0; 3];
    for i in 0..x.len() {
        let k = i % 3;
        w[k] += x[i];
        w[k] *= w[(k + 1) % 3];
        w[(k + 2) % 3] -= x[i] * w[k];
        w[k] /= 2.0 + x[i];
    }
    w[0] * w[1] * w[2]
}

#[differentiable]
fn element_of_itself(x: &[f64]) -> f64 {
    let mut w = x.to_vec();
    for i in 0..w.len() {
        w[i] += w[i];
        w[i] *= w[i];
        w[i] = w[i] * w[0];
    }
    w[0] + w[w.len() - 1]
}

#[differentiable]
fn two_dimensions(x: &[f64], n: usize) -> f64 {
    let mut w = vec![vec![0.0; n]; n];
    for i in 0..n {
        for j in 0..n {
            w[i][j] = x[i] * x[j] + (i + j) as f64;
        }
    }
    for k in 1..n {
        for j in 0..n {
            w[k][j] -= w[k - 1][j] * x[k];
        }
    }
    let mut s = 0.0;
    for i in 0..n {
        s += w[i][i] * w[n - 1][i];
    }
    s
}

#[differentiable]
fn array_of_arrays(x: f64) -> f64 {
    let mut w = [[0.0; 2]; 3];
    w[0][0] = x;
    w[0][1] = 1.0;
    for i in 1..3 {
        w[i][0] = w[i - 1][1] * w[i - 1][0];
        w[i][1] = w[i - 1][0] + w[i][0];
    }
    w[2][0] * w[2][1]
}

#[differentiable]
fn whole_array_overwritten(x: [f64; 2], n: usize) -> [f64; 2] {
    let mut a = x;
    for _ in 0..n {
        let b = [a[0] * a[1], a[0] - a[1]];
        a = b;
        a[0] += x[1];
    }
    a
}

#[differentiable]
fn whole_vec_overwritten(x: &[f64], n: usize) -> Vec<f64> {
    let mut a = x.to_vec();
    for _ in 0..n {
        let mut b = vec![0.0; a.len()];
        for i in 0..a.len() {
            b[i] = a[i] * a[(i + 1) % a.len()] + 0.1;
        }
        a = b;
    }
    a
}

#[differentiable]
fn buffer_used_again(x: &[f64]) -> f64 {
    let n = x.len();
    let mut w = vec![0.0; n];
    let mut s = 0.0;
    for step in 0..3 {
        for i in 0..n {
            w[i] = x[i] * (step as f64 + 1.0) + s;
        }
        let mut t = 0.0;
        for i in 0..n {
            t += w[i] * w[i];
        }
        s = t.sqrt() * 0.3;
    }
    s
}

#[differentiable]
fn copies_are_independent(x: &[f64]) -> f64 {
    let mut a = x.to_vec();
    let b = a.clone();
    for i in 0..a.len() {
        a[i] = a[i] * 2.0 + b[0];
    }
    let c = a.clone();
    a[0] = a[1] * c[0];
    a[0] * b[1] * c[1]
}

#[differentiable]
fn array_copy_then_write(x: [f64; 3]) -> f64 {
    let mut a = x;
    let b = a;
    a[0] = a[1] * b[0];
    a[1] = 5.0;
    a[0] * b[1] + a[1] * x[2]
}

#[differentiable]
fn pushed(x: &[f64]) -> Vec<f64> {
    let mut out = Vec::with_capacity(x.len());
    let mut s = 1.0;
    for i in 0..x.len() {
        s *= x[i];
        out.push(s + x[0]);
    }
    out.push(s * s);
    out
}

#[differentiable]
fn swapped(x: &[f64]) -> f64 {
    let mut w = x.to_vec();
    let n = w.len();
    w.swap(0, n - 1);
    for i in 0..n - 1 {
        w[i] = w[i] * w[i + 1];
        w.swap(i, i + 1);
    }
    let mut a = w[0];
    let mut b = w[1] * 2.0;
    std::mem::swap(&mut a, &mut b);
    a * a * b
}

#[differentiable]
fn bubble_sort(x: &[f64]) -> f64 {
    let mut w = x.to_vec();
    for i in 0..w.len() {
        for j in 0..w.len() - 1 - i {
            if w[j] > w[j + 1] {
                let t = w[j];
                w[j] = w[j + 1];
                w[j + 1] = t;
            }
        }
    }
    let mut s = 0.0;
    for i in 0..w.len() {
        s += (i + 1) as f64 * w[i] * w[i];
    }
    s
}

#[differentiable]
fn slices_of_a_buffer(x: &[f64]) -> f64 {
    let n = x.len() / 2;
    let head = &x[..n];
    let tail = &x[n..];
    let mut s = 0.0;
    for i in 0..n {
        s += head[i] * tail[i];
    }
    let middle = &x[1..x.len() - 1];
    s * middle[0] * middle[middle.len() - 1]
}

#[differentiable]
fn split_buffer(x: &[f64]) -> f64 {
    let mut w = x.to_vec();
    let n = w.len() / 2;
    {
        let (a, b) = w.split_at_mut(n);
        for i in 0..n {
            let t = a[i] * b[i];
            b[i] = a[i] - t;
            a[i] += t;
        }
    }
    let (a, b) = w.split_at(n);
    a[0] * b[0] + a[n - 1] * b[n - 1]
}

#[differentiable]
fn mutable_element_reference(x: &[f64]) -> f64 {
    let mut w = x.to_vec();
    for i in 0..w.len() {
        let e = &mut w[i];
        *e = *e * 2.0;
        *e += 1.0;
    }
    let first = &mut w[0];
    *first *= *first;
    w[0] * w[1]
}

#[differentiable]
fn mutable_scalar_reference(x: f64) -> f64 {
    let mut a = x;
    {
        let r = &mut a;
        *r = *r * *r;
        *r += x;
    }
    a * x
}

#[differentiable]
fn fill_and_copy(x: &[f64]) -> f64 {
    let mut a = vec![0.0; x.len()];
    a.copy_from_slice(x);
    let mut b = [1.0; 4];
    b.fill(x[0] * x[1]);
    b[2] = a[1] * b[0];
    a[0] *= b[2];
    a[0] * b[3] + a[1]
}

#[differentiable]
fn iter_mut_loop(x: &[f64]) -> f64 {
    let mut w = x.to_vec();
    for v in w.iter_mut() {
        *v = *v * *v;
    }
    for v in &mut w {
        *v += x[0];
    }
    let mut s = 0.0;
    for v in &w {
        s += v.sin();
    }
    s
}

#[differentiable]
fn index_from_data(x: &[f64], order: &[usize]) -> f64 {
    let mut w = vec![0.0; x.len()];
    for k in 0..order.len() {
        let i = order[k];
        w[i] = x[k] * x[i];
        w[order[i]] += w[i];
    }
    let mut s = 0.0;
    for i in 0..w.len() {
        s = s * w[i] + w[order[i]];
    }
    s
}

const X: [f64; 6] = [0.5, 1.5, 0.8, 1.2, 0.9, 1.1];

#[test]
fn scalars() {
    check_scalar!(overwritten_scalar(0.7));
    check_scalar!(overwritten_by_a_constant(0.7));
    check_scalar!(overwritten_in_a_loop(0.7));
    check_scalar!(all_compound_assignments(1.7, 0.9));
    check_scalar!(compound_in_loops(&X[..]));
    check_scalar!(compound_with_itself(0.7));
}

#[test]
fn elements() {
    check_scalar!(elements_of_a_buffer(&X[..]));
    check_scalar!(one_element_again_and_again(&X[..]));
    check_scalar!(elements_by_compound(&X[..]));
    check_scalar!(element_of_itself(&X[..]));
    check_scalar!(two_dimensions(&X[..3], const 3));
    check_scalar!(array_of_arrays(0.7));
    check_scalar!(index_from_data(&X[..4], const &[2, 0, 3, 1]));
    check_scalar!(index_from_data(&X[..4], const &[1, 1, 1, 0]));
}

#[test]
fn whole_buffers() {
    check!(whole_array_overwritten([0.7, 1.2], const 3));
    check!(whole_vec_overwritten(&X[..4], const 3));
    check_scalar!(buffer_used_again(&X[..]));
    check_scalar!(copies_are_independent(&X[..]));
    check_scalar!(array_copy_then_write([0.7, 1.2, -0.4]));
    check!(pushed(&X[..]));
    check_scalar!(swapped(&X[..4]));
    check_scalar!(bubble_sort(&X[..]));
    check_scalar!(fill_and_copy(&X[..]));
}

#[test]
fn parts() {
    check_scalar!(slices_of_a_buffer(&X[..]));
    check_scalar!(split_buffer(&X[..]));
    check_scalar!(mutable_element_reference(&X[..]));
    check_scalar!(mutable_scalar_reference(0.7));
    check_scalar!(iter_mut_loop(&X[..]));
}
