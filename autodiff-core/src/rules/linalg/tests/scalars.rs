//! The rows of which one operand is a scalar.
use nalgebra::{DMatrix, DVector, Matrix2x3, Vector3};

use super::check::{check, random};
use crate::rules;

rows! {
    scaled!(mul [A b] [a B] |a, b| a * *b;
        (Vector3::<f64>::zeros(), 0.0), (DMatrix::<f64>::zeros(2, 3), 0.0), (DVector::<f32>::zeros(4), 0.0));
    scaled!(scaled [b] [a] |a, b| a * *b;
        (Vector3::<f64>::zeros(), 0.0), (DMatrix::<f64>::zeros(2, 3), 0.0), (DVector::<f32>::zeros(4), 0.0));
    scaled!(scales [b] [a] |a, b| *a * b;
        (0.0, Vector3::<f64>::zeros()), (0.0, DMatrix::<f64>::zeros(2, 3)), (0.0, DVector::<f32>::zeros(4)));
    scaled!(div [b] [b y] |a, b| a / *b;
        (Vector3::<f64>::zeros(), 0.0), (DMatrix::<f64>::zeros(2, 3), 0.0), (DVector::<f32>::zeros(4), 0.0));
    scaled!(add_scalar [] [A] |a, b| a.add_scalar(*b);
        (Matrix2x3::<f64>::zeros(), 0.0), (DVector::<f64>::zeros(5), 0.0), (DVector::<f32>::zeros(4), 0.0));
}

mod from_the_left {
    use super::*;

    scaled!(mul [A b] [a B] |a, b| *a * b;
        (0.0, Vector3::<f64>::zeros()), (0.0, DMatrix::<f64>::zeros(2, 3)), (0.0, DVector::<f32>::zeros(4)));
}
