//! The rows whose operands are matrices.
use nalgebra::{
    DMatrix, DVector, Matrix2, Matrix2x3, Matrix3, Matrix3x2, Matrix4, OMatrix, RowDVector, RowVector3, SMatrix,
    Vector3,
};

use super::check::{check, frame, random};
use crate::rules;

fn square(n: usize) -> DMatrix<f64> {
    DMatrix::zeros(n, n)
}

fn column(n: usize) -> DVector<f64> {
    DVector::zeros(n)
}

rows! {
    unary!(neg [] |a| -a; Vector3::<f64>::zeros(), DMatrix::<f32>::zeros(2, 3));
    unary!(own [] |a| a.clone_owned(); Vector3::<f64>::zeros(), DMatrix::<f32>::zeros(2, 3));
    unary!(norm [a y] |a| a.norm(); Vector3::<f64>::zeros(), column(7), DMatrix::<f32>::zeros(2, 3));
    unary!(norm_squared [a] |a| a.norm_squared(); Vector3::<f64>::zeros(), column(7), DMatrix::<f32>::zeros(2, 3));
    unary!(normalize [a y] |a| a.normalize(); Vector3::<f64>::zeros(), column(7), DMatrix::<f32>::zeros(2, 3));
    unary!(sum [A] |a| a.sum(); Matrix2x3::<f64>::zeros(), column(7), DMatrix::<f32>::zeros(2, 3));
    unary!(mean [A] |a| a.mean(); Matrix2x3::<f64>::zeros(), column(7), DMatrix::<f32>::zeros(2, 3), column(0));
    unary!(row_sum [A] |a| a.row_sum(); Matrix2x3::<f64>::zeros(), column(7), DMatrix::<f32>::zeros(2, 3));
    unary!(column_sum [A] |a| a.column_sum(); Matrix2x3::<f64>::zeros(), column(7), DMatrix::<f32>::zeros(2, 3));
    unary!(row_mean [A] |a| a.row_mean(); Matrix2x3::<f64>::zeros(), column(7), DMatrix::<f32>::zeros(2, 3));
    unary!(column_mean [A] |a| a.column_mean(); Matrix2x3::<f64>::zeros(), column(7), DMatrix::<f32>::zeros(2, 3));
    unary!(trace [A] |a| a.trace(); Matrix3::<f64>::zeros(), square(4), DMatrix::<f32>::zeros(2, 2));
    unary!(transpose [] |a| a.transpose(); Matrix2x3::<f64>::zeros(), column(7), DMatrix::<f32>::zeros(2, 3));
    unary!(max_element [a y] |a| a.max(); Matrix2x3::<f64>::zeros(), column(7), DMatrix::<f32>::zeros(2, 3));
    unary!(min_element [a y] |a| a.min(); Matrix2x3::<f64>::zeros(), column(7), DMatrix::<f32>::zeros(2, 3));
    unary!(diagonal [A] |a| a.diagonal(); Matrix3::<f64>::zeros(), square(4), DMatrix::<f32>::zeros(2, 2));
    unary!(from_diagonal [A] |a| OMatrix::from_diagonal(a);
        Vector3::<f64>::zeros(), column(4), DVector::<f32>::zeros(2));
    unary!(determinant [a y] |a| a.determinant();
        SMatrix::<f64, 1, 1>::zeros(), Matrix2::<f64>::zeros(), Matrix3::<f64>::zeros(), Matrix4::<f64>::zeros(),
        square(1), square(2), square(3), square(4), square(6), DMatrix::<f32>::zeros(4, 4));

    binary!(add [] [] |a, b| a + b; (Vector3::<f64>::zeros(), Vector3::<f64>::zeros()), (square(3), square(3)));
    binary!(sub [] [] |a, b| a - b; (Vector3::<f64>::zeros(), Vector3::<f64>::zeros()), (square(3), square(3)));
    binary!(mul [A b] [a B] |a, b| a * b;
        (Matrix2x3::<f64>::zeros(), Vector3::<f64>::zeros()),
        (Matrix2x3::<f64>::zeros(), Matrix3x2::<f64>::zeros()),
        (RowVector3::<f64>::zeros(), Matrix3x2::<f64>::zeros()),
        (Vector3::<f64>::zeros(), RowVector3::<f64>::zeros()),
        (square(3), column(3)),
        (square(9), column(9)),
        (DMatrix::<f64>::zeros(2, 3), DMatrix::<f64>::zeros(3, 4)),
        (DMatrix::<f64>::zeros(7, 8), DMatrix::<f64>::zeros(8, 9)),
        (DMatrix::<f64>::zeros(7, 2), DMatrix::<f64>::zeros(2, 9)),
        (DMatrix::<f64>::zeros(7, 0), DMatrix::<f64>::zeros(0, 9)),
        (DMatrix::<f64>::zeros(0, 3), DMatrix::<f64>::zeros(3, 2)),
        (DMatrix::<f64>::zeros(2, 3), DMatrix::<f64>::zeros(3, 0)),
        (DMatrix::<f32>::zeros(7, 8), DMatrix::<f32>::zeros(8, 9)),
        (RowDVector::<f64>::zeros(7), DMatrix::<f64>::zeros(7, 8)),
        (Matrix2x3::<f64>::zeros(), DMatrix::<f64>::zeros(3, 4)),
        (SMatrix::<f64, 7, 8>::zeros(), DMatrix::<f64>::zeros(8, 9)),
        (DMatrix::<f64>::zeros(6, 7), SMatrix::<f64, 7, 8>::zeros()));
    binary!(dot [A b] [a B] |a, b| a.dot(b);
        (Vector3::<f64>::zeros(), Vector3::<f64>::zeros()), (column(7), column(7)),
        (DMatrix::<f32>::zeros(2, 3), DMatrix::<f32>::zeros(2, 3)));
    binary!(tr_mul [b] [a] |a, b| a.tr_mul(b);
        (Matrix3x2::<f64>::zeros(), Vector3::<f64>::zeros()),
        (Vector3::<f64>::zeros(), Vector3::<f64>::zeros()),
        (square(4), column(4)),
        (DMatrix::<f64>::zeros(7, 8), DMatrix::<f64>::zeros(7, 9)),
        (DMatrix::<f32>::zeros(7, 2), DMatrix::<f32>::zeros(7, 9)));
    binary!(component_mul [b] [a] |a, b| a.component_mul(b);
        (Vector3::<f64>::zeros(), Vector3::<f64>::zeros()), (DMatrix::<f32>::zeros(2, 3), DMatrix::<f32>::zeros(2, 3)));
    binary!(component_div [b] [b y] |a, b| a.component_div(b);
        (Vector3::<f64>::zeros(), Vector3::<f64>::zeros()), (DMatrix::<f64>::zeros(2, 3), DMatrix::<f64>::zeros(2, 3)));
    binary!(cross [b] [a] |a, b| a.cross(b);
        (Vector3::<f64>::zeros(), Vector3::<f64>::zeros()), (RowVector3::<f32>::zeros(), RowVector3::<f32>::zeros()),
        (column(3), column(3)));
}
