//! The training loss of a stack of LSTM cells: gates as four parts of one buffer, the state of all layers in one slice of
//! which each step borrows three neighbouring parts, an input that moves along the sequence.
use autodiff_core::differentiable;
use autodiff_tests::{check_scalar, check_unit};

#[differentiable]
#[inline]
fn sigmoid(x: f64) -> f64 {
    1.0 / (1.0 + (-x).exp())
}

#[differentiable]
#[inline]
fn logsumexp(vect: &[f64]) -> f64 {
    let mut sum = 0.0;
    for &val in vect {
        sum += val.exp();
    }
    sum += 2.0;
    sum.ln()
}

#[differentiable]
fn lstm_model(hsize: usize, weight: &[f64], bias: &[f64], hidden: &mut [f64], cell: &mut [f64], input: &[f64]) {
    let mut gates = vec![0.0; 4 * hsize];
    let gates = &mut gates[..4 * hsize];
    let (a, b) = gates.split_at_mut(2 * hsize);
    let (forget, ingate) = a.split_at_mut(hsize);
    let (outgate, change) = b.split_at_mut(hsize);

    assert_eq!(weight.len(), 4 * hsize);
    assert_eq!(bias.len(), 4 * hsize);
    assert_eq!(hidden.len(), hsize);
    assert_eq!(ingate.len(), hsize);
    assert_eq!(change.len(), hsize);
    assert!(cell.len() >= hsize);
    assert!(input.len() >= hsize);
    for i in 0..hsize {
        forget[i] = sigmoid(input[i] * weight[i] + bias[i]);
        ingate[i] = sigmoid(hidden[i] * weight[hsize + i] + bias[hsize + i]);
        outgate[i] = sigmoid(input[i] * weight[2 * hsize + i] + bias[2 * hsize + i]);
        change[i] = (hidden[i] * weight[3 * hsize + i] + bias[3 * hsize + i]).tanh();
    }

    for i in 0..hsize {
        cell[i] = cell[i] * forget[i] + ingate[i] * change[i];
    }

    for i in 0..hsize {
        hidden[i] = outgate[i] * cell[i].tanh();
    }
}

#[differentiable]
fn lstm_predict(l: usize, b: usize, w: &[f64], w2: &[f64], s: &mut [f64], x: &[f64], x2: &mut [f64]) {
    for i in 0..b {
        x2[i] = x[i] * w2[i];
    }

    let (s1, s2) = s.split_at_mut(b);
    lstm_model(b, &w[0..b * 4], &w[b * 4..2 * b * 4], s1, &mut s2[..b], x2.as_mut());

    for i in 1..l {
        let i = i * 2 * b;
        let (xp, s1, s2) = {
            let tmp = &mut s[i - 2 * b..];
            let (a, d) = tmp.split_at_mut(2 * b);
            let (d, c) = d.split_at_mut(b);
            (a, d, c)
        };

        lstm_model(b, &w[i * 4..(i + b) * 4], &w[(i + b) * 4..(i + 2 * b) * 4], s1, s2, xp);
    }

    let i = 2 * l * b;
    let xp = &s[i - 2 * b..];

    for i in 0..b {
        x2[i] = xp[i] * w2[b + i] + w2[2 * b + i];
    }
}

/// The same with the input of the layer chosen by a branch.
#[differentiable]
fn lstm_predict_by_layer(l: usize, b: usize, w: &[f64], w2: &[f64], s: &mut [f64], x: &[f64], x2: &mut [f64]) {
    for i in 0..b {
        x2[i] = x[i] * w2[i];
    }
    for layer in 0..l {
        let (before, rest) = s.split_at_mut(layer * 2 * b);
        let (hidden, rest) = rest.split_at_mut(b);
        let cell = &mut rest[..b];
        let input = if layer == 0 { &x2[..] } else { &before[(layer - 1) * 2 * b..][..b] };
        let (weight, bias) = w[layer * 8 * b..][..8 * b].split_at(4 * b);
        lstm_model(b, weight, bias, hidden, cell, input);
    }
    let xp = &s[2 * (l - 1) * b..];
    for (i, out) in x2.iter_mut().enumerate() {
        *out = xp[i] * w2[b + i] + w2[2 * b + i];
    }
}

#[differentiable]
fn lstm_objective(
    l: usize,
    c: usize,
    b: usize,
    main_params: &[f64],
    extra_params: &[f64],
    state: &mut [f64],
    sequence: &[f64],
    loss: &mut f64,
) {
    let mut total = 0.0;

    let mut input = &sequence[..b];
    let mut ypred = vec![0.0; b];
    let mut ynorm = vec![0.0; b];

    assert!(b > 0);

    for j in 0..(c - 1) {
        let t = j * b;
        lstm_predict(l, b, main_params, extra_params, state, input, &mut ypred);
        let lse = logsumexp(&ypred);
        for i in 0..b {
            ynorm[i] = ypred[i] - lse;
        }

        let ygold = &sequence[t + b..];
        for i in 0..b {
            total += ygold[i] * ynorm[i];
        }

        input = ygold;
    }
    let count = (c - 1) * b;

    *loss = -total / count as f64;
}

/// The loss as a value, from a state of zeros.
#[differentiable]
fn lstm_loss(l: usize, b: usize, main_params: &[f64], extra_params: &[f64], sequence: &[f64]) -> f64 {
    let mut state = vec![0.0; 2 * l * b];
    let mut ypred = vec![0.0; b];
    let mut total = 0.0;
    let steps = sequence.len() / b - 1;
    for t in 0..steps {
        let input = &sequence[t * b..(t + 1) * b];
        lstm_predict_by_layer(l, b, main_params, extra_params, &mut state, input, &mut ypred);
        let lse = logsumexp(&ypred);
        total += sequence[(t + 1) * b..].iter().zip(&ypred).map(|(gold, y)| gold * (y - lse)).sum::<f64>();
    }
    -total / (steps * b) as f64
}

fn numbers(n: usize, seed: f64) -> Vec<f64> {
    (0..n).map(|i| 0.8 * (seed + i as f64 * 1.3).sin()).collect()
}

#[test]
fn parts() {
    check_scalar!(sigmoid(0.3));
    check_scalar!(logsumexp(&numbers(5, 0.1)));
    check_unit!(lstm_model(
        const 3, &numbers(12, 0.1), &numbers(12, 0.7), &mut numbers(3, 0.4), &mut numbers(3, 0.9), &numbers(3, 1.3)
    ));
    let (l, b) = (3, 2);
    let (main, extra) = (numbers(8 * l * b, 0.2), numbers(3 * b, 0.6));
    check_unit!(lstm_predict(
        const l, const b, &main, &extra, &mut numbers(2 * l * b, 1.1), &numbers(b, 0.3), &mut numbers(b, 0.5)
    ));
    check_unit!(lstm_predict_by_layer(
        const l, const b, &main, &extra, &mut numbers(2 * l * b, 1.1), &numbers(b, 0.3), &mut numbers(b, 0.5)
    ));
}

#[test]
fn objective() {
    let (l, c, b) = (2, 5, 3);
    let (main, extra) = (numbers(8 * l * b, 0.2), numbers(3 * b, 0.6));
    let sequence = numbers(c * b, 0.8);
    check_unit!(lstm_objective(
        const l, const c, const b, &main, &extra, &mut numbers(2 * l * b, 1.1), &sequence, &mut 0.4
    ));
    check_scalar!(lstm_loss(const l, const b, &main, &extra, &sequence));
}
