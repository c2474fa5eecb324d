//! Fields marked `#[nodiff]` that are lists: indexed, iterated over, taken apart, written to.
use autodiff_core::{Differentiable, differentiable};
use autodiff_tests::check_scalar;

#[derive(Differentiable, Clone, Debug)]
struct Sparse {
    w: Vec<f64>,
    #[nodiff]
    at: Vec<usize>,
    #[nodiff]
    n: usize,
}

#[derive(Differentiable, Clone, Debug)]
struct Model {
    first: Sparse,
    all: Vec<Sparse>,
    scale: f64,
}

#[differentiable]
impl Sparse {
    fn dot(&self, x: f64) -> f64 {
        self.at.iter().map(|&i| self.w[i] * x).sum()
    }
    fn turn(&mut self, x: f64) {
        for k in 0..self.at.len() {
            let i = self.at[k];
            self.w[i] *= x;
            self.at[k] = (i + 1) % 3;
        }
    }
}

#[differentiable]
fn model(x: &[f64]) -> Model {
    let p = Sparse { w: x.to_vec(), at: vec![0, 2, 2], n: 0 };
    Model { first: p.clone(), all: vec![p.clone(), p], scale: x[0] * x[1] }
}

#[differentiable]
fn inside(p: &Sparse, x: f64) -> f64 {
    let mut s = 0.0;
    for i in 0..3 {
        s += p.w[p.at[i]] * x;
    }
    for &i in &p.at {
        s += p.w[i] * s * x;
    }
    for k in 0..p.at.len() {
        let i = p.at[k];
        s += p.w[i] * x;
    }
    s
}

#[differentiable]
fn taken_apart(p: &Sparse, x: f64) -> f64 {
    let Sparse { w, at, .. } = p;
    let others = &p.at;
    let mut s = 0.0;
    for i in at {
        s += w[*i] * x;
    }
    for i in others.iter() {
        s += w[*i] * s;
    }
    s * at[1] as f64
}

#[differentiable]
fn of_many(q: &Model, x: f64) -> f64 {
    let mut s = 0.0;
    for p in &q.all {
        for &i in &p.at {
            s += p.w[i] * x;
        }
    }
    for (k, p) in q.all.iter().enumerate() {
        s += p.w[p.at[k]];
        for i in p.at.iter() {
            s *= p.w[*i] + x;
        }
    }
    for i in 0..q.all[0].at.len() {
        let j = q.all[0].at[i];
        s += q.first.w[q.first.at[j]];
    }
    s
}

#[differentiable]
fn in_closures(all: &[Sparse], x: f64) -> f64 {
    all.iter().map(|p| p.w[p.at[0]] * x).sum::<f64>()
        + all.iter().map(|p| p.at.iter().map(|i| p.w[*i] * x).sum::<f64>()).sum::<f64>()
}

#[differentiable]
fn by_methods(q: Model, x: f64) -> f64 {
    let mut q = q;
    q.first.turn(x);
    q.first.turn(x);
    let w = &mut q.first.w;
    for i in &q.first.at {
        w[*i] *= x;
    }
    q.first.dot(x) * q.scale
}

#[differentiable]
fn in_arms(p: &Sparse, x: f64) -> f64 {
    let y = match p {
        Sparse { w, at, n: 0 } => {
            let k = at[0];
            w[k] * x
        }
        _ => x,
    };
    if let Sparse { w, at, n: 0 } = p {
        let k = at[1];
        y * w[k]
    } else {
        0.0
    }
}

#[differentiable]
fn of_its_own(mut p: Sparse, x: f64) -> f64 {
    p.at[0] = 1;
    p.w[p.at[0]] * x
}

#[differentiable]
fn read(x: &[f64], k: usize) -> f64 {
    let q = model(x);
    match k {
        0 => inside(&q.first, x[0]),
        1 => taken_apart(&q.first, x[0]),
        2 => of_many(&q, x[0]),
        3 => in_closures(&q.all, x[0]),
        4 => in_arms(&q.first, x[1]),
        5 => of_its_own(q.first, x[2]),
        _ => by_methods(q, x[0]),
    }
}

#[test]
fn marked_lists_are_read() {
    for k in 0..7 {
        check_scalar!(read(&[0.3, 0.7, 0.4][..], const k));
    }
}

#[differentiable]
fn write(p: &mut Sparse, x: f64) {
    p.at[0] = 1;
    let k = p.at[0];
    p.w[k] *= x;
    p.at[k] = 0;
    let k = p.at[1];
    p.w[k] *= x * p.w[p.at[0]];
    p.at = vec![2, 2, 2];
    p.n += 1;
    p.w[p.at[p.n]] *= x;
    for _ in 0..3 {
        let k = p.at[0];
        p.w[k] *= x;
        p.at[0] = (k + 1) % 3;
    }
}

#[differentiable]
fn written(x: &[f64]) -> f64 {
    let mut p = Sparse { w: x.to_vec(), at: vec![0, 1, 2], n: 0 };
    p.n += 1;
    p.at[p.n] = 0;
    let mut s = 0.0;
    for k in p.at.iter() {
        s += p.w[*k] * p.w[*k];
    }
    write(&mut p, x[0]);
    p.at[1] = 2;
    s + p.w[p.at[0]] + p.w[p.at[1]] * p.w[0]
}

#[test]
fn marked_lists_are_written() {
    check_scalar!(written(&[0.3, 0.7, 0.4][..]));
}
