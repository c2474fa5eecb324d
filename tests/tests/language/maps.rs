//! Loops over entries with branches, of which nothing is kept: their iterations are run again.
use autodiff_core::{check, differentiable};

/// A chain of masses between walls, over time.
#[differentiable]
fn chain(start: &[f64], k: f64, steps: usize) -> f64 {
    let n = start.len();
    let (mut x, mut v, mut f) = (start.to_vec(), vec![0.0; n], vec![0.0; n]);
    for _ in 0..steps {
        for i in 0..n {
            let left = if i > 0 { x[i - 1] - x[i] } else { -x[i] };
            let right = if i + 1 < n { x[i + 1] - x[i] } else { -x[i] };
            f[i] = k * (left + right) - x[i] * x[i] * x[i];
        }
        for i in 0..n {
            v[i] += 0.1 * f[i];
            x[i] += 0.1 * v[i];
        }
    }
    v.iter().map(|v| v * v).sum()
}

/// What it overwrites was read before: it is kept as one piece.
#[differentiable]
fn overwritten(x: &[f64], y: &mut [f64]) -> f64 {
    let mut s = 0.0;
    for _ in 0..3 {
        for i in 0..y.len() {
            s += y[i] * y[i] * x[0];
        }
        for i in 1..y.len() {
            let slope = if x[i] > x[i - 1] { x[i] * x[i] } else { x[i] * x[i - 1] };
            y[i] = slope * 0.5;
        }
        for i in 0..y.len() {
            let slope = if x[i] > 0.3 { x[i] * x[0] } else { 0.4 * x[i] };
            y[i] += slope * slope;
        }
    }
    s
}

/// What decides is changed later on.
#[differentiable]
fn decided_by_state(x: &[f64]) -> f64 {
    let n = x.len();
    let (mut w, mut f) = (x.to_vec(), vec![0.0; n]);
    let mut s = 0.0;
    for _ in 0..3 {
        for i in 0..n {
            f[i] = if w[i] > 0.4 { w[i] * w[i] } else { 0.5 * w[i] * w[(i + 1) % n] };
        }
        for i in 0..n {
            w[i] = f[n - 1 - i] * 0.9;
            s += w[i] * f[i];
        }
    }
    s
}

/// A sum in a branch, and one outside of it.
#[differentiable]
fn sums(x: &[f64], scale: f64) -> f64 {
    let (mut s, mut t) = (0.0, 0.0);
    let mut y = x.to_vec();
    for i in 0..x.len() {
        let mut a = x[i] * scale;
        if a > 0.2 {
            a += x[i] * x[i];
            s += a * scale;
        }
        t += a * a;
        y[i] = a * x[0];
    }
    s * t + y[1] * y[2]
}

/// The last one counts of several that give an entry a value: such a loop is reversed in its order.
#[differentiable]
fn scattered(x: &[f64], to: &[usize]) -> f64 {
    let mut y = vec![0.5; 3];
    for i in 0..x.len() {
        let v = if x[i] > 0.3 { x[i] * x[i] } else { x[i] * 0.5 };
        y[to[i]] = v * x[0];
    }
    y[0] * y[1] + y[2]
}

/// It reads what it wrote: the iterations know of each other.
#[differentiable]
fn carried(x: &[f64]) -> f64 {
    let mut y = x.to_vec();
    for i in 1..x.len() {
        let v = if x[i] > 0.3 { x[i] * y[i - 1] } else { x[i] * 0.5 };
        y[i] = v * x[0];
    }
    y.iter().map(|y| y * y).sum()
}

#[test]
fn agree() {
    let x = [0.7, -0.2, 0.45, 0.31];
    check!(chain(
        &x,
        0.8,
        #[nodiff]
        3
    ));
    check!(overwritten(&x, &mut [0.3, -0.6, 0.2, 0.9]));
    check!(decided_by_state(&x));
    check!(sums(&x, 0.6));
    check!(scattered(
        &x,
        #[nodiff]
        &[0, 2, 0, 2]
    ));
    check!(carried(&x));
}
