//! `jvps` and `jacobian_into`: several directions in one pass, and Jacobians in buffers.
use autodiff_core::{Differentiable, differentiable};
use autodiff_tests::check;
use nalgebra::{DMatrix, DVector, SMatrix, Vector2, Vector3, dvector};
use std::cell::Cell;

#[derive(Clone, Differentiable)]
struct Body {
    position: Vector2<f64>,
    trail: Vec<f64>,
    mass: f64,
}

#[differentiable]
fn energy(b: &Body, g: f64) -> f64 {
    b.mass * (g * b.position.y + b.position.norm_squared()) + b.trail.iter().sum::<f64>() * g
}

#[differentiable]
fn moved(b: &mut Body, dt: f64) -> Vec<f64> {
    b.trail.push(b.position.x * dt);
    b.position *= 1.0 + dt;
    b.mass += b.trail[0] * dt;
    b.trail.clone()
}

/// Parts of one tangent that are borrowed side by side: a pass for each direction.
#[differentiable]
fn in_parts(b: &mut Body) {
    let p = &mut b.position;
    p.x *= p.y;
    let t = &mut b.trail;
    t[0] *= p.x;
    b.mass += b.trail[0];
}

#[differentiable]
fn swapped(a: &mut [f64], b: &mut Vec<f64>) -> f64 {
    let (left, right) = a.split_at_mut(1);
    left[0] += right[0] * b[0];
    std::mem::swap(&mut left[0], &mut b[1]);
    right.swap(0, 1);
    left[0] * right[0]
}

#[differentiable]
fn power(x: f64, n: usize) -> f64 {
    if n == 0 { 1.0 } else { x * power(x, n - 1) }
}

#[differentiable]
fn integral(f: impl Fn(f64) -> f64, a: f64, b: f64) -> f64 {
    let h = (b - a) / 4.0;
    let mut s = 0.0;
    for i in 0..4 {
        s += f(a + (i as f64 + 0.5) * h) * h;
    }
    s
}

#[differentiable]
fn of_functions(k: f64, b: f64) -> f64 {
    integral(|t| (k * t).sin(), 0.0, b) + integral(f64::exp, k, b)
}

#[differentiable(jvp = cube_jvp, vjp = cube_vjp)]
fn cube(x: f64) -> f64 {
    x * x * x
}
fn cube_jvp(x: f64, x_dot: f64) -> (f64, f64) {
    (cube(x), 3.0 * x * x * x_dot)
}
fn cube_vjp(x: f64, seed: f64) -> (f64, f64) {
    (cube(x), 3.0 * x * x * seed)
}

#[differentiable]
fn solved(m: &DMatrix<f64>, x: &DVector<f64>) -> DVector<f64> {
    let y = m.clone().lu().solve(x).unwrap() + m * x;
    y.map(cube)
}

#[test]
fn lanes_are_what_single_directions_are() {
    let body = || Body { position: Vector2::new(0.5, 1.5), trail: vec![0.3, 0.7], mass: 2.0 };
    let dot = |k: f64| BodyTangent { position: Vector2::new(k, -k), trail: vec![1.0, k * k], mass: 0.5 * k };
    let (_, [a, b]) = energy::jvps(&body(), 9.0, [&dot(1.0), &dot(2.0)], [0.0, 1.0]);
    assert_eq!([a, b], [energy::jvp(&body(), 9.0, &dot(1.0), 0.0).1, energy::jvp(&body(), 9.0, &dot(2.0), 1.0).1]);

    let (mut together, mut dots) = (body(), [dot(1.0), dot(2.0)]);
    let [first, second] = &mut dots;
    let (value, lanes) = moved::jvps(&mut together, 0.1, [first, second], [1.0, 0.0]);
    for (k, dt_dot) in [(0, 1.0), (1, 0.0)] {
        let (mut alone, mut alone_dot) = (body(), dot(k as f64 + 1.0));
        let (alone_value, lane) = moved::jvp(&mut alone, 0.1, &mut alone_dot, dt_dot);
        assert_eq!((&value, &lanes[k], &dots[k]), (&alone_value, &lane, &alone_dot));
        assert_eq!((together.mass, &together.trail), (alone.mass, &alone.trail));
    }

    let (mut together, mut dots) = (body(), [dot(1.0), dot(2.0), dot(3.0)]);
    in_parts::jvps(&mut together, dots.each_mut());
    for (k, lane) in dots.iter().enumerate() {
        let (mut alone, mut alone_dot) = (body(), dot(k as f64 + 1.0));
        in_parts::jvp(&mut alone, &mut alone_dot);
        assert_eq!((lane, together.mass, together.position), (&alone_dot, alone.mass, alone.position));
    }
}

#[test]
fn all_sorts_of_functions() {
    check!(swapped(&mut [0.5, 1.5, 2.5][..], &mut vec![0.3, 0.7]));
    check!(power(1.3, const 4));
    check!(of_functions(0.7, 1.2));
    check!(solved(&DMatrix::from_row_slice(2, 2, &[2.0, 0.3, 0.1, 1.5]), &dvector![0.4, 0.9]));
}

thread_local! {
    static CALLS: Cell<usize> = const { Cell::new(0) };
}

fn counted() -> usize {
    CALLS.with(|c| c.replace(c.get() + 1))
}

#[differentiable]
fn counting(x: f64) -> f64 {
    let n = counted();
    x * if n < 1000 { 2.0 } else { 3.0 }
}

#[test]
fn the_primal_is_computed_once() {
    CALLS.with(|c| c.set(0));
    assert_eq!(counting::jvps(1.0, [1.0, 2.0, 3.0, 4.0]), (2.0, [2.0, 4.0, 6.0, 8.0]));
    assert_eq!(CALLS.with(Cell::get), 1);
}

#[test]
#[should_panic(expected = "tangent of `x` has shape 3, but `x` has shape 2")]
fn every_direction_has_the_shape_of_its_argument() {
    #[differentiable]
    fn sum(x: &[f64]) -> f64 {
        x[0] + x[1]
    }
    sum::jvps(&[1.0, 2.0], [&[1.0, 0.0], &[1.0, 0.0, 0.0]]);
}

#[differentiable]
fn wide(x: &[f64; 21]) -> [f64; 9] {
    let mut y = [0.0; 9];
    for i in 0..21 {
        y[i % 9] += x[i] * x[(i + 1) % 21].sin() * (i + 1) as f64;
    }
    y
}

#[differentiable]
fn tall(x: &DVector<f64>, n: usize) -> DVector<f64> {
    let mut y = DVector::zeros(n);
    for i in 0..n {
        y[i] = x[i % x.len()] * x[0].exp();
    }
    y
}

/// Column by column and row by row.
#[test]
fn jacobians_are_what_both_modes_give() {
    let x: [f64; 21] = std::array::from_fn(|i| 0.3 + 0.1 * i as f64);
    let j: SMatrix<f64, 9, 21> = wide::jacobian(&x);
    for k in 0..21 {
        let unit: [f64; 21] = std::array::from_fn(|i| if i == k { 1.0 } else { 0.0 });
        let column = wide::jvp(&x, &unit).1;
        assert!((0..9).all(|i| (column[i] - j[(i, k)]).abs() < 1e-12));
    }
    for i in 0..9 {
        let seed: [f64; 9] = std::array::from_fn(|k| if i == k { 1.0 } else { 0.0 });
        let row = wide::vjp(&x, seed).1;
        assert!((0..21).all(|k| (row[k] - j[(i, k)]).abs() < 1e-12));
    }
    for (inputs, outputs) in [(1, 1), (3, 2), (8, 8), (9, 9), (15, 15), (30, 2), (2, 30), (17, 9)] {
        let x = DVector::from_fn(inputs, |i, _| 0.2 + 0.1 * i as f64);
        let j = tall::jacobian(&x, outputs);
        for k in 0..inputs {
            let unit = DVector::from_fn(inputs, |i, _| if i == k { 1.0 } else { 0.0 });
            assert!((j.column(k) - tall::jvp(&x, outputs, &unit).1).norm() < 1e-14);
        }
    }
}

#[test]
fn into_buffers() {
    let x = dvector![0.5, 1.0, 1.5];
    let expected = tall::jacobian(&x, 4);
    let mut buffer = DMatrix::repeat(4, 3, 1.0);
    assert_eq!(tall::jacobian_into(&x, 4, &mut buffer), tall(&x, 4));
    assert_eq!(buffer, expected.add_scalar(1.0));
    let mut whole = DMatrix::zeros(6, 5);
    tall::jacobian_into(&x, 4, &mut whole.view_mut((1, 2), (4, 3)));
    assert_eq!(whole.view((1, 2), (4, 3)), expected);
    assert_eq!(whole.sum(), expected.sum());
    #[differentiable]
    fn doubled(x: Vector3<f64>) -> Vector3<f64> {
        x * 2.0
    }
    let mut j = SMatrix::<f64, 3, 3>::identity();
    doubled::jacobian_into(Vector3::new(1.0, 2.0, 3.0), &mut j);
    assert_eq!(j, SMatrix::<f64, 3, 3>::identity() * 3.0);
}

#[test]
#[should_panic(expected = "Jacobian buffer has shape [3 x 4], but the Jacobian has shape [4 x 3]")]
fn a_buffer_of_another_shape() {
    tall::jacobian_into(&dvector![0.5, 1.0, 1.5], 4, &mut DMatrix::zeros(3, 4));
}

/// A generator that cannot be copied: what draws from it is run once, however many directions there are.
struct Counter(u64);

impl Counter {
    fn draw(&mut self) -> f64 {
        self.0 += 1;
        self.0 as f64
    }
}

#[differentiable]
fn noisy(x: f64, #[nodiff] noise: &mut Counter) -> f64 {
    let n = noise.draw();
    x * n
}

#[differentiable]
fn twice_noisy(x: f64) -> f64 {
    let mut noise = Counter(1);
    noisy(x, &mut noise) * noisy(x, &mut noise)
}

/// A rule knows one direction, and a second pass would draw other numbers.
#[differentiable(jvp = drawn_jvp, vjp = drawn_vjp)]
fn drawn(x: f64, #[nodiff] noise: &mut Counter) -> f64 {
    x * noise.draw()
}
fn drawn_jvp(x: f64, noise: &mut Counter, x_dot: f64) -> (f64, f64) {
    let n = noise.draw();
    (x * n, x_dot * n)
}
fn drawn_vjp(x: f64, noise: &mut Counter, seed: f64) -> (f64, f64) {
    let n = noise.draw();
    (x * n, seed * n)
}

#[differentiable]
fn twice_drawn(x: f64) -> f64 {
    // the rule draws again in reverse: from one generator it would draw what comes after both
    let mut noise = Counter(1);
    let mut other = Counter(2);
    drawn(x, &mut noise) * drawn(x, &mut other)
}

#[test]
fn numbers_are_drawn_once() {
    let mut noise = Counter(1);
    assert_eq!(noisy::jvps(3.0, &mut noise, [1.0, 2.0]), (6.0, [2.0, 4.0]));
    assert_eq!(noise.0, 2);
    assert_eq!(twice_noisy::jacobian(3.0)[(0, 0)], 36.0);
    assert_eq!(drawn::jvps(3.0, &mut noise, [1.0]), (9.0, [3.0]));
    let (value, slope) = twice_drawn::jvp(3.0, 1.0);
    assert_eq!(twice_drawn::jvps(3.0, [1.0]), (value, [slope]));
}
