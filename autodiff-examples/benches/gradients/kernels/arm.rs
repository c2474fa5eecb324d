//! Forward kinematics of a robot arm in space, whose joints turn about z and about y in turns: how far its tip is from a
//! target.
use super::{Kernel, number::Number, uniform};
use autodiff_core::differentiable;
use nalgebra::{Matrix3, Vector3};

const LINK: Vector3<f64> = Vector3::new(0.1, 0.02, 0.3);
const TARGET: Vector3<f64> = Vector3::new(0.3, 0.2, 0.4);

pub(super) struct Arm(Vec<f64>);

impl Arm {
    pub(super) fn random(joints: usize) -> Self {
        Self(uniform(joints).into_iter().map(|v| 2.0 * v - 1.0).collect())
    }
}

#[differentiable]
fn distance(angles: &[f64]) -> f64 {
    let mut rotation = Matrix3::identity();
    let mut tip = Vector3::zeros();
    for (i, &angle) in angles.iter().enumerate() {
        rotation *= if i % 2 == 0 { about_z(angle) } else { about_y(angle) };
        tip += rotation * LINK;
    }
    0.5 * (tip - TARGET).norm_squared()
}

#[differentiable]
fn about_z(angle: f64) -> Matrix3<f64> {
    let (sin, cos) = angle.sin_cos();
    Matrix3::new(cos, -sin, 0.0, sin, cos, 0.0, 0.0, 0.0, 1.0)
}

#[differentiable]
fn about_y(angle: f64) -> Matrix3<f64> {
    let (sin, cos) = angle.sin_cos();
    Matrix3::new(cos, 0.0, sin, 0.0, 1.0, 0.0, -sin, 0.0, cos)
}

impl Kernel for Arm {
    fn x(&self) -> &[f64] {
        &self.0
    }

    fn primal(&self, x: &[f64]) -> f64 {
        distance(x)
    }

    fn by_attribute(&self, x: &[f64], x_bar: &mut [f64]) -> f64 {
        distance::grad_into(x, x_bar)
    }

    /// By geometry: a joint moves the tip along its axis crossed with the way from the joint to the tip. No rotation is kept or
    /// multiplied in reverse.
    fn by_hand(&self, x: &[f64], x_bar: &mut [f64]) -> f64 {
        let mut rotation = Matrix3::identity();
        let mut tip = Vector3::zeros();
        let mut joints = Vec::with_capacity(x.len());
        for (i, &angle) in x.iter().enumerate() {
            let (axis, turn) = if i % 2 == 0 { (2, about_z(angle)) } else { (1, about_y(angle)) };
            joints.push((Vector3::from(rotation.column(axis)), tip));
            rotation *= turn;
            tip += rotation * LINK;
        }
        let off = tip - TARGET;
        for ((axis, joint), bar) in joints.iter().zip(x_bar) {
            *bar += axis.cross(&(tip - joint)).dot(&off);
        }
        0.5 * off.norm_squared()
    }

    fn generic<T: Number>(&self, x: &[T]) -> T {
        let mut columns: [[T; 3]; 3] = Matrix3::identity().data.0.map(|column| column.map(T::of));
        let mut tip = [T::of(0.0); 3];
        for (i, &angle) in x.iter().enumerate() {
            let (sin, cos) = (angle.sin(), angle.cos());
            let (from, to, sin) = if i % 2 == 0 { (0, 1, sin) } else { (0, 2, -sin) };
            let (a, b) = (columns[from], columns[to]);
            for j in 0..3 {
                columns[from][j] = a[j] * cos + b[j] * sin;
                columns[to][j] = b[j] * cos - a[j] * sin;
            }
            for j in 0..3 {
                for (column, &link) in columns.iter().zip(&LINK) {
                    tip[j] += column[j] * T::of(link);
                }
            }
        }
        let squares = tip.iter().zip(&TARGET).map(|(&tip, &target)| (tip - T::of(target)) * (tip - T::of(target)));
        T::of(0.5) * super::number::sum(squares)
    }
}
