//! nalgebra's geometric types as lists of numbers, in the coordinates in which they are stored.
use crate::Coordinates;
use autodiff_core::rules::geometry::IsometryTangent;
use nalgebra::{
    Complex, Isometry, Isometry2, Isometry3, IsometryMatrix3, Point, Quaternion, RealField, Rotation, SMatrix, SVector,
    Translation, Unit, UnitComplex, UnitQuaternion,
};

type Parts<R, const D: usize> = (R, Translation<f64, D>);

/// What is made of something simpler, and whose tangent is made of that one's.
macro_rules! made_of {
    ($([$($g:tt)*] $t:ty, of $inner:ty, tangent $tangent:ty: |$x:ident| $inside:expr, |$y:ident| $make:expr, |$d:ident| $dot:expr;)*) => {$(
        impl<$($g)*> Coordinates for $t {
            type Tangent = $tangent;
            const EPSILON: f64 = <$inner>::EPSILON;
            fn write(&self, out: &mut Vec<f64>) {
                let $x = self;
                $inside.write(out);
            }
            fn write_bits(&self, out: &mut Vec<u64>) {
                let $x = self;
                $inside.write_bits(out);
            }
            fn read(&self, from: &mut dyn Iterator<Item = f64>) -> Self {
                let $x = self;
                let $y = $inside.read(from);
                $make
            }
            fn tangent(&self, from: &mut dyn Iterator<Item = f64>) -> $tangent {
                let $x = self;
                let $d = $inside.tangent(from);
                $dot
            }
        }
    )*};
}
made_of! {
    [T: RealField + Coordinates<Tangent = T> + Copy] Quaternion<T>, of SVector<T, 4>, tangent Quaternion<T>:
        |q| q.coords, |v| Quaternion::from(v), |d| Quaternion::from(d);
    [T: RealField + Coordinates<Tangent = T> + Copy] UnitQuaternion<T>, of SVector<T, 4>, tangent Quaternion<T>:
        |q| q.coords, |v| Unit::new_unchecked(Quaternion::from(v)), |d| Quaternion::from(d);
    [T: RealField + Coordinates<Tangent = T> + Copy] Complex<T>, of (T, T), tangent Complex<T>:
        |z| (z.re, z.im), |v| Complex::new(v.0, v.1), |d| Complex::new(d.0, d.1);
    [T: RealField + Coordinates<Tangent = T> + Copy] UnitComplex<T>, of (T, T), tangent Complex<T>:
        |z| (z.re, z.im), |v| Unit::new_unchecked(Complex::new(v.0, v.1)), |d| Complex::new(d.0, d.1);
    [T: RealField + Coordinates<Tangent = T> + Copy, const D: usize] Rotation<T, D>, of SMatrix<T, D, D>, tangent SMatrix<T, D, D>:
        |r| r.matrix(), |m| Rotation::from_matrix_unchecked(m), |d| d;
    [T: RealField + Coordinates<Tangent = T> + Copy, const D: usize] Translation<T, D>, of SVector<T, D>, tangent Translation<T, D>:
        |t| t.vector, |v| Translation::from(v), |d| Translation::from(d);
    [T: RealField + Coordinates<Tangent = T> + Copy, const D: usize] Unit<SVector<T, D>>, of SVector<T, D>, tangent SVector<T, D>:
        |u| u.as_ref(), |v| Unit::new_unchecked(v), |d| d;
    [T: RealField + Coordinates<Tangent = T> + Copy, const D: usize] Point<T, D>, of SVector<T, D>, tangent SVector<T, D>:
        |p| p.coords, |v| Point::from(v), |d| d;
    [R: Coordinates<Tangent = R> + Clone, V: Coordinates<Tangent = V> + Clone] IsometryTangent<R, V>, of (R, V), tangent Self:
        |a| (a.rotation.clone(), a.translation.clone()), |v| IsometryTangent { rotation: v.0, translation: v.1 },
        |d| IsometryTangent { rotation: d.0, translation: d.1 };
    [] Isometry3<f64>, of Parts<UnitQuaternion<f64>, 3>, tangent IsometryTangent<Quaternion<f64>, Translation<f64, 3>>:
        |a| (a.rotation, a.translation), |v| Isometry { rotation: v.0, translation: v.1 },
        |d| IsometryTangent { rotation: d.0, translation: d.1 };
    [] IsometryMatrix3<f64>, of Parts<Rotation<f64, 3>, 3>, tangent IsometryTangent<SMatrix<f64, 3, 3>, Translation<f64, 3>>:
        |a| (a.rotation, a.translation), |v| Isometry { rotation: v.0, translation: v.1 },
        |d| IsometryTangent { rotation: d.0, translation: d.1 };
    [] Isometry2<f64>, of Parts<UnitComplex<f64>, 2>, tangent IsometryTangent<Complex<f64>, Translation<f64, 2>>:
        |a| (a.rotation, a.translation), |v| Isometry { rotation: v.0, translation: v.1 },
        |d| IsometryTangent { rotation: d.0, translation: d.1 };
}
