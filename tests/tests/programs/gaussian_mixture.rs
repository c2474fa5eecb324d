//! The negative log posterior of a Gaussian mixture with a Wishart prior: buffers that are filled again for every point,
//! sub-slices of flat parameters, triangular matrices packed row by row.
use autodiff_core::{Differentiable, differentiable};
use autodiff_tests::{check_scalar, check_unit};
use std::f64::consts::PI;

#[derive(Clone, Copy, Differentiable)]
struct Wishart {
    gamma: f64,
    m: i32,
}

/// Logarithm of the gamma function by Lanczos' series; the prior's constants need no derivative of it.
fn log_gamma(x: f64) -> f64 {
    const SERIES: [f64; 9] = [
        0.99999999999980993,
        676.5203681218851,
        -1259.1392167224028,
        771.32342877765313,
        -176.61502916214059,
        12.507343278686905,
        -0.13857109526572012,
        9.9843695780195716e-6,
        1.5056327351493116e-7,
    ];
    let x = x - 1.0;
    let t = x + 7.5;
    let sum: f64 = SERIES[0] + SERIES[1..].iter().enumerate().map(|(i, c)| c / (x + i as f64 + 1.0)).sum::<f64>();
    0.5 * (2.0 * PI).ln() + (x + 0.5) * t.ln() - t + sum.ln()
}

fn log_gamma_distrib(a: f64, p: f64) -> f64 {
    0.25 * p * (p - 1.) * PI.ln() + (1..=p as usize).map(|j| log_gamma(a + 0.5 * (1. - j as f64))).sum::<f64>()
}

#[differentiable]
fn arr_max(n: usize, x: &[f64]) -> f64 {
    let mut max = f64::NEG_INFINITY;
    for i in 0..n {
        if max < x[i] {
            max = x[i];
        }
    }
    max
}

#[differentiable]
fn log_sum_exp(n: usize, x: &[f64]) -> f64 {
    let mx = arr_max(n, x);
    let semx: f64 = x.iter().map(|x| (x - mx).exp()).sum();
    semx.ln() + mx
}

#[differentiable]
fn sqnorm(x: &[f64]) -> f64 {
    x.iter().map(|x| x * x).sum()
}

#[differentiable]
#[inline]
fn subtract(d: usize, x: &[f64], y: &[f64], out: &mut [f64]) {
    assert!(x.len() >= d);
    assert!(y.len() >= d);
    assert!(out.len() >= d);
    for i in 0..d {
        out[i] = x[i] - y[i];
    }
}

#[differentiable]
fn preprocess_qs(d: usize, k: usize, icf: &[f64], sum_qs: &mut [f64], qdiags: &mut [f64]) {
    let icf_sz = d * (d + 1) / 2;
    for ik in 0..k {
        sum_qs[ik] = 0.;
        for id in 0..d {
            let q = icf[ik * icf_sz + id];
            sum_qs[ik] = sum_qs[ik] + q;
            qdiags[ik * d + id] = q.exp();
        }
    }
}

/// `out = Q x`: the diagonal apart, what is below it packed.
#[differentiable]
fn qtimesx(d: usize, q_diag: &[f64], ltri: &[f64], x: &[f64], out: &mut [f64]) {
    for i in 0..d {
        out[i] = q_diag[i] * x[i];
    }
    for i in 0..d {
        let mut lparamsidx = i * (2 * d - i - 1) / 2;
        for j in i + 1..d {
            out[j] = out[j] + ltri[lparamsidx] * x[i];
            lparamsidx += 1;
        }
    }
}

#[differentiable]
fn log_wishart_prior(p: usize, k: usize, wishart: Wishart, sum_qs: &[f64], qdiags: &[f64], icf: &[f64]) -> f64 {
    let n = p + wishart.m as usize + 1;
    let icf_sz = p * (p + 1) / 2;

    let c = n as f64 * p as f64 * (wishart.gamma.ln() - 0.5 * 2f64.ln()) - log_gamma_distrib(0.5 * n as f64, p as f64);

    let out = (0..k)
        .map(|ik| {
            let frobenius = sqnorm(&qdiags[ik * p..][..p]) + sqnorm(&icf[ik * icf_sz + p..][..icf_sz - p]);
            0.5 * wishart.gamma * wishart.gamma * frobenius - (wishart.m as f64) * sum_qs[ik]
        })
        .sum::<f64>();

    out - k as f64 * c
}

#[differentiable]
fn gmm_objective(
    d: usize,
    k: usize,
    n: usize,
    alphas: &[f64],
    means: &[f64],
    icf: &[f64],
    x: &[f64],
    gamma: f64,
    m: i32,
    err: &mut f64,
    qdiags: &mut [f64],
    sum_qs: &mut [f64],
    xcentered: &mut [f64],
    qxcentered: &mut [f64],
    main_term: &mut [f64],
) {
    let wishart: Wishart = Wishart { gamma, m };
    let constant = -(n as f64) * d as f64 * 0.5 * (2.0 * PI).ln();
    let icf_sz = d * (d + 1) / 2;

    assert_eq!(qdiags.len(), d * k);
    assert_eq!(sum_qs.len(), k);
    assert_eq!(xcentered.len(), d);
    assert_eq!(qxcentered.len(), d);
    assert_eq!(main_term.len(), k);

    preprocess_qs(d, k, icf, sum_qs, qdiags);

    let mut slse = 0.;
    for ix in 0..n {
        for ik in 0..k {
            subtract(d, &x[ix * d..], &means[ik * d..], xcentered);
            qtimesx(d, &qdiags[ik * d..], &icf[ik * icf_sz + d..], &*xcentered, qxcentered);
            main_term[ik] = alphas[ik] + sum_qs[ik] - 0.5 * sqnorm(&*qxcentered);
        }

        slse = slse + log_sum_exp(k, &main_term);
    }

    let lse_alphas = log_sum_exp(k, alphas);

    *err = constant + slse - n as f64 * lse_alphas + log_wishart_prior(d, k, wishart, &sum_qs, &*qdiags, icf);
}

/// The same as a value, with buffers of its own.
#[differentiable]
fn gmm(d: usize, k: usize, alphas: &[f64], means: &[f64], icf: &[f64], x: &[f64], gamma: f64, m: i32) -> f64 {
    let n = x.len() / d;
    let mut err = 0.;
    let mut qdiags = vec![0.; d * k];
    let mut sum_qs = vec![0.; k];
    let mut xcentered = vec![0.; d];
    let mut qxcentered = vec![0.; d];
    let mut main_term = vec![0.; k];
    gmm_objective(
        d,
        k,
        n,
        alphas,
        means,
        icf,
        x,
        gamma,
        m,
        &mut err,
        &mut qdiags,
        &mut sum_qs,
        &mut xcentered,
        &mut qxcentered,
        &mut main_term,
    );
    err
}

fn numbers(n: usize, seed: f64) -> Vec<f64> {
    (0..n).map(|i| (seed + i as f64 * 1.7).sin()).collect()
}

#[test]
fn parts() {
    let v = numbers(12, 0.3);
    check_scalar!(arr_max(const 5, &v));
    check_scalar!(log_sum_exp(const 5, &v[..5]));
    check_scalar!(sqnorm(&v[..7]));
    check_unit!(subtract(const 3, &v[..4], &v[4..], &mut numbers(3, 1.1)));
    check_unit!(preprocess_qs(const 3, const 2, &v, &mut numbers(2, 0.1), &mut numbers(6, 0.2)));
    check_unit!(qtimesx(const 4, &v[..4], &v[4..10], &numbers(4, 0.7), &mut numbers(4, 0.1)));
}

#[test]
fn objective() {
    let (d, k, n) = (4, 3, 11);
    let (alphas, means, x) = (numbers(k, 0.4), numbers(k * d, 0.9), numbers(n * d, 2.1));
    let icf: Vec<f64> = numbers(k * d * (d + 1) / 2, 0.2).iter().map(|v| 0.5 * v).collect();
    check_unit!(gmm_objective(
        const d, const k, const n, &alphas, &means, &icf, &x, 0.9, const 2, &mut 0.3, &mut numbers(d * k, 0.1),
        &mut numbers(k, 0.2), &mut numbers(d, 0.5), &mut numbers(d, 0.6), &mut numbers(k, 0.7)
    ));
    check_scalar!(gmm(const d, const k, &alphas, &means, &icf, &x, 0.9, const 2));
}

#[test]
fn single_component() {
    check_scalar!(gmm(const 1, const 1, &[0.3][..], &[0.4][..], &[0.2][..], &[0.5, -0.7][..], 1.1, const 0));
}
