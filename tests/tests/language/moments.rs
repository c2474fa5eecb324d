//! What is read at one moment and changes before it is used: heads of loops, what is matched, operands before one with effects.
use autodiff_core::{Differentiable, differentiable};
use autodiff_tests::check_scalar;

const X: [f64; 3] = [2.0, 3.0, 5.0];

// ---- arrays by value -------------------------------------------------------------------------------------------------

#[differentiable]
fn written_while_it_is_iterated(x: f64) -> f64 {
    let mut a = [x, x];
    let mut sum = 0.0;
    for v in a {
        a[1] = 5.0;
        sum += v * v;
    }
    sum + a[1]
}

#[differentiable]
fn constants_written_while_they_are_iterated(x: &[f64]) -> f64 {
    let mut factors = [1.0, 2.0];
    let mut at = [0_usize, 1];
    let mut product = x[2];
    for w in factors {
        factors[1] = 5.0;
        product = product * product * w;
    }
    for i in at {
        at[1] = 0;
        product *= x[i];
    }
    product
}

#[differentiable]
fn adapted_by_value(x: f64) -> f64 {
    let mut a = [x, x * x];
    let mut sum = a
        .into_iter()
        .map(|v| {
            a[1] = 5.0;
            v * v
        })
        .sum::<f64>();
    for (p, q) in [x, 2.0].into_iter().zip(a) {
        a[0] = 3.0;
        sum += p * q;
    }
    let mut s = x;
    for v in [x].into_iter().chain([s * 2.0]) {
        s += v;
        sum *= v;
    }
    sum * s + a[0]
}

#[derive(Clone, Copy, Differentiable)]
struct Body {
    position: f64,
    speed: f64,
}

#[differentiable]
fn bodies(x: f64) -> f64 {
    let mut bodies = [Body { position: x, speed: 0.1 }, Body { position: x * x, speed: x }];
    for a in bodies {
        for b in bodies.iter_mut() {
            b.speed += (a.position - b.position) * a.speed;
        }
    }
    bodies[0].speed * bodies[1].speed
}

#[differentiable]
fn sizes_before_the_element(a: f64) -> f64 {
    let mut k = 1;
    let mut size = || {
        k += 1;
        k
    };
    let m = nalgebra::DMatrix::from_diagonal_element(size(), 2, a);
    let mut n = 1;
    let next = nalgebra::DMatrix::from_diagonal_element(
        {
            n += 1;
            n
        },
        {
            n += 1;
            n
        },
        a * n as f64,
    );
    m[(0, 0)] * next[(1, 1)] * next.ncols() as f64
}

#[test]
fn arrays_that_are_written_while_they_are_iterated() {
    check_scalar!(written_while_it_is_iterated(0.3));
    check_scalar!(constants_written_while_they_are_iterated(&X[..]));
    check_scalar!(adapted_by_value(0.7));
    check_scalar!(bodies(0.3));
    check_scalar!(sizes_before_the_element(0.3));
}

// ---- heads -----------------------------------------------------------------------------------------------------------

#[differentiable]
fn slice_that_begins_elsewhere(x: &[f64]) -> f64 {
    let mut low = 0;
    let mut sum = 0.0;
    for v in &x[low..low + 2] {
        low += 1;
        sum += v * v;
    }
    sum + low as f64
}

#[differentiable]
fn walk(x: &[f64], #[nodiff] next: &[Vec<usize>]) -> f64 {
    let mut at = 0;
    let mut product = 1.0;
    for &n in &next[at] {
        at = n;
        product *= x[n];
    }
    product * x[at]
}

#[differentiable]
fn closure_that_moves_the_end(x: &[f64]) -> f64 {
    let mut end = 3;
    let sum: f64 = x[..end]
        .iter()
        .map(|v| {
            end = 1;
            v * v
        })
        .sum();
    sum * end as f64
}

#[differentiable]
fn adaptors(x: f64) -> f64 {
    let mut n = 3_usize;
    let mut s = x;
    for i in (0..9).take(n) {
        n = 2;
        s = s.sin() + i as f64 * s;
    }
    for i in (0..n + 2).rev().take(2) {
        n = 1;
        s = s.sin() + i as f64 * s;
    }
    for (i, j) in (0..n + 2).enumerate() {
        n += 1;
        s = s.sin() + (i + j) as f64 * s;
    }
    for i in (0..9).skip(n) {
        n = 1;
        s = s.sin() + 0.1 * i as f64 * s;
    }
    s * n as f64
}

#[test]
fn heads_that_read_what_the_loop_changes() {
    check_scalar!(slice_that_begins_elsewhere(&X[..]));
    let next = vec![vec![1, 2], vec![0, 0], vec![1]];
    check_scalar!(walk(&X[..], const &next[..]));
    check_scalar!(closure_that_moves_the_end(&X[..]));
    check_scalar!(adaptors(0.7));
}

// ---- what is matched -------------------------------------------------------------------------------------------------

#[differentiable]
fn matched(x: &[f64]) -> f64 {
    let o = [Some(x[0]), Some(x[1]), None];
    let pairs = [(x[0], x[1]), (x[1], x[2])];
    let mut k = 0;
    let mut y = match o[k] {
        Some(v) => {
            k = 1;
            v * v + k as f64
        }
        None => 0.0,
    };
    y += match pairs[k] {
        (a, b) if a > 0.0 => {
            k = 0;
            a * b * b
        }
        _ => 0.0,
    };
    if let Some(v) = o[k] {
        k = 1;
        y *= v;
    }
    while let Some(v) = o[k] {
        k += 1;
        y = y * v + v;
    }
    y * k as f64
}

#[test]
fn arms_that_change_the_index() {
    check_scalar!(matched(&X[..]));
}

// ---- operands --------------------------------------------------------------------------------------------------------

#[differentiable]
fn first_squared(x: &[f64], factor: f64) -> f64 {
    x[0] * x[0] * factor
}

#[derive(Clone, Copy, Differentiable)]
struct Point {
    a: f64,
}

#[differentiable]
impl Point {
    fn minus(self, other: f64) -> f64 {
        self.a * self.a - other
    }
    fn shift(&mut self, by: f64) -> f64 {
        self.a += by;
        self.a * 2.0
    }
}

#[differentiable]
fn receivers_and_arguments(x: &[f64]) -> f64 {
    let mut k = 0;
    let y = first_squared(&x[k..], {
        k = 1;
        2.0
    });
    let mut p = Point { a: x[2] };
    y * x[k] + p.minus(p.shift(x[0] * x[1])) * p.a
}

#[differentiable]
fn comparisons(x: f64) -> f64 {
    let mut t = x;
    let less = t < {
        t *= 0.5;
        t
    };
    let whole = t.floor() * {
        t *= 7.0;
        1.0
    };
    let mut list = vec![x];
    let len = list.len() + {
        list.push(x * x);
        1
    };
    let y = if less { t } else { 3.0 * t };
    y + whole + list[1] * len as f64
}

#[differentiable]
fn lengths_by_statements(x: &[f64]) -> f64 {
    let mut k = 3;
    let list = vec![
        x[k - 1];
        {
            k -= 1;
            k
        }
    ];
    list.iter().sum::<f64>() * (0..{ k }).map(|i| x[i]).sum::<f64>()
}

#[test]
fn operands_before_effects() {
    check_scalar!(receivers_and_arguments(&X[..]));
    for x in [0.3, -0.3] {
        check_scalar!(comparisons(x));
    }
    check_scalar!(lengths_by_statements(&X[..]));
}

// ---- iterators that move on --------------------------------------------------------------------------------------------

#[differentiable]
fn stepped_by_nth(x: &[f64]) -> f64 {
    let mut entries = x.iter();
    let a = entries.nth(1).unwrap();
    let b = entries.next().unwrap();
    let mut others = x.iter();
    let mut y = a * b;
    while let Some(v) = others.nth(1) {
        y = y * v + 1.0;
    }
    y
}

#[test]
fn iterators_that_move_on() {
    check_scalar!(stepped_by_nth(&X[..]));
}

// ---- values that hold references -----------------------------------------------------------------------------------------

#[derive(Clone, Copy, Differentiable)]
struct Window<'a> {
    values: &'a [f64],
    #[nodiff]
    last: usize,
}

#[differentiable]
impl Window<'_> {
    fn ends(&self) -> f64 {
        self.values[0] * self.values[self.last]
    }
}

#[differentiable]
fn held_by_what_changes(x: &[f64]) -> f64 {
    let mut k = 1;
    let first = Some(&x[k]);
    let pair = (&x[k..], k);
    k = 0;
    let window = Window { values: &x[k..], last: k + 1 };
    k = 2;
    let y = first.map_or(0.0, |v| v * v * x[k]) * pair.0[0] * x[pair.1];
    k = 1;
    y * window.ends() * window.values[k]
}

#[differentiable]
fn held_beside_a_number(x: &[f64]) -> f64 {
    let mut y = x[0] * x[1];
    let pair = (&x[1..], y);
    y = 5.0 * y * y;
    pair.0[0] * pair.1 * pair.1 * y
}

#[differentiable]
fn held_in_a_loop(x: &[f64]) -> f64 {
    let mut k = 0;
    let mut y = 1.0;
    while k < 2 {
        let pair = (&x[k..], [&x[k + 1], &x[0]]);
        k += 1;
        y = y * pair.0[0] * pair.1[0] + pair.1[1] * x[k] * y;
    }
    y * x[k]
}

#[test]
fn references_that_are_held_while_their_index_changes() {
    check_scalar!(held_by_what_changes(&X[..]));
    check_scalar!(held_beside_a_number(&X[..]));
    check_scalar!(held_in_a_loop(&X[..]));
}

// ---- parts of tuples, copies in heads --------------------------------------------------------------------------------------

#[derive(Clone, Copy)]
struct Count {
    at: usize,
}

impl Count {
    fn step(&mut self) -> usize {
        self.at += 1;
        self.at
    }
}

#[differentiable]
fn index_beside_its_entry(x: &[f64]) -> f64 {
    let mut list = vec![1_usize, 0];
    let mut w = x.to_vec();
    let mut y = 1.0;
    for _ in 0..2 {
        let (i, v) = (list[0], x[list[0]]);
        list[0] = i + 1;
        y *= y * v * x[i] * x[list[0] % 3];
    }
    let (k, v): (usize, f64) = (list[1], x[list[1]]);
    let mut count = Count { at: k };
    (count.at, w[count.at]) = (1, y * v);
    w[0] * w[count.at] * x[count.step()] * w[0]
}

#[differentiable]
fn copies_in_heads(x: &[f64]) -> f64 {
    let mut list = vec![2_usize, 0, 1];
    let mut w = x.to_vec();
    let mut y = 1.0;
    for i in list.clone() {
        list[i] = 0;
        y += 0.1 * x[i] * x[list[0]] * y;
    }
    for i in list.to_vec() {
        list[i] = 1;
        y += 0.1 * x[i] * x[list[2]] * y;
    }
    for v in w.clone() {
        w[1] = v * v;
        y += 0.1 * v * w[1];
    }
    y * w[1]
}

#[test]
fn parts_of_tuples_and_copies_in_heads() {
    check_scalar!(index_beside_its_entry(&X[..]));
    check_scalar!(copies_in_heads(&X[..]));
}

// ---- other fields than the one that a method is called on ------------------------------------------------------------------

#[derive(Clone, Differentiable)]
struct Curve {
    slope: f64,
    knots: Vec<f64>,
}

#[differentiable]
impl Curve {
    fn at(&self, x: f64) -> f64 {
        self.slope * x + self.knots[0]
    }
    fn steepen(&mut self, by: f64) -> f64 {
        self.slope *= by;
        self.slope
    }
}

#[derive(Clone, Differentiable)]
struct Drawing {
    curve: Curve,
    ends: [f64; 2],
    width: f64,
}

#[differentiable]
fn drawn(d: &mut Drawing, x: f64) -> f64 {
    let mut i = 0;
    d.curve.at({
        d.width *= x;
        d.ends[i] = x;
        i += 1;
        d.width * x
    }) * d.width
        + d.curve.steepen({
            d.ends[i] *= x;
            d.ends[1]
        })
}

#[differentiable]
fn drawing(x: &[f64]) -> f64 {
    // a variable that is called like the field that it is moved into
    let curve = Curve { slope: x[0], knots: x.to_vec() };
    let mut d = Drawing { curve, ends: [x[1], x[2]], width: 0.5 };
    let r = drawn(&mut d, x[2]);
    let q = d.width.mul_add(
        {
            d.width = 3.0;
            d.ends[0] = x[1];
            d.curve.slope
        },
        x[1],
    );
    r * d.width * d.ends[1] * q
}

#[test]
fn other_fields_change_while_an_argument_is_computed() {
    check_scalar!(drawing(&X[..]));
}

// ---- what is made where it is lent -----------------------------------------------------------------------------------

/// Multiplies an entry further on; what the derivative of `y[k]` reads is found by `k`.
#[differentiable]
fn further(y: &mut [f64], k: &mut usize) -> usize {
    *k += 1;
    y[*k] *= 1.0 + y[0];
    *k + 1
}

#[differentiable]
fn doubled(y: &mut [f64], w: &mut f64) -> f64 {
    *w *= 2.0;
    y[0] *= *w;
    *w += y[1];
    y[0] * *w * *w
}

#[derive(Clone, Differentiable)]
struct Cursor {
    #[nodiff]
    at: usize,
    weight: f64,
}

#[differentiable]
impl Cursor {
    fn step(&mut self, y: &mut [f64]) -> f64 {
        self.at += 1;
        self.weight *= y[0];
        y[self.at] *= self.weight;
        y[self.at] * self.weight
    }
}

#[differentiable]
fn made_where_it_is_lent(x: &[f64], c: &[usize]) -> f64 {
    let mut y = x.to_vec();
    let k = c[0];
    let w = further(&mut y, &mut { k }) - 1;
    y[w] += x[0];
    let i = further(&mut y, &mut 1) - further(&mut y, &mut k.clone());
    let one = &mut (k + 1);
    further(&mut y, one);
    let mut s = y[i] + doubled(&mut y, &mut 3.0) + doubled(&mut y, &mut (x[1] * 2.0));
    s *= Cursor { at: k, weight: s }.step(&mut y);
    let mut n = 0;
    let mut next = || {
        n += 1;
        n
    };
    further(&mut y, &mut (next() - 1));
    s + y[0] * y[1] * y[2]
}

#[test]
fn what_is_made_for_a_call_is_changed_by_it() {
    check_scalar!(made_where_it_is_lent(&X[..], const &[0_usize][..]));
}

// ---- what is lent, exchanged, or named in a macro --------------------------------------------------------------------

fn count(n: &mut usize) -> f64 {
    *n += 1;
    *n as f64
}

#[differentiable]
fn of_three(a: f64, b: f64, c: f64) -> f64 {
    a * b * b + c * c * a
}

#[differentiable]
fn lent_by_its_name(x: &[f64]) -> f64 {
    let mut n = 0;
    let r = &mut n;
    of_three(x[*r] * 2.0, count(r), x[*r])
}

#[differentiable]
fn exchanged_between_operands(x: &[f64]) -> f64 {
    let (mut t, mut u) = (x[0], x[1]);
    let by_parts = |t: f64| {
        let mut s = t;
        of_three(
            s * 2.0,
            {
                s *= 3.0;
                1.5
            },
            s,
        )
    };
    of_three(
        t * 2.0,
        {
            (t, u) = (u * 3.0, t);
            1.5
        },
        t * u,
    ) * u
        * by_parts(t)
}

#[differentiable]
fn named_in_a_macro(x: &[f64]) -> f64 {
    let mut t = x[0];
    of_three(
        vec![t, x[1]].iter().sum::<f64>(),
        {
            t *= 3.0;
            1.5
        },
        vec![t][0],
    )
}

#[differentiable]
fn heads_that_are_exchanged(x: &[f64]) -> f64 {
    let (mut lo, mut hi) = (0, 2);
    let mut n = 1;
    let r = &mut n;
    let mut sum = 0.0;
    for v in x[lo..hi].iter().zip(&x[lo + 1..]) {
        (lo, hi) = (hi, lo + 1);
        sum = sum * 0.5 + v.0 * v.1 * lo as f64;
    }
    for v in x[*r..].iter() {
        count(r);
        sum += v * v * *r as f64;
    }
    sum * sum * hi as f64
}

#[test]
fn operands_that_lend_exchange_and_name() {
    check_scalar!(lent_by_its_name(&X[..]));
    check_scalar!(exchanged_between_operands(&X[..]));
    check_scalar!(named_in_a_macro(&X[..]));
    check_scalar!(heads_that_are_exchanged(&X[..]));
}

// ---- parts of constants, found by a counter that changes -----------------------------------------------------------------

#[differentiable]
fn constants_that_are_split(x: &[f64], #[nodiff] v: &[f64]) -> f64 {
    let (mut k, mut s) = (0, 0.0);
    for e in x {
        let (g, h) = v.split_at(k % 3 + 1);
        k += 1;
        s += g[0] * h[0] * e * e;
    }
    s
}

#[differentiable]
fn first_and_rest_of_constants(x: &[f64], k: usize) -> f64 {
    let c = vec![1.0, 2.0, 3.0];
    let (mut k, mut s) = (k, x[0]);
    if let Some((u, rest)) = c[k..].split_first() {
        k += 1;
        s *= u * x[k];
        if let Some(r) = rest.first() {
            s += r * x[0] * x[0];
        }
    }
    if let Some((u, rest)) = c[..k].split_last() {
        for (i, r) in rest.iter().enumerate() {
            k = i;
            s += r * x[i] * s;
        }
        s *= *u;
    }
    s * x[k]
}

#[differentiable]
fn walked_by_first_and_rest(x: &[f64], #[nodiff] c: &[usize]) -> f64 {
    let (mut k, mut s) = (0, 0.0);
    while let Some((u, rest)) = c[k..].split_first() {
        k += 1;
        s += x[*u] * x[rest.len()];
    }
    s
}

#[test]
fn parts_of_constants() {
    let x = [0.3, 0.5, 0.2, 0.7];
    check_scalar!(constants_that_are_split(&x[..], const &[1.0, 2.0, 3.0, 4.0]));
    check_scalar!(first_and_rest_of_constants(&x[..], const 1));
    check_scalar!(walked_by_first_and_rest(&x[..], const &[1, 3, 0]));
}
