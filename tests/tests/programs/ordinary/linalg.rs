//! Linear algebra by hand, interpolation.

mod lu_by_hand {
    use autodiff_core::differentiable;
    use autodiff_tests::check_scalar;

    #[differentiable]
    fn lu_det(a: &Vec<Vec<f64>>) -> f64 {
        let n = a.len();
        let mut m = a.clone();
        let mut det = 1.0;
        for k in 0..n {
            let mut p = k;
            for i in k + 1..n {
                if m[i][k].abs() > m[p][k].abs() {
                    p = i;
                }
            }
            if p != k {
                m.swap(p, k);
                det = -det;
            }
            if m[k][k] == 0.0 {
                return 0.0;
            }
            det *= m[k][k];
            for i in k + 1..n {
                let f = m[i][k] / m[k][k];
                for j in k..n {
                    m[i][j] -= f * m[k][j];
                }
            }
        }
        det
    }
    #[test]
    fn derivatives() {
        check_scalar!(lu_det(&vec![vec![0.1, 1.2, 0.3], vec![2.0, 0.4, 0.5], vec![0.7, 0.3, 1.5]]));
    }
}

mod gaussian_elimination_mut {
    use autodiff_core::differentiable;
    use autodiff_tests::check;

    #[differentiable]
    fn solve(matrix: &mut [Vec<f64>]) -> Vec<f64> {
        let size = matrix.len();
        for i in 0..size - 1 {
            for j in i..size - 1 {
                let factor = matrix[j + 1][i] / matrix[i][i];
                for k in i..size + 1 {
                    matrix[j + 1][k] -= factor * matrix[i][k];
                }
            }
        }
        for i in (1..size).rev() {
            for j in (1..i + 1).rev() {
                let factor = matrix[j - 1][i] / matrix[i][i];
                for k in (0..size + 1).rev() {
                    matrix[j - 1][k] -= factor * matrix[i][k];
                }
            }
        }
        let mut result = vec![0.0; size];
        for i in 0..size {
            result[i] = matrix[i][size] / matrix[i][i];
        }
        result
    }
    #[test]
    fn derivatives() {
        check!(solve(&mut vec![vec![2.1, 1.2, 0.3, 1.0], vec![0.2, 1.4, 0.5, 0.5], vec![0.7, 0.3, 1.5, 0.2]]));
    }
}

mod cholesky_rows {
    use autodiff_core::differentiable;
    use autodiff_tests::check;

    #[differentiable]
    fn cholesky(mat: &[f64], n: usize) -> Vec<f64> {
        let mut res = vec![0.0; mat.len()];
        for i in 0..n {
            for j in 0..(i + 1) {
                let mut s = 0.0;
                for k in 0..j {
                    s += res[i * n + k] * res[j * n + k];
                }
                let value = if i == j {
                    let diag_value = mat[i * n + i] - s;
                    if diag_value < 0.0 { 0.0 } else { diag_value.sqrt() }
                } else {
                    let off_diag_value = 1.0 / res[j * n + j] * (mat[i * n + j] - s);
                    if off_diag_value.is_nan() { 0.0 } else { off_diag_value }
                };
                res[i * n + j] = value;
            }
        }
        res
    }
    #[test]
    fn derivatives() {
        check!(cholesky(&[4.0, 0.5, 0.2, 0.5, 3.0, 0.1, 0.2, 0.1, 2.0][..], const 3));
    }
}

mod matvec_iter {
    use autodiff_core::differentiable;
    use autodiff_tests::check;

    #[differentiable]
    fn matvec(a: &[Vec<f64>], x: &[f64]) -> Vec<f64> {
        a.iter().map(|row| row.iter().zip(x.iter()).map(|(r, v)| r * v).sum()).collect()
    }
    #[test]
    fn derivatives() {
        check!(matvec(&[vec![0.1, 1.2], vec![2.0, 0.4]][..], &[0.3, 0.7][..]));
    }
}

mod conjugate_gradient {
    use autodiff_core::differentiable;
    use autodiff_tests::check;

    #[differentiable]
    fn dot(a: &[f64], b: &[f64]) -> f64 {
        a.iter().zip(b).map(|(x, y)| x * y).sum()
    }
    #[differentiable]
    fn mv(a: &[Vec<f64>], x: &[f64]) -> Vec<f64> {
        a.iter().map(|r| dot(r, x)).collect()
    }
    #[differentiable]
    fn cg(a: &[Vec<f64>], b: &[f64], iterations: usize) -> Vec<f64> {
        let n = b.len();
        let mut x = vec![0.0; n];
        let mut r = b.to_vec();
        let mut p = r.clone();
        let mut rs_old = dot(&r, &r);
        for _ in 0..iterations {
            let ap = mv(a, &p);
            let alpha = rs_old / dot(&p, &ap);
            for i in 0..n {
                x[i] += alpha * p[i];
                r[i] -= alpha * ap[i];
            }
            let rs_new = dot(&r, &r);
            if rs_new.sqrt() < 1e-12 {
                break;
            }
            let beta = rs_new / rs_old;
            p = r.iter().zip(&p).map(|(ri, pi)| ri + beta * pi).collect();
            rs_old = rs_new;
        }
        x
    }
    #[test]
    fn derivatives() {
        check!(cg(&[vec![4.0, 0.5, 0.2], vec![0.5, 3.0, 0.1], vec![0.2, 0.1, 2.0]][..], &[1.0, 0.3, 0.7][..], const 2));
    }
}

mod power_iteration {
    use autodiff_core::differentiable;
    use autodiff_tests::check_scalar;

    #[differentiable]
    fn power_iteration(a: &[[f64; 3]; 3], n: usize) -> f64 {
        let mut v = [1.0, 0.5, 0.25];
        let mut lambda = 0.0;
        for _ in 0..n {
            let mut w = [0.0; 3];
            for (wi, row) in w.iter_mut().zip(a) {
                *wi = row.iter().zip(&v).map(|(x, y)| x * y).sum();
            }
            let norm = w.iter().map(|x| x * x).sum::<f64>().sqrt();
            lambda = norm;
            for x in w.iter_mut() {
                *x /= norm;
            }
            v = w;
        }
        lambda
    }
    #[test]
    fn derivatives() {
        check_scalar!(power_iteration(&[[2.0, 0.4, 0.2], [0.4, 1.5, 0.3], [0.2, 0.3, 1.0]], const 5));
    }
}

mod pagerank {
    use autodiff_core::differentiable;
    use autodiff_tests::check;

    #[differentiable]
    fn pagerank(adj: &[Vec<f64>], damping: f64, iterations: usize) -> Vec<f64> {
        let n = adj.len();
        let mut rank = vec![1.0 / n as f64; n];
        for _ in 0..iterations {
            let mut next = vec![(1.0 - damping) / n as f64; n];
            for (i, row) in adj.iter().enumerate() {
                let total: f64 = row.iter().sum();
                for (j, w) in row.iter().enumerate() {
                    if total > 0.0 {
                        next[j] += damping * rank[i] * w / total;
                    }
                }
            }
            rank = next;
        }
        rank
    }
    #[test]
    fn derivatives() {
        check!(pagerank(&[vec![0.1, 0.4, 0.2], vec![0.7, 0.3, 1.0], vec![0.0, 0.5, 0.5]][..], 0.85, const 4));
    }
}

mod gram_schmidt {
    use autodiff_core::differentiable;
    use autodiff_tests::check;

    #[differentiable]
    fn gram_schmidt(vectors: &[Vec<f64>]) -> Vec<Vec<f64>> {
        let mut basis: Vec<Vec<f64>> = Vec::new();
        for v in vectors {
            let mut w = v.clone();
            for b in &basis {
                let proj: f64 = v.iter().zip(b).map(|(x, y)| x * y).sum();
                for (wi, bi) in w.iter_mut().zip(b) {
                    *wi -= proj * bi;
                }
            }
            let norm = w.iter().map(|x| x * x).sum::<f64>().sqrt();
            if norm > 1e-10 {
                w.iter_mut().for_each(|x| *x /= norm);
                basis.push(w);
            }
        }
        basis
    }
    #[test]
    fn derivatives() {
        check!(gram_schmidt(&[vec![1.0, 0.4, 0.2], vec![0.7, -0.3, 1.0], vec![0.0, 0.5, 0.5]][..]));
    }
}

mod thomas_tridiagonal {
    use autodiff_core::differentiable;
    use autodiff_tests::check;

    #[differentiable]
    fn thomas(a: &[f64], b: &[f64], c: &[f64], d: &[f64]) -> Vec<f64> {
        let n = d.len();
        let mut cp = vec![0.0; n];
        let mut dp = vec![0.0; n];
        cp[0] = c[0] / b[0];
        dp[0] = d[0] / b[0];
        for i in 1..n {
            let m = 1.0 / (b[i] - a[i] * cp[i - 1]);
            cp[i] = c[i] * m;
            dp[i] = (d[i] - a[i] * dp[i - 1]) * m;
        }
        let mut x = dp;
        for i in (0..n - 1).rev() {
            x[i] -= cp[i] * x[i + 1];
        }
        x
    }
    #[test]
    fn derivatives() {
        check!(thomas(&[0.0, 0.3, 0.2][..], &[2.0, 2.5, 1.8][..], &[0.4, 0.1, 0.0][..], &[1.0, 0.3, 0.7][..]));
    }
}

mod lerp_table_position {
    use autodiff_core::differentiable;
    use autodiff_tests::check_scalar;

    #[differentiable]
    fn interp(xs: &[f64], ys: &[f64], x: f64) -> f64 {
        if x <= xs[0] {
            return ys[0];
        }
        let i = match xs.iter().position(|&v| v > x) {
            Some(i) => i,
            None => return ys[ys.len() - 1],
        };
        let t = (x - xs[i - 1]) / (xs[i] - xs[i - 1]);
        ys[i - 1] * (1.0 - t) + ys[i] * t
    }
    #[test]
    fn derivatives() {
        check_scalar!(interp(&[0.0, 1.0, 2.2][..], &[0.1, 0.9, -0.4][..], 1.4));
        check_scalar!(interp(&[0.0, 1.0, 2.2][..], &[0.1, 0.9, -0.4][..], 5.4));
    }
}

mod lagrange_interpolation {
    use autodiff_core::differentiable;
    use autodiff_tests::check_scalar;

    #[differentiable]
    fn lagrange(x: f64, xs: &[f64], ys: &[f64]) -> f64 {
        (0..xs.len())
            .map(|i| ys[i] * (0..xs.len()).filter(|&j| j != i).map(|j| (x - xs[j]) / (xs[i] - xs[j])).product::<f64>())
            .sum()
    }
    #[test]
    fn derivatives() {
        check_scalar!(lagrange(0.4, &[0.0, 1.0, 2.2][..], &[0.1, 0.9, -0.4][..]));
    }
}
