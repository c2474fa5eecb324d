//! The best of many, found in a loop: only what was chosen has a derivative, and what else the loop does keeps its own.
use autodiff_core::differentiable;
use autodiff_tests::check_scalar;

const POINTS: [[f64; 2]; 4] = [[0.3, 1.2], [-0.4, 0.7], [1.6, -0.2], [0.5, 0.4]];

#[differentiable]
fn of_points(a: &[[f64; 2]], b: &[[f64; 2]]) -> f64 {
    let mut sum = 0.0;
    for p in a {
        let mut best = f64::INFINITY;
        for q in b {
            let d = (p[0] - q[0]).powi(2) + (p[1] - q[1]).powi(2);
            if d < best {
                best = d;
            }
        }
        sum += best;
    }
    sum
}

#[differentiable]
fn distance(p: &[f64; 2], q: &[f64; 2], scale: f64) -> f64 {
    scale * ((p[0] - q[0]).powi(2) + (p[1] - q[1]).powi(2)).sqrt()
}
#[differentiable]
fn by_a_function(p: &[f64; 2], b: &[[f64; 2]], scale: f64) -> f64 {
    let mut best = 9.0;
    for q in b {
        let s = scale * scale;
        let d = distance(p, q, s);
        if d < best {
            best = d * d;
        }
    }
    best
}

/// What is added up for all beside it.
#[differentiable]
fn with_a_sum(p: &[f64], q: &[f64]) -> f64 {
    let (mut best, mut sum) = (-9.0, 0.0);
    for i in 0..p.len() {
        let d = p[i] * q[i];
        let e = d.sin();
        sum += e * d;
        if d > best {
            best = d;
        }
    }
    best * sum
}

/// What is chosen goes on to be changed by all others.
#[differentiable]
fn changed_on(p: &[f64], k: f64) -> f64 {
    let mut best = 0.1;
    for v in p {
        let d = v * v - k;
        best *= 1.0 + 0.1 * d;
        if d > best {
            best = d.exp();
        }
    }
    best
}

/// Several are taken over at once; what is chosen from is a sum of its own.
#[differentiable]
fn of_rows(rows: &[f64], w: &[f64], n: usize) -> f64 {
    let (mut best, mut second) = (f64::NEG_INFINITY, 0.5);
    for row in rows.chunks_exact(n) {
        let mut score = 0.0;
        for j in 0..n {
            score += row[j] * w[j];
        }
        if score > best {
            second = best.max(-3.0);
            best = score;
        }
    }
    best * second
}

#[differentiable]
fn either_way(p: &[f64]) -> f64 {
    let (mut low, mut high) = (1.0, 2.0);
    for v in p {
        let d = v * v;
        if d < 1.0 {
            low = d * low;
        } else {
            high = d + high;
        }
    }
    low * high
}

#[differentiable]
fn square(v: f64, k: &[f64]) -> f64 {
    v * v * k[0].sin()
}
/// Two calls in a row, of which the one is for all, the other for the chosen.
#[differentiable]
fn beside_another_call(p: &[f64], k: &[f64]) -> f64 {
    let (mut best, mut sum) = (0.5, 0.0);
    for v in p {
        let e = square(*v * k[1], k);
        let d = square(*v, k);
        if d < best {
            best = d;
        }
        sum += e * e;
    }
    best * sum
}

#[differentiable]
fn relaxed(y: &mut [f64], v: f64) -> f64 {
    y[0] = y[0] * v + 0.3;
    y[1] *= y[0];
    y[0] * v
}
/// The call changes something for all, and is put back for all.
#[differentiable]
fn changing_meanwhile(p: &[f64], y: &mut [f64]) -> f64 {
    let (mut best, mut sum) = (0.5, 0.0);
    for v in p {
        sum += y[0] * y[0] * y[1];
        let d = relaxed(y, *v);
        if d < best {
            best = d;
        }
    }
    best * sum + y[1] * y[0]
}

#[differentiable]
fn by(f: &dyn Fn(f64) -> f64, v: f64) -> f64 {
    f(v)
}
#[differentiable]
fn by_a_closure(p: &[f64], k: f64) -> f64 {
    let mut best = 0.9;
    for v in p {
        let d = by(&|t| t * t * k, *v);
        if d < best {
            best = d;
        }
    }
    best
}

#[test]
fn the_best_of_many() {
    let p = [1.2, -0.7, 0.4, 1.9, 0.3];
    check_scalar!(of_points(&POINTS[..], &[[0.1, 0.2], [0.9, 0.8], [1.5, 0.1]][..]));
    check_scalar!(by_a_function(&[0.2, 0.9], &POINTS[..], 1.1));
    check_scalar!(with_a_sum(&p[..], &[0.3, 0.8, -1.1, 0.6, 1.7][..]));
    check_scalar!(changed_on(&p[..], 0.2));
    check_scalar!(of_rows(&[0.3, 1.1, -0.2, 0.9, 0.4, 1.3, 0.8, 0.1, 0.2][..], &[0.7, 1.2, -0.4][..], const 3));
    check_scalar!(either_way(&p[..]));
    check_scalar!(beside_another_call(&p[..], &[1.1, 0.7][..]));
    check_scalar!(changing_meanwhile(&p[..], &mut [0.8, 1.1][..]));
    check_scalar!(by_a_closure(&p[..], 0.7));
}
