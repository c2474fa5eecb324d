//! A recurrent network, from GradBench.
use super::{
    Kernel,
    number::{Number, sum},
    rng,
};
use autodiff_examples::gradbench::lstm::{Input, loss};

pub(super) struct Lstm {
    input: Input,
    x: Vec<f64>,
}

/// What a layer's derivative needs of one character.
#[derive(Clone, Copy)]
struct Gates {
    input: f64,
    hidden: f64,
    cell: f64,
    forget: f64,
    ingate: f64,
    outgate: f64,
    change: f64,
    tanh: f64,
}

impl Lstm {
    /// Two layers of 14 cells, and `characters` of 14 bits.
    pub(super) fn random(characters: usize) -> Self {
        let input = Input::random(&mut rng(), 2, characters, 14);
        let x = [&input.main_params.data[..], &input.extra_params.data].concat();
        Self { input, x }
    }

    fn main_len(&self) -> usize {
        self.input.main_params.data.len()
    }
}

fn sigmoid(x: f64) -> f64 {
    1.0 / (1.0 + (-x).exp())
}

/// A layer for one character, from its input to its output, which stands in its place.
fn layer(params: &[f64], hidden: &mut [f64], cell: &mut [f64], y: &mut [f64], kept: &mut [Gates]) {
    let b = y.len();
    let (weight, bias) = params.split_at(4 * b);
    for i in 0..b {
        let gates = Gates {
            input: y[i],
            hidden: hidden[i],
            cell: cell[i],
            forget: sigmoid(y[i] * weight[i] + bias[i]),
            ingate: sigmoid(hidden[i] * weight[b + i] + bias[b + i]),
            outgate: sigmoid(y[i] * weight[2 * b + i] + bias[2 * b + i]),
            change: (hidden[i] * weight[3 * b + i] + bias[3 * b + i]).tanh(),
            tanh: 0.0,
        };
        cell[i] = cell[i] * gates.forget + gates.ingate * gates.change;
        kept[i] = Gates { tanh: cell[i].tanh(), ..gates };
        hidden[i] = gates.outgate * kept[i].tanh;
        y[i] = hidden[i];
    }
}

/// The adjoints of what a layer changes, and of its parameters.
struct Bars<'a> {
    params: &'a mut [f64],
    hidden: &'a mut [f64],
    cell: &'a mut [f64],
    y: &'a mut [f64],
}

fn layer_back(params: &[f64], kept: &[Gates], bars: Bars) {
    let b = kept.len();
    let (weight, (weight_bar, bias_bar)) = (&params[..4 * b], bars.params.split_at_mut(4 * b));
    for i in 0..b {
        let g = &kept[i];
        let out_bar = bars.hidden[i] + bars.y[i];
        let cell_bar = bars.cell[i] + out_bar * g.outgate * (1.0 - g.tanh * g.tanh);
        let gates_bar = [
            cell_bar * g.cell * g.forget * (1.0 - g.forget),
            cell_bar * g.change * g.ingate * (1.0 - g.ingate),
            out_bar * g.tanh * g.outgate * (1.0 - g.outgate),
            cell_bar * g.ingate * (1.0 - g.change * g.change),
        ];
        for (gate, (bar, from)) in gates_bar.into_iter().zip([g.input, g.hidden, g.input, g.hidden]).enumerate() {
            weight_bar[gate * b + i] += bar * from;
            bias_bar[gate * b + i] += bar;
        }
        bars.cell[i] = cell_bar * g.forget;
        bars.y[i] = gates_bar[0] * weight[i] + gates_bar[2] * weight[2 * b + i];
        bars.hidden[i] = gates_bar[1] * weight[b + i] + gates_bar[3] * weight[3 * b + i];
    }
}

/// What the forward sweep leaves.
struct Kept {
    loss: f64,
    gates: Vec<Gates>,
    /// For each character the output of the last layer.
    last: Vec<f64>,
    /// For each character its predicted distribution.
    softmax: Vec<f64>,
}

impl Lstm {
    fn forward(&self, main: &[f64], extra: &[f64]) -> Kept {
        let b = self.input.sequence.width();
        let (sequence, layers) = (&self.input.sequence.data, main.len() / (8 * b));
        let empty = Gates {
            input: 0.0,
            hidden: 0.0,
            cell: 0.0,
            forget: 0.0,
            ingate: 0.0,
            outgate: 0.0,
            change: 0.0,
            tanh: 0.0,
        };
        let mut gates = vec![empty; layers * (sequence.len() - b)];
        let (mut last, mut softmax) = (vec![0.0; sequence.len() - b], vec![0.0; sequence.len() - b]);
        let mut state = self.input.state.data.clone();
        let mut y = vec![0.0; b];
        let mut total = 0.0;
        for at in (0..sequence.len() - b).step_by(b) {
            for i in 0..b {
                y[i] = sequence[at + i] * extra[i];
            }
            for (i, kept) in gates[layers * at..][..layers * b].chunks_exact_mut(b).enumerate() {
                let (hidden, cell) = state[i * 2 * b..][..2 * b].split_at_mut(b);
                layer(&main[i * 8 * b..][..8 * b], hidden, cell, &mut y, kept);
            }
            last[at..][..b].copy_from_slice(&y);
            let softmax = &mut softmax[at..][..b];
            let mut exps = 2.0;
            for i in 0..b {
                y[i] = y[i] * extra[b + i] + extra[2 * b + i];
                softmax[i] = y[i].exp();
                exps += softmax[i];
            }
            let log_sum = exps.ln();
            for i in 0..b {
                softmax[i] /= exps;
                total += sequence[at + b + i] * (y[i] - log_sum);
            }
        }
        Kept { loss: -total / (sequence.len() - b) as f64, gates, last, softmax }
    }

    fn backward(&self, main: &[f64], extra: &[f64], kept: &Kept, main_bar: &mut [f64], extra_bar: &mut [f64]) {
        let b = self.input.sequence.width();
        let (sequence, layers) = (&self.input.sequence.data, main.len() / (8 * b));
        let scale = -1.0 / (sequence.len() - b) as f64;
        let mut state_bar = vec![0.0; self.input.state.data.len()];
        let mut y_bar = vec![0.0; b];
        for at in (0..sequence.len() - b).step_by(b).rev() {
            let next = &sequence[at + b..][..b];
            let ones: f64 = next.iter().sum();
            for i in 0..b {
                let bar = scale * (next[i] - ones * kept.softmax[at + i]);
                extra_bar[b + i] += bar * kept.last[at + i];
                extra_bar[2 * b + i] += bar;
                y_bar[i] = bar * extra[b + i];
            }
            for (i, kept) in kept.gates[layers * at..][..layers * b].chunks_exact(b).enumerate().rev() {
                let (hidden, cell) = state_bar[i * 2 * b..][..2 * b].split_at_mut(b);
                let params = i * 8 * b..(i + 1) * 8 * b;
                let bars = Bars { params: &mut main_bar[params.clone()], hidden, cell, y: &mut y_bar };
                layer_back(&main[params], kept, bars);
            }
            for i in 0..b {
                extra_bar[i] += y_bar[i] * sequence[at + i];
            }
        }
    }
}

impl Kernel for Lstm {
    fn x(&self) -> &[f64] {
        &self.x
    }

    fn primal(&self, x: &[f64]) -> f64 {
        let Input { state, sequence, .. } = &self.input;
        let (main, extra) = x.split_at(self.main_len());
        loss(main, extra, &state.data, &sequence.data, sequence.width())
    }

    fn by_attribute(&self, x: &[f64], x_bar: &mut [f64]) -> f64 {
        let Input { state, sequence, .. } = &self.input;
        let (main, extra) = x.split_at(self.main_len());
        let (main_bar, extra_bar) = x_bar.split_at_mut(self.main_len());
        loss::grad_into(main, extra, &state.data, &sequence.data, sequence.width(), main_bar, extra_bar)
    }

    fn by_hand(&self, x: &[f64], x_bar: &mut [f64]) -> f64 {
        let (main, extra) = x.split_at(self.main_len());
        let (main_bar, extra_bar) = x_bar.split_at_mut(self.main_len());
        let kept = self.forward(main, extra);
        self.backward(main, extra, &kept, main_bar, extra_bar);
        kept.loss
    }

    fn generic<T: Number>(&self, x: &[T]) -> T {
        let (main, extra) = x.split_at(self.main_len());
        let (b, sequence) = (self.input.sequence.width(), &self.input.sequence.data);
        let mut state: Vec<T> = self.input.state.data.iter().map(|&v| T::of(v)).collect();
        let mut total = T::of(0.0);
        for at in (0..sequence.len() - b).step_by(b) {
            let mut y: Vec<T> = (0..b).map(|i| T::of(sequence[at + i]) * extra[i]).collect();
            for (params, state) in main.chunks_exact(8 * b).zip(state.chunks_exact_mut(2 * b)) {
                generic_layer(params, state, &mut y);
            }
            for i in 0..b {
                y[i] = y[i] * extra[b + i] + extra[2 * b + i];
            }
            let log_sum = (T::of(2.0) + sum(y.iter().map(|y| y.exp()))).ln();
            for i in 0..b {
                total += T::of(sequence[at + b + i]) * (y[i] - log_sum);
            }
        }
        -total / T::of((sequence.len() - b) as f64)
    }
}

fn generic_layer<T: Number>(params: &[T], state: &mut [T], y: &mut [T]) {
    let b = y.len();
    let (weight, bias) = params.split_at(4 * b);
    let (hidden, cell) = state.split_at_mut(b);
    let one = T::of(1.0);
    let sigmoid = |x: T| one / (one + (-x).exp());
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
