//! The built-in rules once more, as methods: for calls such as `self.weights.dot(x)`, where the macro cannot know whether
//! `weights` is a matrix or a type of the user's which has a method `dot` of its own.
//!
//! The generated code then calls `dot_forward`, `dot_push` and `dot_receiver`, and rustc finds them by the type: those of the
//! user's, which are inherent and come first, or these. All of them follow the protocol between differentiable functions: the
//! pullback is handed all references again, so it holds numbers only.
#![allow(
    clippy::modulo_one,
    clippy::too_many_arguments,
    clippy::type_complexity,
    reason = "constructors of matrices of every size are made by one macro, and pullbacks are closures"
)]
#[cfg(feature = "nalgebra")]
mod build;
#[cfg(feature = "nalgebra")]
mod matrix;
mod number;
#[cfg(feature = "nalgebra")]
mod updates;
#[cfg(feature = "nalgebra")]
mod values;

#[cfg(feature = "nalgebra")]
pub use self::build::{New1 as _, New2 as _, New3 as _, New4 as _, New5 as _, New6 as _, New9 as _, New16 as _};
#[cfg(feature = "nalgebra")]
pub use self::matrix::{MatrixMethods as _, SquareMethods as _};
pub use self::number::NumberMethods as _;
#[cfg(feature = "nalgebra")]
pub use self::updates::{Axpy as _, MatrixUpdates as _, Updates as _, VectorUpdates as _};
#[cfg(feature = "nalgebra")]
pub use self::values::{CrossMatrix as _, MatrixValues as _, VectorValues as _};
#[cfg(feature = "nalgebra")]
pub use super::geometry::{
    AngleUnitComplex as _, EulerRotation3 as _, EulerUnitQuaternion as _, FromAxisAngle as _, FromRotationMatrix as _,
    FromSlicePoint as _, ImagQuaternion as _, Isometry3Methods as _, IsometryMatrix3Methods as _, IsometryMethods as _,
    IsometryOfParts as _, NewIsometry2 as _, NewIsometry3 as _, NewIsometryMatrix3 as _, NewPoint2 as _,
    NewPoint3 as _, NewQuaternion as _, NewRotation2 as _, NewRotation3 as _, NewTranslation2 as _,
    NewTranslation3 as _, NewUnit as _, NewUnitComplex as _, NewUnitQuaternion as _, OfQuaternion as _, OfVector as _,
    PartsQuaternion as _, Point2Methods as _, Point3Methods as _, PointFrom as _, PointLerp as _,
    QuaternionMethods as _, Rotation2Methods as _, Rotation3Methods as _, RotationIsometry3 as _, RotationMethods as _,
    RotationOfMatrix as _, ScaledAxisRotation3 as _, ScaledAxisUnitQuaternion as _, SwizzleMethods as _,
    TransformPoint as _, TransformVector as _, TranslationIsometry3 as _, UnitComplexMethods as _, UnitMethods as _,
    UnitQuaternionMethods as _,
};
#[cfg(feature = "nalgebra")]
pub use super::linalg::factor::{
    CholeskyConstructor as _, CholeskyMethods as _, CholeskySolve as _, FullPivLuMethods as _, FullPivLuSolve as _,
    LuConstructor as _, LuMethods as _, LuSolve as _, MatrixCholesky as _, MatrixEigen as _, MatrixFullPivLu as _,
    MatrixInverse as _, MatrixLu as _, MatrixQr as _, MatrixSingularValues as _, MatrixSvd as _, QrConstructor as _,
    QrInverse as _, QrMethods as _, QrSolve as _, TriangularSolves as _,
};
