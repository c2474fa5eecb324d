//! What is wrong in the user's function is told once, at the user's own tokens, and by no derivative again.
use autodiff_core::{Differentiable, differentiable};
use nalgebra::{DMatrix, DVector};

mod closed {
    use autodiff_core::Differentiable;

    #[derive(Differentiable, Clone)]
    pub struct Point {
        x: f64,
        pub y: f64,
    }
}

#[derive(Differentiable, Clone)]
pub struct Spring {
    pub stiffness: f64,
}

#[differentiable]
pub fn another_type_is_declared(x: f64) -> f64 {
    let y: bool = x * 2.0;
    x
}

#[differentiable]
pub fn another_type_is_returned(x: f64) -> Vec<f64> {
    x * 2.0
}

#[differentiable]
pub fn nothing_is_returned(x: f64) -> f64 {
    let _y = x * x;
}

#[differentiable]
pub fn branches_differ(x: f64) -> f64 {
    if x > 0.0 { x } else { 1 }
}

#[differentiable]
pub fn no_such_method(x: f64) -> f64 {
    x.frobnicate() * 2.0
}

#[differentiable]
pub fn no_such_field(spring: &Spring) -> f64 {
    spring.damping * spring.stiffness
}

#[differentiable]
pub fn a_private_field(p: &closed::Point) -> f64 {
    p.x * p.y
}

#[differentiable]
pub fn a_field_is_left_out(x: f64) -> f64 {
    let s = Spring {};
    s.stiffness * x
}

#[differentiable]
pub fn an_index_of_the_wrong_type(x: &[f64], i: i32) -> f64 {
    x[i] * 2.0
}

#[differentiable]
pub fn an_integer_times_a_float(x: f64, n: usize) -> f64 {
    x * n
}

#[differentiable]
pub fn matrices_do_not_fit(a: &DMatrix<f64>, x: &DVector<f64>) -> DVector<f64> {
    x * a
}

#[differentiable]
pub fn too_few_arguments(x: f64) -> f64 {
    x.powi()
}

#[differentiable]
pub fn borrowed_while_it_changes(x: f64) -> f64 {
    let mut v = vec![x, 2.0];
    let first = &v[0];
    v.push(3.0 * x);
    *first
}

#[differentiable]
pub fn borrowed_twice(x: f64) -> f64 {
    let mut v = [x, 2.0];
    let a = &mut v;
    let b = &mut v;
    a[0] = x;
    b[0] = x;
    v[0]
}

#[differentiable]
pub fn used_after_it_moved(x: f64) -> f64 {
    let v = vec![x, 2.0];
    let w = v;
    w[0] * v[1]
}

#[differentiable]
pub fn assigned_but_not_mutable(x: f64) -> f64 {
    let y = x;
    y += 1.0;
    y
}

#[differentiable]
pub fn written_behind_a_shared_reference(x: &[f64]) -> f64 {
    x[0] = 1.0;
    x[0]
}

#[differentiable]
pub fn used_before_it_is_assigned(x: f64) -> f64 {
    let y;
    if x > 0.0 {
        y = x;
    }
    y * 2.0
}

#[differentiable]
impl Spring {
    pub fn energy(&self, x: f64) -> f64 {
        0.5 * self.k * x * x
    }
}

// Warnings come once, too.
#[differentiable]
pub fn unused(x: f64, unused_parameter: f64) -> f64 {
    let mut never_changed = x * 2.0;
    let unused_variable = x;
    never_changed
}

#[differentiable]
fn no_type_yet(x: f64) -> f64 {
    let mut pair;
    loop {
        pair = (x, 2.0 / x);
        if pair.0 < 3.0 {
            break;
        }
    }
    pair.1
}

fn main() {}
