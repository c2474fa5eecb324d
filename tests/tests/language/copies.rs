//! What is behind a shared reference does not change, and copies of it may: by references that have names of their own.
use autodiff_core::differentiable;
use autodiff_tests::check_scalar;

#[derive(Clone, Copy)]
struct P {
    a: f64,
    b: f64,
}
#[derive(Clone)]
struct L {
    v: Vec<f64>,
    w: [f64; 2],
}
#[differentiable]
fn add(o: &mut f64, x: f64) {
    *o += x * x;
}
#[differentiable]
fn fill(o: &mut [f64], x: f64) {
    for v in o.iter_mut() {
        *v += x * x;
    }
}
#[differentiable]
fn taken_apart_by_value(x: f64, #[nodiff] ps: &[P]) -> f64 {
    let mut t = 0.0;
    for &P { a, mut b } in ps {
        add(&mut b, x);
        let mut c = a;
        let r = &mut c;
        add(r, x);
        t += b * c * a;
    }
    t
}
#[differentiable]
fn copies_of_what_is_shared(x: f64, #[nodiff] ps: &[P]) -> f64 {
    let mut t = 0.0;
    for p in ps.iter() {
        let mut q = *p;
        let r = &mut q.a;
        t += *r;
        let P { a, b } = *p;
        let mut a2 = a;
        {
            let z = &mut a2;
            *z *= x;
        }
        t += a2 * b;
    }
    t
}
#[differentiable]
fn clones_of_what_is_shared(x: f64, #[nodiff] ls: &[L]) -> f64 {
    let mut t = 0.0;
    for l in ls {
        let mut v = l.v.clone();
        let s = &mut v;
        fill(s, x);
        t += v.iter().sum::<f64>();
        let mut w = l.w;
        let r = &mut w;
        r[0] += x;
        let u = r;
        u[1] *= x;
        t += w[0] * w[1];
    }
    t
}
#[differentiable]
fn copies_in_a_closure(x: f64, #[nodiff] ls: &[L]) -> f64 {
    ls.iter()
        .map(|l| {
            let mut v = l.v.clone();
            fill(&mut v, x);
            let mut c = l.w[0];
            let r = &mut c;
            *r += x;
            v[0] * c
        })
        .sum()
}
#[differentiable]
fn copies_of_stepped_items(x: f64, #[nodiff] ls: &[L]) -> f64 {
    let mut t = x;
    let mut it = ls.iter();
    while let Some(l) = it.next() {
        let mut k = l.w[1];
        let r = &mut k;
        add(r, t);
        t += k;
    }
    t
}
#[differentiable]
fn items_beside_shared_ones(x: &[f64], #[nodiff] k: &[f64]) -> f64 {
    let mut y = x.to_vec();
    for (a, b) in y.iter_mut().zip(k.iter()) {
        let q = a;
        *q += b * x[0];
    }
    for (b, a) in k.iter().zip(y.iter_mut()) {
        let q = a;
        add(q, *b * x[1]);
    }
    for a in &mut y {
        let q = a;
        *q *= x[0];
    }
    y.iter().sum()
}
#[differentiable]
fn parts_of_rows(x: &[f64]) -> f64 {
    let mut grid = vec![[0.0; 2]; 3];
    for row in grid.iter_mut() {
        let [a, b] = row;
        let p = a;
        *p += x[0];
        let q = b;
        add(q, x[1]);
    }
    for (i, row) in grid.iter_mut().enumerate() {
        let r = row;
        r[i % 2] *= x[1];
        let s = &mut *r;
        s[0] += x[0];
    }
    grid.iter().flatten().map(|v| v * v).sum()
}
#[differentiable]
fn copies_of_an_option(x: f64, #[nodiff] o: &Option<P>) -> f64 {
    let mut t = x;
    if let Some(p) = o {
        let mut a = p.a;
        let r = &mut a;
        *r *= t;
        t += a;
    }
    match o {
        Some(P { a, b }) => {
            let mut c = *a;
            add(&mut c, x);
            let mut d = *b;
            let z = &mut d;
            *z += c;
            t * d
        }
        None => t,
    }
}
#[differentiable]
fn parameters_by_other_names(x: &mut [f64], y: &mut Vec<f64>, k: f64) {
    let a = x;
    let b = y;
    for (p, q) in a.iter_mut().zip(b.iter()) {
        let r = p;
        *r += q * k;
    }
    let c = a;
    fill(c, k);
    let d = b;
    d[0] *= k;
    let e = &mut d[1..];
    let f = e;
    fill(f, k);
}
#[differentiable]
fn lent_by_other_names(x: &[f64], k: f64) -> f64 {
    let mut a = x.to_vec();
    let mut b = x.to_vec();
    parameters_by_other_names(&mut a, &mut b, k);
    a.iter().zip(&b).map(|(a, b)| a * b).sum()
}
#[differentiable]
fn copies_of_what_a_map_holds(x: f64, #[nodiff] m: &std::collections::BTreeMap<u8, Vec<f64>>) -> f64 {
    let mut t = 0.0;
    for (k, v) in m {
        let mut w = v.clone();
        let r = &mut w;
        fill(r, x * *k as f64);
        t += w[0];
        let Some(first) = v.first() else { continue };
        let mut f = *first;
        let g = &mut f;
        *g *= x;
        t += f;
    }
    let z = m.get(&1).unwrap();
    let mut zz = z.clone();
    let h = &mut zz;
    h[0] += x;
    t + zz[0] * zz[0]
}
#[differentiable]
fn shared_and_then_changed(x: &[f64]) -> f64 {
    let y = x;
    let mut z = y.to_vec();
    let w = &z;
    let s: f64 = w.iter().sum();
    let first = w.first().unwrap();
    let f = first;
    let q = f * s;
    let v = &mut z;
    v[0] += q;
    let last = v.last_mut().unwrap();
    let l = last;
    *l *= q;
    z.iter().product()
}
#[test]
fn copies() {
    let ps = [P { a: 0.3, b: 0.5 }, P { a: 0.7, b: 0.2 }];
    let ls = vec![L { v: vec![0.1, 0.2], w: [0.3, 0.4] }, L { v: vec![0.5], w: [0.6, 0.7] }];
    let x = [0.3, 0.8];
    check_scalar!(taken_apart_by_value(0.4, const &ps));
    check_scalar!(copies_of_what_is_shared(0.4, const &ps));
    check_scalar!(clones_of_what_is_shared(0.4, const &ls));
    check_scalar!(copies_in_a_closure(0.4, const &ls));
    check_scalar!(copies_of_stepped_items(0.4, const &ls));
    check_scalar!(items_beside_shared_ones(&x[..], const &[0.4, 0.9]));
    check_scalar!(parts_of_rows(&x[..]));
    check_scalar!(copies_of_an_option(0.4, const &Some(ps[0])));
    check_scalar!(copies_of_an_option(0.4, const &None));
    check_scalar!(lent_by_other_names(&x[..], 0.7));
    check_scalar!(copies_of_what_a_map_holds(0.4, const &[(1u8, vec![0.3, 0.4]), (2, vec![])].into_iter().map(|(k, v): (u8, Vec<f64>)| (k, if v.is_empty() { vec![0.9] } else { v })).collect()));
    check_scalar!(shared_and_then_changed(&x[..]));
}

#[differentiable]
fn constants_that_references_change(x: f64, #[nodiff] cs: &[f64]) -> f64 {
    let mut total = 0.0;
    for &c in cs.iter() {
        let mut a = c;
        let r = &mut a;
        *r += x * x;
        let q = &mut *r;
        *q *= 2.0;
        total += a * a;
    }
    for (i, c) in cs.iter().enumerate() {
        let mut a = *c;
        {
            let r = &mut a;
            *r *= x;
        }
        total += a * i as f64;
    }
    total
}
#[differentiable]
fn arrays_that_are_copied(x: f64, #[nodiff] cs: &[[f64; 2]]) -> f64 {
    let mut total = 0.0;
    for c in cs {
        let mut a = *c;
        fill(&mut a, x);
        let b = a;
        total += b[0] * b[1];
        let (mut u, v) = (c[0], c[1]);
        u += x;
        total *= u * v;
    }
    for &[p, q] in cs {
        let mut w = [p, q];
        {
            let s = &mut w[..];
            fill(s, x);
        }
        total += w[0] * w[1];
    }
    total
}
#[differentiable]
fn items_that_are_moved(x: &[f64], #[nodiff] cs: &[f64]) -> f64 {
    let mut bufs = vec![vec![0.0; 2]; 2];
    for (b, c) in bufs.iter_mut().zip(cs.iter()) {
        let t = b;
        fill(t, x[0] * c);
    }
    for b in bufs.iter_mut() {
        let t = b;
        t[0] += x[1];
        fill(&mut t[1..], x[0]);
    }
    let mut it = bufs.iter_mut();
    while let Some(b) = it.next() {
        let t = b;
        fill(t, x[1]);
    }
    let s: f64 = bufs.iter().flatten().sum();
    let last = bufs.last_mut().unwrap();
    let r = last;
    fill(r, x[0]);
    s * bufs[1][0]
}
#[differentiable]
fn found_and_copied(x: f64, #[nodiff] cs: &[f64]) -> f64 {
    let first = cs.first().unwrap();
    let mut v = *first;
    let r = &mut v;
    *r += x;
    let mut o = Some(x);
    if let Some(w) = o.as_mut() {
        let z = w;
        *z *= v;
    }
    let m = match cs.get(1) {
        Some(c) => {
            let mut d = *c;
            let e = &mut d;
            *e *= x;
            d
        }
        None => x,
    };
    v * o.unwrap() + m
}
#[differentiable]
fn reborrowed_copy(x: f64, #[nodiff] cs: &[f64]) -> f64 {
    let mut total = 0.0;
    for &c in cs.iter() {
        let mut a = c;
        let r = &mut a;
        let q = &mut *r;
        *q *= 2.0 * x;
        total += a * a;
    }
    total
}

#[test]
fn changed_by_other_names() {
    let (c, x) = ([0.5, 0.7, 1.1], [0.3, 0.6]);
    check_scalar!(constants_that_references_change(0.3, const &c));
    check_scalar!(arrays_that_are_copied(0.3, const &[[0.5, 0.7], [1.1, 0.2]]));
    check_scalar!(items_that_are_moved(&x[..], const &c[..2]));
    check_scalar!(found_and_copied(0.3, const &c));
    check_scalar!(found_and_copied(0.3, const &c[..1]));
    check_scalar!(reborrowed_copy(0.3, const &c));
}
