//! `jacobian`: for vectors of every kind, with the size in the type where it is known.
use autodiff_core::differentiable;
use nalgebra::{DMatrix, DVector, Matrix2x3, Matrix3x1, SMatrix, Vector2, Vector3, dmatrix, dvector, matrix};

#[differentiable]
fn dynamic(x: &DVector<f64>) -> DVector<f64> {
    x.component_mul(x) + x * x[0]
}

#[differentiable]
fn fixed(x: &Vector3<f64>) -> Vector2<f64> {
    Vector2::new(x.x * x.y, x.z + x.x)
}

#[differentiable]
fn by_value(x: Vector3<f64>) -> Vector3<f64> {
    x * 2.0
}

#[differentiable]
fn slices(x: &[f64]) -> Vec<f64> {
    vec![x[0] * x[1], x[1] + x[2], x[2], x[0]]
}

#[differentiable]
fn arrays(x: [f64; 2]) -> [f64; 3] {
    [x[0] * x[1], x[0], x[1] * 3.0]
}

#[differentiable]
fn of_a_scalar(t: f64) -> Vector3<f64> {
    Vector3::new(t, t * t, 1.0)
}

#[differentiable]
fn to_a_scalar(x: &DVector<f64>) -> f64 {
    x.dot(x)
}

#[differentiable]
fn with_constants(x: &DVector<f64>, n: usize, #[nodiff] k: &[f64]) -> DVector<f64> {
    x * k[n]
}

#[test]
fn all_kinds_of_vectors() {
    assert_eq!(dynamic::jacobian(&dvector![1.0, 2.0]), dmatrix![4.0, 0.0; 2.0, 5.0]);
    let j: Matrix2x3<f64> = fixed::jacobian(&Vector3::new(2.0, 3.0, 5.0));
    assert_eq!(j, matrix![3.0, 2.0, 0.0; 1.0, 0.0, 1.0]);
    assert_eq!(by_value::jacobian(Vector3::new(2.0, 3.0, 5.0)), SMatrix::<f64, 3, 3>::identity() * 2.0);
    let j: DMatrix<f64> = slices::jacobian(&[2.0, 3.0, 5.0]);
    assert_eq!(j, dmatrix![3.0, 2.0, 0.0; 0.0, 1.0, 1.0; 0.0, 0.0, 1.0; 1.0, 0.0, 0.0]);
    let j: SMatrix<f64, 3, 2> = arrays::jacobian([2.0, 3.0]);
    assert_eq!(j, matrix![3.0, 2.0; 1.0, 0.0; 0.0, 3.0]);
    let j: Matrix3x1<f64> = of_a_scalar::jacobian(2.0);
    assert_eq!(j, Matrix3x1::new(1.0, 4.0, 0.0));
    assert_eq!(to_a_scalar::jacobian(&dvector![1.0, 2.0]), dmatrix![2.0, 4.0]);
    assert_eq!(with_constants::jacobian(&dvector![1.0, 2.0], 1, &[3.0, 4.0]), DMatrix::identity(2, 2) * 4.0);
}

/// More outputs than inputs and the other way round: one by columns, the other by rows.
#[test]
fn tall_and_wide() {
    #[differentiable]
    fn outer(x: &DVector<f64>, n: usize) -> DVector<f64> {
        let mut y = DVector::zeros(n);
        for i in 0..n {
            y[i] = x[i % x.len()] * x[0] * (i + 1) as f64;
        }
        y
    }
    for (inputs, outputs) in [(2, 7), (7, 2), (5, 5), (40, 3), (3, 40)] {
        let x = DVector::from_fn(inputs, |i, _| 0.5 + i as f64);
        let j = outer::jacobian(&x, outputs);
        assert_eq!(j.shape(), (outputs, inputs));
        for i in 0..outputs {
            for k in 0..inputs {
                let mut expected = 0.0;
                if i % inputs == k {
                    expected += x[0];
                }
                if k == 0 {
                    expected += x[i % inputs];
                }
                assert_eq!(j[(i, k)], expected * (i + 1) as f64);
            }
        }
    }
}
