//! Algorithms on sequences, as they are written: alignments, filters, splines, clusters.
use autodiff_core::differentiable;
use autodiff_tests::{check, check_scalar};

#[differentiable]
fn time_warping(a: &[f64], b: &[f64]) -> f64 {
    let (n, m) = (a.len(), b.len());
    let mut d = vec![vec![f64::INFINITY; m + 1]; n + 1];
    d[0][0] = 0.0;
    for i in 1..=n {
        for j in 1..=m {
            let cost = (a[i - 1] - b[j - 1]).abs();
            let best = [d[i - 1][j], d[i][j - 1], d[i - 1][j - 1]].iter().copied().fold(f64::INFINITY, f64::min);
            d[i][j] = cost + best;
        }
    }
    d[n][m]
}

#[differentiable]
fn best_path(trans: &[Vec<f64>], emit: &[Vec<f64>]) -> f64 {
    let k = trans.len();
    let mut score = emit[0].clone();
    for e in &emit[1..] {
        let next: Vec<f64> = (0..k)
            .map(|j| {
                let best = (0..k).map(|i| score[i] + trans[i][j]).max_by(|a, b| a.partial_cmp(b).unwrap()).unwrap();
                best + e[j]
            })
            .collect();
        score = next;
    }
    score.into_iter().fold(f64::NEG_INFINITY, f64::max)
}

#[differentiable]
fn likelihood(a: &[Vec<f64>], b: &[Vec<f64>]) -> f64 {
    let mut alpha = b[0].clone();
    let mut ll = 0.0;
    for obs in b.iter().skip(1) {
        let c: f64 = alpha.iter().sum();
        ll += c.ln();
        alpha.iter_mut().for_each(|v| *v /= c);
        alpha =
            (0..alpha.len()).map(|j| alpha.iter().zip(a).map(|(p, row)| p * row[j]).sum::<f64>() * obs[j]).collect();
    }
    ll + alpha.iter().sum::<f64>().ln()
}

#[differentiable]
fn onto_the_simplex(v: &[f64]) -> Vec<f64> {
    let mut u = v.to_vec();
    u.sort_by(|a, b| b.partial_cmp(a).unwrap());
    let mut css = 0.0;
    let mut theta = 0.0;
    for (i, &ui) in u.iter().enumerate() {
        css += ui;
        let t = (css - 1.0) / (i + 1) as f64;
        if ui - t > 0.0 {
            theta = t;
        }
    }
    v.iter().map(|&x| (x - theta).max(0.0) + 0.1 * x).collect()
}

#[differentiable]
fn de_casteljau(p: &[[f64; 2]], t: f64) -> [f64; 2] {
    let mut q = p.to_vec();
    while q.len() > 1 {
        q = q.windows(2).map(|w| [w[0][0] * (1.0 - t) + w[1][0] * t, w[0][1] * (1.0 - t) + w[1][1] * t]).collect();
    }
    q[0]
}

#[differentiable]
fn means_step(pts: &[Vec<f64>], cs: &[Vec<f64>]) -> Vec<Vec<f64>> {
    let k = cs.len();
    let dim = cs[0].len();
    let mut sums = vec![vec![0.0; dim]; k];
    let mut counts = vec![0usize; k];
    for p in pts {
        let (best, _) = cs
            .iter()
            .map(|c| c.iter().zip(p).map(|(a, b)| (a - b).powi(2)).sum::<f64>())
            .enumerate()
            .min_by(|a, b| a.1.partial_cmp(&b.1).unwrap())
            .unwrap();
        counts[best] += 1;
        for (s, v) in sums[best].iter_mut().zip(p) {
            *s += v;
        }
    }
    sums.iter().zip(&counts).map(|(s, &n)| s.iter().map(|v| v / n.max(1) as f64).collect()).collect()
}

#[differentiable]
fn smoothed(x: &[f64], a: f64) -> Vec<f64> {
    let mut it = x.iter();
    let first = match it.next() {
        Some(v) => *v,
        None => return Vec::new(),
    };
    let mut out = vec![first];
    let mut s = first;
    for v in it {
        s = a * v + (1.0 - a) * s;
        out.push(s);
    }
    out
}

#[differentiable]
fn smoothed_by_scan(x: &[f64], a: f64) -> Vec<f64> {
    x.iter()
        .scan(None, |st: &mut Option<f64>, &v| {
            let s = match *st {
                None => v,
                Some(p) => a * v + (1.0 - a) * p,
            };
            *st = Some(s);
            Some(s)
        })
        .collect()
}

#[differentiable]
fn cubic_spline(x: &[f64], y: &[f64], t: f64) -> f64 {
    let n = x.len() - 1;
    let h: Vec<f64> = x.windows(2).map(|w| w[1] - w[0]).collect();
    let mut alpha = vec![0.0; n];
    for i in 1..n {
        alpha[i] = 3.0 / h[i] * (y[i + 1] - y[i]) - 3.0 / h[i - 1] * (y[i] - y[i - 1]);
    }
    let mut l = vec![1.0; n + 1];
    let mut mu = vec![0.0; n + 1];
    let mut z = vec![0.0; n + 1];
    for i in 1..n {
        l[i] = 2.0 * (x[i + 1] - x[i - 1]) - h[i - 1] * mu[i - 1];
        mu[i] = h[i] / l[i];
        z[i] = (alpha[i] - h[i - 1] * z[i - 1]) / l[i];
    }
    let mut c = vec![0.0; n + 1];
    let mut b = vec![0.0; n];
    let mut d = vec![0.0; n];
    for j in (0..n).rev() {
        c[j] = z[j] - mu[j] * c[j + 1];
        b[j] = (y[j + 1] - y[j]) / h[j] - h[j] * (c[j + 1] + 2.0 * c[j]) / 3.0;
        d[j] = (c[j + 1] - c[j]) / (3.0 * h[j]);
    }
    let i = match x.binary_search_by(|v| v.partial_cmp(&t).unwrap()) {
        Ok(i) => i.min(n - 1),
        Err(i) => i.saturating_sub(1).min(n - 1),
    };
    let dx = t - x[i];
    y[i] + dx * (b[i] + dx * (c[i] + dx * d[i]))
}

#[differentiable]
fn lagrange(x: &[f64], y: &[f64], t: f64) -> f64 {
    x.iter()
        .enumerate()
        .map(|(i, xi)| {
            let l: f64 = x.iter().enumerate().filter(|&(j, _)| j != i).map(|(_, xj)| (t - xj) / (xi - xj)).product();
            y[i] * l
        })
        .sum()
}

#[differentiable]
fn soft_ranking(s: &[f64], #[nodiff] y: &[bool]) -> f64 {
    let pos: Vec<f64> = s.iter().zip(y).filter(|(_, l)| **l).map(|(v, _)| *v).collect();
    let neg: Vec<f64> = s.iter().zip(y).filter(|(_, l)| !**l).map(|(v, _)| *v).collect();
    pos.iter().flat_map(|p| neg.iter().map(move |n| 1.0 / (1.0 + (n - p).exp()))).sum::<f64>()
        / (pos.len() * neg.len()) as f64
}

#[differentiable]
fn closest_pair(p: &[[f64; 2]]) -> f64 {
    (0..p.len())
        .flat_map(|i| (i + 1..p.len()).map(move |j| (i, j)))
        .map(|(i, j)| (p[i][0] - p[j][0]).hypot(p[i][1] - p[j][1]))
        .fold(f64::INFINITY, f64::min)
}

#[differentiable]
fn levinson(r: &[f64]) -> Vec<f64> {
    let p = r.len() - 1;
    let mut a = vec![0.0; p + 1];
    a[0] = 1.0;
    let mut e = r[0];
    for i in 1..=p {
        let acc: f64 = (0..i).map(|j| a[j] * r[i - j]).sum();
        let k = -acc / e;
        let prev = a.clone();
        for j in 1..i {
            a[j] = prev[j] + k * prev[i - j];
        }
        a[i] = k;
        e *= 1.0 - k * k;
    }
    a
}

#[differentiable]
fn interpolated(xp: &[f64], fp: &[f64], x: &[f64]) -> Vec<f64> {
    x.iter()
        .map(|&t| {
            let j = xp.iter().position(|&v| v > t).unwrap_or(xp.len() - 1).max(1);
            let w = (t - xp[j - 1]) / (xp[j] - xp[j - 1]);
            fp[j - 1] + w * (fp[j] - fp[j - 1])
        })
        .collect()
}

#[differentiable]
fn attention(q: &[Vec<f64>], k: &[Vec<f64>], v: &[Vec<f64>]) -> Vec<Vec<f64>> {
    let s = 1.0 / (q[0].len() as f64).sqrt();
    q.iter()
        .map(|qi| {
            let l: Vec<f64> = k.iter().map(|kj| s * qi.iter().zip(kj).map(|(a, b)| a * b).sum::<f64>()).collect();
            let m = l.iter().fold(f64::NEG_INFINITY, |a, &b| a.max(b));
            let e: Vec<f64> = l.iter().map(|x| (x - m).exp()).collect();
            let z: f64 = e.iter().sum();
            (0..v[0].len()).map(|c| e.iter().zip(v).map(|(w, row)| w / z * row[c]).sum()).collect()
        })
        .collect()
}

const X: [f64; 6] = [1.3, 0.7, 2.1, 0.4, 1.8, 0.9];
const Y: [f64; 6] = [0.6, 1.1, -0.8, 1.9, 0.2, -1.4];

#[test]
fn in_both_modes() {
    check_scalar!(time_warping(&X[..], &Y[..]));
    check_scalar!(best_path(
        &vec![vec![0.1, 0.4], vec![0.7, 0.2]],
        &vec![vec![0.3, 0.9], vec![0.5, 0.2], vec![0.8, 0.35]]
    ));
    check_scalar!(likelihood(
        &vec![vec![0.6, 0.4], vec![0.3, 0.7]],
        &vec![vec![0.3, 0.9], vec![0.5, 0.2], vec![0.8, 0.35]]
    ));
    check!(onto_the_simplex(&X[..]));
    check!(de_casteljau(&[[0.0, 0.0], [1.0, 2.0], [3.0, 3.0], [4.0, 0.0]], 0.3));
    check!(means_step(
        &vec![vec![1.0, 2.0], vec![1.2, 1.8], vec![5.0, 6.0], vec![5.5, 6.2]],
        &vec![vec![1.0, 1.0], vec![6.0, 6.0]]
    ));
    check!(smoothed(&X[..], 0.3));
    check!(smoothed_by_scan(&X[..], 0.3));
    check_scalar!(cubic_spline(&[0.0, 1.0, 2.5, 3.0], &[1.0, 2.0, 0.5, 1.5], 1.7));
    check_scalar!(lagrange(&[0.0, 1.0, 2.5, 3.0], &[1.0, 2.0, 0.5, 1.5], 1.7));
    check_scalar!(soft_ranking(&X[..], const &[true, false, true, false, true, false]));
    check_scalar!(closest_pair(&[[1.0, 2.0], [0.4, 0.1], [3.0, 2.2]]));
    check!(levinson(&[1.0, 0.5, 0.3, 0.1]));
    check!(interpolated(&[0.0, 1.0, 2.5, 3.0], &[1.0, 2.0, 0.5, 1.5], &[0.5, 1.7, 2.9]));
    check!(attention(
        &vec![vec![1.0, 0.2], vec![0.3, 0.8]],
        &vec![vec![0.5, 0.1], vec![0.9, -0.4]],
        &vec![vec![0.7, 0.6], vec![-0.2, 0.3]]
    ));
}
