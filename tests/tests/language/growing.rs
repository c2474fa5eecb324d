//! Sequences behind `&mut` that change their length: parameters, fields of `self`, rows, and calls of functions that do so.
#![allow(clippy::all, reason = "as people write it")]
use autodiff_core::{Differentiable, differentiable};
use autodiff_tests::check_scalar;
use std::collections::VecDeque;
use std::mem;

#[differentiable]
fn weighted(v: &[f64]) -> f64 {
    let mut s = 0.0;
    for i in 0..v.len() {
        s += v[i] * v[i] * (i as f64 + 1.0);
    }
    s
}

// ---- parameters ----------------------------------------------------------------------------------------------------

#[differentiable]
fn square(x: f64, out: &mut Vec<f64>) {
    out.push(x * x);
}

#[differentiable]
fn squares(x: f64, n: usize) -> f64 {
    let mut v = vec![x];
    for _ in 0..n {
        square(x, &mut v);
    }
    let mut p = 1.0;
    for e in &v {
        p *= e;
    }
    p
}

#[differentiable]
fn read_and_pushed(x: f64, out: &mut Vec<f64>) {
    out.push(x * x);
    let first = out[0];
    out.push(first * x);
    out[0] += x;
}

#[differentiable]
fn changed_between(x: &[f64]) -> f64 {
    let mut v = vec![x[1]];
    for k in 0..3 {
        read_and_pushed(x[k], &mut v);
        v[k] *= x[0];
    }
    weighted(&v)
}

#[differentiable]
fn all_methods(x: &[f64], out: &mut Vec<f64>) -> f64 {
    if out.len() > 4 {
        out.truncate(2);
    }
    out.extend(x.iter().map(|a| a * a));
    let a = out.pop().unwrap();
    out.insert(1, a * x[0]);
    let b = out.remove(0);
    out.resize(5, b * a);
    out.extend_from_slice(x);
    let c = out.swap_remove(1);
    let tail = out.split_off(3);
    out.push(tail[0] * tail[1]);
    a * b + c
}

#[differentiable]
fn methods(x: &[f64]) -> f64 {
    let mut v = vec![x[1], x[2] * x[0]];
    let mut s = 0.0;
    for _ in 0..3 {
        s += all_methods(x, &mut v) * 0.1;
        v[1] *= 0.5;
    }
    s + weighted(&v)
}

#[differentiable]
fn replaced(x: &[f64], out: &mut Vec<f64>) {
    let k = out[0];
    *out = vec![x[0] * k; 3];
    out.push(x[1] * k);
    let old = mem::take(out);
    for o in &old {
        out.push(o * x[2]);
    }
    out.clear();
    out.push(old[0]);
    out.push(old[3] * k);
}

#[differentiable]
fn replaces(x: &[f64]) -> f64 {
    let mut v = vec![x[1], x[2], x[0]];
    replaced(x, &mut v);
    v.push(v[0] * x[0]);
    replaced(x, &mut v);
    weighted(&v)
}

#[differentiable]
fn swapped(a: &mut Vec<f64>, b: &mut Vec<f64>) {
    mem::swap(a, b);
    a.push(b[0] * b[0]);
    let t = a.clone();
    *b = t;
}

#[differentiable]
fn swaps(x: &[f64]) -> f64 {
    let mut a = vec![x[0]];
    let mut b = vec![x[1], x[2]];
    swapped(&mut a, &mut b);
    swapped(&mut b, &mut a);
    weighted(&a) + weighted(&b) * x[0]
}

#[differentiable]
fn queued(x: &[f64], q: &mut VecDeque<f64>) {
    q.push_back(x[0] * x[1]);
    let f = q.pop_front().unwrap();
    q.push_front(f * f);
    q.push_back(f * x[2]);
    if q.len() > 4 {
        q.pop_front();
    }
}

#[differentiable]
fn queues(x: &[f64]) -> f64 {
    let mut q = VecDeque::new();
    q.push_back(x[2]);
    let mut s = 0.0;
    for _ in 0..4 {
        queued(x, &mut q);
        s += q[q.len() - 1] * 0.1;
    }
    s * q[0]
}

#[differentiable]
fn trajectory(x: &[f64], points: &mut Vec<[f64; 2]>) {
    let mut p = [x[0], x[1]];
    for _ in 0..3 {
        p[0] += 0.1 * p[1];
        p[1] -= 0.1 * p[0] * x[2];
        points.push(p);
    }
    let n = points.len();
    points[n - 1][0] *= points[0][1];
}

#[differentiable]
fn trajectories(x: &[f64]) -> f64 {
    let mut points = Vec::new();
    trajectory(x, &mut points);
    trajectory(x, &mut points);
    let mut s = 0.0;
    for (i, p) in points.iter().enumerate() {
        s += p[0] * p[1] * i as f64;
    }
    s
}

#[differentiable]
fn left_early(x: &[f64], out: &mut Vec<f64>) -> f64 {
    for v in x {
        if *v > 2.0 {
            out.push(*v);
            return out[0] * v;
        }
        out.push(v * v);
    }
    let mut k = 0;
    while out.len() > 1 {
        let a = out.pop().unwrap();
        k += 1;
        out[0] += a * k as f64;
    }
    out[0]
}

#[differentiable]
fn leaves_early(x: &[f64]) -> f64 {
    let mut v = vec![x[0]];
    let a = left_early(x, &mut v);
    let b = left_early(&x[..1], &mut v);
    a * b + weighted(&v)
}

#[differentiable]
fn recursive(n: usize, x: f64, out: &mut Vec<f64>) {
    if n == 0 {
        return;
    }
    out.push(x);
    let k = out[0];
    recursive(n - 1, x * k * 0.5, out);
}

#[differentiable]
fn recurses(x: &[f64]) -> f64 {
    let mut v = vec![x[2]];
    recursive(3, x[0] * x[1], &mut v);
    recursive(1, x[1], &mut v);
    weighted(&v)
}

// ---- rows ----------------------------------------------------------------------------------------------------------

#[differentiable]
fn grown_rows(x: &[f64], rows: &mut Vec<Vec<f64>>) {
    rows[0].push(x[0] * x[1]);
    rows.push(vec![x[2]]);
    let n = rows.len();
    let row = &mut rows[n - 1];
    row.push(x[0]);
    row[0] *= x[1];
    read_and_pushed(x[2], row);
    for r in rows.iter_mut() {
        let k = r[0];
        r.push(k * x[1]);
    }
    read_and_pushed(x[0], &mut rows[0]);
}

#[differentiable]
fn rows(x: &[f64]) -> f64 {
    let mut v = vec![vec![x[0]], vec![x[1], x[2]]];
    grown_rows(x, &mut v);
    grown_rows(x, &mut v);
    let mut s = 0.0;
    for r in &v {
        s += weighted(r);
    }
    s
}

#[differentiable]
fn grown_rows_of_slice(x: &[f64], rows: &mut [Vec<f64>]) {
    for r in rows.iter_mut() {
        r.push(x[0] * r[0]);
    }
    rows[1].push(x[1]);
    let (a, b) = rows.split_at_mut(1);
    a[0].push(x[2] * b[0][0]);
}

#[differentiable]
fn rows_of_slice(x: &[f64]) -> f64 {
    let mut v = vec![vec![x[0]], vec![x[1], x[2]]];
    grown_rows_of_slice(x, &mut v);
    grown_rows_of_slice(x, &mut v[..]);
    let mut s = 0.0;
    for r in &v {
        s += weighted(r);
    }
    s
}

/// Local rows by reference; rows that are replaced by longer and by shorter ones.
#[differentiable]
fn local_rows(x: &[f64]) -> f64 {
    let mut rows = vec![vec![x[0], x[1], x[2]], vec![x[2]]];
    for row in rows.iter_mut() {
        row.push(x[0] * x[1]);
        row[0] *= 2.0;
    }
    rows[0] = vec![x[2] * rows[0][2]];
    rows[1] = rows[0].to_vec();
    let row = &mut rows[1];
    row.push(x[1]);
    row[0] *= 2.0;
    row.push(row[1] * row[0]);
    rows[0][0] * rows[1][0] + rows[1][1] * rows[1][2]
}

// ---- fields --------------------------------------------------------------------------------------------------------

#[derive(Clone, Differentiable)]
struct Simulation {
    position: f64,
    history: Vec<f64>,
    rows: Vec<Vec<f64>>,
}

#[differentiable]
impl Simulation {
    fn step(&mut self, dt: f64) {
        self.position += dt * self.position * self.position * 0.1;
        self.history.push(self.position * dt);
        self.rows.push(vec![self.position, dt]);
    }
    fn run(&mut self, dt: f64, n: usize) -> f64 {
        let mut s = 0.0;
        for k in 0..n {
            self.step(dt);
            s += self.history[k] * self.rows[k][0];
            if k % 2 == 1 {
                self.rows[k].push(s);
            }
        }
        s
    }
    fn reset(&mut self) {
        let last = self.history[self.history.len() - 1];
        self.history.clear();
        self.history.push(last * last);
        self.rows = vec![];
    }
    fn energy(&self) -> f64 {
        weighted(&self.history) + self.position
    }
}

#[differentiable]
fn drive(sim: &mut Simulation, dt: f64) -> f64 {
    let a = sim.run(dt, 2);
    sim.reset();
    sim.history.push(a);
    a + sim.energy()
}

#[differentiable]
fn simulated(x: &[f64]) -> f64 {
    let mut sim = Simulation { position: x[0], history: vec![x[1]], rows: vec![vec![x[2]]] };
    let a = drive(&mut sim, x[2]);
    a + drive(&mut sim, x[1]) * sim.energy() * 0.1
}

#[differentiable]
fn simulated_side_by_side(x: &[f64]) -> f64 {
    let mut sims = vec![
        Simulation { position: x[0], history: vec![x[1]], rows: vec![vec![x[2]]] },
        Simulation { position: x[1], history: vec![x[1]], rows: vec![] },
    ];
    let mut t = 0.0;
    for s in sims.iter_mut() {
        t += drive(s, x[2]);
    }
    for s in &mut sims {
        s.step(0.1);
    }
    let s = &mut sims[0];
    s.step(x[0]);
    s.position *= 2.0;
    s.step(x[0]);
    t * sims[0].energy() * 0.1 + sims[1].energy()
}

#[differentiable]
trait Stepper {
    fn advance(&mut self, dt: f64) -> f64;
    fn twice(&mut self, dt: f64) -> f64 {
        let a = self.advance(dt);
        a * self.advance(2.0 * dt)
    }
}

#[differentiable]
impl Stepper for Simulation {
    fn advance(&mut self, dt: f64) -> f64 {
        self.step(dt);
        self.position * self.history[0]
    }
}

#[differentiable]
fn advanced(x: &[f64]) -> f64 {
    let mut sim = Simulation { position: x[0], history: vec![x[1]], rows: vec![vec![x[2]], vec![x[0]]] };
    let a = sim.twice(x[2]);
    a * sim.advance(x[0]) + sim.energy()
}

#[test]
fn what_grows_behind_references() {
    for x in [[1.31, 2.17, 0.73], [0.43, -1.2, 1.97]] {
        check_scalar!(squares(x[0], const 3));
        check_scalar!(changed_between(&x[..]));
        check_scalar!(methods(&x[..]));
        check_scalar!(replaces(&x[..]));
        check_scalar!(swaps(&x[..]));
        check_scalar!(queues(&x[..]));
        check_scalar!(trajectories(&x[..]));
        check_scalar!(leaves_early(&x[..]));
        check_scalar!(recurses(&x[..]));
        check_scalar!(rows(&x[..]));
        check_scalar!(rows_of_slice(&x[..]));
        check_scalar!(local_rows(&x[..]));
        check_scalar!(simulated(&x[..]));
        check_scalar!(simulated_side_by_side(&x[..]));
        check_scalar!(advanced(&x[..]));
    }
}

// ---- copies beside what changes ------------------------------------------------------------------------------------

#[derive(Clone, Copy, Differentiable)]
struct Pair {
    pair: [f64; 2],
    y: f64,
}

#[differentiable]
impl Pair {
    fn bump(&mut self, old: [f64; 2]) -> f64 {
        self.pair = [self.y * self.y, old[1] * 2.0];
        self.y += old[0] * old[0];
        self.pair[1] * old[0]
    }
}

/// The copy of `pair` that is handed on has an adjoint of its own.
#[differentiable]
fn handed_a_copy(x: &[f64]) -> f64 {
    let mut s = Pair { pair: [x[0], x[1]], y: x[2] };
    let mut a = 0.0;
    for _ in 0..2 {
        a += s.bump(s.pair) * 0.1;
    }
    a * s.pair[0] + s.y * s.pair[1]
}

#[test]
fn a_copy_beside_what_changes() {
    check_scalar!(handed_a_copy(&[1.31, 2.17, 0.73][..]));
}

// ---- the contract --------------------------------------------------------------------------------------------------

/// The seed has the length of the final content, the gradient that of the initial one.
#[test]
fn seeds_have_the_final_length() {
    let mut out = vec![3.0];
    let mut out_bar = vec![10.0, 5.0, 7.0];
    let x_bar = read_and_pushed::vjp(2.0, &mut out, &mut out_bar);
    assert_eq!(out, [5.0, 4.0, 6.0]);
    // out = [c + x, x², c x]
    assert_eq!(x_bar, 10.0 + 5.0 * 4.0 + 7.0 * 3.0);
    assert_eq!(out_bar, [10.0 + 7.0 * 2.0]);

    let (mut out, mut out_dot) = (vec![3.0], vec![1.0]);
    read_and_pushed::jvp(2.0, &mut out, 0.5, &mut out_dot);
    assert_eq!(out_dot, [1.5, 2.0, 2.0 + 1.5]);

    let mut sim = Simulation { position: 1.0, history: vec![], rows: vec![] };
    let mut bar = SimulationTangent { position: 1.0, history: vec![2.0], rows: vec![vec![3.0, 4.0]] };
    let dt_bar = sim.step_vjp(0.5, &mut bar);
    // position' = p + 0.1 dt p², history = [position' dt], rows = [[position', dt]]
    let (position, by_p, by_dt) = (1.05, 1.0 + 0.2 * 0.5, 0.1);
    assert!((bar.position - (1.0 + 2.0 * 0.5 + 3.0) * by_p).abs() < 1e-12);
    assert!((dt_bar - ((1.0 + 2.0 * 0.5 + 3.0) * by_dt + 2.0 * position + 4.0)).abs() < 1e-12);
    assert!(bar.history.is_empty() && bar.rows.is_empty());
}

#[test]
#[should_panic = "gradient buffer of `out` has shape 1, but `out` has shape 2"]
fn a_seed_of_the_initial_length() {
    square::vjp(2.0, &mut vec![3.0], &mut vec![1.0]);
}

// ---- places whose container shrinks later ------------------------------------------------------------------------------

#[differentiable]
fn depth_first(x: &[f64]) -> f64 {
    let mut stack = vec![vec![x[0], x[1]], vec![x[2]]];
    let mut s = 1.0;
    while let Some(top) = stack.last_mut() {
        if let Some(v) = top.pop() {
            s = s * v + v;
        } else {
            stack.pop();
        }
    }
    s
}

#[differentiable]
fn depth_first_by_index(x: &[f64]) -> f64 {
    let mut stack = vec![vec![x[0], x[1]], vec![x[2]]];
    let mut s = 1.0;
    while !stack.is_empty() {
        let k = stack.len() - 1;
        if let Some(v) = stack[k].pop() {
            s = s * v + v;
        } else {
            stack.pop();
        }
    }
    s
}

#[differentiable]
fn replaced_and_cleared(x: &[f64]) -> f64 {
    let mut rows: Vec<Vec<f64>> = vec![];
    rows.push(vec![x[0], x[1]]);
    rows[0].push(x[2] * x[0]);
    let mut s = rows[0][2];
    rows = vec![];
    rows.push(vec![x[1]]);
    rows[0].push(s);
    s *= rows[0][1] * rows[0][0];
    rows.clear();
    s
}

#[differentiable]
fn popped_by_a_callee(rows: &mut Vec<Vec<f64>>) -> f64 {
    match rows.pop() {
        Some(r) => r[0] * r[0],
        None => 1.0,
    }
}

#[differentiable]
fn shrunk_by_a_callee(x: &[f64]) -> f64 {
    let mut rows: Vec<Vec<f64>> = vec![];
    let mut s = 1.0;
    for i in 0..3 {
        rows.push(vec![x[i], x[1]]);
        rows[0].push(x[2] * x[0]);
        let n = rows.len() - 1;
        let r = &mut rows[n];
        r[0] = r[0] * s;
        s *= popped_by_a_callee(&mut rows);
    }
    s
}

#[test]
fn places_are_found_though_their_container_shrinks() {
    let x = [0.7, 1.3, 2.1];
    check_scalar!(depth_first(&x[..]));
    check_scalar!(depth_first_by_index(&x[..]));
    check_scalar!(replaced_and_cleared(&x[..]));
    check_scalar!(shrunk_by_a_callee(&x[..]));
}

#[differentiable]
fn empty_rows(x: &[f64]) -> f64 {
    let mut rows = vec![vec![x[0]], vec![], Vec::new()];
    rows.rotate_left(1);
    rows[0].push(x[1]);
    rows[1].push(x[2] * x[1]);
    rows[2][0] * rows[0][0] + rows[1][0]
}

#[test]
fn rows_that_start_empty() {
    check_scalar!(empty_rows(&[0.7, 1.3, 2.1][..]));
}

#[differentiable]
fn turned(queue: &mut VecDeque<f64>) {
    queue.swap(0, 2);
    queue.rotate_left(1);
    queue[0] *= queue[1];
    queue.push_front(queue[0] * 2.0);
    queue.rotate_right(2);
}

#[differentiable]
fn queue_turned(x: &[f64]) -> f64 {
    let mut queue: VecDeque<f64> = x.iter().copied().collect();
    queue.push_front(x[0]);
    queue.swap(1, 2);
    turned(&mut queue);
    queue[0] * queue[1] + queue[2] * queue[3] * queue[3]
}

#[test]
fn queues_are_turned() {
    check_scalar!(queue_turned(&[0.7, 1.3, 2.1][..]));
}

/// Parts of the last row, which is found by a length that nothing else reads.
#[differentiable]
fn parts_of_the_last(x: &[f64]) -> f64 {
    let mut rows = vec![vec![x[0], x[1], x[2]], vec![x[1], x[2], x[0]]];
    *rows[0].last_mut().unwrap() *= x[0] * x[1];
    rows.last_mut().unwrap()[2] *= x[0] * x[1];
    rows.last_mut().unwrap()[0] = x[0] * rows[0][1];
    let mut pairs = vec![(x[0], x[1]), (x[1], x[2])];
    pairs.last_mut().unwrap().0 *= x[2] * x[0];
    pairs.last_mut().unwrap().1 -= x[2] * x[2];
    rows[1][2] * rows[0][2] * rows[1][0] + pairs[1].0 * pairs[1].1
}

#[test]
fn what_is_last_has_parts() {
    check_scalar!(parts_of_the_last(&[0.7, 1.3, 2.1][..]));
}

// ---- lists that a loop fills ---------------------------------------------------------------------------------------

#[differentiable]
fn filled(x: &[f64], n: usize) -> f64 {
    let mut squares = Vec::with_capacity(n);
    for i in 1..n {
        let d = x[i] - x[i - 1];
        squares.push(d * d);
    }
    let waves: Vec<f64> = squares.iter().zip(&x[1..]).map(|(s, x)| (s * x).sin()).collect();
    let mut rest: Vec<f64> = waves.iter().rev().map(|w| w * w).collect();
    rest.push(x[0]);
    rest.push(squares[0] * waves[0]);
    let last = rest.pop().unwrap();
    rest.iter().sum::<f64>() * last
}

/// What a loop does beside it, or with it, says that it must grow.
#[differentiable]
fn not_filled(x: &[f64]) -> f64 {
    let (mut twice, mut some, mut read) = (Vec::new(), Vec::new(), vec![]);
    for i in 0..x.len() {
        twice.push(x[i]);
        twice.push(x[i] * x[i]);
    }
    for i in 0..x.len() {
        if x[i] < 0.0 {
            continue;
        }
        some.push(x[i] * x[0]);
    }
    for i in 0..x.len() {
        let before = if read.is_empty() { x[i] } else { read[read.len() - 1] };
        read.push(before * x[i]);
    }
    let mut early = Vec::new();
    for i in 0..x.len() {
        if i == 2 {
            break;
        }
        early.push(x[i] * 3.0);
    }
    let (n, m, k) = (twice.len() as f64, some.len() as f64, early.len() as f64);
    n * twice[3] + m * some[1] + read[2] * read[1] + k * early[1] * early[0]
}

/// Counters of other types, lists that start anew in each iteration, and one that has something already.
#[differentiable]
fn filled_inside(x: &[f64], steps: i32) -> f64 {
    let mut sum = 0.0;
    let mut all = Vec::new();
    for t in 0..steps {
        all.push(x[0] * f64::from(t));
        let mut row = Vec::new();
        for i in 0..x.len() {
            row.push(x[i] * x[i] + sum);
        }
        let mut more = Vec::new();
        more.push(row[0]);
        for k in 1..row.len() {
            more.push(row[k] * more[0]);
        }
        sum += more[1].sin() * 0.1 * (more[2] * row[1]).cos();
    }
    for v in all.iter_mut() {
        *v *= sum;
    }
    sum + all[1] * all[2]
}

#[differentiable]
fn filled_singles(x: &[f32]) -> f32 {
    let mut y = Vec::new();
    for i in 0..x.len() {
        y.push(x[i] * x[i]);
    }
    let z: Vec<f32> = (0..y.len()).map(|i| y[i] * x[0]).collect();
    z[1] * y[0]
}

#[test]
fn lists_that_are_filled() {
    let x = [0.7, -1.3, 2.1, 0.4, 1.6];
    check_scalar!(filled(&x[..], const 5));
    check_scalar!(filled(&x[..], const 2));
    check_scalar!(not_filled(&x[..]));
    check_scalar!(filled_inside(&x[..3], const 3));
    let (value, x_bar) = filled_singles::value_and_grad(&[1.5, -0.5]);
    assert_eq!((value, x_bar), (filled_singles(&[1.5, -0.5]), vec![3.0 * 2.25 * 0.25, -2.0 * 3.375 * 0.5]));
}
