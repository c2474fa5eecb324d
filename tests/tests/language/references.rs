//! References that are chosen by a branch, assigned anew, swapped, taken.
#![allow(unused, clippy::all, reason = "references as people write them")]
use autodiff_core::differentiable;
use autodiff_tests::{check_scalar, check_unit};

// ---- chosen by a branch --------------------------------------------------------------------------------------------

#[differentiable]
fn chosen_mutable(c: bool, x: f64) -> f64 {
    let mut a = x * x;
    let mut b = 3.0 * x;
    let r = if c { &mut a } else { &mut b };
    *r *= x;
    a + 2.0 * b
}

#[differentiable]
fn chosen_shared(k: usize, x: &[f64], y: &[f64]) -> f64 {
    let r = if k == 0 { x } else { y };
    let mut s = 0.0;
    for i in 0..r.len() {
        s += r[i] * r[i];
    }
    s
}

#[differentiable]
fn chosen_pair(i: usize, x: &[f64], y: &[f64]) -> f64 {
    let (a, b) = if i == 0 { (&x[..], &y[..]) } else { (&y[..], &x[..]) };
    let mut s = 0.0;
    for j in 0..a.len() {
        s += a[j] * b[j] * b[j];
    }
    s
}

#[differentiable]
fn chosen_by_match(k: usize, a: f64, b: f64, c: f64) -> f64 {
    let v = [a, b, c];
    let r = match k {
        0 => &v[0],
        1 => &v[k + 1],
        _ => &a,
    };
    *r * *r * b
}

#[differentiable]
fn chosen_nested(k: usize, x: &mut [f64], y: &mut [f64]) {
    let r = if k == 0 {
        &mut x[..]
    } else if k == 1 {
        let n = y.len() - 1;
        &mut y[..n]
    } else {
        match k {
            2 => &mut y[1..],
            _ => x,
        }
    };
    for v in r.iter_mut() {
        *v *= *v;
    }
    r[0] = r[0] * r[1];
}

#[differentiable]
fn chosen_in_a_loop(x: &[f64]) -> f64 {
    let mut even = 1.0;
    let mut odd = 0.5;
    for i in 0..x.len() {
        let r = if i % 2 == 0 { &mut even } else { &mut odd };
        *r *= x[i];
        *r += 0.25 * x[0];
    }
    even * odd
}

#[differentiable]
fn chosen_entry(x: &[f64], w: &mut [f64]) {
    for i in 0..x.len() {
        let to = if x[i] > 0.0 { &mut w[i] } else { &mut w[0] };
        *to = *to * x[i] + 1.0;
    }
}

#[differentiable]
fn chosen_pair_mutable(c: bool, x: &mut [f64], y: &mut [f64]) {
    let (from, to) = if c { (x, y) } else { (y, x) };
    for i in 0..from.len() {
        to[i] += from[i] * from[i];
    }
    from[0] = to[0] * from[1];
}

#[differentiable]
fn chosen_with_early_return(x: &[f64], k: usize) -> f64 {
    let r = match k {
        0 => x,
        1 => &x[1..],
        _ => return x[0],
    };
    r[0] * r[1]
}

#[differentiable]
fn chosen_slice_handed_on(c: bool, x: &[f64], y: &[f64]) -> f64 {
    let r = if c { x } else { y };
    chosen_shared(0, r, &r[1..]) * r[0]
}

#[differentiable]
fn block_of_views(s: &mut [f64], b: usize) -> f64 {
    let mut total = 0.0;
    for i in 1..s.len() / b {
        let (xp, rest, third) = {
            let tmp = &mut s[(i - 1) * b..];
            let (a, d) = tmp.split_at_mut(b);
            let (d, c) = d.split_at_mut(b);
            (a, d, c)
        };
        for j in 0..b {
            rest[j] += xp[j] * xp[j];
            total += rest[j] * third.len() as f64;
        }
    }
    total
}

#[differentiable]
fn declared_later(c: bool, x: &[f64], y: &[f64]) -> f64 {
    let r;
    if c {
        r = &x[1..];
    } else {
        r = &y[..2];
    }
    r[0] * r[1]
}

#[test]
fn chosen() {
    check_scalar!(chosen_mutable(const true, 0.7));
    check_scalar!(chosen_mutable(const false, 0.7));
    for k in 0..2 {
        check_scalar!(chosen_shared(const k, &[0.3, -0.8][..], &[0.5, 1.5][..]));
        check_scalar!(chosen_pair(const k, &[0.3, -0.8][..], &[0.5, 1.5][..]));
    }
    for k in 0..4 {
        check_scalar!(chosen_by_match(const k, 0.3, -0.8, 1.2));
        check_unit!(chosen_nested(const k, &mut [0.3, -0.8, 1.2][..], &mut [0.5, 1.5, -0.4][..]));
    }
    check_scalar!(chosen_in_a_loop(&[0.4, 1.3, -0.7, 0.9, 1.1][..]));
    check_unit!(chosen_entry(&[0.4, -1.3, 0.7, -0.9][..], &mut [0.3, 0.5, 0.2, 0.8][..]));
    for c in [false, true] {
        check_unit!(chosen_pair_mutable(const c, &mut [0.3, -0.8][..], &mut [0.5, 1.5][..]));
        check_scalar!(chosen_slice_handed_on(const c, &[0.3, -0.8, 0.6][..], &[0.5, 1.5, 1.1][..]));
        check_scalar!(declared_later(const c, &[0.3, -0.8, 0.6][..], &[0.5, 1.5, 1.1][..]));
    }
    for k in 0..3 {
        check_scalar!(chosen_with_early_return(&[0.3, -0.8, 0.6][..], const k));
    }
    check_scalar!(block_of_views(&mut [0.3, -0.8, 0.6, 0.5, 1.5, 1.1][..], const 2));
}

// ---- assigned anew -------------------------------------------------------------------------------------------------

#[differentiable]
fn shrinking(x: &[f64]) -> f64 {
    let mut s = x;
    let mut p = 0.0;
    while s.len() > 1 {
        p += s[0] * s[1] * f64::cos(p);
        s = &s[1..];
    }
    p
}

#[differentiable]
fn sequence_inputs(sequence: &[f64], n: usize) -> f64 {
    let mut input = &sequence[..n];
    let mut h = 0.1;
    for t in 1..sequence.len() / n {
        for i in 0..n {
            h = (h * input[i]).tanh() + input[i];
        }
        let gold = &sequence[t * n..];
        h *= gold[0];
        input = gold;
    }
    h
}

#[differentiable]
fn sequence_inputs_by_range(sequence: &[f64], n: usize) -> f64 {
    let mut total = 1.0;
    let mut input = &sequence[0..n];
    for t in 0..sequence.len() / n {
        input = &sequence[t * n..(t + 1) * n];
        for v in input {
            total *= 1.0 + 0.1 * v * input[0];
        }
    }
    total * input[0]
}

#[differentiable]
fn peel(x: &[f64], n: usize) -> f64 {
    let mut rest = x;
    let mut head;
    let mut s = 1.0;
    while rest.len() >= n {
        (head, rest) = rest.split_at(n);
        for i in 0..head.len() {
            s = s * 0.5 + head[i] * head[0];
        }
    }
    s + rest.len() as f64
}

#[differentiable]
fn peel_by_let(x: &[f64], n: usize) -> f64 {
    let mut rest = x;
    let mut s = 1.0;
    while rest.len() >= n {
        let (head, tail) = rest.split_at(n);
        s = s * head[0] + head[n - 1];
        rest = tail;
    }
    s
}

#[differentiable]
fn ping_pong(x: &[f64], steps: usize) -> f64 {
    let mut a = x.to_vec();
    let mut b = vec![0.0; x.len()];
    let n = x.len();
    let mut cur = &mut a[..];
    let mut next = &mut b[..];
    for _ in 0..steps {
        for i in 0..n {
            next[i] = 0.5 * cur[i] * cur[i] + 0.3 * cur[(i + 1) % n];
        }
        std::mem::swap(&mut cur, &mut next);
    }
    let mut s = 0.0;
    for i in 0..n {
        s += cur[i] * (i as f64 + 1.0);
    }
    s
}

#[differentiable]
fn ping_pong_params(a: &mut [f64], b: &mut [f64], steps: usize) {
    let (mut cur, mut next) = (a, b);
    for k in 0..steps {
        for i in 1..cur.len() {
            next[i] += cur[i] * cur[i - 1];
        }
        next[0] *= cur[0] + k as f64;
        core::mem::swap(&mut cur, &mut next);
    }
    cur[0] = cur[1] * next[1];
}

#[differentiable]
fn best_row(rows: &[[f64; 2]]) -> f64 {
    let mut best = &rows[0];
    for r in rows {
        if r[0] > best[0] {
            best = r;
        }
    }
    best[0] * best[1]
}

#[differentiable]
fn best_of_iter(rows: &[Vec<f64>], k: usize) -> f64 {
    let mut best = &rows[0];
    let mut s = 0.0;
    for (i, r) in rows.iter().enumerate() {
        s += r[k] * i as f64;
    }
    for (i, r) in rows.iter().enumerate() {
        if r[k] > best[k] && i > 0 {
            best = r;
        }
        s *= best[0];
    }
    s + best[1]
}

#[differentiable]
fn taken_in_pieces(mut_out: &mut [f64], x: &[f64], n: usize) {
    let mut out = mut_out;
    let mut k = 0;
    while out.len() >= n {
        let (a, rest) = std::mem::take(&mut out).split_at_mut(n);
        for i in 0..n {
            a[i] = a[i] * x[k] + x[k];
        }
        out = rest;
        k += 1;
    }
    for v in out.iter_mut() {
        *v *= 2.0 * x[0];
    }
}

#[differentiable]
fn cursor_over_output(out: &mut [f64], x: &[f64]) {
    let mut to = &mut out[..];
    for i in 0..x.len() {
        to[0] = x[i] * x[i];
        let (_, rest) = to.split_at_mut(1);
        to = rest;
    }
}

#[differentiable]
fn largest(x: &[f64]) -> f64 {
    let mut best = &x[0];
    for v in x {
        if *v > *best {
            best = v;
        }
    }
    *best * *best
}

#[differentiable]
fn assigned_in_branches(x: &[f64], y: &[f64], k: usize) -> f64 {
    let mut r = x;
    let mut s = r[0];
    if k > 0 {
        r = y;
        s *= r[1];
    }
    for i in 0..k {
        if i % 2 == 0 {
            r = &x[i..];
        } else {
            r = match i {
                1 => y,
                _ => &y[1..],
            };
        }
        s = s * r[0] + r[r.len() - 1];
    }
    s
}

#[differentiable]
fn swapped_shared(x: &[f64], y: &[f64]) -> f64 {
    let (mut a, mut b) = (x, y);
    if a[0] > b[0] {
        (a, b) = (b, a);
    }
    a[0] * a[0] * b[0] - a[1] * 3.0
}

#[differentiable]
fn euclid_of_slices(x: &[f64], y: &[f64]) -> f64 {
    let mut a = x;
    let mut b = y;
    let mut s = 0.0;
    while !a.is_empty() && !b.is_empty() {
        if a[0] < b[0] {
            s += a[0] * (s + 1.0);
            a = &a[1..];
        } else {
            s -= b[0] * s;
            b = &b[1..];
        }
    }
    for v in a {
        s += v * v;
    }
    for v in b.iter() {
        s += v * s;
    }
    s
}

#[differentiable]
fn with_jumps(x: &[f64]) -> f64 {
    let mut s = x;
    let mut p = 1.0;
    loop {
        if s.is_empty() {
            break;
        }
        let v = s[0];
        s = &s[1..];
        if v < 0.0 {
            continue;
        }
        p *= v;
        if p > 50.0 {
            return p * s.len() as f64 + s[0];
        }
    }
    p * p
}

#[test]
fn assigned_anew() {
    check_scalar!(shrinking(&[0.3, -0.8, 1.2, 0.7, 0.4][..]));
    check_scalar!(shrinking(&[][..]));
    check_scalar!(sequence_inputs(&[0.3, -0.8, 1.2, 0.7, 0.4, 0.9, 0.2, 0.5][..], const 2));
    check_scalar!(sequence_inputs_by_range(&[0.3, -0.8, 1.2, 0.7, 0.4, 0.9][..], const 2));
    check_scalar!(peel(&[0.3, -0.8, 1.2, 0.7, 0.4, 0.9, 0.1][..], const 2));
    check_scalar!(peel_by_let(&[0.3, -0.8, 1.2, 0.7, 0.4, 0.9, 0.1][..], const 3));
    for steps in 0..4 {
        check_scalar!(ping_pong(&[0.3, -0.8, 1.2][..], const steps));
        check_unit!(ping_pong_params(&mut [0.3, -0.8, 1.2][..], &mut [0.5, 0.4, 1.1][..], const steps));
    }
    check_scalar!(best_row(&[[0.3, 1.0], [0.8, 0.5], [0.6, 2.0]][..]));
    check_scalar!(best_of_iter(&[vec![0.3, 1.0], vec![0.8, 0.5], vec![0.6, 2.0]][..], const 1));
    check_unit!(taken_in_pieces(&mut [0.3, -0.8, 1.2, 0.7, 0.4][..], &[0.9, 0.1, 0.5][..], const 2));
    check_unit!(cursor_over_output(&mut [0.3, -0.8, 1.2, 0.7][..], &[0.9, 0.1, 0.5][..]));
    check_scalar!(largest(&[0.3, -0.8, 1.2, 0.7][..]));
    for k in 0..5 {
        check_scalar!(assigned_in_branches(&[0.3, -0.8, 1.2, 0.7, 0.2][..], &[0.9, 0.1, 0.5][..], const k));
    }
    check_scalar!(swapped_shared(&[0.3, -0.8][..], &[0.9, 0.1][..]));
    check_scalar!(swapped_shared(&[1.3, -0.8][..], &[0.9, 0.1][..]));
    check_scalar!(euclid_of_slices(&[0.3, 0.8, 1.4][..], &[0.5, 0.6][..]));
    check_scalar!(with_jumps(&[0.3, -0.8, 1.2, 0.7, 0.4][..]));
    check_scalar!(with_jumps(&[3.3, -0.8, 5.2, 7.7, 4.4][..]));
}

// ---- a recurrent network, with references as buffers ---------------------------------------------------------------

#[differentiable]
fn sigmoid(x: f64) -> f64 {
    1.0 / (1.0 + (-x).exp())
}

#[differentiable]
fn log_sum_exp(x: &[f64]) -> f64 {
    let mut sum = 0.0;
    for &v in x {
        sum += v.exp();
    }
    sum += 2.0;
    f64::ln(sum)
}

#[differentiable]
fn lstm_cell(n: usize, weight: &[f64], bias: &[f64], hidden: &mut [f64], cell: &mut [f64], input: &[f64]) {
    let mut gates = vec![0.0; 4 * n];
    let gates = &mut gates[..4 * n];
    let (a, b) = gates.split_at_mut(2 * n);
    let (forget, ingate) = a.split_at_mut(n);
    let (outgate, change) = b.split_at_mut(n);
    assert_eq!(ingate.len(), n);
    for i in 0..n {
        forget[i] = sigmoid(input[i] * weight[i] + bias[i]);
        ingate[i] = sigmoid(hidden[i] * weight[n + i] + bias[n + i]);
        outgate[i] = sigmoid(input[i] * weight[2 * n + i] + bias[2 * n + i]);
        change[i] = (hidden[i] * weight[3 * n + i] + bias[3 * n + i]).tanh();
    }
    for i in 0..n {
        cell[i] = cell[i] * forget[i] + ingate[i] * change[i];
    }
    for i in 0..n {
        hidden[i] = outgate[i] * cell[i].tanh();
    }
}

#[differentiable]
fn lstm_predict(l: usize, b: usize, w: &[f64], w2: &[f64], s: &mut [f64], x: &[f64], x2: &mut [f64]) {
    for i in 0..b {
        x2[i] = x[i] * w2[i];
    }
    let (s1, s2) = s.split_at_mut(b);
    lstm_cell(b, &w[0..b * 4], &w[b * 4..2 * b * 4], s1, s2, x2.as_mut());
    for i in 1..l {
        let i = i * 2 * b;
        let (xp, s1, s2) = {
            let tmp = &mut s[i - 2 * b..];
            let (a, d) = tmp.split_at_mut(2 * b);
            let (d, c) = d.split_at_mut(b);
            (a, d, c)
        };
        lstm_cell(b, &w[i * 4..(i + b) * 4], &w[(i + b) * 4..(i + 2 * b) * 4], s1, s2, xp);
    }
    let i = 2 * l * b;
    let xp = &s[i - 2 * b..];
    for i in 0..b {
        x2[i] = xp[i] * w2[b + i] + w2[2 * b + i];
    }
}

#[differentiable]
fn lstm_objective(
    l: usize,
    c: usize,
    b: usize,
    main: &[f64],
    extra: &[f64],
    state: &mut [f64],
    sequence: &[f64],
) -> f64 {
    let mut total = 0.0;
    let mut input = &sequence[..b];
    let mut ypred = vec![0.0; b];
    let mut ynorm = vec![0.0; b];
    for j in 0..(c - 1) {
        let t = j * b;
        lstm_predict(l, b, main, extra, state, input, &mut ypred);
        let lse = log_sum_exp(&ypred);
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
    -total / count as f64
}

fn some(n: usize, seed: f64) -> Vec<f64> {
    (0..n).map(|i| (seed + 1.7 * i as f64).sin() * 0.8).collect()
}

#[test]
fn recurrent_network() {
    let (l, c, b) = (2, 4, 3);
    let (main, extra) = (some(8 * l * b, 0.3), some(3 * b, 0.5));
    let (state, sequence) = (some(2 * l * b, 0.1), some(c * b, 0.9));
    check_scalar!(lstm_objective(const l, const c, const b, &main[..], &extra[..], &mut state.clone()[..], &sequence[..]));
}

// ---- combinations --------------------------------------------------------------------------------------------------

#[differentiable]
fn moving_parameter(mut x: &[f64], mut out: &mut [f64]) -> f64 {
    let mut s = 1.0;
    while let Some((v, rest)) = x.split_first() {
        s = s * v + 0.5;
        out[0] *= s;
        out = &mut std::mem::take(&mut out)[1..];
        x = rest;
    }
    s
}

#[differentiable]
fn moving_columns(m: &nalgebra::DMatrix<f64>) -> f64 {
    let mut c = m.column(0);
    let mut s = 1.0;
    for j in 0..m.ncols() {
        s *= c[0] + c[1];
        c = m.column(j);
        s += c[1] * c[0];
    }
    s
}

#[differentiable]
fn rows_of_rows(rows: &[Vec<f64>], k: usize) -> f64 {
    let mut row = &rows[0][..];
    let mut s = 0.5;
    for i in 0..rows.len() {
        if i != k {
            row = &rows[i][1..];
        }
        s = s * row[0] + row[row.len() - 1];
    }
    s
}

#[differentiable]
fn chosen_with_continue(x: &[f64], w: &mut [f64]) -> f64 {
    let mut s = 0.0;
    for i in 0..x.len() {
        let to = match i % 3 {
            0 => &mut w[0],
            1 => {
                if x[i] < 0.0 {
                    continue;
                }
                &mut w[1]
            }
            _ if x[i] > 10.0 => return s,
            _ => {
                s += x[i];
                &mut w[i % 2]
            }
        };
        *to *= x[i];
        s += *to * *to;
    }
    s
}

#[differentiable]
fn old_value_read_later(x: &mut [f64], c: bool) -> f64 {
    let before = x[0] * x[1];
    let r = if c { &mut x[0] } else { &mut x[1] };
    let old = *r;
    *r = before * 2.0;
    *r *= old;
    x[0] = x[0] * x[1] + before;
    before * old * x[0]
}

#[differentiable]
fn reads_beside_writes(n: usize, x: &[f64]) -> f64 {
    let mut buf = vec![0.0; 2 * n];
    let mut from = &x[..n];
    let (mut a, mut b) = buf.split_at_mut(n);
    for k in 0..3 {
        for i in 0..n {
            a[i] = from[i] * (k as f64 + 1.0) + b[i] * b[i];
        }
        (a, b) = (b, a);
        from = &x[k % 2..];
    }
    let mut s = 0.0;
    for i in 0..n {
        s += a[i] * b[i];
    }
    s + buf[0]
}

#[differentiable]
fn three_buffers(x: &[f64], steps: usize) -> f64 {
    let n = x.len();
    let mut p = x.to_vec();
    let mut q = vec![0.5; n];
    let mut r = vec![0.0; n];
    let (mut old, mut now, mut new) = (&mut p, &mut q, &mut r);
    for _ in 0..steps {
        for i in 0..n {
            new[i] = 1.5 * now[i] - old[i] * now[(i + 1) % n];
        }
        std::mem::swap(&mut old, &mut now);
        std::mem::swap(&mut now, &mut new);
    }
    let mut s = 0.0;
    for i in 0..n {
        s += now[i] * old[i] + new[i];
    }
    s
}

#[differentiable]
fn inner_loops(x: &[f64], n: usize) -> f64 {
    let mut s = 1.0;
    for k in 0..n {
        let mut row = &x[k..];
        while row.len() > 2 {
            s = 0.5 * s + row[0] * row[2] * s;
            row = &row[1..row.len() - 1];
            if s > 3.0 {
                break;
            }
        }
        s += row[0];
    }
    s
}

#[differentiable]
fn moved_into_calls(x: &mut [f64], n: usize) {
    let mut to = x;
    while to.len() > n {
        doubled(&mut to[..n], 2.0);
        let (_, rest) = to.split_at_mut(n);
        doubled(rest, 0.5);
        to = rest;
    }
    doubled(to, 3.0);
}

#[differentiable]
fn doubled(x: &mut [f64], k: f64) {
    for v in x.iter_mut() {
        *v = *v * *v * k;
    }
}

#[differentiable]
fn single<T: autodiff_core::Real>(x: &[T], k: T) -> T {
    let mut s = x;
    let mut p = k;
    while s.len() > 1 {
        p = p * s[0] + s[s.len() - 1];
        s = &s[1..];
    }
    p
}

#[differentiable]
fn element_cursor(x: &mut [f64]) {
    let mut s = &mut x[..];
    while s.len() > 1 {
        let (first, rest) = s.split_first_mut().unwrap();
        *first *= rest[0];
        rest[0] += *first;
        s = rest;
    }
}

#[differentiable]
fn least(x: &[f64], y: &[f64]) -> f64 {
    let mut low = &x[0];
    for i in 0..x.len() {
        if x[i] < *low {
            low = &x[i];
        }
        if y[i] < *low {
            low = &y[i];
        }
    }
    low.sin() * *low + low.powi(2)
}

#[test]
fn combinations() {
    let x = [0.3, -0.8, 1.2, 0.7];
    check_scalar!(moving_parameter(&x[..], &mut [0.5, 0.4, 1.1, 0.9, 0.2][..]));
    check_scalar!(moving_columns(&nalgebra::dmatrix![0.7, -0.4, 0.3; 1.3, 0.9, 0.6]));
    for k in 0..3 {
        check_scalar!(rows_of_rows(&[vec![0.3, 1.0], vec![0.8, 0.5], vec![0.6, 2.0]][..], const k));
        check_scalar!(three_buffers(&x[..], const k));
        check_scalar!(inner_loops(&[0.3, -0.8, 1.2, 0.7, 0.4, 0.9, 0.1][..], const k + 1));
    }
    check_scalar!(chosen_with_continue(&x[..], &mut [0.5, 0.4][..]));
    check_scalar!(chosen_with_continue(&[0.3, 0.8, 11.2, 0.7][..], &mut [0.5, 0.4][..]));
    for c in [false, true] {
        check_scalar!(old_value_read_later(&mut x.clone()[..], const c));
    }
    check_scalar!(reads_beside_writes(const 2, &x[..]));
    check_unit!(moved_into_calls(&mut [0.3, -0.8, 1.2, 0.7, 0.4][..], const 2));
    check_scalar!(single(&x[..], 0.8));
    check_unit!(element_cursor(&mut x.clone()[..]));
    check_scalar!(least(&x[..], &[0.5, 0.4, -1.1, 0.9][..]));
}

// ---- in the middle of expressions ----------------------------------------------------------------------------------

#[differentiable]
fn chosen_arguments(c: bool, x: &mut [f64], y: &mut [f64]) {
    doubled(if c { x } else { y }, 2.0);
}

#[differentiable]
fn chosen_places(c: bool, x: f64) -> f64 {
    let mut a = x;
    let mut b = x * x;
    *(if c { &mut a } else { &mut b }) *= x;
    *if c { &mut b } else { &mut a } += x;
    (if c { [a, b] } else { [b, a] })[0] * a * b
}

#[differentiable]
fn pairs_of_references(x: &[f64], y: &[f64]) -> f64 {
    let halves = x.split_at(1);
    let pair = (x, y);
    let (a, b) = pair;
    let first = halves.0;
    a[0] * b[1] + pair.0[1] * first[0] * halves.1[0]
}

#[differentiable]
fn from_a_loop(x: &[f64]) -> f64 {
    let mut i = 0;
    let r = loop {
        if x[i] > 0.5 {
            break &x[i..];
        }
        i += 1;
    };
    r[0] * r[1]
}

#[differentiable]
fn arrays_of_references(x: &[f64], y: &[f64]) -> f64 {
    let mut s = 0.0;
    for r in [x, y] {
        s += r[0] * r[1] * (s + 1.0);
    }
    let both = [&x[..], &y[1..]];
    for k in 0..2 {
        s *= both[k][0];
    }
    s + both[0][0] * both[1][0]
}

#[differentiable]
fn several_buffers(a: &mut [f64], b: &mut [f64], k: f64) {
    for buf in [a, b] {
        buf[0] *= k;
        doubled(buf, k);
    }
}

#[test]
fn in_the_middle_of_expressions() {
    for c in [false, true] {
        check_unit!(chosen_arguments(const c, &mut [0.3, -0.8][..], &mut [0.5, 0.4][..]));
        check_scalar!(chosen_places(const c, 0.7));
    }
    check_scalar!(pairs_of_references(&[0.3, -0.8, 0.6][..], &[0.5, 0.4][..]));
    check_scalar!(from_a_loop(&[0.3, -0.8, 0.6, 0.9][..]));
    check_scalar!(arrays_of_references(&[0.3, -0.8][..], &[0.5, 0.4][..]));
    check_unit!(several_buffers(&mut [0.3, -0.8][..], &mut [0.5, 0.4][..], 0.9));
}

// ---- the first of what is left, again and again --------------------------------------------------------------------

#[differentiable]
fn first_two(x: &[f64]) -> f64 {
    let Some((a, t)) = x.split_first() else { return 0.0 };
    let Some((b, u)) = t.split_first() else { return *a };
    a * b * b * u.len() as f64
}

#[differentiable]
fn from_both_ends(x: &[f64]) -> f64 {
    let Some((a, t)) = x.split_first() else { return 0.0 };
    let Some((b, t)) = t.split_first() else { return *a };
    let Some((c, v)) = t.split_last() else { return *a * *b };
    let [d, ..] = v else { return a * b * c };
    a * b * c * c * v.iter().sum::<f64>() * d
}

#[differentiable]
fn last_of_the_rest(x: &[f64]) -> f64 {
    let Some((a, t)) = x.split_last() else { return 0.0 };
    let Some((b, _)) = t.split_first() else { return *a };
    a * b * b
}

/// A function of the user's by a name of ours carries derivatives.
#[differentiable]
fn within(x: &f64, k: f64) -> f64 {
    x * x * k
}

#[differentiable]
fn by_a_name_of_ours(x: f64, k: f64) -> f64 {
    let a = within(&x, k);
    a * within(&k, a)
}

#[differentiable]
fn copied_out_of_a_reference(x: &[f64]) -> f64 {
    let r = &x[0];
    let &(mut a) = r;
    a *= 2.0;
    let &b = r;
    let mut c = b;
    c = c * x[1];
    a * b * c
}

#[test]
fn first_of_the_rest() {
    let x = [2.0, 3.0, 5.0, 7.0, 11.0];
    for n in 0..=5 {
        let x = &x[..n];
        check_scalar!(first_two(&x[..]));
        check_scalar!(from_both_ends(&x[..]));
        check_scalar!(last_of_the_rest(&x[..]));
    }
    check_scalar!(copied_out_of_a_reference(&x[..]));
    let (x, k) = (1.5, 0.7);
    check_scalar!(by_a_name_of_ours(x, k));
}
