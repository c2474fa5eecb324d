//! Networks, clusters, hidden states, alignments, images.

mod mlp_vecvec {
    use autodiff_core::differentiable;
    use autodiff_tests::check_scalar;

    #[differentiable]
    fn sigmoid(x: f64) -> f64 {
        1.0 / (1.0 + (-x).exp())
    }
    #[differentiable]
    fn forward(weights: &[Vec<Vec<f64>>], biases: &[Vec<f64>], input: &[f64]) -> Vec<f64> {
        let mut activation = input.to_vec();
        for (w, b) in weights.iter().zip(biases.iter()) {
            let mut next = Vec::with_capacity(b.len());
            for (row, bias) in w.iter().zip(b.iter()) {
                let z: f64 = row.iter().zip(activation.iter()).map(|(w, a)| w * a).sum::<f64>() + bias;
                next.push(sigmoid(z));
            }
            activation = next;
        }
        activation
    }
    #[differentiable]
    fn mse(weights: &[Vec<Vec<f64>>], biases: &[Vec<f64>], inputs: &[Vec<f64>], targets: &[Vec<f64>]) -> f64 {
        let mut total = 0.0;
        for (x, y) in inputs.iter().zip(targets) {
            let out = forward(weights, biases, x);
            total += out.iter().zip(y).map(|(o, t)| (o - t).powi(2)).sum::<f64>();
        }
        total / inputs.len() as f64
    }
    #[test]
    fn derivatives() {
        let w = vec![vec![vec![0.1, 0.4], vec![-0.3, 0.7], vec![0.5, 0.2]], vec![vec![0.3, -0.8, 0.6]]];
        let b = vec![vec![0.1, 0.0, -0.2], vec![0.05]];
        check_scalar!(mse(&w[..], &b[..], &[vec![0.4, 0.9], vec![-0.5, 0.3]][..], &[vec![1.0], vec![0.0]][..]));
    }
}

mod logistic_regression_l2 {
    use autodiff_core::differentiable;
    use autodiff_tests::check_scalar;

    #[differentiable]
    fn loss(w: &[f64], b: f64, xs: &[Vec<f64>], ys: &[f64], lambda: f64) -> f64 {
        let n = xs.len() as f64;
        let data: f64 = xs
            .iter()
            .zip(ys)
            .map(|(x, y)| {
                let z = b + w.iter().zip(x).map(|(wi, xi)| wi * xi).sum::<f64>();
                let p = 1.0 / (1.0 + (-z).exp());
                -(y * p.ln() + (1.0 - y) * (1.0 - p).ln())
            })
            .sum();
        data / n + 0.5 * lambda * w.iter().map(|v| v.powi(2)).sum::<f64>()
    }
    #[test]
    fn derivatives() {
        check_scalar!(loss(&[0.1, -0.4][..], 0.2, &[vec![0.4, 0.9], vec![-0.5, 0.3]][..], &[1.0, 0.0][..], 0.01));
    }
}

mod softmax_cross_entropy_nalgebra {
    use autodiff_core::differentiable;
    use autodiff_tests::check_scalar;

    use nalgebra::{DMatrix, DVector};
    #[differentiable]
    fn loss(w: &DMatrix<f64>, b: &DVector<f64>, x: &DVector<f64>, #[nodiff] label: usize) -> f64 {
        let logits = w * x + b;
        let max = logits.max();
        let exp = logits.map(|v| (v - max).exp());
        let sum = exp.sum();
        -(exp[label] / sum).ln()
    }
    #[test]
    fn derivatives() {
        check_scalar!(loss(&DMatrix::from_row_slice(2, 3, &[0.1, 0.4, 0.2, -0.3, 0.7, 0.5]), &DVector::from_vec(vec![0.1, 0.2]), &DVector::from_vec(vec![0.5, -0.4, 0.9]), const 1));
    }
}

mod kmeans_objective {
    use autodiff_core::differentiable;
    use autodiff_tests::check_scalar;

    #[differentiable]
    fn kmeans(points: &[[f64; 2]], centers: &[[f64; 2]]) -> f64 {
        points
            .iter()
            .map(|p| {
                centers
                    .iter()
                    .map(|c| (p[0] - c[0]).powi(2) + (p[1] - c[1]).powi(2))
                    .fold(f64::INFINITY, |a, b| a.min(b))
            })
            .sum()
    }
    #[test]
    fn derivatives() {
        check_scalar!(kmeans(&[[0.1, 0.4], [0.9, 0.8], [1.0, 0.1]][..], &[[0.2, 0.3], [1.0, 0.7]][..]));
    }
}

mod hmm_forward {
    use autodiff_core::differentiable;
    use autodiff_tests::check_scalar;

    #[differentiable]
    fn forward(init: &[f64], trans: &[Vec<f64>], emit: &[Vec<f64>], #[nodiff] obs: &[usize]) -> f64 {
        let n = init.len();
        let mut alpha: Vec<f64> = (0..n).map(|i| init[i] * emit[i][obs[0]]).collect();
        for &o in obs.iter().skip(1) {
            let mut next = vec![0.0; n];
            for j in 0..n {
                let s: f64 = (0..n).map(|i| alpha[i] * trans[i][j]).sum();
                next[j] = s * emit[j][o];
            }
            alpha = next;
        }
        alpha.iter().sum::<f64>().ln()
    }
    #[test]
    fn derivatives() {
        check_scalar!(forward(&[0.6, 0.4][..], &[vec![0.7, 0.3], vec![0.4, 0.6]][..], &[vec![0.5, 0.5], vec![0.1, 0.9]][..], const &[0, 1, 1, 0]));
    }
}

mod hmm_scaled {
    use autodiff_core::differentiable;
    use autodiff_tests::check_scalar;

    #[differentiable]
    fn log_likelihood(pi: &[f64; 2], a: &[[f64; 2]; 2], means: &[f64; 2], obs: &[f64]) -> f64 {
        let emission = |state: usize, x: f64| (-0.5 * (x - means[state]).powi(2)).exp();
        let mut alpha = [0.0; 2];
        let mut ll = 0.0;
        for (t, &x) in obs.iter().enumerate() {
            let prev = alpha;
            for j in 0..2 {
                let prior = if t == 0 { pi[j] } else { prev[0] * a[0][j] + prev[1] * a[1][j] };
                alpha[j] = prior * emission(j, x);
            }
            let scale: f64 = alpha.iter().sum();
            for v in &mut alpha {
                *v /= scale;
            }
            ll += scale.ln();
        }
        ll
    }
    #[test]
    fn derivatives() {
        check_scalar!(log_likelihood(&[0.6, 0.4], &[[0.7, 0.3], [0.4, 0.6]], &[0.1, 1.2], &[0.3, 0.9, 1.4][..]));
    }
}

mod viterbi_score {
    use autodiff_core::differentiable;
    use autodiff_tests::check_scalar;

    #[differentiable]
    fn viterbi(emissions: &[Vec<f64>], transitions: &[Vec<f64>]) -> f64 {
        let n = transitions.len();
        let mut score = emissions[0].clone();
        let mut back: Vec<Vec<usize>> = Vec::new();
        for e in &emissions[1..] {
            let mut next = vec![f64::NEG_INFINITY; n];
            let mut pointers = vec![0; n];
            for j in 0..n {
                for i in 0..n {
                    let candidate = score[i] + transitions[i][j];
                    if candidate > next[j] {
                        next[j] = candidate;
                        pointers[j] = i;
                    }
                }
                next[j] += e[j];
            }
            score = next;
            back.push(pointers);
        }
        score.iter().copied().fold(f64::NEG_INFINITY, f64::max)
    }
    #[test]
    fn derivatives() {
        check_scalar!(viterbi(
            &[vec![0.6, 0.4], vec![0.7, 0.3], vec![0.1, 0.9]][..],
            &[vec![0.5, 0.2], vec![0.1, 0.9]][..]
        ));
    }
}

mod needleman_dp {
    use autodiff_core::differentiable;
    use autodiff_tests::check_scalar;

    #[differentiable]
    fn align(scores: &[Vec<f64>], gap: f64) -> f64 {
        let (n, m) = (scores.len(), scores[0].len());
        let mut dp = vec![vec![0.0; m + 1]; n + 1];
        for i in 0..=n {
            dp[i][0] = -(i as f64) * gap;
        }
        for j in 0..=m {
            dp[0][j] = -(j as f64) * gap;
        }
        for i in 1..=n {
            for j in 1..=m {
                let diag = dp[i - 1][j - 1] + scores[i - 1][j - 1];
                let up = dp[i - 1][j] - gap;
                let left = dp[i][j - 1] - gap;
                dp[i][j] = diag.max(up).max(left);
            }
        }
        dp[n][m]
    }
    #[test]
    fn derivatives() {
        check_scalar!(align(&[vec![1.6, 0.4, -0.3], vec![0.7, 1.3, 0.2]][..], 0.35));
    }
}

mod soft_dtw {
    use autodiff_core::differentiable;
    use autodiff_tests::check_scalar;

    #[differentiable]
    fn soft_dtw(x: &[f64], y: &[f64], gamma: f64) -> f64 {
        let inf = 1e10;
        let mut r = vec![vec![inf; y.len() + 1]; x.len() + 1];
        r[0][0] = 0.0;
        for i in 1..=x.len() {
            for j in 1..=y.len() {
                let d = (x[i - 1] - y[j - 1]).powi(2);
                let args = [r[i - 1][j - 1], r[i - 1][j], r[i][j - 1]];
                let m = args.iter().fold(f64::INFINITY, |a, &b| a.min(b));
                let s: f64 = args.iter().map(|a| (-(a - m) / gamma).exp()).sum();
                r[i][j] = d + m - gamma * s.ln();
            }
        }
        r[x.len()][y.len()]
    }
    #[test]
    fn derivatives() {
        check_scalar!(soft_dtw(&[0.1, 0.6, 0.3][..], &[0.2, 0.5][..], 0.7));
    }
}

mod max_pool {
    use autodiff_core::differentiable;
    use autodiff_tests::check;

    #[differentiable]
    fn max_pool(input: &Vec<Vec<f64>>, size: usize) -> Vec<Vec<f64>> {
        input
            .chunks(size)
            .map(|rows| {
                (0..rows[0].len() / size)
                    .map(|c| {
                        let mut m = f64::NEG_INFINITY;
                        for row in rows {
                            for v in &row[c * size..(c + 1) * size] {
                                if *v > m {
                                    m = *v;
                                }
                            }
                        }
                        m
                    })
                    .collect()
            })
            .collect()
    }
    #[test]
    fn derivatives() {
        check!(max_pool(&vec![vec![0.1, 0.4, 0.2, 0.9], vec![-0.3, 0.7, 0.5, 0.8]], const 2));
    }
}

mod batch_norm {
    use autodiff_core::differentiable;
    use autodiff_tests::check_unit;

    #[differentiable]
    fn batch_norm(x: &mut [f64], gamma: f64, beta: f64, eps: f64) {
        let n = x.len() as f64;
        let mean = x.iter().sum::<f64>() / n;
        let var = x.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / n;
        for v in x.iter_mut() {
            *v = gamma * (*v - mean) / (var + eps).sqrt() + beta;
        }
    }
    #[test]
    fn derivatives() {
        check_unit!(batch_norm(&mut vec![0.1, 0.4, 0.2, 0.9], 1.1, 0.2, 1e-3));
    }
}

mod layer_norm_affine_inplace {
    use autodiff_core::differentiable;
    use autodiff_tests::check;

    #[differentiable]
    fn rmsnorm(o: &mut [f64], x: &[f64], weight: &[f64]) {
        let size = x.len();
        let mut ss = 0.0;
        for i in 0..size {
            ss += x[i] * x[i];
        }
        ss /= size as f64;
        ss += 1e-5;
        ss = 1.0 / ss.sqrt();
        for j in 0..size {
            o[j] = weight[j] * (ss * x[j]);
        }
    }
    #[differentiable]
    fn softmax(x: &mut [f64]) {
        let mut max_val = x[0];
        for i in 1..x.len() {
            if x[i] > max_val {
                max_val = x[i];
            }
        }
        let mut sum = 0.0;
        for v in x.iter_mut() {
            *v = (*v - max_val).exp();
            sum += *v;
        }
        for v in x.iter_mut() {
            *v /= sum;
        }
    }
    #[differentiable]
    fn both(x: &[f64], w: &[f64]) -> Vec<f64> {
        let mut o = vec![0.0; x.len()];
        rmsnorm(&mut o, x, w);
        softmax(&mut o[1..]);
        o
    }
    #[test]
    fn derivatives() {
        check!(both(&[0.1, 0.4, 0.2, 0.9][..], &[1.1, 0.9, 0.8, 1.2][..]));
    }
}

mod attention_single_head {
    use autodiff_core::differentiable;
    use autodiff_tests::check;

    #[differentiable]
    fn attention(q: &[Vec<f64>], k: &[Vec<f64>], v: &[Vec<f64>]) -> Vec<Vec<f64>> {
        let scale = 1.0 / (q[0].len() as f64).sqrt();
        q.iter()
            .map(|qi| {
                let scores: Vec<f64> =
                    k.iter().map(|kj| scale * qi.iter().zip(kj).map(|(a, b)| a * b).sum::<f64>()).collect();
                let exps: Vec<f64> = scores.iter().map(|s| s.exp()).collect();
                let total: f64 = exps.iter().sum();
                let mut out = vec![0.0; v[0].len()];
                for (e, vj) in exps.iter().zip(v) {
                    for (o, x) in out.iter_mut().zip(vj) {
                        *o += e / total * x;
                    }
                }
                out
            })
            .collect()
    }
    #[test]
    fn derivatives() {
        let a = [vec![0.1, 0.4], vec![0.2, 0.9]];
        check!(attention(
            &a[..],
            &[vec![0.3, 0.2], vec![-0.4, 0.5]][..],
            &[vec![1.0, 0.3, 0.5], vec![0.2, 0.8, 0.1]][..]
        ));
    }
}

mod matrix_factorization {
    use autodiff_core::differentiable;
    use autodiff_tests::check_scalar;

    #[differentiable]
    fn objective(u: &[Vec<f64>], v: &[Vec<f64>], ratings: &[(usize, usize, f64)], lambda: f64) -> f64 {
        let mut loss = 0.0;
        for &(i, j, r) in ratings {
            let pred: f64 = u[i].iter().zip(&v[j]).map(|(a, b)| a * b).sum();
            loss += (r - pred).powi(2);
        }
        let reg: f64 = u.iter().chain(v.iter()).flat_map(|row| row.iter()).map(|x| x * x).sum();
        loss + lambda * reg
    }
    #[test]
    fn derivatives() {
        check_scalar!(objective(
            &[vec![0.1, 0.4], vec![0.2, 0.9]][..],
            &[vec![0.3, 0.2], vec![-0.4, 0.5]][..],
            &[(0, 1, 1.0), (1, 0, 0.3)][..],
            0.1
        ));
    }
}
