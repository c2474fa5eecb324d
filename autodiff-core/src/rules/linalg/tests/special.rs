//! Rows with other operands than matrices, and what happens at kinks, ties and singular matrices.
use nalgebra::{DMatrix, DVector, Matrix2, Matrix2x3, Matrix3, Matrix4, SMatrix, Vector3};

use super::check::random;
use crate::rules;

pub(super) const TESTED: &[&str] = &["abs", "repeat", "from_vec", "from_slice", "from_row_slice"];

#[test]
fn abs() {
    let (a, d) = (Matrix2x3::new(1.0, -2.0, 0.0, -4.0, 5.0, -0.0), Matrix2x3::new(1.0, 2.0, 3.0, 4.0, 5.0, 6.0));
    let expected = Matrix2x3::new(1.0, -2.0, 0.0, -4.0, 5.0, 0.0);
    assert_eq!(rules::abs::pull_0(&a, &d), expected);
    assert_eq!(rules::abs::push_0(&a.view((0, 0), (2, 3)), &DMatrix::from_column_slice(2, 3, d.as_slice())), expected);
}

#[test]
fn repeat() {
    assert_eq!(rules::repeat::pull_0(&1.0, &Matrix2x3::new(1.0, 2.0, 3.0, 4.0, 5.0, 6.0)), 21.0);
    assert_eq!(rules::repeat::pull_0(&1.0, &DVector::<f64>::zeros(0)), 0.0);
}

#[test]
fn from_vec() {
    let d = DMatrix::from_vec(2, 3, vec![1.0, 2.0, 3.0, 4.0, 5.0, 6.0]);
    assert_eq!(rules::from_vec::pull_0(&d), [1.0, 2.0, 3.0, 4.0, 5.0, 6.0]);
    assert_eq!(rules::from_vec::pull_0(&Vector3::new(1_f32, 2.0, 3.0)), [1.0, 2.0, 3.0]);
}

#[test]
fn from_slice() {
    let d = DMatrix::from_column_slice(2, 2, &[1.0, 2.0, 3.0, 4.0]);
    assert_eq!(rules::from_slice::pull_0(&[0.0; 4][..], &d), [1.0, 2.0, 3.0, 4.0]);
    assert_eq!(rules::from_slice::pull_0(&&vec![0.0; 4], &d), [1.0, 2.0, 3.0, 4.0]);
    assert_eq!(rules::from_slice::pull_0(&rules::shape(&[0.0; 4]), &d), [1.0, 2.0, 3.0, 4.0]);
    assert_eq!(rules::from_slice::pull_0(&[0.0; 5], &Matrix2::new(1.0, 3.0, 2.0, 4.0)), [1.0, 2.0, 3.0, 4.0, 0.0]);
}

#[test]
fn from_row_slice() {
    let d = Matrix2x3::new(1.0, 2.0, 3.0, 4.0, 5.0, 6.0);
    assert_eq!(rules::from_row_slice::pull_0(&[0.0; 6][..], &d), [1.0, 2.0, 3.0, 4.0, 5.0, 6.0]);
    let d = DMatrix::from_row_slice(3, 2, &[1_f32, 2.0, 3.0, 4.0, 5.0, 6.0]);
    assert_eq!(rules::from_row_slice::pull_0(&[0_f32; 6], &d), [1.0, 2.0, 3.0, 4.0, 5.0, 6.0]);
    assert_eq!(rules::from_row_slice::pull_0(&[0.0; 0], &DMatrix::<f64>::zeros(3, 0)), [0.0; 0]);
}

#[test]
fn references_are_values() {
    let (a, b) = (Vector3::new(1.0, 2.0, 3.0), Vector3::new(4.0, 5.0, 6.0));
    assert_eq!(rules::dot::pull_0(&&&a, &&b, &2.0), b * 2.0);
    assert_eq!(rules::mul::pull_0(&&a, &2.0, &b), b * 2.0);
    let (factor, single) = (2.0, DVector::<f32>::from_element(2, 3.0));
    let product = factor * &single; // the primal tells the type of `factor` before the rule is called
    assert_eq!(rules::mul::pull_0(&factor, &single, &product), 36.0);
}

/// nalgebra's `gemv` is out of bounds for a stride between rows, which debug builds notice: ours must not come to call it,
/// above all where 6 is the first size that runs on `gemm`.
#[test]
fn products_of_views_with_row_strides() {
    for n in [3, 5, 6, 9] {
        let (a, b) = (random(&DMatrix::<f64>::zeros(2 * n, n), 1), random(&DMatrix::<f64>::zeros(2 * n, n), 2));
        let (s, t) = (a.rows_with_step(0, n, 1), b.rows_with_step(1, n, 1));
        let (a, b) = (s.clone_owned(), t.clone_owned());
        let same = |x: DMatrix<f64>, y: DMatrix<f64>| assert!((x - y).amax() < 1e-13);
        same(rules::mul::pull_0(&s, &t, &a), &a * b.transpose());
        same(rules::mul::pull_1(&s, &t, &b), a.transpose() * &b);
        same(rules::mul::push_0(&s, &t, &s), &a * &b);
        same(rules::tr_mul::pull_0(&t, &a), &b * a.transpose());
        same(rules::tr_mul::pull_1(&s, &b), &a * &b);
        same(rules::tr_mul::push_0(&t, &s), a.transpose() * &b);
    }
}

#[test]
fn norm_has_no_slope_at_zero() {
    let zero = DVector::<f64>::zeros(3);
    assert_eq!(rules::norm::pull_0(&zero, &0.0, &1.0), zero);
    assert_eq!(rules::norm::push_0(&zero, &0.0, &DVector::from_element(3, 1.0)), 0.0);
}

#[test]
fn infinite_partials_are_masked() {
    let (zero, y, d) = (Vector3::zeros(), Vector3::new(f64::INFINITY, 1.0, f64::NAN), Vector3::zeros());
    assert_eq!(rules::div::pull_0(&0.0, &d), d);
    assert_eq!(rules::div::pull_1(&0.0, &y, &d), 0.0);
    assert_eq!(rules::div::push_1(&0.0, &y, &0.0), d);
    assert_eq!(rules::component_div::pull_0(&zero, &d), d);
    assert_eq!(rules::component_div::pull_1(&zero, &y, &d), d);
    assert_eq!(rules::normalize::pull_0(&zero, &y, &d), d);
    assert_eq!(rules::norm::pull_0(&y, &f64::INFINITY, &0.0), d);
    assert_eq!(rules::norm::push_0(&y, &f64::INFINITY, &d), 0.0);
    assert_eq!(rules::abs::pull_0(&zero, &y).x, 0.0);
}

#[test]
fn ties_share() {
    let a = DVector::from_vec(vec![3.0, 1.0, 3.0, 1.0]);
    let t = DVector::from_vec(vec![1.0, 2.0, 5.0, 10.0]);
    assert_eq!(rules::max_element::pull_0(&a, &3.0, &1.0), DVector::from_vec(vec![0.5, 0.0, 0.5, 0.0]));
    assert_eq!(rules::min_element::pull_0(&a, &1.0, &1.0), DVector::from_vec(vec![0.0, 0.5, 0.0, 0.5]));
    assert_eq!(rules::max_element::push_0(&a, &3.0, &t), 3.0);
    assert_eq!(rules::min_element::push_0(&a, &1.0, &t), 6.0);
    let none = DVector::<f64>::zeros(0);
    assert_eq!(rules::max_element::pull_0(&none, &none.max(), &1.0), none);
    assert_eq!(rules::max_element::push_0(&none, &none.max(), &none), 0.0);
}

/// Cofactors by their definition, with signed determinants of minors.
fn minors(a: &DMatrix<f64>) -> DMatrix<f64> {
    DMatrix::from_fn(a.nrows(), a.ncols(), |i, j| {
        let sign = if (i + j) % 2 == 0 { 1.0 } else { -1.0 };
        sign * a.clone().remove_row(i).remove_column(j).determinant()
    })
}

#[test]
fn cofactors_of_singular_matrices() {
    for n in [2, 3, 4, 5, 6] {
        for lost in 0..=n {
            for perturbation in [0.0, 1e-9, 1e-13, 1e-16] {
                let a = random(&DMatrix::<f64>::zeros(n, n - lost), 3) * random(&DMatrix::<f64>::zeros(n - lost, n), 4);
                let a = a + random(&DMatrix::zeros(n, n), 5) * perturbation;
                let (expected, got) = (minors(&a), rules::determinant::pull_0(&a, &a.determinant(), &1.0));
                let scale = a.amax().powi(n as i32 - 1).max(expected.amax());
                let off = (&got - &expected).amax();
                assert!(off <= 1e-12 * scale, "{n}, {lost}, {perturbation}: {got} {expected}");
            }
        }
    }
    let a = Matrix4::new(1.0, 2.0, 3.0, 4.0, 0.0, 1.0, 1.0, 1.0, 1.0, 3.0, 4.0, 5.0, 2.0, 0.0, 1.0, 7.0);
    let expected = minors(&DMatrix::from_column_slice(4, 4, a.as_slice()));
    let got = rules::determinant::pull_0(&a, &a.determinant(), &1.0);
    assert!((got - SMatrix::<f64, 4, 4>::from_column_slice(expected.as_slice())).amax() < 1e-12);
    assert_eq!(rules::determinant::pull_0(&Matrix3::zeros(), &0.0, &1.0), Matrix3::zeros());
    assert_eq!(rules::determinant::pull_0(&DMatrix::zeros(0, 0), &1.0, &1.0), DMatrix::<f64>::zeros(0, 0));
}
