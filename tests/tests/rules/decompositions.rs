//! nalgebra: inverses, solves, decompositions.
use autodiff_core::differentiable;
use autodiff_tests::{check, check_scalar};
use nalgebra::{
    Cholesky, DMatrix, DVector, Dyn, FullPivLU, LU, Matrix2, Matrix2x4, Matrix3, Matrix4, Matrix4x2, QR, SMatrix,
    Vector3, Vector4,
};

fn m3() -> Matrix3<f64> {
    Matrix3::new(2.1, -0.4, 0.3, 0.7, 1.9, -0.6, -0.2, 0.5, 1.4)
}

/// Positive definite, and not symmetric: one triangle is read only.
fn p3() -> Matrix3<f64> {
    Matrix3::new(2.1, 9.0, 8.0, 0.7, 1.9, 7.0, -0.2, 0.5, 1.4)
}

fn m5() -> DMatrix<f64> {
    DMatrix::from_fn(5, 5, |i, j| if i == j { 2.0 + i as f64 } else { ((3 * i + 5 * j) as f64).sin() })
}

fn p5() -> DMatrix<f64> {
    m5() * m5().transpose()
}

fn b3() -> Vector3<f64> {
    Vector3::new(0.7, -1.2, 0.4)
}

fn b5() -> DVector<f64> {
    DVector::from_column_slice(&[0.7, -1.2, 0.4, 1.3, 0.5])
}

fn b52() -> DMatrix<f64> {
    DMatrix::from_fn(5, 2, |i, j| (1.0 + i as f64 + 2.5 * j as f64).cos())
}

// ---- inverses -----------------------------------------------------------------------------------------------------

#[differentiable]
fn inverse<const N: usize>(m: SMatrix<f64, N, N>) -> Option<SMatrix<f64, N, N>> {
    m.try_inverse()
}

#[differentiable]
fn inverse_of_any(m: &DMatrix<f64>) -> Option<DMatrix<f64>> {
    let inverse = m.clone().try_inverse()?;
    Some(inverse * 2.0)
}

#[differentiable]
fn inverse_in_single_precision(m: &Matrix2<f32>) -> f32 {
    m.try_inverse().unwrap().sum()
}

#[differentiable]
fn inverse_of_an_expression(m: &Matrix3<f64>, b: &Vector3<f64>) -> Vector3<f64> {
    (m * m + Matrix3::identity()).try_inverse().expect("regular") * b
}

#[differentiable]
fn inverse_or_identity(m: &Matrix3<f64>) -> Matrix3<f64> {
    if let Some(inverse) = m.try_inverse() { inverse * m[(0, 0)] } else { m * 2.0 }
}

#[differentiable]
fn inverse_or(m: &Matrix3<f64>, other: &Matrix3<f64>) -> Matrix3<f64> {
    m.try_inverse().unwrap_or(*other)
}

#[test]
fn inverses() {
    check!(inverse(m3()));
    check!(inverse(Matrix4::from_fn(|i, j| if i == j { 2.0 } else { (i as f64 - 0.3 * j as f64).sin() })));
    check!(inverse_of_any(&m5()));
    check_scalar!(inverse_in_single_precision(&Matrix2::new(1.5_f32, 0.5, -0.25, 2.0)));
    check!(inverse_of_an_expression(&m3(), &b3()));
    check!(inverse_or_identity(&m3()));
    check!(inverse_or(&m3(), &p3()));
}

#[test]
fn where_there_is_no_inverse() {
    let singular = Matrix3::new(1.0, 2.0, 3.0, 2.0, 4.0, 6.0, 0.0, 1.0, 1.0);
    assert_eq!(inverse::vjp(singular, None), (None, Matrix3::zeros()));
    assert_eq!(inverse::jvp(singular, m3()), (None, None));
    assert_eq!(inverse_or_identity::vjp(&singular, m3()), (singular * 2.0, m3() * 2.0));
    assert_eq!(inverse_or::vjp(&singular, &p3(), m3()), (p3(), (Matrix3::zeros(), m3())));
    assert_eq!(solve_by_lu::vjp(singular, &b3(), None), (None, (Matrix3::zeros(), Vector3::zeros())));
    assert_eq!(solve_by_lu::jvp(singular, &b3(), m3(), &b3()), (None, None));
}

// ---- LU -----------------------------------------------------------------------------------------------------------

#[differentiable]
fn solve_by_lu(m: Matrix3<f64>, b: &Vector3<f64>) -> Option<Vector3<f64>> {
    m.lu().solve(b)
}

#[differentiable]
fn solve_many(m: &DMatrix<f64>, b: &DMatrix<f64>) -> DMatrix<f64> {
    m.clone().lu().solve(b).unwrap()
}

#[differentiable]
fn all_of_lu(m: &DMatrix<f64>, b: &DVector<f64>) -> Option<f64> {
    let lu = LU::new(m.clone());
    let x = lu.solve(b)?;
    let y = lu.solve(&x)?;
    Some(y.dot(b) + lu.determinant() + lu.try_inverse()?.norm())
}

#[differentiable]
fn full_pivots(m: &DMatrix<f64>, b: &DVector<f64>) -> Option<f64> {
    let lu = m.clone().full_piv_lu();
    let x = lu.solve(b)?;
    Some(x.dot(b) + lu.determinant() + lu.try_inverse()?.norm() + FullPivLU::new(m.clone()).determinant())
}

#[differentiable]
fn determinants(m: &Matrix4<f64>) -> (f64, f64) {
    (m.lu().determinant(), m.full_piv_lu().determinant())
}

fn solve_with(lu: &LU<f64, Dyn, Dyn>, b: &DVector<f64>) -> DVector<f64> {
    lu.solve(b).unwrap()
}

mod handed_on {
    use super::{DMatrix, DVector, Dyn, LU, differentiable};

    #[differentiable]
    fn solved(lu: &LU<f64, Dyn, Dyn>, b: &DVector<f64>) -> DVector<f64> {
        lu.solve(b).unwrap()
    }

    #[differentiable]
    pub(super) fn twice(m: &DMatrix<f64>, b: &DVector<f64>, steps: usize) -> DVector<f64> {
        let lu = m.clone().lu();
        let mut x = b.clone();
        for _ in 0..steps {
            x = solved(&lu, &x) + b;
        }
        x
    }
}

#[test]
fn lu() {
    check!(solve_by_lu(m3(), &b3()));
    check!(solve_many(&m5(), &b52()));
    check!(all_of_lu(&m5(), &b5()));
    check!(full_pivots(&m5(), &b5()));
    check!(handed_on::twice(&m5(), &b5(), const 3));
    assert_eq!(
        solve_with(&m5().lu(), &b5()),
        handed_on::twice(&m5(), &DVector::zeros(5), 1) + solve_with(&m5().lu(), &b5())
    );
}

#[test]
fn determinants_of_singular_matrices() {
    let m = Matrix4::from_fn(|i, j| (i as f64 + 1.0) * (j as f64 - 1.5) + if i == j && i > 0 { 1.5 } else { 0.0 });
    check!(determinants(&m));
    let singular = Matrix4::from_fn(|i, j| if i == 3 { m[(0, j)] } else { m[(i, j)] });
    check!(determinants(&singular));
}

// ---- Cholesky -----------------------------------------------------------------------------------------------------

#[differentiable]
fn factor(m: Matrix3<f64>) -> Option<Matrix3<f64>> {
    Some(m.cholesky()?.l())
}

#[differentiable]
fn unpacked(m: &DMatrix<f64>) -> DMatrix<f64> {
    m.clone().cholesky().unwrap().unpack()
}

#[differentiable]
fn all_of_cholesky(m: &Matrix3<f64>, b: &Vector3<f64>) -> f64 {
    let Some(chol) = m.cholesky() else { return f64::NEG_INFINITY };
    let x = chol.solve(b);
    let half = chol.l().solve_lower_triangular(b).unwrap();
    x.norm() + half.norm_squared() + chol.ln_determinant() + chol.determinant() + chol.inverse().norm()
}

#[differentiable]
fn cholesky_by_match(m: &DMatrix<f64>, b: &DMatrix<f64>) -> DMatrix<f64> {
    match Cholesky::new(m.clone()) {
        Some(chol) => chol.solve(b),
        None => b * 3.0,
    }
}

#[differentiable]
fn decomposed(m: Matrix3<f64>) -> Option<Cholesky<f64, nalgebra::Const<3>>> {
    m.cholesky()
}

#[differentiable]
fn through_a_function(m: Matrix3<f64>, b: &Vector3<f64>) -> Option<Vector3<f64>> {
    let chol = decomposed(m * 2.0)?;
    Some(chol.solve(b))
}

#[test]
fn cholesky() {
    check!(factor(p3()));
    check!(unpacked(&p5()));
    check_scalar!(all_of_cholesky(&p3(), &b3()));
    check!(cholesky_by_match(&p5(), &b52()));
    check!(cholesky_by_match(&-p5(), &b52()));
    check!(through_a_function(p3(), &b3()));
    assert_eq!(
        all_of_cholesky::value_and_grad(&-p3(), &b3()),
        (f64::NEG_INFINITY, (Matrix3::zeros(), Vector3::zeros()))
    );
}

// ---- QR -----------------------------------------------------------------------------------------------------------

#[differentiable]
fn q_and_r(m: DMatrix<f64>) -> (DMatrix<f64>, DMatrix<f64>) {
    let qr = m.qr();
    (qr.q(), qr.r())
}

#[differentiable]
fn unpacked_qr(m: &Matrix4x2<f64>) -> Matrix4x2<f64> {
    let (q, r) = m.qr().unpack();
    q * (r * 2.0 + Matrix2::identity())
}

#[differentiable]
fn least_squares(a: &Matrix4x2<f64>, b: &Vector4<f64>) -> Option<nalgebra::Vector2<f64>> {
    let qr = QR::new(*a);
    qr.r().solve_upper_triangular(&(qr.q().transpose() * b))
}

#[differentiable]
fn solve_by_qr(m: Matrix3<f64>, b: &Vector3<f64>) -> Option<Vector3<f64>> {
    let qr = m.qr();
    Some(qr.solve(b)? + qr.try_inverse()? * b)
}

#[differentiable]
fn wide(m: &Matrix2x4<f64>) -> f64 {
    m.qr().r().norm()
}

fn tall() -> Matrix4x2<f64> {
    Matrix4x2::new(0.7, -1.2, 0.4, 1.3, 0.5, -0.8, 0.2, 0.9)
}

#[test]
fn qr() {
    check!(q_and_r(m5()));
    check!(q_and_r(DMatrix::from_fn(5, 3, |i, j| ((i + 2) as f64 * (j as f64 + 0.7)).sin())));
    check!(unpacked_qr(&tall()));
    check!(least_squares(&tall(), &Vector4::new(0.3, 0.5, -0.2, 1.1)));
    check!(solve_by_qr(m3(), &b3()));
}

#[test]
#[should_panic(expected = "at least as many rows as columns")]
fn wide_matrices_have_no_derivative_of_their_factors() {
    wide::grad(&tall().transpose());
}

// ---- triangles ----------------------------------------------------------------------------------------------------

#[differentiable]
fn triangles(m: &Matrix3<f64>, b: &Vector3<f64>) -> Option<Vector3<f64>> {
    let down = m.solve_lower_triangular(b)? + m.solve_upper_triangular(b)?;
    let up = m.tr_solve_lower_triangular(&down)? + m.tr_solve_upper_triangular(b)?;
    Some(up + m.ad_solve_lower_triangular(b)? + m.ad_solve_upper_triangular(b)?)
}

#[differentiable]
fn unchecked_triangles(m: &DMatrix<f64>, b: &DMatrix<f64>) -> DMatrix<f64> {
    let down = m.solve_lower_triangular_unchecked(b) + m.solve_upper_triangular_unchecked(b);
    m.tr_solve_lower_triangular_unchecked(&down) + m.tr_solve_upper_triangular_unchecked(b)
}

#[differentiable]
fn solve_for_a_view(m: &DMatrix<f64>, b: &DMatrix<f64>) -> Option<DVector<f64>> {
    m.solve_lower_triangular(&b.column(1).clone_owned())
}

#[test]
fn triangular_solves() {
    check!(triangles(&m3(), &b3()));
    check!(unchecked_triangles(&m5(), &b52()));
    check!(solve_for_a_view(&m5(), &b52()));
}

// ---- eigenvalues and singular values ------------------------------------------------------------------------------

#[differentiable]
fn eigen(m: Matrix3<f64>) -> (Matrix3<f64>, Vector3<f64>) {
    let eigen = m.symmetric_eigen();
    (eigen.eigenvectors, eigen.eigenvalues)
}

#[differentiable]
fn square_root(m: &DMatrix<f64>) -> DMatrix<f64> {
    let eigen = m.clone().symmetric_eigen();
    let roots = eigen.eigenvalues.map(|x| x.sqrt());
    &eigen.eigenvectors * DMatrix::from_diagonal(&roots) * eigen.eigenvectors.transpose()
}

#[differentiable]
fn eigenvalues(m: &DMatrix<f64>) -> DVector<f64> {
    m.symmetric_eigenvalues()
}

#[differentiable]
fn singular(m: &DMatrix<f64>) -> DVector<f64> {
    m.singular_values()
}

#[differentiable]
fn nuclear_norm(m: Matrix4x2<f64>) -> f64 {
    m.singular_values().sum()
}

#[differentiable]
fn exponential_of_the_trace(m: &Matrix3<f64>) -> f64 {
    let eigen = m.symmetric_eigen();
    eigen.eigenvalues[0] + eigen.eigenvalues[1] + eigen.eigenvalues[2]
}

#[test]
fn eigenvalues_and_singular_values() {
    check!(eigen(p3()));
    check!(square_root(&p5()));
    check!(eigenvalues(&p5()));
    check!(singular(&m5()));
    check!(singular(&b52()));
    check!(singular(&b52().transpose()));
    check_scalar!(nuclear_norm(tall()));
    // at a tie what does not depend on the choice of the eigenvectors has its derivative
    assert_eq!(exponential_of_the_trace::grad(&Matrix3::identity()), Matrix3::identity());
}

// ---- the singular value decomposition -----------------------------------------------------------------------------

#[differentiable]
fn factors(m: &DMatrix<f64>) -> (DMatrix<f64>, DMatrix<f64>, DVector<f64>) {
    let svd = m.clone().svd(true, true);
    (svd.u.unwrap(), svd.v_t.unwrap(), svd.singular_values)
}

#[differentiable]
fn one_side(m: Matrix4x2<f64>) -> f64 {
    let svd = m.svd(true, false);
    svd.u.unwrap()[(2, 1)] + svd.singular_values[0]
}

/// The rotation nearest to a matrix.
#[differentiable]
fn nearest_rotation(m: Matrix3<f64>) -> Matrix3<f64> {
    let svd = m.svd(true, true);
    svd.u.unwrap() * svd.v_t.unwrap()
}

#[differentiable]
fn pseudo_inverse(m: &DMatrix<f64>) -> DMatrix<f64> {
    m.clone().pseudo_inverse(1e-9).unwrap()
}

#[differentiable]
fn pseudo_inverse_of_fixed_size(m: Matrix4x2<f64>, b: &Vector4<f64>) -> Option<nalgebra::Vector2<f64>> {
    let inverse = m.pseudo_inverse(1e-9).ok()?;
    Some(inverse * b)
}

#[test]
fn singular_value_decomposition() {
    check!(factors(&m5()));
    check!(factors(&b52()));
    check!(factors(&b52().transpose()));
    check_scalar!(one_side(tall()));
    check!(nearest_rotation(m3()));
    check!(pseudo_inverse(&m5()));
    check!(pseudo_inverse(&b52()));
    check!(pseudo_inverse(&b52().transpose()));
    check!(pseudo_inverse_of_fixed_size(tall(), &Vector4::new(0.3, 0.5, -0.2, 1.1)));
}

// ---- pivots and bases ---------------------------------------------------------------------------------------------

#[differentiable]
fn solved_by_lu(m: &Matrix3<f64>, b: &Vector3<f64>) -> Option<Vector3<f64>> {
    m.lu().solve(b)
}

#[differentiable]
fn solved_by_full_pivoting(m: &Matrix3<f64>, b: &Vector3<f64>) -> Option<Vector3<f64>> {
    m.full_piv_lu().solve(b)
}

#[differentiable]
fn determinants_by_lu(m: &Matrix3<f64>) -> (f64, f64) {
    (m.lu().determinant(), m.full_piv_lu().determinant())
}

/// A permutation that is its own inverse does not tell which of the two is meant: these move three rows (and columns) in a circle.
#[test]
fn pivots_in_a_circle() {
    check!(solved_by_lu(&Matrix3::new(0.2, 2.1, 0.3, 0.3, -0.1, 1.7, 1.9, 0.4, -0.2), &b3()));
    check!(solved_by_full_pivoting(&Matrix3::new(3.0, 0.2, 0.3, 0.4, 1.7, -0.5, 0.1, -0.3, 5.0), &b3()));
    // singular to the last digit, so that the cofactors are those of the matrix put together again
    check!(determinants_by_lu(&Matrix3::new(2.0, 4.0, 0.0, 2.0, 2.0, 0.5, 4.0, 0.0, 2.0)));
    check!(determinants_by_lu(&Matrix3::new(4.0, 1.0, 0.0, 2.5, 1.5, 2.0, 2.0, 4.0, 8.0)));
}

#[differentiable]
fn determinant(m: &Matrix4<f64>) -> f64 {
    m.determinant()
}

/// The signs of both bases count: a column, or a row, with another sign turns one of them round. Singular to the last digit.
#[test]
fn singular_matrices_of_either_orientation() {
    let lower = Matrix4::new(1.0, 0.0, 0.0, 0.0, 0.5, 1.0, 0.0, 0.0, 0.25, 0.5, 1.0, 0.0, 0.5, 0.25, 0.5, 1.0);
    let upper = Matrix4::new(4.0, 1.0, 2.0, 3.0, 0.0, 2.0, 1.0, 1.0, 0.0, 0.0, 2.0, 1.0, 0.0, 0.0, 0.0, 0.0);
    let m = lower * upper;
    for k in 0..4 {
        let (mut by_column, mut by_row) = (m, m);
        by_column.column_mut(k).neg_mut();
        by_row.row_mut(k).neg_mut();
        check_scalar!(determinant(&by_column));
        check_scalar!(determinant(&by_row));
    }
}

#[differentiable]
fn factor_of(a: &Cholesky<f64, nalgebra::Const<3>>) -> Matrix3<f64> {
    a.l()
}

/// The tangent of a decomposition that comes from elsewhere need not be symmetric: its symmetric part counts, in both modes.
#[test]
fn a_decomposition_takes_any_tangent() {
    let a = p3().cholesky().expect("positive definite");
    let (u, v) = (m3(), Matrix3::new(0.5, 0.0, 0.0, -0.7, 1.1, 0.0, 0.3, 0.9, -0.6));
    let (_, dot) = factor_of::jvp(&a, &u);
    let (_, bar) = factor_of::vjp(&a, v);
    autodiff_tests::assert_close(dot.dot(&v), bar.dot(&u), 1e-12);
    let (_, of_symmetric) = factor_of::jvp(&a, &((u + u.transpose()) * 0.5));
    autodiff_tests::assert_all_close(&dot, &of_symmetric, 1e-12);
}
