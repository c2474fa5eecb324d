//! Iterator chains over active values, as people write them.
use autodiff_core::differentiable;
use autodiff_tests::{check, check_scalar};
use nalgebra::{DMatrix, DVector};

#[differentiable]
fn dot(x: &[f64], y: &[f64]) -> f64 {
    x.iter().zip(y.iter()).map(|(a, b)| a * b).sum()
}

#[differentiable]
fn dot_by_reference_patterns(x: &[f64], y: &[f64]) -> f64 {
    x.iter().zip(y).map(|(&a, &b)| a * b).sum::<f64>()
}

#[differentiable]
fn sum_of_squares(x: &[f64]) -> f64 {
    x.iter().map(|v| v * v).sum::<f64>()
}

#[differentiable]
fn by_index(x: &[f64], y: &[f64]) -> f64 {
    (0..x.len()).map(|i| x[i] * y[i].sin()).sum()
}

#[differentiable]
fn plain_sum(x: &[f64]) -> f64 {
    let s: f64 = x.iter().sum();
    s * s
}

#[differentiable]
fn copied_product(x: &[f64]) -> f64 {
    x.iter().copied().product()
}

#[differentiable]
fn mean_and_variance(x: &[f64]) -> f64 {
    let n = x.len() as f64;
    let mean = x.iter().sum::<f64>() / n;
    let variance = x.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / (n - 1.0);
    mean / variance.sqrt()
}

#[differentiable]
fn log_sum_exp(x: &[f64]) -> f64 {
    let m = x.iter().cloned().fold(f64::NEG_INFINITY, f64::max);
    m + x.iter().map(|v| (v - m).exp()).sum::<f64>().ln()
}

#[differentiable]
fn softmax(x: &[f64]) -> Vec<f64> {
    let m = x.iter().copied().fold(f64::MIN, |a, b| a.max(b));
    let exps: Vec<f64> = x.iter().map(|v| (v - m).exp()).collect();
    let total: f64 = exps.iter().sum();
    exps.iter().map(|e| e / total).collect()
}

#[differentiable]
fn horner(c: &[f64], x: f64) -> f64 {
    c.iter().rev().fold(0.0, |acc, &c| acc * x + c)
}

#[differentiable]
fn power_sum(c: &[f64], x: f64) -> f64 {
    c.iter().enumerate().map(|(i, c)| c * x.powi(i as i32)).sum()
}

#[differentiable]
fn matrix_vector(a: &[f64], x: &[f64]) -> Vec<f64> {
    a.chunks_exact(x.len()).map(|row| row.iter().zip(x).map(|(a, b)| a * b).sum()).collect()
}

#[differentiable]
fn matrix_vector_typed(a: &[f64], x: &[f64]) -> Vec<f64> {
    a.chunks(x.len()).map(|row| row.iter().zip(x.iter()).map(|(a, b)| a * b).sum::<f64>()).collect::<Vec<f64>>()
}

#[differentiable]
fn prefix_sums(x: &[f64]) -> Vec<f64> {
    x.iter()
        .scan(0.0, |s, &v| {
            *s += v;
            Some(*s)
        })
        .collect()
}

#[differentiable]
fn trapezoid(y: &[f64], h: f64) -> f64 {
    y.windows(2).map(|w| 0.5 * h * (w[0] + w[1])).sum()
}

#[differentiable]
fn total_variation(x: &[f64]) -> f64 {
    x.windows(2).map(|w| (w[1] - w[0]).abs()).sum()
}

#[differentiable]
fn simpson(y: &[f64], h: f64) -> f64 {
    y.windows(3).step_by(2).map(|w| h / 3.0 * (w[0] + 4.0 * w[1] + w[2])).sum()
}

#[differentiable]
fn distances(x: &[f64]) -> Vec<f64> {
    (0..x.len()).flat_map(|i| (0..x.len()).map(move |j| (x[i] - x[j]).powi(2))).collect()
}

#[differentiable]
fn pair_energy(x: &[f64]) -> f64 {
    x.iter().enumerate().flat_map(|(i, a)| x.iter().skip(i + 1).map(move |b| 1.0 / (1.0 + (a - b).powi(2)))).sum()
}

#[differentiable]
fn positive_part(x: &[f64]) -> f64 {
    x.iter().filter(|v| **v > 0.0).map(|v| v * v).sum()
}

#[differentiable]
fn positive_part_by_value(x: &[f64]) -> f64 {
    x.iter().copied().filter(|&v| v > 0.0).map(f64::sqrt).sum()
}

#[differentiable]
fn filter_pairs(x: &[f64], y: &[f64]) -> f64 {
    x.iter().zip(y).filter(|(a, b)| *a > *b).map(|(a, b)| a * a - b).sum()
}

#[differentiable]
fn filter_by_index(x: &[f64]) -> f64 {
    x.iter().enumerate().filter(|(i, _)| i % 2 == 0).map(|(_, v)| v.exp()).sum()
}

#[differentiable]
fn filter_mapped(x: &[f64]) -> f64 {
    x.iter().filter_map(|v| if *v > 0.0 { Some(v.ln()) } else { None }).sum()
}

#[differentiable]
fn taken_while(x: &[f64]) -> f64 {
    x.iter().take_while(|v| **v < 2.0).map(|v| v * v).sum()
}

#[differentiable]
fn skipped_while(x: &[f64]) -> f64 {
    x.iter().skip_while(|v| **v < 1.0).map(|v| v * v).sum()
}

#[differentiable]
fn chained(x: &[f64], y: &[f64]) -> f64 {
    x.iter().chain(y.iter()).map(|v| v.sin()).sum()
}

#[differentiable]
fn chained_once(x: &[f64], a: f64) -> Vec<f64> {
    std::iter::once(a).chain(x.iter().copied()).chain([a * a]).map(|v| v * 2.0).collect()
}

#[differentiable]
fn for_each_in_place(x: f64) -> f64 {
    let mut v = [1.0, 2.0, x];
    v.iter_mut().for_each(|e| *e *= x);
    v[1] * v[2]
}

#[differentiable]
fn for_each_accumulates(x: &[f64]) -> f64 {
    let mut total = 0.0;
    x.iter().enumerate().for_each(|(i, v)| total += v * (i as f64));
    total * total
}

#[differentiable]
fn for_over_map(x: &[f64]) -> f64 {
    let mut p = 1.0;
    for v in x.iter().map(|v| v + 1.0) {
        p *= v;
    }
    p
}

#[differentiable]
fn for_over_filter_with_jumps(x: &[f64]) -> f64 {
    let mut s = 0.0;
    for (i, v) in x.iter().filter(|v| **v > 0.0).enumerate() {
        if i == 1 {
            continue;
        }
        if i == 4 {
            break;
        }
        s += v * v * (1.0 + s);
    }
    s
}

#[differentiable]
fn for_over_chain_with_jumps(x: &[f64], y: &[f64]) -> f64 {
    let mut s = 0.1;
    for v in x.iter().chain(y) {
        if *v < 0.0 {
            continue;
        }
        s = s * v + 1.0;
        if s > 20.0 {
            break;
        }
    }
    s
}

#[differentiable]
fn chunk_sums(x: &[f64]) -> f64 {
    x.chunks(2).map(|c| c.iter().sum::<f64>().powi(2)).sum()
}

#[differentiable]
fn chunks_in_for(u: &[f64]) -> f64 {
    let mut s = 0.0;
    for c in u.chunks(2) {
        s += c[0] * c[c.len() - 1];
    }
    s
}

#[differentiable]
fn chunks_changed(x: f64) -> f64 {
    let mut v = vec![x, 2.0, x * x, 4.0, 5.0];
    for (k, c) in v.chunks_mut(2).enumerate() {
        for e in c.iter_mut() {
            *e *= x + k as f64;
        }
    }
    for c in v.chunks_exact_mut(2) {
        c[0] = c[0] * c[1];
    }
    v.iter().sum()
}

#[differentiable]
fn array_by_value(x: f64, y: f64) -> f64 {
    let mut p = 1.0;
    for v in [x, y, x * y] {
        p *= v + 1.0;
    }
    p
}

#[differentiable]
fn array_by_value_sum(x: f64, y: f64) -> f64 {
    [x, y, x * y].iter().map(|v| v.sin()).sum::<f64>() + [x, y].into_iter().map(|v| v.cos()).product::<f64>()
}

#[differentiable]
fn range_zipped(x: &[f64]) -> f64 {
    (1..=x.len()).zip(x.iter()).map(|(k, v)| v / k as f64).sum::<f64>()
        + x.iter().zip(1..).map(|(v, k)| v * v * k as f64).sum::<f64>()
}

#[differentiable]
fn cycled(x: &[f64], w: &[f64]) -> f64 {
    x.iter().zip(w.iter().cycle()).map(|(a, b)| a * b).sum::<f64>()
        + w.iter().cycle().take(7).map(|v| v * v).sum::<f64>()
}

#[differentiable]
fn columns(m: &DMatrix<f64>) -> f64 {
    m.column_iter().map(|c| c.norm()).sum::<f64>() + m.row_iter().map(|r| r.sum().powi(2)).sum::<f64>()
}

#[differentiable]
fn columns_changed(m: &DMatrix<f64>) -> f64 {
    let mut a = m.clone();
    for (j, mut c) in a.column_iter_mut().enumerate() {
        c *= j as f64 + 2.0;
    }
    a.iter().map(|v| v * v).sum()
}

#[differentiable]
fn vector_from_iterator(x: &DVector<f64>, t: f64) -> DVector<f64> {
    DVector::from_iterator(x.len(), x.iter().map(|v| (v * t).tanh()))
}

#[differentiable]
fn geometric(x: f64) -> f64 {
    std::iter::successors(Some(x), |v| Some(v * x)).take(5).sum()
}

#[differentiable]
fn successors_until(x: f64) -> f64 {
    std::iter::successors(Some(1.0), |v| Some(v * x)).take_while(|v| *v < 30.0).map(|v| v.sqrt()).sum()
}

#[differentiable]
fn folded_pairs(x: &[f64]) -> f64 {
    let (s, p) = x.iter().fold((0.0, 1.0), |(s, p), v| (s + v, p * v));
    s * p
}

#[differentiable]
fn folded_count(x: &[f64]) -> f64 {
    let (s, n) = x.iter().fold((0.0, 0), |(s, n), v| if *v > 0.0 { (s + v, n + 1) } else { (s, n) });
    s / n as f64
}

#[differentiable]
fn folded_vector(x: &[f64]) -> Vec<f64> {
    x.iter().enumerate().fold(vec![0.0; 3], |mut acc, (i, v)| {
        acc[i % 3] += v * v;
        acc
    })
}

#[differentiable]
fn largest(x: &[f64]) -> f64 {
    let m = x.iter().copied().max_by(|a, b| a.partial_cmp(b).unwrap()).unwrap();
    m * m
}

#[differentiable]
fn smallest_by_reference(x: &[f64]) -> f64 {
    let m = x.iter().min_by(|a, b| a.total_cmp(b)).unwrap();
    m.sin() * *m
}

#[differentiable]
fn last_and_nth(x: &[f64]) -> f64 {
    x.iter().last().unwrap() * x.iter().nth(1).unwrap()
}

#[differentiable]
fn reduced(x: &[f64]) -> f64 {
    x.iter().copied().reduce(|a, b| a * 0.5 + b).unwrap()
}

#[differentiable]
fn unzipped(x: &[f64]) -> f64 {
    let (a, b): (Vec<f64>, Vec<f64>) = x.iter().map(|v| (v.sin(), v.cos())).unzip();
    a.iter().zip(&b).map(|(s, c)| s * c).sum()
}

#[differentiable]
fn partitioned(x: &[f64]) -> f64 {
    let (pos, neg): (Vec<f64>, Vec<f64>) = x.iter().copied().partition(|v| *v > 0.0);
    pos.iter().sum::<f64>() * neg.iter().product::<f64>()
}

#[differentiable]
fn pairs_by_name(x: &[f64], y: &[f64]) -> f64 {
    x.iter().zip(y.iter()).map(|p| p.0 * p.1).sum()
}

#[differentiable]
fn counts_stay_native(x: &[f64]) -> f64 {
    let n = x.iter().filter(|v| **v > 0.0).count();
    let any = x.iter().any(|v| *v > 1.0);
    let k = x.iter().position(|v| *v > 0.6).unwrap_or(0);
    if any { x[k] * n as f64 } else { x[0] }
}

#[differentiable]
fn single(x: &[f32]) -> f32 {
    x.iter().map(|v| v * v).sum::<f32>().sqrt()
}

const X: [f64; 5] = [0.5, 1.5, -0.75, 2.5, 0.25];
const Y: [f64; 5] = [0.3, -1.1, 0.7, 1.9, -0.6];

#[test]
fn maps_and_sums() {
    check_scalar!(dot(&X[..], &Y[..]));
    check_scalar!(dot(&X[..0], &Y[..]));
    check_scalar!(dot_by_reference_patterns(&X[..], &Y[1..]));
    check_scalar!(sum_of_squares(&X[..]));
    check_scalar!(by_index(&X[..], &Y[..]));
    check_scalar!(plain_sum(&X[..]));
    check_scalar!(copied_product(&X[..]));
    check_scalar!(mean_and_variance(&X[..]));
    check_scalar!(log_sum_exp(&X[..]));
    check!(softmax(&X[..]));
    check_scalar!(horner(&X[..], 0.7));
    check_scalar!(power_sum(&X[..], 0.7));
    check_scalar!(array_by_value_sum(0.3, 0.4));
    check_scalar!(pairs_by_name(&X[..], &Y[..]));
}

#[test]
fn parts_of_slices() {
    let a = [0.1, 0.2, 0.3, -0.4, 0.5, 0.6, 1.7, 0.8, 0.9, 1.0];
    check!(matrix_vector(&a[..], &X[..]));
    check!(matrix_vector_typed(&a[..], &X[..]));
    check_scalar!(trapezoid(&X[..], 0.1));
    check_scalar!(total_variation(&X[..]));
    check_scalar!(simpson(&X[..], 0.1));
    check_scalar!(chunk_sums(&X[..]));
    check_scalar!(chunks_in_for(&X[..]));
    check_scalar!(chunks_changed(0.7));
    check_scalar!(range_zipped(&X[..]));
    check_scalar!(cycled(&X[..], &Y[..2]));
}

#[test]
fn filters() {
    check_scalar!(positive_part(&X[..]));
    check_scalar!(positive_part_by_value(&X[..]));
    check_scalar!(filter_pairs(&X[..], &Y[..]));
    check_scalar!(filter_by_index(&X[..]));
    check_scalar!(filter_mapped(&X[..]));
    check_scalar!(taken_while(&X[..]));
    check_scalar!(skipped_while(&X[..]));
    check_scalar!(counts_stay_native(&X[..]));
}

#[test]
fn nested_and_chained() {
    check!(distances(&X[..]));
    check_scalar!(pair_energy(&X[..]));
    check_scalar!(chained(&X[..], &Y[..]));
    check!(chained_once(&X[..], 0.4));
    check!(prefix_sums(&X[..]));
    check_scalar!(geometric(0.8));
    check_scalar!(successors_until(1.7));
}

#[test]
fn loops_over_chains() {
    check_scalar!(for_over_map(&X[..]));
    check_scalar!(for_over_filter_with_jumps(&X[..]));
    check_scalar!(for_over_filter_with_jumps(&[0.1, 0.2, -0.3, 0.4, 0.5, 0.6, 0.7][..]));
    check_scalar!(for_over_chain_with_jumps(&X[..], &Y[..]));
    check_scalar!(for_each_in_place(0.7));
    check_scalar!(for_each_accumulates(&X[..]));
    check_scalar!(array_by_value(0.3, 0.4));
}

#[test]
fn matrices() {
    let m = DMatrix::from_fn(3, 2, |i, j| 0.3 + i as f64 - 0.7 * j as f64);
    check_scalar!(columns(&m));
    check_scalar!(columns_changed(&m));
    let v = DVector::from_vec(X.to_vec());
    check!(vector_from_iterator(&v, 0.3));
}

#[test]
fn folds_and_choices() {
    check_scalar!(folded_pairs(&X[..]));
    check_scalar!(folded_count(&X[..]));
    check!(folded_vector(&X[..]));
    check_scalar!(largest(&X[..]));
    check_scalar!(smallest_by_reference(&X[..]));
    check_scalar!(last_and_nth(&X[..]));
    check_scalar!(reduced(&X[..]));
    check_scalar!(unzipped(&X[..]));
    check_scalar!(partitioned(&X[..]));
    let x = [0.5_f32, 1.5, -0.75];
    check_scalar!(single(&x[..]));
}

#[differentiable]
fn by_halves(x: &[f64]) -> Vec<f64> {
    if x.len() < 2 {
        return vec![x[0] * 2.0];
    }
    let even: Vec<f64> = x.iter().step_by(2).copied().collect();
    let odd: Vec<f64> = x.iter().skip(1).step_by(2).cloned().collect();
    by_halves(&even).iter().zip(&by_halves(&odd)).map(|(a, b)| a * b).collect()
}

#[differentiable]
fn copied_steps(x: &[f64]) -> f64 {
    let mut s = 1.0;
    for (i, v) in x.iter().step_by(2).copied().enumerate() {
        s += s * v * i as f64;
    }
    for (a, b) in x.iter().step_by(2).copied().zip(x.iter().skip(1).cloned()) {
        s *= a + b;
    }
    s
}

#[test]
fn copies_of_some_entries() {
    check!(by_halves(&[0.3, 0.6, 0.9, 0.4][..]));
    check_scalar!(copied_steps(&X[..]));
}

/// An iterator over constants that is left on the way.
#[differentiable]
fn left_on_the_way(x: &[f64], #[nodiff] indices: &[usize]) -> f64 {
    let mut it = indices.iter();
    let mut s = 0.0;
    while let Some(&i) = it.next() {
        s += x[i] * x[i];
        if i == 2 {
            break;
        }
    }
    let mut it = indices.iter();
    while let Some(i) = it.next() {
        s *= x[*i];
        if *i == 1 {
            break;
        }
    }
    s
}

#[differentiable]
fn concatenated_in_a_loop(x: &[f64]) -> f64 {
    let rows = vec![x.to_vec(), x.to_vec()];
    let mut s = 0.0;
    for i in 0..3 {
        let all = rows.concat();
        s += all.iter().skip(i).zip(x.iter().cycle()).map(|(g, h)| g * h).sum::<f64>().sin();
    }
    s * rows[0][1]
}

#[test]
fn iterators_that_are_left_and_lists_that_are_joined() {
    check_scalar!(left_on_the_way(&[0.3, 0.6, 0.9, 0.4][..], const &[0, 1, 2, 3]));
    check_scalar!(concatenated_in_a_loop(&[0.3, 0.6, 0.9, 0.4][..]));
}

/// A tour through points: an iterator over constants that goes round, while their order changes.
#[differentiable]
fn tour(x: &[f64], #[nodiff] moves: &[(usize, usize)]) -> f64 {
    let mut order: Vec<usize> = (0..x.len()).collect();
    let mut best = 10.0;
    for &(i, j) in moves {
        order[i..=j].reverse();
        let len =
            order.iter().zip(order.iter().cycle().skip(1)).map(|(&a, &b)| (x[a] - x[b] * x[b]).powi(2)).sum::<f64>();
        if len < best {
            best = len;
        }
    }
    best
}

#[test]
fn iterators_that_go_round() {
    check_scalar!(tour(&[0.3, 0.6, 0.9, 0.4][..], const &[(0, 2), (1, 3), (0, 1)]));
}
