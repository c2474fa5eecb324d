//! Textbook linear algebra by loops, on slices and on matrices.
use autodiff_core::differentiable;
use autodiff_tests::{check, check_scalar, check_unit};
use nalgebra::{DMatrix, DVector};

#[differentiable]
fn multiply(a: &[f64], b: &[f64], c: &mut [f64], n: usize) {
    for i in 0..n {
        for j in 0..n {
            let mut s = 0.0;
            for k in 0..n {
                s += a[i * n + k] * b[k * n + j];
            }
            c[i * n + j] = s;
        }
    }
}

#[differentiable]
fn matrix_power(a: &[f64], n: usize, exponent: u32) -> Vec<f64> {
    let mut result = vec![0.0; n * n];
    for i in 0..n {
        result[i * n + i] = 1.0;
    }
    let mut base = a.to_vec();
    let mut e = exponent;
    let mut scratch = vec![0.0; n * n];
    while e > 0 {
        if e & 1 == 1 {
            multiply(&result, &base, &mut scratch, n);
            result.copy_from_slice(&scratch);
        }
        multiply(&base, &base, &mut scratch, n);
        base.copy_from_slice(&scratch);
        e >>= 1;
    }
    result
}

#[differentiable]
fn matrix_power_by_squaring(a: &DMatrix<f64>, exponent: u32) -> DMatrix<f64> {
    let mut result = DMatrix::identity(a.nrows(), a.nrows());
    let mut base = a.clone();
    let mut e = exponent;
    while e > 0 {
        if e % 2 == 1 {
            result = &result * &base;
        }
        base = &base * &base;
        e /= 2;
    }
    result
}

#[differentiable]
fn power_iteration(a: &DMatrix<f64>, steps: usize) -> f64 {
    let mut v = DVector::from_element(a.nrows(), 1.0);
    for _ in 0..steps {
        let w = a * &v;
        v = &w / w.norm();
    }
    v.dot(&(a * &v))
}

#[differentiable]
fn gram_schmidt(a: &DMatrix<f64>) -> DMatrix<f64> {
    let mut q = a.clone();
    for j in 0..a.ncols() {
        for k in 0..j {
            let mut projection = 0.0;
            for i in 0..a.nrows() {
                projection += q[(i, k)] * q[(i, j)];
            }
            for i in 0..a.nrows() {
                q[(i, j)] -= projection * q[(i, k)];
            }
        }
        let mut norm = 0.0;
        for i in 0..a.nrows() {
            norm += q[(i, j)] * q[(i, j)];
        }
        let norm = norm.sqrt();
        for i in 0..a.nrows() {
            q[(i, j)] /= norm;
        }
    }
    q
}

#[differentiable]
fn gram_schmidt_of_vectors(vectors: &[DVector<f64>]) -> Vec<DVector<f64>> {
    let mut basis: Vec<DVector<f64>> = vec![DVector::zeros(vectors[0].len()); vectors.len()];
    for i in 0..vectors.len() {
        let mut v = vectors[i].clone();
        for k in 0..i {
            let c = v.dot(&basis[k]);
            v -= &basis[k] * c;
        }
        basis[i] = v.normalize();
    }
    basis
}

#[differentiable]
fn householder(v: &DVector<f64>, x: &DVector<f64>) -> DVector<f64> {
    x - v * (2.0 * v.dot(x) / v.norm_squared())
}

#[differentiable]
fn householder_qr(a: &DMatrix<f64>) -> DMatrix<f64> {
    let (m, n) = a.shape();
    let mut r = a.clone();
    for k in 0..n.min(m - 1) {
        let mut norm = 0.0;
        for i in k..m {
            norm += r[(i, k)] * r[(i, k)];
        }
        norm = norm.sqrt();
        let alpha = if r[(k, k)] > 0.0 { -norm } else { norm };
        let mut v = vec![0.0; m];
        let mut square = 0.0;
        for i in k..m {
            v[i] = r[(i, k)];
            if i == k {
                v[i] -= alpha;
            }
            square += v[i] * v[i];
        }
        for j in k..n {
            let mut dot = 0.0;
            for i in k..m {
                dot += v[i] * r[(i, j)];
            }
            let factor = 2.0 * dot / square;
            for i in k..m {
                r[(i, j)] -= factor * v[i];
            }
        }
    }
    r
}

#[differentiable]
fn cholesky_of_matrix(a: &DMatrix<f64>) -> DMatrix<f64> {
    let n = a.nrows();
    let mut l = DMatrix::zeros(n, n);
    for i in 0..n {
        for j in 0..=i {
            let mut sum = a[(i, j)];
            for k in 0..j {
                sum -= l[(i, k)] * l[(j, k)];
            }
            if i == j {
                l[(i, j)] = sum.sqrt();
            } else {
                l[(i, j)] = sum / l[(j, j)];
            }
        }
    }
    l
}

#[differentiable]
fn cholesky_in_place(a: &mut [f64], n: usize) {
    for j in 0..n {
        for k in 0..j {
            let l = a[j * n + k];
            a[j * n + j] -= l * l;
        }
        a[j * n + j] = a[j * n + j].sqrt();
        for i in j + 1..n {
            for k in 0..j {
                a[i * n + j] -= a[i * n + k] * a[j * n + k];
            }
            a[i * n + j] /= a[j * n + j];
        }
    }
}

#[differentiable]
fn log_determinant(a: &DMatrix<f64>) -> f64 {
    let l = cholesky_of_matrix(a);
    let mut s = 0.0;
    for i in 0..l.nrows() {
        s += l[(i, i)].ln();
    }
    2.0 * s
}

#[differentiable]
fn forward_substitution(l: &[f64], b: &[f64]) -> Vec<f64> {
    let n = b.len();
    let mut x = vec![0.0; n];
    for i in 0..n {
        let mut sum = b[i];
        for j in 0..i {
            sum -= l[i * n + j] * x[j];
        }
        x[i] = sum / l[i * n + i];
    }
    x
}

#[differentiable]
fn back_substitution_in_place(u: &DMatrix<f64>, x: &mut DVector<f64>) {
    for i in (0..x.len()).rev() {
        for j in i + 1..x.len() {
            x[i] -= u[(i, j)] * x[j];
        }
        x[i] /= u[(i, i)];
    }
}

/// Gaussian elimination with partial pivoting.
#[differentiable]
fn solve(a: &[f64], b: &[f64]) -> Vec<f64> {
    let n = b.len();
    let mut m = a.to_vec();
    let mut x = b.to_vec();
    for k in 0..n {
        let mut pivot = k;
        for i in k + 1..n {
            if m[i * n + k].abs() > m[pivot * n + k].abs() {
                pivot = i;
            }
        }
        if pivot != k {
            for j in 0..n {
                m.swap(k * n + j, pivot * n + j);
            }
            x.swap(k, pivot);
        }
        for i in k + 1..n {
            let factor = m[i * n + k] / m[k * n + k];
            for j in k..n {
                m[i * n + j] -= factor * m[k * n + j];
            }
            x[i] -= factor * x[k];
        }
    }
    for i in (0..n).rev() {
        for j in i + 1..n {
            x[i] -= m[i * n + j] * x[j];
        }
        x[i] /= m[i * n + i];
    }
    x
}

#[differentiable]
fn determinant(a: &DMatrix<f64>) -> f64 {
    let n = a.nrows();
    let mut m = a.clone();
    let mut det = 1.0;
    for k in 0..n {
        let mut p = k;
        for i in k + 1..n {
            if m[(i, k)].abs() > m[(p, k)].abs() {
                p = i;
            }
        }
        if p != k {
            for j in 0..n {
                let t = m[(k, j)];
                m[(k, j)] = m[(p, j)];
                m[(p, j)] = t;
            }
            det = -det;
        }
        if m[(k, k)] == 0.0 {
            return 0.0;
        }
        det *= m[(k, k)];
        for i in k + 1..n {
            let f = m[(i, k)] / m[(k, k)];
            for j in k + 1..n {
                let above = m[(k, j)];
                m[(i, j)] -= f * above;
            }
        }
    }
    det
}

#[differentiable]
fn determinant_by_cofactors(a: &[f64], n: usize) -> f64 {
    if n == 1 {
        return a[0];
    }
    let mut det = 0.0;
    let mut sign = 1.0;
    for column in 0..n {
        let mut minor = Vec::with_capacity((n - 1) * (n - 1));
        for i in 1..n {
            for j in 0..n {
                if j != column {
                    minor.push(a[i * n + j]);
                }
            }
        }
        det += sign * a[column] * determinant_by_cofactors(&minor, n - 1);
        sign = -sign;
    }
    det
}

#[differentiable]
fn thomas(lower: &[f64], diagonal: &[f64], upper: &[f64], right: &[f64]) -> Vec<f64> {
    let n = diagonal.len();
    let mut c = vec![0.0; n];
    let mut d = vec![0.0; n];
    c[0] = upper[0] / diagonal[0];
    d[0] = right[0] / diagonal[0];
    for i in 1..n {
        let m = diagonal[i] - lower[i - 1] * c[i - 1];
        if i < n - 1 {
            c[i] = upper[i] / m;
        }
        d[i] = (right[i] - lower[i - 1] * d[i - 1]) / m;
    }
    for i in (0..n - 1).rev() {
        d[i] = d[i] - c[i] * d[i + 1];
    }
    d
}

#[differentiable]
fn conjugate_gradients(a: &DMatrix<f64>, b: &DVector<f64>, steps: usize) -> DVector<f64> {
    let mut x = DVector::zeros(b.len());
    let mut r = b.clone();
    let mut p = r.clone();
    let mut rr = r.dot(&r);
    for _ in 0..steps {
        if rr < 1e-28 {
            break;
        }
        let ap = a * &p;
        let alpha = rr / p.dot(&ap);
        x += &p * alpha;
        r -= ap * alpha;
        let next = r.dot(&r);
        p = &r + &p * (next / rr);
        rr = next;
    }
    x
}

#[differentiable]
fn gauss_seidel(a: &[f64], b: &[f64], sweeps: usize) -> Vec<f64> {
    let n = b.len();
    let mut x = vec![0.0; n];
    for _ in 0..sweeps {
        for i in 0..n {
            let mut s = b[i];
            for j in 0..n {
                if j != i {
                    s -= a[i * n + j] * x[j];
                }
            }
            x[i] = s / a[i * n + i];
        }
    }
    x
}

#[differentiable]
fn inverse_by_newton(a: &DMatrix<f64>, steps: usize) -> DMatrix<f64> {
    let n = a.nrows();
    let mut x = a.transpose() / a.norm_squared();
    let two = DMatrix::identity(n, n) * 2.0;
    for _ in 0..steps {
        x = &x * (&two - a * &x);
    }
    x
}

#[differentiable]
fn symmetric_2x2_eigenvalues(a: f64, b: f64, c: f64) -> (f64, f64) {
    let mean = (a + c) / 2.0;
    let radius = ((a - c) / 2.0).hypot(b);
    (mean - radius, mean + radius)
}

/// The discrete Fourier transform, real and imaginary parts apart, radix 2 by recursion.
#[differentiable]
fn fourier(re: &mut [f64], im: &mut [f64]) {
    let n = re.len();
    if n == 1 {
        return;
    }
    let h = n / 2;
    let mut even = (vec![0.0; h], vec![0.0; h]);
    let mut odd = (vec![0.0; h], vec![0.0; h]);
    for k in 0..h {
        even.0[k] = re[2 * k];
        even.1[k] = im[2 * k];
        odd.0[k] = re[2 * k + 1];
        odd.1[k] = im[2 * k + 1];
    }
    fourier(&mut even.0, &mut even.1);
    fourier(&mut odd.0, &mut odd.1);
    for k in 0..h {
        let angle = -2.0 * std::f64::consts::PI * k as f64 / n as f64;
        let (s, c) = angle.sin_cos();
        let tr = c * odd.0[k] - s * odd.1[k];
        let ti = s * odd.0[k] + c * odd.1[k];
        re[k] = even.0[k] + tr;
        im[k] = even.1[k] + ti;
        re[k + h] = even.0[k] - tr;
        im[k + h] = even.1[k] - ti;
    }
}

#[differentiable]
fn fourier_power(x: &[f64]) -> Vec<f64> {
    let mut re = x.to_vec();
    let mut im = vec![0.0; x.len()];
    fourier(&mut re, &mut im);
    let mut p = vec![0.0; x.len()];
    for k in 0..x.len() {
        p[k] = re[k] * re[k] + im[k] * im[k];
    }
    p
}

const A: [f64; 9] = [1.9, 0.3, -0.2, 0.3, 1.4, 0.4, -0.2, 0.4, 1.1];
const B: [f64; 3] = [0.7, -1.2, 0.4];

fn a() -> DMatrix<f64> {
    DMatrix::from_row_slice(3, 3, &A)
}

fn b() -> DVector<f64> {
    DVector::from_column_slice(&B)
}

#[test]
fn products() {
    check_unit!(multiply(&A[..4], &A[4..8], &mut vec![0.1, 0.2, 0.3, 0.4], const 2));
    for e in [0, 1, 5] {
        check!(matrix_power(&A[..4], const 2, const e));
        check!(matrix_power_by_squaring(&a(), const e));
    }
    check_scalar!(power_iteration(&a(), const 6));
}

#[test]
fn orthogonalisation() {
    let m = DMatrix::from_row_slice(4, 2, &[0.7, -1.2, 0.4, 1.3, 0.5, -0.8, 0.2, 0.9]);
    check!(gram_schmidt(&m));
    check!(gram_schmidt_of_vectors(&[b(), DVector::from_vec(vec![0.2, 0.9, -0.3])][..]));
    check!(householder(&b(), &DVector::from_vec(vec![0.2, 0.9, -0.3])));
    check!(householder_qr(&m));
    check!(householder_qr(&a()));
}

#[test]
fn factorisations() {
    check!(cholesky_of_matrix(&a()));
    check_unit!(cholesky_in_place(&mut A.to_vec(), const 3));
    check_scalar!(log_determinant(&a()));
    check_scalar!(determinant(&a()));
    check_scalar!(determinant(&DMatrix::from_row_slice(3, 3, &[0.1, 0.3, -0.2, 0.9, 1.4, 0.4, -0.2, 1.9, 1.1])));
    check_scalar!(determinant_by_cofactors(&A[..], const 3));
    check!(symmetric_2x2_eigenvalues(0.7, 0.4, 1.3));
}

#[test]
fn systems() {
    check!(forward_substitution(&A[..], &B[..]));
    check_unit!(back_substitution_in_place(&a(), &mut b()));
    check!(solve(&A[..], &B[..]));
    check!(solve(&[0.1, 0.3, -0.2, 0.9, 1.4, 0.4, -0.2, 1.9, 1.1][..], &B[..]));
    check!(thomas(&[0.3, -0.2, 0.4][..], &[1.9, 2.4, 2.1, 1.8][..], &[0.5, 0.6, -0.3][..], &[0.7, -1.2, 0.4, 1.3][..]));
    check!(conjugate_gradients(&a(), &b(), const 2));
    check!(gauss_seidel(&A[..], &B[..], const 4));
    check!(inverse_by_newton(&a(), const 5));
}

#[test]
fn transforms() {
    let x = [0.7, -1.2, 0.4, 1.3];
    check_unit!(fourier(&mut x.to_vec(), &mut vec![0.5, -0.8, 0.2, 0.9]));
    check!(fourier_power(&x[..]));
}
