//! A recurrent network (LSTM) with diagonal weights, which predicts the next character of a text.
use super::{
    function::{Function, Functions},
    rows::Rows,
    uniform, zeroed,
};
use autodiff_core::differentiable;
use rand::{Rng, RngExt};
use serde::Deserialize;

/// The functions of the module.
pub const FUNCTIONS: Functions = &[("objective", &Function(objective)), ("jacobian", &Function(jacobian))];

/// The network and the text: `l` layers of `b` cells, and characters of `b` bits.
#[derive(Clone, Debug, Deserialize)]
pub struct Input {
    /// For each layer a row of weights and one of biases: those of four gates.
    pub main_params: Rows,
    /// The weights of the input, those of the output, its biases.
    pub extra_params: Rows,
    /// For each layer a row of hidden values and one of cells.
    pub state: Rows,
    /// The characters.
    pub sequence: Rows,
}

impl Input {
    /// A random network with `l` layers of `b` cells, and a text of `c` characters.
    pub fn random(rng: &mut impl Rng, l: usize, c: usize, b: usize) -> Self {
        Self {
            main_params: Rows::new(2 * l, uniform(rng, 2 * l * 4 * b)),
            extra_params: Rows::new(3, uniform(rng, 3 * b)),
            state: Rows::new(2 * l, uniform(rng, 2 * l * b)),
            sequence: Rows::new(c, (0..c * b).map(|_| f64::from(rng.random_range(0..2))).collect()),
        }
    }
}

/// How badly the network predicts each character from those before it.
#[differentiable]
#[must_use]
pub fn loss(
    main_params: &[f64],
    extra_params: &[f64],
    #[nodiff] state: &[f64],
    #[nodiff] sequence: &[f64],
    b: usize,
) -> f64 {
    let (in_weight, out) = extra_params.split_at(b);
    let (out_weight, out_bias) = out.split_at(b);
    let mut state = state.to_vec();
    let mut y = vec![0.0; b];
    let mut total = 0.0;
    for at in (b..sequence.len()).step_by(b) {
        let input = &sequence[at - b..][..b];
        let next = &sequence[at..][..b];
        for i in 0..b {
            y[i] = input[i] * in_weight[i];
        }
        for i in 0..main_params.len() / (8 * b) {
            let params = &main_params[i * 8 * b..][..8 * b];
            let (hidden, cell) = state[i * 2 * b..][..2 * b].split_at_mut(b);
            layer(params, hidden, cell, &mut y);
        }
        for i in 0..b {
            y[i] = y[i] * out_weight[i] + out_bias[i];
        }
        let log_sum = (2.0 + y.iter().map(|v| v.exp()).sum::<f64>()).ln();
        for i in 0..b {
            total += next[i] * (y[i] - log_sum);
        }
    }
    -total / (sequence.len() - b) as f64
}

/// One layer for one character: from its input to its output, which stands in its place.
#[differentiable]
fn layer(params: &[f64], hidden: &mut [f64], cell: &mut [f64], y: &mut [f64]) {
    let b = y.len();
    let (weight, bias) = params.split_at(4 * b);
    for i in 0..b {
        let forget = sigmoid(y[i] * weight[i] + bias[i]);
        let ingate = sigmoid(hidden[i] * weight[b + i] + bias[b + i]);
        let outgate = sigmoid(y[i] * weight[2 * b + i] + bias[2 * b + i]);
        let change = (hidden[i] * weight[3 * b + i] + bias[3 * b + i]).tanh();
        cell[i] = cell[i] * forget + ingate * change;
        hidden[i] = outgate * cell[i].tanh();
        y[i] = hidden[i];
    }
}

#[differentiable]
fn sigmoid(x: f64) -> f64 {
    1.0 / (1.0 + (-x).exp())
}

/// The value.
pub fn objective(input: &Input, value: &mut f64) {
    let Input { main_params, extra_params, state, sequence } = input;
    *value = loss(&main_params.data, &extra_params.data, &state.data, &sequence.data, sequence.width());
}

/// The gradient: by the main parameters first, then by the others.
pub fn jacobian(input: &Input, gradient: &mut Vec<f64>) {
    let Input { main_params, extra_params, state, sequence } = input;
    let (main, extra) = (&main_params.data[..], &extra_params.data[..]);
    let (main_bar, extra_bar) = zeroed(gradient, main.len() + extra.len()).split_at_mut(main.len());
    loss::grad_into(main, extra, &state.data, &sequence.data, sequence.width(), main_bar, extra_bar);
}
