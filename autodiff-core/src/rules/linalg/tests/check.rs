//! The check that every rule passes: its `pull` is the adjoint of its `push`, and `push` is the derivative.
use nalgebra::allocator::Allocator;
use nalgebra::{DMatrix, DefaultAllocator, Dim, OMatrix};

use crate::Real;
use crate::coordinates::Coordinates;
use crate::tangent::{Differentiable, Tangent};

/// What is its own tangent type: owned matrices and scalars.
pub(super) trait Operand: Tangent + Coordinates + Differentiable<Gradient = Self> {}

impl<X: Tangent + Differentiable<Gradient = X>> Operand for X {}

/// Numbers in (-1.5, -0.5) and (0.5, 1.5), different for each seed.
pub(super) fn random<X: Operand>(like: &X, seed: u64) -> X {
    let (mut x, mut state) = (like.clone(), seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1);
    x.map_scalars(&mut |_| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let unit = (state >> 11) as f64 / (1_u64 << 53) as f64;
        if unit < 0.5 { unit - 1.5 } else { unit }
    });
    x
}

fn inner<X: Operand>(a: &X, b: &X) -> f64 {
    assert_eq!(a.describe(), b.describe());
    a.coordinates().iter().zip(b.coordinates()).map(|(a, b)| a * b).sum()
}

/// Checks `y = f(x)` with the two functions of its rule at `x`.
pub(super) fn check<X: Operand, Y: Operand>(
    name: &str,
    x: &X,
    f: impl Fn(&X) -> Y,
    pull: impl Fn(&X, &Y, &Y) -> X,
    push: impl Fn(&X, &Y, &X) -> Y,
) {
    let single = std::any::type_name::<X>().contains("f32");
    let (exact, h, smooth) = if single { (1e-4, 1e-2, 2e-2) } else { (1e-10, 1e-5, 1e-7) };
    let near = |a: f64, b: f64, tolerance: f64, what: &str| {
        assert!(
            (a - b).abs() <= tolerance * (1.0 + a.abs().max(b.abs())),
            "{name}, {what}: {a} and {b} at {}",
            x.describe()
        )
    };
    let y = f(x);
    let (u, v) = (random(x, 7), random(&y, 8));
    let (x_bar, y_dot) = (pull(x, &y, &v), push(x, &y, &u));
    near(inner(&v, &y_dot), inner(&x_bar, &u), exact, "pull against push");

    let at = |h: f64| {
        let (mut x, mut u) = (x.clone(), u.coordinates().into_iter());
        x.map_scalars(&mut |x| x + h * u.next().expect("as many as coordinates"));
        f(&x).coordinates()
    };
    for ((high, low), y_dot) in at(h).into_iter().zip(at(-h)).zip(y_dot.coordinates()) {
        near((high - low) / (2.0 * h), y_dot, smooth, "push against differences");
    }

    let mut nothing = y.clone();
    nothing.map_scalars(&mut |_| 0.0);
    assert!(pull(x, &y, &nothing).coordinates().iter().all(|x| *x == 0.0), "{name}: something out of nothing");
}

/// A matrix in which `m` is every second column, below the first row.
pub(super) fn frame<T: Real, R: Dim, C: Dim>(m: &OMatrix<T, R, C>) -> DMatrix<T>
where
    DefaultAllocator: Allocator<R, C>,
{
    let inside = |i: usize, j: usize| i > 0 && j % 2 == 1;
    let element = |i: usize, j: usize| {
        if inside(i, j) { m[(i - 1, j / 2)] } else { nalgebra::convert(99.0) }
    };
    DMatrix::from_fn(m.nrows() + 1, 2 * m.ncols(), element)
}
