//! Chains of iterators: what is rarer, and what is nasty.
use autodiff_core::differentiable;
use autodiff_tests::{check, check_scalar};
use nalgebra::{DMatrix, DVector, Vector2};

#[differentiable]
fn nested_rows(rows: &[Vec<f64>]) -> f64 {
    rows.iter().map(|r| r.iter().map(|v| v * v).sum::<f64>().sqrt()).sum()
}

#[differentiable]
fn flattened(rows: &[Vec<f64>]) -> f64 {
    rows.iter().flatten().map(|v| v.sin()).sum()
}

#[differentiable]
fn flat_mapped_rows(rows: &[Vec<f64>], t: f64) -> f64 {
    rows.iter().flat_map(|r| r.iter()).map(|v| v * t).product()
}

#[differentiable]
fn matrix_product(a: &[f64], b: &[f64], n: usize) -> Vec<f64> {
    (0..n)
        .flat_map(|i| (0..n).map(move |j| (i, j)))
        .map(|(i, j)| (0..n).map(|k| a[i * n + k] * b[k * n + j]).sum())
        .collect()
}

#[differentiable]
fn weighted(x: &[f64], #[nodiff] w: &[f64], t: f64) -> f64 {
    x.iter().zip(w.iter()).map(|(x, w)| w * x * t).sum::<f64>() + w.iter().map(|w| w * t).sum::<f64>()
}

#[differentiable]
fn three_way(x: &[f64], y: &[f64], z: &[f64]) -> f64 {
    x.iter().zip(y).zip(z).map(|((a, b), c)| a * b * c).sum()
}

#[differentiable]
fn zip_of_maps(x: &[f64], y: &[f64]) -> f64 {
    x.iter().map(|v| v * v).zip(y.iter().map(|v| v.exp())).map(|(a, b)| a * b).sum()
}

#[differentiable]
fn zip_with_a_filter(x: &[f64], y: &[f64]) -> f64 {
    x.iter().copied().filter(|v| *v > 0.0).zip(y.iter()).map(|(a, b)| a * b).sum()
}

#[differentiable]
fn zip_with_constant(x: &[f64], t: f64) -> f64 {
    x.iter().zip(std::iter::repeat(t * t)).map(|(a, b)| a * b).sum()
}

#[differentiable]
fn repeated(t: f64) -> f64 {
    std::iter::repeat_n(t, 3).product::<f64>() + std::iter::repeat(t).take(4).sum::<f64>()
}

#[differentiable]
fn map_then_reverse(x: &[f64]) -> f64 {
    x.iter().map(|v| v + 1.0).rev().enumerate().skip(1).fold(0.5, |acc, (i, v)| acc * v + i as f64)
}

#[differentiable]
fn filter_then_reverse(x: &[f64]) -> f64 {
    x.iter().filter(|v| **v > 0.0).rev().fold(0.5, |acc, v| acc * v + 1.0)
}

#[differentiable]
fn filter_then_take(x: &[f64]) -> f64 {
    x.iter().filter(|v| **v > 0.0).skip(1).take(2).map(|v| v * v).sum()
}

#[differentiable]
fn filter_then_step(x: &[f64]) -> Vec<f64> {
    x.iter().filter(|v| **v > 0.0).step_by(2).map(|v| v.ln()).collect()
}

#[differentiable]
fn running_maximum(x: &[f64]) -> Vec<f64> {
    x.iter()
        .scan(f64::NEG_INFINITY, |m, &v| {
            *m = m.max(v);
            Some(*m)
        })
        .collect()
}

#[differentiable]
fn scan_until(x: &[f64]) -> f64 {
    x.iter()
        .scan(1.0, |p, v| {
            *p *= v + 1.0;
            if *p > 8.0 {
                return None;
            }
            Some(*p)
        })
        .sum()
}

#[differentiable]
fn scan_a_pair(x: &[f64]) -> f64 {
    x.iter()
        .scan((0.0, 1.0), |s, v| {
            s.0 += v;
            s.1 *= 0.9;
            Some(s.0 * s.1)
        })
        .sum()
}

#[differentiable]
fn map_while_some(x: &[f64]) -> f64 {
    x.iter().map_while(|v| if *v > -0.5 { Some(v.exp()) } else { None }).sum()
}

#[differentiable]
fn early_return_in_map(x: &[f64], t: f64) -> f64 {
    x.iter()
        .map(|v| {
            if *v < 0.0 {
                return t;
            }
            let w = v * t;
            if w > 0.5 { w * w } else { w }
        })
        .sum()
}

#[differentiable]
fn return_out_of_a_loop_over_a_chain(x: &[f64]) -> f64 {
    let mut p = 1.0;
    for v in x.iter().map(|v| v * 2.0).filter(|v| *v > 0.0) {
        p *= v;
        if p > 2.0 {
            return p * p;
        }
    }
    p
}

#[differentiable]
fn labelled_loops(rows: &[Vec<f64>]) -> f64 {
    let mut s = 0.0;
    'outer: for (i, r) in rows.iter().enumerate().filter(|(i, _)| i % 2 == 0) {
        for v in r.iter().map(|v| v * v) {
            if v > 5.0 {
                continue 'outer;
            }
            if i > 4 {
                break 'outer;
            }
            s += v * (1.0 + s);
        }
    }
    s
}

#[differentiable]
fn chained_three(x: &[f64], a: f64, b: f64) -> f64 {
    std::iter::once(&a).chain(x.iter()).chain(std::iter::once(&b)).map(|v| v * v).sum()
}

#[differentiable]
fn padded_differences(x: &[f64], a: f64) -> Vec<f64> {
    let padded: Vec<f64> = std::iter::once(a).chain(x.iter().copied()).collect();
    padded.windows(2).map(|w| w[1] - w[0]).collect()
}

#[differentiable]
fn in_place_by_zip(x: &[f64], t: f64) -> Vec<f64> {
    let mut y = vec![1.0; x.len()];
    y.iter_mut().zip(x.iter()).for_each(|(y, x)| *y += t * x);
    for (y, x) in y.iter_mut().zip(x.iter().map(|v| v * v)) {
        *y *= x;
    }
    y
}

#[differentiable]
fn collected_pairs(x: &[f64]) -> f64 {
    let pairs: Vec<(f64, f64)> = x.iter().map(|v| (v.sin(), v * v)).collect();
    pairs.iter().map(|(a, b)| a * b).sum::<f64>() + pairs.iter().map(|p| p.0).product::<f64>()
}

#[differentiable]
fn collected_rows(x: &[f64], n: usize) -> f64 {
    let rows: Vec<Vec<f64>> = x.chunks(n).map(|c| c.to_vec()).collect();
    rows.iter().map(|r| r[0] * r[r.len() - 1]).sum()
}

#[differentiable]
fn collected_rows_of_rows(x: &[f64]) -> f64 {
    let outer: Vec<Vec<f64>> = x.iter().map(|a| x.iter().map(|b| a * b).collect()).collect();
    outer.iter().enumerate().map(|(i, r)| r[i]).sum()
}

#[differentiable]
fn sum_in_a_condition(x: &[f64]) -> f64 {
    if x.iter().sum::<f64>() > 0.0 && x.iter().map(|v| v * v).sum::<f64>() < 100.0 { x[0] * x[1] } else { x[0] }
}

#[differentiable]
fn sum_as_argument(x: &[f64]) -> f64 {
    twice(x.iter().map(|v| v * v).sum()) * x.iter().sum::<f64>().sin()
}

#[differentiable]
fn twice(x: f64) -> f64 {
    2.0 * x
}

#[differentiable]
fn mapped_by_a_function(x: &[f64]) -> f64 {
    x.iter().copied().map(twice).sum::<f64>() + x.iter().map(|&v| twice(v)).product::<f64>()
}

#[differentiable]
fn distance_matrix(p: &[(f64, f64)]) -> f64 {
    p.iter()
        .enumerate()
        .map(|(i, a)| p[i + 1..].iter().map(|b| ((a.0 - b.0).powi(2) + (a.1 - b.1).powi(2)).sqrt()).sum::<f64>())
        .sum()
}

#[differentiable]
fn tuples_taken_apart(p: &[(f64, f64)]) -> f64 {
    p.iter().map(|&(a, b)| a * b).sum::<f64>() + p.iter().map(|(a, b)| a - b).product::<f64>()
}

#[differentiable]
fn vectors_summed(p: &[Vector2<f64>], t: f64) -> Vector2<f64> {
    p.iter().map(|v| v * t).sum()
}

#[differentiable]
fn vectors_folded(p: &[Vector2<f64>]) -> f64 {
    let c = p.iter().fold(Vector2::zeros(), |acc, v| acc + v) / p.len() as f64;
    p.iter().map(|v| (v - c).norm_squared()).sum::<f64>()
}

#[differentiable]
fn generic<T: autodiff_core::Real + std::iter::Sum>(x: &[T], y: &[T]) -> T {
    let s: T = x.iter().zip(y).map(|(a, b)| *a * *b).sum();
    s * x.iter().copied().fold(T::zero(), |a, b| a + b)
}

#[differentiable]
fn index_of_the_largest(x: &[f64]) -> f64 {
    let (i, m) = x.iter().enumerate().max_by(|a, b| a.1.partial_cmp(b.1).unwrap()).unwrap();
    m * m * (i as f64 + 1.0)
}

#[differentiable]
fn closest(x: &[f64], t: f64) -> f64 {
    let c = x.iter().copied().min_by(|a, b| (a - t).abs().total_cmp(&(b - t).abs())).unwrap();
    (c - t).powi(2)
}

#[differentiable]
fn first_positive(x: &[f64]) -> f64 {
    x.iter().find(|v| **v > 1.0).unwrap() * x.iter().copied().find(|v| *v < 0.0).unwrap_or(1.0)
}

#[differentiable]
fn found_and_mapped(x: &[f64]) -> f64 {
    x.iter().find_map(|v| if *v > 1.0 { Some(v * v) } else { None }).unwrap()
}

#[differentiable]
fn fibonacci(a: f64, b: f64) -> f64 {
    std::iter::successors(Some((a, b)), |(a, b)| Some((*b, a * b))).map(|(a, _)| a).take(6).sum()
}

#[differentiable]
fn stateful_source(x: f64) -> f64 {
    let mut t = x;
    std::iter::from_fn(|| {
        t *= x;
        if t > 0.1 { Some(t) } else { None }
    })
    .sum()
}

#[differentiable]
fn columns_weighted(m: &DMatrix<f64>, w: &DVector<f64>) -> f64 {
    m.column_iter().zip(w.iter()).map(|(c, w)| c.dot(&c) * w).sum()
}

#[differentiable]
fn skip_of_effects(x: &[f64]) -> f64 {
    let mut total = 0.0;
    let s: f64 = x
        .iter()
        .map(|v| {
            total += v;
            total * v
        })
        .skip(2)
        .sum();
    s * total
}

#[differentiable]
fn rchunked(x: &[f64]) -> f64 {
    x.rchunks(2).map(|c| c[0] * c[c.len() - 1]).sum()
}

#[differentiable]
fn open_range(x: f64) -> f64 {
    (1..).map(|k| x.powi(k) / k as f64).take_while(|t| t.abs() > 1e-6).sum()
}

#[differentiable]
fn empty_sources(x: &[f64], t: f64) -> f64 {
    x.iter().filter(|v| **v > 100.0).map(|v| v * t).sum::<f64>() + x.iter().take(0).map(|v| v * t).product::<f64>() * t
}

const X: [f64; 5] = [0.5, 1.5, -0.75, 2.5, 0.25];
const Y: [f64; 5] = [0.3, -1.1, 0.7, 1.9, -0.6];

fn rows() -> Vec<Vec<f64>> {
    vec![vec![0.5, 1.5], vec![], vec![-0.75, 2.6, 0.25], vec![0.1], vec![0.9, 0.3], vec![], vec![1.0]]
}

#[test]
fn nested() {
    let rows = rows();
    let some: Vec<Vec<f64>> = rows.iter().filter(|r| !r.is_empty()).cloned().collect();
    check_scalar!(nested_rows(&some[..]));
    check_scalar!(flattened(&rows[..]));
    check_scalar!(flat_mapped_rows(&rows[..], 0.8));
    check!(matrix_product(&X[..4], &Y[..4], const 2));
    check_scalar!(labelled_loops(&rows[..]));
    check_scalar!(collected_pairs(&X[..]));
    check_scalar!(collected_rows(&X[..], const 2));
    check_scalar!(collected_rows_of_rows(&X[..]));
}

#[test]
fn zips() {
    check_scalar!(weighted(&X[..], const &Y[..], 0.3));
    check_scalar!(three_way(&X[..], &Y[..], &Y[1..]));
    check_scalar!(zip_of_maps(&X[..], &Y[..]));
    check_scalar!(zip_with_a_filter(&X[..], &Y[..]));
    check_scalar!(zip_with_constant(&X[..], 0.3));
    check_scalar!(repeated(0.3));
    check!(in_place_by_zip(&X[..], 0.3));
    let m = DMatrix::from_fn(3, 2, |i, j| 0.3 + i as f64 - 0.7 * j as f64);
    check_scalar!(columns_weighted(&m, &DVector::from_vec(vec![0.3, 0.4])));
}

#[test]
fn orders() {
    check_scalar!(map_then_reverse(&X[..]));
    check_scalar!(filter_then_reverse(&X[..]));
    check_scalar!(filter_then_take(&X[..]));
    check!(filter_then_step(&X[..]));
    check_scalar!(skip_of_effects(&X[..]));
    check_scalar!(rchunked(&X[..]));
    check_scalar!(empty_sources(&X[..], 0.4));
}

#[test]
fn states_and_exits() {
    check!(running_maximum(&X[..]));
    check_scalar!(scan_until(&X[..]));
    check_scalar!(scan_a_pair(&X[..]));
    check_scalar!(map_while_some(&X[..]));
    check_scalar!(early_return_in_map(&X[..], 0.3));
    check_scalar!(return_out_of_a_loop_over_a_chain(&X[..]));
    check_scalar!(fibonacci(0.7, 1.3));
    check_scalar!(stateful_source(0.7));
    check_scalar!(open_range(0.4));
}

#[test]
fn values() {
    check_scalar!(chained_three(&X[..], 0.3, 0.4));
    check!(padded_differences(&X[..], 0.3));
    check_scalar!(sum_in_a_condition(&X[..]));
    check_scalar!(sum_as_argument(&X[..]));
    check_scalar!(mapped_by_a_function(&X[..]));
    let p = [(0.3, 0.4), (-0.5, 1.0), (0.7, -0.2)];
    check_scalar!(distance_matrix(&p[..]));
    check_scalar!(tuples_taken_apart(&p[..]));
    let q = [Vector2::new(0.3, 0.4), Vector2::new(-0.5, 1.0)];
    check!(vectors_summed(&q[..], 0.3));
    check_scalar!(vectors_folded(&q[..]));
    check_scalar!(generic(&X[..], &Y[..]));
}

#[test]
fn choices() {
    check_scalar!(index_of_the_largest(&X[..]));
    check_scalar!(closest(&X[..], 0.4));
    check_scalar!(first_positive(&X[..]));
    check_scalar!(found_and_mapped(&X[..]));
}

#[differentiable]
fn kept_in_a_variable(x: &[f64], t: f64) -> f64 {
    let scaled = x.iter().map(|v| v * t);
    let largest = scaled.clone().fold(f64::MIN, f64::max);
    let total: f64 = scaled.sum();
    largest * total
}

#[differentiable]
fn tried(x: &[f64]) -> f64 {
    let s = x.iter().try_fold(1.0, |acc: f64, v| if *v > -1.0 { Some(acc * (v + 1.0)) } else { None });
    s.unwrap_or(x[0])
}

#[differentiable]
fn for_each_returns(x: &[f64]) -> f64 {
    let mut s = 0.5;
    x.iter().for_each(|v| {
        if *v < 0.0 {
            return;
        }
        s *= v + 1.0;
    });
    s
}

#[differentiable]
fn boxed(x: f64) -> f64 {
    let f: Box<dyn Fn(f64) -> f64> = Box::new(move |t| t * x);
    let g: &dyn Fn(f64) -> f64 = &|t: f64| t + x;
    f(g(x))
}

#[differentiable]
fn moved_parameter(mut a: f64, x: f64) -> f64 {
    let f = move |t: f64| t * a;
    a *= x;
    f(x) + a
}

#[differentiable]
fn gauss_seidel(a: &[f64], b: &[f64], n: usize) -> Vec<f64> {
    let mut x = vec![0.0; n];
    for _ in 0..4 {
        for i in 0..n {
            let s: f64 = (0..n).filter(|&j| j != i).map(|j| a[i * n + j] * x[j]).sum();
            x[i] = (b[i] - s) / a[i * n + i];
        }
    }
    x
}

#[differentiable]
fn attention(q: &[f64], k: &[f64], v: &[f64], d: usize) -> Vec<f64> {
    let scores: Vec<f64> =
        k.chunks_exact(d).map(|k| q.iter().zip(k).map(|(a, b)| a * b).sum::<f64>() / (d as f64).sqrt()).collect();
    let top = scores.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let weights: Vec<f64> = scores.iter().map(|s| (s - top).exp()).collect();
    let total: f64 = weights.iter().sum();
    (0..d).map(|j| v.chunks_exact(d).zip(&weights).map(|(v, w)| v[j] * w / total).sum()).collect()
}

#[differentiable]
fn covariance(x: &[f64], y: &[f64]) -> f64 {
    let n = x.len() as f64;
    let mean = |v: &[f64]| v.iter().sum::<f64>() / n;
    let (mx, my) = (mean(x), mean(y));
    let dot = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| (a - mx) * (b - my)).sum::<f64>();
    dot(x, y) / (n - 1.0)
}

#[test]
fn kept_and_tried() {
    check_scalar!(kept_in_a_variable(&X[..], 0.3));
    check_scalar!(tried(&X[..]));
    check_scalar!(tried(&[0.5, -1.5, 0.3][..]));
    check_scalar!(for_each_returns(&X[..]));
    check_scalar!(boxed(0.7));
    check_scalar!(moved_parameter(0.7, 0.4));
    let a = [4.0, 1.0, 0.5, 5.0];
    check!(gauss_seidel(&a[..], &[1.0, 2.0][..], const 2));
    check!(attention(&X[..2], &Y[..4], &X[1..], const 2));
    check_scalar!(covariance(&X[..], &Y[..]));
}

#[differentiable]
fn accumulator_named_like_a_method(x: &[f64]) -> f64 {
    let m = x.iter().fold(f64::MIN, |max, &v| max.max(v));
    let n: f64 = x.iter().map(|v| [*v].iter().sum::<f64>()).sum();
    m * n
}

#[test]
fn names() {
    check_scalar!(accumulator_named_like_a_method(&X[..]));
}

// ---- what no index finds, beside something else --------------------------------------------------------------------------

#[differentiable]
fn zipped_with_what_is_left_out(x: &[f64], rows: &[Vec<f64>]) -> f64 {
    let a: f64 = rows.iter().flatten().zip(x.iter()).map(|(a, b)| a * b * b).sum();
    let b: f64 = x.iter().filter(|v| **v > 0.5).zip(x).map(|(a, b)| a * b * *b).sum();
    let mut c = 1.0;
    for (v, w) in x.iter().zip(x.iter().take_while(|v| **v < 2.0)) {
        c *= v + w * *w;
    }
    a * b + c
}

#[differentiable]
fn found_and_kept(x: &[f64]) -> f64 {
    let second = x.iter().nth(1);
    let large = x.iter().rev().find(|v| **v > 1.0);
    let v = second.unwrap();
    let w = if let Some(w) = large { w * w } else { 0.0 };
    v * v * w
}

#[differentiable]
fn last_or_error(x: &[f64]) -> Result<f64, String> {
    let v = x.last().ok_or_else(|| "empty".to_string())?;
    let w = x.first().ok_or("empty")?;
    Ok(v * v * w)
}

#[differentiable]
fn by_position(x: &[f64]) -> Option<f64> {
    let v = x.iter().position(|v| *v > 1.0).map(|i| x[i] * x[i])?;
    Some(v * v)
}

#[differentiable]
fn what_is_found(x: &[f64]) -> f64 {
    let e = match x.iter().position(|v| *v > 1.0).map(|i| (x[i], x[i - 1])).ok_or(3) {
        Ok((a, b)) => a * b,
        Err(k) => k as f64,
    };
    let short = match last_or_error(&x[..0]) {
        Ok(v) => v,
        Err(e) => e.len() as f64,
    };
    last_or_error(x).unwrap() * by_position(x).unwrap_or(0.0) * e * short
}

#[test]
fn references_that_chains_find() {
    let x = [0.7, 1.3, 2.1, 0.4];
    check_scalar!(zipped_with_what_is_left_out(&x[..], &[vec![0.3], vec![0.5, 0.9]][..]));
    check_scalar!(found_and_kept(&x[..]));
    check_scalar!(what_is_found(&x[..]));
    assert!(last_or_error(&[]).is_err());
}

#[differentiable]
fn copied_out_of_references(x: &[f64]) -> f64 {
    let mut s = 0.0;
    for (i, &(mut a)) in x.iter().enumerate() {
        a *= a;
        s += a * a * i as f64;
    }
    for &(mut a) in x {
        a *= s;
        s += a;
    }
    x.iter().for_each(|&(mut a)| {
        a *= s;
        s += a;
    });
    s
}

#[differentiable]
fn by_a_range_that_is_kept(x: &[f64], given: std::ops::Range<usize>) -> f64 {
    let r = 1..3;
    let a = &x[r.clone()];
    let b = &x[r];
    a[0] * b[1] * a[1] * x[given][0]
}

#[test]
fn patterns_and_ranges_that_are_no_copies() {
    let x = [0.7, 1.3, 2.1, 0.4];
    check_scalar!(copied_out_of_references(&x[..]));
    check_scalar!(by_a_range_that_is_kept(&x[..], const 1..2));
}

// ---- jumps of inner loops, chains without an end, chains backwards -----------------------------------------------------

#[differentiable]
fn inner_loops_jump_for_themselves(x: &[f64]) -> f64 {
    let mut s = 0.0;
    for v in x.iter().map(|v| v * v).filter(|v| *v > 0.1) {
        for k in 0..5 {
            if k == 1 {
                continue;
            }
            if k == 3 {
                break;
            }
            s += v * k as f64 + v;
        }
        let mut k = 0;
        let t = loop {
            k += 1;
            if k > 3 {
                break 1.5;
            }
        };
        s *= t;
    }
    s
}

#[differentiable]
fn around_and_around(x: &[f64]) -> f64 {
    let (mut s, mut n) = (0.0, 0);
    for v in x.iter().cycle() {
        n += 1;
        if n > 6 {
            break;
        }
        s = s * 0.5 + v * v;
    }
    for v in x.iter().map(|v| v * v).cycle() {
        n += 1;
        if n > 13 {
            break;
        }
        s = s * 0.5 + v;
    }
    for (i, v) in x.iter().cycle().enumerate() {
        if i > 5 {
            break;
        }
        s = s * 0.5 + v * v;
    }
    s
}

#[differentiable]
fn two_chains_backwards(x: &[f64], y: &[f64]) -> f64 {
    let mut s = 0.0;
    for v in x.iter().map(|v| v * v).chain(y.iter().map(|v| v * 2.0)).rev() {
        s = s * 0.5 + v;
    }
    x.iter().filter(|v| **v > 0.4).chain(y.iter()).map(|v| v * v).rev().fold(s, |s, v| s * 0.5 + v)
}

#[differentiable]
fn counted_while_it_is_made(x: &[f64]) -> f64 {
    let mut n = 0;
    let r = x
        .iter()
        .skip({
            n += 1;
            n
        })
        .map(|v| v * v)
        .max_by(|a, b| a.total_cmp(b))
        .unwrap();
    let mut it = x.iter().skip({
        n += 1;
        n
    });
    let a = it.next().unwrap();
    let b = it.next().unwrap();
    r * a * b * b * n as f64
}

#[differentiable]
fn stepped_from_both_ends(x: &[f64]) -> f64 {
    let mut it = x.iter().filter(|v| **v > 0.4);
    it.next();
    it.next_back();
    let a = it.next().unwrap();
    let mut squares = x.iter().map(|v| v * v).filter(|v| *v > 0.2);
    let b = squares.next().unwrap();
    let c = squares.next().unwrap();
    a * a * x[0] * b * c * c
}

/// As many of the endless ones as there are of the others.
#[differentiable]
fn beside_what_does_not_end(x: &[f64], a: f64) -> f64 {
    let powers: f64 = x.iter().zip(std::iter::successors(Some(a), |v| Some(v * 2.0))).map(|(p, q)| p * q).sum();
    let factorials = (1..).scan(a, |s, k| {
        *s *= k as f64;
        Some(*s)
    });
    powers * factorials.zip(x.iter()).map(|(p, q)| p * q * q).sum::<f64>()
}

#[test]
fn jumps_cycles_and_ways_back() {
    let (x, y) = ([0.3, 0.7, 1.3, 0.6], [0.9, 0.4, 1.1]);
    check_scalar!(inner_loops_jump_for_themselves(&x[..]));
    check_scalar!(around_and_around(&x[..]));
    check_scalar!(two_chains_backwards(&x[..], &y[..]));
    check_scalar!(counted_while_it_is_made(&x[..]));
    check_scalar!(stepped_from_both_ends(&x[..]));
    check_scalar!(beside_what_does_not_end(&x[..], 0.3));
}
