//! Entries of constant tables, found and referred to: by `find`, `last`, `get` and their kin, in lists and maps, chosen and assigned anew.
use autodiff_core::{Differentiable, differentiable};
use autodiff_tests::{check, check_scalar};
use std::collections::{BTreeMap, HashMap, VecDeque};

/// A piece of a curve, which has no derivative.
#[derive(Clone)]
struct Span {
    start: f64,
    end: f64,
    c: Vec<f64>,
    kind: usize,
}

struct Curve {
    spans: Vec<Span>,
    n: usize,
}

fn spans() -> Vec<Span> {
    let span = |start, end, c: [f64; 3], kind| Span { start, end, c: c.to_vec(), kind };
    vec![span(0.0, 1.0, [0.5, 0.2, 0.3], 1), span(1.0, 2.0, [0.9, -0.2, 1.3], 0), span(2.0, 9.0, [-0.7, 1.2, 0.4], 2)]
}

const POINTS: [[f64; 3]; 3] = [[0.3, 1.4, 2.5], [1.2, 0.4, 0.6], [2.2, 1.9, 3.1]];

// ---- found in lists ------------------------------------------------------------------------------------------------------

#[differentiable]
fn found_and_unwrapped(x: &[f64], #[nodiff] spans: &[Span]) -> f64 {
    let s = spans.iter().find(|s| s.start <= x[0] && x[0] < s.end).unwrap();
    let nearest = spans.iter().min_by(|a, b| (a.start - x[1]).abs().total_cmp(&(b.start - x[1]).abs())).unwrap();
    let (first, last, middle) = (spans.first().unwrap(), spans.last().unwrap(), spans.get(1).expect("three"));
    let u = x[0] - s.start;
    (s.c[0] + u * (s.c[1] + u * s.c[2]) * x[1]) * nearest.c[0] + first.c[0] * x[1] * last.c[1] * middle.c[2]
}

#[differentiable]
fn found_or_another(x: &[f64], #[nodiff] spans: &[Span]) -> f64 {
    let s = spans.iter().rev().find(|s| s.start <= x[0]).unwrap_or(&spans[0]);
    let t = spans.get(7).unwrap_or_else(|| &spans[1]);
    let r = match spans.iter().position(|s| x[1] < s.end) {
        Some(i) => &spans[i],
        None => spans.last().unwrap(),
    };
    x[0] * s.c[1] * x[0] + t.c[0] * x[1] * x[1] * r.c[2]
}

#[differentiable]
fn looked_into_at_once(x: &[f64], #[nodiff] spans: &[Span]) -> f64 {
    let mut sum: f64 = 0.0;
    for v in x {
        if let Some(s) = spans.iter().find(|s| s.start <= *v && *v < s.end) {
            let u = v - s.start;
            sum = sum.sin() + s.c[0] + u * (s.c[1] + u * s.c[2]);
        }
        match spans.get(1) {
            Some(s) => sum *= s.c[0] * v,
            None => sum += v,
        }
    }
    sum + spans.get(2).map_or(1.0, |s| s.c[1] * x[1] * x[0])
        + spans.iter().find(|s| s.kind == 2).map(|s| s.c[0] * x[0] * x[0]).unwrap_or(0.0)
}

#[differentiable]
fn or_left(x: &[f64], #[nodiff] spans: &[Span], #[nodiff] pairs: &[(usize, f64)]) -> f64 {
    let Some(s) = spans.iter().find(|s| s.start <= x[0] && x[0] < s.end) else { return x[1] };
    let Some((k, w)) = pairs.last() else { return x[0] };
    let (i, v) = pairs.iter().min_by(|a, b| a.1.total_cmp(&b.1)).unwrap();
    let &(j, u) = pairs.iter().max_by(|a, b| a.1.total_cmp(&b.1)).unwrap();
    x[*k] * w * s.c[1] * x[0] + x[*i] * v * x[j] * u
}

#[differentiable]
fn question(x: &[f64], #[nodiff] spans: &[Span]) -> Option<f64> {
    let s = spans.iter().find(|s| s.start <= x[0] && x[0] < s.end)?;
    Some(s.c[0] * x[0] * x[0])
}

#[differentiable]
fn numbered(x: &[f64], #[nodiff] spans: &[Span]) -> f64 {
    let (i, s) = spans.iter().enumerate().find(|(_, s)| x[0] < s.end).unwrap();
    let mut y = 1.0;
    if let Some((k, s)) = spans.iter().enumerate().skip(1).find(|(_, s)| s.kind == 2) {
        y += s.c[0] * x[k];
    }
    let Some((l, last)) = spans.iter().enumerate().rev().find(|(_, s)| s.kind < 2) else { return x[0] };
    y * last.c[1] * x[l] + x[i] * s.c[1] * x[0]
}

#[differentiable]
fn by_what_changes(x: &[f64], #[nodiff] spans: &[Span]) -> f64 {
    let mut t = x[0];
    let mut y: f64 = 1.0;
    for _ in 0..3 {
        let s = spans.iter().find(|s| t < s.end).unwrap();
        y = y.sin() * s.c[1] * t;
        t += 0.3 * x[1];
    }
    y
}

#[differentiable]
fn in_a_list_that_grows(x: &[f64], ks: &[usize]) -> f64 {
    let mut ks = ks.to_vec();
    let mut y: f64 = 1.0;
    for i in 0..3 {
        let k = ks.last().unwrap();
        y = y.sin() * x[*k];
        ks.push(i);
        let k = ks.iter().max().unwrap();
        y = y.sin() * x[*k];
        if let Some(&k) = ks.get(i) {
            y *= x[k];
        }
    }
    y
}

#[differentiable]
fn in_parts(x: &[f64], #[nodiff] curve: &Curve) -> f64 {
    let s = curve.spans.iter().find(|s| x[0] < s.end).unwrap();
    let c = s.c.last().unwrap();
    let mut y = x[0] * c * x[1];
    if let Some(c) = s.c.get(1) {
        y *= c * x[2];
    }
    for span in &curve.spans {
        if let Some(w) = span.c.iter().find(|w| **w > 0.25) {
            y += y.sin() * w * x[0];
        }
    }
    while let Some(s) = curve.spans.get(curve.n) {
        y *= s.c[0];
        if y.abs() > 1e-3 {
            y *= 0.5 * x[1];
            break;
        }
    }
    y
}

#[differentiable]
fn in_closures(x: &[f64], #[nodiff] spans: &[Span]) -> f64 {
    let pick = |t: f64| spans.iter().find(|s| t < s.end).unwrap();
    let (a, b) = (pick(0.5), pick(1.5));
    let g = |v: f64| {
        let s = spans.iter().find(|s| v < s.end).unwrap();
        s.c[0] * v * v
    };
    x[0] * a.c[0] * b.c[1] * x[0] + x.iter().map(|v| g(*v)).sum::<f64>()
}

#[differentiable]
fn in_lists_of_this_function(x: &[f64]) -> f64 {
    let order = {
        let mut order: Vec<usize> = (0..x.len()).collect();
        order.sort_by(|a, b| x[*a].total_cmp(&x[*b]));
        order
    };
    let (low, top) = (order.first().unwrap(), order.last().unwrap());
    let mut y: f64 = x[*top] * x[*low];
    for (rank, k) in order.iter().enumerate() {
        y = y.sin() * x[*k] + rank as f64;
    }
    y
}

#[differentiable]
fn step_by_step(x: &[f64], ks: &[usize]) -> f64 {
    let mut steps = ks.iter();
    let first = steps.next().unwrap();
    let mut y: f64 = x[*first];
    if let Some(second) = steps.next() {
        y = y.sin() * x[*second] * x[*first];
    }
    for k in steps {
        y = y.cos() * x[*k] + x[*first];
    }
    y
}

#[differentiable]
fn of_the_shorter_one(x: &[f64], a: &[usize], b: &[usize]) -> f64 {
    let (short, long) = if a.len() < b.len() { (a, b) } else { (b, a) };
    let k = short.last().unwrap();
    let list = if x[0] > 0.5 { a } else { b };
    let m = list.first().unwrap();
    x[*k] * x[long[0]] * x[*m]
}

#[test]
fn entries_are_found() {
    let spans = spans();
    let curve = Curve { spans: spans.clone(), n: 0 };
    for x in &POINTS {
        check_scalar!(found_and_unwrapped(&x[..], const &spans[..]));
        check_scalar!(found_or_another(&x[..], const &spans[..]));
        check_scalar!(looked_into_at_once(&x[..], const &spans[..]));
        check_scalar!(or_left(&x[..], const &spans[..], const &[(0, 0.4), (2, -0.5), (1, 1.7)]));
        check!(question(&x[..], const &spans[..]));
        check_scalar!(numbered(&x[..], const &spans[..]));
        check_scalar!(by_what_changes(&x[..], const &spans[..]));
        check_scalar!(in_a_list_that_grows(&x[..], const &[0, 2]));
        check_scalar!(in_parts(&x[..], const &curve));
        check_scalar!(in_closures(&x[..], const &spans[..]));
        check_scalar!(in_lists_of_this_function(&x[..]));
        check_scalar!(step_by_step(&x[..], const &[2, 0, 1, 2, 1]));
        check_scalar!(of_the_shorter_one(&x[..], const &[1, 2], const &[0]));
    }
    check_scalar!(or_left(&[10.0, 0.4, 1.0][..], const &spans[..], const &[]));
    check_scalar!(or_left(&[0.5, 0.4, 1.0][..], const &spans[..], const &[]));
}

// ---- assigned anew -------------------------------------------------------------------------------------------------------

#[differentiable]
fn the_best(x: &[f64], #[nodiff] spans: &[Span]) -> f64 {
    let mut y: f64 = 1.0;
    for v in x {
        let mut best = spans.first().unwrap();
        let mut least = f64::INFINITY;
        for s in spans.iter().skip(1) {
            let d = (s.start - v).abs();
            if d < least {
                best = s;
                least = d;
            }
        }
        y = y.sin() * best.c[1] * v + best.c[0];
        if best.kind == 1 {
            y += v * v;
            best = &spans[2];
        }
        y *= best.c[1] + v;
    }
    y
}

#[differentiable]
fn one_after_the_other(x: &[f64], #[nodiff] spans: &[Span]) -> f64 {
    let mut s = &spans[0];
    let mut y: f64 = 1.0;
    for (i, v) in x.iter().enumerate() {
        y = y.sin() * s.c[i] * v;
        s = match spans.iter().find(|next| next.kind > s.kind) {
            Some(next) => next,
            None => spans.last().unwrap(),
        };
    }
    y
}

#[differentiable]
fn the_best_number(x: &[f64], #[nodiff] ks: &[usize], #[nodiff] ws: &[f64]) -> f64 {
    let mut best = &ks[0];
    for k in ks {
        if k > best {
            best = k;
        }
    }
    let mut low = ks.iter().min().unwrap();
    if x[0] > 1.0 {
        low = best;
    }
    let mut heaviest = &ws[0];
    for w in ws {
        if w * x[0] > heaviest * x[0] {
            heaviest = w;
        }
    }
    x[*best] * x[0] * heaviest + x[*low] * (*best as f64)
}

#[test]
fn references_to_entries_change() {
    let spans = spans();
    for x in &POINTS {
        check_scalar!(the_best(&x[..], const &spans[..]));
        check_scalar!(one_after_the_other(&x[..], const &spans[..]));
        check_scalar!(the_best_number(&x[..], const &[1, 2, 0], const &[0.4, -0.5, 0.9]));
    }
}

// ---- the list is the one that it was --------------------------------------------------------------------------------------

#[differentiable]
fn of_a_list_by_an_index_that_changes(x: &[f64], #[nodiff] spans: &[Span]) -> f64 {
    let mut i = 0;
    let c = spans[i].c.last().unwrap();
    let mut y: f64 = 1.0;
    i += 1;
    y = y.sin() * x[0] * c;
    let d = spans[i].c.first().unwrap();
    i += 1;
    y.sin() * x[1] * c * d * spans[i].c[0]
}

#[differentiable]
fn of_a_map_that_changes(x: &[f64]) -> f64 {
    let mut last: HashMap<usize, f64> = HashMap::new();
    let mut rows: BTreeMap<usize, Vec<f64>> = BTreeMap::new();
    let mut y: f64 = 1.0;
    for (i, v) in x.iter().enumerate() {
        last.insert(i % 2, i as f64 + 0.5);
        rows.entry(i % 2).or_default().push(i as f64);
        let w = last.get(&(i % 2)).unwrap();
        let row = rows.get(&(i % 2)).unwrap();
        y = y.sin() * v * w + row.iter().sum::<f64>() * x[0];
    }
    y
}

#[differentiable]
fn of_numbers_that_change(x: &[f64]) -> f64 {
    let mut ws = vec![0.5, 1.5, 2.5];
    let mut y: f64 = 1.0;
    for (i, v) in x.iter().enumerate() {
        ws[i % 3] += i as f64;
        let w = ws.iter().max_by(|a, b| a.total_cmp(b)).unwrap();
        y = y.sin() * v * w;
        let last = ws.last().unwrap();
        y += last * v;
        ws.rotate_left(1);
    }
    y
}

#[derive(Clone, Differentiable)]
struct State {
    y: f64,
    #[nodiff]
    order: Vec<usize>,
}

#[differentiable]
impl State {
    fn step(&mut self, x: &[f64]) {
        let k = self.order.last().unwrap();
        self.y = self.y.sin() * x[*k];
        if let Some(j) = self.order.get(1) {
            self.y += x[*j];
        }
    }
}

#[differentiable]
fn of_a_field(x: &[f64]) -> f64 {
    let mut s = State { y: x[0], order: vec![2, 0, 1] };
    for _ in 0..3 {
        s.step(x);
    }
    s.y
}

#[differentiable]
fn of_lists_in_lists(x: &[f64], #[nodiff] grid: &[[Span; 2]], #[nodiff] pair: &(Vec<usize>, Span)) -> f64 {
    let row = grid.iter().find(|r| r[0].kind == 1).unwrap();
    let (best, other) = (row.iter().min_by(|a, b| a.end.total_cmp(&b.end)).unwrap(), grid[0].last().unwrap());
    let (_, span) = pair;
    let k = pair.0.iter().max().unwrap();
    best.c[1] * x[1] * other.c[2] * x[0] * span.c[0] * x[*k]
}

#[test]
fn lists_change_meanwhile() {
    let spans = spans();
    check_scalar!(of_a_map_that_changes(&POINTS[0][..]));
    check_scalar!(of_numbers_that_change(&POINTS[0][..]));
    check_scalar!(of_a_field(&POINTS[0][..]));
    let grid = [[spans[1].clone(), spans[2].clone()], [spans[0].clone(), spans[2].clone()]];
    check_scalar!(of_lists_in_lists(&POINTS[0][..], const &grid[..], const &(vec![2, 0], spans[0].clone())));
    check_scalar!(of_a_list_by_an_index_that_changes(&POINTS[0][..], const &spans[..]));
}

// ---- several at once ------------------------------------------------------------------------------------------------------

#[differentiable]
fn gathered(x: &[f64], #[nodiff] spans: &[Span]) -> f64 {
    let open: Vec<&Span> = spans.iter().filter(|s| s.kind < 2).collect();
    let mut sorted = spans.iter().collect::<Vec<&Span>>();
    sorted.sort_by(|a, b| b.c[1].total_cmp(&a.c[1]));
    sorted.truncate(2);
    let mut y: f64 = 1.0;
    for s in &open {
        y = y.sin() * s.c[1] * x[0];
    }
    for (s, v) in sorted.iter().zip(x) {
        y = y.cos() * s.c[0] * v + sorted[0].c[1] * v * v;
    }
    y
}

#[differentiable]
fn split(x: &[f64], #[nodiff] spans: &[Span], #[nodiff] queue: &VecDeque<usize>) -> f64 {
    let (first, rest) = spans.split_first().unwrap();
    let (a, b) = (queue.front().unwrap(), queue.back().unwrap());
    let mut y: f64 = x[*a] * x[*b] * first.c[1];
    for s in rest.iter().rev() {
        y = y.cos() * s.c[0] * x[1];
    }
    if let Some((last, rest)) = spans.split_last() {
        y *= last.c[0] * x[0] + rest[0].c[0];
    }
    y
}

#[test]
fn several_entries_at_once() {
    let (spans, queue) = (spans(), VecDeque::from([2, 0, 1]));
    for x in &POINTS {
        check_scalar!(gathered(&x[..], const &spans[..]));
        check_scalar!(split(&x[..], const &spans[..], const &queue));
    }
}

// ---- maps, and functions of the file -------------------------------------------------------------------------------------

#[differentiable]
fn in_maps(x: &[f64], #[nodiff] map: &HashMap<String, Span>, #[nodiff] tree: &BTreeMap<usize, Vec<usize>>) -> f64 {
    let (s, t) = (&map["a"], map.get("b").unwrap());
    let mut y = x[0] * s.c[0] * x[1] * t.c[1];
    for i in 0..3 {
        if let Some(row) = tree.get(&i) {
            for k in row {
                y = y.sin() * x[*k] + y;
            }
        }
    }
    let Some(u) = map.get("c") else { return y * x[2] };
    y * u.c[0] * x[0]
}

fn covering(spans: &[Span], t: f64) -> &Span {
    spans.iter().find(|s| t < s.end).unwrap_or(&spans[0])
}

#[differentiable]
fn by_a_function(x: &[f64], #[nodiff] spans: &[Span]) -> f64 {
    let mut y: f64 = 1.0;
    for (i, v) in x.iter().enumerate() {
        let s = covering(spans, i as f64 + 0.5);
        y = y.sin() * s.c[1] * v;
    }
    y
}

impl Curve {
    fn covering(&self, t: f64) -> &Span {
        covering(&self.spans, t)
    }
    fn nth(&self, k: usize) -> &Span {
        let k = self.n + k;
        &self.spans[k % self.spans.len()]
    }
    fn weights(&self) -> &[f64] {
        &self.spans[self.n].c
    }
}

#[differentiable]
fn by_methods(x: &[f64], #[nodiff] curve: &Curve) -> f64 {
    let s = curve.covering(0.7);
    let mut y: f64 = 1.0;
    let mut k = 0;
    for v in x {
        let s = curve.nth(k);
        y = y.sin() * s.c[1] * v;
        k += 2;
        y *= curve.nth(k).c[0];
        let weights = curve.weights();
        for (w, v) in weights.iter().zip(x) {
            y = y.sin() + w * v;
        }
    }
    y * s.c[1] * x[0]
}

#[test]
fn maps_and_functions_hand_out_references() {
    let spans = spans();
    let mut map: HashMap<String, Span> = ["a", "b"].into_iter().map(String::from).zip(spans.clone()).collect();
    let tree = BTreeMap::from([(0, vec![1, 2]), (2, vec![0])]);
    for x in &POINTS {
        check_scalar!(in_maps(&x[..], const &map, const &tree));
        check_scalar!(by_a_function(&x[..], const &spans[..]));
        check_scalar!(by_methods(&x[..], const &Curve { spans: spans.clone(), n: 1 }));
    }
    map.insert("c".into(), spans[2].clone());
    check_scalar!(in_maps(&POINTS[0][..], const &map, const &tree));
}
