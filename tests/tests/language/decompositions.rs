//! Decompositions and rotations as values: parts of temporaries, optional, in containers and structs, written in place.
use autodiff_core::{Differentiable, differentiable};
use autodiff_tests::{check, check_scalar, check_unit};
use nalgebra::{Cholesky, DMatrix, DVector, Dyn, Isometry3, Matrix3, Rotation3, UnitQuaternion, Vector3};

fn m() -> Matrix3<f64> {
    Matrix3::new(2.1, 0.7, -0.2, 0.7, 1.9, 0.5, -0.2, 0.5, 1.4)
}

fn v() -> Vector3<f64> {
    Vector3::new(0.3, -0.7, 1.1)
}

fn any() -> (DMatrix<f64>, DVector<f64>) {
    (DMatrix::from_iterator(3, 3, m().iter().copied()), DVector::from_column_slice(v().as_slice()))
}

#[differentiable]
fn entries_of_temporaries(m: &Matrix3<f64>) -> f64 {
    m.symmetric_eigen().eigenvalues[0]
        + m.symmetric_eigen().eigenvectors[(1, 0)]
        + m.symmetric_eigen().eigenvalues.max()
}

#[differentiable]
fn view_of_a_temporary(m: &Matrix3<f64>) -> Vector3<f64> {
    m.symmetric_eigen().eigenvectors.column(0).clone_owned()
}

#[differentiable]
fn parts_of_temporaries(t: Vector3<f64>, w: Vector3<f64>) -> f64 {
    let norm = Isometry3::new(t, w * 2.0).rotation.into_inner().norm();
    Isometry3::new(t, w).translation.vector.x + Isometry3::new(t, w).rotation.w + norm
}

#[differentiable]
fn mapped(m: &Matrix3<f64>) -> f64 {
    m.cholesky().map_or(0.0, |c| c.ln_determinant()) + Cholesky::new(*m).map(|c| c.determinant()).unwrap_or(1.0)
}

#[differentiable]
fn all_kinds_of_options(m: &Matrix3<f64>, b: &Vector3<f64>) -> f64 {
    let x = m.lu().solve(b).unwrap_or_else(|| Vector3::zeros());
    let y = match m.try_inverse() {
        Some(inverse) => inverse * b,
        None => return 0.0,
    };
    let z = m.try_inverse().map(|inverse| inverse * b).unwrap_or_else(Vector3::zeros);
    let w = m.lu().solve(b).ok_or("singular").unwrap();
    x.sum() + y.x + z.y + w.z
}

#[differentiable]
fn with_an_error(m: &Matrix3<f64>, b: &Vector3<f64>) -> Result<f64, String> {
    let chol = m.cholesky().ok_or_else(|| "not positive definite".to_string())?;
    Ok(chol.solve(b).dot(b))
}

#[differentiable]
fn collected(ms: &[DMatrix<f64>], b: &DVector<f64>) -> f64 {
    let chols: Vec<Cholesky<f64, Dyn>> = ms.iter().map(|m| m.clone().cholesky().unwrap()).collect();
    let mut s = 0.0;
    for chol in &chols {
        s += chol.solve(b).norm() + chol.ln_determinant();
    }
    s
}

#[derive(Differentiable, Clone)]
struct Model {
    chol: Cholesky<f64, Dyn>,
    pose: Isometry3<f64>,
    q: UnitQuaternion<f64>,
}

#[differentiable]
fn in_a_struct(m: &DMatrix<f64>, b: &DVector<f64>, w: Vector3<f64>) -> f64 {
    let model = Model { chol: m.clone().cholesky().unwrap(), pose: Isometry3::new(w, w), q: UnitQuaternion::new(w) };
    let turned = model.q * model.pose.translation.vector;
    model.chol.solve(b).norm() + (model.pose.rotation * w).x + turned.y + (model.pose * w).z
}

#[differentiable]
fn behind_a_reference(r: &mut Rotation3<f64>, w: &Vector3<f64>) -> f64 {
    *r = Rotation3::new(*w) * *r;
    r[(0, 0)]
}

#[differentiable]
fn again_and_again(q: &mut UnitQuaternion<f64>, w: &Vector3<f64>) {
    for _ in 0..3 {
        *q = UnitQuaternion::new(*w) * *q;
    }
}

#[differentiable]
fn assigned(w: Vector3<f64>, v: Vector3<f64>, turn: bool) -> Vector3<f64> {
    let mut q = UnitQuaternion::identity();
    if turn {
        q = UnitQuaternion::from_scaled_axis(w);
    }
    let mut r = Rotation3::identity();
    r *= Rotation3::new(w);
    q *= UnitQuaternion::new(v);
    q.transform_vector(&(r * v))
}

#[test]
fn parts() {
    check_scalar!(entries_of_temporaries(&m()));
    check!(view_of_a_temporary(&m()));
    check_scalar!(parts_of_temporaries(v(), v() * 2.0));
}

#[test]
fn options() {
    check_scalar!(mapped(&m()));
    check_scalar!(all_kinds_of_options(&m(), &v()));
    let (y, (m_bar, b_bar)) = with_an_error::vjp(&m(), &v(), Ok(1.0));
    let x = m().lu().solve(&v()).unwrap();
    assert!((y.unwrap() - x.dot(&v())).abs() < 1e-14 && (b_bar - x * 2.0).norm() < 1e-14);
    assert!(
        (m_bar + (x * x.transpose()).component_mul(&Matrix3::new(1.0, 0.0, 0.0, 2.0, 1.0, 0.0, 2.0, 2.0, 1.0))).norm()
            < 1e-13
    );
    assert_eq!(with_an_error::vjp(&-m(), &v(), Err(())), (Err("not positive definite".into()), Default::default()));
}

#[test]
fn stored() {
    let (m, b) = any();
    check_scalar!(collected(&[m.clone(), &m * 2.0][..], &b));
    check_scalar!(in_a_struct(&m, &b, v()));
}

#[test]
fn in_place() {
    check!(behind_a_reference(&mut Rotation3::new(v() * 0.5), &v()));
    check_unit!(again_and_again(&mut UnitQuaternion::new(v() * 0.5), &v()));
    check!(assigned(v(), v() * 0.3, const true));
    check!(assigned(v(), v() * 0.3, const false));
}
