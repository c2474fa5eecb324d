//! A perceptron with one hidden layer, and its squared error on a batch.
use super::{
    Kernel,
    chain::generic_product,
    number::{self, Number},
    uniform,
};
use autodiff_core::differentiable;
use nalgebra::{DMatrix, DMatrixView, DMatrixViewMut, DVector};

const INPUTS: usize = 32;
const HIDDEN: usize = 32;
const OUTPUTS: usize = 10;

pub(super) struct Perceptron {
    x: Vec<f64>,
    inputs: DMatrix<f64>,
    targets: DMatrix<f64>,
}

impl Perceptron {
    pub(super) fn random(batch: usize) -> Self {
        let x = uniform(HIDDEN * (INPUTS + 1) + OUTPUTS * (HIDDEN + 1));
        Self {
            x: x.into_iter().map(|v| 0.5 * (v - 0.5)).collect(),
            inputs: DMatrix::from_vec(INPUTS, batch, uniform(INPUTS * batch)),
            targets: DMatrix::from_vec(OUTPUTS, batch, uniform(OUTPUTS * batch)),
        }
    }
}

/// Weights and biases of both layers.
fn parts<T>(x: &[T]) -> [&[T]; 4] {
    let (w1, rest) = x.split_at(HIDDEN * INPUTS);
    let (b1, rest) = rest.split_at(HIDDEN);
    let (w2, b2) = rest.split_at(OUTPUTS * HIDDEN);
    [w1, b1, w2, b2]
}

fn parts_mut(x: &mut [f64]) -> [&mut [f64]; 4] {
    let (w1, rest) = x.split_at_mut(HIDDEN * INPUTS);
    let (b1, rest) = rest.split_at_mut(HIDDEN);
    let (w2, b2) = rest.split_at_mut(OUTPUTS * HIDDEN);
    [w1, b1, w2, b2]
}

#[differentiable]
fn loss(
    w1: &[f64],
    b1: &[f64],
    w2: &[f64],
    b2: &[f64],
    #[nodiff] inputs: &DMatrix<f64>,
    #[nodiff] targets: &DMatrix<f64>,
) -> f64 {
    let hidden = affine(w1, b1, inputs).map(f64::tanh);
    let error = affine(w2, b2, &hidden) - targets;
    0.5 * error.norm_squared() / inputs.ncols() as f64
}

/// A layer: the examples are the columns.
#[differentiable]
fn affine(weights: &[f64], biases: &[f64], inputs: &DMatrix<f64>) -> DMatrix<f64> {
    let mut sums = DMatrix::from_column_slice(biases.len(), inputs.nrows(), weights) * inputs;
    let biases = DVector::from_column_slice(biases);
    for mut column in sums.column_iter_mut() {
        column += &biases;
    }
    sums
}

/// As [`affine`], without a copy of the weights.
fn affine_by_hand(weights: &[f64], biases: &[f64], inputs: &DMatrix<f64>) -> DMatrix<f64> {
    let mut sums = DMatrix::zeros(biases.len(), inputs.ncols());
    sums.column_iter_mut().for_each(|mut column| column.copy_from_slice(biases));
    sums.gemm(1.0, &DMatrixView::from_slice(weights, biases.len(), inputs.nrows()), inputs, 1.0);
    sums
}

/// The adjoints of the weights and biases of a layer.
fn affine_back(inputs: &DMatrix<f64>, sums_bar: &DMatrix<f64>, weights_bar: &mut [f64], biases_bar: &mut [f64]) {
    let mut weights_bar = DMatrixViewMut::from_slice(weights_bar, sums_bar.nrows(), inputs.nrows());
    weights_bar.gemm(1.0, sums_bar, &inputs.transpose(), 1.0);
    for column in sums_bar.column_iter() {
        biases_bar.iter_mut().zip(column.iter()).for_each(|(sum, bar)| *sum += bar);
    }
}

impl Kernel for Perceptron {
    fn x(&self) -> &[f64] {
        &self.x
    }

    fn primal(&self, x: &[f64]) -> f64 {
        let [w1, b1, w2, b2] = parts(x);
        loss(w1, b1, w2, b2, &self.inputs, &self.targets)
    }

    fn by_attribute(&self, x: &[f64], x_bar: &mut [f64]) -> f64 {
        let ([w1, b1, w2, b2], [w1_bar, b1_bar, w2_bar, b2_bar]) = (parts(x), parts_mut(x_bar));
        loss::grad_into(w1, b1, w2, b2, &self.inputs, &self.targets, w1_bar, b1_bar, w2_bar, b2_bar)
    }

    fn by_hand(&self, x: &[f64], x_bar: &mut [f64]) -> f64 {
        let ([w1, b1, w2, b2], [w1_bar, b1_bar, w2_bar, b2_bar]) = (parts(x), parts_mut(x_bar));
        let batch = self.inputs.ncols() as f64;
        let mut hidden = affine_by_hand(w1, b1, &self.inputs);
        hidden.apply(|v| *v = v.tanh());
        let mut error = affine_by_hand(w2, b2, &hidden);
        error -= &self.targets;
        let value = 0.5 * error.norm_squared() / batch;
        error /= batch;
        affine_back(&hidden, &error, w2_bar, b2_bar);
        let mut hidden_bar = DMatrixView::from_slice(w2, OUTPUTS, HIDDEN).transpose() * error;
        hidden_bar.zip_apply(&hidden, |bar, tanh| *bar *= 1.0 - tanh * tanh);
        affine_back(&self.inputs, &hidden_bar, w1_bar, b1_bar);
        value
    }

    fn generic<T: Number>(&self, x: &[T]) -> T {
        let [w1, b1, w2, b2] = parts(x);
        let constants = |m: &DMatrix<f64>| -> Vec<T> { m.iter().map(|&v| T::of(v)).collect() };
        let layer = |weights: &[T], biases: &[T], inputs: &[T]| {
            let mut sums = generic_product(weights, inputs, biases.len());
            for column in sums.chunks_exact_mut(biases.len()) {
                column.iter_mut().zip(biases).for_each(|(sum, &bias)| *sum += bias);
            }
            sums
        };
        let hidden: Vec<T> = layer(w1, b1, &constants(&self.inputs)).into_iter().map(T::tanh).collect();
        let outputs = layer(w2, b2, &hidden);
        let errors: Vec<T> = outputs.iter().zip(constants(&self.targets)).map(|(&y, target)| y - target).collect();
        T::of(0.5 / self.inputs.ncols() as f64) * number::dot(&errors, &errors)
    }
}
