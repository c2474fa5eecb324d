//! A method for which nobody knows a derivative.
use autodiff_core::differentiable;
use nalgebra::DMatrix;

#[differentiable]
pub fn of_a_matrix(a: &DMatrix<f64>) -> f64 {
    let h = a.clone().hessenberg();
    h.h()[(0, 0)]
}

fn main() {}
