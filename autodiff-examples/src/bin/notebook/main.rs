//! The notebook on automatic differentiation, section 2.5 of "Dive into Deep Learning", in Rust.
//!
//! Each cell of the original in its order. What is printed as source is this file itself, see
//! [`page`].
mod page;

use approx::relative_eq;
use page::{Page, check, show};
use std::process::ExitCode;

fn main() -> ExitCode {
    let mut page = Page::new(include_str!("main.rs"));

    // Section 2.5 of "Dive into Deep Learning", cell by cell: what is written, what it gives, and what
    // must hold of it.

    use autodiff_core::{differentiable, seed, stop_gradient};
    use nalgebra::{DMatrix, DVector};
    use rand::{RngExt, SeedableRng, rngs::StdRng};
    show!(page);

    // # 2.5.1  A simple function
    //
    // We want the derivative of y = 2 xᵀx with respect to the column vector x.

    let x = DVector::from_vec(vec![0.0, 1.0, 2.0, 3.0]);
    show!(page, x);
    check!(page, x == DVector::from_fn(4, |i, _| i as f64));

    // A gradient is what a call returns; nothing has to be prepared for it, and x stays a plain
    // vector. Where gradients shall add up in one place, as they do in a framework's `x.grad`, that
    // place is a variable.

    let mut x_grad = DVector::zeros(x.len());
    show!(page, x_grad);
    check!(page, x_grad.sum() == 0.0);

    // An ordinary function with one attribute. Called by its name it is what it was before.

    #[differentiable]
    fn f(x: &DVector<f64>) -> f64 {
        2.0 * x.dot(x)
    }

    let y = f(&x);
    show!(page, y);
    check!(page, y == 28.0);

    // The gradient of 2 xᵀx is 4x.

    let gradient = f::grad(&x);
    show!(page, gradient);
    check!(page, gradient == 4.0 * &x);

    // The original prints [0, 12, 24, 36] in this place, and [True, False, False, False] where it
    // compares that with 4x. Nothing is wrong with the gradient there: `backward` adds to the
    // buffer `x.grad`, and the cell had been run three times. `grad_into` adds to a buffer as well,
    // so that the same three runs give the same numbers.

    for _run in 0..3 {
        f::grad_into(&x, &mut x_grad);
    }
    show!(page, x_grad);
    check!(page, x_grad == 3.0 * f::grad(&x));

    // Verify: the accumulated buffer against 4x, entry by entry, and below it the gradient itself.

    let four_x = 4.0 * &x;
    let is_four_x = |g: &DVector<f64>| g.zip_map(&four_x, |a, b| a == b);
    show!(page, is_four_x(&x_grad), is_four_x(&gradient));
    check!(page, is_four_x(&x_grad).as_slice() == [true, false, false, false]);
    check!(page, gradient == four_x);

    // Before another gradient goes into a buffer, the buffer is reset, by whoever owns it.

    #[differentiable]
    fn total(x: &DVector<f64>) -> f64 {
        x.sum()
    }

    x_grad.fill(0.0);
    total::grad_into(&x, &mut x_grad);
    show!(page, x_grad);
    check!(page, x_grad.iter().all(|&g| g == 1.0));

    // # 2.5.2  Backward for non-scalar variables
    //
    // The derivative of a vector y with respect to a vector x is a matrix, the Jacobian J. Reverse
    // mode multiplies it from the left: it wants a vector v, the seed, and gives vᵀJ. A seed of
    // ones gives the gradient of the sum of y.

    #[differentiable]
    fn square(x: &DVector<f64>) -> DVector<f64> {
        x.component_mul(x)
    }

    let (y, gradient) = square::vjp(&x, seed::ones(&x));
    show!(page, gradient);
    check!(page, y == square(&x));
    check!(page, gradient == 2.0 * &x);

    // Without a seed there is no gradient. The original answers with an exception when it runs; here
    // `square::grad(&x)` does not compile:
    //
    //     error[E0277]: `grad` needs a function with a scalar result, but this one returns
    //         `Matrix<f64, Dyn, nalgebra::Const<1>, VecStorage<f64, Dyn, nalgebra::Const<1>>>`
    //         = note: pass a seed with `vjp`, or ask for `jacobian`
    //
    // This is the Jacobian, whole.

    let j = square::jacobian(&x);
    show!(page, j);
    check!(page, j == DMatrix::from_diagonal(&(2.0 * &x)));

    // # 2.5.3  Detaching computation
    //
    // To move a calculation out of what is differentiated, stop the gradient there. Here u = x x is
    // taken for a constant, and so the gradient of the sum of u x is u.

    #[differentiable]
    fn detached(x: &DVector<f64>) -> f64 {
        let y = x.component_mul(x);
        let u = stop_gradient(y);
        let z = u.component_mul(x);
        z.sum()
    }

    let gradient = detached::grad(&x);
    show!(page, gradient);
    check!(page, gradient == square(&x));

    // That concerns z alone. The function that gave y can be differentiated as before: the sum of y
    // has gradient 2x.

    #[differentiable]
    fn sum_of_squares(x: &DVector<f64>) -> f64 {
        square(x).sum()
    }

    let gradient = sum_of_squares::grad(&x);
    show!(page, gradient);
    check!(page, gradient == 2.0 * &x);

    // And this is what not detaching gives: the sum of x³ has gradient 3x².

    #[differentiable]
    fn attached(x: &DVector<f64>) -> f64 {
        let u = x.component_mul(x);
        let z = u.component_mul(x);
        z.sum()
    }

    let gradient = attached::grad(&x);
    show!(page, gradient);
    check!(page, gradient == 3.0 * square(&x));

    // # 2.5.4  Gradients and control flow
    //
    // The way to the result may lead through a maze of loops and branches that depend on the values
    // themselves.

    #[differentiable]
    fn maze(a: f64) -> f64 {
        let mut b = a * 2.0;
        while b.abs() < 1000.0 {
            b *= 2.0;
        }
        if b > 0.0 { b } else { 100.0 * b }
    }

    show!(page);
    check!(page, maze(3.0) == 1536.0);

    // We call it at a random place.

    let mut rng = StdRng::seed_from_u64(2_5_4);
    let a = rng.random_range(-1.0..1.0);
    let d = maze(a);
    show!(page, a, d);
    check!(page, d.abs() >= 1000.0);

    // Whatever the way, each step scales a by a number. So the result is linear in a, d = (d/a) a,
    // and its derivative is d/a. With the opposite sign the other branch is taken, which scales by
    // 100 as well.

    let gradient = maze::grad(a);
    let opposite = maze::grad(-a);
    show!(page, gradient, opposite);
    check!(page, relative_eq!(gradient, d / a));
    check!(page, relative_eq!(opposite, maze(-a) / -a));

    // The same maze for a vector, where the way depends on all entries together. Now d/a is a
    // vector of equal entries, and a seed of ones gives it.

    #[differentiable]
    fn vector_maze(a: &DVector<f64>) -> DVector<f64> {
        let mut b = a * 2.0;
        while b.norm() < 1000.0 {
            b *= 2.0;
        }
        if b.sum() > 0.0 { b } else { 100.0 * b }
    }

    let a = DVector::from_fn(4, |_, _| rng.random_range(-1.0..1.0));
    let (d, gradient) = vector_maze::vjp(&a, seed::ones(&a));
    show!(page, a, gradient);
    check!(page, relative_eq!(gradient, d.component_div(&a)));

    page.finish()
}
