//! Jacobians: forward by columns or in reverse by rows, whichever are fewer.
#[cfg(feature = "nalgebra")]
pub use with_nalgebra::*;

/// A result that has a Jacobian with respect to an argument of type `X`: both of them are vectors.
#[diagnostic::on_unimplemented(
    message = "there is no Jacobian matrix of `{Self}` with respect to `{X}`",
    note = "`jacobian` is there for scalars, arrays, slices and vectors, with the feature `nalgebra`; else use `vjp` or `jvp`"
)]
pub trait JacobianOf<X: ?Sized> {
    /// The gradient type of the argument; spelled out in bounds, for the reason that `ScalarOutput` has a parameter.
    type In;
    /// The gradient type of the result.
    type Out;
    /// The Jacobian: `SMatrix` if the lengths of argument and result are known to the type, else `DMatrix`.
    type Matrix;
    /// Fills the Jacobian at `x` by calls of `jvp` (a tangent to the result's tangent) or `vjp` (a seed to the gradient).
    fn jacobian(x: &X, jvp: impl FnMut(&Self::In) -> Self::Out, vjp: impl FnMut(Self::Out) -> Self::In)
    -> Self::Matrix;
}

#[cfg(feature = "nalgebra")]
mod with_nalgebra {
    use super::JacobianOf;
    use crate::coordinates::Coordinates;
    use crate::real::{Math, Real};
    use crate::tangent::{Differentiable, GradientOf, Value};
    use nalgebra::allocator::Allocator;
    use nalgebra::{Const, DMatrix, DefaultAllocator, Dim, Dyn, Matrix, SMatrix, Storage, U1};

    /// A vector: what an argument and a result must be for there to be a Jacobian matrix.
    #[diagnostic::on_unimplemented(
        message = "`jacobian` needs scalars or vectors, and `{Self}` is neither",
        note = "use `vjp` or `jvp`"
    )]
    pub trait VectorShape: Differentiable {
        /// The type of its elements.
        type Scalar: Real;
        /// Its length.
        type Dim: Dim;
    }

    /// What every scalar is: a vector of one element.
    pub trait ScalarShape: VectorShape<Scalar = Self, Dim = Const<1>> + Sized {}
    impl<T: VectorShape<Scalar = T, Dim = Const<1>>> ScalarShape for T {}

    macro_rules! vector_shape {
        ($([$($generics:tt)*] $t:ty, $scalar:ty, $dim:ty;)*) => {$(
            impl<$($generics)*> VectorShape for $t {
                type Scalar = $scalar;
                type Dim = $dim;
            }
        )*};
    }
    vector_shape! {
        [] f32, f32, Const<1>;
        [] f64, f64, Const<1>;
        [T: Real] [T], T, Dyn;
        [T: Real] Vec<T>, T, Dyn;
        [T: Real, const N: usize] [T; N], T, Const<N>;
    }

    impl<T: Real, R: Dim, S: Storage<T, R, U1>> VectorShape for Matrix<T, R, U1, S>
    where
        DefaultAllocator: Allocator<R, U1>,
    {
        type Scalar = T;
        type Dim = R;
    }

    /// The matrix type with `Self` rows and `C` columns.
    pub trait MatrixOf<T, C: Dim>: Dim {
        /// The matrix type.
        type Matrix;
        /// Makes one from its elements, column by column.
        fn from_columns(rows: usize, columns: usize, elements: Vec<T>) -> Self::Matrix;
    }

    impl<T: Real, const M: usize, const N: usize> MatrixOf<T, Const<N>> for Const<M> {
        type Matrix = SMatrix<T, M, N>;
        fn from_columns(_: usize, _: usize, elements: Vec<T>) -> SMatrix<T, M, N> {
            SMatrix::from_column_slice(&elements)
        }
    }

    macro_rules! dynamic {
        ($([$($generics:tt)*] $r:ty, $c:ty;)*) => {$(
            impl<T: Real, $($generics)*> MatrixOf<T, $c> for $r {
                type Matrix = DMatrix<T>;
                fn from_columns(rows: usize, columns: usize, elements: Vec<T>) -> DMatrix<T> {
                    DMatrix::from_vec(rows, columns, elements)
                }
            }
        )*};
    }
    dynamic! {
        [const M: usize] Const<M>, Dyn;
        [const N: usize] Dyn, Const<N>;
        [] Dyn, Dyn;
    }

    impl<X, Y> JacobianOf<X> for Y
    where
        X: Value<Of: VectorShape> + ?Sized,
        Y: VectorShape,
        Y::Dim: MatrixOf<Y::Scalar, <X::Of as VectorShape>::Dim>,
    {
        type In = GradientOf<X>;
        type Out = Y::Gradient;
        type Matrix = <Y::Dim as MatrixOf<Y::Scalar, <X::Of as VectorShape>::Dim>>::Matrix;

        fn jacobian(
            x: &X,
            mut jvp: impl FnMut(&GradientOf<X>) -> Y::Gradient,
            mut vjp: impl FnMut(Y::Gradient) -> GradientOf<X>,
        ) -> Self::Matrix {
            let of = <Y::Scalar as Real>::Math::of;
            let mut x_dot = <X::Of>::zero_tangent(&x.value().shape());
            let columns = x_dot.dimension();
            // The first column also tells how many rows there are; without columns, the zero tangent does.
            if columns > 0 {
                x_dot.set_coordinate(0, 1.0);
            }
            let mut column = jvp(&x_dot);
            let rows = column.dimension();
            let mut elements = vec![of(0.0); rows * columns];

            // One column is there already, and one more pass forward costs about what one in reverse does.
            if columns <= rows + 1 {
                for j in 0..columns {
                    if j > 0 {
                        x_dot.set_coordinate(j - 1, 0.0);
                        x_dot.set_coordinate(j, 1.0);
                        column = jvp(&x_dot);
                    }
                    let mut i = 0;
                    column.for_each_scalar(&mut |v| {
                        elements[j * rows + i] = of(v);
                        i += 1;
                    });
                }
            } else {
                let mut seed = column;
                seed.map_scalars(&mut |_| 0.0);
                for i in 0..rows {
                    seed.set_coordinate(i, 1.0);
                    let mut j = 0;
                    vjp(seed.clone()).for_each_scalar(&mut |v| {
                        elements[j * rows + i] = of(v);
                        j += 1;
                    });
                    seed.set_coordinate(i, 0.0);
                }
            }
            <Y::Dim>::from_columns(rows, columns, elements)
        }
    }

    #[cfg(test)]
    mod tests {
        use super::*;
        use nalgebra::{DVector, SVector, Vector2, Vector3, dmatrix, matrix};
        use std::cell::Cell;

        /// The Jacobian of the linear function with this matrix, and the number of passes forward and in reverse.
        fn count<
            X: Value<Of: VectorShape>,
            Y: JacobianOf<X, In = GradientOf<X>, Out: From<[f64; M]> + Coordinates>,
            const M: usize,
            const N: usize,
        >(
            x: X,
            m: [[f64; N]; M],
        ) -> (Y::Matrix, (usize, usize)) {
            let passes = Cell::new((0, 0));
            let jacobian = Y::jacobian(
                &x,
                |x_dot| {
                    passes.set((passes.get().0 + 1, passes.get().1));
                    let x_dot = x_dot.coordinates();
                    m.map(|row| row.iter().zip(&x_dot).map(|(a, b)| a * b).sum::<f64>()).into()
                },
                |seed| {
                    passes.set((passes.get().0, passes.get().1 + 1));
                    let seed = seed.coordinates();
                    let mut x_bar = <X::Of>::zero_tangent(&x.value().shape());
                    (0..N).for_each(|j| x_bar.set_coordinate(j, (0..M).map(|i| m[i][j] * seed[i]).sum()));
                    x_bar
                },
            );
            (jacobian, passes.get())
        }

        #[test]
        fn static_dimensions_give_a_static_matrix() {
            let tall = [[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]];
            let expected: SMatrix<f64, 3, 2> = matrix![1.0, 2.0; 3.0, 4.0; 5.0, 6.0];
            assert_eq!(count::<_, Vector3<f64>, 3, 2>(Vector2::<f64>::zeros(), tall), (expected, (2, 0)));
            assert_eq!(count::<_, [f64; 3], 3, 2>([0.0; 2], tall), (expected, (2, 0)));
            let wide = [[1.0, 2.0, 3.0, 4.0]];
            let expected: SMatrix<f64, 1, 4> = matrix![1.0, 2.0, 3.0, 4.0];
            assert_eq!(count::<_, [f64; 1], 1, 4>(&SVector::<f64, 4>::zeros(), wide), (expected, (1, 1)));
        }

        #[test]
        fn dynamic_dimensions_give_a_dynamic_matrix() {
            let wide = [[1.0, 2.0, 3.0, 4.0], [5.0, 6.0, 7.0, 8.0]];
            let expected = dmatrix![1.0, 2.0, 3.0, 4.0; 5.0, 6.0, 7.0, 8.0];
            assert_eq!(count::<_, Vec<f64>, 2, 4>(&DVector::<f64>::zeros(4), wide), (expected.clone(), (1, 2)));
            assert_eq!(count::<_, Vec<f64>, 2, 4>(&[0.0; 4][..], wide), (expected.clone(), (1, 2)));
            assert_eq!(count::<_, Vec<f64>, 2, 4>([0.0; 4], wide), (expected, (1, 2)));
        }

        #[test]
        fn nothing_in_and_nothing_out() {
            let (none, passes) = count::<_, Vec<f64>, 2, 0>(Vec::<f64>::new(), [[], []]);
            assert_eq!((none.shape(), passes), ((2, 0), (1, 0)));
            let (none, passes) = count::<_, Vec<f64>, 0, 3>(vec![0.0; 3], []);
            assert_eq!((none.shape(), passes), ((0, 3), (1, 0)));
        }
    }
}
