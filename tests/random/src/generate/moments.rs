//! What is read at one moment and changes before it is used again: a place is found by an integer that a loop's body, an arm, a
//! later operand or the next statement changes; an array is written while it is iterated by value; a constant changes behind the
//! closure that captured it, or behind the reference that it chose. What looks it up again later finds something else.
use super::{
    Gen, Var,
    room::{LEN, Room},
    steps::Step,
};
use crate::ast::*;

/// `A` and `B` are numbers that are computed before, `I` and `J` places, `S` is a number and `K` an integer that may be changed,
/// `X` four numbers that are read, `W` four that may be changed.
const READ: &[&str] = &[
    // heads
    "for e in &X[K % 3..] { K += 1; S += (*e * A).sin(); }",
    "for e in X[K % 2..K % 2 + 2].iter() { K = I; S += (*e * X[K % 4] * A).sin(); }",
    "for e in X.iter().skip(K % 4) { K += 1; S += (*e * X[K % 4]).sin(); }",
    "for e in X.iter().take(K % 4 + 1).rev() { K = J; S += (*e * X[K % 4] * A).sin(); }",
    "for i in (0..K % 4 + 1).rev().take(2) { K += 1; S += (X[i] * A).sin(); }",
    "for i in (0..4_usize).skip(K % 4) { K = J; S += (X[i] * X[K % 4]).sin(); }",
    "for (i, e) in X[..K % 4 + 1].iter().enumerate() { K = i; S += (*e * X[K % 4] * A).sin(); }",
    "for e in X.chunks(K % 2 + 1) { K += 1; S += (e[0] * X[K % 4]).sin(); }",
    "for e in X.windows(K % 3 + 1) { K += e.len(); S += (e[0] * X[K % 4] * A).sin(); }",
    "for i in [K % 4, 1, J] { K = i + 1; S += (X[i] * X[K % 4]).sin(); }",
    "for i in K % 4..4 { K = i + J; S += (X[i] * X[K % 4]).sin(); }",
    "for i in (K % 3..4).step_by(K % 2 + 1) { K += 1; S += (X[i] * X[K % 4]).sin(); }",
    "for e in X.iter().step_by(K % 2 + 1) { K += 1; S += (*e * X[K % 4]).sin(); }",
    "for (u, e) in X[K % 4..].iter().zip(&X[K % 2..]) { K += 1; S += (*u * *e * A).sin(); }",
    "for e in [X[K % 4], A, X[(K + 1) % 4]] { K += 1; S += (e * X[K % 4]).sin(); }",
    // arrays by value
    "{ let mut g = [A, B, X[I]]; for e in g { g[1] = A; S += (e * e).sin(); } S += (g[1] * g[2]).sin(); }",
    "{ let mut g = [A, X[K % 4]]; for (e, e2) in g.into_iter().zip([B, A]) { g[1] = e * e2; S += (e * g[1]).sin(); } }",
    "{ let mut g = [J, 2, K % 4]; for i in g { g[2] = 1; K = i; S += (X[i] * X[g[2]] * A).sin(); } }",
    // what is matched
    "{ let all = [Some(A), None, Some(B), Some(X[I])]; if let Some(e) = all[K % 4] { K += 1; S += (e * X[K % 4]).sin(); } }",
    "{ let all = [Some(A), None, Some(B), Some(X[I])]; while let Some(e) = all[K % 4] { K += 1; S += (e * A).sin(); } }",
    "{ let all = [Some(A), None, Some(B), Some(X[I])]; match all[K % 4] { Some(e) if e > A => { K = I; S += (e * X[K % 4]).sin(); } \
     Some(e) => { K += 1; S -= (e * e * X[K % 4]).sin(); } None => K = J } }",
    "match (X[K % 4], X[(K + 1) % 4]) { (u, e) if u > e => { K += 1; S += (u * e * X[K % 4]).sin(); } \
     (u, _) => { K = I; S += (u * X[K % 4]).sin(); } }",
    "match K % 4 { 0 => { K = 1; S += (X[K % 4] * A).sin(); } i => { K = i + 1; S += (X[i] * X[K % 4]).sin(); } }",
    "if let Some(e) = X.get(K % 5) { K += 1; S += (*e * X[K % 4] * A).sin(); }",
    "if let Some((u, rest)) = X[K % 4..].split_first() { K += 1; S += (*u * A).sin() + rest.iter().map(|e| *e * B).sum::<§>(); }",
    "if let [u, e, ..] = &X[K % 3..] { K = J; S += (*u * *e * X[K % 4]).sin(); }",
    "if let Some(e) = X[..K % 4].last() { K += 1; S += (*e * A).sin(); } else { K += 2; S += (X[K % 4] * B).sin(); }",
    // operands
    "{ let e = X[K % 4] * { K += 1; A } * X[K % 4]; S += e.sin(); }",
    "{ let e = X[K % 4] * X[{ K += 1; K % 4 }] - X[K % 4]; S += e.sin(); }",
    "{ let e = (X[K % 4], { K += 1; X[K % 4] }, X[(K + 1) % 4]); S += (e.0 * e.1 + e.2 * A).sin(); }",
    "{ let e = [X[K % 4], { K = I; X[K % 4] }, A, X[(K + 1) % 4]]; S += (e[0] * e[1] + e[2] * e[3]).sin(); }",
    "{ let e = X[K % 4].mul_add({ K += 1; X[K % 4] }, X[(K + J) % 4]); S += e.sin(); }",
    "if X[K % 4] > { K += 1; X[K % 4] } { K += 1; S += (X[K % 4] * A).sin(); } else { S += (X[K % 4] * B).sin(); }",
    "if K % 4 > 1 && { K += 1; X[K % 4] > A } { S += (X[K % 4] * A).sin(); }",
    "{ let f = |u: §, e: §| (u * u * e).sin(); let e = f(X[K % 4], { K += 1; X[K % 4] }); S += e; }",
    // iterators that have a name
    "{ let mut g = X.iter(); let u = g.next().unwrap(); let e = g.nth(K % 2).unwrap(); K += 1; S += (*u * *e * A).sin(); \
     if let Some(e2) = g.next() { S += (*e2 * X[K % 4]).sin(); } }",
    "{ let mut g = X[K % 3..].iter(); K += 1; while let Some(e) = g.next() { K += 1; S += (*e * X[K % 4]).sin(); } }",
    "{ let g = X[K % 3..].iter().map(|e| *e * A); K += 1; S += g.sum::<§>().sin(); }",
    "{ let mut g = X.iter().skip(K % 3); K = J; if let Some(e) = g.next() { S += (*e * X[K % 4]).sin(); } for e in g { K += 1; S += (*e * A).sin(); } }",
    // slices and references
    "{ let g = &X[K % 4..]; K += 1; S += (g[0] * X[K % 4] * A).sin(); }",
    "{ let g = &X[K % 2..K % 2 + 2]; K = I; for e in g { K += 1; S += (*e * X[K % 4]).sin(); } }",
    "{ let g = &X[K % 4]; K += 1; S += (*g * X[K % 4] * A).sin(); }",
    "{ let (g, h) = X.split_at(K % 3 + 1); K += g.len(); S += (g[0] * h[0] * A).sin() + h.iter().map(|e| *e * B).sum::<§>(); }",
    "{ let mut g = &X[K % 3..]; K += 1; S += (g[0] * A).sin(); g = &g[1..]; S += (g[0] * X[K % 4]).sin(); }",
    "{ let mut c = A > X[K % 4]; let g = if c { &X[..] } else { &X[1..] }; c = !c; S += (g[0] * A).sin(); if c { S += (g[1] * B).sin(); } }",
    "{ let g = if K % 2 == 0 { &X[K % 3..] } else { &X[J..] }; K += 1; S += (g[0] * A).sin(); }",
    "{ let g = match K % 3 { 0 => &X[I], 1 => &X[K % 4], _ => &X[3] }; K += 1; S += (*g * X[K % 4]).sin(); }",
    // closures
    "{ let mut g = K % 4; let f = move |t: §| (t * g as f64).sin(); g = (g + 1) % 4; K = g; let e = f(A) * X[g]; S += e; }",
    "{ let mut g = A; let f = move |t: §| (t * g).sin(); g = B; let e = f(g) * f(X[I]); S += e + g; }",
    "{ let mut g = K % 4; let mut f = |t: §| { g = (g + 1) % 4; (t * X[g]).sin() }; let e = f(A) * f(B); S += e * X[g]; }",
    "{ let g = K % 4; let f = |t: §| (t * X[g] * X[J]).sin(); K += 1; let e = f(A) * f(X[K % 4]); S += e; }",
    // constants in structs, tuples, lists
    "{ let mut c = Count { at: I }; let old = c; c.at = K % 4; S += (X[old.at] * X[c.at] * A).sin(); c.step(1); S += (X[c.at % 4] * X[old.at]).sin(); }",
    "{ let c = Count { at: K % 4 }; K += 1; S += (X[c.at] * X[K % 4]).sin(); K = c.at; }",
    "{ let (i, e) = (K % 4, X[K % 4]); K = i + 1; S += (e * X[i] * X[K % 4]).sin(); }",
    "{ let g = (K % 4, X[K % 4]); K += 1; S += (g.1 * X[g.0] * X[K % 4]).sin(); }",
    "{ let mut g = [0_usize, 2, 1, 3]; let e = X[g[K % 4]]; g[K % 4] = J; S += (e * X[g[K % 4]]).sin(); g.swap(1, J); K = g[1]; S += (X[g[I]] * A).sin(); }",
    "{ let g = [K, K + 1, I]; K += g[1]; S += (X[g[0] % 4] * X[K % 4] * X[g[1] % 4]).sin(); }",
    "{ let mut g = vec![K % 4]; g.push((K + 1) % 4); let h = g.clone(); g[0] = J; K = g.pop().unwrap_or(0); S += (X[g[0]] * X[h[0]] * X[h[1]] * A).sin(); }",
    // shadowed and swapped
    "{ let g = K % 4; let h = X[g]; let g = (g + 1) % 4; S += (h * X[g]).sin(); let g = g + 1; K = g; S += (h * X[g % 4]).sin(); }",
    "{ let (mut g, mut h) = (K % 4, I); S += (X[g] * A).sin(); (g, h) = (h, g); S += (X[g] * X[h] * B).sin(); mem::swap(&mut g, &mut h); K = g; S += (X[g] * X[h] * A).sin(); }",
    "{ let g = mem::replace(&mut K, J); S += (X[g % 4] * X[K % 4] * A).sin(); }",
    "{ let mut g = I; let e = X[g]; mem::swap(&mut g, &mut K); S += (e * X[g % 4] * X[K % 4]).sin(); }",
    // conditions
    "{ let mut g = 0; while g < 3 && X[K % 4] < A { g += 1; K += 1; S += (X[K % 4] * X[g]).sin(); } }",
    "while K % 4 != 3 { K += 1; S += (X[K % 4] * A).sin(); }",
    "{ let mut g = 4; while g > K % 4 { g -= 1; K += 1; S += (X[K % 4] * X[g]).sin(); } }",
    "{ let mut t = A; let mut g = 0; while t > B && g < 3 { g += 1; t = (t * X[g]).sin() - B; K += 1; } S += t * X[K % 4]; }",
    "{ let g = loop { K += 1; if K % 3 == 0 { break X[K % 4]; } }; K += 1; S += (g * X[K % 4]).sin(); }",
    "{ let mut end = 3_usize; for i in (0..end).chain(1..end) { end = i; S += (X[i] * X[end] * A).sin(); } K = end; }",
    "{ let e = X.iter().map(|g| { K += 1; *g * X[K % 4] }).sum::<§>(); S += e.sin(); }",
    "{ let e = X[K % 3..].iter().fold(A, |c, g| { K += 1; (c * *g).sin() + X[K % 4] }); S += e.sin(); }",
];

/// The same, in which what is read may change itself.
const CHANGED: &[&str] = &[
    "for e in W.iter_mut().skip(K % 4) { K += 1; *e = (*e * A).sin(); }",
    "for e in &mut W[K % 3..] { K += 1; *e += (*e * A).sin() * K as f64; }",
    "for e in W[K % 2..].chunks_mut(K % 2 + 1) { K += 1; e[0] = (e[0] * A).sin(); }",
    "for (e, u) in W[K % 2..].iter_mut().zip(&X[K % 3..]) { K += 1; *e = (*e * *u * X[K % 4]).sin(); }",
    "for e in W.to_vec() { K += 1; W[K % 4] = (e * A).sin(); S += W[K % 4]; }",
    "for e in [W[0], W[K % 4], A] { W[1] = (e * B).sin(); K += 1; W[K % 4] += e; }",
    "for i in 0..W.len() { K = i + 1; let e = W[i] * W[K % 4]; W[i] = e.sin(); }",
    "if let Some(e) = W.get_mut(K % 5) { K += 1; *e = (*e * A).sin(); S += *e; }",
    "if let Some(e) = W[K % 4..].first_mut() { K = J; *e = (*e * X[K % 4]).sin(); K += 1; *e += A; }",
    "match W[K % 4] { e if e > A => { W[K % 4] = B; K += 1; W[K % 4] = (e * W[K % 4]).sin(); } e => { K = I; W[K % 4] -= e * A; } }",
    "{ let e = W[K % 4] * { K += 1; A } + W[K % 4]; W[K % 4] = e.sin(); }",
    "W[K % 4] = { K += 1; A };",
    "(W[K % 4], K) = (A, J);",
    "(K, W[K % 4]) = (I, A);",
    "{ let e = (W[K % 4], { K += 1; A }); W[K % 4] = e.0 * e.1; S += e.0.sin(); }",
    "{ let g = &mut W[K % 4]; K += 1; *g = (*g * A).sin(); K += 1; *g += B * X[K % 4]; }",
    "{ let g = &mut W[K % 3..]; K += 1; g[0] += A; K = J; g[1] = (g[1] * g[0] * X[K % 4]).sin(); }",
    "{ let (g, h) = W.split_at_mut(K % 3 + 1); K += 1; g[0] += A * h[0]; K = J; h[0] = (g[0] * X[K % 4]).sin(); }",
    "{ let g = if K % 2 == 0 { &mut W[K % 4] } else { &mut W[I] }; K += 1; *g = (*g * X[K % 4]).sin(); }",
    "{ let old = W[K % 4]; W[K % 4] = A; K += 1; W[K % 4] = (old * W[K % 4]).sin(); }",
    "{ let (i, old) = (K % 4, W[K % 4]); K += 1; W[i] = (old * A).sin(); let e = old * W[i]; W[K % 4] += e; }",
    "{ let old = mem::replace(&mut W[K % 4], A); K = J; W[K % 4] += (old * B).sin(); }",
    "W.swap(K % 4, { K += 1; K % 4 });",
    "{ let mut t = W[K % 4]; let e = t.sin() * { t = (t * A).sin(); K += 1; W[K % 4] } - t; W[K % 4] = e.sin(); }",
    "{ let mut t = A; let e = t * { t = B; X[K % 4] } - t * X[I]; S += e.sin(); }",
    "{ let mut g = [A, W[K % 4]]; let h = g; g[0] = B; K += 1; W[K % 4] = (g[0] * h[0] * h[1]).sin(); }",
    "{ let mut c = W[K % 4] > A; K += 1; if c { c = W[K % 4] > B; S += W[K % 4].sin(); } if c { W[K % 4] = (S * A).sin(); } }",
    "while W[K % 4] > A { W[K % 4] = A - B * B; K += 1; }",
    "{ let mut g = 0; while g < 3 && W[K % 4] < A { g += 1; W[K % 4] = (A * X[g]).sin(); K += 1; } }",
];

/// The same for what a program may have or not.
const HAVING: &[(&str, &str)] = &[
    ("ps", "{ let pt = ps[K % 4]; K += 1; ps[K % 4].x = A; S += (pt.x * ps[K % 4].y).sin(); }"),
    ("ps", "{ let e = ps[K % 4].energy({ K += 1; A }); S += e.sin(); }"),
    ("ps", "{ let mut pt = ps[K % 4]; let e = pt.turned(pt.kick(A)).x; K += 1; ps[K % 4] = pt; S += e.sin(); }"),
    ("ps", "for pt in ps.clone() { K += 1; ps[K % 4].x = (pt.x * A).sin(); S += ps[K % 4].y * pt.y; }"),
    ("ps", "for pt in ps[K % 3..].iter_mut() { K += 1; pt.x = (pt.x * A).sin(); pt.y += X[K % 4]; }"),
    ("ps", "{ let Point { x: g, y: h } = ps[K % 4]; K = J; ps[K % 4].x = (g * A).sin(); S += h * ps[K % 4].x; }"),
    ("ps", "{ let pt = &mut ps[K % 4]; K += 1; pt.x = (pt.x * A).sin(); pt.y += pt.x * X[K % 4]; }"),
    ("ps", "{ let pt = Point { x: A, ..ps[K % 4] }; K += 1; ps[K % 4] = pt; S += (pt.y * ps[J].x).sin(); }"),
    ("kl", "for i in kl.clone() { kl[i % 4] = K % 4; K = i; S += (X[i % 4] * X[kl[J] % 4] * A).sin(); }"),
    ("kl", "for &i in &kl[K % 4..] { K = i; S += (X[i % 4] * A).sin(); }"),
    ("kl", "for i in kl.iter().copied().skip(K % 4) { K += 1; S += (X[i % 4] * X[K % 4]).sin(); }"),
    ("kl", "for g in &mut kl[K % 3..] { K += *g; *g = (*g + 1) % 4; S += (X[*g] * X[K % 4]).sin(); }"),
    ("kl", "{ let g = kl[K % 4]; kl[K % 4] = J; K += 1; S += (X[g % 4] * X[kl[K % 4] % 4]).sin(); }"),
    ("kl", "{ let g = kl[K % 4] % 4; let h = &X[g]; kl[g] = K; K += 1; S += (*h * X[kl[g] % 4] * A).sin(); }"),
    ("kl", "{ let e = X[kl[0] % 4] * { kl.swap(0, J); kl[1] = I; A } * X[kl[0] % 4]; S += e.sin(); }"),
    ("kl", "{ let h = &X[kl[0] % 4..]; kl[0] = kl[1] + 1; S += (h[0] * X[kl[0] % 4]).sin(); }"),
    ("kl", "if let Some(g) = kl.iter().position(|g| *g == K) { kl[g] = J; K = kl[0]; S += (X[g] * X[K % 4]).sin(); }"),
    ("kc", "{ let e = X[kc.at % 4] * { kc.step(1); A } * X[kc.at % 4]; S += e.sin(); }"),
    ("kc", "{ let g = &X[kc.at % 4..]; kc.step(1); S += (g[0] * X[kc.at % 4]).sin(); }"),
    ("kc", "for e in &X[kc.at % 3..] { kc.step(1); S += (*e * X[kc.at % 4]).sin(); }"),
    ("kc", "{ let c = kc; kc.step(J); S += (X[c.at % 4] * X[kc.at % 4] * A).sin(); kc = c; }"),
    ("kc", "{ let e = X[kc.step(1) % 4] * X[kc.step(J) % 4]; S += (e * X[kc.at % 4]).sin(); }"),
    ("ko", "if let Some(g) = ko { ko = Some(g + 1); S += (X[g % 4] * X[ko.unwrap_or(0) % 4]).sin(); }"),
    ("ko", "while let Some(g) = ko { ko = if g > 3 { None } else { Some(g + 1) }; S += (X[g % 4] * A).sin(); }"),
    ("ko", "match ko { Some(g) => { ko = None; S += (X[g % 4] * A).sin(); } None => ko = Some(K) }"),
    ("kt", "{ let (g, h) = kt; kt = (K % 4, !h); S += (X[g % 4] * X[kt.0] * A).sin(); }"),
    ("kt", "{ let g = if kt.1 { &X[kt.0 % 4] } else { &X[I] }; kt = (J, !kt.1); S += (*g * X[kt.0 % 4]).sin(); }"),
    ("kx", "{ let e = X[kx.get() % 4] * { kx.set(J); A } * X[kx.get() % 4]; S += e.sin(); }"),
    ("kx", "{ let g = &X[kx.get() % 4..]; kx.set(J); S += (g[0] * X[kx.get() % 4]).sin(); }"),
    ("kx", "for e in &X[kx.get() % 3..] { kx.set(I); S += (*e * X[kx.get() % 4]).sin(); }"),
    ("kx", "if let Some(e) = X.get(kx.get() % 5) { kx.set(J); S += (*e * X[kx.get() % 4]).sin(); }"),
    (
        "kd",
        "while let Some(g) = kd.front() { if *g == 3 { break; } kd[0] += 1; if kd[0] > 3 { break; } S += (X[kd[0]] * A).sin(); }",
    ),
    (
        "st",
        "{ let end = st.len(); st.push(A); let e = st[end] * st[end / 2]; st.truncate(end); S += e.sin(); K = end; }",
    ),
    (
        "st",
        "for e in st.clone() { st.push(e * A); K += 1; if st.len() > 5 { st.clear(); } S += (e * X[K % 4]).sin(); }",
    ),
    ("d", "{ let e = d[K % 4] * { K += 1; A } - d[K % 4]; d[K % 4] = e.sin(); }"),
    ("d", "{ let g = d.rows(K % 3, 2).clone_owned(); K += 1; d[K % 4] = (g[1] * A).sin(); }"),
    ("d", "{ let g = d.rows(K % 3, 2); K += 1; S += (g[0] * g[1] * X[K % 4]).sin(); }"),
    ("d", "{ let mut g = d.rows_mut(K % 3, 2); K += 1; g[0] = (g[0] * g[1] * X[K % 4]).sin(); }"),
    ("mm", "{ let e = mm[(K % 4, 1)] * { K += 1; A } - mm[(1, K % 4)]; mm[(K % 4, 0)] = e.sin(); }"),
    ("mm", "{ let g = mm.column(K % 4); K += 1; S += (g.sum() * X[K % 4]).sin(); }"),
    ("mm", "{ let mut g = mm.column_mut(K % 4); K += 1; g[K % 4] = (g[0] * A).sin(); }"),
    ("mm", "for g in mm.column_iter().skip(K % 4) { K += 1; S += (g.sum() * X[K % 4]).sin(); }"),
    ("v3", "{ let g = v3; v3 = v3.yzx() * A.sin(); S += g.dot(&v3).sin(); }"),
    ("v3", "for g in v3.iter_mut().skip(K % 3) { K += 1; *g = (*g * X[K % 4]).sin(); }"),
    ("m3", "{ let g = m3.column(K % 3).into_owned(); K += 1; m3.set_column(K % 3, &(g * A.sin())); }"),
];

pub(super) const PLAIN: &[(usize, Step)] = &[
    (5, |g, r| g.a_moment(r, READ)),
    (3, |g, r| g.a_moment(r, CHANGED)),
    (2, |g, r| {
        let having: Vec<_> = HAVING.iter().filter(|(thing, _)| r.having(thing).is_some()).collect();
        let (thing, text) = (!having.is_empty()).then(|| *g.one(&having))?;
        // what is borrowed is not read beside it
        g.moment_of(r, &r.without(thing), text)
    }),
    (1, |g, r| {
        let (place, x) = (g.entry_of(r)?, g.other_of(r)?);
        let (k, i, value) = (g.integer_of(r)?, g.place_of(r), g.tame_of(r));
        r.calls.then_some(())?;
        let text = g.one(&[
            "{ let e = X[K % 4] * gain(&X[..], { K += 1; A }); S += e; }",
            "{ let e = gain(&X[..], { K = I; A }) * X[K % 4]; S += e; }",
            "{ let e = bump(&mut S, { K += 1; X[K % 4] }); S += e * X[K % 4]; }",
        ]);
        let text = filled(text, &[('X', &x), ('K', &k), ('S', "t"), ('I', &i), ('A', "value")]);
        Some(vec![statement!(format!("{{ let value = @; let mut t = {place}; {text} {place} = t.sin(); }}"), value)])
    }),
];

/// How something borrows or copies what the statements inside of it change: `G` and `H` are new names.
struct Around {
    text: &'static str,
    /// What the statements may read by it, change by it, and count by it.
    read: &'static [&'static str],
    changed: &'static [&'static str],
    counter: Option<&'static str>,
    /// Whether `X` may change meanwhile.
    copied: bool,
}

const fn reading(text: &'static str, read: &'static [&'static str], copied: bool) -> Around {
    Around { text, read, changed: &[], counter: None, copied }
}
const fn changing(text: &'static str, changed: &'static [&'static str]) -> Around {
    Around { text, read: &[], changed, counter: None, copied: false }
}
const fn counting(text: &'static str, read: &'static [&'static str], counter: &'static str) -> Around {
    Around { text, read, changed: &[], counter: Some(counter), copied: true }
}

const AROUND: &[Around] = &[
    reading("'l: for G in &X[K % 3..] @", &["(*G)"], false),
    reading("'l: for G in X.iter().skip(K % 4) @", &["(*G)"], false),
    reading("'l: for G in X[..K % 4 + 1].iter().rev() @", &["(*G)"], false),
    reading("'l: for G in X.windows(K % 2 + 2) @", &["G[0]", "G[1]"], false),
    reading("'l: for (G, H) in X[K % 3..].iter().zip(&X[K % 2..]) @", &["(*G)", "(*H)"], false),
    reading("'l: for G in [X[K % 4], A, X[(K + 1) % 4]] @", &["G"], true),
    reading("'l: for G in X.to_vec() @", &["G"], true),
    reading(
        "{ let all = [Some(A), None, Some(X[I]), Some(X[J])]; if let Some(G) = all[K % 4] @ else { K += 1; } }",
        &["G"],
        true,
    ),
    reading("match X[K % 4] { G if G > A => @ G => { K += 1; S += G; } }", &["G"], true),
    reading("if let Some(G) = X.get(K % 5) @", &["(*G)"], false),
    reading("if let [G, H, ..] = &X[K % 3..] @", &["(*G)", "(*H)"], false),
    reading("{ let G = &X[K % 3..]; @ S += (G[0] * G[1]).sin(); }", &["G[0]", "G[1]"], false),
    reading("{ let G = &X[K % 4]; @ S += (*G * A).sin(); }", &["(*G)"], false),
    reading("{ let (G, H) = X.split_at(K % 3 + 1); @ S += (G[0] * H[0]).sin(); }", &["G[0]", "H[0]"], false),
    reading("{ let G = X[K % 4]; @ S += (G * X[K % 4]).sin(); }", &["G"], true),
    reading("{ let G = if K % 2 == 0 { &X[K % 3..] } else { &X[I..] }; @ S += G[0].sin(); }", &["G[0]"], false),
    reading(
        "{ let mut G = X[K % 3..].iter(); while let Some(H) = G.next() { K += 1; S += (*H * X[K % 4]).sin(); @ break; } }",
        &["(*H)"],
        false,
    ),
    reading("{ let H = K % 4; let G = |t: §| (t * X[H]).sin(); @ let e = G(A) * X[K % 4]; S += e; }", &[], false),
    reading(
        "{ let mut H = A; let G = move |t: §| (t * H).sin(); H = X[K % 4]; @ let e = G(B) * H; S += e; }",
        &["H"],
        true,
    ),
    changing("'l: for G in &mut W[K % 3..] @", &["(*G)"]),
    changing("'l: for G in W.iter_mut().skip(K % 4) @", &["(*G)"]),
    changing("'l: for G in W[K % 2..].chunks_mut(K % 2 + 1) @", &["G[0]"]),
    changing("{ let G = &mut W[K % 4]; @ *G = (*G * A).sin(); }", &["(*G)"]),
    changing("{ let G = &mut W[K % 3..]; @ S += (G[0] * G[1]).sin(); }", &["G[0]", "G[1]"]),
    changing("if let Some(G) = W.get_mut(K % 5) @", &["(*G)"]),
    changing("{ let (G, H) = W.split_at_mut(K % 3 + 1); @ G[0] += H[0].sin(); }", &["G[0]", "H[0]"]),
    counting("'l: for G in (0..K % 4 + 1).rev().take(3) @", &[], "G"),
    counting("'l: for G in (0..4_usize).skip(K % 4) @", &[], "G"),
    counting("'l: for G in (K % 3..4).step_by(K % 2 + 1) @", &[], "G"),
    counting("'l: for G in [K % 4, J, (K + 1) % 4] @", &[], "G"),
    counting("'l: for (G, H) in [A, B, X[K % 4]].into_iter().enumerate() @", &["H"], "G"),
    counting("{ let G = K % 4; @ S += (X[G] * X[K % 4]).sin(); }", &[], "G"),
    counting("{ let (G, H) = (K % 4, X[K % 4]); @ S += (H * X[G] * X[K % 4]).sin(); }", &["H"], "G"),
    counting("{ let G = Count { at: K % 4 }; @ S += (X[G.at] * X[K % 4]).sin(); K = G.at; }", &[], "G.at"),
    counting("match K % 4 { G if G > 0 => @ G => { K = G + 1; S += (X[G] * X[K % 4]).sin(); } }", &[], "G"),
    counting(
        "{ let mut H = 0; while H < 3 && K % 4 != 3 { H += 1; let G = K % 4; K += 1; S += (X[G] * A).sin(); } @ }",
        &[],
        "(K % 4)",
    ),
];

pub(super) const NESTED: &[(usize, Step)] = &[
    (6, |g, r| {
        let k = g.below(AROUND.len());
        g.around_a_moment(r, &AROUND[k])
    }),
    (1, |g, r| {
        // an array, or the rows of a matrix, by value
        let (name, rows) = (g.fresh("v"), r.rows.clone());
        let mut inside = r.within(&g.fresh("'l"));
        let label = inside.around.last()?.clone();
        let place = g.place_of(r);
        let of = match (r.buffers.contains(&"a".into()), rows) {
            (true, _) => "a".to_string(),
            (_, Some(rows)) if g.rng.bool() => format!("{rows}[{place}]"),
            (_, Some(rows)) => {
                inside.read.push(name.clone());
                let body = g.steps_of(&inside, 2);
                return Some(vec![statement!(format!("{label}: for {name} in {rows} @"), body)]);
            }
            _ => return None,
        };
        inside.locals.push(name.clone());
        let body = g.steps_of(&inside, 2);
        Some(vec![statement!(format!("{label}: for {name} in {of} @"), body)])
    }),
    (3, |g, r| {
        // an operand that changes what the others read
        let (place, k, x) = (g.number_in(r)?, g.integer_of(r)?, g.other_of(r)?);
        let mut inside = r.only_read();
        inside.integers = r.integers.clone();
        let steps = g.below(3);
        let mut block = g.steps_in(&mut inside, steps);
        block.statements.push(statement!(g.one(&["K += 1;", "K = (K + 2) % 4;"]).replace('K', &k)));
        block.value = Some(Box::new(g.tame_of(&inside)));
        let text = g.one(&[
            "X[K % 4] * @ * X[K % 4]",
            "X[K % 4] - @",
            "(X[K % 4] * X[(K + 1) % 4]).sin() + @ * X[K % 4]",
            "{ let e = (X[K % 4], @, X[K % 4]); e.0 * e.1 + e.2 }",
            "{ let e = [X[K % 4], @, X[K % 4]]; e[0] * e[1] + e[2] }",
            "if X[K % 4] > @ { X[K % 4] } else { X[(K + 1) % 4] }",
        ]);
        let text = filled(text, &[('X', &x), ('K', &k)]);
        Some(vec![statement!(format!("{{ let value = {text}; {place} += value.sin(); }}"), block)])
    }),
];

impl Gen {
    /// In programs that are not dense.
    pub(super) fn moment(&mut self) -> Option<Vec<Node>> {
        let x = self.var(|v| v.ty.sliceable() && v.ty.element() == Some(&Ty::Real) && v.len >= LEN)?;
        let s = self.var(|v| v.ty == Ty::Real && v.mutable && v.place.chars().all(char::is_alphanumeric))?;
        let k = self.fresh("k");
        let (a, b, first) = (self.real(1), self.real(1), self.int(1));
        let (text, i, j) = (self.one(READ), self.below(LEN).to_string(), self.below(LEN).to_string());
        let of = [('X', &*x.place), ('K', &k), ('S', &s.place), ('I', &i), ('J', &j), ('A', "value"), ('B', "other")];
        let text = format!("{{ let (value, other): (§, §) = ((@).sin(), (@).cos()); {} }}", filled(text, &of));
        self.scope.push(Var::new(&k, Ty::Int, true));
        Some(vec![statement!(format!("let mut {k}: usize = @;"), first), statement!(text, a, b)])
    }

    fn a_moment(&mut self, room: &Room, texts: &[&str]) -> Option<Vec<Node>> {
        let text = self.one(texts);
        self.moment_of(room, room, text)
    }

    /// `apart` is what may be read beside.
    fn moment_of(&mut self, room: &Room, apart: &Room, text: &str) -> Option<Vec<Node>> {
        let mut before = String::new();
        let mut holes = Vec::new();
        for (c, value) in [('A', "value"), ('B', "other")] {
            if names(text, c).next().is_some() {
                before += &format!("let {value}: § = @; ");
                holes.push(Hole::from(self.tame_of(room)));
            }
        }
        let text = self.filled_in(apart, text)?;
        Some(vec![Node::new(Ty::Unit, format!("{{ {before}{text} }}"), holes)])
    }

    /// The text with names of the room for its letters.
    fn filled_in(&mut self, room: &Room, text: &str) -> Option<String> {
        let k = self.integer_of(room)?;
        let w = self.buffer_of(room).unwrap_or_default();
        let x = self.other_of(&if names(text, 'W').next().is_some() { room.without(&w) } else { room.clone() })?;
        if names(text, 'W').next().is_some() && w.is_empty() {
            return None;
        }
        // what is read while it lasts is not a part of what it changes
        let part = |s: &&String| ![&x, &w].iter().any(|of| s.starts_with(&format!("{of}[")));
        let numbers: Vec<String> = room.scalars.iter().filter(part).cloned().collect();
        let s = (!numbers.is_empty()).then(|| self.one(&numbers))?;
        let (i, j) = (self.beside_one(&room.counters, LEN), self.below(LEN).to_string());
        Some(filled(
            text,
            &[('X', &x), ('W', &w), ('K', &k), ('S', &s), ('I', &i), ('J', &j), ('A', "value"), ('B', "other")],
        ))
    }

    fn around_a_moment(&mut self, room: &Room, around: &Around) -> Option<Vec<Node>> {
        let (name, other, label) = (self.fresh("g"), self.fresh("h"), self.fresh("'l"));
        let k = self.integer_of(room)?;
        let (x, w) = (self.other_of(room)?, self.buffer_of(room).unwrap_or_default());
        let mut inside = match (names(around.text, 'W').next().is_some(), around.copied) {
            (true, _) if w.is_empty() => return None,
            (true, _) => room.without(&w),
            (_, true) => room.clone(),
            (_, false) => {
                let mut inside = room.without(&x);
                inside.read.push(x.clone());
                inside
            }
        };
        if around.text.contains("'l") {
            inside = inside.within(&label);
        }
        let part = |s: &&String| !s.starts_with(&format!("{x}[")) && !s.starts_with(&format!("{w}["));
        let numbers: Vec<String> = room.scalars.iter().filter(part).cloned().collect();
        let s = (!numbers.is_empty()).then(|| self.one(&numbers))?;
        let (i, j) = (self.beside_one(&room.counters, LEN), self.below(LEN).to_string());
        let place = |text: &str| filled(text, &[('G', &name), ('H', &other), ('K', &k)]);
        inside.locals.extend(around.read.iter().map(|r| place(r)));
        inside.scalars.extend(around.changed.iter().map(|r| place(r)));
        inside.counters.extend(around.counter.map(place));
        let body = self.steps_of(&inside, 3);
        let text = filled(
            &around.text.replace("'l", &label),
            &[('G', &name), ('H', &other), ('X', &x), ('W', &w), ('K', &k), ('S', &s), ('I', &i), ('J', &j)],
        );
        let mut before = String::new();
        let mut holes = Vec::new();
        let mut text = text;
        for (c, stem) in [('A', "value"), ('B', "other")] {
            if names(&text, c).next().is_some() {
                let name = self.fresh(stem);
                before += &format!("let {name}: § = @; ");
                holes.push(Hole::from(self.tame_of(room)));
                text = filled(&text, &[(c, &name)]);
            }
        }
        holes.push(Hole::from(body));
        Some(vec![Node::new(Ty::Unit, format!("{{ {before}{text} }}"), holes)])
    }
}

/// Where the text has this letter for a name.
pub(super) fn names(text: &str, c: char) -> impl Iterator<Item = usize> {
    let beside = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '_');
    text.match_indices(c)
        .map(|(i, _)| i)
        .filter(move |&i| !beside(text[..i].chars().next_back()) && !beside(text[i + 1..].chars().next()))
}

/// All letters at once: what is put in has letters of its own.
pub(super) fn filled(text: &str, by: &[(char, &str)]) -> String {
    let mut places: Vec<(usize, &str)> =
        by.iter().flat_map(|&(c, name)| names(text, c).map(move |i| (i, name))).collect();
    places.sort_unstable();
    let mut text = text.to_string();
    for (i, name) in places.into_iter().rev() {
        text.replace_range(i..=i, name);
    }
    text
}
