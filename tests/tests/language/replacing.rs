//! Options and enums that are replaced by another variant: behind `&mut`, in fields, in vectors.
#![allow(clippy::all, reason = "as people write it")]
use autodiff_core::{Differentiable, differentiable};
use autodiff_tests::check_scalar;

#[differentiable]
fn fill(x: f64, slot: &mut Option<f64>) {
    *slot = Some(x * x);
}

#[differentiable]
fn advance(x: f64, slot: &mut Option<f64>) -> f64 {
    let a = match slot {
        Some(v) => *v * x,
        None => x,
    };
    *slot = if a > 1.0 { None } else { Some(a * x) };
    a
}

#[differentiable]
fn take_or_fill(x: f64, slot: &mut Option<f64>) -> f64 {
    if let Some(v) = slot.take() {
        v * x
    } else {
        *slot = Some(x);
        1.0
    }
}

#[differentiable]
fn slots(x: &[f64]) -> f64 {
    let mut s = None;
    fill(x[0], &mut s);
    let mut t = 0.0;
    for k in 0..3 {
        t += advance(x[k], &mut s);
    }
    t * s.unwrap_or(x[0])
}

#[differentiable]
fn taken_slots(x: &[f64]) -> f64 {
    let mut s = None;
    let mut t = 0.0;
    for k in 0..3 {
        t += take_or_fill(x[k], &mut s) * t + x[1];
    }
    t + s.unwrap_or(x[0])
}

#[derive(Differentiable, Clone)]
enum Shape {
    Circle(f64),
    Rect { w: f64, h: f64 },
    Poly(Vec<f64>),
    Nothing,
}

#[differentiable]
fn morph(x: f64, s: &mut Shape) -> f64 {
    let a = match s {
        Shape::Circle(r) => *r * x,
        Shape::Rect { w, h } => *w * *h,
        Shape::Poly(v) => v[0] * x,
        Shape::Nothing => x,
    };
    *s = Shape::Rect { w: a, h: x };
    a
}

#[differentiable]
fn morphed(x: &[f64]) -> f64 {
    let mut s = Shape::Circle(x[2]);
    let mut t = 0.0;
    for k in 0..3 {
        t += morph(x[k], &mut s);
    }
    t
}

#[derive(Differentiable, Clone)]
struct Cache {
    last: Option<f64>,
    n: f64,
}

#[differentiable]
impl Cache {
    fn next(&mut self, x: f64) -> f64 {
        let r = match self.last {
            Some(v) => v * x,
            None => x * x,
        };
        self.last = Some(r + x);
        self.n += r;
        r
    }
    fn forget(&mut self) {
        self.last = None;
    }
}

#[differentiable]
fn cached(x: &[f64]) -> f64 {
    let mut c = Cache { last: None, n: x[0] };
    let a = c.next(x[1]);
    let b = c.next(x[2]);
    c.forget();
    let d = c.next(x[0]);
    a * b * d + c.n
}

#[differentiable]
impl Cache {
    fn eat(&mut self) -> f64 {
        let r = match self.last {
            Some(v) => v * v,
            None => 0.5,
        };
        self.last = None;
        r
    }
    fn clear_or_fill(&mut self, x: f64) {
        if x > 0.5 {
            self.last = None;
        } else {
            self.last = Some(x * self.n);
        }
    }
}

#[differentiable]
fn emptied(x: &[f64]) -> f64 {
    let mut c = Cache { last: Some(x[1]), n: x[0] };
    let a = c.eat();
    c.clear_or_fill(x[2]);
    let b = c.eat();
    c.clear_or_fill(0.1 * x[1]);
    a * c.n + b + c.eat()
}

#[differentiable]
fn eat(s: &mut Option<f64>) -> f64 {
    let r = match s {
        Some(v) => *v * *v,
        None => 0.5,
    };
    *s = None;
    r
}

#[differentiable]
fn emptied_slots(x: &[f64]) -> f64 {
    let mut s = Some(x[0] * x[1]);
    let a = eat(&mut s);
    s = Some(a * x[2]);
    a + eat(&mut s) * eat(&mut s)
}

#[differentiable]
fn read_and_emptied(x: &[f64]) -> f64 {
    let mut c = Cache { last: Some(x[1]), n: x[0] };
    let r = if let Some(v) = c.last { v * v } else { 1.0 };
    c.last = None;
    let q = c.last.unwrap_or(x[0]);
    c.last = Some(q * r);
    if let Some(v) = &mut c.last {
        *v *= x[2];
    }
    r * c.last.unwrap()
}

#[differentiable]
fn vector_of_slots(x: &[f64]) -> f64 {
    let mut v = vec![Some(x[2]), Some(x[0])];
    for k in 0..4 {
        let i = k % 2;
        let r = match v[i] {
            Some(a) => a * x[1],
            None => x[2],
        };
        v[1 - i] = if k == 2 { None } else { Some(r * r) };
    }
    let mut s = 0.0;
    for e in &v {
        if let Some(a) = e {
            s += a;
        }
    }
    s
}

#[differentiable]
fn vector_of_shapes(x: &[f64]) -> f64 {
    let mut sh = vec![Shape::Circle(x[0]), Shape::Nothing];
    let mut t = 0.0;
    for k in 0..3 {
        t += match &sh[k % 2] {
            Shape::Circle(r) => r * x[1],
            Shape::Rect { w, h } => w * h,
            Shape::Poly(v) => v[0] * v[1],
            Shape::Nothing => x[2],
        };
        sh[k % 2] = if k == 0 { Shape::Poly(vec![t, x[0]]) } else { Shape::Rect { w: t * x[0], h: x[2] } };
    }
    for s in &mut sh {
        t += morph(x[1], s);
    }
    t
}

#[differentiable]
fn slots_by_reference(x: &[f64]) -> f64 {
    let mut sl = vec![Some(x[0]), Some(x[2]), Some(x[1])];
    sl[1] = None;
    let mut t = 0.0;
    for s in sl.iter_mut() {
        if let Some(v) = s {
            t += *v * *v;
            *s = None;
        } else {
            *s = Some(t * x[2]);
        }
    }
    for (k, s) in sl.iter_mut().enumerate() {
        t += s.unwrap_or(x[k]) * t;
        *s = if k == 1 { Some(t) } else { None };
    }
    t + sl[1].unwrap()
}

#[differentiable]
fn slots_side_by_side(x: &[f64]) -> f64 {
    let mut p = (Some(x[0]), Some(x[1]));
    let (a, b) = (&mut p.0, &mut p.1);
    *b = Some(a.unwrap() * x[1]);
    *a = None;
    *a = Some(b.unwrap() * b.unwrap());
    *b = None;
    p.0.unwrap() + p.1.unwrap_or(x[2])
}

#[test]
fn variants_are_replaced() {
    for x in [[1.31, 2.17, 0.73], [0.43, -1.2, 1.97]] {
        check_scalar!(slots(&x[..]));
        check_scalar!(taken_slots(&x[..]));
        check_scalar!(morphed(&x[..]));
        check_scalar!(cached(&x[..]));
        check_scalar!(emptied(&x[..]));
        check_scalar!(emptied_slots(&x[..]));
        check_scalar!(read_and_emptied(&x[..]));
        check_scalar!(vector_of_slots(&x[..]));
        check_scalar!(vector_of_shapes(&x[..]));
        check_scalar!(slots_by_reference(&x[..]));
        check_scalar!(slots_side_by_side(&x[..]));
    }
}

/// The seed is one of the final variant, the gradient one of the initial variant.
#[test]
fn seeds_are_of_the_final_variant() {
    let mut cache = Cache { last: Some(3.0), n: 1.0 };
    let mut bar = CacheTangent { last: None, n: 2.0 };
    cache.eat_vjp(5.0, &mut bar);
    assert_eq!((bar.last, bar.n), (Some(30.0), 2.0));

    let (mut slot, mut bar) = (None, Some(7.0));
    assert_eq!(fill::vjp(3.0, &mut slot, &mut bar), 42.0);
    assert_eq!((slot, bar), (Some(9.0), None));
}

/// Rows that a loop replaces by lists of other lengths: what was there before has an adjoint of its own length.
#[differentiable]
fn rows_of_other_lengths(x: &[f64], n: usize) -> f64 {
    let mut rows = vec![x.to_vec(), x[1..].to_vec()];
    for i in 0..n {
        let r = rows[i % 2][0] * (i as f64 + 0.5);
        rows[i % 2] = x[i..].iter().map(|v| v * r).collect();
    }
    rows.iter().map(|r| r.iter().map(|v| v * v).sum::<f64>()).sum()
}

#[differentiable]
fn rows_that_shrink(x: &[f64], n: usize) -> f64 {
    let mut rows = [x.to_vec(), x[1..].to_vec()];
    for i in 0..n {
        let r: f64 = rows[i % 2].iter().sum();
        let short: Vec<f64> = x[i + 1..].iter().map(|v| v * r).collect();
        rows[i % 2] = short;
    }
    rows[0][0] * rows[1][0]
}

#[differentiable]
fn rows_that_become_others(x: &[f64], n: usize) -> f64 {
    let mut rows = [x.to_vec(), x[2..].to_vec()];
    for i in 0..n {
        let r: f64 = rows[i % 2].iter().map(|v| v * v).sum();
        rows[i % 2] = rows[1 - i % 2].clone();
        rows[i % 2][0] *= r;
    }
    rows[0][0] * rows[1][1]
}

#[test]
fn rows_of_other_lengths_in_loops() {
    for n in 1..4 {
        check_scalar!(rows_of_other_lengths(&[0.3, 0.5, 0.2, 0.7][..], const n));
        check_scalar!(rows_that_shrink(&[0.3, 0.5, 0.2, 0.7][..], const n));
        check_scalar!(rows_that_become_others(&[0.3, 0.5, 0.2, 0.7][..], const n));
    }
}
