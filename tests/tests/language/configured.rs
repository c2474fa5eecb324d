//! `#[cfg(..)]` inside of functions.
use autodiff_core::{Differentiable, differentiable};
use autodiff_tests::{check, check_scalar};

#[differentiable]
fn one_of_two(x: f64) -> f64 {
    #[cfg(debug_assertions)]
    {
        x.sin() * x
    }
    #[cfg(not(debug_assertions))]
    {
        x.sin() * x
    }
}

#[differentiable]
fn parts(x: &[f64]) -> f64 {
    let mut sum = 0.0;
    #[cfg(test)]
    let factor = x[0] * 2.0;
    #[cfg(not(test))]
    let factor = nowhere(x);
    for v in x {
        #[cfg(all(test, target_pointer_width = "16"))]
        {
            sum = nowhere(x);
        }
        sum += v * v * factor;
    }
    #[cfg(not(test))]
    return nowhere(x);
    #[cfg(test)]
    {
        sum *= x[1];
    }
    sum
}

#[differentiable]
fn arms(x: f64, n: usize) -> f64 {
    match n {
        #[cfg(test)]
        0 => x * x,
        #[cfg(not(test))]
        0 => nowhere(&[x]),
        _ => x.cos(),
    }
}

/// What stands under a condition reads what it is handed.
#[differentiable]
fn overwriting(x: f64, out: &mut f64) -> f64 {
    #[cfg(test)]
    let y = *out * *out * x;
    #[cfg(not(test))]
    let y = x;
    *out = y;
    y
}

#[differentiable]
fn handed_twice(x: f64) -> f64 {
    let mut a = x * x;
    let first = overwriting(x, &mut a);
    let second = overwriting(a, &mut a);
    first * second + a
}

#[derive(Clone, Copy, Differentiable)]
struct Spring {
    stiffness: f64,
}

#[differentiable]
impl Spring {
    fn energy(self, x: f64) -> f64 {
        #[cfg(test)]
        let energy = 0.5 * self.stiffness * x * x;
        #[cfg(not(test))]
        let energy = nowhere(&[x]);
        energy
    }
}

#[differentiable]
fn energy(stiffness: f64, x: f64) -> f64 {
    Spring { stiffness }.energy(x) * x
}

#[derive(Clone, Copy, Differentiable)]
struct Knot {
    at: f64,
    value: f64,
}

/// `..k` comes after a comma, whichever fields are left.
#[differentiable]
fn moved(x: &[f64], by: f64) -> f64 {
    let knots: Vec<Knot> = x.iter().map(|v| Knot { at: *v, value: v.sin() }).collect();
    let mut moved: Vec<Knot> = Vec::new();
    moved.extend(knots.into_iter().map(|k| Knot {
        at: k.at + by,
        #[cfg(not(test))]
        value: 0.0,
        ..k
    }));
    let mut sum = 0.0;
    for k in moved.iter() {
        sum += k.at * k.at * k.value;
    }
    sum
}

#[test]
fn what_stands_under_conditions() {
    check_scalar!(one_of_two(0.7));
    check_scalar!(parts(&[0.3, 0.8, -0.2][..]));
    check_scalar!(arms(0.7, const 0));
    check_scalar!(arms(0.7, const 1));
    check!(overwriting(0.7, &mut 1.2));
    check_scalar!(handed_twice(0.7));
    check_scalar!(energy(1.5, 0.7));
    check_scalar!(moved(&[0.3, 0.8, -0.2][..], 0.4));
}
