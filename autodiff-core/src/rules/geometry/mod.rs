//! nalgebra's rotations, quaternions, translations and isometries.
//!
//! Tangents are taken in the coordinates in which a value is stored, so that composition is exact:
//!
//! | primal                       | tangent and gradient                                     |
//! |------------------------------|----------------------------------------------------------|
//! | `Rotation2`, `Rotation3`     | a matrix: of its entries                                 |
//! | `Quaternion`, `UnitQuaternion` | a `Quaternion`: of its coordinates                     |
//! | `UnitComplex`                | a `Complex`                                              |
//! | `UnitVector3`, `Unit<V>`     | a vector                                                 |
//! | `Translation3`               | a `Translation3`                                         |
//! | `Point2`, `Point3`, `OPoint` | a vector                                                 |
//! | `Isometry2`, `Isometry3`, `IsometryMatrix3` | [`IsometryTangent`], with the same fields |
//!
//! A gradient with respect to a unit quaternion or a rotation is that of the formula which nalgebra computes with, so it may point out
//! of the manifold; along tangents that keep it on the manifold it is the derivative. What has several formulas (the
//! logarithm of a rotation matrix, Euler angles) is differentiated along the manifold.
#![allow(
    clippy::too_many_arguments,
    clippy::type_complexity,
    clippy::wrong_self_convention,
    reason = "pullbacks are closures, and the three functions of a method are named after it"
)]
use std::cell::Cell;

use nalgebra::{
    Const, DefaultAllocator, Dim, Isometry, Matrix, Matrix3, OMatrix, Quaternion, Rotation, SMatrix, SVector, Storage,
    Translation, U1, Unit, UnitComplex, UnitQuaternion, Vector3, Vector4, allocator::Allocator,
};

use crate::Real;
use crate::rules::{Math, Mode, MulRule, Product, add_to};
use crate::tangent::{Bar, Differentiable, Value};

mod build;
mod formulas;
mod isometry;
mod methods;
mod mixed;
mod moves;
mod operators;
mod points;
mod swizzles;
mod tangents;
mod turn;

pub use self::build::*;
pub use self::methods::*;
pub use self::moves::{Move, TransformPoint};
pub use self::points::{FromSlicePoint, PointFrom, PointLerp};
pub use self::swizzles::SwizzleMethods;
pub use self::tangents::{IsometryTangent, QuaternionBar};
pub use self::turn::Turn;

/// A vector of so many components.
type Column<T, const D: usize, S> = Matrix<T, Const<D>, U1, S>;
/// The tangent of a value.
type Gradient<T> = <T as Differentiable>::Gradient;
/// The tangent of an isometry.
type Dot<T, R, const D: usize> = IsometryTangent<Gradient<R>, Translation<T, D>>;
