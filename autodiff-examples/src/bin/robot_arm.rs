//! Moves the tip of a robot arm to a target: inverse kinematics with the Jacobian of the forward
//! kinematics.
use autodiff_core::differentiable;
use nalgebra::{Matrix2, Matrix2x3, Vector2, Vector3};
use std::process::ExitCode;

const LENGTHS: [f64; 3] = [1.0, 0.8, 0.5];
const DAMPING: f64 = 1e-3;

/// Where the tip is when each joint is turned by its angle, relative to the segment before it.
#[differentiable]
fn tip(angles: &Vector3<f64>) -> Vector2<f64> {
    let mut tip = Vector2::zeros();
    let mut direction = 0.0;
    for i in 0..LENGTHS.len() {
        direction += angles[i];
        tip += LENGTHS[i] * Vector2::new(direction.cos(), direction.sin());
    }
    tip
}

fn main() -> ExitCode {
    let target = Vector2::new(0.6, 1.4);
    let mut angles = Vector3::new(0.2, 0.5, 0.5);
    println!("step      tip at           distance");
    for step in 0..20 {
        let at = tip(&angles);
        let gap = target - at;
        println!("{step:4}  ({:7.4}, {:7.4})  {:12.3e}", at.x, at.y, gap.norm());
        if gap.norm() < 1e-9 {
            println!("angles {:.4} {:.4} {:.4}", angles.x, angles.y, angles.z);
            return ExitCode::SUCCESS;
        }
        // The shortest step that closes the gap to first order, damped where the arm is nearly
        // straight.
        let jacobian: Matrix2x3<f64> = tip::jacobian(&angles);
        let normal = jacobian * jacobian.transpose() + DAMPING * gap.norm() * Matrix2::identity();
        let Some(inverse) = normal.try_inverse() else {
            break;
        };
        angles += jacobian.transpose() * inverse * gap;
    }
    eprintln!("the arm does not reach the target");
    ExitCode::FAILURE
}
