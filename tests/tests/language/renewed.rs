//! Buffers that every iteration gets anew, each time in another shape, from an assignment to a variable outside of the loop.
use autodiff_core::differentiable;
use autodiff_tests::check_scalar;
use nalgebra::{DMatrix, DVector};

const X: [f64; 6] = [1.3, 0.7, -0.4, 2.1, 0.9, 1.1];

/// Of lists it keeps what is dear.
#[differentiable]
fn length(y: &[f64]) -> f64 {
    let mut sum = 0.0;
    for i in 0..y.len() {
        sum += y[i].exp() * y[i];
    }
    (1.0 + sum * sum).sqrt()
}

#[differentiable]
fn first_of(x: &[f64], y: &Vec<f64>) -> f64 {
    x[0] * y[0]
}

#[differentiable]
fn lent_to_a_function(x: &[f64]) -> f64 {
    let mut sum = 0.0;
    let mut w: Vec<f64> = Vec::new();
    for i in 0..4 {
        w = x[..i + 1].to_vec();
        sum += first_of(x, &w) * x[i];
    }
    sum
}

#[differentiable]
fn vectors_by_value(x: &[f64]) -> f64 {
    let mut sum = 0.0;
    let mut w = DVector::zeros(0);
    for i in 0..4 {
        w = DVector::from_element(i + 1, x[i]);
        sum += w.norm_squared() * x[0];
    }
    sum
}

#[differentiable]
fn read_entry_by_entry(x: &[f64]) -> f64 {
    let mut sum = 0.0;
    let mut w: Vec<f64> = Vec::new();
    for i in 0..4 {
        w = x[..i + 1].to_vec();
        for j in 0..w.len() {
            sum += w[j] * w[j];
        }
    }
    sum * sum
}

#[differentiable]
fn renewed_twice(x: &[f64]) -> f64 {
    let mut sum = 0.0;
    let mut w: Vec<f64> = Vec::new();
    for i in 0..4 {
        w = x[..4 - i].to_vec();
        for j in 0..w.len() {
            w[j] *= x[0];
        }
        sum += w.iter().sum::<f64>();
        w = x[..i].to_vec();
        sum += w.iter().map(|v| v * v).sum::<f64>();
    }
    sum
}

#[differentiable]
fn read_behind_the_loop(x: &[f64]) -> f64 {
    let mut sum = 0.0;
    let mut w = vec![];
    for i in 0..4 {
        w = x[..4 - i].iter().map(|v| v * v).collect::<Vec<f64>>();
        sum += w[0];
    }
    sum * w[0]
}

#[differentiable]
fn read_before_the_loop(x: &[f64]) -> f64 {
    let mut out = vec![0.0; 5];
    let mut w = x.to_vec();
    let product = w[0] * w[5];
    for i in 0..5 {
        w = x[i..].to_vec();
        w.push(x[0]);
        out[i] = w[w.len() - 2] * product;
    }
    for i in 0..3 {
        w = x[..i + 1].to_vec();
        out[i] += w[i] * w[0];
    }
    out.iter().map(|v| v * v).sum()
}

#[differentiable]
fn matrices(x: &[f64]) -> f64 {
    let mut sum = 0.0;
    let mut w = DMatrix::zeros(1, 1);
    for i in 0..4 {
        w = DMatrix::from_element(i + 1, 2, x[i]);
        w[(i, 1)] *= x[1];
        let squares = &w * w.transpose();
        sum += squares.trace();
    }
    sum
}

#[differentiable]
fn in_one_branch_again(x: &[f64]) -> f64 {
    let mut sum = 0.0;
    let mut w = DMatrix::zeros(1, 1);
    let mut y = DMatrix::zeros(1, 1);
    for i in 0..4 {
        w = DMatrix::from_element(i + 1, 2, x[i]);
        y = w.clone();
        if i % 2 == 0 {
            y = DMatrix::from_element(1, 2, x[i + 1]);
        }
        let product = &y * w.transpose() * x[0];
        sum += product.sum();
    }
    sum
}

#[differentiable]
fn in_inner_iterations(x: &[f64]) -> f64 {
    let mut sum = 0.0;
    let mut w: Vec<f64>;
    for i in 0..4 {
        for k in 0..3 {
            w = x[..i + k + 1].iter().map(|v| v.sin()).collect();
            let n = w.len();
            sum += w[n - 1] * length(&w);
            w = x[..1].to_vec();
            sum += w[0] * w[0];
        }
    }
    sum
}

#[differentiable]
fn rows_and_a_part_of_them(x: &[f64]) -> f64 {
    let mut sum = 0.0;
    let mut w: Vec<Vec<f64>> = vec![];
    for i in 0..4 {
        w = vec![vec![x[i]; i + 1]; 2];
        w[0][0] *= 2.0;
        let row = &mut w[1];
        row[0] += x[0];
        sum += length(&w[0]) * length(&w[1]);
    }
    sum
}

#[differentiable]
fn pairs(x: &[f64]) -> f64 {
    let mut sum = 0.0;
    let mut w = (vec![0.0], 0.0);
    for i in 0..4 {
        w = (x[..i + 1].to_vec(), x[i] * 2.0);
        sum += length(&w.0) * w.1;
    }
    sum
}

#[test]
fn buffers_of_another_shape_in_each_iteration() {
    check_scalar!(lent_to_a_function(&X[..]));
    check_scalar!(vectors_by_value(&X[..]));
    check_scalar!(read_entry_by_entry(&X[..]));
    check_scalar!(renewed_twice(&X[..]));
    check_scalar!(read_behind_the_loop(&X[..]));
    check_scalar!(read_before_the_loop(&X[..]));
    check_scalar!(matrices(&X[..]));
    check_scalar!(in_one_branch_again(&X[..]));
    check_scalar!(in_inner_iterations(&X[..]));
    check_scalar!(rows_and_a_part_of_them(&X[..]));
    check_scalar!(pairs(&X[..]));
}
